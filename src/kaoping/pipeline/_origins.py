"""Where figures come from that rest on packages of subordinates: said at each line, and in kaoping.json."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kaoping.core.findings import Findings
from kaoping.core.model import LineScore, ScoreCard
from kaoping.core.packs.pack import ROLLUP
from kaoping.records.rollup import Origin, Origins

if TYPE_CHECKING:
    from kaoping.pipeline.assessment import Assessment

_NAMED = 3  # records, and pieces, that are named where there are many


def with_origins(card: ScoreCard, origins: Origins) -> ScoreCard:
    """Return the card, each line with a reason more for every subordinate whose records it rests on."""
    if not origins:
        return card
    lines = tuple(replace(score, because=(*score.because, *_sentences(score, origins))) for score in card.lines)
    return replace(card, lines=lines)


def _sentences(score: LineScore, origins: Origins) -> Iterator[str]:
    by_kind: dict[tuple[str, str], list[Origin]] = defaultdict(list)
    for use in dict.fromkeys((use.kind, use.id) for use in score.uses if use.counted):
        for its in filter(lambda its: its.is_of(score.line), origins.get(use, ())):
            by_kind[its.unit.region, its.kind].append(its)
    for (region, kind), group in by_kind.items():
        records = _listed([its.record.id for its in group], "条")
        lines = "、".join(dict.fromkeys(f"第{line}项" for its in group for line in its.record.lines))
        pieces = _listed(list(dict.fromkeys(piece for its in group for piece in its.record.pieces)), "件")
        places = "，".join(filter(None, (lines, f"佐证{pieces}" if pieces else "没有佐证")))
        yield f"其中{region}的取自它的考评包：{kind}{records}（{places}）"


def _listed(names: list[str], unit: str) -> str:
    return "、".join(names[:_NAMED]) + (f"等{len(names)}{unit}" if len(names) > _NAMED else "")


def manifest_entry(assessment: Assessment) -> Mapping[str, Any] | None:
    """Return what kaoping.json says of the subordinates whose records were taken; None where there are none."""
    units = {its.unit.folder: its.unit for group in assessment.origins.values() for its in group}
    if not units:
        return None
    pack = assessment.rubric.pack
    rules = pack.merged(ROLLUP, {}, Findings())
    return {
        "rules": hashlib.sha256(json.dumps(rules.plain() if rules else None, ensure_ascii=False).encode()).hexdigest(),
        "units": [
            {"unit": its.name, "region": its.region, "package": folder, "form": its.form, "sha256": its.sha256}
            for folder, its in sorted(units.items())
        ],
    }
