"""The draft as a file of its pack (``draft.yaml``): what next year's paper, and a review, are compared with."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from kaoping.codification.tables.draft import Draft, DraftLine, DraftSection, Fate, RowFate, Stipulation
from kaoping.core import yamltree
from kaoping.core.errors import KaopingError, refused
from kaoping.core.figures import number
from kaoping.core.findings import Findings
from kaoping.core.model import Location

DRAFT = "draft.yaml"
_HEAD = "# 读细则的底稿：每一项的原文、在原文件里的位置，每一行读成了什么。由 kaoping rubric read 生成，不要手改。\n"
_PLACE = ("file", "sheet", "cell", "line", "paragraph")


def draft_text(draft: Draft) -> str:
    """Return the draft as the text of its file."""
    text: str = yaml.dump(
        _plain(draft),
        Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper),
        allow_unicode=True,
        sort_keys=False,
        width=120,
    )
    return _HEAD + text


def read_draft(pack: Path) -> Draft:
    """Read the draft of the pack in the folder ``pack``. Raises KaopingError where there is none, or it is broken."""
    findings = Findings()
    path = pack / DRAFT
    if not path.is_file():
        raise refused("codification.no_draft", Location(f"{pack.name}/{DRAFT}"), name=pack.name)
    node = yamltree.read(path, f"{pack.name}/{DRAFT}", findings)
    if node is None:
        raise KaopingError(findings)
    try:
        return _draft(node.plain())
    except (KeyError, TypeError, ValueError, AttributeError):
        raise refused("codification.no_draft", Location(f"{pack.name}/{DRAFT}"), name=pack.name) from None


def _plain(value: Any) -> Any:
    if isinstance(value, Location):
        return {name: getattr(value, name) for name in _PLACE if getattr(value, name)}
    if isinstance(value, Fraction):
        return number(value) if number(value) == str(value) or "." in number(value) else str(value)
    if isinstance(value, Fate):
        return value.value
    if isinstance(value, Draft | DraftLine | DraftSection | RowFate | Stipulation):
        named = {its.name: getattr(value, its.name) for its in fields(value)}
        if isinstance(value, DraftLine):
            del named["notes"]  # made anew from the draft's stipulations
        return {name: _plain(inner) for name, inner in named.items() if inner not in (None, "", (), {}, [])}
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def _at(plain: Any) -> Location:
    words = {name: str(plain.get(name, "")) for name in ("file", "sheet", "cell")}
    line, paragraph = (int(plain.get(name, 0)) for name in ("line", "paragraph"))
    return Location(words["file"], sheet=words["sheet"], cell=words["cell"], line=line, paragraph=paragraph)


def _points(plain: Any, name: str) -> Fraction | None:
    return Fraction(str(plain[name])) if plain.get(name) is not None else None


def _texts(plain: Any, *names: str) -> dict[str, str]:
    return {name: str(plain[name]) for name in names if name in plain}


def _draft(plain: Any) -> Draft:
    stipulations = tuple(
        Stipulation(its["kind"], its["text"], _at(its["at"]), _points(its, "points"), str(its.get("section", "")))
        for its in plain.get("stipulations", [])
    )
    sections = tuple(
        DraftSection(
            id=str(its["id"]), title=its["title"], heading=its.get("heading", ""), points=_points(its, "points"),
            role=its["role"], at=_at(its["at"]),
        )
        for its in plain.get("sections", [])
    )  # fmt: skip
    lines = tuple(_line(its, stipulations) for its in plain.get("lines", []))
    rows = tuple(
        RowFate(_at(its["at"]), Fate(its["fate"]), str(its.get("line", "")), str(its.get("text", "")))
        for its in plain.get("rows", [])
    )
    year = plain.get("year")
    return Draft(
        file=str(plain["file"]), title=str(plain.get("title", "")), year=int(year) if year else None,
        total=_points(plain, "total"), sections=sections, lines=lines, stipulations=stipulations, rows=rows,
    )  # fmt: skip


def _line(plain: Any, stipulations: tuple[Stipulation, ...]) -> DraftLine:
    section = str(plain["section"])
    nearer = [note for note in stipulations if note.section == section]
    words = _texts(
        plain, "number", "content", "requirement", "basis", "points", "standard", "shares_points_with"
    )  # fmt: skip
    return DraftLine(
        id=str(plain["id"]), section=section, title=plain["title"], under=tuple(map(str, plain.get("under", ()))),
        others={str(name): str(text) for name, text in plain.get("others", {}).items()}, of=_points(plain, "of"),
        role=plain["role"], at=_at(plain["at"]),
        places={name: _at(place) for name, place in plain.get("places", {}).items()},
        notes=(*nearer, *(note for note in stipulations if not note.section)), **words,
    )  # fmt: skip
