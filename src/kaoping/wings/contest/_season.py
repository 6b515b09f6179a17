"""A unit's season (岗位练兵、技能竞赛): the rules, drills and results of one year, each worked out once."""

from __future__ import annotations

from functools import cached_property

from kaoping.core.findings import Findings
from kaoping.core.model import Dossier
from kaoping.wings.contest._drills import Drills, drills_of
from kaoping.wings.contest._results import Results, compute, rules_of
from kaoping.wings.contest._rules import Competition


class Season:
    """What the check, the documents and the 成绩册 of one assessment all draw from; worked out when first asked for."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier

    @cached_property
    def rules(self) -> Competition:
        """The rules that the unit's contest names; raises KaopingError for unknown or broken ones."""
        return rules_of(self.dossier)

    @cached_property
    def checked_drills(self) -> tuple[Drills, Findings]:
        """The drills, and what in the records of them can't be used."""
        findings = Findings()
        return drills_of(self.dossier, self.rules, findings), findings

    @cached_property
    def checked_results(self) -> tuple[Results | None, Findings]:
        """The results (None as :func:`compute` says), and what in the records of them can't be used."""
        findings = Findings()
        return compute(self.dossier, self.rules, findings), findings

    @property
    def drills(self) -> Drills:
        """The drills."""
        return self.checked_drills[0]

    @property
    def results(self) -> Results | None:
        """The results; None where no scores were recorded, or several contests without saying whose they are."""
        return self.checked_results[0]
