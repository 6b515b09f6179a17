"""Writes a decision (待定裁定) into the unit's records, with the fingerprint of the facts it was made on."""

from __future__ import annotations

from pathlib import Path

from kaoping import schema, yamltree
from kaoping.errors import KaopingError
from kaoping.findings import Findings
from kaoping.model import Location, ScoreCard, Status
from kaoping.readers.yaml_records import FOLDER
from kaoping.rules.base import show, span
from kaoping.schema import CellError
from kaoping.yamltree import Node


def record_decision(folder: Path, card: ScoreCard, name: str, points: str, *, reason: str, who: str, when: str) -> Path:
    """Append the decision on the line or part ``name`` to records/decisions.yaml; what stands there stays as it is.

    Raises KaopingError where the line is not undecided, the points are no number within its range, or a field is unfit.
    """
    findings = Findings()
    kind = schema.kinds()["decision"]
    path = folder / FOLDER / kind.file
    at = Location(f"{FOLDER}/{kind.file}")
    targets = {s.line: (s.line, "", s.low, s.high, s.status, s.digest) for s in card.lines if not s.parts}
    for s in card.lines:
        targets |= {p.part: (s.line, p.part, p.low, p.high, p.status, p.digest) for p in s.parts}
    if name not in targets:
        findings.add("judgement.unknown_line", at, value=name, part="无")
        raise KaopingError(findings)
    line, part, low, high, status, digest = targets[name]
    if status is not Status.UNDECIDED:
        findings.add("decide.not_undecided", at, line=name, points=span(low, high))
        raise KaopingError(findings)
    try:
        number = Node(points, at).number()
        if not low <= number <= high:
            findings.add("decision.out_of_range", at, line=name, points=show(number), range=span(low, high))
    except yamltree.ExpectedError as error:
        findings.add("value.unfit", at, title="裁定得分", text=points, expected=error.what)
    values = {"line": line, "part": part, "points": points, "reason": reason, "who": who, "when": when}
    for key, text in values.items():
        field = kind.field(key)
        try:
            if field is not None:
                field.parse(text)
        except CellError as error:
            findings.add("value.unfit", at, title=field.title if field else key, text=text, expected=str(error))
    if findings.errors:
        raise KaopingError(findings)
    _append(path, at, {**values, "facts_digest": digest})
    return path


def _append(path: Path, at: Location, values: dict[str, str]) -> None:
    """Add one record as text, so that the clerk's comments and order stay."""
    text = path.read_text("utf-8-sig") if path.is_file() else ""
    node = yamltree.parse(text, at.file, Findings())
    known = [r.mapping().get("id") for r in (node.value if node and isinstance(node.value, list) else [])]
    ids = {item.value for item in known if item is not None}
    number = next(n for n in range(1, len(ids) + 2) if f"CD{n:02}" not in ids)
    body = text.replace("[]", "", 1) if node is not None and node.value == [] else text
    lines = [f"id: CD{number:02}", *(f"{key}: {_quoted(value)}" for key, value in values.items() if value)]
    entry = "- " + "\n  ".join(lines) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body.rstrip("\n") + ("\n" if body.strip() else "") + entry, encoding="utf-8", newline="\n")


def _quoted(text: str) -> str:
    """A YAML double-quoted scalar: what a person typed stays text whatever it holds."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
