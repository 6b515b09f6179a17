"""`kaoping decide`: one record more in the file, what stood there untouched; facts that change switch it off."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from kaoping import api
from kaoping.core import yamltree
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import PartScore, Status
from kaoping.records.entry import Recorded
from units import PROOF, TRAINING, found, good_unit, only
from workbooks import book_unit

LATE = "- id: ZJ01\n  title: 年度培训总结\n  submitted: 2017-12-08\n  covers_outline: 是\n"
NAME = "decisions.yaml"
OTHER = "  line: '{line}'\n  points: 1\n  reason: 说明\n  who: 办公会\n  when: 2017-12-01\n"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A unit whose 7b is undecided, from 0 to 1: its summary came three days late, of which the rubric says nothing."""
    return good_unit(tmp_path / "甲市", {"training_summaries.yaml": LATE})


def _decide(folder: Path, line: str = "7b", points: str = "0.5", **more: str) -> Recorded:
    said = {"reason": "逾期三天，内容齐全", "who": "支队长办公会", "when": "2017-12-18"} | more
    return api.decide(folder, line, points, reason=said["reason"], who=said["who"], when=said["when"])


def _refused(folder: Path, code: str, line: str = "7b", points: str = "0.5", **more: str) -> Finding:
    file = folder / "records" / NAME
    before = file.read_bytes() if file.is_file() else None
    with pytest.raises(KaopingError) as error:
        _decide(folder, line, points, **more)
    assert (file.read_bytes() if file.is_file() else None) == before
    assert sorted(path.name for path in file.parent.iterdir() if path.name.startswith(".")) == []
    return only(error.value.findings, code)


def _part(folder: Path, name: str = "7b") -> PartScore:
    return next(p for line in api.assess(folder).card.lines for p in line.parts if p.part == name)


def test_a_decision_settles_the_part_within_its_range(unit: Path) -> None:
    assert (_part(unit).low, _part(unit).high, _part(unit).status) == (0, 1, Status.UNDECIDED)
    done = _decide(unit)
    assert (done.ids, [str(at) for at in done.places], done.earlier) == (("CD01",), [f"records/{NAME}"], None)
    part = _part(unit)
    assert (part.low, part.high, part.status) == (0.5, 0.5, Status.SCORED)
    assert "单位裁定得0.5分（支队长办公会，2017-12-18）：逾期三天，内容齐全" in part.because
    assert found(unit) == []


def test_changed_facts_open_the_line_again(unit: Path) -> None:
    _decide(unit)
    (unit / "records/training_summaries.yaml").write_text(LATE + LATE.replace("ZJ01", "ZJ02"), encoding="utf-8")
    assert _part(unit).status is Status.UNDECIDED
    assert _part(unit).digest in only(api.check(unit), "decision.reopened").mend


def test_another_wording_does_not(unit: Path) -> None:
    """A title corrected, a comment added: the same facts."""
    _decide(unit)
    text = LATE.replace("年度培训总结", "2017年度培训工作总结") + "# 已补盖章\n"
    (unit / "records/training_summaries.yaml").write_text(text, encoding="utf-8")
    assert _part(unit).status is Status.SCORED


def test_the_file_keeps_its_own_line_ends(unit: Path) -> None:
    path = unit / "records" / NAME
    path.write_bytes(("# 裁定\n- id: CD01\n" + OTHER.format(line=9)).replace("\n", "\r\n").encode())
    _decide(unit)
    written = path.read_bytes()
    assert b"CD02" in written and written.count(b"\n") == written.count(b"\r\n")


