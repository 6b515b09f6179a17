"""The parts of a workbook (xlsx, ECMA-376-1, 18) that say what its cells show: sheets, strings, styles."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kaoping.evidence.convert.frozen._office_zip import OfficeZip, attribute, elements
from kaoping.records.grids.number_display import BUILT_IN, GENERAL, display

_BOOK = (
    "sheet.main+xml", "template.main+xml", "macroEnabled.main+xml", "macroEnabledTemplate.main+xml",
)  # fmt: skip
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")
_TRUE = ("1", "true", "on")
_LETTERS = "宋体"
_PRINT_AREA = "_xlnm.Print_Area"
_SYSTEMS = ("14", "22")  # number formats whose look is the system's (18.8.30)
_FREE = 200  # numbers of formats up to here may be taken


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, the part that holds it, whether it is shown, its place among the sheets."""

    name: str
    part: str
    is_hidden: bool
    index: int


@dataclass(frozen=True, slots=True)
class CellFormat:
    """What a cell's style says of how its text shows."""

    code: str = GENERAL
    size: float = 11.0  # points
    font: str = ""
    wraps: bool = False
    shrinks: bool = False
    is_turned: bool = False
    is_white: bool = False  # white letters on no ground


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a value: its element, its place (1-based), what kind of value it holds and which."""

    element: Any
    row: int
    column: int
    kind: str  # "n" for a number, "s" for text, "b", "e"
    value: str

    @property
    def place(self) -> str:
        """The name of its place: B3."""
        return f"{letters(self.column)}{self.row}"


class Workbook:
    """A workbook as its parts describe it. Raises what :class:`OfficeZip` raises where they can't be read."""

    def __init__(self, archive: OfficeZip) -> None:
        self.archive = archive
        self.part = next(iter(archive.typed(*_BOOK)), "")
        self.root = archive.tree(self.part) if self.part else None

    @cached_property
    def sheets(self) -> list[Sheet]:
        """All sheets that hold cells, in order."""
        if self.root is None:
            return []
        related = self.archive.related(self.part)
        sheets = []
        for index, entry in enumerate(self.root.iterfind("{*}sheets/{*}sheet")):
            kind, target, outside = related.get(_relation(entry), ("", "", True))
            if kind == "worksheet" and not outside and target in self.archive.names:
                hidden = entry.get("state", "visible") != "visible"
                sheets.append(Sheet(entry.get("name", ""), target, hidden, index))
        return sheets

    @cached_property
    def from_1904(self) -> bool:
        """Whether dates count from 1904."""
        properties = self.root.find("{*}workbookPr") if self.root is not None else None
        return properties is not None and properties.get("date1904", "0") in _TRUE

    @property
    def strings_part(self) -> str:
        """The part that holds the shared strings; "" for none."""
        return next(iter(self.archive.typed("sharedStrings+xml")), "")

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings."""
        part = self.strings_part
        root = self.archive.tree(part) if part else None
        return [rich_text(entry) for entry in root.iterfind("{*}si")] if root is not None else []

    @cached_property
    def styles(self) -> Styles:
        """The formats that cells name."""
        part = next(iter(self.archive.typed("spreadsheetml.styles+xml")), "")
        return Styles(self.archive.tree(part) if part else None, part)

    def shown(self, cell: Cell) -> str | None:
        """Return what a cell shows; None where its number format does not tell exactly."""
        if cell.kind != "n":
            return cell.value
        code = self.styles.of(cell.element).code
        try:
            return display(float(cell.value), code, from_1904=self.from_1904)
        except ValueError:
            return cell.value

    def print_areas(self) -> dict[int, str]:
        """Return the print area of each sheet that has one, as written, by the sheet's index."""
        names = self.root.iterfind("{*}definedNames/{*}definedName") if self.root is not None else ()
        areas = {name.get("localSheetId", ""): name.text or "" for name in names if name.get("name") == _PRINT_AREA}
        return {int(sheet): reference for sheet, reference in areas.items() if sheet.isdigit()}

    def cells(self, root: Any) -> Iterator[Cell]:
        """Yield the cells of the sheet ``root`` that hold something, row by row."""
        for number, row in rows(root):
            column = 0
            for element in row.iterfind("{*}c"):
                match = _PLACE.fullmatch(element.get("r", ""))
                column = column_number(match[1]) if match else column + 1
                cell = self._cell(element, number, column)
                if cell.value != "":
                    yield cell

    def _cell(self, element: Any, row: int, column: int) -> Cell:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            inside = element.find("{*}is")
            return Cell(element, row, column, "s", rich_text(inside) if inside is not None else "")
        value = element.findtext("{*}v") or ""
        if kind == "s":
            index = int(value) if value.strip().isdigit() else -1
            return Cell(element, row, column, "s", self.strings[index] if 0 <= index < len(self.strings) else "")
        if kind == "b":
            return Cell(element, row, column, "b", "TRUE" if value.strip() in _TRUE else "FALSE")
        return Cell(element, row, column, {"str": "s", "e": "e"}.get(kind, "n"), value)


