"""Cross-checks: each is data with its own words, found where it is wrong, silent where it can't be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml
from bench.scenes import scene, with_exif
from hypothesis import given
from hypothesis import strategies as st

from culture import CULTURE
from examples import sampled
from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import Dossier, Location, Record, Table, Unreadable, Value
from kaoping.rubric.rules.conditions import COMPARATORS
from kaoping.rubric.rules.evaluation import Interval
from kaoping.scoring.crosscheck._compared import contradicts
from kaoping.scoring.crosscheck._slip import squeezed
from kaoping.scoring.crosscheck.definitions import checks_of, indicators, load
from kaoping.scoring.crosscheck.run import cross_check
from units import BASE, good_unit, only

CASES: dict[str, Any] = yaml.load(
    (Path(__file__).parent / "data" / "check_cases.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader
)
WORDS = {check.words.code: check.words for check in checks_of(CULTURE)}
(TWICE,) = (check for check in checks_of(CULTURE) if check.words.code == "check.person_twice")
Rows = Mapping[str, Sequence[Mapping[str, str]]]


def _unit(folder: Path, records: Rows) -> Path:
    """A good unit with these records, one a line; a required field that is left out has its schema's example."""
    texts: dict[str, str] = {}
    for name, rows in records.items():
        kind = CULTURE.kinds[name]
        if kind.single:  # added to the good unit's own
            own = (BASE / "records" / kind.file).read_text(encoding="utf-8")
            texts[kind.file] = own + yaml.safe_dump(dict(rows[0]), allow_unicode=True)
            continue
        needed = {field.name: field.example for field in kind.fields if field.required}
        lines = [
            yaml.safe_dump([needed | dict(row)], allow_unicode=True, width=10**6, default_flow_style=True)
            for row in rows
        ]
        texts[kind.file] = "".join(f"- {line.strip()[1:-1]}\n" for line in lines) or "[]\n"
    made = good_unit(folder, texts)
    for name in ("甲", "乙", "丙", "丁"):
        (made / "材料" / f"{name}.pdf").write_bytes((made / "材料" / "培训" / "通知.pdf").read_bytes())
    if ".jpg" in "".join(texts.values()):
        _add_photos(made / "材料")
    return made


def _add_photos(folder: Path) -> None:
    """A photo that says when it was taken; the same one cut, made smaller and saved anew; another of the same room."""
    size = 480, 360
    shot = scene(5, 1, size=size)
    shot.save(folder / "甲.jpg", exif=with_exif(datetime(2017, 5, 16, 9, 30)))
    shot.crop((20, 10, 470, 350)).resize((300, 226)).save(folder / "乙.jpg", quality=50)
    scene(5, 2, size=size, still=True).save(folder / "丙.jpg")


def _checked(folder: Path, records: Rows) -> list[Finding]:
    """What the cross-checks find; the records themselves must have no errors."""
    findings = api.check(_unit(folder, records))
    assert [(f.code, str(f.at)) for f in findings.errors] == []
    return [finding for finding in findings if finding.code.startswith("check.")]


def _of(code: str, findings: Sequence[Finding]) -> list[str]:
    return [finding.problem for finding in findings if finding.code == code]


# -- every check ------------------------------------------------------------------------------------------------------


def test_every_check_has_its_case_and_every_case_its_check() -> None:
    assert [check.words.code for check in checks_of(CULTURE)] == [f"check.{name}" for name in CASES]


@pytest.mark.parametrize("name", sampled(40, CASES))
def test_the_slip_is_found_where_it_is(name: str, tmp_path: Path) -> None:
    said = CASES[name]
    findings = _checked(tmp_path / "甲市", said["slip"])
    assert [finding.code for finding in findings] == [f"check.{name}"], [f.problem for f in findings]
    (finding,) = findings
    assert str(finding.at) == said["at"]
    assert said["says"] in finding.problem
    assert finding.severity is WORDS[finding.code].severity
    for sentence in (finding.problem, finding.effect, finding.mend):
        assert re.search(r"[\u4e00-\u9fff].*。$", sentence) and "None" not in sentence
        assert not re.search(r"\{\w*\}", sentence), "an unfilled placeholder"


