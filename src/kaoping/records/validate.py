"""From raw text to a typed dossier: every cell against its schema, every reference against what it names.

A cell that can't be typed becomes Unreadable, with an error: the record stays, so that nothing vanishes, and whatever
asks for the cell finds it unknown instead of guessing. A record that is another year's counts for nobody; one that may
be a second writing of another, or whose date can't be told, counts perhaps: see ``Table.standing``.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import PurePosixPath
from typing import Any, cast

from kaoping.core import schema
from kaoping.core.engine import DATA_END, REPORT_DATE
from kaoping.core.file_names import is_left_behind
from kaoping.core.findings import Findings, gathered
from kaoping.core.memory import Memory
from kaoping.core.model import EvidenceFile, Location, Standing, Table, Unreadable, Value, Verdict
from kaoping.core.page_ranges import page_text
from kaoping.core.schema import Kinds
from kaoping.records.readers._heads import plain
from kaoping.records.readers._unit_questions import question
from kaoping.records.readers.raw import RawCell, RawTable

MATERIALS = "材料"
_ELSEWHERE = re.compile(
    r"[/\\]|~/|\.\.[/\\]|[A-Za-z]:"
)  # from the root of a disk or a share, of the user; out of the folder

#: Says in Chinese which files may be meant by a name that means none; "" where nobody knows.
Hint = Callable[[str], str]
_LISTED = 5  # places that are named where alike slips of a ledger are told at once

#: What nobody has to do anything about: told once for all files.
_AT_ONCE = ("evidence.camera_tags",)


def nfc(path: str) -> str:
    """Return an evidence path as the key it is compared by: "/" and Unicode NFC (macOS writes NFD)."""
    parts = [part for part in unicodedata.normalize("NFC", path).replace("\\", "/").split("/") if part not in ("", ".")]
    return "/".join(parts[1:] if parts[0:1] == [MATERIALS] else parts)


def _as_written(path: str, cell: Any) -> str:
    """Return ``path``, a key of ``nfc``, as it stands in the ``cell`` that names it: /etc/passwd is no etc/passwd."""
    pieces = schema.separated(cell) if isinstance(cell, str) else ()
    return next((piece for piece in pieces if nfc(piece) == path), path)


def _why_absent(path: str, hint: Hint) -> str:
    """Say in Chinese why there is no evidence at ``path``, as somebody wrote it, and what may be meant."""
    if is_left_behind(path.replace("\\", "/").rpartition("/")[2]):
        return "它是程序开着文件或下载时留下的临时文件，不算材料（要写的是文件本身，名字前没有 ~$）"
    if _ELSEWHERE.match(path):
        return f"那不在“{MATERIALS}”文件夹里"
    return "；".join(filter(None, ("材料文件夹里没有这个文件", hint(path))))


class _Slips:
    """What is wrong with one table. In a ledger of many rows alike slips are told once: how many, and the first few."""

    def __init__(self, raw: RawTable, findings: Findings) -> None:
        self.raw = raw
        self.findings = findings
        self.alike: dict[tuple[str, str, Any], tuple[list[int], dict[str, Any]]] = {}

    def add(self, code: str, row: int, field: str, alike: Any = None, **facts: Any) -> None:
        """Tell of the slip ``code`` in a cell; those with the same ``alike`` are one slip in a ledger."""
        if self.raw.grouped:
            self.alike.setdefault((code, field, alike), ([], facts))[0].append(row)
        else:
            self.findings.add(code, self.raw.place(row, field), **facts)

    def __enter__(self) -> _Slips:
        return self

    def __exit__(self, *_: object) -> None:
        for (code, field, _alike), (rows, facts) in self.alike.items():
            places = [self.raw.place(row, field) for row in rows[:_LISTED]]
            self.findings.add_alike(code, places, len(rows), **facts)


def typed(raw: RawTable, kind: schema.Kind, findings: Findings, *, strict: bool = True) -> Table:
    """Type every cell of ``raw``; with ``strict`` false (worked cases) required fields may be empty."""
    columns: dict[str, list[Value]] = {}
    standing: dict[int, Standing] = {}
    with _Slips(raw, findings) as slips:
        for field in kind.shown_fields if kind.on_rubric else kind.fields:
            cells = raw.columns.get(field.name) or [None] * raw.rows
            columns[field.name] = _column(field, cells, slips, strict)
        if "evidence" in columns:
            columns["evidence"] = [
                tuple(nfc(p) for p in cell) if isinstance(cell, tuple) else () for cell in columns["evidence"]
            ]
        for field in kind.fields:
            if field.unique and field.name != kind.key:
                _check_unique(field, columns[field.name], slips, standing)
            if field.at_most:
                _check_limit(field, kind, columns, slips)
            if field.pair and strict:
                _check_pair(field, kind, columns, slips)
            if field.in_year and field.required and strict:
                unknown = (row for row, value in enumerate(columns[field.name]) if value is None)
                standing |= dict.fromkeys(unknown, (None, f"{field.title}未填，不知道是不是本年度的"))
        ids = [_id(value, row) for row, value in enumerate(columns[kind.key], 1)]
        ids = _distinct(ids, kind, slips, standing)
    return Table(kind.name, ids, columns, raw.place, standing)


def _id(value: Value, row: int) -> str:
    return f"第{row}条" if value is None or isinstance(value, Unreadable) else str(value)


def _column(field: schema.Field, cells: Sequence[RawCell], slips: _Slips, strict: bool) -> list[Value]:
    """Return the cells' values. Cells that repeat are parsed once; what is wrong with them is told at every place."""
    if (free := _as_they_stand(field, cells)) is not None:
        return free
    parsed = {cell: _parse(field, cell, strict) for cell in _distinct_cells(cells)}
    wrong = {cell: slip for cell, (_, slip) in parsed.items() if slip is not None}
    for row, cell in enumerate(cells) if wrong else ():
        if cell in wrong:
            alike = None if wrong[cell] == "value.unit_asked" else cell
            slips.add(wrong[cell], row, field.name, alike, title=field.title, **_facts(field, cell))
    if len(parsed) == 1:
        return [value for value, _ in parsed.values()] * len(cells)
    values = {cell: value for cell, (value, _) in parsed.items()}
    return list(map(values.__getitem__, cells))


