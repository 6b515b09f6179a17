"""Property: whatever was recorded, a document prints the numbers that the records give, and reads like a document."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from culture import CULTURE, DOCUMENTS, POLICIES, RUBRIC, source_of, template_of
from examples import examples
from kaoping import api, documents
from kaoping.core import schema
from kaoping.core.figures import Figure, number, percent
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, Dossier, Location, Record, Table, Unreadable, Value
from kaoping.documents import policy
from kaoping.documents.report_views import score_context
from kaoping.documents.word import render
from kaoping.scoring import score
from kaoping.wings.contest._season import Season
from kaoping.wings.contest._views import contest_context

#: What text a clerk types has no digits here: then every digit in a document is a figure, a date or the template's own.
WORDS = st.text("市场执法检查规范有序", min_size=1, max_size=8)
#: A document takes a third of a second: what fails is shown as it was drawn, not made smaller first.
RENDERING = settings(suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate])
WRONG = re.compile(r"(?m)[，、；。：]{2}|^[，、；。：]|是。|共0|（）|“”|《》|\{|\}|None|nan|没有达到计划，，")


def value_of(field: schema.Field) -> st.SearchStrategy[Value]:
    """Anything that the field takes, or nothing where it need not be filled in."""
    text = st.sampled_from(field.options) if field.options else WORDS
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "string": st.lists(text, max_size=2).map(tuple) if field.listed else text,
        "integer": st.just(0) | st.integers(301, 999),  # no number of a template, of a heading or of the rubric
        "number": st.just(Fraction(0)) | st.fractions(301, 999, max_denominator=4),
        "boolean": st.booleans(),
        "date": st.dates(date(2017, 1, 1), date(2017, 12, 31)),
        "yearmonth": st.integers(1, 12).map(lambda month: f"2017-{month:02}"),
    }
    found = kinds[field.type] | st.just(Unreadable("约三十"))
    return found if field.required else st.none() | found


@st.composite
def table_of(draw: st.DrawFn, name: str) -> Table:
    """A few records of a kind; those that name others may name nobody."""
    kind = CULTURE.kinds[name]
    size = draw(st.integers(0, 3))
    ids = [f"{name}-{'甲乙丙'[row]}" for row in range(size)]
    columns: dict[str, Sequence[Value]] = {}
    for field in kind.fields:
        links = next((key for key in kind.foreign if key.field == field.name), None)
        if field.name == kind.key:
            columns[field.name] = ids
        elif links is not None:
            columns[field.name] = [draw(st.sampled_from([f"{links.kind}-{c}" for c in "甲乙丙"])) for _ in ids]
        elif field.name == "evidence":
            columns[field.name] = [()] * size
        else:
            columns[field.name] = [draw(value_of(field)) for _ in ids]
    if name == "commitment":
        points = [point.id for point in POLICIES["key-tasks"].commitments]
        ids = draw(st.lists(st.sampled_from(points), min_size=size, max_size=size, unique=True))
        columns["id"] = ids
    return Table(name, ids, columns, lambda row, field: Location(f"{name}.yaml", field, row + 1))


def kinds_of(kind: documents.DocumentKind) -> set[str]:
    """The record kinds that a document's facts look at."""
    text = source_of(kind).read_text("utf-8")
    named = set(re.findall(r"(?:of|count|total|records|groups): (\w+)", text)) | set(kind.needs)
    named |= {"drill_person"} if kind.wing else set()
    return {name for name in named if name in CULTURE.kinds}


def dossier_of(tables: Mapping[str, Table]) -> Dossier:
    values: dict[str, Value] = {field.name: None for field in CULTURE.kinds["unit"].fields}
    values |= {"id": "U", "name": "某市支队", "level": "设区市", "year": 2017, "addressee": "省厅"}
    return Dossier(Path(), Record("unit", "U", values, Location()), 2017, "设区市", dict(tables), {}, CULTURE)


def made(kind: documents.DocumentKind, dossier: Dossier) -> tuple[Any, dict[str, Any]]:
    """Return the rendered 送审稿 and the facts that it was given."""
    card = score(RUBRIC, dossier, Findings())
    may_tell = documents.tellable(kind, documents.context_of(RUBRIC, dossier))
    facts = documents.facts(kind, RUBRIC, dossier, {}, may_tell)
    context = {
        "unit": dict(dossier.unit.values),
        "fact": facts,
        "period": may_tell.period,
        "rounded": next((f.rounded for f in facts.values() if isinstance(f, Figure) and f.rounded), ""),
        "document": {"name": kind.name, "genre": kind.genre, "public": kind.public, "upward": kind.upward},
        "enclosures": ["自评分表"],
        **score_context(RUBRIC, card, {}),
    }
    if kind.wing:
        context |= contest_context(Season(dossier), {}, may_tell.waits)
    if kind.framework:
        context["framework"] = policy.context(POLICIES[kind.framework], dossier, card, RUBRIC, {})
    data = render(template_of(kind), context, form=DRAFT, dated=None)
    return docx.Document(io.BytesIO(data)), facts


