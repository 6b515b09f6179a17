"""Rubrics as offices send them, made for the tests: rows of text to a .docx, an .xlsx, a drawn table, a page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import docx
import xlsxwriter

from kaoping.codification.tables.draft import Draft
from kaoping.codification.tables.drafting import draft_of
from kaoping.codification.tables.paper import Paper, paper_of
from kaoping.core.findings import Finding, Findings

SEED = Path(__file__).parent / "data" / "rubrics" / "province-2017.txt"
HEAD = ["项目", "内容", "依据", "分值", "标准"]

Rows = Sequence[Sequence[str]]
#: (top, left, bottom, right), 0-based
Merged = Sequence[tuple[int, int, int, int]]


def read(name: str, data: bytes | str) -> tuple[Draft, list[Finding]]:
    """The draft of a file's content, and what was found."""
    findings = Findings()
    draft = draft_of(paper_of(name, data.encode() if isinstance(data, str) else data), findings)
    return draft, findings.sorted()


def read_rows(*rows: Sequence[str], above: str = "2024年考核细则", merged: Merged = ()) -> tuple[Draft, list[Finding]]:
    """The draft of a workbook with these rows below a title."""
    return read("细则.xlsx", as_xlsx([[above], *rows], [(t + 1, left, b + 1, right) for t, left, b, right in merged]))


def seed_rows() -> tuple[str, list[list[str]]]:
    """The title of the province's rubric of 2017 and its rows, each of six cells."""
    paper: Paper = paper_of(SEED.name, SEED.read_bytes())
    grid = paper.tables[0].grid
    title = getattr(paper.blocks[0], "text", "")
    return title, [[*map(str, row), *[""] * (6 - len(row))] for row in grid.rows]


def as_docx(rows: Rows, title: str = "", merged: Merged = (), after: Sequence[str] = ()) -> bytes:
    """A Word file: the title, one table, what stands after it."""
    document = docx.Document()
    if title:
        document.add_paragraph(title)
    width = max(map(len, rows))
    cells = document.add_table(len(rows), width)._cells  # looked up once: each look-up goes through all of them
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            cells[r * width + c].text = text
    for top, left, bottom, right in merged:
        cells[top * width + left].merge(cells[bottom * width + right])
    for text in after:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_xlsx(
    rows: Rows, merged: Merged = (), sheets: Sequence[tuple[str, Rows]] = (), hidden: int = -1, struck: int = -1
) -> bytes:
    """A workbook: numbers as numbers, as people type them; one row hidden, one with a line through it."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, its in [("细则", rows), *sheets]:
        sheet = book.add_worksheet(name)
        through = book.add_format({"font_strikeout": True})
        for r, row in enumerate(its):
            if r == hidden:
                sheet.set_row(r, None, None, {"hidden": True})
            for c, text in enumerate(row):
                if text.isascii() and text.replace(".", "", 1).isdigit():
                    sheet.write_number(r, c, float(text))
                elif text:
                    sheet.write_string(r, c, text, through if r == struck else None)
        for top, left, bottom, right in merged if its is rows else ():
            sheet.merge_range(top, left, bottom, right, rows[top][left])
    book.close()
    return stream.getvalue()
