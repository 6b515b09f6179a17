"""A rubric as an office sent it: read, made a pack, its rules confirmed line by line, compared with another year's."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from kaoping.codification.draft_file import DRAFT, read_draft
from kaoping.codification.line_rules import Answered, LineRule, confirmed, line_rules, sources_for
from kaoping.codification.pack_files import Confirmed, is_by_hand, pack_files, rubric_text
from kaoping.codification.review_answers import REVIEW, Review, read_review, review_text
from kaoping.codification.review_book import (
    BOOK,
    BY_HAND,
    CHANGE,
    CONFIRM,
    DECLARED,
    Asked,
    answers_in,
    asked_of,
    book_of,
    marked,
    rule_of,
    verdicts_on,
    words_of,
)
from kaoping.codification.tables.draft import Draft
from kaoping.codification.tables.drafting import draft_of
from kaoping.codification.tables.paper import read_paper
from kaoping.codification.year_book import YEAR_BOOK, book_of_years
from kaoping.codification.year_on_year import Sided, YearOnYear, compare_years, sides_of_draft, sides_of_rubric
from kaoping.core import engine, fs, packs, yamltree
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location, ScoreCard
from kaoping.core.packs.description import FILE, ID_HINT, is_id
from kaoping.core.packs.vocabulary import wider
from kaoping.core.schema import Kind
from kaoping.pipeline._intake import dossier_under
from kaoping.records.grids.grid import SpreadsheetError
from kaoping.records.grids.read import read_spreadsheet
from kaoping.rubric.layers import FILE as RUBRIC
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import score


@dataclass(frozen=True, slots=True)
class ReadRubric:
    """A rubric that was read: its draft, all that was found, the files that were written."""

    draft: Draft
    findings: Findings
    files: tuple[Path, ...] = ()


def read_rubric(path: Path, out: Path | None = None, year: int = 0, earlier: Path | None = None) -> ReadRubric:
    """Read the rubric in the file at ``path``; with ``out`` write the pack into that folder, whose name is its id.

    ``year`` stands where the paper states none; of the pack in the folder ``earlier`` the answers are taken over for
    lines that are the same. The workbook in which its rules are confirmed lies in the pack. Raises KaopingError,
    writing nothing, where the file can't be read, holds no rubric, or something stands in the folder.
    """
    findings = Findings()
    draft = draft_of(read_paper(path), findings)
    if not draft.lines:
        raise KaopingError(findings.sorted())
    if out is None:
        return ReadRubric(draft, findings)
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]):
        raise refused("pack.exists", Location(out.name), name=str(out))
    if not is_id(out.name):
        expected = f"{ID_HINT}；文件夹名就是编号"
        raise refused("pack.expected", Location(out.name), path="id", expected=expected)
    files = pack_files(draft, out.name, draft.year or year)
    written = _write(out, {name: text.encode() for name, text in files.items()})
    rules = line_rules(draft)
    known = _carried(read_review(earlier), rules) if earlier is not None else Review()
    _kept(out, draft, rules, known, findings)
    written.append(out / BOOK)
    return ReadRubric(draft, findings, tuple(written))


def _write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    written: list[Path] = []
    try:
        fs.mkdir(folder)
        for name, data in files.items():
            fs.write_whole(folder / name, data)
            written.append(folder / name)
    except OSError as error:
        raise refused("init.cannot_make", Location(folder.name), name=str(folder), why=why_not_written(error)) from None
    return written


# -- rules confirmed --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review came to: of how many lines the rule stands, how many are scored by hand, how many nobody judged."""

    standing: int
    by_hand: int
    open: int
    findings: Findings


