"""成绩册.xlsx: a contest's scores, prizes, honours to be applied for, candidates, and what is still open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from kaoping.core.figures import bare, days_text, joined, number, percent
from kaoping.core.listing import FIRST, Cell, Column, Formula, listing
from kaoping.core.worksheets import Book, new_book
from kaoping.documents.facts import written
from kaoping.records.grids.grid import column_name
from kaoping.wings.contest._rankings import Ranking
from kaoping.wings.contest._results import Results
from kaoping.wings.contest._rules import GROUP, PERSON, Competition, Subject
from kaoping.wings.contest._scores import CANCELLED
from kaoping.wings.contest._season import Season

_BEFORE = (Column("序号", 6), Column("编号", 8), Column("姓名", 10), Column("代表队", 15))
_SUBJECT = (
    Column("名次", 10),
    Column("编号", 10),
    Column("姓名", 14),
    Column("代表队", 22),
    Column("成绩", 12),
    Column("奖次", 22),
)
_TEAMS = (
    Column("奖项", 28, left=True),
    Column("名次", 8),
    Column("代表队", 16),
    Column("成绩", 9),
    Column("奖次", 12),
    Column("怎么算的", 56, left=True),
)
_PRIZES = (
    Column("奖项", 32, left=True),
    Column("奖次", 15),
    Column("获奖者", 16),
    Column("代表队", 16),
    Column("成绩", 10),
    Column("名次", 9),
)
_HONOURS = (
    Column("称号", 18, left=True),
    Column("姓名", 10),
    Column("代表队", 13),
    Column("性别", 6),
    Column("出生年月", 10),
    Column("名次、奖次", 28, left=True),
    Column("条件", 16, left=True),
    Column("核对情况", 22, left=True),
    Column("情况", 16),
)
_CANDIDATES = (
    Column("序号", 6),
    Column("姓名", 10),
    Column("代表队", 14),
    Column("总成绩名次", 8),
    Column("获奖", 42, left=True),
    Column("决定", 7),
    Column("理由", 24, left=True),
    Column("决定人、日期", 18, left=True),
)
_OPEN = (
    Column("事项", 28, left=True),
    Column("问题", 56, left=True),
    Column("裁定", 22, left=True),
    Column("裁定人、日期", 22, left=True),
)
_DRILLS = (Column("方面", 14), Column("次数", 8), Column("参加人次", 10), Column("做了什么", 90, left=True))
NONE = "—"


def contest_sheet(season: Season, dated: date | None) -> bytes:
    """Write the workbook of the unit's contest; raises KaopingError where its rules can't be read.

    Where several contests were recorded (which is told as an error) it has no results, and says so.
    """
    dossier, results = season.dossier, season.results
    book = new_book("成绩册", str(dossier.unit["name"] or ""), dated)
    if results is None:
        listing(book, "成绩册", "技能竞赛填了几条，成绩没有写是哪一次的，没有计算结果。", _SUBJECT, [])
        return book.close()
    _draw(_Sheets(book), results)
    if dossier.records("drill") or dossier.records("drill_person"):
        _draw_drills(book, season)
    return book.close()


class _Sheets:
    """Names of sheets: what Excel takes, none twice."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.taken: set[str] = set()

    def add(
        self, title: str, note: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], name: str = ""
    ) -> None:
        wanted = re.sub(r"[\[\]:*?/\\']", "、", name or title)[:28]
        while wanted.casefold() in self.taken:
            wanted += "′"
        self.taken.add(wanted.casefold())
        listing(self.book, title, note, columns, rows, wanted)


