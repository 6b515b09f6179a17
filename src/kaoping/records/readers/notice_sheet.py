"""The workbook's sheet 口径和期限: what the unit was told about the questions and dates that the rubric leaves open."""

from __future__ import annotations

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Field, Kind
from kaoping.core.yamltree import Node
from kaoping.records import layout
from kaoping.records.grids.grid import Grid, cell_name
from kaoping.records.readers.cells import reader, text_of
from kaoping.records.readers.heads import find_head

_DATE = Field("date", layout.ANSWER_HEAD, "date", "")
#: The sheet's columns, as a record kind's.
NOTICE_KIND = Kind(
    layout.NOTICE_SHEET,
    layout.NOTICE_SHEET,
    "",
    "",
    tuple(
        Field(name, title, "string", "", required=True)
        for name, title in (("sort", layout.SORT_HEAD), ("code", layout.CODE_HEAD), ("answer", layout.ANSWER_HEAD))
    ),
    "code",
    (),
)


def read_notice(grid: Grid, file: str, findings: Findings) -> Node | None:
    """Return the answers as a notice to be laid over the others; None where nothing was answered."""
    head = find_head(grid, NOTICE_KIND)
    whole = Location(file, sheet=grid.name)
    if head is None or len(head.fields) < len(NOTICE_KIND.fields):
        if any(value != "" for row in grid.rows for value in row):
            findings.add("workbook.no_head", whole, kind=layout.NOTICE_SHEET)
        return None
    answers: dict[str, Node] = {}
    due: dict[str, Node] = {}
    for row in range(head.bottom + 1, len(grid.rows)):
        sort, code, answer = (text_of(grid.cell(row, head.fields[f.name])).strip() for f in NOTICE_KIND.fields)
        column = head.fields["answer"]
        at = Location(file, sheet=grid.name, cell=cell_name(row, column))
        if (row, column) in grid.faults:
            findings.add("cell.formula_unsaved", at, title=layout.ANSWER_HEAD)
        elif not answer:
            continue
        elif sort == layout.QUESTION_SORT and code:
            answers[code] = Node(answer, at)
        elif sort == layout.DUE_SORT and code:
            due[code] = Node({"date": Node(str(reader(_DATE)(grid.cell(row, column))[0]), at)}, at)
        else:
            findings.add("workbook.answer_lost", at, answer=answer)
    entries = {name: Node(found, whole) for name, found in (("answers", answers), ("due", due)) if found}
    return Node(dict(entries), whole) if entries else None
