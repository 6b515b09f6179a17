"""Record kinds (记录种类) as Table Schema: what the inputs mean, read from the files of a pack or of the common stock.

The files follow Frictionless Table Schema 1.0; what the standard has no word for stands in properties that start with
``x-`` (the standard allows them): ``x-list`` (several values joined by ；), ``x-year`` (the date must lie in the
unit's year), ``x-unit`` and ``x-usual`` (the unit of a number, and between which two its values usually lie: what
stands outside without its unit is asked about), ``x-empty`` (words that say that there is nothing to fill in),
``x-happened`` and ``x-step`` (the day on which what is recorded, or a later step of it, happened: the field of the
unit after which it can't lie), ``x-at-most`` (the field that it is a part of), ``x-with`` (the field that is filled
in where this one is), ``x-titles`` (other headings for the same column), ``x-values`` (other words for an option:
option → words), ``x-addressee`` (whom a document goes to: an upward one to one body), ``x-office`` (names an office),
``x-earlier-examples`` (what
stood as the example before: a row of an older workbook that still says it is no record); for a foreign key ``x-by``
(the field by which people name the record instead of its id) and ``x-named`` (the field that holds that name beside
the id, which decides); for the whole kind ``x-tells`` (a field that tells others), ``x-title``, ``x-file``,
``x-purpose``, ``x-evidence-type``, ``x-proves``, ``x-single``, ``x-on-demand`` (a new workbook has its sheet only where
somebody asks for it), ``x-on-rubric`` (the workbook's rubric sheet takes its records: field → heading), ``x-called``
(the field by which people call a record), ``x-carried`` (what of a record goes on into the next year's folder: these
fields; a kind without it begins anew), ``x-public`` (what a document for the public does not show).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as default
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Any

from kaoping.core import units
from kaoping.core.decode import GIVEN, Beside, Fallback, Key, Read, decode, one_of, reads
from kaoping.core.engine import DATA_END, REPORT_DATE
from kaoping.core.model import Value
from kaoping.core.yamltree import ExpectedError, Fields, Node, exact_number

LIST_MARK = "；"
_CALLED = ("name", "title")
_SEPARATORS = re.compile(r"[；;\r\n]")  # of a list's items; a cell may hold one a line
TRUE, FALSE = "是", "否"
_TRUE, _FALSE = (TRUE, "true", "True"), (FALSE, "false", "False")


def separated(text: str) -> list[str]:
    """Return the items of a list as a cell holds them, blanks at their ends apart."""
    return [part.strip() for part in _SEPARATORS.split(text)]


class CellError(ValueError):
    """A text that the field can't take; the message says in Chinese what it takes."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record kind."""

    name: str
    title: str
    type: Annotated[str, Read(_type)]  # string | integer | number | boolean | date | yearmonth
    hint: Annotated[str, Key("description")] = ""
    required: Annotated[bool, Key("constraints.required")] = False
    unique: Annotated[bool, Key("constraints.unique")] = False
    options: Annotated[tuple[str, ...], Key("constraints.enum")] = ()
    minimum: Annotated[Fraction | None, Key("constraints.minimum")] = None
    maximum: Annotated[Fraction | None, Key("constraints.maximum")] = None
    pattern: Annotated[str, Key("constraints.pattern")] = ""
    listed: Annotated[bool, Key("x-list")] = False
    in_year: Annotated[bool, Key("x-year")] = False
    #: The unit's field with the day after which this can't lie; ``step``: of a later step, which the record may lack.
    happened: Annotated[str, Key("x-happened"), Read(_end, "type")] = ""
    step: Annotated[str, Key("x-step"), Read(_end, "type")] = ""
    at_most: Annotated[str, Key("x-at-most")] = ""  # the field that it is a part of
    pair: Annotated[str, Key("x-with")] = ""  # the field that is filled in where this one is, and only there
    unit: Annotated[str, Key("x-unit"), Read(_unit, "type")] = ""  # of its numbers (万元)
    #: Between which two numbers its values usually lie: one outside is not taken for a number of ``unit`` unasked.
    usual: Annotated[tuple[Fraction, Fraction] | None, Key("x-usual"), Read(_usual, "unit")] = None
    addressee: Annotated[bool, Key("x-addressee")] = False  # whom a document goes to
    office: Annotated[bool, Key("x-office")] = False  # the name of an office, which people write in several ways
    empty: Annotated[tuple[str, ...], Key("x-empty")] = ()  # words that say that there is nothing (未结案)
    example: str = ""
    earlier: Annotated[tuple[str, ...], Key("x-earlier-examples")] = ()
    titles: Annotated[tuple[str, ...], Key("x-titles")] = ()
    #: Another word → the option meant.
    words: Annotated[Mapping[str, str], Key("x-values"), Read(_words, "type", "options")] = default(
        default_factory=dict, hash=False
    )

    @property
    def is_day(self) -> bool:
        """Whether it holds the day of what the record tells, or of a later step: no earlier document tells that."""
        return bool(self.in_year or self.happened or self.step)

    @property
    def heading(self) -> str:
        """Its title with the unit of its numbers: 罚款金额（万元）; one that ends with it (学时) says it already."""
        return f"{self.title}（{self.unit}）" if not self.title.endswith(self.unit) else self.title

    def in_unit(self, figure: str, unit: str) -> str:
        """Return a number of ``unit`` in the field's own, exactly; raises CellError where it can't be converted."""
        times = units.ratio(unit, self.unit) if unit else Fraction(1)
        if times is None and not units.is_known(unit):
            raise CellError(f"看不懂“{unit}”；只写数，或带单位写作“{figure}{self.unit}”")
        if times is None:
            raise CellError(f"单位“{unit}”换算不成这一栏的单位“{self.unit}”")
        return units.converted(figure, times)

    def is_unusual(self, figure: str) -> bool:
        """Whether a number, in the field's own unit, is so small or large that it may be one of another unit."""
        value = exact_number(figure)
        if self.usual is None or not value or (self.minimum is not None and value < self.minimum):
            return False  # what can't be in any unit is not asked about
        return not self.usual[0] <= value <= self.usual[1]

    def parse(self, text: str | None) -> Value:
        """Turn ``text`` into the field's value; raises CellError. Empty text is None, except that a list is ().

        A number may bear its unit (15000元): it is converted to the field's.
        """
        text = (text or "").strip()
        if self.unit and (quantity := units.quantity(text)) is not None and quantity.unit:
            text = self.in_unit(quantity.figure, quantity.unit)
        if self.listed:
            return tuple(self._check_option(part) for part in separated(text) if part)
        if not text or text in self.empty:
            return None
        value: Value = _PARSERS[self.type](text)
        if self.type == "string":
            self._check_option(text)
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise CellError(f"格式不符，应如“{self.example}”" if self.example else "格式不符")
        if isinstance(value, int | Fraction) and not isinstance(value, bool):
            if self.minimum is not None and value < self.minimum:
                raise CellError(f"{'是负数，' if value < 0 else ''}不应小于{_plain(self.minimum)}")
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
    number = exact_number(text)
    if number is None:
        raise CellError("应为数字，如 12 或 0.5")
    return number