def review_rubric(pack: Path, book: Path | None = None) -> Reviewed:
    """Take the answers in the workbook of a pack (``book``, or the one that lies in it) into its rubric.

    What is not confirmed stays scored by hand. Raises KaopingError, changing nothing, where there is no workbook or no
    draft, or rubric.yaml was changed by hand since.
    """
    findings = Findings()
    draft, rules = _understood(pack / DRAFT, _digest(pack / DRAFT))
    path = book or pack / BOOK
    try:
        sheets = read_spreadsheet(path)
    except SpreadsheetError as error:
        raise refused(error.code, Location(path.name), **error.facts) from None
    kept = read_review(pack)
    answers = answers_in(sheets, path.name, rules, kept, _countable(pack), findings)
    if any(finding.code == "codification.no_review" for finding in findings):
        raise KaopingError(findings.sorted())
    taken, standing = _kept(pack, draft, rules, _with(kept, answers), findings)
    return _reviewed(draft, taken, standing, findings)


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A review to go on with: what was understood of each line, what was answered, what may be counted.

    ``seal`` tells whether the answers are still those; ``is_filled`` that the workbook has some that were not taken in.
    """

    draft: Draft
    rules: Sequence[LineRule]
    asked: Sequence[Asked]
    review: Review
    kinds: Mapping[str, Kind]
    standing: Collection[str]  # lines whose rule scores
    seal: str
    is_filled: bool

    def words(self, rule: LineRule) -> list[tuple[str, bool]]:
        """Return the words of a line in pieces, and of each whether nothing in its rule explains it."""
        return list(marked(words_of(rule.line), rule.unread))

    def rule(self, rule: LineRule) -> str:
        """Return what was understood in a sentence, or that nothing was."""
        return rule_of(rule)

    def verdicts(self, rule: LineRule) -> list[str]:
        """Return what may be said of the rule."""
        return verdicts_on(rule)

    def sources(self, rule: LineRule) -> list[tuple[str, str]]:
        """Return the kinds of records whose number may be the line's: name and words. None where it has no number."""
        kinds = [(kind.name, f"{kind.title}的条数") for kind in sources_for(rule, self.kinds)]
        return [("", DECLARED), *kinds] if rule.numbers else []

    def about(self, rule: LineRule) -> Answered:
        """Return what was answered about the line itself."""
        return self.review.lines.get(rule.line.fingerprint, Answered())

    def amiss(self, rule: LineRule, given: Answered) -> dict[str, str]:
        """Return what is wrong with an answer about a line, by its field, in a clerk's words."""
        wrong: dict[str, str] = {}
        readings = {question.id: question.readings for question in rule.questions}
        if given.verdict not in ("", *self.verdicts(rule)):
            wrong["verdict"] = f"只能选：{'、'.join(self.verdicts(rule))}。"
        if given.verdict == CHANGE and not given.words:
            wrong["words"] = "选了“改”的，写一句程序读得懂的话，如：每少1次扣1分，扣完为止。"
        if given.verdict != CHANGE and given.words:
            wrong["words"] = "写了改成什么的，处理要选“改”；不改的，把这一栏清空。"
        if given.source not in (name for name, _ in self.sources(rule) or [("", "")]):
            wrong["source"] = "数从哪里来，从列出的里选。"
        if any(answer not in readings.get(name, ()) for name, answer in given.answers.items()):
            wrong["answers"] = "答复从列出的里选。"
        return wrong

    def why_not(self, rule: LineRule) -> str:
        """Return why a rule that was confirmed does not score; "" where it does, or nobody confirmed it."""
        its = self.review.about(rule.line.fingerprint)
        if its.verdict not in (CONFIRM, CHANGE) or rule.line.id in self.standing:
            return ""
        done = confirmed(rule.line, its)
        return done if isinstance(done, str) else "按它写成的规则装不进细则"


def open_review(pack: Path) -> OpenReview:
    """Return the review of the pack in the folder ``pack``; raises KaopingError where it has no draft."""
    draft, rules = _understood(pack / DRAFT, _digest(pack / DRAFT))
    review, kinds = read_review(pack), _countable(pack)
    standing = _scored(pack / RUBRIC, _digest(pack / RUBRIC))
    is_filled = bool(review.book) and _digest(pack / BOOK) not in ("", review.book)
    return OpenReview(draft, rules, asked_of(rules), review, kinds, standing, _seal(pack), is_filled)


def has_review(pack: Path) -> bool:
    """Whether the pack was read from a paper, so that its rules can be reviewed."""
    return (pack / DRAFT).is_file()


def take_answers(pack: Path, seal: str, shared: Mapping[str, Answered], lines: Mapping[str, Answered]) -> Reviewed:
    """Take answers to shared questions, by question, and about lines, by fingerprint, beside those that there are.

    An empty one takes back what was answered. Raises KaopingError, changing nothing, where the answers are others than
    when ``seal`` was made, the workbook holds some that were not taken in, or rubric.yaml was changed by hand since.
    """
    its = open_review(pack)
    if seal != its.seal:
        raise refused("codification.review_moved", Location(f"{pack.name}/{REVIEW}"), name=pack.name)
    if its.is_filled:
        raise refused("codification.book_waiting", Location(f"{pack.name}/{BOOK}"), name=BOOK)
    findings = Findings()
    taken, standing = _kept(pack, its.draft, its.rules, _with(its.review, Review(shared, lines)), findings)
    return _reviewed(its.draft, taken, standing, findings)


def _with(kept: Review, answers: Review) -> Review:
    shared, lines = {**kept.shared, **answers.shared}, {**kept.lines, **answers.lines}
    return replace(kept, shared=_given(shared), lines=_given(lines))


@lru_cache(maxsize=2)
def _scored(path: Path, digest: str) -> Sequence[str]:
    """The lines of the rubric at ``path``, whose content is ``digest``, that a rule scores, and no person."""
    node = yamltree.read(path, RUBRIC, Findings())
    plain: Any = node.plain() if node is not None else {}
    lines = [line for section in plain.get("sections", ()) for line in section.get("lines", ())]
    return tuple(str(line["line"]) for line in lines if not is_by_hand(line.get("rule")))


