"""What was written from the page since it was opened: the last can be undone, and what was undone done again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from kaoping import api

_BOUNDLESS = 10**9  # points: more than that is “at least”, of which no difference is told
_MOST = 50  # steps that are remembered; what they need of the files is kept for fewer


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of the points by a write: in words, and whether they are fewer or more than they might have been."""

    words: str
    lost: Fraction = Fraction(0)  # points that are certainly lost now, and were not before
    won: Fraction = Fraction(0)  # points that are certain now, and were not before

    @property
    def tone(self) -> str:
        """How it is to be shown: a loss is no success, even where it settles something."""
        return "warn" if self.lost > self.won else "ok"

    @classmethod
    def unknown(cls) -> Effect:
        """Return that of a write before or after which the unit can't be scored."""
        return cls("现在还不能评分", lost=Fraction(1))

    def __str__(self) -> str:
        return self.words


@dataclass(slots=True)
class Entry:
    """A write: what it made of the files, what became of the points by it, and what else is to be known of it."""

    step: api.Step
    effect: Effect = field(default_factory=lambda: Effect(""))
    notices: Sequence[api.Finding] = ()

    @property
    def tone(self) -> str:
        """How it is to be shown: ok, or warn."""
        return self.effect.tone


@dataclass(slots=True)
class Journal:
    """The writes of this run of the page, for the unit's thread alone."""

    done: list[Entry] = field(default_factory=list)
    undone: list[Entry] = field(default_factory=list)

    def write(self, unit: Path, title: str | Callable[[Any], str], work: Callable[[], Any]) -> Entry:
        """Do ``work``, which writes records, and remember it as ``title``, or as it says of what came of the work.

        Raises what the work raises.
        """
        before = api.states(unit)
        done = work()
        notices = list(getattr(done, "findings", ()))
        moves = tuple(getattr(done, "moves", ()))
        called = title if isinstance(title, str) else title(done)
        entry = Entry(api.step_between(called, before, api.states(unit), moves), notices=notices)
        self.done = [*self.done, entry][-_MOST:]
        self.undone = []
        return entry

    def undo(self, unit: Path) -> Entry | None:
        """Undo the last write; None where there is none. Raises KaopingError where somebody changed the files since."""
        if not self.done:
            return None
        api.undo(unit, self.done[-1].step)
        self.undone.append(self.done.pop())
        return self.undone[-1]

    def redo(self, unit: Path) -> Entry | None:
        """Do again what was undone last; None where there is none. Raises KaopingError as :meth:`undo` does."""
        if not self.undone:
            return None
        api.undo(unit, self.undone[-1].step.reverse)
        self.done.append(self.undone.pop())
        return self.done[-1]


def effect(before: api.Assessment, after: api.Assessment) -> Effect:
    """Say what became of the points: which lines' changed and by how much, and the total.

    A line's loss is what it could have reached and can't any more; its gain what is certain now and was not.
    """
    parts, lost, won = [], Fraction(0), Fraction(0)
    for old in before.card.lines:
        new = after.card.line(old.line)
        if (old.low, old.high) != (new.low, new.high):
            called = after.rubric.called(old.line) or f"第{old.line}项"
            ends = f"{api.span_text(old.low, old.high)} → {api.span_text(new.low, new.high)} 分"
            parts.append(f"{called} {ends}{_moved(old, new)}")
            lost += max(Fraction(0), old.high - new.high)
            won += max(Fraction(0), new.low - old.low)
    old_total, new_total = before.card.total, after.card.total
    if (old_total.low, old_total.high) == (new_total.low, new_total.high):
        total = api.span_text(new_total.low, new_total.high)
        return Effect("；".join([*parts, f"总分不变，现在 {total}"]), lost, won)
    low_high = api.span_text(old_total.low, old_total.high), api.span_text(new_total.low, new_total.high)
    return Effect("；".join([*parts, "总分 {} → {}".format(*low_high)]), lost, won)


def _moved(old: Any, new: Any) -> str:
    """Say in words and with its sign what a line has won or lost."""
    if max(old.high, new.high) > _BOUNDLESS:
        return ""
    lost, won = old.high - new.high, new.low - old.low
    settled = new.low == new.high
    if lost > 0 and won > 0:
        return f"：定为 {api.number(new.low)} 分" if settled else ""
    if lost > 0:
        return f"：{'失去' if settled else '最多能得的少了'} {api.number(lost)} 分（−{api.number(lost)}）"
    if won > 0:
        return f"：{'得到' if settled else '至少能得的多了'} {api.number(won)} 分（＋{api.number(won)}）"
    return "：又不能确定了" if won < 0 else f"：最多能得的多了 {api.number(-lost)} 分"
