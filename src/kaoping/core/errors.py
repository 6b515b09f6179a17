"""What the engine raises when it can't go on: an error that carries its findings, never a bare sentence."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from typing import Any

from kaoping.core.findings import Finding, Findings, catalogue
from kaoping.core.model import Location

#: The heading of what keeps a 报送稿 back because it is wrong in the records or the evidence.
ERRORS = "记录和材料里的错误"


class KaopingError(Exception):
    """The work stops here; ``findings`` say where, what it costs and how to mend it.

    Raised only where nothing sensible can be handed on. Whatever still leaves a result is a finding in the result.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: list[Finding] = list(findings)
        super().__init__("\n".join(f"{finding.problem}（{finding.at}）" for finding in self.findings))


class HeldBackError(KaopingError):
    """A 报送稿 can't be handed in yet; its findings are all that keeps it back, whatever it is about."""

    @property
    def groups(self) -> dict[str, list[Finding]]:
        """The findings by what they are about: errors in the input first, then in the catalogue's order."""
        kinds = catalogue()
        headings = dict.fromkeys([ERRORS, *(kind.group for kind in kinds.values() if kind.group)])
        by_group: dict[str, list[Finding]] = {heading: [] for heading in headings}
        for finding in self.findings:
            group = kinds[finding.code].group if finding.code in kinds else ""
            by_group[group or ERRORS].append(finding)
        return {heading: listed for heading, listed in by_group.items() if listed}


def refused(code: str, at: Location | None = None, /, **facts: Any) -> KaopingError:
    """Return the error of a single finding: its code, where it is, and what its sentences need."""
    findings = Findings()
    findings.add(code, at, **facts)
    return KaopingError(findings)


class DeliveryError(KaopingError):
    """A package could not be put in place; the last one stands as it was."""


class FaultError(KaopingError):
    """What we wrote did not pass our own reading back: a fault of the engine, and nothing was delivered."""


class NotMergedError(Exception):
    """Some pieces of evidence can't be merged: ``reasons`` say why, in Chinese, by the paths of their files.

    Raised for whoever plans the bundle, to leave them out: nobody else is told.
    """

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__("；".join(f"{path}：{why}" for path, why in reasons.items()))
        self.reasons = reasons


#: No room left: on the disk, in the user's share of it, or in what the file system can hold in one file.
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: What else a machine does to a file that is sound: rights, locks, a disk that fails or is pulled out, too much open.
_NOT_NOW = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EBUSY,
    errno.EIO,
    errno.ENOENT,
    errno.ENODEV,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ETIMEDOUT,
)


def is_machines(error: BaseException) -> bool:
    """Whether the machine failed and not the file that was read: another time it may go well.

    Readers raise OSError for damaged files too, without a number, or with one for a place that the file doesn't have.
    """
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, OSError) and error.errno in (*NO_SPACE, *_NOT_NOW)


def why_not_written(error: OSError) -> str:
    """Say in Chinese why a file or folder could not be made; what the system says where we know no better."""
    if error.errno in NO_SPACE:
        return "磁盘空间不够"
    if error.errno == errno.EROFS:
        return "磁盘或文件夹是只读的"
    if isinstance(error, NotADirectoryError | FileExistsError):
        return "那里已经有一个同名的文件"
    if isinstance(error, PermissionError):
        return "没有写入权限，或正被别的程序占用"
    return error.strerror or str(error)


def why_not_read(error: OSError) -> str:
    """Say in Chinese why a file could not be read; what the system says where we know no better."""
    if isinstance(error, PermissionError):
        return "没有读取权限，或正被别的程序占用"
    if isinstance(error, FileNotFoundError):
        return "文件不见了"
    return error.strerror or str(error)
