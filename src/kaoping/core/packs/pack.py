"""A pack with all that it extends, laid over one another: the vocabulary, and the files of every other room."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from kaoping.core import resources, seam, yamltree
from kaoping.core.errors import KaopingError
from kaoping.core.file_names import is_nobodys
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs import vocabulary as words
from kaoping.core.packs._kept import kept
from kaoping.core.packs.description import Description, read_description
from kaoping.core.packs.overlay import Named, Shape, laid_over, tell_missing, without
from kaoping.core.schema import EvidenceType, Kind, Vocabulary
from kaoping.core.yamltree import ExpectedError, Node

_Part = TypeVar("_Part")
_TEMPLATES = "templates"  # of a pack that is one folder
SAMPLES = "samples"
_DOCUMENTS = "documents"
#: What becomes of subordinates' records: a package that holds any names the file for itself, all others say the same
#: whether there is one or not.
ROLLUP = "rollup.yaml"
_ITS_OWN = ("sections", "lines", "questions", "groups", "due")  # what the common stock has none of
_MATTER = "考评"  # where no pack.yaml says what the year's work is scored on


@dataclass(frozen=True, slots=True)
class Layer:
    """One pack's own folder."""

    folder: Path
    templates: Path  # the folder of its Word templates
    description: Description

    def read(self, name: str, findings: Findings, vocabulary: Vocabulary | None = None) -> Node | None:
        """Read the file ``name`` of the folder; None where it is not there, is empty, or can't be read."""
        path = self.folder.joinpath(*name.split("/"))
        if not path.is_file():
            return None
        node = yamltree.read(path, f"{self.folder.name}/{name}", findings, vocabulary)
        return None if node is None or node.value is None else node

    def dropped(self, name: str) -> tuple[Node, ...]:
        """Return the ids that it drops of what it extends, out of the collection ``name``."""
        return self.description.drop.get(name, ())