def _boolean(text: str) -> bool:
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise CellError("只能填“是”或“否”")


def _date(text: str) -> date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        why = _why_no_day(*map(int, text.split("-")))
        if why:
            raise CellError(why)
        return date.fromisoformat(text)
    if (match := _DAY_OF_YEAR.fullmatch(text)) or (match := _COMPACT_DAY.fullmatch(text)):
        raise CellError(_why_no_day(*map(int, match.groups())) or "应为日期，写作 2017-03-05")
    if match := _DAY_OF_MONTH.fullmatch(text):
        why = _why_no_day(_LEAP, *map(int, match.groups()))
        raise CellError(why.removeprefix(f"{_LEAP}年") or "没有写是哪一年，应写全年月日，如 2017-03-05")
    if re.fullmatch(r"[0-9]{4}\s*[-年./]\s*[0-9]{1,2}\s*月?", text):
        raise CellError("没有写是哪一天，应写全年月日，如 2017-03-05")
    raise CellError("应为日期，写作 2017-03-05")


#: Days in other notations: those that there are a reader has put right; one that there is not is told as that.
_DAY_OF_YEAR = re.compile(r"([0-9]{4})\s*[-年./—–－]\s*([0-9]{1,2})\s*[-月./—–－]\s*([0-9]{1,2})\s*[日号]?")
_COMPACT_DAY = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})")
_DAY_OF_MONTH = re.compile(r"([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?")
_LEAP = 2000  # a year in which a month has as many days as it may have
_FIRST_YEAR = 1900


