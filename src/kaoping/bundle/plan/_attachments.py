"""Which files lie in the package beside the bundle: what it can't show, and on request all the originals."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import PurePosixPath

from kaoping.core import file_names
from kaoping.core.model import BundlePlan, EvidenceFile, Piece

ATTACHMENTS, ORIGINALS = "附件", "原件"
_STEM = 60  # characters of a name: deep folders and 240-character paths are still common on Windows
_SUFFIX = 12


def attachments(plan: BundlePlan) -> list[tuple[str, EvidenceFile]]:
    """Return (name in the package, the file) of each file that the bundle shows not at all or not whole, in its order.

    Names begin with the 编号, are legal on Windows, unique there too (which ignores case), and keep the suffix. A file
    that nobody could read has no copy, nor has one that nobody could look through, until it is accepted. No program has
    one, nor what carries a program.
    """
    return [(name, piece.evidence) for piece, name in _with_names(_attached_pieces(plan), ATTACHMENTS)]


def attachment_names(plan: BundlePlan) -> dict[str, str]:
    """Return 编号 → name in the package, for the files that :func:`attachments` lists."""
    return {piece.number: name for piece, name in _with_names(_attached_pieces(plan), ATTACHMENTS)}


def originals(plan: BundlePlan) -> list[tuple[str, EvidenceFile]]:
    """Return (name in the package, the file) of every file of the bundle, as it lies under 材料/; see attachments.

    What came in another file is in that one, and withheld with it.
    """
    withheld = {piece.evidence.path for piece in plan.pieces if piece.evidence.withheld}
    outer = (piece for piece in plan.pieces if piece.evidence.may_be_copied and not piece.evidence.within)
    readable = (its for its in outer if not any(f"{path}/".startswith(f"{its.evidence.path}/") for path in withheld))
    return [(name, piece.evidence) for piece, name in _with_names(readable, ORIGINALS)]


def _attached_pieces(plan: BundlePlan) -> list[Piece]:
    return [piece for piece in plan.pieces if piece.evidence.is_attached]


def _with_names(pieces: Iterable[Piece], folder: str) -> list[tuple[Piece, str]]:
    taken: set[str] = set()
    names: list[tuple[Piece, str]] = []
    for piece in pieces:
        name = _name(piece, taken)
        taken.add(name.casefold())
        names.append((piece, f"{folder}/{name}"))
    return names


def _name(piece: Piece, taken: set[str]) -> str:
    original = PurePosixPath(piece.evidence.path)
    suffix = file_names.portable(original.suffix)[:_SUFFIX] if original.suffix else ""
    whole = file_names.portable(f"{piece.number} {original.stem}")
    for copy in count(1):
        mark = f"（{copy}）" if copy > 1 else ""
        name = file_names.portable(whole[: _STEM - len(mark)].rstrip(". ") + mark + suffix)
        if name.casefold() not in taken:
            return name
    raise AssertionError("count() never ends")
