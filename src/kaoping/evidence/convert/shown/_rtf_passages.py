"""The paragraphs of an RTF file, as its pages should show them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from kaoping.evidence.convert._rtf_groups import LAID_OUT, SIDES, Group, shown_text
from kaoping.evidence.convert.shown._page_sides import (
    EVEN,
    FIRST,
    ON_A_PAGE,
    ON_AN_EVEN_PAGE,
    ON_AN_ODD_PAGE,
    ON_THE_SAME_PAGE,
    OTHERS,
    TITLES,
    Section,
    sure_sides,
)
from kaoping.evidence.convert.shown._passages import Passage

_STORIES = {b"": "", b"footnote": "脚注", b"shptxt": "文本框"}
_KINDS = {b"": OTHERS, b"r": OTHERS, b"l": EVEN, b"f": FIRST}
_WORD = re.compile(rb"\\([a-z]+)")
_BEGINNINGS = {
    b"sbknone": ON_THE_SAME_PAGE,
    b"sbkpage": ON_A_PAGE,
    b"sbkeven": ON_AN_EVEN_PAGE,
    b"sbkodd": ON_AN_ODD_PAGE,
}


def rtf_passages(root: Group, pages: int = 1) -> Iterator[Passage]:
    """Yield what the RTF file ``root`` says; of headers those that one of its ``pages`` surely has."""
    number = 0
    beside: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    for story, section, text in shown_text(root):
        parts = [part for piece in text.split(LAID_OUT) if (part := piece.strip())]
        if story in _STORIES:
            number += not story
            yield from (Passage(_STORIES[story] or f"第{number}段", part) for part in parts)
        else:
            beside[section, story] += parts
    settings = list(_sections(root)) or [set()]
    even_differs = b"facingp" in settings[0]
    for side in (b"header", b"footer"):
        sections = [_section(words, side) for words in settings]
        for index, kind in sure_sides(sections, pages, even_differs=even_differs):
            for suffix, its_kind in _KINDS.items():
                if its_kind == kind:
                    title = TITLES[side.decode(), kind]
                    yield from (Passage(title, text) for text in beside[index, side + suffix])


def _sections(root: Group) -> Iterator[set[bytes]]:
    """Yield the control words of each section, and the names of the headers that it has."""
    words: set[bytes] = set()
    document = next((part for part in root.parts if isinstance(part, Group)), root)
    for part in document.parts:
        if isinstance(part, Group):
            words |= {part.name} & SIDES
        elif match := _WORD.match(part):
            if match[1] == b"sectd":
                words -= {b"titlepg", *_BEGINNINGS}
            words.add(match[1])
            if match[1] == b"sect":
                yield words
                words = set()
    if words:
        yield words


def _section(words: set[bytes], side: bytes) -> Section:
    begins = next((_BEGINNINGS[word] for word in _BEGINNINGS if word in words), ON_A_PAGE)
    return Section(begins, b"titlepg" in words, {kind for suffix, kind in _KINDS.items() if side + suffix in words})
