"""总览: where the unit stands, what comes next, by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._mend_link import next_step
from kaoping.page._site import Site, is_accepted

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Meter:
    """How points divide: won (and proven), won without evidence, open, missing, lost; ``of`` all there are.

    ``taken`` are points that are taken away for certain (扣分项): they are among those that are won, below zero.
    """

    of: Fraction
    won: Fraction = _ZERO
    bare: Fraction = _ZERO
    open: Fraction = _ZERO
    missing: Fraction = _ZERO
    taken: Fraction = _ZERO

    @property
    def decided(self) -> Fraction:
        """The points that are certain, proven or not."""
        return self.won + self.bare

    @property
    def lost(self) -> Fraction:
        """What can't be had any more."""
        return max(_ZERO, self.of - sum((size for _, size in self._sizes), _ZERO))

    @property
    def _sizes(self) -> list[tuple[str, Fraction]]:
        """Each part that is drawn; what is taken away is one of its own, and makes the won that is left shorter."""
        won = max(_ZERO, self.won)
        return [
            ("won", won),
            ("bare", self.bare),
            ("open", self.open),
            ("missing", self.missing),
            ("taken", self.taken),
        ]

    @property
    def parts(self) -> list[tuple[str, Fraction, Fraction]]:
        """(name, where it begins, how much) of each part that there is, from the left."""
        at, parts = _ZERO, []
        for name, size in [*self._sizes, ("lost", self.lost)]:
            if size > 0:
                parts.append((name, at, size))
                at += size
        return parts


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""

    async def overview(request: Request) -> Response:
        who = request.query_params.get("who", "")
        return await site.show(request, "overview", lambda assessment: facts(assessment, date.today(), who))

    return [Route("/", overview)]


def facts(assessment: api.Assessment, today: date, who: str = "") -> dict[str, Any]:
    """Return what the template overview.html shows; of what is to be done that of ``who`` alone, where that is said."""
    card, rubric = assessment.card, assessment.rubric
    base = [line for line in card.lines if line.role == "base"]
    gaps = sorted(assessment.gaps, key=_rank)
    mine = [gap for gap in gaps if not who or who in (gap.person, gap.department)]
    accepted = api.accepted_lines(assessment)
    package = next(iter(api.shelved(assessment.dossier.folder)), None)
    return {
        "today": today,
        "whole": _whole(assessment.deadlines, today),
        "meter": _meter(base, card.base.of or sum((line.of or _ZERO for line in base), _ZERO)),
        "bonus": _meter([line for line in card.lines if line.role == "bonus"], None),
        "deduction": _meter([line for line in card.lines if line.role == "deduction"], None),
        "next": [
            (gap, next_step(gap, assessment), api.left(gap.due, today) if gap.due else "")
            for gap in mine
            if gap.kind != "short" and not is_accepted(gap, accepted)
        ],
        "accepted": [gap for gap in mine if is_accepted(gap, accepted)],
        "people": sorted({name for gap in gaps if (name := gap.person or gap.department)}),
        "who": who,
        "package": package,
        "since": api.since(package, assessment) if package is not None else None,
        "short": [gap for gap in gaps if gap.kind == "short"],
        "sections": [
            (section, _meter(lines, section.points), lines)
            for section in rubric.sections
            if (lines := [line for line in card.lines if line.section == section.id])
        ],
        "largest": max((section.points or _ZERO for section in rubric.sections), default=_ZERO) or Fraction(1),
        "dues": [(due, api.remaining(due, today, {})) for due in api.pending(assessment, today)],
        "is_new": _is_new(assessment),
    }


def _is_new(assessment: api.Assessment) -> bool:
    """Whether nothing was recorded yet but the unit itself: somebody must be told where to begin."""
    return not assessment.dossier.evidence and not any(
        len(table) for name, table in assessment.dossier.tables.items() if name != "unit"
    )


def _rank(gap: api.Gap) -> tuple[Fraction, date, str]:
    """What is worth most comes first, of the same worth what is due soonest."""
    return -gap.stake, gap.due or date.max, gap.line


def _whole(deadlines: Iterable[api.Deadline], today: date) -> tuple[api.Deadline, str] | None:
    """Return the deadline of the whole self-assessment, and how much time is left."""
    for deadline in deadlines:
        if deadline.is_whole and deadline.day:
            return deadline, api.left(deadline.day, today)
    return None


def _meter(lines: Sequence[Any], of: Fraction | None) -> Meter:
    """Add up how the points of ``lines`` divide; without ``of`` all that they may reach is all there is."""
    bare = sum((min(line.unsupported, line.low) for line in lines if line.low > 0), _ZERO)
    won = sum((line.low for line in lines), _ZERO) - bare
    open_, missing = (
        sum((line.high - line.low for line in lines if line.status == status), _ZERO)
        for status in ("undecided", "missing")
    )
    taken = sum((-line.high for line in lines if line.high < 0), _ZERO)
    meter = Meter(of or _ZERO, won, bare, open_, missing, taken)
    return meter if of is not None else replace(meter, of=sum((size for _, _, size in meter.parts), _ZERO))
