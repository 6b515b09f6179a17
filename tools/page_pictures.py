"""Takes the pictures of the local page that stand in the README: the sample unit, at the two sizes of clerks' screens.

Run `python tools/page_pictures.py` (Playwright and Chromium, as for the tests: `pip install '.[browser]'`). It lays the
sample out in a temporary folder, serves it, and writes docs/pictures/page-*.png.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from kaoping import api

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
SIZES = ((1366, 768), (1920, 1080))
#: What is shown at which address of the sample.
VIEWS = {
    "overview": "/",
    "line": "/lines/26",
    "records": "/records/case",
    "record": "/records/meeting?new=1",
    "paste": "/records/training/-/paste",
    "import": "/records/-/import",
    "evidence": "/evidence",
    "file": "/evidence/file/日常/双随机一公开实施细则.pdf",
    "reading": "/evidence/reading",
    "build": "/build",
    "look": "/build/look",
    "tools": "/build/tools",
    "settings": "/settings",
}
#: The sample's year is 2017: its deadlines lie ahead on the day that it was made for.
_SERVED = """
import datetime, sys
class Day(datetime.date):
    @classmethod
    def today(cls):
        return cls(2017, 12, 15)
datetime.date = Day
from kaoping.cli.main import main
main(["serve", sys.argv[1], "--no-open"])
"""
_COLOURS = (128, 64)  # of a picture: flat ones lose nothing by it, and take a third; of fewer the red ones go
_LARGEST = 100_000  # bytes of one, for which it has the fewer colours
_LONGEST = 300_000  # milliseconds that the first look at the sample's evidence may take


def main() -> None:
    """Serve the sample and take each picture."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("no Chromium")
    with tempfile.TemporaryDirectory() as temporary:
        unit = Path(temporary) / "澜川市支队2017"
        api.lay_out_sample(unit)
        command = [sys.executable, "-c", _SERVED, str(unit)]
        around = os.environ | {"XDG_CACHE_HOME": str(Path(temporary) / "cache"), "KAOPING_OCR": "0"}
        around |= {"XDG_DATA_HOME": str(Path(temporary) / "data")}
        subprocess.run([sys.executable, "-m", "kaoping", "build", str(unit)], env=around, check=True)
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=around, encoding="utf-8") as serving:
            assert serving.stdout is not None
            serving.stdout.readline()
            address = serving.stdout.readline().split("：", 1)[1].strip()
            try:
                with sync_playwright() as playwright:
                    chromium = playwright.chromium.launch(
                        executable_path=browser, args=["--no-sandbox", "--lang=zh-CN"]
                    )
                    page = chromium.new_page(locale="zh-CN")
                    page.goto(address)
                    page.wait_for_selector("#total", timeout=_LONGEST)
                    take(page)
                    chromium.close()
            finally:
                serving.terminate()


def take(page: Page) -> None:
    """Write a picture of each view, at each size."""
    start = str(page.evaluate("location.origin"))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for name, path in VIEWS.items():
            page.goto(start + path)
            page.wait_for_selector("#total", timeout=_LONGEST)
            page.wait_for_load_state("networkidle")
            (PICTURES / f"page-{name}-{width}.png").write_bytes(small(page.screenshot()))
            print(f"docs/pictures/page-{name}-{width}.png")


def small(png: bytes) -> bytes:
    """Return a picture with as many colours as it may have to be small."""
    shot = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in _COLOURS:
        shot.quantize(colours, dither=Image.Dither.NONE).save(stream := io.BytesIO(), "PNG", optimize=True)
        if stream.tell() < _LARGEST:
            break
    return stream.getvalue()


if __name__ == "__main__":
    main()
