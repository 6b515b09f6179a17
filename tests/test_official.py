"""The format check: each planted slip is found at its paragraph and nothing else is; whoever wrote the file."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from kaoping import api
from kaoping.findings import Finding, catalogue

TOOLS = Path(__file__).parent.parent / "tools"

#: A report as an office would send it; the paragraphs with text are counted from 1.
REPORT = """\
= 澜川市文化市场综合行政执法支队\\n关于2017年度文化市场管理执法考评\\n自评情况的报告
@ 省文化厅：
按照考评细则要求，我支队逐项开展自查自评。现将有关情况报告如下。
# 一、总体情况
2017年度自评总分95.4分，其中3月5日10:30开展的检查未发现问题。
# 二、主要工作
## （一）队伍建设
组织全市范围线下培训2场，参训80人次。
### 1.以案施训
开展以案施训1次，由业务骨干讲解典型案例。
### 2.考试
组织考试1场。
## （二）日常监管
全年检查498次，落实《关于开展专项整治的通知》（澜文综〔2017〕5号）要求。
# 三、下一步打算
健全案件会审、技术监管两项机制。
特此报告。
~
+ 附件：1.自评分表
++ 2.佐证材料汇编
~
> 澜川市文化市场综合行政执法支队
> 2017年12月22日
（联系人：林晓岚，联系电话：0000-0000000）
"""
NUMBERED = 23  # the paragraph of the last line

Change = Callable[[Any], object]
Found = set[tuple[str, int]]


@pytest.fixture(scope="module")
def builder() -> Iterator[Any]:
    sys.path.insert(0, str(TOOLS))
    yield importlib.import_module("build_word_templates")
    sys.path.remove(str(TOOLS))


@pytest.fixture
def checked(builder: Any, tmp_path: Path) -> Callable[..., list[Finding]]:
    """Return a function that makes the report, changes it and checks it."""

    def check(change: Change = lambda document: None, source: str = REPORT) -> list[Finding]:
        document = builder.from_text(source)
        change(document)
        path = tmp_path / "报告.docx"
        document.save(str(path))
        return list(api.format_check([path]))

    return check


def places(findings: list[Finding]) -> Found:
    return {(finding.code, finding.at.paragraph) for finding in findings}


def at(document: Any, number: int) -> Any:
    """Return the ``number``-th paragraph with text, as the check counts them."""
    return [paragraph for paragraph in document.paragraphs if paragraph.text.strip()][number - 1]


def font(run: Any, name: str) -> None:
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for slot in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{slot}"), name)


# -- changes: each returns a function that spoils one thing ----------------------------------------------------------


def text(number: int, old: str, new: str) -> Change:
    def change(document: Any) -> None:
        for run in at(document, number).runs:
            if old in run.text:
                run.text = run.text.replace(old, new)
                return
        raise AssertionError(f"{old} is not there")

    return change


def gone(number: int) -> Change:
    def change(document: Any) -> None:
        element = at(document, number)._p
        element.getparent().remove(element)

    return change


def looks(number: int, change_run: Callable[[Any], object]) -> Change:
    return lambda document: [change_run(run) for run in at(document, number).runs]


def set_as(number: int, **format_: Any) -> Change:
    def change(document: Any) -> None:
        paragraph = at(document, number)
        for name, value in format_.items():
            setattr(paragraph.paragraph_format, name, value)

    return change


def piece(number: int, spoil: Callable[[Any], object], words: str = "粘贴来的文字") -> Change:
    """Put a piece that looks different into the middle of a paragraph."""

    def change(document: Any) -> None:
        run = at(document, number).runs[-1]
        copy = at(document, number).add_run(words)
        spoil(copy)
        half = len(run.text) // 2
        at(document, number).add_run(run.text[half:])
        run.text = run.text[:half]

    return change


def lead(document: Any) -> None:
    """Set a paragraph's first sentence in 楷体, as many do."""
    first = at(document, 8).runs[0]
    words = first.text
    first.text = "一是加强领导。"
    font(first, "楷体")
    at(document, 8).add_run(words)


def section(**values: Any) -> Change:
    return lambda document: [setattr(document.sections[0], name, value) for name, value in values.items()]


