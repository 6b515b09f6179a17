"""自评说明, 得分理由 (the reasons of the score table): each number in them, counted again for its line.

A sentence that begins “按…：” says what comes of an answer to an open question (口径): it is counted under that answer;
the others must be true whatever the answers are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache

import yaml

from kaoping.core import resources
from second_scorer import scorer
from second_scorer import team as team_lines
from second_scorer.facts import QUESTIONS, Unit
from second_scorer.spans import Span, span

from . import reckoning, scores
from .claims import NUMBER, agrees
from .page import plain
from .samples import Told

Known = Span | int | Fraction | date | str | None
#: What a line's reasons may say of a unit: a pattern with holes, and what stands in them; None where nothing is known.
Facts = Callable[[Unit], Iterable[tuple[str, Mapping[str, Known]]]]

_TEXT = plain("".join(scores.SOURCE.split()))
_NUMBER = r"\d+(?:\.\d+)?%?(?:～\d+(?:\.\d+)?%?)?"
_PART = re.compile(r"（([12])）")
_ANSWERED = re.compile(r"(?:，或)?按((?:[①-⑨]*'[^']+')+)(?:[得加]([\d.～]+)分|(不加)分)?")
_GIVES = re.compile(r"[得加]([\d.]+)分$|待定（([\d.]+)～([\d.]+)分）$|(不[加扣])分$")
#: Brackets around others have another form: a form, and no number.
_OUTER = re.compile(r"〔([^〔〕]*（[^〔〕]*)〕")
_LACKS = re.compile(r"^(?:这|其中)([\d.]+)分没有细则'依据'所列类型的佐证材料$")
_ONE_MORE = re.compile(r"（另有(\d+)条不能确定[：，]?(?:如)?([^）]*(?:（[^）]*）)?[^）]*)）")
#: Words of the source and of the program that hold a number of their own.
_FIXED = (
    "于2017年12月5日前上报", "12月5日当日", "10月份", "10月30日前", "2017年12月20日前", "12318举报", "5名以上",
    "1分和0.5分两句都合适", "第5项〔实地查看〕",
)  # fmt: skip


def wrong(told: Told, line: str, cell: list[str], lacking: str) -> Iterator[str]:
    """Yield what is wrong with a line's reasons: a number that is not the records', and each that nobody claims."""
    lacks = Fraction(0)
    asked: list[str] = []
    items = _items(line)
    for sentence in cell:
        text = _OUTER.sub(r"（\1）", plain("".join(sentence.split())))
        if text == told.lacking_items:
            continue
        if line == "1" and "〔" not in text and (item := re.match(r"第(\d)项(?:不?符合|情况不明)：", text)):
            text = text[item.end() :]
            if item[1] != next(items, ""):
                yield f"{line}: {item[0]} is told out of order"
        if (lack := _LACKS.match(_PART.sub("", text, count=1))) is not None:
            lacks += Fraction(lack[1])
            continue
        asked = _questions(text) or asked
        yield from (f"{line}: {its}" for its in _wrong(told, line, text, asked))
    if lacks and lacks != Fraction(lacking):
        yield f"{line}: {lacks} points lack evidence, {lacking} by what is on file"


def _items(line: str) -> Iterator[str]:
    """Yield the numbers of the source's items that a group's first line tells of, in their order."""
    yield from "12345" if line == "1" else ""


@cache
def _asks() -> Mapping[str, str]:
    """Question, as it is put → its name. Labels: nothing is counted by them."""
    raw = yaml.safe_load(resources.schema("packs", "culture-2017", "rubric.yaml").read_text("utf-8"))
    return {plain("".join(its["ask"].split())): name for name, its in raw["questions"].items()}


def _questions(text: str) -> list[str]:
    """Return the questions that a sentence puts, in the order in which it numbers them."""
    at = {text.find(ask): name for ask, name in _asks().items() if ask in text}
    return [name for _, name in sorted(at.items())]


def _wrong(told: Told, line: str, text: str, asked: list[str]) -> Iterator[str]:
    part = _PART.match(text)
    body = text[part.end() :] if part else text
    if _questions(body):  # the question itself, with its options
        for ask in _asks():
            body = body.replace(ask, "")
        yield from (f"nobody claims {number[0]}: {text}" for number in NUMBER.finditer(body))
        return
    alternatives = list(_answers(body, asked))
    gives = ""
    while match := _ANSWERED.match(body):
        body, gives = body[match.end() :], match[2] or ("0" if match[3] else gives)
    body = _without_quotes(told, line, body.removeprefix("："))
    for answers in alternatives:
        unit = replace(told.unit, answers={**told.unit.answers, **answers})
        if gives and not _agrees(gives, _points(told, unit, line, part[1] if part else "")):
            yield f"得{gives}分 by {answers}, {_points(told, unit, line, part[1] if part else '')} by the records"
        yield from _unclaimed(told, unit, line, part[1] if part else "", body)


def _answers(body: str, asked: list[str]) -> Iterator[dict[str, str]]:
    """Yield the answers under which a sentence is true: those that it names, or whatever was answered."""
    found = False
    while match := _ANSWERED.match(body):
        found, body, answers = True, body[match.end() :], {}
        for marks, option in re.findall("([①-⑨]*)'([^']+)'", match[1]):
            for name in [asked["①②③④⑤⑥⑦⑧⑨".index(mark)] for mark in marks] or asked[:1]:
                answers[name] = option
        yield answers
    if not found:
        yield from (
            dict(zip(asked, way, strict=True)) for way in itertools.product(*(QUESTIONS[name] for name in asked))
        )


def _without_quotes(told: Told, line: str, body: str) -> str:
    """Take out what somebody wrote: the source's own words, a judgement, a decision, the names of records."""
    for row in told.rows("judgement"):
        if row["line"] == line or line == "1":
            said = f"单位评判为'{row['choice']}'"
            about = "，".join(filter(None, (str(row.get("who", "")), _day(row.get("when")))))
            said += f"（{about}）" if about else ""
            body = body.replace(plain(f"{said}：{row.get('reason', '')}".replace(" ", "")), "")
    for row in told.rows("decision"):
        if row["line"] == line:
            words = f"单位裁定得{float(row['points']):g}分（{row['who']}，{_day(row['when'])}）：{row['reason']}"
            body = body.replace(plain("".join(words.split())), "")
    body = re.sub("'([^']+)'", lambda quoted: "''" if quoted[1] in _TEXT else quoted[0], body)
    for words in _FIXED:
        body = body.replace(words, "")
    return body


