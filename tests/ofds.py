"""OFD files made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
A4 = "0 0 210 297"


def text(words: str, x: float, y: float, size: float = 5.6, font: int = 2, color: str = "0 0 0", more: str = "") -> str:
    """A line of text whose baseline is ``size`` mm below ``y``; every character is ``size`` wide."""
    steps = f'DeltaX="g {len(words) - 1} {size}"' if len(words) > 1 else ""
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y} 170 {size * 1.4}" Font="{font}" Size="{size}" {more}>'
        f'<ofd:FillColor Value="{color}"/><ofd:TextCode X="0" Y="{size}" {steps}>{words}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def path(data: str, boundary: str = "0 0 210 297", more: str = 'LineWidth="0.7"', inner: str = "") -> str:
    """A path; ``inner`` are its colours."""
    return (
        f'<ofd:PathObject ID="8" Boundary="{boundary}" {more}>{inner}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def picture(color: str = "red", form: str = "JPEG") -> bytes:
    """A picture of one colour."""
    Image.new("RGB", (120, 80), color).save(out := io.BytesIO(), form)
    return out.getvalue()


def der(tag: int, content: bytes) -> bytes:
    """An element of ASN.1, in DER."""
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x84]) + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def seal(image: bytes, kind: bytes = b"png") -> bytes:
    """A seal (GB/T 38540) as far as its picture goes."""
    shown = der(0x30, der(0x16, kind) + der(0x04, image) + der(0x02, b"\x28") + der(0x02, b"\x28"))
    head = der(0x30, der(0x16, b"ES") + der(0x02, b"\x04"))
    return der(0x30, der(0x30, head + der(0x16, b"1") + shown) + der(0x04, b"cert"))


def ofd(
    target: Path,
    *contents: str,
    box: str = A4,
    files: Mapping[str, bytes] | None = None,
    resources: str = "",
    document: str = "",
    body: str = "",
    template: str = "",
) -> Path:
    """Write an OFD with one page for each of ``contents`` (the objects on it)."""
    used = '<ofd:Template TemplateID="50" ZOrder="Background"/>' if template else ""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:

        def write(name: str, content: str) -> None:
            archive.writestr(name, _HEAD + content)

        write(
            "OFD.xml",
            f'<ofd:OFD {_NS} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>'
            f"{body}</ofd:DocBody></ofd:OFD>",
        )
        pages = "".join(f'<ofd:Page ID="{20 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(contents)))
        templates = '<ofd:TemplatePage ID="50" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
        write(
            "Doc_0/Document.xml",
            f"<ofd:Document {_NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea>"
            f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{templates}</ofd:CommonData>"
            f"<ofd:Pages>{pages}</ofd:Pages>{document}</ofd:Document>",
        )
        write(
            "Doc_0/PublicRes.xml",
            f'<ofd:Res {_NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="仿宋_GB2312"/>'
            f'<ofd:Font ID="3" FontName="黑体"/></ofd:Fonts>{resources}</ofd:Res>',
        )
        for number, content in enumerate(contents):
            write(
                f"Doc_0/Pages/Page_{number}/Content.xml",
                f'<ofd:Page {_NS}>{used}<ofd:Content><ofd:Layer ID="10">{content}</ofd:Layer></ofd:Content></ofd:Page>',
            )
        if template:
            write(
                "Doc_0/Tpls/Tpl_0/Content.xml",
                f'<ofd:Page {_NS}><ofd:Content><ofd:Layer ID="11">{template}</ofd:Layer></ofd:Content></ofd:Page>',
            )
        for name, data in (files or {}).items():
            archive.writestr(name, data)
    return target


def signed(target: Path, data: bytes, boundary: str = "120 200 40 40") -> Path:
    """Write an OFD of one page with a seal on it."""
    ns = _NS
    signatures = f'{_HEAD}<ofd:Signatures {ns}><ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>'
    signature = (
        f"{_HEAD}<ofd:Signature {ns}><ofd:SignedInfo>"
        f'<ofd:StampAnnot ID="1" PageRef="20" Boundary="{boundary}"/>'
        f"<ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    )
    return ofd(
        target,
        text("澜川市文化市场综合行政执法支队", 60, 210),
        body="<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>",
        files={
            "Doc_0/Signs/Signatures.xml": signatures.encode(),
            "Doc_0/Signs/Sign_0/Signature.xml": signature.encode(),
            "Doc_0/Signs/Sign_0/Seal.esl": data,
        },
    )
