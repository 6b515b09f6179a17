"""Edits made in Word, taken in: from edited drafts to the unit's 修改/, listed, chosen between, undone."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.core import fs
from kaoping.core.errors import KaopingError, why_not_read, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.documents.edits import Edit, Kept, Outcome, keeping
from kaoping.documents.edits.phrases import carried_over, plain, skeleton
from kaoping.pipeline._drafts import SHEETS, edited_drafts, sha256_of, tell_waiting

if TYPE_CHECKING:
    from kaoping.documents.edits import Taken
    from kaoping.documents.edits.blocks import Reading
    from kaoping.pipeline.assessment import Assessment

#: Of how much of what was generated a file must have the words to be the same document; and how much less the next may.
_OURS, _NEXT = 0.3, 0.8
#: What an edit that does not stand is told as.
_OPEN = {"changed": "edits.changed", "rival": "edits.rival", "gone": "edits.gone"}
#: From how many figures changed by hand on a draft is rather one of another day than edited.
_STRANGE = 2
_DIGEST = re.compile("[0-9a-f]{12}")
_SHOWN = 60  # characters of somebody's words in a sentence


@dataclass(frozen=True, slots=True)
class Listed:
    """An edit of a document, and what became of it when that was last put together."""

    document: str
    outcome: Outcome

    @property
    def sides(self) -> dict[str, str]:
        """What was generated when it was made, what is generated now where that differs, and what it says, in words."""
        sides = {"原来": self.outcome.edit.before, "现在": self.outcome.now, "改成": self.outcome.edit.after}
        sentences = {title: "；".join(map(plain, words)) or "（没有）" for title, words in sides.items()}
        return sentences if self.outcome.trouble else {title: sentences[title] for title in ("原来", "改成")}


# -- taking in --------------------------------------------------------------------------------------------------------


def take_in(folder: Path, files: Sequence[Path] = (), document: str = "") -> Findings:
    """Take in what people changed in ``files``, or, without any, in the drafts below 成果/; returns what to tell.

    ``document`` names the document that the files are drafts of, where their words do not tell. Raises KaopingError
    where the unit's own edits can't be read or written.
    """
    if not files:
        from kaoping.pipeline.building import DRAFTS, RESULTS

        results = folder / RESULTS
        findings = take_in_found(folder, [results / form for form in (DRAFT, FINAL)], results / DRAFTS)
        if not len(findings):
            findings.add("edits.none", Location(RESULTS))
        return findings
    findings = Findings()
    taking = _Taking(folder, findings)
    for path in files:
        taking.take(path, path.name, document)
    return findings


def take_in_found(folder: Path, packages: Sequence[Path], drafts: Path) -> Findings:
    """Take in what people changed in ``packages``, those set aside beside them, and single ``drafts``; once each."""
    findings = Findings()
    taking = _Taking(folder, findings)
    for draft in edited_drafts(packages, drafts):
        if not taking.knows(draft.path):
            if draft.is_sheet:
                taking.tell_sheet(draft.path)
            else:
                taking.take(draft.path, draft.name, packed=draft.packed, sure=bool(draft.packed))
    return findings


class _Taking:
    """The files that are taken in at one time, and what the unit has of its documents."""

    def __init__(self, folder: Path, findings: Findings) -> None:
        self._folder, self._findings = folder, findings
        self._known = keeping.taken(folder)
        self._kept: list[Kept] | None = None
        self._by_digest: dict[str, Kept] = {}

    def knows(self, path: Path) -> bool:
        """Whether the file, as it is now, was taken in before."""
        with suppress(OSError):
            return sha256_of(path) in self._known
        return False

    def tell_sheet(self, path: Path) -> None:
        """Tell that somebody changed a score sheet, which is never taken in."""
        self._findings.add("edits.sheet", Location(path.name), name=path.name)
        with suppress(OSError):
            self._remember(sha256_of(path), path.name)

    def take(self, path: Path, name: str, document: str = "", *, packed: str = "", sure: bool = True) -> None:
        """Take in the file at ``path``, called ``name``.

        ``packed`` is the sha256 of what stood there when it was packed; not ``sure``: it may be nothing of ours.
        """
        at = Location(name)
        if path.suffix.lower() in SHEETS:
            self._findings.add("edits.sheet", at, name=path.name)
            return
        if any(path.with_name(lock).exists() for lock in _locks(path.name)):
            self._findings.add("edits.in_use", at, name=path.name)
        try:
            data = fs.read(path)
        except OSError as error:
            self._findings.add("edits.unreadable", at, name=path.name, why=why_not_read(error))
            return
        reading, title, generation = _opened(data)
        if reading is None:
            self._findings.add("edits.not_word", at, name=path.name)
            return
        if self._kept is None:
            self._kept = list(keeping.kept_of(self._folder))
            self._by_digest = {keeping.digest(kept): kept for kept in self._kept}
        if packed:
            generation = keeping.made(self._folder).get(packed, "0" * 12)
        kept = self._by_digest.get(generation)
        if kept is None and not document and _DIGEST.fullmatch(generation):  # made of words that nobody kept
            self._findings.add("edits.no_generated", at, name=path.name)
            self._remember(hashlib.sha256(data).hexdigest(), path.name)
            return
        is_known = kept is not None or bool(document)
        if kept is None or (document and kept.document != document):
            kept = self._which(reading, title, path.name, document, sure=sure)
        if kept is None:
            return
        from kaoping.documents.edits.matching import compare

        taken = compare(kept, reading, path.name)
        if len(taken.refused) > _STRANGE and not is_known:
            count = len(taken.refused)
            self._findings.add("edits.stale", at, name=path.name, document=kept.document, count=count)
            return
        self._merge(taken, kept, path.name, sure=sure)
        self._remember(hashlib.sha256(data).hexdigest(), path.name)

    def _remember(self, digest: str, name: str) -> None:
        self._known[digest] = name
        with suppress(OSError):  # then it is taken in once more, which changes nothing
            keeping.note_taken(self._folder, {digest: name})

    def _which(self, reading: Reading, title: str, name: str, document: str, *, sure: bool) -> Kept | None:
        """Return what was generated for a draft that does not say it itself; tells where nobody can say."""
        from kaoping.documents.edits.matching import distance_of, likeness_of

        at = Location(name)
        best: dict[str, float] = {}
        for kept in self._kept or ():
            best[kept.document] = max(best.get(kept.document, 0.0), likeness_of(kept, reading))

        def worked_in(document: str) -> Kept:  # of those alike the latest
            generations = [kept for kept in self._kept or () if kept.document == document]
            return min(generations, key=lambda kept: distance_of(kept, reading))

        if document:
            if document in best:
                return worked_in(document)
            self._findings.add(
                "edits.unknown_document", at, document=document, known="、".join(sorted(best)) or "（无）"
            )
            return None
        ranked = sorted(best, key=lambda document: -best[document])
        if not ranked or best[ranked[0]] < _OURS:
            if sure:
                code = "edits.not_ours" if ranked else "edits.no_generated"
                self._findings.add(code, at, name=name, known="、".join(sorted(best)))
            return None
        near = [document for document in ranked if best[document] >= best[ranked[0]] * _NEXT]
        if len(near) > 1 and title not in near:
            self._findings.add("edits.which", at, name=name, candidates="、".join(near), first=near[0])
            return None
        return worked_in(title if title in near else near[0])

    def _merge(self, taken: Taken, base: Kept, name: str, *, sure: bool) -> None:
        """Put what was taken from one draft to the document's edits, and tell it."""
        document, at = taken.document, Location(name)
        edits = keeping.edits_of(self._folder, document)
        # An edit that says something else by now than in the draft is not the draft's to change: the two are rivals.
        same = {edit.id for edit in edits if base.states.get(edit.id) == edit.state}
        gone = (set(taken.undone) | set(taken.replaced)) & same
        places = {edit.id: index for index, edit in enumerate(edits)}
        kept: list[Edit | None] = [None if edit.id in gone else edit for edit in edits]
        undone = [edit.id for edit in edits if edit.id in taken.undone and edit.id in same]
        ids = keeping.next_id(self._folder)
        new: list[Edit] = []
        for edit in taken.edits:
            standing = [each for each in kept if each is not None]
            if any(_is_same(edit, other) for other in standing):
                continue
            if edit.id in places and kept[places[edit.id]] is None:
                kept[places[edit.id]] = edit
            else:
                edit = replace(edit, id=next(ids))
                kept.append(edit)
            new.append(edit)
        keeping.save(self._folder, document, [edit for edit in kept if edit is not None])
        about = {"document": document, "name": name}
        if new:
            listed = "、".join(f"{edit.id}（{_what(edit)}）" for edit in new)
            self._findings.add("edits.taken", at, **about, count=len(new), listed=listed)
        if undone:
            self._findings.add("edits.undone", at, **about, ids="、".join(undone))
        for refusal in taken.refused:
            source = refusal.figure.source.split("\n")[0] or "程序按记录、细则或模板写的"
            facts = {"typed": refusal.typed, "figure": refusal.figure.text, "source": source}
            self._findings.add("edits.figure", at, **about, **facts)
        for what in taken.left_out:
            self._findings.add("edits.left_out", at, **about, what=what)
        for who, comment, where in taken.comments:
            self._findings.add(
                "edits.comment", at, **about, who=who or "（没有署名）", comment=comment, where=_short(where)
            )
        if taken.tracked:
            self._findings.add("edits.tracked", at, **about, count=taken.tracked)
        nothing = not (new or undone or taken.refused or taken.left_out or taken.comments)
        if nothing and sure:
            self._findings.add("edits.unchanged", at, **about)


