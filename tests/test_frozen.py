"""What goes to LibreOffice is what was saved: no day, no machine, no name and no other file changes what it shows."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from kaoping.evidence.convert import NotShownError
from kaoping.evidence.convert.frozen import Frozen, freeze, write_name
from kaoping.evidence.convert.frozen._word_fields import kind_of
from offices import cell, complex_field, docx, paragraph, row, run, simple_field, xlsx

FIELDS = [
    'DATE \\@ "yyyy年M月d日"', "TIME", "SAVEDATE", "PRINTDATE", "CREATEDATE", "FILENAME \\p", "AUTHOR",
    "DOCPROPERTY 单位", "REF _Ref1 \\h", "PAGEREF _Ref1", "INCLUDETEXT C:\\\\a.docx", "INCLUDEPICTURE a.png",
    "LINK Excel.Sheet.12 a.xlsx", "= SUM(ABOVE)", "TITLE", "USERNAME", "SEQ 表", "STYLEREF 1", "IF 1 = 1 甲 乙",
    "MERGEFIELD 名称", "NUMWORDS", "FILESIZE", "EDITTIME",
]  # fmt: skip
LEFT = ["PAGE", "NUMPAGES", "SECTIONPAGES", "page \\* MERGEFORMAT", ' HYPERLINK "http://a" ']


def _frozen(path: Path) -> tuple[Frozen, dict[str, str]]:
    """Freeze the file at ``path``; return what came of it and its parts, those of the copy where there is one."""
    target = path.with_name(f"frozen{path.suffix}")
    frozen = freeze(path, target, path.suffix)
    assert frozen.is_copied is target.is_file()
    with zipfile.ZipFile(target if frozen.is_copied else path) as archive:
        return frozen, {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def _words(part: str) -> str:
    return re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", "\n", part))


# -- Word -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [simple_field, complex_field], ids=["simple", "complex"])
@pytest.mark.parametrize("instruction", FIELDS)
def test_a_field_becomes_its_saved_result(tmp_path: Path, instruction: str, how: object) -> None:
    field = how(instruction, "存下的结果")  # type: ignore[operator]
    frozen, parts = _frozen(docx(tmp_path / "a.docx", paragraph(run("前"), field, run("后"))))
    assert _words(parts["word/document.xml"]).strip() == "前存下的结果后"
    assert not re.search("fldSimple|fldChar|instrText", parts["word/document.xml"]) and frozen.lost == ()


@pytest.mark.parametrize("instruction", LEFT)
def test_what_layout_fills_stays_a_field_and_a_plain_file_is_its_own_copy(tmp_path: Path, instruction: str) -> None:
    body = paragraph(simple_field(instruction, "1"), complex_field(instruction, "1"), run("页"))
    frozen, parts = _frozen(docx(tmp_path / "a.docx", body))
    assert frozen == Frozen() and "fldSimple" in parts["word/document.xml"] and "fldChar" in parts["word/document.xml"]


def test_fields_are_frozen_wherever_they_stand(tmp_path: Path) -> None:
    field = paragraph(complex_field("DATE", "2017年5月16日"))
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><wps:txbx><w:txbxContent>"
        f"{field}</w:txbxContent></wps:txbx></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        f"<w:txbxContent>{field}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    notes = {name: f'<w:{name[:-1]} w:id="2">{field}</w:{name[:-1]}>' for name in ("footnotes", "endnotes")}
    path = docx(tmp_path / "a.docx", box + field, headers={"header": field, "footer": field, **notes})
    _, parts = _frozen(path)
    stories = [text for name, text in parts.items() if name.startswith("word/") and not name.endswith(".rels")]
    assert len(stories) == 5 and not any("fldChar" in text for text in stories)
    assert sum(text.count("2017年5月16日") for text in stories) == 7


def test_nested_fields_and_fields_over_paragraphs(tmp_path: Path) -> None:
    inner = '<w:r><w:instrText xml:space="preserve"> IF </w:instrText></w:r>' + complex_field("DATE", "9999")
    inner += "<w:r><w:instrText> = 1 甲 乙</w:instrText></w:r>"
    contents = (
        paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r>'
                  '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', run("第一章"), complex_field("PAGEREF a", "3"))
        + paragraph(run("第二章"), complex_field("PAGEREF b", "7"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    )  # fmt: skip
    page = paragraph(complex_field("QUOTE x", run("第") + complex_field("PAGE", "1") + run("页")))
    _, parts = _frozen(docx(tmp_path / "a.docx", paragraph(complex_field(inner, "甲")) + contents + page))
    assert _words(parts["word/document.xml"]).split() == ["甲", "第一章3", "第二章7", "第PAGE1页"]


def test_a_field_without_a_saved_result_is_computed_and_told(tmp_path: Path) -> None:
    body = paragraph(complex_field("DATE", None), simple_field("AUTHOR", ""), complex_field("XE 索引", None))
    frozen, parts = _frozen(docx(tmp_path / "a.docx", body))
    assert frozen.lost == ("没有保存结果的域按转换时算出的显示：AUTHOR、DATE。",)
    assert "索引" not in parts["word/document.xml"] and "DATE" in parts["word/document.xml"]


SYMBOLS = {
    "SYMBOL 254 \\f Wingdings": "☑",
    'SYMBOL 0xFE \\f "Wingdings" \\s 12': "☑",
    "SYMBOL 9745 \\u": "☑",
    "SYMBOL 65": "A",
}


@pytest.mark.parametrize("instruction", SYMBOLS)
def test_a_symbol_by_its_number_is_what_it_shows(tmp_path: Path, instruction: str) -> None:
    frozen, parts = _frozen(docx(tmp_path / "a.docx", paragraph(complex_field(instruction, None))))
    assert _words(parts["word/document.xml"]).strip() == SYMBOLS[instruction] and frozen.lost == ()


def test_a_circled_character_and_a_sum_of_pages_are_told(tmp_path: Path) -> None:
    page = (
        "<w:r><w:instrText> = </w:instrText></w:r>"
        + complex_field("PAGE", "3")
        + "<w:r><w:instrText>-1</w:instrText></w:r>"
    )
    body = paragraph(complex_field("eq \\o\\ac(○,急)", None)) + paragraph(complex_field(page, "2"))
    frozen, parts = _frozen(docx(tmp_path / "a.docx", body))
    assert _words(parts["word/document.xml"]).split() == ["○急", "2"]
    assert "公式域（○急）只显示其中的文字。" in frozen.lost and any("页码的算式" in lost for lost in frozen.lost)


@pytest.mark.parametrize(("instruction", "kind"), [(" date \\@ x", "DATE"), ("=1+1", "="), ("\\= 1", "="), ("", "")])
def test_the_kind_of_a_field(instruction: str, kind: str) -> None:
    assert kind_of(instruction) == kind


def test_tracked_changes_are_resolved_and_told(tmp_path: Path) -> None:
    gone = '<w:del w:id="1"><w:r><w:delText>三十</w:delText></w:r></w:del>'
    put = f'<w:ins w:id="2">{run("五十一")}</w:ins>'
    struck = "<w:rPr><w:del w:id='3'/></w:rPr>"
    marked = "<w:trPr><w:del w:id='4'/></w:trPr>"
    rows = f"<w:tr>{marked}<w:tc>{paragraph(run('删去的行'))}</w:tc></w:tr>"
    table = f"<w:tbl>{rows}<w:tr><w:tc>{paragraph(run('留下的行'))}</w:tc></w:tr></w:tbl>"
    body = (
        paragraph(run("参训"), gone, put, run("人"))
        + paragraph(run("前半"), properties=struck)
        + paragraph(run("后半"))
        + table
    )
    body += paragraph(gone, properties=struck) + paragraph(run("末"))
    frozen, parts = _frozen(docx(tmp_path / "a.docx", body))
    assert _words(parts["word/document.xml"]).split() == ["参训五十一人", "前半后半", "留下的行", "末"]
    assert frozen.lost == ("修订按全部接受后的样子显示（原件里有修订6处）。",)


def test_symbol_fonts_become_unicode(tmp_path: Path) -> None:
    fonts = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'
    symbols = "".join(
        f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'
        for font, code in [
            ("Wingdings 2", "F052"),
            ("Wingdings 2", "F0A3"),
            ("Wingdings", "F0FE"),
            ("Wingdings", "00A8"),
            ("Symbol", "F0B3"),
        ]
    )
    _, parts = _frozen(docx(tmp_path / "a.docx", paragraph(symbols, run("\uf0fc", fonts), run("û", fonts), run("ü"))))
    assert _words(parts["word/document.xml"]).strip() == "☑□☑□≥✓✗ü" and "Wingdings" not in parts["word/document.xml"]


MAIL = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; "
MAIL += b'charset="gbk"\r\n\r\n' + "<div>罚款五千元。</div><p>甲</p>".encode("gbk") + b"\r\n--b--"
PAGE = "<html><head><title>x</title></head><body><p>罚款<b>五千</b>元。</p><table><tr><td>甲</td></table></body></html>"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.html", PAGE.encode()), ("a.mht", MAIL), ("a.txt", "罚款五千元。\r\n甲".encode("gbk"))],
)
def test_an_inserted_page_is_shown_as_text_and_told(tmp_path: Path, name: str, content: bytes) -> None:
    path = docx(
        tmp_path / "a.docx", paragraph(run("前")) + '<w:altChunk r:id="rId1"/>',
        parts={f"word/{name}": ("text/html", content)}, relations=[("rId1", "aFChunk", name)],
    )  # fmt: skip
    frozen, parts = _frozen(path)
    assert _words(parts["word/document.xml"]).split() == ["前", "罚款五千元。", "甲"]
    assert frozen.lost == ("插入的网页、文档内容只显示了文字，没有原来的格式和图片。",)


def test_an_inserted_page_nested_too_deep_is_told(tmp_path: Path) -> None:
    """The parser gives up and hands out what it had."""
    page = f"<html><body><p>甲</p>{'<div>' * 300}罚款五千元。{'</div>' * 300}<p>乙</p></body></html>"
    path = docx(
        tmp_path / "a.docx", '<w:altChunk r:id="rId1"/>',
        parts={"word/a.html": ("text/html", page.encode())}, relations=[("rId1", "aFChunk", "a.html")],
    )  # fmt: skip
    frozen, _ = _frozen(path)
    assert frozen.lost == ("插入的内容（a.html）没有显示。",)


def test_what_is_not_in_the_file_or_hidden_is_told(tmp_path: Path) -> None:
    linked = "<w:r><w:drawing><a:blip r:link='rId1'/></w:drawing><w:pict><v:imagedata r:id='rId2'/></w:pict></w:r>"
    path = docx(
        tmp_path / "a.docx",
        paragraph(run("看不见的话", "<w:vanish/>"), run("看得见", '<w:vanish w:val="0"/>'), linked),
        relations=[("rId1", "image", "file://D:/图/现场.jpg"), ("rId2", "image", "http://a.invalid/章.png")],
    )  # fmt: skip
    frozen, _ = _frozen(path)
    assert frozen.lost == ("隐藏的文字没有显示：“看不见的话”。", "只存了链接的图片没有显示：现场.jpg、章.png。")


def test_white_letters_on_white_paper_are_told(tmp_path: Path) -> None:
    white = '<w:color w:val="ffffff"/>'
    shaded = paragraph(run("黑底白字", f'{white}<w:shd w:fill="000000"/>'), run("也是", white), properties="<w:shd/>")
    frozen, _ = _frozen(docx(tmp_path / "a.docx", paragraph(run("看不见的字", white), run("看得见")) + shaded))
    assert frozen.lost == ("白色的字印在白纸上，看不见：“看不见的字”。",)


@pytest.mark.parametrize("part", ["word/header1.xml", "word/document.xml"])
def test_a_part_that_can_not_be_read_is_told(tmp_path: Path, part: str) -> None:
    path = docx(tmp_path / "a.docx", paragraph(simple_field("DATE", "今天")), headers={"header": paragraph()})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[:-3] if name == part else content)
    frozen, _ = _frozen(path)
    assert frozen.lost == ("没能固定为保存时的样子，其中按日期、公式变化的内容可能与保存时不同。",)


# -- sheets -----------------------------------------------------------------------------------------------------------


def test_formulas_become_their_saved_values(tmp_path: Path) -> None:
    rows = row(
        1,
        cell("A1", 42871, formula="<f>TODAY()</f>"),
        cell("B1", 28, formula='<f t="shared" ref="B1:B2" si="0">A1-1</f>'),
    )
    rows += row(
        2, cell("A2", "合格", formula='<f>IF(A1,"合格",0)</f>'), cell("B2", 29, formula='<f t="shared" si="0"/>')
    )
    rows += row(3, cell("A3", 3, formula='<f t="array" ref="A3:A4">B1:B2</f>'), cell("B3", "", formula='<f>""</f>'))
    frozen, parts = _frozen(xlsx(tmp_path / "a.xlsx", rows))
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert "<f" not in sheet.replace("<fitTo", "") and frozen.lost == () and frozen.is_copied
    assert [re.findall(r"<v>([^<]*)</v>", sheet), sheet.count("<v/>")] == [["42871", "28", "合格", "29", "3"], 1]


def test_a_formula_without_a_saved_value_is_computed_and_told_with_its_group(tmp_path: Path) -> None:
    rows = row(
        1,
        cell("A1", None, formula="<f>NOW()</f>"),
        cell("B1", 1, formula='<f t="shared" ref="B1:C1" si="0">1</f>'),
        cell("C1", None, formula='<f t="shared" si="0"/>'),
    )
    frozen, parts = _frozen(xlsx(tmp_path / "a.xlsx", rows + row(2, cell("A2", 5, formula="<f>[1]表!A1</f>"))))
    assert parts["xl/worksheets/sheet1.xml"].count("<f") == 3
    assert frozen.lost == (
        "没有保存结果的公式按转换时算出的显示：表1!A1、表1!B1、表1!C1。",
        "引用别的文件的公式按保存时的值显示：表1!A2。",
    )


def test_an_empty_result_that_nobody_worked_out_is_none(tmp_path: Path) -> None:
    """As openpyxl writes formulas: with an empty value. An empty text is a result, and stays one."""
    rows = row(1, cell("A1", 1), cell("B1", "", formula='<f>A1&amp;""</f>'))
    path = xlsx(tmp_path / "a.xlsx", rows)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    unsaved = b'<c r="C1"><f>SUM(A1:A9)</f><v></v></c></row>'
    parts[name] = parts[name].replace(b"</row>", unsaved, 1)
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    frozen, made = _frozen(path)
    assert "SUM(A1:A9)" in made[name] and "A1&amp;" not in made[name]
    assert frozen.lost == ("没有保存结果的公式按转换时算出的显示：表1!C1。",)


@pytest.mark.parametrize("place", ["A1048576", "XFD1"])
def test_a_lone_cell_far_away_is_named_before_it_makes_a_million_pages(tmp_path: Path, place: str) -> None:
    number = int(place.lstrip("XFDA"))
    rows = row(1, cell("A1", 1), *([cell(place, 2)] if number == 1 else []))
    rows += "" if number == 1 else row(number, cell(place, 2))
    with pytest.raises(NotShownError, match=f"“表1”的 {place} 有内容"):
        freeze(xlsx(tmp_path / "a.xlsx", rows), tmp_path / "b.xlsx", ".xlsx")


def test_rows_of_a_fixed_height_may_grow(tmp_path: Path) -> None:
    fixed = '<w:tbl><w:tr><w:trPr><w:trHeight w:val="200" w:hRule="exact"/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>'
    _, parts = _frozen(docx(tmp_path / "a.docx", fixed + paragraph(run("字"))))
    assert 'w:hRule="atLeast"' in parts["word/document.xml"] and "exact" not in parts["word/document.xml"]


def test_headers_of_sheets_have_no_day_and_the_true_name(tmp_path: Path) -> None:
    codes = "&amp;C&amp;&quot;宋体,常规&quot;&amp;12&amp;F&amp;&amp;甲 &amp;D &amp;T&amp;R&amp;P/&amp;N"
    header = f"<headerFooter><oddHeader>{codes}</oddHeader></headerFooter>"
    path = xlsx(tmp_path / "a.xlsx", row(1, cell("A1", 1)), after=header)
    frozen, _ = _frozen(path)
    assert frozen.is_named and frozen.lost == ("页眉页脚里的打印日期、时间没有印：“表1”。",)
    write_name(tmp_path / "frozen.xlsx", tmp_path / "named.xlsx", "2017年<甲&乙>.xlsx")
    with zipfile.ZipFile(tmp_path / "named.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "&amp;12 2017年&lt;甲&amp;&amp;乙&gt;.xlsx&amp;&amp;甲  &amp;R&amp;P/&amp;N</oddHeader>" in sheet


def test_ticks_in_cells_become_unicode(tmp_path: Path) -> None:
    rich = '<is><r><rPr><rFont val="Wingdings 2"/></rPr><t>R</t></r><r><t>符合</t></r></is>'
    rows = row(1, cell("A1", "\xfe", style=1), f'<c r="B1" t="inlineStr">{rich}</c>', cell("C1", "\xfe"))
    path = xlsx(tmp_path / "a.xlsx", rows, fonts=["Wingdings"])
    _, frozen = _frozen(path)
    assert _words(frozen["xl/worksheets/sheet1.xml"]).strip() == "☑☑符合\xfe"
    assert '<c r="A1" s="2"' in frozen["xl/worksheets/sheet1.xml"] and 'fontId="2"' in frozen["xl/styles.xml"]


def test_true_is_no_number_and_dates_do_not_look_as_the_system_likes(tmp_path: Path) -> None:
    true = '<c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><f>1=2</f><v>0</v></c>'
    path = xlsx(tmp_path / "a.xlsx", row(1, true, cell("C1", 42871, style=1)), codes=["0"])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b'<xf numFmtId="164"', b'<xf numFmtId="14"'))
    _, frozen = _frozen(path)
    assert re.findall(r"<v>(\w+)</v>", frozen["xl/worksheets/sheet1.xml"]) == ["TRUE", "FALSE", "42871"]
    assert 'numFmtId="202" formatCode="yyyy/m/d h:mm"' in frozen["xl/styles.xml"]
    assert '<xf numFmtId="201"' in frozen["xl/styles.xml"] and 'formatCode="yyyy/m/d"' in frozen["xl/styles.xml"]


def test_formats_that_ask_for_the_day_go_and_are_told(tmp_path: Path) -> None:
    rules = (
        '<conditionalFormatting sqref="A1"><cfRule type="timePeriod" priority="1"/></conditionalFormatting>'
        '<conditionalFormatting sqref="A1">'
        '<cfRule type="expression" priority="2"><formula>A1&lt;TODAY()</formula></cfRule>'
        '<cfRule type="expression" priority="3"><formula>A1&gt;5</formula></cfRule></conditionalFormatting>'
    )
    frozen, parts = _frozen(xlsx(tmp_path / "a.xlsx", row(1, cell("A1", 1)), after=rules))
    assert frozen.lost == ("按当天日期变化的条件格式（颜色、图标）没有显示：“表1”。",)
    assert re.findall(r"<cfRule [^>]*priority=\"(\d)\"", parts["xl/worksheets/sheet1.xml"]) == ["3"]


def test_what_is_hidden_filtered_or_not_printed_is_told(tmp_path: Path) -> None:
    rows = "".join(
        row(
            number,
            cell(f"A{number}", number),
            cell(f"B{number}", "甲"),
            cell(f"C{number}", "乙"),
            attributes='hidden="1"' * (number in (2, 3, 5)),
        )
        for number in range(1, 7)
    )
    area = (
        '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">表1!$A$1:$B$5</definedName></definedNames>'
    )
    path = xlsx(
        tmp_path / "a.xlsx",
        rows,
        rows,
        before='<cols><col min="2" max="2" width="9" hidden="1"/></cols>',
        workbook=area,
        states={1: "hidden"},
    )
    frozen, _ = _frozen(path)
    assert frozen.lost == (
        "隐藏的行没有显示：“表1”第2—3、5行。", "隐藏的列没有显示：“表1”B列。",
        "打印区域以外的内容没有显示：表1!C1、表1!C2、表1!C3、表1!C4、表1!C5等8处。",
        "隐藏的工作表没有显示：“表2”。",
    )  # fmt: skip
    filtered = '<autoFilter ref="A1:C6"><filterColumn colId="0"/></autoFilter>'
    frozen, _ = _frozen(xlsx(tmp_path / "b.xlsx", rows, after=filtered))
    assert frozen.lost == ("被筛选掉的行没有显示：“表1”第2—3、5行。",)


def test_columns_and_rows_are_fitted(tmp_path: Path) -> None:
    long = "这是一段很长很长的文字，右边的单元格有字，不换行就看不见了，所以要换行"
    rows = (
        row(1, cell("A1", long), cell("B1", "挡"))
        + row(2, cell("A2", long), cell("C2", 1234567890123))
        + row(3, cell("D3", 1234567.5, style=1))
    )
    _, parts = _frozen(
        xlsx(
            tmp_path / "a.xlsx",
            rows,
            codes=["#,##0.00"],
            before='<cols><col min="1" max="4" width="5" customWidth="1"/></cols>',
        )
    )
    sheet = parts["xl/worksheets/sheet1.xml"]
    widths = [float(width) for width in re.findall(r'<col [^>]*width="([\d.]+)"', sheet)]
    assert widths[0] == 24 and widths[1] == 5 and widths[2] > 13 and widths[3] > 12
    assert 'r="A1" s="3"' in sheet and 'r="A2" s="3"' in sheet and 'r="C2" s="2"' in sheet
    assert parts["xl/styles.xml"].count("wrapText") == 1 and float(re.findall(r'ht="([\d.]+)"', sheet)[0]) > 40


@pytest.mark.parametrize(
    ("columns", "says"),
    [(4, ("portrait", 1)), (12, ("landscape", 1)), (60, ("landscape", 3))],
)  # fmt: skip
def test_a_wide_sheet_is_scaled_as_long_as_it_can_be_read(tmp_path: Path, columns: int, says: tuple[str, int]) -> None:
    from kaoping.evidence.convert.frozen._workbook_parts import letters

    rows = row(1, *(cell(f"{letters(number)}1", "栏目名称") for number in range(1, columns + 1)))
    _, parts = _frozen(xlsx(tmp_path / "a.xlsx", rows))
    assert 'orientation="{}" fitToWidth="{}"'.format(*says) in parts["xl/worksheets/sheet1.xml"]
    assert 'fitToHeight="0"' in parts["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("columns", "fits", "setup", "says"),
    [
        (8, True, 'orientation="portrait" fitToHeight="0"', 'orientation="portrait" fitToHeight="0"'),  # as it was
        (12, True, 'orientation="portrait" fitToHeight="0"', 'orientation="landscape" fitToHeight="0" fitToWidth="1"'),
        (40, True, 'orientation="portrait" fitToHeight="0"', 'orientation="landscape" fitToHeight="0" fitToWidth="2"'),
        (40, False, 'orientation="landscape" scale="40"', 'orientation="landscape" fitToWidth="2" fitToHeight="0"'),
        (8, False, 'orientation="portrait" scale="60"', 'orientation="portrait" scale="60"'),
    ],
)  # fmt: skip
def test_what_was_set_up_stays_where_it_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int, fits: bool, setup: str, says: str
) -> None:
    """Columns of 10 characters of 6 points: what lies below 5 points in print lies across the page, or is split."""
    from kaoping.evidence.convert.frozen import _sheet_fit
    from kaoping.evidence.convert.frozen._workbook_parts import letters

    monkeypatch.setattr(_sheet_fit, "digit_width", lambda family: 6 / 11)
    rows = row(1, *(cell(f"{letters(number)}1", "栏") for number in range(1, columns + 1)))
    before = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' if fits else ""
    widths = f'<cols><col min="1" max="{columns}" width="10" customWidth="1"/></cols>'
    if columns == 12:
        widths = widths.replace('"10"', '"16"')
    _, parts = _frozen(xlsx(tmp_path / "a.xlsx", rows, before=before + widths, after=f"<pageSetup {setup}/>"))
    assert f"<pageSetup {says}/>" in parts["xl/worksheets/sheet1.xml"]


def test_the_width_of_a_digit_is_that_of_the_font_that_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from kaoping.evidence.convert.frozen import _column_unit

    assert all(0.4 < _column_unit.digit_width(family) < 0.7 for family in ("Calibri", "宋体", "", "-f x", "a:b"))
    monkeypatch.setattr(_column_unit.shutil, "which", lambda program: None)
    assert _column_unit.digit_width.__wrapped__("DejaVu Sans") == _column_unit._USUAL


def test_text_behind_a_chart_is_told(tmp_path: Path) -> None:
    corner = "<{0}><col>{1}</col><colOff>0</colOff><row>{2}</row><rowOff>{3}</rowOff></{0}>"
    chart = '<graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"/>'
    drawing = (
        f'<wsDr xmlns="d"><twoCellAnchor>{corner.format("from", 1, 1, 9)}{corner.format("to", 3, 5, 9)}'
        f"<graphicFrame><graphic>{chart}</graphic></graphicFrame><clientData/></twoCellAnchor></wsDr>"
    )
    rows = "".join(row(at, cell(f"A{at}", "左"), cell(f"C{at}", f"第{at}行")) for at in range(1, 8))
    path = xlsx(
        tmp_path / "a.xlsx",
        rows,
        parts={"xl/drawings/drawing1.xml": ("application/vnd.openxmlformats-officedocument.drawing+xml", drawing)},
        relations={"xl/worksheets/sheet1.xml": [("rId1", "drawing", "../drawings/drawing1.xml")]},
    )
    frozen, _ = _frozen(path)
    assert frozen.lost == ("被图表盖住的内容看不见：表1!C3、表1!C4、表1!C5。",)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_what_can_not_be_read_is_left_to_libreoffice(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 nothing")
    assert freeze(tmp_path / name, tmp_path / "f", Path(name).suffix) == Frozen() and not (tmp_path / "f").exists()


def test_a_picture_in_a_cell_is_drawn_over_it(tmp_path: Path) -> None:
    picture = (
        '<c:cellImages xmlns:c="x" xmlns:xdr="d" xmlns:a="a" xmlns:r="r"><xdr:pic><xdr:cNvPr name="ID_1"/>'
        '<a:blip r:embed="rId1"/><a:ext cx="3" cy="2"/></xdr:pic></c:cellImages>'
    )
    rows = row(
        1,
        cell("A1", '=DISPIMG("ID_1",1)', formula='<f>_xlfn.DISPIMG("ID_1",1)</f>'),
        cell("B1", "=DISPIMG()", formula='<f>DISPIMG("ID_2",1)</f>'),
    )
    path = xlsx(
        tmp_path / "a.xlsx", rows, parts={"xl/cellimages.xml": ("x", picture), "xl/media/1.png": ("", b"png")},
        relations={"xl/cellimages.xml": [("rId1", "image", "media/1.png")]},
    )  # fmt: skip
    frozen, parts = _frozen(path)
    assert frozen.lost == ("单元格里的图片没有显示：表1!B1。",)
    assert "DISPIMG" not in parts["xl/worksheets/sheet1.xml"].partition("B1")[0]
    assert 'Target="/xl/media/1.png"' in parts["xl/drawings/_rels/cells-sheet1.xml.rels"]
    assert "<xdr:col>0</xdr:col>" in parts["xl/drawings/cells-sheet1.xml"]
