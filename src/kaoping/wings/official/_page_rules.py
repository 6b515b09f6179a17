"""The page: paper, margins, page numbers (GB/T 9704—2012 5.1, 5.2, 7.5)."""

from __future__ import annotations

import re

from kaoping.wings.official._elements import Elements
from kaoping.wings.official._norms import norms
from kaoping.wings.official._paragraphs import PAGE, Paragraph, Reading, Section
from kaoping.wings.official._remedies import Page, looks
from kaoping.wings.official._report import Report

#: 一字线, and what stands for it in other code pages.
_DASHES = "—―─"
_SIDES = {"top": "上", "bottom": "下", "left": "左", "right": "右"}
#: 天头, 订口 as the standard has them; the others follow from the 版心 (5.2.1).
_WANTED = {"top": 37, "bottom": 35, "left": 28, "right": 26}


def check(reading: Reading, elements: Elements, report: Report) -> None:
    """Look at every section, and at the page numbers of the whole."""
    for section in reading.sections:
        _paper(section, report)
        _margins(section, elements, report)
    _page_numbers(reading, elements, report)


def _paper(section: Section, report: Report) -> None:
    width, height = section.width, section.height
    if width is None or height is None or section.is_turned:
        return  # a wide table may take A3
    page = norms().page
    if max(abs(width - page["size"][0]), abs(height - page["size"][1])) > page["size_tolerance"]:
        a4 = Page(section, {"width": page["size"][0], "height": page["size"][1]})
        report.add("format.paper", remedies=[a4], actual=f"{width / 10:.1f}×{height / 10:.1f}厘米")


def _margins(section: Section, elements: Elements, report: Report) -> None:
    """Check the margins of upright pages: those of a turned table follow from where it is bound (8)."""
    if section.is_turned:
        return
    page = norms().page
    bounds = dict(page["margins"])
    if elements.genre is not None and elements.genre.name == "函":
        bounds["top"] = page["letter_top"]
    wrong = [
        side
        for side in _SIDES
        if side in section.margins and not bounds[side][0] - 0.05 <= section.margins[side] <= bounds[side][1] + 0.05
    ]
    if wrong:
        deviations = (
            f"{_SIDES[side]}{section.margins[side] / 10:.2f}厘米（应为{_WANTED[side] / 10:.1f}厘米）" for side in wrong
        )
        right = Page(section, {side: _WANTED[side] for side in wrong})
        report.add("format.margins", remedies=[right], actual="、".join(deviations))


def _page_numbers(reading: Reading, elements: Elements, report: Report) -> None:
    numbered = [
        (kind, paragraph)
        for section in reading.sections
        for kind, footer in section.footers.items()
        if kind != "even" or reading.odd_and_even
        for paragraph in footer
        if PAGE in paragraph.text
    ]
    if not numbered:
        report.add("format.page_number_missing")
        return
    _first_page(reading, elements, report)
    seen: set[int] = set()
    for kind, paragraph in numbered:
        if id(paragraph) in seen:  # a section without a footer of its own has the one before
            continue
        seen.add(id(paragraph))
        _dashes(paragraph, report)
        _look(paragraph, report)
        _side(kind, paragraph, reading, report)


def _first_page(reading: Reading, elements: Elements, report: Report) -> None:
    first = reading.sections[0]
    is_letter = elements.genre is not None and elements.genre.name == "函"  # 10.1: its first page shows none
    if first.has_first and not is_letter:
        footer = first.footers.get("first", [])
        if not any(PAGE in paragraph.text for paragraph in footer):
            report.add("format.page_number_first")


def _dashes(paragraph: Paragraph, report: Report) -> None:
    plain = re.sub(r"\s", "", paragraph.text)
    if not re.fullmatch(f"[{_DASHES}]{PAGE}[{_DASHES}]", plain):
        report.add("format.page_number_dash", paragraph, actual=paragraph.text.strip().replace(PAGE, "1"))


def _look(paragraph: Paragraph, report: Report) -> None:
    wanted = norms().elements["page_number"]
    digits = next(run for run in paragraph.runs if PAGE in run.text)
    if abs(digits.size - wanted.size) > norms().size_tolerance:
        sized = looks(paragraph.sources, size=wanted.size)
        report.add("format.page_number_size", paragraph, sized, actual=f"{digits.size:g}")
    if not norms().is_font(digits.latin, wanted.font):
        refaced = looks(paragraph.sources, latin=norms().usual_fonts[wanted.font])
        report.add("format.page_number_font", paragraph, refaced, actual=digits.latin)


def _side(kind: str, paragraph: Paragraph, reading: Reading, report: Report) -> None:
    """Odd pages right, even pages left; where a frame or a tab places the number, its alignment says nothing."""
    if paragraph.place == "box" or paragraph.is_framed or "\t" in paragraph.text or kind == "first":
        return
    if not reading.odd_and_even:
        actual = {"center": "居中", "right": "单双页都在右侧"}.get(paragraph.align, "单双页都在左侧")
        report.add("format.page_number_side", paragraph, actual=actual)
    elif kind == "default" and paragraph.align != "right":
        report.add("format.page_number_side", paragraph, actual="单页码没有靠右")
    elif kind == "even" and paragraph.align not in ("left", "both"):
        report.add("format.page_number_side", paragraph, actual="双页码没有靠左")