def _opened(data: bytes) -> tuple[Reading | None, str, str]:
    """Read a Word file (None where it is none), and from its properties its title and what it was made of."""
    import docx

    from kaoping.documents.edits.blocks import read

    try:
        opened = docx.Document(io.BytesIO(data))
        properties = opened.core_properties
        return read(opened), properties.title or "", properties.identifier or ""
    except Exception:  # whatever python-docx raises for what is no Word file, or a damaged one
        return None, "", ""


def _locks(name: str) -> list[str]:
    """Return the names of the files by which Word, WPS and LibreOffice say that they have ``name`` open."""
    stem = name.rsplit(".", 1)[0]
    cut = 2 if len(stem) > 7 else 1 if len(stem) == 7 else 0
    return [f"~${name[cut:]}", f"~${name}", f".~{name}", f".~lock.{name}#"]


def _is_same(edit: Edit, other: Edit) -> bool:
    """Whether an edit says what another one does, of the same place."""
    if edit.before:
        return edit.is_about(other) and edit.says(other)
    return not other.before and edit.follows == other.follows and edit.says(other)


def _what(edit: Edit) -> str:
    """Say in a few words what an edit does."""
    words = _short("".join(map(plain, edit.after or edit.before)))
    if not edit.before:
        return f"增加“{words}”"
    if not edit.after:
        return f"删去“{words}”"
    return f"移动“{words}”" if edit.follows is not None and edit.after == edit.before else f"改为“{words}”"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}……"


