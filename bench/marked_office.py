"""Office packages, workbooks and rich texts by hand, part by part: what a program writes where, and nobody sees."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from html import escape
from io import BytesIO

from bench import hidden_places

BODY = "关于开展检查的通知"


def zip_of(parts: Mapping[str, str | bytes], comment: str = "") -> bytes:
    """An archive of ``parts``, by their names."""
    with zipfile.ZipFile(out := BytesIO(), "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment.encode()
    return out.getvalue()


def package_of(kind: str, main: str, parts: Mapping[str, str]) -> bytes:
    """A package of an Office program, whose main part is of a ``kind``."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/></Types>'
    )
    return zip_of({"[Content_Types].xml": types, **parts})


def paragraph(text: str) -> str:
    """A paragraph whose characters stand in runs of their own, as editors leave them."""
    return f"<w:p>{''.join(f'<w:r><w:t>{escape(letter)}</w:t></w:r>' for letter in text)}</w:p>"


def docx_of(body: str = "", **parts: str) -> bytes:
    """A document of a heading and ``body``; ``parts`` are others, by their names (word__header1)."""
    document = f'<w:document xmlns:w="w"><w:body>{paragraph(BODY)}{body}</w:body></w:document>'
    more = {f"{name.replace('__', '/')}.xml": xml for name, xml in parts.items()}
    return package_of("wordprocessingml.document.main", "word/document.xml", {"word/document.xml": document} | more)


def table(text: str) -> str:
    """A table of a row; tabs part its cells."""
    cells = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in text.split("\t"))
    return f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"


def properties(text: str) -> str:
    """The core properties, with a title."""
    return f"<cp:coreProperties><dc:title>{escape(text)}</dc:title><dc:creator>某</dc:creator></cp:coreProperties>"


def xlsx_of(
    rows: Iterable[str] = (),
    sheet: str = "Sheet1",
    state: str = "visible",
    inside: str = "",
    defined: tuple[str, str] = ("", ""),
    **parts: str,
) -> bytes:
    """A workbook of a heading and ``rows``, tabs between cells; ``inside`` stands behind them."""

    def cell(row: int, column: int, text: str) -> str:
        return f'<c r="{"ABCDE"[column]}{row}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'

    cells = ((row, enumerate(text.split("\t"))) for row, text in enumerate((BODY, *rows), 1))
    data = "".join(
        f'<row r="{row}">{"".join(cell(row, column, text) for column, text in line)}</row>' for row, line in cells
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    name, value = map(escape, defined)
    names = f'<definedNames><definedName name="{name}">{value}</definedName></definedNames>' if name else ""
    book = (
        f'<workbook {space} xmlns:r="{relation}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" state="{state}" r:id="r1"/></sheets>{names}</workbook>'
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    more = {f"{name.replace('__', '/')}.xml": xml for name, xml in parts.items()}
    return package_of(
        "spreadsheetml.sheet.main",
        "xl/workbook.xml",
        {
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": links,
            "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{data}</sheetData>{inside}</worksheet>",
        }
        | more,
    )


def workbook(rows: Iterable[str], *, numbers: bool = False, state: str = "visible") -> bytes:
    """A workbook of one sheet; ``rows`` have tabs between their cells, digits alone are ``numbers``."""
    import xlsxwriter

    with xlsxwriter.Workbook(out := BytesIO(), {"in_memory": True}) as book:
        if state == "hidden":
            book.add_worksheet("封面")
        sheet = book.add_worksheet("登记")
        sheet.set_column(0, 5, 3)  # so narrow that a page shows ###
        if state == "hidden":
            sheet.hide()
        for row, text in enumerate(rows):
            for column, cell in enumerate(text.split("\t")):
                is_number = numbers and cell.isdigit() and len(cell) <= 15
                sheet.write(row, column, int(cell) if is_number else cell)
    return out.getvalue()


def document_of_table(rows: Iterable[str]) -> bytes:
    """A document with a table; ``rows`` have tabs between their cells."""
    return docx_of("".join(map(table, rows)))


def with_picture(text: str) -> bytes:
    """A document with a picture that says the text in its description."""
    picture = hidden_places.PLACES["PNG的iTXt"][1](text)
    main = f'<w:document xmlns:w="w"><w:body>{paragraph(BODY)}</w:body></w:document>'
    types = '<Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    return zip_of({"[Content_Types].xml": types, "word/document.xml": main, "word/media/image1.png": picture})


def pptx_of(slide: int, text: str) -> bytes:
    """A presentation of a slide."""
    part = f"<p:sld><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:sld>"
    parts = {"ppt/presentation.xml": "<p:presentation/>", f"ppt/slides/slide{slide}.xml": part}
    return package_of("presentationml.presentation.main", "ppt/presentation.xml", parts)


def rtf_of(text: str) -> bytes:
    """A rich text, its characters as bytes and as numbers by turns."""
    escaped = "".join(f"\\u{ord(letter)}?" if number % 2 else in_bytes(letter) for number, letter in enumerate(text))
    return rf"{{\rtf1\ansi\ansicpg936 {in_bytes(BODY)}\par {escaped}\par}}".encode("ascii")


def in_bytes(text: str) -> str:
    """Characters as RTF has them."""
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030"))


def upright(text: str) -> str:
    """A paragraph for each character."""
    return "".join(map(paragraph, text.replace(" ", "")))
