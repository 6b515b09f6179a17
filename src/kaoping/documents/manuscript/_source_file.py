"""The lines of a source, with those of the sources that it takes in, each with its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import fs, resources
from kaoping.core.errors import why_not_read
from kaoping.core.findings import Findings
from kaoping.core.model import Location

SUFFIX = ".txt"
#: Begins the name of a source that others take in, and that makes no template of its own.
PART = "_"
REMARK, TAKE_IN = "//", "<<"
#: Control and format characters, separators of lines and paragraphs: what nobody sees, and Word can't hold or shows.
_UNSEEN = ("Cc", "Cf", "Zl", "Zp")
_NO_CHARACTER = "\ufffe\uffff"  # XML 1.0, 2.2


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says something, without the blanks around it, and where it stands."""

    text: str
    at: Location


def lines_of(source: Path, findings: Findings) -> list[Line]:
    """Return the lines of ``source`` but its remarks, those that it takes in in their place; tells what is wrong."""
    at = Location(source.as_posix())
    try:
        text = _text_of(source, at, findings)
    except OSError as error:
        findings.add("manuscript.unreadable", at, name=source.name, why=why_not_read(error))
        return []
    return list(_lines(text, source, (source.stem,), findings))


def _text_of(source: Path, at: Location, findings: Findings) -> str:
    """Return the text of a file in UTF-8, with or without a BOM; "", and a finding, where it is in another code."""
    try:
        return fs.read(source).decode("utf-8-sig")
    except UnicodeDecodeError:
        findings.add("manuscript.encoding", at, name=source.name)
        return ""


def _lines(text: str, source: Path, within: tuple[str, ...], findings: Findings) -> Iterator[Line]:
    """Yield the lines of ``text``, which stands in ``source``; ``within`` are the sources that are being taken in."""
    for number, whole in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        at = Location(source.as_posix(), line=number)
        unseen = [char for char in whole if _is_unseen(char)]
        if unseen:
            column = whole.index(unseen[0]) + 1
            findings.add("manuscript.unseen", at, column=column, code=f"U+{ord(unseen[0]):04X}")
        line = "".join(char for char in whole if char not in unseen).strip()
        if line.startswith(f"{TAKE_IN} "):
            yield from _taken_in(line.removeprefix(TAKE_IN).strip(), at, source, within, findings)
        elif line and not line.startswith(REMARK):
            yield Line(line, at)


def _is_unseen(char: str) -> bool:
    return char != "\t" and (unicodedata.category(char) in _UNSEEN or char in _NO_CHARACTER)


def _taken_in(name: str, at: Location, source: Path, within: tuple[str, ...], findings: Findings) -> Iterator[Line]:
    """Yield the lines of the source ``name``, which stands in the same folder, or else among the common ones."""
    part = source.with_name(f"{name}{SUFFIX}") if _is_plain(name) else None
    if part is not None and name.startswith(PART) and not part.exists():
        common = resources.template("word", part.name)
        part = common if common.is_file() else part
    if part is None:
        why = "这里只写文件名，不带文件夹和 .txt"
    elif name in within:
        why = f"绕回了自己（{' → '.join((*within, name))}）"
    else:
        try:
            text = _text_of(part, Location(part.as_posix()), findings)
        except OSError as error:
            why = f"同一个文件夹里的 {part.name} {why_not_read(error)}"
        else:
            yield from _lines(text, part, (*within, name), findings)
            return
    findings.add("manuscript.not_taken_in", at, name=name, why=why)


def _is_plain(name: str) -> bool:
    return bool(name) and not set(name) & set('/\\:*?"<>|') and not name.lower().endswith(SUFFIX)
