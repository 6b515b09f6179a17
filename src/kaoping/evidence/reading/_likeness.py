"""What stands in a picture of a page, and is a 密级 marking, or may be one that was not read for sure.

A line that was read is one that a page has: the same forms hold. What is told besides is what is like one: a character
that looks like another (``misread`` in secrecy.yaml), a star that was not seen, a level that stands alone at the head
of a later page (a scan may hold several papers), a faint line with the character that levels end with, a quotation
mark that was not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kaoping.evidence.words import Words
from kaoping.pdf.written import WrittenLine

_LARGE = 40.0  # points: larger than any heading; it is written across the page
_TURNED = 0.2  # a line that rises by more than this share of its length is no line of the page's
_FAINT = 0.7  # how sure a short line has to be for what it says to be taken as it is
_SHORT = 12  # characters that a line with a marking has at most, where nothing else stands in it
_NARROW, _NEAR = 1.25, 1.0  # times its height a sign of a column is wide at most; times its width they stand apart
_QUOTES = {"’": "‘", "”": "“"}
_SAME_ROW = 0.5  # of the lower one's height: lines that overlap so far stand beside one another


def level_in(lines: Sequence[WrittenLine], words: Words, *, first_page: bool, across: Sequence[str] = ()) -> str:
    """Return the level that a page with these ``lines`` is marked with; "" where it is not.

    ``across`` is what is written across it.
    """
    texts = ("\n".join(rows_of(lines)), "\n".join(line.text for line in lines), *columns_of(lines))
    levels = (words.marking(_quoted(text), first_page=first_page) for text in texts)
    large = (*across, "".join(line.text for line in lines if _is_large(line)))
    return next(filter(None, levels), "") or next(filter(None, map(words.in_name, large)), "")


def doubts_in(lines: Sequence[WrittenLine], words: Words, *, page: int, across: Sequence[str] = ()) -> Iterator[str]:
    """Yield what on a page may be a marking, and was not read as one for sure: its page, and the words.

    ``across`` is what is written across it: of large and pale letters few are read.
    """
    rows = rows_of(lines)
    for text in across:
        if len(text) <= _SHORT and words.may_end_marked(text) and not words.in_name(text):
            yield f"第{page}页“{text}”"
    for text in dict.fromkeys((*rows, *(line.text for line in lines))):
        if words.may_be_misread(text) or (text != _quoted(text) and words.marking(text, first_page=True)):
            yield f"第{page}页“{text}”"
    for line in lines:
        if line.sure < _FAINT and len(line.text) <= _SHORT and words.may_end_marked(line.text):
            yield f"第{page}页“{line.text}”"
    whole = "\n".join(rows)
    level = words.marking(whole, first_page=True) if page > 1 else ""
    if level and not words.marking(whole, first_page=False):
        yield f"第{page}页“{level}”"


def rows_of(lines: Sequence[WrittenLine]) -> list[str]:
    """Return the texts of ``lines`` row by row: what stands beside one another is one row, as a reader sees it."""
    rows: list[list[WrittenLine]] = []
    for line in sorted(lines, key=lambda its: (its.box[1] + its.box[3]) / 2):
        if rows and _is_beside(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return ["  ".join(line.text for line in sorted(row, key=lambda its: its.box[0])) for row in rows]


def columns_of(lines: Sequence[WrittenLine]) -> list[str]:
    """Return the texts that run down the page character below character, each of which may have been read by itself."""
    columns: list[list[WrittenLine]] = []
    for line in sorted((line for line in lines if _is_sign(line)), key=lambda its: its.box[1]):
        above = next((its for its in columns if _is_below(its[-1], line)), None)
        if above is not None:
            above.append(line)
        else:
            columns.append([line])
    return ["".join(line.text for line in its) for its in columns if len(its) > 1]


def _is_sign(line: WrittenLine) -> bool:
    left, top, right, bottom = line.box
    return right - left <= _NARROW * (bottom - top)


def _is_below(line: WrittenLine, other: WrittenLine) -> bool:
    wide = max(line.box[2] - line.box[0], other.box[2] - other.box[0], 1.0)
    aside = abs(line.box[0] + line.box[2] - other.box[0] - other.box[2]) / 2
    return aside <= wide / 2 and -wide / 2 <= other.box[1] - line.box[3] <= _NEAR * wide


def _quoted(text: str) -> str:
    """Return a text with the quotation marks that were not read where a line begins, and close in it."""
    return "\n".join(_line_quoted(line) for line in text.split("\n"))


def _line_quoted(line: str) -> str:
    lost = (opening for closing, opening in _QUOTES.items() if line.find(closing) >= 0 and opening not in line)
    return "".join(lost) + line


def _is_beside(line: WrittenLine, other: WrittenLine) -> bool:
    overlap = min(line.box[3], other.box[3]) - max(line.box[1], other.box[1])
    low = min(line.box[3] - line.box[1], other.box[3] - other.box[1])
    return overlap > _SAME_ROW * max(low, 1.0)


def _is_large(line: WrittenLine) -> bool:
    left, top, right, bottom = line.box
    return min(right - left, bottom - top) > _LARGE
