"""The words by which state secrets and personal data are told among the evidence: the stock's, and a pack's besides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kaoping.evidence import _personal, _secrecy
from kaoping.evidence._personal import Hit, PersonalData
from kaoping.evidence._secrecy import Markings


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
