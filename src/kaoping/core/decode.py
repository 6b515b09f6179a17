"""One decoder from YAML nodes to dataclasses: a class's annotations say what its mapping must hold.

An attribute is read as its type says: `str`, `Fraction`, `bool`, `date`, `tuple[X, ...]` (a list), `Mapping[str, X]`,
`X | None`, `Literal`, an enum, another dataclass, or a type that :func:`reads` told a reader for; `Location` is where
the mapping stands. One with a default may be left out. What the type does not say stands beside it: `Annotated[str,
Key("as")]`. A class checks what its values are together in `__post_init__`, with :class:`MisfitError`.

Every mistake is an ExpectedError at the node that is wrong.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache, partial, reduce
from inspect import get_annotations
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from kaoping.core.model import Location
from kaoping.core.yamltree import ExpectedError, Fields, Node

T = TypeVar("T")
Reads = TypeVar("Reads", bound=Callable[..., Any])
Mark = TypeVar("Mark")


@dataclass(frozen=True, slots=True)
class Key:
    """What the attribute is called in the file, where that is another name, or one that Python does not take."""

    name: str


class _Call:
    """A function, and the siblings that it takes: attributes above it in its class, or of a class around that."""

    def __init__(self, function: Callable[..., Any], *siblings: str) -> None:
        self.function = function
        self.siblings = siblings

    def __call__(self, known: _Known, *first: Any) -> Any:
        return self.function(*first, *(known[name] for name in self.siblings))


class Read(_Call):
    """What reads the attribute: ``function(node, *siblings)``."""


class OneOf(Read):
    """One of ``names``, which may be a mapping to what each means; `Literal` says the same of bare words."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(lambda node: one_of(node, names))


class Beside(_Call):
    """An attribute that several entries of the mapping make up: ``function(fields, *siblings)``."""

    def __init__(self, function: Callable[..., Any], required: str = "", optional: str = "", *siblings: str) -> None:
        super().__init__(function, *siblings)
        self.required, self.optional = required.split(), optional.split()


class Fallback(_Call):
    """What the attribute is where the file does not say: ``function(*siblings)``, of any of its class."""


class Of:
    """The siblings that the reader of the type takes, where they have other names than it says."""

    def __init__(self, *siblings: str) -> None:
        self.siblings = siblings


@dataclass(frozen=True, slots=True)
class Named:
    """For a mapping of dataclasses: the attribute of each that its name in the mapping is."""

    attribute: str


class _Sign(Enum):
    GIVEN = 1
    WHOLE = 2
    APART = 3
    OPTIONAL = 4  # `X | None`


#: The attribute never stands in the file: whoever decodes the class gives it.
GIVEN = _Sign.GIVEN
#: The attribute is the whole node, which need not be a mapping.
WHOLE = _Sign.WHOLE
#: An item that is wrong is told and left out, so that it does not hide what is wrong with the others.
APART = _Sign.APART


