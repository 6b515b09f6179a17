"""The documents of one assessment (文稿): rendered from their templates, and compared with one another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping import documents
from kaoping.core import fs, resources
from kaoping.core.engine import statements, unit_name
from kaoping.core.errors import KaopingError
from kaoping.core.figures import Figure, bare, date_text, in_a_line, number
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.documents import policy
from kaoping.documents.edits.keeping import edits_of
from kaoping.documents.edits.phrases import plain
from kaoping.package import manifest
from kaoping.package.manifest import Output
from kaoping.pipeline.assessment import Assessment
from kaoping.pipeline.edits import tell

if TYPE_CHECKING:
    from kaoping.documents.edits import Kept, Outcome
    from kaoping.documents.word import Rendered
    from kaoping.pdf.fonts import Keep


@dataclass(frozen=True, slots=True)
class Proof:
    """A document as it will be written, and what its template got."""

    kind: documents.DocumentKind
    context: Mapping[str, Any]
    rendered: Rendered
    text: str


class Papers:
    """Puts documents together, looks through them before any is written, and writes them."""

    def __init__(self, assessment: Assessment, keep: Keep | None = None) -> None:
        """``keep`` keeps what takes long to make, for the next build."""
        self.a = assessment
        self._keep = keep
        self.kept: list[tuple[Kept, str]] = []  # what the documents written so far were made of, and their sha256
        self._proofs: dict[str, Proof] = {}
        self._may_tell: dict[str, documents.Tellable] = {}

    def proofread(self, enclosures: Mapping[str, Sequence[str]]) -> Findings:
        """Put the documents together that ``enclosures`` names (stem → the titles of its 附件), and look through them.

        What is to be known of them goes to the assessment's findings. Returns what keeps them from being written in
        whatever form; a document whose template can't be used is left out, as that has been told.
        """
        faults = Findings()
        known = documents.documents_of(self.a.rubric.pack)
        places = {finding.at.file for finding in self.a.findings.errors}
        for stem, titles in enclosures.items():
            template, is_own = documents.template_path(known[stem], self.a.rubric.pack, self.a.dossier.folder)
            if not (is_own and place(template).file in places):
                self._read(known[stem], titles, faults)
        proofs = self._proofs.values()
        texts = {proof.kind.name: proof.text for proof in proofs}
        statements = [statement for proof in proofs for statement in _stated(proof)]
        faults.extend(documents.contradictions(statements, texts, self.a.dossier.year))
        return faults

    def _read(self, kind: documents.DocumentKind, enclosures: Sequence[str], faults: Findings) -> None:
        """Put a document together, and tell what there is to be known of it."""
        from kaoping.documents.word import words

        context = self.context(kind, enclosures)
        try:
            rendered = self.rendered(kind, context)
        except KaopingError as error:
            faults.extend(error.findings)
            return
        self._proofs[kind.stem] = Proof(kind, context, rendered, words(rendered.data))
        tell(kind.name, rendered.outcomes, self.a.findings)
        self._tell_waiting(kind)
        if held := documents.withheld(kind, self.a.dossier):
            words_of = [f"{its.title} {in_a_line(id_)}（{'略去' if out else '用公开写法'}）" for its, id_, out in held]
            self.a.findings.add("document.withheld", document=kind.name, listed="、".join(words_of))

    def unfinished(self, stems: Container[str]) -> Iterator[Proof]:
        """Yield those of the documents ``stems`` that have blanks (待补), as they were put together."""
        yield from (proof for stem, proof in self._proofs.items() if stem in stems and proof.rendered.blanks)

    def open_edits(self, stems: Container[str]) -> Iterator[tuple[str, Outcome]]:
        """Yield (document, what became of it) for each edit of those of ``stems`` that nobody has chosen about."""
        for stem, proof in self._proofs.items():
            if stem in stems:
                yield from ((proof.kind.name, its) for its in proof.rendered.outcomes if its.trouble)

    def write(self, stem: str, path: Path) -> Output:
        """Write the document ``stem``, which was looked through, to ``path``."""
        proof = self._proofs[stem]
        kind, rendered = proof.kind, proof.rendered
        fs.write_bytes(path, rendered.data)
        self.kept.append((rendered.kept, hashlib.sha256(rendered.data).hexdigest()))
        if not kind.totals:
            asked = stem in documents.asked_for(self.a.rubric)  # what is handed in is opened first
            return Output("", manifest.DOCUMENT, kind.name, asked)
        _, is_own = documents.template_path(kind, self.a.rubric.pack, self.a.dossier.folder)
        # A unit's own template, or somebody's edit, may word it otherwise: verify looks for what is there alone.
        edited = bool(rendered.outcomes)
        sentences = {} if is_own else kind.totals
        stated = {total: its for total, its in sentences.items() if not edited or _states(proof.text, its)}
        if edited and not stated and str(proof.context["totals"]["total"]["points"]) not in proof.text:
            return Output("", manifest.DOCUMENT, kind.name, True)
        figures = [{"total": total, "text": sentence} for total, sentence in stated.items()]
        return Output("", manifest.REPORT, kind.name, True, {"figures": figures})

    def rendered(self, kind: documents.DocumentKind, context: Mapping[str, Any]) -> Rendered:
        """Render a document with its edits; raises KaopingError where its edits or its template can't be used."""
        from kaoping.documents.renderings import rendering
        from kaoping.documents.templating import render_own

        a = self.a
        template, is_own = documents.template_path(kind, a.rubric.pack, a.dossier.folder)
        edits = edits_of(a.dossier.folder, kind.name)
        about: dict[str, Any] = {"form": a.form, "dated": a.dated, "title": kind.name, "author": unit_name(a.dossier)}
        if is_own or not template.is_relative_to(resources.template()):
            # Somebody else's work, the unit's or their pack's: it may fail, or never end.
            return render_own(template, context, edits, at=place(template), **about)
        return rendering(template, context, edits, keep=self._keep, **about)

    def context(self, kind: documents.DocumentKind, enclosures: Sequence[str]) -> dict[str, Any]:
        """Return what the document's template may name; ``enclosures`` are the titles of its 附件."""
        from kaoping.documents.report_views import supplement_context

        a = self.a
        numbers = a.numbers()
        may_tell = documents.tellable(kind, documents.context_of(a.rubric, a.dossier))
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
            **self._scores,
            **of_wing,
            **({"supplement": supplement_context(a.rubric, a.card, a.supplement)} if a.supplement else {}),
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

    @cached_property
    def _scores(self) -> Mapping[str, Any]:
        """What every document may name of the score card: the same in all of them."""
        from kaoping.documents.report_views import score_context

        return score_context(self.a.rubric, self.a.card, self.a.numbers())

    def _tell_waiting(self, kind: documents.DocumentKind) -> None:
        """Tell what lies after the document's own day, and so does not stand in it."""
        may_tell = self._may_tell[kind.stem]
        for name, ids in may_tell.waiting.items():
            day = date_text(may_tell.day) if may_tell.day is not None else ""
            facts = {"document": kind.name, "kind": self.a.dossier.pack.kinds[name].title, "day": day}
            self.a.findings.add("document.later", ids="、".join(ids), **facts)

    def tell_unused(self) -> None:
        """Tell the texts that people wrote for documents (文字材料) and that stand in none of those put together.

        What somebody changed in Word stood there before.
        """
        proofs = self._proofs.values()
        edits = [outcome.edit for proof in proofs for outcome in proof.rendered.outcomes]
        texts = [*(proof.text for proof in proofs), *(plain(words) for edit in edits for words in edit.before)]
        texts = ["".join(text.split()) for text in texts]
        for its in statements(self.a.dossier):
            words = "".join(bare(its.text).split())
            if words and not any(words in text for text in texts):
                facts = {"id": its.id, "document": its.document, "topic": its.topic, "part": its.part}
                self.a.findings.add("document.words_unused", its.place("text"), **facts)


