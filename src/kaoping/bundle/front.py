"""The front matter (封面、目录、隔页、说明页、备考表): from the plan to PDF sheets, by templates/bundle/.

Typst draws; what page a thing stands on is the plan's business. Each divider and slip sheet is one sheet, and that is
checked after drawing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from pathlib import Path, PurePosixPath
from typing import Any

from kaoping.bundle.plan import attachment_names, last_page
from kaoping.core.model import DRAFT, BundlePlan, Divider, EvidenceFile, Piece, Verdict
from kaoping.evidence.media import kinds
from kaoping.pdf import typeset

#: Links to a printed page number leave Typst as kaoping:128 and become explicit destinations in the merged file.
LINK = "kaoping:"
TEMPLATE = "bundle.typ"
#: Cover and contents; dividers, slip sheets and 备考表. Typst may draw them one after the other: it keeps what it drew.
PARTS = ("opening", "sheets")
# A divider is one page: with these the longest texts fit without any list entry (tests/test_bundle.py).
_LIMITS = {"heading": 120, "clause": 1000, "basis": 200, "entry": 200, "title": 200, "short": 60}
_MOST_REFERS = 8  # in a row of the contents; the divider has more
_MOST_ENTRIES = 40  # more can't stand on one page
_SURELY_ONE_PAGE = 620.0  # points, of 683: measuring every divider doubles Typst's time and memory
_SPACE = re.compile(r"[^\S\u3000]+")


class FrontError(RuntimeError):
    """The sheets drawn are not those planned: a fault of the templates, not of the input."""


@dataclass(frozen=True, slots=True)
class Front:
    """The drawn sheets, counted through all PARTS: which 1-based sheet is what."""

    opening: int  # cover and contents: the first sheets
    dividers: tuple[int, ...]
    slips: Mapping[str, int]  # by 编号
    record: int  # 0 where there is none


def undrawable(plan: BundlePlan) -> tuple[str, ...]:
    """Return the characters of the plan's texts that our fonts lack, sorted; each is printed as 〓."""
    whole = [_data(plan, volume, _Pen(faithful=True)) for volume in plan.volumes]
    texts = json.dumps(whole, ensure_ascii=False)
    return tuple(char for char in sorted({*texts}) if not typeset.is_drawable(char))


def data_of(plan: BundlePlan, volume: int, *parts: str) -> dict[str, Any]:
    """Return what the templates show of ``volume``, in those of PARTS; in all of them, unless given."""
    return {**_data(plan, volume, _Pen()), "parts": list(parts or PARTS)}


