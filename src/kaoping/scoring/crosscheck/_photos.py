"""`same_shot`: one photo under two records. `taken`: a photo that says it was taken on another day than its record.

What a photo looks like, and which day it says, was found when it was judged (:class:`kaoping.core.model.Shot`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Key, Read
from kaoping.core.model import Dossier, EvidenceFile, Shot, Table
from kaoping.core.schema import field_named
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.evidence.looks import alike
from kaoping.rubric.rules.evaluation import Context
from kaoping.rubric.rules.where import show_value
from kaoping.scoring.crosscheck._alike import Use, uses_of, with_evidence
from kaoping.scoring.crosscheck._slip import Facts, Slip, fields_of


def _day(node: Node, kind: schema.Kind) -> schema.Field:
    field = field_named(node, kind)
    if field.type != "date":
        raise ExpectedError(node, f"字段“{field.name}”（{field.title}）不是日期")
    return field


def days_of(node: Node) -> int:
    """Return a number of days; raises ExpectedError for any that is none."""
    days = node.number()
    if days < 0 or days.denominator != 1:
        raise ExpectedError(node, "应为天数，不小于 0 的整数")
    return int(days)


@dataclass(frozen=True, slots=True)
class SameShot:
    """Two records of ``kinds`` with one and the same photo, saved anew, made smaller, or cut at its edges."""

    kinds: Annotated[tuple[Annotated[schema.Kind, Read(with_evidence)], ...], Key("of")]

    @property
    def names(self) -> frozenset[str]:
        """The two records, and the file of each."""
        return frozenset({"record", "file", "second", "other"})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield each two records that show the same photo, once, in the order of the second."""
        evidence, tables = context.dossier.evidence, context.dossier.tables
        users: dict[str, list[Use]] = {}
        for kind in self.kinds:
            for use, paths in uses_of(kind, context.dossier.table(kind.name)):
                for path, _ in shots_below(paths, evidence):
                    users.setdefault(path, []).append(use)
        shown = [(path, shot) for path in users for shot in evidence[path].shots]
        seen: set[tuple[Use, Use]] = set()
        for its, other in alike([shot.look for _, shot in shown]):
            file, copy = shown[its][0], shown[other][0]
            for first in users[file] if file != copy else ():
                for second in users[copy]:
                    # where one of the files is named by both records, that is told of the file
                    apart = first not in users[copy] and second not in users[file]
                    if apart and (first, second) not in seen and (second, first) not in seen:
                        seen.add((first, second))
                        yield self._slip((file, first), (copy, second), tables)

    def _slip(self, its: tuple[str, Use], others: tuple[str, Use], tables: Mapping[str, Table]) -> Slip:
        def called(use: Use) -> str:
            kind, row = use
            return f"{titles[kind]} {tables[kind].ids[row]}"

        titles = {kind.name: kind.title for kind in self.kinds}
        kind, row = others[1]

        def facts() -> Facts:
            return {"file": its[0], "record": called(its[1]), "other": others[0], "second": called(others[1])}

        return Slip(kind, lambda: tables[kind].places(row, "evidence"), facts)


@dataclass(frozen=True, slots=True)
class Taken:
    """Records with a photo that was taken before the day in their field ``day``, or more than ``after`` days later."""

    kind: Annotated[schema.Kind, Key("of"), Read(with_evidence)]
    day: Annotated[schema.Field, Read(_day, "kind")]
    after: Annotated[int, Read(days_of)]

    @property
    def names(self) -> frozenset[str]:
        """The record's fields; the kind's title, the file, the day on which it says it was taken."""
        return frozenset({"kind", "file", "taken"} | {field.name for field in self.kind.fields})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield the records with such a photo, each once."""
        dossier: Dossier = context.dossier
        table = dossier.table(self.kind.name)
        for (_, row), paths in uses_of(self.kind, table):
            assert table is not None
            day = table.columns[self.day.name][row]
            if not isinstance(day, date):
                continue
            for path, shot in shots_below(paths, dossier.evidence):
                if shot.taken is not None and not day <= shot.taken <= day + timedelta(self.after):
                    yield self._slip(table, row, path, shot.taken)
                    break

    def _slip(self, table: Table, row: int, path: str, taken: date) -> Slip:
        def facts() -> Facts:
            words = {"kind": self.kind.title, "file": path, "taken": show_value(taken)}
            return fields_of(table.record(row)) | words

        return Slip(self.kind.name, lambda: table.places(row, self.day.name), facts)


def shots_below(paths: tuple[str, ...], evidence: Mapping[str, EvidenceFile]) -> Iterator[tuple[str, Shot]]:
    """Yield the photos in the files ``paths`` and in those that came in them, each with its file."""
    todo = list(dict.fromkeys(paths))
    while todo:
        path = todo.pop(0)
        if (file := evidence.get(path)) is not None:
            yield from ((path, shot) for shot in file.shots)
            todo += file.members
