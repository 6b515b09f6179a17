"""What every view works with: the unit, the frame around a view, what a form says, the way back after a change."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kaoping import api
from kaoping.page import _appearance
from kaoping.page._admission import Keys
from kaoping.page._blocker_round import BlockerRound
from kaoping.page._jobs import Step
from kaoping.page._journal import Journal
from kaoping.page._mend_link import unscored_link
from kaoping.page._open_unit import OpenUnit, StillWorkingError
from kaoping.page._record_table import Registers, address, registers

T = TypeVar("T")
#: A view: it answers a request.
View = Callable[[Request], Awaitable[Response]]
_LONGEST = 1 << 20  # bytes of a form without files
_PAPERS = (".xlsx", ".xls", ".ods", ".yaml")
_LISTED = 200  # files of evidence of a unit that can't be scored


@dataclass(frozen=True, slots=True)
class Site:
    """The unit that is worked on, and the keys that its forms bear."""

    unit: OpenUnit
    keys: Keys
    journal: Journal = field(default_factory=Journal)
    round: BlockerRound = field(default_factory=BlockerRound)

    async def show(
        self,
        request: Request,
        template: str,
        facts: Callable[[api.Assessment], Mapping[str, Any]],
        status: int = 200,
        *,
        bare: Mapping[str, Any] | None = None,
    ) -> Response:
        """Answer with ``template``, filled with the ``facts`` of the unit as it is now, and the frame around it.

        Where the unit can't be scored at all the answer is what is wrong with it, or the template with the facts
        ``bare``, where it needs no assessment; where that is not known yet, a page that says how far the work is and
        asks again by itself. Raises what ``facts`` raises.
        """
        return await self.shown(
            request, template, registers, lambda assessment, _: facts(assessment), status, bare=bare
        )

    async def shown(
        self,
        request: Request,
        template: str,
        make: Callable[[api.Assessment], T],
        facts: Callable[[api.Assessment, T], Mapping[str, Any]],
        status: int = 200,
        *,
        bare: Mapping[str, Any] | None = None,
        unscored: Callable[[Registers], Mapping[str, Any]] | None = None,
    ) -> Response:
        """Answer as :meth:`show` does, with ``facts`` of what ``make`` made too: for what takes longer than a view may.

        ``make`` is a function of a module; the unit's thread does it, once for each state of the folder. Where the unit
        can't be scored ``unscored`` gives the facts that its records alone have.
        """
        try:
            assessment, all_, made = await self.unit.assessed_with(registers, make, self.patience(request))
            frame = self._frame(assessment, all_, request)
            return _appearance.page(template, _framed(frame, facts(assessment, made)), status)
        except api.KaopingError as error:
            if bare is not None:
                return _appearance.page(template, _framed(self._bare_frame(request), bare), status)
            if unscored is not None and (books := await self.unit.books()) is not None:
                facts_of = unscored(Registers(books))
                return _appearance.page(template, _framed(self._bare_frame(request), facts_of), status)
            return await self.refused(request, error)
        except StillWorkingError:
            return self.waiting(request)

    async def registers(self) -> Registers:
        """Return the unit's records, scored or not. Raises KaopingError where there are none to be shown."""
        try:
            return await self.unit.made(registers)
        except api.KaopingError:
            if (books := await self.unit.books()) is None:
                raise
            return Registers(books)

    def records(self, assessment: api.Assessment) -> Registers:
        """Return the records of ``assessment``, which a view is shown with anyhow."""
        latest = self.unit.latest(registers)
        return latest if latest is not None and latest.assessment is assessment else registers(assessment)

    async def refused(self, request: Request, error: api.KaopingError) -> Response:
        """Say why the unit can't be scored, and show what can be shown of it all the same."""
        frame = self._bare_frame(request)
        facts = await run_in_threadpool(_holdings, self.unit.folder)
        books = await self.unit.books()
        all_ = Registers(books) if books is not None else None
        kinds = [all_.of(name) for name in all_.kinds if name in all_.books.raws] if all_ is not None else []
        return _appearance.page(
            "refused",
            frame | facts | {
                "mends": [(its, unscored_link(its, all_, facts["kept"])) for its in error.findings],
                "kinds": [(address(its.kind.name), its.kind.title, len(its.written.ids)) for its in kinds],
            },
        )  # fmt: skip

    def patience(self, request: Request) -> float | None:
        """How long, in seconds, the answer may be waited for: what was sent, and a part of a page, wait to the end."""
        is_page = request.method == "GET" and "hx-request" not in request.headers
        return self.unit.patience if is_page else None

    def waiting(self, request: Request, step: Step | None = None) -> Response:
        """Say how far the unit's thread is, or another's ``step``; the page asks again by itself.

        No Refresh header: it goes to the address as the browser knows it, which is no going anywhere where a place on
        the page is named (``/lines/15#settle-15``).
        """
        again = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return _appearance.page("waiting", {"step": step or self.unit.step, "folder": self.unit.folder, "again": again})

    async def form(self, request: Request) -> dict[str, list[str]]:
        """Return what a form without files says, by field. Raises HTTPException where it is too long."""
        return await read_form(request)

    async def fields(self, request: Request, names: Sequence[str]) -> dict[str, str]:
        """Return what a form says of ``names``, without spaces around, "" where it says nothing."""
        form = await self.form(request)
        return {name: form.get(name, [""])[0].strip() for name in names}

    def _bare_frame(self, request: Request) -> dict[str, Any]:
        """What stands around a view of a unit that can't be scored."""
        return {
            "unit": self.unit.folder.name,
            "year": "",
            "folder": self.unit.folder,
            "total": None,
            "to_do": 0,
            "wrong": 0,
            "first_line": "",
            "at": request.url.path,
            "csrf": self.keys.csrf,
            "round": None,
        }

    def _frame(self, assessment: api.Assessment, all_: Registers, request: Request) -> dict[str, Any]:
        """What stands around every view: the unit, the total, where one is."""
        return {
            "unit": assessment.card.unit,
            "year": assessment.card.year,
            "folder": self.unit.folder,
            "total": assessment.card.total,
            "graded": assessment.card.graded,
            "to_do": len(to_do(assessment)),
            "wrong": all_.wrong,
            "first_line": assessment.rubric.lines[0].id,
            "at": request.url.path,
            "csrf": self.keys.csrf,
            "round": self.round if self.round.at else None,
        }


