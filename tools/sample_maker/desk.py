"""Files as they lie on a clerk's desk: scans of several pages, paper photographed by a phone, mails, archives, Office.

Every function returns the same bytes each time.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage

import docx
import pikepdf
import xlsxwriter
from PIL import Image, ImageDraw, ImageFilter

from sample_maker import paper, typeset
from sample_maker.pictures import font
from sample_maker.typeset import Document

_NOW = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
EPOCH = (1980, 1, 1, 0, 0, 0)
_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def tiff(doc: Document) -> bytes:
    """Return the pages as a scanner's one TIFF of several pages (G4)."""
    pages = [Image.open(io.BytesIO(page)).convert("L") for page in typeset.as_images(doc, 130)]
    pages = [page.rotate(0.4, fillcolor=255).point(lambda value: 255 if value > 150 else 0) for page in pages]
    black = [page.convert("1") for page in pages]
    stream = io.BytesIO()
    black[0].save(stream, "TIFF", save_all=True, append_images=black[1:], compression="group4", dpi=(130, 130))
    return stream.getvalue()


def phone(doc: Document) -> bytes:
    """Return the first page lying on a desk, photographed by a phone that was held askew; EXIF says which way is up."""
    dice = random.Random(doc.path)
    sheet = Image.open(io.BytesIO(typeset.as_images(doc, 84)[0])).convert("RGB")
    desk = Image.new("RGB", (sheet.width + 130, sheet.height + 150), (124, 98, 74))
    desk.paste(sheet.rotate(dice.uniform(-1.6, 1.6), Image.Resampling.BICUBIC, fillcolor=(124, 98, 74)), (60, 70))
    shade = Image.linear_gradient("L").resize(desk.size).point(lambda value: 18 + value * 50 // 255)
    desk = Image.composite(Image.new("RGB", desk.size, (30, 24, 20)), desk, shade).filter(ImageFilter.GaussianBlur(0.5))
    turn = dice.choice((6, 8, 3))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "SAMPLE", "PHONE-1", turn
    exif[0x0132] = doc.date.replace("-", ":") + " 09:30:12"
    stored = {
        6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270, 3: Image.Transpose.ROTATE_180,
    }[turn]  # fmt: skip
    return paper.jpeg(desk.transpose(stored), 84, 44, exif)


def shot(title: str, lines: Sequence[str], clock: str = "10:15") -> bytes:
    """Return a phone's screenshot: a bar with the time, a title, lines of text, as high as they need."""
    height = max(1280, 210 + 62 * len(lines))
    image = Image.new("RGB", (720, height), (246, 247, 249))
    draw = ImageDraw.Draw(image)
    draw.text((28, 24), clock, font=font(24), fill=(40, 40, 44), anchor="lm")
    draw.text((692, 24), "4G  78%", font=font(22), fill=(40, 40, 44), anchor="rm")
    draw.rectangle((0, 48, 720, 132), fill=(255, 255, 255))
    draw.text((360, 90), title, font=font(32), fill=(24, 26, 30), anchor="mm")
    for number, line in enumerate(lines):
        top = 160 + 62 * number
        draw.rectangle((16, top, 704, top + 54), fill=(255, 255, 255))
        draw.text((34, top + 27), line, font=font(25), fill=(60, 64, 72), anchor="lm")
    stream = io.BytesIO()
    image.quantize(32, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def word(doc: Document) -> bytes:
    """Return the document as Word saves it, headings, tables and all."""
    made = docx.Document()
    made.core_properties.author = doc.issuer
    made.add_heading(doc.title.replace("\n", "").replace("\\n", ""), 1)
    if doc.to:
        made.add_paragraph(f"{doc.to}：")
    for block in doc.blocks:
        if block["kind"] == "table":
            table = made.add_table(0, len(block["rows"][0]), style="Table Grid")
            for row in block["rows"]:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif "text" in block:
            made.add_paragraph(str(block["text"]))
    if doc.sign:
        year, month, day = map(int, doc.date.split("-"))
        made.add_paragraph(f"{doc.sign}\n{year}年{month}月{day}日")
    stream = io.BytesIO()
    made.save(stream)
    return fixed(stream.getvalue())


def sheet(doc: Document) -> bytes:
    """Return the document's tables as a workbook with its title on top."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"author": doc.issuer, "created": datetime(2017, 12, 8, 9)})
    page = book.add_worksheet("Sheet1")
    rows: list[Sequence[str]] = [row for block in doc.blocks if block["kind"] == "table" for row in block["rows"]]
    lines = book.add_format({"border": 1})
    page.merge_range(0, 0, 0, len(rows[0]) - 1, doc.title, book.add_format({"bold": True, "align": "center"}))
    for number, row in enumerate(rows, 1):
        page.write_row(number, 0, row, lines)
    page.set_column(1, len(rows[0]) - 1, 18)
    book.close()
    return fixed(stream.getvalue())


def plain(doc: Document, encoding: str) -> bytes:
    """Return the document as a text file of Windows."""
    year, month, day = map(int, doc.date.split("-"))
    lines = [doc.title, "", *(str(block["text"]) for block in doc.blocks if "text" in block), "", doc.sign]
    return "\r\n".join([*lines, f"{year}年{month}月{day}日", ""]).encode(encoding)


def mail(subject: str, sender: str, to: str, when: str, text: str, attached: Mapping[str, bytes]) -> bytes:
    """Return a mail with its attachments, as a program saves it (.eml)."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"], message["Date"] = subject, sender, to, when
    message.set_content(text)
    for name, data in attached.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if message.is_multipart():
        message.set_boundary("----=_Part_2017_12_06")
    return message.as_bytes()


def archive(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of ``members``, their names in UTF-8."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def locked(pdf_bytes: bytes) -> bytes:
    """Return the PDF behind a password for opening; RC4, which has no random part."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        lock = pikepdf.Encryption(user="wenhua2017", owner="wenhua2017", R=3, aes=False, metadata=False)
        pdf.save(stream, encryption=lock, static_id=True)
    return stream.getvalue()


def ofd(doc: Document) -> bytes:
    """Return the document as an OFD of one page: its title, number and lines, each as one text object."""
    title = doc.title.replace("\n", "").replace("\\n", "")
    lines = [(title, 34.0, 6.4), (doc.no, 46.0, 4.8), (f"{doc.to}：", 62.0, 5.6)]
    texts = [str(block["text"]) for block in doc.blocks if "text" in block]
    lines += [(text, 74.0 + 11 * number, 5.6) for number, text in enumerate(texts)]
    year, month, day = map(int, doc.date.split("-"))
    bottom = 90.0 + 11 * len(texts)
    lines += [(doc.sign, bottom, 5.6), (f"{year}年{month}月{day}日", bottom + 11, 5.6)]
    content = "".join(_ofd_line(*line) for line in lines)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    files = {
        "OFD.xml": f'<ofd:OFD {_OFD} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID>'
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        '</ofd:CommonData><ofd:Pages><ofd:Page ID="20" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/PublicRes.xml": f'<ofd:Res {_OFD} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="仿宋_GB2312"/>'
        "</ofd:Fonts></ofd:Res>",
        "Doc_0/Pages/Page_0/Content.xml": f'<ofd:Page {_OFD}><ofd:Content><ofd:Layer ID="10">{content}</ofd:Layer>'
        "</ofd:Content></ofd:Page>",
    }
    return archive({name: (head + text).encode() for name, text in files.items()})


def _ofd_line(words: str, top: float, size: float) -> str:
    left = max(20.0, (210 - size * len(words)) / 2) if top < 50 else 26.0
    steps = f' DeltaX="g {len(words) - 1} {size}"' if len(words) > 1 else ""
    return (
        f'<ofd:TextObject ID="{int(top)}" Boundary="{left:.1f} {top} 180 {size * 1.4:.1f}" Font="2" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size}"{steps}>{words}</ofd:TextCode></ofd:TextObject>'
    )


def fixed(zipped: bytes) -> bytes:
    """Return an Office file whose members were all written at one time."""
    with zipfile.ZipFile(io.BytesIO(zipped)) as source:
        return archive({name: source.read(name) for name in source.namelist()})


def dated(zipped: bytes) -> bytes:
    """Return an Office file that says a day of its own for when it was saved, not today."""
    with zipfile.ZipFile(io.BytesIO(zipped)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    core = "docProps/core.xml"
    return archive(members | {core: _NOW.sub(rb"\g<1>2017-12-08T09:00:00Z", members[core])})
