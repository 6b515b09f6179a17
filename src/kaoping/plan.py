"""The plan of the bundle (佐证材料汇编): order, numbers and pages, settled before a byte is written.

A piece of evidence stands once, under the first line that it proves; every other line refers to it. Whatever is printed
later, be it a page number, a contents row or a link, is read off the plan and never counted again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path, PurePosixPath
from string import Formatter
from typing import TYPE_CHECKING

from kaoping import names
from kaoping.figures import number
from kaoping.forms import DRAFT
from kaoping.model import (
    BundlePlan,
    Divider,
    Dossier,
    EvidenceFile,
    LineScore,
    Piece,
    ScoreCard,
    SectionHead,
    Status,
    Verdict,
)

if TYPE_CHECKING:
    from kaoping.rubric.nodes import Line, Rubric

#: What the bundle looks like where the notice says nothing; each may be set there under ``patterns`` or ``bundle``.
DEFAULTS: Mapping[str, str] = {
    "patterns.evidence_number": "{section}-{line}-{seq:02}",
    "patterns.other_number": "其他-{seq:02}",
    "patterns.stamp": "证据 {number}（{page}/{pages}）　第{n}页",
    "patterns.divider_stamp": "第{n}页",
    "bundle.title": "佐证材料汇编",
    "bundle.tail": "未计入得分的材料",
}
ATTACHMENTS = "附件"
_STEM = 60  # characters of an attachment's name: deep folders and 240-character paths are still common on Windows
_SUFFIX = 12


#: What each pattern is called, and what may stand in it.
_PATTERNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "patterns.evidence_number": ("佐证编号", ("section", "line", "seq")),
    "patterns.other_number": ("其他材料编号", ("section", "line", "seq")),
    "patterns.stamp": ("页脚", ("number", "page", "pages", "n", "volume")),
    "patterns.divider_stamp": ("隔页页脚", ("n", "volume")),
}
_WIDTH = re.compile(r"(0?[1-9]\d?)?")


class PatternError(ValueError):
    """A pattern of the notice can't be used; the message says in Chinese which one and why."""


def plan_bundle(rubric: Rubric, card: ScoreCard, dossier: Dossier, form: str) -> BundlePlan:
    """Lay out the bundle of ``form`` (送审稿 | 报送稿) for the scores in ``card``.

    In the 送审稿 every line of the rubric has its divider, with or without evidence, and what no line counted stands in
    a tail; the 报送稿 has the lines with evidence alone, without score, reasons, gaps and tail. Dividers and evidence
    are numbered 1…n (页号逐页编, DA/T 22-2015); cover and contents are not. Raises PatternError where the notice's
    pattern makes no number, or the same number twice.
    """
    draft = form == DRAFT
    patterns = {key: str(rubric.notice.get(key, default)) for key, default in DEFAULTS.items()}
    for key in _PATTERNS:
        _check_pattern(key, patterns[key])
    scores = {score.line: score for score in card.lines}
    claims = _claims(rubric, scores, dossier)
    slots = [_slot(rubric, line, scores.get(line.id), claims, dossier, draft) for line in rubric.lines]
    if not draft:
        slots = [slot for slot in slots if slot.files or slot.refers]
    if draft and (loose := [file for path, file in sorted(dossier.evidence.items()) if path not in claims.home]):
        slots.append(_Slot(Divider("", "", patterns["bundle.tail"], "", "", (), 1, 0, ()), loose, ()))
    dividers = _place(slots, claims, patterns)
    shown = {divider.section for divider in dividers}
    return BundlePlan(
        title=patterns["bundle.title"],
        unit=card.unit,
        year=card.year,
        rubric=rubric.title,
        form=form,
        dated=_submitted(dossier),
        sections=tuple(SectionHead(part.id, part.title) for part in rubric.sections if part.id in shown),
        dividers=tuple(dividers),
        record_sheet=str(rubric.notice.get("bundle.record_sheet", "")).lower() in ("true", "是"),
        extra={key: patterns[key] for key in ("patterns.stamp", "patterns.divider_stamp")},
    )


