"""The paragraphs of an RTF file, as its pages should show them."""

from __future__ import annotations

from collections.abc import Iterator

from kaoping.evidence.convert._rtf_groups import Group, shown_text
from kaoping.evidence.convert.shown._passages import Passage

_STORIES = {b"": "", b"footnote": "脚注", b"shptxt": "文本框"}


def rtf_passages(root: Group) -> Iterator[Passage]:
    """Yield what the RTF file ``root`` says; headers apart, of which layout fills a part."""
    number = 0
    for story, text in shown_text(root):
        if story in _STORIES:
            number += not story
            yield Passage(_STORIES[story] or f"第{number}段", text)
