"""Pages of which the unit masked something: pictures and nothing else, and no original of theirs beside them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.package import manifest
from kaoping.pdf import stamp_reader
from kaoping.verify._opened_package import OpenedPackage
from kaoping.verify._volume import Volume


def check(opened: OpenedPackage, findings: Findings) -> None:
    """Check that no reader finds a word on a masked page but its stamp, and that no original of it lies there.

    A photo that shares its page with others is taken there as a picture, and nothing else of it.
    """
    masked = [piece for piece in opened.document["pieces"] if piece.get("masked")]
    for row in opened.files(manifest.ATTACHMENT, manifest.ORIGINAL):
        name = PurePosixPath(row["path"]).name
        if any(name.startswith(f"{piece['number']} ") for piece in masked):
            findings.add("verify.masked_original", Location(row["path"]), name=row["path"])
    for row in opened.files(manifest.BUNDLE):
        pieces = [its for its in masked if its.get("volume", 1) == row.get("volume", 1) and not its.get("album")]
        volume = opened.look(row, opened.volume, findings) if pieces else None
        for piece in pieces if volume is not None else ():
            assert volume is not None
            for page in piece["masked"]:
                printed = piece["first"] + page - 1
                sheet = volume.sheet(printed)
                if not 1 <= page <= piece["pages"] or sheet >= len(volume.pages):
                    continue  # the pages are told as they are
                if any(_words(volume, sheet, _stamp(opened, piece, page))):
                    place = Location(volume.name, path=piece["number"], page=sheet + 1)
                    findings.add("verify.masked_text", place, name=volume.name, page=printed, number=piece["number"])


def _stamp(opened: OpenedPackage, piece: Mapping[str, Any], page: int) -> str:
    pattern = opened.document.get("stamp") or stamp_reader.PATTERN
    facts = {"number": piece["number"], "page": page, "pages": piece["pages"]}
    printed = piece["first"] + page - 1
    return stamp_reader.stamp_text(pattern, **facts, n=printed, volume=piece.get("volume", 1))


def _words(volume: Volume, sheet: int, stamp: str) -> Iterator[str]:
    """Yield what each reader finds on a 0-based sheet besides its stamp, and what is fastened to it."""
    page = volume.pages[sheet]
    yield _rest(page.extract_text(), stamp)
    yield _rest("".join(text for _, _, text in volume.runs(sheet)), stamp)
    yield "/Annots" if page.get("/Annots") else ""


def _rest(text: str, stamp: str) -> str:
    return _squeezed(text).replace(_squeezed(stamp), "")


def _squeezed(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(text.split()))
