"""What was made of files, kept for as long as the files stay as they are: for whoever asks again in one process."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from kaoping.core import fs
from kaoping.core.findings import Finding, Findings
from kaoping.core.workings import Workings

_T = TypeVar("_T")

#: What tells a file from what it was: its path, its size in bytes and its time in ns; -1 where it is not there.
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Stamp
    beside: tuple[Any, ...]
    value: Any
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Memory:
    """Values by name, each with the stamp of the files that it was made of and what was found on the way.

    ``workings`` hold by name what was worked out of the tables that such values are.
    """

    workings: defaultdict[str, Workings] = field(default_factory=lambda: defaultdict(Workings))
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _before: dict[str, Any] = field(default_factory=dict)

    def recall(
        self,
        name: str,
        paths: Iterable[Path | str],
        make: Callable[[Findings], _T],
        findings: Findings,
        beside: tuple[Any, ...] = (),
    ) -> _T:
        """Return what ``make`` made of ``paths``, made anew where one of them has changed.

        ``beside`` are objects that it was made with besides: others of them, though equal, make it anew. What ``make``
        finds goes to ``findings`` each time.
        """
        stamp = stamp_of(paths)
        kept = self._kept.get(name)
        if kept is None or kept.stamp != stamp or not _same(kept.beside, beside):
            while_made = Findings()
            kept = self._kept[name] = _Kept(stamp, beside, make(while_made), tuple(while_made))
        findings.extend(kept.findings)
        value: _T = kept.value
        return value

    def steady(self, name: str, value: _T, alike: Callable[[_T, _T], bool]) -> _T:
        """Return ``value``, or the one of before that is ``alike``: what was made with that stands."""
        before = self._before.get(name)
        if before is None or not alike(before, value):
            before = self._before[name] = value
        kept: _T = before
        return kept


def _same(these: tuple[Any, ...], those: tuple[Any, ...]) -> bool:
    return len(these) == len(those) and all(this is that for this, that in zip(these, those, strict=True))


def stamp_of(paths: Iterable[Path | str]) -> Stamp:
    """Return what tells the files at ``paths`` from what they were."""
    states: list[tuple[str, int, int]] = []
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - of 5,000 files, a Path each takes as long again
        except OSError:
            states.append((str(path), -1, -1))
        else:
            states.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(sorted(states))


def below(*folders: Path, follow_links: bool = False) -> list[str]:
    """Return the path of every file and folder below ``folders``, those that are not there included.

    With ``follow_links`` also of what links to folders lead to, each folder once.
    """
    paths: list[str] = []
    entered: set[tuple[int, int]] | None = set() if follow_links else None
    for folder in map(fs.reachable_at_any_depth, folders):
        paths += _within(folder, entered) if folder.is_dir() else [str(folder)]
    return paths


def _within(folder: Path | str, entered: set[tuple[int, int]] | None) -> Iterator[str]:
    """``entered``: the folders that were, where links are followed (one upwards would never end)."""
    try:
        if entered is not None:
            mark = os.stat(folder)  # noqa: PTH116 - as in stamp_of
            if (mark.st_dev, mark.st_ino) in entered:
                return
            entered.add((mark.st_dev, mark.st_ino))
        entries = list(os.scandir(folder))
    except OSError:
        return  # what can't be entered is told by who reads it
    for entry in entries:
        yield entry.path
        if entry.is_dir(follow_symlinks=entered is not None):
            yield from _within(entry.path, entered)
