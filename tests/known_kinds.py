"""The slides, OpenDocument, RTF and binary files of the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from known_files import LONG, SAVED, WIDE, Known
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


def slide_files() -> Iterator[Known]:
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


def opendocument_files() -> Iterator[Known]:
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


def rich_text_files() -> Iterator[Known]:
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


def binary_files() -> Iterator[Known]:
    def word(path: Path) -> Path:
        return docx(path, "".join(paragraph(run(text)) for text in ("旧版文件", "第二段（二）")))

    def fields(path: Path) -> Path:
        return docx(
            path,
            paragraph(run("前"), simple_field("PAGE", "1"), run("后"), complex_field('HYPERLINK "http://a"', "链接")),
        )

    def year(path: Path) -> Path:
        return docx(path, paragraph(run("成文于"), complex_field('DATE \\@ "yyyy年"', "2011年"), run("的文件")))

    def changed(path: Path) -> Path:
        gone = (
            '<w:del w:id="1" w:author="a" w:date="2017-05-16T00:00:00Z"><w:r><w:delText>三十</w:delText></w:r></w:del>'
        )
        return docx(path, paragraph(run("参训"), gone, run("人")))

    def hidden(path: Path) -> Path:
        return docx(path, paragraph(run("看得见"), run("藏起来的话", "<w:vanish/>")))

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
    yield Known("b08.doc", changed, ("参训",), remarks=("修订没有接受",), like="docx")
    yield Known("b09.doc", hidden, ("看得见",), remarks=("隐藏的文字",), like="docx")
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
