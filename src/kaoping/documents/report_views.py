"""The score card as a report template sees it: sections with their lines, and the totals (自评得分)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from kaoping.core.figures import Figure, chinese, date_text, in_order, number, span_text
from kaoping.core.model import LineScore, Piece, ScoreCard, Status, Total
from kaoping.core.supplement import Supplement
from kaoping.rubric.nodes import Rubric, Section


def score_context(rubric: Rubric, card: ScoreCard, numbers: Mapping[str, str]) -> dict[str, Any]:
    """Return ``rubric``, ``notice``, ``answers``, ``sections`` and ``totals`` for a template's context.

    Points are figures whose source is the score sheet's line with its reasons. A section's ``short`` are the base lines
    below full points, ``earned`` and ``lost`` the bonus and deduction lines that count, ``unsupported`` those whose
    evidence is not of a kind the 依据 names. ``numbers`` gives each evidence path its 编号.
    """
    sections = [_section(rubric, section, index, card, numbers) for index, section in enumerate(rubric.sections, 1)]
    totals = {
        "base": _total("基础分合计", card.base),
        "bonus": _total("加分合计", card.bonus),
        "deduction": _total("扣分合计", card.deduction),
        "total": _total("总计", card.total),
        "unsupported": card.unsupported,
    }
    answers = {name: rubric.notice.answers.get(name, "") for name in rubric.questions}
    about = {"title": rubric.title, "year": rubric.year, "matter": rubric.pack.matter}
    notice = {key: str(rubric.notice.get(key) or "") for key in ("title", "doc_no")}
    return {"rubric": about, "notice": notice, "answers": answers, "sections": sections, "totals": totals}


def supplement_context(rubric: Rubric, card: ScoreCard, supplement: Supplement) -> dict[str, Any]:
    """Return ``supplement`` for the template of a letter that goes with one: what became of what was handed in.

    Points are figures; a piece's ``lines`` are what the rubric's own text calls the lines that it proves.
    """
    handed_in = f"{date_text(supplement.last_dated) if supplement.last_dated else '原来'}报送的自评分表"
    scores = [
        {
            "line": its.line,
            "called": its.called,
            "title": its.title,
            "before": Figure(its.before, f"{handed_in} 第{its.line}项"),
            "after": Figure(its.after, "\n".join([f"自评分表 第{its.line}项 {its.title}", *its.why])),
            "why": list(its.why),
        }
        for its in supplement.rescored
    ]

    def piece(number: str, title: str, lines: Iterable[str], **more: str) -> dict[str, Any]:
        called = [rubric.called(line) or line for line in lines if line]
        return {"number": number, "title": title, "lines": called, **more}

    def new(its: Piece, **more: str) -> dict[str, Any]:
        return piece(its.number, its.evidence.title, (its.line, *its.also), **more)

    return {
        "dated": supplement.first_dated,
        "total": Figure(supplement.totals.get("total", ""), f"{handed_in} 总计"),
        "moved": supplement.totals.get("total") != span_text(card.total.low, card.total.high),
        "scores": scores,
        "added": [new(its) for its in supplement.added],
        "replaced": [new(its.new, old=its.old.number) for its in supplement.replaced],
        "withdrawn": [piece(its.number, its.title, (its.line, *its.also)) for its in supplement.withdrawn],
    }


def _section(
    rubric: Rubric, section: Section, index: int, card: ScoreCard, numbers: Mapping[str, str]
) -> dict[str, Any]:
    scores = [card.line(line.id) for line in section.lines]
    lines = [_line(score, rubric.called(score.line), numbers) for score in scores]
    counted = [score for score in scores if score.role == "base"] or scores
    total = Total(
        sum((score.low for score in counted), Fraction(0)),
        sum((score.high for score in counted), Fraction(0)),
        section.points,
    )
    pairs = list(zip(scores, lines, strict=True))
    return {
        "id": section.id,
        "title": section.title,
        "number": chinese(index),
        **_total(f"{section.id} {section.title}小计", total),
        "lines": lines,
        "short": [line for score, line in pairs if _is_short(score)],
        "earned": [line for score, line in pairs if score.role == "bonus" and score.low > 0],
        "lost": [line for score, line in pairs if score.role == "deduction" and score.low < 0],
        "unsupported": [line for score, line in pairs if score.unsupported],
    }


def _is_short(score: LineScore) -> bool:
    if score.role != "base" or score.status is Status.NOT_APPLICABLE or score.of == 0:
        return False  # a line of 0 points has them on its group's first line
    return score.status is not Status.SCORED or (score.of is not None and score.low < score.of)


def _line(score: LineScore, called: str, numbers: Mapping[str, str]) -> dict[str, Any]:
    source = "\n".join([f"自评分表 {called or f'第{score.line}项'} {score.title}", *score.because])
    return {
        "line": score.line,
        "called": called,
        "title": score.title,
        "role": score.role,
        "of": score.of,
        "points": Figure(number(score.low), source, score.low),
        "min": score.low,
        "max": score.high,
        "status": score.status.value,
        "short_by": _short_by(score.of if score.role == "base" else None, score.low, source),
        "because": list(score.because),
        "supported": score.supported,
        "unsupported": score.unsupported,
        "evidence": in_order(score.evidence, numbers),
    }


def _total(title: str, total: Total) -> dict[str, Any]:
    return {
        "of": total.of,
        "short_by": _short_by(total.of, total.low, f"自评分表 {title}"),
        "points": Figure(number(total.low), f"自评分表 {title}", total.low),
        "min": total.low,
        "max": Figure(number(total.high), f"自评分表 {title}：待定、缺项全部落实后", total.high),
    }


def _short_by(of: Fraction | None, low: Fraction, source: str) -> Figure:
    """Return the points that are lost of those there are, or taken away where there are none."""
    lost = max((of if of is not None else Fraction(0)) - low, Fraction(0))
    return Figure(number(lost), source, lost)
