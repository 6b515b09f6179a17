"""What a conversion does not show, gathered place by place and told in a sentence for each kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"\d{10,}[\dXx]")  # of a telephone, an identity card, an account
_MOST = 5  # places that are named

HIDDEN_SHEETS = "隐藏的工作表没有显示：{}。"


class Losses:
    """Gathers what is lost: a sentence with ``{}`` for its places, or one that needs none."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, None]] = {}

    def add(self, sentence: str, place: str = "") -> None:
        """Note that ``sentence`` is true of ``place``."""
        self._places.setdefault(sentence, {})[place] = None

    def sentences(self) -> tuple[str, ...]:
        """Return what was lost, each a whole Chinese sentence, in the order in which it was noted."""
        return tuple(sentence.format(listed(list(places))) for sentence, places in self._places.items())


def listed(places: Sequence[str]) -> str:
    """Return ``places`` as a list in a sentence: 甲、乙等7处."""
    named = "、".join(places[:_MOST])
    return f"{named}等{len(places)}处" if len(places) > _MOST else named


def excerpt(text: str, most: int = 20) -> str:
    """Return ``text`` in quotation marks, blanks squeezed, cut where it is long.

    Of a number that may be a person's, a part is shown: what is told here stands in a package.
    """
    plain = _NUMBER.sub(lambda match: f"{match[0][:3]}…{match[0][-2:]}", " ".join(text.split()))
    return f"“{plain[:most]}…”" if len(plain) > most else f"“{plain}”"
