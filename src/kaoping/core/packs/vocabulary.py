"""The record kinds and evidence types of a pack: the engine's own, the common stock's by name, and its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.core import engine, resources, yamltree
from kaoping.core.decode import decode
from kaoping.core.file_names import why_not_portable
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs.description import tell
from kaoping.core.packs.overlay import Keyed, Named, Shape, laid_over, tell_missing, without
from kaoping.core.schema import EvidenceType, Field, Kind, Vocabulary, parse_kind
from kaoping.core.yamltree import ExpectedError, Node

if TYPE_CHECKING:
    from kaoping.core.packs.pack import Layer

RECORDS = "records"
TYPES = "evidence_types"
_FIELDS: Mapping[str, Shape] = {"fields": Keyed("name")}
_STOCK_YEAR = 2017  # of the dates in the common stock's examples
_LONGEST = 31  # characters of a sheet's name in Excel
_FORBIDDEN = set("[]:*?/\\")


def vocabulary_of(
    layers: Sequence[Layer], years: Sequence[int], levels: Sequence[str], findings: Findings
) -> Vocabulary | None:
    """Return what the files of the pack that ``layers`` make up may name; None where that can't be told.

    ``years`` are those of the layers: examples speak of the last one.
    """
    engine_kinds = {name: _engine_node(name) for name in engine.KINDS}
    nodes = _kind_nodes(layers, engine_kinds, findings)
    kinds: dict[str, Kind] = {}
    for name, node in nodes.items():
        try:
            kinds[name] = parse_kind(name, node)
        except ExpectedError as error:
            tell(error, findings)
    types = _evidence_types(layers, findings)
    if findings.errors:
        return None
    for name, node in engine_kinds.items():
        if nodes[name] is not node:
            _check_engine(kinds[name], nodes[name], parse_kind(name, node), findings)
    if findings.errors:
        return None
    id_ = layers[-1].description.id
    kinds = {name: _in_year(_among(kind, kinds), years) for name, kind in kinds.items()}
    kinds[engine.UNIT] = _with_options(kinds[engine.UNIT], "level", levels, levels[0])
    kinds[engine.UNIT] = _with_options(kinds[engine.UNIT], "rubric", (), id_)
    kinds[engine.EVIDENCE] = _with_options(kinds[engine.EVIDENCE], "type", [type_.title for type_ in types.values()])
    _check(kinds, nodes, types, findings)
    return Vocabulary(kinds, types)


def _among(kind: Kind, kinds: Collection[str]) -> Kind:
    """The kind without what records would tell of it (x-tells) that the pack does not take from the stock."""
    return replace(kind, tellings=tuple(its for its in kind.tellings if its.kind in kinds))


def _kind_nodes(layers: Sequence[Layer], engine_kinds: Mapping[str, Node], findings: Findings) -> dict[str, Node]:
    """Each kind's schema with all layers laid over one another, in the order of the work."""
    schemas: dict[str, Node] = {}
    order: list[str] = []
    for layer in layers:
        for node in layer.dropped("kinds"):
            if node.text() not in order or node.text() in engine_kinds:
                tell_missing(node, (name for name in order if name not in engine_kinds), findings)
            else:
                order.remove(node.text())
        gone = _dropped_fields(layer)
        _check_needed(gone, engine_kinds, findings)
        schemas = {name: _without_fields(node, name, gone, findings) for name, node in schemas.items()}
        files = {path.stem: path for path in sorted((layer.folder / RECORDS).glob("*.yaml"))}
        named = {node.text(): node for node in layer.description.kinds}
        for name in [*named, *(name for name in files if name not in named)]:
            base = schemas.get(name)
            if base is None and (first := engine_kinds.get(name) or _stock(name, findings)) is not None:
                base = _without_fields(first, name, gone, findings)
            if base is None and name not in files:
                tell_missing(named[name], sorted({*_stock_names(), *engine_kinds, *files}), findings)
                continue
            laid = _laid(base, layer, name, findings) if name in files else base
            if laid is None:
                continue
            schemas[name] = laid
            order += [name] if name not in order else []
        for node in (node for nodes in gone.values() for node in nodes):
            tell_missing(node, order, findings)
    rest = [name for name in engine.KINDS if name not in order]
    order = [*(name for name in rest if name == engine.UNIT), *order, *(name for name in rest if name != engine.UNIT)]
    return {name: schemas.get(name) or engine_kinds[name] for name in order}


def _without_name(key: Node, dropped: set[str]) -> Node:
    """The foreign key without the field of names beside it, where that is dropped."""
    entries = {name: child for name, child in key.mapping().items() if name != "x-named" or child.text() not in dropped}
    return replace(key, value=entries)


def _without_told(telling: Node, dropped: set[str]) -> Node:
    """What one field tells of others (x-tells), without those that are dropped."""
    entries = dict(telling.mapping())
    gives = {name: child for name, child in entries["gives"].mapping().items() if name not in dropped}
    return replace(telling, value={**entries, "gives": replace(entries["gives"], value=gives)})


