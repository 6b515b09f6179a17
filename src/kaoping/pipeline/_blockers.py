"""What keeps a 报送稿 from being handed in: all of it at once, whatever it is about, and what of it was accepted."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kaoping import documents
from kaoping.core.engine import REPORT_DATE, STATEMENT, UNIT, Acceptance, acceptances
from kaoping.core.errors import HeldBackError
from kaoping.core.figures import Lack, bare, date_text, in_a_line, number
from kaoping.core.findings import Finding, Findings, catalogue, gathered
from kaoping.core.model import EvidenceFile, LineScore, Location, Piece, Status, Use, Verdict
from kaoping.core.page_ranges import page_text
from kaoping.documents.edits import keeping
from kaoping.evidence.reading.ocr_engine import engine
from kaoping.pipeline._outputs import Outputs
from kaoping.pipeline.assessment import Assessment
from kaoping.pipeline.edits import choice
from kaoping.records.validate import MATERIALS
from kaoping.rubric.layers import NOTICE
from kaoping.rubric.nodes import Rubric
from kaoping.scoring.accept import Target, of_file, of_line, of_record, standing
from kaoping.scoring.gaps import LABELS, bases
from kaoping.sheets.gaps_sheet import HeldRow

_CURES = {
    "missing": "补填相应的记录并附佐证材料",
    "undecided": "补充事实；细则没有写明的，集体研究后裁定："
    "kaoping decide 单位文件夹 {name} 分值 --reason 理由 --who 裁定人 --when 日期",
}

#: What keeps a package of any form back.
DOUBTFUL = "final.maybe_secret"
#: What keeps a line's points back that no acceptable evidence stands behind.
UNSUPPORTED = "final.unsupported"

_OF_RECORDS = "按括号里说的，补填或改准相应的记录；口径没有定的，在通知里写上答复"
_OF_WORDS = "补填相应的记录；要由单位自己写的，写在“{kind}”里（文稿填“{document}”），或者直接写在送审稿的这一处"


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that the unit may accept, and its acceptance, where there is one."""

    target: Target
    finding: Finding
    acceptance: Acceptance | None
    keeps_back: bool = (
        True  # a 报送稿; what no line counted is in none, and its original goes with a 送审稿 once accepted
    )


def holds(a: Assessment) -> list[Hold]:
    """Return all that may be accepted, accepted or not, in the order of the bundle, of the lines, of the records.

    Of a supplement the lines alone whose points or evidence are others than those handed in, and the new files.
    """
    recorded = acceptances(a.dossier)
    targets = [*_of_doubts(a), *_of_files(a), *_of_lines(a), *_of_records(a)]
    held = [Hold(target, finding, standing(target, recorded)) for target, finding in targets]
    return held + [Hold(its, finding, standing(its, recorded), keeps_back=False) for its, finding in _of_tail(a)]


def row_of(hold: Hold, rubric: Rubric) -> HeldRow:
    """Return the hold as the list of gaps shows it: a line as its text calls it, with the id to accept it by."""
    what, its = catalogue()[hold.target.code].accept, hold.acceptance
    accepted = (its.who, its.when, its.reason) if its is not None else ()
    about = hold.target.about
    if f"第{about}项" in hold.target.also:
        called = rubric.called_together([about])
        about = called if called == f"第{about}项" else f"{called}（{about}）"
    return HeldRow(what, about, hold.finding.problem, *accepted)


def _of_files(a: Assessment) -> Iterator[tuple[Target, Finding]]:
    for piece in a.plan.pieces:
        if piece.line:  # what no line counted is handed in with none
            yield from _of_piece(piece)


def _of_doubts(a: Assessment) -> Iterator[tuple[Target, Finding]]:
    """Yield the files, counted or not, on whose pages something may be a marking: they go into no package."""
    for piece in a.plan.pieces:
        file = piece.evidence
        if file.doubts:
            at, facts = Location(f"{MATERIALS}/{file.path}"), {"number": piece.number, "path": file.path}
            yield _target(of_file(DOUBTFUL, file, *file.doubts), at, **facts, doubts="、".join(file.doubts))


def _of_tail(a: Assessment) -> Iterator[tuple[Target, Finding]]:
    """Yield the files that no line counted and nobody could look through: their originals are withheld, too."""
    for piece in a.plan.pieces:
        if not piece.line:
            yield from (its for its in _of_piece(piece) if its[0].code == "final.unexamined")


