"""Choosing records: which rows of a table count for sure, which may, and which are left out and why."""

from __future__ import annotations

import bisect
import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaoping.core import schema
from kaoping.core.figures import aside, number
from kaoping.core.model import Table, Unreadable, Value
from kaoping.rubric.rules.evaluation import MOST_USES, Context, Measured, State, Tally, Trace
from kaoping.rubric.rules.naming import names
from kaoping.rubric.rules.where import Where, show_value

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Maybe:
    """Rows that nobody can be sure about: the text is open-ended here, so they count in the maximum only."""

    where: Where
    because: str


#: Rows in doubt that a sentence names; the rest are counted.
MOST_DOUBTS = 3

#: Rows, in their order, that are alike in what a filter says of them: why they do not match, or not for sure.
Alike = tuple[Sequence[int], str]


@dataclass(frozen=True, slots=True)
class Matches:
    """Which rows of a table match for sure, which may, and which do not."""

    sure: tuple[int, ...]
    maybe: tuple[Alike, ...]
    other: tuple[Alike, ...]

    @property
    def possible(self) -> tuple[int, ...]:
        """The rows that may match, in their order."""
        return tuple(sorted(itertools.chain.from_iterable(rows for rows, _ in self.maybe)))

    def each(self, length: int) -> list[tuple[bool | None, str]]:
        """Return, for each row of a table of ``length``, whether it matches (None: can't be told) and why not."""
        results: list[tuple[bool | None, str]] = [(True, "")] * length
        for groups, result in ((self.maybe, None), (self.other, False)):
            for rows, why in groups:
                for row in rows:
                    results[row] = (result, why)
        return results


