"""A unit's workbook made anew for a newer rubric or newer schemas: what was filled in is kept, what changed is said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kaoping.core import fs, packs
from kaoping.core.engine import KINDS
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.schema import Kind
from kaoping.records import layout
from kaoping.records._earlier import Writing, put_in_place
from kaoping.records.readers.sources import open_sources, pack_of, read_filled, workbooks
from kaoping.records.workbook._book import Filling, write_workbook
from kaoping.records.workbook._cell_writing import UnwritableError
from kaoping.records.workbook._meta_sheet import FORM_ALL, MadeColumn
from kaoping.records.workbook._notice_sheet import answers_of
from kaoping.records.workbook._workbook_reader import Filled
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric

#: Says which kinds of a rubric's pack have a sheet though nothing was filled in.
Offer = Callable[[Rubric], Collection[str]]


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of the workbook."""

    workbook: Path
    kept: Path | None  # where the old one stands, untouched; None where nothing had changed
    changes: tuple[str, ...]  # in Chinese, one sentence each
    findings: Findings  # what could not be read of the old one: it is in the kept file alone


def renew(folder: Path, offer: Offer, pack_name: str = "") -> Renewed:
    """Make the unit's workbook anew, for the pack ``pack_name`` or the one that it names; the old one is kept aside.

    ``offer`` says which kinds have a sheet though nothing was filled in.

    Raises KaopingError, touching nothing, where there is no workbook, anything of it can't be read, or the pack is
    unknown.
    """
    findings = Findings()
    files = workbooks(folder)
    source = open_sources(folder, findings)
    before = pack_of(source, findings)
    filled = read_filled(source, before.kinds, findings, before.year)
    if "unit" not in filled.tables and not findings.errors:
        findings.add("unit.missing", Location(files[0].name if files else folder.name))
    if findings.errors:  # what can't be read now would be gone from the new workbook without a trace
        raise KaopingError(findings.sorted())
    rubric = load(packs.find(pack_name, folder) if pack_name else before)
    filling = filling_of(filled)
    if pack_name:
        filling = _for_rubric(filling, rubric)
    old = files[0]
    offered = _offered(offer(rubric), filled, rubric)
    data = workbook_bytes(rubric, offered, filling)
    target = folder / layout.WORKBOOK
    if old == target and fs.read(old) == data:
        return Renewed(target, None, (), findings)
    changes = [*_changes(filled, rubric, offered), *_lost(filling, rubric)]
    try:
        (kept,) = put_in_place(folder, [Writing(target, data, old)])
    except OSError as error:
        raise refused("workbook.not_written", Location(target.name), why=why_not_written(error)) from None
    return Renewed(target, kept, tuple(changes), findings)


def _offered(offered: Collection[str], filled: Filled, rubric: Rubric) -> list[str]:
    """The kinds that have a sheet: what was asked for when the workbook was made stays, filled in or not."""
    made = filled.made_with
    there = made.kinds if made is not None and made.form != FORM_ALL else ()
    kinds = rubric.pack.kinds
    more = [name for name in there if name in kinds and name not in offered]
    domains = [name for name in offered if name not in KINDS]
    return [*domains, *more, *(name for name in offered if name in KINDS)]


def lacking(filled: Filled, rubric: Rubric, offered: Collection[str]) -> list[str]:
    """Say, in Chinese, what a workbook made anew would have that this one lacks: sheets, columns of a sheet.

    ``offered`` are the kinds that have a sheet though nothing was filled in.
    """
    lacks: list[str] = []
    made = filled.made_with
    if made is not None and made.rubric != rubric.id:
        lacks.append(f"它是按另一个规则包做的，现在按“{rubric.title}”评分。")
    for name in offered:
        kind, sheets = rubric.pack.kinds[name], filled.sheets.get(name, [])
        if not sheets and not kind.on_rubric:
            lacks.append(f"没有工作表“{kind.title}”。")
        fields = [its for its in kind.shown_fields if not kind.on_rubric or its.name in kind.on_rubric]
        columns = [its.title for its in fields if sheets and not any(sheet.has(its.name) for sheet in sheets)]
        if columns:
            lacks.append(f"“{sheets[0].title}”表没有{'、'.join(f'“{title}”' for title in columns)}。")
    return lacks


