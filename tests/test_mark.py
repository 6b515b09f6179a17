"""`kaoping check --mark`: a copy of the workbook that shows what is wrong; the workbook itself is not touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import TextBlock

from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.records import layout
from units import good_unit, only
from workbooks import book_unit, cell_at, sheet_of

SHEET = sheet_of("training")


def _spoil(book: Any) -> None:
    sheet = book[SHEET]
    cell_at(sheet, "方式").value = "混合"
    cell_at(sheet, "日期").value = "2017.5.16"
    cell_at(sheet, "参训人数").value = "=1+1"


def _marked(folder: Path) -> Any:
    marked = api.mark(folder, api.check(folder).sorted())
    assert marked.path == folder / "台账（标注）.xlsx"
    return load_workbook(marked.path)


def test_what_is_wrong_is_coloured_and_explained_in_its_cell(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市", edit=_spoil)
    before = (folder / layout.WORKBOOK).read_bytes()
    sheet = _marked(folder)[SHEET]
    colours = {title: cell_at(sheet, title).fill.fgColor.rgb for title in ("方式", "日期", "参训人数", "名称")}
    assert colours == {"方式": "00FFC7CE", "日期": "00DDEBF7", "参训人数": "00FFC7CE", "名称": "00000000"}
    told = cell_at(sheet, "方式").comment.text
    assert "混合" in told and "影响：" in told and "怎么改：" in told
    assert (folder / layout.WORKBOOK).read_bytes() == before


def test_the_list_links_to_the_cells(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市", edit=_spoil)
    book = _marked(folder)
    assert book.sheetnames[0] == layout.FINDINGS_SHEET
    rows = list(book[layout.FINDINGS_SHEET].iter_rows(min_row=2))
    assert [row[0].value for row in rows] == ["错误", "错误", "说明"]
    assert rows[0][1].hyperlink.location == f"'{SHEET}'!D5" or rows[0][1].hyperlink.target == f"#'{SHEET}'!D5"


def test_a_marked_copy_is_as_good_as_the_workbook_for_filling_in(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市")
    original, copy = load_workbook(folder / layout.WORKBOOK), _marked(folder)
    for sheet in original:
        assert len(copy[sheet.title].data_validations.dataValidation) == len(sheet.data_validations.dataValidation)
        assert copy[sheet.title].freeze_panes == sheet.freeze_panes


def test_a_marked_copy_looks_like_the_workbook(tmp_path: Path) -> None:
    marked = api.mark(book_unit(tmp_path / "甲市"), ()).path
    sheet = load_workbook(marked, rich_text=True)[SHEET]
    fonts = {part.font.sz for part in sheet["A1"].value if isinstance(part, TextBlock)}
    assert len(fonts) > 1, "the title is larger than what the sheet is for"
    with ZipFile(marked) as package:
        drawings = "".join(
            package.read(name).decode()
            for name in package.namelist()
            if "vmlDrawing" in name or "legacyDrawing" in name
        )
    assert "width:144px" not in drawings, "hints have room for all they say"


def test_put_in_the_workbooks_place_it_reads_the_same(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市")
    _marked(folder)
    (folder / "台账（标注）.xlsx").replace(folder / layout.WORKBOOK)
    assert list(api.check(folder)) == []


def test_several_findings_of_one_cell_stand_together(tmp_path: Path) -> None:
    def spoil(book: Any) -> None:
        cell = cell_at(book[SHEET], "佐证材料")
        cell.value = "没有一.pdf；没有二.pdf"

    comment = cell_at(_marked(book_unit(tmp_path / "甲市", edit=spoil))[SHEET], "佐证材料").comment
    assert "没有一.pdf" in comment.text and "没有二.pdf" in comment.text


@pytest.mark.parametrize("name", ["", "台账.xls"])
def test_without_an_xlsx_there_is_nothing_to_mark(tmp_path: Path, name: str) -> None:
    folder = good_unit(tmp_path / "甲市")
    if name:
        (folder / name).write_bytes(b"x")
    with pytest.raises(KaopingError) as refused:
        api.mark(folder, [])
    assert only(refused.value.findings, "mark.no_workbook")


def test_a_workbook_that_can_not_be_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = book_unit(tmp_path / "甲市")

    def broken(*args: object, **kwargs: object) -> None:
        raise KeyError("styles")

    monkeypatch.setattr("openpyxl.load_workbook", broken)
    with pytest.raises(KaopingError) as refused:
        api.mark(folder, [])
    assert only(refused.value.findings, "mark.unreadable")


def test_a_marked_copy_that_is_open_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = book_unit(tmp_path / "甲市")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(KaopingError) as refused:
        api.mark(folder, [])
    assert "正被别的程序占用" in only(refused.value.findings, "workbook.not_written").problem
    assert sorted(path.name for path in folder.iterdir()) == ["台账.xlsx", "材料"]
