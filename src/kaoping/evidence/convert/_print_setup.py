"""Workbooks as they should be printed: a sheet that nobody set up for the printer is fitted to the width of a page.

Otherwise a ledger of fifteen columns comes out on two rows of pages, and nobody can read a record across them. Only the
page setup in a copy is written (ECMA-376-1, 18.3.1.63 to 65); cells, charts and pictures are left as they are.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

SUFFIXES = (".xlsx", ".xlsm")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_SET_UP = re.compile(rb"<(?:\w+:)?(?:pageSetup|rowBreaks|colBreaks)\b|fitToPage")
_PROPERTIES = re.compile(rb"<sheetPr\b([^>]*?)(/>|>)")
_ROOT = re.compile(rb"<worksheet\b[^>]*>")
#: What may stand before pageSetup is everything but these, which come after it.
_AFTER = re.compile(
    rb"<(?:headerFooter|rowBreaks|colBreaks|customProperties|cellWatches|ignoredErrors|smartTags|drawing|legacyDrawing|"
    rb"legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</worksheet>"
)
_WIDE = re.compile(rb"<dimension ref=\"[A-Z]+\d+:([A-Z]+)\d+\"")
_MANY = 8  # columns: more lie across the page
_MOST = 200_000_000  # bytes of one sheet


def fit(source: Path, target: Path) -> bool:
    """Write a copy of the workbook at ``source`` whose sheets are fitted; False, and none, where it can't be done."""
    try:
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                if _SHEET.fullmatch(entry.filename) and entry.file_size < _MOST:
                    new.writestr(entry.filename, _fitted(old.read(entry)))
                else:
                    new.writestr(entry, old.read(entry))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, NotImplementedError):
        target.unlink(missing_ok=True)
        return False
    return True


def _fitted(sheet: bytes) -> bytes:
    """Return the XML of a sheet with a page setup; as it is where it has one, or is written with a prefix."""
    root = _ROOT.search(sheet)
    if root is None or _SET_UP.search(sheet):
        return sheet
    end = _AFTER.search(sheet, root.end())
    if end is None:
        return sheet
    wide = _WIDE.search(sheet)
    across = wide is not None and _column(wide[1]) > _MANY
    setup = b'<pageSetup paperSize="9" orientation="%s" fitToWidth="1" fitToHeight="0"/>'
    sheet = sheet[: end.start()] + setup % (b"landscape" if across else b"portrait") + sheet[end.start() :]
    fitting = b'<pageSetUpPr fitToPage="1"/>'
    if properties := _PROPERTIES.search(sheet, root.end()):
        whole = b"<sheetPr%s>%s</sheetPr>" % (properties[1], fitting) if properties[2] == b"/>" else b""
        if whole:
            return sheet[: properties.start()] + whole + sheet[properties.end() :]
        close = sheet.index(b"</sheetPr>", properties.end())
        return sheet[:close] + fitting + sheet[close:]
    return sheet[: root.end()] + b"<sheetPr>" + fitting + b"</sheetPr>" + sheet[root.end() :]


def _column(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number
