"""How much there is still to do about the files of a unit, before any is opened.

What the store knows is counted; of what it does not know, only names and sizes are: how many pages that may be is said
as a range (``workload.yaml``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from kaoping.core import fs
from kaoping.core.model import Verdict
from kaoping.evidence import _office_pages, media
from kaoping.evidence._appraisal import PAGES, Appraisal
from kaoping.evidence._companions import companions
from kaoping.evidence._walk import walk
from kaoping.evidence.rates import CONVERT, LOOK, PACKAGE, READ, Rate, figures
from kaoping.evidence.reading.ocr_engine import Engine
from kaoping.evidence.store import Identity, Store
from kaoping.evidence.words import Words

_DEEPEST = 3  # a file within a file within a file, as a survey goes


@dataclass(frozen=True, slots=True)
class Workload:
    """What is to do: files and pages, at least and at most. What lies in a file that was not opened is not known."""

    files: int = 0  # below 材料/
    look: int = 0  # of them, and of what came in them: not looked at yet
    convert: int = 0  # whose pages another program has to make
    pages: int = 0
    pages_at_most: int = 0
    read: int = 0  # pages that are pictures, not read yet
    read_at_most: int = 0
    packages: int = 0

    def __add__(self, other: Workload) -> Workload:
        return Workload(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def seconds(self, rates: Mapping[str, Rate]) -> tuple[float, float]:
        """Return the processor seconds that it takes at ``rates``, at least and at most."""
        sure = ((LOOK, self.look), (CONVERT, self.convert), (PACKAGE, self.packages))
        least = sum(rates[kind].seconds * number for kind, number in sure)
        return least + rates[READ].seconds * self.read, least + rates[READ].seconds * self.read_at_most


def workload(
    materials: Path, store: Store, words: Words, engine: Engine | None, *, follow_links: bool = False
) -> Workload:
    """Return what a survey of ``materials`` with ``words``, and with ``engine`` for scans, would have to do."""
    entries = walk(materials, follow_links=follow_links)
    paths = {its.key: store.plain_path(its.path) for its in entries if not (its.why or its.is_folder)}
    store.recall(materials)
    beside: dict[str, list[str]] = {}
    pages_of = companions(paths)
    for key, page in pages_of.items():
        beside.setdefault(page, []).append(key)
    count = _Count(store, words, engine)
    return sum(
        (
            Workload(files=1) + count.of(key, path, [(part, paths[part]) for part in beside.get(key, ())])
            for key, path in paths.items()
            if key not in pages_of and not any(map(words.in_name, PurePosixPath(key).parts))
        ),
        Workload(),
    )


def unopened(key: str, size: int, engine: Engine | None) -> Workload:
    """Return what there is to do about a file of which only name and ``size`` are known, with ``engine`` for scans."""
    family = media.by_suffix(PurePosixPath(key).suffix).family
    shipped: Mapping[str, Any] = figures()["unopened"]
    its = shipped.get(family, shipped["other"])
    least, most = its.get("pages") or (max(1, math.ceil(size / of)) for of in its["bytes_a_page"])
    is_read = engine is not None
    return Workload(
        look=1,
        convert=int(family == "office" and bool(_office_pages.tells())),
        pages=least,
        pages_at_most=most,
        read=least if is_read and its["read"] == "all" else 0,
        read_at_most=most if is_read and its["read"] != "none" else 0,
    )


class _Count:
    """Counts files; what has the same content is looked at, and read, once."""

    def __init__(self, store: Store, words: Words, engine: Engine | None) -> None:
        self._store, self._words, self._engine = store, words, engine
        self._counted: set[str] = set()

    def of(self, key: str, path: Path, beside: Iterable[tuple[str, Path]] = (), depth: int = 0) -> Workload:
        """Return what there is to do about a file, and what came in it."""
        identity = self._identity(path, depth)
        parts: list[str] = []
        for name, part in beside:
            its = self._identity(part, depth)
            if its is None:
                identity = None
                break
            parts.append(f"{PurePosixPath(name).relative_to(PurePosixPath(key).parent).as_posix()} {its.sha256}")
        if identity is None:
            return self._unopened(key, path)
        entry = self._store.key(identity, PurePosixPath(key).suffix, *self._words.key, *parts)
        known = self._store.find(entry)
        if known is None:
            return self._unopened(key, path, entry)
        appraisal, folder = known
        if appraisal.office and _office_pages.tells():
            pages = _office_pages.entry_of(entry, appraisal, PurePosixPath(key).name)
            if (made := self._store.find(pages)) is None:
                guess = self._unopened(key, path, pages)
                return Workload(convert=guess.look, pages=guess.pages, pages_at_most=guess.pages_at_most)
            appraisal, folder = made
        work = self._known(appraisal, folder, identity)
        if depth < _DEEPEST:
            for name, place in appraisal.members:
                work += self.of(f"{key}/{name}", folder / place, (), depth + 1)
        return work

    def _identity(self, path: Path, depth: int) -> Identity | None:
        """Return a file's identity where it is known; what came in another is the store's own, and may be opened."""
        if not depth:
            return self._store.known_identity(path)
        try:
            return self._store.identify(path)
        except OSError:
            return None

    def _is_new(self, key: str) -> bool:
        is_new = key not in self._counted
        self._counted.add(key)
        return is_new

    def _known(self, appraisal: Appraisal, folder: Path, identity: Identity) -> Workload:
        pages = 0 if appraisal.verdict is Verdict.UNPACKED else appraisal.pages
        unread = 0
        if appraisal.scans and self._engine is not None:
            from kaoping.evidence.reading._scanned import Scanned

            made = folder / PAGES
            digest = fs.sha256(made) if appraisal.made else identity.sha256
            readings = Scanned(made, digest, appraisal.scans).key(self._engine)
            if self._is_new(readings):
                there = {int(name) for name in self._store.parts_of(readings)}
                unread = len(set(appraisal.scans) - there)
        return Workload(pages=pages, pages_at_most=pages, read=unread, read_at_most=unread)

    def _unopened(self, key: str, path: Path, entry: str = "") -> Workload:
        """Return what a file may be, by its name and size."""
        try:
            size = path.stat().st_size
        except OSError:
            size = 0
        its = unopened(key, size, self._engine)
        is_new = not entry or self._is_new(entry)
        return its if is_new else replace(its, look=0, convert=0, read=0, read_at_most=0)
