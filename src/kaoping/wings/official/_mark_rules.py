"""What is typed: punctuation and digits of the wrong width, spaces for an indent, lines broken by hand.

GB/T 9704—2012 9 asks that punctuation and numerals follow their own standards (GB/T 15834, GB/T 15835).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kaoping.wings.official._elements import Elements, Text
from kaoping.wings.official._paragraphs import Paragraph
from kaoping.wings.official._patterns import first_sentence, heading_number
from kaoping.wings.official._remedies import Wording
from kaoping.wings.official._report import Report

_HAN = "\u3400-\u9fff"
_WIDE = str.maketrans(",;:?!", "，；：？！")
#: Between Chinese characters, or after them; and what parts a number or a word of Latin letters from them.
_MARK = re.compile(rf"(?<=[{_HAN}”’》）〕])[,;:?!]|(?<=[0-9A-Za-z%])[,;?!](?=[{_HAN}“‘《（])")
_POINT = re.compile(rf"(?<=[{_HAN}])\.(?=\s*$)")
_DOTS = re.compile(rf"(?<=[{_HAN}，、”》）])(?:\.{{3,}}|。{{3,}})")
_DASH = re.compile(rf"(?<=[{_HAN}”》）])--+(?=[{_HAN}“《（])")
_QUOTED = (
    (re.compile(rf'"([^"]*[{_HAN}][^"]*)"'), "“", "”"),
    (re.compile(rf"(?<![A-Za-z])'([^']*[{_HAN}][^']*)'(?![A-Za-z])"), "‘", "’"),
    (re.compile(rf"<<([^<>]*[{_HAN}][^<>]*)>>"), "《", "》"),
    (re.compile(rf"\(([^()（）]*[{_HAN}][^()（）]*)[)）]"), "（", "）"),
    (re.compile(rf"（([^()（）]*[{_HAN}][^()（）]*)\)"), "（", "）"),
)
#: Letters that stand for what is still to be filled in are let be.
_FULL = re.compile("(?!Ｘ+(?![０-９Ａ-Ｚａ-ｚ]))[０-９Ａ-Ｚａ-ｚ]+")
_HEADING = 30  # characters: no heading that stands alone is longer


def check(elements: Elements, report: Report) -> None:
    """Look at the words of all elements that are set as text."""
    for text in elements.texts:
        for paragraph in [*text.title, *text.body]:
            _half_width(paragraph, report)
        for paragraph in text.body:
            _spaces(paragraph, report)
            if "\n" in paragraph.typed.strip():
                report.add("format.line_break", paragraph)
        _headings(text, report)
    for paragraph in _everything(elements):
        wide = [Wording(paragraph, m.start(), m.end(), _narrow(m[0])) for m in _FULL.finditer(paragraph.typed)]
        if wide:
            actual = "”“".join(dict.fromkeys(paragraph.typed[wording.start : wording.end] for wording in wide))
            report.add("format.full_width", paragraph, wide, actual=actual)


def _everything(elements: Elements) -> Iterator[Paragraph]:
    for text in elements.texts:
        yield from (*text.title, *text.body)
    single = (elements.doc_number, elements.serial, elements.addressee, elements.date, elements.note)
    title = {id(paragraph) for paragraph in elements.main.title}
    named = [*single, elements.copy_to, elements.printed, *elements.attachment_note, *elements.signature]
    yield from (paragraph for paragraph in named if paragraph is not None and id(paragraph) not in title)


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _half_width(paragraph: Paragraph, report: Report) -> None:
    typed = paragraph.typed
    wordings = [Wording(paragraph, m.start(), m.end(), m[0].translate(_WIDE)) for m in _MARK.finditer(typed)]
    for pattern, mark in ((_POINT, "。"), (_DOTS, "……"), (_DASH, "——")):
        wordings += [Wording(paragraph, m.start(), m.end(), mark) for m in pattern.finditer(typed)]
    for pattern, opening, closing in _QUOTED:
        for match in pattern.finditer(typed):
            if opening == "（" and heading_number(match[0]) and not typed[: match.start()].strip():
                continue  # （一）: told as the number of a heading
            ends = ((match.start(), match.start(1), opening), (match.end(1), match.end(), closing))
            wordings += [Wording(paragraph, *end) for end in ends if typed[end[0] : end[1]] != end[2]]
    if wordings:
        wordings.sort(key=lambda wording: wording.start)
        marks = dict.fromkeys(typed[wording.start : wording.end] for wording in wordings)
        report.add("format.half_width", paragraph, wordings, actual="”“".join(marks))


def _spaces(paragraph: Paragraph, report: Report) -> None:
    """Tell spaces and tabs for an indent: it changes with the font, and with whoever types the next paragraph."""
    if not 1 <= paragraph.leading <= 4 or paragraph.align in ("center", "right") or paragraph.has_picture:
        return
    width = len(paragraph.typed) - len(paragraph.typed.lstrip())
    wording = [Wording(paragraph, 0, width, "")] if "\n" not in paragraph.typed[:width] else []
    report.add("format.spaces_indent", paragraph, wording)


def _headings(text: Text, report: Report) -> None:
    """Tell a full stop after a heading that stands alone: one that the next paragraphs belong to."""
    numbers = [heading_number(paragraph.text) for paragraph in text.body]
    for at, (paragraph, number) in enumerate(zip(text.body[:-1], numbers, strict=False)):
        words, below = paragraph.words, numbers[at + 1]
        if number is None or number.level > 2 or len(words) > _HEADING or not words.endswith("。"):
            continue
        belongs = below is None or below.level > number.level
        listed = at > 0 and text.body[at - 1].words.endswith("；")  # the last of a list: （三）其他材料。
        if belongs and not listed and first_sentence(words) == len(words):
            end = len(paragraph.typed.rstrip())
            report.add("format.heading_end", paragraph, [Wording(paragraph, end - 1, end, "")])
