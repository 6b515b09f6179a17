"""Which evidence stands under which line: once, under the first that it proves; the others refer to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

from kaoping.bundle.plan._number_patterns import DEFAULTS, EVIDENCE_NUMBER
from kaoping.core.figures import number
from kaoping.core.model import DRAFT, Divider, Dossier, EvidenceFile, LineScore, ScoreCard, Status
from kaoping.rubric.nodes import Line, Rubric, reflowed


@dataclass(frozen=True, slots=True)
class Slot:
    """A divider before its page, its pieces and their numbers are known."""

    divider: Divider
    files: tuple[EvidenceFile, ...]
    refers: tuple[str, ...] = ()  # paths of files that stand under another line


@dataclass(frozen=True, slots=True)
class Claims:
    """Which line each file stands under, and which lines it proves, in the rubric's order."""

    home: Mapping[str, str]
    lines: Mapping[str, tuple[str, ...]]
    called: Mapping[str, str]  # line → what the rubric's own text calls it


def claims(rubric: Rubric, card: ScoreCard, evidence: Mapping[str, EvidenceFile]) -> Claims:
    """Return who claims which file. What came in a file (a zip's members) is claimed with it."""
    lines: dict[str, tuple[str, ...]] = {}
    scores = {score.line: score for score in card.lines}
    for line in rubric.lines:
        for path in _supporting_files(scores.get(line.id), evidence):
            lines[path] = (*lines.get(path, ()), line.id)
    called = {line.id: rubric.called(line.id) or line.id for line in rubric.lines}
    return Claims({path: proved[0] for path, proved in lines.items()}, lines, called)


def slots(rubric: Rubric, card: ScoreCard, dossier: Dossier, claimed: Claims, form: str, tail: str) -> list[Slot]:
    """Return the dividers of ``form`` in order, with their files.

    The 送审稿 has every line, and what no line claims under the heading ``tail``; the 报送稿 the lines with evidence.
    """
    scores = {score.line: score for score in card.lines}
    draft = form == DRAFT
    by_line = [_slot(rubric, line, scores.get(line.id), claimed, dossier, draft) for line in rubric.lines]
    if not draft:
        return [slot for slot in by_line if slot.files or slot.refers]
    loose = _ranked(
        (file for path, file in sorted(dossier.evidence.items()) if path not in claimed.home), dossier.evidence
    )
    return [*by_line, Slot(Divider("", "", tail, "", "", (), 1, 0, ()), loose)] if loose else by_line


def number_of(rubric: Rubric, line: Line) -> str:
    """Return what stands for the line in 佐证编号: the number that the text gives it, which is a section's own.

    Where the notice's pattern leaves the section out, or the text has no number, it is the line's id.
    """
    pattern = str(rubric.notice.get(EVIDENCE_NUMBER, DEFAULTS[EVIDENCE_NUMBER]))
    return (rubric.number(line) if "{section" in pattern else "") or line.id


def _supporting_files(score: LineScore | None, evidence: Mapping[str, EvidenceFile]) -> Iterator[str]:
    """Yield the files that support a line, each once, what came in a file right after it."""
    seen: set[str] = set()
    todo = list(reversed(score.evidence)) if score else []
    while todo:
        path = todo.pop()
        if path in evidence and path not in seen:
            seen.add(path)
            yield path
            todo += reversed(evidence[path].members)


def _slot(rubric: Rubric, line: Line, score: LineScore | None, claimed: Claims, dossier: Dossier, draft: bool) -> Slot:
    uses = score.uses if score else ()
    asked = dict.fromkeys(path for use in uses if use.counted for path in use.evidence)
    asked |= dict.fromkeys(score.evidence if score else ())
    divider = Divider(
        line=line.id,
        section=line.section,
        heading=f"{rubric.called(line.id) or line.id}　{line.title}",
        clause=_clause(rubric, line),
        score=_score(rubric, score) if score and draft else "",
        because=score.because if score and draft else (),
        volume=1,
        page=0,
        pieces=(),
        lacking=tuple(path for path in asked if path not in dossier.evidence) if draft else (),
        of=_of(rubric, line),
        basis=reflowed(line.basis or line.row.basis),
        number=number_of(rubric, line),
    )
    named = list(_supporting_files(score, dossier.evidence))
    files = _ranked((dossier.evidence[path] for path in named if claimed.home[path] == line.id), dossier.evidence)
    return Slot(divider, files, tuple(path for path in named if claimed.home[path] != line.id))


def _ranked(files: Iterable[EvidenceFile], evidence: Mapping[str, EvidenceFile]) -> tuple[EvidenceFile, ...]:
    """Return the files as the unit ordered them; what it did not order comes after these, in the order that it has.

    What came in a file that is ordered (a zip's members) goes with it.
    """

    def rank(file: EvidenceFile) -> float:
        holder = evidence.get(file.within)
        return file.rank or (rank(holder) if holder is not None else inf)

    return tuple(sorted(files, key=rank))


def _clause(rubric: Rubric, line: Line) -> str:
    """Return the 标准 in force: a cell that the one above spans is empty in the row itself."""
    shared = rubric.line(line.shares_row_with) if line.shares_row_with and not line.row.standard else line
    return shared.row.printed.standard


def _of(rubric: Rubric, line: Line) -> str:
    group = rubric.group_of(line.id)
    if group is not None and group.all_met and group.of is not None:
        return f"{rubric.called_together(group.lines)}合计{number(group.of)}分"
    return f"{number(line.of)}分" if line.of is not None else ""


def _score(rubric: Rubric, score: LineScore) -> str:
    group = rubric.group_of(score.line)
    if group is not None and group.all_met and score.line != group.lines[0]:
        return f"计入{rubric.called_together(group.lines[:1])}"
    span = number(score.low) if score.low == score.high else f"{number(score.low)}～{number(score.high)}"
    notes = {Status.UNDECIDED: "待定", Status.MISSING: "缺项"}.get(score.status, "")
    if score.status is Status.NOT_APPLICABLE:
        return "不适用"
    unsupported = f"其中{number(score.unsupported)}分缺佐证" if score.unsupported else ""
    aside = "；".join(part for part in (notes, unsupported, *score.marks) if part)
    return f"{span}分" + (f"（{aside}）" if aside else "")
