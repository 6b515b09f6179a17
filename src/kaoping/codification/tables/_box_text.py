"""Tables drawn with characters: ┌─┬─┐, +---+---+, and | a | b | with a rule below its head."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kaoping.records.grids.grid import Grid, Span

_BARS = "│┃║｜|"
_JOINTS = "┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝╒╤╕╞╪╡╘╧╛╓╥╖╟╫╢╙╨╜┍┯┑┝┿┥┕┷┙┎┰┒┠╂┨┖┸┚+"
_RUNS = "─━═-=:"
_DRAWN = re.compile("[│┃║├┼┤┌┬┐└┴┘┏┳┓┣╋┫╔╦╗╠╬╣]")
_PLAIN_RULE = re.compile(r"\s*(?:\+[-=:+]+\+|\|?\s*:?-{3,}[-|:\s]*\|[-|:\s]*)\s*")


def is_drawn(text: str) -> bool:
    """Whether the text has a table drawn with characters."""
    lines = [line for line in text.split("\n") if line.strip()]
    if sum(bool(_DRAWN.search(line)) for line in lines) >= 3:
        return True
    ruled = any(_PLAIN_RULE.fullmatch(line) for line in lines)
    return ruled and sum(line.strip().startswith(("|", "+")) for line in lines) >= 3


def read(text: str) -> Iterator[str | Grid]:
    """Yield the lines and tables of the text."""
    drawn: list[str] = []
    for line in [*text.split("\n"), ""]:
        if _is_of_table(line):
            drawn.append(line)
            continue
        if drawn:
            yield _grid(drawn)
            drawn = []
        yield line


def _is_of_table(line: str) -> bool:
    bare = line.strip()
    return bool(bare) and bare[0] in _BARS + _JOINTS and (len(bare) == 1 or bare[-1] in _BARS + _JOINTS)


def _pieces(line: str) -> list[tuple[int, int, str]]:
    """The pieces between the bars and joints of a line: where each begins and ends on the screen, and its text."""
    pieces: list[tuple[int, int, str]] = []
    place, begun, text = 0, -1, ""
    for char in line:
        wide = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if char in _BARS + _JOINTS and not (char == "+" and text.strip(_RUNS + " ") and begun >= 0):
            if begun >= 0:
                pieces.append((begun, place, text))
            begun, text = place + wide, ""
        else:
            text += char
        place += wide
    return pieces


def _is_rule(text: str) -> bool:
    return bool(text.strip()) and not text.strip().strip(_RUNS)


def _grid(lines: list[str]) -> Grid:
    """Put the pieces of all lines together: a rule below a column ends its cell, without one it goes on."""
    parsed = [_pieces(line) for line in lines]
    whole = max(parsed, key=len)
    width = len(whole)
    starts = [start for start, _, _ in whole]
    plain_rules = _are_rows(parsed, width)
    rows: list[list[str]] = []
    merged: list[Span] = []
    open_row: list[list[str]] | None = None
    wide: dict[int, int] = {}
    goes_on: set[int] = set()  # columns whose cell the rule above did not end
    began: dict[int, int] = {}  # column → row in which its cell began

    def close() -> None:
        nonlocal open_row
        if open_row is not None:
            row = len(rows)
            rows.append(["" for _ in open_row])
            for column, words in enumerate(open_row):
                text = "\n".join(filter(None, (word.strip() for word in words)))
                if column in goes_on and column in began:
                    top = began[column]
                    rows[top][column] = "\n".join(filter(None, (rows[top][column], text)))
                else:
                    began[column] = row
                    rows[row][column] = text
            merged.extend(Span(row, column, row, column + more - 1) for column, more in wide.items() if more > 1)
            open_row = None
            wide.clear()

    ruled = False
    for pieces in parsed:
        if pieces and any(_is_rule(text) for _, _, text in pieces):
            close()
            ended = {
                column
                for start, end, text in pieces
                for column in _columns(starts, start, end, len(pieces), width, pieces)
                if _is_rule(text)
            }
            goes_on = set(range(width)) - ended if any(not _is_rule(text) for _, _, text in pieces) else set()
            for start, end, text in pieces:  # words beside a rule belong to a cell that goes on
                columns = _columns(starts, start, end, len(pieces), width, pieces)
                if text.strip() and not _is_rule(text) and columns and columns[0] in began:
                    top = began[columns[0]]
                    rows[top][columns[0]] = "\n".join(filter(None, (rows[top][columns[0]], text.strip())))
            ruled = True
            continue
        if plain_rules and ruled:
            close()
            goes_on = set()
        if open_row is None:
            open_row = [[] for _ in range(width)]
        for start, end, text in pieces:
            columns = _columns(starts, start, end, len(pieces), width, pieces)
            if columns:
                open_row[columns[0]].append(text)
                wide[columns[0]] = max(wide.get(columns[0], 1), len(columns))
    close()
    return Grid("", rows, tuple(merged), all_text=True)


def _are_rows(parsed: list[list[tuple[int, int, str]]], width: int) -> bool:
    """Whether each line is a row: without rules between them nearly all cells of nearly all lines are filled."""
    rules = [at for at, pieces in enumerate(parsed) if any(_is_rule(text) for _, _, text in pieces)]
    if len(rules) > 3 or any(not _is_rule(text) for at in rules for _, _, text in parsed[at]):
        return False
    words = [[text for _, _, text in pieces] for pieces in parsed[rules[-2] if len(rules) > 2 else rules[-1] :]]
    filled = [sum(bool(text.strip()) for text in texts) for texts in words if not any(map(_is_rule, texts))]
    return sum(filled[1:]) >= 0.7 * width * max(1, len(filled) - 1)


def _columns(
    starts: list[int], start: int, end: int, pieces: int, width: int, all_pieces: list[tuple[int, int, str]]
) -> list[int]:
    """Which columns a piece covers: by count where all are there, else by where it begins and ends on the screen."""
    if pieces == width:
        return [[piece[:2] for piece in all_pieces].index((start, end))]
    first = min(range(width), key=lambda column: abs(starts[column] - start))
    last = max([column for column in range(first, width) if starts[column] < end - 1] or [first])
    return list(range(first, last + 1))
