"""The photos that a unit's records name: what each looks like, where it lies, which record names it, of which day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kaoping.core.model import Dossier
from kaoping.scoring.crosscheck._alike import uses_of
from kaoping.scoring.crosscheck._photos import shots_below


@dataclass(frozen=True, slots=True)
class NamedPhoto:
    """A photo of a unit's, and the first record that names its file."""

    file: str  # its key, see EvidenceFile.path
    page: int  # 1-based, of its file
    record: str  # its kind's title and its id
    day: date | None  # of the record, where its kind has one and it can be read
    look: str  # see kaoping.evidence.looks


def named_photos(dossier: Dossier) -> Iterator[NamedPhoto]:
    """Yield the photos that the records of ``dossier`` name, each once, in the order of the records."""
    seen: set[tuple[str, int]] = set()
    for kind in dossier.pack.kinds.values():
        table = dossier.table(kind.name)
        if table is None or kind.field("evidence") is None:
            continue
        dated = next((field.name for field in kind.fields if field.type == "date"), "")
        for (_, row), paths in uses_of(kind, table):
            for file, shot in shots_below(paths, dossier.evidence):
                if (file, shot.page) not in seen:
                    seen.add((file, shot.page))
                    day = table.columns[dated][row] if dated in table.columns else None
                    record = f"{kind.title} {table.ids[row]}"
                    yield NamedPhoto(file, shot.page, record, day if isinstance(day, date) else None, shot.look)
