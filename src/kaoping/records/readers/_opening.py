"""Opening a spreadsheet of a unit's: what keeps it from being read, or should be known of it, becomes findings."""

from __future__ import annotations

from pathlib import Path

from kaoping.core.errors import why_not_read
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.records.grids.grid import Spreadsheet, SpreadsheetError


def opened(path: Path, name: str, findings: Findings) -> Spreadsheet | None:
    """Open a spreadsheet, called ``name`` in messages; None, with a finding, where it can't be."""
    from kaoping.records.grids.read import read_spreadsheet

    at = Location(name)
    try:
        book = read_spreadsheet(path)
    except SpreadsheetError as error:
        findings.add(error.code, at, **error.facts)
        return None
    except OSError as error:
        findings.add("file.unreadable", at, reason=why_not_read(error))
        return None
    for code, facts in book.notes:
        findings.add(code, at, **facts)
    return book
