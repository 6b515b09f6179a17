"""记录: the kinds that the lines need, a kind's table, a record's form; what is written can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page import _appearance
from kaoping.page._journal import Entry, Journal, effect
from kaoping.page._record_form import Tried, form_facts, seal, shown_value, typed_value
from kaoping.page._record_table import Asked, Register, Registers, address, registers, table_facts
from kaoping.page._record_writing import saying, step_back, steps, written_by
from kaoping.page._site import Site

_NOWHERE = PlainTextResponse("没有这种记录。", 404)


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""

    async def index(request: Request) -> Response:
        return await site.shown(request, "records", registers, lambda _, all_: _index(all_), unscored=_unscored_index)

    async def kind(request: Request) -> Response:
        """A kind's table, with the form of a new record where one is asked for."""
        its_new = request.query_params.get("new") == "1"
        return await _show(site, request, None, is_open=its_new)

    async def record(request: Request) -> Response:
        """A record's form beside its table."""
        return await _show(site, request, request.path_params["id"], is_open=True)

    async def add(request: Request) -> Response:
        return await _save(site, request, None)

    async def save(request: Request) -> Response:
        return await _save(site, request, request.path_params["id"])

    async def check(request: Request) -> Response:
        """Say what a field holds as it is typed now, for the place below it."""
        form = await site.form(request)
        try:
            register = (await site.registers()).of(request.path_params["kind"])
        except (KeyError, api.KaopingError):
            return Response(status_code=204)
        name, id_ = request.path_params["field"], form.get("of", [""])[0]
        checked = api.read_typed(
            register.kind, _typed(register, form), register.written.about(register.written.rows.get(id_))
        )
        wrong = () if name in checked.lacking else checked.wrong.get(name, ())
        facts = {"name": name, "wrong": [its.problem + its.mend for its in wrong], "note": checked.notes.get(name, "")}
        return _appearance.page("record_says", {**facts, "value": checked.values.get(name, "")})

    async def undo(request: Request) -> Response:
        return await _step(site, request, Journal.undo, "undone")

    async def redo(request: Request) -> Response:
        return await _step(site, request, Journal.redo, "redone")

    return [
        Route("/records", index),
        Route("/records/-/undo", undo, methods=["POST"]),
        Route("/records/-/redo", redo, methods=["POST"]),
        Route("/records/{kind}", kind),
        Route("/records/{kind}", add, methods=["POST"]),
        Route("/records/{kind}/-/check/{field}", check, methods=["POST"]),
        Route("/records/{kind}/{id:path}", record),
        Route("/records/{kind}/{id:path}", save, methods=["POST"]),
    ]


def _index(all_: Registers) -> dict[str, Any]:
    """Return what records.html shows: the kinds by lines that have something to do, those with records, the rest."""
    assessment = all_.assessment
    wanted: dict[str, list[Any]] = {}
    for gap in assessment.gaps:
        if gap.kind != "short":
            wanted.setdefault(gap.line, []).append(gap)
    lines = [
        {"line": line, "called": gaps[0].called or f"第{line}项", "title": gaps[0].title, "gaps": gaps,
         "kinds": [_listed(all_, its) for its in all_.lines.get(line, ())]}
        for line, gaps in wanted.items()
    ]  # fmt: skip
    there = {name: _listed(all_, its) for name, its in all_.kinds.items() if name in assessment.raws}
    rest = [_listed(all_, its) for name, its in all_.kinds.items() if name not in assessment.raws]
    amiss = [its for its in there.values() if its["wrong"]]
    lines = [its for its in lines if its["kinds"]]
    waiting = [its for its in lines if any(gap.is_open for gap in its["gaps"])]
    bare = [its for its in lines if its not in waiting]
    return {"waiting": waiting, "bare": bare, "amiss": amiss, "parts_": _by_part(all_, there), "rest": rest} | {
        "outdated": all_.outdated
    }


