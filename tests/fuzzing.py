"""What the fuzz tests do: files to begin with, ways to spoil them, and one target for each reader.

A target takes the path of a spoiled file and an empty folder, and says what came of it. It may refuse the file in the
way that its reader promises; whatever else is raised, a crash or a hang is a fault. Targets run in a worker's process.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import docx
import xlsxwriter
from PIL import Image

from hostile_evidence import _plain
from kaoping.core.findings import Findings
from ofds import ofd, path, picture, text
from outlook_mails import mail
from units import TRAINING, good_unit

_TOKENS = [
    b"endstream", b"endobj", b"stream", b"<<", b">>", b"[" * 40, b"(", b"/Kids", b"0 0 R", b"9" * 20, b"-1",
    b"\x00" * 16, b"\xff" * 16,
    b"<![CDATA[", b"&a;", b"<!DOCTYPE a [", b"</w:p>", b"{{", b"{%", b"%}", b"*a", b"&a", b"!!",
    b"\xef\xbb\xbf", b"\r\n\r\n", b"=?gb2312?B?", b"2147483648", b"NaN", b"1e999",
]  # fmt: skip


def spoiled(content: bytes, seed: int) -> bytes:
    """Return ``content``, or a part of the zip that it is, with up to five slips: the same for the same ``seed``."""
    chance = random.Random(seed)
    if content.startswith(b"PK") and chance.random() < 0.7:
        return _within(content, chance)
    return _spoiled(content, chance)


def _spoiled(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(data) + 1)
        size = chance.choice([1, 4, 40, 400])
        match chance.randrange(6):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = data[at : at + size]
            case 3:
                data[at:at] = chance.choice(_TOKENS)
            case 4:
                data[at : at + size] = chance.randbytes(min(size, 40))
            case 5 if chance.random() < 0.3:
                del data[at:]
    return bytes(data)


def _within(content: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = chance.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, _spoiled(part, chance) if name == chosen else part)
    return out.getvalue()


# -- files to begin with ----------------------------------------------------------------------------------------------


def _ofd(folder: Path) -> bytes:
    medium = '<ofd:MultiMedia ID="5"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
    media = f"<ofd:MultiMedias>{medium}</ofd:MultiMedias>"
    image = '<ofd:ImageObject ID="15" Boundary="120 200 60 40" ResourceID="5"/>'
    page = text("通知", 20, 20) + path("M 0 0 L 9 9 C") + image
    files = {"Doc_0/Res/a.png": picture("red", "PNG")}
    return ofd(folder / "a.ofd", page, page, resources=media, files=files).read_bytes()


def _mail(_: Path) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = (
        "a@example.org",
        "报送材料",
        "Tue, 16 May 2017 10:00:00 +0800",
    )
    message.set_content("正文\n")
    message.add_alternative("<p>正文</p>", subtype="html")
    message.add_attachment(b"x" * 99, maintype="application", subtype="pdf", filename="通知.pdf")
    return bytes(message)


def _outlook(_: Path) -> bytes:
    return mail(
        "报送", "张某", ["李某 <b@example.org>"], "正文", {"a.txt": b"x", "b.bin": b"y" * 9000}, 131_393_916 * 10**9
    )


def _zip(_: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("说明.txt", "说明" * 99)
        archive.writestr("里/a.pdf", _plain(1))
    return out.getvalue()


def _book(_: Path) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("案件")
        for row, cells in enumerate([["案号", "日期", "罚款"], ["1号", "2017-05-16", 3.5], ["2号", "", None]]):
            sheet.write_row(row, 0, cells)
        sheet.write_formula(3, 2, "=SUM(C2:C3)", None, 3.5)
        sheet.merge_range(4, 0, 4, 1, "合计")
    return out.getvalue()


def _old_book(_: Path) -> bytes:
    return (Path(__file__).parent / "data/sheets/libreoffice.xls").read_bytes()


def _word(_: Path) -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("关于{{ unit.name }}的报告")
    document.add_table(2, 2).cell(0, 0).text = "{{ unit.year }}"
    document.save(out)
    return out.getvalue()


def _photo(_: Path) -> bytes:
    """A photo with what cameras and people write into one."""
    image, exif, out = Image.new("RGB", (40, 40), "white"), Image.Exif(), io.BytesIO()
    exif[0x010E], exif[0x9C9B] = "检查现场", "检查现场".encode("utf-16-le")
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + "检查现场".encode("utf-16-le")
    xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><a title="检查现场"/></x:xmpmeta>'
    image.save(out, "JPEG", exif=exif, comment="检查现场".encode(), xmp=xmp.encode())
    return out.getvalue()


# -- targets -----------------------------------------------------------------------------------------------------------


def judge(path: str, folder: str) -> str:
    """Any file to its verdict; the pages that came out are stamped, on trial, on the way."""
    from kaoping.evidence._judge import judge as by_content

    verdict = by_content(path, folder, {})
    return str(verdict["verdict"])


def stamper(path: str, folder: str) -> str:
    """A page with the file as its content, as it is and stamped."""
    import pikepdf

    content = Path(path).read_bytes()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.pages[0].obj.Contents = pdf.make_stream(content)
        pdf.save(Path(folder, "page.pdf"))
    inner = Path(folder, "judged")
    inner.mkdir()
    return judge(str(Path(folder, "page.pdf")), str(inner))


def sheets(path: str, folder: str) -> str:
    """A spreadsheet to its grids."""
    from kaoping.records.grids.read import SpreadsheetError, read_bytes

    try:
        return str(len(read_bytes(Path(path).read_bytes()).grids))
    except SpreadsheetError as error:
        return str(error)


def records(path: str, folder: str) -> str:
    """A unit's trainings, as YAML, to a score: whatever is wrong is a finding."""
    from kaoping import api
    from kaoping.core.errors import KaopingError

    unit = good_unit(Path(folder, "甲市"))
    (unit / "records/trainings.yaml").write_bytes(Path(path).read_bytes())
    try:
        return str(len(list(api.check(unit))))
    except KaopingError as error:
        return str(len(error.findings))


def templates(path: str, folder: str) -> str:
    """A Word template to what is wrong with it, told before and at a rendering."""
    from kaoping import api
    from kaoping.core.errors import KaopingError

    target = Path(folder, "自评报告.docx")
    target.write_bytes(Path(path).read_bytes())
    try:
        return str(len(Findings(api.check_template(target))))
    except KaopingError as error:
        return str(len(error.findings))


#: Target → the file to begin with, and the suffix that a spoiled one gets.
TARGETS: dict[str, tuple[str, Callable[[Path], bytes], str]] = {
    "PDF facts": ("judge", lambda _: _plain(3), ".pdf"),
    "stamper": ("stamper", lambda _: b"q 1 0 0 1 72 20 cm BT /F 9 Tf (foot) Tj ET Q\n" * 3, ".bin"),
    "xlsx": ("sheets", _book, ".xlsx"),
    "xls": ("sheets", _old_book, ".xls"),
    "photo": ("judge", _photo, ".jpg"),
    "OFD": ("judge", _ofd, ".ofd"),
    "mail": ("judge", _mail, ".eml"),
    "Outlook": ("judge", _outlook, ".msg"),
    "zip": ("judge", _zip, ".zip"),
    "Word": ("judge", _word, ".docx"),
    "Excel": ("judge", _book, ".xlsx"),
    "records": ("records", lambda _: TRAINING.encode(), ".yaml"),
    "templates": ("templates", _word, ".docx"),
}
