"""The roll-up (汇总): records out of subordinates' packages as records of the unit above them, as the pack says.

What the unit above wrote itself always stands: a subordinate's record fills cells that are empty, or comes to those
that are there. Where both speak of one matter differently, that is told and nothing is overwritten; where nobody can
tell whether two records are one, the subordinate's counts perhaps.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kaoping.core.engine import places_named
from kaoping.core.findings import Findings
from kaoping.core.model import Location, Table
from kaoping.core.schema import CellError, Field, Kind
from kaoping.records.layout import SUBORDINATES
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable, joined
from kaoping.records.rollup_rules import Rules, Take, Turned

_BLANKS, _BRACKETS = re.compile(r"\s+"), str.maketrans("〔〕[]【】﹝﹞", "()()()()")
_NAMED = 5  # records that are named where there are many


@dataclass(frozen=True, slots=True)
class HandedRecord:
    """A record as a subordinate's package carries it."""

    id: str
    values: Mapping[str, RawCell]  # field → text, None where it was empty; what it does not say is not in it
    lines: tuple[str, ...] = ()  # of the subordinate's rubric that counted it
    pieces: tuple[str, ...] = ()  # its evidence in the subordinate's bundle, as people find it: Ⅴ-26-01（第12页）
    doubt: str = ""  # why it counts only perhaps with the subordinate

    def cell(self, name: str) -> RawCell:
        """Return what it says of ``name``; UNSAID where it says nothing."""
        return self.values.get(name, UNSAID)


@dataclass(frozen=True, slots=True)
class Subordinate:
    """A subordinate unit by its package, which was found sound."""

    region: str  # what the unit above lists it as
    name: str
    folder: str  # of its package, below the folder of the unit above
    file: str  # that holds its records, in there
    form: str
    sha256: str  # of its kaoping.json
    records: Mapping[str, tuple[HandedRecord, ...]]  # kind → its records; a kind that nobody recorded is not in it


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record of the unit above, or some cells of it, come from."""

    unit: Subordinate
    kind: str  # title of the subordinate's record kind
    record: HandedRecord
    lines: frozenset[str] = frozenset()  # that it serves, where it gave some cells alone; else whichever read it

    def is_of(self, line: str) -> bool:
        """Whether what ``line`` makes of the record rests on it."""
        return not self.lines or line in self.lines


#: Kind and id of a record of the unit above → where it comes from.
Origins = Mapping[tuple[str, str], tuple[Origin, ...]]


@dataclass(frozen=True, slots=True)
class RolledUp:
    """The records with those of the subordinates, which of them count perhaps, and where each comes from."""

    tables: dict[str, RawTable]
    doubts: Mapping[str, Mapping[int, str]] = field(default_factory=dict)  # kind → row → why
    origins: Origins = field(default_factory=dict)

    def doubted(self, table: Table) -> Table:
        """Return ``table`` with the standing of the records that count perhaps."""
        standing = {row: (None, why) for row, why in self.doubts.get(table.kind, {}).items()}
        return replace(table, standing={**standing, **table.standing}) if standing else table


def rolled_up(
    tables: Mapping[str, RawTable], units: Sequence[Subordinate], rules: Rules, findings: Findings
) -> RolledUp:
    """Return ``tables``, the records that the unit above wrote itself, with what ``units`` bring by ``rules``.

    Only units that it lists are taken; those that are lacking are told.
    """
    work = _RollUp(dict(tables), findings)
    listed = _listed(tables.get(rules.roster.kind.name), rules)
    if listed is None:
        at = Location(units[0].folder) if units else Location()
        findings.add("rollup.no_list", at, kind=rules.roster.kind.title)
        return RolledUp(work.tables)
    known = [unit for unit in units if unit.region in listed]
    for unit in units:
        if unit.region not in listed:
            names = "、".join(listed)
            findings.add("rollup.not_listed", Location(unit.folder), region=unit.region, kind=rules.roster.kind.title,
                         known=names)  # fmt: skip
    if lacking := [name for name in listed if name not in {unit.region for unit in known}]:
        findings.add("rollup.lacking", Location(SUBORDINATES), names="、".join(lacking))
    for take in rules.takes:
        if take.completes:
            work.complete(take, known)
        else:
            work.add(take, known)
    return RolledUp(work.tables, work.doubts, {key: tuple(its) for key, its in work.origins.items()})


def _listed(table: RawTable | None, rules: Rules) -> list[str] | None:
    """The subordinates by name; None where nobody listed any."""
    names = _column(table, rules.roster.field.name) if table is not None else []
    return [name.strip() for name in names if isinstance(name, str) and name.strip()] or None


def _column(table: RawTable, name: str) -> Sequence[RawCell]:
    return table.columns.get(name) or [None] * table.rows


def _is_blank(cell: RawCell) -> bool:
    return cell is None or cell is UNSAID or (isinstance(cell, str) and not cell.strip())


def _value(field_: Field, cell: RawCell) -> object:
    """What a cell says, to be compared; None where it says nothing that can be read."""
    if not isinstance(cell, str) or not cell.strip():
        return None
    try:
        value = field_.parse(cell.strip())
    except CellError:
        return None
    return _alike(value) if isinstance(value, str) else value


def _alike(text: str) -> str:
    """A text as it is compared: 东文综罚字[2017] 第1号 is 东文综罚字〔2017〕第1号, and 第1-2号 is not 第12号."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS).casefold()


