"""Each number that a document prints is the one that the records give, and there is none that nobody counted again."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from examples import sampled
from kaoping import api
from kaoping.core.figures import number as number_text
from recount import (
    drill,
    inputs,
    key_tasks,
    letters,
    page,
    reasons,
    rectification,
    samples,
    score_table,
    self_report,
    training,
)
from recount.claims import NUMBER, Claim, wrong
from recount.samples import Told
from second_scorer.spans import span
from second_scorer.units import unit_of, write

Pieces = Mapping[str, Sequence[str]]
#: Document → what it may say, of a unit, of the points that lack evidence, and of the evidence behind each line.
DOCUMENTS: Mapping[str, Callable[[Told, dict[str, str], Pieces], list[Claim]]] = {
    "自评报告": lambda told, lacking, _: self_report.claims(told, lacking),
    "自评分表": score_table.claims,
    "报送报告": lambda told, *_: letters.covering(told),
    "审签页": lambda told, *_: letters.sign_off(told),
    "培训总结": lambda told, *_: training.claims(told),
    "岗位练兵活动总结": lambda told, *_: drill.claims(told),
    "重点任务落实情况对照表": lambda told, _, pieces: key_tasks.claims(told, pieces),
    "整改进展情况报告": lambda told, *_: rectification.claims(told, public=False),
    "整改进展情况通报": lambda told, *_: rectification.claims(told, public=True),
}
#: Unit → line → the points that no evidence stands behind: what its evidence files show, read by eye.
LACKING = {
    "city": {"11": "1", "39": "2", "B1": "0.5"},
    "settled": {},
    # Built without LibreOffice: Office files are slip sheets, and prove nothing.
    "clerk": {
        "1": "20",
        "8": "0.5",
        "21": "1",
        "23": "1",
        "24": "2",
        "28": "1.5",
        "29": "1",
        "30": "2",
        "31": "0.5",
        "34": "1",
        "38": "1",
        "39": "1",
        "40a": "1",
        "40b": "2",
    },
    "county": {"28": "2", "32": "1", "34": "1", "38": "1"},
}


#: 报送日期 of plan and summary, and the plan's deadline, are written without a year: nobody can say when that was.
UNREAD = {"7": span(0, 2), "71": span(0, 1), "72": span(0, 1)}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> api.Built:
    return _drafted("county-2017", tmp_path_factory.mktemp("recount"))


@pytest.fixture(scope="module")
def rectified(tmp_path_factory: pytest.TempPathFactory) -> api.Built:
    return _drafted("rectification-2022", tmp_path_factory.mktemp("recount"))


def _drafted(sample: str, folder: Path) -> api.Built:
    return api.build(api.copy_sample(folder / sample, sample) or folder / sample)


def _found(built: api.Built, lacking: dict[str, str], told: Told) -> Iterator[str]:
    """Yield what is wrong with the documents of a package; one that nobody knows is wrong."""
    pieces = _pieces(built)
    for path in sorted((built.package / "data").glob("*.docx")):
        if path.stem not in DOCUMENTS:
            yield f"nobody counts again what {path.stem} says"
            continue
        claims = DOCUMENTS[path.stem](told, lacking, pieces)
        yield from (f"{path.stem}: {its}" for its in wrong(page.read(path), claims))


def _pieces(built: api.Built) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for piece in json.loads((built.package / "kaoping.json").read_text("utf-8"))["pieces"]:
        for line in (piece["line"], *piece["also"]):
            found.setdefault(line, []).append(piece["number"])
    return found


def _told(built: api.Built, *, decided: bool = False) -> Told:
    return samples.load(built.assessment.dossier.folder, decided=decided)


def test_city(draft: api.Built) -> None:
    assert list(_found(draft, LACKING["city"], _told(draft))) == []


def test_final(final: api.Built) -> None:
    assert list(_found(final, LACKING["settled"], _told(final, decided=True))) == []


def test_county(county: api.Built) -> None:
    assert list(_found(county, LACKING["county"], _told(county))) == []


def test_clerk(clerk: api.Built) -> None:
    """The unit as a real clerk hands it on, its workbook and ledgers read a second time."""
    told = inputs.load(clerk.assessment.dossier.folder)
    told = replace(told, by_eye=UNREAD, lacking_items="第4项没有细则'依据'所列类型的佐证材料")
    assert list(_found(clerk, LACKING["clerk"], told)) == []


def test_rectification(rectified: api.Built) -> None:
    assert list(_found(rectified, {}, _told(rectified))) == []


#: Whose points are told is the second scorer's own test, with its open readings (program wider, never narrower).
_POINTS = re.compile("可得上限为|加分|自评总分|“[^”]*”加")


def _at_random(numbers: Iterator[int], folder: Path) -> Iterator[str]:
    """Yield where the self-report of a city made at random says what its records do not."""
    for number in numbers:
        unit = unit_of(number)
        declared = {row["id"] for row in unit.tables.get("indicator", [])}
        if not unit.is_city or not declared <= {"random-check-coverage", "server-online", "client-online"}:
            continue  # what is declared in place of lists is counted nowhere
        write(unit, folder / f"{number}")
        [path], built = api.build_only(folder / f"{number}", ["自评报告"], out=folder / f"{number}" / "out")
        lacking = {line.line: number_text(line.unsupported) for line in built.card.lines if line.unsupported}
        for its in wrong(page.read(path), self_report.claims(Told(unit), lacking)):
            if not _POINTS.search(its):
                yield f"unit {number}: {its}"


def test_units_at_random(tmp_path: Path) -> None:
    assert list(_at_random(iter(range(5)), tmp_path)) == []


@pytest.mark.slow
def test_many_units_at_random(tmp_path: Path) -> None:
    assert list(_at_random(iter(range(5, 60)), tmp_path)) == []


@pytest.mark.parametrize("name", ["自评报告", "培训总结", "岗位练兵活动总结", "整改进展情况报告"])
def test_a_changed_number_is_found(draft: api.Built, name: str) -> None:
    """Whichever number of a sentence were another, somebody would see it."""
    told, lacking = _told(draft), LACKING["city"]
    path = draft.package / "data" / f"{name}.docx"
    claims = DOCUMENTS[name](told, lacking, {})
    texts = [block.text for block in page.read(path).blocks]
    for at, text in enumerate(texts):
        for match in list(NUMBER.finditer(text))[:3]:
            changed = page.read(path)
            block = changed.blocks[at]
            if block.rows:
                continue
            block.text = f"{text[: match.start()]}{_another(match[0])}{text[match.end() :]}"
            assert list(wrong(changed, claims)), f"{match[0]} in {text}"


@pytest.mark.slow
def test_a_changed_number_in_a_reason_is_found(draft: api.Built) -> None:
    """So the reasons' claims can fail: whatever number another stood for would be told."""
    told = _told(draft)
    [table] = [block for block in page.read(draft.package / "data" / "自评分表.docx").blocks if block.rows]
    column = table.rows[0].index("得分理由")
    cells: dict[str, list[str]] = {}
    for row, lines in zip(table.rows[1:], table.lines[1:], strict=True):
        if len(row) == len(table.rows[0]):
            line = score_table.line_of(list(cells)[-1] if cells else "", row[1])
            cells[line] = lines[column]
    unseen = []
    for line, sentences in cells.items():
        for at, sentence in enumerate(sentences):
            for match in list(NUMBER.finditer(sentence))[:4]:
                changed = f"{sentence[: match.start()]}{_another(match[0])}{sentence[match.end() :]}"
                cell = [*sentences[:at], changed, *sentences[at + 1 :]]
                if not list(reasons.wrong(told, line, cell, LACKING["city"].get(line, "0"))):
                    unseen.append(f"{line}: {changed}")
    assert unseen == []


