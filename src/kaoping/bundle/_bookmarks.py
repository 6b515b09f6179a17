"""The bookmarks of a volume: section → line → piece → the piece's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from kaoping.core.model import Bookmark, BundlePlan, Divider, Piece

if TYPE_CHECKING:
    from pikepdf import Object, Pdf


@dataclass(slots=True)
class _Mark:
    title: str
    page: Object
    below: list[_Mark] = field(default_factory=list)
    is_open: bool = False


def write_bookmarks(
    pdf: Pdf, contents: Object, body: Sequence[Object], plan: BundlePlan, dividers: Sequence[Divider]
) -> None:
    """Write the bookmarks of a volume; ``contents`` is its first page of contents, body[n - 1] its printed page n.

    Sections stand open, lines closed; what a source was bookmarked with stands under its piece.
    """
    from pikepdf import Dictionary, Name

    sections = {part.id: f"{part.id}　{part.title}" for part in plan.sections}
    top = [_Mark("目录", contents)]
    for section, within in groupby(dividers, key=lambda divider: divider.section):
        lines = [_line(divider, body) for divider in within]
        top += [_Mark(sections[section], lines[0].page, lines, True)] if section in sections else lines
    root = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    root.Count = _hang(pdf, root, top)
    pdf.Root.Outlines = root
    pdf.Root.PageMode = Name.UseOutlines


def _line(divider: Divider, body: Sequence[Object]) -> _Mark:
    title = divider.heading + ("（续）" if divider.continued else "")
    return _Mark(title, body[divider.page - 1], [_piece(piece, body) for piece in divider.pieces])


def _piece(piece: Piece, body: Sequence[Object]) -> _Mark:
    bookmarks = piece.evidence.sheets.bookmarks if piece.evidence.sheets and not piece.album else ()
    pages = body[piece.first - 1 : piece.last]
    return _Mark(f"{piece.number}　{piece.evidence.title}", pages[0], list(_sources(bookmarks, pages)))


def _sources(bookmarks: Iterable[Bookmark], pages: Sequence[Object]) -> Iterable[_Mark]:
    for mark in bookmarks:
        if mark.page < len(pages):
            yield _Mark(mark.title, pages[mark.page], list(_sources(mark.below, pages)))


def _hang(pdf: Pdf, parent: Object, marks: Sequence[_Mark]) -> int:
    """Write ``marks`` below ``parent``; return how many entries show when it is open (ISO 32000-1, 12.3.3)."""
    from pikepdf import Array, Dictionary, Name

    items: list[Object] = []
    visible = len(marks)
    for mark in marks:
        entry = Dictionary(Title=mark.title, Parent=parent, Dest=Array([mark.page, Name.Fit]))
        item = pdf.make_indirect(entry)
        if mark.below:
            inside = _hang(pdf, item, mark.below)
            item.Count = inside if mark.is_open else -inside
            visible += inside if mark.is_open else 0
        items.append(item)
    for former, latter in pairwise(items):
        former.Next, latter.Prev = latter, former
    parent.First, parent.Last = items[0], items[-1]
    return visible
