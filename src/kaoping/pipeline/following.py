"""Whether links among a unit's evidence that lead elsewhere are followed: a setting of the unit's own.

It has to be known before anything else is read, and a pack must not open a unit's computer: so it is looked for in the
notice.yaml of the unit's folder alone. That links were followed is always told.
"""

from __future__ import annotations

from pathlib import Path

from kaoping.core import yamltree
from kaoping.core.findings import Findings
from kaoping.core.memory import Memory
from kaoping.rubric.layers import NOTICE

_GROUP, _SETTING = "materials", "follow_links"


def follows_links(folder: Path, memory: Memory | None = None) -> bool:
    """Whether the unit's notice says so; what can't be read says nothing (who reads the notice tells that)."""
    path = folder / NOTICE

    def make(_: Findings) -> bool:
        node = yamltree.read(path, NOTICE, Findings()) if path.is_file() else None
        plain = node.plain() if node is not None else None
        group = plain.get(_GROUP) if isinstance(plain, dict) else None
        stated = group.get(_SETTING) if isinstance(group, dict) else None
        return str(stated or "").strip().lower() in ("true", "是")

    return (memory or Memory()).recall("follows links", [path], make, Findings())
