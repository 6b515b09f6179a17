"""An album page: several photos on one A4 page, each over its caption, their data unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.core import resources
from kaoping.pdf import merge
from kaoping.pdf.fonts import SubsetFont

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_MM = 72 / 25.4  # points
_WIDTH, _HEIGHT = 210 * _MM, 297 * _MM
_LEFT, _TOP, _FOOT, _GAP = 20 * _MM, 20 * _MM, 18 * _MM, 6 * _MM
_COLUMNS = {1: 1, 2: 1, 3: 1}  # more stand in two, more than six in three
_SIZES = (9.0, 7.5, 6.0)  # points of the captions: smaller where one takes too many lines
_LEADING = 4 / 3  # of their size
_LINES, _MOST_LINES = 2, 5  # that each photo leaves to its caption at least, and at most
_FONT = "NotoSerifSC-Regular.otf"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo, as the one-page PDF that was made of it, and what stands under it."""

    path: Path
    caption: str


def write_album(photos: Sequence[Photo], target: Path) -> None:
    """Lay ``photos`` (1 to 9) out on one page at ``target``; the same photos give the same bytes.

    Raises what pikepdf raises where one can't be opened.
    """
    import pikepdf
    from pikepdf import Dictionary, Name

    columns = _COLUMNS.get(len(photos), 2 if len(photos) <= 6 else 3)
    rows = ceil(len(photos) / columns)
    width = (_WIDTH - 2 * _LEFT - (columns - 1) * _GAP) / columns
    height = (_HEIGHT - _TOP - _FOOT - (rows - 1) * _GAP) / rows
    font = SubsetFont(resources.fonts() / _FONT, [photo.caption for photo in photos])
    size, captions = _captions(font, [photo.caption for photo in photos], width)
    room = height - max(_LINES, *map(len, captions)) * size * _LEADING - 4
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(_WIDTH, _HEIGHT)).obj
        pictures, content = Dictionary(), []
        for at, (photo, lines) in enumerate(zip(photos, captions, strict=True)):
            left = _LEFT + (at % columns) * (width + _GAP)
            top = _HEIGHT - _TOP - (at // columns) * (height + _GAP)
            with pikepdf.open(photo.path) as source:
                turn, picture = _picture(source)
                pictures[f"/P{at}"] = pdf.copy_foreign(picture)
            sides = int(picture.Width), int(picture.Height)
            wide, high = sides if turn % 180 == 0 else sides[::-1]
            scale = min(width / wide, room / high)
            foot = top - (room + high * scale) / 2  # picture and caption in the middle of their cell
            box = left + (width - wide * scale) / 2, foot, wide * scale, high * scale
            content.append(_placed(box, turn, f"/P{at}"))
            content += _caption(font, size, lines, left + width / 2, foot - size * _LEADING)
        page.Resources = Dictionary(XObject=pictures, Font=Dictionary(F=font.embed(pdf)))
        page[Name.Contents] = pdf.make_stream("\n".join(content).encode())
        merge.write(pdf, target)


def _picture(source: Pdf) -> tuple[int, Object]:
    """Return how the only picture of a page is turned (degrees clockwise), and the picture."""
    page = source.pages[0].obj
    return int(page.get("/Rotate", 0)) % 360, next(iter(page.Resources.XObject.values()))


def _placed(box: tuple[float, float, float, float], turn: int, name: str) -> str:
    """Draw the picture ``name``, turned, in ``box``: left, bottom, width and height as it is seen."""
    x, y, w, h = box
    matrix = {
        0: (w, 0, 0, h, x, y),
        90: (0, -h, w, 0, x, y + h),
        180: (-w, 0, 0, -h, x + w, y + h),
        270: (0, h, -w, 0, x + w, y),
    }[turn]
    return f"q {' '.join(f'{number:.3f}' for number in matrix)} cm {name} Do Q"


def _captions(font: SubsetFont, texts: Sequence[str], width: float) -> tuple[float, list[list[str]]]:
    """Return the size of all captions and the lines of each: the largest at which none takes too many, none cut."""
    for size in _SIZES:
        captions = [_lines(font, text, width / size) for text in texts]
        if max(map(len, captions)) <= _MOST_LINES:
            break
    return size, captions


def _caption(font: SubsetFont, size: float, lines: Sequence[str], middle: float, top: float) -> list[str]:
    """Write ``lines`` centred below ``top``."""
    return [
        f"BT /F {size:g} Tf {middle - font.width(line) * size / 2:.3f} {top - at * size * _LEADING:.3f} Td "
        f"<{font.encode(line).decode()}> Tj ET"
        for at, line in enumerate(lines)
    ]


def _lines(font: SubsetFont, text: str, width: float) -> list[str]:
    """Break ``text`` into lines of at most ``width`` em."""
    lines = [""]
    for char in text:
        if lines[-1] and font.width(lines[-1] + char) > width:
            lines.append("")
        lines[-1] += char
    return lines
