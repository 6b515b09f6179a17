"""A unit's folder: made, its workbook made anew, its records in the other form, decisions and a calendar put in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from kaoping.core import fs, packs
from kaoping.core.engine import acceptances, decisions, judgements
from kaoping.core.errors import KaopingError, why_not_written
from kaoping.core.file_names import is_nobodys
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, Location
from kaoping.core.schema import Field
from kaoping.documents.kinds import OWN_TEMPLATES
from kaoping.pipeline._blanks import tell_blanks
from kaoping.pipeline._blockers import holds
from kaoping.pipeline._intake import without_evidence
from kaoping.pipeline._last_year import carry_photos
from kaoping.pipeline._offer import offered_kinds
from kaoping.pipeline.assessment import Assessment, Progress, assess, assess_folder, verdict_store
from kaoping.pipeline.books import Books
from kaoping.pipeline.building import RESULTS
from kaoping.records.entry import Recorded
from kaoping.records.export import export as write_out
from kaoping.records.next_year import NewYear, begin_year
from kaoping.records.renewal import Renewed, lacking
from kaoping.records.renewal import renew as make_anew
from kaoping.records.starter import not_made, start
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from kaoping.scoring.accept import Wanted as Acceptance
from kaoping.scoring.accept import code_named, record_acceptance
from kaoping.scoring.accept import take_back as take_acceptance_back
from kaoping.scoring.decide import Wanted, record_decision, take_back, tell_open
from kaoping.scoring.judgements import Wanted as Judging
from kaoping.scoring.judgements import record_judgement
from kaoping.scoring.judgements import take_back as take_judgement_back
from kaoping.sheets.ics import NAME, write_calendar

EXPORTS = "导出"
_LOOKS = "去年照片的样子，用来认出今年又用的同一张"
#: How the folder is assessed where somebody knows of it already.
Look = Callable[[], Assessment]


def init(folder: Path, pack: str = "", extra: Sequence[str] = (), facts: Mapping[str, str] | None = None) -> list[Path]:
    """Make a new unit folder, its workbook in it; returns what was made. Raises KaopingError where there is one.

    ``pack`` names its pack (or is the path of one); ``extra`` the documents, wings and kinds whose sheets it shall have
    besides those that the pack's lines need; ``facts`` what is known of the unit, field → text. A pack that the unit
    would not find is copied into its 规则包.
    """
    its = load(packs.asked(pack, folder))
    brought = packs.strange(its.pack, folder)
    made = start(folder, its, offered_kinds(its, extra), {**facts, "rubric": its.pack.id} if facts else {})
    try:
        return made + _bring(brought, folder)
    except KaopingError:
        for path in made:
            fs.remove(path)
        raise


def first_facts(pack: str = "") -> tuple[Rubric, list[Field]]:
    """Return a pack's rubric, and the facts of a unit that its year can't begin without. Raises KaopingError."""
    its = load(packs.asked(pack))
    return its, [field for field in its.pack.vocabulary.unit.fields if field.required]


def renew(folder: Path, pack: str = "", extra: Sequence[str] = ()) -> Renewed:
    """Make the unit's workbook anew for its (or another) pack, keeping what was filled in. Raises KaopingError.

    Another pack that the unit would not find is copied into its 规则包.
    """
    name = ""
    brought: list[Path] = []
    if pack:
        its = packs.asked(pack, folder)
        name, brought = its.id, _bring(packs.strange(its, folder), folder)
    try:
        return make_anew(folder, lambda its: offered_kinds(its, extra), name)
    except KaopingError:
        for path in brought:
            fs.remove(path)
        raise


def outdated_form(books: Books) -> list[str]:
    """Say what the unit's workbook lacks that one made anew (:func:`renew`) has; nothing where there is no workbook."""
    filled = books.sources.filled
    if filled is None or books.rubric is None:
        return []
    return lacking(filled, books.rubric, offered_kinds(books.rubric))


def new_year(before: Path, folder: Path, year: int, pack: str = "") -> NewYear:
    """Make the folder of a new ``year`` from last year's ``before``: who there is goes on, what was done does not.

    ``pack`` names its pack, where it is another than last year's. Raises KaopingError, making nothing, where last
    year's records can't be read, or ``folder`` holds a unit already. What last year's photos look like goes along;
    those that nobody has looked at yet are looked at. Where that can't be, it is told, and the folder stands.
    """
    new = begin_year(before, folder, year, offered_kinds, pack, (packs.FOLDER, OWN_TEMPLATES))
    at = Location(before.name)
    try:
        with verdict_store(lasting=True) as store:
            dossier = assess_folder(before, store, DRAFT, read_for=0.0).dossier
        if carry_photos(dossier, folder):
            return replace(new, settings=(*new.settings, _LOOKS))
    except KaopingError as error:
        new.findings.add("init.photos_left", at, why=Findings(error.findings).sorted()[0].problem.rstrip("。"))
    except OSError as error:
        new.findings.add("init.photos_left", at, why=why_not_written(error))
    return new


def _bring(brought: Sequence[tuple[Path, Path]], folder: Path) -> list[Path]:
    """Copy packs into the unit's 规则包; returns their folders there."""
    targets = [target for _, target in brought]
    try:
        for source, target in brought:
            for file in sorted(source.rglob("*")):
                inside = file.relative_to(source)
                if file.is_file() and not any(part == "__pycache__" or is_nobodys(part) for part in inside.parts):
                    fs.mkdir((target / inside).parent)
                    fs.copy(file, target / inside)
    except OSError as error:
        for target in targets:
            fs.remove(target)
        raise not_made(folder, error) from None
    return targets


