"""The units that were worked on last, so that nobody has to look for their folders again: a list of the user's own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kaoping.core import fs
from kaoping.records.readers.sources import is_unit

_NAME = "最近的单位.json"
_MOST = 9


@dataclass(frozen=True, slots=True)
class Recent:
    """A unit that was worked on: its folder, and what it was like then ("" for what nobody noted)."""

    folder: str
    at: str = ""  # ISO, local time
    unit: str = ""
    year: str = ""
    total: str = ""

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder)

    @property
    def day(self) -> datetime | None:
        """When it was worked on; None where nobody can tell."""
        try:
            return datetime.fromisoformat(self.at)
        except ValueError:
            return None

    @property
    def is_there(self) -> bool:
        """Whether the folder is a unit's now: a drive may not be plugged in."""
        try:
            return is_unit(self.path)
        except (OSError, ValueError):
            return False


def recents() -> list[Recent]:
    """Return the units that were worked on last, the last one first, those that are gone too."""
    place = _place()
    try:
        listed = json.loads(place.read_text(encoding="utf-8")) if place is not None else []
    except (OSError, ValueError):
        return []
    return [recent for entry in listed if (recent := _entry(entry))] if isinstance(listed, list) else []


def recent_units() -> list[Path]:
    """Return the folders of the units that were worked on last, the last one first, without those that are gone."""
    return [recent.path for recent in recents() if recent.is_there]


def remember_unit(folder: Path, *, unit: str = "", year: str = "", total: str = "") -> None:
    """Put ``folder`` first in the list, with what the unit is like. Where nothing can be kept, nothing is."""
    path = str(folder.absolute())
    known = recents()
    before = next((recent for recent in known if recent.folder == path), Recent(path))
    now = datetime.now().isoformat(timespec="minutes")
    recent = Recent(path, now, unit or before.unit, year or before.year, total or before.total)
    others = sorted((its for its in known if its.folder != path), key=lambda its: not its.is_there)
    _keep([recent, *others])


def forget_unit(folder: str) -> None:
    """Take ``folder`` off the list; the folder itself stays as it is."""
    _keep(recent for recent in recents() if recent.folder != folder)


def _entry(entry: Any) -> Recent | None:
    """Return an entry as it is kept; earlier releases kept the folder alone."""
    if isinstance(entry, str):
        return Recent(entry)
    if not isinstance(entry, dict) or not isinstance(entry.get("folder"), str):
        return None
    return Recent(**{name: entry[name] for name in Recent.__slots__ if isinstance(entry.get(name), str)})


def _keep(listed: Iterable[Recent]) -> None:
    place = _place()
    if place is None:
        return
    content = json.dumps([asdict(recent) for recent in listed][:_MOST], ensure_ascii=False)
    try:
        fs.mkdir(place.parent)
        fs.write_whole(place, content.encode())
    except OSError:  # it is a help and no more
        return


def _place() -> Path | None:
    folder = fs.of_user("cache")
    return None if folder is None else folder / _NAME
