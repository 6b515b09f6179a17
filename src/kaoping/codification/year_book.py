"""Two rubrics compared as a workbook (差异表): what became of each line, which records serve, points under both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from kaoping.codification.year_on_year import CHANGES, Change, Sided, YearOnYear, difference_text, told_apart
from kaoping.core import worksheets
from kaoping.core.figures import number, span_text
from kaoping.core.model import LineScore, ScoreCard

YEAR_BOOK = "差异表.xlsx"
LINES, RECORDS, POINTS = "逐项对照", "去年的记录", "同样的记录各得几分"
_LINES = [
    ("变化", 10.0), ("去年的项", 17.0), ("去年原文", 42.0), ("分值", 7.0), ("今年的项", 17.0), ("今年原文", 42.0),
    ("分值", 7.0), ("差在哪里", 28.0),
]  # fmt: skip
_RECORDS = [("记录", 24.0), ("去年哪些项用", 36.0), ("今年哪些项用", 36.0), ("还用得上吗", 22.0)]
_POINTS = [("今年的项", 34.0), ("今年得分", 14.0), ("去年的项", 34.0), ("去年得分", 14.0), ("差", 16.0)]
#: What each change looks like from far away.
_COLOURS = {"added": "#E2F0D9", "dropped": "#F8D7DA", "edge": "#FFE699", "points": "#FFE699"}


def book_of_years(
    titles: tuple[str, str],
    compared: YearOnYear,
    kinds: Mapping[str, str],
    cards: tuple[ScoreCard, ScoreCard] | None = None,
) -> bytes:
    """Return the workbook. ``titles`` are the two rubrics', ``kinds`` those of record kinds.

    ``cards`` are one unit's records scored under both.
    """
    book = worksheets.new_book("差异表", "kaoping", None)
    looks = _Looks(book)
    _write_lines(book, looks, titles, compared)
    if compared.kinds:
        _write_records(book, looks, titles, compared, kinds)
    if cards is not None:
        _write_points(book, looks, titles, compared, cards)
    return book.close()


class _Looks:
    """The formats of the book."""

    def __init__(self, book: worksheets.Book) -> None:
        self.title = book.format(border=0, bold=True, font_size=16, font_name=worksheets.HEAD_FONT, text_wrap=False)
        self.note = book.format(border=0, text_wrap=False)
        self.head = book.format(bold=True, align="center", bg_color="#D9E2F3")
        self.cell = book.format(valign="top")
        self.middle = book.format(valign="top", align="center")
        self.bold = book.format(valign="top", align="center", bold=True, bg_color="#F2F2F2")
        self.inks = {
            "": book.workbook.add_format({"font_name": worksheets.FONT, "font_size": 10.5}),
            "gone": book.workbook.add_format(
                {"font_name": worksheets.FONT, "font_size": 10.5, "font_color": "#C00000", "font_strikeout": True}
            ),
            "new": book.workbook.add_format(
                {"font_name": worksheets.FONT, "font_size": 10.5, "font_color": "#0050B0", "bold": True}
            ),
        }
        self.changes = {
            what: book.format(valign="top", align="center", bg_color=_COLOURS.get(what, "#FFFFFF")) for what in CHANGES
        }


def _begin(
    book: worksheets.Book, looks: _Looks, name: str, columns: Sequence[tuple[str, float]], texts: tuple[str, str]
) -> tuple[Any, int]:
    """Begin a sheet with its title, a sentence, its head; return it with its first free row."""
    sheet = book.sheet(name, [width for _, width in columns])
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, texts[0], looks.title)
    sheet.write_string(1, 0, texts[1], looks.note)
    for column, (head, _) in enumerate(columns):
        sheet.write_string(2, column, head, looks.head)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    return sheet, 3


def _write_lines(book: worksheets.Book, looks: _Looks, titles: tuple[str, str], compared: YearOnYear) -> None:
    counts = [
        f"{word}{sum(what in its.what for its in compared.changes)}处"
        for what, word in CHANGES.items()
        if any(what in its.what for its in compared.changes)
    ]
    summary = f"一样的{compared.same}项没有列出；不一样的{len(compared.changes)}处{'：' if counts else '。'}"
    summary += "、".join(counts) + ("。红字划线的是去年有、今年没有的话，蓝字是今年新写的话。" if counts else "")
    heading = f"{titles[0]} → {titles[1]}"
    sheet, row = _begin(book, looks, LINES, _LINES, (heading, summary))
    first = row
    for change in compared.changes:
        row = _write_change(sheet, looks, row, change)
    if row > first:
        sheet.autofilter(2, 0, row - 1, len(_LINES) - 1)


def _write_change(sheet: Any, looks: _Looks, row: int, change: Change) -> int:
    """Write a change, one row for each line on the longer side; return the next free row."""
    kinds = "、".join(CHANGES[what] for what in change.what)
    lead = next((what for what in ("added", "dropped", "edge", "points") if what in change.what), change.what[0])
    alone = len(change.before) == len(change.after) == 1
    for at in range(max(len(change.before), len(change.after))):
        old = change.before[at] if at < len(change.before) else None
        now = change.after[at] if at < len(change.after) else None
        pieces: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = (
            [(old.words, False)] if old else [],
            [(now.words, False)] if now else [],
        )
        if alone and old and now:
            pieces = told_apart(old.words, now.words)
        differs = difference_text(change) if at == 0 else ""
        texts = {0: kinds, 1: _named(old), 3: _of(old), 4: _named(now), 6: _of(now), 7: differs}
        tall = {**texts, 2: old.words if old else "", 5: now.words if now else ""}
        sheet.set_row(row, worksheets.height_of([(text, _LINES[column][1]) for column, text in tall.items()]))
        for column, text in texts.items():
            look = looks.changes[lead] if column == 0 else looks.middle if column in (3, 6) else looks.cell
            sheet.write_string(row, column, text, look)
        for column, side, ink in ((2, pieces[0], "gone"), (5, pieces[1], "new")):
            _write_pieces(sheet, row, column, side, (looks, ink))
        row += 1
    return row


def _write_pieces(
    sheet: Any, row: int, column: int, pieces: Sequence[tuple[str, bool]], inked: tuple[_Looks, str]
) -> None:
    looks, ink = inked
    if len(pieces) < 2:
        sheet.write_string(row, column, "".join(text for text, _ in pieces), looks.cell)
        return
    rich = [its for text, is_other in pieces for its in (looks.inks[ink if is_other else ""], text)]
    sheet.write_rich_string(row, column, *rich, looks.cell)


def _named(line: Sided | None) -> str:
    return f"第{line.id}项 {line.title}\n（{line.section}）" if line is not None else ""


def _of(line: Sided | None) -> str:
    return "" if line is None else number(line.of) if line.of is not None else "未写"


def _write_records(
    book: worksheets.Book, looks: _Looks, titles: tuple[str, str], compared: YearOnYear, kinds: Mapping[str, str]
) -> None:
    summary = "去年登记过的各种记录，今年的细则里还有没有考评项用；只看由程序计分的项。"
    sheet, row = _begin(book, looks, RECORDS, _RECORDS, (f"{titles[0]} → {titles[1]}", summary))
    for kind, (asked, still) in compared.kinds.items():
        serves = "今年才要，去年没有记" if not asked else "还用得上" if still else "没有考评项再用"
        texts = [kinds.get(kind, kind), _ids(asked), _ids(still), serves]
        widths = [width for _, width in _RECORDS]
        sheet.set_row(row, worksheets.height_of(list(zip(texts, widths, strict=True))))
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, looks.cell)
        row += 1


def _ids(lines: Sequence[str]) -> str:
    return "、".join(f"第{its}项" for its in lines)


def _write_points(
    book: worksheets.Book,
    looks: _Looks,
    titles: tuple[str, str],
    compared: YearOnYear,
    cards: tuple[ScoreCard, ScoreCard],
) -> None:
    """Write the lines that go on from one another side by side: of a split line its parts, of a merged one all."""
    before, after = cards
    summary = "去年的记录按两份细则各算一遍，不看佐证；写成“0～5”的是待定，两头之间都可能。"
    sheet, row = _begin(book, looks, POINTS, _POINTS, (f"{titles[0]} → {titles[1]}", summary))
    for olds, news in compared.matched:
        old = [before.line(id_) for its in olds for id_ in its.on_its_row]
        new = [after.line(id_) for its in news for id_ in its.on_its_row]
        texts = [
            "\n".join(f"第{its.line}项 {its.title}" for its in new) or "（今年没有）",
            "\n".join(span_text(its.low, its.high) for its in new),
            "\n".join(f"第{its.line}项 {its.title}" for its in old) or "（去年没有）",
            "\n".join(span_text(its.low, its.high) for its in old),
            _differs(_ends(old), _ends(new)) if new and old else "",
        ]
        _write_row(sheet, row, texts, (looks.cell, looks.middle))
        row += 1
    ends = [(card.total.low, card.total.high) for card in cards]
    texts = ["总分", span_text(*ends[1]), "总分", span_text(*ends[0]), _differs(*ends)]
    _write_row(sheet, row, texts, (looks.bold, looks.bold))


def _write_row(sheet: Any, row: int, texts: Sequence[str], looks: tuple[Any, Any]) -> None:
    sheet.set_row(row, worksheets.height_of([(text, its[1]) for text, its in zip(texts, _POINTS, strict=True)]))
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, looks[column in (1, 3, 4)])


def _ends(scores: Sequence[LineScore]) -> tuple[Fraction, Fraction]:
    return sum((its.low for its in scores), Fraction(0)), sum((its.high for its in scores), Fraction(0))


def _differs(old: tuple[Fraction, Fraction], new: tuple[Fraction, Fraction]) -> str:
    """How much more the later rubric gives; open where either is."""
    if old[0] != old[1] or new[0] != new[1]:
        return "待定"
    if old == new:
        return "一样"
    return f"{'多' if new[0] > old[0] else '少'}{number(abs(new[0] - old[0]))}分"
