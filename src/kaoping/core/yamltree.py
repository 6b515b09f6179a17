"""YAML with places: every value remembers its file, line and path, and stays text until a schema types it.

PyYAML composes the tree; this module keeps the marks that its constructors would drop. `2017-03-05`, `否` and `1.0` are
all text here, because only the schema of a field knows what they mean (a phone number is not an integer).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from yaml.error import MarkedYAMLError

from kaoping.core import fs
from kaoping.core._list_pieces import Pieces
from kaoping.core.errors import why_not_read
from kaoping.core.findings import Findings
from kaoping.core.model import Location

if TYPE_CHECKING:
    from kaoping.core.schema import Vocabulary

#: Aliases inside aliases can unfold to more nodes than memory holds; nobody repeats this many.
MOST_REPEATED = 100_000
#: Nobody indents this deep, and whatever walks the tree may recurse.
MOST_DEPTH = 100
#: What YAML does not allow in a file, quoted or not (and a BOM elsewhere than at the start).
_UNPRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"[-+]?[0-9]{1,30}(\.[0-9]{1,30}|/[0-9]{1,30})?[%％]?")
_NULLS = {"", "~", "null", "Null", "NULL"}


def exact_number(text: str) -> Fraction | None:
    """Return `2`, `0.5`, `-5`, `1/2` or `90%` as the exact number; None for anything else (no `1e9`, no `1_000`)."""
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Fraction(text[:-1]) / 100 if text[-1] in "%％" else Fraction(text)
    except ZeroDivisionError:
        return None


def quoted(text: str) -> str:
    """Return ``text`` as a YAML double-quoted scalar: what a person typed stays text whatever it holds."""
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return written.strip()


class ExpectedError(Exception):
    """A node is not what its reader needs. ``what`` says, in Chinese, what was expected."""

    def __init__(self, node: Node, what: str) -> None:
        super().__init__(f"{node.at}: {what}")
        self.node = node
        self.what = what


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value: text, None, a list or a mapping of nodes, and where it stands.

    ``vocabulary`` holds the record kinds and evidence types that the file may name: those of its pack.
    """

    value: str | None | list[Node] | dict[str, Node]
    at: Location
    vocabulary: Vocabulary | None = field(default=None, repr=False, compare=False)

    def known(self) -> Vocabulary:
        """Return what the file may name. A file that names nothing is read without it: a fault of the engine here."""
        assert self.vocabulary is not None, f"{self.at}: read without a vocabulary"
        return self.vocabulary

    def text(self) -> str:
        """Return the scalar's text; raises ExpectedError for anything else."""
        if not isinstance(self.value, str):
            raise ExpectedError(self, "应为一段文字")
        return self.value

    def number(self) -> Fraction:
        """Return an exact number: `0.5`, `-5`, `1/2`, `90%`; raises ExpectedError."""
        text = self.text().strip()
        number = exact_number(text)
        if number is None:
            raise ExpectedError(self, f"应为数字（如 2、0.5、1/2、90%），现为“{text}”")
        return number

    def truth(self) -> bool:
        """Return a yes or no (`true/false`, `是/否`); raises ExpectedError."""
        text = self.text()
        if text not in {"true", "false", "是", "否"}:
            raise ExpectedError(self, f"应为 true 或 false，现为“{text}”")
        return text in {"true", "是"}

    def items(self) -> list[Node]:
        """Return the items of a list; raises ExpectedError."""
        if not isinstance(self.value, list):
            raise ExpectedError(self, "应为一个列表（每项以“- ”开头）")
        return self.value

    def each(self) -> list[Node]:
        """Return the items of a list, or a scalar as a list of one."""
        return self.value if isinstance(self.value, list) else [self]

    def mapping(self) -> dict[str, Node]:
        """Return the entries of a mapping; raises ExpectedError."""
        if not isinstance(self.value, dict):
            raise ExpectedError(self, "应为“名称: 值”的一组内容")
        return self.value

    def fields(self, required: str = "", optional: str = "") -> Fields:
        """Return the mapping's entries after checking their names (space-separated lists); raises ExpectedError."""
        return Fields(self.checked(required.split(), optional.split()))

    def checked(self, need: Sequence[str], may: Sequence[str]) -> dict[str, Node]:
        """Return the mapping's entries, all of ``need`` and nothing but them and ``may``; raises ExpectedError."""
        entries = self.mapping()
        for name in need:
            if name not in entries:
                raise ExpectedError(self, f"缺少“{name}”")
        for name, node in entries.items():
            if name not in need and name not in may:
                raise ExpectedError(node, f"不认识“{name}”，此处可用：{'、'.join((*need, *may))}")
        return entries

    def plain(self) -> object:
        """Return the value without places, all scalars as text."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


class Fields(Mapping[str, Node]):
    """Checked entries of a mapping, with defaults for what may be absent."""

    def __init__(self, nodes: dict[str, Node]) -> None:
        self._nodes = nodes

    def __getitem__(self, name: str) -> Node:
        return self._nodes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def text(self, name: str, default: str = "") -> str:
        """Return the text of ``name``, or ``default`` where it is absent or null."""
        node = self._nodes.get(name)
        return default if node is None or node.value is None else node.text()

    def number(self, name: str) -> Fraction | None:
        """Return the number of ``name``, or None where it is absent or null."""
        node = self._nodes.get(name)
        return None if node is None or node.value is None else node.number()

    def truth(self, name: str) -> bool:
        """Return the yes or no of ``name``; false where it is absent."""
        node = self._nodes.get(name)
        return node is not None and node.truth()

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list (or of one scalar); () where it is absent or null."""
        node = self._nodes.get(name)
        return () if node is None or node.value is None else tuple(item.text() for item in node.each())


