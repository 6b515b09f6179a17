"""kaoping.json: is it of the schema that this version writes, and does it name the files that are there."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kaoping.core import file_names, fs
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.package import bag, manifest

_TOTAL = {"points": str, "min?": str, "max?": str, "of?": str}
#: Keys and their types; ``?`` marks a key that may be absent, a list stands for any number of its only member.
_SHAPE: dict[str, Any] = {
    "schema": str,
    "form": str,
    "tool": {"name": str, "version": str},
    "programs?": [str],
    "rubric": {"id": str, "title": str, "sha256": str},
    "templates": dict,
    "unit": str,
    "year": int,
    "supplement?": bool,
    "totals": {"base": _TOTAL, "bonus": _TOTAL, "deduction": _TOTAL, "total": _TOTAL},
    "lines": [{"line": str, "role": str, "points": str, "status": str}],
    "pieces": [
        {
            "number": str,
            "path": str,
            "title": str,
            "sha256": str,
            "verdict": str,
            "volume?": int,
            "first": int,
            "pages": int,
            "line": str,
            "also": [str],
            "album?": [str],
            "masked?": [int],
            "replaces?": str,
        }
    ],
    "changes?": {
        "base": str,
        "form": str,
        "total": {"before": str, "after": str},
        "scores": [{"line": str, "called": str, "title": str, "before": str, "after": str, "why": str}],
        "added": [str],
        "replaced": [{"number": str, "title": str, "by": str}],
        "withdrawn": [{"number": str, "title": str, "path": str}],
    },
    "files": [{"path": str, "role": str, "title": str, "sha256": str}],
}
_WORDS = {str: "文字", int: "整数", bool: "是或否", dict: "一组键值", list: "列表"}


def load(package: Path, findings: Findings) -> dict[str, Any] | None:
    """Read kaoping.json; findings and None where it is not what this version writes, or names unsafe paths."""
    try:
        document = json.loads(fs.read(package / manifest.FILE_NAME))
    except (OSError, ValueError, RecursionError) as error:
        why = "读不出来" if isinstance(error, OSError) else f"不是合格的 JSON（{error}）"
        findings.add("verify.manifest_invalid", Location(manifest.FILE_NAME), path="/", why=why)
        return None
    before = len(findings)
    for path, why in _faults(document, _SHAPE, ""):
        findings.add("verify.manifest_invalid", Location(manifest.FILE_NAME, path), path=path or "/", why=why)
    if len(findings) > before:
        return None
    if document["schema"] != manifest.SCHEMA:
        _add(findings, "/schema", f"写的是“{document['schema']}”，本版本只认“{manifest.SCHEMA}”")
    if document["form"] not in (DRAFT, FINAL):
        _add(findings, "/form", f"写的是“{document['form']}”，只能是{DRAFT}或{FINAL}")
    for index, row in enumerate(document["files"]):
        if why := file_names.why_unsafe(row["path"]):
            _add(findings, f"/files/{index}/path", f"“{row['path']}”{why}")
    for index, line in enumerate(document["lines"]):
        if not _is_decimal(line["points"]):
            _add(findings, f"/lines/{index}/points", f"“{line['points']}”不是一个数")
    for name, total in document["totals"].items():
        if isinstance(total, dict) and not all(_is_decimal(text) for text in total.values()):
            _add(findings, f"/totals/{name}", "有不是数的值")
    if len(findings) > before:
        return None
    _compare_files(package, document, findings)
    return dict(document)


def _compare_files(package: Path, document: Mapping[str, Any], findings: Findings) -> None:
    listed = {unicodedata.normalize("NFC", row["path"]) for row in document["files"]}
    try:
        manifested = bag.read_manifest(package / bag.MANIFEST)
    except (OSError, ValueError):  # told by the check of the bag
        return
    packed = {unicodedata.normalize("NFC", path) for path in manifested}
    for name in sorted(packed - listed):
        findings.add("verify.manifest_files", Location(name), name=name, why="没有列在 kaoping.json 里")
    for name in sorted(listed - packed):
        findings.add("verify.manifest_files", Location(name), name=name, why="只列在 kaoping.json 里，清单里没有")


def _faults(value: Any, shape: Any, path: str) -> Iterator[tuple[str, str]]:
    kind: Any = shape if isinstance(shape, type) else type(shape)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield path, f"应是{_WORDS[kind]}"
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults(item, shape[0], f"{path}/{index}")
    elif isinstance(shape, dict):
        for key, inner in shape.items():
            name = key.removesuffix("?")
            if name in value:
                yield from _faults(value[name], inner, f"{path}/{name}")
            elif name == key:
                yield path, f"缺少“{name}”"


def _is_decimal(text: Any) -> bool:
    from decimal import Decimal, InvalidOperation

    try:
        return isinstance(text, str) and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _add(findings: Findings, path: str, why: str) -> None:
    findings.add("verify.manifest_invalid", Location(manifest.FILE_NAME, path), path=path, why=why)
