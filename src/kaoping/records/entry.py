"""Records that the program writes for somebody: entered, changed, taken out where the unit keeps its records.

That is the workbook's sheet, so that whoever works in it sees them there. A workbook that can't be written to (open,
protected, an .xls, a layout not ours) is left alone, and a new record stands in records/, as it does where a unit has
no workbook. All that belongs together is done in one write, or nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import CellError, Kind, Kinds
from kaoping.records._amend import Amendment, UnamendedError
from kaoping.records._earlier import Writing, put_in_place
from kaoping.records._yaml_list import YamlList
from kaoping.records.readers.sources import workbooks
from kaoping.records.readers.yaml_records import FOLDER


@dataclass(frozen=True, slots=True)
class Recorded:
    """Records that were written, or taken out again, and what of it the clerk should know."""

    ids: tuple[str, ...]
    places: tuple[Location, ...]
    earlier: Path | None = None  # the workbook as it was before, where it was written to
    findings: Findings = field(default_factory=Findings)


@dataclass(frozen=True, slots=True)
class Change:
    """What fields of the record ``id`` at ``at`` shall say: field → text; "" empties it."""

    id: str
    at: Location
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Register:
    """The records of one kind that the program enters, changes and takes out: where, under which ids."""

    folder: Path
    kinds: Kinds
    kind: Kind
    prefix: str  # of the ids: CD01
    undo: str  # the command that takes one out, as messages name it
    waits: bool = False  # whether a new record waits for a workbook that somebody holds, or stands beside it

    @property
    def at(self) -> Location:
        """The file that holds them where there is no workbook."""
        return Location(f"{FOLDER}/{self.kind.file}")

    def refuse_unfit(self, values: Mapping[str, str], findings: Findings) -> None:
        """Raise KaopingError where there are errors, or a value that its field can't take."""
        for key, text in values.items():
            its = self.kind.field(key)
            assert its is not None, "whoever enters a record knows its fields"
            try:
                if its.parse(text) is None and its.required:
                    findings.add_about(key, "value.missing", self.at, title=its.title)
            except CellError as error:
                findings.add_about(key, "value.unfit", self.at, title=its.title, text=text, expected=str(error))
        if findings.errors:
            raise KaopingError(findings)

    def enter(self, taken: set[str], values: Mapping[str, str]) -> Recorded:
        """Write a record under an id that is not ``taken``, as :meth:`enter_all` does."""
        return self.enter_all(taken, [values])

    def enter_all(self, taken: set[str], rows: Sequence[Mapping[str, str]]) -> Recorded:
        """Write a record for each of ``rows``: into the workbook, or where that can't be beside it.

        One that brings no id (the kind's key) has a free one that is not ``taken``. Raises KaopingError, touching
        nothing, where neither can be.
        """
        notices = Findings()
        try:
            book = Amendment.open(self.folder, self.kinds)
            if book is not None:
                named = self._named(taken, rows)
                places = tuple(book.add(self.kind, values) for values in named)
                earlier = _put(self.folder, [Writing(book.path, book.written(), book.path)])
                return Recorded(tuple(its[self.kind.key] for its in named), places, earlier[0], notices)
        except UnamendedError as error:
            there = Location(workbooks(self.folder)[0].name)
            if self.waits and error.passing:
                raise refused("entry.held", there, kind=self.kind.title, why=error.why) from None
            facts = {"why": error.why, "file": self.at.file, "kind": self.kind.title, "undo": self.undo}
            if error.passing or not self.kind.on_demand:  # else it is no wonder that there is no sheet for it
                notices.add("entry.beside", there, **facts)
        try:
            kept = self._list()
            there_too = {
                str(item.mapping()[self.kind.key].value) for item in kept.items if self.kind.key in item.mapping()
            }
            named = self._named(taken | there_too, rows)
            for values in named:
                kept.add(values[self.kind.key], values)
            self._write(kept.written())
        except KaopingError as error:
            raise KaopingError([*notices, *error.findings]) from None
        ids = tuple(values[self.kind.key] for values in named)
        return Recorded(ids, (kept.at,) * len(ids), None, notices)

    def change(self, changes: Sequence[Change]) -> Recorded:
        """Have records that are there say other values, wherever each stands, all in one write.

        Raises KaopingError, touching nothing, where one stands in an imported ledger, is not where it was, or its place
        can't be written to.
        """
        return self._amend(changes)

    def take_out(self, records: Sequence[tuple[str, Location]]) -> Recorded:
        """Take the ``records`` (id, where it stands) out of the places where they stand.

        Raises KaopingError, touching nothing, where one stands in an imported ledger, or its place can't be written to.
        """
        return self._amend([Change(id_, at, GONE) for id_, at in records])

    def _amend(self, changes: Sequence[Change]) -> Recorded:
        """Do ``changes``; what shall say GONE goes."""
        return amend_all(self.folder, self.kinds, [(self.kind, its) for its in changes])

    def _list(self) -> YamlList:
        return YamlList.read(self.folder / FOLDER / self.kind.file, self.at, self.kind)

    def _write(self, data: bytes | None) -> None:
        path = self.folder / FOLDER / self.kind.file
        try:
            _put(self.folder, [Writing(path, data, path)])
        except UnamendedError as error:
            raise refused("entry.file_unfit", self.at, name=self.at.file, why=error.why) from None

    def _named(self, taken: set[str], rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
        """The rows, each with an id: its own, or the first that is not taken."""
        used = taken | {values.get(self.kind.key, "") for values in rows}
        named: list[Mapping[str, str]] = []
        for values in rows:
            id_ = values.get(self.kind.key, "") or self._free(used)
            used.add(id_)
            named.append({**values, self.kind.key: id_})
        return named

    def _free(self, taken: set[str]) -> str:
        """The first id that is not taken."""
        return next(id_ for n in range(1, len(taken) + 2) if (id_ := f"{self.prefix}{n:02}") not in taken)


def amend_all(folder: Path, kinds: Kinds, changes: Sequence[tuple[Kind, Change]]) -> Recorded:
    """Do ``changes`` of records of any kinds, all in one write, or none; what shall say GONE is taken out.

    Raises KaopingError, touching nothing, where a record stands in an imported ledger, is not where it was, or its
    place can't be written to.
    """
    books = {path.name for path in workbooks(folder)}
    lists: dict[str, YamlList] = {}
    for kind, its in changes:
        if its.at.file not in {f"{FOLDER}/{kind.file}", *books}:
            code = "entry.elsewhere" if its.values is GONE else "entry.in_ledger"
            raise refused(code, its.at, kind=kind.title, id=its.id, file=its.at.file)
    for kind, its in changes:
        if its.at.file in books:
            continue
        if kind.file not in lists:
            lists[kind.file] = YamlList.read(folder / FOLDER / kind.file, Location(its.at.file), kind)
        if its.values is GONE:
            lists[kind.file].take_out(its.at.line, its.id)
        else:
            lists[kind.file].change(its.at.line, its.id, its.values)
    in_book = [(kind, its) for kind, its in changes if its.at.file in books]
    try:
        writings = [Writing(kept.path, kept.written(), kept.path) for kept in lists.values()]
        book = Amendment.open(folder, kinds) if in_book else None
        if book is not None:
            for kind, its in in_book:
                if its.values is GONE:
                    book.take_out(kind, its.id, its.at)
                else:
                    book.change(kind, its.id, its.at, its.values)
            writings.insert(0, Writing(book.path, book.written(), book.path))
        earlier = _put(folder, writings)
    except UnamendedError as error:
        kind, first = (in_book or list(changes))[0]
        code = "entry.not_undone" if first.values is GONE else "entry.not_changed"
        raise refused(code, first.at, kind=kind.title, id=first.id, why=error.why) from None
    places = tuple(its.at for _, its in changes)
    return Recorded(tuple(its.id for _, its in changes), places, earlier[0] if in_book else None)


#: What a record says that is taken out.
GONE: Mapping[str, str] = MappingProxyType({})


def _put(folder: Path, writings: Sequence[Writing]) -> list[Path]:
    try:
        return put_in_place(folder, writings)
    except OSError as error:
        raise UnamendedError(why_not_written(error), passing=True) from error
