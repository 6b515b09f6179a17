"""What the rules found: alike slips are one finding with their number and the first places: forty help nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.wings.official._norms import norms
from kaoping.wings.official._paragraphs import Paragraph
from kaoping.wings.official._remedies import Remedy, Wording

_QUOTED = 12  # characters of a paragraph that send its reader there

#: A slip's code and the paragraph it stands in: by these it is known again after a remedy.
Mark = tuple[str, int]


@dataclass(slots=True)
class _Slip:
    code: str
    facts: dict[str, Any]
    places: list[Location] = field(default_factory=list)
    remedies: list[Remedy] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """Collects slips; ``name`` is what the file is called in what is said."""

    name: str
    _slips: dict[tuple[str, str], _Slip] = field(default_factory=dict)

    def add(self, code: str, paragraph: Paragraph | None = None, remedies: Iterable[Remedy] = (), **facts: Any) -> None:
        """Note a slip and what would put it right; those with the same code and facts are told together."""
        slip = self._slips.setdefault((code, repr(sorted(facts.items()))), _Slip(code, facts))
        slip.places.append(self.place(paragraph))
        slip.remedies.extend(remedies)

    def fail(self, what: str, error: Exception) -> None:
        """Note that ``what`` could not be looked at."""
        self.add("format.failed", what=what, why=f"{type(error).__name__}：{error}")

    @property
    def remedies(self) -> list[Remedy]:
        """All that would put slips right."""
        return [remedy for slip in self._slips.values() for remedy in slip.remedies]

    @property
    def marks(self) -> set[Mark]:
        """Of each slip its code and paragraph."""
        return {(slip.code, place.paragraph) for slip in self._slips.values() for place in slip.places}

    def findings(self, but: Iterable[Mark] = ()) -> Findings:
        """Return what was found, in the order of the document, without the slips with these marks."""
        left_out = set(but)
        listed: list[tuple[_Slip, list[Location]]] = []
        for slip in self._slips.values():
            places = [place for place in slip.places if (slip.code, place.paragraph) not in left_out]
            if places:
                listed.append((slip, sorted(places, key=lambda place: place.paragraph)))
        findings = Findings()
        for slip, places in sorted(listed, key=lambda pair: pair[1][0].paragraph):
            alike = Findings()
            alike.add_alike(slip.code, places[: norms().named], len(places), name=self.name, **slip.facts)
            findings.extend(replace(finding, mend=finding.mend + self._proposed(slip)) for finding in alike)
        return findings

    def _proposed(self, slip: _Slip) -> str:
        """Say how the text would read."""
        changes = [remedy for remedy in slip.remedies if isinstance(remedy, Wording)]
        proposal = "；".join(
            "{}“{}”→“{}”".format(f"第{change.paragraph.number}段" if change.paragraph.number else "", *change.shown)
            for change in changes[: norms().named]
        )
        return f"建议：{proposal}{'等' if len(changes) > norms().named else ''}。" if proposal else ""

    def place(self, paragraph: Paragraph | None) -> Location:
        """Return where a paragraph stands; None is the whole file."""
        if paragraph is None:
            return Location(self.name)
        words = paragraph.words.replace("\n", "").replace("\t", " ")
        quoted = f"“{words[:_QUOTED]}{'…' if len(words) > _QUOTED else ''}”"
        where = {"table": "表格里的", "box": "文本框里的", "footer": "页脚"}.get(paragraph.place, "")
        if paragraph.place == "footer":
            return Location(self.name, where)
        return Location(self.name, f"{where}{quoted}", paragraph=paragraph.number)
