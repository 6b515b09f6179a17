"""Fields of a Word file (ECMA-376-1, 17.16) turned into their saved results: nothing is computed on another day.

Simple fields and complex ones, which may be nested and span paragraphs. What layout fills (page numbers) stays a field,
and so does what nothing changes (links, the boxes of forms).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._office_zip import attribute, drop, elements, local, sibling_name, unwrap
from kaoping.records.grids import symbol_fonts

#: What layout fills, and what is drawn from its own data.
LAID_OUT_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"})
KEPT = LAID_OUT_FIELDS | {"HYPERLINK", "FORMCHECKBOX", "FORMDROPDOWN"}
#: What shows nothing by itself.
_SILENT = frozenset({"XE", "TC", "TA", "RD", "SET", "ASK", "PRIVATE", "NEXT", "NEXTIF", "SKIPIF", "ADDRESSBLOCK"})
_SHOWN = frozenset(
    {"t", "tab", "br", "cr", "sym", "noBreakHyphen", "drawing", "pict", "object", "AlternateContent", "ptab", "ruby"}
)
_PAGE_SUM = "页码的算式（{}）每页印的都是保存时的同一个数。"
_COMPUTED = "没有保存结果的域按转换时算出的显示：{}。"
_PLAIN_TEXT = "公式域（{}）只显示其中的文字。"
#: Fields whose text is all that they show.
_WHOLE = frozenset({"SYMBOL"})
_SYMBOL = re.compile(r"\s*SYMBOL\s+(0x[0-9a-f]+|\d+)(?:.*?\\f\s*(?:\"([^\"]*)\"|(\S+)))?", re.I)
_WORD = re.compile(r"\s*(\\?=|[^\s\\\"]+)")
_EQUATION_WORDS = re.compile(r"[^\\(),;，、\s]+")


@dataclass(eq=False)
class _Field:
    """A complex field that is being read: its marks, its code, whether it has a result."""

    marks: list[Any] = field(default_factory=list)
    code: list[Any] = field(default_factory=list)
    instruction: str = ""
    is_coded: bool = False  # its code is over
    has_result: bool = False


def freeze_fields(root: Any, losses: Losses) -> bool:
    """Turn the fields below ``root`` into their saved results; returns whether there were any."""
    has_changed = _freeze_simple(root, losses)
    open_fields: list[_Field] = []
    closed: list[_Field] = []
    for element in root.iter():
        name = local(element)
        if name == "fldChar":
            _mark(element, open_fields, closed)
        elif name in ("instrText", "delInstrText") and open_fields:
            if not open_fields[-1].is_coded:
                open_fields[-1].instruction += element.text or ""
                open_fields[-1].marks.append(element)
            _within(element, open_fields[:-1])
        elif name in _SHOWN and open_fields:
            _within(element, open_fields)
    for each in reversed(closed):  # what stands in the code of another goes with it
        if each.marks[0].getparent() is not None:
            has_changed = _settle(each, losses) or has_changed
    return has_changed


def kind_of(instruction: str) -> str:
    """Return what sort of field an instruction makes: DATE, PAGE; "=" for a formula."""
    match = _WORD.match(instruction)
    word = match[1].upper() if match else ""
    return "=" if word.startswith(("=", "\\=")) else word


def _mark(element: Any, open_fields: list[_Field], closed: list[_Field]) -> None:
    sort = attribute(element, "fldCharType")
    if sort == "begin":
        _within(element, open_fields)
        open_fields.append(_Field([element]))
    elif open_fields:
        _within(element, open_fields[:-1])
        open_fields[-1].marks.append(element)
        open_fields[-1].is_coded = True
        if sort == "end":
            closed.append(open_fields.pop())


def _within(element: Any, around: list[_Field]) -> None:
    """Note ``element`` as code or result of the fields that it stands in."""
    for each in around:
        if not each.is_coded:
            each.code.append(element)
        elif local(element) in _SHOWN:
            each.has_result = True


def _settle(each: _Field, losses: Losses) -> bool:
    kind = kind_of(each.instruction)
    if kind in KEPT:
        return False
    if not each.has_result and kind not in _SILENT:
        text = _words_of(kind, each.instruction)
        if text is None:
            losses.add(_COMPUTED, kind or "空域")
            return False
        if text:
            _put_text(each.marks[-1], text)
        if text and kind not in _WHOLE:
            losses.add(_PLAIN_TEXT, text)
    elif kind == "=" and "PAGE" in f"{each.instruction}{''.join(_texts(each.code))}".upper():
        losses.add(_PAGE_SUM, "".join((each.instruction + "".join(_texts(each.code))).split())[:20])
    for element in [*each.code, *each.marks]:
        if element.getparent() is not None:
            drop(element)
    return True


def _texts(code: list[Any]) -> list[str]:
    return [element.text or "" for element in code if local(element) in ("instrText", "t")]


def _words_of(kind: str, instruction: str) -> str | None:
    """Return what a field without a result shows by its code alone; None where it has to be computed."""
    if kind == "EQ":  # circled and stacked characters: \\o\\ac(○,甲)
        inside = re.sub(r"\\\w+\d*", " ", instruction.partition("EQ")[2] or instruction[2:])
        return "".join(_EQUATION_WORDS.findall(inside))
    if kind in ("MACROBUTTON", "GOTOBUTTON"):
        return [*instruction.split(None, 2), "", "", ""][2]
    if kind == "FORMTEXT":
        return ""
    return _symbol_of(instruction) if kind == "SYMBOL" else None


def _symbol_of(instruction: str) -> str | None:
    """Return the character that a SYMBOL field (17.16.5.63) names by its number; None for one that nobody knows."""
    match = _SYMBOL.match(instruction)
    if match is None:
        return None
    code = int(match[1], 16 if match[1].lower().startswith("0x") else 10)
    font = next((name for name in match.group(2, 3) if name), "")
    if not 0 < code < 0x110000 or not (symbol_fonts.has(font) or "\\u" in instruction.lower() or code < 0x80):
        return None
    return symbol_fonts.in_unicode(font, chr(code))


def _put_text(end: Any, text: str) -> None:
    """Write ``text`` into the run in which a field ends."""
    shown = end.makeelement(sibling_name(end, "t"))
    shown.text = text
    end.addnext(shown)


def _freeze_simple(root: Any, losses: Losses) -> bool:
    has_changed = False
    for simple in list(elements(root, "fldSimple")):
        kind = kind_of(attribute(simple, "instr"))
        if kind in KEPT:
            continue
        if next(elements(simple, *_SHOWN), None) is None and kind not in _SILENT:
            losses.add(_COMPUTED, kind)
            continue
        for data in list(simple.iterfind("{*}fldData")):
            drop(data)
        unwrap(simple)
        has_changed = True
    return has_changed
