"""A font cut down to the characters of some texts, for PDF content that we write ourselves."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.pdf.fonts.glyphs import MISSING, coverage

if TYPE_CHECKING:
    from pikepdf import Object, Pdf


class SubsetFont:
    """A subset of a CID-keyed OpenType/CFF font, for text set code by code (Identity-H, ISO 32000-1, 9.7.5.2)."""

    def __init__(self, path: Path, texts: Iterable[str]) -> None:
        """Cut the font at ``path`` down to the characters of ``texts``; the same texts give the same bytes.

        Raises ValueError where the font is not CID-keyed CFF, as Noto CJK is.
        """
        from fontTools import subset
        from fontTools.ttLib import TTFont

        texts = list(texts)
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
            self.digest = hashlib.sha256(self.program + "".join(sorted(texts)).encode()).hexdigest()[:12]
            per_mille = 1000 / font["head"].unitsPerEm
            self._cids = {char: int(name.removeprefix("cid")) for char, name in named.items()}
            self._widths: dict[int, int] = {
                self._cids[char]: round(font["hmtx"][name][0] * per_mille) for char, name in named.items()
            }
            self._codes = {char: b"%04X" % cid for char, cid in self._cids.items()}
            self._advances = {char: self._widths[cid] for char, cid in self._cids.items()}
            head, hhea = font["head"], font["hhea"]
            self._box = [round(edge * per_mille) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)]
            self._ascent, self._descent = round(hhea.ascent * per_mille), round(hhea.descent * per_mille)
            self._name = "KAOPNG+" + re.sub(r"[^A-Za-z0-9-]", "", font["name"].getDebugName(6) or "Stamp")

    def width(self, text: str) -> float:
        """Return the width of ``text`` in em."""
        unknown = self._advances[MISSING]
        return sum(self._advances.get(char, unknown) for char in text) / 1000

    def encode(self, text: str) -> bytes:
        """Return ``text`` as the hexadecimal codes of a PDF string."""
        unknown = self._codes[MISSING]
        return b"".join([self._codes.get(char, unknown) for char in text])

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
            ToUnicode=pdf.make_stream(to_unicode({cid: char for char, cid in self._cids.items()})),
        )
        return pdf.make_indirect(font)


def to_unicode(chars: Mapping[int, str]) -> bytes:
    """Return the map from two-byte codes back to text (ISO 32000-1, 9.10.3), in blocks of at most 100."""
    rows = sorted(chars.items())
    blocks = []
    for start in range(0, len(rows), 100):
        block = rows[start : start + 100]
        lines = (b"<%04X> <%s>" % (code, char.encode("utf-16-be").hex().upper().encode()) for code, char in block)
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
