"""Cells of an .xlsx changed in place: these cells read as they should, and every other byte of the file stays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from PIL import Image
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from examples import examples
from kaoping.core.zipbytes import replaced
from kaoping.records.grids.grid import cell_name
from kaoping.records.grids.read import read_bytes
from kaoping.records.readers.cells import text_of
from kaoping.records.workbook._patch import CellChange, UnpatchableError, patched

SHEETS = Path(__file__).parent / "data" / "sheets"
SAMPLE = Path(__file__).parent.parent / "samples" / "city-2017-workbook" / "台账.xlsx"
WPS = SHEETS / "WPS单元格图片.xlsx"
SAVED = SHEETS / "台账-libreoffice.xlsx"


@cache
def rich(date_1904: bool = False) -> bytes:
    """A workbook with all that programs lose: saved values, comments, filters, a picture, rules, a defined name."""
    data = io.BytesIO()
    book = Workbook(data, {"in_memory": True, "date_1904": date_1904})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet, other = book.add_worksheet("数据"), book.add_worksheet("别的")
    sheet.set_column("D:D", 12, day)
    sheet.write_row(0, 0, ["编号", "名称", "数", "日期", "和"], bold)
    for row in range(1, 6):
        sheet.write_row(row, 0, [f"A{row}", "甲", row])
        sheet.write_datetime(row, 3, datetime(2017, 3, row), day)
        sheet.write_formula(row, 4, f"=C{row + 1}*2", None, row * 2)
    sheet.write_comment("B2", "批注")
    sheet.autofilter("A1:E6")
    sheet.conditional_format("C2:C6", {"type": "cell", "criteria": ">", "value": 3, "format": bold})
    sheet.data_validation("B2:B9", {"validate": "list", "source": ["甲", "乙"]})
    picture = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(picture, "png")
    sheet.insert_image("H2", "图.png", {"image_data": picture})
    sheet.merge_range("A9:B10", "并")
    other.write_formula("A1", "=SUM(数据!C2:C6)", None, 15)
    book.define_name("全部", "=数据!$A$1:$E$6")
    book.close()
    return data.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    """Each member of a zip as it lies there: its header and its compressed stream."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        infos = archive.infolist()
        starts = [*sorted(info.header_offset for info in infos), archive.start_dir]
    return {info.filename: data[info.header_offset : starts[starts.index(info.header_offset) + 1]] for info in infos}


def cells(part: bytes) -> dict[str, bytes]:
    """The cells of a worksheet's XML."""
    return {cell.get("r"): etree.tostring(cell, method="c14n") for cell in etree.fromstring(part).iter("{*}c")}


def part_of(data: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


def value(data: bytes, sheet: str, row: int, column: int) -> tuple[Any, Any]:
    """What two readers see in a cell."""
    seen = load_workbook(io.BytesIO(data))[sheet].cell(row + 1, column + 1).value
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return seen, rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30)
VALUES = st.none() | TEXTS | st.integers(-(10**9), 10**9) | st.dates(date(1950, 1, 1), date(2099, 12, 31))


@settings(max_examples=examples(40), deadline=None)
@given(
    at=st.dictionaries(st.tuples(st.integers(4, 60), st.integers(0, 11)), VALUES, min_size=1, max_size=6),
    source=st.sampled_from([(SAMPLE, "案件"), (SAVED, "培训记录")]),
)
def test_every_other_byte_of_a_real_workbook_stays(at: dict[tuple[int, int], Any], source: tuple[Path, str]) -> None:
    path, sheet = source
    before = path.read_bytes()
    try:
        after = patched(before, [CellChange(sheet, row, column, its) for (row, column), its in at.items()])
    except UnpatchableError as refused:
        assert "Excel 内部记号" in refused.why, "a text that no cell can hold"
        return
    raw, now = members(before), members(after)
    assert list(raw) == list(now)
    (changed,) = [name for name in raw if raw[name] != now[name]] or [""]
    if not changed:
        assert set(at.values()) == {None}
        return
    old, new = cells(part_of(before, changed)), cells(part_of(after, changed))
    named = {cell_name(row, column) for row, column in at}
    assert {name: xml for name, xml in new.items() if name not in named} == {
        name: xml for name, xml in old.items() if name not in named
    }
    for (row, column), its in at.items():
        seen = value_of(after, sheet, row, column)
        if not isinstance(its, int) or isinstance(
            seen, int | float | str
        ):  # a number where dates show is one to calamine
            assert text_of(seen) == ("" if its is None else text_of(its))


def value_of(data: bytes, sheet: str, row: int, column: int) -> Any:
    return next(grid for grid in read_bytes(data).grids if grid.name == sheet).cell(row, column)


def test_other_programs_read_the_cell_and_all_else_as_before() -> None:
    text, day = "理由：<甲>&“乙”\n第二行", date(2017, 12, 18)
    at = {(2, 1): text, (3, 2): 0.5, (4, 3): day, (7, 3): day, (7, 1): day, (20, 9): "远"}
    after = patched(rich(), [CellChange("数据", row, column, its) for (row, column), its in at.items()])
    assert value(after, "数据", 2, 1) == (text, text)
    assert value(after, "数据", 3, 2) == (0.5, 0.5)
    assert value(after, "数据", 4, 3) == (datetime(2017, 12, 18), day)
    assert value(after, "数据", 7, 3) == (datetime(2017, 12, 18), day), "the column shows dates"
    assert value(after, "数据", 7, 1) == ("2017-12-18", "2017-12-18"), "this one does not"
    for with_values in (True, False):
        old, new = (load_workbook(io.BytesIO(data), data_only=with_values) for data in (rich(), after))
        for sheet in old:
            for row in sheet.iter_rows():
                for cell in row:
                    if sheet.title != "数据" or (cell.row - 1, cell.column - 1) not in at:
                        twin = new[sheet.title][cell.coordinate]
                        assert (cell.value, cell.style_id) == (twin.value, twin.style_id)
        twin = new["数据"]
        assert twin["B2"].comment.text == "批注" and twin.auto_filter.ref == "A1:E6" and len(twin._images) == 1
        assert twin.dimensions == "A1:J21"


