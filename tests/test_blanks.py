"""A field that nobody filled in is told as that: the word None is Python's, and stands nowhere that a clerk reads."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from examples import sampled
from kaoping import api
from kaoping.core import resources

SAMPLE = resources.sample("city-2017")
NONE = re.compile(r"(?<![A-Za-z])None(?![A-Za-z])")


def _cases() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The files of records of the sample, with the fields that a row each leaves blank; what was wrong once first."""
    yield from [("judgements.yaml", ("line",)), ("assignments.yaml", ("line",)), ("counties.yaml", ("name",))]
    for path in sorted((SAMPLE / "records").glob("*.yaml")):
        rows = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        if isinstance(rows, list):
            yield path.name, tuple(sorted({name for row in rows for name in row}))


def _words(assessment: api.Assessment) -> Iterator[str]:
    for finding in assessment.findings:
        yield f"{finding.at} {finding.problem} {finding.effect} {finding.mend}"
    for line in assessment.card.lines:
        yield from line.because
    for gap in assessment.gaps:
        yield f"{gap.title} {gap.what} {gap.mend}"


@pytest.mark.parametrize(("name", "fields"), sampled(3, _cases()))
def test_a_blank_is_never_called_none(name: str, fields: tuple[str, ...], tmp_path: Path) -> None:
    unit = tmp_path / "单位"
    shutil.copytree(SAMPLE, unit, ignore=shutil.ignore_patterns("材料"))
    path = unit / "records" / name
    rows: list[dict[str, Any]] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    for row, field in zip(rows, itertools.cycle(fields), strict=False):
        row.pop(field, None)
    path.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False), "utf-8")
    assert [words for words in _words(api.assess(unit)) if NONE.search(words)] == []
