"""A kind's records as a table: found, filtered, in order, a page at a time; what each view of them needs to know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from kaoping import api

ROWS = 50  # of a page
_LEDGERS, _PACKAGES = "外部台账/", "下级考评包/"
_YES_NO = ("是", "否")
_FILTERS = 3  # that stand above the table; the others are folded away
_LONG = 14  # characters of a cell that may be cut short
_DIGITS = re.compile(r"([0-9]+)")


class Registers:
    """The records of a unit by kind, each looked through once; ``scored`` is what they come to, None for nothing."""

    def __init__(self, books: api.Books, scored: api.Assessment | None = None) -> None:
        self.books = books
        self.scored = scored
        self.kinds = books.pack.kinds
        self._of: dict[str, Register] = {}

    @property
    def assessment(self) -> api.Assessment:
        """What the records come to, for views of a unit that is scored."""
        assert self.scored is not None, "this view is of a unit that is scored"
        return self.scored

    def of(self, kind: str) -> Register:
        """Return the records of a kind; raises KeyError for no kind."""
        if kind not in self._of:
            self._of[kind] = Register(api.Written(self.books, self.kinds[kind]))
        return self._of[kind]

    @cached_property
    def wrong(self) -> int:
        """How many records of all kinds must be looked at."""
        return sum(len(self.of(kind).wrong) for kind in self.kinds)

    def owner(self, finding: api.Finding) -> tuple[Register, Any] | None:
        """Return the record (with its register) that ``finding`` is about; None where it is about none."""
        for name in self.kinds:
            register = self.of(name)
            if (owner := register.written.owner(finding)) is not None:
                return register, owner
        return None

    @cached_property
    def outdated(self) -> Sequence[str]:
        """What the unit's workbook lacks that one of today has, in sentences."""
        return api.outdated_form(self.books)

    @cached_property
    def lines(self) -> Mapping[str, Sequence[Any]]:
        """Line → the kinds that it comes from."""
        return api.kinds_of_lines(self.scored.rubric) if self.scored is not None else {}

    def lines_of(self, kind: str) -> list[str]:
        """Return the lines that a kind's records are counted for."""
        return [line for line, kinds in self.lines.items() if any(its.name == kind for its in kinds)]


def is_ledger(file: str) -> bool:
    """Whether ``file``, below the unit's folder, is an imported ledger, which the program does not write to."""
    return file.startswith(_LEDGERS)


def registers(assessment: api.Assessment) -> Registers:
    """Return the records of an assessment; for :meth:`OpenUnit.made`. What takes long of them is done at once."""
    all_ = Registers(assessment.books, assessment)
    _ = all_.wrong
    return all_


@dataclass
class Register:
    """One kind's records, and what the table asks of all of them."""

    written: api.Written

    @property
    def kind(self) -> Any:
        """The kind."""
        return self.written.kind

    @cached_property
    def order(self) -> Sequence[int]:
        """The rows, those with the highest ids first: AJ10 before AJ9."""
        ids = self.written.ids
        return sorted(range(len(ids)), key=lambda row: _natural(ids[row]), reverse=True)

    @property
    def wrong(self) -> Collection[str]:
        """The ids of records of which something is wrong or doubtful."""
        return self.written.marked

    @cached_property
    def files(self) -> Mapping[str, int]:
        """The files that the records stand in → how many there."""
        files: dict[str, int] = {}
        for file, rows in self.written.blocks:
            files[file] = files.get(file, 0) + len(rows)
        return files

    @cached_property
    def handed_up(self) -> int:
        """How many of the records stand in packages of subordinates."""
        return sum(self.written.is_handed_up(row) for row in range(len(self.written.ids))) if self._is_rolled_up else 0

    @property
    def _is_rolled_up(self) -> bool:
        return any(kind == self.kind.name for kind, _ in self.written.books.origins)

    def is_imported(self, row: int) -> bool:
        """Whether a record stands in a ledger that was imported, which the program does not write to."""
        return is_ledger(self.written.file(row))

    def matching(self, asked: Asked) -> Sequence[int]:
        """Return the rows that fit what was asked for, in order."""
        rows: Iterator[int] = iter(self.order)
        if asked.wrong:
            marked = self.written.marked_in(asked.wrong) if self.kind.field(asked.wrong) is not None else self.wrong
            rows = (row for row in rows if self.written.ids[row] in marked)
        for name, value in asked.filters.items():
            rows = self._having(rows, name, value)
        if asked.find:
            rows = self._naming(rows, asked.find)
        return list(rows)

    def _having(self, rows: Iterator[int], name: str, value: str) -> Iterator[int]:
        return (row for row in rows if self.written.cell(row, name) == value)

    def _naming(self, rows: Iterator[int], text: str) -> Iterator[int]:
        """The rows in which some cell has ``text``; cells that repeat are looked at once."""
        columns = []
        for cells in self.written.raw.columns.values() if self.written.raw is not None else ():
            having = {cell for cell in set(cells) if cell and text.lower() in str(cell).lower()}
            if having:
                columns.append((cells, having))
        return (row for row in rows if any(cells[row] in having for cells, having in columns))


