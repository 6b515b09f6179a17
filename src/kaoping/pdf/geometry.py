"""The visible page and where the stamp stands on it: shared by who looks for writing there and who draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pikepdf import Object

SIZE = 9.0  # points on A4; on other sheets in proportion, so that a plan printed down to A4 can still be read
BASELINE = 14.0  # points above the visible edge
FOOT = 30.0  # points, in the same proportion: what a page with writing at its foot makes free
_A4_WIDTH = 595.0
_SMALLEST, _LARGEST = 0.4, 4.0
_LEAST = 36.0  # points: a UserUnit that makes a page smaller than half an inch is a slip, and most viewers know none
_USUAL = 72.0, 14400.0  # points that a side of a page has: viewers agree on such ones
LETTER = (0.0, 0.0, 612.0, 792.0)  # what viewers assume where a page has no usable MediaBox
Box = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """What a reader sees of a page: its size in points, and the matrix from there to the page's own space."""

    width: float
    height: float
    matrix: Matrix  # from the visible page, its origin at the bottom left as displayed

    @property
    def scale(self) -> float:
        """How much larger than on A4 the stamp stands here."""
        return stamp_scale(self.width, self.height)


def stamp_scale(width: float, height: float) -> float:
    """Return how much larger than on A4 the stamp stands on a page of ``width`` × ``height`` points."""
    return min(max(min(width, height) / _A4_WIDTH, _SMALLEST), _LARGEST)


def view(page: Object, known: dict[bytes, View] | None = None) -> View:
    """Return the visible page: MediaBox ∩ CropBox, turned by /Rotate, in units of /UserUnit (ISO 32000-1, 14.11.2).

    ``page`` is a page dictionary whose inherited attributes stand in itself, as qpdf leaves them. Boxes that make no
    sense are ignored, as viewers do. ``known`` keeps views by what they were read from: most pages are alike, and
    reading numbers out of a PDF takes its time.
    """
    if known is None:
        return _view(page)
    entries = (page.get(name) for name in ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit"))
    key = b" ".join(_written(entry) for entry in entries)
    if key not in known:
        known[key] = _view(page)
    return known[key]


def _written(value: Any) -> bytes:
    return b"-" if value is None else value.unparse() if hasattr(value, "unparse") else str(value).encode()


def _view(page: Object) -> View:
    x0, y0, x1, y1 = visible_box(page)
    unit = _number(page.get("/UserUnit"), 1.0)
    if not (unit > 0 and min(x1 - x0, y1 - y0) * unit >= _LEAST):
        unit = 1.0
    width, height, scale = (x1 - x0) * unit, (y1 - y0) * unit, 1 / unit
    turn = round(_number(page.get("/Rotate"), 0.0)) % 360
    if turn == 90:
        return View(height, width, (0, scale, -scale, 0, x1, y0))
    if turn == 180:
        return View(width, height, (-scale, 0, 0, -scale, x1, y1))
    if turn == 270:
        return View(height, width, (0, -scale, scale, 0, x0, y1))
    return View(width, height, (scale, 0, 0, scale, x0, y0))


def is_usual(page: Object) -> bool:
    """Whether viewers agree on how large ``page`` is, and where what is drawn on it stands."""
    if "/UserUnit" in page or _number(page.get("/Rotate"), 0.0) % 90:
        return False
    x0, y0, x1, y1 = visible_box(page)
    return min(x1 - x0, y1 - y0) >= _USUAL[0] and max(x1 - x0, y1 - y0) <= _USUAL[1]


def visible_box(page: Object) -> Box:
    """Return the part of the page that is shown, in the page's own space."""
    media = _box(page.get("/MediaBox")) or LETTER
    crop = _box(page.get("/CropBox")) or media
    x0, y0, x1, y1 = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    return media if x1 <= x0 or y1 <= y0 else (x0, y0, x1, y1)


def _box(value: Object | None) -> Box | None:
    from pikepdf import Array

    if not isinstance(value, Array) or len(value) != 4:
        return None
    try:
        x0, y0, x1, y1 = (float(edge) for edge in value)
    except (TypeError, ValueError):
        return None
    box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return box if box[2] > box[0] and box[3] > box[1] else None


def _number(value: Any, default: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return default
