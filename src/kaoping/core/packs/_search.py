"""Where packs are looked for, nearest first: the unit's folder, the folder beside it, the user's, what is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import fs, resources
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs.description import FILE, Description, read_description
from kaoping.core.packs.pack import Pack, load
from kaoping.core.yamltree import Node

FOLDER = "规则包"
GROUP = "kaoping.packs"  # the entry points of installed packages: each names a package whose folder is a pack
_HOME = "KAOPING_PACKS"  # the variable of the environment that names another folder than the user's own


@dataclass(frozen=True, slots=True)
class Place:
    """A pack that was found: its folder and what its pack.yaml says; None where that can't be read."""

    folder: Path
    origin: str  # in Chinese: where it was found
    description: Description | None

    @property
    def id(self) -> str:
        """The pack's id; the folder's name where its pack.yaml can't be read."""
        return self.description.id if self.description is not None else self.folder.name

    def answers(self, name: str) -> bool:
        """Whether units may call it ``name``."""
        return name == self.id or (self.description is not None and name in self.description.also)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A pack that is not used because one of the same id lies nearer."""

    used: Place
    hidden: Place


def known(unit: Path | None = None) -> list[Place]:
    """Return every pack that a unit in the folder ``unit`` (None: no unit) can name, the nearest first."""
    return [Place(folder, origin, read_description(folder, Findings())) for folder, origin in _folders(unit)]


def _folders(unit: Path | None) -> Iterator[tuple[Path, str]]:
    roots: list[tuple[Path, str]] = []
    if unit is not None:
        roots += [(unit / FOLDER, "单位文件夹"), (_beside(unit), "单位旁边的文件夹")]
    roots += [(folder, "用户的文件夹") for folder in _users()]
    for root, origin in roots:
        yield from ((folder, origin) for folder in _below(root))
    yield from ((folder, "安装的规则包") for folder in _installed())
    yield from ((folder, "随程序的规则包") for folder in _below(resources.schema("packs")))


def roots(unit: Path) -> list[Path]:
    """Return the folders in which a unit's pack may stand, apart from those of installed packages."""
    return [unit / FOLDER, _beside(unit), *_users(), resources.schema("packs")]


def _beside(unit: Path) -> Path:
    return Path(os.path.abspath(unit)).parent / FOLDER  # noqa: PTH100 - takes “..” out, and follows no link


def _below(root: Path) -> list[Path]:
    """The packs in ``root``, which may be one itself."""
    if (root / FILE).is_file():
        return [root]
    return sorted(path.parent for path in root.glob(f"*/{FILE}")) if root.is_dir() else []


def _users() -> list[Path]:
    if named := os.environ.get(_HOME):
        return [Path(named)]
    folder = fs.of_user("data")
    return [folder / FOLDER] if folder is not None else []


def _installed() -> Iterator[Path]:
    """The folders of installed packs. Nothing of them is imported: a pack holds no Python."""
    if not _may_be_installed():
        return
    from importlib import metadata
    from importlib.util import find_spec

    for point in metadata.entry_points(group=GROUP):
        try:
            spec = find_spec(point.module)
        except (ImportError, ValueError):  # named, and not there
            continue
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            if (Path(folder) / FILE).is_file():
                yield Path(folder)


def _may_be_installed() -> bool:
    """Whether any package names the group: looked up in a tenth of the time that importing importlib.metadata takes."""
    files = (file for entry in sys.path for file in Path(entry).glob("*-info/entry_points.txt"))
    return any(GROUP in file.read_text("utf-8", errors="replace") for file in files)


def stock() -> list[Place]:
    """Return the packs that come with the program."""
    return [place for place in known() if place.folder.parent == resources.schema("packs")]


def default(unit: Path | None = None) -> str:
    """Return the id of the pack of a unit that names none.

    It is the one in the unit's own 规则包, where that holds one alone (and what it extends); else the stock's. Raises
    KaopingError where several lie there: which of them holds nobody knows.
    """
    folders = _below(unit / FOLDER) if unit is not None else []
    places = [Place(folder, "", read_description(folder, Findings())) for folder in folders]
    described = [place.description for place in places if place.description is not None]
    extended = {description.extends.text() for description in described if description.extends is not None}
    tops = [place.id for place in places if place.id not in extended]
    if len(tops) > 1:
        findings = Findings()
        findings.add("pack.several", listed="、".join(tops))
        raise KaopingError(findings)
    if tops:
        return tops[0]
    return next(place.id for place in stock() if place.description is not None and place.description.default)


