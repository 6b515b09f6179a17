"""How much of a test runs by default, and how much only where there is time (`.ci/run`, `just slow`, `just long`).

What decides whether a change may land tries the same examples each time; `just long` alone looks for new ones.
Property tests try a tenth of their examples, or all of them with `--hypothesis-profile=full`; one that asks for a
number of its own names the full one: `@settings(max_examples=examples(60))`. Of many cases that all take long a few
run by default: `@pytest.mark.parametrize("date", sampled(2, DATES))`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest
from hypothesis import settings

#: The profiles, in examples of a hundred. `long` is for `just long`.
PROFILES = {"quick": 10, "full": 100, "long": 1000}


def register() -> None:
    """Make the profiles known. A slow machine, or a busy one, is no failure: there are no deadlines."""
    for name, number in PROFILES.items():
        settings.register_profile(name, max_examples=number, deadline=None, derandomize=name != "long")
    settings.load_profile("quick")


def examples(full: int) -> int:
    """Return how many examples the profile takes where all are ``full``; at least one."""
    return max(1, full * settings.default.max_examples // 100)


def sampled(number: int, cases: Iterable[Any]) -> list[Any]:
    """Return the cases for `parametrize`: the first ``number`` as they are, the others slow."""
    return [case if index < number else _slow(case) for index, case in enumerate(cases)]


def without(heavy: Collection[Any], cases: Iterable[Any]) -> list[Any]:
    """Return the cases for `parametrize`, the ``heavy`` ones slow."""
    return [_slow(case) if case in heavy else case for case in cases]


def seldom(step: int, cases: Iterable[Any]) -> list[Any]:
    """Return the cases for `parametrize`: each ``step``-th one slow, the others for `just long` alone."""
    return [_slow(case) if index % step == 0 else _marked(case, pytest.mark.long) for index, case in enumerate(cases)]


def _slow(case: Any) -> Any:
    return _marked(case, pytest.mark.slow)


def _marked(case: Any, mark: pytest.MarkDecorator) -> Any:
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=mark)
