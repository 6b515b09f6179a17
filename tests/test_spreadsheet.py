"""Any file that should be a spreadsheet: read as a clerk sees it, or refused for one reason, in time and in memory."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from examples import examples, without
from hostile_sheets import HOSTILE, MAIN, TABLE, book_of, external_links, macros, plain
from kaoping.core import fs
from kaoping.core.findings import Findings, Severity, catalogue
from kaoping.records.grids.grid import Grid, Span, Spreadsheet, SpreadsheetError
from kaoping.records.grids.read import lock_file, read_bytes, read_spreadsheet

FIXTURES = Path(__file__).parent / "data" / "sheets"


def _read(folder: Path, data: bytes, name: str = "台账.xlsx") -> Spreadsheet:
    path = folder / name
    path.write_bytes(data)
    return read_spreadsheet(path)


def _grid(folder: Path, data: bytes, name: str = "台账.xlsx") -> Grid:
    (grid,) = _read(folder, data, name).grids
    return grid


def _refused(folder: Path, data: bytes, name: str = "台账.xlsx") -> SpreadsheetError:
    with pytest.raises(SpreadsheetError) as caught:
        _read(folder, data, name)
    return caught.value


def _rows(grid: Grid) -> list[list[Any]]:
    """The rows without the empty cells behind them."""
    rows = [list(row) for row in grid.rows]
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    return rows


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# -- hostile files ---------------------------------------------------------------------------------------------------

_CHILD = """
import json, sys, time
from pathlib import Path
from kaoping.records.grids.grid import SpreadsheetError
from kaoping.records.grids.read import read_spreadsheet
try:
    read = read_spreadsheet(Path(sys.argv[1]))
    said = {"code": "", "facts": {}, "notes": [code for code, _ in read.notes], "sheets": len(read.grids)}
except SpreadsheetError as error:
    said = {"code": error.code, "facts": error.facts}
try:
    lines = Path("/proc/self/status").read_text().splitlines()
    said["peak"] = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
except OSError:
    said["peak"] = 0