def _as_they_stand(field: schema.Field, cells: Sequence[RawCell]) -> list[Value] | None:
    """Return the cells of a field that takes any text, stripped; None where that is not all that there is to it."""
    if field.type != "string" or field.listed or field.options or field.pattern:
        return None
    try:
        texts: list[Value] = list(map(str.strip, cast("Sequence[str]", cells)))
    except TypeError:  # a cell is empty, or can't be read
        return None
    return texts if all(texts) else None


def _distinct_cells(cells: Sequence[RawCell]) -> set[RawCell]:
    """Return the different cells. A column that its source lacks is one object all the way: it is not hashed again."""
    if cells and cells[0] is cells[-1] and cells.count(cells[0]) == len(cells):
        return {cells[0]}
    return set(cells)


def _parse(field: schema.Field, text: RawCell, strict: bool) -> tuple[Value, str | None]:
    """Return the cell's value and the code of what is wrong with it."""
    if isinstance(text, Unreadable):
        return (() if field.listed else text), None
    if field.required and strict and not (text or "").strip():
        return (() if field.listed else None), "value.missing"
    if field.is_unusual((text or "").strip()):
        return Unreadable(text or ""), "value.unit_asked"
    try:
        return field.parse(text), None
    except schema.CellError:
        return (() if field.listed else Unreadable(text or "")), "value.unfit"


def _facts(field: schema.Field, text: RawCell) -> dict[str, str]:
    if isinstance(text, str) and field.is_unusual(text.strip()):
        return question(field, text.strip())
    try:
        field.parse(text if isinstance(text, str) else None)
    except schema.CellError as error:
        return {"text": str(text), "expected": str(error)}
    return {}


