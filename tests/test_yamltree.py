"""YAML with places: any text gives a tree or one finding; every value knows its line and path."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from kaoping.core import _list_pieces, yamltree
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.yamltree import ExpectedError, Node

#: What YAML is made of, so that random texts reach every corner of it.
PIECES = st.sampled_from(
    ["- ", "a: ", "名称: ", "\n", "  ", "\t", ": ", "#", "[", "]", "{", "}", ",", "&x ", "*x", "<<: ", "? ", "|", ">",
     '"', "'", "!!str ", "---\n", "...\n", "%YAML 1.1\n", "~", "是", "2017-05-16", "\\", "\0", "\x07", "\ufeff",
     "\u2028", "\r", "\x85", "\ud800", "😀"]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))
UNREADABLE = {"yaml.unreadable", "yaml.too_deep"}


def _parse(text: str) -> tuple[Node | None, Findings]:
    findings = Findings()
    return yamltree.parse(text, "x.yaml", findings), findings


def _tree(text: str) -> Node:
    node, findings = _parse(text)
    assert node is not None and not list(findings), list(findings)
    return node


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    children = node.value.values() if isinstance(node.value, dict) else node.value
    for child in children if not isinstance(children, str | None) else ():
        yield from _nodes(child)


@settings(max_examples=examples(600))
@given(TEXTS)
def test_any_text_is_a_tree_or_one_finding(text: str) -> None:
    node, findings = _parse(text)
    last = max(1, len(text.splitlines()) + 1)
    assert all(0 <= finding.at.line <= last for finding in findings)
    told = [finding.code for finding in findings if finding.code != "yaml.duplicate_key"]
    if node is None:
        assert len(told) == 1 and told[0] in UNREADABLE
    else:
        assert told == []
        assert all(1 <= inner.at.line <= last for inner in _nodes(node))


#: Whole trees in any style, with names and values that repeat.
WRITTEN = st.builds(
    yaml.safe_dump,
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["~", "<<", "null"])),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(st.sampled_from(["a", "名称", "<<", ""]), inner, max_size=4),
            inner.map(lambda one: [one, one]),  # the second is an alias
        ),
        max_leaves=12,
    ),
    allow_unicode=st.booleans(),
    default_flow_style=st.sampled_from([None, True, False]),
    default_style=st.sampled_from([None, '"', "'", "|"]),
)


@settings(max_examples=examples(400), deadline=None)
@given(st.one_of(TEXTS, WRITTEN), st.integers(1, 8), st.integers(0, 6))
def test_plain_scalars_are_read_as_any_other_node_is(text: str, deepest: int, most: int) -> None:
    """The short way that nearly all nodes of a long file take gives the same tree, findings and limits as the long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yamltree, "MOST_DEPTH", deepest)
        patch.setattr(yamltree, "MOST_REPEATED", most)
        node, findings = _parse(text)
        patch.setattr(yamltree, "_is_plain_scalar", lambda _: False)
        slowly, told = _parse(text)
    assert node == slowly
    assert list(findings) == list(told)


@settings(max_examples=examples(200))
@given(st.binary() | st.builds(str.encode, TEXTS, st.sampled_from(["utf-8", "gb18030", "utf-16"]), st.just("replace")))
def test_any_file_is_a_tree_or_an_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    findings = Findings()
    node = yamltree.read(path, "any.yaml", findings)
    errors = [f for f in findings.errors if f.code != "yaml.duplicate_key"]
    assert (node is None) == (len(errors) == 1)


VALUES = st.recursive(
    st.none() | st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc名称", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=examples(200))
@given(VALUES)
def test_what_yaml_wrote_is_read_back(value: object) -> None:
    for flow in (False, True):
        text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow)
        assert _tree(text).plain() == value