def footers(change: Callable[[Any], object]) -> Change:
    def both(document: Any) -> None:
        for footer in (document.sections[0].footer, document.sections[0].even_page_footer):
            change(footer.paragraphs[0])

    return both


def dashes(mark: str) -> Change:
    def change(paragraph: Any) -> None:
        for run in paragraph.runs:
            if "—" in run.text:
                run.text = run.text.replace("—", mark)

    def both(document: Any) -> None:
        footers(change)(document)

    return both


def no_numbers(document: Any) -> None:
    def empty(paragraph: Any) -> None:
        for run in paragraph.runs:
            paragraph._p.remove(run._r)

    footers(empty)(document)


def one_footer(document: Any) -> None:
    settings = document.settings.element
    settings.remove(settings.find(qn("w:evenAndOddHeaders")))
    document.sections[0].footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def first_page(document: Any) -> None:
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].first_page_footer.is_linked_to_previous = False


def no_blank_before(number: int) -> Change:
    def change(document: Any) -> None:
        before = at(document, number)._p.getprevious()
        before.getparent().remove(before)

    return change


def without_indent(paragraph: Any, **attributes: str) -> None:
    properties = paragraph._p.get_or_add_pPr()
    old = properties.find(qn("w:ind"))
    if old is not None:
        properties.remove(old)
    said = " ".join(f'w:{name}="{value}"' for name, value in attributes.items())
    properties.append(parse_xml(f"<w:ind {nsdecls('w')} {said}/>"))


def indent(number: int, **attributes: str) -> Change:
    return lambda document: without_indent(at(document, number), **attributes)


def head(number: str = "澜文综〔2017〕5号", signer: str = "签发人：林晓岚") -> Change:
    """Put a 版头 before the title."""

    def change(document: Any) -> None:
        title = at(document, 1)
        agency = title.insert_paragraph_before("澜川市文化市场综合行政执法支队文件", style="公文标题")
        agency.runs[0].font.color.rgb = RGBColor(0xFF, 0, 0)
        agency.runs[0].font.size = Pt(40)
        title.insert_paragraph_before("　".join(part for part in (number, signer) if part), style="主送机关")

    return change


def both(*changes: Change) -> Change:
    return lambda document: [change(document) for change in changes]


def attached(markers: tuple[str, ...] = ("附件1", "附件2"), titles: tuple[str, ...] = ("自评分表", "佐证材料汇编"),
             page: bool = True) -> Change:  # fmt: skip
    """Bind attachments to the report."""

    def change(document: Any) -> None:
        for marker, title in zip(markers, titles, strict=True):
            paragraph = document.add_paragraph(style="主送机关")
            run = paragraph.add_run()
            if page:
                run.add_break(WD_BREAK.PAGE)
            run = paragraph.add_run(marker)
            font(run, "黑体")
            document.add_paragraph(style="空行")
            document.add_paragraph(title, style="公文标题")
            document.add_paragraph("附件的正文照公文的格式排。", style="公文正文")

    return change


def imprint(
    copy: str = "抄送：市委办公室，市政府办公室。", printed: str = "澜川市支队办公室　2017年12月22日印发"
) -> Change:
    def change(document: Any) -> None:
        for words in (copy, printed):
            paragraph = document.add_paragraph(words, style="公文正文")
            paragraph.runs[0].font.size = Pt(14)

    return change


