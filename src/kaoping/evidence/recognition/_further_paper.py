"""Whether another paper begins on a later page of a file: two papers that went through the scanner together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaoping.evidence.recognition._paper_rows import Row, Sheets
from kaoping.evidence.recognition.paper_words import Vocabulary

if TYPE_CHECKING:
    from kaoping.evidence.recognition.paper_reading import Paper

_TOP = 0.25  # of a page: above it stands what says that an attachment begins
_LARGER = 1.25  # times the usual size: what is set to be seen
_SHORT = 2  # characters: 注： is nobody
_HEAD = 0.42  # above it a paper's head


@dataclass(frozen=True, slots=True)
class PageHead:
    """A head on a later page that is another paper's."""

    page: int  # 1-based
    title: str  # "" where nobody can be sure
    words: str  # what says so, as it stands there


def further_paper(paper: Sheets, read: Callable[[Sheets], Paper], words: Vocabulary) -> PageHead | None:
    """Return the head of the second paper in a file, None for none; ``read`` reads sheets as one paper.

    A paper's attachments and an original that it forwards are its own, and a file of papers on one case is one piece.
    """
    pages = sorted({row.page for row in paper.rows})
    first, is_attached = Sheets([]), False
    for page, before in zip(pages[1:], pages, strict=False):
        first = Sheets([*first.rows, *_on(paper, before)], paper.size)
        sheet = Sheets(_on(paper, page))
        first_paper = read(first)
        if _holds_others(first_paper, words):
            return None
        if _begins_attachment(sheet.rows, words):
            is_attached = True
            continue
        is_attached = is_attached or _any_in(words.issuing, first_paper.says("title"))
        its = read(sheet)
        if _is_same(its, first_paper):
            continue
        sign = _another_number(its, first_paper, words, is_attached=is_attached)
        if not sign and not is_attached:
            is_done = bool(first_paper.says("date"))
            has_more = any(_any_in(words.announced, row.text) for row in first.rows)
            sign = _another_head(its, first_paper, sheet, words, is_done=is_done, has_more=has_more)
        if sign:
            return PageHead(page, its.says("title"), sign)
    return None


def _on(paper: Sheets, page: int) -> list[Row]:
    return [row for row in paper.rows if row.page == page]


def _any_in(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def _begins_attachment(rows: Sequence[Row], words: Vocabulary) -> bool:
    top = min(row.top for row in rows)
    height = max(max(row.bottom for row in rows), Sheets(rows).height)
    head = [row for row in rows if row.top - top < _TOP * height]
    return any(_any_in(words.attached, row.text) for row in head)


def _holds_others(paper: Paper, words: Vocabulary) -> bool:
    return paper.type in words.of_several or _any_in(words.carrying, paper.says("title"))


def _is_same(its: Paper, first: Paper) -> bool:
    """Whether the page only says again what the first says: a sheet's head on each page, a cover and what it covers."""
    title, before = its.says("title"), first.says("title")
    number = its.says("doc_no")
    if number and first.says("doc_no"):
        return number == first.says("doc_no")
    return bool(title) and bool(before) and (title in before or before in title)


def _another_number(its: Paper, first: Paper, words: Vocabulary, *, is_attached: bool) -> str:
    """The number in a head on a page, where that is another paper's; "" for none."""
    number = its.fields.get("doc_no")
    if number is None:
        return ""
    is_headed = _is_headed(its, words) or (not is_attached and bool(its.says("title") or first.says("doc_no")))
    return number.words if is_headed else ""


def _is_headed(its: Paper, words: Vocabulary) -> bool:
    return bool(its.mark) and words.masthead.search(its.mark) is not None


def _another_head(its: Paper, first: Paper, sheet: Sheets, words: Vocabulary, *, is_done: bool, has_more: bool) -> str:
    """What else on a page says that another paper begins there, the first being done; "" for nothing."""
    if its.form in words.looks and its.form != first.form:
        return its.says("title") or sheet.rows[0].text
    title = its.fields.get("title")
    if title is None:
        return ""
    if _is_headed(its, words):
        return its.mark
    if its.type in words.headed_by_type and its.type_words.endswith(f"“{title.value}”"):
        return title.words
    is_list = _any_in(words.appended, title.value)
    if is_done and not has_more and not is_list and _stands_out(sheet, title.words):
        return title.words
    return title.words if is_done and _is_addressed(sheet, title.words) else ""


def _stands_out(sheet: Sheets, title: str) -> bool:
    """Whether the title is set large at the top of the page, in its middle."""
    rows = [row for row in sheet.rows if row.top < _TOP * sheet.height and row.text in title]
    return bool(rows) and all(row.size > _LARGER * sheet.body and sheet.is_centred(row) for row in rows)


def _is_addressed(sheet: Sheets, title: str) -> bool:
    """Whether the row right below the title says to whom the paper goes: 各县区文化局：."""
    rows = [row for row in sheet.rows if row.top < _HEAD * sheet.height]
    at = next((at for at, row in enumerate(rows) if title.endswith(row.text)), -1)
    below = sheet.rows[at + 1].text if 0 <= at < len(sheet.rows) - 1 else ""
    return len(below) > _SHORT and below.endswith(("：", ":"))
