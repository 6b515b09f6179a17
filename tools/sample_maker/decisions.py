"""The fingerprints in the settled sample's decisions, worked out by the engine (they change with facts and rules)."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from kaoping.core.findings import Findings
from kaoping.evidence.store import opened
from kaoping.pipeline.demo import copy_sample
from kaoping.pipeline.intake import take_in
from kaoping.scoring import score


def digests(name: str) -> list[str]:
    """Return the fingerprint that each decision of the sample ``name`` should carry, in the file's order."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / name
        copy_sample(target, name)
        with opened() as store:
            taken = take_in(target, store)
        card = score(taken.rubric, taken.dossier, Findings())
    found = {line.line: line.digest for line in card.lines}
    found |= {part.part: part.digest for line in card.lines for part in line.parts}
    return [found[str(record["part"] or record["line"])] for record in taken.dossier.records("decision")]


def refresh(name: str, path: Path) -> None:
    """Write the fingerprints into the decisions at ``path``."""
    fresh = iter(digests(name))
    text = re.sub(
        r'(facts_digest: )"\w*"', lambda match: f'{match[1]}"{next(fresh)}"', path.read_text(encoding="utf-8")
    )
    path.write_text(text, encoding="utf-8", newline="\n")