@dataclass(frozen=True, eq=False)
class Pack:
    """A domain: everything that its data says, looked up layer by layer."""

    id: str
    also: tuple[str, ...]
    title: str
    matter: str
    year: int
    levels: tuple[str, ...]
    wings: tuple[str, ...]
    samples: tuple[str, ...]
    layers: tuple[Layer, ...]  # the one that all others lie on first, the pack itself last
    vocabulary: Vocabulary
    _parts: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Its record kinds by name, in the order of the work."""
        return self.vocabulary.kinds

    @property
    def evidence_types(self) -> Mapping[str, EvidenceType]:
        """Its evidence types by id."""
        return self.vocabulary.evidence_types

    @property
    def folder(self) -> Path:
        """Its own folder."""
        return self.layers[-1].folder

    def part(self, name: str, make: Callable[[Pack], _Part]) -> _Part:
        """Return what another room makes of the pack, made once and kept with it under ``name``."""
        if name not in self._parts:
            self._parts[name] = make(self)
        part: _Part = self._parts[name]
        return part

    @property
    def years(self) -> tuple[int, ...]:
        """The year of each of its layers; one that says none has that of the layer below."""
        return _years(self.layers)

    def merged(
        self, name: str, shapes: Mapping[str, Shape], findings: Findings, base: Node | None = None
    ) -> Node | None:
        """Return the file ``name`` with all layers laid over one another, and over ``base``; None where none has it.

        ``shapes`` says which of its entries are collections of nodes with ids; a file that is called like one of them
        is that collection itself. Raises ExpectedError.
        """
        *_, last = self.stages(name, shapes, findings, base)
        return last

    def stages(
        self, name: str, shapes: Mapping[str, Shape], findings: Findings, base: Node | None = None
    ) -> Iterator[Node | None]:
        """Yield what :meth:`merged` returns as it is after each of the layers."""
        result = base
        whole = Path(name).stem if Path(name).stem in shapes else ""
        for layer in self.layers:
            drop = {collection: ids for collection in _collections(shapes) if (ids := layer.dropped(collection))}
            if result is not None:
                result = without(result, drop, shapes, findings)
            over = layer.read(name, findings, self.vocabulary)
            if over is not None:
                over = Node({whole: over}, over.at, over.vocabulary) if whole else over
                result = over if result is None else laid_over(result, over, shapes, findings)
            yield result

    def files(self, folder: str, suffix: str = ".yaml") -> dict[str, tuple[Layer, str]]:
        """Return the files below ``folder``: stem → the layer that has it (the last one) and its name in there.

        What a later layer drops of the collection is left out.
        """
        latest: dict[str, tuple[Layer, str]] = {}
        for layer in self.layers:
            for node in layer.dropped(folder):
                latest.pop(node.text(), None)
            for path in sorted((layer.folder / folder).glob(f"*{suffix}")):
                latest[path.stem] = (layer, f"{folder}/{path.name}")
        return latest

    def parsed(self, folder: str, parse: Callable[[str, Node], _Part], stock: Iterable[str] = ()) -> dict[str, _Part]:
        """Return what ``parse`` makes of each file below ``folder``, by its stem and in its order.

        ``stock`` names files of the common stock that the pack takes and has none of its own for. Raises KaopingError
        with all that is wrong with them.
        """
        findings = Findings()
        files = self.files(folder)
        parts: dict[str, _Part] = {}
        for stem in sorted({*files, *stock}):
            if stem in files:
                layer, name = files[stem]
                node = layer.read(name, findings, self.vocabulary)
            else:
                name = f"{folder}/{stem}.yaml"
                node = yamltree.read(resources.schema(name), name, findings, self.vocabulary)
            try:
                if node is not None:
                    parts[stem] = parse(stem, node)
            except ExpectedError as error:
                at = error.node.at
                findings.add("rubric.expected", at, path=at.path, expected=error.what)
        if findings.errors:
            raise KaopingError(findings.sorted())
        return parts

    def named_documents(self) -> list[str]:
        """Return the names of the common stock's documents that it takes, in its order."""
        names: dict[str, None] = {}
        for layer in self.layers:
            for node in layer.dropped(_DOCUMENTS):
                names.pop(node.text(), None)
            names.update(dict.fromkeys(node.text() for node in layer.description.documents))
        return list(names)

    def template(self, name: str) -> Path | None:
        """Return the Word template ``name`` of the last layer that has it; None where none has."""
        paths = (layer.templates / name for layer in reversed(self.layers))
        return next((path for path in paths if path.is_file()), None)

    def digest(self) -> str:
        """Return the SHA-256 of all that its layers say, laid over one another: the same data, the same digest."""
        return self.part("digest", _digest)


def load(place: Path, find: Callable[[Node, Path], Path | None]) -> Pack:
    """Load the pack in the folder ``place``; ``find`` tells where the pack lies that a folder's pack.yaml extends.

    Raises KaopingError with all that is wrong with it.
    """
    findings = Findings()
    layers = _layers(place, find, findings)

    def laid() -> Pack | None:
        pack = _pack(layers, findings)
        return None if findings.errors else pack

    folders = [folder for layer in layers for folder in (layer.folder, layer.templates)]
    pack = kept(folders, laid) if layers and not findings.errors else None
    if pack is None:
        raise KaopingError(findings.sorted())
    return pack


def _layers(place: Path, find: Callable[[Node, Path], Path | None], findings: Findings) -> list[Layer]:
    """The pack's folder and those that it lies on, the lowest first."""
    layers: list[Layer] = []
    at: Path | None = place
    while at is not None:
        description = read_description(at, findings)
        if description is None:
            return []
        layers.append(Layer(at, _templates(at), description))
        named = description.extends
        if named is None:
            break
        at = find(named, at)
        if at is not None and any(layer.folder.resolve() == at.resolve() for layer in layers):
            findings.add("pack.cycle", named.at, id=named.text())
            return []
        if at is None and not findings.errors:
            findings.add("pack.no_base", named.at, id=named.text())
    return layers[::-1]


def _templates(folder: Path) -> Path:
    """The folder of a pack's Word templates: those of the stock stand in the project's ``templates/``."""
    if folder.parent == resources.schema("packs"):
        return resources.template("packs", folder.name)
    return folder / _TEMPLATES


