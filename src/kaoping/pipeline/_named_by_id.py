"""Records that name an indicator, a line or a section as people do get the id that the rubric knows it by."""

from __future__ import annotations

from dataclasses import replace

from kaoping.core.engine import INDICATOR, STATEMENT
from kaoping.core.model import Table, Value
from kaoping.documents.kinds import documents_of
from kaoping.rubric import called
from kaoping.rubric.nodes import Rubric
from kaoping.scoring.crosscheck.definitions import indicators


def by_id(table: Table, rubric: Rubric) -> Table:
    """Return the table with the ids of indicators, lines and sections for their names; what is unknown stays."""
    ways = {INDICATOR: _indicators, STATEMENT: _statements}
    named = _lines(table, rubric) if "line" in table.columns else table
    return ways[table.kind](named, rubric) if table.kind in ways else named


def _lines(table: Table, rubric: Rubric) -> Table:
    known = {line.id for line in rubric.lines}
    column = table.columns["line"]
    if all(cell in known for cell in column):
        return table
    ids: list[Value] = [
        (called.line_meant(rubric, cell) or cell) if isinstance(cell, str) and cell not in known else cell
        for cell in column
    ]
    return replace(table, columns={**table.columns, "line": ids})


def _indicators(table: Table, rubric: Rubric) -> Table:
    known = {**indicators(rubric.pack), **called.indicators(rubric)}
    ids = {label: id_ for id_, label in known.items()}
    there = set(table.ids)
    meant = [ids[id_] if id_ in ids and ids[id_] not in there else id_ for id_ in table.ids]
    if len(set(meant)) < len(meant) or meant == list(table.ids):
        return table
    return replace(table, ids=meant, columns={**table.columns, "id": list(meant)})


def _statements(table: Table, rubric: Rubric) -> Table:
    """Only a document that goes through the rubric section by section has parts of that name."""
    scored = {kind.name for kind in documents_of(rubric.pack).values() if kind.totals}
    pairs = zip(table.columns["document"], table.columns["part"], strict=True)
    parts: list[Value] = [
        (called.section_meant(rubric, part) or part) if isinstance(part, str) and document in scored else part
        for document, part in pairs
    ]
    return replace(table, columns={**table.columns, "part": parts})