def _framed(frame: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a template is filled with; a fact with a name of the frame's would change what stands in the head."""
    assert not frame.keys() & facts.keys(), frame.keys() & facts.keys()
    return {**frame, **facts}


def _holdings(folder: Path) -> dict[str, Any]:
    """What a unit that can't be scored has: its files of records and of evidence, by their names, and what is kept."""
    papers, files = [], []
    for top, _, names in os.walk(folder):
        for name in sorted(names):
            path = (Path(top) / name).relative_to(folder)
            if path.parts[0] == "材料":
                files.append("/".join(path.parts[1:]))
            elif path.parts[0] in ("records", "外部台账") or (len(path.parts) == 1 and path.suffix in _PAPERS):
                papers.append(path.as_posix())
    return {
        "papers": sorted(papers),
        "files": sorted(files)[:_LISTED],
        "files_in_all": len(files),
        "kept": len(api.versions(folder)),
    }


async def read_form(request: Request) -> dict[str, list[str]]:
    """Return what a form without files says, by field. Raises HTTPException where it is too long, or no form."""
    body = b""
    async for block in request.stream():
        body += block
        if len(body) > _LONGEST:
            raise HTTPException(413, "填的内容太长。")
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20_000)
    except ValueError:
        raise HTTPException(413, "填的栏目太多。") from None


def to_do(assessment: api.Assessment) -> list[api.Gap]:
    """Return the gaps that somebody must do something about: none that only cost points, or that were accepted."""
    accepted = api.accepted_lines(assessment)
    return [its for its in assessment.gaps if its.kind != "short" and not is_accepted(its, accepted)]


def is_accepted(gap: api.Gap, accepted: Container[str]) -> bool:
    """Whether a gap is one that the unit hands in as it is, of the lines that are ``accepted`` without evidence."""
    return gap.kind == "unsupported" and gap.line in accepted


def back(*steps: str, query: Mapping[str, str] | None = None) -> Response:
    """Go on to the address of these steps after a change, so that to load the page anew sends nothing again."""
    address = "/" + "/".join(quote(step, safe="") for step in steps)
    return RedirectResponse(f"{address}?{urlencode(query)}" if query else address, 303)
