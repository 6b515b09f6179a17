"""What of a file its pages show, and what they don't."""

from __future__ import annotations

from pathlib import Path


def not_shown(given: Path, suffix: str, pages: Path) -> tuple[str, ...]:
    """Return what of the file ``given`` to LibreOffice the PDF ``pages`` lacks, as Chinese sentences."""
    return ()
