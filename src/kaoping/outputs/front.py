"""The front matter (封面、目录、隔页、说明页、备考表): from the plan to PDF sheets, by templates/bundle/.

Typst draws; what page a thing stands on is the plan's business. Each divider and slip sheet is one sheet, and that is
checked after drawing.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby, islice
from typing import Any

from kaoping import resources
from kaoping.forms import DRAFT
from kaoping.model import BundlePlan, Divider, Piece, Verdict
from kaoping.outputs.glyphs import coverage
from kaoping.outputs.stamp import MISSING
from kaoping.plan import attachment_names, last_page

FONTS = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf")
#: Links to a printed page number leave Typst as kaoping:128 and become explicit destinations in the merged file.
LINK = "kaoping:"
# A divider is one page: with these the longest texts fit without any list entry (tests/test_bundle.py).
_LIMITS = {"heading": 120, "clause": 1000, "basis": 200, "entry": 200, "title": 200, "short": 60}
_MOST_REFERS = 8  # in a row of the contents; the divider has more
_MOST_ENTRIES = 40  # more can't stand on one page
_SURELY_ONE_PAGE = 620.0  # points, of 683: measuring every divider doubles Typst's time and memory
_SPACE = re.compile(r"[^\S\u3000]+")
_UNBREAKABLE = re.compile(r"[!-~]{12}(?=[!-~])")  # Latin text without a blank: file names, codes
_ZERO_WIDTH = "\u200b"
#: Control characters, direction marks and variation selectors: they have no shape of their own.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff\U000e0000-\U000e01ef]"
)


class FrontError(RuntimeError):
    """The sheets drawn are not those planned: a fault of the templates, not of the input."""


@dataclass(frozen=True, slots=True)
class Front:
    """The drawn sheets: one PDF, and which 1-based sheet of it is what."""

    pdf: bytes
    opening: int  # cover and contents: the first sheets
    dividers: tuple[int, ...]
    slips: Mapping[str, int]  # by 编号
    record: int  # 0 where there is none


def undrawable(plan: BundlePlan) -> tuple[str, ...]:
    """Return the characters of the plan's texts that our fonts lack, sorted; each is printed as 〓."""
    texts = json.dumps(_data(plan, _Pen(faithful=True)), ensure_ascii=False)
    return tuple(char for char in sorted({*texts}) if not _is_drawable(char))


def data_json(plan: BundlePlan) -> str:
    """Return what the templates show, as the JSON they read."""
    return json.dumps(_data(plan, _Pen()), ensure_ascii=False)


def draw(plan: BundlePlan) -> Front:
    """Draw the front matter of ``plan``; the same plan gives the same bytes.

    Raises FrontError where a divider or slip sheet did not come out as one sheet.
    """
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[resources.fonts()])
    folder = resources.template("bundle")
    compiler = typst.Compiler(
        folder / "bundle.typ",
        root=folder,
        font_paths=fonts,
        sys_inputs={"data": data_json(plan)},
    )
    pdf = compiler.compile(format="pdf", pdf_tags=False, timestamp=0)
    assert isinstance(pdf, bytes)
    marks = [mark["value"] for mark in json.loads(compiler.query("<mark>"))]
    return _checked(pdf, marks, plan)


