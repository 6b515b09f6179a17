"""The main job on the sample: seconds and peak memory of `kaoping build`, `kaoping --help` against a bare Python.

Run: ``python bench/sample.py``. Prints a Markdown table for bench/README.md.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

RUNS = 5
KAOPING = str(Path(sysconfig.get_path("scripts")) / "kaoping")


def seconds(command: list[str]) -> float:
    """Return the wall-clock seconds of one run; raises CalledProcessError where it fails."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def best(command: list[str]) -> float:
    """Return the median of RUNS runs, after one to warm the caches."""
    seconds(command)
    return statistics.median(seconds(command) for _ in range(RUNS))


def peak_megabytes() -> float | None:
    """Return the most memory that any child took; None on Windows, which does not say."""
    if sys.platform == "win32":
        return None
    import resource

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    bare = best([sys.executable, "-c", "pass"])
    help_ = best([KAOPING, "--help"])
    with tempfile.TemporaryDirectory() as folder:
        unit = Path(folder, "unit")
        subprocess.run([KAOPING, "demo", str(unit)], check=True, stdout=subprocess.DEVNULL)
        build = best([KAOPING, "build", str(unit)])
        verify = best([KAOPING, "verify", str(unit / "成果" / "送审稿")])
        score = best([KAOPING, "score", "--json", str(unit)])
    peak = peak_megabytes()
    print("| what | seconds | × `python -c pass` |")
    print("|---|---|---|")
    for what, took in (
        ("python -c pass", bare),
        ("kaoping --help", help_),
        ("kaoping build", build),
        ("kaoping verify", verify),
        ("kaoping score --json", score),
    ):
        print(f"| `{what}` | {took:.2f} | {took / bare:.1f} |")
    if peak is not None:
        print(f"\nPeak memory of any of them: {peak:.0f} MB.")


if __name__ == "__main__":
    main()
