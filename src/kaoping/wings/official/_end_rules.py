"""What closes a document: its last sentence, attachments, signature, date, 附注 and 版记 (7.3.4–7.3.7, 7.4)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from kaoping.core.figures import bare
from kaoping.wings.official import _patterns
from kaoping.wings.official._elements import Elements
from kaoping.wings.official._norms import norms
from kaoping.wings.official._paragraphs import Paragraph
from kaoping.wings.official._remedies import Wording, put_at_end, put_for, room_above
from kaoping.wings.official._report import Report

_ZERO = re.compile(r"(?<=[年月])\s*0+(?=\d)")


def check(elements: Elements, report: Report) -> None:
    """Check the elements that stand after the text."""
    _closing(elements, report)
    _date(elements, report)
    _signature(elements, report)
    _note(elements, report)
    _imprint(elements, report)


def _closing(elements: Elements, report: Report) -> None:
    genre = elements.genre
    if genre is None or not elements.is_official or not elements.main.body:
        return
    text = elements.main.body
    whole = "".join(p.text for p in text)
    if genre.closing and not any(phrase in whole for phrase in genre.closing):
        report.add("format.closing", text[-1], genre=genre.name, wanted=genre.closing[0])
    for paragraph in text[-3:]:
        ending = re.search(f"特此({'|'.join(norms().words['closing_words'])})", paragraph.text)
        if ending and ending[1] != genre.name:
            report.add("format.closing_wrong", paragraph, actual=ending[0], genre=genre.name)
    if genre.name == "报告":
        for paragraph in text:
            request = re.search(f"(?<![报呈提申])({'|'.join(norms().words['requests'])})", paragraph.text)
            if request:  # 报请批示 tells what was done
                report.add("format.request_in_report", paragraph, actual=request[0])


def _date(elements: Elements, report: Report) -> None:
    paragraph = elements.date
    if paragraph is None:
        if elements.is_official and elements.addressee is not None:
            report.add("format.date_missing")
        return
    date_of(paragraph, paragraph.words, "成文日期", "7.3.5.4", report)
    if paragraph.align in ("left", "both") and paragraph.leading < 4 and _far(paragraph) < 8:
        report.add("format.date_side", paragraph)


def _far(paragraph: Paragraph) -> float:
    return paragraph.indent("left") + paragraph.indent("first")


def date_of(paragraph: Paragraph, words: str, element: str, clause: str, report: Report) -> None:
    """Check how a date is written: year in full, Arabic digits, no leading zeros; a blank in a draft is no slip."""
    facts: dict[str, Any] = {"actual": words, "element": element, "source": clause}
    if _patterns.DATE_BLANK.fullmatch(words):  # a draft of ours, to be filled in
        return
    match = _patterns.DATE.fullmatch(words)
    if match is None:
        plain = _patterns.DATE_MARKS.fullmatch(words)
        wanted = f"{plain['year']}年{int(plain['month'])}月{int(plain['day'])}日" if plain else ""
        report.add("format.date_form", paragraph, _put(paragraph, words, wanted), **facts, why="没有用“年月日”写")
        return
    parts = [match["year"], match["month"], match["day"]]
    if match["day"] is None:
        report.add("format.date_form", paragraph, **facts, why="没有写到日")
    if any(part and not _patterns.is_open(part) and not part.isdigit() for part in parts):
        report.add("format.date_chinese", paragraph, _put(paragraph, words, _in_digits(match)), **facts)
        return
    if match["year"].isdigit() and len(match["year"]) != 4:
        report.add("format.date_form", paragraph, **facts, why="年份没有写全")
    if any(part and part.isdigit() and part.startswith("0") for part in parts[1:]):
        report.add("format.date_zero", paragraph, put_for(paragraph, words, _ZERO.sub("", words)), **facts)
    if all(part and part.isdigit() for part in parts) and len(match["year"]) == 4:
        try:
            date(*(int(part) for part in parts))
        except ValueError:
            report.add("format.date_impossible", paragraph, **facts)


def _put(paragraph: Paragraph, words: str, wanted: str) -> list[Wording]:
    return put_for(paragraph, words, wanted) if wanted else []


def _in_digits(date_: re.Match[str]) -> str:
    """Return a date in Arabic digits; "" where a part of it can't be read."""
    year = "".join(_patterns.digit(char) for char in date_["year"])
    month, day = (
        int(part) if part and part.isdigit() else _patterns.from_chinese(part or "") for part in date_.groups()[1:3]
    )
    return f"{year}年{month}月{day}日" if len(year) == 4 and year.isdigit() and month and day else ""


def _signature(elements: Elements, report: Report) -> None:
    if elements.is_official and elements.date is not None and elements.addressee is not None:
        if not elements.signature:
            report.add("format.signature_missing", elements.date)
        elif not (elements.signature[0].blank_before or elements.signature[0].leading):
            first = elements.signature[0]
            report.add("format.blank_line", first, room_above(first), element="署名", source="7.3.5")
    for line in elements.signature:
        if re.search("[。，；、.,;：:]$", line.words) and not _patterns.SIGNATURE_BLANK.fullmatch(line.words):
            end = line.words[-1]
            report.add("format.signature_end", line, put_for(line, end, "", last=True), actual=end)


def _note(elements: Elements, report: Report) -> None:
    match = _patterns.NOTE.fullmatch(elements.note.words) if elements.note is not None else None
    if match and match["open"] + match["close"] != "（）":
        actual = f"用了“{match['open']}{match['close']}”" if match["open"] or match["close"] else "没有加括号"
        report.add("format.note_brackets", elements.note, _in_brackets(elements.note), actual=actual)


def _in_brackets(note: Paragraph | None) -> list[Wording]:
    if note is None or not note.typed.strip():
        return []
    start, end = len(note.typed) - len(note.typed.lstrip()), len(note.typed.rstrip())
    opened, closed = note.typed[start] in "(（", note.typed[end - 1] in ")）"
    return [Wording(note, start, start + opened, "（"), Wording(note, end - closed, end, "）")]


def _imprint(elements: Elements, report: Report) -> None:
    copy = _patterns.COPY_TO.fullmatch(elements.copy_to.words) if elements.copy_to is not None else None
    if copy and copy["colon"] != "：":
        colon = put_for(elements.copy_to, copy["colon"], "：") if elements.copy_to else []
        report.add("format.colon", elements.copy_to, colon, element="抄送", source="7.4.2")
    if copy and elements.copy_to is not None and not copy["rest"].rstrip().endswith("。"):
        report.add("format.copy_to_end", elements.copy_to, put_at_end(elements.copy_to, "。", ".，,；;、"))
    printed = _patterns.PRINTED.fullmatch(elements.printed.words) if elements.printed is not None else None
    if printed and elements.printed is not None:
        date_of(elements.printed, printed["date"], "印发日期", "7.4.3", report)
        if printed["word"] != "印发":
            report.add("format.printed_end", elements.printed, put_at_end(elements.printed, "印发", "印"))


def name_of(text: str) -> str:
    """Return an attachment's name as it can be compared: without spaces, brackets of a book and what it ends on."""
    return re.sub(r"[\s\u3000《》]", "", bare(text))
