"""A draft as the files of a pack: a rubric that can be scored at once, and the draft itself beside it.

A line whose rule nobody has confirmed is scored by hand: it stays open between nothing and all of its points until the
unit decides (待定裁定), with a reason. So a rubric that was just read scores nobody wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import yaml

from kaoping.codification.draft_file import DRAFT, draft_text
from kaoping.codification.tables._table_words import table_words
from kaoping.codification.tables.draft import Draft, DraftLine, DraftSection
from kaoping.core import resources
from kaoping.core.figures import number
from kaoping.core.yamltree import quoted

#: What a line is out of where neither it nor the paper says.
_OUT_OF = Fraction(100)
_BY_HAND = "人工打分：规则还没有确认，由单位裁定得几分并写明理由"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody confirmed of a line: its rule as ``rubric.yaml`` has it, with what goes beside it (beyond …)."""

    rule: Mapping[str, Any]
    beside: Mapping[str, Any] = field(default_factory=dict)


def pack_files(
    draft: Draft,
    id_: str,
    year: int,
    confirmed: Mapping[str, Confirmed] | None = None,
    questions: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, str]:
    """Return the files of the pack ``id_`` by name. ``confirmed`` are the lines, by id, whose rule stands.

    ``questions`` are further entries of the rubric's `questions` that those rules refer to.
    """
    title = draft.title or id_
    skeleton = resources.template("pack", "whole", "notice.yaml").read_text("utf-8")
    notice = skeleton.replace("<<title>>", title.replace("\\", "\\\\").replace('"', '\\"'))
    rubric = _rubric(draft, title, confirmed or {}, questions or {})
    answers = "".join(f"  {name}:\n" for name in rubric.get("questions", {}))
    if answers:
        notice += f"\n# 口径的答复：写选项的原话；空着的，各种答复都算一遍。\nanswers:\n{answers}"
    return {
        "pack.yaml": (
            f"# 规则包：由 {draft.file} 读成。写法见 docs/packs.md；改完运行 kaoping pack check。\n"
            f"id: {id_}\ntitle: {quoted(title)}\n{_matter(title)}year: {year}\n"
            "levels: [不分级]   # 对不同级别的单位规定不同的，写有哪几级，如 [市级, 县级]\nkinds: [work]\n"
            "documents: [covering-letter, sign-off, self-report]\n"
        ),
        "rubric.yaml": _rubric_text(draft, rubric),
        "notice.yaml": notice,
        DRAFT: draft_text(draft),
    }


def rubric_text(draft: Draft, id_: str, confirmed: Mapping[str, Confirmed]) -> str:
    """Return the rubric of the pack ``id_`` alone, as ``pack_files`` has it."""
    return _rubric_text(draft, _rubric(draft, draft.title or id_, confirmed, {}))


def _rubric_text(draft: Draft, rubric: Mapping[str, Any]) -> str:
    head = f"# 考评细则：由 {draft.file} 逐行读成，row 是原表各格，逐字照抄。没有确认规则的由人打分。\n"
    return head + _dumped(rubric)


def _matter(title: str) -> str:
    match = table_words().matter.fullmatch(title.strip())
    return f"matter: {quoted(match['matter'])}   # 文稿里怎样称呼\n" if match is not None else ""


