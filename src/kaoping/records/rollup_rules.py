"""`rollup.yaml` of a pack: which records of a subordinate unit become which of the unit above it, and for which lines.

Nothing is rolled up that the file does not name, and each of its entries quotes the rubric's words that ask for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from kaoping.core.decode import Key, MisfitError, Of, Read, decode
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.core.packs.overlay import Keyed
from kaoping.core.packs.pack import ROLLUP
from kaoping.core.schema import Field, Kind, field_named
from kaoping.core.yamltree import ExpectedError, Node

FILE = ROLLUP
_TAKE = "take"


@dataclass(frozen=True, slots=True)
class Turned:
    """A field that has another name, or other words, with the subordinate."""

    of: str  # the subordinate's field
    values: Mapping[str, str] = field(default_factory=dict)  # its word → ours; no others; as they stand where empty


def _where(node: Node, kind: Kind) -> dict[str, tuple[str, ...]]:
    return {name: _options(child, _its(name, child, kind)) for name, child in node.mapping().items()}


def _options(node: Node, of: Field) -> tuple[str, ...]:
    return tuple(_fitting(item, of) for item in node.each())


def _fitting(node: Node, of: Field) -> str:
    """The text of ``node``, which the field ``of`` can take."""
    if of.options and node.text() not in of.options:
        raise ExpectedError(node, f"“{of.title}”只能是：{'、'.join(of.options)}")
    return node.text()


def _its(name: str, node: Node, kind: Kind) -> Field:
    return field_named(Node(name, node.at, node.vocabulary), kind)


def _set(node: Node, kind: Kind) -> dict[str, str]:
    return {name: _fitting(child, _its(name, child, kind)) for name, child in node.mapping().items()}


def _copied(node: Node, source: Kind, target: Kind) -> dict[str, Turned]:
    """The fields that both kinds have under one name."""
    return {
        field_named(item, target).name: Turned(field_named(item, source).name) for item in node.each()
    }  # fmt: skip


def _turned(node: Node, source: Kind, target: Kind) -> dict[str, Turned]:
    return {name: _turn(child, source, _its(name, child, target)) for name, child in node.mapping().items()}


def _turn(node: Node, source: Kind, to: Field) -> Turned:
    if isinstance(node.value, str):
        return Turned(field_named(node, source).name)
    entries = node.fields("field", "values")
    from_field = field_named(entries["field"], source)
    values = entries["values"].mapping() if "values" in entries else {}
    for word, child in values.items():
        _fitting(Node(word, child.at, child.vocabulary), from_field)
    return Turned(from_field.name, {word: _fitting(child, to) for word, child in values.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What becomes of the records of one kind: new records of the unit above, or empty cells of one that it has."""

    id: str
    source: Annotated[Kind, Key("from")]
    where: Annotated[Mapping[str, tuple[str, ...]], Read(_where, "source")] = field(default_factory=dict)
    target: Annotated[Kind, Key("into")]
    named: Annotated[Field, Of("target")]  # in which a record of the unit above says whose it is
    completes: bool = False  # it fills empty cells of the record that the unit above has of it, and adds none
    #: Fields in which two records agree that are one and the same; without a pair that agrees nothing is compared.
    same: Annotated[tuple[Field, ...], Of("target")] = ()
    #: Fields in which records that are one and the same can't differ, whatever else is not known of them.
    apart: Annotated[tuple[Field, ...], Of("target")] = ()
    constants: Annotated[Mapping[str, str], Key("set"), Read(_set, "target")] = field(default_factory=dict)
    copied: Annotated[Mapping[str, Turned], Key("copy"), Read(_copied, "source", "target")] = field(
        default_factory=dict
    )
    turned: Annotated[Mapping[str, Turned], Key("turn"), Read(_turned, "source", "target")] = field(
        default_factory=dict
    )
    lines: Mapping[str, str]  # of the rubric → its words that ask for it
    at: Location

    def __post_init__(self) -> None:
        if not self.gives:
            raise MisfitError("copy、turn 至少写一样：没有什么可取的")
        if not self.completes and not self.same:
            raise MisfitError("没有写 same：凭哪几栏认出本单位和下级记的是同一条")

    @property
    def gives(self) -> Mapping[str, Turned]:
        """Field of the unit above → the subordinate's that it comes from."""
        return {**self.copied, **self.turned}

    @property
    def asks(self) -> tuple[str, ...]:
        """The subordinate's fields that it reads."""
        return tuple(dict.fromkeys([*self.where, *(its.of for its in self.gives.values())]))


@dataclass(frozen=True, slots=True)
class Roster:
    """Where the unit above lists its subordinates: a record kind, and the field with their names."""

    kind: Kind
    field: Annotated[Field, Of("kind")]


@dataclass(frozen=True, slots=True)
class Rules:
    """All that is rolled up under a pack."""

    roster: Annotated[Roster, Key("units")]
    takes: Annotated[tuple[Take, ...], Key(_TAKE)]
    packs: tuple[str, ...] = ()  # whose packages are taken besides those of the pack itself

    @property
    def asks(self) -> Mapping[str, tuple[str, ...]]:
        """Record kind → its fields that a subordinate's package must carry, and no others."""
        wanted: dict[str, dict[str, None]] = {}
        for take in self.takes:
            wanted.setdefault(take.source.name, {}).update(dict.fromkeys(take.asks))
        return {kind: tuple(names) for kind, names in wanted.items()}


def rules_of(pack: Pack) -> Rules | None:
    """Return what ``pack`` says of the roll-up; None where it says nothing. Raises KaopingError with what is wrong."""
    return pack.part("rollup", _rules)


def _rules(pack: Pack) -> Rules | None:
    findings = Findings()
    rules = None
    try:
        node = pack.merged(FILE, {_TAKE: Keyed("id")}, findings)
        rules = decode(Rules, node) if node is not None else None
    except ExpectedError as error:
        at = error.node.at
        findings.add("pack.expected", at, path=at.path or "开头", expected=error.what)
    if findings.errors:
        raise KaopingError(findings.sorted())
    return rules
