"""Two years' rubrics compared: what became of each line, which records still serve, what the same records come to."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from kaoping.cli.main import cli

from culture import RUBRIC
from kaoping import api
from kaoping.codification.tables.draft import Draft
from kaoping.codification.year_on_year import (
    Change,
    change_text,
    compare_years,
    sides_of_draft,
    sides_of_rubric,
)
from kaoping.core.errors import KaopingError
from rubric_papers import HEAD, SEED, read, read_rows

BEFORE = [
    ["一、日常工作", "1.按时召开工作例会", "查记录", "5", "全年召开例会12次，每少1次扣0.5分；没有会议纪要的扣1分。"],
    ["", "2.隐患整改", "查台账", "10", "隐患整改率90%以上的得10分，不足90%的得0分。"],
    ["", "3.信息报送", "查平台", "5", "每月报送信息3条，每少1条扣0.5分。"],
    ["", "4.矛盾调处", "查平台", "5", "矛盾调处成功率80%以上的得5分。"],
    [
        "二、培训宣传",
        "5.组织业务培训并开展宣传活动",
        "查资料",
        "8",
        "全年业务培训4次，每少1次扣1分；宣传活动6次，每少1次扣0.5分。",
    ],
    ["", "6.入户走访", "查记录", "4", "每季度入户走访一次，每少一次扣1分。"],
]


def _sides(rows: list[list[str]]) -> Draft:
    return read_rows(HEAD, *rows)[0]


def _changes(before: list[list[str]], after: list[list[str]]) -> list[Change]:
    return list(compare_years(sides_of_draft(_sides(before)), sides_of_draft(_sides(after))).changes)


def _changed(row: int, column: int, text: str) -> list[list[str]]:
    rows = [list(its) for its in BEFORE]
    rows[row][column] = text
    return rows


def test_the_same_rubric_has_no_changes_whatever_form_it_came_in() -> None:
    draft, _ = read(SEED.name, SEED.read_bytes())
    compared = compare_years(sides_of_rubric(RUBRIC), sides_of_draft(draft))
    assert [change_text(change) for change in compared.changes] == []
    assert compared.same == 49


def test_an_edge_that_moved_is_told_as_one() -> None:
    (change,) = _changes(BEFORE, _changed(1, 4, "隐患整改率95%以上的得10分，不足95%的得0分。"))
    assert change.what == ("edge",)
    assert change.edges == (("90%", "95%"), ("90%", "95%"))
    assert change_text(change) == "线动了：第2项“隐患整改” → 第2项“隐患整改”：90%→95%；90%→95%"


def test_other_words_and_other_points_are_told() -> None:
    (change,) = _changes(BEFORE, _changed(3, 4, "矛盾纠纷调处成功率80%以上的得5分。"))
    assert (change.what, change.words) == (("reworded",), (("", "纠纷"),))
    (change,) = _changes(BEFORE, _changed(3, 3, "8"))
    assert change.what == ("points",)
    assert "5分→8分" in change_text(change)


def test_added_and_dropped_lines() -> None:
    fresh = ["", "7.应急演练", "查方案", "5", "组织应急演练，没有组织的不得分。"]
    added, dropped = _changes(BEFORE, [*BEFORE, fresh]), _changes([*BEFORE, fresh], BEFORE)
    assert [(its.what, its.after[0].title) for its in added] == [(("added",), "应急演练")]
    assert [(its.what, its.before[0].title) for its in dropped] == [(("dropped",), "应急演练")]


def test_a_line_split_in_two_and_two_merged() -> None:
    parted = [list(row) for row in BEFORE]
    parted[4:5] = [
        ["二、培训宣传", "5.组织业务培训", "查资料", "4", "全年业务培训4次，每少1次扣1分。"],
        ["", "6.开展宣传活动", "查资料", "4", "宣传活动6次，每少1次扣0.5分。"],
    ]
    (split,), (merged,) = _changes(BEFORE, parted), _changes(parted, BEFORE)
    assert (split.what, len(split.before), len(split.after)) == (("split",), 1, 2)
    assert (merged.what, len(merged.before), len(merged.after)) == (("merged",), 2, 1)


def test_a_line_that_moved_to_another_part() -> None:
    moved = [*BEFORE[:2], *BEFORE[3:], ["", *BEFORE[2][1:]]]
    assert [its.what for its in _changes(BEFORE, moved)] == [("moved",)]


@pytest.fixture(scope="module")
def seed_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "province-2018"
    api.read_rubric(SEED, folder)
    return folder


def test_records_of_last_year_and_their_points_under_both(seed_pack: Path) -> None:
    from kaoping.core import resources

    diff = api.diff_rubrics("culture-2017", str(seed_pack), resources.sample("county-2017"))
    assert diff.compared.kinds["training"] == (("10", "11"), ("10", "11"))
    assert diff.kinds["training"] == "培训记录"
    assert diff.cards is not None
    before, after = diff.cards
    assert before.total.high < after.total.high  # where every line is open, all of it may be reached
    assert after.total.low <= before.total.low


def test_a_file_that_is_no_pack_scores_nobody(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        api.diff_rubrics("culture-2017", str(SEED), tmp_path)
    assert [its.code for its in refused.value.findings] == ["codification.not_a_pack"]


def test_the_command_says_it_in_sentences(seed_pack: Path) -> None:
    result = CliRunner().invoke(cli, ["rubric", "diff", "culture-2017", str(seed_pack)])
    assert result.exit_code == 0, result.output
    assert "一样的 49 项，不一样的 0 处。" in result.output
    assert "去年的记录还用得上的：" in result.output
