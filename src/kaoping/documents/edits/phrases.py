"""Words with the program's figures in them: which numbers are whose, and what became of them when somebody rewrote it.

A figure is a *hole* in the words: it is renewed with the records, and nobody changes it by hand. Every number that the
program wrote is one, be it counted or printed by the template; what people wrote (文字材料, names) is words throughout.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import accumulate, dropwhile, groupby, pairwise, takewhile

from kaoping.core.figures import Fact, Missing

_NUMBER = r"[0-9]+(?:[.,][0-9]+)*"
_NUMBERS = re.compile(_NUMBER)
_QUANTITY = re.compile(rf"[-－−]?{_NUMBER}[%％‰]?")
_TOKEN = re.compile(rf"{_NUMBER}|[A-Za-z]+|.", re.DOTALL)
_CHINESE = re.compile("[约近超共达]?[〇零一二两三四五六七八九十百千万亿]+[余多来]?")
_WRITTEN = re.compile(r"⟦⟦|⟦([0-9]+)=([^⟧]*)⟧")
_BLANK = re.compile("【待补[^】]*】")
_ENDS = "。；！？\n"
_SENTENCE = re.compile(f"[^{_ENDS}]*[{_ENDS}]|[^{_ENDS}]+")


@dataclass(frozen=True, slots=True)
class Hole:
    """A figure of the program: the ``number``-th (from 1) in the paragraphs that belong together, as it was written."""

    number: int
    text: str
    source: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nobody has recorded it yet (待补)."""
        return bool(_BLANK.fullmatch(self.text))


Words = tuple[str | Hole, ...]


def told_apart(segments: Iterable[tuple[str, Fact | None]]) -> Words:
    """Return the words of a generated paragraph, given as pieces of text with the fact that each of them is, if any."""
    pieces: list[str | Hole] = []
    count = 0
    for is_figure, group in groupby(segments, lambda segment: segment[1] is not None and _is_number(segment[1])):
        if is_figure:
            for text, fact in group:
                count += 1
                what = fact.what if isinstance(fact, Missing) else ""
                pieces.append(Hole(count, text, (fact.source if fact is not None else "") or what))
            continue
        for is_words, texts in groupby(group, lambda segment: segment[1] is not None):
            text, start = "".join(text for text, _ in texts), 0
            for match in () if is_words else _NUMBERS.finditer(text):  # a number may be cut into several pieces
                count += 1
                pieces += [text[start : match.start()], Hole(count, match[0])]
                start = match.end()
            pieces.append(text[start:])
    return _joined(pieces)


def _is_number(fact: Fact) -> bool:
    """Whether a fact is a figure, and not words that people wrote."""
    if isinstance(fact, Missing) or _QUANTITY.fullmatch(fact.text):
        return True
    return isinstance(fact.value, int | Fraction | date) and not isinstance(fact.value, bool)


def _joined(pieces: Iterable[str | Hole]) -> Words:
    """Return words without empty pieces, neighbouring texts as one."""
    result: list[str | Hole] = []
    for piece in pieces:
        if isinstance(piece, str) and result and isinstance(result[-1], str):
            result[-1] += piece
        elif piece:
            result.append(piece)
    return tuple(result)


