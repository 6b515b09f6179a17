"""Write down anew what is found in the sample clerk-2017, after a change that is meant: look at the diff.

Run from a checkout: ``python tools/renew_clerk_findings.py``.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

os.environ["KAOPING_SOFFICE"] = "none"  # every machine is to find the same

from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Severity

SAMPLE = "clerk-2017"
GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "data" / SAMPLE


def told(findings: Iterable[Finding]) -> str:
    """Return the findings that somebody has to look at, one a line: how grave, which, where."""
    rows = [f"{f.severity}\t{f.code}\t{f.at}" for f in findings if f.severity is not Severity.NOTE]
    return "".join(f"{row}\n" for row in rows)


def main() -> None:
    """Build the sample, and write what was found and what keeps its 报送稿 back."""
    with tempfile.TemporaryDirectory() as made:
        unit = Path(made) / "unit"
        api.copy_sample(unit, SAMPLE)
        api.build(unit)
        (GOLDEN / "found.txt").write_text(told(api.check(unit).sorted()), encoding="utf-8", newline="\n")
        try:
            api.build(unit, final=True)
        except KaopingError as error:
            (GOLDEN / "blockers.txt").write_text(told(error.findings), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
