"""What every reader hands on: text columns with places, before the schema types them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain

from kaoping.core.model import Location, Unreadable
from kaoping.core.schema import Kind

#: A cell as text; None where it is empty; Unreadable where its source does not say, or where it was told already.
RawCell = str | None | Unreadable

#: What a cell holds whose source has no place for it (a ledger without the column): not empty, just not known.
UNSAID = Unreadable("")


@dataclass(frozen=True, slots=True)
class RawTable:
    """The records of one kind as text. ``place(row, field)`` works out where a cell stands ("" for the whole row)."""

    kind: str
    columns: Mapping[str, Sequence[RawCell]]
    rows: int
    place: Callable[[int, str], Location]
    grouped: bool = False  # a ledger of many rows: what is wrong in the same way is told once, with its number

    def named(self, kind: Kind) -> RawTable:
        """Return the table with places that also name the record and the field, whatever file they stand in."""

        def place(row: int, field: str) -> Location:
            known = kind.field(field)
            id_ = "" if kind.single else str(self.columns[kind.key][row] or f"第{row + 1}条")
            words = (kind.title, id_, kind.on_rubric.get(field, known.title) if known else "")
            return replace(self.place(row, field), record=" ".join(word for word in words if word))

        return replace(self, place=place)


def alike(this: RawTable, that: RawTable) -> bool:
    """Return whether two tables say the same, each cell in the same place."""
    if (this.columns, this.rows, this.grouped) != (that.columns, that.rows, that.grouped):
        return False
    places = [(row, "") for row in range(this.rows)] + [(0, field) for field in this.columns if this.rows]
    return all(this.place(*place) == that.place(*place) for place in places)


def joined(parts: Sequence[RawTable]) -> RawTable:
    """Return the rows of several sources of one kind as one table, in their order; ``parts`` is not empty."""
    if len(parts) == 1:
        return parts[0]
    starts = [0, *accumulate(part.rows for part in parts)]

    def place(row: int, field: str) -> Location:
        part = bisect_right(starts, row) - 1
        return parts[part].place(row - starts[part], field)

    names = dict.fromkeys(chain.from_iterable(part.columns for part in parts))
    columns = {
        name: list(chain.from_iterable(part.columns.get(name, [None] * part.rows) for part in parts)) for name in names
    }
    return RawTable(parts[0].kind, columns, starts[-1], place, any(part.grouped for part in parts))


def without(raw: RawTable, rows: Collection[int]) -> RawTable:
    """Return the table without ``rows``."""
    kept = [row for row in range(raw.rows) if row not in rows]
    columns = {name: [cells[row] for row in kept] for name, cells in raw.columns.items()}
    return replace(raw, columns=columns, rows=len(kept), place=lambda row, field: raw.place(kept[row], field))
