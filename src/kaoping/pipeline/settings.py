"""The settings of a unit's notice (通知): listed for a form, and written where the commands read them.

Answers and dates stand where the unit has them: on its workbook's sheet, or in its notice.yaml; all else in that file.
What would not load is refused before anything is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from kaoping.bundle.plan import PatternError, patterns
from kaoping.core import fs, resources
from kaoping.core.errors import KaopingError, refused
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import Location
from kaoping.documents import asked_for, documents_of
from kaoping.records.notice_writing import Entry, write_notice
from kaoping.rubric.layers import NOTICE
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from kaoping.rubric.rules.params import Answer

ANSWERS, DUE, DOCUMENTS, FILES = "口径答复", "期限", "报送哪些文稿", "报送的文件名"
_SEPARATOR = "、"
_ANSWERED = "answered"
#: What is written down of an answer: its key in the notice, how a form asks for it.
_GIVEN = (
    ("who", "谁答复的", "text", "如：省厅考评办李处长"),
    ("when", "哪天答复的", "date", "如 2017-12-04"),
    ("reason", "怎么答的、依据什么", "text", "如：电话答复，按本级机构计"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its path in the notice, how a form asks for it, and what it says now ("" for nothing)."""

    path: str
    title: str
    kind: str  # text, number, choice, flag, list, date or documents
    value: str
    hint: str = ""
    unit: str = ""
    options: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()  # that it is about
    more: tuple[Setting, ...] = ()  # of an answer to a question: who gave it, when and why


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together."""

    title: str
    settings: Sequence[Setting]


def settings_of(rubric: Rubric) -> list[Group]:
    """Return all settings of the unit's notice, which is laid over its ``rubric``, as they are in force."""
    groups = [
        Group(ANSWERS, list(_answers(rubric))),
        Group(DUE, list(_dates(rubric))),
        Group(DOCUMENTS, [_documents(rubric)]),
    ]
    for row in _form()["groups"]:
        groups.append(Group(row["group"], [_setting(rubric, its) for its in row["fields"]]))
    files = rubric.notice.get("files", {})
    called = {stem: kind.name for stem, kind in documents_of(rubric.pack).items()} | _file_titles()
    hint = "可用 {unit} 单位简称、{year} 年度"
    names = [
        Setting(f"files.{key}", called.get(key, key), "text", str(name or ""), hint) for key, name in files.items()
    ]
    return [its for its in [*groups, Group(FILES, names)] if its.settings]


@cache
def _form() -> dict[str, Any]:
    return dict(resources.load_yaml(resources.schema("notice_form.yaml")))


def _file_titles() -> dict[str, str]:
    return dict(_form()["files"])


def _answers(rubric: Rubric) -> Iterator[Setting]:
    asked_by: dict[str, list[str]] = {}
    for line in rubric.lines:
        for name in dict.fromkeys(node.question for node in line.nodes if isinstance(node, Answer)):
            asked_by.setdefault(name, []).append(line.id)
    for name, question in rubric.questions.items():
        now, lines = rubric.notice.answers.get(name, ""), tuple(asked_by.get(name, ()))
        its = rubric.notice.given(name)
        more = tuple(
            Setting(f"{_ANSWERED}.{name}.{key}", title, kind, getattr(its, key, ""), hint)
            for key, title, kind, hint in _GIVEN
        )
        options = tuple(question.options)
        yield Setting(f"answers.{name}", question.ask, "choice", now, options=options, lines=lines, more=more)


def _dates(rubric: Rubric) -> Iterator[Setting]:
    for name, title in rubric.notice.due_titles.items():
        day = rubric.notice.due.get(name)
        text = day.isoformat() if day else ""
        yield Setting(f"due.{name}.date", title, "date", text, lines=rubric.notice.due_lines(name))


def _documents(rubric: Rubric) -> Setting:
    known, asked = documents_of(rubric.pack), asked_for(rubric)
    names = [known[stem].name for stem in [*asked, *(stem for stem in known if stem not in asked)]]
    value = _SEPARATOR.join(known[stem].name for stem in asked)
    return Setting("documents", DOCUMENTS, "documents", value, options=tuple(dict.fromkeys(names)))