def _pack(layers: list[Layer], findings: Findings) -> Pack | None:
    descriptions = [layer.description for layer in layers]
    top = descriptions[-1]
    for collection in _ITS_OWN:  # a pack that extends none can drop only what is the common stock's
        for node in layers[0].dropped(collection):
            tell_missing(node, (), findings)
    _check_documents(layers, findings)
    levels = next(description.levels for description in reversed(descriptions) if description.levels)
    year = _years(layers)[-1]
    vocabulary = words.vocabulary_of(layers, _years(layers), levels, findings)
    if vocabulary is None:
        return None
    wings = _wings(descriptions, vocabulary, findings)
    title = next((description.title for description in reversed(descriptions) if description.title), top.id)
    matter = next((description.matter for description in reversed(descriptions) if description.matter), _MATTER)
    pack = Pack(top.id, top.also, title, matter, year, levels, wings, top.samples, tuple(layers), vocabulary)
    if not top.title and top.extends is not None and pack.years[-1] != pack.years[-2]:
        at = top.extends.at
        expected = f"年度和“{top.extends.text()}”的不同，要写自己的 title（名称）"
        findings.add("pack.expected", Location(at.file, "title", at.line), path="title", expected=expected)
    return pack


def _wings(descriptions: Sequence[Description], vocabulary: Vocabulary, findings: Findings) -> tuple[str, ...]:
    """The wings that the layers switch on; one that there is not, or that lacks a kind it reads, is told."""
    known = seam.wings()
    named = {node.text(): node for description in descriptions for node in description.wings}
    for id_, node in named.items():
        if id_ not in known:
            findings.add("pack.missing_id", node.at, id=id_, path=node.at.path, known="、".join(known))
        elif lacking := [kind for kind in known[id_].kinds if kind not in vocabulary.kinds]:
            expected = f"副翼“{known[id_].title}”要用的记录种类不在：{'、'.join(lacking)}；写进 pack.yaml 的 kinds"
            findings.add("pack.expected", node.at, path=node.at.path, expected=expected)
    return tuple(named)


def _years(layers: Sequence[Layer]) -> tuple[int, ...]:
    years: list[int] = []
    for layer in layers:
        years.append(layer.description.year if layer.description.year is not None else years[-1])
    return tuple(years)


def _check_documents(layers: list[Layer], findings: Findings) -> None:
    """Tell the documents that a layer takes from the common stock, or drops, and that are not there."""
    known: set[str] = set()
    stock = {path.stem for path in resources.schema(_DOCUMENTS).glob("*.yaml")}
    for layer in layers:
        for node in layer.dropped(_DOCUMENTS):
            if node.text() not in known:
                tell_missing(node, known, findings)
        named = {node.text(): node for node in layer.description.documents}
        known |= {path.stem for path in (layer.folder / _DOCUMENTS).glob("*.yaml")}
        for name in named.keys() - known - stock:
            tell_missing(named[name], known | stock, findings)
        known |= named.keys()


def _collections(shapes: Mapping[str, Shape]) -> Iterable[str]:
    for name, shape in shapes.items():
        yield name
        if not isinstance(shape, Named):
            yield from _collections(shape.inner)


def _digest(pack: Pack) -> str:
    digest = hashlib.sha256()
    for layer in pack.layers:
        paths = [path for path in layer.folder.rglob("*") if path.is_file() and not _is_aside(path, layer.folder)]
        for path in sorted(paths, key=lambda path: path.relative_to(layer.folder).as_posix()):
            node = yamltree.read(path, path.name, Findings())
            content = json.dumps(node.plain() if node is not None else None, ensure_ascii=False)
            digest.update(f"{path.relative_to(layer.folder).as_posix()}\n{content}\n".encode())
    return digest.hexdigest()


def _is_aside(path: Path, folder: Path) -> bool:
    """Whether a file says nothing of the domain's meaning: looks, samples, worked cases, what is no YAML."""
    inside = path.relative_to(folder).parts
    return path.suffix != ".yaml" or inside[0] in (_TEMPLATES, SAMPLES, "cases", ROLLUP) or is_nobodys(path.name)