print(json.dumps(said | {"cpu": time.process_time()}))
"""


@pytest.mark.parametrize("name", without({"炸弹.xlsx", "表中炸弹.xlsx", "假大小.xlsx", "百万空行.xlsx"}, HOSTILE))
def test_a_hostile_file_ends_in_one_finding_or_a_result_within_10_s_and_500_mb(name: str, tmp_path: Path) -> None:
    make, code = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(make())
    run = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)], capture_output=True, timeout=60, check=True, encoding="utf-8"
    )
    said = json.loads(run.stdout)
    assert said["code"] == code, said
    assert said["cpu"] < 10, "seconds of its own: other tests run beside it"
    assert said["peak"] < 500 * 1024, "kB"
    assert run.stderr == ""
    if code:
        findings = Findings()
        findings.add(said["code"], None, **said["facts"])
        (finding,) = findings
        assert finding.severity is Severity.ERROR
        assert "{" not in finding.problem + finding.mend


def test_the_hostile_files_show_every_reason_to_refuse_a_workbook() -> None:
    assert {code for _, code in HOSTILE.values() if code} == {
        "sheet.bomb", "sheet.damaged", "sheet.empty_file", "sheet.encrypted", "sheet.not_a_spreadsheet",
        "sheet.open_quote", "sheet.stray_cell", "sheet.too_big",
    }  # fmt: skip


@pytest.mark.parametrize("share", [n / 20 for n in range(20)])
def test_a_truncated_workbook_is_damaged_wherever_it_breaks_off(share: float, tmp_path: Path) -> None:
    whole = plain()
    error = _refused(tmp_path, whole[: int(len(whole) * share)])
    assert error.code == ("sheet.empty_file" if share == 0 else "sheet.damaged")


@pytest.mark.parametrize("name", ["libreoffice.xls", "libreoffice.xlsx"])
def test_flipped_bytes_end_in_a_finding_or_a_result(name: str, tmp_path: Path) -> None:
    whole = (FIXTURES / name).read_bytes()
    dice = random.Random(2017)
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        _ends_well(tmp_path, bytes(broken))


def _ends_well(folder: Path, data: bytes) -> None:
    try:
        assert isinstance(_read(folder, data), Spreadsheet)
    except SpreadsheetError as error:
        assert error.code in catalogue()


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    part=st.sampled_from(
        ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
    ),
    at=st.floats(0, 1, exclude_max=True),
    length=st.integers(0, 12),
    put=st.sampled_from(
        ["", "<", ">", "&", '"', "]]>", "<c>", '<c r="ZZZ9999999"/>', "9" * 12, "-1", "\0", "<!--", "é"]
    ),
)
def test_broken_xml_inside_a_sound_archive_ends_in_a_finding_or_a_result(
    part: str, at: float, length: int, put: str, tmp_path: Path
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain())) as sound, zipfile.ZipFile(out, "w") as broken:
        for name in sound.namelist():
            content = sound.read(name)
            if name == f"xl/{part}":
                start = int(len(content) * at)
                content = content[:start] + put.encode() + content[start + length :]
            broken.writestr(name, content)
    _ends_well(tmp_path, out.getvalue())


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes_end_in_a_finding_or_a_result(data: bytes, tmp_path: Path) -> None:
    _ends_well(tmp_path, data)


def test_a_password_in_an_old_workbook(tmp_path: Path) -> None:
    """The second record of the stream becomes the one that says that the rest is enciphered."""
    data = bytearray((FIXTURES / "libreoffice.xls").read_bytes())
    start = data.find(b"\x09\x08\x10\x00")
    data[start + 20 : start + 22] = b"\x2f\x00"
    assert _refused(tmp_path, bytes(data)).code == "sheet.encrypted"


def test_macros_and_external_links_are_told_and_left_alone(tmp_path: Path) -> None:
    assert _read(tmp_path, macros()).notes == (("sheet.macros", {}),)
    linked = _read(tmp_path, external_links())
    assert linked.notes == (("sheet.external_links", {}),)
    assert _rows(linked.grids[0]) == [[7.0]], "the value that was saved last"


def test_a_stray_cell_is_named(tmp_path: Path) -> None:
    cells = '<row r="3"><c r="XFA3"><v>1</v></c></row><row r="900000"><c r="B900000"><v>1</v></c></row>'
    error = _refused(tmp_path, book_of(TABLE, TABLE + cells, names=("培训", "检查")))
    assert (error.code, error.facts) == ("sheet.stray_cell", {"sheet": "检查", "cell": "B900000、XFA3"})


@pytest.mark.slow
def test_a_wide_but_honest_sheet_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [f"栏{n}" for n in range(300)])
    for row in range(1, 2_000):
        sheet.write_row(row, 0, [row] * 60)
    book.close()
    grid = _grid(tmp_path, out.getvalue())
    assert len(grid.rows) == 2_000 and grid.cell(0, 299) == "栏299" and grid.cell(1_999, 59) == 1_999.0


# -- who else has it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", ["~$台账.xlsx", ".~lock.台账.xlsx#", ".~台账.xlsx"])
def test_a_workbook_that_is_open_elsewhere_is_read_as_it_was_saved(lock: str, tmp_path: Path) -> None:
    (tmp_path / lock).write_bytes(b"")
    read = _read(tmp_path, plain())
    assert read.notes == (("sheet.open_elsewhere", {}),)
    assert lock_file(tmp_path / "台账.xlsx") == tmp_path / lock
    assert read.grids[0].cell(1, 0) == "P01"


def test_a_workbook_that_can_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`chmod` does not keep root out, so the system's refusal is played."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(fs, "read", refuse)
    assert _refused(tmp_path, plain()).code == "sheet.in_use"


def test_a_folder_and_a_file_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "台账.xlsx").mkdir()
    for name, why in (("台账.xlsx", "这是一个文件夹，不是文件"), ("没有.xlsx", "文件不见了")):
        with pytest.raises(SpreadsheetError) as caught:
            read_spreadsheet(tmp_path / name)
        assert (caught.value.code, caught.value.facts) == ("file.unreadable", {"reason": why})


# -- workbooks -------------------------------------------------------------------------------------------------------

LEDGER: list[list[Any]] = [
    ["2017年检查台账"],
    ["编号", "日期", "检查人", "次数", "合计"],
    ["J01", date(2017, 3, 5), "林晓岚", 3.0, 6.0],
    ["J02", datetime(2017, 3, 6, 9, 30), "邵启衡", 0.0],
    ["J03", "2017年3月7日", "邵启衡", "４", True],
]


@pytest.mark.parametrize("name", ["libreoffice.xls", "libreoffice.xlsx"])
def test_a_ledger_saved_by_libreoffice(name: str) -> None:
    """A title over merged cells, dates in Chinese formats, a formula, one in error, a hidden row and a hidden sheet."""
    ledger, words = read_spreadsheet(FIXTURES / name).grids
    assert _rows(ledger) == LEDGER
    assert ledger.merged == (Span(0, 0, 0, 4),)
    assert ledger.faults == {(3, 4): "#DIV/0!"}
    assert ledger.hidden_rows == (4,)
    assert (ledger.name, ledger.hidden, words.name, words.hidden) == ("检查台账", False, "字典", True)


def test_formulas_whose_value_was_never_saved(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B2"], sheet["AB3"] = "合计", "=1+1", "=A1"
    grid = _grid(tmp_path, _saved(book))
    assert grid.faults == {(1, 1): "", (2, 27): ""}
    assert grid.cell(1, 1) == grid.cell(2, 27) == ""


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ('<c r="B3"><f>1+1</f><v></v></c>', ""),
        ('<c r="B3"><f>1+1</f><v/></c>', ""),
        ('<c r="B3"><f>1+1</f></c>', ""),
        ('<c r="B3"><f t="shared" si="0"/></c>', ""),
        ('<c r="B3" t="str"><f>A1</f></c>', ""),
        ('<c r="B3" t="str"><f>""</f><v></v></c>', None),
        ('<c r="B3"><f t="shared" si="0"/><v>3</v></c>', None),
        ('<c r="B3" s="1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c t="e" r="B3"><v>#N/A</v></c>', "#N/A"),
        ("<c r='B3' t='e'><v>#REF!</v></c>", "#REF!"),
        (f'<x:c xmlns:x="{MAIN}" r="B3" t="e"><x:v>#NAME?</x:v></x:c>', "#NAME?"),
        ('<c/><c t="e"><v>#NUM!</v></c>', "#NUM!"),
        ('<c r="B3"/><c r="B3" t="n"><v>1</v></c>', None),
    ],
)
@pytest.mark.parametrize("large", [False, True])
def test_what_a_cell_does_not_tell(cell: str, fault: str | None, large: bool, tmp_path: Path) -> None:
    """However it is written; the quick look at a large sheet sees no less than the exact one."""
    filler = "".join(f'<row r="{n}"><c r="A{n}" t="str"><v>{"说明" * 20}</v></c></row>' for n in range(4, 40_004))
    grid = _grid(tmp_path, book_of(f'{TABLE}<row r="3">{cell}</row>{filler if large else ""}'))
    assert grid.faults == ({} if fault is None else {(2, 1): fault})
    assert len(grid.rows) > 40_000 or not large


@pytest.mark.parametrize("large", [False, True])
def test_hidden_rows(large: bool, tmp_path: Path) -> None:
    filler = "".join(f'<row r="{n}"><c r="A{n}" t="str"><v>{"说明" * 20}</v></c></row>' for n in range(4, 40_004))
    hidden = '<row r="3" ht="15" hidden="1"><c r="A3"><v>1</v></c></row>'
    assert _grid(tmp_path, book_of(TABLE + hidden + (filler if large else ""))).hidden_rows == (2,)


def test_chart_sheets_are_no_grids(tmp_path: Path) -> None:
    book = Workbook()
    book.create_chartsheet("图", 0)
    book.create_sheet("台账")
    assert [grid.name for grid in _read(tmp_path, _saved(book)).grids] == ["Sheet", "台账"]


def test_rows_begin_at_a1_however_far_down_the_table_stands(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["C4"] = "编号"
    assert _rows(_grid(tmp_path, _saved(book))) == [[], [], [], ["", "", "编号"]]


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).filter(
            lambda text: "_x" not in text
        ),
        min_size=1,
        max_size=8,
    )
)
def test_text_comes_back_as_it_was_written(texts: list[str], tmp_path: Path) -> None:
    """Control characters, U+FFFE and all: XlsxWriter escapes what XML can't hold."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for row, text in enumerate(texts):
        sheet.write_string(row, 0, text)
    book.close()
    assert [row[0] for row in _grid(tmp_path, out.getvalue()).rows] == texts