@pytest.mark.parametrize("name", sampled(15, CASES))
def test_what_only_looks_like_it_is_left_alone(name: str, tmp_path: Path) -> None:
    assert [(f.code, f.problem) for f in _checked(tmp_path / "甲市", CASES[name]["fine"])] == []


@pytest.mark.parametrize("name", CASES)
def test_the_right_records_beside_it_are_not_blamed(name: str) -> None:
    """A case that is fine because its kind is not there at all would prove nothing."""
    said = CASES[name]
    assert said["slip"].keys() & said["fine"].keys()


def test_the_words_are_for_clerks() -> None:
    for words in WORDS.values():
        assert words.title and not words.title.endswith("。")
        for sentence in (words.problem, words.effect, words.mend):
            assert sentence.endswith("。") and re.search(r"[\u4e00-\u9fff]", sentence)
            assert not re.search(r"[,;:!?]", sentence), "full-width punctuation"
        assert any(name for _, name, _, _ in Formatter().parse(words.problem)), "it says which"


# -- what can't be told is not said -----------------------------------------------------------------------------------


def _told(name: str, records: Rows, tmp_path: Path) -> list[str]:
    found = api.check(_unit(tmp_path / "甲市", records))
    return _of(f"check.{name}", list(found))


def test_an_unreadable_cell_proves_nothing(tmp_path: Path) -> None:
    slip = [{"id": "P01", "people": "86", "signed": "七十九"}]
    assert _told("training_signed", {"training": slip}, tmp_path) == []


def test_another_years_record_is_not_compared(tmp_path: Path) -> None:
    slip = [{"id": "P01", "date": "2016-05-16", "people": "86", "signed": "79"}]
    assert _told("training_signed", {"training": slip}, tmp_path) == []


def test_a_record_pasted_twice_is_told_of_once(tmp_path: Path) -> None:
    row = {"id": "AJ1", "party": "飞鱼网吧", "filed": "2017-03-02"}
    findings = api.check(_unit(tmp_path / "甲市", {"case": [row, row]}))
    assert [f.code for f in findings if f.at.file == "records/cases.yaml"] == ["record.id_twice"]


def test_a_case_whose_closing_date_is_unreadable_may_be_any_months(tmp_path: Path) -> None:
    cases = [{"id": "AJ1", "outcome": "罚款", "closed": "四月初"}]
    for told, expected in (("0", []), ("1", []), ("2", ["2017-04的月报填办结2件，案件台账里这个月结案的是0～1件。"])):
        months = [{"id": "M1", "month": "2017-04", "channel": "执法数据", "cases": told}]
        folder = tmp_path / told
        folder.mkdir()
        assert _told("monthly_cases", {"case": cases, "monthly_report": months}, folder) == expected


def test_a_ledger_that_may_be_right_is_not_said_to_disagree(tmp_path: Path) -> None:
    cases = [{"id": "AJ1", "outcome": "罚款", "closed": "四月初"}]
    for told, number in (("0", 0), ("1", 0), ("2", 1)):
        declared = [{"id": "closed-cases", "numerator": told}]
        folder = tmp_path / told
        folder.mkdir()
        assert len(_told("ledger_cases", {"case": cases, "indicator": declared}, folder)) == number


def test_a_result_of_an_unknown_exam_may_be_any_exams(tmp_path: Path) -> None:
    records = {
        "exam": [{"id": "K01", "expected": "2", "passed": "2"}],
        "staff": [{"id": "R1", "name": "甲"}, {"id": "R2", "name": "乙"}],
        "exam_result": [
            {"id": "1", "exam": "K01", "person": "R1", "name": "甲", "passed": "是"},
            {"id": "2", "exam": "K1", "person": "R2", "name": "乙", "passed": "是"},
        ],
    }
    assert _told("exam_passed", records, tmp_path) == []


def test_no_case_ledger_is_not_a_ledger_without_cases(tmp_path: Path) -> None:
    months = [{"id": "M1", "month": "2017-04", "channel": "执法数据", "cases": "2"}]
    assert _told("monthly_cases", {"monthly_report": months}, tmp_path) == []
    (tmp_path / "没有").mkdir()
    (problem,) = _told("monthly_cases", {"monthly_report": months, "case": []}, tmp_path / "没有")
    assert "案件台账里这个月结案的是0件" in problem


