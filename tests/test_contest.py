"""The contest (岗位练兵技能竞赛): from recorded scores to prizes, honours and candidates, and what stays open."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contests import Rows, contest, dossier, ruling
from culture import CULTURE
from examples import examples
from kaoping import api
from kaoping.core import resources
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Findings
from kaoping.package import manifest
from kaoping.pipeline._outputs import Outputs
from kaoping.wings.contest._competition_file import known, load, load_file
from kaoping.wings.contest._contest_check import check_contest
from kaoping.wings.contest._drills import drills_of, reached
from kaoping.wings.contest._rankings import Ranking
from kaoping.wings.contest._results import Results, compute
from kaoping.wings.contest._results_workbook import contest_sheet
from kaoping.wings.contest._season import Season
from units import good_unit, only

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"
RULES = load(CULTURE, "jiaxing-2022")
CANTEEN = load_file(DATA / "competitions" / "canteen-2024.yaml", CULTURE.vocabulary)
SUBJECTS = [subject.title for subject in RULES.subjects]
CASES: list[dict[str, Any]] = yaml.load((DATA / "contest_cases.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader)


def _records(
    marks: Mapping[str, Sequence[str]], teams: Mapping[str, str] | None = None, **more: Rows
) -> dict[str, Rows]:
    return {**contest(marks, SUBJECTS, teams), **more}


def _computed(records: Mapping[str, Rows]) -> Results:
    results = compute(dossier(records), RULES, Findings())
    assert results is not None
    return results


def _checked(records: Mapping[str, Rows], year: int = 2017) -> list[Finding]:
    findings = Findings()
    check_contest(Season(dossier(records, year)), findings)
    return list(findings)


def _prizes(ranking: Ranking) -> dict[str, str]:
    told = {one.entry.name: "|".join(prize or "-" for prize in ranking.prizes(one)) for one in ranking.ranked}
    return {name: prizes for name, prizes in told.items() if prizes != "-"}


# -- worked cases ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_worked_case(case: dict[str, Any]) -> None:
    rulings = [ruling(**said) for said in case.get("rulings", ())]
    honours = [{"id": f"CH{n}", **said} for n, said in enumerate(case.get("honour", ()))]
    records = _records(case["marks"], case.get("teams"), contest_ruling=rulings, honour=honours)
    results = _computed(records)
    for name, expected in case.get("expect", {}).items():
        award, _, subject = name.partition("/")
        assert _prizes(results.ranking(award, subject)) == expected, name
    told = [why for ranking in results.of("person") for why in ranking.open]
    told += [why for ranking in results.of("team") for why in ranking.open if "代表队的成绩怎么算" not in why]
    if case.get("open") == [] and not rulings:
        assert told == []
    for words in case.get("open", ()):
        assert any(words in why for ranking in results.rankings for why in ranking.open), words
    for title, states in case.get("honours", {}).items():
        assert {c.name: c.state for c in results.honours if c.honour.title == title} == states
    assert set(case.get("findings", ())) <= {f.code for f in _checked(records)}


def test_the_cases_look_at_every_award_and_every_rule() -> None:
    awards = {name.partition("/")[0] for case in CASES for name in case.get("expect", {})}
    assert awards == {award.id for award in RULES.awards}
    answers = {said["answer"] for case in CASES for said in case.get("rulings", ())}
    assert answers == {name for question in RULES.questions.values() for name in question.options}


def test_a_score_says_what_it_is_made_of() -> None:
    marks = {"甲": ["90", "80", "70.5"], "乙": ["60", "60", "缺考"]}
    records = _records(marks, {"甲": "东队", "乙": "东队"}, contest_ruling=[ruling("代表队成绩", "平均成绩")])
    results = _computed(records)
    (first, second) = results.ranking("person-all-round").ranked
    assert first.entry.trace == (
        "政策法规考试90（甲-政策法规考试）", "文书制作（案卷纠错）80（甲-文书制作（案卷纠错））",
        "平台应用及网络案件证据固定70.5（甲-平台应用及网络案件证据固定）", "合计240.5",
    )  # fmt: skip
    assert "缺考" in second.entry.trace[2]
    (team,) = results.ranking("team-single", "writing").ranked
    assert team.entry.trace == ("平均成绩：（甲80＋乙60）÷2＝70", "参赛人员 甲、乙")


def test_a_tied_rank_is_shown_as_tied_and_the_next_counts_on() -> None:
    ranking = _computed(_records({"甲": ["90"] * 3, "乙": ["80"] * 3, "丙": ["80"] * 3, "丁": ["70"] * 3})).ranking(
        "person-all-round"
    )
    assert [ranking.rank_text(one) for one in ranking.ranked] == ["1", "并列2", "并列2", "4"]


# -- the next contest ------------------------------------------------------------------------------------------------

NINE = {name: [str(90 - n)] * 3 for n, name in enumerate("甲乙丙丁戊己庚辛壬")}


def _delegate(who: str, role: str) -> dict[str, str]:
    return {"id": who, "contestant": who, "role": role, "reason": "成绩好", "who": "局党组", "when": "2017-10-10"}


def test_candidates_are_those_with_prizes_in_the_order_of_their_totals() -> None:
    results = _computed(_records(NINE, delegate=[_delegate("乙", "备份")]))
    assert [(c.name, c.rank) for c in results.candidates] == [(n, str(k)) for k, n in enumerate("甲乙丙丁戊己", 1)]
    assert results.candidates[1].role == "备份" and "局党组" in results.candidates[1].decided
    assert results.candidates[0].role == "" and "个人全能奖一等奖" in results.candidates[0].prizes


def test_a_delegation_that_is_not_four_and_one_is_told() -> None:
    finding = only(_checked(_records(NINE, delegate=[_delegate(n, "参赛") for n in "甲乙丙"])), "contest.delegation")
    assert "参赛应为4人，记了3人；备份应为1人，记了0人" in finding.problem


def test_who_was_chosen_without_a_prize_is_told_and_listed() -> None:
    chosen = [_delegate(n, "参赛") for n in "甲乙丙壬"] + [_delegate("丁", "备份")]
    records = _records(NINE, delegate=chosen)
    assert "壬" in only(_checked(records), "contest.not_candidate").problem
    assert not _computed(records).candidates[-1].strong and _computed(records).candidates[-1].name == "壬"


# -- what is wrong ---------------------------------------------------------------------------------------------------

TEAM_RULE = ruling("代表队成绩", "平均成绩")


def _slip(**changed: str) -> dict[str, Rows]:
    """A contest of nine in order, with the first score changed."""
    records = _records(NINE, {n: f"{n}队" for n in NINE}, contest_ruling=[TEAM_RULE])
    first, *rest = records["contest_score"]
    return {**records, "contest_score": [{**first, **changed}, *rest]}


def test_a_contest_in_order_says_nothing() -> None:
    assert [f.problem for f in _checked(_slip())] == []


def test_a_unit_without_a_contest_hears_nothing() -> None:
    assert _checked({}) == []
    assert compute(dossier({}), RULES, Findings()) is None


@pytest.mark.parametrize(
    ("start", "end", "late"),
    [
        ("2017-09-29", "2017-09-30", False), ("2017-09-30", "", False), ("2017-09-30", "2017-10-01", True),
        ("2017-10-09", "", True), ("2018-01-05", "", True),
    ],
)  # fmt: skip
def test_a_contest_after_the_end_of_september_is_late(start: str, end: str, late: bool) -> None:
    records = {"contest": [{"id": "JS", "title": "竞赛", "start": start, "end": end}]}
    findings = _checked(records)
    assert [f.code for f in findings] == ["contest.late"] * late + ["contest.no_contestants"]
    if late:
        assert "2017年9月30日" in findings[0].problem


def test_the_year_is_the_units_own() -> None:
    records = {"contest": [{"id": "JS", "title": "竞赛", "start": "2022-10-08"}]}
    assert "2022年9月30日" in only(_checked(records, 2022), "contest.late").problem


@pytest.mark.parametrize(
    ("changed", "code", "says"),
    [
        ({"subject": "英语"}, "contest.unknown_subject", "“英语”"),
        ({"state": "缺考"}, "contest.score_state", "状态是“缺考”，又有成绩90"),
        ({"score": ""}, "contest.score_state", "状态是“到考”，没有成绩"),
    ],
)
def test_a_score_that_can_not_be_used(changed: dict[str, str], code: str, says: str) -> None:
    records = _slip(**changed)
    assert says in only(_checked(records), code).problem
    ranking = _computed(records).ranking("person-single", "policy")
    assert list(ranking.winners()) == [] and "没有登记齐：甲" in ranking.open[0]


def test_a_subject_may_be_called_otherwise() -> None:
    assert _checked(_slip(subject="政策法规")) == []


def test_a_score_above_the_full_mark() -> None:
    records = _slip(score="100.5")
    held = [{**records["contest"][0], "full_mark": "100"}]
    assert "100.5分，满分是100分" in only(_checked({**records, "contest": held}), "contest.score_range").problem
    assert _checked({**_slip(score="100"), "contest": held}) == []


def test_a_subject_written_twice_for_one_person() -> None:
    records = _slip()
    again = {**records["contest_score"][0], "id": "又一条", "score": "60"}
    records = {**records, "contest_score": [*records["contest_score"], again]}
    finding = only(_checked(records), "contest.score_twice")
    assert "“甲”" in finding.problem and "又一条" in finding.problem
    assert _computed(records).ranking("person-all-round").blocked
    assert not _computed(records).ranking("person-single", "writing").blocked


def test_a_subject_without_a_record_is_told_by_name() -> None:
    records = _slip()
    records = {**records, "contest_score": records["contest_score"][1:]}
    assert "“政策法规考试”没有甲的成绩" in only(_checked(records), "contest.score_missing").problem


def test_fewer_contestants_than_prizes() -> None:
    records = _records({"甲": ["90"] * 3, "乙": ["80"] * 3}, {"甲": "东队", "乙": "西队"}, contest_ruling=[TEAM_RULE])
    finding = only(_checked(records), "contest.few")
    assert "个人全能奖设6个奖，有成绩的只有2个" in finding.problem and "团体全能奖设3个奖" in finding.problem


def test_what_is_open_is_told_once_with_all_awards_that_it_concerns() -> None:
    records = {**_slip(), "contest_ruling": []}
    finding = only(_checked(records), "contest.open")
    assert finding.problem.startswith("竞赛结果待定：团体单项奖·政策法规考试、")
    assert "团体全能奖：代表队的成绩怎么算" in finding.problem


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (ruling("名额", "照旧"), "没有“名额”这件待定的事"),
        (ruling("并列", "抓阄"), "没有“抓阄”这个答复"),
        (ruling("并列", "加赛", "最佳风采奖"), "没有“最佳风采奖”这个奖项"),
        (ruling("并列", "加赛", "", "甲；无此人"), "无此人不是参赛人员"),
    ],
)
def test_a_ruling_that_nothing_can_be_done_with(said: dict[str, str], says: str) -> None:
    records = {**_slip(), "contest_ruling": [TEAM_RULE, said]}
    assert says in only(_checked(records), "contest.unknown_ruling").problem


def test_rulings_that_contradict_each_other_do_not_hold() -> None:
    records = {**_slip(), "contest_ruling": [TEAM_RULE, ruling("代表队成绩", "全队成绩之和")]}
    finding = only(_checked(records), "contest.ruling_twice")
    assert "平均成绩、全队成绩之和" in finding.problem
    assert _computed(records).ranking("team-all-round").blocked


def test_a_ruling_for_one_award_stands_beside_the_one_for_all() -> None:
    rulings = [TEAM_RULE, ruling("代表队成绩", "全队成绩之和", "团体全能奖")]
    results = _computed(_records({"甲": ["9"] * 3, "乙": ["7"] * 3}, contest_ruling=rulings))
    assert results.ranking("team-all-round").ranked[0].score == 48
    assert results.ranking("team-single", "policy").ranked[0].score == 8


def test_a_question_that_nothing_is_computed_from_takes_any_answer() -> None:
    records = {**_slip(), "contest_ruling": [TEAM_RULE, ruling("年终考评加分", "一等奖加1分")]}
    assert _checked(records) == []
    assert [r.answer for r in _computed(records).rulings] == ["平均成绩", "一等奖加1分"]


def test_several_contests_and_none() -> None:
    two = [{"id": i, "title": "竞赛", "start": "2017-09-26"} for i in ("A", "B")]
    assert "A、B" in only(_checked({**_slip(), "contest": two}), "contest.several").problem
    assert only(_checked({**_slip(), "contest": []}), "contest.missing")
    assert compute(dossier({**_slip(), "contest": two}), RULES, Findings()) is None


def test_rules_that_there_are_not() -> None:
    held = [{"id": "JS", "title": "竞赛", "start": "2017-09-26", "competition": "atlantis-1999"}]
    finding = only(_checked({"contest": held}), "contest.unknown_rules")
    assert "atlantis-1999" in finding.problem and "jiaxing-2022" in finding.problem
    assert "[1]competition" in str(finding.at)


def test_an_honour_that_there_is_not_and_one_out_of_reach() -> None:
    records = {
        **_slip(),
        "honour": [
            {"id": "1", "contestant": "甲", "honour": "先进个人"},
            {"id": "2", "contestant": "壬", "honour": "青年岗位能手"},
        ],
    }
    findings = _checked(records)
    assert "先进个人" in only(findings, "contest.unknown_honour").problem
    assert "“壬”申报了“甲市青年岗位能手”" in only(findings, "contest.not_entitled").problem


def test_while_scores_are_lacking_an_honour_is_open_and_nobody_is_refused_it() -> None:
    records = {**_slip(score=""), "honour": [{"id": "2", "contestant": "壬", "honour": "青年岗位能手"}]}
    assert "contest.not_entitled" not in {f.code for f in _checked(records)}
    assert [(c.name, c.state) for c in _computed(records).honours if c.honour.id == "young"] == [("壬", "名次待定")]


# -- drills ----------------------------------------------------------------------------------------------------------


def _drill(id_: str, drill: str, day: str, phase: str = "") -> dict[str, str]:
    return {"id": id_, "drill": drill, "date": day, "title": "活动", "phase": phase}


def test_drills_are_sorted_by_field_and_by_phase() -> None:
    rows = [
        _drill("1", "政治练兵", "2017-07-20"),
        _drill("2", "法治练兵", "2017-07-21"),
        _drill("3", "业务练兵", "2017-11-01"),
    ]
    rows += [_drill("4", "实战练兵", "2017-11-01", "岗位练兵阶段"), _drill("5", "科技练兵", "2017-09-20")]
    findings = Findings()
    drills = drills_of(dossier({"drill": rows}), RULES, findings)
    assert len(findings) == 0
    assert {title: [r.id for r in found] for title, found in drills.by_phase} == {
        "宣传动员阶段": ["1"], "岗位练兵阶段": ["2", "4", "5"], "技能竞赛阶段": [], "": ["3"],
    }  # fmt: skip
    assert [(title, len(found)) for title, found in drills.by_drill] == [(drill.title, 1) for drill in RULES.drills]


def test_a_field_without_drills_and_a_phase_that_there_is_not() -> None:
    findings = _checked({"drill": [_drill("1", "政治练兵", "2017-07-20", "冲刺阶段")]})
    assert "法治练兵、业务练兵、实战练兵、科技练兵" in only(findings, "contest.drill_lacking").problem
    assert "冲刺阶段" in only(findings, "contest.unknown_drill").problem


@pytest.mark.parametrize(
    ("credits", "self_test", "both"),
    [
        ("80", "60", True), ("79.5", "60", False), ("80", "59", False), ("", "60", None), ("80", "", None),
        ("", "59", False), ("", "", None), ("120", "100", True),
    ],
)  # fmt: skip
def test_both_standards_or_not_or_nobody_knows(credits: str, self_test: str, both: bool | None) -> None:
    row = {"id": "1", "name": "甲", "body": "甲队", "credits": credits, "self_test": self_test}
    unit = dossier({"drill_person": [row]})
    assert reached(unit.records("drill_person")[0], RULES) is both
    (body,) = drills_of(unit, RULES, Findings()).bodies
    assert (body.both, body.short, body.unknown) == (both is True, both is False, both is None)


# -- the rules are data ----------------------------------------------------------------------------------------------


def test_every_quotation_is_the_notices_own() -> None:
    source = re.sub(r"\s", "", (DATA / "contest-2022.txt").read_text("utf-8"))
    assert len(RULES.texts) >= 17
    assert [text for text in RULES.texts if re.sub(r"\s", "", text) not in source] == []


def test_the_rules_are_what_the_notice_says() -> None:
    assert known(CULTURE) == ["jiaxing-2022"]
    assert [(a.level, a.by_total, a.number) for a in RULES.awards] == [
        ("team", False, 3), ("team", True, 3), ("person", False, 6), ("person", True, 6),
    ]  # fmt: skip
    assert RULES.delegation.roles == {"参赛": 4, "备份": 1}
    assert [(its.title, its.least, its.unit) for its in RULES.standards.each] == [
        ("自学", 80, "学分"),
        ("自测", 60, "分"),
    ]
    assert str(RULES.summary.due.of(2022)) == "2022-09-30"


def test_python_names_no_subject_award_honour_or_drill() -> None:
    code = "\n".join(p.read_text("utf-8") for room in ("src", "cli") for p in (ROOT / room).rglob("*.py"))
    for rules in (RULES, CANTEEN):
        names = [named.title for named in (*rules.subjects, *rules.awards, *rules.honours, *rules.drills)]
        names += [prize for award in rules.awards for prize in award.prizes]
        names += [option for question in rules.questions.values() for option in question.options]
        names += [named.id for named in (*rules.subjects, *rules.awards, *rules.honours)]
        assert [name for name in names if f'"{name}"' in code] == []
    assert CANTEEN.id not in code


def test_another_competition_stands_as_data_alone() -> None:
    subjects = [subject.title for subject in CANTEEN.subjects]
    marks = {"甲": ["9", "7"], "乙": ["7", "9"], "丙": ["9", "缺考"]}
    records = contest(marks, subjects, {"甲": "早班", "乙": "早班", "丙": "晚班"})
    rulings = [ruling("同分", "比热菜"), ruling("班组分", "前两名")]
    results = compute(dossier({**records, "contest_ruling": rulings}), CANTEEN, Findings())
    assert results is not None
    assert _prizes(results.ranking("stove")) == {"乙": "金奖", "甲": "银奖"}
    assert _prizes(results.ranking("craft", "knife")) == {"甲": "金奖", "丙": "金奖"}
    assert _prizes(results.ranking("crew")) == {"早班": "锦旗"}
    assert {(c.title, c.name, c.state) for c in results.honours} == {
        ("甲市名厨", "甲", "条件待核"), ("甲市名厨", "乙", "条件待核"), ("甲市名厨", "丙", "条件待核"),
    }  # fmt: skip
    assert [c.name for c in results.candidates] == ["乙", "甲"]


SOUND = (DATA / "competitions" / "canteen-2024.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("was", "now", "path", "expected"),
    [
        ("from: 03-01", "from: 3月1日", "phases[1].from", "应为几月几日"),
        ("from: 03-01", "from: 02-30", "phases[1].from", "应为几月几日"),
        ("from: 03-01", "from: 04-01", "phases[1]", "from 应不晚于 to"),
        ("id: knife", "id: total", "subjects[1].id", "不能用这个编号"),
        ("title: 热菜", "title: 切配", "subjects", "“切配”写了两次"),
        ("level: team", "level: crew", "awards[1].level", "应为 person、team 之一"),
        ("{锦旗: 1}", "{锦旗: 半}", "awards[1].prizes.锦旗", "应为数字"),
        ("{锦旗: 1}", "{锦旗: 0}", "awards[1].prizes.锦旗", "应为正整数"),
        ("id: craft", "id: stove", "awards", "“stove”写了两次"),
        ("award: craft", "award: crew", "honours[1].from[1].award", "应为 stove、craft 之一"),
        ("prizes: [金奖]}]", "prizes: [铜奖]}]", "honours[1].from[1].prizes[1]", "应为 金奖 之一"),
        ("prizes: [金奖]}]", "first: 1, prizes: [金奖]}]", "honours[1].from[1]", "之一"),
        ("how: 核准", "how: 默认", "honours[1].how", "应为 核准、申报 之一"),
        ("condition: 从业五年", "condition: 从业五年, passed_down: true", "honours[1].passed_down", "只能写 false"),
        ("candidates: [stove]", "candidates: [crew]", "delegation.candidates[1]", "应为 stove、craft 之一"),
        ("about: ties", "about: tie", "questions.equal.about", "应为 ties、absent、team 之一"),
        ("rule: share", "rule: luck", "questions.equal.options.都发.rule", "应为 share、playoff、compare 之一"),
        ("by: [wok]", "by: [soup]", "questions.equal.options.比热菜.by[1]", "应为 total、knife、wok 之一"),
        ("rule: best, of: 2", "rule: best", "questions.crew.options.前两名", "要写 of"),
        ("about: absent", "about: team", "questions.absent.options.算零.rule", "应为 sum、best、mean 之一"),
        ("year", "year", "", ""),
    ],
)  # fmt: skip
def test_a_mistake_in_the_rules_is_told_with_its_place(
    was: str, now: str, path: str, expected: str, tmp_path: Path
) -> None:
    file = tmp_path / "canteen.yaml"
    file.write_text(SOUND.replace(was, now, 1) if path else SOUND, encoding="utf-8")
    if not path:
        assert load_file(file, CULTURE.vocabulary) == CANTEEN, "the one that they differ from is sound"
        return
    with pytest.raises(KaopingError) as error:
        load_file(file, CULTURE.vocabulary)
    finding = error.value.findings[0]
    assert finding.code == "contest.rules_expected"
    assert expected in finding.problem and f"“{path}”" in finding.problem


def test_all_mistakes_in_the_rules_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "canteen.yaml"
    file.write_text(SOUND.replace("from: 03-01", "from: 3月").replace("{锦旗: 1}", "{锦旗: 半}"), encoding="utf-8")
    with pytest.raises(KaopingError) as error:
        load_file(file, CULTURE.vocabulary)
    assert {f.at.path for f in error.value.findings} >= {"phases[1].from", "awards[1].prizes.锦旗"}


# -- whatever the scores are -----------------------------------------------------------------------------------------

# A score that was not recorded blocks whole rankings: seldom, so that the others have something to show.
_MARK = st.sampled_from([*"0123456" * 4, "3.5", "3.5", "缺考", "缺考", "不参加", "违纪取消", ""])
_MARKS = st.dictionaries(
    st.sampled_from(list("甲乙丙丁戊己庚辛壬癸")), st.tuples(_MARK, _MARK, _MARK), min_size=1, max_size=10
).filter(lambda marks: any(mark for row in marks.values() for mark in row))
_RULINGS = st.tuples(
    *(st.sampled_from(["", *q.options]).map(lambda a, t=q.title: (t, a)) for q in RULES.questions.values() if q.about)
)


def _drawn(marks: Mapping[str, Sequence[str]], answers: Sequence[tuple[str, str]], order: str = "") -> dict[str, Rows]:
    teams = {name: "东西中"[ord(name) % 3] for name in marks}
    rulings = [ruling(title, answer) for title, answer in answers if answer]
    return _records({name: marks[name] for name in order or marks}, teams, contest_ruling=rulings)


@settings(max_examples=examples(150))
@given(marks=_MARKS, answers=_RULINGS)
def test_no_more_prizes_than_there_are_and_none_to_who_did_worse(
    marks: dict[str, Sequence[str]], answers: Sequence[tuple[str, str]]
) -> None:
    shared = ("并列", "并列都授") in answers
    for ranking in _computed(_drawn(marks, answers)).rankings:
        given = Counter(prize for prize, _ in ranking.winners())
        assert shared or all(given[title] <= number for title, number in ranking.award.prizes.items())
        order = [*ranking.award.prizes, ""]
        settled = [
            (order.index(ranking.prizes(one)[0]), one.score) for one in ranking.ranked if len(ranking.prizes(one)) == 1
        ]
        known_ = [(prize, score) for prize, score in settled if score is not None]
        assert all(a >= b for prize, a in known_ for other, b in known_ if prize < other)
        assert bool(ranking.open) >= any(len(ranking.prizes(one)) > 1 for one in ranking.ranked)


@settings(max_examples=examples(60))
@given(marks=_MARKS, answers=_RULINGS, data=st.data())
def test_the_order_of_the_records_does_not_matter(
    marks: dict[str, Sequence[str]], answers: Sequence[tuple[str, str]], data: st.DataObject
) -> None:
    order = "".join(data.draw(st.permutations(sorted(marks))))
    one, other = _computed(_drawn(marks, answers)), _computed(_drawn(marks, answers, order))
    assert (one.rankings, one.honours, one.candidates) == (other.rankings, other.honours, other.candidates)


@settings(max_examples=examples(60))
@given(marks=_MARKS, answers=_RULINGS, data=st.data())
def test_an_answer_never_takes_a_settled_prize_away(
    marks: dict[str, Sequence[str]], answers: Sequence[tuple[str, str]], data: st.DataObject
) -> None:
    """What is settled without an answer comes out the same under every answer."""
    open_ = [title for title, answer in answers if not answer and title != "代表队成绩"]
    title = data.draw(st.sampled_from([*open_, ""]))
    question = RULES.question(title)
    answer = data.draw(st.sampled_from(list(question.options))) if question is not None else ""
    before = _computed(_drawn(marks, answers))
    after = _computed(_drawn(marks, [*answers, (title, answer)]))
    for then, now in zip(before.rankings, after.rankings, strict=True):
        later = {one.entry.key: now.prizes(one) for one in now.ranked}
        for one in then.ranked:
            if len(then.prizes(one)) == 1:
                assert later.get(one.entry.key, ("",)) == then.prizes(one)


# -- 成绩册.xlsx -----------------------------------------------------------------------------------------------------


def _book(data: bytes, *, values: bool) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def _sheet(folder: Path) -> bytes:
    (product,) = api.assess(folder).seasons.products()
    return product.make(None)


def test_the_totals_are_formulas_whose_values_agree(city: Path) -> None:
    data = _sheet(city)
    formulas, values = _book(data, values=False)["总成绩"], _book(data, values=True)["总成绩"]
    column = next(cell.column for cell in formulas[3] if cell.value == "总成绩")
    seen = 0
    for row in range(4, formulas.max_row + 1):
        text = formulas.cell(row, column).value
        assert text == f"=SUM(E{row}:G{row})"
        marks = [values.cell(row, c).value for c in (5, 6, 7)]
        assert values.cell(row, column).value == sum(mark for mark in marks if not isinstance(mark, str))
        seen += 1
    assert seen == 16 and "缺考" in [values.cell(row, 7).value for row in range(4, 20)]


def test_the_sheets_of_the_sample(city: Path) -> None:
    book = _book(_sheet(city), values=True)
    assert book.sheetnames == [
        "总成绩", *SUBJECTS, "团体", "获奖名单", "称号申报", "参赛队选拔", "待定事项", "岗位练兵", "练兵达标",
    ]  # fmt: skip
    for sheet in book:
        assert sheet.print_title_rows == "$3:$3" and sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    prizes = [[cell.value for cell in row] for row in book["获奖名单"].iter_rows(min_row=4)]
    assert Counter(row[0].split("·")[0] for row in prizes) == {
        "团体单项奖": 9, "团体全能奖": 3, "个人单项奖": 18, "个人全能奖": 6,
    }  # fmt: skip
    assert ["个人全能奖", "一等奖", "顾之远", "澜川市支队", 277.5, "1"] in prizes
    honours = [[cell.value for cell in row] for row in book["称号申报"].iter_rows(min_row=4)]
    assert {(row[0], row[1], row[-1]) for row in honours} >= {
        ("澜川市技术操作能手", "顾之远", "已授予"), ("澜川市技术操作能手", "江子衿", "不符合条件，不再递补"),
        ("澜川市青年岗位能手", "顾之远", "拟向团市委申报"), ("巾帼建功标兵", "江承平", "不符合条件，不再递补"),
    }  # fmt: skip
    chosen = [row[5].value for row in book["参赛队选拔"].iter_rows(min_row=4)]
    assert Counter(chosen) >= Counter({"参赛": 4, "备份": 1})
    answers = {row[0].value: row[2].value for row in book["待定事项"].iter_rows(min_row=4)}
    assert answers == {
        "并列": "没有裁定",
        "缺考一科的总成绩": "按零分计",
        "代表队成绩": "平均成绩",
        "年终考评加分": "没有裁定",
    }


def test_the_sample_has_a_harmless_tie(city: Path) -> None:
    results = compute(api.assess(city).dossier, RULES, Findings())
    assert results is not None
    tied = [one.entry.name for one in results.ranking("person-single", "policy").ranked if one.tied]
    assert tied == ["许怀瑾", "江子衿"]
    assert [why for ranking in results.rankings for why in ranking.open] == []


def test_what_is_open_is_open_on_every_sheet() -> None:
    marks = {"甲": ["90"] * 3, "乙": ["90"] * 3, "丙": ["80", "80", ""], "丁": ["违纪取消", "50", "50"]}
    book = _book(contest_sheet(Season(dossier(_records(marks))), None), values=True)
    total = {row[2].value: [cell.value for cell in row[4:]] for row in book["总成绩"].iter_rows(min_row=4)}
    assert total["丙"][2:5] == ["没有登记", "—", "待定"]
    assert total["丁"][:4] == ["违纪取消", 50, 50, "—"] and total["丁"][4] == "违纪取消"
    assert total["甲"][4] == "待定" and total["甲"][5].startswith("待定（")
    policy = {row[2].value: row[5].value for row in book[SUBJECTS[0]].iter_rows(min_row=4)}
    assert policy["甲"] == policy["乙"] == "待定（一等奖或二等奖）" and policy["丙"] == "二等奖"
    prizes = [tuple(cell.value for cell in row[:3]) for row in book["获奖名单"].iter_rows(min_row=4)]
    assert ("个人全能奖", "待定", "—") in prizes and ("团体全能奖", "待定", "—") in prizes
    told = "\n".join(str(row[1].value) for row in book["待定事项"].iter_rows(min_row=4))
    assert "没有登记齐：丙" in told and "乙、甲同为90分" in told and "同为270分" not in told
    assert "代表队的成绩怎么算" in told


def test_while_a_score_is_lacking_a_team_has_none() -> None:
    marks = {"甲": ["90", "90", ""], "乙": ["80"] * 3}
    unit = dossier(_records(marks, {"甲": "东队", "乙": "西队"}, contest_ruling=[TEAM_RULE]))
    rows = [[cell.value for cell in row] for row in _book(contest_sheet(Season(unit), None), values=True)["团体"]]
    told = {(row[0].split("·")[-1], row[2]): (row[1], row[3]) for row in rows[3:]}
    assert told[SUBJECTS[2], "西队"] == ("待定", "待定") and told["团体全能奖", "西队"] == ("待定", "待定")
    assert told[SUBJECTS[0], "西队"] == ("2", 80)


def test_the_same_contest_gives_the_same_bytes_and_a_mean_keeps_its_value() -> None:
    marks = {"甲": ["90"] * 3, "乙": ["90"] * 3, "丙": ["80"] * 3}
    unit = dossier(_records(marks, contest_ruling=[TEAM_RULE]))
    data = contest_sheet(Season(unit), None)
    assert data == contest_sheet(Season(unit), None)
    sheet = _book(data, values=True)["团体"]
    assert sheet["D4"].value == float(Fraction(260, 3)) and sheet["D4"].number_format == "0.00"
    assert "≈86.67" in sheet["F4"].value


def test_several_contests_give_a_sheet_that_says_why_it_is_empty() -> None:
    two = [{"id": i, "title": "竞赛", "start": "2017-09-26"} for i in ("A", "B")]
    book = _book(
        contest_sheet(Season(dossier({**_records({"甲": ["1", "1", "1"]}), "contest": two})), None), values=True
    )
    assert book.sheetnames == ["成绩册"] and "没有计算结果" in book["成绩册"]["A2"].value


# -- in a package ----------------------------------------------------------------------------------------------------


def test_a_draft_has_the_results_and_what_is_handed_in_has_not(city: Path) -> None:
    assert "成绩册.xlsx" in Outputs(api.assess(city)).names().values()
    assert "成绩册.xlsx" not in Outputs(api.assess(city, final=True)).names().values()


@pytest.mark.slow
def test_all_that_draw_the_results_draw_the_same_ones(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[Results | None] = []

    def count(*arguments: Any) -> Results | None:
        computed.append(compute(*arguments))
        return computed[-1]

    monkeypatch.setattr("kaoping.wings.contest._season.compute", count)
    api.build(city, out=tmp_path / "送审稿")
    assert len(computed) == 1


def test_a_unit_without_scores_has_no_results(tmp_path: Path) -> None:
    names = Outputs(api.assess(good_unit(tmp_path / "甲市"))).names()
    assert "成绩册.xlsx" not in names.values()


def test_the_draft_is_a_package_that_verifies(tmp_path: Path) -> None:
    kinds, records = CULTURE.kinds, _slip()
    texts = {
        kinds[k].file: yaml.safe_dump([dict(row) for row in rows], allow_unicode=True) for k, rows in records.items()
    }
    folder = good_unit(tmp_path / "甲市", texts)
    built = api.build(folder)
    assert (built.package / "data" / "成绩册.xlsx").is_file()
    assert [f.problem for f in api.verify(built.package).errors] == []
    assert '"role": "contest"' in (built.package / manifest.FILE_NAME).read_text("utf-8")


def test_check_tells_of_the_contest_through_the_front_door(tmp_path: Path) -> None:
    text = "- {id: JS, title: 技能竞赛, start: 2017-10-20}\n"
    finding = only(api.check(good_unit(tmp_path / "甲市", {"contests.yaml": text})), "contest.late")
    assert finding.at.file == "records/contests.yaml"


def test_the_rules_come_with_the_package() -> None:
    assert resources.schema("packs", "culture-2017", "competitions", "jiaxing-2022.yaml").is_file()


def test_an_honour_for_women_is_no_mans_whatever_was_recorded(city: Path) -> None:
    assessed = api.assess(city).dossier
    results = compute(assessed, RULES, Findings())
    assert results is not None
    men = [case for case in results.honours if case.honour.only and assessed_sex(results, case.key) == "男"]
    assert men and all(case.eligible is False and "登记的性别是男" in case.reason for case in men)
    women = [case for case in results.honours if case.honour.only and assessed_sex(results, case.key) == "女"]
    assert women and all("登记的性别" not in case.reason for case in women)


def assessed_sex(results: Results, key: str) -> object:
    return results.scores.contestants[key]["sex"]
