"""Messages name commands; who reads them on the page is told where on the page that is done."""

from __future__ import annotations

import re

import pytest
import yaml

from kaoping import api
from kaoping.core import resources
from kaoping.page import _appearance

CATALOGUE = yaml.safe_load(resources.schema("findings.yaml").read_text("utf-8"))


def texts(node: object) -> list[str]:
    if isinstance(node, dict | list):
        inner = node.values() if isinstance(node, dict) else node
        return [text for each in inner for text in texts(each)]
    return [node] if isinstance(node, str) and "kaoping " in node else []


NAMING = [re.sub(r"\{\w+\}", "甲", text) for text in texts(CATALOGUE)]


@pytest.mark.parametrize("text", NAMING)
def test_no_message_of_the_catalogue_has_a_command_typed_on_the_page(text: str) -> None:
    """But for what the page can't do: there it says where that is typed."""
    read = _appearance.here(text).replace("都加上 --follow-links，", "")
    left = re.sub(r"在命令行里运行 kaoping [^。；，：）]*", "", read)
    assert "kaoping" not in left and " --" not in left
    assert not re.search("里人|上人|里 |上 ", left), "no word of a command is left behind"


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
        ("运行 kaoping init 单位文件夹 --update 补上", "在命令行里运行 kaoping init 单位文件夹 --update 补上"),
        ("没有命令的句子。", "没有命令的句子。"),
    ],
)  # fmt: skip
def test_a_command_is_its_place_on_the_page(text: str, words: str) -> None:
    assert _appearance.here(text) == words


def test_every_place_is_that_of_a_command() -> None:
    from kaoping.cli.main import COMMANDS

    from kaoping.core import seam

    places = yaml.safe_load((api.template("page") / "commands.yaml").read_text("utf-8"))
    assert places.keys() <= COMMANDS.keys() | seam.commands().keys()
