"""What a rule gives under each answer that nobody gave is what it gives when asked under each by itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kaoping import api
from kaoping.rubric.nodes import Line
from kaoping.rubric.rules.evaluation import Context
from kaoping.scoring._settler import Settler
from units import good_unit


@pytest.mark.slow
def test_each_way_is_as_evaluated_by_itself(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also which evidence it takes: a piece that one line counted counts for no other."""
    ways: list[int] = []
    each_way = Settler._each_way

    def held_against(self: Settler, evaluate: Callable[[Context], Any], context: Context, line: Line) -> Any:
        before = dict(context.proofs)
        results = each_way(self, evaluate, context, line)
        taken = dict(context.proofs)
        context.proofs.clear()
        context.proofs.update(before)
        open_ = self._open(line, context)
        by_itself = {}
        for chosen in itertools.product(*(question.options for question in open_)):
            values = {question.id: question.options[option] for question, option in zip(open_, chosen, strict=True)}
            by_itself[chosen] = evaluate(replace(context, answers={**context.answers, **values}))
        assert results == by_itself and taken == context.proofs, line.id
        ways.append(len(by_itself))
        return results

    monkeypatch.setattr(Settler, "_each_way", held_against)
    for unit in (city, good_unit(tmp_path / "甲市")):
        api.assess(unit)
    assert max(ways) >= 32
