"""Files of the unit put in place anew; earlier versions are kept in a folder beside the workbook that clerks find.

A version is called by the file, the time at which that was last saved, and the first characters of its sha256: so it is
known for what the program put there, and what somebody else did is never taken away.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kaoping.core import fs

FOLDER = "以前的台账"  # beside 材料 and 成果, and in neither: no build reads it, no package holds it
MOST = 10  # versions of a file that are kept
_MARK = 8  # characters of the sha256 in a version's name
_NAME = re.compile(r"(.+) ([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{6})(?:（[0-9]+）)?(?: ([0-9a-f]{8}))?")


@dataclass(frozen=True, slots=True)
class Writing:
    """What shall stand at ``target`` (None: nothing), in the place of ``old``, which may have another suffix."""

    target: Path
    data: bytes | None
    old: Path


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a file that was kept: where it is, of which file, and when that was last saved."""

    path: Path
    file: str  # its name: 台账.xlsx, decisions.yaml
    saved: datetime
    mark: str  # the beginning of its sha256; "" where an older program kept it

    @property
    def is_ours(self) -> bool:
        """Whether it is, byte for byte, what the program put there."""
        return bool(self.mark) and fs.sha256(self.path).startswith(self.mark)


def versions(unit: Path) -> list[Version]:
    """Return what is kept of the unit's files, the last kept first."""
    try:
        entries = [entry for entry in os.scandir(unit / FOLDER) if entry.is_file(follow_symlinks=False)]
        entries.sort(key=lambda entry: (entry.stat().st_mtime_ns, entry.name), reverse=True)
    except OSError:  # there is none yet
        return []
    return [version for entry in entries if (version := _version(Path(entry.path))) is not None]


def put_in_place(unit: Path, writings: Sequence[Writing]) -> list[Path]:
    """Do all that ``writings`` say, or nothing of it; return where the earlier versions of what was there stand.

    Raises OSError, and leaves all as it was, where the disk or a program that has a file open refuses.
    """
    folder = unit / FOLDER
    is_new = not folder.exists()
    made: list[Path] = []
    kept: list[Path] = []
    before: list[tuple[Writing, bytes | None]] = []
    try:
        for writing in writings:
            data = fs.read(writing.old) if writing.old.exists() else None
            if data is not None:
                fs.mkdir(folder)
                kept.append(_keep(folder, writing.old, data, made))
            before.append((writing, data))
            _put(writing.target, writing.data)
            if writing.old != writing.target:
                fs.unlink(writing.old)
    except OSError:
        for writing, data in reversed(before):
            _put_back(writing, data)
        for path in (folder,) if is_new else made:
            fs.remove(path)
        raise
    for file in {writing.old.name for writing in writings}:
        _let_go(unit, file, kept)
    return kept


def _put(target: Path, data: bytes | None) -> None:
    if data is not None:
        fs.mkdir(target.parent)
        fs.write_whole(target, data)
    elif target.exists():
        fs.unlink(target)


def _put_back(writing: Writing, data: bytes | None) -> None:
    """The way back from a failure: what stood there stands there again, as far as the disk lets it."""
    with suppress(OSError):
        if writing.target != writing.old or data is None:
            fs.remove(writing.target)
        if data is not None and not (writing.old.exists() and fs.read(writing.old) == data):
            fs.write_whole(writing.old, data)


def _keep(folder: Path, old: Path, data: bytes, made: list[Path]) -> Path:
    """Keep ``data``, which is in the file ``old``; what is kept already is only marked as the last."""
    mark = hashlib.sha256(data).hexdigest()[:_MARK]
    for version in versions(folder.parent):
        if version.file == old.name and version.mark == mark and fs.read(version.path) == data:
            os.utime(fs.reachable(version.path))
            return version.path
    time = f"{datetime.fromtimestamp(old.stat().st_mtime):%Y-%m-%d %H%M%S}"
    path, number = folder / f"{old.stem} {time} {mark}{old.suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{old.stem} {time}（{number}） {mark}{old.suffix}"
    made.append(path)
    fs.write_whole(path, data)
    return path


def _let_go(unit: Path, file: str, kept: Sequence[Path]) -> None:
    """Remove what the program kept of a file beyond the last versions; what somebody changed since stays."""
    for version in [its for its in versions(unit) if its.file == file][MOST:]:
        with suppress(OSError):
            if version.path not in kept and version.is_ours:
                fs.unlink(version.path)


def _version(path: Path) -> Version | None:
    """Return what a file in the folder is a version of; None for somebody else's."""
    named = _NAME.fullmatch(path.stem)
    if named is None:
        return None
    try:
        saved = datetime.strptime(named[2], "%Y-%m-%d %H%M%S")
    except ValueError:
        return None
    return Version(path, f"{named[1]}{path.suffix}", saved, named[3] or "")
