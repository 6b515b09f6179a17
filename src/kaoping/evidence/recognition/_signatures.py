"""How many signed a sheet: its rows counted, where all of them can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kaoping.evidence.recognition._paper_rows import Row, Sheets
from kaoping.evidence.recognition.paper_words import Vocabulary

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ORDER = re.compile(r"^\d{1,3}(?!\d)")
_FEWEST = 2  # people on a sheet
_LONGEST = 24  # characters of the heads that were read as one line


def signed_on(paper: Sheets, words: Vocabulary) -> int | None:
    """Return how many rows of a sheet are signed; None where it has no column for that, or nobody can be sure.

    A machine misses handwriting: of a page that was read, a sheet counts whose people all signed, and whose last row
    has the number that there are rows. Of two such columns (morning, afternoon) both have to say the same.
    """
    at = next((at for at, row in enumerate(paper.rows) if _columns(row, words)), None)
    if at is None:
        return None
    head = [row for row in paper.rows if row is paper.rows[at] or row.is_level_with(paper.rows[at])]
    below = [row for row in paper.rows if (row.page, row.top) > (head[0].page, max(its.top for its in head))]
    places = [place for row in head for place in _columns(row, words)]
    columns = [place for place in places if place is not None]
    names = sum(len(words.name_head.findall(row.text)) for row in head)
    if names != 1 or len(columns) < len(places):
        return None  # the sheet has two halves, or nobody knows where people sign
    counts = set()
    for column in columns:
        people = [
            (group, any(row.left - row.size < column < row.right + row.size for row in group))
            for group in _level(below)
            if _is_person(group, column, words)
        ]
        signed = sum(is_signed for _, is_signed in people)
        if any(row.read for group, _ in people for row in group) and (
            signed < len(people) or _order(people[-1][0]) != len(people)
        ):
            return None
        counts.add(signed)
    (count,) = counts if len(counts) == 1 else (0,)
    return count if count >= _FEWEST else None


def _columns(row: Row, words: Vocabulary) -> list[float | None]:
    """The middles of the columns for signatures that the row heads; None for one that stands within other heads."""
    match = words.signed_head.search(row.text)
    if match is None or len(row.text) > _LONGEST:
        return []
    if match[0] == row.text:
        return [row.centre]
    if match.end() == len(row.text):  # heads that stand close are one row: the last one stands at its right
        return [row.right - len(match[0]) * min(row.size, row.pitch) / 2]
    return [None]


def _level(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if group and not any(row.is_level_with(its) for its in group):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _is_person(group: Sequence[Row], column: float, words: Vocabulary) -> bool:
    """Whether the pieces of a row name somebody: more than its number, and not the heads again."""
    if any(words.name_head.search(row.text) for row in group) or _order(group) is None:
        return False
    return any(_CHINESE.search(row.text) and not row.left <= column <= row.right for row in group)


def _order(group: Sequence[Row]) -> int | None:
    first = min(group, key=lambda row: row.left)
    match = _ORDER.match(first.text)
    return int(match[0]) if match else None