def test_what_stood_in_the_file_stays_letter_by_letter(unit: Path) -> None:
    kept = "# 裁定记录，由办公室保管\n- id: CD01   # 第一条\n" + OTHER.format(line=9) + "\n# 完\n"
    (unit / "records" / NAME).write_text(kept, encoding="utf-8")
    _decide(unit)
    text = (unit / "records" / NAME).read_text("utf-8")
    assert text.startswith(kept.rstrip()) and text.count("- id:") == 2 and "id: CD02" in text


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "# 还没有裁定\n",
        "[]\n",
        "# 本年确实没有的，写一行 []\n[]\n",
        "# 本年确实没有的，写一行 []\n[]   # 没有",
        "\ufeff# 记事本存的\r\n[]\r\n",
    ],
)
def test_an_empty_file_takes_the_first_decision(unit: Path, kept: str) -> None:
    (unit / "records" / NAME).write_bytes(kept.encode())
    _decide(unit)
    assert _part(unit).status is Status.SCORED
    comments = [line for line in kept.lstrip("\ufeff").splitlines() if line.startswith("#")]
    assert (unit / "records" / NAME).read_text("utf-8").splitlines()[: len(comments)] == comments


def test_a_decision_that_stands_in_the_workbook_is_not_made_twice(tmp_path: Path) -> None:
    made = "- {id: CD09, line: '7', part: 7b, points: 1, reason: 齐全, who: 办公会, when: 2017-12-18}\n"
    folder = book_unit(tmp_path / "甲市", {"training_summaries.yaml": LATE, "decisions.yaml": made})
    with pytest.raises(KaopingError) as refused:
        _decide(folder)
    finding = only(refused.value.findings, "decide.already")
    assert "台账.xlsx 待定裁定!A5" in finding.problem and "CD09" in finding.problem
    assert not (folder / "records").exists()


def test_a_file_from_an_old_notepad_becomes_utf8(unit: Path) -> None:
    (unit / "records" / NAME).write_bytes("# 裁定记录\n[]\n".encode("gbk"))
    _decide(unit)
    assert (unit / "records" / NAME).read_text("utf-8").startswith("# 裁定记录\n")


TYPED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reason=TYPED, who=TYPED)
def test_whatever_a_person_typed_is_read_back(unit: Path, reason: str, who: str) -> None:
    (unit / "records" / NAME).unlink(missing_ok=True)
    findings = Findings()
    _decide(unit, reason=reason, who=who)
    node = yamltree.read(unit / "records" / NAME, NAME, findings)
    assert node is not None and list(findings) == []
    record = node.items()[0].mapping()
    assert (record["reason"].text(), record["who"].text()) == (reason, who)


@pytest.mark.parametrize(("line", "points", "code"), [
    ("7b", "1.5", "decision.out_of_range"),
    ("7b", "-1", "decision.out_of_range"),
    ("7b", "一分", "value.unfit"),
    ("7b", "1e9", "value.unfit"),
    ("7a", "1", "decide.not_undecided"),
    ("10", "1", "decide.not_undecided"),
    ("7", "1", "decide.name_part"),
    ("40", "1", "judgement.unknown_line"),
    ("第7项", "1", "judgement.unknown_line"),
])  # fmt: skip
def test_a_decision_that_can_not_stand_is_refused(unit: Path, line: str, points: str, code: str) -> None:
    _refused(unit, code, line, points)


@pytest.mark.parametrize("when", ["2017年12月18日", "2017.12.18", "12月18日", "12/18", "１２．１８", "20171218"])
def test_a_day_is_taken_as_people_write_it_and_that_is_told(unit: Path, when: str) -> None:
    """One without its year is one of the unit's year."""
    told = only(_decide(unit, when=when).findings, "decide.day").problem
    assert when in told and "2017-12-18" in told
    assert 'when: "2017-12-18"' in (unit / "records" / NAME).read_text("utf-8")


def test_a_day_written_out_needs_no_word(unit: Path) -> None:
    assert not [its for its in _decide(unit).findings if its.code == "decide.day"]


@pytest.mark.parametrize("when", ["上周五", "13月1日", "2月30日", "12月", "12.18.2017"])
def test_an_unfit_date_is_refused(unit: Path, when: str) -> None:
    assert when in _refused(unit, "value.unfit", when=when).problem


