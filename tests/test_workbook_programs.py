"""The workbook after other programs saved it: as LibreOffice's xlsx and xls it is the unit's workbook all the same.

The fixtures are a workbook of ours (three trainings, no counties, one judgement), opened and saved by LibreOffice 7.4.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from culture import CULTURE
from kaoping import api
from units import BASE, found
from workbooks import tables_of, values

SAVED = Path(__file__).parent / "data" / "sheets"


@pytest.fixture(params=["xlsx", "xls"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    shutil.copytree(BASE / "材料", tmp_path / "材料")
    shutil.copyfile(SAVED / f"台账-libreoffice.{request.param}", tmp_path / f"台账.{request.param}")
    return tmp_path


def test_it_is_read_without_a_word(saved: Path) -> None:
    assert found(saved) == []
    tables = tables_of(saved)
    assert [record["id"] for record in values(tables["training"])] == ["P01", "P02", "P03"]
    assert values(tables["training"])[0]["date"] == "2017-05-16"
    assert values(tables["judgement"]) == [
        {"id": "PD1", "line": "20", "choice": "良好", "reason": "齐全", "who": "办公会", "when": "2017-12-15"}
    ]
    assert tables["county"].rows == 0, "没有 was chosen"
    assert set(tables) == {"unit", "training", "county", "judgement"}


def test_made_anew_it_is_a_workbook_of_ours_again(saved: Path) -> None:
    before = {kind: values(table) for kind, table in tables_of(saved).items()}
    renewed = api.renew(saved)
    assert renewed.workbook.name == "台账.xlsx" and renewed.kept is not None
    # The workbook is of an earlier version. All that it has is known from the sheet that says what it was made with.
    grown = ("新增工作表", "新增一栏", "可选项改为")
    gone = [change for change in renewed.changes if change.startswith("工作表“") and "没有再放" in change]
    others = [change for change in renewed.changes if change not in gone]
    assert others and all(any(word in change for word in grown) for change in others)
    assert not {change.split("“")[1].split("”")[0] for change in gone} & {CULTURE.kinds[kind].title for kind in before}
    assert {kind: values(table) for kind, table in tables_of(saved).items()} == before
    assert list(before) == [kind for kind in CULTURE.kinds if kind in before]
