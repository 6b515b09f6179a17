"""Deadlines (期限): what is due by when, from the notice (通知), the documents and the office's own 任务分解表.

No clock here: how many days are left is said against a ``today`` that the caller brings, and never in an output.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date

from kaoping.core.engine import Assignment, assignments
from kaoping.core.model import Dossier
from kaoping.core.workdays import is_workday, last_workday, unknown_years, workdays_between
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.evaluation import Context
from kaoping.rubric.rules.select import match

#: The notice's entry for the whole self-assessment: it is the last date of every line that has none of its own.
WHOLE = "self-assessment"
LINE, DOCUMENT, TASK = "line", "document", "task"
LABELS = {LINE: "通知要求", DOCUMENT: "报送", TASK: "任务分解"}
TASKS = "任务分解表"
DONE = "完成："  # before the title of the line that a task is about
UNSAID = "通知未载明"
WEEKDAYS = "一二三四五六日"
_LONG_AGO = 366  # days that nobody counts any more
MOST_YEARS = 3  # named one by one: a slip of the pen may be a century ahead


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing that is due."""

    key: str  # stable from run to run: where it comes from, and its id there
    kind: str  # line | document | task
    title: str
    day: date | None  # None where the notice names none
    lines: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()  # names of the documents that are due with it
    department: str = ""
    person: str = ""
    called: str = ""  # what the rubric's own text calls its lines: 第7、9项
    unread: str = ""  # what somebody wrote as its day, and is none (12月5日, of which year?)

    @property
    def label(self) -> str:
        """The word for its kind."""
        return LABELS[self.kind]

    @property
    def is_whole(self) -> bool:
        """Whether it is that of the whole self-assessment."""
        return self.key == _notice_key(WHOLE)

    @property
    def source(self) -> str:
        """What a line's gap says after the date: the notice's words, or that the office set the date itself."""
        return TASKS if self.kind == TASK else self.title

    @property
    def undated(self) -> str:
        """Why there is no day: the notice names none, or what stands there can't be read, and how that is mended."""
        return f"写的是“{self.unread}”，读不成日期，请写明年、月、日" if self.unread else UNSAID

    @property
    def about(self) -> str:
        """The lines and documents that it is about: `第7、9项、自评报告`."""
        return "、".join([*filter(None, [self.called]), *self.documents])


def collect(
    rubric: Rubric, dossier: Dossier, documents: Iterable[tuple[str, str]], usual: Mapping[str, date] | None = None
) -> list[Deadline]:
    """Return all deadlines by date, those without one last; ``documents`` are pairs of name and key in its due.

    A document whose key the notice does not have is due on the day that is ``usual`` for the key, or none that we know.
    An assignment without a date of its own makes none: the notice's holds for it.
    """
    tasks = assignments(dossier)
    with_document: dict[str, list[str]] = {}
    for name, key in documents:
        with_document.setdefault(key, []).append(name)
    deadlines = [_of_notice(key, rubric, tasks, with_document.get(key, [])) for key in rubric.notice.due_titles]
    deadlines += [
        Deadline(f"document/{name}", DOCUMENT, f"报送{name}", (usual or {}).get(key), (), (name,))
        for key, names in with_document.items()
        for name in names
        if key not in rubric.notice.due_titles
    ]
    deadlines += [_of_task(task, task.due, rubric) for task in tasks if task.due is not None]
    return sorted(deadlines, key=_by_day)  # stable: the notice's order, then the records'


def of_line(line: str, deadlines: Iterable[Deadline]) -> list[Deadline]:
    """Return the deadlines of the rubric's ``line`` by date, those without one last.

    A line without any dated one is due with the whole self-assessment, where that has a date.
    """
    listed = list(deadlines)
    for_line = [deadline for deadline in listed if line in deadline.lines]
    if not any(deadline.day for deadline in for_line):
        for_line += [d for d in listed if d.is_whole and d.day and line not in d.lines]
    return sorted(for_line, key=_by_day)


def pending(
    deadlines: Iterable[Deadline], open_lines: Set[str], today: date, sent: Mapping[str, str] | None = None
) -> list[Deadline]:
    """Return all but those in ``sent`` and those over by ``today`` about lines of which none is in ``open_lines``.

    One about a document alone stays, unless it was sent: that it was nobody recorded.
    """

    def is_done(deadline: Deadline) -> bool:
        over = deadline.day is not None and deadline.day < today
        return over and bool(deadline.lines) and open_lines.isdisjoint(deadline.lines)

    return [its for its in deadlines if its.key not in (sent or {}) and not is_done(its)]


