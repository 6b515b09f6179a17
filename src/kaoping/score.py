"""Scores a dossier by a rubric: every line with its trace, every total with its range.

Where the rubric or the notice leaves a question open, a line is scored under every possible answer: if all agree the
line is decided all the same; if not, all that they give stays possible.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from kaoping.findings import Findings
from kaoping.model import Dossier, LineScore, PartScore, Record, ScoreCard, Status, Total, Use
from kaoping.rubric.nodes import Group, Line, Rubric
from kaoping.rules.base import Context, Outcome, Trace, Truth, joined, show, span, walk
from kaoping.rules.combine import Choice, Met, Part, Sum
from kaoping.rules.conditions import Judged
from kaoping.rules.declared import StandIn
from kaoping.rules.params import Answer

ZERO = Fraction(0)

#: What a reason says of open points; once a decision settles them it is no longer so.
_STILL_OPEN = re.compile(r"，?(?:得分)?待定(?:（[^（）]*分）)?")


def score(rubric: Rubric, dossier: Dossier, findings: Findings, only: Collection[str] | None = None) -> ScoreCard:
    """Return the score card of ``dossier``.

    What the clerk should know about judgements, decisions and indicators goes to ``findings``. With ``only`` (worked
    cases) no other lines are scored.
    """
    scorer = _Scorer(rubric, dossier, findings, only)
    lines = scorer.lines()
    scorer.check_records()
    return _card(rubric, dossier, lines)


def _card(rubric: Rubric, dossier: Dossier, lines: tuple[LineScore, ...]) -> ScoreCard:
    def total(role: str | None) -> Total:
        own = [s for s in lines if role is None or s.role == role]
        of = sum((s.of or ZERO for s in own if s.status is not Status.NOT_APPLICABLE), ZERO)
        return Total(sum((s.low for s in own), ZERO), sum((s.high for s in own), ZERO), of if role == "base" else None)

    return ScoreCard(
        rubric.id, str(dossier.unit["name"]), dossier.level, dossier.year, lines,
        total("base"), total("bonus"), total("deduction"), total(None), sum((s.unsupported for s in lines), ZERO),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Settled:
    """One rule's outcome after all answers, and after the decision, if one fits."""

    outcome: Outcome
    status: Status
    digest: str
    decided_by: str
    unsupported: Fraction


