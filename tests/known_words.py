"""The Word files of the corpus."""

from __future__ import annotations

from collections.abc import Iterator

from known_files import LONG, SAVED, Known
from offices import (
    complex_field,
    docx,
    paragraph,
    run,
    simple_field,
)


def word_files() -> Iterator[Known]:
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
    yield word("w19.docx", low, LONG[:5], "后一半")  # a row that may grow shows all of it
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