def _check_limit(field: schema.Field, kind: schema.Kind, columns: dict[str, list[Value]], slips: _Slips) -> None:
    """A part can't be more than its whole (x-at-most): which of the two is wrong nobody knows, so neither counts."""
    other = kind.field(field.at_most)
    assert other is not None, "a test checks that x-at-most names a field"
    parts, wholes = columns[field.name], columns[other.name]
    for row, (part, whole) in enumerate(zip(parts, wholes, strict=True)):
        if isinstance(part, int | Fraction) and isinstance(whole, int | Fraction) and part > whole:
            facts = {"title": field.title, "value": part, "other": other.title, "limit": whole}
            slips.add("value.exceeds", row, field.name, **facts)
            parts[row], wholes[row] = Unreadable(str(part)), Unreadable(str(whole))


def _check_pair(field: schema.Field, kind: schema.Kind, columns: dict[str, list[Value]], slips: _Slips) -> None:
    """Of two fields that go together (x-with) one is filled in: what is meant nobody knows, so neither counts."""
    other = kind.field(field.pair)
    assert other is not None, "a test checks that x-with names a field"
    for row, values in enumerate(zip(columns[field.name], columns[other.name], strict=True)):
        if values.count(None) == 1 and not any(isinstance(value, Unreadable) for value in values):
            there, lacking = (field, other) if values[1] is None else (other, field)
            value = values[0] if values[1] is None else values[1]
            facts = {"title": there.title, "value": str(value), "other": lacking.title}
            slips.add("value.unpaired", row, lacking.name, (there.name, value), **facts)
            columns[field.name][row] = columns[other.name][row] = Unreadable(str(value))


def _check_unique(field: schema.Field, column: list[Value], slips: _Slips, standing: dict[int, Standing]) -> None:
    first: dict[Value, int] = {}
    for row, value in enumerate(column):
        if value is None or isinstance(value, Unreadable) or first.setdefault(value, row) == row:
            continue
        where = str(slips.raw.place(first[value], field.name))
        slips.add("value.twice", row, field.name, title=field.title, value=value, first=where)
        for twin in (first[value], row):  # which of the two holds nobody knows
            standing[twin] = (None, f"{field.title}“{value}”写了两次，以哪一条为准不清楚")


def _distinct(ids: list[str], kind: schema.Kind, slips: _Slips, standing: dict[int, Standing]) -> list[str]:
    if len(set(ids)) == len(ids):
        return ids
    first: dict[str, int] = {}
    result: list[str] = []
    for row, id_ in enumerate(ids):
        if id_ in first:
            where = str(slips.raw.place(first[id_], kind.key))
            slips.add("record.id_twice", row, kind.key, id=id_, kind=kind.title, first=where)
            standing[row] = (None, f"编号“{id_}”重复，可能是同一件事")
            result.append(f"{id_}（重复，第{row + 1}条）")
        else:
            first[id_] = row
            result.append(id_)
    return result


@dataclass(frozen=True, slots=True)
class Span:
    """What a unit's records may be of: its year, and the days after which nothing can have happened yet."""

    year: int
    ends: Mapping[str, tuple[str, date]]  # the unit's field → what it is called in a sentence, and the day

    @classmethod
    def of(cls, unit: Mapping[str, Value], kind: schema.Kind, year: int) -> Span:
        """Return the span of ``unit``; what is reported ends with the data, and both with the day of the report."""
        days = {
            field: (title.title, value)
            for field in (DATA_END, REPORT_DATE)
            if isinstance(value := unit.get(field), date) and (title := kind.field(field)) is not None
        }
        if REPORT_DATE in days and (DATA_END not in days or days[DATA_END][1] > days[REPORT_DATE][1]):
            days[DATA_END] = days[REPORT_DATE]
        return cls(year, days)