def _rubric(
    draft: Draft, title: str, confirmed: Mapping[str, Confirmed], questions: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    sections = [_section(draft, section, confirmed) for section in draft.sections if draft.of_section(section.id)]
    shared, groups = _shared(draft)
    whole: dict[str, Any] = {"title": title}
    stated = [section["points"] for section in sections if "points" in section]
    if draft.total is not None and sum(stated, Fraction(0)) == draft.total:
        whole["total"] = draft.total
    if notes := [text for text, _ in draft.ruled()]:
        whole["notes"] = notes
    if asked := {**shared, **questions}:
        whole["questions"] = asked
    if groups:
        whole["groups"] = groups
    return {**whole, "sections": sections}


def _section(draft: Draft, section: DraftSection, confirmed: Mapping[str, Confirmed]) -> dict[str, Any]:
    lines = draft.of_section(section.id)
    adds = sum((line.of for line in lines if line.of is not None and line.role == "base"), Fraction(0))
    entry: dict[str, Any] = {"id": section.id, "title": section.title, "heading": section.heading or section.title}
    if section.points is not None and section.points == adds:
        entry["points"] = section.points
    entry["role"] = section.role
    entry["lines"] = [
        _line(draft, section, line, lines[at - 1] if at else None, confirmed.get(line.id))
        for at, line in enumerate(lines)
    ]
    return entry


def _line(
    draft: Draft, section: DraftSection, line: DraftLine, above: DraftLine | None, confirmed: Confirmed | None
) -> dict[str, Any]:
    under = line.under if above is None or above.under != line.under else ()
    content = "\n".join(filter(None, (*under, line.content, line.requirement)))
    entry: dict[str, Any] = {"line": line.id, "title": line.title, "of": line.of}
    if line.role != section.role:
        entry["role"] = line.role
    entry["row"] = {"content": content, "basis": line.basis, "points": line.points, "standard": line.standard}
    if confirmed is not None:
        return {**entry, **confirmed.beside, "rule": dict(confirmed.rule)}
    return {**entry, "rule": by_hand(draft, line)}


def by_hand(draft: Draft, line: DraftLine) -> dict[str, Any]:
    """Return the rule of a line that is scored by hand, as `rubric.yaml` has it."""
    if line.of == 0:
        return {"points": {"points": Fraction(0)}}
    because, end = _BY_HAND, line.of
    if end is None:
        root = next((its for its in draft.lines if its.id == line.shares_points_with), None)
        end = draft.total or _OUT_OF
        end = -end if line.role == "deduction" else end
        because += f"；原文没有写这一项几分{f'，和第{root.id}项的分值怎样合计没有写明' if root else ''}"
    with_it = [its.id for its in draft.lines if its.shares_points_with == line.id and its.of == 0]
    if with_it:
        because += f"；第{'、'.join(with_it)}项的分也在这里"
    return {"points": {"points": sorted((Fraction(0), end)), "because": because}}


def is_by_hand(rule: Any) -> bool:
    """Whether the rule of a line, as `rubric.yaml` has it, leaves the line to a person (:func:`by_hand`)."""
    points = rule.get("points") if isinstance(rule, Mapping) and len(rule) == 1 else None
    return isinstance(points, Mapping) and (
        str(points.get("because", "")).startswith(_BY_HAND)
        or (set(points) == {"points"} and points["points"] in (0, "0"))
    )


def _shared(draft: Draft) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Lines that share points: below one that has them, which is asked; of a bonus part whose heading has a limit."""
    questions: dict[str, Any] = {}
    groups: list[dict[str, Any]] = []
    for root in draft.lines:
        sharing = [its.id for its in draft.lines if its.shares_points_with == root.id and its.of is None]
        if not sharing or root.of is None:
            continue
        name, most = f"shared-{root.id}", number(root.of)
        questions[name] = {
            "ask": f"第{'、'.join(sharing)}项的分值格空着：和第{root.id}项合计不超过{most}分，还是不封顶？",
            "options": {f"合计不超过{most}分": root.of, "不封顶": None},
        }
        ids = [root.id, *sharing]
        groups.append({"id": name, "title": f"第{'、'.join(ids)}项", "lines": ids, "cap": {"answer": name}})
    taken = {name for group in groups for name in group["lines"]}
    for section in draft.sections:
        stated = [note for note in draft.stipulations if note.kind == "cap" and note.at == section.at and note.points]
        lines = [its.id for its in draft.of_section(section.id) if its.role == "bonus"]
        if section.role == "bonus" and len(stated) == 1 and lines and not taken & set(lines):
            group = {"id": f"cap-{section.id}", "title": section.title, "lines": lines, "cap": stated[0].points}
            groups.append(group)
    return questions, groups


#: The C library's writer, where it is there, is several times as fast.
_FAST: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_FAST):  # type: ignore[misc]
    """Writes numbers exactly, words of several lines as they stand, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _exactly(dumper: yaml.SafeDumper, value: Fraction) -> yaml.ScalarNode:
    text = number(value)
    return dumper.represent_scalar("tag:yaml.org,2002:float" if "." in text else "tag:yaml.org,2002:int", text)


def _words(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    lined = "\n" in value and not any(line != line.rstrip() for line in value.split("\n"))
    plain = lined and value == value.strip() and "\t" not in value
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if plain else None)


_Dumper.add_representer(Fraction, _exactly)
_Dumper.add_representer(str, _words)


def _dumped(value: Mapping[str, Any] | Sequence[Any]) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return text