class Styles:
    """The cell formats of a workbook, to which copies with a difference can be added."""

    def __init__(self, root: Any, part: str) -> None:
        self.root, self.part = root, part
        self._formats: dict[str, CellFormat] = {}
        self._copies: dict[tuple[str, str], str] = {}
        self.is_changed = False
        self._list = root.find("{*}cellXfs") if root is not None else None
        self._codes = {} if root is None else {
            int(entry.get("numFmtId", "0")): entry.get("formatCode", "") for entry in elements(root, "numFmt")
        }  # fmt: skip

    def of(self, cell: Any) -> CellFormat:
        """Return the format of the element of a cell."""
        name = cell.get("s", "0")
        if name not in self._formats:
            self._formats[name] = self._read(name)
        return self._formats[name]

    @property
    def usual_font(self) -> tuple[str, float]:
        """The font that the widths of columns are counted in, and its size in points: the first (18.8.22)."""
        return self._font("0") if self.root is not None else "", self._size("0") if self.root is not None else 11.0

    def copy(self, cell: Any, what: str) -> None:
        """Give the element of a cell a format that differs: it may ``wrap``, show all ``digits``, have ``letters``."""
        key = cell.get("s", "0"), what
        if self._list is None or not len(self._list):
            return
        if key not in self._copies:
            index = int(key[0]) if key[0].isdigit() and int(key[0]) < len(self._list) else 0
            made = copy.deepcopy(self._list[index])
            if what == "wrap":
                alignment = made.find("{*}alignment")
                if alignment is None:
                    alignment = made.makeelement(made.tag.replace("}xf", "}alignment"))
                    made.insert(0, alignment)
                alignment.set("wrapText", "1")
                made.set("applyAlignment", "1")
            elif what == "letters":
                self._lettered(made)
            else:
                made.set("numFmtId", "1")
                made.set("applyNumberFormat", "1")
            self._copies[key] = str(len(self._list))
            self._list.append(made)
            self._list.set("count", str(len(self._list)))
            self.is_changed = True
        cell.set("s", self._copies[key])

    def pin_dates(self) -> None:
        """Let the dates that look as the system likes it look as they do on a Chinese Windows."""
        forms = [form for form in self._list if form.get("numFmtId") in _SYSTEMS] if self._list is not None else []
        if not forms:
            return
        codes = self.root.find("{*}numFmts")
        if codes is None:
            codes = self.root.makeelement(self.root.tag.replace("}styleSheet", "}numFmts"))
            self.root.insert(0, codes)
        free = max([_FREE, *self._codes]) + 1
        for number, name in enumerate(_SYSTEMS, free):
            code = codes.makeelement(codes.tag.replace("}numFmts", "}numFmt"))
            code.set("numFmtId", str(number))
            code.set("formatCode", BUILT_IN[int(name)])
            codes.append(code)
            self._codes[number] = BUILT_IN[int(name)]
            for form in forms:
                if form.get("numFmtId") == name:
                    form.set("numFmtId", str(number))
        codes.set("count", str(len(codes)))
        self.is_changed = True

    def _read(self, name: str) -> CellFormat:
        if self._list is None or not name.isdigit() or int(name) >= len(self._list):
            return CellFormat()
        entry = self._list[int(name)]
        number = int(entry.get("numFmtId", "0"))
        alignment = entry.find("{*}alignment")
        return CellFormat(
            code=self._codes.get(number, BUILT_IN.get(number, GENERAL)),
            size=self._size(entry.get("fontId", "0")),
            font=self._font(entry.get("fontId", "0")),
            wraps=alignment is not None and alignment.get("wrapText", "0") in _TRUE,
            shrinks=alignment is not None and alignment.get("shrinkToFit", "0") in _TRUE,
            is_turned=alignment is not None and alignment.get("textRotation", "0") != "0",
            is_white=self._is_white(entry.get("fontId", "0"), entry.get("fillId", "0")),
        )

    def _is_white(self, font: str, fill: str) -> bool:
        fonts, fills = self.root.findall("{*}fonts/{*}font"), self.root.findall("{*}fills/{*}fill")
        colour = fonts[int(font)].find("{*}color") if font.isdigit() and int(font) < len(fonts) else None
        if colour is None or (colour.get("rgb", "").upper()[-6:] != "FFFFFF" and colour.get("theme") != "0"):
            return False
        pattern = fills[int(fill)].find("{*}patternFill") if fill.isdigit() and int(fill) < len(fills) else None
        return pattern is None or pattern.get("patternType", "none") == "none"

    def _font(self, font: str) -> str:
        fonts = self.root.findall("{*}fonts/{*}font")
        name = fonts[int(font)].find("{*}name") if font.isdigit() and int(font) < len(fonts) else None
        return str(name.get("val", "")) if name is not None else ""

    def _lettered(self, form: Any) -> None:
        """Give a format its font under the name of one that has letters and signs."""
        fonts = self.root.find("{*}fonts")
        made = copy.deepcopy(fonts[int(form.get("fontId", "0"))])
        for name in made.iterfind("{*}name"):
            name.set("val", _LETTERS)
        for other in made.findall("{*}charset") + made.findall("{*}family") + made.findall("{*}scheme"):
            made.remove(other)
        form.set("fontId", str(len(fonts)))
        form.set("applyFont", "1")
        fonts.append(made)
        fonts.set("count", str(len(fonts)))

    def _size(self, font: str) -> float:
        fonts = self.root.findall("{*}fonts/{*}font")
        size = fonts[int(font)].find("{*}sz") if font.isdigit() and int(font) < len(fonts) else None
        try:
            return float(size.get("val")) if size is not None else 11.0
        except (TypeError, ValueError):
            return 11.0


