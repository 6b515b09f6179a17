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
        return Link("/settings#unit", "填日期")
    if finding.code == "final.blank":
        return Link("/records/statement", "写文字")
    if kind := next((name for name, kind in assessment.rubric.pack.kinds.items() if kind.title == at.sheet), ""):
        return Link(f"/records/{kind}", "改记录")
    return Link("/records", "看记录")


def _record(words: str, assessment: api.Assessment) -> tuple[str, str] | None:
    """Return kind and id of the record that a place names in words: 培训记录 P03 佐证材料."""
    title, _, rest = words.partition(" ")
    for name, kind in assessment.rubric.pack.kinds.items():
        if kind.title == title and rest:
            return name, rest.split(" ")[0]
    return None
