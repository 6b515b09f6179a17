"""A small rubric, score card and evidence folder, made on the spot, for the tests of plan and bundle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pikepdf

from culture import CULTURE
from kaoping.core.model import (
    Dossier,
    EvidenceFile,
    LineScore,
    Location,
    Record,
    ScoreCard,
    Sheets,
    Status,
    Total,
    Use,
    Verdict,
)
from kaoping.evidence.store import opened
from kaoping.evidence.survey import survey
from kaoping.rubric.nodes import Group, Line, Notice, Row, Rubric, Section

ZERO = Total(Fraction(0), Fraction(0))


def line(id_: str, section: str, title: str = "", standard: str = "做到的得2分，未做到的得0分。") -> Line:
    row = Row(title, "以文件材料为依据", "2", standard)
    return Line(
        id=id_,
        section=section,
        role="base",
        title=title or f"组织第{id_}项工作",
        of=Fraction(2),
        row=row,
        shares_row_with="",
        rule=cast(Any, None),
        at=Location(),
        basis=row.basis,
    )


def rubric(
    sections: Mapping[str, Iterable[Line]], notice: Mapping[str, Any] | None = None, groups: tuple[Group, ...] = ()
) -> Rubric:
    parts = tuple(
        Section(id=id_, title=f"第{id_}部分", heading=id_, points=Fraction(2), lines=tuple(lines))
        for id_, lines in sections.items()
    )
    return Rubric(
        id="test",
        title="年度考评细则",
        year=2017,
        sections=parts,
        groups=groups,
        notice=Notice({}, {}, {}, notice or {}),
        sha256="0" * 64,
        pack=CULTURE,
    )


def score(
    of: Line, evidence: Iterable[str] = (), named: Iterable[str] = (), because: Iterable[str] = ("理由",)
) -> LineScore:
    uses = (Use("meeting", "会议1", True, "计入", tuple(named)),) if named else ()
    return LineScore(
        line=of.id,
        section=of.section,
        role=of.role,
        title=of.title,
        of=of.of,
        low=Fraction(1),
        high=Fraction(2),
        status=Status.UNDECIDED,
        because=tuple(because),
        uses=uses,
        evidence=tuple(evidence),
    )


def card(lines: Iterable[LineScore]) -> ScoreCard:
    unit = "澜川市文化市场综合行政执法支队"
    return ScoreCard("test", unit, "设区市", 2017, tuple(lines), ZERO, ZERO, ZERO, ZERO, Fraction(0))


def dossier(evidence: Mapping[str, EvidenceFile], folder: Path = Path()) -> Dossier:
    unit = Record("unit", "u", {"submit_date": date(2017, 12, 22)}, Location())
    return Dossier(folder, unit, 2017, "设区市", {}, evidence, CULTURE)


def evidence(path: str, pages: int = 1, verdict: Verdict = Verdict.READY, **more: Any) -> EvidenceFile:
    sheets = None if verdict.has_sheet else Sheets(Path(path), 1, 0, more.pop("weight", 1000))
    facts: dict[str, Any] = {"verdict": verdict, "pages": pages, "sheets": sheets, **more}
    return EvidenceFile(path, Path(path), "0" * 64, 1, facts.pop("type", ""), Path(path).stem, **facts)


def pdf(path: Path, texts: Iterable[str], **page: Any) -> Path:
    """Write a PDF with one page for each text, in Helvetica; ``page`` are keys of every page (MediaBox, Rotate …)."""
    made = pikepdf.new()
    for text in texts:
        made.add_blank_page(page_size=(595, 842))
        sheet = made.pages[-1].obj
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        sheet.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        sheet.Contents = made.make_stream(f"BT /F1 20 Tf 72 700 Td ({text}) Tj ET".encode())
        for key, value in page.items():
            sheet[f"/{key}"] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path


def surveyed(folder: Path) -> Mapping[str, EvidenceFile]:
    """Survey ``folder``; what the verdicts need lies in the tests' store."""
    with opened() as store:
        return survey(folder, store).files
