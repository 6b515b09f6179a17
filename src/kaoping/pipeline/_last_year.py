"""What last year's photos looked like: it goes along into the new year's folder, and this year's are held against it.

Not the photos go along, but their looks (:mod:`kaoping.evidence.looks`), with the records that named them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path

from kaoping.core import fs
from kaoping.core.findings import Findings
from kaoping.core.model import Dossier, Location
from kaoping.evidence.looks import copies_of
from kaoping.package.manifest import to_bytes
from kaoping.records.validate import MATERIALS
from kaoping.scoring.crosscheck.named_photos import NamedPhoto, named_photos

FILE = "去年的照片.json"  # in the unit's folder
_SCHEMA = "kaoping.photos/1"


def carry_photos(before: Dossier, folder: Path) -> bool:
    """Keep in the new ``folder`` what last year's photos look like; returns whether there are any. Raises OSError."""
    photos = [asdict(photo) | {"day": photo.day and photo.day.isoformat()} for photo in named_photos(before)]
    if photos:
        fs.write_whole(folder / FILE, to_bytes({"schema": _SCHEMA, "year": before.year, "photos": photos}))
    return bool(photos)


def tell_last_years(folder: Path, dossier: Dossier, findings: Findings) -> None:
    """Tell which photos of the unit in ``folder`` are one shot with last year's; and where that can't be known."""
    try:
        kept = json.loads(fs.read(folder / FILE))
        year = int(kept["year"])
        before = [
            NamedPhoto(**its | {"day": date.fromisoformat(its["day"]) if its["day"] else None})
            for its in kept["photos"]
        ]
        looks = tuple(str(photo.look) for photo in before)
        pairs = [(photo, before[at]) for photo in named_photos(dossier) for at in _copies(photo.look, looks)]
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError):
        findings.add("evidence.last_year_unread", Location(FILE), name=FILE)
        return
    for photo, copy in _first_of_each(pairs):
        at = Location(f"{MATERIALS}/{photo.file}")
        findings.add("evidence.last_years_photo", at, photo=_called(photo), year=year, copy=_called(copy))


@lru_cache(2048)
def _copies(look: str, looks: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(copies_of(look, looks))


def _first_of_each(pairs: Sequence[tuple[NamedPhoto, NamedPhoto]]) -> list[tuple[NamedPhoto, NamedPhoto]]:
    """Return for each file the first of last year's photos that it shows again."""
    first: dict[str, tuple[NamedPhoto, NamedPhoto]] = {}
    for photo, copy in pairs:
        first.setdefault(photo.file, (photo, copy))
    return list(first.values())


def _called(photo: NamedPhoto) -> str:
    page = f"第{photo.page}页" if photo.page > 1 else ""
    day = f"，{photo.day.isoformat()}" if photo.day is not None else ""
    return f"“{photo.file}”{page}（{photo.record}{day}）"
