"""Single values of a YAML file that is somebody's: put in where they stand; all else, comments too, stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from kaoping.core import yamltree
from kaoping.core.findings import Findings

#: What may stand in the place of a value: text, several texts, or nothing.
Entry = str | Sequence[str] | None
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}|true|false")


class UnplacedError(Exception):
    """The file is written so that the value can't be put in without changing more than that."""


def with_values(text: str, values: Mapping[tuple[str, ...], Entry]) -> str:
    """Return the YAML ``text`` with ``values`` put in at their paths. Raises UnplacedError where that can't be done."""
    expected = _plain(text) or {}
    for path, entry in values.items():
        text = _with_value(text, path, entry)
        _put(expected, path, entry)
    if _plain(text) != expected:
        raise UnplacedError
    return text


def _plain(text: str) -> Any:
    node = yamltree.parse(text, "", Findings())
    if node is None:
        raise UnplacedError
    return node.plain()


def _put(plain: dict[str, Any], path: tuple[str, ...], entry: Entry) -> None:
    for step in path[:-1]:
        if not isinstance(plain.get(step), dict):
            plain[step] = {}
        plain = plain[step]
    plain[path[-1]] = entry if entry is None or isinstance(entry, str) else list(entry)


def _with_value(text: str, path: tuple[str, ...], entry: Entry) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return f"{text.rstrip()}\n{path[0]}: {_nested(path[1:], entry)}\n".lstrip("\n")
    node = root
    for depth, step in enumerate(path):
        if not isinstance(node, yaml.MappingNode):
            raise UnplacedError
        child = next((value for key, value in node.value if key.value == step), None)
        if child is None:
            return _inserted(text, node, f"{step}: {_nested(path[depth + 1 :], entry)}")
        if depth + 1 == len(path) or (isinstance(child, yaml.ScalarNode) and not child.value):
            return _replaced(text, child, _nested(path[depth + 1 :], entry))
        node = child
    raise UnplacedError


def _inserted(text: str, mapping: yaml.MappingNode, entry: str) -> str:
    start = mapping.start_mark.index
    if mapping.flow_style:
        comma = ", " if mapping.value else ""
        return f"{text[: start + 1]}{entry}{comma}{text[start + 1 :]}"
    first = mapping.value[0][0].start_mark
    return f"{text[: first.index]}{entry}\n{' ' * first.column}{text[first.index :]}"


def _replaced(text: str, node: yaml.Node, entry: str) -> str:
    start, end = node.start_mark.index, _end(node)
    space = "" if start == 0 or text[start - 1] in " [{," else " "
    if (start and text[start - 1] == "\n") or node.start_mark.column == 0:
        space = "  "  # a list below its key, no deeper than that
    return f"{text[:start]}{space}{entry}{text[end:]}"


def _end(node: yaml.Node) -> int:
    """Where the node's own text ends: what stands after a block, up to the next key, is not its own."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _nested(path: tuple[str, ...], entry: Entry) -> str:
    if path:
        return f"{{{path[0]}: {_nested(path[1:], entry)}}}"
    if entry is None:
        return ""
    if isinstance(entry, str):
        return _scalar(entry)
    return f"[{', '.join(map(_scalar, entry))}]"


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
