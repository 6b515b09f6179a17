"""What would be built of an assessment as it is, and what keeps a 报送稿 back: told without building anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kaoping.core.engine import acceptances
from kaoping.core.errors import ERRORS, HeldBackError, KaopingError
from kaoping.core.findings import Finding, catalogue
from kaoping.core.model import FINAL
from kaoping.pipeline._blockers import UNSUPPORTED, Hold, refuse_final
from kaoping.pipeline._outputs import Outputs
from kaoping.pipeline._review import look_through
from kaoping.pipeline.assessment import Assessment
from kaoping.scoring.accept import of_line, standing


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that keeps a 报送稿 back; ``accept`` and ``about`` say as what it may be accepted, "" if it may not.

    ``keeps_all`` is whether it keeps every form of package back, a 送审稿 too.
    """

    finding: Finding
    accept: str = ""
    about: str = ""
    keeps_all: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """How near a unit is to its 报送稿: the files that it would hold, what keeps it back, and what was accepted."""

    files: Sequence[str]  # their names
    obstacles: Mapping[str, Sequence[Obstacle]]  # heading → what stands below it
    accepted: Sequence[Hold]

    @property
    def count(self) -> int:
        """How many things keep it back."""
        return sum(map(len, self.obstacles.values()))


def accepted_lines(assessment: Assessment) -> set[str]:
    """Return the lines whose lack of evidence the unit has accepted, as it is now."""
    recorded = acceptances(assessment.dossier)
    bare = [score for score in assessment.card.lines if score.unsupported]
    return {score.line for score in bare if standing(of_line(UNSUPPORTED, score), recorded) is not None}


def readiness(assessment: Assessment) -> Readiness:
    """Return how near the unit is to its 报送稿. Its documents are put together for that, and nothing is written."""
    final = assessment.in_form(FINAL)
    outputs = Outputs(final)
    groups: dict[str, list[Finding]] = {}
    files: list[str] = []
    try:
        look_through(outputs)
        files = list(outputs.names().values())
        refuse_final(outputs, outputs.stems(FINAL))
    except HeldBackError as error:
        groups = error.groups
    except KaopingError as error:
        groups = {ERRORS: error.findings}
    targets = {id(hold.finding): hold.target for hold in outputs.held}
    of_all = {id(its) for its in outputs.faults.errors}

    def obstacle(its: Finding) -> Obstacle:
        target = targets.get(id(its))
        accept, about = (catalogue()[target.code].accept, target.about) if target is not None else ("", "")
        return Obstacle(its, accept, about, id(its) in of_all)

    obstacles = {heading: [obstacle(its) for its in listed] for heading, listed in groups.items()}
    return Readiness(files, obstacles, [hold for hold in outputs.held if hold.acceptance is not None])
