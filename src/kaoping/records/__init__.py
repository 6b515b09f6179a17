"""Tables in any form to typed records, and back.

``grids`` opens files of sheets, ``readers`` tells records in them, ``workbook`` writes the intake workbook (台账.xlsx),
``validate`` holds every cell against its schema.
"""
