"""Filters over records (`where`): each row matches, does not, or can't be told because a field is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kaoping.core import schema
from kaoping.core.decode import reads
from kaoping.core.figures import number
from kaoping.core.model import Unreadable, Value
from kaoping.core.yamltree import ExpectedError, Node
from kaoping.rubric.rules.evaluation import Cell, Context
from kaoping.rubric.rules.params import PARAMS, DataEnd, Literal, Param, as_number, parse_param

_COMPARE = {
    "at_least": lambda value, edge: value >= edge,
    "at_most": lambda value, edge: value <= edge,
    "above": lambda value, edge: value > edge,
    "below": lambda value, edge: value < edge,
    "from": lambda value, edge: value >= edge,
    "to": lambda value, edge: value <= edge,
    "by": lambda value, edge: value <= edge,  # …前（含当日）办结、录入
    "before": lambda value, edge: value < edge,  # 于…前
    "after": lambda value, edge: value > edge,
}
_WORDS = {
    "at_least": "不少于", "at_most": "不多于", "above": "超过", "below": "低于", "from": "自", "to": "至",
    "by": "不晚于", "before": "早于", "after": "晚于",
}  # fmt: skip

_UNSAID = "没有写"


def _is_empty(value: Value) -> bool:
    return value is None or value == ()


def show_value(value: Cell) -> str:
    """Return a cell as a clerk wrote it, a number that is not known exactly with both its ends."""
    if value is None or value == ():
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(value)
    return number(value) if isinstance(value, Fraction) else str(value)


def comparable(value: Value) -> Fraction | None:
    """Return what a comparison sees: a number, or a date's ordinal; None for text and empty cells."""
    if isinstance(value, date):
        return Fraction(value.toordinal())
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value)
    return None


def lacking(field: schema.Field, value: Value) -> str:
    """Return why ``value`` is nothing to go by: left empty, not to be read, or of a column that was not there."""
    if field.step and _is_empty(value):  # a step that was taken too late for the year is none of the year's either
        return f"年内到报送时没有{field.title}"
    how = fault(value)
    return f"{how}{field.title}" if how == _UNSAID else f"{field.title}{how}"


def fault(value: Value) -> str:
    """Return what is wrong with a cell that gives nothing: 未填, 填得不对, or 没有写 where its column was not there."""
    if not isinstance(value, Unreadable):
        return "未填"
    return "填得不对" if value.text else _UNSAID


@dataclass(frozen=True, slots=True)
class Test:
    """One field's test."""

    field: schema.Field
    op: str  # is | not | stated | unless | has | blank | ended | one of the comparisons
    param: Param

    @property
    def is_sort(self) -> bool:
        """Whether it asks what sort of record it is (a topic, a place), and not how much, when or whether."""
        return self.op in ("is", "not", "has") and self.field.type == "string"

    def check(self, value: Value, wanted: Any) -> bool | None:
        """Return whether ``value`` passes; ``wanted`` is the resolved parameter; None: can't be told."""
        if self.op == "blank" and wanted is not None:
            asked = {flag in ("true", "是") for flag in (wanted if isinstance(wanted, list) else [wanted])}
            return len(asked) == 2 or (None if isinstance(value, Unreadable) else _is_empty(value) in asked)
        if self.op == "ended" and isinstance(value, str):
            return wanted is None or schema.month_end(value) <= wanted
        if isinstance(value, Unreadable):
            return None  # written, but not to be read: neither empty nor anything else
        if value is None:
            return {"stated": False, "unless": True}.get(self.op)
        if wanted is None:
            return None
        if self.op in _COMPARE:
            seen, edge = comparable(value), as_number(wanted)
            return None if seen is None or edge is None else bool(_COMPARE[self.op](seen, edge))
        items = wanted if isinstance(wanted, list) else [wanted]
        options = [self._typed(item) for item in items if item is not None]
        if len(options) < len(items) and value not in options:
            return None  # an open question stands among them: it may name this value or not
        if self.op == "has":
            return isinstance(value, tuple) and any(item in value for item in options)
        return (value not in options) if self.op in ("not", "unless") else (value in options)

    def _typed(self, item: Any) -> Value:
        text = item if isinstance(item, str) else str(item)
        return text if self.field.listed else self.field.parse(text)

    def say(self, value: Value, result: bool | None, wanted: Any) -> str:
        """Return why a row was left out, for the trace."""
        if isinstance(value, Unreadable) or _is_empty(value):
            return lacking(self.field, value)
        if self.op == "blank":
            return f"{self.field.title}已填"
        if self.op == "ended":
            return f"到{wanted}为止{self.field.title}“{value}”还没有过完"
        if result is None:
            return f"{self.field.title}的要求未定"
        shown = wanted if not isinstance(wanted, list) else "、".join(map(str, wanted))
        asked = f"{_WORDS[self.op]}{shown}" if self.op in _WORDS else ""
        return f"{self.field.title}为“{show_value(value)}”" + (f"（要求{asked}）" if asked else "")


