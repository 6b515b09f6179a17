"""Measuring a PDF whose pages will stand in the bundle, once, so that the merge need not open it again.

Three readers look: pikepdf at names, bookmarks and contents, pdfium at what shows and what is written; and all that the
merge will do is done on trial. Whatever is measured on the side fails by itself: it says nothing about the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kaoping.core.errors import is_machines
from kaoping.evidence._appraisal import Facts
from kaoping.evidence._sight import Sight, look_at, page_place
from kaoping.evidence.rehearsal import rehearse
from kaoping.evidence.source_text._pdf_strings import notes_in, strings_in
from kaoping.evidence.words import Words
from kaoping.pdf.content import decoded, is_closed, streams_of
from kaoping.pdf.geometry import is_usual
from kaoping.pdf.interactive import is_new, page_notes
from kaoping.pdf.plain_text import key_text, text_of

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

    from kaoping.evidence._personal import Hit
    from kaoping.evidence.source_text._passage import Passage

T = TypeVar("T")
_MOST_BOOKMARKS = 2000
_DEEPEST = 20  # levels of bookmarks


@dataclass(frozen=True, slots=True)
class Measurements:
    """The facts of a PDF; ``unread`` are the 1-based pages whose content can't be decoded.

    On those that are ``unseen`` (0-based) no stamp shows, whatever is done. ``refused`` says in Chinese why the pages
    can't stand in a bundle, "" where they can.
    """

    pages: int
    facts: Facts
    unread: tuple[int, ...] = ()
    secret: str = ""
    personal: tuple[tuple[Hit, str], ...] = ()  # each with its page
    is_blank: bool = False  # no page shows anything
    unseen: tuple[int, ...] = ()
    refused: str = ""
    shots: tuple[tuple[str, str, int], ...] = ()  # of each page that is a photo: its look, no day, its 1-based number
    scans: tuple[int, ...] = ()  # 1-based pages on which there is more to be seen than their text says


def measure(path: Path, folder: Path, words: Words, *, layers: bool = False) -> Measurements:
    """Measure the PDF at ``path``, looking for ``words``; ``folder`` is to work in, ``layers`` as in :class:`Facts`.

    Raises what pikepdf raises where it can't be opened.
    """
    import pikepdf

    with pikepdf.open(path) as pdf:
        pages = [page.obj for page in pdf.pages]
        places: dict[Any, int] = {page.objgen: index for index, page in enumerate(pages)}
        states = [_is_closed(pdf, page) for page in pages]
        odd = [index for index, page in enumerate(pages) if not is_usual(page)]
        names, bookmarks = marks_of(pdf, places)
        marked = on_the_side(lambda: words.level_of(strings_in(pdf)), "")
        notes: list[tuple[int, Passage]] = on_the_side(lambda: list(notes_in(pdf)), [])
        drawn: set[int] = on_the_side(lambda: set(_pages_with_notes(pages)), set())
    sight = on_the_side(lambda: look_at(path, len(pages), words, drawn), Sight(shows=True))
    secret = marked or words.level_of(passage for _, passage in notes) or sight.secret
    hits = [(hit, page_place(index)) for index, note in notes for hit in words.personal_data(note.text)]
    facts = Facts(
        weight=0,
        names=tuple((kind, name, page, how) for (kind, name), (page, how) in names.items()),
        bookmarks=tuple(bookmarks),
        leaky=tuple(index for index, state in enumerate(states) if not state),
        dark=tuple(sight.dark),
        full=tuple(sight.full),
        layers=layers,
    )
    rehearsal = rehearse(facts.sheets(path), len(pages), folder, [*sight.noted, *odd])
    return Measurements(
        pages=len(pages),
        facts=facts.rehearsed(rehearsal.sheets),
        unread=tuple(index + 1 for index, state in enumerate(states) if state is None),
        secret=secret,
        personal=tuple(dict.fromkeys((*sight.personal, *hits))),
        is_blank=not sight.shows,
        unseen=rehearsal.unseen,
        refused=rehearsal.refused,
        shots=tuple((look, "", index + 1) for index, look in sight.looks),
        scans=tuple(index + 1 for index in sight.scans),
    )


_Names = Mapping[tuple[str, str], tuple[int, tuple[str | float | None, ...]]]


def marks_of(pdf: Pdf, places: Mapping[Any, int]) -> tuple[_Names, list[Any]]:
    """Return the named destinations, and [title, page, below] of the bookmarks; ``places`` are those of the pages."""
    none: dict[tuple[str, str], tuple[int, tuple[Any, ...]]] = {}
    names = on_the_side(lambda: dict(_named_destinations(pdf, places)), none)
    bookmarks: list[Any] = on_the_side(lambda: list(_bookmarks(pdf.Root.get("/Outlines"), places, names)), [])
    return names, bookmarks


def on_the_side(work: Callable[[], T], otherwise: T) -> T:
    """Return what ``work`` gives, ``otherwise`` where it fails on the file; raises what the machine did."""
    try:
        return work()
    except Exception as error:  # a reader breaks on an odd file in any way it likes, and its pages are sound for that
        if is_machines(error):
            raise
        return otherwise


def _pages_with_notes(pages: Sequence[Object]) -> Iterator[int]:
    """Yield the 0-based pages on which notes are drawn, links apart."""
    for index, page in enumerate(pages):
        if any("/AP" in note and note.get("/Subtype") != "/Link" for note in page_notes(page)):
            yield index


def _is_closed(pdf: Pdf, page: Object) -> bool | None:
    """Whether the page's content leaves nothing open; None where it can't be decoded."""
    pdf.get_warnings()
    before = len(pdf.get_warnings())  # those that were told once are gone, with older versions they are not
    parts = [decoded(stream) for stream in streams_of(page)]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts) or len(pdf.get_warnings()) > before:  # qpdf hands out what it could decode, and warns
        return None
    return is_closed(b"\n".join(whole))


def _named_destinations(
    pdf: Pdf, places: Mapping[Any, int]
) -> Iterator[tuple[tuple[str, str], tuple[int, tuple[Any, ...]]]]:
    """Yield the named destinations: old ones by a name, newer ones by a string (ISO 32000-1, 12.3.2.3)."""
    import pikepdf

    entries: list[tuple[tuple[str, str], Object]] = []
    old = pdf.Root.get("/Dests")
    if isinstance(old, pikepdf.Dictionary):
        entries += [(("name", key_text(name)), value) for name, value in old.items()]
    names = pdf.Root.get("/Names")
    tree = names.get("/Dests") if isinstance(names, pikepdf.Dictionary) else None
    if isinstance(tree, pikepdf.Dictionary):
        with suppress(Exception):  # broken: its names lead nowhere, as in any reader
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
    try:
        kept = [text_of(part) if isinstance(part, Name) else None if part is None else float(part) for part in how]
    except (TypeError, ValueError):  # not as any reader wants it: the page counts
        kept = ["/Fit"]
    return places[there[0].objgen], tuple(kept)


def _bookmarks(outline: Object | None, places: Mapping[Any, int], names: _Names) -> Iterator[Any]:
    """Yield [title, page, below] for each bookmark that leads somewhere; a walk ends at what was seen before."""
    yield from _bookmarks_below(outline, places, names, set(), 0)


def _bookmarks_below(
    parent: Object | None, places: Mapping[Any, int], names: _Names, seen: set[tuple[int, int]], depth: int
) -> Iterator[Any]:
    from pikepdf import Dictionary

    mark = parent.get("/First") if isinstance(parent, Dictionary) else None
    while isinstance(mark, Dictionary) and len(seen) < _MOST_BOOKMARKS and is_new(mark, seen):
        below = list(_bookmarks_below(mark, places, names, seen, depth + 1)) if depth < _DEEPEST else []
        page = _leads_to(mark, places, names)
        if page is None and below:
            page = below[0][1]
        title = text_of(mark.get("/Title")).strip()
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
        named = names.get(("name" if isinstance(there, Name) else "string", text_of(there)))
        return named[0] if named else None
    place = _explicit(there, places)
    return place[0] if place else None
