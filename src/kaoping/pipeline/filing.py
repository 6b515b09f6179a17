"""Files of 材料 renamed, replaced, taken out, and brought back; the records that name them follow, in the same step.

Nothing is deleted: what is taken out or replaced stands in a folder beside 材料/, under the path that it had and the
moment at which it went. No build reads there, no package holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from kaoping.core import fs
from kaoping.core.engine import ACCEPTANCE, EVIDENCE, PAGE_CHANGE, PIECE_ORDER
from kaoping.core.errors import refused
from kaoping.core.findings import Finding
from kaoping.core.model import Location
from kaoping.core.schema import LIST_MARK, Kind
from kaoping.evidence.arrivals import free_place
from kaoping.pipeline.assessment import Assessment
from kaoping.records.entry import GONE, Change, amend_all
from kaoping.records.history import moved
from kaoping.records.validate import MATERIALS, nfc

KEPT = "以前的材料"  # beside 材料/ and 成果/, and in neither
_KEPT_NAME = re.compile(r"(.+) ([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{6})(?:（[0-9]+）)?")
#: The fields of a kind that name one file, or several; ``evidence`` is one of any kind's.
_ONE = {EVIDENCE: ("path",), PAGE_CHANGE: ("file",), ACCEPTANCE: ("about",)}
_SEVERAL = {PIECE_ORDER: ("files",)}


@dataclass(frozen=True, slots=True)
class Filed:
    """What was done with a file: where it is now below 材料/ ("": nowhere), what was moved, how many records follow."""

    path: str
    moves: tuple[tuple[str, str], ...]
    records: int
    findings: Sequence[Finding] = field(default=())


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was taken out or replaced: its name among what is kept, the path that it had, when it went."""

    name: str
    path: str
    gone: datetime
    size: int  # bytes


def rename_file(a: Assessment, path: str, new: str) -> Filed:
    """Call the file at ``path`` below 材料/ ``new``, a path too; all records that name it, or what is in it, follow.

    Raises KaopingError, touching nothing, where the name won't do or is taken, a record stands in an imported ledger,
    or a place can't be written to.
    """
    here = _own_file(a, path)
    target = free_place(a.dossier.folder, new, PurePosixPath(path).suffix, instead_of=a.dossier.folder / here)
    changes = _following(a, path, lambda its: target + its[len(path) :])
    moves = ((here, f"{MATERIALS}/{target}"),)
    with moved(a.dossier.folder, moves):
        amend_all(a.dossier.folder, a.dossier.pack.kinds, changes)
    return Filed(target, moves, len(changes))


def take_out_file(a: Assessment, path: str) -> Filed:
    """Take the file at ``path`` out of 材料/ and off the records that name it; it is kept. Raises as rename does."""
    here = _own_file(a, path)
    changes = _following(a, path, lambda _: "")
    moves = ((here, _kept_as(a.dossier.folder, path)),)
    with moved(a.dossier.folder, moves):
        amend_all(a.dossier.folder, a.dossier.pack.kinds, changes)
    return Filed("", moves, len(changes))


def replace_file(a: Assessment, path: str, brought: Path, name: str) -> Filed:
    """Put the file ``brought``, which somebody calls ``name``, in the place of the one at ``path``, which is kept.

    One of another format (suffix) has its own, and the records follow. What was done to pages of the old one holds for
    the new one only once somebody says so. Raises KaopingError, touching nothing, as :func:`rename_file` does.
    """
    folder = a.dossier.folder
    here = _own_file(a, path)
    suffix = PurePosixPath(nfc(name)).suffix or PurePosixPath(path).suffix
    target = path if suffix == PurePosixPath(path).suffix else str(PurePosixPath(path).with_suffix(suffix))
    if target != path:
        target = free_place(folder, target, suffix, instead_of=folder / here)
    changes = _following(a, path, lambda its: target + its[len(path) :]) if target != path else []
    arrived = brought.relative_to(folder).as_posix()
    staged = _kept_as(folder, target, waiting=True)
    fs.settle(brought)
    moves = ((here, _kept_as(folder, path)), (staged, f"{MATERIALS}/{target}"))
    with moved(folder, ((arrived, staged), *moves)):
        amend_all(folder, a.dossier.pack.kinds, changes)
    return Filed(target, moves, len(changes))


