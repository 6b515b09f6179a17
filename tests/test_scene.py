"""A photo of what happened is told from that of a page, a screenshot and a scan, by its content."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from bundles import surveyed
from kaoping.evidence.convert._scene import is_scene

SIZE = (640, 480)


def _noisy(picture: Image.Image, strength: int = 12) -> Image.Image:
    """What a camera adds: each pixel a little off."""
    chance = random.Random(7)
    data = bytes(
        max(0, min(255, value + chance.randint(-strength, strength)))
        for value in picture.filter(ImageFilter.BoxBlur(1)).tobytes()
    )
    return Image.frombytes("RGB", picture.size, data)


def _page(paper: tuple[int, int, int], ink: tuple[int, int, int] = (60, 55, 50)) -> Image.Image:
    picture = Image.new("RGB", SIZE, paper)
    draw = ImageDraw.Draw(picture)
    for top in range(40, 440, 24):
        for left in range(40, 600, 22):
            draw.rectangle((left, top, left + 12, top + 10), fill=ink)
    draw.ellipse((420, 330, 540, 450), outline=(200, 40, 40), width=6)  # a seal
    return picture


def _street() -> Image.Image:
    picture = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(picture)
    for top in range(220):
        draw.line((0, top, 640, top), fill=(150 + top // 3, 190 + top // 5, 240 - top // 9))  # sky
    draw.rectangle((0, 220, 640, 480), fill=(62, 58, 52))
    draw.rectangle((60, 120, 260, 360), fill=(205, 130, 110))
    draw.rectangle((330, 160, 610, 400), fill=(70, 150, 70))
    draw.ellipse((270, 250, 330, 420), fill=(30, 40, 90))
    return picture


SCENES: dict[str, tuple[Callable[[], Image.Image], bool]] = {
    "街上": (lambda: _noisy(_street()), True),
    "白纸": (lambda: _noisy(_page((235, 235, 232))), False),
    "灯下的纸": (lambda: _noisy(_page((230, 200, 150))), False),
    "暗处的纸": (lambda: _noisy(_page((120, 110, 90), (40, 35, 30))), False),
    "截图": (_street, False),  # flat: a program drew it
    "黑白照片": (lambda: _noisy(_street().convert("L").convert("RGB"), 4), False),
    "小图标": (lambda: _noisy(_street().resize((120, 90))), False),
}


@pytest.mark.parametrize("name", SCENES)
def test_a_photo_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    make, is_photo = SCENES[name]
    make().save(tmp_path / f"{name}.png")
    assert is_scene(Image.open(tmp_path / f"{name}.png").convert("RGB")) is is_photo


def test_a_photo_may_share_a_page_whatever_it_is_registered_as(tmp_path: Path) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    _noisy(_street()).save(folder / "现场.jpg", quality=92)
    _noisy(_page((230, 200, 150))).save(folder / "签到表.jpg", quality=92)
    files = surveyed(folder)
    assert files["现场.jpg"].album and not files["签到表.jpg"].album
