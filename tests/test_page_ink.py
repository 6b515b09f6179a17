"""Ink at the head of a scanned page in which nothing was read is told; pale letters stand out on any paper."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from kaoping.core import resources
from kaoping.evidence.reading import _page_reader
from kaoping.evidence.reading._page_ink import unread_at_head, whitened
from kaoping.evidence.reading._scanned import _page_read, what_pages_say
from kaoping.evidence.reading.ocr_engine import Seen
from kaoping.evidence.words import STOCK

_SCALE = 2.0  # pixels a point
_TITLE = (150, 110, 450, 130)
_CORNERS = ((300.0, 200.0), (400.0, 200.0), (400.0, 215.0), (300.0, 215.0))


def _page(*texts: tuple[str, int, int, int], paper: int = 255) -> Image.Image:
    page = Image.new("RGB", (595, 842), (paper, paper, paper))
    draw = ImageDraw.Draw(page)
    for text, x, y, size in texts:
        font = ImageFont.truetype(str(resources.fonts() / "NotoSansSC-Regular.otf"), size)
        draw.text((x, y), text, font=font, fill=(20, 20, 20))
    return page


def _places(page: Image.Image, lines: Iterable[tuple[int, int, int, int]]) -> int:
    larger = page.resize((int(page.width * _SCALE), int(page.height * _SCALE)))
    return len(unread_at_head(larger, _SCALE, [tuple(edge * _SCALE for edge in line) for line in lines]))


@pytest.mark.parametrize("paper", [255, 205])
def test_ink_at_the_head_without_a_line_is_seen(paper: int) -> None:
    page = _page(("绝密★10年", 70, 50, 16), ("关于某事的通知", 150, 110, 20), ("正文", 90, 400, 16), paper=paper)
    assert _places(page, [_TITLE]) > 0 and _places(page, [_TITLE, (68, 50, 160, 72)]) == 0


def test_rules_shadows_and_pictures_are_no_unread_text() -> None:
    page = _page(("关于某事的通知", 150, 110, 20))
    draw = ImageDraw.Draw(page)
    draw.rectangle([60, 160, 535, 162], fill=(200, 0, 0))  # the red line of a paper's head
    draw.rectangle([0, 0, 5, 842], fill=(30, 30, 30))  # the shadow at a scan's edge
    draw.rectangle([60, 40, 96, 70], fill=(0, 0, 0))  # what was masked
    draw.ellipse([480, 20, 560, 100], fill=(200, 30, 30))  # larger than a line
    assert _places(page, [_TITLE]) == 0
    photo = Image.effect_mandelbrot((595, 842), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    assert _places(photo, []) == 0


def test_buttons_of_a_window_and_bullets_are_no_unread_text() -> None:
    """Screenshots of a platform held the sample city's package back for three dots."""
    page = _page(("全国文化市场技术监管与服务平台", 60, 100, 18))
    draw = ImageDraw.Draw(page)
    for left in (42, 56, 70):
        draw.ellipse([left, 76, left + 8, 84], fill=(140, 130, 135))
    for left in (200, 216, 232, 248):
        draw.rectangle([left, 40, left + 10, 50], fill=(20, 20, 20))
    assert _places(page, [(58, 100, 360, 126)]) == 0
    assert _places(page, []) == 1


