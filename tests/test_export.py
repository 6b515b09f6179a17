"""The two forms of a unit's records: whatever is valid goes from one to the other and back unchanged."""

from __future__ import annotations

import string
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from culture import CULTURE, RUBRIC
from examples import examples
from kaoping import api
from kaoping.core import resources, yamltree
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location, Table
from kaoping.core.schema import CellError, Field, Kind
from kaoping.pipeline.demo import copy_sample
from kaoping.records import layout, validate
from kaoping.records.export import scalar, yaml_file
from kaoping.records.readers.raw import RawCell, RawTable
from kaoping.records.readers.sources import open_sources, read_sources
from kaoping.records.readers.yaml_records import table_of
from kaoping.records.workbook._book import Filling, write_workbook
from kaoping.records.workbook._cell_writing import UnwritableError, unwritable
from kaoping.rubric.load import load
from packages import tree
from units import good_unit, only
from workbooks import book_unit, tables_of

LISTS = [kind for kind in CULTURE.kinds.values() if not kind.single and not kind.on_rubric]
#: A workbook takes a third of a second: what fails is shown as it was drawn, not made smaller for minutes.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
#: What breaks workbooks and their readers, each a text that a clerk may have written.
AWKWARD = [
    "=1+1", "=HYPERLINK(\"x\")", "+86", "-5", "@SUM(A1)", "'quoted", "\"", "\x01\x02\x0b\x1f", "a\r\nb\nc", "\ta\tb",
    "_x0041_", "_x0041",  "😀👨‍👩‍👧", "𠮷𡋾㐂", "\ufffe\uffff", "<r>x</r>", "&amp;<b>", "2017-05-16",
    "001", "1e5", "1.0", "TRUE", "#REF!", "null", "~", "是", "- a", "a: b", "# a", "[a]", "{a", "%x",
    "\x7f\x85\u2028\u2029",
    "　全角空格　中间　", "例子", "注：如此", "合计",
]  # fmt: skip

LONGEST = "长" * 32_767
CITIES = ["city-2017", "city-2017-settled"]
texts = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))


def _is_said(text: str) -> bool:
    """Whether ``text`` says something, and is none of the few that a cell can't hold (which are refused, see below)."""
    return bool(text.strip()) and not unwritable(text)


def _cells(field: Field, key: bool) -> st.SearchStrategy[RawCell]:
    """Texts that ``field`` takes."""
    found: st.SearchStrategy[str]
    if field.options:
        found = st.sampled_from(field.options)
    elif field.type == "boolean":
        found = st.sampled_from(["是", "否"])
    elif field.type == "date":
        found = st.dates(date(1000, 1, 1)).map(date.isoformat)
    elif field.type == "yearmonth":
        found = st.dates(date(1000, 1, 1)).map(lambda day: day.isoformat()[:7])
    elif field.type == "integer":
        found = st.integers(-(10**20), 10**20).map(str)
    elif field.type == "number":
        found = st.one_of(
            st.decimals(-(10**12), 10**12, places=4).map(str), st.sampled_from(["1/3", "50%", "0.10", "7"])
        )
    elif field.listed:
        found = st.lists(st.text(string.ascii_letters + "文/ ", min_size=1, max_size=8), max_size=4).map("；".join)
    else:
        found = texts.filter(_is_said)
    found = found.filter(lambda text: _takes(field, text))
    return found if key or field.required else st.one_of(st.none(), found)


def _takes(field: Field, text: str) -> bool:
    try:
        field.parse(text)
    except CellError:
        return False
    return not field.is_unusual(text)  # such a number is asked about, and none until somebody answers


@st.composite
def tables(draw: st.DrawFn, kind: Kind) -> RawTable:
    """Valid records of ``kind``: any text in any field that takes it, and each id once."""
    rows = draw(st.integers(0, 4))
    columns: dict[str, Sequence[RawCell]] = {}
    for field in kind.fields:
        unique = field.unique or field.name == kind.key
        cells = draw(st.lists(_cells(field, unique), min_size=rows, max_size=rows))
        if unique:
            cells = [f"{number}{cell}"[:32767] if not field.options else cell for number, cell in enumerate(cells)]
        columns[field.name] = cells
    return RawTable(kind.name, columns, rows, lambda row, field: Location("甲", f"[{row}].{field}"))


def _typed(raw: RawTable) -> Table:
    return validate.typed(raw, CULTURE.kinds[raw.kind], Findings())


