"""Importing a ledger (外部台账): what it would give, shown first; then a copy of the file and an entry in the register.

The rows themselves are never copied: they are read from the file at each check, so that a finding names the cell that
the clerk knows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from kaoping.core import fs, schema, units
from kaoping.core.errors import KaopingError, refused, why_not_read, why_not_written
from kaoping.core.file_names import portable
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import Location, Table, Unreadable
from kaoping.core.packs import Pack
from kaoping.core.schema import CellError, Kind, Kinds
from kaoping.records import layout, validate
from kaoping.records.grids.grid import Grid, Spreadsheet
from kaoping.records.readers import _register
from kaoping.records.readers._heads import AS_BEFORE, ASSIGNED, HeadColumn, find_head, likely_head, plain
from kaoping.records.readers._ledgers import tables_of
from kaoping.records.readers._opening import opened
from kaoping.records.readers._register import Columns, Ledger, Register, Words
from kaoping.records.readers._rows import LeftOut
from kaoping.records.readers.cells import text_of
from kaoping.records.readers.raw import UNSAID, RawTable, joined
from kaoping.records.readers.sources import is_unit, open_sources, pack_of, read_sources

_SERIAL = ("序号", "行号", "次序", "no")  # columns that number the rows of a page and say nothing of them
_LARGELY = 0.5  # of an earlier ledger's rows in a new one: most likely the same ledger, corrected
_LOOKED_AT, _SAMPLES = 200, 3  # rows in which values of a column are looked for, and how many are shown
_SHOWN = 5  # rows that are named where an earlier ledger has more
WITHDRAWN = "已撤下"  # below 外部台账/: where a withdrawn ledger's file goes


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported, and what was said of it."""

    ledger: Path
    kind: str
    columns: Columns = field(default_factory=dict)  # heading → field (by name or title), or "" for none
    words: Words = field(default_factory=dict)  # field (by name or title) → the ledger's word → option
    sheets: tuple[str, ...] = ()
    replaces: str = ""  # the name of an earlier ledger that this one stands for
    beside: bool = False  # whether earlier ledgers with many of the same rows stay, with those that this one lacks


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """One sheet of the ledger, as it would be read."""

    name: str
    head: int  # the 1-based row in which its head begins
    rows: int
    columns: tuple[HeadColumn, ...]
    left: tuple[LeftOut, ...]
    samples: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # column → what stands in it first


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do."""

    folder: Path
    request: Request
    kind: Kind
    ledger: Ledger  # its entry in the register
    data: bytes
    register: Register
    sheets: tuple[SheetPreview, ...]
    unread: tuple[str, ...]  # sheets without the kind's head
    open_columns: tuple[str, ...]  # headings that no field takes, and of which nobody spoke
    open_fields: tuple[schema.Field, ...]  # fields that no column fills
    open_words: Mapping[str, Mapping[str, int]]  # field → word that is no option → how often
    unchanged: bool  # the same file, read in the same way, is there already
    stands_for: str  # the earlier ledger whose rows this one's replace; "" where it is new
    added: int
    removed: int
    changed: int
    overlapped: tuple[str, ...]  # earlier ledgers with many of the same rows, and others: nobody said what holds
    homeless: Mapping[str, int]  # title of a kind → rows that name none of its records
    findings: Findings

    @property
    def alters(self) -> bool:
        """Whether any record is another afterwards."""
        return bool(self.added or self.removed or self.changed)

    @property
    def refused(self) -> list[Finding]:
        """Why it can't be carried out: nobody said what some columns are, or what becomes of an earlier ledger."""
        return [finding for finding in self.findings if finding.code in ("ledger.unmatched", "ledger.overlaps")]


