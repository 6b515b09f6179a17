"""What a workbook says as records, before and after a change: compared, so that no other record changed with it."""

from __future__ import annotations

from collections.abc import Mapping

from kaoping.core.model import Location
from kaoping.core.schema import CellError, Field, Kind
from kaoping.records.readers.raw import RawCell
from kaoping.records.workbook._workbook_reader import Filled

#: Kind, where a record stands → its fields as they were read.
Records = Mapping[tuple[str, Location], Mapping[str, RawCell]]


def records_of(filled: Filled) -> Records:
    """Return the records of a workbook by kind and place."""
    return {
        (name, table.place(row, "")): {key: cells[row] for key, cells in table.columns.items()}
        for name, table in filled.tables.items()
        for row in range(table.rows)
    }


def is_as_meant(
    before: Records, after: Records, meant: Mapping[tuple[str, Location], tuple[Kind, Mapping[str, str] | None]]
) -> bool:
    """Whether ``after`` is ``before`` but for the records that are ``meant`` to say some values; None: to be gone."""
    if any(before.get(place) != after.get(place) for place in (before.keys() | after.keys()) - meant.keys()):
        return False
    for place, (kind, values) in meant.items():
        if values is None:
            if place in after:
                return False
        elif place not in after or not _says(kind, values, before.get(place, {}), after[place]):
            return False
    return True


def _says(kind: Kind, values: Mapping[str, str], before: Mapping[str, RawCell], after: Mapping[str, RawCell]) -> bool:
    """Whether a record says ``values``, and of all else what it said."""
    follow = {key.field for key in kind.foreign if key.named in values}  # an id that is empty is told by the name
    for field in kind.fields:
        if field.name in values:
            if not _is_same(field, values[field.name], after.get(field.name)) and field.name not in follow:
                return False
        elif before and field.name not in follow and before.get(field.name) != after.get(field.name):
            return False
    return True


def _is_same(field: Field, text: str, cell: RawCell) -> bool:
    """Whether a cell reads as ``text``: as the same value, or where that is none as the same words."""
    read = "" if cell is None else str(cell)
    try:
        return field.parse(text) == field.parse(read)
    except CellError:
        return "".join(text.split()) == "".join(read.split())
