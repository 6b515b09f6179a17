"""材料: all files of the evidence as a table to be filled in, a few at a time, those that want something first."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page import _appearance
from kaoping.page._mend_link import whole_links
from kaoping.page._record_writing import steps, written_by
from kaoping.page._site import Site
from kaoping.page.views import _hanging

#: What the table lets be changed of a file; its own page has the rest.
COLUMNS = ("title", "doc_no", "issuer", "date", "type")
#: What may be said of all ticked files at once; SET is what is registered of them.
SET = ("type", "issuer", "date")
BULK = ("record", *SET)
_PAGE = 50  # rows
_QUERY = ("show", "verdict", "line", "find", "as", "page")  # what an address says of the list

#: The tabs: name → (its words, which files it shows).
TABS: Mapping[str, tuple[str, Callable[[api.Holding], bool]]] = {
    "urgent": ("要办的", lambda its: its.is_urgent),
    "all": ("全部", lambda its: True),
    "idle": ("不属于任何一项", lambda its: not its.lines and not its.file.members),
    "untyped": ("没有种类", lambda its: not its.file.type),
    "presumed": ("种类是推定的", lambda its: bool(its.file.type) and not its.stated("type") and not its.file.within),
    "same": ("重复", lambda its: bool(its.same)),
    "personal": ("有个人信息", lambda its: bool(its.file.personal)),
    "part": ("没有显示全", lambda its: bool(its.file.lost) or its.file.verdict == "slip_sheet"),
}
#: What became of a file: look and sign of its badge, and its words.
VERDICTS = {
    "ready": ("ok", "ok", "可以收入"),
    "converted": ("ok", "ok", "已转成页面"),
    "repaired": ("ok", "ok", "修补过，可以收入"),
    "unpacked": ("ok", "ok", "已展开"),
    "slip_sheet": ("warn", "warn", "放一页说明"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a file as the table shows it."""

    name: str
    title: str
    text: str
    otherwise: str  # what stands where it is empty
    options: tuple[str, ...]
    error: str