SONG = "宋体"
DEFECTS: dict[str, tuple[Change, Found]] = {
    # 5.1, 5.2, 7.5: the page
    "letter paper": (section(page_width=Mm(216), page_height=Mm(279)), {("format.paper", 0)}),
    "top margin": (section(top_margin=Mm(25.4)), {("format.margins", 0)}),
    "left margin": (section(left_margin=Mm(31.7)), {("format.margins", 0)}),
    "gutter": (section(gutter=Mm(10)), {("format.margins", 0)}),
    "right and bottom margin": (section(right_margin=Mm(20), bottom_margin=Mm(20)), {("format.margins", 0)}),
    "no page number": (no_numbers, {("format.page_number_missing", 0)}),
    "hyphens": (dashes("-"), {("format.page_number_dash", 0)}),
    "en dashes": (dashes("–"), {("format.page_number_dash", 0)}),
    "two dashes": (dashes("——"), {("format.page_number_dash", 0)}),
    "no dashes": (dashes(""), {("format.page_number_dash", 0)}),
    "small page number": (
        footers(lambda p: [setattr(run.font, "size", Pt(9)) for run in p.runs]), {("format.page_number_size", 0)}),
    "page number in another font": (
        footers(lambda p: [font(run, "Times New Roman") for run in p.runs]), {("format.page_number_font", 0)}),
    "page number in the middle": (one_footer, {("format.page_number_side", 0)}),
    "odd and even mixed up": (
        lambda document: setattr(document.sections[0].footer.paragraphs[0], "alignment", WD_ALIGN_PARAGRAPH.LEFT),
        {("format.page_number_side", 0)}),
    "first page without number": (first_page, {("format.page_number_first", 0)}),
    # 5.2.2, 7.3: fonts, sizes, lines
    "title in 宋体": (looks(1, lambda run: font(run, SONG)), {("format.font", 1)}),
    "title too small": (looks(1, lambda run: setattr(run.font, "size", Pt(18))), {("format.size", 1)}),
    "title bold": (looks(1, lambda run: setattr(run.font, "bold", True)), {("format.bold", 1)}),
    "title to the left": (set_as(1, alignment=WD_ALIGN_PARAGRAPH.LEFT), {("format.title_side", 1)}),
    "body in 宋体": (looks(5, lambda run: font(run, SONG)), {("format.font", 5)}),
    "body in 四号": (looks(5, lambda run: setattr(run.font, "size", Pt(14))), {("format.size", 5)}),
    "a piece in 微软雅黑": (piece(8, lambda run: font(run, "微软雅黑")), {("format.font_mixed", 8)}),
    "a piece in 小四": (piece(8, lambda run: setattr(run.font, "size", Pt(12))), {("format.size_mixed", 8)}),
    "first level in 仿宋": (looks(4, lambda run: font(run, "仿宋")), {("format.font", 4)}),
    "second level in 黑体": (looks(7, lambda run: font(run, "黑体")), {("format.font", 7)}),
    "second level bold": (looks(7, lambda run: setattr(run.font, "bold", True)), {("format.bold", 7)}),
    "addressee in 黑体": (looks(2, lambda run: font(run, "黑体")), {("format.font", 2)}),
    "date in 小四": (looks(21, lambda run: setattr(run.font, "size", Pt(12))), {("format.size", 21)}),
    "lines too close": (set_as(5, line_spacing=Pt(20)), {("format.line_spacing", 5)}),
    "lines too far apart": (set_as(5, line_spacing=2.0), {("format.line_spacing", 5)}),
    "gap after a paragraph": (set_as(5, space_after=Pt(10)), {("format.paragraph_gap", 5)}),
    "no indent": (indent(5, firstLineChars="0", firstLine="0"), {("format.first_indent", 5)}),
    "four characters in": (indent(5, firstLineChars="400", firstLine="1280"), {("format.first_indent", 5)}),
    "the whole paragraph indented": (
        indent(5, leftChars="200", left="640", firstLineChars="0", firstLine="0"), {("format.left_indent", 5)}),
    "red text": (looks(5, lambda run: setattr(run.font.color, "rgb", RGBColor(255, 0, 0))), {("format.colour", 5)}),
    "addressee indented": (indent(2, firstLineChars="200", firstLine="640"), {("format.flush", 2)}),
    # 7.3.3: numbers
    "三 after 一": (text(6, "二、", "三、"), {("format.number_skipped", 6), ("format.number_repeated", 15)}),
    "二 left out": (text(15, "三、", "四、"), {("format.number_skipped", 15)}),
    "（二） left out": (text(13, "（二）", "（三）"), {("format.number_skipped", 13)}),
    "2 left out": (text(11, "2.", "3."), {("format.number_skipped", 11)}),
    "the same number twice": (text(15, "三、", "二、"), {("format.number_repeated", 15)}),
    "begins at 2": (text(9, "1.", "2."), {("format.number_first", 9), ("format.number_repeated", 11)}),
    "a level skipped": (both(gone(13), gone(7)), {("format.level_skipped", 8)}),
    "a point after 一": (text(4, "一、", "一."), {("format.number_mark", 4)}),
    "half-width brackets": (text(7, "（一）", "(一)"), {("format.number_mark", 7)}),
    "a mark after brackets": (text(7, "（一）", "（一）、"), {("format.number_mark", 7)}),
    "1、": (text(9, "1.", "1、"), {("format.number_mark", 9)}),
    # 7.3.1, 7.3.2 and the 条例: title and addressee
    "no title": (gone(1), {("format.title_missing", 0)}),
    "title without its kind": (text(1, "情况的报告", "情况"), {("format.title_genre", 1)}),
    "总结 as the kind": (text(1, "情况的报告", "总结"), {("format.title_genre", 1)}),
    "two kinds": (text(1, "的报告", "的请示报告"), {("format.title_doubled", 1)}),
    "title with a full stop": (text(1, "的报告", "的报告。"), {("format.title_end", 1)}),
    "half-width colon": (text(2, "：", ":"), {("format.addressee_colon", 2)}),
    "no colon": (text(2, "：", ""), {("format.addressee_colon", 2)}),
    "two addressees": (text(2, "省文化厅", "省文化厅、省公安厅"), {("format.addressee_many", 2)}),
    # custom and the 条例: the text's end
    "no 特此报告": (gone(17), {("format.closing", 16)}),
    "特此通知": (text(17, "报告", "通知"), {("format.closing", 17), ("format.closing_wrong", 17)}),
    "a request in a report": (text(16, "健全", "妥否，请批示。健全"), {("format.request_in_report", 16)}),
    "half-width comma": (text(3, "，", ","), {("format.half_width", 3)}),
    "quoted number in []": (text(14, "〔2017〕", "[2017]"), {("format.doc_number_quoted", 14)}),
    # 7.3.4: what is attached
    "a full stop after an attachment": (text(19, "汇编", "汇编。"), {("format.attachment_end", 19)}),
    "a semicolon after an attachment": (text(18, "分表", "分表；"), {("format.attachment_end", 18)}),
    "half-width colon after 附件": (text(18, "：", ":"), {("format.colon", 18)}),
    "1、 for an attachment": (text(18, "1.", "1、"), {("format.attachment_mark", 18)}),
    "attachment 3 after 1": (text(19, "2.", "3."), {("format.attachment_number", 19)}),
    "attachments without numbers": (
        both(text(18, "1.", ""), text(19, "2.", "3.")), {("format.attachment_number", 18)}),
    "one attachment with a number": (gone(19), {("format.attachment_single", 18)}),
    "book marks around a name": (text(18, "自评分表", "《自评分表》"), {("format.attachment_quoted", 18)}),
    "no blank line before 附件": (no_blank_before(18), {("format.blank_line", 18)}),
    "附件 flush": (indent(18, left="0"), {("format.attachment_indent", 18)}),
    # 7.3.5, 7.3.6: signature, date, remark
    "no blank line before the signature": (no_blank_before(20), {("format.blank_line", 20)}),
    "03月": (text(21, "12月", "03月"), {("format.date_zero", 21)}),
    "05日": (text(21, "22日", "05日"), {("format.date_zero", 21)}),
    "date in Chinese": (text(21, "2017年12月22日", "二〇一七年十二月二十二日"), {("format.date_chinese", 21)}),
    "17年": (text(21, "2017", "17"), {("format.date_form", 21)}),
    "date with points": (text(21, "2017年12月22日", "2017.12.22"), {("format.date_form", 21)}),
    "date without day": (text(21, "22日", ""), {("format.date_form", 21)}),
    "31 June": (text(21, "12月22日", "6月31日"), {("format.date_impossible", 21)}),
    "date to the left": (
        both(set_as(21, alignment=WD_ALIGN_PARAGRAPH.LEFT), indent(21, right="0")), {("format.date_side", 21)}),
    "no signature": (gone(20), {("format.signature_missing", 20)}),
    "no date": (gone(21), {("format.date_missing", 0)}),
    "signature with a full stop": (text(20, "支队", "支队。"), {("format.signature_end", 20)}),
    "half-width brackets around the contact": (
        both(text(22, "（", "("), text(22, "）", ")")), {("format.note_brackets", 22)}),
    "no brackets around the contact": (
        both(text(22, "（", ""), text(22, "）", "")), {("format.note_brackets", 22)}),
    # 7.2: the head
    "number in []": (head("澜文综[2017]5号"), {("format.doc_number", 2)}),
    "number in 【】": (head("澜文综【2017】5号"), {("format.doc_number", 2)}),
    "number in （）": (head("澜文综（2017）5号"), {("format.doc_number", 2)}),
    "第5号": (head("澜文综〔2017〕第5号"), {("format.doc_number", 2)}),
    "05号": (head("澜文综〔2017〕05号"), {("format.doc_number", 2)}),
    "〔17〕": (head("澜文综〔17〕5号"), {("format.doc_number", 2)}),
    "no 签发人": (head(signer=""), {("format.signer_missing", 2)}),
    "half-width colon after 签发人": (head(signer="签发人:林晓岚"), {("format.colon", 2)}),
    # 7.3.7: the attachments themselves
    "not on a page of its own": (attached(page=False), {("format.attachment_page", 23)}),
    "附件1：": (attached(markers=("附件1：", "附件2")), {("format.marker", 23)}),
    "附件一": (attached(markers=("附件一", "附件2")), {("format.marker", 23)}),
    "one of two attachments": (attached(("附件1",), ("自评分表",)), {("format.attachment_count", 23)}),
    "another title": (attached(titles=("自评表", "佐证材料汇编")), {("format.attachment_title", 23)}),
    # 7.4: the imprint
    "抄送 without full stop": (imprint(copy="抄送：市委办公室，市政府办公室"), {("format.copy_to_end", 23)}),
    "抄送 with a half-width colon": (imprint(copy="抄送:市委办公室。"), {("format.colon", 23)}),
    "印发 with 02": (imprint(printed="支队办公室　2017年12月02日印发"), {("format.date_zero", 24)}),
    "印 alone": (imprint(printed="支队办公室　2017年12月2日印"), {("format.printed_end", 24)}),
}  # fmt: skip