def _why_no_day(year: int, month: int, day: int) -> str:
    """Return why there is no such day; "" where there is one."""
    if year < _FIRST_YEAR:
        return f"没有{year:04}年这样的年份，应写全年月日，如 2017-03-05"
    if not 1 <= month <= 12:
        return f"一年里没有{month}月"
    if not 1 <= day <= monthrange(year, month)[1]:
        return f"{year}年{month}月没有{day}日"
    return ""


def _yearmonth(text: str) -> str:
    month = re.fullmatch(r"[0-9]{4}\s*[-年./]?\s*([0-9]{1,2})\s*月?", text)
    if month is not None and not 1 <= int(month[1]) <= 12:
        raise CellError(f"一年里没有{int(month[1])}月")
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

    field: Annotated[str, Key("fields"), Read(_named, "fields")]
    kind: Annotated[str, Beside(_resource, "reference")]
    target: Annotated[str, Beside(_target, "reference")]
    by: Annotated[str, Key("x-by")] = ""  # the target's field by which people name it
    named: Annotated[str, Key("x-named"), Read(_named, "fields")] = ""  # the field that holds that name beside the id


@dataclass(frozen=True, slots=True)
class Telling:
    """A field that tells others of its record (x-tells): 办案机构 says 层级 and 县, as the body's own record does."""

    field: Annotated[str, Read(_named, "fields")]
    kind: str
    by: str  # the field of that kind whose value it is
    gives: Annotated[Mapping[str, str], Read(_headings, "fields")]  # field told → field of that kind


@dataclass(frozen=True, slots=True)
class Public:
    """What of a kind's records the public does not see (不公开): the field that says so, and what stands instead.

    ``instead`` maps a field to the one whose words a public document has in its place; where that is empty, the record
    stays out.
    """

    hides: Annotated[str, Read(_named, "fields")]
    instead: Annotated[Mapping[str, str], Read(_instead, "fields")]