def _seal(pack: Path) -> str:
    return hashlib.sha256(f"{_digest(pack / REVIEW)}{_digest(pack / RUBRIC)}".encode()).hexdigest()[:16]


@lru_cache(maxsize=2)
def _understood(path: Path, digest: str) -> tuple[Draft, Sequence[LineRule]]:
    """The draft at ``path``, whose content is ``digest``, and what is understood of it, with its tables of values."""
    draft = read_draft(path.parent)
    return draft, line_rules(draft)


def _reviewed(draft: Draft, taken: Review, standing: Collection[str], findings: Findings) -> Reviewed:
    verdicts = [taken.about(line.fingerprint).verdict for line in draft.lines]
    by_hand = verdicts.count(BY_HAND)
    return Reviewed(len(standing), by_hand, len(verdicts) - len(standing) - by_hand, findings)


def _given(answers: Mapping[str, Answered]) -> dict[str, Answered]:
    return {name: its for name, its in answers.items() if its != Answered()}


def _carried(earlier: Review, rules: Sequence[LineRule]) -> Review:
    """What was answered another year about lines that are the same, and about questions that they share."""
    marks = {rule.line.fingerprint for rule in rules}
    return Review(earlier.shared, {mark: its for mark, its in earlier.lines.items() if mark in marks})


def _countable(pack: Path) -> Mapping[str, Kind]:
    """The kinds of records that may be counted: the pack's own and the common stock's that refer to no other."""
    return _kinds_of(pack, tuple((path.name, _digest(path)) for path in [pack / FILE, *pack.glob("records/*.yaml")]))


@lru_cache(maxsize=2)
def _kinds_of(pack: Path, files: Sequence[tuple[str, str]]) -> Mapping[str, Kind]:
    """The kinds of a pack whose ``files`` that name them have these digests."""
    vocabulary = packs.at(pack).vocabulary
    kinds = wider(vocabulary).kinds
    alone = {name: kind for name, kind in kinds.items() if not kind.foreign and not kind.single}
    return {name: kind for name, kind in alone.items() if name not in engine.KINDS}


def _standing(rules: Sequence[LineRule], review: Review, findings: Findings) -> dict[str, tuple[Confirmed, Answered]]:
    standing: dict[str, tuple[Confirmed, Answered]] = {}
    for rule in rules:
        its = review.about(rule.line.fingerprint)
        if its.verdict not in (CONFIRM, CHANGE):
            continue
        done = confirmed(rule.line, its)
        if isinstance(done, str):
            findings.add("codification.not_confirmed", rule.line.at, line=rule.line.id, why=done)
        else:
            standing[rule.line.id] = done, its
    return standing


def _kept(
    pack: Path, draft: Draft, rules: Sequence[LineRule], review: Review, findings: Findings
) -> tuple[Review, Collection[str]]:
    """Keep the answers: in the workbook first, which may be open in Excel, then in the rubric."""
    if review.digest and _digest(pack / RUBRIC) != review.digest:
        raise refused("codification.changed_by_hand", Location(f"{pack.name}/{RUBRIC}"), name=pack.name)
    book = book_of(draft, rules, review, _countable(pack))
    _write(pack, {BOOK: book})
    review = replace(review, book=_digest(pack / BOOK))
    return _applied(pack, draft, rules, review, findings)


def _applied(
    pack: Path, draft: Draft, rules: Sequence[LineRule], review: Review, findings: Findings
) -> tuple[Review, Collection[str]]:
    """Write the rules that stand into the pack's rubric; those that it would not load with are left to a person.

    Returns the answers as they are kept, and the lines whose rule stands.
    """
    standing = _standing(rules, review, findings)
    while True:
        text = rubric_text(draft, pack.name, {id_: its for id_, (its, _) in standing.items()})
        kinds = dict.fromkeys(answered.source for _, answered in standing.values() if answered.source)
        wrong = _why_not_loaded(pack, draft, text, list(kinds)) if standing else {}
        unfit = {line: why for line, why in wrong.items() if line in standing}
        if not unfit and wrong:  # what is wrong stands at no line: no rule can be trusted
            unfit = dict.fromkeys(standing, next(iter(wrong.values())))
        if not unfit:
            break
        for line, why in unfit.items():
            at = next(its.at for its in draft.lines if its.id == line)
            findings.add("codification.not_confirmed", at, line=line, why=why)
            del standing[line]
    done = replace(review, digest=hashlib.sha256(text.encode()).hexdigest())
    described = _with_kinds((pack / FILE).read_text("utf-8"), list(kinds))
    _write(pack, {RUBRIC: text.encode(), FILE: described.encode(), REVIEW: review_text(done).encode()})
    return done, standing


