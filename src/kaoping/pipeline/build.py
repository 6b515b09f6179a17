"""A unit's packages: built, supplemented, or single drafts of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kaoping.bundle.plan import Limits
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import DRAFT, FINAL
from kaoping.package.handed_in import handed_in
from kaoping.package.staging import recover
from kaoping.pipeline.assess import assessed, opened_store
from kaoping.pipeline.assessment import Assessment, Progress
from kaoping.pipeline.deliver import build_drafts, build_package
from kaoping.pipeline.templates import check_own_templates

RESULTS = "成果"  # in a unit's folder
DRAFTS = "单独文稿"  # below it


@dataclass(frozen=True, slots=True)
class Built:
    """Where the package stands, and everything found on the way."""

    package: Path
    assessment: Assessment
    findings: Findings
    notes: Findings  # about the swap: what became of the package that stood there before


def build(
    folder: Path,
    *,
    final: bool = False,
    out: Path | None = None,
    limits: Limits | None = None,
    with_originals: bool = False,
    cache: bool = True,
    progress: Progress | None = None,
) -> Built:
    """Build the unit's package, at ``out`` or below 成果/, after mending what a killed build left.

    ``limits`` stand for the notice's; ``with_originals`` puts the sources of all evidence into it. Raises KaopingError
    (DeliveryError for the disk) where nothing could be delivered.
    """
    found = _recovered(folder)
    with opened_store(lasting=cache) as store:
        assessment = assessed(folder, store, FINAL if final else DRAFT, limits, progress=progress)
        assessment.findings.extend(check_own_templates(folder, assessment.rubric.pack))
        target = out or folder / RESULTS / assessment.form
        notes = build_package(assessment, target, progress, with_originals=with_originals, keep=store.bytes_of)
    notes.extend(found)
    return Built(target, assessment, Findings([*assessment.findings, *notes]), notes)


def build_supplement(
    folder: Path,
    *,
    base: Path | None = None,
    out: Path | None = None,
    limits: Limits | None = None,
    with_originals: bool = False,
    cache: bool = True,
    progress: Progress | None = None,
) -> Built:
    """Build a package of the evidence that was not in ``base`` (the unit's 报送稿 or else 送审稿), nor in a supplement.

    Its numbers go on where those ended, and nothing is renumbered. Raises KaopingError where there is no such package,
    or nothing new, and as :func:`build` does.
    """
    found = _recovered(folder)
    before = handed_in(folder / RESULTS, base)
    with opened_store(lasting=cache) as store:
        assessment = assessed(folder, store, before.form, limits, before.pieces, progress)
        if not assessment.plan.pieces:
            raise before.nothing_late()
        target = out or before.next
        notes = build_package(assessment, target, progress, with_originals=with_originals, keep=store.bytes_of)
    notes.extend(found)
    return Built(target, assessment, Findings([*assessment.findings, *notes]), notes)


def build_only(
    folder: Path, names: Sequence[str], *, final: bool = False, out: Path | None = None, cache: bool = True
) -> tuple[list[Path], Assessment]:
    """Write single drafts to ``out`` or 成果/单独文稿/."""
    with opened_store(lasting=cache) as store:
        assessment = assessed(folder, store, FINAL if final else DRAFT)
        assessment.findings.extend(check_own_templates(folder, assessment.rubric.pack))
        target = out or folder / RESULTS / DRAFTS
        return build_drafts(assessment, target, names, keep=store.bytes_of), assessment


def _recovered(folder: Path) -> list[Finding]:
    return [*recover(folder / RESULTS), *recover(folder / RESULTS / DRAFTS)]
