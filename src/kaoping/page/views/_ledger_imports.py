"""导入台账: ledgers of other systems, shown as they would be read; what each column is, then all of it or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._journal import Effect
from kaoping.page._record_table import address
from kaoping.page._record_writing import effect_of
from kaoping.page._site import Site
from kaoping.page._uploads import received

_AT = "/records/-/import"
_LARGEST = 300_000_000  # bytes of a ledger
_WAITING = 20  # ledgers that may wait at once
_UNUSED = "-"  # what a form says of a column that is not to be read
_MOST_COLUMNS, _MOST_WORDS = 300, 500


@dataclass(slots=True)
class Waiting:
    """A ledger that came in and waits for somebody to say what it is."""

    path: Path
    kinds: Sequence[str]  # that it may be of
    request: api.Request | None = None  # None where nobody said of which kind it is


@dataclass(slots=True)
class Desk:
    """The ledgers that wait, by a word that nobody guesses; and what was done last."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    done: Effect | None = None


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    desk = Desk()

    async def imports(request: Request, findings: Sequence[api.Finding] = (), status: int = 200) -> Response:
        """Ask for files; list those that wait and those that were imported."""
        try:
            ledgers = await site.unit.do(api.imported, site.unit.folder)
        except api.KaopingError:
            ledgers = ()
        return await site.show(
            request, "import", lambda its: _list_facts(its, desk, ledgers, request, findings), status
        )

    async def bring(request: Request) -> Response:
        """Take files in; the first of them is shown next."""
        refused: list[api.Finding] = []
        tokens = []
        try:
            async with received(request, site.unit.folder, _LARGEST) as form:
                for upload in form.files[: max(0, _WAITING - len(desk.waiting))]:
                    try:
                        if upload.error is not None:
                            raise upload.error
                        held = await run_in_threadpool(_take, site.unit.folder, upload, form.text("kind"))
                    except api.KaopingError as error:
                        refused += error.findings
                        continue
                    tokens.append(secrets.token_urlsafe(16))
                    desk.waiting[tokens[-1]] = held
        except api.KaopingError as error:
            refused += error.findings
        if refused or not tokens:
            return await imports(request, refused, 422)
        return RedirectResponse(f"{_AT}/{tokens[0]}", 303)

    async def ledger(request: Request, findings: Sequence[api.Finding] = (), status: int = 200) -> Response:
        """Show how a ledger would be read."""
        waiting = desk.waiting.get(request.path_params["token"])
        if waiting is None:
            return RedirectResponse(_AT, 303)
        preview = None
        if waiting.request is not None:
            try:
                preview = await run_in_threadpool(api.preview, site.unit.folder, waiting.request)
            except api.KaopingError as error:
                findings, status = [*findings, *error.findings], 422
        others = [token for token in desk.waiting if token != request.path_params["token"]]
        return await site.show(
            request, "import_ledger", lambda its: _facts(its, waiting, preview, findings, others, request), status
        )

    async def answer(request: Request) -> Response:
        """Take in what somebody said of a ledger; import it where that is asked for."""
        token = request.path_params["token"]
        waiting = desk.waiting.get(token)
        if waiting is None:
            return RedirectResponse(_AT, 303)
        form = await site.form(request)
        act = form.get("act", [""])[0]
        if act == "drop":
            return await _finished(desk, token)
        waiting.request = _request(waiting, form)
        if act != "write" or waiting.request is None:
            return await ledger(request)
        try:
            preview = await run_in_threadpool(api.preview, site.unit.folder, waiting.request)
            if preview.refused:
                return await ledger(request, status=422)
            its_effect = await effect_of(site, lambda: api.carry_out(preview))
        except api.KaopingError as error:
            return await ledger(request, error.findings, 409)
        numbers = f"新增 {preview.added} 条，更正 {preview.changed} 条，去掉 {preview.removed} 条"
        said = f"已导入“{preview.ledger.file}”（{preview.kind.title}）：{numbers}。{its_effect}"
        desk.done = replace(its_effect, words=said)
        return await _finished(desk, token)

    async def withdraw(request: Request) -> Response:
        """Take a ledger back out."""
        name = (await site.fields(request, ("name",)))["name"]
        try:
            its_effect = await effect_of(site, lambda: api.withdraw(site.unit.folder, name))
        except api.KaopingError as error:
            return await imports(request, error.findings, 409)
        desk.done = replace(its_effect, words=f"已撤下“{name}”，文件移到“外部台账/已撤下”。{its_effect}")
        return RedirectResponse(_AT, 303)

    return [
        Route(_AT, imports),
        Route(_AT, bring, methods=["POST"]),
        Route(f"{_AT}/-/withdraw", withdraw, methods=["POST"]),
        Route(f"{_AT}/{{token}}", ledger),
        Route(f"{_AT}/{{token}}", answer, methods=["POST"]),
    ]


def _take(folder: Path, upload: Any, kind: str) -> Waiting:
    """Let a file wait; raises KaopingError where it is no table."""
    path = api.hold_ledger(folder, upload.arrival.path, upload.name)
    try:
        kinds = api.likely_kinds(folder, path)
    except api.KaopingError:
        api.let_go_ledger(path)
        raise
    chosen = kind or next(iter(kinds), "")
    return Waiting(path, kinds, api.Request(path, chosen) if chosen else None)


