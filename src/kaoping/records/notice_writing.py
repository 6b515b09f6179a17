"""A unit's settings of its notice written where it keeps them: in its notice.yaml, or on its workbook's sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kaoping.core import fs, yamltree
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kinds
from kaoping.records._amend import Amendment, UnamendedError
from kaoping.records._earlier import Writing, put_in_place
from kaoping.records._yaml_values import Entry, UnplacedError, with_values
from kaoping.rubric.layers import NOTICE

__all__ = ["Entry", "write_notice"]
#: What the workbook's sheet has cells for.
_ON_SHEET = ("answers", "due")


def write_notice(
    folder: Path, kinds: Kinds, entries: Mapping[tuple[str, ...], Entry], check: Callable[[str], None]
) -> None:
    """Write ``entries`` (path in the notice → what it says; None for nothing), all in one write.

    What the workbook's sheet asks for is written there, unless the unit's notice.yaml says it already. ``check`` raises
    KaopingError for the text of a notice.yaml that would not load. Raises KaopingError, writing nothing, where a file
    can't be written.
    """
    path, at = folder / NOTICE, Location(NOTICE)
    text, before = _notice(path)
    in_file: dict[tuple[str, ...], Entry] = {}
    writings: list[Writing] = []
    try:
        on_sheet = [where for where in entries if where[0] in _ON_SHEET and _there(before, where) is None]
        book = Amendment.open(folder, kinds) if on_sheet else None
        for where, entry in entries.items():
            is_there = book is not None and where in on_sheet and not isinstance(entry, list | tuple)
            if not is_there or book is None or not book.answer(where[0], where[1], str(entry or "")):
                in_file[where] = entry
        if book is not None and len(in_file) < len(entries):
            at = Location(book.path.name)
            writings.append(Writing(book.path, book.written(), book.path))
        if in_file:
            text = with_values(text, in_file)
            check(text)
            writings.append(Writing(path, text.encode("utf-8"), path))
        put_in_place(folder, writings)
    except UnamendedError as error:
        raise refused("entry.held", at, kind="通知", why=error.why) from None
    except UnplacedError:
        raise refused("notice.unplaced", at) from None
    except OSError as error:
        raise refused("entry.held", at, kind="通知", why=why_not_written(error)) from None


def _notice(path: Path) -> tuple[str, Any]:
    """The unit's own notice, and what it says. Raises KaopingError where it can't be read."""
    if not path.is_file():
        return "", {}
    findings = Findings()
    node = yamltree.read(path, NOTICE, findings)
    text = yamltree.decoded(fs.read(path))
    if node is None or text is None:
        raise KaopingError(findings.errors)
    return text, node.plain() or {}


def _there(plain: Any, where: tuple[str, ...]) -> Any:
    for step in where:
        plain = plain.get(step) if isinstance(plain, dict) else None
    return plain
