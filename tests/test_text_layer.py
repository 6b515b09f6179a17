"""Words that were read off a page stand where their letters do: cells that were read as one line, each in its place."""

from __future__ import annotations

import pytest

from kaoping.evidence.reading._text_layer import _pieces

LINE = [100, 50, 300, 50, 300, 66, 100, 66]  # 200 points long, 16 high


def test_a_line_whose_characters_stand_close_is_one_piece_within_its_ink() -> None:
    (piece,) = _pieces("文化市场", LINE, [40, 110, 180, 250], [20, 100, 290, 900])
    word, (left, top, right, _, _, bottom, *_) = piece
    assert word == "文化市场"
    assert (left, right) == pytest.approx((104, 158))
    assert (top + bottom) / 2 == pytest.approx(58) and bottom - top == pytest.approx(16 * 0.8 / 0.92)


def test_cells_that_were_read_as_one_line_are_words_of_their_own() -> None:
    pieces = _pieces("张三 副科长 12", LINE, [30, 90, 480, 540, 600, 950, 985], [0, 100, 1000, 900])
    assert [word for word, _ in pieces] == ["张三", "副科长", "12"]
    lefts, rights = [its[0] for _, its in pieces], [its[2] for _, its in pieces]
    assert lefts == pytest.approx([100, 196 - 16 * 0.8 / 0.92 / 2, 290 - 16 * 0.8 / 0.92 / 4], abs=0.1)
    assert rights[0] < lefts[1] and rights[1] < lefts[2] and rights[2] == 300


@pytest.mark.parametrize(("marks", "ink"), [([], []), ([500], []), ([], [0, 450, 1000, 520])])
def test_where_the_engine_tells_no_places_the_box_serves(marks: list[int], ink: list[int]) -> None:
    ((word, corners),) = _pieces("文化市场", LINE, marks, ink)
    assert word == "文化市场"
    assert 100 <= corners[0] < 103 and 297 < corners[2] <= 300 and 50 < corners[1] < corners[5] < 66
