"""Passages of a file looked for on its pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kaoping.evidence.convert._losses import Losses, excerpt
from kaoping.evidence.convert.shown._page_text import PageText, plain
from kaoping.evidence.convert.shown._passages import Passage

_MISSING = "页面上找不到这些内容：{}。"
_MARKS = "页面上个别符号没有印出来：{}。"
_SHORT = 4  # characters


def tell_missing(passages: Iterable[Passage], pages: Sequence[str], losses: Losses) -> None:
    """Note the ``passages`` that are not on the ``pages``, in their order."""
    page_text = PageText(pages)
    forms = [(passage, _forms(passage)) for passage in passages]
    wanted = [(passage, form) for passage, form in forms if form]
    # Long ones first, and those that are words by themselves: a short one stands in many places, and would take what
    # belongs to another.
    missing = sorted(range(len(wanted)), key=lambda index: -min(map(len, wanted[index][1])))
    for whole_words in (True, False):
        missing = [
            at for at in missing if not any(page_text.take(form, whole_words=whole_words) for form in wanted[at][1])
        ]
    for at in sorted(missing):
        passage, form = wanted[at]
        gaps = [(0, len(form[0]))]
        if len(form[0]) > _SHORT and not passage.is_number:
            gaps = page_text.gaps_of(form[0])
        for start, end in gaps:
            is_word = any(char.isalnum() for char in form[0][start:end])
            losses.add(
                _MISSING if is_word else _MARKS, f"{passage.place}{excerpt(_piece(passage.text, form[0], start, end))}"
            )


def _forms(passage: Passage) -> list[str]:
    """Return what is looked for: the text as it is compared, or its guesses."""
    return [form for text in (passage.guesses or (passage.text,)) if (form := plain(text))]


def _piece(text: str, form: str, start: int, end: int) -> str:
    """Return what of ``text`` stands from ``start`` to ``end`` of its plain ``form``; with more where that is short."""
    if end - start < _SHORT:
        start, end = max(start - _SHORT, 0), min(end + _SHORT, len(form))
    counts = [0]
    for char in text:
        counts.append(counts[-1] + len(plain(char)))
    first = next((index for index, count in enumerate(counts) if count > start), len(text)) - 1
    last = next((index for index, count in enumerate(counts) if count >= end), len(text))
    return text[first:last]
