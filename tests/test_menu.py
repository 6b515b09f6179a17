"""`kaoping menu`: what a double-click opens, by numbers."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from kaoping.cli import menu as menu_module
from kaoping.cli.main import cli

from kaoping import api
from kaoping.core import fs
from kaoping.core.findings import catalogue
from kaoping.core.named_commands import pieces
from tiny import put
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
    again = menu("4", "0")
    assert "4  最近用过：甲市2017" in again.output and f"单位文件夹：{tmp_path / '甲市2017'}" in again.output


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


@pytest.mark.parametrize("form", ['"{}"', "{}", " {} ", "“{}”", "'{}'", "{}/台账.xlsx", "{}/材料"])
def test_a_folder_is_opened_however_it_was_dragged(form: str, tmp_path: Path) -> None:
    assert menu("1", "甲 市", str(tmp_path), "0").exit_code == 0
    ran = menu("2", form.format(tmp_path / "甲 市"), "0")
    assert f"单位文件夹：{tmp_path / '甲 市'}" in ran.output


def test_a_folder_that_is_no_unit_is_said(tmp_path: Path) -> None:
    assert "打不开“" in menu("2", str(tmp_path / ("长" * 400)), "0").output
    assert "没有这个文件夹" in menu("2", str(tmp_path / "没有"), "0").output
    ran = menu("2", str(tmp_path), "2", "", "0")
    assert ran.exit_code == 0 and "不是考评包的单位文件夹" in ran.output


def test_the_steps_run_the_commands(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    ran = menu("5", "", "7", "", "9", "", "0", arguments=(str(unit),))
    assert ran.exit_code == 0
    assert "总计：" in ran.output and "送审稿已生成" in ran.output
    assert (unit / "成果" / "送审稿" / "bagit.txt").is_file() and "还没有报送稿" in ran.output


def test_a_command_is_typed_as_a_message_spells_it(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    ran = menu("11", "kaoping gaps 单位文件夹", "", "11", "no-such", "", "0", arguments=(str(unit),))
    assert ran.exit_code == 0 and "用法不对" in ran.output and "没有填报" in ran.output


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("decide 单位文件夹 22 --reason 按“应评尽评”口径", ["按“应评尽评”口径"]),
        ("decide 单位文件夹 22 --reason “两个 词”", ["两个 词"]),
        ("accept 单位文件夹 说明页 --for \"培训/通知 1.pdf\" --reason '有 空'", ["培训/通知 1.pdf", "有 空"]),
        ('decide 单位文件夹 22 --reason 差一个"引号', ['差一个"引号']),
        ('decide 单位文件夹 22 --reason "没有收尾', ['"没有收尾']),
    ],
)
def test_what_is_typed_stays_as_it_was_written(typed: str, words: list[str]) -> None:
    """Quotation marks hold words together, and go; those in a word are the clerk's own."""
    assert set(words) <= set(menu_module._words(typed)) and menu_module._words("") == []


@pytest.mark.parametrize(
    ("message", "spelt"),
    [
        ("请运行 kaoping check 查看。", "请选 4（检查）查看。"),
        ("随时运行 kaoping check。", "随时选 4（检查）。"),
        ("存盘，运行 kaoping check 单位文件夹 --mark：", "存盘，选 4（检查）："),
        ("再运行 kaoping build 单位文件夹 --final，报送。", "再选 8（生成报送稿），报送。"),
        ("先生成（kaoping build）；", "先生成（选 7（生成送审稿））；"),
        ("运行 kaoping import 这个文件 --as 记录种类；", "选 3（导入系统导出的台账）；"),
        ('运行 kaoping import "D:\\甲 乙.xls" --as 案件。', "选 3（导入系统导出的台账）。"),
        ("运行 kaoping import 文件名 --remove 撤下它。", "在 11 里运行 kaoping import 文件名 --remove 撤下它。"),
        ("不用改（kaoping build --only 文稿名）；", "不用改（在 11 里打 kaoping build --only 文稿名）；"),
        ("用 kaoping accept 认可。", "在 11 里用 kaoping accept 认可。"),
        (
            f"要撤销：kaoping decide {Path('/甲/乙')} 22 --undo",
            "要撤销：在 11 里打 kaoping decide 单位文件夹 22 --undo",
        ),
        ("重新安装：pip install --force-reinstall kaoping", "重新安装：pip install --force-reinstall kaoping"),
    ],
)
def test_a_message_names_what_stands_in_the_window(message: str, spelt: str) -> None:
    assert menu_module._by_numbers(message, Path("/甲/乙")) == spelt