def kept_files(folder: Path) -> list[KeptFile]:
    """Return what was taken out or replaced, the last first."""
    place = folder / KEPT
    files = []
    for path in sorted(place.rglob("*")) if place.is_dir() else ():
        named = _KEPT_NAME.fullmatch(path.stem)
        if named is None or not path.is_file() or path.is_symlink():
            continue
        within = path.relative_to(place)
        gone = datetime.strptime(named[2], "%Y-%m-%d %H%M%S")
        was = within.with_name(f"{named[1]}{path.suffix}").as_posix()
        files.append(KeptFile(within.as_posix(), was, gone, path.stat().st_size))
    return sorted(files, key=lambda its: its.gone, reverse=True)


def bring_back_file(folder: Path, name: str) -> Filed:
    """Put a kept file back where it was. Raises KaopingError, touching nothing, where another stands there by now."""
    its = next((kept for kept in kept_files(folder) if kept.name == name), None)
    if its is None:
        raise refused("filing.not_kept", Location(KEPT), name=name)
    target = free_place(folder, its.path, PurePosixPath(its.path).suffix)
    moves = ((f"{KEPT}/{its.name}", f"{MATERIALS}/{target}"),)
    with moved(folder, moves):
        pass
    return Filed(target, moves, 0)


def _own_file(a: Assessment, path: str) -> str:
    """Return where a file stands below the unit's folder; raises KaopingError for one that is none of 材料 itself."""
    its = a.dossier.evidence.get(path)
    at = Location(f"{MATERIALS}/{path}")
    if its is None:
        raise refused("filing.not_moved", at, file=path, why="材料文件夹里没有这个文件")
    if its.within:
        raise refused("filing.not_moved", at, file=path, why=f"它在“{its.within}”里面，要动就动那个文件")
    try:
        return its.source.relative_to(a.dossier.folder).as_posix()
    except ValueError:  # a link led there
        raise refused("filing.not_moved", at, file=path, why="它不在单位文件夹里，是一个链接指过去的") from None


def _kept_as(folder: Path, path: str, *, waiting: bool = False) -> str:
    """Return a free place for a file that goes, below the unit's folder; ``waiting``: for one that comes."""
    pure = PurePosixPath(path)
    stem = f"{pure.stem}{'（换上的）' if waiting else ''} {datetime.now():%Y-%m-%d %H%M%S}"
    name, number = f"{stem}{pure.suffix}", 1
    while (folder / KEPT / pure.with_name(name)).exists():
        number += 1
        name = f"{stem}（{number}）{pure.suffix}"
    return f"{KEPT}/{pure.with_name(name)}"


def _following(a: Assessment, path: str, become: Callable[[str], str]) -> list[tuple[Kind, Change]]:
    """Return how the records change that name the file at ``path``, or what is in it; named no more where it is ""."""

    def is_it(name: str) -> bool:
        return name == path or name.startswith(f"{path}/")

    changes: list[tuple[Kind, Change]] = []
    for name, table in a.dossier.tables.items():
        kind = a.dossier.pack.kinds[name]
        for record in table:
            values = dict(_changed(name, kind, record.values, is_it, become))
            is_gone = any(not values.get(key, "x") for key in _ONE.get(name, ()))
            is_gone |= any(not values.get(key, "x") for key in _SEVERAL.get(name, ()))
            if values:
                changes.append((kind, Change(record.id, record.at, GONE if is_gone else values)))
    return changes


def _changed(
    name: str, kind: Kind, values: Mapping[str, object], is_it: Callable[[str], bool], become: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """Yield the fields of a record that name the file, with what they say then."""
    for key in _ONE.get(name, ()):
        text = nfc(str(values.get(key) or ""))
        if is_it(text):
            yield key, become(text)
    for key in (*_SEVERAL.get(name, ()), *(("evidence",) if kind.field("evidence") is not None else ())):
        cell = values.get(key)
        names = [nfc(str(its)) for its in cell] if isinstance(cell, tuple) else []
        if any(map(is_it, names)):
            yield key, LIST_MARK.join(filter(None, (become(its) if is_it(its) else its for its in names)))