CLEAN: dict[str, Change] = {
    "as it is": lambda document: None,
    "with a head": head(),
    "with attachments": attached(),
    "with an imprint": imprint(),
    "another face of 仿宋": looks(5, lambda run: font(run, "FangSong")),
    "华文中宋 for the title": looks(1, lambda run: font(run, "STZhongsong")),
    "the first words in 楷体": lead,
    "lines of 29 points": set_as(5, line_spacing=Pt(29)),
    "a date left blank": text(21, "2017年12月22日", "2017年  月  日"),
    "party and government": text(2, "省文化厅", "市委、市政府"),
    "margins to a tenth of a millimetre": section(top_margin=Mm(37.6), left_margin=Mm(27.4)),
    "spaces for the indent": lambda document: (
        without_indent(at(document, 16), firstLine="0"), text(16, "健全", "　　健全")(document)),
}  # fmt: skip


@pytest.mark.parametrize("change", CLEAN.values(), ids=CLEAN)
def test_nothing_is_found_where_nothing_is_wrong(checked: Callable[..., list[Finding]], change: Change) -> None:
    assert [f"{f.code} {f.at} {f.problem}" for f in checked(change)] == []


@pytest.mark.parametrize(("change", "wanted"), DEFECTS.values(), ids=DEFECTS)
def test_each_planted_slip_is_found_and_nothing_else(
    checked: Callable[..., list[Finding]], change: Change, wanted: Found
) -> None:
    found = checked(change)
    assert places(found) == wanted, [f"{f.code} {f.at} {f.problem}" for f in found]
    for finding in found:
        assert finding.severity is catalogue()[finding.code].severity
        assert re.search("GB/T|条例|惯例|日历|不是 .docx|附件", finding.effect + finding.problem), "its source is named"
