"""What the elements look like: fonts, sizes, lines, indents, colour (GB/T 9704—2012 5.2, 7.3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from kaoping.wings.official.elements import Elements, Text
from kaoping.wings.official.norms import Element, norms
from kaoping.wings.official.paragraphs import Paragraph, Reading, Run
from kaoping.wings.official.patterns import first_sentence, heading_number
from kaoping.wings.official.report import Report

_SIZES = {
    26: "一号", 24: "小一", 22: "二号", 18: "小二", 16: "三号", 15: "小三", 14: "四号", 12: "小四", 10.5: "五号"
}  # fmt: skip
_ENDS = "。：:；！？"


def check(reading: Reading, elements: Elements, report: Report) -> None:
    """Look at all elements of the document and at the texts of its attachments."""
    for key, paragraphs in _named(elements):
        for paragraph in paragraphs:
            _characters(key, paragraph, paragraph.runs, report)
    _title(elements.main, report)  # of an attachment's title the standard says no more than where it stands
    for text in elements.texts:
        for paragraph in _set_as_text(text):
            if reading.sections[paragraph.section].is_turned:  # a wide table has its note in the size that fits
                continue
            _text_characters(paragraph, report)
            if text is elements.main or paragraph.words.endswith("。"):  # 填报单位：… above a form is no paragraph
                _indents(paragraph, report)
    _lines(reading, elements, report)
    _colours(elements, report)
    flush = [
        (elements.addressee, "主送机关"),
        *((attachment.marker, "附件标记") for attachment in elements.attachments),
    ]
    for outer, name in flush:
        if outer is not None and not outer.label:
            _flush(outer, name, report)


def _named(elements: Elements) -> Iterator[tuple[str, Sequence[Paragraph]]]:
    """Yield each element by its name in the norms, with its paragraphs."""
    single = {
        "addressee": elements.addressee, "date": elements.date, "note": elements.note,
        "copy_to": elements.copy_to, "printed": elements.printed,
    }  # fmt: skip
    yield from ((key, [paragraph]) for key, paragraph in single.items() if paragraph is not None)
    yield "attachment_note", elements.attachment_note
    yield "signature", elements.signature
    yield "marker", [attachment.marker for attachment in elements.attachments]
    if elements.has_head and elements.doc_number is not None:
        yield "doc_number", [elements.doc_number]


def _set_as_text(text: Text) -> Iterator[Paragraph]:
    """Yield what is set as running text: not the caption of a picture, nor what is centred or put to the right."""
    for paragraph in text.body:
        if paragraph.align not in ("center", "right") and not paragraph.has_picture and paragraph.leading <= 4:
            yield paragraph


def _text_characters(paragraph: Paragraph, report: Report) -> None:
    """Check a paragraph of text: the first sentence of one that begins as a heading of level 1 or 2 is that heading."""
    if paragraph.label is None:  # its automatic number may make it a heading of any level
        return
    number = heading_number(paragraph.text)
    if number is None or number.level > 2:
        _characters("body", paragraph, paragraph.runs, report)
        return
    cut = first_sentence(paragraph.text) - len(paragraph.label or "")
    head, rest = _split(paragraph.runs, cut)
    _characters(f"heading{number.level}", paragraph, head, report)
    _characters("body", paragraph, rest, report)
    if head and all(run.bold for run in head if run.han):
        report.add("format.bold", paragraph)


def _split(runs: Sequence[Run], cut: int) -> tuple[list[Run], list[Run]]:
    first: list[Run] = []
    rest: list[Run] = []
    for run in runs:
        for part, into in ((run.text[: max(cut, 0)], first), (run.text[max(cut, 0) :], rest)):
            if part:
                into.append(Run(part, run.east, run.latin, run.size, run.bold, run.colour))
        cut -= len(run.text)
    return first, rest


def _characters(key: str, paragraph: Paragraph, runs: Sequence[Run], report: Report) -> None:
    """Check font and size of what most characters have, and tell the few that differ from it."""
    wanted = norms().elements[key]
    han = sum(run.han for run in runs)
    if not han:
        return
    odd = [run for run in runs if run.han and not norms().is_font(run.east, wanted.font)]
    if 2 * sum(run.han for run in odd) > han:
        fonts = Counter(run.east for run in odd for _ in range(run.han))
        report.add("format.font", paragraph, **_facts(wanted), found=fonts.most_common(1)[0][0])
    elif sum(run.han for run in odd) > 1 and not _is_lead(runs, odd):  # one alone is a rare character's stand-in
        pieces = "”“".join(dict.fromkeys(run.text.strip()[:10] for run in odd[:3]))
        report.add("format.font_mixed", paragraph, **_facts(wanted), what=pieces, found=odd[0].east)
    sizes = Counter(run.size for run in runs for _ in range(run.han))
    size, count = sizes.most_common(1)[0]
    off = {size for size in sizes if abs(size - wanted.size) > norms().size_tolerance}
    if size in off:
        report.add("format.size", paragraph, **_facts(wanted), found=_size(size))
    elif off and sum(sizes[one] for one in off) > 1 and count < han:
        odd = [run for run in runs if run.han and run.size in off]
        pieces = "”“".join(dict.fromkeys(run.text.strip()[:10] for run in odd[:3]))
        report.add("format.size_mixed", paragraph, **_facts(wanted), what=pieces, found=_size(odd[0].size))


def _is_lead(runs: Sequence[Run], odd: Sequence[Run]) -> bool:
    """Whether the odd ones are the first words, up to the end of a sentence, as many set 一是加强领导。 in 楷体."""
    count = len(odd)
    first = [run for run in runs if run.han]
    together = first[:count] == list(odd)
    return together and ("".join(run.text for run in odd).rstrip().endswith(tuple(_ENDS)) or len(first) == count)


def _facts(wanted: Element) -> dict[str, str]:
    usual = norms().usual_fonts[wanted.font]
    size = _size(wanted.size)
    return {"element": wanted.name, "font": wanted.font, "usual": usual, "size": size, "source": wanted.clause}


def _size(size: float) -> str:
    name = _SIZES.get(size)
    return f"{name}（{size:g}磅）" if name else f"{size:g}磅"


def _title(text: Text, report: Report) -> None:
    for line in text.title:
        _characters("title", line, line.runs, report)
        if line.align != "center":
            report.add("format.title_side", line)
        if any(run.han for run in line.runs) and all(run.bold for run in line.runs if run.han):
            report.add("format.bold", line)


def _indents(paragraph: Paragraph, report: Report) -> None:
    """Every paragraph begins two characters in and goes on flush (7.3.3); a list's own indents are left alone."""
    if paragraph.label != "":
        return
    left, first = paragraph.indent("left"), paragraph.indent("first") + paragraph.leading
    in_right_size = (left + first) * paragraph.size / norms().elements["body"].size  # the size is told, and not this
    if min(abs(left + first - 2), abs(in_right_size - 2)) > 0.35:
        report.add("format.first_indent", paragraph, found=f"{max(left + first, 0):.1f}".removesuffix(".0"))
    elif left > 0.5:
        report.add("format.left_indent", paragraph, found=f"{left:.1f}".removesuffix(".0"))


