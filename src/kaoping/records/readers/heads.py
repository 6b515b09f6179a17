"""Which row of a sheet is its head, and which column is which field.

A ledger has title rows above its head, a head of one or two rows (the upper one merged over the lower), and columns by
any name. They are matched by what somebody said of them, by the field's own title, by the schema's synonyms
(``x-titles``), and last by likeness. What stays unmatched is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from kaoping.core.schema import Field, Kind
from kaoping.records.grids.grid import Grid, Span
from kaoping.records.layout import EXAMPLE_MARK
from kaoping.records.readers.cells import folded, text_of

DEEPEST = 40  # rows that are searched for the head
ALIKE = 0.8  # of SequenceMatcher: 处罚决定书文号 ~ 处罚决定书编号 is 0.86; 立案日期 ~ 结案日期 is 0.75 and must not do
_NOISE = re.compile(r"[\s*＊:：、，,。.·\-_/（）()\[\]【】《》“”\"']+")
_UNIT = re.compile(r"[（(][^（）()]*[)）]")  # 罚款金额（万元）

#: How a column was matched, from the surest on.
ASSIGNED, TITLE, SYNONYM, LIKENESS = "指定", "同名", "同义", "相近"


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """One column of a sheet: its heading as it is written, and the field it is for."""

    index: int  # 0-based
    heading: str
    field: str = ""  # "" where none takes it
    how: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a table on a sheet: its rows, and its columns from the left."""

    top: int  # 0-based, the first row of the head
    bottom: int  # the last
    columns: tuple[HeadColumn, ...] = field(default=())

    @property
    def fields(self) -> dict[str, int]:
        """Field → 0-based column."""
        return {column.field: column.index for column in self.columns if column.field}


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """Return a heading as it is compared: no blanks, marks or brackets, half-width, small letters."""
    return _NOISE.sub("", folded(heading)).lower()


def find_head(
    grid: Grid, kind: Kind, assigned: Mapping[str, str] | None = None, *, surely: bool = False
) -> Head | None:
    """Return the head of the table of ``kind`` on ``grid``, or None where no row looks like one.

    ``assigned`` is what somebody said of a column: its heading → the field it is for, or "" for none. Likeness is asked
    only of the row that is the head by surer signs; where none is, of all; with ``surely``, of none.
    """
    names = _Names(kind, assigned or {})
    fewest = max(2, min(3, sum(f.required for f in kind.fields)))
    for guess in (False,) if surely else (False, True):
        best: Head | None = None
        for headings, top, bottom in _candidates(grid):
            head = Head(top, bottom, tuple(names.match(headings, guess=guess)))
            fields = len(head.fields)
            if fields >= fewest and (best is None or fields > len(best.fields)):
                best = head
        if best is not None:
            headed = {column.index: column.heading for column in best.columns}
            whole = names.match(headed, guess=not surely)
            return Head(best.top, best.bottom, tuple(whole))
    return None


def match(headings: Mapping[int, str], kind: Kind) -> list[HeadColumn]:
    """Return each column (index → heading) with the field of ``kind`` that it surely is for."""
    return _Names(kind, {}).match(headings, guess=False)


def _candidates(grid: Grid) -> Iterator[tuple[dict[int, str], int, int]]:
    """Yield what may be a head: its headings, its first row and its last."""
    for deep in (0, 1):  # a title merged over a head of one row is no head of two: that must find more
        for top in range(min(DEEPEST, len(grid.rows))):
            bottom = max([top + deep, *(span.bottom for span in grid.merged if _joins(span, top))])
            headings = _headings(grid, top, bottom)
            if headings and not any(text.startswith(EXAMPLE_MARK) for text in headings.values()):
                yield headings, top, bottom


def _joins(span: Span, top: int) -> bool:
    """Whether a cell of the head's first row reaches into a second."""
    return span.top == top and span.bottom == top + 1


