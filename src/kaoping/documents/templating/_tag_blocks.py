"""What tags must be like where they stand: blocks closed and in order, in one place, and alone where they need it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docx.oxml.ns import qn

from kaoping.documents._dialect import paired
from kaoping.documents.templating._placed_tags import Flaw, PlacedTag

_UNITS = {"": "普通的标签（{% … %}）", "p": "{%p … %}", "tr": "{%tr … %}", "tc": "{%tc … %}", "r": "{%r … %}"}
_SHARED = {"p": "template.shares_paragraph", "tr": "template.shares_row", "tc": "template.shares_cell"}


def check_blocks(tags: Sequence[PlacedTag], *, is_torn: bool) -> tuple[list[str], list[Flaw]]:
    """Return the tags of one part as Jinja that can be parsed, a line each, and what is wrong with them.

    A tag that is wrong by itself is left out; where it begins a block, another of the same extent stands for it. The
    part has a scope of its own, as where it is rendered. Where it ``is_torn`` by half a statement, told before, its
    blocks can't be told apart.
    """
    wrong = {tag: flaw for tag in tags for flaw in _misspelt(tag)}
    lines = [tag.jinja if tag not in wrong else "{% if 1 %}" if tag.opens else "" for tag in tags]
    ends = [""] * (len(tags) + 1)
    flaws: list[Flaw] = []
    for first, second, number in paired(tags):
        if first is None and second is not None:
            flaws.append(second.flaw("template.extra_end", "、".join(second.belongs)))
            lines[number] = ""
        elif first is not None:
            end = "{% endif %}" if first in wrong else f"{{% end{first.keyword} %}}"
            if second is None:
                flaws.append(first.flaw("template.unclosed", first.end))
                ends[number] += end
            else:
                flaws += _apart(first, second)
                lines[number] = end if second.closes else lines[number]
    flaws = [*([] if is_torn else flaws), *(flaw for tag in tags for flaw in _misplaced(tag))]
    flawed = {flaw.paragraph for flaw in flaws}
    flaws += [flaw for flaw in wrong.values() if flaw.paragraph not in flawed]
    lines = [before + line for before, line in zip(ends, lines, strict=False)]
    lines[0] = "{% with %}" + lines[0]
    lines[-1] += ends[-1] + "{% endwith %}"
    return lines, flaws


def _misspelt(tag: PlacedTag) -> Iterator[Flaw]:
    if tag.forbidden:
        yield tag.flaw("template.forbidden", tag.forbidden)
    elif why := tag.misspelling():
        yield tag.flaw("template.syntax", why)


def _apart(first: PlacedTag, second: PlacedTag) -> Iterator[Flaw]:
    """Yield what is wrong with two tags of the same block: another kind, or another place than the kind allows."""
    a, b = first.paragraph, second.paragraph
    opening = f"{a.place}的“{first.text}”"
    if first.unit != second.unit:
        yield second.flaw("template.mixed_block", f"{opening}是{_UNITS[first.unit]}")
        return
    if first.unit in ("tr", "tc") and None in (a.within("tr"), b.within("tr")):
        return  # told as that
    wholes = {"tr": ("tbl",), "tc": ("tr",)}.get(first.unit, ("tc", "txbxContent"))
    if a.within(*wholes) is not b.within(*wholes):
        yield second.flaw("template.crossing_block", opening)
    elif first.unit in ("", "r") and a is not b:
        yield second.flaw("template.long_block", opening)


def _misplaced(tag: PlacedTag) -> Iterator[Flaw]:
    """Yield where a tag stands for a paragraph, row or cell, and isn't in one, or takes something else away with it."""
    paragraph, row = tag.paragraph, tag.paragraph.within("tr")
    if tag.unit in ("tr", "tc") and row is None:
        yield tag.flaw("template.outside_table")
    elif tag.unit in _SHARED:
        element = {"p": paragraph.element, "tr": row, "tc": paragraph.holder}[tag.unit]
        words = "".join(node.text or "" for node in element.iter(qn("w:t")))
        others = words.replace(tag.text, "", 1).strip()
        if others or any(element.iter(qn("w:drawing"), qn("w:pict"), qn("w:object"))):
            yield tag.flaw(_SHARED[tag.unit], f"“{others[:20]}”" if others else "图片")
