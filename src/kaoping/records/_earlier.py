"""The unit's workbook put in place anew; each earlier version is kept, in a folder beside it that clerks find."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kaoping.core import fs

FOLDER = "以前的台账"  # beside 材料 and 成果, and in neither: no build reads it, no package holds it


def put_in_place(data: bytes, target: Path, old: Path) -> Path:
    """Put the workbook ``data`` at ``target`` in the place of ``old`` (which may have another suffix).

    Return where the earlier version stands now: byte for byte what it was, called by the time it was last saved at.
    Raises OSError, and leaves all as it was, where the disk or a program that has the file open refuses.
    """
    folder = old.parent / FOLDER
    is_new = not folder.exists()
    kept = _free(folder, f"{old.stem} {datetime.fromtimestamp(old.stat().st_mtime):%Y-%m-%d %H%M%S}", old.suffix)
    try:
        fs.mkdir(folder)
        fs.write_whole(kept, fs.read(old))
        fs.write_whole(target, data)
        if old != target:
            fs.unlink(old)
    except OSError:
        fs.remove(folder if is_new else kept)
        if old != target:
            fs.remove(target)
        raise
    return kept


def _free(folder: Path, stem: str, suffix: str) -> Path:
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}（{number}）{suffix}"
    return path
