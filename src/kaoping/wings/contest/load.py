"""Reads a competition's rules from ``competitions/<id>.yaml`` of a pack. All that is wrong is found at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from kaoping.core import yamltree
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.packs import Pack
from kaoping.core.schema import Vocabulary
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.wings.contest.rules import (
    APPLIED,
    APPROVED,
    LEVELS,
    PERSON,
    RULES,
    SUBJECT,
    TOTAL,
    Award,
    Competition,
    Day,
    Delegation,
    Ground,
    Honour,
    Option,
    Phase,
    Question,
    Standard,
    Standards,
    Subject,
    bare,
)

FOLDER = "competitions"
REACHED = "drill_person"  # the records that say how far somebody came
T = TypeVar("T")


def known(pack: Pack) -> list[str]:
    """Return the ids of the competitions that the pack has rules for."""
    return list(pack.files(FOLDER))


def load(pack: Pack, id_: str) -> Competition:
    """Load the pack's competition ``id_``, or with "" its only one.

    Raises KaopingError for an unknown one, or with all that is wrong with it.
    """
    if not id_ and len(known(pack)) == 1:
        (id_,) = known(pack)
    if id_ not in known(pack):
        findings = Findings()
        findings.add("contest.unknown_rules", id=id_ or "（没有写）", known="、".join(known(pack)) or "（没有）")
        raise KaopingError(list(findings))
    return pack.part(f"{FOLDER}/{id_}", lambda _: _load(pack, id_))


def _load(pack: Pack, id_: str) -> Competition:
    findings = Findings()
    layer, name = pack.files(FOLDER)[id_]
    return _competition(layer.read(name, findings, pack.vocabulary), findings)


def check_all(pack: Pack) -> None:
    """Load all competitions of the pack; raises KaopingError with all that is wrong with the first broken one."""
    for id_ in known(pack):
        load(pack, id_)


def load_file(path: Path, vocabulary: Vocabulary) -> Competition:
    """Load the competition in the file at ``path``; raises KaopingError with all that is wrong with it."""
    findings = Findings()
    return _competition(yamltree.read(path, f"{FOLDER}/{path.name}", findings, vocabulary), findings)


def _competition(node: Node | None, findings: Findings) -> Competition:
    found = _Reader(findings).competition(node) if node is not None else None
    if found is None or findings.errors:
        raise KaopingError(findings.sorted())
    return found


class _Reader:
    """Reads the parts one by one, so that a mistake in one does not hide those in the others."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.texts: list[str] = []

    def competition(self, node: Node) -> Competition | None:
        try:
            f = node.fields(
                "id title phases latest summary drills standards subjects awards honours delegation questions",
                "source drilled",
            )
            standards = f["standards"].fields("called each", "text")
            latest, summary = f["latest"].fields("date", "text"), f["summary"].fields("due", "text")
            self._quote(standards, latest, summary)
            subjects = tuple(self._each(f["subjects"], self._subject))
            awards = tuple(self._each(f["awards"], self._award))
            by_id = {award.id: award for award in awards}
            found = Competition(
                f.text("id"), f.text("title"), f.text("source"),
                tuple(self._each(f["phases"], self._phase)), _day(latest["date"]), _day(summary["due"]),
                tuple(self._each(f["drills"], self._drill)),
                Standards(standards.text("called"), tuple(self._each(standards["each"], _standard))), subjects, awards,
                tuple(self._each(f["honours"], lambda item: self._honour(item, by_id))),
                self._delegation(f["delegation"], by_id),
                dict(self._each_named(f["questions"], [subject.id for subject in subjects])),
                tuple(self.texts), f.text("drilled"),
            )  # fmt: skip
            _check_twice(f["subjects"], [name for s in subjects for name in {bare(s.title), *map(bare, s.also)}])
            _check_twice(f["awards"], [award.id for award in awards])
            _check_twice(f["questions"], [q.about for q in found.questions.values() if q.about])
        except ExpectedError as error:
            self._expect(error)
            return None
        return found

    def _expect(self, error: ExpectedError) -> None:
        at = error.node.at
        self.findings.add("contest.rules_expected", at, path=at.path or "开头", expected=error.what)

    def _quote(self, *found: Fields) -> None:
        self.texts += [text for fields in found if (text := fields.text("text"))]

    def _each(self, node: Node, read: Callable[[Node], T]) -> Iterator[T]:
        for item in node.items():
            try:
                yield read(item)
            except ExpectedError as error:
                self._expect(error)

    def _each_named(self, node: Node, subjects: Collection[str]) -> Iterator[tuple[str, Question]]:
        for name, child in node.mapping().items():
            try:
                yield name, _question(name, child, subjects)
            except ExpectedError as error:
                self._expect(error)

    def _phase(self, node: Node) -> Phase:
        f = node.fields("title from to", "text")
        self._quote(f)
        first, last = _day(f["from"]), _day(f["to"])
        if (first.month, first.day) > (last.month, last.day):
            raise ExpectedError(node, "阶段的 from 应不晚于 to")
        return Phase(f.text("title"), first, last)

    def _drill(self, node: Node) -> str:
        f = node.fields("title", "text")
        self._quote(f)
        return f.text("title")

    def _subject(self, node: Node) -> Subject:
        f = node.fields("id title", "also")
        if f.text("id") == TOTAL:
            raise ExpectedError(f["id"], f"“{TOTAL}”是总成绩，科目不能用这个编号")
        return Subject(f.text("id"), f.text("title"), f.texts("also"))

    def _award(self, node: Node) -> Award:
        f = node.fields("id title level by prizes", "text")
        self._quote(f)
        prizes = {name: _count(child) for name, child in f["prizes"].mapping().items()}
        level, by = _one_of(f["level"], LEVELS), _one_of(f["by"], (SUBJECT, TOTAL))
        return Award(f.text("id"), f.text("title"), level, by == TOTAL, prizes)

    def _honour(self, node: Node, awards: Mapping[str, Award]) -> Honour:
        f = node.fields("id title full from how by condition", "only passed_down text")
        self._quote(f)
        if f.truth("passed_down"):
            raise ExpectedError(f["passed_down"], "只能写 false：称号递补的办法还没有做")
        grounds = tuple(_ground(item, awards) for item in f["from"].items())
        if not grounds:
            raise ExpectedError(f["from"], "至少要写一个奖项")
        how = _one_of(f["how"], (APPROVED, APPLIED))
        only: dict[str, str] = {}
        for name, child in f["only"].mapping().items() if "only" in f else ():
            if child.known().kinds["contestant"].field(name) is None:
                raise ExpectedError(child, f"参赛人员没有“{name}”这一栏")
            only[name] = child.text()
        return Honour(
            f.text("id"), f.text("title"), f.text("full"), grounds, how, f.text("by"), f.text("condition"), only
        )

    def _delegation(self, node: Node, awards: Mapping[str, Award]) -> Delegation:
        f = node.fields("title roles candidates", "text")
        self._quote(f)
        for item in f["candidates"].each():
            _one_of(item, [award.id for award in awards.values() if award.level == PERSON])
        roles = {name: _count(child) for name, child in f["roles"].mapping().items()}
        return Delegation(f.text("title"), roles, f.texts("candidates"))


