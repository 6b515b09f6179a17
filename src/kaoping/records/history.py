"""What the unit's files were before the program wrote to them: listed, compared with what they are, brought back.

A write can be undone as long as the files are what it made of them: one that somebody changed since is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import fs, yamltree
from kaoping.core.errors import KaopingError, refused, why_not_read, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind, Kinds
from kaoping.records._amend import Amendment, UnamendedError
from kaoping.records._earlier import Version, Writing, put_in_place, versions
from kaoping.records.grids.grid import SpreadsheetError
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.sources import workbooks
from kaoping.records.readers.yaml_records import FOLDER, table_of
from kaoping.records.workbook._workbook_reader import read_workbook

__all__ = [
    "Difference",
    "Step",
    "Version",
    "before",
    "bring_back",
    "differences",
    "moved",
    "since",
    "states",
    "step_between",
    "undo",
    "version_named",
    "versions",
]


@dataclass(frozen=True, slots=True)
class Step:
    """What a write made of files: path below the unit's folder → sha256 before and after ("": there was none).

    ``moves`` are the files of 材料 that it moved, in their order: from, to, both below the unit's folder.
    """

    title: str
    files: Mapping[str, tuple[str, str]]
    moves: tuple[tuple[str, str], ...] = ()

    @property
    def reverse(self) -> Step:
        """The step back."""
        files = {name: (after, before) for name, (before, after) in self.files.items()}
        return Step(self.title, files, tuple((there, here) for here, there in reversed(self.moves)))


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that a version has otherwise: field → what it says there and what it says now; None where it is none."""

    kind: str  # its title
    id: str
    fields: Mapping[str, tuple[str, str]]  # the field's title → in the version, now
    is_there: bool  # whether the version has it
    is_now: bool


def states(unit: Path) -> dict[str, str]:
    """Return the files that records are written to, by their paths below the unit's folder, each with its sha256."""
    folder = unit / FOLDER
    listed = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    return {path.relative_to(unit).as_posix(): fs.sha256(path) for path in (*workbooks(unit), *listed)}


def step_between(
    title: str, before: Mapping[str, str], after: Mapping[str, str], moves: tuple[tuple[str, str], ...] = ()
) -> Step:
    """Return what a write made of the files, by their :func:`states` before and after it."""
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return Step(title, {name: (before.get(name, ""), after.get(name, "")) for name in names}, moves)


def undo(unit: Path, step: Step) -> None:
    """Make the files what they were before ``step``; undoing its reverse does it again.

    Raises KaopingError, touching nothing, where one is not what the step made of it, is held, or what it was is not
    kept any more.
    """
    kept = versions(unit)
    now = states(unit)
    writings = []
    for name, (before, after) in step.files.items():
        at = Location(name)
        if now.get(name, "") != after:
            raise refused("history.changed", at, file=name, what=step.title)
        data = _content(kept, Path(name).name, before) if before else None
        if before and data is None:
            raise refused("history.gone", at, file=name, what=step.title)
        writings.append(Writing(unit / name, data, unit / name))
    with moved(unit, step.reverse.moves):
        _put(unit, writings)


@contextmanager
def moved(unit: Path, moves: Sequence[tuple[str, str]]) -> Iterator[None]:
    """Move files (from, to, below the unit's folder) in their order, for what is done with it; all back if that fails.

    Raises KaopingError, having moved nothing, where one is not there, something stands in its place, or it is held.
    """
    done: list[tuple[Path, Path]] = []
    try:
        for here, there in moves:
            source, target = fs.reachable(unit / here), fs.reachable(unit / there)
            is_itself = target.exists() and source.exists() and target.samefile(source)  # other letters alone
            if not source.is_file() or (target.exists() and not is_itself):
                raise refused(
                    "filing.not_moved", Location(here), file=here, why="它不在原来的地方了，或者要去的地方已经有文件"
                )
            fs.mkdir(target.parent)
            fs.rename(source, target)
            done.append((source, target))
        yield
    except BaseException as error:
        for source, target in reversed(done):
            with suppress(OSError):
                fs.mkdir(source.parent)
                fs.rename(target, source)
        if isinstance(error, OSError):
            raise refused(
                "filing.not_moved", Location(moves[0][0]), file=moves[0][0], why=why_not_written(error)
            ) from None
        raise


def bring_back(unit: Path, name: str) -> Path:
    """Put a kept version (the name of its file) in the place of the file it is of; returns that.

    What is there now is kept as a version too. Raises KaopingError, touching nothing, where there is no such version,
    or the file is held.
    """
    version = version_named(unit, name)
    target = _place(unit, version)
    old = next(iter(workbooks(unit)), target) if target.parent == unit else target
    try:
        data = fs.read(version.path)
    except OSError as error:
        raise refused("file.unreadable", Location(name), reason=why_not_read(error)) from None
    _put(unit, [Writing(target, data, old)])
    return target


def version_named(unit: Path, name: str) -> Version:
    """Return the kept version whose file is called ``name``; raises KaopingError where there is none."""
    kept = versions(unit)
    version = next((its for its in kept if its.path.name == name), None)
    if version is None:
        raise refused("history.unknown", Location(unit.name), name=name, number=len(kept))
    return version


