"""The plan: every file once, under its first line; pages and numbers that add up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles import card, dossier, evidence, line, rubric, score
from kaoping.bundle.plan import PatternError, attachment_names, attachments, last_page, plan_bundle
from kaoping.core.model import DRAFT, FINAL, BundlePlan, Verdict
from kaoping.rubric.nodes import Group

LINES = {"Ⅰ": [line("1", "Ⅰ"), line("2", "Ⅰ")], "Ⅱ": [line("10", "Ⅱ"), line("26+", "Ⅱ")]}
ALL = [one for lines in LINES.values() for one in lines]
PATHS = [f"材料{index}.pdf" for index in range(8)]


def _plan(claims: dict[str, list[str]], form: str = DRAFT, **notice: object) -> BundlePlan:
    files = {path: evidence(path, pages=index % 3 + 1) for index, path in enumerate(PATHS)}
    scores = [score(one, claims.get(one.id, ()), named=["缺.pdf"]) for one in ALL]
    return plan_bundle(rubric(LINES, notice), card(scores), dossier(files), form)


@given(
    claims=st.dictionaries(
        st.sampled_from([one.id for one in ALL]), st.lists(st.sampled_from([*PATHS, "不在.pdf"]), max_size=6)
    ),
    form=st.sampled_from([DRAFT, FINAL]),
)
def test_pages_are_contiguous_and_every_file_stands_once(claims: dict[str, list[str]], form: str) -> None:
    plan = _plan(claims, form)
    printed = 1
    for divider in plan.dividers:
        assert (divider.page, divider.volume) == (printed, 1)
        printed += 1
        for piece in divider.pieces:
            assert (piece.first, piece.line) == (printed, divider.line)
            printed += piece.evidence.pages
    assert last_page(plan) == printed - 1
    stands = [piece.evidence.path for piece in plan.pieces]
    claimed = {path for paths in claims.values() for path in paths} - {"不在.pdf"}
    assert sorted(stands) == sorted(PATHS if form == DRAFT else claimed)
    assert len({piece.number for piece in plan.pieces}) == len(stands)
    for divider in plan.dividers:
        both = [piece.evidence.path for piece in divider.pieces + divider.refers]
        if divider.line:
            assert sorted(both) == sorted({*claims.get(divider.line, ())} - {"不在.pdf"})
        assert all(piece in plan.pieces and piece.first < divider.page for piece in divider.refers)


def test_the_draft_has_every_line_and_a_tail_and_says_what_is_lacking() -> None:
    plan = _plan({"2": ["材料1.pdf"], "10": ["材料1.pdf", "不在.pdf"]})
    assert [divider.line for divider in plan.dividers] == ["1", "2", "10", "26+", ""]
    [piece] = plan.dividers[1].pieces
    assert (piece.number, piece.also, piece.note) == ("Ⅰ-2-01", ("10",), "另证10")
    assert plan.dividers[2].refers == (piece,)
    assert plan.dividers[2].lacking == ("缺.pdf", "不在.pdf")
    assert plan.dividers[0].score == "1～2分（待定）" and plan.dividers[0].of == "2分"
    tail = plan.dividers[-1]
    assert tail.heading == "未计入得分的材料" and tail.pieces[0].number == "其他-01" and len(tail.pieces) == 7
    assert [part.id for part in plan.sections] == ["Ⅰ", "Ⅱ"]
    assert plan.dated is not None and plan.dated.year == 2017


def test_the_final_form_has_no_word_about_points() -> None:
    plan = _plan({"2": ["材料1.pdf"], "10": ["材料1.pdf"]}, FINAL)
    assert [divider.line for divider in plan.dividers] == ["2", "10"]
    assert all(not (d.score or d.because or d.lacking) for d in plan.dividers)


def test_the_notice_names_numbers_titles_and_stamp() -> None:
    plan = _plan(
        {"1": ["材料0.pdf"]},
        patterns={"evidence_number": "{line}.{seq}", "stamp": "{n}"},
        bundle={"record_sheet": "true"},
    )
    assert plan.pieces[0].number == "1.1" and plan.extra["patterns.stamp"] == "{n}" and plan.record_sheet


@pytest.mark.parametrize("key", ["evidence_number", "other_number", "stamp", "divider_stamp"])
@pytest.mark.parametrize(
    "pattern", ["{foo}", "{number", "n}", "{}", "{0}", "{n.x}", "{n!r}", "{n:zz}", "{n:{n}}", "{{n}}", " "]
)
def test_a_pattern_that_can_t_be_filled_in_is_refused_before_anything_is_written(key: str, pattern: str) -> None:
    with pytest.raises(PatternError):
        _plan({"1": ["材料0.pdf"]}, patterns={key: pattern})


@pytest.mark.parametrize("pattern", ["{section}", "{punkt}", "{seq:zz}", "{line.x}"])
def test_a_pattern_that_makes_no_number_or_the_same_twice_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="佐证编号写法"):
        _plan({"1": ["材料0.pdf", "材料1.pdf"]}, patterns={"evidence_number": pattern})


def test_lines_that_share_points_say_so_and_merged_cells_lend_their_clause() -> None:
    first, second = LINES["Ⅰ"]
    merged = replace(second, row=replace(second.row, standard=""), shares_row_with="1", of=Fraction(0))
    group = Group("g", "一组", ("1", "2"), Fraction(20), all_met=True)
    lines = {"Ⅰ": [first, merged]}
    plan = plan_bundle(rubric(lines, groups=(group,)), card([score(first), score(merged)]), dossier({}), DRAFT)
    assert [divider.of for divider in plan.dividers] == ["第1、2项合计20分"] * 2
    assert plan.dividers[1].clause == first.row.standard


def test_attachments_have_names_that_windows_takes() -> None:
    long = "很长的名字" * 30
    paths = [f"a/{long}.docx", f"b/{long}.docx", f"c/{long.upper()}.DOCX", 'd/问?"号.xls.', "e/锁.pdf"]
    files = {path: evidence(path, verdict=Verdict.SLIP_SHEET) for path in paths}
    files["e/锁.pdf"] = replace(files["e/锁.pdf"], sha256="")
    fixed = rubric(LINES, {"patterns": {"evidence_number": "甲/{line}" + " " * 2 + "{seq}"}})
    plan = plan_bundle(fixed, card([score(ALL[0], paths)]), dossier(files), DRAFT)
    found = [name for name, _ in attachments(plan)]
    assert len(found) == 4 and len({name.casefold() for name in found}) == 4
    for name in found:
        folder, file = name.split("/")
        assert folder == "附件" and len(file) <= 72 and not set(file) & set('<>:"|?*\\') and file[-1] not in ". "
    assert list(attachment_names(plan).values()) == found
