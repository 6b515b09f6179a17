"""Edits put into a document that is being made: after its figures stand in it, before its headings are numbered.

An edit stands where the words that it replaced are generated again, whatever their figures are now. Where they are not,
the document says what is generated, and a 送审稿 shows both for somebody to choose.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from kaoping.documents.edits._edit import OPEN_MARK, Anchor, Cell, Edit, Kept, Outcome, Place, Unit
from kaoping.documents.edits.blocks import Block, CellBlocks, comments_of, read, runs, text_of
from kaoping.documents.edits.phrases import Hole, Words, holes, likeness, merged, numbered, plain, renewed, skeleton
from kaoping.documents.figure_marks import Marks

if TYPE_CHECKING:
    from docx.document import Document

#: From how alike on a generated paragraph is taken for the one that an edit replaced: to show it beside, no more.
_ALIKE = 0.5
_RUN_MARKS = tuple(map(qn, ("w:r", "w:hyperlink", "w:commentRangeStart", "w:commentRangeEnd", "w:proofErr")))
CHANGED, RIVAL, GONE = "changed", "rival", "gone"


def apply(document: Document, name: str, edits: Sequence[Edit], marks: Marks) -> tuple[Kept, list[Outcome]]:
    """Put ``edits`` into the ``document`` called ``name``, whose ``marks`` are resolved.

    Returns what was generated and is shown now, to compare a draft with, and what became of each edit.
    """
    return _Applying(document, name, edits, marks).done()


@dataclass(slots=True)
class _Spot:
    """A generated paragraph: where it is, and the edits that it is about."""

    block: Block
    place: Place
    edit: Edit | None = None  # that stands in its place
    start: bool = True  # the first of those that the edit replaces
    open: list[Edit] = field(default_factory=list)
    behind: list[Edit] = field(default_factory=list)  # what is put in after it


class _Applying:
    def __init__(self, document: Document, name: str, edits: Sequence[Edit], marks: Marks) -> None:
        self._document, self._name, self._marks = document, name, marks
        self._edits = edits
        self._reading = read(document, marks.runs)
        self._spots = list(_spots(self._reading.blocks))
        self._outcomes: dict[str, Outcome] = {}
        self._first: list[Edit] = []  # what is put in at the beginning
        self._model = self._body_model()

    def done(self) -> tuple[Kept, list[Outcome]]:
        body = [edit for edit in self._edits if edit.cell is None]
        self._find(body)
        units = self._write()
        tables = self._write_tables([edit for edit in self._edits if edit.cell is not None])
        if self._edits:
            self._drop_comments()
        states = {edit.id: edit.state for edit in self._edits}
        kept = Kept(self._name, units, tables, self._reading.margins, self._reading.extras, states)
        return kept, [self._outcomes[edit.id] for edit in self._edits]

    # -- where each edit belongs --------------------------------------------------------------------------------------

    def _find(self, edits: Sequence[Edit]) -> None:
        edits = [self._renewed(edit) for edit in edits]
        starts = {edit.id: self._exact(edit.before, edit.place) for edit in edits if edit.before}
        anchors = {edit.id: self._anchor(edit.follows) for edit in edits if edit.follows is not None}
        for edit in edits:
            start, anchor = starts.get(edit.id), anchors.get(edit.id, -1)
            if edit.before and start is None:
                near = self._near(edit)
                self._open(edit, CHANGED if near is not None else GONE, near)
            elif anchor is None:
                self._open(edit, GONE, start)
            elif start is not None and any(s.block.is_fixed for s in self._spots[start : start + len(edit.before)]):
                self._open(edit, CHANGED, start)  # a picture stands there now, which the edit knows nothing of
            elif any(_are_rivals(edit, other, starts, anchors) for other in edits):
                self._open(edit, RIVAL, start if start is not None else anchor)
            else:
                self._set(edit, start, anchor)

    def _renewed(self, edit: Edit) -> Edit:
        """Return an edit as one of what is generated now, where that differs in sentences that it left alone."""
        if len(edit.before) != 1 or len(edit.after) != 1 or self._exact(edit.before, edit.place) is not None:
            return edit
        section = [index for index, spot in enumerate(self._spots) if spot.place.under == edit.place.under]
        near = self._most_alike(edit.before[0], section)
        spot = self._spots[near] if near is not None else None
        after = merged(edit.before[0], edit.after[0], spot.block.words) if spot is not None else None
        if spot is None or after is None:
            return edit
        return replace(edit, before=(spot.block.words,), after=(after,), place=spot.place)

    def _set(self, edit: Edit, start: int | None, anchor: int) -> None:
        if start is not None:
            for at in range(start, start + len(edit.before)):
                self._spots[at].edit, self._spots[at].start = edit, at == start
        if edit.follows is not None:
            (self._spots[anchor].behind if anchor >= 0 else self._first).append(edit)
        self._outcomes[edit.id] = Outcome(edit)

    def _open(self, edit: Edit, trouble: str, at: int | None) -> None:
        """Leave an edit open: both sides are shown at the place ``at``, or where its section ends."""
        now: tuple[Words, ...] = ()
        if at is not None and at >= 0 and edit.before:
            length = len(edit.before) if trouble == RIVAL else 1
            now = tuple(spot.block.words for spot in self._spots[at : at + length])
        self._outcomes[edit.id] = Outcome(edit, trouble, now)
        under = edit.place.under if edit.before else edit.follows.place.under if edit.follows else ""
        section = [index for index, spot in enumerate(self._spots) if spot.place.under == under]
        where = at if at is not None and at >= 0 else section[-1] if section else len(self._spots) - 1
        if self._spots:
            self._spots[where].open.append(edit)

    def _exact(self, before: Sequence[Words], place: Place) -> int | None:
        """Return where these paragraphs are generated; None where they are not, or nobody can tell which they are."""
        wanted = list(map(skeleton, before))
        mine = [skeleton(spot.block.words) for spot in self._spots]
        starts = [at for at in range(len(mine) - len(wanted) + 1) if mine[at : at + len(wanted)] == wanted]
        return self._told_apart(starts, place)

    def _told_apart(self, starts: Sequence[int], place: Place) -> int | None:
        if len(starts) > 1:
            starts = [at for at in starts if self._spots[at].place.under == place.under]
        if len(starts) > 1:
            starts = [at for at in starts if self._spots[at].place.nth == place.nth]
        return starts[0] if len(starts) == 1 else None

    def _anchor(self, anchor: Anchor | None) -> int | None:
        """Return the paragraph that something stands behind; -1 for the beginning, None where there is none left."""
        if anchor is None or not anchor.words:
            return -1
        if (at := self._exact([anchor.words], anchor.place)) is not None:
            return at
        section = [index for index, spot in enumerate(self._spots) if spot.place.under == anchor.place.under]
        alike = self._most_alike(anchor.words, section)
        return alike if alike is not None else section[-1] if section else None

    def _near(self, edit: Edit) -> int | None:
        section = [index for index, spot in enumerate(self._spots) if spot.place.under == edit.place.under]
        nearest = self._most_alike(edit.before[0], section)
        return nearest if nearest is not None else self._most_alike(edit.before[0], range(len(self._spots)))

    def _most_alike(self, words: Words, among: Sequence[int]) -> int | None:
        wanted = skeleton(words)
        scores = [(likeness(wanted, skeleton(self._spots[at].block.words)), -at) for at in among]
        best, at = max(scores, default=(0.0, 0))
        return -at if best >= _ALIKE else None

    # -- the words ----------------------------------------------------------------------------------------------------

    def _write(self) -> list[Unit]:
        units: list[Unit] = []
        made: dict[str, tuple[Unit, list[Any]]] = {}
        for at, spot in enumerate(self._spots):  # before anything moves: an edit may stand above what it replaced
            if spot.edit is not None and spot.start:
                made[spot.edit.id] = self._replaced(at, spot.edit)
        cursor: Any = None
        for edit in self._first:
            unit, elements = made.get(edit.id) or self._inserted(edit)
            units.append(unit)
            for element in elements:
                first = self._spots[0].block.element
                first.addprevious(element) if cursor is None else cursor.addnext(element)
                cursor = element
        for spot in self._spots:
            stays = spot.edit is None or spot.edit.follows is None
            if spot.edit is None:
                words = (spot.block.words,)
                ids = tuple(edit.id for edit in spot.open if edit.before)
                fixed = spot.block.is_fixed
                units.append(Unit(words, words, spot.place, ids, level=spot.block.level, fixed=fixed))
                cursor = spot.block.element
            elif spot.start and stays:
                unit, elements = made[spot.edit.id]
                units.append(unit)
                cursor = elements[-1] if elements else cursor
            for edit in spot.open:
                cursor = self._put([self._open_paragraph(edit)], cursor, spot.block.element)
            for edit in spot.behind:
                unit, elements = made.get(edit.id) or self._inserted(edit)
                units.append(unit)
                cursor = self._put(elements, cursor, spot.block.element)
        for spot in self._spots:
            if spot.edit is not None:
                self._let_go(spot.block.element, made[spot.edit.id][1])
        return units

    def _put(self, elements: Sequence[Any], cursor: Any, spot: Any) -> Any:
        for element in elements:
            spot.addprevious(element) if cursor is None else cursor.addnext(element)
            cursor = element
        return cursor

    def _replaced(self, at: int, edit: Edit) -> tuple[Unit, list[Any]]:
        """Write an edit's paragraphs into those that it replaces; returns the unit, and the elements that stay."""
        spots = self._spots[at : at + len(edit.before)]
        generated = numbered([spot.block.words for spot in spots])
        carriers = [carrier for spot in spots for carrier in spot.block.carriers]
        after = tuple(renewed(words, holes(generated)) for words in edit.after)
        models = [spot.block.element for spot in spots]
        looks = [_looks(model, self._marks) for model in models]
        groups = _groups(carriers)
        elements: list[Any] = []
        for index, words in enumerate(after):
            its = min(index, len(models) - 1)
            element = models[index] if index < len(models) and edit.follows is None else _empty_like(models[its])
            _fill(element, words, looks[its], groups)
            self._note(element, edit)
            elements.append(element)
        if edit.follows is None:
            for above, element in pairwise(elements):
                if element not in models:
                    above.addnext(element)
        place = spots[0].place
        return Unit(generated, after, place, (edit.id,), edit.follows, spots[0].block.level), elements

    def _inserted(self, edit: Edit) -> tuple[Unit, list[Any]]:
        elements: list[Any] = []
        for words in edit.after:
            model = next((s.block for s in self._spots if edit.level and s.block.level == edit.level), self._model)
            element = _empty_like(model.element)
            _fill(element, words, _looks(model.element, self._marks), {})
            self._note(element, edit)
            elements.append(element)
        return Unit((), edit.after, edit.place, (edit.id,), edit.follows, edit.level), elements

    def _let_go(self, element: Any, standing: Sequence[Any]) -> None:
        """Take a paragraph out that was deleted or moved; one that ends a section stays, empty."""
        if element in standing:
            return
        if next(element.iter(qn("w:sectPr")), None) is None:
            element.getparent().remove(element)
            return
        for child in list(element.iterchildren(*_RUN_MARKS)):
            element.remove(child)

    def _note(self, element: Any, edit: Edit) -> None:
        """Say in a comment of the 送审稿 that words are an edit, and what was generated."""
        if self._marks.notes is None:
            return
        text = "；".join(plain(words) for words in edit.before) or "（没有这一段）"
        source = f"，收自“{edit.source}”" if edit.source else ""
        run = next(runs(element), None)
        if run is not None:
            note = f"修改 {edit.id}{source}。\n程序写的是：{text}"
            self._marks.notes.add(Run(run, Paragraph(element, self._document._body)), note)

    def _open_paragraph(self, edit: Edit) -> Any:
        """Return a highlighted paragraph that shows what an edit says where it could not be put in."""
        element = _empty_like(self._model.element)
        self._mark_open(element, edit)
        return element

    def _mark_open(self, element: Any, edit: Edit) -> None:
        says = "；".join(plain(words) for words in edit.after) or "（删去这一段）"
        how = f"运行 kaoping edits 单位文件夹 --keep {edit.id}（用修改的）或 --drop {edit.id}（不用）"
        text = f"{OPEN_MARK} {edit.id}：改成的是“{says}”；程序现在写的见上文。{how}】"
        run = Paragraph(element, self._document._body).add_run(text)
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW

    def _body_model(self) -> Block:
        """Return a paragraph that looks like the running text: of the style that most of the words have."""
        weights: Counter[str] = Counter()
        for spot in self._spots:
            if not spot.block.level:
                weights[_style(spot.block)] += len(spot.block.text)
        most = max(weights, key=lambda style: weights[style], default="")
        candidates = (spot.block for spot in self._spots if _style(spot.block) == most and not spot.block.level)
        return next(candidates, Block(OxmlElement("w:p"), (), ""))

    def _drop_comments(self) -> None:
        """Take out the comments of figures that are no longer there."""
        marked = {node.get(qn("w:id")) for node in self._document.element.body.iter(qn("w:commentReference"))}
        for comment in comments_of(self._document):
            if str(comment.comment_id) not in marked:
                element: Any = comment._comment_elm
                element.getparent().remove(element)

    # -- tables -------------------------------------------------------------------------------------------------------

    def _write_tables(self, edits: Sequence[Edit]) -> list[list[list[Unit]]]:
        spots = dict(_cells(self._reading.tables))
        where = {edit.id: _cell_of(edit, spots) for edit in edits}
        standing: dict[tuple[int, int, int], Edit] = {}
        open_: dict[tuple[int, int, int], list[Edit]] = {}
        for edit in edits:
            cell, is_same = where[edit.id]
            rivals = [other for other in edits if other.id != edit.id and where[other.id] == (cell, is_same)]
            if cell is None:
                self._open(edit, GONE, None)
                self._spots[-1].block.element.addnext(self._open_paragraph(edit)) if self._spots else None
                continue
            at = (cell.table, cell.row, cell.column)
            if is_same and not rivals:
                standing[at] = edit
                self._outcomes[edit.id] = Outcome(edit)
            else:
                now = (_words_of(spots[cell]),)
                self._outcomes[edit.id] = Outcome(edit, RIVAL if is_same else CHANGED, now)
                open_.setdefault(at, []).append(edit)
        result: list[list[list[Unit]]] = [[[] for _ in table] for table in self._reading.tables]
        for cell, blocks in spots.items():
            at = (cell.table, cell.row, cell.column)
            generated = (_words_of(blocks),)
            unit = Unit(generated, generated, Place(), tuple(edit.id for edit in open_.get(at, ())), cell=cell)
            if at in standing:
                unit = replace(unit, shown=self._fill_cell(blocks, standing[at]), edits=(standing[at].id,))
            for edit in open_.get(at, ()):
                element = _empty_like(blocks.blocks[-1].element)
                blocks.blocks[-1].element.addnext(element)
                self._mark_open(element, edit)
            result[cell.table - 1][cell.row - 1].append(unit)
        return result

    def _fill_cell(self, blocks: CellBlocks, edit: Edit) -> tuple[Words, ...]:
        words = renewed(edit.after[0], holes([_words_of(blocks)])) if edit.after else ()
        groups = _groups([carrier for block in blocks.blocks for carrier in block.carriers])
        model = blocks.blocks[0].element
        looks = _looks(model, self._marks)
        paragraphs = list(_lines(words))
        for block in blocks.blocks[1:]:
            block.element.getparent().remove(block.element)
        above = model
        for index, line in enumerate(paragraphs):
            element = model if index == 0 else _empty_like(model)
            if index:
                above.addnext(element)
                above = element
            _fill(element, line, looks, groups)
        self._note(model, edit)
        return (words,)


