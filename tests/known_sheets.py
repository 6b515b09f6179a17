"""The workbooks of the corpus."""

from __future__ import annotations

from collections.abc import Iterator

from known_files import LONG, PICTURE, Known
from offices import (
    cell,
    row,
    xlsx,
)


def sheet_files() -> Iterator[Known]:
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
        "530102199001011000",
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
    ticks = row(1, cell("A1", "þ", style=1), cell("B1", "符合"), cell("C1", "¨", style=1), cell("D1", "不符合"))
    yield sheet("s21.xlsx", ticks, "☑", "符合", "□", "不符合", fonts=["Wingdings"])
    yield Known(
        "s20.xlsx",
        lambda path: xlsx(path, row(1, cell("A1", "看得见")), row(1, cell("A1", "看不见")), states={1: "hidden"}),
        ("看得见",),
        remarks=("隐藏的工作表",),
    )