def test_a_unit_without_a_date_of_submission_has_nothing_after_it(tmp_path: Path) -> None:
    folder = _unit(tmp_path / "甲市", {"training": [{"id": "P01", "date": "2017-12-23"}]})
    unit = folder / "records" / "unit.yaml"
    unit.write_text(re.sub("submit_date.*\n", "", unit.read_text("utf-8")), encoding="utf-8")
    assert _of("value.after_report", list(api.check(folder))) == []


@pytest.mark.slow
def test_a_shared_file_that_is_not_there_is_told_of_as_missing_alone(tmp_path: Path) -> None:
    rows = [
        {"id": "P01", "title": "一班", "evidence": "没有.pdf"},
        {"id": "P02", "title": "二班", "evidence": "没有.pdf"},
    ]
    assert {f.code for f in api.check(_unit(tmp_path / "甲市", {"training": rows}))} >= {"evidence.missing"}
    assert _told("shared_event_proof", {"training": rows}, tmp_path / "乙市") == []


def test_two_files_that_the_same_records_share_are_one_slip(tmp_path: Path) -> None:
    rows = [
        {"id": "P01", "title": "一班", "evidence": "甲.pdf；乙.pdf"},
        {"id": "P02", "title": "二班", "evidence": "甲.pdf；乙.pdf"},
    ]
    assert len(_told("shared_event_proof", {"training": rows}, tmp_path)) == 1


# -- declared numbers -------------------------------------------------------------------------------------------------


def test_a_number_that_only_a_check_asks_for_is_known(tmp_path: Path) -> None:
    declared = [{"id": id_, "numerator": "1"} for id_ in (*indicators(CULTURE), "closed-case")]
    unknown = only(api.check(_unit(tmp_path / "甲市", {"indicator": declared})), "indicator.unknown")
    assert "“closed-case”" in unknown.problem
    assert all(label in unknown.mend for label in indicators(CULTURE).values())


# -- a ledger ---------------------------------------------------------------------------------------------------------


def test_up_to_five_slips_are_told_one_by_one_more_are_told_at_once(tmp_path: Path) -> None:
    rows = [{"id": f"P{n}", "title": f"第{n}班", "people": "9", "signed": "8"} for n in range(1, 8)]
    few = _checked(tmp_path / "少", {"training": rows[:5]})
    assert [str(f.at) for f in few] == [f"records/trainings.yaml 第{n}行 （[{n}].people）" for n in range(1, 6)]
    (many,) = _checked(tmp_path / "多", {"training": rows})
    assert str(many.at) == "records/trainings.yaml 第1行 （[1].people）"
    assert many.problem.startswith("培训“第1班”（P1）填参训9人，签到8人。同样的共 7 处：第1行、第2行")
    assert many.problem.endswith("等。")


def _table(kind: str, columns: Mapping[str, Sequence[Value]], asked: list[int] | None = None) -> Table:
    def place(row: int, field: str) -> Location:
        if asked is not None:
            asked.append(row)
        return Location(f"{kind}.yaml", f"[{row + 1}].{field}")

    ids = [str(id_) for id_ in columns["id"]]
    return Table(kind, ids, columns, place)


def _dossier(*tables: Table, **unit: Value) -> Dossier:
    own = Record("unit", "U", unit, Location())
    return Dossier(Path(), own, 2017, "设区市", {table.kind: table for table in tables}, {}, CULTURE)


