"""click in Chinese: help pages and usage errors, for people who never asked for a terminal."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Argument(click.Argument):
    """An argument that the help page explains (click has no such thing before 8.5)."""

    def __init__(self, *args: Any, explained: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.explained = explained


def argument(name: str, metavar: str, explained: str, **kwargs: Any) -> Callable[[F], F]:
    """Declare an argument with the explanation that the help page shows."""
    shown = metavar if kwargs.get("required", True) else f"[{metavar}]"
    return click.argument(name, cls=Argument, metavar=shown, explained=explained, **kwargs)


class Command(click.Command):
    """A command whose help page is in Chinese."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the words after the command's name in the usage line."""
        return ["[选项]", *(piece for param in self.get_params(ctx) for piece in param.get_usage_pieces(ctx))]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), "用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the arguments, then the options."""
        for title, rows in (("参数", argument_rows(self, ctx)), ("选项", option_rows(self, ctx))):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return --help, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这页说明。"
        return option


def argument_rows(command: click.Command, ctx: click.Context) -> list[tuple[str, str]]:
    """Return (name, explanation) of the command's arguments."""
    return [(p.metavar or "", p.explained) for p in command.get_params(ctx) if isinstance(p, Argument)]


def option_rows(command: click.Command, ctx: click.Context) -> list[tuple[str, str]]:
    """Return (spelling, explanation) of the command's options."""
    options = [param for param in command.get_params(ctx) if isinstance(param, click.Option)]
    rows = []
    for option in options:
        spelled = ", ".join(sorted(option.opts, key=len))
        if not option.is_flag:
            spelled += f" {option.metavar}"
        notes = ["必须写"] if option.required else []
        notes += ["可写多次"] if option.multiple else []
        rows.append((spelled, f"{option.help or ''}{'（' + '，'.join(notes) + '）' if notes else ''}"))
    return rows


class Group(Command, click.Group):
    """A group that imports a command's module only when the command is asked for: `--help` stays quick.

    ``lazy`` gives each command's module (of this package, unless its whole name is given) and one-line help.
    """

    def __init__(self, *args: Any, lazy: dict[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"no_args_is_help": False}))  # main shows the help page, in Chinese
        self.lazy = lazy or {}

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the words after the group's name in the usage line."""
        return ["[选项]", "命令", "…"]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return [*self.lazy, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name in self.lazy:
            module = self.lazy[cmd_name][0]
            command: click.Command = import_module(module if "." in module else f"{__package__}.{module}").command
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
    message = error.format_message()
    if isinstance(error, click.NoSuchOption):
        near = f"，是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}"
    if isinstance(error, click.BadOptionUsage):
        why = "后面不带内容" if "does not take a value" in message else "后面缺了内容"
        return f"选项 {error.option_name} {why}"
    if isinstance(error, click.MissingParameter):
        return f"缺少 {_parameter_name(error)}"
    if isinstance(error, click.BadParameter):
        return f"“{_parameter_name(error)}”的值不对：{error.message}"
    if message.startswith("No such command"):
        return f"没有命令 {message.split(chr(39))[1]}"
    if "unexpected extra argument" in message:
        return f"多出了内容：{message.split('(')[-1].rstrip(').')}"
    return message


def _parameter_name(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return (error.param.metavar or error.param.human_readable_name).strip("[]")
