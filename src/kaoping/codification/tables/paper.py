"""Any file that an office sends a rubric in, as words and grids in the order in which they stand on the paper.

What a spreadsheet is, `records.grids` knows. Word files, flattened and box-drawn text are read here; an old .doc is
turned into a .docx by LibreOffice first. Nothing is left out: a grid has every row of its table, words every paragraph.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from kaoping.codification.tables import _box_text, _flat_text, _word_tables
from kaoping.core import fs
from kaoping.core.errors import refused, why_not_read
from kaoping.core.model import Location
from kaoping.evidence.convert import old_word
from kaoping.records.grids import delimited
from kaoping.records.grids.grid import Grid, Spreadsheet, SpreadsheetError, cell_name
from kaoping.records.grids.read import read_bytes

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Passage:
    """Words outside of tables: a paragraph, a line of text."""

    text: str
    at: Location


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the paper; its grid has a name that a reader finds it by (the sheet's, or 第2个表格)."""

    file: str
    grid: Grid

    def at(self, row: int, column: int = 0) -> Location:
        """Return the place of a cell, 0-based."""
        return Location(self.file, sheet=self.grid.name, cell=cell_name(row, column))


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as words and tables, in order."""

    file: str
    blocks: tuple[Passage | Table, ...]

    @property
    def tables(self) -> list[Table]:
        """The tables, in order."""
        return [block for block in self.blocks if isinstance(block, Table)]


def read_paper(path: Path) -> Paper:
    """Read the file at ``path``, by its content and not by its name.

    Sources: .docx, .xlsx, .xls, .ods, .csv and other delimited text, web pages, flattened and box-drawn text; a .doc
    (.wps, .rtf) where there is a LibreOffice. Raises KaopingError where it can't be read.
    """
    try:
        if not path.is_file():
            raise refused("codification.unreadable", Location(path.name), name=path.name, why="没有这个文件")
        if path.stat().st_size > _MOST_BYTES:
            raise refused("codification.unreadable", Location(path.name), name=path.name, why="文件超过了 64 MB")
        data = fs.read(path)
    except OSError as error:
        raise refused("codification.unreadable", Location(path.name), name=path.name, why=why_not_read(error)) from None
    if _is_old_word(data):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "anew.docx")
            if why := old_word.as_docx(path, target):
                raise refused("codification.unreadable", Location(path.name), name=path.name, why=why)
            data = fs.read(target)
    try:
        return paper_of(path.name, data)
    except SpreadsheetError as error:
        raise refused(error.code, Location(path.name), **error.facts) from None


def paper_of(name: str, data: bytes) -> Paper:
    """Read a file's bytes; ``name`` is what its places call it. Raises SpreadsheetError for whatever can't be read."""
    if data.startswith(_ZIP) and _has(data, "word/document.xml"):
        return _placed(name, _word_tables.read(data))
    if data.startswith((_ZIP, _OLE)):
        return _of_sheets(name, read_bytes(data))
    text = _text(data)
    if text is not None:
        if _box_text.is_drawn(text):
            return _placed(name, _box_text.read(text))
        if _flat_text.is_flattened(text):
            return _placed(name, _flat_text.read(text))
    return _of_sheets(name, read_bytes(data))


def _text(data: bytes) -> str | None:
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    try:
        return re.sub(r"\r\n?", "\n", delimited.decode(data).lstrip("\ufeff"))
    except SpreadsheetError:
        return None


def _is_old_word(data: bytes) -> bool:
    return data.startswith(b"{\\rtf") or (data.startswith(_OLE) and "WordDocument".encode("utf-16-le") in data)


def _has(data: bytes, member: str) -> bool:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return member in archive.namelist()
    except (BadZipFile, OSError):
        return False


def _placed(name: str, blocks: Iterator[str | Grid]) -> Paper:
    """The blocks of a file without sheets: paragraphs and tables are counted."""
    placed: list[Passage | Table] = []
    paragraphs = tables = 0
    for block in blocks:
        if isinstance(block, Grid):
            tables += 1
            placed.append(Table(name, replace(block, name=f"第{tables}个表格")))
        elif block.strip():
            paragraphs += 1
            placed.append(Passage(block.strip(), Location(name, paragraph=paragraphs)))
    return Paper(name, tuple(placed))


def _of_sheets(name: str, spreadsheet: Spreadsheet) -> Paper:
    grids = spreadsheet.grids
    return Paper(name, tuple(Table(name, grid if grid.name else replace(grid, name="第1个表格")) for grid in grids))
