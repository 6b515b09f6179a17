"""The evidence of a unit in shares, which are judged and read ahead of its package, by whoever has time.

What a share finds out goes into the store of verdicts, and the package is made as ever: it finds there what it would
have made itself, with the same bytes. A file is read by whoever judges it, whole: of one that turns out to be marked as
a state secret nothing is kept, and nobody else has seen a page of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from kaoping.evidence.rates import Rate
from kaoping.evidence.rates import rates as shipped_or_measured
from kaoping.evidence.reading.ocr_engine import engine as engine_of_readings
from kaoping.evidence.survey import sizes
from kaoping.evidence.workload import Workload, unopened
from kaoping.pipeline._intake import survey_of_share, workload_of
from kaoping.pipeline.assessment import verdict_store
from kaoping.pipeline.following import follows_links
from kaoping.records.validate import MATERIALS

#: Of a share: more processor seconds, bytes, or files, are two. A file of more is a share by itself.
_SECONDS, _BYTES, _FILES = 120.0, 20_000_000, 1000


def evidence_shares(
    unit: Path, *, rates: Mapping[str, Rate] | None = None, follow_links: bool = False
) -> tuple[tuple[str, ...], ...]:
    """Return the keys of the unit's files, share by share; no file is opened.

    How long a file will take is guessed by its name and size, at ``rates`` (the shipped ones where there are none): a
    share takes a tenth of a second beside its files, so that those that take next to nothing are many.
    """
    return tuple(_shares(unit, rates or shipped_or_measured(None), follow_links=follow_links or follows_links(unit)))


def measured_rates() -> dict[str, Rate]:
    """Return how long each kind of work takes on this machine, as far as that was measured."""
    with verdict_store(lasting=True) as store:
        return store.rates()


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


def _shares(unit: Path, rates: Mapping[str, Rate], *, follow_links: bool) -> Iterator[tuple[str, ...]]:
    share: list[str] = []
    size, seconds = 0, 0.0
    reader = engine_of_readings()
    for key, its in sizes(unit / MATERIALS, follow_links=follow_links).items():
        took = sum(unopened(key, its, reader).seconds(rates)) / 2  # a PDF may be scans to read, or none
        if share and (seconds + took > _SECONDS or size + its > _BYTES or len(share) == _FILES):
            yield tuple(share)
            share, size, seconds = [], 0, 0.0
        share.append(key)
        size += its
        seconds += took
    if share:
        yield tuple(share)