def test_times_of_day(tmp_path: Path) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write_datetime(0, 0, time(9, 30), book.add_format({"num_format": "hh:mm"}))
    book.close()
    assert _rows(_grid(tmp_path, out.getvalue())) == [[time(9, 30)]]


# -- text ------------------------------------------------------------------------------------------------------------

CSV = '编号,名称\r\nP01,"甲,乙"\r\nP02,"两\n行 ""引"""\r\n'
ROWS = [["编号", "名称"], ["P01", "甲,乙"], ["P02", '两\n行 "引"']]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("name", ["台账.csv", "台账.xls", "台账.xlsx", "台账.txt"])
def test_delimited_text_in_every_encoding_and_under_every_name(encoding: str, name: str, tmp_path: Path) -> None:
    grid = _grid(tmp_path, CSV.encode(encoding), name)
    assert _rows(grid) == ROWS
    assert grid.name == "" and grid.all_text


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str, tmp_path: Path) -> None:
    text = end.join(delimiter.join(row) for row in (["编号", "日期", "备注"], ["P01", "2017-3-5", "甲、乙；丙"]))
    assert _rows(_grid(tmp_path, text.encode(), "a.csv")) == [
        ["编号", "日期", "备注"],
        ["P01", "2017-3-5", "甲、乙；丙"],
    ]


