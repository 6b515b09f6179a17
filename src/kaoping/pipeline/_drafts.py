"""The drafts below 成果/ that are not as they were packed: somebody worked in them, and it was not taken in yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kaoping.core import fs
from kaoping.core.file_names import is_left_behind
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.documents.edits import keeping
from kaoping.package import bag, manifest, shape
from kaoping.package.staging import set_aside

SHEETS = (".xlsx", ".xls", ".et", ".csv")
_TABLES = (manifest.SHEET, manifest.TABLE, manifest.GAPS)
_COPIES = (manifest.ATTACHMENT, manifest.ORIGINAL)


@dataclass(frozen=True, slots=True)
class EditedDraft:
    """A Word file or a sheet that may hold somebody's changes."""

    path: Path
    name: str  # with the folder that it stands in
    packed: str = ""  # the sha256 that it was packed with; "" where it stands by itself, and may be nothing of ours
    is_sheet: bool = False


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes; raises OSError."""
    return hashlib.sha256(fs.read(path)).hexdigest()


def edited_drafts(packages: Sequence[Path], drafts: Path) -> Iterator[EditedDraft]:
    """Yield what was changed in ``packages``, and in those set aside beside them; then the single ``drafts``."""
    for package in dict.fromkeys(each for path in packages for each in (*set_aside(path), path)):
        yield from _of_package(package)
    with suppress(OSError):
        for path in sorted(drafts.glob("*.docx")):
            if not is_left_behind(path.name):
                yield EditedDraft(path, f"{drafts.name}/{path.name}")


def tell_waiting(folder: Path, packages: Sequence[Path], drafts: Path) -> Findings:
    """Tell which drafts of the unit in ``folder`` the next build takes in before all else."""
    findings = Findings()
    known = {*keeping.taken(folder), *keeping.made(folder)}
    for draft in edited_drafts(packages, drafts):
        with suppress(OSError):
            if not draft.is_sheet and sha256_of(draft.path) not in known:
                findings.add("edits.waiting", Location(draft.name), name=draft.path.name)
    return findings


def _of_package(package: Path) -> Iterator[EditedDraft]:
    try:
        packed = bag.read_manifest(package / bag.MANIFEST)
    except (OSError, ValueError):
        return
    document = shape.load(package, Findings()) or {"files": []}
    roles: Mapping[str, str] = {row["path"]: row["role"] for row in document["files"]}
    for name, digest in sorted(packed.items()):
        path, role = package / name, roles.get(name)
        suffix = path.suffix.lower()
        if suffix not in (".docx", *SHEETS) or role in _COPIES:
            continue
        with suppress(OSError):
            if sha256_of(path) != digest:
                is_sheet = suffix != ".docx" or role in _TABLES
                yield EditedDraft(path, f"{package.name}/{path.name}", digest, is_sheet)