def _draw(sheets: _Sheets, results: Results) -> None:
    note = _held(results)
    sheets.add(f"{results.title}成绩", note, _total_columns(results.rules), list(_total_rows(results)), "总成绩")
    for subject in results.rules.subjects:
        sheets.add(f"{subject.title}成绩", note, _SUBJECT, list(_subject_rows(results, subject)), subject.title)
    sheets.add("团体成绩", note, _TEAMS, list(_team_rows(results)), "团体")
    sheets.add("获奖名单", note, _PRIZES, list(_prize_rows(results)))
    note = "称号由有关部门核准或评定，这里只列获奖名次、奖次够得上的人；不符合条件的不递补。"
    sheets.add("称号申报", note, _HONOURS, list(_honour_rows(results)))
    roles = "、".join(f"{role}{people}人" for role, people in results.rules.delegation.roles.items())
    note = f"候选人是得奖的人，按总成绩排列；选谁由主办单位定。{results.rules.delegation.title}：{roles}。"
    sheets.add("参赛队选拔", note, _CANDIDATES, list(_candidate_rows(results)))
    note = "竞赛办法没有写明的事。没有裁定的，受影响的奖次在各表里写“待定”。"
    sheets.add("待定事项", note, _OPEN, list(_open_rows(results)))


def _held(results: Results) -> str:
    contest = results.contest
    days = [contest[name] for name in ("start", "end")] if contest is not None else []
    held_on = [day for day in days if isinstance(day, date)]
    held = days_text(held_on[0], held_on[-1]) if held_on else ""
    host = str(contest["host"] or "") if contest is not None else ""
    people, teams = results.scores.contestants, {results.scores.team(who) for who in results.scores.contestants}
    facts = [f"时间：{held}" if held else "", f"主办：{host}" if host else "", f"{len(teams)}队{len(people)}人"]
    return joined(facts, "　　")


def _total(results: Results) -> Ranking | None:
    return next((r for r in results.of(PERSON) if r.award.by_total), None)


def _total_columns(rules: Competition) -> list[Column]:
    subjects = [Column(subject.title, 15) for subject in rules.subjects]
    return [*_BEFORE, *subjects, Column("总成绩", 10), Column("名次", 9), Column("奖次", 22)]


def _total_rows(results: Results) -> Iterator[Sequence[Cell]]:
    scores, subjects, total = results.scores, results.rules.subjects, _total(results)
    places = {contender.entry.key: contender for contender in total.ranked} if total is not None else {}
    first, last = column_name(len(_BEFORE)), column_name(len(_BEFORE) + len(subjects) - 1)
    order = [*places, *(who for who in scores.contestants if who not in places)]
    for index, who in enumerate(order):
        marks = [scores.mark(who, subject) for subject in subjects]
        cells: list[Cell] = ["没有登记" if m is None else m.text if m.score is None else m.score for m in marks]
        sat = [cell for cell in cells if isinstance(cell, Fraction)]
        row = FIRST + index + 1
        counts = sat and who not in scores.cancelled and None not in marks
        summed: Cell = Formula(f"=SUM({first}{row}:{last}{row})", sum(sat, Fraction(0))) if counts else NONE
        contender = places.get(who)
        rank = CANCELLED if who in scores.cancelled else NONE
        if total is not None and rank != CANCELLED and (contender is not None or total.blocked):
            rank = total.rank_text(contender)
        prize = _prize_text(total.prizes(contender)) if total is not None and contender is not None else ""
        yield (str(index + 1), who, scores.name(who), scores.team(who), *cells, summed, rank, prize)


def _subject_rows(results: Results, subject: Subject) -> Iterator[Sequence[Cell]]:
    scores = results.scores
    ranking = next((r for r in results.of(PERSON) if r.subject == subject), None)
    shown: set[str] = set()
    for contender in ranking.ranked if ranking is not None else ():
        who = contender.entry.key
        shown.add(who)
        assert ranking is not None
        prize = _prize_text(ranking.prizes(contender))
        yield (
            ranking.rank_text(contender),
            who,
            contender.entry.name,
            contender.entry.team,
            contender.entry.score,
            prize,
        )
    for who in scores.contestants:
        mark = scores.mark(who, subject)
        if who not in shown:
            score: Cell = "没有登记" if mark is None else mark.text if mark.score is None else mark.score
            rank = CANCELLED if who in scores.cancelled else NONE
            yield rank, who, scores.name(who), scores.team(who), score, ""


