"""What disks and open files do to a delivery, in a clerk's words: no space, in use, read-only, path too long."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kaoping.core import fs
from kaoping.core.errors import NO_SPACE, DeliveryError
from kaoping.core.findings import Findings
from kaoping.core.model import Location

#: Full paths beyond this can't be opened by Explorer and older Office; other systems have no such limit.
PATH_LIMIT = 240 if os.name == "nt" else 0


def place_of(target: Path, inside: str = "") -> Location:
    """Where a thing stands, without the machine's own path in front."""
    return Location("/".join(part for part in (target.parent.name, target.name, shown(inside)) if part))


def shown(path: str) -> str:
    """Return ``path`` fit for printing, whatever bytes stand in it."""
    return path.encode("utf-8", "backslashreplace").decode()


def refuse(findings: Findings) -> None:
    """Raise DeliveryError where there are findings."""
    if len(findings):
        raise DeliveryError(findings)


def refusal(code: str, target: Path, inside: str = "", **facts: Any) -> DeliveryError:
    """Return the error for one finding about ``target``."""
    findings = Findings()
    findings.add(code, place_of(target, inside), **facts)
    return DeliveryError(findings)


@contextmanager
def delivering(target: Path) -> Iterator[None]:
    """Turn what a disk or a lock raises into one DeliveryError that a clerk can act on."""
    try:
        yield
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not _within(error, target.parent):
            raise  # an input or a file of our own is gone: nothing to do with the delivery
        raise _explain(error, target) from error


def _explain(error: OSError, target: Path) -> DeliveryError:
    name = Path(os.fsdecode(error.filename)).name if error.filename else target.name
    path = fs.as_written(os.fsdecode(error.filename or ""))
    say: Callable[..., DeliveryError] = lambda code, **facts: refusal(code, target, name=shown(name), **facts)  # noqa: E731
    if error.errno in NO_SPACE:
        return say("package.no_space")
    if error.errno == errno.EROFS:
        return say("package.read_only")
    too_long = getattr(error, "winerror", None) == 206 or (PATH_LIMIT and len(path) > PATH_LIMIT)
    if error.errno == errno.ENAMETOOLONG or too_long:
        return say("package.path_too_long", length=len(path), limit=PATH_LIMIT or 255)
    if isinstance(error, PermissionError) or error.errno == errno.EBUSY:
        return say("package.in_use")
    return say("package.disk_failed", why=error.strerror or str(error))


def _within(error: OSError, folder: Path) -> bool:
    return bool(error.filename) and Path(os.fsdecode(error.filename)).is_relative_to(folder)
