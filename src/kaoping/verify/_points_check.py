"""The same points everywhere: on the score sheet, in the Word table, in the report, and in kaoping.json's own sums."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.package import manifest
from kaoping.records.grids.grid import Grid, cell_place
from kaoping.records.grids.read import read_spreadsheet
from kaoping.verify import _docx_text
from kaoping.verify._opened_package import OpenedPackage, Row

TOTALS: Mapping[str, str] = {"base": "基础分合计", "bonus": "加分合计", "deduction": "扣分合计", "total": "总计"}
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")
_FIELD = re.compile(r"\{(points|of|min|max)\}")
_CLAUSE = re.compile(r"[。；\n]")
_HUNDREDTH = Decimal("0.01")


def check(opened: OpenedPackage, findings: Findings) -> None:
    """Compare every place that states points."""
    _check_sums(opened.document, findings)
    for row in opened.files(manifest.SHEET):
        if (grids := opened.look(row, partial(_grids, opened), findings)) is not None:
            _check_cells(opened, row, partial(_sheet_cell, grids), findings)
    for row in opened.files(manifest.TABLE):
        if (document := opened.look(row, opened.paper, findings)) is not None:
            texts = [_docx_text.table_texts(table) for table in document.tables]
            _check_cells(opened, row, partial(_table_cell, texts), findings)
    for row in opened.files(manifest.REPORT):
        if (document := opened.look(row, opened.paper, findings)) is not None:
            _check_figures(opened, row, _docx_text.text(document), findings)


def _check_sums(document: Mapping[str, Any], findings: Findings) -> None:
    lines, totals = document["lines"], document["totals"]
    for name, title in TOTALS.items():
        mine = [Decimal(line["points"]) for line in lines if name in ("total", line["role"])]
        total, stated = sum(mine, Decimal(0)), Decimal(totals[name]["points"])
        if abs(total - stated) >= _HUNDREDTH * max(1, len(mine)) / 2 if _is_rounded(lines) else total != stated:
            place = Location(manifest.FILE_NAME, f"/totals/{name}")
            findings.add("verify.totals_differ", place, what=title, stated=stated, sum=_plain(total))


def _is_rounded(lines: list[Mapping[str, Any]]) -> bool:
    """Whether points may have been rounded to two places, so that their sum may be off by a little."""
    return any(Decimal(line["points"]).as_tuple().exponent == -2 for line in lines)


def _claims(document: Mapping[str, Any], cells: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield (what, points, place) for each cell that a file says it has."""
    lines = {line["line"]: line for line in document["lines"]}
    for name, place in cells.get("lines", {}).items():
        if name in lines:
            line = lines[name]
            yield f"第{name}项", "不适用" if line["status"] == "not_applicable" else line["points"], place
    for name, place in cells.get("totals", {}).items():
        if name in TOTALS:
            yield TOTALS[name], document["totals"][name]["points"], place


def _check_cells(opened: OpenedPackage, row: Row, read: Callable[[Any], Any], findings: Findings) -> None:
    name, cells = row["path"], row.get("cells") or {}
    stated = set(cells.get("lines", {}))
    for line in opened.document["lines"]:
        # Lines that share a group's cell have no points of their own.
        if line["line"] not in stated and Decimal(line["points"]) != 0:
            facts = {"what": f"第{line['line']}项的自评分", "place": "没有记下"}
            findings.add("verify.cell_missing", Location(name), line=line["line"], name=name, **facts)
    for what, expected, place in _claims(opened.document, cells):
        shown = place if isinstance(place, str) else "、".join(str(part + 1) for part in place)
        at = Location(name, cell=shown if isinstance(place, str) else "", path="" if isinstance(place, str) else shown)
        try:
            actual = read(place)
        except (KeyError, IndexError, ValueError, TypeError):
            findings.add("verify.cell_missing", at, name=name, what=what, place=shown)
            continue
        if not _same(actual, expected):
            written = "空的" if actual in (None, "") else str(actual)
            findings.add(
                "verify.points_differ", at, name=name, what=what, place=shown, actual=written, expected=expected
            )


def _grids(opened: OpenedPackage, row: Row) -> Mapping[str, Grid]:
    """Return the sheets of a workbook by their names; raises SpreadsheetError where it can't be read."""
    return {grid.name: grid for grid in read_spreadsheet(opened.root / row["path"]).grids}


def _sheet_cell(grids: Mapping[str, Grid], place: Any) -> Any:
    """Return what Excel shows in a cell ("自评分表!F12") without recalculating: the value saved with the formula.

    Raises KeyError or ValueError where there is no such sheet or cell.
    """
    sheet, _, cell = str(place).rpartition("!")
    grid = grids[sheet.strip("'")]
    row, column = cell_place(cell.replace("$", ""))
    if any(span.hides(row, column) for span in grid.merged):
        return ""
    value = grid.faults.get((row, column)) or grid.cell(row, column)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _table_cell(tables: list[list[list[str]]], place: Any) -> str:
    table, row, column = place
    return str(tables[table][row][column])


def _same(actual: Any, expected: str) -> bool:
    """Whether a cell states the points ``expected``: a number, or text that begins with it (``2（待定，0～2）``)."""
    if expected == "不适用":
        return str(actual).strip() in ("不适用", "0")
    if isinstance(actual, str):
        start = _NUMBER.match(actual.strip())
        actual = start[0].replace("−", "-") if start else ""
    try:
        value = Decimal(str(actual))
    except InvalidOperation:
        return False
    if not value.is_finite():
        return False
    wanted = Decimal(expected)
    return value == wanted or value.quantize(_HUNDREDTH, ROUND_HALF_UP) == wanted


def _check_figures(opened: OpenedPackage, row: Row, text: str, findings: Findings) -> None:
    """The report states the totals: in the sentences it says it has, or, where it says none, somewhere."""
    name, totals = row["path"], opened.document["totals"]
    for figure in row.get("figures") or [{"total": "total", "text": "{points}"}]:
        total = totals.get(figure["total"], {})
        if not _states(text, figure, total):
            near = figure.get("near") or figure["text"]
            facts = {"what": TOTALS.get(figure["total"], figure["total"]), "expected": total.get("points", "")}
            findings.add("verify.figure_missing", Location(name), name=name, near=near, **facts)


def _states(text: str, figure: Mapping[str, str], total: Mapping[str, str]) -> bool:
    """Whether ``text`` has the sentence ``figure["text"]``, or the points in a sentence after ``figure["near"]``."""
    if "text" in figure:
        where = [text]
        wanted = _FIELD.sub(lambda hole: total.get(hole[1], hole[0]), "".join(figure["text"].split()))
    else:
        where = [rest for _, *after in (part.split(figure["near"]) for part in _CLAUSE.split(text)) for rest in after]
        wanted = total.get("points", "")
    # A number must not be the tail or the head of a longer one: 96 is not in 196 nor in 96.5.
    pattern = re.compile(rf"(?<![\d.]){re.escape(wanted)}(?!\d|\.\d)")
    return any(pattern.search("".join(part.split())) for part in where)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f") if value else "0"