def test_what_the_steps_print_names_their_numbers(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲 市")
    put(unit / "records", {"meetings.yaml": "- {id: H1, name: 会, date: 2017-13-01}\n"})
    ran = menu("5", "", "11", "decide 单位文件夹 22 1 --reason 理由 --who 支队 --when 12月18日", "", "0",
               arguments=(str(unit),))  # fmt: skip
    assert "处错误，评分可能不全；请选 4（检查）查看。" in ran.output
    assert "要撤销：在 11 里打 kaoping decide 单位文件夹 22 --undo" in ran.output
    assert "请运行 kaoping check 查看。" in CliRunner().invoke(cli, ["score", str(unit)]).output, "and nowhere else"


def test_every_message_names_commands_that_there_are_and_the_menu_takes() -> None:
    """With options that they have; and none is left in the menu without the number under which it is typed."""
    messages = [text for kind in catalogue().values() for text in (kind.problem, kind.effect, kind.mend)]
    messages = [text for text in messages if "kaoping " in text]
    assert len(messages) > 40
    context = click.Context(cli)
    for message in messages:
        for piece, behind in itertools.pairwise(pieces(message, [])):
            if isinstance(piece, str):
                continue
            assert isinstance(behind, str)
            command = cli.get_command(context, piece.words.split()[1])
            assert command is not None, message
            clause = re.split("[，。；：（）、]", behind)[0]
            if isinstance(command, click.Group) and (name := clause.split()):
                command = command.get_command(context, name[0])
                assert command is not None, message
            known = {option for param in command.params for option in param.opts}
            assert set(re.findall(r"--[a-z-]+", clause)) <= known, message
            assert not re.search(r" “\S*”", clause), f"no console takes these for quotation marks: {message}"
        spelt = menu_module._by_numbers(message)
        asked = re.findall("在 11 里(?:运行|用|打) kaoping ", spelt)
        assert len(asked) == spelt.count("kaoping "), spelt


def test_the_example_that_it_gives_works_as_it_stands(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    example = next(
        line for line in menu("11", "", "", "0", arguments=(str(unit),)).output.splitlines() if "decide" in line
    )
    ran = menu("11", example, "", "0", arguments=(str(unit),))
    assert "已记入" in ran.output, ran.output


@pytest.mark.parametrize("name", ["..", "a/b", "a\\b", "C:", "con", "a?", "名称."])
def test_a_name_that_can_t_be_one_makes_nothing(name: str, tmp_path: Path) -> None:
    ran = menu("1", name, "0")
    assert ran.exit_code == 0 and "文件夹的名称不行" in ran.output and not list(tmp_path.iterdir())


def test_a_unit_is_made_where_somebody_wants_it_and_not_in_the_kit(tmp_path: Path) -> None:
    assert "前面要写完整的路径" in menu("1", "甲市", "2", "0").output
    (tmp_path / "考评包" / "app").mkdir(parents=True)
    (tmp_path / "考评包" / "app" / "kit.txt").touch()
    assert "这是考评包自己的文件夹" in menu("1", "甲市", str(tmp_path / "考评包" / "里面"), "0").output
    assert "太长，Excel 打不开" in menu("1", "甲市", str(tmp_path / ("长" * 150)), "0").output
    assert not list(tmp_path.rglob("甲市*"))


def test_a_ledger_is_shown_before_it_is_taken_in(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    ledger = tmp_path / "培训.csv"
    rows = "名称,日期,方式,范围,主办,以案施训\n全市培训,2017-06-01,线下,全市,市级,否\n"
    ledger.write_text(rows, encoding="utf-8")
    refused = menu("3", f'"{ledger}"', "", "培训记录", "否", "", "0", arguments=(str(unit),))
    assert "以上只是预览" in refused.output and not (unit / "外部台账").exists()
    assert menu("3", str(ledger), "0", "", "0", arguments=(str(unit),)).exit_code == 0
    assert "没有这个文件" in menu("3", "nowhere.csv", "", "0", arguments=(str(unit),)).output
    taken = menu("3", str(ledger), "培训记录", "是", "", "0", arguments=(str(unit),))
    assert "已导入" in taken.output and (unit / "外部台账" / "培训.csv").is_file()


@pytest.mark.parametrize("typed", [(), ("1",), ("1", "甲"), ("2",)])
def test_a_window_that_is_closed_leaves_nothing_half_made(typed: tuple[str, ...], tmp_path: Path) -> None:
    ran = menu(*typed)
    assert ran.exit_code == 1 and not list(tmp_path.glob("甲*"))


def test_a_unit_that_is_gone_is_left(tmp_path: Path) -> None:
    ran = menu("0", arguments=(str(tmp_path / "nowhere"),))
    assert ran.exit_code == 0 and "不在了，或者不是单位文件夹" in ran.output and "新建一个单位文件夹" in ran.output
