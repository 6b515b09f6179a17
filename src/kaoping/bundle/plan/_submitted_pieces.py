"""What has been handed in already: a supplement holds the rest, and renumbers nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kaoping.core.model import EvidenceFile
from kaoping.core.supplement import SubmittedPiece

BUNDLE = "bundle"  # the role of a volume among a package's files


@dataclass(frozen=True, slots=True)
class SubmittedPieces:
    """The pieces of the packages that were handed in, each with what became of it since."""

    pieces: tuple[SubmittedPiece, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)  # line → pieces that stand under it; "" is the tail
    volumes: int = 0  # of earlier supplements

    @property
    def standing(self) -> dict[str, SubmittedPiece]:
        """Those that stand as they were handed in, by the path that they had."""
        return {piece.path: piece for piece in self.pieces if not piece.fate}

    def known(self, evidence: Mapping[str, EvidenceFile]) -> dict[str, SubmittedPiece]:
        """Return, by path, the files of ``evidence`` that were handed in as they are.

        A file that has another name now is the same piece still, where nothing has its old name.
        """
        standing = self.standing
        known = {path: p for path, p in standing.items() if path in evidence and evidence[path].digest == p.sha256}
        renamed = {p.sha256: p for path, p in reversed(standing.items()) if p.sha256 and path not in evidence}
        for path, file in evidence.items():
            if path not in standing and file.digest in renamed:
                known[path] = renamed.pop(file.digest)
        return known


def submitted_pieces(packages: Sequence[Mapping[str, Any]]) -> SubmittedPieces:
    """Return what the pieces of a package and of its supplements, as kaoping.json lists them, amount to.

    A file that a later one hands in with other content takes the place of the earlier piece.
    """
    pieces: dict[str, SubmittedPiece] = {}
    counts: dict[str, int] = {}
    for package in packages:
        for piece in _pieces(package):
            for number, old in pieces.items():
                if old.path == piece.path and not old.fate:
                    pieces[number] = replace(old, fate=replaced_by(piece.number))
            pieces[piece.number] = piece
            counts[piece.line] = counts.get(piece.line, 0) + 1
        for row in package.get("changes", {}).get("withdrawn", ()):
            if row["number"] in pieces:
                pieces[row["number"]] = replace(pieces[row["number"]], fate=WITHDRAWN)
    supplements = (package for package in packages if package.get("supplement"))
    volumes = max((int(piece.get("volume", 1)) for its in supplements for piece in its["pieces"]), default=0)
    return SubmittedPieces(tuple(pieces.values()), counts, volumes)


#: What became of a piece, as the index of the revised score sheet has it.
WITHDRAWN = "已撤下"


def replaced_by(number: str) -> str:
    """Return the fate of a piece whose place another one takes."""
    return f"由{number}替换"


def _pieces(package: Mapping[str, Any]) -> Iterator[SubmittedPiece]:
    volumes = sum(row["role"] == BUNDLE for row in package["files"])
    prefix = "补充" if package.get("supplement") else ""
    for piece in package["pieces"]:
        volume = f"{prefix}第{piece.get('volume', 1)}册" if prefix or volumes > 1 else ""
        yield SubmittedPiece(
            number=piece["number"],
            path=piece["path"],
            title=piece["title"],
            sha256=piece["sha256"],
            line=piece["line"],
            also=tuple(piece["also"]),
            folio=f"{volume}第{piece['first']}页",
            verdict=piece["verdict"],
            how=str(piece.get("how", "")),
        )
