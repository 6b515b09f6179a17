"""What calamine does not tell about an .xlsx, and what it would not survive, found in the XML before it is called.

calamine gives "" for an error value and for a formula whose value was never saved, says nothing of hidden rows, and
allocates every cell between A1 and the farthest one: a single cell in XFD1048576 takes the whole process down. A sheet
of 100,000 plain rows must cost little more than its inflation here, so there are two ways to look at a sheet: quickly,
by one pattern that passes over all that is unremarkable, and exactly, cell by cell, where that is not enough.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from posixpath import normpath

from lxml import etree

from kaoping.core.zipbytes import BROKEN
from kaoping.records.grids._sheet_xml import (
    WORKSHEET,
    MisplacedError,
    SheetScan,
    Walk,
    is_blank,
    look_quickly,
    shared_indexes,
)
from kaoping.records.grids.grid import SpreadsheetError, cell_name

#: Cells between A1 and the farthest one, of all sheets together: 32 bytes each before anything stands in them.
MOST_CELLS = 8_000_000
#: Bytes of sheet XML with values in it: 100,000 rows × 15 columns are 54 MB, and take 200 MB as Python values.
MOST_SHEET_BYTES = 128 << 20
#: Bytes of everything inflated. A million rows × 20 columns of borders without a value are 450 MB.
MOST_BYTES = 600 << 20
#: Bytes of a part that is held whole: shared strings, the list of sheets.
MOST_PART_BYTES = 96 << 20
#: Characters that shared strings come to where the cells repeat them.
MOST_REPEATED = 128 << 20
MOST_MEMBERS = 30_000
#: How many shared strings there are said to be, which calamine makes room for, and how many bytes each takes at least.
_STRINGS = re.compile(rb"<(?:\w+:)?sst\b[^>]*>")
_STATED, _LEAST = re.compile(rb"""\b(?:uniqueC|c)ount\s*=\s*["'](\d+)["']"""), 5
_UNOPENED = ("xl/media/", "xl/embeddings/", "docprops/")  # pictures and the like
_LONG = 1_000  # a shared string beyond this is worth asking how often it is repeated
_SMALL = 4 << 20  # parts up to this are looked at exactly: it takes no time, and bounds them to the cell
_BLANK = 16 << 20  # more than this in rows without a value is worth leaving out
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in a workbook.

    ``nonchars``: text holds `_xFFFE_` or `_xFFFF_`, which calamine leaves as it is. ``data`` is the workbook; where a
    sheet has very many rows without a value, which take calamine longer than all else, without them; and without a
    number of shared strings that can't be true, which nobody's memory has room for.
    """

    data: bytes
    sheets: dict[str, SheetScan]  # by the sheet's name
    parts: dict[str, str]  # the member that holds a sheet, by the sheet's name
    macros: bool
    external_links: bool
    nonchars: bool
    struck_strings: bool  # some shared string may have a line through a part of it


def scan(data: bytes) -> Scan:
    """Look through the .xlsx in ``data``; raises SpreadsheetError for what is broken or would not fit into memory."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _Scanner(archive).run(data)
    except MisplacedError as error:
        raise SpreadsheetError("sheet.damaged", why="有的格写的位置不存在") from error
    except (*BROKEN, OSError) as error:
        raise SpreadsheetError("sheet.damaged", why="压缩结构读不通") from error
    except etree.XMLSyntaxError as error:
        raise SpreadsheetError("sheet.damaged", why="内部的 XML 读不通") from error


class _Scanner:
    """The walk through one archive: what it may still inflate, and what it has found."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.members = {_key(info.filename): info for info in archive.infolist()}
        self.refill()
        self.lengths: list[int] = []  # of the shared strings, where one is long
        self.slim: dict[str, bytes] = {}  # worksheets without their blank rows
        self.escaped = self.literal = self.struck_strings = False

    def run(self, data: bytes) -> Scan:
        """Look at every part that may be opened; raises SpreadsheetError."""
        if len(self.archive.infolist()) > MOST_MEMBERS:
            raise SpreadsheetError("sheet.bomb")
        if len(self.members) < len(self.archive.infolist()):
            raise SpreadsheetError("sheet.damaged", why="里面有两个同名的部分")  # and no two readers take the same
        names = self._sheet_names()
        self._shared_strings()
        scans: dict[str, SheetScan] = {}
        for key, info in self.members.items():
            if key.startswith(_UNOPENED) and key not in names:
                continue
            sheet = self._part(info)
            if sheet is not None:
                scans[key] = sheet
        if _cells(scans) > MOST_CELLS:  # a quick look knows no better than A1:Z99999
            self.refill()
            scans = {key: self._exact(self.members[key]) for key in scans}
        if _cells(scans) > MOST_CELLS:
            key = max(scans, key=lambda key: scans[key].box)
            raise _too_wide(names.get(key, key), scans[key])
        return Scan(
            data=self._slimmed() if self.slim else data,
            sheets={names[key]: sheet for key, sheet in scans.items() if key in names},
            parts={names[key]: self.members[key].filename for key in scans if key in names},
            macros=any(key.endswith("vbaproject.bin") for key in self.members),
            external_links=any(key.startswith("xl/externallinks/") for key in self.members),
            nonchars=self.escaped and not self.literal,
            struck_strings=self.struck_strings,
        )

    def _slimmed(self) -> bytes:
        """Return the workbook with the slim worksheets, and without what nobody opens."""
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as slim:
            for key, info in self.members.items():
                if info.filename in self.slim:
                    slim.writestr(info.filename, self.slim[info.filename])
                elif not key.startswith(_UNOPENED):
                    slim.writestr(info.filename, self.archive.read(info))
        return out.getvalue()

    def refill(self) -> None:
        """Start counting anew what may be inflated."""
        self.left, self.left_of_sheets, self.left_of_repeats = MOST_BYTES, MOST_SHEET_BYTES, MOST_REPEATED

    def _sheet_names(self) -> dict[str, str]:
        """Return the sheets' names by the key of their part."""
        book, links = self._tree("xl/workbook.xml"), self._tree("xl/_rels/workbook.xml.rels")
        targets = {link.get("Id", ""): link.get("Target", "") for link in links.iter("{*}Relationship")}
        names = {}
        for sheet in book.iter("{*}sheet"):
            link = next((value for name, value in sheet.attrib.items() if str(name).endswith("}id")), "")
            names[_key(_path(targets.get(str(link), "")))] = str(sheet.get("name", ""))
        return names

    def _tree(self, key: str) -> etree._Element:
        if key not in self.members:
            raise SpreadsheetError("sheet.damaged", why="里面没有工作表的清单")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(self._whole(self.members[key]), parser)

    def _shared_strings(self) -> None:
        info = self.members.get("xl/sharedstrings.xml")
        if info is not None:
            whole = self._whole(info)
            if any(int(number) > len(whole) // _LEAST for number in _STATED.findall(_head(whole))):
                self.slim[info.filename] = whole.replace(_head(whole), _STATED.sub(b"", _head(whole)), 1)
            strings = whole.replace(b"<si/>", b"<si></si>")
            self.struck_strings = b"strike" in strings
            lengths = [len(item) for item in strings.split(b"si>")[1::2]]  # every second is between <si> and </si>
            self.lengths = lengths if max(lengths, default=0) > _LONG else []

    def _whole(self, info: zipfile.ZipInfo) -> bytes:
        whole = bytearray()
        for piece in self._inflated(info):
            whole += piece
            if len(whole) > MOST_PART_BYTES:
                raise SpreadsheetError("sheet.too_big", what=f"其中的文字超过了 {MOST_PART_BYTES >> 20} MB")
        self._watch_nonchars(whole)
        return bytes(whole)

    def _watch_nonchars(self, text: bytes | bytearray) -> None:
        if b"_" in text and b"_xFFF" in text:
            self.escaped = True
            self.literal = self.literal or b"_x005F_xFFF" in text

    def _inflated(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield a member in pieces. Headers lie about sizes, so the stream itself says where it ends."""
        info.file_size = MOST_BYTES + 1
        with self.archive.open(info) as stream:
            while piece := stream.read(_PIECE):
                self.left -= len(piece)
                if self.left < 0:
                    raise SpreadsheetError("sheet.bomb")
                yield piece

    def _rows(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield a member in pieces that end with a row, wherever it has any."""
        pending = b""
        for piece in self._inflated(info):
            pending += piece
            if len(pending) > MOST_PART_BYTES:
                raise SpreadsheetError("sheet.bomb")
            cut = pending.rfind(b"row>") + 4
            if cut > 4:
                yield pending[:cut]
                pending = pending[cut:]
        yield pending

    def _part(self, info: zipfile.ZipInfo) -> SheetScan | None:
        """Look at a part; None where it is not a worksheet."""
        small = info.file_size <= _SMALL
        before = (self.left, self.left_of_sheets, self.left_of_repeats)
        rows = self._rows(info)
        first = next(rows)
        if not WORKSHEET.search(first, 0, 8192):
            for _ in rows:
                pass  # inflated all the same, so that nothing is larger than it seems
            return None
        if first.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in first:
            raise SpreadsheetError("sheet.damaged", why="内部的 XML 不是表格软件的写法")
        if not small:
            scan = self._quick(info, first, rows)
            if scan is not None:
                return scan
        self.left, self.left_of_sheets, self.left_of_repeats = before
        return self._exact(info)

    def _count(self, piece: bytes) -> None:
        """Take a piece with values off what may still come."""
        self.left_of_sheets -= len(piece)
        if self.left_of_sheets < 0:
            raise SpreadsheetError("sheet.too_big", what="工作表的内容超过了一次能读的量（约二十万行、十五栏）")
        if self.lengths:
            known = len(self.lengths)
            self.left_of_repeats -= sum(self.lengths[index] for index in shared_indexes(piece) if index < known)
            if self.left_of_repeats < 0:
                raise SpreadsheetError("sheet.too_big", what="很长的文字在许多格里重复")
        self._watch_nonchars(piece)

    def _quick(self, info: zipfile.ZipInfo, first: bytes, rest: Iterator[bytes]) -> SheetScan | None:
        """Look for what is remarkable alone; None where that does not do. Many blank rows are left out of the sheet."""
        scan = SheetScan()
        kept, blank, last = [first], 0, first
        for piece in chain([first], rest):
            last = piece
            if is_blank(piece):
                blank += len(piece)
                continue
            self._count(piece)
            if not look_quickly(piece, scan):
                return None
            if piece is not first:
                kept.append(piece)
        if blank > _BLANK:
            self.slim[info.filename] = b"".join(kept if last is kept[-1] else [*kept, last])
        return scan

    def _exact(self, info: zipfile.ZipInfo) -> SheetScan:
        """Look at every cell."""
        walk = Walk()
        for piece in self._rows(info):
            if is_blank(piece):
                walk.skip(piece)
            else:
                self._count(piece)
                walk.take(piece)
        return walk.scan


def _head(strings: bytes) -> bytes:
    """Return the start tag of the shared strings; nothing where there is none."""
    tag = _STRINGS.search(strings)
    return tag[0] if tag else b""


def _cells(scans: dict[str, SheetScan]) -> int:
    return sum(sheet.box for sheet in scans.values())


def _too_wide(name: str, sheet: SheetScan) -> SpreadsheetError:
    """A few cells far away from the others, or really that many."""
    far = dict.fromkeys(cell_name(*place) for place in (sheet.lowest, sheet.rightmost))
    if sheet.valued * 10 < sheet.box:
        return SpreadsheetError("sheet.stray_cell", sheet=name, cell="、".join(far))
    return SpreadsheetError("sheet.too_big", what=f"工作表“{name}”一直用到 {'、'.join(far)}，超过了一次能读的量")


def _path(target: str) -> str:
    return normpath(target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}")


def _key(name: str) -> str:
    return name.replace("\\", "/").lower()