class MisfitError(ValueError):
    """Values that do not go together; ``attribute`` is the one to blame, "" for none."""

    def __init__(self, what: str, attribute: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.attribute = attribute


def decode(
    cls: type[T],
    node: Node,
    *,
    also: Collection[str] = (),
    tell: Callable[[ExpectedError], None] | None = None,
    **given: Any,
) -> T:
    """Return the ``cls`` that ``node`` describes; raises ExpectedError at the node that is wrong.

    ``given`` are attributes that the file does not say, and what readers take as siblings besides; ``also`` are entries
    that somebody else reads. ``tell`` takes what is wrong with an item that stands APART; without it that is raised.
    """
    return _decoded(cls, node, {"tell": tell}, given, also)


def reads(hint: Any, *siblings: str) -> Callable[[Reads], Reads]:
    """Let the decorated function read every attribute of the type ``hint``: ``function(node, *siblings)``."""

    def register(function: Reads) -> Reads:
        _READERS[hint] = Read(function, *siblings)
        return function

    return register


def one_of(node: Node, names: Iterable[str]) -> str:
    """Return the text of ``node``, which is one of ``names`` (a mapping says what each means); raises ExpectedError."""
    text, known = node.text(), list(names)
    if text not in known:
        options = [f"{name}（{words}）" for name, words in names.items()] if isinstance(names, Mapping) else known
        raise ExpectedError(node, f"应为 {'、'.join(options)} 之一，现为“{text}”")
    return text


def positive(node: Node) -> Fraction:
    """Return a number above zero; raises ExpectedError."""
    number = node.number()
    if number <= 0:
        raise ExpectedError(node, "应大于 0")
    return number


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(node.text())
    except ValueError:
        raise ExpectedError(node, "应为日期，如 2017-12-05") from None


_READERS: dict[Any, Read] = {
    str: Read(Node.text),
    Fraction: Read(Node.number),
    bool: Read(Node.truth),
    date: Read(_day),
    Any: Read(Node.plain),
    Node: Read(lambda node: node),
}
_SCALARS = (str, Fraction, date, Node)

#: Attribute → value: those read so far, and those of the classes around.
_Known = Mapping[str, Any]
#: (node, what is known) → value.
_Reader = Callable[[Node, _Known], Any]
#: (the mapping, its entries, what is known) → value.
_Source = Callable[[Node, dict[str, Node], _Known], Any]
_NOTHING: _Known = {}


@dataclass(frozen=True, slots=True)
class _Attribute:
    """How an attribute comes out of a node: off an entry of its own, or else in some other way."""

    name: str
    key: str = ""
    read: _Reader | None = None  # of its entry
    may_be_blank: bool = False  # an entry without a value says nothing
    source: _Source | None = None  # of several entries, or of the whole node
    keys: tuple[str, ...] = ()  # all entries that it may be read off
    need: tuple[str, ...] = ()  # those of them that must be there
    default: Callable[[_Known], Any] | None = None  # what it is where nothing is said, where that is made
    is_late: bool = False  # its default rests on the other attributes


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a class comes out of a node, worked out once."""

    attributes: tuple[_Attribute, ...]
    late: tuple[_Attribute, ...]
    defaults: Mapping[str, Any]  # those that are the same always
    unset: tuple[str, ...]  # the attributes that have none such
    need: tuple[str, ...]
    may: tuple[str, ...]
    is_mapping: bool


def _decoded(
    cls: Callable[..., T], node: Node, around: _Known, given: _Known = _NOTHING, also: Collection[str] = ()
) -> T:
    plan = _plan(cls)
    need, may = plan.need, (*plan.may, *also)
    if given:
        hidden = {key for attribute in plan.attributes if attribute.name in given for key in attribute.keys} - {*also}
        need, may = (tuple(key for key in keys if key not in hidden) for keys in (need, may))
    entries = node.checked(need, may) if plan.is_mapping else {}
    known = {**around, **plan.defaults}
    for name in plan.unset:
        known.pop(name, None)  # what a class around calls so is not what this one means by it
    known.update(given)
    values = {name: value for name, value in given.items() if name in plan.defaults or name in plan.unset}
    try:
        for attribute in plan.attributes:
            entry = entries.get(attribute.key)
            if attribute.name in values or (entry is None and attribute.source is None and attribute.default is None):
                continue
            if attribute.source is not None:
                values[attribute.name] = known[attribute.name] = attribute.source(node, entries, known)
            elif (
                attribute.read is not None
                and entry is not None
                and not (entry.value is None and attribute.may_be_blank)
            ):
                values[attribute.name] = known[attribute.name] = attribute.read(entry, known)
            elif attribute.default is not None and not attribute.is_late:
                values[attribute.name] = known[attribute.name] = attribute.default(known)
        for attribute in plan.late:
            if attribute.name not in values and attribute.default is not None:
                values[attribute.name] = known[attribute.name] = attribute.default(known)
        return cls(**values)
    except MisfitError as error:
        keys = (key for attribute in plan.attributes if attribute.name == error.attribute for key in attribute.keys)
        raise ExpectedError(next((entries[key] for key in keys if key in entries), node), error.what) from None


@cache
def _plan(cls: Any) -> _Plan:
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        hints |= get_annotations(base, eval_str=True)
    marked = {field.name: _unwrapped(hints[field.name]) for field in fields(cls) if field.init}
    attributes = tuple(_attribute(field, *marked[field.name]) for field in fields(cls) if field.init)
    need = dict.fromkeys(key for attribute in attributes for key in attribute.need)
    may = dict.fromkeys(key for attribute in attributes for key in attribute.keys if key not in need)
    constant = {field.name: field.default for field in fields(cls) if field.default is not MISSING}
    defaults = {
        attribute.name: constant[attribute.name]
        for attribute in attributes
        if attribute.default is None and attribute.name in constant
    }
    is_mapping = not any(WHOLE in marks for _, marks in marked.values())
    late = tuple(attribute for attribute in attributes if attribute.is_late)
    unset = tuple(attribute.name for attribute in attributes if attribute.name not in defaults)
    return _Plan(attributes, late, defaults, unset, (*need,), (*may,), is_mapping)


def _attribute(field: Field[Any], hint: Any, marks: tuple[Any, ...]) -> _Attribute:
    """How ``field`` is read, whose type is ``hint`` without its ``marks``."""
    fallback, beside, named = _mark(marks, Fallback), _mark(marks, Beside), _mark(marks, Key)
    default: Callable[[_Known], Any] | None = fallback
    if field.default_factory is not MISSING:
        make = field.default_factory
        default = lambda known: make()  # noqa: E731
    if GIVEN in marks:
        return _Attribute(field.name, default=default, is_late=fallback is not None)
    if hint is Location:
        return _Attribute(field.name, source=lambda node, entries, known: node.at)
    if beside is not None:
        keys = (*beside.required, *beside.optional)
        make_up, need = beside, tuple(beside.required)
        return _Attribute(
            field.name, source=lambda node, entries, known: make_up(known, Fields(entries)), keys=keys, need=need
        )
    read = _reader(hint, marks)
    if WHOLE in marks:
        return _Attribute(field.name, source=lambda node, entries, known: read(node, known))
    key = named.name if named is not None else field.name
    must = default is None and field.default is MISSING
    is_optional = not must or _Sign.OPTIONAL in marks
    if must and is_optional:  # it must be there, if only to say that there is nothing
        default = lambda known: None  # noqa: E731
    elif must and hint is str and _mark(marks, Read) is None:
        default, is_optional = (lambda known: ""), True
    is_scalar = (_unwrapped(get_args(hint)[0])[0] if get_origin(hint) is tuple else hint) in _SCALARS
    return _Attribute(
        field.name,
        key,
        read,
        may_be_blank=is_optional and is_scalar,
        keys=(key,),
        need=(key,) if must else (),
        default=default,
        is_late=fallback is not None,
    )


def _mark(marks: tuple[Any, ...], kind: type[Mark]) -> Mark | None:
    return next((mark for mark in marks if isinstance(mark, kind)), None)


def _unwrapped(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type and its marks; `X | None` is an X that is optional."""
    marks: tuple[Any, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, *inner = get_args(hint)
            marks = (*marks, *inner)
        elif get_origin(hint) in (Union, UnionType) and type(None) in get_args(hint):
            hint = reduce(operator.or_, (part for part in get_args(hint) if part is not type(None)))
            marks = (*marks, _Sign.OPTIONAL)
        else:
            return hint, marks


def _reader(hint: Any, marks: tuple[Any, ...]) -> _Reader:
    """What reads a value of the type ``hint``; raises TypeError where nothing does: a fault of the engine."""
    origin, args = get_origin(hint), get_args(hint)
    if reader := _mark(marks, Read) or _READERS.get(hint):
        of = _mark(marks, Of)
        call = _Call(reader.function, *of.siblings) if of else reader
        if not call.siblings:
            function = call.function
            return lambda node, known: function(node)
        return lambda node, known: call(known, node)
    if origin is Literal:
        return lambda node, known: one_of(node, args)
    if origin is tuple:
        return _items(args[0], marks)
    if origin is Mapping:
        return _mapping(args[1], marks)
    if is_dataclass(hint):
        cls: Any = hint
        return lambda node, known: _decoded(cls, node, known)
    if isinstance(hint, type) and issubclass(hint, Enum):
        kind = hint
        return lambda node, known: kind(one_of(node, (member.value for member in kind)))
    raise TypeError(f"nothing reads {hint}")


def _items(wrapped: Any, marks: tuple[Any, ...]) -> _Reader:
    hint, inner = _unwrapped(wrapped)
    read = _reader(hint, (*inner, *(mark for mark in marks if isinstance(mark, Of))))
    is_mapping = hint not in _READERS if is_dataclass(hint) else getattr(hint, "_is_protocol", False)
    listed = Node.items if is_mapping else Node.each  # a single word may stand without a list
    if APART not in marks:
        return lambda node, known: tuple(read(item, known) for item in listed(node))
    return lambda node, known: tuple(value for item in listed(node) for value in _apart(read, item, known))


def _mapping(wrapped: Any, marks: tuple[Any, ...]) -> _Reader:
    hint, inner = _unwrapped(wrapped)
    named = _mark(marks, Named)
    unnamed = _reader(hint, inner)

    def read(name: str, node: Node, known: _Known) -> tuple[Any, ...]:
        read_item: _Reader = partial(_decoded, hint, given={named.attribute: name}) if named else unnamed
        return _apart(read_item, node, known) if APART in marks else (read_item(node, known),)

    return lambda node, known: {
        name: value for name, item in node.mapping().items() for value in read(name, item, known)
    }


def _apart(read: _Reader, item: Node, known: _Known) -> tuple[Any, ...]:
    """What ``read`` gives; nothing where that is wrong and somebody takes what is told of it."""
    try:
        return (read(item, known),)
    except ExpectedError as error:
        if known["tell"] is None:
            raise
        known["tell"](error)
        return ()