def _spots(blocks: Sequence[Block]) -> Iterator[_Spot]:
    """Yield the paragraphs that say something, each with its place."""
    headings: dict[int, str] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for block in blocks:
        if not block.text.strip():
            continue
        if block.level:
            headings = {level: text for level, text in headings.items() if level < block.level}
        under = "／".join(headings.values())
        seen[under, skeleton(block.words)] += 1
        yield _Spot(block, Place(under, seen[under, skeleton(block.words)]))
        if block.level:
            headings[block.level] = block.text.strip()


def _are_rivals(edit: Edit, other: Edit, starts: Mapping[str, int | None], anchors: Mapping[str, int | None]) -> bool:
    """Whether two edits say different things of the same paragraphs."""
    if edit.id == other.id:
        return False
    mine, theirs = starts.get(edit.id), starts.get(other.id)
    if edit.before and other.before:
        if mine is None or theirs is None:
            return False
        return mine < theirs + len(other.before) and theirs < mine + len(edit.before)
    if edit.before or other.before or anchors.get(edit.id) != anchors.get(other.id) or edit.source == other.source:
        return False
    return any(likeness(plain(paragraph), plain(rival)) >= _ALIKE for paragraph in edit.after for rival in other.after)


def _style(block: Block) -> str:
    style = block.element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else str(style.get(qn("w:val")))


