"""重点任务落实情况对照表: the framework's points, how far each is, and what its lines score."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from second_scorer.facts import Row

from . import scores
from .claims import Check, Claim, agrees, quotes, says
from .claims import check as check_claim
from .page import DIGITS, Page, plain
from .samples import Told

SOURCE = plain("".join((Path(__file__).parent.parent / "data" / "key-tasks-source.txt").read_text("utf-8").split()))
HEAD = ["序号", "任务要求", "落实情况", "状态", "对应考评项（自评分/可得分）", "佐证编号"]
_LINE = re.compile(
    r"(?:加减分项目)?第(\d+)项([^（]*(?:（[^（/]*）[^（]*)*)（(?:([\d.]+)(?:/([\d.]+))?|与第1项合并计分)）"
)
#: What a bonus line may bring, as the source has it.
_BONUS = {"B1": 2, "B2": 2, "B3": 2, "B4": 5, "B6": 4, "B7": 2}


def claims(told: Told, pieces: Mapping[str, Sequence[str]]) -> list[Claim]:
    """Return all that the table may say; ``pieces``: line → the numbers of the evidence that stands with it."""
    return list(_claims(told, pieces))


def _claims(told: Told, pieces: Mapping[str, Sequence[str]]) -> Iterator[Claim]:
    yield from says("{year}年重点任务", year=told.year)
    states = Counter(row["state"] for row in told.rows("commitment") if "state" in row)
    for state, number in states.items():
        yield from says(f"{state}{{n}}条", n=number)
    yield from quotes([row.get("done", "") for row in told.rows("commitment")])
    yield _table(told, states, pieces)


def _table(told: Told, states: Counter[str], pieces: Mapping[str, Sequence[str]]) -> Check:
    def check(page: Page) -> Iterator[str]:
        (table,) = [block for block in page.blocks if block.rows]
        if table.rows[0] != HEAD:
            yield f"the table is headed {table.rows[0]}"
        tasks, at, told_rows = 0, 0, 0
        for row in table.rows[1:]:
            if len(set(row)) == 1 or len(row) == 1 or row[0].startswith("（"):
                tasks, at = tasks + 1, 0
                if row[0][1] != DIGITS[tasks - 1]:
                    yield f"task {tasks} is numbered {row[0][:3]}"
                continue
            at, told_rows = at + 1, told_rows + 1
            record = next((its for its in told.rows("commitment") if its["id"] == f"{tasks}-{at}"), {})
            yield from _row(told, row, at, record, pieces)
        table.told.append((0, len(table.text)))
        counted = says("重点任务{t}项，分解为{n}条", t=tasks, n=told_rows)
        if told_rows > sum(states.values()):
            counted += says("未填报{n}条", n=told_rows - sum(states.values()))
        for claim in counted:
            yield from check_claim(page, claim)

    return check


def _row(told: Told, row: Sequence[str], at: int, record: Row, pieces: Mapping[str, Sequence[str]]) -> Iterator[str]:
    number, text, done, state, lines, evidence = row
    if number != str(at) or text.rstrip("。；") not in SOURCE:
        yield f"{number} {text[:20]} is no point of the source, or not the {at}th"
    wanted = plain("".join(str(record.get("done", "未填报")).split())) + (
        f"（{record['department']}）" if "department" in record else ""
    )
    if done != wanted:
        yield f"row {number} {text[:12]}: {done} is {wanted} by the records"
    due = f"，{record['due'].year}年{record['due'].month}月{record['due'].day}日前完成" if "due" in record else ""
    if state != record.get("state", "未填报") + due:
        yield f"row {number} {text[:12]}: {state} is {record.get('state', '未填报')}{due} by the records"
    points = scores.points(told)
    named = list(_lines(lines))
    if not named and lines != "细则没有对应项":
        yield f"row {number}: no line is named in {lines}"
    for line, own, full in named:
        if own is None:
            continue
        wanted_full = scores.FULL.get(line) or _BONUS.get(line)
        if not agrees(own, points[line].low) or (full is not None and full != str(wanted_full)):
            yield f"row {number}: {line} has {own}/{full}, {points[line].low}/{wanted_full} by the records"
    behind = dict.fromkeys(number_ for line, *_ in named for number_ in pieces.get(line, ()))
    if evidence != "".join(behind):
        yield f"row {number} {text[:12]}: evidence {evidence} is {'、'.join(behind)}"


def _lines(cell: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield the lines that a cell names: id, points, what it may bring (None for what counts with its group)."""
    for part in cell.split("；") if "第" in cell else ():
        match = _LINE.fullmatch(part)
        if match is None:
            yield part, "0", "0"
            continue
        title = match[2]
        line = ("B" if part.startswith("加减分") else "") + match[1]
        if line == "40":
            line = next(id_ for id_ in ("40a", "40b") if plain(scores.titles()[id_]).replace(" ", "") in title)
        yield line, match[3], match[4]
