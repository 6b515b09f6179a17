"""Looks a pack through, whole: every file of it, its templates, its worked cases, and what an extension forgot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

from kaoping.core import resources, seam
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.core.packs.description import FILE
from kaoping.documents import DocumentKind, documents_of, refuse_unknown_questions
from kaoping.documents.kinds import FOLDER as DOCUMENTS
from kaoping.documents.policy import FOLDER as POLICIES
from kaoping.documents.policy import Policy, policies_of
from kaoping.evidence.pack_words import words_of
from kaoping.pipeline._templates import samples_of
from kaoping.records.rollup_rules import Rules, rules_of
from kaoping.rubric.layers import FILE as RUBRIC
from kaoping.rubric.layers import years_named
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import cases
from kaoping.scoring.crosscheck.definitions import checks_in

T = TypeVar("T")


def check_pack(pack: Pack) -> Findings:
    """Return all that is wrong with ``pack``, which could be loaded as such; nothing if all is well."""
    findings = Findings()
    rubric = _tried(lambda: load(pack), findings)
    documents = _tried(lambda: documents_of(pack), findings)
    policies = _tried(lambda: policies_of(pack), findings)
    checks = _tried(lambda: checks_in(pack), findings)
    _tried(lambda: words_of(pack), findings)
    rules = _tried(lambda: rules_of(pack), findings)
    for id_ in pack.wings:
        for load_all in seam.wings()[id_].data.values():
            _tried(partial(seam.hook(id_, load_all), pack), findings)
    for id_, why in checks.unfit.items() if checks is not None else ():
        findings.add("pack.check_unfit", Location(f"{pack.folder.name}/{FILE}"), id=id_, why=why)
    if rubric is not None:
        _check_cases(pack, rubric, findings)
        _check_years(pack, rubric, findings)
        _check_rollup(rules, rubric, findings)
    if rubric is not None and documents is not None:
        _check_lines(pack, rubric, documents.values(), (policies or {}).values(), findings)
        if _tried(lambda: refuse_unknown_questions(rubric), findings) is not None:
            _check_templates(pack, documents.values(), findings)
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
    covered = {case.line for case in known}
    own_lines = [line.id for line in rubric.lines if _stands_in(line.at, pack.folder)]
    if bare := [id_ for id_ in own_lines if id_ not in covered]:
        at = Location(f"{pack.folder.name}/{cases.FOLDER}")
        findings.add("pack.no_cases", at, lines="、".join(bare))


def _stands_in(at: Location, folder: Path) -> bool:
    return at.file == f"{folder.name}/{RUBRIC}"


def _check_years(pack: Pack, rubric: Rubric, findings: Findings) -> None:
    """Tell the lines in which another year stands: most often one that an extension took over."""
    for line in rubric.lines:
        others = years_named(line)
        if not _stands_in(line.at, pack.folder):
            words = "\n".join((line.title, line.row.content, line.row.basis, line.row.standard))
            others |= {year for year in pack.years if f"{year}年" in words}
        if others := others - {rubric.year}:
            listed = "、".join(f"{year}年" for year in sorted(others))
            findings.add("pack.other_year", line.at, line=line.id, years=listed, year=rubric.year)


def _check_rollup(rules: Rules | None, rubric: Rubric, findings: Findings) -> None:
    """Tell the entries of the roll-up that name no line of the rubric, or quote words that do not stand there."""
    lines = {line.id: line for line in rubric.lines}
    for take in rules.takes if rules is not None else ():
        if unknown := [id_ for id_ in take.lines if id_ not in lines]:
            findings.add("pack.no_line", take.at, lines="、".join(unknown))
        for id_, words in take.lines.items():
            row = lines[id_].row.printed if id_ in lines else None
            if row is not None and "".join(words.split()) not in "".join((row.content + row.standard).split()):
                expected = f"第{id_}项的原文里没有“{words}”这句话"
                at = take.at.at("lines")
                findings.add("pack.expected", at, path=at.path, expected=expected)


def _check_lines(
    pack: Pack, rubric: Rubric, documents: Iterable[DocumentKind], policies: Iterable[Policy], findings: Findings
) -> None:
    """Tell the documents and policies that name lines which the rubric does not have."""
    known = {line.id for line in rubric.lines}

    def check(at: Location, lines: Iterable[str]) -> None:
        if unknown := [line for line in lines if line not in known]:
            findings.add("pack.no_line", at, lines="、".join(dict.fromkeys(unknown)))

    for policy in policies:
        at = _place(pack, POLICIES, policy.id)
        check(at, (line for point in policy.commitments for line in point.lines))
    for kind in documents:
        at = _place(pack, DOCUMENTS, kind.stem)
        check(at, kind.lines)


def _check_templates(pack: Pack, documents: Iterable[DocumentKind], findings: Findings) -> None:
    """Try the templates that are a pack's own; those of the common stock are tried by the tests."""
    from kaoping.documents.templating import check

    samples = samples_of(pack)
    for kind in documents:
        template = pack.template(kind.template)
        if template is not None:
            at = Location(f"{template.parent.parent.name}/{template.parent.name}/{template.name}")
            findings.extend(check(template, samples[kind.stem](), at))
        elif not resources.template("word", kind.template).is_file():
            at = _place(pack, DOCUMENTS, kind.stem)
            findings.add("pack.no_template", at, document=kind.name, template=kind.template)


def _place(pack: Pack, folder: str, stem: str) -> Location:
    """Where the file ``stem`` of ``folder`` stands: in a layer of the pack, or in the common stock."""
    layer, name = pack.files(folder).get(stem, (None, f"{folder}/{stem}.yaml"))
    return Location(f"{layer.folder.name}/{name}" if layer is not None else name)
