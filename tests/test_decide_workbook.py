"""`kaoping decide` in a unit with a workbook: it stands on the workbook's sheet, where the clerk sees it.

Where that can't be, it stands in records/ as in a unit without one, and the clerk is told why.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.core.model import Status
from kaoping.records import layout
from kaoping.records.entry import Recorded
from test_patch import members
from units import found, only
from workbooks import book_unit, cell_at, change, heads, sheet_of, tables_of, values

LATE = "- id: ZJ01\n  title: 年度培训总结\n  submitted: 2017-12-08\n  covers_outline: 是\n"
OLD = "以前的台账"
SHEET = sheet_of("decision")
RECORDS = "records/decisions.yaml"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A unit with a workbook whose 7b is undecided, from 0 to 1."""
    return book_unit(tmp_path / "甲市", {"training_summaries.yaml": LATE}, offered=["decision"])


def _decide(folder: Path, when: str = "2017-12-18", points: str = "0.5") -> Recorded:
    return api.decide(folder, "7b", points, reason="逾期三天，内容齐全", who="支队长办公会", when=when)


def _status(folder: Path) -> Status:
    return next(p for line in api.assess(folder).card.lines for p in line.parts if p.part == "7b").status


def _sheet(folder: Path) -> Worksheet:
    sheet: Worksheet = load_workbook(folder / layout.WORKBOOK)[SHEET]
    return sheet


def _row(folder: Path, record: int = 1) -> dict[str, Any]:
    sheet = _sheet(folder)
    return {title: cell_at(sheet, title, record).value for title in heads(sheet)[1]}


def test_it_stands_on_the_sheet_and_counts(unit: Path) -> None:
    done = _decide(unit, when="12月18日")
    assert [str(at) for at in done.places] == ["台账.xlsx 待定裁定!A5"] and not (unit / "records").exists()
    row = _row(unit)
    assert f"{row.pop('日期'):%Y-%m-%d}" == "2017-12-18" and len(row.pop("事实指纹")) == 8
    assert {title: its for title, its in row.items() if its is not None} == {
        "编号": "CD01", "考评项": "7", "分项": "7b", "裁定得分": 0.5,
        "理由": "逾期三天，内容齐全", "裁定人": "支队长办公会",
    }  # fmt: skip
    assert cell_at(_sheet(unit), "日期").number_format == "yyyy-mm-dd"
    assert _status(unit) is Status.SCORED and found(unit) == []


def test_nothing_but_its_cells_changes_and_the_earlier_version_is_kept(unit: Path) -> None:
    before = (unit / layout.WORKBOOK).read_bytes()
    done = _decide(unit)
    raw, now = members(before), members((unit / layout.WORKBOOK).read_bytes())
    assert list(raw) == list(now) and len([name for name in raw if raw[name] != now[name]]) == 1
    assert done.earlier is not None and done.earlier.parent == unit / OLD and done.earlier.read_bytes() == before
    assert done.earlier.suffix == ".xlsx" and done.earlier.name.startswith("台账 20")
    old, new = load_workbook(done.earlier), load_workbook(unit / layout.WORKBOOK)
    for sheet in old:
        for row in sheet.iter_rows():
            for cell in row:
                if (sheet.title, cell.row) != (SHEET, 5):
                    assert new[sheet.title][cell.coordinate].value == cell.value


def test_taken_back_the_workbook_reads_as_before(unit: Path) -> None:
    before = {kind: values(table) for kind, table in tables_of(unit).items()}
    made = _decide(unit)
    undone = api.undecide(unit, "7b")
    assert undone.ids == ("CD01",) and [str(at) for at in undone.places] == [str(at) for at in made.places]
    assert undone.earlier is not None and undone.earlier != made.earlier and len(list((unit / OLD).iterdir())) == 2
    assert {kind: values(table) for kind, table in tables_of(unit).items()} == before
    assert _status(unit) is Status.UNDECIDED and found(unit) == []
    with pytest.raises(KaopingError) as refused:
        api.undecide(unit, "7b")
    assert only(refused.value.findings, "decide.nothing_to_undo")


