"""Makes the workbooks that nobody means well with, and those that accidents make: one function each, name → bytes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import docx
import xlsxwriter
from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def plain() -> bytes:
    """A small workbook as Excel would write it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "培训"
    for row in (["编号", "日期", "人数"], ["P01", "2017-05-16", 40], ["P02", "2017.6.1", "４０"]):
        sheet.append(row)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book_of(*sheets: str | Iterator[str], names: tuple[str, ...] = (), **parts: str | bytes) -> bytes:
    """A workbook whose sheets hold the given XML between <sheetData> and </sheetData>."""
    head, tail = f'<worksheet xmlns="{MAIN}"><sheetData>', "</sheetData></worksheet>"
    numbers = range(1, len(sheets) + 1)
    names = names or tuple(f"表{number}" for number in numbers)
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{names[n - 1]}" sheetId="{n}" r:id="s{n}"/>' for n in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">'
        + "".join(
            f'<Relationship Id="s{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + "</Relationships>",
    }
    files |= {name.replace("__", "/"): content for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for number, sheet in zip(numbers, sheets, strict=True):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as stream:
                texts = iter([sheet]) if isinstance(sheet, str) else sheet
                stream.write(head.encode())
                while batch := "".join(islice(texts, 10_000)):
                    stream.write(batch.encode())
                stream.write(tail.encode())
    return out.getvalue()


def _row(number: int, cells: str) -> str:
    return f'<row r="{number}">{cells}</row>'


def _text(ref: str, text: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'


TABLE = _row(1, _text("A1", "编号") + _text("B1", "名称")) + _row(2, _text("A2", "P01") + _text("B2", "甲"))


# -- accidents -------------------------------------------------------------------------------------------------------


def a_million_blank_rows() -> bytes:
    """Borders down to the last row: fifteen styled cells in each, without a value."""
    cells = [chr(65 + i) for i in range(15)]
    blank = (_row(n, "".join(f'<c r="{c}{n}" s="0"/>' for c in cells)) for n in range(3, 1_000_003))
    return book_of(text for part in ([TABLE], blank) for text in part)


def a_million_blank_rows_and_a_total() -> bytes:
    blank = (_row(n, f'<c r="A{n}" s="0"/><c r="B{n}" s="0"/>') for n in range(3, 1_000_003))
    return book_of(text for part in ([TABLE], blank, [_row(1_000_003, _text("A1000003", "合计"))]) for text in part)


def a_stray_cell() -> bytes:
    return book_of(TABLE + _row(1_048_576, _text("XFD1048576", "x")))


def a_cell_nowhere() -> bytes:
    return book_of(TABLE + _row(5, _text("C42147483648", "x")))


def a_row_nowhere() -> bytes:
    return book_of(TABLE + _row(4_000_000_000, "<c><v>1</v></c>"))


def a_stray_cell_in_another_hand() -> bytes:
    """The same with a namespace prefix, single quotes and blanks: what no ordinary pattern finds."""
    cell = f"<x:c xmlns:x='{MAIN}' r = 'XFD1048576' t='n'><x:v>1</x:v></x:c>"
    return book_of(TABLE + f"<row r='3'>{cell}</row>")


def a_stray_cell_in_a_large_sheet() -> bytes:
    rows = (_row(n, "".join(_text(f"{c}{n}", "说明文字") for c in "ABCDEFGHIJ")) for n in range(1, 30_001))
    return book_of(text for part in (rows, [_row(1_048_576, _text("XFD1048576", "x"))]) for text in part)


def ten_thousand_sheets() -> bytes:
    return book_of(*[TABLE] * 10_000)


def truncated(share: float) -> bytes:
    whole = plain()
    return whole[: int(len(whole) * share)]


def renamed_csv() -> bytes:
    return "编号,名称\r\nP01,甲\r\n".encode("gb18030")


def renamed_pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n\0\0"


def renamed_docx() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def renamed_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("材料/照片.jpg", b"x")
    return out.getvalue()


def renamed_picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def a_login_page() -> bytes:
    return "<!DOCTYPE html><html><body><p>会话超时，请重新登录</p></body></html>".encode()


def encrypted_ooxml() -> bytes:
    return _ole("EncryptionInfo", "EncryptedPackage")


def old_word() -> bytes:
    return _ole("WordDocument", "1Table")


def _ole(*streams: str) -> bytes:
    """The least of a compound file: a header, one FAT sector and a directory with the streams' names."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 0x1000, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (512 - 80)
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * 504
    entries = b""
    for kind, name in ((5, "Root Entry"), *((2, stream) for stream in streams)):
        raw = name.encode("utf-16-le") + b"\0\0"
        entries += raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + b"\xff" * 12
        entries += bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)
    return header + fat + entries.ljust(512, b"\0")


def password_zip() -> bytes:
    data = bytearray(plain())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    return bytes(data)


# -- attacks ---------------------------------------------------------------------------------------------------------


def zip_bomb() -> bytes:
    """620 MB of blanks in a part that every reader opens."""
    out = io.BytesIO(book_of(TABLE))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/styles.xml", "w", force_zip64=True) as stream,
    ):
        for _ in range(620):
            stream.write(b" " * (1 << 20))
    return out.getvalue()


@cache
def zip_bomb_in_a_sheet() -> bytes:
    return book_of(" " * (1 << 20) for _ in range(620))


def lying_headers() -> bytes:
    """The bomb again, saying of itself that it is 100 bytes."""
    data = bytearray(zip_bomb_in_a_sheet())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        if struct.unpack_from("<I", data, at + 24)[0] > 1 << 20:
            struct.pack_into("<I", data, at + 24, 100)
    return bytes(data)


def long_shared_string(times: int = 200_000) -> bytes:
    """One text of 32,767 characters, in every cell: small in the file, six gigabytes in memory."""
    strings = f'<sst xmlns="{MAIN}"><si><t>{"长" * 32_767}</t></si></sst>'
    rows = (_row(n, f'<c r="A{n}" t="s"><v>0</v></c>') for n in range(1, times + 1))
    return book_of(rows, **{"xl__sharedStrings.xml": strings})


def one_cell_again_and_again() -> bytes:
    return book_of(_row(1, '<c r="A1"><v>1</v></c>' * 50_000) for _ in range(160))


def billion_laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    sheet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>'
    return book_of(TABLE, **{"xl__worksheets__sheet9.xml": f'{sheet}<worksheet xmlns="{MAIN}">&l9;</worksheet>'})


def billion_laughs_in_the_list_of_sheets() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]><workbook xmlns="{MAIN}"><sheets>&l9;</sheets></workbook>'
    return book_of(TABLE, **{"xl__workbook.xml": text})


def deep_xml() -> bytes:
    return book_of("<row>" * 300_000 + "</row>" * 300_000)


def deep_list_of_sheets() -> bytes:
    return book_of(TABLE, **{"xl__workbook.xml": "<a>" * 300_000 + "</a>" * 300_000})


def deep_page() -> bytes:
    return b"<table><tr><td>" + b"<div>" * 100_000 + b"x" + b"</div>" * 100_000 + b"</td></tr></table>"


def page_deeper_than_any() -> bytes:
    """Of a depth that no parser minds, and no page has."""
    return b"<table><tr><td>" + b"<b>" * 600 + b"x" + b"</b>" * 600 + b"</td></tr></table>"


def wide_spans_in_a_page() -> bytes:
    return b"<table>" + b"<tr><td colspan=1000 rowspan=60000>x</td></tr>" * 60_000 + b"</table>"


def many_commas() -> bytes:
    return b"a,b\n" + b"," * (50 << 20)


def an_open_quotation_mark() -> bytes:
    return b"a,b\n1,2\n" + b'3,"4\n' + b"5,6\n" * 10


def nothing() -> bytes:
    return b""


def only_zeros() -> bytes:
    return bytes(4096)


def noise() -> bytes:
    return bytes(range(256)) * 64


def protected_by_a_program() -> bytes:
    return b"%TSD-Header-###%" + bytes(range(256)) * 4


def external_links() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("培训")
    sheet.write_formula(0, 0, "='[别处.xlsx]Sheet1'!A1", None, 7)
    book.close()
    data = io.BytesIO(out.getvalue())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" TargetMode="External" Type="{_OFFICE}/externalLink'
            'Path" Target="http://127.0.0.1:9/别处.xlsx"/></Relationships>',
        )
    return data.getvalue()


def macros() -> bytes:
    data = io.BytesIO(plain())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(100))
    return data.getvalue()


#: name → (what makes it, what it ends in: a finding's code, or "" for a result)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "空文件.xlsx": (nothing, "sheet.empty_file"),
    "全是零.xlsx": (only_zeros, "sheet.empty_file"),
    "加密.xlsx": (encrypted_ooxml, "sheet.encrypted"),
    "加密压缩.xlsx": (password_zip, "sheet.encrypted"),
    "保护软件.xlsx": (protected_by_a_program, "sheet.encrypted"),
    "炸弹.xlsx": (zip_bomb, "sheet.bomb"),
    "表中炸弹.xlsx": (zip_bomb_in_a_sheet, "sheet.bomb"),
    "假大小.xlsx": (lying_headers, "sheet.bomb"),
    "重复长文.xlsx": (long_shared_string, "sheet.too_big"),
    "重复一格.xlsx": (one_cell_again_and_again, "sheet.too_big"),
    "外部引用.xlsx": (external_links, ""),
    "有宏.xlsm": (macros, ""),
    "百万空行.xlsx": (a_million_blank_rows, ""),
    "百万空行有合计.xlsx": (a_million_blank_rows_and_a_total, ""),
    "远处一格.xlsx": (a_stray_cell, "sheet.stray_cell"),
    "没有这一格.xlsx": (a_cell_nowhere, "sheet.damaged"),
    "没有这一行.xlsx": (a_row_nowhere, "sheet.damaged"),
    "远处一格变样.xlsx": (a_stray_cell_in_another_hand, "sheet.stray_cell"),
    "大表远处一格.xlsx": (a_stray_cell_in_a_large_sheet, "sheet.stray_cell"),
    "一万张表.xlsx": (ten_thousand_sheets, "sheet.too_big"),
    "其实是文本.xlsx": (renamed_csv, ""),
    "其实是PDF.xlsx": (renamed_pdf, "sheet.not_a_spreadsheet"),
    "其实是Word.xlsx": (renamed_docx, "sheet.not_a_spreadsheet"),
    "其实是旧Word.xls": (old_word, "sheet.not_a_spreadsheet"),
    "其实是压缩包.xlsx": (renamed_zip, "sheet.not_a_spreadsheet"),
    "其实是图片.xlsx": (renamed_picture, "sheet.not_a_spreadsheet"),
    "其实是登录页.xls": (a_login_page, "sheet.not_a_spreadsheet"),
    "乱码.csv": (noise, "sheet.not_a_spreadsheet"),
    "一半.xlsx": (lambda: truncated(0.5), "sheet.damaged"),
    "只有开头.xlsx": (lambda: truncated(0.01), "sheet.damaged"),
    "只差结尾.xlsx": (lambda: truncated(0.99), "sheet.damaged"),
    "实体炸弹.xlsx": (billion_laughs, "sheet.damaged"),
    "清单实体炸弹.xlsx": (billion_laughs_in_the_list_of_sheets, "sheet.damaged"),
    "深层.xlsx": (deep_xml, ""),
    "深层清单.xlsx": (deep_list_of_sheets, "sheet.damaged"),
    "深层网页.xls": (deep_page, "sheet.damaged"),
    "较深网页.xls": (page_deeper_than_any, "sheet.damaged"),
    "宽大网页.xls": (wide_spans_in_a_page, "sheet.too_big"),
    "一亿逗号.csv": (many_commas, "sheet.too_big"),
    "引号不成对.csv": (an_open_quotation_mark, "sheet.open_quote"),
}


#: Those that take a second or more to make and to read.
HEAVY = {
    "炸弹.xlsx", "表中炸弹.xlsx", "假大小.xlsx", "百万空行.xlsx", "百万空行有合计.xlsx", "重复一格.xlsx",
    "大表远处一格.xlsx", "一万张表.xlsx", "一亿逗号.csv", "宽大网页.xls",
}  # fmt: skip


def write_all(folder: Path) -> None:
    """Write all of them into ``folder``: for a look by hand."""
    for name, (make, _) in HOSTILE.items():
        (folder / name).write_bytes(make())