def plain(words: Words) -> str:
    """Return the words as they are read."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in words)


def skeleton(words: Words) -> str:
    """Return the words without their figures: paragraphs of one skeleton say the same of other numbers."""
    return "".join(piece if isinstance(piece, str) else "\0" for piece in words)


def holes(words: Iterable[Words]) -> list[Hole]:
    """Return the figures in paragraphs, in their order."""
    return [piece for each in words for piece in each if isinstance(piece, Hole)]


def numbered(paragraphs: Sequence[Words]) -> tuple[Words, ...]:
    """Return paragraphs that belong together with their figures counted through."""
    count = 0
    result: list[Words] = []
    for words in paragraphs:
        pieces: list[str | Hole] = []
        for piece in words:
            if isinstance(piece, Hole):
                count += 1
                piece = replace(piece, number=count)
            pieces.append(piece)
        result.append(tuple(pieces))
    return tuple(result)


def shifted(words: Words, by: int) -> Words:
    """Return words whose figures are counted from ``by`` more."""
    return tuple(replace(piece, number=piece.number + by) if isinstance(piece, Hole) else piece for piece in words)


def renewed(words: Words, figures: Sequence[Hole]) -> Words:
    """Return ``words`` with their figures as they are now: ``figures`` by number."""
    return tuple(figures[piece.number - 1] if isinstance(piece, Hole) else piece for piece in words)


def written(words: Words) -> str:
    """Return words as a file holds them: ``参训⟦2=78⟧人次``, the second figure, which was 78 then."""
    return "".join(p.replace("⟦", "⟦⟦") if isinstance(p, str) else f"⟦{p.number}={p.text}⟧" for p in words)


def parsed(text: str, sources: Sequence[str] = ()) -> Words:
    """Undo :func:`written`; ``sources`` are those of the figures by number."""
    pieces: list[str | Hole] = []
    start = 0
    for match in _WRITTEN.finditer(text):
        pieces.append(text[start : match.start()])
        start = match.end()
        if match[1] is None:
            pieces.append("⟦")
        else:
            number = int(match[1])
            pieces.append(Hole(number, match[2], sources[number - 1] if 0 < number <= len(sources) else ""))
    return _joined([*pieces, text[start:]])


def key(text: str) -> str:
    """Return a text as it is compared: programs set their own blanks and line breaks."""
    return "".join(unicodedata.normalize("NFC", text).split())


def likeness(text: str, other: str) -> float:
    """Return how alike two texts are, 0…1."""
    matcher = SequenceMatcher(None, text, other, autojunk=False)
    return matcher.ratio()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A figure that somebody changed by hand, and what they wrote in its place; the figure stands again."""

    figure: Hole
    typed: str


def rewritten(shown: Words, text: str) -> tuple[Words, list[Refusal]]:
    """Return the ``text`` that somebody made of the words ``shown``, with the figures that are still the program's.

    A figure changed by hand is put back and told; one that went with the words around it is gone.
    """
    return _Rewriting(shown, text).result()


@dataclass(frozen=True, slots=True)
class _Span:
    """A figure among the tokens of a paragraph, with what grows together with it (two numbers side by side)."""

    pieces: Words
    start: int
    end: int

    @property
    def figure(self) -> Hole:
        """The figure, the first of them."""
        return holes([self.pieces])[0]


