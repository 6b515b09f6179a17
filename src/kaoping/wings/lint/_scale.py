"""What is too large, too coarse, too empty: ``evidence_schema/bundle_scale.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from kaoping.core import resources


@dataclass(frozen=True, slots=True)
class Scale:
    """The limits of the linter; see the file."""

    size_mb: float
    dpi: tuple[float, float]
    picture: float
    scan: float
    blank: float
    letter_mm: float
    small: float
    sheet: float
    bookmarks: int
    named: int


@cache
def scale() -> Scale:
    """Return the limits."""
    rules: dict[str, Any] = resources.load_yaml(resources.schema("bundle_scale.yaml"))
    low, high = rules.pop("dpi")
    return Scale(dpi=(float(low), float(high)), **rules)
