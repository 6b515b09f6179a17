"""What is wrong: with a unit's folder, with a template of its own, with a finished package."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from kaoping.core import packs, seam
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.documents import documents_of
from kaoping.pipeline.assess import assess
from kaoping.pipeline.assessment import Progress
from kaoping.pipeline.templates import check_own_templates, samples_of
from kaoping.records.readers.sources import is_unit, open_sources, pack_of


def check(folder: Path, *, cache: bool = True, progress: Progress | None = None) -> Findings:
    """Return everything found in the unit's folder, what stops the scoring included."""
    try:
        assessment = assess(folder, cache=cache, progress=progress)
    except KaopingError as error:
        found = Findings(error.findings)
        with suppress(KaopingError):  # whatever keeps the pack from being found has been told
            found.extend(check_own_templates(folder, pack_of(open_sources(folder, Findings()), Findings())))
        return found
    return Findings([*assessment.findings, *check_own_templates(folder, assessment.rubric.pack)])


def check_template(path: Path, document: str = "", pack: str = "") -> Findings:
    """Check a template of the document that ``document``, or else the file's name, names; writes nothing.

    Raises KaopingError, with the names that there are, for an unknown one.
    """
    from kaoping.documents.templating import check as check_one

    name = document or path.stem
    unit = path.absolute().parent.parent  # of a template in a unit's 模板/
    its = pack_of(open_sources(unit, Findings()), Findings()) if is_unit(unit) and not pack else packs.named(pack, unit)
    names = {stem: kind.name for stem, kind in documents_of(its).items()}
    stem = next((stem for stem, title in names.items() if name in (stem, title)), None)
    if stem is None:
        findings = Findings()
        known_names = "、".join(names.values())
        findings.add("template.unknown_document", Location(path.name), name=name, known=known_names)
        raise KaopingError(findings)
    return check_one(path, samples_of(its)[stem]())


def verify(package: Path) -> Findings:
    """Re-open a package and check it against its manifest and itself; returns what is wrong, nothing if all is well.

    What a killed build left beside it is mended first: the package may stand aside, waiting to be put back. Its bundle
    is looked through too, as its reviewers will.
    """
    from kaoping.package.staging import recover
    from kaoping.verify import bundles
    from kaoping.verify import verify as check_package

    found = Findings(recover(package.absolute().parent))
    with seam.aside(bundles(package)) as looked_through:
        found.extend(check_package(package))
        found.extend(looked_through())
    return found
