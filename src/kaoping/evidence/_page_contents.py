"""What one page of a PDF draws with, and nothing besides: for a copy that must not bring along what other pages show.

Pages of a PDF share dictionaries: all pictures of a file may stand in the resources of each page. So a page's resources
are cut down to the names that its content uses (ISO 32000-1, 7.8.3), and what draws them is told by its bytes. The
objects of the opened file are cut down in place: it must not be saved.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaoping.pdf.content import decoded, streams_of
from kaoping.pdf.interactive import page_notes

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_HIDDEN = 0x2  # flag of an annotation (12.5.3)
_NO_LOOK = frozenset({"/Link", "/Popup"})  # annotations that draw nothing by themselves
_SMALL = 250_000  # pixels: a letterhead's emblem, a seal; all pages may share it
#: Operators that draw something themselves (8.2, 9.4); what `Do` draws is told by its own bytes.
_PAINTING = frozenset({"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE"})
#: A part of a content that only saves the graphics state, or moves it: all pages may share it.
_SILENT = re.compile(rb"(?:[\s\d.+-]*(?:q|Q|cm)(?=\s|\Z))*[\s\d.+-]*")
#: What a stream's dictionary may say, by what the stream is: all else (its editor's data, other versions) goes.
_OF_STREAM = frozenset({"/Type", "/Subtype", "/Filter", "/DecodeParms", "/Length", "/OC", "/Name"})
_OF_IMAGE = _OF_STREAM | {
    "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent", "/ImageMask", "/Mask", "/SMask", "/Decode",
    "/Interpolate", "/Matte", "/SMaskInData",
}  # fmt: skip
_OF_FORM = _OF_STREAM | {
    "/FormType", "/BBox", "/Matrix", "/Resources", "/Group", "/PatternType", "/PaintType", "/TilingType", "/XStep",
    "/YStep",
}  # fmt: skip
_WHOLE = frozenset({"/ColorSpace"})  # inline pictures name these in their own way, and they hold no pictures


class UntoldError(Exception):
    """Nobody can tell what the page draws with."""


@dataclass(frozen=True, slots=True)
class PageContents:
    """What a page shows: its content, the resources that this uses, its annotations with their looks."""

    content: Object
    resources: Object
    notes: Sequence[tuple[Object, Object | None]]
    drawn: frozenset[bytes]  # digests of the streams that draw on it, emblems apart

    @classmethod
    def of(cls, pdf: Pdf, page: Object) -> PageContents:
        """Return what ``page`` of ``pdf``, which must not be saved afterwards, shows.

        Raises UntoldError, or whatever its reader does, where that can't be told.
        """
        from pikepdf import Dictionary, Page

        walk = _Walk()
        parts = [decoded(stream) for stream in streams_of(page)]
        content = b"\n".join(part for part in parts if part is not None)
        if None in parts:
            raise UntoldError
        resources = page.get("/Resources")
        resources = resources if isinstance(resources, Dictionary) else Dictionary()
        trimmed = walk.trimmed(resources, walk.names(Page(page), [part for part in parts if part is not None]))
        notes = [(note, walk.look(note)) for note in page_notes(page) if not _is_hidden(note)]
        return cls(pdf.make_stream(content), trimmed, notes, frozenset(walk.drawn))


def _is_hidden(note: Object) -> bool:
    return bool(int(note.get("/F", 0)) & _HIDDEN) or note.get("/Subtype") == "/Popup"


@dataclass(slots=True)
class _Walk:
    """A walk through all that a page draws with."""

    drawn: set[bytes] = field(default_factory=set)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def names(self, holder: Any, parts: Sequence[bytes]) -> set[str]:
        """Return all names that a content (of a page, or a stream) uses; its ``parts`` are noted if it draws anything.

        All scans of a file may have the same content, which draws another picture on each page: that is noted alone.
        """
        from pikepdf import parse_content_stream

        names: set[str] = set()
        operators: set[str] = set()
        for step in parse_content_stream(holder):
            names.update(_names_in(step.operands))
            operators.add(str(step.operator))
        if operators & _PAINTING:
            self.drawn.update(hashlib.sha256(part).digest() for part in parts if _SILENT.fullmatch(part) is None)
        return names

    def trimmed(self, resources: Object, names: set[str]) -> Object:
        """Return the resources that ``names`` name, and cut down what these draw with in turn."""
        from pikepdf import Dictionary

        inherited = set(names)
        for entry in self._entries(resources, names):
            inherited |= self._go_into(entry)
        if inherited != names:  # a form without resources of its own uses the page's
            return self.trimmed(resources, inherited)
        kept = Dictionary()
        for kind, entries in resources.items():
            if isinstance(entries, Dictionary):
                chosen = {key: value for key, value in entries.items() if kind in _WHOLE or key in names}
                if chosen:
                    kept[kind] = Dictionary(chosen)
        return kept

    def look(self, note: Object) -> Object | None:
        """Return what an annotation looks like now; None for one that draws nothing by itself."""
        from pikepdf import Dictionary, Stream

        looks = note.get("/AP")
        look = looks.get("/N") if isinstance(looks, Dictionary) else None
        if isinstance(look, Dictionary) and not isinstance(look, Stream):
            look = look.get(str(note.get("/AS", "/Off")))
            if look is None:  # a box that is not ticked
                return None
        if isinstance(look, Stream):
            self._go_into(look)
            return look
        if note.get("/Subtype") in _NO_LOOK or note.get("/Subtype") == "/Widget":
            return None
        raise UntoldError  # each reader draws it in its own way

    def _entries(self, resources: Object, names: set[str]) -> Iterable[Object]:
        """The objects that draw something, of those that are named: pictures, forms, patterns, masks, drawn letters."""
        from pikepdf import Dictionary

        for kind in ("/XObject", "/Pattern", "/ExtGState", "/Font"):
            entries = resources.get(kind)
            for key, entry in entries.items() if isinstance(entries, Dictionary) else ():
                if key in names and isinstance(entry, Dictionary):
                    yield entry

    def _go_into(self, entry: Object) -> set[str]:
        """Cut down what an entry draws with; return the names that it leaves to the page's resources."""
        from pikepdf import Dictionary, Stream

        if entry.objgen != (0, 0):
            if entry.objgen in self._seen:
                return set()
            self._seen.add(entry.objgen)
        if isinstance(entry, Stream):
            return self._go_into_stream(entry)
        if isinstance(mask := entry.get("/SMask"), Dictionary):  # of a graphics state (11.6.5.3)
            return self._go_into(mask["/G"]) if "/G" in mask else set()
        if entry.get("/Subtype") == "/Type3" and isinstance(inner := entry.get("/Resources"), Dictionary):
            for each in self._entries(inner, set().union(*(kind.keys() for kind in inner.values() if _is_dict(kind)))):
                self._go_into(each)
        return set()

    def _go_into_stream(self, stream: Object) -> set[str]:
        from pikepdf import Dictionary

        is_image = stream.get("/Subtype") == "/Image"
        for key in stream.keys() - (_OF_IMAGE if is_image else _OF_FORM):
            del stream[key]
        if is_image:
            self._note_image(stream)
            return set()
        content = decoded(stream)
        if content is None:
            raise UntoldError
        names = self.names(stream, [content])
        if not isinstance(resources := stream.get("/Resources"), Dictionary):
            return names
        stream.Resources = self.trimmed(resources, names)
        return set()

    def _note_image(self, image: Object) -> None:
        from pikepdf import Stream

        if int(image.get("/Width", 0)) * int(image.get("/Height", 0)) > _SMALL:
            self.drawn.add(hashlib.sha256(image.read_raw_bytes()).digest())
        for key in ("/SMask", "/Mask"):
            if isinstance(mask := image.get(key), Stream):
                self._go_into(mask)


def _is_dict(value: Any) -> bool:
    from pikepdf import Dictionary

    return isinstance(value, Dictionary)


def _names_in(operands: Iterable[Any]) -> Iterable[str]:
    """All names among operands, those in lists and dictionaries too."""
    from pikepdf import Array, Dictionary, Name

    for operand in operands:
        if isinstance(operand, Name):
            yield str(operand)
        elif isinstance(operand, Array):
            yield from _names_in(operand)
        elif isinstance(operand, Dictionary):
            yield from _names_in(operand.values())
