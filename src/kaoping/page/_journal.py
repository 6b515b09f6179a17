"""What was written from the page since it was opened: the last can be undone, and what was undone done again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kaoping import api

_MOST = 50  # steps that are remembered; what they need of the files is kept for fewer


@dataclass(slots=True)
class Entry:
    """A write: what it made of the files, what became of the points by it, and what else is to be known of it."""

    step: api.Step
    effect: str = ""
    notices: Sequence[api.Finding] = ()


@dataclass(slots=True)
class Journal:
    """The writes of this run of the page, for the unit's thread alone."""

    done: list[Entry] = field(default_factory=list)
    undone: list[Entry] = field(default_factory=list)

    def write(self, unit: Path, title: str, work: Callable[[], Any]) -> Entry:
        """Do ``work``, which writes records, and remember it as ``title``. Raises what it raises."""
        before = api.states(unit)
        done = work()
        notices = list(getattr(done, "findings", ()))
        entry = Entry(api.step_between(title, before, api.states(unit)), notices=notices)
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


def effect(before: api.Assessment, after: api.Assessment) -> str:
    """Say what became of the points: which lines' changed, and the total."""
    parts = []
    for old in before.card.lines:
        new = after.card.line(old.line)
        if (old.low, old.high) != (new.low, new.high):
            called = after.rubric.called(old.line) or f"第{old.line}项"
            parts.append(f"{called} {api.span_text(old.low, old.high)} → {api.span_text(new.low, new.high)} 分")
    old_total, new_total = before.card.total, after.card.total
    if (old_total.low, old_total.high) == (new_total.low, new_total.high):
        return "；".join([*parts, f"总分不变，现在 {api.span_text(new_total.low, new_total.high)}"])
    low_high = api.span_text(old_total.low, old_total.high), api.span_text(new_total.low, new_total.high)
    return "；".join([*parts, "总分 {} → {}".format(*low_high)])
