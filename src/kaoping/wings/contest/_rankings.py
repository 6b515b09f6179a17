"""A ranking with its prizes: whose are settled, and whose are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kaoping.wings.contest._rules import Award, Subject
from kaoping.wings.contest._standings import Ranked


@dataclass(frozen=True, slots=True)
class Ranking:
    """The places in one award (and subject), and what is open about them."""

    award: Award
    subject: Subject | None
    ranked: tuple[Ranked, ...]
    unranked: tuple[str, ...]  # names of those who have no score here
    lacking: tuple[str, ...]  # scores that are not known: no place at all can be told without them
    unruled: tuple[str, ...]  # what nobody has ruled on, and a score can't be made up without
    ties: tuple[str, ...]  # what else is open

    @property
    def title(self) -> str:
        """The award, and its subject."""
        return f"{self.award.title}·{self.subject.title}" if self.subject is not None else self.award.title

    @property
    def blocked(self) -> bool:
        """Whether no place at all can be told yet."""
        return bool(self.lacking or self.unruled)

    @property
    def open(self) -> tuple[str, ...]:
        """All that is open, in whole Chinese sentences without their full stop."""
        return (*self.lacking, *self.unruled, *self.ties)

    def prizes(self, contender: Ranked) -> tuple[str, ...]:
        """Return the prizes that an entry may get, "" for none; exactly one where that is settled."""
        return (*self.award.prizes, "") if self.blocked else contender.prizes(self.award)

    def winners(self) -> Iterator[tuple[str, Ranked]]:
        """Yield (prize, entry) for every prize that is settled, the highest first."""
        for contender in self.ranked:
            prizes = self.prizes(contender)
            if len(prizes) == 1 and prizes[0]:
                yield prizes[0], contender

    def rank_text(self, contender: Ranked | None) -> str:
        """Return the rank as a sheet shows it: 2, 并列2, 待定; of nobody, too, it is not known yet."""
        if self.blocked or contender is None or contender.rank is None:
            return "待定"
        return f"并列{contender.rank}" if contender.tied else str(contender.rank)
