"""设置: the notice as a form: answers, dates, documents, what the bundle looks like, numbers and names."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._appearance import here, mend
from kaoping.page._record_table import Registers, registers
from kaoping.page._site import Site, back

_SEPARATOR = "、"
#: How what was typed into the form is put right there; elsewhere it is the file that is wrong.
_MENDS = {
    "notice.misshapen": "照这一栏的提示改；用不着就清空。",
    "notice.bad_pattern": "改正“编号和页脚”的这一栏；清空，就用细则自带的写法。",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """The form as it was sent and could not stand: its values by path, what is wrong by path, and with none."""

    values: Mapping[str, str]
    by_path: Mapping[str, str]
    others: list[str]


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    unit = site.unit

    async def view(request: Request, tried: Tried | None = None) -> Response:
        status = 200 if tried is None else 422
        saved = {"saved": tried is None and request.query_params.get("done") == "1"}
        try:
            return await site.shown(
                request,
                "settings",
                registers,
                lambda its, _: facts(its.rubric, _open_lines(its), tried) | saved,
                status,
                unscored=lambda all_: _unscored(all_, tried) | saved,
            )
        except api.KaopingError as error:
            return await site.refused(request, error)

    async def save(request: Request) -> Response:
        form = await site.form(request)
        seal = form.pop("seal", [""])[0]
        given = {path: _SEPARATOR.join(filter(None, map(str.strip, values))) for path, values in form.items()}

        def work() -> Tried | None:
            groups = api.settings_of(unit.look_rubric())
            if seal != _seal(groups):
                return Tried(given, {}, ["您打开这一页以后，设置在别处改过了：什么也没有存。核对以后再存一次。"])
            try:
                api.change_settings(unit.folder, given, unit.look_rubric)
            except api.KaopingError as error:
                return _tried(given, error, groups)
            return None

        try:
            tried = await unit.do(work)
        except api.KaopingError as error:
            return await site.refused(request, error)
        return back("settings", query={"done": "1"}) if tried is None else await view(request, tried)

    return [Route("/settings", view), Route("/settings", save, methods=["POST"])]


def facts(rubric: Any, open_lines: Collection[str], tried: Tried | None) -> dict[str, Any]:
    """Return what the template settings.html shows."""
    groups = api.settings_of(rubric)
    return {
        "groups": groups,
        "seal": _seal(groups),
        "tried": tried,
        "open_lines": open_lines,
        "called": rubric.called,
        "has_review": api.has_review(rubric.pack.folder),
    }


def _unscored(all_: Registers, tried: Tried | None) -> dict[str, Any]:
    """Return what is shown of a unit that can't be scored; raises KaopingError where the notice is what is wrong."""
    if all_.books.rubric is None:
        raise api.KaopingError(list(all_.books.findings))
    return facts(all_.books.rubric, (), tried)


def _open_lines(assessment: api.Assessment) -> set[str]:
    return {line.line for line in assessment.card.lines if line.status == "undecided"}


def _seal(groups: Any) -> str:
    """Return what tells whether the settings are the ones that the form was made from."""
    settings = (its for group in groups for each in group.settings for its in (each, *each.more))
    whole = "\0".join(f"{its.path}={its.value}" for its in settings)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _tried(given: Mapping[str, str], error: api.KaopingError, groups: Any) -> Tried:
    """Return the form with what is wrong with it; a setting is called as the form calls it, and not by its path."""
    titles = {its.path: its.title for group in groups for each in group.settings for its in (each, *each.more)}

    def words(its: api.Finding) -> str:
        problem = here(its.problem).replace(f"“{its.at.path}”", f"“{titles.get(its.at.path, its.at.path)}”")
        return problem + _MENDS.get(its.code, mend(its))

    by_path = {its.at.path: words(its) for its in error.findings if its.at.path in given}
    return Tried(given, by_path, [words(its) for its in error.findings if its.at.path not in given])
