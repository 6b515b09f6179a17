"""What a cell may hold, as data validation (数据有效性): drop-downs, dates, numbers, in words that a clerk can act on.

Only what the schema forbids is stopped. What is merely unlikely (a date of another year) is asked about; what other
sheets hold is offered and never objected to: a ledger may stand outside of the workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from kaoping.core.schema import Field, ForeignKey, Kind, month_range
from kaoping.core.worksheets import Book
from kaoping.records.grids.grid import column_name
from kaoping.records.layout import LISTS_SHEET

_LONGEST = 255  # characters of a list that is written into the validation itself
_FAR = 10**15 - 1
LINE = "line"  # the field by which a record names a line of the rubric


class Lists:
    """Drop-downs too long, or too oddly spelt, for a validation: columns of a very hidden sheet, by defined names."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, ...], str] = {}

    def source(self, options: Sequence[str]) -> list[str] | str:
        """Return what a list validation takes for ``options``."""
        plain = not any(mark in option for option in options for mark in ',"\n')
        if plain and len(",".join(options).encode("utf-16-le")) // 2 <= _LONGEST:
            return list(options)
        return "=" + self._names.setdefault(tuple(options), f"list_{len(self._names) + 1}")

    def write(self, book: Book) -> None:
        """Write the sheet, where there is anything to write."""
        if not self._names:
            return
        sheet = book.workbook.add_worksheet(LISTS_SHEET)
        sheet.very_hidden()
        for column, (options, name) in enumerate(self._names.items()):
            for row, option in enumerate(options):
                sheet.write_string(row, column, option)
            letter = column_name(column)
            book.workbook.define_name(name, f"='{LISTS_SHEET}'!${letter}$1:${letter}${len(options)}")


class Limits:
    """The validations of one workbook's fields."""

    def __init__(
        self, year: int, lines: Sequence[str], columns: Mapping[tuple[str, str], str], lists: Lists,
        offered: Mapping[tuple[str, str], Sequence[str]],
    ) -> None:  # fmt: skip
        """``columns``: (kind, field) → the absolute reference of its cells, for what other sheets refer to.

        ``offered``: (kind, field) → words that are offered, and any other goes.
        """
        self._year, self._lines, self._columns, self._lists = year, lines, columns, lists
        self._words = offered

    def of(self, kind: Kind, field: Field) -> dict[str, Any] | None:
        """Return the validation of a field's cells in XlsxWriter's words, or None where any text goes."""
        foreign = next((key for key in kind.foreign if key.field == field.name), None)
        if field.listed:
            return None
        if foreign is not None:
            return self._offered(foreign)
        if words := self._words.get((kind.name, field.name)):
            return {"validate": "list", "source": self._lists.source(words), "show_error": False}
        if field.options or field.type == "boolean":
            return self.choose(field.options or ("是", "否"))
        if field.name == LINE:
            return self.choose(self._lines)
        if field.type == "yearmonth":
            return self._month(field)
        if field.type == "date":
            return self.day(field.in_year)
        if field.type in ("integer", "number"):
            return _number(field)
        return None

    def choose(self, options: Sequence[str]) -> dict[str, Any]:
        """Return a drop-down of ``options`` that takes nothing else."""
        shown = "、".join(options)
        message = f"只能选：{shown}。" if len(shown) < 150 else "只能从下拉列表里选。"
        return {"validate": "list", "source": self._lists.source(options), **_error("请从下拉列表里选", message)}

    def day(self, in_year: bool) -> dict[str, Any]:
        """Return the validation of a date, asking back where it must lie in the rubric's year and does not."""
        way = f"写作 {self._year}-03-05"
        common = {"validate": "date", "input_message": way}
        if in_year:
            message = f"应为{self._year}年内的日期，{way}。别的年度的记录不计入考评。"
            edges = {"criteria": "between", "minimum": date(self._year, 1, 1), "maximum": date(self._year, 12, 31)}
            return {**common, **edges, **_error("请看一下日期", message), "error_type": "warning"}
        return {**common, "criteria": ">=", "value": date(1900, 1, 1), **_error("日期没有认出来", f"请{way}。")}

    def _month(self, field: Field) -> dict[str, Any] | None:
        if not field.in_year:
            return {"validate": "any", "input_message": f"写作 {self._year}-03"}
        message = f"应为{self._year}年的月份，写作 {self._year}-03。"
        source = self._lists.source(month_range(self._year))
        return {"validate": "list", "source": source, **_error("请看一下月份", message), "error_type": "warning"}

    def _offered(self, foreign: ForeignKey) -> dict[str, Any] | None:
        cells = self._columns.get((foreign.kind, foreign.by or foreign.target))
        if cells is None:
            return None
        first = cells.split(":")[0]
        source = f"=OFFSET({first},0,0,MAX(1,COUNTA({cells})),1)"
        return {"validate": "list", "source": source, "show_error": False}


def _number(field: Field) -> dict[str, Any]:
    whole = field.type == "integer"
    low, high = field.minimum, field.maximum
    edges = f"，不小于{_edge(low)}" if low is not None else ""
    edges += f"，不大于{_edge(high)}" if high is not None else ""
    message = f"应为{'整数' if whole else '数字'}{edges}，不带单位和文字。"
    more: dict[str, str] = {}
    if field.usual is not None:  # a number beyond is asked about: with its unit beside it, it is text, and none to stop
        low, high = (Fraction(0), field.usual[1])
        message = f"单位是{field.unit}。大于{_edge(high)}的请再看一眼；确实是的，或原件是别的单位的，连单位一起写。"
        more = {"error_type": "warning"}
    return {
        "validate": "integer" if whole else "decimal", "criteria": "between",
        "minimum": -_FAR if low is None else _edge(low), "maximum": _FAR if high is None else _edge(high),
        **_error("请填数字", message), **more,
    }  # fmt: skip


def _edge(limit: Fraction) -> int | float:
    return limit.numerator if limit.denominator == 1 else float(limit)


def _error(title: str, message: str) -> dict[str, str]:
    return {"error_title": title, "error_message": message}
