"""汀兰市's inputs (clerk-2017), read a second time as people read them, and not by the program's readers.

The record kinds say what a sheet and its columns are called, and which word means what (x-values); how people write
days, numbers and ticks is known here anew. What can't be read is left out of its row, whose ``unread`` names it; an
amount that nobody can tell the unit of is Ellipsis.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import xlrd
import yaml

from kaoping.core import resources
from second_scorer.facts import Row, Unit

from .samples import Told

_YES, _NO = {"√", "是", "达标", "在岗"}, {"×", "否", "未达标", "退休"}
_FOOT = re.compile(r"(例[：:]|合计|小计|共\d|制表|填表|审核|导出)")
_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?)(万元|元|人次|人|件|条|项|家次|家|卷|场|辆|名|课时|%)?")
_IMPLAUSIBLE = 1000  # 万元: nobody is fined so much, so it was typed in another unit
#: Words of this clerk that no list of the record kinds has.
_WORDS = {
    "省厅": "省级",
    "支队": "市级",
    "市级": "本级",
    "区级": "县级",
    "罚没": "罚款并没收",
    "警告，罚款": "警告并罚款",
}


@cache
def _kinds() -> Mapping[str, Any]:
    kinds: dict[str, Any] = {}
    for parts in (("records",), ("engine",), ("packs", "culture-2017", "records")):
        for path in sorted(resources.schema(*parts).glob("*.yaml")):
            kind, known = yaml.safe_load(path.read_text("utf-8")), kinds.get(path.stem, {"fields": []})
            more = {field["name"]: field for field in kind["fields"]}
            fields = [{**field, **more.pop(field["name"], {})} for field in known["fields"]]
            kinds[path.stem] = {**known, **kind, "fields": [*fields, *more.values()]}
    return kinds


def load(folder: Path) -> Told:
    """Return the unit in ``folder``: its workbook, and the ledgers beside it by the columns of 导入登记.yaml."""
    book = openpyxl.load_workbook(folder / "台账.xlsx", data_only=True)
    first = {_plain(row[0]).rstrip("*"): row[1] for row in book["填表说明"].iter_rows(values_only=True) if row[0]}
    titles = {field["title"]: field for field in _kinds()["unit"]["fields"]}
    facts: Row = {}
    for title, cell in first.items():
        if title in titles and cell is not None:
            _put(facts, titles[title], cell, 0)
    facts["year"] = year = int(facts["year"])
    tables = {}
    for name, kind in _kinds().items():
        if kind.get("x-title") in book.sheetnames and name != "unit":
            rows = [_row(kind["fields"], cells, year) for cells in _records(book[kind["x-title"]], kind)]
            if rows:
                tables[name] = rows
    for row in tables.get("indicator", ()):
        row["id"] = _INDICATORS.get(row["id"], row["id"])
    tables["judgement"] = list(_judgements(book["考评项"], year))
    for ledger in yaml.safe_load((folder / "外部台账" / "导入登记.yaml").read_text("utf-8")):
        kind = _kinds()[ledger["kind"]]
        rows = list(_ledger(folder / "外部台账" / ledger["file"], ledger["columns"], kind, year))
        if rows:
            tables.setdefault(ledger["kind"], []).extend(rows)
    called = {_plain(row["name"]): row["id"] for row in tables["venue"]}
    for row in tables["inspection"]:  # by its name, where there is no number
        row.setdefault("venue", called.get(_plain(row.get("venue_name")), _plain(row.get("venue_name"))))
    notice = list(book["口径和期限"].iter_rows(min_row=4, values_only=True))
    answers = {row[6]: row[5] for row in notice if row[0] == "口径" and row[5]}
    due = {"training-summary": date(year, 12, 4)}
    due |= {row[6]: day for row in notice if row[0] == "期限" and (day := _day(row[5], 0))}
    for row in tables["work"]:
        row["line"] = str(row["line"]).removeprefix("第").removesuffix("项")
    _edit(tables["statement"], folder / "修改" / "自评报告.yaml")
    return Told(Unit(facts, tables, due, answers))


#: What the clerk calls a number that the rubric asks for; another name is none of them.
_INDICATORS = {"服务器在线率": "server-online"}


def _records(sheet: Any, kind: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a sheet that are records, by their headings; merged cells and 同上 say what stands above."""
    grid = [list(row) for row in sheet.iter_rows(values_only=True)]
    for area in sheet.merged_cells.ranges:
        if area.min_row > 3:
            for row in range(area.min_row, area.max_row + 1):
                grid[row - 1][area.min_col - 1] = grid[area.min_row - 1][area.min_col - 1]
    titles = {field["title"] for field in kind["fields"]}
    head = next(at for at, row in enumerate(grid) if sum(_title(cell) in titles for cell in row) > 1)
    yield from _rows(grid[head + 1 :], [_title(cell) for cell in grid[head]])


