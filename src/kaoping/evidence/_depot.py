"""The depot: what several machines found out about files, in a place that all of them reach.

A shared folder or an object store: fsspec knows it by its address. A machine's own store asks here for what it lacks,
and hands on what it keeps. Each object begins with the sha256 of the rest: what is damaged, or only half there, is not
there. Two who write the same object write the same, and the last one stands. Whatever goes wrong with the place is told
once, and the machine does without.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar
from uuid import uuid4

from kaoping.core.errors import why_not_written

#: The address of the depot; none is asked without it.
ADDRESS = "KAOPING_DEPOT"
_HEAD = 65  # bytes: the digest of the rest in hexadecimal digits, and a line feed
_MOST = 100_000_000_000  # bytes that the depot may hold
_DAY = 86400.0  # seconds
_PRUNED = "pruned"  # an object that bears the time when room was made last
_FRESH = ".fresh"
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "created")  # as the kinds of places call it
_ACCESS = re.compile(r"//[^/@]*@")  # who one is, and with which key: never told

T = TypeVar("T")


class Depot:
    """The objects in the place at ``address``: a folder, ``s3://…``, whatever fsspec knows."""

    def __init__(self, address: str) -> None:
        self.address = _ACCESS.sub("//", address)
        self.trouble = ""  # why nobody is asked any more
        self._files: Any = None
        self._root = ""
        self._ask(lambda: self._open(address), None)

    def _open(self, address: str) -> None:
        self._files, self._root = import_module("fsspec.core").url_to_fs(address)
        self._files.makedirs(self._root, exist_ok=True)

    def has(self, name: str) -> bool:
        """Whether there is an object ``name``, whole or not."""
        return self._ask(lambda: bool(self._files.exists(self._at(name))), otherwise=False)

    def names(self, folder: str) -> list[str]:
        """Return the names of the objects right below ``folder``."""

        def listed() -> list[str]:
            names = (PurePosixPath(str(path)).name for path in self._files.ls(self._at(folder), detail=False))
            return sorted(f"{folder}/{name}" for name in names if not name.endswith(_FRESH))

        return self._ask(listed, [])

    def fetch(self, name: str, path: Path) -> bool:
        """Fetch the object ``name`` as the file ``path``; whether it was there, whole."""

        def fetched() -> bool:
            self._files.get_file(self._at(name), str(path))
            return is_whole(path)

        if self._ask(fetched, otherwise=False):
            return True
        path.unlink(missing_ok=True)
        return False

    def hand_on(self, name: str, path: Path) -> None:
        """Put the file ``path``, which begins with the digest of its rest, as the object ``name``."""

        def handed_on() -> None:
            target = self._at(name)
            self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
            fresh = f"{target}.{uuid4().hex}{_FRESH}"  # a place of files shows what is written halfway
            self._files.put_file(str(path), fresh)
            self._files.mv(fresh, target)

        self._ask(handed_on, None)

    def remove(self, name: str) -> None:
        """Remove the object ``name``, or all objects below it."""
        self._ask(lambda: self._files.rm(self._at(name), recursive=True), None)

    def make_room(self) -> None:
        """Remove what was written longest ago of more than there is room for; once a day, whoever does it."""

        def is_due() -> bool:
            return time.time() - float(self._files.cat_file(self._at(_PRUNED))) > _DAY

        def made() -> None:
            self._files.pipe_file(self._at(_PRUNED), repr(time.time()).encode())
            objects: Mapping[str, Mapping[str, Any]] = self._files.find(self._root, detail=True)
            total = 0
            old_last = sorted(objects.items(), key=lambda item: _written(item[1]), reverse=True)
            for path, its in ((path, its) for path, its in old_last if not path.endswith(f"/{_PRUNED}")):
                total += int(its.get("size") or 0)
                if total > _MOST or (path.endswith(_FRESH) and time.time() - _written(its) > _DAY):
                    self._files.rm_file(path)

        if self._ask(is_due, otherwise=True):
            self._ask(made, None)

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def _ask(self, act: Callable[[], T], otherwise: T) -> T:
        """Return what ``act`` gives, or ``otherwise`` where something is not there, or the place is out of reach."""
        if self.trouble:
            return otherwise
        try:
            return act()
        except FileNotFoundError:
            return otherwise
        except Exception as error:  # each kind of place has errors of its own
            self.trouble = why_not_reached(error)
            return otherwise


def why_not_reached(error: Exception) -> str:
    """Return why a place is out of reach, without the keys to it."""
    if isinstance(error, ImportError):
        return "这里没有装连这种地方的组件"
    return why_not_written(error) if isinstance(error, OSError) else _ACCESS.sub("//", str(error))[:200]


def pack(folder: Path, target: Path) -> None:
    """Write what is in ``folder`` as one object, the file ``target``: the same folder, the same bytes."""
    with target.open("w+b") as stream:
        stream.write(b" " * _HEAD)
        with zipfile.ZipFile(stream, "w") as packed:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                its = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                with path.open("rb") as source, packed.open(its, "w", force_zip64=True) as part:
                    shutil.copyfileobj(source, part)
        stream.seek(_HEAD)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        stream.write(f"{digest}\n".encode())


def unpack(path: Path, folder: Path) -> None:
    """Lay out what :func:`pack` made in ``folder``. Raises OSError, ValueError or BadZipFile for anything else."""
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)


def is_whole(path: Path) -> bool:
    """Whether the file begins with the digest of its rest. Raises OSError where it can't be read."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        return head == f"{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode()


def _written(its: Mapping[str, Any]) -> float:
    """Return when an object was written, as what its place says of it has it; 0 where it does not."""
    for name in _TIMES:
        if isinstance(time_ := its.get(name), datetime):
            return time_.timestamp()
        if isinstance(time_, int | float):
            return float(time_)
    return 0.0