def preview(
    folder: Path, request: Request, others: Mapping[str, Table] | None = None, tell: Callable[[str], None] | None = None
) -> Preview:
    """Return what importing would do, writing nothing; ``tell`` hears what is being done.

    ``others`` are the unit's records, where somebody has them at hand: the ledger's references are looked for there.
    Raises KaopingError where the folder is no unit's, the kind is unknown, or the file can't be read as its ledger.
    """
    pack = _pack(folder)
    kind = _kind(pack.kinds, request)
    request = _in_names(request, kind)
    findings = Findings()
    register = _register.read(folder, pack.kinds, findings)
    if findings.errors:
        raise KaopingError(findings)
    tell = tell or (lambda what: None)
    tell("打开台账")
    data = _bytes(request.ledger)
    ledger = _entry(_name(folder, register, request, kind, data), register, request, kind)
    book = opened(request.ledger, request.ledger.name, findings)
    if book is None:
        raise KaopingError(findings)
    tell(f"读台账的 {sum(len(grid.rows) for grid in book.grids)} 行")
    sheets, table = _read(book, ledger, kind, findings, pack.year)
    if table is None:
        findings.add("ledger.not_this_kind", Location(request.ledger.name), kind=kind.title, heads=_heads(kind))
        raise KaopingError(findings)
    columns: dict[str, HeadColumn] = {}
    for column in (column for sheet in sheets for column in sheet.columns):
        columns.setdefault(column.heading, column)
    _check_request(request, columns, kind)
    open_columns, open_fields = _unmatched(columns, sheets, ledger, kind)
    assigned, words = _kept(columns, ledger.columns), {k: v for k, v in ledger.words.items() if kind.field(k)}
    ledger = replace(ledger, columns=assigned, words=words)
    stands_for = _earlier(register, ledger, request)
    old = _old_rows(folder, register, stands_for, kind, pack.year)
    new = _rows(table, kind)
    at = Location(request.ledger.name)
    findings = _with_unmatched(findings, at, table, kind, open_columns, open_fields)
    tell(f"核对 {table.rows} 条记录")
    homeless = _homeless(folder, table, kind, pack, others, findings)
    overlapped: tuple[str, ...] = ()
    if not request.beside:
        earlier = [e.file for e in register.ledgers if e.kind == kind.name and e.file not in (stands_for, ledger.file)]
        rows_of_others = ((name, _old_rows(folder, register, name, kind, pack.year)) for name in earlier)
        overlapped = tuple(_overlapped(rows_of_others, new, at, findings))
    unchanged = _is_there(folder, register, ledger, data) and stands_for in ("", ledger.file)
    return Preview(
        folder, request, kind, ledger, data, register, tuple(_as_before(sheet, request) for sheet in sheets),
        tuple(g.name for g in book.grids if g.name not in {s.name for s in sheets} and any(map(any, g.rows))),
        open_columns, open_fields, _open_words(table, kind), unchanged, stands_for,
        len(new.keys() - old.keys()), len(old.keys() - new.keys()),
        sum(old[id_] != row for id_, row in new.items() if id_ in old), overlapped, homeless, findings,
    )  # fmt: skip


def _homeless(
    folder: Path, table: RawTable, kind: Kind, pack: Pack, others: Mapping[str, Table] | None, findings: Findings
) -> dict[str, int]:
    """Check the rows' cells, and what they refer to; return how many rows name no record of each kind referred to."""
    typed = validate.typed(table.named(kind), kind, findings)
    if not kind.foreign:
        return {}
    known = {kind.name: typed} | {
        key.kind: its for key in kind.foreign if (its := _referred_to(folder, pack, key.kind, others)) is not None
    }
    raws = {kind.name: table.named(kind)}
    checked = validate.check_references(known, raws, pack.kinds, findings, asked=raws)[kind.name]
    homeless: dict[str, int] = {}
    for key in kind.foreign:
        target = known.get(key.kind)
        ids = set(target.columns[key.target]) if target is not None else set()
        cells = checked.columns[key.field]
        lost = sum(cell not in ids for cell in cells if isinstance(cell, str) or (cell and cell != UNSAID))
        if lost:
            homeless[pack.kinds[key.kind].title] = lost
    return homeless


def _referred_to(folder: Path, pack: Pack, kind: str, others: Mapping[str, Table] | None) -> Table | None:
    if others is not None:
        return others.get(kind)
    raw = read_sources(open_sources(folder, Findings()), pack.kinds, Findings(), year=pack.year).tables.get(kind)
    return validate.typed(raw, pack.kinds[kind], Findings()) if raw is not None else None


