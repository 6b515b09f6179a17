"""What was worked out of a dossier's tables, kept while the tables that it looked at are the same.

Who asks again and again (a page, a session) changes one table at a time; what looked at others stands. Nobody declares
what depends on what: a watched dossier notes which of its tables are looked at, so nothing can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from kaoping.core.model import Dossier, Table

T = TypeVar("T")
V = TypeVar("V")

#: What may be looked at besides the table of a kind; no kind has such a name.
_WHICH, _EVIDENCE = " which kinds there are", " evidence"


class _Watched(Mapping[str, V]):
    """A mapping that says which of its entries are looked at; all of it is one where it has a name as a ``whole``."""

    def __init__(self, entries: Mapping[str, V], note: Callable[[str], None], whole: str = "") -> None:
        self._entries, self._note, self._whole = entries, note, whole

    def __getitem__(self, key: str) -> V:
        self._note(self._whole or key)
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        self._note(self._whole or _WHICH)
        return iter(self._entries)

    def __len__(self) -> int:
        self._note(self._whole or _WHICH)
        return len(self._entries)


@dataclass(frozen=True, slots=True)
class _Worked:
    value: Any
    looked_at: Mapping[str, object]  # each as it was


@dataclass(slots=True)
class Workings:
    """Values by key, of one dossier after the other."""

    _kept: dict[Hashable, _Worked] = field(default_factory=dict)
    _dossier: Dossier | None = None  # the one that is looked at now
    _beside: tuple[object, ...] = ()
    _looking: list[set[str]] = field(default_factory=list)  # of each value being worked out, the outermost first

    def on(self, dossier: Dossier, *beside: object) -> Dossier:
        """Return ``dossier``, watched; what was worked out of tables that are no longer the same is forgotten.

        Everything is, where the unit's facts, its pack or one of the objects ``beside`` are others.
        """
        before = self._dossier
        stays = before is not None and _facts(before) == _facts(dossier) and _same(self._beside, beside)
        self._dossier, self._beside = dossier, beside
        self._kept = {
            key: worked
            for key, worked in self._kept.items()
            if stays and all(_is(it, self._state(name)) for name, it in worked.looked_at.items())
        }
        tables, evidence = dossier.tables, dossier.evidence
        return replace(dossier, tables=_Watched(tables, self._note), evidence=_Watched(evidence, self._note, _EVIDENCE))

    def instead(self, dossier: Dossier, table: Table) -> Dossier:
        """Return the watched ``dossier`` with ``table``, which was worked out of the one of its kind, in its place."""
        return replace(dossier, tables=_Watched({**dossier.tables, table.kind: table}, self._note))

    def recall(self, key: Hashable, make: Callable[[], T], *kinds: str) -> T:
        """Return what ``make`` works out, remembered by ``key``.

        ``make`` looks at the dossier that is watched now; ``kinds`` are those of tables that it holds already.
        """
        worked = self._kept.get(key)
        if worked is None:
            self._looking.append(set(kinds))
            try:
                value = make()
            finally:
                names = self._looking.pop()
            worked = self._kept[key] = _Worked(value, {name: self._state(name) for name in names})
        for name in worked.looked_at:
            self._note(name)
        kept: T = worked.value
        return kept

    def _note(self, name: str) -> None:
        if self._looking:
            self._looking[-1].add(name)

    def _state(self, name: str) -> object:
        if self._dossier is None:
            return None
        if name == _EVIDENCE:
            return self._dossier.evidence
        return tuple(self._dossier.tables) if name == _WHICH else self._dossier.tables.get(name)


def _facts(dossier: Dossier) -> tuple[object, ...]:
    return id(dossier.pack), dossier.unit.id, dossier.unit.values, dossier.year, dossier.level


def _is(before: object, now: object) -> bool:
    return before == now if isinstance(before, tuple) else before is now


def _same(these: tuple[object, ...], those: tuple[object, ...]) -> bool:
    return len(these) == len(those) and all(this is that for this, that in zip(these, those, strict=True))
