"""What every converter says of its work."""

from __future__ import annotations

from dataclasses import dataclass


class NotShownError(Exception):
    """The file can't be shown as pages; the message says why, a whole Chinese sentence that a clerk can act on."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A PDF that was written: its pages, how it came about, and what it does not show of its source."""

    pages: int
    how: str  # in Chinese, a few words: 由 LibreOffice 转换
    lost: tuple[str, ...] = ()  # each a whole Chinese sentence: 签章不显示。