def _rows(grid: Iterable[Sequence[Any]], titles: Sequence[str]) -> Iterator[dict[str, Any]]:
    above: dict[str, Any] = {}
    for row in grid:
        filled = [cell for cell in row if cell not in (None, "")]
        if len(filled) < 2 or any(_FOOT.match(_plain(cell)) for cell in row[:2]):
            continue
        cells = {t: above.get(t) if _plain(c) == "同上" else c for t, c in zip(titles, row, strict=False) if t}
        above = cells
        yield cells


def _title(cell: Any) -> str:
    return re.sub(r"（(?:人|场|项|件|条|家|家次|万元)）$", "", _plain(cell).rstrip("*"))


def _row(fields: Sequence[Mapping[str, Any]], cells: Mapping[str, Any], year: int) -> Row:
    row: Row = {"unread": set()}
    for field in fields:
        if field["title"] in cells:
            _put(row, field, cells[field["title"]], year)
    return row


def _judgements(sheet: Any, year: int) -> Iterator[Row]:
    head = [_title(cell) for cell in next(sheet.iter_rows(min_row=3, max_row=3, values_only=True))]
    for cells in sheet.iter_rows(min_row=4, values_only=True):
        its = dict(zip(head, cells, strict=True))
        if its["评判"] and its["评判"] != "√":  # a tick chooses nothing
            row: Row = {"line": str(its["考评项"]), "choice": its["评判"], "when": date(year, 1, 1)}
            for name, title in (("reason", "评判理由"), ("who", "评判人")):
                row |= {name: its[title]} if its[title] else {}
            row |= {"when": day} if (day := _day(its["评判日期"], year)) else {}
            yield row


def _ledger(path: Path, columns: Mapping[str, str], kind: Mapping[str, Any], year: int) -> Iterator[Row]:
    fields = {field["name"]: field for field in kind["fields"]}
    for grid in _grids(path):
        at = next((at for at, row in enumerate(grid) if _heads(grid, at) & {*columns}), None)
        if at is None:
            continue
        two = "·" in "".join(columns)
        heads = _joined(grid[at], grid[at + 1]) if two else [_plain(cell) for cell in grid[at]]
        for cells in _rows(grid[at + 1 + two :], heads):
            row: Row = {"unread": set()}
            for head, name in columns.items():
                if name in fields and head in cells:
                    unit = re.search("（(元|万元)）", head)
                    _put(row, fields[name], cells[head], year, unit[1] if unit else "")
            if kind["x-title"] == "案件" and "agency" in row:
                row["level"] = "本级" if "支队" in row["agency"] else "县级"
            yield row


def _heads(grid: Sequence[Sequence[Any]], at: int) -> set[str]:
    below = grid[at + 1] if at + 1 < len(grid) else []
    return {_plain(cell) for cell in grid[at]} | set(_joined(grid[at], below))


def _joined(above: Sequence[Any], below: Sequence[Any]) -> list[str]:
    """Return the headings of a head of two rows, as the register writes them: 检查对象·单位编号."""
    heads, over = [], ""
    for at, cell in enumerate(above):
        over = _plain(cell) or over
        under = _plain(below[at]) if at < len(below) else ""
        heads.append(f"{over}·{under}" if under else over)
    return heads


