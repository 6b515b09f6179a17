"""台账.xlsx as a clerk finds it: what stands on which sheet, what a cell takes, and that nothing is lost or turned."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from culture import CULTURE, RUBRIC
from examples import examples
from kaoping.core import packs, schema
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Field, Kind
from kaoping.records import layout
from kaoping.records.readers.raw import RawCell, RawTable
from kaoping.records.readers.yaml_records import read_folder
from kaoping.records.workbook import _kind_sheet, _meta_sheet, _notice_sheet, _rubric_sheet, _unit_sheet
from kaoping.records.workbook._book import Filling, write_workbook
from kaoping.records.workbook._cell_writing import UnwritableError
from kaoping.records.workbook._look import hint_of
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.choices import choices

ROOT = Path(__file__).parents[1]
RUBRICS = [RUBRIC, load(packs.find(str(Path(__file__).parent / "data" / "packs" / "parks-2024")))]
FRONT = [layout.UNIT_SHEET, layout.RUBRIC_SHEET, layout.NOTICE_SHEET]
END = 1_048_576


def sheets_of(rubric: Rubric) -> list[Kind]:
    """The kinds of the rubric's pack that have a sheet of their own."""
    return [kind for kind in rubric.pack.kinds.values() if not kind.single and not kind.on_rubric]


OWN = sheets_of(RUBRIC)
BESIDE = [kind for kind in CULTURE.kinds.values() if kind.on_rubric]


def table(kind: str, rows: Sequence[Mapping[str, RawCell]]) -> RawTable:
    names = [field.name for field in CULTURE.kinds[kind].fields]
    columns = {name: [row.get(name) for row in rows] for name in names}
    return RawTable(kind, columns, len(rows), lambda row, field: Location(f"{kind}.yaml", field, row + 1))


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def written(rubric: Rubric, filling: Filling | None = None) -> bytes:
    """The workbook with the sheets of all kinds that the rubric's pack knows."""
    return write_workbook(rubric, list(rubric.pack.kinds), filling)


@cache
def empty(rubric: str = RUBRIC.id) -> openpyxl.Workbook:
    return opened(written(next(known for known in RUBRICS if known.id == rubric)))


@cache
def city() -> bytes:
    tables = read_folder(ROOT / "samples" / "city-2017", CULTURE.kinds, Findings())
    return written(RUBRIC, Filling(tables, {"case-scope": "本级"}, {"training-plan": "2017-03-10"}))


def head_row(sheet: Worksheet, heading: str) -> int:
    return next(row for row in range(1, 40) if heading in texts(sheet, row))


def texts(sheet: Worksheet, row: int) -> list[str]:
    return [str(cell.value or "").removesuffix(layout.REQUIRED_MARK).strip() for cell in sheet[row]]


def kind_rows(sheet: Worksheet) -> list[list[Any]]:
    """The records of a kind's sheet: what stands below the example."""
    example = next(row for row in range(1, 20) if str(sheet.cell(row, 1).value).startswith(layout.EXAMPLE_MARK))
    return [list(row) for row in sheet.iter_rows(min_row=example + 1, values_only=True) if any(row)]


def validation(sheet: Worksheet, cell: str) -> Any:
    """The one validation of a cell, or None."""
    found = [one for one in sheet.data_validations.dataValidation if cell in one]
    assert len(found) <= 1, f"{sheet.title}!{cell}: {len(found)}"
    return found[0] if found else None


def offered(book: openpyxl.Workbook, rule: Any) -> list[str]:
    """What a drop-down offers, be it in the validation itself or in a list that it names."""
    source = str(rule.formula1)
    if source.startswith('"'):
        return source[1:-1].split(",")
    name, cells = book.defined_names[source.removeprefix("=")].attr_text.split("!")
    return [str(cell.value) for (cell,) in book[name.strip("'")][cells.replace("$", "")]]


def rubric_cell(sheet: Worksheet, line: str, heading: str, part: str = "") -> Any:
    heads = texts(sheet, 3)
    for row in range(4, sheet.max_row + 1):
        found = [
            str(sheet.cell(row, heads.index(head) + 1).value or "")
            for head in (_rubric_sheet.LINE_HEAD, _rubric_sheet.PART_HEAD)
        ]
        if found == [line, part]:
            return sheet.cell(row, heads.index(heading) + 1)
    raise AssertionError(f"{line} {part}")


