"""What a document's template may meet: the context of a sample unit, and the same with zeros, blanks and nothing.

It is made by what makes it for a unit, so that the check can't know other names than the rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaoping.core.figures import Fact, Figure, Missing
from kaoping.core.findings import Findings
from kaoping.core.forms import DRAFT
from kaoping.core.packs import Pack
from kaoping.core.seam import Seasons

if TYPE_CHECKING:
    from kaoping.pipeline.outputs import Outputs


def context(stem: str, pack: Pack) -> Mapping[str, Any]:
    """Return the context of the document ``stem`` for the sample unit."""
    return pack.part("sample outputs", _outputs).context(stem)


def _outputs(pack: Pack) -> Outputs:
    from kaoping.bundle.plan import plan_bundle
    from kaoping.pipeline.assessment import Assessment
    from kaoping.pipeline.example import example_unit
    from kaoping.pipeline.outputs import Outputs
    from kaoping.scoring import score

    taken = example_unit(pack)
    card = score(taken.rubric, taken.dossier, Findings())
    plan = plan_bundle(taken.rubric, card, taken.dossier, DRAFT)
    return Outputs(Assessment(taken.dossier, taken.rubric, card, plan, (), Findings(), (), Seasons(taken.dossier)))


def situations(stem: str, pack: Pack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield contexts that a template must cope with, each with the words for when it is so."""
    sample = context(stem, pack)
    yield "样例单位的数据", sample
    yield "数据都有", _each(sample, lambda fact: fact if fact else Figure("1", "样例", Fraction(1)))
    yield "数据都是0", _each(sample, _zero)
    yield "数据都没有填报", {**sample, "fact": _each(sample["fact"], lambda fact: Missing("数据", "样例"))}
    yield "一条记录也没有", {**sample, "fact": {name: _emptied(value) for name, value in sample["fact"].items()}}
    optional = {field.name for field in pack.vocabulary.unit.fields if not field.required}
    unit = {name: None if name in optional else value for name, value in sample["unit"].items()}
    yield "单位情况里选填的都没有填", {**sample, "unit": unit}


def _each(value: Any, change: Callable[[Fact], Fact]) -> Any:
    """Return ``value`` with every fact in it changed."""
    if isinstance(value, Figure | Missing):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each(item, change) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_each(item, change) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _each(getattr(value, item.name), change) for item in fields(value)}
    return value


def _zero(fact: Fact) -> Fact:
    is_text = isinstance(fact, Figure) and fact.value is None
    return fact if is_text else Figure("0", fact.source, Fraction(0))


def _emptied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {}
    return value if isinstance(value, Figure | Missing) or not isinstance(value, Sequence) else []
