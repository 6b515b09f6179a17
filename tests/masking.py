"""PDFs that hide a number in every corner, and the looks that find it: what a masked page must have lost."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from bundles import pdf
from kaoping.core.engine import LEAVE_OUT, MASK, TURN, PageChange
from kaoping.core.findings import Findings
from kaoping.core.model import EvidenceFile, Location
from kaoping.evidence.page_changes import seal_of, with_changes
from kaoping.evidence.store import open_store
from kaoping.evidence.survey import survey
from kaoping.evidence.words import STOCK

NUMBER = "13900002222"
BOX = (20, 40, 100, 15)  # mm: where `pdf` writes


def change(file: str, pages: str, action: str, seal: str, **more: Any) -> PageChange:
    facts = dict.fromkeys(("left", "top", "width", "height")) | {"id": "YM1", "turn": ""}
    if action == MASK:
        facts |= dict(zip(("left", "top", "width", "height"), more.pop("box", BOX), strict=True))
    facts |= more
    rest = {"reason": "", "who": "", "when": "", "seal": seal, "at": Location("records/page_changes.yaml")}
    return PageChange(file=file, pages=pages, action=action, **facts, **rest)  # type: ignore[arg-type]


def changed(
    folder: Path, *wanted: tuple[Any, ...], file: str = "a.pdf", lasting: bool = True
) -> tuple[EvidenceFile, bytes, Findings]:
    """Change pages of a file below ``folder``; returns the file, the PDF that is shown of it, and what is told.

    Each of ``wanted`` is (action, pages, and for a turn the degrees, for a mask perhaps the box).
    """
    findings = Findings()
    with open_store(lasting=lasting) as store:
        files = survey(folder, store).files
        seal = seal_of(files[file])
        changes = []
        for number, (action, pages, *more) in enumerate(wanted):
            key = "turn" if action == TURN else "box"
            changes.append(change(file, pages, action, seal, id=f"YM{number}", **({key: more[0]} if more else {})))
        its = with_changes(files, changes, store, STOCK, findings)[0][file]
        return its, its.sheets.path.read_bytes() if its.sheets is not None else b"", findings


def tricky(path: Path, *, attached: bool = True) -> Path:
    """Write a PDF of four pages whose second shows NUMBER, which stands in all other places of the file too."""
    pdf(path, ["one", NUMBER, "three", "four"])
    with pikepdf.open(path, allow_overwriting_input=True) as made:
        pages = [page.obj for page in made.pages]
        picture = made.make_stream(_picture(NUMBER), Type=Name.XObject, Subtype=Name.Image, Width=700, Height=400)
        picture.ColorSpace, picture.BitsPerComponent, picture.Filter = Name.DeviceRGB, 8, Name.DCTDecode
        shared = Dictionary(Font=pages[0].Resources.Font, XObject=Dictionary(Secret=picture))
        for page in pages:
            page.Resources = made.make_indirect(shared) if page is pages[0] else pages[0].Resources
            page.PieceInfo = Dictionary(Editor=Dictionary(Private=String(NUMBER)))
            page.Metadata = made.make_stream(NUMBER.encode(), Type=Name.Metadata, Subtype=Name.XML)
        pages[1].Contents = made.make_stream(
            f"BT /F1 20 Tf 72 700 Td ({NUMBER}) Tj ET q 70 0 0 40 72 600 cm /Secret Do Q".encode()
        )
        pages[1].Thumb = picture
        _add_form(made, pages)
        _add_marks(made, pages)
        made.Root.Metadata = made.make_stream(f"<{NUMBER}>".encode(), Type=Name.Metadata)
        made.docinfo["/Title"] = NUMBER
        if attached:
            made.attachments["number.txt"] = NUMBER.encode()
        made.Root.StructTreeRoot = Dictionary(
            Type=Name.StructTreeRoot, K=Dictionary(S=Name.P, Pg=pages[1], ActualText=String(NUMBER), K=0)
        )
        made.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(NUMBER))]))
        made.save(path, deterministic_id=True)
    _revise(path)
    return path


def _picture(words: str) -> bytes:
    image = Image.new("RGB", (700, 400), "white")
    exif = Image.Exif()
    exif[0x010E] = words  # ImageDescription
    image.save(out := io.BytesIO(), "JPEG", exif=exif)
    return out.getvalue()


def _add_form(made: pikepdf.Pdf, pages: list[Any]) -> None:
    """One field shown on two pages, its value the number; on page 1 it looks like something else."""
    parent = made.make_indirect(Dictionary(FT=Name.Tx, T=String("phone"), V=String(NUMBER), DA=String("/F1 9 Tf")))
    kids = []
    for page, words in ((pages[0], "field"), (pages[1], NUMBER)):
        look = made.make_stream(
            f"BT /F1 9 Tf 2 2 Td ({words}) Tj ET".encode(), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 20],
            Resources=Dictionary(Font=page.Resources.Font),
        )  # fmt: skip
        widget = made.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, Rect=[300, 300, 400, 320], Parent=parent, P=page,
                AP=Dictionary(N=look), TU=String(NUMBER),
            )
        )  # fmt: skip
        page.Annots = Array([widget])
        kids.append(widget)
    parent.Kids = Array(kids)
    made.Root.AcroForm = Dictionary(Fields=Array([parent]), DA=String(f"/F1 9 Tf % {NUMBER}"))


def _add_marks(made: pikepdf.Pdf, pages: list[Any]) -> None:
    """Links from page 1 to 2, 3 and 4, the last by a name; bookmarks; a note whose pop-up says the number."""

    def link(left: int, there: Any) -> Any:
        return made.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[left, 100, left + 40, 120], Dest=there, NM=NUMBER)
        )

    for left, there in ((100, Array([pages[1], Name.Fit])), (150, Array([pages[2], Name.XYZ, 0, 800, 0]))):
        pages[0].Annots.append(link(left, there))
    pages[0].Annots.append(link(200, String(f"name {NUMBER}")))
    made.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String(f"name {NUMBER}"), Array([pages[3], Name.Fit])])))
    look = made.make_stream(b"1 0 0 rg 0 0 20 20 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 20, 20])
    note = made.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Text,
            Rect=[400, 400, 420, 420],
            Contents=String("seen"),
            AP=Dictionary(N=look),
        )
    )
    popup = made.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=[0, 0, 9, 9], Parent=note, Contents=String(NUMBER))
    )
    note.Popup = popup
    note.IRT = pages[1].Annots[0]
    pages[2].Annots = Array([note, popup])
    with made.open_outline() as outline:
        for title, page in (("first", 0), (f"number {NUMBER}", 1), ("third", 2)):
            outline.root.append(pikepdf.OutlineItem(title, page))


def _revise(path: Path) -> None:
    """Append an earlier-looking revision with an object that nothing names."""
    data = path.read_bytes()
    path.write_bytes(data + f"\n9999 0 obj\n({NUMBER})\nendobj\n".encode() + data[data.rindex(b"startxref") :])


# -- looking ----------------------------------------------------------------------------------------------------------


def texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield all that can be read in a PDF, by each reader, with what read it."""
    yield "raw", data.decode("latin-1")
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.S):
        try:
            yield "raw stream", zlib.decompressobj().decompress(match[1]).decode("latin-1")
        except zlib.error:
            yield "raw stream", match[1].decode("latin-1")
    reader = pypdf.PdfReader(io.BytesIO(data))
    yield "pypdf", "\n".join(page.extract_text() for page in reader.pages)
    yield "pypdf", str([(mark.title) for mark in reader.outline if not isinstance(mark, list)])
    document = pypdfium2.PdfDocument(data)
    for page in document:
        writing = page.get_textpage()
        yield "pdfium", writing.get_text_range()
        writing.close()
        page.close()
    document.close()
    with pikepdf.open(io.BytesIO(data)) as opened:
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Stream):
                is_jpeg = thing.get("/Filter") == "/DCTDecode"
                yield "object", (thing.read_raw_bytes() if is_jpeg else thing.read_bytes()).decode("latin-1")
                yield "object", str(dict(thing.items()))
            else:
                yield "object", _plain(thing.unparse(resolved=True))