def filling_of(filled: Filled) -> Filling:
    """Return what was read of a workbook as what is to be written into one."""
    answers, due = answers_of(filled.notice)
    return Filling(filled.tables, answers, due, filled.extra)


def _for_rubric(filling: Filling, rubric: Rubric) -> Filling:
    unit = filling.tables["unit"]
    columns = {**unit.columns, "rubric": [rubric.id]}
    return replace(filling, tables={**filling.tables, "unit": replace(unit, columns=columns)})


def workbook_bytes(rubric: Rubric, offered: Collection[str], filling: Filling) -> bytes:
    """Return the workbook with ``filling`` in it; raises KaopingError where a text does not go into a cell."""
    try:
        return write_workbook(rubric, offered, filling)
    except UnwritableError as error:
        findings = Findings()
        for cell in error.cells:
            findings.add("workbook.unwritable", cell.at, why=cell.why)
        raise KaopingError(findings) from None


def _changes(filled: Filled, rubric: Rubric, offered: Collection[str]) -> Iterator[str]:
    """Say how the new workbook differs from what the old one says it was made with."""
    made = filled.made_with
    if made is None:
        yield "原来的台账里没有生成时的底稿，说不出栏目有什么变化。"
        return
    if made.rubric != rubric.id:
        yield f"考评细则换成了“{rubric.title}”。"
    kinds = rubric.pack.kinds
    for name in made.kinds:
        if name not in kinds:
            yield f"不再有“{name}”这种记录；它的内容只在旧文件里。"
    for kind in kinds.values():
        before = made.columns_of(kind.name)
        if not before:
            if not kind.on_rubric and kind.name in offered:
                yield f"新增工作表“{kind.title}”：{kind.purpose}"
        elif not kind.single and not kind.on_rubric and kind.name not in {*offered, *filled.tables, *filled.extra}:
            again = f"kaoping init 单位文件夹 --update --with {kind.title}"
            yield f"工作表“{kind.title}”空着，考评项也用不到它，没有再放；要用的：{again}"
        else:
            yield from _changed_columns(kind, before)


def _changed_columns(kind: Kind, before: Mapping[str, MadeColumn]) -> Iterator[str]:
    for field in kind.fields:
        if field.name not in before:
            if not kind.on_rubric or field.name in kind.on_rubric:
                yield f"“{kind.title}”新增一栏“{field.title}”{'（必填）' if field.required else ''}。"
            continue
        old, shown = before[field.name], kind.on_rubric.get(field.name, field.title if kind.single else field.heading)
        if old.heading not in (shown, field.title):
            yield f"“{kind.title}”的“{old.heading}”改名为“{shown}”，填过的内容照搬。"
        if old.options != field.options:
            yield f"“{kind.title}”的“{shown}”可选项改为：{'、'.join(field.options) or '（不限）'}。"
    for name, old in before.items():
        if kind.field(name) is None:
            yield f"“{kind.title}”不再有“{old.heading}”一栏；填过的内容移到表的最右边，不再计入。"


def _lost(filling: Filling, rubric: Rubric) -> Iterator[str]:
    """Say which answers, and which records about lines, the rubric has no place for."""
    for code, answer in filling.answers.items():
        if code not in rubric.questions:
            yield f"口径“{code}”（答复“{answer}”）在这个细则里没有，只在旧文件里。"
    for code, day in filling.due.items():
        if code not in rubric.notice.due_titles:
            yield f"期限“{code}”（{day}）在这个细则里没有，只在旧文件里。"
    known = {line.id for line in rubric.lines}
    for kind, table in filling.tables.items():
        for line in dict.fromkeys(table.columns.get("line", ())):
            if isinstance(line, str) and line not in known:
                yield f"“{rubric.pack.kinds[kind].title}”里的考评项“{line}”在这个细则里没有，记录照搬，请核对。"
