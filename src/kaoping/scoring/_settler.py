"""One rule's outcome for a line: under every open answer, with the recorded decision, with the evidence behind it."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeVar

from kaoping.core.engine import Decision, decisions
from kaoping.core.figures import aside, given_text, number, span_text, unproven_text
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Status, Use
from kaoping.core.workings import Workings
from kaoping.rubric.nodes import Line, Question, Rubric
from kaoping.rubric.rules.combine import Part
from kaoping.rubric.rules.evaluation import Condition, Context, Outcome, Trace, Truth
from kaoping.rubric.rules.params import Answer
from kaoping.scoring import _readings
from kaoping.scoring._proofs import Proofs

T = TypeVar("T")

ZERO = Fraction(0)

#: What a reason says of open points; once a decision settles them it is no longer so.
_STILL_OPEN = re.compile(
    r"^(?:数值在这个范围内时得分不同|以上情况不明)，[得加扣]分待定（[^（）]*分）$|，?(?:[得加扣]分)?待定(?:（[^（）]*分）)?"
)


@dataclass(frozen=True, slots=True)
class Settled:
    """One rule's outcome after all answers, and after the decision, if one fits."""

    outcome: Outcome
    status: Status
    digest: str = ""
    decided_by: str = ""
    unsupported: Fraction = ZERO
    lacking: tuple[str, ...] = ()  # of a group: the lines that no acceptable evidence stands behind


