"""One photo under two units, or under two years of one: told to whoever runs the batch, to none of the units.

What a unit's photos look like is kept with what came of it, so a unit that is not touched is compared all the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kaoping.batch._unit_task import Outcome
from kaoping.core import fs
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.evidence.looks import alike
from kaoping.package.manifest import to_bytes
from kaoping.records.validate import MATERIALS

#: A photo: which unit's, of which year; the unit's folder; what its outcome says of it.
_Photo = tuple[tuple[str, int, str], str, Mapping[str, Any]]


def same_photos(outcomes: Mapping[str, Outcome], kept_at: Path) -> Findings:
    """Return the pairs of photos of two of ``outcomes`` (by the units' folders) that are one shot.

    Of two folders of one unit in one year more was said already. Which looks are one shot is kept at ``kept_at``, for
    as long as there are no other ones: of 20,000 it takes a minute to find out.
    """
    findings = Findings()
    photos: dict[str, list[_Photo]] = {}
    for name, outcome in outcomes.items():
        for photo in outcome.get("photos", ()):
            card = outcome["scorecard"]
            whose = card["unit"], card["year"], card["rubric"]
            photos.setdefault(photo["look"], []).append((whose, name, photo))
    groups = list(photos.values())
    reported: set[tuple[str, str, str, str]] = set()
    for first, other in (*((at, at) for at in range(len(groups))), *_alike(list(photos), kept_at)):
        for (_, its, photo), (_, another, copy) in _across(groups[first], groups[other]):
            place = its, photo["file"], another, copy["file"]
            if place in reported:
                continue
            reported.add(place)
            findings.add(
                "batch.same_photo",
                Location(f"{another}/{MATERIALS}/{copy['file']}"),
                unit=its, file=_called(photo), other=another, copy=_called(copy),
            )  # fmt: skip
    return findings


def _across(photos: list[_Photo], copies: list[_Photo]) -> Iterator[tuple[_Photo, _Photo]]:
    """Yield pairs of photos of two units: each of ``copies`` with the first of ``photos`` that is another unit's.

    A photo that a hundred units hand in is a hundred findings, and not one for each two of them.
    """
    for at, copy in enumerate(copies):
        before = copies[:at] if photos is copies else photos
        other = next((photo for photo in before if photo[0] != copy[0]), None)
        if other is not None:
            yield (other, copy) if other[1] < copy[1] else (copy, other)


def _called(photo: Mapping[str, Any]) -> str:
    page = f"第{photo['page']}页" if photo["page"] > 1 else ""
    day = f"，{photo['day']}" if photo["day"] else ""
    return f"“{photo['file']}”{page}（{photo['record']}{day}）"


def _alike(looks: list[str], kept_at: Path) -> list[tuple[int, int]]:
    digest = hashlib.sha256("\n".join(looks).encode()).hexdigest()
    try:
        kept = json.loads(fs.read(kept_at))
        if kept["looks"] == digest:
            return [(int(first), int(other)) for first, other in kept["pairs"]]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    pairs = list(alike(looks))
    try:
        fs.mkdir(kept_at.parent)
        fs.write_whole(kept_at, to_bytes({"looks": digest, "pairs": pairs}))
    except OSError:
        pass  # it is for speed alone
    return pairs