@settings(max_examples=examples(100))
@given(st.lists(st.text("甲乙a1", min_size=1, max_size=5), min_size=1, max_size=20), st.integers(0, 3))
def test_every_item_knows_its_line_and_path(names: list[str], blank: int) -> None:
    gap = "\n" * (blank + 1)
    text = gap.join(f'- id: "{name}"\n  title: "{name}"' for name in names)
    for number, item in enumerate(_tree(text).items(), 1):
        first = (number - 1) * (blank + 2) + 1
        assert (item.at.path, item.at.line) == (f"[{number}]", first)
        title = item.mapping()["title"]
        assert (title.at.path, title.at.line, title.text()) == (f"[{number}].title", first + 1, names[number - 1])


def test_scalars_stay_text_and_only_a_bare_nothing_is_nothing() -> None:
    text = "a: 2017-05-16\nb: 否\nc: 0010\nd: ~\ne:\nf: ''\ng: 'null'\nh: 1.0\ni: yes\n"
    assert _tree(text).plain() == {
        "a": "2017-05-16", "b": "否", "c": "0010", "d": None, "e": None, "f": "", "g": "null", "h": "1.0", "i": "yes",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "\n\n", "# 只有说明\n", "---\n", "--- ~\n", "\r\n# 甲\r\n"])
def test_a_file_that_says_nothing_is_nothing(text: str) -> None:
    assert _tree(text).value is None


def test_a_merge_fills_in_and_the_own_entry_wins() -> None:
    text = "- &a {x: 1, y: 2}\n- &b {y: 3, z: 4}\n- <<: [*a, *b]\n  x: 9\n- <<: *a\n- '<<': 甲\n"
    items = _tree(text).items()
    assert [item.plain() for item in items[2:]] == [
        {"x": "9", "y": "2", "z": "4"}, {"x": "1", "y": "2"}, {"<<": "甲"},
    ]  # fmt: skip
    assert items[2].mapping()["z"].at.line == 2, "a merged value stands where it was written"


def test_an_anchor_may_be_used_again_for_something_else() -> None:
    assert _tree("- &a 1\n- *a\n- &a 2\n- *a\n").plain() == ["1", "1", "2", "2"]


@pytest.mark.parametrize("text", ["- <<: 甲\n", "? [a, b]\n: 1\n", "? {a: b}\n: 1\n"])
def test_what_yaml_allows_and_a_record_never_needs_is_refused(text: str) -> None:
    node, findings = _parse(text)
    assert node is None and [f.code for f in findings] == ["yaml.unreadable"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "- " * 50_000,
        "? " * 50_000,
        "\n".join(" " * n + "a:" for n in range(2000)),
        "a: &a [x, x]\n" + "".join(f"k{n}: &a [*a, *a]\n" for n in range(60)),
        "&a [*a]",
        "&a {x: *a}",
        "&a {<<: *a}",
    ],
    ids=["brackets", "dashes", "question-marks", "indents", "billion-laughs", "self", "self-in-map", "self-merge"],
)
def test_a_file_made_to_break_a_reader_ends_soon_with_one_finding(text: str) -> None:
    begun = time.monotonic()
    node, findings = _parse(text)
    assert node is None and [f.code for f in findings] == ["yaml.too_deep"]
    assert time.monotonic() - begun < 5


def test_a_quote_left_open_is_shown_where_it_opens() -> None:
    _, findings = _parse('- id: A\n- title: "甲\n- id: B\n- id: C\n')
    (finding,) = findings
    assert finding.at.line == 2 and "甲" in finding.problem


def test_the_line_that_can_not_be_read_is_quoted() -> None:
    _, findings = _parse("- id: A\n\ttitle: 甲\n")
    (finding,) = findings
    assert (finding.at.file, finding.at.line) == ("x.yaml", 2) and "title: 甲" in finding.problem