class _Scorer:
    def __init__(self, rubric: Rubric, dossier: Dossier, findings: Findings, only: Collection[str] | None) -> None:
        self.rubric = rubric
        self.dossier = dossier
        self.findings = findings
        self.scored = tuple(line for line in rubric.lines if only is None or line.id in only)
        self.proofs: dict[str, str] = {}
        self.memo: dict[Any, Any] = {}
        self.answers = {
            name: question.options[rubric.notice.answers[name]]
            for name, question in rubric.questions.items()
            if rubric.notice.answers.get(name) in question.options
        }

    def lines(self) -> tuple[LineScore, ...]:
        scores = {line.id: self._line(line) for line in self.scored}
        for group in self.rubric.groups:
            if group.veto is not None:
                self._veto(group, scores)
            if group.cap is not None:
                self._cap(group, scores)
        return tuple(scores.values())

    # -- one line ----------------------------------------------------------------------------------------------------

    def _line(self, line: Line) -> LineScore:
        context = self._context(line)
        group = self.rubric.group_of(line.id)
        if line.levels and self.dossier.level not in line.levels:
            return self._other_level(line)
        if group is not None and group.all_met:
            return self._group_line(line, group, context)
        if isinstance(line.rule, Sum):
            return self._parts_line(line, line.rule, context)
        settled = self._settle(line.rule, context, line)
        return self._score(line, settled.outcome, settled, ())

    def _context(self, line: Line) -> Context:
        return Context(
            self.dossier, line.id, line.of, self.answers, self.rubric.notice.get, None, self.proofs, self.memo
        )

    def _other_level(self, line: Line) -> LineScore:
        levels = "、".join(line.levels)
        because = f"本项条文只写“{levels}”，{self.dossier.level}如何计分细则没有规定"
        group = self.rubric.group_of(line.id)
        if group and group.all_met and group.lines[0] != line.id:
            outcome = Outcome(ZERO, ZERO, (because,))
            return self._score(line, outcome, _Settled(outcome, Status.UNDECIDED, "", "", ZERO), ())
        of = line.of or (group.of if group else None) or ZERO
        outcome = Outcome(ZERO, of, (because,), Trace(inputs=1, facts=(self.dossier.level,)))
        settled = self._decide(outcome, Status.UNDECIDED, line, "")
        return self._score(line, settled.outcome, settled, ())

    def _parts_line(self, line: Line, rule: Sum, context: Context) -> LineScore:
        settled = [(part, self._settle(part.rule, replace(context, of=part.of), line, part)) for part in rule.parts]
        outcomes = [s.outcome for _, s in settled]
        low, high = sum((o.low for o in outcomes), ZERO), sum((o.high for o in outcomes), ZERO)
        because = tuple(f"{part.id}：{text}" for part, s in settled for text in s.outcome.because)
        outcome = Outcome(low, high, because, joined(o.trace for o in outcomes))
        states = {s.status for _, s in settled}
        status = (
            Status.MISSING
            if states == {Status.MISSING}
            else Status.SCORED
            if states == {Status.SCORED}
            else Status.UNDECIDED
        )
        parts = tuple(
            PartScore(part.id, s.outcome.low, s.outcome.high, s.status, s.outcome.because, s.digest)
            for part, s in settled
        )
        unsupported = sum((s.unsupported for _, s in settled), ZERO)
        decided = "、".join(dict.fromkeys(s.decided_by for _, s in settled if s.decided_by))
        return self._score(line, outcome, _Settled(outcome, status, _digest(outcome), decided, unsupported), parts)

    def _group_line(self, line: Line, group: Group, context: Context) -> LineScore:
        """A line of a group with one rule over all: the points stand on the first, the others show their conditions."""
        members = [self.rubric.line(name) for name in group.lines]
        if line is not members[0]:
            truth = self._truth(line, context)
            outcome = Outcome(ZERO, ZERO, (f"{_met_words(truth)}：{_said(truth)}",), truth.trace)
            status = (
                Status.SCORED if truth.value is not None else Status.UNDECIDED if truth.trace.inputs else Status.MISSING
            )
            return self._score(line, outcome, _Settled(outcome, status, "", "", ZERO), ())
        truths = [(member, self._truth(member, self._context(member))) for member in members]
        trace = joined(truth.trace for _, truth in truths)
        of = group.of or ZERO
        because = tuple(f"第{member.id}项{_met_words(truth)}：{_said(truth)}" for member, truth in truths)
        values = [truth.value for _, truth in truths]
        low = of if all(values) else ZERO
        high = ZERO if False in values else of
        outcome = Outcome(low, high, because, trace)
        own = truths[0][1].trace
        status = Status.SCORED if low == high else Status.MISSING if not trace.inputs else Status.UNDECIDED
        settled = self._decide(outcome, status, line, "")
        lacking = [m.id for m, truth in truths if not self._backed(m, truth.trace)]
        if lacking and settled.outcome.low > 0:
            note = f"第{'、'.join(lacking)}项没有细则“依据”所列类型的佐证材料"
            settled = replace(settled, outcome=settled.outcome.add(note), unsupported=settled.outcome.low)
        # The evidence of lines 2… belongs to them, not to the line that carries the points.
        shown = replace(settled.outcome, trace=replace(own, facts=trace.facts))
        return self._score(line, shown, settled, ())

    def _truth(self, line: Line, context: Context) -> Truth:
        assert isinstance(line.rule, Met), "a group with all_met has lines with `met`"
        return line.rule.truth(context)

    # -- answers, evidence, decisions --------------------------------------------------------------------------------

    def _settle(self, rule: Any, context: Context, line: Line, part: Part | None = None) -> _Settled:
        outcome = self._under_all_answers(rule, context, line)
        of = context.of
        if outcome.low == outcome.high:
            status = Status.SCORED
        elif outcome.absent:
            status = Status.MISSING
            outcome = replace(outcome, because=outcome.trace.gaps)
            if of is not None and of > 0:
                outcome = replace(outcome, low=ZERO, high=of)
        else:
            status = Status.UNDECIDED
        settled = self._decide(outcome, status, line, part.id if part else "")
        return self._support(settled, rule, context, line)

    def _under_all_answers(self, rule: Any, context: Context, line: Line) -> Outcome:
        asked = list(dict.fromkeys(p.question for p in line.nodes if isinstance(p, Answer)))
        open_ = [self.rubric.questions[name] for name in asked if name not in context.answers]
        found: list[tuple[tuple[str, ...], Outcome]] = []
        for chosen in itertools.product(*(question.options for question in open_)):
            values = {q.id: q.options[option] for q, option in zip(open_, chosen, strict=True)}
            found.append((chosen, rule.evaluate(replace(context, answers={**context.answers, **values}))))
        first = found[0][1]
        low, high = min(o.low for _, o in found), max(o.high for _, o in found)
        if all((o.low, o.high) == (low, high) for _, o in found):
            return first
        matter = _that_matter({chosen: (o.low, o.high) for chosen, o in found})
        asks = "；".join(f"{open_[i].ask}（{' / '.join(open_[i].options)}）" for i in matter)
        common = [text for text in first.because if all(text in o.because for _, o in found)]
        listed = _by_result([("、".join(chosen[i] for i in matter), o) for chosen, o in found], common)
        # A decision remembers what was found under every answer, the trace lists the records once.
        facts = tuple(dict.fromkeys(fact for _, o in found for fact in o.trace.facts))
        trace = replace(first.trace, facts=facts)
        return Outcome(low, high, (*common, f"口径未定：{asks}", *listed), trace)

    def _decide(self, outcome: Outcome, status: Status, line: Line, part: str) -> _Settled:
        digest = _digest(outcome)
        plain = _Settled(outcome, status, digest, "", ZERO)
        named = [r for r in self.dossier.records("decision") if r["line"] == line.id and (r["part"] or "") == part]
        if not named:
            return plain
        record, name = named[0], part or line.id
        if len(named) > 1:
            self.findings.add("decision.twice", named[1].at, line=name)
        elif status is not Status.UNDECIDED:
            self.findings.add("decision.not_needed", record.at, line=name, points=span(outcome.low, outcome.high))
        elif not record["facts_digest"]:
            self.findings.add("decision.unconfirmed", record.at, line=name, digest=digest)
        elif record["facts_digest"] != digest:
            old = record["facts_digest"]
            self.findings.add("decision.reopened", record.at, line=name, old=old, digest=digest)
        elif not isinstance(record["points"], Fraction) or not outcome.low <= record["points"] <= outcome.high:
            points = show(record["points"]) if isinstance(record["points"], Fraction) else "（未填）"
            limits = span(outcome.low, outcome.high)
            self.findings.add("decision.out_of_range", record.at, line=name, points=points, range=limits)
        else:
            return self._decided(outcome, record, digest)
        return plain

    def _decided(self, outcome: Outcome, record: Record, digest: str) -> _Settled:
        points = record["points"]
        assert isinstance(points, Fraction)
        note = f"单位裁定得{show(points)}分（{record['who']}，{record['when']}）：{record['reason']}"
        because = tuple(_STILL_OPEN.sub("", text) for text in outcome.because)
        found = replace(outcome, low=points, high=points, because=(*because, note))
        return _Settled(found, Status.SCORED, digest, str(record["who"]), ZERO)

    def _support(self, settled: _Settled, rule: Any, context: Context, line: Line) -> _Settled:
        """Find how many of the points no acceptable evidence stands behind."""
        points = settled.outcome.low
        if points <= 0:
            return settled
        if line.per_record and not settled.decided_by:
            backed = replace(context, accepts=lambda paths: self._accepts(line, paths), proofs=dict(self.proofs))
            left = max(ZERO, points - max(ZERO, self._under_all_answers(rule, backed, line).low))
        else:
            left = ZERO if self._backed(line, settled.outcome.trace) else points
        if left == 0:
            return settled
        which = "这" if left == points else "其中"
        note = f"{which}{show(left)}分没有细则“依据”所列类型的佐证材料"
        return replace(settled, outcome=settled.outcome.add(note), unsupported=left)

    def _accepts(self, line: Line, paths: Sequence[str]) -> bool:
        files = (self.dossier.evidence.get(path) for path in paths)
        return any(
            f is not None and f.proves and f.type and (not line.accepts or f.type in line.accepts) for f in files
        )

    def _backed(self, line: Line, trace: Trace) -> bool:
        return self._accepts(line, [*_counted_evidence(trace), *self._named_evidence(line)])

    def _named_evidence(self, line: Line) -> list[str]:
        """Evidence of records that name the line themselves (工作材料, 主观评判), whatever was counted."""
        return [
            path
            for table in self.dossier.tables.values()
            if "line" in table.columns and "evidence" in table.columns
            for row, name in enumerate(table.columns["line"])
            if name == line.id
            for path in table.record(row).evidence
        ]

    # -- groups ------------------------------------------------------------------------------------------------------

    def _cap(self, group: Group, scores: dict[str, LineScore]) -> None:
        """Cut the members' points, in their order, where together they pass the group's cap."""
        names = [name for name in group.lines if name in scores]
        caps = self._caps(group)
        found: list[dict[str, tuple[Fraction, Fraction]]] = []
        for cap in caps:
            left_low = left_high = cap
            ends: dict[str, tuple[Fraction, Fraction]] = {}
            for name in names:
                s = scores[name]
                low = s.low if left_low is None else min(s.low, max(ZERO, left_low))
                high = s.high if left_high is None else min(s.high, max(ZERO, left_high))
                left_low = None if left_low is None else left_low - s.high
                left_high = None if left_high is None else left_high - s.low
                ends[name] = (low, high)
            found.append(ends)
        for name in names:
            s = scores[name]
            low, high = min(e[name][0] for e in found), max(e[name][1] for e in found)
            if (low, high) == (s.low, s.high):
                continue
            said = "，还是".join("不设上限" if c is None else f"合计不超过{show(c)}分" for c in caps)
            limit = f"{group.title}{said}"
            limit += (
                f"，本项计{span(low, high)}分" if len(caps) == 1 else f"，细则没有写明，待定（{span(low, high)}分）"
            )
            because = (*s.because, limit)
            status = Status.SCORED if low == high else Status.UNDECIDED
            outcome = Outcome(low, high, because, Trace(facts=(s.digest, str(found))))
            settled = self._decide(outcome, status, self.rubric.line(name), "")
            scores[name] = replace(
                s, low=settled.outcome.low, high=settled.outcome.high, status=settled.status,
                because=settled.outcome.because, digest=settled.digest, decided_by=settled.decided_by or s.decided_by,
                unsupported=min(s.unsupported, settled.outcome.low),
            )  # fmt: skip

    def _caps(self, group: Group) -> list[Fraction | None]:
        """The cap under every possible answer; None where an answer says that there is none."""
        if isinstance(group.cap, Answer) and group.cap.question not in self.answers:
            raw = list(self.rubric.questions[group.cap.question].options.values())
        else:
            raw = [group.cap.resolve(Context(self.dossier, group.lines[0], None, self.answers, self.rubric.notice.get))]
        return [None if value is None else Fraction(str(value)) for value in raw]

    def _veto(self, group: Group, scores: dict[str, LineScore]) -> None:
        assert group.veto is not None
        truth = group.veto.evaluate(self._context(self.rubric.line(group.lines[0])))
        if truth.value is False:
            return
        for name in group.lines:
            if name not in scores:
                continue
            s = scores[name]
            because = (*s.because, f"{group.title}：{truth.text}" + ("" if truth.value else "，是否适用不明"))
            low, high = min(s.low, ZERO), min(s.high, ZERO) if truth.value else s.high
            status = Status.SCORED if low == high else Status.UNDECIDED
            parts = tuple(replace(p, low=ZERO, high=ZERO if truth.value else p.high) for p in s.parts)
            scores[name] = replace(
                s, low=low, high=high, status=status, because=because, parts=parts, unsupported=ZERO
            )  # fmt: skip

    # -- the line's score --------------------------------------------------------------------------------------------

    def _score(self, line: Line, outcome: Outcome, settled: _Settled, parts: tuple[PartScore, ...]) -> LineScore:
        trace = outcome.trace
        evidence = [p for p in (*_counted_evidence(trace), *self._named_evidence(line)) if p in self.dossier.evidence]
        of = line.of
        group = self.rubric.group_of(line.id)
        if group is not None and group.all_met:
            of = group.of if group.lines[0] == line.id else ZERO
        return LineScore(
            line.id, line.section, line.role, line.title, of, settled.outcome.low if not parts else outcome.low,
            settled.outcome.high if not parts else outcome.high, settled.status,
            tuple(dict.fromkeys(text for text in settled.outcome.because if text)), tuple(_uses(trace)), parts,
            tuple(dict.fromkeys(evidence)), settled.unsupported, line.examiner, line.visit, settled.digest,
            settled.decided_by,
        )  # fmt: skip

    # -- records that name lines -------------------------------------------------------------------------------------

    def check_records(self) -> None:
        """Find records that name a line or part that the rubric does not have, and choices that no line offers."""
        known = {line.id: line for line in self.rubric.lines}
        for table in self.dossier.tables.values():
            if "line" not in table.columns:
                continue
            for record in table:
                line = known.get(str(record["line"]))
                part = str(record["part"] or "")
                parts = {p.id for p in line.nodes if isinstance(p, Part)} if line else set()
                settles = record.kind in ("judgement", "decision")
                if line is None or (part and part not in parts) or (settles and parts and not part):
                    at = record.at.at("line")
                    self.findings.add("judgement.unknown_line", at, value=str(record["line"]), part=part or "无")
                elif record.kind == "judgement":
                    self._check_choice(record, line)
        self._check_twice()
        for line in self.scored:
            self._check_indicators(line)

    def _check_twice(self) -> None:
        chosen: dict[tuple[str, str], dict[str, Record]] = {}
        for record in self.dossier.records("judgement"):
            key = (str(record["line"]), str(record["part"] or ""))
            chosen.setdefault(key, {})[str(record["choice"])] = record
        for (name, part), records in chosen.items():
            if len(records) > 1:
                at = list(records.values())[-1].at
                self.findings.add("judgement.twice", at, line=part or name, choices="、".join(records))

    def _check_choice(self, record: Record, line: Line) -> None:
        options = choices(line.rule, str(record["part"] or ""))
        if options and record["choice"] not in options:
            at, shown = record.at.at("choice"), "、".join(options)
            self.findings.add("judgement.not_an_option", at, line=line.id, choice=record["choice"], options=shown)

    def _check_indicators(self, line: Line) -> None:
        found: dict[str, str] = {}
        for part in line.nodes:
            if isinstance(part, StandIn):
                pair = part.disagreement(self._context(line))
                if pair is not None:
                    found.setdefault(pair[1].text, pair[0].text)
        for declared, ledger in found.items():
            self.findings.add("indicator.disagrees", line=line.id, ledger=ledger, declared=declared)