def _entry(name: str, register: Register, request: Request, kind: Kind) -> Ledger:
    """The ledger as it would stand in the register: what was assigned to its kind before, and what the request says."""
    assigned, words = register.assigned(kind.name)
    for key, meanings in request.words.items():
        words[key] = {**words.get(key, {}), **meanings}
    return Ledger(name, kind.name, {**assigned, **request.columns}, words, request.sheets)


def _unmatched(
    columns: Mapping[str, HeadColumn], sheets: Iterable[SheetPreview], ledger: Ledger, kind: Kind
) -> tuple[tuple[str, ...], tuple[schema.Field, ...]]:
    """The headings that no field takes and of which nobody spoke, and the fields that no column fills."""
    spoken_of, filled = ledger.columns, {column.field for sheet in sheets for column in sheet.columns}
    filled |= {key.field for key in kind.foreign if key.named in filled}  # which are known by their names
    open_columns = (h for h, c in columns.items() if not c.field and h not in spoken_of and plain(h) not in _SERIAL)
    return tuple(open_columns), tuple(field for field in kind.fields if field.name not in filled)


def _with_unmatched(
    findings: Findings, at: Location, table: RawTable, kind: Kind, headings: Sequence[str],
    fields: Sequence[schema.Field],
) -> Findings:  # fmt: skip
    """The findings with what follows from ``headings`` that no field takes and ``fields`` that no column fills."""
    lacking = {field.name for field in fields}
    if not table.rows:
        findings.add("ledger.no_rows", at, kind=kind.title)
    elif kind.key in lacking:
        findings.add("ledger.made_ids", at, kind=kind.title)
    filled = {field.name for field in kind.fields} - lacking
    known_otherwise = {kind.key, *kind.implied(filled)}
    needed = "、".join(f.title for f in fields if f.required and f.name not in known_otherwise)
    if needed and headings:
        findings = Findings(f for f in findings if f.code != "ledger.missing_column")  # the same slip, asked about
        findings.add("ledger.unmatched", at, fields=needed, headings="、".join(headings))
    return findings


def carry_out(previewed: Preview) -> Path:
    """Do what ``previewed`` shows; returns where the ledger's copy stands.

    Raises KaopingError where the disk refuses, or where a required field has no column while there are columns of which
    nobody said what they are.
    """
    if previewed.refused:
        raise KaopingError(previewed.refused)
    place = previewed.folder / layout.LEDGERS
    target = place / previewed.ledger.file
    if previewed.unchanged:
        return target
    replaced = (previewed.ledger.file, previewed.stands_for)
    others = [e for e in previewed.register.ledgers if e.kind != previewed.kind.name or e.file not in replaced]
    register = replace(previewed.register, ledgers=(*others, previewed.ledger))
    with _refusing_for(previewed.ledger.file):
        fs.mkdir(place)
        fs.write_whole(target, previewed.data)
        fs.write_whole(_register.path_of(previewed.folder), _register.written(register))
        if previewed.stands_for not in ("", previewed.ledger.file):
            _withdraw_file(place, previewed.stands_for, others)
    return target


def withdraw(folder: Path, name: str) -> Path:
    """Take the ledger ``name`` back: out of the register, its file into 已撤下. Raises KaopingError where unknown."""
    findings = Findings()
    known = _register.read(folder, _pack(folder).kinds, findings)
    kept = known.without(name)
    if len(kept.ledgers) == len(known.ledgers):
        listed = "、".join(entry.file for entry in known.ledgers) or "（没有）"
        findings.add("ledger.unknown", Location(f"{layout.LEDGERS}/{name}"), name=name, known=listed)
    if findings.errors:
        raise KaopingError(findings)
    with _refusing_for(name):
        fs.write_whole(_register.path_of(folder), _register.written(kept))
        return _withdraw_file(folder / layout.LEDGERS, name, kept.ledgers)


