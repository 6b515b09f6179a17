"""生成: what a build would make and what keeps the 报送稿 back, the build as it goes, and what may be accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
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


@dataclass(frozen=True, slots=True)
class Row:
    """Something that keeps a 报送稿 back: its sentences, where it is mended, and as what it may be accepted."""

    finding: api.Finding
    link: Link
    accept: str
    about: str


@dataclass(frozen=True, slots=True)
class Tried:
    """An acceptance that was sent and could not stand."""

    values: Mapping[str, str]
    findings: list[api.Finding]


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    jobs = site.unit.jobs

    async def view(request: Request, tried: Tried | None = None) -> Response:
        def its(assessment: api.Assessment, ready: api.Readiness) -> dict[str, Any]:
            noted = "" if tried is not None else request.query_params.get("noted", "")
            return facts(site.records(assessment), ready, jobs.latest, date.today(), tried) | {"noted": noted}

        return await site.shown(request, "build", api.readiness, its, 200 if tried is None else 422)

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
        given = await site.fields(request, FIELDS)
        what, about = given["what"], given["about"]
        words = {key: given[key] for key in ("reason", "who", "when")}
        try:
            await site.unit.do(api.accept, site.unit.folder, what, about, **words, look=site.unit.look)
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
    return {
        "job": job,
        "refusal": [(its, link_of(its, all_)) for its in job.findings] if job is not None else [],
        "files": ready.files,
        "count": ready.count,
        "obstacles": {
            heading: [Row(its.finding, link_of(its.finding, all_), its.accept, its.about) for its in listed]
            for heading, listed in ready.obstacles.items()
        },
        "accepted": [its.acceptance for its in ready.accepted],
        "shelf": shelf,
        "handed_in": any(its.name == api.FINAL for its in shelf),
        "forms": FORMS,
        "today": today,
        "tried": tried,
    }
