"""Why a line has its points: the words of its clause that decided, its rule, its records as a sum on paper."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from kaoping import api

#: Others than those by which reasons number open questions.
_NUMBERS = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
#: A trace lists so many records of a count, and of those that it left out, and no more.
_LISTED = 400
#: Records shown on the line's view; all of them stand in the view of their kind.
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Marked:
    """The words that decided, in the order of the reasons that quote them, each with its number."""

    numbers: Mapping[str, str]

    @classmethod
    def of(cls, line: Any, score: Any) -> Marked:
        """Return the words of the line's clause that the reasons of ``score`` quote."""
        clause = "".join("".join((line.row.content, line.basis, line.row.standard)).split())
        words = [its for its in api.quoted(score.because) if len(its) > 3 and "".join(its.split()) in clause]
        return cls(dict(zip(words, _NUMBERS, strict=False)))

    def text(self, clause: str) -> Markup:
        """Return the clause with the words that decided marked and numbered; a line break of a cell hides none."""
        by_pattern = {r"\s*".join(map(re.escape, "".join(words.split()))): words for words in self.numbers}
        if not by_pattern:
            return escape(clause)
        marked, at = Markup(), 0
        for match in re.finditer("|".join(f"(?:{pattern})" for pattern in by_pattern), clause):
            words = "".join(match[0].split())
            number = next(n for its, n in self.numbers.items() if "".join(its.split()) == words)
            marked += escape(clause[at : match.start()]) + Markup("<mark>{} <sup>{}</sup></mark>").format(
                match[0], number
            )
            at = match.end()
        return marked + escape(clause[at:])


@dataclass(frozen=True, slots=True)
class Clause:
    """What the rule may give: the rubric's words, the points, whether it is what decided."""

    text: str
    points: str
    number: str  # of its words in the clause, where they decided
    because: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason of the score, and the number of the words that it quotes."""

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What became of the records of a kind: all, those that did not count by why, those that did."""

    kind: str
    name: str  # of the kind, for its address
    all: int
    left: Sequence[tuple[str, int]]
    counted: int
    whole: bool  # whether the trace lists them all


@dataclass(frozen=True, slots=True)
class Record:
    """A record's part in the line's score."""

    kind: str
    name: str  # of the kind, for its address
    id: str
    title: str
    why: str
    of: str = ""  # the subordinates whose packages it rests on


@dataclass(frozen=True, slots=True)
class Records:
    """The records that counted, and those that did not: some of them, and how many there are."""

    left: Sequence[Record]
    left_in_all: int
    counted: Sequence[Record]
    counted_in_all: int


def rule(line: Any, marked: Marked) -> list[Clause]:
    """Return what the line's rule may give."""
    return [
        Clause(its.text, api.span_text(its.low, its.high), marked.numbers.get(its.text, ""), its.because)
        for its in api.clauses(line)
    ]


def reasons(score: Any, marked: Marked) -> list[Reason]:
    """Return the reasons of the score."""
    return [Reason(text, _number(text, marked)) for text in score.because]


def _number(text: str, marked: Marked) -> str:
    return "".join(number for words, number in marked.numbers.items() if f"“{words}”" in text)


def sums(assessment: api.Assessment, score: Any) -> list[Sum]:
    """Return what became of the records that the line looked at, kind by kind."""
    by_kind: dict[str, list[Any]] = {}
    for use in score.uses:
        by_kind.setdefault(use.kind, []).append(use)
    rows = []
    for name, uses in by_kind.items():
        if assessment.rubric.pack.kinds[name].on_rubric:  # what the unit chose is no sum
            continue
        counted = sum(use.counted for use in uses)
        left = Counter(use.why for use in uses if not use.counted)
        whole = counted < _LISTED and len(uses) - counted < _LISTED
        kind = assessment.rubric.pack.kinds[name]
        rows.append(Sum(kind.title, name, len(uses), left.most_common(), counted, whole))
    return rows


def records(assessment: api.Assessment, score: Any) -> Records:
    """Return the records that counted and those that did not, by their kinds' titles and their own."""
    left = [use for use in score.uses if not use.counted]
    counted = [use for use in score.uses if use.counted]
    shown = [*left[:_SHOWN], *counted[:_SHOWN]]
    titles = _titles(assessment, {(use.kind, use.id) for use in shown})

    def row(use: Any) -> Record:
        kind = assessment.rubric.pack.kinds[use.kind]
        origins = (its for its in assessment.origins.get((use.kind, use.id), ()) if its.is_of(score.line))
        of = "、".join(dict.fromkeys(its.unit.region for its in origins))
        return Record(kind.title, use.kind, use.id, titles.get((use.kind, use.id), ""), use.why, of)

    return Records([row(use) for use in left[:_SHOWN]], len(left), [row(use) for use in counted[:_SHOWN]], len(counted))


def _titles(assessment: api.Assessment, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return what the records ``wanted`` are called; a table of 100,000 rows is gone through once, by its ids alone."""
    titles: dict[tuple[str, str], str] = {}
    for kind in {kind for kind, _ in wanted}:
        table = assessment.dossier.table(kind)
        called = table.columns.get(assessment.rubric.pack.kinds[kind].called) if table is not None else None
        for id_, name in zip(table.ids, called, strict=True) if table is not None and called is not None else ():
            if (kind, id_) in wanted:
                titles[kind, id_] = str(name or "")
    return titles
