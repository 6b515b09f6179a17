"""Words that stand on a page without being seen: what was read off its picture can be searched for, and copied.

They are written in render mode 3 (ISO 32000-1, 9.3.6: neither filled nor stroked) with a font whose letters cover
nothing, so that no viewer shows anything whatever it does. Each character of the basic plane is a glyph by its own
number, half as wide where it is Latin; what is drawn on the page, and how it is compressed, is not touched.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from kaoping.pdf.content import decoded, is_closed, streams_of
from kaoping.pdf.geometry import Matrix, view

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_EM = 1000
_ASCENT, _DESCENT = 880, -120
_NAME = "/WordsRead"
_WIDE, _NARROW = b"\0\1", b"\0\2"  # the font's letters
_LATIN = range(0x20, 0x7F)
_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end
"""

#: The corners of a line, x and y of each in points from the top left of the page as it is displayed, clockwise from
#: where its text begins.
Corners = Sequence[float]


class UnseenFont:
    """The font of the words, put into a PDF once."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._object: Object | None = None

    def write(self, page: Object, lines: Iterable[tuple[str, Corners]]) -> bool:
        """Write ``lines`` on ``page``, each in its box; False where nothing was written.

        Not where the page's content leaves something open: what comes after it may stand anywhere.
        """
        from pikepdf import Array, Name

        streams = streams_of(page)
        contents = [decoded(stream) for stream in streams]
        whole = [content for content in contents if content is not None]
        placed = [_placed(text, corners, view(page).matrix, view(page).height) for text, corners in lines]
        words = b"\n".join(filter(None, placed))
        if not words or len(whole) < len(contents) or not is_closed(b"\n".join(whole)):
            return False
        resources = _copied(page.get("/Resources"))
        fonts = _copied(resources.get("/Font"))
        fonts[_NAME] = self._embedded()
        resources.Font = fonts
        page.Resources = resources
        before, after = self._pdf.make_stream(b"q"), self._pdf.make_stream(b"Q\nBT 3 Tr\n" + words + b"\nET")
        page[Name.Contents] = Array([before, *streams, after])
        return True

    def _embedded(self) -> Object:
        from pikepdf import Array, Dictionary, Name, String

        if self._object is None:
            pdf, file = self._pdf, _font_file()
            descriptor = Dictionary(
                Type=Name.FontDescriptor, FontName=Name.WordsRead, Flags=4, FontBBox=Array([0, _DESCENT, _EM, _ASCENT]),
                ItalicAngle=0, Ascent=_ASCENT, Descent=_DESCENT, CapHeight=_ASCENT, StemV=80,
                FontFile2=pdf.make_stream(file, Length1=len(file)),
            )  # fmt: skip
            letters = Dictionary(
                Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.WordsRead, DW=_EM,
                W=Array([_LATIN.start, _LATIN.stop - 1, _EM // 2]), FontDescriptor=pdf.make_indirect(descriptor),
                CIDToGIDMap=pdf.make_stream(b"".join(_NARROW if code in _LATIN else _WIDE for code in range(0x10000))),
                CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            )  # fmt: skip
            self._object = pdf.make_indirect(
                Dictionary(
                    Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.WordsRead, Encoding=Name("/Identity-H"),
                    DescendantFonts=Array([pdf.make_indirect(letters)]), ToUnicode=pdf.make_stream(_TO_UNICODE),
                )
            )  # fmt: skip
        return self._object


def _copied(there: Object | None) -> Object:
    """Return a dictionary of its own with what is ``there``: pages may share one."""
    from pikepdf import Dictionary

    copied: Object = Dictionary()
    for key, value in there.items() if isinstance(there, Dictionary) else ():
        copied[key] = value
    return copied


def _placed(text: str, corners: Corners, seen: Matrix, height: float) -> bytes:
    """Return what writes a line into its box: as long, as high and as tilted as that is."""
    codes = [code for code in map(ord, text) if code < 0x10000 and not 0xD800 <= code < 0xE000]
    width = sum(0.5 if code in _LATIN else 1.0 for code in codes)
    (x0, y0), (x1, y1), (x3, y3) = ((corners[at], height - corners[at + 1]) for at in (0, 2, 6))
    long, high = math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x0, y3 - y0)
    if not codes or long < 1 or high < 1:
        return b""
    across = (x1 - x0) / width, (y1 - y0) / width
    up = x0 - x3, y0 - y3
    foot = x3 - up[0] * _DESCENT / _EM, y3 - up[1] * _DESCENT / _EM  # the baseline, above the foot of the box
    matrix = _through((*across, *up, *foot), seen)
    numbers = " ".join(f"{number:.3f}".rstrip("0").rstrip(".") or "0" for number in matrix)
    glyphs = "".join(f"{code:04X}" for code in codes)
    return f"{_NAME} 1 Tf {numbers} Tm <{glyphs}> Tj".encode()


def _through(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that does ``first``, then ``second`` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


@cache
def _font_file() -> bytes:
    """Return a TrueType font of three letters: an empty one for what is not there, a wide and a narrow one.

    These are lines from corner to corner and back: they cover nothing, and have the box of a letter, without which
    pdfium takes an upright line of text for an empty one and leaves it out.
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    wide, narrow = TTGlyphPen(None), TTGlyphPen(None)
    for pen, width in ((wide, _EM), (narrow, _EM // 2)):
        pen.moveTo((0, _DESCENT))
        pen.lineTo((width, _ASCENT))
        pen.closePath()
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "wide", "narrow"])
    builder.setupCharacterMap({0x20: "narrow"})
    builder.setupGlyf({".notdef": Glyph(), "wide": wide.glyph(), "narrow": narrow.glyph()})
    builder.setupHorizontalMetrics({".notdef": (_EM, 0), "wide": (_EM, 0), "narrow": (_EM // 2, 0)})
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupNameTable({"familyName": "WordsRead", "styleName": "Regular", "psName": "WordsRead"})
    builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, usWinAscent=_ASCENT, usWinDescent=-_DESCENT)
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()
