"""A file of records/ that the program adds to, changes and takes from: the rest of its text stays letter by letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from kaoping.core import fs, yamltree
from kaoping.core.errors import KaopingError, refused, why_not_read
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind
from kaoping.core.yamltree import Node

_ID = re.compile("[A-Z]{1,4}[0-9]+")


@dataclass(frozen=True, slots=True)
class _Edit:
    """What shall stand between two places of the text."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class YamlList:
    """The records that stand in the file (of the unit's own: the one), its text, and what shall become of them.

    ``at`` is what messages call it.
    """

    path: Path
    at: Location
    text: str
    items: list[Node]
    key: str = "id"  # the field by which a record is known
    single: bool = False  # the file is the record
    _edits: list[_Edit] = field(default_factory=list)
    _added: list[dict[str, str]] = field(default_factory=list)
    _records: list[Any] = field(default_factory=list)  # as the changed file shall read; None for one that goes

    @classmethod
    def read(cls, path: Path, at: Location, kind: Kind) -> YamlList:
        """Read the file; raises KaopingError where it can't be changed."""
        findings = Findings()
        text, single = "", kind.single
        if path.exists():
            try:
                decoded = yamltree.decoded(fs.read(path))
            except OSError as error:
                raise _unfit(at, why_not_read(error)) from None
            if decoded is None:
                raise _unfit(at, "文字编码认不出")
            text = decoded
        node = yamltree.parse(text, at.file, findings)
        if node is None or findings.errors:
            raise KaopingError(findings)
        if node.value is None:
            return cls(path, at, text, [], kind.key, single)
        items = [node] if single else node.value
        if not isinstance(items, list) or not all(isinstance(item.value, dict) for item in items):
            raise _unfit(at, "应为“名称: 值”的一组内容" if single else "应为一条一条的列表")
        if not items:
            lines = text.splitlines(keepends=True)
            lines[node.at.line - 1] = lines[node.at.line - 1].replace("[]", "", 1)
            text = "".join(lines)
        return cls(path, at, text, items, kind.key, single, _records=[item.plain() for item in items])

    def add(self, id_: str, values: Mapping[str, str]) -> None:
        """Have one more record stand at the end."""
        filled = {name: value for name, value in values.items() if value and name != self.key}
        self._added.append({self.key: id_, **filled})

    def change(self, line: int, id_: str, values: Mapping[str, str]) -> None:
        """Have fields of the record that begins on ``line`` (1-based) say ``values``; "" empties one.

        Raises KaopingError where the record ``id_`` is not there, or its text can't be changed field by field.
        """
        at = self._index(line, id_)
        first, last = self._extent(at)
        start, end = self._begin(first), self._begin(last + 1)
        mapping = _composed(self.text[start:end], self.at, single=self.single)
        entries = {key.value: (key, value) for key, value in mapping.value}
        self._records[at] = {**self._records[at], **{name: text or None for name, text in values.items()}}
        more = {name: text for name, text in values.items() if name not in entries}
        for name in values.keys() - more.keys():
            key, value = entries[name]
            written = f": {yamltree.quoted(values[name])}" if values[name] else ":"
            self._edits.append(
                _Edit(start + key.end_mark.index, start + _end(self.text[start:end], key, value), written)
            )
        if mapping.flow_style:
            written = "".join(f", {name}: {yamltree.quoted(text)}" for name, text in more.items() if text)
            self._edits.append(_Edit(start + mapping.end_mark.index - 1, start + mapping.end_mark.index - 1, written))
        else:
            indent = " " * mapping.start_mark.column
            lines = [f"{indent}{name}: {yamltree.quoted(text)}\n" for name, text in more.items() if text]
            gap = "\n" if lines and not self.text[:end].endswith(("\n", "\r")) else ""
            self._edits.append(_Edit(end, end, gap + "".join(lines)))
        for name, text in more.items():
            if not text:
                self._records[at].pop(name)

    def take_out(self, line: int, id_: str) -> None:
        """Have the record ``id_`` that begins on ``line`` (1-based) go.

        What stands between a record and the next, a comment of somebody's, stays. Raises KaopingError where the record
        is not there, or shares its line with another.
        """
        at = self._index(line, id_)
        first, last = self._extent(at)
        self._edits.append(_Edit(self._begin(first), self._begin(last + 1), ""))
        self._records[at] = None

    def written(self) -> bytes | None:
        """Return the file as it shall be; None where nothing is left of it.

        Raises KaopingError where that would not read back as it should.
        """
        text = self.text
        for edit in sorted(self._edits, key=lambda edit: (edit.start, edit.end), reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        for values in self._added:
            text = _below(text, values)
        if "\r\n" in self.text:  # the file's own line ends, as Notepad and WPS write them
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        records = [record for record in self._records if record is not None] + self._added
        node = yamltree.parse(text, self.at.file, Findings())
        if node is None or _all(node.plain(), single=self.single) != records:
            raise _unfit(self.at, "各条的缩进或写法不一致")
        return text.encode() if text.strip("\ufeff \t\r\n") else None

    def _index(self, line: int, id_: str) -> int:
        """Which record begins on ``line``; raises KaopingError where that is not the one called ``id_``."""
        for at, item in enumerate(self.items):
            if item.at.line == line and (self.single or self._is_called(item, id_)):
                return at
        raise _unfit(self.at, f"第{line}行现在不是“{id_}”这一条")

    def _is_called(self, item: Node, id_: str) -> bool:
        """Whether a record is known as ``id_``; one without a name of its own is known by its place alone."""
        name = item.mapping().get(self.key)
        return name is None or name.value is None or (isinstance(name.value, str) and name.value.strip() == id_.strip())

    def _extent(self, at: int) -> tuple[int, int]:
        """The first and the last line (1-based) of a record, without what stands below it and is none of it."""
        text = self.text.splitlines(keepends=True)
        if self.single:
            return 1, len(text)
        begins = [*(item.at.line for item in self.items), len(text) + 1]
        if len(set(begins)) < len(begins):
            raise _unfit(self.at, "几条写在同一行里")
        first, after = list(pairwise(begins))[at]
        return first, max((line for line in range(first, after) if _is_said(text[line - 1])), default=first)

    def _begin(self, line: int) -> int:
        """Where a line (1-based) begins in the text."""
        return sum(map(len, self.text.splitlines(keepends=True)[: line - 1]))


def _below(text: str, values: Mapping[str, str]) -> str:
    """The text with one more record at its end; an id of ours needs no quotes."""
    lines = [f"{key}: {value if _ID.fullmatch(value) else yamltree.quoted(value)}" for key, value in values.items()]
    body, written = text.rstrip(), "\n  ".join(lines)
    return f"{body}\n- {written}\n" if body else f"- {written}\n"


def _all(plain: object, *, single: bool) -> object:
    return [plain] if single and plain is not None else plain or []


def _composed(text: str, at: Location, *, single: bool) -> Any:
    """The record in ``text`` as a mapping that knows where its names and values stand; raises KaopingError."""
    try:
        node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        raise _unfit(at, "这一条和别的条互相引用") from None
    if not single and isinstance(node, yaml.SequenceNode) and len(node.value) == 1:
        node = node.value[0]
    if not isinstance(node, yaml.MappingNode) or not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
        raise _unfit(at, "这一条的写法改不了其中一栏")
    return node


def _end(text: str, key: Any, value: Any) -> int:
    """Where an entry ends in ``text``: behind its value, or behind its colon where it has none."""
    colon = text.find(":", key.end_mark.index) + 1
    return max(colon, len(text[: max(_ends(value))].rstrip()))


def _ends(node: Any) -> Iterable[int]:
    """Where the scalars below a node end: a list's own end is that of what comes next, comments and all."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return [node.end_mark.index]
    children = node.value if isinstance(node, yaml.SequenceNode) else [value for _, value in node.value]
    return [end for child in children for end in _ends(child)]


def _is_said(line: str) -> bool:
    """Whether a line is more than blanks and a comment that begins where no record's does."""
    return bool(line.strip()) and not line.startswith("#")


def _unfit(at: Location, why: str) -> KaopingError:
    return refused("entry.file_unfit", at, name=at.file, why=why)
