"""Sound files that are written in odd ways, made on the spot: each of them has pages, and somebody's reader stumbles.

Beside them those that nobody can show: :mod:`hostile_evidence`.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PIL import Image

ROOT = b"<</Type /Catalog /Pages 2 0 R>>"
FONT = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"
WORDS = b"BT /F 14 Tf 72 700 Td (Inspection record 17) Tj ET"


@dataclass(frozen=True, slots=True)
class Odd:
    """A file of ``pages`` pages; ``says`` stands in what is told of it, "" where nothing is lost."""

    name: str
    content: bytes
    pages: int = 1
    says: str = ""


def raw(objects: Mapping[int, bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Write a PDF from its objects, as they are, with a correct table of them."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % places.get(number, 0) for number in range(1, size))
    return bytes(out + b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Write a stream object."""
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def page(
    *contents: bytes, entries: bytes = b"", box: bytes = b"0 0 595 842", root: bytes = ROOT, **more: bytes
) -> bytes:
    """Write a PDF of one page; ``contents`` are its stream objects from number 4 on, ``more`` others (o9=…)."""
    numbers = b" ".join(b"%d 0 R" % (4 + at) for at in range(len(contents)))
    head = b"<</Type /Page /Parent 2 0 R /MediaBox [%s] /Contents [%s] %s" % (box, numbers, entries)
    if b"/Resources" not in entries:
        head += b" /Resources <</Font <</F %s>>>>" % FONT
    objects = {1: root, 2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>", 3: head + b">>"}
    objects |= {4 + at: content for at, content in enumerate(contents)}
    return raw(objects | {int(key[1:]): value for key, value in more.items()})


def doubling(levels: int, first: int, node: bytes, leaf: bytes) -> dict[int, bytes]:
    """Return objects each of which names the next twice: 2 to the power of ``levels`` leaves, for who forgets."""
    objects = {first + at: node % {b"next": first + at + 1} for at in range(levels)}
    return objects | {first + levels: leaf}


#: Contents that end within something, which swallows or moves whatever is drawn after them.
UNFINISHED: Mapping[str, bytes] = {
    "string": b"BT /F 14 Tf 72 680 Td (not closed",
    "escape": b"(its end escaped\\)",
    "hex": b"<6162",
    "array": b"[1 2 3",
    "array-of-strings": b"BT /F 9 Tf [(a) -3 (b",
    "dictionary": b"/Span <</Lang (zh)",
    "text": b"BT /F 9 Tf 72 600 Td",
    "states": b"q 5 0 0 5 100 100 cm q 1 0 0 1 50 50 cm",
    "restored": b"Q 9 0 0 9 0 0 cm q",
    "clip": b"q 0 0 10 10 re W n",
    "waiting-clip": b"0 0 10 10 re W",
    "waiting-path": b"0 0 m 500 500 l",
    "layer": b"/OC /Off BDC 10 10 100 100 re f",
    "picture": b"BI /W 9 /H 9 /BPC 8 /CS /G ID abc",
    "compatible": b"BX 1 2 3 (a",
    "comment": b"% ( [ <<",
    "nested": b"(((((((((( q",
}

#: Contents that end as they began, however they look: they are not touched.
FINISHED: Mapping[str, bytes] = {
    "plain": WORDS,
    "nothing": b"",
    "nested-string": b"BT /F 9 Tf (a (b (c) d) e) Tj ET",
    "escapes": b"BT /F 9 Tf (\\( \\) \\\\) Tj ET",
    "comment": b"% ( [ << q BT\n",
    "percent": b"BT /F 9 Tf (100% of q) Tj ET",
    "picture": b"q BI /W 3 /H 1 /BPC 8 /CS /G ID (q[ EI Q",
    "names": b"/q#28 gs /BT gs q/A gs Q",
    "arrays": b"[[1 2] [3]] 0 d [(a)(b)] TJ",
    "marks": b"/P <</MCID 0 /A [1 2]>> BDC q 0 0 9 9 re f Q EMC",
    "crossed": b"/P BMC q EMC Q",
}


def unfinished() -> bytes:
    """Return a PDF with a page for each kind of unfinished content, in one stream, then in two."""
    contents = [[WORDS + b"\n" + end] for end in UNFINISHED.values()] + [[WORDS, end] for end in UNFINISHED.values()]
    off = b"<</Type /OCG /Name (off)>>"
    root = b"<</Type /Catalog /Pages 2 0 R /OCProperties <</OCGs [3 0 R] /D <</OFF [3 0 R]>>>>>>"
    objects: dict[int, bytes] = {1: root, 2: b"", 3: off}
    pages = []
    for streams in contents:
        first = max(objects) + 1
        objects |= {first + at: stream(data) for at, data in enumerate(streams)}
        numbers = b" ".join(b"%d 0 R" % (first + at) for at in range(len(streams)))
        pages.append(max(objects) + 1)
        objects[pages[-1]] = (
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [%s] "
            b"/Resources <</Font <</F %s>> /Properties <</Off 3 0 R>>>>>>" % (numbers, FONT)
        )
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    objects[2] = b"<</Type /Pages /Kids [%s] /Count %d>>" % (kids, len(pages))
    return raw(objects)


def covered(rect: bytes) -> bytes:
    """Return a PDF whose page has an opaque annotation at ``rect``, which is drawn over all that is on the page."""
    look = stream(b"0.2 g 0 0 9999 9999 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9999 9999]")
    note = b"<</Type /Annot /Subtype /Stamp /Rect [%s] /F 4 /AP <</N 9 0 R>>>>" % rect
    return page(stream(WORDS), entries=b"/Annots [8 0 R]", o8=note, o9=look)


def sixteen_bits(order: str, photometric: int, samples: int) -> bytes:
    """Return a TIFF of 16 bits a sample, as scanners for archives write them."""
    way, width, height = "<" if order == "II" else ">", 20, 10
    values = [(at * 317) % 65536 for at in range(width * height * samples)]
    data = struct.pack(f"{way}{len(values)}H", *values)
    entries = [(256, width), (257, height), (259, 1), (262, photometric), (277, samples), (278, height)]
    bits = 8 + 2 + 12 * 9 + 4
    start = bits + (2 * samples if samples > 2 else 0)
    head = order.encode() + struct.pack(f"{way}HIH", 42, 8, 9)
    rows = [struct.pack(f"{way}HHIHH", tag, 3, 1, value, 0) for tag, value in entries]
    rows.append(struct.pack(f"{way}HHII", 273, 4, 1, start))
    rows.append(struct.pack(f"{way}HHII", 279, 4, 1, len(data)))
    one = struct.pack(f"{way}HHIHH", 258, 3, samples, 16, 0)
    rows.append(one if samples == 1 else struct.pack(f"{way}HHII", 258, 3, samples, bits))
    rows.sort(key=lambda row: struct.unpack(f"{way}H", row[:2])[0])
    depths = struct.pack(f"{way}{samples}H", *[16] * samples) if samples > 2 else b""
    return head + b"".join(rows) + bytes(4) + depths + data


def picture(mode: str, size: tuple[int, int], form: str) -> bytes:
    """Return a picture of one colour."""
    Image.new(mode, size).save(out := io.BytesIO(), form)
    return out.getvalue()


def ofd_without_resources() -> bytes:
    """Return an OFD whose document names a part with resources that is not there, and that no page needs."""
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    words = (
        '<ofd:TextObject ID="9" Boundary="20 20 100 8" Font="2" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g 3 5">'
        "检查记录</ofd:TextCode></ofd:TextObject>"
    )
    parts = {
        "OFD.xml": (
            f"<ofd:OFD {name}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        ),
        "Doc_0/Document.xml": (
            f"<ofd:Document {name}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            "</ofd:PageArea><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>"
            '<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations><ofd:Pages><ofd:Page ID="1" BaseLoc="P.xml"/>'
            "</ofd:Pages></ofd:Document>"
        ),
        "Doc_0/P.xml": f"<ofd:Page {name}><ofd:Content><ofd:Layer>{words}</ofd:Layer></ofd:Content></ofd:Page>",
    }
    with zipfile.ZipFile(out := io.BytesIO(), "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return out.getvalue()


_FOOT = b"\nBT /F 9 Tf 60 12 Td (line at the foot of the page, line at the foot of the page, line at the foot) Tj ET"
_GARBAGE = stream(b"\xff garbage", b"/Filter /FlateDecode")
_HURT = "内容有损坏"
_PI = b"3." + b"141592653589793" * 200
_GBK = "宋体".encode("gbk")
_GBK_NAME = b"/" + b"".join(b"#%02x" % byte for byte in _GBK)


def odd() -> Iterator[Odd]:
    """Yield the files."""
    yield from _contents()
    yield from _readers()
    yield from _names()
    yield from _sizes()
    yield from _walks()
    yield from _others()


def _contents() -> Iterator[Odd]:
    yield Odd("没写完.pdf", unfinished(), 2 * len(UNFINISHED))
    packed = stream(zlib.compress(WORDS)[:-8], b"/Filter /FlateDecode")
    for name, contents in {
        "解不开": [_GARBAGE],
        "解不开-页脚有字": [stream(WORDS + _FOOT), _GARBAGE],
        "解不开-少一截": [packed],
        "解不开-没有这种滤镜": [stream(WORDS, b"/Filter /Unheard")],
        "解不开-当图片": [stream(WORDS, b"/Filter /DCTDecode")],
    }.items():
        yield Odd(f"{name}.pdf", page(*contents), says=_HURT)
    yield Odd("没有内容.pdf", page(entries=b"/Contents 99 0 R"))
    yield Odd("批注盖住页脚.pdf", covered(b"0 0 595 842"))
    yield Odd("批注盖过页边.pdf", covered(b"-100 -100 700 900"), says="按图片收入")
    yield Odd(
        "批注位置不是数.pdf", page(stream(_FOOT), entries=b"/Annots [<</Subtype /Square /Rect [/a (b) null 3]>>]")
    )


def _readers() -> Iterator[Odd]:
    yield Odd("极长的数.pdf", page(stream(WORDS), entries=b"/PieceInfo <</A <</Private %s>>>>" % _PI))
    yield Odd("极长的数-资源.pdf", page(stream(WORDS), entries=b"/Resources <</Font <</F %s>> /X %s>>" % (FONT, _PI)))
    whole = page(stream(WORDS))
    yield Odd("没有结尾.pdf", whole.removesuffix(b"%%EOF\n"))
    yield Odd("没有对象表.pdf", whole[: whole.index(b"xref")] + b"trailer\n<</Root 1 0 R>>\n")
    yield Odd("结尾有别的.pdf", whole + b"\n-- sent by a mail program --\n" * 3)
    yield Odd("开头有别的.pdf", b"From: somebody\r\n\r\n" + whole)


def _names() -> Iterator[Odd]:
    font = b"<</Type /Font /Subtype /TrueType /BaseFont %s /Encoding /WinAnsiEncoding>>" % _GBK_NAME
    used = b"/Resources <</Font <<%s %s /F %s>> %s <</A 1>>>>" % (_GBK_NAME, font, font, _GBK_NAME)
    yield Odd("GBK字体名.pdf", page(stream(WORDS), entries=used))
    yield Odd("GBK字体名-页脚有字.pdf", page(stream(WORDS + _FOOT), entries=used))
    notes = (
        b"/Annots [<</Subtype %s /Rect [0 700 9 709]>> <</Subtype /Link /Rect [0 700 9 709] /Dest %s>> "
        b"<</Subtype /Link /Rect [0 700 9 709] /A <</S %s>>>> <</Subtype /Link /Rect [0 0 9 9] /A 7>>]"
    ) % (_GBK_NAME, _GBK_NAME, _GBK_NAME)
    root = b"<</Type /Catalog /Pages 2 0 R /Dests <<%s [3 0 R %s]>> /AcroForm <</Fields [<</FT %s>>]>>>>"
    yield Odd("GBK各处.pdf", page(stream(WORDS), entries=notes, root=root % ((_GBK_NAME,) * 3)))
    yield Odd("GBK键两次.pdf", page(stream(WORDS), entries=b"%s 1 %s 2" % (_GBK_NAME, _GBK_NAME)))


def _sizes() -> Iterator[Odd]:
    for name, box in {
        "横幅": b"0 0 2000 500",
        "长卷": b"0 0 300 12000",
        "竖条": b"0 0 40 842",
        "矮条": b"0 0 595 20",
        "小票": b"0 0 160 90",
        "极大": b"0 0 99999999 99999999",
        "长得出奇": b"0 0 9999999 10",
        "没有大小": b"0 0 0 0",
        "不是数": b"/a (b) 3 null",
    }.items():
        yield Odd(f"页面{name}.pdf", page(stream(WORDS), box=box), {"横幅": 3, "长卷": 17}.get(name, 1))
    yield Odd("单位很小.pdf", page(stream(WORDS), entries=b"/UserUnit 0.001"))
    yield Odd("转了45度.pdf", page(stream(WORDS), entries=b"/Rotate 45"))


def _walks() -> Iterator[Odd]:
    node = b"<</T (a) /FT /Tx /Kids [%(next)d 0 R %(next)d 0 R]>>"
    form = b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [20 0 R 20 0 R]>>>>"
    # The last field stands on the page, which takes the form along; hidden, so that nothing is to be said of its look.
    last = b"<</Type /Annot /Subtype /Widget /FT /Tx /T (z) /V (17) /F 2 /Rect [72 600 200 620]>>"
    fields = {f"o{number}": value for number, value in doubling(40, 20, node, last).items()}
    yield Odd("表单互指.pdf", page(stream(WORDS), entries=b"/Annots [60 0 R]", root=form, **fields))
    mark = b"<</Title (a) /Dest [3 0 R /Fit] /First %(next)d 0 R /Next %(next)d 0 R>>"
    outline = b"<</Type /Catalog /Pages 2 0 R /Outlines <</First 20 0 R>>>>"
    marks = {f"o{n}": value for n, value in doubling(40, 20, mark, b"<</Title (z) /Dest [3 0 R /Fit]>>").items()}
    yield Odd("书签互指.pdf", page(stream(WORDS), root=outline, **marks))
    labels = b"<</Type /Catalog /Pages 2 0 R /PageLabels 20 0 R>>"
    kids = doubling(40, 20, b"<</Kids [%(next)d 0 R %(next)d 0 R]>>", b"<</Nums [0 <</S /D>>]>>")
    yield Odd("页码标签互指.pdf", page(stream(WORDS), root=labels, **{f"o{n}": value for n, value in kids.items()}))
    names = b"<</Type /Catalog /Pages 2 0 R /Names <</Dests 20 0 R /EmbeddedFiles 20 0 R>>>>"
    yield Odd("名称互指.pdf", page(stream(WORDS), root=names, **{f"o{n}": value for n, value in kids.items()}))


def _others() -> Iterator[Odd]:
    for order in ("II", "MM"):
        yield Odd(f"16位灰度{order}.tif", sixteen_bits(order, 1, 1))
        yield Odd(f"16位彩色{order}.tif", sixteen_bits(order, 2, 3))
    for side in (1, 3, 7):
        yield Odd(f"小图{side}.jpg", picture("RGB", (side, side), "JPEG"))
        yield Odd(f"小图{side}.png", picture("L", (side, 1), "PNG"))
    yield Odd("一条线.jpg", picture("RGB", (3, 3000), "JPEG"))
    yield Odd("缺资源.ofd", ofd_without_resources(), says="批注读不出来")
    head = (
        '<?xml version="1.0" encoding="{}"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><head><title>a</title></head>'
    )
    for encoding in ("UTF-8", "GBK"):
        text = head.format(encoding) + "<body><p>本月检查场所三十家次。</p></body></html>"
        yield Odd(f"网页{encoding}.xhtml", text.encode(encoding))
