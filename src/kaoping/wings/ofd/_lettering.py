"""The fonts of an OFD: embedded ones as they are, all others by ours. Each can say what it has and write codes."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from kaoping.core import resources
from kaoping.pdf.fonts import SubsetFont, coverage, to_unicode
from kaoping.pdf.typeset import FONTS
from kaoping.wings.ofd._structure import Ofd

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_SANS = re.compile("黑|hei|gothic|sans|arial|yahei|雅黑|helvetica", re.I)
_MOST_STEPS = 100_000


class Face(Protocol):
    """A font as the drawing needs it."""

    def holds(self, char: str) -> bool:
        """Whether it has a shape for ``char``."""

    def code(self, char: str, glyph: int | None) -> bytes:
        """Return the hexadecimal code that draws ``char``: by its ``glyph`` where the file names one."""

    def embed(self, pdf: Pdf) -> Object:
        """Add it to ``pdf``."""


class OurFace:
    """One of our fonts, in the place of one that the file only names."""

    def __init__(self, sans: bool, texts: Iterable[str]) -> None:
        path = resources.fonts() / FONTS[sans]
        self._coverage = coverage(path)
        self._font = SubsetFont(path, texts)

    def holds(self, char: str) -> bool:
        """Whether it has a shape for ``char``."""
        return char in self._coverage

    def code(self, char: str, glyph: int | None) -> bytes:
        """Return the code of ``char``; a glyph of another font means nothing here."""
        return self._font.encode(char)

    def embed(self, pdf: Pdf) -> Object:
        """Add it to ``pdf``."""
        return self._font.embed(pdf)


class EmbeddedFace:
    """A font file of the OFD, embedded whole: its glyphs are numbered by the file that uses it."""

    def __init__(self, data: bytes) -> None:
        """Read the TrueType or OpenType font ``data``; raises what fontTools raises for another, or a broken one."""
        from fontTools.ttLib import TTFont

        self._data = data
        with TTFont(io.BytesIO(data), lazy=True) as font:
            self._is_cff = "CFF " in font
            self._unicode: Mapping[int, str] = font.getBestCmap() or {}
            self._order = {name: number for number, name in enumerate(font.getGlyphOrder())}
            per_em = 1000 / font["head"].unitsPerEm
            metrics: Mapping[str, tuple[int, int]] = font["hmtx"].metrics
            self._widths = {self._order[name]: round(width * per_em) for name, (width, _) in metrics.items()}
        self._shown: dict[int, str] = {}

    def holds(self, char: str) -> bool:
        """Whether its own map has ``char``."""
        return ord(char) in self._unicode

    def has_glyph(self, glyph: int) -> bool:
        """Whether it has a glyph of that number."""
        return 0 < glyph < len(self._order)

    def code(self, char: str, glyph: int | None) -> bytes:
        """Return the glyph's own number, and remember what it stands for."""
        number = glyph if glyph is not None else self._order[self._unicode[ord(char)]]
        self._shown.setdefault(number, char)
        return b"%04X" % number

    def embed(self, pdf: Pdf) -> Object:
        """Add it to ``pdf``, once all that it draws has been coded (ISO 32000-1, 9.7.4 and 9.9)."""
        from pikepdf import Array, Dictionary, Name, String

        program = pdf.make_stream(self._data)
        if self._is_cff:
            program.Subtype = Name.OpenType
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/OfdFont"), Flags=4, FontBBox=Array([0, -300, 1000, 1000]),
            ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=700, StemV=80,
        )  # fmt: skip
        descriptor["/FontFile3" if self._is_cff else "/FontFile2"] = program
        widths: list[Any] = []
        for glyph in sorted(self._shown):
            widths += [glyph, Array([self._widths.get(glyph, 1000)])]
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType0 if self._is_cff else Name.CIDFontType2,
            BaseFont=Name("/OfdFont"),
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=1000,
            W=Array(widths),
        )
        if not self._is_cff:
            descendant.CIDToGIDMap = Name.Identity
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name("/OfdFont"),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]),
                ToUnicode=pdf.make_stream(to_unicode(self._shown)),
            )
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """A character in its place (mm, within its object), and the font and code that draw it."""

    char: str
    x: float
    y: float
    font: str
    code: bytes