@dataclass(frozen=True, slots=True)
class _Coming:
    """A record of a subordinate as it would stand with the unit above: field → text."""

    unit: Subordinate
    record: HandedRecord
    cells: Mapping[str, RawCell]
    doubt: str = ""


class _RollUp:
    def __init__(self, tables: dict[str, RawTable], findings: Findings) -> None:
        self.tables = tables
        self.findings = findings
        self.doubts: dict[str, dict[int, str]] = defaultdict(dict)
        self.origins: dict[tuple[str, str], list[Origin]] = defaultdict(list)

    def complete(self, take: Take, units: Iterable[Subordinate]) -> None:
        """Fill the cells that are empty in the record that the unit above has of each subordinate."""
        table = self.tables.get(take.target.name)
        for unit in units:
            coming = list(self._coming(take, unit))
            if table is None or not coming:
                continue
            rows = [row for row, cell in enumerate(_column(table, take.named.name)) if _names(cell, unit.region)]
            if len(rows) != 1 or len(coming) != 1:
                self._not_compared(take, unit, table, rows, len(coming))
                continue
            table = self._filled(take, coming[0], table, rows[0])
        if table is not None:
            self.tables[take.target.name] = table

    def _filled(self, take: Take, its: _Coming, table: RawTable, row: int) -> RawTable:
        columns = dict(table.columns)
        sources: dict[str, Location] = {}
        for name in take.gives:
            cell, there = its.cells[name], _column(table, name)[row]
            if _is_blank(cell) or its.doubt:
                continue
            if _is_blank(there):
                columns[name] = [cell if at == row else other for at, other in enumerate(_column(table, name))]
                sources[name] = _place(its, take.gives[name].of)
        if differing := _differing(take, take.gives, table, row, its):
            self._contradicts(take, its, table, row, differing)
        if not sources:
            return table
        id_ = str(_column(table, take.target.key)[row] or f"第{row + 1}条")
        self.origins[take.target.name, id_].append(
            Origin(its.unit, take.source.title, its.record, frozenset(take.lines))
        )

        def place(at: int, name: str) -> Location:
            if at == row and name in sources:
                return replace(sources[name], record=table.place(at, name).record)
            return table.place(at, name)

        return replace(table, columns=columns, place=place)

    def add(self, take: Take, units: Sequence[Subordinate]) -> None:
        """Add the subordinates' records that the unit above has not itself."""
        coming = [its for unit in units for its in self._coming(take, unit)]
        table = self.tables.get(take.target.name)
        if coming and table is None:
            names = "、".join(dict.fromkeys(its.unit.region for its in coming))
            at = Location(coming[0].unit.folder)
            self.findings.add(
                "rollup.no_records_above", at, kind=take.target.title, names=names, number=len(coming),
                lines=_lines(take),
            )  # fmt: skip
        if not coming or table is None:
            return
        fresh, matched = self._matched(take, coming, table)
        rows: list[_Coming] = []
        for its in fresh:
            free = [row for row in range(table.rows) if row not in matched]
            twin = next((row for row in free if self._may_be(take, its, table, row)), None)
            if twin is not None:
                id_ = str(_column(table, take.target.key)[twin] or f"第{twin + 1}条")
                doubt = f"可能就是本单位自己记的{id_}，分不清"
                self.findings.add(
                    "rollup.perhaps_twice", table.place(twin, ""), kind=take.target.title, id=id_,
                    region=its.unit.region, other=its.record.id, package=its.unit.folder, lines=_lines(take),
                )  # fmt: skip
                its = replace(its, doubt=doubt)
            rows.append(its)
        if rows:
            start = table.rows
            self.tables[take.target.name] = joined([table, _table(take, rows)])
            for row, its in enumerate(rows, start):
                self.origins[take.target.name, _id(its)].append(Origin(its.unit, take.source.title, its.record))
                if its.doubt:
                    self.doubts[take.target.name][row] = its.doubt

    def _coming(self, take: Take, unit: Subordinate) -> Iterator[_Coming]:
        """The subordinate's records that the entry asks for, as they would stand with the unit above."""
        records = unit.records.get(take.source.name)
        if records is None:
            self.findings.add(
                "rollup.silent", Location(unit.folder), region=unit.region, kind=take.source.title, lines=_lines(take)
            )
        for record in records or ():
            doubt = record.doubt
            for name, options in take.where.items():
                cell = record.cell(name)
                if isinstance(cell, str) and cell.strip():
                    if cell.strip() not in options:
                        break
                else:
                    doubt = f"{unit.region}没有写明它的{_title(take.source, name)}"
            else:
                cells = {name: self._turned(take, turned, name, record, unit) for name, turned in take.gives.items()}
                constants: Mapping[str, RawCell] = {**take.constants, take.named.name: unit.region}
                yield _Coming(unit, record, {**cells, **constants}, doubt)

    def _turned(self, take: Take, its: Turned, name: str, record: HandedRecord, unit: Subordinate) -> RawCell:
        """The cell in the words of the unit above; UNSAID where it has none for the subordinate's."""
        cell = record.cell(its.of)
        if not its.values or not isinstance(cell, str) or not cell.strip():
            return cell
        if cell.strip() in its.values:
            return its.values[cell.strip()]
        field_ = take.target.field(name)
        self.findings.add(
            "rollup.no_word", _place_of(unit, take.source, record, its.of), region=unit.region,
            kind=take.source.title, id=record.id, word=cell.strip(), title=field_.title if field_ else name,
            lines=_lines(take),
        )  # fmt: skip
        return UNSAID

    def _matched(self, take: Take, coming: Sequence[_Coming], table: RawTable) -> tuple[list[_Coming], set[int]]:
        """Those that the unit above has not by the fields that make two records one, and its rows that were met."""
        rows: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for row in range(table.rows):
            for key in _keys(take, table, row):
                rows[key].append(row)
        groups: dict[tuple[object, ...], list[_Coming]] = defaultdict(list)
        for its in coming:
            groups[_key(take, its)].append(its)
        fresh: list[_Coming] = []
        met: set[int] = set()
        for key, group in groups.items():
            there = rows.get(key, []) if None not in key else []
            met.update(there)
            if not there:
                fresh += group
            elif len(there) == len(group) == 1 and not _names_others(take, table, there[0], group[0].unit.region):
                names = {**take.gives, **dict.fromkeys([*take.constants, take.named.name])}
                if differing := _differing(take, names, table, there[0], group[0]):
                    self._contradicts(take, group[0], table, there[0], differing)
            else:
                self._not_compared(take, group[0].unit, table, there, len(group))
        return fresh, met

    def _may_be(self, take: Take, its: _Coming, table: RawTable, row: int) -> bool:
        """Whether the record may be the one in ``row``, which agrees with none by the fields that would say so."""
        named = _column(table, take.named.name)[row]
        if not _is_blank(named) and not _names(named, its.unit.region):
            return False
        constants = {name: _field(take.target, name) for name in take.constants}
        if any(_clash(field_, _column(table, name)[row], its.cells[name]) for name, field_ in constants.items()):
            return False
        if any(_clash(field_, _column(table, field_.name)[row], its.cells.get(field_.name)) for field_ in take.apart):
            return False
        if None in _key(take, its) or any(_value(key, _column(table, key.name)[row]) is None for key in take.same):
            return True  # what would tell them apart is not written
        keyed = {key.name for key in take.same}
        others = [_field(take.target, name) for name in take.gives if name not in keyed]
        return not any(_clash(field_, _column(table, field_.name)[row], its.cells[field_.name]) for field_ in others)

    def _contradicts(
        self, take: Take, its: _Coming, table: RawTable, row: int, differing: Sequence[tuple[Field, RawCell, RawCell]]
    ) -> None:
        id_ = str(_column(table, take.target.key)[row] or f"第{row + 1}条")
        what = "；".join(f"{field_.title}本单位{_shown(here)}，{its.unit.region}{_shown(there)}"
                        for field_, here, there in differing)  # fmt: skip
        at = table.place(row, differing[0][0].name)
        self.findings.add(
            "rollup.contradicts", at, kind=take.target.title, id=id_, region=its.unit.region,
            package=its.unit.folder, other=f"{take.source.title} {its.record.id}", what=what, lines=_lines(take),
        )  # fmt: skip

    def _not_compared(self, take: Take, unit: Subordinate, table: RawTable, rows: Sequence[int], number: int) -> None:
        ids = [str(_column(table, take.target.key)[row] or f"第{row + 1}条") for row in rows]
        shown = "、".join(ids[:_NAMED]) + ("等" if len(ids) > _NAMED else "")
        at = table.place(rows[0], "") if rows else Location(unit.folder)
        self.findings.add(
            "rollup.not_compared", at, kind=take.target.title, region=unit.region, source=take.source.title,
            here=f"{len(rows)}条（{shown}）" if rows else "0条", number=number, lines=_lines(take),
        )  # fmt: skip


