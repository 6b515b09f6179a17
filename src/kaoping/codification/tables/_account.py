"""Row by row: what each row of a rubric's table is, so that none is lost: section, line, more of one, total, note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kaoping.codification.tables._column_roles import Columns, text_of
from kaoping.codification.tables._points_cell import read_points
from kaoping.codification.tables._table_words import BRACKETED, TableWords, narrow, squeezed
from kaoping.codification.tables.draft import DraftLine, DraftSection, Fate, Role, RowFate, Stipulation
from kaoping.codification.tables.paper import Table
from kaoping.core.figures import chinese, number
from kaoping.core.findings import Findings
from kaoping.core.model import Location

_NUMBERED = re.compile(r"\s*[（(]?(?P<number>[0-9]+(?:[.．][0-9]+)*)\s*(?:[)）．、]|\.(?![0-9]))")
_SECTION_ID = re.compile(
    r"\s*第?[（(]?(?P<id>[一二三四五六七八九十]+|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]+|[A-Z]|[0-9]+)(?:部分|大项|[)）、.．:：\s]|$)"
)
_NUMBER = re.compile(r"\s*[-+]?[0-9]+(?:\.[0-9]+)?\s*分?\s*")
_LONGEST_TITLE = 40
_LONGEST_HEADING = 60
_CELLS = ("content", "requirement", "basis", "points", "standard")
#: What may stand between a section and a line, the widest first: a row, the cell of a part, the cells of its parts.
_LEVELS = ("row", "part", "cells")


@dataclass
class _Numbering:
    """Ids of lines: the paper's numbers; where they begin anew, with a mark; without one, after the one before."""

    taken: set[str] = field(default_factory=set)
    last: str = ""
    numbered: bool = False  # whether the paper numbers its lines

    def next(self, stated: str, section: DraftSection, role: Role, mark: str) -> str:
        choices = [stated, f"{mark}{stated}" if mark else "", f"{section.id}.{stated}"] if stated else []
        for choice in filter(None, choices):
            if choice not in self.taken:
                return self.take(choice)
        base, count = (self.last or stated or section.id), 2
        if not stated and not self.last:
            return self.take("1")
        if not stated and self.last.isdigit() and not self.numbered:
            return self.take(str(int(self.last) + 1))
        while f"{base}-{count}" in self.taken:
            count += 1
        return self.take(f"{base}-{count}")

    def take(self, id_: str) -> str:
        self.taken.add(id_)
        self.last = id_ if "-" not in id_ else self.last
        return id_


