"""Sixty Office files whose every text is known: each is on the pages, or told."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from offices import (
    cell,
    complex_field,
    docx,
    drawn_paragraph,
    odf,
    paragraph,
    pptx,
    row,
    rtf,
    run,
    shape,
    simple_field,
    xlsx,
)

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)
LONG = "这是一段很长很长的说明文字，写明检查的时间、地点、人员、经过和处理结果，不换行就会被右边的单元格挡住后一半"
WIDE = '<cols><col min="1" max="3" width="14" customWidth="1"/></cols>'
SAVED = "2017年5月16日"


@dataclass(frozen=True, slots=True)
class Known:
    """A file: the texts that its pages show, those that are told as not shown, and what else is told."""

    name: str
    make: Callable[[Path], object]
    shown: tuple[str, ...]
    told: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    like: str = ""  # the suffix of what is made, where LibreOffice makes the file of it
    aged: bool = False  # this year in it, as LibreOffice computed it, is written over: the file was saved in 2017


def corpus() -> list[Known]:
    """Return the files."""
    return [*_word(), *_sheets(), *_slides(), *_open_documents(), *_rich_text(), *_binary()]


def write(files: list[Known], folder: Path, work: Path) -> None:
    """Write ``files`` to ``folder``; LibreOffice makes the binary ones, in a call for each kind."""
    made = defaultdict(list)
    for file in files:
        if file.like:
            made[Path(file.name).suffix[1:]].append(file)
            file.make(work / f"{Path(file.name).stem}.{file.like}")
        else:
            file.make(folder / file.name)
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    for suffix, alike in made.items():
        names = [str(work / f"{Path(file.name).stem}.{file.like}") for file in alike]
        command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", str(folder), *names]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        for file in alike:
            if file.aged:
                now, then = (f"{year}年".encode("utf-16-le") for year in (date.today().year, 2017))
                content = (folder / file.name).read_bytes()
                assert now in content
                (folder / file.name).write_bytes(content.replace(now, then))


def _word() -> Iterator[Known]:
    def word(
        name: str, body: str, *shown: str, told: tuple[str, ...] = (), remarks: tuple[str, ...] = (), **more: object
    ) -> Known:
        return Known(name, lambda path: docx(path, body, **more), shown, told, remarks)  # type: ignore[arg-type]

    plain = [
        "现场检查笔录",
        "检查时间：二〇一七年三月五日。",
        "检查情况：（一）证照齐全；（二）没有接纳未成年人。",
        "ABC-123，50%，①②③，㎡",
    ]
    yield word("w01.docx", "".join(paragraph(run(text)) for text in plain), *plain)
    cells = [[f"第{number}行{name}" for name in "甲乙丙"] for number in range(1, 6)]
    table = "".join(
        f"<w:tr>{''.join(f'<w:tc>{paragraph(run(text))}</w:tc>' for text in line)}</w:tr>" for line in cells
    )
    yield word("w02.docx", f"<w:tbl>{table}</w:tbl>{paragraph()}", *(text for line in cells for text in line))
    yield word(
        "w03.docx", paragraph(run("成文日期："), complex_field('DATE \\@ "yyyy年M月d日"', SAVED)), f"成文日期：{SAVED}"
    )
    yield word(
        "w04.docx",
        paragraph(simple_field("TIME", "09:30"), run("开会"), simple_field("AUTHOR", "温如言")),
        "09:30开会温如言",
    )
    field = paragraph(run("打印于"), complex_field("PRINTDATE", SAVED))
    yield word(
        "w05.docx", paragraph(run("正文在此")), "正文在此", f"打印于{SAVED}", "页脚的第",
        headers={"header": field, "footer": paragraph(run("页脚的第"), complex_field("PAGE", "1"))},
    )  # fmt: skip
    nested = (
        '<w:r><w:instrText xml:space="preserve"> IF </w:instrText></w:r>'
        + complex_field("SAVEDATE", "9999")
        + "<w:r><w:instrText> = 1 a b</w:instrText></w:r>"
    )
    yield word("w06.docx", paragraph(run("结果是"), complex_field(nested, "合格")), "结果是合格")
    mark, tab = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>', "<w:r><w:tab/></w:r>"
    begin = mark.format("begin") + "<w:r><w:instrText>TOC \\o</w:instrText></w:r>" + mark.format("separate")
    contents = paragraph(begin, run("第一章 总则"), tab, complex_field("PAGEREF a", "12"))
    contents += paragraph(run("第二章 分则"), tab, complex_field("PAGEREF b", "34"), mark.format("end"))
    yield word("w07.docx", contents + paragraph(run("正文")), "第一章 总则", "12", "第二章 分则", "34", "正文")
    notes = {
        name: f'<w:{name[:-1]} w:id="2">{paragraph(run(text))}</w:{name[:-1]}>'
        for name, text in {"footnotes": "脚注说明甲", "endnotes": "尾注说明乙"}.items()
    }
    body = paragraph(
        run("有注的话"), '<w:r><w:footnoteReference w:id="2"/></w:r>', '<w:r><w:endnoteReference w:id="2"/></w:r>'
    )
    yield word("w08.docx", body, "有注的话", "脚注说明甲", "尾注说明乙", headers=notes)
    box = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="2880000" cy="1080000"/>'
        '<wp:docPr id="1" name="框"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="2880000" cy="1080000"/></a:xfrm><a:prstGeom prst="rect"/></wps:spPr>'
        '<wps:txbx><w:txbxContent>'
        f'{paragraph(run("框里的字"), simple_field("DATE", SAVED))}</w:txbxContent></wps:txbx>'
        '<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )  # fmt: skip
    yield word("w09.docx", paragraph(run("框外的字")) + box, "框外的字", f"框里的字{SAVED}")
    changes = paragraph(
        run("参训"),
        '<w:del w:id="1" w:author="a"><w:r><w:delText>三十</w:delText></w:r></w:del>',
        f'<w:ins w:id="2" w:author="a">{run("五十一")}</w:ins>',
        run("人"),
    )
    yield word("w10.docx", changes, "参训五十一人", remarks=("修订",))
    yield word("w11.docx", paragraph(run("看得见"), run("藏起来的话", "<w:vanish/>")), "看得见", told=("藏起来的话",))
    symbols = "".join(
        f'<w:r><w:sym w:font="Wingdings 2" w:char="{code}"/></w:r>{run(text)}'
        for code, text in [("F052", "符合　"), ("F0A3", "不符合")]
    )
    yield word("w12.docx", paragraph(run("许可证："), symbols), "许可证：", "☑", "符合", "□", "不符合")
    page = {"word/a.html": ("text/html", "<html><body><p>本案于六月一日结案</p></body></html>".encode())}
    yield word(
        "w13.docx",
        paragraph(run("以下由系统插入")) + '<w:altChunk r:id="rId1"/>',
        "以下由系统插入",
        "本案于六月一日结案",
        remarks=("插入的网页",),
        parts=page,
        relations=[("rId1", "aFChunk", "a.html")],
    )
    rich = {"word/a.rtf": ("application/rtf", rb"{\rtf1 words}")}
    yield word(
        "w14.docx",
        paragraph(run("以下由系统插入")) + '<w:altChunk r:id="rId1"/>',
        "以下由系统插入",
        told=("a.rtf",),
        parts=rich,
        relations=[("rId1", "aFChunk", "a.rtf")],
    )
    yield word("w15.docx", paragraph(complex_field("eq \\o\\ac(○,急)", None), run("件")), "○急件", remarks=("公式域",))
    long = "".join(f"第{number}项检查了场所的证照、安全出口和营业日志，没有发现问题；" for number in range(1, 200))
    yield word(
        "w16.docx",
        paragraph(run(long)),
        long[:60],
        "第199项检查了场所的证照",
        headers={"header": paragraph(run("页眉的字"))},
    )
    yield word(
        "w17.docx",
        paragraph(complex_field('HYPERLINK "http://a.invalid"', "执法公示网"), run("上公开")),
        "执法公示网上公开",
    )
    bound = (
        f'<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a" w:storeItemID="{{0}}"/></w:sdtPr>'
        f"<w:sdtContent>{paragraph(run('控件里的话'))}</w:sdtContent></w:sdt>"
    )
    yield word("w18.docx", bound + paragraph(run("控件外")), "控件里的话", "控件外")
    low = (
        '<w:tbl><w:tr><w:trPr><w:trHeight w:val="300" w:hRule="exact"/></w:trPr><w:tc><w:tcPr>'
        f'<w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{paragraph(run(LONG))}</w:tc></w:tr></w:tbl>'
        f"{paragraph()}"
    )
    yield word("w19.docx", low, LONG[:5], told=("后一半",))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
    yield word(
        "w20.dotx", paragraph(run("模板的字"), simple_field("FILENAME", "原名.dotx")), "模板的字原名.dotx", kind=kind
    )
    yield word(
        "w21.docm",
        paragraph(run("带宏的"), simple_field("= SUM(ABOVE)", "51")),
        "带宏的51",
        kind="application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    linked = (
        "<w:r><w:drawing><wp:inline><wp:extent cx='720000' cy='720000'/>"
        "<wp:docPr id='1' name='图'/><a:graphic><a:graphicData uri='x'><a:blip r:link='rId1'/>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    yield word(
        "w22.docx",
        paragraph(run("见图"), linked),
        "见图",
        told=("现场.jpg",),
        relations=[("rId1", "image", "file://D:/现场.jpg")],
    )


def _sheets() -> Iterator[Known]:
    def sheet(
        name: str, rows: str, *shown: str, told: tuple[str, ...] = (), remarks: tuple[str, ...] = (), **more: object
    ) -> Known:
        return Known(name, lambda path: xlsx(path, rows, **more), shown, told, remarks)  # type: ignore[arg-type]

    def narrow(width: int = 4) -> str:
        return f'<cols><col min="1" max="9" width="{width}" customWidth="1"/></cols>'

    yield sheet(
        "s01.xlsx",
        row(1, cell("A1", "场所"), cell("B1", "家次")) + row(2, cell("A2", "星河网吧"), cell("B2", 37)),
        "场所",
        "家次",
        "星河网吧",
        "37",
    )
    yield sheet(
        "s02.xlsx",
        row(
            1,
            cell("A1", "截止"),
            cell("B1", 42871, formula="<f>TODAY()</f>", style=1),
            cell("C1", "天数"),
            cell("D1", 28, formula="<f>TODAY()-1</f>"),
        ),
        "截止",
        "2017-05-16",
        "天数",
        "28",
        codes=["yyyy-mm-dd"],
    )
    shared = (
        row(1, cell("A1", 1111, formula='<f t="shared" ref="A1:A3" si="0">B1*2</f>'))
        + row(2, cell("A2", 2222, formula='<f t="shared" si="0"/>'))
        + row(3, cell("A3", 3333, formula='<f t="array" ref="A3">B1</f>'))
    )
    yield sheet("s03.xlsx", shared, "1111", "2222", "3333")
    yield sheet("s04.xlsx", row(1, cell("A1", 4711, formula="<f>[1]表!A1</f>")), "4711", remarks=("引用别的文件",))
    yield sheet("s05.xlsx", row(1, cell("A1", None, formula="<f>2*2171</f>")), "4342", remarks=("没有保存结果的公式",))
    codes = "<headerFooter><oddHeader>&amp;C&amp;F 第&amp;P页 &amp;D</oddHeader></headerFooter>"
    yield sheet(
        "s06 甲&乙.xlsx", row(1, cell("A1", "内容")), "内容", "s06 甲&乙.xlsx 第1页", remarks=("打印日期",), after=codes
    )
    rows = "".join(
        row(
            number,
            cell(f"A{number}", f"场所{number}"),
            cell(f"B{number}", f"结果{number}"),
            attributes='hidden="1"' * (number == 3),
        )
        for number in range(1, 6)
    )
    yield sheet("s07.xlsx", rows, "场所1", "结果5", told=("第3行",))
    yield sheet(
        "s08.xlsx",
        rows,
        "场所1",
        "结果5",
        told=("第3行",),
        remarks=("筛选",),
        after='<autoFilter ref="A1:B5"><filterColumn colId="0"/></autoFilter>',
    )
    yield sheet(
        "s09.xlsx",
        rows.replace('hidden="1"', ""),
        "场所3",
        told=("B列",),
        before='<cols><col min="2" max="2" width="9" hidden="1"/></cols>',
    )
    area = (
        '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">表1!$A$1:$A$5</definedName></definedNames>'
    )
    yield sheet("s10.xlsx", rows.replace('hidden="1"', ""), "场所3", told=("表1!B3",), workbook=area)
    numbers = row(
        1,
        cell("A1", 1234567.5, style=1),
        cell("B1", 42871, style=2),
        cell("C1", 530102199001011234),
        cell("D1", 1234567890123),
        cell("E1", 0.256, style=3),
        cell("F1", "末"),
    )
    yield sheet(
        "s11.xlsx",
        numbers,
        "1,234,567.50",
        "2017年5月16日",
        "1234567890123",
        "25.6%",
        "末",
        before=narrow(),
        codes=["#,##0.00", 'yyyy"年"m"月"d"日"', "0.0%"],
    )
    yield sheet("s12.xlsx", row(1, cell("A1", LONG), cell("B1", "挡")), LONG, "挡", before=narrow(10))
    tall = row(1, cell("A1", "第一行\n第二行\n第三行\n第四行"), cell("B1", "右"), attributes='ht="14" customHeight="1"')
    yield sheet("s13.xlsx", tall, "第一行", "第四行", "右")
    merged = row(1, cell("A1", LONG), attributes='ht="14" customHeight="1"') + row(
        2, cell("A2", "左"), cell("B2", "右")
    )
    yield sheet(
        "s14.xlsx",
        merged,
        LONG,
        "左",
        "右",
        before=narrow(9),
        after='<mergeCells><mergeCell ref="A1:C1"/></mergeCells>',
    )
    wide = "".join(
        row(number, *(cell(f"{chr(65 + at)}{number}", f"第{number}行第{at}栏的内容") for at in range(26)))
        for number in range(1, 4)
    )
    yield sheet("s15.xlsx", wide, "第1行第0栏的内容", "第3行第25栏的内容")
    custom = row(1, cell("A1", 7, style=1), cell("B1", 12, style=2), cell("C1", 0, style=3), cell("D1", 0.75, style=4))
    yield sheet(
        "s16.xlsx",
        custom,
        "云文综立字〔2017〕7号",
        "第012号",
        "18:00",
        codes=['"云文综立字〔2017〕"0"号"', '"第"000"号"', "0;-0;;@", "h:mm"],
    )
    picture = (
        '<c:cellImages xmlns:c="x" xmlns:xdr="d" xmlns:a="a" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<xdr:pic><xdr:cNvPr name="ID_1"/><a:blip r:embed="rId1"/></xdr:pic></c:cellImages>'
    )
    shots = row(
        1,
        cell("A1", "照片"),
        cell("B1", '=DISPIMG("ID_1",1)', formula='<f>DISPIMG("ID_1",1)</f>'),
        cell("C1", "x", formula='<f>DISPIMG("ID_9",1)</f>'),
    )
    yield sheet(
        "s17.xlsx",
        shots,
        "照片",
        told=("表1!C1",),
        parts={"xl/cellimages.xml": ("", picture), "xl/media/1.png": ("", PICTURE)},
        relations={"xl/cellimages.xml": [("rId1", "image", "media/1.png")]},
    )
    rules = (
        '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="2"><formula>'
        "A1&lt;TODAY()</formula></cfRule></conditionalFormatting>"
    )
    yield sheet("s18.xlsx", row(1, cell("A1", "到期")), "到期", remarks=("条件格式",), after=rules)
    many = "".join(
        row(number, cell(f"A{number}", number), cell(f"B{number}", f"案件{number}号"), cell(f"C{number}", "办结"))
        for number in range(1, 400)
    )
    yield sheet("s19.xlsx", many, "案件1号", "案件399号")
    yield Known(
        "s20.xlsx",
        lambda path: xlsx(path, row(1, cell("A1", "看得见")), row(1, cell("A1", "看不见")), states={1: "hidden"}),
        ("看得见",),
        remarks=("隐藏的工作表",),
    )


def _slides() -> Iterator[Known]:
    date = f'<a:fld id="{{0}}" type="datetime1"><a:rPr/><a:t>{SAVED}</a:t></a:fld>'
    yield Known(
        "p01.pptx",
        lambda path: pptx(path, shape(drawn_paragraph("培训班课件")), shape(drawn_paragraph("第二页的字"))),
        ("培训班课件", "第二页的字"),
    )
    yield Known("p02.pptx", lambda path: pptx(path, shape(drawn_paragraph("日期：", date))), (f"日期：{SAVED}",))
    yield Known(
        "p03.pptx",
        lambda path: pptx(path, shape(drawn_paragraph("第一张")), shape(drawn_paragraph("第二张")), hidden=[2]),
        ("第一张",),
        ("第2张",),
    )
    yield Known(
        "p04.pptx",
        lambda path: pptx(path, shape(drawn_paragraph("看得见")) + shape(drawn_paragraph("在外面的字"), at=(60, 60))),
        ("看得见",),
        ("在外面的字",),
    )
    yield Known(
        "p05.pptx",
        lambda path: pptx(
            path, shape(drawn_paragraph("看得见")) + shape(drawn_paragraph("藏"), at=(1, 9), hidden=True)
        ),
        ("看得见",),
        ("第1张",),
    )


def _open_documents() -> Iterator[Known]:
    def text(*paragraphs: str) -> str:
        return "".join(f"<text:p>{inside}</text:p>" for inside in paragraphs)

    def cells(*values: str) -> str:
        return "".join(
            f"<table:table-cell office:value-type='string'><text:p>{value}</text:p></table:table-cell>"
            for value in values
        )

    hidden = (
        '<style:style style:name="藏" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    date = f'<text:date text:date-value="2017-05-16">{SAVED}</text:date>'
    yield Known(
        "o01.odt",
        lambda path: odf(path, "text", text("关于举办培训班的通知", f"成文日期：{date}")),
        ("关于举办培训班的通知", f"成文日期：{SAVED}"),
    )
    yield Known(
        "o02.odt",
        lambda path: odf(
            path, "text", text('看得见<text:span text:style-name="藏">藏起来的话</text:span>'), styles=hidden
        ),
        ("看得见",),
        ("藏起来的话",),
    )
    changed = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>'
        "删去的</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )
    yield Known(
        "o03.odt",
        lambda path: odf(path, "text", changed + text('参训<text:change text:change-id="c1"/>五十一人')),
        ("参训五十一人",),
        remarks=("修订",),
    )
    yield Known(
        "o04.fodt",
        lambda path: odf(
            path, "text", text("平的文件", f"日期{date}", "作者<text:author-name>温如言</text:author-name>"), flat=True
        ),
        ("平的文件", f"日期{SAVED}", "作者温如言"),
    )
    formula = (
        f'<table:table-cell table:formula="of:=TODAY()" office:value-type="string" office:string-value="{SAVED}">'
        f"<text:p>{SAVED}</text:p></table:table-cell>"
    )
    table = '<table:table table:name="表1">{}</table:table>'
    line = "<table:table-row {}>{}</table:table-row>"
    yield Known(
        "o05.ods",
        lambda path: odf(path, "spreadsheet", table.format(line.format("", cells("截止", "家次") + formula))),
        ("截止", "家次", SAVED),
    )
    lines = line.format("", cells("看得见")) + line.format('table:visibility="collapse"', cells("看不见"))
    yield Known("o06.ods", lambda path: odf(path, "spreadsheet", table.format(lines)), ("看得见",), ("第2行",))
    yield Known(
        "o07.ods",
        lambda path: odf(path, "spreadsheet", table.format(line.format("", cells(LONG, "挡")))),
        ("挡",),
        ("长的说明文字",),
    )
    frame = (
        '<draw:page draw:name="页1">'
        '<draw:frame svg:x="1cm" svg:y="1cm" svg:width="16cm" svg:height="3cm"><draw:text-box>'
        "<text:p>{}</text:p></draw:text-box></draw:frame></draw:page>"
    )
    yield Known(
        "o08.odp", lambda path: odf(path, "presentation", frame.format(f"课件的字{date}")), (f"课件的字{SAVED}",)
    )


def _rich_text() -> Iterator[Known]:
    field = r"{\field{\*\fldinst %s}{\fldrslt %s}}"
    yield Known("r01.rtf", lambda path: rtf(path, "旧的文件", "第二段（二）"), ("旧的文件", "第二段（二）"))
    yield Known("r02.rtf", lambda path: rtf(path, "日期" + field % (r'DATE \\@ "yyyy"', SAVED)), (f"日期{SAVED}",))
    yield Known(
        "r03.rtf",
        lambda path: rtf(path, r"参训{\deleted 三十}{\revised 五十一}人"),
        ("参训五十一人",),
        remarks=("修订",),
    )
    yield Known("r04.rtf", lambda path: rtf(path, r"看得见{\v 藏的}"), ("看得见",), remarks=("隐藏的文字",))


def _binary() -> Iterator[Known]:
    def word(path: Path) -> Path:
        return docx(path, "".join(paragraph(run(text)) for text in ("旧版文件", "第二段（二）")))

    def fields(path: Path) -> Path:
        return docx(
            path,
            paragraph(run("前"), simple_field("PAGE", "1"), run("后"), complex_field('HYPERLINK "http://a"', "链接")),
        )

    def year(path: Path) -> Path:
        return docx(path, paragraph(run("成文于"), complex_field('DATE \\@ "yyyy年"', "2011年"), run("的文件")))

    def book(path: Path) -> Path:
        return xlsx(path, row(1, cell("A1", "旧版表格"), cell("B1", 37), cell("C1", 0.256, style=1)), codes=["0.0%"])

    def cut(path: Path) -> Path:
        return xlsx(
            path,
            row(1, cell("A1", LONG), cell("B1", "挡")) + row(2, cell("A2", 1234567.25, style=1)),
            codes=["#,##0.00"],
            before='<cols><col min="1" max="1" width="5" customWidth="1"/></cols>',
        )

    def day(path: Path) -> Path:
        return xlsx(
            path,
            row(1, cell("A1", "今天"), cell("B1", 1, formula="<f>TODAY()</f>", style=1)),
            codes=["yyyy-mm-dd"],
            before=WIDE,
        )

    yield Known("b01.doc", word, ("旧版文件", "第二段（二）"), like="docx")
    yield Known("b02.doc", fields, ("前", "后链接"), like="docx")
    yield Known("b07.doc", year, ("成文于",), ("2017",), like="docx", aged=True)
    yield Known("b03.xls", book, ("旧版表格", "37", "25.6%"), like="xlsx")
    yield Known("b04.xls", cut, ("挡",), ("一段很长很长", "1,234,567.25"), like="xlsx")
    yield Known("b05.xls", day, ("今天",), like="xlsx")
    yield Known(
        "b06.ppt",
        lambda path: pptx(path, shape(drawn_paragraph("旧版课件")), shape(drawn_paragraph("第二页"))),
        ("旧版课件", "第二页"),
        like="pptx",
    )
