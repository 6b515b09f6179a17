"""What can be read in a file at once, before anything is made of it: for whoever looks it through for words.

Not the text as it will be shown, but all that stands in the file, shown or not: hidden sheets, comments, names of
sheets, properties, text along a path, what is said of pictures. Its formats' parts are read as text, not understood.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.core import fs

if TYPE_CHECKING:
    from kaoping.records.grids.grid import Grid, GridCell

_SHEETS = frozenset({"xlsx", "xlsm", "xls", "et", "csv"})
_BINARY = frozenset({"doc", "wps", "xls", "et", "ppt", "dps"})
_MARKUP = frozenset({"html", "fodt", "fods", "fodp", "wordml", "sheetml", "opc", "svg", "uof", "xml"})
_PACKAGES = ("word/embeddings/", "xl/embeddings/", "ppt/embeddings/")
_MOST = 300_000_000  # bytes of all parts of a file
_MOST_CELLS = 20_000  # characters of a cell's text that count
_DEEPEST = 3  # files embedded in files
_HEAD = 12  # rows
_TITLE = 16  # characters
_LINE = re.compile(
    r"</(?:w:p|w:tr|a:p|a:tr|si|is|c|row|text:p|text:h|table:table-row|comment|ofd:TextCode|TextCode)>|</?[\w:]*br\b[^>]*>|"
    r"<(?:w:br|w:cr|text:line-break)\b[^>]*>|</(?:p|div|tr|li|h\d|title|dt|dd|(?:ss:)?Row|\w+:段落|text)>|"
    r"</(?:dc|cp|dcterms|vt|meta|ofd|Properties)?:?(?:title|subject|creator|keywords|description|category|lpwstr)>",
    re.I,
)
#: A cell and the last paragraph in it.
_TAB = re.compile(
    r"(?:</(?:w:p|a:p|a:txBody|text:p|p)>\s*)*</(?:w:tc|a:tc|table:table-cell|td|th|(?:ss:)?Cell)>|<(?:w:tab|text:tab|text:s)\b[^>]*>",
    re.I,
)
_OF_FACTS = re.compile(r"docprops/|meta\.xml|ofd\.xml")
_PRINT_CODE = re.compile(r"&(?:[A-Z]|\"[^\"]*\"|\d{1,3})")  # of a sheet's printed head (ECMA-376-1, 18.3.1.46)
_PRINTED = re.compile(r"<(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_TAG = re.compile(r"<[^>]{0,2000}>")
_VALUE = re.compile(r"=\s*(?:\"([^\"<>]{2,400})\"|'([^'<>]{2,400})')")
_NOT_FIRST = re.compile(r"slides/slide(?!1\.)|pages/page_(?!0/)|sharedstrings|worksheets/sheet")
_OF_TEXT = re.compile(r"word/document|ppt/slides/slide|content\.xml|doc_\d+/pages/page_")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffd]+")
_RTF_BYTES = re.compile(r"(?:\\'[0-9a-fA-F]{2}(?:\r?\n)?)+")
_RTF_CHAR = re.compile(r"\\u(-?\d{1,6}) ?(?:\\'[0-9a-fA-F]{2}|[?*])?")
_RTF_LINE = re.compile(r"\\(?:par|line|row|sect)\b ?")
_RTF_CELL = re.compile(r"\\(?:cell|tab)\b ?")
_RTF_WORD = re.compile(r"\\[a-zA-Z]+-?\d* ?|[{}\r\n]")
_BROKEN = (zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError, zlib.error, EOFError, OSError)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of the file: where it stands, in Chinese, "" for no place in particular; or one that is a name."""

    text: str
    place: str = ""
    is_name: bool = False
    is_first: bool = True  # what stands at its head may be the head of the whole file


@dataclass(slots=True)
class SourceText:
    """The passages of a file. ``whole`` says whether all of it was read."""

    passages: list[Passage] = field(default_factory=list)
    whole: bool = True

    def names(self, *texts: str) -> None:
        """Add what something is called."""
        self.passages += [Passage(text, is_name=True) for text in texts if text]


def read_source(path: Path, media: str) -> SourceText:
    """Return what can be read in the file at ``path``, of the kind ``media``; nothing of kinds whose pages say it all.

    Raises OSError where the file can't be read.
    """
    source = SourceText()
    data = fs.read(path)
    if data.startswith(b"PK\x03\x04"):
        _zipped(data, source, is_archive=media == "zip")
    elif media in _BINARY:
        _compound(data, source)
    elif media == "rtf":
        source.passages.append(Passage(_of_rtf(data)))
    elif media in _MARKUP:
        source.passages += _of_markup(_decoded(data), "" if media == "html" else "原件里")
    if media in _SHEETS:
        _cells(data, source)
    return source


def _zipped(data: bytes, source: SourceText, *, is_archive: bool = False, depth: int = 0) -> None:
    """Read an archive's names and comments; of a package of an Office program (or OFD), its parts."""
    left = _MOST
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            source.names(*_comments(archive))
            if is_archive:
                return  # what is in it is judged by itself, by its name too
            for entry in archive.infolist():
                name = entry.filename.lower()
                is_package = name.startswith(_PACKAGES)
                if not is_package and not name.endswith((".xml", ".rels", ".vml", ".bin", ".txt", ".htm", ".html")):
                    continue
                with archive.open(entry) as part:
                    content = part.read(left + 1)
                left -= len(content)
                if left < 0:
                    source.whole = False
                    return
                _part(name, content, source, depth)
    except _BROKEN:
        source.whole = False  # whoever judges the file says what is wrong with it