def differences(unit: Path, name: str, kinds: Kinds) -> list[Difference]:
    """Return how the records of a kept version differ from those of the file now; raises KaopingError for no version.

    A file that can't be read holds none.
    """
    version = version_named(unit, name)
    there, now = _records(version.path, version.file, kinds), _records(_place(unit, version), version.file, kinds)
    listed = []
    for kind, id_ in dict.fromkeys((*now, *there)):
        before, after = there.get((kind, id_)), now.get((kind, id_))
        if before != after:
            titles = {field.name: field.title for field in kinds[kind].fields}
            pairs = {
                titles[key]: pair
                for key in titles
                if (pair := ((before or {}).get(key, ""), (after or {}).get(key, "")))[0] != pair[1]
            }
            listed.append(Difference(kinds[kind].title, id_, pairs, before is not None, after is not None))
    return listed


def before(unit: Path, file: str, kinds: Kinds, kind: str, about: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return what the record of ``kind`` that says ``about`` said in ``file`` before it said first what it says now.

    None where there was none, or nobody knows any more.
    """
    kept = [version for version in reversed(versions(unit)) if version.file == Path(file).name]
    now = _says(unit / file, file, kinds, kind, about)
    by_time = sorted(kept, key=lambda its: its.saved)  # of those of one second the first kept first
    was = [_says(version.path, file, kinds, kind, about) for version in by_time]
    if now in was:  # it was undone before
        return was[was.index(now) - 1] if was.index(now) else None
    return _says(kept[-1].path, file, kinds, kind, about) if kept else None


def since(unit: Path, file: str, kinds: Kinds, kind: str, about: Mapping[str, str]) -> list[Difference] | None:
    """Return how other records differ from what they were when the one of :func:`before` was written as it is now.

    None where nobody knows any more: of the file that it stands in nothing is kept from before it.
    """
    now = _says(unit / file, file, kinds, kind, about)
    kept_of_it = [version for version in versions(unit) if version.file == Path(file).name]
    base = next((its for its in kept_of_it if _says(its.path, file, kinds, kind, about) != now), None)
    later = kept_of_it[: kept_of_it.index(base)] if base is not None else kept_of_it
    try:
        moment = later[-1].saved.timestamp() if later else (unit / file).stat().st_mtime
    except OSError:
        return None
    listed: list[Difference] = []
    if base is not None:
        listed += [its for its in differences(unit, base.path.name, kinds) if its.kind != kinds[kind].title]
    elif (unit / file).parent == unit:
        return None
    for other in states(unit):
        if other != file and (unit / other).stat().st_mtime > moment + 1:
            kept = [
                its for its in versions(unit) if its.file == Path(other).name and its.saved.timestamp() <= moment + 1
            ]
            if not kept:
                return None
            listed += differences(unit, max(kept, key=lambda its: its.saved).path.name, kinds)
    return listed


def _says(path: Path, file: str, kinds: Kinds, kind: str, about: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return what the first record of ``kind`` in a file that says ``about`` says; None where there is none."""
    there = ((name, its) for (name, _), its in _records(path, Path(file).name, kinds).items())
    return next(
        (its for name, its in there if name == kind and all(its.get(key, "") == text for key, text in about.items())),
        None,
    )


def _place(unit: Path, version: Version) -> Path:
    return unit / (FOLDER if version.path.suffix == ".yaml" else "") / version.file


def _content(kept: Sequence[Version], file: str, sha256: str) -> bytes | None:
    """What a file was when it had ``sha256``; None where that is not kept."""
    for version in kept:
        if (
            version.file == file
            and version.mark
            and sha256.startswith(version.mark)
            and fs.sha256(version.path) == sha256
        ):
            return fs.read(version.path)
    return None


def _put(unit: Path, writings: Sequence[Writing]) -> None:
    """Put the files in place; raises KaopingError where one is held."""
    books = [writing for writing in writings if writing.target.parent == unit]
    at = Location((books or writings)[0].target.name) if writings else Location()
    try:
        if books:
            Amendment.refuse_held(unit)
        put_in_place(unit, writings)
    except UnamendedError as error:
        raise refused("history.held", at, file=at.file, why=error.why) from None
    except OSError as error:
        raise refused("history.held", at, file=at.file, why=why_not_written(error)) from None


def _records(path: Path, file: str, kinds: Kinds) -> dict[tuple[str, str], dict[str, str]]:
    """Kind, id → what is filled in, of a workbook or a file of records."""
    if not path.is_file():
        return {}
    tables = _yaml_tables(path, file, kinds) if path.suffix == ".yaml" else _book_tables(path, kinds)
    records: dict[tuple[str, str], dict[str, str]] = {}
    for table in tables:
        for row in range(table.rows):
            filled = {key: str(cells[row]) for key, cells in table.columns.items() if cells[row] and str(cells[row])}
            kind = kinds[table.kind]
            id_ = kind.title if kind.single else filled.get(kind.key, f"第{row + 1}条")
            records[table.kind, id_] = filled
    return records


def _book_tables(path: Path, kinds: Kinds) -> list[RawTable]:
    from kaoping.records.grids.read import read_bytes

    try:
        return list(read_workbook(read_bytes(fs.read(path)), kinds, path.name, Findings()).tables.values())
    except (OSError, SpreadsheetError):
        return []


def _yaml_tables(path: Path, file: str, kinds: Kinds) -> Iterator[RawTable]:
    kind: Kind | None = next((kind for kind in kinds.values() if kind.file == file), None)
    node = yamltree.read(path, file, Findings())
    if kind is not None and node is not None and node.value is not None:
        try:
            table = table_of(node, kind, Findings())
        except KaopingError:
            return
        if table is not None:
            yield table
