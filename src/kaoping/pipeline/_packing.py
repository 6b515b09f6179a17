"""From outputs to a package, or to single drafts: staged, read back, and only then put in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kaoping import documents
from kaoping.bundle.plan import attachments, originals
from kaoping.core import fs
from kaoping.core.errors import FaultError, KaopingError, NotMergedError
from kaoping.core.findings import Findings
from kaoping.core.model import FINAL, BundlePlan, EvidenceFile, Location
from kaoping.package import manifest
from kaoping.package.bag import BagInfo
from kaoping.package.manifest import Output
from kaoping.pipeline._blockers import refuse_final, refuse_unfinished
from kaoping.pipeline._origins import manifest_entry
from kaoping.pipeline._outputs import BUNDLE, Outputs
from kaoping.pipeline._papers import refuse_templates, stands_alone
from kaoping.pipeline._review import look_through
from kaoping.pipeline.assessment import Assessment, Progress
from kaoping.pipeline.edits import keep_generated

if TYPE_CHECKING:
    from kaoping.pdf.fonts import Keep


#: Makes what is still to be made of an assessment whose plan is new.
Ready = Callable[[Assessment], Assessment]
T = TypeVar("T")
_UNNUMBERED = ("verify.stamp_missing", "verify.stamp_unseen")


@dataclass(frozen=True, slots=True)
class Packed:
    """A package in its place: what it was built of, and notes about it and about the swap."""

    assessment: Assessment
    notes: Findings


def build_package(
    assessment: Assessment,
    target: Path,
    progress: Progress | None = None,
    *,
    with_originals: bool = False,
    keep: Keep | None = None,
    ready: Ready | None = None,
) -> Packed:
    """Build the whole package at ``target``, replacing the last one whole.

    A piece that can't be merged, or whose numbers can't be seen when it is read back, becomes a slip sheet; numbers,
    pages and contents are planned anew, ``ready`` makes all else of it that is to be made, and the package is built of
    that. ``keep`` keeps what takes long to make, for the next build.

    Raises KaopingError where a 报送稿 is refused, DeliveryError where the disk or an open file stands in the way.
    """

    def work(attempt: Assessment) -> Findings:
        return _built(attempt, target, progress, with_originals=with_originals, keep=keep)

    return Packed(*_leaving_out(assessment, work, ready))


def _leaving_out(
    assessment: Assessment, work: Callable[[Assessment], T], ready: Ready | None = None
) -> tuple[Assessment, T]:
    """Do ``work``, and again without the pieces that can't be merged; return what with, and what it gave."""
    while True:
        attempt = replace(assessment, findings=Findings(assessment.findings))
        if ready is not None:
            attempt = ready(attempt)
        try:
            return attempt, work(attempt)
        except NotMergedError as error:  # each leaves out one at least
            assessment = assessment.without(error.reasons)


def _built(
    assessment: Assessment, target: Path, progress: Progress | None, *, with_originals: bool, keep: Keep | None
) -> Findings:
    """Build the package; raises NotMergedError where some pieces can't be merged, or read back."""
    from kaoping.package.staging import staging

    outputs = Outputs(assessment, keep)
    look_through(outputs)
    if assessment.form == FINAL:
        refuse_final(outputs, outputs.stems(FINAL))
    if outputs.faults.errors:
        raise KaopingError(outputs.faults)
    names = outputs.names()
    refuse_templates(assessment, names)
    copies = [(manifest.ATTACHMENT, copy) for copy in attachments(assessment.plan)]
    if with_originals:
        copies += [(manifest.ORIGINAL, copy) for copy in originals(assessment.plan)]
    with staging(target) as stage:
        written: list[Output] = []
        for done, (key, name) in enumerate(names.items()):
            if progress:
                progress(done, len(names) + 1, name)
            written.append(outputs.write(key, stage.path(name)))
        if progress:
            progress(len(names), len(names) + 1, "打包核对")
        for role, (name, file) in copies:
            stage.copy(file.source, name)
            if fs.sha256(stage.path(name)) != file.sha256:
                raise _changed(file)
            written.append(Output(name, role, ""))
        document = manifest.manifest(
            assessment.rubric, assessment.card, assessment.plan, outputs.tally(), assessment.supplement,
            manifest_entry(assessment),
        )  # fmt: skip
        card = assessment.card
        what = "补充材料" if assessment.plan.prefix else assessment.form
        info = BagInfo(card.unit, f"{card.year}年度考评自评材料（{what}）", assessment.dated)
        stage.finish(info, document, written)
        _refuse_hidden(stage.data, assessment.dossier.evidence.values())
        read_back(stage.root, assessment.plan)
        notes = _too_large(stage.data, written, assessment.plan)
    notes.extend(keep_generated(assessment.dossier.folder, outputs.papers.kept))
    if progress:
        progress(len(names) + 1, len(names) + 1, "完成")
    return Findings([*notes, *stage.findings])


