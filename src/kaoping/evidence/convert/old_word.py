"""An old Word file (.doc, .wps, .rtf) saved anew as .docx, whose tables can be read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kaoping.core import fs
from kaoping.evidence.convert import _libreoffice

_SECONDS = 120.0


def as_docx(source: Path, target: Path) -> str:
    """Save the file at ``source`` as .docx at ``target``; say in Chinese why that was not done, "" where it was."""
    soffice = _libreoffice.find()
    if soffice is None:
        return "这是旧的 Word 文件，要用 LibreOffice 打开，这台电脑上没有装"
    office = _libreoffice.LibreOffice(soffice)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        name = work / f"old{'.rtf' if source.suffix.lower() == '.rtf' else '.doc'}"
        fs.copy(source, name)
        office.prepare(work)
        try:
            office.save_as("docx", [name], work, work, _SECONDS)
        except OSError:
            return "LibreOffice 打不开"
        made = work / "old.docx"
        if not made.is_file():
            return "LibreOffice 没能打开它"
        fs.copy(made, target)
    return ""