def read(path: Path, name: str, findings: Findings, vocabulary: Vocabulary | None = None) -> Node | None:
    """Read the YAML file at ``path``, called ``name`` in messages; its nodes may name what is in ``vocabulary``.

    UTF-8 with or without BOM; a file that is not UTF-8 is taken as GB 18030, with a note, since that is what an older
    Notepad saves. Returns None where the file can't be read; the finding says why.
    """
    at = Location(name)
    try:
        data = fs.read(path)
    except OSError as error:
        findings.add("file.unreadable", at, reason=why_not_read(error))
        return None
    text = decoded(data)
    if text is None:
        findings.add("yaml.encoding", at)
        return None
    if not _is_utf8(data):
        findings.add("yaml.gbk", at)
    return parse(text, name, findings, vocabulary)


def decoded(data: bytes) -> str | None:
    """Return the text of a file in UTF-8 or GB 18030, without its BOM; None where it is neither."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def parse(text: str, name: str, findings: Findings, vocabulary: Vocabulary | None = None) -> Node | None:
    """Parse YAML ``text``; findings are placed in the file ``name``. Returns None where it is not YAML."""
    lines = text.splitlines()
    bad = _UNPRINTABLE.search(text)
    if bad:
        line = len((text[: bad.start()] + "|").splitlines())
        findings.add("yaml.unreadable", Location(name, line=line), around=_around(lines, line))
        return None
    pieces = Pieces.of(text) if vocabulary is None else None
    if pieces is not None and (node := _renewed(pieces, name)) is not None:
        return node
    tree = _Tree(text, name, findings, vocabulary)
    before = len(findings)
    try:
        node = tree.document()
        if pieces is not None and len(findings) == before and _is_cut_up(tree, node.value, pieces):
            _keep(name, _Kept(pieces, node))
        return node
    except yaml.YAMLError as error:
        begun = "quoted scalar" in str(getattr(error, "context", ""))  # a quote left open is found at the very end
        mark = getattr(error, "context_mark" if begun else "problem_mark", None)
        line = min(mark.line + 1, max(1, len(lines))) if mark else 0
        if "nesting depth" in str(error):  # libyaml's scanner, which runs ahead of us, has a limit of its own
            findings.add("yaml.too_deep", Location(name, line=line))
            return None
        findings.add("yaml.unreadable", Location(name, line=line), around=_around(lines, line))
    except _TooBigError as error:
        findings.add("yaml.too_deep", Location(name, line=error.line))
    return None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A long list that was read, and the texts of its items."""

    pieces: Pieces
    node: Node


#: The long lists that were read last, by the names of their files: a page reads them again after each change.
_kept: dict[str, _Kept] = {}
_MOST_KEPT = 4


def _keep(name: str, kept: _Kept) -> None:
    _kept.pop(name, None)
    _kept[name] = kept
    for oldest in list(_kept)[:-_MOST_KEPT]:
        _kept.pop(oldest, None)


def forget() -> None:
    """Read all lists whole from now on: for who compares that with what is read in part."""
    _kept.clear()


def _renewed(pieces: Pieces, name: str) -> Node | None:
    """Return the list of which some items are others than before; None where all of it has to be read."""
    before = _kept.get(name)
    alike = pieces.alike(before.pieces) if before is not None else None
    if before is None or alike is None:
        return None
    first, last = alike
    items = before.node.items()
    middle = Pieces("", pieces.items[first : len(pieces.items) - last])
    others: list[Node] = []
    if middle.items:
        tree = _Tree("".join(middle.items), name, findings := Findings(), None, above=pieces.lines[first], before=first)
        try:
            others = tree.document().items()
        except (yaml.YAMLError, _TooBigError, ExpectedError):
            return None
        if findings or not _is_cut_up(tree, others, middle):
            return None
    node = replace(before.node, value=[*items[:first], *others, *items[len(items) - last :]])
    _keep(name, _Kept(pieces, node))
    return node


