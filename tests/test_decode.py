"""The decoder: what each form of annotation takes from a file, and where and in which words it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, Literal, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.core import yamltree
from kaoping.core.decode import (
    APART,
    GIVEN,
    WHOLE,
    Beside,
    Fallback,
    Key,
    MisfitError,
    Named,
    Of,
    OneOf,
    Read,
    decode,
    positive,
    reads,
)
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.yamltree import ExpectedError, Fields, Node

SIZES = ("大", "小")


def tree(text: str) -> Node:
    findings = Findings()
    node = yamltree.parse(text, "f.yaml", findings)
    assert node is not None and not list(findings)
    return node


def refused(cls: type[Any], text: str, **given: Any) -> tuple[str, int, str]:
    """Where and in which words ``text`` is refused: (path, line, words)."""
    with pytest.raises(ExpectedError) as caught:
        decode(cls, tree(text), **given)
    return caught.value.node.at.path, caught.value.node.at.line, caught.value.what


class Colour(StrEnum):
    RED = "红"
    BLUE = "蓝"


@dataclass(frozen=True)
class Inner:
    n: Fraction


@dataclass(frozen=True, kw_only=True)
class Everything:
    text: str
    number: Fraction = Fraction(7)
    truth: bool = False
    day: date | None = None
    words: tuple[str, ...] = ()
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    by_name: Mapping[str, Inner] = field(default_factory=dict)
    size: Annotated[str, OneOf(SIZES)] = "大"
    side: Literal["left", "right"] = "left"
    colour: Colour = Colour.RED
    anything: Any = None
    node: Node | None = None
    at: Location
    renamed: Annotated[str, Key("in")] = ""


FORMS = {
    "a text": ("text: 甲", "text", "甲"),
    "a number": ("number: 1/2", "number", Fraction(1, 2)),
    "a share": ("number: 90%", "number", Fraction(9, 10)),
    "yes": ("truth: 是", "truth", True),
    "a day": ("day: 2017-12-05", "day", date(2017, 12, 5)),
    "words": ("words: [甲, 乙]", "words", ("甲", "乙")),
    "one word": ("words: 甲", "words", ("甲",)),
    "no words": ("words: []", "words", ()),
    "another class": ("inner: {n: 1}", "inner", Inner(Fraction(1))),
    "a list of a class": ("inners: [{n: 1}, {n: 2}]", "inners", (Inner(Fraction(1)), Inner(Fraction(2)))),
    "a mapping": ("by_name: {a: {n: 1}}", "by_name", {"a": Inner(Fraction(1))}),
    "one of": ("size: 小", "size", "小"),
    "a literal": ("side: right", "side", "right"),
    "an enum": ("colour: 蓝", "colour", Colour.BLUE),
    "anything": ("anything: {a: [1, 2]}", "anything", {"a": ["1", "2"]}),
    "another name": ("in: 甲", "renamed", "甲"),
    "a number left empty": ("number:", "number", Fraction(7)),
    "a day left empty": ("day:", "day", None),
    "words left empty": ("words:", "words", ()),
    "a text left empty": ("text:", "text", ""),
}


@pytest.mark.parametrize("form", FORMS)
def test_an_attribute_is_read_as_its_type_says(form: str) -> None:
    entry, name, value = FORMS[form]
    whole = entry if name == "text" else f"text: 甲\n{entry}"
    assert getattr(decode(Everything, tree(whole)), name) == value


def test_what_may_be_left_out_is_what_it_is_by_default() -> None:
    found = decode(Everything, tree("\n\ntext: 甲"))
    others = {item.name: getattr(found, item.name) for item in fields(found) if item.name not in ("text", "at")}
    assert others == {
        item.name: {} if item.name == "by_name" else item.default
        for item in fields(Everything)
        if item.name not in ("text", "at")
    }
    assert found.at == Location("f.yaml", "", 3), "where the mapping stands"


WRONG = {
    "not a mapping": ("甲", "", "应为“名称: 值”的一组内容"),
    "lacking": ("number: 1", "", "缺少“text”"),
    "a list for a text": ("text: [甲]", "text", "应为一段文字"),
    "no number": ("number: 很多", "number", "应为数字"),
    "no yes or no": ("truth: maybe", "truth", "应为 true 或 false"),
    "yes or no left empty": ("truth:", "truth", "应为一段文字"),
    "no day": ("day: 十二月", "day", "应为日期，如 2017-12-05"),
    "in a list": ("words: [甲, [乙]]", "words[2]", "应为一段文字"),
    "a word for a list of mappings": ("inners: 甲", "inners", "应为一个列表"),
    "in a list of a class": ("inners: [{n: 1}, {n: 甲}]", "inners[2].n", "应为数字"),
    "lacking within": ("inner: {}", "inner", "缺少“n”"),
    "unknown within": ("inner: {n: 1, m: 1}", "inner.m", "不认识“m”，此处可用：n"),
    "in a mapping": ("by_name: {a: {n: 1}, b: {}}", "by_name.b", "缺少“n”"),
    "none of": ("size: 中", "size", "应为 大、小 之一，现为“中”"),
    "no such literal": ("side: up", "side", "应为 left、right 之一，现为“up”"),
    "no such enum": ("colour: 绿", "colour", "应为 红、蓝 之一，现为“绿”"),
    "its name in Python": ("renamed: 甲", "renamed", "不认识“renamed”"),
    "the place is no entry": ("at: 甲", "at", "不认识“at”"),
}


@pytest.mark.parametrize("slip", WRONG)
def test_what_is_wrong_is_refused_at_its_place(slip: str) -> None:
    entry, path, says = WRONG[slip]
    whole = entry if slip in ("not a mapping", "lacking") or entry.startswith("text") else f"text: 甲\n{entry}"
    place, line, words = refused(Everything, whole)
    assert place == path and words.startswith(says)
    assert line == len(whole.splitlines()) or not path


def test_an_unknown_name_is_told_what_there_is() -> None:
    path, line, words = refused(Everything, "text: 甲\n\ntxet: 乙")
    assert (path, line) == ("txet", 3)
    assert words.startswith("不认识“txet”，此处可用：text、number、") and words.endswith("、in")


# -- marks -------------------------------------------------------------------------------------------------------------


def word_of(node: Node, prefix: str) -> str:
    if not node.text().startswith(prefix):
        raise ExpectedError(node, f"应以“{prefix}”开头")
    return node.text()


@dataclass(frozen=True, kw_only=True)
class Leaf:
    word: Annotated[str, Read(word_of, "prefix")]  # of the class around it


def both(found: Fields) -> tuple[str, ...]:
    names = [name for name in ("a", "b") if name in found]
    if len(names) > 1:
        raise MisfitError("a、b 只写一个")
    return tuple(names)


def doubled(prefix: str) -> str:
    return prefix * 2


@dataclass(frozen=True, kw_only=True)
class Branch:
    prefix: str
    least: Annotated[Fraction, Read(positive)] = Fraction(1)
    leaves: Annotated[tuple[Leaf, ...], APART] = ()
    twice: Annotated[str, Fallback(doubled, "prefix")]
    sides: Annotated[tuple[str, ...], Beside(both, "", "a b")]
    name: Annotated[str, GIVEN] = "无名"

    def __post_init__(self) -> None:
        if self.least > 9:
            raise MisfitError("太多", "least")


def test_a_reader_knows_what_stands_around() -> None:
    found = decode(Branch, tree("{leaves: [{word: 甲一}], prefix: 甲, a: 1}"), name="乙")
    assert found == Branch(prefix="甲", leaves=(Leaf(word="甲一"),), twice="甲甲", sides=("a",), name="乙")
    assert decode(Branch, tree("{prefix: 甲, twice: 丙}")).twice == "丙"


@pytest.mark.parametrize(
    ("text", "path", "says"),
    [
        ("{prefix: 甲, leaves: [{word: 乙}]}", "leaves[1].word", "应以“甲”开头"),
        ("{prefix: 甲, leaves: [{word: }]}", "leaves[1].word", "应为一段文字"),
        ("{prefix: 甲, least: 0}", "least", "应大于 0"),
        ("{prefix: 甲, least: 10}", "least", "太多"),
        ("{prefix: 甲, a: 1, b: 1}", "", "a、b 只写一个"),
        ("{prefix: 甲, name: 乙}", "name", "不认识“name”"),
    ],
)
def test_what_does_not_go_together_is_refused_where_it_stands(text: str, path: str, says: str) -> None:
    place, _, words = refused(Branch, text)
    assert place == path and words.startswith(says)


def test_what_is_given_does_not_stand_in_the_file_too() -> None:
    assert refused(Branch, "prefix: 甲", prefix="乙")[::2] == (
        "prefix",
        "不认识“prefix”，此处可用：least、leaves、twice、a、b",
    )
    assert decode(Branch, tree("prefix: 甲"), also=("prefix",), prefix="乙").prefix == "乙"


def test_items_apart_do_not_hide_what_is_wrong_with_one_another() -> None:
    text = "{prefix: 甲, leaves: [{word: 乙}, {word: 甲一}, {wrod: 甲}]}"
    told: list[ExpectedError] = []
    assert decode(Branch, tree(text), tell=told.append).leaves == (Leaf(word="甲一"),)
    assert [error.node.at.path for error in told] == ["leaves[1].word", "leaves[3]"]
    assert refused(Branch, text)[0] == "leaves[1].word", "where nobody takes what is told, the first is raised"


@dataclass(frozen=True)
class Titled:
    id: str
    title: str


@dataclass(frozen=True)
class Shelf:
    books: Annotated[Mapping[str, Titled], Named("id"), APART]


def test_a_name_in_a_mapping_is_an_attribute() -> None:
    assert decode(Shelf, tree("books: {a: {title: 甲}}")).books == {"a": Titled("a", "甲")}
    assert refused(Shelf, "books: {a: {id: a, title: 甲}}")[::2] == ("books.a.id", "不认识“id”，此处可用：title")
    told: list[ExpectedError] = []
    assert list(decode(Shelf, tree("books: {a: {}, b: {title: 乙}}"), tell=told.append).books) == ["b"]
    assert [error.what for error in told] == ["缺少“title”"]


@dataclass(frozen=True)
class Listed:
    items: Annotated[tuple[Inner, ...], WHOLE]


def test_a_whole_node_may_be_a_list() -> None:
    assert decode(Listed, tree("[{n: 1}]")) == Listed((Inner(Fraction(1)),))
    assert refused(Listed, "[{n: 1}, {}]")[::2] == ("[2]", "缺少“n”")


class Shape(Protocol):
    def area(self) -> Fraction: ...


@dataclass(frozen=True)
class Square:
    square: Fraction

    def area(self) -> Fraction:
        return self.square**2


@dataclass(frozen=True)
class Scaled:
    scaled: Shape
    by: Fraction

    def area(self) -> Fraction:
        return self.scaled.area() * self.by


@reads(Shape)
def a_shape(node: Node) -> Shape:
    for name, cls in {"square": Square, "scaled": Scaled}.items():
        if name in node.mapping():
            return decode(cls, node)
    raise ExpectedError(node, "应为一种形状")


@dataclass(frozen=True)
class Drawing:
    shapes: tuple[Shape, ...]


def test_a_kind_is_told_by_its_key() -> None:
    found = decode(Drawing, tree("shapes: [{square: 3}, {scaled: {square: 2}, by: 1/2}]"))
    assert [shape.area() for shape in found.shapes] == [9, 2]
    assert refused(Drawing, "shapes: [{scaled: {round: 2}, by: 1}]")[::2] == ("shapes[1].scaled", "应为一种形状")
    assert refused(Drawing, "shapes: {square: 3}")[::2] == ("shapes", "应为一个列表（每项以“- ”开头）")


@dataclass(frozen=True)
class Tree:
    fruit: str


@reads(Tree, "grove")
def a_tree(node: Node, grove: str) -> Tree:
    return Tree(f"{grove}{node.text()}")


@dataclass(frozen=True)
class Orchard:
    grove: str
    east: str
    tree: Tree
    others: Annotated[tuple[Tree, ...], Of("east")]


def test_the_reader_of_a_type_takes_the_siblings_that_it_is_told() -> None:
    found = decode(Orchard, tree("{grove: 甲, east: 东, tree: 桃, others: [梨, 李]}"))
    assert (found.tree, found.others) == (Tree("甲桃"), (Tree("东梨"), Tree("东李")))


@dataclass(frozen=True)
class Upside:
    tree: Tree
    grove: str


@dataclass(frozen=True)
class Around:
    grove: str
    upside: Upside


def test_a_sibling_is_never_taken_from_further_out_by_mistake() -> None:
    """An attribute that is read before its own sibling must not take one of the same name around it."""
    with pytest.raises(KeyError):
        decode(Around, tree("{grove: 甲, upside: {tree: 桃, grove: 乙}}"))


@dataclass(frozen=True)
class Unreadable:
    number: int


def test_a_type_that_nothing_reads_is_a_fault_of_the_engine() -> None:
    with pytest.raises(TypeError, match="nothing reads"):
        decode(Unreadable, tree("number: 1"))


# -- whatever is written -----------------------------------------------------------------------------------------------

SCALARS = st.sampled_from(["", "甲", "1", "1/2", "true", "2017-12-05", "大", "left", "红"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("nmab"), inner, max_size=3)
)
NAMES = [{"renamed": "in"}.get(item.name, item.name) for item in fields(Everything) if item.name != "at"]


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {written(inner)}" for name, inner in value.items()) + "}"
    return f"[{', '.join(map(written, value))}]" if isinstance(value, list) else value or "~"


@given(st.dictionaries(st.sampled_from([*NAMES, "txet"]), VALUES, max_size=5))
def test_whatever_is_written_is_read_or_refused_within_the_file(entries: Mapping[str, Any]) -> None:
    """No other exception; what is refused lies in the file; what is read has the types that the class says."""
    node = tree(written(dict(entries)))
    try:
        found = decode(Everything, node)
    except ExpectedError as error:
        assert error.node.at.file == "f.yaml" and error.node.at.line == 1
        assert error.node is node or error.node.at.path.split(".")[0].split("[")[0] in entries
        return
    assert "text" in entries and "txet" not in entries
    assert isinstance(found.text, str) and isinstance(found.number, Fraction) and isinstance(found.truth, bool)
    assert all(isinstance(word, str) for word in found.words) and all(isinstance(i, Inner) for i in found.inners)
    assert found.size in SIZES and found.side in ("left", "right") and isinstance(found.colour, Colour)
