"""The evidence of a unit in shares, which are judged and read ahead of its package, by whoever has time.

What a share finds out goes into the store of verdicts, and the package is made as ever: it finds there what it would
have made itself, with the same bytes. A file is read by whoever judges it, whole: of one that turns out to be marked as
a state secret nothing is kept, and nobody else has seen a page of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kaoping.evidence.rates import Rate
from kaoping.evidence.survey import sizes
from kaoping.evidence.workload import Workload
from kaoping.pipeline._intake import survey_of_share, workload_of
from kaoping.pipeline.assessment import verdict_store
from kaoping.pipeline.following import follows_links
from kaoping.records.validate import MATERIALS

#: Of a share: more files, or bytes, are two. A file of more is a share by itself.
_FILES, _BYTES = 40, 20_000_000


def evidence_shares(unit: Path, *, follow_links: bool = False) -> tuple[tuple[str, ...], ...]:
    """Return the keys of the unit's files, share by share; no file is opened."""
    return tuple(_shares(unit, follow_links=follow_links or follows_links(unit)))


def judge_share(unit: Path, share: Sequence[str], *, follow_links: bool = False) -> int:
    """Judge and read the files ``share`` of the unit's evidence, for the store; returns how many there were.

    Raises KaopingError where it is no unit, or the disk is full.
    """
    with verdict_store(lasting=True) as store:
        return len(survey_of_share(unit, store, frozenset(share), math.inf, follow_links=follow_links).files)


@contextmanager
def counting_work() -> Iterator[tuple[Callable[..., Workload], dict[str, Rate]]]:
    """Yield what tells the work that a unit's folder still makes, and how long each kind takes here.

    The first raises KaopingError where it is no unit, or nobody knows by which pack. No file of evidence is opened.
    """
    with verdict_store(lasting=True) as store:

        def work(unit: Path, *, follow_links: bool = False) -> Workload:
            return workload_of(unit, store, follow_links=follow_links)

        yield work, store.rates()


def _shares(unit: Path, *, follow_links: bool) -> Iterator[tuple[str, ...]]:
    share: list[str] = []
    size = 0
    for key, its in sizes(unit / MATERIALS, follow_links=follow_links).items():
        if share and (len(share) == _FILES or size + its > _BYTES):
            yield tuple(share)
            share, size = [], 0
        share.append(key)
        size += its
    if share:
        yield tuple(share)
