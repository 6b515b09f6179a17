"""Laying an extending pack over the one that it extends (``extends``): whole nodes, by their ids.

A node that the extension has stands in the place of the one with the same id; a new one comes last, or behind the one
that it names with ``after``; ``drop`` takes nodes away. Nothing within a node is mixed, and no list is merged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.yamltree import ExpectedError, Node

AFTER = "after"


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping of nodes by their ids."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A list of nodes, each with its id under ``key``.

    A node with ``inner`` collections is a container: the extension's own says only what differs of it.
    """

    key: str
    inner: Mapping[str, Shape] = field(default_factory=dict)


Shape = Named | Keyed


def laid_over(base: Node, over: Node, shapes: Mapping[str, Shape], findings: Findings) -> Node:
    """Return the mapping ``base`` with ``over`` laid on it; ``shapes`` says which of its entries are collections.

    Every other entry is taken whole. Ids that are named and not there go to ``findings``. Raises ExpectedError where a
    node has not the shape of what it lies on.
    """
    entries = dict(base.mapping())
    for name, node in over.mapping().items():
        under = entries.get(name)
        if under is None or under.value is None or name not in shapes:
            entries[name] = node
        elif isinstance(shape := shapes[name], Named):
            entries[name] = replace(under, value={**under.mapping(), **node.mapping()})
        else:
            entries[name] = _list(under, node, shape, findings)
    return replace(over, value=entries)


def _list(base: Node, over: Node, shape: Keyed, findings: Findings) -> Node:
    items = list(base.items())
    for node in over.items():
        id_ = _id(node, shape)
        place = next((place for place, item in enumerate(items) if _id(item, shape) == id_), None)
        behind, plain = _after(node)
        if place is not None:
            merged = laid_over(items[place], plain, shape.inner, findings) if shape.inner else plain
            if behind is None:
                items[place] = merged
                continue
            del items[place]
            plain = merged
        items.insert(_place(items, behind, shape, findings), plain)
    return replace(base, value=items)


def _id(node: Node, shape: Keyed) -> str:
    entries = node.mapping()
    if shape.key not in entries:
        raise ExpectedError(node, f"缺少“{shape.key}”")
    return entries[shape.key].text()


def _after(node: Node) -> tuple[Node | None, Node]:
    """Return what the node is to stand behind, and the node without that word."""
    entries = node.mapping()
    if AFTER not in entries:
        return None, node
    return entries[AFTER], replace(node, value={name: child for name, child in entries.items() if name != AFTER})


def _place(items: list[Node], behind: Node | None, shape: Keyed, findings: Findings) -> int:
    if behind is None:
        return len(items)
    for place, item in enumerate(items):
        if _id(item, shape) == behind.text():
            return place + 1
    tell_missing(behind, (_id(item, shape) for item in items), findings)
    return len(items)


def without(node: Node, drop: Mapping[str, Iterable[Node]], shapes: Mapping[str, Shape], findings: Findings) -> Node:
    """Return the mapping ``node`` without the nodes whose ids ``drop`` names under the names of their collections.

    An id that no such collection has goes to ``findings``.
    """
    known: dict[str, set[str]] = {name: set() for name in drop}
    ids = {name: {child.text() for child in children} for name, children in drop.items()}
    result = _without(node, ids, shapes, known)
    for name, children in drop.items():
        for child in children:
            if child.text() not in known[name]:
                tell_missing(child, known[name], findings)
    return result


def _without(
    node: Node, ids: Mapping[str, Collection[str]], shapes: Mapping[str, Shape], known: Mapping[str, set[str]]
) -> Node:
    entries = dict(node.mapping())
    for name, shape in shapes.items():
        if name not in entries or entries[name].value is None:
            continue
        under, gone = entries[name], ids.get(name, ())
        if isinstance(shape, Named):
            known.get(name, set()).update(under.mapping())
            kept = {id_: child for id_, child in under.mapping().items() if id_ not in gone}
            entries[name] = replace(under, value=kept)
            continue
        known.get(name, set()).update(_id(item, shape) for item in under.items())
        items = [item for item in under.items() if _id(item, shape) not in gone]
        entries[name] = replace(under, value=[_without(item, ids, shape.inner, known) for item in items])
    return replace(node, value=entries)


def tell_missing(node: Node, known: Iterable[str], findings: Findings) -> None:
    """Tell that ``node`` names an id that is not there."""
    listed = "、".join(sorted(known)) or "（没有）"
    at: Location = node.at
    findings.add("pack.missing_id", at, id=node.text(), path=at.path, known=listed)
