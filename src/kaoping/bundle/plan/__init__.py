"""The plan of the bundle (佐证材料汇编): order, numbers, volumes and pages, settled before a byte is written.

A piece of evidence stands once, under the first line that it proves; every other line refers to it. Whatever is printed
later, be it a page number, a contents row or a link, is read off the plan and never counted again.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from kaoping.bundle.plan._attachments import ATTACHMENTS, ORIGINALS, attachment_names, attachments, originals
from kaoping.bundle.plan._number_patterns import DEFAULTS, PatternError, in_volumes, patterns
from kaoping.bundle.plan._pagination import Limits, Start, larger_than_a_volume, paginate
from kaoping.bundle.plan._slots import Slot, claims, number_of, slots
from kaoping.bundle.plan._submitted_pieces import WITHDRAWN, SubmittedPieces, replaced_by, submitted_pieces
from kaoping.core.engine import submitted_on
from kaoping.core.model import BundlePlan, Dossier, ScoreCard, SectionHead
from kaoping.rubric.nodes import Notice, Rubric

__all__ = [
    "ATTACHMENTS", "DEFAULTS", "ORIGINALS", "WITHDRAWN", "Limits", "PatternError", "SubmittedPieces",
    "attachment_names", "attachments", "claims", "larger_than_a_volume", "last_page", "limits_of", "originals",
    "patterns", "plan_bundle", "replaced_by", "submitted_pieces",
]  # fmt: skip

_SUPPLEMENT = "补充"
_MB = 1_000_000
_MOST_PHOTOS = 9  # on a page: smaller ones show nothing


def plan_bundle(
    rubric: Rubric,
    card: ScoreCard,
    dossier: Dossier,
    form: str,
    limits: Limits | None = None,
    submitted: SubmittedPieces | None = None,
) -> BundlePlan:
    """Lay out the bundle of ``form`` (送审稿 | 报送稿) for the scores in ``card``.

    In the 送审稿 every line of the rubric has its divider, with or without evidence, and what no line counted stands in
    a tail; the 报送稿 has the lines with evidence alone, without score, reasons, gaps and tail. Dividers and evidence
    are numbered 1…n in each volume (页号逐页编, DA/T 22-2015); cover and contents are not. ``limits`` stand for the
    notice's. With ``submitted``, only what was not in it is laid out, numbers go on where they ended there, and a file
    that was handed in with other content says whose place it takes. Raises PatternError where a pattern of the notice
    makes no number, or the same number twice.
    """
    words = patterns(rubric.notice)
    claimed = claims(rubric, card, dossier.evidence)
    laid = slots(rubric, card, dossier, claimed, form, words["bundle.tail"])
    start = Start()
    if submitted is not None:
        known, standing = submitted.known(dossier.evidence), submitted.standing
        laid = [late for slot in laid if (late := _late(slot, known)).files]
        replaced = {path: piece.number for path, piece in standing.items() if path not in known}
        start = Start(submitted.volumes + 1, _runs(submitted, rubric), replaced)
    limits = (limits or Limits()).over(limits_of(rubric.notice))
    dividers = paginate(laid, claimed, words, limits, _photos_per_page(rubric.notice), start)
    shown = {divider.section for divider in dividers}
    volumes = tuple(dict.fromkeys(divider.volume for divider in dividers)) or (start.volume,)
    prefix = _SUPPLEMENT if submitted is not None else ""
    stamps = {key: words[key] for key in ("patterns.stamp", "patterns.divider_stamp")}
    if len(volumes) > 1 or prefix:
        stamps = {key: in_volumes(pattern, prefix) for key, pattern in stamps.items()}
    return BundlePlan(
        title=words["bundle.title"],
        unit=card.unit,
        year=card.year,
        rubric=rubric.title,
        form=form,
        dated=submitted_on(dossier),
        sections=tuple(SectionHead(part.id, part.title) for part in rubric.sections if part.id in shown),
        dividers=tuple(dividers),
        volumes=volumes,
        prefix=prefix,
        max_pages=limits.pages or 0,
        max_size=limits.size or 0,
        record_sheet=str(rubric.notice.get("bundle.record_sheet", "")).lower() in ("true", "是"),
        extra=stamps,
    )


def _runs(submitted: SubmittedPieces, rubric: Rubric) -> dict[tuple[str, str], int]:
    """Return how many pieces were handed in by the section and number that they count under."""
    runs = {line.id: (line.section, number_of(rubric, line)) for line in rubric.lines}
    counts: dict[tuple[str, str], int] = {}
    for line, pieces in submitted.counts.items():
        run = runs.get(line, ("", ""))
        counts[run] = counts.get(run, 0) + pieces
    return counts


def limits_of(notice: Notice) -> Limits:
    """Return the limits on a volume that the notice states (its loader has found them to be numbers)."""
    size = float(notice.get("bundle.max_mb") or 0)
    return Limits(int(float(notice.get("bundle.max_pages") or 0)), int(size * _MB))


def _photos_per_page(notice: Notice) -> int:
    return min(int(float(notice.get("bundle.photos_per_page") or 1)), _MOST_PHOTOS)


def last_page(plan: BundlePlan, volume: int = 1) -> int:
    """Return the last printed page number of ``volume``; 0 where it holds nothing."""
    ends = [d.page for d in plan.dividers if d.volume == volume]
    ends += [p.last for p in plan.pieces if p.volume == volume]
    return max(ends, default=0)


def _late(slot: Slot, known: Container[str]) -> Slot:
    """Return the slot without the files that were handed in as they are."""
    files = tuple(file for file in slot.files if file.path not in known)
    return replace(slot, divider=replace(slot.divider, lacking=()), files=files, refers=())
