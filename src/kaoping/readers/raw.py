"""What every reader hands on: text columns with places, before the schema types them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kaoping.model import Location


@dataclass(frozen=True, slots=True)
class RawTable:
    """The records of one kind as text. ``place(row, field)`` works out where a cell stands ("" for the whole row)."""

    kind: str
    columns: Mapping[str, Sequence[str | None]]
    rows: int
    place: Callable[[int, str], Location]
    spoiled: frozenset[tuple[int, str]] = frozenset()  # cells (row, field) that got a finding already
