"""打开: which unit, which year; a new one, one that goes on from last year's, a sample to play with."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page import _appearance
from kaoping.page._admission import Keys
from kaoping.page._site import back, read_form

_SAMPLE = "考评包样例"
_FORM = ("pack", "parent", "folder", "anyway")


def routes(keys: Keys, open_unit: Callable[[Path | None], Awaitable[Keys]]) -> list[BaseRoute]:
    """Return the addresses of the start page; ``open_unit`` gives the keys to a unit's page."""

    async def show(facts: Mapping[str, Any], status: int = 200) -> Response:
        shown = await asyncio.to_thread(start_facts)
        return _appearance.page("start", {**shown, "csrf": keys.csrf, "today": date.today(), **facts}, status)

    async def start(request: Request) -> Response:
        return await show({"values": dict(request.query_params)})

    async def opening(request: Request) -> Response:
        written = request.query_params.get("folder", "")
        try:
            folder = await asyncio.to_thread(api.unit_at, written) if written else None
            return RedirectResponse((await open_unit(folder)).ticket(), 303)
        except api.KaopingError as error:
            return await show({"findings": error.findings, "values": {"folder": written}}, 422)

    async def folders(request: Request) -> Response:
        asked = dict(request.query_params)
        at, kept = asked.pop("at", ""), asked
        facts = await asyncio.to_thread(folder_facts, at or asked.get("parent", ""), kept)
        return _appearance.page("folders", facts, 422 if facts["findings"] else 200)

    async def new(request: Request) -> Response:
        values = {name: texts[0].strip() for name, texts in (await read_form(request)).items()}
        wrong = await asyncio.to_thread(unfit, values)
        try:
            if not wrong:
                folder = await asyncio.to_thread(make_unit, values)
                return back("made", query={"folder": str(folder)})
        except api.KaopingError as error:
            return await show({"new_findings": error.findings, "values": values, "is_new": True}, 422)
        return await show({"wrong": wrong, "values": values, "is_new": True}, 422)

    async def new_year(request: Request) -> Response:
        values = {name: texts[0].strip() for name, texts in (await read_form(request)).items()}
        wrong = unfit_year(values)
        try:
            if not wrong:
                made = await asyncio.to_thread(make_year, values)
                facts = {"folder": str(made.folder), "renewed": made, "year": values["year"]}
                return _appearance.page("made", facts)
        except api.KaopingError as error:
            return await show({"year_findings": error.findings, "values": values, "is_new_year": True}, 422)
        return await show({"year_wrong": wrong, "values": values, "is_new_year": True}, 422)

    async def sample(_: Request) -> Response:
        folder = api.units_home() / _SAMPLE
        try:
            await asyncio.to_thread(api.lay_out_sample, folder)
        except api.KaopingError as error:
            return await show({"findings": error.findings}, 422)
        return back("made", query={"folder": str(folder)})

    async def made(request: Request) -> Response:
        """Lead on to the unit's page, which has another origin: no form may go there, so the page does by itself."""
        return _appearance.page("made", {"folder": request.query_params.get("folder", ""), "renewed": None})

    async def forget(request: Request) -> Response:
        form = await read_form(request)
        await asyncio.to_thread(api.forget_unit, form.get("folder", [""])[0])
        return back()

    return [
        Route("/", start),
        Route("/open", opening),
        Route("/folders", folders),
        Route("/new", new, methods=["POST"]),
        Route("/new-year", new_year, methods=["POST"]),
        Route("/sample", sample, methods=["POST"]),
        Route("/made", made),
        Route("/forget", forget, methods=["POST"]),
    ]


def start_facts() -> dict[str, Any]:
    """Return what the template start.html shows, before anything was filled in."""
    rubrics, default, fields = what_is_offered()
    return {
        "recents": [(recent, recent.is_there) for recent in api.recents()],
        "fields": [_as_offered(field, rubrics) for field in sorted(fields, key=lambda field: field.name == "id")],
        "rubrics": rubrics,
        "default": default,
        "home": str(api.units_home()),
        "sample": _SAMPLE,
        "values": {},
        "wrong": {},
        "findings": (),
        "new_findings": (),
        "is_new": False,
        "year_wrong": {},
        "year_findings": (),
        "is_new_year": False,
    }


@cache
def what_is_offered() -> tuple[Sequence[Any], Any, Sequence[api.Field]]:
    """Return every rubric, the default one, and the facts that a new unit begins with: loaded once."""
    return list(api.rubrics()), *api.first_facts()


