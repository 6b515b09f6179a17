"""识别扫描页: the pages that are pictures, read page by page in the background; what they turned out to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._job_stream import events_of
from kaoping.page._jobs import READING, Job
from kaoping.page._site import Site, back
from kaoping.page.views._evidence import file_address

_MOST = 200  # files listed


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    jobs = site.unit.readings

    async def view(request: Request) -> Response:
        def its(assessment: api.Assessment, scans: api.ScanState) -> Mapping[str, Any]:
            return facts(scans, jobs.latest)

        return await site.shown(request, "evidence_reading", api.scan_state, its)

    async def start(request: Request) -> Response:
        await site.form(request)
        jobs.start(READING)  # where it is under way, that is what the view shows
        return back("evidence", "reading")

    async def stop(_: Request) -> Response:
        jobs.stop()
        return back("evidence", "reading")

    async def events(request: Request) -> Response:
        seen = request.headers.get("last-event-id", "")
        return StreamingResponse(events_of(jobs, seen), media_type="text/event-stream")

    return [
        Route("/evidence/reading", view),
        Route("/evidence/reading/start", start, methods=["POST"]),
        Route("/evidence/reading/stop", stop, methods=["POST"]),
        Route("/evidence/reading/events", events),
    ]


def facts(scans: api.ScanState, job: Job | None) -> dict[str, Any]:
    """Return what the template evidence_reading.html shows."""
    return {
        "scans": scans,
        "job": job,
        "running": job is not None and not job.is_over,
        "noted": scans.noted[:_MOST],
        "waiting": scans.waiting[:_MOST],
        "file_address": file_address,
    }