def split(document: Any) -> tuple[list[str], str]:
    """Return the words under each comment, and all the others."""
    figures: list[str] = []
    others: list[str] = []
    inside = 0
    for node in document.element.body.iter():
        if node.tag == qn("w:commentRangeStart"):
            inside += 1
            figures.append("")
        elif node.tag == qn("w:commentRangeEnd"):
            inside -= 1
        elif node.tag == qn("w:t"):
            if inside:
                figures[-1] += node.text or ""
            else:
                others.append(node.text or "")
        elif node.tag == qn("w:p"):
            others.append("\n")
    return figures, "".join(others)


STEMS = [stem for stem in DOCUMENTS if DOCUMENTS[stem].facts]


@pytest.mark.parametrize("stem", STEMS)
@settings(RENDERING, max_examples=examples(6))
@given(data=st.data())
def test_every_number_has_its_source_and_nothing_reads_broken(stem: str, data: st.DataObject) -> None:
    kind = DOCUMENTS[stem]
    tables = {name: data.draw(table_of(name), label=name) for name in sorted(kinds_of(kind))}
    document, _ = made(kind, dossier_of(tables))
    figures, others = split(document)
    text = api_text(document)
    assert not WRONG.search(text), WRONG.findall(text)
    assert len(figures) == len(list(document.comments))
    own = {*re.findall(r"\d+", RUBRIC.title + str(RUBRIC.notice.get("title"))), "2017"}
    own |= set(re.findall(r"\d+", "".join(re.findall(r"(?:^|[}%])[^{}]*(?:[{]|$)", words_of(kind)))))
    own |= {
        found for line in RUBRIC.lines for found in re.findall(r"\d+", f"{line.id} {line.title} {number(line.of or 0)}")
    }
    own |= {found for section in RUBRIC.sections for found in re.findall(r"\d+", number(section.points or 0))}
    own |= {found for point in POLICIES["key-tasks"].commitments for found in re.findall(r"\d+", point.id)}
    own |= {"80", "60"}  # the standards of 双达标
    own |= {str(count) for count in range(1, 10)} | {"100"}  # the numbers of headings and rows, the full points
    stray = [found for found in re.findall(r"\d+", others) if found not in own]
    assert stray == []


def words_of(kind: documents.DocumentKind) -> str:
    """The words of a document's template."""
    document = docx.Document(str(template_of(kind)))
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p")))


def api_text(document: Any) -> str:
    body = document.element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


@settings(RENDERING, max_examples=examples(12))
@given(trainings=table_of("training"), staff=table_of("staff"), plans=table_of("training_plan"))
def test_the_training_summary_prints_what_a_person_would_count(trainings: Table, staff: Table, plans: Table) -> None:
    kind = DOCUMENTS["training-summary"]
    document, facts = made(kind, dossier_of({"training": trainings, "staff": staff, "training_plan": plans}))
    text = "".join(api_text(document).split())
    rows = list(trainings)
    # What a cell that can't be read counts for is another test's matter.
    assume(not any(isinstance(r[name], Unreadable) for r in rows for name in ("host", "mode", "scope")))
    assume(not any(isinstance(r[name], Unreadable) for r in staff for name in ("on_duty", "qualified")))
    ours = [r for r in rows if r["host"] != "省级"]
    wide = [r for r in rows if r["mode"] == "线下" and r["scope"] == "全市"]
    if ours:
        assert f"举办培训{len(ours)}场" in text
    assert ("举办培训" in text) == bool(ours)
    assert (f"组织全市范围线下培训{len(wide)}场" in text) == bool(wide)
    people = [value for r in wide if isinstance(value := r["people"], int)]
    if wide and len(people) == len(wide) and sum(people):
        assert f"组织全市范围线下培训{len(wide)}场，参训{sum(people)}人次" in text
    elif len(people) < len(wide):
        assert f"组织全市范围线下培训{len(wide)}场，参训【待补" in text
    on_duty = [r for r in staff if r["on_duty"] is True]
    stated = [r["qualified"] for r in on_duty]
    if on_duty and None not in stated and any(stated):
        share = Fraction(sum(bool(one) for one in stated), len(on_duty))
        assert f"培训达标{sum(bool(one) for one in stated)}人，达标比例{percent(share)}" in text
    if any(one is None for one in stated):
        assert not isinstance(facts["qualified"], Figure)


def test_the_numbers_of_the_sample_are_looked_at_too(city: Path) -> None:
    """The same, once, over records that belong together."""
    assessment = api.assess(city)
    document, _ = made(DOCUMENTS["training-summary"], assessment.dossier)
    figures, _ = split(document)
    assert {"135", "80", "34", "94.44%"} <= set(figures)
