"""The summary as JSON (``kaoping.summary/1``): units that can be compared, with the places that they may have.

It is made of what came of each unit alone, so that each figure is that of the unit's own package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from kaoping.batch._ranking import Span, Standing, rank
from kaoping.batch._unit_task import Outcome
from kaoping.core.figures import UNBOUNDED
from kaoping.core.findings import Finding
from kaoping.pipeline import contract

SCHEMA = "kaoping.summary/1"
_UNKNOWN = Span(-UNBOUNDED, UNBOUNDED)


def summary(outcomes: Mapping[str, Outcome], form: str, photos: Iterable[Finding] = ()) -> dict[str, Any]:
    """Return the summary of ``outcomes`` (by the units' folders) for packages of ``form``.

    Units of one rubric (the same content), year and level are ranked together. Whoever has no points belongs to nobody
    knows which group, with nobody knows which points: each group's places leave room for them. ``photos`` says which
    are one shot under two units.
    """
    groups: dict[tuple[str, ...], dict[str, Outcome]] = {}
    for name, outcome in outcomes.items():
        if card := outcome.get("scorecard"):
            key = (outcome["rubric"]["id"], str(card["year"]), card["level"], outcome["rubric"]["sha256"])
            groups.setdefault(key, {})[name] = outcome
    without = {name: outcome for name, outcome in outcomes.items() if "scorecard" not in outcome}
    return {
        "schema": SCHEMA,
        "form": form,
        "units": len(outcomes),
        "groups": [_group(groups[key], len(without)) for key in sorted(groups)],
        "without_points": [
            {"folder": name, "status": its["status"], "exit": its["exit"], "findings": its["findings"]}
            for name, its in without.items()
        ],
        "same_photos": contract.findings(photos),
    }


def _group(outcomes: Mapping[str, Outcome], without_points: int) -> dict[str, Any]:
    spans = [Span(*map(Fraction, outcome["total"])) for outcome in outcomes.values()]
    standings = rank([*spans, *[_UNKNOWN] * without_points])
    rows = [_row(name, outcomes[name], its) for name, its in zip(outcomes, standings[: len(spans)], strict=True)]
    first = next(iter(outcomes.values()))
    return {
        "rubric": first["rubric"],
        "year": first["scorecard"]["year"],
        "level": first["scorecard"]["level"],
        "without_points": without_points,
        "sections": [{key: its[key] for key in ("section", "title", "of")} for its in first["sections"]],
        "rows": sorted(rows, key=lambda row: (row["place"]["best"], row["place"]["worst"], row["folder"])),
    }


def _row(name: str, outcome: Outcome, standing: Standing) -> dict[str, Any]:
    card, package = outcome["scorecard"], outcome.get("package")
    return {
        "folder": name,
        "unit": card["unit"],
        "status": outcome["status"],
        "exit": outcome["exit"],
        "place": {"best": standing.best, "worst": standing.worst, "shared": standing.shared},
        "totals": card["totals"],
        "grade": card.get("grade"),
        "sections": outcome["sections"],
        "lines": [
            {key: line[key] for key in ("line", "role", "title", "of", "min", "max", "status", "unsupported")}
            for line in card["lines"]
        ],
        "gaps": outcome["gaps"]["gaps"],
        "open": outcome["gaps"]["counts"]["open"],
        "deadlines": outcome["gaps"]["deadlines"],
        "held": outcome.get("held"),  # null where there is no package: what keeps it back is among the findings
        "evidence": outcome.get("evidence"),
        "findings": outcome["findings"],
        "package": {key: package[key] for key in ("folder", "sha256")} if package else None,
    }
