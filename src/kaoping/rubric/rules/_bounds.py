"""Limits (封顶, 扣完为止, 从几分扣起): how far points go, and whether the text says so or its reader assumed it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kaoping.core.decode import reads
from kaoping.core.figures import UNBOUNDED, number, span_text
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric.rules.evaluation import Context, Interval, Possible
from kaoping.rubric.rules.params import Answer, Param, as_number, parse_exact

_MARKS = "said assumed answer"


@dataclass(frozen=True, slots=True)
class Limit:
    """Where points begin or end."""

    value: Param
    text: str = ""  # its words, where they are quoted
    assumed: bool = False  # the text does not say it

    def edge(self, context: Context) -> Fraction | None:
        """Return the number; None where there is no such limit (an answer may say so)."""
        return as_number(self.value.resolve(context))


@reads(Limit)
def parse_limit(node: Node) -> Limit:
    """Parse `5`, `{said: 5, text: …}`, `{assumed: 5}`, or another parameter. Raises ExpectedError."""
    entries = node.value if isinstance(node.value, dict) else {}
    return parse_marked(node) if entries.keys() & {"said", "assumed"} else Limit(parse_exact(node))


def parse_marked(node: Node) -> Limit:
    """Parse a limit that must say whose it is: the text's, its reader's, an open question's; raises ExpectedError."""
    if not isinstance(node.value, dict):
        raise ExpectedError(
            node,
            "写明原文写了没有：写了的 {said: 0, text: 扣完为止}，没有写的 {assumed: 0}，"
            "要问清楚的 {answer: 口径的编号}",
        )
    fields = Fields(node.checked((), (*_MARKS.split(), "text")))
    marks = [mark for mark in _MARKS.split() if mark in fields]
    if len(marks) != 1:
        raise ExpectedError(node, "said（原文写了）、assumed（原文没有写）、answer（口径未定）写一个")
    mark, text = marks[0], fields.text("text")
    if (mark == "said") != bool(text):
        raise ExpectedError(node, "原文写了的（said）要用 text 引原文的话，没有写的（assumed、answer）不引")
    value = Answer(fields.text(mark)) if mark == "answer" else parse_exact(fields[mark])
    return Limit(value, text, mark == "assumed")


def limited(
    points: Interval, cap: Limit | None, floor: Limit | None, context: Context, counted: str = "算得"
) -> tuple[Interval, tuple[str, ...]]:
    """Return ``points`` between ``floor`` and ``cap``, and a sentence for each of the two that cut something off."""
    low, high, why = points.low, points.high, []
    for limit, take, is_cap in ((cap, min, True), (floor, max, False)):
        edge = limit.edge(context) if limit is not None else None
        if limit is None or edge is None or (low, high) == (take(low, edge), take(high, edge)):
            continue
        why.append(_cut(limit, edge, Interval(low, high), is_cap, context.role, counted))
        low, high = take(low, edge), take(high, edge)
    return Interval(low, high), tuple(why)


def _cut(limit: Limit, edge: Fraction, points: Interval, is_cap: bool, role: str, counted: str) -> str:
    """Say which limit cut ``points`` off, in whose words, and what they would be without it."""
    off = role == "deduction"  # 扣: what is below zero is told by how much
    if off:
        edge, points, is_cap = -edge, Interval(-points.high, -points.low), not is_cap
    verb = "扣" if off else "加" if role == "bonus" else ""
    name = "封顶" if is_cap else "扣完为止" if edge == 0 else "保底"
    most = f"按最{'高' if is_cap else '低'}{verb}{number(edge)}分算"
    if points.low > -UNBOUNDED and points.high < UNBOUNDED:
        without = f"{counted}{verb}{span_text(points.low, points.high)}分"
    else:
        without = "数目没有底"
    if limit.assumed:
        return f"原文没有写{name}，{most}（{without}）"
    quote = f"“{limit.text}”" if limit.text else ""
    called = quote if name in limit.text else f"{quote}，{name}" if quote else name
    return f"{called}：{without}，{most}"


def reach_within(points: Interval, cap: Limit | None, floor: Limit | None, possible: Possible) -> Interval:
    """Return how far ``points`` can go between limits that may come to several numbers, or to none."""
    low, high = points.low, points.high
    for limit, take in ((cap, min), (floor, max)):
        edges = possible(limit.value) if limit is not None else ()
        if edges:
            low = min(low if edge is None else take(low, edge) for edge in edges)
            high = max(high if edge is None else take(high, edge) for edge in edges)
    return Interval(low, high)
