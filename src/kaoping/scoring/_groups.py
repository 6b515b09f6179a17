"""What lines of a group share: one cap on their points, or one veto."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from kaoping.core.figures import number, span_text
from kaoping.core.model import LineScore, Status
from kaoping.rubric.nodes import Group
from kaoping.rubric.rules.evaluation import Context, Outcome, Trace
from kaoping.rubric.rules.params import Answer
from kaoping.scoring._settler import ZERO, Settler, merged_uses


def settle(group: Group, scores: dict[str, LineScore]) -> None:
    """Leave nothing open at the members of a group where a decision on its first line gave the points of all."""
    first, *others = group.lines
    if first not in scores or not scores[first].decided_by:
        return
    for name in others:
        if name in scores and scores[name].status in (Status.UNDECIDED, Status.MISSING):
            s = scores[name]
            together = f"和第{first}项一起计分，单位已对第{first}项作出裁定"
            scores[name] = replace(s, status=Status.SCORED, because=(*s.because, together))


def cap(settler: Settler, group: Group, scores: dict[str, LineScore]) -> None:
    """Cut the members' points, in their order, where together they pass the group's cap."""
    names = [name for name in group.lines if name in scores]
    caps = _caps(settler, group)
    ends_by_cap: list[dict[str, tuple[Fraction, Fraction]]] = []
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
        ends_by_cap.append(ends)
    for name in names:
        s = scores[name]
        low, high = min(e[name][0] for e in ends_by_cap), max(e[name][1] for e in ends_by_cap)
        because = s.because
        if (low, high) != (s.low, s.high):
            caps_text = "，还是".join("不设上限" if c is None else f"合计不超过{number(c)}分" for c in caps)
            limit = (
                f"，本项计{span_text(low, high)}分"
                if len(caps) == 1
                else f"，细则没有写明，待定（{span_text(low, high)}分）"
            )
            because = (*s.because, f"{group.title}{caps_text}{limit}")
        status = s.status if s.status is Status.MISSING else Status.SCORED if low == high else Status.UNDECIDED
        outcome = Outcome(low, high, because, Trace(facts=(s.digest, str([ends[name] for ends in ends_by_cap]))))
        settled = settler.decide(outcome, status, settler.rubric.line(name), "")
        scores[name] = replace(
            s, low=settled.outcome.low, high=settled.outcome.high, status=settled.status,
            because=settled.outcome.because, digest=settled.digest, decided_by=settled.decided_by or s.decided_by,
            unsupported=min(s.unsupported, settled.outcome.low),
        )  # fmt: skip


def _caps(settler: Settler, group: Group) -> list[Fraction | None]:
    """The cap under every possible answer; None where an answer says that there is none."""
    assert group.cap is not None
    if isinstance(group.cap, Answer) and group.cap.question not in settler.answers:
        raw = list(settler.rubric.questions[group.cap.question].options.values())
    else:
        raw = [
            group.cap.resolve(
                Context(settler.dossier, group.lines[0], None, settler.answers, settler.rubric.notice.get)
            )
        ]
    return [None if value is None else Fraction(str(value)) for value in raw]


def veto(settler: Settler, group: Group, scores: dict[str, LineScore]) -> None:
    """Leave the members no points where the group's veto holds; what shows it stands under the first of them."""
    assert group.veto is not None
    first = settler.rubric.line(group.lines[0])
    truth = group.veto.evaluate(settler.context(first))
    if truth.value is False:
        return
    names = [name for name in group.lines if name in scores]
    for name in names:
        s = scores[name]
        if name == names[0]:
            files = settler.proofs.vetoing(first, truth.trace)
            s = replace(s, uses=merged_uses(s.uses, truth.trace), evidence=tuple(dict.fromkeys((*s.evidence, *files))))
        because = (*s.because, f"{group.title}：{truth.text}" + ("" if truth.value else "，是否适用不明"))
        low, high = min(s.low, ZERO), min(s.high, ZERO) if truth.value else s.high
        status = Status.SCORED if low == high else Status.UNDECIDED
        parts = tuple(replace(p, low=ZERO, high=ZERO if truth.value else p.high) for p in s.parts)
        scores[name] = replace(
            s, low=low, high=high, status=status, because=because, parts=parts, unsupported=ZERO
        )  # fmt: skip