class _Rewriting:
    """One paragraph before and after: its tokens are aligned, then each figure is looked for."""

    def __init__(self, shown: Words, text: str) -> None:
        self._after = _TOKEN.findall(text)
        before = _TOKEN.findall(plain(shown))
        self._spans = list(_spans(shown, before))
        matcher = SequenceMatcher(None, before, self._after, autojunk=False)
        self._same = [block for block in matcher.get_matching_blocks() if block.size]
        self._taken: dict[int, tuple[int, Words]] = {}  # first token of a figure in the text → (end, what stands there)
        self._refused: list[Refusal] = []

    def result(self) -> tuple[Words, list[Refusal]]:
        """Return the words after, with their figures, and what was refused."""
        lost = [span for span in self._spans if not self._stays(span)]
        lost = [span for span in lost if not self._has_moved(span)]
        for span in lost:
            self._look_at_what_stands_there(span)
        pieces: list[str | Hole] = []
        at = 0
        while at < len(self._after):
            if at in self._taken:
                at, there = self._taken[at]
                pieces += there
            else:
                pieces.append(self._after[at])
                at += 1
        return _joined(pieces), self._refused

    def _stays(self, span: _Span) -> bool:
        for block in self._same:
            if block.a <= span.start and span.end <= block.a + block.size:
                first = span.start - block.a + block.b
                self._taken[first] = (first + span.end - span.start, span.pieces)
                return True
        return False

    def _has_moved(self, span: _Span) -> bool:
        """Whether the figure stands elsewhere, in words that are new, and once only."""
        tokens = _TOKEN.findall(plain(span.pieces))
        new = self._new_tokens()
        places = [
            at
            for at in range(len(self._after) - len(tokens) + 1)
            if self._after[at : at + len(tokens)] == tokens and all(new[at : at + len(tokens)]) and self._is_free(at)
        ]
        alike = [other for other in self._spans if plain(other.pieces) == plain(span.pieces)]
        if len(places) != 1 or len(alike) != 1:
            return False
        self._taken[places[0]] = (places[0] + len(tokens), span.pieces)
        return True

    def _new_tokens(self) -> list[bool]:
        new = [True] * len(self._after)
        for block in self._same:
            new[block.b : block.b + block.size] = [False] * block.size
        return new

    def _is_free(self, at: int) -> bool:
        return not any(first <= at < end for first, (end, _) in self._taken.items())

    def _look_at_what_stands_there(self, span: _Span) -> None:
        low = max((min(b.size, span.start - b.a) + b.b for b in self._same if b.a < span.start), default=0)
        after = [max(span.end - b.a, 0) + b.b for b in self._same if b.a + b.size > span.end]
        there = self._first_free(range(low, min(after, default=len(self._after))))
        typed = "".join(self._after[at] for at in there).strip()
        if not typed:
            return
        is_number = _QUANTITY.fullmatch(unicodedata.normalize("NFKC", typed)) or _CHINESE.fullmatch(typed)
        if span.figure.is_blank:
            if is_number:  # a number belongs into the records
                self._refuse(span, there, typed)
        elif is_number or (span.end - span.start > 1 and _NUMBERS.search(typed)):  # a date, a range
            self._refuse(span, there, typed)
        elif numbers := [at for at in there if _NUMBERS.fullmatch(unicodedata.normalize("NFKC", self._after[at]))]:
            self._refuse(span, numbers[:1], self._after[numbers[0]])

    def _first_free(self, region: range) -> list[int]:
        """Return the first tokens of a region, one after the other, that are no figure's."""
        free = list(dropwhile(lambda at: not self._is_free(at), region))
        return list(takewhile(self._is_free, free))

    def _refuse(self, span: _Span, there: Sequence[int], typed: str) -> None:
        self._taken[there[0]] = (there[-1] + 1, span.pieces)
        self._refused.append(Refusal(span.figure, typed))


def _spans(shown: Words, tokens: Sequence[str]) -> Iterator[_Span]:
    """Yield the figures of words by the ``tokens`` that they stand in."""
    ends = list(accumulate(map(len, tokens)))
    ranges: list[tuple[int, int]] = []  # of tokens
    at = 0
    for piece in shown:
        length = len(piece if isinstance(piece, str) else piece.text)
        if isinstance(piece, Hole) and length:
            start, end = bisect_right(ends, at), bisect_left(ends, at + length) + 1
            if ranges and start < ranges[-1][1]:
                start, end = ranges[-1][0], max(end, ranges.pop()[1])
            ranges.append((start, end))
        at += length
    for start, end in ranges:
        yield _Span(_part(shown, ends[start] - len(tokens[start]), ends[end - 1]), start, end)


def _part(words: Words, low: int, high: int) -> Words:
    """Return what of words stands from one character to another; no figure is cut."""
    pieces: list[str | Hole] = []
    at = 0
    for piece in words:
        text = piece if isinstance(piece, str) else piece.text
        if at < high and at + len(text) > low:
            pieces.append(piece if isinstance(piece, Hole) else text[max(low - at, 0) : high - at])
        at += len(text)
    return _joined(pieces)


