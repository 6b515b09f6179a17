"""Writes docs/commands.md from the commands themselves, so that the page can't say what the tool does not do.

Run `python tools/make_command_reference.py` after changing a command. A test compares the page with what this makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from kaoping.cli.chinese import argument_rows, option_rows
from kaoping.cli.main import cli

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
HEAD = """\
# 命令

<!-- 本页由 tools/make_command_reference.py 生成，不要手改。 -->

每个命令都可以加 `--help`（或 `-h`）看说明。退出码：

| 退出码 | 意思 |
|---|---|
| 0 | 正常（可以有提醒和说明） |
| 1 | 输入里有错误；或报送稿因为还有待定、缺项被退回；或核对不通过，或有一项没有核对成 |
| 2 | 命令用法不对 |
| 3 | 这台电脑上缺少必需的东西，没有生成任何成果 |
| 4 | 程序内部出错；上一次的成果原样保留 |

带 `--json` 的命令在标准输出上只输出一份 UTF-8 的 JSON；不能评分时，输出的是问题清单（`kaoping.findings/1`）。
"""


def commands(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[click.Context]:
    """Yield the contexts of ``command`` and of every command below it, in the order of the help pages."""
    context = click.Context(command, parent, name, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from commands(found, inner, context)


def reference() -> str:
    """Return the page."""
    parts = [HEAD]
    for context in commands(cli, "kaoping"):
        command = context.command
        path = " ".join(names(context))
        pieces = " ".join(command.collect_usage_pieces(context))
        parts.append(f"## `{path}`\n\n{command.help or ''}\n")
        parts.append(f"```text\n{path} {pieces}\n```\n")
        options = [row for row in option_rows(command, context) if "--help" not in row[0]]
        for title, rows in (("参数", argument_rows(command, context)), ("选项", options)):
            if rows:
                parts.append(_table(title, rows))
    return "\n".join(parts)


def names(context: click.Context) -> list[str]:
    """The words that call the command: its own name after those of the groups it stands in."""
    return [*(names(context.parent) if context.parent else []), context.info_name or ""]


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"| {title} | 说明 |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in rows)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(reference(), encoding="utf-8", newline="\n")
    print(f"已写：{PAGE}")
