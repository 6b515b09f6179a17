"""Rows of an .xlsx that somebody struck out (删除线): which of them have a line through all that stands in them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

from lxml import etree

_STYLES = "xl/styles.xml"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>(.*?)</(?:\w+:)?row>", re.DOTALL)
_FILLED = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>")  # a cell that closes at once holds nothing
_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d+)["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")


def rows_by_sheet(data: bytes, parts: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Return the struck rows (0-based) of each sheet in the .xlsx ``data``; ``parts``: sheet → its member's name.

    ``data`` was looked through before: it is whole, and fits into memory. Styles that can't be read strike nothing out.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
        if _STYLES not in names or b"strike" not in (styles := archive.read(_STYLES)):
            return {}
        try:
            struck = frozenset(_struck_styles(styles))
        except (etree.XMLSyntaxError, ValueError):
            return {}
        sheets = {sheet: part for sheet, part in parts.items() if struck and part in names}
        return {sheet: tuple(_rows(archive.read(part), struck)) for sheet, part in sheets.items()}


def _struck_styles(styles: bytes) -> Iterator[bytes]:
    """Yield the styles of cells whose font has a line through it, as a cell names them."""
    tree = etree.fromstring(styles, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    fonts = [
        any(line.get("val", "1") not in ("0", "false") for line in font.iterfind("{*}strike"))
        for font in tree.iterfind("{*}fonts/{*}font")
    ]
    for number, style in enumerate(tree.iterfind("{*}cellXfs/{*}xf")):
        font = int(style.get("fontId", "0"))
        if font < len(fonts) and fonts[font]:
            yield str(number).encode()


def _rows(sheet: bytes, struck: frozenset[bytes]) -> Iterator[int]:
    for row in _ROW.finditer(sheet):
        number = _NUMBER.search(row[1])
        cells = _FILLED.findall(row[2])
        styles = [match[1] if (match := _STYLE.search(cell)) else b"0" for cell in cells]
        if number and styles and struck.issuperset(styles):
            yield int(number[1]) - 1
