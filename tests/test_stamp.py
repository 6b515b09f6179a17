"""The stamp is upright at the bottom centre of what the reader sees, whatever the page's boxes and content are."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundles import pdf
from examples import examples
from kaoping.core import resources
from kaoping.pdf import visible
from kaoping.pdf.content import is_closed
from kaoping.pdf.fonts import SubsetFont
from kaoping.pdf.geometry import view
from kaoping.pdf.stamping import Stamper

TEXT = "证据 Ⅱ-10-01（3/12）　第128页"
FONT = SubsetFont(resources.fonts() / "NotoSansSC-Regular.otf", [TEXT])


def test_a_cut_font_that_was_kept_is_the_same() -> None:
    kept: dict[str, bytes] = {}

    def keep(key: str, make: Callable[[], bytes]) -> bytes:
        if key not in kept:
            kept[key] = make()
        return kept[key]

    path = resources.fonts() / "NotoSansSC-Regular.otf"
    drawn = []
    for font in (FONT, SubsetFont(path, [TEXT], keep), SubsetFont(path, [TEXT], keep)):
        with pikepdf.new() as made:
            made.Root.Font = font.embed(made)
            made.save(out := io.BytesIO(), deterministic_id=True)
        drawn.append((font.digest, font.width(TEXT + "缺"), font.encode(TEXT + "缺"), out.getvalue()))
    assert drawn[0] == drawn[1] == drawn[2] and len(kept) == 1
    SubsetFont(path, [TEXT + "另"], keep)
    SubsetFont(path.with_name("NotoSerifSC-Regular.otf"), [TEXT], keep)
    assert len(kept) == 3


def _stamped(content: bytes = b"", *, dark: bool = False, full: bool = False, **page: Any) -> bytes:
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        sheet = made.pages[0].obj
        sheet.Contents = made.make_stream(content)
        for key, value in page.items():
            sheet[f"/{key}"] = value
        Stamper(made, FONT).stamp(sheet, TEXT, leaky=not is_closed(content), dark=dark, full=full)
        made.save(out := io.BytesIO())
    return out.getvalue()


def _seen(content: bytes) -> tuple[list[tuple[float, float]], float, float, str]:
    """Return the centres of the stamp's characters as displayed (origin bottom left), page width, height, and text."""
    with pypdfium2.PdfDocument(content) as opened:
        page = opened[0]
        text = page.get_textpage()
        whole = text.get_text_range()
        width, height = page.get_size()
        left, bottom, right, top = page.get_bbox()
        rotation = page.get_rotation()
        points = []
        for index in range(text.count_chars()):
            x0, y0, x1, y1 = text.get_charbox(index)
            if x1 > x0:
                x, y = (x0 + x1) / 2, (y0 + y1) / 2
                shown = {
                    0: (x - left, y - bottom),
                    90: (y - bottom, right - x),
                    180: (right - x, top - y),
                    270: (top - y, x - left),
                }
                points.append(shown[rotation])
        text.close()
        page.close()
    return points, width, height, whole


def test_writing_at_the_foot_makes_room_and_its_links_go_with_it() -> None:
    """What stood where the stamp comes is still there, a little smaller, above it."""
    foot = b"q 1 0 0 1 0 0 cm 0 0 1 rg 200 5 195 16 re f Q 1 0 0 rg 0 822 595 20 re f"
    link = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([200, 5, 395, 21]))
    for turn, crop in ((0, [0, 0, 595, 842]), (90, [0, 0, 595, 842]), (180, [-20, -30, 595, 842])):
        content = _stamped(foot, full=True, Rotate=turn, CropBox=pikepdf.Array(crop), Annots=pikepdf.Array([link]))
        with pikepdf.open(io.BytesIO(content)) as opened:
            left, bottom, right, top = (float(edge) for edge in opened.pages[0].obj.Annots[0].Rect)
        with pypdfium2.PdfDocument(content) as opened:
            page = opened[0]
            drawn = page.render(scale=1, may_draw_forms=False).to_pil().convert("RGB")
            blue = [(x, y) for x in range(drawn.width) for y in range(drawn.height) if _is_blue(drawn.getpixel((x, y)))]
            corners = [page.get_mediabox(), (left, bottom, right, top)]
        assert len(blue) > 0.8 * 195 * 16 and corners
        lowest = max(y for _, y in blue)
        if turn == 0:
            assert drawn.height - lowest > 28, "above the stamp"
            xs, ys = [x for x, _ in blue], [drawn.height - y for _, y in blue]
            assert abs(min(xs) - left) < 2 and abs(max(xs) - right) < 3
            assert abs(min(ys) - bottom) < 3 and abs(max(ys) - top) < 3
            assert drawn.getpixel((300, 3))[0] > 200, "the top stays"


def _is_blue(colour: tuple[int, ...]) -> bool:
    return colour[2] > 180 and colour[0] < 100


box = st.tuples(
    st.floats(-300, 300), st.floats(-300, 300), st.floats(150, 2000), st.floats(150, 2000), st.booleans()
).map(lambda b: [b[0] + b[2], b[1] + b[3], b[0], b[1]] if b[4] else [b[0], b[1], b[0] + b[2], b[1] + b[3]])


