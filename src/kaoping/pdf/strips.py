"""Pages far longer than paper (a telephone's long screenshot, a web page, a banner), cut into sheets of A4 to be read.

Printed whole, such a page is a strip whose writing is a millimetre high. Each sheet begins with the end of the one
before, so that no line is lost where it was cut. What a page holds is not touched: its sheets show parts of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaoping.pdf.geometry import FOOT, Box, Matrix, View, view, visible_box
from kaoping.pdf.interactive import page_notes

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_A4 = 595.0, 842.0  # points
_MARGIN = 34.0  # points
_SLENDER = 3.0  # times as long as wide: from there on a page is a strip
_OVERLAP = 40.0  # points: two lines of usual writing
_MOST = 60  # sheets of one page
_READABLE = 0.6  # of its size on the sheets: what is not smaller than that when it is printed whole stays whole
_NARROWEST = 36.0  # points, as it would stand on a sheet: in a narrower strip there is nothing to read


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of A4: its size, the part of the visible page that it shows, and where that stands on it."""

    width: float
    height: float
    part: Box
    scale: float

    @property
    def matrix(self) -> Matrix:
        """From the visible page to the sheet: the part's upper left corner stands at that of the type area."""
        x0, _, _, y1 = self.part
        return (self.scale, 0, 0, self.scale, _MARGIN - self.scale * x0, self.height - _MARGIN - self.scale * y1)


def is_strip(width: float, height: float) -> bool:
    """Whether a page of ``width`` × ``height`` points is to be cut."""
    return bool(_sheets(width, height))


def cut(pdf: Pdf) -> list[int]:
    """Cut the strips of ``pdf`` into sheets of A4, in their places; return how many sheets each strip became."""
    from pikepdf import Page

    counts: list[int] = []
    added = 0  # sheets before the page
    for number, page in enumerate([page.obj for page in pdf.pages]):
        seen = view(page)
        if sheets := _sheets(seen.width, seen.height):
            for made in _cut(pdf, page, seen, sheets):
                added += 1
                pdf.pages.insert(number + added, Page(made))
            counts.append(len(sheets))
    return counts


def _sheets(width: float, height: float) -> list[_Sheet]:
    """Return the sheets for a visible page; none where it is no strip, fits, or would become too many."""
    long, short = max(width, height), min(width, height)
    lies = width > height
    paper = _A4[::-1] if lies else _A4
    across = (paper[1] - _MARGIN - FOOT) if lies else (paper[0] - 2 * _MARGIN)
    along = (paper[0] - 2 * _MARGIN) if lies else (paper[1] - _MARGIN - FOOT)
    if not short or long < _SLENDER * short:
        return []
    scale = min(1.0, across / short)
    if short * scale < _NARROWEST:
        return []
    shown, step = along / scale, (along - _OVERLAP) / scale
    if shown >= _READABLE * long or long > step * _MOST:
        return []
    count = 1
    while step * (count - 1) + shown < long:
        count += 1
    ends = [(step * number, min(step * number + shown, long)) for number in range(count)]  # the last shows the rest
    parts = [(at, 0.0, end, short) if lies else (0.0, long - end, short, long - at) for at, end in ends]
    return [_Sheet(*paper, part, scale) for part in parts]


def _cut(pdf: Pdf, page: Object, seen: View, sheets: Sequence[_Sheet]) -> Iterator[Object]:
    """Make ``page`` the first sheet, so that what leads to it still does; yield the others."""
    from pikepdf import Array, Dictionary, Name, Page

    twin = pdf.make_indirect(Dictionary(dict(page.items())))  # a form reads its page's content only when it is saved
    form = Page(twin).as_form_xobject(handle_transformations=False)
    form.BBox = Array(visible_box(page))
    form = pdf.make_indirect(form)
    notes = list(page_notes(page))
    back = _inverse(seen.matrix)
    for key in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox", "/Rotate", "/UserUnit", "/Annots", "/Group"):
        if key in page:
            del page[key]
    for number, sheet in enumerate(sheets):
        matrix = _product(back, sheet.matrix)
        target = page if number == 0 else pdf.make_indirect(Dictionary(Type=Name.Page))
        target.MediaBox = Array([0, 0, sheet.width, sheet.height])
        target.Resources = Dictionary(XObject=Dictionary(Strip=form))
        target.Contents = pdf.make_stream(_drawing(sheet, matrix))
        its = [note for note in notes if _shows(sheet, _moved(note, back))]
        if its:
            target.Annots = Array([_placed(pdf, note, matrix) for note in its])
            notes = [note for note in notes if all(note is not other for other in its)]
        if number:
            yield target


def _drawing(sheet: _Sheet, matrix: Matrix) -> bytes:
    x0, y0, x1, y1 = sheet.part
    left, bottom, *_ = _box_of(sheet.part, sheet.matrix)
    area = f"{left:.3f} {bottom:.3f} {(x1 - x0) * sheet.scale:.3f} {(y1 - y0) * sheet.scale:.3f} re W n"
    return f"q {area} {' '.join(f'{value:.6f}' for value in matrix)} cm /Strip Do Q".encode()


def _shows(sheet: _Sheet, box: Box) -> bool:
    """Whether the middle of ``box``, on the visible page, stands on ``sheet``."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    x0, y0, x1, y1 = sheet.part
    return x0 <= x <= x1 and y0 <= y <= y1


def _moved(note: Object, matrix: Matrix) -> Box:
    return _box_of(_rectangle(note), matrix)


def _rectangle(note: Object) -> Box:
    from pikepdf import Array

    edges = note.get("/Rect")
    if not isinstance(edges, Array) or len(edges) != 4:
        return (0.0, 0.0, 0.0, 0.0)
    x0, y0, x1, y1 = (float(edge) for edge in edges)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _placed(pdf: Pdf, note: Object, matrix: Matrix) -> Object:
    """Return the annotation where it stands on its sheet; what is drawn for it is fitted into its rectangle."""
    from pikepdf import Array

    note.Rect = Array(_moved(note, matrix))
    for key in ("/QuadPoints", "/P"):
        if key in note:
            del note[key]
    return note if note.is_indirect else pdf.make_indirect(note)


def _box_of(box: Box, matrix: Matrix) -> Box:
    corners = [_point(x, y, matrix) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _point(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _product(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that does ``first``, then ``then``."""
    a, b, c, d, e, f = first
    (e, f), (a, b), (c, d) = _point(e, f, then), _turned(a, b, then), _turned(c, d, then)
    return (a, b, c, d, e, f)


def _turned(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, _, _ = matrix
    return a * x + c * y, b * x + d * y


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    size = a * d - b * c
    a, b, c, d = d / size, -b / size, -c / size, a / size
    return (a, b, c, d, -(a * e + c * f), -(b * e + d * f))
