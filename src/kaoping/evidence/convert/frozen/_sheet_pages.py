"""The pages of a sheet: as somebody set them up where that can be read on A4, else lying, else in several parts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import drop
from kaoping.evidence.convert.frozen._workbook_parts import is_true

_SMALLEST = 0.6  # a sheet that is scaled here goes no lower (6.6 points for 11): it is split
_READABLE = 5.0  # points of letters in print: 1.5 mm, the limit of bundle_scale.yaml, and some more
_SMALL = 0.3  # the share of a sheet's letters that must not be smaller, also from there
_SLACK = 0.1  # pages: a little smaller is better than a page for one column
_A4 = (595.0, 842.0)  # points; larger paper is printed on it too
_MARGIN = 0.7  # inches, where a sheet says none
_DOWN = (742.0, 470.0)  # points of a page that hold cells, upright and lying
_MANY = 8  # columns: more lie across the page
#: What may stand before pageSetup in a sheet (18.3.1.99); all else comes behind it.
_BEFORE = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a sheet holds: columns, points across and down, the size of its smaller letters in points."""

    columns: int
    width: float
    height: float
    letters: float

    @property
    def readable(self) -> float:
        """The least scale at which its letters can be read."""
        return min(_READABLE / self.letters, 1.0)


def smaller_letters(sizes: Iterable[tuple[float, int]]) -> float:
    """Return the size that a good part of all letters does not exceed; ``sizes`` tell of texts: points, how many."""
    known = sorted(sizes)
    total, counted = sum(count for _, count in known), 0
    for size, count in known:
        counted += count
        if counted >= _SMALL * total:
            return max(size, 1.0)
    return 11.0


def set_up(root: Any, extent: Extent) -> None:
    """Fit the pages of the sheet ``root`` to its ``extent``, unless somebody set them up in a way that can be read."""
    setup = root.find("{*}pageSetup")
    if any(root.find(f"{{*}}{name}") is not None for name in ("rowBreaks", "colBreaks")):
        return
    fitting = root.find("{*}sheetPr/{*}pageSetUpPr")
    if fitting is not None and is_true(fitting, "fitToPage"):
        _refit(root, setup if setup is not None else _put_setup(root), extent)
        return
    if setup is None:
        setup = _put_setup(root)
        setup.set("paperSize", "9")
        setup.set("orientation", "landscape" if extent.columns > _MANY else "portrait")
    elif setup.get("scale", "100") != "100" and setting(setup, "scale", 100) / 100 >= extent.readable:
        return
    _spread(root, setup, extent)
    _fit_to_page(root)


def _refit(root: Any, setup: Any, extent: Extent) -> None:
    """Undo what somebody fitted, as far as it makes letters too small: to one page high, then to its width."""
    lies = _lies(setup)
    down = setting(setup, "fitToHeight", 1)
    if down and extent.height * max(_SMALLEST, extent.readable) > _DOWN[lies] * down:  # as WPS likes it
        setup.set("fitToHeight", "0")
    across = setting(setup, "fitToWidth", 1)
    if across and extent.width * extent.readable > _across(root, lies) * across:
        _spread(root, setup, extent)


def _spread(root: Any, setup: Any, extent: Extent) -> None:
    """Give the sheet as many pages across as it takes; it lies, where that makes fewer of them."""
    least = max(_SMALLEST, extent.readable)
    upright, lying = (max(math.ceil(extent.width * least / _across(root, lies) - _SLACK), 1) for lies in (False, True))
    if lying < upright:
        setup.set("orientation", "landscape")
    setup.attrib.pop("scale", None)
    setup.set("fitToWidth", str(lying if _lies(setup) else upright))
    setup.set("fitToHeight", "0")


def _lies(setup: Any) -> bool:
    return bool(setup.get("orientation") == "landscape")


def _across(root: Any, lies: bool) -> float:
    """Return the points between the margins of a page."""
    margins = root.find("{*}pageMargins")
    inches = sum(setting(margins, side, _MARGIN) for side in ("left", "right"))
    return max(_A4[lies] - 72 * inches, _A4[0] / 4)


def _fit_to_page(root: Any) -> None:
    properties = root.find("{*}sheetPr")
    if properties is None:
        properties = root.makeelement(root.tag.replace("}worksheet", "}sheetPr"))
        root.insert(0, properties)
    fitting = properties.find("{*}pageSetUpPr")
    if fitting is None:
        fitting = properties.makeelement(root.tag.replace("}worksheet", "}pageSetUpPr"))
        properties.append(fitting)
    fitting.set("fitToPage", "1")


def _put_setup(root: Any) -> Any:
    for held in root.findall("{*}pageSetup"):
        drop(held)
    setup = root.makeelement(root.tag.replace("}worksheet", "}pageSetup"))
    before = [inner for inner in root if inner.tag.rpartition("}")[2] in _BEFORE]
    before[-1].addnext(setup)
    return setup


def setting(element: Any, name: str, otherwise: float) -> float:
    """Return the number that an attribute is, ``otherwise`` where it is none."""
    try:
        return float(element.get(name)) if element is not None and element.get(name) else otherwise
    except ValueError:
        return otherwise
