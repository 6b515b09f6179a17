"""What a text leaves open is asked; what is answered settles just that."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from kaoping.codification.clauses import Understood, understood
from kaoping.codification.clauses._bound import Bound
from kaoping.codification.clauses.tryout import reckoned
from kaoping.codification.line_rules import Answered, confirmed
from kaoping.codification.pack_files import Confirmed
from kaoping.codification.tables.draft import DraftLine
from kaoping.core.model import Location


def line_of(text: str, of: str, role: str = "base", content: str = "") -> DraftLine:
    return DraftLine(
        id="1", section="一", title="", standard=text, content=content, of=Fraction(of), role=role, at=Location()
    )


def points(its: Understood, of: str, value: str) -> tuple[Fraction, Fraction]:
    outcome = reckoned(its, Fraction(of), {its.measures[0].id: Bound(number=Fraction(value))})
    return outcome.low, outcome.high


def confirmed_points(text: str, of: str, answers: dict[str, str], value: str) -> tuple[Fraction, Fraction]:
    """The points of a value by the rule that stands once the answers are confirmed."""
    its = understood(text, of)
    stands = confirmed(line_of(text, of), Answered("确认", answers=answers))
    assert isinstance(stands, Confirmed)
    named = stands.rule["tiers"]["measure"]["indicator"]
    measures = tuple(replace(measure, id=named) for measure in its.measures)
    return points(replace(its, rule=stands.rule, measures=measures), of, value)


SHARED = "合格率90%以上的得5分，50%以上的得3分，50%以下的得0分。"


@pytest.mark.parametrize(
    ("answer", "at_the_edge"), [("按得分高的一档", (3, 3)), ("按得分低的一档", (0, 0)), ("待定", (0, 3)), ("", (0, 3))]
)
def test_whose_a_number_is_that_two_tiers_take_in_is_asked(answer: str, at_the_edge: tuple[int, int]) -> None:
    assert [question.id for question in understood(SHARED, 5).questions] == ["edge"]
    assert confirmed_points(SHARED, "5", {"edge": answer}, "0.5") == at_the_edge
    for value, given in (("0.49", 0), ("0.51", 3), ("0.9", 5)):  # beside the edge nothing changes
        assert confirmed_points(SHARED, "5", {"edge": answer}, value) == (given, given)


def test_where_one_tier_has_the_number_nothing_is_asked() -> None:
    assert not understood("办结率95%以上的得5分，不足95%的得0分。", 5).questions
    assert not understood("培训3次及以上的得2分，1至2次的得1分，未培训的得0分", 2).questions


def test_a_bonus_that_is_not_earned_is_nothing() -> None:
    text = "人均办结2件以上的得4分，1件以上的得2分"
    assert points(understood(text, 4), "4", "0.5") == (0, 4)
    bonus = understood(text, 4, is_bonus=True)
    assert points(bonus, "4", "0.5") == (0, 0)
    assert points(bonus, "4", "1") == (2, 2)
    assert "不加分" in bonus.because


MAY_BE_OF_ALL = "未建立制度的扣1分；每发现一处扣0.5分，累计扣分不超过2分"


@pytest.mark.parametrize(
    ("answer", "most"), [("只限它所在的那一句", {"cap": "2"}), ("限前面各句的合计", {"floor": "3"})]
)
def test_which_clauses_a_limit_is_of_is_asked(answer: str, most: dict[str, str]) -> None:
    assert [question.id for question in understood(MAY_BE_OF_ALL, 5).questions] == ["floor", "cap"]
    answers = {"floor": "扣到0分为止", "cap": answer}
    stands = confirmed(line_of(MAY_BE_OF_ALL, "5"), Answered("确认", answers=answers))
    assert isinstance(stands, Confirmed)
    (_, each), floor = stands.rule["deduct"]["items"], stands.rule["deduct"]["floor"]
    assert (each["each"].get("cap", {}).get("said") == "2") == ("cap" in most)
    assert next(iter(floor.values())) == most.get("floor", "0")


@pytest.mark.parametrize("answer", ["", "待定"])
def test_while_it_is_open_which_clauses_a_limit_is_of_a_person_scores(answer: str) -> None:
    answers = {"floor": "扣到0分为止", "cap": answer}
    why = confirmed(line_of(MAY_BE_OF_ALL, "5"), Answered("确认", answers=answers))
    assert isinstance(why, str) and "人打分" in why


def test_a_limit_that_is_plainly_of_one_clause_is_not_asked_about() -> None:
    for text in ("1.未建立制度的扣1分。2.每发现一处扣0.5分，累计扣分不超过2分", "每发现一处扣0.5分，累计扣分不超过2分"):
        assert "cap" not in [question.id for question in understood(text, 5).questions]