def _looks(paragraph: Any, marks: Marks) -> Any:
    """Return the properties of a paragraph's running text: those of its first run that is no figure."""
    every = [run for run in runs(paragraph) if text_of(run)]
    run = next((run for run in every if run not in marks.runs), every[0] if every else None)
    properties = run.find(qn("w:rPr")) if run is not None else None
    if properties is None:
        return None
    looks = copy.deepcopy(properties)
    for highlight in looks.findall(qn("w:highlight")):
        looks.remove(highlight)
    return looks


def _empty_like(paragraph: Any) -> Any:
    """Return a new paragraph that is laid out like another one."""
    element = OxmlElement("w:p")
    properties = paragraph.find(qn("w:pPr"))
    if properties is not None:
        properties = copy.deepcopy(properties)
        for section in properties.findall(qn("w:sectPr")):
            properties.remove(section)
        element.append(properties)
    return element


def _groups(carriers: Sequence[Any]) -> dict[int, list[Any]]:
    """Return figure → its run with the marks of its comment around it, for those that have one."""
    groups: dict[int, list[Any]] = {}
    for number, run in enumerate(carriers, 1):
        if run is None:
            continue
        group = [run]
        if (before := run.getprevious()) is not None and before.tag == qn("w:commentRangeStart"):
            after = run.getnext()
            group = [before, run, *([after, after.getnext()] if after is not None else [])]
        groups[number] = [element for element in group if element is not None]
    return groups


