"""Runs the cross-checks over one dossier, and tells what they find."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from kaoping.core.findings import Findings
from kaoping.core.model import Dossier
from kaoping.core.workings import Workings
from kaoping.rubric.rules.evaluation import Context
from kaoping.scoring.crosscheck._slip import MOST_NAMED, Slip
from kaoping.scoring.crosscheck.definitions import Check, Way, checks_of


def cross_check(
    dossier: Dossier, findings: Findings, wanted: Iterable[Check] | None = None, workings: Workings | None = None
) -> None:
    """Add what the checks find in ``dossier`` to ``findings``; with ``wanted`` run these instead of its pack's.

    With ``workings`` of an earlier run only what depends on a table that is another now is looked for again. Raises
    KaopingError where the pack's checks can't be read.
    """
    workings = workings or Workings()
    context = Context(workings.on(dossier), "", None, {}, lambda _: None, workings=workings)
    for check in checks_of(dossier.pack) if wanted is None else wanted:
        by_kind: dict[str, list[Slip]] = {}
        for slip in itertools.chain.from_iterable(_slips(way, context) for way in check.ways):
            by_kind.setdefault(slip.kind, []).append(slip)
        for alike in by_kind.values():
            _tell(check, alike, findings)


def _slips(way: Way, context: Context) -> Sequence[Slip]:
    return context.workings.recall(("slips", id(way)), lambda: list(way.find(context)))


def _tell(check: Check, slips: list[Slip], findings: Findings) -> None:
    """Tell of each slip; of many alike ones in a table, once: the first, their number and the first few places."""
    if len(slips) <= MOST_NAMED:
        for slip in slips:
            findings.say(check.words, [slip.place()], 1, slip.facts())
        return
    places = [slip.place() for slip in slips[:MOST_NAMED]]
    findings.say(check.words, places, len(slips), slips[0].facts())
