"""A copy of the unit's workbook with its findings in it: coloured cells, comments, and a list with links to them.

The workbook itself is never saved: openpyxl would drop the values of its formulas.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaoping.core import fs
from kaoping.core.errors import KaopingError, why_not_written
from kaoping.core.findings import Finding, Findings, Severity
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
    found = workbooks(folder)
    wrong = Findings()
    if not found or found[0].suffix.lower() not in (".xlsx", ".xlsm"):
        wrong.add("mark.no_workbook", Location(found[0].name if found else folder.name))
        raise KaopingError(wrong)
    source = found[0]
    target = folder / f"{source.stem}（标注）.xlsx"
    try:
        data, cells = _marked(source, findings)
    except KaopingError:
        raise
    except Exception as error:  # whatever openpyxl says of a workbook that calamine could read
        wrong.add("mark.unreadable", Location(source.name), why=type(error).__name__)
        raise KaopingError([*findings, *wrong]) from None
    beside = target.with_name(f".{target.name}.新")
    try:
        fs.write_bytes(beside, data)
        fs.replace(beside, target)
    except OSError as error:
        with suppress(OSError):
            fs.unlink(beside)
        wrong.add("workbook.not_written", Location(target.name), why=why_not_written(error))
        raise KaopingError(wrong) from None
    return Marked(target, cells)


def _marked(source: Path, findings: Sequence[Finding]) -> tuple[bytes, int]:
    from openpyxl import load_workbook

    book: Any = load_workbook(io.BytesIO(source.read_bytes()), rich_text=True)  # or titles lose their fonts
    for sheet in book.worksheets:
        _size_comments(sheet)
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.at.file == source.name and finding.at.cell and finding.at.sheet in book.sheetnames:
            by_cell.setdefault((finding.at.sheet, finding.at.cell), []).append(finding)
    for (sheet, cell), own in by_cell.items():
        _mark_cell(book[sheet], cell, own)
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
    told = [f"【{f.severity.label}】{f.problem}\n影响：{f.effect}\n怎么改：{f.mend}" for f in findings]
    text = "\n\n".join([*told, *([cell.comment.text] if cell.comment else [])])
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