@dataclass(frozen=True, slots=True)
class Row:
    """A file in the table."""

    its: api.Holding
    seal: str  # of what the form said of it when it was made
    cells: Sequence[Cell]
    kind: str  # the title of its evidence type; "" where nobody knows

    @property
    def called(self) -> str:
        """What its fields are called for who does not see the table: its number, else its path."""
        return self.its.piece.number if self.its.piece is not None else self.its.path


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and could not stand as a whole: what it said, by file and field, and what is wrong."""

    values: Mapping[str, Mapping[str, str]]
    errors: Mapping[str, Mapping[str, str]]
    findings: Sequence[api.Finding] = ()
    overtaken: Sequence[str] = ()  # files of which something else was registered meanwhile
    chosen: Sequence[str] = ()  # the paths of the files that were ticked
    bulk: Mapping[str, str] = field(default_factory=dict)  # what was to become of these
    bulk_errors: Mapping[str, str] = field(default_factory=dict)


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""

    async def listed(request: Request, tried: Tried | None = None, asked: Mapping[str, str] | None = None) -> Response:
        query = {name: request.query_params.get(name, "") for name in _QUERY} if asked is None else asked
        put = request.query_params.get("put", "")

        def show(assessment: api.Assessment, held: api.Holdings) -> dict[str, Any]:
            late = bool(put) and any(its.name == api.FINAL for its in api.shelved(site.unit.folder))
            more = {"put": put if put.isdecimal() else "", "handed_in": late, **steps(site.journal, request)}
            of_scans = {"scans": api.scan_state(assessment), "reading": site.unit.readings.is_running}
            return facts(assessment, held, query, tried) | of_scans | more

        return await site.shown(request, "evidence", api.holdings, show, 200 if tried is None else 422)

    async def register(request: Request) -> Response:
        """Write down what the table says of its files, of one of them (``only``), or show it with what is wrong."""
        form = await site.form(request)
        asked = {name: form.get(name, [""])[0] for name in _QUERY}
        rows = _rows(form)
        only = form.get("only", [""])[0]
        sent = {path: row for number, path, row in rows if only in ("", number)}
        try:
            assessment, held = await site.unit.assessed(api.holdings)
            changed, errors, overtaken = checked(assessment, held, sent)
            if not errors and not overtaken:
                if changed:
                    title = f"登记 {len(changed)} 件材料"
                    await written_by(site, title, lambda: api.register_files(assessment.dossier, changed))
                if wants_json(request):
                    return JSONResponse(await _done(site, sent))
                return RedirectResponse(address(asked | {"done": "1"} if changed else asked), 303)
            findings: Sequence[api.Finding] = ()
        except api.KaopingError as error:
            errors, overtaken, findings = {}, [], error.findings
        tried = Tried({path: row for _, path, row in rows}, errors, findings, overtaken)
        if wants_json(request):
            return JSONResponse(_wrong(tried), 422)
        return await listed(request, tried, asked)

    async def on_chosen(request: Request) -> Response:
        """Do with all ticked files what the form says: hang them on a record, register the same of them, take them out.

        What was typed in the rows is written down with it. All of it is done, or nothing.
        """
        form = await site.form(request)
        asked = {name: form.get(name, [""])[0] for name in _QUERY}
        rows = _rows(form)
        chosen = [path for number, path, _ in rows if number in form.get("pick", [])]
        bulk = {name: form.get(f"b-{name}", [""])[0].strip() for name in BULK}
        act = form.get("act", [""])[0]
        sent = {path: row for _, path, row in rows}
        errors: Mapping[str, Mapping[str, str]] = {}
        overtaken: Sequence[str] = ()
        findings: Sequence[api.Finding] = ()
        wrong: dict[str, str] = {}
        try:
            assessment, held = await site.unit.assessed(api.holdings)
            changed, errors, overtaken = checked(assessment, held, sent)
            wrong = _wrong_with(assessment, chosen, bulk, act)
            if not wrong and not errors and not overtaken:
                title, work = _bulk_work(assessment, held, chosen, bulk, act, changed)
                await written_by(site, title, work)
                return RedirectResponse(address(asked | {"done": "1"}), 303)
        except api.KaopingError as error:
            findings = error.findings
        tried = Tried(sent, errors, findings, overtaken, chosen, bulk, wrong)
        return await listed(request, tried, asked)

    return [
        Route("/evidence", listed),
        Route("/evidence/registration", register, methods=["POST"]),
        Route("/evidence/chosen", on_chosen, methods=["POST"]),
    ]


def _wrong_with(assessment: api.Assessment, chosen: Sequence[str], bulk: Mapping[str, str], act: str) -> dict[str, str]:
    """Return what is wrong with which field of what shall become of the ticked files."""
    if not chosen:
        return {"pick": "没有选中一件：在要办的那几行前面打勾。"}
    if act == "hang":
        return _hanging.wrong_with(_hanging.Bearers(assessment), bulk["record"], "")
    fields = {its.name: its for its in api.registrable(assessment.dossier)}
    wrong = {name: api.read_as(fields[name], bulk[name], assessment.dossier.year)[1] for name in SET if bulk[name]}
    if not wrong:
        return {"type": "没有写要登记成什么：种类、发文单位、日期，至少写一样。"}
    return {name: why for name, why in wrong.items() if why}


def _bulk_work(
    assessment: api.Assessment,
    held: api.Holdings,
    chosen: Sequence[str],
    bulk: Mapping[str, str],
    act: str,
    changed: Mapping[str, dict[str, str]],
) -> tuple[str, Callable[[], Any]]:
    """Return what is to be done with the ticked files, in words and as something to do; ``changed`` are the rows."""
    dossier = assessment.dossier
    files = {path: dict(values) for path, values in changed.items()}
    if act == "hang":
        record = _hanging.Bearers(assessment).meant(bulk["record"])
        assert record is not None, "it was looked for"
        kind, _, id_ = record.value.partition("/")

        def hang() -> object:
            done = api.attach(dossier, kind, id_, [path for path in chosen if not held.files[path].file.within])
            if files:
                api.register_files(dossier, files)
            return done

        return f"把 {len(chosen)} 件材料挂到 {id_}", hang
    fields = {its.name: its for its in api.registrable(dossier)}
    wanted = {name: api.read_as(fields[name], bulk[name], dossier.year)[0] for name in SET if bulk[name]}
    for path in chosen:
        its = held.files[path]
        new = {name: text for name, text in wanted.items() if text != its.stated(name)}
        if new:
            files[path] = files.get(path, {}) | new
    what = "、".join(fields[name].title for name in wanted)
    return f"登记 {len(chosen)} 件材料的{what}", lambda: api.register_files(dossier, files)


def wants_json(request: Request) -> bool:
    """Whether a script of ours asks, and not a form."""
    return "application/json" in request.headers.get("accept", "")


async def _done(site: Site, sent: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Say what became of a form: the texts as they stand now, their seals, the total."""
    assessment, held = await site.unit.assessed(api.holdings)
    total = assessment.card.total
    texts = {path: [held.files[path].stated(name) for name in COLUMNS] for path in sent if path in held.files}
    return {
        "files": {
            path: {"texts": dict(zip(COLUMNS, its, strict=True)), "seal": seal(its)} for path, its in texts.items()
        },
        "total": api.span_text(total.low, total.high),
    }


