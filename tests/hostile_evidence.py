"""Damaged and hostile files, made on the spot: what arrives on a USB stick, and what somebody might send on purpose."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pikepdf
from PIL import Image

from bundles import pdf
from odd_files import doubling, page, stream

D, A, N = pikepdf.Dictionary, pikepdf.Array, pikepdf.Name
_HEAD = b"%PDF-1.7\n"


def _raw(objects: dict[int, bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Write a PDF from its objects, as they are, with a correct table of them."""
    out, places = bytearray(_HEAD), {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % places.get(number, 0) for number in range(1, size))
    return bytes(out + b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))


_ROOT = b"<</Type /Catalog /Pages 2 0 R>>"
_PAGES = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
_PAGE = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>"


def _plain(pages: int = 5) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        for number in range(pages):
            made.add_blank_page(page_size=(595, 842))
            made.pages[-1].obj.Contents = made.make_stream(b"0 0 m 9 9 l S %" + b"x" * 400 + b"%d" % number)
        made.save(out)
    return out.getvalue()


def _flipped(data: bytes, seed: int, count: int) -> bytes:
    chance, flipped = random.Random(seed), bytearray(data)
    for _ in range(count):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _nested(deep: int) -> bytes:
    return _raw({1: _ROOT, 2: _PAGES, 3: _PAGE[:-2] + b" /X " + b"[" * deep + b"]" * deep + b">>"})


def _deep_tree(deep: int) -> bytes:
    objects = {1: b"<</Type /Catalog /Pages 2 0 R>>"}
    for number in range(2, deep + 2):
        objects[number] = b"<</Type /Pages /Kids [%d 0 R] /Count 1>>" % (number + 1)
    objects[deep + 2] = b"<</Type /Page /Parent %d 0 R /MediaBox [0 0 595 842]>>" % (deep + 1)
    return _raw(objects)


def _bomb_stream(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    stream = b"<</Length %d /Filter /FlateDecode>>\nstream\n" % len(data) + data + b"\nendstream"
    return _raw({1: _ROOT, 2: _PAGES, 3: _PAGE[:-2] + b" /Contents 4 0 R>>", 4: stream})


def _self_form() -> bytes:
    form = b"<</Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</F 4 0 R>>>> /Length 5>>"
    content = b"<</Length 5>>\nstream\n/F Do\nendstream"
    resources = b" /Resources <</XObject <</F 4 0 R>>>> /Contents 5 0 R>>"
    form += b"\nstream\n/F Do\nendstream"
    return _raw({1: _ROOT, 2: _PAGES, 3: _PAGE[:-2] + resources, 4: form, 5: content})


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _zipped(members: dict[str, bytes], **how: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _many() -> bytes:
    return _zipped({f"{number}.txt": b"" for number in range(2500)})


def _locked_zip() -> bytes:
    data = bytearray(_zipped({"a.txt": b"x" * 50}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


def _link_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("link.txt")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def _laughing_docx() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
        'document.main+xml"/></Types>'
    )
    document = f"<!DOCTYPE w [{laughs}]><w>&l11;</w>"
    return _zipped({"[Content_Types].xml": types.encode(), "word/document.xml": document.encode()})


def _deep_mail() -> bytes:
    parts = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000))
    return b"From: a@example.org\nTo: b@example.org\nSubject: x\n" + parts + b"\n\nx\n"


def _mail_of_mails() -> bytes:
    inner = EmailMessage()
    inner["Subject"] = "0"
    inner.set_content("x")
    for number in range(8):
        outer = EmailMessage()
        outer["From"], outer["To"], outer["Subject"] = "a@example.org", "b@example.org", str(number)
        outer.set_content("x")
        outer.add_attachment(inner)
        inner = outer
    return bytes(inner)


def _tiff_loop() -> bytes:
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 0) + struct.pack("<I", 8)


def forms_within_forms(levels: int) -> bytes:
    """A page whose form draws a form twice, and so on: 2 to the power of ``levels`` boxes."""
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
    forms = {
        f"o{20 + at}": stream(b"/F Do /F Do", head + b" /Resources <</XObject <</F %d 0 R>>>>" % (21 + at))
        for at in range(levels)
    }
    forms[f"o{20 + levels}"] = stream(b"0 0 9 9 re f", head)
    return page(stream(b"/F Do"), entries=b"/Resources <</XObject <</F 20 0 R>>>>", **forms)


