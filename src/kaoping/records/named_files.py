"""Files of evidence as people name them in a record's cell: what they mean, where only one thing can be meant.

Windows knows no capitals in a name and does not show its ending; several files are joined by 、 or a comma; who has one
file of a name leaves out its folder. A name that says just what a file is called stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from kaoping.core.engine import EVIDENCE, PAGE_CHANGE, PIECE_ORDER
from kaoping.core.findings import Findings
from kaoping.core.memory import Memory
from kaoping.core.model import Location, Table, Value
from kaoping.records.readers.raw import RawTable
from kaoping.records.validate import nfc

#: The fields of a kind that name files, where that is not ``evidence`` alone.
_NAMING = {EVIDENCE: ("evidence", "path"), PAGE_CHANGE: ("file",), PIECE_ORDER: ("files",)}
_JOINTS = re.compile(r"[、，,]|\s{2,}|\n")


class NamedFiles:
    """The files that there are, by every name that means just one of them."""

    def __init__(self, paths: Collection[str]) -> None:
        self.paths = frozenset(paths)
        self._names: dict[str, str | None] = {}  # name → its file; None where several bear it
        for path in paths:
            for name in _names(path):
                self._names[name] = path if self._names.get(name, path) == path else None

    def meant(self, named: str) -> tuple[str, ...]:
        """Return the paths of the files that ``named``, a path as `nfc` gives it, means; () where that is not clear."""
        if named in self.paths:
            return (named,)
        if path := self._names.get(named.casefold()):
            return (path,)
        parts = [nfc(part.strip()) for part in _JOINTS.split(named) if part.strip()]
        by_part = [self.meant(part) for part in parts] if len(parts) > 1 else []
        return tuple(path for paths in by_part for path in paths) if all(by_part) else ()


def _names(path: str) -> list[str]:
    """The names of a file besides its path: without its ending, without its folder, in small letters."""
    pure = PurePosixPath(path)
    bare = str(pure.with_suffix(""))
    return [name.casefold() for name in dict.fromkeys((path, bare, pure.name, pure.stem))]


def resolved(
    tables: Mapping[str, Table],
    raws: Mapping[str, RawTable],
    paths: Collection[str],
    findings: Findings,
    memory: Memory | None = None,
) -> dict[str, Table]:
    """Return the tables with the files that their records name by their paths; each name that was put right is told.

    ``paths``: those of the files below 材料/. What means no file, or may mean several, stays as it is. What ``memory``
    knows of tables and files that are the same is not looked at anew.
    """
    memory = memory or Memory()
    files = memory.recall("names of files", (), lambda _: NamedFiles(paths), findings, (paths,))

    def put_right(name: str, table: Table) -> Table:
        def make(into: Findings) -> Table:
            return _resolved(table, raws[name], files, into)

        return memory.recall(f"resolved {name}", (), make, findings, (table, raws[name], files))

    return {name: put_right(name, table) for name, table in tables.items()}


def _resolved(table: Table, raw: RawTable, files: NamedFiles, findings: Findings) -> Table:
    changed = table
    for field in _NAMING.get(table.kind, ("evidence",)):
        column = table.columns.get(field, ())
        if not all(_is_there(cell, files) for cell in column):
            cells = [_cell(cell, raw.place(row, field), files, findings) for row, cell in enumerate(column)]
            changed = replace(changed, columns={**changed.columns, field: cells})
    return changed


def _is_there(cell: Value, files: NamedFiles) -> bool:
    return files.paths.issuperset(cell) if isinstance(cell, tuple) else not isinstance(cell, str) or cell in files.paths


def _cell(cell: Value, at: Location, files: NamedFiles, findings: Findings) -> Value:
    """The cell with paths for what it names; one that holds a single path keeps it where several files are meant."""
    if _is_there(cell, files) or not isinstance(cell, tuple | str):
        return cell
    paths: list[str] = []
    for named in (cell,) if isinstance(cell, str) else cell:
        key = nfc(named)
        meant = files.meant(key)
        if meant and meant != (key,) and (len(meant) == 1 or isinstance(cell, tuple)):
            findings.add("evidence.meant", at, path=named, meant="、".join(f"“{path}”" for path in meant))
        paths += meant or (named,)
    if isinstance(cell, str):
        return paths[0] if len(paths) == 1 else cell
    return tuple(dict.fromkeys(paths))
