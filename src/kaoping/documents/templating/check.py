"""The check of a template: everything that is wrong with it at once, each at its paragraph, in a clerk's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping import documents
from kaoping.core.findings import Findings
from kaoping.core.forms import DRAFT, FINAL
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.documents.templating import blocks, sample
from kaoping.documents.templating.names import LEAF, misused, shape_of
from kaoping.documents.templating.opening import opened
from kaoping.documents.templating.places import Paragraph, paragraphs
from kaoping.documents.templating.tags import STRAIGHT, Flaw, Reading, Tag, is_cut, read
from kaoping.documents.templating.trial import Attempt, Failure, try_out

if TYPE_CHECKING:
    from docx.document import Document
    from jinja2.sandbox import SandboxedEnvironment

FOLDER = "模板"


@dataclass(slots=True)
class Look:
    """What was read from a template: the tags of each part, in order."""

    parts: dict[str, list[Tag]] = field(default_factory=dict)

    def sources(self) -> dict[str, str]:
        """Return each part's tags in plain Jinja, one a line: line n is tag n."""
        return {part: "\n".join(tag.jinja.translate(STRAIGHT) for tag in tags) for part, tags in self.parts.items()}

    def at(self, part: str, tag: int) -> Tag | None:
        """Return the ``tag``-th (1…) of a part."""
        tags = self.parts.get(part, [])
        return tags[tag - 1] if 0 < tag <= len(tags) else None


def own_names(pack: Pack) -> dict[str, str]:
    """Return stem → name, by which a template belongs to its document."""
    return {stem: its.name for stem, its in documents.documents_of(pack).items()}


def check(template: Path, stem: str, pack: Pack, at: Location | None = None) -> Findings:
    """Check the ``template`` of the document ``stem``; finds everything, and tries it out where it is sound so far."""
    at = at or Location(template.name)
    findings = Findings()
    look = looked_through(template, sample.context(stem, pack), at, findings)
    if look is not None and not findings.errors:
        attempts = [Attempt(when, context, DRAFT) for when, context in sample.situations(stem, pack)]
        attempts.append(Attempt("报送稿", attempts[1].context, FINAL))
        tell(try_out(template, look.sources(), attempts).failures, look, at, findings)
    return findings


def check_own(folder: Path, pack: Pack) -> Findings:
    """Check all that lies in the unit's 模板/: its own templates, and files that belong to no document."""
    findings = Findings()
    names = own_names(pack)
    stems = {f"{name}.docx".casefold(): stem for stem, name in names.items()}
    inside = folder / FOLDER
    for path in sorted(inside.iterdir()) if inside.is_dir() else ():
        if path.name.startswith(("~$", ".")) or path.name.casefold() in ("thumbs.db", "desktop.ini"):
            continue
        at = Location(f"{FOLDER}/{path.name}")
        stem = stems.get(path.name.casefold())
        if stem is None or not path.is_file():
            findings.add("template.stray", at, name=path.name, known="、".join(f"{n}.docx" for n in names.values()))
        else:
            findings.extend(check(path, stem, pack, at))
    return findings


def looked_through(template: Path, context: Mapping[str, Any], at: Location, findings: Findings) -> Look | None:
    """Read the template and tell what is wrong with its writing; None where it can't be opened at all."""
    document = opened(template, at, findings)
    if document is None:
        return None
    every = paragraphs(document)
    _check_styles(document, every, at, findings)
    readings = [(paragraph, read(paragraph)) for paragraph in every]
    _tell_flaws(_written_flaws(readings), at, findings)
    look = Look()
    half = {
        paragraph.part
        for paragraph, reading in readings
        if any("%" in f.words.replace("％", "%") for f in reading.broken)
    }
    for paragraph, reading in readings:
        if not paragraph.filled:
            for tag in reading.tags[:1]:
                _add(Flaw("template.not_filled", paragraph, tag.text), at, findings)
        elif reading.tags:
            look.parts.setdefault(paragraph.part, []).extend(reading.tags)
    for part, tags in look.parts.items():
        _check_part(tags, context, at, findings, has_half=part in half)
    return look


def _written_flaws(readings: list[tuple[Paragraph, Reading]]) -> Iterable[Flaw]:
    filled = [(paragraph, reading) for paragraph, reading in readings if paragraph.filled]
    ended: set[Paragraph] = set()
    for (one, here), (other, there) in pairwise(filled):
        if one.container is other.container and one.part == other.part and is_cut(here, there):
            ended |= {one, other}
            yield Flaw("template.cut_tag", one, here.broken[0].words)
    for paragraph, reading in filled:
        yield from (flaw for flaw in reading.flaws if paragraph not in ended or flaw not in reading.broken)


