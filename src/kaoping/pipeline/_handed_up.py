"""What a unit hands up of its records with its package: those that the pack's roll-up asks for, where each counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kaoping.core.engine import unit_name, unit_region
from kaoping.core.model import Table, Unreadable
from kaoping.package import handed_records
from kaoping.records.readers.raw import RawTable
from kaoping.records.rollup import HandedRecord
from kaoping.records.rollup_rules import rules_of

if TYPE_CHECKING:
    from kaoping.pipeline.assessment import Assessment

SWITCH = "records"  # of the notice: whether a package carries records


def is_asked(assessment: Assessment) -> bool:
    """Whether the notice wants a package to carry records, and the pack says which."""
    stated = str(assessment.rubric.notice.get(SWITCH, "") or "").strip().lower()
    return stated in ("true", "是") and rules_of(assessment.rubric.pack) is not None


def handed_up(assessment: Assessment) -> dict[str, Any]:
    """Return 上报记录.json as data; :func:`is_asked` said that it is wanted."""
    rules = rules_of(assessment.rubric.pack)
    assert rules is not None, "nobody asks where the pack says nothing"
    lines = _lines(assessment)
    dossier, raws = assessment.dossier, assessment.raws
    records = {
        kind: tuple(_records(assessment, dossier.tables[kind], raws[kind], names, lines))
        for kind, names in rules.asks.items()
        if kind in dossier.tables and kind in raws
    }
    return handed_records.to_document(unit_name(dossier), unit_region(dossier), dossier.year, records)


def _lines(assessment: Assessment) -> dict[tuple[str, str], list[str]]:
    """Kind and id of a record → the lines that counted it."""
    lines: dict[tuple[str, str], list[str]] = defaultdict(list)
    for score in assessment.card.lines:
        for kind, id_ in dict.fromkeys((use.kind, use.id) for use in score.uses if use.counted):
            lines[kind, id_].append(score.line)
    return lines


def _records(
    assessment: Assessment, table: Table, raw: RawTable, names: tuple[str, ...],
    lines: dict[tuple[str, str], list[str]],
) -> Iterator[HandedRecord]:  # fmt: skip
    """Yield the records; one that counts for nobody is handed up to nobody."""
    pages = {
        piece.evidence.path: f"{piece.number}（{assessment.plan.folio(piece.volume, piece.first)}）"
        for piece in assessment.plan.pieces
    }
    for row, id_ in enumerate(table.ids):
        counts, doubt = table.standing.get(row, (None, ""))
        if counts is False:
            continue
        cells = {name: raw.columns[name][row] for name in names if name in raw.columns}
        values = {name: cell for name, cell in cells.items() if not isinstance(cell, Unreadable)}
        evidence = table.columns.get("evidence", [()] * len(table))[row]
        pieces = [pages[path] for path in evidence if path in pages] if isinstance(evidence, tuple) else []
        yield HandedRecord(id_, values, tuple(lines.get((table.kind, id_), ())), tuple(pieces), doubt)