@dataclass(frozen=True, slots=True)
class Kind:
    """A record kind: one sheet, one file, one drop of the unit's year."""

    name: str
    title: Annotated[str, Key("x-title")]  # 中文名
    file: Annotated[str, Key("x-file")]  # under records/
    purpose: Annotated[str, Key("x-purpose")]
    fields: Annotated[tuple[Field, ...], Read(_fields)]
    key: Annotated[str, Key("primaryKey"), Read(_named, "fields")]
    foreign: Annotated[tuple[ForeignKey, ...], Key("foreignKeys")] = ()
    tellings: Annotated[tuple[Telling, ...], Key("x-tells")] = ()
    single: Annotated[bool, Key("x-single")] = False  # one record, not a list (the unit itself)
    evidence_type: Annotated[str, Key("x-evidence-type")] = ""  # that its evidence has where nobody says otherwise
    proves: Annotated[bool, Key("x-proves")] = True  # whether its evidence can stand behind points
    #: A new workbook has no sheet for it unless somebody asks: few units need it, and the program records it elsewhere.
    on_demand: Annotated[bool, Key("x-on-demand")] = False
    #: Field → heading on the rubric sheet.
    on_rubric: Annotated[Mapping[str, str], Key("x-on-rubric"), Read(_headings, "fields")] = default(
        default_factory=dict
    )
    public: Annotated[Public | None, Key("x-public")] = None
    #: The field by which people call a record; where the schema says nothing, its name or title.
    named_by: Annotated[str, Key("x-called"), Read(_named, "fields")] = ""
    #: The fields that go on into the next year; none of a kind that begins anew each year.
    carried: Annotated[tuple[str, ...], Key("x-carried"), Read(_several, "fields")] = ()
    example: Annotated[Mapping[str, str] | None, GIVEN, Fallback(_example, "fields")] = None

    @property
    def shown_fields(self) -> tuple[Field, ...]:
        """Its fields with the titles that people see them under: on the rubric sheet its headings."""
        return tuple(replace(its, title=self.on_rubric.get(its.name, its.title)) for its in self.fields)

    def field(self, name: str) -> Field | None:
        """Return the field ``name``, or None."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def called(self) -> str:
        """The field by which people call a record; "" where they call it by its kind alone."""
        return self.named_by or next((name for name in _CALLED if self.field(name) is not None), "")

    def implied(self, present: Collection[str]) -> set[str]:
        """Return the fields that those which are ``present`` tell: a name beside a reference is one by itself."""
        by_name = {key.field for key in self.foreign if key.named and key.named in present}
        return by_name | {name for telling in self.tellings if telling.field in present for name in telling.gives}

    @property
    def helpers(self) -> set[str]:
        """The fields that only help to know another: nobody misses them."""
        return {key.named for key in self.foreign} | {telling.field for telling in self.tellings}


#: Record kinds by name, in the order of the work.
Kinds = Mapping[str, Kind]


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """A type of evidence (材料类型), and what it must state to prove anything."""

    id: str
    title: str
    needs: tuple[str, ...] = ()  # fields of the evidence record that must be filled in
    proves: bool = True  # false for what never proves anything by itself (奖牌 without its document)
    album: bool = False  # several of them may share a page


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


#: What the standard allows beside what is read here.
_UNREAD_OF_FIELD, _UNREAD_OF_KIND = ("format", "trueValues", "falseValues"), ("missingValues",)


def parse_kind(name: str, node: Node) -> Kind:
    """Return the record kind ``name`` that ``node`` describes; raises ExpectedError with the place of what is wrong."""
    return decode(Kind, node, also=_UNREAD_OF_KIND, name=name)


def _fields(node: Node) -> tuple[Field, ...]:
    fields = tuple(decode(Field, _unfolded(item), also=_UNREAD_OF_FIELD) for item in node.items())
    if len({field.name for field in fields}) < len(fields):
        raise ExpectedError(node, "有两栏的 name 相同")
    for item, field in zip(node.items(), fields, strict=True):
        if field.at_most:
            _named(item.mapping()["x-at-most"], fields)
    return fields


def _unfolded(node: Node) -> Node:
    """The field with its constraints among its other entries."""
    limits = node.mapping().get("constraints")
    if limits is None:
        return node
    named = limits.fields(optional="required unique enum minimum maximum pattern")
    entries = {name: child for name, child in node.mapping().items() if child is not limits}
    entries |= {f"constraints.{name}": child for name, child in named.items()}
    return Node(entries, node.at, node.vocabulary)


def _type(node: Node) -> str:
    if node.text() not in _PARSERS:
        raise ExpectedError(node, f"没有“{node.text()}”这种类型；可用：{'、'.join(_PARSERS)}")
    return node.text()


def _unit(node: Node, type_: str) -> str:
    if type_ not in ("integer", "number"):
        raise ExpectedError(node, "只有数字（type: integer 或 number）的栏才写")
    if not units.is_known(node.text()):
        raise ExpectedError(node, f"没有“{node.text()}”这个单位；先写进 evidence_schema/units.yaml")
    return node.text()


def _usual(node: Node, unit: str) -> tuple[Fraction, Fraction]:
    ends = [item.number() for item in node.items()]
    if len(ends) != 2 or ends[0] > ends[1]:
        raise ExpectedError(node, "应写两个数，前一个不大于后一个，如 [0.005, 50]")
    if not unit:
        raise ExpectedError(node, "写了 x-unit 的栏才写")
    return ends[0], ends[1]


def _end(node: Node, type_: str) -> str:
    if type_ not in ("date", "yearmonth"):
        raise ExpectedError(node, "只有日期、年月（type: date、yearmonth）的栏才写")
    return one_of(node, {DATA_END: "数据截至日期", REPORT_DATE: "报送日期"})


def _words(node: Node, type_: str, options: tuple[str, ...]) -> dict[str, str]:
    known = (TRUE, FALSE) if type_ == "boolean" else options
    for option, child in node.mapping().items():
        if option not in known:
            named = "、".join(known) or "（没有 enum）"
            raise ExpectedError(child, f"x-values 写的“{option}”不是可选项；可用：{named}")
    return {word.text(): option for option, child in node.mapping().items() for word in child.each()}


def _named(node: Node, fields: tuple[Field, ...], name: str = "") -> str:
    """The name of one of ``fields``: ``name``, or what ``node`` says."""
    name, known = name or node.text(), [field.name for field in fields]
    if name not in known:
        raise ExpectedError(node, f"没有“{name}”这一栏；可用：{'、'.join(known)}")
    return name


def _several(node: Node, fields: tuple[Field, ...]) -> tuple[str, ...]:
    return tuple(_named(child, fields) for child in node.each())


def _headings(node: Node, fields: tuple[Field, ...]) -> dict[str, str]:
    return {_named(child, fields, name): child.text() for name, child in node.mapping().items()}


def _instead(node: Node, fields: tuple[Field, ...]) -> dict[str, str]:
    return {_named(child, fields, name): _named(child, fields) for name, child in node.mapping().items()}


def _resource(f: Fields) -> str:
    return f["reference"].fields("resource fields").text("resource")


def _target(f: Fields) -> str:
    return f["reference"].fields("resource fields").text("fields")


def _example(fields: tuple[Field, ...]) -> dict[str, str]:
    return {field.name: field.example for field in fields if field.example}


@reads(Kind)
def kind_named(node: Node) -> Kind:
    """Return the record kind that ``node`` names; raises ExpectedError."""
    kinds = node.known().kinds
    kind = kinds.get(node.text())
    if kind is None:
        raise ExpectedError(node, f"没有“{node.text()}”这种记录；可用：{'、'.join(kinds)}")
    return kind


@reads(Field, "kind")
def field_named(node: Node, kind: Kind) -> Field:
    """Return the field of ``kind`` that ``node`` names; raises ExpectedError."""
    field = kind.field(node.text())
    if field is None:
        names = "、".join(field.name for field in kind.fields)
        raise ExpectedError(node, f"记录“{kind.title}”没有字段“{node.text()}”；可用：{names}")
    return field


def kind_name(node: Node) -> str:
    """Return the name of a record kind that there is; raises ExpectedError."""
    return kind_named(node).name


def field_name(node: Node, kind: Kind) -> str:
    """Return the name of a field that ``kind`` has; raises ExpectedError."""
    return field_named(node, kind).name


def evidence_type_id(node: Node) -> str:
    """Return the id of an evidence type that there is; raises ExpectedError."""
    types = node.known().evidence_types
    if node.text() not in types:
        raise ExpectedError(node, f"没有材料类型“{node.text()}”；可用：{'、'.join(types)}")
    return node.text()


def unit_field(node: Node) -> Field:
    """Return the field of the unit's own facts that ``node`` names; raises ExpectedError."""
    return field_named(node, node.known().unit)


def month_range(year: int) -> list[str]:
    """Return the months of ``year`` as 2017-01 … 2017-12."""
    return [f"{year}-{month:02}" for month in range(1, 13)]


def month_end(month: str) -> date:
    """Return the last day of ``month`` (2017-03)."""
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    return following - timedelta(days=1)


def months_after(day: Value) -> int:
    """Return how many months of the year of ``day`` end after it; 0 where it is no day."""
    return sum(month_end(month) > day for month in month_range(day.year)) if isinstance(day, date) else 0
