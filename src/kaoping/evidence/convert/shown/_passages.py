"""What a file says, piece by piece, each with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that pages should show, and where the file has it; ``guesses`` where it may look otherwise there."""

    place: str  # in Chinese: 第12段, 表1!C3
    text: str
    guesses: tuple[str, ...] = ()  # any of them on a page will do, the most telling first
    is_number: bool = False  # it stands in one piece, or shows as ###
