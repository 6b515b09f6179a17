"""Measuring a PDF whose pages will stand in the bundle, once, so that the merge need not open it again.

Three readers look: pikepdf at names, bookmarks and graphics states, pdfium at what shows and what is written.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.evidence._appraisal import Facts
from kaoping.evidence.words import Words
from kaoping.pdf import merge
from kaoping.pdf.geometry import BASELINE, SIZE, stamp_scale

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

    from kaoping.evidence._personal import Hit

_SAVE, _RESTORE = re.compile(rb"(?<![^\s])q(?![^\s])"), re.compile(rb"(?<![^\s])Q(?![^\s])")
_MOST_BOOKMARKS = 2000
_MOST_TOLD = 5  # personal data of one file: the rest is found with them
_DEEPEST = 20  # levels of bookmarks
_LOOK = 240  # pixels across: enough to tell writing from paper
_MIDDLE = 0.2, 0.8  # of the width: no stamp is wider
_PAPER = 235  # grey levels of 255: lighter is paper
_PICTURE, _WRITING = 0.5, 0.002  # shares of what is not paper


@dataclass(frozen=True, slots=True)
class Measurements:
    """The facts of a PDF; ``unread`` are the 1-based pages whose content can't be decoded."""

    pages: int
    facts: Facts
    unread: tuple[int, ...] = ()
    secret: str = ""
    personal: tuple[str, ...] = ()
    is_blank: bool = False  # no page shows anything


class _Counter(io.RawIOBase):
    """A stream that only counts what is written to it."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.size += len(content)
        return len(content)


def measure(path: Path, words: Words) -> Measurements:
    """Measure the PDF at ``path``, looking for ``words``. Raises what pikepdf raises where it can't be opened."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        pages = [page.obj for page in pdf.pages]
        places: dict[Any, int] = {page.objgen: index for index, page in enumerate(pages)}
        balances = [is_balanced(pdf, page) for page in pages]
        names = dict(_named_destinations(pdf, places))
        bookmarks = list(_bookmarks(pdf.Root.get("/Outlines"), places, names, 0))
        properties = [str(value) for value in pdf.docinfo.values()] if pdf.trailer.get("/Info") is not None else []
    seen = _look(path, len(pages), words)
    secret = next(filter(None, (words.in_name(text) for text in properties)), seen.secret)
    whole = Facts(
        weight=_weigh(path, len(pages)),
        names=tuple((kind, name, page, how) for (kind, name), (page, how) in names.items()),
        bookmarks=tuple(bookmarks),
        leaky=tuple(index for index, balance in enumerate(balances) if balance is False),
        dark=tuple(seen.dark),
        full=tuple(seen.full),
    )
    unread = tuple(index + 1 for index, balance in enumerate(balances) if balance is None)
    return Measurements(len(pages), whole, unread, secret, _shortened(seen.personal), not seen.shows)


def _shortened(hits: list[tuple[Hit, int]]) -> tuple[str, ...]:
    """What is told of the hits, each with its page: none that a pack added stands in another's place."""
    hits = sorted(hits, key=lambda entry: entry[0].is_added)
    distinct = list(dict.fromkeys(f"{hit}（第{page}页）" for hit, page in hits))
    more = (f"等共 {len(distinct)} 处",) if len(distinct) > _MOST_TOLD else ()
    return (*distinct[:_MOST_TOLD], *more)


def _weigh(path: Path, pages: int) -> int:
    """Return the bytes that the pages take in a bundle: merged and saved as there, into nothing."""
    with merge.join([(path, f"1-{pages}")]) as pdf:
        merge.save(pdf, counter := _Counter(), identity=bytes(16))
    return counter.size


def is_balanced(pdf: Pdf, page: Object) -> bool | None:
    """Whether each ``q`` of the page seems to have its ``Q``; None where its content can't be decoded.

    Where words in a text fool the count, a page is enclosed without need: no harm.
    """
    from pikepdf import Array, PdfError, Stream

    content = page.get("/Contents")
    streams = [content] if isinstance(content, Stream) else list(content) if isinstance(content, Array) else []
    already = len(pdf.get_warnings())
    try:
        data = b"\n".join(stream.read_bytes() for stream in streams if isinstance(stream, Stream))
    except PdfError:
        return None
    if len(pdf.get_warnings()) > already:  # qpdf hands out what it could decode, and warns
        return None
    return len(_SAVE.findall(data)) == len(_RESTORE.findall(data))


_Names = Mapping[tuple[str, str], tuple[int, tuple[str | float | None, ...]]]


