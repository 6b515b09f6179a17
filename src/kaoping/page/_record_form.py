"""A record as a form that its kind's schema makes: what each field shows, what was typed, what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kaoping import api
from kaoping.page._record_table import Register, Registers

_HALF = 9  # characters that a field of half the form's width shows
_LINES = 20  # characters of a text for which a field has several lines
_FILES = 1_000  # pieces of evidence that are offered for a record
_PIECES = 5  # of a subordinate's record that are named
_LISTED = 400  # records of another kind that are offered for a reference
_YES_NO = ("是", "否")
_MARK = "；"
_RUBRIC = "rubric"  # the unit's field that names its rubric


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was sent and not written: what it said, what is wrong, and what stands there meanwhile."""

    values: Mapping[str, str]
    wrong: Mapping[str, Sequence[api.Finding]] = field(default_factory=dict)
    findings: Sequence[api.Finding] = ()  # about all of it
    meanwhile: Mapping[str, str] = field(default_factory=dict)  # field → what somebody else wrote there
    foreseen: str = ""  # what would become of the points, where that was asked for; "?" where nobody can tell
    may_wait: bool = False  # whether only required fields are empty: it may be written all the same


@dataclass(frozen=True, slots=True)
class Widget:
    """One field of the form; ``asked`` is the one that a link led to."""

    name: str
    title: str
    form: str  # select, lines, line
    value: str
    must: bool
    wide: bool
    unit: str
    hint: str
    example: str
    options: Sequence[tuple[str, str]]  # what may be chosen: the value, how it is shown
    offered: Sequence[tuple[str, str]]  # what a reference may name: id, what it is called
    wrong: Sequence[str]
    number: bool
    asked: bool = False


def seal(values: Mapping[str, str]) -> str:
    """Return by what a form knows the record that it was made from."""
    return hashlib.sha256("\x1f".join(f"{key}={value}" for key, value in sorted(values.items())).encode()).hexdigest()[
        :16
    ]


def shown_value(f: Any, text: str) -> str:
    """Return a value as its field shows it: the items of a list one a line."""
    return "\n".join(part.strip() for part in text.split(_MARK) if part.strip()) if f.listed else text


def typed_value(f: Any, text: str) -> str:
    """Return what was typed as it is written: the lines of a list as its items."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return (
        _MARK.join(part.strip() for part in plain.replace(_MARK, "\n").split("\n") if part.strip())
        if f.listed
        else plain
    )


def form_facts(
    all_: Registers, register: Register, id_: str | None, tried: Tried | None, link: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what the template shows of the form of the record ``id_``; of a new one for None. Raises KeyError.

    What ``link`` asks for: `field` the field that it is about; `v-…` what a new record begins with.
    """
    link = link or {}
    written, kind = register.written, register.kind
    row = written.rows[id_] if id_ is not None else None
    values = written.values(row) if row is not None else {kind.key: written.free_ids()[0]}
    slips = written.slips.get(id_, ()) if id_ is not None else ()
    if row is None:
        values |= {f.name: link[f"v-{f.name}"] for f in kind.shown_fields if f"v-{f.name}" in link}
    shown = {**values, **(tried.values if tried is not None else {})}
    by_field = _wrong(register, row, id_, values) if row is not None and id_ is not None else {}
    widgets = []
    for f in kind.shown_fields:
        if tried is None:
            wrong = by_field.get(f.name, [])
        else:
            wrong = [its.problem + its.mend for its in tried.wrong.get(f.name, ())]
            if f.name in tried.meanwhile:
                wrong.append(f"现在文件里是“{tried.meanwhile[f.name]}”。")
        choices = _rubrics(all_, shown.get(f.name, "")) if kind.single and f.name == _RUBRIC else _choices(f)
        widget = _widget(f, shown.get(f.name, ""), wrong, _offered(all_, kind, f.name), kind.key, choices)
        widgets.append(replace(widget, asked=tried is None and link.get("field") == f.name))
    shown_names = {f.name for f in kind.shown_fields}
    whole = [its.finding for its in slips if its.field not in shown_names]
    return {
        "id": id_,
        "widgets": widgets,
        "seal": seal(values),
        "whole": whole if tried is None else list(tried.findings),
        "tried": tried,
        "origins": _origins(written, row) if row is not None else [],
        "handed_up": row is not None and bool(written.origins(row)) and written.is_handed_up(row),
        "imported": written.file(row) if row is not None and register.is_imported(row) else "",
        "stands": str(replace(written.raw.place(row, ""), path=""))
        if row is not None and written.raw is not None
        else "",
        "files": sorted(files) if len(files := all_.books.evidence or {}) <= _FILES else (),
    }


