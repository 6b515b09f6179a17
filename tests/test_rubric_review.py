"""What was understood of a rubric, confirmed in a workbook: that is scored, the rest waits for a person."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from kaoping import api
from kaoping.codification.clauses._composed import Measured
from kaoping.codification.draft_file import read_draft
from kaoping.codification.line_rules import Answered, _names, confirmed, line_rules, sources_for
from kaoping.codification.pack_files import Confirmed
from kaoping.codification.review_answers import read_review
from kaoping.codification.review_book import BOOK, LINES, SHARED
from kaoping.core import packs
from kaoping.core.errors import KaopingError
from kaoping.rubric.load import load
from rubric_papers import HEAD, as_docx, as_xlsx, read, read_rows

ROWS = [
    ["一、事件办理（25分）", "1.事件上报", "查平台", "10", "事件未按时上报的，每件扣0.5分；没有专人值班的扣2分。"],
    ["", "2.办结率", "查平台", "5", "办结率95%以上的得5分，不足95%的得0分。"],
    ["", "3.上报率", "查平台", "10", "上报率比95%每降低1个百分点扣1分，扣完为止。"],
    ["二、培训（10分）", "4.组织培训", "查资料", "5", "全年组织培训4次，每少1次扣1分，扣完为止。"],
    ["", "5.工作氛围", "现场看", "5", "氛围浓厚、亮点纷呈、群众点赞的酌情给分。"],
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("read")
    (folder / "细则.xlsx").write_bytes(as_xlsx([["2024年网格化考核细则"], HEAD, *ROWS]))
    api.read_rubric(folder / "细则.xlsx", folder / "grid-2024")
    return folder


@pytest.fixture
def pack(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home" / "grid-2024"


def _fill(
    pack: Path, answers: dict[str, dict[str, str]], shared: dict[str, tuple[str, str, str]] | None = None
) -> None:
    """Write into the workbook as a person does: by line and column, and on the sheet of shared questions."""
    book = openpyxl.load_workbook(io.BytesIO((pack / BOOK).read_bytes()), rich_text=True)
    sheet = book[LINES]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for name, text in answers.get(str(sheet.cell(row, 1).value), {}).items():
            sheet.cell(row, columns[name]).value = text
    for row in range(2, book[SHARED].max_row + 1):
        for column, text in enumerate((shared or {}).get(str(book[SHARED].cell(row, 7).value), ()), 4):
            book[SHARED].cell(row, column).value = text
    book.save(pack / BOOK)


SIGNED = {"谁定的": "王某", "日期": "2024-03-01"}
YES = {"处理": "确认", **SIGNED}


def _rules(pack: Path) -> dict[str, str]:
    return {line.id: type(line.rule).__name__ for line in load(packs.at(pack)).lines}


def test_nothing_is_scored_by_a_rule_before_it_is_confirmed(pack: Path) -> None:
    assert _rules(pack) == dict.fromkeys(["1", "2", "3", "4", "5"], "Fixed")
    book = openpyxl.load_workbook(pack / BOOK, rich_text=True)
    sheet = book[LINES]
    head = [str(cell.value) for cell in sheet[1]]
    rows = {
        str(row[0].value): {name: cell.value for name, cell in zip(head, row, strict=True)}
        for row in sheet.iter_rows(min_row=2)
    }
    assert rows["2"]["读懂的规则"] == "办结率不低于95%得5分，低于95%得0分"
    assert "94%：0分\n95%：5分\n96%：5分" in str(rows["2"]["得几分"])
    assert rows["5"]["读懂的规则"] == "（没有读懂，由人打分）"
    words = ZipFile(pack / BOOK).read("xl/sharedStrings.xml").decode()
    assert re.findall(r'<color rgb="FFC00000"/>.*?<t[^>]*>(.*?)</t>', words) == ["酌情给分"], "what nobody understood"
    asked = {str(row[6].value): (row[0].value, row[2].value) for row in book[SHARED].iter_rows(min_row=2)}
    assert asked["floor"][0] == "扣到几分为止：都这样计吗？"
    assert "有1项没有写明：1" in str(asked["floor"][1])


def test_what_is_confirmed_is_scored_and_the_rest_is_not(pack: Path) -> None:
    _fill(
        pack,
        {"1": YES, "2": YES, "5": {"处理": "人工打分", **SIGNED}},
        {"floor": ("扣到0分为止", "王某", "2024-03-01")},
    )
    done = api.review_rubric(pack)
    assert list(done.findings) == []
    assert (done.standing, done.by_hand, done.open) == (2, 1, 2)
    assert _rules(pack) == {"1": "Deduct", "2": "Tiers", "3": "Fixed", "4": "Fixed", "5": "Fixed"}
    assert api.review_rubric(pack).standing == 2, "the workbook was written anew, with the answers in it"


def test_what_is_taken_back_is_scored_by_hand_again(pack: Path) -> None:
    _fill(pack, {"2": YES, "4": YES})
    assert api.review_rubric(pack).standing == 2
    _fill(pack, {"2": {"处理": "", "谁定的": "", "日期": ""}})
    assert api.review_rubric(pack).standing == 1
    assert (_rules(pack)["2"], _rules(pack)["4"]) == ("Fixed", "Deduct")


def test_a_question_left_open_leaves_the_line_to_a_person(pack: Path) -> None:
    _fill(pack, {"1": YES})
    done = api.review_rubric(pack)
    assert [(its.code, its.at.cell) for its in done.findings] == [("codification.not_confirmed", "A3")]
    assert _rules(pack)["1"] == "Fixed"


def test_a_fraction_is_read_as_it_was_answered(pack: Path) -> None:
    _fill(pack, {"3": {**YES, "零头怎样计": "不计"}})
    assert list(api.review_rubric(pack).findings) == []
    assert "partial: ignore" in (pack / "rubric.yaml").read_text("utf-8")


def test_other_words_may_be_written_where_the_rule_is_wrong(pack: Path) -> None:
    _fill(pack, {"5": {"处理": "改", "改成": "群众满意度90%以上的得5分，不足90%的得0分", **SIGNED}})
    assert list(api.review_rubric(pack).findings) == []
    assert _rules(pack)["5"] == "Tiers"


def test_records_may_be_counted_where_a_kind_fits(pack: Path) -> None:
    _fill(pack, {"4": {**YES, "数从哪里来": "培训记录的条数"}})
    assert list(api.review_rubric(pack).findings) == []
    (line,) = (its for its in load(packs.at(pack)).lines if its.id == "4")
    assert {kind.name for kind in packs.at(pack).kinds.values()} >= {"training"}
    assert "training" in {getattr(getattr(node, "kind", None), "name", "") for node in line.nodes}


def test_what_is_no_answer_is_told_with_its_cell(pack: Path) -> None:
    answers = {
        "1": {**YES, "指纹": "00000000"}, "2": {"处理": "同意", **SIGNED}, "3": {**YES, "零头怎样计": "随便"},
        "4": {"处理": "确认"},
    }  # fmt: skip
    _fill(pack, answers)
    done = api.review_rubric(pack)
    told = {(its.code, its.at.sheet, its.at.cell[-1]) for its in done.findings}
    assert told == {
        ("codification.answer_lost", LINES, "2"),
        ("codification.answer_unknown", LINES, "3"),
        ("codification.answer_unknown", LINES, "4"),
        ("codification.answer_unsigned", LINES, "5"),
    }
    assert done.standing == 1, "line 3, of whose question nobody said anything that can be taken"


def test_another_workbook_and_a_rubric_changed_by_hand_change_nothing(pack: Path) -> None:
    before = (pack / "rubric.yaml").read_bytes()
    other = pack.parent / "细则.xlsx"
    with pytest.raises(KaopingError) as refused:
        api.review_rubric(pack, other)
    assert [its.code for its in refused.value.findings] == ["codification.no_review"]
    (pack / "rubric.yaml").write_bytes(before + "# 改过\n".encode())
    _fill(pack, {"2": YES})
    with pytest.raises(KaopingError) as refused:
        api.review_rubric(pack)
    assert [its.code for its in refused.value.findings] == ["codification.changed_by_hand"]
    assert (pack / "rubric.yaml").read_bytes() == before + "# 改过\n".encode()


def test_next_year_only_changed_lines_come_back(pack: Path) -> None:
    _fill(pack, {"2": YES, "4": YES})
    api.review_rubric(pack)
    rows = [list(row) for row in ROWS]
    rows[3][4] = "全年组织培训6次，每少1次扣1分，扣完为止。"
    paper = pack.parent / "今年.xlsx"
    paper.write_bytes(as_xlsx([["2025年网格化考核细则"], HEAD, *rows]))
    later = pack.parent / "grid-2025"
    api.read_rubric(paper, later, earlier=pack)
    assert _rules(later) == {"1": "Fixed", "2": "Tiers", "3": "Fixed", "4": "Fixed", "5": "Fixed"}
    assert len(read_review(later).lines) == 1


def test_a_deduction_that_may_go_below_zero_is_left_to_a_person() -> None:
    draft, _ = read_rows(HEAD, *ROWS)
    why = confirmed(draft.lines[0], Answered(verdict="确认", answers={"floor": "可以扣成负分"}))
    assert why == "扣到几分为止还没有定，或可以扣成负分：由人打分"
    done = confirmed(draft.lines[0], Answered(verdict="确认", answers={"floor": "扣到0分为止"}))
    assert isinstance(done, Confirmed)


def test_what_is_judged_has_a_name_that_people_know() -> None:
    rows = [
        ["一、值班（10分）", "1.值班", "", "5", "没有专人值班的扣2分，扣完为止。"],
        ["", "2.台账", "", "5", "没有台账的扣2分；没有记录的扣1分，扣完为止。"],
    ]
    parts = []
    for line in read_rows(HEAD, *rows)[0].lines:
        done = confirmed(line, Answered(verdict="确认"))
        assert isinstance(done, Confirmed)
        parts.append(re.findall(r"'part': '(\w+)'", str(done.rule)))
    assert parts == [[], ["2a", "2b"]]


def test_a_share_is_never_the_number_of_records(pack: Path) -> None:
    kinds = packs.find("culture-2017").kinds
    rules = {rule.line.id: rule for rule in line_rules(read_draft(pack), tables=False)}
    assert [kind.name for kind in sources_for(rules["4"], kinds)] == ["training"]
    assert sources_for(rules["2"], kinds) == []


@pytest.mark.parametrize(
    ("note", "is_said"),
    [
        ("各项扣分均扣完为止，不计负分。", True),
        ("注：1.各项扣分扣完为止，不出现负分。", True),
        ("所有考核项目均以本项分值为限。", True),
        ("本细则各项指标扣完为止。", True),
        ("第3项扣完为止。", False),  # of one line
        ("各项加分不超过5分，扣分项扣完为止。", False),  # and something besides
        ("各项可扣负分。", False),
    ],
)
def test_a_note_about_every_line_says_how_far_is_deducted(note: str, is_said: bool) -> None:
    row = ["一、组织管理（5分）", "1.设施齐全", "现场看", "5", "一处不齐全扣0.5分"]
    draft, _ = read("细则.docx", as_docx([HEAD, row], "2024年考核细则", after=[note]))
    rule = line_rules(draft, tables=False)[0]
    assert [question.id for question in rule.questions] == ([] if is_said else ["floor"])
    assert {its.kind for its in draft.stipulations} & {"below_zero"} == ({"below_zero"} if "可扣" in note else set())
    assert draft.ruled() == list(dict.fromkeys((its.text, its.at) for its in draft.stipulations))
    assert [text for text, _ in draft.ruled()].count(note) <= 1


def test_a_note_is_quoted_and_what_somebody_wrote_is_no_quotation(tmp_path: Path) -> None:
    """扣完为止 stands in a note, or in what a person wrote: rules are scored by both, each with its own reason."""
    rows = [
        ["一、组织管理（8分）", "1.设施齐全", "现场看", "5", "一处不齐全扣0.5分"],
        ["", "2.开会", "查记录", "3", "会议不够的每少1次扣1分"],
    ]
    note = "各项扣分均扣完为止，不计负分。"
    (tmp_path / "细则.docx").write_bytes(as_docx([HEAD, *rows], "2024年考核细则", after=[note]))
    pack = tmp_path / "ward-2024"
    api.read_rubric(tmp_path / "细则.docx", pack)
    _fill(pack, {"1": YES, "2": {"处理": "改", "改成": "会议低于2次的，每少1次扣1分，扣到0分为止", **SIGNED}})
    done = api.review_rubric(pack)
    assert (done.standing, [its.code for its in done.findings]) == (2, [])
    text = (pack / "rubric.yaml").read_text("utf-8")
    assert f"text: {note}" in text

    rows = [["一、组织管理（3分）", "1.开会", "查记录", "3", "会议不够的每少1次扣1分"]]
    (tmp_path / "二.docx").write_bytes(as_docx([HEAD, *rows], "2024年考核细则"))
    api.read_rubric(tmp_path / "二.docx", tmp_path / "ward-b")
    _fill(tmp_path / "ward-b", {"1": {"处理": "改", "改成": "会议低于2次的，每少1次扣1分，扣完为止", **SIGNED}})
    done = api.review_rubric(tmp_path / "ward-b")
    assert (done.standing, [its.code for its in done.findings]) == (1, [])


def test_rules_that_can_not_be_loaded_are_not_counted_as_scored(pack: Path) -> None:
    """What is told to stand is what stands in rubric.yaml; the reason names no path of the file."""
    _fill(pack, {"2": {"处理": "改", "改成": "发生事故的，另扣10分", **SIGNED}, "3": YES})
    done = api.review_rubric(pack)
    rules = _rules(pack)
    assert done.standing == sum(its != "Fixed" for its in rules.values())
    problems = [its.problem for its in done.findings]
    assert problems and not [its for its in problems if "sections[" in its or "。。" in its]


def test_numbers_of_several_lines_are_never_one(tmp_path: Path) -> None:
    """Where the text names no number, or five lines ask for a 合格率, whoever fills it in chooses that of a line."""
    rows = [
        ["一、监测（9分）", "1.环境监测", "查报告", "3", "发生1次未报的扣0.5分，扣完为止"],
        ["", "2.水质监测", "查报告", "3", "发生1次未报的扣1分，扣完为止"],
        ["", "3.合格率", "查报告", "3", "合格率95%以上的得3分，不足95%的得0分。"],
    ]
    (tmp_path / "细则.docx").write_bytes(as_docx([HEAD, *rows], "2024年考核细则"))
    pack = tmp_path / "ward-2024"
    api.read_rubric(tmp_path / "细则.docx", pack)
    _fill(pack, dict.fromkeys("123", YES))
    assert api.review_rubric(pack).standing == 3
    text = (pack / "rubric.yaml").read_text("utf-8")
    shown = re.findall(r"as: (.*)", text)
    assert len(shown) == len(set(shown)) == 3 and [re.search("第(.)项", name)[1] for name in shown] == ["1", "2", "3"]  # type: ignore[index]


def test_two_numbers_of_a_line_are_two() -> None:
    measures = [Measured("m1", "所计的数"), Measured("m2", "所计的数"), Measured("m3", "长" * 40)]
    names = _names(measures)
    assert names == {"m1": "所计的数", "m2": "所计的数2", "m3": "长" * 24}


def test_what_is_judged_within_a_deduction_may_be_recorded(tmp_path: Path) -> None:
    """Two facts of a line are judged as 1a and 1b, as the workbook names them: no error, and they are counted."""
    rows = [["一、管理（2分）", "1.应急预案", "查资料", "2", "无预案的扣1分，未演练的扣1分，扣完为止"]]
    (tmp_path / "细则.docx").write_bytes(as_docx([HEAD, *rows], "2024年考核细则"))
    pack = tmp_path / "规则包" / "ward-2024"
    api.read_rubric(tmp_path / "细则.docx", pack)
    _fill(pack, {"1": YES})
    assert api.review_rubric(pack).standing == 1
    records = tmp_path / "甲医院" / "records"
    records.mkdir(parents=True)
    unit = {"id": "A", "name": "甲医院", "region": "甲县", "level": "不分级", "year": 2024, "rubric": "ward-2024"}
    (records / "unit.yaml").write_text(json.dumps(unit), "utf-8")
    choices = {"1a": "没有这种情况", "1b": "未演练"}
    made = [
        {"id": f"J{part}", "line": "1", "part": part, "choice": choice, "reason": "看过", "who": "科室",
         "when": "2024-12-01"}
        for part, choice in choices.items()
    ]  # fmt: skip
    (records / "judgements.yaml").write_text(json.dumps(made), "utf-8")
    assessment = api.assess(tmp_path / "甲医院")
    assert [its.code for its in assessment.findings if its.severity.value == "error"] == []
    assert (assessment.card.lines[0].low, assessment.card.lines[0].high) == (1, 1)
