"""Which table of a paper is a rubric, where its head ends, and what each of its columns says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from kaoping.codification.tables._points_cell import read_points
from kaoping.codification.tables._table_words import TableWords, squeezed
from kaoping.codification.tables.paper import Table
from kaoping.records.grids.grid import Grid, GridCell

_DEEPEST_HEAD = 40  # rows above a head that a cover or a notice may take
#: Columns that a rubric is known by.
_TELLING = ("standard", "points", "content", "requirement", "basis", "section")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a rubric's table by role, in order; ``head`` are the names as they stand, by column."""

    first: int  # the first row below the head
    roles: dict[str, list[int]]
    head: dict[int, str]
    head_rows: tuple[int, ...] = ()
    width: int = 0
    by_content: tuple[int, ...] = field(default=())  # columns whose role their content told

    def one_of(self, role: str) -> int | None:
        """Return the column of ``role``, None where there is none."""
        columns = self.roles.get(role)
        return columns[0] if columns else None


def text_of(grid: Grid, row: int, column: int) -> str:
    """Return what a cell says as text: a number as it is shown, without the .0 that a program gives it."""
    value: GridCell = grid.cell(row, column)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        shown = grid.formats.get((row, column))
        if shown is not None and shown.shown:
            return shown.shown.strip()
        return f"{value:.10g}"
    if isinstance(value, datetime | date | time | timedelta):
        shown = grid.formats.get((row, column))
        return (shown.shown if shown is not None else None) or str(value)
    return value.replace("\r\n", "\n").strip() or grid.faults.get((row, column), "")


def columns_of(table: Table, words: TableWords) -> Columns | None:
    """Return the columns of ``table`` where it is a rubric; None where it is another table."""
    grid = table.grid
    width = max((len(row) for row in grid.rows), default=0)
    if width < 2 or len(grid.rows) < 1:
        return None
    head = _head(grid, width, words)
    if head is None:
        return _without_head(grid, width, words)
    return _settled(grid, head, words)


def _names(grid: Grid, row: int, width: int) -> dict[int, str]:
    """The names in a row of a head; a name that spans to the right names all that it spans."""
    names = {column: text_of(grid, row, column) for column in range(width)}
    for span in grid.merged:
        if span.top <= row <= span.bottom:
            for column in range(span.left, min(span.right, width - 1) + 1):
                names[column] = names[column] or text_of(grid, span.top, span.left)
    return names


def _head(grid: Grid, width: int, words: TableWords) -> Columns | None:
    best: tuple[int, int, dict[int, str]] | None = None
    for row in range(min(_DEEPEST_HEAD, len(grid.rows))):
        names = {column: text_of(grid, row, column) for column in range(width)}
        roles = {words.role_of_head(name) for name in names.values() if name}
        score = len(roles & set(_TELLING))
        if score >= (2 if roles & {"points", "standard"} else 3) and (best is None or score > best[0]):
            best = (score, row, _names(grid, row, width))
    if best is None:
        return None
    _, row, names = best
    rows = [row]
    below = {column: text_of(grid, row + 1, column) for column in range(width)} if row + 1 < len(grid.rows) else {}
    sub = {column: name for column, name in below.items() if name}
    spanned = any(span.top == row and span.right > span.left for span in grid.merged)
    is_head = sub and all(len(squeezed(name)) <= 8 for name in sub.values())
    if is_head and spanned and sum(bool(words.role_of_head(name)) for name in sub.values()) >= max(1, len(sub) - 1):
        names = {column: sub.get(column) or names.get(column, "") for column in range(width)}
        rows.append(row + 1)
    roles_by: dict[str, list[int]] = {}
    for column in range(width):
        roles_by.setdefault(words.role_of_head(names.get(column, "")) or "other", []).append(column)
    return Columns(rows[-1] + 1, roles_by, {c: name for c, name in names.items() if name}, tuple(rows), width)


def _cells(grid: Grid, first: int, column: int) -> list[str]:
    return [text for row in range(first, len(grid.rows)) if (text := text_of(grid, row, column))]


def _share(texts: Sequence[str], holds: Callable[[str], object]) -> float:
    return sum(bool(holds(text)) for text in texts) / len(texts) if texts else 0.0


