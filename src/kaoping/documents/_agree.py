"""What the documents of one package say must agree: with one another and with the score sheet.

Figures come from one engine; sentences that people wrote (文字材料, a unit's own template) do not. So each sentence
that a document declares (``says``, ``totals``) is looked for in all of them, with whatever number it has there. A
sentence about another year, or about what is planned, is another matter (``other_matters.yaml``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from kaoping.core import resources
from kaoping.core.findings import Findings

_NUMBER = r"(?<![0-9.,])([-−]?[0-9][0-9,]*(?:\.[0-9]+)?%?)"
_HOLE = re.compile(r"\{(\w+)\}")
_CLAUSE = re.compile("[。；;！？!?]")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?=年)")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document states: a figure's title, or with ``sentence`` the words it stands in, and how it is written.

    ``sentence`` holds its numbers as ``{value}``; ``values`` says what each of them is.
    """

    document: str
    what: str
    values: Mapping[str, str]
    sentence: str = ""


def contradictions(statements: Iterable[Statement], texts: Mapping[str, str], year: int) -> Findings:
    """Compare what documents state about ``year``; ``texts`` gives each document's words, a paragraph a line.

    Returns the contradictions.
    """
    findings = Findings()
    first: dict[str, Statement] = {}
    sentences: list[tuple[str, Mapping[str, str]]] = []  # looked for already: several documents may declare one
    for statement in statements:
        if statement.sentence:
            if (sentence := (statement.sentence, statement.values)) not in sentences:
                sentences.append(sentence)
                _look(statement, texts, year, findings)
            continue
        before = first.setdefault(statement.what, statement)
        if before.values != statement.values:
            here, there = (next(iter(s.values.values())) for s in (statement, before))
            findings.add(
                "document.differ", what=statement.what, first=before.document, other=statement.document, there=there,
                here=here,
            )  # fmt: skip
    return findings


def _look(statement: Statement, texts: Mapping[str, str], year: int, findings: Findings) -> None:
    """Find the sentence in every paragraph of every document, however its numbers run there."""
    names = _HOLE.findall(statement.sentence)
    pieces = [re.escape(_plain(piece)) for piece in _HOLE.split(statement.sentence)[::2]]
    pattern = re.compile(_NUMBER.join(pieces))
    wanted = [_number(statement.values[name]) for name in names]
    for document, text in texts.items():
        for paragraph in map(_plain, text.split("\n")):
            for match in pattern.finditer(paragraph):
                before = _CLAUSE.split(paragraph[: match.start()])[-1]
                if [_number(part) for part in match.groups()] != wanted and not _is_other(before, year):
                    right = _HOLE.sub(lambda hole: statement.values[hole[1]], statement.sentence)
                    findings.add(
                        "document.contradicts", document=document, actual=match[0], right=right, what=statement.what
                    )


def _plain(text: str) -> str:
    """Return text as it is compared: full-width digits and signs as half-width ones, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _number(text: str) -> Fraction | None:
    plain = _plain(text).replace(",", "").replace("−", "-")
    share = plain.endswith("%")
    try:
        return Fraction(plain.rstrip("%")) / (100 if share else 1)
    except ValueError:
        return None


def _is_other(before: str, year: int) -> bool:
    """Whether the words before it in its sentence make it about something else than the year's own result."""
    return any(word in before for word in _other_words()) or any(int(y) != year for y in _YEAR.findall(before))


@cache
def _other_words() -> tuple[str, ...]:
    words: list[str] = resources.load_yaml(resources.schema("other_matters.yaml"))["words"]
    return tuple(words)
