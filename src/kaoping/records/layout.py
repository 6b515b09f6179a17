"""Where things stand in the intake workbook (台账.xlsx): what its writer puts there and its reader looks for.

A record kind's sheet bears the kind's title. From the top: what it is for; whether there is none this year; the heads;
an example; then the records. The reader finds all of it by its words, not by its place: people insert rows and columns.
"""

from __future__ import annotations

WORKBOOK = "台账.xlsx"
LEDGERS = "外部台账"  # the folder of imported ledgers, beside the workbook

UNIT_SHEET = "填表说明"  # what the workbook is, and the unit's own facts: title, value, hint in three columns
RUBRIC_SHEET = "考评项"  # every rubric line: where its input comes from, whose it is, and the cell in which to choose
NOTICE_SHEET = "口径和期限"  # the questions that the rubric leaves open, and the dates, to be answered
FINDINGS_SHEET = "问题清单"  # in a marked copy only: what was found, with links to the cells
LISTS_SHEET = "_lists"  # very hidden, and only where needed: the drop-downs that a validation can't hold itself
META_SHEET = "_kaoping"  # very hidden: which field each heading stood for when the workbook was made
META_FORM = "kaoping.workbook/2"  # A1 of the sheet; below it kind, field, heading, options of every column written
META_ALL = "kaoping.workbook/1"  # of a workbook that had a sheet for every kind, asked for or not

REQUIRED_MARK = "*"  # after the heading of a required column
EXAMPLE_MARK = "例："  # before the first value of the example row, which is not read
NONE_LABEL = "本年确实没有的，在右边选“没有”"  # the cell to its right says so
NONE = "没有"

# The heads of the rubric sheet that are not fields of a record kind (those are named by `x-on-rubric` in the schemas).
LINE_HEAD, PART_HEAD = "考评项", "分项"

# The heads of the notice sheet. A row is a question or a date by what stands under SORT_HEAD.
SORT_HEAD, CODE_HEAD, ANSWER_HEAD = "类别", "代码", "答复"
QUESTION_SORT, DUE_SORT = "口径", "期限"

# The heads over the unit's own facts. A directory of the sheets stands to the right of them, in columns of its own.
UNIT_HEADS = ("项目", "填写", "说明")
