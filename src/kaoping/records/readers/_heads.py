"""Which row of a sheet is its head, and which column is which field.

A ledger has title rows above its head, a head of one or two rows (the upper one merged over the lower), and columns by
any name. They are matched by what somebody said of them, by the field's own title, by the schema's synonyms
(``x-titles``), and last by likeness. What stays unmatched is not guessed. A column of numbers has the unit that its
heading states, or a line above the head (单位：万元).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache

from kaoping.core import units
from kaoping.core.schema import Field, Kind
from kaoping.records.grids.grid import Grid, Span, column_name
from kaoping.records.layout import EXAMPLE_MARK
from kaoping.records.readers.cells import folded, text_of

DEEPEST = 40  # rows that are searched for the head
ALIKE = 0.8  # of SequenceMatcher: 处罚决定书文号 ~ 处罚决定书编号 is 0.86; 立案日期 ~ 结案日期 is 0.75 and must not do
_NOISE = re.compile(r"[\s*＊:：、，,。.·\-_/（）()\[\]【】《》“”\"']+")
_FIGURES = re.compile(r"[\d\s.,:/年月日\-]+")  # what stands below a head, and not in it
_BRACKET = re.compile(r"[（(][^（）()]*[)）]")  # 罚款金额（万元）, 参训人数（含县级）

#: How a column was matched, from the surest on.
ASSIGNED, TITLE, SYNONYM, LIKENESS = "指定", "同名", "同义", "相近"
AS_BEFORE = "照以前"  # assigned when an earlier ledger of the kind was imported, and not now


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """One column of a sheet: its heading as it is written, and the field it is for."""

    index: int  # 0-based
    heading: str
    field: str = ""  # "" where none takes it
    how: str = ""
    unit: str = ""  # of its numbers, where one is stated


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

    @property
    def units(self) -> dict[str, str]:
        """Field → the unit of its numbers, where one is stated."""
        return {column.field: column.unit for column in self.columns if column.field and column.unit}


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """Return a heading as it is compared: no blanks, marks or brackets, half-width, small letters."""
    return _NOISE.sub("", folded(heading)).lower()


def find_head(
    grid: Grid, kind: Kind, assigned: Mapping[str, str] | None = None, *, surely: bool = False, apart: bool = False
) -> Head | None:
    """Return the head of the table of ``kind`` on ``grid``, or None where no row looks like one.

    ``assigned`` is what somebody said of a column: its heading → the field it is for, or "" for none; a heading there
    may state the unit that the sheet's lacks. Likeness is asked only of the row that is the head by surer signs; where
    none is, of all; with ``surely``, of none. With ``apart`` each column can be spoken of: of those of one heading the
    later ones bear their letters (:func:`bare_heading`).
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
            headed = _apart(headed, grid, best.bottom) if apart else headed
            whole = names.match(headed, guess=not surely)
            return Head(best.top, best.bottom, tuple(_with_units(whole, kind, _units_above(grid, best.top))))
    return None


def likely_head(grid: Grid) -> tuple[dict[int, str], int]:
    """Return what looks like the head of a table of no kind that is known: its headings, its last row (0-based).

    It is the first of the rows with the most different words of which none is a number or a date; none: ``{}``.
    """
    best: tuple[dict[int, str], int] = {}, 0
    for headings, _, bottom in _candidates(grid):
        words = set(headings.values())
        if len(words) > max(1, len(set(best[0].values()))) and not any(map(_FIGURES.fullmatch, words)):
            best = headings, bottom
    return _apart(best[0], grid, best[1]), best[1]


def match(headings: Mapping[int, str], kind: Kind) -> list[HeadColumn]:
    """Return each column (index → heading) with the field of ``kind`` that it surely is for."""
    return _Names(kind, {}).match(headings, guess=False)


def _units_above(grid: Grid, top: int) -> list[str]:
    """The units that a line above the head states for the whole table."""
    texts = (value for row in grid.rows[:top] for value in row if isinstance(value, str))
    return [unit for text in texts for unit in units.stated_above(text)]


def _with_units(columns: list[HeadColumn], kind: Kind, above: list[str]) -> Iterator[HeadColumn]:
    """Give columns of numbers whose headings state no unit the one that is stated above, where theirs can be it."""
    for column in columns:
        wanted = kind.field(column.field)
        fits = [unit for unit in above if wanted and wanted.unit and units.ratio(unit, wanted.unit) is not None]
        yield replace(column, unit=fits[0]) if len(fits) == 1 and not column.unit else column


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
    is_merged = any(span.top == top for span in grid.merged)
    if bottom > top and not is_merged and not _is_head_of_two(grid, top):
        return {}  # a head of two rows has a merged cell: over its columns, or over both rows
    width = max(len(grid.rows[row]) for row in range(top, bottom + 1))
    headings: dict[int, str] = {}
    for column in range(width):
        cells = [_covering(grid, row, column).strip() for row in range(top, bottom + 1)]
        if bottom > top and not is_merged and not cells[0] and cells[1]:
            cells[0] = _group(grid, top, column)
        words = dict.fromkeys(cells)
        heading = "·".join(word for word in words if word)
        if heading:
            headings[column] = heading
    return headings


def bare_heading(column: HeadColumn) -> str:
    """Return the heading as it stands in the sheet, without what tells the column from one of the same heading."""
    return column.heading.removesuffix(_letter(column.index))


