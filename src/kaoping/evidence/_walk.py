"""Which files lie under 材料/, by which key; and what lies there that is no file to be opened, or leads elsewhere."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kaoping.core import fs
from kaoping.core.file_names import is_left_behind

_LOCKED_FOLDER = "它打不开，可能没有权限，或所在的盘出了问题。"
_LEADS_OUT = "它是一个链接，指向材料文件夹以外的文件，没有打开。请把文件本身放进材料文件夹。"
_LEADS_NOWHERE = "它是一个链接，所指的文件不在。请把文件本身放进材料文件夹。"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something under 材料/: ``why`` it is not opened, a whole Chinese sentence; "" for a file that is."""

    key: str
    path: Path
    why: str = ""
    is_folder: bool = False  # that is not entered
    link: str = ""  # the key of the link elsewhere by which it was come to, or that it is and nobody followed


def walk(materials: Path, *, follow_links: bool = False) -> Iterator[Entry]:
    """Yield what lies below ``materials``, without what programs leave behind (~$…, Thumbs.db …).

    A key is the path relative to ``materials`` with "/" in Unicode NFC: macOS writes names in NFD, and both must match
    what a clerk typed. Of two files that NFC would make one, the other keeps its own spelling, so that none is lost.

    Only regular files are to be opened. A link to one of them within ``materials`` is as good as the file; one that
    leads out, and one to a folder, is followed with ``follow_links`` alone, and each folder is entered once: a link
    upwards would never end.
    """
    entries = list(_below(materials, follow_links=follow_links))
    taken = {entry.key for entry in entries}
    for entry in sorted(entries, key=lambda entry: (entry.key, entry.path)):
        key = unicodedata.normalize("NFC", entry.key)
        yield entry if key != entry.key and key in taken else replace(entry, key=key)


def _below(materials: Path, *, follow_links: bool) -> Iterator[Entry]:
    todo = [(materials, "")]
    entered: set[tuple[int, int]] = set()
    while todo:
        folder, link = todo.pop()
        try:
            mark = fs.reachable(folder).stat()
            if follow_links and (mark.st_dev, mark.st_ino) in entered:
                continue
            entered.add((mark.st_dev, mark.st_ino))
            with os.scandir(fs.reachable(folder)) as listed:
                there = sorted(listed, key=lambda entry: entry.name)
        except OSError:
            if folder != materials:
                yield Entry(_key(materials, folder), folder, _LOCKED_FOLDER, is_folder=True)
            continue
        for entry in there:
            path = folder / entry.name
            if fs.is_link(entry):
                if behind := _behind_link(materials, path, link, follow_links=follow_links):
                    yield behind
                elif follow_links and path.is_dir():
                    todo.append((path, link or _key(materials, path)))
            elif entry.is_dir(follow_symlinks=False):
                todo.append((path, link))
            elif not is_left_behind(entry.name):
                why = "" if entry.is_file(follow_symlinks=False) else _why_not(path)
                yield Entry(_key(materials, path), path, why, link=link)


def _behind_link(materials: Path, path: Path, link: str, *, follow_links: bool) -> Entry | None:
    """Return what a link, come to by ``link``, stands for; None for a folder to be entered, and for litter."""
    key = _key(materials, path)
    if path.is_dir():
        return None if follow_links else Entry(key, path, is_folder=True, link=key)
    if is_left_behind(path.name):
        return None
    if not path.exists():
        return Entry(key, path, _LEADS_NOWHERE)
    if path.resolve().is_relative_to(materials.resolve()):
        return Entry(key, path, _why_not(path), link=link)
    return Entry(key, path, _why_not(path) if follow_links else _LEADS_OUT, link=link or key)


def _why_not(path: Path) -> str:
    special = fs.why_not_regular(path)
    return f"它{special}。" if special else ""


def _key(materials: Path, path: Path) -> str:
    return _readable(path.relative_to(materials).as_posix())


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
