"""What a document of a certain day may tell: nothing that lies after it, and no whole year before the year is over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kaoping.core.engine import known_until, submitted_on
from kaoping.core.figures import Figure, date_text
from kaoping.core.model import Dossier, Table
from kaoping.core.schema import Kind
from kaoping.documents.kinds import DocumentKind, ListFact
from kaoping.rubric.rules.evaluation import Context
from kaoping.rubric.rules.select import match

#: The fact that holds a document's own date (成文日期); a document without it has the unit's 报送日期.
DATED = "dated"
_DAY = re.compile(r"([0-9]{4})\s*[年./-]\s*([0-9]{1,2})\s*[月./-]\s*([0-9]{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Tellable:
    """What a document may tell: ``later`` names, by kind, the records of what happened after its ``day``.

    Those that it would have told are remembered in ``waiting``, kind → ids.
    """

    day: date | None
    period: Figure  # how a sentence begins that tells the year's figures: 全年, or 截至 the last day they are about
    later: Mapping[str, frozenset[str]] = field(default_factory=dict)
    waiting: dict[str, dict[str, None]] = field(default_factory=dict)

    def waits(self, kind: str, ids: Iterable[str]) -> bool:
        """Return whether any of the records ``ids`` lies after the document's day; what they tell waits."""
        after = self.later.get(kind)
        later_ids = [id_ for id_ in ids if id_ in after] if after else []
        if later_ids:
            self.waiting.setdefault(kind, {}).update(dict.fromkeys(later_ids))
        return bool(later_ids)


def tellable(kind: DocumentKind, context: Context) -> Tellable:
    """Return what the document ``kind`` may tell of ``context``'s unit and year."""
    dossier = context.dossier
    day = _day_of(kind, context)
    if day is None:
        return Tellable(day, _period(known_until(dossier), dossier))
    last = min(filter(None, (day, known_until(dossier))))
    later = {name: _later(table, dossier.pack.kinds[name], day) for name, table in dossier.tables.items()}
    return Tellable(day, _period(last, dossier), {name: ids for name, ids in later.items() if ids})


def _day_of(kind: DocumentKind, context: Context) -> date | None:
    """Return the day that the document bears; None where nobody wrote one, or none that can be read."""
    fact = kind.facts.get(DATED)
    dated = fact.how if fact is not None else None
    if not isinstance(dated, ListFact):
        return submitted_on(context.dossier)
    table = context.dossier.table(dated.kind.name)
    for row in match(table, dated.where, context).sure if table is not None else ():
        written_day = _DAY.search(str(table.columns[dated.fields[0].name][row])) if table is not None else None
        if written_day is not None:
            return _calendar(*map(int, written_day.groups()))
    return None


def _period(last: date | None, dossier: Dossier) -> Figure:
    source = f"{dossier.pack.vocabulary.unit.title}：数据截至日期，和文稿的日期，取早的"
    if last is None or last >= date(dossier.year, 12, 31):
        return Figure("全年", source)
    return Figure(f"截至{date_text(last).removeprefix(f'{dossier.year}年')}，", source)


def _later(table: Table, kind: Kind, day: date) -> frozenset[str]:
    columns = [table.columns[field.name] for field in kind.fields if field.is_day and field.name in table.columns]
    return frozenset(
        table.ids[row]
        for column in columns
        for row, value in enumerate(column)
        if isinstance(value, date) and value > day
    )


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
