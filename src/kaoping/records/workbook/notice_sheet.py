"""The sheet of what the rubric leaves open: questions (口径) and dates (期限), each with the cell for its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kaoping.core.schema import Field
from kaoping.core.worksheets import height_of
from kaoping.records.grids.grid import column_name
from kaoping.records.layout import ANSWER_HEAD, CODE_HEAD, DUE_SORT, NOTICE_SHEET, QUESTION_SORT, SORT_HEAD, UNIT_SHEET
from kaoping.records.workbook.desk import Desk
from kaoping.records.workbook.kind_sheet import quoted
from kaoping.records.workbook.look import comment
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.params import Answer

_HEAD, _FIRST = 2, 3
_HEADS = (
    (SORT_HEAD, 8.0), ("内容", 50.0), ("涉及考评项", 12.0), ("可填什么", 26.0), ("细则现在怎么定", 20.0),
    (ANSWER_HEAD, 20.0), (CODE_HEAD, 20.0),
)  # fmt: skip
_ANSWER = [head for head, _ in _HEADS].index(ANSWER_HEAD)
_NOTE = "通知或考评方已有答复的，填在“答复”栏；没有答复的空着，不要猜：有关考评项按各种答复都算一遍。"
_HINT = "口径从下拉列表里选，期限写日期，如 {year}-12-20。\n空着的，按“细则现在怎么定”办。"
_STRANGE = "（细则没有这一项，原样保留）"
_DATE = Field("due", DUE_SORT, "date", "")


@dataclass(frozen=True, slots=True)
class _Row:
    sort: str
    what: str
    lines: str
    takes: str
    now: str
    answer: str
    code: str
    options: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.sort, self.what, self.lines, self.takes, self.now, self.answer, self.code)


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
        letter, rows = column_name(_ANSWER), self.rows
        cells = f"{quoted(NOTICE_SHEET)}!${letter}${_FIRST + 1}:${letter}${_FIRST + max(len(rows), 1)}"
        return f"=COUNTA({cells})", sum(1 for row in rows if row.answer)

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
            yield _Row(
                QUESTION_SORT, question.ask, "、".join(asked_by.get(id_, ())), " / ".join(question.options),
                self.rubric.notice.answers.get(id_) or "没有定", self.answers.get(id_, ""), id_,
                tuple(question.options),
            )  # fmt: skip
        for id_, answer in self.answers.items():
            if id_ not in self.rubric.questions:
                yield _Row(QUESTION_SORT, _STRANGE, "", "", "", answer, id_)

    def _dates(self) -> Iterator[_Row]:
        notice = self.rubric.notice
        for id_, title in notice.due_titles.items():
            now = notice.due.get(id_)
            yield _Row(
                DUE_SORT, title, "、".join(notice.due_lines(id_)), "日期",
                now.isoformat() if now else "没有定", self.due.get(id_, ""), id_,
            )  # fmt: skip
        for id_, day in self.due.items():
            if id_ not in notice.due_titles:
                yield _Row(DUE_SORT, _STRANGE, "", "日期", "", day, id_)


def write(desk: Desk, plan: NoticeSheet) -> None:
    """Write the sheet."""
    look = desk.look
    widths = [width for _, width in _HEADS]
    sheet = desk.book.sheet(NOTICE_SHEET, widths)
    sheet.write_rich_string(0, 0, look.title, NOTICE_SHEET, look.note, f"　　{plan.rubric.title}", look.title)
    sheet.set_row(0, 30)
    desk.link(sheet, 1, 0, UNIT_SHEET, f"← {UNIT_SHEET}", look.link)
    sheet.write_string(1, 2, _NOTE, look.note)
    sheet.set_row(1, 24)
    for column, (head, _) in enumerate(_HEADS):
        sheet.write_string(_HEAD, column, head, look.input_head if column == _ANSWER else look.head)
    comment(sheet, _HEAD, _ANSWER, _HINT.format(year=desk.year))
    sheet.set_row(_HEAD, 26)
    for at, row in enumerate(plan.rows, _FIRST):
        _row(desk, sheet, at, row, widths)
    sheet.freeze_panes(_FIRST, 0)
    sheet.repeat_rows(_HEAD)


def _row(desk: Desk, sheet: Any, at: int, row: _Row, widths: Sequence[float]) -> None:
    look = desk.look
    for column, text in enumerate(row.cells):
        if column != _ANSWER:
            desk.pen.write(sheet, at, column, text, look.info_centre if column == 0 else look.info)
    if row.sort == DUE_SORT:
        desk.pen.write(sheet, at, _ANSWER, row.answer, look.input(_DATE), field=_DATE)
        sheet.data_validation(at, _ANSWER, at, _ANSWER, desk.limits.day(False))
    else:
        desk.pen.write(sheet, at, _ANSWER, row.answer, look.choice)
        if row.options:
            sheet.data_validation(at, _ANSWER, at, _ANSWER, desk.limits.choose(row.options))
    sheet.set_row(at, height_of(list(zip(row.cells, widths, strict=True)), 24))
