"""Which sheets a unit's workbook offers: those that its rubric, the engine and the documents asked for need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kaoping.core import seam
from kaoping.core.engine import KINDS as ENGINE
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.schema import Kind
from kaoping.documents import DocumentKind, asked_for, documents_of
from kaoping.records.workbook.rubric_rows import about_lines
from kaoping.rubric.nodes import Line, Rubric
from kaoping.rubric.rules.choices import choices
from kaoping.rubric.rules.evaluation import walk


def offered_kinds(rubric: Rubric, extra: Sequence[str] = ()) -> list[str]:
    """Return the kinds that have a sheet though nothing was filled in: in the order of the lines, the engine's last.

    ``extra`` names further documents, wings and record kinds by their ids or titles. Raises KaopingError for a name
    that is none of them.
    """
    kinds, documents = rubric.pack.kinds, documents_of(rubric.pack)
    wanted: dict[str, None] = {}
    for line in rubric.lines:
        wanted.update(dict.fromkeys(_of_line(line, rubric)))
    for stem in asked_for(rubric):
        wanted.update(dict.fromkeys(_of_document(documents[stem])))
    for more in (wanted, dict.fromkeys(_kinds_named(rubric, extra))):
        wanted |= more
        wanted |= {key.kind: None for name in more for key in kinds[name].foreign}
    asked = [name for name in ENGINE if name in wanted or not kinds[name].on_demand]
    return [name for name in wanted if name not in ENGINE] + asked


def _of_line(line: Line, rubric: Rubric) -> Iterator[str]:
    """The kinds that a line counts; for nothing but a judgement those that name the lines that they are about."""
    counted = [node.name for node in line.nodes if isinstance(node, Kind)]
    yield from counted
    if choices(line.rule) and not counted:
        yield from (kind.name for kind in about_lines(rubric.pack.kinds))


def _of_document(document: DocumentKind) -> Iterator[str]:
    yield from document.needs
    yield from (node.name for fact in document.facts.values() for node in walk(fact.how) if isinstance(node, Kind))


def _kinds_named(rubric: Rubric, extra: Sequence[str]) -> Iterator[str]:
    """The kinds of what ``extra`` names."""
    documents = {name: its for stem, its in documents_of(rubric.pack).items() for name in (stem, *its.names)}
    wings = {name: its for id_, its in seam.wings().items() if id_ in rubric.pack.wings for name in (id_, its.title)}
    kinds = {name: its for its in rubric.pack.kinds.values() for name in (its.name, its.title)}
    for name in extra:
        if name in documents:
            yield from _of_document(documents[name])
        elif name in wings:
            yield from wings[name].kinds
        elif name in kinds:
            yield kinds[name].name
        else:
            known = dict.fromkeys(
                [its.name for its in documents.values()]
                + [its.title for its in wings.values()]
                + [its.title for its in kinds.values()]
            )
            findings = Findings()
            findings.add("init.unknown_extra", name=name, known="、".join(known))
            raise KaopingError(findings)