@pytest.mark.parametrize("rubric", RUBRICS, ids=lambda rubric: rubric.id)
def test_the_sheets_stand_in_the_order_of_the_work_and_every_link_leads_to_one(rubric: Rubric) -> None:
    book = empty(rubric.id)
    visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert visible == [*FRONT, *(kind.title for kind in sheets_of(rubric))]
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            assert sheet.sheet_state == "veryHidden"
            continue
        links = [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]
        targets = {str(link.location).split("!")[0].strip("'") for link in links}
        assert all(link.target is None for link in links), "no link leaves the workbook"
        assert targets <= set(visible)
        assert layout.UNIT_SHEET in targets or sheet.title == layout.UNIT_SHEET
    first = book[layout.UNIT_SHEET]
    listed = [cell.value for row in first.iter_rows() for cell in row if cell.hyperlink]
    assert listed == visible[1:]


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
def test_a_kinds_sheet_has_heads_hints_an_example_and_stays_readable_when_scrolled(kind: Kind) -> None:
    sheet = empty()[kind.title]
    row = head_row(sheet, kind.fields[0].title)
    for column, field in enumerate(kind.fields, 1):
        cell = sheet.cell(row, column)
        assert cell.value == (f"{field.heading} {layout.REQUIRED_MARK}" if field.required else field.heading)
        assert cell.comment is not None
        said = cell.comment.text
        assert said.startswith("必填" if field.required else "可以不填")
        assert field.hint.rstrip("。") in said
        assert all(option in said for option in field.options)
        assert sheet.column_dimensions[get_column_letter(_grouped(sheet, column))].width >= 9
    example = [str(cell.value or "") for cell in sheet[row + 1]][: len(kind.fields)]
    assert example[0] == layout.EXAMPLE_MARK + kind.fields[0].example
    assert example[1:] == [field.example for field in kind.fields[1:]]
    assert kind_rows(sheet) == []
    assert sheet.freeze_panes == f"B{row + 2}"
    assert sheet.print_title_rows == f"${row}:${row}"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    label = next(
        cell for cells in sheet.iter_rows(max_row=row) for cell in cells if cell.value == _kind_sheet.NONE_LABEL
    )
    none = sheet.cell(label.row, label.column + 1)
    assert none.value is None
    assert offered(empty(), validation(sheet, none.coordinate)) == [_kind_sheet.NONE]


def _grouped(sheet: Worksheet, column: int) -> int:
    """openpyxl keeps columns that look the same under the first of them."""
    for dimension in sheet.column_dimensions.values():
        if dimension.min <= column <= dimension.max:
            return int(dimension.min)
    raise AssertionError(f"{sheet.title}: column {column} has no width")


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
def test_every_cell_takes_what_its_field_takes_down_to_the_end_of_the_sheet(kind: Kind) -> None:
    sheet = empty()[kind.title]
    first = head_row(sheet, kind.fields[0].title) + 2
    for column, field in enumerate(kind.fields, 1):
        letter = get_column_letter(column)
        rule = validation(sheet, f"{letter}{first}")
        assert rule is validation(sheet, f"{letter}{END}")
        _check_rule(rule, field, kind)
        if rule is not None:
            assert len(rule.error or "") <= 255 and len(rule.errorTitle or "") <= 32
            assert len(str(rule.formula1)) <= 257
        assert validation(sheet, f"{letter}{first - 1}") is None, "the example is text"


def _check_rule(rule: Any, field: Field, kind: Kind) -> None:
    foreign = {key.field: key for key in kind.foreign}
    if field.listed:
        assert rule is None
    elif field.name in foreign:
        other = CULTURE.kinds[foreign[field.name].kind]
        assert rule.type == "list" and other.title in rule.formula1
        assert not rule.showErrorMessage, "what another sheet holds is offered, not demanded"
    elif (kind.name, field.name) == ("indicator", "id"):
        assert "培训达标比例" in offered(empty(), rule) and not rule.showErrorMessage
    elif (kind.name, field.name) == ("statement", "part"):
        assert offered(empty(), rule)[2] == "Ⅲ 市场秩序" and not rule.showErrorMessage
    elif field.options or field.type == "boolean":
        assert rule.type == "list" and rule.errorStyle in (None, "stop")
        assert offered(empty(), rule) == list(field.options or ("是", "否"))
    elif field.type == "date":
        assert rule.type == "date"
        assert (rule.errorStyle == "warning") == field.in_year
        days = [(date(RUBRIC.year, *day) - date(1899, 12, 30)).days for day in ((1, 1), (12, 31))]
        assert not field.in_year or [int(rule.formula1), int(rule.formula2)] == days
    elif field.type == "yearmonth" and field.in_year:
        assert offered(empty(), rule) == schema.month_range(RUBRIC.year)
    elif field.type in ("integer", "number"):
        assert rule.type == ("whole" if field.type == "integer" else "decimal")
        assert field.minimum is None or float(rule.formula1) == field.minimum
    elif field.name == "line":
        assert offered(empty(), rule) == [line.id for line in RUBRIC.lines]