def _named_destinations(
    pdf: Pdf, places: Mapping[Any, int]
) -> Iterator[tuple[tuple[str, str], tuple[int, tuple[Any, ...]]]]:
    """Yield the named destinations: old ones by a name, newer ones by a string (ISO 32000-1, 12.3.2.3)."""
    import pikepdf

    entries: list[tuple[tuple[str, str], Object]] = []
    old = pdf.Root.get("/Dests")
    if isinstance(old, pikepdf.Dictionary):
        entries += [(("name", name), value) for name, value in old.items()]
    names = pdf.Root.get("/Names")
    tree = names.get("/Dests") if isinstance(names, pikepdf.Dictionary) else None
    if isinstance(tree, pikepdf.Dictionary):
        with suppress(pikepdf.PdfError, RuntimeError, ValueError):  # broken: its names lead nowhere, as in any reader
            entries += [(("string", str(name)), value) for name, value in pikepdf.NameTree(tree).items()]
    for key, value in entries:
        if (place := _explicit(value, places)) is not None:
            yield key, place


def _explicit(value: Object | None, places: Mapping[Any, int]) -> tuple[int, tuple[Any, ...]] | None:
    from pikepdf import Array, Dictionary, Name

    there: Any = value.get("/D") if isinstance(value, Dictionary) else value
    if not isinstance(there, Array) or not len(there) or getattr(there[0], "objgen", None) not in places:
        return None
    how: list[Any] = list(there)[1:]
    kept = (str(part) if isinstance(part, Name) else None if part is None else float(part) for part in how)
    return places[there[0].objgen], tuple(kept)


def _bookmarks(outline: Object | None, places: Mapping[Any, int], names: _Names, depth: int) -> Iterator[Any]:
    """Yield [title, page, below] for each bookmark that leads somewhere; a loop ends at what was seen before."""
    from pikepdf import Dictionary

    seen: set[Any] = set()
    mark = outline.get("/First") if isinstance(outline, Dictionary) else None
    while isinstance(mark, Dictionary) and mark.objgen not in seen and len(seen) < _MOST_BOOKMARKS:
        seen.add(mark.objgen)
        below = list(_bookmarks(mark, places, names, depth + 1)) if depth < _DEEPEST else []
        page = _leads_to(mark, places, names)
        if page is None and below:
            page = below[0][1]
        title = str(mark.get("/Title", "")).strip()
        if page is not None and title:
            yield [title, page, below]
        else:
            yield from below
        mark = mark.get("/Next")


def _leads_to(mark: Object, places: Mapping[Any, int], names: _Names) -> int | None:
    from pikepdf import Dictionary, Name, String

    there = mark.get("/Dest")
    action = mark.get("/A")
    if there is None and isinstance(action, Dictionary) and action.get("/S") == "/GoTo":
        there = action.get("/D")
    if isinstance(there, (Name, String)):
        named = names.get(("name" if isinstance(there, Name) else "string", str(there)))
        return named[0] if named else None
    place = _explicit(there, places)
    return place[0] if place else None


@dataclass(slots=True)
class _Seen:
    secret: str = ""
    personal: list[tuple[Hit, int]] = field(default_factory=list)  # each with its page
    dark: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    shows: bool = False


def _look(path: Path, pages: int, words: Words) -> _Seen:
    """Look at each page as a reader does: what is written on it, and what stands where the stamp comes."""
    import pypdfium2

    seen = _Seen()
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:  # the third reader is pickier than the first: nothing is known of the pages then
        seen.shows = True
        return seen
    try:
        for index in range(min(pages, len(document))):
            try:
                page = document[index]
            except pypdfium2.PdfiumError:
                seen.shows = True  # nobody knows
                continue
            try:
                _look_at(page, index, seen, words)
            finally:
                page.close()
    finally:
        document.close()
    return seen


def _look_at(page: Any, index: int, seen: _Seen, words: Words) -> None:
    writing = page.get_textpage()
    try:
        text = writing.get_text_bounded()
    finally:
        writing.close()
    seen.secret = seen.secret or words.marking(text, first_page=index == 0)
    seen.personal += [(hit, index + 1) for hit in words.personal_data(text)]
    seen.shows = seen.shows or bool(text.strip()) or next(page.get_objects(max_depth=1), None) is not None
    share = _share_at_foot(page)
    if share > _PICTURE:
        seen.dark.append(index)
    elif share > _WRITING:
        seen.full.append(index)


def _share_at_foot(page: Any) -> float:
    """Return which share of the place of the stamp is not paper."""
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        return 0.0
    points = stamp_scale(width, height)
    left, right = width * _MIDDLE[0], width * (1 - _MIDDLE[1])
    bottom = (BASELINE - SIZE / 3) * points
    top = height - (BASELINE + SIZE) * points
    if bottom + top >= height:
        return 0.0
    bitmap = page.render(scale=_LOOK / width, crop=(left, bottom, right, top), grayscale=True)
    try:
        histogram = bitmap.to_pil().histogram()
    finally:
        bitmap.close()
    return float(sum(histogram[:_PAPER]) / max(sum(histogram), 1))
