"""A job as its view follows it: server-sent events, with the progress as the template shows it, and the time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from kaoping.page import _appearance
from kaoping.page._jobs import Jobs

_LOOK = 0.2  # seconds between two looks at a job
_ALIVE = 75  # looks without news, after which the browser is told that the stream is alive


async def events_of(jobs: Jobs, seen: str) -> AsyncIterator[str]:
    """Yield the latest job as it is, and again with each change, as server-sent events, until it is over.

    Each bears the version that it tells: who comes back after a break, having ``seen`` one, is told what is newer.
    """
    version, still, second = int(seen) if seen.isdecimal() and len(seen) < 10 else 0, 0, -1
    while (job := jobs.latest) is not None:
        if job.version != version:
            version, still = job.version, 0
            yield _event("step", version, _appearance.part("job_progress", {"job": job}))
        if job.seconds != second and not job.is_over:
            second = job.seconds
            yield _event("time", version, f"用了 {second} 秒" if second else "用了不到 1 秒")
        if job.is_over:
            yield _event("over", version, job.state)
            return
        still += 1
        if still % _ALIVE == 0:
            yield ": ...\n\n"
        await asyncio.sleep(_LOOK)
    yield _event("over", 0, "")


def _event(name: str, version: int, text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\nid: {version}\n{lines}\n"