def _flush(paragraph: Paragraph, name: str, report: Report) -> None:
    far = paragraph.indent("left") + max(paragraph.indent("first"), 0) + paragraph.leading
    if far > 0.5 or paragraph.align in ("center", "right"):
        report.add("format.flush", paragraph, element=name, source="7.3.2" if name == "主送机关" else "7.3.7")


def _lines(reading: Reading, elements: Elements, report: Report) -> None:
    for text in elements.texts:
        for paragraph in _set_as_text(text):
            section = reading.sections[paragraph.section]
            if section.is_turned:
                continue
            found = _pitch(paragraph, section.pitch)
            if found:
                report.add("format.line_spacing", paragraph, found=found)
            gaps = [paragraph.props.get(side, 0.0) for side in ("before", "after")]
            if max(gaps) > 3:
                report.add("format.paragraph_gap", paragraph, found=f"段前{gaps[0]:g}磅、段后{gaps[1]:g}磅")


def _pitch(paragraph: Paragraph, grid: float | None) -> str:
    """Say how the lines stand where that makes no 22 of them on a page whatever the font; "" where it may."""
    page = norms().page
    body = page["body_height"] * 72 / 25.4
    rule, line = paragraph.props.get("rule", "auto"), paragraph.props.get("line", 1.0)
    if rule == "exact":
        low = high = line
        said = f"固定值{line:g}磅"
    else:
        natural = [factor * paragraph.size for factor in page["natural_line"]]
        if grid and paragraph.props.get("grid", True):  # lines stand on the grid: one, or as many as it takes
            natural = [grid * -(-height // grid) for height in natural]
        if rule == "auto":
            low, high = (height * line for height in natural)
            said = f"{line:g}倍行距"
        else:
            low, high = (max(height, line) for height in natural)
            said = f"最小值{line:g}磅"
    fewest, most = page["lines"]
    if body / high > most or body / low < fewest:
        return f"{said}（每面约{body / (low if rule == 'exact' else (low + high) / 2):.0f}行）"
    return ""


def _colours(elements: Elements, report: Report) -> None:
    everything = [p for text in elements.texts for p in (*text.title, *text.body)]
    everything += [p for p in (elements.addressee, elements.date) if p is not None]
    for paragraph in [*everything, *elements.attachment_note, *elements.signature]:
        for run in paragraph.runs:
            if run.text.strip() and re.fullmatch("[0-9A-F]{6}", run.colour) and not _is_dark(run.colour):
                report.add("format.colour", paragraph)
                break


def _is_dark(colour: str) -> bool:
    """Whether nobody can tell it from black."""
    return all(int(colour[at : at + 2], 16) <= 0x33 for at in (0, 2, 4))
