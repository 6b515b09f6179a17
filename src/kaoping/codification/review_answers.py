"""What was answered about the lines of a rubric, kept in its pack (``review.yaml``) by the fingerprint of each line.

So next year only lines whose words, points or notes changed come back; a question that many lines share is kept once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from kaoping.codification.line_rules import Answered
from kaoping.core import yamltree
from kaoping.core.findings import Findings

REVIEW = "review.yaml"
_HEAD = "# 规则核对的答复：按每一项原文的指纹记，下一年原文没有变的接着用。由 kaoping rubric review 写，不要手改。\n"
_FIELDS = ("verdict", "words", "source", "who", "when")


@dataclass(frozen=True, slots=True)
class Review:
    """All answers: to questions that lines share, by question; about lines, by fingerprint."""

    shared: Mapping[str, Answered] = field(default_factory=dict)  # `words` is the reading
    lines: Mapping[str, Answered] = field(default_factory=dict)
    book: str = ""  # the digest of the workbook that was made with them: somebody may have filled it in since
    digest: str = ""  # of the rubric.yaml that was written by them: it may have been changed by hand since

    def about(self, fingerprint: str) -> Answered:
        """Return what was answered about a line, with the shared answers where it has none of its own."""
        its = self.lines.get(fingerprint, Answered())
        shared = {name: answer.words for name, answer in self.shared.items() if answer.words}
        return replace(its, answers={**shared, **its.answers})


def read_review(pack: Path) -> Review:
    """Read the answers kept in a pack; none where it has none, or they can't be read."""
    path = pack / REVIEW
    node = yamltree.read(path, path.name, Findings()) if path.is_file() else None
    plain: Any = node.plain() if node is not None else None
    if not isinstance(plain, dict):
        return Review()
    return Review(
        _answers(plain.get("shared")),
        _answers(plain.get("lines")),
        str(plain.get("book") or ""),
        str(plain.get("rubric") or ""),
    )


def _answers(plain: Any) -> dict[str, Answered]:
    entries = plain.items() if isinstance(plain, dict) else ()
    return {
        str(name): Answered(
            answers={str(q): str(a) for q, a in (its.get("answers") or {}).items()},
            **{key: str(its.get(key) or "") for key in _FIELDS},
        )
        for name, its in entries
        if isinstance(its, dict)
    }


def review_text(review: Review) -> str:
    """Return the answers as the text of their file."""

    def plain(its: Answered) -> dict[str, Any]:
        entry: dict[str, Any] = {key: getattr(its, key) for key in _FIELDS if getattr(its, key)}
        return entry | ({"answers": dict(its.answers)} if its.answers else {})

    whole = {
        "rubric": review.digest,
        "book": review.book,
        "shared": {name: plain(its) for name, its in review.shared.items()},
        "lines": {name: plain(its) for name, its in review.lines.items()},
    }
    text: str = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=120)
    return _HEAD + text