def check_dates(
    tables: Mapping[str, Table],
    raws: Mapping[str, RawTable],
    kinds: Kinds,
    span: Span,
    findings: Findings,
    memory: Memory | None = None,
) -> dict[str, Table]:
    """Check the fields whose dates must lie in the unit's year, and those that say when something happened.

    A record of another year, or of a day that has not come yet, counts for nobody; a later step of a record (a case's
    closing) that has not come yet is none so far. What ``memory`` knows of tables that are the same is not checked
    anew.
    """
    memory = memory or Memory()

    def checked(name: str, table: Table) -> Table:
        beside = (table, raws[name], kinds[name], span)
        return memory.recall(f"dated {name}", (), partial(_dated, *beside), findings, beside)

    return {name: checked(name, table) for name, table in tables.items()}


def _dated(table: Table, raw: RawTable, kind: schema.Kind, span: Span, findings: Findings) -> Table:
    standing = dict(table.standing)
    columns = dict(table.columns)
    with _Slips(raw, findings) as slips:
        steps = [table.columns[field.name] for field in kind.fields if field.step in span.ends]
        for field in kind.fields:
            if (field.happened or field.step) in span.ends:
                columns[field.name] = _check_end(field, columns[field.name], steps, span, slips, standing)
            if field.in_year:
                columns[field.name] = _check_year(field, columns[field.name], span.year, slips, standing)
    return replace(table, columns=columns, standing=standing)


def _check_year(
    field: schema.Field, column: Sequence[Value], year: int, slips: _Slips, standing: dict[int, Standing]
) -> Sequence[Value]:
    """Return the column without the steps that were taken after the year."""
    later: set[int] = set()
    for row, value in enumerate(column):
        its_year = value.year if isinstance(value, date) else int(value[:4]) if isinstance(value, str) else year
        if its_year != year:
            slips.add("value.out_of_year", row, field.name, title=field.title, value=str(value), year=year)
            if field.step and its_year > year:  # filed in the year, and not closed in it
                later.add(row)
            else:
                standing[row] = (False, f"{field.title}是{value}，不在{year}年内")
        elif isinstance(value, Unreadable):
            problem = f"{field.title}填得不对" if value.text else f"没有写{field.title}"
            standing.setdefault(row, (None, f"{problem}，不知道是不是本年度的"))
    return [None if row in later else value for row, value in enumerate(column)] if later else column


def _check_end(
    field: schema.Field,
    column: Sequence[Value],
    steps: Sequence[Sequence[Value]],
    span: Span,
    slips: _Slips,
    standing: dict[int, Standing],
) -> Sequence[Value]:
    """Return the column without the steps that had not come when the unit reported.

    What is dated after 报送日期 had not happened then, unless a later step of it had: one of the two is wrong. Between
    数据截至日期 and 报送日期 it may have, or be a plan.
    """
    end_title, end = span.ends[field.happened or field.step]
    report_title, report = span.ends.get(REPORT_DATE, (end_title, end))
    after: set[int] = set()
    for row, value in enumerate(column):
        day = _first_day(value)
        if day is None or day <= end or (field.in_year and day.year != span.year):  # of another year: told as that
            continue
        facts = {"title": field.title, "value": str(value)}
        if day > report:
            after.add(row)
            slips.add("value.after_report", row, field.name, value, limit=report_title, end=str(report), **facts)
            if not field.step:
                went_on = any((step := _first_day(dates[row])) is not None and step <= report for dates in steps)
                why = f"{field.title}是{value}，在{report_title}{report}之后"
                standing[row] = (None, f"{why}，后面的日期却在之前，有一个不对") if went_on else (False, why)
        else:
            slips.add("value.ahead", row, field.name, value, limit=end_title, end=str(end), **facts)
            standing.setdefault(row, (None, f"{field.title}是{value}，在{end_title}{end}之后，是否已经发生不清楚"))
    return [None if row in after and field.step else value for row, value in enumerate(column)] if after else column