class _Answers(Mapping[str, Any]):
    """The answers to a rubric's questions, which note what was asked."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers
        self.asked: set[str] = set()

    def __getitem__(self, question: str) -> Any:
        self.asked.add(question)
        return self._answers[question]

    def __iter__(self) -> Iterator[str]:
        self.asked.update(self._answers)
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


class Settler:
    """Settles the rules of one rubric for one dossier."""

    def __init__(self, rubric: Rubric, dossier: Dossier, findings: Findings, workings: Workings) -> None:
        """``dossier`` is the one that ``workings`` watch."""
        self.rubric = rubric
        self.dossier = dossier
        self.findings = findings
        self.proofs = Proofs(dossier)
        self.used: dict[str, str] = {}  # evidence already counted for a bonus → record id
        self.workings = workings
        self.answers = {
            name: question.options[rubric.notice.answers[name]]
            for name, question in rubric.questions.items()
            if rubric.notice.answers.get(name) in question.options
        }

    def context(self, line: Line) -> Context:
        """Return what the line's rule may look at."""
        return Context(
            self.dossier, line.id, line.of, self.answers, self.rubric.notice.get, None, self.used, self.workings,
            line.role, bool(line.beyond),
        )  # fmt: skip

    def settle(self, rule: Any, context: Context, line: Line, part: Part | None = None) -> Settled:
        """Return the outcome of ``rule``, the line's own or that of its ``part``."""
        outcome = self.under_all_answers(rule, context, line)
        of = context.of
        if outcome.low == outcome.high:
            status = Status.SCORED
        elif outcome.absent and line.role == "bonus":  # a bonus that nobody claims is not earned, and nothing lacks
            status = Status.SCORED
            unclaimed = (*outcome.trace.gaps, given_text(ZERO, ZERO, line.role))
            outcome = replace(outcome, low=ZERO, high=ZERO, because=unclaimed)
        elif outcome.absent:
            status = Status.MISSING
            outcome = replace(outcome, because=outcome.trace.gaps)
            if of is not None and of > 0:
                outcome = replace(outcome, low=ZERO, high=of)
        else:
            status = Status.UNDECIDED
        group = self.rubric.group_of(line.id)
        if group is not None and group.cap is not None:
            settled = Settled(outcome, status, digest_of(outcome))  # decided when the cap is known
        else:
            settled = self.decide(outcome, status, line, part.id if part else "")
        return self._support(settled, rule, context, line)

    def holds(self, condition: Condition, context: Context, line: Line) -> Truth:
        """Return whether ``condition`` holds under every answer that is still possible; unknown where they differ."""
        truths = list(self._each_way(condition.evaluate, context, line).values())
        values = {truth.value for truth in truths}
        return truths[0] if len(values) == 1 else replace(truths[0], value=None)

    def _each_way(self, evaluate: Callable[[Context], T], context: Context, line: Line) -> dict[_readings.Answers, T]:
        """Return what ``evaluate`` gives for each way to answer what the line's rule asks and nobody answered.

        It is evaluated once for all ways that differ only in what it did not ask: of five open questions there are 32.
        """
        open_ = self._open(line, context)
        evaluated: list[tuple[Mapping[str, str], T]] = []  # the options that it was asked about, and what came of it
        results: dict[_readings.Answers, T] = {}
        for chosen in itertools.product(*(question.options for question in open_)):
            options = {question.id: option for question, option in zip(open_, chosen, strict=True)}
            alike = (result for asked, result in evaluated if asked.items() <= options.items())
            result = next(alike, None)
            if result is None:
                values = {question.id: question.options[options[question.id]] for question in open_}
                answers = _Answers({**context.answers, **values})
                result = evaluate(replace(context, answers=answers))
                evaluated.append(({name: options[name] for name in answers.asked & options.keys()}, result))
            results[chosen] = result
        return results

    def _open(self, line: Line, context: Context) -> list[Question]:
        asked = list(dict.fromkeys(p.question for p in line.nodes if isinstance(p, Answer)))
        return [self.rubric.questions[name] for name in asked if name not in context.answers]

    def under_all_answers(self, rule: Any, context: Context, line: Line) -> Outcome:
        """Return what the rule gives under every answer that is still possible."""
        used = tuple(context.proofs.items()) if line.shares_proofs else ()
        key = ("outcome", line.id, id(rule), context.of, context.accepts is not None, used)

        def worked_out() -> tuple[Outcome, Mapping[str, str]]:
            outcome = self._under_all_answers(rule, context, line)
            return outcome, dict(context.proofs) if line.shares_proofs else {}

        outcome, taken = self.workings.recall(key, worked_out)
        context.proofs.update(taken)
        return outcome

    def _under_all_answers(self, rule: Any, context: Context, line: Line) -> Outcome:
        open_ = self._open(line, context)
        outcomes: dict[_readings.Answers, Outcome] = self._each_way(rule.evaluate, context, line)
        each = list(outcomes.values())
        first = _seen_under_any(each)
        low, high = min(o.low for o in each), max(o.high for o in each)
        if all((o.low, o.high) == (low, high) for o in each):
            return replace(first, because=_readings.agreed(open_, outcomes))
        # A decision remembers what was found under every answer, the trace lists the records once.
        facts = tuple(dict.fromkeys(fact for o in each for fact in o.trace.facts))
        return Outcome(low, high, _readings.reasons(open_, outcomes, line.role), replace(first.trace, facts=facts))

    def decide(self, outcome: Outcome, status: Status, line: Line, part: str) -> Settled:
        """Return the outcome with the unit's decision on it, where one fits its facts; what does not fit is found."""
        digest = digest_of(outcome)
        plain = Settled(outcome, status, digest, "", ZERO)
        named = [d for d in decisions(self.dossier) if (d.line, d.part) == (line.id, part)]
        if not named:
            return plain
        decision, name = named[0], part or line.id
        if len(named) > 1:
            self.findings.add("decision.twice", named[1].place("line"), line=name)
        elif status is not Status.UNDECIDED:
            points = span_text(outcome.low, outcome.high)
            self.findings.add("decision.not_needed", decision.place("points"), line=name, points=points)
        elif not decision.facts:
            self.findings.add("decision.unconfirmed", decision.place("facts_digest"), line=name, digest=digest)
        elif decision.facts != digest:
            self.findings.add(
                "decision.reopened", decision.place("facts_digest"), line=name, old=decision.facts, digest=digest
            )
        elif decision.points is None or not outcome.low <= decision.points <= outcome.high:
            points = number(decision.points) if decision.points is not None else "（未填）"
            limits = span_text(outcome.low, outcome.high)
            self.findings.add("decision.out_of_range", decision.place("points"), line=name, points=points, range=limits)
        else:
            return self._decided(outcome, decision, decision.points, digest, line.role)
        return plain

    def _decided(self, outcome: Outcome, decision: Decision, points: Fraction, digest: str, role: str) -> Settled:
        who = aside(f"{decision.who}，{decision.when}")
        note = f"单位裁定{given_text(points, points, role)}{who}：{decision.reason}"
        because = tuple(settled for text in outcome.because if (settled := _STILL_OPEN.sub("", text)))
        decided = replace(outcome, low=points, high=points, because=(*because, note))
        return Settled(decided, Status.SCORED, digest, decision.who, ZERO)

    def _support(self, settled: Settled, rule: Any, context: Context, line: Line) -> Settled:
        """Find how many of the points no acceptable evidence stands behind."""
        points = settled.outcome.low
        if points <= 0:
            return settled
        if line.per_record and not settled.decided_by:
            backed = replace(context, accepts=lambda paths: self.proofs.accepts(line, paths), proofs=dict(self.used))
            left = max(ZERO, points - max(ZERO, self.under_all_answers(rule, backed, line).low))
        else:
            left = ZERO if self.proofs.backed(line, settled.outcome.trace) else points
        return settled if left == 0 else self._unsupported(settled, left)

    def _unsupported(self, settled: Settled, left: Fraction) -> Settled:
        note = unproven_text(left, whole=left == settled.outcome.low)
        return replace(settled, outcome=settled.outcome.add(note), unsupported=left)

    def supported(self, settled: Settled, line: Line) -> Settled:
        """Return ``settled`` with its points unsupported where no acceptable evidence stands behind the line."""
        backed = settled.outcome.low <= 0 or self.proofs.backed(line, settled.outcome.trace)
        return settled if backed else self._unsupported(settled, settled.outcome.low)


def _seen_under_any(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the first outcome, with what hangs on the records that other answers count: that may prove the line."""
    first, *others = outcomes
    counted = {id(tally): tally for outcome in others for tally in outcome.trace.tallies if tally.proofs}
    for tally in first.trace.tallies:
        counted.pop(id(tally), None)
    tallies = tuple(tally.doubted() for tally in counted.values())
    return replace(first, trace=replace(first.trace, tallies=first.trace.tallies + tallies))


def digest_of(outcome: Outcome) -> str:
    """A fingerprint of the facts (not of the wording) that an outcome rests on."""
    facts = [str(outcome.low), str(outcome.high), *sorted(set(outcome.trace.facts)), *outcome.trace.gaps]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]


def merged_uses(before: Iterable[Use], trace: Trace) -> tuple[Use, ...]:
    """Return ``before`` and the trace's records, once each: one that some measure counted is counted, or proves."""
    uses = {(use.kind, use.id): use for use in before}
    for use in (its for tally in trace.tallies for its in tally.uses()):
        known = uses.setdefault((use.kind, use.id), use)
        if known is not use and (use.counted, bool(use.evidence)) > (known.counted, bool(known.evidence)):
            uses[use.kind, use.id] = use
    return tuple(uses.values())
