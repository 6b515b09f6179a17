"""`covers`: whose records a total must hold to be the whole (市、县全部), and whose it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from kaoping.core import schema
from kaoping.core.decode import Key, Of, Read
from kaoping.core.engine import places_named, unit_region
from kaoping.core.figures import aside
from kaoping.core.model import Table, Unreadable
from kaoping.rubric.rules.evaluation import Context
from kaoping.rubric.rules.params import level_named
from kaoping.rubric.rules.where import ALL, Where
from kaoping.rubric.rules.where import lacking as why_lacking

_ITS_OWN = ("本级", "市本级", "县本级")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A total is the whole only where a record names each place: the unit's own, and each of those that it has on file.

    A record may name several (东屏区、云渚区).
    """

    field: schema.Field  # in which a record names its place
    each: schema.Kind  # the places on file: one record each …
    called: Annotated[schema.Field, Of("each")]  # … under this name
    needs_region: Annotated[bool, Key("own")] = False  # whether the unit's own place must be named too
    levels: tuple[Annotated[str, Read(level_named)], ...] = ()  # of units that have such places on file; () for all
    only: Where = ALL  # the total asks for the places only where it asks for records like this

    def lacking(self, table: Table, rows: tuple[int, ...], where: Where, context: Context) -> tuple[str, ...]:
        """Return whose records ``rows`` of ``table`` lack; () where ``where`` asks for no such records."""
        if not len(table) or not self._is_asked(where, context):  # declared empty: there was none anywhere
            return ()
        column = table.columns.get(self.field.name, [None] * len(table))
        named = {place for row in rows for place in places_named(str(column[row] or ""))}
        region = unit_region(context.dossier)
        region_names = {region, f"{region}本级", *_ITS_OWN}
        lacking = [region] if self.needs_region and region and not named & region_names else []
        if not self.levels or context.dossier.level in self.levels:
            for record in context.dossier.records(self.each.name):
                place = record[self.called.name]
                if place is None or isinstance(place, Unreadable):
                    lacking.append(f"{record.id}{aside(why_lacking(self.called, place))}")
                elif str(place) not in named:
                    lacking.append(str(place))
        return tuple(lacking)

    def _is_asked(self, where: Where, context: Context) -> bool:
        """Whether the total may hold records like ``only``: no test of its own on the same field rules them out."""
        asked = dict(zip(where.tests, where.wanted(context), strict=True))
        return not any(
            test.field == limit.field and test.check(value, wanted) is False
            for limit, value in zip(self.only.tests, self.only.wanted(context), strict=True)
            for test, wanted in asked.items()
        )
