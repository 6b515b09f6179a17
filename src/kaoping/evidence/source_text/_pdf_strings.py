"""What a PDF says besides the text of its pages: every string that stands in it, whatever it is there for.

Properties, bookmarks, layers, labels of pages, forms' choices, Alt and ActualText of its structure and of its content,
scripts, what programs keep for themselves (PieceInfo): a place that nobody thought of is looked at too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from kaoping.evidence.source_text._passage import Passage, decoded_text, remark
from kaoping.evidence.source_text._picture_tags import of_picture
from kaoping.evidence.source_text._tags import of_markup, of_xml_lines
from kaoping.pdf.content import decoded, streams_of
from kaoping.pdf.interactive import form_fields, page_notes
from kaoping.pdf.plain_text import text_of

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_MOST = 20_000  # of each sort
_MOST_OBJECTS, _MOST_WITHIN = 500_000, 20_000
_MOST_BYTES = 4_000_000  # of a stream, compressed
_TAG = re.compile(r"<[^>]{0,2000}>")
_OF_NOTES = ("/Contents", "/RC", "/Subj", "/T", "/TU", "/V", "/DV", "/Alt")
_OF_FIELDS = ("/V", "/DV", "/TU", "/T")
_OF_BUTTONS = ("/CA", "/RC", "/AC")
#: Texts, which are no names.
_TEXTS = {"/Contents", "/V", "/DV", "/RC", "/RV", "/JS"}
#: Streams that hold no text, by what they say of themselves; what none says is taken for text where it can be.
_NO_TEXT = {"/XRef", "/ObjStm", "/EmbeddedFile", "/CMap", "/Pattern", "/Sig"}
_PICTURES_AND_FONTS = {"/Image", "/Type1C", "/CIDFontType0C", "/OpenType"}
_OF_NUMBERS = ("/FunctionType", "/ShadingType", "/Length1", "/N")
#: What stands in place of something in a content: a string in parentheses or in hexadecimal digits.
_REPLACED = re.compile(rb"/(?:ActualText|Alt|E)\s*(\((?:[^()\\]|\\.){0,4000}\)|<[0-9A-Fa-f\s]{0,8000}>)", re.S)


def strings_in(pdf: Pdf) -> Iterator[Passage]:
    """Yield all strings of the document, and the texts of its streams, each once."""
    seen: set[Passage] = set()
    for passage in _strings(pdf):
        if passage not in seen:
            seen.add(passage)
            yield passage


def _strings(pdf: Pdf) -> Iterator[Passage]:
    info = pdf.trailer.get("/Info")
    if info is not None and info.objgen == (0, 0):
        yield from _within(info, set())
    contents = {stream.objgen for page in pdf.pages for stream in streams_of(page.obj)}
    for holder in islice(pdf.objects, _MOST_OBJECTS):
        with suppress(Exception):  # what is broken says nothing; pages are looked at by themselves
            yield from list(_within(holder, contents))


def notes_in(pdf: Pdf) -> Iterator[tuple[int, Passage]]:
    """Yield 0-based page and text of each note and field: what it says, which need not be what is drawn of it."""
    for index, page in enumerate(pdf.pages):
        for note in page_notes(page.obj):
            yield from ((index, passage) for passage in _texts_of(note, _OF_NOTES))
            yield from ((index, passage) for passage in _texts_of(note.get("/MK"), _OF_BUTTONS))
    for field in islice(form_fields(pdf.Root.get("/AcroForm")), _MOST):
        yield from ((0, passage) for passage in _texts_of(field, _OF_FIELDS))


def _within(top: Object, contents: set[tuple[int, int]]) -> Iterator[Passage]:
    """Yield what stands in an object of the file, not in those that it names: they have their turn."""
    from pikepdf import Array, Dictionary, Stream, String

    todo: list[tuple[str, Any]] = [("", top)]
    for _ in range(_MOST_WITHIN):
        if not todo:
            return
        key, value = todo.pop()
        if value is not top and getattr(value, "objgen", (0, 0)) != (0, 0):
            continue
        if isinstance(value, String):
            yield from _of_string(key, text_of(value))
        elif isinstance(value, Array):
            todo += [(key, entry) for entry in value]
        elif isinstance(value, (Dictionary, Stream)):
            if isinstance(value, Stream):
                yield from _of_stream(value, is_content=value.objgen in contents)
            if "/ByteRange" not in value:  # a signature, whose contents are no text
                todo += list(value.items())


def _of_string(key: str, text: str) -> Iterator[Passage]:
    if key in _TEXTS:
        yield Passage(_TAG.sub("", text))
    else:
        yield from remark(text)


def _of_stream(stream: Object, *, is_content: bool) -> Iterator[Passage]:
    kind, sort = str(stream.get("/Type", "")), str(stream.get("/Subtype", ""))
    if sort == "/Image" and str(stream.get("/Filter", "")) in ("/DCTDecode", "/JPXDecode"):
        yield from of_picture(stream.read_raw_bytes())  # a picture file, with all that a camera writes into it
    if kind in _NO_TEXT or sort in _PICTURES_AND_FONTS or any(key in stream for key in _OF_NUMBERS):
        return
    if int(stream.get("/Length", 0)) > _MOST_BYTES and not is_content:
        return
    data = decoded(stream)
    if not data:
        return
    if is_content or sort == "/Form":
        yield from _replaced(data)
    elif data.lstrip()[:1] == b"<":
        yield from of_xml_lines(decoded_text(data)) if kind == "/Metadata" else of_markup(decoded_text(data))
    elif b"\0" not in data or data.startswith((b"\xfe\xff", b"\xff\xfe")):
        yield Passage(decoded_text(data))


def _replaced(content: bytes) -> Iterator[Passage]:
    """Yield what a reader that copies or speaks is given in place of what is drawn, together and bit by bit."""
    from pikepdf import Object, String

    if b"/ActualText" not in content and b"/Alt" not in content and b"/E" not in content:
        return
    texts = []
    for match in islice(_REPLACED.finditer(content), _MOST):
        with suppress(Exception):  # no string after all
            value = Object.parse(match[1])
            texts += [text_of(value)] if isinstance(value, String) else []
    if texts:
        yield Passage("".join(texts), is_first=False)
        yield Passage("\n".join(texts), is_first=False)


def _texts_of(holder: Object | None, keys: tuple[str, ...]) -> Iterator[Passage]:
    from pikepdf import Array, Dictionary, Stream, String

    if not isinstance(holder, Dictionary):
        return
    for key in keys:
        value = holder.get(key)
        if isinstance(value, String):
            yield Passage(_TAG.sub("", text_of(value)))
        elif isinstance(value, Stream):
            yield Passage(_TAG.sub("", (decoded(value) or b"").decode(errors="replace")))
        elif isinstance(value, Array):
            yield Passage("\n".join(text_of(entry) for entry in islice(value, _MOST) if isinstance(entry, String)))