def test_the_first_sheet_explains_itself_and_holds_the_units_own_facts() -> None:
    sheet = empty()[layout.UNIT_SHEET]
    headings = [column.heading for column in _unit_sheet.COLUMNS]
    row = head_row(sheet, headings[0])
    assert texts(sheet, row) == headings
    words = "\n".join(str(sheet.cell(above, 1).value or "") for above in range(1, row))
    for needed in (
        RUBRIC.title,
        layout.REQUIRED_MARK,
        layout.EXAMPLE_MARK,
        _kind_sheet.NONE,
        "材料",
        "；",
        "kaoping check",
    ):
        assert needed in words
    assert "{" not in words and len(words) < 900, "half a page"
    unit = next(kind for kind in CULTURE.kinds.values() if kind.single)
    for below, field in enumerate(unit.fields, row + 1):
        assert texts(sheet, below)[0] == field.title
        assert sheet.cell(below, 1).comment is not None
        _check_rule(validation(sheet, f"B{below}"), field, unit)
    values = {field.name: sheet.cell(row + 1 + at, 2).value for at, field in enumerate(unit.fields)}
    assert {name: value for name, value in values.items() if value is not None} == {
        "year": RUBRIC.year, "rubric": RUBRIC.id,
    }  # fmt: skip


@pytest.mark.parametrize("rubric", RUBRICS, ids=lambda rubric: rubric.id)
def test_every_line_says_where_its_input_comes_from_and_has_a_cell_to_choose_where_it_must_be_judged(
    rubric: Rubric,
) -> None:
    book = empty(rubric.id)
    sheet = book[layout.RUBRIC_SHEET]
    heads = texts(sheet, 3)
    headings = [heading for kind in BESIDE for heading in kind.on_rubric.values()]
    assert [head for head in heads if head in headings] == headings
    choice = CULTURE.kinds["judgement"].on_rubric["choice"]
    for line in rubric.lines:
        cell = rubric_cell(sheet, line.id, choice)
        linked = [other for other in sheet[cell.row] if other.hyperlink]
        assert linked, f"{line.id}: no link"
        rule = validation(sheet, cell.coordinate)
        options = choices(line.rule)
        assert (offered(book, rule) if rule else []) == list(options)
        here = f"'{layout.RUBRIC_SHEET}'!{cell.coordinate}"
        assert [other.hyperlink.location for other in linked].count(here) == bool(options)
        titles = {node.title for node in line.nodes if isinstance(node, Kind)}
        assert titles <= {other.value for other in linked}


def test_the_questions_and_dates_wait_for_their_answers() -> None:
    book = empty()
    sheet = book[layout.NOTICE_SHEET]
    row = head_row(sheet, _notice_sheet.ANSWER_HEAD)
    sort, answer, code = (
        texts(sheet, row).index(h)
        for h in (_notice_sheet.SORT_HEAD, _notice_sheet.ANSWER_HEAD, _notice_sheet.CODE_HEAD)
    )
    rows = [list(cells) for cells in sheet.iter_rows(min_row=row + 1)]
    codes = [cells[code].value for cells in rows]
    assert codes == [*RUBRIC.questions, *RUBRIC.notice.due_titles]
    for cells in rows:
        assert cells[answer].value is None
        rule = validation(sheet, cells[answer].coordinate)
        if cells[sort].value == _notice_sheet.QUESTION_SORT:
            assert offered(book, rule) == list(RUBRIC.questions[cells[code].value].options)
        else:
            assert cells[sort].value == _notice_sheet.DUE_SORT and rule.type == "date"


