"""The score card: every line by its own kind, then the groups, then the totals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from kaoping.core.engine import JUDGEMENT, unit_name
from kaoping.core.figures import unproven_text
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Graded, LineScore, PartScore, ScoreCard, Status, Table, Total, Unreadable, Value
from kaoping.core.workings import Workings
from kaoping.rubric.nodes import Exemption, Group, Line, Rubric
from kaoping.rubric.rules.choices import choices
from kaoping.rubric.rules.combine import Met, Sum
from kaoping.rubric.rules.evaluation import Context, Interval, Outcome, Truth, joined
from kaoping.scoring import _groups
from kaoping.scoring._record_checks import RecordChecks
from kaoping.scoring._settler import ZERO, Settled, Settler, digest_of, merged_uses

_TINY = Fraction(1, 10**9)


def score(
    rubric: Rubric,
    dossier: Dossier,
    findings: Findings,
    only: Collection[str] | None = None,
    workings: Workings | None = None,
) -> ScoreCard:
    """Return the score card of ``dossier``.

    What the clerk should know about judgements, decisions and indicators goes to ``findings``. With ``only`` (worked
    cases) no other lines are scored. With ``workings`` of an earlier scoring only what depends on a table that is
    another now is worked out again.
    """
    scored = tuple(line for line in rubric.lines if only is None or line.id in only)
    workings = workings or Workings()
    settler = Settler(rubric, _offered_alone(rubric, workings.on(dossier, rubric), workings), findings, workings)
    scores = {line.id: _Line(settler, line).score() for line in scored}
    for group in rubric.groups:
        if group.all_met:
            _groups.settle(group, scores)
        if group.veto is not None:
            _groups.veto(settler, group, scores)
        if group.cap is not None:
            _groups.cap(settler, group, scores)
    RecordChecks(settler, scored).run()
    done = tuple(scores.values())
    if only is None:  # which files no line takes is known where all are scored
        done = tuple(settler.proofs.completed(done, findings))
    return added_up(rubric, dossier, done)


def _offered_alone(rubric: Rubric, dossier: Dossier, workings: Workings) -> Dossier:
    """The dossier with every choice that its line does not offer as one that can't be read: nothing follows from it."""
    table = dossier.table(JUDGEMENT)
    if table is None:
        return dossier
    return workings.instead(dossier, workings.recall("offered", lambda: _offered(rubric, table), JUDGEMENT))


def _offered(rubric: Rubric, table: Table) -> Table:
    lines = {line.id: line for line in rubric.lines}
    cells: list[Value] = []
    for record in table:
        line = lines.get(str(record["line"]))
        options = choices(line.rule, str(record["part"] or "")) if line is not None else ()
        choice = record["choice"]
        cells.append(Unreadable(choice) if isinstance(choice, str) and options and choice not in options else choice)
    return replace(table, columns={**table.columns, "choice": cells})


def added_up(rubric: Rubric, dossier: Dossier, lines: tuple[LineScore, ...]) -> ScoreCard:
    """Return the card of ``lines`` with its totals."""

    def total(role: str | None) -> Total:
        scores = [s for s in lines if role is None or s.role == role]
        of = sum((s.of or ZERO for s in scores if s.status is not Status.NOT_APPLICABLE), ZERO)
        return Total(
            sum((s.low for s in scores), ZERO), sum((s.high for s in scores), ZERO), of if role == "base" else None
        )

    return ScoreCard(
        rubric.id, unit_name(dossier), dossier.level, dossier.year, lines,
        total("base"), total("bonus"), total("deduction"), total(None), sum((s.unsupported for s in lines), ZERO),
        _graded(rubric, total("base"), total(None)),
    )  # fmt: skip


