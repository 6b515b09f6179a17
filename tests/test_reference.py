"""The reference pages say what the tool does: they are made from it, and the committed pages are what it makes now."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import click
import pytest

from culture import CULTURE
from kaoping.core.findings import catalogue
from kaoping.scoring.crosscheck.definitions import checks_of

ROOT = Path(__file__).parent.parent


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["make_command_reference", "make_finding_reference"])
def test_the_committed_page_is_what_the_tool_makes(name: str) -> None:
    tool = _tool(name)
    page: Path = tool.PAGE
    assert page.read_text("utf-8") == tool.reference(), f"请运行 python tools/{name}.py"


def test_the_page_of_commands_has_every_command_and_option() -> None:
    from kaoping.cli.main import cli

    tool = _tool("make_command_reference")
    sections = {text.split("`")[0]: text for text in tool.reference().split("## `")[1:]}
    for context in tool.commands(cli, "kaoping"):
        section = sections.pop(" ".join(tool.names(context)))
        for param in context.command.params:
            named = param.metavar if isinstance(param, click.Argument) else param.opts[0]
            assert f"| `{named}" in section
    assert not sections, "and none that is not there"


def test_the_page_of_findings_has_every_code_with_its_three_sentences() -> None:
    page = _tool("make_finding_reference").reference()
    every = [*catalogue().values(), *(check.words for check in checks_of(CULTURE))]
    for kind in every:
        assert page.count(f"`{kind.code}`（{kind.severity.label}）") == 1
    assert page.count("- 怎么改：") == len(every)
