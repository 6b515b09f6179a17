"""The contents (佐证材料目录) read back: what each link is printed on, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.verify._volume import Volume

if TYPE_CHECKING:
    from pypdf import PdfReader

#: The heads of the two columns that say which piece a row is about, and where it begins. What stands in them is told by
#: its place alone: a title may look like a page number (001), or like a 编号.
_NUMBER, _PAGE = "编号", "页号"
_NEAR = 20.0  # points: what is centred in a column begins no further from its head, the next column does
#: What is printed in a cell of the column 页号: one number, or the first and last page.
_PAGES = re.compile(r"(?:(?:补充)?第\d+册)?第?(\d+)(?:[-—–~～至]+\d+)?页?")
_TAIL = re.compile(r"第?\d*页?")  # what a mention, Ⅰ-3-01（第11页）, goes on with
_SLACK = 1.5  # points that a link's rectangle may miss its row by


@dataclass(frozen=True, slots=True)
class _Link:
    sheet: int  # 0-based: where it stands
    texts: tuple[str, ...]  # what is printed under it, from the left
    row: tuple[str, ...]  # what is printed beside it
    cells: Mapping[str, tuple[str, ...]]  # what of that stands in the columns 编号 and 页号
    column: str  # the one of these that it stands in itself; "" for neither
    target: int | None  # 0-based: where it leads


class _Numbers:
    """The 编号 of a volume, found again in what is printed."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._by_words = {_bare(number): number for number in numbers}
        longest_first = sorted(self._by_words, key=len, reverse=True)
        self._mention = re.compile(f"、?({'|'.join(map(re.escape, longest_first)) or '(?!)'})(?:（(?:第|$)|$)")

    def filling(self, cells: Iterable[str]) -> list[str]:
        """Return those that fill one of ``cells`` alone."""
        return [self._by_words[words] for cell in cells if (words := "".join(cell.split())) in self._by_words]

    def mention(self, text: str) -> str:
        """Return the one that ``text`` refers to (另见 Ⅰ-3-01（第11页）); "" where it is no mention."""
        match = self._mention.match("".join(text.split()))
        return self._by_words[match[1]] if match else ""


def check(volume: Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings) -> None:
    """Each piece has a row in the contents; every link lands on the page whose number is printed under or beside it."""
    firsts: dict[str, int] = {piece["number"]: piece["first"] for piece in pieces}
    numbers = _Numbers(firsts)
    reported: set[str] = set()
    linked: set[str] = set()
    words: dict[int | None, str] = {}
    printed: dict[str, tuple[int, set[int]]] = {}
    mentioned = ""  # a mention broken in two is several links, one after the other
    for link in _links(volume):
        text = "".join(link.texts)
        goes_on = link.column != _PAGE and _TAIL.fullmatch(_bare(text))
        mentioned = numbers.mention(text) or (mentioned if goes_on else "")
        filling = numbers.filling(link.cells[_NUMBER])
        number = filling[0] if filling else mentioned
        linked.add(number)
        words[link.target] = words.get(link.target, "") + text
        expected = [firsts[number]] if number else _pages(link.texts if link.column == _PAGE else link.cells[_PAGE])
        at, name = Location(volume.name, page=link.sheet + 1), number or " ".join(link.texts)
        if name in reported:
            continue
        if expected and link.target not in [volume.sheet(page) for page in expected]:
            reported.add(name)
            where = volume.label(link.target) if link.target is not None else "（找不到目标）"
            facts = {"number": name, "actual": where, "expected": f"第{expected[0]}页"}
            findings.add("verify.link_wrong", at, name=volume.name, sheet=link.sheet + 1, **facts)
        elif filling:
            printed.setdefault(number, (link.sheet, set()))[1].update(_pages(link.cells[_PAGE]))
    for number, first in firsts.items():
        # A narrow column breaks a long 编号, and each line of it is a link of its own.
        broken = _bare(number) in _bare(words.get(volume.sheet(first), ""))
        sheet, pages = printed.get(number, (0, {first}))
        if number in reported:
            continue
        if number not in linked and not broken:
            findings.add("verify.link_missing", Location(volume.name), name=volume.name, number=number, page=first)
        elif first not in pages:
            shown = "、".join(map(str, sorted(pages))) or "没有页号"
            at = Location(volume.name, page=sheet + 1)
            findings.add("verify.number_missing", at, name=volume.name, number=number, expected=first, actual=shown)


def _pages(cells: Iterable[str]) -> list[int]:
    """Return the page numbers among ``cells``."""
    return [int(match[1]) for cell in cells if (match := _PAGES.fullmatch(_bare(cell)))]


def _bare(text: str) -> str:
    """Return ``text`` without blanks and the marks around a mention (另见 Ⅰ-3-01（第 11 页）、)."""
    return "".join(text.split()).strip("（）()、，；")


def _links(volume: Volume) -> Iterator[_Link]:
    """Yield the links of the front matter with what is printed under them and in their row."""
    index = {page.indirect_reference.idnum: at for at, page in enumerate(volume.pages) if page.indirect_reference}
    for sheet in range(volume.front):
        page = volume.pages[sheet]
        annotations = page.get("/Annots")
        annotations = annotations.get_object() if annotations is not None else None
        notes = [note.get_object() for note in annotations or ()]
        texts = sorted(volume.runs(sheet)) if any(note.get("/Subtype") == "/Link" for note in notes) else []
        heads = {
            head: x
            for head in (_NUMBER, _PAGE)
            for _, x in sorted((y, x) for x, y, text in texts if "".join(text.split()) == head)
        }
        for note in notes:
            if note.get("/Subtype") != "/Link" or "/URI" in (note.get("/A") or {}):
                continue
            rect = [float(edge) for edge in note["/Rect"]]
            (left, right), (bottom, top) = sorted(rect[::2]), sorted(rect[1::2])
            row = [(x, text) for x, y, text in texts if bottom - _SLACK <= y <= top + _SLACK]
            printed = [text for x, text in row if left - _SLACK <= x <= right]
            cells = {head: tuple(text for x, text in row if _is_below(x, head, heads)) for head in (_NUMBER, _PAGE)}
            column = next((head for head in cells if _is_below(left, head, heads)), "")
            target = _target(note, volume.reader, index)
            yield _Link(sheet, tuple(printed), tuple(text for _, text in row), cells, column, target)


def _is_below(x: float, head: str, heads: Mapping[str, float]) -> bool:
    return head in heads and abs(x - heads[head]) < _NEAR


def _target(note: Any, reader: PdfReader, index: Mapping[int, int]) -> int | None:
    """Return the 0-based sheet that a link leads to; None where it leads nowhere."""
    action = (note.get("/A") or {}).get("/D") if "/A" in note else note.get("/Dest")
    action = action.get_object() if action is not None else None
    if isinstance(action, str):
        named = reader.named_destinations.get(action)
        action = [named.raw_get("/Page")] if named is not None else None
    if not action:
        return None
    page = action[0] if not hasattr(action, "raw_get") else action.raw_get("/D")[0]
    raw = page if hasattr(page, "idnum") else getattr(page, "indirect_reference", None)
    return index.get(raw.idnum) if raw is not None else None
