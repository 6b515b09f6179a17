"""A Word file as its reader sees it: paragraphs with what they look like, sections with their page and page numbers.

Deleted text is no text, hidden text is none either, a picture's stand-in is not read beside it, and an automatic
number is what it prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kaoping.wings.official._numbering import Numbering
from kaoping.wings.official._paragraphs import PAGE, WORDS_DEFAULT_SIZE, Paragraph, Reading, Run, Section
from kaoping.wings.official._parts import Parts, W
from kaoping.wings.official._styles import Props, Styles, is_on, points, value

_PAGE_FIELD = re.compile(r"\s*PAGE\b", re.I)
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_REL = ("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
        "{http://purl.oclc.org/ooxml/officeDocument/relationships}id")  # fmt: skip
_EMPHASES = ("highlight", "underline", "italic", "dots", "struck")
_GONE = {f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}sdtPr"}
_CHANGES = (f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo")
_PICTURES = (f"{W}drawing", f"{W}pict", f"{W}object")
_MM = 25.4 / 72


def read_parts(parts: Parts) -> Reading:
    """Read a Word file that is open; what is read knows the elements that it stands in."""
    return _Reader(parts).run()


class _Reader:
    """The walk through one document."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.styles = Styles(parts)
        self.numbering = Numbering(parts.numbering)
        self.fields: list[_Field] = []  # those that are open, the innermost last
        self.sections: list[Section] = []
        self.paragraphs: list[Paragraph] = []
        self.kept = 0  # wrappings around what is read now that keep its words from being changed
        self.pending: list[Run] = []  # of a paragraph whose mark was deleted: the next one goes on with them

    def run(self) -> Reading:
        body = self.parts.main.find(f"{W}body")
        if body is not None:
            self._blocks(body, "body")
            self._section(body.find(f"{W}sectPr"))
        self._count()
        odd_and_even = self.parts.settings is not None and is_on(self.parts.settings.find(f"{W}evenAndOddHeaders"))
        changes = sum(1 for _ in self.parts.main.iter(*_CHANGES))
        return Reading(self.paragraphs, self.sections, odd_and_even, changes)

    def _blocks(self, container: Any, place: str) -> None:
        """Take in what stands one below the other: paragraphs, tables, and what is wrapped around them."""
        for element in container:
            if element.tag == f"{W}p":
                self._paragraph(element, place)
            elif element.tag == f"{W}tbl":
                for cell in _cells(element):
                    self._blocks(cell, "table")
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo"):
                gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
                if "Table of Contents" not in value(gallery, "val"):
                    self._blocks(element, place)

    def _paragraph(self, element: Any, place: str) -> None:
        properties = element.find(f"{W}pPr")
        id_ = value(properties.find(f"{W}pStyle"), "val") if properties is not None else ""
        style = self.styles.paragraph_style(id_)
        direct = self.styles.paragraph_props(properties)
        props = self.styles.base[0] | style[0] | direct
        looks = (self.styles.base[1], style[1])
        paragraph = Paragraph([*self.pending], props, place=place, style=self.styles.name(id_), source=element)
        self.pending = []
        self._inline(element, paragraph, looks)
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            # Its mark is deleted: it goes on in the next.
            self.pending = paragraph.runs
            return
        if paragraph.words or paragraph.has_picture:
            paragraph.label = self.numbering.next(str(props.get("num", "")), str(props.get("level", "0")))
        paragraph.section = len(self.sections)
        paragraph.is_framed = properties is not None and properties.find(f"{W}framePr") is not None
        self.paragraphs.append(paragraph)
        ending = properties.find(f"{W}sectPr") if properties is not None and place == "body" else None
        if ending is not None:
            self._section(ending)
            paragraph.breaks_page = paragraph.breaks_page or value(ending.find(f"{W}type"), "val") != "continuous"

    def _inline(self, element: Any, paragraph: Paragraph, looks: tuple[Props, Props]) -> None:
        for child in element:
            if child.tag in _GONE:
                continue
            if child.tag == f"{W}r":
                self._run(child, paragraph, looks)
            elif child.tag == f"{W}fldSimple" and _PAGE_FIELD.match(value(child, "instr")):
                shown = next(child.iter(f"{W}r"), child)
                self._add(PAGE, shown, paragraph, looks)
            elif child.tag == f"{_COMPATIBLE}AlternateContent":
                with self._keeping(True):
                    self._inline(_chosen(child), paragraph, looks)
            elif child.tag != f"{W}p":
                with self._keeping(_keeps(child)):
                    self._inline(child, paragraph, looks)

    @contextmanager
    def _keeping(self, keeps: bool) -> Iterator[None]:
        self.kept += keeps
        yield
        self.kept -= keeps

    def _run(self, element: Any, paragraph: Paragraph, looks: tuple[Props, Props]) -> None:
        text = ""
        for child in element:
            match child.tag.removeprefix(W):
                case "t" if all(field.is_shown for field in self.fields):
                    text += child.text or ""
                case "br" if value(child, "type") == "page":
                    if paragraph.words or text.strip():
                        paragraph.breaks_page = True
                    else:
                        paragraph.new_page = True
                case "br" | "cr":
                    text += "\n"
                case "tab" | "ptab":
                    text += "\t"
                case "noBreakHyphen":
                    text += "-"
                case "fldChar":
                    text += self._field(value(child, "fldCharType"))
                case "instrText" if self.fields:
                    self.fields[-1].instruction += child.text or ""
                case "drawing" | "pict" | "object":
                    self._picture(child, paragraph)
                case _ if child.tag == f"{_COMPATIBLE}AlternateContent":
                    with self._keeping(True):
                        for inner in _chosen(child):
                            self._picture(inner, paragraph)
        if text:
            self._add(text, element, paragraph, looks)

    def _field(self, kind: str) -> str:
        """Take in a mark of a complex field (17.16.18); return what the field prints, where that is the page."""
        if kind == "begin":
            self.fields.append(_Field())
        if kind not in ("separate", "end") or not self.fields:
            return ""
        field_ = self.fields.pop() if kind == "end" else self.fields[-1]
        if field_.is_told:
            return ""
        is_page = bool(_PAGE_FIELD.match(field_.instruction))
        field_.is_told, field_.is_shown = True, not is_page
        return PAGE if is_page else ""

    def _picture(self, element: Any, paragraph: Paragraph) -> None:
        """Take in the text of a text box (w:txbxContent); what holds none is a picture."""
        boxes = [box for box in element.iter(f"{W}txbxContent") if not _within(box, element)]
        paragraph.has_picture = paragraph.has_picture or (not boxes and element.tag in _PICTURES)
        fields, self.fields, pending, self.pending = self.fields, [], self.pending, []
        for box in boxes:
            self._blocks(box, "box")
        self.fields, self.pending = fields, pending

    def _add(self, text: str, element: Any, paragraph: Paragraph, looks: tuple[Props, Props]) -> None:
        """Add characters that stand in ``element`` to a paragraph, unless they are hidden."""
        direct = self.styles.run_props(element.find(f"{W}rPr"))
        character = self.styles.character_style(direct["style"]) if "style" in direct else {}
        props = looks[0] | looks[1] | character | direct
        if props.get("hidden"):
            return
        bold = props.get("bold", False)
        if "bold" not in direct and character.get("bold") and looks[1].get("bold"):
            bold = False  # two styles that say bold switch it off
        size = props.get("size", WORDS_DEFAULT_SIZE)
        fonts = props.get("east", ""), props.get("latin", "")
        marks = props.get("east" if props.get("east_marks") else "marks", "")
        emphasis = {name for name in _EMPHASES if props.get(name)}
        emphasis |= {"highlight"} if props.get("shaded") else set()
        kept = bool(self.kept or self.fields)
        paragraph.runs.append(
            Run(text, *fonts, size, bold, props.get("colour", ""), marks, frozenset(emphasis), element, is_kept=kept)
        )

    def _section(self, element: Any) -> None:
        """Take in a section that ends here; footers that it does not name are those of the one before."""
        section = Section(footers=dict(self.sections[-1].footers) if self.sections else {}, source=element)
        self.sections.append(section)
        if element is None:
            return
        page, margins = element.find(f"{W}pgSz"), element.find(f"{W}pgMar")
        width, height = points(value(page, "w")), points(value(page, "h"))
        section.width, section.height = (None if side is None else side * _MM for side in (width, height))
        for side in ("top", "right", "bottom", "left"):
            length = points(value(margins, side))
            if length is not None:
                section.margins[side] = abs(length) * _MM
        if "left" in section.margins and not (self.parts.settings is not None and is_on(
            self.parts.settings.find(f"{W}gutterAtTop"))):  # fmt: skip
            section.margins["left"] += (points(value(margins, "gutter")) or 0) * _MM
        grid = element.find(f"{W}docGrid")
        if value(grid, "type") in ("lines", "linesAndChars", "snapToChars"):
            section.pitch = points(value(grid, "linePitch"))
        section.has_first = is_on(element.find(f"{W}titlePg"))
        for link in element.iterchildren(f"{W}footerReference"):
            part = self.parts.linked.get(next((link.get(name) for name in _REL if link.get(name)), ""))
            if part is not None:
                section.footers[value(link, "type") or "default"] = self._footer(part)

    def _footer(self, part: Any) -> list[Paragraph]:
        """Return the paragraphs of a footer, those in its boxes too, without counting them as the document's."""
        kept, self.paragraphs = self.paragraphs, []
        self._blocks(part, "footer")
        footer, self.paragraphs = self.paragraphs, kept
        return footer

    def _count(self) -> None:
        """Number the paragraphs with text, and note what stands before each."""
        number, gap, break_before = 0, False, True
        after, empty = 0.0, 0
        for paragraph in self.paragraphs:
            if paragraph.place != "body":
                empty = -1  # room beside a table or a picture is none between paragraphs
                continue
            if not paragraph.words:
                gap = gap or not paragraph.has_picture
                empty = -1 if paragraph.has_picture else empty + (empty >= 0)
                break_before = break_before or paragraph.breaks_page or paragraph.new_page
                continue
            number += 1
            paragraph.number = number
            paragraph.new_page = paragraph.new_page or break_before or bool(paragraph.props.get("breaks"))
            high = max(after, paragraph.props.get("before", 0.0)) >= paragraph.size / 2
            paragraph.blank_before = gap or high or paragraph.new_page or paragraph.typed.startswith("\n")
            paragraph.gap, empty = max(empty, 0), -1 if paragraph.has_picture else 0
            gap, break_before = paragraph.typed.endswith("\n"), paragraph.breaks_page
            after = paragraph.props.get("after", 0.0)


