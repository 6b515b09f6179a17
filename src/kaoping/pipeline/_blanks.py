"""What a line's points leave blank (待补) in the document that tells them, and which of the unit's own words fill it.

A part of the rubric that lost points is to be explained in the report. Whoever just settled a line should hear of it
then, and not from the refusal of the 报送稿.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kaoping import documents
from kaoping.core.engine import STATEMENT
from kaoping.core.figures import Figure
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.documents.kinds import DocumentKind, ListFact
from kaoping.pipeline._papers import Papers
from kaoping.pipeline.assessment import Assessment
from kaoping.rubric.nodes import Section
from kaoping.rubric.rules.params import Literal

_PROBE = Figure("试填", "")  # never printed: only whether a blank is still there is looked at


def tell_blanks(a: Assessment, line: str, at: Location, findings: Findings) -> None:
    """Tell, at ``at``, the blanks about the section of ``line`` in the documents that tell the points.

    A unit's own templates are left out: they are tried in a process of their own, when a package is made.
    """
    section = next(section for section in a.rubric.sections if line in [its.id for its in section.lines])
    for stem in documents.wanted(a.rubric, a.dossier, DRAFT):
        kind = documents.documents_of(a.rubric.pack)[stem]
        if not kind.totals or documents.template_path(kind, a.rubric.pack, a.dossier.folder)[1]:
            continue
        context = Papers(a).context(kind, [])
        blanks = [blank for blank in _blanks(a, kind, context) if section.title in blank]
        for blank in blanks:
            how = next(_cures(a, kind, context, section, blank), "")
            if how:
                facts = {"line": line, "document": kind.name, "blank": blank, "how": how}
                findings.add("decide.blank", at, kind=a.rubric.pack.kinds[STATEMENT].title, **facts)


def _blanks(a: Assessment, kind: DocumentKind, context: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of the blanks that a 报送稿 would have; a broken template is told when the document is made."""
    from jinja2 import TemplateError

    from kaoping.documents.word import BlankInFinal, render

    template, _ = documents.template_path(kind, a.rubric.pack, a.dossier.folder)
    try:
        render(template, context, form=FINAL, dated=a.dated, title=kind.name, author="")
    except BlankInFinal as error:
        return error.blanks
    except (TemplateError, TypeError, ValueError):
        return ()
    return ()


def _cures(
    a: Assessment, kind: DocumentKind, context: Mapping[str, Any], section: Section, blank: str
) -> Iterator[str]:
    """What to fill in so that ``blank`` is gone: each list of the unit's own words (文字材料) is tried in its place."""
    for name, fact in kind.facts.items():
        how = fact.how
        if not isinstance(how, ListFact) or how.kind.name != STATEMENT or how.by is None:
            continue
        tried = {**context["fact"], name: {**context["fact"][name], section.id: [_PROBE]}}
        if blank not in _blanks(a, kind, {**context, "fact": tried}):
            entries = [(t.field.title, t.param.value) for t in how.where.tests if isinstance(t.param, Literal)]
            yield "、".join(f"{title}填“{value}”" for title, value in [*entries, (how.by.title, section.id)])
