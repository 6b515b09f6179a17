"""A rule that was read off a text, in words again: whoever checks it need not read YAML.

The words are those that the parser knows best, so that reading them must give the same rule once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_BOUNDS = {"at_least": "不低于", "above": "超过", "at_most": "不超过", "below": "低于", "equals": "等于"}
_PARTIAL = {"ignore": "的不计", "count": "的按1个计", "proportional": "的按比例计"}


def sentence(rule: Mapping[str, Any]) -> str:
    """Return the rule in one Chinese sentence, with what was assumed marked as that."""
    parts = list(clauses(rule))
    deduct = rule.get("deduct")
    if deduct:
        start, floor = deduct["from"], deduct["floor"]
        first = f"从{next(iter(start.values()))}分扣起"
        last = f"扣到{next(iter(floor.values()))}分为止" + ("（原文没有写，假定）" if "assumed" in floor else "")
        parts = [first, *parts, last]
    return "；".join(parts)


def clauses(rule: Mapping[str, Any]) -> Iterator[str]:
    """Yield the clauses of the rule, each as one would write it."""
    ((kind, its),) = rule.items()
    if kind == "deduct":
        for item in its["items"]:
            ((name, child),) = item.items()
            yield from _item(name, child)
    elif kind == "tiers":
        yield _tiers(its, "得")
    elif kind == "each":
        yield _each(its, "得" if "start" not in its else "扣", its["points"])
    elif kind == "choice":
        yield "，".join(f"{words}得{_amount(out['points'])}分" for words, out in its["outcomes"].items())
    elif kind == "sum":
        for part in its:
            yield from clauses(part["rule"])
    elif kind == "slope":
        first, last = its["from"], its["to"]
        name = its["measure"]["as"]
        yield f"{name}{last['at']}得{last['points']}分，{first['at']}得{first['points']}分，其间按比例计分"


def _item(name: str, its: Mapping[str, Any]) -> Iterator[str]:
    if name == "each":
        yield _each(its, "扣", its["off"])
    elif name == "fixed":
        yield f"{_case(its['when'])}扣{_amount(its['off'])}分"
    elif name == "zero":
        yield f"{_case(its['when'])}不得分"
    else:
        yield _tiers(its["tiers"], "扣")


def _amount(value: Any) -> str:
    return "～".join(map(str, value)) if isinstance(value, list) else str(value).removeprefix("-")


def _unit(measure: Mapping[str, Any]) -> str:
    return "个百分点" if "percent" in measure else str(measure.get("unit") or "个")


def _each(its: Mapping[str, Any], verb: str, worth: Any) -> str:
    measure = its["measure"]
    unit = _unit(measure)
    per = str(its.get("per", "1")).removesuffix("%")
    side = next((name for name in ("below", "above") if name in its), "")
    text = str(measure["as"])
    if side:
        edge = str(its[side])
        text += f"{_BOUNDS['below' if side == 'below' else 'above']}{edge}{'' if edge.endswith('%') else unit}的"
        text += f"，每{'少' if side == 'below' else '超过'}{per}{unit}"
    else:
        text += f"，每{per}{unit}"
    text += f"{verb}{_amount(worth)}分"
    if "cap" in its:
        cap = its["cap"]
        text += f"，最多{verb}{next(iter(cap.values()))}分" + ("（原文没有写，假定）" if "assumed" in cap else "")
    if "partial" in its:
        text += f"，不足{per}{unit}{_PARTIAL[its['partial']]}"
    return text


def _case(when: Mapping[str, Any]) -> str:
    if "judged" in when:
        return "、".join(when["judged"]) + "的，"
    return f"{when['as']}{_sides(when, when)}的，"


def _sides(step: Mapping[str, Any], measure: Mapping[str, Any]) -> str:
    edges = step.get("between", step)
    unit = "" if "percent" in measure else str(measure.get("unit", ""))
    texts = []
    for op, words in _BOUNDS.items():
        if op in edges:
            edge = str(edges[op])
            texts.append(f"{words}{edge}{'' if edge.endswith('%') else unit}")
    return "、".join(texts)


def _tiers(its: Mapping[str, Any], verb: str) -> str:
    measure = its["measure"]
    steps = [f"{_sides(step, measure)}{verb}{_amount(step['points'])}分" for step in its["steps"]]
    return f"{measure['as']}{'，'.join(steps)}"
