"""What the rules found: alike slips are one finding with their number and the first places: forty help nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.wings.official.norms import norms
from kaoping.wings.official.paragraphs import Paragraph

_QUOTED = 12  # characters of a paragraph that send its reader there


@dataclass(slots=True)
class _Slip:
    code: str
    facts: dict[str, Any]
    places: list[Location] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """Collects slips; ``name`` is what the file is called in what is said."""

    name: str
    _slips: dict[tuple[str, str], _Slip] = field(default_factory=dict)

    def add(self, code: str, paragraph: Paragraph | None = None, **facts: Any) -> None:
        """Note a slip; those with the same code and facts are told together."""
        slip = self._slips.setdefault((code, repr(sorted(facts.items()))), _Slip(code, facts))
        slip.places.append(self._place(paragraph))

    def findings(self) -> Findings:
        """Return what was found, in the order of the document."""
        findings = Findings()
        for slip in self._slips.values():
            slip.places.sort(key=lambda place: place.paragraph)
        for slip in sorted(self._slips.values(), key=lambda slip: slip.places[0].paragraph):
            places = slip.places[: norms().named]
            findings.add_alike(slip.code, places, len(slip.places), name=self.name, **slip.facts)
        return findings

    def _place(self, paragraph: Paragraph | None) -> Location:
        if paragraph is None:
            return Location(self.name)
        words = paragraph.words.replace("\n", "").replace("\t", " ")
        quoted = f"“{words[:_QUOTED]}{'…' if len(words) > _QUOTED else ''}”"
        where = {"table": "表格里的", "box": "文本框里的", "footer": "页脚"}.get(paragraph.place, "")
        if paragraph.place == "footer":
            return Location(self.name, where)
        return Location(self.name, f"{where}{quoted}", paragraph=paragraph.number)
