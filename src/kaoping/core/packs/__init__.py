"""Packs (规则包): a domain as one folder of data.

``_search`` finds the pack that a unit names, ``description`` reads its pack.yaml, ``overlay`` lays an extending pack
over the one that it extends, ``pack`` holds what comes out. A pack holds no Python, and nothing about one is kept in
the process outside of its :class:`Pack`: two of them are used side by side. Whoever does many units keeps those packs
(``_kept``).
"""

from kaoping.core.packs._kept import keeping
from kaoping.core.packs._search import (
    FOLDER,
    Hidden,
    Place,
    asked,
    at,
    default,
    find,
    known,
    named,
    roots,
    stock,
    strange,
)
from kaoping.core.packs.pack import Layer, Pack, load

__all__ = [
    "FOLDER", "Hidden", "Layer", "Pack", "Place", "asked", "at", "default", "find", "keeping", "known", "load", "named",
    "roots", "stock", "strange",
]  # fmt: skip