def test_what_was_filled_in_stands_in_its_place() -> None:
    book = opened(city())
    sheet = book["培训记录"]
    first = dict(zip(texts(sheet, 3), kind_rows(sheet)[0], strict=False))
    assert first["日期"] == datetime(2017, 5, 16)
    assert (first["编号"], first["参训人数（人）"], first["以案施训"]) == ("P01", 42, "否")
    rubric = book[layout.RUBRIC_SHEET]
    assert rubric_cell(rubric, "20", "评判").value == "良好"
    assert rubric_cell(rubric, "20", "评判编号").value == "PD03"
    assert rubric_cell(rubric, "10", "责任科室").value is None
    assert rubric_cell(rubric, "6", "责任科室").value == "综合科"
    assert not {kind.title for kind in BESIDE} & set(book.sheetnames)
    notice = book[layout.NOTICE_SHEET]
    answers = {notice.cell(row, 7).value: notice.cell(row, 6).value for row in range(4, notice.max_row + 1)}
    assert (answers["case-scope"], answers["training-plan"]) == ("本级", datetime(2017, 3, 10))


def test_the_directory_counts_what_was_filled_in_before_anyone_calculates() -> None:
    values = openpyxl.load_workbook(io.BytesIO(city()), data_only=True)[layout.UNIT_SHEET]
    counts = {row[4].value: row[5].value for row in values.iter_rows() if row[4].hyperlink}
    assert (counts["培训记录"], counts["案件"], counts[layout.RUBRIC_SHEET]) == (5, 68, 11)
    data = written(RUBRIC, Filling({"training": table("training", [])}))
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[layout.UNIT_SHEET]
    counts = {row[4].value: row[5].value for row in values.iter_rows() if row[4].hyperlink}
    assert (counts["培训记录"], counts["案件"]) == (_kind_sheet.NONE, 0)


def test_a_kind_that_was_declared_empty_says_so() -> None:
    sheet = opened(written(RUBRIC, Filling({"incident": table("incident", [])})))["突发事件与舆情"]
    label = next(cell for row in sheet.iter_rows(max_row=3) for cell in row if cell.value == _kind_sheet.NONE_LABEL)
    assert sheet.cell(label.row, label.column + 1).value == _kind_sheet.NONE


JUDGED = {"line": "20", "choice": "良好", "reason": "理由", "who": "支队长", "when": "2017-12-15"}


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ([{"id": "A", **JUDGED}], []),
        ([{"id": "A", **JUDGED}, {"id": "B", **JUDGED}], ["B"]),  # the line has one row
        ([{"id": "A", **JUDGED, "line": "99"}], ["A"]),  # no such line
        ([{"id": "A", **JUDGED, "line": "10"}], ["A"]),  # a line that asks for no judgement
        ([{"id": "A", **JUDGED, "part": "20a"}], ["A"]),  # no such part
        ([{"id": "A", "line": "20"}], ["A"]),  # nothing that would show beside the line
        ([{**JUDGED}], [None]),  # without an id of its own it would get one
    ],
)
def test_a_judgement_that_has_no_place_on_the_rubric_sheet_keeps_a_sheet_of_its_own(
    rows: list[dict[str, str]], left: list[str | None]
) -> None:
    book = opened(written(RUBRIC, Filling({"judgement": table("judgement", rows)})))
    kept = kind_rows(book["主观评判"]) if "主观评判" in book.sheetnames else []
    assert [row[0] for row in kept] == left
    heads = texts(book[layout.RUBRIC_SHEET], 3)
    ids = [row[heads.index("评判编号")] for row in book[layout.RUBRIC_SHEET].iter_rows(min_row=4, values_only=True)]
    assert sorted(filter(None, ids)) == sorted({row["id"] for row in rows if "id" in row} - set(left))


def test_columns_of_somebodys_own_stay_at_the_right_end() -> None:
    rows = [{"id": "P01", "title": "一"}, {"id": "P02", "title": "二"}]
    filling = Filling({"training": table("training", rows)}, extra={"training": [("讲师", ["张三", "=1+1"])]})
    sheet = opened(written(RUBRIC, filling))["培训记录"]
    heads = texts(sheet, 3)
    assert heads[len(CULTURE.kinds["training"].fields)] == "讲师"
    assert [row[heads.index("讲师")] for row in kind_rows(sheet)] == ["张三", "=1+1"]