@pytest.mark.parametrize("what", ["reason", "who", "when"])
def test_a_decision_needs_its_reason_its_maker_and_its_day(unit: Path, what: str) -> None:
    _refused(unit, "value.missing", **{what: "  "})


def test_a_second_decision_on_the_same_part_is_refused(unit: Path) -> None:
    _decide(unit)
    (unit / "records/training_summaries.yaml").write_text(LATE + LATE.replace("ZJ01", "ZJ02"), encoding="utf-8")
    finding = _refused(unit, "decide.already")
    assert "CD01" in finding.problem and _part(unit).digest in finding.mend
    assert finding.at.line == 1


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        ("- id: CD01\n\tline: '9'\n", "yaml.unreadable"),
        ("id: CD01\nline: '9'\n", "entry.file_unfit"),
        ("- CD01\n", "entry.file_unfit"),
        ("[{id: CD01, line: '9'}]\n", "entry.file_unfit"),
        ("# 缩进不同\n  - id: CD01\n    line: '9'\n", "entry.file_unfit"),
    ],
)
def test_a_file_that_can_not_be_added_to_is_left_alone(unit: Path, kept: str, code: str) -> None:
    (unit / "records" / NAME).write_text(kept, encoding="utf-8")
    _refused(unit, code)


def test_a_file_in_no_encoding_is_left_alone(unit: Path) -> None:
    (unit / "records" / NAME).write_bytes("- id: 甲\n".encode("utf-16"))
    assert "编码" in _refused(unit, "entry.file_unfit").problem