def test_in_a_workbook_that_counts_from_1904() -> None:
    after = patched(rich(date_1904=True), [CellChange("数据", 4, 3, date(2017, 12, 18))])
    assert value(after, "数据", 4, 3)[0] == datetime(2017, 12, 18)


def test_emptied_a_cell_keeps_its_look_and_put_back_it_reads_the_same() -> None:
    emptied = patched(rich(), [CellChange("数据", 0, 1, None)])
    assert value(emptied, "数据", 0, 1) == (None, "")
    assert load_workbook(io.BytesIO(emptied))["数据"]["B1"].font.b
    assert value(patched(emptied, [CellChange("数据", 0, 1, "名称")]), "数据", 0, 1) == ("名称", "名称")


def test_nothing_to_empty_changes_no_cell() -> None:
    assert cells(part_of(patched(rich(), [CellChange("数据", 40, 40, None)]), "xl/worksheets/sheet1.xml")) == cells(
        part_of(rich(), "xl/worksheets/sheet1.xml")
    )


def test_pictures_in_cells_as_wps_keeps_them_stay() -> None:
    before = WPS.read_bytes()
    sheet = load_workbook(io.BytesIO(before)).sheetnames[0]
    after = patched(before, [CellChange(sheet, 30, 0, "记")])
    raw, now = members(before), members(after)
    assert [name for name in raw if raw[name] != now[name]] == ["xl/worksheets/sheet1.xml"]
    assert {"xl/cellimages.xml", "xl/media/image1.png"} <= set(now)
    picture = next(
        name for name, xml in cells(part_of(before, "xl/worksheets/sheet1.xml")).items() if b"DISPIMG" in xml
    )
    place = load_workbook(io.BytesIO(before))[sheet][picture]
    with pytest.raises(UnpatchableError, match="公式"):
        patched(before, [CellChange(sheet, place.row - 1, place.column - 1, "盖掉")])


def _sheet(edit: Callable[[bytes], bytes]) -> bytes:
    name = "xl/worksheets/sheet1.xml"
    return replaced(rich(), {name: edit(part_of(rich(), name))})


GUARD = b'</sheetData><sheetProtection sheet="1" objects="1"/>'


@pytest.mark.parametrize(("data", "change", "why"), [
    (lambda: _sheet(lambda xml: xml.replace(b"</sheetData>", GUARD)), (1, 1), "设了保护"),
    (lambda: _sheet(lambda xml: xml.replace(b'<row r="3"', b"<row")), (1, 1), "写法"),
    (lambda: _sheet(lambda xml: xml.replace(b'<row r="3"', b'<row r="2"')), (1, 1), "写法"),
    (lambda: _sheet(lambda xml: xml[:-20]), (1, 1), "写法"),
    (rich, (1, 4), "公式"),
    (rich, (9, 1), "并在别的格子里"),
    (lambda: rich()[:-30], (1, 1), "xlsx"),
    (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), (1, 1), "xlsx"),
])  # fmt: skip
def test_what_can_not_be_done_without_touching_more_is_refused(
    data: Callable[[], bytes], change: tuple[int, int], why: str
) -> None:
    with pytest.raises(UnpatchableError, match=why):
        patched(data(), [CellChange("数据", *change, "字")])


def test_a_text_that_no_cell_can_hold_and_a_sheet_that_is_not_there_are_refused() -> None:
    with pytest.raises(UnpatchableError, match="32767"):
        patched(rich(), [CellChange("数据", 1, 1, "长" * 32768)])
    with pytest.raises(UnpatchableError, match="没有工作表"):
        patched(rich(), [CellChange("没有的", 1, 1, "字")])


def test_a_signed_workbook_is_refused() -> None:
    signed = io.BytesIO(rich())
    with zipfile.ZipFile(signed, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<x/>")
    with pytest.raises(UnpatchableError, match="签名"):
        patched(signed.getvalue(), [CellChange("数据", 1, 1, "字")])


def test_a_zip_written_as_a_stream_keeps_its_other_members() -> None:
    """Sizes behind the bytes, a comment at the end, a member that is not compressed."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, content: Any) -> int:
            self.data += content
            return len(content)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = "注".encode()
        for name in ("甲.txt", "乙.txt", "丙.txt"):
            archive.writestr(name, name * 50, zipfile.ZIP_STORED if name == "丙.txt" else None)
    before = bytes(stream.data)
    after = replaced(before, {"乙.txt": b"x", "丙.txt": b"yy"})
    assert members(before)["甲.txt"] == members(after)["甲.txt"]
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert (archive.read("乙.txt"), archive.read("丙.txt"), archive.comment) == (b"x", b"yy", "注".encode())
    assert replaced(before, {}) == before
    with pytest.raises(KeyError):
        replaced(before, {"丁.txt": b""})
