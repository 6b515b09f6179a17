"""Which lines of a rubric a paper may prove: those that take its sort of proof, ranked by the words that they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import log, sqrt

from kaoping.evidence.recognition.paper_reading import Paper
from kaoping.pipeline.record_keeping import kinds_of_lines
from kaoping.rubric.nodes import Line, Rubric

MOST = 3  # lines that are named
_TITLE, _NAME, _TEXT = 3.0, 2.0, 1.0  # what a word weighs by where the paper says it
_OF_TITLE, _OF_BASIS = 2.0, 0.5  # by where the line says it; 1 for its other words
_FED = 1.6  # times: a line that is counted from the records that the paper belongs to
_ALSO = 0.85  # times: a line that takes the paper for what it is as well
_RARE = 0.15  # of the lines, at most, have a pair that tells one from others
_ENOUGH = 2  # telling pairs that a paper's matter and a line share; or one that no more titles than these have
_TWO = 2  # of the lines that take such a proof
_GENERAL = 0.3  # of all lines: a sort of proof that more of them take (文件) is told by no single pair
_BARE = 4  # characters: a title that is no longer says only what sort of paper it is (培训通知)
_ONLY = 1.0  # the only line for such papers, though it shares no word with this one
_CLEAR = 1.5  # times the second: the first stands out
_NOT_WORDS = re.compile(r"[^\u4e00-\u9fffA-Za-z]+")
_NUMBER = re.compile(r"\d+")
_NAMED = 5  # digits


@dataclass(frozen=True, slots=True)
class Ranked:
    """Lines that a paper may prove, the likeliest first, and whether that stands out."""

    lines: tuple[str, ...] = ()
    is_clear: bool = False


@dataclass
class ProvingLines:
    """The lines of a rubric for a unit of ``level``, as papers are compared with them."""

    rubric: Rubric
    level: str
    passes: Mapping[str, Collection[str]] = field(default_factory=dict)  # type → what it is taken for as well
    everywhere: Collection[str] = ()  # words of papers about anything: 会议, 方案
    unit: str = ""  # its name, which tells no line either
    by_matter: Collection[str] = ()  # types of papers that belong to records by what they are about
    _words: Mapping[str, Mapping[str, float]] = field(init=False)
    _rarity: Mapping[str, float] = field(init=False)
    _telling: set[str] = field(init=False)
    _lines: list[Line] = field(init=False)
    _usual: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        # nobody registers a paper to lose points
        self._lines = [its for its in self.rubric.lines if not _is_exempt(its, self.level) and its.role != "deduction"]
        self._words = {line.id: _words_of(line) for line in self._lines}
        spread = Counter(pair for words in self._words.values() for pair in words)
        self._telling = {pair for pair, count in spread.items() if count <= _RARE * len(self._lines)}
        self._telling -= _pairs(self.rubric.title) | _pairs(self.unit)
        self._rarity = {pair: log(1 + len(self._lines) / count) for pair, count in spread.items()}
        self._fed = {id_: {kind.name for kind in kinds} for id_, kinds in kinds_of_lines(self.rubric).items()}
        words = sorted({self.unit, *self.everywhere} - {""}, key=len, reverse=True)
        self._usual = re.compile("|".join(map(re.escape, words)))

    def ranked(self, paper: Paper, path: str, kinds: Mapping[str, bool] | None = None) -> Ranked:
        """Return the lines that the paper at ``path`` may prove, where it belongs to a record of one of ``kinds``.

        Of each kind: whether every paper of this type belongs to it, whatever it is about (a certificate does).

        A line is named for what the paper is about, as its title, its event and its name say: what its text says
        besides may be about anything, and only puts the lines in order.
        """
        if not paper.type:
            return Ranked()  # nobody knows what it could prove
        weights: dict[str, float] = {}
        name = path.rpartition(".")[0] or path
        for text, weight in ((paper.text, _TEXT), (name, _NAME), (paper.says("title"), _TITLE)):
            weights.update(dict.fromkeys(_pairs(text), weight))
        scores: dict[str, float] = {}
        issuers = paper.says("issuer").split("、")
        matter = self._telling & self._matter(issuers, paper.says("title"), paper.says("event"), name)
        also = self.passes.get(paper.type, ())
        kinds = kinds or {}
        only = self._only(paper.type, kinds)
        takers = [its for its in self._lines if not its.accepts or {paper.type, *also} & {*its.accepts}]
        asking = [its for its in takers if paper.type in its.accepts]  # for such papers, and not for what they pass as
        titles = Counter(pair for line in asking for pair in _pairs(line.title))
        is_general = len(asking) > _GENERAL * len(self._lines)
        for line in takers:
            its_kinds = self._fed.get(line.id, set()) & kinds.keys()
            alone = line.id == only
            words = self._words[line.id]
            shared = {pair: weight for pair, weight in words.items() if pair in matter and weight > _OF_BASIS}
            in_title = shared.keys() & _pairs(line.title)
            is_its_own = line in asking and not is_general and any(titles[pair] <= _TWO for pair in in_title)
            if not alone and len(shared) < _ENOUGH and not is_its_own:
                continue  # one pair may be where two other words meet; the basis says sorts of proof
            times = (_FED if its_kinds else 1.0) * (1.0 if paper.type in line.accepts or not line.accepts else _ALSO)
            said_of_it = sum(self._rarity[pair] * weight * weights.get(pair, 0.0) for pair, weight in words.items())
            scores[line.id] = times * (said_of_it / sqrt(sum(words.values()) or 1.0) + _ONLY * alone)
        likely = sorted((id_ for id_, score in scores.items() if score > 0), key=lambda id_: -scores[id_])
        second = scores[likely[1]] if len(likely) > 1 else 0.0
        is_clear = bool(likely) and scores[likely[0]] > _CLEAR * second
        return Ranked(tuple(likely[:MOST]), is_clear)

    def _matter(self, issuers: Collection[str], *texts: str) -> set[str]:
        """The pairs of what a paper is about: without its issuers, and the words of papers about anything."""
        pairs: set[str] = set()
        for text in texts:
            if len(text) > _BARE:
                for issuer in filter(None, issuers):
                    text = text.replace(issuer, " ")
                pairs |= _pairs(self._usual.sub(" ", text))
        return pairs

    def _only(self, type_: str, kinds: Mapping[str, bool]) -> str:
        """The one line that takes papers of a type, or that is counted from the records they all belong to; or ""."""
        taking = [line.id for line in self._lines if type_ in line.accepts]
        certain = {kind for kind, is_certain in kinds.items() if is_certain}
        fed = [id_ for id_ in taking if self._fed.get(id_, set()) & certain]
        if len(fed) == 1:
            return fed[0]
        return taking[0] if len(taking) == 1 and type_ not in self.by_matter else ""

    def is_fed_by(self, line: str, kind: str) -> bool:
        """Whether ``line`` is counted from records of ``kind``."""
        return kind in self._fed.get(line, set())


def _is_exempt(line: Line, level: str) -> bool:
    return any(its.names(level) and its.then == "leave-out" for its in line.not_applicable)


def _words_of(line: Line) -> dict[str, float]:
    words = dict.fromkeys(_pairs(line.basis), _OF_BASIS)
    words.update(dict.fromkeys(_pairs(f"{line.row.content} {line.row.standard}"), 1.0))
    words.update(dict.fromkeys(_pairs(line.title), _OF_TITLE))
    return words


def _pairs(text: str) -> set[str]:
    """The pairs of characters that stand side by side in a text: what there is of words without a dictionary.

    A number is one word, if it is long enough to be somebody's (12318) and no year: parts of numbers say nothing.
    """
    numbers = {number for number in _NUMBER.findall(text) if len(number) >= _NAMED}
    parts = _NOT_WORDS.split(text)
    return numbers | {part[at : at + 2] for part in parts for at in range(len(part) - 1)}
