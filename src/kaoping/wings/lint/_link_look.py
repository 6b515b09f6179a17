"""What leads somewhere in a PDF: links, bookmarks and page labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.pdf.second_reader import open_pdf, page_labels
from kaoping.wings.lint._scale import scale

if TYPE_CHECKING:
    from pypdf import PdfReader

    from kaoping.wings.lint.linter import Bundle

_FRONT = 40  # sheets: contents are looked for among the first ones
#: What a link to a page is printed as: 12, 第12页, （第12页） — or a whole row of contents that ends in its number.
_NUMBER = re.compile(r"^[（(]?第?(\d{1,5})页?[)）]?$|[.…·]{2,}\s*第?(\d{1,5})页?$")


@dataclass(frozen=True, slots=True)
class _Link:
    """A link that is printed as the number of a page: that, the number of the page it leads to, and where it stands."""

    printed: str
    shown: str
    target: int
    foot: float
    top: float

    @property
    def is_right(self) -> bool:
        return self.printed == self.shown

    def is_beside(self, other: _Link) -> bool:
        """Whether both stand in one row (each is beside itself) and lead to the same page."""
        return self.target == other.target and min(self.top, other.top) > max(self.foot, other.foot)


def open_bundle(path: Path, name: str, findings: Findings) -> PdfReader | None:
    """Open the PDF at ``path``, called ``name`` in what is said; a finding and None where it can't be opened.

    The caller closes the reader's ``stream``.
    """
    try:
        return open_pdf(path)
    except Exception:  # pypdf raises what it likes for a damaged file
        why = _lock(path) or "打不开：不是 PDF，或已损坏"
        findings.add("lint.unreadable", Location(name), name=name, why=why)
        return None


def read_labels(bundle: Bundle) -> None:
    """Read the page labels of ``bundle``; where it has none, its pages are counted."""
    count = len(bundle.reader.pages)
    bundle.is_labelled = "/PageLabels" in bundle.reader.root_object
    bundle.labels = page_labels(bundle.reader, count) if bundle.is_labelled else [str(n + 1) for n in range(count)]


def _lock(path: Path) -> str:
    """Say how a file is locked; "" where it is not, or is no PDF at all."""
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            return "设了权限保护，查不了" if pdf.is_encrypted else ""
    except pikepdf.PasswordError:
        return "设了打开密码"
    except (OSError, pikepdf.PdfError):
        return ""


def look(bundle: Bundle) -> None:
    """Look at the links and bookmarks of ``bundle``."""
    reader = bundle.reader
    places = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages) if page.indirect_reference}
    _links(bundle, reader, places)
    _bookmarks(bundle, reader, places)


def _links(bundle: Bundle, reader: PdfReader, places: Mapping[int, int]) -> None:
    import pypdfium2

    numbered: dict[int, list[_Link]] = {}
    with pypdfium2.PdfDocument(bundle.path) as drawn:
        for sheet, page in enumerate(reader.pages):
            notes = [note for note in _notes(page) if note.get("/Subtype") == "/Link"]
            words = drawn[sheet].get_textpage() if notes and sheet < _FRONT else None
            for note in notes:
                target = _target(note, reader, places)
                if target is None:
                    bundle.note("lint.link_broken", sheet)
                elif target >= 0 and words is not None and (number := _printed_number(words, note)):
                    shown = bundle.printed.get(target) or bundle.labels[target]
                    foot, top = sorted(float(edge) for edge in note["/Rect"][1::2])
                    numbered.setdefault(sheet, []).append(_Link(number, shown, target, foot, top))
            if words is not None:
                words.close()
    _misdirected(bundle, numbered)


def _misdirected(bundle: Bundle, numbered: Mapping[int, list[_Link]]) -> None:
    """Note the links whose printed number is not that of the page they lead to.

    Two kinds of numbers are no such promise: a title that looks like one, beside the number itself; and the contents of
    a piece by the piece's own numbers, none of which is right. The first contents of the file are the bundle's.
    """
    first = min(numbered, default=0)
    for sheet, links in numbered.items():
        wrong = [link for link in links if not any(link.is_beside(other) and other.is_right for other in links)]
        is_contents = all(between in numbered for between in range(first, sheet))
        if is_contents or len(wrong) < len(links):
            for link in wrong:
                bundle.note("lint.link_wrong", sheet, f"印着“{link.printed}”，跳到“{link.shown}”")


def _notes(page: Any) -> Iterator[Any]:
    notes = page.get("/Annots")
    for note in notes.get_object() if notes is not None else ():
        entry = note.get_object()
        if hasattr(entry, "get"):
            yield entry


def _printed_number(words: Any, note: Any) -> str:
    """Return the page number that a link is printed as; "" where it is something else."""
    edges = [float(edge) for edge in note["/Rect"]]
    (left, right), (bottom, top) = sorted(edges[::2]), sorted(edges[1::2])
    text = " ".join(words.get_text_bounded(left, bottom, right, top).split())
    match = _NUMBER.search(text)
    return (match[1] or match[2] or "").lstrip("0") if match else ""


def _target(note: Any, reader: PdfReader, places: Mapping[int, int]) -> int | None:
    """Return the 0-based sheet that a link leads to, -1 where it leads out of the file, None where nowhere."""
    action = note.get("/A")
    action = action.get_object() if action is not None else None
    if action is not None and action.get("/S") != "/GoTo":
        return -1
    there = action.get("/D") if action is not None else note.get("/Dest")
    return _sheet(there, reader, places)


def _sheet(there: Any, reader: PdfReader, places: Mapping[int, int]) -> int | None:
    there = there.get_object() if there is not None else None
    if isinstance(there, str):
        named = reader.named_destinations.get(there.lstrip("/")) or reader.named_destinations.get(there)
        there = named.dest_array if named is not None else None
    if hasattr(there, "raw_get") and "/D" in there:
        there = there["/D"]
    if not isinstance(there, Sequence) or not there:
        return None
    page = there[0]
    if isinstance(page, int) and not hasattr(page, "idnum"):
        return page if 0 <= page < len(places) else None
    number = getattr(page, "idnum", None) or getattr(getattr(page, "indirect_reference", None), "idnum", None)
    return places.get(number) if number is not None else None


def _bookmarks(bundle: Bundle, reader: PdfReader, places: Mapping[int, int]) -> None:
    outline = reader.root_object.get("/Outlines")
    marks = list(_marks(outline.get_object(), 0)) if outline is not None else []
    if not marks and len(bundle.labels) > scale().bookmarks:
        bundle.note("lint.no_bookmarks", -1)
    for mark in marks:
        action = mark.get("/A")
        action = action.get_object() if action is not None else None
        if action is not None and action.get("/S") != "/GoTo":
            continue
        there = action.get("/D") if action is not None else mark.get("/Dest")
        if there is not None and _sheet(there, reader, places) is None:
            bundle.note("lint.bookmark_broken", -1, f"“{str(mark.get('/Title', ''))[:30]}”")


def _marks(parent: Any, depth: int) -> Iterator[Any]:
    """Yield the bookmarks below ``parent``; a loop ends at what was seen before."""
    seen: set[int] = set()
    mark = parent.get("/First")
    while mark is not None and depth < 20:
        mark = mark.get_object()
        if id(mark) in seen:
            return
        seen.add(id(mark))
        yield mark
        yield from _marks(mark, depth + 1)
        mark = mark.get("/Next")
