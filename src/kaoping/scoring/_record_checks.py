"""Records that name lines (主观评判, 裁定, 工作材料 …) against the rubric, and declared numbers against ledgers."""

from __future__ import annotations

from collections.abc import Iterable

from kaoping.core.engine import DECISION, INDICATOR, JUDGEMENT, judgements
from kaoping.core.model import Location, Record, Unreadable
from kaoping.rubric import called
from kaoping.rubric.explanation import judgings
from kaoping.rubric.nodes import Line
from kaoping.rubric.rules.choices import choices
from kaoping.rubric.rules.combine import Part
from kaoping.rubric.rules.declared import StandIn
from kaoping.scoring._settler import Settler
from kaoping.scoring.crosscheck.definitions import indicators


class RecordChecks:
    """Checks the records of one dossier against the lines that they name."""

    def __init__(self, settler: Settler, scored: Iterable[Line]) -> None:
        self.rubric = settler.rubric
        self.dossier = settler.dossier
        self.findings = settler.findings
        self.settler = settler
        self.scored = tuple(scored)

    def run(self) -> None:
        """Find records that name a line or part that the rubric does not have, and choices that no line offers."""
        known = {line.id: line for line in self.rubric.lines}
        for table in self.dossier.tables.values():
            if "line" not in table.columns:
                continue
            for record in table:
                if record["line"] is None or isinstance(record["line"], Unreadable):
                    continue  # told where the record was read
                line = known.get(str(record["line"]))
                if wrong := _wrong_line(record, line):
                    self.findings.add("judgement.unknown_line", record.place("line"), wrong=wrong)
                elif line is not None and record.kind == JUDGEMENT:
                    self._check_choice(record, line)
        self._check_twice()
        self._check_known()
        for line in self.scored:
            self._check_indicators(line)

    def _check_twice(self) -> None:
        chosen: dict[tuple[str, str], dict[str, Location]] = {}
        for judgement in judgements(self.dossier):
            chosen.setdefault((judgement.line, judgement.part), {})[judgement.written] = judgement.place("choice")
        for (name, part), places in chosen.items():
            if len(places) > 1:
                at = list(places.values())[-1]
                self.findings.add("judgement.twice", at, line=part or name, choices="、".join(places))

    def _check_choice(self, record: Record, line: Line) -> None:
        options = choices(line.rule, str(record["part"] or ""))
        if not options:
            self.findings.add("judgement.not_asked", record.place("line"), line=line.id)
        elif record["choice"] and record["choice"] not in options:  # an empty one is told as that
            facts = {"line": line.id, "choice": str(record["choice"]), "options": "、".join(options)}
            self.findings.add("judgement.not_an_option", record.place("choice"), **facts)

    def _check_indicators(self, line: Line) -> None:
        disagreements: dict[str, str] = {}
        for part in line.nodes:
            if isinstance(part, StandIn):
                pair = part.disagreement(self.settler.context(line))
                if pair is not None:
                    disagreements.setdefault(pair[1].text, pair[0].text)
        for declared, ledger in disagreements.items():
            self.findings.add("indicator.disagrees", line=line.id, ledger=ledger, declared=declared)

    def _check_known(self) -> None:
        """A declared number that no rule and no cross-check asks for is never used: most often its id is misspelt."""
        known = {**indicators(self.rubric.pack), **called.indicators(self.rubric)}
        table = self.dossier.tables.get(INDICATOR)
        for row, id_ in enumerate(table.ids if table is not None else ()):
            if table is not None and id_ not in known:
                named = "、".join(known.values())
                self.findings.add("indicator.unknown", table.places(row, "id"), id=id_, known=named)


def _wrong_line(record: Record, line: Line | None) -> str:
    """Say what is wrong with the line and part that a record names; "" where nothing is."""
    part = str(record["part"] or "")
    if line is None:
        return f"细则里没有考评项“{record['line']}”"
    parts = [node.id for node in line.nodes if isinstance(node, Part)]
    within = (
        [its.part for its in judgings(line)] if record.kind == JUDGEMENT else []
    )  # of a deduction, that has no parts
    if part and part in within:
        return ""
    if part and part not in parts:
        return f"考评项“{line.id}”没有分项“{part}”" + (f"，只有：{'、'.join(parts)}" if parts else "")
    if not part and parts and record.kind in (JUDGEMENT, DECISION):
        return f"考评项“{line.id}”要写明是哪个分项：{'、'.join(parts)}"
    return ""
