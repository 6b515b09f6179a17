"""What the elements look like: fonts, sizes, lines, indents, colour (GB/T 9704—2012 5.2, 7.3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kaoping.wings.official._elements import Elements, Text
from kaoping.wings.official._norms import Element, norms
from kaoping.wings.official._paragraphs import Paragraph, Reading, Run, split
from kaoping.wings.official._patterns import DRAFT_BLANK, first_sentence, heading_number
from kaoping.wings.official._remedies import Look, Remedy, Shape, looks
from kaoping.wings.official._report import Report

_SIZES = {
    26: "一号", 24: "小一", 22: "二号", 18: "小二", 16: "三号", 15: "小三", 14: "四号", 12: "小四", 10.5: "五号"
}  # fmt: skip
_ENDS = "。：:；！？"
_LATIN = re.compile("[0-9A-Za-z]")
#: They stand in both kinds of script, and are as wide as their font has them.
_WIDE_MARKS = re.compile("[“”‘’—…]")
_EMPHASES = {"underline": "下划线", "italic": "斜体", "dots": "着重号"}


def check(reading: Reading, elements: Elements, report: Report) -> None:
    """Look at all elements of the document and at the texts of its attachments."""
    faces = _faces(elements)
    for key, paragraphs in _named(elements):
        for paragraph in paragraphs:
            _characters(key, paragraph, paragraph.runs, faces, report)
    _title(elements.main, faces, report)  # of an attachment's title the standard says no more than where it stands
    for text in elements.texts:
        for paragraph in _set_as_text(text):
            if reading.sections[paragraph.section].is_turned:  # a wide table has its note in the size that fits
                continue
            _text_characters(paragraph, faces, report)
            if text is elements.main or paragraph.words.endswith("。"):  # 填报单位：… above a form is no paragraph
                _indents(paragraph, report)
    _lines(reading, elements, report)
    _gaps(elements, report)
    _plain(reading, elements, faces, report)
    flush = [
        (elements.addressee, "主送机关"),
        *((attachment.marker, "附件标记") for attachment in elements.attachments),
    ]
    for outer, name in flush:
        if outer is not None and not outer.label:
            _flush(outer, name, report)


def _faces(elements: Elements) -> Mapping[str, str]:
    """Return of each family the face that the document uses most (the usual one where none); as "" the Latin one."""
    everything = [p for text in elements.texts for p in (*text.title, *text.body)]
    runs = [run for p in [*everything, *elements.attachment_note, *elements.signature] for run in p.runs]
    faces = dict(norms().usual_fonts)
    for family in faces:
        used = Counter(
            run.east for run in runs if run.east and norms().is_font(run.east, family) for _ in range(run.han)
        )
        if used:
            faces[family] = used.most_common(1)[0][0]
    latin = Counter(run.latin for run in runs if norms().is_fit_latin(run.latin) for _ in _LATIN.findall(run.text))
    return faces | {"": latin.most_common(1)[0][0] if latin else ""}


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


def _text_characters(paragraph: Paragraph, faces: Mapping[str, str], report: Report) -> None:
    """Check a paragraph of text: the first sentence of one that begins as a heading of level 1 or 2 is that heading."""
    if paragraph.label is None:  # its automatic number may make it a heading of any level
        return
    head, rest = _heading(paragraph)
    if not head:
        _characters("body", paragraph, rest, faces, report)
        _bold("format.bold_body", paragraph, rest, report)
        return
    number = heading_number(paragraph.text)
    _characters(f"heading{number.level if number else 1}", paragraph, head, faces, report)
    _characters("body", paragraph, rest, faces, report)
    _bold("format.bold", paragraph, head, report)
    _bold("format.bold_body", paragraph, rest, report)


def _heading(paragraph: Paragraph) -> tuple[list[Run], list[Run]]:
    """Part the heading of level 1 or 2 that a paragraph begins with from its text; no runs where there is none."""
    number = heading_number(paragraph.text)
    if number is None or number.level > 2:
        return [], paragraph.runs
    return split(paragraph.runs, first_sentence(paragraph.text) - len(paragraph.label or ""))


def _bold(code: str, paragraph: Paragraph, runs: Sequence[Run], report: Report) -> None:
    bold = [run for run in runs if run.bold and run.text.strip()]
    if any(run.han for run in bold):
        report.add(code, paragraph, looks(bold, bold=False))


def _characters(key: str, paragraph: Paragraph, runs: Sequence[Run], faces: Mapping[str, str], report: Report) -> None:
    """Check font and size of what most characters have, and tell the few that differ from it."""
    wanted = norms().elements[key]
    han = sum(run.han for run in runs)
    if not han:
        return
    odd = [run for run in runs if run.han and not norms().is_font(run.east, wanted.font)]
    refaced = [run for run in runs if run.text.strip() and not norms().is_font(run.east, wanted.font)]
    dressed = looks(refaced, east=faces[wanted.font])
    if 2 * sum(run.han for run in odd) > han:
        fonts = Counter(run.east for run in odd for _ in range(run.han))
        report.add("format.font", paragraph, dressed, **_facts(wanted), actual=fonts.most_common(1)[0][0])
    elif sum(run.han for run in odd) > 1 and not _is_lead(runs, odd):  # one alone is a rare character's stand-in
        pieces = "”“".join(dict.fromkeys(run.text.strip()[:10] for run in odd[:3]))
        report.add("format.font_mixed", paragraph, dressed, **_facts(wanted), what=pieces, actual=odd[0].east)
    sizes = Counter(run.size for run in runs for _ in range(run.han))
    size, count = sizes.most_common(1)[0]
    off = {size for size in sizes if abs(size - wanted.size) > norms().size_tolerance}
    sized = looks([run for run in runs if run.text.strip() and _is_off(run, wanted)], size=wanted.size)
    if size in off:
        report.add("format.size", paragraph, sized, **_facts(wanted), actual=_size(size))
    elif off and sum(sizes[odd_size] for odd_size in off) > 1 and count < han:
        odd = [run for run in runs if run.han and run.size in off]
        pieces = "”“".join(dict.fromkeys(run.text.strip()[:10] for run in odd[:3]))
        report.add("format.size_mixed", paragraph, sized, **_facts(wanted), what=pieces, actual=_size(odd[0].size))


def _is_off(run: Run, wanted: Element) -> bool:
    return abs(run.size - wanted.size) > norms().size_tolerance


def _is_lead(runs: Sequence[Run], odd: Sequence[Run]) -> bool:
    """Whether the odd ones are the first words, up to the end of a sentence, as many set 一是加强领导。 in 楷体."""
    count = len(odd)
    first = [run for run in runs if run.han]
    together = first[:count] == list(odd)
    return together and ("".join(run.text for run in odd).rstrip().endswith(tuple(_ENDS)) or len(first) == count)


def _facts(wanted: Element) -> dict[str, Any]:
    usual = norms().usual_fonts[wanted.font]
    size = _size(wanted.size)
    return {"element": wanted.name, "font": wanted.font, "usual": usual, "size": size, "source": wanted.clause}


def _size(size: float) -> str:
    name = _SIZES.get(size)
    return f"{name}（{size:g}磅）" if name else f"{size:g}磅"


def _title(text: Text, faces: Mapping[str, str], report: Report) -> None:
    for line in text.title:
        _characters("title", line, line.runs, faces, report)
        shift = line.indent("left") - line.indent("right") + line.indent("first")
        if line.align != "center" or abs(shift) > 1:
            report.add("format.title_side", line, [Shape(line, {"align": "center", "first": 0, "left": 0, "right": 0})])
        _bold("format.bold", line, line.runs, report)


def _indents(paragraph: Paragraph, report: Report) -> None:
    """Every paragraph begins two characters in and goes on flush (7.3.3); a list's own indents are left alone."""
    if paragraph.label != "":
        return
    left, first = paragraph.indent("left"), paragraph.indent("first") + paragraph.leading
    in_right_size = (left + first) * paragraph.size / norms().elements["body"].size  # the size is told, and not this
    if min(abs(left + first - 2), abs(in_right_size - 2)) > 0.35:
        report.add(
            "format.first_indent",
            paragraph,
            _two_in(paragraph),
            actual=f"{max(left + first, 0):.1f}".removesuffix(".0"),
        )
    elif left > 0.5:
        report.add("format.left_indent", paragraph, _two_in(paragraph), actual=f"{left:.1f}".removesuffix(".0"))