def _origins(written: Any, row: int) -> list[dict[str, str]]:
    """Where a record, or some of its cells, come from: whose package, which record of it, what counted it there."""
    return [
        {
            "region": its.unit.region,
            "package": its.unit.folder,
            "record": its.kind if its.record.id in its.kind else f"{its.kind} {its.record.id}",
            "lines": "、".join(f"第{line}项" for line in its.record.lines),
            "pieces": "、".join(its.record.pieces[:_PIECES]) + ("等" if len(its.record.pieces) > _PIECES else ""),
        }
        for its in written.origins(row)
    ]


def _wrong(register: Register, row: int, id_: str, values: Mapping[str, str]) -> dict[str, list[str]]:
    """Field → what is wrong with it; what a ledger tells but once, at another record, is told here too."""
    written = register.written
    by_field: dict[str, list[str]] = {}
    for its in written.slips.get(id_, ()):
        by_field.setdefault(its.field, []).append(its.finding.problem + its.finding.mend)
    untold = [name for name in written.uncounted.get(id_, ()) if name and name not in by_field]
    if untold:
        checked = api.read_typed(register.kind, values, written.about(row))
        for name in untold:
            all_ = [its.problem + its.mend for its in checked.wrong.get(name, ())]
            by_field[name] = all_ or ["这一格读不出，没有计入：核对以后改填。"]
    return by_field


def _choices(f: Any) -> list[tuple[str, str]]:
    options = () if f.listed else f.options or (_YES_NO if f.type == "boolean" else ())
    return [(option, option) for option in options]


def _rubrics(all_: Registers, value: str) -> list[tuple[str, str]]:
    """The rubrics that the unit may name: the id, which is written, and the title, which is shown.

    One that the unit calls by an earlier name (``value``) keeps that: a form that is only saved changes nothing.
    """
    titles: dict[str, str] = {}
    for its in reversed(api.packs_known(all_.books.folder)):  # the nearest hides others of its name
        if its.description is not None:
            titles[value if its.answers(value) else its.id] = its.description.title
    return sorted(titles.items(), key=lambda its: its[1])


def _widget(
    f: Any,
    value: str,
    wrong: Sequence[str],
    offered: Sequence[tuple[str, str]],
    key: str,
    options: Sequence[tuple[str, str]],
) -> Widget:
    if options and value and value not in dict(options):
        options = (*options, (value, value))  # what stands there, though it is none of them
    text = shown_value(f, value)
    is_free = f.type == "string" and not options
    is_long = f.listed or (is_free and (len(f.example) > _LINES or len(text) > _LINES or "\n" in text))
    hint = f.hint + ("；一行一个" if f.listed else "")
    if f.listed and f.options:
        hint += f"；可选：{'、'.join(f.options)}"
    is_wide = is_long or (is_free and max(len(text), len(f.example)) > _HALF)
    return Widget(
        f.name, f.title, "select" if options else "lines" if is_long else "line", text, f.required and f.name != key,
        is_wide, f.unit, hint, f.example, options, offered, wrong, f.type in ("integer", "number"),
    )  # fmt: skip


def _offered(all_: Registers, kind: Any, name: str) -> list[tuple[str, str]]:
    """The records that a reference may name."""
    key = next((key for key in kind.foreign if key.field == name), None)
    if key is None:
        return []
    target = all_.of(key.kind).written
    if len(target.ids) > _LISTED:
        return []
    called = key.by or target.kind.called
    return [
        (target.cell(row, key.target), target.cell(row, called) if called else "") for row in range(len(target.ids))
    ]
