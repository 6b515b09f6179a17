"""A paper to a draft: which tables are rubrics, all of their rows, the document's own rules, totals reconciled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from kaoping.codification.tables._account import Account
from kaoping.codification.tables._column_roles import Columns, columns_of, text_of
from kaoping.codification.tables._table_words import TableWords, squeezed, table_words
from kaoping.codification.tables.draft import Draft, DraftLine, Fate, Stipulation
from kaoping.codification.tables.paper import Paper, Passage, Table
from kaoping.core.figures import number
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.records.grids.grid import Grid


def draft_of(paper: Paper, findings: Findings) -> Draft:
    """Read the rubric of ``paper``; what does not fit, and all that was put right, goes into ``findings``.

    A paper without any rubric gives a draft without lines, and the finding ``codification.no_rubric``.
    """
    words = table_words()
    account = Account(words, findings)
    rubrics = {id(table): columns for table in paper.tables if (columns := columns_of(table, words)) is not None}
    hidden = [table for table in paper.tables if table.grid.hidden and id(table) in rubrics]
    title = ""
    outside: list[Passage] = []
    for block in paper.blocks:
        if isinstance(block, Passage):
            outside.append(block)
        elif (columns := rubrics.get(id(block))) is None or block in hidden:
            _other(block, account, hidden=block in hidden)
        else:
            title = title or _title(outside, block, columns, words)
            _between(outside, account)
            outside = []
            _tell_columns(block, columns, findings)
            account.read(block, columns)
    account.settle_notes()
    for passage in outside:
        account.stipulations += words.stipulated(passage.text, passage.at)
    if not account.lines:
        findings.add("codification.no_rubric", Location(paper.file), name=paper.file, tables=str(len(paper.tables)))
    _close(account)
    stated = [total for block in paper.blocks for total in _totals(block, rubrics, words)]
    total = next((points for section, points, _ in reversed(account.totals) if not section), None) or next(
        iter(stated), None
    )
    year = _year(title, paper, words)
    if account.lines and year is None:
        findings.add("codification.no_year", Location(paper.file), name=paper.file)
    _reconcile(account, total, findings)
    lines = [replace(line, notes=_governing(line, account)) for line in account.lines]
    return Draft(
        file=paper.file, title=title, year=year, total=total, sections=tuple(account.sections), lines=tuple(lines),
        stipulations=tuple(account.stipulations), rows=tuple(account.rows),
    )  # fmt: skip


def _governing(line: DraftLine, account: Account) -> tuple[Stipulation, ...]:
    nearer = [note for note in account.stipulations if note.section == line.section]
    return (*nearer, *(note for note in account.stipulations if not note.section))


def _other(table: Table, account: Account, *, hidden: bool) -> None:
    """A table that is no rubric: told, its words heard for what the document itself rules, its rows accounted for."""
    grid = table.grid
    rows = [row for row in range(len(grid.rows)) if any(map(str, grid.rows[row]))]
    if not rows:
        return
    first = next((text for c in range(len(grid.rows[rows[0]])) if (text := text_of(grid, rows[0], c))), "")
    why = "工作表隐藏着" if hidden else "看不出哪一栏是评分标准、哪一栏是分值"
    account.findings.add("codification.other_table", table.at(rows[0]), rows=str(len(rows)), text=first, why=why)
    for row in range(len(grid.rows)):
        account.settle(table.at(row), Fate.OTHER, texts=_row_texts(grid, row))


def _row_texts(grid: Grid, row: int) -> list[str]:
    return [text for c in range(len(grid.rows[row])) if (text := text_of(grid, row, c))]


def _title(outside: list[Passage], table: Table, columns: Columns, words: TableWords) -> str:
    above = [passage.text for passage in outside]
    above += [
        text
        for row in range(columns.first)
        if row not in columns.head_rows
        for c in range(len(table.grid.rows[row]))
        if (text := text_of(table.grid, row, c))
    ]
    lines = [line.strip() for text in above for line in text.split("\n") if line.strip()]
    dated = [line for line in lines if words.title.search(line) and len(line) <= 60]
    return (dated or [line for line in lines if len(line) <= 60] or [""])[0]


def _year(title: str, paper: Paper, words: TableWords) -> int | None:
    texts = [title, paper.file, *(block.text for block in paper.blocks if isinstance(block, Passage))]
    return next((int(match["year"]) for text in texts if (match := words.title.search(squeezed(text)))), None)


def _between(outside: list[Passage], account: Account) -> None:
    """Words before a table: the heading of its section, or rules of the document."""
    words = account.words
    for passage in outside:
        plain = passage.text.strip()
        worded = words.headings.match(plain) and len(squeezed(plain)) <= 60 and not words.scoring.search(plain)
        if worded and (words.points_in_text.search(plain) or passage is outside[-1]):
            account.settle_notes()
            account.headed.add(account.begin_section(plain, passage.at).id)
        else:
            account.stipulations += words.stipulated(passage.text, passage.at)


def _tell_columns(table: Table, columns: Columns, findings: Findings) -> None:
    for column in columns.roles.get("other", []):
        name = columns.head.get(column, "")
        if name:
            findings.add("codification.column_unknown", table.at(max(columns.first - 1, 0), column), heading=name)


def _totals(block: Passage | Table, rubrics: dict[int, Columns], words: TableWords) -> Iterator[Fraction]:
    if isinstance(block, Passage):
        texts = [block.text]
    else:
        columns = rubrics.get(id(block))
        rows = range(columns.first if columns is not None else 0)
        texts = [text_of(block.grid, row, c) for row in rows for c in range(len(block.grid.rows[row]))]
    for text in texts:
        if (total := words.total_in(text)) is not None:
            yield total


def _close(account: Account) -> None:
    """A part that has points and no lines is a line itself; one that has neither goes, its words stay with the next."""
    for section in list(account.sections):
        if any(line.section == section.id for line in account.lines):
            continue
        if section.points is None and not account.heading_points.get(section.id, ("",))[0]:
            account.sections.remove(section)
            continue
        line = DraftLine(
            id=account.numbering.next("", section, section.role, ""), section=section.id, title=section.title,
            content=section.heading, points=account.heading_points.get(section.id, ("", section.at))[0],
            of=section.points, role="deduction" if (section.points or 0) < 0 else section.role, at=section.at,
        )  # fmt: skip
        later = account.sections[account.sections.index(section) + 1 :]
        place = next((at for at, its in enumerate(account.lines) if its.section in {s.id for s in later}), None)
        account.lines.insert(len(account.lines) if place is None else place, line)
        account.rows[:] = [
            replace(fate, fate=Fate.LINE, line=line.id) if fate.at == section.at else fate for fate in account.rows
        ]


def _sum(lines: list[DraftLine]) -> Fraction:
    return sum((line.of for line in lines if line.of is not None and line.role == "base"), Fraction(0))


def _reconcile(account: Account, total: Fraction | None, findings: Findings) -> None:
    """Compare what headings, sub-totals and totals state with what the lines come to; and the numbers of the lines."""
    whole = Fraction(0)
    for section in account.sections:
        lines = [line for line in account.lines if line.section == section.id]
        adds = _sum(lines)
        whole += adds
        if section.points is not None and section.points != adds:
            _tell_sum(findings, section.at, f"“{section.title}”", section.points, adds)
    for name, part, points, at in account.parts:
        adds = _sum([line for line in account.lines if line.section == name and part in line.under])
        if points != adds:
            _tell_sum(findings, at, f"“{part}”", points, adds)
    for name, points, at in account.totals:
        lines = [line for line in account.lines if not name or line.section == name]
        adds = _sum(lines)
        everything = sum((line.of for line in lines if line.of is not None and line.of > 0), Fraction(0))
        if points not in (adds, everything):
            _tell_sum(findings, at, "合计" if not name else "小计", points, adds)
    if total is not None and not any(not name for name, _, _ in account.totals) and account.lines and total != whole:
        _tell_sum(findings, Location(account.lines[0].at.file), "总分", total, whole)
    _tell_gaps(account, findings)


def _tell_sum(findings: Findings, at: Location, what: str, stated: Fraction, adds: Fraction) -> None:
    findings.add("codification.sum", at, what=what, stated=number(stated), adds=number(adds))


def _tell_gaps(account: Account, findings: Findings) -> None:
    """A number that is left out may be a row that was lost."""
    before: DraftLine | None = None
    for line in account.lines:
        if not re.fullmatch(r"[0-9]+", line.number):
            continue
        if before is not None and int(line.number) > int(before.number) + 1:
            findings.add("codification.number_gap", line.at, line=line.id, before=before.number, number=line.number)
        before = line
