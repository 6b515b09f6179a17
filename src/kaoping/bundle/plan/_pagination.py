"""Where everything stands: volumes, printed pages and numbers, settled before a byte is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kaoping.bundle.plan._number_patterns import EVIDENCE_NUMBER, refuse_twins
from kaoping.bundle.plan._slots import Claims, Slot
from kaoping.core.model import BundlePlan, Divider, EvidenceFile, Piece, Verdict

_ROW, _CONTENTS = 10.0, 240.0  # mm: at most what a row of the contents takes, and what a page of it holds
_FRONT, _OWN_SHEET, _PAGE = 450_000, 9_000, 1_500  # bytes: fonts and cover, a sheet that we draw, a page's stamp
_OPENING = 3  # sheets at least before the pieces of a volume: cover, contents, a divider
_MARGIN = 0.98  # of the limit on bytes: a bookmark or a table of objects may be longer than thought


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a volume may be, all its sheets counted; 0 is no limit, None is what somebody else says."""

    pages: int | None = None
    size: int | None = None  # bytes

    def over(self, other: Limits) -> Limits:
        """Return these limits, and those of ``other`` where these say nothing."""
        return Limits(other.pages if self.pages is None else self.pages, other.size if self.size is None else self.size)

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self.pages or self.size)


@dataclass(frozen=True, slots=True)
class Start:
    """Where volumes and numbers begin: anew, or (a supplement) after what has been handed in."""

    volume: int = 1
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)  # pieces that each run holds already
    replaced: Mapping[str, str] = field(default_factory=dict)  # path → the number of the piece that it replaces


@dataclass(slots=True)
class _Volume:
    """The volume being filled."""

    number: int
    limits: Limits
    index: int  # sheets of the index over all volumes, in the first one
    page: int = 1  # the next printed number
    rows: int = 0
    size: int = _FRONT

    def takes(self, pages: int, rows: int, size: int) -> bool:
        """Whether so much more still fits."""
        opening = 2 + int((self.rows + rows) * _ROW / _CONTENTS) + self.index
        sheets = opening + self.page - 1 + pages + 1  # and a 备考表
        return (not self.limits.pages or sheets <= self.limits.pages) and (
            not self.limits.size or self.size + size <= self.limits.size * _MARGIN
        )

    def take(self, pages: int, rows: int, size: int) -> int:
        """Fill in so much; returns the printed number of its first page."""
        first = self.page
        self.page, self.rows, self.size = self.page + pages, self.rows + rows, self.size + size
        return first


def paginate(
    slots: Sequence[Slot],
    claimed: Claims,
    patterns: Mapping[str, str],
    limits: Limits,
    per_page: int,
    start: Start,
) -> list[Divider]:
    """Number and page the slots in order: a divider takes one page, its pieces follow at once.

    Where a volume is full, a new one begins, and the line goes on there under a divider of its own. A piece is never
    split: one that is larger than a volume may be has one for itself. Up to ``per_page`` photos in a row share a page.
    Raises PatternError where two pieces come out with the same number.
    """
    pieces_in_all = sum(len(slot.files) for slot in slots)
    index = 1 + int(pieces_in_all * _ROW / _CONTENTS) if limits.any else 0
    volume = _Volume(start.volume, limits, index)
    placed: dict[str, Piece] = {}
    counts = dict(start.counts)
    dividers: list[tuple[Divider, tuple[str, ...]]] = []
    for slot in slots:
        units = list(_units(slot, claimed, patterns, per_page, replace(start, counts=counts)))
        counts[slot.divider.run] = counts.get(slot.divider.run, 0) + len(slot.files)
        need = _need(units[0]) if units else (0, 0, 0)
        if volume.page > 1 and not volume.takes(1 + need[0], 1 + need[1], _OWN_SHEET + need[2]):
            volume = _Volume(volume.number + 1, limits, 0)
        divider = _open(slot.divider, volume)
        parts: list[tuple[Divider, list[Piece]]] = [(divider, [])]
        for unit in units:
            if parts[-1][1] and not volume.takes(*_need(unit)):
                volume = _Volume(volume.number + 1, limits, 0)
                parts.append((_open(replace(slot.divider, continued=True, lacking=(), because=()), volume), []))
            first = volume.take(*_need(unit))
            for piece in unit:
                standing = replace(piece, volume=volume.number, first=first)
                placed[piece.evidence.path] = standing
                parts[-1][1].append(standing)
        refers = slot.refers
        for part, pieces in parts:
            dividers.append((replace(part, pieces=tuple(pieces)), refers))
            refers = ()
    refuse_twins(patterns, placed.values())
    # A reference always points back: the line a file stands under is the first one that names it.
    return [
        replace(divider, refers=tuple(placed[path] for path in refers if path in placed))
        for divider, refers in dividers
    ]


