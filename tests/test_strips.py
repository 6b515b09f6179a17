"""A page far longer than paper becomes sheets of A4 that show all of it, upright, at a size that can be read."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from bundles import surveyed
from kaoping import api
from kaoping.core.model import Verdict
from kaoping.pdf import strips
from units import good_unit

BARS = 80


def _bars(pdf: Pdf, width: float, height: float, turn: int) -> pikepdf.Object:
    """A page ``width`` × ``height`` as displayed, with bars along its length, each of a colour of its own."""
    sideways = turn in (90, 270)
    long_is_x = (width > height) is not sideways
    w, h = (height, width) if sideways else (width, height)
    step = max(w, h) / BARS
    content = []
    for number in range(BARS):
        color = f"{number * 3 / 255:.4f} {1 - number * 3 / 255:.4f} 0.5 rg"
        at = (100 + number * step, 200, step, h) if long_is_x else (100, 200 + number * step, w, step)
        content.append(f"{color} {' '.join(f'{value:.3f}' for value in at)} re f")
    page = pdf.add_blank_page(page_size=(w, h))
    page.obj.MediaBox = Array([0, 0, w + 300, h + 300])
    page.obj.CropBox = Array([100, 200, 100 + w, 200 + h])
    page.obj.Rotate = turn
    page.obj.Contents = pdf.make_stream("\n".join(content).encode())
    return page.obj


def _seen(pdf: Pdf) -> tuple[list[int], list[tuple[float, float]]]:
    """The bars in the order in which the sheets show them, and the sheets' sizes."""
    out = io.BytesIO()
    pdf.save(out)
    order: list[int] = []
    sizes = []
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        for page in document:
            sizes.append(page.get_size())
            image = page.render(scale=1).to_pil().convert("RGB")
            wide = image.width > image.height
            for at in range(max(image.size)):
                red, green, blue = image.getpixel((at, image.height // 2) if wide else (image.width // 2, at))
                if abs(blue - 128) < 4 and abs(red + green - 255) < 4:
                    order.append(round(red / 3))
    return list(dict.fromkeys(order)), sizes


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(("width", "height"), [(400.0, 5000.0), (1080.0, 14000.0), (2000.0, 500.0)])
def test_all_of_a_strip_is_shown_in_its_order(width: float, height: float, turn: int) -> None:
    with pikepdf.new() as pdf:
        _bars(pdf, width, height, turn)
        before, _ = _seen(pdf)
        [count] = strips.cut(pdf)
        after, sizes = _seen(pdf)
    assert count == len(sizes) > 2 and {tuple(sorted(size)) for size in sizes} == {(595, 842)}
    assert len(before) == BARS and after == before


@pytest.mark.parametrize("size", [(595, 842), (842, 595), (1191, 1684), (100, 400), (595, 1700), (30, 5000)])
def test_what_is_no_strip_or_no_page_stays(size: tuple[int, int]) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=size)
        assert strips.cut(pdf) == [] and len(pdf.pages) == 1


def test_links_stand_where_they_stood_and_lead_where_they_led(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "县")
    with pikepdf.new() as pdf:
        first = pdf.add_blank_page(page_size=(595, 842)).obj
        long = _bars(pdf, 400, 5000, 0)
        web = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=[150, 300, 200, 320], Border=[0, 0, 0],
            A=Dictionary(S=Name.URI, URI=pikepdf.String("https://example.org/")),
        )  # fmt: skip
        to_long = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[10, 10, 90, 90], Dest=[long, Name.Fit])
        long.Annots, first.Annots = Array([web]), Array([to_long])
        pdf.save(unit / "材料/长.pdf")
    file = surveyed(unit / "材料")["长.pdf"]
    assert file.verdict is Verdict.CONVERTED and "切成" in file.how and file.sheets is not None
    with pikepdf.open(file.sheets.path) as cut:
        pages = [page.obj for page in cut.pages]
        assert pages[0].Annots[0].Dest[0].objgen == pages[1].objgen
        [last] = [page for page in pages[1:] if "/Annots" in page]
        assert last.objgen == pages[-1].objgen, "at the foot of the long page"
        x0, y0, x1, y1 = map(float, last.Annots[0].Rect)
        assert 0 < x0 < x1 < 595 and 0 < y0 < y1 < 842
    made = api.build(unit)
    assert not api.verify(made.package).errors


@pytest.mark.slow
def test_a_telephones_long_screenshot_can_be_read(tmp_path: Path) -> None:
    Image.effect_noise((1080, 9000), 80).save(tmp_path / "长图.png")
    Image.new("L", (60, 300), 90).save(tmp_path / "小图.png")
    files = surveyed(tmp_path)
    assert files["小图.png"].pages == 1 and "切成" not in files["小图.png"].how
    assert files["长图.png"].pages == 6 and "太长的切成6页" in files["长图.png"].how
