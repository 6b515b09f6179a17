"""A unit's packages: built, supplemented, or single drafts of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kaoping.bundle.plan import Limits
from kaoping.core import fs
from kaoping.core.delivery import delivering
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.evidence.rates import PACKAGE
from kaoping.package.compare import Changes, Snapshot, compare, differences, snapshot
from kaoping.package.staging import archived, recover
from kaoping.package.submission import submission
from kaoping.pipeline._blockers import holds
from kaoping.pipeline._packing import build_drafts, build_package
from kaoping.pipeline._revision import supplemented
from kaoping.pipeline.assessment import Assessment, Progress, assess_folder, verdict_store
from kaoping.pipeline.edits import take_in_found

RESULTS = "成果"  # in a unit's folder
DRAFTS = "单独文稿"  # below it
CHANGES = "变更清单"


@dataclass(frozen=True, slots=True)
class Built:
    """Where the package stands, and everything found on the way."""

    package: Path
    assessment: Assessment
    findings: Findings
    notes: Findings  # about the swap: what became of the package that stood there before
    held: int = 0  # what keeps a 报送稿 back until it is mended or accepted
    changes: Changes | None = None  # from the package that stood there before, where somebody asked and there was one


def build(
    folder: Path,
    *,
    final: bool = False,
    out: Path | None = None,
    limits: Limits | None = None,
    with_originals: bool = False,
    cache: bool = True,
    follow_links: bool = False,
    with_changes: bool = False,
    unopened: Sequence[str] = (),
    progress: Progress | None = None,
) -> Built:
    """Build the unit's package, at ``out`` or below 成果/, after mending what a killed build left.

    What people changed in the drafts that stand is taken in first (:mod:`kaoping.pipeline.edits`).

    ``limits`` stand for the notice's; ``with_originals`` puts the sources of all evidence into it; ``follow_links``
    follows the links among the evidence that lead out of it too; ``with_changes`` tells what changed from the package
    that stood there; of the files ``unopened``, by their keys, there are slip sheets, as of damaged ones. Raises
    KaopingError (DeliveryError for the disk) where nothing could be delivered.
    """
    notices = mend_results(folder)
    form = FINAL if final else DRAFT
    target = out or folder / RESULTS / form
    notices += _edited(folder, target)
    before, old = archived(target), _seen(target) if with_changes else None
    with verdict_store(lasting=cache) as store:
        start = time.process_time()
        assessment = assess_folder(
            folder, store, form, limits, progress=progress, follow_links=follow_links, unopened=unopened
        )
        packed = build_package(assessment, target, progress, with_originals=with_originals, keep=store.bytes_of)
        store.took(PACKAGE, time.process_time() - start)
    assessment, notes = packed.assessment, packed.notes
    notes.extend(notices)
    for package in archived(target):
        if package not in before:
            notes.extend(_list_changes(package, target))
    held = sum(hold.keeps_back and hold.acceptance is None for hold in holds(assessment))
    changes = differences(old, snapshot(target)) if old is not None else None
    return Built(target, assessment, Findings([*assessment.findings, *notes]), notes, held, changes)


def _seen(package: Path) -> Snapshot | None:
    """Read what is compared of a package that is about to be replaced; None where there is none that can be read."""
    try:
        return snapshot(package)
    except KaopingError:
        return None


def _list_changes(before: Path, after: Path) -> Findings:
    """Write what changed from one 报送稿 to the next beside them; returns what to tell about it."""
    findings = Findings()
    path = before.with_name(f"{before.name.replace(after.name, CHANGES, 1)}.txt")
    head = [f"{before.name} → {after.name}", ""]
    text = "\r\n".join([*head, *compare(before, after).lines(), ""])
    with delivering(path):
        fs.write_bytes(path, text.encode("utf-8-sig"))  # the Notepad of Windows 7 shows anything else garbled
    findings.add("build.changes", Location(path.name), before=before.name, name=path.name)
    return findings


def build_supplement(
    folder: Path,
    *,
    base: Path | None = None,
    out: Path | None = None,
    limits: Limits | None = None,
    with_originals: bool = False,
    cache: bool = True,
    follow_links: bool = False,
    progress: Progress | None = None,
) -> Built:
    """Build a supplement to ``base`` (the unit's 报送稿 where there is none) and the supplements that followed it.

    It holds the evidence that was in none of them, numbered on from there, the revised score sheet, and a letter that
    says which points moved, what was replaced and what is gone. Raises KaopingError where there is no such package, or
    nothing has changed, and as :func:`build` does.
    """
    recovery = mend_results(folder)
    before = submission(folder / RESULTS, base)
    with verdict_store(lasting=cache) as store:
        assessment = assess_folder(folder, store, FINAL, limits, before.pieces, progress, follow_links=follow_links)
        target = out or before.next

        def ready(attempt: Assessment) -> Assessment:
            late = supplemented(attempt, before)
            if late.supplement is None or late.supplement.is_empty:
                raise before.nothing_late()
            return late

        packed = build_package(
            assessment, target, progress, with_originals=with_originals, keep=store.bytes_of, ready=ready
        )
    assessment, notes = packed.assessment, packed.notes
    notes.extend(recovery)
    return Built(target, assessment, Findings([*assessment.findings, *notes]), notes)


def build_only(
    folder: Path,
    names: Sequence[str],
    *,
    final: bool = False,
    out: Path | None = None,
    cache: bool = True,
    follow_links: bool = False,
    unopened: Sequence[str] = (),
) -> tuple[list[Path], Assessment]:
    """Write single drafts to ``out`` or 成果/单独文稿/, after taking in what people changed in drafts."""
    notices = _edited(folder)
    with verdict_store(lasting=cache) as store:
        form = FINAL if final else DRAFT
        assessment = assess_folder(folder, store, form, follow_links=follow_links, unopened=unopened)
        assessment.findings.extend(notices)
        target = out or folder / RESULTS / DRAFTS
        assessment, paths = build_drafts(assessment, target, names, keep=store.bytes_of)
        return paths, assessment


def _edited(folder: Path, *targets: Path) -> list[Finding]:
    """Take in what people changed in the drafts that stand; returns what to tell about that."""
    results = folder / RESULTS
    packages = [*targets, results / DRAFT, results / FINAL]
    return list(take_in_found(folder, packages, results / DRAFTS))


def mend_results(folder: Path) -> list[Finding]:
    """Mend what a killed build left in the unit's 成果; returns what to tell about that. Leaves a build under way."""
    return [*recover(folder / RESULTS), *recover(folder / RESULTS / DRAFTS)]