def _names(cell: RawCell, region: str) -> bool:
    return isinstance(cell, str) and _alike(region) in map(_alike, places_named(cell))


def _names_others(take: Take, table: RawTable, row: int, region: str) -> bool:
    """Whether a record is about several places at once: its numbers are no subordinate's."""
    cell = _column(table, take.named.name)[row]
    return _names(cell, region) and _alike(str(cell)) != _alike(region)


def _field(kind: Kind, name: str) -> Field:
    its = kind.field(name)
    assert its is not None, "reading the rules checks that they name fields"
    return its


def _title(kind: Kind, name: str) -> str:
    return _field(kind, name).title


def _clash(field_: Field, here: RawCell, there: RawCell) -> bool:
    """Whether both say something, and not the same."""
    this, that = _value(field_, here), _value(field_, there)
    return this is not None and that is not None and this != that


def _keys(take: Take, table: RawTable, row: int) -> Iterator[tuple[object, ...]]:
    """The keys that a record of the unit above is known by: one for each place that it names."""
    values = {its.name: _value(its, _column(table, its.name)[row]) for its in take.same}
    if None in values.values():
        return
    if take.named.name not in values:
        yield tuple(values.values())
        return
    cell = _column(table, take.named.name)[row]
    for place in places_named(cell if isinstance(cell, str) else ""):
        yield tuple({**values, take.named.name: _alike(place)}.values())


