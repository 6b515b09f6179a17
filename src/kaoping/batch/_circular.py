"""通报稿.docx: the summary of units that can be compared in words, for whoever writes the circular.

Its words are a template's: the pack's ``circular.docx``, else the common one. Each figure bears where it comes from, as
a Word comment: the unit's package, its digest, and what of kaoping.json. Nothing that is open is closed: points and
places stay ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from kaoping.batch._summary_sheet import grade_text, place_text, section_text
from kaoping.core import packs, resources
from kaoping.core.errors import KaopingError
from kaoping.core.figures import UNBOUNDED, Figure, quotient, rounding, span_text
from kaoping.core.model import DRAFT, Location
from kaoping.core.packs import Pack
from kaoping.package.manifest import FILE_NAME

TEMPLATE = "circular.docx"
_NAME = "通报稿"
_MOST = 10  # lines that are named as those in which many lost points


def circular(document: Mapping[str, Any], group: Mapping[str, Any], folder: Path) -> bytes:
    """Write the circular on a ``group`` of the summary ``document`` of the units below ``folder``.

    Raises KaopingError where a template of the pack's can't be used.
    """
    pack = _pack_of(group, folder)
    drawn = pack.template(TEMPLATE) if pack is not None else None
    context = _context(document, group, pack)
    about: dict[str, Any] = {"form": DRAFT, "dated": None, "title": _NAME, "author": ""}  # what it lacks is to be seen
    if drawn is not None and not drawn.is_relative_to(resources.template()):
        from kaoping.documents.templating import render_own

        return render_own(drawn, context, (), at=Location(drawn.name), **about).data
    from kaoping.documents.word import render_edited

    return render_edited(drawn or resources.template("word", TEMPLATE), context, (), **about).data


def _pack_of(group: Mapping[str, Any], folder: Path) -> Pack | None:
    """Return the pack of the group's units; None where it has gone since, or they were done on another machine."""
    try:
        return packs.find(group["rubric"]["id"], folder / group["rows"][0]["folder"])
    except KaopingError:
        return None


def _context(document: Mapping[str, Any], group: Mapping[str, Any], pack: Pack | None) -> dict[str, Any]:
    rows: Sequence[Mapping[str, Any]] = group["rows"]
    totals = [row["totals"]["total"] for row in rows]
    settled = [row for row in rows if _is_settled(row["totals"]["total"])]
    unsettled = [row for row in rows if row not in settled]
    sections = [_section(section, index, rows) for index, section in enumerate(group["sections"])]
    drafts = [row["unit"] for row in rows if row["package"] is None]
    return {
        "form": document["form"],
        "year": str(group["year"]),
        "level": group["level"],
        "matter": pack.matter if pack is not None else group["rubric"]["title"],
        "count": _counted(rows),
        "settled": _counted(settled),
        "open": _counted(unsettled),
        "without": [its["folder"] for its in document["without_points"]],
        "drafts": drafts,
        "mean": _mean(totals, "各单位自评总分的平均数", rows, "totals.total"),
        "rows": [_row(row) for row in rows],
        "sections": sections,
        "means": [_joined(_titled(its), Figure(f"{its['mean'].text}分", its["mean"].source)) for its in sections],
        "lost": list(_lost(rows)),
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    total = row["totals"]["total"]
    ranked = f"按各单位的最低分、最高分排，见汇总表。本单位：{_origin(row, 'totals.total')}"
    return {
        "place": Figure(place_text(row["place"]), ranked),
        "unit": row["unit"],
        "total": Figure(_span(total), _origin(row, "totals.total")),
        "grade": Figure(grade_text(row["grade"]), _origin(row, "grade")),
        "open": Figure(str(row["open"]), f"{_origin(row, 'gaps')}，没有办完的条数"),
        "parts": [Figure(_span(part), _origin(row, _subtotal(part))) for part in row["sections"]],
    }


def _section(section: Mapping[str, Any], index: int, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    parts = [row["sections"][index] for row in rows]
    where = _subtotal(section)
    units = [
        _joined(row["unit"], Figure(f"{_span(part)}分", _origin(row, where)))
        for row, part in zip(rows, parts, strict=True)
    ]
    title = section_text({**section, "of": None})
    return {"title": title, "of": section["of"], "mean": _mean(parts, f"{where}的平均数", rows, where), "units": units}


def _subtotal(section: Mapping[str, Any]) -> str:
    return f"第{section['section']}部分的小计"


def _titled(section: Mapping[str, Any]) -> str:
    return f"{section['title']}（{section['of']}分）" if section["of"] else section["title"]


def _joined(name: str, figure: Figure) -> Figure:
    return Figure(f"{name}{figure.text}", figure.source)


def _lost(rows: Sequence[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Yield the lines in which more than one unit has certainly less than all points, the most units first."""
    lines: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for row in rows:
        for line in row["lines"]:
            if line["role"] == "base" and line["of"] is not None:
                lines.setdefault(line["line"], []).append((row, line))
    counted = []
    for its in lines.values():
        sure = [row for row, line in its if Fraction(line["max"]) < Fraction(line["of"])]
        perhaps = [row for row, line in its if row not in sure and Fraction(line["min"]) < Fraction(line["of"])]
        if len(sure) > 1:
            counted.append((its[0][1], sure, perhaps))
    counted.sort(key=lambda entry: -len(entry[1]))  # as the rubric has them, where as many lost points
    for line, sure, perhaps in counted[:_MOST]:
        where = f"lines 第{line['line']}项"
        yield {
            "line": line["line"],
            "title": line["title"],
            "of": line["of"],
            "sure": _counted(sure, where),
            "open": _counted(perhaps, where),
        }


def _mean(spans: Sequence[Mapping[str, Any]], what: str, rows: Sequence[Mapping[str, Any]], where: str) -> Figure:
    """Return the mean of least and of most points; where one of them has no bound, neither has the mean."""
    ends = [[Fraction(span[end]) for span in spans] for end in ("min", "max")]
    low, high = (next((its for its in end if abs(its) >= UNBOUNDED), sum(end, Fraction()) / len(end)) for end in ends)
    rounded = next(filter(None, (rounding(quotient(its), its) for its in (low, high))), "")
    return Figure(span_text(low, high, quotient), _origins(what, rows, where), rounded=rounded)


def _counted(rows: Sequence[Mapping[str, Any]], where: str = "totals.total") -> Figure:
    """Return how many units these are; the source names each."""
    return Figure(str(len(rows)), _origins("家数", rows, where), value=len(rows))


def _origins(what: str, rows: Iterable[Mapping[str, Any]], where: str) -> str:
    return "\n".join([what, *(f"{row['unit']}：{_origin(row, where)}" for row in rows)])


def _origin(row: Mapping[str, Any], where: str) -> str:
    """Say where a figure of a unit stands: in which package, of which digest, in what of it."""
    package = row["package"]
    if package is None:
        return f"{row['folder']}：没有成果，按现有记录算的，{where}"
    return f"{row['folder']}/{package['folder']}/{FILE_NAME}（SHA-256 {package['sha256']}）{where}"


def _span(span: Mapping[str, Any]) -> str:
    return span_text(Fraction(span["min"]), Fraction(span["max"]))


def _is_settled(span: Mapping[str, Any]) -> bool:
    return Fraction(span["min"]) == Fraction(span["max"])
