"""What the commands print: findings for people, JSON for programs, progress only where somebody watches."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from kaoping.core import fs

if TYPE_CHECKING:
    from pathlib import Path

    from kaoping.core.errors import HeldBackError
    from kaoping.core.findings import Finding


def prepare() -> str:
    """Make any text printable: a GBK console must not stop the work over one character it lacks.

    Returns what to say, in English, where a console has no Chinese at all, and people would read question marks; "" for
    all others. ASCII is what a stream claims that nobody set up: click writes UTF-8 there.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
        encoding = getattr(stream, "encoding", None) or "utf-8"
        if codecs.lookup(encoding).name != "ascii" and not _has_chinese(encoding):
            return (
                f"kaoping: this console cannot show Chinese (its encoding is {encoding}); nothing was done.\n"
                "Set the environment variable PYTHONUTF8=1, or choose code page 936 or 65001 (chcp 65001)."
            )
    return ""


def _has_chinese(encoding: str) -> bool:
    try:
        "考评包".encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def today() -> date:
    """Return the day on which somebody reads the screen: the one clock there is, for days left."""
    return date.today()


_spelling: ContextVar[Callable[[str], str]] = ContextVar("_spelling", default=str)


@contextmanager
def commands_spelt(by: Callable[[str], str]) -> Iterator[None]:
    """Have ``by`` spell the commands that messages name for whoever reads them here, and does not type commands."""
    before = _spelling.set(by)
    try:
        yield
    finally:
        _spelling.reset(before)


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line for people."""
    click.echo(_spelling.get()(fs.as_written(text)), err=err)


def complain(text: str) -> None:
    """Print a line on standard error."""
    say(text, err=True)


def typed(*words: object) -> str:
    """Return the words of a command as a console takes them: in quotation marks what has a blank in it."""
    texts = [str(word) for word in words]
    return " ".join(f'"{text}"' if re.search(r"[\s&|<>^()]", text) or not text else text for text in texts)


def asks() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def as_json(document: dict[str, Any], *, in_a_line: bool = False) -> None:
    """Print one UTF-8 JSON document and nothing else, whatever the console's encoding."""
    data = json.dumps(document, ensure_ascii=False, indent=None if in_a_line else 1) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(data.encode(errors="replace"))
    sys.stdout.buffer.flush()


def show_findings(findings: Iterable[Finding], *, err: bool = False) -> None:
    """Print findings, each with its place and its three sentences, and a count of each severity."""
    from kaoping.core.findings import counted

    listed = list(findings)
    for finding in listed:
        _show(finding, err=err)
    say(f"共 {len(listed)} 条：{counted(listed)}。" if listed else "没有发现问题。", err=err)


def show_refusal(error: HeldBackError) -> None:
    """Print, on standard error, all that keeps a 报送稿 back: group by group, each with its number."""
    from kaoping.core.figures import chinese

    for number, (group, findings) in enumerate(error.groups.items(), 1):
        say(f"{chinese(number)}、{group}（{len(findings)}处）", err=True)
        for finding in findings:
            _show(finding, err=True)
        say(err=True)
    listed = "，".join(f"{group} {len(findings)} 处" for group, findings in error.groups.items())
    say(f"报送稿还不能生成：{listed}。全部列在上面，都处理好就能生成。", err=True)


def _show(finding: Finding, *, err: bool) -> None:
    say(f"【{finding.severity.label}】{finding.at}", err=err)
    for head, text in (("问题", finding.problem), ("影响", finding.effect), ("怎么改", finding.mend)):
        say(f"  {head}：{text}", err=err)


def tell_earlier(earlier: Path | None) -> None:
    """Say where the workbook as it was before stands, if it was written to."""
    if earlier is not None:
        say(f"改动前的台账保留在 {earlier}。")


class Progress:
    """A progress line on standard error; silent where it is not a terminal."""

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()

    def __call__(self, done: int, of: int, what: str) -> None:
        """Show that ``done`` of ``of`` steps are done and that ``what`` comes next."""
        if self.shown:
            bar = "#" * round(20 * done / of)
            click.echo(f"\r[{bar:<20}] {done}/{of} {what}　　　　", err=True, nl=done == of)