def _first_day(value: Value) -> date | None:
    """The day itself, or the first one of a month (2017-03): a month that has begun may be reported so far."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(f"{value}-01") if isinstance(value, str) and value else None


def check_references(
    tables: Mapping[str, Table],
    raws: Mapping[str, RawTable],
    kinds: Kinds,
    findings: Findings,
    memory: Memory | None = None,
    asked: Collection[str] | None = None,
) -> dict[str, Table]:
    """Check that every foreign key names a record that is there; one that is named as people do (x-by) gets its id.

    What ``memory`` knows of tables that are the same is not checked anew. ``asked``: the kinds whose records are to be
    checked, where it is not all of them.
    """
    memory = memory or Memory()

    def checked(name: str, table: Table) -> Table:
        if not kinds[name].foreign or (asked is not None and name not in asked):
            return table
        targets = [tables.get(key.kind) for key in kinds[name].foreign]

        def make(into: Findings) -> Table:
            return _with_references(table, raws[name], kinds, targets, into)

        return memory.recall(f"referring {name}", (), make, findings, (table, raws[name], kinds, *targets))

    return {name: checked(name, table) for name, table in tables.items()}


def _with_references(
    table: Table, raw: RawTable, kinds: Kinds, targets: Sequence[Table | None], findings: Findings
) -> Table:
    columns = dict(table.columns)
    with _Slips(raw, findings) as slips:
        for key, target in zip(kinds[table.kind].foreign, targets, strict=True):
            columns[key.field] = _referring(columns[key.field], key, kinds[key.kind].title, target, slips)
            if key.named and target is not None:
                _check_names(key, kinds[table.kind], columns, target, slips)
    return replace(table, columns=columns)


def _referring(
    column: Sequence[Value], key: schema.ForeignKey, title: str, target: Table | None, slips: _Slips
) -> Sequence[Value]:
    known = set(target.columns[key.target]) if target else set()
    called: dict[str, list[Value]] = {}
    if target is not None and key.by:
        for value, id_ in zip(target.columns[key.by], target.columns[key.target], strict=True):
            called.setdefault(plain(value) if isinstance(value, str) else "", []).append(id_)
    strange = {value for value in column if isinstance(value, str)} - known
    meant = {value: called.get(plain(value), []) if isinstance(value, str) else [] for value in strange}
    unknown = [value for value in dict.fromkeys(column) if isinstance(value, str) and meant.get(value) == []]
    several = {value for value, ids in meant.items() if len(ids) > 1}
    for row, value in enumerate(column) if unknown or several else ():
        if isinstance(value, str) and value in several:
            number = len(meant[value])
            slips.add("value.ambiguous_reference", row, key.field, value, value=value, kind=title, number=number)
        elif isinstance(value, str) and meant.get(value) == []:
            shown = quoted(unknown) if slips.raw.grouped else quoted([value])
            slips.add("value.unknown_reference", row, key.field, value=shown, kind=title)
    put: dict[Value, Value] = {
        value: ids[0] if len(ids) == 1 else Unreadable(value) for value, ids in meant.items() if ids
    }
    return [put.get(value, value) for value in column] if put else column


def _check_names(
    key: schema.ForeignKey, kind: schema.Kind, columns: Mapping[str, Sequence[Value]], target: Table, slips: _Slips
) -> None:
    """Tell, once, of names beside an id that are not those of the record which the id names: the id decides."""
    field = kind.field(key.named)
    assert field is not None, "reading the kind checks that x-named names a field"
    names = dict(zip(target.columns[key.target], target.columns[key.by], strict=True))
    others: dict[int, str] = {}
    for row, (id_, name) in enumerate(zip(columns[key.field], columns[key.named], strict=True)):
        registered = names.get(id_)
        if isinstance(registered, str) and isinstance(name, str) and plain(registered) != plain(name):
            others[row] = f"{id_}：“{name}”，登记的是“{registered}”"
    if others:
        places = [slips.raw.place(row, key.named) for row in list(others)[:_LISTED]]
        listed = "；".join(list(dict.fromkeys(others.values()))[:_LISTED])
        facts = {"title": field.title, "listed": listed, "rows": len(others)}
        slips.findings.add_alike("value.other_name", places, len(others), **facts)


def quoted(values: Sequence[str]) -> str:
    """Return texts as a sentence names them: “甲”、“乙”, the first few of many with their number."""
    shown = "、".join(f"“{value}”" for value in values[:_LISTED])
    return f"{shown}等{len(values)}个" if len(values) > _LISTED else shown


def check_evidence(
    tables: Mapping[str, Table],
    raws: Mapping[str, RawTable],
    evidence: Mapping[str, EvidenceFile],
    vocabulary: schema.Vocabulary,
    findings: Findings,
    memory: Memory | None = None,
    hint: Hint = lambda _: "",
) -> None:
    """Check evidence both ways: named but not there, there but named by none; typed, and saying what it must.

    ``hint`` is asked what may be meant by a name that means no file. What ``memory`` knows of tables and files that are
    the same is not checked anew.
    """
    memory = memory or Memory()
    named: set[str] = set()
    for table in tables.values():
        if "evidence" in table.columns:
            beside = (table, raws[table.kind], evidence, vocabulary)
            named |= memory.recall(f"named by {table.kind}", (), partial(_named_in, *beside, hint), findings, beside)
    registered = tables.get("evidence")
    named = memory.steady("named files", named, operator.eq)

    def make(into: Findings) -> None:
        _check_registered(registered, raws, evidence, named, hint, into)
        _check_copies(evidence, named, into)
        into.extend(gathered(_each_file(registered, evidence, vocabulary, named), at_once=_AT_ONCE))

    memory.recall("checked files", (), make, findings, (registered, raws.get("evidence"), evidence, vocabulary, named))


def _check_copies(evidence: Mapping[str, EvidenceFile], named: Collection[str], findings: Findings) -> None:
    """Tell files of one content that records name by several names."""
    by_content: dict[str, list[str]] = {}
    for path, file in evidence.items():
        if path in named and file.sha256 and file.size:
            by_content.setdefault(file.sha256, []).append(path)
    for path, *copies in by_content.values():
        if copies:
            findings.add(
                "evidence.same_content", Location(f"{MATERIALS}/{copies[0]}"), path=path, copies=quoted(copies)
            )


def of_each_file(
    tables: Mapping[str, Table], evidence: Mapping[str, EvidenceFile], vocabulary: schema.Vocabulary
) -> Findings:
    """Return what is to be known of each file by itself, those that are alike not gathered into one."""
    cells = (cell for table in tables.values() for cell in table.columns.get("evidence", ()))
    named = {path for cell in cells if isinstance(cell, tuple) for path in cell}
    return _each_file(tables.get("evidence"), evidence, vocabulary, named)


def _each_file(
    registered: Table | None,
    evidence: Mapping[str, EvidenceFile],
    vocabulary: schema.Vocabulary,
    named: Collection[str],
) -> Findings:
    typed_paths = {nfc(str(record["path"])) for record in registered or () if record["type"]}
    each = Findings()
    for path, file in evidence.items():
        _check_file(path, file, each, vocabulary, typed_paths, is_named=path in named)
    return each


def _named_in(
    table: Table,
    raw: RawTable,
    evidence: Mapping[str, EvidenceFile],
    vocabulary: schema.Vocabulary,
    hint: Hint,
    findings: Findings,
) -> set[str]:
    """Return the files that a table's records name; those that are not there are told."""
    named: set[str] = set()
    title = vocabulary.kinds[table.kind].title
    written = raw.columns.get("evidence", ())
    with _Slips(raw, findings) as slips:
        for row, cell in enumerate(table.columns["evidence"]):
            for path in cell if isinstance(cell, tuple) else ():
                if path not in evidence:
                    shown = _as_written(path, written[row] if row < len(written) else None)
                    facts = {"path": shown, "id": table.ids[row], "kind": title, "why": _why_absent(shown, hint)}
                    slips.add("evidence.missing", row, "evidence", path, **facts)
                named.add(path)
    return named