@dataclass(frozen=True, slots=True)
class Where:
    """All tests of a filter; they must all pass."""

    tests: tuple[Test, ...] = ()

    @property
    def entries(self) -> tuple[tuple[str, str], ...]:
        """The sort of record that alone passes: field → value. Whether something was done is not of its sort."""
        return tuple(
            (test.field.name, test.param.value)
            for test in self.tests
            if test.op == "is"
            and test.is_sort
            and isinstance(test.param, Literal)
            and isinstance(test.param.value, str)
        )

    def wanted(self, context: Context) -> list[Any]:
        """Return what each test asks for in ``context``."""
        return [test.param.resolve(context) for test in self.tests]

    def checking(self, wanted: Sequence[Any]) -> Callable[[Sequence[Value]], tuple[bool | None, str]]:
        """Return what says whether a row's cells (of the tests' fields) match (None: can't be told) and why not.

        A column of a long table has few different cells: each is tested once.
        """
        tests: list[tuple[Test, Any, dict[Value, tuple[bool | None, str]]]]
        tests = [(test, asked, {}) for test, asked in zip(self.tests, wanted, strict=True)]

        def check(cells: Sequence[Value]) -> tuple[bool | None, str]:
            answer: tuple[bool | None, str] = (True, "")
            for (test, asked, known), value in zip(tests, cells, strict=True):
                if value not in known:
                    passed = test.check(value, asked)
                    known[value] = passed, "" if passed else test.say(value, passed, asked)
                its = known[value]
                if its[0] is False:
                    return its
                if its[0] is None and answer[0]:
                    answer = its
            return answer

        return check


#: The filter that all records pass.
ALL = Where()


@reads(Where, "kind")
def parse_where(node: Node, kind: schema.Kind) -> Where:
    """Parse a filter over ``kind``; raises ExpectedError for an unknown field, operator or option."""
    tests: list[Test] = []
    for name, spec in node.mapping().items():
        field = kind.field(name)
        if field is None:
            names = "、".join(item.name for item in kind.fields)
            raise ExpectedError(spec, f"记录“{kind.title}”没有字段“{name}”；可用：{names}")
        tests.extend(_parse_test(spec, field))
    return Where(tuple(tests))


def _parse_test(spec: Node, field: schema.Field) -> list[Test]:
    ops = {"is", "in", "not", "stated", "unless", "has", "blank", "ended", *_COMPARE}
    if isinstance(spec.value, dict) and "ended" in spec.value:
        if field.type != "yearmonth" or spec.value["ended"].text() not in ("true", "是") or len(spec.value) > 1:
            raise ExpectedError(spec, "ended: true 只用于月份，不和别的比较写在一起")
        tests = [Test(field, "ended", DataEnd())]
    elif isinstance(spec.value, dict) and spec.value.keys() <= ops:
        tests = []
        for op, node in spec.value.items():
            tests.append(Test(field, "is" if op == "in" else op, parse_param(node)))
    elif isinstance(spec.value, dict) and not spec.value.keys() & set(PARAMS):
        raise ExpectedError(spec, f"不认识的比较“{'、'.join(spec.value)}”，可用：{'、'.join(sorted(ops))}")
    else:
        tests = [Test(field, "is", parse_param(spec))]
    for test in tests:
        _check_literal(spec, test)
    return tests


def _check_literal(spec: Node, test: Test) -> None:
    """A misspelt option would silently never match: the rubric's author must hear of it when the file is loaded."""
    if test.op in ("blank", "ended") or not isinstance(test.param, Literal):
        return
    values = test.param.value if isinstance(test.param.value, tuple) else (test.param,)
    for item in values:
        if isinstance(item, Literal) and isinstance(item.value, str):
            try:
                test.field.parse(item.value)
            except schema.CellError as error:
                raise ExpectedError(spec, f"字段“{test.field.name}”不会有值“{item.value}”：{error}") from None