def rows(root: Any) -> Iterator[tuple[int, Any]]:
    """Yield the rows of the sheet ``root`` with their numbers; one without a number follows the one before."""
    number = 0
    for row in root.iterfind("{*}sheetData/{*}row"):
        named = row.get("r", "")
        number = int(named) if named.isdigit() else number + 1
        yield number, row


def is_true(element: Any, name: str) -> bool:
    """Whether the attribute ``name`` of ``element`` is set."""
    return element.get(name, "0") in _TRUE


def hidden_columns(root: Any) -> set[int]:
    """Return the numbers of the hidden columns of the sheet ``root``."""
    return {
        number
        for column in root.iterfind("{*}cols/{*}col")
        if is_true(column, "hidden") or column.get("width") == "0"
        for number in range(int(column.get("min", "1")), min(int(column.get("max", "1")), 16384) + 1)
    }


def hidden_rows(root: Any) -> set[int]:
    """Return the numbers of the hidden rows of the sheet ``root``."""
    return {number for number, row in rows(root) if is_true(row, "hidden") or row.get("ht") == "0"}


def rich_text(element: Any) -> str:
    """Return the text of a string, its readings (phonetic runs) apart."""
    return "".join(text.text or "" for text in element.iterfind(".//{*}t") if not text.getparent().tag.endswith("}rPh"))


def column_number(name: str) -> int:
    """Return the number of a column, from 1: A, B, … AA."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def letters(number: int) -> str:
    """Return the name of the column ``number``."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def area(reference: str) -> tuple[int, int, int, int] | None:
    """Return the first row, first column, last row and last column of A1:C9; None for what is no such area."""
    corners = [_PLACE.fullmatch(corner) for corner in reference.split(":")]
    if not corners or len(corners) > 2 or not all(corners):
        return None
    places = [(int(corner[2]), column_number(corner[1])) for corner in corners if corner]
    return (*places[0], *places[-1])


def _relation(entry: Any) -> str:
    return next((value for key, value in entry.attrib.items() if key.endswith("}id")), attribute(entry, "id"))
