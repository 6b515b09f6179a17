"""A font cut down to the characters of some texts, for PDF content that we write ourselves."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kaoping.pdf.fonts._glyphs import MISSING, coverage

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

K = TypeVar("K")
V = TypeVar("V")

#: Returns the bytes that are kept under a key, or those that a function makes, to be kept.
Keep = Callable[[str, Callable[[], bytes]], bytes]
#: Does what :func:`cut_font` does.
Cutter = Callable[[Path, Sequence[str]], bytes]


class _Known(dict[K, V]):
    """What is known of characters; of any other what is known of the one that stands for it."""

    def __init__(self, known: Mapping[K, V], missing: K) -> None:
        super().__init__(known)
        self._missing = self[missing]

    def __missing__(self, _: K) -> V:
        return self._missing


class SubsetFont:
    """A subset of a CID-keyed OpenType/CFF font, for text set code by code (Identity-H, ISO 32000-1, 9.7.5.2)."""

    def __init__(
        self, path: Path, texts: Iterable[str], keep: Keep | None = None, cutter: Cutter | None = None
    ) -> None:
        """Cut the font at ``path`` down to the characters of ``texts``; the same texts give the same bytes.

        With ``keep`` a cut that was made before is found again: it takes fontTools half a second. ``cutter`` cuts in
        :func:`cut_font`'s stead, perhaps in another process. Raises ValueError where the font is not CID-keyed CFF, as
        Noto CJK is.
        """
        texts = list(texts)
        chars = sorted({*"".join(texts), MISSING})
        make = partial(cutter or cut_font, path, chars)
        self._cut = cut = _Cut.from_bytes(make() if keep is None else keep(_key(path, chars), make))
        self.digest = hashlib.sha256(cut.program + "".join(sorted(texts)).encode()).hexdigest()[:12]
        # A long bundle has 100,000 characters of stamps: both are looked up without a step of Python for each.
        self._codes = _Known({ord(char): f"{cid:04X}" for char, cid in cut.cids.items()}, ord(MISSING))
        self._advances = _Known({char: cut.widths[cid] for char, cid in cut.cids.items()}, MISSING)

    def width(self, text: str) -> float:
        """Return the width of ``text`` in em."""
        return sum(map(self._advances.__getitem__, text)) / 1000

    def encode(self, text: str) -> bytes:
        """Return ``text`` as the hexadecimal codes of a PDF string."""
        return text.translate(self._codes).encode()

    def embed(self, pdf: Pdf) -> Object:
        """Add the font to ``pdf`` and return its dictionary."""
        from pikepdf import Array, Dictionary, Name, String

        cut = self._cut
        program = pdf.make_stream(cut.program, Subtype=Name.CIDFontType0C)
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(f"/{cut.name}"),
            Flags=4,
            FontBBox=Array(cut.box),
            ItalicAngle=0,
            Ascent=cut.ascent,
            Descent=cut.descent,
            CapHeight=700,
            StemV=80,
            FontFile3=program,
        )
        widths: list[Any] = []
        for cid, width in sorted(cut.widths.items()):
            widths += [cid, Array([width])]
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType0,
            BaseFont=Name(f"/{cut.name}"),
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=1000,
            W=Array(widths),
        )
        font = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name(f"/{cut.name}-Identity-H"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(to_unicode({cid: char for char, cid in cut.cids.items()})),
        )
        return pdf.make_indirect(font)


@dataclass(frozen=True, slots=True)
class _Cut:
    """What is left of a font; lengths are thousandths of an em."""

    program: bytes  # its CFF table
    name: str
    box: tuple[int, ...]
    ascent: int
    descent: int
    cids: Mapping[str, int]  # by character
    widths: Mapping[int, int]  # by CID

    def to_bytes(self) -> bytes:
        """Return all of it: a line of JSON, and the program."""
        head = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "program"}
        return json.dumps(head).encode() + b"\n" + self.program

    @staticmethod
    def from_bytes(data: bytes) -> _Cut:
        """Return what :meth:`to_bytes` wrote."""
        line, _, program = data.partition(b"\n")
        head = json.loads(line)
        widths = {int(cid): width for cid, width in head.pop("widths").items()}
        return _Cut(program, box=tuple(head.pop("box")), widths=widths, **head)


def cut_font(path: Path, chars: Sequence[str]) -> bytes:
    """Return all that :class:`SubsetFont` needs of the font at ``path`` for ``chars``. Raises as it does."""
    return _cut(path, chars).to_bytes()


def cut_to(path: str, chars: Sequence[str], target: str) -> None:
    """Write what :func:`cut_font` gives to ``target``: for a worker, which takes what JSON holds."""
    Path(target).write_bytes(cut_font(Path(path), chars))


def _cut(path: Path, chars: Sequence[str]) -> _Cut:
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
    glyphs = {char: glyph for char in chars if (glyph := held.glyph(char))}
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
        per_mille = 1000 / font["head"].unitsPerEm
        cids = {char: int(name.removeprefix("cid")) for char, name in named.items()}
        head, hhea = font["head"], font["hhea"]
        return _Cut(
            program=font.reader["CFF "],
            name="KAOPNG+" + re.sub(r"[^A-Za-z0-9-]", "", font["name"].getDebugName(6) or "Stamp"),
            box=tuple(round(edge * per_mille) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)),
            ascent=round(hhea.ascent * per_mille),
            descent=round(hhea.descent * per_mille),
            cids=cids,
            widths={cids[char]: round(font["hmtx"][name][0] * per_mille) for char, name in named.items()},
        )


def _key(path: Path, chars: Sequence[str]) -> str:
    """Return what stands for all that a cut depends on: the font, the characters, and who cuts it."""
    import fontTools

    with path.open("rb") as stream:
        font = hashlib.file_digest(stream, "sha256").hexdigest()
    ours = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    parts = ("font", font, "".join(chars), ours, fontTools.version)
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:40]


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
