"""How things look on the page: the templates, and the words in which figures and days stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from kaoping import api


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(api.template("page")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_FILTERS)
    return environment


def page(name: str, facts: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """Return the page that the template ``name`` makes of ``facts``."""
    return HTMLResponse(part(name, facts), status)


def part(name: str, facts: Mapping[str, Any]) -> str:
    """Return the part of a page that the template ``name`` makes of ``facts``."""
    return _environment().get_template(f"{name}.html").render(facts)


def static() -> Path:
    """Return the folder of stylesheet and script."""
    return api.template("page") / "static"


def points(value: Fraction) -> str:
    """Return points as they are printed everywhere: 3, 0.5, 1/3."""
    return api.number(value)


def span(low: Fraction, high: Fraction) -> str:
    """Return a range of points, or the one number where both ends are the same."""
    return api.span_text(low, high)


def percent(part: Fraction | int, whole: Fraction | int) -> str:
    """Return how wide a bar's part is, as an SVG attribute."""
    return f"{float(part) / float(whole) * 100:.2f}%" if whole else "0%"


def day(value: date) -> str:
    """Return a day as people write it, with its year where that is not the year of today: 12月18日, 2017年12月18日."""
    year = "" if value.year == date.today().year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日"


def here(message: str) -> str:
    """Return a message, which names commands, as it is read on the page."""
    return api.placed(str(message))


@cache
def _mends() -> Mapping[str, str]:
    """What is done on the page about a finding, by its code, where that is another than elsewhere."""
    mends: dict[str, str] = yaml.safe_load((api.template("page") / "mends.yaml").read_text("utf-8"))
    return mends


def mend(finding: api.Finding) -> str:
    """Return how to mend what a finding says, as it is done on the page."""
    return _mends().get(finding.code) or here(finding.mend)


def sentences(findings: Iterable[api.Finding]) -> str:
    """Return what is wrong and how to mend it, as it is read on the page."""
    return "".join(here(its.problem) + mend(its) for its in findings)


_FILTERS: dict[str, Callable[..., str]] = {
    "points": points,
    "span": span,
    "percent": percent,
    "day": day,
    "weekday": api.weekday,
    "here": here,
    "mend": mend,
}