def _of_piece(piece: Piece) -> Iterator[tuple[Target, Finding]]:
    file, at = piece.evidence, Location(f"{MATERIALS}/{piece.evidence.path}")
    facts = {"number": piece.number, "path": file.path}
    if file.personal:
        yield _target(of_file("final.personal", file), at, **facts, hits="、".join(file.personal))
    if _is_program(file):
        return  # nobody may accept it
    if file.unread and engine() is not None:
        yield _target(of_file("final.unread", file), at, **facts, pages=page_text(file.unread))
    if file.unexamined and file.is_needed:
        yield _target(of_file("final.unexamined", file), at, **facts, reason=file.why or "".join(file.lost))
    elif file.verdict is Verdict.SLIP_SHEET:
        yield _target(of_file("final.slip_sheet", file), at, **facts, reason=file.why)


def _is_program(file: EvidenceFile) -> bool:
    """Whether the file is a program, and not only carries some."""
    return file.verdict is Verdict.SLIP_SHEET and file.programs == (PurePosixPath(file.path).name,)


def _of_lines(a: Assessment) -> Iterator[tuple[Target, Finding]]:
    for score in _concerned(a):
        if score.unsupported:
            line = a.rubric.line(score.line)
            facts = {
                "called": a.rubric.called_together([line.id]), "title": line.title,
                "points": number(score.unsupported), "basis": bases(a.rubric, score),
            }  # fmt: skip
            yield _target(of_line(UNSUPPORTED, score), _row(score.line), line=score.line, **facts)


def _of_records(a: Assessment) -> Iterator[tuple[Target, Finding]]:
    """Yield the records that count for a line and whose evidence is not there, each once."""
    seen: set[tuple[str, str]] = set()
    for score in _concerned(a):
        for use in score.uses:
            lost = [path for path in use.evidence if path not in a.dossier.evidence]
            if use.counted and lost and (use.kind, use.id) not in seen:
                seen.add((use.kind, use.id))
                yield _of_record(a, score.line, use, lost)


def _concerned(a: Assessment) -> Iterator[LineScore]:
    """Yield the lines that the package is about."""
    yield from (its for its in a.card.lines if a.supplement is None or its.line in a.supplement.concerned)


def _of_record(a: Assessment, line: str, use: Use, lost: Sequence[str]) -> tuple[Target, Finding]:
    table = a.dossier.tables[use.kind]
    row = list(table.ids).index(use.id)
    title = a.dossier.pack.kinds[use.kind].title
    target = of_record("final.lost", title, table.record(row))
    called = a.rubric.called_together([line])
    at, paths = table.places(row, "evidence"), "、".join(lost)
    return _target(target, at, line=line, called=called, record=target.about, paths=paths)


def _target(target: Target, at: Location, **facts: str) -> tuple[Target, Finding]:
    findings = Findings()
    findings.add(target.code, at, about=target.about, **facts)
    return target, next(iter(findings))


def tell_withheld(a: Assessment) -> None:
    """Tell which originals are not handed on, for nobody could look through them."""
    each = Findings()
    for path, file in a.dossier.evidence.items():
        if file.withheld and file.is_needed:
            reason = file.why or "".join(file.lost)
            each.add("evidence.withheld", Location(f"{MATERIALS}/{path}"), path=path, reason=reason)
    a.findings.extend(gathered(each))


def tell_acceptances(a: Assessment, held: Sequence[Hold]) -> None:
    """Tell what the unit accepted: what holds, what is about another content than there is now, what is not needed."""
    for hold in held:
        if (its := hold.acceptance) is not None:
            facts = {"id": its.id, "name": its.code, "about": its.about, "who": its.who, "reason": bare(its.reason)}
            a.findings.add("accept.standing", hold.finding.at, **facts, day=f"，{its.when}" if its.when else "")
    if a.supplement is not None:  # it holds a part of what they may be about
        return
    used = {hold.acceptance.id for hold in held if hold.acceptance is not None}
    for its in acceptances(a.dossier):
        about = [hold for hold in held if hold.target.is_meant_by(its)]
        facts = {"id": its.id, "name": in_a_line(its.code), "about": its.about}
        if its.id in used or any(hold.acceptance is not None for hold in about):
            continue  # it holds, or a later one does
        if about:
            why = "以后，内容有了变化" if its.seal else "没有填认可的是怎样的内容"
            a.findings.add("accept.reopened", its.at, **facts, why=why)
        else:
            a.findings.add("accept.not_needed", its.at, **facts)


