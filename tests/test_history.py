"""Earlier versions of the unit's files: listed, compared, brought back; a write undone and done again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kaoping.cli.main import cli

from culture import CULTURE
from kaoping.core.errors import KaopingError
from kaoping.records import history, layout
from test_entry import FILE, MORE, altered, place, register, said
from units import TRAINING, good_unit, only
from workbooks import book_unit, cell_at, change, sheet_of

BOOK = layout.WORKBOOK


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return book_unit(tmp_path / "甲市", {FILE: TRAINING + MORE})


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    return good_unit(tmp_path / "甲市", {FILE: TRAINING + MORE})


def step(folder: Path, write: Callable[[], Any], title: str = "改 P02") -> history.Step:
    before = history.states(folder)
    write()
    return history.step_between(title, before, history.states(folder))


@pytest.mark.parametrize("form", ["unit", "listed"])
def test_a_write_is_undone_and_done_again_byte_for_byte(form: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(form)
    path = folder / BOOK if form == "unit" else folder / "records" / FILE
    first = path.read_bytes()
    done = step(folder, lambda: altered(folder, "P02", title="新"))
    second = path.read_bytes()
    for _ in range(2):
        history.undo(folder, done)
        assert path.read_bytes() == first and said(folder)["P02"]["title"] == "第2期"
        history.undo(folder, done.reverse)
        assert path.read_bytes() == second
    assert len(history.versions(folder)) == 2


def test_the_first_record_of_a_file_is_undone_with_the_file(listed: Path) -> None:
    venues = register(listed, "venue", "CS")
    done = step(listed, lambda: venues.enter(set(), {"name": "甲网吧"}))
    path = listed / "records" / venues.kind.file
    assert path.exists()
    history.undo(listed, done)
    assert not path.exists()
    history.undo(listed, done.reverse)
    assert "甲网吧" in path.read_text("utf-8")


def _refused(code: str, act: Callable[[], Any]) -> str:
    with pytest.raises(KaopingError) as refused:
        act()
    return only(refused.value.findings, code).problem


def test_what_somebody_changed_meanwhile_is_not_undone_over(unit: Path) -> None:
    done = step(unit, lambda: altered(unit, "P02", title="新"))
    change(unit, lambda book: setattr(cell_at(book[sheet_of("training")], "名称", 3), "value", "在 Excel 里改的"))
    raw = (unit / BOOK).read_bytes()
    assert "改 P02" in _refused("history.changed", lambda: history.undo(unit, done))
    assert (unit / BOOK).read_bytes() == raw and said(unit)["P03"]["title"] == "在 Excel 里改的"


def test_a_workbook_that_is_open_is_neither_undone_nor_brought_back(unit: Path) -> None:
    done = step(unit, lambda: altered(unit, "P02", title="新"))
    (version,) = history.versions(unit)
    (unit / "~$台账.xlsx").write_bytes(b"")
    raw = (unit / BOOK).read_bytes()
    assert "打开着" in _refused("history.held", lambda: history.undo(unit, done))
    assert "打开着" in _refused("history.held", lambda: history.bring_back(unit, version.path.name))
    assert (unit / BOOK).read_bytes() == raw


def test_what_is_not_kept_any_more_is_not_undone(unit: Path) -> None:
    done = step(unit, lambda: altered(unit, "P02", title="新"))
    (version,) = history.versions(unit)
    version.path.write_bytes(b"changed in its folder")
    assert _refused("history.gone", lambda: history.undo(unit, done))


def test_a_version_is_compared_and_brought_back(unit: Path) -> None:
    first = (unit / BOOK).read_bytes()
    altered(unit, "P02", title="新")
    register(unit).take_out([("P03", place(unit, "P03"))])
    oldest = history.versions(unit)[-1]
    its = {each.id: each for each in history.differences(unit, oldest.path.name, CULTURE.kinds)}
    assert set(its) == {"P02", "P03"} and its["P02"].fields == {"名称": ("第2期", "新")}
    assert its["P03"].is_there and not its["P03"].is_now
    assert history.bring_back(unit, oldest.path.name) == unit / BOOK and (unit / BOOK).read_bytes() == first
    assert history.versions(unit)[0].file == BOOK and len(history.versions(unit)) == 3


@pytest.mark.parametrize("name", ["../台账.xlsx", "没有.xlsx", ""])
def test_no_other_file_is_brought_back(unit: Path, name: str) -> None:
    assert _refused("history.unknown", lambda: history.bring_back(unit, name))


def test_the_command_lists_compares_and_restores(unit: Path) -> None:
    run = CliRunner()
    assert "还没有" in run.invoke(cli, ["history", str(unit)]).output
    first = (unit / BOOK).read_bytes()
    altered(unit, "P02", title="新")
    name = history.versions(unit)[0].path.name
    assert name in run.invoke(cli, ["history", str(unit)]).output
    compared = run.invoke(cli, ["history", str(unit), "1"]).output
    assert "P02" in compared and "那时“第2期”，现在“新”" in compared
    assert run.invoke(cli, ["history", str(unit), "1", "--restore"]).exit_code == 0
    assert (unit / BOOK).read_bytes() == first
