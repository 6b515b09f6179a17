"""Frames: what one clause says, a case and what it gives (每少一次｜扣1分); nothing of it is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from kaoping.codification.clauses._tokens import Token
from kaoping.core import units

#: The unit of a rank (第3名), which is no count.
RANK = "名"


@dataclass(frozen=True, slots=True)
class Side:
    """One edge: 95%以上."""

    op: str
    edge: Fraction
    firm: int = 1  # 0 where it only ends a span, 2 where its number is in so many words (含)


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity's unit, of which a share is told in hundredths."""

    unit: str
    percent: bool

    def fits(self, other: Amount) -> bool:
        """Whether both count the same."""
        if self.percent or other.percent:
            return self.percent and other.percent
        return self.unit == other.unit or units.ratio(self.unit, other.unit) == 1


@dataclass(frozen=True, slots=True)
class Tier:
    """A number between edges."""

    subject: str
    sides: tuple[Side, ...]
    amount: Amount
    direction: str = ""  # fewer | more: of what is lacking or over (缺三项以上)
    bare: bool = False  # no word says whether it is the least, the most or just that
    nth: bool = False  # 第二次: what is taken for that one; whether with what was for those before, nobody says


@dataclass(frozen=True, slots=True)
class Per:
    """So many units: 每少1次. ``target`` is from where it is counted, where the text says."""

    subject: str
    direction: str  # fewer | more | ""
    per: Fraction
    amount: Amount
    target: Tier | None = None
    day: str = ""  # until when, where the text says
    every: bool = False  # 每 stands before it
    full: bool = False  # 每满: what is left over counts nothing
    period: bool = False  # how many there should be follows from a period (每季度1次), or from several numbers
    topic: tuple[Fraction, ...] = ()  # numbers that only say what is counted, or what there should be
    alike: bool = False  # a number of the topic has the unit that is counted
    targets: tuple[Tier, ...] = ()  # several, each counted for itself


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so or not; ``counted``: it may be so several times (一项不合格)."""

    words: str
    counted: bool = False
    topic: tuple[Fraction, ...] = ()  # numbers that what it is one of asks for
    rhythm: bool = False  # so often in each period (每季度1次): how much that is, no number says
    of: str = ""  # what should be done, in so many words, of 未落实 and the like
    by: ByDay | None = None  # until when what it denies should be done


@dataclass(frozen=True, slots=True)
class ByDay:
    """Something that is done before a day: its month and day (12-05), with the year where the text says it."""

    subject: str
    day: str
    inside: bool = False  # the day itself too, in so many words (含)


@dataclass(frozen=True, slots=True)
class Rest:
    """Whatever no other clause is about (其余)."""


@dataclass(frozen=True, slots=True)
class Several:
    """Several conditions of one clause (藏书1万册以上、座位50个以上); ``joined``: it says that all must hold (且)."""

    cases: tuple[Tier | Fact, ...]
    joined: bool


Case = Tier | Per | Fact | ByDay | Rest | Several


@dataclass(frozen=True, slots=True)
class Frame:
    """A case, and what it gives."""

    case: Case
    act: str
    low: Fraction
    high: Fraction
    whole: bool  # all of the line's points (满分)
    text: str
    sentence: int
    start: int
    cap: Fraction | None = None
    cap_text: str = ""
    partial: str = ""
    free: bool = False  # of a range: how much within it, whoever scores decides (酌情扣分)
    doubt: str = ""  # why it is a range, where that is not up to whoever scores
    less: Fraction = Fraction(0)  # what a formula takes from its product
    of_formula: str = ""  # what a share of the points is of, where a formula says it


@dataclass(slots=True)
class Reading:
    """All that a text says."""

    frames: list[Frame] = field(default_factory=list)
    prose: list[tuple[str, list[Token]]] = field(default_factory=list)  # sentences that give nothing, and their tokens
    floor_text: str = ""
    full_text: str = ""
    #: What is taken besides once all points are gone, how many these are (0: not told), and the words.
    spent: tuple[Fraction, Fraction, str] | None = None
    large: int = 0  # 万 or 亿, where a number is told in them
    limits: list[tuple[Token, str, int]] = field(default_factory=list)  # those that belong to no one frame
    unread: list[str] = field(default_factory=list)
    numbered: set[int] = field(default_factory=set)  # sentences that begin with a number of their own (2.)
    #: A limit of the last clause that may be of all clauses before it too (累计扣分不超过2分), and its words.
    may_be_of_all: tuple[Fraction, str] | None = None
    highest: str = ""  # of several levels only the highest counts, in the text's words
    derived: set[Fraction] = field(default_factory=set)  # numbers that follow from those of the text (以此类推)
    in_all: list[tuple[Fraction, str]] = field(default_factory=list)  # how many points the line has, as the text says
