"""The names that a template uses, held against those that its document really has.

What there is (:class:`Shape`) is read off a context that was really made, so that the check and the rendering can't
drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from functools import reduce
from typing import Any

from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from kaoping.core.figures import Figure, Missing


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value is like: ``members`` by name, ``item`` of a list; ``is_open`` where anything may be in it."""

    members: Mapping[str, Shape] | None = None
    item: Shape | None = None
    is_open: bool = False


ANY = Shape(is_open=True)
LEAF = Shape()
_LOOP = (
    "index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "cycle", "changed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Misuse:
    """A name, filter or test that there is not, or that is refused: a code, the tag's number (1…), words."""

    code: str
    tag: int
    name: str
    near: tuple[str, ...] = ()


def shape_of(value: Any) -> Shape:
    """Return what ``value`` is like. The names in our data are ASCII; keys in other letters come from records."""
    if isinstance(value, Mapping):
        keys = [str(key) for key in value]
        members = {str(key): shape_of(item) for key, item in value.items()}
        return Shape(members, is_open=not keys or not all(key.isascii() for key in keys))
    if is_dataclass(value) and not isinstance(value, type | Figure | Missing):
        return Shape({item.name: shape_of(getattr(value, item.name)) for item in fields(value)})
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Shape(item=reduce(_both, map(shape_of, value)) if value else ANY)
    return LEAF


def _both(one: Shape, other: Shape) -> Shape:
    if ANY in (one, other):
        return ANY
    members = one.members if other.members is None else other.members
    if one.members is not None and other.members is not None:
        shared = {name: _both(one.members[name], other.members[name]) for name in one.members if name in other.members}
        members = {**one.members, **other.members, **shared}
    item = one.item or other.item
    if one.item is not None and other.item is not None:
        item = _both(one.item, other.item)
    return Shape(members, item, one.is_open or other.is_open)


def misused(tree: nodes.Template, known: Mapping[str, Shape], environment: SandboxedEnvironment) -> list[Misuse]:
    """Return every misuse in a parsed template, in order; its lines are the numbers of its tags."""
    look = _Look(known, environment)
    look.body(tree.body, dict(known))
    first: dict[tuple[str, int, str], Misuse] = {}
    for misuse in look.found:  # of a forbidden path (x.__class__.__mro__) the first step is enough
        first.setdefault((misuse.code, misuse.tag, "" if misuse.code == "template.forbidden" else misuse.name), misuse)
    return sorted(first.values(), key=lambda misuse: misuse.tag)


class _Look:
    def __init__(self, known: Mapping[str, Shape], environment: SandboxedEnvironment) -> None:
        self.known = known
        self.environment = environment
        self.found: list[Misuse] = []
        self.callable = {"blank", "caller"}
        self.paths = list(_paths(known))

    def body(self, statements: Sequence[nodes.Node], scope: dict[str, Shape]) -> None:
        for statement in statements:
            self.statement(statement, scope)

    def statement(self, node: nodes.Node, scope: dict[str, Shape]) -> None:
        match node:
            case nodes.For():
                item = self.shape(node.iter, scope).item or ANY
                inner = dict(scope)
                _assign(node.target, item, inner)
                if node.test is not None:
                    self.shape(node.test, inner)
                loop = dict.fromkeys(_LOOP, LEAF) | {"previtem": item, "nextitem": item}
                inner["loop"] = Shape(loop)
                self.body(node.body, inner)
                self.body(node.else_, dict(scope))
            case nodes.If():
                self.shape(node.test, scope)
                self.body([*node.body, *node.elif_, *node.else_], scope)
            case nodes.Assign():
                _assign(node.target, self.shape(node.node, scope), scope)
            case nodes.With():
                inner = dict(scope)
                for target, value in zip(node.targets, node.values, strict=True):
                    _assign(target, self.shape(value, scope), inner)
                self.body(node.body, inner)
            case nodes.AssignBlock():
                self.body(node.body, dict(scope))
                _assign(node.target, LEAF, scope)
            case nodes.Macro():
                self.callable.add(node.name)
                scope[node.name] = ANY
                self.body(node.body, scope | {a.name: ANY for a in node.args} | {"caller": ANY, "varargs": ANY})
            case nodes.CallBlock():
                self.shape(node.call, scope)
                self.body(node.body, scope | {a.name: ANY for a in node.args})
            case nodes.FilterBlock():
                self.shape(node.filter, scope)
                self.body(node.body, dict(scope))
            case nodes.Output():
                for part in node.nodes:
                    self.shape(part, scope)
            case _:
                for child in node.iter_child_nodes():
                    self.shape(child, scope)

    def shape(self, node: nodes.Node, scope: Mapping[str, Shape], *, guarded: bool = False) -> Shape:
        """Return what an expression is like, and note what it misuses; ``guarded``: it may be undefined."""
        match node:
            case nodes.Name():
                return self._name(node, scope)
            case nodes.Getattr():
                return self._attribute(node, scope)
            case nodes.Getitem():
                return self._item(node, scope, guarded)
            case nodes.Call():
                return self._call(node, scope)
            case nodes.Filter():
                return self._filter(node, scope)
            case nodes.Test():
                if node.name not in self.environment.tests:
                    self._unknown("template.unknown_test", node, node.name, self.environment.tests)
                self._rest(node, node.node, scope, guarded=node.name in ("defined", "undefined"))
                return LEAF
            case nodes.CondExpr():
                self.shape(node.test, scope)
                other = self.shape(node.expr2, scope) if node.expr2 is not None else LEAF
                return _both(self.shape(node.expr1, scope), other)
            case nodes.And() | nodes.Or():
                return _both(self.shape(node.left, scope), self.shape(node.right, scope))
        for child in node.iter_child_nodes():
            self.shape(child, scope)
        return LEAF if isinstance(node, nodes.Const | nodes.Concat | nodes.Compare | nodes.Not) else ANY

    def _name(self, node: nodes.Name, scope: Mapping[str, Shape]) -> Shape:
        if node.name in scope:
            return scope[node.name]
        if node.name not in self.callable and node.ctx == "load":
            self._unknown("template.unknown_name", node, node.name, scope)
        return ANY

    def _attribute(self, node: nodes.Getattr, scope: Mapping[str, Shape]) -> Shape:
        base = self.shape(node.node, scope)
        name = f"{_path(node.node)}.{node.attr}"
        if node.attr.startswith("_"):
            self.found.append(Misuse("template.forbidden", node.lineno, name))
            return ANY
        return self._member(base, node.attr, name, node, guarded=False)

    def _item(self, node: nodes.Getitem, scope: Mapping[str, Shape], guarded: bool) -> Shape:
        base = self.shape(node.node, scope)
        self.shape(node.arg, scope)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            key = node.arg.value
            if key.startswith("_"):
                self.found.append(Misuse("template.forbidden", node.lineno, f"{_path(node.node)}['{key}']"))
                return ANY
            return self._member(base, key, f"{_path(node.node)}['{key}']", node, guarded=guarded)
        if base.members:
            return reduce(_both, base.members.values())
        if base.item is not None:
            return base if isinstance(node.arg, nodes.Slice) else base.item
        return ANY

    def _member(self, base: Shape, key: str, name: str, node: nodes.Node, *, guarded: bool) -> Shape:
        if base.members is not None and key in base.members:
            return base.members[key]
        if base.is_open or guarded:
            return ANY
        self._unknown("template.unknown_name", node, name, base.members or (), key)
        return ANY

    def _call(self, node: nodes.Call, scope: Mapping[str, Shape]) -> Shape:
        for child in [*node.args, *node.kwargs]:
            self.shape(child, scope)
        name = _path(node.node)
        if name in self.callable or (name in ("loop.cycle", "loop.changed") and "loop" in scope):
            return ANY
        if isinstance(node.node, nodes.Name) and node.node.name not in scope:
            self._unknown("template.unknown_name", node, name, scope)
        else:
            self.found.append(Misuse("template.forbidden", node.lineno, f"{name}()"))
        return ANY

    def _filter(self, node: nodes.Filter, scope: Mapping[str, Shape]) -> Shape:
        if node.name not in self.environment.filters:
            self._unknown("template.unknown_filter", node, node.name, self.environment.filters)
        if node.node is not None:
            self._rest(node, node.node, scope, guarded=node.name in ("default", "d"))
        return ANY

    def _rest(self, node: nodes.Node, subject: nodes.Node, scope: Mapping[str, Shape], *, guarded: bool) -> None:
        for child in node.iter_child_nodes():
            self.shape(child, scope, guarded=guarded and child is subject)

    def _unknown(self, code: str, node: nodes.Node, name: str, there: Iterable[str], key: str = "") -> None:
        """Note that ``name`` is not there; ``key`` is its last step, ``there`` what could stand instead of it."""
        key = key or name
        at = name.rindex(key)
        near = [name[:at] + other + name[at + len(key) :] for other in get_close_matches(key, list(there), 2, 0.7)]
        if not near and code == "template.unknown_name":
            near = [path for path in self.paths if path.rpartition(".")[2] == key][:3]
            near = near or get_close_matches(name, self.paths, 2, 0.7)
        self.found.append(Misuse(code, node.lineno, name, tuple(near)))


def _assign(target: nodes.Node, shape: Shape, scope: dict[str, Shape]) -> None:
    if isinstance(target, nodes.Name):
        scope[target.name] = shape
    else:
        for name in target.find_all(nodes.Name):
            scope[name.name] = ANY


def _path(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_path(node.node)}.{node.attr}"
        case nodes.Getitem() if isinstance(node.arg, nodes.Const):
            return f"{_path(node.node)}[{node.arg.value!r}]"
        case nodes.Call():
            return f"{_path(node.node)}()"
    return "…"


def _paths(known: Mapping[str, Shape], above: str = "") -> list[str]:
    found: list[str] = []
    for name, shape in known.items():
        found.append(above + name)
        if shape.members and not shape.is_open:
            found += _paths(shape.members, f"{above}{name}.")
    return found