def test_a_full_disk_leaves_the_old_file(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (unit / "records" / NAME).write_text("# 原有\n", encoding="utf-8")

    def full(path: Path, content: bytes) -> None:
        path.write_bytes(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kaoping.core.fs.write_bytes", full)
    _refused(unit, "entry.file_unfit")


def test_ids_that_are_taken_are_not_given_again(unit: Path) -> None:
    others = "".join(f"- id: {id_}\n" + OTHER.format(line=line) for id_, line in (("CD02", "9"), ("CD01", "20")))
    (unit / "records" / NAME).write_text(others, encoding="utf-8")
    _decide(unit)
    assert "- id: CD03\n" in (unit / "records" / NAME).read_text("utf-8")


def test_no_training_is_lost_by_a_decision(unit: Path) -> None:
    """The other record files are not so much as opened for writing."""
    before = (unit / "records/trainings.yaml").stat().st_mtime_ns
    _decide(unit)
    assert (unit / "records/trainings.yaml").read_text("utf-8") == TRAINING + PROOF
    assert (unit / "records/trainings.yaml").stat().st_mtime_ns == before


# -- taken back -------------------------------------------------------------------------------------------------------


def test_taken_back_the_file_is_gone_and_the_part_open(unit: Path) -> None:
    _decide(unit)
    undone = api.undecide(unit, "7b")
    assert (undone.ids, [str(at) for at in undone.places]) == (("CD01",), [f"records/{NAME} 第1行 （[1]）"])
    assert not (unit / "records" / NAME).exists() and _part(unit).status is Status.UNDECIDED


def test_taken_back_all_else_in_the_file_stays_letter_by_letter(unit: Path) -> None:
    kept = "# 裁定记录，由办公室保管\r\n- id: CD05   # 第一条\r\n" + OTHER.format(line=9).replace("\n", "\r\n")
    (unit / "records" / NAME).write_bytes((kept + "\r\n# 完\r\n").encode())
    _decide(unit)
    with_both = (unit / "records" / NAME).read_bytes().decode()
    api.undecide(unit, "7b")
    assert (unit / "records" / NAME).read_bytes().decode() == with_both[: with_both.index("- id: CD01")]
    api.undecide(unit, "9")
    assert (unit / "records" / NAME).read_bytes().decode() == "# 裁定记录，由办公室保管\r\n\r\n# 完\r\n"


def test_two_decisions_on_one_part_are_taken_back_together(unit: Path) -> None:
    twice = "".join(f"- id: {id_}\n  part: 7b\n" + OTHER.format(line=7) for id_ in ("CD01", "CD02"))
    (unit / "records" / NAME).write_text(twice, encoding="utf-8")
    assert only(api.check(unit), "decision.twice")
    assert api.undecide(unit, "7b").ids == ("CD01", "CD02")
    assert found(unit) == []


@pytest.mark.parametrize(
    "kept", ["[{id: CD01, line: '7', part: 7b}, {id: CD02}]\n", "[{id: CD01, line: '7', part: 7b},\n {id: CD02}]\n"]
)
def test_what_can_not_be_taken_out_by_whole_lines_is_left_alone(unit: Path, kept: str) -> None:
    (unit / "records" / NAME).write_text(kept, encoding="utf-8")
    with pytest.raises(KaopingError) as refused:
        api.undecide(unit, "7b")
    assert only(refused.value.findings, "entry.file_unfit")
    assert (unit / "records" / NAME).read_text("utf-8") == kept


def test_what_beside_the_part_stays_open_is_told_with_its_cure(unit: Path) -> None:
    told = only(_decide(unit).findings, "decide.part_missing")
    assert "7a" in told.problem and "补填" in told.mend


def test_what_beside_the_part_is_still_to_be_decided_is_told_with_its_cure(unit: Path) -> None:
    plan = "- {id: JH1, title: 培训计划, submitted: 2017-03-20}\n"
    (unit / "records/training_plans.yaml").write_text(plan, encoding="utf-8")
    told = only(_decide(unit).findings, "decide.part_open")
    assert "7a" in told.problem and "kaoping decide 单位文件夹 7a" in told.mend


def test_a_blank_that_the_lost_points_leave_in_the_report_is_told_with_its_cure(unit: Path) -> None:
    told = only(_decide(unit).findings, "decide.blank")
    assert "自评报告" in told.problem and "队伍建设方面的改进措施" in told.problem
    assert told.mend == "在“文字材料”里加一条：文稿填“自评报告”、内容填“下一步打算”、部分填“Ⅱ”。"
    written = "- {id: S1, document: 自评报告, topic: 下一步打算, part: Ⅱ, text: 按时报送}\n"
    (unit / "records/statements.yaml").write_text(written, encoding="utf-8")
    api.undecide(unit, "7b")
    assert "decide.blank" not in [its.code for its in _decide(unit).findings]


def test_a_choice_that_the_line_does_not_offer_decides_nothing(tmp_path: Path) -> None:
    """“好” is not “运行不正常”: the group of twenty points stays open, and the finding says what may be chosen."""
    wrong = "- {id: PD1, line: '1', choice: 好, reason: 齐全, who: 办公会, when: 2017-12-15}\n"
    folder = good_unit(tmp_path / "甲市", {"judgements.yaml": wrong})
    line = api.assess(folder).card.line("1")
    assert (line.low, line.high) == (0, 20)
    assert only(api.check(folder), "judgement.not_an_option")


def test_a_decision_on_the_first_of_a_group_leaves_none_of_it_open(unit: Path) -> None:
    """Lines 1 to 5 are one score, of which the rubric says nothing for a county: nobody can decide the others."""
    facts = unit / "records/unit.yaml"
    facts.write_text(facts.read_text("utf-8").replace("level: 设区市", "level: 省管县"), encoding="utf-8")
    group = ("1", "2", "3", "4", "5")
    card = api.assess(unit).card
    assert {card.line(line).status for line in group} == {Status.UNDECIDED}
    _decide(unit, "1", "5")
    card = api.assess(unit).card
    assert {card.line(line).status for line in group} == {Status.SCORED}
    assert [card.line(line).low for line in group] == [5, 0, 0, 0, 0]
    assert card.line("2").because[-1] == "和第1项一起计分，单位已对第1项作出裁定"
    _refused(unit, "decide.not_undecided", "2", "0")