@pytest.mark.slow
def test_a_ledger_of_100000_rows_stays_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is made of a row that is not told of: no record, no place."""
    rows = 100_000
    ids = [f"AJ{row}" for row in range(rows)]
    filed = [date(2017, 1, 1) + timedelta(days=row % 300) for row in range(rows)]
    asked: list[int] = []
    cases = _table(
        "case",
        {
            "id": ids,
            "title": ["案"] * rows,
            "party": [f"当事人{row}" for row in range(rows)],
            "filed": filed,
            "closed": [day - timedelta(days=1) for day in filed],
            "outcome": ["罚款"] * rows,
            "on_platform": [True] * rows,
        },
        asked,
    )
    months: dict[str, Sequence[Value]] = {"id": ["M1"], "month": ["2017-03"], "channel": ["执法数据"], "cases": [3]}
    made: list[int] = []
    record = Table.record
    monkeypatch.setattr(Table, "record", lambda table, row: made.append(row) or record(table, row))
    findings = Findings()
    cross_check(_dossier(cases, _table("monthly_report", months)), findings)
    assert [f.code for f in findings] == ["check.case_closed_early", "check.monthly_cases"]
    assert "同样的共 100000 处" in only(findings, "check.case_closed_early").problem
    assert set(asked) == {0, 1, 2, 3, 4} and made == [0, 0]


# -- properties -------------------------------------------------------------------------------------------------------

NUMBERS = st.integers(-6, 6)
SPANS = st.tuples(NUMBERS, NUMBERS).map(sorted)


FITS: Mapping[str, Callable[[int, int], bool]] = {
    "equals": lambda one, other: one == other,
    "at_least": lambda one, other: one >= other,
    "at_most": lambda one, other: one <= other,
    "above": lambda one, other: one > other,
    "below": lambda one, other: one < other,
}
EXACTLY = Fraction(0)


@given(SPANS, SPANS, st.sampled_from(sorted(COMPARATORS)))
def test_ranges_contradict_only_where_no_truth_fits_both(one: list[int], other: list[int], op: str) -> None:
    possible = any(FITS[op](a, b) for a in range(one[0], one[1] + 1) for b in range(other[0], other[1] + 1))
    spans = [Interval(Fraction(low), Fraction(high)) for low, high in (one, other)]
    assert contradicts(op, EXACTLY, *spans) is not possible


@given(NUMBERS, NUMBERS, st.fractions(0, 3), st.sampled_from(sorted(COMPARATORS)))
def test_a_tolerance_only_forgives(one: int, other: int, within: Fraction, op: str) -> None:
    strict, loose = contradicts(op, EXACTLY, one, other), contradicts(op, within, one, other)
    assert not loose or strict
    assert loose is (strict and abs(one - other) >= within)


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(COMPARATORS)))
def test_a_cell_is_compared_as_the_number_that_it_holds(one: int, other: int, op: str) -> None:
    fails = not FITS[op](one, other)
    assert contradicts(op, EXACTLY, one, other) is contradicts(op, EXACTLY, Fraction(one), other) is fails


@given(st.sampled_from([None, Unreadable("七")]), NUMBERS, st.sampled_from(sorted(COMPARATORS)))
def test_what_is_not_there_contradicts_nothing(nothing: Value, number: int, op: str) -> None:
    assert not contradicts(op, EXACTLY, nothing, number) and not contradicts(op, EXACTLY, number, nothing)


CELLS = st.sampled_from([None, "林晓岚", "林 晓岚", "ＡＢ", "ab", Unreadable("？"), "邵"])


@given(st.lists(st.tuples(CELLS, CELLS), max_size=10))
def test_the_same_twice_is_what_any_two_agree_in(rows: list[tuple[Value, Value]]) -> None:
    ids: list[Value] = [f"R{row}" for row in range(len(rows))]
    table = _table("staff", {"id": ids, "name": [name for name, _ in rows], "body": [body for _, body in rows]})
    findings = Findings()
    cross_check(_dossier(table), findings, [TWICE])

    def agree(one: int, other: int) -> bool:
        (name, body), (name2, body2) = rows[one], rows[other]
        if not isinstance(name, str) or not isinstance(name2, str) or squeezed(name) != squeezed(name2):
            return False
        if isinstance(body, str) and isinstance(body2, str):
            return squeezed(body) == squeezed(body2)
        return body is None and body2 is None

    pairs = [(one, other) for one, other in combinations(range(len(rows)), 2) if agree(one, other)]
    firsts = {one for one, _ in pairs} - {other for _, other in pairs}
    assert len(findings) == len(firsts)
    named = {id_ for finding in findings for id_ in re.findall(r"R\d+", finding.problem.split("的姓名")[0])}
    small = all(sum(1 for one, _ in pairs if one == first) < 5 for first in firsts)
    assert not small or named == {f"R{row}" for pair in pairs for row in pair}


# -- the file itself --------------------------------------------------------------------------------------------------

SOUND = """\
signed:
  severity: warning
  title: 人数不一致
  problem: 培训{id}填{value}人，签到{limit}人。
  effect: 可能不认。
  mend: 改过来。
  rows: {of: training, value: people, equals: signed}