def _headings(grid: Grid, top: int, bottom: int) -> dict[int, str]:
    """HeadColumn → heading; where the head has two rows, the upper cell's words before the lower's: 处罚·金额."""
    if bottom >= len(grid.rows):
        return {}
    if bottom > top and not any(span.top == top for span in grid.merged):
        return {}  # a head of two rows has a merged cell: over its columns, or over both rows
    width = max(len(grid.rows[row]) for row in range(top, bottom + 1))
    headings: dict[int, str] = {}
    for column in range(width):
        words = dict.fromkeys(_covering(grid, row, column).strip() for row in range(top, bottom + 1))
        heading = "·".join(word for word in words if word)
        if heading:
            headings[column] = heading
    return headings


def _covering(grid: Grid, row: int, column: int) -> str:
    for span in grid.merged:
        if span.top <= row <= span.bottom and span.left <= column <= span.right:
            return text_of(grid.cell(span.top, span.left))
    return text_of(grid.cell(row, column))


class _Names:
    """All that the columns of a kind are called: by somebody, by the field's title, by its synonyms."""

    def __init__(self, kind: Kind, assigned: Mapping[str, str]) -> None:
        self.fields = kind.fields
        self.assigned = {plain(heading): name for heading, name in assigned.items()}
        self.titles = {plain(f.title): f.name for f in kind.fields} | {f.name: f.name for f in kind.fields}
        self.synonyms = {plain(title): f.name for f in kind.fields for title in f.titles}

    def match(self, headings: Mapping[int, str], *, guess: bool) -> list[HeadColumn]:
        """Return each column with the field it is for; no field has two columns, and the surer match has it."""
        columns: dict[int, HeadColumn] = {}
        taken: set[str] = set()
        for how, names in ((ASSIGNED, self.assigned), (TITLE, self.titles), (SYNONYM, self.synonyms)):
            for index, heading in headings.items():
                spelled = [plain(heading)] if names is self.assigned else _spellings(heading)
                hits = [names[text] for text in spelled if text in names]
                if (
                    index in columns
                    or not hits
                    or hits[0] in taken
                    or (names is not self.assigned and self._off(heading, hits))
                ):
                    continue
                columns[index] = HeadColumn(index, heading, hits[0], how)
                taken |= {hits[0]} - {""}
        for index, heading in headings.items():
            if index not in columns:
                name = self._most_alike(heading, taken) if guess else ""
                columns[index] = HeadColumn(index, heading, name, LIKENESS if name else "")
                taken |= {name} - {""}
        return [columns[index] for index in sorted(columns)]

    def _off(self, heading: str, hits: list[str]) -> bool:
        """Whether the heading counts in another unit than the field says: 罚款金额（元） is not （万元）."""
        wanted = next(f for f in self.fields if f.name == hits[0])
        unit = _UNIT.search(heading)
        if unit is None or wanted.type not in ("integer", "number"):
            return False
        stated = {plain(bracket[0]) for title in (wanted.title, *wanted.titles) if (bracket := _UNIT.search(title))}
        return bool(stated) and plain(unit[0]) not in stated

    def _most_alike(self, heading: str, taken: set[str]) -> str:
        """The one field whose name is alike enough; none where two are as like: that is for a person to say."""
        free = [f for f in self.fields if f.name not in taken and not self._off(heading, [f.name])]
        scores = sorted(((_likeness(heading, f), f.name) for f in free), reverse=True)
        if not scores or scores[0][0] < ALIKE or (len(scores) > 1 and scores[1][0] == scores[0][0]):
            return ""
        return scores[0][1]


def _spellings(heading: str) -> list[str]:
    """The heading, also without its unit in brackets, then the lower half of a two-row one."""
    last = heading.rsplit("·", 1)[-1]
    spelled = dict.fromkeys(plain(text) for text in (heading, _UNIT.sub("", heading), last, _UNIT.sub("", last)))
    return [text for text in spelled if text]


def _likeness(heading: str, wanted: Field) -> float:
    names = [plain(wanted.title), *map(plain, wanted.titles)]
    pairs = ((spelled, name) for spelled in _spellings(heading) for name in names)
    return max((SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in pairs), default=0.0)
