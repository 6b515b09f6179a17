"""What a supplement says of its changes, against its own pieces and points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import FINAL, Location
from kaoping.package import manifest
from kaoping.verify._opened_package import OpenedPackage


def check(opened: OpenedPackage, findings: Findings) -> None:
    """Compare ``changes`` of kaoping.json with what the same file says elsewhere; only a supplement has them."""
    document = opened.document
    for path, why in _differences(document, document.get("changes", {})):
        findings.add("verify.changes_differ", Location(manifest.FILE_NAME, path), path=path, why=why)


def _differences(document: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    lines = {line["line"]: line for line in document["lines"]}
    pieces = {piece["number"]: piece for piece in document["pieces"]}
    for index, score in enumerate(changes.get("scores", ())):
        path, line = f"/changes/scores/{index}", lines.get(score["line"])
        if line is None:
            yield path, f"没有第{score['line']}项"
        elif line["status"] == "scored" and line["points"] != score["after"]:
            yield path, f"第{score['line']}项写的是改为{score['after']}分，自评分是{line['points']}分"
    if changes and changes["total"]["after"] != document["totals"]["total"]["points"] and document["form"] == FINAL:
        yield (
            "/changes/total",
            f"写的是改为{changes['total']['after']}分，总计是{document['totals']['total']['points']}分",
        )
    replacing = {piece["number"]: piece["replaces"] for piece in pieces.values() if piece.get("replaces")}
    for index, its in enumerate(changes.get("replaced", ())):
        if replacing.pop(its["by"], "") != its["number"]:
            yield f"/changes/replaced/{index}", f"{its['number']}写的是由{its['by']}替换，补充册里没有这样一件"
    for number in replacing:
        yield "/changes/replaced", f"没有列出{number}替换了哪一件"
    listed = set(changes.get("added", ())) | {its["by"] for its in changes.get("replaced", ())}
    if changes and listed != pieces.keys():
        yield "/changes/added", f"和补充册里的佐证对不上：{'、'.join(sorted(listed ^ pieces.keys()))}"
