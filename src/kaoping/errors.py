"""What the engine raises when it can't go on: an error that carries its findings, never a bare sentence."""

from __future__ import annotations

from collections.abc import Iterable

from kaoping.findings import Finding


class KaopingError(Exception):
    """The work stops here; ``findings`` say where, what it costs and how to mend it.

    Raised only where nothing sensible can be handed on. Whatever still leaves a result is a finding in the result.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: list[Finding] = list(findings)
        super().__init__("\n".join(f"{found.problem}（{found.at}）" for found in self.findings))


class DeliveryError(KaopingError):
    """A package could not be put in place; the last one stands as it was."""


class FaultError(KaopingError):
    """What we wrote did not pass our own reading back: a fault of the engine, and nothing was delivered."""


def why_not_read(error: OSError) -> str:
    """Say in Chinese why a file could not be read; what the system says where we know no better."""
    if isinstance(error, PermissionError):
        return "没有读取权限，或正被别的程序占用"
    if isinstance(error, FileNotFoundError):
        return "文件不见了"
    return error.strerror or str(error)
