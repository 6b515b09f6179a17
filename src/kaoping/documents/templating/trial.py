"""Rendering a template where nothing can come of it: in a process that is ended when it takes too long or too much.

This module runs there. It tries the tags alone first, a line each, so that what fails has the number of its tag.
"""

from __future__ import annotations

import base64
import pickle
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kaoping.evidence.workers import Job, Worker

SECONDS = 30.0
MEMORY = 800_000_000  # bytes
_SOURCE = "<template>"  # what Jinja calls a template without a file


@dataclass(frozen=True, slots=True)
class Attempt:
    """One rendering: when it is so (for a finding's words), and what the template gets."""

    when: str
    context: Mapping[str, Any]
    form: str
    dated: date | None = None
    title: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong: its kind, in which part at which tag (1…; 0 where nobody can tell), when, and why."""

    kind: str  # empty, not_text, forbidden, cut, malformed, failed; time, memory, crash of the process
    part: str = ""
    tag: int = 0
    when: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: failures; or the last attempt's document, or the blanks (待补) that keep it from being one."""

    failures: Sequence[Failure] = ()
    data: bytes = b""
    blanks: Sequence[str] = ()


def try_out(path: Path, parts: Mapping[str, str], attempts: Sequence[Attempt]) -> Tried:
    """Render the template at ``path`` for each attempt; ``parts`` gives the tags of each part, one a line.

    Raises OSError where no process can be started.
    """
    packed = base64.b64encode(pickle.dumps(tuple(attempts))).decode("ascii")
    arguments = {"path": str(path.absolute()), "parts": dict(parts), "attempts": packed}
    with Worker(MEMORY) as worker:
        outcome = worker.do(Job(f"{__name__}:attempt", arguments, SECONDS))
    if outcome.failure:
        return Tried([Failure("crash" if outcome.failure == "error" else outcome.failure, why=outcome.detail)])
    said = outcome.result
    failures = [Failure(**failure) for failure in said["failures"]]
    return Tried(failures, base64.b64decode(said["data"]), said["blanks"])


def attempt(path: str, parts: Mapping[str, str], attempts: str) -> dict[str, Any]:
    """Do what :func:`try_out` asks for, in the worker; what goes in and comes out is JSON."""
    from kaoping.documents.word import BlankInFinal, render

    failures: list[dict[str, Any]] = []
    data = b""
    blanks: tuple[str, ...] = ()
    for one in pickle.loads(base64.b64decode(attempts)):  # our own, from the process that started us
        found = [failure for part, source in parts.items() if (failure := _tags(part, source, one))]
        if not found:
            try:
                data = render(
                    Path(path), one.context, form=one.form, dated=one.dated, title=one.title, author=one.author
                )
            except BlankInFinal as error:
                blanks = error.blanks
            except MemoryError:
                raise
            except Exception as error:
                found = [_failure(error, "", one.when)]
        failures += found
    return {"failures": failures, "data": base64.b64encode(data).decode("ascii"), "blanks": list(blanks)}


def _tags(part: str, source: str, one: Attempt) -> dict[str, Any] | None:
    from kaoping.documents.marks import Marks
    from kaoping.documents.word import environment, printed

    marks = Marks()
    try:
        environment(marks).from_string(source).render(printed(one.context, marks, one.form))
    except MemoryError:
        raise
    except Exception as error:
        return _failure(error, part, one.when)
    return None


def _failure(error: Exception, part: str, when: str) -> dict[str, Any]:
    frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _SOURCE]
    tag = frames[-1] if frames and part else 0
    kind, why = _explained(error)
    return {"kind": kind, "part": part, "tag": tag or 0, "when": when, "why": why}


def _explained(error: Exception) -> tuple[str, str]:
    from jinja2 import TemplateError, UndefinedError
    from jinja2.exceptions import SecurityError
    from lxml.etree import XMLSyntaxError

    from kaoping.documents.word import EmptyPrinted, MalformedError, NotTextError

    said = str(error)
    match error:
        case EmptyPrinted():
            return "empty", ""
        case NotTextError():
            return "not_text", ""
        case SecurityError():
            return "forbidden", ""
        case MalformedError() | XMLSyntaxError():
            return "malformed", ""
        case ValueError() if "截断" in said:
            return "cut", said.partition("：")[2]
        case UndefinedError():
            return "failed", "用到了没有的数据（例如空清单里的第一条）"
        case ZeroDivisionError():
            return "failed", "除数是0"
        case OverflowError():
            return "failed", "数太大"
        case RecursionError():
            return "failed", "套得太深"
        case TemplateError():
            return "failed", "标签写得不对"
        case TypeError() | AttributeError():
            return "failed", "这种数据不能这样算、这样用"
    chinese = any("\u4e00" <= char <= "\u9fff" for char in said)
    return "failed", said if chinese else "数据和写法不合"
