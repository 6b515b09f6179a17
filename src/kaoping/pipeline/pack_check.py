"""Looks a pack through, whole: every file of it, its templates, its worked cases, and what an extension forgot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from kaoping.core import resources, seam
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.core.packs.description import FILE
from kaoping.documents import documents_of
from kaoping.documents.policy import policies_of
from kaoping.evidence.added import words_of
from kaoping.rubric.load import FILE as RUBRIC
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.params import Literal
from kaoping.scoring import cases
from kaoping.scoring.crosscheck.load import checks_in

T = TypeVar("T")
_DATE = re.compile(r"([0-9]{4})-[0-9]{2}(-[0-9]{2})?")


def check_pack(pack: Pack) -> Findings:
    """Return all that is wrong with ``pack``, which could be loaded as such; nothing if all is well."""
    findings = Findings()
    rubric = _tried(lambda: load(pack), findings)
    documents = _tried(lambda: documents_of(pack), findings)
    _tried(lambda: policies_of(pack), findings)
    checks = _tried(lambda: checks_in(pack), findings)
    _tried(lambda: words_of(pack), findings)
    for node in (node for layer in pack.layers for node in layer.description.wings):
        wing = seam.wings().get(node.text())
        if wing is None:
            findings.add("pack.missing_id", node.at, id=node.text(), path=node.at.path, known="、".join(seam.wings()))
            continue
        for load_all in wing.data.values():
            _tried(partial(seam.hook(node.text(), load_all), pack), findings)
    for kind in (documents or {}).values():
        if pack.template(kind.template) is None and not resources.template("word", kind.template).is_file():
            at = Location(f"{pack.folder.name}/documents/{kind.stem}.yaml", "template")
            findings.add("pack.no_template", at, document=kind.name, template=kind.template)
    for id_, why in checks.unfit.items() if checks is not None else ():
        findings.add("pack.check_unfit", Location(f"{pack.folder.name}/{FILE}"), id=id_, why=why)
    if rubric is not None:
        _check_cases(pack, rubric, findings)
        _check_years(rubric, findings)
    return findings


def _tried(make: Callable[[], T], findings: Findings) -> T | None:
    try:
        return make()
    except KaopingError as error:
        findings.extend(error.findings)
        return None


def _check_cases(pack: Pack, rubric: Rubric, findings: Findings) -> None:
    """Run the worked cases of the pack's own folder, and tell which of its own lines have none."""
    known = _tried(lambda: cases.read(pack), findings)
    if known is None:
        return
    for result in cases.run(rubric, known):
        if result.difference:
            at = result.case.at
            findings.add("pack.case_differs", at, line=result.case.line, name=result.case.name, why=result.difference)
    told = {case.line for case in known}
    own = [line.id for line in rubric.lines if _stands_in(line.at, pack.folder)]
    if bare := [id_ for id_ in own if id_ not in told]:
        at = Location(f"{pack.folder.name}/{cases.FOLDER}")
        findings.add("pack.no_cases", at, lines="、".join(bare))


def _stands_in(at: Location, folder: Path) -> bool:
    return at.file == f"{folder.name}/{RUBRIC}"


def _check_years(rubric: Rubric, findings: Findings) -> None:
    """Tell the lines in which the date of another year stands: most often one that an extension took over."""
    for line in rubric.lines:
        years = sorted({year for node in line.nodes for year in _years(node)} - {rubric.year})
        if years:
            told = "、".join(f"{year}年" for year in years)
            findings.add("pack.other_year", line.at, line=line.id, years=told, year=rubric.year)


def _years(node: object) -> Iterator[int]:
    if isinstance(node, Literal) and isinstance(node.value, str) and (found := _DATE.fullmatch(node.value)):
        yield int(found[1])