def _graded(rubric: Rubric, base: Total, whole: Total) -> Graded | None:
    """Return the grades that the total may still come to; None where the rubric has none."""
    grades = rubric.grades
    if grades is None:
        return None
    total = base if grades.by == "base" else whole
    times = grades.out_of / base.of if grades.out_of is not None and base.of else Fraction(1)
    low, high = total.low * times, total.high * times
    spots = {low, high}
    for edge in (edge for grade in grades.grades for _, edge in grade.edges):
        spots |= {spot for spot in (edge - _TINY, edge, edge + _TINY) if low <= spot <= high}
    reached = [next((g.title for g in grades.grades if g.holds(spot)), "") for spot in sorted(spots, reverse=True)]
    return Graded(tuple(dict.fromkeys(reached)), low, high, grades.by, grades.out_of)


class _Line:
    """One line being scored."""

    def __init__(self, settler: Settler, line: Line) -> None:
        self.settler = settler
        self.rubric, self.dossier = settler.rubric, settler.dossier
        self.line = line

    def score(self) -> LineScore:
        line = self.line
        context = self.settler.context(line)
        group = self.rubric.group_of(line.id)
        rule = line.rule
        for exemption in line.not_applicable:
            truth = Truth(exemption.names(self.dossier.level), ())
            if exemption.when is not None:
                truth = self.settler.holds(exemption.when, context, line)
            if truth.value:
                return self._not_applicable(exemption, truth, context)
            if truth.value is None:
                rule = line.exempted
        if group is not None and group.all_met:
            return self._in_group(group, context)
        if isinstance(rule, Sum):
            return self._in_parts(rule, context)
        return self._score(self.settler.settle(rule, context, line))

    def _not_applicable(self, exemption: Exemption, truth: Truth, context: Context) -> LineScore:
        """What the line gives to a unit to which it does not apply."""
        line = self.line
        if exemption.then == "open":
            return self._unsaid(exemption, truth, context)
        whom = truth.text or f"本项对{self.dossier.level}不适用"
        quote = (f"“{exemption.text}”",) if exemption.text else ()
        if exemption.then == "leave-out":
            return self._score(Settled(Outcome(ZERO, ZERO, (whom, *quote), truth.trace), Status.NOT_APPLICABLE))
        of = line.of if line.of is not None and line.of > 0 else ZERO
        given = "本项不适用，按满分计" if truth.text else "按满分计"
        return self._score(Settled(Outcome(of, of, (whom, *quote, given), truth.trace), Status.SCORED))

    def _unsaid(self, exemption: Exemption, truth: Truth, context: Context) -> LineScore:
        """The text does not say how a unit of this sort is scored: undecided, whatever the records are."""
        line = self.line
        levels = [level for level in self.rubric.pack.levels if not exemption.names(level)]
        whose = f"本项条文是对{'、'.join(exemption.but or levels)}说的，{self.dossier.level}"
        because = f"{truth.text or whose}如何计分细则没有规定"
        group = self.rubric.group_of(line.id)
        # What the rule would have looked at: a decision rests on it, and its evidence stands under the line.
        trace = line.rule.evaluate(context).trace
        if group is not None and group.all_met and group.lines[0] != line.id:
            return self._score(Settled(Outcome(ZERO, ZERO, (because,), trace), Status.UNDECIDED))
        of = line.of or (group.of if group else None) or ZERO
        facts = (self.dossier.level, *trace.facts)
        outcome = Outcome(ZERO, of, (because,), replace(trace, inputs=1, facts=facts))
        return self._score(self.settler.supported(self.settler.decide(outcome, Status.UNDECIDED, line, ""), line))

    def _in_parts(self, rule: Sum, context: Context) -> LineScore:
        line = self.line
        settled = [
            (part, self.settler.settle(part.rule, replace(context, of=part.of), line, part)) for part in rule.parts
        ]
        outcomes = [s.outcome for _, s in settled]
        points, cuts = rule.limited(outcomes, context)
        because = tuple(f"（{count}）{text}" for count, (_, s) in enumerate(settled, 1) for text in s.outcome.because)
        states = {s.status for _, s in settled}
        cut = () if states == {Status.MISSING} else cuts
        outcome = Outcome(points.low, points.high, (*because, *cut), joined(o.trace for o in outcomes))
        status = (
            Status.MISSING
            if states == {Status.MISSING}
            else Status.SCORED
            if states == {Status.SCORED} or (cuts and points.low == points.high)
            else Status.UNDECIDED
        )
        parts = tuple(
            PartScore(part.id, s.outcome.low, s.outcome.high, s.status, s.outcome.because, s.digest)
            for part, s in settled
        )
        backed = [Interval(s.outcome.low - s.unsupported, s.outcome.high) for _, s in settled]
        unsupported = points.low - rule.limited(backed, context)[0].low
        decided = "、".join(dict.fromkeys(s.decided_by for _, s in settled if s.decided_by))
        return self._score(Settled(outcome, status, digest_of(outcome), decided, unsupported), parts)

    def _in_group(self, group: Group, context: Context) -> LineScore:
        """A line of a group with one rule over all: the points stand on the first, the others show their conditions."""
        line = self.line
        members = [self.rubric.line(name) for name in group.lines]
        if line is not members[0]:
            truth = _truth(line, context)
            outcome = Outcome(ZERO, ZERO, (f"{_met_words(truth)}：{_reason(truth)}",), truth.trace)
            status = (
                Status.SCORED if truth.value is not None else Status.UNDECIDED if truth.trace.inputs else Status.MISSING
            )
            return self._score(Settled(outcome, status))
        truths = [(member, _truth(member, self.settler.context(member))) for member in members]
        trace = joined(truth.trace for _, truth in truths)
        of = group.of or ZERO
        because = tuple(f"第{member.id}项{_met_words(truth)}：{_reason(truth)}" for member, truth in truths)
        values = [truth.value for _, truth in truths]
        low = of if all(values) else ZERO
        high = ZERO if False in values else of
        outcome = Outcome(low, high, because, trace)
        first_trace = truths[0][1].trace
        status = Status.SCORED if low == high else Status.MISSING if not trace.inputs else Status.UNDECIDED
        settled = self.settler.decide(outcome, status, line, "")
        lacking = [m.id for m, truth in truths if not self.settler.proofs.backed(m, truth.trace)]
        if lacking and settled.outcome.low > 0:
            note = f"第{'、'.join(lacking)}项{unproven_text(None, whole=True)}"
            settled = replace(settled, outcome=settled.outcome.add(note), unsupported=settled.outcome.low)
            settled = replace(settled, lacking=tuple(lacking))
        # The evidence of lines 2… belongs to them, not to the line that carries the points.
        shown = replace(settled.outcome, trace=replace(first_trace, facts=trace.facts))
        return self._score(replace(settled, outcome=shown))

    def _score(self, settled: Settled, parts: tuple[PartScore, ...] = ()) -> LineScore:
        line, outcome = self.line, settled.outcome
        trace = outcome.trace
        of = line.of
        group = self.rubric.group_of(line.id)
        if group is not None and group.all_met:
            of = group.of if group.lines[0] == line.id else ZERO
        return LineScore(
            line.id, line.section, line.role, line.title, of, outcome.low,
            outcome.high, settled.status,
            tuple(dict.fromkeys(text for text in outcome.because if text)), merged_uses((), trace), parts,
            self.settler.proofs.of(line, trace), settled.unsupported, settled.lacking, line.examiner, line.visit,
            settled.digest, settled.decided_by,
        )  # fmt: skip


def _truth(line: Line, context: Context) -> Truth:
    assert isinstance(line.rule, Met), "a group with all_met has lines with `met`"
    return line.rule.truth(context)


def _reason(truth: Truth) -> str:
    """What a line's conditions found; where nothing was recorded, only what is missing."""
    return "；".join(truth.trace.gaps) if truth.value is None and not truth.trace.inputs else truth.text


def _met_words(truth: Truth) -> str:
    return {True: "符合", False: "不符合", None: "情况不明"}[truth.value]
