"""The format check: each planted slip is found at its paragraph and nothing else is; whoever wrote the file."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from kaoping.cli.main import run as kaoping

import hostile_sheets
from docx_templates import from_source
from kaoping import api
from kaoping.core import resources
from kaoping.core.findings import Finding, catalogue
from kaoping.wings.official.format_check import check as format_check
from official_docs import CENTRE, RIGHT, at, font, numbered_footer, plain, without_indent

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


Change = Callable[[Any], object]
Found = set[tuple[str, int]]


@pytest.fixture
def checked(tmp_path: Path) -> Callable[..., list[Finding]]:
    """Return a function that makes the report, changes it and checks it."""

    def check(change: Change = lambda document: None, source: str = REPORT) -> list[Finding]:
        document = docx.Document(str(from_source(tmp_path, source)))
        change(document)
        path = tmp_path / "报告.docx"
        document.save(str(path))
        return list(format_check(path))

    return check


def places(findings: list[Finding]) -> Found:
    return {(finding.code, finding.at.paragraph) for finding in findings}


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


def lead_in(document: Any) -> None:
    """Set the words after a number in 楷体."""
    words = at(document, 9).runs[0]
    rest = at(document, 9).add_run("由骨干讲解，以案释法，逐人过关。")
    assert rest.text and words.text == "1.以案施训"
    words.text = "1."
    middle = at(document, 9).add_run("以案施训。")
    font(middle, "楷体")
    at(document, 9)._p.append(rest._r)


def boxed_title(document: Any) -> None:
    """Move the title into a table of one cell, as some templates have it."""
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "关于自评情况的报告"
    title = at(document, 1)._p
    title.addprevious(table._tbl)
    title.getparent().remove(title)


def form(document: Any) -> None:
    """Bind a form on a turned page: a marker, a title of its own size, a line above the table."""
    from docx.enum.section import WD_ORIENT

    turned = document.add_section()
    turned.orientation, turned.page_width, turned.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    turned.top_margin = turned.bottom_margin = turned.left_margin = turned.right_margin = Mm(20)
    for number, name in (("附件1", "自评分表"), ("附件2", "佐证材料汇编")):
        marker = document.add_paragraph(style="主送机关")
        if number == "附件2":
            marker.add_run().add_break(WD_BREAK.PAGE)
        font(marker.add_run(number), "黑体")
        document.add_paragraph(name, style="表题")
        line = document.add_paragraph("填报单位：　　　　填报日期：", style="空行")
        line.runs[0].font.size = Pt(16)
        document.add_table(1, 1).cell(0, 0).text = "（一）随便什么字"


def shaded(run: Any) -> None:
    run._r.get_or_add_rPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FFFF00"/>'))


def shaded_paragraph(paragraph: Any) -> None:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="D9D9D9"/>')
    )


def latin(run: Any, name: str) -> None:
    """Set the font of its letters, digits and quotes alone."""
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for slot in ("ascii", "hAnsi"):
        fonts.set(qn(f"w:{slot}"), name)
    fonts.set(qn("w:hint"), "default")


def typed_indent(spaces: str) -> Change:
    return lambda document: (
        without_indent(at(document, 16), firstLine="0"),
        text(16, "健全", f"{spaces}健全")(document),
    )


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
    "title with a first indent": (indent(1, firstLineChars="200", firstLine="880"), {("format.title_side", 1)}),
    "red text": (looks(5, lambda run: setattr(run.font.color, "rgb", RGBColor(255, 0, 0))), {("format.colour", 5)}),
    "addressee indented": (indent(2, firstLineChars="200", firstLine="640"), {("format.flush", 2)}),
    # 7.3.3: numbers
    "三 after 一": (text(6, "二、", "三、"), {("format.number_skipped", 6), ("format.number_repeated", 15)}),
    "二 left out": (text(15, "三、", "四、"), {("format.number_skipped", 15)}),
    "（二） left out": (text(13, "（二）", "（三）"), {("format.number_skipped", 13)}),
    "2 left out": (text(11, "2.", "3."), {("format.number_skipped", 11)}),
    "the same number twice": (text(15, "三、", "二、"), {("format.number_repeated", 15)}),
    "begins at 2": (text(9, "1.", "2."), {("format.number_first", 9), ("format.number_repeated", 11)}),
    "body bold": (looks(5, lambda run: setattr(run.font, "bold", True)), {("format.bold_body", 5)}),
    "a piece bold": (piece(8, lambda run: setattr(run.font, "bold", True)), {("format.bold_body", 8)}),
    "a piece of a heading bold": (piece(4, lambda run: (
        font(run, "黑体"), setattr(run.font, "bold", True)), "加粗"), {("format.bold", 4)}),
    "addressee bold": (looks(2, lambda run: setattr(run.font, "bold", True)), {("format.bold_body", 2)}),
    "highlighted": (
        piece(8, lambda run: setattr(run.font, "highlight_color", WD_COLOR_INDEX.YELLOW)), {("format.highlight", 8)}),
    "shaded": (piece(8, shaded), {("format.highlight", 8)}),
    "a shaded paragraph": (
        lambda document: shaded_paragraph(at(document, 8)), {("format.highlight", 8)}),
    "underlined": (piece(8, lambda run: setattr(run.font, "underline", True)), {("format.emphasis", 8)}),
    "italic": (piece(8, lambda run: setattr(run.font, "italic", True)), {("format.emphasis", 8)}),
    "struck out": (piece(8, lambda run: setattr(run.font, "strike", True)), {("format.struck", 8)}),
    "digits in Calibri": (
        piece(8, lambda run: latin(run, "Calibri"), "共30次"), {("format.latin_font", 8)}),
    "quotes in Times New Roman": (
        piece(8, lambda run: latin(run, "Times New Roman"), "“回头看”"), {("format.mark_font", 8)}),
    "a dash in Times New Roman": (
        piece(8, lambda run: latin(run, "Times New Roman"), "重点——网吧……"), {("format.mark_font", 8)}),
    "a line broken by hand": (
        lambda document: at(document, 8).runs[-1].add_break() or at(document, 8).add_run("另起一行。"),
        {("format.line_break", 8)}),
    "an empty paragraph": (
        lambda document: at(document, 8).insert_paragraph_before("", style="空行"), {("format.blank_paragraph", 8)}),
    "spaces for the indent": (typed_indent("\u3000\u3000"), {("format.spaces_indent", 16)}),
    "half-width spaces for the indent": (typed_indent("    "), {("format.spaces_indent", 16)}),
    "a tab for the indent": (typed_indent("\t"), {("format.spaces_indent", 16)}),
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
    "a full stop after a heading that stands alone": (
        text(4, "总体情况", "总体情况。"), {("format.heading_end", 4)}),
    "a full stop after a heading of level 2": (text(7, "队伍建设", "队伍建设。"), {("format.heading_end", 7)}),
    "half-width quotes": (text(3, "考评细则", '"考评细则"'), {("format.half_width", 3)}),
    "half-width single quotes": (text(3, "考评细则", "'考评细则'"), {("format.half_width", 3)}),
    "half-width brackets in the text": (text(3, "考评细则", "考评细则(2017年版)"), {("format.half_width", 3)}),
    "brackets of two widths": (text(3, "考评细则", "考评细则（2017年版)"), {("format.half_width", 3)}),
    "two hyphens for a dash": (text(3, "考评细则", "细则--考评"), {("format.half_width", 3)}),
    "three points": (text(3, "考评细则", "考评...细则"), {("format.half_width", 3)}),
    "<<>> for a book": (text(3, "考评细则", "<<考评细则>>"), {("format.half_width", 3)}),
    "a half-width comma after a number": (text(5, "95.4分，", "95.4%,"), {("format.half_width", 5)}),
    "full-width digits": (text(5, "95.4分", "９５分"), {("format.full_width", 5)}),
    "full-width letters": (text(5, "95.4分", "Ａ等"), {("format.full_width", 5)}),
    "full-width digits in the date": (text(21, "22日", "２２日"), {("format.full_width", 21)}),
    "half-width comma": (text(3, "，", ","), {("format.half_width", 3)}),
    "quoted number in []": (text(14, "〔2017〕", "[2017]"), {("format.doc_number_quoted", 14)}),
    # 7.3.4: what is attached
    "a full stop after an attachment": (text(19, "汇编", "汇编。"), {("format.attachment_end", 19)}),
    "a semicolon after an attachment": (text(18, "分表", "分表；"), {("format.attachment_end", 18)}),
    "half-width colon after 附件": (text(18, "：", ":"), {("format.colon", 18)}),
    "1、 for an attachment": (text(18, "1.", "1、"), {("format.attachment_mark", 18)}),
    "附件1： for 附件：1.": (
        both(text(18, "附件：1.", "附件1："), text(19, "2.", "附件2：")),
        {("format.attachment_mark", 18), ("format.attachment_mark", 19)}),
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
    "Times New Roman for digits": piece(8, lambda run: latin(run, "Times New Roman"), "共30次"),
    "quotes told to be Chinese": piece(8, lambda run: (
        latin(run, "Times New Roman"), run._r.rPr.rFonts.set(qn("w:hint"), "eastAsia")), "“回头看”"),
    "marks of other scripts": text(5, "95.4分", "95.4分（网址http://a.cn:80/?a=1,2；1,368件；GDP(a)）"),
    "an underlined blank to fill in": piece(8, lambda run: setattr(run.font, "underline", True), "　　　"),
    "a list whose last item ends in a full stop": both(
        text(7, "队伍建设", "申请表；"), *[gone(8)] * 5, text(8, "日常监管", "其他材料。"), gone(9)),
    "letters that stand for a name": text(5, "95.4分", "ＸＸ分"),
    "lines of 29 points": set_as(5, line_spacing=Pt(29)),
    "a date left blank": text(21, "2017年12月22日", "2017年  月  日"),
    "party and government": text(2, "省文化厅", "市委、市政府"),
    "margins to a tenth of a millimetre": section(top_margin=Mm(37.6), left_margin=Mm(27.4)),
    "numbers that run through the whole text": text(14, "全年", "3.全年"),
    "a rare character in a font of its own": piece(8, lambda run: font(run, "SimSun-ExtB"), "龘"),
    "a lead after the number": lead_in,
    "the list of attachments under 附件：": both(text(18, "附件：1.自评分表", "附件："), text(19, "2.", "1."),
        lambda document: at(document, 19)._p.addnext(
            document.add_paragraph("2.自评分表", style="附件续")._p)),
    "what was asked for, told": text(16, "健全", "按程序报请批示后，健全"),
    "a quotation of a court": text(16, "健全", "执行澜川市中级人民法院（2017）川01民初5号判决，健全"),
    "a draft's blank for the date": text(21, "2017年12月22日", "【待补：报送日期】"),
    "a full stop in a heading's quotation": text(13, "日常监管", "关于“抓检查。促规范”问题"),
    "a title in a box": boxed_title,
    "a form at the end": form,
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


# -- our own documents, and files that others wrote ------------------------------------------------------------------


def test_what_is_alike_is_one_finding_with_its_number(checked: Callable[..., list[Finding]]) -> None:
    body = "\n".join(f"第{n}项工作按计划完成，情况良好。" for n in range(40))
    source = REPORT.replace("组织考试1场。", body)

    def song(document: Any) -> None:
        for number in range(12, 52):
            looks(number, lambda run: font(run, SONG))(document)

    (found,) = checked(song, source)
    assert (found.code, found.at.paragraph) == ("format.font", 12)
    assert "同样的共 40 处：第12段、第13段、第14段、第15段、第16段等。" in found.problem
    assert str(found.at) == "报告.docx 第12段 （“第0项工作按计划完成，情…”）"


def test_findings_stand_in_the_order_of_the_document(checked: Callable[..., list[Finding]]) -> None:
    found = checked(both(text(15, "三、", "四、"), text(2, "：", ":")))
    assert [f.at.paragraph for f in api.Findings(found).sorted()] == [2, 15]


def test_our_report_and_our_score_table_are_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "甲市"
    shutil.copytree(resources.sample("city-2017"), folder)
    (report,), _ = api.build_only(folder, ["自评报告"], out=tmp_path)
    assert kaoping(["format", str(report)]) == 0
    assert capsys.readouterr().out == "没有发现问题。\n"
    (table,), _ = api.build_only(folder, ["自评分表.docx"], out=tmp_path)
    assert [f.code for f in format_check(table)] == ["format.not_official"], "a table, which is what it says"


def test_the_base_templates_are_set_as_they_should_be(checked: Callable[..., list[Finding]]) -> None:
    """Every page rule is asked, for a text in 仿宋 with headings is taken as set by the standard."""
    plan = "= 澜川市2017年执法工作安排\n# 一、总体要求\n坚持问题导向，抓好落实。\n# 二、主要任务\n全面完成各项任务。"
    assert checked(source=plan) == []
    assert places(checked(both(section(top_margin=Mm(20)), text(4, "二、", "三、")), plan)) == {
        ("format.margins", 0),
        ("format.number_skipped", 4),
    }


NOTICE: list[tuple[str, dict[str, Any]]] = [
    ("澜川市文化广电局", {"font": "方正小标宋_GBK", "size": 22, "align": CENTRE, "first": 0}),
    ("关于开展专项整治的通知", {"font": "方正小标宋_GBK", "size": 22, "align": CENTRE, "first": 0}),
    ("", {}),
    ("各县（市、区）文化局，各直属单位：", {"first": 0}),
    ("为规范文化市场秩序，现就有关事项通知如下。", {}),
    ("一、工作目标", {"font": "黑体"}),
    ("全面排查，消除隐患。", {}),
    ("二、工作步骤", {"font": "黑体"}),
    ("（一）动员部署。各地要制定方案，明确分工。", {}),
    ("（二）集中整治。各地要集中力量，逐家检查。", {}),
    ("", {}),
    ("澜川市文化广电局", {"align": RIGHT, "right": 2, "first": 0}),
    ("2017年3月5日", {"align": RIGHT, "right": 2, "first": 0}),
]


@pytest.mark.parametrize(("field", "boxed"), [("simple", False), ("complex", False), ("complex", True)])
def test_a_file_of_direct_formatting_alone(tmp_path: Path, field: str, boxed: bool) -> None:
    path = tmp_path / "通知.docx"
    document = plain(NOTICE, path)
    numbered_footer(document, field, boxed)
    document.save(str(path))
    found = list(format_check(path))
    assert places(found) == {("format.font", 8)}, "（一）… in 仿宋 as so many have it, told once for both"
    assert "楷体" in found[0].problem and "同样的共 2 处" in found[0].problem


def saved(tmp_path: Path, change: Change, paragraphs: list[tuple[str, dict[str, Any]]] = NOTICE) -> Found:
    path = tmp_path / "通知.docx"
    document = plain(paragraphs, path)
    numbered_footer(document)
    for number in (8, 9):  # the heading is the first sentence
        run = at(document, number).runs[0]
        heading, text_ = re.split("(?<=。)", run.text, maxsplit=1)
        run.text = heading
        rest = at(document, number).add_run(text_)
        font(rest, "仿宋_GB2312")
        font(run, "楷体_GB2312")
        rest.font.size = Pt(16)
    change(document)
    document.save(str(path))
    return places(list(format_check(path)))


LIST = """<w:numbering {}><w:abstractNum w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="{}"/><w:numFmt w:val="{}"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>
</w:abstractNum><w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num></w:numbering>"""


def listed(start: int, numbers: str) -> Change:
    """Let an automatic list number the headings of the first level."""

    def change(document: Any) -> None:
        root = document.part.numbering_part.element
        made = parse_xml(LIST.format(nsdecls("w"), start, numbers))
        root.insert(0, made[0])
        root.append(made[0])
        for number, words in ((5, "一、"), (7, "二、")):
            text(number, words, "")(document)
            properties = at(document, number)._p.get_or_add_pPr()
            properties.append(parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr>'))  # fmt: skip

    return change


def test_automatic_numbers_are_read_as_they_are_printed(tmp_path: Path) -> None:
    assert saved(tmp_path, lambda document: None) == set()
    assert saved(tmp_path, listed(1, "chineseCountingThousand")) == set()
    assert saved(tmp_path, listed(2, "chineseCountingThousand")) == {("format.number_first", 5)}


def test_automatic_numbers_that_cannot_be_told_are_not_missed(tmp_path: Path) -> None:
    """Of a format that nobody knows nothing follows: neither the heading's font nor that （一） lacks a 一、."""
    assert saved(tmp_path, listed(1, "hebrew1")) == set()