@settings(max_examples=examples(60))
@given(
    media=box,
    crop=st.none() | box,
    turn=st.sampled_from([0, 90, 180, 270, -90, 450]),
    unit=st.sampled_from([None, 0.5, 2.0, 2.83]),
)
def test_upright_at_the_bottom_centre(
    media: list[float], crop: list[float] | None, turn: int, unit: float | None
) -> None:
    boxes: dict[str, Any] = {"MediaBox": pikepdf.Array([round(edge, 2) for edge in media])}
    if unit is not None:
        boxes["UserUnit"] = unit
    if crop is not None:
        boxes["CropBox"] = pikepdf.Array([round(edge, 2) for edge in crop])
        x = sorted(media[0::2]), sorted(crop[0::2])
        y = sorted(media[1::2]), sorted(crop[1::2])
        if min(x[0][1], x[1][1]) - max(x[0][0], x[1][0]) < 60 or min(y[0][1], y[1][1]) - max(y[0][0], y[1][0]) < 60:
            return  # boxes that hardly meet: viewers disagree
    points, width, height, text = _seen(_stamped(Rotate=turn, **boxes))
    assert "".join(text.split()) == "".join(TEXT.split())
    across = [x for x, _ in points]
    assert across == sorted(across), "reads from left to right"
    assert max(y for _, y in points) - min(y for _, y in points) < 12 * max(1, min(width, height) / 595), "one line"
    assert abs((across[0] + across[-1]) / 2 - width / 2) < 0.03 * width + 2
    assert min(y for _, y in points) > 0 and max(y for _, y in points) < min(0.5 * height, 40 * max(1, width / 595))
    assert across[0] > 0 and across[-1] < width


@pytest.mark.parametrize(
    "leak",
    [
        b"q 5 0 0 5 100 100 cm q 1 0 0 1 50 50 cm",
        b"0 1 -1 0 300 20 cm",
        b"q Q Q 2 0 0 2 0 0 cm",
        b"q 0 0 10 10 re W n",
        b"3 Tr 100 Tz 1 0 0 rg",
        b"(a string without its end",
        b"(its end escaped\\)",
        b"<616263",
        b"[1 2 3",
        b"[(a) 3 <61",
        b"/OC <</A (x)",
        b"BT /F 9 Tf 9 9 Td",
        b"/OC /Hidden BDC 0 0 9 9 re f",
        b"BI /W 9 /H 9 /BPC 8 /CS /G ID abc",
        b"BX 1 2 3 unknown",
        b"0 0 100 100 re W",
        b"0 0 m 595 842 l",
        b"EMC Q ET ] >> )",
        b"(((((",
        b"{ % (",
    ],
)
def test_content_that_leaves_its_state_behind(leak: bytes) -> None:
    points, width, _, text = _seen(content := _stamped(leak))
    with pypdfium2.PdfDocument(content) as opened:
        assert visible.shows(opened[0], TEXT)
    assert "".join(text.split()) == "".join(TEXT.split())
    assert abs((points[0][0] + points[-1][0]) / 2 - width / 2) < 5 and all(10 < y < 30 for _, y in points)


def test_the_stamp_can_be_seen_on_white_and_on_black() -> None:
    for ground in (b"", b"0 g 0 0 595 842 re f"):
        with pypdfium2.PdfDocument(_stamped(ground, dark=bool(ground))) as opened:
            drawn = opened[0].render(scale=2).to_pil().convert("L")
        foot = drawn.crop((400, 842 * 2 - 60, 790, 842 * 2 - 20))
        dark, light = foot.getextrema()
        assert dark < 100 and light > 160


@pytest.mark.parametrize("boxes", [{}, {"MediaBox": 3}, {"MediaBox": pikepdf.Array([0, 0, 0, 0])}, {"UserUnit": -1}])
def test_boxes_that_make_no_sense_are_ignored(boxes: dict[str, Any]) -> None:
    seen = view(pikepdf.Dictionary({f"/{key}": value for key, value in boxes.items()}))
    assert (seen.width, seen.height) == (612, 792)


def test_user_units_count() -> None:
    page = pikepdf.Dictionary(MediaBox=pikepdf.Array([0, 0, 100, 200]), UserUnit=2.0, Rotate=90)
    assert (view(page).width, view(page).height) == (400, 200)


def test_an_older_stamp_in_the_page_keeps_its_font(tmp_path: Path) -> None:
    """Last year's bundle may be this year's evidence: same names, other subset."""
    old = SubsetFont(resources.fonts() / "NotoSansSC-Regular.otf", ["旧编号"])
    with pikepdf.open(pdf(tmp_path / "a.pdf", ["x"])) as made:
        page = made.pages[0].obj
        for font, text in ((old, "旧编号"), (FONT, TEXT)):
            Stamper(made, font).stamp(page, text)
        made.save(out := io.BytesIO())
    with pypdfium2.PdfDocument(out.getvalue()) as opened:
        text = opened[0].get_textpage().get_text_range()
    assert "旧编号" in text and "第128页" in text


def test_shared_and_missing_resources_and_unknown_characters() -> None:
    with pikepdf.new() as made:
        shared = made.make_indirect(pikepdf.Dictionary())
        for _ in range(2):
            made.add_blank_page(page_size=(300, 300))
            made.pages[-1].obj.Resources = shared
        made.add_blank_page(page_size=(300, 300))
        del made.pages[-1].obj["/Resources"]
        sheets = [page.obj for page in made.pages]
        stamper = Stamper(made, FONT)
        for sheet in sheets:
            stamper.stamp(sheet, "第1页😀")
        made.save(out := io.BytesIO())
    with pypdfium2.PdfDocument(out.getvalue()) as opened:
        assert [page.get_textpage().get_text_range() for page in opened] == ["第1页〓"] * 3
