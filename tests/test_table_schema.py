"""The record schemas are real Table Schema: an independent validator accepts them, and judges records as we do.

frictionless (MIT, the reference implementation) is for the tests alone, and imported late: it takes a second.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from culture import CULTURE
from examples import examples, sampled
from kaoping.core import resources, schema
from kaoping.core.engine import KINDS as ENGINE
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.pipeline.demo import copy_sample, sample_names
from kaoping.records import validate
from kaoping.records.readers._heads import plain
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.yaml_records import FOLDER
from workbooks import tables_of

KINDS = CULTURE.kinds
CONTRIBUTING = Path(__file__).resolve().parent.parent / "CONTRIBUTING.md"
#: The kinds that offices import from ledgers of their own: every field of theirs has other headings.
IMPORTED = [
    "case", "inspection", "venue", "spot_check", "random_check", "hotline", "staff", "exam", "exam_result",
    "approval", "monthly_report", "training", "media_report", "commendation", "evidence",
]  # fmt: skip

Records = Mapping[str, Sequence[Mapping[str, str]]]


@pytest.fixture(scope="module")
def standard() -> ModuleType:
    import frictionless

    return frictionless


@cache
def _descriptor(kind: str) -> dict[str, Any]:
    """The kind's schema as the pack has it: its own file, or the common one with the pack's fields in it."""
    common = resources.schema("engine" if kind in ENGINE else "records", f"{kind}.yaml")
    own = CULTURE.folder / "records" / common.name
    schemas = [resources.load_yaml(path) for path in (common, own) if path.is_file()]
    if len(schemas) == 1 or "primaryKey" in schemas[-1]:
        return schemas[-1]
    base, over = schemas
    for field in over["fields"]:
        behind = field.pop("after", None)
        names = [known["name"] for known in base["fields"]]
        if field["name"] in names:
            base["fields"][names.index(field["name"])] = field
        else:
            base["fields"].insert(names.index(behind) + 1 if behind else len(names), field)
    return base


def _problems(standard: ModuleType, records: Records) -> list[str]:
    """What the independent validator finds in the records, all kinds together as one data package."""
    tables = []
    for kind, written in records.items():
        names = [field.name for field in KINDS[kind].fields]
        rows = [[record.get(name, "") for name in names] for record in written]
        described = standard.Schema.from_descriptor(_descriptor(kind))
        tables.append(standard.Resource(name=kind, data=[names, *rows], schema=described))
    report = standard.Package(resources=tables).validate()
    assert report.stats["tasks"] == len(records)
    return [error.message for error in (*report.errors, *(e for task in report.tasks for e in task.errors))]


def _as_written(folder: Path) -> Records:
    """The records of a unit as its clerk wrote them: every scalar as text, read without our own reader."""
    found: dict[str, list[dict[str, str]]] = {}
    for kind in KINDS.values():
        path = folder / FOLDER / kind.file
        read = yaml.load(path.read_text("utf-8"), yaml.CBaseLoader) if path.exists() else None
        found[kind.name] = [read] if isinstance(read, dict) else read or []
    return found


# ---------------------------------------------------------------- the schemas


@pytest.mark.parametrize("kind", KINDS)
def test_the_standard_accepts_the_schema(standard: ModuleType, kind: str) -> None:
    report = standard.Schema.validate_descriptor(_descriptor(kind))
    assert [error.message for error in report.errors] == []


def _field(raw: Any, name: str) -> Any:
    return next(field for field in raw["fields"] if field["name"] == name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw["fields"][0].pop("name"), "name"),
        (lambda raw: raw["fields"][0].update(type="text"), "text"),
        (lambda raw: raw["fields"].append(raw["fields"][0]), "not unique"),
        (lambda raw: raw["fields"][0]["constraints"].update(minimum=1), "minimum"),
        (lambda raw: _field(raw, "date").update(example="昨天"), "昨天"),
        (lambda raw: raw.update(primaryKey="number"), "primary key"),
        (lambda raw: raw["foreignKeys"][0].update(fields="shop"), "foreign key"),
    ],
)
def test_the_standard_would_not_accept_a_broken_schema(standard: ModuleType, change: Any, said: str) -> None:
    broken = copy.deepcopy(_descriptor("inspection"))
    change(broken)
    report = standard.Schema.validate_descriptor(broken)
    assert any(said in error.message for error in report.errors), [error.message for error in report.errors]


# ---------------------------------------------------------------- the samples


IN_YAML = [name for name in sample_names() if resources.sample(name, FOLDER).is_dir()]


@pytest.mark.parametrize("name", sampled(1, IN_YAML))
def test_the_standard_accepts_the_sample(standard: ModuleType, name: str, tmp_path: Path) -> None:
    copy_sample(tmp_path / name, name)
    records = _as_written(tmp_path / name)
    assert sum(map(len, records.values())) > 200 and len(records["unit"]) == 1
    assert _problems(standard, records) == []


#: What a clerk filled in as clerks do: its slips are findings, and no standard takes them.
SLOPPY = "clerk-2017"


@pytest.mark.parametrize("name", [name for name in sample_names() if name not in (*IN_YAML, SLOPPY)])
def test_the_standard_accepts_what_is_read_from_a_workbook(standard: ModuleType, name: str, tmp_path: Path) -> None:
    copy_sample(tmp_path / name, name)
    tables = tables_of(tmp_path / name)
    records = {
        kind: [{field: str(cells[row] or "") for field, cells in table.columns.items()} for row in range(table.rows)]
        for kind, table in tables.items()
    }
    assert len(records["case"]) > 20 and len(records["unit"]) == 1
    assert _problems(standard, records) == []


# ---------------------------------------------------------------- both judge alike

EXAMPLES: Records = {name: [dict(kind.example or {})] for name, kind in KINDS.items()}

WRONG = [
    ("case", "id", ""),
    ("case", "title", ""),
    ("case", "filed", "2017-02-30"),
    ("case", "filed", "2017年3月5日"),
    ("case", "fine", "五千元"),
    ("case", "fine", "-1"),
    ("case", "procedure", "快速程序"),
    ("case", "outcome", "罚款；没收"),
    ("case", "prohibited", "也许"),
    ("training", "people", "42.5"),
    ("training", "people", "42卷"),
    ("training", "signed", "-3"),
    ("monthly_report", "month", "2017-13"),
    ("monthly_report", "month", "一月"),
    ("random_check", "ratio", "1.2"),
    ("unit", "year", "1999"),
    ("evidence", "type", "视频"),
    ("hotline", "channel", "托人转告"),
    ("inspection", "venue", "C9999"),
    ("exam_result", "exam", "K99"),
    ("exam_result", "person", "R999"),
    ("establishment", "county", "无此县"),
]
RIGHT = [
    ("case", "outcome", ""),
    ("case", "closed", ""),
    ("case", "fine", "0"),
    ("case", "fine", "0.05"),
    ("training", "signed", "0"),
    ("random_check", "ratio", "1"),
    ("unit", "year", "2000"),
    ("unit", "year", "2100"),
    ("evidence", "type", "计划、方案"),
    ("exam_result", "person", ""),
    ("establishment", "county", ""),
    ("establishment", "county", "东屏区"),
    ("case", "evidence", "办案/甲.pdf；办案/乙.pdf"),
]
#: Our reader takes more than the standard: YAML's own true and false, exact shares and percentages, a number with its
#: unit, words for what has not come yet.
BEYOND = [
    ("case", "prohibited", "true"),
    ("case", "prohibited", "False"),
    ("random_check", "ratio", "20%"),
    ("random_check", "ratio", "1/3"),
    ("case", "fine", "5000元"),
    ("case", "outcome", "未结案"),
    ("training", "people", "42人"),
]


def _changed(kind: str, field: str, text: str) -> Records:
    """The example of ``kind`` with one cell changed, and the examples that it refers to."""
    needed = {key.kind: EXAMPLES[key.kind] for key in KINDS[kind].foreign}
    pairs = {its.name: its.pair for its in KINDS[kind].fields if its.pair}
    partner = (pairs | {other: name for name, other in pairs.items()}).get(field, "")
    blank = {partner: ""} if partner and text in ("", "未结案") else {}  # the two are filled in together, or neither is
    return {**needed, kind: [{**EXAMPLES[kind][0], field: text, **blank}]}


def _ours(records: Records) -> list[str]:
    findings = Findings()
    raws = {name: _raw(KINDS[name], rows) for name, rows in records.items()}
    tables = {name: validate.typed(raw, KINDS[name], findings) for name, raw in raws.items()}
    validate.check_references(tables, raws, KINDS, findings)
    return [finding.code for finding in findings]


def _raw(kind: schema.Kind, rows: Sequence[Mapping[str, str]]) -> RawTable:
    columns = {field.name: [row.get(field.name) or None for row in rows] for field in kind.fields}
    return RawTable(kind.name, columns, len(rows), lambda row, field: Location(kind.file, path=f"{row}.{field}"))


def test_both_take_the_examples(standard: ModuleType) -> None:
    assert _ours(EXAMPLES) == []
    assert _problems(standard, EXAMPLES) == []


@pytest.mark.parametrize(("kind", "field", "text"), WRONG)
def test_both_refuse_a_wrong_cell(standard: ModuleType, kind: str, field: str, text: str) -> None:
    records = _changed(kind, field, text)
    assert len(_ours(records)) == 1
    assert _problems(standard, records)


@pytest.mark.parametrize(("kind", "field", "text"), RIGHT)
def test_both_take_a_right_cell(standard: ModuleType, kind: str, field: str, text: str) -> None:
    records = _changed(kind, field, text)
    assert _ours(records) == []
    assert _problems(standard, records) == []


@pytest.mark.parametrize(("kind", "field", "text"), BEYOND)
def test_what_our_reader_takes_beyond_the_standard(standard: ModuleType, kind: str, field: str, text: str) -> None:
    records = _changed(kind, field, text)
    assert _ours(records) == []
    assert _problems(standard, records)


def test_both_refuse_a_key_written_twice(standard: ModuleType) -> None:
    records = {"case": [*EXAMPLES["case"]] * 2}
    assert _ours(records) == ["record.id_twice"]
    assert _problems(standard, records)


_NUMERALS = st.from_regex(r"[-+]?[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True)
_DAYS = st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True) | st.dates().map(date.isoformat)
_MONTHS = st.from_regex(r"[0-9]{4}-[0-9]{2}", fullmatch=True)


@settings(max_examples=examples(100))
@given(text=_NUMERALS | _DAYS | _MONTHS | st.text("0123456789.-/年月日 ", max_size=12))
@pytest.mark.parametrize("of_type", ["integer", "number", "date", "yearmonth"])
def test_what_we_read_the_standard_reads_as_the_same(of_type: str, text: str) -> None:
    import frictionless

    field = schema.Field("cell", "格", of_type, "")
    try:
        ours = field.parse(text)
    except schema.CellError:
        return
    if ours is None or "/" in text:
        return
    theirs, notes = frictionless.Field.from_descriptor({"name": "cell", "type": of_type}).read_cell(text.strip())
    assert notes is None
    if of_type == "yearmonth":
        assert ours == f"{theirs.year:04}-{theirs.month:02}"
    else:
        assert ours == (Fraction(theirs) if of_type == "number" else theirs)


# ---------------------------------------------------------------- what stands beyond the standard (x-)


def _fields() -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in KINDS:
        for field in _descriptor(kind)["fields"]:
            yield kind, field


def _properties(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (key for key in node if key.startswith("x-"))
        for value in node.values():
            yield from _properties(value)
    elif isinstance(node, list):
        for item in node:
            yield from _properties(item)


def test_every_property_of_ours_is_explained() -> None:
    text = CONTRIBUTING.read_text("utf-8")
    used = {name for kind in KINDS for name in _properties(_descriptor(kind))}
    assert [name for name in sorted(used) if f"`{name}" not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_heading_means_two_fields(kind: str) -> None:
    """As headings are compared: a synonym that differs from another by a bracket alone is the same."""
    headings = Counter(plain(text) for field in KINDS[kind].fields for text in (field.title, *field.titles))
    assert [text for text, times in headings.items() if times > 1 or not text] == []


@pytest.mark.parametrize("kind", IMPORTED)
def test_an_imported_kind_knows_other_headings(kind: str) -> None:
    few = [field.title for field in KINDS[kind].fields if len(field.titles) < 3]
    assert few == []


def test_every_word_stands_for_one_option() -> None:
    for kind, field in _fields():
        options = [
            *field.get("constraints", {}).get("enum", ()),
            *field.get("trueValues", ()),
            *field.get("falseValues", ()),
        ]
        said = field.get("x-values", {})
        words = Counter(word for several in said.values() for word in several)
        where = f"{kind}.{field['name']}"
        assert set(said) <= set(options), where
        assert all(isinstance(word, str) and word == word.strip() and word for word in words), where
        assert [word for word, times in words.items() if times > 1 or word in options] == [], where


def test_a_closed_case_without_its_outcome_is_not_guessed() -> None:
    outcome = KINDS["case"].field("outcome")
    assert outcome is not None and outcome.words["撤销立案"] == "撤案"
    assert not {"结案", "已结案", "办结", "处罚", "行政处罚", "终止"} & set(outcome.words)


def test_what_a_register_of_venues_says_is_understood_in_a_case() -> None:
    venue, case = KINDS["venue"].field("category"), KINDS["case"].field("category")
    assert venue is not None and case is not None
    assert {*venue.options, *venue.words} - {*case.options, *case.words} == set()


def test_every_number_has_a_unit() -> None:
    """But for those whose unit another field of the record says (an indicator's), and for a year."""
    without = [
        f"{kind}.{field['name']}" for kind, field in _fields()
        if field["type"] in ("integer", "number") and "x-unit" not in field
    ]  # fmt: skip
    assert without == ["unit.year", "indicator.numerator", "indicator.denominator"]


def test_people_name_a_record_by_a_field_that_it_must_have() -> None:
    named = {
        f"{kind.name}.{key.field}": (key.kind, key.by) for kind in KINDS.values() for key in kind.foreign if key.by
    }
    assert named == {
        "inspection.venue": ("venue", "name"),
        "exam_result.exam": ("exam", "title"),
        "exam_result.person": ("staff", "name"),
        "rectification_item.focus": ("rectification_focus", "title"),
        "contest_score.contestant": ("contestant", "name"),
        "honour.contestant": ("contestant", "name"),
        "delegate.contestant": ("contestant", "name"),
    }
    for target, by in named.values():
        field = KINDS[target].field(by)
        assert field is not None and field.required


def test_what_stands_on_the_rubric_sheet_has_all_that_a_record_must_have() -> None:
    """The line and its part are the sheet's own columns; every other required field needs a heading there."""
    headings = Counter(heading for kind in KINDS.values() for heading in kind.on_rubric.values())
    assert headings and max(headings.values()) == 1
    for kind in KINDS.values():
        if kind.on_rubric:
            assert set(kind.on_rubric) <= {field.name for field in kind.fields}
            assert {field.name for field in kind.fields if field.required} <= {*kind.on_rubric, "line"}