def _open(divider: Divider, volume: _Volume) -> Divider:
    return replace(divider, volume=volume.number, page=volume.take(1, 1, _OWN_SHEET))


def _units(
    slot: Slot, claimed: Claims, patterns: Mapping[str, str], per_page: int, start: Start
) -> Iterator[tuple[Piece, ...]]:
    """Yield what stands together: a piece, or the photos that share a page."""
    already = start.counts.get(slot.divider.run, 0)
    album: list[Piece] = []
    for seq, file in enumerate(slot.files, start=already + 1):
        also = tuple(line for line in claimed.lines.get(file.path, ()) if line != slot.divider.line)
        piece = Piece(
            _number(patterns, slot.divider, seq),
            file,
            slot.divider.line,
            also,
            0,
            0,
            _note(file, [claimed.called[line] for line in also], start.replaced.get(file.path, "")),
            replaces=start.replaced.get(file.path, ""),
        )
        if per_page > 1 and _is_photo(file):
            album.append(piece)
            if len(album) < per_page:
                continue
        if album:
            yield _together(album)
        if not album or album[-1] is not piece:
            yield (piece,)
        album = []
    if album:
        yield _together(album)


def _together(album: Sequence[Piece]) -> tuple[Piece, ...]:
    numbers = tuple(piece.number for piece in album)
    return tuple(replace(piece, album=numbers) for piece in album) if len(album) > 1 else tuple(album)


def _is_photo(file: EvidenceFile) -> bool:
    """Whether the file may share a page: a picture of one page that is a photo, or is called one."""
    return file.album and file.verdict is Verdict.CONVERTED and file.pages == 1


def _need(unit: Sequence[Piece]) -> tuple[int, int, int]:
    """Return the pages, rows of the contents and bytes that a unit takes."""
    pages = 1 if len(unit) > 1 else unit[0].evidence.pages
    weights = (piece.evidence.sheets.weight if piece.evidence.sheets else _OWN_SHEET for piece in unit)
    return pages, len(unit), sum(weights) + pages * _PAGE


def larger_than_a_volume(plan: BundlePlan) -> list[tuple[Piece, str]]:
    """Return the pieces for which no volume can keep the limits, as one is never split, each with why in Chinese."""
    large: list[tuple[Piece, str]] = []
    for piece in plan.pieces:
        pages, _, size = _need((piece,))
        over = [f"{pages}页，每册限{plan.max_pages}页"] if plan.max_pages and pages + _OPENING > plan.max_pages else []
        if plan.max_size and size > plan.max_size:
            over.append(f"约{size / 1e6:.1f}MB，每册限{plan.max_size / 1e6:g}MB")
        if over:
            large.append((piece, "；".join(over)))
    return large


def _number(patterns: Mapping[str, str], divider: Divider, seq: int) -> str:
    key = EVIDENCE_NUMBER if divider.line else "patterns.other_number"
    return patterns[key].format(section=divider.section, line=divider.number, seq=seq)


def _note(file: EvidenceFile, also: Sequence[str], replaced: str) -> str:
    notes = [f"替换{replaced}"] if replaced else []
    notes += [f"另证{'、'.join(also)}"] if also else []
    notes += file.changes
    if file.verdict is Verdict.SLIP_SHEET or file.keep:
        notes.append("原件见附件" if file.is_attached else "原件没有附" if file.sha256 else "读不出来")
    if file.verdict is Verdict.UNPACKED:
        notes.append(f"内含{len(file.members)}件，列在后面")
    return "；".join(notes)