def _two_in(paragraph: Paragraph) -> list[Remedy]:
    """Return the indents that let a paragraph begin two characters in, with the spaces that it begins with."""
    rest = 2 - paragraph.leading
    return [Shape(paragraph, {"left": 0, "first": rest})] if rest >= 0 else []


def _flush(paragraph: Paragraph, name: str, report: Report) -> None:
    far = paragraph.indent("left") + max(paragraph.indent("first"), 0) + paragraph.leading
    if far > 0.5 or paragraph.align in ("center", "right"):
        flush: dict[str, Any] = {"left": 0, "first": 0}
        if paragraph.align in ("center", "right"):
            flush["align"] = "left"
        clause = "7.3.2" if name == "主送机关" else "7.3.7"
        report.add("format.flush", paragraph, [Shape(paragraph, flush)], element=name, source=clause)


def _lines(reading: Reading, elements: Elements, report: Report) -> None:
    for text in elements.texts:
        for paragraph in _set_as_text(text):
            section = reading.sections[paragraph.section]
            if section.is_turned:
                continue
            actual = _pitch(paragraph, section.pitch)
            if actual:
                line = [Shape(paragraph, {"line": norms().page["line"]})]
                report.add("format.line_spacing", paragraph, line, actual=actual)
            gaps = [paragraph.props.get(side, 0.0) for side in ("before", "after")]
            if max(gaps) > 3:
                actual = f"段前{gaps[0]:g}磅、段后{gaps[1]:g}磅"
                report.add(
                    "format.paragraph_gap", paragraph, [Shape(paragraph, {"before": 0, "after": 0})], actual=actual
                )


