"""Slides, OpenDocument, RTF and binary files: what was saved is read, frozen where a copy can be written, and told."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert._rtf_groups import read_groups, shown_text
from kaoping.evidence.convert.frozen import Frozen, freeze, write_name
from kaoping.evidence.convert.frozen._office_zip import OfficeZip, parse
from kaoping.evidence.convert.shown._doc_passages import _formats, _pieces, _saved
from kaoping.evidence.convert.shown._drawn_passages import slide_passages
from kaoping.evidence.convert.shown._odf_passages import odf_passages
from kaoping.evidence.convert.shown._ppt_passages import slides_in
from kaoping.evidence.media import sniff
from offices import drawn_paragraph, odf, pptx, rtf, shape

SAVED = "2017年5月16日"
DATE = f'<a:fld id="{{0}}" type="datetime1"><a:rPr/><a:pPr/><a:t>{SAVED}</a:t></a:fld>'
NUMBER = '<a:fld id="{0}" type="slidenum"><a:t>1</a:t></a:fld>'


def _frozen(path: Path, part: str = "") -> tuple[Frozen, str]:
    """Freeze the file at ``path``; return what came of it and one part of the copy."""
    target = path.with_name(f"frozen{path.suffix}")
    frozen = freeze(path, target, path.suffix)
    made = target if frozen.is_copied else path
    if not part:
        return frozen, made.read_bytes().decode("utf-8", "replace")
    with zipfile.ZipFile(made) as archive:
        return frozen, archive.read(part).decode()


# -- slides -----------------------------------------------------------------------------------------------------------


def test_dates_on_slides_are_their_saved_text_and_numbers_stay(tmp_path: Path) -> None:
    path = pptx(tmp_path / "a.pptx", shape(drawn_paragraph("日期", DATE, "第", NUMBER, "页")))
    frozen, slide = _frozen(path, "ppt/slides/slide1.xml")
    assert frozen == Frozen(is_copied=True) and "datetime" not in slide and "slidenum" in slide
    assert f"<a:r><a:rPr/><a:t>{SAVED}</a:t></a:r>" in slide
    empty = pptx(tmp_path / "b.pptx", shape(drawn_paragraph(DATE.replace(SAVED, ""))))
    assert _frozen(empty, "ppt/slides/slide1.xml")[0].lost == ("没有保存结果的域按转换时算出的显示：datetime1。",)
    assert _frozen(pptx(tmp_path / "c.pptx", shape(drawn_paragraph("字"))), "ppt/presentation.xml")[0] == Frozen()


def test_ticks_on_slides_become_unicode(tmp_path: Path) -> None:
    runs = [
        f'<a:r><a:rPr><a:{name} typeface="Wingdings"/></a:rPr><a:t>{text}</a:t></a:r>'
        for name, text in [("latin", "\xfe"), ("sym", "\uf0fc"), ("sym", "字")]
    ]
    _, slide = _frozen(pptx(tmp_path / "a.pptx", shape(drawn_paragraph(*runs))), "ppt/slides/slide1.xml")
    assert "<a:t>☑</a:t>" in slide and "<a:t>✓</a:t>" in slide and "<a:t>字</a:t>" in slide


def test_what_slides_hide_is_told_and_what_they_show_is_read(tmp_path: Path) -> None:
    second = shape(drawn_paragraph("看", NUMBER, "见")) + shape(drawn_paragraph("藏"), at=(1, 9), hidden=True)
    path = pptx(tmp_path / "a.pptx", shape(drawn_paragraph("不放映")), second, hidden=[1])
    frozen, _ = _frozen(path, "ppt/presentation.xml")
    assert frozen.lost == ("隐藏的幻灯片没有显示：第1张。", "隐藏的图形没有显示：第2张。")
    with OfficeZip(path) as archive:
        assert [(p.place, p.text) for p in slide_passages(archive)] == [("第2张", "看"), ("第2张", "见")]


# -- OpenDocument -----------------------------------------------------------------------------------------------------

FIELDS = f"""<text:p>日期<text:date>{SAVED}</text:date>，<text:author-name>温如言</text:author-name>，
<text:bookmark-ref>见上</text:bookmark-ref>，第<text:page-number>1</text:page-number>页</text:p>"""


@pytest.mark.parametrize("flat", [False, True])
def test_opendocument_fields_are_their_saved_results(tmp_path: Path, flat: bool) -> None:
    path = odf(tmp_path / ("a.fodt" if flat else "a.odt"), "text", FIELDS, flat=flat)
    assert sniff(path).suffix == path.suffix
    frozen, content = _frozen(path, "" if flat else "content.xml")
    assert frozen == Frozen(is_copied=True) and "text:page-number" in content
    assert not any(f"text:{name}" in content for name in ("date", "author-name", "bookmark-ref"))
    passages = [passage.text for passage in odf_passages(parse(content.encode()))]
    assert [" ".join(text.split()) for text in passages] == [f"日期{SAVED}，温如言， 见上，第", "页"]


def test_opendocument_changes_sources_and_hidden_text(tmp_path: Path) -> None:
    body = (
        '<text:tracked-changes><text:changed-region text:id="c"><text:deletion><text:p>删</text:p></text:deletion>'
        '</text:changed-region></text:tracked-changes><text:p>参训<text:change text:change-id="c"/>五十一人</text:p>'
        '<text:section text:name="s"><text:section-source/><text:p>节</text:p></text:section>'
        '<text:section text:name="h" text:display="none"><text:p>藏起来的节</text:p></text:section>'
    )
    frozen, content = _frozen(odf(tmp_path / "a.odt", "text", body), "content.xml")
    assert frozen.lost == (
        "修订按全部接受后的样子显示（原件里有修订1处）。", "引用别的文件的内容按保存时的样子显示。",
        "隐藏的内容没有显示：“藏起来的节”。",
    )  # fmt: skip
    assert "section-source" not in content and "删" not in content
    assert [passage.text for passage in odf_passages(parse(content.encode()))] == ["参训五十一人", "节"]


def test_opendocument_sheets_have_their_saved_values_and_names(tmp_path: Path) -> None:
    def line(*cells: str, attributes: str = "") -> str:
        return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"

    saved = (
        '<table:table-cell table:formula="of:=TODAY()" office:value-type="float" office:value="1">'
        "<text:p>{}</text:p></table:table-cell>"
    )
    unsaved = '<table:table-cell table:formula="of:=NOW()"/>'
    rows = line(saved.format("甲"), unsaved) + line(saved.format("乙"), attributes='table:visibility="filter"')
    rows += line(saved.format("丙"), saved.format("丁"), attributes='table:number-rows-repeated="2"')
    body = f'<table:table table:name="表" table:print-ranges="表.A1:表.A9">{rows}</table:table>'
    master = (
        "<office:master-styles><style:master-page style:name='a'><style:header><text:p>"
        "<text:file-name>???</text:file-name>"
        "<text:date>???</text:date></text:p></style:header></style:master-page></office:master-styles>"
    )
    path = odf(tmp_path / "a.ods", "spreadsheet", body, master=master)
    frozen, content = _frozen(path, "content.xml")
    assert frozen.is_named and content.count("formula") == 1
    assert frozen.lost == (
        "没有保存结果的公式按转换时算出的显示：“=NOW()”。", "隐藏、被筛选掉的行没有显示：“表”第2行。",
        "打印区域以外的内容没有显示：表!B3、表!B4。", "页眉页脚里的打印日期、时间没有印。",
    )  # fmt: skip
    cells = [(passage.place, passage.text) for passage in odf_passages(parse(content.encode()))]
    assert cells == [("表!A1", "甲"), ("表!A3", "丙"), ("表!A4", "丙")]
    write_name(tmp_path / "frozen.ods", tmp_path / "named.ods", "甲&乙.ods")
    with zipfile.ZipFile(tmp_path / "named.ods") as archive:
        assert "甲&amp;乙.ods" in archive.read("styles.xml").decode() and archive.namelist()[0] == "mimetype"


# -- RTF --------------------------------------------------------------------------------------------------------------

FIELD = r"{\field{\*\fldinst{ %s }}{\fldrslt %s}}"


def test_rtf_fields_are_their_saved_results(tmp_path: Path) -> None:
    text = "日期" + FIELD % ('DATE "yyyy"', SAVED) + FIELD % ("PAGE", "1") + FIELD % ("TIME", "")
    text += r"{\deleted 删}{\revised 增}{\v 藏}\chdate 末"
    frozen, copy = _frozen(rtf(tmp_path / "a.rtf", text))
    assert frozen.lost == (
        "没有保存结果的域按转换时算出的显示：TIME。", "隐藏的文字没有显示。", "没有保存结果的日期、时间没有印。",
        "修订按全部接受后的样子显示（原件里有修订2处）。",
    )  # fmt: skip
    assert "DATE" not in copy and "PAGE" in copy
    assert [text for _, _, text in shown_text(read_groups(copy.encode()))] == [f"日期{SAVED}\x01增末"]


def test_rtf_gives_back_each_byte_and_reads_each_way_of_writing_characters() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 \'cb\'ce;}{\f1\fcharset0 Arial;}}{\header page}"
        rb"\f0\'b7\'a3\'bf\'ee\par{\f1 \'e9}\u25991?\u-10179?\u-9029? a\~b\{\}\tab c{\pict 0102}{\*\x y}"
        rb"{\footnote note\par}\bin3 }}}\cell z}"
    )
    root = read_groups(data)
    assert b"{" + root.parts[0].content() + b"}" == data  # type: ignore[union-attr]
    texts = [(story.decode(), text) for story, _, text in shown_text(root)]
    assert texts == [("header", "page"), ("", "罚款"), ("footnote", "note"), ("", "é文💻 a b{} c"), ("", "z")]
    with pytest.raises(ValueError, match="groups"):
        read_groups(b"{" * 1000)


# -- binary files -----------------------------------------------------------------------------------------------------


def test_the_fields_of_a_binary_word_file_are_read_as_saved() -> None:
    text = f"前\x13 DATE \x14{SAVED}\x15后\x13 XE 甲 \x15，"
    text += "\x13 IF \x13 PAGE \x143\x15 = 1 \x14乙\x15第\x13PAGE\x141\x15页"
    parts = [part for part in _saved(text).replace("\x01", "|").split("|") if part]
    assert parts == [f"前{SAVED}后，", "乙第", "页"]


def test_symbols_and_hidden_text_of_a_binary_word_file_are_not_looked_for_as_they_are_stored() -> None:
    text = "选(符合藏\r".encode("utf-16-le") + "end".encode("cp1252")
    pieces = struct.pack("<3I", 0, 6, 9) + struct.pack("<HIH", 0, 1024, 0) + struct.pack("<HIH", 0, 2072 | 1 << 30, 0)
    symbol = struct.pack("<BHHH", 6, 0x6A09, 3, 0xF052)  # what sets the symbol of one run, then what hides another
    hidden = struct.pack("<BHB", 3, 0x083C, 1)
    page = struct.pack("<5I", 1024, 1026, 1028, 1032, 1034) + bytes([0, 20, 0, 24])
    page = page.ljust(40, b"\0") + symbol + b"\0" + hidden
    document = bytes(512) + page.ljust(511, b"\0") + b"\4" + text
    runs = list(_formats(document, 1))
    assert [(start, end, *names) for start, end, names in runs] == [
        (1024, 1026), (1026, 1028, 0x6A09), (1028, 1032), (1032, 1034, 0x083C),
    ]  # fmt: skip
    unread = [(start, end) for start, end, names in runs if names]
    clx = b"\1\2\0xx\2" + struct.pack("<I", len(pieces)) + pieces
    assert "".join(_pieces(document, clx, unread)) == "选\x01符合\x01\rend"


def _record(kind: int, content: bytes, version: int = 0, instance: int = 0) -> bytes:
    return struct.pack("<HHI", version | instance << 4, kind, len(content)) + content


def test_binary_slides_are_read_where_they_lie_since_the_last_edit() -> None:
    old = _record(0x03EE, _record(0x0FA0, "旧的".encode("utf-16-le")), 0xF)
    shown = _record(0x0FA0, "第一行\r第*页".encode("utf-16-le")) + _record(0x0FF7, bytes(8))
    slide = _record(0x03EE, _record(0xF00D, shown + _record(0x0FA8, b"text"), 0xF), 0xF)
    outline = _record(0x0FF0, _record(0x03F3, struct.pack("<I", 2)) + _record(0x0FA8, b"title"), 0xF)
    document = _record(0x03E8, outline, 0xF)
    data = old + slide + document
    places = [len(old) + len(slide), len(old)]  # of the document (1) and the slide (2)
    first, before = len(data), struct.pack("<II", 2 | 1 << 20, 0)
    data += _record(0x1772, before)
    edit = len(data)
    data += _record(0x0FF5, bytes(8) + struct.pack("<III", 0, first, 1))
    directory = len(data)
    data += _record(0x1772, struct.pack("<III", 1 | 2 << 20, *places))
    last = len(data)
    data += _record(0x0FF5, bytes(8) + struct.pack("<III", edit, directory, 1))
    losses = Losses()
    passages = [(passage.place, passage.text) for passage in slides_in(data, last, losses)]
    assert passages == [("第1张", text) for text in ("第一行", "第", "页", "text", "title")]
    assert losses.sentences() == ("幻灯片上的自动日期显示的是转换当天的日期：第1张。",)
