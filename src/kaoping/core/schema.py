"""Record kinds (记录种类) as Table Schema: what the inputs mean, read from ``evidence_schema/records/*.yaml``.

The files follow Frictionless Table Schema 1.0; what the standard has no word for stands in properties that start with
``x-`` (the standard allows them): ``x-list`` (several values joined by ；), ``x-year`` (the date must lie in the unit's
year), ``x-at-most`` (the field that it is a part of), ``x-titles`` (other headings for the same column), ``x-values``
(other words for an option: option → words); for a foreign key ``x-by`` (the field by which people name the record
instead of its id); for the whole kind ``x-title``, ``x-file``, ``x-purpose``, ``x-evidence-type``, ``x-proves``,
``x-single``, ``x-on-rubric`` (the workbook's rubric sheet takes its records: field → heading), ``x-public`` (what a
document for the public does not show).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from kaoping.core import resources
from kaoping.core.model import Value
from kaoping.core.yamltree import exact_number

LIST_MARK = "；"
_SEPARATORS = re.compile(r"[；;\r\n]")  # of a list's items; a cell may hold one a line
TRUE, FALSE = "是", "否"
_TRUE, _FALSE = (TRUE, "true", "True"), (FALSE, "false", "False")


class CellError(ValueError):
    """A text that the field can't take; the message says in Chinese what it takes."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record kind."""

    name: str
    title: str
    type: str  # string | integer | number | boolean | date | yearmonth
    hint: str
    required: bool = False
    unique: bool = False
    options: tuple[str, ...] = ()
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    pattern: str = ""
    listed: bool = False  # x-list
    in_year: bool = False  # x-year
    at_most: str = ""  # x-at-most: the field it is a part of
    example: str = ""
    titles: tuple[str, ...] = ()  # x-titles: what others call the column
    words: Mapping[str, str] = default(default_factory=dict, hash=False)  # x-values: another word → the option meant

    def parse(self, text: str | None) -> Value:
        """Turn ``text`` into the field's value; raises CellError. Empty text is None, except that a list is ()."""
        text = (text or "").strip()
        if self.listed:
            parts = [part.strip() for part in _SEPARATORS.split(text)]
            return tuple(self._check_option(part) for part in parts if part)
        if not text:
            return None
        value: Value = _PARSERS[self.type](text)
        if self.type == "string":
            self._check_option(text)
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise CellError(f"格式不符，应如“{self.example}”" if self.example else "格式不符")
        if isinstance(value, int | Fraction) and not isinstance(value, bool):
            if self.minimum is not None and value < self.minimum:
                raise CellError(f"不应小于{_plain(self.minimum)}")
            if self.maximum is not None and value > self.maximum:
                raise CellError(f"不应大于{_plain(self.maximum)}")
        return value

    def _check_option(self, text: str) -> str:
        if self.options and text not in self.options:
            raise CellError(f"只能填：{'、'.join(self.options)}")
        return text


def _plain(limit: Fraction) -> str:
    return str(limit.numerator) if limit.denominator == 1 else str(float(limit))


def _integer(text: str) -> int:
    if not re.fullmatch(r"[-+]?[0-9]{1,30}", text):
        raise CellError("应为整数，如 12")
    return int(text)


def _number(text: str) -> Fraction:
    found = exact_number(text)
    if found is None:
        raise CellError("应为数字，如 12 或 0.5")
    return found


def _boolean(text: str) -> bool:
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise CellError("只能填“是”或“否”")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else _bad_date()
    except ValueError:
        raise CellError("应为日期，写作 2017-03-05") from None


def _bad_date() -> date:
    raise ValueError


