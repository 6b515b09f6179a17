"""Findings (问题清单): what is wrong, what it costs, how to mend it. Collected, never only the first.

The wording of each finding is data (``evidence_schema/findings.yaml``), so that a domain expert can sharpen it and the
reference page can be made from it; the engine knows codes.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from kaoping.core import resources
from kaoping.core.figures import Lack, in_a_line
from kaoping.core.model import Location


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
    lack: Lack | None = None  # what is to be recorded, where the finding is that something is not
    field: str = ""  # of a form that was refused: the name of the field that it is about


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A row of the catalogue: the sentences are ``str.format`` patterns."""

    code: str
    severity: Severity
    title: str
    problem: str
    effect: str
    mend: str
    group: str = ""  # of what keeps a 报送稿 back: the heading that it is listed under
    accept: str = ""  # what an office may say that it accepts it as; "" where nobody may


#: Facts that repeat what somebody wrote, however much that was; other facts do between quotation marks.
_WRITTEN = frozenset({"id", "ids", "value", "text", "was", "now", "says", "heading"})
#: A long one, but for a path, by which something is found again.
_QUOTATION = re.compile(r"“(?![^“”\s。，；]*[/\\][^“”\n。，；]{0,259}”)([^“”]{61,})”")


@cache
def catalogue() -> dict[str, FindingKind]:
    """Return all finding kinds by code, in the catalogue's order."""
    raw = resources.load_yaml(resources.schema("findings.yaml"))
    return {
        code: FindingKind(**{**row, "code": code, "severity": Severity(row["severity"])}) for code, row in raw.items()
    }


def counted(findings: Iterable[Finding]) -> str:
    """Say how many findings there are of each severity: `错误 1 条，提醒 7 条`; "" for none.

    Whatever tells their number tells it in these words, of the list that it names.
    """
    numbers = Counter(finding.severity for finding in findings)
    return "，".join(f"{severity.label} {numbers[severity]} 条" for severity in Severity if numbers[severity])


class Findings:
    """A growing list of findings, handed through the stages."""

    def __init__(self, start: Iterable[Finding] = ()) -> None:
        self._items: list[Finding] = list(start)

    def add(self, code: str, at: Location | None = None, /, *, line: str = "", **facts: Any) -> None:
        """Add the finding ``code`` at ``at``; ``facts`` fill its sentences. KeyError for an unknown code."""
        self.say(catalogue()[code], [at or Location()], 1, {"line": line, **facts}, line)

    def add_lacking(self, code: str, at: Location, lack: Lack | None, /, **facts: Any) -> None:
        """Add the finding ``code`` at ``at``, that ``lack`` is not recorded; None where nobody can tell what."""
        self.say(catalogue()[code], [at], 1, {"line": "", **facts}, facts.get("line", ""), lack)

    def add_about(self, field: str, code: str, at: Location, /, *, line: str = "", **facts: Any) -> None:
        """Add the finding ``code`` as :meth:`add` does: about the ``field`` of a form that can't be taken as it is."""
        self.add(code, at, line=line, **facts)
        self._items[-1] = replace(self._items[-1], field=field)

    def add_alike(self, code: str, places: Sequence[Location], times: int, /, **facts: Any) -> None:
        """Add what is wrong in the same way ``times`` over as one finding, which names the first ``places``."""
        self.say(catalogue()[code], places, times, {"line": "", **facts})

    def say(
        self,
        kind: FindingKind,
        places: Sequence[Location],
        times: int,
        facts: Mapping[str, Any],
        line: str = "",
        lack: Lack | None = None,
    ) -> None:
        """Add a finding whose words are not in the catalogue (a cross-check has its own), as the other two do."""
        facts = {name: in_a_line(fact) if name in _WRITTEN else fact for name, fact in facts.items()}
        problem, effect, mend = (
            _QUOTATION.sub(lambda quoted: f"“{in_a_line(quoted[1])}”", sentence)
            for sentence in (text.format(**facts) for text in (kind.problem, kind.effect, kind.mend))
        )
        if times > 1:
            named = "、".join(place.short for place in places)
            problem += f"同样的共 {times} 处：{named}{'等' if times > len(places) else ''}。"
        self._items.append(Finding(kind.code, kind.severity, places[0], problem, effect, mend, line, lack))

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

        def key(finding: Finding) -> tuple[object, ...]:
            at = finding.at
            within = (at.line, at.sheet, _cell_order(at.cell), at.paragraph)
            return rank.index(finding.severity), at.file, *within, at.path, finding.code

        return sorted(self._items, key=key)

    def lasting(self) -> list[Finding]:
        """Return what a package may tell: the same, in the same order, whatever form the records were written in.

        Notes are left out: they are about the writing (a date as text, a merged cell), for whoever fills it in.
        """
        rank = list(Severity)
        lasting = (finding for finding in self._items if finding.severity is not Severity.NOTE)
        return sorted(lasting, key=lambda f: (rank.index(f.severity), f.at.lasting, f.code, f.problem))


def gathered(findings: Iterable[Finding], least: int = 10, at_once: Collection[str] = ()) -> list[Finding]:
    """Return ``findings``, those put into one that say the same of ``least`` or more files of one folder.

    Those with a code of ``at_once`` are one from the second file on, wherever the files lie. The first stands for all:
    it says how many they are, and names a few.
    """
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        path = PurePosixPath(finding.at.file)
        folder, name = str(path.parent), path.name
        if finding.code in at_once:
            folder, name = "", "/".join(path.parts[1:])
        words = (text.replace(name, "") for text in (finding.problem, finding.effect, finding.mend))
        within = str(finding.at).removeprefix(finding.at.file)
        alike.setdefault((finding.code, folder, within, finding.line, *words), []).append(finding)
    many = ((group, 2 if key[0] in at_once else least) for key, group in alike.items())
    return list(
        itertools.chain.from_iterable(_as_one(group) if len(group) >= enough else group for group, enough in many)
    )


def _as_one(alike: Sequence[Finding]) -> list[Finding]:
    names = "、".join(PurePosixPath(finding.at.file).name for finding in alike[1:4])
    where = "同一文件夹里" if len({PurePosixPath(finding.at.file).parent for finding in alike}) == 1 else ""
    problem = f"{alike[0].problem}{where}这样的文件共 {len(alike)} 个，还有{names}{'等' if len(alike) > 4 else ''}。"
    return [replace(alike[0], problem=problem)]


def _cell_order(cell: str) -> tuple[int, str]:
    """The order of A1 names in reading order: row before column, B before AA."""
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :] or 0), letters.rjust(3)