def _fill(element: Any, words: Words, looks: Any, groups: dict[int, list[Any]]) -> None:
    """Write ``words`` into a paragraph: figures keep their runs and comments, all else has the same ``looks``."""
    for group in groups.values():  # they may stand in the paragraph that is emptied
        for node in group:
            if node.getparent() is element:
                element.remove(node)
    for child in list(element.iterchildren(*_RUN_MARKS)):
        element.remove(child)
    for piece in words:
        if isinstance(piece, Hole) and piece.number in groups:
            for node in groups.pop(piece.number):
                element.append(node)
            continue
        run = OxmlElement("w:r")
        if looks is not None:
            run.append(copy.deepcopy(looks))
        element.append(run)
        Run(run, Paragraph(element, None)).text = piece if isinstance(piece, str) else piece.text  # type: ignore[arg-type]


def _cells(tables: Sequence[Sequence[Sequence[CellBlocks]]]) -> Iterator[tuple[Cell, CellBlocks]]:
    for table, rows in enumerate(tables, 1):
        for row, cells in enumerate(rows, 1):
            texts = [skeleton(_words_of(cell)).replace("\0", "□") for cell in cells]
            for column, cell in enumerate(cells, 1):
                yield Cell(table, row, column, "|".join(texts[: column - 1] + texts[column:])), cell


