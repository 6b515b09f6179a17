"""自评分表 in Word: the points of each line, their sums, the evidence beside them, the reasons (:mod:`.reasons`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from second_scorer.spans import Span, total

from . import reasons, scores
from .claims import NUMBER, Check, Claim, agrees, quotes, says
from .page import Page, plain
from .samples import Told

_RANGE = re.compile(r"(-?[\d.]+)(?:（(?:待定|缺项)，(-?[\d.]+)～(-?[\d.]+)）)?(?:（缺佐证([\d.]+)）)?")
_SIGNED = re.compile(r"-?\d+(?:\.\d+)?")
_TEXT = plain("".join(scores.SOURCE.split()))
#: What lines are counted together where the others of their group stand.
_GROUPED = {"2", "3", "4", "5"}


def claims(told: Told, unsupported: Mapping[str, str], pieces: Mapping[str, Sequence[str]]) -> list[Claim]:
    """Return all that the table may say."""
    own = [*quotes([scores.TITLE]), *says("报送日期：{day}", day=told.facts.get("submit_date"))]
    return [*own, _table(told, unsupported, pieces)]


def _table(told: Told, unsupported: Mapping[str, str], pieces: Mapping[str, Sequence[str]]) -> Check:
    def check(page: Page) -> Iterator[str]:
        points = scores.points(told)
        (table,) = [block for block in page.blocks if block.rows]
        table.told.append((0, len(table.text)))
        head = list(table.rows[0])
        at = {name: head.index(name) for name in ("内容", "自评分", "佐证编号", "得分理由", "自评说明") if name in head}
        line, seen = "", []
        for row, lines in zip(table.rows[1:], table.lines[1:], strict=True):
            if len(row) < len(head):  # a sum: its cells are merged
                yield from _sum(told, points, row, "可得上限" in head)
                continue
            line = line_of(line, row[at["内容"]])
            seen.append(line)
            for cell in row[1:5]:
                if cell and cell not in _TEXT and cell.replace("－", "-") not in _TEXT:
                    yield f"{line}: {cell[:30]} does not stand in the source"
            if line in _GROUPED:
                if row[at["自评分"]]:
                    yield f"{line}: {row[at['自评分']]}, but it counts with line 1"
            else:
                yield from _points(line, row[at["自评分"]], points[line], unsupported)
                if "可得上限" in head and not agrees(row[head.index("可得上限")], points[line].high):
                    yield f"{line}: at most {row[head.index('可得上限')]}, {points[line].high} by the records"
            because = lines[at.get("得分理由", at.get("自评说明", 0))]
            yield from reasons.wrong(told, line, because, unsupported.get(line, "0"))
            if row[at["佐证编号"]] != "".join(pieces.get(line, ())):
                yield f"{line}: evidence {row[at['佐证编号']]} is {pieces.get(line)}"
        if sorted(set(seen)) != sorted({*scores.FULL, *scores.BONUS, *_GROUPED, "B8"}):
            yield f"the table has the lines {seen}"

    return check


def line_of(before: str, content: str) -> str:
    """Which line a row is, by the number that its text begins with; a row without a text goes with the one before."""
    match = re.match(r"(\d+)[)）]", content)
    if match is None:
        return {"26": "26+", "40a": "40b"}[before]
    number_ = int(match[1])
    is_bonus = before[:1] == "B" or (number_ == 1 and before == "40b")
    return f"B{number_}" if is_bonus else "40a" if number_ == 40 else str(number_)


def _points(line: str, cell: str, points: Span, unsupported: Mapping[str, str]) -> Iterator[str]:
    match = _RANGE.fullmatch(cell)
    if match is None:
        yield f"{line}: {cell} is no score"
        return
    low, high, lacking = match[1], match[3] or match[1], match[4] or "0"
    if not agrees(low, points.low) or not agrees(high, points.high) or (match[2] or low) != low:
        yield f"{line}: {cell} is {points} by the records"
    if Fraction(lacking) != Fraction(unsupported.get(line, "0")) and match[2] is None:
        yield f"{line}: {lacking} points lack evidence, {unsupported.get(line, '0')} by what is on file"


def _sum(told: Told, points: Mapping[str, Span], row: Sequence[str], with_most: bool) -> Iterator[str]:
    title, *cells = row
    names = {plain(f"{s}{scores.headings()[s][0]}小计"): lines for s, lines in scores.SECTIONS.items()}
    names |= {"Ⅷ加减分项目小计": (*scores.BONUS[1:], "B8"), "基础分合计": tuple(scores.FULL), "加分合计": scores.BONUS}
    names |= {"扣分合计": ("B8",), "总计": (*scores.FULL, *scores.BONUS, "B8")}
    lines = names.get(title)
    if lines is None:
        yield f"{title} is no sum"
        return
    whole = total(points[line] for line in lines)
    full = sum(scores.FULL.get(line, 0) for line in lines) if title[0] != "Ⅷ" and "分合计" not in title[1:] else 0
    wanted = [Fraction(full)] if (title.endswith("小计") and title[0] != "Ⅷ") or title == "基础分合计" else []
    if title == "基础分合计":
        wanted = [Fraction(100)]
    printed = [cell for cell in cells if NUMBER.search(cell)]
    wanted += [whole.low] if not with_most else [whole.low, whole.high]
    for cell, value in zip(printed, wanted, strict=False):
        first = _SIGNED.search(cell)
        if first is None or not agrees(first[0], value):
            yield f"{title}: {cell} is {value} by the records"
    if len(printed) != len(wanted):
        yield f"{title} has {printed}, not {len(wanted)} numbers"