def _checked(pdf: bytes, marks: list[Mapping[str, Any]], plan: BundlePlan) -> Front:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as drawn:
        sheets = len(drawn.pages)
    slips = [piece.number for piece in plan.pieces if piece.evidence.verdict is Verdict.SLIP_SHEET]
    singles = len(plan.dividers) + len(slips) + plan.record_sheet
    opening = sheets - singles
    found = {(mark["kind"], mark["index"]): mark["sheet"] for mark in marks}
    wanted = [("divider", index) for index in range(len(plan.dividers))]
    wanted += [("slip", index) for index in range(len(slips))] + [("record", 0)] * plan.record_sheet
    expected = dict(zip(wanted, range(opening + 1, sheets + 1), strict=True)) | {("cover", 0): 1, ("contents", 0): 2}
    if opening < 2 or found != expected:
        wrong = [f"{kind} {index}" for (kind, index), sheet in expected.items() if found.get((kind, index)) != sheet]
        raise FrontError(f"sheets are not where they were planned: {', '.join(wrong[:5])} ({sheets} sheets)")
    return Front(
        pdf=pdf,
        opening=opening,
        dividers=tuple(found["divider", index] for index in range(len(plan.dividers))),
        slips={code: found["slip", index] for index, code in enumerate(slips)},
        record=found.get(("record", 0), 0),
    )


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes texts for the templates: on one line, cut to a limit, and where asked in drawable characters alone."""

    faithful: bool = False  # keep what can't be drawn

    def __call__(self, text: str, limit: str = "entry") -> str:
        text = _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()
        most = _LIMITS[limit]
        text = text if len(text) <= most else text[: most - 1] + "…"
        if self.faithful:
            return text
        text = "".join(char if _is_drawable(char) else MISSING for char in text)
        return _UNBREAKABLE.sub(rf"\g<0>{_ZERO_WIDTH}", text)


def _data(plan: BundlePlan, pen: _Pen) -> dict[str, Any]:
    """Return all that the templates show; pages are printed page numbers."""
    slips = [piece for piece in plan.pieces if piece.evidence.verdict is Verdict.SLIP_SHEET]
    places = attachment_names(plan)
    return {
        "title": pen(plan.title),
        "contents_title": pen(plan.title.removesuffix("汇编") + "目录"),
        "form": plan.form if plan.form == DRAFT else "",
        "unit": pen(plan.unit),
        "year": plan.year,
        "rubric": pen(plan.rubric),
        "date": f"{plan.dated.year}年{plan.dated.month}月{plan.dated.day}日" if plan.dated else "　　　年　　月　　日",
        "count": len(plan.pieces),
        "pages": last_page(plan),
        "groups": list(_groups(plan, pen)),
        "dividers": [_divider(divider, _sections(plan), pen) for divider in plan.dividers],
        "slips": [_slip(piece, places.get(piece.number, ""), plan.form == DRAFT, pen) for piece in slips],
        "record": plan.record_sheet,
    }


def _groups(plan: BundlePlan, pen: _Pen) -> Iterator[dict[str, Any]]:
    index = 0
    for section, dividers in groupby(plan.dividers, key=lambda divider: divider.section):
        lines = []
        for divider in dividers:
            rows = []
            for piece in divider.pieces:
                index += 1
                rows.append(_row(index, piece, pen))
            lines.append(
                {
                    "heading": pen(divider.heading, "heading"),
                    "page": divider.page,
                    "refers": [_target(piece, pen) for piece in divider.refers[:_MOST_REFERS]],
                    "refers_count": len(divider.refers),
                    "note": "" if divider.pieces or divider.refers else "尚无材料",
                    "rows": rows,
                }
            )
        yield {"section": pen(_sections(plan).get(section, ""), "heading"), "lines": lines}


def _row(index: int, piece: Piece, pen: _Pen) -> dict[str, Any]:
    file = piece.evidence
    return {
        "index": index,
        **_target(piece, pen),
        "doc_no": pen(file.doc_no, "short"),
        "issuer": pen(file.issuer, "short"),
        "date": _eight_digits(file.dated),
        "note": pen(piece.note, "short"),
    }


def _target(piece: Piece, pen: _Pen) -> dict[str, Any]:
    return {"number": pen(piece.number, "short"), "title": pen(piece.evidence.title, "title"), "page": piece.first}


def _divider(divider: Divider, sections: Mapping[str, str], pen: _Pen) -> dict[str, Any]:
    return {
        "short": _height(divider) < _SURELY_ONE_PAGE,
        "section": pen(sections.get(divider.section, ""), "heading"),
        "heading": pen(divider.heading, "heading"),
        "clause": pen(divider.clause, "clause"),
        "basis": pen(divider.basis, "basis"),
        "of": pen(divider.of, "basis"),
        "score": pen(divider.score, "basis"),
        "because": _listed(divider.because, pen),
        "pieces": _pieces(divider.pieces, pen),
        "refers": _pieces(divider.refers, pen),
        "lacking": _listed(divider.lacking, pen),
    }


def _height(divider: Divider) -> float:
    """Return a height in points that the divider's texts don't exceed: most need no measuring by Typst."""
    texts = [text for text in (divider.clause, divider.basis, divider.of, divider.score) if text]
    texts += [*divider.because, *divider.lacking]
    titles = [piece.evidence.title for piece in divider.pieces + divider.refers]
    lines = sum(1 + len(text) // 34 for text in texts) + sum(1 + len(title) // 27 for title in titles)
    parts = sum(map(bool, (divider.because, divider.lacking, divider.pieces or divider.refers, divider.refers)))
    heading = 1 + len(divider.heading) // 19
    return 110 + 30 * heading + 17 * lines + 4 * (len(texts) + len(titles)) + 32 * (parts + 1)


def _listed(entries: tuple[str, ...], pen: _Pen) -> dict[str, Any]:
    return {"shown": [pen(entry) for entry in islice(entries, _MOST_ENTRIES)], "count": len(entries)}


def _pieces(pieces: tuple[Piece, ...], pen: _Pen) -> dict[str, Any]:
    return {"shown": [_target(piece, pen) for piece in islice(pieces, _MOST_ENTRIES)], "count": len(pieces)}


def _slip(piece: Piece, place: str, draft: bool, pen: _Pen) -> dict[str, Any]:
    file = piece.evidence
    return {
        "number": pen(piece.number, "short"),
        "title": pen(file.title, "title"),
        "doc_no": pen(file.doc_no, "short"),
        "issuer": pen(file.issuer, "short"),
        "date": _eight_digits(file.dated),
        "file": pen(file.path),
        "why": pen(file.why) if draft else "",  # it tells the office what to do about the file
        "place": pen(place) or "原件读不出来，没有收入附件。",
        "sha256": file.sha256,
    }


def _sections(plan: BundlePlan) -> dict[str, str]:
    return {part.id: f"{part.id}　{part.title}" for part in plan.sections}


def _eight_digits(day: date | None) -> str:
    """Write a date as DA/T 22-2015 wants it in a catalogue: YYYYMMDD."""
    return day.strftime("%Y%m%d") if day else ""


@cache
def _is_drawable(char: str) -> bool:
    """Whether both fonts hold ``char``, for any text may stand in either."""
    return all(char in coverage(resources.fonts() / name) for name in FONTS)
