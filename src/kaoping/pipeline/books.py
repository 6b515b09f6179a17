"""A unit's records, for whoever looks at them and changes them: they are there where nothing can be scored, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kaoping.core.findings import Finding
from kaoping.core.model import EvidenceFile, Record, Table
from kaoping.core.packs import Pack
from kaoping.records.readers.raw import RawTable
from kaoping.records.readers.sources import Sources
from kaoping.records.rollup import Origins
from kaoping.rubric.nodes import Rubric


@dataclass(frozen=True, slots=True)
class Books:
    """A unit's records, whether it can be scored by them or not: as they are written, as they were understood."""

    folder: Path
    pack: Pack
    raws: Mapping[str, RawTable]
    tables: Mapping[str, Table]
    evidence: Mapping[str, EvidenceFile] | None  # None where nobody looked
    unit: Record | None
    year: int | None
    findings: Iterable[Finding]
    rubric: Rubric | None  # with the unit's notice laid over it; None where it can't be used
    sources: Sources  # all that was read of them
    origins: Origins = field(default_factory=dict)  # of the records that come from packages of subordinates
