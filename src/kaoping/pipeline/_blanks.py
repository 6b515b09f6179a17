"""What a line's points leave blank (待补) in the document that tells them, and which of the unit's own words fill it.

A part of the rubric that lost points is to be explained in the report. Whoever just settled a line should hear of it
then, and not from the refusal of the 报送稿.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from kaoping import documents
from kaoping.core.engine import STATEMENT
from kaoping.core.figures import Figure
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.documents.kinds import DocumentKind, ListFact
from kaoping.pipeline._papers import Papers
from kaoping.pipeline.assessment import Assessment
from kaoping.rubric.rules.params import Literal

_PROBE = Figure("试填", "")  # never printed: only whether a blank is still there is looked at


def tell_blanks(a: Assessment, line: str, at: Location, findings: Findings) -> None:
    """Tell, at ``at``, the blanks about the section of ``line`` in the documents that tell the points.

    A unit's own templates are left out: they are tried in a process of their own, when a package is made.
    """
    section = next(section for section in a.rubric.sections if line in [its.id for its in section.lines])
    for stem in documents.wanted(a.rubric, a.dossier, DRAFT):
        kind = documents.documents_of(a.rubric.pack)[stem]
        if not kind.totals or _is_own(a, kind):
            continue
        context = Papers(a).context(kind, [])
        blanks = [blank for blank in _blanks(a, kind, context) if section.title in blank]
        for blank, how in cures(a, kind, context, blanks).items():
            facts = {"line": line, "document": kind.name, "blank": blank, "how": how}
            findings.add("decide.blank", at, kind=a.rubric.pack.kinds[STATEMENT].title, **facts)


def cures(a: Assessment, kind: DocumentKind, context: Mapping[str, Any], blanks: Collection[str]) -> dict[str, str]:
    """Return, of the document's ``blanks``, those that the unit's own words (文字材料) fill: blank → what to fill in.

    Each list of such words is tried, for all sections that it has none for.
    """
    cured: dict[str, str] = {}
    for name, fact in kind.facts.items():
        how = fact.how
        if not blanks or _is_own(a, kind) or not isinstance(how, ListFact) or how.kind.name != STATEMENT:
            continue
        written = context["fact"][name]
        if how.by is None:
            continue
        probes = {section.id: [_PROBE] for section in a.rubric.sections if section.id not in written}
        left = _blanks(a, kind, {**context, "fact": {**context["fact"], name: {**written, **probes}}})
        for blank in blanks:
            section = next((its for its in a.rubric.sections if its.title in blank), None)
            if blank not in left and section is not None:
                entries = [(t.field.title, t.param.value) for t in how.where.tests if isinstance(t.param, Literal)]
                cured[blank] = "、".join(f"{head}填“{value}”" for head, value in [*entries, (how.by.title, section.id)])
    return cured


def _is_own(a: Assessment, kind: DocumentKind) -> bool:
    return documents.template_path(kind, a.rubric.pack, a.dossier.folder)[1]


def _blanks(a: Assessment, kind: DocumentKind, context: Mapping[str, Any]) -> Collection[str]:
    """The words of the blanks that a 报送稿 would have; a broken template is told when the document is made."""
    from jinja2 import TemplateError

    from kaoping.documents.word import render_edited

    template, _ = documents.template_path(kind, a.rubric.pack, a.dossier.folder)
    try:
        return render_edited(template, context, (), form=FINAL, dated=a.dated, title=kind.name, author="").blanks
    except (TemplateError, TypeError, ValueError):
        return ()
