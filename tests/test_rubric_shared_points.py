"""Points cells that span several lines, or stand empty below one that has points: shared, told at the empty cell."""

from __future__ import annotations

import pytest

from kaoping.codification.tables.draft import Fate
from rubric_papers import HEAD, as_docx, as_xlsx, read

ROWS = [
    HEAD,
    ["一、安全（15分）", "1.会议", "查记录", "10", "每少1次扣1分。"],
    ["", "2.培训", "查记录", "", "每少1次扣2分。"],
    ["", "3.演练", "查记录", "", "查方案和记录"],
    ["", "4.台账", "查台账", "5", "没有的扣1分"],
]
SPANS = [(1, 3, 3, 3), (1, 0, 4, 0)]
TITLE = "2024年考核细则"


def _page() -> str:
    cells = {(1, 0): " rowspan=4", (1, 3): " rowspan=3"}
    gone = {(row, 0) for row in (2, 3, 4)} | {(2, 3), (3, 3)}
    rows = [
        "".join(f"<td{cells.get((r, c), '')}>{text}</td>" for c, text in enumerate(row) if (r, c) not in gone)
        for r, row in enumerate(ROWS)
    ]
    return f"<html><body><p>{TITLE}</p><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></body></html>"


FORMS = {
    "合并.docx": lambda: as_docx(ROWS, TITLE, SPANS),
    "空着.docx": lambda: as_docx(ROWS, TITLE),
    "合并.xlsx": lambda: as_xlsx(ROWS, SPANS),
    "空着.xlsx": lambda: as_xlsx(ROWS),
    "合并.html": _page,
    "铺平.txt": lambda: "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in ROWS) + "\n\n",
    "分隔.tsv": lambda: "\n".join("\t".join(row) for row in ROWS),
}


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_and_a_merged_points_cell_are_shared_in_every_form(name: str) -> None:
    draft, findings = read(name, FORMS[name]())
    assert [(its.id, its.of, its.shares_points_with) for its in draft.lines] == [
        ("1", 10, ""),
        ("2", None, "1"),  # it says itself what it takes: asked
        ("3", 0, "1"),
        ("4", 5, ""),
    ]
    assert [row.fate for row in draft.rows] == [Fate.HEAD, *[Fate.LINE] * 4]
    told = {finding.code: finding.at.cell for finding in findings}
    assert (told["codification.points_maybe_shared"], told["codification.points_shared"]) == ("D3", "D4")
