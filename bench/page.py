"""The local page: seconds from the command to the first page, and each view against an empty answer of the server.

Run: ``python -m bench.page [rows] [files]``. The sample city, and the same with an imported ledger of 100,000 rows and
5,000 files of evidence; one record changed among
3,128 cases. The server is a process of its own, asked as a browser asks. Prints Markdown tables for
bench/README.md.
"""

from __future__ import annotations

import gc
import http.client
import itertools
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from bench import ledger, survey
from kaoping import api

ROWS, FILES, TIMES, OFTEN = 100_000, 5_000, 9, 46
VIEWS = {
    "an empty answer": "/alive",
    "总览": "/",
    "考评项 26": "/lines/26",
    "记录": "/records",
    "案件": "/records/case",
    "日常检查": "/records/inspection",
    "材料": "/evidence",
    "生成": "/build",
    "设置": "/settings",
}


class Browser:
    """One browser: its cookie, and how long it waited."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        assert parts.hostname is not None
        self._host, self._port, self._cookie = parts.hostname, parts.port, ""
        status, headers, _ = self.ask(f"{parts.path}?{parts.query}")
        assert status == 303, status
        self._cookie = headers["set-cookie"].split(";")[0]

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        """Ask for ``path``, with a ``form`` by POST; return status, headers and text."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=600)
        headers = {"Cookie": self._cookie, "Origin": f"http://{self._host}:{self._port}"}
        if form is None:
            connection.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", path, urlencode(form), headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


@contextmanager
def served(folder: Path) -> Iterator[tuple[Browser, float]]:
    """Start the page of ``folder``; with the seconds from the command to its first page."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "kaoping", "serve", str(folder), "--no-open"]
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # who has installed it has its modules compiled
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        address = next(match[0] for line in process.stdout if (match := re.search(r"http://\S+", line)))
        browser = Browser(address)
        assert browser.ask("/")[0] == 200
        first = time.perf_counter() - began
        try:
            yield browser, first
        finally:
            process.terminate()


def loaded(browser: Browser, path: str = "/") -> None:
    """Wait until the view at ``path`` is there, and does not say any more how far the work is."""
    while 'id="total"' not in browser.ask(path)[2]:
        time.sleep(0.5)


def median(browser: Browser, path: str) -> float | None:
    """Return the median seconds of an answer; None where there is no such view."""
    if browser.ask(path)[0] not in (200, 204):
        return None
    if path != VIEWS["an empty answer"]:
        loaded(browser, path)
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        browser.ask(path)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def settled(browser: Browser, line: str) -> float:
    """Return the seconds from a decision sent to its line shown anew, the way that a browser goes."""
    loaded(browser, f"/lines/{line}")
    _, _, page = browser.ask(f"/lines/{line}")
    match = re.search(r"csrf=([\w-]+)", page)
    assert match is not None, "the line has a form"
    words = {"name": line, "points": "1", "reason": "集体研究", "who": "办公会", "when": "12月18日"}
    began = time.perf_counter()
    status, headers, text = browser.ask(f"/lines/{line}/decision?csrf={match[1]}", words)
    assert status == 303, text
    assert browser.ask(headers["location"])[0] == 200
    seconds = time.perf_counter() - began
    assert browser.ask(f"/lines/{line}/decision/undo?csrf={match[1]}", {"name": line})[0] == 303
    return seconds


def large(folder: Path, rows: int, files: int) -> Path:
    """Make the sample city with a ledger of ``rows`` inspections and some ``files`` more of evidence."""
    unit, beside = folder / "大单位", folder / "beside"
    api.copy_sample(unit, "city-2017")
    beside.mkdir()
    ledger.write_ledger(beside / "检查台账.xlsx", rows)
    command = [sys.executable, "-m", "kaoping", "import", str(beside / "检查台账.xlsx"), "--as", "inspection"]
    subprocess.run([*command, "--unit", str(unit)], stdout=subprocess.DEVNULL)  # 1: its venues are not the sample's
    assert (unit / "外部台账" / "检查台账.xlsx").is_file()
    survey.make_unit(beside / "files", files)
    for batch in (beside / "files" / "材料").iterdir():
        shutil.copytree(batch, unit / "材料" / batch.name)
    return unit


def many_cases(folder: Path) -> Path:
    """Make the sample city with its cases ``OFTEN`` times over, each with an id and a number of its own."""
    unit = folder / "许多案件"
    api.copy_sample(unit, "city-2017")
    path = unit / "records" / "cases.yaml"
    head, *cases = re.split(r"(?m)^(?=- )", path.read_text("utf-8"))
    more = (re.sub(r", evidence: (\[[^]]*\]|[^,}]*)", "", case) for case in cases)
    copies = [
        re.sub(r"第(\d+)号", rf"第\g<1>{time_:02}号", re.sub(r"id: (\w+)", rf"id: \1-{time_}", case, count=1))
        for case, time_ in itertools.product(list(more), range(1, OFTEN))
    ]
    path.write_text("".join([head, *cases, *copies]), encoding="utf-8")
    return unit


def changed_record(unit: Path) -> None:
    """Print what it takes to write a changed case, to read and score what depends on it; and a look without one."""
    gc.set_threshold(300_000)  # as the command does
    written, scored, looked = [], [], []
    with api.Session(unit) as session:
        assessment = session.assess()
        kind = assessment.dossier.pack.kinds["case"]
        for outcome in ["警告", "罚款"] * TIMES:
            records = api.Written(assessment.books, kind)
            begun = time.process_time()
            records.change({records.ids[len(records.ids) // 2]: {"outcome": outcome}})
            put = time.process_time()
            assessment = session.assess()
            done = time.process_time()
            session.assess()
            written.append(put - begun)
            scored.append(done - put)
            looked.append(time.process_time() - done)
    print(f"\nOne of {len(records.ids):,} cases changed, processor milliseconds (median, least):\n")
    print("| what | ms |\n|---|---|")
    for what, took in (("written to cases.yaml", written), ("read, checked, scored", scored), ("no change", looked)):
        print(f"| {what} | {statistics.median(took) * 1000:.0f}, {min(took) * 1000:.0f} |")


def measure(name: str, unit: Path) -> None:
    """Print the table of one unit."""
    with served(unit) as (browser, first):
        began = time.perf_counter()
        loaded(browser)
        ready = time.perf_counter() - began
        seconds = {view: median(browser, quote(path)) for view, path in VIEWS.items()}
        again = statistics.median(settled(browser, "22") for _ in range(3))
    empty = seconds["an empty answer"] or 1e-9
    print(f"\n{name}: first page {first:.2f} s after the command, all read {ready:.1f} s later.\n")
    print("| view | ms | × an empty answer |\n|---|---|---|")
    for view, took in (seconds | {"第22项 settled, and shown anew": again}).items():
        if took is not None:
            print(f"| {view} | {took * 1000:.0f} | {took / empty:.0f} |")


def main() -> None:
    """Measure both units."""
    given = [int(argument) for argument in sys.argv[1:]]
    rows, files = given if given else (ROWS, FILES)
    with tempfile.TemporaryDirectory() as name:
        small = Path(name) / "澜川市"
        api.copy_sample(small, "city-2017")
        measure("The sample city", small)
        changed_record(many_cases(Path(name)))
        measure(f"With {rows:,} rows and {files:,} files", large(Path(name), rows, files))


if __name__ == "__main__":
    main()
