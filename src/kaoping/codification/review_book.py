"""The workbook in which somebody who knows the rubric confirms what was understood of it, line by line.

One row a line: its words (those that nothing explains in red), the rule in Chinese, what it gives at its edges, a list
to choose from for each question. A question that many lines share is asked once, on a sheet of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kaoping.codification.line_rules import Answered, LineRule, sources_for
from kaoping.codification.review_answers import Review
from kaoping.codification.tables.draft import Draft, DraftLine
from kaoping.core import worksheets
from kaoping.core.figures import number
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind
from kaoping.records.grids.grid import Grid, Spreadsheet, cell_name
from kaoping.records.readers.cells import day_in

BOOK = "规则核对.xlsx"
LINES, SHARED, ABOUT = "逐项核对", "共同的问题", "怎样填"
CONFIRM, CHANGE, BY_HAND = "确认", "改", "人工打分"
DECLARED = "数据指标（单位申报）"
#: Questions by id: what the column is called.
_ASKED = {
    "floor": "扣到几分为止",
    "partial": "零头怎样计",
    "amount": "酌情按几分",
    "edge": "正好在界上的",
    "cap": "累计的限额限哪几句",
}
_MARK = "指纹"
#: What the answer was when the workbook was made: so one that was given elsewhere meanwhile is not taken back by it.
_BASE = "原答复"
_SHARED_HEAD = ["问题", "涉及几项", "例", "答复", "谁定的", "日期", "编号", _BASE]
_GUIDE = [
    "这份表由程序读细则以后生成：一行一个考评项，左边是原文，右边是程序读懂的规则。没有确认的，一律由人打分，程序不算。",
    "先看“共同的问题”：许多项都有的同一个问题，在那里答一次；个别项不一样的，在“逐项核对”那一行自己选，以那一行为准。",
    "再看“逐项核对”：红字是程序没有读懂的话；“得几分”列出线上、线下各几分，对照原文看对不对。",
    "对的，“处理”选“确认”；不对的，选“改”，“改成”里写程序读得懂的话（如：每少1次扣1分，扣完为止）；算不清的，选“人工打分”。",
    "“谁定的”“日期”要填，没有填的不算确认。填完存盘，运行 kaoping rubric review 规则包文件夹，答复就记进规则包。",
    "下一年原文没有变的项，答复接着用；变了的才要再看。",
]
_COLUMNS = [
    ("考评项", 9.0), ("部分", 12.0), ("分值", 7.0), ("原文", 46.0), ("读懂的规则", 40.0), ("得几分", 22.0),
    ("说明", 26.0),
]  # fmt: skip
_ANSWERS = [
    ("数从哪里来", 20.0),
    ("处理", 10.0),
    ("改成", 26.0),
    ("谁定的", 10.0),
    ("日期", 12.0),
    (_MARK, 10.0),
    (_BASE, 10.0),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that lines leave open."""

    id: str
    title: str
    readings: tuple[str, ...]
    lines: tuple[str, ...]
    example: str


def asked_of(rules: Sequence[LineRule]) -> list[Asked]:
    """Return the questions that the lines leave open, each once."""
    ids = dict.fromkeys(question.id for rule in rules for question in rule.questions)
    asked = []
    for id_ in ids:
        its = [(rule.line.id, question) for rule in rules for question in rule.questions if question.id == id_]
        readings = tuple(dict.fromkeys(reading for _, question in its for reading in question.readings))
        lines = tuple(dict.fromkeys(line for line, _ in its))
        asked.append(Asked(id_, _ASKED.get(id_, its[0][1].words), readings, lines, its[0][1].words))
    return asked


def book_of(draft: Draft, rules: Sequence[LineRule], review: Review, kinds: Mapping[str, Kind]) -> bytes:
    """Return the workbook; what ``review`` holds already stands in it, and ``kinds`` are what may be counted."""
    book = worksheets.new_book("规则核对", "kaoping", None)
    asked = asked_of(rules)
    _write_guide(book, draft, rules)
    _write_shared(book, asked, review)
    _write_lines(book, draft, rules, asked, review, kinds)
    return book.close()


