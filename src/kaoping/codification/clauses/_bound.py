"""What a value that somebody gives comes to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Bound:
    """What a measure is given: a number, or one of its options; or why the value says nothing of it."""

    number: Fraction | None = None
    option: str = ""
    why: str = ""
