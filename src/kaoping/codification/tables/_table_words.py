"""The words by which tables of rubrics are read: ``rubric_tables.yaml``, compiled once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from kaoping.codification.tables.draft import Role, Stipulation
from kaoping.core import resources
from kaoping.core.model import Location
from kaoping.core.yamltree import exact_number

FILE = "rubric_tables.yaml"
#: What stands in brackets.
BRACKETED = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")


@dataclass(frozen=True, slots=True)
class TableWords:
    """The file's entries, as patterns."""

    heads: Mapping[str, str]  # word → role of the column
    scoring: re.Pattern[str]
    bounds: re.Pattern[str]
    totals: tuple[str, ...]
    notes: re.Pattern[str]
    headings: re.Pattern[str]
    subheadings: re.Pattern[str]
    roles: tuple[tuple[Role | Literal["both"], re.Pattern[str]], ...]
    numbered_again: Mapping[str, str]
    takes: re.Pattern[str]
    points_in_text: re.Pattern[str]
    unit_missing: re.Pattern[str]
    total: re.Pattern[str]
    title: re.Pattern[str]
    matter: re.Pattern[str]  # of a title: what is assessed, without the year
    stipulations: Mapping[str, tuple[str, re.Pattern[str]]]  # kind → its title, by what it is known
    of_all: str  # how a sentence begins that is about every line

    def role_of_head(self, text: str) -> str:
        """Return the role of a column headed ``text``: by the word itself, else the longest in it; "" for others."""
        bare = squeezed(BRACKETED.sub("", text)) or squeezed(text)
        if not bare or len(bare) > 16:
            return ""
        if bare in self.heads:
            return self.heads[bare]
        inside = [word for word in self.heads if len(word) > 1 and word in bare and len(bare) - len(word) <= 6]
        return self.heads[max(inside, key=lambda word: (bare.endswith(word), len(word)))] if inside else ""

    def role_of_section(self, title: str) -> Role | Literal["both"]:
        """Return base, bonus, deduction, or both, by the words of a section's title."""
        return next((role for role, pattern in self.roles if pattern.search(squeezed(title))), "base")

    def stipulated(self, text: str, at: Location, section: str = "") -> Iterator[Stipulation]:
        """Yield the rules that the sentences of ``text`` state for many lines."""
        for sentence in _SENTENCE.findall(text):
            for kind, (_, pattern) in self.stipulations.items():
                if match := pattern.search(sentence):
                    stated = match.groupdict().get("points")
                    points = exact_number(stated) if stated else None
                    yield Stipulation(kind, sentence.strip(), at, points, section)

    def takes_all_to_zero(self, sentence: str) -> bool:
        """Whether ``sentence`` says of every line, and of nothing besides, that it is deducted from down to 0."""
        floor = self.stipulations["floor_zero"][1].pattern
        return re.fullmatch(f"(?:{self.of_all})(?:{floor})(?:[,，](?:{floor}))*[。;]?", squeezed(sentence)) is not None

    def total_in(self, text: str) -> Fraction | None:
        """Return the total that ``text`` states, None where it states none."""
        match = self.total.search(narrow(text))
        return None if match is None else exact_number(match["points"]) if match["points"] else Fraction(100)


def squeezed(text: str) -> str:
    """Return ``text`` without blanks, in half width: what words are compared by."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def narrow(text: str) -> str:
    """Return ``text`` with digits, signs and points in half width, all else as it is, character by character."""
    return "".join(_NARROW.get(char, char) for char in text)


_NARROW = {chr(0xFF10 + digit): str(digit) for digit in range(10)} | {
    "－": "-", "—": "-", "–": "-", "−": "-", "﹣": "-", "＋": "+", "．": ".", "％": "%", "（": "（",
}  # fmt: skip


@cache
def table_words() -> TableWords:
    """Return the words, read once."""
    raw = resources.load_yaml(resources.schema(FILE))

    def anywhere(words: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))

    return TableWords(
        heads={word: role for role, words in raw["heads"].items() for word in words},
        scoring=re.compile(raw["scoring"]),
        bounds=re.compile(raw["bounds"]),
        totals=tuple(raw["totals"]),
        notes=re.compile(rf"(?:{'|'.join(map(re.escape, raw['notes']))})\s*[:：、.．1-9一（(]|[*※★]\s*\S"),
        headings=re.compile(raw["headings"]),
        subheadings=re.compile(raw["subheadings"]),
        roles=tuple((role, anywhere(words)) for role, words in raw["roles"].items()),
        numbered_again=raw["numbered_again"],
        takes=re.compile(raw["takes"]),
        points_in_text=re.compile(raw["points_in_text"]),
        unit_missing=re.compile(raw["unit_missing"]),
        total=re.compile(raw["total"]),
        title=re.compile(raw["title"]),
        matter=re.compile(raw["matter"]),
        stipulations={kind: (its["title"], re.compile(its["pattern"])) for kind, its in raw["stipulations"].items()},
        of_all=raw["of_all"],
    )
