"""What is missing (缺项): what is not there, not decided or not proven; what it costs, by when, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kaoping.core.engine import assignments
from kaoping.core.figures import number, unproven_text
from kaoping.core.model import Dossier, LineScore, ScoreCard, Status
from kaoping.rubric.nodes import Rubric
from kaoping.scoring.deadlines import Deadline, of_line


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to do about a line."""

    line: str
    title: str
    kind: str  # missing | undecided | unsupported | short
    stake: Fraction  # points that it may bring
    what: str
    mend: str
    dues: tuple[Deadline, ...]  # of its line, by date, those without one last
    department: str
    person: str
    digest: str  # for a decision
    part: str = ""  # of the line, where it is about one alone
    called: str = ""  # what the rubric's own text calls the line: 第40项

    @property
    def is_open(self) -> bool:
        """Whether the line has no certain points yet: that keeps a 报送稿 from being handed in."""
        return self.kind in ("missing", "undecided")

    @property
    def due(self) -> date | None:
        """The first date of its line; None where the notice names none."""
        return self.dues[0].day if self.dues else None

    @property
    def due_title(self) -> str:
        """What is due first, or would be if the notice named a date; "" where it asks for nothing by a date."""
        return self.dues[0].source if self.dues else ""

    @property
    def label(self) -> str:
        """The word for its kind."""
        return LABELS[self.kind]


LABELS = {"missing": "缺材料或未填", "undecided": "待定", "unsupported": "缺佐证", "short": "未得满分"}
_MENDS = {
    "missing": "补填相应记录并附佐证材料",
    "undecided": "补充事实；细则没有写明的，集体研究后在“待定裁定”里记录（考评项填{line}{part}，事实指纹填{digest}）",
    "unsupported": "补上细则“依据”所列类型的佐证材料：{basis}",
    "short": "年内还有时间的抓紧补做；已定局的在自评报告中说明原因",
}


def find_gaps(rubric: Rubric, dossier: Dossier, card: ScoreCard, deadlines: Sequence[Deadline]) -> list[Gap]:
    """Return all gaps in the rubric's order; a line may have several (a part undecided, points unsupported).

    A line that is due more than once (培训计划 in March, 培训总结 in December) keeps all its dates: which of them a gap
    is about the notice does not say.
    """
    assigned = {task.line: task for task in assignments(dossier)}
    gaps: list[Gap] = []
    for score in card.lines:
        line = rubric.line(score.line)
        dues = tuple(of_line(score.line, deadlines))
        for kind, stake, what, digest, part in _of(score):
            mend = _MENDS[kind].format(
                digest=digest, basis=bases(rubric, score), line=line.id, part=f"，分项填{part}" if part else ""
            )
            who = assigned.get(score.line)
            department, person = (who.department, who.person) if who else ("", "")
            called = rubric.called_together([line.id])
            gaps.append(
                Gap(score.line, line.title, kind, stake, what, mend, dues, department, person, digest, part, called)
            )
    return gaps


def bases(rubric: Rubric, score: LineScore) -> str:
    """Return the 依据 that the line's evidence does not meet; of a group, of each line that lacks it."""
    if not score.lacking:
        return rubric.line(score.line).basis.replace("\n", "")
    lines = ((rubric.called_together([name]), rubric.line(name).basis.replace("\n", "")) for name in score.lacking)
    return "；".join(f"{called}{basis}" for called, basis in lines)


def tally(gaps: Sequence[Gap]) -> str:
    """Say how many gaps there are, how many of them are open, and what they are about in all: told so everywhere."""
    if not gaps:
        return "没有缺项"
    still_open = sum(gap.is_open for gap in gaps)
    total = sum((gap.stake for gap in gaps), Fraction(0))
    return f"共 {len(gaps)} 项，其中缺项和待定 {still_open} 项；涉及 {number(total)} 分"


def _of(score: LineScore) -> list[tuple[str, Fraction, str, str, str]]:
    """The line's gaps as (kind, stake, what, digest, part); parts speak for themselves.

    A line whose points stand on its group's first line has nothing at stake: that line tells of it.
    """
    if score.of == 0:
        return []
    gaps: list[tuple[str, Fraction, str, str, str]] = []
    pieces = [(p.status, p.low, p.high, p.because, p.digest, p.part) for p in score.parts] or [
        (score.status, score.low, score.high, score.because, score.digest, "")
    ]
    for count, (status, low, high, because, digest, part) in enumerate(pieces, 1):
        if score.status is Status.SCORED:  # a cap may settle what a part leaves open
            break
        if status in (Status.MISSING, Status.UNDECIDED):
            kind = "missing" if status is Status.MISSING else "undecided"
            gaps.append((kind, high - low, (f"（{count}）" if part else "") + "；".join(because), digest, part))
    if score.unsupported:
        what = unproven_text(score.unsupported, whole=score.unsupported == score.low)
        gaps.append(("unsupported", score.unsupported, what, "", ""))
    if not gaps and score.role == "base" and score.of is not None and score.high < score.of:
        gaps.append(("short", score.of - score.high, "；".join(score.because), "", ""))
    return gaps