def _key(take: Take, its: _Coming) -> tuple[object, ...]:
    return tuple(_value(field_, its.cells.get(field_.name)) for field_ in take.same)


def _differing(
    take: Take, names: Iterable[str], table: RawTable, row: int, its: _Coming
) -> list[tuple[Field, RawCell, RawCell]]:
    """The fields in which both say something, and not the same; with what each says."""
    pairs = [(_field(take.target, name), _column(table, name)[row], its.cells[name]) for name in names]
    return [(field_, here, there) for field_, here, there in pairs if _is_other(take, field_, here, there)]


def _is_other(take: Take, field_: Field, here: RawCell, there: RawCell) -> bool:
    if _clash(field_, here, there):
        return True
    # A cell that is empty may mean that nothing has come of it yet (结案日期): the other one says that it has.
    return not take.completes and here is None and _value(field_, there) is not None


def _shown(cell: RawCell) -> str:
    return f"写的是“{cell}”" if isinstance(cell, str) and cell.strip() else "空着"


def _lines(take: Take) -> str:
    return "、".join(f"第{line}项" for line in take.lines)


def _id(its: _Coming) -> str:
    return f"{its.unit.region} {its.record.id}"


def _place(its: _Coming, name: str) -> Location:
    return Location(f"{its.unit.folder}/{its.unit.file}", path=f"{its.record.id}.{name}" if name else its.record.id)


def _place_of(unit: Subordinate, kind: Kind, record: HandedRecord, name: str) -> Location:
    words = f"{unit.region}的{kind.title} {record.id} {_title(kind, name)}"
    return Location(f"{unit.folder}/{unit.file}", path=f"{record.id}.{name}", record=words)


def _table(take: Take, rows: Sequence[_Coming]) -> RawTable:
    """The records as a table of the unit above; of fields that nobody gave nothing is known."""
    kind = take.target
    columns: dict[str, list[RawCell]] = {
        its.name: [row.cells.get(its.name, UNSAID) for row in rows] for its in kind.fields
    }
    columns[kind.key] = [_id(row) for row in rows]

    def place(row: int, name: str) -> Location:
        source = take.gives.get(name)
        return _place(rows[row], source.of if source is not None else "")

    return RawTable(kind.name, columns, len(rows), place).named(kind)
