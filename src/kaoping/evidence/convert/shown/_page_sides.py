"""Which headers and footers pages surely have: a first page, even pages and the others may have their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

FIRST, EVEN, OTHERS = "first", "even", "others"
#: What a reader calls them.
TITLES = {
    ("header", OTHERS): "页眉", ("footer", OTHERS): "页脚",
    ("header", FIRST): "首页页眉", ("footer", FIRST): "首页页脚",
    ("header", EVEN): "偶数页页眉", ("footer", EVEN): "偶数页页脚",
}  # fmt: skip
#: How a section begins: where the one before it ends, on a new page, on one with an even or an odd number.
ON_THE_SAME_PAGE, ON_A_PAGE, ON_AN_EVEN_PAGE, ON_AN_ODD_PAGE = "same", "page", "even", "odd"


@dataclass(frozen=True, slots=True)
class Section:
    """A section: how it begins, whether its first page differs, and for which pages it has a header of its own."""

    begins: str = ON_A_PAGE
    first_differs: bool = False
    has: Collection[str] = ()  # FIRST, EVEN, OTHERS; what it lacks is the one of the section before


def sure_sides(sections: Sequence[Section], pages: int, *, even_differs: bool) -> Iterator[tuple[int, str]]:
    """Yield the headers that one of the ``pages`` surely has: the section (from 0) that holds it, and for which pages.

    Where a page's number is not known, neither of those that it may have is sure.
    """
    shown: dict[tuple[int, str], None] = {}
    on_pages = [index for index, section in enumerate(sections) if not index or section.begins != ON_THE_SAME_PAGE]
    for index in on_pages:
        for kind in _kinds(sections[index], index, pages if len(on_pages) == 1 else 1, even_differs):
            holder = next((at for at in range(index, -1, -1) if kind in sections[at].has), None)
            if holder is not None:
                shown[holder, kind] = None
    yield from shown


def _kinds(section: Section, index: int, pages: int, even_differs: bool) -> Iterator[str]:
    """Yield what the first pages of a section have; of a later section only its first page is sure."""
    if section.first_differs:
        yield FIRST
    elif not even_differs or not index or section.begins == ON_AN_ODD_PAGE:
        yield OTHERS
    elif section.begins == ON_AN_EVEN_PAGE:
        yield EVEN
    if pages > 1:
        yield EVEN if even_differs else OTHERS
    if pages > 2:
        yield OTHERS
