"""The score table: merged as the rubric's own, numbers apart from notes; and the same table in Word."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from fractions import Fraction

import docx
import pytest
from docx.oxml.ns import qn

import word_samples
from culture import RUBRIC
from kaoping.core.model import DRAFT, FINAL, LineScore, ScoreCard, Status, Total
from kaoping.sheets.score_docx import score_docx
from kaoping.sheets.score_table import Cell, TableRow, build_rows, columns

NUMBERS = {"培训/通知.pdf": "Ⅱ-10-01", "培训/照片.jpg": "Ⅱ-10-02"}


@pytest.fixture
def rows() -> list[TableRow]:
    rubric = word_samples.rubric()
    return build_rows(rubric, word_samples.card(rubric), NUMBERS, {"10": "综合科"}, DRAFT)


def of(rows: list[TableRow], line: str) -> dict[str, Cell]:
    return dict(next(row.cells for row in rows if row.line == line))


def test_cells_stand_word_by_word_and_merge_as_in_the_source(rows: list[TableRow]) -> None:
    first = of(rows, "1")
    assert first["content"].text == "1）建立健全文化市场管理工作领导小组"
    assert first["basis"].text == "以会议纪要、工作简报、文件等材料为依据"  # without the source's line break inside it
    assert (first["section"].span, of(rows, "6")["section"].span) == (4, 0)
    assert [of(rows, line)["points"].span for line in ("1", "2", "3", "6")] == [3, 0, 0, 1]
    assert (of(rows, "8")["basis"].span, of(rows, "9")["basis"].span) == (2, 0)
    assert (of(rows, "B4")["points"].span, of(rows, "B5")["points"].span) == (2, 0)


def test_the_points_of_a_group_stand_once(rows: list[TableRow]) -> None:
    assert [of(rows, line)["score"].span for line in ("1", "2", "3", "6")] == [3, 0, 0, 1]
    assert of(rows, "B5")["score"].span == 1  # a cap alone merges nothing


def test_an_empty_standard_is_not_the_one_above(rows: list[TableRow]) -> None:
    assert (of(rows, "B2")["standard"].span, of(rows, "B3")["standard"].span) == (1, 1)
    assert of(rows, "B3")["standard"].text == ""


def test_lines_that_share_a_row_keep_their_own_scores(rows: list[TableRow]) -> None:
    own, other = of(rows, "26"), of(rows, "26+")
    for key in ("content", "basis", "points", "standard"):
        assert (own[key].span, other[key].span) == (2, 0)
    assert (own["score"].text, other["score"].text) == ("20", "0")


def test_an_undecided_cell_keeps_number_and_note_apart(rows: list[TableRow]) -> None:
    cell = of(rows, "9")["score"]
    assert (cell.number, cell.note, cell.text) == (Fraction(1, 2), "待定，0.5～1", "0.5（待定，0.5～1）")
    assert of(rows, "8")["score"].text == "0（缺项，0～1）"
    assert of(rows, "B5")["score"].text == "不适用"


def test_what_the_office_is_told_of_its_evidence_stands_in_no_sheet_that_is_handed_in() -> None:
    """Accepted without evidence: the note goes; what decided the points, and a range of a fact, stays."""
    rubric = word_samples.rubric()
    card, note = word_samples.card(rubric), "没有细则“依据”所列类型的佐证材料"
    told = ("培训1～2场（未到期的：12月）", "1场得1分", f"照片{note}，不计")
    notes = (f"其中0.5分{note}", f"（2）这1分{note}", f"第2、3项{note}")
    lines = [replace(its, because=(*told, *notes), unsupported=its.low) for its in card.lines]
    card = replace(card, lines=tuple(lines))
    draft, final = (of(build_rows(rubric, card, NUMBERS, {}, form), "10") for form in (DRAFT, FINAL))
    assert draft["because"].text.splitlines()[:6] == [*told, *notes]
    assert final["account"].text.splitlines() == list(told)


def test_sums_name_the_cells_they_add_up(rows: list[TableRow]) -> None:
    by_title = {row.cells["section"].text: row.cells["score"] for row in rows if row.kind != "line"}
    assert by_title["Ⅰ　深化改革　小计"].sums == ("1", "6")
    assert by_title["Ⅴ　执法办案　小计"].sums == ("26",)  # the bonus is summed with the bonuses
    assert by_title["Ⅷ　加减分项目　小计"].sums == ("B2", "B3", "B4", "B8")
    assert by_title["加分合计"].sums == ("26+", "B2", "B3", "B4")
    numbers = {row.line: row.cells["score"].number for row in rows if row.kind == "line"}
    for title, cell in by_title.items():
        assert sum(numbers[line] or 0 for line in cell.sums) == cell.number, title
    assert by_title["总　计"].number == Fraction("53")


def test_every_row_covers_the_grid_exactly_once(rows: list[TableRow]) -> None:
    heads = [head.key for head in columns(word_samples.rubric(), DRAFT)]
    for row in rows:
        assert list(row.cells) == heads
        assert sum(row.cells[key].across for key in heads) == len(heads)
    for key in heads:
        left = 0
        for row in rows:
            span = row.cells[key].span
            assert (span == 0) == (left > 0), (key, row.line)
            left = left - 1 if left else span - 1


def test_the_final_table_has_the_rubrics_columns_and_what_the_notice_asks() -> None:
    rubric = word_samples.rubric(columns={"extra": ["佐证编号", "核查分"]})
    rows = build_rows(rubric, word_samples.card(rubric), NUMBERS, {}, FINAL)
    assert [c.title for c in columns(rubric, FINAL)][-4:] == ["自评分", "自评说明", "佐证编号", "核查分"]
    assert of(rows, "10")["evidence"].text == "Ⅱ-10-01\nⅡ-10-02"
    assert all(row.cells["核查分"].text == "" for row in rows)
    assert "because" not in rows[0].cells


def test_the_real_rubric_is_merged_as_its_source() -> None:
    rubric = RUBRIC
    scores = tuple(
        LineScore(its.id, its.section, its.role, its.title, its.of, Fraction(0), Fraction(0), Status.SCORED, ())
        for its in rubric.lines
    )
    zero = Total(Fraction(0), Fraction(0))
    card = ScoreCard(rubric.id, "", "设区市", 2017, scores, zero, zero, zero, zero, Fraction(0))
    rows = build_rows(rubric, card, {}, {}, FINAL)
    assert (of(rows, "1")["points"].span, of(rows, "1")["score"].span) == (5, 5)
    assert (of(rows, "40a")["content"].span, of(rows, "40a")["standard"].span) == (2, 1)
    assert (of(rows, "B1")["basis"].span, of(rows, "B4")["points"].span, of(rows, "B3")["standard"].span) == (2, 2, 1)
    assert of(rows, "B8")["points"].text == "－5"
    assert len(score_docx(rubric, card, rows, form=FINAL, dated=None)) > 5000


def test_word_draws_real_merges_and_repeats_the_head(rows: list[TableRow]) -> None:
    rubric = word_samples.rubric()
    data = score_docx(rubric, word_samples.card(rubric), rows, form=DRAFT, dated=date(2017, 12, 22))
    assert data == score_docx(rubric, word_samples.card(rubric), rows, form=DRAFT, dated=date(2017, 12, 22))
    table = docx.Document(io.BytesIO(data)).tables[0]
    assert table.rows[0]._tr.trPr is not None and table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(table.rows) == len(rows) + 1
    assert table.cell(1, 3)._tc is table.cell(3, 3)._tc  # 分值 20 over three rows
    assert table.cell(1, 3).text == "20\n（其中任何一项未完成的得0分。）"
    assert table.cell(7, 5).text == "0.5\n（待定，\n0.5～1）"
    widths = {sum(int(tc.width) for tc in row._tr.tc_lst) // 1000 for row in table.rows}
    assert max(widths) - min(widths) <= 1


@pytest.mark.parametrize("form", [DRAFT, FINAL])
@pytest.mark.parametrize("words", ['a < b && c > "d"', "　前后有空白  \n 第二行\t隔开\n\n", "]]>&amp;<w:t>", "  "])
def test_words_come_through_letter_by_letter(rows: list[TableRow], form: str, words: str) -> None:
    rubric = word_samples.rubric()
    rows = build_rows(rubric, word_samples.card(rubric), NUMBERS, {"10": "综合科"}, form)
    rows[0] = replace(rows[0], cells={**rows[0].cells, "standard": Cell(words)})
    data = score_docx(rubric, word_samples.card(rubric), rows, form=form, dated=None)
    column = next(at for at, head in enumerate(columns(rubric, form)) if head.key == "standard")
    assert docx.Document(io.BytesIO(data)).tables[0].cell(1, column).text == words


@pytest.mark.parametrize("form", [DRAFT, FINAL])
def test_heads_sections_and_departments_are_broken_between_their_words(form: str) -> None:
    """A word that is wider than its column is broken anywhere: none of ours is."""
    rubric = word_samples.rubric(columns={"extra": ["核查分", "核查意见"]})
    rows = build_rows(rubric, word_samples.card(rubric), NUMBERS, {"10": "技术监管与服务指挥中心"}, form)
    table = docx.Document(
        io.BytesIO(score_docx(rubric, word_samples.card(rubric), rows, form=form, dated=None))
    ).tables[0]
    names = {"可得上限": "可得\n上限", "责任科室": "责任\n科室"} if form == DRAFT else {}
    heads = columns(rubric, form)
    assert [cell.text for cell in table.rows[0].cells] == [names.get(head.title, head.title) for head in heads]
    assert table.cell(1, 0).text == "Ⅰ\n深化改革"
    if form == DRAFT:
        department = [head.key for head in heads].index("department")
        assert "技术\n监管与\n服务\n指挥\n中心" in {row.cells[department].text for row in table.rows}


def test_the_reasons_of_a_group_stand_once_with_all_that_its_lines_are_marked_with() -> None:
    rubric = word_samples.rubric()
    card = word_samples.card(rubric)
    lines = tuple(replace(its, visit=its.line in ("3", "6")) for its in card.lines)
    rows = build_rows(rubric, replace(card, lines=lines), NUMBERS, {}, DRAFT)
    assert of(rows, "6")["because"].text.splitlines()[-1] == "〔实地查看〕"
    assert [of(rows, line)["because"].span for line in ("1", "2", "3", "6")] == [3, 0, 0, 1]
    assert of(rows, "1")["because"].text.splitlines()[-1] == "第3项〔实地查看〕"


def test_control_characters_in_a_cell_do_not_break_the_document(rows: list[TableRow]) -> None:
    nasty = Cell("a\x00<b>&\x0b{{c}}")
    rows[0] = replace(rows[0], cells={**rows[0].cells, "because": nasty})
    rubric = word_samples.rubric()
    data = score_docx(rubric, word_samples.card(rubric), rows, form=DRAFT, dated=None)
    assert docx.Document(io.BytesIO(data)).tables[0].cell(1, 8).text == "a<b>&\n{{c}}"