def last_page(plan: BundlePlan, volume: int = 1) -> int:
    """Return the last printed page number of ``volume``; 0 where it holds nothing."""
    ends = [d.page for d in plan.dividers if d.volume == volume]
    ends += [p.first + p.evidence.pages - 1 for p in plan.pieces if p.volume == volume]
    return max(ends, default=0)


def attachments(plan: BundlePlan) -> list[tuple[str, Path]]:
    """Return (name in the package, source) for each file that only a slip sheet stands for, in the bundle's order.

    Names begin with the 编号, are legal on Windows, unique there too (which ignores case), and keep the suffix. A file
    that nobody could read has no copy.
    """
    taken: set[str] = set()
    found: list[tuple[str, Path]] = []
    for piece in plan.pieces:
        if piece.evidence.verdict is Verdict.SLIP_SHEET and piece.evidence.sha256:
            name = _attachment_name(piece, taken)
            taken.add(name.casefold())
            found.append((f"{ATTACHMENTS}/{name}", piece.evidence.source))
    return found


def attachment_names(plan: BundlePlan) -> dict[str, str]:
    """Return 编号 → name in the package, for the files :func:`attachments` lists."""
    slips = (p.number for p in plan.pieces if p.evidence.verdict is Verdict.SLIP_SHEET and p.evidence.sha256)
    return {number: name for number, (name, _) in zip(slips, attachments(plan), strict=True)}


@dataclass(frozen=True, slots=True)
class _Claims:
    """Which line each file stands under, and which lines it proves, in the rubric's order."""

    home: Mapping[str, str]
    lines: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Slot:
    """A divider before its page, its pieces and their numbers are known."""

    divider: Divider
    files: list[EvidenceFile]
    refers: tuple[str, ...]  # paths of files that stand under another line


def _claims(rubric: Rubric, scores: Mapping[str, LineScore], dossier: Dossier) -> _Claims:
    lines: dict[str, tuple[str, ...]] = {}
    for line in rubric.lines:
        for path in dict.fromkeys(scores[line.id].evidence if line.id in scores else ()):
            if path in dossier.evidence:
                lines[path] = (*lines.get(path, ()), line.id)
    return _Claims({path: proved[0] for path, proved in lines.items()}, lines)


def _slot(rubric: Rubric, line: Line, score: LineScore | None, claims: _Claims, dossier: Dossier, draft: bool) -> _Slot:
    named = tuple(dict.fromkeys(score.evidence if score else ()))
    lacking = dict.fromkeys(path for use in (score.uses if score else ()) if use.counted for path in use.evidence)
    divider = Divider(
        line=line.id,
        section=line.section,
        heading=f"{line.id}　{line.title}",
        clause=_clause(rubric, line),
        score=_score(rubric, score) if score and draft else "",
        because=score.because if score and draft else (),
        volume=1,
        page=0,
        pieces=(),
        lacking=tuple(path for path in (*lacking, *named) if path not in dossier.evidence) if draft else (),
        of=_of(rubric, line),
        basis=line.basis or line.row.basis,
    )
    files = [dossier.evidence[path] for path in named if claims.home.get(path) == line.id]
    return _Slot(divider, files, tuple(path for path in named if claims.home.get(path, line.id) != line.id))


def _clause(rubric: Rubric, line: Line) -> str:
    """Return the 标准 in force: a cell that the one above spans is empty in the row itself."""
    if line.row.standard or not line.shares_row_with:
        return line.row.standard
    return rubric.line(line.shares_row_with).row.standard


def _of(rubric: Rubric, line: Line) -> str:
    group = rubric.group_of(line.id)
    if group is not None and group.all_met and group.of is not None:
        return f"第{'、'.join(group.lines)}项合计{number(group.of)}分"
    return f"{number(line.of)}分" if line.of is not None else ""


