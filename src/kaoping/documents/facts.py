"""The facts of a document, evaluated for one unit's year: each figure with what it was counted from."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kaoping.core import schema
from kaoping.core.figures import Fact, Figure, Lack, Missing, date_text, rounding
from kaoping.core.model import Dossier, Record, Unreadable, Value
from kaoping.core.workings import Workings
from kaoping.documents import _lacks
from kaoping.documents._tellable import Tellable, tellable
from kaoping.documents.kinds import DocumentKind, GroupFact, Hanging, How, ListFact, RecordsFact
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.evaluation import Context, Measure, Measured, walk
from kaoping.rubric.rules.naming import name_meant, names
from kaoping.rubric.rules.params import Answer
from kaoping.rubric.rules.select import match
from kaoping.rubric.rules.where import Where, show_value

MOST_SOURCES = 12  # record ids in a comment; the rest are counted


def facts(
    kind: DocumentKind, rubric: Rubric, dossier: Dossier, numbers: Mapping[str, str], may_tell: Tellable | None = None
) -> dict[str, Any]:
    """Evaluate the document's facts by name.

    A measure gives a Figure or Missing; a list texts as figures, or such lists by group; groups a list of mappings
    with ``name`` and the measures; records a list of mappings, field → Figure, with those below them.

    ``numbers`` gives each evidence path its 编号, for the sources. A record that a document of its day (``may_tell``)
    can't tell yet is left out of lists and records, and a figure that counts one is Missing.
    """
    context = context_of(rubric, dossier, kind.assumes)
    evaluation = _Evaluation(context, rubric, numbers, kind.public, may_tell or tellable(kind, context))
    return {name: evaluation.of(fact.how, fact.title) for name, fact in kind.facts.items()}


def context_of(rubric: Rubric, dossier: Dossier, assumed: Mapping[str, str] | None = None) -> Context:
    """Return what the measures of documents look at, with the questions (口径) as the notice answers them.

    ``assumed``: question → the option that stands while the notice says nothing of it.
    """
    chosen = {**(assumed or {}), **rubric.notice.answers}
    answers = {name: question.options[chosen[name]] for name, question in rubric.questions.items() if name in chosen}
    return Context(dossier, "", None, answers, rubric.notice.get)


def titles(kind: DocumentKind) -> dict[str, str]:
    """Return fact → title, of those that are one figure each."""
    several = (ListFact, GroupFact, RecordsFact)
    return {name: fact.title for name, fact in kind.facts.items() if not isinstance(fact.how, several)}


@dataclass(frozen=True, slots=True)
class _Evaluation:
    context: Context
    rubric: Rubric
    numbers: Mapping[str, str]
    public: bool
    tellable: Tellable

    def of(self, how: How, title: str) -> Any:
        match how:
            case ListFact():
                return self._list(how)
            case GroupFact():
                return self._groups(how)
            case RecordsFact():
                records = [figures for _, figures in self._records(how)]
                return {str(record[how.keyed]): record for record in records} if how.keyed else records
        return self._figure(how, title)

    def _figure(self, measure: Measure, title: str) -> Figure | Missing:
        answers = self.context.answers
        open_ = [p.question for p in walk(measure) if isinstance(p, Answer) and p.question not in answers]
        questions = [self.rubric.questions[name] for name in dict.fromkeys(open_)]
        measured: list[Measured] = []
        for chosen in itertools.product(*(q.options.values() for q in questions)):
            values = {q.id: value for q, value in zip(questions, chosen, strict=True)}
            measured.append(measure.evaluate(replace(self.context, answers={**answers, **values})))
        first = measured[0]
        if not all(m.known for m in measured):
            return Missing(title, first.text, _lacks.of_measure(measure, self.context.dossier))
        if any((m.low, m.high) != (first.low, first.low) for m in measured):
            asks = "；".join(q.ask for q in questions)
            lack = Lack(question=questions[0].id) if questions else _lacks.of_measure(measure, self.context.dossier)
            return Missing(title, f"数值不能确定：{first.text}" + (f"。口径未定：{asks}" if asks else ""), lack)
        waiting = [self.tellable.waits(tally.kind, tally.counted) for tally in first.trace.tallies]
        if any(waiting):
            lack = Lack(next(its.kind for its, waits in zip(first.trace.tallies, waiting, strict=True) if waits))
            return Missing(title, f"{first.text}，其中有成文日期以后的事", lack)
        rounded = rounding(str(first), first.low)
        return Figure(str(first), self._source(first, rounded), first.low, rounded)

    def _source(self, measured: Measured, rounded: str) -> str:
        """What a figure rests on: how it was counted and rounded, which records, which evidence."""
        lines = [measured.text, *([f"这个数{rounded}"] if rounded else [])]
        for tally in measured.trace.tallies:
            names = self._called(tally.kind, tally.counted[:MOST_SOURCES])
            more = f"等{len(tally.counted)}条" if len(tally.counted) > MOST_SOURCES else ""
            if names:
                lines.append(f"{self.context.dossier.pack.kinds[tally.kind].title}：{'、'.join(names)}{more}")
        paths = dict.fromkeys(p for t in measured.trace.tallies for id_ in t.counted for p in t.proofs.get(id_, ()))
        return "\n".join(dict.fromkeys([*lines, *self._proofs(paths)]))

    def _called(self, kind: str, ids: Sequence[str]) -> list[str]:
        table = self.context.dossier.table(kind)
        if table is None:
            return list(ids)
        called = self.context.once(
            kind, "called", lambda: dict(zip(table.ids, names(table, self.context), strict=True))
        )
        return [called.get(id_, id_) for id_ in ids]

    def _proofs(self, paths: Iterable[str]) -> list[str]:
        proofs = [self.numbers[path] for path in paths if path in self.numbers]
        more = "等" if len(proofs) > MOST_SOURCES else ""
        return [f"佐证：{'、'.join(proofs[:MOST_SOURCES])}{more}"] if proofs else []

    def _rows(self, kind: schema.Kind, where: Where) -> Iterator[Record]:
        """Yield the records that match, as this document may show them."""
        table = self.context.dossier.table(kind.name)
        if table is None:
            return
        for row in match(table, where, self.context).sure:
            if self.tellable.waits(kind.name, (table.ids[row],)):
                continue
            record = shown(table.record(row), kind, public=self.public)
            if record is not None:
                yield record

    def _of_record(self, record: Record, kind: schema.Kind) -> str:
        called = "".join(self._called(kind.name, [record.id]))
        return "\n".join([f"{kind.title} {called}", *self._proofs(record.evidence)])

    def _list(self, how: ListFact) -> Any:
        groups: dict[str, list[Fact]] = {}
        flat: list[Fact] = []
        for record in self._rows(how.kind, how.where):
            cells = (self._cell(record, how.kind, field, self._of_record(record, how.kind)) for field in how.fields)
            if cell := next((cell for cell in cells if str(cell)), None):
                flat.append(cell)
                group = show_value(self._named(how.kind, how.by.name, record[how.by.name])) if how.by else ""
                groups.setdefault(group, []).append(cell)
        return groups if how.by else flat

    def _groups(self, how: GroupFact) -> list[dict[str, Any]]:
        dossier = self.context.dossier
        table = dossier.table(how.kind.name)
        if table is None:
            return []
        column = table.columns.get(how.by.name, [None] * len(table))
        rows: dict[str, list[int]] = {}
        for row, value in enumerate(column):
            rows.setdefault(show_value(self._named(how.kind, how.by.name, value)), []).append(row)
        groups: list[dict[str, Any]] = []
        for name, members in rows.items():
            tables = {**dossier.tables, how.kind.name: table.only(members)}
            ids = {table.ids[row] for row in members}
            for kind, field in how.through.items():
                other = dossier.table(kind)
                if other is not None:
                    hangs = other.columns.get(field, [None] * len(other))
                    tables[kind] = other.only([row for row, value in enumerate(hangs) if value in ids])
            context = replace(self.context, dossier=replace(dossier, tables=tables), workings=Workings())
            inner = replace(self, context=context)
            figures = {key: inner.of(its.measure, its.title) for key, its in how.measures.items()}
            groups.append({"name": Figure(name, f"{how.kind.title}“{how.by.title}”"), **figures})
        return groups

    def _records(self, how: RecordsFact) -> Iterator[tuple[Record, dict[str, Any]]]:
        """Yield the records with their figures, and below them those that hang on them.

        A record of which all that hangs on it is withheld from the public is withheld too; where only some of it is,
        ``withheld`` names the lists.
        """
        rows = list(self._rows(how.kind, how.where))
        if how.order:
            rows.sort(key=lambda record: _place(record[how.order]))
        below = {name: self._by_parent(its) for name, its in how.below.items()}
        for record in rows:
            source = self._of_record(record, how.kind)
            figures: dict[str, Any] = {
                field.name: self._cell(record, how.kind, field, source) for field in how.kind.fields
            }
            hangs = {name: by_parent.get(record.id, []) for name, by_parent in below.items()}
            emptied = [name for name in hangs if not hangs[name] and self._had(record, how.below[name])]
            if emptied and not any(hangs.values()):
                continue
            yield record, {**figures, **hangs, "withheld": emptied}

    def _cell(self, record: Record, kind: schema.Kind, field: schema.Field, source: str) -> Fact:
        """Return a cell as a figure; what can't be read is a blank to fill in, never nothing."""
        value, lack = record[field.name], Lack(kind.name, field.name, record.id)
        if isinstance(value, Unreadable):
            return Missing(field.title, lack=lack)
        return Figure(self._written(record, kind, field.name), source, _exact(value), lack=lack)

    def _written(self, record: Record, kind: schema.Kind, field: str) -> str:
        return written(self._named(kind, field, record[field]))

    def _named(self, kind: schema.Kind, field: str, value: Value) -> Value:
        """Return what a reader calls a record that ``value`` is the id of; any other value as it is."""
        return name_meant(kind, field, value, self.context)

    def _by_parent(self, how: Hanging) -> dict[Value, list[dict[str, Any]]]:
        by_parent: dict[Value, list[dict[str, Any]]] = {}
        for record, figures in self._records(how):
            by_parent.setdefault(record[how.by], []).append(figures)
        return by_parent

    def _had(self, record: Record, how: Hanging) -> bool:
        """Whether records hang on this one that the public does not see."""
        table = self.context.dossier.table(how.kind.name)
        return self.public and table is not None and record.id in table.columns.get(how.by, ())


