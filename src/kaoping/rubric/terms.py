"""A line's reckoning in words: from which points, by which units, up to which limits, and whose words say so.

What the clauses themselves give stands in ``explanation``; these are the terms between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from kaoping.core.figures import number, span_text
from kaoping.rubric.nodes import THEN, Exemption, Line
from kaoping.rubric.rules._bounds import Limit
from kaoping.rubric.rules._deduct import Beyond, Deduct, Defect, Forfeit, Spent, Taken
from kaoping.rubric.rules._each import PARTIAL, Each
from kaoping.rubric.rules._matters import PerMatter
from kaoping.rubric.rules._slope import End, Slope
from kaoping.rubric.rules.combine import Sum
from kaoping.rubric.rules.declared import bare
from kaoping.rubric.rules.params import Answer, ByLevel, FromNotice, Literal, MeasuredEdge, as_number


def terms(line: Line) -> list[str]:
    """Return the terms of the line's rule, in the order of the rule, each once."""
    sentences = [text for node in line.nodes for text in _of(node, line.role)]
    sentences += [_exempt(exemption) for exemption in line.not_applicable]
    if line.beyond:
        sentences.append(f"可以超出本项的分（“{line.beyond}”）")
    return list(dict.fromkeys(sentences))


def _of(node: Any, role: str) -> Iterator[str]:
    match node:
        case Deduct():
            yield f"从{_value(node.start.value)}分扣起{_whose(node.start)}"
            yield _down_to(node.floor)
        case Taken():
            yield _units(node, "扣", -node.off.high, -node.off.low)
            if node.cap is not None:
                edge = as_number(node.cap.value.value) if isinstance(node.cap.value, Literal) else None
                yield f"这一条最多扣{number(-edge) if edge is not None else '几'}分{_whose(node.cap)}"
        case Defect():
            yield f"{_quoted(node.text)}扣{span_text(-node.off.high, -node.off.low)}分"
        case Forfeit():
            yield f"{_quoted(node.text)}本项不得分"
        case Beyond() | Spent():
            yield f"“{node.text}”：追加扣分，不受扣完为止的限制"
        case Each():
            taking = node.points.high <= 0 and node.points.low < 0
            ends = (-node.points.high, -node.points.low) if taking else (node.points.low, node.points.high)
            if node.start:
                yield f"从{number(node.start)}分{'扣' if taking else '算'}起"
            yield _units(node, "扣" if taking else "加" if role == "bonus" else "得", *ends)
            yield from _limits(node.cap, node.floor, role)
        case Sum():
            yield from _limits(node.cap, node.floor, role)
        case Slope():
            unit = getattr(bare(node.measure), "unit", "")
            scale = "，".join(
                f"{_value(end.at, node)}{unit * isinstance(end.at, Literal)}的{number(end.points)}分"
                for end in (node.first, node.last)
            )
            rounded = f"，保留{node.places}位小数（四舍五入）" if node.places is not None else ""
            yield f"{_quoted(node.text)}{scale}，其间按比例{rounded}；{_outside(node.first, node.last)}"
        case PerMatter():
            taking = min(node.points.values()) < 0
            worth = "、".join(
                f"{level}{'扣' if taking else ''}{number(abs(its))}分" for level, its in node.points.items()
            )
            same = f"同一事项（{node.matter.title}一样的）"
            yield f"{_quoted(node.text)}{worth}；{same}只计最{'重' if taking else '高'}的一次"
            yield from _limits(node.cap, node.floor, role)


def _units(node: Each | Taken, verb: str, low: Fraction, high: Fraction) -> str:
    measure = bare(node.measure)
    percent = getattr(measure, "as_percent", False)
    unit = "个百分点" if percent else getattr(measure, "unit", "") or "个"
    per = number(node.per * 100 if percent else node.per)
    side = f"{'低于' if node.edge[0] == 'below' else '超过'}{_value(node.edge[1], node)}的，" if node.edge else "，"
    each = f"每{unit if per == '1' and not percent else per + unit}"
    text = f"{getattr(measure, 'label', '')}{side}{each}{verb}{span_text(low, high)}分".removeprefix("，")
    if node.because:
        text += f"（{node.because}）"
    if node.partial:
        return f"{text}，{PARTIAL[node.partial]}"
    # A count by ones leaves nothing over.
    return f"{text}，不足{per}{unit}的部分，原文没有写怎样计" if percent or node.per != 1 else text


def _limits(cap: Limit | None, floor: Limit | None, role: str) -> Iterator[str]:
    if cap is not None:
        yield f"最高{_value(cap.value)}分{_whose(cap)}"
    if floor is not None and role == "deduction":
        yield f"最多扣{_value(floor.value).removeprefix('-')}分{_whose(floor)}"
    elif floor is not None:
        yield _down_to(floor)


def _down_to(floor: Limit) -> str:
    if isinstance(floor.value, Answer):
        return "扣到几分为止，口径未定"
    return f"扣到{_value(floor.value)}分为止{_whose(floor)}"


def _whose(limit: Limit) -> str:
    return "（原文没有写，这样假定）" if limit.assumed else f"（“{limit.text}”）" if limit.text else ""


def _quoted(text: str) -> str:
    return f"“{text}”：" if text else ""


def _value(param: Any, node: Any = None) -> str:
    match param:
        case MeasuredEdge():
            label = getattr(bare(param.measure), "label", "") or "比较的数"
            times = f"的{number(param.times * 100)}%" if param.times != 1 else ""
            more = f"{'加' if param.plus > 0 else '减'}{number(abs(param.plus))}" if param.plus else ""
            return f"{label}{times}{more}"
        case ByLevel(values):
            return "、".join(f"{level}{_value(its, node)}" for level, its in values.items())
        case Answer():
            return "几（口径未定）"
        case FromNotice():
            return "通知写明的数"
        case Literal():
            edge = as_number(param.value)
            percent = node is not None and getattr(bare(node.measure), "as_percent", False)
            return "几" if edge is None else f"{number(edge * 100)}%" if percent else number(edge)
    return "几"


def _outside(*ends: End) -> str:
    beyond = [end.beyond for end in ends]
    if all(beyond):
        return "两头以外的按两头计"
    return "两头以外的，原文没有写怎样计" if not any(beyond) else "一头以外的按那一头计，另一头以外的原文没有写怎样计"


def _exempt(exemption: Exemption) -> str:
    whom = (
        f"{'、'.join(exemption.levels)}不适用"
        if exemption.levels
        else f"{'、'.join(exemption.but)}以外的单位，条文没有写"
        if exemption.but
        else "有的情况下不适用"
    )
    given = "，待定" if exemption.but and exemption.then == "open" else f"：{THEN[exemption.then]}"
    return f"{whom}{given}" + (f"（“{exemption.text}”）" if exemption.text else "")
