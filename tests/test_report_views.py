"""What a report's template sees of the score card."""

from __future__ import annotations

from fractions import Fraction

import word_samples
from kaoping.core.figures import Figure
from kaoping.documents.report_views import score_context


def test_sections_say_what_is_short_earned_and_unsupported() -> None:
    rubric = word_samples.rubric()
    context = score_context(rubric, word_samples.card(rubric), {"培训/通知.pdf": "Ⅱ-10-01"})
    reform, team, _, extra = context["sections"]
    assert [line["line"] for line in reform["short"]] == ["6"]  # 2 and 3 have their points on line 1
    assert [line["line"] for line in team["short"]] == ["8", "9"]
    assert [line["line"] for line in extra["earned"]] == ["B2", "B3"]
    assert [line["line"] for line in extra["unsupported"]] == ["B2"]
    assert (extra["lost"], extra["short"], extra["of"]) == ([], [], None)
    assert team["lines"][2]["evidence"] == ["Ⅱ-10-01"]  # what is not in the bundle has no number


def test_points_are_figures_with_their_reasons() -> None:
    rubric = word_samples.rubric()
    context = score_context(rubric, word_samples.card(rubric), {})
    points = context["sections"][0]["lines"][3]["points"]
    assert points == Figure("8", "自评分表 第6项 推进县级完成改革任务\n5个县（市、区）中4个完成，占80%。", Fraction(8))
    assert context["totals"]["base"]["points"].text == "50.5"
    assert (context["totals"]["total"]["min"], context["totals"]["total"]["max"].value) == (53, Fraction("54.5"))
