"""`kaoping menu`: what a double-click opens, by numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kaoping.cli.main import cli

from kaoping import api
from kaoping.core import fs
from units import small_unit


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the list of recent units out of the user's own."""
    monkeypatch.setattr(fs, "of_user", lambda kind: tmp_path / kind)


def menu(*typed: str, arguments: tuple[str, ...] = ()) -> Result:
    """Run the menu with what somebody types, a line each; the input ends there."""
    return CliRunner().invoke(cli, ["menu", *arguments], input="".join(f"{line}\n" for line in typed))


def test_a_new_unit_is_made_and_remembered(tmp_path: Path) -> None:
    ran = menu("1", "甲市2017", str(tmp_path), "0")
    assert ran.exit_code == 0 and (tmp_path / "甲市2017" / "台账.xlsx").is_file()
    assert api.recent_units() == [tmp_path / "甲市2017"]
    again = menu("1", "0")
    assert "1  甲市2017" in again.output and f"单位文件夹：{tmp_path / '甲市2017'}" in again.output


def test_the_last_one_comes_first_and_those_that_are_gone_are_left_out(tmp_path: Path) -> None:
    units = [small_unit(tmp_path / name) for name in ("甲", "乙", "丙")]
    for unit in [*units, units[0]]:
        api.remember_unit(unit)
    (tmp_path / "乙").rename(tmp_path / "别处")
    assert [unit.name for unit in api.recent_units()] == ["甲", "丙"]
    for number in range(12):
        api.remember_unit(small_unit(tmp_path / f"第{number}"))
    assert len(api.recent_units()) <= 9 and api.recent_units()[0].name == "第11"


@pytest.mark.parametrize("listed", ["{", "[1, null]", '{"a": 1}', "", '["/nowhere", "\\u0000"]'])
def test_a_list_that_can_t_be_read_is_no_list(listed: str, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "最近的单位.json").write_text(listed, encoding="utf-8")
    assert api.recent_units() == []
    assert menu("0").exit_code == 0


def test_what_is_no_number_is_asked_again(tmp_path: Path) -> None:
    ran = menu("x", "", "99", "-1", "１", "", "0")
    assert ran.exit_code == 0 and ran.output.count("请输 0 到 3 的一个数字。") == 4, "１ is a number"


@pytest.mark.parametrize("form", ['"{}"', "{}", " {} ", "“{}”", "'{}'", "{}/台账.xlsx"])
def test_a_folder_is_opened_however_it_was_dragged(form: str, tmp_path: Path) -> None:
    assert menu("1", "甲 市", str(tmp_path), "0").exit_code == 0
    ran = menu("3", form.format(tmp_path / "甲 市"), "0")
    assert f"单位文件夹：{tmp_path / '甲 市'}" in ran.output


def test_a_folder_that_is_no_unit_is_said(tmp_path: Path) -> None:
    ran = menu("2", str(tmp_path), "2", "", "0")
    assert ran.exit_code == 0 and "不是单位文件夹" in ran.output


def test_the_steps_run_the_commands(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    ran = menu("5", "", "7", "", "9", "", "0", arguments=(str(unit),))
    assert ran.exit_code == 0
    assert "总计：" in ran.output and "送审稿已生成" in ran.output
    assert (unit / "成果" / "送审稿" / "bagit.txt").is_file() and "还没有报送稿" in ran.output


def test_a_command_is_typed_as_a_message_spells_it(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    ran = menu("11", "kaoping gaps 单位", "", "11", "no-such", "", "0", arguments=(str(unit),))
    assert ran.exit_code == 0 and "用法不对" in ran.output


@pytest.mark.parametrize("typed", [(), ("1",), ("1", "甲"), ("2",)])
def test_a_window_that_is_closed_leaves_nothing_half_made(typed: tuple[str, ...], tmp_path: Path) -> None:
    ran = menu(*typed)
    assert ran.exit_code == 1 and not list(tmp_path.glob("甲*"))


def test_a_unit_that_is_taken_away_meanwhile(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    ran = menu("4", "", "0", arguments=(str(unit / "nowhere"),))
    assert ran.exit_code == 0 and "nowhere" in ran.output
