"""Worked cases (算例): records in, points out, as a lawyer would write them down; every rubric carries its own.

A case names only the fields it is about: required fields may be left out, everything else is read as in a unit's
folder. A decision whose `facts_digest` is 当前 was made on the very facts of its case.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from kaoping.core import yamltree
from kaoping.core.decode import APART, WHOLE, Fallback, Read, decode
from kaoping.core.engine import DECISION
from kaoping.core.errors import KaopingError
from kaoping.core.figures import number
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, EvidenceFile, LineScore, Location, Record, ScoreCard, Table, Value, Verdict
from kaoping.core.packs import Pack
from kaoping.core.schema import Kinds
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.records.readers.yaml_records import table_of
from kaoping.records.validate import Span, check_dates, typed
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.evaluation import Context, Measure
from kaoping.scoring import score

FOLDER = "cases"
NOW = "当前"  # in a decision's facts_digest: made on the facts as they stand in the case
_FILES = "evidence"  # in what a case expects: the files that prove its line, with ；between them, or …
_NONE = "无"


def _expected(node: Node) -> dict[str, str]:
    f = node.fields("", f"points min max status unsupported {_FILES}")
    return {name: f.text(name) for name in f}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One worked case."""

    name: str
    line: str
    expect: Annotated[Mapping[str, str], Read(_expected)]
    at: Location
    level: Annotated[str, Fallback(operator.itemgetter(0), "levels")]  # the first of the pack's where it names none
    answers: Mapping[str, str] = field(default_factory=dict)
    notice: Mapping[str, Any] = field(default_factory=dict)  # what this year's notice says, laid over the rubric's
    records: Mapping[str, Node] = field(default_factory=dict)
    unit: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Cases:
    """A file of cases."""

    cases: Annotated[tuple[Case, ...], WHOLE, APART]


@dataclass(frozen=True, slots=True)
class Result:
    """What a case gave, and how it differs from what it expects ("" where it does not)."""

    case: Case
    score: LineScore | None
    difference: str


def read(pack: Pack) -> list[Case]:
    """Read all cases of the pack's rubric that stand in its own folder; raises KaopingError with all findings."""
    folder, findings = pack.folder, Findings()

    def tell(error: ExpectedError) -> None:
        findings.add("rubric.expected", error.node.at, path=error.node.at.path or "开头", expected=error.what)

    cases: list[Case] = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        node = yamltree.read(path, f"{folder.name}/{FOLDER}/{path.name}", findings, pack.vocabulary)
        if node is not None and node.value is not None:
            try:
                cases += decode(_Cases, node, tell=tell, levels=pack.levels).cases
            except ExpectedError as error:
                tell(error)
    if findings.errors:
        raise KaopingError(findings.sorted())
    return cases


def run(rubric: Rubric, cases: list[Case]) -> Iterator[Result]:
    """Score every case; a case that can't be read is a difference, not a crash."""
    for case in cases:
        try:
            yield _run(rubric, case)
        except ExpectedError as error:
            yield Result(case, None, f"{error.node.at}：{error.what}")


def _run(rubric: Rubric, case: Case) -> Result:
    findings = Findings()
    notice = replace(rubric.notice.with_values(case.notice), answers={**rubric.notice.answers, **case.answers})
    adjusted = replace(rubric, notice=notice)
    dossier = _dossier(rubric, case, findings)
    only = _beside(rubric, case.line)
    if not only:
        return Result(case, None, f"没有考评项“{case.line}”")
    if NOW in (dossier.tables[DECISION].columns["facts_digest"] if DECISION in dossier.tables else ()):
        dossier = _confirmed(dossier, score(adjusted, dossier, Findings(), only))
    line_score = score(adjusted, dossier, findings, only).line(case.line)
    if findings.errors:
        return Result(case, line_score, "；".join(f"{f.problem}（{f.at}）" for f in findings.errors))
    return Result(case, line_score, _difference(case, line_score))


