"""Many units: one process against two workers, and how the cost grows with their number and with the size of one.

Run: ``python -m bench.batch [units]`` (100; 4 to 6 show that it works) on a quiet machine: the load is printed. No scan
is read, for that takes all the time there is. Each unit has 24 small files of its own (a third each of PDFs, texts,
pictures) and next to no records; no process knows any of them before. Each measurement is a `kaoping batch` of its own.
Prints Markdown for bench/README.md; the last table is computed from what was measured, and says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.survey import make_unit

UNITS, FILES = 100, 24
_MB = 1e6


@dataclass(frozen=True, slots=True)
class Run:
    """A batch: seconds, processor seconds of all processes, MB that the first and the largest worker held at most."""

    seconds: float
    used: float
    used_first: float  # of it, by the first process: with workers Dask's scheduler, and the summary
    scheduler: float
    worker: float
    moved: float  # kB over the loopback interface meanwhile, whoever's: the machine is to be quiet


def make_units(folder: Path, units: int, files: int = FILES) -> None:
    """Make so many units below ``folder``, no two with a file in common."""
    for number in range(units):
        unit = folder / f"单位{number:03}"
        make_unit(unit, files)
        facts = unit / "records/unit.yaml"
        facts.write_text(facts.read_text("utf-8").replace("甲市", f"第{number:03}市"), encoding="utf-8")
        for path in (path for path in (unit / "材料").rglob("*") if path.is_file()):
            with path.open("ab") as stream:
                stream.write(b"%% %d\n" % number)


def batch(folder: Path, cache: Path, *options: str, cores: Sequence[int] = ()) -> Run:
    """Run `kaoping batch` on ``folder`` with a store of its own; what its processes use is looked at all the while.

    All of them keep to ``cores``, where some are given.
    """
    environment = {**os.environ, "KAOPING_CACHE": str(cache), "KAOPING_OCR": "0"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # who has installed it has its modules compiled
    before, start = _looped(), time.perf_counter()
    process = psutil.Popen(["kaoping", "batch", str(folder), *options], stdout=subprocess.DEVNULL, env=environment)
    if cores:
        process.cpu_affinity(list(cores))
    used: dict[int, float] = {}
    first, others = 0.0, 0.0
    while process.poll() is None:
        for its in _family(process):
            try:
                times, held = its.cpu_times(), its.memory_info().rss / _MB
                used[its.pid] = times.user + times.system
            except psutil.Error:
                continue
            if its.pid == process.pid:
                first = max(first, held)
            elif "spawn" in " ".join(_words(its)):
                others = max(others, held)
        time.sleep(0.1)
    moved = (_looped() - before) / 1000
    return Run(time.perf_counter() - start, sum(used.values()), used.get(process.pid, 0.0), first, others, moved)


def _looped() -> int:
    """Return the bytes that went over the loopback interface; 0 where nobody counts them."""
    counted = psutil.net_io_counters(pernic=True)
    return next((its.bytes_sent for name, its in counted.items() if name.lower().startswith("lo")), 0)


def _family(process: psutil.Process) -> Iterator[psutil.Process]:
    try:
        yield from (process, *process.children(recursive=True))
    except psutil.Error:
        return


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def main(units: int = UNITS) -> None:
    """Measure and print."""
    if shutil.which("kaoping") is None:
        sys.exit("install kaoping[cluster] first")
    with tempfile.TemporaryDirectory() as place:  # modules are compiled, the disk's cache is warm
        make_units(Path(place, "省"), 2)
        batch(Path(place, "省"), Path(place, "store"), "--workers", "2")
        print(
            f"Nothing changed, 2 units: {batch(Path(place, '省'), Path(place, 'store')).used:.1f} processor seconds.\n"
        )
    print(
        "| units × files | way | seconds | a unit | processor seconds a unit | of it, first process "
        "| MB: first process | largest worker |\n|---|---|---|---|---|---|---|---|"
    )
    rates: dict[str, Run] = {}
    kept_of = 0.0
    few, some = max(1, units // 10), max(1, units * 3 // 10)
    ways: list[tuple[str, tuple[str, ...], tuple[int, ...]]] = [
        ("one process", (), ()),
        ("two workers", ("--workers", "2"), ()),
        ("one process on one core", (), (0,)),
    ]
    for count, files in dict.fromkeys(((few, FILES), (some, FILES), (units, FILES), (few, FILES * 10))):
        for way, options, cores in ways if count == units and hasattr(psutil.Process, "cpu_affinity") else ways[:2]:
            with tempfile.TemporaryDirectory() as place:
                make_units(Path(place, "省"), count, files)
                its = batch(Path(place, "省"), Path(place, "store"), *options, cores=cores)
                kept = [path.stat().st_size for path in Path(place, "省/汇总/各单位").glob("*/*.json")]
            print(
                f"| {count} × {files} | {way} | {its.seconds:.1f} | {its.seconds / count:.2f} | {its.used / count:.2f} "
                f"| {its.used_first / count:.2f} | {its.scheduler:.0f} | {its.worker:.0f} |",
                flush=True,
            )
            if (count, files) == (units, FILES):
                rates[way] = its
                kept_of = sum(kept) / len(kept)
    load = " ".join(f"{its:.1f}" for its in psutil.getloadavg())
    print(f"\nOf {os.cpu_count()} cores; load of the last 1, 5, 15 minutes: {load}.")
    alone, two = rates["one process"], rates["two workers"]
    print(f"Speed-up of two workers on {units} units: {alone.seconds / two.seconds:.2f} against one process, which has")
    ideal, at_most = 2 * alone.seconds / alone.used, 2 * alone.seconds / two.used
    print(f"helpers and uses {alone.used / alone.seconds:.2f} cores: two that never rest and have nothing more to do")
    print(f"give {ideal:.2f} at most, and with what two workers use, {at_most:.2f}.")
    if narrow := rates.get("one process on one core"):
        print(f"Against one process that is held to one core: {narrow.seconds / two.seconds:.2f}.")
    more = (two.used - alone.used) / units
    print(f"Overhead of a unit built by workers: {more:.2f} processor seconds, of all processes together.")
    print(f"Moved for a unit, all messages of two workers and the scheduler: {two.moved / units:.0f} kB;")
    print(f"of that what came of it: {kept_of / 1000:.0f} kB. What goes there is its path and its files' names.")
    most = 3600 * units / two.used_first
    print("\nComputed: workers that do not wait for one another, as fast as these two were, and what the first process")
    print("can hand out at most. What a store in common bears, or a shared disk, is not in it.")
    print("\n| workers | units an hour, by the workers | by the first process |")
    print("|---|---|---|")
    for workers in (8, 64, 256):
        print(f"| {workers} | {workers * 3600 * units / (2 * two.seconds):.0f} | {most:.0f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