def _wrong(tried: Tried) -> dict[str, Any]:
    """Say what keeps a form from being written down."""
    return {
        "errors": {
            path: {name: _appearance.here(why) for name, why in its.items()} for path, its in tried.errors.items()
        },
        "overtaken": list(tried.overtaken),
        "problem": _appearance.sentences(tried.findings),
    }


def _rows(form: Mapping[str, list[str]]) -> list[tuple[str, str, dict[str, str]]]:
    """Return number, path and fields of each row that a form holds."""
    rows = []
    for name, values in form.items():
        if name.startswith("path."):
            number = name.removeprefix("path.")
            fields = {field: form.get(f"{field}.{number}", [""])[0].strip() for field in (*COLUMNS, "seal")}
            rows.append((number, values[0], fields))
    return rows


def checked(
    assessment: api.Assessment, held: api.Holdings, sent: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]], list[str]]:
    """Return what changes of each file, what is wrong by file and field, and the files that were changed meanwhile."""
    fields = {its.name: its for its in api.registrable(assessment.dossier)}
    changed: dict[str, dict[str, str]] = {}
    errors: dict[str, dict[str, str]] = {}
    overtaken = []
    for path, row in sent.items():
        its = held.files.get(path)
        if its is None:
            continue
        now = seal(its.stated(name) for name in row if name in fields)
        if seal(text for name, text in row.items() if name in fields) == row["seal"]:
            continue  # nobody touched it
        if now != row["seal"]:
            overtaken.append(path)
        for name, text in row.items():
            if name not in fields or _plain(text) == _plain(its.stated(name)):
                continue
            written, why = api.read_as(fields[name], text, assessment.dossier.year)
            if why:
                errors.setdefault(path, {})[name] = why
            elif written != its.stated(name):
                changed.setdefault(path, {})[name] = written
    return changed, errors, overtaken


