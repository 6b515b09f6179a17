"""How much a batch would have to do (``kaoping.batch-forecast/1``), unit by unit: nothing is built, or opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from kaoping.core.errors import KaopingError
from kaoping.core.findings import Severity
from kaoping.evidence.rates import Rate
from kaoping.evidence.workload import Workload

SCHEMA = "kaoping.batch-forecast/1"


def forecast(
    folder: Path,
    names: Iterable[str],
    untouched: Iterable[str],
    form: str,
    work_of: Callable[[Path], Workload],
    rates: Mapping[str, Rate],
) -> dict[str, Any]:
    """Return what is to do about the units ``names`` below ``folder``; those ``untouched`` need nothing.

    A unit of which nobody knows by which pack it is done would be refused at once: it says so, and needs nothing.
    """
    left_alone = set(untouched)
    rows: list[dict[str, Any]] = []
    total = Workload()
    for name in names:
        work, why = Workload(), ""
        if name not in left_alone:
            try:
                work = work_of(folder / name) + Workload(packages=1)
            except KaopingError as error:
                why = next(its.problem for its in error.findings if its.severity == Severity.ERROR)
        total += work
        rows.append({"folder": name, "stands": name in left_alone, "refused": why, **_entry(work, rates)})
    return {
        "schema": SCHEMA,
        "form": form,
        "rates": {kind: {"seconds": round(its.seconds, 3), "measured": its.measured} for kind, its in rates.items()},
        "units": rows,
        "total": _entry(total, rates),
    }


def _entry(work: Workload, rates: Mapping[str, Rate]) -> dict[str, Any]:
    least, most = work.seconds(rates)
    return {
        "packages": work.packages,
        "files": work.files,
        "look": work.look,
        "convert": work.convert,
        "pages": {"min": work.pages, "max": work.pages_at_most},
        "read": {"min": work.read, "max": work.read_at_most},
        "cpu_hours": {"min": round(least / 3600, 6), "max": round(most / 3600, 6)},  # to a few milliseconds,
    }
