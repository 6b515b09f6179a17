"""The engine's front door: what the command line and the page may ask for, and nothing they may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kaoping.build import Assessment, Progress, build_drafts, build_package
from kaoping.findings import Findings
from kaoping.gaps import Gap, find_gaps
from kaoping.intake import take_in
from kaoping.outputs.forms import DRAFT, FINAL
from kaoping.package import recover
from kaoping.plan import plan_bundle
from kaoping.score import score

RESULTS = "成果"
DRAFTS = "单独文稿"

__all__ = ["DRAFT", "FINAL", "Assessment", "Built", "Gap", "assess", "build", "build_only"]


@dataclass(frozen=True, slots=True)
class Built:
    """Where the package stands, and everything found on the way."""

    package: Path
    assessment: Assessment
    findings: Findings


def assess(folder: Path, *, final: bool = False) -> Assessment:
    """Read, validate, score and lay out the unit in ``folder``; writes nothing.

    Raises KaopingError where it can't be scored at all.
    """
    taken = take_in(folder)
    card = score(taken.rubric, taken.dossier, taken.findings)
    plan = plan_bundle(taken.rubric, card, taken.dossier, FINAL if final else DRAFT)
    gaps = find_gaps(taken.rubric, taken.dossier, card)
    return Assessment(taken.dossier, taken.rubric, card, plan, gaps, taken.findings)


def build(folder: Path, *, final: bool = False, out: Path | None = None, progress: Progress | None = None) -> Built:
    """Build the unit's package, at ``out`` or below 成果/, after mending what a killed build left.

    Raises KaopingError (DeliveryError for the disk) where nothing could be delivered.
    """
    found = recover(folder / RESULTS)
    assessment = assess(folder, final=final)
    target = out or folder / RESULTS / assessment.form
    notes = build_package(assessment, target, progress)
    findings = Findings([*found, *assessment.findings, *notes])
    return Built(target, assessment, findings)


def build_only(
    folder: Path, names: Sequence[str], *, final: bool = False, out: Path | None = None
) -> tuple[list[Path], Assessment]:
    """Write single drafts to ``out`` or 成果/单独文稿/."""
    assessment = assess(folder, final=final)
    return build_drafts(assessment, out or folder / RESULTS / DRAFTS, names), assessment
