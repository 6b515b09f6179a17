"""The footer stamp: one line of text, upright at the bottom centre of what the reader sees of a page.

It is drawn into the page as a pagination artifact (ISO 32000-1, 14.8.2.2) with one shared font, so that it can be
searched and copied; the page's own content is not re-written.
"""

from __future__ import annotations

import copy
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from pikepdf import Array, Dictionary, Name

from kaoping.pdf.content import decoded, streams_of
from kaoping.pdf.geometry import BASELINE, FOOT, SIZE, View, view, visible_box
from kaoping.pdf.interactive import page_notes

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_SIDE = 6.0  # points kept free left and right


class StampFont(Protocol):
    """A font that stamps are drawn with."""

    digest: str  # tells it from others

    def width(self, text: str) -> float:
        """Return the width of ``text`` in em."""

    def encode(self, text: str) -> bytes:
        """Return ``text`` as the hexadecimal codes of a PDF string."""

    def embed(self, pdf: Pdf) -> Object:
        """Add the font to ``pdf`` and return its dictionary."""


class Stamper:
    """Stamps the pages of one PDF, sharing the font and all that is not the text itself."""

    def __init__(self, pdf: Pdf, font: StampFont) -> None:
        self._pdf, self._font = pdf, font
        self._views: dict[bytes, View] = {}
        self._forms: set[tuple[int, int]] = set()  # contents that have become forms
        self._save = pdf.make_stream(b"q\n")
        self._objects = {
            "/Font": font.embed(pdf),
            "/ExtGState": pdf.make_indirect(Dictionary(Type=Name.ExtGState, ca=0.75, CA=1, BM=Name.Normal)),
        }
        # An older bundle of ours may itself be evidence, stamps and all: its texts, and so its name, are others.
        self._name = f"/Kp{font.digest}"

    def stamp(self, page: Object, text: str, *, leaky: bool = False, dark: bool = False, full: bool = False) -> None:
        """Draw ``text``, which is not empty, on ``page``.

        A ``leaky`` page leaves something open, or can't be decoded: it is enclosed. On a ``dark`` one a pale ground
        keeps the text legible. A ``full`` one, with writing where the stamp comes, is drawn a little smaller, and makes
        room for it.
        """
        if not isinstance(page.get("/Resources"), Dictionary):
            page.Resources = Dictionary()
        streams = streams_of(page)
        seen = view(page, self._views)
        if leaky or full:
            smaller = _smaller(seen) if full else None
            streams = [self._enclosed(page, streams, smaller)]
            if smaller is not None:
                scale_notes(page, smaller)
        resources = page.Resources
        for category, value in self._objects.items():
            if category == "/ExtGState" and not dark:
                continue
            if not isinstance(entries := resources.get(category), Dictionary):
                entries = resources[category] = Dictionary()
            entries[self._name] = value
        drawing = self._pdf.make_stream(b"\nQ\n" + self._draw(seen, text, dark))
        page[Name.Contents] = Array([self._save, *streams, drawing])

    def _draw(self, seen: View, text: str, dark: bool) -> bytes:
        scale = seen.scale
        wide = self._font.width(text)
        size = min(SIZE * scale, max(seen.width - 2 * _SIDE * scale, 1) / wide)
        left, bottom = (seen.width - wide * size) / 2, min(BASELINE * scale, seen.height / 2)
        name = self._name.encode()
        ground = (left - size / 3, bottom - size / 3, wide * size + size / 1.5, size * 1.4)
        return b"\n".join(
            [
                b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC",
                b"q %s cm" % _operands(*seen.matrix, digits=8),
                *([b"q %s gs 1 g %s re f Q" % (name, _operands(*ground))] if dark else []),
                b"0 g BT %s %s Tf %s Td" % (name, _operands(size), _operands(left, bottom)),
                b"<%s> Tj ET" % self._font.encode(text),
                b"Q EMC\n",
            ]
        )

    def _enclosed(self, page: Object, streams: list[Object], smaller: Smaller | None) -> Object:
        """Return a content that draws ``streams`` as a form: its graphics state ends with it (ISO 32000-1, 8.10.1).

        A form, and not a matrix before the content, because patterns are laid in the space of the form or page that
        they are in (8.7.2): nothing else scales them along.
        """
        form = self._form(streams)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array(visible_box(page))
        form.Resources = page.Resources
        if "/Group" in page:  # how the page blends (11.4.7) is now how the form does
            form.Group = page.Group
        page.Resources = copy.copy(page.Resources)
        page.Resources.XObject = Dictionary({self._name: form})
        matrix = (smaller.scale, 0, 0, smaller.scale, *smaller.shift) if smaller is not None else (1, 0, 0, 1, 0, 0)
        return self._pdf.make_stream(b"%s cm %s Do\n" % (_operands(*matrix, digits=8), self._name.encode()))

    def _form(self, streams: Sequence[Object]) -> Object:
        """Return a stream with what stands in ``streams``, for one page alone: a single one is not even decoded."""
        if len(streams) != 1:  # what can't be decoded no reader shows either
            content = b"\n".join(data for stream in streams if (data := decoded(stream)) is not None)
            return self._pdf.make_stream(zlib.compress(content), Filter=Name.FlateDecode)
        (single,) = streams
        if single.objgen in self._forms:  # pages may share a content, and each has its own resources
            entries = {key: single[key] for key in ("/Filter", "/DecodeParms") if key in single}
            return self._pdf.make_stream(single.read_raw_bytes(), Dictionary(entries))
        self._forms.add(single.objgen)
        return single


@dataclass(frozen=True, slots=True)
class Smaller:
    """How a page is drawn smaller: a scale and a shift in the page's own space."""

    scale: float
    shift: tuple[float, float]


def _smaller(seen: View) -> Smaller:
    """Return how the visible page makes room at its foot: its top stays, its sides come in evenly."""
    scale = 1 - min(FOOT * seen.scale / seen.height, 0.5)
    a, b, c, d, e, f = seen.matrix
    # In the visible page (x, y) goes to (x·s + dx, y·s + dy); the same in the page's own space is M⁻¹, that, then M.
    dx, dy = seen.width * (1 - scale) / 2, seen.height * (1 - scale)
    return Smaller(scale, (a * dx + c * dy + e * (1 - scale), b * dx + d * dy + f * (1 - scale)))


def scale_notes(page: Object, smaller: Smaller) -> None:
    """Move the annotations of ``page`` with its content: their rectangles and the lines that they draw (12.5)."""

    def moved(values: Any) -> Array:
        return Array([float(value) * smaller.scale + smaller.shift[at % 2] for at, value in enumerate(values)])

    for note in page_notes(page):
        for key in ("/Rect", "/QuadPoints", "/Vertices", "/L", "/CL", "/InkList"):
            if isinstance(places := note.get(key), Array):
                with suppress(TypeError, ValueError):  # no numbers: nothing is drawn there anyway
                    note[key] = Array([moved(line) for line in places]) if key == "/InkList" else moved(places)


@lru_cache(4096)
def _operands(*values: float, digits: int = 3) -> bytes:
    """Write numbers as PDF operands, which know no exponent. Of a thousand pages most are alike, and so are stamps."""
    return b" ".join((f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0").encode() for value in values)
