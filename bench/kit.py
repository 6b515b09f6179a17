"""The kit for Windows: how large it is, and how long a clerk waits for it, under Wine.

Run: ``python -m bench.kit`` (with Wine, mingw and the locale zh_CN.UTF-8). Prints a Markdown table for bench/README.md.
Wine starts a program faster or slower than Windows does: the seconds say whether something stalls, and no more.
"""

from __future__ import annotations

import http.client
import importlib
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # what starts a kit under Wine stands with the tests
kits: Any = importlib.import_module("kits")


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
            ("first page, first start", f"{_until_page(wine):.1f} s"),
            ("first page, later", f"{min(_until_page(wine) for _ in range(3)):.1f} s"),
            ("`kaoping demo`, first", f"{_demo(wine, '一'):.1f} s"),
            ("`kaoping demo`, verdicts and modules known", f"{_demo(wine, '二'):.1f} s"),
        ]
    print("| what | |\n|---|---|")
    for title, figure in rows:
        print(f"| {title} | {figure} |")


def _until_page(wine: Any) -> float:
    """Return the seconds from the double-click to the start page, the browser's own start apart."""
    begun = time.perf_counter()
    process = wine.start("cmd", "/c", "考评包.bat", "--no-open", cwd=wine.kit)
    shown = b""
    while b"http://" not in shown:
        shown = process.stdout.readline()
        if not shown:
            sys.exit(process.stderr.read().decode("gbk", "replace"))
    address = urlsplit(shown.decode("gbk").split("：", 1)[1].strip())
    connection = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=60)
    connection.request("GET", f"{address.path}?{address.query}")
    launched = connection.getresponse()
    launched.read()
    connection.request("GET", "/", headers={"Cookie": str(launched.getheader("Set-Cookie")).split(";")[0]})
    if connection.getresponse().status != 200:
        sys.exit("the start page does not answer")
    seconds = time.perf_counter() - begun
    connection.close()
    wine.run("taskkill", "/f", "/im", "python.exe")
    process.communicate(b"\r\n")
    return seconds


def _demo(wine: Any, name: str) -> float:
    begun = time.perf_counter()
    ran = wine.kaoping("demo", name)
    if ran.code:
        sys.exit(ran.err)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