def _yearmonth(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        raise CellError("应为年月，写作 2017-03")
    return text


_PARSERS: Mapping[str, Any] = {
    "string": str,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "yearmonth": _yearmonth,
}

TYPE_NAMES = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "是或否",
    "date": "日期",
    "yearmonth": "年月",
}


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A field whose values stand in a field of another kind."""

    field: str
    kind: str
    target: str
    by: str = ""  # x-by: the target's field by which people name it


@dataclass(frozen=True, slots=True)
class Public:
    """What of a kind's records the public does not see (不公开): the field that says so, and what stands instead.

    ``instead`` maps a field to the one whose words a public document has in its place; where that is empty, the record
    stays out.
    """

    hides: str
    instead: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A record kind: one sheet, one file, one drop of the unit's year."""

    name: str
    title: str  # 中文名
    file: str  # under records/
    purpose: str
    fields: tuple[Field, ...]
    key: str  # the primary key's field
    foreign: tuple[ForeignKey, ...]
    single: bool = False  # one record, not a list (the unit itself)
    evidence_type: str = ""  # the type its evidence has where nobody says otherwise
    proves: bool = True  # x-proves: whether its evidence can stand behind points
    on_rubric: Mapping[str, str] = default(default_factory=dict)  # x-on-rubric: field → heading on the rubric sheet
    public: Public | None = None  # x-public
    example: Mapping[str, str] | None = None

    def field(self, name: str) -> Field | None:
        """Return the field ``name``, or None."""
        return next((field for field in self.fields if field.name == name), None)


def _number_or_none(raw: Any) -> Fraction | None:
    return None if raw is None else Fraction(str(raw))


def _load_field(raw: dict[str, Any]) -> Field:
    limits = raw.get("constraints", {})
    return Field(
        name=raw["name"],
        title=raw["title"],
        type=raw["type"],
        hint=raw.get("description", ""),
        required=limits.get("required", False),
        unique=limits.get("unique", False),
        options=tuple(raw.get("x-options") or limits.get("enum", ())),
        minimum=_number_or_none(limits.get("minimum")),
        maximum=_number_or_none(limits.get("maximum")),
        pattern=limits.get("pattern", ""),
        listed=raw.get("x-list", False),
        in_year=raw.get("x-year", False),
        at_most=raw.get("x-at-most", ""),
        example=str(raw.get("example", "")),
        titles=tuple(raw.get("x-titles", ())),
        words={word: option for option, words in raw.get("x-values", {}).items() for word in words},
    )


def _load_kind(name: str, raw: dict[str, Any]) -> Kind:
    fields = tuple(_load_field(field) for field in raw["fields"])
    return Kind(
        name=name,
        title=raw["x-title"],
        file=raw["x-file"],
        purpose=raw["x-purpose"],
        fields=fields,
        key=raw["primaryKey"],
        foreign=tuple(
            ForeignKey(key["fields"], key["reference"]["resource"], key["reference"]["fields"], key.get("x-by", ""))
            for key in raw.get("foreignKeys", ())
        ),
        single=raw.get("x-single", False),
        evidence_type=raw.get("x-evidence-type", ""),
        proves=raw.get("x-proves", True),
        on_rubric=raw.get("x-on-rubric", {}),
        public=Public(raw["x-public"]["hides"], raw["x-public"]["instead"]) if "x-public" in raw else None,
        example={field.name: field.example for field in fields if field.example},
    )


@cache
def kinds() -> dict[str, Kind]:
    """Return all record kinds by name, in the order of the work (``evidence_schema/records/_order.yaml``)."""
    folder = resources.schema("records")
    order: list[str] = resources.load_yaml(folder / "_order.yaml")
    return {name: _load_kind(name, resources.load_yaml(folder / f"{name}.yaml")) for name in order}


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """A type of evidence (材料类型), and what it must state to prove anything."""

    id: str
    title: str
    needs: tuple[str, ...]  # fields of the evidence record that must be filled in
    proves: bool  # false for what never proves anything by itself (奖牌 without its document)
    album: bool  # several of them may share a page


@cache
def evidence_types() -> dict[str, EvidenceType]:
    """Return all evidence types by id."""
    raw: dict[str, dict[str, Any]] = resources.load_yaml(resources.schema("evidence_types.yaml"))
    return {
        id_: EvidenceType(
            id_, row["title"], tuple(row.get("needs", ())), row.get("proves", True), row.get("album", False)
        )
        for id_, row in raw.items()
    }


def month_range(year: int) -> list[str]:
    """Return the months of ``year`` as 2017-01 … 2017-12."""
    return [f"{year}-{month:02}" for month in range(1, 13)]


def month_end(month: str) -> date:
    """Return the last day of ``month`` (2017-03)."""
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    return following - timedelta(days=1)