@pytest.mark.parametrize("size", [9, 12, 16, 22, 36])
def test_bold_characters_of_any_size_are_text(size: int) -> None:
    page = Image.new("RGB", (595 * 4, 842 * 4), "white")
    font = ImageFont.truetype(str(resources.fonts() / "NotoSansSC-Regular.otf"), size * 4)
    ImageDraw.Draw(page).text((280, 200), "绝密★10年", font=font, fill=(20, 20, 20), stroke_width=size // 8)
    assert 0 < len(unread_at_head(page.resize((595 * 2, 842 * 2)), 2.0, [])) <= 2


def test_a_table_that_begins_at_the_head_is_no_unread_text() -> None:
    page = _page(("关于某事的通知", 150, 110, 20))
    draw = ImageDraw.Draw(page)
    draw.rectangle([60, 140, 300, 600], outline=(20, 20, 20), width=3)
    draw.line([180, 140, 180, 600], fill=(20, 20, 20), width=3)
    assert _places(page, [_TITLE]) == 0


@pytest.mark.parametrize(("lines", "unread"), [(1, 0), (3, 1)])
def test_a_photo_of_a_room_has_no_head_unless_there_is_a_text_on_it(lines: int, unread: int) -> None:
    """The frame of a screen above a course held the sample city's package back."""
    photo = Image.new("RGB", (842, 595), (178, 186, 194))
    draw = ImageDraw.Draw(photo)
    for left in range(20, 800, 60):
        draw.ellipse([left, 330, left + 50, 590], fill=(60 + left // 10, 50, 70))
    font = ImageFont.truetype(str(resources.fonts() / "NotoSansSC-Regular.otf"), 16)
    draw.text((120, 40), "绝密★10年", font=font, fill=(20, 20, 20))
    read = [Seen("业务培训班", tuple((x, y + 20.0 * at) for x, y in _CORNERS), 0.99) for at in range(lines)]
    read = [replace(its, corners=tuple((2 * x, 2 * y) for x, y in its.corners)) for its in read]
    assert _page_reader._looked_closer(photo.resize((1684, 1190)), 2.0, read, lambda part: [])[1] == unread


def test_a_cover_with_next_to_nothing_on_it_has_a_head() -> None:
    cover = _page(("绝密★10年", 70, 50, 16), ("关于某事的通知", 150, 310, 20))
    assert _page_reader._looked_closer(cover.resize((1190, 1684)), 2.0, [], lambda part: [])[1] > 0


def test_it_is_read_again_larger_and_what_stays_unread_holds_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """final.marking_in_doubt: nothing was read where something stands."""
    page = _page(("绝密", 70, 50, 16), ("机密", 400, 50, 16), ("关于某事的通知", 150, 110, 20))
    page.save(tmp_path / "a.pdf", resolution=72)

    def read(picture: Image.Image) -> list[Seen]:
        wide, high = picture.size
        whole = wide > high * 0.5 and wide > 1000
        if whole:
            scale = wide / 595
            left, top, right, bottom = (edge * scale for edge in _TITLE)
            return [Seen("关于某事的通知", ((left, top), (right, top), (right, bottom), (left, bottom)), 0.99)]
        corners = ((20.0, 20.0), (100.0, 20.0), (100.0, 60.0), (20.0, 60.0))
        parts.append(picture.size)
        return [Seen("电话", corners, 0.9 if len(parts) == 1 else 0.3)]

    parts: list[tuple[int, int]] = []
    monkeypatch.setattr(_page_reader, "_reader", lambda name: read)
    entry = json.loads(json.dumps(_page_reader.read_page(str(tmp_path / "a.pdf"), 1, "x:y")))
    assert len(parts) == 2 and entry["unread"] == 1 and [its[0] for its in entry["lines"]] == ["关于某事的通知", "电话"]
    says = what_pages_say({3: _page_read(3, entry)}, STOCK)
    assert says.secret == "" and says.doubts == ("第3页页首（有 1 处字迹没认出来）",)


def test_a_character_of_a_level_that_is_written_across_a_page_is_in_doubt() -> None:
    """Of 绝密★长期 as a watermark one character was read, and the page let through."""
    entry = {"lines": [], "across": ["密"], "turn": 0, "blank": False, "size": [595.0, 842.0], "unread": 0}
    says = what_pages_say({2: _page_read(2, entry)}, STOCK)
    assert says.secret == "" and says.doubts == ("第2页“密”",)
    assert what_pages_say({2: _page_read(2, {**entry, "across": ["绝密"]})}, STOCK).secret == "绝密"
    assert not what_pages_say({2: _page_read(2, {**entry, "across": ["样张"]})}, STOCK).doubts


def test_a_faint_line_is_in_doubt_with_the_end_of_a_level_alone() -> None:
    """A newspaper's name in brush strokes (之化市持宁报) held the sample city's package back: 密电报 ends so, too."""
    corners = [100, 50, 200, 50, 200, 80, 100, 80]
    entry = {"across": [], "turn": 0, "blank": False, "size": [595.0, 842.0], "unread": 0}
    for text, doubted in (("之化市持宁报", False), ("关密件", True), ("附件", False)):
        page = _page_read(1, {**entry, "lines": [[text, corners, 0.5, [], []]]})
        assert bool(what_pages_say({1: page}, STOCK).doubts) == doubted, text


def test_pale_letters_stand_out_on_grey_paper() -> None:
    page = Image.new("L", (600, 800), 200)
    ImageDraw.Draw(page).rectangle([200, 300, 260, 500], fill=165)
    ImageDraw.Draw(page).rectangle([300, 300, 590, 790], fill=60)  # a photo on the page
    even = whitened(page)
    assert even.getpixel((50, 50)) == 255 and even.getpixel((230, 400)) in range(210, 230)
    assert even.getpixel((450, 600)) in range(180, 190)
