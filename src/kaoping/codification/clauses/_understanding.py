"""A text of a rubric understood: its rule, what it asks for, what it leaves open; or nothing, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from kaoping.codification.clauses._checks import differs, fault
from kaoping.codification.clauses._composed import Measured, NotUnderstoodError, Question
from kaoping.codification.clauses._composer import compose
from kaoping.codification.clauses._frames import Fact, Per
from kaoping.codification.clauses._sentence_reading import read

#: How many points a requirement says that it is worth (2分), which its line's own cell says too.
_OF_POINTS = re.compile(r"[(（]\s*(?:共|计)?\s*[0-9.]+\s*分\s*[)）]")


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of a text.

    ``rule`` is a mapping as rubric.yaml has it, over the declared ``measures`` (indicators and judgements by their
    ids), or None; ``other`` the same by another reading of the text; ``because`` says in Chinese why there is none, or
    what was assumed; ``unread`` are the words that no part of the rule explains; ``questions`` what the text does not
    say.
    """

    rule: Mapping[str, Any] | None
    because: str
    unread: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    measures: tuple[Measured, ...] = ()
    role: str = "base"
    #: The rule by the other reading of what the text leaves open; both are reckoned where nobody answered.
    other: Mapping[str, Any] | None = None


@lru_cache(maxsize=512)
def _understood(text: str, points: Fraction, requirement: str, notes: tuple[str, ...], is_bonus: bool) -> Understood:
    reading, requirement = read(text, points), _OF_POINTS.sub("", requirement)
    for note in notes:
        its = read(note)
        if not its.frames and not its.unread and its.floor_text and not reading.floor_text:
            reading.floor_text = its.floor_text
    try:
        composed = compose(reading, points, read(requirement) if requirement.strip() else None, is_bonus=is_bonus)
    except NotUnderstoodError as error:
        return Understood(None, str(error), tuple(reading.unread))
    spare = {number for frame in reading.frames if isinstance(frame.case, Per | Fact) for number in frame.case.topic}
    spare |= reading.derived
    why = fault(text, requirement, points, composed.rule, spare, composed.derived) or differs(
        composed, points, is_bonus=is_bonus
    )
    questions, measures = tuple(composed.questions), tuple(composed.measures)
    if why:
        return Understood(None, why, tuple(reading.unread), questions, measures)
    because = "；".join(composed.assumed)
    return Understood(composed.rule, because, (), questions, measures, composed.role, composed.other)


def understood(
    text: str,
    points: Fraction | int | str,
    requirement: str = "",
    notes: Sequence[str] = (),
    *,
    is_bonus: bool = False,
) -> Understood:
    """Return what ``text`` of a line with ``points`` says, by its requirement cell and the notes.

    ``notes`` are rules that the document states for all its lines (扣完为止); ``is_bonus`` that the line stands among
    those that only add points, of which what is not earned is 0.
    """
    its = _understood(text, Fraction(points), requirement, tuple(notes), is_bonus)
    return (
        its if its.rule is None else replace(its, rule=deepcopy(its.rule), other=deepcopy(its.other))
    )  # whoever asks may answer its questions