async def _finished(desk: Desk, token: str) -> Response:
    """Let a ledger go, and go on to the next that waits."""
    await run_in_threadpool(api.let_go_ledger, desk.waiting.pop(token).path)
    following = next(iter(desk.waiting), "")
    return RedirectResponse(f"{_AT}/{following}" if following else _AT, 303)


def _request(waiting: Waiting, form: Mapping[str, Sequence[str]]) -> api.Request | None:
    """Return what is asked for by what a form says; of another kind than before, all is asked anew."""

    def text(name: str) -> str:
        return form.get(name, [""])[0]

    kind = text("kind") or (waiting.request.kind if waiting.request is not None else "")
    if not kind:
        return None
    if waiting.request is None or waiting.request.kind != kind:
        return api.Request(waiting.path, kind)
    columns = dict(waiting.request.columns)
    for at in range(_MOST_COLUMNS):
        heading, chosen = text(f"heading-{at}"), text(f"column-{at}")
        if heading and chosen and chosen != text(f"was-{at}"):
            columns[heading] = "" if chosen == _UNUSED else chosen
    words = {name: dict(meant) for name, meant in waiting.request.words.items()}
    for at in range(_MOST_WORDS):
        name, word, option = text(f"field-{at}"), text(f"word-{at}"), text(f"option-{at}")
        if name and word and option:
            words.setdefault(name, {})[word] = option
    stays = text("earlier")
    return replace(
        waiting.request, columns=columns, words=words, beside=stays == "beside",
        replaces=stays.removeprefix("replace:") if stays.startswith("replace:") else "",
    )  # fmt: skip


def _list_facts(
    assessment: api.Assessment, desk: Desk, ledgers: Sequence[Any], request: Request, findings: Sequence[api.Finding]
) -> dict[str, Any]:
    kinds = assessment.rubric.pack.kinds
    done, desk.done = desk.done, None
    return {
        "kinds": [(kind.name, kind.title) for kind in kinds.values() if not kind.single],
        "chosen": request.query_params.get("kind", ""),
        "waiting": [(f"{_AT}/{token}", its.path.name) for token, its in desk.waiting.items()],
        "ledgers": [{"file": its.file, "kind": kinds[its.kind].title, "href": address(its.kind)} for its in ledgers],
        "done": done,
        "findings": findings,
    }


def _facts(
    assessment: api.Assessment, waiting: Waiting, preview: api.Preview | None, findings: Sequence[api.Finding],
    others: Sequence[str], request: Request,
) -> dict[str, Any]:  # fmt: skip
    """Return what import_ledger.html shows."""
    kinds = assessment.rubric.pack.kinds
    listed = [*waiting.kinds, *(name for name in kinds if name not in waiting.kinds and not kinds[name].single)]
    facts: dict[str, Any] = {
        "name": waiting.path.name,
        "here": request.url.path,
        "kinds": [(name, kinds[name].title) for name in listed],
        "chosen": waiting.request.kind if waiting.request is not None else "",
        "likely": len(waiting.kinds),
        "others": len(others),
        "preview": preview,
        "findings": list(findings),
    }
    if preview is not None:
        facts |= _preview_facts(preview)
        facts["findings"] += [its for its in preview.findings.sorted() if its not in preview.refused]
    return facts


def _preview_facts(preview: api.Preview) -> dict[str, Any]:
    columns: dict[str, dict[str, Any]] = {}
    asked = "".join(its.problem for its in preview.findings if its.code == "value.unit_asked")
    for sheet in preview.sheets:
        for column in sheet.columns:
            is_open = column.heading in preview.open_columns
            f = preview.kind.field(column.field) if column.field else None
            value = (
                f"{column.field}（{column.unit}）"
                if f is not None and column.unit not in ("", f.unit)
                else column.field
            )
            columns.setdefault(column.heading, {
                "heading": column.heading, "samples": sheet.samples.get(column.index, ()), "open": is_open,
                "value": "" if is_open else value or _UNUSED, "how": column.how,
                "ask_unit": f is not None and not column.unit and f"“{f.title}”" in asked,
            })  # fmt: skip
    choices = api.column_choices(preview.kind)
    known = {value for value, _ in choices}
    more = [(its["value"], its["value"]) for its in columns.values() if its["value"] not in {*known, "", _UNUSED}]
    words = [
        {"field": name, "title": f.title, "word": word, "times": times, "options": f.options or ("是", "否")}
        for name, meant in preview.open_words.items()
        if (f := preview.kind.field(name)) is not None
        for word, times in meant.items()
    ]
    return {
        "columns": sorted(columns.values(), key=lambda its: not (its["open"] or its["ask_unit"])),
        "choices": [*choices, *dict.fromkeys(more)],
        "words": words[:_MOST_WORDS],
        "rows": sum(sheet.rows for sheet in preview.sheets),
        "left": [(sheet.name, left) for sheet in preview.sheets for left in sheet.left[:20]],
        "lacking": [f.title for f in preview.open_fields if f.required],
    }
