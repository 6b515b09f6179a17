"""A Word table that was flattened to text: each cell begins with a tab on its own line, rows end with a blank line.

Blank lines also stand inside cells, so that a row is known by the number of its cells; the blank line at its end says
whether the count is still right.
"""

from __future__ import annotations

from collections.abc import Iterator

from kaoping.records.grids.grid import Grid


def is_flattened(text: str) -> bool:
    """Whether nearly all tabs of the text begin a line, and most such lines have no other tab."""
    lines = [line for line in text.split("\n") if "\t" in line]
    single = sum(line.startswith("\t") and line.count("\t") == 1 for line in lines)
    return len(lines) >= 4 and single >= 0.9 * len(lines)


def read(text: str) -> Iterator[str | Grid]:
    """Yield the lines and tables of a flattened text. A table is as wide as its first row."""
    outside: list[str] = []
    cells: list[_Cell] = []
    width = 0
    for line in text.split("\n"):
        if line.startswith("\t"):
            yield from outside
            outside = []
            cells.append(_Cell([line[1:]]))
        elif not cells:
            outside.append(line)
        else:
            width = width or (len(cells) if not line.strip() else 0)
            ended = width and len(cells) % width == 0 and cells[-1].ends_row and line.strip()
            if ended:  # words behind a whole row: the table is over
                yield _grid(cells, width)
                cells, width, outside = [], 0, [line]
            else:
                cells[-1].lines.append(line)
    if cells:
        yield _grid(cells, width or len(cells))
    yield from outside


class _Cell:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    @property
    def ends_row(self) -> bool:
        """Whether a blank line follows it."""
        return len(self.lines) > 1 and not self.lines[-1].strip()

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines).strip()


def _grid(cells: list[_Cell], width: int) -> Grid:
    rows: list[list[str]] = []
    start = 0
    while start < len(cells):
        end = _end(cells, start, width)
        rows.append([cell.text for cell in cells[start:end]])
        start = end
    return Grid("", rows, all_text=True)


def _end(cells: list[_Cell], start: int, width: int) -> int:
    """Where the row that begins at ``start`` ends: after ``width`` cells, or where the blank lines say otherwise."""
    whole = start + width
    if whole >= len(cells) or cells[whole - 1].ends_row:
        return min(whole, len(cells))
    ends = [end for end in range(start + 1, min(whole + width, len(cells)) + 1) if cells[end - 1].ends_row]
    in_step = [end for end in ends if end + width >= len(cells) or cells[end + width - 1].ends_row]
    return min(in_step or ends or [whole], key=lambda end: abs(end - whole))
