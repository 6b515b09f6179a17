"""Records entered, changed and taken out by hand; what the unit's files were before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from string import ascii_uppercase
from tempfile import mkdtemp

from kaoping.core import fs
from kaoping.core.engine import DECISION, Decision
from kaoping.core.errors import refused, why_not_written
from kaoping.core.file_names import portable
from kaoping.core.findings import Finding, Findings
from kaoping.core.memory import Memory
from kaoping.core.model import Location, Unreadable, Value
from kaoping.core.schema import Field, Kind
from kaoping.evidence.arrivals import ARRIVING
from kaoping.pipeline.assessment import Assessment
from kaoping.pipeline.books import Books
from kaoping.records import history, validate
from kaoping.records.entry import Change, Recorded, Register
from kaoping.records.history import Difference
from kaoping.records.layout import SUBORDINATES
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable
from kaoping.records.readers.sources import open_sources, pack_of
from kaoping.records.rollup import Origin
from kaoping.records.typed_in import About, next_ids
from kaoping.records.validate import Span
from kaoping.records.workbook.rubric_rows import rows_of
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import score

_LONGEST = 60  # characters of a ledger's name that are kept


@dataclass(frozen=True, slots=True)
class Owner:
    """The record that something is about, and which of its fields; "" for all of it."""

    id: str
    field: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What was found about a record, and in which of its fields ("" for all of it)."""

    finding: Finding
    field: str