def _check_registered(
    registered: Table | None,
    raws: Mapping[str, RawTable],
    evidence: Mapping[str, EvidenceFile],
    named: Collection[str],
    hint: Hint,
    findings: Findings,
) -> None:
    for row, record in enumerate(registered or ()):
        shown = str(record["path"] or "")
        path = nfc(shown)
        if path and path not in evidence and path not in named:
            facts = {"path": shown, "why": _why_absent(shown, hint)}
            findings.add("evidence.registered_missing", raws["evidence"].place(row, "path"), **facts)


def _check_file(
    path: str,
    file: EvidenceFile,
    findings: Findings,
    vocabulary: schema.Vocabulary,
    typed: Collection[str],
    *,
    is_named: bool,
) -> None:
    """Check one file: whether a record names it, whether its type is known, and what became of it."""
    at = Location(f"{MATERIALS}/{path}")
    if not is_named:
        if not file.within:  # what came in another file goes with that one
            findings.add("evidence.unreferenced", at, path=path)
    elif not file.type:
        findings.add("evidence.untyped", at, path=path)
    elif not file.proves:
        kind = vocabulary.evidence_types[file.type]
        fields = {f.name: f.title for f in vocabulary.kinds["evidence"].fields}
        needs = "、".join(fields.get(need, need) for need in kind.needs)
        if kind.needs:
            stated = path in typed
            reads, otherwise = ("是", "") if stated else ("没有登记材料类型，按", "；不是这一类的，登记它的材料类型")
            facts = {"reads": reads, "type": kind.title if stated else f"“{kind.title}”算", "otherwise": otherwise}
            findings.add("evidence.incomplete", at, path=path, needs=needs, **facts)
        else:
            findings.add("evidence.proves_nothing", at, path=path, type=kind.title)
    _check_verdict(path, file, at, findings)