def folder_facts(written: str, kept: Mapping[str, str]) -> dict[str, Any]:
    """Return what the template folders.html shows of the folder ``written``; ``kept`` is what goes back with it."""
    at = Path(written).expanduser() if written else api.units_home()
    findings: Sequence[api.Finding] = ()
    folders = None
    while folders is None:
        try:
            folders = api.folders_in(at)
        except api.KaopingError as error:
            if written and not findings:
                findings = list(error.findings)
            if at.parent == at:
                break
            at = at.parent  # a folder that is not there yet, as the one in which new units go: what is above it
    fresh = "pack" in kept

    def link(folder: Path) -> str:
        return f"/folders?{urlencode({**kept, 'at': str(folder)})}"

    return {
        "at": at,
        "folders": folders,
        "findings": findings,
        "places": [(place, link(place.folder)) for place in api.starting_places()],
        "above": [(folder.name or str(folder), link(folder)) for folder in (*reversed(at.parents), at)],
        "inside": [(place, link(place.folder)) for place in folders.folders] if folders is not None else [],
        "fresh": fresh,
        "chosen": f"/?{urlencode({**kept, 'parent': str(at)})}#new",
        "cancel": f"/?{urlencode(kept)}#new" if fresh else "/",
    }


def unfit(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with each field of a new unit, in a clerk's words."""
    pack = values.get("pack", "")
    if pack not in ("", *(place.id for place in api.packs_known())):
        return {"pack": f"没有编号为“{pack}”的考评细则。"}  # nor is a folder of anywhere taken for one
    wrong = {}
    for field in api.first_facts(pack)[1]:
        text = values.get(field.name, "")
        try:
            field.parse(text)
        except api.CellError as error:
            wrong[field.name] = f"{error}。"
        else:
            if not text:
                wrong[field.name] = f"没有写{field.title}。"
    if "year" not in wrong and not values.get("anyway"):
        wrong |= _other_year(pack, values.get("year", ""))
    return wrong


def _other_year(pack: str, year: str) -> dict[str, str]:
    """Return what is wrong with a year that the rubric is not for: told before the work of a year is put into it."""
    rubrics, default, _ = what_is_offered()
    rubric = next((its for its in rubrics if its.pack.id == pack), default)
    if not year.isdecimal() or int(year) == rubric.year:
        return {}
    return {
        "year": f"“{rubric.title}”是{rubric.year}年的细则，{year}年度用它不能生成报送稿。"
        f"改成{rubric.year}；或者先建起来，等有了{year}年的细则再换：把下面的格子勾上。"
    }


def make_unit(values: Mapping[str, str]) -> Path:
    """Make a new unit's folder; raises KaopingError where it can't stand there."""
    name = values.get("folder") or f"{values['name']}{values['year']}"
    folder = api.folder_for_unit(values.get("parent") or str(api.units_home()), name)
    api.init(folder, values.get("pack", ""), facts={key: text for key, text in values.items() if key not in _FORM})
    return folder


def unfit_year(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with each field of a new year, in a clerk's words."""
    wrong = {}
    if not values.get("before"):
        wrong["before"] = "没有选去年的单位文件夹。"
    if not (values.get("year", "").isdecimal() and 2000 <= int(values["year"]) <= 2100):
        wrong["year"] = "写四位数的年度，如 2018。"
    if values.get("pack", "") not in ("", *(place.id for place in api.packs_known())):
        wrong["pack"] = f"没有编号为“{values['pack']}”的考评细则。"
    return wrong


def make_year(values: Mapping[str, str]) -> api.NewYear:
    """Make the folder of a new year beside last year's; raises KaopingError where that can't be."""
    before, year = api.unit_at(values["before"]), int(values["year"])
    name = values.get("folder") or year_name(before.name, year)
    folder = api.folder_for_unit(values.get("parent") or str(before.parent), name)
    return api.new_year(before, folder, year, values.get("pack", ""))


def year_name(before: str, year: int) -> str:
    """Return the name of a new year's folder after last year's: the year in it is the new one."""
    name, changed = re.subn(r"(?<!\d)20\d\d(?!\d)", str(year), before)
    return name if changed else f"{before}{year}"


def _as_offered(field: api.Field, rubrics: Sequence[Any]) -> tuple[api.Field, Sequence[str]]:
    """Return a field with what may be chosen in it: of a unit's level what any of the packs knows."""
    options = dict.fromkeys(field.options)
    if field.name == "level":
        options |= dict.fromkeys(level for rubric in rubrics for level in rubric.pack.levels)
    return field, list(options)
