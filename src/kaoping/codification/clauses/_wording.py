"""A rule that was read off a text, in words again: whoever checks it need not read YAML.

The words are those that the parser knows best: read anew, they must give the same rule (``_checks``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kaoping.core.figures import number

#: The option of a fact that is not so.
ABSENT = "没有这种情况"
#: What stands behind a number that the text does not state.
ASSUMED = "（原文没有写，假定）"
_BOUNDS = {"at_least": "不低于", "above": "超过", "at_most": "不超过", "below": "低于", "equals": "等于"}
_PARTIAL = {"ignore": "的不计", "count": "的按1个计", "proportional": "的按比例计"}
_DAYS = {"below": "前", "at_most": "前（含当日）", "above": "后"}


def sentence(rule: Mapping[str, Any], role: str = "base") -> str:
    """Return the rule in one Chinese sentence, with what was assumed marked as that."""
    parts = list(clauses(rule, role))
    deduct = rule.get("deduct")
    if deduct:
        start, floor = deduct["from"], deduct["floor"]
        last = f"扣到{_first(floor)}分为止" + (ASSUMED if "assumed" in floor else "")
        parts = [f"从{_first(start)}分扣起", *parts, last]
    return "；".join(parts)


def clauses(rule: Mapping[str, Any], role: str = "base") -> Iterator[str]:
    """Yield the clauses of the rule, each as one would write it."""
    ((kind, its),) = rule.items()
    if kind == "deduct":
        for item in its["items"]:
            yield _item(*next(iter(item.items())))
        least = str(its["floor"].get("said", "0"))
        if least != "0":
            yield f"各项合计最多扣{number(Fraction(_first(its['from'])) - Fraction(least))}分"
    elif kind == "tiers":
        yield _tiers(its, "得")
    elif kind == "each":
        yield _each(its, "加" if role == "bonus" else "得", its["points"])
    elif kind == "choice":
        verb = "加" if role == "bonus" else "得"
        yield "，".join(f"{words}{verb}{_amount(out['points'])}分" for words, out in its["outcomes"].items())
    elif kind == "sum":
        for part in its["parts"] if isinstance(its, Mapping) else its:
            if "choice" in part["rule"] and ABSENT in part["rule"]["choice"]["outcomes"]:
                (words, out), *_ = part["rule"]["choice"]["outcomes"].items()
                yield f"{words}{'加' if role == 'bonus' else '得'}{_amount(out['points'])}分"
            else:
                yield from clauses(part["rule"], role)
    else:
        yield _slope(its)


def _first(limit: Mapping[str, Any]) -> str:
    return str(next(iter(limit.values())))


def _slope(its: Mapping[str, Any]) -> str:
    name, first, last = its["measure"]["as"], its["from"], its["to"]
    if str(first["at"]) not in ("0", "0%"):  # all points at 100%
        zero, most = Fraction(str(first["at"]).removesuffix("%")) / 100, Fraction(str(last["points"]))
        steep = most / (1 - zero)
        return f"得分={number(steep)}×{name}-{number(steep - most)}"
    if its["measure"].get("unit") == "分":  # of a hundred
        return f"{name}×{last['points']}%"
    if "beyond" in last:
        at = last["at"] if "percent" in its["measure"] else f"{last['at']}{_unit(its['measure'])}"
        return f"{name}达到{at}得{last['points']}分，未达到的按完成比例得分"
    if str(last["points"]) == "0":
        return f"得分=(1-{name})×{its['from']['points']}"
    return f"得分={name}×{last['points']}"


def _item(name: str, its: Mapping[str, Any]) -> str:
    if name == "each":
        return _each(its, "扣", its["off"])
    if name == "spent":
        return f"扣满本项分值的，追加扣{_amount(its['off'])}分"
    if name == "extra":
        return (
            f"{_case(its['when'])}追加扣{_amount(its['off'])}分" if "when" in its else _each(its, "追加扣", its["off"])
        )
    if name == "fixed":
        return f"{_case(its['when'])}扣{_amount(its['off'])}分"
    return f"{_case(its['when'])}不得分" if name == "zero" else _tiers(its["tiers"], "扣")


def _amount(value: Any) -> str:
    ends = [str(end).removeprefix("-") for end in (value if isinstance(value, list) else [value])]
    return "～".join(ends[::-1] if isinstance(value, list) and str(value[0]).startswith("-") else ends)


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
        text += f"{_BOUNDS[side]}{edge}{'' if edge.endswith('%') else unit}的"
        text += f"，每{'少' if side == 'below' else '超过'}{per}{unit}"
    else:
        text += f"，每{per}{unit}"
    text += f"{verb}{_amount(worth)}分"
    if "cap" in its:
        text += f"，最多{verb}{_first(its['cap'])}分" + (ASSUMED if "assumed" in its["cap"] else "")
    if "partial" in its:
        text += f"，不足{per}{unit}{_PARTIAL[its['partial']]}"
    return text


def _case(when: Mapping[str, Any]) -> str:
    if when.keys() & {"any", "all"}:
        ((how, fails),) = when.items()
        texts = [_case(its["not"]).removesuffix("的，") for its in fails]
        return f"{'、'.join(texts)}有一样没有做到的，" if how == "any" else f"{'、'.join(texts)}都没有做到的，"
    if "judged" in when:
        return "、".join(when["judged"]) + "的，"
    return f"{when['as']}{_sides(when, when)}的，"


def _sides(step: Mapping[str, Any], measure: Mapping[str, Any]) -> str:
    edges = step.get("between", step)
    unit = "" if "percent" in measure else str(measure.get("unit", ""))
    texts = []
    for op, words in _BOUNDS.items():
        if isinstance(edges.get(op), dict):
            texts.append(f"{edges[op]['day_of_year'].replace('-', '月')}日{_DAYS[op]}")
        elif op in edges:
            edge = str(edges[op])
            texts.append(f"{words}{edge}{'' if edge.endswith('%') else unit}")
    return "、".join(texts)


def _tiers(its: Mapping[str, Any], verb: str) -> str:
    measure = its["measure"]
    taking = verb == "扣"
    steps = [step for step in its["steps"] if not taking or str(step["points"]) != "0" or "text" in step]
    worth = [
        "不扣分" if taking and str(step["points"]) == "0" else f"{verb}{_amount(step['points'])}分" for step in steps
    ]
    texts = [f"{_sides(step, measure)}{gives}" for step, gives in zip(steps, worth, strict=True)]
    return f"{measure['as']}{'，'.join(texts)}"