def patterns_of_patterns(levels: int) -> bytes:
    """A page tiled with a pattern that is tiled with another, and so on."""
    tile = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.01 /YStep 0.01"
    drawn = b"/Pattern cs /P scn 0 0 595 842 re f"
    patterns = {
        f"o{20 + at}": stream(drawn, tile + b" /Resources <</Pattern <</P %d 0 R>>>>" % (21 + at))
        for at in range(levels)
    }
    patterns[f"o{20 + levels}"] = stream(b"0 0 9 9 re f", tile)
    return page(stream(drawn), entries=b"/Resources <</Pattern <</P 20 0 R>>>>", **patterns)


def hostile() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the name of each file and what makes its content: that of some takes seconds."""
    plain = _plain()
    chance = random.Random(7)
    noise = {kind: chance.randbytes(5000) for kind in ("pdf", "docx", "ofd", "jpg", "xls")}
    for share in (10, 50, 90):
        yield f"cut{share}.pdf", partial(bytes, plain[: len(plain) * share // 100])
    for seed in range(6):
        yield f"flipped{seed}.pdf", partial(_flipped, plain, seed, 40)
    yield "empty.pdf", lambda: b""
    yield "noise.pdf", lambda: noise["pdf"]
    yield "noise.docx", lambda: noise["docx"]
    yield "noise.ofd", lambda: b"PK\x03\x04" + noise["ofd"]
    yield "noise.jpg", lambda: b"\xff\xd8\xff\xe0" + noise["jpg"]
    yield "noise.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise["xls"]
    yield "pdf.docx", lambda: plain
    yield "text.pdf", lambda: "这不是 PDF".encode()
    yield "cyclic-tree.pdf", lambda: _raw({1: _ROOT, 2: b"<</Type /Pages /Kids [2 0 R 3 0 R] /Count 2>>", 3: _PAGE})
    yield "nested.pdf", lambda: _nested(10_000)
    yield "deep-tree.pdf", lambda: _deep_tree(10_000)
    yield "self-form.pdf", _self_form
    yield "count-lies.pdf", lambda: _raw({1: _ROOT, 2: _PAGES.replace(b"/Count 1", b"/Count 2000000000"), 3: _PAGE})
    yield "no-pages.pdf", lambda: _raw({1: _ROOT, 2: b"<</Type /Pages /Kids [] /Count 0>>"})
    yield "huge-page.pdf", lambda: _raw({1: _ROOT, 2: _PAGES, 3: _PAGE.replace(b"595 842", b"99999999 99999999")})
    yield "flat-page.pdf", lambda: _raw({1: _ROOT, 2: _PAGES, 3: _PAGE.replace(b"595 842", b"0 0")})
    yield "bomb.pdf", lambda: _bomb_stream(600)
    yield "xref-loop.pdf", lambda: plain.replace(b"trailer <<", b"trailer << /Prev 9 ")
    outline = b"<</Type /Catalog /Pages 2 0 R /Outlines 4 0 R>>"
    mark = b"<</Title (x) /Parent 4 0 R /Next 5 0 R /First 5 0 R /Dest [3 0 R /Fit]>>"
    yield "outline-loop.pdf", lambda: _raw({1: outline, 2: _PAGES, 3: _PAGE, 4: b"<</First 5 0 R>>", 5: mark})
    names = b"<</Type /Catalog /Pages 2 0 R /Names <</Dests 4 0 R /EmbeddedFiles 4 0 R>>>>"
    yield "names-loop.pdf", lambda: _raw({1: names, 2: _PAGES, 3: _PAGE, 4: b"<</Kids [4 0 R]>>"})
    yield (
        "fields-loop.pdf",
        lambda: _raw(
            {
                1: b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [4 0 R]>>>>",
                2: _PAGES,
                3: _PAGE[:-2] + b" /Annots [4 0 R]>>",
                4: b"<</Subtype /Widget /FT /Tx /T (a) /Kids [4 0 R] /Parent 4 0 R /Rect [0 0 9 9]>>",
            }
        ),
    )
    yield from _hostile_pages()
    yield "bomb.zip", lambda: _zipped({"a.txt": b"\0" * 300_000_000})
    yield "bombs.zip", lambda: _zipped({f"{n}.zip": _zipped({"a.txt": b"\0" * 20_000_000}) for n in range(6)})
    yield "many.zip", _many
    yield (
        "ways.zip",
        lambda: _zipped({"../../a.txt": b"x", "/b.txt": b"x", "C:\\c.txt": b"x", "a.txt": b"x", "A.TXT": b"x"}),
    )
    yield "locked.zip", _locked_zip
    yield "link.zip", _link_zip
    yield "cut.zip", lambda: _zipped({"a.txt": b"x" * 5000})[:60]
    yield "big.png", lambda: _png(60_000, 60_000)
    yield "short.png", lambda: _png(3000, 3000)
    yield "loop.tif", _tiff_loop
    yield "laughs.docx", _laughing_docx
    yield "deep.eml", _deep_mail
    yield "mails.eml", _mail_of_mails
    yield "deep.html", lambda: b"<html><body>" + b"<div>" * 10_000 + b"x"
    yield "long.txt", lambda: b"x" * 3_000_000
    yield "wide.csv", lambda: (b"," * 5000 + b"\n") * 50


def _hostile_pages() -> Iterator[tuple[str, Callable[[], bytes]]]:
    node = b"<</Type /Pages /Count 2 /Kids [%(next)d 0 R %(next)d 0 R]>>"
    leaf = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>>"
    yield "pages-twice.pdf", lambda: _raw({1: _ROOT, **doubling(40, 2, node, leaf)})
    mask = b"<</ExtGState <</G <</SMask <</S /Luminosity /G 9 0 R>>>>>>>>"
    group = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Group <</S /Transparency>> /Resources " + mask
    yield (
        "mask-of-itself.pdf",
        lambda: page(
            stream(b"/G gs 0 0 595 842 re f"), entries=b"/Resources " + mask, o9=stream(b"/G gs 0 0 9 9 re f", group)
        ),
    )
    yield (
        "parent-of-itself.pdf",
        lambda: _raw({1: _ROOT, 2: _PAGES[:-2] + b" /Parent 2 0 R>>", 3: _PAGE.replace(b"2 0 R", b"3 0 R")}),
    )
    yield "contents-loop.pdf", lambda: page(stream(b""), entries=b"/Contents 9 0 R", o9=b"[9 0 R 4 0 R]")
    yield (
        "annots-loop.pdf",
        lambda: page(
            stream(b""), entries=b"/Annots 9 0 R", o9=b"[9 0 R null 3 (a) <</Subtype 3 /Rect 9 0 R /AP 9 0 R>>]"
        ),
    )
    layers = b"<</Type /Catalog /Pages 2 0 R /OCProperties <</OCGs 3 /D <</OFF 9 0 R /AS [<</Event 3>>] /ON (x)>>>>>>"
    yield "layers.pdf", lambda: page(stream(b""), root=layers, o9=b"<</OFF 9 0 R>>")
    yield "beginnings.pdf", lambda: page(stream(b"(" * 1_000_000))
    yield "packed-twice.pdf", lambda: page(stream(_twice(), b"/Filter [/FlateDecode /FlateDecode]"))
    signed = b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [9 0 R 9 0 R] /SigFlags 3>>>>"
    yield (
        "signature-loop.pdf",
        lambda: page(
            stream(b""),
            root=signed,
            entries=b"/Annots [9 0 R]",
            o9=b"<</FT /Sig /V 9 0 R /Kids [9 0 R] /Parent 9 0 R /Subtype /Widget>>",
        ),
    )


def _twice() -> bytes:
    return zlib.compress(zlib.compress(bytes(200_000_000)))


def write_all(folder: Path) -> list[str]:
    """Write all of them to ``folder``, a sound file of each common kind among them; return their names."""
    folder.mkdir(parents=True)
    found = []
    for name, make in hostile():
        (folder / name).write_bytes(make())
        found.append(name)
    pdf(folder / "sound.pdf", ["sound"])
    Image.new("RGB", (60, 40), "red").save(folder / "sound.jpg")
    return [*found, "sound.pdf", "sound.jpg"]
