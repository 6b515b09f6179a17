"""A unit's records from the workbook to YAML, and back: the same records in the other form, in a folder of their own.

Imported ledgers stay what they are. What the unit was told of open questions and dates goes with the form: it stands on
the workbook's sheet, or in notice.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from kaoping.core import fs, yamltree
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import TYPE_NAMES, Field, Kind
from kaoping.records import layout
from kaoping.records.readers import yaml_records
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.sources import is_unit, open_sources, pack_of, read_filled, workbooks
from kaoping.records.renewal import Offer, filling_of, workbook_bytes
from kaoping.records.workbook._book import Filling
from kaoping.rubric.layers import NOTICE
from kaoping.rubric.load import load

YAML, XLSX = "yaml", "xlsx"
FORMS = (YAML, XLSX)
_PLAIN = re.compile(r"[^\W_](?:[\w（）〔〕《》“”、。，；/.%+ -]*[^\W_]|[）〕》”。%])?")
_NOT_TEXT = {"null", "Null", "NULL"}  # a YAML that is not ours may take them for something else than words


def export(folder: Path, target: Path, offer: Offer, form: str = "") -> tuple[list[Path], Findings]:
    """Write the unit's records to ``target`` in the other form (or in ``form``); return what was written.

    Raises KaopingError, writing nothing, where there is no unit, something of it can't be read, or ``target`` already
    holds records.
    """
    findings = Findings()
    if not is_unit(folder):
        raise refused("unit.no_folder", Location(folder.name))
    has_book = bool(workbooks(folder))
    source = open_sources(folder, findings)
    pack = pack_of(source, findings)
    filling = filling_of(read_filled(source, pack.kinds, findings, pack.year)) if has_book else Filling()
    tables = filling.tables if has_book else yaml_records.read_folder(folder, pack.kinds, findings)
    notice = _notice(folder, findings)
    if findings.errors:
        raise KaopingError(findings.sorted())
    answers, due, rest = _split_notice(notice)
    answers, due = {**answers, **filling.answers}, {**due, **filling.due}
    if (form or (YAML if has_book else XLSX)) == YAML:
        kinds = [kind for kind in pack.kinds.values() if kind.name in tables]
        files = {f"{yaml_records.FOLDER}/{k.file}": yaml_file(k, tables[k.name]).encode() for k in kinds}
        rest = _with(rest, answers, due)
    else:
        rubric = load(pack)
        files = {layout.WORKBOOK: workbook_bytes(rubric, offer(rubric), Filling(tables, answers, due, filling.extra))}
    if rest:
        files[NOTICE] = yaml.safe_dump(rest, allow_unicode=True, sort_keys=False, width=10**6).encode()
    return _put(target, files), findings


def _notice(folder: Path, findings: Findings) -> dict[str, Any]:
    path = folder / NOTICE
    node = yamltree.read(path, NOTICE, findings) if path.is_file() else None
    plain = node.plain() if node is not None else None
    return plain if isinstance(plain, dict) else {}


def _split_notice(notice: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str], dict[str, Any]]:
    """Split a notice into its answers, its dates, and what is neither."""
    answers = {code: answer for code, answer in (notice.get("answers") or {}).items() if answer}
    entries: Mapping[str, Any] = notice.get("due") or {}
    due = {code: entry["date"] for code, entry in entries.items() if isinstance(entry, dict) and entry.get("date")}
    kept = {code: {k: v for k, v in entry.items() if k != "date"} for code, entry in entries.items()}
    rest = {name: value for name, value in notice.items() if name not in ("answers", "due")}
    others = {code: entry for code, entry in kept.items() if entry}
    return answers, due, {**rest, **({"due": others} if others else {})}


def _with(rest: Mapping[str, Any], answers: Mapping[str, str], due: Mapping[str, str]) -> dict[str, Any]:
    """The whole notice again."""
    result = dict(rest)
    if answers:
        result["answers"] = dict(answers)
    for code, day in due.items():
        result["due"] = {**result.get("due", {}), code: {**result.get("due", {}).get(code, {}), "date": day}}
    return result


def yaml_file(kind: Kind, table: RawTable) -> str:
    """Return the record file of ``kind``: what its fields mean, in comments, then the records; [] where there was none.

    An empty cell is left out; a cell that is not known (a column the workbook lacks) can't be told from it in YAML.
    """
    lines = [f"# {kind.title}：{kind.purpose}", "#", "# 各栏："]
    lines += [f"#   {field.name}　{_explained(field)}" for field in kind.fields]
    lines += ["#", "# 本年确实没有的，写一行 []（不写等于没有填报）。", ""] if not kind.single else [""]
    if not table.rows:
        lines.append("[]")
    for row in range(table.rows):
        lines += _record(kind, table, row)
    return "\n".join(lines) + "\n"


def _explained(field: Field) -> str:
    parts = [field.heading, "必填" if field.required else "", TYPE_NAMES[field.type] if field.type != "string" else ""]
    if field.options:
        parts.append("只能填：" + " / ".join(field.options))
    if field.in_year:
        parts.append("须在考评年度内")
    parts.append(field.hint)
    return "；".join(part for part in parts if part)


def _record(kind: Kind, table: RawTable, row: int) -> Iterator[str]:
    cells = [(name, table.columns[name][row]) for name in (f.name for f in kind.fields) if name in table.columns]
    filled = [f"{name}: {scalar(cell)}" for name, cell in cells if isinstance(cell, str) and cell.strip()]
    if kind.single:
        yield from filled
        return
    for number, text in enumerate(filled or ["{}"]):
        yield f"{'  ' if number else '- '}{text}"


@lru_cache(maxsize=4096)
def scalar(text: str) -> str:
    """Return ``text`` as a YAML scalar: bare where no reader takes it for anything else, else in double quotes."""
    if _PLAIN.fullmatch(text) and text not in _NOT_TEXT:
        return text
    return yamltree.quoted(text)


def _put(target: Path, files: Mapping[str, bytes]) -> list[Path]:
    there = [name for name in (yaml_records.FOLDER, layout.WORKBOOK, NOTICE) if (target / name).exists()]
    if there:
        raise refused("export.exists", Location(target.name), name=str(target), what="、".join(there))
    written: list[Path] = []
    try:
        for name, data in files.items():
            path = target.joinpath(*name.split("/"))
            fs.mkdir(path.parent)
            written.append(path)
            fs.write_bytes(path, data)
    except OSError as error:
        for path in written:
            fs.remove(path)
        facts = {"name": str(target), "why": why_not_written(error)}
        raise refused("export.not_written", Location(target.name), **facts) from None
    return written