def carried_over(
    after: Sequence[Words], before: Sequence[Words], now: Sequence[Words]
) -> tuple[tuple[Words, ...], list[Hole]]:
    """Return the paragraphs ``after``, written when ``before`` was generated, with the figures of those ``now``.

    A figure is the same where the words on both its sides are; one that is not found again stays as it is written, as
    words: those are returned too.
    """
    old, new = _atoms(before), _atoms(now)
    known = [atom if isinstance(atom, str) else "\0" for atom in old], [a if isinstance(a, str) else "\0" for a in new]
    same: dict[int, Hole] = {}
    for block in SequenceMatcher(None, *known, autojunk=False).get_matching_blocks():
        for step in range(1, block.size - 1):  # its neighbours lie within the block
            if isinstance(figure := old[block.a + step], Hole) and isinstance(there := new[block.b + step], Hole):
                same[figure.number] = there
    loose: list[Hole] = []

    def carried(piece: str | Hole) -> str | Hole:
        if isinstance(piece, str):
            return piece
        if piece.number in same:
            return same[piece.number]
        loose.append(piece)
        return piece.text

    return tuple(_joined(carried(piece) for piece in words) for words in after), loose


def _atoms(paragraphs: Sequence[Words]) -> list[str | Hole]:
    """Return the tokens of paragraphs, each figure as one, with a mark at the ends."""

    def atoms() -> Iterator[str | Hole]:
        for words in paragraphs:
            yield "\n"
            for piece in words:
                if isinstance(piece, str):
                    yield from _TOKEN.findall(piece)
                else:
                    yield piece
        yield "\n"

    return list(atoms())


def merged(before: Words, after: Words, now: Words) -> Words | None:
    """Return what ``after`` made of the paragraph ``before``, done to the one generated ``now``.

    None where the sentences that somebody changed are not all generated as they were, figures aside: then nobody but a
    person can say what the paragraph is to be.
    """
    base, mine, theirs = (list(_sentences(words)) for words in (before, after, now))
    stays = {-1: -1, len(base): len(theirs)}  # sentence of before → of now; the ends stay where they are
    old, new = (list(map(skeleton, each)) for each in (base, theirs))
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        stays |= {block.a + step: block.b + step for step in range(block.size)}
    figures = {
        figure.number: there
        for index, sentence in enumerate(base)
        if index in stays
        for figure, there in zip(holes([sentence]), holes([theirs[stays[index]]]), strict=True)
    }
    result = list(theirs)
    for tag, i, i_end, j, j_end in reversed(SequenceMatcher(None, base, mine, autojunk=False).get_opcodes()):
        if tag == "equal":
            continue
        # What is changed, or the sentences around what is put in, must follow one another now as they did.
        around = range(i, i_end) if i < i_end else range(i - 1, i + 1)
        places = [stays[index] for index in around if index in stays]
        if len(places) < len(around) or any(below != above + 1 for above, below in pairwise(places)):
            return None
        if any(figure.number not in figures for figure in holes(mine[j:j_end])):
            return None
        start = places[0] if i < i_end else places[-1]
        result[start : start + i_end - i] = [_with(words, figures) for words in mine[j:j_end]]
    return _joined(piece for words in result for piece in words)


def _with(words: Words, figures: Mapping[int, Hole]) -> Words:
    """Return words with other figures in place of theirs."""
    return tuple(piece if isinstance(piece, str) else figures[piece.number] for piece in words)


def _sentences(words: Words) -> Iterator[Words]:
    """Yield the sentences of a paragraph, each with the mark that it ends on."""
    sentence: list[str | Hole] = []
    for piece in words:
        if isinstance(piece, Hole):
            sentence.append(piece)
            continue
        for part in _SENTENCE.findall(piece):
            sentence.append(part)
            if part[-1] in _ENDS:
                yield tuple(sentence)
                sentence = []
    if sentence:
        yield tuple(sentence)
