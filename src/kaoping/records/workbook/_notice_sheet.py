"""The sheet of what the rubric leaves open: questions (口径) and dates (期限), each with the cell for its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaoping.core.schema import CellError, Field
from kaoping.core.worksheets import height_of
from kaoping.core.yamltree import Node
from kaoping.records.grids.grid import Spreadsheet
from kaoping.records.layout import NOTICE_SHEET
from kaoping.records.readers._heads import find_head
from kaoping.records.readers._source_sheet import SourceSheet
from kaoping.records.readers.cells import reader, text_of
from kaoping.records.workbook._desk import Desk
from kaoping.records.workbook._look import comment
from kaoping.records.workbook._sheet import Column, Sheet
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.params import Answer

SORT_HEAD, CODE_HEAD, ANSWER_HEAD = "类别", "代码", "答复"
_CONTENT, _LINES, _OPTIONS, _NOW = "内容", "涉及考评项", "可填什么", "细则现在怎么定"
QUESTION_SORT, DUE_SORT = "口径", "期限"  # what a row is, by what stands under SORT_HEAD

SHEET = Sheet(
    NOTICE_SHEET,
    (
        Column(SORT_HEAD, 8.0, Field("sort", SORT_HEAD, "string", "", required=True)),
        Column(_CONTENT, 50.0),
        Column(_LINES, 12.0),
        Column(_OPTIONS, 26.0),
        Column(_NOW, 20.0),
        Column(ANSWER_HEAD, 20.0, Field("answer", ANSWER_HEAD, "string", "", required=True), input=True),
        Column(CODE_HEAD, 20.0, Field("code", CODE_HEAD, "string", "", required=True)),
    ),
    head=2,
    first=3,
)
KIND = SHEET.as_kind("code")

_NOTE = "通知或考评方已有答复的，填在“答复”栏；没有答复的空着，不要猜：有关考评项按各种答复都算一遍。"
_HINT = "口径从下拉列表里选，期限写日期，如 {year}-12-20。\n空着的，按“细则现在怎么定”办。"
_STRANGE = "（细则没有这一项，原样保留）"
_DATE = Field("due", DUE_SORT, "date", "")


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Mapping[str, str]  # by heading
    options: tuple[str, ...] = ()  # what its answer may be


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """What the sheet will hold."""

    rubric: Rubric
    answers: Mapping[str, str]
    due: Mapping[str, str]

    @property
    def rows(self) -> list[_Row]:
        """The questions, then the dates; an answer to what the rubric does not ask keeps a row."""
        return [*self._questions(), *self._dates()]

    @property
    def counted(self) -> tuple[str, int]:
        """The formula of how many answers there are, and its value now."""
        rows = self.rows
        answered = sum(1 for row in rows if row.cells[ANSWER_HEAD])
        return f"=COUNTA({SHEET.cells('answer', max(len(rows), 1))})", answered

    def place(self, sort: str, code: str) -> tuple[int, int]:
        """Return the 0-based row and column of the answer to what is asked; raises ValueError where nothing asks it."""
        asked = [(row.cells[SORT_HEAD], row.cells[CODE_HEAD]) for row in self.rows]
        return SHEET.first + asked.index((sort, code)), SHEET.column("answer")

    def _questions(self) -> Iterator[_Row]:
        asked_by: dict[str, dict[str, None]] = {}
        for line in self.rubric.lines:
            for node in line.nodes:
                if isinstance(node, Answer):
                    asked_by.setdefault(node.question, {})[line.id] = None
        for group in self.rubric.groups:
            if isinstance(group.cap, Answer):
                asked_by.setdefault(group.cap.question, {}).update(dict.fromkeys(group.lines))
        for id_, question in self.rubric.questions.items():
            cells = _cells(QUESTION_SORT, id_, self.answers.get(id_, ""), question.ask, asked_by.get(id_, ()))
            now = self.rubric.notice.answers.get(id_) or "没有定"
            options = tuple(question.options)
            yield _Row({**cells, _OPTIONS: " / ".join(options), _NOW: now}, options)
        for id_, answer in self.answers.items():
            if id_ not in self.rubric.questions:
                yield _Row(_cells(QUESTION_SORT, id_, answer, _STRANGE))

    def _dates(self) -> Iterator[_Row]:
        notice = self.rubric.notice
        for id_, title in notice.due_titles.items():
            cells = _cells(DUE_SORT, id_, self.due.get(id_, ""), title, notice.due_lines(id_))
            day = notice.due.get(id_)
            yield _Row({**cells, _OPTIONS: "日期", _NOW: day.isoformat() if day else "没有定"})
        for id_, answer in self.due.items():
            if id_ not in notice.due_titles:
                yield _Row({**_cells(DUE_SORT, id_, answer, _STRANGE), _OPTIONS: "日期"})


def _cells(sort: str, code: str, answer: str, content: str, lines: Iterable[str] = ()) -> dict[str, str]:
    return {SORT_HEAD: sort, CODE_HEAD: code, ANSWER_HEAD: answer, _CONTENT: content, _LINES: "、".join(lines)}


def write(desk: Desk, plan: NoticeSheet) -> None:
    """Write the sheet."""
    look = desk.look
    page = desk.page(SHEET, plan.rubric.title)
    desk.note(page, 2, _NOTE)
    for column, described in enumerate(SHEET.columns):
        page.write_string(SHEET.head, column, described.heading, look.input_head if described.input else look.head)
    comment(page, SHEET.head, SHEET.column("answer"), _HINT.format(year=desk.year))
    page.set_row(SHEET.head, 26)
    for at, row in enumerate(plan.rows, SHEET.first):
        _row(desk, page, at, row)
    page.freeze_panes(SHEET.first, 0)


def _row(desk: Desk, page: Any, at: int, row: _Row) -> None:
    look = desk.look
    texts = [row.cells.get(column.heading, "") for column in SHEET.columns]
    for column, (described, text) in enumerate(zip(SHEET.columns, texts, strict=True)):
        if not described.input:
            centred = described.heading == SORT_HEAD
            desk.pen.write(page, at, column, text, look.info_centre if centred else look.info)
    answer, column = row.cells[ANSWER_HEAD], SHEET.column("answer")
    if row.cells[SORT_HEAD] == DUE_SORT:
        desk.pen.write(page, at, column, answer, look.input(_DATE), field=_DATE)
        desk.limit(page, at, column, desk.limits.day(False))
    else:
        desk.pen.write(page, at, column, answer, look.choice)
        desk.limit(page, at, column, desk.limits.choose(row.options) if row.options else None)
    page.set_row(at, height_of(list(zip(texts, SHEET.widths, strict=True)), 24))


def place_of_answer(book: Spreadsheet, part: str, code: str) -> tuple[str, int, int] | None:
    """Return sheet, row and column (0-based) of what is said of ``code``; None where the sheet has no such row.

    ``part`` is that of the notice: "answers" or "due".
    """
    sort = DUE_SORT if part == "due" else QUESTION_SORT
    for grid in book.grids:
        head = find_head(grid, KIND) if grid.name.strip() == NOTICE_SHEET else None
        if head is None or len(head.fields) < len(KIND.fields):
            continue
        for row in range(head.bottom + 1, len(grid.rows)):
            texts = {name: text_of(grid.cell(row, at)).strip() for name, at in head.fields.items()}
            if (texts["sort"], texts["code"]) == (sort, code):
                return grid.name, row, head.fields["answer"]
    return None


def read(source: SourceSheet) -> Node | None:
    """Return the answers as a notice to be laid over the others; None where nothing was answered."""
    grid = source.grid
    head = find_head(grid, KIND)
    if head is None or len(head.fields) < len(KIND.fields):
        source.tell("workbook.no_head", kind=NOTICE_SHEET)
        return None
    answers: dict[str, Node] = {}
    due: dict[str, Node] = {}
    column = head.fields["answer"]
    for row in range(head.bottom + 1, len(grid.rows)):
        texts = {name: text_of(grid.cell(row, at)).strip() for name, at in head.fields.items()}
        sort, code, answer = texts["sort"], texts["code"], texts["answer"]
        at = source.at(row, column)
        if (row, column) in grid.faults:
            source.tell_at("cell.formula_unsaved", row, column, title=ANSWER_HEAD)
        elif not answer:
            continue
        elif sort == QUESTION_SORT and code:
            answers[code] = Node(answer, at)
        elif sort == DUE_SORT and code:
            day = str(reader(_DATE)(grid.cell(row, column))[0])
            if why := _why_no_day(day):
                content = next((text_of(grid.cell(row, c.index)) for c in head.columns if c.heading == _CONTENT), code)
                source.tell_at("workbook.no_day", row, column, content=content, answer=answer, expected=why)
                due[code] = Node({"unread": Node(answer, at)}, at)
            else:
                due[code] = Node({"date": Node(day, at)}, at)
        else:
            source.tell_at("workbook.answer_lost", row, column, answer=answer)
    entries = {name: Node(nodes, source.place) for name, nodes in (("answers", answers), ("due", due)) if nodes}
    return Node(dict(entries), source.place) if entries else None


def _why_no_day(text: str) -> str:
    try:
        _DATE.parse(text)
    except CellError as error:
        return str(error)
    return ""


def answers_of(notice: Node | None) -> tuple[dict[str, str], dict[str, str]]:
    """Return what ``read`` gave as texts: the answers by question, the dates by what is due."""
    plain: Any = notice.plain() if notice is not None else {}
    return plain.get("answers", {}), {
        code: entry.get("date") or entry["unread"] for code, entry in plain.get("due", {}).items()
    }