@dataclass
class Written:
    """The records of one kind as the unit's files have them, whatever they count for, and how to write more."""

    books: Books
    kind: Kind

    @cached_property
    def raw(self) -> RawTable | None:
        """The records as text; None where nobody recorded any."""
        return self.books.raws.get(self.kind.name)

    @cached_property
    def ids(self) -> Sequence[str]:
        """By which a record is known: its own, or for one that is written twice or has none a word of the program's."""
        table = self.books.tables.get(self.kind.name)
        return table.ids if table is not None and self.raw is not None else ()

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Id → row."""
        return {id_: row for row, id_ in enumerate(self.ids)}

    @cached_property
    def slips(self) -> Mapping[str, Sequence[Slip]]:
        """Id → what was found about the record, wherever it stands."""
        slips: dict[str, list[Slip]] = {}
        for finding in self.books.findings:
            if (owner := self.owner(finding)) is not None:
                slips.setdefault(owner.id, []).append(Slip(finding, owner.field))
        return slips

    @cached_property
    def uncounted(self) -> Mapping[str, Collection[str]]:
        """Id → the fields on account of which the record does not count as it stands; "" for all of the record.

        Of a ledger alike slips are told once, at the first: this says of each record what is true of it. A column that
        its file lacks is unknown, and no slip of a record.
        """
        fields: dict[str, set[str]] = {}
        for field, rows in self._amiss.items():
            for row in rows:
                fields.setdefault(self.ids[row], set()).add(field)
        return fields

    @cached_property
    def _amiss(self) -> Mapping[str, Collection[int]]:
        """Field → the rows that do not count on account of it; "" → those that do not as a whole."""
        table = self.books.tables.get(self.kind.name)
        if table is None or self.raw is None:
            return {}
        amiss: dict[str, Collection[int]] = {"": table.standing.keys()}
        for field in self.kind.fields:
            cells, raws = table.columns.get(field.name), self.raw.columns.get(field.name)
            if cells is not None and raws is not None:
                amiss[field.name] = self._unread(field, cells, raws)
        return amiss

    def _unread(self, field: Field, cells: Sequence[Value], raws: Sequence[RawCell]) -> set[int]:
        """The rows whose cell can't be read, is empty though it is required, or names a record that is not there.

        A column of a long ledger is looked at as a whole first: most have no such cell.
        """
        rows: set[int] = set()
        if Unreadable in set(map(type, cells)):
            pairs = enumerate(zip(cells, raws, strict=True))
            rows |= {row for row, (cell, raw) in pairs if isinstance(cell, Unreadable) and raw is not UNSAID}
        if field.required and field.name != self.kind.key and (None in raws or "" in raws):
            rows |= {row for row, cell in enumerate(raws) if cell is None or cell == ""}
        for key in self.kind.foreign:
            target = self.books.tables.get(key.kind)
            if key.field == field.name:
                known = set(target.columns[key.target]) if target is not None else set()
                if strange := {cell for cell in set(cells) - known if isinstance(cell, str)}:
                    rows |= {row for row, cell in enumerate(cells) if cell in strange}
        return rows

    @cached_property
    def marked(self) -> Collection[str]:
        """The ids of records that somebody must look at: something of them does not count, or is doubtful."""
        doubtful = {id_ for id_, all_ in self.slips.items() if any(its.finding.severity != "note" for its in all_)}
        amiss: set[int] = set().union(*self._amiss.values())
        return (doubtful & self.rows.keys()) | set(map(self.ids.__getitem__, amiss))

    def marked_in(self, field: str) -> Collection[str]:
        """Return the ids of the records of which ``field`` is what is marked."""
        slips = {
            id_ for id_, all_ in self.slips.items()
            if any(its.field == field and its.finding.severity != "note" for its in all_)
        }  # fmt: skip
        return slips | {self.ids[row] for row in self._amiss.get(field, ())}

    @property
    def is_ledger(self) -> bool:
        """Whether records of it stand in a ledger, of which alike slips are told once."""
        return self.raw is not None and self.raw.grouped

    def owner(self, finding: Finding) -> Owner | None:
        """Return the record of this kind, and its field, that ``finding`` is about; None for another's."""
        return self._named_in(finding.at.record) if finding.at.record else self._standing_at(finding)

    def called(self, id_: str) -> str:
        """Return what people call a record: its id, and the name that it bears."""
        name = self.kind.called
        bears = self.cell(self.rows[id_], name) if name and name != self.kind.key and id_ in self.rows else ""
        id_ = "" if self.kind.single else id_
        return f"{self.kind.title} {id_}" + (f"“{bears}”" if bears else "")

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        """What messages call a field → its name."""
        titles = {self.kind.on_rubric.get(its.name, its.title): its.name for its in self.kind.fields}
        return titles | {its.title: its.name for its in self.kind.fields}

    def _named_in(self, words: str) -> Owner | None:
        """Read the words of a place (案件 AJ001 罚款金额): an id may hold blanks too."""
        name = words.removeprefix(f"{self.kind.title} ")
        if name == words:
            return None
        id_, _, title = name.rpartition(" ")
        if self.kind.single:
            return Owner(self.ids[0], self._titles.get(name, "")) if self.ids else None
        if title in self._titles and (id_ in self.rows or name not in self.rows):
            return Owner(id_, self._titles[title])
        return Owner(name, "")

    def _standing_at(self, finding: Finding) -> Owner | None:
        """Find the record at the place that reading its file told: nobody knew then which record that is."""
        at = finding.at
        if self.raw is None or finding.severity == "note" or not (at.cell or at.line):
            return None
        row = self._row_at.get((at.file, at.sheet, _number(at)))
        if row is None:
            return None
        fields = (its.name for its in self.kind.fields if replace(self.raw.place(row, its.name), record="") == at)
        return Owner(self.ids[row], next(fields, ""))

    @cached_property
    def _row_at(self) -> Mapping[tuple[str, str, int], int]:
        """File, sheet and number of a row there → row."""
        assert self.raw is not None, "somebody asked for a place in it"
        places = (self.raw.place(row, "") for row in range(self.raw.rows))
        return {(at.file, at.sheet, _number(at)): row for row, at in enumerate(places)}

    def cell(self, row: int, field: str) -> str:
        """Return what is written in a record's field; "" where it is empty or nobody says."""
        cells = self.raw.columns.get(field) if self.raw is not None else None
        cell = cells[row] if cells is not None else None
        return "" if cell is None or cell is UNSAID else str(cell).strip()

    def values(self, row: int) -> dict[str, str]:
        """Return all that is written of a record."""
        return {field.name: self.cell(row, field.name) for field in self.kind.fields}

    def file(self, row: int) -> str:
        """Return the path of the file that a record stands in, below the unit's folder."""
        assert self.raw is not None, "there is a row"
        return self.raw.place(row, "").file

    @cached_property
    def blocks(self) -> Sequence[tuple[str, range]]:
        """The files that the records stand in, and their rows there: each file's stand together."""
        blocks = []
        row, end = 0, len(self.ids)
        while row < end:
            file, low, high = self.file(row), row, end
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self.file(middle) == file else (low, middle)
            blocks.append((file, range(row, high)))
            row = high
        return blocks

    def origins(self, row: int) -> Sequence[Origin]:
        """Return where a record, or some cells of it, come from: packages of subordinates; nothing for one's own."""
        return self.books.origins.get((self.kind.name, self.ids[row]), ())

    def is_handed_up(self, row: int) -> bool:
        """Whether a record stands in a subordinate's package alone, which the program does not write to."""
        return self.file(row).startswith(f"{SUBORDINATES}/")

    def about(self, row: int | None = None) -> About:
        """Return what a record that is typed is checked against; ``row`` is the record that it stands for."""
        its = self.books
        unit = its.unit.values if its.unit is not None else {}
        span = Span.of(unit, its.pack.vocabulary.unit, its.year if its.year is not None else its.pack.year)
        taken = set(self.ids) - ({self.ids[row]} if row is not None else set())
        files = its.evidence.keys() if its.evidence is not None else None
        return About(span, its.pack.kinds, its.tables, files, taken)

    def free_ids(self, number: int = 1) -> list[str]:
        """Return the next ids."""
        key = self.kind.field(self.kind.key)
        return next_ids(self.ids, key.example if key is not None else "", number)

    def enter(self, rows: Sequence[Mapping[str, str]]) -> Recorded:
        """Write a record for each of ``rows``, all or none; one without an id has the next. Raises KaopingError."""
        free = iter(self.free_ids(len(rows)))
        key = self.kind.key
        return self._register.enter_all(set(self.ids), [{**row, key: row.get(key) or next(free)} for row in rows])

    def change(self, changed: Mapping[str, Mapping[str, str]]) -> Recorded:
        """Write ``changed`` (id → field → text) into the records, all or none. Raises KaopingError."""
        return self._register.change([Change(self._own_id(id_), self._at(id_), its) for id_, its in changed.items()])

    def take_out(self, ids: Collection[str]) -> Recorded:
        """Take records out, all or none. Raises KaopingError."""
        return self._register.take_out([(self._own_id(id_), self._at(id_)) for id_ in ids])

    @property
    def _register(self) -> Register:
        return Register(self.books.folder, self.books.pack.kinds, self.kind, "", "在“记录”里删去这一条", waits=True)

    def _own_id(self, id_: str) -> str:
        """What stands in the record's key: of one that is written twice the program's word says more."""
        return self.cell(self.rows[id_], self.kind.key)

    def _at(self, id_: str) -> Location:
        assert self.raw is not None, "there is such a record"
        return self.raw.place(self.rows[id_], "")