@dataclass
class Account:
    """What was read so far, over all tables of a paper."""

    words: TableWords
    findings: Findings
    sections: list[DraftSection] = field(default_factory=list)
    lines: list[DraftLine] = field(default_factory=list)
    stipulations: list[Stipulation] = field(default_factory=list)
    rows: list[RowFate] = field(default_factory=list)
    totals: list[tuple[str, Fraction, Location]] = field(default_factory=list)  # section ("" for all), points, place
    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)  # headings between section and line, by _LEVELS
    headed: set[str] = field(default_factory=set)  # sections with a row or paragraph of their own, and no line yet
    nested: set[str] = field(default_factory=set)  # of these: whose parts stand in the column of sections
    parts: list[tuple[str, str, Fraction, Location]] = field(default_factory=list)  # section, part of it, points, place
    pending: list[tuple[str, str, Location]] = field(default_factory=list)  # notes after which lines may still come
    numbering: _Numbering = field(default_factory=_Numbering)
    heading_points: dict[str, tuple[str, Location]] = field(default_factory=dict)  # section → its cell of points
    spoken: dict[str, str] = field(default_factory=dict)  # section → the standard beside its heading

    # -- sections -----------------------------------------------------------------------------------------------------

    def begin_section(self, heading: str, at: Location, points: Fraction | None = None) -> DraftSection:
        """Begin the part of the rubric that ``heading`` names."""
        bare = squeezed(heading)
        match = self.words.points_in_text.search(narrow(heading))
        if points is None and match is not None:
            points = read_points(match["points"]).points
        stated = _SECTION_ID.match(heading.replace("　", " "))
        ids = {section.id for section in self.sections}
        id_ = stated["id"] if stated else ""
        if not id_ or id_ in ids:
            id_ = chinese(len(self.sections) + 1)
            while id_ in ids:
                id_ += "′"
        role = self.words.role_of_section(heading)
        named = BRACKETED.sub("", heading[stated.end() :] if stated else heading)
        title = _title(named, self.words) or bare[:_LONGEST_TITLE] or id_
        section = DraftSection(
            id=id_, title=title, heading=heading.strip(), points=points if role == "base" else None,
            role="bonus" if role == "both" else role, at=at,
        )  # fmt: skip
        self.sections.append(section)
        self.levels.clear()
        self.stipulations += self.words.stipulated(heading, at, section.id)
        return section

    @property
    def under(self) -> tuple[str, ...]:
        """The headings between the open section and the next line."""
        return tuple(text for level in _LEVELS for text in self.levels.get(level, ()))

    def go_under(self, level: str, texts: tuple[str, ...]) -> None:
        """Put ``texts`` over the lines to come; what stood below the level is over."""
        self.levels = {name: its for name, its in self.levels.items() if _LEVELS.index(name) < _LEVELS.index(level)}
        self.levels[level] = texts

    @property
    def section(self) -> DraftSection | None:
        """The section that is open."""
        return self.sections[-1] if self.sections else None

    # -- tables -------------------------------------------------------------------------------------------------------

    def read(self, table: Table, columns: Columns) -> None:
        """Read all rows of a rubric's table."""
        grid = table.grid
        self.numbering.numbered = self.numbering.numbered or _is_numbered(table, columns)
        gone = {*grid.hidden_rows, *grid.struck_rows}
        head = [squeezed(name) for name in columns.head.values()]
        for row in range(len(grid.rows)):
            texts = {c: text for c in range(len(grid.rows[row])) if (text := text_of(grid, row, c))}
            at = table.at(row, min(texts, default=0))
            bare = [squeezed(text) for text in texts.values()]
            if not texts:
                self.settle(at, Fate.EMPTY)
            elif row in gone:
                how = "划掉了" if row in grid.struck_rows else "隐藏着"
                self.findings.add("codification.left_out", at, how=how, text="；".join(texts.values()))
                self.settle(at, Fate.LEFT_OUT, texts=texts.values())
            elif row < columns.first:
                self._above(row, columns, texts, at)
            elif columns.head and sum(text in head for text in bare) >= max(2, 0.8 * len(bare)):
                self.settle(at, Fate.HEAD, texts=texts.values())
            else:
                self._tell_cells(table, columns, row, texts)
                _Row(self, table, columns, row, texts).read()
        for row, column in grid.struck_cells:
            at = table.at(row, column)
            self.findings.add("codification.struck", at, text=text_of(grid, row, column))

    def _tell_cells(self, table: Table, columns: Columns, row: int, texts: Mapping[int, str]) -> None:
        """Tell a row of text that has more or fewer cells than the head."""
        grid = table.grid
        actual = len(grid.rows[row])
        while any(s.top < row <= s.bottom and s.left <= actual <= s.right for s in grid.merged):
            actual += 1
        if grid.all_text and columns.head and actual != columns.width:
            facts = {"wanted": str(columns.width), "actual": str(actual), "text": "；".join(texts.values())}
            self.findings.add("codification.row_cells", table.at(row, min(texts)), **facts)

    def _above(self, row: int, columns: Columns, texts: Mapping[int, str], at: Location) -> None:
        self.settle(at, Fate.HEAD if row in columns.head_rows else Fate.TITLE, texts=texts.values())
        for text in texts.values():
            self.stipulations += self.words.stipulated(text, at)

    def settle(self, at: Location, fate: Fate, line: str = "", texts: Iterable[str] = ()) -> None:
        self.rows.append(RowFate(at, fate, line, "；".join(texts)))

    def settle_notes(self) -> None:
        """Give each note its range: one after which lines of its section still came is about that section."""
        for text, section, at in self.pending:
            later = section and any(line.section == section for line in self.lines[self._lines_before(at) :])
            self.stipulations += self.words.stipulated(text, at, section if later else "")
        self.pending.clear()

    def _lines_before(self, at: Location) -> int:
        places = [fate.at for fate in self.rows]
        before = {fate.line for fate in self.rows[: places.index(at)]} if at in places else set()
        return sum(line.id in before for line in self.lines)


