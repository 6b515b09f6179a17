"""佐证 of a line: its pieces as pictures in their order, and files hung on its records, dropped or from the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kaoping import api
from kaoping.page.views._evidence import file_address, picture_address
from kaoping.page.views._hanging import Bearer, types, usual_type

_RECORDS = 300  # that a list offers
_FILES = 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence of a line."""

    file: Any
    number: str
    place: str  # where it stands in the bundle: 第12页
    is_elsewhere: bool  # it stands under another line, which it proves too


def facts(assessment: api.Assessment, line: str) -> dict[str, Any]:
    """Return what the template line_evidence.html shows."""
    plan, score = assessment.plan, assessment.card.line(line)
    here = [its for its in plan.pieces if its.line == line]
    others = [its for its in plan.pieces if line in its.also]
    taken = {its.evidence.path for its in (*here, *others)}
    files = sorted(path for path, file in assessment.dossier.evidence.items() if path not in taken and not file.within)
    return {
        "proofs": [
            Proof(its.evidence, its.number, plan.folio(its.volume, its.first), its.line != line)
            for its in (*here, *others)
        ],
        "bearers": bearers(assessment, score.uses),
        "idle": files[:_FILES],
        "types": types(assessment),
        "folders": sorted({path.rpartition("/")[0] for path in assessment.dossier.evidence} - {""})[:_FILES],
        "file_address": file_address,
        "picture": picture_address,
    }


def bearers(assessment: api.Assessment, uses: Sequence[Any]) -> list[Bearer]:
    """Return the records that a line looks at and that may name files; those that count first."""
    pack, names = assessment.dossier.pack, {}
    wanted = sorted(uses, key=lambda use: not use.counted)[:_RECORDS]
    for kind in {use.kind for use in wanted}:
        table, ids = assessment.dossier.table(kind), {use.id for use in wanted if use.kind == kind}
        if table is not None and pack.kinds[kind].field("evidence") is not None:
            called = table.columns.get(pack.kinds[kind].called) or [""] * len(table)
            names[kind] = {id_: str(name or "") for id_, name in zip(table.ids, called, strict=True) if id_ in ids}
    keys = dict.fromkeys((use.kind, use.id) for use in wanted if use.id in names.get(use.kind, {}))
    return [
        Bearer(
            f"{kind}/{id_}",
            f"{pack.kinds[kind].title} {id_}　{names[kind][id_]}".rstrip("　"),
            usual_type(assessment, kind),
            pack.kinds[kind].title,
        )
        for kind, id_ in keys
    ]
