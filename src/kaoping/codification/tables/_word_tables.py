"""A .docx as paragraphs and grids: merged cells, automatic numbers, without deleted words, telling what is struck."""

from __future__ import annotations

import io
from collections.abc import Iterator
from zipfile import ZipFile

from lxml import etree

from kaoping.core.figures import chinese
from kaoping.records.grids.grid import Grid, Span, SpreadsheetError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = {f"{_W}del", f"{_W}moveFrom", f"{_W}delText", f"{_W}instrText", f"{_W}rPr", f"{_W}pPr"}
_THROUGH = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_OFF = {"0", "false", "off", "none"}
_MOST_COLUMNS = 200


def read(data: bytes) -> Iterator[str | Grid]:
    """Yield the paragraphs and tables of a .docx, in order. Raises SpreadsheetError where it can't be read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            document = etree.fromstring(archive.read("word/document.xml"), parser)
            listed = "word/numbering.xml" in archive.namelist()
            numbering = etree.fromstring(archive.read("word/numbering.xml"), parser) if listed else None
    except Exception as error:
        raise SpreadsheetError("sheet.damaged", why="Word 文件的内容读不通") from error
    body = document.find(f"{_W}body")
    if body is not None:
        yield from _Reader(numbering).blocks(body)


class _Reader:
    def __init__(self, numbering: etree._Element | None) -> None:
        self._numbers = _Numbers(numbering)

    def blocks(self, parent: etree._Element) -> Iterator[str | Grid]:
        for node in parent:
            if node.tag == f"{_W}p":
                yield self._paragraph(node)[0]
            elif node.tag == f"{_W}tbl":
                yield from self._table(node)
            elif node.tag in _THROUGH:
                yield from self.blocks(node)

    def _paragraph(self, node: etree._Element) -> tuple[str, bool]:
        """Its words with its automatic number, and whether a line is drawn through some of them."""
        parts: list[str] = []
        struck = False

        def walk(element: etree._Element) -> None:
            nonlocal struck
            for child in element:
                if child.tag in _GONE:
                    continue
                if child.tag == f"{_W}t":
                    parts.append(child.text or "")
                    struck = struck or (bool((child.text or "").strip()) and _is_struck(child.getparent()))
                elif child.tag == f"{_W}tab":
                    parts.append(" ")
                elif child.tag in (f"{_W}br", f"{_W}cr"):
                    parts.append("\n")
                elif child.tag == f"{_W}noBreakHyphen":
                    parts.append("-")
                else:
                    walk(child)

        walk(node)
        text = "".join(parts)
        number = self._numbers.of(node) if text.strip() else ""
        return number + text.strip() if number else text, struck

    def _cell(self, node: etree._Element) -> tuple[str, bool]:
        lines: list[str] = []
        struck = False
        for block in _inner(node):
            if block.tag == f"{_W}p":
                text, line = self._paragraph(block)
                lines.append(text)
                struck = struck or line
            else:  # a table in a cell is words of the cell
                for paragraph in block.iter(f"{_W}p"):
                    lines.append(self._paragraph(paragraph)[0])
        return "\n".join(line.rstrip() for line in lines).strip(), struck

    def _table(self, table: etree._Element) -> Iterator[Grid]:
        rows: list[list[str]] = []
        merged: list[Span] = []
        struck: list[tuple[int, int]] = []
        open_spans: dict[int, Span] = {}  # first column → the cell that goes down so far
        for number, row in enumerate(_rows(table)):
            cells: list[str] = []
            skipped = _number_in(row.find(f"{_W}trPr/{_W}gridBefore"))
            cells += [""] * min(skipped, _MOST_COLUMNS)
            goes_down: dict[int, Span] = {}
            for cell in _cells(row):
                left = len(cells)
                wide = min(max(1, _number_in(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)), _MOST_COLUMNS)
                text, line = self._cell(cell)
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                above = open_spans.get(left)
                if merge is not None and merge.get(f"{_W}val") != "restart" and above is not None:
                    goes_down[left] = Span(above.top, left, number, above.right)
                    if text:  # a covered cell that still holds words: they are shown nowhere, and not lost
                        rows[above.top][left] = "\n".join(filter(None, (rows[above.top][left], text)))
                    text = ""
                elif merge is not None or wide > 1:
                    span = Span(number, left, number, left + wide - 1)
                    if merge is not None:
                        goes_down[left] = span
                    else:
                        merged.append(span)
                if line:
                    struck.append((number, left))
                cells += [text, *[""] * (wide - 1)]
            merged += [span for left, span in open_spans.items() if left not in goes_down and _covers(span)]
            open_spans = goes_down
            rows.append(cells)
        merged += [span for span in open_spans.values() if _covers(span)]
        yield Grid("", rows, tuple(merged), struck_cells=tuple(struck), all_text=True)


def _covers(span: Span) -> bool:
    return span.bottom > span.top or span.right > span.left


def _inner(cell: etree._Element) -> Iterator[etree._Element]:
    for node in cell:
        if node.tag in (f"{_W}p", f"{_W}tbl"):
            yield node
        elif node.tag in _THROUGH:
            yield from _inner(node)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for node in table:
        if node.tag == f"{_W}tr":
            if node.find(f"{_W}trPr/{_W}del") is None:
                yield node
        elif node.tag in _THROUGH:
            yield from _rows(node)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for node in row:
        if node.tag == f"{_W}tc":
            yield node
        elif node.tag in _THROUGH:
            yield from _cells(node)


def _number_in(node: etree._Element | None, otherwise: int = 0) -> int:
    value = str(node.get(f"{_W}val", "")) if node is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else otherwise


def _is_struck(run: etree._Element | None) -> bool:
    if run is None:
        return False
    marks = [run.find(f"{_W}rPr/{_W}{name}") for name in ("strike", "dstrike")]
    return any(mark is not None and str(mark.get(f"{_W}val", "1")).lower() not in _OFF for mark in marks)


class _Numbers:
    """Automatic numbers (w:numPr): Word shows them, and the text does not hold them."""

    def __init__(self, numbering: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}  # numId → level → (format, pattern, start)
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if numbering is None:
            return
        abstract = {str(node.get(f"{_W}abstractNumId")): node for node in numbering.iter(f"{_W}abstractNum")}
        for num in numbering.iter(f"{_W}num"):
            id_, target = str(num.get(f"{_W}numId")), num.find(f"{_W}abstractNumId")
            name = str(target.get(f"{_W}val")) if target is not None else ""
            if name in abstract:
                self._abstract[id_] = name
                self._levels[id_] = {
                    int(str(level.get(f"{_W}ilvl", "0"))): (
                        _value(level, "numFmt"), _value(level, "lvlText"), _number_in(level.find(f"{_W}start"), 1),
                    )
                    for level in abstract[name].iter(f"{_W}lvl")
                }  # fmt: skip

    def of(self, paragraph: etree._Element) -> str:
        """Return the number of the next paragraph of its list; "" where it has none."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            return ""
        id_ = _value(properties, "numId")
        level = _number_in(properties.find(f"{_W}ilvl"))
        levels = self._levels.get(id_, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract[id_], {})
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [its for its in counts if its > level]:
            del counts[deeper]
        pattern = levels[level][1]
        for its in range(level + 1):
            form, _, start = levels.get(its, ("decimal", "", 1))
            pattern = pattern.replace(f"%{its + 1}", _written(counts.get(its, start), form))
        return "" if levels[level][0] in ("bullet", "none") else pattern


def _value(node: etree._Element, name: str) -> str:
    child = node.find(f"{_W}{name}")
    return str(child.get(f"{_W}val", "")) if child is not None else ""


def _written(count: int, form: str) -> str:
    if "chinese" in form or form in ("japaneseCounting", "ideographDigital", "taiwaneseCountingThousand"):
        return chinese(count) if 0 < count < 100 else str(count)
    if form in ("upperLetter", "lowerLetter") and 0 < count <= 26:
        return chr((65 if form == "upperLetter" else 97) + count - 1)
    if form == "decimalEnclosedCircle" and 0 < count <= 20:
        return chr(0x2460 + count - 1)
    if form in ("upperRoman", "lowerRoman") and 0 < count < 40:
        tens, ones = divmod(count, 10)
        roman = "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
        return roman if form == "upperRoman" else roman.lower()
    return str(count)
