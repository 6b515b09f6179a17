"""从 Excel 粘贴: rows from the clipboard, shown as they would be written; all of them are written, or none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._record_table import Register, Registers, address, registers
from kaoping.page._record_writing import written_by
from kaoping.page._site import Site

_SHOWN = 200  # rows of the preview; those with something wrong come first
_MOST_COLUMNS = 100


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""

    async def paste(request: Request) -> Response:
        return await _show(site, request, "", {}, ())

    async def preview(request: Request) -> Response:
        """Show what was pasted, or write it where that is asked for and all of it is fit."""
        form = await site.form(request)
        text = form.get("text", [""])[0]
        columns = {
            at: form[f"column-{at}"][0] for at in range(_MOST_COLUMNS) if f"column-{at}" in form
        }  # fmt: skip
        act = form.get("act", [""])[0]
        if act not in ("write", "wait"):
            return await _show(site, request, text, columns, ())
        try:
            register = (await site.registers()).of(request.path_params["kind"])
            pasted = api.read_pasted(register.kind, text, register.written.about(), columns)
            if not pasted.rows or not all(_is_fit(row, wait=act == "wait") for row in pasted.rows):
                return await _show(site, request, text, columns, (), 422)
            name = f"粘贴{register.kind.title} {len(pasted.rows)} 条"
            await written_by(site, name, partial(register.written.enter, [dict(row.values) for row in pasted.rows]))
        except KeyError:
            return PlainTextResponse("没有这种记录。", 404)
        except api.KaopingError as error:
            return await _show(site, request, text, columns, error.findings, 409)
        return RedirectResponse(f"{address(register.kind.name)}?done=1", 303)

    return [
        Route("/records/{kind}/-/paste", paste),
        Route("/records/{kind}/-/paste", preview, methods=["POST"]),
    ]


def _is_fit(row: Any, *, wait: bool) -> bool:
    return row.is_fit and (wait or not row.lacking)


async def _show(
    site: Site, request: Request, text: str, columns: Mapping[int, str], findings: Any, status: int = 200
) -> Response:
    kind = request.path_params["kind"]

    def facts(all_: Registers) -> dict[str, Any]:
        return _facts(all_.of(kind), text, columns, findings)

    try:
        return await site.shown(request, "record_paste", registers, lambda _, all_: facts(all_), status, unscored=facts)
    except KeyError:
        return PlainTextResponse("没有这种记录。", 404)


def _facts(register: Register, text: str, columns: Mapping[int, str], findings: Any) -> dict[str, Any]:
    """Return what record_paste.html shows: each column with its field, each row with what is wrong with it."""
    kind, written = register.kind, register.written
    pasted = api.read_pasted(kind, text, written.about(), columns) if text.strip() else None
    rows = list(enumerate(pasted.rows, 1)) if pasted is not None else []
    free = iter(written.free_ids(len(rows)))
    ids = {at: row.values.get(kind.key) or next(free) for at, row in rows}
    rows.sort(key=lambda pair: pair[1].is_fit and not pair[1].lacking)  # what is wrong comes first
    used = [f for f in kind.fields if f.name != kind.key and any(row.values.get(f.name) for _, row in rows)]
    lacking = [f for f in kind.fields if any(f.name in row.lacking for _, row in rows)]
    shown = [*used, *(f for f in lacking if f not in used)]
    return {
        "title": kind.title,
        "here": address(kind.name),
        "text": text,
        "pasted": pasted,
        "fields": [(f.name, f.title) for f in kind.fields],
        "columns": [f.title for f in shown],
        "key": kind.field(kind.key).title,
        "rows": [
            {"at": at, "id": ids[at], "bad_id": _words(row, kind.key), **_state(kind, row), "cells": [
                {"text": row.values.get(f.name, ""), "wrong": _words(row, f.name)} for f in shown
            ]}
            for at, row in rows[:_SHOWN]
        ],
        "number": len(rows),
        "unfit": sum(not row.is_fit for _, row in rows),
        "incomplete": sum(row.is_fit and bool(row.lacking) for _, row in rows),
        "lacking": [f.title for f in lacking],
        "findings": [*findings, *(pasted.findings if pasted is not None else ())],
    }  # fmt: skip


def _words(row: Any, name: str) -> str:
    return "".join(its.problem + its.mend for its in row.wrong.get(name, ()))


def _state(kind: Any, row: Any) -> dict[str, str]:
    """Return whether a row can be written, and the fields on account of which it can't, or not yet."""
    wrong = {name for name, all_ in row.wrong.items() if any(its.severity == "error" for its in all_)} - row.lacking
    state = "unfit" if not row.is_fit else "lacking" if row.lacking else "fit"
    names = wrong if state == "unfit" else row.lacking
    return {"state": state, "titles": "、".join(f.title for f in kind.fields if f.name in names)}
