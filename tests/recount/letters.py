"""报送报告 and 审签页: what carries the self-report, and who signs it."""

from __future__ import annotations

from collections.abc import Iterator

from . import scores
from .claims import Claim, says
from .samples import Told
from .self_report import closing, opening


def covering(told: Told) -> list[Claim]:
    """Return all that a 报送报告 may say."""
    return [*opening(told), *_totals(told), *closing(told)]


def sign_off(told: Told) -> list[Claim]:
    """Return all that an 审签页 may say."""
    return list(_sign_off(told))


def _totals(told: Told) -> Iterator[Claim]:
    whole = scores.whole(told)
    yield from says("自评总分{n}分", n=whole.low)
    if not whole.single:
        yield from says("全部落实后可得上限为{n}分", n=whole.high)


def _sign_off(told: Told) -> Iterator[Claim]:
    yield from says("{year}年度", year=told.year)
    yield from _totals(told)
    base, bonus = scores.base(told), scores.bonus(told)
    yield from says("基础分{n}分（可得{full}分）", n=base.low, full=sum(scores.FULL.values()))
    lost = scores.points(told)["B8"]
    if lost.low:
        words = "，扣{n}分" if lost.single else "，扣分项目待定、先按扣{n}分计"
        yield from says(words, n=-lost.low)
    if bonus.low:
        yield from says("加{n}分", n=bonus.low)
