"""Which files lie under 材料/, by which key."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from kaoping.core.file_names import is_left_behind


def walk(materials: Path) -> Iterator[tuple[str, Path]]:
    """Yield (key, path) of the files below ``materials``, without those that programs leave behind (~$…, Thumbs.db …).

    A key is the path relative to ``materials`` with "/" in Unicode NFC: macOS writes names in NFD, and both must match
    what a clerk typed. Of two files that NFC would make one, the other keeps its own spelling, so that none is lost.
    Folders behind a link are not entered: a link upwards would never end.
    """
    spellings: list[tuple[str, Path]] = []
    for folder, _, files in os.walk(materials):
        for name in files:
            if not is_left_behind(name):
                path = Path(folder, name)
                spellings.append((_readable(path.relative_to(materials).as_posix()), path))
    taken = {spelled for spelled, _ in spellings}
    for spelled, path in sorted(spellings):
        key = unicodedata.normalize("NFC", spelled)
        yield (spelled if key != spelled and key in taken else key), path


def _readable(path: str) -> str:
    """Return a path as text: names that are no UTF-8 come from a Chinese Windows (zip files), in GB 18030."""
    try:
        path.encode()
    except UnicodeEncodeError:
        raw = os.fsencode(path)
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            return raw.decode(errors="replace")
    return path
