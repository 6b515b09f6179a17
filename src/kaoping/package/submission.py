"""What a unit has handed in: the package, and the supplements that followed it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kaoping import __version__
from kaoping.bundle.plan import SubmittedPieces, submitted_pieces
from kaoping.core import fs
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.package import manifest, shape

SUPPLEMENT = "补充材料"
_NAME = re.compile(rf"{SUPPLEMENT}(\d+)")


@dataclass(frozen=True, slots=True)
class Submission:
    """The packages that stand, and where the next supplement goes."""

    pieces: SubmittedPieces
    base: Path
    digest: str  # the sha256 of its kaoping.json
    first: Mapping[str, Any]  # its kaoping.json
    last: Mapping[str, Any]  # that of the last package with a score sheet
    next: Path

    @property
    def last_dated(self) -> date | None:
        """When the score sheet was handed in that stands; None where it bears no day."""
        return _day(self.last)

    @property
    def first_dated(self) -> date | None:
        """When the package was handed in that is supplemented; None where it bears no day."""
        return _day(self.first)

    def is_of_this_program(self, pack: str) -> bool:
        """Whether the score sheet that stands was made by this version, from the pack with the digest ``pack``."""
        return (self.last["tool"]["version"], self.last.get("pack", {}).get("sha256")) == (__version__, pack)

    def nothing_late(self) -> KaopingError:
        """Return the error that nothing has changed since it was handed in."""
        return _error("build.nothing_late", self.base, name=self.base.name)


def submission(results: Path, base: Path | None = None) -> Submission:
    """Read the package ``base``, the 报送稿 below ``results`` where there is none, and its supplements beside it.

    Raises KaopingError where it is not there or can't be read, or was never to be handed in: a 送审稿 is not.
    """
    package = base or results / FINAL
    if base is None and not package.is_dir() and (results / DRAFT).is_dir():
        raise _error("build.not_handed_in", results / DRAFT, name=DRAFT)
    main = _document(package)
    if main["form"] != FINAL:
        raise _error("build.not_handed_in", package, name=package.name)
    if main.get("supplement"):
        raise _error("build.no_base", package, name=package.name)
    digest = fs.sha256(package / manifest.FILE_NAME)
    by_number = {
        int(match[1]): path for path in results.glob(f"{SUPPLEMENT}*") if (match := _NAME.fullmatch(path.name))
    }
    supplements = [_document(path) for _, path in sorted(by_number.items())]
    packages = [main, *(its for its in supplements if _base_of(its, digest) == digest)]
    following = results / f"{SUPPLEMENT}{max(by_number, default=0) + 1}"
    last = next(package for package in reversed(packages) if package is main or _has_sheet(package["files"]))
    return Submission(submitted_pieces(packages), package, digest, main, last, following)


def _base_of(supplement: Mapping[str, Any], otherwise: str) -> str:
    """Return what package a supplement is of; those of earlier versions do not say."""
    return str(supplement.get("changes", {}).get("base", otherwise))


def _has_sheet(files: Sequence[Mapping[str, Any]]) -> bool:
    return any(row["role"] == manifest.SHEET for row in files)


def _day(document: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(document.get("dated")))
    except ValueError:
        return None


def _document(package: Path) -> dict[str, Any]:
    findings = Findings()
    document = shape.load(package, findings) if package.is_dir() else None
    if document is None:
        raise _error("build.no_base", package, name=package.name)
    return document


def _error(code: str, package: Path, **facts: str) -> KaopingError:
    findings = Findings()
    findings.add(code, Location(package.name), **facts)
    return KaopingError(findings)
