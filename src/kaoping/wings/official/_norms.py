"""The norms of official documents (``evidence_schema/official_format.yaml``), read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kaoping.core import resources


@dataclass(frozen=True, slots=True)
class Element:
    """What an element of a document (公文要素) should look like, and which clause says so."""

    name: str
    font: str  # a family of ``Norms.fonts``
    size: float  # points
    clause: str


@dataclass(frozen=True, slots=True)
class Genre:
    """A kind of document (文种): the way it goes (上行 …) and the phrases that custom closes it with."""

    name: str
    direction: str
    closing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Norms:
    """All of it; ``words`` are the lists by which elements are recognised."""

    page: Mapping[str, Any]
    fonts: Mapping[str, tuple[str, ...]]
    usual_fonts: Mapping[str, str]  # of each family the one to choose
    elements: Mapping[str, Element]
    latin: Mapping[str, tuple[str, ...]]  # Latin fonts, by what is in their names: faces, fit, unfit
    size_tolerance: float
    genres: Mapping[str, Genre]
    words: Mapping[str, tuple[str, ...]]
    pairs: tuple[tuple[str, str], ...]
    named: int

    def is_font(self, name: str, family: str) -> bool:
        """Whether the font ``name`` belongs to ``family``; one that nobody names may be any."""
        plain = name.lower().replace(" ", "")
        if not plain:
            return True
        # 仿宋体 holds 宋体 and is another family.
        other = family == "宋体" and any(token in plain for token in self.fonts["仿宋"])
        return not other and any(token in plain for token in self.fonts[family])

    def is_latin(self, name: str) -> bool:
        """Whether a font is one of Latin letters alone."""
        return _holds(name, self.latin["faces"])

    def is_unfit_latin(self, name: str) -> bool:
        """Whether a font does not go with 仿宋 for letters and digits."""
        return _holds(name, self.latin["unfit"])

    def is_fit_latin(self, name: str) -> bool:
        """Whether a font is one that letters and digits usually have beside 仿宋."""
        return _holds(name, self.latin["fit"]) or any(name and self.is_font(name, family) for family in self.fonts)


def _holds(name: str, tokens: tuple[str, ...]) -> bool:
    return any(token in name.lower() for token in tokens)


_WORDS = (
    "genre_prefixes",
    "closing_words",
    "not_genres",
    "requests",
    "offices",
    "greetings",
    "not_addressee",
    "in_series",
    "instruments",
)


@cache
def norms() -> Norms:
    """Return the norms."""
    raw = resources.load_yaml(resources.schema("official_format.yaml"))
    return Norms(
        page=raw["page"],
        fonts={family: tuple(tokens) for family, tokens in raw["fonts"].items()},
        usual_fonts=raw["usual_fonts"],
        latin={key: tuple(tokens) for key, tokens in raw["latin"].items()},
        elements={key: Element(**row) for key, row in raw["elements"].items()},
        size_tolerance=raw["size_tolerance"],
        genres={
            name: Genre(name, row["direction"], tuple(row.get("closing", ()))) for name, row in raw["genres"].items()
        },
        words={key: tuple(raw[key]) for key in _WORDS},
        pairs=tuple((first, second) for first, second in raw["addressee_pairs"]),
        named=raw["named"],
    )
