"""What the styles of an .xlsx say of its cells, and values do not: a line through them, how a number shows, a tick.

calamine gives values alone. Styles are read first, and a sheet's XML only where one of them says something.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from kaoping.records.grids import symbol_fonts
from kaoping.records.grids.grid import NumberFormat, cell_place
from kaoping.records.grids.number_display import BUILT_IN, GENERAL, is_telling

_STYLES, _STRINGS, _BOOK = "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>(.*?)</(?:\w+:)?row>", re.DOTALL)
_FILLED = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>")  # a cell that closes at once holds nothing
_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d+)["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")
_REF = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3}\d{1,7})["']""")
_TYPE = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
_VALUE = rb"(?:\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v[^>]*>([^<]*)<"
_SHARED = re.compile(rb"""<(?:\w+:)?c\b([^>]*\bt\s*=\s*["']s["'][^>]*)>""" + _VALUE)
_ITEM = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_STRUCK = re.compile(rb"""<(?:\w+:)?strike\b(?!\s[^>]*\bval\s*=\s*["'](?:0|false)["'])""")


@dataclass(slots=True)
class SheetLook:
    """What was seen of one sheet, by 0-based rows and columns."""

    struck_rows: tuple[int, ...] = ()
    struck_cells: tuple[tuple[int, int], ...] = ()
    formats: dict[tuple[int, int], NumberFormat] = field(default_factory=dict)
    symbols: dict[tuple[int, int], str] = field(default_factory=dict)  # place → font


@dataclass(frozen=True, slots=True)
class _Styles:
    """The styles of cells that say something, as a cell names them."""

    struck: frozenset[bytes]
    codes: Mapping[bytes, str]
    fonts: Mapping[bytes, str]
    struck_strings: frozenset[bytes]  # shared strings with a line through a part of them
    from_1904: bool

    def say_nothing(self) -> bool:
        return not (self.struck or self.codes or self.fonts or self.struck_strings)


def looks_by_sheet(data: bytes, parts: Mapping[str, str], *, struck_strings: bool) -> dict[str, SheetLook]:
    """Return what is to be seen of each sheet in the .xlsx ``data``; ``parts``: sheet → its member's name.

    ``struck_strings`` says whether a shared string may be struck out in part.
    ``data`` was looked through before: it is whole, and fits into memory. Styles that can't be read say nothing.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
        try:
            styles = _styles(archive, names, struck_strings)
        except (etree.XMLSyntaxError, ValueError):
            return {}
        if styles.say_nothing():
            return {}
        return {sheet: _look(archive.read(part), styles) for sheet, part in parts.items() if part in names}


def _styles(archive: zipfile.ZipFile, names: set[str], struck_strings: bool) -> _Styles:
    strings = archive.read(_STRINGS) if struck_strings and _STRINGS in names else b""
    items = enumerate(_ITEM.findall(strings))
    struck_items = frozenset(str(number).encode() for number, item in items if _STRUCK.search(item))
    book = archive.read(_BOOK) if _BOOK in names else b""
    struck: set[bytes] = set()
    codes: dict[bytes, str] = {}
    fonts: dict[bytes, str] = {}
    if _STYLES in names:
        for style, is_struck, font, code in _cell_styles(archive.read(_STYLES)):
            if is_struck:
                struck.add(style)
            if symbol_fonts.has(font):
                fonts[style] = font
            if is_telling(code):
                codes[style] = code
    return _Styles(frozenset(struck), codes, fonts, struck_items, b'date1904="1"' in book)


def _cell_styles(styles: bytes) -> Iterator[tuple[bytes, bool, str, str]]:
    """Yield each style of cells: its number, whether its font has a line through it, the font, the number format."""
    tree = etree.fromstring(styles, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    fonts = [
        (
            any(line.get("val", "1") not in ("0", "false") for line in font.iterfind("{*}strike")),
            next((name.get("val", "") for name in font.iterfind("{*}name")), ""),
        )
        for font in tree.iterfind("{*}fonts/{*}font")
    ]
    codes = {
        int(form.get("numFmtId", "0")): form.get("formatCode", "") for form in tree.iterfind("{*}numFmts/{*}numFmt")
    }
    for number, style in enumerate(tree.iterfind("{*}cellXfs/{*}xf")):
        at, form = int(style.get("fontId", "0")), int(style.get("numFmtId", "0"))
        is_struck, font = fonts[at] if at < len(fonts) else (False, "")
        yield str(number).encode(), is_struck, font, codes.get(form, BUILT_IN.get(form, GENERAL))


def _look(sheet: bytes, styles: _Styles) -> SheetLook:
    look = SheetLook()
    cells: set[tuple[int, int]] = set()
    if styles.struck:
        look.struck_rows = tuple(_struck_rows(sheet, styles.struck))
        cells = {place for place, _, _ in _cells(sheet, styles.struck)}
    if styles.struck_strings:
        indexes = ((_place(tag), index) for tag, index in _SHARED.findall(sheet))
        cells |= {place for place, index in indexes if place is not None and index in styles.struck_strings}
    rows = frozenset(look.struck_rows)
    look.struck_cells = tuple(sorted(place for place in cells if place[0] not in rows))
    for place, style, value in _cells(sheet, styles.codes):
        if value is not None:
            look.formats[place] = NumberFormat(value, styles.codes[style], styles.from_1904)
    look.symbols = {place: styles.fonts[style] for place, style, _ in _cells(sheet, styles.fonts)}
    return look


def _cells(
    sheet: bytes, wanted: Mapping[bytes, str] | frozenset[bytes]
) -> Iterator[tuple[tuple[int, int], bytes, float | None]]:
    """Yield the filled cells of one of the styles ``wanted``: place, style, and the number that they hold."""
    if not wanted:
        return
    some = b"|".join(sorted(wanted))
    if b":c" not in sheet and sheet.count(b"<c ") == sheet.count(b'<c r="'):  # as nearly all programs write them
        for match in re.finditer(rb'<c r="([A-Z]+[0-9]+)" s="(%b)"(?: t="(\w+)")?>(?:%b)?' % (some, _VALUE), sheet):
            number = _number(match[4]) if match[3] in (None, b"n") else None
            yield cell_place(match[1].decode()), match[2], number
        return
    pattern = rb"""<(?:\w+:)?c\b(?=[^>]*\bs\s*=\s*["'](?:%b)["'])([^>]*[^/>])>(?:%b)?""" % (some, _VALUE)
    for match in re.finditer(pattern, sheet):
        place, style, kind = _place(match[1]), _STYLE.search(match[1]), _TYPE.search(match[1])
        if place is not None and style is not None:
            yield place, style[1], _number(match[2]) if kind is None or kind[1] == b"n" else None


def _place(tag: bytes) -> tuple[int, int] | None:
    ref = _REF.search(tag)
    return cell_place(ref[1].decode()) if ref is not None else None


def _number(text: bytes | None) -> float | None:
    try:
        return float(text or b"")
    except ValueError:
        return None


def _struck_rows(sheet: bytes, struck: frozenset[bytes]) -> Iterator[int]:
    """Yield the rows (0-based) with a line through all that stands in them."""
    for row in _ROW.finditer(sheet):
        number = _NUMBER.search(row[1])
        cells = _FILLED.findall(row[2])
        styles = [match[1] if (match := _STYLE.search(cell)) else b"0" for cell in cells]
        if number and styles and struck.issuperset(styles):
            yield int(number[1]) - 1