def _day(day: object) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if isinstance(day, date) else ""


def _points(told: Told, unit: Unit, line: str, part: str) -> Span:
    if line + part in told.by_eye:
        return told.by_eye[line + part]
    halves = {"71": team_lines.line_7a, "72": team_lines.line_7b}
    halves |= {"281": reckoning.line_28a, "282": reckoning.line_28b}
    return halves[line + part](unit) if part else scorer.points(unit)[line]


def _agrees(printed: str, value: Span) -> bool:
    low, _, high = printed.partition("～")
    if high and low[-1] != "%" and high.endswith("%"):
        low += "%"
    return agrees(low, value.low) and agrees(high or low, value.high)


def _unclaimed(told: Told, unit: Unit, line: str, part: str, body: str) -> Iterator[str]:
    claimed: list[tuple[int, int]] = []
    open_by: set[Fraction] = set()
    for pattern, values in reckoning.FACTS.get(line, lambda _: ())(unit):
        for match in re.finditer(_pattern(pattern, values), body):
            claimed.append(match.span())
            open_by |= {its.high - its.low for its in values.values() if isinstance(its, Span)}
            for name, value in values.items():
                if value is None or not _fits(match[name], value):
                    yield f"{match[0]}: {name} is {value} by the records"
    if (gives := _GIVES.search(body)) is not None:
        claimed.append(gives.span())
        value, printed = _points(told, unit, line, part), "0" if gives[4] else gives[1] or f"{gives[2]}～{gives[3]}"
        decided = line in {row["line"] for row in told.rows("decision")} and told.decided
        if not decided and not _agrees(printed, value):
            yield f"{gives[0]}: {value} by the records"
    for match in _ONE_MORE.finditer(body):
        claimed.append(match.span())
        ids = {row["id"] for rows in unit.tables.values() for row in rows if "id" in row}
        named = re.findall(r"[A-Z]+\d+|补\d+", match[2].partition("：")[0])
        if not set(named) <= ids or int(match[1]) < len(named) or int(match[1]) not in open_by:
            yield f"{match[0]}: no such records, or not so many"
    for number in NUMBER.finditer(body):
        if not any(start <= number.start() and number.end() <= end for start, end in claimed):
            yield f"nobody claims {number[0]}: {body}"


def _pattern(words: str, values: Mapping[str, Known]) -> str:
    def hole(match: re.Match[str]) -> str:
        shape = ".+?" if isinstance(values[match[1]], str) else _NUMBER
        if isinstance(values[match[1]], date):
            shape = r"\d+年\d+月\d+日"
        return f"(?P<{match[1]}>{shape})"

    return re.sub(r"\{(\w+)\}", hole, plain(words))


def _fits(printed: str, value: Known) -> bool:
    if isinstance(value, str):
        return printed == plain("".join(value.split()))
    if isinstance(value, date):
        return printed == _day(value)
    assert value is not None
    return _agrees(printed, value if isinstance(value, Span) else span(value))
