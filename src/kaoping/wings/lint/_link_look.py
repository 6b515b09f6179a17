"""What leads somewhere in a PDF: links, bookmarks and page labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core.fs import why_not_regular
from kaoping.pdf.second_reader import open_pdf, page_labels
from kaoping.wings.lint._scale import scale

if TYPE_CHECKING:
    from pypdf import PdfReader

    from kaoping.wings.lint._linter import Bundle

_FRONT = 40  # sheets: contents are looked for among the first ones
_LONGEST = 60  # characters of an address
#: Files, shares, addresses that stand for no name on the internet (RFC 1918), names without a dot.
_INTRANET = re.compile(
    r"\s*(?:file:|smb:|\\\\|[a-z]:[\\/]|(?:https?|ftp)://(?:[^/@]*@)?"
    r"(?:(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d|localhost\b|[\w-]+(?:[:/]|$)))",
    re.I,
)
_DEEPEST, _MOST_MARKS = 20, 50_000  # bookmarks: levels of them, and all
#: What a link to a page is printed as: 12, 第12页, （第12页） — or a whole row of contents that ends in its number.
_NUMBER = re.compile(r"^[（(]?第?(\d{1,5})页?[)）]?$|[.…·]{2,}\s*第?(\d{1,5})页?$")


@dataclass(frozen=True, slots=True)
class _Link:
    """A link that is printed as the number of a page: that, the number of the page it leads to, and where it stands."""

    printed: str
    shown: str
    target: int
    box: tuple[float, float, float, float]  # left, foot, right, top

    @property
    def is_right(self) -> bool:
        return self.printed == self.shown

    def is_told_by(self, other: _Link) -> bool:
        """Whether ``other`` says the page of the same target, in this row or in a column of its own.

        Then this one is a title that looks like a number: whole, or the last line of one that is broken.
        """
        left, foot, right, top = self.box
        its_left, its_foot, its_right, its_top = other.box
        is_beside = min(top, its_top) > max(foot, its_foot)
        is_apart = its_left >= right or its_right <= left
        return other.is_right and self.target == other.target and (is_beside or is_apart)


def open_bundle(path: Path) -> tuple[PdfReader | None, str]:
    """Open the PDF at ``path`` by pypdf; return its reader, None where pypdf can't open what others do.

    Where nobody can, also why, in Chinese. The caller closes the reader's ``stream``.
    """
    import pypdfium2

    if why := why_not_regular(path):
        return None, why
    try:
        reader = open_pdf(path)
    except Exception:  # pypdf raises what it likes
        pass
    else:
        if len(reader.pages):
            return reader, ""
        reader.stream.close()
        return None, "里一页也没有"
    why = _lock(path)
    if not why:
        try:
            with pypdfium2.PdfDocument(path) as document:
                why = "" if len(document) else "里一页也没有"
        except Exception:  # not there, not readable, no PDF
            why = "打不开：不是 PDF，或已损坏"
    return None, why


def read_labels(bundle: Bundle) -> None:
    """Read the page labels of ``bundle``; where it has none, its pages are counted."""
    import pypdfium2

    if bundle.reader is None:
        with pypdfium2.PdfDocument(bundle.path) as document:
            count = len(document)
    else:
        count = len(bundle.reader.pages)
    bundle.labels = [str(number + 1) for number in range(count)]
    if bundle.reader is not None and "/PageLabels" in bundle.reader.root_object:
        bundle.labels = page_labels(bundle.reader, count)
        bundle.is_labelled = True


def _lock(path: Path) -> str:
    """Say how a file is locked; "" where it is not, or is no PDF at all."""
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            return "设了权限保护，查不了" if pdf.is_encrypted else ""
    except pikepdf.PasswordError:
        return "设了打开密码"
    except Exception:  # whatever else it is, it is no lock
        return ""


def is_open_to_readers(path: Path) -> bool:
    """Whether the file is locked against changes alone: whoever reads it is asked for no password."""
    if why_not_regular(path):  # a pipe would be waited for
        return False
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            return bool(pdf.is_encrypted)
    except Exception:  # a password, or no PDF
        return False


def unlock(path: Path, target: Path) -> None:
    """Write the file at ``path`` without its lock to ``target``."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        pdf.save(target, encryption=False)


def look(bundle: Bundle) -> None:
    """Look at the links and bookmarks of ``bundle``."""
    reader = bundle.reader
    if reader is None:
        raise ValueError("用来查链接的阅读器打不开它")
    places = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages) if page.indirect_reference}
    _links(bundle, reader, places)
    _bookmarks(bundle, reader, places)