def _team_rows(results: Results) -> Iterator[Sequence[Cell]]:
    score: Cell
    for ranking in results.of(GROUP):
        for contender in ranking.ranked:
            if ranking.blocked or contender.score is None:
                score, how = "待定", ranking.open
            else:
                score, how = contender.score, contender.entry.trace
            prize = _prize_text(ranking.prizes(contender))
            yield ranking.title, ranking.rank_text(contender), contender.entry.name, score, prize, "\n".join(how)
        for name in ranking.unranked:
            why = "；".join(ranking.open) or "没有可以计入的成绩"
            yield ranking.title, "待定" if ranking.blocked else NONE, name, NONE, "", why


def _prize_text(prizes: Sequence[str]) -> str:
    return prizes[0] if len(prizes) == 1 else f"待定（{'或'.join(prize or '不得奖' for prize in prizes)}）"


def _prize_rows(results: Results) -> Iterator[Sequence[Cell]]:
    for ranking in results.rankings:
        if ranking.blocked:
            yield ranking.title, "待定", NONE, NONE, NONE, NONE
            continue
        for contender in ranking.ranked:
            if any(prizes := ranking.prizes(contender)):
                team = contender.entry.team if ranking.award.level == PERSON else NONE
                score: Cell = contender.score if contender.score is not None else "待定"
                yield (
                    ranking.title,
                    _prize_text(prizes),
                    contender.entry.name,
                    team,
                    score,
                    ranking.rank_text(contender),
                )


def _honour_rows(results: Results) -> Iterator[Sequence[Cell]]:
    for case in results.honours:
        person = results.scores.contestants[case.key]
        eligible = {True: "符合", False: "不符合", None: "待核"}[case.eligible]
        checked = joined([eligible, case.reason], "：")
        yield (
            case.title, case.name, case.team, str(person["sex"] or ""), str(person["birth"] or ""),
            "\n".join(case.grounds), case.honour.condition, checked, case.state,
        )  # fmt: skip


def _candidate_rows(results: Results) -> Iterator[Sequence[Cell]]:
    for index, candidate in enumerate(results.candidates, 1):
        prizes = "\n".join(candidate.prizes) if candidate.strong else "（没有得奖）"
        yield (
            str(index),
            candidate.name,
            candidate.team,
            candidate.rank,
            prizes,
            candidate.role or NONE,
            candidate.reason,
            candidate.decided,
        )


def _open_rows(results: Results) -> Iterator[Sequence[Cell]]:
    for question in results.rules.questions.values():
        given = [ruling for ruling in results.rulings if ruling.question == question]
        for ruling in given:
            means = ruling.option.means if ruling.option is not None else ""
            title = f"{question.title}（{ruling.scope}）" if ruling.scope else question.title
            yield title, joined([question.ask, means], "\n"), ruling.answer, ruling.by
        if not given:
            yield question.title, question.ask, "没有裁定", ""
    concerned: dict[str, list[str]] = {}
    for ranking in results.rankings:
        for why in ranking.open:
            concerned.setdefault(why, []).append(ranking.title)
    for why, titles in concerned.items():
        yield "\n".join(titles), f"{why}。", "待定", ""


def _draw_drills(book: Book, season: Season) -> None:
    rules, drills = season.rules, season.drills
    rows = []
    for title, records in drills.by_drill:
        came = [value for record in records if isinstance(value := record["people"], int)]
        summaries = "\n".join(joined([bare(written(r[name])) for name in ("title", "summary")], "：") for r in records)
        people = str(sum(came)) if len(came) == len(records) else "没有填齐"
        rows.append((title, str(len(records)), people if records else NONE, summaries))
    listing(book, "岗位练兵", "岗位练兵的各个方面做了什么。", _DRILLS, rows)
    called = rules.standards.called
    note = f"{called}：{'，'.join(f'{s.title}{number(s.least)}{s.unit}' for s in rules.standards.each)}。"
    columns = (
        Column("所在机构", 24),
        Column("人数", 10),
        Column(called, 10),
        Column("未达标", 10),
        Column("没有查到", 12),
        Column(f"{called}比例", 14),
    )
    reached = []
    for body in drills.bodies:
        whole = body.both + body.short + body.unknown
        share = percent(Fraction(body.both, whole)) if not body.unknown else "待定"
        counts = (str(n) for n in (whole, body.both, body.short, body.unknown))
        reached.append((body.body or "（没有写机构）", *counts, share))
    listing(book, "练兵达标", note, columns, reached)
