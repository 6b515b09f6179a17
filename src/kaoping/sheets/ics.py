"""期限.ics: the deadlines with reminders, for any calendar program (RFC 5545, iCalendar).

The office's own tasks that are due on one day are one entry: of fifty lines that are all due on the 18th nobody wants
fifty entries and a hundred reminders.

The same deadlines give the same bytes: no clock enters, so DTSTAMP is the day that is due. The UID comes from the unit,
its year, the rubric and the (first) deadline's key: a file taken in again moves an event whose date has changed, and
adds none.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from icalendar import Alarm, Calendar, Event, vDatetime

from kaoping.core import fs
from kaoping.core.errors import KaopingError, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location, Record
from kaoping.core.workdays import is_workday, last_workday
from kaoping.scoring.deadlines import DONE, TASK, Deadline, rest_day

NAME = "期限.ics"
#: Days before the deadline on which the calendar speaks up, at nine in the morning; the second is a working day.
EARLY, LATE, HOUR = 7, 1, time(9)
_TOPIC = "考评"


def calendar_bytes(deadlines: Sequence[Deadline], unit: Record, rubric: str) -> bytes:
    """Return the iCalendar stream (RFC 5545: CRLF, folded at 75 octets) of ``deadlines``, each of which has a date.

    ``rubric`` is its id: a unit may be assessed by two in one year.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//kaoping//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", f"{unit['name']}{unit['year']}年度考评期限")
    scope = f"kaoping:{unit.id}/{unit['year']}/{rubric}"
    for together in entries(deadlines):
        calendar.add_component(_event(together, scope))
    stream: bytes = calendar.to_ical()
    return stream


def entries(deadlines: Sequence[Deadline]) -> list[list[Deadline]]:
    """Return what stands in the calendar as one entry each: a deadline, or all tasks of one day."""
    together: dict[object, list[Deadline]] = {}
    for deadline in deadlines:
        together.setdefault(deadline.day if deadline.kind == TASK else deadline.key, []).append(deadline)
    return list(together.values())


def _event(together: Sequence[Deadline], scope: str) -> Event:
    first, day = together[0], together[0].day
    assert day is not None
    title = first.title if len(together) == 1 else f"完成{len(together)}项考评任务"
    event = Event()
    event.add("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope}/{first.key}")))
    event["dtstamp"] = vDatetime(datetime.combine(day, time(), UTC))  # add() asks for data of zones, UTC's too
    event.add("dtstart", day)
    event.add("summary", f"【{_TOPIC}】{title}")
    event.add("description", "\n".join(_description(together, day)) or title)
    event.add("categories", [_TOPIC, first.label])
    event.add("transp", "TRANSPARENT")  # a deadline does not make the whole day busy
    for alarm in _alarms(day):
        event.add_component(_alarm(alarm - day, f"{title}：{day.year}年{day.month}月{day.day}日截止"))
    return event


def _description(together: Sequence[Deadline], day: date) -> list[str]:
    unknown = (
        f"{day.year}年的放假安排写这个文件时还没有公布或没有收录，提醒的日子不一定上班"
        if is_workday(day) is None
        else ""
    )
    return [text for text in (rest_day(day), *_about(together), unknown) if text]


def _about(together: Sequence[Deadline]) -> list[str]:
    """What is due and whose it is, in as many lines as there are tasks."""
    if len(together) > 1:
        tasks = ((f"{its.about} {its.title.removeprefix(DONE)}", _who(its, "，")) for its in together)
        return [task + (f"（{who}）" if who else "") for task, who in tasks]
    (deadline,) = together
    rows = (("涉及：", deadline.about), ("责任：", _who(deadline, "　")))
    return [head + text for head, text in rows if text]


def _who(deadline: Deadline, mark: str) -> str:
    return mark.join(text for text in (deadline.department, deadline.person) if text)


def _alarms(day: date) -> list[date]:
    """The days to be reminded on: each a working day where its year is known.

    After a long holiday both may be the same last day before it: then one reminder does.
    """
    first = day.toordinal() - date.min.toordinal()  # a slip of the pen may be the very first year
    wanted = [day - timedelta(days=min(before, first)) for before in (EARLY, LATE)]
    return list(dict.fromkeys(last_workday(early) or early for early in wanted))


def _alarm(offset: timedelta, text: str) -> Alarm:
    """A reminder counted from the start of the day in the reader's own time zone (RFC 5545, 3.8.6.3)."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", offset + timedelta(hours=HOUR.hour))
    return alarm


def write_calendar(target: Path, deadlines: Sequence[Deadline], unit: Record, rubric: str) -> None:
    """Write the calendar to ``target``, in the place of the last one; raises KaopingError where that can't be done."""
    findings = Findings()
    if not deadlines:
        findings.add("calendar.no_dates", Location(target.name))
        raise KaopingError(findings)
    data = calendar_bytes(deadlines, unit, rubric)
    try:
        fs.mkdir(target.parent)
        fs.write_whole(target, data)
    except OSError as error:
        findings.add("calendar.not_written", Location(target.name), name=str(target), why=why_not_written(error))
        raise KaopingError(findings) from None
