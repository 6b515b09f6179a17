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
_ONLY = 1.0  # a line that alone is counted from such records, though it shares no word with the paper
_CLEAR = 1.5  # times the second: the first stands out
_NOT_CHINESE = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")


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
    _words: Mapping[str, Mapping[str, float]] = field(init=False)
    _rarity: Mapping[str, float] = field(init=False)
    _telling: set[str] = field(init=False)
    _lines: list[Line] = field(init=False)
    _only: set[str] = field(init=False)

    def __post_init__(self) -> None:
        # nobody registers a paper to lose points
        self._lines = [its for its in self.rubric.lines if not _is_exempt(its, self.level) and its.role != "deduction"]
        self._words = {line.id: _words_of(line) for line in self._lines}
        spread = Counter(pair for words in self._words.values() for pair in words)
        self._telling = {pair for pair, count in spread.items() if count <= _RARE * len(self._lines)}
        self._rarity = {pair: log(1 + len(self._lines) / count) for pair, count in spread.items()}
        self._fed = {id_: {kind.name for kind in kinds} for id_, kinds in kinds_of_lines(self.rubric).items()}
        feeds = Counter(kind for line in self._lines for kind in self._fed.get(line.id, ()))
        self._only = {kind for kind, count in feeds.items() if count == 1}

    def ranked(self, paper: Paper, path: str, kinds: Collection[str] = ()) -> Ranked:
        """Return the lines that the paper at ``path`` may prove, where it belongs to a record of one of ``kinds``."""
        if not paper.type:
            return Ranked()  # nobody knows what it could prove
        weights: dict[str, float] = {}
        name = path.rpartition(".")[0] or path
        for text, weight in ((paper.text, _TEXT), (name, _NAME), (paper.says("title"), _TITLE)):
            weights.update(dict.fromkeys(_pairs(text), weight))
        scores: dict[str, float] = {}
        spoken = self._telling & weights.keys()
        telling = self._telling & _pairs(paper.says("title")) or spoken
        also = self.passes.get(paper.type, ())
        for line in self._lines:
            if line.accepts and paper.type not in line.accepts and not {*also} & {*line.accepts}:
                continue
            its_kinds = self._fed.get(line.id, set()).intersection(kinds)
            alone = bool(its_kinds & self._only)
            words = self._words[line.id]
            of_matter = {pair for pair, weight in words.items() if weight > _OF_BASIS}  # the basis says sorts of proof
            if not alone and not (spoken if its_kinds else telling) & of_matter:
                continue  # 文化市场, 工作, 开展 stand everywhere
            times = (_FED if its_kinds else 1.0) * (1.0 if paper.type in line.accepts or not line.accepts else _ALSO)
            shared = sum(self._rarity[pair] * weight * weights.get(pair, 0.0) for pair, weight in words.items())
            scores[line.id] = times * (shared / sqrt(sum(words.values()) or 1.0) + _ONLY * alone)
        likely = sorted((id_ for id_, score in scores.items() if score > 0), key=lambda id_: -scores[id_])
        second = scores[likely[1]] if len(likely) > 1 else 0.0
        is_clear = bool(likely) and scores[likely[0]] > _CLEAR * second
        return Ranked(tuple(likely[:MOST]), is_clear)

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
    """The pairs of characters that stand side by side in a text: what there is of words without a dictionary."""
    parts = _NOT_CHINESE.split(text)
    return {part[at : at + 2] for part in parts for at in range(len(part) - 1)}
