"""The numbers of headings (结构层次序数, GB/T 9704—2012 7.3.3): none skipped, none twice, well written."""

from __future__ import annotations

from typing import Any

from kaoping.core.figures import chinese
from kaoping.wings.official._elements import Elements, Heading, Text
from kaoping.wings.official._patterns import RIGHT
from kaoping.wings.official._remedies import put_for
from kaoping.wings.official._report import Report

_LEVELS = (1, 2, 3, 4)


def check(elements: Elements, report: Report) -> None:
    """Check each text by itself: an attachment counts anew."""
    for text in elements.texts:
        _sequence(text, report)
        for heading in text.headings:
            number = heading.number
            if not number.is_well_written and not heading.paragraph.label:
                put = put_for(heading.paragraph, number.written, _written(number.level, number.count))
                report.add(
                    "format.number_mark", heading.paragraph, put, actual=number.written, wanted=RIGHT[number.level]
                )


def _sequence(text: Text, report: Report) -> None:
    counts: dict[int, int | None] = dict.fromkeys(_LEVELS, 0)
    headings = {id(heading.paragraph): heading for heading in text.headings}
    running = dict.fromkeys(_LEVELS, 0)  # some number a level through the whole text, whatever it stands under
    last = 0  # the level above which a new one must not lie
    for paragraph in text.body:
        if paragraph.label is None:  # an automatic number that can't be told: what follows may be right
            counts = dict.fromkeys(_LEVELS, None)
        heading = headings.get(id(paragraph))
        if heading is None:
            continue
        level, count = heading.number.level, heading.number.count
        before = counts[level]
        if before is not None and not (before == 0 and count == running[level] + 1):
            _compare(heading, before, report)
        if level > last + 1 and before == 0 and count == 1 and not _is_known(counts, level):
            report.add("format.level_skipped", paragraph)
        counts = {its: known if its < level else count if its == level else 0 for its, known in counts.items()}
        running[level], last = count, level


def _is_known(counts: dict[int, int | None], level: int) -> bool:
    """Whether the level above has a number, or may have."""
    above = counts.get(level - 1, 1)
    return above is None or above > 0


def _compare(heading: Heading, before: int, report: Report) -> None:
    level, count = heading.number.level, heading.number.count
    if count == before + 1:
        return
    if count > before:
        facts: dict[str, Any] = {"actual": _written(level, count), "wanted": _written(level, before + 1)}
        code = "format.number_skipped" if before else "format.number_first"
        report.add(code, heading.paragraph, **facts, before=_written(level, before) if before else "")
    elif count > 1 or (level < 3 and before == 1):
        report.add(
            "format.number_repeated", heading.paragraph, actual=_written(level, count), before=_written(level, before)
        )


def _written(level: int, count: int) -> str:
    return RIGHT[level].replace("一", chinese(count)).replace("1", str(count))
