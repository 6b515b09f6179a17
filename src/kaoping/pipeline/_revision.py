"""What a supplement says of the package that it follows: points that moved, pieces that were replaced or withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from kaoping.bundle.plan import WITHDRAWN, claims, replaced_by
from kaoping.core.engine import REPORT_DATE, decisions
from kaoping.core.figures import date_text, number, span_text
from kaoping.core.model import FINAL, LineScore, Piece, ScoreCard, Status
from kaoping.core.supplement import Replaced, Rescored, SubmittedPiece, Supplement
from kaoping.documents import documents_of, supplementary
from kaoping.package.submission import Submission
from kaoping.pipeline.assessment import Assessment
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import added_up
from kaoping.scoring.gaps import find_gaps
from kaoping.sheets.score_table import account

_OPEN = (Status.UNDECIDED, Status.MISSING)
_NOT_APPLICABLE = "不适用"


def supplemented(a: Assessment, handed_in: Submission) -> Assessment:
    """Return the assessment, planned as a supplement to what was handed in, with all that it tells of that.

    A line that is open only because a later program reads the same records otherwise stands as it was handed in; that
    is told.
    """
    before = {str(line["line"]): line for line in handed_in.last["lines"]}
    pieces = _Pieces(a, handed_in)
    touched = pieces.touched()
    card, as_before = a.card, []
    if a.form == FINAL and not handed_in.is_of_this_program(a.rubric.pack.digest()):
        # Whoever decided on a line decides again, where its facts are read otherwise.
        others = touched | {decision.line for decision in decisions(a.dossier)}
        scores: list[LineScore] = []
        for score in a.card.lines:
            kept = None if score.line in others else _as_handed_in(score, before.get(score.line), handed_in)
            as_before += [score.line] if kept is not None else []
            scores.append(kept or score)
        card = added_up(a.rubric, a.dossier, tuple(scores))
    rescored = tuple(_rescored(a.rubric, card, before))
    for line in as_before:
        a.findings.add("build.as_handed_in", line=line, points=number(card.line(line).low))
    supplement = Supplement(
        form=FINAL,
        base=handed_in.digest,
        first_dated=handed_in.first_dated,
        last_dated=handed_in.last_dated,
        before={line: _written(entry) for line, entry in before.items()},
        totals={name: _written(total) for name, total in handed_in.last["totals"].items() if isinstance(total, dict)},
        rescored=rescored,
        added=tuple(piece for piece in a.plan.pieces if not piece.replaces),
        replaced=pieces.replaced,
        withdrawn=pieces.withdrawn,
        pieces=pieces.with_fates(),
        lines=pieces.lines(card),
        numbers={path: piece.number for path, piece in pieces.known.items()},
        concerned=touched | {its.line for its in rescored},
        as_before=tuple(as_before),
    )
    _tell_day(a, supplement)
    _tell_stale(a, supplement, handed_in)
    if not supplementary(a.rubric.pack):
        a.findings.add("build.no_letter", pack=a.rubric.pack.title)
    return replace(a, card=card, gaps=find_gaps(a.rubric, a.dossier, card, a.deadlines), supplement=supplement)


class _Pieces:
    """What became of the evidence that was handed in."""

    def __init__(self, a: Assessment, handed_in: Submission) -> None:
        self.a = a
        self.submitted = handed_in.pieces
        evidence = a.dossier.evidence
        self.known = self.submitted.known(evidence)
        standing = {piece.number: piece for piece in self.submitted.standing.values()}
        self.replaced = tuple(Replaced(standing[new.replaces], new) for new in a.plan.pieces if new.replaces)
        kept = {piece.number for piece in self.known.values()} | {its.old.number for its in self.replaced}
        self.withdrawn = tuple(piece for number, piece in standing.items() if number not in kept)

    def with_fates(self) -> tuple[SubmittedPiece, ...]:
        """Return all that was handed in, with what becomes of it by this supplement."""
        fates = {its.old.number: replaced_by(its.new.number) for its in self.replaced}
        fates |= {piece.number: WITHDRAWN for piece in self.withdrawn}
        return tuple(replace(piece, fate=fates.get(piece.number, piece.fate)) for piece in self.submitted.pieces)

    def touched(self) -> frozenset[str]:
        """Return the lines whose evidence is other than it was."""
        changed: list[Piece | SubmittedPiece] = [
            *self.a.plan.pieces,
            *self.withdrawn,
            *(its.old for its in self.replaced),
        ]
        return frozenset(filter(None, (line for piece in changed for line in (piece.line, *piece.also))))

    def lines(self, card: ScoreCard) -> dict[str, tuple[str, ...]]:
        """Return, by the number of each piece that stands, the lines that it proves today."""
        proved = claims(self.a.rubric, card, self.a.dossier.evidence).lines
        return {piece.number: proved.get(path, ()) for path, piece in self.known.items()}


def _rescored(rubric: Rubric, card: ScoreCard, before: Mapping[str, Mapping[str, Any]]) -> Iterator[Rescored]:
    for score in card.lines:
        entry = before.get(score.line)
        old, new = _written(entry) if entry is not None else "", _shown(score)
        if old != new:
            called = rubric.called(score.line) or score.line
            yield Rescored(score.line, called, score.title, old, new, tuple(account(score)))


def _shown(score: LineScore) -> str:
    return _NOT_APPLICABLE if score.status is Status.NOT_APPLICABLE else span_text(score.low, score.high)


def _written(entry: Mapping[str, Any]) -> str:
    """Return points as kaoping.json states them; the two ends where they are open."""
    if entry.get("status") == Status.NOT_APPLICABLE:
        return _NOT_APPLICABLE
    low, high = (Fraction(str(entry.get(key, entry["points"]))) for key in ("min", "max"))
    return span_text(low, high)


def _as_handed_in(score: LineScore, entry: Mapping[str, Any] | None, handed_in: Submission) -> LineScore | None:
    """Return an open line with the points that it was handed in with, where they are still possible."""
    if entry is None or entry["status"] != Status.SCORED or score.status not in _OPEN:
        return None
    points = Fraction(str(entry["points"]))
    if not score.low <= points <= score.high:
        return None
    day = date_text(handed_in.last_dated) if handed_in.last_dated else "原来"
    because = (f"按{day}报送的自评分计",)
    return replace(score, low=points, high=points, status=Status.SCORED, because=because, parts=())


def _tell_stale(a: Assessment, supplement: Supplement, handed_in: Submission) -> None:
    """Tell of what was handed in that states points which have moved since: a supplement does not bring it anew."""
    there = {Path(str(file["path"])).stem for file in handed_in.first["files"]}
    brought = supplementary(a.rubric.pack)
    kinds = documents_of(a.rubric.pack).values()
    stale = [its.name for its in kinds if its.totals and its.stem not in brought and its.name in there]
    if supplement.rescored and stale:
        a.findings.add("build.papers_stand", names="、".join(f"《{name}》" for name in stale), first=stale[0])


def _tell_day(a: Assessment, supplement: Supplement) -> None:
    """Tell a 报送日期 that is still that of what was handed in before."""
    if a.form == FINAL and a.dated is not None and a.dated == supplement.last_dated:
        a.findings.add("build.same_day", a.dossier.unit.at.at(REPORT_DATE), day=date_text(a.dated))