@dataclass(frozen=True)
class Asked:
    """What of a table is asked for: words to be found, values of fields, only what is marked, which page."""

    find: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""  # a field: only the records that are marked in it; "1" all that are marked
    page: int = 1

    @classmethod
    def of(cls, query: QueryParams, kind: Any) -> Asked:
        """Read an address; what it says of no field is let go."""
        filters = {f.name: query[f"f-{f.name}"] for f in kind.fields if query.get(f"f-{f.name}")}
        page = query.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        wrong = query.get("wrong", "")
        wrong = wrong if wrong == "1" or kind.field(wrong) is not None else ""
        return cls(query.get("find", "").strip()[:100], filters, wrong, max(1, number))

    def query(self, **other: str) -> str:
        """Return the same as the end of an address, some of it otherwise; "" where it asks for nothing."""
        asked = {"find": self.find, "wrong": self.wrong, "page": str(self.page) if self.page > 1 else ""}
        asked |= {f"f-{name}": value for name, value in self.filters.items()} | other
        kept = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def address(kind: str, id_: str = "", query: str = "") -> str:
    """Return the address of a kind's table, or of one of its records."""
    return "/records/" + "/".join(quote(step, safe="") for step in (kind, id_) if step) + query


def table_facts(all_: Registers, kind: str, asked: Asked, chosen: str = "") -> dict[str, Any]:
    """Return what the template record_table.html shows of the table; raises KeyError for no kind."""
    register = all_.of(kind)
    its, written = register.kind, register.written
    rows = register.matching(asked)
    pages = max(1, -(-len(rows) // ROWS))
    page = min(asked.page, pages)
    shown = rows[(page - 1) * ROWS : page * ROWS]
    filters = [_filter(f, asked) for f in its.shown_fields if (f.options or f.type == "boolean") and not f.listed]
    lines = all_.lines_of(kind)
    return {
        "kind": its,
        "title": its.title,
        "number": len(written.ids),
        "handed_up": register.handed_up,
        "places": _places(register),
        "columns": [
            {"name": f.name, "title": f.heading, "num": f.type in ("integer", "number")} for f in its.shown_fields
        ],
        "rows": [_row(register, row, asked, chosen) for row in shown],
        "matching": len(rows),
        "first": (page - 1) * ROWS + 1,
        "page": page,
        "pages": pages,
        "before": address(kind, query=asked.query(page=str(page - 1))) if page > 1 else "",
        "after": address(kind, query=asked.query(page=str(page + 1))) if page < pages else "",
        "asked": asked,
        "filters": filters[:_FILTERS],
        "more_filters": filters[_FILTERS:],
        "wrong_ones": len(register.wrong),
        "wrong_here": len(written.marked_in(asked.wrong)) if asked.wrong else 0,
        "wrong_title": f.title if (f := its.field(asked.wrong)) is not None else "",
        "here": address(kind),
        "here_asked": address(kind, query=asked.query()),
        "new": address(kind, query=asked.query(new="1")),
        "lines": [(line, all_.assessment.rubric.called(line) or f"第{line}项") for line in lines],
        "tabs": _tabs(all_, kind, lines),
    }


def _row(register: Register, row: int, asked: Asked, chosen: str) -> dict[str, Any]:
    written, kind = register.written, register.kind
    id_ = written.ids[row]
    bad = {its.field for its in written.slips.get(id_, ()) if its.finding.severity == "error"}
    bad |= set(written.uncounted.get(id_, ()))
    cells = []
    for f in kind.shown_fields:
        text = id_ if f.name == kind.key else written.cell(row, f.name)
        is_long = f.type == "string" and not f.options and len(text) > _LONG
        cells.append(
            {
                "title": f.title,
                "text": text,
                "bad": f.name in bad,
                "long": is_long,
                "num": f.type in ("integer", "number"),
            }
        )
    key = next(at for at, f in enumerate(kind.shown_fields) if f.name == kind.key)
    cells = [cells[key], *cells[:key], *cells[key + 1 :]]
    return {
        "id": id_,
        "href": address(kind.name, id_, asked.query()),
        "cells": cells,
        "on": id_ == chosen,
        "wrong": id_ in register.wrong,
        "of": "、".join(dict.fromkeys(its.unit.region for its in written.origins(row))),
        "whole": bool(written.origins(row)) and written.is_handed_up(row),
    }


def _filter(f: Any, asked: Asked) -> dict[str, Any]:
    return {"name": f.name, "title": f.title, "options": f.options or _YES_NO, "value": asked.filters.get(f.name, "")}


def _places(register: Register) -> list[tuple[str, int]]:
    """The unit's own files that the records stand in; those of subordinates are counted together."""
    files = register.files.items()
    return [its for its in files if not its[0].startswith(_PACKAGES)] if register.handed_up else list(files)


def _tabs(all_: Registers, kind: str, lines: Sequence[str]) -> list[tuple[str, str, int, bool]]:
    """The kinds of the lines that this one is counted for: address, title, how many, whether it is this one."""
    names = dict.fromkeys([kind, *(its.name for line in lines[:3] for its in all_.lines[line])])
    return [(address(name), all_.kinds[name].title, len(all_.of(name).written.ids), name == kind) for name in names]


def _natural(text: str) -> list[tuple[int, int, str]]:
    return [(1, int(part), "") if part.isdecimal() and part.isascii() else (0, 0, part) for part in _DIGITS.split(text)]