def _score(rubric: Rubric, score: LineScore) -> str:
    group = rubric.group_of(score.line)
    if group is not None and group.all_met and score.line != group.lines[0]:
        return f"计入第{group.lines[0]}项"
    span = number(score.low) if score.low == score.high else f"{number(score.low)}～{number(score.high)}"
    notes = {Status.UNDECIDED: "待定", Status.MISSING: "缺项"}.get(score.status, "")
    if score.status is Status.NOT_APPLICABLE:
        return "不适用"
    unsupported = f"其中{number(score.unsupported)}分缺佐证" if score.unsupported else ""
    aside = "；".join(part for part in (notes, unsupported, *score.marks) if part)
    return f"{span}分" + (f"（{aside}）" if aside else "")


def _place(slots: Iterable[_Slot], claims: _Claims, patterns: Mapping[str, str]) -> list[Divider]:
    """Number and page the slots in order: a divider takes one page, its pieces follow at once."""
    page = 1
    placed: dict[str, Piece] = {}
    dividers: list[tuple[Divider, tuple[str, ...]]] = []
    for slot in slots:
        divider, start = slot.divider, page
        page += 1
        pieces = []
        for seq, file in enumerate(slot.files, start=1):
            code = _number(patterns, divider, seq)
            also = tuple(line for line in claims.lines.get(file.path, ()) if line != divider.line)
            piece = Piece(code, file, divider.line, also, divider.volume, page, _note(file, also))
            pieces.append(piece)
            placed[file.path] = piece
            page += file.pages
        dividers.append((replace(divider, page=start, pieces=tuple(pieces)), slot.refers))
    _refuse_twins(patterns, placed.values())
    # A reference always points back: the line a file stands under is the first one that names it.
    return [replace(divider, refers=tuple(placed[path] for path in refers)) for divider, refers in dividers]


def _number(patterns: Mapping[str, str], divider: Divider, seq: int) -> str:
    key = "patterns.evidence_number" if divider.line else "patterns.other_number"
    return patterns[key].format(section=divider.section, line=divider.line, seq=seq)


def _check_pattern(key: str, pattern: str) -> None:
    """Refuse what can't be filled in, or what verify, which never runs a pattern as a format, would read otherwise."""
    title, fields = _PATTERNS[key]
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        parts = [("", None, "", "!")]
    for words, name, width, conversion in parts:
        unfit = name is not None and (name not in fields or not _WIDTH.fullmatch(width or ""))
        if unfit or conversion or set(words) & {*"{}"}:
            usable = "、".join(f"{{{field}}}" for field in fields)
            why = f"花括号里只能是 {usable}，数字可以写明位数，如 {{{fields[-1]}:02}}"
            raise PatternError(f"通知里的{title}写法“{pattern}”不能用：{why}")
    if not pattern.strip():
        raise PatternError(f"通知里的{title}写法是空的")


def _refuse_twins(patterns: Mapping[str, str], pieces: Iterable[Piece]) -> None:
    seen: dict[str, Piece] = {}
    for piece in pieces:
        other = seen.setdefault(piece.number, piece)
        if other is not piece:
            raise PatternError(
                f"按通知里的佐证编号写法“{patterns['patterns.evidence_number']}”，"
                f"“{other.evidence.path}”和“{piece.evidence.path}”都编成了“{piece.number}”"
            )


def _note(file: EvidenceFile, also: tuple[str, ...]) -> str:
    notes = [f"另证{'、'.join(also)}"] if also else []
    if file.verdict is Verdict.SLIP_SHEET:
        notes.append("原件见附件" if file.sha256 else "读不出来")
    return "；".join(notes)


def _submitted(dossier: Dossier) -> date | None:
    found = dossier.unit["submit_date"]
    return found if isinstance(found, date) else None


def _attachment_name(piece: Piece, taken: set[str]) -> str:
    original = PurePosixPath(piece.evidence.path)
    suffix = names.portable(original.suffix)[:_SUFFIX] if original.suffix else ""
    whole = names.portable(f"{piece.number} {original.stem}")
    for copy in count(1):
        mark = f"（{copy}）" if copy > 1 else ""
        name = names.portable(whole[: _STEM - len(mark)].rstrip(". ") + mark + suffix)
        if name.casefold() not in taken:
            return name
    raise AssertionError("count() never ends")
