"""`twice`: the same thing recorded twice. `shared`: one evidence file that two records rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Key, MisfitError, Read
from kaoping.core.model import Table, Unreadable, Value
from kaoping.core.schema import evidence_type_id, field_named, kind_named
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.evaluation import Context
from kaoping.rubric.rules.naming import name_meant
from kaoping.rubric.rules.select import match
from kaoping.rubric.rules.where import ALL, Where, show_value
from kaoping.scoring.crosscheck._slip import Facts, Slip, fields_of, named, squeezed


def _one_valued(node: Node, kind: schema.Kind) -> schema.Field:
    field = field_named(node, kind)
    if field.listed:
        raise ExpectedError(node, f"字段“{field.name}”（{field.title}）可填几个值，不能用来认重复")
    return field


_OneValued = Annotated[schema.Field, Read(_one_valued, "kind")]


@dataclass(frozen=True, slots=True)
class Twice:
    """Records of one kind that agree in all of ``same``, filled in, and in ``or_blank``, filled in or not."""

    kind: Annotated[schema.Kind, Key("of")]
    same: tuple[_OneValued, ...]
    or_blank: tuple[_OneValued, ...] = ()
    where: Where = ALL

    def __post_init__(self) -> None:
        if not self.same:
            raise MisfitError("至少要写一个字段", "same")

    @property
    def names(self) -> frozenset[str]:
        """The first record's fields; all records' ids and number, the last one's id, and in what they agree."""
        return frozenset({"kind", "ids", "number", "last", "agree"} | {field.name for field in self.kind.fields})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield each group of records that agree, in the order of the second of each."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return
        nothing: Sequence[Value] = [None] * len(table)
        columns = [_keys(table.columns.get(field.name, nothing), None) for field in self.same]
        columns += [_keys(table.columns.get(field.name, nothing), "") for field in self.or_blank]
        keys = list(zip(*columns, strict=True))
        first: dict[tuple[Value, ...], int] = {}
        groups: dict[int, list[int]] = {}  # by their first row: few agree, so there is no list for each that does not
        for row in match(table, self.where, context).sure:
            earliest = first.setdefault(keys[row], row)
            if earliest != row and None not in keys[row]:
                groups.setdefault(earliest, [earliest]).append(row)
        yield from (self._slip(table, rows, context) for rows in groups.values())

    def _slip(self, table: Table, rows: list[int], context: Context) -> Slip:
        def facts() -> Facts:
            record, ids = table.record(rows[0]), [table.ids[row] for row in rows]
            values = {name: name_meant(self.kind, name, value, context) for name, value in record.values.items()}
            first = replace(record, values=values)
            kinds = context.dossier.pack.kinds
            titles = {key.field: kinds[key.kind].title for key in self.kind.foreign}
            agree = "、".join(
                f"{titles.get(field.name, field.title)}“{show_value(first[field.name])}”"
                for field in (*self.same, *self.or_blank)
                if first[field.name] is not None
            )
            words = {"kind": self.kind.title, "ids": named(ids), "number": str(len(ids)), "last": ids[-1]}
            return fields_of(first) | words | {"agree": agree}

        return Slip(self.kind.name, lambda: table.places(rows[1], self.same[0].name), facts)


def _keys(cells: Sequence[Value], blank: Value) -> Iterator[Value]:
    """The cells as they are compared; None for what agrees with nothing, ``blank`` for an empty one."""
    keys = {cell: _key(cell) for cell in set(cells)} | {None: blank}
    return map(keys.__getitem__, cells)


def _key(cell: Value) -> Value:
    return squeezed(cell) if isinstance(cell, str) else None if isinstance(cell, Unreadable) else cell


#: A record that names a file: its kind and its row.
Use = tuple[str, int]


def with_evidence(node: Node) -> schema.Kind:
    kind = kind_named(node)
    if kind.field("evidence") is None:
        raise ExpectedError(node, f"记录“{kind.title}”没有佐证材料一栏")
    return kind


@dataclass(frozen=True, slots=True)
class Shared:
    """Files that two records name which have none of their own: one thing can't prove two.

    Files of the types in ``besides`` (a ledger, a screenshot) may prove many records.
    """

    kinds: Annotated[tuple[Annotated[schema.Kind, Read(with_evidence)], ...], Key("of")]
    besides: tuple[Annotated[str, Read(evidence_type_id)], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The file, the records that rest on it, and their number."""
        return frozenset({"file", "records", "number"})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield each group of records that rest on the same file, once, in the order of the records."""
        evidence = context.dossier.evidence
        users: dict[str, list[Use]] = {}
        for kind in self.kinds:
            for use, paths in uses_of(kind, context.dossier.table(kind.name)):
                for path in dict.fromkeys(paths):
                    if path in evidence:
                        users.setdefault(path, []).append(use)
        proven = {uses[0] for uses in users.values() if len(uses) == 1}
        reported: set[tuple[Use, ...]] = set()
        for path, uses in users.items():
            bare = tuple(use for use in uses if use not in proven)
            if len(bare) > 1 and bare not in reported and evidence[path].type not in self.besides:
                reported.add(bare)
                yield self._slip(path, bare, context.dossier.tables)

    def _slip(self, path: str, uses: Sequence[Use], tables: Mapping[str, Table]) -> Slip:
        def facts() -> Facts:
            titles = {kind.name: kind.title for kind in self.kinds}
            records = [f"{titles[kind]} {tables[kind].ids[row]}" for kind, row in uses]
            return {"file": path, "records": named(records), "number": str(len(records))}

        kind, row = uses[1]
        return Slip(kind, lambda: tables[kind].places(row, "evidence"), facts)


def uses_of(kind: schema.Kind, table: Table | None) -> Iterator[tuple[Use, tuple[str, ...]]]:
    """The records that name evidence; of another year's, or one that is written twice, more was said already."""
    if table is None:
        return
    for row, paths in enumerate(table.columns.get("evidence", ())):
        if isinstance(paths, tuple) and row not in table.standing:
            yield (kind.name, row), paths
