"""佐证材料汇编.pdf read back: pages, page labels, stamps, contents links and bookmarks, against kaoping.json."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.package import manifest
from kaoping.pdf import stamp_reader
from kaoping.verify import _contents_check
from kaoping.verify._opened_package import OpenedPackage, Row
from kaoping.verify._volume import Volume


def check(opened: OpenedPackage, findings: Findings) -> None:
    """Check every volume of the bundle; the pieces without a volume that is there are a finding."""
    pieces = opened.document["pieces"]
    there = set()
    for row in opened.files(manifest.BUNDLE):
        number = row.get("volume", 1)
        there.add(number)
        mine = [piece for piece in pieces if piece.get("volume", 1) == number]
        volume = opened.look(row, opened.volume, findings)
        if volume is not None:
            _check_volume(opened, row, volume, mine, findings)
    listed = {row.get("volume", 1) for row in opened.document["files"] if row["role"] == manifest.BUNDLE}
    for number in sorted({piece.get("volume", 1) for piece in pieces} - listed - there):
        why = f"第{number}册佐证材料汇编没有列出来"
        findings.add("verify.manifest_files", Location(manifest.FILE_NAME), name=manifest.FILE_NAME, why=why)


def _check_volume(
    opened: OpenedPackage, row: Row, volume: Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings
) -> None:
    if not _check_pages(row, volume, pieces, findings):
        return  # every later page would be reported, and none of it would be news
    _check_labels(volume, pieces, findings)
    _check_stamps(opened, volume, pieces, findings)
    _contents_check.check(volume, pieces, findings)
    _check_bookmarks(volume, pieces, findings)


def _check_pages(row: Row, volume: Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings) -> bool:
    """Whether the file has the sheets it should have, and the pieces lie in it one after the other."""
    before = len(findings)
    sheets = len(volume.pages)
    if isinstance(row.get("pages"), int) and row["pages"] != sheets:
        _pages(findings, volume, "的总张数不对", row["pages"], sheets)
    end = 0
    for piece in _leading(pieces):
        if piece["first"] <= end:
            _pages(findings, volume, f"里“{piece['number']}”与前一件的页码重叠", end + 1, piece["first"])
        end = piece["first"] + piece["pages"] - 1
    if len(findings) == before and volume.sheet(end) >= sheets:
        _pages(findings, volume, "不够长，最后一件佐证材料放不下", end, max(0, sheets - volume.front))
    return len(findings) == before


def _pages(findings: Findings, volume: Volume, what: str, expected: int, actual: int) -> None:
    findings.add(
        "verify.page_count", Location(volume.name), name=volume.name, what=what, expected=expected, actual=actual
    )


def _check_labels(volume: Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings) -> None:
    """Every page of the body is labelled with its number; the first that is not is told, the rest follows from it."""
    last = max((piece["first"] + piece["pages"] - 1 for piece in pieces), default=0)
    for printed in range(1, last + 1):
        sheet = volume.sheet(printed)
        if volume.label(sheet) != str(printed):
            place = Location(volume.name, page=sheet + 1)
            facts: dict[str, Any] = {"sheet": sheet + 1, "actual": volume.label(sheet), "expected": printed}
            findings.add("verify.label_wrong", place, name=volume.name, **facts)
            return


def _check_stamps(
    opened: OpenedPackage, volume: Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings
) -> None:
    """Every evidence page carries its own stamp, in sight; one finding for each piece, at its first page without."""
    pattern = opened.document.get("stamp")
    pattern = pattern if isinstance(pattern, str) and pattern else stamp_reader.PATTERN
    reader = stamp_reader.StampReader(volume.reader)
    for piece in _leading(pieces):
        album = piece.get("album", [])
        number = f"{album[0]}～{album[-1]}" if album else piece["number"]
        for index in range(piece["pages"]):
            printed = piece["first"] + index
            sheet = volume.sheet(printed)
            facts = {"number": number, "page": index + 1, "pages": piece["pages"]}
            expected = stamp_reader.stamp_text(pattern, **facts, n=printed, volume=piece.get("volume", 1))
            carries = reader.carries(volume.pages[sheet], expected)
            if carries and not volume.may_hide(sheet):
                continue
            if not volume.shows(sheet, expected):
                code = "verify.stamp_unseen" if carries else "verify.stamp_missing"
                place = Location(volume.name, path=piece["number"], page=sheet + 1)
                findings.add(code, place, name=volume.name, page=printed, expected=expected)
                break


def _leading(pieces: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the pieces without those that share the page of another."""
    return (piece for piece in pieces if not piece.get("album") or piece["number"] == piece["album"][0])


def _check_bookmarks(volume: Volume, pieces: Sequence[Mapping[str, Any]], findings: Findings) -> None:
    """Each piece has a bookmark that names it and leads to its first page."""
    marks: dict[str, set[int]] = {}
    numbers = {piece["number"] for piece in pieces}
    for mark in _flat(volume.reader.outline):
        words = re.split(r"\s+", str(mark.title).strip())
        page = volume.reader.get_destination_page_number(mark)
        for number in numbers.intersection(words):
            marks.setdefault(number, set()).add(-1 if page is None else page)
    for piece in pieces:
        targets = marks.get(piece["number"])
        sheet = volume.sheet(piece["first"])
        if targets is None:
            why = f"没有“{piece['number']}”的书签"
        elif sheet not in targets:
            wrong = "、".join(sorted(volume.label(page) for page in targets))
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
