"""佐证 of a line: its pieces as pictures in their order, and files hung on its records, dropped or from the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kaoping import api
from kaoping.page.views._evidence import file_address, picture_address
from kaoping.page.views._hanging import Bearer, types, usual_type
from kaoping.page.views._package_viewer import address

_RECORDS = 300  # that a list offers
_FILES = 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence of a line."""

    file: Any
    number: str
    place: str  # where it stands in the bundle as it would be built now: 第12页
    is_elsewhere: bool  # it stands under another line, which it proves too
    address: str = ""  # of that page in the 送审稿 that there is; "" where it stands elsewhere in that, or nowhere
    amiss: Sequence[api.Finding] = ()  # what is to be done about it


def facts(assessment: api.Assessment, line: str) -> dict[str, Any]:
    """Return what the template line_evidence.html shows."""
    plan, score = assessment.plan, assessment.card.line(line)
    here = [its for its in plan.pieces if its.line == line]
    others = [its for its in plan.pieces if line in its.also]
    taken = {its.evidence.path for its in (*here, *others)}
    files = sorted(path for path, file in assessment.dossier.evidence.items() if path not in taken and not file.within)
    amiss = api.told_of(assessment, taken & assessment.dossier.evidence.keys())
    printed = _printed(assessment) if taken else {}
    return {
        "proofs": [
            Proof(
                its.evidence,
                its.number,
                plan.folio(its.volume, its.first),
                its.line != line,
                printed.get((its.evidence.path, its.volume, its.first), ""),
                amiss.get(its.evidence.path, ()),
            )
            for its in (*here, *others)
        ],
        "bearers": bearers(assessment, score.uses),
        "idle": files[:_FILES],
        "types": types(assessment),
        "folders": sorted({path.rpartition("/")[0] for path in assessment.dossier.evidence} - {""})[:_FILES],
        "file_address": file_address,
        "picture": picture_address,
    }


def _printed(assessment: api.Assessment) -> dict[tuple[str, int, int], str]:
    """Return the addresses of the pieces' first pages in the 送审稿 that there is: path, volume, page → address."""
    package = next((its for its in api.shelved(assessment.dossier.folder) if its.name == api.DRAFT), None)
    if package is None:
        return {}
    volumes = {
        row["volume"]: name
        for row, name in ((row, row["path"].partition("/")[2]) for row in package.document["files"])
        if row["role"] == "bundle"
    }
    return {
        (row["path"], row["volume"], row["first"]): address(package.name, volumes[row["volume"]], no=str(row["first"]))
        for row in package.document["pieces"]
        if row["volume"] in volumes
    }


def bearers(assessment: api.Assessment, uses: Sequence[Any]) -> list[Bearer]:
    """Return the records that a line looks at and that may name files; those that count first, and marked as such."""
    pack, names = assessment.dossier.pack, {}
    wanted = sorted(uses, key=lambda use: not use.counted)[:_RECORDS]
    for kind in {use.kind for use in wanted}:
        table, ids = assessment.dossier.table(kind), {use.id for use in wanted if use.kind == kind}
        if table is not None and pack.kinds[kind].field("evidence") is not None:
            called = table.columns.get(pack.kinds[kind].called) or [""] * len(table)
            names[kind] = {id_: str(name or "") for id_, name in zip(table.ids, called, strict=True) if id_ in ids}
    keys: dict[tuple[str, str], bool] = {}
    for use in wanted:
        if use.id in names.get(use.kind, {}):
            keys.setdefault((use.kind, use.id), use.counted)
    return [
        Bearer(
            f"{kind}/{id_}",
            f"{pack.kinds[kind].title} {id_}　{names[kind][id_]}".rstrip("　"),
            usual_type(assessment, kind),
            pack.kinds[kind].title,
            is_used,
        )
        for (kind, id_), is_used in keys.items()
    ]
