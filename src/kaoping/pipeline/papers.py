"""The documents of one assessment (文稿): rendered from their templates, and compared with one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kaoping import documents
from kaoping.core import fs
from kaoping.core.engine import statements, unit_name
from kaoping.core.errors import KaopingError
from kaoping.core.figures import Figure, bare, date_text, number
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.documents import policy
from kaoping.package import manifest
from kaoping.package.manifest import Output
from kaoping.pipeline.assessment import Assessment


class Papers:
    """Writes documents, and remembers what they say."""

    def __init__(self, assessment: Assessment) -> None:
        self.a = assessment
        self._stated: list[documents.Statement] = []  # what the documents written so far say
        self._texts: dict[str, str] = {}  # and their words
        self._may_tell: dict[str, documents.Told] = {}

    def write(self, stem: str, path: Path, enclosures: Sequence[str]) -> Output:
        """Write the document ``stem`` to ``path``; raises KaopingError where a 报送稿 has blanks left."""
        from kaoping.documents.templating import render_own
        from kaoping.documents.word import BlankInFinal, render

        a = self.a
        kind = documents.documents_of(a.rubric.pack)[stem]
        template, own = documents.template_path(kind, a.rubric.pack, a.dossier.folder)
        unit = unit_name(a.dossier)
        context = self.context(kind, enclosures)
        about: dict[str, Any] = {"form": a.form, "dated": a.dated, "title": kind.name, "author": unit}
        try:
            if own:  # somebody else's work: it may fail, or never end
                data = render_own(template, context, at=place(template), **about)
            else:
                data = render(template, context, **about)
        except BlankInFinal as error:
            findings = Findings()
            for blank in error.blanks:
                findings.add("final.blank", document=kind.name, blank=blank)
            raise KaopingError(findings) from None
        fs.write_bytes(path, data)
        self._note(kind, context, data)
        if not kind.totals:
            asked = stem in documents.asked_for(a.rubric)  # what is handed in is opened first
            return Output("", manifest.DOCUMENT, kind.name, asked)
        # A unit's own template may word it otherwise: then there is no sentence that verify could look for.
        figures = [] if own else [{"total": total, "text": text} for total, text in kind.totals.items()]
        return Output("", manifest.REPORT, kind.name, True, {"figures": figures})

    def context(self, kind: documents.DocumentKind, enclosures: Sequence[str]) -> dict[str, Any]:
        """Return what the document's template may name; ``enclosures`` are the titles of its 附件."""
        from kaoping.documents.report_views import score_context

        a = self.a
        numbers = a.plan.numbers()
        may_tell = documents.told(kind, documents.context_of(a.rubric, a.dossier))
        facts = documents.facts(kind, a.rubric, a.dossier, numbers, may_tell)
        of_wing = a.seasons.context(kind.wing, numbers, may_tell.waits) if kind.wing else {}
        self._may_tell[kind.stem] = may_tell
        return {
            "unit": dict(a.dossier.unit.values),
            "fact": facts,
            "period": may_tell.period,
            "rounded": next((fact.rounded for fact in facts.values() if isinstance(fact, Figure) and fact.rounded), ""),
            "document": {"name": kind.name, "genre": kind.genre, "public": kind.public, "upward": kind.upward},
            "enclosures": list(enclosures),
            **score_context(a.rubric, a.card, numbers),
            **of_wing,
            **(
                {
                    "framework": policy.context(
                        policy.policies_of(a.rubric.pack)[kind.framework], a.dossier, a.card, a.rubric, numbers
                    )
                }
                if kind.framework
                else {}
            ),
        }

    def _tell_waiting(self, kind: documents.DocumentKind) -> None:
        """Tell what lies after the document's own day, and so does not stand in it."""
        may_tell = self._may_tell[kind.stem]
        for name, ids in may_tell.waiting.items():
            day = date_text(may_tell.day) if may_tell.day is not None else ""
            facts = {"document": kind.name, "kind": self.a.dossier.pack.kinds[name].title, "day": day}
            self.a.findings.add("document.later", ids="、".join(ids), **facts)

    def _note(self, kind: documents.DocumentKind, context: Mapping[str, Any], data: bytes) -> None:
        """Remember what a document says, to be compared with the others and with the score sheet."""
        from kaoping.documents.word import words

        self._tell_waiting(kind)
        if held := documents.withheld(kind, self.a.dossier):
            words_of = [f"{its.title} {id_}（{'略去' if out else '用公开写法'}）" for its, id_, out in held]
            self.a.findings.add("document.withheld", document=kind.name, listed="、".join(words_of))
        figures = {name: fact for name, fact in context["fact"].items() if isinstance(fact, Figure)}
        self._texts[kind.name] = words(data)
        for name, title in documents.titles(kind).items():
            if name in figures:
                self._stated.append(documents.Statement(kind.name, title, {"value": str(figures[name])}))
        for name, sentence in kind.says.items():
            if name in figures:
                values = {"value": str(figures[name])}
                self._stated.append(documents.Statement(kind.name, documents.titles(kind)[name], values, sentence))
        for name, sentence in kind.totals.items():
            total = context["totals"][name]
            values = {"points": str(total["points"]), "of": number(total["of"]) if total["of"] is not None else ""}
            self._stated.append(documents.Statement(kind.name, "自评分表", values, sentence))

    def tell_unused(self) -> None:
        """Tell the texts that people wrote for documents (文字材料) and that stand in none of those written so far."""
        said = ["".join(text.split()) for text in self._texts.values()]
        for its in statements(self.a.dossier):
            words = "".join(bare(its.text).split())
            if words and not any(words in text for text in said):
                facts = {"id": its.id, "document": its.document, "topic": its.topic, "part": its.part}
                self.a.findings.add("document.words_unused", its.at, **facts)

    def refuse_contradictions(self) -> None:
        """Raise KaopingError where documents contradict one another, or the score sheet, in what they say."""
        found = documents.contradictions(self._stated, self._texts, self.a.dossier.year)
        if found.errors:
            raise KaopingError(found)


def refuse_templates(a: Assessment, keys: Iterable[str]) -> None:
    """Raise KaopingError where a document of ``keys`` has a template of the unit's own that can't be used.

    It is asked before anything is written: the bundle takes longer than all else.
    """
    places: set[str] = set()
    known = documents.documents_of(a.rubric.pack)
    for stem in set(keys).intersection(known):
        template, own = documents.template_path(known[stem], a.rubric.pack, a.dossier.folder)
        if own:
            places.add(place(template).file)
    if any(finding.at.file in places for finding in a.findings.errors):
        raise KaopingError(a.findings.sorted())


def stands_alone(key: str, pack: Pack) -> bool:
    """Whether the output is a document that says nothing of points, so that it may be final before they are."""
    kind = documents.documents_of(pack).get(key)
    return kind is not None and bool(kind.needs) and not (kind.totals or kind.encloses or kind.framework)


def place(template: Path) -> Location:
    """Return where a template of the unit's own stands, as findings say it."""
    return Location(f"{template.parent.name}/{template.name}")