def _same(one: RawTable, other: RawTable) -> None:
    before, after = _typed(one), _typed(other)
    assert (before.ids, before.columns) == (after.ids, after.columns)


def _through_a_workbook(folder: Path, *raws: RawTable) -> list[RawTable]:
    filling = Filling({raw.kind: raw for raw in raws})
    (folder / layout.WORKBOOK).write_bytes(write_workbook(RUBRIC, list(CULTURE.kinds), filling))
    findings = Findings()
    read = read_sources(open_sources(folder, findings), CULTURE.kinds, findings).tables
    assert {finding.code for finding in findings} <= {"cell.corrected"}, [(f.code, f.problem) for f in findings]
    return [read[raw.kind] for raw in raws]


@pytest.mark.parametrize("kinds", [LISTS[n : n + 4] for n in range(0, len(LISTS), 4)], ids=lambda kinds: kinds[0].name)
@settings(max_examples=examples(4), suppress_health_check=list(HealthCheck), phases=QUICK)
@given(data=st.data())
def test_any_valid_records_go_through_the_workbook_unchanged(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[Kind], data: st.DataObject
) -> None:
    """Few kinds at a time: hypothesis throws away what grows too large."""
    raws = [data.draw(tables(kind), label=kind.name) for kind in kinds]
    for raw, read in zip(raws, _through_a_workbook(tmp_path_factory.mktemp("u"), *raws), strict=True):
        _same(raw, read)


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.name)
@settings(max_examples=examples(20), suppress_health_check=list(HealthCheck), phases=QUICK)
@given(data=st.data())
def test_any_valid_records_go_through_yaml_unchanged(kind: Kind, data: st.DataObject) -> None:
    raw = data.draw(tables(kind))
    findings = Findings()
    node = yamltree.parse(yaml_file(kind, raw), kind.file, findings)
    assert node is not None and not findings.errors
    read = table_of(node, kind, findings)
    assert read is not None and not list(findings)
    _same(raw, read)


SAID = [text for text in [*AWKWARD, LONGEST] if _is_said(text)]


Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def in_one_workbook(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rows, Rows]:
    """All awkward texts, two rows each, as they were written and as they were read."""
    columns = {
        field.name: [_plain(field, number, text) for number, text in enumerate(text for text in SAID for _ in range(2))]
        for field in CULTURE.kinds["work"].fields
    }
    raw = RawTable("work", columns, 2 * len(SAID), lambda row, field: Location())
    [read] = _through_a_workbook(tmp_path_factory.mktemp("awkward"), raw)
    written, back = ([dict(record.values) for record in _typed(table)] for table in (raw, read))
    assert len(written) == len(back)
    return written, back


@pytest.mark.parametrize("number", range(len(SAID)), ids=lambda number: ascii(SAID[number])[:40])
def test_every_awkward_text_goes_through_the_workbook(in_one_workbook: tuple[Rows, Rows], number: int) -> None:
    written, back = (rows[2 * number : 2 * number + 2] for rows in in_one_workbook)
    assert back == written
    assert written[0]["title"]


def _plain(field: Field, number: int, text: str) -> RawCell:
    return {"id": f"W{number}", "line": "20", "title": text, "summary": text}.get(field.name)


@given(texts)
@example("2017-05-16")
def test_a_scalar_is_read_as_it_was_written(text: str) -> None:
    node = yamltree.parse(f"- a: {scalar(text)}\n", "a.yaml", Findings())
    assert node is not None and node.items()[0].mapping()["a"].text() == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("长" * 32768, "32768个字符"),
        ("😀" * 16384, "32768个字符"),
        ("\ud800", "不完整的字符"),
        ("_x005F_x0041_", "内部记号"),
        ("_xFFFE_", "内部记号"),
        ("_x0041\x01", "内部记号"),
    ],
)
def test_what_no_cell_can_hold_is_refused_not_cut(text: str, why: str) -> None:
    columns = {field.name: [_plain(field, 1, text)] for field in CULTURE.kinds["work"].fields}
    raw = RawTable("work", columns, 1, lambda row, field: Location("works.yaml", field))
    with pytest.raises(UnwritableError, match=why) as refused:
        write_workbook(RUBRIC, list(CULTURE.kinds), Filling({"work": raw}))
    assert {cell.at.path for cell in refused.value.cells} == {"title", "summary"}


