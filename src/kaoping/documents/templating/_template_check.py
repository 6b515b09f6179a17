"""The check of a template: everything that is wrong with it at once, each at its paragraph, in a clerk's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from jinja2 import TemplateSyntaxError

from kaoping.core.errors import KaopingError
from kaoping.core.file_names import is_nobodys
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL, Location
from kaoping.documents._outline import STYLES
from kaoping.documents.edits import Edit
from kaoping.documents.figure_marks import Marks
from kaoping.documents.templating._names import misused
from kaoping.documents.templating._placed_tags import BROKEN, Flaw, PlacedTag, Reading, broken, read
from kaoping.documents.templating._situations import Context, Sample
from kaoping.documents.templating._tag_blocks import check_blocks
from kaoping.documents.templating._template_file import Content, content
from kaoping.documents.templating._trial import Attempt, Tried, try_out
from kaoping.documents.word import Rendered, environment


def check(template: Path, sample: Sample, at: Location | None = None) -> Findings:
    """Check the ``template`` of a document; finds everything, and tries it out where it is sound so far."""
    look = _Look(template, sample.context, at or Location(template.name))
    if not look.findings.errors:
        attempts = [Attempt(when, context, DRAFT) for when, context in sample.situations()]
        look.try_out([*attempts, Attempt("报送稿", attempts[1].context, FINAL)])
    return look.findings


def check_own(folder: Path, samples: Mapping[str, Callable[[], Sample]]) -> Findings:
    """Check all that lies in the unit's ``folder`` of templates: its own, and files that belong to no document.

    ``samples`` gives, by the name of each document, what makes that which its template is tried with.
    """
    findings = Findings()
    makers = {f"{name}.docx".casefold(): make for name, make in samples.items()}
    for path in sorted(folder.iterdir()):
        if is_nobodys(path.name):
            continue
        at = Location(f"{folder.name}/{path.name}")
        make = makers.get(path.name.casefold())
        if make is None or not path.is_file():
            findings.add("template.stray", at, name=path.name, known="、".join(f"{name}.docx" for name in samples))
        else:
            findings.extend(check(path, make(), at))
    return findings


def render_own(
    template: Path,
    context: Context,
    edits: Sequence[Edit],
    *,
    at: Location,
    form: str,
    dated: date | None,
    title: str,
    author: str,
) -> Rendered:
    """Render a unit's own template as :func:`kaoping.documents.word.render_edited` does, in a process that can end.

    Raises KaopingError, with findings at ``at``, where the template fails.
    """
    look = _Look(template, context, at)
    if not look.findings.errors:
        tried = look.try_out([Attempt("本单位的数据", context, form, dated, title, author, edits)])
    if look.findings.errors:
        raise KaopingError(look.findings.errors)
    assert tried.rendered is not None, "what did not fail was rendered"
    return tried.rendered


class _Look:
    """A template that is looked through: its tags, the same as plain Jinja that can be parsed, and what was found."""

    def __init__(self, path: Path, context: Context, at: Location) -> None:
        self.path = path
        self.at = at
        self.findings = Findings()
        self.tags: list[PlacedTag] = []
        self.lines: list[str] = []
        its = content(path, at, self.findings)
        if its is not None:
            self._check_styles(its)
            self._check_tags([read(paragraph) for paragraph in its.paragraphs], context)

    def try_out(self, attempts: Sequence[Attempt]) -> Tried:
        """Render the template, and tell what fails."""
        tried = try_out(self.path, self.lines, attempts)
        for failure in tried.failures:
            tag = self.tags[failure.tag - 1] if failure.tag else None
            place, words = (tag.paragraph.place, tag.text) if tag else ("", "")
            self._add(failure.code, place, words, when=failure.when, why=failure.why)
        return tried

    def _check_styles(self, its: Content) -> None:
        lacking = {name: use for name, use in STYLES.items() if name not in its.styles.values()}
        if lacking:
            uses = "、".join(dict.fromkeys(lacking.values()))
            self.findings.add("template.no_style", self.at, names="、".join(lacking), uses=uses)
        for paragraph in its.paragraphs:
            for style in paragraph.element.iterfind(f"{qn('w:pPr')}/{qn('w:pStyle')}"):
                if style.get(qn("w:val")) not in its.styles:
                    self._tell([Flaw("template.style_gone", paragraph, paragraph.text[:24], style.get(qn("w:val")))])

    def _check_tags(self, readings: Sequence[Reading], context: Context) -> None:
        filled = [reading for reading in readings if reading.paragraph.filled]
        halves = list(broken(filled))
        flaws = halves + [flaw for reading in filled for flaw in reading.flaws]
        others = (reading for reading in readings if reading.tags and not reading.paragraph.filled)
        flaws += [reading.tags[0].flaw("template.not_filled") for reading in others]
        parts: dict[str, list[PlacedTag]] = {}
        for tag in (tag for reading in filled for tag in reading.tags):
            parts.setdefault(tag.paragraph.part, []).append(tag)
        sandbox = environment(Marks())
        for part, tags in parts.items():
            is_torn = any(flaw.paragraph.part == part and re.search("[%％]", flaw.words) for flaw in halves)
            lines, block_flaws = check_blocks(tags, is_torn=is_torn)
            flaws += block_flaws
            self.tags += tags
            self.lines += lines
        # What can't be read may be what gives a name to the rest.
        unread = (flaw.words for flaw in flaws if flaw.code in ("template.syntax", *BROKEN))
        guessed: dict[str, Any] = {word: {} for words in unread for word in re.findall(r"\w+", words)}
        with suppress(TemplateSyntaxError, RecursionError):  # the trial tells
            tree = sandbox.parse("\n".join(self.lines))
            flaws += misused(tree, {"form": "", **guessed, **context}, sandbox, self.tags)
        self._tell(flaws)

    def _tell(self, flaws: Iterable[Flaw]) -> None:
        for flaw in flaws:
            self._add(flaw.code, flaw.paragraph.place, flaw.words, why=flaw.why, near=flaw.near)

    def _add(self, code: str, place: str, words: str, *, why: str = "", near: str = "", when: str = "") -> None:
        at = self.at.at(place) if place else self.at
        where = f"{place}的“{words}”" if place else "模板"
        self.findings.add(code, at, place=place, words=words, where=where, when=when, why=why, name=why, near=near)
