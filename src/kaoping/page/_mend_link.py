"""The one link that mends what is wrong: from where a finding stands to the view where that is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from kaoping import api
from kaoping.page._record_table import Registers, address

_MATERIALS = "材料/"
_NOTICE = "notice.yaml"
#: What is mended by choosing about an edit.
_OF_EDITS = ("final.edit_open", "edits.changed", "edits.rival", "edits.gone")
#: What is mended by having pages read that are pictures.
_OF_SCANS = ("evidence.unread", "evidence.unseen", "final.unread")
#: What is mended by choosing whether links among the evidence are followed.
_OF_LINKS = ("evidence.links_left", "evidence.links_followed")
#: What is about 材料 or a folder in it: no file's page tells that.
_OF_FOLDERS = ("evidence.not_entered", "evidence.no_office")


@dataclass(frozen=True, slots=True)
class Link:
    """Where something is mended, and what the link to it says."""

    address: str
    words: str
    about: str = ""  # the record that it is about, as people call it


def link_of(finding: api.Finding, all_: Registers) -> Link:
    """Return the link to where ``finding`` is mended: its file, its record, the notice, its line; else the overview.

    Of a record that is its form, at the field; of several that are alike the table of those that are marked in it.
    """
    at, assessment = finding.at, all_.assessment
    if finding.lack is not None:
        return lack_link(finding.lack, assessment)
    if finding.code in _OF_SCANS:
        return Link("/evidence/reading", "去识别")
    if finding.code in _OF_LINKS:
        return Link("/settings#p-materials.follow_links", "去选定")
    if finding.code in _OF_FOLDERS:
        return Link("/evidence", "看材料")
    if at.file.startswith(_MATERIALS):
        return Link(f"/evidence/file/{quote(at.file.removeprefix(_MATERIALS))}", "看材料")
    if finding.code.startswith("decision.") and (case := _open_case(finding, all_)):
        return Link(case, "去重新裁定")
    if (record := _of_record(finding, all_)) is not None:
        return record
    if finding.line and any(line.id == finding.line for line in assessment.rubric.lines):
        return Link(f"/lines/{quote(finding.line, safe='')}", "去办")
    if at.file == _NOTICE:
        return Link("/settings", "去设置")
    if at.file.endswith((".docx", ".yaml")) and finding.code in _OF_EDITS:
        return Link("/build/edits", "去选定")
    if finding.code == "final.blank":  # of the unit's own template, which does not say what it lacks
        return _words_of(at.file.removesuffix(".docx"), assessment)
    if kind := next((name for name, kind in assessment.rubric.pack.kinds.items() if kind.title == at.sheet), ""):
        return Link(f"/records/{kind}", "改记录")
    return Link("/records", "看记录")


def whole_links(assessment: api.Assessment) -> list[tuple[api.Finding, Link | None]]:
    """Return what was found about 材料 as a whole, or a folder in it: what no file's own page tells."""
    return [
        (its, Link("/settings#p-materials.follow_links", "去选定") if its.code in _OF_LINKS else None)
        for its in assessment.findings
        if its.code in (*_OF_LINKS, *_OF_FOLDERS)
    ]


def unscored_link(finding: api.Finding, all_: Registers | None, kept: int) -> Link | None:
    """Return the link to where a ``finding`` is mended that keeps the unit from being scored; None for no such place.

    That is its record where that can be read; else the earlier versions of the file that it is about, of ``kept``.
    """
    at = finding.at
    if all_ is not None and (record := _of_record(finding, all_)) is not None:
        return record
    if all_ is not None and (kind := next((its for its in all_.kinds.values() if _stands_in(its, at)), None)):
        return Link(address(kind.name), "改记录" if kind.name in all_.books.raws else f"填{kind.title}")
    return Link("/records/-/versions", "换回以前的版本") if kept and not at.file.startswith(_MATERIALS) else None


def _stands_in(kind: Any, at: api.Location) -> bool:
    return bool(at.file == f"records/{kind.file}" or at.sheet == kind.title)


def lack_link(lack: api.Lack, assessment: api.Assessment) -> Link:
    """Return the link to where ``lack`` is recorded: the notice's question, the field of its record, or a new one."""
    if lack.question:
        return Link(f"/settings#q-{quote(lack.question)}", "答复口径")
    kind = assessment.rubric.pack.kinds[lack.kind]
    its = kind.field(lack.field)
    field = f"?field={quote(its.name)}#v-{quote(its.name)}" if its is not None else ""
    table = assessment.raws.get(kind.name)
    ids = table.columns.get(kind.key, ()) if table is not None else ()
    if kind.single:
        return Link(f"/records/{kind.name}{field}", f"填{its.title}" if its is not None else f"填{kind.title}")
    if lack.id and lack.id in ids:
        return Link(f"/records/{kind.name}/{quote(lack.id, safe='')}{field}", f"填{its.title if its else kind.title}")
    if ids and not (lack.id or lack.given):
        return Link(f"/records/{kind.name}", f"看{kind.title}")
    given = dict(lack.given) | ({kind.key: lack.id} if lack.id else {})
    return new_record(kind, given, lack.field)