"""
ROWS = "rows: {of: training, value: people, equals: signed}"
#: What is written instead, where the finding is, and what it says.
BROKEN = {
    "no such kind": ("of: training", "of: trainings", "signed.rows.of", "没有“trainings”这种记录"),
    "no such field": ("equals: signed", "equals: signd", "signed.rows.equals", "没有字段“signd”"),
    "no such field in where": ("value:", "where: {mod: 线下}, value:", "signed.rows.where.mod", "没有字段“mod”"),
    "no such option": ("value:", "where: {mode: 面授}, value:", "signed.rows.where.mode", "不会有值“面授”"),
    "no such way": ("  rows:", "  row:", "signed.row", "不认识“row”"),
    "no way": (f"  {ROWS}\n", "", "signed", "应为一种核对：rows、agree、twice、shared"),
    "two ways": ("  rows:", "  twice: {of: training, same: title}\n  rows:", "signed", "应为一种核对"),
    "an empty list": (ROWS, "rows: []", "signed.rows", "至少要写一条"),
    "no words": ("  effect: 可能不认。\n", "", "signed", "缺少“effect”"),
    "no such severity": ("warning", "warn", "signed.severity", "应为 error、warning、note 之一"),
    "no such blank": ("{value}人", "{people_number}人", "signed.problem", "不认识“{people_number}”"),
    "an open brace": ("{value}人", "{value人", "signed.problem", "花括号不成对"),
    "a form in a blank": ("{value}人", "{value!r}人", "signed.problem", "不认识“{value}”"),
    "a bad id": ("signed:\n", "Sign-In:\n", "Sign-In", "只能用小写字母"),
    "no comparison": (", equals: signed", "", "signed.rows", "缺少比较"),
    "no value": ("value: people, ", "", "signed.rows", "缺少“value”"),
    "neither": ("value: people, equals: signed", "where: {}", "signed.rows", "缺少“value”"),
    "date and number": ("equals: signed", "equals: date", "signed.rows.equals", "数字不能和日期比"),
    "order of texts": ("people, equals: signed", "title, at_most: mode", "signed.rows.at_most", "文字只能用 equals 比"),
    "a yes or no": ("equals: signed", "equals: case_based", "signed.rows.equals", "不能比大小"),
    "a negative tolerance": ("equals: signed", "equals: signed, within: -1", "signed.rows.within", "不应小于 0"),
    "a sum of one": ("equals: signed", "equals: {sum: [signed]}", "signed.rows.equals.sum", "至少要有两项"),
    "a sum of texts": ("equals: signed", "equals: {sum: [signed, title]}", "signed.rows.equals.sum[2]", "应为数字"),
    "no side": ("equals: signed", "equals: {what: 1}", "signed.rows.equals", "比较的一边应为以下之一"),
    "not the unit's": ("equals: signed", "equals: {unit: sgnd}", "signed.rows.equals.unit", "没有字段“sgnd”"),
    "names nothing": ("equals: signed", "equals: host.name", "signed.rows.equals", "不引用别的记录"),
    "by that names another": (
        "equals: signed", "equals: {count: exam_result, by: exam}", "signed.rows.equals.by", "不引用“培训记录”",
    ),
    "by with a share": (
        "equals: signed", "equals: {constant: 1, by: exam}", "signed.rows.equals", "有 by 的只能是 count 或 total",
    ),
    "by with a new none": (
        "equals: signed", "equals: {count: exam, by: date, key: date, none: 1}", "signed.rows.equals.none",
        "应为 missing",
    ),
    "an open question": (
        "equals: signed", "equals: {count: case, where: {level: {answer: case-scope}}}",
        "signed.rows.equals.where.level", "核对不能用 answer",
    ),
    "a measure misspelt": (
        ROWS, "agree: {measure: {cuont: case}, equals: {constant: 1}}", "signed.agree.measure", "应为一种计量",
    ),
    "agree with nothing": (ROWS, "agree: {measure: {count: case}}", "signed.agree", "缺少比较"),
    "agree by an answer": (
        ROWS, "agree: {measure: {count: case}, equals: {count: case, where: {level: {answer: x}}}}",
        "signed.agree.equals.where.level", "核对不能用 answer",
    ),
    "twice in nothing": (ROWS, "twice: {of: training, same: []}", "signed.twice.same", "至少要写一个字段"),
    "twice in a list": (ROWS, "twice: {of: training, same: evidence}", "signed.twice.same", "可填几个值"),
    "shared without evidence": (ROWS, "shared: {of: [training, statement]}", "signed.shared.of[2]", "没有佐证材料"),
    "no such type": (ROWS, "shared: {of: training, besides: [ledgers]}", "signed.shared.besides[1]", "没有材料类型"),
}  # fmt: skip
#: In what the words may name: a way without a record has no {id}.
PLAIN = ("problem: 培训{id}填{value}人，签到{limit}人。", "problem: 对不上。")


def _loaded(tmp_path: Path, text: str) -> list[Finding]:
    path = tmp_path / "checks.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KaopingError) as caught:
        load(path, CULTURE.vocabulary)
    return caught.value.findings


def test_the_file_they_differ_from_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "checks.yaml"
    path.write_text(SOUND, encoding="utf-8")
    (check,) = load(path, CULTURE.vocabulary)
    assert check.words.code == "check.signed"


@pytest.mark.parametrize("name", BROKEN)
def test_one_mistake_in_the_file_one_finding(name: str, tmp_path: Path) -> None:
    old, new, place, says = BROKEN[name]
    sound = SOUND if "{value" in old else SOUND.replace(*PLAIN)
    text = sound.replace(old, new, 1)
    assert text != sound
    (finding,) = _loaded(tmp_path, text)
    assert finding.code == "crosscheck.expected"
    assert finding.at.file == "checks.yaml" and finding.at.line > 0
    assert (finding.at.path or "开头") == place
    assert says in finding.problem and f"“{place}”处" in finding.problem


def test_a_set_of_checks_has_the_rubric_s_measures_and_comparisons(tmp_path: Path) -> None:
    rows = "rows: {of: exam, value: expected, above: {sum: [passed, {count: exam_result, by: exam}]}}"
    path = tmp_path / "checks.yaml"
    path.write_text(
        SOUND.replace(ROWS, rows).replace("培训{id}填{value}人，签到", "考试{id}填{value}人，实为"), "utf-8"
    )
    exams: dict[str, Sequence[Value]] = {"id": ["K1", "K2"], "expected": [3, 4], "passed": [1, 1]}
    results: dict[str, Sequence[Value]] = {"id": list("abcde"), "exam": ["K1", "K1", "K2", "K2", None]}
    findings = Findings()
    cross_check(
        _dossier(_table("exam", exams), _table("exam_result", results)), findings, load(path, CULTURE.vocabulary)
    )
    assert [finding.problem for finding in findings] == ["考试K1填3人，实为3～4人。"]


def test_a_file_that_is_a_list_is_refused(tmp_path: Path) -> None:
    (finding,) = _loaded(tmp_path, "- severity: warning\n")
    assert "“开头”处应为“名称: 值”的一组内容" in finding.problem


def test_all_mistakes_in_the_file_are_told_at_once(tmp_path: Path) -> None:
    twice = SOUND.replace("of: training", "of: trainings")
    findings = _loaded(tmp_path, twice + twice.replace("signed:\n", "again:\n"))
    assert [f.at.path for f in findings] == ["signed.rows.of", "again.rows.of"]


def test_a_file_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    assert [f.code for f in _loaded(tmp_path, "signed:\n\tseverity: x\n")] == ["yaml.unreadable"]
