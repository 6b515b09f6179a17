"""YAML with places: every value remembers its file, line and path, and stays text until a schema types it.

PyYAML composes the tree; this module keeps the marks that its constructors would drop. `2017-03-05`, `否` and `1.0` are
all text here, because only the schema of a field knows what they mean (a phone number is not an integer).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import yaml

from kaoping.findings import Findings
from kaoping.model import Location

#: A file with aliases inside aliases can unfold to more nodes than memory holds; nobody types this many.
MOST_NODES = 2_000_000
_NULLS = {"", "~", "null", "Null", "NULL"}


class ExpectedError(Exception):
    """A node is not what its reader needs. ``what`` says, in Chinese, what was expected."""

    def __init__(self, node: Node, what: str) -> None:
        super().__init__(f"{node.at}: {what}")
        self.node = node
        self.what = what


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value: text, None, a list or a mapping of nodes, and where it stands."""

    value: str | None | list[Node] | dict[str, Node]
    at: Location

    def text(self) -> str:
        """Return the scalar's text; raises ExpectedError for anything else."""
        if not isinstance(self.value, str):
            raise ExpectedError(self, "应为一段文字")
        return self.value

    def number(self) -> Fraction:
        """Return an exact number: `0.5`, `-5`, `1/2`, `90%`; raises ExpectedError."""
        text = self.text().strip()
        try:
            return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
        except (ValueError, ZeroDivisionError):
            raise ExpectedError(self, f"应为数字（如 2、0.5、1/2、90%），现为“{text}”") from None

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
        found = self.mapping()
        need, may = required.split(), optional.split()
        for name in need:
            if name not in found:
                raise ExpectedError(self, f"缺少“{name}”")
        for name, node in found.items():
            if name not in need and name not in may:
                raise ExpectedError(node, f"不认识“{name}”，此处可用：{'、'.join(need + may)}")
        return Fields(found)

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


def read(path: Path, name: str, findings: Findings) -> Node | None:
    """Read the YAML file at ``path``, called ``name`` in messages.

    UTF-8 with or without BOM; a file that is not UTF-8 is taken as GB 18030, with a note, since that is what an older
    Notepad saves. Returns None where the file can't be read; the finding says why.
    """
    at = Location(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        findings.add("file.unreadable", at, reason=error.strerror or str(error))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            findings.add("yaml.encoding", at)
            return None
        findings.add("yaml.gbk", at)
    return parse(text, name, findings)


def parse(text: str, name: str, findings: Findings) -> Node | None:
    """Parse YAML ``text``; findings are placed in the file ``name``. Returns None where it is not YAML."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        around = text.splitlines()[line - 1].strip()[:40] if mark and line <= len(text.splitlines()) else ""
        findings.add("yaml.unreadable", Location(name, line=line), around=around)
        return None
    if root is None:
        return Node(None, Location(name, line=1))
    try:
        return _Tree(name, findings).build(root, "")
    except (RecursionError, _TooManyError):
        findings.add("yaml.too_deep", Location(name))
        return None


class _TooManyError(Exception):
    pass


class _Tree:
    def __init__(self, name: str, findings: Findings) -> None:
        self.name = name
        self.findings = findings
        self.left = MOST_NODES

    def build(self, node: yaml.Node, path: str) -> Node:
        self.left -= 1
        if self.left < 0:
            raise _TooManyError
        at = Location(self.name, path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return Node(self._mapping(node, path), at)
        if isinstance(node, yaml.SequenceNode):
            return Node([self.build(item, f"{path}[{number}]") for number, item in enumerate(node.value, 1)], at)
        plain_null = not getattr(node, "style", None) and node.value in _NULLS
        return Node(None if plain_null else node.value, at)

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, value in self._entries(node):
            name = str(key.value)
            inner = f"{path}.{name}" if path else name
            if name in found:
                at = Location(self.name, inner, key.start_mark.line + 1)
                self.findings.add("yaml.duplicate_key", at, name=name)
            else:
                found[name] = self.build(value, inner)
        return found

    def _entries(self, node: yaml.MappingNode) -> Iterable[tuple[yaml.Node, yaml.Node]]:
        """The entries, with merged mappings (`<<: *anchor`) after the mapping's own, which win."""
        own = {str(key.value) for key, _ in node.value}
        for key, value in node.value:
            if key.tag != "tag:yaml.org,2002:merge":
                yield key, value
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge" and isinstance(value, yaml.MappingNode):
                yield from ((k, v) for k, v in self._entries(value) if str(k.value) not in own)
