"""What has been handed in already: a supplement holds the rest, and renumbers nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kaoping.core.model import EvidenceFile


@dataclass(frozen=True, slots=True)
class SubmittedPieces:
    """The pieces of the packages that were handed in, by path and content."""

    held: frozenset[tuple[str, str]]  # path and sha256
    counts: Mapping[str, int] = field(default_factory=dict)  # line → pieces that stand under it; "" is the tail
    volumes: int = 0  # of earlier supplements

    def holds(self, file: EvidenceFile) -> bool:
        """Whether the file was handed in as it is now."""
        return (file.path, file.sha256) in self.held


def submitted_pieces(
    main: Sequence[Mapping[str, str]], supplements: Sequence[Sequence[Mapping[str, str]]]
) -> SubmittedPieces:
    """Return what the pieces of a package and of its supplements, as kaoping.json lists them, amount to."""
    pieces = [piece for part in (main, *supplements) for piece in part]
    counts: dict[str, int] = {}
    for piece in pieces:
        counts[piece["line"]] = counts.get(piece["line"], 0) + 1
    volumes = max((int(piece["volume"]) for part in supplements for piece in part), default=0)
    return SubmittedPieces(frozenset((piece["path"], piece["sha256"]) for piece in pieces), counts, volumes)
