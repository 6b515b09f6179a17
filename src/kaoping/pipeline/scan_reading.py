"""Reading all pages of a unit's evidence that are pictures: what a check and a build do a part of each time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, EvidenceFile, Location
from kaoping.evidence.reading.ocr_engine import engine
from kaoping.pipeline.assessment import Assessment, Progress, assess_folder, verdict_store
from kaoping.records.validate import MATERIALS


@dataclass(frozen=True, slots=True)
class Scans:
    """What became of the pages that are pictures: how many there are, how many nothing could read, by what."""

    pages: int
    unread: int
    reader: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class ScanState:
    """How far the reading of a unit's scans is, and what it has shown."""

    pages: int  # that are pictures
    reader: str  # what reads here; "" for nothing
    waiting: tuple[EvidenceFile, ...]  # those with pages that nothing has read
    noted: tuple[EvidenceFile, ...]  # those with something on their pages that somebody has to look at

    @property
    def unread(self) -> int:
        """How many pages nothing has read."""
        return sum(len(file.unread) for file in self.waiting)


def scan_state(assessment: Assessment) -> ScanState:
    """Return how far the reading of the unit's scans is."""
    reader = engine()
    scanned = [file for file in assessment.dossier.evidence.values() if file.scans]
    return ScanState(
        pages=sum(len(file.scans) for file in scanned),
        reader=reader.name if reader is not None else "",
        waiting=tuple(file for file in scanned if file.unread),
        noted=tuple(file for file in scanned if file.doubts or file.askew or file.blank or file.personal),
    )


def read_scans(
    folder: Path,
    *,
    seconds: float = math.inf,
    cache: bool = True,
    follow_links: bool = False,
    progress: Progress | None = None,
) -> Scans:
    """Read all pages of the unit's evidence that are pictures, for ``seconds`` of a processor at most.

    What is read is kept page by page: who stops it goes on there. Raises KaopingError where there is nothing to read
    with, where a page is marked as a state secret, and where the unit can't be scored at all.
    """
    reader = engine()
    if reader is None:
        findings = Findings()
        findings.add("evidence.no_reader", Location(MATERIALS))
        raise KaopingError(findings)
    with verdict_store(lasting=cache) as store:
        a = assess_folder(folder, store, DRAFT, progress=progress, follow_links=follow_links, read_for=seconds)
    files = a.dossier.evidence.values()
    return Scans(sum(len(file.scans) for file in files), sum(len(file.unread) for file in files), reader.name, a)
