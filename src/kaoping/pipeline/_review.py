"""All that can be told of a package before a byte of it is written.

A check and a build ask for it alike, whatever the form, so that both tell the same things and the same number of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from kaoping.bundle.plan import larger_than_a_volume, plan_bundle
from kaoping.core.errors import KaopingError
from kaoping.core.model import DRAFT, Location
from kaoping.documents import documents_of
from kaoping.documents.edits import keeping
from kaoping.pipeline._blockers import DOUBTFUL, holds, tell_acceptances, tell_withheld
from kaoping.pipeline._outputs import Outputs
from kaoping.pipeline._templates import check_own_templates
from kaoping.pipeline.assessment import Assessment
from kaoping.records.validate import MATERIALS


def look_through(outputs: Outputs, only: Iterable[str] | None = None) -> None:
    """Put all documents together that the records suffice for, or ``only`` some (by stem), and look at the rest.

    What is to be known goes to the assessment's findings, what stops any form of package to ``outputs.faults`` too.
    """
    a = outputs.a
    a.findings.extend(check_own_templates(a.dossier.folder, a.rubric.pack))
    _proofread(outputs, outputs.stems(DRAFT) if only is None else only)
    if only is None and a.supplement is None:
        outputs.papers.tell_unused()
        _tell_edits_left(outputs)
    _tell_undrawable(a)
    for piece, over in larger_than_a_volume(a.plan):
        path = piece.evidence.path
        a.findings.add("build.piece_large", Location(f"{MATERIALS}/{path}"), path=path, over=over)
    tell_withheld(a)
    outputs.held = holds(a)
    _refuse_doubtful(outputs)
    tell_acceptances(a, outputs.held)


def _refuse_doubtful(outputs: Outputs) -> None:
    """Stop any form of package while on a page that was read something may be a marking, and nobody has said not."""
    doubtful = [its.finding for its in outputs.held if its.target.code == DOUBTFUL and its.acceptance is None]
    outputs.faults.extend(doubtful)
    outputs.a.findings.extend(doubtful)


def _proofread(outputs: Outputs, stems: Iterable[str]) -> None:
    try:
        enclosures = {stem: outputs.enclosures(stem) for stem in stems}
    except KaopingError as error:  # file names that can't be
        outputs.faults.extend(error.findings)
    else:
        outputs.faults.extend(outputs.papers.proofread(enclosures))
    outputs.a.findings.extend(outputs.faults)


def _tell_edits_left(outputs: Outputs) -> None:
    """Tell of edits in documents that no package of the unit holds any more; those made on request alone may come."""
    a, kinds = outputs.a, documents_of(outputs.a.rubric.pack)
    there = {kinds[stem].name for stem in outputs.stems(DRAFT)} | {its.name for its in kinds.values() if its.on_request}
    for document in keeping.documents(a.dossier.folder):
        edits = keeping.edits_of(a.dossier.folder, document)
        if edits and document not in there:
            facts = {"count": str(len(edits)), "ids": "、".join(edit.id for edit in edits)}
            drops = " ".join(f"--drop {edit.id}" for edit in edits)
            a.findings.add("edits.not_made", Location(keeping.FOLDER), document=document, **facts, drops=drops)


def _tell_undrawable(a: Assessment) -> None:
    from kaoping.bundle.front import undrawable

    # The 送审稿 prints more than the 报送稿, and what is told does not depend on the form.
    plan = a.plan if a.plan.prefix or a.form == DRAFT else plan_bundle(a.rubric, a.card, a.dossier, DRAFT)
    if lacking := undrawable(plan):
        a.findings.add("build.undrawable", characters="、".join(lacking))
