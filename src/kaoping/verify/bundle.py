"""佐证材料汇编.pdf read back: pages, page labels, stamps, contents links and bookmarks, against kaoping.json."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping import manifest
from kaoping.findings import Findings
from kaoping.model import Location
from kaoping.verify import stamps
from kaoping.verify.opened import Opened, Row

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

#: A page number's cell in the contents: one number, or the first and last page.
_PAGES = re.compile(r"(?:第\d+册)?第?(\d+)(?:[-—–~～至]+\d+)?页?")
#: Typst is given these so that it may break long words.
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")
_SLACK = 1.5  # points that a link's rectangle may miss its row by


def check(opened: Opened, findings: Findings) -> None:
    """Check every volume of the bundle; the pieces without a volume that is there are a finding."""
    pieces = opened.document["pieces"]
    there = set()
    for row in opened.files(manifest.BUNDLE):
        number = row.get("volume", 1)
        there.add(number)
        mine = [piece for piece in pieces if piece.get("volume", 1) == number]
        reader = opened.open(row, open_pdf, findings)
        if reader is not None:
            try:
                _check_volume(opened, row, reader, mine, findings)
            finally:
                reader.stream.close()
    listed = {row.get("volume", 1) for row in opened.document["files"] if row["role"] == manifest.BUNDLE}
    for number in sorted({piece.get("volume", 1) for piece in pieces} - listed - there):
        why = f"第{number}册佐证材料汇编没有列出来"
        findings.add("verify.manifest_files", Location(manifest.FILE_NAME), name=manifest.FILE_NAME, why=why)


def open_pdf(path: Path) -> PdfReader:
    """Open a PDF for reading; the caller closes its ``stream``. Raises what pypdf raises for a damaged one."""
    from pypdf import PdfReader

    stream = path.open("rb")  # given a path, pypdf would read all of it into memory
    try:
        reader = PdfReader(stream)
        len(reader.pages)
    except BaseException:
        stream.close()
        raise
    return reader


@dataclass(frozen=True, slots=True)
class _Volume:
    name: str
    reader: PdfReader
    pages: Sequence[PageObject]
    labels: Sequence[str]
    front: int  # sheets before the page numbered 1

    def sheet(self, printed: int) -> int:
        """Return the 0-based sheet on which the page numbered ``printed`` must be."""
        return self.front + printed - 1

    def label(self, sheet: int) -> str:
        return self.labels[sheet] if 0 <= sheet < len(self.labels) else "（没有这一页）"


def _check_volume(
    opened: Opened, row: Row, reader: PdfReader, pieces: Sequence[Mapping[str, Any]], findings: Findings
) -> None:
    pages = list(reader.pages)
    labels = page_labels(reader, len(pages))
    front = next((index for index, label in enumerate(labels) if label.isdigit()), len(labels))
    volume = _Volume(row["path"], reader, pages, labels, front)
    if not _check_pages(row, volume, pieces, findings):
        return  # every later page would be reported, and none of it would be news
    _check_labels(volume, pieces, findings)
    _check_stamps(opened, volume, pieces, findings)
    _check_contents(volume, pieces, findings)
    _check_bookmarks(volume, pieces, findings)


def _check_pages(row: Row, volume: _Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings) -> bool:
    """Whether the file has the sheets it should have, and the pieces lie in it one after the other."""
    before = len(findings)
    sheets = len(volume.pages)
    if isinstance(row.get("pages"), int) and row["pages"] != sheets:
        _pages(findings, volume, "的总张数不对", row["pages"], sheets)
    end = 0
    for piece in pieces:
        if piece["first"] <= end:
            _pages(findings, volume, f"里“{piece['number']}”与前一件的页码重叠", end + 1, piece["first"])
        end = piece["first"] + piece["pages"] - 1
    if len(findings) == before and volume.sheet(end) >= sheets:
        _pages(findings, volume, "不够长，最后一件佐证材料放不下", end, max(0, sheets - volume.front))
    return len(findings) == before


def _pages(findings: Findings, volume: _Volume, what: str, said: int, found: int) -> None:
    findings.add("verify.page_count", Location(volume.name), name=volume.name, what=what, said=said, found=found)


def _check_labels(volume: _Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings) -> None:
    """Every page of the body is labelled with its number; the first that is not is told, the rest follows from it."""
    last = max((piece["first"] + piece["pages"] - 1 for piece in pieces), default=0)
    for printed in range(1, last + 1):
        sheet = volume.sheet(printed)
        if volume.label(sheet) != str(printed):
            place = Location(volume.name, page=sheet + 1)
            facts: dict[str, Any] = {"sheet": sheet + 1, "found": volume.label(sheet), "said": printed}
            findings.add("verify.label_wrong", place, name=volume.name, **facts)
            return


def _check_stamps(opened: Opened, volume: _Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings) -> None:
    """Every evidence page carries its own stamp; one finding for each piece, at its first page without."""
    pattern = opened.document.get("stamp")
    pattern = pattern if isinstance(pattern, str) and pattern else stamps.PATTERN
    reader = stamps.StampReader(volume.reader)
    for piece in pieces:
        for index in range(piece["pages"]):
            printed = piece["first"] + index
            facts = {"number": piece["number"], "page": index + 1, "pages": piece["pages"]}
            said = stamps.expected(pattern, **facts, n=printed, volume=piece.get("volume", 1))
            if not reader.carries(volume.pages[volume.sheet(printed)], said):
                place = Location(volume.name, page=volume.sheet(printed) + 1)
                findings.add("verify.stamp_missing", place, name=volume.name, page=printed, said=said)
                break


@dataclass(frozen=True, slots=True)
class _Link:
    sheet: int  # 0-based: where it stands
    cells: tuple[str, ...]  # what is printed in its row, from the left
    target: int | None  # 0-based: where it leads

    @property
    def words(self) -> str:
        return " ".join(self.cells)


def _check_contents(volume: _Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings) -> None:
    """Each piece has a row in the contents; its link lands on the page whose number is printed beside it."""
    by_number = {piece["number"]: piece for piece in pieces}
    linked: set[str] = set()
    told: set[str] = set()
    for link in _links(volume):
        number = _number_in(link, by_number)
        printed = [int(found[1]) for cell in link.cells if (found := _PAGES.fullmatch(cell))]
        place = Location(volume.name, page=link.sheet + 1)
        where = volume.label(link.target) if link.target is not None else "（找不到目标）"
        if number:
            said = by_number[number]["first"]
            linked.add(number)
            if link.target != volume.sheet(said) and number not in told:
                told.add(number)
                _wrong(findings, volume, link, number, where, said)
            elif said not in printed and number not in told:
                told.add(number)
                shown = "、".join(map(str, printed)) or "没有页号"
                findings.add("verify.number_missing", place, name=volume.name, number=number, said=said, found=shown)
        elif printed and (link.target is None or where not in {str(page) for page in printed}):
            _wrong(findings, volume, link, link.words, where, printed[-1])
    for number, piece in by_number.items():
        if number not in linked:
            page = piece["first"]
            findings.add("verify.link_missing", Location(volume.name), name=volume.name, number=number, page=page)


def _number_in(link: _Link, numbers: Iterable[str]) -> str:
    """Return the 编号 that a row shows: a cell of its own, or, where a narrow column broke it, within the row."""
    known = set(numbers)
    if whole := next((cell for cell in link.cells if cell in known), ""):
        return whole
    words = "".join("".join(link.cells).split())
    return max((number for number in known if "".join(number.split()) in words), key=len, default="")


def _wrong(findings: Findings, volume: _Volume, link: _Link, number: str, found: str, said: int) -> None:
    sheet = link.sheet + 1
    at = Location(volume.name, page=sheet)
    findings.add("verify.link_wrong", at, name=volume.name, sheet=sheet, number=number, found=found, said=f"第{said}页")


def _links(volume: _Volume) -> Iterator[_Link]:
    """Yield the links of the front matter with the row each stands on."""
    index = {page.indirect_reference.idnum: at for at, page in enumerate(volume.pages) if page.indirect_reference}
    for sheet in range(volume.front):
        page = volume.pages[sheet]
        annotations = page.get("/Annots")
        annotations = annotations.get_object() if annotations is not None else None
        found = [note.get_object() for note in annotations or ()]
        rows = _texts(page) if any(note.get("/Subtype") == "/Link" for note in found) else []
        for note in found:
            if note.get("/Subtype") != "/Link" or "/URI" in (note.get("/A") or {}):
                continue
            bottom, top = sorted((float(note["/Rect"][1]), float(note["/Rect"][3])))
            cells = [(x, text) for y, x, text in rows if bottom - _SLACK <= y <= top + _SLACK]
            yield _Link(sheet, tuple(text for _, text in sorted(cells)), _target(note, volume.reader, index))


def _texts(page: PageObject) -> list[tuple[float, float, str]]:
    """Return (y, x, text) of each run of text on a page."""
    found: list[tuple[float, float, str]] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((y, x, _INVISIBLE.sub("", text).strip()))

    page.extract_text(visitor_text=visit)
    return [(y, x, text) for y, x, text in found if text]


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


def _check_bookmarks(volume: _Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings) -> None:
    """Each piece has a bookmark that names it and leads to its first page."""
    marks: dict[str, set[int]] = {}
    numbers = {piece["number"] for piece in pieces}
    for mark in _flat(volume.reader.outline):
        words = re.split(r"\s+", str(mark.title).strip())
        page = volume.reader.get_destination_page_number(mark)
        for number in numbers.intersection(words):
            marks.setdefault(number, set()).add(-1 if page is None else page)
    for piece in pieces:
        found = marks.get(piece["number"])
        sheet = volume.sheet(piece["first"])
        if found is None:
            why = f"没有“{piece['number']}”的书签"
        elif sheet not in found:
            wrong = "、".join(sorted(volume.label(page) for page in found))
            why = f"“{piece['number']}”的书签跳到“{wrong}”，应跳到第{piece['first']}页"
        else:
            continue
        findings.add("verify.bookmark_missing", Location(volume.name), name=volume.name, why=why)


def _flat(outline: Sequence[Any]) -> Iterator[Any]:
    for item in outline:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


def page_labels(reader: PdfReader, count: int) -> list[str]:
    """Return the label of each page (ISO 32000-1 section 12.4.2); digits only where they are decimal without prefix.

    pypdf's own list walks the number tree anew for each page; and letters are told from numbers here, no more.
    """
    tree = reader.root_object.get("/PageLabels")
    starts = sorted(_numbers(tree.get_object()), key=lambda entry: entry[0]) if tree is not None else []
    if not starts:
        return [f"（无标签）{sheet + 1}" for sheet in range(count)]
    labels: list[str] = ["（无标签）"] * min(starts[0][0], count)
    for (start, entry), (end, _) in zip(starts, [*starts[1:], (count, {})], strict=True):
        prefix, style, first = str(entry.get("/P", "")), entry.get("/S"), int(entry.get("/St", 1))
        for offset in range(min(end, count) - start):
            value = first + offset
            letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
            labels.append(prefix + {"/D": str(value), "/A": letter, "/a": letter.lower()}.get(str(style), ""))
    return labels


def _numbers(node: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    if depth > 16:
        raise ValueError("页码标签的树套得太深")
    pairs = node.get("/Nums", [])
    for at in range(0, len(pairs) - 1, 2):
        yield int(pairs[at]), pairs[at + 1].get_object()
    for kid in node.get("/Kids", []):
        yield from _numbers(kid.get_object(), depth + 1)
