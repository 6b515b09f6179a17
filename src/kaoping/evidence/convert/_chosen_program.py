"""Which program turns Office files into pages here: LibreOffice where it is, else an office suite of the clerk's."""

from __future__ import annotations

import os
from pathlib import Path

from kaoping.evidence.convert import _automation, _libreoffice
from kaoping.evidence.convert._office_program import OfficeProgram

#: Which is to be used: libreoffice, office (Microsoft's), wps, or none. Without it the first that is there.
CHOICE = "KAOPING_OFFICE"
_SUITES = {"office": "Microsoft Office", "wps": "WPS Office"}


def find() -> OfficeProgram | None:
    """Return the program to be used; None where there is none.

    LibreOffice comes first: it works in a profile of our own, its pages are the same on every computer, and what it is
    given was tried on it.
    """
    choice = os.environ.get(CHOICE, "").strip().lower()
    soffice: Path | None = _libreoffice.find() if choice in ("", "libreoffice") else None
    if soffice is not None:
        return _libreoffice.LibreOffice(soffice)
    suites = [title for name, title in _SUITES.items() if choice in ("", name)]
    return next((program for title in suites if (program := _automation.find(title)) is not None), None)