def refuse_final(outputs: Outputs, stems: Container[str]) -> None:
    """Raise HeldBackError, with the whole list, where anything keeps a 报送稿 with the documents ``stems`` back.

    A supplement tells the points of all lines, so each must be settled; of documents it has its own alone.
    """
    a = outputs.a
    findings = Findings(Findings(a.findings.errors).sorted())
    _add_open_lines(a, findings)
    if a.supplement is None:
        for kind, kinds in documents.lacking(a.rubric, a.dossier):
            findings.add("final.no_document", Location(NOTICE, "documents"), name=kind.name, kinds="、".join(kinds))
    if a.dated is None:
        findings.add_lacking("final.no_date", a.dossier.unit.at, Lack(UNIT, REPORT_DATE))
    elif a.supplement is not None and a.supplement.last_dated is not None and a.dated < a.supplement.last_dated:
        days = {"day": date_text(a.dated), "last": date_text(a.supplement.last_dated)}
        at = a.dossier.unit.at.at(REPORT_DATE)
        findings.add_lacking("final.before_submission", at, Lack(UNIT, REPORT_DATE), **days)
    _add_of_papers(outputs, stems, findings)
    _add_programs(a, findings)
    open_ = (hold for hold in outputs.held if hold.keeps_back and hold.acceptance is None)
    findings.extend(hold.finding for hold in open_ if hold.target.code != DOUBTFUL)  # an error of every package's
    if findings.errors:
        raise HeldBackError(findings)


def _add_programs(a: Assessment, findings: Findings) -> None:
    """Add the programs among the evidence of the lines: nobody may accept them."""
    for piece in a.plan.pieces:
        file = piece.evidence
        if piece.line and _is_program(file):
            at = Location(f"{MATERIALS}/{file.path}")
            findings.add("final.program", at, number=piece.number, path=file.path)


def refuse_unfinished(outputs: Outputs, stems: Container[str]) -> None:
    """Raise HeldBackError where one of the documents ``stems``, which say nothing of points, can't be final."""
    findings = Findings(outputs.faults)
    _add_of_papers(outputs, stems, findings)
    if findings.errors:
        raise HeldBackError(findings)


def _add_open_lines(a: Assessment, findings: Findings) -> None:
    """Add the gaps that are open, as they are counted everywhere, and lines that no gap speaks for."""
    covered: set[str] = set()
    for gap in a.gaps:
        if gap.is_open:
            group = a.rubric.group_of(gap.line)
            covered.update((gap.line, *(group.lines if group is not None and group.all_met else ())))
            facts = {
                "called": gap.called,
                "title": gap.title,
                "word": gap.label,
                "why": gap.what,
                "stake": number(gap.stake),
            }
            mend = _CURES[gap.kind].format(name=gap.part or gap.line)
            findings.add("final.open_line", _row(gap.line), line=gap.line, **facts, mend=mend)
    for score in a.card.lines:
        if score.status in (Status.UNDECIDED, Status.MISSING) and score.line not in covered:
            kind = "undecided" if score.status is Status.UNDECIDED else "missing"
            facts = {
                "called": a.rubric.called_together([score.line]),
                "title": score.title,
                "word": LABELS[kind],
                "why": "；".join(score.because),
                "stake": "0",
            }
            mend = _CURES[kind].format(name=score.line)
            findings.add("final.open_line", _row(score.line), line=score.line, **facts, mend=mend)


def _add_of_papers(outputs: Outputs, stems: Container[str], findings: Findings) -> None:
    for proof in outputs.papers.unfinished(stems):
        document, blanks = proof.kind.name, proof.rendered.blanks
        title = outputs.a.rubric.pack.kinds[STATEMENT].title
        for blank, missing in blanks.items():
            lack = documents.known_lack(missing.lack, proof.kind, outputs.a.dossier)
            why = f"（{'；'.join(missing.source.splitlines())}）" if missing.source else ""
            mend = _OF_RECORDS if missing.source else _OF_WORDS.format(kind=title, document=document)
            if lack is not None and not missing.source:
                mend = documents.lack_in_words(lack, outputs.a.rubric.pack)
            facts = {"document": document, "blank": blank, "why": why, "mend": mend}
            findings.add_lacking("final.blank", Location(f"{document}.docx"), lack, **facts)
    for document, outcome in outputs.papers.open_edits(stems):
        at = Location(f"{keeping.FOLDER}/{document}.yaml")
        findings.add("final.edit_open", at, **choice(document, outcome))


def _row(line: str) -> Location:
    return Location("自评分表", f"第{line}项")
