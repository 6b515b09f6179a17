"""Fonts that stand on the pages in the place of those that a file asks for, and this computer lacks."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

#: What systems put in the place of a font that is not there; nobody's Office chooses them.
_STAND_INS = re.compile(
    r"(Noto(?:Sans|Serif)\w*|DejaVu\w*|Liberation\w*|OpenSymbol|WenQuanYi\w*|DroidSans\w*|Carlito|Caladea|ARPL\w*)(?:-[\w-]+)?"
)
_NAMING = re.compile(r"(?:.*/)?(?:fontTable|styles|theme\d*|content|document)\.xml")
_MOST = 5_000_000  # bytes of a part that is searched


def replaced_fonts(given: Path, pages: Path) -> tuple[str, ...]:
    """Return the fonts on the PDF ``pages`` that the file ``given`` to LibreOffice does not ask for, by name."""
    drawn = set(filter(None, map(_stand_in, _fonts(pages))))
    if not drawn:
        return ()
    asked = _squeezed(_names(given))
    return tuple(sorted(font for font in drawn if _squeezed(font.encode()) not in asked))


def _stand_in(font: str) -> str:
    match = _STAND_INS.fullmatch(font.rpartition("+")[2])
    return match[1] if match else ""


def _fonts(pages: Path) -> Iterator[str]:
    import pikepdf

    with pikepdf.open(pages) as pdf:
        for page in pdf.pages:
            fonts = page.obj.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary())
            for font in fonts.values():
                yield str(font.get("/BaseFont", "")).lstrip("/")


def _names(given: Path) -> bytes:
    """Return the parts of a file that name its fonts."""
    if not zipfile.is_zipfile(given):
        return given.read_bytes().replace(b"\0", b"")  # binary files name them in UTF-16
    with zipfile.ZipFile(given) as archive:
        entries = [entry for entry in archive.infolist() if _NAMING.fullmatch(entry.filename)]
        return b"".join(archive.read(entry) for entry in entries if entry.file_size < _MOST)


def _squeezed(name: bytes) -> bytes:
    return name.replace(b" ", b"").lower()
