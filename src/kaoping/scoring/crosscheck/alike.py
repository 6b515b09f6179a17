"""`twice`: the same thing recorded twice. `shared`: one evidence file that two records rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kaoping.core import schema
from kaoping.core.model import Dossier, Table, Unreadable, Value
from kaoping.core.schema import field_named, kind_named
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.base import Context
from kaoping.rubric.rules.where import Where, parse_where
from kaoping.scoring.crosscheck.base import Facts, Slip, certain, fields_of, named, settled, shown
from kaoping.scoring.crosscheck.spans import squeezed


@dataclass(frozen=True, slots=True)
class Twice:
    """Records of one kind that agree in all of ``same``, filled in, and in ``or_blank``, filled in or not."""

    kind: schema.Kind
    where: Where
    same: tuple[schema.Field, ...]
    or_blank: tuple[schema.Field, ...]

    @property
    def names(self) -> frozenset[str]:
        """The first record's fields; all records' ids and number, the last one's id, and in what they agree."""
        return frozenset({"kind", "ids", "number", "last", "agree"} | {field.name for field in self.kind.fields})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield each group of records that agree."""
        table = context.dossier.table(self.kind.name)
        if table is None:
            return
        nothing: Sequence[Value] = [None] * len(table)
        columns = [
            _keys(table.columns.get(field.name, nothing), None if field in self.same else "")
            for field in (*self.same, *self.or_blank)
        ]
        keys = list(zip(*columns, strict=True))
        first: dict[tuple[Value, ...], int] = {}
        groups: dict[int, list[int]] = {}  # few agree, so there is no list for each that does not
        for row in certain(table, self.where, context):
            key = keys[row]
            if None not in key and (one := first.setdefault(key, row)) != row:
                groups.setdefault(one, [one]).append(row)
        yield from (self._slip(table, rows) for rows in groups.values())

    def _slip(self, table: Table, rows: list[int]) -> Slip:
        def facts() -> Facts:
            first, ids = table.record(rows[0]), [table.ids[row] for row in rows]
            agree = "、".join(
                f"{field.title}“{shown(first[field.name])}”"
                for field in (*self.same, *self.or_blank)
                if first[field.name] is not None
            )
            told = {"kind": self.kind.title, "ids": named(ids), "number": str(len(ids)), "last": ids[-1]}
            return fields_of(first) | told | {"agree": agree}

        return Slip(self.kind.name, lambda: table.places(rows[1], self.same[0].name), facts)


def _keys(cells: Sequence[Value], blank: Value) -> list[Value]:
    """The cells as they are compared; None for what agrees with nothing, ``blank`` for an empty one."""
    memo: dict[Value, Value] = {None: blank}
    found: list[Value] = []
    for cell in cells:
        if cell not in memo:
            memo[cell] = squeezed(cell) if isinstance(cell, str) else None if isinstance(cell, Unreadable) else cell
        found.append(memo[cell])
    return found


def parse_twice(node: Node) -> list[Twice]:
    """Parse `{of: kind, same: [fields], or_blank: [fields], where}`; raises ExpectedError."""
    f = node.fields("of same", "or_blank where")
    kind = kind_named(f["of"])
    same, or_blank = (
        tuple(_one_valued(item, kind) for item in (f[name].each() if name in f else ()))
        for name in ("same", "or_blank")
    )
    if not same:
        raise ExpectedError(f["same"], "至少要写一个字段")
    where = parse_where(f.get("where"), kind)
    settled(node, where)
    return [Twice(kind, where, same, or_blank)]


def _one_valued(node: Node, kind: schema.Kind) -> schema.Field:
    field = field_named(node, kind)
    if field.listed:
        raise ExpectedError(node, f"字段“{field.name}”（{field.title}）可填几个值，不能用来认重复")
    return field


@dataclass(frozen=True, slots=True)
class Shared:
    """Files that two records name which have none of their own: one thing can't prove two.

    Files of the types in ``besides`` (a ledger, a screenshot) may prove many records.
    """

    kinds: tuple[schema.Kind, ...]
    besides: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """The file, the records that rest on it, and their number."""
        return frozenset({"file", "records", "number"})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield each group of records that rest on the same file, once, in the order of the records."""
        tables = [table for kind in self.kinds if (table := context.dossier.table(kind.name)) is not None]
        users: dict[str, list[tuple[Table, int]]] = {}
        for table in tables:
            for row, cell in enumerate(table.columns.get("evidence", ())):
                if row in table.standing or not isinstance(cell, tuple):
                    continue  # of another year, or written twice: that was said already
                for path in dict.fromkeys(cell):
                    if path in context.dossier.evidence:
                        users.setdefault(path, []).append((table, row))
        alone = {path for path, found in users.items() if len(found) == 1}
        told: set[tuple[tuple[str, int], ...]] = set()
        for path, found in users.items():
            bare = [(table, row) for table, row in found if not self._has_own(table, row, alone)]
            group = tuple((table.kind, row) for table, row in bare)
            if len(bare) > 1 and group not in told and not self._may_prove_many(path, context.dossier):
                told.add(group)
                yield self._slip(context.dossier, path, bare)

    def _has_own(self, table: Table, row: int, alone: set[str]) -> bool:
        cell = table.columns["evidence"][row]
        return isinstance(cell, tuple) and any(path in alone for path in cell)

    def _may_prove_many(self, path: str, dossier: Dossier) -> bool:
        return dossier.evidence[path].type in self.besides

    def _slip(self, dossier: Dossier, path: str, users: list[tuple[Table, int]]) -> Slip:
        def facts() -> Facts:
            kinds = dossier.pack.kinds
            records = [f"{kinds[table.kind].title} {table.ids[row]}" for table, row in users]
            return {"file": path, "records": named(records), "number": str(len(records))}

        table, row = users[1]
        return Slip(table.kind, lambda: table.places(row, "evidence"), facts)


def parse_shared(node: Node) -> list[Shared]:
    """Parse `{of: kinds, besides: evidence types}`; raises ExpectedError."""
    f = node.fields("of", "besides")
    kinds = tuple(kind_named(item) for item in f["of"].each())
    for kind, item in zip(kinds, f["of"].each(), strict=True):
        if kind.field("evidence") is None:
            raise ExpectedError(item, f"记录“{kind.title}”没有佐证材料一栏")
    for item in f["besides"].each() if "besides" in f else ():
        if item.text() not in item.known().evidence_types:
            raise ExpectedError(item, f"没有材料类型“{item.text()}”；可用：{'、'.join(item.known().evidence_types)}")
    return [Shared(kinds, frozenset(f.texts("besides")))]
