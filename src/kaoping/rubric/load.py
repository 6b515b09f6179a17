"""Reads the rubric of a pack: ``rubric.yaml`` and ``notice.yaml``. All that is wrong is found at once.

A broken file gets its YAML path, its line and what was expected; base points that do not reconcile, or a clause quoted
in words that the source does not have, stop the loading too: a rubric that is not the official one must not score
anybody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from kaoping.core import yamltree
from kaoping.core.decode import decode
from kaoping.core.errors import KaopingError
from kaoping.core.figures import number
from kaoping.core.file_names import why_not_portable
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.core.yamltree import ExpectedError, Fields, Node
from kaoping.rubric._reconcile import reconcile
from kaoping.rubric.layers import FILE, NOTICE, check_dates, notice_node, rubric_node
from kaoping.rubric.nodes import AnswerGiven, Notice, Rubric, SentBy
from kaoping.rubric.rules.params import Answer, FromNotice

#: Entries of ``bundle`` that are numbers, each under the name that a message gives it.
BUNDLE_NUMBERS = {"max_mb": "每册最大多少MB", "max_pages": "每册最多多少页", "photos_per_page": "每页排几张照片"}
NOTICE_KEYS = frozenset(
    {
        "title",
        "doc_no",
        "due",
        "answers",
        "answered",
        "patterns",
        "columns",
        "bundle",
        "files",
        "documents",
        "materials",
        "records",
    }
)
_YES_NO = ("true", "false", "是", "否", "")


def load(pack: Pack, unit_notice: Path | None = None, sheet: Node | None = None) -> Rubric:
    """Load the rubric of ``pack``; over its notice lie the unit's own ``notice.yaml`` and its workbook's ``sheet``.

    Raises KaopingError with all findings where it can't be used.
    """
    findings = Findings()
    node, base, digest = pack.part("rubric nodes", _read)
    unit_file = (
        yamltree.read(unit_notice, unit_notice.name, findings, pack.vocabulary)
        if unit_notice and unit_notice.is_file()
        else None
    )
    _check_contradictions(unit_file, sheet, findings)
    reader = _Reader(findings)
    notice = reader.notice([n for n in (base, unit_file, sheet) if n is not None and n.value is not None])
    rubric = reader.rubric(node, notice, digest, pack)
    if rubric is not None:
        check_dates(pack, rubric.lines, findings)
        reconcile(rubric, findings, complete=not findings.errors)
    if rubric is None or findings.errors:
        raise KaopingError(findings.sorted())
    return rubric


def _read(pack: Pack) -> tuple[Node, Node | None, str]:
    """The rubric and the notice with all layers of the pack laid over one another, and the digest of both."""
    findings = Findings()
    node, notice = rubric_node(pack, findings), None
    try:
        notice = notice_node(pack, findings)
    except ExpectedError as error:
        at = error.node.at
        findings.add("notice.misshapen", at, path=at.path or "开头", expected=error.what)
    if node is None and not findings.errors:
        findings.add("pack.no_rubric", Location(f"{pack.folder.name}/{FILE}"), file=FILE)
    if node is None or findings.errors:
        raise KaopingError(findings.sorted())
    digest = hashlib.sha256()
    for layer in pack.layers:
        for name in (FILE, NOTICE):
            if (layer.folder / name).is_file():
                # Git may turn line ends on Windows: the words count, not the carriage returns.
                digest.update((layer.folder / name).read_bytes().replace(b"\r\n", b"\n"))
    return node, notice, digest.hexdigest()


def _check_contradictions(unit_file: Node | None, sheet: Node | None, findings: Findings) -> None:
    """What the notice file and the workbook both answer they must answer alike: which of them holds nobody knows."""
    if unit_file is None or sheet is None or not isinstance(unit_file.value, dict):
        return
    for name, child in sheet.mapping().items():
        there = unit_file.value.get(name)
        entries = there.value if there is not None and isinstance(there.value, dict) else {}
        for key, answer in child.mapping().items():
            other = entries.get(key)
            if other is None or other.value is None or not isinstance(answer.value, str | dict):
                continue
            there_is, here_is = (_answer(node.plain()) for node in (other, answer))
            if there_is and there_is != here_is:
                findings.add(
                    "notice.told_twice", answer.at, name=key, here=here_is, there=there_is, other=str(other.at)
                )


def _answer(value: Any) -> Any:
    return value.get("date") if isinstance(value, dict) else value


def _is_limit(value: object) -> bool:
    try:
        return 0 <= float(str(value)) < 1e9
    except ValueError:
        return False


class _Reader:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.answers: dict[str, Location] = {}  # where each answer of the notice stands

    def _expect(self, error: ExpectedError) -> None:
        self.findings.add("rubric.expected", error.node.at, path=error.node.at.path or "开头", expected=error.what)

    def notice(self, nodes: list[Node]) -> Notice:
        whole = Node({}, Location(NOTICE))
        for node in nodes:
            whole = self._laid_over(whole, node)
        values = whole.mapping()
        for name in sorted(values.keys() - NOTICE_KEYS):
            self._misshapen(values[name], f"不认识“{name}”，可用：{'、'.join(sorted(NOTICE_KEYS))}")
        due: dict[str, date] = {}
        titles: dict[str, str] = {}
        sent: dict[str, SentBy] = {}
        unread: dict[str, str] = {}
        for name, entry in _entries(values.get("due")):
            if not isinstance(entry.value, dict):
                self._misshapen(entry, "应写明 title、date、lines、sent")
                continue
            titles[name] = Fields(entry.value).text("title", name)
            day = entry.value.get("date")
            if day is not None and day.value is not None:
                try:
                    due[name] = date.fromisoformat(day.text())
                except (ValueError, ExpectedError):
                    self._misshapen(day, "应为日期，如 2017-12-05")
            if (written := entry.value.get("unread")) is not None and name not in due:
                unread[name] = written.text()
            if (by := entry.value.get("sent")) is not None and by.value is not None:
                try:
                    sent[name] = decode(SentBy, by)
                except ExpectedError as error:
                    self._misshapen(error.node, error.what)
        for _, file in _entries(values.get("files")):
            try:
                name = str(file.value or "无").format(unit="甲市", year=2017)
            except (LookupError, ValueError, AttributeError):
                self._misshapen(file, "文件名里只能用 {unit}、{year} 两样")
            else:
                if why := why_not_portable(name):
                    self._misshapen(file, f"文件名不能用：{why}")
        for name, wanted in _entries(values.get("bundle")):
            if name in BUNDLE_NUMBERS and wanted.value is not None and not _is_limit(wanted.plain()):
                self._misshapen(wanted, f"{BUNDLE_NUMBERS[name]}应是一个不小于0的数")
        for name, wanted in _entries(values.get("materials")):
            if name != "follow_links":
                self._misshapen(wanted, "这里只有 follow_links（跟着材料里指向别处的链接走）一项")
            elif wanted.at.file != NOTICE:  # a pack must not open what lies on a unit's computer
                self._misshapen(wanted, "这一项只能写在单位自己的 notice.yaml 里")
            elif wanted.value is not None and str(wanted.value).strip().lower() not in _YES_NO:
                self._misshapen(wanted, "应为“是”或“否”")
        asked = values.get("records")
        if asked is not None and str(asked.plain() or "").strip().lower() not in _YES_NO:
            self._misshapen(asked, "应为“是”或“否”：考评包里附不附上报记录")
        self.answers = {name: child.at for name, child in _entries(values.get("answers")) if child.value is not None}
        answers = {name: str(values["answers"].mapping()[name].plain()) for name in self.answers}
        answered = dict(self._answered(values.get("answered")))
        plain = whole.plain()
        assert isinstance(plain, dict)
        return Notice(due, titles, answers, plain, sent, unread, answered)

    def _answered(self, node: Node | None) -> Iterator[tuple[str, AnswerGiven]]:
        for name, entry in _entries(node):
            if entry.value is None:
                continue  # it was taken back
            try:
                yield name, decode(AnswerGiven, entry)
            except ExpectedError as error:
                self._misshapen(error.node, error.what)

    def _laid_over(self, under: Node, over: Node) -> Node:
        """Lay ``over`` on ``under``, entry by entry, so that a unit's notice names only what differs.

        An empty entry says nothing; one of another shape gets a finding and is left out.
        """
        if over.value is None and under.value is not None:
            return under
        if isinstance(under.value, dict):
            if not isinstance(over.value, dict):
                self._misshapen(over, "下面应是“名称: 值”的一组内容")
                return under
            entries = dict(under.value)
            for name, child in over.value.items():
                entries[name] = self._laid_over(entries[name], child) if name in entries else child
            return replace(over, value=entries)
        if isinstance(under.value, list):
            if not isinstance(over.value, dict):
                return replace(over, value=over.each())
        elif not isinstance(over.value, dict | list):
            return over
        self._misshapen(over, "只能填一个值" if not isinstance(under.value, list) else "应为一个列表")
        return under

    def _misshapen(self, node: Node, expected: str) -> None:
        self.findings.add("notice.misshapen", node.at, path=node.at.path or "开头", expected=expected)

    def rubric(self, node: Node, notice: Notice, sha256: str, pack: Pack) -> Rubric | None:
        given: dict[str, Any] = {"year": pack.year, "notice": notice, "sha256": sha256, "pack": pack}
        try:
            rubric = decode(Rubric, node, also=("year",), tell=self._expect, **given)
        except ExpectedError as error:
            self._expect(error)
            return None
        entries = Fields(node.mapping())
        if (year := entries.get("year")) is not None and year.plain() not in (None, str(pack.year)):
            self._expect(ExpectedError(year, f"pack.yaml 写的是{pack.year}年；年度只写在一处就行"))
        if rubric.id not in (pack.id, *pack.also):
            expected = f"应和 pack.yaml 的 id 一样（{pack.id}），或是它的 also 里的一个；可以不写"
            self._expect(ExpectedError(entries["id"], expected))
        self._check_questions(rubric, entries["questions"].mapping() if "questions" in entries else {})
        base = sum((s.points for s in rubric.sections if s.points is not None), Fraction(0))
        if rubric.total is not None and base != rubric.total and not self.findings.errors:
            facts = {"total": number(base), "declared": number(rubric.total)}
            self.findings.add("rubric.sum", entries["total"].at, section="", **facts)
        return rubric

    def _check_questions(self, rubric: Rubric, asked: Collection[str]) -> None:
        for line in rubric.lines:
            for part in line.nodes:
                if isinstance(part, Answer) and part.question not in asked:
                    expected = f"引用了没有列出的口径“{part.question}”"
                    self.findings.add("rubric.expected", line.at, path=line.at.path, expected=expected)
                elif isinstance(part, FromNotice) and rubric.notice.get(part.path, self) is self:
                    expected = f"引用了通知（{NOTICE}）里没有的“{part.path}”"
                    self.findings.add("rubric.expected", line.at, path=line.at.path, expected=expected)
        known = {line.id for line in rubric.lines}
        for name in () if self.findings.errors else rubric.notice.due_titles:
            at = Location(NOTICE, f"due.{name}.lines")
            for id_ in rubric.notice.due_lines(name):
                if id_ not in known:
                    expected = f"考评细则里没有第{id_}项（只写整项，不写分项）"
                    self.findings.add("notice.misshapen", at, path=at.path, expected=expected)
        for name, answer in rubric.notice.answers.items():
            question = rubric.questions.get(name)
            if question is None or answer not in question.options:
                options = "、".join(question.options) if question else "（没有这个口径）"
                at = self.answers.get(name, Location(NOTICE, f"answers.{name}"))
                self.findings.add("notice.unknown_answer", at, question=name, answer=answer, options=options)


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """The entries of a mapping; none where it is absent or holds nothing."""
    yield from node.value.items() if node is not None and isinstance(node.value, dict) else ()
