"""A template prints text, numbers and days, and nothing else: whatever way it takes there.

What Python writes of a list, a mapping, a function or nothing at all (``None``, ``[1]``, ``<… object at 0x7f…>``) is no
word of a document, and differs from run to run. So every way from a value to text is watched: what is printed, what a
filter takes for text, what ``~`` puts together, what ``%`` fills in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from functools import wraps
from typing import Any

from jinja2 import Undefined, nodes
from jinja2.filters import make_attrgetter
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Printable:
    """The base of values of ours that a template may print."""


class EmptyPrinted(TypeError):  # noqa: N818 -- it names what is in the document
    """A template prints a value that is not there (None)."""


class NotTextError(TypeError):
    """A template prints a list, a group of values, a yes or no, or a thing of the program's."""


#: Filters that make markup of values, that give something else each time, or that write values as Python does.
_LEFT_OUT = ("safe", "urlize", "xmlattr", "tojson", "random", "pprint")
#: Filters that take what they are given for text.
_TAKE_TEXT = (
    "capitalize", "center", "e", "escape", "forceescape", "indent", "lower", "string", "striptags", "title", "trim",
    "truncate", "upper", "urlencode", "wordcount", "wordwrap",
)  # fmt: skip
#: And those that put all that they are given into it.
_FILL_IN = ("format", "replace")
_CHECKED = "text"  # the filter that stands around the parts of a ~


def as_text(value: Any) -> Any:
    """Return a value that may be printed; raises EmptyPrinted for None, NotTextError for what is no text."""
    if value is None:
        raise EmptyPrinted("模板写出了一个空值：请在模板里先判断，或在数据里写成待补")
    if isinstance(value, bool) or not isinstance(value, str | int | float | Fraction | date | Printable | Undefined):
        raise NotTextError("模板写出了一个不是文字的东西")
    return value


class TextSandbox(ImmutableSandboxedEnvironment):
    """jinja2's sandbox, in which only text becomes text."""

    intercepted_binops = frozenset(["%"])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, finalize=as_text)
        for name in _LEFT_OUT:
            del self.filters[name]
        self.filters |= {name: _of_text(self.filters[name]) for name in _TAKE_TEXT}
        self.filters |= {name: _of_text(self.filters[name], of_all=True) for name in _FILL_IN}
        self.filters |= {"join": _join_of(self.filters["join"]), _CHECKED: as_text}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for joined in list(tree.find_all(nodes.Concat)):
            joined.nodes = [_checked(part) for part in joined.nodes]
        return tree

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Fill in text alone, where ``left`` is a pattern such as “共%s件”."""
        if isinstance(left, str):
            for value in right if isinstance(right, tuple) else (right,):
                as_text(value)
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may ask for it: not for a text's way to write anything whatever."""
        is_format = isinstance(obj, str) and attr in ("format", "format_map")
        return not is_format and super().is_safe_attribute(obj, attr, value)


def _checked(part: nodes.Expr) -> nodes.Expr:
    return nodes.Filter(part, _CHECKED, [], [], None, None, lineno=part.lineno, environment=part.environment)


def _of_text(filter_: Callable[..., Any], *, of_all: bool = False) -> Callable[..., Any]:
    """Return the filter, refusing a value that is no text, or any such argument (``of_all``)."""
    first = 1 if hasattr(filter_, "jinja_pass_arg") else 0  # what jinja2 itself hands to some of them comes before

    @wraps(filter_)
    def checked(*given: Any, **named: Any) -> Any:
        for value in (*given[first:], *named.values()) if of_all else given[first : first + 1]:
            as_text(value)
        return filter_(*given, **named)

    return checked


def _join_of(filter_: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(filter_)
    def join(evaluation: Any, items: Iterable[Any], mark: str = "", attribute: str | int | None = None) -> Any:
        if attribute is not None:
            items = map(make_attrgetter(evaluation.environment, attribute), items)
        return filter_(evaluation, [as_text(item) for item in items], mark)

    return join
