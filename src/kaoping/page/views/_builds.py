"""生成: what a build would make and what keeps the 报送稿 back, the build as it goes, and what may be accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._job_stream import events_of
from kaoping.page._jobs import Job
from kaoping.page._mend_link import Link, link_of
from kaoping.page._record_table import Registers
from kaoping.page._site import Site, back

FORMS = (api.DRAFT, api.FINAL, api.SUPPLEMENT)
#: What the form of an acceptance says.
FIELDS = ("what", "about", "reason", "who", "when")
#: What parts, in a ticked box, what is accepted from what it is about.
_PART = "\t"


@dataclass(frozen=True, slots=True)
class Row:
    """Something that keeps a 报送稿 back: its sentences, where it is mended, and as what it may be accepted."""

    finding: api.Finding
    link: Link
    accept: str
    about: str
    name: str  # its place on the page
    keeps_all: bool = False  # whether a 送审稿 is kept back too
    together: Sequence[tuple[str, str]] = ()  # others that the same cause keeps open: their places, their words


@dataclass(frozen=True, slots=True)
class Tried:
    """An acceptance that was sent and could not stand."""

    values: Mapping[str, str]
    findings: list[api.Finding]


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    jobs = site.unit.jobs

    async def view(request: Request, tried: Tried | None = None) -> Response:
        site.round.end()

        def its(assessment: api.Assessment, ready: api.Readiness) -> dict[str, Any]:
            noted = "" if tried is not None else request.query_params.get("noted", "")
            return facts(site.records(assessment), ready, jobs.latest, date.today(), tried) | {"noted": noted}

        return await site.shown(request, "build", api.readiness, its, 200 if tried is None else 422)

    async def next_one(request: Request) -> Response:
        """Go to where the next of what keeps the 报送稿 back is mended, or that which ``at`` says."""
        try:
            assessment, ready = await site.unit.assessed(api.readiness)
        except api.KaopingError as error:
            return await site.refused(request, error)
        findings = [its.finding for listed in ready.obstacles.values() for its in listed]
        at = request.query_params.get("at", "")
        wanted = int(at) if at.isdecimal() and at.isascii() and len(at) < 7 else 0
        index = site.round.go_on([its.problem for its in findings], wanted)
        if index is None:
            return back("build")
        return RedirectResponse(link_of(findings[index], site.records(assessment)).address, 303)

    async def start(request: Request) -> Response:
        form = (await site.fields(request, ("form",)))["form"]
        if form not in FORMS:
            return PlainTextResponse("没有这一种成果。", 422)
        jobs.start(form)  # where another is under way, that is what the view shows
        return back("build")

    async def stop(_: Request) -> Response:
        jobs.stop()
        return back("build")

    async def events(request: Request) -> Response:
        return StreamingResponse(
            events_of(jobs, request.headers.get("last-event-id", "")), media_type="text/event-stream"
        )

    async def accept(request: Request) -> Response:
        form = await site.form(request)
        given = {name: form.get(name, [""])[0].strip() for name in FIELDS}
        ticked = [tuple(text.split(_PART, 1)) for text in form.get("each", []) if _PART in text]
        words = {key: given[key] for key in ("reason", "who", "when")}

        def work() -> None:
            for what, about in ticked or [(given["what"], given["about"])]:
                api.accept(site.unit.folder, what, about, **words, look=site.unit.look)

        try:
            await site.unit.do(work)
        except api.KaopingError as error:
            return await view(request, Tried(given, error.findings))
        return back("build", query={"noted": "accepted"})

    async def unaccept(request: Request) -> Response:
        given = await site.fields(request, ("what", "about"))
        try:
            await site.unit.do(api.unaccept, site.unit.folder, given["what"], given["about"], look=site.unit.look)
        except api.KaopingError as error:
            return await view(request, Tried(dict.fromkeys(FIELDS, "") | given, error.findings))
        return back("build", query={"noted": "withdrawn"})

    return [
        Route("/build", view),
        Route("/build/next", next_one),
        Route("/build/start", start, methods=["POST"]),
        Route("/build/stop", stop, methods=["POST"]),
        Route("/build/events", events),
        Route("/build/acceptance", accept, methods=["POST"]),
        Route("/build/acceptance/undo", unaccept, methods=["POST"]),
    ]


def facts(
    all_: Registers, ready: api.Readiness, job: Job | None, today: date, tried: Tried | None = None
) -> dict[str, Any]:
    """Return what the template build.html shows."""
    assessment = all_.assessment
    shelf = api.shelved(assessment.dossier.folder)
    obstacles = _rows(all_, ready)
    return {
        "job": job,
        "refusal": [(its, link_of(its, all_)) for its in job.findings] if job is not None else [],
        "files": ready.files,
        "count": ready.count,
        "obstacles": obstacles,
        "held": [row for listed in obstacles.values() for row in listed if row.keeps_all],
        "accepted": [its.acceptance for its in ready.accepted],
        "shelf": shelf,
        "handed_in": any(its.name == api.FINAL for its in shelf),
        "forms": FORMS,
        "today": today,
        "tried": tried,
    }


def _rows(all_: Registers, ready: api.Readiness) -> dict[str, list[Row]]:
    """Return what keeps the 报送稿 back, by heading; what one cause keeps open in two places names the other."""
    groups = {
        heading: [
            Row(its.finding, link_of(its.finding, all_), its.accept, its.about, f"b-{group}-{at}", its.keeps_all)
            for at, its in enumerate(listed, 1)
        ]
        for group, (heading, listed) in enumerate(ready.obstacles.items(), 1)
    }
    causes = {row.name: _causes(row.finding, all_.assessment) for listed in groups.values() for row in listed}
    every = [row for listed in groups.values() for row in listed]

    def together(row: Row) -> list[tuple[str, str]]:
        of_line = row.finding.lack is None
        others = [its for its in every if causes[its.name] & causes[row.name] and (its.finding.lack is None) != of_line]
        return [(its.name, _briefly(its.finding)) for its in others]

    return {heading: [replace(row, together=together(row)) for row in listed] for heading, listed in groups.items()}


def _causes(finding: api.Finding, assessment: api.Assessment) -> set[tuple[str, str]]:
    """Return what leaves a line or a blank open: questions that nobody answered, records that count perhaps."""
    if finding.lack is not None:
        lack = finding.lack
        return {("", lack.question)} if lack.question else {(lack.kind, lack.id)} if lack.id else set()
    line = next((its for its in assessment.rubric.lines if its.id == finding.line), None)
    if line is None:
        return set()
    score = assessment.card.line(line.id)
    asked = {("", its.id) for its in api.open_questions(line, assessment.rubric)}
    return asked | {
        (use.kind, use.id) for use in score.uses if score.status == "undecided" and use.id in finding.problem
    }


def _briefly(finding: api.Finding) -> str:
    """Return the beginning of what a finding says: what it is about."""
    blank, end, _ = finding.problem.partition("】")
    return blank + end if end else finding.problem.partition("：")[0].partition("（")[0]
