"""Writes a decision (待定裁定) into the unit's records, with the fingerprint of the facts it was made on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import fs, yamltree
from kaoping.core.engine import Decision
from kaoping.core.errors import KaopingError, why_not_read, why_not_written
from kaoping.core.figures import number, span_text
from kaoping.core.findings import Findings
from kaoping.core.model import Location, ScoreCard, Status
from kaoping.core.schema import CellError, Kind
from kaoping.core.yamltree import Node
from kaoping.records.readers.yaml_records import FOLDER


def record_decision(
    folder: Path,
    card: ScoreCard,
    kind: Kind,
    recorded: Iterable[Decision],
    name: str,
    points: str,
    *,
    reason: str,
    who: str,
    when: str,
) -> Path:
    """Append the decision on the line or part ``name`` to the file of its ``kind``; what stands there stays as it is.

    Raises KaopingError where the line is not undecided, the points are no number within its range, or a field is unfit.
    """
    findings = Findings()
    path = folder / FOLDER / kind.file
    at = Location(f"{FOLDER}/{kind.file}")
    targets = {s.line: (s.line, "", s.low, s.high, s.status, s.digest) for s in card.lines if not s.parts}
    for s in card.lines:
        targets |= {p.part: (s.line, p.part, p.low, p.high, p.status, p.digest) for p in s.parts}
    parts = [part.part for score in card.lines if score.line == name for part in score.parts]
    if parts:
        findings.add("decide.name_part", at, line=name, parts="、".join(parts))
        raise KaopingError(findings)
    if name not in targets:
        findings.add("judgement.unknown_line", at, value=name, part="无")
        raise KaopingError(findings)
    line, part, low, high, status, digest = targets[name]
    kept = _Kept.read(path, at)
    there = next((decision for decision in recorded if (decision.line, decision.part) == (line, part)), None)
    if there is not None:  # in the workbook, or in the file that is added to
        facts = {"line": name, "at": str(there.at), "id": there.id, "digest": digest}
        findings.add("decide.already", there.at, **facts)
        raise KaopingError(findings)
    if status is not Status.UNDECIDED:
        findings.add("decide.not_undecided", at, line=name, points=span_text(low, high))
        raise KaopingError(findings)
    asked = yamltree.exact_number(points.strip())
    if asked is not None and not low <= asked <= high:
        findings.add("decision.out_of_range", at, line=name, points=number(asked), range=span_text(low, high))
    values = {"line": line, "part": part, "points": points, "reason": reason, "who": who, "when": when}
    for key, text in values.items():
        field = kind.field(key)
        assert field is not None, "decisions have these fields"
        try:
            if field.parse(text) is None and field.required:
                findings.add("value.missing", at, title=field.title)
        except CellError as error:
            findings.add("value.unfit", at, title=field.title, text=text, expected=str(error))
    if findings.errors:
        raise KaopingError(findings)
    kept.append({**values, "facts_digest": digest})
    return path


@dataclass(frozen=True, slots=True)
class _Kept:
    """The decisions that stand in the file: its text is only added to, so that the clerk's comments and order stay."""

    path: Path
    at: Location
    text: str
    items: list[Node]

    @classmethod
    def read(cls, path: Path, at: Location) -> _Kept:
        """Read the file; raises KaopingError where it can't be added to."""
        findings = Findings()
        text = ""
        if path.exists():
            try:
                decoded = yamltree.decoded(path.read_bytes())
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

    def append(self, values: dict[str, str]) -> None:
        """Write the file anew with one more record; raises KaopingError, touching nothing, where that can't be."""
        taken = {_text(item, "id") for item in self.items}
        number = next(n for n in range(1, len(taken) + 2) if f"CD{n:02}" not in taken)
        lines = [f"id: CD{number:02}", *(f"{key}: {yamltree.quoted(value)}" for key, value in values.items() if value)]
        written = "\n  ".join(lines)
        body = self.text.rstrip()
        text = f"{body}\n- {written}\n" if body else f"- {written}\n"
        if "\r\n" in self.text:  # the file's own line ends, as Notepad and WPS write them
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        node = yamltree.parse(text, self.at.file, Findings())
        if node is None or not isinstance(node.value, list) or len(node.value) != len(self.items) + 1:
            raise _unfit(self.at, "各条的缩进或写法不一致")
        try:
            fs.mkdir(self.path.parent)
            fs.write_whole(self.path, text.encode())
        except OSError as error:
            raise _unfit(self.at, why_not_written(error)) from None


def _unfit(at: Location, why: str) -> KaopingError:
    findings = Findings()
    findings.add("decide.file_unfit", at, name=at.file, why=why)
    return KaopingError(findings)


def _text(record: Node, name: str) -> str:
    node = record.mapping().get(name)
    return node.value if node is not None and isinstance(node.value, str) else ""
