"""Runs the cross-checks over one dossier, and tells what they find."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from kaoping.core.findings import Findings
from kaoping.core.model import Dossier
from kaoping.rubric.rules.evaluation import Context
from kaoping.scoring.crosscheck._slip import MOST_NAMED, Slip
from kaoping.scoring.crosscheck.definitions import Check, checks_of


def cross_check(dossier: Dossier, findings: Findings, wanted: Iterable[Check] | None = None) -> None:
    """Add what the checks find in ``dossier`` to ``findings``; with ``wanted`` run these instead of its pack's.

    Raises KaopingError where the pack's checks can't be read.
    """
    context = Context(dossier, "", None, {}, lambda _: None)
    for check in checks_of(dossier.pack) if wanted is None else wanted:
        by_kind: dict[str, list[Slip]] = {}
        for slip in itertools.chain.from_iterable(way.find(context) for way in check.ways):
            by_kind.setdefault(slip.kind, []).append(slip)
        for alike in by_kind.values():
            _tell(check, alike, findings)


def _tell(check: Check, slips: list[Slip], findings: Findings) -> None:
    """Tell of each slip; of many alike ones in a table, once: the first, their number and the first few places."""
    if len(slips) <= MOST_NAMED:
        for slip in slips:
            findings.say(check.words, [slip.place()], 1, slip.facts())
        return
    places = [slip.place() for slip in slips[:MOST_NAMED]]
    findings.say(check.words, places, len(slips), slips[0].facts())