def measured(rubric: Rubric, case: Case, measures: Iterable[Measure]) -> Iterator[tuple[Fraction, Fraction]]:
    """Yield what each of ``measures`` comes to in ``case``, where it is a number: a test can see which edges it meets.

    Where the case leaves a question open, its first answer stands.
    """
    dossier = _dossier(rubric, case, Findings())
    notice = rubric.notice.with_values(case.notice)
    answers = {name: next(iter(question.options.values())) for name, question in rubric.questions.items()}
    answers |= {name: rubric.questions[name].options[option] for name, option in case.answers.items()}
    context = Context(dossier, case.line, rubric.line(case.line).of, answers, notice.get)
    for measure in measures:
        value = measure.evaluate(context)
        if value.known:
            yield value.low, value.high


def _beside(rubric: Rubric, name: str) -> set[str]:
    """The line and those that may bear on it: its group, and where it counts a proof once, all others that do so."""
    tested = next((line for line in rubric.lines if line.id == name), None)
    if tested is None:
        return set()
    group = rubric.group_of(name)
    sharing = {line.id for line in rubric.lines if line.shares_proofs} if tested.shares_proofs else set()
    return {name, *(group.lines if group else ()), *sharing}


def _confirmed(dossier: Dossier, card: ScoreCard) -> Dossier:
    """Fill in the digests of decisions that were made on the present facts."""
    table = dossier.tables[DECISION]
    digests: list[Value] = []
    for record in table:
        line_score = card.line(str(record["line"]))
        digest = {part.part: part.digest for part in line_score.parts}.get(str(record["part"]), line_score.digest)
        digests.append(digest if record["facts_digest"] == NOW else record["facts_digest"])
    decided = replace(table, columns={**table.columns, "facts_digest": digests})
    return replace(dossier, tables={**dossier.tables, DECISION: decided})


def _dossier(rubric: Rubric, case: Case, findings: Findings) -> Dossier:
    tables: dict[str, Table] = {}
    raws = {}
    kinds = rubric.pack.kinds
    for name, node in case.records.items():
        kind = kinds.get(name)
        if kind is None:
            raise ExpectedError(node, f"没有“{name}”这种记录")
        raw = table_of(node, kind, findings)
        if raw is not None:
            raws[name] = raw
            tables[name] = typed(raw, kind, findings, strict=False)
    values: dict[str, Value] = {"name": "算例单位", "level": case.level, "year": rubric.year}
    unit_kind = rubric.pack.vocabulary.unit
    for name, text in case.unit.items():
        known = unit_kind.field(name)
        if known is None:
            raise ExpectedError(Node(None, case.at), f"单位情况没有“{name}”")
        values[name] = known.parse(text)
    tables = check_dates(tables, raws, kinds, Span.of(values, unit_kind, rubric.year), findings)
    unit = Record("unit", "unit", values, case.at)
    return Dossier(
        Path(),
        unit,
        rubric.year,
        case.level,
        tables,
        _evidence([unit, *itertools.chain(*tables.values())], kinds),
        rubric.pack,
    )


def _evidence(records: Iterable[Record], kinds: Kinds) -> dict[str, EvidenceFile]:
    """In a case every named file is there, with the type its record kind gives (or that the name before “:” gives)."""
    files: dict[str, EvidenceFile] = {}
    for record in records:
        for path in record.evidence:
            named = path.split(":")[0] if ":" in path else kinds[record.kind].evidence_type
            files[path] = EvidenceFile(path, Path(path), "", 1, named, path, verdict=Verdict.READY)
    return files


def _difference(case: Case, line_score: LineScore) -> str:
    shown = {
        "points": number(line_score.low),
        "min": number(line_score.low),
        "max": number(line_score.high),
        "status": str(line_score.status),
        "unsupported": number(line_score.unsupported),
        _FILES: "；".join(line_score.evidence) or _NONE,
    }
    expect = dict(case.expect)
    if "points" in expect and "status" not in expect:
        # A case that names points alone says that the line is decided.
        expect |= {"min": expect["points"], "max": expect["points"], "status": "scored"}
    if "min" in expect and "points" not in expect:
        expect.setdefault("status", "undecided")
    wrong = [
        f"{key} 应为{want}，实为{shown[key]}"
        for key, want in expect.items()
        if (want != shown[key] if key in ("status", _FILES) else Fraction(want) != Fraction(shown[key]))
    ]
    return f"{'；'.join(wrong)}（{'；'.join(line_score.because)}）" if wrong else ""