def _write_guide(book: worksheets.Book, draft: Draft, rules: Sequence[LineRule]) -> None:
    sheet = book.sheet(ABOUT, [100])
    plain, head = book.format(border=0), book.format(border=0, bold=True, font_size=16, font_name=worksheets.HEAD_FONT)
    read = sum(bool(rule.words) for rule in rules)
    sheet.write_string(0, 0, f"{draft.title or draft.file}：规则核对", head)
    summary = f"共{len(rules)}项：读懂{read}项，没有读懂、由人打分的{len(rules) - read}项。"
    for row, text in enumerate([summary, *_GUIDE], 1):
        sheet.set_row(row, worksheets.height_of([(text, 100)]))
        sheet.write_string(row, 0, text, plain)
    row = len(_GUIDE) + 3
    for words, at in draft.ruled():
        text = f"文件自己的规定：{words}（{at}）"
        sheet.set_row(row, worksheets.height_of([(text, 100)]))
        sheet.write_string(row, 0, text, plain)
        row += 1


def _write_shared(book: worksheets.Book, asked: Sequence[Asked], review: Review) -> None:
    widths = [34, 12, 44, 16, 12, 14, 10, 10]
    sheet = book.sheet(SHARED, widths)
    head, cell, fill = _formats(book)
    for column, name in enumerate(_SHARED_HEAD):
        sheet.write_string(0, column, name, head)
    for row, its in enumerate(asked, 1):
        lines = f"有{len(its.lines)}项没有写明：{'、'.join(its.lines)}"
        texts = [f"{its.title}：都这样计吗？", str(len(its.lines)), f"{its.example}。{lines}"]
        sheet.set_row(row, worksheets.height_of([(text, width) for text, width in zip(texts, widths, strict=False)]))
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, cell)
        known = review.shared.get(its.id, Answered())
        for column, text in enumerate([known.words, known.who, known.when], 3):
            sheet.write_string(row, column, text, fill)
        sheet.write_string(row, 6, its.id, cell)
        sheet.write_string(row, 7, known.mark, cell)
        sheet.data_validation(row, 3, row, 3, _list(its.readings))
    if not asked:
        sheet.merge_range(1, 0, 1, 5, "没有共同的问题。", cell)
    sheet.set_column(6, 7, None, None, {"hidden": True})
    sheet.freeze_panes(1, 0)


def _formats(book: worksheets.Book) -> tuple[Any, Any, Any]:
    head = book.format(bold=True, align="center", bg_color="#D9E2F3")
    return head, book.format(valign="top"), book.format(valign="top", bg_color="#FFF8E1", locked=False)


def _list(values: Iterable[str], title: str = "", message: str = "") -> dict[str, Any]:
    rule: dict[str, Any] = {
        "validate": "list",
        "source": list(values),
        "error_title": "选一个",
        "error_message": "只能选列出的。",
    }
    return rule | ({"input_title": title[:32], "input_message": message[:255]} if message else {})


def _write_lines(
    book: worksheets.Book,
    draft: Draft,
    rules: Sequence[LineRule],
    asked: Sequence[Asked],
    review: Review,
    kinds: Mapping[str, Kind],
) -> None:
    columns = [*_COLUMNS, *((its.title, 16.0) for its in asked), *_ANSWERS]
    sheet = book.sheet(LINES, [width for _, width in columns])
    head, cell, fill = _formats(book)
    none = book.format(bg_color="#EEEEEE")
    font = {"font_name": worksheets.FONT, "font_size": 10.5}
    inks = book.workbook.add_format(font), book.workbook.add_format({**font, "font_color": "#C00000", "bold": True})
    for column, (name, _) in enumerate(columns):
        sheet.write_string(0, column, name, head)
    titles = {section.id: section.title for section in draft.sections}
    for row, rule in enumerate(rules, 1):
        line = rule.line
        words = words_of(line)
        table = "\n".join(f"{value}：{points}" for value, points in rule.table)
        points = f"{number(line.of)}" if line.of is not None else ""
        texts = [
            line.id,
            titles[line.section],
            points,
            words,
            rule_of(rule),
            table,
            rule.because,
        ]
        sheet.set_row(row, worksheets.height_of([(text, w) for text, (_, w) in zip(texts, _COLUMNS, strict=True)]))
        for column, text in enumerate(texts):
            if column == 3 and rule.unread:
                _write_marked(sheet, row, column, text, rule.unread, inks, cell)
            else:
                sheet.write_string(row, column, text, cell)
        known = review.lines.get(line.fingerprint, Answered())
        open_ = {question.id: question for question in rule.questions}
        at = len(_COLUMNS)
        for its in asked:
            if its.id in open_:
                sheet.write_string(row, at, known.answers.get(its.id, ""), fill)
                sheet.data_validation(row, at, row, at, _list(open_[its.id].readings, its.title, open_[its.id].words))
            else:
                sheet.write_blank(row, at, None, none)
            at += 1
        sources = [f"{kind.title}的条数" for kind in sources_for(rule, kinds)]
        if rule.numbers:
            chosen = f"{kinds[known.source].title}的条数" if known.source in kinds else DECLARED
            sheet.write_string(row, at, chosen, fill)
            sheet.data_validation(row, at, row, at, _list([DECLARED, *sources][:8]))
        else:
            sheet.write_blank(row, at, None, none)
        for offset, text in enumerate([known.verdict, known.words, known.who, known.when], 1):
            sheet.write_string(row, at + offset, text, fill)
        sheet.data_validation(row, at + 1, row, at + 1, _list(verdicts_on(rule)))
        sheet.write_string(row, at + 5, line.fingerprint, cell)
        sheet.write_string(row, at + 6, known.mark, cell)
    last = len(columns) - 1
    sheet.set_column(last - 1, last, None, None, {"hidden": True})
    sheet.freeze_panes(1, 4)
    sheet.autofilter(0, 0, max(1, len(rules)), last)
    sheet.repeat_rows(0)