def _unscored_index(all_: Registers) -> dict[str, Any]:
    """Return what records.html shows of a unit that can't be scored: the kinds with records, and the others."""
    there = [_listed(all_, its) for name, its in all_.kinds.items() if name in all_.books.raws]
    rest = [_listed(all_, its) for name, its in all_.kinds.items() if name not in all_.books.raws]
    amiss = [its for its in there if its["wrong"]]
    parts = [("有记录的", there)] if there else []
    return {"waiting": (), "bare": (), "amiss": amiss, "parts_": parts, "rest": rest, "outdated": all_.outdated}


def _by_part(all_: Registers, there: Mapping[str, dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The kinds that have records, under each part of the rubric whose lines need them; those of none last."""
    parts: list[tuple[str, list[dict[str, Any]]]] = []
    needed: set[str] = set()
    for section in all_.assessment.rubric.sections:
        names = dict.fromkeys(kind.name for line in section.lines for kind in all_.lines.get(line.id, ()))
        needed |= names.keys()
        if kinds := [there[name] for name in names if name in there]:
            parts.append((f"{section.id}　{section.title}", kinds))
    others = [its for name, its in there.items() if name not in needed]
    return [*parts, ("单位、文稿和其他", others)] if others else parts


def _listed(all_: Registers, kind: Any) -> dict[str, Any]:
    register = all_.of(kind.name)
    numbers = {"number": len(register.written.ids), "wrong": len(register.wrong)}
    return {"href": address(kind.name), "title": kind.title, "purpose": kind.purpose, **numbers}


async def _show(
    site: Site, request: Request, id_: str | None, *, is_open: bool, tried: Tried | None = None, status: int = 200
) -> Response:
    kind = request.path_params["kind"]

    def facts(all_: Registers) -> Mapping[str, Any]:
        register = all_.of(kind)
        chosen = register.written.ids[0] if register.kind.single and register.written.ids else id_
        its_open = is_open or register.kind.single
        asked = Asked.of(request.query_params, register.kind)
        form = form_facts(all_, register, chosen, tried, request.query_params) if its_open else None
        return {
            **table_facts(all_, kind, asked, chosen or ""),
            "form": form,
            "action": address(kind, chosen or "", asked.query()),
            **steps(site.journal, request),
        }

    try:
        return await site.shown(request, "record_table", registers, lambda _, all_: facts(all_), status, unscored=facts)
    except KeyError:
        return await _gone(site, request, kind, id_)


async def _gone(site: Site, request: Request, kind: str, id_: str | None) -> Response:
    """Answer for a record, or a kind, that there is not."""
    known = (await site.registers()).kinds
    if kind not in known or id_ is None:
        return _NOWHERE
    facts = {"id": id_, "title": known[kind].title, "here": address(kind)}
    return await site.show(request, "record_gone", lambda _: facts, 404, bare=facts)


async def _save(site: Site, request: Request, id_: str | None) -> Response:
    """Write what a form says of a record, or take the record out; where that can't be, the form with what is wrong."""
    form = await site.form(request)
    try:
        all_ = await site.registers()
        register = all_.of(request.path_params["kind"])
    except KeyError:
        return _NOWHERE
    except api.KaopingError:
        return await _show(site, request, id_, is_open=True)
    written = register.written
    if id_ is not None and id_ not in written.rows:
        return await _gone(site, request, register.kind.name, id_)
    row = written.rows[id_] if id_ is not None else None
    asked = Asked.of(request.query_params, register.kind)
    is_removal = row is not None and form.get("act", [""])[0] == "remove"
    values: dict[str, str] = {}
    if row is not None and is_removal:
        tried = _moved(register, row, form)
    else:
        tried, values = _weighed(register, row, form)
    if tried is not None:
        return await _show(site, request, id_, is_open=True, tried=tried, status=409 if tried.meanwhile else 422)
    if not is_removal and not values:
        return RedirectResponse(address(register.kind.name, id_ or "", asked.query()), 303)
    if form.get("act", [""])[0] == "foresee":
        before = all_.scored
        after = await site.unit.foreseen(before, register.kind, id_, values) if before is not None else None
        words = str(effect(before, after)) if before is not None and after is not None else ""
        return await _show(site, request, id_, is_open=True, tried=Tried(_typed(register, form), foreseen=words or "?"))
    name, work = _work(register, id_, values, is_removal=is_removal)
    try:
        await written_by(site, name, work)
    except api.KaopingError as error:
        tried = Tried(_typed(register, form), findings=error.findings)
        return await _show(site, request, id_, is_open=True, tried=tried, status=409)
    id_ = "" if is_removal else values.get(register.kind.key, "") or id_ or ""
    return RedirectResponse(address(register.kind.name, id_, asked.query(done="1")), 303)


def _work(
    register: Register, id_: str | None, values: dict[str, str], *, is_removal: bool
) -> tuple[str, Callable[[], Any]]:
    """Return what is to be written, in words and as something to do: a record taken out, added, changed."""
    written, kind = register.written, register.kind
    if is_removal:
        return f"删去{kind.title} {id_}", partial(written.take_out, [id_ or ""])
    if id_ is None:
        return f"新增{kind.title} {values[kind.key]}", partial(written.enter, [values])
    fields = "、".join(f.title for f in kind.shown_fields if f.name in values)
    return f"改{kind.title} {id_} 的{fields}", partial(written.change, {id_: values})


def _weighed(register: Register, row: int | None, form: Mapping[str, list[str]]) -> tuple[Tried | None, dict[str, str]]:
    """Return why a form can't be written, or None; and what is to be written: of a record that is there its changes."""
    written, kind = register.written, register.kind
    typed = _typed(register, form)
    there = written.values(row) if row is not None else {}
    if row is not None and (tried := _moved(register, row, form)) is not None:
        return tried, {}
    changed = {name for name, text in typed.items() if text != _as_shown(kind.field(name), there.get(name, ""))}
    checked = api.read_typed(kind, typed, written.about(row))
    blocking = {
        name: all_ for name, all_ in checked.wrong.items()
        if name in changed and name not in checked.lacking and any(its.severity == "error" for its in all_)
    }  # fmt: skip
    lacking = (checked.lacking if row is None else checked.lacking & changed) - {kind.key}
    if blocking or (lacking and form.get("act", [""])[0] != "wait"):
        wrong = {name: all_ for name, all_ in checked.wrong.items() if name in changed | lacking}
        return Tried(typed, wrong, may_wait=not blocking), {}
    values = {name: checked.values[name] for name in changed}
    if row is None:
        values[kind.key] = values.get(kind.key) or written.free_ids()[0]
    return None, values


def _moved(register: Register, row: int, form: Mapping[str, list[str]]) -> Tried | None:
    """Return the form as one that can't be written, where the record is no longer what the form was made from."""
    there = register.written.values(row)
    if form.get("seal", [""])[0] == seal(there):
        return None
    typed = _typed(register, form)
    meanwhile = {
        name: text for name, text in there.items() if text != typed.get(name, text) and name in typed
    } or {register.kind.key: there[register.kind.key]}  # fmt: skip
    return Tried(typed, meanwhile=meanwhile)


def _typed(register: Register, form: Mapping[str, list[str]]) -> dict[str, str]:
    """Return what a form says of the fields that it has."""
    return {
        f.name: typed_value(f, form[f"v-{f.name}"][0])
        for f in register.kind.fields if f"v-{f.name}" in form
    }  # fmt: skip


def _as_shown(f: Any, text: str) -> str:
    """A value as it comes back from a form in which nobody changed it."""
    return typed_value(f, shown_value(f, text))


async def _step(site: Site, request: Request, act: Callable[[Journal, Path], Entry | None], what: str) -> Response:
    """Undo or do again, and go back to where that was asked for."""
    fields = await site.fields(request, ("return",))
    then = fields["return"] if fields["return"].startswith(("/records", "/evidence", "/lines/")) else "/records"
    try:
        is_done = await step_back(site, act)
    except api.KaopingError as error:
        facts = {"findings": error.findings, "return_to": then}
        return await site.show(request, "record_conflict", lambda _: facts, 409, bare=facts)
    return RedirectResponse(saying(then, what) if is_done else then, 303)