def _settled(grid: Grid, head: Columns, words: TableWords) -> Columns | None:
    """Give each column the role that its content tells, where its name alone is not enough."""
    roles = {role: list(columns) for role, columns in head.roles.items()}
    texts = {column: _cells(grid, head.first, column) for column in range(head.width)}
    scoring = {column: _share(texts[column], words.scoring.search) for column in range(head.width)}
    numeric = {column: _share(texts[column], lambda text: read_points(text).points is not None) for column in texts}
    by_content: list[int] = []

    def move(column: int, source: str, target: str) -> None:
        roles[source].remove(column)
        roles.setdefault(target, []).append(column)
        roles[target].sort()
        by_content.append(column)

    # The points are where numbers stand: of several such columns the fullest, of none one without a name that fits.
    points = [column for column in roles.get("points", []) if numeric[column] >= 0.5 or not texts[column]]
    for column in roles.get("points", [])[:]:
        if column not in points and scoring[column] >= 0.3:
            move(column, "points", "standard")
    points = sorted(roles.get("points", []), key=lambda column: (-len(texts[column]), column))
    for column in points[1:]:
        move(column, "points", "score" if not texts[column] else "other")
    if not points:
        known = {c for role in ("score", "number", "section") for c in roles.get(role, [])}
        free = [c for c in range(head.width) if c not in known and len(texts[c]) > 1 and numeric[c] >= 0.8]
        if free:
            role = next(role for role, columns in roles.items() if free[0] in columns)
            move(free[0], role, "points")
    # The standard is where points are given and taken; a column so called that never does is what is required.
    standards = roles.get("standard", [])
    talking = [c for c in range(head.width) if scoring[c] >= 0.3 and c not in roles.get("points", [])]
    for column in standards[:]:
        if scoring[column] == 0 and talking and column not in talking:
            move(column, "standard", "requirement")
    if not roles.get("standard"):
        for role in ("requirement", "remark", "basis", "content", "other"):
            fit = [c for c in roles.get(role, []) if c in talking]
            if fit and (role != "content" or len(roles["content"]) > 1):
                move(fit[-1], role, "standard")
                break
    for column in roles.get("standard", [])[1:]:
        if scoring[column] == 0:
            move(column, "standard", "requirement")
    # What is scored is the last column of contents; those before it head several of its rows, or ask for something.
    contents = roles.get("content", [])
    if len(contents) > 1 and _share(texts[contents[-1]], words.bounds.match) >= 0.5:
        move(contents[-1], "content", "requirement")
    for column in roles.get("content", [])[:-1]:
        move(column, "content", "under")
    sections = roles.get("section", [])
    if not roles.get("content") and len(sections) > 1:
        move(sections[-1], "section", "content")
    sections = roles.get("section", [])
    for column in sections[1:]:
        move(column, "section", "under")
    if not roles.get("content"):
        for role in ("section", "under", "requirement", "other"):
            if roles.get(role):
                lines = [c for c in roles[role] if role != "section" or _heads_one_each(grid, head.first, c)]
                if lines:
                    move(lines[-1], role, "content")
                    break
    if not roles.get("content") and roles.get("standard"):  # 考核内容及评分标准: one column says both
        move(roles["standard"][0], "standard", "content")
    if not roles.get("content"):
        return None
    if not roles.get("points") and not any(scoring[c] >= 0.3 for c in range(head.width)):
        return None
    if not texts.get(roles["content"][0]) and not any(texts.values()):
        return None
    return replace(head, roles={r: c for r, c in roles.items() if c}, by_content=tuple(by_content))


def _heads_one_each(grid: Grid, first: int, column: int) -> bool:
    """Whether nearly every row has words of its own in ``column``: then it is what is scored, and heads nothing."""
    rows = [
        row for row in range(first, len(grid.rows)) if any(text_of(grid, row, c) for c in range(len(grid.rows[row])))
    ]
    return bool(rows) and len({text_of(grid, row, column) for row in rows} - {""}) >= 0.8 * len(rows)


def _without_head(grid: Grid, width: int, words: TableWords) -> Columns | None:
    """A table without a head is a rubric where one column gives and takes points, and another has numbers."""
    texts = {column: _cells(grid, 0, column) for column in range(width)}
    scoring = {c: _share(texts[c], words.scoring.search) for c in texts if len(texts[c]) >= 2}
    numeric = {
        c: _share(texts[c], lambda text: read_points(text).points is not None) for c in texts if len(texts[c]) > 1
    }
    standard = max(scoring, key=lambda c: scoring[c], default=None)
    if standard is None or scoring[standard] < 0.6:
        return None
    points = [c for c, share in numeric.items() if share >= 0.8 and c != standard]
    rest = [c for c in texts if texts[c] and c not in (standard, *points[-1:])]
    roles = {"standard": [standard], "points": points[-1:]}
    if rest:
        roles["content"] = [max(rest, key=lambda c: sum(map(len, texts[c])))]
        roles["other"] = [c for c in rest if c not in roles["content"]]
    return Columns(
        0, {r: c for r, c in roles.items() if c}, {}, (), width, tuple(c for cs in roles.values() for c in cs)
    )
