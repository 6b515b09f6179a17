"""Attachments: what the 附件说明 says, how it says it, and what is really there (7.3.4, 7.3.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kaoping.wings.official import _patterns
from kaoping.wings.official._elements import Elements
from kaoping.wings.official._end_rules import name_of
from kaoping.wings.official._paragraphs import Paragraph
from kaoping.wings.official._remedies import Shape, Wording, put_for, room_above
from kaoping.wings.official._report import Report

_BEFORE_COLON = "："  # 附件1：自评分表
_ENDS = "。；，、：;,.:"


@dataclass(slots=True)
class _Item:
    """One attachment as the 附件说明 names it; ``lines`` are the paragraphs its name takes."""

    number: str
    mark: str
    name: str
    lines: list[Paragraph]


def check(elements: Elements, report: Report) -> None:
    """Check the 附件说明, the attachments' markers, and that the two agree."""
    items = _items(elements)
    if elements.attachment_note:
        _note(elements, items, report)
    for attachment in elements.attachments:
        marker = _patterns.MARKER.fullmatch(attachment.marker.words)
        if marker and (marker["end"] or not re.fullmatch("[0-9]*", marker["number"])):
            report.add("format.marker", attachment.marker, _marked(attachment.marker), actual=attachment.marker.words)
        if not attachment.marker.new_page and attachment.marker is not _first(elements):
            report.add("format.attachment_page", attachment.marker, [Shape(attachment.marker, {"breaks": True})])
    if items and elements.attachments:
        _agree(elements, items, report)


def _first(elements: Elements) -> Paragraph | None:
    """Return the marker that the file begins with: an attachment by itself."""
    return elements.attachments[0].marker if not elements.main.body else None


def _items(elements: Elements) -> list[_Item]:
    items: list[_Item] = []
    for at, paragraph in enumerate(elements.attachment_note):
        for line in paragraph.text.split("\n"):
            match = _patterns.ATTACHMENT_NOTE.match(line.strip())
            rest = match["rest"].strip() if match else line.strip()
            if match and match["number"]:
                items.append(_Item(match["number"], _BEFORE_COLON, rest, [paragraph]))
                continue
            item = _patterns.NOTE_ITEM.fullmatch(rest)
            if item or (at == 0 and match):
                items.append(_Item(item["number"], item["mark"] or "", item["name"], [paragraph]) if item
                             else _Item("", "", rest, [paragraph]))  # fmt: skip
            elif items and rest:
                items[-1].name += rest  # a name that goes on in a paragraph of its own
                items[-1].lines.append(paragraph)
    return [item for item in items if item.name]


def _note(elements: Elements, items: list[_Item], report: Report) -> None:
    first = elements.attachment_note[0]
    match = _patterns.ATTACHMENT_NOTE.match(first.words)
    if match and match["colon"] != "：":
        report.add("format.colon", first, put_for(first, match["colon"], "："), element="附件", source="7.3.4")
    if elements.date is not None and first.number > elements.date.number:
        report.add("format.attachment_place", first)
    elif not first.blank_before and elements.main.body:
        report.add("format.blank_line", first, room_above(first), element="附件说明", source="7.3.4")
    if abs(first.indent("left") + first.indent("first") + first.leading - 2) > 0.6 and not first.label:
        report.add("format.attachment_indent", first, _under_name(first))
    for item in items:
        if item.name.rstrip().endswith(tuple(_ENDS)):
            end = item.name.rstrip()[-1]
            report.add("format.attachment_end", item.lines[-1], put_for(item.lines[-1], end, "", last=True), actual=end)
        if item.name.startswith("《") and item.name.rstrip(_ENDS).endswith("》"):
            report.add("format.attachment_quoted", item.lines[0])
        if item.mark == _BEFORE_COLON:
            wrong = f"附件{item.number}："
            report.add("format.attachment_mark", item.lines[0], actual=wrong, wanted=f"附件：{item.number}.")
        elif item.number and item.mark not in (".", "．"):
            actual, wanted = item.number + item.mark, f"{item.number}."
            report.add(
                "format.attachment_mark",
                item.lines[0],
                put_for(item.lines[0], actual, wanted),
                actual=actual,
                wanted=wanted,
            )
    _numbers(items, report)


def _marked(marker: Paragraph) -> list[Wording]:
    """Return the change of 附件一： to 附件1."""
    match = _patterns.MARKER.fullmatch(marker.words)
    if match is None:
        return []
    number = match["number"]
    plain = (
        "".join(_patterns.digit(char) for char in number) if number.isdigit() else _patterns.from_chinese(number) or ""
    )
    return put_for(marker, marker.words, f"附件{plain}{match['part'] or ''}{match['remark'] or ''}")


def _under_name(first: Paragraph) -> list[Shape]:
    """Return the indents that let a name go on under its first character, where no spaces stand in the way."""
    match = _patterns.ATTACHMENT_NOTE.match(first.words)
    if match is None or first.leading:
        return []
    numbered = _patterns.NOTE_ITEM.fullmatch(match["rest"])
    hanging = 4 if numbered else 3
    return [Shape(first, {"left": 2 + hanging, "first": -hanging})]


def _numbers(items: list[_Item], report: Report) -> None:
    if len(items) == 1 and items[0].number == "1":
        report.add("format.attachment_single", items[0].lines[0])
        return
    for wanted, item in enumerate(items, 1):
        if (len(items) > 1 or item.number) and item.number != str(wanted):
            actual = f"写的是“{item.number}.”" if item.number else "没有编号"
            report.add("format.attachment_number", item.lines[0], actual=actual, wanted=f"{wanted}.")
            return  # the others follow from the first


def _agree(elements: Elements, items: list[_Item], report: Report) -> None:
    whole = [attachment for attachment in elements.attachments if not attachment.is_part]
    there = len(whole)
    if there != len(items):
        report.add("format.attachment_count", elements.attachments[0].marker, actual=there, wanted=len(items))
        return
    for item, attachment in zip(items, whole, strict=True):
        title = name_of("".join(line.text for line in attachment.text.title))
        if title and not _is_same(title, name_of(item.name)):
            report.add("format.attachment_title", attachment.marker, actual=title, wanted=name_of(item.name))


def _is_same(title: str, name: str) -> bool:
    """Whether they are one name; a remark in brackets (申报表（可选）) may stand in one place alone."""
    plain = re.sub("[（(][^（）()]*[）)]$", "", title), re.sub("[（(][^（）()]*[）)]$", "", name)
    return title == name or plain in {(title, title), (name, name)}
