"""考评项: a line's clause, its points and why, and all that may be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._appearance import sentences
from kaoping.page._mend_link import link_of
from kaoping.page._record_table import Registers
from kaoping.page._record_writing import steps, written_by
from kaoping.page._site import Site, back, to_do
from kaoping.page.views import _explained, _hanging, _line_evidence, _settling

#: What the form of a decision says; a judgement's, which names a choice and not points.
FIELDS = ("name", "points", "source", "reason", "who", "when")
HANGING = ("path", "record", "type")
JUDGING = ("part", "choice", "reason", "who", "when")
_NO_LINE = PlainTextResponse("考评细则里没有这一项。", 404)
#: What stands before the reason of a decision that rests on what the examiner said.
_ANSWER = "考评方答复："


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and could not stand: which, what it said, and what is wrong with it."""

    form: str  # decision, judgement or hanging
    values: Mapping[str, str]
    findings: Sequence[api.Finding]

    def of(self, form: str, key: str, value: str) -> Mapping[str, str]:
        """Return what the form said, where it is the one whose field ``key`` says ``value``; else nothing."""
        return self.values if (self.form, self.values.get(key)) == (form, value) else {}

    def wrong(self, form: str, key: str, value: str) -> Mapping[str, str]:
        """Return what is wrong with which field of that form."""
        return {f.field: sentences([f]) for f in self.findings if f.field} if self.of(form, key, value) else {}

    @property
    def others(self) -> Sequence[api.Finding]:
        """What is wrong with it as a whole."""
        return [f for f in self.findings if not f.field]


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    unit = site.unit

    async def line(request: Request, tried: Tried | None = None) -> Response:
        name, status = request.path_params["line"], 200 if tried is None else 422

        def show(assessment: api.Assessment, since: _settling.Since) -> dict[str, Any]:
            its_facts = facts(site.records(assessment), name, date.today(), tried, since)
            return its_facts | steps(site.journal, request) | {"return_to": f"/lines/{quote(name, safe='')}"}

        try:
            return await site.shown(request, "line", _settling.changed_since, show, status)
        except KeyError:
            return _NO_LINE

    async def done(
        request: Request, form: str, given: Mapping[str, str], title: str, work: Callable[[], object]
    ) -> Response:
        """Do what a form asks for, and show its line anew; where it can't stand, the line with what is wrong."""
        name = request.path_params["line"]
        try:
            if not any(its.id == name for its in (await unit.assessment()).rubric.lines):
                return _NO_LINE
            await written_by(site, title, work)
        except api.KaopingError as error:
            return await line(request, Tried(form, given, error.findings))
        except KeyError:
            return _NO_LINE
        return back("lines", name, query={"done": "1"})

    async def decide(request: Request) -> Response:
        given = await site.fields(request, FIELDS)
        reason = given["reason"]
        if given["source"] == "examiner" and reason:
            reason = f"{_ANSWER}{reason}"
        words = {"reason": reason, "who": given["who"], "when": given["when"]}

        def work() -> object:
            return api.decide(unit.folder, given["name"], given["points"], **words, anew=True, look=unit.look)

        title = f"裁定第{given['name']}项，定为 {given['points']} 分"
        return await done(request, "decision", given, title, work)

    async def undecide(request: Request) -> Response:
        given = await site.fields(request, ("name",))

        def work() -> object:
            return api.undecide(unit.folder, given["name"], look=unit.look)

        return await done(request, "decision", given, f"撤销第{given['name']}项的裁定", work)

    async def judge(request: Request) -> Response:
        name, given = request.path_params["line"], await site.fields(request, JUDGING)
        words = {key: given[key] for key in ("reason", "who", "when")}

        def work() -> object:
            return api.judge(unit.folder, name, given["part"], given["choice"], **words, look=unit.look)

        return await done(request, "judgement", given, f"评判第{given['part'] or name}项，选“{given['choice']}”", work)

    async def unjudge(request: Request) -> Response:
        name, given = request.path_params["line"], await site.fields(request, ("part",))

        def work() -> object:
            return api.unjudge(unit.folder, name, given["part"], look=unit.look)

        return await done(request, "judgement", given, f"撤销第{given['part'] or name}项的评判", work)

    async def hang(request: Request) -> Response:
        """Have a record of the line name a file that is there already."""
        given = await site.fields(request, HANGING)
        assessment = await unit.assessment()
        its = _hanging.Bearers(assessment).meant(given["record"])
        of = its.value if its is not None else given["record"]
        title = f"把 {given['path']} 挂到 {of.partition('/')[2]}"

        def work() -> object:
            return _hanging.hang(assessment, of, [given["path"]], given["type"])

        return await done(request, "hanging", given, title, work)

    return [
        Route("/lines/{line}", line),
        Route("/lines/{line}/evidence", hang, methods=["POST"]),
        Route("/lines/{line}/decision", decide, methods=["POST"]),
        Route("/lines/{line}/decision/undo", undecide, methods=["POST"]),
        Route("/lines/{line}/judgement", judge, methods=["POST"]),
        Route("/lines/{line}/judgement/undo", unjudge, methods=["POST"]),
    ]


def facts(all_: Registers, line: str, today: date, tried: Tried | None, since: _settling.Since) -> dict[str, Any]:
    """Return what the template line.html shows; raises KeyError for a line that the rubric has not."""
    assessment = all_.assessment
    rubric, card = assessment.rubric, assessment.card
    its, score = rubric.line(line), card.line(line)
    names, parts = [other.id for other in rubric.lines], {line, *(part.part for part in score.parts)}
    at = names.index(line)
    marked = _explained.Marked.of(its, score)
    gaps = [gap for gap in assessment.gaps if gap.line == line]
    return {
        "line": its,
        "score": score,
        "called": rubric.called(line) or f"第{line}项",
        "section": rubric.section(its.section),
        "lines": [(section, [card.line(other.id) for other in section.lines]) for section in rubric.sections],
        "gaps": gaps,
        "open_gaps": {gap.line for gap in to_do(assessment)},
        "marked": marked,
        "rule": _explained.rule(its, marked),
        "terms": api.terms(its),
        "sums": _explained.sums(assessment, score),
        "reasons": _explained.reasons(score, marked),
        "records": _explained.records(assessment, score),
        "questions": api.open_questions(its, rubric),
        "answered": api.answered_questions(its, rubric),
        "wins": _settling.wins(assessment, its, score, gaps, today),
        **_line_evidence.facts(assessment, line),
        "accepts": [rubric.pack.evidence_types[name].title for name in its.accepts],
        "findings": [(f, link_of(f, all_)) for f in assessment.findings.sorted() if f.line in parts],
        "judgings": _settling.judgings(assessment, its, score, tried),
        "cases": _settling.cases(assessment, score, tried, since),
        "stands": _settling.standing(assessment, its, score),
        "settled": _settling.settled(assessment, score),
        "today": today,
        "tried": tried,
        "hung": tried.values if tried is not None and tried.form == "hanging" else {},
        "before": names[at - 1] if at else "",
        "after": names[at + 1] if at + 1 < len(names) else "",
    }