class Lettering:
    """Chooses the font of each character, and keeps those that are used."""

    def __init__(self, ofd: Ofd) -> None:
        self._ofd = ofd
        self._texts = {code.text or "" for page in ofd.pages for code in _codes(page.layers)}
        self._texts |= {code.text or "" for unit in ofd.units.values() for code in unit.iter("{*}TextCode")}
        self._faces: dict[str, Face] = {}
        self.undrawable: set[str] = set()

    def letters(self, element: Any) -> Iterator[Letter]:
        """Yield the letters of a TextObject; one that no font has is remembered as undrawable."""
        id_ = element.get("Font", "")
        glyphs = _glyphs(element)
        at = 0
        for code in element.iter("{*}TextCode"):
            x, y = float(code.get("X") or 0), float(code.get("Y") or 0)
            right, down = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
            for number, char in enumerate(code.text or ""):
                if not char.isspace() and unicodedata.category(char) != "Cc":
                    coded = self._face(id_, char, glyphs.get(at))
                    if coded is not None:
                        yield Letter(char, x, y, coded[0], coded[1])
                x += _step(right, number)
                y += _step(down, number)
                at += 1

    def embed(self, pdf: Pdf) -> dict[str, Object]:
        """Add the fonts that were used to ``pdf``; returns them by name."""
        return {name: face.embed(pdf) for name, face in self._faces.items()}

    def _face(self, id_: str, char: str, glyph: int | None) -> tuple[str, bytes] | None:
        """Return the name of the font that draws ``char``, and its code."""
        named = self._ofd.fonts.get(id_)
        embedded = self._embedded_face(id_)
        if embedded is not None and (embedded.holds(char) if glyph is None else embedded.has_glyph(glyph)):
            return f"/F{id_}", embedded.code(char, glyph)
        title = f"{named.get('FontName')} {named.get('FamilyName')}" if named is not None else ""
        name = "/Sans" if _SANS.search(title) else "/Serif"
        if name not in self._faces:
            self._faces[name] = OurFace(name == "/Sans", self._texts)
        face = self._faces[name]
        if not face.holds(char):
            self.undrawable.add(char)
            return None
        return name, face.code(char, None)

    def _embedded_face(self, id_: str) -> EmbeddedFace | None:
        name = f"/F{id_}"
        part = self._ofd.font_files.get(id_)
        if part is None:
            return None
        if name not in self._faces:
            try:
                self._faces[name] = EmbeddedFace(self._ofd.read(part))
            except Exception:  # a font that is broken, or of a kind that PDF does not take: ours stands in for it
                del self._ofd.font_files[id_]
                return None
        face = self._faces[name]
        assert isinstance(face, EmbeddedFace)
        return face


def _codes(layers: Iterable[Any]) -> Iterator[Any]:
    for layer in layers:
        yield from layer.iter("{*}TextCode")


def _glyphs(element: Any) -> dict[int, int]:
    """Return position → glyph, where one character is one glyph (CGTransform, GB/T 33190-2016, 11.4)."""
    glyphs: dict[int, int] = {}
    for change in element.iter("{*}CGTransform"):
        listed = (change.findtext("{*}Glyphs") or "").split()
        if int(change.get("CodeCount") or 1) == len(listed):
            start = int(change.get("CodePosition") or 0)
            glyphs |= {start + at: int(glyph) for at, glyph in enumerate(listed)}
    return glyphs


def _step(steps: Sequence[float], number: int) -> float:
    """Return the distance after a character; a list that runs out goes on with its last one, as readers have it."""
    return steps[min(number, len(steps) - 1)] if steps else 0.0


def _steps(distances: str | None) -> list[float]:
    """Return the distances between characters; "g 3 5" is 5 three times."""
    steps: list[float] = []
    parts = iter((distances or "").split())
    for part in parts:
        if part == "g":
            count, step = int(next(parts, "0")), float(next(parts, "0"))
            steps += [step] * min(count, _MOST_STEPS)
        else:
            steps.append(float(part))
    return steps
