"""The names of the intake workbook (台账.xlsx) and of its sheets, and the marks that stand in them.

A record kind's sheet bears the kind's title. What stands where on a sheet its own module in ``workbook/`` says, for its
writer and its reader; who reads finds it by its words, not by its place: people insert rows and columns.
"""

from __future__ import annotations

WORKBOOK = "台账.xlsx"
LEDGERS = "外部台账"  # the folder of imported ledgers, beside the workbook
SUBORDINATES = "下级考评包"  # the folder of the packages that subordinate units handed in

UNIT_SHEET = "填表说明"  # what the workbook is, and the unit's own facts: title, value, hint in three columns
RUBRIC_SHEET = "考评项"  # every rubric line: where its input comes from, whose it is, and the cell in which to choose
NOTICE_SHEET = "口径和期限"  # the questions that the rubric leaves open, and the dates, to be answered
FINDINGS_SHEET = "问题清单"  # in a marked copy only: what was found, with links to the cells
LISTS_SHEET = "_lists"  # very hidden, and only where needed: the drop-downs that a validation can't hold itself
META_SHEET = "_kaoping"  # very hidden: which field each heading stood for when the workbook was made

REQUIRED_MARK = "*"  # after the heading of a required column
EXAMPLE_MARK = "例："  # before the first value of the example row, which is not read
