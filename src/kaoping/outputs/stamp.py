"""The footer stamp: one line of text, upright at the bottom centre of what the reader sees of a page.

It is drawn into the page as a pagination artifact (ISO 32000-1, 14.8.2.2) with one shared subset font, so that it can
be searched and copied; the page's own content is not re-written.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.outputs.glyphs import coverage

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

SIZE = 9.0  # points on A4; on other sheets in proportion, so that a plan printed down to A4 can still be read
BASELINE = 14.0  # points above the visible edge
MISSING = "〓"  # 缺字号: stands for a character that the font lacks
_A4_WIDTH = 595.0
_SMALLEST, _LARGEST = 0.4, 4.0
_SIDE = 6.0  # points kept free left and right
_LETTER = (0.0, 0.0, 612.0, 792.0)  # what viewers assume where a page has no usable MediaBox
_Box = tuple[float, float, float, float]
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """What a reader sees of a page: its size in points, and the matrix from there to the page's own space."""

    width: float
    height: float
    matrix: _Matrix  # from the visible page, its origin at the bottom left as displayed


def view(page: Object) -> View:
    """Return the visible page: MediaBox ∩ CropBox, turned by /Rotate, in units of /UserUnit (ISO 32000-1, 14.11.2).

    ``page`` is a page dictionary whose inherited attributes stand in itself, as qpdf leaves them. Boxes that make no
    sense are ignored, as viewers do.
    """
    media = _box(page.get("/MediaBox")) or _LETTER
    crop = _box(page.get("/CropBox")) or media
    x0, y0, x1, y1 = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    if x1 <= x0 or y1 <= y0:
        x0, y0, x1, y1 = media
    unit = _number(page.get("/UserUnit"), 1.0)
    unit = unit if unit > 0 else 1.0
    width, height, scale = (x1 - x0) * unit, (y1 - y0) * unit, 1 / unit
    turn = round(_number(page.get("/Rotate"), 0.0)) % 360
    if turn == 90:
        return View(height, width, (0, scale, -scale, 0, x1, y0))
    if turn == 180:
        return View(width, height, (-scale, 0, 0, -scale, x1, y1))
    if turn == 270:
        return View(height, width, (0, -scale, scale, 0, x0, y1))
    return View(width, height, (scale, 0, 0, scale, x0, y0))


class StampFont:
    """A subset of a CID-keyed OpenType/CFF font, for text set code by code (Identity-H, ISO 32000-1, 9.7.5.2)."""

    def __init__(self, path: Path, texts: Iterable[str]) -> None:
        """Cut the font at ``path`` down to the characters of ``texts``; the same texts give the same bytes.

        Raises ValueError where the font is not CID-keyed CFF, as Noto CJK is.
        """
        from fontTools import subset
        from fontTools.ttLib import TTFont

        options = subset.Options()
        options.layout_features = []
        options.hinting = False
        options.glyph_names = False
        options.notdef_outline = True
        options.name_IDs = [6]
        options.drop_tables += ["cmap", "OS/2", "GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
        held = coverage(path)
        glyphs = {char: glyph for char in sorted({*"".join(texts), MISSING}) if (glyph := held.glyph(char))}
        with TTFont(path, lazy=True, recalcTimestamp=False) as font:
            if "CFF " not in font or not hasattr(font["CFF "].cff.topDictIndex[0], "ROS"):
                raise ValueError(f"not a CID-keyed CFF font: {path.name}")
            # In a CID-keyed font the code of a glyph is its CID, which fontTools keeps in the glyph's name.
            named = {char: font.getGlyphName(glyph) for char, glyph in glyphs.items()}
            cutter = subset.Subsetter(options)
            cutter.populate(glyphs=named.values())
            cutter.subset(font)
            font.save(stream := io.BytesIO())
        with TTFont(stream) as font:
            assert font.reader is not None
            self.program: bytes = font.reader["CFF "]
            per_mille = 1000 / font["head"].unitsPerEm
            self._cids = {char: int(name.removeprefix("cid")) for char, name in named.items()}
            self._widths: dict[int, int] = {
                self._cids[char]: round(font["hmtx"][name][0] * per_mille) for char, name in named.items()
            }
            head, hhea = font["head"], font["hhea"]
            self._box = [round(edge * per_mille) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)]
            self._ascent, self._descent = round(hhea.ascent * per_mille), round(hhea.descent * per_mille)
            self._name = "KAOPNG+" + re.sub(r"[^A-Za-z0-9-]", "", font["name"].getDebugName(6) or "Stamp")

    def width(self, text: str) -> float:
        """Return the width of ``text`` in em."""
        return sum(self._widths[cid] for cid in self._codes(text)) / 1000

    def encode(self, text: str) -> bytes:
        """Return ``text`` as the hexadecimal codes of a PDF string."""
        return b"".join(b"%04X" % cid for cid in self._codes(text))

    def _codes(self, text: str) -> list[int]:
        return [self._cids.get(char, self._cids[MISSING]) for char in text]

    def embed(self, pdf: Pdf) -> Object:
        """Add the font to ``pdf`` and return its dictionary."""
        from pikepdf import Array, Dictionary, Name, String

        program = pdf.make_stream(self.program, Subtype=Name.CIDFontType0C)
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(f"/{self._name}"),
            Flags=4,
            FontBBox=Array(self._box),
            ItalicAngle=0,
            Ascent=self._ascent,
            Descent=self._descent,
            CapHeight=700,
            StemV=80,
            FontFile3=program,
        )
        widths: list[Any] = []
        for cid, width in sorted(self._widths.items()):
            widths += [cid, Array([width])]
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType0,
            BaseFont=Name(f"/{self._name}"),
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=1000,
            W=Array(widths),
        )
        font = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name(f"/{self._name}-Identity-H"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(self._to_unicode()),
        )
        return pdf.make_indirect(font)

    def _to_unicode(self) -> bytes:
        """Return the map back to text (ISO 32000-1, 9.10.3), in blocks of at most 100."""
        rows = sorted((cid, char) for char, cid in self._cids.items())
        blocks = []
        for start in range(0, len(rows), 100):
            block = rows[start : start + 100]
            lines = (b"<%04X> <%s>" % (cid, char.encode("utf-16-be").hex().upper().encode()) for cid, char in block)
            blocks.append(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(lines)))
        return b"\n".join(
            [
                b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
                b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
                b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
                b"1 begincodespacerange <0000> <FFFF> endcodespacerange",
                *blocks,
                b"endcmap CMapName currentdict /CMap defineresource pop end end",
            ]
        )


