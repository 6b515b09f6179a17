"""What people call a record where a sentence names one: by its name, not by an id that some system gave it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kaoping.core import schema
from kaoping.core.model import Table, Value
from kaoping.rubric.rules.evaluation import Context


def names(table: Table, context: Context) -> Sequence[str]:
    """Return what each record of ``table`` is called: its name, where it has one and no other the same, else its id.

    A venue or a person has a name; a case or a meeting has a title, which is too long to be named by.
    """

    def made() -> Sequence[str]:
        cells = table.columns.get("name", table.ids)
        times = Counter(cells)
        return [
            cell if isinstance(cell, str) and cell and times[cell] == 1 else id_
            for cell, id_ in zip(cells, table.ids, strict=True)
        ]

    return context.once(table.kind, "names", made)


def name_meant(kind: schema.Kind, field: str, value: Value, context: Context) -> Value:
    """Return what a reader calls the record that ``value`` of a ``field`` is the id of; any other value as it is."""
    key = next((key for key in kind.foreign if key.field == field), None)
    table = context.dossier.table(key.kind) if key is not None else None
    if key is None or table is None or not isinstance(value, str):
        return value

    def made() -> Mapping[Value, Value]:
        called = table.columns.get(key.by or context.dossier.pack.kinds[key.kind].called, table.ids)
        return dict(zip(table.columns[key.target], called, strict=True))

    return context.once(key.kind, ("names", key.target, key.by), made).get(value) or value
