"""What is wrong: with a unit's folder, with a template of its own, with a finished package."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from kaoping.core import packs, seam
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, Location
from kaoping.core.packs import Pack
from kaoping.core.packs.description import FILE as DESCRIPTION
from kaoping.documents import documents_of
from kaoping.pipeline._outputs import Outputs
from kaoping.pipeline._review import look_through
from kaoping.pipeline._templates import check_own_templates, samples_of
from kaoping.pipeline.assessment import Progress, assess_folder, verdict_store
from kaoping.pipeline.edits import waiting_edits
from kaoping.records.readers.sources import is_unit, open_sources, pack_of


def check(
    folder: Path, *, cache: bool = True, follow_links: bool = False, progress: Progress | None = None
) -> Findings:
    """Return everything found in the unit's folder, what stops the scoring included: what a build tells, and as many.

    Its documents are put together for that, and nothing is written. What a build does first, taking in edited drafts,
    and what can be measured only on a finished bundle, is said to come.
    """
    try:
        with verdict_store(lasting=cache) as store:
            assessment = assess_folder(folder, store, DRAFT, progress=progress, follow_links=follow_links)
            look_through(Outputs(assessment, store.bytes_of))
    except KaopingError as error:
        findings = Findings(error.findings)
        with suppress(KaopingError):  # whatever keeps the pack from being found has been told
            findings.extend(check_own_templates(folder, pack_of(open_sources(folder, Findings()), Findings())))
        return findings
    return Findings([*assessment.findings, *waiting_edits(folder)])


def check_paper(path: Path, name: str) -> Findings:
    """Check the form of any Word file, called ``name`` in what is said; nothing is raised for what is in it."""
    findings: Findings = seam.paper_hook(lambda wing: wing.paper)(path, name)
    return findings


def mend_paper(path: Path, target: Path, name: str, *, text: bool) -> Any:
    """Write a copy of any Word file, called ``name``, to ``target``, its form mended, with ``text`` its writing.

    Returns what became of it (its copy, None where none was written; what was mended, what is left; changes of text).
    """
    return seam.paper_hook(lambda wing: wing.mend)(path, target, text=text, name=name)


def look_through_bundle(name: str, path: Path) -> Findings:
    """Look through any PDF, called ``name``, as its reviewers will."""
    with seam.aside([(name, path)]) as looked_through:
        return looked_through()


def check_template(path: Path, document: str = "", pack: str = "") -> Findings:
    """Check a template of the document that ``document``, or else the file's name, names; writes nothing.

    Its pack is ``pack``; else the one in whose templates/ it lies, that of the unit in whose 模板/ it lies, the default
    one. Raises KaopingError, with the names that there are, for an unknown document.
    """
    from kaoping.documents.templating import check as check_one

    its = _pack_of_template(path, pack)
    known = documents_of(its)
    names = {stem: {stem, *kind.names, kind.template, Path(kind.template).stem} for stem, kind in known.items()}
    wanted = [document] if document else [path.name, path.stem]
    stem = next((stem for stem, words in names.items() if words.intersection(wanted)), None)
    if stem is None:
        findings = Findings()
        listed = "、".join(kind.name for kind in known.values())
        findings.add("template.unknown_document", Location(path.name), name=document or path.stem, known=listed)
        raise KaopingError(findings)
    return check_one(path, samples_of(its)[stem]())


def _pack_of_template(path: Path, pack: str) -> Pack:
    around = path.absolute().parent.parent
    if pack:
        return packs.asked(pack, around)
    if (around / DESCRIPTION).is_file():
        return packs.at(around, around.parent.parent)
    return pack_of(open_sources(around, Findings()), Findings()) if is_unit(around) else packs.named("", around)


def verify(package: Path) -> Findings:
    """Re-open a package and check it against its manifest and itself; returns what is wrong, nothing if all is well.

    What a killed build left beside it is mended first: the package may stand aside, waiting to be put back. Its bundle
    is looked through too, as its reviewers will.
    """
    from kaoping.package.staging import recover
    from kaoping.verify import bundles
    from kaoping.verify import verify as check_package

    findings = Findings(recover(package.absolute().parent))
    with seam.aside(bundles(package)) as looked_through:
        findings.extend(check_package(package))
        findings.extend(looked_through())
    return findings
