"""What readers of clauses share: which words bound a number, and what a run of tokens comes to."""

from __future__ import annotations

from collections.abc import Sequence

from kaoping.codification.clauses._clause_words import words
from kaoping.codification.clauses._plain import Plain
from kaoping.codification.clauses._tokens import MARK, OTHER, Token

BOUNDS = ("at_least", "at_most", "above", "below", "equal")
BEHIND = {"or_after": ("at_least", "above"), "or_more": ("at_least", "above"), "or_less": ("at_most", "below")}
UP, DOWN = ("at_least", "above"), ("at_most", "below")
#: What lies on the other side of an edge.
OPPOSITE = {"at_least": "below", "above": "at_most", "at_most": "above", "below": "at_least"}
#: Acts of words that give points, or take them.
GIVES = ("take", "extra", "give", "add", "none", "veto", "keep", "in_proportion")


def is_idle(its: Sequence[Token]) -> bool:
    return all(token.kind in ("idle", MARK) for token in its)


def trimmed(its: Sequence[Token]) -> list[Token]:
    rest = list(its)
    while rest and rest[0].kind in (MARK, "idle"):
        rest.pop(0)
    while rest and rest[-1].kind in (MARK, "idle"):
        rest.pop()
    return rest


def plain_words(whole: Plain, its: Sequence[Token]) -> str:
    """The words as they are compared with others: simplified, in half width, but for the comma."""
    text = whole.text[its[0].start : its[-1].end].replace(",", "，")
    lead = next((word for word in words().leads if text.startswith(word) and len(text) > len(word) + 1), "")
    return text.removeprefix(lead)


def subject_of(its: Sequence[Token]) -> str:
    parts = [token.text for token in its if token.kind == OTHER]
    return "".join(parts)