def imported(folder: Path) -> tuple[Ledger, ...]:
    """Return the ledgers that were imported, in their order; raises KaopingError where the folder is no unit's."""
    return _register.read(folder, _pack(folder).kinds, Findings()).ledgers


def likely_kinds(folder: Path, path: Path) -> list[str]:
    """Return the kinds that the ledger at ``path`` may be of, the one of whose fields it has most first.

    After them the kinds that the file or one of its sheets is named after, for a head in words that nobody knows yet.
    Raises KaopingError where the folder is no unit's, or the file can't be read as a table.
    """
    kinds, findings = _pack(folder).kinds, Findings()
    known = _register.read(folder, kinds, Findings())
    book = opened(path, path.name, findings)
    if book is None:
        raise KaopingError(findings)
    scores: dict[str, tuple[int, float]] = {}
    for kind in kinds.values():
        heads = [find_head(grid, kind, known.assigned(kind.name)[0], surely=True, apart=True) for grid in book.grids]
        most = max((len(head.fields) for head in heads if head is not None), default=0)
        if most and not kind.single:
            scores[kind.name] = most, most / len(kind.fields)
    likely = sorted(scores, key=lambda name: scores[name], reverse=True)
    names = [path.stem, *(grid.name for grid in book.grids)]
    called = [k for k in kinds.values() if not k.single and k.name not in scores and any(k.title in n for n in names)]
    return likely + [kind.name for kind in sorted(called, key=lambda kind: len(kind.title), reverse=True)]


