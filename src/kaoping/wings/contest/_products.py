"""What a contest adds to a package: the sheet of its results (成绩册)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kaoping.core.seam import Product
from kaoping.wings.contest._results import has_scores
from kaoping.wings.contest._season import Season


def products(season: Season) -> Sequence[Product]:
    """Return the sheet of results; nothing where the unit recorded no scores."""

    def make(dated: date | None) -> bytes:
        from kaoping.wings.contest._results_workbook import contest_sheet

        return contest_sheet(season, dated)

    return [Product("contest", "成绩册", ".xlsx", "岗位练兵技能竞赛成绩册", make)] if has_scores(season.dossier) else []