@pytest.mark.parametrize("id_", ["例：P01", "合计", "小计："])
def test_an_id_that_would_hide_its_row_is_refused(id_: str) -> None:
    columns = {field.name: [_plain(field, 1, "名称")] for field in CULTURE.kinds["work"].fields} | {"id": [id_]}
    raw = RawTable("work", columns, 1, lambda row, field: Location("works.yaml", field))
    with pytest.raises(UnwritableError, match="编号不能"):
        write_workbook(RUBRIC, list(CULTURE.kinds), Filling({"work": raw}))


# -- the command -----------------------------------------------------------------------------------------------------


def _scored(folder: Path) -> object:
    return api.assess(folder).card


@pytest.mark.parametrize("name", ["county-2017", *(pytest.param(n, marks=pytest.mark.slow) for n in CITIES)])
def test_a_sample_scores_the_same_in_both_forms_and_back(tmp_path: Path, name: str) -> None:
    copy_sample(tmp_path / "yaml", name)
    api.export(tmp_path / "yaml", tmp_path / "xlsx")
    (tmp_path / "yaml" / "材料").rename(tmp_path / "xlsx" / "材料")
    as_workbook = _scored(tmp_path / "xlsx")
    api.export(tmp_path / "xlsx", tmp_path / "back")
    (tmp_path / "xlsx" / "材料").rename(tmp_path / "back" / "材料")
    back = _scored(tmp_path / "back")
    (tmp_path / "back" / "材料").rename(tmp_path / "yaml" / "材料")
    assert _scored(tmp_path / "yaml") == as_workbook == back
    first, third = (load(CULTURE, tmp_path / form / "notice.yaml").notice for form in ("yaml", "back"))
    assert (first.answers, first.due) == (third.answers, third.due)


def test_the_sample_workbook_holds_the_samples_records() -> None:
    """Where this fails after a change of the records: `python samples/make_samples.py city-2017-workbook`."""
    forms = [tables_of(resources.sample(name)) for name in ("city-2017", "city-2017-workbook")]
    assert list(forms[0]) == list(forms[1])
    for kind, table in forms[0].items():
        _same(table, forms[1][kind])


def test_the_sample_in_both_forms_is_one_package_to_the_byte(draft: api.Built, tmp_path: Path) -> None:
    copy_sample(tmp_path / "unit", "city-2017-workbook")
    from_yaml, from_workbook = tree(draft.package), tree(api.build(tmp_path / "unit").package)
    assert from_yaml.keys() == from_workbook.keys()
    assert [name for name in from_yaml if from_yaml[name] != from_workbook[name]] == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市")
    api.export(folder, tmp_path / "out")
    with pytest.raises(KaopingError) as refused:
        api.export(folder, tmp_path / "out")
    assert "records" in only(refused.value.findings, "export.exists").problem


def test_a_workbook_that_can_not_be_read_whole_is_not_exported(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市", edit=lambda book: book["会议"].delete_rows(3), offered=["meeting"])
    with pytest.raises(KaopingError) as refused:
        api.export(folder, tmp_path / "out")
    assert only(refused.value.findings, "workbook.no_head") and not (tmp_path / "out").exists()


def test_a_text_too_long_for_a_cell_is_told_at_its_place(tmp_path: Path) -> None:
    long = f"- {{id: W1, line: '20', title: {'长' * 32768}}}\n"
    folder = good_unit(tmp_path / "甲市", {"works.yaml": long})
    with pytest.raises(KaopingError) as refused:
        api.export(folder, tmp_path / "out")
    finding = only(refused.value.findings, "workbook.unwritable")
    assert finding.at.file == "records/works.yaml" and not (tmp_path / "out").exists()


def test_no_unit_no_export(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        api.export(tmp_path, tmp_path / "out")
    assert only(refused.value.findings, "unit.no_folder")


def test_a_disk_that_refuses_leaves_no_half_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = book_unit(tmp_path / "甲市")

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kaoping.core.fs.write_bytes", full)
    with pytest.raises(KaopingError) as refused:
        api.export(folder, tmp_path / "out")
    assert "磁盘空间不够" in only(refused.value.findings, "export.not_written").problem
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_numbers_stay_exact(tmp_path: Path) -> None:
    values = ["0.1", "1/3", "123456789012345.5", "99999999999999999999", "0.000001"]
    columns: dict[str, Sequence[RawCell]] = {f.name: [None] * len(values) for f in CULTURE.kinds["indicator"].fields}
    columns |= {"id": [f"i{n}" for n in range(len(values))], "numerator": values}
    raw = RawTable("indicator", columns, len(values), lambda row, field: Location())
    read = _typed(*_through_a_workbook(tmp_path, raw))
    assert list(read.columns["numerator"]) == [Fraction(value) for value in values]
