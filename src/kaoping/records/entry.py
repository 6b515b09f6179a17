"""A record that the program makes for somebody (a decision, an acceptance), entered where the unit keeps its records.

That is the workbook's sheet, so that whoever made it sees it there. A workbook that can't be written to (open,
protected, an .xls, a layout not ours) is left alone, and the record stands in records/, as it does where a unit has no
workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kaoping.core import yamltree
from kaoping.core.errors import KaopingError, refused
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import CellError, Kind, Kinds
from kaoping.records._amend import Amendment, UnamendedError
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
class Register:
    """The records of one kind that the program enters and takes out: where, under which ids, and how that is undone."""

    folder: Path
    kinds: Kinds
    kind: Kind
    prefix: str  # of the ids: CD01
    undo: str  # the command that takes one out, as messages name it

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
                    findings.add("value.missing", self.at, title=its.title)
            except CellError as error:
                findings.add("value.unfit", self.at, title=its.title, text=text, expected=str(error))
        if findings.errors:
            raise KaopingError(findings)

    def enter(self, taken: set[str], values: Mapping[str, str]) -> Recorded:
        """Write a record under an id that is not ``taken``: into the workbook, or where that can't be beside it.

        Raises KaopingError, touching nothing, where neither can be.
        """
        notices = Findings()
        try:
            book = Amendment.open(self.folder, self.kinds)
            if book is not None:
                id_ = self._free(taken)
                at = book.add(self.kind, {"id": id_, **values})
                return Recorded((id_,), (at,), book.save(), notices)
        except UnamendedError as error:
            there = Location(workbooks(self.folder)[0].name)
            facts = {"why": error.why, "file": self.at.file, "kind": self.kind.title, "undo": self.undo}
            notices.add("entry.beside", there, **facts)
        try:
            kept = YamlList.read(self.folder / FOLDER / self.kind.file, self.at)
            id_ = self._free(taken | {_id_of(item) for item in kept.items})
            kept.append(id_, values)
        except KaopingError as error:
            raise KaopingError([*notices, *error.findings]) from None
        return Recorded((id_,), (kept.at,), None, notices)

    def take_out(self, records: Sequence[tuple[str, Location]]) -> Recorded:
        """Take the ``records`` (id, where it stands) out of the places where they stand.

        Raises KaopingError, touching nothing, where one stands in an imported ledger, or its place can't be written to.
        """
        books = {path.name for path in workbooks(self.folder)}
        for id_, at in records:
            if at.file not in {self.at.file, *books}:
                raise refused("entry.elsewhere", at, kind=self.kind.title, id=id_, file=at.file)
        lines = [at.line for _, at in records if at.file == self.at.file]
        kept = YamlList.read(self.folder / FOLDER / self.kind.file, self.at) if lines else None
        in_book = [(id_, at) for id_, at in records if at.file in books]
        earlier = None
        try:
            book = Amendment.open(self.folder, self.kinds) if in_book else None
            if book is not None:
                for _, at in in_book:
                    book.take_out(self.kind, at)
                earlier = book.save()
        except UnamendedError as error:
            id_, at = in_book[0]
            raise refused("entry.not_undone", at, kind=self.kind.title, id=id_, why=error.why) from None
        if kept is not None:
            kept.take_out(lines)
        return Recorded(tuple(id_ for id_, _ in records), tuple(at for _, at in records), earlier)

    def _free(self, taken: set[str]) -> str:
        """The first id that is not taken."""
        return next(id_ for n in range(1, len(taken) + 2) if (id_ := f"{self.prefix}{n:02}") not in taken)


def _id_of(record: yamltree.Node) -> str:
    node = record.mapping().get("id")
    return node.value if node is not None and isinstance(node.value, str) else ""