def sent_by_records(rubric: Rubric, dossier: Dossier) -> dict[str, str]:
    """Return what was handed in as the unit's records say: a deadline's key → the field and the last day in it.

    One of several records without a day was not sent yet, and so the whole was not.
    """
    sent: dict[str, str] = {}
    context = Context(dossier, "", None, {}, rubric.notice.get)
    for name, by in rubric.notice.sent.items():
        table = dossier.table(by.kind.name)
        rows = match(table, by.where, context).sure if table is not None else ()
        days = [table.columns[by.field.name][row] for row in rows if table is not None]
        if days and all(isinstance(day, date) for day in days):
            sent[_notice_key(name)] = f"{by.field.title} {max(map(str, days))}"
    return sent


def _by_day(deadline: Deadline) -> date:
    return deadline.day or date.max


def _notice_key(name: str) -> str:
    return f"notice/{name}"


def _of_notice(key: str, rubric: Rubric, tasks: Iterable[Assignment], documents: list[str]) -> Deadline:
    lines = rubric.notice.due_lines(key)
    assigned = [task for task in tasks if task.line in lines]
    department = "、".join(dict.fromkeys(task.department for task in assigned if task.department))
    person = "、".join(dict.fromkeys(task.person for task in assigned if task.person))
    day, title = rubric.notice.due.get(key), rubric.notice.due_titles[key]
    return Deadline(
        _notice_key(key), LINE if lines else DOCUMENT, title, day, lines, tuple(documents), department, person,
        rubric.called_together(lines), "" if day is not None else rubric.notice.unread.get(key, ""),
    )  # fmt: skip


def _of_task(task: Assignment, day: date, rubric: Rubric) -> Deadline:
    titles = {known.id: known.title for known in rubric.lines}
    title = f"{DONE}{titles.get(task.line, task.line)}"
    called = rubric.called_together([task.line])
    return Deadline(f"task/{task.id}", TASK, title, day, (task.line,), (), task.department, task.person, called)


def remaining(deadline: Deadline, today: date, sent: Mapping[str, str]) -> str:
    """Return how a deadline stands: what tells that it was met (``sent``), or how much time is left.

    Of a document nobody may have recorded that it was handed in: that is not the same as not in time.
    """
    if deadline.key in sent:
        return sent[deadline.key]
    if deadline.day is None:
        return f"“{deadline.unread}”读不成日期" if deadline.unread else "没有日期"
    over = (today - deadline.day).days
    if over > 0 and deadline.kind == DOCUMENT:
        return f"{left(deadline.day, today)}，报没报没有记录"
    return left(deadline.day, today)


def left(day: date, today: date) -> str:
    """Return how much time is left: `还有 12 天（8 个工作日）`, `今天截止`, `已过期 3 天`, `早已过期`.

    Working days are left out where the holidays of a year between are unknown: see :func:`years_unsaid`.
    """
    days = (day - today).days
    if days < -_LONG_AGO:
        return "早已过期"
    if days < 0:
        return f"已过期 {-days} 天"
    if days == 0:
        return "今天截止"
    working = workdays_between(today, day)
    return f"还有 {days} 天" + ("" if working is None else f"（{working} 个工作日）")


def rest_day(day: date) -> str:
    """Say that ``day`` is no working day, and which is the last before it; "" for a working day or an unknown year."""
    if is_workday(day) is not False:
        return ""
    last = last_workday(day)
    return f"{_short(day)}是休息日" + (f"，最后一个工作日是{_short(last)}" if last else "")


def weekday(day: date) -> str:
    """Return 星期一 … 星期日."""
    return f"星期{WEEKDAYS[day.weekday()]}"


def years_unsaid(days: Iterable[date], today: date) -> str:
    """Say which years' holidays are unknown, of those between ``today`` and ``days`` to come; "" for none."""
    ahead = [day for day in days if day >= today]
    years = unknown_years(today, max(ahead)) if ahead else []
    named = "、".join(map(str, years[:MOST_YEARS])) + ("等" if len(years) > MOST_YEARS else "")
    return f"{named}年的放假安排还没有公布或没有收录，只能按日历天算。" if years else ""


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