def new_record(kind: Any, given: Mapping[str, str], field: str = "") -> Link:
    """Return the link to the form of a new record of ``kind``, with what is ``given`` filled in, at ``field``."""
    asked = {"new": "1", **{f"v-{name}": value for name, value in given.items()}}
    if not field:
        field = next((f.name for f in kind.shown_fields if f.name != kind.key and f.name not in given), "")
    return Link(f"/records/{kind.name}?{urlencode({**asked, 'field': field})}#v-{field}", f"填{kind.title}")


def _words_of(document: str, assessment: api.Assessment) -> Link:
    """Return the link to where the unit's own words for a ``document`` are written; in Word, where there is no such."""
    kind = assessment.rubric.pack.kinds["statement"]
    field = kind.field("document")
    if field is not None and (not field.options or document in field.options):
        return Link(new_record(kind, {"document": document}, "topic").address, "写文字")
    return Link("/build/edits", "在 Word 里写")


def next_step(gap: api.Gap, assessment: api.Assessment) -> Link:
    """Return the link to what is to be done next about ``gap``."""
    line, address = assessment.rubric.line(gap.line), f"/lines/{quote(gap.line, safe='')}"
    judged = {(its.line, its.part) for its in api.judgements(assessment.dossier)}
    waiting = [its.part for its in api.judgings(line) if (gap.line, its.part) not in judged]
    if gap.kind == "unsupported":
        return Link(f"{address}#h-proofs", "补佐证")
    if gap.is_open and waiting:
        return Link(f"{address}#judge{waiting[0]}", "去评判")
    if gap.kind == "missing":
        return winning_record(assessment, line, gap.part)
    if gap.is_open and api.open_questions(line, assessment.rubric):
        return Link(f"{address}#settle-{gap.part or gap.line}", "看各种读法")
    return Link(
        f"{address}#settle-{gap.part or gap.line}" if gap.is_open else f"{address}#h-points",
        "去裁定" if gap.is_open else "看",
    )


def winning_record(assessment: api.Assessment, line: Any, part: str = "", clause: str = "") -> Link:
    """Return the link to the record that would win points of the line, of one part of it, or by one clause.

    What it has no record of at all comes first; then what has none of that sort.
    """
    lacks = [its for its in api.records_of(line, part, clause) if not assessment.rubric.pack.kinds[its.kind].on_rubric]
    if not lacks:  # points that somebody judges: what the unit did for it is recorded as its works
        feeds = api.kinds_of_lines(assessment.rubric).get(line.id, [])
        lacks = [api.Lack(kind.name, given=(("line", line.id),)) for kind in feeds]
    if not lacks:
        return Link(f"/lines/{quote(line.id, safe='')}#h-proofs", "看佐证")

    def rank(lack: api.Lack) -> tuple[bool, bool]:
        table = assessment.dossier.table(lack.kind)
        return lack.kind == "indicator", table is not None and _has(table, lack.given)

    lack = min(lacks, key=rank)
    if lack.kind in ("unit", "indicator"):
        return lack_link(lack, assessment)
    kind = assessment.rubric.pack.kinds[lack.kind]
    return new_record(kind, {name: value for name, value in lack.given if kind.field(name) is not None})


def _has(table: Any, given: Iterable[tuple[str, str]]) -> bool:
    """Whether some record has what is given."""
    entries = list(given)
    return any(
        all(str(table.columns.get(name, [None] * len(table))[row]) == value for name, value in entries)
        for row in range(len(table))
    )


def _open_case(finding: api.Finding, all_: Registers) -> str:
    """Return the address where the open line or part is settled that a finding about a decision is about; else ""."""
    assessment, known = all_.assessment, all_.owner(finding)
    its = next((its for its in api.decisions(assessment.dossier) if known and its.id == known[1].id), None)
    name = (its.part or its.line) if its is not None else ""
    scores = [score for score in assessment.card.lines if its is not None and score.line == its.line]
    rows = [(part.part, part.status) for score in scores for part in score.parts]
    rows += [(score.line, score.status) for score in scores]
    is_open = its is not None and (name, "undecided") in rows
    return f"/lines/{quote(its.line, safe='')}#settle-{name}" if its is not None and is_open else ""


def _of_record(finding: api.Finding, all_: Registers) -> Link | None:
    """The link to the record that a finding is about; to all that are alike where it tells of several."""
    if (known := all_.owner(finding)) is None:
        return None
    register, owner = known
    kind, written = register.kind, register.written
    about = written.called(owner.id)
    alike = written.marked_in(owner.field) if owner.field else ()
    if written.is_ledger and len(alike) > 1 and finding.severity != "note":
        address_of = address(kind.name, query=f"?wrong={quote(owner.field)}")
        return Link(address_of, f"看这 {len(alike)} 条", f"{about}等 {len(alike)} 条")
    if owner.id not in written.rows:
        return Link(address(kind.name), "看记录", about)
    spot = f"?field={quote(owner.field)}#v-{quote(owner.field)}" if owner.field else "#h-form"
    return Link(address(kind.name, owner.id) + spot, "改记录", about)