def _links(bundle: Bundle, reader: PdfReader, places: Mapping[int, int]) -> None:
    import pypdfium2

    numbered: dict[int, list[_Link]] = {}
    with pypdfium2.PdfDocument(bundle.path) as drawn:
        for sheet, page in enumerate(reader.pages):
            with bundle.skipping(sheet, "链接"):
                notes = [note for note in _notes(page) if note.get("/Subtype") == "/Link"]
                words = drawn[sheet].get_textpage() if notes and sheet < _FRONT else None
                for note in notes:
                    target = _target(note, reader, places)
                    if address := _private(note):
                        bundle.note("lint.link_private", sheet, address)
                    if target is None:
                        bundle.note("lint.link_broken", sheet)
                    elif target >= 0 and words is not None and (box := _box(note)) and (n := _number(words, box)):
                        shown = bundle.printed.get(target) or bundle.labels[target]
                        numbered.setdefault(sheet, []).append(_Link(n, shown, target, box))
                if words is not None:
                    words.close()
    _misdirected(bundle, numbered)


def _misdirected(bundle: Bundle, numbered: Mapping[int, list[_Link]]) -> None:
    """Note the links whose printed number is not that of the page they lead to.

    Two kinds of numbers are no such promise: a title that looks like one, where the number itself is right; and the
    contents of a piece by the piece's own numbers, none of which is right. The first contents of the file are the
    bundle's.
    """
    first = min(numbered, default=0)
    for sheet, links in numbered.items():
        wrong = [link for link in links if not any(link.is_told_by(other) for other in links)]
        wrong = [link for link in wrong if not link.is_right]
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


def _box(note: Any) -> tuple[float, float, float, float] | None:
    """Return where a link stands: left, foot, right, top; None where that makes no sense."""
    edges = note.get("/Rect")
    edges = edges.get_object() if edges is not None else ()
    if len(edges) != 4:
        return None
    (left, right), (foot, top) = sorted(map(float, edges[::2])), sorted(map(float, edges[1::2]))
    return left, foot, right, top


def _number(words: Any, box: tuple[float, float, float, float]) -> str:
    """Return the page number that a link is printed as; "" where it is something else."""
    text = " ".join(words.get_text_bounded(*box).split())
    match = _NUMBER.search(text)
    return (match[1] or match[2] or "").lstrip("0") if match else ""


def _target(note: Any, reader: PdfReader, places: Mapping[int, int]) -> int | None:
    """Return the 0-based sheet that a link leads to, -1 where it leads out of the file, None where nowhere."""
    action = _dictionary(note.get("/A"))
    if action and action.get("/S") != "/GoTo":
        return -1
    there = action.get("/D") if action else note.get("/Dest")
    return _sheet(there, reader, places)


def _private(note: Any) -> str:
    """Return where a link leads that only the office's own computers reach: a file, a share, the intranet; else ""."""
    action = _dictionary(note.get("/A"))
    if not action:
        return ""
    if action.get("/S") in ("/GoToR", "/Launch"):
        file = action.get("/F")
        name = file.get_object() if file is not None else ""
        name = name.get("/UF") or name.get("/F") or "" if hasattr(name, "get") else name
        return str(name)[:_LONGEST] or "另一个文件"
    address = str(action.get("/URI", "")) if action.get("/S") == "/URI" else ""
    return address[:_LONGEST] if _INTRANET.match(address) else ""


def _dictionary(entry: Any) -> Any:
    """Return the dictionary that an entry is or points at; None where it is something else."""
    entry = entry.get_object() if entry is not None else None
    return entry if hasattr(entry, "get") else None


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
    outline = _dictionary(reader.root_object.get("/Outlines"))
    marks = list(_marks(outline, set(), 0)) if outline else []
    if not marks and len(bundle.labels) > scale().bookmarks:
        bundle.note("lint.no_bookmarks", -1)
    for mark in marks:
        action = _dictionary(mark.get("/A"))
        if action and action.get("/S") != "/GoTo":
            continue
        there = action.get("/D") if action else mark.get("/Dest")
        if there is not None and _sheet(there, reader, places) is None:
            bundle.note("lint.bookmark_broken", -1, f"“{str(mark.get('/Title', ''))[:30]}”")


def _marks(parent: Any, seen: set[int], depth: int) -> Iterator[Any]:
    """Yield the bookmarks below ``parent``; a walk ends at what was seen before."""
    mark = parent.get("/First")
    while mark is not None and depth < _DEEPEST and len(seen) < _MOST_MARKS:
        mark = _dictionary(mark)
        if mark is None or id(mark) in seen:
            return
        seen.add(id(mark))
        yield mark
        yield from _marks(mark, seen, depth + 1)
        mark = mark.get("/Next")