def _is_cut_up(tree: _Tree, items: object, pieces: Pieces) -> bool:
    """Whether each of ``items`` stands in a piece of its own, and no name binds it to others."""
    if tree.anchors or not isinstance(items, list) or len(items) != len(pieces.items):
        return False
    places = zip(items, pairwise(pieces.lines), strict=True)
    return all(begin < item.at.line - tree.above <= end for item, (begin, end) in places)


def _around(lines: list[str], line: int) -> str:
    """What stands in ``line``, or above it where that is empty: enough for a person to find the place."""
    shown = next((text.strip() for text in reversed(lines[:line]) if text.strip()), "（空）")
    return _UNPRINTABLE.sub("?", shown)[:40]


def _is_plain_scalar(event: Any) -> bool:
    """Whether an event is a scalar that no alias repeats."""
    return type(event) is yaml.ScalarEvent and event.anchor is None


def _text(event: Any) -> str | None:
    text: str = event.value
    return None if not event.style and text in _NULLS else text


def _unreadable(problem: str, event: Any) -> MarkedYAMLError:
    return MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


class _TooBigError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Tree:
    """Builds the nodes from PyYAML's events: its own composer recurses without a limit and takes the process with it.

    A node that an alias repeats is shared, with the place where it was written. ``text`` may be some items of a list:
    there are so many lines ``above`` it, and so many items ``before``.
    """

    def __init__(
        self,
        text: str,
        name: str,
        findings: Findings,
        vocabulary: Vocabulary | None,
        *,
        above: int = 0,
        before: int = 0,
    ) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events: Iterator[Any] = yaml.parse(text, Loader=loader)
        self.name = name
        self.findings = findings
        self.vocabulary = vocabulary
        self.above = above
        self.before = before
        self.built = 0
        self.repeated = 0
        self.anchors: dict[str, tuple[Node, int] | None] = {}  # None: not complete yet

    def document(self) -> Node:
        """Build the tree of the one document that the text holds."""
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise _unreadable("a second document", event)
                root = self._node(next(self.events), "", 0)
        return Node(None, Location(self.name, line=1)) if root is None or root.value is None else root

    def _node(self, event: Any, path: str, depth: int) -> Node:
        line = event.start_mark.line + 1 + self.above
        if depth > MOST_DEPTH:
            raise _TooBigError(line)
        if _is_plain_scalar(event):  # nearly all of a long file: what follows is not for them
            self.built += 1
            return Node(_text(event), Location(self.name, path, line), self.vocabulary)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, line)
        if event.anchor:
            self.anchors[event.anchor] = None
        before, self.built = self.built, self.built + 1
        node = Node(self._value(event, path, depth), Location(self.name, path, line), self.vocabulary)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.built - before)
        return node

    def _alias(self, event: Any, line: int) -> Node:
        if event.anchor not in self.anchors:
            raise _unreadable("unknown alias", event)
        anchored = self.anchors[event.anchor]
        if anchored is None:  # inside itself: it would never end
            raise _TooBigError(line)
        node, size = anchored
        self.built += size
        self.repeated += size
        if self.repeated > MOST_REPEATED:
            raise _TooBigError(line)
        return node

    def _value(self, event: Any, path: str, depth: int) -> str | None | list[Node] | dict[str, Node]:
        if isinstance(event, yaml.ScalarEvent):
            return _text(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth)
        items: list[Node] = []
        before = 0 if depth else self.before
        while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(item, f"{path}[{before + len(items) + 1}]", depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> dict[str, Node]:
        """The entries, with merged mappings (`<<: *anchor`) after the mapping's own, which win."""
        entries: dict[str, Node] = {}
        merged: list[Node] = []
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            name = self._key(key, path, depth)
            inner = f"{path}.{name}" if path else name
            value = self._node(next(self.events), inner, depth + 1)
            if isinstance(key, yaml.ScalarEvent) and not key.style and name == "<<":
                merged += value.each()
                if any(not isinstance(under.value, dict) for under in value.each()):
                    raise _unreadable("nothing to merge", key)
            elif name in entries:
                self.findings.add("yaml.duplicate_key", Location(self.name, inner, key.start_mark.line + 1), name=name)
            else:
                entries[name] = value
        for under in merged:
            entries |= {name: node for name, node in under.mapping().items() if name not in entries}
        return entries

    def _key(self, event: Any, path: str, depth: int) -> str:
        """The name of an entry; raises MarkedYAMLError where it is a list or a mapping."""
        if _is_plain_scalar(event) and depth < MOST_DEPTH:  # a name is no node that anybody asks for
            self.built += 1
            return str(event.value)
        node = self._node(event, path, depth + 1)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if isinstance(node.value, str):
            return node.value
        raise _unreadable("a name must be text", event)
