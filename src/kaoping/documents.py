"""Documents as data (``evidence_schema/documents/*.yaml``): which template, when due, and the facts that it states.

Every fact is a measure in the rubric's own language, so that a figure in the report and a figure in the score sheet are
counted by the same engine, and the figure's source can be shown beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from kaoping import resources, schema, yamltree
from kaoping.errors import KaopingError
from kaoping.figures import Figure, Missing, date_text, number, percent
from kaoping.findings import Findings
from kaoping.model import Dossier, Record, Unreadable
from kaoping.rubric.nodes import Rubric
from kaoping.rules.base import Context, Measure, Measured, walk
from kaoping.rules.measures import parse_measure
from kaoping.rules.params import Answer
from kaoping.rules.where import Where, field_named, kind_named, parse_where, show_value
from kaoping.yamltree import ExpectedError, Node

MOST_SOURCES = 12  # record ids in a comment; the rest are counted


@dataclass(frozen=True, slots=True)
class ListFact:
    """A list of texts taken from records, in their order; with ``by``, one list per value of that field."""

    kind: schema.Kind
    fields: tuple[schema.Field, ...]  # the first one that is filled in
    where: Where
    by: schema.Field | None


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A document: its name, its template and its facts."""

    name: str
    genre: str  # 文种
    template: str
    due: str  # key in the notice's due dates
    totals: Mapping[str, str]  # total → the template's sentence that tells it, for verify
    facts: Mapping[str, tuple[str, Measure | ListFact]]  # name → (title, how)


def load(name: str) -> DocumentKind:
    """Load the document ``name`` (its file's stem); raises KaopingError where the file is broken."""
    findings = Findings()
    path = resources.schema("documents", f"{name}.yaml")
    node = yamltree.read(path, f"documents/{path.name}", findings)
    if node is not None:
        try:
            return _parse(node)
        except ExpectedError as error:
            at = error.node.at
            findings.add("rubric.expected", at, path=at.path, expected=error.what)
    raise KaopingError(findings.sorted())


def _parse(node: Node) -> DocumentKind:
    f = node.fields("name genre template facts", "due totals")
    facts: dict[str, tuple[str, Measure | ListFact]] = {}
    for name, child in f["facts"].mapping().items():
        item = child.fields("title", "measure list")
        if ("measure" in item) == ("list" in item):
            raise ExpectedError(child, "写 measure 或 list 之一")
        how = parse_measure(item["measure"]) if "measure" in item else _list(item["list"])
        facts[name] = (item.text("title"), how)
    totals = {name: child.text() for name, child in f["totals"].mapping().items()} if "totals" in f else {}
    return DocumentKind(f.text("name"), f.text("genre"), f.text("template"), f.text("due"), totals, facts)


def _list(node: Node) -> ListFact:
    f = node.fields("of field", "where by")
    kind = kind_named(f["of"])
    fields = tuple(field_named(item, kind) for item in f["field"].each())
    by = field_named(f["by"], kind) if "by" in f else None
    return ListFact(kind, fields, parse_where(f.get("where"), kind), by)


def known() -> list[str]:
    """Return the documents that come with the tool, by their files' stems."""
    return sorted(path.stem for path in resources.schema("documents").glob("*.yaml"))


def template_path(kind: DocumentKind, unit_folder: Path) -> tuple[Path, bool]:
    """Return the template, and whether it is the unit's own (模板/<name>.docx), which wins over the built-in one."""
    own = unit_folder / "模板" / f"{kind.name}.docx"
    return (own, True) if own.is_file() else (resources.template("word", kind.template), False)


def facts(kind: DocumentKind, rubric: Rubric, dossier: Dossier, numbers: Mapping[str, str]) -> dict[str, Any]:
    """Evaluate the document's facts: name → Figure, Missing, a list of figures, or lists by group.

    ``numbers`` gives each evidence path its 编号, for the sources.
    """
    answers = {
        name: question.options[rubric.notice.answers[name]]
        for name, question in rubric.questions.items()
        if name in rubric.notice.answers
    }
    context = Context(dossier, "", None, answers, rubric.notice.get)
    return {
        name: _listed(how, title, context, numbers)
        if isinstance(how, ListFact)
        else _figure(how, title, context, rubric, numbers)
        for name, (title, how) in kind.facts.items()
    }


def _figure(
    measure: Measure, title: str, context: Context, rubric: Rubric, numbers: Mapping[str, str]
) -> Figure | Missing:
    open_ = [p.question for p in walk(measure) if isinstance(p, Answer) and p.question not in context.answers]
    questions = [rubric.questions[name] for name in dict.fromkeys(open_)]
    found: list[Measured] = []
    for chosen in itertools.product(*(q.options.values() for q in questions)):
        values = {q.id: value for q, value in zip(questions, chosen, strict=True)}
        found.append(measure.evaluate(replace(context, answers={**context.answers, **values})))
    first = found[0]
    if not all(m.known for m in found):
        return Missing(title, first.text)
    if any((m.low, m.high) != (first.low, first.low) for m in found):
        asks = "；".join(q.ask for q in questions)
        return Missing(title, f"数值不能确定：{first.text}" + (f"。口径未定：{asks}" if asks else ""))
    return Figure(_text(measure, first.low), _source(first, numbers), first.low)


def _text(measure: Measure, value: Fraction) -> str:
    is_share = next((p.as_percent for p in walk(measure) if hasattr(p, "as_percent")), False)
    return percent(value) if is_share else number(value)


def _source(measured: Measured, numbers: Mapping[str, str]) -> str:
    """What a figure rests on: how it was counted, which records, which evidence."""
    lines = [measured.text]
    for tally in measured.trace.tallies:
        shown = list(tally.counted[:MOST_SOURCES])
        more = f"等{len(tally.counted)}条" if len(tally.counted) > MOST_SOURCES else ""
        if shown:
            lines.append(f"{schema.kinds()[tally.kind].title}：{'、'.join(shown)}{more}")
    paths = dict.fromkeys(p for t in measured.trace.tallies for id_ in t.counted for p in t.proofs.get(id_, ()))
    proofs = [numbers[path] for path in paths if path in numbers]
    if proofs:
        lines.append(f"佐证：{'、'.join(proofs[:MOST_SOURCES])}" + ("等" if len(proofs) > MOST_SOURCES else ""))
    return "\n".join(lines)


def _listed(how: ListFact, title: str, context: Context, numbers: Mapping[str, str]) -> Any:
    table = context.dossier.table(how.kind.name)
    groups: dict[str, list[Figure]] = {}
    flat: list[Figure] = []
    for row, (matches, _) in enumerate(how.where.select(table, context) if table is not None else ()):
        assert table is not None
        record = table.record(row)
        text = _first(record, how.fields)
        if not matches or not text:
            continue
        proofs = [numbers[path] for path in record.evidence if path in numbers]
        source = f"{how.kind.title} {record.id}" + (f"\n佐证：{'、'.join(proofs)}" if proofs else "")
        figure = Figure(text, source)
        flat.append(figure)
        groups.setdefault(show_value(record[how.by.name]) if how.by else "", []).append(figure)
    return groups if how.by else flat


def _first(record: Record, fields: tuple[schema.Field, ...]) -> str:
    for field in fields:
        value = record[field.name]
        if value is not None and value != () and not isinstance(value, Unreadable):
            return date_text(value) if isinstance(value, date) else show_value(value)
    return ""
