"""Reasons as people read them: true, short, without raw numbers and without words of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from examples import sampled
from kaoping import api
from kaoping.core.model import Location, Unreadable
from kaoping.rubric.nodes import Question
from kaoping.rubric.rules.conditions import parse_condition
from kaoping.rubric.rules.evaluation import Outcome
from kaoping.rubric.rules.measures import parse_measure
from kaoping.scoring._readings import agreed, reasons
from second_scorer.facts import Unit
from second_scorer.units import changed, city, unit_of, write
from test_rules import context, measure, tree, unread

LONGEST = 300
_RAW = re.compile(r"\d\.\d{3,}")
#: Brackets within brackets of the same form, and a colon behind a colon within one clause.
_NESTED = re.compile(r"（[^（）]*（|〔[^〔〕]*〔(?!\d{4}〕)")
_CODE = re.compile(r"[A-Za-z]+_[a-z]+|[a-z]+-[a-z]+|\b(?:None|True|False|Fraction|Unreadable)\b|[\[\]{}]")


def told(folder: Path) -> Iterator[tuple[str, str]]:
    """Each line of the unit with each of its reasons."""
    for line in api.assess(folder).card.lines:
        for text in (*line.because, *(text for part in line.parts for text in part.because)):
            yield line.line, text


def faults(folder: Path) -> list[tuple[str, str]]:
    return [
        (line, text)
        for line, text in told(folder)
        if len(text) > LONGEST or _RAW.search(text) or _CODE.search(text) or _NESTED.search(text) or not text.strip()
    ]


@pytest.mark.parametrize("name", ["city-2017", "city-2017-settled", "county-2017", "rectification-2022"])
def test_no_reason_of_a_sample_is_long_or_raw(name: str, tmp_path: Path) -> None:
    api.copy_sample(tmp_path / "unit", name)
    assert faults(tmp_path / "unit") == []


@pytest.mark.slow
@pytest.mark.parametrize("numbers", sampled(1, [range(30), range(30, 200)]), ids=lambda numbers: f"{numbers[0]}")
@pytest.mark.parametrize("answered", [True, False], ids=["answered", "open"])
def test_no_reason_of_a_unit_at_random_is_long_or_raw(numbers: range, answered: bool, tmp_path: Path) -> None:
    wrong = []
    for number in numbers:
        unit = unit_of(number)
        unit.answers = unit.answers if answered else {}
        write(unit, tmp_path / "unit")
        wrong += [(number, *fault) for fault in faults(tmp_path / "unit")]
    assert wrong == []


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_cases_a_head_are_rounded_and_stay_on_their_side(tmp_path: Path) -> None:
    cases = ", ".join(f"{{id: A{n}}}" for n in range(45))
    whole = "{total: establishment, field: posts, as: 编制, unit: 人}"
    ratio = f"{{ratio: {{part: {{count: case, as: 办案, unit: 件}}, whole: {whole}}}, as: 人均办案, unit: 件"
    found = measure(ratio + "}", f"{{case: [{cases}], establishment: [{{id: B, posts: 32}}]}}")
    assert found.text == "人均办案1.41件（办案45件，编制32人）"
    edge = parse_condition(tree(ratio + ", at_least: 1.41}"))
    (text,) = edge.evaluate(context(f"{{case: [{cases}], establishment: [{{id: B, posts: 32}}]}}")).texts
    assert text == "人均办案1.406件（办案45件，编制32人）", "1.41 would be read as enough"


def test_a_declared_quotient_says_that_it_is_rounded() -> None:
    declared = "{indicator: [{id: x, name: 率, numerator: 13, denominator: 14, source: 系统, as_of: 2017-11-30}]}"
    assert measure("{indicator: x, as: 率, percent: true}", declared).text == "率13÷14≈92.86%（系统，截至2017-11-30）"
    exact = declared.replace("14", "26")
    assert measure("{indicator: x, as: 率, percent: true}", exact).text.startswith("率13÷26＝50%")


# -- what is filled in is not “未填” -----------------------------------------------------------------------------------

DECLARED = "{indicator: [{id: x, name: 率, numerator: 1, denominator: 1, source: 系统, as_of: 2017-11-30}]}"


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("numerator", "十三", "率：分子填得不对"),
        ("denominator", "十四", "率：分母填得不对"),
        ("numerator", "", "率：没有写分子"),
    ],
)
def test_an_indicator_that_can_t_be_read_is_no_number_and_not_empty(field: str, text: str, says: str) -> None:
    for its in ("{indicator: x, as: 率, percent: true}", "{indicator: x, as: 率}"):
        found = parse_measure(tree(its)).evaluate(unread("indicator", DECLARED, field, 0, text))
        assert (found.known, found.text) == (False, says), its
    assert "未填" in measure("{indicator: x, as: 率}", DECLARED.replace("numerator: 1, ", "")).text


def test_a_fact_of_the_unit_that_can_t_be_read_is_not_empty() -> None:
    condition = parse_condition(tree("{unit: platform_online, is: 是}"))
    assert condition.evaluate(context(platform_online=Unreadable("上了"))).texts == (
        "单位情况的“本级平台已上线”填得不对",
    )
    assert condition.evaluate(context(platform_online=None)).texts == ("单位情况的“本级平台已上线”未填",)


def test_a_state_that_can_t_be_read_is_not_told_as_if_it_could() -> None:
    condition = parse_condition(
        tree("{recorded: reform_item, where: {item: 办公用房}, field: state, is: 已完成, as: 用房}")
    )
    records = "{reform_item: [{id: G1, item: 办公用房, state: 已完成}]}"
    found = condition.evaluate(unread("reform_item", records, "state", 0, "差不多"))
    assert (found.value, found.text) == (None, "用房：完成情况填得不对")


def test_a_step_that_came_too_late_is_not_called_empty(tmp_path: Path) -> None:
    def late(unit: Unit) -> None:
        for row in unit.tables["training_plan"]:
            row["submitted"] = unit.facts["submit_date"].replace(day=31)

    write(changed(city(), late), tmp_path / "unit")
    line = next(line for line in api.assess(tmp_path / "unit").card.lines if line.line == "7")
    left = [use.why for use in line.uses if use.kind == "training_plan"]
    assert left and all(why == "年内到报送时没有报送日期" for why in left)


def test_an_empty_judgement_is_called_so() -> None:
    condition = parse_condition(tree("{judged: [良好], others: [一般]}"))
    empty = "{judgement: [{id: Y1, line: x}]}"
    assert condition.evaluate(context(empty)).text == "评判未填"
    wrong = unread("judgement", "{judgement: [{id: Y1, line: x, choice: 良好}]}", "choice", 0, "很好")
    assert condition.evaluate(wrong).text == "评判“很好”不在可选项之内"


def test_a_venue_in_doubt_is_named_and_not_numbered() -> None:
    venues = "{id: QC0078, name: 飞鱼网吧, operation: 全年营业}, {id: QC0079, name: 蓝鲸网咖}, {id: QC0080}"
    records = f"{{venue: [{venues}], inspection: [{{id: J1, venue: QC0078}}]}}"
    rule = (
        "{per_group: {groups: venue, group_where: {operation: 全年营业}, records: inspection, by: venue, take: min}, "
    )
    found = measure(rule + "as: 检查, unit: 次}", records)
    assert "最少的是飞鱼网吧" in found.text
    assert "蓝鲸网咖、QC0080：营业情况未填" in found.text, "one without a name by what it has"
    assert "QC0078" not in found.text and "QC0079" not in found.text


# -- open questions ----------------------------------------------------------------------------------------------------


def questions(*names: str) -> list[Question]:
    return [Question(name, f"{name}算不算？", {"计入": 1, "不计入": 0}, Location()) for name in names]


def outcomes(points: Any, *options: tuple[str, ...]) -> dict[tuple[str, ...], Outcome]:
    import itertools

    return {
        chosen: Outcome(Fraction(points(chosen)), Fraction(points(chosen)), (f"{chosen.count('计入')}件", "得分"))
        for chosen in itertools.product(*options)
    }


YES_NO = ("计入", "不计入")


def test_one_question_is_told_with_each_answer() -> None:
    assert reasons(questions("甲"), outcomes(lambda its: its.count("计入"), YES_NO)) == (
        "得分",
        "口径未定：甲算不算？（计入 / 不计入）",
        "按“计入”得1分：1件",
        "按“不计入”得0分：0件",
    )


def test_a_question_that_changes_nothing_is_not_put() -> None:
    found = reasons(questions("甲", "乙"), outcomes(lambda its: its[1] == "计入", YES_NO, YES_NO))
    assert "甲" not in "".join(found)
    assert found[1] == "口径未定：乙算不算？（计入 / 不计入）"


def test_a_question_that_changes_the_count_and_not_the_points_is_told_with_both() -> None:
    """The report may count by one answer and the score sheet by the other: neither is wrong, and both are named."""
    both = {
        ("本级",): Outcome(Fraction(2), Fraction(2), ("98.11%（52件，53件）", "得2分")),
        ("全市",): Outcome(Fraction(2), Fraction(2), ("94.03%（63件，67件）", "得2分")),
    }
    question = Question("scope", "按本级算，还是按全市算？", {"本级": 1, "全市": 2}, Location())
    assert agreed([question], both) == (
        "按本级算，还是按全市算？（本级 / 全市），按哪一种得分都一样",
        "按“本级”：98.11%（52件，53件）",
        "按“全市”：94.03%（63件，67件）",
        "得2分",
    )
    alike = {answers: Outcome(Fraction(2), Fraction(2), ("50%", "得2分")) for answers in both}
    assert agreed([question], alike) == ("50%", "得2分")


def test_an_unclaimed_bonus_and_a_decided_line_say_nothing_of_our_workings(tmp_path: Path) -> None:
    api.copy_sample(tmp_path / "unit", "city-2017-settled")
    texts = [text for _, text in told(tmp_path / "unit")]
    assert not [text for text in texts if "未评判" in text or "这个范围内" in text]
    assert "不申报" in texts


def test_results_are_grouped_and_never_the_whole_product() -> None:
    """Sixteen combinations, three results."""
    found = reasons(
        questions("甲", "乙", "丙", "丁"),
        outcomes(lambda its: {0: 0, 4: 20}.get(its.count("计入"), 10), *[YES_NO] * 4),
    )
    assert found[1:] == (
        "口径未定：①甲算不算？（计入 / 不计入）；②乙算不算？（计入 / 不计入）；"
        "③丙算不算？（计入 / 不计入）；④丁算不算？（计入 / 不计入）",
        "按①②③④“计入”得20分：4件",
        "按①②③④“不计入”得0分：0件",
        "其余答法得10分：如3件",
    )


def test_many_results_are_told_by_their_ends() -> None:
    found = reasons(questions(*"甲乙丙丁"), outcomes(lambda its: its.count("计入"), *[YES_NO] * 4))
    assert found[2:] == (
        "按①②③④“计入”得4分：4件",
        "按①②③④“不计入”得0分：0件",
        "其余答法得1～3分：如按①②③“计入”④“不计入”得3分，如按①“计入”②③④“不计入”得1分",
    )


def test_line_26_says_each_question_once(tmp_path: Path) -> None:
    def open_cases(unit: Unit) -> None:
        unit.answers = {}
        base = unit.tables["case"][0]
        own = ["罚款"] * 7 + ["警告并罚款", "不予处罚", "撤案", "移送"] * 2
        unit.tables["case"] = [
            {**base, "id": f"A{n}", "outcome": outcome, "category": "网络文化", "prohibited": True}
            for n, outcome in enumerate(own)
        ] + [{**base, "id": f"X{n}", "level": "县级", "county": "乙区"} for n in range(12)]

    write(changed(city(), open_cases), tmp_path / "unit")
    texts = [text for line, text in told(tmp_path / "unit") if line == "26"]
    (asked,) = [text for text in texts if text.startswith("口径未定")]
    assert [asked.count(number) for number in "①②③④⑤⑥"] == [1, 1, 1, 1, 1, 0]
    assert texts[texts.index(asked) + 1] == (
        "按①“本级”②③④⑤“不计入”得0分：人均办结案件1.75件〔办结案件（简易程序和一般程序的警告除外）7件，编制4人〕"
    )
    assert len(texts) <= 5
