"""Records written as YAML: ``records/<kind>.yaml``, one file per record kind.

A file that is not there, or holds nothing but comments, says nothing; an empty list (`[]`) says that there was none.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kaoping.core import schema, yamltree
from kaoping.core.errors import why_not_read
from kaoping.core.file_names import is_nobodys
from kaoping.core.findings import Findings
from kaoping.core.memory import Memory
from kaoping.core.model import Location
from kaoping.core.yamltree import Node
from kaoping.records.readers.raw import UNSAID, RawCell, RawTable

FOLDER = "records"


def read_folder(
    unit_folder: Path, kinds: schema.Kinds, findings: Findings, memory: Memory | None = None
) -> dict[str, RawTable]:
    """Read all record files of a unit's folder; what can't be read gets a finding."""
    memory = memory or Memory()
    folder = unit_folder / FOLDER
    by_file = {kind.file: kind for kind in kinds.values()}
    tables: dict[str, RawTable] = {}
    for path in _listed(folder, findings):
        name = f"{FOLDER}/{path.name}"
        kind = by_file.get(path.name)
        if is_nobodys(path.name):
            continue
        if kind is None:
            findings.add("record.unknown_file", Location(name), known="、".join(sorted(by_file)))
            continue
        if path.is_dir():
            findings.add("file.unreadable", Location(name), reason="这是一个文件夹，不是文件")
            continue
        table = memory.recall(name, [path], partial(_read, path, name, kind), findings, (kind,))
        if table is not None:
            tables[kind.name] = table
    return tables


def _read(path: Path, name: str, kind: schema.Kind, findings: Findings) -> RawTable | None:
    node = yamltree.read(path, name, findings)
    return None if node is None or node.value is None else table_of(node, kind, findings)


def _listed(folder: Path, findings: Findings) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        findings.add("file.unreadable", Location(FOLDER), reason=why_not_read(error))
        return []


def table_of(node: Node, kind: schema.Kind, findings: Findings) -> RawTable | None:
    """Return the records below ``node`` as columns; what has the wrong shape gets a finding and is left out."""
    if kind.single:
        items = [node]
    elif isinstance(node.value, list):
        items = node.value
    else:
        findings.add("record.not_a_list", node.at, kind=kind.title)
        return None
    rows = [item for item in items if _is_record(item, kind, findings)]
    records = [item.mapping() for item in rows]
    columns: dict[str, list[RawCell]] = {}
    for field in kind.fields:
        columns[field.name] = [_cell(record.get(field.name), field, findings) for record in records]
    for record in records:
        for name, child in record.items() if not record.keys() <= columns.keys() else ():
            if name not in columns:
                known = "、".join(f"{field.name}（{field.title}）" for field in kind.fields)
                findings.add("record.unknown_field", child.at, name=name, kind=kind.title, known=known)

    def place(row: int, field: str) -> Location:
        entries = records[row]
        return entries[field].at if field in entries else rows[row].at

    return RawTable(kind.name, columns, len(rows), place)


def _is_record(node: Node, kind: schema.Kind, findings: Findings) -> bool:
    if isinstance(node.value, dict):
        return True
    findings.add("record.not_a_mapping", node.at, kind=kind.title)
    return False


def _cell(node: Node | None, field: schema.Field, findings: Findings) -> RawCell:
    if node is None or node.value is None:
        return None
    if isinstance(node.value, str):
        return node.value
    if field.listed and isinstance(node.value, list) and all(isinstance(item.value, str) for item in node.value):
        return schema.LIST_MARK.join(item.text() for item in node.value)
    findings.add("record.not_a_scalar", node.at, title=field.title)
    return UNSAID