class Stamper:
    """Stamps the pages of one PDF, sharing the font and all that is not the text itself."""

    def __init__(self, pdf: Pdf, font: StampFont, pages: Iterable[Object]) -> None:
        """Prepare ``pdf``; ``pages`` are all pages it will stamp: their resource names must not be taken over.

        An older bundle of ours may itself be evidence, stamp, font and all.
        """
        from pikepdf import Dictionary, Name

        self._pdf, self._font = pdf, font
        self._save = pdf.make_stream(b"q\n")
        self._objects = {
            "/Font": font.embed(pdf),
            "/ExtGState": pdf.make_indirect(Dictionary(Type=Name.ExtGState, ca=0.75, CA=1, BM=Name.Normal)),
        }
        taken = _resource_names(pages, self._objects)
        self._name = next(name for n in range(len(taken) + 1) if (name := f"/KpStamp{n}") not in taken)

    def stamp(self, page: Object, text: str) -> None:
        """Draw ``text``, which is not empty, on ``page``, over a pale ground that keeps it legible on a dark photo."""
        from pikepdf import Array, Dictionary, Name, Stream

        if not isinstance(resources := page.get("/Resources"), Dictionary):
            resources = page.Resources = Dictionary()
        for category, value in self._objects.items():
            if not isinstance(entries := resources.get(category), Dictionary):
                entries = resources[category] = Dictionary()
            entries[self._name] = value
        content = page.get("/Contents")
        own: list[Object] = (
            [content] if isinstance(content, Stream) else list(content) if isinstance(content, Array) else []
        )
        if not _is_balanced(own):
            own = [self._enclosed(page, own)]
        drawing = self._pdf.make_stream(b"\nQ\n" + self._draw(view(page), text))
        page[Name.Contents] = self._pdf.make_indirect(Array([self._save, *own, drawing]))

    def _draw(self, seen: View, text: str) -> bytes:
        scale = min(max(min(seen.width, seen.height) / _A4_WIDTH, _SMALLEST), _LARGEST)
        wide = self._font.width(text)
        size = min(SIZE * scale, max(seen.width - 2 * _SIDE * scale, 1) / wide)
        left, bottom = (seen.width - wide * size) / 2, min(BASELINE * scale, seen.height / 2)
        name = self._name.encode()
        ground = _operands(left - size / 3, bottom - size / 3, wide * size + size / 1.5, size * 1.4)
        return b"\n".join(
            [
                b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC",
                b"q %s cm" % _operands(*seen.matrix, digits=8),
                b"q %s gs 1 g %s re f Q" % (name, ground),
                b"0 g BT %s %s Tf %s Td" % (name, _operands(size), _operands(left, bottom)),
                b"<%s> Tj ET" % self._font.encode(text),
                b"Q EMC\n",
            ]
        )

    def _enclosed(self, page: Object, own: list[Object]) -> Object:
        """Return a content that draws ``own`` as a form: its graphics state ends with it (ISO 32000-1, 8.10.1)."""
        from pikepdf import Array, Dictionary, Name

        form = self._pdf.make_stream(
            b"\n".join(stream.read_bytes() for stream in own),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array(page.get("/MediaBox", Array(_LETTER))),
            Resources=page.Resources,
        )
        page.Resources = Dictionary({**page.Resources, "/XObject": Dictionary({self._name: form})})
        return self._pdf.make_stream(f"{self._name} Do\n".encode())


_SAVE, _RESTORE = re.compile(rb"(?<![^\s])q(?![^\s])"), re.compile(rb"(?<![^\s])Q(?![^\s])")


def _is_balanced(streams: list[Object]) -> bool:
    """Whether each ``q`` seems to have its ``Q``. Where words in a text fool the count, a page is enclosed: no harm."""
    from pikepdf import PdfError

    try:
        content = b"\n".join(stream.read_bytes() for stream in streams)
    except PdfError:  # not to be decoded: nothing a viewer could run either
        return True
    return len(_SAVE.findall(content)) == len(_RESTORE.findall(content))


def _resource_names(pages: Iterable[Object], categories: Iterable[str]) -> set[str]:
    from pikepdf import Dictionary

    names: set[str] = set()
    for page in pages:
        if isinstance(resources := page.get("/Resources"), Dictionary):
            for category in (*categories, "/XObject"):
                if isinstance(entries := resources.get(category), Dictionary):
                    names.update(entries.keys())
    return names


def _box(value: Object | None) -> _Box | None:
    from pikepdf import Array

    if not isinstance(value, Array) or len(value) != 4:
        return None
    try:
        x0, y0, x1, y1 = (float(edge) for edge in value)
    except (TypeError, ValueError):
        return None
    found = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return found if found[2] > found[0] and found[3] > found[1] else None


def _number(value: Any, default: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def _operands(*values: float, digits: int = 3) -> bytes:
    """Write numbers as PDF operands, which know no exponent."""
    return b" ".join((f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0").encode() for value in values)
