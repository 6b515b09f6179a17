"""A paper read: its form, what sort of proof it is, its title, number, issuer and date, each with the words for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import PurePosixPath

from kaoping.evidence.recognition._dates import day_alone, days_in
from kaoping.evidence.recognition._further_paper import PageHead, further_paper
from kaoping.evidence.recognition._headline import headline, is_whole
from kaoping.evidence.recognition._page_figures import edition, figure
from kaoping.evidence.recognition._paper_rows import Row, Sheets, sheets
from kaoping.evidence.recognition._signatures import signed_on
from kaoping.evidence.recognition.paper_words import TypeClue, Vocabulary, stock
from kaoping.pdf.written import WrittenLine

_MAST = 0.42  # of the first page: above it stands what an official paper's head has
_LOWER = 0.3  # below it: a signature
_LARGER = 1.25  # times the usual size: what is set to be seen
_NEAR = 4.5  # times its size: a date's signature stands no farther above it
_NAME = 40  # characters of an office's name
_TAIL = re.compile(r"[（(](?:盖?章|印章|公章|签章|代章)[）)]$|(?:盖章|签章)$")
_TWICE = re.compile(r"(.{1,4})\1$")
_PRINTED = timedelta(days=7)  # after it was signed a paper is printed, at the latest
_SPOKEN = 4  # characters: a shorter word alone in a cell is the head of a column
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}")
_MAIL = ("发件人", "收件人", "发送时间")
_CLOSE, _INTO = 0.5, 0.3  # times its size: lines of a cell stand no farther apart, nor reach farther into each other
_SUBJECT = 0.9  # times the largest row above a mail's head: the subject's other lines
_ANY_DAY_CELL = re.compile(r"[\u4e00-\u9fff]{2,6}(?:时间|日期)")
_ANY_DAY = re.compile(rf"{_ANY_DAY_CELL.pattern}[:：]")
_EDITED = re.compile(r"(?:编印|编发|主办|编|印发|印)$")
_BESIDE_NUMBER = re.compile(r"(?:(?:发文字号|文号|编号)[:：])?(?:签发人.*)?")
_LABEL = re.compile(r"^[^：:]{1,6}[：:]")
_FILE_SAYS = re.compile(r"[_\-\s]*(?:副本|复印件|扫描件|最终版|定稿|[（(]\d{1,2}[）)])$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a field, and the words that say so."""

    value: str  # a day is 2017-05-02
    words: str  # as they stand on the paper, without the spaces that set them
    page: int = 1


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says of itself; a field that nobody can be sure of is not there."""

    type: str = ""  # the id of an evidence type; "" where none is sure
    type_words: str = ""  # what says so
    form: str = ""  # headed, news, site, screen, mail, photo; "" for any other
    fields: Mapping[str, Reading] = field(default_factory=dict)
    text: str = ""  # of its first page
    mark: str = ""  # what stands large in its head: 澜川市文化局文件
    further: PageHead | None = None  # another paper's head on a later page: what is said here is of those before it

    def says(self, name: str) -> str:
        """Return what was read for the field ``name``; "" for nothing."""
        its = self.fields.get(name)
        return its.value if its is not None else ""


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a file besides what is written in it."""

    path: str = ""  # below 材料/: its folders and its name are a weak hint
    is_picture: bool = False
    taken: date | None = None  # when its camera says that it was taken
    place: str = ""  # and where
    size: tuple[float, float] = (0.0, 0.0)  # of its first page in points, as it stands upright


def read_paper(lines: Iterable[WrittenLine], hints: Hints | None = None, words: Vocabulary | None = None) -> Paper:
    """Return what the paper with these ``lines`` says of itself; nothing is guessed from ``hints`` but its type."""
    its, vocabulary = hints or Hints(), words or stock()
    paper_rows = sheets(lines, its.size)
    further = further_paper(paper_rows, lambda rows: _Reader(rows, Hints(), vocabulary).paper(), vocabulary)
    if further is None:
        return _Reader(paper_rows, its, vocabulary).paper()
    before = Sheets([row for row in paper_rows.rows if row.page < further.page], its.size)
    return replace(_Reader(before, its, vocabulary).paper(), further=further)


