"""What may be done about a line: a judgement chosen, an open case settled, a missing point won, the cheapest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from kaoping import api
from kaoping.page._mend_link import winning_record


class Tried(Protocol):
    """A form that was sent and could not stand."""

    def of(self, form: str, key: str, value: str) -> Mapping[str, str]:
        """Return what the form said, where it is the one whose field ``key`` says ``value``; else nothing."""
        ...

    def wrong(self, form: str, key: str, value: str) -> Mapping[str, str]:
        """Return what is wrong with which field of that form."""
        ...


#: Which records are others since each decision was made that holds no more, by line or part; None: nobody knows.
Since = Mapping[str, Sequence[Any] | None]
_MOST_CHANGES = 30  # that are shown

#: Points between which somebody who decides may choose by a click, and how many of them at most.
_STEP, _MOST = Fraction(1, 2), 9


@dataclass(frozen=True, slots=True)
class Choice:
    """Points that a decision may give, and the total that would come of it ("" where that is not known)."""

    points: str
    total: str


@dataclass(frozen=True, slots=True)
class Case:
    """A line or part that may be settled: its range, the points to choose from, the readings that leave it open."""

    name: str
    low: Fraction
    high: Fraction
    choices: Sequence[Choice]  # none where there are too many: the points are typed
    readings: Sequence[api.Reading]
    stale: Any  # the decision whose facts are others by now, if there is one
    given: Mapping[str, str]  # what its form says already: what could not stand, or was decided; else nothing
    wrong: Mapping[str, str]  # what is wrong with its fields
    since: Sequence[Any] | None = ()  # the records that are others since it was decided; None where nobody knows
    more: int = 0  # of them, that are not shown


@dataclass(frozen=True, slots=True)
class Option:
    """What a judgement may choose, what it would give, and the total that would come of it ("" where not known)."""

    name: str
    text: str
    points: str
    total: str


@dataclass(frozen=True, slots=True)
class Judging:
    """A judgement that the line asks for: what may be chosen, what was, and what its form says."""

    part: str
    options: Sequence[Option]
    made: Any  # the judgement that there is
    given: Mapping[str, str]
    wrong: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Win:
    """A way to points that the line has not: how many, what is to be done, by when, where."""

    points: str
    what: str
    how: str
    due: date | None
    address: str
    words: str


def cases(assessment: api.Assessment, score: Any, tried: Tried | None, since: Since) -> list[Case]:
    """Return what of the line may be settled: its open parts, or itself."""
    whole = [(score.line, score.low, score.high, score.status, score.because)]
    parts = [(part.part, part.low, part.high, part.status, part.because) for part in score.parts]
    made = {its.part or its.line: its for its in api.decisions(assessment.dossier)}
    rows = []
    for name, low, high, status, because in parts or whole:
        if status != "undecided":
            continue
        choices, changed = _choices(assessment, score, low, high), since.get(name)
        given = tried.of("decision", "name", name) if tried is not None else {}
        wrong = tried.wrong("decision", "name", name) if tried is not None else {}
        if not given and name in made:
            given = _decided(made[name])
        shown, more = (changed[:_MOST_CHANGES], len(changed[_MOST_CHANGES:])) if changed is not None else (None, 0)
        rows.append(Case(name, low, high, choices, api.readings(because), made.get(name), given, wrong, shown, more))
    return rows


def changed_since(assessment: api.Assessment) -> Since:
    """Return what changed since each decision was made that holds no more. It reads what is kept of the files."""
    still = {part.part for score in assessment.card.lines for part in score.parts if part.status == "undecided"}
    still |= {score.line for score in assessment.card.lines if score.status == "undecided"}
    stale = [its for its in api.decisions(assessment.dossier) if (its.part or its.line) in still]
    return {its.part or its.line: api.changed_since(assessment, its) for its in stale}


def _decided(its: Any) -> Mapping[str, str]:
    """Return what a form says that repeats a decision: all but the day, which is another now."""
    points = api.number(its.points) if its.points is not None else ""
    return {"points": points, "source": "unit", "reason": its.reason, "who": its.who, "when": ""}


def standing(assessment: api.Assessment, line: Any, score: Any) -> list[str]:
    """Say what holds of the line now: what was decided, judged, or is open."""
    made = {its.part or its.line: its for its in api.decisions(assessment.dossier)}
    words = []
    chosen = {its.part: its for its in api.judgements(assessment.dossier, every=True) if its.line == line.id}
    for judging in api.judgings(line):
        judged, of = chosen.get(judging.part), judging.part or line.id
        words.append(f"第{of}项现在的评判是“{judged.written}”（{judged.who}）" if judged else f"第{of}项现在没有评判")
    rows = [(part.part, part.low, part.high, part.status) for part in score.parts]
    for name, low, high, status in rows or [(score.line, score.low, score.high, score.status)]:
        ends, its = api.span_text(low, high), made.get(name)
        if status == "undecided":
            was = f"裁定（{its.who} {its.when}）依据的事实变了，" if its is not None else ""
            words.append(f"第{name}项现在{was or '没有裁定，'}待定，{ends} 分")
        elif its is not None:
            words.append(f"第{name}项现在照{its.who} {its.when} 的裁定，{ends} 分")
        else:
            words.append(f"第{name}项现在 {ends} 分")
    return words


def settled(assessment: api.Assessment, score: Any) -> list[Any]:
    """Return the decisions on the line and its parts that hold."""
    still = {part.part for part in score.parts if part.status == "undecided"}
    still |= {score.line} if score.status == "undecided" else set()
    names = {score.line, *(part.part for part in score.parts)}
    return [its for its in api.decisions(assessment.dossier) if (its.part or its.line) in names - still]


def judgings(assessment: api.Assessment, line: Any, score: Any, tried: Tried | None) -> list[Judging]:
    """Return the judgements that the line asks for, with what was chosen."""
    made = {(its.line, its.part): its for its in api.judgements(assessment.dossier, every=True)}
    rows = []
    for its in api.judgings(line):
        ends = {part.part: (part.low, part.high) for part in score.parts}.get(its.part, (score.low, score.high))
        options = [
            Option(
                option.name,
                option.text,
                api.span_text(*option.ends) if option.ends is not None else "",
                _total(assessment, score, ends, option.ends) if option.ends is not None else "",
            )
            for option in its.options
        ]
        given = tried.of("judgement", "part", its.part) if tried is not None else {}
        wrong = tried.wrong("judgement", "part", its.part) if tried is not None else {}
        rows.append(Judging(its.part, options, made.get((line.id, its.part)), given, wrong))
    return rows


def wins(assessment: api.Assessment, line: Any, score: Any, gaps: Sequence[api.Gap], today: date) -> list[Win]:
    """Return what would win the points that the line has not, what costs least first."""
    rows: list[Win] = []
    stakes = {gap.kind: gap for gap in gaps}
    due = next((gap.due for gap in gaps if gap.due and gap.due >= today), None)
    questions = api.open_questions(line, assessment.rubric)
    for gap in (its for its in gaps if its.kind == "undecided"):
        stake = api.number(gap.stake)
        for question in questions:
            how = f"问考评方：{question.ask}答了就记在设置里，写明谁答的、哪天答的。"
            rows.append(Win(stake, "请考评方答复口径", how, due, f"/settings#q-{question.id}", "记答复"))
        questions = []
        how = "细则没有写明的，单位集体研究，写明理由、谁定的、哪一天。"
        rows.append(Win(stake, "作出裁定", how, due, f"#settle-{gap.part or gap.line}", "去裁定"))
    for judging in judgings(assessment, line, score, None):
        best = max((o for o in judging.options if o.total), key=lambda o: Fraction(_low(o.points)), default=None)
        if best is not None and (judging.made is None or judging.made.choice != best.name):
            more = Fraction(_low(best.points)) - score.low
            if more > 0 and not score.parts:
                how = f"事情做到了、有材料证明的，评判改为“{best.name}”。"
                rows.append(Win(api.number(more), f"够得上“{best.name}”", how, due, f"#judge{judging.part}", "去评判"))
    if "unsupported" in stakes:
        gap = stakes["unsupported"]
        rows.append(Win(api.number(gap.stake), "补上佐证", gap.mend, due, "#h-proofs", "放进佐证"))
    if "missing" in stakes:
        for gap in (its for its in gaps if its.kind == "missing"):
            link = winning_record(assessment, line, gap.part)
            how = f"{gap.what}。{gap.mend}。"
            rows.append(Win(api.number(gap.stake), link.words, how, due, link.address, link.words))
    if "short" in stakes:
        higher = [its for its in api.clauses(line) if its.low > score.low]
        for clause in sorted(higher, key=lambda its: its.low)[:2]:
            more = api.number(clause.low - score.low)
            judged = [its.part for its in api.judgings(line) if clause.text in [option.text for option in its.options]]
            if judged:
                if any(row.address == f"#judge{judged[0]}" for row in rows):
                    continue  # the same choice, in the clause's words
                rows.append(Win(more, f"够得上“{clause.text}”", "评判改了才有。", due, f"#judge{judged[0]}", "去评判"))
                continue
            link = winning_record(assessment, line, clause=clause.text)
            how = "年内还有时间的抓紧补做，补填记录。"
            rows.append(Win(more, f"做到“{clause.text}”", how, due, link.address, link.words))
    return rows


def _low(points: str) -> str:
    return points.split("～")[0]


def _choices(assessment: api.Assessment, score: Any, low: Fraction, high: Fraction) -> list[Choice]:
    """Return both ends and the half points between them; none where these would be too many."""
    steps = int((high - low) / _STEP) if high - low < _MOST else _MOST
    points = sorted({low, high, *(low + _STEP * n for n in range(steps + 1))})
    if len(points) > _MOST:
        return []
    return [Choice(api.number(p), _total(assessment, score, (low, high), (p, p))) for p in points if p <= high]


def _total(
    assessment: api.Assessment, score: Any, before: tuple[Fraction, Fraction], after: tuple[Fraction, Fraction]
) -> str:
    """Return what the total would be; "" where others hang on the line (one cap, one veto over several)."""
    if assessment.rubric.group_of(score.line) is not None:
        return ""
    total = assessment.card.total
    return api.span_text(total.low - before[0] + after[0], total.high - before[1] + after[1])
