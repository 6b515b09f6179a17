"""The lines that a paper may prove: named for what it is about, and none where that is not clear."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kaoping.core import packs
from kaoping.evidence.recognition.paper_reading import Paper, Reading
from kaoping.evidence.recognition.paper_words import stock
from kaoping.pipeline._proving_lines import ProvingLines
from kaoping.rubric import load

UNIT = "澜川市文化市场综合执法支队"


@cache
def lines() -> ProvingLines:
    words = stock()
    by_matter = {type_ for its in words.records if not its.is_certain for type_ in its.types}
    rubric = load.load(packs.named("culture-2017", Path()))
    return ProvingLines(rubric, "设区市", words.passes, words.everywhere, UNIT, by_matter)


pytestmark = pytest.mark.slow  # a rubric is loaded for it


@pytest.mark.parametrize(
    ("type_", "title", "first"),
    [
        ("ledger", "12318举报受理办理台账", "33"),
        ("plan", "澜川市2017年“扫黄打非”工作方案", "29"),
        ("notice", "关于举办全市网吧执法业务培训班的通知", "10"),
        ("budget", "部门收支预算总表", "5"),  # no other line takes a budget
        ("minutes", "支队全体人员会议记录", ""),  # a meeting about nothing that is scored
        ("notice", "会议通知", ""),
        ("signin", "综治工作例会签到表", ""),  # though only one line takes a sign-in sheet
        ("document", "关于提请研究2017年工作的函", ""),  # a year is no matter
        ("document", f"{UNIT}关于有关情况的说明", ""),  # nor is who writes
        ("screenshot", "", ""),
    ],
)
def test_a_line_is_named_for_what_a_paper_is_about(type_: str, title: str, first: str) -> None:
    fields = {"title": Reading(title, title), "issuer": Reading(UNIT, UNIT)} if title else {}
    ranked = lines().ranked(Paper(type_, fields=fields, text=f"{title}\n召开会议，监管信息，建设统计"), "0122.pdf")
    assert next(iter(ranked.lines), "") == first


def test_digits_of_a_name_tell_no_line() -> None:
    assert lines().ranked(Paper("photo", form="photo"), "材料/2017/IMG_20170122.jpg", {"work": False}).lines == ()
