"""Choosing records: which rows of a table count for sure, which may, and which are left out and why."""

from __future__ import annotations

import hashlib
import heapq
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kaoping.core import schema
from kaoping.core.model import Table, Unreadable, Value
from kaoping.rubric.rules.base import MOST_USES, Context, Measured, State, Tally, Trace
from kaoping.rubric.rules.where import Where

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Maybe:
    """Rows that nobody can be sure about: the text is open-ended here, so they count in the maximum only."""

    where: Where
    because: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a table count for sure, which may, and the tally for the trace."""

    sure: tuple[int, ...]
    maybe: tuple[int, ...]
    tally: Tally
    doubts: tuple[str, ...]


def select(
    table: Table, where: Where, context: Context, maybes: tuple[Maybe, ...] = (), once_per_proof: bool = False
) -> Selection:
    """Apply ``where`` to ``table``; a row that an empty field leaves open, or that a ``maybe`` names, is in doubt."""
    if maybes or once_per_proof or context.accepts:
        return _row_by_row(table, where, context, maybes, once_per_proof)
    wanted = where.wanted(context)
    key = (
        table.kind,
        tuple((test.field.name, test.op, repr(asked)) for test, asked in zip(where.tests, wanted, strict=True)),
    )
    if key not in context.memo:
        context.memo[key] = _alike_at_once(table, where, wanted, context)
    found: Selection = context.memo[key]
    return found


def _alike_at_once(table: Table, where: Where, wanted: Sequence[Any], context: Context) -> Selection:
    """Rows that agree in all the fields that are asked for are judged together: a ledger has 100,000, few differ."""
    sure: list[int] = []
    doubtful: list[tuple[int, str]] = []
    left: list[Iterable[tuple[int, str]]] = []
    for cells, rows in _alike(table, where, context).items():
        matches, why = where.check(cells, wanted)
        if matches:
            sure.extend(rows)
            continue
        left.append(zip(rows, itertools.repeat(why)))
        if matches is None:
            doubtful.extend((row, why) for row in rows)
    for row, (standing, why) in sorted(table.standing.items()):
        cells = tuple(table.columns[test.field.name][row] for test in where.tests)
        matches, other = where.check(cells, wanted)
        left.append([(row, other if matches is False and standing is None else why)])
        if matches is not False and standing is None:
            doubtful.append((row, why))
    sure.sort()
    doubtful.sort()
    listed = itertools.islice(heapq.merge(*left), MOST_USES)
    ids = table.ids
    tally = Tally(
        table.kind, tuple(ids[row] for row in sure), tuple((ids[row], why) for row, why in listed),
        _proofs(table, context), _seen(table, where, wanted, context),
    )  # fmt: skip
    doubts = tuple(f"{ids[row]}：{why}" for row, why in doubtful)
    return Selection(tuple(sure), tuple(row for row, _ in doubtful), tally, doubts)


def _alike(table: Table, where: Where, context: Context) -> Mapping[tuple[Value, ...], list[int]]:
    names = tuple((test.field.name, test.op == "blank") for test in where.tests)
    key = (table.kind, "alike", names)
    if key not in context.memo:
        nothing: Sequence[Value] = [None] * len(table)
        found: dict[tuple[Value, ...], list[int]] = {}
        if names:
            columns = (_column(table.columns.get(name, nothing), blank) for name, blank in names)
            for row, cells in enumerate(zip(*columns, strict=True)):
                if row not in table.standing:
                    found.setdefault(cells, []).append(row)
        else:
            found[()] = [row for row in range(len(table)) if row not in table.standing]
        context.memo[key] = found
    alike: Mapping[tuple[Value, ...], list[int]] = context.memo[key]
    return alike


def _seen(table: Table, where: Where, wanted: Sequence[Any], context: Context) -> str:
    """Fingerprint what the filter reads, in the records that are of the sort it asks for.

    A summary handed in 3 days late and one 30 days late both count as 0: but a decision made on the one is not one on
    the other. Records of another sort (another topic, another place) are not what the decision looked at.
    """
    sorts = [(test, asked) for test, asked in zip(where.tests, wanted, strict=True) if test.is_sort]
    digest = hashlib.sha256()
    for cells, part in _fingerprints(table, where, context).items():
        if not any(test.check(cell, asked) is False for (test, asked), cell in zip(sorts, cells, strict=True)):
            digest.update(part)
    return digest.hexdigest()[:16]


def _fingerprints(table: Table, where: Where, context: Context) -> Mapping[tuple[Value, ...], bytes]:
    """Fingerprint the rows once, sort by sort: an open question asks again for other sorts of the same rows."""
    names = tuple((test.field.name, test.is_sort) for test in where.tests)
    key = (table.kind, "fingerprints", names)
    if key not in context.memo:
        nothing: Sequence[Value] = [None] * len(table)
        columns = [(table.columns.get(name, nothing), is_sort) for name, is_sort in names]
        found: dict[tuple[Value, ...], Any] = {}
        for row, id_ in enumerate(table.ids):
            sort = tuple(column[row] for column, is_sort in columns if is_sort)
            text = "|".join(str(column[row]) for column, _ in columns)
            found.setdefault(sort, hashlib.sha256()).update(f"{id_}={text}{table.standing.get(row, '')}\n".encode())
        context.memo[key] = {sort: digest.digest() for sort, digest in found.items()}
    fingerprints: Mapping[tuple[Value, ...], bytes] = context.memo[key]
    return fingerprints


def _column(cells: Sequence[Value], blank: bool) -> Sequence[Value]:
    """The cells as a test sees them: where only being empty matters, all that is written is alike."""
    if not blank:
        return cells
    return [cell if cell is None or isinstance(cell, Unreadable) else cell != () or None for cell in cells]


def _proofs(table: Table, context: Context) -> Mapping[str, tuple[str, ...]]:
    key = (table.kind, "proofs")
    if key not in context.memo:
        cells = enumerate(table.columns.get("evidence", ()))
        context.memo[key] = {table.ids[row]: cell for row, cell in cells if isinstance(cell, tuple) and cell}
    proofs: Mapping[str, tuple[str, ...]] = context.memo[key]
    return proofs


def _row_by_row(
    table: Table, where: Where, context: Context, maybes: tuple[Maybe, ...], once_per_proof: bool
) -> Selection:
    """Where the order of the rows or their evidence matters."""
    results = where.select(table, context)
    evidence = table.columns.get("evidence", ())
    sure: list[int] = []
    maybe: list[int] = []
    left: list[tuple[str, str]] = []
    doubts: list[str] = []
    open_rows: dict[int, str] = {}
    for item in maybes:
        for row, (matches, _) in enumerate(item.where.select(table, context)):
            if matches is not False:
                open_rows[row] = item.because
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
                doubts.append(f"{id_}：{why}")
    counted = tuple(table.ids[row] for row in sure)
    seen = _seen(table, where, where.wanted(context), context)
    tally = Tally(table.kind, counted, tuple(left[:MOST_USES]), _proofs(table, context), seen)
    return Selection(tuple(sure), tuple(maybe), tally, tuple(doubts))


def absent(kind: schema.Kind, label: str, gap: str = "") -> Measured:
    """Return what a measure gives where nobody recorded any ``kind``."""
    gap = gap or f"没有填报“{kind.title}”"
    text = f"{label}：{gap}" if label and label not in gap else gap
    return Measured(ZERO, ZERO, State.ABSENT, text, Trace(gaps=(gap,)))


def void(text: str, *tallies: Tally) -> Measured:
    """Return what a measure gives where records are there but give no number."""
    return Measured(ZERO, ZERO, State.VOID, text, Trace(tallies, (text,), 1))


def known(
    low: Fraction, high: Fraction, text: str, label: str, *tallies: Tally, whole: bool = False, facts: str = ""
) -> Measured:
    """Return a number between ``low`` and ``high``; its facts are its value and the ids that were counted."""
    remembered = (
        f"{label}={low}..{high}{facts}",
        *(f"{t.kind}:{','.join(sorted(t.counted))}:{t.seen}" for t in tallies),
    )
    return Measured(low, high, State.KNOWN, text, Trace(tallies, remembered, inputs=1), whole)


def doubt(doubts: tuple[str, ...]) -> str:
    """Return the words for rows that nobody can be sure about, "" where there are none."""
    return f"（另有{len(doubts)}条不能确定：{'；'.join(doubts[:3])}{'…' if len(doubts) > 3 else ''}）" if doubts else ""
