"""What a line's points leave blank (待补) in the document that tells them, and which of the unit's own words fill it.

A part of the rubric that lost points is to be explained in the report. Whoever just settled a line should hear of it
then, and not from the refusal of the 报送稿.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaoping import documents
from kaoping.core.engine import STATEMENT
from kaoping.core.figures import Missing
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.documents.kinds import DocumentKind
from kaoping.pipeline._papers import Papers
from kaoping.pipeline.assessment import Assessment


def tell_blanks(a: Assessment, line: str, at: Location, findings: Findings) -> None:
    """Tell, at ``at``, the blanks about the section of ``line`` in the documents that tell the points.

    A unit's own templates are left out: they are tried in a process of their own, when a package is made.
    """
    section = next(section for section in a.rubric.sections if line in [its.id for its in section.lines])
    papers = Papers(a)
    for stem in documents.wanted(a.rubric, a.dossier, DRAFT):
        kind = documents.documents_of(a.rubric.pack)[stem]
        if not kind.totals or documents.template_path(kind, a.rubric.pack, a.dossier.folder)[1]:
            continue
        for blank, missing in _blanks(a, kind, papers.context(kind, [])).items():
            lack = documents.known_lack(missing.lack, kind, a.dossier)
            if lack is not None and lack.kind == STATEMENT and section.id in dict(lack.given).values():
                how = documents.lack_in_words(lack, a.rubric.pack)
                findings.add_lacking("decide.blank", at, lack, line=line, document=kind.name, blank=blank, how=how)


def _blanks(a: Assessment, kind: DocumentKind, context: Mapping[str, Any]) -> Mapping[str, Missing]:
    """The blanks that a 报送稿 would have; a broken template is told when the document is made."""
    from jinja2 import TemplateError

    from kaoping.documents.word import render_edited

    template, _ = documents.template_path(kind, a.rubric.pack, a.dossier.folder)
    try:
        return render_edited(template, context, (), form=FINAL, dated=a.dated, title=kind.name, author="").blanks
    except (TemplateError, TypeError, ValueError):
        return {}
