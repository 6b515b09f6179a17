"""Findings (问题清单): what is wrong, what it costs, how to mend it. Collected, never only the first.

The wording of each finding is data (``evidence_schema/findings.yaml``), so that a domain expert can sharpen it and the
reference page can be made from it; the engine knows codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from kaoping import resources
from kaoping.model import Location


class Severity(StrEnum):
    """How much a finding matters. An error is an input that can't be used as meant."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The word a clerk reads."""
        return {"error": "错误", "warning": "提醒", "note": "说明"}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about the input: a stable code, its place, and three sentences 问题 / 影响 / 怎么改."""

    code: str
    severity: Severity
    at: Location
    problem: str
    effect: str
    mend: str
    line: str = ""  # the rubric line it belongs to, if any


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A row of the catalogue: the sentences are ``str.format`` patterns."""

    code: str
    severity: Severity
    title: str
    problem: str
    effect: str
    mend: str


@cache
def catalogue() -> dict[str, FindingKind]:
    """Return all finding kinds by code, in the catalogue's order."""
    raw = resources.load_yaml(resources.schema("findings.yaml"))
    return {
        code: FindingKind(code, Severity(row["severity"]), row["title"], row["problem"], row["effect"], row["mend"])
        for code, row in raw.items()
    }


class Findings:
    """A growing list of findings, handed through the stages."""

    def __init__(self, start: Iterable[Finding] = ()) -> None:
        self._items: list[Finding] = list(start)

    def add(self, code: str, at: Location | None = None, /, *, line: str = "", **facts: Any) -> None:
        """Add the finding ``code`` at ``at``; ``facts`` fill its sentences. KeyError for an unknown code."""
        kind = catalogue()[code]
        facts.setdefault("line", line)
        problem, effect, mend = (text.format(**facts) for text in (kind.problem, kind.effect, kind.mend))
        self._items.append(Finding(code, kind.severity, at or Location(), problem, effect, mend, line))

    def extend(self, more: Iterable[Finding]) -> None:
        """Take over findings collected elsewhere."""
        self._items.extend(more)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    @property
    def errors(self) -> list[Finding]:
        """Those of severity error: they decide the exit status."""
        return [finding for finding in self._items if finding.severity is Severity.ERROR]

    def sorted(self) -> list[Finding]:
        """Return all findings, errors first, then by file and place; stable, so that two runs agree."""
        rank = list(Severity)
        return sorted(self._items, key=lambda f: (rank.index(f.severity), f.at.file, f.at.line, f.at.path, f.code))
