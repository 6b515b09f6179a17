"""The intake workbook (台账.xlsx): written from the record schemas, the rubric and what was filled in before."""
