"""Choosing records: which rows of a table count for sure, which may, and which are left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kaoping import schema
from kaoping.model import Table
from kaoping.rules.base import Context, Measured, State, Tally, Trace
from kaoping.rules.where import Where

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
    proofs = {table.ids[row]: cell for row, cell in enumerate(evidence) if isinstance(cell, tuple) and cell}
    return Selection(tuple(sure), tuple(maybe), Tally(table.kind, counted, tuple(left), proofs), tuple(doubts))


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
    remembered = (f"{label}={low}..{high}{facts}", *(f"{t.kind}:{','.join(sorted(t.counted))}" for t in tallies))
    return Measured(low, high, State.KNOWN, text, Trace(tallies, remembered, inputs=1), whole)


def doubt(doubts: tuple[str, ...]) -> str:
    """Return the words for rows that nobody can be sure about, "" where there are none."""
    return f"（另有{len(doubts)}条不能确定：{'；'.join(doubts[:3])}{'…' if len(doubts) > 3 else ''}）" if doubts else ""