@pytest.mark.parametrize(("data", "codes"), [
    ("名称: 甲".encode(), []),
    ("名称: 甲".encode("utf-8-sig"), []),
    ("名称: 甲".encode("gbk"), ["yaml.gbk"]),
    ("名称: 㐀".encode("gb18030"), ["yaml.gbk"]),
    ("名称: 甲".encode("utf-16"), ["yaml.encoding"]),
])  # fmt: skip
def test_what_notepad_saves(tmp_path: Path, data: bytes, codes: list[str]) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    findings = Findings()
    node = yamltree.read(path, "x.yaml", findings)
    assert [f.code for f in findings] == codes
    assert (node is None) == (codes == ["yaml.encoding"])
    if node is not None:
        assert list(node.mapping()) == ["名称"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), ("-5", -5), ("+0.50", Fraction(1, 2)), ("1/2", Fraction(1, 2)), ("90%", Fraction(9, 10)),
     ("8％", Fraction(2, 25)), ("1e3", None), ("1_000", None), ("1/0", None), ("nan", None), ("inf", None), ("", None),
     ("%", None), ("１２", None), ("9" * 5000, None), (".5", None)],
)  # fmt: skip
def test_numbers_are_exact_or_none(text: str, number: Fraction | int | None) -> None:
    assert yamltree.exact_number(text) == number


def test_readers_say_what_they_expected_and_where() -> None:
    fields = _tree("a: 甲\nb: [1, 2]\nc: 是\n").fields("a b c")
    assert (fields.text("a"), fields.texts("b"), fields.truth("c")) == ("甲", ("1", "2"), True)
    assert fields.number("d") is None
    for wrong in (fields["a"].number, fields["a"].truth, fields["a"].items, fields["a"].mapping, fields["b"].text):
        with pytest.raises(ExpectedError, match="应为"):
            wrong()
    with pytest.raises(ExpectedError, match="不认识“b”，此处可用：a"):
        _tree("a: 1\nb: 2\n").fields("a")
    with pytest.raises(ExpectedError, match="缺少“c”"):
        _tree("a: 1\n").fields("a c")


#: Lines that a list's item may hold: what ends one too early, or goes on where another begins, is among them.
LINES = st.sampled_from([
    "- id: A1", "- {id: A2, title: 甲}", "- id: A3\n  title: |\n    - 不是一条\n", "-", "  title: 乙",
    "  title: \"开着", "- 也在引号里\"", "  list: [甲,", "- 乙]", "- id: &a A4", "- *a", "# 说明", "", "---", "...",
    "  id: A5", "- - 里面", "- ? 长\n  : 值", "  'a': '- b", "- c'", "- id: A6\n  id: A7", "\t- x", "- id: A8\r",
    "  续\x85- id: A9", "%YAML 1.1",
])  # fmt: skip


def told(text: str) -> object:
    findings = Findings()
    node = yamltree.parse(text, "a.yaml", findings)
    return node, [(its.code, str(its.at), its.problem) for its in findings]


@settings(max_examples=examples(100))
@given(st.lists(st.lists(LINES, max_size=9), min_size=1, max_size=5), st.integers(0, 9), st.integers(0, 3))
def test_a_long_list_read_in_part_is_what_it_is_when_read_whole(edits: list[list[str]], at: int, gone: int) -> None:
    """Of a list that was changed the changed items alone are read: that must never give another tree or finding."""
    lines = ["# 台账", *(f"- {{id: B{number}, title: 第{number}条}}" for number in range(8))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_list_pieces, "LONG", 0)
        yamltree.forget()
        told("\n".join(lines))
        for more in edits:
            lines[at : at + gone] = more
            text = "\n".join(lines)
            in_part = told(text)
            yamltree.forget()
            assert in_part == told(text)  # reads it whole, and keeps it for the next edit


def test_of_a_long_list_the_changed_record_alone_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"- {{id: B{number}, title: 第{number}条}}\n" for number in range(2000)]
    first = yamltree.parse("".join(lines), "a.yaml", Findings())
    lines[7] = "- {id: B7, title: 改了}\n"
    second = yamltree.parse("".join(lines), "a.yaml", Findings())
    assert first is not None and second is not None
    before, after = first.items(), second.items()
    assert [at for at in range(2000) if before[at] is not after[at]] == [7]
    assert (after[7].plain(), after[7].at) == ({"id": "B7", "title": "改了"}, Location("a.yaml", "[8]", 8))
