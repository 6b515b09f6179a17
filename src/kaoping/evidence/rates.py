"""How long this machine's processor takes for each kind of work: measured with every run, beside the verdicts.

Shipped figures (``workload.yaml``) stand for what was never measured here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kaoping.core import fs, resources

LOOK, CONVERT, READ, PACKAGE = "look", "convert", "read", "package"  # a file, a file, a page, a unit
_FILE = "rates.json"
_MANY = 5000  # measured ones: the older half counts half from then on, so that a new machine is known as such


@dataclass(frozen=True, slots=True)
class Rate:
    """Processor ``seconds`` of one; ``measured`` how many of them were, 0 where they are the shipped ones."""

    seconds: float
    measured: int = 0


@cache
def figures() -> Mapping[str, Any]:
    """Return the shipped figures."""
    its: Mapping[str, Any] = resources.load_yaml(resources.schema("workload.yaml"))
    return its


def rates(place: Path | None) -> dict[str, Rate]:
    """Return the rate of each kind of work, as it was measured in the store at ``place``, or is shipped."""
    taken = _taken(place) if place is not None else {}
    shipped: Mapping[str, float] = figures()["seconds"]
    return {
        kind: Rate(taken[kind][1] / taken[kind][0], int(taken[kind][0])) if kind in taken else Rate(seconds)
        for kind, seconds in shipped.items()
    }


def add(place: Path, taken: Mapping[str, tuple[float, float]]) -> None:
    """Add what was ``taken`` (kind → how many, seconds) to what the store at ``place`` has. Fails in silence.

    Of two processes that write at a time one is heard: the rest of the measurements are as good.
    """
    known = _taken(place)
    for kind, (number, seconds) in taken.items():
        before = known.get(kind, (0.0, 0.0))
        total = before[0] + number, before[1] + seconds
        known[kind] = (total[0] / 2, total[1] / 2) if total[0] > _MANY else total
    with suppress(OSError):
        fs.write_whole(place / _FILE, json.dumps(known).encode("ascii"))


def _taken(place: Path) -> dict[str, tuple[float, float]]:
    try:
        entries = json.loads((place / _FILE).read_bytes())
        its = {str(kind): (float(number), float(seconds)) for kind, (number, seconds) in entries.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {kind: pair for kind, pair in its.items() if pair[0] >= 1 and pair[1] >= 0}
