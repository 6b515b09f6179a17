"""A file of records/ that the program adds to and takes from: the rest of its text stays letter by letter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from kaoping.core import fs, yamltree
from kaoping.core.errors import KaopingError, refused, why_not_read, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.yamltree import Node


@dataclass(frozen=True, slots=True)
class YamlList:
    """The records that stand in the file, and its text. ``at`` is what messages call it."""

    path: Path
    at: Location
    text: str
    items: list[Node]

    @classmethod
    def read(cls, path: Path, at: Location) -> YamlList:
        """Read the file; raises KaopingError where it can't be changed."""
        findings = Findings()
        text = ""
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
            return cls(path, at, text, [])
        if not isinstance(node.value, list) or not all(isinstance(item.value, dict) for item in node.value):
            raise _unfit(at, "应为一条一条的列表")
        if not node.value:
            lines = text.splitlines(keepends=True)
            lines[node.at.line - 1] = lines[node.at.line - 1].replace("[]", "", 1)
            text = "".join(lines)
        return cls(path, at, text, node.value)

    def append(self, id_: str, values: Mapping[str, str]) -> None:
        """Write the file anew with one more record; raises KaopingError, touching nothing, where that can't be."""
        filled = {key: value for key, value in values.items() if value}
        lines = [f"id: {id_}", *(f"{key}: {yamltree.quoted(value)}" for key, value in filled.items())]
        written = "\n  ".join(lines)
        body = self.text.rstrip()
        text = f"{body}\n- {written}\n" if body else f"- {written}\n"
        if "\r\n" in self.text:  # the file's own line ends, as Notepad and WPS write them
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        self._write(text, [*self._plain, {"id": id_, **filled}])

    def take_out(self, lines: Collection[int]) -> None:
        """Write the file anew without the records that begin on ``lines`` (1-based); one left with nothing goes.

        What stands between a record and the next, a comment of somebody's, stays. Raises KaopingError, touching
        nothing, where that can't be.
        """
        text = self.text.splitlines(keepends=True)
        begins = [*(item.at.line for item in self.items), len(text) + 1]
        if len(set(begins)) < len(begins):
            raise _unfit(self.at, "几条写在同一行里")
        dropped: set[int] = set()
        for first, after in pairwise(begins):
            if first in lines:
                last = max((at for at in range(first, after) if _is_said(text[at - 1])), default=first)
                dropped.update(range(first, last + 1))
        rest = "".join(line for at, line in enumerate(text, 1) if at not in dropped)
        self._write(rest, [plain for first, plain in zip(begins, self._plain, strict=False) if first not in lines])

    @property
    def _plain(self) -> list[Any]:
        return [item.plain() for item in self.items]

    def _write(self, text: str, records: list[Any]) -> None:
        node = yamltree.parse(text, self.at.file, Findings())
        if node is None or (node.plain() or []) != records:
            raise _unfit(self.at, "各条的缩进或写法不一致")
        try:
            if not text.strip("\ufeff \t\r\n"):
                fs.unlink(self.path)
                return
            fs.mkdir(self.path.parent)
            fs.write_whole(self.path, text.encode())
        except OSError as error:
            raise _unfit(self.at, why_not_written(error)) from None


def _is_said(line: str) -> bool:
    """Whether a line is more than blanks and a comment that begins where no record's does."""
    return bool(line.strip()) and not line.startswith("#")


def _unfit(at: Location, why: str) -> KaopingError:
    return refused("entry.file_unfit", at, name=at.file, why=why)
