"""From a unit's folder to a dossier: read the records, type them, look at the evidence, check each against the other.

Nothing stops at the first mistake: whatever can be read goes on, whatever can't gets a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kaoping.core import schema
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, EvidenceFile, Location, Record, Table
from kaoping.evidence.store import Store
from kaoping.evidence.survey import Progress, Secret, survey
from kaoping.records import validate
from kaoping.records.readers import yaml_records
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.sources import Sources, is_unit, read_sources, workbooks
from kaoping.records.readers.uncollected import uncollected
from kaoping.rubric.load import DEFAULT, load
from kaoping.rubric.nodes import Rubric

NOTICE = "notice.yaml"


@dataclass(frozen=True, slots=True)
class Intake:
    """All that a unit's folder gave: the dossier, the rubric it is scored by, and what was found on the way."""

    dossier: Dossier
    rubric: Rubric
    findings: Findings


def take_in(folder: Path, store: Store, progress: Progress | None = None) -> Intake:
    """Read the unit's folder; verdicts on its evidence come from ``store``, ``progress`` is told how many were made.

    Raises KaopingError, with all findings, where it can't be scored at all: no records, no unit, a rubric that can't be
    used, or a file among the evidence that is a state secret.
    """
    findings = Findings()
    if not is_unit(folder):
        findings.add("unit.no_folder", Location(folder.name))
        raise KaopingError(findings)
    # The judges are other processes: while they look at the files, the records are read.
    with ThreadPoolExecutor(1) as aside:
        reading = aside.submit(_read, folder, findings)
        found = survey(folder / validate.MATERIALS, store, progress)
        read = reading.result()
    files = described(read.tables, found.files)
    if found.without_office:
        findings.add("evidence.no_office", Location(validate.MATERIALS), count=found.without_office)
    validate.check_evidence(read.tables, read.raws, files, findings)
    if found.secret:
        told = _without_names(findings, found.secret)
        _tell_secrets(found.secret, told)
        raise KaopingError(told.sorted())
    unit, rubric, year = read.unit, read.rubric, read.year
    if unit is None or rubric is None or year is None or not unit["name"] or not unit["level"]:
        raise KaopingError(findings.sorted())
    if year != rubric.year:
        at = read.raws["unit"].place(0, "year")
        # Whoever recorded nothing that the rubric counts is here for a document alone.
        code = "unit.other_year" if rubric.kinds() & read.tables.keys() else "unit.no_rubric_year"
        findings.add(code, at, year=year, rubric=rubric.title, wanted=rubric.year)
    dossier = Dossier(folder, unit, year, str(unit["level"]), read.tables, files)
    return Intake(dossier, rubric, findings)


def without_evidence(folder: Path) -> Intake:
    """Read the unit's records alone, as if nothing lay in 材料/; raises KaopingError as :func:`take_in` does."""
    findings = Findings()
    read = _read(folder, findings)
    if read.unit is None or read.rubric is None or read.year is None:
        raise KaopingError(findings.sorted())
    dossier = Dossier(folder, read.unit, read.year, str(read.unit["level"]), read.tables, {})
    return Intake(dossier, read.rubric, findings)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the records say, checked against each other; None for what can't be told."""

    raws: Mapping[str, RawTable]
    tables: Mapping[str, Table]
    unit: Record | None
    year: int | None
    rubric: Rubric | None


@uncollected()
def _read(folder: Path, findings: Findings) -> _Read:
    kinds = schema.kinds()
    sources = read_sources(folder, findings)
    raws = sources.tables
    tables = {name: validate.typed(raw, kinds[name], findings) for name, raw in raws.items()}
    unit = _unit(folder, tables, findings)
    said = unit["year"] if unit is not None else None
    year = said if isinstance(said, int) else None
    if year is not None:
        tables = validate.check_years(tables, raws, year, findings)
    tables = validate.check_references(tables, raws, findings)
    return _Read(raws, tables, unit, year, _rubric(folder, unit, sources, findings))


def _tell_secrets(found: Sequence[Secret], findings: Findings) -> None:
    for secret in found:
        where = "/".join((validate.MATERIALS, *([secret.folder] if secret.folder != "." else [])))
        findings.add(
            "evidence.secret",
            Location(where),
            level=secret.level,
            where=where,
            what="一个文件里的文件" if secret.is_within else "一个文件",
            suffix=secret.suffix or "没有",
            size=f"{secret.size:,}",
            changed=f"{secret.changed:%Y-%m-%d %H:%M}",
        )


def _without_names(findings: Findings, secret: Sequence[Secret]) -> Findings:
    """Return the findings that don't name a secret file: its very title may tell what it is about."""
    names = {name for one in secret for name in one.names}

    def tells(text: str) -> bool:
        return any(name in text for name in names)

    return Findings(f for f in findings if not tells("\n".join((str(f.at), f.problem, f.effect, f.mend))))


def _unit(folder: Path, tables: Mapping[str, Table], findings: Findings) -> Record | None:
    table = tables.get("unit")
    if table is not None and len(table):
        return table.record(0)
    books = workbooks(folder)
    at = Location(books[0].name if books else f"{yaml_records.FOLDER}/{schema.kinds()['unit'].file}")
    if not any(finding.at.file == at.file for finding in findings.errors):
        findings.add("unit.missing", at)
    return None


def _rubric(folder: Path, unit: Record | None, sources: Sources, findings: Findings) -> Rubric | None:
    """Load the rubric that the unit names; a finding without a place of its own is placed where it is named."""
    try:
        return load(str(unit["rubric"] or DEFAULT) if unit is not None else DEFAULT, folder / NOTICE, sources.notice)
    except KaopingError as error:
        named = sources.tables["unit"].place(0, "rubric") if unit is not None else Location()
        findings.extend(replace(f, at=named) if f.at == Location() else f for f in error.findings)
        return None


def described(tables: Mapping[str, Table], found: Mapping[str, EvidenceFile]) -> dict[str, EvidenceFile]:
    """Join what was found in each file with what the unit says about it (佐证材料登记).

    A file without a registered type takes the default of the first record that names it; what came in another file
    takes the type of that one.
    """
    registered = {validate.nfc(str(r["path"] or "")): r for r in tables.get("evidence") or ()}
    defaults = _default_types(tables)
    types = {t.title: t.id for t in schema.evidence_types().values()}
    files: dict[str, EvidenceFile] = {}
    for path, file in found.items():
        record = registered.get(path)
        stated = types.get(_text(record, "type"), "")
        holder = files.get(file.within)
        type_ = stated or defaults.get(path, "") or (holder.type if holder is not None else "")
        dated = record["date"] if record is not None else None
        files[path] = replace(
            file,
            type=type_,
            title=_text(record, "title") or file.title,
            doc_no=_text(record, "doc_no"),
            issuer=_text(record, "issuer"),
            dated=dated if isinstance(dated, date) else None,
            proves=_proves(type_, record),
        )
    return files


def _default_types(tables: Mapping[str, Table]) -> dict[str, str]:
    defaults: dict[str, str] = {}
    for name, table in tables.items():
        type_ = schema.kinds()[name].evidence_type
        for cell in table.columns.get("evidence", ()):
            for path in cell if isinstance(cell, tuple) else ():
                if type_:
                    defaults.setdefault(path, type_)
    return defaults


def _text(record: Record | None, name: str) -> str:
    return str(record[name]) if record is not None and record[name] is not None else ""


def _proves(type_: str, record: Record | None) -> bool:
    kind = schema.evidence_types().get(type_)
    return kind is not None and kind.proves and all(_text(record, need) for need in kind.needs)
