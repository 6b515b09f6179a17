"""Records that name lines (主观评判, 裁定, 工作材料 …) against the rubric, and declared numbers against ledgers."""

from __future__ import annotations

from collections.abc import Iterable

from kaoping.core.engine import DECISION, INDICATOR, JUDGEMENT, judgements
from kaoping.core.model import Location, Record
from kaoping.rubric import called
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
                line = known.get(str(record["line"]))
                part = str(record["part"] or "")
                parts = {p.id for p in line.nodes if isinstance(p, Part)} if line else set()
                settles = record.kind in (JUDGEMENT, DECISION)
                if line is None or (part and part not in parts) or (settles and parts and not part):
                    at = record.at.at("line")
                    self.findings.add("judgement.unknown_line", at, value=str(record["line"]), part=part or "无")
                elif record.kind == JUDGEMENT:
                    self._check_choice(record, line)
        self._check_twice()
        self._check_known()
        for line in self.scored:
            self._check_indicators(line)

    def _check_twice(self) -> None:
        chosen: dict[tuple[str, str], dict[str, Location]] = {}
        for judgement in judgements(self.dossier):
            chosen.setdefault((judgement.line, judgement.part), {})[judgement.written] = judgement.at
        for (name, part), places in chosen.items():
            if len(places) > 1:
                at = list(places.values())[-1]
                self.findings.add("judgement.twice", at, line=part or name, choices="、".join(places))

    def _check_choice(self, record: Record, line: Line) -> None:
        options = choices(line.rule, str(record["part"] or ""))
        if not options:
            self.findings.add("judgement.not_asked", record.at.at("line"), line=line.id)
        elif record["choice"] not in options:
            at, shown = record.at.at("choice"), "、".join(options)
            self.findings.add("judgement.not_an_option", at, line=line.id, choice=record["choice"], options=shown)

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
        for record in self.dossier.records(INDICATOR):
            if record.id not in known:
                listed = "；".join(f"{id_}（{label}）" for id_, label in known.items())
                self.findings.add("indicator.unknown", record.at.at("id"), id=record.id, known=listed)
