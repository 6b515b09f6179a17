"""上报记录.json: what a package carries of its unit's records for the unit above it, where the notice asks for that.

It holds the kinds and fields that the pack's roll-up reads, and nothing else of the unit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kaoping.core import fs
from kaoping.core.errors import why_not_read
from kaoping.core.schema import Kinds
from kaoping.records.rollup import HandedRecord

SCHEMA = "kaoping.records/1"
ROLE = "records"
NAME = "上报记录"


class MisshapenError(ValueError):
    """A file is none that :func:`to_document` makes; its text says why, in Chinese."""


def to_document(unit: str, region: str, year: int, records: Mapping[str, Sequence[HandedRecord]]) -> dict[str, Any]:
    """Return ``records`` (kind → its records) of the unit called ``unit`` as JSON."""
    return {
        "schema": SCHEMA,
        "unit": unit,
        "region": region,
        "year": year,
        "records": {kind: [_entry(its) for its in listed] for kind, listed in records.items()},
    }


def _entry(its: HandedRecord) -> dict[str, Any]:
    return {
        "id": its.id,
        "lines": list(its.lines),
        "pieces": list(its.pieces),
        **({"doubt": its.doubt} if its.doubt else {}),
        "values": dict(its.values),
    }


def read(path: Path, kinds: Kinds) -> tuple[str, str, int, dict[str, tuple[HandedRecord, ...]]]:
    """Return the unit's name, its region, its year and its records; raises MisshapenError.

    Kinds that there are not in ``kinds`` are left out: another version of the pack read them.
    """
    try:
        document = json.loads(fs.read(path))
    except OSError as error:
        raise MisshapenError(f"读不出来：{why_not_read(error)}") from None
    except (ValueError, RecursionError):
        raise MisshapenError("不是合格的 JSON") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise MisshapenError(f"不是本版本认得的格式“{SCHEMA}”")
    unit, region, year, listed = (document.get(name) for name in ("unit", "region", "year", "records"))
    if not (isinstance(unit, str) and isinstance(region, str) and region.strip() and isinstance(year, int)):
        raise MisshapenError("没有写明单位、地区或年度")
    if not isinstance(listed, dict) or not all(isinstance(entries, list) for entries in listed.values()):
        raise MisshapenError("没有记录")
    records = {kind: tuple(_record(entry) for entry in entries) for kind, entries in listed.items() if kind in kinds}
    return unit, region.strip(), year, records


def _record(entry: Any) -> HandedRecord:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not isinstance(entry.get("values"), dict):
        raise MisshapenError("有一条记录没有编号或内容")
    values = entry["values"]
    if not all(value is None or isinstance(value, str) for value in values.values()):
        raise MisshapenError(f"记录{entry['id']}里有不是文字的内容")
    lines, pieces = (_texts(entry.get(name, ()), entry["id"]) for name in ("lines", "pieces"))
    return HandedRecord(entry["id"], values, lines, pieces, str(entry.get("doubt", "")))


def _texts(values: Iterable[Any], id_: str) -> tuple[str, ...]:
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise MisshapenError(f"记录{id_}的出处写得不对")
    return tuple(values)
