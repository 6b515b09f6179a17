"""Scores a dossier by a rubric: every line with its trace, every total with its range.

Where the rubric or the notice leaves a question open, a line is scored under every possible answer: if all agree the
line is decided all the same; if not, all that they give stays possible.
"""

from kaoping.scoring._card import added_up, score

__all__ = ["added_up", "score"]