def test_what_the_clerk_typed_is_taken_back_with_what_stands_beside_it(unit: Path) -> None:
    def typed(book: Any) -> None:
        sheet = book[SHEET]
        said = {
            "编号": "甲1",
            "考评项": "7",
            "分项": "7b",
            "裁定得分": 1,
            "理由": "齐全",
            "裁定人": "会",
            "日期": "2017-12-18",
        }
        for title, text in said.items():
            cell_at(sheet, title).value = text
        head, columns = heads(sheet)
        sheet.cell(head, max(columns.values()) + 1).value = "备注"
        sheet.cell(head + 2, max(columns.values()) + 1).value = "会议记录第3页"

    change(unit, typed)
    assert api.undecide(unit, "7b").ids == ("甲1",)
    assert "decision" not in tables_of(unit) and not [code for code, _ in found(unit) if code != "table.unknown_column"]


def test_two_in_a_row_stand_below_one_another_under_ids_of_their_own(unit: Path) -> None:
    _decide(unit)
    change(
        unit, lambda book: setattr(cell_at(book[SHEET], "分项"), "value", "7a")
    )  # as if the first were on another part
    done = _decide(unit)
    assert (done.ids, str(done.places[0])) == (("CD02",), "台账.xlsx 待定裁定!A6")
    assert [(row["编号"], row["分项"]) for row in (_row(unit), _row(unit, 2))] == [("CD01", "7a"), ("CD02", "7b")]


def test_columns_are_found_where_they_were_moved_to(unit: Path) -> None:
    def moved(book: Any) -> None:
        book[SHEET].insert_cols(1, 2)
        book[SHEET].insert_rows(1)
        book[SHEET].title = "裁定"

    change(unit, moved)
    before = (unit / layout.WORKBOOK).read_bytes()
    assert str(_decide(unit).places[0]) == "台账.xlsx 裁定!C6" and _status(unit) is Status.SCORED
    api.undecide(unit, "7b")
    assert _status(unit) is Status.UNDECIDED and (unit / layout.WORKBOOK).read_bytes() != before


def test_a_sheet_that_said_there_was_none_no_longer_does(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市", {"training_summaries.yaml": LATE, "decisions.yaml": "[]\n"})
    assert tables_of(folder)["decision"].rows == 0
    _decide(folder)
    assert _status(folder) is Status.SCORED and found(folder) == []


def test_it_goes_below_a_remark_and_where_it_is_seen(unit: Path) -> None:
    def remark(book: Any) -> None:
        book[SHEET]["A8"] = "注：裁定都要有会议记录"
        book[SHEET].row_dimensions[9].hidden = True

    change(unit, remark)
    assert str(_decide(unit).places[0]) == "台账.xlsx 待定裁定!A10" and _status(unit) is Status.SCORED


# -- where the workbook can't be written to --------------------------------------------------------------------------


def _open_elsewhere(folder: Path) -> None:
    (folder / "~$台账.xlsx").write_bytes(b"")


def _protected(folder: Path) -> None:
    change(folder, lambda book: book[SHEET].protection.enable())


def _without_sheet(folder: Path) -> None:
    change(folder, lambda book: book.remove(book[SHEET]))


def _without_fingerprint(folder: Path) -> None:
    change(folder, lambda book: book[SHEET].delete_cols(heads(book[SHEET])[1]["事实指纹"]))


def _read_only(folder: Path) -> None:
    (folder / layout.WORKBOOK).chmod(0o444)


def _copied_sheet(folder: Path) -> None:
    change(folder, lambda book: setattr(book.copy_worksheet(book[SHEET]), "title", "待定裁定 "))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_open_elsewhere, "打开着"),
        (_protected, "保护"),
        (_without_sheet, "没有“待定裁定”表"),
        (_without_fingerprint, "没有“事实指纹”栏"),
        (_read_only, "只读"),
        (_copied_sheet, "不止一张"),
    ],
)
def test_it_stands_in_a_file_of_its_own_and_that_is_told(unit: Path, spoil: Callable[[Path], None], why: str) -> None:
    spoil(unit)
    before = (unit / layout.WORKBOOK).read_bytes()
    done = _decide(unit)
    assert [str(at) for at in done.places] == [RECORDS] and done.earlier is None
    told = only(done.findings, "entry.beside")
    assert why in told.problem and RECORDS in told.effect and told.at.file == layout.WORKBOOK
    assert (unit / layout.WORKBOOK).read_bytes() == before and not (unit / OLD).exists()
    assert _status(unit) is Status.SCORED
    assert api.undecide(unit, "7b").ids == ("CD01",) and not (unit / RECORDS).exists()


