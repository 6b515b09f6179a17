"""The packages that stand in a unit's 成果, as somebody who looks for one would want them told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from kaoping.core import fs
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL
from kaoping.package import bag, manifest, shape
from kaoping.package.compare import Change, differing_scores
from kaoping.package.submission import SUPPLEMENT
from kaoping.pipeline.assessment import Assessment
from kaoping.pipeline.building import RESULTS

_MOST_ROWS = 1000  # of a sheet, on a screen


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file of a package: its place below data/, what it is for, what it is called, how large it is."""

    name: str
    role: str
    title: str
    size: int  # bytes
    pages: int = 0  # of a volume


@dataclass(frozen=True, slots=True)
class ShelvedPackage:
    """A package in 成果: when it was made, the points that it claims, and its kaoping.json."""

    name: str  # of its folder
    folder: Path
    made: datetime
    document: dict[str, Any]

    @property
    def total(self) -> str:
        """Its points, or their range."""
        total = self.document["totals"]["total"]
        low = total.get("min", total["points"])
        high = total.get("max", total["points"])
        return low if low == high else f"{low}～{high}"

    @property
    def files(self) -> Sequence[PackageFile]:
        """What it holds, in the order of its manifest; originals and attachments last."""
        rows = [
            PackageFile(
                row["path"].removeprefix(f"{bag.PAYLOAD}/"), row["role"], row["title"] or Path(row["path"]).name,
                int(row.get("size", 0)), int(row.get("pages", 0)),
            )
            for row in self.document["files"]
        ]  # fmt: skip
        last = (manifest.ATTACHMENT, manifest.ORIGINAL, manifest.OTHER)
        return sorted(rows, key=lambda row: row.role in last)

    def path(self, name: str) -> Path | None:
        """Return where the file ``name`` (of :attr:`files`) is; None for a name that the manifest does not list."""
        if all(row.name != name for row in self.files):
            return None
        path = self.folder / bag.PAYLOAD / name
        inside = fs.reachable(path)
        root = fs.reachable(self.folder / bag.PAYLOAD)
        return path if inside.is_file() and inside.resolve().is_relative_to(root.resolve()) else None


@dataclass(frozen=True, slots=True)
class Since:
    """What is otherwise than in a package: points by line, and the files of evidence, by their paths in 材料/."""

    scores: Sequence[Change]
    added: Sequence[str]
    gone: Sequence[str]
    replaced: Sequence[str]  # of another content now


def since(package: ShelvedPackage, assessment: Assessment) -> Since:
    """Return what of the assessment is otherwise than in ``package``."""
    now = manifest.manifest(assessment.rubric, assessment.card, assessment.plan)
    takes_all = package.document["form"] == DRAFT  # what no line counted goes into no other form: it lacks nowhere
    rows = [row for row in now["pieces"] if row["line"] or takes_all]
    old, new = ({row["path"]: row["sha256"] for row in its} for its in (package.document["pieces"], rows))
    return Since(
        differing_scores(package.document, now),
        [path for path in new if path not in old],
        [path for path in old if path not in new],
        [path for path in new if old.get(path, new[path]) != new[path]],
    )


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A sheet of a workbook as text, and whether it goes on below what is shown."""

    name: str
    rows: Sequence[Sequence[str]]
    goes_on: bool


def shown_sheets(path: Path) -> list[ShownSheet] | None:
    """Return the sheets of the workbook at ``path``, hidden ones left out; None where it can't be read."""
    from kaoping.records.grids.grid import SpreadsheetError
    from kaoping.records.grids.read import read_spreadsheet
    from kaoping.records.readers.cells import text_of

    try:
        book = read_spreadsheet(path)
    except (SpreadsheetError, OSError):
        return None
    return [
        ShownSheet(
            grid.name, [[text_of(cell) for cell in row] for row in grid.rows[:_MOST_ROWS]], len(grid.rows) > _MOST_ROWS
        )
        for grid in book.grids
        if not grid.hidden
    ]


def shown_words(path: Path) -> list[str] | None:
    """Return the paragraphs of the Word file at ``path``, those of its tables too; None where it can't be read."""
    from kaoping.documents.word import words

    try:
        return [line for line in words(fs.read(path)).split("\n") if line.strip()]
    except Exception:  # whatever python-docx raises for a file that somebody damaged since
        return None


def shelved(folder: Path) -> list[ShelvedPackage]:
    """Return the packages in the unit's 成果: 送审稿, 报送稿, supplements, then what was replaced."""
    results = folder / RESULTS
    try:
        names = sorted(path.name for path in results.iterdir() if not path.name.startswith(".") and path.is_dir())
    except OSError:
        return []
    packages = [its for name in names if (its := _package(results / name)) is not None]
    first = {DRAFT: 0, FINAL: 1}
    return sorted(
        packages, key=lambda its: (first.get(its.name, 2 if its.name.startswith(SUPPLEMENT) else 3), its.name)
    )


def _package(package: Path) -> ShelvedPackage | None:
    if package.is_symlink():
        return None
    try:
        stat = fs.reachable(package / manifest.FILE_NAME).stat()
    except OSError:
        return None
    document = _document(package, stat.st_size, stat.st_mtime_ns)
    if document is None:
        return None
    return ShelvedPackage(package.name, package, datetime.fromtimestamp(stat.st_mtime), document)


@lru_cache(maxsize=32)
def _document(package: Path, size: int, time: int) -> dict[str, Any] | None:
    """Read the kaoping.json of ``size`` and ``time``: a year's is large, and asked for with every view."""
    return shape.load(package, Findings())