def _ground(node: Node, awards: Mapping[str, Award]) -> Ground:
    f = node.fields("award", "first prizes")
    if ("first" in f) == ("prizes" in f):
        raise ExpectedError(node, "写 first（前几名）或 prizes（哪几等奖）之一")
    award = awards[_one_of(f["award"], [award.id for award in awards.values() if award.level == PERSON])]
    for item in f["prizes"].each() if "prizes" in f else ():
        _one_of(item, list(award.prizes))
    return Ground(award.id, _count(f["first"]) if "first" in f else 0, f.texts("prizes"))


def _question(name: str, node: Node, subjects: Collection[str]) -> Question:
    f = node.fields("title ask", "about options")
    about = _one_of(f["about"], tuple(RULES)) if "about" in f else ""
    if about and ("options" not in f or len(f["options"].mapping()) < 2):
        raise ExpectedError(f.get("options", node), "至少要有两个可选的答复")
    options = {}
    for key, child in f["options"].mapping().items() if "options" in f else ():
        o = child.fields("rule means" if about else "means", "of by" if about else "")
        rule = _one_of(o["rule"], RULES[about]) if about else ""
        for word, holder in (("of", "best"), ("by", "compare")):
            if (word in o) != (rule == holder):
                raise ExpectedError(child, f"rule: {holder} 要写 {word}，别的不写")
        for item in o["by"].each() if "by" in o else ():
            _one_of(item, [TOTAL, *subjects])
        options[key] = Option(key, rule, o.text("means"), _count(o["of"]) if "of" in o else 0, o.texts("by"))
    return Question(name, f.text("title"), about, f.text("ask"), options)


def _one_of(node: Node, names: Sequence[str]) -> str:
    text = node.text()
    if text not in names:
        raise ExpectedError(node, f"应为 {'、'.join(names)} 之一，现为“{text}”")
    return text


def _count(node: Node) -> int:
    count = node.number()
    if count.denominator != 1 or not 0 < count < 1000:
        raise ExpectedError(node, f"应为正整数，现为“{node.text()}”")
    return int(count)


def _day(node: Node) -> Day:
    text = node.text()
    try:
        if re.fullmatch(r"[0-9]{2}-[0-9]{2}", text):
            day = date.fromisoformat(f"2001-{text}")  # no 29 February: it is not in every year
            return Day(day.month, day.day)
    except ValueError:
        pass
    raise ExpectedError(node, f"应为几月几日，如 09-30，现为“{text}”")


def _check_twice(node: Node, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ExpectedError(node, f"“{name}”写了两次")


def _standard(node: Node) -> Standard:
    f = node.fields("field title at_least unit result")
    kind = node.known().kinds.get(REACHED)
    if kind is None or kind.field(f.text("field")) is None:
        raise ExpectedError(f["field"], f"达标的记录没有“{f.text('field')}”这一栏")
    return Standard(f.text("field"), f.text("title"), f["at_least"].number(), f.text("unit"), f.text("result"))