def _refuse_hidden(data: Path, evidence: Iterable[EvidenceFile]) -> None:
    """Raise FaultError where a file of the package is one of which something was masked or left out."""
    hidden = {file.sha256 for file in evidence if file.hides and file.sha256}
    findings = Findings()
    for path in sorted(data.rglob("*")) if hidden else ():
        if path.is_file() and fs.sha256(path) in hidden:
            name = path.relative_to(data.parent).as_posix()
            findings.add("verify.masked_original", Location(name), name=name)
    if findings.errors:
        raise FaultError(findings.errors)


def _changed(file: EvidenceFile) -> KaopingError:
    findings = Findings()
    findings.add("evidence.changed", Location(f"材料/{file.path}"), path=file.path)
    return KaopingError(findings)


def _too_large(data: Path, written: Sequence[Output], plan: BundlePlan) -> Findings:
    """Note each volume that came out over a limit: a piece larger than that is never split."""
    findings = Findings()
    for output in written:
        if output.role == manifest.BUNDLE:
            pages, size = int(output.facts["pages"]), (data / output.path).stat().st_size
            over = [f"{pages}页，限{plan.max_pages}页"] if plan.max_pages and pages > plan.max_pages else []
            if plan.max_size and size > plan.max_size:
                over.append(f"{size / 1e6:.1f}MB，限{plan.max_size / 1e6:g}MB")
            if over:
                findings.add("build.volume_over", Location(output.path), name=output.path, over="；".join(over))
    return findings


def build_drafts(
    assessment: Assessment, folder: Path, only: Sequence[str], *, keep: Keep | None = None
) -> tuple[Assessment, list[Path]]:
    """Write single drafts (by file name, with or without suffix) into ``folder``, never a package.

    Returns what they were made of (:func:`build_package`), and where they are.

    Raises KaopingError for a name that is no output, and where a 报送稿 is refused.
    """
    return _leaving_out(assessment, lambda attempt: _drafts(attempt, folder, only, keep))


def _drafts(assessment: Assessment, folder: Path, only: Sequence[str], keep: Keep | None) -> list[Path]:
    from kaoping.package.staging import drafting

    outputs = Outputs(assessment, keep)
    names = outputs.names(every=True)
    chosen: list[tuple[str, str]] = []
    findings = Findings()
    known = documents.documents_of(assessment.rubric.pack)
    for wanted in only:
        matches = [
            (key, name)
            for key, name in names.items()
            if wanted in (name, Path(name).stem, *(known[key].also if key in known else ()))
            or (key.startswith(BUNDLE) and name.startswith(f"{wanted}（"))
        ]
        if not matches:
            findings.add("build.unknown_output", name=wanted, known="、".join(names.values()))
        chosen += matches
    if findings.errors:
        raise KaopingError(findings)
    keys = [key for key, _ in chosen]
    look_through(outputs, [key for key in dict.fromkeys(keys) if key in known])
    if assessment.form == FINAL:
        alone = all(stands_alone(key, assessment.rubric.pack) for key in keys)
        (refuse_unfinished if alone else refuse_final)(outputs, keys)
    if outputs.faults.errors:
        raise KaopingError(outputs.faults)
    refuse_templates(assessment, keys)
    with drafting(folder) as work:
        for key, name in dict.fromkeys(chosen):
            outputs.write(key, work / name)
        for _, name in dict.fromkeys(chosen):
            fs.replace(work / name, folder / name)
    assessment.findings.extend(keep_generated(assessment.dossier.folder, outputs.papers.kept))
    return [folder / name for _, name in dict.fromkeys(chosen)]


def read_back(package: Path, plan: BundlePlan) -> None:
    """Check a finished package before it is swapped in.

    Raises NotMergedError where it is the doing of certain pieces: their pages lack a number that can be seen, or no
    other reader can read them. FaultError where it does not agree with itself, or that could not be checked; OSError
    where it can't be read.
    """
    from kaoping.bundle.refused_pieces import reasons_of
    from kaoping.verify import CHECK_FAILED, verify

    findings = verify(package, fresh=True)
    wrong = [*findings.errors, *(finding for finding in findings if finding.code == CHECK_FAILED)]
    numbered = {piece.number: piece.evidence for piece in plan.pieces if piece.evidence.sheets and not piece.album}
    unnumbered = [finding for finding in wrong if finding.code in _UNNUMBERED and finding.at.path in numbered]
    if wrong and len(unnumbered) == len(wrong):
        raise NotMergedError({numbered[finding.at.path].path: finding.problem for finding in unnumbered})
    if wrong and (reasons := reasons_of(plan.pieces)):
        raise NotMergedError(reasons)
    if wrong:
        raise FaultError(wrong)
