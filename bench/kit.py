"""The kit for Windows: how large it is, and how long a clerk waits for it, under Wine.

Run: ``python -m bench.kit`` (with Wine, mingw and the locale zh_CN.UTF-8). Prints a Markdown table for bench/README.md.
Wine starts a program faster or slower than Windows does: the seconds say whether something stalls, and no more.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # what starts a kit under Wine stands with the tests
kits: Any = importlib.import_module("kits")

PROMPT = "输数字".encode("gbk")


def main() -> None:
    """Make a kit, unpack it for Wine, and start it as a double-click does."""
    if why := kits.lacking():
        sys.exit(why)
    with tempfile.TemporaryDirectory() as temporary:
        archive = Path(temporary) / "考评包.zip"
        begun = time.perf_counter()
        made = kits.make("windows", archive)
        seconds = time.perf_counter() - begun
        if made.returncode:
            sys.exit(made.stderr)
        with zipfile.ZipFile(archive) as packed:
            members = packed.infolist()
        wine = kits.unpack_for_wine(archive, Path(temporary) / "prefix")
        rows = [
            ("made in", f"{seconds:.0f} s"),
            ("zip", f"{archive.stat().st_size / 1e6:.1f} MB"),
            ("unpacked", f"{sum(its.file_size for its in members) / 1e6:.1f} MB, {len(members)} files"),
            ("first prompt, first start", f"{_until_prompt(wine):.1f} s"),
            ("first prompt, later", f"{min(_until_prompt(wine) for _ in range(3)):.1f} s"),
            ("`kaoping demo`, first", f"{_demo(wine, '一'):.1f} s"),
            ("`kaoping demo`, verdicts and modules known", f"{_demo(wine, '二'):.1f} s"),
        ]
    print("| what | |\n|---|---|")
    for title, figure in rows:
        print(f"| {title} | {figure} |")


def _until_prompt(wine: Any) -> float:
    """Return the seconds from the double-click to the first question."""
    begun = time.perf_counter()
    process = wine.start("cmd", "/c", "考评包.bat", cwd=wine.kit)
    shown = b""
    while PROMPT not in shown:
        byte = process.stdout.read(1)
        if not byte:
            sys.exit(process.stderr.read().decode("gbk", "replace"))
        shown += byte
    seconds = time.perf_counter() - begun
    process.communicate(b"0\r\n")
    return seconds


def _demo(wine: Any, name: str) -> float:
    begun = time.perf_counter()
    ran = wine.kaoping("demo", name)
    if ran.code:
        sys.exit(ran.err)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
