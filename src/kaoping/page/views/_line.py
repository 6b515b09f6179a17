"""考评项: a line's clause, its points and why, the records and the evidence that they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._site import Site, back


@dataclass(frozen=True, slots=True)
class Used:
    """A record's part in the line's score."""

    kind: str  # its title
    id: str
    title: str
    counted: bool
    why: str


#: What the form of a decision says.
FIELDS = ("name", "points", "reason", "who", "when")
#: Points between which somebody who decides may choose by a click, and how many of them at most.
_STEP, _MOST = Fraction(1, 2), 9


@dataclass(frozen=True, slots=True)
class Choice:
    """Points that a decision may give, and the total that would come of it."""

    points: str
    low: Fraction  # of the total
    high: Fraction


@dataclass(frozen=True, slots=True)
class Case:
    """What may be settled (裁定): a line, or a part of it, whose points are open."""

    name: str
    low: Fraction
    high: Fraction
    choices: Sequence[Choice]  # none where there are too many: the points are typed
    given: Mapping[str, str]  # what its form says already: that which could not stand, else nothing


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and could not stand: what it said, and what is wrong with it."""

    values: dict[str, str]
    findings: Sequence[api.Finding]


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""

    async def line(request: Request, tried: Tried | None = None) -> Response:
        name, status = request.path_params["line"], 200 if tried is None else 422
        try:
            return await site.show(
                request, "line", lambda assessment: facts(assessment, name, date.today(), tried), status
            )
        except KeyError:
            return PlainTextResponse("考评细则里没有这一项。", 404)

    async def decide(request: Request) -> Response:
        """Record a decision, and show its line anew; where it can't stand, the line with what is wrong."""
        given = await site.fields(request, FIELDS)
        words = {key: given[key] for key in ("reason", "who", "when")}
        try:
            await site.unit.do(
                api.decide, site.unit.folder, given["name"], given["points"], **words, look=site.unit.look
            )
        except api.KaopingError as error:
            return await line(request, Tried(given, error.findings))
        return back("lines", request.path_params["line"])

    async def undecide(request: Request) -> Response:
        """Take a decision back."""
        given = await site.fields(request, ("name",))
        try:
            await site.unit.do(api.undecide, site.unit.folder, given["name"], look=site.unit.look)
        except api.KaopingError as error:
            return await line(request, Tried(given, error.findings))
        return back("lines", request.path_params["line"])

    return [
        Route("/lines/{line}", line),
        Route("/lines/{line}/decision", decide, methods=["POST"]),
        Route("/lines/{line}/decision/undo", undecide, methods=["POST"]),
    ]


def facts(assessment: api.Assessment, line: str, today: date, tried: Tried | None = None) -> dict[str, Any]:
    """Return what the template line.html shows; raises KeyError for a line that the rubric has not."""
    rubric, card = assessment.rubric, assessment.card
    its, score = rubric.line(line), card.line(line)
    names = [other.id for other in rubric.lines]
    at = names.index(line)
    pieces = {piece.evidence.path: piece for piece in assessment.plan.pieces}
    return {
        "line": its,
        "score": score,
        "called": rubric.called(line) or f"第{line}项",
        "section": rubric.section(its.section),
        "lines": [(section, [card.line(other.id) for other in section.lines]) for section in rubric.sections],
        "gaps": [gap for gap in assessment.gaps if gap.line == line],
        "uses": _uses(assessment, score.uses),
        "proofs": [pieces[path] for path in score.evidence if path in pieces],
        "findings": [finding for finding in assessment.findings.sorted() if finding.line == line],
        "cases": _cases(assessment.card, score, tried),
        "settled": [part for part in (line, *(its.part for its in score.parts)) if part in _settled(assessment)],
        "today": today,
        "tried": tried,
        "before": names[at - 1] if at else "",
        "after": names[at + 1] if at + 1 < len(names) else "",
    }


def _uses(assessment: api.Assessment, uses: Sequence[Any]) -> list[Used]:
    """Say each record by its kind's title, and by what its title column says."""
    used = []
    for use in uses:
        kind = assessment.rubric.pack.kinds[use.kind]
        record = next((its for its in assessment.dossier.records(use.kind) if its.id == use.id), None)
        title = str(record.values.get("title") or record.values.get("name") or "") if record is not None else ""
        used.append(Used(kind.title, use.id, title, use.counted, use.why))
    return used


def _cases(card: Any, score: Any, tried: Tried | None) -> list[Case]:
    """Return what of the line may be settled: its open parts, or itself."""
    given = {tried.values.get("name", ""): tried.values} if tried is not None else {}
    empty = dict.fromkeys(FIELDS, "")
    whole = [(score.line, score.low, score.high, score.status)]
    parts = [(part.part, part.low, part.high, part.status) for part in score.parts]
    return [
        Case(name, low, high, _choices(card.total, low, high), empty | given.get(name, {}))
        for name, low, high, status in parts or whole
        if status == "undecided"
    ]


def _choices(total: Any, low: Fraction, high: Fraction) -> list[Choice]:
    """Return both ends and the half points between them; none where these would be too many."""
    steps = int((high - low) / _STEP) if high - low < _MOST else _MOST
    points = sorted({low, high, *(low + _STEP * n for n in range(steps + 1))})
    if len(points) > _MOST:
        return []
    return [Choice(api.number(p), total.low - low + p, total.high - high + p) for p in points if p <= high]


def _settled(assessment: api.Assessment) -> set[str]:
    """Return the lines and parts for which the unit's records hold a decision."""
    return {its.part or its.line for its in api.decisions(assessment.dossier)}
