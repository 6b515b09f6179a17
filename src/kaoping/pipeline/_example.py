"""A made-up unit of a pack, in which every cell is filled in: what the pack's templates are tried against.

A pack of the stock has sample units for that. Any other is tried against the examples that its own schemas give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from pathlib import Path

from kaoping.core import resources
from kaoping.core.engine import UNIT, submitted_on
from kaoping.core.findings import Findings
from kaoping.core.model import (
    FINAL,
    Dossier,
    EvidenceFile,
    Location,
    Piece,
    Record,
    ScoreCard,
    Table,
    Verdict,
)
from kaoping.core.packs import Pack
from kaoping.core.packs.pack import SAMPLES
from kaoping.core.schema import FALSE, TRUE, Field, Kind
from kaoping.core.supplement import Replaced, Rescored, SubmittedPiece, Supplement
from kaoping.core.yamltree import Node
from kaoping.pipeline._intake import Intake, without_evidence
from kaoping.records.readers.yaml_records import table_of
from kaoping.records.validate import typed
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric

_MOST = 200  # records of one kind: one for each combination of its options
_AT = Location("例子")


def example_unit(pack: Pack) -> Intake:
    """Return the records of the pack's sample unit, or else those that its schemas' examples make up."""
    for name in pack.samples:
        for folder in (pack.folder / SAMPLES / name, resources.sample(name)):
            if folder.is_dir():
                return without_evidence(folder)
    rubric = load(pack)
    tables = {name: _table(kind, pack.year) for name, kind in pack.kinds.items() if not kind.single}
    unit_kind = pack.vocabulary.unit
    values = {field.name: field.parse(_filled(field, pack.year)) for field in unit_kind.fields}
    unit = Record(UNIT, UNIT, {**values, "year": pack.year}, _AT)
    dossier = Dossier(Path(), unit, pack.year, pack.levels[0], tables, {}, pack)
    return Intake(dossier, rubric, Findings())


def _table(kind: Kind, year: int) -> Table:
    rows = [Node({name: Node(text, _AT) for name, text in row.items()}, _AT) for row in _rows(kind, year)]
    raw = table_of(Node(rows, _AT), kind, Findings())
    assert raw is not None, "a list of records makes a table"
    return typed(raw, kind, Findings(), strict=False)


def _rows(kind: Kind, year: int) -> Iterator[dict[str, str]]:
    """Yield the kind's example, then the same with each other combination of its options: some fact is about each."""
    example = {field.name: _filled(field, year) for field in kind.fields}
    choices = [_choices(field, example[field.name]) for field in kind.fields]
    names = [field.name for field in kind.fields]
    for number, combination in enumerate(islice(product(*choices), _MOST)):
        row = dict(zip(names, combination, strict=True))
        if number:
            row[kind.key] = f"{row[kind.key]}-{number}"
        yield row


def _choices(field: Field, example: str) -> list[str]:
    options = (TRUE, FALSE) if field.type == "boolean" else field.options
    return list(dict.fromkeys((example, *options)))


def _filled(field: Field, year: int) -> str:
    if field.example:
        return field.example
    if field.options:
        return field.options[0]
    match field.type:
        case "date":
            return f"{year}-06-01"
        case "yearmonth":
            return f"{year}-06"
        case "boolean":
            return TRUE
        case "integer" | "number":
            return "1"
    return field.title


def example_supplement(rubric: Rubric, card: ScoreCard, dossier: Dossier) -> Supplement:
    """Return a made-up supplement to what the example unit handed in: a bit of everything that there may be."""
    score = card.lines[0]
    called, day = rubric.called(score.line) or score.line, submitted_on(dossier)
    old = SubmittedPiece("例-01", "例子.pdf", "例子", "", score.line, (), "第2页", Verdict.READY, "")
    file = EvidenceFile("例子.pdf", Path("例子.pdf"), "", 1, "", "例子", verdict=Verdict.READY)
    new = Piece("例-02", file, score.line, (), 1, 2, replaces=old.number)
    return Supplement(
        form=FINAL,
        base="",
        first_dated=day,
        last_dated=day,
        before={score.line: "0"},
        totals={"total": "0"},
        rescored=(Rescored(score.line, called, score.title, "0", "1", score.because),),
        added=(replace(new, number="例-03", replaces=""),),
        replaced=(Replaced(old, new),),
        withdrawn=(old,),
        pieces=(old,),
        lines={},
        numbers={},
        concerned=frozenset({score.line}),
    )
