"""Which rows below a head are records, and which are something else: examples, subtotals, remarks, a head repeated.

A ledger has 100,000 rows: only those that look odd (a required cell is empty, a first word like 合计) are looked at one
by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kaoping.core.numerals import days_in_digits
from kaoping.core.schema import Kind
from kaoping.records.grids.grid import Grid, GridCell, column_values
from kaoping.records.layout import EXAMPLE_MARK
from kaoping.records.readers._heads import Head, plain
from kaoping.records.readers.cells import reader, text_of

_SPANS, _SUMS = ("本页", "本月", "本年", "年度"), ("合计", "小计", "总计", "共计", "累计")
#: Under which a table is signed: 制表人 审核人, each with its name behind a colon or in the next cell.
_SIGNED = (
    "填表人", "填报人", "制表", "制表人", "审核", "审核人", "复核", "复核人", "审批人", "经办人", "负责人",
    "单位负责人",
    "分管领导", "联系人", "联系电话", "电话", "填报单位", "单位（盖章）", "填表日期", "填报日期", "制表日期",
    "制表时间", "打印日期", "打印时间", "导出日期", "导出时间", "导出人",
)  # fmt: skip
_REMARKS = ("注", "备注", "附注", "说明", "填表说明", *_SIGNED)
_SUM = re.compile(f"({'|'.join(_SPANS)})?({'|'.join(_SUMS)})[:：]?.{{0,4}}|共\\s*[0-9]+\\s*[^0-9\\s]{{1,2}}")
_REMARK = re.compile(f"({'|'.join(_REMARKS)})\\s*[:：].*", re.DOTALL)
_SIGNATURE = re.compile(f"({'|'.join((*_SIGNED, '日期', '时间'))})\\s*([:：].*)?", re.DOTALL)
_DAY = re.compile(r"[12][0-9]{3}\s*[年./-]\s*[0-9]{1,2}\s*[月./-]\s*[0-9]{1,2}\s*[日号]?")
_EXAMPLE = re.compile(r"例(如|子)?\s*[:：].*", re.DOTALL)  # layout.EXAMPLE_MARK, as people retype it
_MARK = re.compile(r"^例(如|子)?\s*[:：]\s*")
_ODD = re.compile(f"{_SUM.pattern}|{_REMARK.pattern}|{_EXAMPLE.pattern}", re.DOTALL)
#: What an odd cell begins with, where it is not empty: a character is looked up in a tenth of the time of a pattern.
_ODD_FIRST = frozenset(word[0] for word in (*_SPANS, *_SUMS, *_REMARKS, "共", "例"))
_BLANKS = frozenset(filter(str.isspace, map(chr, range(0x3001))))  # U+3000 is the last that Unicode has
_LEADING = 3  # columns in whose cells 合计 is looked for
_BEGINNING = 3  # rows below the head among which an example without its mark is looked for
_NAMED = 5  # rows that are named where many were left out

SUM, REPEATED, REMARK, EXAMPLE = "小计、合计行", "重复的表头", "附注", "例子"
SIGNED = "制表人、审核人的行"
UNMARKED = "和例子一样的行"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no record."""

    row: int  # 0-based, on the sheet
    why: str  # one of the words above
    text: str  # its first words


def records(grid: Grid, head: Head, kind: Kind) -> tuple[list[int], list[LeftOut]]:
    """Return the sheet's rows (0-based) below ``head`` that are records of ``kind``, and those that are not."""
    odd, marked = _odd(grid, head, kind)
    kept: list[int] = []
    left: list[LeftOut] = []
    for row in range(head.bottom + 1, len(grid.rows)):
        if row in odd:
            filled = [text for c in head.columns if (text := text_of(grid.cell(row, c.index)).strip())]
            if not filled:
                continue
            key = text_of(grid.cell(row, head.fields[kind.key])).strip() if kind.key in head.fields else ""
            beside = [text_of(grid.cell(row, c.index)).strip() for c in head.columns[:_LEADING] if not c.field]
            why = _why_left(head, kind, [key, *beside] if key else filled, filled)
            if not why and not marked and row <= head.bottom + _BEGINNING and is_example(grid, row, head, kind):
                why = UNMARKED
            if why:
                left.append(LeftOut(row, why, filled[0]))
                continue
        kept.append(row)
    return kept, left


