"""click in Chinese: help pages and usage errors, for people who never asked for a terminal."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class Command(click.Command):
    """A command whose help page is in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), "用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and for a group its commands."""
        rows = [row for param in self.get_params(ctx) if (row := param.get_help_record(ctx)) is not None]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return --help, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这页说明。"
        return option


class Group(Command, click.Group):
    """A group that imports a command's module only when the command is asked for: `--help` stays quick.

    ``lazy`` gives each command's module, attribute and one-line help.
    """

    def __init__(self, *args: Any, lazy: dict[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return [*self.lazy, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name in self.lazy:
            command: click.Command = import_module(f"{__package__}.{self.lazy[cmd_name][0]}").command
            return command
        return super().get_command(ctx, cmd_name)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write options, then commands with their one-line help."""
        super().format_options(ctx, formatter)
        rows = [(name, self._short_help(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def _short_help(self, ctx: click.Context, name: str) -> str:
        if name in self.lazy:
            return self.lazy[name][1]
        command = self.get_command(ctx, name)
        return command.get_short_help_str(80) if command else ""


def usage_message(error: click.ClickException) -> str:
    """Return what is wrong with the call, in Chinese."""
    if isinstance(error, click.NoSuchOption):
        near = f"，是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    if isinstance(error, click.MissingParameter):
        hint = error.param.make_metavar(click.Context(click.Command(""))) if error.param else ""
        return f"缺少 {hint}"
    if isinstance(error, click.BadParameter):
        name = error.param.human_readable_name if error.param else ""
        return f"“{name}”的值不对：{error.message}"
    if isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        return f"没有命令 {error.message.split(chr(39))[1]}"
    if isinstance(error, click.UsageError) and "unexpected extra argument" in error.message:
        return f"多出了内容：{error.message.split('(')[-1].rstrip(').')}"
    return error.format_message()