def test_answers_to_what_this_rubric_does_not_ask_keep_a_row() -> None:
    sheet = opened(written(RUBRIC, Filling(answers={"old": "甲"}, due={"gone": "月底"})))[layout.NOTICE_SHEET]
    rows = {row[6]: (row[0], row[5]) for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert (rows["old"], rows["gone"]) == ((_notice_sheet.QUESTION_SORT, "甲"), (_notice_sheet.DUE_SORT, "月底"))


def test_a_sheet_behind_the_others_says_what_each_heading_stood_for() -> None:
    sheet = empty()[layout.META_SHEET]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == [_meta_sheet.FORM, RUBRIC.id]
    said = {(row[0], row[1]): row[2:] for row in rows[2:]}
    for kind in CULTURE.kinds.values():
        for field in kind.fields:
            heading = kind.on_rubric.get(field.name) if kind.on_rubric else field.heading
            if heading is not None:
                assert said[kind.name, field.name] == [heading, *field.options]


def test_the_same_content_gives_the_same_bytes() -> None:
    city.cache_clear()
    one = city()
    city.cache_clear()
    assert one == city()


def test_options_that_a_validation_cannot_hold_stand_on_a_sheet_of_their_own() -> None:
    options = {"commas": ("甲,乙", "丙"), "many": tuple(f"第{number}种说法" for number in range(60))}
    kinds = dict(CULTURE.kinds)
    training = kinds["training"]
    more = tuple(Field(name, name, "string", "", options=words) for name, words in options.items())
    kinds["training"] = replace(training, fields=training.fields + more)
    pack = replace(CULTURE, vocabulary=replace(CULTURE.vocabulary, kinds=kinds))
    book = opened(written(replace(RUBRIC, pack=pack)))
    sheet = book[training.title]
    assert book[layout.LISTS_SHEET].sheet_state == "veryHidden"
    for column, words in enumerate(options.values(), len(training.fields) + 1):
        assert offered(book, validation(sheet, f"{get_column_letter(column)}5")) == list(words)


WILD = ["=1+1", "+1", "-1", "@a", "{=1}", "http://a.b", "mailto:x", "'a", "007", "2017-01", "1-2", "1e5", "TRUE", " a "]
WILD += ["<r>x</r>", "<r><t>&lt;</t></r>", "&<>\"'", "_x0041_", "𠀀😀", "一" * 32_767]


def test_text_stays_the_text_that_it_is() -> None:
    rows = [{"id": f"R{number}", "name": text, "body": text} for number, text in enumerate(WILD)]
    sheet = opened(written(RUBRIC, Filling({"staff": table("staff", rows)})))["执法人员"]
    assert [(row[1], row[2]) for row in kind_rows(sheet)] == [(text, text) for text in WILD]
    cells = [cell for row in sheet.iter_rows(min_row=5) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


@settings(max_examples=examples(15))
@given(
    st.lists(
        st.one_of(
            st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{1,6})?", fullmatch=True),
            st.dates(date(1850, 1, 1)).map(str),
            st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_a_number_or_date_is_one_only_where_it_reads_as_the_same_text_again(texts_: list[str]) -> None:
    """Whatever a column is for: what it was given can be had back from what stands in the file."""
    rows = [{"id": f"P{at}", "date": text, "people": text, "hours": text} for at, text in enumerate(texts_)]
    sheet = opened(written(RUBRIC, Filling({"training": table("training", rows)})))["培训记录"]
    heads = texts(sheet, 3)
    for text, row in zip(texts_, kind_rows(sheet), strict=True):
        for head in ("日期", "参训人数（人）", "学时"):
            value = row[heads.index(head)]
            if isinstance(value, datetime):
                assert head == "日期" and value.date().isoformat() == text
            elif isinstance(value, int | float):
                assert head != "日期" and repr(value) == text
            else:
                assert value == text


@pytest.mark.parametrize(
    ("text", "why"),
    [("一" * 32_768, "32768"), ("😀" * 20_000, "40000"), ("\ud800", "代理"), ("<r>\x01</r>", "<r>")],
    ids=["long", "long in UTF-16", "half a character", "markup"],
)
def test_what_no_cell_can_hold_is_refused_with_its_place_and_never_cut(text: str, why: str) -> None:
    rows = [{"id": "R1", "name": text}, {"id": "R2", "name": "好"}, {"id": "R3", "body": text}]
    with pytest.raises(UnwritableError) as caught:
        written(RUBRIC, Filling({"staff": table("staff", rows)}))
    assert [(cell.at.path, cell.at.line) for cell in caught.value.cells] == [("name", 1), ("body", 3)]
    assert all(why in cell.why for cell in caught.value.cells)


def test_a_hint_tells_a_clerk_all_that_the_schema_asks() -> None:
    field = Field("date", "日期", "date", "以文件为准", required=True, in_year=True)
    assert hint_of(field, 2017) == "必填。\n写作 2017-03-05。\n须在2017年内。\n以文件为准。"
