"""The words by which state secrets and personal data are told among the evidence: the stock's, and a pack's besides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kaoping.evidence import _personal, _secrecy
from kaoping.evidence._personal import Hit, PersonalData
from kaoping.evidence._secrecy import Markings
from kaoping.evidence.source_text._passage import Passage

_BLOCK = 200  # passages that are looked through at a time


@dataclass(frozen=True, eq=False)
class Words:
    """What evidence is looked through for.

    ``added`` is what a pack adds to each file, as JSON has it: so it is handed to the processes that judge.
    """

    added: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """What tells a verdict that was made with these words from others; nothing for the stock's alone."""
        if not self.added:
            return ()
        return (hashlib.sha256(json.dumps(self.added, sort_keys=True).encode()).hexdigest(),)

    def marking(self, text: str, *, first_page: bool) -> str:
        """Return the level that a page is marked with (:meth:`Markings.marking`)."""
        return self._markings.marking(text, first_page=first_page)

    def in_name(self, name: str) -> str:
        """Return the level that a name says (:meth:`Markings.in_name`)."""
        return self._markings.in_name(name)

    def level_of(self, passages: Iterable[Passage]) -> str:
        """Return the first level that one of ``passages`` is marked with; "" where none is."""
        return next(filter(None, map(self._level, passages)), "")

    def _level(self, passage: Passage) -> str:
        if passage.is_name:
            return self.in_name(passage.text)
        return self.marking(passage.text, first_page=passage.is_first)

    def may_be_marked(self, text: str) -> bool:
        """Whether a text is worth looking at closely (:meth:`Markings.may_be_in`)."""
        return self._markings.may_be_in(text)

    def may_end_marked(self, text: str) -> bool:
        """Whether a text of which little was read may be a level (:meth:`Markings.may_end_in`)."""
        return self._markings.may_end_in(text)

    def may_be_misread(self, text: str) -> bool:
        """Whether a text read off a picture may stand for a marking (:meth:`Markings.may_be_misread`)."""
        return self._markings.may_be_misread(text)

    def personal_in(self, passages: Iterable[Passage]) -> Iterator[tuple[Hit, str]]:
        """Yield the personal data in those of ``passages`` that have a place, each with it."""
        placed = [passage for passage in passages if passage.place]
        for start in range(0, len(placed), _BLOCK):
            block = placed[start : start + _BLOCK]
            if any(True for _ in self.personal_data("\n".join(passage.text for passage in block))):
                yield from ((hit, passage.place) for passage in block for hit in self.personal_data(passage.text))

    def other_numbers_in(self, passages: Iterable[Passage]) -> set[str]:
        """Return the numbers, masked, that only look like personal data wherever they stand in ``passages``."""
        texts = [passage.text for passage in passages if passage.place]
        blocks = ["\n".join(texts[start : start + _BLOCK]) for start in range(0, len(texts), _BLOCK)]
        others = {number for block in blocks for number in self._personal_data.other_numbers(block)}
        return others - {hit.masked for block in blocks if others for hit in self.personal_data(block)}

    def personal_data(self, text: str) -> Iterator[Hit]:
        """Yield the personal data in a text (:meth:`PersonalData.hits`)."""
        return self._personal_data.hits(text)

    @cached_property
    def _markings(self) -> Markings:
        return Markings(self.added.get(_secrecy.FILE))

    @cached_property
    def _personal_data(self) -> PersonalData:
        return PersonalData(self.added.get(_personal.FILE))


#: The stock's words alone: for whoever has no pack (a finished package, any PDF).
STOCK = Words()