def foreseen(
    assessment: Assessment, kind: Kind, id_: str | None, values: Mapping[str, str], memory: Memory | None = None
) -> Assessment | None:
    """Return what the assessment would be with ``values`` in the record ``id_``, or as a new one for None.

    None where nobody can tell before it is written: what the unit itself says, or which evidence there is, decides of
    more than one table. What ``memory`` knows of lines that it does not touch is not scored anew. Findings, gaps and
    plan are those of before.
    """
    dossier, raw = assessment.dossier, assessment.raws.get(kind.name)
    written = Written(assessment.books, kind)
    whole = {**written.values(written.rows[id_]), **values} if id_ is not None else values
    asked = (its for its in kind.tellings if not values.keys().isdisjoint({its.field, *its.gives}))
    is_told = any(whole.get(its.field) for its in asked)
    evidence_changes = bool(values.get("evidence")) if id_ is None else "evidence" in values
    if kind.single or kind.on_rubric or is_told or evidence_changes or (raw is None and id_ is not None):
        return None
    columns = {f.name: list(raw.columns.get(f.name, [None] * raw.rows)) if raw else [] for f in kind.fields}
    if id_ is None:
        for name, cells in columns.items():
            cells.append(values.get(name) or None)
    else:
        for name, text in values.items():
            columns[name][written.rows[id_]] = text or None
    rows = len(columns[kind.key])
    table = RawTable(kind.name, columns, rows, lambda row, field: Location(record=f"{row} {field}"))
    ignored = Findings()
    its = {kind.name: validate.typed(table, kind, ignored)}
    span = Span.of(dossier.unit.values, dossier.pack.vocabulary.unit, dossier.year)
    its = validate.check_dates(its, {kind.name: table}, {kind.name: kind}, span, ignored)
    raws = {**assessment.raws, kind.name: table}
    tables = validate.check_references({**dossier.tables, **its}, raws, dossier.pack.kinds, ignored)
    after = replace(dossier, tables=tables)
    workings = (memory or Memory()).workings["score"]
    return replace(
        assessment, dossier=after, card=score(assessment.rubric, after, ignored, workings=workings), raws=raws
    )