def _setting(rubric: Rubric, row: Mapping[str, Any]) -> Setting:
    value = rubric.notice.get(row["path"])
    default = patterns(rubric.notice).get(row["path"], "")
    if row["kind"] == "list":
        text = _SEPARATOR.join(map(str, value or ()))
    elif row["kind"] == "flag":
        text = "true" if str(value).lower() in ("true", "是") else "false"
    else:
        text = default if value is None else str(value)
    options = tuple(row.get("options", ()))
    if options and text not in options:
        options = (text, *options) if text else options
    return Setting(row["path"], row["title"], row["kind"], text, row.get("hint", ""), row.get("unit", ""), options)


def change_settings(folder: Path, given: Mapping[str, str], look: Callable[[], Rubric]) -> None:
    """Write the settings ``given`` (path → text, "" for nothing) that are others than those in force.

    ``look`` loads the unit's rubric as the folder is now. Raises KaopingError, writing nothing, where one is unfit (its
    findings' places name the paths), or a file can't be written.
    """
    rubric = look()
    listed = [its for group in settings_of(rubric) for its in group.settings]
    known = {its.path: its for each in listed for its in (each, *each.more)}
    changed = {path: text for path, text in given.items() if path in known and text != known[path].value}
    changed |= {its.path: given.get(its.path, "") for each in listed if each.path in changed for its in each.more}
    if not changed:
        return
    unfit = [finding for path, text in changed.items() for finding in _unfit(known[path], text)]
    answers = {its.path: given.get(its.path, its.value) for its in listed if its.more}
    unfit += [finding for path, text in changed.items() for finding in _unsaid(path, text, answers)]
    if unfit:
        raise KaopingError(unfit)
    entries: dict[tuple[str, ...], Entry] = {}
    for path, text in changed.items():
        where = tuple(path.split("."))
        if where[0] != _ANSWERED:
            entries[where] = _entry(known[path], text)
        elif not (answer := answers[f"answers.{where[1]}"]):
            entries[where[:2]] = None
        else:
            entries |= {where: text, (*where[:2], "answer"): answer}
    write_notice(folder, rubric.pack.kinds, entries, partial(_try, rubric))


def _unfit(setting: Setting, text: str) -> Iterator[Finding]:
    findings, at = Findings(), Location(NOTICE, setting.path)
    if setting.kind == "choice" and text and text not in setting.options:
        findings.add("notice.misshapen", at, path=setting.path, expected="只能从列出的里面选")
    if setting.kind == "date" and text and not _is_day(text):
        findings.add("notice.misshapen", at, path=setting.path, expected="应为日期，如 2017-12-05")
    yield from findings


def _unsaid(path: str, text: str, answers: Mapping[str, str]) -> Iterator[Finding]:
    """Tell what is not said of an answer that is given, as it is of a decision: who, when, why."""
    name, _, key = path.removeprefix(f"{_ANSWERED}.").rpartition(".")
    if path.startswith(f"{_ANSWERED}.") and not text and answers.get(f"answers.{name}"):
        findings = Findings()
        title = next(title for its, title, _, _ in _GIVEN if its == key)
        findings.add("notice.misshapen", Location(NOTICE, path), path=path, expected=f"答复了口径的，要写明{title}")
        yield from findings


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _entry(setting: Setting, text: str) -> Entry:
    if setting.kind in ("list", "documents"):
        return [word for part in text.split(_SEPARATOR) if (word := part.strip())]
    return text or None


def _try(its: Rubric, text: str) -> None:
    """Raise KaopingError where the unit's notice would not load, or its patterns could not be used."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / NOTICE
        fs.write_bytes(trial, text.encode("utf-8"))
        rubric = load(its.pack, trial)
    try:
        patterns(rubric.notice)
    except PatternError as error:
        raise refused("notice.bad_pattern", Location(NOTICE, "patterns"), why=str(error)) from None
