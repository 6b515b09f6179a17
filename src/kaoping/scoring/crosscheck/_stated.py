"""`stated`: what a paper says of itself (day, number, title, how many came) against the record that it is to prove.

What it says is what somebody registered of it, or took over from 登记建议: what a program alone read off a paper is not
sure enough to blame a record by. Where nobody registered what sort of paper it is, nothing is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Key, MisfitError, Read
from kaoping.core.engine import EVIDENCE, TAKEN, proposals
from kaoping.core.model import Dossier, Table, Value
from kaoping.core.schema import evidence_type_id, field_named
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.records.validate import nfc
from kaoping.rubric.rules.evaluation import Context
from kaoping.rubric.rules.where import show_value
from kaoping.scoring.crosscheck._alike import uses_of, with_evidence
from kaoping.scoring.crosscheck._photos import days_of
from kaoping.scoring.crosscheck._slip import Facts, Slip, fields_of, squeezed

_DATE, _NUMBER, _TITLE, _PEOPLE = "date", "doc_no", "title", "people"
_LEAST_COMMON = 0.15  # of the pairs of characters of the shorter title: below, they speak of different things
_FEWEST = 6  # characters of a title that says what it is about


def _thing(node: Node) -> str:
    if node.text() not in (_DATE, _NUMBER, _TITLE, _PEOPLE):
        raise ExpectedError(node, f"应为 {_DATE}、{_NUMBER}、{_TITLE}、{_PEOPLE} 之一")
    return node.text()


@dataclass(frozen=True, slots=True)
class Stated:
    """Records whose ``field`` is not what one of their papers, of one of ``types``, says as its ``says``.

    A day may lie ``before`` days before that of the record, and ``after`` days after it; numbers are the same or not;
    titles must have something in common. A paper that says one of the words ``unless`` is described, not quoted.
    """

    kind: Annotated[schema.Kind, Key("of"), Read(with_evidence)]
    field: Annotated[schema.Field, Read(field_named, "kind")]
    says: Annotated[str, Read(_thing)]
    types: tuple[Annotated[str, Read(evidence_type_id)], ...]
    before: Annotated[int, Read(days_of)] = 0
    after: Annotated[int, Read(days_of)] = 0
    unless: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.field.type == "date") is not (self.says == _DATE):
            raise MisfitError("日期只能和日期比", "says")
        if (self.field.type == "integer") is not (self.says == _PEOPLE):
            raise MisfitError("人数只能和整数比", "says")

    @property
    def names(self) -> frozenset[str]:
        """The record's fields; the kind's title, the field's title and value, the file and what that says."""
        return frozenset({"kind", "field", "value", "file", "stated"} | {field.name for field in self.kind.fields})

    def find(self, context: Context) -> Iterator[Slip]:
        """Yield each record that certainly differs from one of its papers, once."""
        dossier: Dossier = context.dossier
        table, papers = dossier.table(self.kind.name), _papers(dossier)
        for (_, row), paths in uses_of(self.kind, table):
            assert table is not None
            value = table.columns[self.field.name][row]
            for path in dict.fromkeys(paths):
                paper = papers.get(path)
                if paper is None or paper["type"] not in self.types:
                    continue
                if self._differs(value, stated := paper[self.says]):
                    yield self._slip(table, row, path, stated)
                    break

    def _differs(self, value: Value, stated: Value) -> bool:
        if isinstance(value, date) and isinstance(stated, date):
            return not value - timedelta(self.before) <= stated <= value + timedelta(self.after)
        if self.says == _PEOPLE:
            return isinstance(value, int) and isinstance(stated, int) and value != stated
        if not isinstance(value, str) or not isinstance(stated, str) or not value or not stated:
            return False
        if any(word in stated for word in self.unless):
            return False
        return _are_about_others(value, stated) if self.says == _TITLE else squeezed(value) != squeezed(stated)

    def _slip(self, table: Table, row: int, path: str, stated: Value) -> Slip:
        def facts() -> Facts:
            record = table.record(row)
            words = {"kind": self.kind.title, "field": self.field.title, "file": path, "stated": show_value(stated)}
            return fields_of(record) | words | {"value": show_value(record[self.field.name])}

        return Slip(self.kind.name, lambda: table.places(row, self.field.name), facts)


def _are_about_others(this: str, that: str) -> bool:
    these, those = squeezed(this), squeezed(that)
    if min(len(these), len(those)) < _FEWEST:
        return False
    pairs = [{text[at : at + 2] for at in range(len(text) - 1)} for text in (these, those)]
    return len(pairs[0] & pairs[1]) < _LEAST_COMMON * min(map(len, pairs))


def _papers(dossier: Dossier) -> Mapping[str, Mapping[str, Value]]:
    """Return what the unit registered of papers, by their paths: their type (its id), day, number and title.

    How many were there has no place in a registration: it is what was read, of a paper whose proposal somebody took.
    """
    people = {nfc(its.path): its.people for its in proposals(dossier.tables) if its.done == TAKEN}
    ids = {kind.title: id_ for id_, kind in dossier.pack.vocabulary.evidence_types.items()}
    records = map(registered.record, range(len(registered))) if (registered := dossier.table(EVIDENCE)) else ()
    return {
        nfc(str(record["path"])): {name: record[name] for name in (_DATE, _NUMBER, _TITLE)}
        | {"type": ids.get(str(record["type"] or ""), ""), _PEOPLE: people.get(nfc(str(record["path"])))}
        for record in records
    }