def find(name: str, unit: Path | None = None, findings: Findings | None = None) -> Pack:
    """Load the pack that a unit in the folder ``unit`` calls ``name``, or the one in the folder of that path.

    One that hides another is told in ``findings``. Raises KaopingError with all that is wrong with it, or that there is
    none.
    """
    folder = _named_folder(name, unit)
    return at(folder if folder is not None else _searched(name, unit, None, findings), unit)


def at(folder: Path, unit: Path | None = None) -> Pack:
    """Load the pack in ``folder``; what it extends is searched beside it, then as for a unit in the folder ``unit``.

    Raises KaopingError with all that is wrong with it.
    """
    named_folder = folder if folder.name not in ("", "..") else folder.resolve()  # its name stands in every finding
    if named_folder.parent != resources.schema("packs"):  # ours are told by their place, which is never too long
        named_folder = fs.reachable_below(named_folder)
    return load(named_folder, lambda node, at: _base(node, at, unit))


def named(name: str, unit: Path | None = None, findings: Findings | None = None) -> Pack:
    """Load the pack called ``name``, or with "" the default one, as :func:`find` does."""
    return find(name or default(unit), unit, findings)


def asked(name: str, unit: Path | None = None, findings: Findings | None = None) -> Pack:
    """Load the pack that somebody asks a command for: as :func:`named` does, or that in the folder ``name`` here."""
    if (
        name
        and (fs.reachable_below(Path(name)) / FILE).is_file()
        and not any(place.answers(name) for place in known(unit))
    ):
        return at(Path(name), unit)
    return named(name, unit, findings)


def strange(pack: Pack, unit: Path) -> list[tuple[Path, Path]]:
    """Return the folders of the pack that the unit in the folder ``unit`` would not find by their ids.

    Each comes with its place in the unit's own 规则包. Raises KaopingError where something else stands there.
    """
    findings = Findings()
    strangers: list[tuple[Path, Path]] = []
    for layer in pack.layers:
        id_ = layer.description.id
        try:
            known_folder = _searched(id_, unit, None, None)
        except KaopingError:
            known_folder = None
        if known_folder is not None and known_folder.resolve() == layer.folder.resolve():
            continue
        target = unit / FOLDER / id_
        if target.exists():
            findings.add("pack.exists", Location(f"{FOLDER}/{id_}"), name=str(target))
        strangers.append((layer.folder, target))
    if findings.errors:
        raise KaopingError(findings)
    return strangers


def _named_folder(name: str, unit: Path | None) -> Path | None:
    """The folder of the pack that ``name`` gives as a path; None where it is none.

    What a unit names lies below the unit: where its package is built from must not matter.
    """
    if not any(mark in name for mark in ("/", "\\")) and name not in (".", ".."):
        return None
    folder = fs.reachable_below((unit if unit is not None else Path()) / name)
    return folder if (folder / FILE).is_file() else None


def _base(node: Node, at: Path, unit: Path | None) -> Path | None:
    """Where the pack lies that the one in the folder ``at`` extends."""
    try:
        return _searched(node.text(), unit, at, None)
    except KaopingError:
        return None


def _called(place: Place) -> str:
    """The pack as people call it, and the id that is to be written."""
    title = place.description.title if place.description is not None else ""
    return f"{title}（{place.id}）" if title else place.id


def _searched(name: str, unit: Path | None, besides: Path | None, findings: Findings | None) -> Path:
    places = [place for place in known(unit) if besides is None or place.folder.resolve() != besides.resolve()]
    if besides is not None:  # a pack may lie beside the one that extends it
        places = [
            *(Place(f, "", read_description(f, Findings())) for f in _below(besides.parent) if f != besides),
            *places,
        ]
    matches = [place for place in places if place.id == name] or [place for place in places if place.answers(name)]
    if not matches:
        missing = Findings()
        listed = "、".join(dict.fromkeys(_called(place) for place in places))
        missing.add("rubric.unknown", id=name, known=listed)
        for place in places:
            if place.description is None:  # it may be the one that is meant
                read_description(place.folder, missing)
        raise KaopingError(missing)
    if findings is not None:
        for other in matches[1:]:
            if other.folder.resolve() != matches[0].folder.resolve():
                at = Location(f"{matches[0].folder.name}/{FILE}")
                findings.add("pack.hides", at, id=name, origin=matches[0].origin, hidden=other.origin)
    return matches[0].folder