def _laid(base: Node | None, layer: Layer, name: str, findings: Findings) -> Node | None:
    """The kind as a layer has it: a whole schema stands for itself, one without its key says what differs."""
    over = layer.read(f"{RECORDS}/{name}.yaml", findings)
    if over is None:
        return base
    try:
        if base is None or "primaryKey" in over.mapping():
            return over
        return laid_over(base, over, _FIELDS, findings)
    except ExpectedError as error:
        tell(error, findings)
        return None


def _dropped_fields(layer: Layer) -> dict[str, list[Node]]:
    """The fields that the layer drops, each written as kind.field, by the kind."""
    gone: dict[str, list[Node]] = {}
    for node in layer.dropped("fields"):
        gone.setdefault(node.text().partition(".")[0], []).append(node)
    return gone


def _check_needed(gone: dict[str, list[Node]], engine_kinds: Mapping[str, Node], findings: Findings) -> None:
    """Tell the fields of the engine's own kinds that are to be dropped, and take them out of ``gone``."""
    for name in gone.keys() & engine_kinds.keys():
        fields = (field.mapping() for field in engine_kinds[name].mapping()["fields"].items())
        titles = {f"{name}.{field['name'].text()}": field["title"].text() for field in fields}
        for node in (node for node in gone[name] if node.text() in titles):
            needed = f"“{titles[node.text()]}”（{node.text().partition('.')[2]}）程序要用，不能删"
            findings.add("pack.expected", node.at, path=node.at.path, expected=needed)
        gone[name] = [node for node in gone[name] if node.text() not in titles]


def _without_fields(node: Node, name: str, gone: dict[str, list[Node]], findings: Findings) -> Node:
    """The kind without the fields that are dropped of it, and their foreign keys; they are taken out of ``gone``."""
    if name not in gone:
        return node
    entries = dict(node.mapping())
    fields = {field.mapping()["name"].text(): field for field in entries["fields"].items()}
    dropped: set[str] = set()
    for named in gone.pop(name):
        field = named.text().partition(".")[2]
        if field in fields:
            dropped.add(field)
        else:
            tell_missing(named, (f"{name}.{known}" for known in fields), findings)
    kept = [field for known, field in fields.items() if known not in dropped]
    entries["fields"] = replace(entries["fields"], value=kept)
    if "x-carried" in entries:
        carried = [name for name in entries["x-carried"].items() if name.text() not in dropped]
        entries["x-carried"] = replace(entries["x-carried"], value=carried)
    if "foreignKeys" in entries:
        keys = [key for key in entries["foreignKeys"].items() if key.mapping()["fields"].text() not in dropped]
        entries["foreignKeys"] = replace(entries["foreignKeys"], value=[_without_name(key, dropped) for key in keys])
    if "x-tells" in entries:
        tellings = [_without_told(telling, dropped) for telling in entries["x-tells"].items()]
        kept = [its for its in tellings if its.mapping()["gives"].mapping()]
        kept = [its for its in kept if its.mapping()["field"].text() not in dropped]
        entries["x-tells"] = replace(entries["x-tells"], value=kept)
    return replace(node, value=entries)


def _read(path: Path, findings: Findings) -> Node | None:
    return yamltree.read(path, f"{path.parent.name}/{path.name}", findings)


def _stock_names() -> Iterator[str]:
    return (path.stem for path in sorted(resources.schema(RECORDS).glob("*.yaml")))


def _stock(name: str, findings: Findings) -> Node | None:
    path = resources.schema(RECORDS, f"{name}.yaml")
    return _read(path, findings) if path.is_file() else None


def _evidence_types(layers: Sequence[Layer], findings: Findings) -> dict[str, EvidenceType]:
    shapes: Mapping[str, Shape] = {TYPES: Named()}
    stock = _read(resources.schema(f"{TYPES}.yaml"), findings)
    assert stock is not None, "the common stock can be read"
    merged = Node({TYPES: stock}, stock.at)
    types: dict[str, EvidenceType] = {}
    try:
        for layer in layers:
            merged = without(merged, {TYPES: layer.dropped(TYPES)}, shapes, findings)
            over = layer.read(f"{TYPES}.yaml", findings)
            if over is not None:
                merged = laid_over(merged, Node({TYPES: over}, over.at), shapes, findings)
        for id_, node in merged.mapping()[TYPES].mapping().items():
            types[id_] = decode(EvidenceType, node, id=id_)
    except ExpectedError as error:
        tell(error, findings)
    return types


