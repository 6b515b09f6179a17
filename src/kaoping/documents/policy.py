"""A framework of tasks (重点任务) as data: what is asked, point by point, and which lines of the rubric go with it.

``policies/<id>.yaml`` of a pack holds the text letter by letter; what was done about each point the unit records
(重点任务落实), and what its lines scored the score card knows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from kaoping.core.decode import Key, Read, decode
from kaoping.core.figures import Figure, in_order, number
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, LineScore, Record, ScoreCard, Table
from kaoping.core.packs import Pack
from kaoping.core.schema import Field, Kind
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.documents.facts import written
from kaoping.rubric.nodes import Rubric

FOLDER = "policies"
_FIELDS = ("state", "done", "department", "due")  # of the records, as a template names them


def _new(node: Node, seen: set[str]) -> str:
    if node.text() in seen:
        raise ExpectedError(node, f"编号“{node.text()}”写了两次")
    seen.add(node.text())
    return node.text()


@dataclass(frozen=True, slots=True)
class Commitment:
    """One point of a task (一条要求)."""

    id: Annotated[str, Read(_new, "seen")]
    text: str
    lines: tuple[str, ...] = ()  # of the policy's rubric


@dataclass(frozen=True, slots=True)
class Task:
    """A task (重点任务) with its points."""

    id: str
    title: str
    commitments: tuple[Commitment, ...]
    lead: str = ""  # the words before the first point


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole framework."""

    id: str
    title: str
    kind: Annotated[Kind, Key("records")]  # the records that say what was done about its points
    state: Field  # how far a point is done
    tasks: tuple[Task, ...]

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """All points in their order."""
        return tuple(point for task in self.tasks for point in task.commitments)


def policies_of(pack: Pack) -> Mapping[str, Policy]:
    """Return the frameworks of ``pack`` by id; raises KaopingError with all that is wrong with them."""
    return pack.part(
        "policies", lambda its: its.parsed(FOLDER, lambda id_, node: decode(Policy, node, id=id_, seen=set()))
    )


def check_records(dossier: Dossier, findings: Findings) -> None:
    """Tell the records that name no point of any framework."""
    points: dict[str, set[str]] = {}
    for policy in policies_of(dossier.pack).values():
        points.setdefault(policy.kind.name, set()).update(point.id for point in policy.commitments)
    for kind, known in points.items():
        _check_ids(dossier.table(kind), known, findings)


def _check_ids(table: Table | None, points: Collection[str], findings: Findings) -> None:
    for row, id_ in enumerate(table.ids if table is not None else ()):
        if table is not None and id_ not in points:
            findings.add("record.no_commitment", table.places(row, "id"), id=id_, known="、".join(sorted(points)))


def context(
    policy: Policy, dossier: Dossier, card: ScoreCard, rubric: Rubric, numbers: Mapping[str, str]
) -> dict[str, Any]:
    """Return the framework as a template sees it: each point with its record, its lines' scores and its evidence."""
    records = {record.id: record for record in dossier.records(policy.kind.name)}
    tasks = [
        {
            "title": task.title,
            "lead": task.lead,
            "commitments": [
                _point(policy, point, records.get(point.id), card, rubric, numbers) for point in task.commitments
            ],
        }
        for task in policy.tasks
    ]
    points = policy.commitments
    reported = sum(point.id in records for point in points)
    title = policy.kind.title
    known_states = [records[point.id][policy.state.name] for point in points if point.id in records]
    states = {option: known_states.count(option) for option in policy.state.options}
    return {
        "title": policy.title,
        "tasks": tasks,
        "number": len(policy.tasks),
        "points": Figure(str(len(points)), policy.title, len(points)),
        "states": [
            {"name": state, "number": Figure(str(count), f"{title} {state}", count)} for state, count in states.items()
        ],
        "untold": Figure(str(len(points) - reported), f"没有填报“{title}”的条目", len(points) - reported),
    }


def _point(
    policy: Policy,
    point: Commitment,
    record: Record | None,
    card: ScoreCard,
    rubric: Rubric,
    numbers: Mapping[str, str],
) -> dict[str, Any]:
    known = {score.line: score for score in card.lines}  # an extending pack may have dropped a line
    scores = [known[name] for name in point.lines if name in known]
    paths = [*(record.evidence if record else ()), *(path for s in scores for path in s.evidence)]
    source = f"{policy.kind.title} {point.id}"
    return {
        "id": point.id,
        "text": point.text,
        **{name: Figure(written(record[name]) if record else "", source) for name in _FIELDS},
        "lines": [
            {
                "line": score.line,
                "called": rubric.called(score.line),
                "title": score.title,
                "points": Figure(
                    number(score.low),
                    "\n".join([f"自评分表 {rubric.called(score.line) or f'第{score.line}项'}", *score.because]),
                    score.low,
                ),
                "of": score.of,
                "shared": _counted_with(score, rubric),
            }
            for score in scores
        ],
        "evidence": in_order(paths, numbers),
    }


def _counted_with(score: LineScore, rubric: Rubric) -> str:
    """Return what the line is called whose points are the line's too: the first of its group; "" for one of its own."""
    group = rubric.group_of(score.line)
    return rubric.called_together(group.lines[:1]) if group is not None and score.of == 0 else ""
