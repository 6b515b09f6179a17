"""The figure of a system's page or a table (how many rows there are, what its last row sums up), a newspaper's page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kaoping.evidence.recognition._paper_rows import Row, Sheets
from kaoping.evidence.recognition.paper_words import Vocabulary

_NUMBER = re.compile(r"\d[\d,，]*(?:\.\d+)?%?")
_HEAD = 0.3  # of a page: above it stands which one of the newspaper it is
_LONGEST = 60  # characters of the line that says so
_MOST = 6  # sums in a row: of more nobody could say what counts


def edition(paper: Sheets, title: str, words: Vocabulary) -> tuple[str, Row] | None:
    """Return which page of the newspaper it is (3版, A02版), and the row that says so; None where two are named."""
    named = {}
    for row in paper.first:
        if row.top > _HEAD * paper.height or len(row.text) > _LONGEST or row.text in title:
            continue
        for pattern in words.editions:
            if match := pattern.search(row.text):
                named[f"{match['edition']}版"] = row
                break
    return next(iter(named.items())) if len(named) == 1 else None


def figure(paper: Sheets, words: Vocabulary) -> tuple[str, Row] | None:
    """Return how many there are, as the page says (6条), or else the sums of its table by their heads; and the row.

    None where the page says it twice, differently, or a sum stands below nothing that names it.
    """
    counted = {}
    for row in paper.first:
        for pattern in words.figures:
            if match := pattern.search(row.text):
                counted[f"{match['n']}{match['unit']}"] = row
                break
    if counted:
        return next(iter(counted.items())) if len(counted) == 1 else None
    rows = [row for row in paper.first if words.sums.fullmatch(row.text)]
    return _sums(rows[0], paper) if len(rows) == 1 else None


def _sums(row: Row, paper: Sheets) -> tuple[str, Row] | None:
    cells = [its for its in paper.cells_beside(row) if its.page == row.page and its.left >= row.right]
    numbers = [its for its in cells if _NUMBER.fullmatch(its.text)]
    if not 0 < len(numbers) <= _MOST or len(numbers) < len(cells):
        return None
    heads = [head for its in numbers if (head := _head(its, paper.first)) is not None]
    first = _head(row, paper.first, of_words=True)
    if first is None or len(heads) < len(numbers) or len({its.text for its in heads}) < len(heads):
        return None
    if not all(its.is_level_with(first) for its in heads):  # a head in two rows
        return None
    return "、".join(f"{head.text}{its.text}" for head, its in zip(heads, numbers, strict=True)), row


def _head(cell: Row, rows: Sequence[Row], *, of_words: bool = False) -> Row | None:
    """What stands over a column: of numbers, what is none; of words, what is level with no number. None for nothing."""
    column = [its for its in rows if its.bottom <= cell.top + 1 and its.left < cell.right and cell.left < its.right]
    while column and (_has_number_beside(column[-1], rows) if of_words else _NUMBER.fullmatch(column[-1].text)):
        column.pop()
    return column[-1] if column and not any(char.isdigit() for char in column[-1].text) else None


def _has_number_beside(cell: Row, rows: Sequence[Row]) -> bool:
    return any(_NUMBER.fullmatch(its.text) for its in rows if its.is_level_with(cell))