def words_of(line: DraftLine) -> str:
    """Return the words of a line, as whoever confirms its rule reads them."""
    return "\n".join(filter(None, (*line.under, line.content, line.requirement, line.standard)))


def rule_of(rule: LineRule) -> str:
    """Return the rule in a sentence, or that there is none."""
    return rule.words or ("（由人打分）" if rule.understood is None else "（没有读懂，由人打分）")


def verdicts_on(rule: LineRule) -> list[str]:
    """Return what may be said of the rule: a line without points of its own is scored by hand."""
    return [CONFIRM, CHANGE, BY_HAND] if rule.line.of else [BY_HAND]


def _write_marked(
    sheet: Any, row: int, column: int, text: str, unread: Sequence[str], inks: tuple[Any, Any], cell: Any
) -> None:
    """Write the words with those that nothing explains in the second of ``inks``."""
    pieces = list(marked(text, unread))
    if len(pieces) < 2:
        sheet.write_string(row, column, text, cell)
        return
    rich: list[Any] = []
    for piece, is_unread in pieces:
        rich += [inks[is_unread], piece]
    sheet.write_rich_string(row, column, *rich, cell)


def marked(text: str, unread: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield ``text`` in pieces, and of each whether it is one of the words that nothing explains."""
    at = 0
    places = sorted((text.find(words), words) for words in dict.fromkeys(unread) if words and words in text)
    for place, words in places:
        if place < at:
            continue
        if place > at:
            yield text[at:place], False
        yield words, True
        at = place + len(words)
    if at < len(text):
        yield text[at:], False


# -- read back --------------------------------------------------------------------------------------------------------


def answers_in(
    spreadsheet: Spreadsheet,
    name: str,
    rules: Sequence[LineRule],
    kept: Review,
    kinds: Mapping[str, Kind],
    findings: Findings,
) -> Review:
    """Return what was filled in; what is no answer is told with its cell, and left open.

    A question or line of the workbook that nothing is said of has an empty answer: an earlier one was taken back. One
    that stands as it did when the workbook was made says nothing; one that was changed there and is another in ``kept``
    by now is told, and left.
    """
    grids = {grid.name: grid for grid in spreadsheet.grids}
    year = 0
    shared: dict[str, Answered] = {}
    lines: dict[str, Answered] = {}
    asked = {its.id: its for its in asked_of(rules)}
    if (grid := grids.get(SHARED)) is not None:
        for row in _Rows(grid, name).below():
            its = asked.get(row["编号"])
            if its is None:
                continue
            given = Answered()
            if not row["答复"]:
                pass
            elif row["答复"] not in its.readings:
                row.tell(
                    findings, "codification.answer_unknown", "答复", line=its.title, options="、".join(its.readings)
                )
            elif not row["谁定的"]:
                row.tell(findings, "codification.answer_unsigned", "谁定的", line=its.title)
            else:
                given = Answered(words=row["答复"], who=row["谁定的"], when=day_in(row["日期"], year))
            if row.is_news(given, kept.shared.get(its.id, Answered()), findings, f"“{its.title}”"):
                shared[its.id] = given
    if (grid := grids.get(LINES)) is None:
        findings.add("codification.no_review", Location(name), name=name, sheet=LINES)
        return Review(shared, lines)
    by_mark = {rule.line.fingerprint: rule for rule in rules}
    sources = {f"{kind.title}的条数": kind.name for kind in kinds.values()}
    for row in _Rows(grid, name).below():
        rule = by_mark.get(row[_MARK])
        if rule is None:
            if row["考评项"] and row["处理"]:
                row.tell(findings, "codification.answer_lost", "处理", line=row["考评项"])
            continue
        given = _about(row, rule, asked.values(), sources, findings)
        known = kept.lines.get(rule.line.fingerprint, Answered())
        if row.is_news(given, known, findings, f"第{rule.line.id}项"):
            lines[rule.line.fingerprint] = given
    return Review(shared, lines)


def _about(
    row: _Row, rule: LineRule, asked: Iterable[Asked], sources: Mapping[str, str], findings: Findings
) -> Answered:
    line = rule.line.id
    answers: dict[str, str] = {}
    for question in rule.questions:
        title = next(its.title for its in asked if its.id == question.id)
        if answer := row[title]:
            if answer in question.readings:
                answers[question.id] = answer
            else:
                options = "、".join(question.readings)
                row.tell(findings, "codification.answer_unknown", title, line=f"第{line}项", options=options)
    verdict = row["处理"]
    if verdict and verdict not in (CONFIRM, CHANGE, BY_HAND):
        options = "、".join((CONFIRM, CHANGE, BY_HAND))
        row.tell(findings, "codification.answer_unknown", "处理", line=f"第{line}项", options=options)
        verdict = ""
    if verdict and not (row["谁定的"] and row["日期"]):
        row.tell(findings, "codification.answer_unsigned", "谁定的", line=f"第{line}项")
        verdict = ""
    if verdict == CHANGE and not row["改成"]:
        row.tell(findings, "codification.answer_unknown", "改成", line=f"第{line}项", options="程序读得懂的一句话")
        verdict = ""
    source = sources.get(row["数从哪里来"], "")
    if not (verdict or answers or source):
        return Answered()
    return Answered(verdict, row["改成"] if verdict == CHANGE else "", answers, source, row["谁定的"], row["日期"])


class _Row:
    """A row of a sheet by the names in its head."""

    def __init__(self, texts: Mapping[str, str], columns: Mapping[str, int], at: int, grid: Grid, file: str) -> None:
        self._texts, self._columns, self._at, self._grid, self._file = texts, columns, at, grid, file

    def __getitem__(self, name: str) -> str:
        return self._texts.get(name, "")

    def is_news(self, given: Answered, known: Answered, findings: Findings, about: str) -> bool:
        """Whether the row's answer is another than when the workbook was made, and no other was given elsewhere."""
        if given == known:
            return False
        base = self._texts.get(_BASE)
        if base is None or base == known.mark:
            return True
        if given.mark != base:
            name = "处理" if "处理" in self._columns else "答复"
            text, kept = given.verdict or given.words or "（空着）", known.verdict or known.words or "（空着）"
            self.tell(findings, "codification.answered_elsewhere", name, line=about, text=text, kept=kept)
        return False

    def tell(self, findings: Findings, code: str, name: str, **facts: str) -> None:
        """Add a finding about the cell of the column ``name``."""
        at = Location(self._file, sheet=self._grid.name, cell=cell_name(self._at, self._columns.get(name, 0)))
        findings.add(code, at, **{"text": self[name], "heading": name, "options": "", **facts})


class _Rows:
    def __init__(self, grid: Grid, file: str) -> None:
        self._grid, self._file = grid, file
        head = grid.rows[0] if grid.rows else []
        self._columns = {str(name).strip(): at for at, name in enumerate(head) if str(name).strip()}

    def below(self) -> Iterator[_Row]:
        for at in range(1, len(self._grid.rows)):
            texts = {name: str(self._grid.cell(at, column)).strip() for name, column in self._columns.items()}
            yield _Row(texts, self._columns, at, self._grid, self._file)
