"""The packages of subordinate units (下级考评包/): each verified before anything of it is believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kaoping.core import fs
from kaoping.core.file_names import is_nobodys
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, Location
from kaoping.core.packs import Pack
from kaoping.package import handed_records, manifest, shape
from kaoping.records.layout import SUBORDINATES
from kaoping.records.rollup import Subordinate
from kaoping.records.rollup_rules import Rules
from kaoping.verify import CHECK_FAILED, verify

_DEEPEST = 3  # folders below 下级考评包 in which a package may lie: 东屏区/成果/报送稿


def subordinates(unit: Path, pack: Pack, rules: Rules, findings: Findings) -> tuple[Subordinate, ...]:
    """Return the subordinates whose packages lie in the unit's folder and are sound; all others are told."""
    taken = [its for path in _packages(unit, findings) if (its := _taken(unit, path, pack, rules, findings))]
    times = Counter(its.region for its in taken)
    for region in [region for region, number in times.items() if number > 1]:
        folders = [its.folder for its in taken if its.region == region]
        findings.add("rollup.twice", Location(folders[0]), region=region, folders="、".join(folders))
    return tuple(its for its in taken if times[its.region] == 1)


def _packages(unit: Path, findings: Findings) -> Iterator[Path]:
    folder = unit / SUBORDINATES
    for entry in sorted(folder.iterdir()):
        if is_nobodys(entry.name):
            continue
        packages = sorted(_below(entry, 1)) if entry.is_dir() and not fs.is_link(entry) else []
        if not packages:
            findings.add("rollup.no_package", Location(f"{SUBORDINATES}/{entry.name}"), name=entry.name)
        yield from packages


def _below(folder: Path, depth: int) -> Iterator[Path]:
    if (folder / manifest.FILE_NAME).is_file():
        yield folder
    elif depth < _DEEPEST:
        for entry in folder.iterdir():
            if entry.is_dir() and not fs.is_link(entry):
                yield from _below(entry, depth + 1)


def _taken(unit: Path, package: Path, pack: Pack, rules: Rules, findings: Findings) -> Subordinate | None:
    """Return the subordinate of a package; None where nothing of it can be taken, which is told."""
    folder = package.relative_to(unit).as_posix()
    at = Location(folder)
    wrong = [its for its in verify(package) if its.severity == "error" or its.code == CHECK_FAILED]
    if wrong:
        findings.add("rollup.unsound", at, folder=folder, number=len(wrong), first=wrong[0].problem.rstrip("。"))
        return None
    document = shape.load(package, Findings())
    assert document is not None, "what was verified can be read"
    known = {pack.id, *pack.also, *rules.packs, *(layer.description.id for layer in pack.layers)}
    its_pack, year = str(document.get("pack", {}).get("id", "")), document["year"]
    if its_pack not in known or year != pack.year:
        findings.add(
            "rollup.other_rubric", at, folder=folder, unit=document["unit"], pack=its_pack or "（没有写）", year=year,
            known="、".join(sorted(known)), wanted=pack.year,
        )  # fmt: skip
        return None
    if document.get("supplement"):
        findings.add("rollup.supplement", at, folder=folder, unit=document["unit"])
        return None
    rows = [row for row in document["files"] if row["role"] == handed_records.ROLE]
    if not rows:
        findings.add("rollup.no_records", at, folder=folder, unit=document["unit"])
        return None
    file = rows[0]["path"]
    try:
        name, region, its_year, records = handed_records.read(package / file, pack.kinds)
    except handed_records.MisshapenError as error:
        findings.add("rollup.misshapen", Location(f"{folder}/{file}"), folder=folder, file=file, why=str(error))
        return None
    if its_year != year or name != document["unit"]:
        why = "单位或年度和它所在的考评包不一样"
        findings.add("rollup.misshapen", Location(f"{folder}/{file}"), folder=folder, file=file, why=why)
        return None
    if document["form"] == DRAFT:
        findings.add("rollup.draft", at, folder=folder, unit=name)
    sha256 = fs.sha256(package / manifest.FILE_NAME)
    return Subordinate(region, name, folder, file, document["form"], sha256, records)
