"""An engine that stands in for OCR: it knows pictures by their colour, and gives the words that a test says.

It runs in workers, which come by what stands in the file that ``KNOWN_WORDS`` names: colour → lines, each [text, left,
top, right, bottom (shares of the picture), how sure]. While there is a file of its name with ``.held``, one page is
read, and the others wait.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from kaoping.evidence.reading import ocr_engine as engines
from kaoping.evidence.reading.ocr_engine import Engine, Seen
from kaoping.page import _jobs

PLACE = "KNOWN_WORDS"


def installed() -> Engine:
    """Return the engine that stands in."""
    return Engine("替身 1.0", "stand-in", "reading_stand_in:reader")


def reader() -> Callable[[Image.Image], list[Seen]]:
    """Return what “reads” a picture; a colour that nobody named takes the engine down."""
    return read


def read(picture: Image.Image) -> list[Seen]:
    known = json.loads(Path(os.environ[PLACE]).read_text("utf-8"))
    counts = picture.convert("RGB").quantize(8).convert("RGB").getcolors(1 << 20) or []
    colours = [colour for _, colour in sorted(counts, reverse=True) if max(colour) - min(colour) > 30]
    (name,) = [name for name in known if colours and _is_near(colours[0], json.loads(name))]
    held = Path(os.environ[PLACE] + ".held")
    while held.exists() and not _may_pass(held, name):
        time.sleep(0.05)
    with Path(os.environ[PLACE] + ".log").open("a") as log:
        log.write(name + "\n")
    width, height = picture.size
    corner = picture.convert("L").getpixel((round(0.96 * width), round(0.97 * height)))
    on_head = isinstance(corner, int) and corner < 100  # the mark of an upright page is at its upper left

    def place(x: float, y: float) -> tuple[float, float]:
        return ((1 - x) * width, (1 - y) * height) if on_head else (x * width, y * height)

    return [
        Seen(text, tuple(place(x, y) for x, y in ((a, b), (c, b), (c, d), (a, d))), sure, on_head)
        for text, a, b, c, d, sure in known[name]
    ]


def _may_pass(held: Path, name: str) -> bool:
    """Whether the page ``name`` is the first that is read while others are held; several processes ask at once."""
    with suppress(FileExistsError), held.with_suffix(".first").open("x") as first:
        first.write(name)
    return held.with_suffix(".first").read_text() == name


def _is_near(colour: Any, other: Any) -> bool:
    return sum(abs(these - those) for these, those in zip(colour, other, strict=True)) < 40


class Papers:
    """Papers of one colour each, and what the engine reads on them."""

    def __init__(self, patch: pytest.MonkeyPatch, place: Path) -> None:
        self._place, self._known = place, dict[str, Any]()
        patch.delenv("KAOPING_OCR", raising=False)
        patch.setenv(PLACE, str(place))
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        patch.setattr(engines, "_installed", installed)
        patch.setattr(_jobs, "_COMMAND", (sys.executable, "-P", str(Path(__file__).resolve())))

    def hold(self) -> None:
        """Let nothing be read after the first page."""
        Path(f"{self._place}.held").touch()

    def let_go(self) -> None:
        """Let all be read again."""
        Path(f"{self._place}.held").unlink()

    @property
    def read(self) -> int:
        """How many pages were read so far."""
        log = Path(f"{self._place}.log")
        return len(log.read_text().splitlines()) if log.exists() else 0

    @property
    def pages(self) -> int:
        """How many different pages were read so far: one that stands on its head is read twice."""
        log = Path(f"{self._place}.log")
        return len(set(log.read_text().splitlines())) if log.exists() else 0

    def page(self, *lines: str | tuple[str, float], known: bool = True) -> Image.Image:
        """Return a page with these lines, each a twentieth of the page high; a number says how sure they are read."""
        number = len(self._known)
        colour = (40 + 60 * (number % 4), 40 + 60 * (number // 4 % 4), 255 if number < 16 else 120)
        entry = [
            [*(its if isinstance(its, tuple) else (its, 1.0))[:1], 0.1, at / 20, 0.9, (at + 1) / 20,
             its[1] if isinstance(its, tuple) else 1.0]
            for at, its in enumerate(lines, 1)
        ]  # fmt: skip
        self._known[json.dumps(colour) if known else json.dumps((0, 0, number))] = entry
        self._place.write_text(json.dumps(self._known), "utf-8")
        picture = Image.new("RGB", (600, 800), "white")
        ImageDraw.Draw(picture).rectangle((100, 300, 500, 700), fill=colour)
        ImageDraw.Draw(picture).rectangle((6, 8, 42, 40), fill="black")
        return picture

    def scan(self, path: Path, *pages: Image.Image) -> Path:
        """Write a scanned PDF."""
        path.parent.mkdir(parents=True, exist_ok=True)
        pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=72)
        return path


if __name__ == "__main__":  # a job of the page's: the same as ever, but for who reads
    from kaoping.page._job_process import main

    engines._installed = installed
    main()
