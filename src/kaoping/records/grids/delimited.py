"""Delimited text (.csv, .tsv, .txt), in the encodings and with the delimiters that Chinese offices' systems write."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from kaoping.records.grids.grid import Grid, Spreadsheet, SpreadsheetError

#: Beyond this many cells the list of them alone takes hundreds of megabytes.
MOST_CELLS = 6_000_000
#: 100,000 rows × 15 columns are about 20 MB.
MOST_BYTES = 64 << 20

_ENCODED = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DELIMITERS = ",\t;|"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)")
_LONGEST = 4 << 20  # characters of one line
_SAMPLE = 50  # rows to tell the delimiter by
_CONTROL = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f]")
_SEP = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)  # Excel's own first line
_END = "\ue000"  # a row of our own behind the last: swallowed by it, if that has an open quotation mark
#: ="001": how exports keep Excel from making a number of a code.
_KEPT_TEXT = re.compile(r'="([^"]*)"')


def decode(data: bytes) -> str:
    """Return the text of ``data``: UTF-8 or UTF-16 by its mark, else UTF-8, else GB 18030.

    Raises SpreadsheetError where it is none of them, no text at all, or too much.
    """
    if len(data) > MOST_BYTES:
        raise SpreadsheetError("sheet.too_big", what=f"文本超过了 {MOST_BYTES >> 20} MB")
    encoding = next((name for mark, name in _ENCODED.items() if data.startswith(mark)), "")
    if not encoding and b"\0" in data:
        raise SpreadsheetError("sheet.not_a_spreadsheet", what="认不出的文件")
    for name in [encoding] if encoding else ["utf-8", "gb18030"]:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            raise SpreadsheetError("sheet.not_a_spreadsheet", what="认不出的文件")
        return text
    raise SpreadsheetError("sheet.encoding")


def read(text: str) -> Spreadsheet:
    """Read delimited text as one grid without a name.

    Raises SpreadsheetError where there is nothing, a quotation mark stays open, or there is too much.
    """
    declared = _SEP.match(text)
    body = text[declared.end() :] if declared else text
    rows: list[list[str]] = [[]] if declared else []  # that line is a row of the file all the same
    if not body.strip():
        raise SpreadsheetError("sheet.empty_file")
    reader = csv.reader(_lines(body), delimiter=declared[1] if declared else _delimiter(body))
    cells = 0
    start = last = 1
    try:
        for row in reader:
            cells += len(row)
            if cells > MOST_CELLS:
                raise SpreadsheetError("sheet.too_big", what=f"表格有 {MOST_CELLS // 10_000} 万格以上")
            rows.append(row)
            last, start = start, reader.line_num + 1
    except csv.Error as error:  # a cell longer than 131,072 characters: it swallows the rows behind it
        raise SpreadsheetError("sheet.open_quote", line=str(start + bool(declared))) from error
    if rows.pop() != [_END]:
        raise SpreadsheetError("sheet.open_quote", line=str(last + bool(declared)))
    if '="' in text:
        rows = [[_kept(cell) for cell in row] for row in rows]
    return Spreadsheet((Grid("", rows, all_text=True),))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines, and a row of our own behind them.

    A StringIO would hold the text once more, at four bytes a letter.
    """
    if not text.endswith(("\r", "\n")):
        text += "\n"
    for line in _LINE.finditer(text):
        if line.end() - line.start() > _LONGEST:
            raise SpreadsheetError("sheet.too_big", what="一行太长")
        yield line[0]
    yield f"{_END}\n"


def _delimiter(text: str) -> str:
    """Return the delimiter that splits most of the first rows into most cells; a comma where none does."""
    sample = "\n".join(text[: 1 << 16].splitlines()[:_SAMPLE])

    def median(delimiter: str) -> int:
        try:
            widths = sorted(len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row)
        except csv.Error:
            return 0
        return widths[len(widths) // 2] if widths else 0

    return max(_DELIMITERS, key=median)


def _kept(cell: str) -> str:
    match = _KEPT_TEXT.fullmatch(cell)
    return match[1] if match else cell