# -- what becomes of them ---------------------------------------------------------------------------------------------


def tell(document: str, outcomes: Sequence[Outcome], findings: Findings) -> None:
    """Tell what became of a document's edits."""
    standing = [outcome.edit for outcome in outcomes if not outcome.trouble]
    if standing:
        ids = "、".join(edit.id for edit in standing)
        findings.add("edits.standing", Location(), document=document, count=len(standing), ids=ids)
    for edit in standing:
        if not edit.after:
            words = _short("".join(map(plain, edit.before)))
            findings.add("edits.deleted", Location(), document=document, id=edit.id, words=words)
    for outcome in outcomes:
        if outcome.trouble:
            findings.add(_OPEN[outcome.trouble], Location(), **choice(document, outcome))


def choice(document: str, outcome: Outcome) -> dict[str, str]:
    """Return what a sentence tells of an edit that nobody has chosen about: which it is, and what each side says."""
    edit = outcome.edit
    says = _short("；".join(map(plain, edit.after))) or "（删去）"
    was, now = (_short("；".join(map(plain, words))) or "（没有）" for words in (edit.before, outcome.now))
    return {"document": document, "id": edit.id, "says": says, "was": was, "now": now}


def keep_generated(folder: Path, kept: Iterable[tuple[Kept, str]]) -> Findings:
    """Keep what documents were made of, by their sha256, so that edits can be told; returns what stood in the way."""
    findings = Findings()
    try:
        for each, sha256 in kept:
            keeping.keep(folder, each, sha256)
    except OSError as error:
        findings.add("edits.not_kept", Location(keeping.FOLDER), why=why_not_written(error))
    return findings