def _pitch(paragraph: Paragraph, grid: float | None) -> str:
    """Say how the lines stand where that makes no 22 of them on a page whatever the font; "" where it may."""
    page = norms().page
    body = page["body_height"] * 72 / 25.4
    rule, line = paragraph.props.get("rule", "auto"), paragraph.props.get("line", 1.0)
    if rule == "exact":
        low = high = line
        spacing = f"固定值{line:g}磅"
    else:
        natural = [factor * paragraph.size for factor in page["natural_line"]]
        if grid and paragraph.props.get("grid", True):  # lines stand on the grid: one, or as many as it takes
            natural = [grid * -(-height // grid) for height in natural]
        if rule == "auto":
            low, high = (height * line for height in natural)
            spacing = f"{line:g}倍行距"
        else:
            low, high = (max(height, line) for height in natural)
            spacing = f"最小值{line:g}磅"
    fewest, most = page["lines"]
    if body / high > most or body / low < fewest:
        return f"{spacing}（每面约{body / (low if rule == 'exact' else (low + high) / 2):.0f}行）"
    return ""


def _gaps(elements: Elements, report: Report) -> None:
    """Tell empty paragraphs between those of the text."""
    for paragraph in elements.main.body[1:]:
        if paragraph.gap and not paragraph.new_page:
            report.add("format.blank_paragraph", paragraph)


def _plain(reading: Reading, elements: Elements, faces: Mapping[str, str], report: Report) -> None:
    """Check that characters are black, on no ground, without emphasis, and their Latin ones in a fitting font."""
    named = (elements.addressee, elements.date, elements.note, elements.copy_to, elements.printed)
    single = [p for p in named if p is not None] + elements.attachment_note + elements.signature
    texts = [p for text in elements.texts for p in text.body]
    for paragraph in [*elements.main.title, *(p for text in elements.texts[1:] for p in text.title), *texts, *single]:
        runs = [run for run in paragraph.runs if run.text.strip() and not DRAFT_BLANK.fullmatch(run.text.strip())]
        coloured = [run for run in runs if re.fullmatch("[0-9A-F]{6}", run.colour) and not _is_dark(run.colour)]
        if coloured:
            report.add("format.colour", paragraph, looks(coloured, colour=""))
        _emphasis(paragraph, runs, report)
    for paragraph in single:
        _bold("format.bold_body", paragraph, paragraph.runs, report)
    for paragraph in [*elements.main.title, *texts, *single]:
        if not reading.sections[paragraph.section].is_turned:
            _latin(paragraph, faces, report)


def _emphasis(paragraph: Paragraph, runs: Sequence[Run], report: Report) -> None:
    lit = [run for run in runs if "highlight" in run.emphasis]
    if lit or paragraph.props.get("shaded"):
        ground: list[Remedy] = [*looks(lit, plain=("highlight",))]
        ground += [Shape(paragraph, {"shaded": False})] if paragraph.props.get("shaded") else []
        report.add("format.highlight", paragraph, ground)
    for kind, title in _EMPHASES.items():
        marked = [run for run in runs if kind in run.emphasis and run.han]
        if marked:
            report.add("format.emphasis", paragraph, looks(marked, plain=(kind,)), what=title)
    if any("struck" in run.emphasis for run in runs):
        report.add("format.struck", paragraph)


def _latin(paragraph: Paragraph, faces: Mapping[str, str], report: Report) -> None:
    """Check letters and digits, and the quotes and dashes that are only half as wide in a Latin font."""
    odd = [run for run in paragraph.runs if _LATIN.search(run.text) and norms().is_unfit_latin(run.latin)]
    if odd:
        fitting = [Look((run,), {"latin": faces[""] or run.east or faces["仿宋"]}) for run in odd]
        report.add("format.latin_font", paragraph, fitting, actual=odd[0].latin)
    narrow = [run for run in paragraph.runs if _WIDE_MARKS.search(run.text) and norms().is_latin(run.marks)]
    if narrow:
        marks = "".join(dict.fromkeys("".join(mark for run in narrow for mark in _WIDE_MARKS.findall(run.text))))
        report.add("format.mark_font", paragraph, looks(narrow, marks=True), actual=marks)


def _is_dark(colour: str) -> bool:
    """Whether nobody can tell it from black."""
    return all(int(colour[at : at + 2], 16) <= 0x33 for at in (0, 2, 4))