def facts(
    assessment: api.Assessment, held: api.Holdings, query: Mapping[str, str], tried: Tried | None = None
) -> dict[str, Any]:
    """Return what the template evidence.html shows."""
    files = list(held.files.values())
    counts = {name: sum(1 for its in files if is_in(its)) for name, (_, is_in) in TABS.items()}
    show = query["show"] if query["show"] in TABS else "urgent" if counts["urgent"] or held.missing else "all"
    chosen = [its for its in files if TABS[show][1](its) and _is_asked_for(its, query)]
    pages = max(1, -(-len(chosen) // _PAGE))
    page = min(max(int(query["page"]) if query["page"].isdecimal() and len(query["page"]) < 6 else 1, 1), pages)
    shown = chosen[(page - 1) * _PAGE : page * _PAGE]
    query = dict(query) | {"show": show, "page": str(page)}
    return {
        "rows": [row(assessment, its, COLUMNS, tried) for its in shown],
        "missing": held.missing if show == "urgent" and page == 1 else {},
        "tabs": [
            (words, address(query | {"show": name, "page": ""}), counts[name], name == show)
            for name, (words, _) in TABS.items()
        ],
        "query": query,
        "hidden": [(name, query[name]) for name in _QUERY if query[name]],
        "of": len(chosen),
        "first": (page - 1) * _PAGE + 1,
        "before": address(query | {"page": str(page - 1)}) if page > 1 else "",
        "after": address(query | {"page": str(page + 1)}) if page < pages else "",
        "as_table": address(query | {"as": ""}),
        "as_tiles": address(query | {"as": "tiles"}),
        "lines": [(line.id, line.title) for line in assessment.rubric.lines],
        "verdicts": VERDICTS,
        "all": len(files),
        "inside": sum(bool(its.file.within) for its in files),
        "pieces": len(assessment.plan.pieces),
        "folders": sorted({its.path.rpartition("/")[0] for its in files if not its.file.within} - {""}),
        "tried": tried,
        "chosen": tried.chosen if tried is not None else (),
        "bulk": tried.bulk if tried is not None else {},
        "amiss": defaultdict(str, tried.bulk_errors if tried is not None else {}),
        "bearers": _hanging.Bearers(assessment).shown,
        "types": _hanging.types(assessment),
        "whole": whole_links(assessment),
        "file_address": file_address,
        "picture": picture_address,
    }


def row(assessment: api.Assessment, its: api.Holding, columns: Sequence[str], tried: Tried | None = None) -> Row:
    """Return a file as a row of the fields ``columns``; what was sent and could not stand is what they say."""
    fields = {field.name: field for field in api.registrable(assessment.dossier)}
    kind = assessment.dossier.pack.vocabulary.evidence_types.get(its.file.type)
    sent = tried.values.get(its.path, {}) if tried is not None else {}
    errors = tried.errors.get(its.path, {}) if tried is not None else {}
    known = {"title": its.file.title, "type": kind.title if kind is not None else ""}
    cells = [
        Cell(
            name=name,
            title=fields[name].title,
            text=sent.get(name, its.stated(name)),
            otherwise=known.get(name, ""),
            options=fields[name].options,
            error=errors.get(name, ""),
        )
        for name in columns
    ]
    made_of = sent["seal"] if "seal" in sent else seal(its.stated(name) for name in columns)
    return Row(its, made_of, cells, known["type"])


def seal(texts: Iterable[str]) -> str:
    """Return what a form bears of the texts that it was made with: other texts are another's work meanwhile."""
    return hashlib.sha256("\0".join(map(_plain, texts)).encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    """A text as a field of a form gives it back."""
    return " ".join(text.split())


def _is_asked_for(its: api.Holding, query: Mapping[str, str]) -> bool:
    """Whether a file is one of those that the filters leave."""
    if query["verdict"] and its.file.verdict != query["verdict"]:
        return False
    if query["line"] and query["line"] not in its.lines:
        return False
    text = query["find"].strip().casefold()
    number = its.piece.number if its.piece is not None else ""
    return not text or any(text in word.casefold() for word in (its.path, its.file.title, its.file.doc_no, number))


def address(query: Mapping[str, str]) -> str:
    """Return the address of the list with these filters."""
    asked = urlencode({name: query[name] for name in (*_QUERY, "done") if query.get(name)})
    return f"/evidence?{asked}" if asked else "/evidence"


def file_address(path: str) -> str:
    """Return the address of a file's own page."""
    return f"/evidence/file/{quote(path)}"


def picture_address(path: str, page: int, width: int, *, came: bool = False) -> str:
    """Return the address of a page of a file as a picture: as it stands in the bundle, or as it ``came``."""
    return f"/evidence/picture/{quote(path)}?page={page}&width={width}{'&came=1' if came else ''}"
