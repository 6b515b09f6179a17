"""The bundle of a large year: this project, a byte copy (the floor), pypdf as people write it, and qpdf's plain merge.

Run: ``python -m bench.bundle [--keep FOLDER] [--times N]``. Each measurement is a process of its own; its memory and
its processor time (user and system) are those of the process and its children: on a busy machine the latter says more
than the seconds. Prints a Markdown table for bench/README.md. See corpus.py for what is merged.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import psutil

from bench import corpus

RUNS = 3
_COPY = """
import pathlib, sys
with open(out, "wb") as target:
    for path in sorted(pathlib.Path(unit, "材料").iterdir()):
        with path.open("rb") as source:
            while block := source.read(1 << 20):
                target.write(block)
    target.flush(); os.fsync(target.fileno())
said["pages"] = 0
"""
_OURS = """
import gc
from pathlib import Path
from kaoping.evidence.store import open_store
from kaoping.pipeline.assessment import assess_folder
from kaoping.bundle.writing import write_bundle
gc.set_threshold(300_000)  # as the command line does
said["loading"], start = time.perf_counter() - start, time.perf_counter()
with open_store() as store:
    plan = assess_folder(Path(unit), store, "送审稿").plan
    said["assess"] = time.perf_counter() - start
    start, used = time.perf_counter(), sum(os.times()[:4])
    said["pages"] = write_bundle(plan, Path(out), keep=store.bytes_of).pages
"""
_FIRST = """
from pathlib import Path
from kaoping.evidence.store import open_store
from kaoping.pipeline.assessment import assess_folder
with open_store() as store:
    said["pages"] = len(assess_folder(Path(unit), store, "送审稿").plan.pieces)
"""
_PYPDF = """
import io, pathlib
import pikepdf
from pypdf import PdfReader, PdfWriter
def stamp(number):
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        made.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        made.pages[0].obj.Contents = made.make_stream(f"BT /F 9 Tf 280 14 Td ({number}) Tj ET".encode())
        made.save(out := io.BytesIO())
    return PdfReader(out).pages[0]
writer = PdfWriter()
for path in sorted(pathlib.Path(unit, "材料").glob("*.pdf")):
    first = len(writer.pages)
    writer.append(str(path), import_outline=False)
    writer.add_outline_item(title=path.stem, page_number=first)
for number, page in enumerate(writer.pages, 1):
    page.merge_page(stamp(number))
writer.write(out)
said["pages"] = len(writer.pages)
"""
_FRAME = """
import json, os, sys, time
unit, out = sys.argv[1:]
said = {{}}
start, used = time.perf_counter(), sum(os.times()[:4])
{body}
said["seconds"] = time.perf_counter() - start
said["processor"] = sum(os.times()[:4]) - used
print(json.dumps(said))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """The median of some runs, and the most memory that any of them took."""

    seconds: float
    megabytes: float
    pages: int = 0
    processor: float = 0.0  # seconds; 0 where nobody measured


def main() -> None:
    """Make the corpus, measure, print."""
    times = int(sys.argv[sys.argv.index("--times") + 1]) if "--times" in sys.argv else 1
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[sys.argv.index("--keep") + 1] if "--keep" in sys.argv else temporary)
        unit, out = folder / "unit", folder / "out.pdf"
        os.environ["KAOPING_CACHE"] = str(folder / "store")
        if not unit.exists():
            corpus.make(unit, times)
        _measure(unit, out, times)


def _measure(unit: Path, out: Path, times: int) -> None:
    size = sum(path.stat().st_size for path in (unit / "材料").iterdir())
    first = _python(_FIRST, unit, out, 1)
    copy = _python(_COPY, unit, out)
    ours = _python(_OURS, unit, out)
    content = out.read_bytes()
    _python(_OURS, unit, out, 1)
    same = out.read_bytes() == content
    rows = [("byte copy", copy), ("kaoping: merge, stamp, outline, links", ours)]
    if times == 1:
        rows.append(("qpdf, plain merge", _command(_qpdf(unit, out), out)))
        rows.append(("pypdf, append and merge_page", _python(_PYPDF, unit, out, 1)))
    again, loading = _after_one_change(unit, out)
    print(f"{size / 1e6:.0f} MB in {len(list((unit / '材料').iterdir()))} files; {ours.pages} pages in the bundle.\n")
    print("| what | seconds | × byte copy | processor seconds | × byte copy | peak MB |")
    print("|---|---|---|---|---|---|")
    for what, found in rows:
        taken = f"{found.seconds:.2f} | {found.seconds / copy.seconds:.2f}"
        used = f"{found.processor:.2f} | {found.processor / copy.processor:.2f}" if found.processor else " | "
        print(f"| {what} | {taken} | {used} | {found.megabytes:.0f} |")
    print(f"\nByte-identical twice: {'yes' if same else 'NO'}.")
    print(f"All verdicts for the first time: {first.seconds:.0f} s.")
    print(
        f"Rebuild after one changed file: {again:.2f} s, {again / ours.seconds:.2f} × the merge alone; "
        f"{(again + loading) / ours.seconds:.2f} × with the start of the program."
    )
    print(f"Memory: {ours.megabytes * 1000 / ours.pages:.0f} KB a page.")


def _after_one_change(unit: Path, out: Path) -> tuple[float, float]:
    """Return the seconds of a survey, a plan and the merge after one file has changed; and of loading the program."""
    found, loading = [], []
    for _ in range(RUNS):
        changed = unit / "材料" / "材料0001.pdf"
        with pikepdf.open(changed, allow_overwriting_input=True) as pdf:
            pdf.docinfo["/Title"] = os.urandom(8).hex()
            pdf.save(changed)
        said = _run([sys.executable, "-c", _FRAME.format(body=_OURS), str(unit), str(out)])[0]
        found.append(said["assess"] + said["seconds"])
        loading.append(said["loading"])
    return statistics.median(found), statistics.median(loading)


def _qpdf(unit: Path, out: Path) -> list[str]:
    sources = [part for path in sorted((unit / "材料").glob("*.pdf")) for part in (str(path), "1-z")]
    return ["qpdf", "--empty", "--remove-unreferenced-resources=no", "--pages", *sources, "--", str(out)]


def _python(body: str, unit: Path, out: Path, runs: int = RUNS) -> Measured:
    found = [_run([sys.executable, "-c", _FRAME.format(body=body), str(unit), str(out)]) for _ in range(runs)]
    seconds, processor = (statistics.median(said[what] for said, _ in found) for what in ("seconds", "processor"))
    return Measured(seconds, max(peak for _, peak in found), int(found[0][0]["pages"]), processor)


def _command(command: list[str], out: Path) -> Measured:
    found = []
    peak = 0.0
    for _ in range(RUNS):
        start = time.perf_counter()
        _, peak_now = _run(command)
        found.append(time.perf_counter() - start)
        peak = max(peak, peak_now)
    return Measured(statistics.median(found), peak)


def _run(command: list[str]) -> tuple[dict[str, float], float]:
    """Run ``command``; return the JSON that it prints, if any, and the most memory it and its children held, in MB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    peak = [0]
    done = threading.Event()

    def watch() -> None:
        root = psutil.Process(process.pid)
        while not done.wait(0.02):
            try:
                peak[0] = max(peak[0], sum(p.memory_info().rss for p in (root, *root.children(recursive=True))))
            except psutil.Error:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    said, _ = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[:3])
    return (json.loads(said) if said.strip().startswith(b"{") else {}), peak[0] / 1e6


if __name__ == "__main__":
    main()
