"""What an outcome depends on where the text's open questions (口径) have no answer: which answers give which points.

Of twenty combinations nobody reads a list. Each question that matters is put once, and each result says by which
answers it comes; what would take more words than that is told by its two ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core.figures import given_text
from kaoping.rubric.nodes import Question
from kaoping.rubric.rules.evaluation import Outcome

#: Answers to the questions, one each, in their order.
Answers = tuple[str, ...]
#: Which answers to each question are meant; all of a question's where it makes no difference.
Case = tuple[frozenset[str], ...]

#: How many results are told each by itself, and in how many cases each of them may come about.
MOST_RESULTS, MOST_CASES = 4, 2
_NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class _Result:
    """Points, and under which answers they come about."""

    low: Fraction
    high: Fraction
    cases: tuple[Case, ...]
    facts: str  # what was found under them, or under the first of them (如…)
    role: str  # of the line

    @property
    def given(self) -> str:
        return given_text(self.low, self.high, self.role)


def reasons(questions: Sequence[Question], outcomes: Mapping[Answers, Outcome], role: str = "base") -> tuple[str, ...]:
    """Return what ``outcomes`` of a line of this ``role`` have in common, then what each answer comes to."""
    first = next(iter(outcomes.values()))
    common = [text for text in first.because if all(text in outcome.because for outcome in outcomes.values())]
    matter = _that_matter({answers: (its.low, its.high) for answers, its in outcomes.items()})
    asked = [questions[i] for i in matter]
    shorter: dict[Answers, Outcome] = {}
    for answers, outcome in outcomes.items():
        shorter.setdefault(tuple(answers[i] for i in matter), outcome)
    results = _results(asked, shorter, common, role)
    return (*common, f"口径未定：{_put(asked)}", *_lines(asked, results))


def agreed(questions: Sequence[Question], outcomes: Mapping[Answers, Outcome]) -> tuple[str, ...]:
    """Return the reasons of ``outcomes`` that all give the same points.

    Where an answer changes what was counted (52 of 53 cases, or 63 of 67) each count is told with its answers, or the
    first of many: a report that counts by another one would seem to contradict the score sheet.
    """
    first = next(iter(outcomes.values()))
    differ = _that_matter({answers: its.because for answers, its in outcomes.items()})
    if not differ:
        return first.because
    asked = [questions[i] for i in differ]
    by_facts: dict[tuple[str, ...], list[Answers]] = {}
    common = [text for text in first.because if all(text in its.because for its in outcomes.values())]
    for answers, its in outcomes.items():
        chosen = by_facts.setdefault(tuple(text for text in its.because if text not in common), [])
        chosen.append(tuple(answers[i] for i in differ))
    options = [tuple(question.options) for question in asked]
    counts = [
        f"{_by(asked, _cases(chosen, options)[:MOST_CASES])}：{'；'.join(facts)}"
        for facts, chosen in by_facts.items()
        if facts
    ]
    shown = counts if len(counts) <= MOST_RESULTS else counts[:1]
    return (f"{_put(asked)}，按哪一种得分都一样", *shown, *common)


def _that_matter(ends_by_answers: Mapping[Answers, Hashable]) -> list[int]:
    """Return which of the open questions make a difference, whatever the others' answers are."""
    number = len(next(iter(ends_by_answers)))
    matter = []
    for i in range(number):
        by_others: dict[Answers, set[Hashable]] = {}
        for chosen, ends in ends_by_answers.items():
            by_others.setdefault(chosen[:i] + chosen[i + 1 :], set()).add(ends)
        if any(len(different) > 1 for different in by_others.values()):
            matter.append(i)
    return matter


def _put(asked: Sequence[Question]) -> str:
    numbers = _NUMBERS[: len(asked)] if len(asked) > 1 else ("",)
    return "；".join(
        f"{number}{question.ask}（{' / '.join(question.options)}）"
        for number, question in zip(numbers, asked, strict=True)
    )


def _results(
    asked: Sequence[Question], outcomes: Mapping[Answers, Outcome], common: Collection[str], role: str
) -> list[_Result]:
    answers: dict[tuple[Fraction, Fraction], list[Answers]] = {}
    for chosen, outcome in outcomes.items():
        answers.setdefault((outcome.low, outcome.high), []).append(chosen)
    options = [tuple(question.options) for question in asked]
    return [
        _Result(*ends, _cases(alike, options), _facts([outcomes[chosen] for chosen in alike], common), role)
        for ends, alike in answers.items()
    ]


def _facts(outcomes: Sequence[Outcome], common: Collection[str]) -> str:
    facts = ["；".join(text for text in outcome.because[:-1] if text not in common) for outcome in outcomes]
    return f"如{facts[0]}" if facts[0] and len(set(facts)) > 1 else facts[0]


def _cases(alike: Sequence[Answers], options: Sequence[tuple[str, ...]]) -> tuple[Case, ...]:
    """Put ``alike`` answers together: as few cases as widening one after the other gives, none of them in another."""
    wanted, covered = set(alike), set[Answers]()
    cases: list[Case] = []
    for answers in alike:
        if answers in covered:
            continue
        case: Case = tuple(frozenset({answer}) for answer in answers)
        for i, option in ((i, option) for i, its in enumerate(options) for option in its):
            wider = (*case[:i], case[i] | {option}, *case[i + 1 :])
            if wanted.issuperset(itertools.product(*wider)):
                case = wider
        cases.append(case)
        covered.update(itertools.product(*case))
    return tuple(cases)


def _lines(asked: Sequence[Question], results: Sequence[_Result]) -> list[str]:
    """Say each result by its cases; those that take too many words together, by their ends."""
    plain = [result for result in results if len(result.cases) <= MOST_CASES][:MOST_RESULTS]
    others = [result for result in results if result not in plain]
    lines = [
        f"{_by(asked, result.cases)}{result.given}" + (f"：{result.facts}" if result.facts else "") for result in plain
    ]
    if not others:
        return lines
    rest = "其余答法" if plain else ""
    if len(others) == 1:
        return [*lines, f"{rest}{others[0].given}" + (f"：{others[0].facts}" if others[0].facts else "")]
    low, high = min(others, key=lambda its: its.low), max(others, key=lambda its: its.high)
    ends = "，".join(f"如{_by(asked, result.cases[:1])}{result.given}" for result in (high, low))
    return [*lines, f"{rest}{given_text(low.low, high.high, low.role)}：{ends}"]


def _by(asked: Sequence[Question], cases: Sequence[Case]) -> str:
    return f"按{'，或按'.join(_case(asked, case) for case in cases)}"


def _case(asked: Sequence[Question], case: Case) -> str:
    """Name the answers of a case: “本级”, or ①“本级”②③“不计入”; a question that makes no difference is left out."""
    chosen = [
        (number if len(asked) > 1 else "", "或".join(f"“{option}”" for option in question.options if option in its))
        for question, its, number in zip(asked, case, _NUMBERS, strict=False)
        if len(its) < len(question.options)
    ]
    alike = itertools.groupby(chosen, key=lambda pair: pair[1])
    return "".join("".join(number for number, _ in pairs) + options for options, pairs in alike)