def _with_options(kind: Kind, name: str, options: Sequence[str], example: str = "") -> Kind:
    """The engine's ``kind``, whose field ``name`` takes what the pack has."""

    def with_options(field: Field) -> Field:
        if field.name != name:
            return field
        words = {word: option for word, option in field.words.items() if option in options}
        shown = example or (field.example if field.example in options else "")
        return replace(field, options=tuple(options), words=words, example=shown)

    fields = tuple(map(with_options, kind.fields))
    return replace(kind, fields=fields, example={field.name: field.example for field in fields if field.example})


def _in_year(kind: Kind, years: Sequence[int]) -> Kind:
    """The kind with examples of the pack's own year, where they were written for another."""
    others = {str(year) for year in (_STOCK_YEAR, *years)} - {str(years[-1])}
    if not others:
        return kind
    written = re.compile(rf"(?<![0-9])({'|'.join(sorted(others))})(?![0-9])")
    fields = [replace(field, example=written.sub(str(years[-1]), field.example)) for field in kind.fields]
    example = {field.name: field.example for field in fields if field.example}
    return replace(kind, fields=tuple(fields), example=example)


def _check_engine(kind: Kind, node: Node, needed: Kind, findings: Findings) -> None:
    """Tell what a pack has as something else, or not at all, of a ``kind`` that the engine itself works with."""

    def wrong(expected: str) -> None:
        findings.add("pack.expected", node.at, path=node.at.path or "开头", expected=expected)

    for field in needed.fields:
        actual = kind.field(field.name)
        if actual is None or (actual.type, actual.listed) != (field.type, field.listed):
            wrong(f"“{needed.title}”的“{field.title}”（{field.name}）程序要用，不能少，也不能改类型")
    if (kind.key, kind.single) != (needed.key, needed.single):
        wrong(f"“{needed.title}”程序要用，primaryKey 和 x-single 不能改；只写不同的几栏")


def _check(
    kinds: Mapping[str, Kind], nodes: Mapping[str, Node], types: Mapping[str, EvidenceType], findings: Findings
) -> None:
    """What no kind can tell of itself: what it names elsewhere, and names that two of them have."""
    titles: dict[str, str] = {}
    files: dict[str, str] = {}
    _check_type_titles(types, findings)
    for name, kind in kinds.items():
        node = nodes[name]

        def wrong(expected: str, node: Node = node) -> None:
            findings.add("pack.expected", node.at, path=node.at.path or "开头", expected=expected)

        for key in kind.foreign:
            target = kinds.get(key.kind)
            lacking = [field for field in (key.target, key.by) if field and target and target.field(field) is None]
            if target is None:
                wrong(f"引用了没有的记录种类“{key.kind}”；用到的种类都写进 pack.yaml 的 kinds")
            for field in lacking:
                wrong(f"引用了“{target.title if target else key.kind}”没有的栏“{field}”")
        for telling in kind.tellings:
            lacking = [f for f in (telling.by, *telling.gives.values()) if kinds[telling.kind].field(f) is None]
            for field in lacking:
                wrong(f"x-tells 写的“{kinds[telling.kind].title}”没有“{field}”这一栏")
        if kind.evidence_type and kind.evidence_type not in types:
            wrong(f"没有材料类型“{kind.evidence_type}”；可用：{'、'.join(types)}")
        if len(kind.title) > _LONGEST or _FORBIDDEN & set(kind.title):
            wrong(f"中文名“{kind.title}”要作工作表的名称：最多{_LONGEST}个字，不能有 []:*?/\\")
        if why := why_not_portable(kind.file):
            wrong(f"文件名“{kind.file}”不能用：{why}")
        for known, value, what in ((titles, kind.title, "中文名"), (files, kind.file, "文件名")):
            other = known.setdefault(value.casefold(), name)
            if other != name:
                wrong(f"{what}“{value}”和记录种类“{other}”的一样")


def _check_type_titles(types: Mapping[str, EvidenceType], findings: Findings) -> None:
    """People choose a type by its title: two of the same can't be told apart."""
    titles: dict[str, str] = {}
    for id_, type_ in types.items():
        if (other := titles.setdefault(type_.title, id_)) != id_:
            expected = f"材料类型“{id_}”和“{other}”的 title 都是“{type_.title}”"
            findings.add("pack.expected", Location(f"{TYPES}.yaml", id_), path=id_, expected=expected)


def wider(vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with the kinds of the common stock that it lacks: what the stock's own files may name."""
    findings = Findings()
    lacking = {name: _stock(name, findings) for name in _stock_names() if name not in vocabulary.kinds}
    stock = {name: parse_kind(name, node) for name, node in lacking.items() if node is not None}
    return replace(vocabulary, kinds={**vocabulary.kinds, **stock})


@cache
def unit_kind() -> Kind:
    """Return the engine's kind of the unit's own facts: what is known of a unit before its pack is."""
    return parse_kind(engine.UNIT, _engine_node(engine.UNIT))


def _engine_node(name: str) -> Node:
    node = _read(resources.schema("engine", f"{name}.yaml"), Findings())
    assert node is not None, "the engine's own files can be read"
    return node
