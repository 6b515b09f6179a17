"""The sample units' own files, read plainly: their YAML as it stands, truth values and dates as such."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from second_scorer.facts import Row, Unit
from second_scorer.spans import Span

#: File below records/ → the kind of its records; the others are named by their kind and an s.
_NAMES = {
    "counties": "county", "inspections": "inspection", "approvals": "approval", "honours": "honour",
    "staff": "staff", "drill_people": "drill_person", "rectification": "rectification", "evidence": "evidence",
    "rectification_focuses": "rectification_focus", "training_summaries": "training_summary",
}  # fmt: skip


@dataclass
class Told:
    """A unit's year, and what of the outside its documents name."""

    unit: Unit
    notice: Row = field(default_factory=dict)  # title, doc_no
    decided: bool = False  # whether its decisions still stand on the facts that they were made on
    lacking_items: str = ""  # what the reasons say of a group's lines without evidence, read by eye
    by_eye: dict[str, Span] = field(default_factory=dict)  # points of lines that hang on what can't be read

    @property
    def facts(self) -> Row:
        return self.unit.facts

    def rows(self, kind: str) -> list[Row]:
        """Return the records of a kind; none where nobody filed any."""
        return self.unit.table(kind) or []

    @property
    def year(self) -> int:
        return int(self.facts["year"])

    @property
    def whole(self) -> str:
        """How a document calls all that the unit and those below it do."""
        return "市、县两级" if self.unit.is_city else f"全{self.facts['region'][-1]}"


def load(folder: Path, *, decided: bool = False) -> Told:
    """Return the unit in ``folder``, whose records are YAML."""
    tables: dict[str, list[Row]] = {}
    facts: Row = {}
    for path in sorted((folder / "records").glob("*.yaml")):
        rows = [_typed(row) for row in _listed(yaml.safe_load(path.read_text("utf-8")))]
        if path.stem == "unit":
            facts = rows[0]
        else:
            tables[_NAMES.get(path.stem, path.stem.removesuffix("s"))] = rows
    said = folder / "notice.yaml"
    notice = yaml.safe_load(said.read_text("utf-8")) if said.is_file() else {}
    due = {"training-summary": date(int(facts["year"]), 12, 4)}  # 于2017年12月5日前
    due |= {name: its["date"] for name, its in (notice.get("due") or {}).items() if its.get("date")}
    return Told(Unit(facts, tables, due, notice.get("answers") or {}), notice, decided)


def _listed(read: Any) -> list[Row]:
    return read if isinstance(read, list) else [read] if read else []


def _typed(row: Row) -> Row:
    return {name: _value(value) for name, value in row.items() if value is not None}


def _value(value: Any) -> Any:
    if value in ("是", "否"):
        return value == "是"
    return Fraction(str(value)) if isinstance(value, float) else value