def _odd(grid: Grid, head: Head, kind: Kind) -> tuple[set[int], bool]:
    """The rows that want a closer look, and whether an example bears its mark."""
    first = head.bottom + 1
    odd = set(range(first, min(first + _BEGINNING, len(grid.rows))))
    needed = [head.fields[f.name] for f in kind.fields if f.required and f.name in head.fields]
    marked = False
    headings = {column.index: column.heading for column in head.columns}
    for index in dict.fromkeys((*list(headings)[:_LEADING], *needed)):
        suspects = _suspects(column_values(grid.rows[first:], index), headings[index])
        strange = {text for text in set(suspects.values()) if _is_odd(text.strip(), headings[index])}
        marked = marked or any(_EXAMPLE.fullmatch(text.strip()) for text in strange)
        odd.update(first + at for at, text in suspects.items() if text in strange)
    return (odd if needed else set(range(first, len(grid.rows)))), marked


def _suspects(cells: Sequence[GridCell], heading: str) -> dict[int, str]:
    """Return the texts among ``cells`` that may be odd, by their first characters: most are not, at a glance."""
    firsts = _ODD_FIRST | _BLANKS | {"", heading[:1]}
    return {at: cell for at, cell in enumerate(cells) if isinstance(cell, str) and cell[:1] in firsts}


def _is_odd(text: str, heading: str) -> bool:
    """Whether a text without blanks around it is none, repeats the heading, or tells a sum, a remark, an example."""
    return not text or text == heading or _ODD.fullmatch(text) is not None


def _why_left(head: Head, kind: Kind, telling: list[str], filled: list[str]) -> str:
    """Say why a row is no record; ``telling``: the cells that may say so, its key and no field's."""
    if any(_EXAMPLE.fullmatch(text) for text in telling):
        return EXAMPLE
    if any(_SUM.fullmatch(text) for text in telling[:_LEADING]):
        return SUM
    if [plain(text) for text in filled] == [plain(c.heading) for c in head.columns][: len(filled)]:
        return REPEATED
    if _is_footer(filled):
        return SIGNED
    is_remark = len(filled) == 1 and (_REMARK.fullmatch(filled[0]) or sum(f.required for f in kind.fields) > 1)
    return REMARK if is_remark else ""


def _is_footer(filled: list[str]) -> bool:
    """Whether a row says who made the table and when, and nothing else: 制表人：甲, 审核人, 乙, 2017年12月6日."""
    waiting = False  # for what belongs to a word of the footer that stands alone in its cell
    for at, text in enumerate(filled):
        sign = _SIGNATURE.fullmatch(text)
        is_rest = waiting or (at and _DAY.fullmatch(days_in_digits(text)) is not None)
        if (sign is None and not is_rest) or (not at and not _REMARK.fullmatch(f"{text}：")):
            return False
        waiting = sign is not None and not (sign[2] or "").strip(":： ")
    return not waiting or len(filled) > 1


def why_no_id(text: str) -> str:
    """Say in Chinese why ``text`` can't be a record's id on a sheet: its row would not be read as one; "" if it can."""
    if _EXAMPLE.fullmatch(text.strip()):
        return f"编号不能以“{EXAMPLE_MARK}”开头，那是例子的记号"
    return f"编号不能写作“{text.strip()}”，那一行会被当作合计" if _SUM.fullmatch(text.strip()) else ""


def is_example(grid: Grid, row: int, head: Head, kind: Kind) -> bool:
    """Whether a row says just what the kind's example says: without its 例：, too, it never happened."""
    shown = 0
    for field in kind.fields:
        index = head.fields.get(field.name)
        value = grid.cell(row, index) if index is not None else ""
        read = reader(field)
        examples = {read(example)[0] for example in (field.example, *field.earlier)}
        text, _ = read(_MARK.sub("", value) if isinstance(value, str) else value)
        if text is not None and str(text).strip() not in examples:
            return False
        shown += text is not None and field.name != kind.key
    return shown > 1


def told_left(left: Iterable[LeftOut]) -> str:
    """Return which rows were left out and why, in a clerk's words: 小计、合计行：第12、30行."""
    rows: dict[str, list[int]] = {}
    for left_out in left:
        rows.setdefault(left_out.why, []).append(left_out.row + 1)
    parts = []
    for why, numbers in rows.items():
        shown = "、".join(map(str, numbers[:_NAMED])) + ("等" if len(numbers) > _NAMED else "")
        parts.append(f"{why}：第{shown}行，共{len(numbers)}行")
    return "；".join(parts)
