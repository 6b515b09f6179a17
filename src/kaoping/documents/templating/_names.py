"""The names that a template uses, held against those that its document has: in branches too that no trial enters.

What there is is read off a context that was really made. What nobody can tell without rendering is left to the trial.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from typing import Any

from jinja2 import Environment, Undefined, nodes
from jinja2.runtime import LoopContext

from kaoping.documents.templating._placed_tags import Flaw, PlacedTag

#: What is in scope besides the context, by Jinja and by our sandbox; {} stands for what may be anything.
_LOOP: dict[str, Any] = {name: {} for name in dir(LoopContext((), Undefined)) if not name.startswith("_")}
_OWN: dict[str, Any] = {"loop": _LOOP, "caller": {}, "varargs": {}, "kwargs": {}, "blank": {}}
_CALLABLE = ("blank", "caller", "loop.cycle", "loop.changed")
_GUARDS = ("default", "d", "defined", "undefined")


@dataclass(frozen=True, slots=True)
class _Some:
    """What an expression may stand for: every value that the context has for it; none where anything may come."""

    values: tuple[Any, ...] = ()

    def members(self) -> dict[str, list[Any]]:
        """Return what they hold by name."""
        by_name: dict[str, list[Any]] = defaultdict(list)
        for group in self.values:
            for name, value in group.items() if isinstance(group, Mapping) else ():
                by_name[name].append(value)
        return by_name

    def items(self) -> _Some:
        """Return what stands in those that are lists."""
        return _Some(tuple(chain.from_iterable(value for value in self.values if isinstance(value, list | tuple))))

    @property
    def is_open(self) -> bool:
        """Whether it may have any member. The names in our data are ASCII; keys in other letters come from records."""
        groups = (value for value in self.values if isinstance(value, Mapping))
        return not self.values or any(not group or not all(map(str.isascii, group)) for group in groups)


def _union(several: Sequence[_Some]) -> _Some:
    """Return what may be any of ``several``."""
    if not all(some.values for some in several):
        return _Some()
    return _Some(tuple({id(value): value for some in several for value in some.values}.values()))


class _Scope:
    """The names of a template, and what each may stand for anywhere in it."""

    def __init__(self, tree: nodes.Template, context: Mapping[str, Any]) -> None:
        self._stored = Counter(name.name for name in tree.find_all(nodes.Name) if name.ctx != "load")
        self._given: dict[str, list[tuple[nodes.Node, bool]]] = defaultdict(list)  # expressions; whether an item of one
        for loop in tree.find_all(nodes.For):
            self._give(loop.target, loop.iter, is_item=True)
        for assign in tree.find_all(nodes.Assign):
            self._give(assign.target, assign.node)
        for block in tree.find_all(nodes.With):
            for target, value in zip(block.targets, block.values, strict=True):
                self._give(target, value)
        macros = {macro.name for macro in tree.find_all(nodes.Macro)}
        given = {**_OWN, **context}
        self._known = {name: _Some((value,)) for name, value in given.items() if name not in self._stored}
        self.callable = {*_CALLABLE, *macros}
        self.names = {*given, *self._stored, *macros}

    def _give(self, target: nodes.Node, value: nodes.Node, *, is_item: bool = False) -> None:
        if isinstance(target, nodes.Name):
            self._given[target.name].append((value, is_item))

    def _named(self, name: str) -> _Some:
        if name not in self._known:
            self._known[name] = _Some()  # meanwhile: it may be made of itself
            several = [self.of(value).items() if is_item else self.of(value) for value, is_item in self._given[name]]
            if len(several) == self._stored[name]:  # else it is given a value too that nobody can tell
                self._known[name] = _union(several)
        return self._known[name]

    def of(self, node: nodes.Node) -> _Some:
        """Return what an expression may stand for."""
        match node:
            case nodes.Name():
                return self._named(node.name)
            case nodes.Const():
                return _Some((node.value,))
            case nodes.Getattr() | nodes.Getitem() if key := _key(node):
                return _Some(tuple(self.of(node.node).members().get(key, ())))
            case nodes.Getitem(arg=nodes.Slice()):
                return self.of(node.node)
            case nodes.Getitem():
                base = self.of(node.node)
                return _Some((*base.items().values, *chain.from_iterable(base.members().values())))
            case nodes.And() | nodes.Or():
                return _union([self.of(node.left), self.of(node.right)])
            case nodes.CondExpr(expr2=nodes.Expr() as other):
                return _union([self.of(node.expr1), self.of(other)])
        return _Some()


def misused(
    tree: nodes.Template, context: Mapping[str, Any], environment: Environment, tags: Sequence[PlacedTag]
) -> Iterator[Flaw]:
    """Yield every name, filter and test in ``tree`` that there is not, or that is refused; line n of it is tag n."""
    scope = _Scope(tree, context)
    paths = list(_paths(context))
    guards = (node.node for node in tree.find_all((nodes.Filter, nodes.Test)) if node.name in _GUARDS)
    may_lack = {id(node) for node in guards if isinstance(node, nodes.Getitem)}
    may_lack |= {id(call.node) for call in tree.find_all(nodes.Call) if not isinstance(call.node, nodes.Name)}
    seen: set[tuple[int, str, str]] = set()
    for node in sorted(tree.find_all(nodes.Expr), key=lambda node: node.lineno):
        code, name, last, there = _misuse(node, scope, environment)
        if not code or (code == "template.unknown_name" and id(node) in may_lack):
            continue
        once = (node.lineno, code, "" if code == "template.forbidden" else name)  # of a path, one step is enough
        if once not in seen:
            seen.add(once)
            near = _near(name, last, there, paths if code == "template.unknown_name" else ()) if last else ""
            yield tags[node.lineno - 1].flaw(code, name, near)


def _misuse(node: nodes.Node, scope: _Scope, environment: Environment) -> tuple[str, str, str, Iterable[str]]:
    """Return a finding's code ("" where nothing is wrong), the name, its last word, and what could stand for that."""
    match node:
        case nodes.Name(ctx="load", name=name) if name not in scope.names:
            return "template.unknown_name", name, name, scope.names
        case nodes.Filter(name=name) if name not in environment.filters:
            return "template.unknown_filter", name, name, environment.filters
        case nodes.Test(name=name) if name not in environment.tests:
            return "template.unknown_test", name, name, environment.tests
        case nodes.Call(node=nodes.Name(name=name)) if name not in scope.names:
            pass  # told as a name
        case nodes.Call() if _path(node.node) not in scope.callable:
            return "template.forbidden", _path(node), "", ()
        case nodes.Getattr() | nodes.Getitem() if key := _key(node):
            base = scope.of(node.node)
            if key.startswith("_"):
                return "template.forbidden", _path(node), "", ()
            if not base.is_open and key not in base.members():
                return "template.unknown_name", _path(node), key, base.members()
    return "", "", "", ()


def _key(node: nodes.Getattr | nodes.Getitem) -> str:
    """Return the name of the member that is meant; "" where it is worked out, or a number."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else ""


def _near(name: str, last: str, there: Iterable[str], paths: Sequence[str]) -> str:
    """Ask whether something else was meant: one that is ``there`` for the ``last`` word, or one of all ``paths``."""
    before, _, after = name.rpartition(last)
    near = [before + other + after for other in get_close_matches(last, sorted(there), 2, 0.7)]
    near = near or [path for path in paths if path.rpartition(".")[2] == last][:3]
    near = near or get_close_matches(name, paths, 2, 0.7)
    return f"您要的是不是 {' 或 '.join(near)}？" if near else ""


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


def _paths(group: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in group.items():
        yield above + name
        if isinstance(value, Mapping) and not _Some((value,)).is_open:
            yield from _paths(value, f"{above}{name}.")
