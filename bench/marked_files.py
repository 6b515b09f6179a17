"""Files that are marked somewhere, and files that only look so: 400 of them, made here, each judged as evidence is.

Each place where a marking can stand is tried with texts that are markings and with texts that are none; what they are
is laid down here, and not asked of the program. Without a LibreOffice: what a file says is read before that sees it.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from bench import hidden_places
from kaoping.evidence.store import open_store
from kaoping.evidence.survey import survey

_BODY = "关于开展检查的通知"
_STARRED = (
    ("机密★10年", "机密"),
    ("秘 密 ☆", "秘密"),
    ("绝密级·★长期", "绝密"),
    ("商业秘密★", ""),
    ("机密行动★★★★", ""),
)
_ALONE = (("机密", "机密"), ("【绝密】", "绝密"), ("000123 秘密", "秘密"), ("秘密花园", ""), ("保密工作", ""))
_PAIRS = (("密级\t机密", "机密"), ("密　级：\t秘密★5年", "秘密"), ("密级\t公开", ""), ("商业\t秘密", ""))
_FIELDS = (
    ('QUOTE "机密★10年"', "机密"),
    ('TITLE "秘密"', "秘密"),
    ("COMMENTS 绝密★", "绝密"),
    ('QUOTE "商业秘密"', ""),
    ('REF "密级"', ""),
)
_NAMES = (
    ("机密", "机密"),
    ("方案（秘密）", "秘密"),
    ("絕密文件", "绝密"),
    ("剧本（绝密）检查记录", ""),
    ("商业秘密", ""),
)
_HIDDEN = (("机密★10年", "机密"), ("秘密级☆1年", "秘密"), ("绝密·★长期", "绝密"), ("商业秘密★", ""))
_Texts = tuple[tuple[str, str], ...]


class MarkedFile(NamedTuple):
    """A file: what it is called under 材料/, its bytes, and the level that it is marked with, "" for none."""

    path: str
    content: bytes
    level: str


def files() -> Iterator[MarkedFile]:
    """Yield all files."""
    for place, (suffix, texts, make) in _PLACES.items():
        for number, (text, level) in enumerate(texts):
            yield MarkedFile(f"{place}{number}{suffix}", make(text), level)
    for place, (suffix, make) in hidden_places.PLACES.items():
        for number, (text, level) in enumerate(_HIDDEN):
            yield MarkedFile(f"{place}{number}{suffix}", make(text), level)
    for name, level in _NAMES:
        yield MarkedFile(f"{name}/通知.txt", _BODY.encode(), level)
        yield MarkedFile(f"{name}.txt", _BODY.encode(), level)


def judged_files(chosen: Iterable[MarkedFile] | None = None) -> Iterator[tuple[str, str, str]]:
    """Survey the files, each in a folder of its own: yield what each is called, its level, and the level seen."""
    chosen = list(files() if chosen is None else chosen)
    with tempfile.TemporaryDirectory() as root, open_store(lasting=False) as store:
        for number, file in enumerate(chosen):
            path = Path(root, f"{number:03}", file.path)
            path.parent.mkdir(parents=True)
            path.write_bytes(file.content)
        seen = {secret.folder.partition("/")[0]: secret.level for secret in survey(Path(root), store).secret}
    for number, file in enumerate(chosen):
        yield file.path, file.level, seen.get(f"{number:03}", "")


# -- how the files are made --------------------------------------------------------------------------------------------


def _zip(parts: Mapping[str, str | bytes], comment: str = "") -> bytes:
    with zipfile.ZipFile(out := BytesIO(), "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment.encode()
    return out.getvalue()


def _package(kind: str, main: str, parts: Mapping[str, str]) -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/></Types>'
    )
    return _zip({"[Content_Types].xml": types, **parts})


def _paragraph(text: str) -> str:
    """A paragraph whose characters stand in runs of their own, as editors leave them."""
    return f"<w:p>{''.join(f'<w:r><w:t>{escape(letter)}</w:t></w:r>' for letter in text)}</w:p>"


def _docx(body: str = "", **parts: str) -> bytes:
    document = f'<w:document xmlns:w="w"><w:body>{_paragraph(_BODY)}{body}</w:body></w:document>'
    more = {f"{name.replace('__', '/')}.xml": xml for name, xml in parts.items()}
    return _package("wordprocessingml.document.main", "word/document.xml", {"word/document.xml": document} | more)


def _table(text: str) -> str:
    cells = "".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in text.split("\t"))
    return f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"


def _properties(text: str) -> str:
    return f"<cp:coreProperties><dc:title>{escape(text)}</dc:title><dc:creator>某</dc:creator></cp:coreProperties>"


def _xlsx(
    rows: Iterable[str] = (),
    sheet: str = "Sheet1",
    state: str = "visible",
    inside: str = "",
    defined: tuple[str, str] = ("", ""),
    **parts: str,
) -> bytes:
    def cell(row: int, column: int, text: str) -> str:
        return f'<c r="{"ABCDE"[column]}{row}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'

    cells = ((row, enumerate(text.split("\t"))) for row, text in enumerate((_BODY, *rows), 1))
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
    return _package(
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
    return _docx("".join(map(_table, rows)))


def _with_picture(text: str) -> bytes:
    """A document with a picture that says the text in its description."""
    picture = hidden_places.PLACES["PNG的iTXt"][1](text)
    main = f'<w:document xmlns:w="w"><w:body>{_paragraph(_BODY)}</w:body></w:document>'
    types = '<Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    return _zip({"[Content_Types].xml": types, "word/document.xml": main, "word/media/image1.png": picture})


def _pptx(slide: int, text: str) -> bytes:
    part = f"<p:sld><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:sld>"
    parts = {"ppt/presentation.xml": "<p:presentation/>", f"ppt/slides/slide{slide}.xml": part}
    return _package("presentationml.presentation.main", "ppt/presentation.xml", parts)


def _written(pdf: Pdf, text: str, at: str = "1 0 0 1 72 700", size: int = 16) -> Any:
    """A content stream that draws a text, with a font that every reader has for Chinese."""
    shown = text.encode("utf-16-be").hex()
    return pdf.make_stream(f"BT /F1 {size} Tf {at} Tm <{shown}> Tj ET".encode())


def _font(pdf: Pdf) -> Any:
    inner = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/STSong-Light"),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="GB1", Supplement=2),
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/STSong-Light"), Encoding=Name("/UniGB-UCS2-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
        )
    )  # fmt: skip


def _pdf(change: Callable[[Pdf, Any], None]) -> bytes:
    """A PDF of two pages whose second is changed."""
    with Pdf.new() as pdf:
        font = Dictionary(F1=_font(pdf))
        for _ in range(2):
            pdf.add_blank_page(page_size=(595, 842))
            pdf.pages[-1].Contents = _written(pdf, _BODY)
            pdf.pages[-1].Resources = Dictionary(Font=font)
        change(pdf, pdf.pages[1])
        pdf.save(out := BytesIO())
    return out.getvalue()


def _drawn(pdf: Pdf, page: Any, text: str, **more: Any) -> Any:
    """An annotation that draws a text, and says nothing of it."""
    look = _written(pdf, text, "1 0 0 1 5 5")
    look.Type, look.Subtype, look.BBox, look.Resources = (
        Name.XObject, Name.Form, Array([0, 0, 300, 40]), Dictionary(Font=page.Resources.Font),
    )  # fmt: skip
    note = Dictionary(Type=Name.Annot, Rect=Array([72, 500, 372, 540]), AP=Dictionary(N=look), F=4, **more)
    page.Annots = Array([pdf.make_indirect(note)])
    return page.Annots[0]


def noted(text: str) -> bytes:
    """A PDF with a note that says the text."""

    def change(pdf: Pdf, page: Any) -> None:
        page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([9, 9, 29, 29]), Contents=text)])

    return _pdf(change)


def stamped(text: str) -> bytes:
    """A PDF with a stamp that draws the text."""
    return _pdf(lambda pdf, page: _drawn(pdf, page, text, Subtype=Name.Stamp))


def filled(text: str) -> bytes:
    """A PDF whose form is filled in with the text."""

    def change(pdf: Pdf, page: Any) -> None:
        field = _drawn(pdf, page, "x", Subtype=Name.Widget, FT=Name.Tx, T=String("a"), V=String(text))
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    return _pdf(change)


def _bookmarked(text: str) -> bytes:
    def change(pdf: Pdf, page: Any) -> None:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(text, 0))

    return _pdf(change)


def _titled(text: str) -> bytes:
    return _pdf(lambda pdf, page: pdf.docinfo.__setitem__("/Title", text))


def _in_xmp(text: str) -> bytes:
    def change(pdf: Pdf, page: Any) -> None:
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = text

    return _pdf(change)


def _layered(text: str) -> bytes:
    def change(pdf: Pdf, page: Any) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=text))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(ON=Array([layer])))

    return _pdf(change)


def _watermarked(text: str) -> bytes:
    def change(pdf: Pdf, page: Any) -> None:
        page.Contents = Array([page.Contents, _written(pdf, text, "0.7 0.7 -0.7 0.7 150 300", 60)])

    return _pdf(change)


def second_page(text: str) -> bytes:
    """A PDF with the text on its second page."""
    return _pdf(lambda pdf, page: setattr(page, "Contents", _written(pdf, text)))


def _rtf(text: str) -> bytes:
    escaped = "".join(f"\\u{ord(letter)}?" if number % 2 else _in_bytes(letter) for number, letter in enumerate(text))
    return rf"{{\rtf1\ansi\ansicpg936 {_in_bytes(_BODY)}\par {escaped}\par}}".encode("ascii")


def _in_bytes(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030"))


def _ofd(text: str) -> bytes:
    page = "".join(f"<ofd:TextObject><ofd:TextCode>{letter}</ofd:TextCode></ofd:TextObject>" for letter in text)
    return _zip({"OFD.xml": "<ofd:OFD/>", "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page>{page}</ofd:Page>"})


def _eml(text: str) -> bytes:
    head = "From: a@example.org\nTo: b@example.org\nSubject: x\nDate: Tue, 16 May 2017 09:00:00 +0800\n"
    return f"{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{_BODY}\n{text}\n".encode()


def _upright(text: str) -> str:
    return "".join(map(_paragraph, text.replace(" ", "")))


_PLACES: Mapping[str, tuple[str, _Texts, Callable[[str], bytes]]] = {
    "正文": (".docx", _STARRED, lambda text: _docx(_paragraph(text))),
    "页眉": (".docx", _ALONE, lambda text: _docx(word__header1=f"<w:hdr>{_paragraph(text)}</w:hdr>")),
    "脚注": (".docx", _STARRED, lambda text: _docx(word__footnotes=f"<w:footnotes>{_paragraph(text)}</w:footnotes>")),
    "文本框": (
        ".docx",
        _ALONE,
        lambda text: _docx(f"<w:p><w:r><w:txbxContent>{_paragraph(text)}</w:txbxContent></w:r></w:p>"),
    ),
    "水印": (
        ".docx",
        _ALONE,
        lambda text: _docx(word__header1=f'<w:hdr><v:textpath style="x" string="{escape(text)}"/></w:hdr>'),
    ),
    "图片说明": (
        ".docx",
        _NAMES,
        lambda text: _docx(f'<w:drawing><wp:docPr id="1" name="图片 1" descr="{escape(text)}"/></w:drawing>'),
    ),
    "批注": (".docx", _STARRED, lambda text: _docx(word__comments=f"<w:comments>{_paragraph(text)}</w:comments>")),
    "表格": (".docx", _PAIRS, lambda text: _docx(_table(text))),
    "书签": (".docx", _NAMES, lambda text: _docx(f'<w:bookmarkStart w:id="0" w:name="{escape(text)}"/>')),
    "文档属性": (".docx", _NAMES, lambda text: _docx(docProps__core=_properties(text))),
    "竖排": (".docx", _STARRED[:3], lambda text: _docx(_upright(text))),
    "域代码": (
        ".docx",
        _FIELDS,
        lambda text: _docx(
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f"<w:r><w:instrText> {escape(text[:3])}</w:instrText></w:r>"
            f"<w:r><w:instrText>{escape(text[3:])} </w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        ),
    ),
    "简单域": (".docx", _FIELDS, lambda text: _docx(f'<w:p><w:fldSimple w:instr=" {escape(text)} "/></w:p>')),
    "富文本的域": (".rtf", _FIELDS, lambda text: _rtf(text)),
    "文件里的图": (
        ".docx",
        _STARRED[:2] + _STARRED[3:4],
        lambda text: _with_picture(text),
    ),
    "嵌入": (
        ".docx",
        _STARRED,
        lambda text: _zip(
            {
                "[Content_Types].xml": "wordprocessingml.document.main",
                "word/document.xml": "<w:p/>",
                "word/embeddings/a.xlsx": _xlsx([text]),
            }
        ),
    ),
    "邻格": (".xlsx", _PAIRS, lambda text: _xlsx([text])),
    "上下格": (".xlsx", _PAIRS, lambda text: _xlsx(text.split("\t"))),
    "隐藏表": (".xlsx", _STARRED, lambda text: _xlsx([text], state="veryHidden")),
    "表名": (".xlsx", _NAMES, lambda text: _xlsx(sheet=text)),
    "格批注": (
        ".xlsx",
        _STARRED,
        lambda text: _xlsx(xl__comments1=f"<comments><comment><t>{escape(text)}</t></comment></comments>"),
    ),
    "打印页眉": (
        ".xlsx",
        _ALONE,
        lambda text: _xlsx(
            inside=f'<headerFooter><oddHeader>&amp;C&amp;"宋体"&amp;16{escape(text)}</oddHeader></headerFooter>'
        ),
    ),
    "下拉选项": (
        ".xlsx",
        _STARRED,
        lambda text: _xlsx(
            inside='<dataValidations count="1"><dataValidation type="list" sqref="A1">'
            f'<formula1>"公开,{escape(text)}"</formula1></dataValidation></dataValidations>'
        ),
    ),
    "输入提示": (
        ".xlsx",
        _STARRED,
        lambda text: _xlsx(
            inside='<dataValidations count="1"><dataValidation type="whole" sqref="A1" '
            f'promptTitle="提示" prompt="{escape(text)}"><formula1>1</formula1></dataValidation></dataValidations>'
        ),
    ),
    "定义的名称": (".xlsx", _NAMES[:1] + _NAMES[4:], lambda text: _xlsx(defined=(text, "Sheet1!$A$1"))),
    "定义的常量": (".xlsx", _STARRED, lambda text: _xlsx(defined=("a", f'"{text}"'))),
    "图形": (
        ".xlsx",
        _STARRED,
        lambda text: _xlsx(xl__drawings__drawing1=f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>"),
    ),
    "幻灯片": (".pptx", _ALONE, lambda text: _pptx(1, text)),
    "后面的幻灯片": (".pptx", _STARRED, lambda text: _pptx(7, text)),
    "PDF批注": (".pdf", _STARRED, noted),
    "PDF图章": (".pdf", _STARRED, stamped),
    "PDF表单": (".pdf", _STARRED, filled),
    "PDF书签": (".pdf", _NAMES, _bookmarked),
    "PDF标题": (".pdf", _NAMES, _titled),
    "PDF元数据": (".pdf", _NAMES[:2], _in_xmp),
    "PDF图层": (".pdf", _NAMES, _layered),
    "PDF水印": (".pdf", _ALONE, _watermarked),
    "PDF第二页": (".pdf", _STARRED, second_page),
    "包里文件名": (".zip", _NAMES, lambda text: _zip({f"{text}.txt": _BODY})),
    "包里文件夹": (".zip", _NAMES, lambda text: _zip({f"{text}/a.txt": _BODY})),
    "包的注释": (".zip", _STARRED, lambda text: _zip({"a.txt": _BODY}, text)),
    "包里的包": (".zip", _STARRED, lambda text: _zip({"b.zip": _zip({"a.txt": f"{_BODY}\n{text}"})})),
    "文本": (".txt", _STARRED, lambda text: f"{_BODY}\n{text}\n".encode("gb18030")),
    "逗号表": (".csv", _PAIRS, lambda text: f"{_BODY}\n{text.replace(chr(9), ',')}\n".encode()),
    "网页": (
        ".html",
        _STARRED,
        lambda text: f"<html><body><p>{_BODY}</p><div style='display:none'>{text}</div></body></html>".encode(),
    ),
    "邮件": (".eml", _STARRED, _eml),
    "富文本": (".rtf", _STARRED, _rtf),
    "版式": (".ofd", _STARRED[:1] + _STARRED[3:4], _ofd),
}