def _check_programs(path: str, file: EvidenceFile, at: Location, findings: Findings) -> bool:
    """Tell a program, or those that a file carries; returns whether that says all there is to say of the file."""
    if not file.programs:
        return False
    if file.programs != (PurePosixPath(path).name,):
        named = "、".join(f"“{name}”" for name in file.programs)
        findings.add("evidence.carries_program", at, path=path, programs=named)
        return False
    if file.verdict is not Verdict.SLIP_SHEET:
        return False  # it is only called like one
    kind = f"按内容是{file.misnamed}" if file.misnamed else "从名称和内容看"
    findings.add("evidence.program", at, path=path, kind=kind)
    return True


def _check_verdict(path: str, file: EvidenceFile, at: Location, findings: Findings) -> None:
    """Tell what became of a file, where that is not a matter of course."""
    is_told = _check_programs(path, file, at, findings)
    named = PurePosixPath(path).suffix
    if file.why and file.hides:
        pass  # whatever keeps its pages from being changed is told
    elif file.why and not is_told:
        contradicts = f"按内容是{file.misnamed}，名称却是 {named}。" if file.misnamed else ""
        facts = {"path": path, "reason": f"{file.why}{contradicts}"}
        findings.add("evidence.not_shown" if file.sha256 else "evidence.not_opened", at, **facts)
    elif file.misnamed and not is_told:
        findings.add("evidence.misnamed", at, path=path, kind=file.misnamed, named=named)
    if file.verdict is Verdict.REPAIRED:
        findings.add("evidence.repaired", at, path=path, how=file.how)
    if file.lost:
        findings.add("pages.not_whole" if file.hides else "evidence.not_whole", at, path=path, lost="".join(file.lost))
    if file.tags:
        findings.add("evidence.camera_tags", at, path=path, tells="、".join(file.tags))
    if file.personal:
        findings.add("evidence.personal", at, path=path, hits="、".join(file.personal))
    for turn in sorted({degrees for _, degrees in file.askew}):
        pages = page_text(page for page, degrees in file.askew if degrees == turn)
        findings.add("evidence.askew", at, path=path, pages=pages, turn=turn)
    if file.blank:
        findings.add("evidence.blank_page", at, path=path, pages=page_text(file.blank))