def _words_of(cell: CellBlocks) -> Words:
    """Return the words of a cell, a paragraph a line."""
    pieces: list[str | Hole] = []
    for index, words in enumerate(numbered([block.words for block in cell.blocks])):
        pieces += (["\n"] if index else []) + list(words)
    merged: list[str | Hole] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return tuple(merged)


def _cell_of(edit: Edit, cells: Mapping[Cell, CellBlocks]) -> tuple[Cell | None, bool]:
    """Return the cell that an edit is about, and whether the same words are generated in it."""
    assert edit.cell is not None, "asked of cells alone"
    there = edit.cell
    wanted = skeleton(edit.before[0]) if edit.before else ""
    beside = [cell for cell in cells if cell.beside == there.beside and cell.column == there.column]
    if there in cells:
        beside = [there]
    same = [cell for cell in beside if skeleton(_words_of(cells[cell])) == wanted]
    if len(same) == 1:
        return same[0], True
    if len(beside) == 1:
        return beside[0], False
    at = [cell for cell in cells if (cell.table, cell.row, cell.column) == (there.table, there.row, there.column)]
    return (at[0] if at else None), False


def _lines(words: Words) -> Iterator[Words]:
    """Yield the paragraphs of a cell's words."""
    line: list[str | Hole] = []
    for piece in words:
        if isinstance(piece, Hole):
            line.append(piece)
            continue
        first, *others = piece.split("\n")
        line += [first] if first else []
        for text in others:
            yield tuple(line)
            line = [text] if text else []
    yield tuple(line)
