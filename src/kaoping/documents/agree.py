"""What the documents of one package say must agree: with one another and with the score sheet.

Figures come from one engine; sentences that people wrote (文字材料, a unit's own template) do not. So each sentence
that a document declares (``says``, ``totals``) is looked for in all of them, with whatever number it has there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaoping.findings import Findings

_NUMBER = r"([-−]?[0-9]+(?:\.[0-9]+)?%?)"
_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document states: a figure's title, or with ``sentence`` the words it stands in, and how it is written.

    ``sentence`` holds its numbers as ``{value}``; ``values`` says what each of them is.
    """

    document: str
    what: str
    values: Mapping[str, str]
    sentence: str = ""


def contradictions(statements: Iterable[Statement], texts: Mapping[str, str]) -> Findings:
    """Compare what documents state; ``texts`` gives each document's words by its name. Returns the contradictions."""
    findings = Findings()
    first: dict[str, Statement] = {}
    sentences: list[tuple[str, Mapping[str, str]]] = []  # looked for already: several documents may declare one
    for statement in statements:
        if statement.sentence:
            if (told := (statement.sentence, statement.values)) not in sentences:
                sentences.append(told)
                _look(statement, texts, findings)
            continue
        before = first.setdefault(statement.what, statement)
        if before.values != statement.values:
            here, there = (next(iter(s.values.values())) for s in (statement, before))
            findings.add(
                "document.differ", what=statement.what, one=before.document, other=statement.document, there=there,
                here=here,
            )  # fmt: skip
    return findings


def _look(statement: Statement, texts: Mapping[str, str], findings: Findings) -> None:
    """Find the sentence in every document, however its numbers run there."""
    names = _HOLE.findall(statement.sentence)
    pieces = [re.escape("".join(piece.split())) for piece in _HOLE.split(statement.sentence)[::2]]
    pattern = re.compile(r"(?<![0-9.])" * (not pieces[0]) + _NUMBER.join(pieces))
    wanted = [statement.values[name] for name in names]
    for document, text in texts.items():
        for found in pattern.finditer("".join(text.split())):
            if [part.replace("−", "-") for part in found.groups()] != wanted:
                right = _HOLE.sub(lambda hole: statement.values[hole[1]], statement.sentence)
                findings.add(
                    "document.contradicts", document=document, found=found[0], right=right, what=statement.what
                )