@dataclass
class _Reader:
    """One paper that is being read."""

    paper_rows: Sheets
    hints: Hints
    words: Vocabulary
    fields: dict[str, Reading] = field(default_factory=dict)
    form: str = ""
    is_cover: bool = False

    def paper(self) -> Paper:
        if not self.paper_rows.rows:
            return self._unread()
        number = self._number()
        self.form = self._form(number)
        self._keep("doc_no", number)
        mast = self._mast()
        self._keep("title", self._title(number))
        signed = self._signature()
        self._keep("date", self._date(signed))
        self._keep("issuer", self._issuer(mast, signed))
        if self.form == "news" and self._is_office(self._says("issuer")):
            self.form = "site"  # an office's page is no press
        if self.form == "screen":
            self._keep("system", self._system())
        if self.form == "news":
            self._keep("edition", self._sure_of(edition(self.paper_rows, self._says("title"), self.words)))
        type_, why = self._type(mast)
        if self.form == "screen" or type_ in self.words.counted:
            self._keep("figure", self._sure_of(figure(self.paper_rows, self.words)))
        self._of_the_matter()
        return Paper(type_, why, self.form, self.fields, self.paper_rows.text, "".join(row.text for row in mast[:1]))

    def _unread(self) -> Paper:
        """A paper without writing: a photo, or a scan that nobody has read."""
        type_, why = _by_name(self.hints.path, self.words.names)
        if self.hints.is_picture and self.hints.taken is not None:
            day = self.hints.taken.isoformat()
            words = f"拍摄时间 {day}" + (f"，{self.hints.place}" if self.hints.place else "")
            self._keep("date", Reading(day, words))
            self._keep("event_date", Reading(day, words))
            type_, why = (type_, why) if type_ else ("photo", "相机拍的照片")
        return Paper(type_, why, "photo" if self.hints.is_picture else "", self.fields, "")

    def _says(self, name: str) -> str:
        its = self.fields.get(name)
        return its.value if its is not None else ""

    def _keep(self, name: str, reading: Reading | None) -> None:
        if reading is not None:
            self.fields[name] = reading

    def _sure_of(self, read: tuple[str, Row] | None) -> Reading | None:
        if read is None or not self._is_sure(read[1]):
            return None
        return Reading(read[0], read[1].text, read[1].page)

    def _is_sure(self, *rows: Row) -> bool:
        return all(row.sure >= self.words.sure for row in rows)

    # -- its form ------------------------------------------------------------------------------------------------------

    def _form(self, number: Reading | None) -> str:
        if self._has_marks("mail"):
            return "mail"  # its subject is set large, and may be named as a head is
        if number is not None and any(self._is_mast(row) for row in self._top()):
            return "headed"
        if any(self.words.masthead.search(row.text) for row in self._mast()):
            return "headed"  # a 简报 has editors and numbers, as a newspaper has
        marked = next((form.id for form in self.words.forms if self._has_marks(form.id)), "")
        return marked or ("headed" if number is not None else "")

    def _has_marks(self, id_: str) -> bool:
        its = self.paper_rows
        form = next(form for form in self.words.forms if form.id == id_)
        marks = 0
        for where, pattern in form.marks:
            rows = its.first if where == "any" else [row for row in its.first if row.bottom < its.height * 0.25]
            marks += any(pattern.search(row.text) for row in rows)
        return marks >= form.at_least

    def _top(self) -> list[Row]:
        return [row for row in self.paper_rows.first if row.top < _MAST * self.paper_rows.height]

    def _is_mast(self, row: Row) -> bool:
        large = row.size > _LARGER * self.paper_rows.body
        return large and (self.words.masthead.search(row.text) is not None or self._is_office(row.text))

    def _is_office(self, text: str) -> bool:
        bare = _TAIL.sub("", text)
        if len(text) > _NAME or self.words.part_of_office.fullmatch(bare):
            return False  # 领导小组办公室 is the end of a name that began in the line above
        if bare.startswith(self.words.no_offices) or _TWICE.search(bare):
            return False  # the first line of a title, and 文化局局: where lines were read of one place
        return self.words.offices.fullmatch(bare) is not None

    # -- its fields ----------------------------------------------------------------------------------------------------

    def _number(self) -> Reading | None:
        """The number in the head, alone on its line or beside 签发人; two that differ are none."""
        readings = []
        top = self._top()
        for row in self.paper_rows.first:
            for pattern in self.words.numbers:
                match = pattern.search(row.text)
                rest = row.text[: match.start()] + row.text[match.end() :] if match else ""
                named = (
                    match is not None
                    and re.match(rf"(?:{'|'.join(self.words.labels['doc_no'])})[:：]", row.text) is not None
                )
                if match and ((row in top and _BESIDE_NUMBER.fullmatch(rest)) or (named and rest[-1:] in ":：")):
                    code = self._without_label(match["code"])
                    if not self._is_sure(row):
                        return None
                    written = f"{code}〔{match['year']}〕{match['nth']}{int(match['number'])}号"
                    readings.append(Reading(written, row.text, row.page))
                    break
        return readings[0] if len({its.value for its in readings}) == 1 else None

    def _without_label(self, code: str) -> str:
        """A number's code without what names it in a form: 案号鹤文罚案 is 鹤文罚案, and without how urgent it is."""
        for label in (*self.words.labels["doc_no"], *self.words.urgent):
            code = code.removeprefix(label)
        return code

    def _mast(self) -> Sequence[Row]:
        """The rows of the head that say whose paper it is, or what: 澜川市文化局文件, 工作简报."""
        return [row for row in self._top() if self._is_mast(row)]

    def _title(self, number: Reading | None) -> Reading | None:
        if self.form == "mail":
            return self._subject()
        rows = headline(self.paper_rows, self.words, self.form, after=number.words if number else "")
        text = "".join(row.text for row in rows)
        labels = self.words.labels["title"]
        self.is_cover = any(pattern.fullmatch(text) for pattern in self.words.covers)
        if self.is_cover and any(row.text.startswith(tuple(labels)) for row in self.paper_rows.first):
            return self._labelled(
                "title", labels
            )  # it says what it covers in a line of its own, or nobody could read it
        if rows and self._is_sure(*rows) and is_whole(text, self.words, self.form):
            return Reading(text, " ".join(row.text for row in rows), rows[0].page)
        return None

    def _signature(self) -> tuple[list[Row], Row] | None:
        """The offices that sign and the row with the day below them: the first such place after the head.

        What a seal writes between them is smaller or larger, or a few signs.
        """
        rows = self.paper_rows.rows
        for at, row in enumerate(rows):
            if day_alone(row.text) is None or row.centre < _LOWER * self.paper_rows.width or self._in_table(row):
                continue
            above = [its for its in rows[max(0, at - 12) : at] if its.page == row.page and its.bottom <= row.top + 2]
            offices: list[Row] = []
            lowest = row
            for its in reversed(above):
                if lowest.top - its.bottom > _NEAR * row.size:
                    break
                if self._is_office(its.text) and 0.7 < its.size / row.size < 1.5:
                    offices.insert(0, its)
                    lowest = its
                elif len(its.text) >= _SPOKEN:
                    break
            if offices and (row.page != rows[0].page or offices[0].top > 0.15 * self.paper_rows.height):
                return self._without_parts(offices), row
        return None

    def _without_parts(self, offices: Sequence[Row]) -> list[Row]:
        """The offices without those whose name is a part of another's: a seal over the name repeats some of it."""
        return [its for its in offices if not any(its.text in other.text and its is not other for other in offices)]

    def _in_table(self, row: Row) -> bool:
        """Whether other cells stand beside the row: more than one, or what is no office."""
        beside = self.paper_rows.cells_beside(row)
        return len(beside) > 1 or any(not self._is_office(_EDITED.sub("", _LABEL.sub("", its.text))) for its in beside)

    def _date(self, signed: tuple[list[Row], Row] | None) -> Reading | None:
        its = self.paper_rows
        if self.form == "mail":
            return self._sent()
        if signed is not None and self.form not in ("news", "screen"):
            return self._whole_day(signed[1])
        if self.form == "news":
            return self._news_day()
        beside = self._head_line()
        if beside is not None and self.form != "screen":
            return beside[1]
        if self.form == "screen":
            return self._labelled_day() or self._day_of_clock()
        title = self.fields.get("title")
        speaks_ahead = title is not None and title.value.endswith(self.words.ahead)
        if not speaks_ahead and (labelled := self._labelled_day()) is not None:
            return labelled
        if self.form == "headed":  # an attachment may have a day of its own, which comes later
            days = (row for row in its.rows if day_alone(row.text) and row.centre > _LOWER * its.width)
            place = next((row for row in days if not its.beside(row)), None)
            if place is not None:
                same = [row for row in its.rows if row.page == place.page and not self._is_imprint(row)]
                others = {day for row in same for day, _ in days_in(row.text[-16:])}
                return self._whole_day(place) if others == {day_alone(place.text)} else None
        alone = [(day, row) for row in its.rows if (day := day_alone(row.text.strip("()（）"))) is not None]
        if any(its.cells_beside(row) for _, row in alone):
            return None  # in a form, the day of something that it tells
        if len({day for day, _ in alone}) == 1 and self._is_sure(alone[0][1]) and self._is_set_apart(alone[0][1]):
            return Reading(alone[0][0].isoformat(), alone[0][1].text, alone[0][1].page)
        return None

    def _is_set_apart(self, row: Row) -> bool:
        """Whether a row with a day stands in the middle or at the right, as no line of a text that ends early does."""
        return self.paper_rows.is_centred(row) or row.centre > 0.5 * self.paper_rows.width

    def _whole_day(self, row: Row) -> Reading | None:
        day = day_alone(row.text)
        if day is None or not self._is_sure(row) or (row.read and self._is_far_from_printing(day)):
            return None
        return Reading(day.isoformat(), row.text, row.page)

    def _is_far_from_printing(self, day: date) -> bool:
        """Whether a paper says that it was printed before the ``day``, or long after: a figure of one was misread."""
        printed = (row.text.removesuffix("印发") for row in self.paper_rows.rows if row.text.endswith("印发"))
        days = [its for text in printed for its, words in days_in(text) if text.endswith(words)]
        return any(not timedelta() <= its - day <= _PRINTED for its in days)

    def _head_line(self) -> tuple[Reading, Reading] | None:
        """An office and a day on one line, as the heads of 简报 and 纪要 have them, or the end of a plain paper."""
        top = self._top()
        for rows in (top, [row for row in self.paper_rows.rows if row not in top]):
            pairs = [pair for row in rows if self._is_sure(row) and (pair := self._office_and_day(row)) is not None]
            if pairs:  # of a list of offices and days, none is the paper's own
                return pairs[0] if len({(office.value, day.value) for office, day in pairs}) == 1 else None
        return None

    def _office_and_day(self, row: Row) -> tuple[Reading, Reading] | None:
        if self._is_imprint(row):
            return None
        if (day := day_alone(row.text)) is not None:
            others = [
                its
                for its in self.paper_rows.cells_beside(row)
                if not any(pattern.search(its.text) for pattern in self.words.issues)
            ]
            for its in others if len(others) == 1 else ():
                bare = _EDITED.sub("", _LABEL.sub("", its.text))
                if self._is_office(bare) and self._is_sure(its) and 0.7 < its.size / row.size < 1.5:
                    return Reading(bare, its.text, its.page), Reading(day.isoformat(), row.text, row.page)
        for day, words in days_in(row.text):
            bare = _EDITED.sub("", _LABEL.sub("", row.text.removesuffix(words)))
            if row.text.endswith(words) and self._is_office(bare) and not self.paper_rows.beside(row):
                return Reading(bare, row.text, row.page), Reading(day.isoformat(), row.text, row.page)
        return None

    def _is_imprint(self, row: Row) -> bool:
        """Whether the row says who printed a paper, and when: 办公室 2017年5月2日印发, which may go on below."""
        below = [its for its in self.paper_rows.rows if its.page == row.page and 0 <= its.top - row.bottom < row.size]
        return any(its.text.endswith("印发") for its in (row, *self.paper_rows.beside(row), *below))

    def _day_of_clock(self) -> Reading | None:
        """The day that stands with a time of day, where there is but one: the clock of the screen, or of the query."""
        rows = [row for row in self.paper_rows.first if _CLOCK.search(row.text)]
        days = {day: row for row in rows for day, _ in days_in(row.text)}
        if len(days) != 1:
            return None
        ((day, row),) = days.items()
        return Reading(day.isoformat(), row.text, row.page) if self._is_sure(row) else None

    def _news_day(self) -> Reading | None:
        """The day in the head of a page, or with the source below the headline."""
        its = self.paper_rows.first
        sourced = [row for row in its if re.search("(?:来源|稿源|发布|作者|记者)", row.text) and len(row.text) < 80]
        sourced += [row for source in sourced for row in self.paper_rows.beside(source) if row not in sourced]
        title = self.fields.get("title")
        under = next((at for at, row in enumerate(its) if title and title.words.endswith(row.text)), -1)
        below = list(its[under + 1 : under + 4]) if under >= 0 else []
        top = [row for row in its if row.top < 0.5 * self.paper_rows.height and len(row.text) < 60]
        for rows in (sourced, below, top):
            days = {day: row for row in reversed(rows) for day, _ in days_in(row.text)}
            if len(days) == 1:
                ((day, row),) = days.items()
                return Reading(day.isoformat(), row.text, row.page) if self._is_sure(row) else None
        return None

    def _issuer(self, mast: Sequence[Row], signed: tuple[list[Row], Row] | None) -> Reading | None:
        if self.form == "mail":
            return self._sender()
        if self.form == "news":
            return self._outlet()
        if self.form == "screen":
            return self._labelled("issuer", self.words.labels["issuer"])  # the system is nobody who issues
        marks = self._offices_of(mast)
        if signed is not None:
            if not self._is_sure(*signed[0]):
                return None
            first = signed[0][0]  # a seal over it is no head
            marks = {mark: row for mark, row in marks.items() if (row.page, row.bottom) < (first.page, first.top)}
            names = [_TAIL.sub("", row.text) for row in signed[0]]
            if not all(any(mark in name for name in names) for mark in marks):
                return None  # the head and the signature contradict each other, or one of them is cut off
            if any(self._is_otherwise_in_head(name) for name in names):
                return None
            return Reading("、".join(names), " ".join(row.text for row in signed[0]), signed[0][0].page)
        beside = self._head_line()
        if beside is not None:
            return beside[0]
        if marks:
            return self._issuer_in_head(marks)
        named = self._office_in_title()
        labelled = self._labelled("issuer", self.words.labels["issuer"])
        if named is not None:
            return named if labelled is None or labelled.value in named.value else None
        if labelled is not None:
            return labelled
        return self._only_office()

    def _offices_of(self, mast: Sequence[Row]) -> Mapping[str, Row]:
        """The offices that the head names, each with its row; what stands in the title is none of it."""
        title = self.fields.get("title")
        heads = [row for row in mast if title is None or row.text not in title.words]
        heads = [row for row in heads if not self.words.outlets.fullmatch(row.text)]
        return {bare: row for row in heads if self._is_office(bare := self._office_of_mast(row.text))}

    def _issuer_in_head(self, marks: Mapping[str, Row]) -> Reading | None:
        """The office of the head, or all where each is a whole name: several issue a paper together."""
        rows = list(marks.values())
        together = self.form == "headed" and all(map(self.words.office_ahead.fullmatch, marks))
        if not self._is_sure(*rows) or (len(rows) > 1 and not together):
            return None
        return Reading("、".join(marks), " ".join(row.text for row in rows), rows[0].page)

    def _is_otherwise_in_head(self, name: str) -> bool:
        """Whether the head, read by a machine, has the name but for one character: one of them was misread."""
        texts = [row.text for row in self._top() if row.read]
        parts = (text[at : at + len(name)] for text in texts for at in range(len(text) - len(name) + 1))
        return any(sum(a != b for a, b in zip(part, name, strict=True)) == 1 for part in parts)

    def _office_of_mast(self, text: str) -> str:
        bare = self.words.masthead.sub("", text)
        return next((bare.removeprefix(word) for word in self.words.urgent if bare.startswith(word)), bare)

    def _office_in_title(self) -> Reading | None:
        """The office that a title begins with, as forms name whose they are: X支队举报登记表.

        Whose meeting it was (X领导小组第三次会议纪要) need not be who wrote it down.
        """
        title = self.fields.get("title")
        match = self.words.office_ahead.match(title.value) if title is not None else None
        if title is None or match is None or match[0].startswith(self.words.no_offices):
            return None
        rest = title.value.removeprefix(match[0])
        if any(pattern.search(rest) for pattern in self.words.not_issued):
            return None
        is_whole = rest.startswith("关于") or self.words.endings.search(rest)
        return Reading(match[0], title.words, title.page) if is_whole else None

    def _only_office(self) -> Reading | None:
        """The one office that stands in a row of its own on the first page: on a cover, under a title."""
        title = self._says("title")
        rows = [
            row for row in self.paper_rows.first if row.text not in title
        ]  # 联席会议 is an office, and what was held
        alone = [row for row in rows if self.words.office_ahead.fullmatch(row.text.strip("（）()"))]
        alone = [row for row in alone if not self.paper_rows.beside(row) and self.paper_rows.is_centred(row)]
        if len(alone) != 1 or not self._is_sure(alone[0]):
            return None
        return Reading(alone[0].text.strip("（）()"), alone[0].text, alone[0].page)

    def _outlet(self) -> Reading | None:
        sourced = self._labelled("issuer", ("来源", "稿源", "信息来源", "文章来源"))
        if sourced is not None:
            return sourced
        top = [row for row in self.paper_rows.first if row.top < 0.25 * self.paper_rows.height]
        names = [(row, match) for row in reversed(top) if (match := self.words.outlets.match(row.text))]
        named = {match[0]: row for row, match in names if not row.text[match.end() :][:1].isalpha()}
        if len(named) > 1:  # the largest of them is the paper's own name
            largest = max(named.values(), key=lambda row: row.size)
            named = {name: row for name, row in named.items() if row.size > 0.9 * largest.size}
        if len(named) != 1:
            return None
        ((name, row),) = named.items()
        return Reading(name, row.text, row.page) if self._is_sure(row) else None

    def _system(self) -> Reading | None:
        top = [row for row in self.paper_rows.first if row.top < 0.25 * self.paper_rows.height]
        named = [(match[0], row) for row in top if (match := self.words.systems.match(row.text))]
        if not named:
            return None
        name, row = max(named, key=lambda its: its[1].size)
        return Reading(name, row.text, row.page) if self._is_sure(row) else None

    # -- the head of a mail, whoever printed it: its labels stand before their words, or in a cell beside them -------

    def _head_of_mail(self, *labels: str) -> Iterator[tuple[Row, str]]:
        """Yield the rows with what stands after one of the labels, in the labels' order, above the mail's text."""
        for label in labels:
            for row in self._top():
                if not row.text.startswith(label):
                    continue
                rest = row.text.removeprefix(label).lstrip("：: ")
                right = [] if rest else [its for its in self.paper_rows.beside(row) if its.left >= row.right - 1]
                if rest or right:
                    yield row, rest or right[0].text

    def _subject(self) -> Reading | None:
        """The words after 主题, or else the largest row, which mailboxes set above the head."""
        for row, subject in self._head_of_mail("主题", "标题"):
            text = subject + self._goes_on(row)
            return Reading(text, row.text, row.page) if self._is_sure(row) else None
        first = min((row.top for row, _ in self._head_of_mail(*_MAIL)), default=0.0)
        above = [row for row in self.paper_rows.first if row.bottom <= first]
        large = max((row.size for row in above), default=0.0)
        rows = [row for row in above if row.size > _SUBJECT * large]
        if not rows or large < _SUBJECT * self.paper_rows.body or not self._is_sure(*rows):
            return None
        return Reading("".join(row.text for row in rows), " ".join(row.text for row in rows), rows[0].page)

    def _sent(self) -> Reading | None:
        days = {day: row for row, rest in self._head_of_mail("发送时间", "日期", "时间") for day, _ in days_in(rest)}
        if len(days) != 1:
            return None
        ((day, row),) = days.items()
        return Reading(day.isoformat(), row.text, row.page) if self._is_sure(row) else None

    def _sender(self) -> Reading | None:
        """The office that sent it; a person, or an address alone, is nobody who issues."""
        for row, rest in self._head_of_mail("发件人"):
            name = re.split(r"[\s<＜(（@]", rest)[0]
            if self._is_office(name) and self._is_sure(row):
                return Reading(name, row.text, row.page)
        return None

    # -- what stands after a name (时间：) --------------------------------------------------------------------------

    def _after(self, labels: Sequence[str]) -> Iterator[tuple[str, str, Row]]:
        """Yield what stands after each label, in their order: in its line, or in the cell beside it.

        A short word in a cell may be the head of a column: it is a label where a day stands beside it, or on a cover.
        """
        for label in labels:
            # A long one is known anywhere, since the space before it may be lost; 时间 is the end of many words.
            before = "" if len(label) >= _SPOKEN else r"(?:^|[\s　|（(；;，,】\d])"
            spaced = re.compile(rf"{before}{re.escape(label)}(?:[（(][^（()）]{{1,8}}[)）])?[:：](?P<rest>.*)$")
            for row in self.paper_rows.first:
                match = spaced.search(row.text)
                if match and match["rest"]:
                    yield label, match["rest"], row
                elif len(label) >= _SPOKEN and row.text.startswith(label) and row.text != label and not match:
                    yield label, row.text.removeprefix(label).lstrip("：: "), row  # two cells that stand close
                elif match or row.text == label:
                    right = [its for its in self.paper_rows.beside(row) if its.left >= row.right - 1]
                    right = right or self._around(row)
                    if right:
                        first = min(its.left for its in right)
                        column = (its for its in right if its.left < first + its.size)
                        cell = min(column, key=lambda its: its.top)
                        if match or len(label) >= _SPOKEN or self.is_cover or any(True for _ in days_in(cell.text)):
                            yield label, cell.text, cell

    def _around(self, row: Row) -> list[Row]:
        """The lines of a cell to the right, in the middle of which the row stands."""
        rows = (
            its for its in self.paper_rows.first if row.right <= its.left + 1 and its.left - row.right < 8 * row.size
        )
        return [its for its in rows if abs(its.top + its.bottom - row.top - row.bottom) < 2.4 * row.size]

    def _labelled(self, name: str, labels: Sequence[str]) -> Reading | None:
        for label, rest, row in self._after(labels):
            text = rest.strip()
            if name == "issuer":
                text = self._name_in(text) or self._name_in(text + self._goes_on(row))
            if name == "title":
                text = self._whole_cell(row) if rest == row.text else text + self._goes_on(row)
            if 2 <= len(text) <= (80 if name == "title" else _NAME) and label not in text:
                return Reading(text, row.text, row.page) if self._is_sure(row) else None
        return None

    def _whole_cell(self, row: Row) -> str:
        """All lines of the cell in which the row stands; "" where its label is not beside its first line or its middle.

        So that what was lost or belongs to another cell leaves no half of a title.
        """
        labels = [its for its in self.paper_rows.first if its.text in self.words.labels["title"]]
        cells = [row]
        for its in self.paper_rows.first:
            gaps = row.top - its.bottom, its.top - row.bottom
            near = any(-_INTO * row.size < gap < _CLOSE * row.size for gap in gaps)
            ahead = [other for other in self.paper_rows.beside(its) if other.right <= its.left + 1]
            if near and its is not row and abs(its.left - row.left) < row.size and all(map(labels.__contains__, ahead)):
                cells.append(its)  # what has a label of its own is another cell
        cells.sort(key=lambda its: its.top)
        for label in (its for its in labels if its.right <= row.left + 1):
            middle = (cells[0].top + cells[-1].bottom) / 2
            if label.is_level_with(cells[0]) or abs((label.top + label.bottom) / 2 - middle) < _CLOSE * row.size:
                return "".join(its.text for its in cells) if self._is_sure(*cells) else ""
        return ""

    def _goes_on(self, row: Row) -> str:
        """What stands close below a row or a cell, within its width: of a long name the rest."""
        high = min(row.size, 1.5 * row.pitch)
        below = (
            its
            for its in self.paper_rows.first
            if row.left - 3 <= its.left
            and its.right <= row.right + 3
            and its.top > row.top + 0.5 * high
            and its.top - row.bottom < 0.8 * high
            and day_alone(its.text) is None
            and not any(pattern.search(its.text) for pattern in self.words.numbers)
        )
        its = min(below, key=lambda other: other.top, default=None)
        return its.text if its is not None else ""

    def _name_in(self, text: str) -> str:
        """The office or the outlet that a text begins with; "" for neither."""
        bare = re.split(r"[\s　|<＜（(，,；;。]", text)[0]
        bare = re.split(
            r"(?:填报|填表|制表|报出|发布|发表|更新|作者|记者|编辑|责编|点击|浏览|字号|联系|负责)[^:：]{0,3}[:：]", bare
        )[0]
        for pattern in (self.words.outlets, self.words.offices):
            if pattern.fullmatch(bare):
                return bare
        match = self.words.offices.match(bare)
        return match[0] if match and len(match[0]) >= 5 else ""

    def _labelled_day(self) -> Reading | None:
        """The day on which the paper was made, as a label says; or else of the one thing that it tells of."""
        made = self._days_of(self.words.labels["made"])
        if made:
            return made[0] if len({its.value for its in made}) == 1 else None
        told_of = self._days_of(self.words.labels["date"])
        if len({its.value for its in told_of}) != 1:
            return None
        rivals = {day.isoformat() for row in self.paper_rows.first for day in self._days_labelled(row)}
        return told_of[0] if rivals <= {told_of[0].value} else None

    def _days_labelled(self, row: Row) -> Iterator[date]:
        """The days in a row behind a label of any name; of days between two, none is the paper's."""
        if any(word in row.text for word in self.words.not_dates):
            return
        if _ANY_DAY.search(row.text):
            yield from (day for day, _ in days_in(row.text))
        elif _ANY_DAY_CELL.fullmatch(row.text):
            yield from (day for its in self._around(row)[:1] for day, _ in days_in(its.text))

    def _days_of(self, labels: Sequence[str]) -> list[Reading]:
        """The days that labels give, in their order; of days that are sure."""
        readings = []
        for label, rest, row in self._after(labels):
            if any(word in row.text for word in self.words.not_dates) and label not in ("查询时间",):
                continue
            days = [day for day, _ in days_in(rest)]
            if days and self._is_sure(row):
                readings.append(Reading(days[0].isoformat(), row.text, row.page))
        return readings

    # -- what sort of proof --------------------------------------------------------------------------------------------

    def _type(self, mast: Sequence[Row]) -> tuple[str, str]:
        return (
            self._type_by_its_name(mast) or self._type_by_what_it_says() or _by_name(self.hints.path, self.words.names)
        )

    def _type_by_its_name(self, mast: Sequence[Row]) -> tuple[str, str] | None:
        """The type that a paper calls itself by; None where it does not.

        Whose paper it is says more than what every office calls its papers by: the order of the types decides.
        """
        title, issuer = self.fields.get("title"), self.fields.get("issuer")
        heads = [row for row in mast if title is None or row.text not in title.words]
        for clue in self.words.types:
            if self.form in _WHATEVER and self.form in clue.form:
                return clue.type, _FORMS[self.form]
            if title is not None and any(its.search(title.value) for its in clue.title):
                return clue.type, f"题名“{title.value}”"
            if title is not None and issuer is not None and any(its.search(issuer.value) for its in clue.issuer):
                return clue.type, f"责任者“{issuer.value}”"
            for row in heads:
                if any(its.search(row.text) for its in clue.mast):
                    return clue.type, f"红头“{row.text}”"
        return None

    def _type_by_what_it_says(self) -> tuple[str, str] | None:
        """The type of which a paper has the issuer, the form or the words; None where none has them."""
        issuer, text = self.fields.get("issuer"), self.paper_rows.text
        for clue in self.words.types:
            if issuer is not None and any(its.search(issuer.value) for its in clue.issuer):
                return clue.type, f"责任者“{issuer.value}”"
            if self.form and self.form in clue.form:
                return clue.type, _FORMS[self.form]
            for all_ in clue.has:
                if all(its.search(text) for its in all_):
                    return clue.type, "、".join(f"“{its.pattern}”" for its in all_)
        return None

    # -- the matter that it is about -----------------------------------------------------------------------------------

    def _of_the_matter(self) -> None:
        title, text = self.fields.get("title"), self.paper_rows.text
        if title is not None:
            for pattern in self.words.events:
                if match := pattern.search(title.value):
                    self._keep("event", Reading(match["event"].strip("“”《》"), title.words, title.page))
                    break
            else:
                self._keep("event", title)
        self._keep("event_date", self._event_date(text))
        for pattern in self.words.people:
            counts = {int(match["n"]) for match in pattern.finditer(text)}
            if len(counts) == 1:
                match = pattern.search(text)
                self._keep("people", Reading(str(counts.pop()), match[0] if match else ""))
                break
        else:
            # a photo may show one sheet of several
            count = None if self.hints.is_picture else signed_on(self.paper_rows, self.words)
            if count is not None:
                self._keep("people", Reading(str(count), f"签名{count}行"))
        honoured = {match["to"] for pattern in self.words.honoured[:1] for match in pattern.finditer(text)}
        if len(honoured) == 1:
            self._keep("to", Reading(honoured.pop(), "授予"))
        issuer = self.fields.get("issuer")
        for name, levels in self.words.levels.items():
            if issuer is not None:
                hits = (level for level, patterns in levels if any(its.search(issuer.value) for its in patterns))
                if level := next(hits, ""):
                    self._keep(name.removesuffix("s"), Reading(level, issuer.words, issuer.page))

    def _event_date(self, text: str) -> Reading | None:
        for pattern in self.words.event_dates:
            for row in self.paper_rows.first:
                match = pattern.search(row.text)
                days = [day for day, _ in days_in(match["date"])] if match else []
                if match and days and self._is_sure(row) and not any(word in row.text for word in self.words.not_dates):
                    return Reading(days[0].isoformat(), row.text, row.page)
        return None


_WHATEVER = ("news", "screen")  # forms by which a paper is what it is, whatever its title says
_FORMS = {
    "news": "报纸、网页的版式",
    "site": "机关网页的版式",
    "screen": "系统页面的样子",
    "headed": "公文的版式",
    "photo": "相机拍的照片",
    "mail": "邮件",
}


def _by_name(path: str, names: Sequence[TypeClue]) -> tuple[str, str]:
    """The type that the file's name says, or else its folder's; "" where two are said."""
    its = PurePosixPath(path)
    stem = _FILE_SAYS.sub("", its.stem)
    for name in (stem, its.parent.name):
        clues = (clue for clue in names if any(word.search(name) for word in clue.name))
        if clue := next(clues, None):
            return clue.type, f"名称“{name}”"
    return "", ""
