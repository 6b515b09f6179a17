"""A file that somebody brings by the page: it comes in beside 材料/, and is put there whole under a fit name, or not.

What lies there is never overwritten, no name leads out of 材料/, and nothing stays of what broke off.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from types import TracebackType
from typing import BinaryIO

from kaoping.core import fs
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.file_names import is_left_behind, why_not_portable
from kaoping.core.model import Location
from kaoping.records.validate import MATERIALS

_DEEPEST = 20  # folders that a file may lie in
ARRIVING = ".正在放进"  # in the unit's folder, so that a file can be moved into 材料/; no survey looks there
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(slots=True)
class Arrival:
    """A file on its way in, and how much of it is there."""

    name: str  # as whoever brings it calls it, with "/" between folders; not checked yet
    path: Path
    largest: int  # bytes
    size: int = 0
    _stream: BinaryIO | None = None

    def write(self, block: bytes) -> None:
        """Take the next part of it. Raises KaopingError, and keeps nothing, where it is too large or the disk full."""
        try:
            if self.size + len(block) > self.largest:
                most = f"{self.largest // 1_000_000} MB"
                raise refused("upload.too_large", Location(self.name), name=self.name, most=most)
            if self._stream is None:
                self._stream = self.path.open("xb")
            self._stream.write(block)
            self.size += len(block)
        except (KaopingError, OSError) as error:
            self.drop()
            if isinstance(error, OSError):
                raise _not_put(self.name, error) from error
            raise

    def finish(self) -> None:
        """All of it is there. Raises KaopingError as :meth:`write` does."""
        self.write(b"")
        self._close()

    def drop(self) -> None:
        """Keep nothing of it."""
        self._close()
        fs.remove(self.path)

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


@dataclass(slots=True)
class Arrivals:
    """Files on their way into ``folder``, as a context: what was not put anywhere by its end is gone."""

    folder: Path
    largest: int  # bytes of one file
    _within: Path | None = None
    _begun: list[Arrival] = field(default_factory=list)

    def __enter__(self) -> Arrivals:
        """Make room for them. Raises KaopingError where the folder can't be written to."""
        try:
            fs.mkdir(self.folder / ARRIVING)
            self._within = Path(mkdtemp(dir=self.folder / ARRIVING))
        except OSError as error:
            raise _not_put("", error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for arrival in self._begun:
            arrival.drop()
        assert self._within is not None, "arrivals are a context"
        fs.remove(self._within)
        if not any((self.folder / ARRIVING).iterdir()):
            fs.remove(self.folder / ARRIVING)

    def begin(self, name: str) -> Arrival:
        """Return the next file, of which nothing is there yet; its suffix is kept, for whoever goes by that."""
        assert self._within is not None, "arrivals are a context"
        suffix = PurePosixPath(name).suffix
        file = f"{len(self._begun) + 1}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
        self._begun.append(Arrival(name, self._within / file, self.largest))
        return self._begun[-1]


@dataclass(frozen=True, slots=True)
class Put:
    """Where a file that was brought lies now."""

    path: str  # below 材料/, with "/"
    is_new: bool  # false where a file of the same content and name lay there already


def clear_arrivals(folder: Path) -> None:
    """Remove what a program that was killed left of files on their way; only for whoever alone brings any."""
    fs.remove(folder / ARRIVING)


def put_under_materials(folder: Path, brought: Path, path: str, *, rename: bool = False) -> Put:
    """Move the file ``brought`` to ``path`` (with "/") below the 材料/ of the unit in ``folder``.

    A folder that is there under another spelling (letter case, NFD) is the same one, as on Windows. Where a file of
    that name and of other content is there, it is put beside it under the next free name (``rename``), or not at all.
    Raises KaopingError, having changed nothing, where the name does not fit, a link is on the way, or the disk refuses.
    """
    parts = unicodedata.normalize("NFC", path).split("/")
    if why := _why_unfit(parts):
        raise refused("upload.bad_name", Location(path), name=path, why=why)
    place = folder / MATERIALS
    try:
        where = _folder(place, parts[:-1], path)
        name, there = _there(where, parts[-1])
        if there is not None:
            if _same(fs.reachable(there), brought):
                return Put(there.relative_to(place).as_posix(), is_new=False)
            free = next(name for name in _names(parts[-1]) if _there(where, name)[1] is None)
            if not rename:
                facts = {"name": path, "other": there.relative_to(place).as_posix(), "free": free}
                raise refused("upload.name_taken", Location(f"{MATERIALS}/{path}"), **facts)
            name = free
        _move(brought, where / name)
        return Put((where / name).relative_to(place).as_posix(), is_new=True)
    except OSError as error:
        raise _not_put(path, error) from error


def free_place(folder: Path, path: str, suffix: str, *, instead_of: Path | None = None) -> str:
    """Return ``path`` below 材料/ of the unit in ``folder`` as a file may be called that is moved there.

    A folder is spelled as it is there. ``suffix`` is the one that it must have: a name without it gets it.
    ``instead_of`` is the file itself, whose name it may be in other letters. Raises KaopingError where the name does
    not fit, or another file has it.
    """
    parts = unicodedata.normalize("NFC", path).strip().strip("/").split("/")
    if parts[-1] and PurePosixPath(parts[-1]).suffix.casefold() != suffix.casefold():
        parts[-1] += suffix
    if why := _why_unfit(parts):
        raise refused("filing.bad_name", Location(path), name=path, why=why)
    place = folder / MATERIALS
    where = _folder(place, parts[:-1], path)
    there = _there(where, parts[-1])[1]
    if there is not None and not (instead_of is not None and there.samefile(instead_of)):
        raise refused("filing.bad_name", Location(path), name=path, why="那里已经有一个这样叫的文件")
    return (where / parts[-1]).relative_to(place).as_posix()


def _why_unfit(parts: list[str]) -> str:
    """Say in Chinese why a path of these parts can't be taken; "" where it can."""
    if len(parts) > _DEEPEST:
        return f"文件夹套了{len(parts)}层，超过{_DEEPEST}层"
    for part in parts:
        if why := why_not_portable(part):
            return f"“{part}”{why}" if part.isprintable() and part else why
    return "是系统或办公软件自己留下的（锁文件、缩略图、没下载完的），不是材料" if is_left_behind(parts[-1]) else ""


def _folder(place: Path, parts: list[str], path: str) -> Path:
    """Return the folder of these parts below ``place``, spelled as it is there; no link is followed."""
    for part in ("", *parts):
        if part:
            name, there = _there(place, part)
            place = there or place / name
        if fs.is_link(fs.reachable(place)):
            raise refused("upload.through_link", Location(path), name=path, link=place.name)
        if fs.reachable(place).exists() and not fs.reachable(place).is_dir():
            why = f"“{place.name}”已经是一个文件，不是文件夹"
            raise refused("upload.bad_name", Location(path), name=path, why=why)
    return place


def _there(folder: Path, name: str) -> tuple[str, Path | None]:
    """Return ``name``, and what is there in ``folder`` that Windows or macOS would take for it: itself first."""
    try:
        names = [path.name for path in fs.reachable(folder).iterdir()]
    except FileNotFoundError:
        return name, None
    alike = [other for other in names if _folded(other) == _folded(name)]
    return name, folder / (name if name in alike else min(alike)) if alike else None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _names(name: str) -> Iterator[str]:
    """Yield names like ``name``, which is taken: 通知（2）.pdf."""
    path = PurePosixPath(name)
    return (f"{path.stem}（{number}）{path.suffix}" for number in itertools.count(2))


def _same(there: Path, brought: Path) -> bool:
    if fs.is_link(there) or not there.is_file() or there.stat().st_size != brought.stat().st_size:
        return False
    return fs.sha256(there) == fs.sha256(brought)


def _move(brought: Path, target: Path) -> None:
    """Put a file in its place, where nothing stands; folders that were made for it go again where that fails."""
    new = [folder for folder in (target.parent, *target.parent.parents) if not fs.reachable(folder).exists()]
    try:
        fs.mkdir(target.parent)
        fs.settle(brought)
        fs.rename(brought, target)
    except OSError:
        if new:
            fs.remove(new[-1])
        raise


def _not_put(name: str, error: OSError) -> KaopingError:
    return refused("upload.not_put", Location(name), name=name or MATERIALS, why=why_not_written(error))
