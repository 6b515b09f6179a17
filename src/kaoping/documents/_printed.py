"""What people wrote and a document prints as it is, looked through before one is made.

A document for the public must not print anybody's identity number; one that goes upward is addressed to one body.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kaoping.core import schema
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, Dossier, Record
from kaoping.documents.facts import context_of, shown
from kaoping.documents.kinds import DocumentKind, How, ListFact, RecordsFact, documents_of, wanted
from kaoping.evidence.pack_words import words_of
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.evaluation import Context
from kaoping.rubric.rules.select import match
from kaoping.rubric.rules.where import Where

_BETWEEN = re.compile(r"[、，,；;\n]+")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")


class _Printed(NamedTuple):
    """Fields of one record that a document prints."""

    kind: schema.Kind
    record: Record
    fields: tuple[schema.Field, ...]


def check_printed(rubric: Rubric, dossier: Dossier, findings: Findings) -> None:
    """Tell personal data that a public document would print, and two addressees of one that goes upward."""
    known = documents_of(rubric.pack)
    made = [known[stem] for stem in wanted(rubric, dossier, DRAFT)]
    context = context_of(rubric, dossier)
    for kind in made:
        if kind.public:
            _tell_personal(kind, context, findings)
    if upward := [kind for kind in made if kind.upward]:
        _tell_addressees(upward, context, findings)


def _tell_personal(kind: DocumentKind, context: Context, findings: Findings) -> None:
    words = words_of(context.dossier.pack)
    for its, record, fields in _printed(kind, context):
        seen = shown(record, its, public=True)
        if seen is None:
            continue
        for field in fields:
            text = seen[field.name]
            if isinstance(text, str) and (hits := dict.fromkeys(map(str, words.personal_data(text)))):
                facts = {"kind": its.title, "id": record.id, "title": field.title, "hits": "、".join(hits)}
                findings.add("document.personal", record.place(field.name), document=kind.name, **facts)


def _tell_addressees(kinds: Iterable[DocumentKind], context: Context, findings: Findings) -> None:
    unit, pack = context.dossier.unit, context.dossier.pack
    records = [_Printed(pack.vocabulary.unit, unit, pack.vocabulary.unit.fields)]
    records += itertools.chain.from_iterable(_printed(kind, context) for kind in kinds)
    for _, record, fields in {(its.kind.name, its.record.id): its for its in records}.values():
        for field in fields:
            names = _names(record[field.name]) if field.addressee else []
            if len(names) > 1:
                facts = {"title": field.title, "number": str(len(names)), "names": "、".join(names)}
                findings.add("document.addressees", record.place(field.name), **facts)


def _names(cell: object) -> list[str]:
    """The bodies that a cell names; what stands in brackets belongs to the one before."""
    text = _BRACKETS.sub("", cell) if isinstance(cell, str) else ""
    return [name.strip() for name in _BETWEEN.split(text) if name.strip()]


def _printed(kind: DocumentKind, context: Context) -> Iterable[_Printed]:
    """Return what the document prints of records, each of them once."""
    printed = itertools.chain.from_iterable(_of(fact.how, context) for fact in kind.facts.values())
    return {(its.kind.name, its.record.id, its.fields): its for its in printed}.values()


def _of(how: How, context: Context) -> Iterator[_Printed]:
    if isinstance(how, ListFact):
        yield from _records(how.kind, how.where, tuple(how.fields), context)
    elif isinstance(how, RecordsFact):
        yield from _records(how.kind, how.where, how.kind.fields, context)
        for below in how.below.values():
            yield from _of(below, context)


def _records(kind: schema.Kind, where: Where, fields: tuple[schema.Field, ...], context: Context) -> Iterator[_Printed]:
    table = context.dossier.table(kind.name)
    if table is not None:
        yield from (_Printed(kind, table.record(row), fields) for row in match(table, where, context).sure)
