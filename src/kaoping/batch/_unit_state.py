"""What a unit's package was made of, as one digest: the same digest, the same package.

Files are known by size and time, as :mod:`kaoping.core.memory` knows them: nothing of a unit that has not changed is
read. The program is known by its content.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from kaoping import __version__
from kaoping.batch._unit_folders import SUMMARY, is_of_the_unit
from kaoping.core import fs, packs, resources
from kaoping.core.file_names import is_left_behind
from kaoping.core.memory import below, stamp_of
from kaoping.documents.edits import keeping
from kaoping.evidence.survey import made_with
from kaoping.pipeline.building import RESULTS
from kaoping.pipeline.following import follows_links
from kaoping.records.readers.sources import is_unit
from kaoping.records.validate import MATERIALS

_NAME = re.compile(r"[\w.-]+")


def state_of(unit: Path, *, final: bool, follow_links: bool) -> str:
    """Return the digest of all that the package of the unit in the folder ``unit`` is made of, but for what it makes.

    That is its folder, the packs that it may name, the program with its libraries, and what it is asked for.
    """
    follow_links = follow_links or follows_links(unit)
    behind = stamp_of(below(unit / MATERIALS, follow_links=True)) if follow_links else ()
    stock = resources.schema("packs")
    strangers = [place.folder for place in packs.known(unit) if place.folder.parent != stock]
    parts = {
        "asked": [final, follow_links],
        "program": program_digest(),
        "unit": sorted(_stamps(unit)),
        "behind links": behind,
        "packs": [sorted(_stamps(folder)) for folder in strangers if not folder.is_relative_to(unit)],
    }
    return hashlib.sha256(json.dumps(parts).encode(errors="surrogatepass")).hexdigest()


def package_stamp(package: Path) -> str:
    """Return what tells a package from what anybody made of it since; of none it is what tells that there is none."""
    return hashlib.sha256(json.dumps(sorted(_stamps(package))).encode(errors="surrogatepass")).hexdigest()


@cache
def program_digest() -> str:
    """Return the digest of the program, its data, its libraries, and of what this machine has to make pages with."""
    digest = hashlib.sha256(f"{__version__} {sys.version_info[:2]} {made_with()}".encode())
    for root in (Path(__file__).parents[1], resources.schema(), resources.template()):
        for path in sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
            digest.update(path.read_bytes())
    digest.update("\n".join(_libraries()).encode())
    return digest.hexdigest()


def _libraries() -> Iterator[str]:
    try:
        wanted = metadata.requires("kaoping") or ()
    except metadata.PackageNotFoundError:  # a kit, whose libraries change with it alone
        return
    for name in sorted({match[0] for text in wanted if (match := _NAME.match(text))}):
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of each file in ``folder`` but for what a build makes there, and of other units."""
    root = fs.reachable_at_any_depth(folder)
    generated = root / keeping.FOLDER / keeping.GENERATED
    for place, folders, names in os.walk(root):
        here = Path(place)
        if here == root:
            folders[:] = [
                name for name in folders
                if name not in (RESULTS, SUMMARY) and (is_of_the_unit(name) or not _holds_units(here / name))
            ]  # fmt: skip
        folders[:] = [name for name in folders if here / name != generated]
        for name in names:
            if is_left_behind(name):
                continue
            path = here / name
            try:
                status = path.stat()
            except OSError:
                yield path.relative_to(root).as_posix(), -1, -1
            else:
                yield path.relative_to(root).as_posix(), status.st_size, status.st_mtime_ns


def _holds_units(folder: Path) -> bool:
    return any(is_unit(Path(place)) for place, _, _ in os.walk(folder))
