"""The format check of one file: opened, read, its elements told, the rules asked one after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.wings.official import (
    _attachment_rules,
    _end_rules,
    _head_rules,
    _look_rules,
    _mark_rules,
    _number_rules,
    _page_rules,
)
from kaoping.wings.official._elements import Elements
from kaoping.wings.official._paragraph_reader import read_parts
from kaoping.wings.official._paragraphs import Reading
from kaoping.wings.official._parts import Parts, UnreadableError, open_parts
from kaoping.wings.official._recognise import recognise
from kaoping.wings.official._report import Report


def check(path: Path, name: str = "") -> Findings:
    """Check the Word file at ``path``, called ``name`` in what is said, against GB/T 9704—2012 and custom.

    A file that can't be read, or a rule that fails on it, is a finding: nothing is raised for what is in the file. Of a
    file that is no official document (公文) only the numbers of its headings are looked at, and that is said.
    """
    name = name or path.name
    try:
        return examine(open_parts(path), name).findings()
    except UnreadableError as error:
        findings = Findings()
        findings.add(error.code, Location(name), name=name, **error.facts)
        return findings


def examine(parts: Parts, name: str) -> Report:
    """Check a Word file that is open, as it stands now."""
    report = Report(name)
    try:
        reading = read_parts(parts)
        elements = recognise(reading)
    except Exception as error:  # XML that no writer of Word files makes: the reading of it breaks, not the run
        report.fail("文件的内容", error)
        return report
    if reading.changes:
        report.add("format.changes", count=reading.changes)
    rules: list[tuple[str, Callable[[], None]]] = [
        ("序号", lambda: _number_rules.check(elements, report)),
    ]
    if elements.is_set_as_one:
        rules += _rules(reading, elements, report)
    else:
        report.add("format.not_official")
    for title, rule in rules:
        try:
            rule()
        except Exception as error:  # a rule that breaks on a strange file must not hide what the others found
            report.fail(title, error)
    return report


def _rules(reading: Reading, elements: Elements, report: Report) -> list[tuple[str, Callable[[], None]]]:
    return [
        ("页面和页码", lambda: _page_rules.check(reading, elements, report)),
        ("字体和行距", lambda: _look_rules.check(reading, elements, report)),
        ("版头、标题和主送机关", lambda: _head_rules.check(elements, report)),
        ("落款", lambda: _end_rules.check(elements, report)),
        ("附件", lambda: _attachment_rules.check(elements, report)),
        ("标点和数字", lambda: _mark_rules.check(elements, report)),
    ]