@dataclass(frozen=True, slots=True)
class Doubts:
    """Records that nobody can be sure about: how many there are, and why the first of them (by name) are in doubt."""

    number: int = 0
    first: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Doubts) -> Doubts:
        return Doubts(self.number + other.number, (self.first + other.first)[:MOST_DOUBTS])

    def __str__(self) -> str:
        if not self.number:
            return ""
        by_why: dict[str, list[str]] = {}
        for name, why in self.first:
            by_why.setdefault(why, []).append(name)
        listed = "；".join(f"{'、'.join(alike)}：{why}" for why, alike in by_why.items())
        return aside(f"另有{self.number}条不能确定，{'如' if self.number > len(self.first) else ''}{listed}")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a table count for sure, which may, and the tally for the trace."""

    sure: tuple[int, ...]
    maybe: tuple[int, ...]
    tally: Tally
    doubts: Doubts


def select(
    table: Table,
    where: Where,
    context: Context,
    maybes: tuple[Maybe, ...] = (),
    once_per_proof: bool = False,
    or_: Where | None = None,
) -> Selection:
    """Apply ``where`` (or, for other rows, ``or_``) to ``table``.

    A row that an empty field leaves open, or that a ``maybe`` names, is in doubt.
    """
    if once_per_proof or context.accepts:  # what was counted before, and which line asks, matters
        return _row_by_row(table, where, context, maybes, once_per_proof, or_)
    asked = asked_of(where, context)
    if not (maybes or or_):
        return context.once(table.kind, ("selection", asked), lambda: _traced(table, where, context))
    doubtful = tuple((asked_of(its.where, context), its.because) for its in maybes)
    key = ("selection", asked, doubtful, or_ and asked_of(or_, context), bool(context.line))
    return context.once(table.kind, key, lambda: _row_by_row(table, where, context, maybes, once_per_proof, or_))


def match(table: Table, where: Where, context: Context) -> Matches:
    """Apply ``where`` to ``table`` without a trace: what a ledger of 100,000 rows comes to where nobody reads one."""
    return context.once(
        table.kind, ("matches", asked_of(where, context)), lambda: _alike_at_once(table, where, context)
    )


def asked_of(where: Where, context: Context) -> tuple[tuple[str, str, str], ...]:
    """Return what ``where`` asks for in ``context``: filters that ask for the same choose the same rows."""
    wanted = where.wanted(context)
    return tuple((test.field.name, test.op, repr(asked)) for test, asked in zip(where.tests, wanted, strict=True))


def _traced(table: Table, where: Where, context: Context) -> Selection:
    matches = match(table, where, context)
    ids, maybe = table.ids, matches.possible
    left = tuple((ids[row], why) for row, why in _first(MOST_USES, matches.maybe + matches.other))
    tally = Tally(
        table.kind, tuple(map(ids.__getitem__, matches.sure)), left,
        _proofs(table, context), _seen(table, where, context), tuple(map(ids.__getitem__, maybe)),
    )  # fmt: skip
    first = _first(MOST_DOUBTS, matches.maybe)
    doubts = Doubts(len(maybe), tuple((names(table, context)[row], why) for row, why in first))
    return Selection(matches.sure, maybe, tally, doubts)


def _first(most: int, groups: Sequence[Alike]) -> list[tuple[int, str]]:
    """Return the first rows of all the groups, whose rows ascend, and why they are there."""
    leading = [(rows[:most], why) for rows, why in groups]
    first = sorted(itertools.chain.from_iterable(rows for rows, _ in leading))[:most]
    if not first:
        return []
    below = ((rows[: bisect.bisect_right(rows, first[-1])], why) for rows, why in leading)
    return sorted((row, why) for rows, why in below for row in rows)


def _alike_at_once(table: Table, where: Where, context: Context) -> Matches:
    """Rows that agree in all the fields that are asked for are judged together: a ledger has 100,000, few differ."""
    check = where.checking(where.wanted(context))
    sure: list[int] = []
    maybe: list[Alike] = []
    other: list[Alike] = []
    for cells, rows in _alike(table, where, context).items():
        matches, why = check(cells)
        if matches:
            sure.extend(rows)
        else:
            (maybe if matches is None else other).append((rows, why))
    nothing: Sequence[Value] = [None] * len(table)
    columns = [table.columns.get(test.field.name, nothing) for test in where.tests]
    for row, (standing, why) in table.standing.items():
        matches, reason = check(tuple(column[row] for column in columns))
        if standing is None:
            (other if matches is False else maybe).append(([row], reason if matches is False else why))
        else:
            other.append(([row], why))
    return Matches(tuple(sorted(sure)), tuple(maybe), tuple(other))


def _alike(table: Table, where: Where, context: Context) -> Mapping[tuple[Value, ...], list[int]]:
    names = tuple((test.field.name, test.op == "blank") for test in where.tests)

    def grouped() -> Mapping[tuple[Value, ...], list[int]]:
        if not names:
            return {(): [row for row in range(len(table)) if row not in table.standing]}
        nothing: Sequence[Value] = [None] * len(table)
        columns = (_column(table.columns.get(name, nothing), blank) for name, blank in names)
        rows_by_cells: dict[tuple[Value, ...], list[int]] = {}
        for row, cells in enumerate(zip(*columns, strict=True)):
            if row not in table.standing:
                rows_by_cells.setdefault(cells, []).append(row)
        return rows_by_cells

    return context.once(table.kind, ("alike", names), grouped)


def _seen(table: Table, where: Where, context: Context) -> str:
    """Fingerprint what the filter reads, in the records that are of the sort it asks for.

    A summary handed in 3 days late and one 30 days late both count as 0: but a decision made on the one is not one on
    the other. Records of another sort (another topic, another place) are not what the decision looked at.
    """
    if not context.line:
        return ""  # no decision can be about it
    wanted = where.wanted(context)
    sorts = [(test, asked) for test, asked in zip(where.tests, wanted, strict=True) if test.is_sort]
    digest = hashlib.sha256()
    for cells, part in _fingerprints(table, where, context).items():
        if not any(test.check(cell, asked) is False for (test, asked), cell in zip(sorts, cells, strict=True)):
            digest.update(part)
    return digest.hexdigest()[:16]


def _fingerprints(table: Table, where: Where, context: Context) -> Mapping[tuple[Value, ...], bytes]:
    """Fingerprint the rows once, sort by sort: an open question asks again for other sorts of the same rows."""
    names = tuple((test.field.name, test.is_sort) for test in where.tests)

    def made() -> Mapping[tuple[Value, ...], bytes]:
        nothing: Sequence[Value] = [None] * len(table)
        columns = [table.columns.get(name, nothing) for name, _ in names]
        sorts: dict[tuple[Value, ...], list[str]] = {}  # sort → a line for each of its rows
        known: dict[tuple[Value, ...], tuple[list[str], str]] = {}  # cells → the lines of their sort, and their text
        alike = zip(*columns, strict=True) if columns else itertools.repeat(())
        for row, (id_, cells) in enumerate(zip(table.ids, alike, strict=False)):
            if cells not in known:
                sort = tuple(cell for cell, (_, is_sort) in zip(cells, names, strict=True) if is_sort)
                known[cells] = sorts.setdefault(sort, []), "|".join(map(str, cells))
            lines, text = known[cells]
            lines.append(f"{id_}={text}{table.standing.get(row, '')}\n")
        return {sort: hashlib.sha256("".join(lines).encode()).digest() for sort, lines in sorts.items()}

    return context.once(table.kind, ("fingerprints", names), made)


def _column(cells: Sequence[Value], blank: bool) -> Sequence[Value]:
    """The cells as a test sees them: where only being empty matters, all that is written is alike."""
    if not blank:
        return cells
    return [cell if cell is None or isinstance(cell, Unreadable) else cell != () or None for cell in cells]


def _proofs(table: Table, context: Context) -> Mapping[str, tuple[str, ...]]:
    def made() -> Mapping[str, tuple[str, ...]]:
        cells = enumerate(table.columns.get("evidence", ()))
        return {table.ids[row]: cell for row, cell in cells if isinstance(cell, tuple) and cell}

    return context.once(table.kind, "proofs", made)


def _likely(result: tuple[bool | None, str]) -> int:
    """How likely a row matches: for certain, perhaps, or not."""
    matches, _ = result
    return 1 if matches is None else 2 * matches


def _row_by_row(
    table: Table, where: Where, context: Context, maybes: tuple[Maybe, ...], once_per_proof: bool, or_: Where | None
) -> Selection:
    """Where the order of the rows or their evidence matters."""
    results = match(table, where, context).each(len(table))
    if or_ is not None:
        results = [
            max(pair, key=_likely) for pair in zip(match(table, or_, context).each(len(table)), results, strict=True)
        ]
    evidence = table.columns.get("evidence", ())
    sure: list[int] = []
    maybe: list[int] = []
    left: list[tuple[str, str]] = []
    doubts = Doubts()
    open_rows: dict[int, str] = {}
    for item in maybes:
        doubtful = match(table, item.where, context)
        open_rows |= dict.fromkeys(doubtful.sure + doubtful.possible, item.because)
    for row, (matches, why) in enumerate(results):
        id_ = table.ids[row]
        paths = evidence[row] if evidence else ()
        if row in open_rows:
            matches, why = None, open_rows[row]
        if matches is not False and context.accepts and not (isinstance(paths, tuple) and context.accepts(paths)):
            matches, why = False, "没有细则“依据”所列类型的佐证材料"
        if matches and once_per_proof and isinstance(paths, tuple) and paths:
            owner = next((context.proofs[path] for path in paths if path in context.proofs), None)
            if owner is not None and owner != f"{table.kind}:{id_}":
                matches, why = False, f"佐证材料已用于{owner.split(':')[1]}，同一材料不重复计分"
            else:
                context.proofs.update((path, f"{table.kind}:{id_}") for path in paths)
        if matches:
            sure.append(row)
        else:
            left.append((id_, why))
            if matches is None:
                maybe.append(row)
                doubts += doubt(names(table, context)[row], why)
    counted = tuple(table.ids[row] for row in sure)
    seen = "".join(_seen(table, filter_, context) for filter_ in (where, or_) if filter_ is not None)
    in_doubt = tuple(table.ids[row] for row in maybe)
    tally = Tally(table.kind, counted, tuple(left[:MOST_USES]), _proofs(table, context), seen, in_doubt)
    return Selection(tuple(sure), tuple(maybe), tally, doubts)


def absent(kind: schema.Kind, label: str, gap: str = "") -> Measured:
    """Return what a measure gives where nobody recorded any ``kind``."""
    gap = gap or f"没有填报“{kind.title}”"
    text = f"{label}：{gap}" if label and label not in gap else gap
    return Measured(ZERO, ZERO, State.ABSENT, text, Trace(gaps=(gap,)))


def unrecorded(kind: schema.Kind, where: Where, label: str, context: Context) -> str:
    """Say that a table has no record of the sort that ``where`` asks for (没有“审批案卷”的记录), or of ``label``."""
    sorts = [
        show_value(wanted)
        for test, wanted in zip(where.tests, where.wanted(context), strict=True)
        if test.is_sort and test.op == "is" and isinstance(wanted, str)
    ]
    return f"“{kind.title}”里没有“{'、'.join(sorts) or label}”的记录"


def void(text: str, *tallies: Tally) -> Measured:
    """Return what a measure gives where records are there but give no number."""
    return Measured(ZERO, ZERO, State.VOID, text, Trace(tallies, (text,), 1))


def known(
    low: Fraction,
    high: Fraction,
    text: str,
    label: str,
    *tallies: Tally,
    whole: bool = False,
    facts: str = "",
    write: Callable[[Fraction], str] = number,
) -> Measured:
    """Return a number between ``low`` and ``high``; its facts are its value and the ids that were counted."""
    remembered = (
        f"{label}={low}..{high}{facts}",
        *(f"{tally.kind}:{tally.listed}:{tally.seen}" for tally in tallies),
    )
    return Measured(low, high, State.KNOWN, text, Trace(tallies, remembered, inputs=1), whole, write=write)


def doubt(name: str, why: str) -> Doubts:
    """Return the doubt about one record."""
    return Doubts(1, ((name, why),))