def parts_of(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield those of PARTS that have a sheet: Typst would make an empty one of the other."""
    opening, sheets = PARTS
    yield opening
    if data["dividers"] or data["slips"] or data["record"]:
        yield sheets


def read_front(drawn: Sequence[tuple[Path, Sequence[Mapping[str, Any]]]], plan: BundlePlan, volume: int) -> Front:
    """Return the sheets of the PARTS that were drawn of one volume: of each the PDF and its marks.

    Raises FrontError where a divider or slip sheet did not come out as one sheet.
    """
    places: dict[tuple[str, int], int] = {}
    sheets: list[int] = []
    for path, marks in drawn:
        places |= {(mark["kind"], mark["index"]): sum(sheets) + mark["sheet"] for mark in marks}
        sheets.append(_sheets(path))
    places.pop(("index", 0), None)
    dividers, slips = plan.in_volume(volume), [piece.number for piece in _slips(plan, volume)]
    opening = sheets[0]
    wanted = [("divider", index) for index in range(len(dividers))]
    wanted += [("slip", index) for index in range(len(slips))] + [("record", 0)] * plan.record_sheet
    expected = {("cover", 0): 1, ("contents", 0): 2}
    expected |= {key: opening + at for at, key in enumerate(wanted, 1)}
    if opening < 2 or places != expected or sum(sheets) != opening + len(wanted):
        wrong = [f"{kind} {index}" for (kind, index), sheet in expected.items() if places.get((kind, index)) != sheet]
        raise FrontError(f"sheets are not where they were planned: {', '.join(wrong[:5])} ({sum(sheets)} sheets)")
    return Front(
        opening=opening,
        dividers=tuple(places["divider", index] for index in range(len(dividers))),
        slips={code: places["slip", index] for index, code in enumerate(slips)},
        record=places.get(("record", 0), 0),
    )


def _sheets(pdf: Path) -> int:
    import pikepdf

    with pikepdf.open(pdf) as drawn:
        return len(drawn.pages)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes texts for the templates: on one line, cut to a limit, and where asked in drawable characters alone."""

    faithful: bool = False  # keep what can't be drawn

    def __call__(self, text: str, limit: str = "entry") -> str:
        text = _SPACE.sub(" ", typeset.INVISIBLE.sub("", text)).strip()
        most = _LIMITS[limit]
        text = text if len(text) <= most else text[: most - 1] + "…"
        return text if self.faithful else typeset.drawable_text(text)


def _data(plan: BundlePlan, volume: int, pen: _Pen) -> dict[str, Any]:
    """Return all that the templates show of a volume; pages are printed page numbers."""
    dividers = plan.in_volume(volume)
    places = attachment_names(plan)
    return {
        "title": pen(plan.title),
        "contents_title": pen(plan.title.removesuffix("汇编") + "目录"),
        "form": plan.form if plan.form == DRAFT else "",
        "unit": pen(plan.unit),
        "year": plan.year,
        "rubric": pen(plan.rubric),
        "date": f"{plan.dated.year}年{plan.dated.month}月{plan.dated.day}日" if plan.dated else "　　　年　　月　　日",
        "volume": plan.volume_name(volume),
        "volumes": len(plan.volumes),
        "supplement": bool(plan.prefix),
        "count": sum(len(divider.pieces) for divider in dividers),
        "pages": last_page(plan, volume),
        "groups": list(_groups(plan, volume, pen)),
        "index": list(_index(plan, pen)) if len(plan.volumes) > 1 and volume == plan.volumes[0] else [],
        "dividers": [_divider(divider, plan, pen) for divider in dividers],
        "slips": [_slip(p, places.get(p.number, ""), plan.form == DRAFT, pen) for p in _slips(plan, volume)],
        "record": plan.record_sheet,
    }


def _slips(plan: BundlePlan, volume: int) -> list[Piece]:
    """Return the pieces that a page of ours stands for."""
    pieces = (piece for divider in plan.in_volume(volume) for piece in divider.pieces)
    return [piece for piece in pieces if piece.evidence.sheets is None]


def _groups(plan: BundlePlan, volume: int, pen: _Pen) -> Iterator[dict[str, Any]]:
    index = 0
    for section, dividers in groupby(plan.in_volume(volume), key=lambda divider: divider.section):
        lines = []
        for divider in dividers:
            rows = []
            for piece in divider.pieces:
                index += 1
                rows.append(_row(index, piece, plan, pen))
            lines.append(
                {
                    "heading": pen(_heading(divider), "heading"),
                    "page": divider.page,
                    "refers": [_target(piece, divider, plan, pen) for piece in divider.refers[:_MOST_REFERS]],
                    "refers_count": len(divider.refers),
                    "note": "" if divider.pieces or divider.refers else "尚无材料",
                    "rows": rows,
                }
            )
        yield {"section": pen(_sections(plan).get(section, ""), "heading"), "lines": lines}


def _index(plan: BundlePlan, pen: _Pen) -> Iterator[dict[str, Any]]:
    """Yield the pieces of all volumes by volume; those of the first are linked."""
    for volume in plan.volumes:
        pieces = [piece for divider in plan.in_volume(volume) for piece in divider.pieces]
        rows = [
            {
                "number": pen(piece.number, "short"),
                "title": pen(piece.evidence.title, "title"),
                "page": piece.first,
                "linked": volume == plan.volumes[0],
            }
            for piece in pieces
        ]
        yield {"volume": plan.volume_name(volume), "pages": last_page(plan, volume), "rows": rows}


def _heading(divider: Divider) -> str:
    return divider.heading + ("（续）" if divider.continued else "")


def _row(index: int, piece: Piece, plan: BundlePlan, pen: _Pen) -> dict[str, Any]:
    file = piece.evidence
    return {
        "index": index,
        "number": pen(piece.number, "short"),
        "title": pen(file.title, "title"),
        "page": piece.first,
        "doc_no": pen(file.doc_no, "short"),
        "issuer": pen(file.issuer, "short"),
        "date": _eight_digits(file.dated),
        "note": pen(piece.note, "short"),
    }


def _target(piece: Piece, divider: Divider, plan: BundlePlan, pen: _Pen) -> dict[str, Any]:
    """Return a piece as ``divider`` names it; one in another volume can't be linked, and says where it is."""
    near = piece.volume == divider.volume
    return {
        "number": pen(piece.number, "short"),
        "title": pen(piece.evidence.title, "title"),
        "page": piece.first if near else 0,
        "folio": f"第{piece.first}页" if near else plan.folio(piece.volume, piece.first),
    }


def _divider(divider: Divider, plan: BundlePlan, pen: _Pen) -> dict[str, Any]:
    return {
        "short": _height(divider) < _SURELY_ONE_PAGE,
        "section": pen(_sections(plan).get(divider.section, ""), "heading"),
        "heading": pen(_heading(divider), "heading"),
        "clause": pen(divider.clause, "clause"),
        "basis": pen(divider.basis, "basis"),
        "of": pen(divider.of, "basis"),
        "score": pen(divider.score, "basis"),
        "because": _listed(divider.because, pen),
        "pieces": _pieces(divider.pieces, divider, plan, pen),
        "refers": _pieces(divider.refers, divider, plan, pen),
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


def _pieces(pieces: tuple[Piece, ...], divider: Divider, plan: BundlePlan, pen: _Pen) -> dict[str, Any]:
    shown = [_target(piece, divider, plan, pen) for piece in islice(pieces, _MOST_ENTRIES)]
    return {"shown": shown, "count": len(pieces)}


#: What is said of an original that is not there: whether it could be read, whether it is withheld.
_NOT_ATTACHED = {
    (False, False): "原件读不出来，没有收入附件。",
    (False, True): "原件读不出来，没有收入附件。",
    (True, True): "里面的内容没能查看，原件没有收入附件。",
}
_HIDES = "里面有单位遮盖、不收的内容，原件没有收入附件。"


def _slip(piece: Piece, place: str, draft: bool, pen: _Pen) -> dict[str, Any]:
    file = piece.evidence
    unread = _HIDES if file.hides else _NOT_ATTACHED.get((bool(file.sha256), file.withheld), "")
    inside = [pen(PurePosixPath(path).relative_to(PurePosixPath(file.path)).as_posix()) for path in file.members]
    return {
        "number": pen(piece.number, "short"),
        "title": pen(file.title, "title"),
        "doc_no": pen(file.doc_no, "short"),
        "issuer": pen(file.issuer, "short"),
        "date": _eight_digits(file.dated),
        "file": pen(file.path),
        "unpacked": file.verdict is Verdict.UNPACKED,
        # In the 送审稿 it tells the office what to do about the file; who is handed the bundle is told what it is.
        "why": pen(file.why if draft else _neutral(file)),
        "lost": _listed(file.lost, pen),
        "members": {"shown": inside[:_MOST_ENTRIES], "count": len(inside)},
        "place": pen(place) or unread,
        "sha256": "" if file.hides else file.sha256,
    }


def _neutral(file: EvidenceFile) -> str:
    if file.verdict is Verdict.UNPACKED:
        return ""
    media = kinds().get(file.media)
    return f"本件为{media.title if media is not None else '电子文件'}，不便编成页面"


def _sections(plan: BundlePlan) -> dict[str, str]:
    return {part.id: f"{part.id}　{part.title}" for part in plan.sections}


def _eight_digits(day: date | None) -> str:
    """Write a date as DA/T 22-2015 wants it in a catalogue: YYYYMMDD."""
    return day.strftime("%Y%m%d") if day else ""
