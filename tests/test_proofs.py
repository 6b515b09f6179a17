"""Evidence that hangs on a record: it proves what the record proves, to the lines that ask for its type."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kaoping import api
from units import only

SCREENSHOT = "平台/本级上线截图.png"
PHOTO = "改革/支队车辆照片.jpg"


@pytest.fixture
def unit(city: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "甲市"
    shutil.copytree(city, folder, copy_function=shutil.copyfile)
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / "records" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def register(folder: Path, path: str, like: str, type_: str) -> None:
    """Put a file there that looks like another one, and register it."""
    shutil.copyfile(folder / "材料" / like, folder / "材料" / path)
    entry = f"- {{path: {path}, type: {type_}, account: lczd01, query: 上线地区, captured: 2017-12-10 09:30}}\n"
    with (folder / "records" / "evidence.yaml").open("a", encoding="utf-8") as file:
        file.write(entry)


def test_a_screenshot_at_the_units_own_facts_proves_what_is_read_there(unit: Path) -> None:
    register(unit, SCREENSHOT, "平台/平台上线地区截图.png", "平台数据截图")
    edit(unit, "unit.yaml", "platform_online: 是", f"platform_online: 是\nevidence: {SCREENSHOT}")
    counties = unit / "records" / "counties.yaml"
    counties.write_text(
        counties.read_text(encoding="utf-8").replace("；平台/平台上线地区截图.png", ""), encoding="utf-8"
    )
    assessment = api.assess(unit)
    score = assessment.card.line("38")
    assert (score.unsupported, score.evidence) == (0, (SCREENSHOT,))
    assert [piece.line for piece in assessment.plan.pieces if piece.evidence.path == SCREENSHOT] == ["38"]
    assert [line.line for line in assessment.card.lines if SCREENSHOT in line.evidence] == ["38"]


def test_a_photo_of_vehicles_at_the_posts_proves_the_vehicles_not_the_cases_per_head(unit: Path) -> None:
    register(unit, PHOTO, "加分/执法车辆照片.jpg", "照片")
    edit(unit, "establishments.yaml", "支队编制和在岗人员情况.pdf", f"支队编制和在岗人员情况.pdf；{PHOTO}")
    card = api.assess(unit).card
    assert [line.line for line in card.lines if PHOTO in line.evidence] == ["B3"]
    assert [line.line for line in card.lines if "改革/支队编制和在岗人员情况.pdf" in line.evidence] == ["B3"]


def test_evidence_of_the_counties_goes_to_the_lines_that_ask_for_it(city: Path) -> None:
    card = api.assess(city).card
    assert [line.line for line in card.lines if "平台/平台上线地区截图.png" in line.evidence] == ["38"]
    for county in ("东屏区改革任务完成情况", "石泠县改革任务进展情况"):
        assert [line.line for line in card.lines if f"改革/{county}.pdf" in line.evidence] == ["6"]


def test_what_no_line_asks_for_goes_along_with_its_record(city: Path) -> None:
    assessment = api.assess(city)
    signed = "培训/业务培训班签到表.pdf"
    assert [line.line for line in assessment.card.lines if signed in line.evidence] == ["10"]
    assert list(assessment.card.line("10").evidence[:3]) == [
        "培训/业务培训班通知.pdf",
        "培训/业务培训班指南.pdf",
        signed,
    ]


def test_evidence_of_what_is_only_divided_by_is_told(unit: Path) -> None:
    """A county's posts are a divisor, its vehicles nobody asks for: the piece proves nothing, and that is told."""
    register(unit, PHOTO, "加分/执法车辆照片.jpg", "照片")
    edit(unit, "establishments.yaml", "posts: 7,", f"posts: 7, evidence: {PHOTO},")
    edit(unit, "../notice.yaml", "case-scope: 本级", "case-scope: 全市")
    assessment = api.assess(unit)
    assert [line.line for line in assessment.card.lines if PHOTO in line.evidence] == []
    told = only(assessment.findings, "evidence.no_line")
    assert PHOTO in told.problem and "第26、B3、B6项" in told.problem and "编制与人员" in told.problem
    assert "establishments.yaml" in str(told.at)
    tail = [piece for divider in assessment.plan.dividers if not divider.line for piece in divider.pieces]
    assert PHOTO in [piece.evidence.path for piece in tail]
