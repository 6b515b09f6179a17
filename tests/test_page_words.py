"""Messages name commands; who reads them on the page is told where on the page that is done."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

import kaoping
from kaoping import api
from kaoping.core import resources
from kaoping.page import _appearance

CATALOGUE = yaml.load(resources.schema("findings.yaml").read_text("utf-8"), yaml.CSafeLoader)


TYPED = re.compile(r"kaoping [a-z]|(?<![\w-])--[a-z]")


def texts(node: object) -> list[str]:
    if isinstance(node, dict | list):
        inner = node.values() if isinstance(node, dict) else node
        return [text for each in inner for text in texts(each)]
    return [node] if isinstance(node, str) and TYPED.search(node) else []


def in_code() -> list[str]:
    """The texts in the engine's code that name what is typed: commands, in f-strings too."""
    named = []
    engine = Path(kaoping.__file__).parent
    for path in sorted(engine.rglob("*.py")):
        if path.is_relative_to(engine / "cli"):  # where it is installed; what is said there is read in a terminal
            continue
        code = path.read_text("utf-8")
        if not TYPED.search(code):  # parsing all of them would keep whoever collects tests waiting
            continue
        nodes = list(ast.walk(ast.parse(code)))
        inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        words = {
            node.value.value for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "甲" for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
                text = node.value
            else:
                continue
            if (
                text not in words
                and not text.startswith("--")
                and re.search(r"kaoping [a-z]+ 单位文件夹|(?<![\w-])--[a-z]+.*[\u4e00-\u9fff]", text)
            ):
                named.append(text)
    return named


NAMING = [re.sub(r"\{\w+\}", "甲", text) for text in texts(CATALOGUE)]
SCHEMAS = [
    text
    for path in sorted(resources.schema("").rglob("*.yaml"))
    if path.parent.name in ("records", "engine") and TYPED.search(schema := path.read_text("utf-8"))
    for text in texts(yaml.load(schema, yaml.CSafeLoader))
]


@pytest.mark.parametrize("text", [*NAMING, *SCHEMAS, *in_code()])
def test_nothing_that_is_to_be_typed_stands_on_the_page(text: str) -> None:
    read = _appearance.here(text)
    assert not TYPED.search(read) and " --" not in read
    assert not re.search("里人|上人|里 |上 ", read), "no word of a command is left behind"


def test_commands_are_looked_for_where_they_are() -> None:
    """Else the test above would hold of nothing."""
    assert len(NAMING) > 60 and len(SCHEMAS) > 4 and len(in_code()) > 5


def test_every_template_says_what_is_wrong_in_the_pages_words() -> None:
    """Whatever prints a sentence of a finding, or of a schema, has its commands made places."""
    bare = []
    for path in sorted(api.template("page").glob("*.html")):
        printed = re.findall(r"\{\{[^}]*\.(?:problem|mend|effect|hint|purpose)\b[^}]*\}\}", path.read_text("utf-8"))
        bare += [(path.name, its) for its in printed if "|here" not in its and ".effect }}" not in its]
    assert not bare


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("待定的用 kaoping decide 裁定；别的照旧。", "待定的在这一项的页面上裁定；别的照旧。"),
        (
            "由单位认可：kaoping accept 单位文件夹 没能查看 --for \"甲 乙.pdf\" --reason 理由 --who 认可人；移走。",
            "由单位认可：在“生成”里；移走。",
        ),
        (
            "选一个：kaoping edits 单位文件夹 --keep X（用修改的）或 --drop X（用程序写的）。",
            "选一个：在“生成”的“Word 里的改动”里。",
        ),
        ("运行 kaoping init 单位文件夹 --update 补上", "在“记录”的“以前的版本”里“重做台账”，补上"),
        ("在导入时写明单位（--map 列名（元）=罚款金额）。", "在导入时写明单位。"),
        ("由 kaoping accept 填写，证明看到的内容", "由程序填写，证明看到的内容"),
        ("没有命令的句子。", "没有命令的句子。"),
    ],
)  # fmt: skip
def test_a_command_is_its_place_on_the_page(text: str, words: str) -> None:
    assert _appearance.here(text) == words


def test_every_place_is_that_of_a_command() -> None:
    from kaoping.cli.main import COMMANDS

    from kaoping.core import seam

    places = yaml.load((api.template("page") / "commands.yaml").read_text("utf-8"), yaml.CSafeLoader)
    assert {name.split()[0] for name in places} <= COMMANDS.keys() | seam.commands().keys()


def test_no_file_is_to_be_edited_that_whoever_reads_the_page_never_sees() -> None:
    """But where the file itself is what is wrong, or another's; what is typed into 设置 is told there (its tests)."""
    of_the_file = {"notice.misshapen", "notice.bad_pattern", "notice.unplaced", "rollup.no_records"}
    named = {code for code, its in CATALOGUE.items() if "notice.yaml" in its.get("mend", "")}
    assert of_the_file < named and named - of_the_file <= _appearance._mends().keys()
    assert not [words for words in _appearance._mends().values() if "notice.yaml" in words]


def test_every_template_says_how_to_mend_by_the_finding() -> None:
    """The filter knows what is done otherwise on the page; its sentence alone does not."""
    bare = [
        path.name for path in sorted(api.template("page").glob("*.html")) if ".mend|here" in path.read_text("utf-8")
    ]
    assert not bare