def _another(number: str) -> str:
    return re.sub(r"\d$", lambda digit: str((int(digit[0]) + 3) % 10), number)


_ANSWERS = "warning-and-fine: 计入\n  not-punished: 计入\n  withdrawn: 计入\n  transferred: 计入"
#: What was filed otherwise → file, its words, what stands there instead.
OTHERWISE = {
    "省级办的全市培训": [("records/trainings.yaml", "host: 市级", "host: 省级")],
    "县里办的全市培训": [("records/trainings.yaml", "host: 市级", "host: 县级")],
    "细则点名的部门填了不认定": [
        ("records/commendations.yaml", "date: 2017-03-05,", "date: 2017-03-05, recognized: 否,"),
        ("records/commendations.yaml", "date: 2017-09-15,", "date: 2017-09-15, recognized: 是,"),
    ],
    "缺一些县的审批": [("records/approvals.yaml", "region: 石泠县、枫汀县、禾濑市", "region: 石泠县")],
    "缺一个县的编制": [
        ("notice.yaml", "case-scope: 本级", f"{_ANSWERS}\n  case-scope: 全市"),
        ("records/establishments.yaml", "level: 县级, county: 石泠县", "level: 县级, county: 云渚区"),
    ],
    "平台办案按本级": [("notice.yaml", "case-scope: 本级", "case-scope: 本级\n  platform-scope: 本级")],
    "平台办案立案都算": [("notice.yaml", "case-scope: 本级", "case-scope: 本级\n  platform-cases: 立案都算")],
    "省厅考试不在培训考试系统上": [
        ("records/exams.yaml", "host: 省级, on_system: 是", "host: 省级, on_system: 否"),
        ("notice.yaml", "case-scope: 本级", "case-scope: 本级\n  exam-scope: 省市一起看"),
    ],
    "没有过完的月份填了按时报送": [
        (
            "records/monthly_reports.yaml",
            "- {id: M1101,",
            "- {id: M1203, month: 2017-12, channel: 执法数据, on_time: 是, sound: 是}\n- {id: M1101,",
        )
    ],
    "两次综治会议": [("records/meetings.yaml", "topic: 综合执法改革", "topic: 综治平安创建")],
    "缺一些县的政务窗口": [("records/approval_windows.yaml", "region: 禾濑市", "region: 石泠县")],
}


@pytest.mark.slow
@pytest.mark.parametrize("what", sampled(3, OTHERWISE))
def test_otherwise_filed(city: Path, tmp_path: Path, what: str) -> None:
    """The program's figures and those of the second count go on agreeing where the records change."""
    unit = tmp_path / "unit"
    shutil.copytree(city, unit, ignore=shutil.ignore_patterns("成果*"))
    for name, words, instead in OTHERWISE[what]:
        text = (unit / name).read_text("utf-8")
        assert words in text
        (unit / name).write_text(text.replace(words, instead, 1), "utf-8")
    written, _ = api.build_only(unit, ["自评报告", "培训总结"], out=tmp_path / "drafts")
    told = samples.load(unit)
    for path in written:
        assert list(wrong(page.read(path), DOCUMENTS[path.stem](told, LACKING["city"], {}))) == []
