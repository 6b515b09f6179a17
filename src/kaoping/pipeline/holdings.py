"""All files of a unit's evidence as whoever puts them in order sees them: what each is, proves, and is named by.

Also the files that records name and that are not there, and those that are the same file twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from kaoping.core.engine import EVIDENCE
from kaoping.core.findings import Finding, Severity
from kaoping.core.model import BundlePlan, Dossier, EvidenceFile, Piece, Record
from kaoping.pipeline.assessment import Assessment
from kaoping.records.validate import MATERIALS, nfc, of_each_file


@dataclass(frozen=True, slots=True)
class Naming:
    """A record that names a file as its evidence."""

    kind: str
    title: str  # of the kind
    id: str
    called: str  # what people call the record; "" where they call it by its kind alone


@dataclass(frozen=True, slots=True)
class Holding:
    """A file of the evidence."""

    file: EvidenceFile
    piece: Piece | None  # None where the bundle has no place for it
    place: str  # 第12页, 第2册第12页; "" where it has none
    named_by: tuple[Naming, ...]
    same: tuple[str, ...]  # the paths of other files with the same content
    record: Record | None  # what the unit registered of it (佐证材料)
    findings: tuple[Finding, ...]  # what is to be known of it, the worst first

    @property
    def path(self) -> str:
        """Where it lies below 材料/."""
        return self.file.path

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that it proves: the one that it stands under first."""
        return tuple(filter(None, (self.piece.line, *self.piece.also))) if self.piece is not None else ()

    @property
    def worst(self) -> Severity | None:
        """How bad the worst is that is to be known of it."""
        return self.findings[0].severity if self.findings else None

    @property
    def is_urgent(self) -> bool:
        """Whether something is to be done about it."""
        return self.worst in (Severity.ERROR, Severity.WARNING)

    def stated(self, field: str) -> str:
        """Return what the unit registered in ``field``, as text; "" where that is nothing."""
        value = self.record[field] if self.record is not None else None
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Holdings:
    """The evidence of an assessment: its files in the order of the bundle, then those that stand nowhere in it."""

    files: Mapping[str, Holding]
    missing: Mapping[str, tuple[Naming, ...]]  # path → the records that name it, though it is not there

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each file among all, from 0."""
        return {path: at for at, path in enumerate(self.files)}

    def of_line(self, line: str) -> list[Holding]:
        """Return the files that stand under ``line``, in the order of the bundle."""
        return [its for its in self.files.values() if its.piece is not None and its.piece.line == line]


def holdings(assessment: Assessment) -> Holdings:
    """Return all evidence of an assessment."""
    dossier, plan = assessment.dossier, assessment.plan
    pieces = {piece.evidence.path: piece for piece in plan.pieces}
    named = _named(dossier)
    same: dict[str, list[str]] = defaultdict(list)
    for path, file in dossier.evidence.items():
        same[file.sha256].append(path)
    registered = {nfc(str(record["path"] or "")): record for record in dossier.tables.get(EVIDENCE) or ()}
    findings = _findings(assessment)
    files = {
        path: Holding(
            file=dossier.evidence[path],
            piece=pieces.get(path),
            place=_place(plan, pieces.get(path)),
            named_by=tuple(named.get(path, ())),
            same=tuple(other for other in same[sha256] if other != path)
            if (sha256 := dossier.evidence[path].sha256)
            else (),
            record=registered.get(path),
            findings=tuple(sorted(findings.get(path, {}).values(), key=_badness)),
        )
        for path in [*pieces, *sorted(dossier.evidence.keys() - pieces.keys())]
        if path in dossier.evidence
    }
    return Holdings(files, {path: tuple(by) for path, by in named.items() if path not in dossier.evidence})


def _named(dossier: Dossier) -> dict[str, list[Naming]]:
    """The records that name each path as their evidence."""
    named: dict[str, list[Naming]] = defaultdict(list)
    for name, table in dossier.tables.items():
        kind = dossier.pack.kinds[name]
        names = table.columns.get(kind.called, ())
        for row, cell in enumerate(table.columns.get("evidence", ())):
            if isinstance(cell, tuple) and cell:
                called = str(names[row] or "") if row < len(names) else ""
                naming = Naming(name, kind.title, table.ids[row], called)
                for path in cell:
                    named[path].append(naming)
    return named


def _findings(assessment: Assessment, paths: Collection[str] | None = None) -> dict[str, dict[str, Finding]]:
    """What is to be known of each file, or those of ``paths``: path → code → finding. A check gathers what is alike."""
    dossier = assessment.dossier
    evidence = dossier.evidence if paths is None else {path: dossier.evidence[path] for path in paths}
    each = of_each_file(dossier.tables, evidence, dossier.pack.vocabulary)
    findings: dict[str, dict[str, Finding]] = defaultdict(dict)
    for finding in [*each, *assessment.findings]:
        if finding.at.file.startswith(f"{MATERIALS}/"):
            findings[finding.at.file.removeprefix(f"{MATERIALS}/")].setdefault(finding.code, finding)
    return findings


def told_of(assessment: Assessment, paths: Collection[str]) -> dict[str, list[Finding]]:
    """Return what is to be done about those files of ``paths`` of which something is: path → errors and warnings."""
    known = _findings(assessment, paths)
    urgent: dict[str, list[Finding]] = {}
    for path in paths:
        for its in sorted(known.get(path, {}).values(), key=_badness):
            if its.severity is not Severity.NOTE:
                urgent.setdefault(path, []).append(its)
    return urgent


def _badness(finding: Finding) -> int:
    return list(Severity).index(finding.severity)


def _place(plan: BundlePlan, piece: Piece | None) -> str:
    return plan.folio(piece.volume, piece.first) if piece is not None else ""
