"""What a unit has handed in: the package, and the supplements that followed it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaoping.bundle.plan import SubmittedPieces, submitted_pieces
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.package import shape

SUPPLEMENT = "补充材料"
_NAME = re.compile(rf"{SUPPLEMENT}(\d+)")


@dataclass(frozen=True, slots=True)
class Submission:
    """The packages that stand, and where the next supplement goes."""

    form: str  # of the package that is supplemented
    pieces: SubmittedPieces
    base: Path
    next: Path

    def nothing_late(self) -> KaopingError:
        """Return the error that all evidence has been handed in already."""
        return _error("build.nothing_late", self.base, name=self.base.name)


def submission(results: Path, base: Path | None = None) -> Submission:
    """Read the package ``base`` (the 报送稿 below ``results``, or else the 送审稿) and the supplements beside it.

    Raises KaopingError where it is not there or can't be read.
    """
    package = base or next((path for form in (FINAL, DRAFT) if (path := results / form).is_dir()), results / FINAL)
    main = _document(package)
    if main.get("supplement"):
        raise _error("build.no_base", package, name=package.name)
    by_number = {
        int(match[1]): path for path in results.glob(f"{SUPPLEMENT}*") if (match := _NAME.fullmatch(path.name))
    }
    supplements = [_document(path)["pieces"] for _, path in sorted(by_number.items())]
    following = results / f"{SUPPLEMENT}{max(by_number, default=0) + 1}"
    return Submission(main["form"], submitted_pieces(main["pieces"], supplements), package, following)


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
