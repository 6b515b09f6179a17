"""The sample's pages as scans: seconds and memory to read them, first and from the store; what it costs who reads none.

Run: ``python -m bench.scans [--pages 20]`` (all of the sample: 145); needs what reads scans. The pages of the sample's
bundle are drawn, spoiled as an office's scanner does, and read by `kaoping read`. Then `kaoping build` of the sample,
with nothing to read it, is held against the same without the look for pages that are pictures, in turn.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

import psutil

from bench import spoiling
from bench.sample import KAOPING
from bench.survey import make_unit

_DPI = 150
_IN_A_FILE = 5  # pages
_RUNS = 5
#: What every Python that is started has, where nobody looks for pages that are pictures.
_NO_LOOK = "from kaoping.evidence import _scans\n_scans.is_scan = lambda *_: False\n"


class Took(NamedTuple):
    """What a command took, with all its children."""

    seconds: float
    processor: float
    megabytes: float  # at its peak, of all together


def took(command: list[str], more: Mapping[str, str]) -> Took:
    """Run a command with ``more`` in its environment; raises CalledProcessError where it fails."""
    before = os.times()
    start = time.perf_counter()
    process = psutil.Popen(command, env={**os.environ, **more}, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _memory(process))
        time.sleep(0.05)
    after = os.times()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Took(time.perf_counter() - start, used, peak / 1e6)


def _memory(process: psutil.Process) -> int:
    total = 0
    for its in (process, *_children(process)):
        try:
            total += its.memory_info().rss
        except psutil.Error:
            continue
    return total


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def scanned_unit(folder: Path, bundle: Path, pages: int) -> None:
    """Make a unit in ``folder`` whose evidence are scans of so many of the pages of ``bundle``, from all over it."""
    make_unit(folder, 0)
    drawn = list(spoiling.drawn(bundle, _DPI, most=10_000))
    chosen = [drawn[at * len(drawn) // pages] for at in range(pages)]
    (folder / "材料").mkdir()
    for first in range(0, pages, _IN_A_FILE):
        rng = Random(f"scans {first}")
        pictures = [
            spoiling.scanned(page, spoiling.Scan.thrown(rng), rng) for page in chosen[first : first + _IN_A_FILE]
        ]
        (folder / "材料" / f"扫描{first:03}.pdf").write_bytes(spoiling.as_pdf(pictures, _DPI))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--only", choices=("read", "build"), default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        unit, scans, store = folder / "unit", folder / "scans", {"KAOPING_CACHE": str(folder / "store")}
        subprocess.run([KAOPING, "demo", str(unit)], check=True, stdout=subprocess.DEVNULL)
        print("| what | seconds | processor seconds | peak MB, all processes |")
        print("|---|---|---|---|")
        if given.only != "build":
            subprocess.run([KAOPING, "build", str(unit)], check=True, stdout=subprocess.DEVNULL)
            bundle = next((unit / "成果" / "送审稿").rglob("*汇编*.pdf"))
            scanned_unit(scans, bundle, given.pages)
            for what in ("first", "from the store"):
                its = took([KAOPING, "read", str(scans)], store)
                print(f"| {given.pages} pages read, {what} | {its.seconds:.1f} | {its.processor:.1f} |"
                      f" {its.megabytes:.0f} |", flush=True)  # fmt: skip
        if given.only != "read":
            (folder / "sitecustomize.py").write_text(_NO_LOOK, encoding="utf-8")
            for what, options in (("all known", []), ("looked at anew", ["--no-cache"])):
                ways = {"no look for scans": {"PYTHONPATH": str(folder)}, "nothing to read with": {}}
                builds: dict[str, list[Took]] = {way: [] for way in ways}
                for _ in range(_RUNS + 1):  # the first warms what is kept
                    for way, more in ways.items():
                        environment = {"KAOPING_OCR": "0", "KAOPING_CACHE": str(folder / way), **more}
                        builds[way].append(took([KAOPING, "build", *options, str(unit)], environment))
                middle = {}
                for way, all_ in builds.items():
                    seconds, used, most = (statistics.median(column) for column in zip(*all_[1:], strict=True))
                    middle[way] = used
                    print(f"| build, {what}, {way} | {seconds:.2f} | {used:.2f} | {most:.0f} |")
                ratio = middle["nothing to read with"] / middle["no look for scans"]
                print(f"| ratio of processor seconds | | {ratio:.3f} | |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
