"""Record kinds (记录种类) as Table Schema: what the inputs mean, read from the files of a pack or of the common stock.

The files follow Frictionless Table Schema 1.0; what the standard has no word for stands in properties that start with
``x-`` (the standard allows them): ``x-list`` (several values joined by ；), ``x-year`` (the date must lie in the
unit's year), ``x-happened`` (on that day happened what the record tells, as with ``x-year``: no earlier document
tells it), ``x-at-most`` (the field that it is a part of), ``x-titles`` (other headings for the same column),
``x-values`` (other words for an option: option → words), ``x-earlier-examples`` (what stood as the example before: a
row of an older workbook that still says it is no record); for a foreign key ``x-by`` (the field by which people name
the record instead of its id); for the whole kind ``x-title``, ``x-file``, ``x-purpose``, ``x-evidence-type``,
``x-proves``, ``x-single``, ``x-on-rubric`` (the workbook's rubric sheet takes its records: field → heading),
``x-public`` (what a document for the public does not show).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from kaoping.core.model import Value
from kaoping.core.yamltree import ExpectedError, Fields, Node, exact_number

LIST_MARK = "；"
_CALLED = ("name", "title")
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
    happened: bool = False  # x-happened or x-year: the day of what the record tells
    at_most: str = ""  # x-at-most: the field it is a part of
    example: str = ""
    earlier: tuple[str, ...] = ()  # x-earlier-examples: what stood as the example in workbooks of earlier versions
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

    @property
    def called(self) -> str:
        """The field by which people call a record: its name or title, or else its key."""
        return next((name for name in _CALLED if self.field(name) is not None), self.key)


#: Record kinds by name, in the order of the work.
Kinds = Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """A type of evidence (材料类型), and what it must state to prove anything."""

    id: str
    title: str
    needs: tuple[str, ...]  # fields of the evidence record that must be filled in
    proves: bool  # false for what never proves anything by itself (奖牌 without its document)
    album: bool  # several of them may share a page


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the files of a pack may name: record kinds, in the order of the work, and evidence types."""

    kinds: Kinds
    evidence_types: Mapping[str, EvidenceType]

    @property
    def unit(self) -> Kind:
        """The kind of the unit's own facts (单位情况)."""
        return self.kinds["unit"]

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that a unit may have (级别)."""
        level = self.unit.field("level")
        return level.options if level is not None else ()


_STANDARD = "title name description example format trueValues falseValues constraints"
_KIND_ENTRIES = "foreignKeys missingValues x-single x-evidence-type x-proves x-on-rubric x-public"


def parse_kind(name: str, node: Node) -> Kind:
    """Return the record kind ``name`` that ``node`` describes; raises ExpectedError with the place of what is wrong."""
    f = node.fields("x-title x-file x-purpose primaryKey fields", _KIND_ENTRIES)
    fields = tuple(_field(item) for item in f["fields"].items())
    known = {field.name for field in fields}
    if len(known) < len(fields):
        raise ExpectedError(f["fields"], "有两栏的 name 相同")

    def named(child: Node) -> str:
        if child.text() not in known:
            raise ExpectedError(child, f"没有“{child.text()}”这一栏；可用：{'、'.join(known)}")
        return child.text()

    for item, field in zip(f["fields"].items(), fields, strict=True):
        if field.at_most:
            named(item.mapping()["x-at-most"])
    public = f["x-public"].fields("hides instead") if "x-public" in f else None
    on_rubric = f["x-on-rubric"].mapping() if "x-on-rubric" in f else {}
    return Kind(
        name=name,
        title=f.text("x-title"),
        file=f.text("x-file"),
        purpose=f.text("x-purpose"),
        fields=fields,
        key=named(f["primaryKey"]),
        foreign=tuple(_foreign(key, named) for key in (f["foreignKeys"].items() if "foreignKeys" in f else ())),
        single=f.truth("x-single"),
        evidence_type=f.text("x-evidence-type"),
        proves="x-proves" not in f or f.truth("x-proves"),
        on_rubric={_known(name, known, child): child.text() for name, child in on_rubric.items()},
        public=Public(named(public["hides"]), _instead(public["instead"], known)) if public is not None else None,
        example={field.name: field.example for field in fields if field.example},
    )


def _known(name: str, known: Collection[str], node: Node) -> str:
    if name not in known:
        raise ExpectedError(node, f"没有“{name}”这一栏；可用：{'、'.join(known)}")
    return name


def _instead(node: Node, known: Collection[str]) -> dict[str, str]:
    return {_known(name, known, child): _known(child.text(), known, child) for name, child in node.mapping().items()}


def _foreign(node: Node, named: Callable[[Node], str]) -> ForeignKey:
    f = node.fields("fields reference", "x-by")
    reference = f["reference"].fields("resource fields")
    return ForeignKey(named(f["fields"]), reference.text("resource"), reference.text("fields"), f.text("x-by"))


def _field(node: Node) -> Field:
    f = node.fields(
        "name title type", f"{_STANDARD} x-list x-year x-happened x-at-most x-titles x-values x-earlier-examples"
    )
    if f.text("type") not in _PARSERS:
        raise ExpectedError(f["type"], f"没有“{f.text('type')}”这种类型；可用：{'、'.join(_PARSERS)}")
    names = "required unique enum minimum maximum pattern"
    limits = f["constraints"].fields("", names) if "constraints" in f else Fields({})
    words = f["x-values"].mapping() if "x-values" in f else {}
    options = limits.texts("enum")
    known = (TRUE, FALSE) if f.text("type") == "boolean" else options
    for option, child in words.items():
        if option not in known:
            raise ExpectedError(
                child, f"x-values 写的“{option}”不是可选项；可用：{'、'.join(known) or '（没有 enum）'}"
            )
    return Field(
        name=f.text("name"),
        title=f.text("title"),
        type=f.text("type"),
        hint=f.text("description"),
        required=limits.truth("required"),
        unique=limits.truth("unique"),
        options=options,
        minimum=limits.number("minimum"),
        maximum=limits.number("maximum"),
        pattern=limits.text("pattern"),
        listed=f.truth("x-list"),
        in_year=f.truth("x-year"),
        happened=f.truth("x-year") or f.truth("x-happened"),
        at_most=f.text("x-at-most"),
        example=f.text("example"),
        earlier=f.texts("x-earlier-examples"),
        titles=f.texts("x-titles"),
        words={word.text(): option for option, child in words.items() for word in child.each()},
    )


def parse_evidence_type(id_: str, node: Node) -> EvidenceType:
    """Return the evidence type ``id_`` that ``node`` describes; raises ExpectedError."""
    f = node.fields("title", "needs proves album")
    proves = "proves" not in f or f.truth("proves")
    return EvidenceType(id_, f.text("title"), f.texts("needs"), proves, f.truth("album"))


def kind_named(node: Node) -> Kind:
    """Return the record kind that ``node`` names; raises ExpectedError."""
    kinds = node.known().kinds
    kind = kinds.get(node.text())
    if kind is None:
        raise ExpectedError(node, f"没有“{node.text()}”这种记录；可用：{'、'.join(kinds)}")
    return kind


def field_named(node: Node, kind: Kind) -> Field:
    """Return the field of ``kind`` that ``node`` names; raises ExpectedError."""
    found = kind.field(node.text())
    if found is None:
        names = "、".join(field.name for field in kind.fields)
        raise ExpectedError(node, f"记录“{kind.title}”没有字段“{node.text()}”；可用：{names}")
    return found


def month_range(year: int) -> list[str]:
    """Return the months of ``year`` as 2017-01 … 2017-12."""
    return [f"{year}-{month:02}" for month in range(1, 13)]


def month_end(month: str) -> date:
    """Return the last day of ``month`` (2017-03)."""
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    return following - timedelta(days=1)