def _number(at: Location) -> int:
    """The number of the row in which a place lies on its sheet, or in its text."""
    return int(at.cell.lstrip(ascii_uppercase) or 0) if at.cell else at.line


def kinds_of_lines(rubric: Rubric) -> dict[str, list[Kind]]:
    """Return the kinds of records that each line of the rubric comes from, in the order of its rule."""
    kinds: dict[str, dict[str, Kind]] = {}
    for row in rows_of(rubric):
        its = kinds.setdefault(row.line.id, {})
        its.update((kind.name, kind) for kind in row.feeds if kind is not None)
    return {line: list(its.values()) for line, its in kinds.items()}


def compare_version(folder: Path, name: str) -> list[Difference]:
    """Return how the records of a kept version differ from what they are now; raises KaopingError for no version."""
    return history.differences(folder, name, pack_of(open_sources(folder, Findings()), Findings()).kinds)


def changed_since(a: Assessment, decision: Decision) -> list[Difference] | None:
    """Return which records that its line looks at are others since a decision was made; None where nobody knows."""
    kinds = a.rubric.pack.kinds
    about = {"line": decision.line, "part": decision.part}
    differences = history.since(a.dossier.folder, decision.at.file, kinds, DECISION, about)
    if differences is None:
        return None
    looked_at = {kind.title for kind in kinds_of_lines(a.rubric).get(decision.line, ())} - {kinds[DECISION].title}
    return [its for its in differences if its.kind in looked_at]


def hold_ledger(folder: Path, brought: Path, name: str) -> Path:
    """Move a file that came in to where it waits until somebody says what its columns are; returns where.

    It is called by the last part of ``name``, made fit. What still waits when the page is opened next is gone then.
    Raises KaopingError where the disk refuses.
    """
    called = PurePosixPath(portable(name.replace("\\", "/").rpartition("/")[2]) or "台账")
    try:
        fs.mkdir(folder / ARRIVING)
        target = Path(mkdtemp(dir=folder / ARRIVING)) / f"{called.stem[:_LONGEST]}{called.suffix[:_LONGEST]}"
        fs.replace(brought, target)
    except OSError as error:
        raise refused("ledger.not_written", Location(called.name), why=why_not_written(error)) from None
    return target


def let_go_ledger(path: Path) -> None:
    """Remove a file that waited, and where it waited if nothing else does."""
    fs.remove(path.parent)
    with suppress(OSError):  # something else waits there
        fs.rmdir(path.parent.parent)
