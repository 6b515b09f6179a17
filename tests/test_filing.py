"""Files of 材料 renamed, replaced, taken out and brought back: the records follow, nothing is lost, all is undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from kaoping import api
from kaoping.core.errors import KaopingError
from packages import tree
from pages import Browser, opened
from test_page_evidence import registered, send
from test_page_uploads import KIND, form_of
from units import TRAINING, good_unit, only
from workbooks import book_unit

HERE = "培训/一期通知.txt"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A unit in which a training, a registration and an order name the file."""
    records = {
        "trainings.yaml": TRAINING.rstrip() + f"\n  evidence: {HERE}；别的.txt\n",
        "evidence.yaml": f"- path: {HERE}\n  title: 一期的通知\n",
        "piece_orders.yaml": f"- id: CX01\n  files: 别的.txt；{HERE}\n",
    }
    folder = good_unit(tmp_path / "甲市", records)
    for path in (HERE, "别的.txt"):
        (folder / "材料" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "材料" / path).write_text(f"{path} 的内容", encoding="utf-8")
    return folder


@pytest.fixture
def browser(unit: Path) -> Iterator[Browser]:
    with opened(unit) as browser:
        yield browser


def names(unit: Path) -> tuple[tuple[str, ...], list[str], list[str]]:
    """The files that the training names, those that are registered, those of the order."""
    tables = api.assess(unit).dossier
    training = next(iter(tables.table("training") or ()))
    order = [path for its in api.piece_orders(tables.tables) for path in its.files]
    return training.evidence, list(registered(unit)), order


def test_a_file_is_renamed_with_all_that_names_it_and_that_is_undone(browser: Browser, unit: Path) -> None:
    before = tree(unit / "材料"), tree(unit / "records")
    done = send(browser, "/evidence/file-name", {"path": HERE, "name": "通知/新名"})
    assert done.headers["location"] == f"/evidence/file/{quote('通知/新名.txt')}?done=1"
    assert "改名。" in browser.ask(done.headers["location"]).text
    new = "通知/新名.txt"
    assert names(unit) == ((new, "别的.txt"), [new], ["别的.txt", new])
    assert (unit / "材料" / new).read_text("utf-8") == f"{HERE} 的内容" and not (unit / "材料" / HERE).exists()
    undone = send(browser, "/records/-/undo", {"return": f"/evidence/file/{quote(new)}"})
    assert browser.ask(undone.headers["location"]).headers["location"] == "/evidence?undone=1"
    assert (tree(unit / "材料"), tree(unit / "records")) == before
    assert send(browser, "/records/-/redo", {"return": "/evidence"}).status == 303
    assert names(unit)[0] == (new, "别的.txt")


@pytest.mark.parametrize("name", ["别的.txt", "../x.txt", "a/../../b.txt", "con.txt", "", "a?.txt", "~$a.txt"])
def test_a_name_that_will_not_do_is_said_beside_its_field_and_nothing_moves(
    browser: Browser, unit: Path, name: str
) -> None:
    before = tree(unit)
    refused = send(browser, "/evidence/file-name", {"path": HERE, "name": name})
    assert refused.status == 422 and 'id="new-name-h"' in refused.text and f'value="{name}"' in refused.text
    assert "材料改不成" not in refused.text and tree(unit) == before


def test_a_file_is_taken_out_kept_and_brought_back(browser: Browser, unit: Path) -> None:
    before = tree(unit / "材料"), tree(unit / "records")
    assert send(browser, "/evidence/file-removal", {"path": HERE}).headers["location"] == "/evidence?done=1"
    assert names(unit) == (("别的.txt",), [], ["别的.txt"])
    (kept,) = api.kept_files(unit)
    assert kept.path == HERE and kept.name.startswith("培训/一期通知 20")
    assert send(browser, "/records/-/undo", {"return": "/evidence"}).status == 303
    assert (tree(unit / "材料"), tree(unit / "records")) == before and not api.kept_files(unit)
    assert send(browser, "/evidence/file-removal", {"path": HERE}).status == 303
    text = browser.ask("/evidence/kept").text
    (kept,) = api.kept_files(unit)
    assert kept.name in text
    assert send(browser, "/evidence/kept", {"name": kept.name}).headers["location"] == "/evidence/kept?done=1"
    assert tree(unit / "材料") == before[0]
    gone = send(browser, "/evidence/kept", {"name": kept.name})
    assert gone.status == 422 and "没有" in gone.text
    with pytest.raises(KaopingError) as refused:
        api.bring_back_file(unit, "../台账.xlsx")
    assert only(refused.value.findings, "filing.not_kept")


def test_a_file_is_replaced_by_a_new_version_and_the_old_one_is_kept(browser: Browser, unit: Path) -> None:
    before = tree(unit / "材料"), tree(unit / "records")
    body = form_of([("新的.md", "新的内容".encode())], path=HERE)
    done = browser.ask("/evidence/file-replacement", "POST", body, Content_Type=KIND)
    new = "培训/一期通知.md"
    assert done.headers["location"] == f"/evidence/file/{quote(new)}?done=1"
    assert names(unit)[0] == (new, "别的.txt")
    assert (unit / "材料" / new).read_text("utf-8") == "新的内容"
    assert [its.path for its in api.kept_files(unit)] == [HERE]
    for act in ("undo", "redo", "undo"):
        assert send(browser, f"/records/-/{act}", {"return": "/evidence"}).status == 303
    assert (tree(unit / "材料"), tree(unit / "records")) == before
    assert not (unit / api.ARRIVING).exists()
    none = form_of([], path=HERE)
    refused = browser.ask("/evidence/file-replacement", "POST", none, Content_Type=KIND)
    assert refused.status == 422 and "没有选文件" in refused.text


def test_in_a_workbook_all_kinds_change_in_one_write_or_nothing_does(tmp_path: Path) -> None:
    records = {
        "trainings.yaml": TRAINING.rstrip() + f"\n  evidence: {HERE}\n",
        "evidence.yaml": f"- path: {HERE}\n  title: 一期的通知\n",
    }
    unit = book_unit(tmp_path / "甲市", records)
    (unit / "材料" / HERE).parent.mkdir(parents=True, exist_ok=True)
    (unit / "材料" / HERE).write_text("x", encoding="utf-8")
    lock = unit / "~$台账.xlsx"
    lock.write_bytes(b"x")
    before = tree(unit)
    with pytest.raises(KaopingError) as refused:
        api.rename_file(api.assess(unit), HERE, "新.txt")
    assert only(refused.value.findings, "entry.not_changed") and tree(unit) == before
    lock.unlink()
    done = api.rename_file(api.assess(unit), HERE, "新.txt")
    assert done.records == 2 and len(list((unit / "以前的台账").iterdir())) == 1, "one write"
    assert names(unit)[:2] == (("新.txt",), ["新.txt"])
    with pytest.raises(KaopingError) as refused:
        api.rename_file(api.assess(unit), HERE, "又新.txt")
    assert only(refused.value.findings, "filing.not_moved")
    with pytest.raises(KaopingError) as refused:
        api.rename_file(api.assess(unit), "新.txt", "a:b")
    assert only(refused.value.findings, "filing.bad_name")