def _is_numbered(table: Table, columns: Columns) -> bool:
    column = columns.one_of("number")
    contents = columns.one_of("content")
    rows = range(columns.first, len(table.grid.rows))
    if column is not None and any(text_of(table.grid, row, column) for row in rows):
        return True
    return contents is not None and any(_NUMBERED.match(narrow(text_of(table.grid, row, contents))) for row in rows)


def _title(text: str, words: TableWords) -> str:
    """A short name for what begins with ``text``: its first clause, without its number and its points."""
    plain = words.points_in_text.sub("", narrow(text)) if words.points_in_text.search(narrow(text)) else text
    match = _NUMBERED.match(narrow(plain))
    plain = plain[match.end() :] if match else plain
    plain = re.sub(r"\s+", "", plain).strip("：:，,。；;、")
    clause = re.split(r"[。；;：:]", plain)[0]
    if len(clause) > _LONGEST_TITLE:
        shorter = clause[:_LONGEST_TITLE].rpartition("，")[0]
        clause = shorter or clause[: _LONGEST_TITLE - 1] + "…"
    return clause


class _Row:
    """One row below the head."""

    def __init__(self, account: Account, table: Table, columns: Columns, row: int, texts: Mapping[int, str]) -> None:
        self.account, self.table, self.columns, self.row, self.texts = account, table, columns, row, texts
        self.words, self.findings = account.words, account.findings
        self.at = table.at(row, min(texts))
        roles = columns.roles
        self.cell = {role: self._joined(roles.get(role, [])) for role in (*_CELLS, "section", "number")}
        self.under = tuple(texts[c] for c in roles.get("under", []) if c in texts)
        scores = [c for c in roles.get("score", []) if c in texts]
        others = [*roles.get("other", []), *roles.get("office", []), *roles.get("remark", []), *scores]
        beyond = [c for c in texts if c >= columns.width]
        self.others: dict[str, str] = {}
        for column in (c for c in sorted({*others, *beyond}) if c in texts):
            self._add_other(columns.head.get(column, f"第{column + 1}栏"), texts[column])
        # What somebody scored once makes no line; words in such a column may have been shifted there.
        self.worded = [c for c in texts if c not in scores or not _NUMBER.fullmatch(narrow(texts[c]))]

    def _add_other(self, name: str, text: str) -> None:
        self.others[name] = "\n".join(filter(None, (self.others.get(name, ""), text)))

    def _joined(self, columns: list[int]) -> str:
        return "\n".join(self.texts[c] for c in columns if c in self.texts)

    def _place(self, role: str) -> Location:
        columns = [c for c in self.columns.roles.get(role, []) if c in self.texts]
        return self.table.at(self.row, columns[0]) if columns else self.at

    def read(self) -> None:
        """Find out what the row is, and put it down."""
        if not self.worded:
            self.account.settle(self.at, Fate.EMPTY, texts=self.texts.values())
            return
        first = self.texts[min(self.worded)]
        plain = squeezed(first)
        if self._is_total(plain):
            self._total(plain)
        elif self.words.notes.match(first.strip()) and len(self.worded) <= 2:
            self._note(first)
        elif self._is_heading(first):
            self._heading(first)
        elif self._is_wide() and len(plain) > _LONGEST_HEADING and not self.words.scoring.search(first):
            self._note(first)
        else:
            self._line()

    # -- totals, notes, headings --------------------------------------------------------------------------------------

    def _is_total(self, plain: str) -> bool:
        worded = re.sub(r"[（(].*?[）)]|[0-9.]+分?|[：:]", "", plain)
        short = any(worded == word or (worded.endswith(word) and len(worded) <= 12) for word in self.words.totals)
        return short and not (self.cell["standard"] and self.words.scoring.search(self.cell["standard"]))

    def _total(self, plain: str) -> None:
        numbers = [read_points(self.texts[c]).points for c in self.columns.roles.get("points", []) if c in self.texts]
        stated = next((points for points in numbers if points is not None), None)
        if stated is None:
            match = re.search(r"([0-9]+(?:\.[0-9]+)?)", narrow(" ".join(self.texts[c] for c in self.worded)))
            stated = read_points(match[1]).points if match else None
        if stated is not None:
            whole = not plain.startswith(self.words.totals[0])
            section = self.account.section
            self.account.totals.append(("" if whole or section is None else section.id, stated, self.at))
        self.account.settle(self.at, Fate.TOTAL, texts=self.texts.values())

    def _note(self, text: str) -> None:
        section = self.account.section
        words = "\n".join(dict.fromkeys([text, *(self.texts[c] for c in self.worded)]))
        self.account.settle(self.at, Fate.NOTE, texts=self.texts.values())
        self.account.pending.append((words, section.id if section else "", self.at))

    def _is_wide(self) -> bool:
        """Whether one cell is all that the row says, and it spans most of the table."""
        column = min(self.worded)
        spans = [s for s in self.table.grid.merged if s.top <= self.row <= s.bottom and s.left == column]
        wide = max((s.right - s.left + 1 for s in spans), default=1)
        return len(self.worded) == 1 and wide >= max(2, 0.6 * self.columns.width)

    def _is_heading(self, first: str) -> bool:
        column = min(self.worded)
        section, points = self.columns.one_of("section"), self.columns.one_of("points")
        if set(self.worded) - {column, points} or column == points or len(squeezed(first)) > _LONGEST_HEADING:
            return False
        if column in self.columns.roles.get("standard", []) and not self._is_wide():
            return False
        is_worded = bool(self.words.headings.match(first.strip())) and not self.words.scoring.search(first)
        in_text = self.words.points_in_text.search(narrow(first)) is not None
        in_content = column in self.columns.roles.get("content", []) and not self._is_wide()
        if column == section or self._is_wide():
            return is_worded or in_text or column == section or not self.words.scoring.search(first)
        return is_worded and not (
            in_content and points in self.worded and not in_text and _NUMBERED.match(narrow(first))
        )

    def _heading(self, first: str) -> None:
        account = self.account
        plain = first.strip()
        points_text = self.cell["points"]
        is_lower = self.words.subheadings.match(plain) and not re.match(r"[（(]?[一二三四五六七八九十]+[、.．]", plain)
        if is_lower and account.section is not None and account.words.role_of_section(plain) == "base":
            account.go_under("row", (f"{plain}（{points_text}）" if points_text else plain,))
            account.settle(self.at, Fate.SECTION, texts=self.texts.values())
            return
        section = account.begin_section(first, self.at, read_points(points_text).points if points_text else None)
        account.headed.add(section.id)
        account.heading_points[section.id] = (points_text, self.at)
        account.settle(self.at, Fate.SECTION, texts=self.texts.values())

    # -- lines --------------------------------------------------------------------------------------------------------

    def _open_section(self) -> DraftSection:
        """The section of this row: the one that its cell names, or the one that is open."""
        account, heading = self.account, self.cell["section"]
        section = account.section
        if self._begins():
            return account.begin_section(heading, self._place("section"))
        if section is None:
            return account.begin_section("", self.at)
        if self._begins_part():
            account.go_under("part", (heading,))
            if (match := self.words.points_in_text.search(narrow(heading))) is not None:
                points = read_points(match["points"]).points
                if points is not None:
                    account.parts.append((section.id, heading, points, self._place("section")))
        return section

    @staticmethod
    def _is_named(section: DraftSection, heading: str) -> bool:
        return squeezed(heading) in (squeezed(section.heading), squeezed(section.title))

    def _begins(self) -> bool:
        """Whether the row's cell begins a section, and is no part of the one that a heading of its own began.

        A heading without points, above parts that begin at once, is the title of the table: the parts are the sections.
        """
        account, heading = self.account, self.cell["section"]
        section = account.section
        if not heading or section is None:
            return bool(heading)
        if self._is_named(section, heading):
            return False
        states = section.points is not None or section.role != "base"
        if section.id in account.headed and states:
            account.nested.add(section.id)
        return section.id not in account.nested

    def _begins_part(self) -> bool:
        section, heading = self.account.section, self.cell["section"]
        known = self.account.levels.get("part", ())
        return bool(heading) and section is not None and not self._is_named(section, heading) and (heading,) != known

    def _line(self) -> None:
        account, cell = self.account, self.cell
        begins = self._begins() or self._begins_part()
        content = cell["content"]
        if not content and cell["section"] and (cell["standard"] or cell["points"]) and begins:
            content = cell["section"]  # a part that is a line itself
        previous = account.lines[-1] if account.lines and not begins else None
        if previous is not None and account.section is not None and previous.section != account.section.id:
            previous = None
        if not content and not cell["points"] and previous is not None and not self._numbered_anew():
            self._continue(previous)
            return
        if not (content or cell["standard"] or cell["points"] or cell["requirement"]):
            text = "；".join(self.texts.values())
            self.findings.add("codification.row_unread", self.at, text=text)
            account.settle(self.at, Fate.UNREAD, texts=self.texts.values())
            return
        if cell["number"] and squeezed(cell["number"]).rstrip(")、.") != self._stated_number(content):
            self._add_other("序号", cell["number"])
        section = self._open_section()
        account.headed.discard(section.id)
        if self.under:
            account.go_under("cells", self.under)
        self._put(section, content, previous)

    def _numbered_anew(self) -> bool:
        return bool(self.cell["number"]) and bool(self.cell["standard"])

    def _continue(self, line: DraftLine) -> None:
        """Words below a line whose content and points span down to them, or went on over a page."""
        account = self.account
        others = dict(line.others)
        for name, text in self.others.items():
            others[name] = "\n".join(filter(None, (others.get(name, ""), text)))
        if self.under:
            others["续"] = "\n".join(filter(None, (others.get("续", ""), *self.under)))
        if self.cell["number"]:
            others["续"] = "\n".join(filter(None, (others.get("续", ""), self.cell["number"])))
        account.lines[-1] = replace(
            line,
            standard=self._below(line.standard, "standard"),
            basis=self._below(line.basis, "basis"),
            requirement=self._below(line.requirement, "requirement"),
            others=others,
        )
        text = "；".join(self.texts.values())
        self.findings.add("codification.continued", self.at, line=line.id, text=text)
        account.settle(self.at, Fate.CONTINUED, line.id)

    def _below(self, words: str, role: str) -> str:
        return "\n".join(filter(None, (words, self.cell[role])))

    def _put(self, section: DraftSection, content: str, previous: DraftLine | None) -> None:
        account, cell, words = self.account, self.cell, self.words
        role = self._role(section, content)
        stated = self._stated_number(content)
        part_of = previous if previous is not None and not content and not stated and cell["points"] else None
        if part_of is not None:
            id_ = self._next_part(part_of)
        else:
            mark = words.numbered_again.get("bonus" if section.role == "bonus" else role, "")
            id_ = account.numbering.next(stated, section, role, mark)
        of, shares = self._points(id_, role, content, previous)
        account.lines.append(
            DraftLine(
                id=id_, section=section.id, number=stated, under=account.under, content=content,
                title=_title(content or cell["requirement"] or cell["standard"], words) or f"第{id_}项",
                requirement=cell["requirement"], basis=cell["basis"], points=cell["points"], standard=cell["standard"],
                others=self.others, of=of, role=role, shares_points_with=shares, at=self.at,
                places={its: self._place(its) for its in _CELLS if cell[its]},
            )
        )  # fmt: skip
        account.settle(self.at, Fate.LINE, id_)
        for its in ("content", "standard"):
            for match in words.unit_missing.finditer(narrow(cell[its])):
                self.findings.add(
                    "codification.no_unit", self._place(its), line=id_, text=match[0], points=match["points"]
                )

    def _stated_number(self, content: str) -> str:
        if (text := squeezed(self.cell["number"])) and re.fullmatch(r"[0-9]+(?:[.][0-9]+)*[)、.]?", text):
            return text.rstrip(")、.")
        match = _NUMBERED.match(narrow(content))
        return match["number"].replace("．", ".") if match else ""

    def _next_part(self, above: DraftLine) -> str:
        """A line without a number of its own below one: 40a and 40b."""
        account = self.account
        match = re.fullmatch(r"(.*[0-9])([a-z])", above.id)
        if match is not None:
            id_ = f"{match[1]}{chr(ord(match[2]) + 1)}" if match[2] != "z" else account.numbering.take(f"{above.id}-2")
        else:
            first, id_ = f"{above.id}a", f"{above.id}b"
            account.lines[-1] = replace(above, id=first)
            account.rows[:] = [replace(fate, line=first) if fate.line == above.id else fate for fate in account.rows]
            account.numbering.taken |= {first}
        account.numbering.taken.add(id_)
        return id_

    def _role(self, section: DraftSection, content: str) -> Role:
        points = read_points(self.cell["points"]).points
        if points is not None and points < 0:
            return "deduction"
        if self.words.role_of_section(section.heading) == "both":
            text = content + self.cell["standard"]
            gives = re.search(r"[加得奖]", text)
            return "deduction" if self.words.takes.search(text) and not gives else "bonus"
        return section.role

    def _points(self, id_: str, role: Role, content: str, previous: DraftLine | None) -> tuple[Fraction | None, str]:
        """The line's points, and the line above that it shares them with."""
        cell, at = self.cell, self._place("points")
        stated = read_points(cell["points"])
        if stated.corrected:
            was = cell["points"].split("\n")[0].strip()
            self.findings.add("codification.corrected", at, line=id_, was=was, now=stated.corrected)
        if stated.unclear:
            self.findings.add("codification.points_unclear", at, line=id_, text=cell["points"], why=stated.unclear)
        points = stated.points
        if points is None and not cell["points"]:
            points = self._in_text(id_, content)
        if points is None and not stated.unclear:
            return self._shared(id_, previous)
        if points is not None and role == "deduction" and points > 0:
            self.findings.add("codification.taken", at, line=id_, was=number(points), now=number(-points))
            points = -points
        return points, ""

    def _in_text(self, id_: str, content: str) -> Fraction | None:
        for its, text in (("content", content), ("standard", self.cell["standard"])):
            matches = list(self.words.points_in_text.finditer(narrow(text)))
            if len(matches) == 1:
                value = read_points(matches[0]["points"]).points
                if value is not None:
                    facts = {"text": matches[0][0], "points": number(value)}
                    self.findings.add("codification.points_in_text", self._place(its), line=id_, **facts)
                    return value
        return None

    def _shared(self, id_: str, previous: DraftLine | None) -> tuple[Fraction | None, str]:
        account = self.account
        column = self.columns.one_of("points")
        at = self.at if column is None else self.table.at(self.row, column)  # the empty cell
        if previous is None or column is None:
            self.findings.add("codification.points_missing", at, line=id_)
            return None, ""
        root = previous.shares_points_with or (previous.id if previous.points else "")
        its_own = self.words.scoring.search(self.cell["standard"] + self.cell["content"])
        if not root:
            self.findings.add("codification.points_missing", at, line=id_)
            return None, ""
        above = next((line for line in account.lines if line.id == root), None)
        of = number(above.of) if above is not None and above.of is not None else ""
        if its_own:
            self.findings.add("codification.points_maybe_shared", at, line=id_, other=root, points=of)
            return None, root
        self.findings.add("codification.points_shared", at, line=id_, other=root, points=of)
        return Fraction(0), root
