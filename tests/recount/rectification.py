"""整改进展情况: the report to whoever inspected, and the one for the public."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from second_scorer.facts import Row

from .claims import Claim, Known, Rows, quotes, says
from .samples import Told

HEAD = ("序号", "类别", "整改事项", "状态", "责任科室", "责任人", "整改期限", "是否逾期")
UNSAID = "未载明"
STATES = {"done": "完成", "phased": "阶段性完成", "basic": "基本完成", "open": "未完成"}


def claims(told: Told, *, public: bool) -> list[Claim]:
    """Return all that a report on 整改 may say; what is not public stands in the public one as it may be told."""
    return list(_claims(told, public))


def _claims(told: Told, public: bool) -> Iterator[Claim]:
    its = told.rows("rectification")[0]
    yield from quotes([f"根据{its['by']}"])
    yield from quotes([f"电子邮箱：{its.get('email', '')}", f"联系电话：{its.get('phone', '')}"], needed=False)
    declared = {row["item"]: row for row in told.rows("rectification_count")}
    for item, words in (
        ("问题表现", "指出具体问题{n}个，目前"), ("整改意见", "整改意见{n}条"),
        ("举一反三", "“举一反三”整改事项{n}个，目前"), ("深度整改任务", "深度整改任务{n}个，目前"),
    ):  # fmt: skip
        row = declared.get(item)
        if row is None or not row["total"]:
            continue
        yield from says(words, n=row["total"])
        start = words.partition("{n}")[0]
        for state, told_as in (
            ("done", "(?:已完成整改|，已落实)"),
            ("phased", "阶段性完成"),
            ("basic", "基本完成"),
            ("open", "未完成"),
        ):
            if row.get(state):
                yield from says(f"{start}[^。；]*?{told_as}{{n}}[个条]", n=row[state])
    items = told.rows("rectification_item")
    for measure in told.rows("rectification_measure"):
        hidden = public and measure.get("not_public")
        yield from quotes([measure.get("public_text", "") if hidden else measure["text"]])
    yield from quotes((row.get("title", "") for row in items), needed=False)
    for row in told.rows("statement"):
        if "整改" in row["document"]:
            yield from quotes(_paragraphs(str(row["text"])), needed=False)
    if not public:
        yield from _list(told, items)


def _paragraphs(text: str) -> list[str]:
    """Return the paragraphs of somebody's text, without the mark that makes a heading of one."""
    return [
        re.sub(r"^#+\s*|^\d+\.\s*|^（[一二三四五六七八九十]+）", "", part.strip())
        for part in text.split("\n")
        if part.strip()
    ]


def _list(told: Told, items: list[Row]) -> Iterator[Claim]:
    """The list (整改台账) that the report encloses."""
    states = Counter(row.get("status", UNSAID) for row in items)
    yield from says("共列整改事项{n}项", n=len(items))
    for state in (*STATES.values(), UNSAID):
        if states[state]:
            yield from says(f"[：，]{state}(?:状态)?{{n}}项", n=states[state])
    day = told.facts.get("as_of") or told.facts.get("submit_date")
    yield from says("统计截至{day}", day=day)
    rows: list[list[Known | None]] = []
    for at, row in enumerate(items, 1):
        is_over = row.get("status") == "完成" or "due" not in row or day is None
        late = "—" if is_over else "逾期" if row["due"] < day else "未到期"
        cells = [row.get(name, UNSAID) for name in ("status", "department", "person", "due")]
        rows.append([at, row["class"], row.get("title", "上述问题"), *cells, late])
    yield Rows(HEAD, rows)
