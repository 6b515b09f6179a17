"""The fingerprints in the settled sample's decisions, worked out by the engine (they change with facts and rules)."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from kaoping import api


def digests(name: str) -> list[str]:
    """Return the fingerprint that each decision of the sample ``name`` should carry, in the file's order."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / name
        api.copy_sample(target, name)
        assessment = api.assess(target)
    lines = assessment.card.lines
    by_id = {line.line: line.digest for line in lines} | {
        part.part: part.digest for line in lines for part in line.parts
    }
    return [by_id[str(record["part"] or record["line"])] for record in assessment.dossier.records("decision")]


def refresh(name: str, path: Path) -> None:
    """Write the fingerprints into the decisions at ``path``."""
    fresh = iter(digests(name))
    text = re.sub(
        r'(facts_digest: )"\w*"', lambda match: f'{match[1]}"{next(fresh)}"', path.read_text(encoding="utf-8")
    )
    path.write_text(text, encoding="utf-8", newline="\n")