def _grids(path: Path) -> Iterator[list[list[Any]]]:
    if path.suffix == ".xlsx":
        for sheet in openpyxl.load_workbook(path, data_only=True):
            yield [list(row) for row in sheet.iter_rows(values_only=True)]
    elif path.suffix == ".csv":
        data = path.read_bytes()
        text = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else _encoding(data))
        yield list(csv.reader(io.StringIO(text)))
    elif not path.read_bytes().startswith(b"<html"):
        for sheet in xlrd.open_workbook(str(path)).sheets():
            yield [sheet.row_values(at) for at in range(sheet.nrows)]


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _plain(cell: Any) -> str:
    return (
        "".join(unicodedata.normalize("NFKC", str(cell)).replace("(", "（").replace(")", "）").split()) if cell else ""
    )


def _put(row: Row, field: Mapping[str, Any], cell: Any, year: int, unit: str = "") -> None:
    """Put a cell's value into the row; what can't be read is named there."""
    text = str(cell).strip() if cell is not None else ""
    if text in ("", "/", "未结"):
        return
    read: Callable[[Any], Any] = {
        "boolean": _tick,
        "date": lambda its: _day(its, year if field.get("x-year") or field["name"] == "filed" else 0),
        "yearmonth": lambda its: (
            f"{m[1]}-{int(m[2]):02}" if (m := re.match(r"(\d{4})年(\d{1,2})月", str(its))) else None
        ),
        "integer": lambda its: _amount(its, field, unit),
        "number": lambda its: _amount(its, field, unit),
    }.get(field["type"], lambda its: _word(field, its))
    value = read(cell)
    if value is None:
        row.setdefault("unread", set()).add(field["name"])
        if field.get("x-unit") == "万元":
            row[field["name"]] = ...
    else:
        row[field["name"]] = value


def _tick(cell: Any) -> bool | None:
    text = _plain(cell)
    return True if text in _YES else False if text in _NO else None


def _day(cell: Any, year: int) -> date | None:
    """Return the day that is written, the first of several; without a year only where ``year`` says which."""
    if isinstance(cell, datetime):
        return cell.date()
    text = _plain(cell)
    if match := re.match(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})", text):
        return date(*map(int, match.groups()))
    if (match := re.fullmatch(r"(\d{1,2})月(\d{1,2})日", text)) and year:
        return date(year, *map(int, match.groups()))
    return None


def _amount(cell: Any, field: Mapping[str, Any], unit: str) -> int | Fraction | None:
    match = _AMOUNT.fullmatch(_plain(cell)) if not isinstance(cell, int | float) else _AMOUNT.fullmatch(f"{cell:g}")
    if match is None:
        return None
    number, written = Fraction(match[1]), match[2] or unit
    if field.get("x-unit") == "万元":
        if not written and number >= _IMPLAUSIBLE:
            return None
        number = number / 10_000 if written == "元" else number
    if written == "%":
        number /= 100
    return int(number) if number.denominator == 1 else number


def _word(field: Mapping[str, Any], cell: Any) -> str:
    text = str(cell).strip()
    options = field.get("constraints", {}).get("enum")
    if not options or text in options:
        return text
    meant = [option for option, words in field.get("x-values", {}).items() if text in words]
    return str(meant[0]) if meant else _WORDS.get(text, text)


def _edit(statements: list[Row], path: Path) -> None:
    """Let what was written in Word stand for what the clerk had written in the workbook, or beside it."""
    for edit in yaml.safe_load(path.read_text("utf-8")):
        before = {text.rstrip("。") for text in edit["before"]}
        meant = [row for row in statements if row["text"].rstrip("。") in before]
        for row in meant:
            row["text"] = "\n".join(edit["after"])
        if not before:
            statements.append({"document": path.stem, "topic": "工作亮点", "text": "\n".join(edit["after"])})
