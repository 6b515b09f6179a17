"""The tables that people read: the score sheet (自评分表) in Excel and Word, the list of gaps, the calendar."""
