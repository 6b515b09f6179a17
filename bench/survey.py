"""A folder of 20,000 small files: looked at for the first time, and again when all are known.

Run: ``python -m bench.survey [files]``. A third are one-page PDFs, a third texts, a third pictures; each has its own
content, so that none is known by another. Each measurement is a `kaoping check` of its own. Prints a Markdown table for
bench/README.md.
"""

from __future__ import annotations

import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pikepdf
from PIL import Image

FILES, IN_A_FOLDER = 20_000, 500


def make_unit(folder: Path, files: int) -> None:
    """Make a unit in ``folder`` with so many files in 材料/, and next to no records."""
    (folder / "records").mkdir(parents=True)
    unit = "id: U\nname: 甲市支队\nregion: 甲市\nlevel: 设区市\nyear: 2017\n"
    (folder / "records" / "unit.yaml").write_text(unit, encoding="utf-8")
    page, picture = _page(), _picture()
    for number in range(files):
        place = folder / "材料" / f"第{number // IN_A_FOLDER + 1}批"
        place.mkdir(parents=True, exist_ok=True)
        match number % 3:
            case 0:
                (place / f"通知{number:05}.pdf").write_bytes(page + b"%% %d\n" % number)
            case 1:
                (place / f"说明{number:05}.txt").write_text(f"说明{number}\n第二行\n", encoding="utf-8")
            case 2:
                (place / f"照片{number:05}.jpg").write_bytes(picture + b"%d" % number)


def _page() -> bytes:
    stream = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Contents = pdf.make_stream(b"0 0 m 100 100 l S")
        pdf.save(stream)
    return stream.getvalue()


def _picture() -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(stream, "JPEG")
    return stream.getvalue()


def check(unit: Path, cache: Path) -> tuple[float, float, int]:
    """Return the seconds and processor seconds of a check, and the lines that it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    run = subprocess.run(
        ["kaoping", "check", str(unit)], stdout=subprocess.PIPE, env={**os.environ, "KAOPING_CACHE": str(cache)}
    )
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, used, run.stdout.count(b"\n")


def main(files: int = FILES) -> None:
    """Measure and print."""
    if shutil.which("kaoping") is None:
        sys.exit("install kaoping first")
    with tempfile.TemporaryDirectory() as folder:
        make_unit(Path(folder, "unit"), files)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        nothing = time.perf_counter() - start
        print("| what | seconds | × `python -c pass` | files a second | processor seconds | lines printed |")
        print("|---|---|---|---|---|---|")
        for what in ("first look", "all known"):
            seconds, used, lines = check(Path(folder, "unit"), Path(folder, "cache"))
            print(
                f"| {what} | {seconds:.1f} | {seconds / nothing:.0f} | {files / seconds:.0f} | {used:.1f} | {lines} |"
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
