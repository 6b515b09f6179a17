"""A pack's rubric and notice, its layers laid over one another, and what of a lower layer no later one may take over.

What names the year is not inherited across years: a rubric's id and title, due dates and answers are those of their own
year. A cell that spans down over merged lines belongs to the line in which it is written, whatever comes between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.core.packs.overlay import Keyed, Named, Shape, laid_over, without
from kaoping.core.packs.pack import Layer
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.nodes import Line
from kaoping.rubric.rules.params import Literal

FILE, NOTICE = "rubric.yaml", "notice.yaml"
#: What of the two files an extending pack lays over node by node; all else of them it takes or leaves whole.
SHAPES: Mapping[str, Shape] = {
    "questions": Named(),
    "groups": Keyed("id"),
    "sections": Keyed("id", {"lines": Keyed("line")}),
}
NOTICE_SHAPES: Mapping[str, Shape] = {
    name: Named() for name in ("due", "answers", "answered", "patterns", "columns", "bundle", "files", "materials")
}
#: The cells that may be merged over several lines, each with its head in the official table.
SPANNING = {"content": "内容", "basis": "依据", "points": "分值"}
_DATE = re.compile(r"([0-9]{4})-[0-9]{2}(-[0-9]{2})?")


def rubric_node(pack: Pack, findings: Findings) -> Node | None:
    """Return the pack's rubric; None where no layer has one, or what is there can't be laid over one another."""
    try:
        stages = list(pack.stages(FILE, SHAPES, findings))
        for layer, before, after in zip(pack.layers[1:], stages, stages[1:], strict=False):
            if before is not None and after is not None:
                _check_spans(layer, before, after, findings)
        return _named_for_itself(pack, stages[-1]) if stages[-1] is not None else None
    except ExpectedError as error:
        findings.add("rubric.expected", error.node.at, path=error.node.at.path or "开头", expected=error.what)
        return None


def _named_for_itself(pack: Pack, node: Node) -> Node:
    """The rubric without the id and year of a lower layer, and without its title where that is another year's."""
    if len(pack.layers) == 1:
        return node
    top = pack.layers[-1].read(FILE, Findings())
    named = top.mapping() if top is not None else {}
    entries = {name: child for name, child in node.mapping().items() if name not in ("id", "year") or name in named}
    if "title" not in named and len(set(pack.years)) > 1:
        entries["title"] = Node(pack.title, node.at)
    return replace(node, value=entries)


def notice_node(pack: Pack, findings: Findings) -> Node | None:
    """Return the pack's notice; None where no layer has one. Raises ExpectedError."""
    merged: Node | None = None
    for layer, year in zip(pack.layers, pack.years, strict=True):
        if merged is not None:
            merged = without(merged, {"due": layer.dropped("due")}, NOTICE_SHAPES, findings)
        notice = layer.read(NOTICE, findings, pack.vocabulary)
        if notice is None:
            continue
        if year != pack.year:
            notice = _without_its_year(notice)
        merged = notice if merged is None else laid_over(merged, notice, NOTICE_SHAPES, findings)
    return merged


def _without_its_year(notice: Node) -> Node:
    """The notice of another year: what was due and answered in that year is neither in this one."""
    entries = dict(notice.mapping())
    if "due" in entries and isinstance(entries["due"].value, dict):
        due = {name: _without_date(entry) for name, entry in entries["due"].value.items()}
        entries["due"] = replace(entries["due"], value=due)
    if "answers" in entries and isinstance(entries["answers"].value, dict):
        answers = {name: replace(answer, value=None) for name, answer in entries["answers"].value.items()}
        entries["answers"] = replace(entries["answers"], value=answers)
        entries.pop("answered", None)
    return replace(notice, value=entries)


def _without_date(entry: Node) -> Node:
    if not isinstance(entry.value, dict) or "date" not in entry.value:
        return entry
    return replace(entry, value={**entry.value, "date": replace(entry.value["date"], value=None)})


def years_named(line: Line) -> set[int]:
    """Return the years of the dates that the line's rule is about."""
    texts = (node.value for node in line.nodes if isinstance(node, Literal) and isinstance(node.value, str))
    return {int(match[1]) for text in texts if (match := _DATE.fullmatch(text))}


def check_dates(pack: Pack, lines: Iterable[Line], findings: Findings) -> None:
    """Tell the lines of a layer of another year that count by dates of that year: nothing of this one would count."""
    years = {f"{layer.folder.name}/{FILE}": year for layer, year in zip(pack.layers, pack.years, strict=True)}
    for line in lines:
        of = years.get(line.at.file, pack.year)
        if of != pack.year and of in years_named(line):
            findings.add("pack.old_date", line.at, line=line.id, year=of, wanted=pack.year)


def _check_spans(layer: Layer, before: Node, after: Node, findings: Findings) -> None:
    """Tell the lines that the layer did not write and whose merged cells now belong to another line than before."""
    were, are = dict(_spans(before)), dict(_spans(after))
    for place, (node, above) in are.items():
        if place not in were or were[place][0].at != node.at or were[place][1] == above:
            continue
        line, cell = place
        now = f"成了第{above}项" if above else "没有了"
        findings.add(
            "pack.spanning_cell", Location(f"{layer.folder.name}/{FILE}"),
            line=line, cell=SPANNING[cell], before=were[place][1] or "（没有）", now=now,
        )  # fmt: skip


def _spans(node: Node) -> Iterator[tuple[tuple[str, str], tuple[Node, str]]]:
    """Yield each cell that is covered by the one above: (line, cell) → the line's node, and whose the cell is."""
    sections = node.mapping().get("sections")
    for section in sections.items() if sections is not None else ():
        whose = dict.fromkeys(SPANNING, "")
        lines = section.mapping().get("lines")
        for line in lines.items() if lines is not None and lines.value is not None else ():
            id_ = line.mapping()["line"].text()
            row = line.mapping().get("row")
            if row is None:  # it stands in the row of another
                continue
            for cell in SPANNING:
                words = row.mapping().get(cell)
                if words is None or words.value:
                    whose[cell] = id_
                else:
                    yield (id_, cell), (line, whose[cell])