def _stated(proof: Proof) -> Iterator[documents.Statement]:
    """Yield what a document states, to be compared with the others and with the score sheet."""
    kind, context = proof.kind, proof.context
    figures = {name: fact for name, fact in context["fact"].items() if isinstance(fact, Figure)}
    titles = documents.titles(kind)
    for name, title in titles.items():
        if name in figures:
            yield documents.Statement(kind.name, title, {"value": str(figures[name])})
    for name, sentence in kind.says.items():
        if name in figures:
            yield documents.Statement(kind.name, titles[name], {"value": str(figures[name])}, sentence)
    for name, sentence in kind.totals.items():
        total = context["totals"][name]
        values = {"points": str(total["points"]), "of": number(total["of"]) if total["of"] is not None else ""}
        yield documents.Statement(kind.name, "自评分表", values, sentence)


def _states(text: str, sentence: str) -> bool:
    """Whether a sentence with holes (``{points}``) stands in a text, whatever numbers it has there."""
    pieces = re.split(r"\{\w+\}", "".join(sentence.split()))
    return re.search(r"[-−0-9.]+".join(map(re.escape, pieces)), "".join(text.split())) is not None


def refuse_templates(a: Assessment, keys: Iterable[str]) -> None:
    """Raise KaopingError where a document of ``keys`` has a template of the unit's own that can't be used.

    It is asked before anything is written: the bundle takes longer than all else.
    """
    places: set[str] = set()
    known = documents.documents_of(a.rubric.pack)
    for stem in set(keys).intersection(known):
        template, is_own = documents.template_path(known[stem], a.rubric.pack, a.dossier.folder)
        if is_own:
            places.add(place(template).file)
    if any(finding.at.file in places for finding in a.findings.errors):
        raise KaopingError(a.findings.sorted())


def stands_alone(key: str, pack: Pack) -> bool:
    """Whether the output is a document that says nothing of points, so that it may be final before they are."""
    kind = documents.documents_of(pack).get(key)
    return kind is not None and bool(kind.needs) and not (kind.totals or kind.encloses or kind.framework)


def place(template: Path) -> Location:
    """Return where a template of the unit's own, or of a pack, stands, as findings say it."""
    return Location(f"{template.parent.name}/{template.name}")