def test_a_program_that_holds_the_workbook_leaves_it_as_it_was(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = (unit / layout.WORKBOOK).read_bytes(), Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == layout.WORKBOOK:
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    done = _decide(unit)
    assert "正被别的程序占用" in only(done.findings, "entry.beside").problem
    assert (unit / layout.WORKBOOK).read_bytes() == before
    assert sorted(path.name for path in unit.iterdir()) == ["records", "台账.xlsx", "材料"]


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_another_form_is_left_alone(tmp_path: Path, suffix: str) -> None:
    folder = book_unit(tmp_path / "甲市", {"training_summaries.yaml": LATE}, offered=["decision"])
    (folder / layout.WORKBOOK).unlink()
    shutil.copyfile(Path(__file__).parent / "data" / "sheets" / f"台账-libreoffice.{suffix}", folder / f"台账.{suffix}")
    before = (folder / f"台账.{suffix}").read_bytes()
    (folder / "records").mkdir()
    (folder / "records" / "training_summaries.yaml").write_text(LATE, encoding="utf-8")
    assert "不是普通的 xlsx" in only(_decide(folder).findings, "entry.beside").problem
    assert (folder / f"台账.{suffix}").read_bytes() == before and _status(folder) is Status.SCORED


def test_what_stands_in_a_workbook_that_is_open_is_not_taken_back(unit: Path) -> None:
    _decide(unit)
    before = (unit / layout.WORKBOOK).read_bytes()
    _open_elsewhere(unit)
    with pytest.raises(KaopingError) as refused:
        api.undecide(unit, "7b")
    assert "打开着" in only(refused.value.findings, "entry.not_undone").problem
    assert (unit / layout.WORKBOOK).read_bytes() == before


def test_ids_of_the_workbook_are_not_given_again_beside_it(unit: Path) -> None:
    _decide(unit)
    change(unit, lambda book: setattr(cell_at(book[SHEET], "分项"), "value", "7a"))
    _open_elsewhere(unit)
    assert _decide(unit).ids == ("CD02",) and "record.id_twice" not in [code for code, _ in found(unit)]


def test_a_decision_in_an_imported_ledger_is_left_to_its_system(unit: Path, tmp_path: Path) -> None:
    rows = "编号,考评项,分项,裁定得分,理由,裁定人,日期,事实指纹\nD1,7,7b,1,齐全,办公会,2017-12-18,\n"
    ledger = tmp_path / "裁定.csv"
    ledger.write_text(rows, encoding="utf-8-sig")
    api.carry_out(api.preview(unit, api.Request(ledger, "decision")))
    with pytest.raises(KaopingError) as refused:
        api.undecide(unit, "7b")
    assert only(refused.value.findings, "entry.elsewhere")


def test_a_decision_that_stands_there_twice_over_is_taken_back_from_both_places(unit: Path) -> None:
    _decide(unit)
    (unit / "records").mkdir()
    twice = "- {id: CD02, line: '7', part: 7b, points: 1, reason: 齐全, who: 会, when: 2017-12-18}\n"
    (unit / RECORDS).write_text(twice, encoding="utf-8")
    assert api.undecide(unit, "7b").ids == ("CD01", "CD02")
    assert found(unit) == [] and "decision" not in tables_of(unit)


# -- after other programs --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_libreoffice_and_we_take_turns(unit: Path, tmp_path: Path, to_pdf: Callable[..., dict[str, Path]]) -> None:
    """It saves what we wrote into a workbook, and we write into what it saved."""
    _decide(unit)
    with_one = tmp_path / "一.xlsx"
    shutil.copyfile(unit / layout.WORKBOOK, with_one)
    api.undecide(unit, "7b")
    with_none = tmp_path / "无.xlsx"
    shutil.copyfile(unit / layout.WORKBOOK, with_none)
    saved = to_pdf(with_one, with_none, to="xlsx")
    shutil.copyfile(saved["一.xlsx"], unit / layout.WORKBOOK)
    assert _status(unit) is Status.SCORED and found(unit) == []
    shutil.copyfile(saved["无.xlsx"], unit / layout.WORKBOOK)
    assert _status(unit) is Status.UNDECIDED
    assert str(_decide(unit).places[0]) == "台账.xlsx 待定裁定!A5"
    assert _status(unit) is Status.SCORED and found(unit) == []
    again = to_pdf(unit / layout.WORKBOOK, to="xlsx")[layout.WORKBOOK]
    row = load_workbook(again)[SHEET]
    assert (cell_at(row, "编号").value, f"{cell_at(row, '日期').value:%Y-%m-%d}") == ("CD01", "2017-12-18")
    again.replace(unit / layout.WORKBOOK)
    assert _status(unit) is Status.SCORED
