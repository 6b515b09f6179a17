"""What a template must cope with: the data of a sample unit, and the same with zeros, blanks and nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kaoping.core.figures import Fact, Figure, Missing

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a document's template gets for a sample unit; its names are those that any template of it may use.

    ``optional`` are the fields of the unit itself that need not be filled in.
    """

    context: Context
    optional: Collection[str]

    def situations(self) -> Iterator[tuple[str, Context]]:
        """Yield contexts made of the sample's, each with the words for when it is so."""
        sample, fact = self.context, self.context["fact"]
        yield "样例单位的数据", sample
        yield "数据都有", _each(sample, lambda fact: fact if fact else Figure("1", "样例", Fraction(1)))
        yield "数据都是0", _each(sample, _zero)
        yield "数据都没有填报", {**sample, "fact": _each(fact, lambda _: Missing("数据", "样例"))}
        yield "一条记录也没有", {**sample, "fact": {name: _emptied(value) for name, value in fact.items()}}
        if "supplement" in sample:
            nothing = {name: _emptied(value) for name, value in sample["supplement"].items()}
            yield "补充材料里没有变动", {**sample, "supplement": nothing}
        unit = {name: None if name in self.optional else value for name, value in sample["unit"].items()}
        yield "单位情况里选填的都没有填", {**sample, "unit": unit}


def _each(value: Any, change: Callable[[Fact], Fact]) -> Any:
    """Return ``value`` with every fact in it changed."""
    match value:
        case Figure() | Missing():
            return change(value)
        case Mapping():
            return {key: _each(item, change) for key, item in value.items()}
        case list() | tuple():
            return [_each(item, change) for item in value]
    return value


def _zero(fact: Fact) -> Fact:
    is_text = isinstance(fact, Figure) and fact.value is None
    return fact if is_text else Figure("0", fact.source, Fraction(0))


def _emptied(value: Any) -> Any:
    return type(value)() if isinstance(value, dict | list) else value