@dataclass(slots=True)
class _Field:
    """An open field: its instruction, whether that is complete, and whether its result is text."""

    instruction: str = ""
    is_told: bool = False
    is_shown: bool = False


def _keeps(element: Any) -> bool:
    """Whether a wrapping keeps its words: a tracked insertion, a field, a control bound to data."""
    bound = element.tag == f"{W}sdt" and element.find(f"{W}sdtPr/{W}dataBinding") is not None
    return bound or element.tag in (f"{W}ins", f"{W}moveTo", f"{W}fldSimple")


def _cells(table: Any) -> Iterator[Any]:
    """Yield a table's cells in their order; what a merge hides stays in, it is empty."""
    for row in _unwrapped(table, f"{W}tr"):
        yield from _unwrapped(row, f"{W}tc")


def _unwrapped(container: Any, tag: str) -> Iterator[Any]:
    for child in container:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
            yield from _unwrapped(child, tag)


def _chosen(element: Any) -> Any:
    """Return the one of several ways to say the same (mc:AlternateContent) that Word and WPS take."""
    chosen = element.find(f"{_COMPATIBLE}Choice")
    fallback = element.find(f"{_COMPATIBLE}Fallback")
    return chosen if chosen is not None else fallback if fallback is not None else ()


def _within(box: Any, top: Any) -> bool:
    """Whether a text box stands in another one below ``top``."""
    parent = box.getparent()
    while parent is not None and parent is not top:
        if parent.tag == f"{W}txbxContent":
            return True
        parent = parent.getparent()
    return False