def _plain(unparsed: bytes) -> str:
    """A PDF object as text, its strings in hexadecimal spelt out too."""
    text = unparsed.decode("latin-1")
    spelt = [bytes.fromhex(hexed).decode("latin-1") for hexed in re.findall(r"<((?:[0-9a-f]{2})+)>", text)]
    return "\n".join([text, *spelt, *(words.replace("\0", "") for words in spelt)])


def tells(data: bytes, words: str = NUMBER) -> list[str]:
    """Return who can read ``words`` in a PDF: nobody should."""
    found = [who for who, text in texts(data) if words in text]
    wide = words.encode("utf-16-be")
    return found + (["utf-16"] if wide in data else [])


def unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file of a package, and what is in it where it is a zip (Word, Excel)."""
    yield name, data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from unpacked(f"{name}/{inner}", archive.read(inner))


def drawn(data: bytes, page: int) -> Image.Image:
    """Draw a 1-based page, four pixels a millimetre."""
    document = pypdfium2.PdfDocument(data)
    try:
        document.init_forms()
        return document[page - 1].render(scale=4 * 25.4 / 72).to_pil().convert("L")
    finally:
        document.close()


def darkest_and_lightest(picture: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int]:
    """Return the grey levels within a region (mm), its outermost half millimetre apart."""
    left, top, width, height = box
    inner = picture.crop((left * 4 + 2, top * 4 + 2, (left + width) * 4 - 2, (top + height) * 4 - 2))
    return inner.getextrema()  # type: ignore[return-value]


__all__ = ["BOX", "LEAVE_OUT", "MASK", "NUMBER", "TURN", "change", "changed", "tells", "tricky"]
