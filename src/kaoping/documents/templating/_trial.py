"""A template rendered where nothing can come of it: in a process that is ended when it takes too long or too much.

:func:`try_in_worker` runs there. It renders the tags alone first, a line each, so that what fails has the number of its
tag.
"""

from __future__ import annotations

import base64
import pickle
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml.etree import XMLSyntaxError

from kaoping.core import fs
from kaoping.core.figures import Lack, Missing
from kaoping.core.remembered import Remembered, mark_of
from kaoping.documents._dialect import in_chinese
from kaoping.documents._only_text import EmptyPrinted, NotTextError
from kaoping.documents.edits import Edit, Outcome, keeping
from kaoping.documents.edits.phrases import parsed, written
from kaoping.documents.figure_marks import Marks
from kaoping.documents.word import (
    MalformedError,
    Rendered,
    environment,
    printed,
    render_edited,
)
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
    edits: Sequence[Edit] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong: the finding's code, when, why, and at which tag (1…; 0 where nobody can tell)."""

    code: str
    when: str = ""
    why: str = ""
    tag: int = 0


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: failures, or the last attempt's document."""

    failures: Sequence[Failure] = ()
    rendered: Rendered | None = None


_remembered: Remembered[Tried] = Remembered(64)  # what was tried before in this process


def try_out(path: Path, lines: Sequence[str], attempts: Sequence[Attempt]) -> Tried:
    """Render the template at ``path`` for each attempt; ``lines`` are its tags in plain Jinja.

    What was tried before with the same is not tried again. Raises OSError where no process can be started.
    """
    mark = mark_of(fs.read(path), tuple(lines), tuple(attempts))
    if known := _remembered.find(mark):
        return known
    packed = base64.b64encode(pickle.dumps(tuple(attempts))).decode("ascii")
    arguments = {"path": str(path.absolute()), "lines": list(lines), "attempts": packed}
    with Worker(MEMORY) as worker:
        outcome = worker.do(Job(f"{__name__}:try_in_worker", arguments, SECONDS))
    if outcome.failure:
        return Tried([Failure("template.endless")])  # a busy machine may end another time
    failures, rendered = outcome.result
    document = _from_json(rendered, attempts[-1].edits) if rendered else None
    return _remembered.keep(mark, Tried([Failure(*failure) for failure in failures], document))


def try_in_worker(path: str, lines: Sequence[str], attempts: str) -> tuple[list[Any], dict[str, Any]]:
    """Do what :func:`try_out` asks for, in the worker; what goes in and comes out is JSON."""
    first_failures: dict[tuple[str, int], Failure] = {}
    rendered: Rendered | None = None
    left = list(lines)
    for attempt in pickle.loads(base64.b64decode(attempts)):  # our own, from the process that started us
        failures: list[Failure] = []
        if _error(lines, attempt):
            failures += _failures(left, attempt)
        else:
            about = {"form": attempt.form, "dated": attempt.dated, "title": attempt.title, "author": attempt.author}
            try:
                rendered = render_edited(Path(path), attempt.context, attempt.edits, **about)
            except MemoryError:
                raise
            except Exception as error:
                failures.append(Failure(*_explained(error, attempt.when)))
        for failure in failures:
            first_failures.setdefault((failure.code, failure.tag), failure)
    return [astuple(failure) for failure in first_failures.values()], _as_json(rendered) if rendered else {}


def _as_json(rendered: Rendered) -> dict[str, Any]:
    return {
        "data": base64.b64encode(rendered.data).decode("ascii"),
        "kept": keeping.as_json(rendered.kept),
        "outcomes": [[its.edit.id, its.trouble, list(map(written, its.now))] for its in rendered.outcomes],
        "blanks": {blank: asdict(its) for blank, its in rendered.blanks.items()},
    }


def _from_json(entry: Mapping[str, Any], edits: Sequence[Edit]) -> Rendered:
    by_id = {edit.id: edit for edit in edits}
    outcomes = [Outcome(by_id[id_], why, tuple(map(parsed, now))) for id_, why, now in entry["outcomes"]]
    data, kept = base64.b64decode(entry["data"]), keeping.from_json(entry["kept"])
    return Rendered(data, kept, outcomes, {blank: _missing(its) for blank, its in entry["blanks"].items()})


def _missing(entry: Mapping[str, Any]) -> Missing:
    lack = entry["lack"]
    given = tuple((name, value) for name, value in lack["given"]) if lack else ()
    return Missing(entry["what"], entry["source"], Lack(**{**lack, "given": given}) if lack else None)


def _failures(lines: list[str], attempt: Attempt) -> Iterator[Failure]:
    """Yield what fails, tag by tag: one that only prints is taken out of ``lines`` then, so that the rest is tried."""
    while error := _error(lines, attempt):
        if isinstance(error, TemplateSyntaxError):
            yield Failure("template.syntax", attempt.when, in_chinese(error), error.lineno)
            return
        frames = traceback.extract_tb(error.__traceback__)
        tag = next((frame.lineno for frame in reversed(frames) if frame.filename == _SOURCE), 0) or 0
        yield Failure(*_explained(error, attempt.when), tag)
        if not tag or "{{" not in lines[tag - 1]:
            return
        lines[tag - 1] = re.sub(r"\{\{.*\}\}", "", lines[tag - 1])


def _error(lines: Sequence[str], attempt: Attempt) -> Exception | None:
    """Render tags alone; return what it stumbles over."""
    marks = Marks()
    try:
        environment(marks).from_string("\n".join(lines)).render(printed(attempt.context, marks, attempt.form))
    except MemoryError:
        raise
    except Exception as error:
        return error
    return None


def _explained(error: Exception, when: str) -> tuple[str, str, str]:
    """Return the finding's code, when it failed, and why."""
    message = str(error)
    match error:
        case EmptyPrinted():
            return "template.empty", when, ""
        case NotTextError():
            return "template.not_text", when, ""
        case SecurityError():
            return "template.forbidden", when, "程序内部的东西"
        case MalformedError() | XMLSyntaxError():
            return "template.malformed", when, ""
        case ValueError() if "截断" in message:
            return "template.cut_figure", when, message.partition("：")[2]
        case UndefinedError() if quoted := re.fullmatch(r"'(\w+)' is undefined", message):
            return "template.unknown_name", when, quoted[1]
        case UndefinedError() if quoted := re.search(r"no attribute '(.+)'$", message):
            return "template.failed", when, f"这里的数据没有“{quoted[1]}”这一项"
    chinese = any("\u4e00" <= char <= "\u9fff" for char in message)
    reasons = (why for kind, why in _REASONS if isinstance(error, kind))
    return "template.failed", when, next(reasons, message if chinese else "数据和写法不合")


_REASONS = (
    (UndefinedError, "用到了没有的数据（例如空清单里的第一条）"),
    (ZeroDivisionError, "除数是0"),
    (OverflowError, "数太大"),
    (RecursionError, "套得太深"),
    (TemplateError, "标签写得不对"),
    ((TypeError, AttributeError), "这种数据不能这样算、这样用"),
)
