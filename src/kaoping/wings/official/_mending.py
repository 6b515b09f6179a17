"""Mending: remedies carried out in the XML of a Word file. Nothing but what a remedy names is touched.

A look changes no character: a run is cut where only a part of it is meant, and what it holds stays in its order.
What is set is set on the spot (direct formatting), for a style may serve other paragraphs too.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lxml import etree

from kaoping.wings.official._parts import W
from kaoping.wings.official._remedies import Look, Page, Remedy, Shape, Wording

#: The children of an rPr and of a pPr in the order of their schema (ECMA-376 part 1, A.1).
_RUN = (
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
    "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern",
    "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em",
    "lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange",
)  # fmt: skip
_PARAGRAPH = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr",
    "suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct",
    "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind",
    "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment",
    "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange",
)  # fmt: skip
#: What ends each kind of emphasis.
_ENDED: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "highlight": {"highlight": {"val": "none"}, "shd": {"val": "clear", "color": "auto", "fill": "auto"}},
    "underline": {"u": {"val": "none"}},
    "italic": {"i": {"val": "0"}, "iCs": {"val": "0"}},
    "dots": {"em": {"val": "none"}},
}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ONE_CHARACTER = {f"{W}{name}" for name in ("br", "cr", "tab", "ptab", "noBreakHyphen")}
_TWIPS_A_MM = 1440 / 25.4


def mend(remedies: Iterable[Remedy]) -> bool:
    """Carry out the remedies that change looks; return whether anything is different now.

    What was read before is out of date then: runs may have been cut.
    """
    wanted: dict[Any, list[tuple[int, int | None, Mapping[str, Any]]]] = {}
    changed = False
    for remedy in remedies:
        if isinstance(remedy, Look):
            for run in remedy.runs:
                props = dict(remedy.props)
                if "east" in props and run.latin == run.east:  # one font for all: the letters go with it
                    props.setdefault("latin", props["east"])
                end = run.start + len(run.text) if run.text else None
                wanted.setdefault(run.source, []).append((run.start, end, props))
        elif isinstance(remedy, Shape):
            changed = _shape(remedy) or changed
        elif isinstance(remedy, Page):
            changed = _page(remedy) or changed
    for source, spans in wanted.items():
        changed = _dress(source, spans) or changed
    return changed


def reword(wordings: Iterable[Wording]) -> list[Wording]:
    """Carry out the changes of the text that are ours to make; return those that were made.

    Where two would change the same character, the first is made. What was read before is out of date then.
    """
    made: list[Wording] = []
    by_place = sorted(
        (wording for wording in wordings if wording.is_free), key=lambda wording: (wording.start, wording.end)
    )
    for wording in by_place:
        beside = [earlier for earlier in made if earlier.paragraph is wording.paragraph]
        if all(earlier.end <= wording.start and earlier != wording for earlier in beside):
            made.append(wording)
    for wording in reversed(made):  # from the back, so that the places before stay what they were
        _retype(wording)
    return made


# -- characters -----------------------------------------------------------------------------------------------------


def _width(element: Any) -> int:
    """How many characters an element within a run is read as."""
    if element.tag == f"{W}t":
        return len(element.text or "")
    is_break = element.tag == f"{W}br" and element.get(f"{W}type") == "page"
    return int(element.tag in _ONE_CHARACTER and not is_break)


def _dress(source: Any, spans: Sequence[tuple[int, int | None, Mapping[str, Any]]]) -> bool:
    whole = sum(_width(child) for child in source)
    meant = [(start, whole if end is None else end, props) for start, end, props in spans]
    cuts = sorted({at for start, end, _ in meant for at in (start, end) if 0 < at < whole})
    changed = False
    for start, piece in _cut(source, cuts):
        for first, last, props in meant:
            if first <= start < last or whole == 0:
                changed = _set_look(piece, props) or changed
    return changed


def _cut(source: Any, cuts: Sequence[int]) -> list[tuple[int, Any]]:
    """Cut a run before each of these characters; return the pieces with the place of their first character."""
    pieces = [(0, source)]
    for at in cuts:
        start, last = pieces[-1]
        pieces.append((at, _cut_off(last, at - start)))
    return pieces


def _cut_off(source: Any, at: int) -> Any:
    """Move what stands from the character ``at`` on into a run of its own behind, which looks the same; return it."""
    rest = etree.Element(source.tag, source.attrib, source.nsmap)
    properties = source.find(f"{W}rPr")
    if properties is not None:
        rest.append(copy.deepcopy(properties))
    left = at
    for child in list(source):
        width = _width(child)
        if child.tag == f"{W}rPr":
            continue
        if left <= 0:
            rest.append(child)
        elif width > left:
            tail = copy.deepcopy(child)
            child.text, tail.text = child.text[:left], child.text[left:]
            for text in (child, tail):
                text.set(_SPACE, "preserve")
            rest.append(tail)
        left -= width
    rest.tail, source.tail = source.tail, None
    source.addnext(rest)
    return rest


def _set_look(run: Any, props: Mapping[str, Any]) -> bool:
    before = etree.tostring(run)
    properties = run.find(f"{W}rPr")
    if properties is None:
        properties = etree.Element(f"{W}rPr")
        run.insert(0, properties)
    for name, value in props.items():
        match name:
            case "east":
                _font(properties, value, "eastAsia")
            case "latin":
                _font(properties, value, "ascii", "hAnsi")
            case "marks":
                _child(properties, "rFonts", _RUN).set(f"{W}hint", "eastAsia")
            case "size":
                for tag in ("sz", "szCs"):
                    _put(properties, tag, _RUN, val=f"{round(value * 2)}")
            case "bold":
                for tag in ("b", "bCs"):
                    _put(properties, tag, _RUN, val="1" if value else "0")
            case "colour":
                _put(properties, "color", _RUN, val=value or "auto")
            case "plain":
                for kind in value:
                    for tag, attributes in _ENDED[kind].items():
                        _put(properties, tag, _RUN, **attributes)
    return etree.tostring(run) != before


def _font(properties: Any, name: str, *slots: str) -> None:
    fonts = _child(properties, "rFonts", _RUN)
    for slot in slots:
        fonts.attrib.pop(f"{W}{slot}Theme", None)  # a theme's font would go before the one that is named
        fonts.set(f"{W}{slot}", name)


# -- paragraphs and pages -------------------------------------------------------------------------------------------


def _shape(shape: Shape) -> bool:
    paragraph, props = shape.paragraph.source, shape.props
    before = etree.tostring(paragraph)
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    for name, value in props.items():
        match name:
            case "align":
                _put(properties, "jc", _PARAGRAPH, val=value)
            case "left":
                _indent(properties, "left", ("start",), value, shape.paragraph.size)
            case "right":
                _indent(properties, "right", ("end",), value, shape.paragraph.size)
            case "first":
                names = ("hanging", "firstLine") if value < 0 else ("firstLine", "hanging")
                _indent(properties, names[0], names[1:], abs(value), shape.paragraph.size)
            case "line":
                spacing = _child(properties, "spacing", _PARAGRAPH)
                spacing.set(f"{W}line", f"{round(value * 20)}")
                spacing.set(f"{W}lineRule", "exact")
            case "before" | "after":
                spacing = _child(properties, "spacing", _PARAGRAPH)
                spacing.set(f"{W}{name}", f"{round(value * 20)}")
                for rest in ("Lines", "Autospacing"):  # said with a style's, they would go before the length
                    spacing.set(f"{W}{name}{rest}", "0")
            case "breaks":
                _put(properties, "pageBreakBefore", _PARAGRAPH, val="1")
            case "shaded":
                _put(properties, "shd", _PARAGRAPH, **_ENDED["highlight"]["shd"])
    return etree.tostring(paragraph) != before


def _indent(properties: Any, name: str, others: Iterable[str], characters: float, size: float) -> None:
    """Set an indent in characters (Word, WPS) and as a length (others), and take away what says it otherwise."""
    indent = _child(properties, "ind", _PARAGRAPH)
    for other in others:
        for unit in ("", "Chars"):
            indent.attrib.pop(f"{W}{other}{unit}", None)
    indent.set(f"{W}{name}Chars", f"{round(characters * 100)}")
    indent.set(f"{W}{name}", f"{round(characters * size * 20)}")


def _page(page: Page) -> bool:
    section = page.section.source
    before = etree.tostring(section)
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    for name, length in page.props.items():
        twips = f"{round(length * _TWIPS_A_MM)}"
        if name in ("width", "height"):
            size.set(f"{W}{name[0]}", twips)
        else:
            margins.set(f"{W}{name}", twips)
        if name == "left":
            margins.set(f"{W}gutter", "0")
    return bool(etree.tostring(section) != before)


# -- the text -------------------------------------------------------------------------------------------------------


def _retype(wording: Wording) -> None:
    """Take the characters out where they stand, and put the new ones in where the first of them stood."""
    pieces = wording.paragraph.runs_within(wording.start, wording.end)
    if pieces:
        spans = [(piece.source, piece.start, piece.start + len(piece.text)) for piece in pieces]
    else:  # put in behind the character before, and at the very beginning before the first
        (beside,) = wording.pieces
        at = beside.start + (len(beside.text) if wording.start else 0)
        spans = [(beside.source, at, at)]
    for number, (source, first, last) in reversed(list(enumerate(spans))):
        _replace(source, first, last, wording.text if number == 0 else "")


def _replace(source: Any, first: int, last: int, text: str) -> None:
    """Put ``text`` for the characters of a run from ``first`` to ``last``."""
    place = 0
    for child in list(source):
        width = _width(child)
        start, end = max(first - place, 0), min(last - place, width)
        place += width
        if child.tag == f"{W}t" and start <= end and (start < end or text):
            whole = child.text or ""
            child.text, text = whole[:start] + text + whole[end:], ""
            child.set(_SPACE, "preserve")
        elif start < end:
            source.remove(child)
    if text:
        typed = etree.SubElement(source, f"{W}t")
        typed.text = text
        typed.set(_SPACE, "preserve")


# -- elements -------------------------------------------------------------------------------------------------------


def _child(parent: Any, name: str, order: Sequence[str]) -> Any:
    """Return the child of this name; where there is none, a new one in its place."""
    child = parent.find(f"{W}{name}")
    if child is None:
        child = etree.Element(f"{W}{name}")
        later = {f"{W}{other}" for other in order[order.index(name) + 1 :]}
        at = next((at for at, sibling in enumerate(parent) if sibling.tag in later), len(parent))
        parent.insert(at, child)
    return child


def _put(parent: Any, name: str, order: Sequence[str], **attributes: str) -> None:
    """Set a child to these attributes and no others."""
    child = _child(parent, name, order)
    child.attrib.clear()
    for key, value in attributes.items():
        child.set(f"{W}{key}", value)
