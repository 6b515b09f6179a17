"""Cells that a chart lies over: what stands in them is on the page, and nobody sees it (ECMA-376-1, 20.5.2.33)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._office_zip import OfficeZip
from kaoping.evidence.convert.frozen._workbook_parts import Cell, Sheet

_COVERED = "被图表盖住的内容看不见：{}。"
_CHART = "drawingml/2006/chart"


def tell_covered(archive: OfficeZip, sheet: Sheet, cells: Sequence[Cell], losses: Losses) -> None:
    """Note the ``cells`` of ``sheet`` that lie wholly below a chart."""
    for area in _charts(archive, sheet.part):
        for cell in cells:
            if area[0] <= cell.row <= area[2] and area[1] <= cell.column <= area[3]:
                losses.add(_COVERED, f"{sheet.name}!{cell.place}")


def _charts(archive: OfficeZip, part: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield the rows and columns (from 1) that each chart of a sheet covers wholly: first and last ones."""
    for kind, target, outside in archive.related(part).values():
        drawing = archive.tree(target) if kind == "drawing" and not outside else None
        for anchor in drawing.iterfind("{*}twoCellAnchor") if drawing is not None else ():
            data = anchor.find("{*}graphicFrame/{*}graphic/{*}graphicData")
            corners = [_corner(anchor.find(f"{{*}}{name}")) for name in ("from", "to")]
            if data is not None and _CHART in data.get("uri", "") and None not in corners:
                (top, left, off_top, off_left), (bottom, right, _, _) = corners  # type: ignore[misc]
                yield top + 1 + (off_top > 0), left + 1 + (off_left > 0), bottom, right


def _corner(element: Any) -> tuple[int, int, int, int] | None:
    """Return the row and the column (from 0) of a corner, and how far in them it lies."""
    try:
        row, column, down, across = (
            int(element.findtext(f"{{*}}{name}")) for name in ("row", "col", "rowOff", "colOff")
        )
    except (AttributeError, TypeError, ValueError):
        return None
    return row, column, down, across
