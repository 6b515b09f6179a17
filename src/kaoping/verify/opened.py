"""A package opened for checking: its manifest and where its files are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kaoping.core.findings import Findings
from kaoping.core.forms import FINAL
from kaoping.core.model import Location

Row = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """A package whose names have been found safe and whose kaoping.json has its shape."""

    root: Path
    document: Mapping[str, Any]

    @property
    def is_final(self) -> bool:
        """Whether it is a 报送稿."""
        return bool(self.document["form"] == FINAL)

    def files(self, *roles: str) -> Iterator[Row]:
        """Yield the rows of ``files`` with one of ``roles`` (all without) that are there; absent ones are told."""
        for row in self.document["files"]:
            if (not roles or row["role"] in roles) and (self.root / row["path"]).is_file():
                yield row

    def open(self, row: Row, reader: Callable[[Path], T], findings: Findings) -> T | None:
        """Open a file with ``reader``; whatever it raises on a damaged file is a finding, and None comes back."""
        try:
            return reader(self.root / row["path"])
        except Exception as error:
            why = f"{type(error).__name__}：{error}".replace(str(self.root), "").strip("：")
            findings.add("verify.unreadable", Location(row["path"]), name=row["path"], why=why)
            return None