def _check_part(
    tags: list[Tag], context: Mapping[str, Any], at: Location, findings: Findings, *, has_half: bool
) -> None:
    """Check the tags of a part; where half a statement was told (``has_half``), its blocks can't be told apart."""
    from kaoping.documents.marks import Marks
    from kaoping.documents.word import environment

    sandbox = environment(Marks())
    flaws = [*([] if has_half else blocks.check_blocks(tags)), *blocks.check_units(tags)]
    unfit = {flaw.paragraph for flaw in flaws}
    _tell_flaws(flaws, at, findings)
    known = {"form": LEAF, **{name: shape_of(value) for name, value in context.items()}}
    sound: list[str] = []
    for tag in tags:
        why = _syntax(tag, sandbox)
        if why and tag.paragraph not in unfit:
            _add(Flaw(*_as_flaw(tag, why)), at, findings)
        sound.append("" if why else tag.jinja.translate(STRAIGHT))
    tree = _parsed(blocks.mended(tags, sound), sandbox)
    for misuse in misused(tree, known, sandbox) if tree is not None else ():
        tag = tags[misuse.tag - 1]
        near = f"您要的是不是 {' 或 '.join(misuse.near)}？" if misuse.near else ""
        place = at.at(tag.paragraph.place)
        findings.add(misuse.code, place, words=tag.text, place=tag.paragraph.place, name=misuse.name, near=near)


def _as_flaw(tag: Tag, why: str) -> tuple[str, Paragraph, str, str]:
    code = "template.forbidden" if tag.keyword in blocks.FORBIDDEN else "template.syntax"
    return code, tag.paragraph, tag.text, why


def _syntax(tag: Tag, sandbox: SandboxedEnvironment) -> str:
    """Return what is wrong with one tag, taken alone; "" where nothing is."""
    from jinja2 import TemplateSyntaxError

    if tag.opener == "{#":
        return ""
    if tag.keyword in blocks.FORBIDDEN:
        return tag.keyword
    if tag.keyword.startswith("end") and tag.keyword[3:] in blocks.FORBIDDEN:
        return ""  # its beginning is told
    if tag.opener == "{%" and tag.keyword not in blocks.keywords():
        spaced = tag.keyword in ("p", "tr", "tc", "r")
        return f"要写成 {{%{tag.keyword} …，中间不空格" if spaced else f"没有“{tag.keyword}”这种标签"
    try:
        sandbox.parse(blocks.written(tag))
    except TemplateSyntaxError as error:
        return _in_chinese(str(error.message))
    except RecursionError:
        return "括号套得太深"
    return ""


def _in_chinese(said: str) -> str:
    """Say what Jinja's parser says."""
    if found := re.match(r"unexpected char (.+) at", said):
        char = found[1].strip("'\"")
        return f"不认识“{char}”" + ("，要用半角" if char > "\u2000" else "")
    if found := re.search(r"got '(.+)'$", said):
        word = "标签的结尾" if found[1].startswith(("end of", "begin of")) else f"“{found[1]}”"
        return f"{word}不应出现在这里"
    if "Expected an expression" in said:
        return "缺少内容"
    if found := re.search(r"unexpected '(.+)'", said):
        return f"“{found[1]}”不应出现在这里"
    return "写法不对"


def _parsed(lines: list[str], sandbox: SandboxedEnvironment) -> Any:
    from jinja2 import TemplateSyntaxError

    try:
        return sandbox.parse("\n".join(lines))
    except (TemplateSyntaxError, RecursionError):
        return None  # what is wrong was told of the tag itself


def _check_styles(document: Document, every: list[Paragraph], at: Location, findings: Findings) -> None:
    from docx.oxml.ns import qn

    from kaoping.documents.outline import STYLES

    there = {style.name for style in document.styles}
    lacking = {name: use for name, use in STYLES.items() if name not in there}
    if lacking:
        uses = "、".join(dict.fromkeys(lacking.values()))
        findings.add("template.no_style", at, names="、".join(lacking), uses=uses)
    ids = {style.style_id for style in document.styles}
    for paragraph in every:
        properties = paragraph.element.find(qn("w:pPr"))
        named = properties.find(qn("w:pStyle")) if properties is not None else None
        if named is not None and named.get(qn("w:val")) not in ids:
            _add(Flaw("template.style_gone", paragraph, paragraph.text[:24], named.get(qn("w:val"))), at, findings)


def tell(failures: Iterable[Failure], look: Look, at: Location, findings: Findings) -> None:
    """Tell what failed when the template was tried out, each once."""
    told: set[tuple[str, str, int]] = set()
    for failure in failures:
        key = (failure.kind, failure.part, failure.tag)
        if key in told:
            continue
        told.add(key)
        tag = look.at(failure.part, failure.tag)
        place = at.at(tag.paragraph.place) if tag is not None else at
        words = tag.text if tag is not None else ""
        where = f"{tag.paragraph.place}的“{words}”" if tag is not None else "模板"
        findings.add(_CODES[failure.kind], place, where=where, words=words, when=failure.when, why=failure.why, name="")


_CODES = {
    "empty": "template.empty",
    "not_text": "template.not_text",
    "forbidden": "template.forbidden",
    "cut": "template.cut_figure",
    "malformed": "template.malformed",
    "failed": "template.failed",
    "time": "template.endless",
    "memory": "template.endless",
    "crash": "template.endless",
}


def _tell_flaws(flaws: Iterable[Flaw], at: Location, findings: Findings) -> None:
    for flaw in flaws:
        _add(flaw, at, findings)


def _add(flaw: Flaw, at: Location, findings: Findings) -> None:
    place = flaw.paragraph.place
    findings.add(flaw.code, at.at(place), place=place, words=flaw.words, why=flaw.why, name=flaw.why)
