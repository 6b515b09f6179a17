"""A whole small package of real files (PDF, xlsx, docx), each part of which a test may spoil before it is sealed."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import typst
from pikepdf import Array, Dictionary, Name, OutlineItem
from xlsxwriter import Workbook

from kaoping.core import resources
from kaoping.package.bag import BagInfo
from kaoping.package.manifest import Output
from kaoping.package.staging import staging
from packages import plain_document

SHEET, TABLE, REPORT, BUNDLE = "自评分表.xlsx", "自评分表.docx", "自评报告.docx", "佐证材料汇编.pdf"
UNIT = "某某市"
#: number, first page, pages: dividers stand on pages 1 and 5.
PIECES = (("Ⅱ-10-01", 2, 2), ("Ⅱ-10-02", 4, 1), ("Ⅱ-11-01", 6, 1))
LINES = {"10": "2", "11": "0.5", "12": "0", "B1": "1"}
TOTALS = {"base": "2.5", "bonus": "1", "deduction": "0", "total": "3.5"}
STAMP = "证据 {}（{}/{}）　第{}页"


@dataclass
class Packed:
    """What goes into a package; ``files`` are bytes by name below data/."""

    form: str
    document: dict[str, Any]
    files: dict[str, bytes]
    outputs: list[Output]
    after: list[Callable[[Path], None]] = field(default_factory=list)

    def pdf(self, change: Callable[[pikepdf.Pdf], None]) -> None:
        with pikepdf.open(io.BytesIO(self.files[BUNDLE])) as pdf:
            change(pdf)
            stream = io.BytesIO()
            pdf.save(stream)
        self.files[BUNDLE] = stream.getvalue()

    def word(self, name: str, change: Callable[[Any], None]) -> None:
        document = docx.Document(io.BytesIO(self.files[name]))
        change(document)
        self.files[name] = saved(document)

    def book(self, change: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(io.BytesIO(self.files[SHEET]))
        change(book)
        book.properties.creator = ""
        self.files[SHEET] = saved(book)

    def build(self, target: Path) -> Path:
        with staging(target) as stage:
            for name, content in self.files.items():
                stage.write(name, content)
            stage.finish(BagInfo("某支队", f"{UNIT}2017年度"), self.document, self.outputs)
        for step in self.after:
            step(target)
        return target


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def packed(form: str = "送审稿") -> Packed:
    document = plain_document(form)
    document["totals"] = {name: {"points": points} for name, points in TOTALS.items()}
    document["lines"] = [
        {"line": line, "role": "bonus" if line == "B1" else "base", "points": points, "status": "scored"}
        for line, points in LINES.items()
    ]
    document["pieces"] = [
        {
            "number": number,
            "path": f"{number}.pdf",
            "title": f"待定事项会议纪要{number}",
            "sha256": "0" * 64,
            "verdict": "ready",
            "volume": 1,
            "first": first,
            "pages": pages,
            "line": number[2:4],
            "also": [],
        }
        for number, first, pages in PIECES
    ]
    rows = {line: index for index, line in enumerate(LINES, 2)}
    cells = {
        "lines": {line: f"自评分表!C{row}" for line, row in rows.items()},
        "totals": {name: f"自评分表!C{index}" for index, name in enumerate(TOTALS, 6)},
    }
    places = {"lines": {line: [0, row - 1, 2] for line, row in rows.items() if line != "12"}}
    figures = [{"total": "total", "text": "自评总分{points}分"}, {"total": "base", "near": "基础分"}]
    outputs = [
        Output(SHEET, "sheet", "自评分表", True, {"cells": cells}),
        Output(TABLE, "table", "自评分表", False, {"cells": places}),
        Output(REPORT, "report", "自评报告", True, {"figures": figures}),
        Output(BUNDLE, "bundle", "汇编", True, {"volume": 1, "pages": 7}),
    ]
    files = {SHEET: _sheet(), TABLE: _table(form), REPORT: _report(), BUNDLE: _bundle()}
    return Packed(form, document, dict(files), outputs)


@cache
def _sheet() -> bytes:
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("自评分表")
        sheet.write_row(0, 0, ["项目", "内容", "自评分"])
        for row, (line, points) in enumerate(LINES.items(), 1):
            sheet.write_string(row, 0, line)
            sheet.write_number(row, 2, float(points))
        for row, (name, points) in enumerate(TOTALS.items(), 5):
            sheet.write_string(row, 0, name)
            sheet.write_formula(row, 2, "=SUM(C2:C5)", None, float(points))
    return stream.getvalue()


def _clean(document: Any) -> Any:
    properties = document.core_properties
    properties.author, properties.comments = UNIT, ""
    return document


@cache
def _table(form: str) -> bytes:
    document = _clean(docx.Document())
    table = document.add_table(rows=5, cols=3)
    for row, (line, points) in enumerate(LINES.items(), 1):
        table.cell(row, 0).text = line
        note = "\n（待定，0.5～1）" if line == "11" and form == "送审稿" else ""
        table.cell(row, 2).text = points + note
    table.cell(3, 0).merge(table.cell(3, 1))  # a merged cell must not shift the columns
    return saved(document)


@cache
def _report() -> bytes:
    document = _clean(docx.Document())
    document.add_paragraph("基础分可得100分，自评2.5分。")
    document.add_paragraph().add_run("自评总分")
    document.paragraphs[-1].add_run("3.5分。")
    return saved(document)


@cache
def _contents() -> bytes:
    """The contents, drawn by Typst as the real ones are: cells linked one by one, long titles, headings, mentions."""

    def to(page: int, words: str) -> str:
        return f'[#link("kaoping:{page}")[{words}]],'

    rows = f"[],[],{to(1, '第十项')}{to(1, '1')}"
    for index, (number, first, _) in enumerate(PIECES, 1):
        if index == 3:
            mention = '11　第十一项\\ 另见 #link("kaoping:2")[Ⅱ-10-01（第2页）]、#link("kaoping:4")[Ⅱ-10-02（第4页）]'
            rows += f"[],[],[{mention}],{to(5, '5')}"
        rows += f"[{index}],{to(first, number)}{to(first, f'待定事项会议纪要{number}')}{to(first, str(first))}"
    source = (
        '#set page(width: 300pt, height: 400pt)\n#set text(font: "Noto Serif SC", size: 10pt)\n目录\n'
        f"#table(columns: (30pt, 80pt, 70pt, 40pt), [序号],[编号],[题名],[页号], {rows})"
    )
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[resources.fonts()])
    made = typst.compile(source.encode(), font_paths=fonts)
    assert isinstance(made, bytes)
    return made


@cache
def _bundle() -> bytes:
    """One contents sheet, then pages 1…6: two dividers, and evidence that carries its stamp in its last stream."""
    pdf = pikepdf.open(io.BytesIO(_contents()))
    font = _font(pdf)
    stamps = {
        first + index: STAMP.format(number, index + 1, pages, first + index)
        for number, first, pages in PIECES
        for index in range(pages)
    }
    for printed in range(1, 7):
        page = pdf.add_blank_page(page_size=(300, 400))
        page.obj.Resources = Dictionary(Font=Dictionary(KP=font))
        set_text(pdf, printed, stamps.get(printed, f"第{printed}页"))
    for link in pdf.pages[0].obj.Annots:  # as the bundle's writer does: what Typst can't know is put in afterwards
        page = int(str(link.A.URI).removeprefix("kaoping:"))
        del link["/A"]
        link.Dest = Array([pdf.pages[page].obj, Name.Fit])
    labels = Array([0, Dictionary(S=Name.A), 1, Dictionary(S=Name.D)])
    pdf.Root.PageLabels = Dictionary(Nums=labels)
    with pdf.open_outline() as outline:
        top = OutlineItem("Ⅱ　队伍建设", 1)
        outline.root.append(top)
        for number, first, _ in PIECES:
            top.children.append(OutlineItem(f"{number}　待定事项会议纪要", first))
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def set_text(pdf: pikepdf.Pdf, printed: int, text: str) -> None:
    """Write ``text`` as the last content of the page numbered ``printed``, as the stamp is."""
    drawn = b"Q BT /KP 9 Tf 1 0 0 1 60 20 Tm <" + text.encode("utf-16-be").hex().encode() + b"> Tj ET"
    pdf.pages[printed].obj.Contents = Array([pdf.make_stream(b"q"), pdf.make_stream(drawn)])


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """A font whose codes are UTF-16: ToUnicode is all that reading needs."""
    letters = "证据第页（）Ⅱ得分理由：共场，" + "\u3000"
    rows = "".join(f"<{ord(letter):04X}> <{ord(letter):04X}>\n" for letter in letters[:-1])
    cmap = f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{len(letters) - 1} beginbfchar\n{rows}endbfchar"
    cmap += "\n2 beginbfrange\n<0020> <007E> <0020>\n<3000> <3000> [<3000>]\nendbfrange"
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/X"),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        DW=1000,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/X"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=[pdf.make_indirect(descendant)],
            ToUnicode=pdf.make_stream(cmap.encode()),
        )
    )