def _letter(column: int) -> str:
    return f"（{column_name(column)}列）"


def _apart(headings: dict[int, str], grid: Grid, bottom: int) -> dict[int, str]:
    """Return the headings, with its column beside one that stands there already: 日期（G列）.

    Everybody speaks of a column by its heading, and nothing that stands below one may be taken for another's. Where
    nothing does (a heading merged over an empty column), nothing is to be told apart.
    """
    seen: set[str] = set()
    apart = dict(headings)
    for column, heading in headings.items():
        if heading in seen and any(grid.cell(row, column) != "" for row in range(bottom + 1, len(grid.rows))):
            apart[column] = heading + _letter(column)
        seen.add(heading)
    return apart


def _is_head_of_two(grid: Grid, top: int) -> bool:
    """Whether two rows without merged cells, as a csv has them, fill each other's gaps: 处罚, "" over 种类, 金额."""
    width = max(len(grid.rows[top]), len(grid.rows[top + 1]))
    pairs = [(grid.cell(top, column) != "", grid.cell(top + 1, column) != "") for column in range(width)]
    return (True, False) in pairs and (False, True) in pairs


def _group(grid: Grid, top: int, column: int) -> str:
    """What the first row says of a column that it leaves empty: the word to the left, where that is over a column."""
    left = next((at for at in range(column - 1, -1, -1) if grid.cell(top, at) != ""), None)
    return text_of(grid.cell(top, left)).strip() if left is not None and grid.cell(top + 1, left) != "" else ""


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
        #: What somebody said of a column whose heading states no unit: heading → field, unit.
        self.measured = {
            plain(units.bare(heading)): (name, unit)
            for heading, name in assigned.items()
            if name and (unit := units.stated(heading))
        }
        self.titles = {plain(f.title): f.name for f in kind.fields} | {f.name: f.name for f in kind.fields}
        self.synonyms = {plain(title): f.name for f in kind.fields for title in f.titles}
        #: Synonyms that say a unit mean a column of any unit that can be converted to it, if it is stated.
        self.of_any_unit = {
            plain(units.bare(title)): f.name
            for f in kind.fields
            for title in f.titles
            if f.unit and units.stated(title)
        }

    def match(self, headings: Mapping[int, str], *, guess: bool) -> list[HeadColumn]:
        """Return each column with the field it is for; no field has two columns, and the surer match has it."""
        columns: dict[int, HeadColumn] = {}
        taken: set[str] = set()
        for how, look_up in ((ASSIGNED, self._assigned), (TITLE, self._titled), (SYNONYM, self._called)):
            for index, heading in headings.items():
                name = look_up(heading) if index not in columns else None
                if name is None or name in taken:
                    continue
                columns[index] = HeadColumn(index, heading, name, how, self._unit(heading, how))
                taken |= {name} - {""}
        for index, heading in headings.items():
            if index not in columns:
                name = self._most_alike(heading, taken) if guess else ""
                columns[index] = HeadColumn(index, heading, name, LIKENESS if name else "", units.stated(heading))
                taken |= {name} - {""}
        return [columns[index] for index in sorted(columns)]

    def _assigned(self, heading: str) -> str | None:
        name = self.assigned.get(plain(heading))
        if name is None and not units.stated(heading):
            return self.measured.get(plain(heading), (None, ""))[0]
        return name

    def _titled(self, heading: str) -> str | None:
        return self._named(heading, self.titles)

    def _called(self, heading: str) -> str | None:
        named = self._named(heading, self.synonyms)
        return self._named(heading, self.of_any_unit) if named is None and units.stated(heading) else named

    def _named(self, heading: str, names: Mapping[str, str]) -> str | None:
        hits = [names[text] for text in _spellings(heading) if text in names]
        return hits[0] if hits and not self._off(heading, hits[0]) else None

    def _unit(self, heading: str, how: str) -> str:
        unit = units.stated(heading)
        if not unit and how == ASSIGNED:
            return self.measured.get(plain(heading), ("", ""))[1]
        return unit

    def _off(self, heading: str, name: str) -> bool:
        """Whether the heading counts in a unit that can't be the field's: 罚款金额（美元） is not （万元）."""
        wanted, unit = next(f for f in self.fields if f.name == name), units.stated(heading)
        return bool(unit and wanted.unit) and units.ratio(unit, wanted.unit) is None

    def _most_alike(self, heading: str, taken: set[str]) -> str:
        """The one field whose name is alike enough; none where two are as like: that is for a person to say."""
        free = [f for f in self.fields if f.name not in taken and not self._off(heading, f.name)]
        scores = sorted(((_likeness(heading, f), f.name) for f in free), reverse=True)
        if not scores or scores[0][0] < ALIKE or (len(scores) > 1 and scores[1][0] == scores[0][0]):
            return ""
        return scores[0][1]


def _spellings(heading: str) -> list[str]:
    """The heading, also without what stands in brackets, then the lower half of a two-row one."""
    last = heading.rsplit("·", 1)[-1]
    shorter = (text for whole in (heading, last) for text in (whole, units.bare(whole), _BRACKET.sub("", whole)))
    return [text for text in dict.fromkeys(map(plain, shorter)) if text]


def _likeness(heading: str, wanted: Field) -> float:
    names = [plain(wanted.title), *map(plain, wanted.titles)]
    pairs = ((spelled, name) for spelled in _spellings(heading) for name in names)
    return max((SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in pairs), default=0.0)
