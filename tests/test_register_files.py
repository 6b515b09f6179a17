"""`kaoping evidence`: what is said of a file, and which record it proves, by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from kaoping.cli.main import run

from kaoping import api
from packages import tree
from units import TRAINING, good_unit
from workbooks import book_unit

FILE = "培训/通知.pdf"


@pytest.mark.parametrize("make", [good_unit, book_unit])
def test_a_file_is_registered_and_hung_on_a_record(
    tmp_path: Path, make: object, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = make(tmp_path / "甲市", {"trainings.yaml": TRAINING})  # type: ignore[operator]
    stated = ["--set", "题名=培训通知", "--set", "日期=5月2日", "--set", "材料类型=通知"]
    assert run(["evidence", str(unit), FILE, *stated, "--to", "培训记录 P01"]) == 0
    its = api.holdings(api.assess(unit)).files[FILE]
    assert [its.stated(name) for name in ("title", "date", "type")] == ["培训通知", "2017-05-02", "通知"]
    assert [(naming.kind, naming.id) for naming in its.named_by] == [("training", "P01")]
    capsys.readouterr()
    assert run(["evidence", str(unit), FILE]) == 0 and "培训记录 P01" in capsys.readouterr().out
    assert run(["evidence", str(unit)]) == 0 and "培训通知" in capsys.readouterr().out
    assert run(["evidence", str(unit), FILE, "--set", "题名=", "--off", "培训记录 P01"]) == 0
    its = api.holdings(api.assess(unit)).files[FILE]
    assert its.stated("title") == "" and its.stated("date") == "2017-05-02" and its.named_by == ()


def test_the_page_and_the_command_write_the_same(tmp_path: Path) -> None:
    from pages import opened
    from test_page_evidence import fields_of, send

    typed, clicked = (good_unit(tmp_path / name, {"trainings.yaml": TRAINING}) for name in ("命令", "页面"))
    assert run(["evidence", str(typed), FILE, "--set", "题名=培训通知", "--to", "培训记录 P01"]) == 0
    with opened(clicked) as browser:
        fields = fields_of(browser.ask("/evidence?show=all").text)
        assert send(browser, "/evidence/registration", fields | {"title.1": "培训通知"}).status == 303
        assert send(browser, "/evidence/attachment", {"path": FILE, "record": "training/P01"}).status == 303
    assert tree(typed / "records") == tree(clicked / "records")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--set", "没有=x"], 2), (["--set", "题名"], 2), (["--set", "日期=后天"], 1), (["--to", "培训记录 P99"], 1),
        (["--to", "没有"], 1), (["--off", ""], 2),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused(tmp_path: Path, words: list[str], status: int) -> None:
    unit = good_unit(tmp_path / "甲市", {"trainings.yaml": TRAINING})
    before = tree(unit)
    arguments = ["evidence", str(unit), *([FILE] if words != ["--off", ""] else ["没有.pdf"]), *words]
    assert run(arguments) == status
    assert tree(unit) == before
