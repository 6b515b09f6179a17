"""Files that say something where no page shows it: what programs, cameras and scanners write into a file of a text.

Each maker takes the text and gives the file's bytes; :mod:`bench.marked_files` says which texts are markings.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from html import escape
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, PngImagePlugin, TiffImagePlugin

_BODY = "关于开展检查的通知"
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
    '<rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>'
)
_DESCRIPTION, _COMMENT, _XP_TITLE, _XP_COMMENT, _IPTC, _XMP_TAG = 0x010E, 0x9286, 0x9C9B, 0x9C9C, 0x83BB, 0x02BC
_EXIF_FOLDER = 0x8769


# -- pictures ---------------------------------------------------------------------------------------------------------


def _saved(format_: str, **options: Any) -> bytes:
    Image.new("RGB", (40, 40), "white").save(out := BytesIO(), format_, **options)
    return out.getvalue()


def _png(chunk: str) -> Callable[[str], bytes]:
    def make(text: str) -> bytes:
        info = PngImagePlugin.PngInfo()
        if chunk == "tEXt":  # Latin-1 by the standard; programs write what they have
            info.add(b"tEXt", b"Comment\0" + text.encode("gb18030"))
        elif chunk == "zTXt":
            info.add(b"zTXt", b"Comment\0\0" + zlib.compress(text.encode()))
        else:
            info.add_itxt("Title", text)
        return _saved("PNG", pnginfo=info)

    return make


def _png_with_exif(text: str) -> bytes:
    return _saved("PNG", exif=_exif(_DESCRIPTION, text.encode()))


def _exif(tag: int, value: bytes) -> Image.Exif:
    exif = Image.Exif()
    if tag == _COMMENT:
        exif.get_ifd(_EXIF_FOLDER)[tag] = value
    else:
        exif[tag] = value
    return exif


def _jpeg_comment(text: str) -> bytes:
    return _saved("JPEG", comment=text.encode())


def _jpeg_exif(tag: int, encode: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda text: _saved("JPEG", exif=_exif(tag, encode(text)))


def _utf16(text: str) -> bytes:
    return f"{text}\0".encode("utf-16-le")


def _jpeg_segment(marker: int, content: bytes) -> bytes:
    whole = _saved("JPEG")
    return whole[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + whole[2:]


def _jpeg_xmp(text: str) -> bytes:
    return _jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _XMP.format(escape(text)).encode())


def _iptc(text: str) -> bytes:
    caption = text.encode()
    return struct.pack(">BBBH", 0x1C, 2, 120, len(caption)) + caption  # 2:120 Caption/Abstract


def _jpeg_iptc(text: str) -> bytes:
    record = _iptc(text)
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(record)) + record + b"\0" * (len(record) % 2)
    return _jpeg_segment(0xED, b"Photoshop 3.0\0" + resource)


def _tiff(tag: int, encode: Callable[[str], bytes]) -> Callable[[str], bytes]:
    def make(text: str) -> bytes:
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[tag] = encode(text)
        tags.tagtype[tag] = 7 if tag in (_XMP_TAG, _IPTC) else 1
        return _saved("TIFF", tiffinfo=tags)

    return make


def _second_frame(text: str) -> bytes:
    first, second = Image.new("L", (40, 40), 255), Image.new("L", (40, 40), 255)
    second.encoderinfo = {"tiffinfo": {_DESCRIPTION: text.encode()}}
    first.save(out := BytesIO(), "TIFF", save_all=True, append_images=[second])
    return out.getvalue()


def _gif(text: str) -> bytes:
    return _saved("GIF", comment=text.encode())


def _webp(text: str) -> bytes:
    return _saved("WEBP", xmp=_XMP.format(escape(text)).encode())


# -- web pages, mails --------------------------------------------------------------------------------------------------


def _html(inside: str) -> Callable[[str], bytes]:
    return lambda text: (
        f"<html><head><title>通知</title></head><body><p>{_BODY}</p>{inside.format(escape(text))}</body></html>".encode()
    )


def _mhtml(text: str) -> bytes:
    page = f"<html><body><p>{_BODY}</p><!-- {text} --></body></html>"
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    part = f"Content-Type: text/html; charset=utf-8\r\nContent-Location: http://a.example/\r\n\r\n{page}\r\n--b--\r\n"
    return (head + part).encode()


def _mail(name: str) -> Callable[[str], bytes]:
    def make(text: str) -> bytes:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "通知"
        del message[name]
        message[name] = text
        message.set_content(f"{_BODY}\n")
        return bytes(message)

    return make


def _mail_in_gbk(text: str) -> bytes:
    return f"From: a@example.org\nSubject: x\nX-Label: {text}\n\n{_BODY}\n".encode("gb18030")


def _mail_page(text: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "通知"
    message.set_content(f"{_BODY}\n")
    message.add_alternative(f"<p>{_BODY}</p><!-- {text} -->", subtype="html")
    return bytes(message)


# -- PDF ---------------------------------------------------------------------------------------------------------------


def _pdf(change: Callable[[Pdf, Any], None]) -> bytes:
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].Resources = Dictionary(Font=Dictionary(F1=font))
        pdf.pages[0].Contents = pdf.make_stream(b"BT /F1 14 Tf 72 700 Td (Notice) Tj ET")
        change(pdf, pdf.pages[0])
        pdf.save(out := BytesIO())
    return out.getvalue()


def _structured(key: str) -> Callable[[str], bytes]:
    """A figure in the structure of the document, with its Alt, ActualText, E or T (ISO 32000-1, 14.9)."""

    def make(text: str) -> bytes:
        def change(pdf: Pdf, page: Any) -> None:
            figure = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Figure, Pg=page.obj))
            figure[f"/{key}"] = String(text)
            tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([figure])))
            figure.P = tree
            pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = tree, Dictionary(Marked=True)

        return _pdf(change)

    return make


def _span(text: str) -> bytes:
    """Each character stands in place of another one that is drawn."""

    def change(pdf: Pdf, page: Any) -> None:
        spans = "".join(
            f"/Span <</ActualText <FEFF{letter.encode('utf-16-be').hex()}>>> BDC (x) Tj EMC " for letter in text
        )
        page.Contents = pdf.make_stream(f"BT /F1 14 Tf 72 700 Td {spans} ET".encode())

    return _pdf(change)


def _private(text: str) -> bytes:
    data = Dictionary(Editor=Dictionary(LastModified="D:20170516090000", Private=Dictionary(Note=String(text))))
    return _pdf(lambda pdf, page: setattr(page, "PieceInfo", data))


def _private_stream(text: str) -> bytes:
    def change(pdf: Pdf, page: Any) -> None:
        stream = pdf.make_indirect(Stream(pdf, f"<note>{text}</note>".encode()))
        page.PieceInfo = Dictionary(Editor=Dictionary(LastModified="D:20170516090000", Private=stream))

    return _pdf(change)


def _script(text: str) -> bytes:
    def change(pdf: Pdf, page: Any) -> None:
        action = Dictionary(S=Name.JavaScript, JS=String(f'app.alert("{text}")'))
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(action)])))

    return _pdf(change)


def _script_stream(text: str) -> bytes:
    def change(pdf: Pdf, page: Any) -> None:
        code = pdf.make_indirect(Stream(pdf, b"\xfe\xff" + f'var a = "{text}";'.encode("utf-16-be")))
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=code)

    return _pdf(change)


def _with_photo(text: str) -> bytes:
    photo = _jpeg_comment(text)

    def change(pdf: Pdf, page: Any) -> None:
        page.Resources.XObject = Dictionary(
            P=Stream(
                pdf, photo, Type=Name.XObject, Subtype=Name.Image, Width=40, Height=40, BitsPerComponent=8,
                ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode,
            )
        )  # fmt: skip
        page.Contents = pdf.make_stream(b"q 99 0 0 99 72 600 cm /P Do Q")

    return _pdf(change)


def _own_property(text: str) -> bytes:
    return _pdf(lambda pdf, page: pdf.docinfo.__setitem__("/DocType", text))


def _choices(text: str) -> bytes:
    def change(pdf: Pdf, page: Any) -> None:
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Ch, T=String("a"), Rect=Array([9, 9, 99, 29]),
            Opt=Array([Array([String("1"), String(text)])]),
        )  # fmt: skip
        page.Annots = Array([pdf.make_indirect(field)])
        pdf.Root.AcroForm = Dictionary(Fields=Array([page.Annots[0]]))

    return _pdf(change)


#: Place → suffix and maker. What is no marking in a name is none in any of them.
PLACES: Mapping[str, tuple[str, Callable[[str], bytes]]] = {
    "PNG的tEXt": (".png", _png("tEXt")),
    "PNG的zTXt": (".png", _png("zTXt")),
    "PNG的iTXt": (".png", _png("iTXt")),
    "PNG的EXIF": (".png", _png_with_exif),
    "JPEG注释": (".jpg", _jpeg_comment),
    "JPEG说明": (".jpg", _jpeg_exif(_DESCRIPTION, lambda text: text.encode("gb18030"))),
    "JPEG用户注释": (".jpg", _jpeg_exif(_COMMENT, lambda text: b"UNICODE\0" + text.encode("utf-16-le"))),
    "JPEG标题": (".jpg", _jpeg_exif(_XP_TITLE, _utf16)),
    "JPEG备注": (".jpg", _jpeg_exif(_XP_COMMENT, _utf16)),
    "JPEG的XMP": (".jpg", _jpeg_xmp),
    "JPEG的IPTC": (".jpg", _jpeg_iptc),
    "TIFF说明": (".tif", _tiff(_DESCRIPTION, str.encode)),
    "TIFF页名": (".tif", _tiff(0x011D, lambda text: text.encode("gb18030"))),
    "TIFF的XMP": (".tif", _tiff(_XMP_TAG, lambda text: _XMP.format(escape(text)).encode())),
    "TIFF的IPTC": (".tif", _tiff(_IPTC, _iptc)),
    "TIFF第二幅": (".tif", _second_frame),
    "GIF注释": (".gif", _gif),
    "WebP的XMP": (".webp", _webp),
    "网页注释": (".html", _html("<!-- {} -->")),
    "网页标题提示": (".html", _html('<p title="{}">正文</p>')),
    "网页图片说明": (".html", _html("<img src=a.png alt='{}'>")),
    "网页不带引号": (".html", _html("<img alt={}>")),
    "网页的meta": (".html", _html('<meta name="description" content="{}">')),
    "单文件网页": (".mht", _mhtml),
    "邮件主题": (".eml", _mail("Subject")),
    "邮件的X头": (".eml", _mail("X-Classification")),
    "邮件的Comments": (".eml", _mail("Comments")),
    "邮件头是GBK": (".eml", _mail_in_gbk),
    "邮件的网页": (".eml", _mail_page),
    "PDF图的Alt": (".pdf", _structured("Alt")),
    "PDF的ActualText": (".pdf", _structured("ActualText")),
    "PDF缩写的E": (".pdf", _structured("E")),
    "PDF结构的T": (".pdf", _structured("T")),
    "PDF逐字替换": (".pdf", _span),
    "PDF程序数据": (".pdf", _private),
    "PDF程序数据流": (".pdf", _private_stream),
    "PDF脚本": (".pdf", _script),
    "PDF脚本流": (".pdf", _script_stream),
    "PDF里的照片": (".pdf", _with_photo),
    "PDF自定属性": (".pdf", _own_property),
    "PDF选项": (".pdf", _choices),
}
