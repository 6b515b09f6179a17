"""A copy of the unit's workbook with its findings in it: coloured cells, comments, and a list with links to them.

The workbook itself is never saved: openpyxl would drop the values of its formulas.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaoping.core import fs
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.findings import Finding, Severity
from kaoping.core.model import Location
from kaoping.core.worksheets import height_of
from kaoping.records import layout
from kaoping.records.readers.sources import workbooks

_COLOURS = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.NOTE: "DDEBF7"}
_HEADS = (("程度", 8), ("位置", 30), ("问题", 52), ("影响", 40), ("怎么改", 52))
_AUTHOR = "考评包"
_WIDTH, _LINE, _ROOM = 320, 18, 22  # of a comment, in points; characters on its line


@dataclass(frozen=True, slots=True)
class Marked:
    """Where the marked copy stands, and how many cells are marked in it."""

    path: Path
    cells: int


def mark(folder: Path, findings: Sequence[Finding]) -> Marked:
    """Write 台账（标注）.xlsx beside the unit's workbook; one that stands there is replaced.

    Raises KaopingError where the unit has no workbook that can be written again (an .xls can't), or the disk refuses.
    """
    files = workbooks(folder)
    if not files or files[0].suffix.lower() not in (".xlsx", ".xlsm"):
        raise refused("mark.no_workbook", Location(files[0].name if files else folder.name))
    source = files[0]
    target = folder / f"{source.stem}（标注）.xlsx"
    try:
        data, cells = _marked(source, findings)
    except KaopingError:
        raise
    except Exception as error:  # whatever openpyxl says of a workbook that calamine could read
        why = refused("mark.unreadable", Location(source.name), why=type(error).__name__)
        raise KaopingError([*findings, *why.findings]) from None
    try:
        fs.write_whole(target, data)
    except OSError as error:
        raise refused("workbook.not_written", Location(target.name), why=why_not_written(error)) from None
    return Marked(target, cells)


def _marked(source: Path, findings: Sequence[Finding]) -> tuple[bytes, int]:
    from openpyxl import load_workbook

    book: Any = load_workbook(io.BytesIO(fs.read(source)), rich_text=True)  # or titles lose their fonts
    for sheet in book.worksheets:
        _size_comments(sheet)
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.at.file == source.name and finding.at.cell and finding.at.sheet in book.sheetnames:
            by_cell.setdefault((finding.at.sheet, finding.at.cell), []).append(finding)
    for (sheet, cell), of_cell in by_cell.items():
        _mark_cell(book[sheet], cell, of_cell)
    _list(book, findings, source.name)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), len(by_cell)


def _mark_cell(sheet: Any, name: str, findings: Sequence[Finding]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    merged = next((span for span in sheet.merged_cells.ranges if name in span), None)
    cell = sheet[merged.start_cell.coordinate if merged else name]
    worst = min(findings, key=lambda f: list(Severity).index(f.severity))
    cell.fill = PatternFill("solid", fgColor=_COLOURS[worst.severity])
    entries = [f"【{f.severity.label}】{f.problem}\n影响：{f.effect}\n怎么改：{f.mend}" for f in findings]
    text = "\n\n".join([*entries, *([cell.comment.text] if cell.comment else [])])
    cell.comment = Comment(text, _AUTHOR, width=_WIDTH, height=_height(text))


def _size_comments(sheet: Any) -> None:
    """Give the comments that were there before their room: openpyxl reads a comment without its size."""
    for cell in sheet._cells.values():  # iter_rows makes every cell up to the last row, and that may be the millionth
        if cell.comment is not None:
            cell.comment.width, cell.comment.height = _WIDTH, _height(cell.comment.text)


def _height(text: str) -> int:
    return _LINE * (1 + sum(1 + len(line) // _ROOM for line in text.split("\n")))


def _list(book: Any, findings: Iterable[Finding], file: str) -> None:
    """The list of everything found, as the first sheet; what has a cell links to it."""
    from openpyxl.styles import Alignment, Font, PatternFill

    if layout.FINDINGS_SHEET in book.sheetnames:
        del book[layout.FINDINGS_SHEET]
    sheet = book.create_sheet(layout.FINDINGS_SHEET, 0)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
    plain = Alignment(wrap_text=True, vertical="top")  # styles are made once: there may be 100,000 cells
    body = Font("宋体", size=10.5)
    link = Font("宋体", size=10.5, color="0563C1", underline="single")
    fills = {severity: PatternFill("solid", fgColor=colour) for severity, colour in _COLOURS.items()}
    for column, (head, width) in enumerate(_HEADS, 1):
        cell = sheet.cell(1, column, head)
        cell.font, cell.alignment = Font("黑体", size=10.5), plain
        cell.fill = PatternFill("solid", fgColor="F2F2F2")
        sheet.column_dimensions[cell.column_letter].width = width
    for row, finding in enumerate(findings, 2):
        texts = (finding.severity.label, str(finding.at), finding.problem, finding.effect, finding.mend)
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(row, column)
            cell.value, cell.data_type = text, "s"  # text, whatever it begins with
            cell.alignment, cell.font = plain, body
        sheet.row_dimensions[row].height = height_of(list(zip(texts, (width for _, width in _HEADS), strict=True)))
        sheet.cell(row, 1).fill = fills[finding.severity]
        at = finding.at
        if at.file == file and at.sheet in book.sheetnames:
            where = sheet.cell(row, 2)
            quoted = at.sheet.replace("'", "''")
            where.hyperlink = f"#'{quoted}'!{at.cell or 'A1'}"
            where.font = link
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:E{max(sheet.max_row, 2)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
