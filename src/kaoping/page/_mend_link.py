"""The one link that mends what is wrong: from where a finding stands to the view where that is changed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from kaoping import api

_MATERIALS = "材料/"
_NOTICE = "notice.yaml"
#: What is mended by choosing about an edit.
_OF_EDITS = ("final.edit_open", "edits.changed", "edits.rival", "edits.gone")


@dataclass(frozen=True, slots=True)
class Link:
    """Where something is mended, and what the link to it says."""

    address: str
    words: str


def link_of(finding: api.Finding, assessment: api.Assessment) -> Link:
    """Return the link to where ``finding`` is mended: its file, its record, the notice, its line; else the overview."""
    at = finding.at
    if at.file.startswith(_MATERIALS):
        return Link(f"/evidence/file/{quote(at.file.removeprefix(_MATERIALS))}", "看材料")
    if record := _record(at.record, assessment):
        return Link("/records/{}/{}".format(*(quote(step, safe="") for step in record)), "改记录")
    if finding.line and any(line.id == finding.line for line in assessment.rubric.lines):
        return Link(f"/lines/{quote(finding.line, safe='')}", "去办")
    if at.file == _NOTICE:
        return Link("/settings", "去设置")
    if at.file.endswith((".docx", ".yaml")) and finding.code in _OF_EDITS:
        return Link("/build/edits", "去选定")
    if finding.code == "final.no_date":
        return Link("/records/unit", "填日期")
    if finding.code == "final.blank":
        return Link("/records/statement", "写文字")
    if kind := next((name for name, kind in assessment.rubric.pack.kinds.items() if kind.title == at.sheet), ""):
        return Link(f"/records/{kind}", "改记录")
    return Link("/records", "看记录")


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
        kinds = api.kinds_asked(line)
        return Link(f"/records/{kinds[0].name}", f"填{kinds[0].title}") if kinds else Link("/records", "填记录")
    if gap.is_open and api.open_questions(line, assessment.rubric):
        return Link(f"{address}#settle-{gap.part or gap.line}", "看各种读法")
    return Link(
        f"{address}#settle-{gap.part or gap.line}" if gap.is_open else address, "去裁定" if gap.is_open else "看"
    )


def _record(words: str, assessment: api.Assessment) -> tuple[str, str] | None:
    """Return kind and id of the record that a place names in words: 培训记录 P03 佐证材料."""
    title, _, rest = words.partition(" ")
    for name, kind in assessment.rubric.pack.kinds.items():
        if kind.title == title and rest:
            return name, rest.split(" ")[0]
    return None
