"""A look through bundles in a process of its own: beside other work, and where a library may hang or crash."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from kaoping.core.findings import Finding, Findings, Severity
from kaoping.core.model import Location
from kaoping.evidence.workers import Job, Worker, awaited

_MEMORY = 3_000_000_000  # bytes that the looking through one bundle may take
_SECONDS, _SECONDS_PER_MB = 60.0, 10.0  # for the slowest of machines: it is to end at all
_FAILED = {
    "time": "用时太久，中途停下了",
    "memory": "要占用太多内存，中途停下了",
    "crash": "看它的程序出了错，中途停下了",
}


@contextmanager
def aside(files: Sequence[tuple[str, Path]]) -> Iterator[Callable[[], Findings]]:
    """Look through PDF bundles, given as (name, path), while the block runs.

    What it gives out returns all that was found, once that is known. A look that fails is a finding.
    """
    findings, over = Findings(), threading.Event()

    def look() -> Findings:
        for name, path in files:
            if not over.is_set():
                _look_through(worker, path, name, findings)
        return findings

    with Worker(_MEMORY) as worker, ThreadPoolExecutor(1) as thread:
        try:
            yield partial(awaited, thread.submit(look))
        finally:  # Ctrl-C too: nobody waits for the rest
            over.set()
            worker.end()


def _look_through(worker: Worker, path: Path, name: str, findings: Findings) -> None:
    size = path.stat().st_size if path.exists() else 0
    try:
        seconds = _SECONDS + _SECONDS_PER_MB * size / 1e6
        outcome = worker.do(Job(f"{__name__}:rows", {"path": str(path), "name": name}, seconds))
        why = _FAILED.get(outcome.failure, outcome.detail)
    except OSError as error:  # no process to be had
        why = f"{type(error).__name__}：{error}"
    if why:
        findings.add("lint.look_failed", Location(name), what="整本汇编", why=why)
    else:
        findings.extend(map(_finding, outcome.result))


def rows(path: str, name: str) -> list[dict[str, Any]]:
    """Look through the PDF at ``path``; the worker's side, which gives what JSON can hold."""
    from kaoping.wings.lint._linter import lint

    return [asdict(finding) for finding in lint(Path(path), name)]


def _finding(row: dict[str, Any]) -> Finding:
    return Finding(**{**row, "severity": Severity(row["severity"]), "at": Location(**row["at"])})