def _digest(path: Path) -> str:
    return hashlib.sha256(fs.read(path).replace(b"\r\n", b"\n")).hexdigest() if path.is_file() else ""


def _with_kinds(text: str, kinds: Sequence[str]) -> str:
    """The description with further kinds of records, where they are written in a line."""
    match = re.search(r"^kinds:\s*\[(.*?)\]", text, re.MULTILINE)
    if match is None:
        return text
    named = dict.fromkeys([*filter(None, map(str.strip, match[1].split(","))), *kinds])
    return f"{text[: match.start()]}kinds: [{', '.join(named)}]{text[match.end() :]}"


def _why_not_loaded(pack: Path, draft: Draft, rubric: str, kinds: Sequence[str]) -> dict[str, str]:
    """By line, why the rubric can't be loaded with its rule; tried on a copy beside nothing of the unit's."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, pack.name)
        for path in pack.rglob("*"):
            if path.is_file() and path.name not in (RUBRIC, DRAFT, BOOK, REVIEW):
                fs.mkdir((copy / path.relative_to(pack)).parent)
                fs.copy(path, copy / path.relative_to(pack))
        fs.write_bytes(copy / FILE, _with_kinds((copy / FILE).read_text("utf-8"), kinds).encode())
        fs.write_bytes(copy / RUBRIC, rubric.encode())
        try:
            load(packs.at(copy))
        except KaopingError as error:
            return _by_line(draft, error)
    return {}


def _by_line(draft: Draft, error: KaopingError) -> dict[str, str]:
    sections = [lines for section in draft.sections if (lines := draft.of_section(section.id))]
    whys: dict[str, str] = {}
    for finding in error.findings:
        match = re.match(r"sections\[(\d+)\]\.lines\[(\d+)\]", finding.at.path)
        line = sections[int(match[1]) - 1][int(match[2]) - 1].id if match is not None else ""
        whys.setdefault(line, re.sub(r"^“[^”]*”处", "", finding.problem).rstrip("。"))
    return whys


# -- two years --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RubricDiff:
    """Two rubrics compared: what each is called, what became of the lines, and a unit's records under both."""

    titles: tuple[str, str]
    compared: YearOnYear
    kinds: Mapping[str, str] = field(default_factory=dict)  # record kind → its title
    cards: tuple[ScoreCard, ScoreCard] | None = None


def diff_rubrics(before: str, after: str, unit: Path | None = None) -> RubricDiff:
    """Compare two rubrics: packs by id or folder, or files as offices sent them.

    With ``unit`` its records, without its evidence, are scored under both. Raises KaopingError where one can't be read,
    or a unit is to be scored by a file that is no pack yet.
    """
    old, new = _side(before, unit), _side(after, unit)
    cards = None
    if unit is not None:
        for name, side in ((before, old), (after, new)):
            if side.rubric is None:
                raise refused("codification.not_a_pack", Location(Path(name).name), name=Path(name).name)
        cards = _card(unit, old.rubric), _card(unit, new.rubric)
    kinds = {name: kind.title for side in (new, old) if side.rubric for name, kind in side.rubric.pack.kinds.items()}
    return RubricDiff((old.title, new.title), compare_years(old.lines, new.lines), kinds, cards)


def write_diff(diff: RubricDiff, path: Path) -> Path:
    """Write the comparison as a workbook to ``path``, or where that is a folder as 差异表.xlsx into it; return where.

    Raises KaopingError where it can't be written.
    """
    path = path / YEAR_BOOK if path.is_dir() else path
    if path.suffix.lower() != ".xlsx":
        path = path.with_name(f"{path.name}.xlsx")
    data = book_of_years(diff.titles, diff.compared, diff.kinds, diff.cards)
    try:
        fs.mkdir(path.parent)
        fs.write_whole(path, data)
    except OSError as error:
        raise refused("init.cannot_make", Location(path.name), name=str(path), why=why_not_written(error)) from None
    return path


@dataclass(frozen=True, slots=True)
class _Side:
    title: str
    lines: Sequence[Sided]
    rubric: Rubric | None = None


def _side(name: str, unit: Path | None) -> _Side:
    path = Path(name)
    if path.is_file() and path.name != FILE:
        draft = read_rubric(path).draft
        return _Side(draft.title or path.name, sides_of_draft(draft))
    rubric = load(packs.asked(name, unit))
    return _Side(rubric.title, sides_of_rubric(rubric), rubric)


def _card(unit: Path, rubric: Rubric | None) -> ScoreCard:
    assert rubric is not None, "a side without a rubric was refused"
    return score(rubric, dossier_under(unit, rubric.pack), Findings())