def shown(record: Record, kind: schema.Kind, *, public: bool) -> Record | None:
    """Return the record as a document may show it: in a ``public`` one generalised, or None where it stays out."""
    # What can't be read may say 是: only a clear 否, or nothing, lets the record be shown as it is.
    if not public or kind.public is None or record[kind.public.hides] in (False, None):
        return record
    instead = {field: record[other] for field, other in kind.public.instead.items()}
    if not all(isinstance(value, str) and value for value in instead.values()):
        return None
    return replace(record, values={**record.values, **instead})


def withheld(kind: DocumentKind, dossier: Dossier) -> list[tuple[schema.Kind, str, bool]]:
    """Return the records that a public document leaves out or generalises: (kind, id, whether it is left out)."""
    kept_back: list[tuple[schema.Kind, str, bool]] = []
    for used in dict.fromkeys(_kinds(fact.how for fact in kind.facts.values())) if kind.public else ():
        its = dossier.pack.kinds[used]
        for record in dossier.records(used):
            seen = shown(record, its, public=True)
            if seen is not record:
                kept_back.append((its, record.id, seen is None))
    return kept_back


def _kinds(hows: Iterable[How]) -> Iterator[str]:
    for how in hows:
        if isinstance(how, ListFact | RecordsFact):
            yield how.kind.name
        if isinstance(how, RecordsFact):
            yield from _kinds(how.below.values())


def written(value: Value) -> str:
    """Return a cell as a document writes it: dates and numbers as they are read, "" for what is empty or unreadable."""
    if value is None or value == () or isinstance(value, Unreadable):
        return ""
    if isinstance(value, date):
        return date_text(value)
    return show_value(value)


def _place(value: Value) -> tuple[bool, Any]:
    """Return where a value of one field stands among the others; what is empty or can't be read comes last."""
    lacking = value is None or value == () or isinstance(value, Unreadable)
    return (lacking, 0 if lacking else value)


def _exact(value: Value) -> Value:
    """Return what a template may compare a figure by; None for a list and for what can't be read."""
    return value if isinstance(value, str | bool | int | Fraction | date) else None