def export(folder: Path, target: Path | None = None, form: str = "") -> tuple[list[Path], Findings]:
    """Write the unit's records in the other form, to ``target`` or 导出/; returns the files. Raises KaopingError."""
    return write_out(folder, target or folder / EXPORTS, offered_kinds, form)


def decide(
    folder: Path,
    line: str,
    points: str,
    *,
    reason: str,
    who: str,
    when: str,
    anew: bool = False,
    look: Look | None = None,
) -> Recorded:
    """Record a decision on an undecided line or part: in the workbook's sheet, or in a file of records/.

    ``when`` is a day as people write it; one without its year is one of the unit's year. One that is there already is
    replaced if it shall be made ``anew``. What is to be known of it, and what stays open beside it, is in its findings;
    ``look`` is how a session assesses the folder. Raises KaopingError, writing nothing, where it can't stand.
    """
    look = look or partial(assess, folder)
    before = look()
    kinds, wanted = before.rubric.pack.kinds, Wanted(line, points, reason, who, when, anew)
    done = record_decision(folder, before.card, kinds, decisions(before.dossier), before.dossier.year, wanted)
    _tell_left(look, line, before, done)
    return done


def _tell_left(look: Look, line: str, before: Assessment, done: Recorded) -> None:
    """Tell what the unit looks like with the decision in it: what was not found before, and what it leaves open."""
    try:
        after = look()
    except KaopingError as error:  # it is written all the same
        done.findings.extend(error.findings)
        return
    known = {(its.code, its.problem) for its in before.findings}
    done.findings.extend(its for its in after.findings if (its.code, its.problem) not in known)
    tell_open(after.card, line, done)
    score = next(its for its in after.card.lines if line in (its.line, *(part.part for part in its.parts)))
    if score.role == "base" and score.of is not None and score.high < score.of:
        tell_blanks(after, score.line, done.places[0], done.findings)


def undecide(folder: Path, line: str, *, look: Look | None = None) -> Recorded:
    """Take back the decision on a line or part, wherever the program can write; returns where it stood.

    ``look`` is how a session assesses the folder. Raises KaopingError, touching nothing, where there is none or its
    place can't be written to.
    """
    dossier = look().dossier if look is not None else without_evidence(folder).dossier
    return take_back(folder, dossier.pack.kinds, decisions(dossier), line)


def judge(
    folder: Path,
    line: str,
    part: str,
    choice: str,
    *,
    reason: str,
    who: str,
    when: str,
    look: Look | None = None,
) -> Recorded:
    """Record a judgement on a line, or on its ``part``: in the workbook, or in a file of records/; over the one there.

    ``when`` is a day as people write it; ``look`` is how a session assesses the folder. Raises KaopingError, writing
    nothing, where it can't stand, KeyError for an unknown line.
    """
    a = look() if look is not None else without_evidence(folder)
    dossier, wanted = a.dossier, Judging(line, part, choice, reason, who, when)
    its = a.rubric.line(line)
    return record_judgement(folder, dossier.pack.kinds, judgements(dossier, every=True), its, dossier.year, wanted)


def unjudge(folder: Path, line: str, part: str, *, look: Look | None = None) -> Recorded:
    """Take a judgement back, wherever the program can write; raises KaopingError, touching nothing, where it can't."""
    dossier = look().dossier if look is not None else without_evidence(folder).dossier
    return take_judgement_back(folder, dossier.pack.kinds, judgements(dossier, every=True), line, part)


def accept(
    folder: Path, what: str, about: str, *, reason: str, who: str, when: str = "", look: Look | None = None
) -> Recorded:
    """Record that the unit hands something in as it is: in the workbook's sheet, or in a file of records/.

    ``what`` is a finding's code or what its catalogue calls it (个人信息), ``about`` the path of a file, the id of a
    line, or a record's kind and id; ``when`` a day as people write it. It holds for the content that there is now.
    ``look`` is how a session assesses the folder. Raises KaopingError, writing nothing, for what nobody may accept, and
    where there is nothing of the sort.
    """
    code_named(what)  # what may never be accepted is refused before anything is looked at
    a = look() if look is not None else assess(folder)
    targets, wanted = [hold.target for hold in holds(a)], Acceptance(what, about, reason, who, when)
    return record_acceptance(folder, a.rubric.pack.kinds, targets, acceptances(a.dossier), a.dossier.year, wanted)


def unaccept(folder: Path, what: str, about: str, *, look: Look | None = None) -> Recorded:
    """Take back what the unit accepted, wherever the program can write; returns where it stood.

    ``look`` is how a session assesses the folder. Raises KaopingError, touching nothing, where there is none or its
    place can't be written to.
    """
    dossier = look().dossier if look is not None else without_evidence(folder).dossier
    return take_acceptance_back(folder, dossier.pack.kinds, acceptances(dossier), what, about)


def calendar(
    folder: Path, out: Path | None = None, *, cache: bool = True, progress: Progress | None = None
) -> tuple[Path, Assessment]:
    """Write the unit's deadlines that have a date as iCalendar, to ``out`` or 成果/期限.ics. Raises KaopingError."""
    a = assess(folder, cache=cache, progress=progress)
    target = out or folder / RESULTS / NAME
    write_calendar(target, [deadline for deadline in a.deadlines if deadline.day], a.dossier.unit, a.rubric.id)
    return target, a
