"""The unit of work: a unit's folder to its package, and what came of it as plain data, whoever runs it, wherever.

It knows nothing of other units. What goes wrong is what came of this unit, never the end of the batch.
"""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kaoping.batch._unit_state import package_stamp, program_digest, state_of
from kaoping.core import fs, packs
from kaoping.core.errors import FaultError, HeldBackError, KaopingError
from kaoping.core.figures import number
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.evidence.workers import standing_by
from kaoping.package import manifest, shape
from kaoping.pipeline import contract
from kaoping.pipeline.assessment import Assessment, Progress, assess
from kaoping.pipeline.building import RESULTS, Built, build, build_only
from kaoping.pipeline.evidence_shares import judge_share
from kaoping.scoring.crosscheck.named_photos import named_photos
from kaoping.scoring.deadlines import sent_by_records
from kaoping.sheets.score_table import section_total

SCHEMA = "kaoping.batch-unit/1"
#: What came of a unit: a package (or drafts), a refusal that its findings explain, or a fault of the program.
BUILT, REFUSED, FAILED = "built", "refused", "failed"
_READ_ON = "evidence.unread"  # more of the scans is read with each run
#: Objects more than before at which Python looks for rubbish in the middle of the work. By itself it does at 700, which
#: takes a tenth of the time.
_MUCH = 300_000

Outcome = dict[str, Any]


@contextmanager
def units_in_a_row(most: int | None = None) -> Iterator[None]:
    """Keep ready what a process needs for each of many units: the processes that look at files, and the packs.

    No more than ``most`` of the former work at a time. Each task of such a process is done :func:`tidily`.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_MUCH)
    try:
        with standing_by() if most is None else standing_by(most), packs.keeping():
            yield
    finally:
        gc.set_threshold(*usual)


def tidily(act: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    """Return what ``act`` gives; what it leaves behind is let go at its end: units that were not held 9 MB each."""
    try:
        return act(*arguments, **more)
    finally:
        gc.collect(1)  # what is younger than the unit: modules and packs would take a tenth of its time


def build_unit(
    folder: str,
    *,
    final: bool = False,
    only: Sequence[str] = (),
    follow_links: bool = False,
    unopened: Sequence[str] = (),
    progress: Progress | None = None,
) -> Outcome:
    """Build the unit in ``folder``, or the drafts ``only`` of it; return what came of it (``kaoping.batch-unit/1``).

    Of the files ``unopened`` (by their keys) there are slip sheets, as of those that take their judge down. Raises
    nothing that is the unit's or the program's doing.
    """
    unit = Path(folder)
    outcome: Outcome = {"schema": SCHEMA, "form": FINAL if final else DRAFT, "program": program_digest()}
    try:
        outcome["state"] = state_of(
            unit, final=final, follow_links=follow_links
        )  # before: what changes meanwhile is new
        if only:
            paths, assessment = build_only(unit, only, final=final, follow_links=follow_links, unopened=unopened)
            findings: Iterable[Finding] = assessment.findings
            outcome |= {"drafts": [path.name for path in paths]}
        else:
            built = build(unit, final=final, follow_links=follow_links, unopened=unopened, progress=progress)
            findings = built.findings
            outcome |= _points(built.assessment) | _package(unit, built)
        return outcome | _ended(BUILT, findings)
    except FaultError as error:
        return outcome | _ended(FAILED, error.findings)
    except HeldBackError as error:
        points = _points_of_refused(unit, follow_links=follow_links, unopened=unopened)
        return outcome | points | _ended(REFUSED, error.findings)
    except KaopingError as error:
        return outcome | _ended(REFUSED, error.findings)
    except Exception as error:
        return outcome | fault("batch.fault", f"{type(error).__name__}: {error}", traceback.format_exc())


def judge_files(folder: str, share: Sequence[str], *, follow_links: bool = False) -> int:
    """Judge files of the unit in ``folder`` ahead of its package; returns how many.

    What goes wrong is told by the package, which looks at what is left.
    """
    try:
        return judge_share(Path(folder), share, follow_links=follow_links)
    except KaopingError:
        return 0


def fault(code: str, why: str, detail: str = "") -> Outcome:
    """Return what came of a unit that the program, and not its folder, failed at: the finding ``code``, and ``why``."""
    findings = Findings()
    findings.add(code, Location(), why=why)
    return {"schema": SCHEMA} | _ended(FAILED, findings) | ({"detail": detail} if detail else {})


def _ended(status: str, findings: Iterable[Finding]) -> Outcome:
    listed = Findings(findings).sorted()
    document = contract.findings(listed)
    exit_status = 4 if status == FAILED else 1 if status == REFUSED or document["counts"]["error"] else 0
    return {"status": status, "exit": exit_status, "findings": document}


def _package(unit: Path, built: Built) -> Outcome:
    document = shape.load(built.package, Findings()) or {}
    volumes = [row for row in document.get("files", ()) if row["role"] == manifest.BUNDLE]
    files = built.assessment.dossier.evidence.values()
    return {
        "package": {
            "folder": f"{RESULTS}/{built.package.name}",
            "sha256": fs.sha256(built.package / manifest.FILE_NAME),
            "stamp": package_stamp(built.package),
        },
        "evidence": {"pieces": len(document.get("pieces", ())), "pages": sum(int(row["pages"]) for row in volumes)},
        "held": built.held,
        "may_change": any(file.may_change for file in files) or any(its.code == _READ_ON for its in built.findings),
    }


def _points_of_refused(unit: Path, *, follow_links: bool, unopened: Sequence[str]) -> Outcome:
    """Return the points of a unit whose 报送稿 is kept back; nothing where they can't be told any more."""
    try:
        return _points(assess(unit, final=True, follow_links=follow_links, unopened=unopened))
    except KaopingError:
        return {}


def _points(its: Assessment) -> Outcome:
    """Return what the unit's own package says of its points, in the words of the contract, and section by section."""
    card, rubric = its.card, its.rubric
    sections = [(section, section_total(section, card)) for section in rubric.sections]
    return {
        "rubric": {"id": rubric.id, "title": rubric.title, "sha256": rubric.sha256},
        "scorecard": contract.scorecard(card, its.numbers()),
        "total": [str(card.total.low), str(card.total.high)],  # exact: a contract's points have two places
        "sections": [
            {"section": section.id, "title": section.title, "of": None if total.of is None else number(total.of)}
            | {"min": number(total.low), "max": number(total.high)}
            for section, total in sections
        ],
        "gaps": contract.gaps(its.gaps, its.deadlines, sent_by_records(rubric, its.dossier)),
        "photos": [
            {"file": photo.file, "page": photo.page, "record": photo.record, "look": photo.look}
            | {"day": photo.day.isoformat() if photo.day is not None else ""}
            for photo in named_photos(its.dossier)
        ],
    }
