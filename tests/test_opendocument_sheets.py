"""OpenDocument spreadsheets are read as Excel's are: values, what they show, what is hidden; and none takes memory."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest

from kaoping import api
from kaoping.records.grids.grid import Grid, Span, SpreadsheetError
from kaoping.records.grids.read import read_spreadsheet
from kaoping.records.imports import Request
from offices import odf
from units import good_unit

MANY = 'table:number-{}-repeated="{}"'
STYLES = (
    '<number:number-style style:name="N1" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0">'
    '<number:number number:min-integer-digits="3"/></number:number-style>'
    '<style:style style:name="no" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="line" style:family="text"><style:text-properties style:text-line-through-style="solid"/>'
    "</style:style>"
    '<style:style style:name="away" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def _cell(kind: str = "", value: str = "", text: str = "", more: str = "", inside: str = "") -> str:
    name = {"float": "value", "string": "string-value"}.get(kind, f"{kind}-value")
    said = f' office:value-type="{kind}"' + (f' office:{name}="{value}"' if value else "") if kind else ""
    shown = f"<text:p>{text}</text:p>" if text else ""
    return f"<table:table-cell{said} {more}>{inside}{shown}</table:table-cell>"


def _row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def _table(*rows: str, name: str = "表一", more: str = "") -> str:
    return f'<table:table table:name="{name}" {more}>{"".join(rows)}</table:table>'


def _grids(folder: Path, *tables: str, flat: bool = False) -> tuple[Grid, ...]:
    path = odf(folder / "a.ods", "spreadsheet", "".join(tables), styles=STYLES, flat=flat)
    return read_spreadsheet(path).grids


@pytest.mark.parametrize("flat", [False, True])
def test_values_are_what_they_are(tmp_path: Path, flat: bool) -> None:
    note = "<office:annotation><text:p>批注不是内容</text:p></office:annotation>"
    grid, hidden = _grids(
        tmp_path,
        _table(
            _row(
                _cell("string", text="甲<text:s text:c='2'/>乙", inside=note),
                _cell("float", "7", "007"),
                _cell("date", "2017-03-05", "2017年3月5日"),
                _cell("date", "2017-03-05T08:30:00", "3月5日"),
                _cell("boolean", "true", "TRUE"),
                _cell("time", "PT08H30M00S", "08:30"),
                _cell("percentage", text="94%", more='office:value="0.94"'),
            ),
            _row(
                _cell(more='table:number-columns-repeated="3"'),
                _cell("float", "1", "1"),
                more='table:visibility="filter"',
            ),
            _row(more='table:number-rows-repeated="2"'),
            _row(
                _cell("float", "5", "5", more='table:number-columns-repeated="2"'),
                more='table:number-rows-repeated="2"',
            ),
            _row(more='table:number-rows-repeated="1048000"'),
        ),
        _table(_row(_cell("string", text="里")), name="内部", more='table:style-name="away"'),
        flat=flat,
    )  # fmt: skip
    assert [list(row) for row in grid.rows] == [
        ["甲  乙", 7.0, date(2017, 3, 5), datetime(2017, 3, 5, 8, 30), True, time(8, 30), 0.94],
        ["", "", "", 1.0], [], [], [5.0, 5.0], [5.0, 5.0],
    ]  # fmt: skip
    assert {place: look.shown for place, look in grid.formats.items()} == {
        (0, 1): "007", (0, 3): "3月5日", (0, 5): "08:30",
    }  # fmt: skip
    assert grid.hidden_rows == (1,) and not grid.hidden and (hidden.name, hidden.hidden) == ("内部", True)


def test_faults_merged_cells_and_lines_through(tmp_path: Path) -> None:
    (grid,) = _grids(
        tmp_path,
        _table(
            _row(
                _cell("string", text="#REF!", more='table:formula="of:=[.A9]"'),
                _cell(more='table:formula="of:=1+1"'),
            ),
            _row(_cell("string", text="合", more='table:number-columns-spanned="2" table:number-rows-spanned="2"')),
            _row(
                _cell("string", text="甲<text:span text:style-name='line'>乙</text:span>"), _cell("string", text="丙")
            ),
            _row(_cell("float", "7", more='table:style-name="no"')),  # nobody saved what it shows: 007
        ),
    )  # fmt: skip
    assert grid.faults == {(0, 0): "#REF!", (0, 1): ""}
    assert grid.merged == (Span(1, 0, 2, 1),) and grid.struck_cells == ((2, 0),)
    assert [look.shown for look in grid.formats.values()] == [None]


FULL = _row(_cell("float", "1", more=MANY.format("columns", 16384)), more=MANY.format("rows", 999999))
FAR = _row(more=MANY.format("rows", 1048575)) + _row(_cell(more=MANY.format("columns", 16000)), _cell("float", "1"))


@pytest.mark.parametrize(
    ("body", "code"),
    [(FULL, "sheet.too_big"), (FAR, "sheet.stray_cell"), ("<table:table-row>", "sheet.damaged")],
)
def test_what_can_not_be_read_is_refused(tmp_path: Path, body: str, code: str) -> None:
    with pytest.raises(SpreadsheetError) as refused:
        _grids(tmp_path, _table(body))
    assert refused.value.code == code


def test_other_documents_and_locked_ones_are_called_that(tmp_path: Path) -> None:
    with pytest.raises(SpreadsheetError) as refused:
        read_spreadsheet(odf(tmp_path / "a.ods", "text", "<text:p>通知</text:p>"))
    assert refused.value.code == "sheet.not_a_spreadsheet"
    with zipfile.ZipFile(tmp_path / "b.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
        archive.writestr("content.xml", b"\x01\x02")
    with pytest.raises(SpreadsheetError) as refused:
        read_spreadsheet(tmp_path / "b.ods")
    assert refused.value.code == "sheet.encrypted"


def test_a_ledger_is_imported_from_it(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "甲市")
    heads = ["编号", "名称", "日期", "方式", "范围", "主办", "以案施训"]
    record = ["P91", "培训", "2017-03-05", "线下", "全市", "市级", "否"]
    rows = [_row(*(_cell("string", text=text) for text in texts)) for texts in (heads, record)]
    ledger = odf(tmp_path / "培训.ods", "spreadsheet", _table(*rows))
    api.carry_out(api.preview(folder, Request(ledger, "training")))
    assert [record.id for record in api.assess(folder).dossier.records("training")][-1] == "P91"
    (kept,) = (folder / "外部台账").glob("*.ods")
    assert kept.read_bytes() == ledger.read_bytes()
