"""Files that are marked somewhere, and files that only look so: 400 of them, made here, each judged as evidence is.

Each place where a marking can stand is tried with texts that are markings and with texts that are none; what they are
is laid down here, and not asked of the program. Without a LibreOffice: what a file says is read before that sees it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from bench import hidden_places
from bench.marked_office import (
    BODY,
    docx_of,
    paragraph,
    pptx_of,
    properties,
    rtf_of,
    table,
    upright,
    with_picture,
    workbook,
    xlsx_of,
    zip_of,
)  # fmt: skip
from kaoping.evidence.store import open_store
from kaoping.evidence.survey import survey

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
_LISTS = (
    ("名称\t类型\n绝密\t剧情\n机密\t射击", ""),
    ("剧本名称\n绝密\n机密", ""),
    ("2017年剧本备案表\n剧本名称\t人数\n绝密\t6", ""),
    ("店名\t地址\n秘密☆花园奶茶\t一号街\n机密☆档案桌游吧\t二号街", ""),
    ("机密\n剧本名称\t人数\n绝密\t6", "机密"),
)
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
        yield MarkedFile(f"{name}/通知.txt", BODY.encode(), level)
        yield MarkedFile(f"{name}.txt", BODY.encode(), level)


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
            pdf.pages[-1].Contents = _written(pdf, BODY)
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


def _ofd(text: str) -> bytes:
    page = "".join(f"<ofd:TextObject><ofd:TextCode>{letter}</ofd:TextCode></ofd:TextObject>" for letter in text)
    return zip_of({"OFD.xml": "<ofd:OFD/>", "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page>{page}</ofd:Page>"})


def _eml(text: str) -> bytes:
    head = "From: a@example.org\nTo: b@example.org\nSubject: x\nDate: Tue, 16 May 2017 09:00:00 +0800\n"
    return f"{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{BODY}\n{text}\n".encode()


_PLACES: Mapping[str, tuple[str, _Texts, Callable[[str], bytes]]] = {
    "正文": (".docx", _STARRED, lambda text: docx_of(paragraph(text))),
    "页眉": (".docx", _ALONE, lambda text: docx_of(word__header1=f"<w:hdr>{paragraph(text)}</w:hdr>")),
    "脚注": (".docx", _STARRED, lambda text: docx_of(word__footnotes=f"<w:footnotes>{paragraph(text)}</w:footnotes>")),
    "文本框": (
        ".docx",
        _ALONE,
        lambda text: docx_of(f"<w:p><w:r><w:txbxContent>{paragraph(text)}</w:txbxContent></w:r></w:p>"),
    ),
    "水印": (
        ".docx",
        _ALONE,
        lambda text: docx_of(word__header1=f'<w:hdr><v:textpath style="x" string="{escape(text)}"/></w:hdr>'),
    ),
    "图片说明": (
        ".docx",
        _NAMES,
        lambda text: docx_of(f'<w:drawing><wp:docPr id="1" name="图片 1" descr="{escape(text)}"/></w:drawing>'),
    ),
    "批注": (".docx", _STARRED, lambda text: docx_of(word__comments=f"<w:comments>{paragraph(text)}</w:comments>")),
    "表格": (".docx", _PAIRS, lambda text: docx_of(table(text))),
    "书签": (".docx", _NAMES, lambda text: docx_of(f'<w:bookmarkStart w:id="0" w:name="{escape(text)}"/>')),
    "文档属性": (".docx", _NAMES, lambda text: docx_of(docProps__core=properties(text))),
    "竖排": (".docx", _STARRED[:3], lambda text: docx_of(upright(text))),
    "域代码": (
        ".docx",
        _FIELDS,
        lambda text: docx_of(
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f"<w:r><w:instrText> {escape(text[:3])}</w:instrText></w:r>"
            f"<w:r><w:instrText>{escape(text[3:])} </w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        ),
    ),
    "简单域": (".docx", _FIELDS, lambda text: docx_of(f'<w:p><w:fldSimple w:instr=" {escape(text)} "/></w:p>')),
    "富文本的域": (".rtf", _FIELDS, lambda text: rtf_of(text)),
    "文件里的图": (
        ".docx",
        _STARRED[:2] + _STARRED[3:4],
        lambda text: with_picture(text),
    ),
    "嵌入": (
        ".docx",
        _STARRED,
        lambda text: zip_of(
            {
                "[Content_Types].xml": "wordprocessingml.document.main",
                "word/document.xml": "<w:p/>",
                "word/embeddings/a.xlsx": xlsx_of([text]),
            }
        ),
    ),
    "片单": (".docx", _LISTS, lambda text: docx_of("".join(map(table, text.split("\n"))))),
    "片单表": (".xlsx", _LISTS, lambda text: workbook(text.split("\n"))),
    "片单文件": (".csv", _LISTS, lambda text: text.replace("\t", ",").encode()),
    "邻格": (".xlsx", _PAIRS, lambda text: xlsx_of([text])),
    "上下格": (".xlsx", _PAIRS, lambda text: xlsx_of(text.split("\t"))),
    "隐藏表": (".xlsx", _STARRED, lambda text: xlsx_of([text], state="veryHidden")),
    "表名": (".xlsx", _NAMES, lambda text: xlsx_of(sheet=text)),
    "格批注": (
        ".xlsx",
        _STARRED,
        lambda text: xlsx_of(xl__comments1=f"<comments><comment><t>{escape(text)}</t></comment></comments>"),
    ),
    "打印页眉": (
        ".xlsx",
        _ALONE,
        lambda text: xlsx_of(
            inside=f'<headerFooter><oddHeader>&amp;C&amp;"宋体"&amp;16{escape(text)}</oddHeader></headerFooter>'
        ),
    ),
    "下拉选项": (
        ".xlsx",
        _STARRED,
        lambda text: xlsx_of(
            inside='<dataValidations count="1"><dataValidation type="list" sqref="A1">'
            f'<formula1>"公开,{escape(text)}"</formula1></dataValidation></dataValidations>'
        ),
    ),
    "输入提示": (
        ".xlsx",
        _STARRED,
        lambda text: xlsx_of(
            inside='<dataValidations count="1"><dataValidation type="whole" sqref="A1" '
            f'promptTitle="提示" prompt="{escape(text)}"><formula1>1</formula1></dataValidation></dataValidations>'
        ),
    ),
    "定义的名称": (".xlsx", _NAMES[:1] + _NAMES[4:], lambda text: xlsx_of(defined=(text, "Sheet1!$A$1"))),
    "定义的常量": (".xlsx", _STARRED, lambda text: xlsx_of(defined=("a", f'"{text}"'))),
    "图形": (
        ".xlsx",
        _STARRED,
        lambda text: xlsx_of(xl__drawings__drawing1=f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>"),
    ),
    "幻灯片": (".pptx", _ALONE, lambda text: pptx_of(1, text)),
    "后面的幻灯片": (".pptx", _STARRED, lambda text: pptx_of(7, text)),
    "PDF批注": (".pdf", _STARRED, noted),
    "PDF图章": (".pdf", _STARRED, stamped),
    "PDF表单": (".pdf", _STARRED, filled),
    "PDF书签": (".pdf", _NAMES, _bookmarked),
    "PDF标题": (".pdf", _NAMES, _titled),
    "PDF元数据": (".pdf", _NAMES[:2], _in_xmp),
    "PDF图层": (".pdf", _NAMES, _layered),
    "PDF水印": (".pdf", _ALONE, _watermarked),
    "PDF第二页": (".pdf", _STARRED, second_page),
    "包里文件名": (".zip", _NAMES, lambda text: zip_of({f"{text}.txt": BODY})),
    "包里文件夹": (".zip", _NAMES, lambda text: zip_of({f"{text}/a.txt": BODY})),
    "包的注释": (".zip", _STARRED, lambda text: zip_of({"a.txt": BODY}, text)),
    "包里的包": (".zip", _STARRED, lambda text: zip_of({"b.zip": zip_of({"a.txt": f"{BODY}\n{text}"})})),
    "文本": (".txt", _STARRED, lambda text: f"{BODY}\n{text}\n".encode("gb18030")),
    "逗号表": (".csv", _PAIRS, lambda text: f"{BODY}\n{text.replace(chr(9), ',')}\n".encode()),
    "网页": (
        ".html",
        _STARRED,
        lambda text: f"<html><body><p>{BODY}</p><div style='display:none'>{text}</div></body></html>".encode(),
    ),
    "邮件": (".eml", _STARRED, _eml),
    "富文本": (".rtf", _STARRED, rtf_of),
    "版式": (".ofd", _STARRED[:1] + _STARRED[3:4], _ofd),
}
