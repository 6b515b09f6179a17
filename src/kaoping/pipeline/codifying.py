"""A rubric as an office sent it: read, made a pack, compared with another year's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kaoping.codification.pack_files import pack_files
from kaoping.codification.tables.draft import Draft
from kaoping.codification.tables.drafting import draft_of
from kaoping.codification.tables.paper import read_paper
from kaoping.codification.year_on_year import Sided, YearOnYear, compare_years, sides_of_draft, sides_of_rubric
from kaoping.core import fs, packs
from kaoping.core.errors import KaopingError, refused, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location, ScoreCard
from kaoping.core.packs.description import FILE, ID_HINT, is_id
from kaoping.pipeline._intake import dossier_under
from kaoping.rubric.load import load
from kaoping.rubric.nodes import Rubric
from kaoping.scoring import score


@dataclass(frozen=True, slots=True)
class ReadRubric:
    """A rubric that was read: its draft, all that was found, the files that were written."""

    draft: Draft
    findings: Findings
    files: tuple[Path, ...] = ()


def read_rubric(path: Path, out: Path | None = None, year: int = 0) -> ReadRubric:
    """Read the rubric in the file at ``path``; with ``out`` write the pack into that folder, whose name is its id.

    ``year`` stands where the paper states none. Raises KaopingError, writing nothing, where the
    file can't be read, holds no rubric, or something stands in the folder.
    """
    findings = Findings()
    draft = draft_of(read_paper(path), findings)
    if not draft.lines:
        raise KaopingError(findings.sorted())
    if out is None:
        return ReadRubric(draft, findings)
    return ReadRubric(draft, findings, tuple(_write(draft, out, year)))


def _write(draft: Draft, out: Path, year: int) -> list[Path]:
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]):
        raise refused("pack.exists", Location(out.name), name=str(out))
    if not is_id(out.name):
        expected = f"{ID_HINT}；文件夹名就是编号"
        raise refused("pack.expected", Location(out.name), path="id", expected=expected)
    written: list[Path] = []
    try:
        fs.mkdir(out)
        for name, text in pack_files(draft, out.name, draft.year or year).items():
            written.append(out / name)
            fs.write_bytes(out / name, text.encode())
    except OSError as error:
        for made in written:
            fs.remove(made)
        raise refused("init.cannot_make", Location(out.name), name=str(out), why=why_not_written(error)) from None
    return written


@dataclass(frozen=True, slots=True)
class RubricDiff:
    """Two rubrics compared: what each is called, what became of the lines, and a unit's records under both."""

    titles: tuple[str, str]
    compared: YearOnYear
    kinds: Mapping[str, str] = field(default_factory=dict)  # record kind → its title
    cards: tuple[ScoreCard, ScoreCard] | None = None


def diff_rubrics(before: str, after: str, unit: Path | None = None) -> RubricDiff:
    """Compare two rubrics: packs by id or folder, or files as offices sent them.

    With ``unit`` its records, without its evidence, are scored under both. Raises KaopingError where one can't be read,
    or a unit is to be scored by a file that is no pack yet.
    """
    old, new = _side(before, unit), _side(after, unit)
    cards = None
    if unit is not None:
        for name, side in ((before, old), (after, new)):
            if side.rubric is None:
                raise refused("codification.not_a_pack", Location(Path(name).name), name=Path(name).name)
        cards = _card(unit, old.rubric), _card(unit, new.rubric)
    kinds = {name: kind.title for side in (new, old) if side.rubric for name, kind in side.rubric.pack.kinds.items()}
    return RubricDiff((old.title, new.title), compare_years(old.lines, new.lines), kinds, cards)


@dataclass(frozen=True, slots=True)
class _Side:
    title: str
    lines: Sequence[Sided]
    rubric: Rubric | None = None


def _side(name: str, unit: Path | None) -> _Side:
    path = Path(name)
    if path.is_file() and path.name != FILE:
        draft = read_rubric(path).draft
        return _Side(draft.title or path.name, sides_of_draft(draft))
    rubric = load(packs.asked(name, unit))
    return _Side(rubric.title, sides_of_rubric(rubric), rubric)


def _card(unit: Path, rubric: Rubric | None) -> ScoreCard:
    assert rubric is not None, "a side without a rubric was refused"
    return score(rubric, dossier_under(unit, rubric.pack), Findings())