def _part(name: str, content: bytes, source: SourceText, depth: int) -> None:
    if content.startswith(b"PK\x03\x04"):
        if depth < _DEEPEST:
            _zipped(content, source, depth=depth + 1)
        else:
            source.whole = False
    elif name.endswith(".bin") or name.startswith(_PACKAGES):
        source.passages += _of_bytes(content)
    else:
        text = _decoded(content)
        if _OF_FACTS.match(name):
            source.names(*filter(None, map(str.strip, html.unescape(_TAG.sub("\n", text)).splitlines())))
        source.names(*(_PRINT_CODE.sub("", html.unescape(head)).strip() for head in _PRINTED.findall(text)))
        place = "原件里" if _OF_TEXT.match(name) else ""
        source.passages += _of_markup(text, place, is_first=not _NOT_FIRST.search(name))


def _comments(archive: zipfile.ZipFile) -> Iterator[str]:
    for comment in (archive.comment, *(entry.comment for entry in archive.infolist())):
        if comment:
            yield _decoded(comment)


def _compound(data: bytes, source: SourceText) -> None:
    """Read the streams of an OLE file: its sectors lie anywhere in it."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for entry in ole.listdir():
                source.passages += _of_bytes(ole.openstream(entry).read(_MOST))
    except Exception:  # olefile raises what it likes
        source.whole = False
        source.passages += _of_bytes(data)


def _of_bytes(data: bytes) -> Iterator[Passage]:
    """Yield what binary data say as text: UTF-16 from either byte on, and in the encoding of older programs."""
    for text in (data.decode("utf-16-le", "replace"), data[1:].decode("utf-16-le", "replace")):
        yield Passage(_CONTROL.sub("\n", text))
    yield Passage(_CONTROL.sub("\n", data.decode("gb18030", "replace")))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _of_markup(text: str, place: str = "", *, is_first: bool = True) -> Iterator[Passage]:
    """Yield what stands between tags, and each value of an attribute: text along a path, what a sheet is called."""
    written = html.unescape(_TAG.sub("", _LINE.sub("\n", _TAB.sub("\t", text))))
    yield Passage(written, place, is_first=is_first)
    if headed := "\n".join(_headed(written)):
        yield Passage(headed, place, is_first=False)
    for tag in _TAG.finditer(text):
        if not tag[0].isascii() or "&#" in tag[0]:
            for match in _VALUE.finditer(tag[0]):
                yield Passage(html.unescape(match[1] or match[2]), is_name=True)


def _headed(text: str) -> Iterator[str]:
    """Yield the cells of tables below a head, each after its title: 密级：机密."""
    head: list[str] | None = None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < 2:
            head = None
        elif head is None:
            head = cells if _is_head(cells) else []
        else:
            yield from (f"{title}：{cell}" for title, cell in zip(head, cells, strict=False) if title and cell)


def _of_rtf(data: bytes) -> str:
    """Return what stands in a rich text: characters are escaped bytes of the system's encoding, or numbers."""
    text = data.decode("latin-1")
    text = _RTF_CHAR.sub(lambda match: chr(int(match[1]) % 0x10000), text)
    text = _RTF_BYTES.sub(lambda match: _unescaped(match[0]), text)
    return _RTF_WORD.sub("", _RTF_CELL.sub("\t", _RTF_LINE.sub("\v", text))).replace("\v", "\n")


def _unescaped(run: str) -> str:
    return bytes.fromhex("".join(re.findall(r"\\'([0-9a-fA-F]{2})", run))).decode("gb18030", "replace")


def _cells(data: bytes, source: SourceText) -> None:
    """Read a workbook's values, whatever its columns show of them: row by row, and beneath each other."""
    from kaoping.records.grids.grid import SpreadsheetError
    from kaoping.records.grids.read import read_bytes

    try:
        grids = read_bytes(data).grids
    except SpreadsheetError:
        source.whole = False
        return
    for grid in grids:
        source.names(grid.name)
        source.passages += _of_grid(grid)


def _of_grid(grid: Grid) -> Iterator[Passage]:
    rows = [[_shown(cell) for cell in row] for row in grid.rows]
    sheet = f"“{grid.name}”" if grid.name else ""
    head = next((row for row in rows[:_HEAD] if _is_head(row)), [])
    below = False
    for number, row in enumerate(rows, start=1):
        if row is head:
            below = True
        elif below:
            row = [
                f"{title}：{cell}" if title and cell else cell for title, cell in zip_longest(head, row, fillvalue="")
            ]
        if any(row):
            yield Passage("\t".join(row), f"{sheet}第{number}行", is_first=number <= _HEAD)
    for column in range(max(map(len, rows[:_HEAD]), default=0)):  # a label may stand above its value
        cells = (row[column] for row in rows[:_HEAD] if column < len(row) and row[column])
        yield Passage("\n".join(cells), is_first=False)


def _is_head(row: Sequence[str]) -> bool:
    """Whether the row seems to say what stands in the columns below: two titles at least, and no number."""
    cells = [cell for cell in row if cell]
    return len(cells) > 1 and all(len(cell) < _TITLE and not any(map(str.isdigit, cell)) for cell in cells)


def _shown(cell: GridCell) -> str:
    """Return a value as text; a number that is whole without a point, for it may be a telephone's."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e16:
        return str(int(cell))
    return " ".join(str(cell)[:_MOST_CELLS].split("\n")) if not isinstance(cell, bool) else ""
