"""导入台账: ledgers of other systems, shown as they would be read; what each column is, then all of it or nothing."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._jobs import Step
from kaoping.page._journal import Effect
from kaoping.page._record_table import Registers, address, registers
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
    step: str = "读台账"  # what is being done to show it
    work: Future[api.Preview] | None = None  # that shows it, for as long as nothing else was said of it

    def hear(self, step: str) -> None:
        """Hear what is being done."""
        self.step = step


@dataclass(frozen=True, slots=True)
class Done:
    """What was done last, for the next view to say: whether it altered anything."""

    words: str
    effect: Effect
    alters: bool = True

    @property
    def tone(self) -> str:
        """How it is to be shown: a loss is no success, nor is what alters nothing."""
        return self.effect.tone if self.alters else "warn"


@dataclass(slots=True)
class Desk:
    """The ledgers that wait, by a word that nobody guesses; what was done last; who reads them meanwhile."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    done: Done | None = None
    reader: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "ledgers"))

    def news(self) -> Done | None:
        """Return what was done last, once."""
        done, self.done = self.done, None
        return done

    def left(self) -> str:
        """Say which ledgers still wait."""
        names = "、".join(f"“{its.path.name}”" for its in self.waiting.values())
        return f"还有 {len(self.waiting)} 份没有写入：{names}。" if names else ""


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    desk = Desk()

    async def imports(request: Request, findings: Sequence[api.Finding] = (), status: int = 200) -> Response:
        """Ask for files; list those that wait and those that were imported."""
        try:
            ledgers = await site.unit.do(api.imported, site.unit.folder)
        except api.KaopingError:
            ledgers = ()
        return await _shown(
            site, request, "import", lambda all_: _list_facts(all_, desk, ledgers, request, findings), status
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
        preview, headings = None, []
        if waiting.request is not None:
            try:
                preview = await _previewed(site, desk, waiting, site.patience(request))
            except api.KaopingError as error:
                findings, status = [*findings, *error.findings], 422
                if any(its.code == "ledger.not_this_kind" for its in error.findings):
                    headings = await run_in_threadpool(api.likely_headings, waiting.path)
            except TimeoutError:
                return site.waiting(request, Step(f"{waiting.step}（{waiting.path.name}）"))
        others = [token for token in desk.waiting if token != request.path_params["token"]]
        return await _shown(
            site,
            request,
            "import_ledger",
            lambda all_: _facts(all_, waiting, preview, headings, findings, others, request) | {"done": desk.news()},
            status,
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
        asked = _request(waiting, form)
        if asked != waiting.request:
            waiting.request, waiting.work = asked, None
        if act != "write" or waiting.request is None:
            return await ledger(request)
        try:
            waiting.work = None  # what it is written over may have changed since it was shown
            preview = await _previewed(site, desk, waiting, None)
            if preview.refused:
                return await ledger(request, status=422)
            its_effect = await effect_of(site, lambda: api.carry_out(preview))
        except api.KaopingError as error:
            return await ledger(request, error.findings, 409)
        desk.done = _done(preview, its_effect)
        return await _finished(desk, token)

    async def withdraw(request: Request) -> Response:
        """Take a ledger back out."""
        name = (await site.fields(request, ("name",)))["name"]
        try:
            its_effect = await effect_of(site, lambda: api.withdraw(site.unit.folder, name))
        except api.KaopingError as error:
            return await imports(request, error.findings, 409)
        desk.done = Done(f"已撤下“{name}”，文件移到“外部台账/已撤下”；怎样对列、对词还记着。{its_effect}。", its_effect)
        return RedirectResponse(_AT, 303)

    return [
        Route(_AT, imports),
        Route(_AT, bring, methods=["POST"]),
        Route(f"{_AT}/-/withdraw", withdraw, methods=["POST"]),
        Route(f"{_AT}/{{token}}", ledger),
        Route(f"{_AT}/{{token}}", answer, methods=["POST"]),
    ]


async def _shown(
    site: Site, request: Request, template: str, facts: Callable[[Registers], Mapping[str, Any]], status: int
) -> Response:
    """Answer with a view that the records alone suffice for: of a unit that can't be scored, too."""
    return await site.shown(request, template, registers, lambda _, all_: facts(all_), status, unscored=facts)


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


async def _previewed(site: Site, desk: Desk, waiting: Waiting, patience: float | None) -> api.Preview:
    """Return what importing a ledger would do; TimeoutError where it takes longer than ``patience``, in seconds."""
    if waiting.work is None and waiting.request is not None:
        tables = (await site.registers()).books.tables
        request = waiting.request
        waiting.work = desk.reader.submit(api.preview, site.unit.folder, request, tables, waiting.hear)
    assert waiting.work is not None, "somebody said of which kind it is"
    its = asyncio.wrap_future(waiting.work)
    its.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be waiting any more
    return await asyncio.wait_for(asyncio.shield(its), patience)


def _done(preview: api.Preview, its_effect: Effect) -> Done:
    """Say what a write did; that nothing is another now is no success."""
    what = f"“{preview.ledger.file}”（{preview.kind.title}）"
    if preview.unchanged:
        return Done(f"{what}没有写：这份台账已经导入过，内容和对法都一样。", its_effect, alters=False)
    if not preview.alters:
        return Done(f"{what}的记录一条也没有变，只记下了怎样对列、对词。{its_effect}。", its_effect, alters=False)
    numbers = f"新增 {preview.added} 条，更正 {preview.changed} 条，去掉 {preview.removed} 条"
    homeless = "".join(f"其中 {rows} 条在“{title}”里找不到。" for title, rows in preview.homeless.items())
    return Done(f"已导入{what}：{numbers}。{homeless}{its_effect}。", its_effect)


async def _finished(desk: Desk, token: str) -> Response:
    """Let a ledger go, and go on to the next that waits."""
    await run_in_threadpool(api.let_go_ledger, desk.waiting.pop(token).path)
    for its in desk.waiting.values():
        its.work = None  # another is among the earlier ones now
    if desk.done is not None and desk.waiting:
        desk.done = replace(desk.done, words=desk.done.words + desk.left())
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
    all_: Registers, desk: Desk, ledgers: Sequence[Any], request: Request, findings: Sequence[api.Finding]
) -> dict[str, Any]:
    kinds = all_.kinds
    return {
        "kinds": [(kind.name, kind.title) for kind in kinds.values() if not kind.single],
        "chosen": request.query_params.get("kind", ""),
        "waiting": [(f"{_AT}/{token}", its.path.name) for token, its in desk.waiting.items()],
        "ledgers": [{"file": its.file, "kind": kinds[its.kind].title, "href": address(its.kind)} for its in ledgers],
        "done": desk.news(),
        "findings": findings,
    }


def _facts(
    all_: Registers, waiting: Waiting, preview: api.Preview | None,
    headings: Sequence[tuple[str, Sequence[str]]], findings: Sequence[api.Finding], others: Sequence[str],
    request: Request,
) -> dict[str, Any]:  # fmt: skip
    """Return what import_ledger.html shows."""
    kinds = all_.kinds
    listed = [*waiting.kinds, *(name for name in kinds if name not in waiting.kinds and not kinds[name].single)]
    facts: dict[str, Any] = {
        "name": waiting.path.name,
        "here": request.url.path,
        "kinds": [(name, kinds[name].title) for name in listed],
        "chosen": waiting.request.kind if waiting.request is not None else "",
        "likely": len(waiting.kinds),
        "others": len(others),
        "preview": preview,
        "columns": (),
        "findings": list(findings),
    }
    if headings and waiting.request is not None:
        facts |= {"columns": _asked_columns(headings, waiting.request.columns), "words": (), "answered": ()}
        facts["choices"] = api.column_choices(kinds[waiting.request.kind])
        facts["kind_title"] = kinds[waiting.request.kind].title
    if preview is not None:
        facts |= _preview_facts(preview, waiting.request)
        facts["findings"] += [its for its in preview.findings.sorted() if its not in preview.refused]
    return facts


def _asked_columns(headings: Sequence[tuple[str, Sequence[str]]], chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the columns of a ledger whose head is in words that nobody knows yet: somebody says what they are."""
    return [
        {
            "heading": heading, "samples": samples, "open": heading not in chosen,
            "value": (chosen[heading] or _UNUSED) if heading in chosen else "",
            "how": "指定", "ask_unit": False, "by_name": "", "taken_by": "",
        }
        for heading, samples in headings[:_MOST_COLUMNS]
    ]  # fmt: skip


def _preview_facts(preview: api.Preview, request: api.Request | None) -> dict[str, Any]:
    """Return what is shown of a preview: each column, each word, what would become of the records."""
    wanted = {heading: name for heading, name in (request.columns if request is not None else {}).items() if name}
    filled = {column.field: column.heading for sheet in preview.sheets for column in sheet.columns if column.field}
    titles = {f.name: f.title for f in preview.kind.fields}
    names = {key.named: titles[key.field] for key in preview.kind.foreign if key.named and key.field not in filled}
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
                "by_name": names.get(column.field, ""),
                "taken_by": filled.get(wanted.get(column.heading, ""), "") if not column.field else "",
            })  # fmt: skip
    choices = api.column_choices(preview.kind)
    known = {value for value, _ in choices}
    more = [(its["value"], its["value"]) for its in columns.values() if its["value"] not in {*known, "", _UNUSED}]
    open_words = [
        (name, word, times, "") for name, meant in preview.open_words.items() for word, times in meant.items()
    ]
    answered = [(name, word, 0, option) for name, its in preview.ledger.words.items() for word, option in its.items()]
    words = [
        {"field": name, "title": f.title, "word": word, "times": times, "value": option,
         "options": f.options or ("是", "否")}
        for name, word, times, option in (*open_words, *answered)
        if (f := preview.kind.field(name)) is not None
    ]  # fmt: skip
    return {
        "columns": sorted(columns.values(), key=lambda its: not (its["open"] or its["ask_unit"])),
        "choices": [*choices, *dict.fromkeys(more)],
        "words": [its for its in words[:_MOST_WORDS] if not its["value"]],
        "answered": [its for its in words[:_MOST_WORDS] if its["value"]],
        "homeless": preview.homeless,
        "rows": sum(sheet.rows for sheet in preview.sheets),
        "left": [(sheet.name, left) for sheet in preview.sheets for left in sheet.left[:20]],
        "lacking": [f.title for f in preview.open_fields if f.required and f.name not in preview.kind.implied(filled)],
    }
