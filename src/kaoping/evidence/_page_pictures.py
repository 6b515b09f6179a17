"""Pages of a PDF drawn as pictures of themselves: for a screen, or where one can't stand in a bundle as it is."""

from __future__ import annotations

import base64
import io
import itertools
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from math import ceil, floor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core import fs
from kaoping.pdf import merge

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_DPI = 200
_MOST_PIXELS = 20_000_000  # of one page: A3 at 200 dpi has eight million
_QUALITY = 90
_MOST_MARKS = 20_000
_MM = 25.4 / 72  # of a point


def draw_as_pictures(source: Path, pages: Collection[int], target: Path) -> None:
    """Write the PDF at ``source`` to ``target``, its 0-based ``pages`` as pictures. Raises what pdfium raises."""
    import pikepdf

    with opened_for_drawing(source) as document, pikepdf.open(source) as pdf:
        for at in sorted(pages):
            page = document[at]
            draw_on(pdf, pdf.pages[at].obj, page)
            page.close()
        merge.write(pdf, target)


@contextmanager
def opened_for_drawing(path: Path) -> Iterator[Any]:
    """Open the PDF at ``path`` as pdfium draws it; raises what that raises."""
    import pypdfium2

    with fs.open_file(path) as stream:
        document = pypdfium2.PdfDocument(stream)
        try:
            document.init_forms()  # else fields are not drawn
            yield document
        finally:
            document.close()


def draw_on(pdf: Pdf, sheet: Object, page: Any, boxes: Iterable[tuple[float, float, float, float]] = ()) -> None:
    """Make ``sheet``, a page of ``pdf``, show a picture of ``page`` (pdfium's), as that is seen, and nothing else.

    ``boxes`` (left, top, width, height, in points as the page is seen) are filled with black in the picture. Of a page
    that is a photo, the picture is no larger than that.
    """
    from pikepdf import Array, Dictionary, Name

    width, height = page.get_size()
    picture = _drawn(page, _DPI / 72)
    scale = picture.width / width, picture.height / height
    for left, top, wide, high in boxes:
        ends = ceil((left + wide) * scale[0]), ceil((top + high) * scale[1])
        picture.paste((0, 0, 0), (floor(left * scale[0]), floor(top * scale[1]), *ends))
    left, top, right, bottom = _edges(page, scale)
    picture = picture.crop((left, top, right, bottom))
    picture.save(jpeg := io.BytesIO(), "JPEG", quality=_QUALITY)
    drawn = pdf.make_stream(
        jpeg.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height,
        BitsPerComponent=8, ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode,
    )  # fmt: skip
    for key in sheet.keys() - {"/Type", "/Parent"}:
        del sheet[key]
    sheet.MediaBox = Array([0, 0, width, height])
    sheet.Resources = Dictionary(XObject=Dictionary(P=drawn))
    sides = (right - left) / scale[0], (bottom - top) / scale[1]
    place = f"{sides[0]:.3f} 0 0 {sides[1]:.3f} {left / scale[0]:.3f} {height - bottom / scale[1]:.3f}"
    sheet[Name.Contents] = pdf.make_stream(f"q {place} cm /P Do Q".encode())


def _edges(page: Any, scale: tuple[float, float]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom, in pixels, of what a page shows: of the only picture on it, or of all."""
    import pypdfium2.raw

    width, height = page.get_size()
    seen = 0.0, 0.0, width, height
    pieces = list(itertools.islice(page.get_objects(max_depth=1), 2))
    is_photo = len(pieces) == 1 and pieces[0].type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    if is_photo and not pypdfium2.raw.FPDFPage_GetAnnotCount(page):
        left, bottom, right, top = page.get_bbox()
        x0, y0, x1, y1 = pieces[0].get_bounds()
        seen = {
            0: (x0 - left, top - y1, x1 - left, top - y0),
            90: (y0 - bottom, x0 - left, y1 - bottom, x1 - left),
            180: (right - x1, y0 - bottom, right - x0, y1 - bottom),
            270: (top - y1, right - x1, top - y0, right - x0),
        }[page.get_rotation()]
    ends = ceil(min(seen[2], width) * scale[0]), ceil(min(seen[3], height) * scale[1])
    return max(floor(seen[0] * scale[0]), 0), max(floor(seen[1] * scale[1]), 0), *ends


def outline_of(path: str) -> tuple[int, list[tuple[int, str, int]], list[str]]:
    """Return how many pages a PDF has, its bookmarks (how deep from 0, their words, their 1-based pages), its labels.

    The labels are those of all pages, none where the PDF gives its pages none. What a worker is asked for. Raises what
    pdfium raises.
    """
    with opened_for_drawing(Path(path)) as document:
        marks = []
        for mark in itertools.islice(document.get_toc(), _MOST_MARKS):
            destination = mark.get_dest()
            index = destination.get_index() if destination is not None else None
            if index is not None:
                marks.append((mark.level, mark.get_title(), index + 1))
        labels = [document.get_page_label(at) for at in range(len(document))]
        return len(document), marks, labels if any(labels) else []


def draw_preview(path: str, page: int, width: int) -> tuple[tuple[int, int], str]:
    """Return how large the 1-based ``page`` of a PDF is (mm), and a JPEG of it in base64, ``width`` pixels wide.

    What a worker is asked for. Raises what pdfium raises.
    """
    with opened_for_drawing(Path(path)) as document:
        seen = document[page - 1]
        wide, high = seen.get_size()
        _drawn(seen, width / wide).save(jpeg := io.BytesIO(), "JPEG", quality=_QUALITY)
        seen.close()
    return (round(wide * _MM), round(high * _MM)), base64.b64encode(jpeg.getvalue()).decode()


def _drawn(page: Any, scale: float) -> Any:
    """Return a page as a picture (PIL), by ``scale`` pixels a point, or fewer where they would be too many."""
    width, height = page.get_size()
    scale = min(scale, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale)
    try:
        return bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()