def test_excel_s_own_first_line_names_the_delimiter_and_stays_a_row(tmp_path: Path) -> None:
    assert _rows(_grid(tmp_path, b"sep=;\r\na,b;c\r\n", "a.csv")) == [[], ["a,b", "c"]]


def test_codes_that_an_export_keeps_from_becoming_numbers(tmp_path: Path) -> None:
    assert _rows(_grid(tmp_path, '证号,数\n="0012",3\n"=""0013""",4\n'.encode(), "a.csv"))[1:] == [
        ["0012", "3"],
        ["0013", "4"],
    ]


def test_an_open_quotation_mark_is_placed(tmp_path: Path) -> None:
    error = _refused(tmp_path, '编号,名称\nP01,甲\nP02,"乙\nP03,丙\n'.encode(), "a.csv")
    assert (error.code, error.facts) == ("sheet.open_quote", {"line": "3"})


def test_text_in_no_known_encoding(tmp_path: Path) -> None:
    assert _refused(tmp_path, "编号,名称\n".encode() + b"\x81\xff,\xfe\xfe\n", "a.csv").code == "sheet.encoding"


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>',
        "MIME-Version: 1.0\nContent-Type: multipart/related\n",
        "ID;PWXL;N;E\nC;X1;Y1;K1\n",
    ],
)
def test_formats_that_must_be_saved_anew(text: str, tmp_path: Path) -> None:
    assert _refused(tmp_path, text.encode(), "台账.xls").code == "sheet.other_format"


# -- web pages -------------------------------------------------------------------------------------------------------

PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><style>a {}</style></head>
<body><table border="1"><thead><tr><th rowspan="2">序号</th><th colspan="2">案件</th></tr>
<tr><th>名<br>称</th><th>时间&nbsp;</th></tr></thead>
<tr style="display: none"><td>1<td>甲
   乙<td style='mso-number-format:"\\@"'>001</tr></table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_web_page_called_xls(encoding: str, tmp_path: Path) -> None:
    grid = _grid(tmp_path, PAGE.encode(encoding), "导出.xls")
    assert _rows(grid) == [["序号", "案件"], ["", "名\n称", "时间"], ["1", "甲 乙", "001"]]
    assert grid.merged == (Span(0, 0, 1, 0), Span(0, 1, 0, 2))
    assert grid.hidden_rows == (2,) and grid.all_text


def test_tables_inside_a_table_that_lays_out_the_page(tmp_path: Path) -> None:
    inner = "<table><tr><td>编号</td></tr></table>"
    page = f"<table><tr><td>{inner}</td><td>{inner}</td></tr></table>"
    assert [(g.name, _rows(g)) for g in _read(tmp_path, page.encode(), "a.xls").grids] == [
        ("第1个表格", [["编号"]]), ("第2个表格", [["编号"]]),
    ]  # fmt: skip


def test_a_web_page_that_breaks_off(tmp_path: Path) -> None:
    assert _refused(tmp_path, PAGE[:-40].encode(), "导出.xls").code == "sheet.damaged"


@pytest.mark.parametrize("stated", [b"uniqueCount", b"count"])
def test_a_number_of_texts_that_can_not_be_true_takes_no_memory(stated: bytes) -> None:
    true, out = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(true) as book:
        book.add_worksheet().write_row(0, 0, ["案号", "日期"])
    with zipfile.ZipFile(true) as sound, zipfile.ZipFile(out, "w") as lying:
        for name in sound.namelist():
            content = sound.read(name)
            if name == "xl/sharedStrings.xml":
                content, times = re.subn(rb'\b%s="\d+"' % stated, b'%s="1000000000000000"' % stated, content)
                assert times == 1
            lying.writestr(name, content)
    assert read_bytes(out.getvalue()).grids == read_bytes(true.getvalue()).grids
    assert read_bytes(out.getvalue()).grids[0].rows == [["案号", "日期"]]
