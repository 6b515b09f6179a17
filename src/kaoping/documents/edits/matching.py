"""A draft that people worked in against what was generated: what they changed, put in, took out, moved.

Paragraphs are matched by their words in the order in which they stand; what is left over is looked for elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby

from kaoping.documents.edits._edit import OPEN_MARK, Anchor, Edit, Kept, Place, Taken, Unit
from kaoping.documents.edits.blocks import Block, CellBlocks, Reading, unnumbered
from kaoping.documents.edits.phrases import (
    Hole,
    Refusal,
    Words,
    holes,
    key,
    likeness,
    numbered,
    plain,
    rewritten,
    shifted,
)

#: From how alike on a paragraph is the changed form of another one, at the same place and elsewhere.
_CHANGED, _MOVED = 0.4, 0.6
_END = "\u2029"  # between paragraphs that are compared as one
#: Gaps larger than this are matched one by one: a document that was written anew.
_MOST = 2500
_Row = tuple[Sequence[Unit], Sequence[CellBlocks]]


def likeness_of(kept: Kept, reading: Reading) -> float:
    """Return how much of what was kept stands in a document in the same words, 0…1."""
    mine = _texts_kept(kept)
    there = {text for texts in _texts_read(reading) for text in texts}
    return sum(len(text) for text in mine if text in there) / max(sum(map(len, mine)), 1)


def distance_of(kept: Kept, reading: Reading) -> float:
    """Return how many characters lie between what was kept and a document, those that are alike counted in part.

    It tells which generation of a document was worked in.
    """
    mine, theirs = _texts_kept(kept), list(_texts_read(reading))
    there, here = {text for texts in theirs for text in texts}, set(mine)
    lacking = [text for text in mine if text not in there]
    new = [texts[-1] for texts in theirs if not here.intersection(texts)]
    return sum(
        len(text) * (1 - max((likeness(text, other) for other in others), default=0.0))
        for texts, others in ((lacking, new), (new, lacking))
        for text in texts
    )


def _texts_kept(kept: Kept) -> list[str]:
    units = [*kept.units, *kept.cells()]
    return [text for unit in units for words in unit.shown if (text := key(plain(words)))]


def _texts_read(reading: Reading) -> Iterator[tuple[str, ...]]:
    """Yield the texts of a document; a paragraph that may be a numbered heading with and without its number."""
    for block in reading.blocks:
        if not block.text.startswith(OPEN_MARK) and key(block.text):
            yield key(block.text), key(unnumbered(block.text.strip()))
    for cell in (cell for table in reading.tables for row in table for cell in row):
        if key(cell.text):
            yield (key(cell.text),)


def compare(kept: Kept, reading: Reading, source: str) -> Taken:
    """Return what the draft, called ``source``, says otherwise than what was ``kept`` of its making."""
    return _Comparison(kept, reading, source).taken()


@dataclass(slots=True)
class _Item:
    """A paragraph that was shown: the unit it belongs to, its words, what became of it."""

    unit: int
    words: Words
    key: str
    docs: list[int] = field(default_factory=list)
    moved: bool = False


class _Comparison:
    def __init__(self, kept: Kept, reading: Reading, source: str) -> None:
        self.kept, self.reading, self.source = kept, reading, source
        self._items = [
            _Item(index, words, key(plain(words))) for index, unit in enumerate(kept.units) for words in unit.shown
        ]
        headings = {item.key for item in self._items if kept.units[item.unit].level}
        blocks = [block for block in reading.blocks if key(block.text) and not block.text.startswith(OPEN_MARK)]
        self._docs = [_Doc.of(block, headings) for block in blocks]
        self._edits: list[Edit] = []
        self._undone: list[str] = []
        self._replaced: list[str] = []
        self._refused: list[Refusal] = []
        self._left_out: list[str] = []

    def taken(self) -> Taken:
        self._match()
        self._collect()
        self._compare_tables()
        if new := [text for text in self.reading.margins if text not in self.kept.margins]:
            self._left_out.append(f"页眉、页脚、文本框里的“{new[0][:30]}”{'等' if len(new) > 1 else ''}")
        for what, count in self.reading.extras.items():
            if count > self.kept.extras.get(what, 0):
                self._left_out.append(f"插入的{what}")
        return Taken(
            self.kept.document, self._edits, self._undone, self._replaced, self._refused, self._left_out,
            self.reading.comments, self.reading.tracked,
        )  # fmt: skip

    # -- which paragraph is which -------------------------------------------------------------------------------------

    def _match(self) -> None:
        mine, theirs = [item.key for item in self._items], [doc.key for doc in self._docs]
        for tag, i, i_end, j, j_end in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
            if tag == "equal":
                for step in range(i_end - i):
                    self._items[i + step].docs = [j + step]
                continue
            for mine_, theirs_ in self._gap(range(i, i_end), range(j, j_end)):
                for index in mine_:
                    self._items[index].docs = list(theirs_)
        self._match_moved()

    def _gap(self, mine: range, theirs: range) -> list[tuple[Sequence[int], Sequence[int]]]:
        """Return which paragraphs of a gap belong together, in order: one and one, one and two, two and one."""
        if len(mine) * len(theirs) > _MOST:
            theirs = theirs[: len(mine)]
            return [([i], [j]) for i, j in zip(mine, theirs, strict=False) if self._alike([i], [j]) > _CHANGED]
        best: dict[tuple[int, int], tuple[float, list[tuple[Sequence[int], Sequence[int]]]]] = {}
        for i in range(mine.stop, mine.start - 1, -1):
            for j in range(theirs.stop, theirs.start - 1, -1):
                ways: list[tuple[float, list[tuple[Sequence[int], Sequence[int]]]]] = [(0.0, [])]
                ways += [best[i + a, j + b] for a, b in ((1, 0), (0, 1)) if (i + a, j + b) in best]
                for a, b in ((1, 1), (1, 2), (2, 1)):
                    if (i + a, j + b) in best:
                        group = (range(i, i + a), range(j, j + b))
                        score, rest = best[i + a, j + b]
                        ways.append((score + self._gain(*group), [group, *rest]))
                best[i, j] = max(ways, key=lambda way: way[0])
        pairs = best[mine.start, theirs.start][1]
        if not pairs and len(mine) == len(theirs) == 1:  # written anew: nothing else stands in its place
            return [(mine, theirs)]
        return pairs

    def _gain(self, mine: range, theirs: range) -> float:
        length = sum(len(self._items[i].key) for i in mine) + sum(len(self._docs[j].key) for j in theirs)
        return max(self._alike(mine, theirs) - _CHANGED, 0.0) * length

    def _alike(self, mine: Sequence[int], theirs: Sequence[int]) -> float:
        return likeness("".join(self._items[i].key for i in mine), "".join(self._docs[j].key for j in theirs))

    def _match_moved(self) -> None:
        """Find what is left over on one side on the other: the same words first, then words alike."""
        used = {j for item in self._items for j in item.docs}
        for floor in (1.0, _MOVED):
            for item in self._items:
                free = [j for j in range(len(self._docs)) if j not in used]
                if item.docs or not free:
                    continue
                score, j = max((likeness(item.key, self._docs[j].key), -j) for j in free)
                if score >= floor:
                    item.docs, item.moved = [-j], True
                    used.add(-j)

    # -- what that makes of each unit ---------------------------------------------------------------------------------

    def _collect(self) -> None:
        self._owner: dict[int, list[int]] = {}  # of each paragraph of the draft: the units that it is made of
        moved: set[int] = set()
        for item in self._items:
            for j in item.docs:
                if item.unit not in self._owner.setdefault(j, []):
                    self._owner[j].append(item.unit)
                if item.moved:
                    moved.add(j)
        for j in range(len(self._docs)):  # what was put in behind words that had been put in belongs to them
            above = self._owner.get(j - 1, [])
            if j not in self._owner and len(above) == 1 and not self.kept.units[above[0]].generated:
                self._owner[j] = above
        for units in self._together():
            self._add_changed(units, moved)
        new = [j for j in range(len(self._docs)) if j not in self._owner]
        for _, run in groupby(enumerate(new), lambda pair: pair[1] - pair[0]):
            self._add_inserted([j for _, j in run], moved)

    def _together(self) -> Iterator[list[int]]:
        """Yield the units in their order, those that became one paragraph together."""
        group = {unit: [unit] for unit in range(len(self.kept.units))}
        for units in self._owner.values():
            joined = sorted({each for unit in units for each in group[unit]})
            group |= dict.fromkeys(joined, joined)
        yield from (group[unit] for unit in group if group[unit][0] == unit)

    def _add_changed(self, indices: Sequence[int], moved: set[int]) -> None:
        units = [self.kept.units[index] for index in indices]
        docs = [j for j in sorted(self._owner) if set(self._owner[j]) & set(indices)]
        shown = [item.key for item in self._items if item.unit in indices]
        gone = moved & set(docs)
        if [self._docs[j].key for j in docs] == shown and not gone:
            return
        if any(unit.fixed for unit in units):
            words = plain(units[0].generated[0])
            self._left_out.append(f"带有图片或域的段落“{words[:30]}”里的改动")
            return
        before = numbered([words for unit in units for words in unit.generated])
        ids = [id_ for unit in units for id_ in unit.edits]
        after = self._after(units, docs)
        follows = units[0].follows
        if gone or (not before and follows is None):
            follows = self._above(docs[0] if docs else 0, moved)
        edit = Edit(ids[0] if ids else "", before, after, units[0].place, follows, units[0].level, source=self.source)
        self._add(edit, ids)

    def _add(self, edit: Edit, ids: Sequence[str]) -> None:
        """Add what stands for the edits ``ids`` now, or say that they were taken back."""
        if edit.is_empty or not (edit.before or edit.after):
            self._undone += ids
        else:
            self._edits.append(edit)
            self._replaced += ids

    def _after(self, units: Sequence[Unit], docs: Sequence[int]) -> tuple[Words, ...]:
        """Return the paragraphs of the draft with the figures of the units that they were made of."""
        if not docs:
            return ()
        shown: list[str | Hole] = []
        count = 0
        for unit in units:
            for words in unit.shown:
                shown += [_END] if shown else []
                shown += shifted(words, count)
            count += len(holes(unit.generated))
        texts = [self._docs[j] for j in docs]
        level = units[0].level
        text = _END.join(unnumbered(doc.text) if level else doc.text for doc in texts)
        words, refused = rewritten(tuple(shown), text)
        self._refused += refused
        return tuple(_split(words))

    def _above(self, doc: int, moved: set[int]) -> Anchor:
        """Return the generated paragraph that stands above a paragraph of the draft."""
        for j in range(doc - 1, -1, -1):
            for index in reversed(self._owner.get(j, []) if j not in moved else []):
                unit = self.kept.units[index]
                if unit.generated:
                    return Anchor(unit.generated[-1], unit.place)
        return Anchor()

    def _add_inserted(self, docs: Sequence[int], moved: set[int]) -> None:
        follows = self._above(docs[0], moved)
        for _, run in groupby(docs, lambda j: self._docs[j].level):  # a heading is an edit of its own
            paragraphs = [self._docs[j] for j in run]
            after = tuple((doc.text,) for doc in paragraphs)
            self._edits.append(Edit("", (), after, Place(), follows, paragraphs[0].level, source=self.source))

    # -- tables -------------------------------------------------------------------------------------------------------

    def _compare_tables(self) -> None:
        mine, theirs = self.kept.tables, self.reading.tables
        if len(mine) != len(theirs):
            self._left_out.append(f"表格：原有{len(mine)}张，现在{len(theirs)}张")
            return
        for number, (kept, table) in enumerate(zip(mine, theirs, strict=True), 1):
            if [len(row) for row in kept] == [len(row) for row in table]:
                pairs: list[_Row] = list(zip(kept, table, strict=True))
            else:
                pairs = self._rows(kept, table, number)
            for row, cells in pairs:
                if len(row) != len(cells):
                    self._left_out.append(f"第{number}张表增减的列")
                    continue
                for unit, cell in zip(row, cells, strict=True):
                    self._compare_cell(unit, cell)

    def _rows(self, kept: Sequence[Sequence[Unit]], table: Sequence[Sequence[CellBlocks]], number: int) -> list[_Row]:
        """Return which rows are which where some were put in or taken out; those are told."""
        mine = [tuple(key(_shown(unit)) for unit in row) for row in kept]
        theirs = [tuple(key(cell.text) for cell in row) for row in table]
        pairs: list[_Row] = []
        for tag, i, i_end, j, j_end in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
            if tag == "equal" or i_end - i == j_end - j:
                pairs += list(zip(kept[i:i_end], table[j:j_end], strict=True))
                continue
            self._left_out += [f"第{number}张表增加的一行“{'|'.join(row)[:30]}”" for row in theirs[j:j_end]]
            self._left_out += [f"第{number}张表删去的一行“{'|'.join(row)[:30]}”" for row in mine[i:i_end]]
        return pairs

    def _compare_cell(self, unit: Unit, cell: CellBlocks) -> None:
        text = "\n".join(line for line in cell.text.split("\n") if not line.startswith(OPEN_MARK))
        if key(text) == key(_shown(unit)):
            return
        words, refused = rewritten(unit.shown[0], text)
        self._refused += refused
        edit = Edit(
            unit.edits[0] if unit.edits else "", unit.generated, (words,), unit.place, cell=unit.cell,
            source=self.source,
        )  # fmt: skip
        self._add(edit, unit.edits)


@dataclass(frozen=True, slots=True)
class _Doc:
    """A paragraph of the draft."""

    text: str
    key: str
    level: int

    @classmethod
    def of(cls, block: Block, headings: set[str]) -> _Doc:
        text = block.text.strip()
        bare = unnumbered(text)
        if block.level or key(bare) in headings:
            text = bare
        return cls(text, key(text), block.level)


def _shown(unit: Unit) -> str:
    return plain(unit.shown[0]) if unit.shown else ""


def _split(words: Words) -> Iterator[Words]:
    """Yield the paragraphs that words hold."""
    paragraph: list[str | Hole] = []
    for piece in words:
        if not isinstance(piece, str):
            paragraph.append(piece)
            continue
        first, *others = piece.split(_END)
        paragraph += [first] if first else []
        for text in others:
            yield tuple(paragraph)
            paragraph = [text] if text else []
    yield tuple(paragraph)