def wrapped(number: int, markup: str) -> Change:
    """Wrap the runs of a paragraph."""

    def change(document: Any) -> None:
        paragraph = at(document, number)._p
        runs = [child for child in paragraph if child.tag == qn("w:r")]
        outer = parse_xml(markup)
        inner = outer
        while len(inner):
            inner = inner[-1]
        paragraph.insert(list(paragraph).index(runs[0]), outer)
        for run in runs:
            inner.append(run)

    return change


def tracked(document: Any) -> None:
    """Delete a wrong piece, insert a right one."""
    said = f'{nsdecls("w")} w:id="7" w:author="甲" w:date="2017-03-05T00:00:00Z"'
    paragraph = at(document, 7)._p
    paragraph.append(parse_xml(
        f"<w:del {said}><w:r><w:delText>,错字（一）</w:delText></w:r></w:del>"))  # fmt: skip
    wrapped(7, f"<w:ins {said}/>")(document)


@pytest.mark.parametrize(
    "change",
    [
        wrapped(6, f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>"),
        wrapped(6, f"<w:smartTag {nsdecls('w')}/>"),
        wrapped(6, f"<w:hyperlink {nsdecls('w')}/>"),
    ],
    ids=["content control", "smart tag", "link"],
)
def test_text_in_wrappings_is_text(tmp_path: Path, change: Change) -> None:
    assert saved(tmp_path, change) == set()
    song = both(looks(6, lambda run: font(run, SONG)), change)
    assert saved(tmp_path, song) == {("format.font", 6)}


def test_deleted_text_is_no_text(tmp_path: Path) -> None:
    assert saved(tmp_path, tracked) == {("format.changes", 0)}


def test_tables_and_pictures_are_left_alone(tmp_path: Path) -> None:
    def table(document: Any) -> None:
        made = document.add_table(2, 2)
        made.cell(0, 0).text = "3、小五号的字,随便排"
        at(document, 6)._p.addnext(made._tbl)

    assert saved(tmp_path, table) == set()


def test_a_head_in_a_table(tmp_path: Path) -> None:
    def table(number: str) -> Change:
        def change(document: Any) -> None:
            made = document.add_table(1, 2)
            made.cell(0, 0).text, made.cell(0, 1).text = number, "签发人：林晓岚"
            run = made.cell(0, 0).paragraphs[0].runs[0]
            font(run, "仿宋")
            run.font.size = Pt(16)
            at(document, 1)._p.addprevious(made._tbl)

        return change

    assert saved(tmp_path, table("澜文〔2017〕5号")) == set()
    assert saved(tmp_path, table("澜文[2017]第5号")) == {("format.doc_number", 0)}


def test_attachments_named_below_the_date(tmp_path: Path) -> None:
    assert saved(tmp_path, lambda document: None, [*NOTICE, ("附件：任务分解表", {})]) == {
        ("format.attachment_place", 12)
    }


def test_what_is_no_official_document_gets_one_honest_message(tmp_path: Path) -> None:
    story = [("雪夜", {"font": "黑体", "align": CENTRE, "first": 0})]
    story += [(f"那天晚上下了第{n}场雪,他坐在窗前:写信。", {"font": "宋体", "size": 12}) for n in range(20)]
    path = tmp_path / "小说.docx"
    plain(story, path)
    (found,) = format_check(path)
    assert found.code == "format.not_official"
    plain([("尊敬的王先生：", {"font": "宋体"}), ("您好。", {"font": "宋体"}), ("2017年3月5日", {})], path)
    assert {f.code for f in format_check(path)} == {"format.not_official"}


def test_without_styles_only_what_is_said_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    plain(NOTICE, path)
    rewritten(path, lambda name, data: None if name == "word/styles.xml" else data)
    assert ("format.font", 8) in places(list(format_check(path)))


# -- files that can't be read, and files that bite -------------------------------------------------------------------


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            changed = change(name, data)
            if changed is not None:
                archive.writestr(name, changed)
    return path


def locked() -> bytes:
    """A Word file with a password: a compound file whose directory has the streams of MS-OFFCRYPTO 2.3.4."""
    raw = bytearray(hostile_sheets.encrypted_ooxml())
    raw[1024 + 76 : 1024 + 80] = (1).to_bytes(4, "little")  # the root's child is the first stream …
    raw[1152 + 72 : 1152 + 76] = (2).to_bytes(4, "little")  # … and beside it stands the second
    return bytes(raw)


def test_files_that_are_no_docx_are_told_so(tmp_path: Path) -> None:
    inputs = {
        "x.docx": (b"%PDF-1.7\n%x", "format.not_docx"),
        "y.docx": (b"{\\rtf1 x}", "format.not_docx"),
        "z.docx": ("一段文字".encode(), "format.not_docx"),
        "leer.docx": (b"", "format.not_docx"),
        "locked.docx": (locked(), "format.unreadable"),
        "zip.docx": (b"PK\x03\x04" + bytes(40), "format.unreadable"),
    }
    for name, (data, code) in inputs.items():
        (tmp_path / name).write_bytes(data)
        (found,) = format_check(tmp_path / name)
        assert (found.code, found.at.file) == (code, name)
        assert name != "locked.docx" or "密码" in found.problem
    (gone_,) = format_check(tmp_path / "没有.docx")
    assert gone_.code == "format.unreadable"


def broken(path: Path, name: str, data: bytes) -> str:
    plain(NOTICE, path)
    rewritten(path, lambda part, was: data if part == name else was)
    (found,) = format_check(path)
    return found.code


def test_damaged_and_hostile_files(tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    main, styles = "word/document.xml", "word/styles.xml"
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    word = nsdecls("w")
    outside = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:document {word}><w:body><w:p><w:r><w:t>&x;</w:t>'
    )
    assert broken(path, main, f"{outside}</w:r></w:p></w:body></w:document>".encode()) == "format.unreadable"
    assert broken(path, main, b"<w:document") == "format.unreadable"
    assert broken(path, styles, outside.encode("utf-16-le")) == "format.unreadable"
    assert broken(path, main, b"<x/>") == "format.not_docx"
    plain(NOTICE, path)
    cut = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(cut)
    assert [f.code for f in format_check(path)] == ["format.unreadable"]
    assert broken(path, main, b" " * (49 << 20)) == "format.too_big"


def test_a_password_is_told(tmp_path: Path) -> None:
    plain(NOTICE, tmp_path / "a.docx")
    raw = bytearray((tmp_path / "a.docx").read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := raw.find(mark, start)) >= 0:
            raw[start + offset] |= 1  # what a zip says of a member with a password
            start += 4
    (tmp_path / "a.docx").write_bytes(raw)
    assert [f.code for f in format_check(tmp_path / "a.docx")] == ["format.unreadable"]


def test_a_rule_that_breaks_hides_nothing(
    checked: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kaoping.wings.official import _page_rules

    def fail(*_: object) -> None:
        raise ValueError("x")

    monkeypatch.setattr(_page_rules, "check", fail)
    assert {f.code for f in checked(text(2, "：", ":"))} == {"format.failed", "format.addressee_colon"}


def test_odd_numbers_and_loops_in_a_file_are_no_fault_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"

    def odd(document: Any) -> None:
        normal = document.styles["Normal"].element
        normal.append(parse_xml(f'<w:basedOn {nsdecls("w")} w:val="Normal"/>'))
        at(document, 6)._p.get_or_add_pPr().append(parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="99"/><w:numId w:val="12345"/></w:numPr>'))  # fmt: skip
        without_indent(at(document, 5), firstLine="x", firstLineChars="")

    assert ("format.failed", 0) not in saved(tmp_path, odd)
    assert path.exists()


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "通知.docx"
    document = plain(NOTICE, path)
    numbered_footer(document)
    document.save(str(path))
    assert kaoping(["format", str(path)]) == 0, "fonts alone are no error"
    assert "【提醒】通知.docx 第8段 （“（一）动员部署。各地要制…”）" in capsys.readouterr().out
    text(11, "3月", "03月")(document)
    document.save(str(path))
    assert kaoping(["format", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["findings"]
    assert [(f["code"], f["severity"]) for f in told] == [("format.date_zero", "error"), ("format.font", "warning")]
    assert told[0]["at"] == {"file": "通知.docx", "path": "“2017年03月5日”", "paragraph": 11}
    assert kaoping(["format"]) == 2


def test_a_speech_and_a_byline_are_what_they_are(tmp_path: Path) -> None:
    title = {"font": "方正小标宋简体", "size": 22, "align": CENTRE, "first": 0}
    under: dict[str, Any] = {"font": "楷体", "align": CENTRE, "first": 0}
    speech: list[tuple[str, dict[str, Any]]] = [
        ("在全市文化市场工作会议上的讲话", title), ("（2017年3月5日）", under), ("王某某", under), ("", {}),
        ("同志们：", {"first": 0}), ("下面，我讲三点意见。", {}),
        ("一、肯定成绩", {"font": "黑体"}), ("去年成绩不少。", {}),
        ("二、正视问题", {"font": "黑体"}), ("要看到差距。", {}),
    ]  # fmt: skip
    path = tmp_path / "讲话.docx"
    document = plain(speech, path)
    numbered_footer(document)
    document.save(str(path))
    assert list(format_check(path)) == []


def test_macros_and_iso_strict_are_read_too(tmp_path: Path) -> None:
    """The same file as .docm, and with the names of ISO 29500 Strict: python-docx opens neither."""
    loose, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    names = ((loose + b"wordprocessingml/2006/main", strict + b"wordprocessingml/main"),
             (loose + b"officeDocument/2006/relationships", strict + b"officeDocument/relationships"))  # fmt: skip

    def to_strict(_: str, data: bytes) -> bytes:
        for old, new in names:
            data = data.replace(old, new)
        return data

    def to_macros(name: str, data: bytes) -> bytes:
        was, now = (
            b"openxmlformats-officedocument.wordprocessingml.document.main",
            b"ms-word.document.macroEnabled.main",
        )
        return data.replace(was, now) if name == "[Content_Types].xml" else data

    for rewrite in (to_strict, to_macros):
        path = tmp_path / "通知.docx"
        document = plain(NOTICE, path)
        numbered_footer(document)
        text(11, "3月", "03月")(document)
        document.save(str(path))
        assert places(list(format_check(rewritten(path, rewrite)))) == {
            ("format.font", 8),
            ("format.date_zero", 11),
        }