def likely_headings(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Return what looks like the headings of a ledger in which no kind's head is seen, and what stands below each.

    Of the sheet that has most of them; nothing where there is none, or the file can't be read as a table.
    """
    book = opened(path, path.name, Findings())
    heads = [(grid, *likely_head(grid)) for grid in book.grids] if book is not None else []
    grid, head, bottom = max(heads, key=lambda its: len(its[1]), default=(None, {}, 0))
    if grid is None:
        return []
    below = range(bottom + 1, len(grid.rows))
    return list({heading: (heading, _samples(grid, column, below)) for column, heading in head.items()}.values())


def column_choices(kind: Kind) -> list[tuple[str, str]]:
    """Return what a column of a ledger may be, as a request says it and in words: each field, in each of its units."""
    choices: list[tuple[str, str]] = []
    for its in kind.fields:
        choices.append((its.name, its.heading))
        others = [unit for unit in units.alike(its.unit) if unit != its.unit] if its.unit else []
        choices += [(f"{its.name}（{unit}）", f"{its.title}（{unit}，换算成{its.unit}）") for unit in others]
    return choices


def _pack(folder: Path) -> Pack:
    """The unit's pack; raises KaopingError where there is no unit, or its pack can't be used."""
    if not is_unit(folder):
        raise refused("unit.no_folder", Location(folder.name))
    return pack_of(open_sources(folder, Findings()), Findings())


def _kind(known: Kinds, request: Request) -> Kind:
    kinds = {kind.name: kind for kind in known.values() if not kind.single}
    kind = kinds.get(request.kind) or next((k for k in kinds.values() if k.title == request.kind), None)
    if kind is None:
        listed = "、".join(f"{k.name}（{k.title}）" for k in kinds.values())
        raise refused("ledger.unknown_kind", Location(request.ledger.name), name=request.kind, known=listed)
    return kind


def _in_names(request: Request, kind: Kind) -> Request:
    """The request with its fields by their names; raises KaopingError for a field that the kind does not have."""
    names = {f.title: f.name for f in kind.fields} | {f.name: f.name for f in kind.fields} | {"": ""}
    wrong = [name for name in (*map(units.bare, request.columns.values()), *request.words) if name not in names]
    if wrong:
        fields = "、".join(f"{f.title}（{f.name}）" for f in kind.fields)
        facts = {"name": wrong[0], "kind": kind.title, "known": fields}
        raise refused("ledger.unknown_field", Location(request.ledger.name), **facts)
    columns = {_with_unit(heading, name): names[units.bare(name)] for heading, name in request.columns.items()}
    return replace(request, columns=columns, words={names[name]: meanings for name, meanings in request.words.items()})


def _with_unit(heading: str, field: str) -> str:
    """The heading with the unit that was stated with the field's name: 处罚数=罚款金额（元）."""
    unit = units.stated(field)
    return f"{heading}（{unit}）" if unit and not units.stated(heading) else heading


def _bytes(path: Path) -> bytes:
    try:
        return fs.read(path)
    except FileNotFoundError:
        raise refused("ledger.no_file", Location(path.name), name=str(path)) from None
    except OSError as error:
        raise refused("file.unreadable", Location(path.name), reason=why_not_read(error)) from None


def _read(
    book: Spreadsheet, ledger: Ledger, kind: Kind, findings: Findings, year: int
) -> tuple[list[SheetPreview], RawTable | None]:
    sheets: list[SheetPreview] = []
    tables: list[RawTable] = []
    for head, table, grid in tables_of(book, ledger, kind, ledger.file, findings, year):
        samples = {column.index: _samples(grid, column.index, table.rows) for column in head.columns}
        sheets.append(SheetPreview(grid.name, head.top + 1, table.raw.rows, head.columns, table.left, samples))
        tables.append(table.raw)
    return sheets, joined(tables) if tables else None


def _samples(grid: Grid, column: int, rows: Sequence[int]) -> tuple[str, ...]:
    """The first different values of a column."""
    texts = (text_of(grid.cell(row, column)).strip() for row in rows[:_LOOKED_AT])
    return tuple(list(dict.fromkeys(text for text in texts if text))[:_SAMPLES])


def _as_before(sheet: SheetPreview, request: Request) -> SheetPreview:
    """The sheet with the columns that an earlier import assigned, and not this one, called that."""
    now = {plain(units.bare(heading)) for heading in request.columns}
    return replace(
        sheet,
        columns=tuple(
            replace(column, how=AS_BEFORE)
            if column.how == ASSIGNED and plain(units.bare(column.heading)) not in now
            else column
            for column in sheet.columns
        ),
    )


def _kept(columns: Mapping[str, HeadColumn], assigned: Columns) -> dict[str, str]:
    """What the register says of this file's columns: the fields they were matched to, so that a reading stays so.

    A heading without its unit stands there with the one that somebody stated.
    """
    measured = {plain(units.bare(heading)): heading for heading in assigned if units.stated(heading)}
    return {
        measured.get(plain(heading), heading) if column.how == ASSIGNED and not units.stated(heading) else heading: (
            column.field
        )
        for heading, column in columns.items()
        if column.field or heading in assigned
    }


def _heads(kind: Kind) -> str:
    return "、".join(field.title for field in kind.fields if field.required)


def _earlier(known: Register, ledger: Ledger, request: Request) -> str:
    name = request.replaces or ledger.file
    if any(_is_same(entry, name, ledger.kind) for entry in known.ledgers):
        return name
    if request.replaces:
        listed = "、".join(entry.file for entry in known.ledgers if entry.kind == ledger.kind) or "（没有）"
        raise refused("ledger.unknown", Location(request.ledger.name), name=name, known=listed)
    return ""


def _check_request(request: Request, columns: Mapping[str, HeadColumn], kind: Kind) -> None:
    """Raises KaopingError for a heading that the ledger does not have, or an option that the field does not have."""
    findings, at = Findings(), Location(request.ledger.name)
    known = {plain(heading) for heading in columns}
    unmeasured = {plain(heading) for heading in columns if not units.stated(heading)}
    for heading in request.columns:
        if plain(heading) not in known and not (units.stated(heading) and plain(units.bare(heading)) in unmeasured):
            findings.add("ledger.unknown_heading", at, name=heading, known="、".join(columns))
    for heading, column in columns.items():
        target = kind.field(column.field)
        if target and target.unit and column.unit and units.ratio(column.unit, target.unit) is None:
            facts = {"heading": heading, "unit": column.unit, "title": target.title, "target_unit": target.unit}
            findings.add("ledger.unit_unfit", at, **facts)
    for wanted in kind.fields:
        for option in request.words.get(wanted.name, {}).values():
            try:
                wanted.parse(option)
            except CellError as error:
                findings.add("ledger.unknown_option", at, name=option, title=wanted.title, expected=str(error))
    if findings.errors:
        raise KaopingError(findings)


def _name(folder: Path, known: Register, request: Request, kind: Kind, data: bytes) -> str:
    """What the copy is called: another kind may be read from another file of the same name, which must stay."""
    name = portable(request.ledger.name)
    there = folder / layout.LEDGERS / name
    taken = any(entry.file == name and entry.kind != kind.name for entry in known.ledgers) and there.is_file()
    if taken and fs.sha256(there) != hashlib.sha256(data).hexdigest():
        return portable(f"{Path(name).stem}（{kind.title}）{Path(name).suffix}")
    return name


def _is_same(entry: Ledger, file: str, kind: str) -> bool:
    return entry.file == file and entry.kind == kind


def _rows(table: RawTable, kind: Kind) -> dict[str, tuple[object, ...]]:
    key = kind.key
    return dict(zip(map(str, table.columns[key]), zip(*table.columns.values(), strict=True), strict=True))


def _old_rows(folder: Path, known: Register, name: str, kind: Kind, year: int) -> dict[str, tuple[object, ...]]:
    """The rows of the ledger that is replaced; none where there is none or it can't be read any more."""
    path = folder / layout.LEDGERS / name
    ledger = next((entry for entry in known.ledgers if _is_same(entry, name, kind.name)), None)
    book = opened(path, name, Findings()) if ledger is not None and path.is_file() else None
    if ledger is None or book is None:
        return {}
    _, table = _read(book, ledger, kind, Findings(), year)
    return _rows(table, kind) if table is not None else {}


def _overlapped(
    ledgers: Iterable[tuple[str, Collection[str]]], new: Collection[str], at: Location, findings: Findings
) -> Iterator[str]:
    """Ask about earlier ledgers that hold largely the same rows, and some that ``new`` lacks; yield their names."""
    for file, old in ledgers:
        rest = [id_ for id_ in old if id_ not in new]
        common = len(old) - len(rest)
        if rest and common >= len(old) * _LARGELY:
            ids = "、".join(rest[:_SHOWN]) + ("等" if len(rest) > _SHOWN else "")
            findings.add("ledger.overlaps", at, file=file, common=common, number=len(rest), ids=ids)
            yield file


def _open_words(table: RawTable, kind: Kind) -> dict[str, dict[str, int]]:
    """The words that are none of a field's options, with their numbers: what they mean may be said once."""
    open_words: dict[str, dict[str, int]] = {}
    for wanted in kind.fields:
        if not wanted.options and wanted.type != "boolean":
            continue
        for text, number in Counter(table.columns[wanted.name]).items():
            if text is None or isinstance(text, Unreadable):
                continue
            try:
                wanted.parse(text)
            except CellError:
                open_words.setdefault(wanted.name, {})[text.strip()] = number
    return open_words


def _is_there(folder: Path, known: Register, ledger: Ledger, data: bytes) -> bool:
    path = folder / layout.LEDGERS / ledger.file
    if ledger not in known.ledgers or not path.is_file():
        return False
    return fs.sha256(path) == hashlib.sha256(data).hexdigest()


def _withdraw_file(place: Path, name: str, kept: Sequence[Ledger]) -> Path:
    """Move a withdrawn ledger's file aside, unless another kind is read from it too."""
    target = place / WITHDRAWN / name
    if (place / name).is_file() and not any(entry.file == name for entry in kept):
        fs.mkdir(target.parent)
        fs.replace(place / name, target)
    return target


@contextmanager
def _refusing_for(name: str) -> Iterator[None]:
    """Turn what the disk says into a finding about the ledger."""
    try:
        yield
    except OSError as error:
        raise refused("ledger.not_written", Location(f"{layout.LEDGERS}/{name}"), why=why_not_written(error)) from None
