"""The lines of a file's first pages, and what its camera noted: looked up by a worker, as files are anybody's."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from kaoping.core import fs
from kaoping.pdf.written import WrittenLine, lines_on, opened

PAGES = 8  # that are read: a paper says what it is on its first, and who signed it on its last
_MOST_LINES = 1200
_TAKEN = (0x9003, 0x9004)  # DateTimeOriginal, DateTimeDigitized
_EXIF, _GPS = 0x8769, 0x8825


def lines_of(*, pages: str, source: str, is_picture: bool) -> dict[str, Any]:
    """Return as plain data the lines of the PDF ``pages`` ("" for none), and when and where ``source`` was taken.

    ``size`` is that of the first page with a line as it is displayed, in points; 0 by 0 for none.
    """
    written, size = _lines(pages) if pages else ([], (0.0, 0.0))
    lines = [[its.text, its.page, list(its.box), its.sure, its.read] for its in written]
    taken, place = _camera_notes(Path(source)) if is_picture else ("", "")
    return {"lines": lines, "size": list(size), "taken": taken, "place": place}


def _lines(pages: str) -> tuple[list[WrittenLine], tuple[float, float]]:
    with opened(Path(pages)) as document:
        its = [line for page in range(1, min(len(document), PAGES) + 1) for line in lines_on(document, page)]
        size = document.get_page_size(its[0].page - 1) if its else (0.0, 0.0)
    return its[:_MOST_LINES], size


def _camera_notes(source: Path) -> tuple[str, str]:
    """When a photo was taken (2017-05-16), and where (北纬39.9042°，东经116.4074°); "" where it does not say."""
    from PIL import Image

    taken = place = ""
    with suppress(Exception), fs.open_file(source) as stream, Image.open(stream) as picture:
        exif = picture.getexif()
        for tag in _TAKEN:
            if written := exif.get_ifd(_EXIF).get(tag):
                taken = datetime.strptime(str(written)[:10], "%Y:%m:%d").date().isoformat()
                break
        gps = exif.get_ifd(_GPS)
        if 2 in gps and 4 in gps:
            north, east = (_degrees(gps[key]) for key in (2, 4))
            sides = "南" if gps.get(1) == "S" else "北", "西" if gps.get(3) == "W" else "东"
            place = f"{sides[0]}纬{north:.4f}°，{sides[1]}经{east:.4f}°"
    return taken, place


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = map(float, parts)
    return degrees + minutes / 60 + seconds / 3600
