"""Sample units, laid out where the user wants them: a base, and over it what differs."""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from kaoping.core import fs, packs, resources
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.documents.edits import keeping
from kaoping.pipeline.building import RESULTS
from kaoping.records.layout import WORKBOOK
from kaoping.records.readers.sources import is_unit
from kaoping.records.readers.yaml_records import FOLDER
from kaoping.records.starter import not_made

#: In a sample's folder: the sample it is laid over, then one line for each of its files or folders to be left out.
BASE = "base.txt"


def sample_names() -> list[str]:
    """Return the names of the samples that come with the tool."""
    telling = (FOLDER, WORKBOOK, BASE)  # one of which every sample has
    return sorted({path.parent.name for name in telling for path in resources.sample().glob(f"*/{name}")})


def copy_sample(target: Path, name: str = "") -> None:
    """Lay the sample ``name``, or the default pack's first one, out in ``target``: its base first, then its own files.

    It stands there whole or not at all; one that stands there already, and in which nobody changed anything, will do.
    Raises KaopingError where ``target`` is a file or holds anything else; KeyError for an unknown name.
    """
    name = name or packs.named("").samples[0]
    if name not in sample_names():
        raise KeyError(name)
    files = _files(name)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        if _is_laid_out(target, files):
            return
        findings = Findings()
        findings.add("demo.target_not_empty", Location(target.name), name=str(target))
        raise KaopingError(findings)
    half = target.with_name(f".{target.name}.新")
    try:
        fs.remove(half)  # of a start that was broken off
        for inside, source in files.items():
            fs.mkdir((half / inside).parent)
            fs.copy(source, half / inside)
        if target.is_dir():
            target.rmdir()
        fs.rename(half, target)
    except OSError as error:
        raise not_made(target, error) from None
    finally:
        fs.remove(half)


def lay_out_sample(target: Path) -> None:
    """Lay the default pack's sample with a workbook out in ``target``; one that is there stays, as it was left.

    Raises KaopingError where ``target`` is a file or holds anything else.
    """
    if not is_unit(target):
        with_books = (name for name in packs.named("").samples if (resources.sample(name) / WORKBOOK).is_file())
        copy_sample(target, next(with_books, ""))


def _files(name: str) -> dict[PurePosixPath, Path]:
    """Return a sample's files, by where they stand in a unit: those of its base first, then its own."""
    source = resources.sample(name)
    files: dict[PurePosixPath, Path] = {}
    if (source / BASE).is_file():
        base, *left_out = (source / BASE).read_text(encoding="utf-8").split("\n")
        gone = [PurePosixPath(path.strip()) for path in left_out if path.strip()]
        files = {path: file for path, file in _files(base.strip()).items() if not _is_below(path, gone)}
    for file in sorted(source.rglob("*")):
        inside = PurePosixPath(file.relative_to(source).as_posix())
        if file.is_file() and inside.name != BASE and "__pycache__" not in inside.parts:
            files[inside] = file
    return files


def _is_below(path: PurePosixPath, folders: Iterable[PurePosixPath]) -> bool:
    return any(path == folder or folder in path.parents for folder in folders)


def _is_laid_out(target: Path, files: Mapping[PurePosixPath, Path]) -> bool:
    """Whether the sample stands in ``target`` as it was laid out, beside what a build has made of it."""
    there = {PurePosixPath(path.relative_to(target).as_posix()) for path in target.rglob("*") if path.is_file()}
    ours = {path for path in there if path.parts[0] not in (RESULTS, keeping.FOLDER)}
    return ours == files.keys() and all(filecmp.cmp(target / path, file, shallow=False) for path, file in files.items())