# -- listed, chosen, undone -------------------------------------------------------------------------------------------


def list_edits(folder: Path) -> list[Listed]:
    """Return all edits of the unit with what becomes of each now. Raises KaopingError where it can't be assessed."""
    if not any(keeping.edits_of(folder, document) for document in keeping.documents(folder)):
        return []
    from kaoping.pipeline.assessment import assess

    return list(_listed(assess(folder)))


def edits_of(assessment: Assessment) -> list[Listed]:
    """Return what :func:`list_edits` does, of an assessment that there is."""
    folder = assessment.dossier.folder
    if not any(keeping.edits_of(folder, document) for document in keeping.documents(folder)):
        return []
    return list(_listed(assessment))


def waiting_edits(folder: Path) -> Findings:
    """Return which drafts below 成果/ were changed and are still to be taken in."""
    from kaoping.pipeline.building import DRAFTS, RESULTS

    results = folder / RESULTS
    return tell_waiting(folder, [results / DRAFT, results / FINAL], results / DRAFTS)


def _listed(a: Assessment) -> Iterator[Listed]:
    from kaoping.documents import documents_of
    from kaoping.pipeline._outputs import Outputs

    folder, outputs = a.dossier.folder, Outputs(a)
    kinds = {kind.name: kind for kind in documents_of(a.rubric.pack).values()}
    for document in keeping.documents(folder):
        if document in kinds:
            rendered = outputs.papers.rendered(kinds[document], outputs.context(kinds[document].stem))
            yield from (Listed(document, outcome) for outcome in rendered.outcomes)
        else:  # a document that the unit's pack no longer has
            yield from (Listed(document, Outcome(edit, "gone")) for edit in keeping.edits_of(folder, document))


def choose(folder: Path, keep: Sequence[str] = (), drop: Sequence[str] = ()) -> Findings:
    """Let the edits ``keep`` stand for what is generated now, or for their rivals; take those to ``drop`` out.

    Raises KaopingError, with nothing changed, for an id that is none, and for an edit that has no place to stand.
    """
    findings = Findings()
    edits = {document: keeping.edits_of(folder, document) for document in keeping.documents(folder)}
    known = {edit.id for its in edits.values() for edit in its}
    for id_ in [*keep, *drop]:
        if id_ not in known:
            listed = "、".join(sorted(known)) or "（一条也没有）"
            findings.add("edits.unknown_id", Location(keeping.FOLDER), id=id_, known=listed)
    if findings.errors:
        raise KaopingError(findings)
    left = {document: [edit for edit in its if edit.id not in drop] for document, its in edits.items()}
    if keep:
        for each in list_edits(folder):
            if each.outcome.edit.id in keep:
                left[each.document] = _kept(each, left[each.document], findings)
    if findings.errors:
        raise KaopingError(findings)
    for document, chosen in left.items():
        if chosen != edits[document]:
            keeping.save(folder, document, chosen)
    return findings


def _kept(listed: Listed, edits: Sequence[Edit], findings: Findings) -> list[Edit]:
    """Return a document's edits with one of them standing."""
    edit, at = listed.outcome.edit, Location(f"{keeping.FOLDER}/{listed.document}")
    if listed.outcome.trouble == "gone":
        findings.add("edits.cannot_keep", at, id=edit.id, document=listed.document)
    if listed.outcome.trouble == "rival":
        return [other for other in edits if other.id == edit.id or not _overlap(edit, other)]
    if listed.outcome.trouble == "changed":
        after, loose = carried_over(edit.after, edit.before, listed.outcome.now)
        if loose:
            figures = "、".join(figure.text for figure in loose)
            findings.add("edits.figure_loose", at, id=edit.id, document=listed.document, figures=figures)
        return [replace(edit, before=listed.outcome.now, after=after) if e.id == edit.id else e for e in edits]
    return list(edits)


def _overlap(edit: Edit, other: Edit) -> bool:
    """Whether two edits, of which one is chosen, are about the same words."""
    mine, theirs = ({skeleton(words) for words in each.before} for each in (edit, other))
    return bool(mine & theirs) if mine or theirs else edit.follows == other.follows