def choices(rule: Any, part: str = "") -> tuple[str, ...]:
    """Return the options that a judgement on this rule (or on its part) may name; () where it asks for none."""
    options: dict[str, None] = {}
    for node in walk(rule):
        if isinstance(node, Choice) and node.part == part:
            options.update(dict.fromkeys(node.outcomes))
        elif isinstance(node, Judged) and node.part == part:
            options.update(dict.fromkeys(node.wanted + node.others))
    return tuple(options)


def _that_matter(found: Mapping[tuple[str, ...], tuple[Fraction, Fraction]]) -> list[int]:
    """Return which of the open questions change the points, whatever the others' answers are."""
    number = len(next(iter(found)))
    matter = []
    for i in range(number):
        by_others: dict[tuple[str, ...], set[tuple[Fraction, Fraction]]] = {}
        for chosen, ends in found.items():
            by_others.setdefault(chosen[:i] + chosen[i + 1 :], set()).add(ends)
        if any(len(different) > 1 for different in by_others.values()):
            matter.append(i)
    return matter


def _by_result(found: list[tuple[str, Outcome]], common: Sequence[str]) -> list[str]:
    """Say which answers give which points, and on what facts: a few lines, however many combinations there are."""
    groups: dict[str, list[str]] = {}
    facts: dict[str, str] = {}
    for option, outcome in found:
        points = span(outcome.low, outcome.high)
        options = groups.setdefault(points, [])
        options += [option] if option not in options else []
        facts.setdefault(points, "；".join(text for text in outcome.because[:-1] if text not in common))
    return [
        f"按“{'”“'.join(options[:3])}”{'等' if len(options) > 3 else ''}得{points}分"
        + (f"：{facts[points]}" if facts[points] else "")
        for points, options in groups.items()
    ]


def _said(truth: Truth) -> str:
    """What a line's conditions found; where nothing was recorded, only what is missing."""
    return "；".join(truth.trace.gaps) if truth.value is None and not truth.trace.inputs else truth.text


def _met_words(truth: Truth) -> str:
    return {True: "符合", False: "不符合", None: "情况不明"}[truth.value]


def _counted_evidence(trace: Trace) -> list[str]:
    paths = (path for t in trace.tallies for id_ in t.counted for path in t.proofs.get(id_, ()))
    return list(dict.fromkeys(paths))


def _uses(trace: Trace) -> list[Use]:
    """The trace's records, once each: a record that some measure counted is counted."""
    found: dict[tuple[str, str], Use] = {}
    for tally in trace.tallies:
        for use in tally.uses():
            key = (use.kind, use.id)
            if key not in found or (use.counted and not found[key].counted):
                found[key] = use
    return list(found.values())


def _digest(outcome: Outcome) -> str:
    """A fingerprint of the facts (not of the wording) that an outcome rests on."""
    facts = [str(outcome.low), str(outcome.high), *sorted(set(outcome.trace.facts)), *outcome.trace.gaps]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]
