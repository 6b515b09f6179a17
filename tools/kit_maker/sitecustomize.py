"""Run by the kit's Python at each start: compiled modules are kept in the user's cache, never in the kit's folder.

The kit may lie on a stick or on a share that nobody may write to. Each kit has a folder of its own there: its files all
bear one time, so that a module of another kit could be taken for this one's.
"""

import os
import sys
from pathlib import Path


def _cache() -> Path | None:
    home = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else os.environ.get("XDG_CACHE_HOME")
    if home:
        return Path(home)
    try:
        return Path.home() / ("AppData/Local" if sys.platform == "win32" else ".cache")
    except RuntimeError:  # a user without a home
        return None


def _keep_compiled_elsewhere() -> None:
    try:
        kit = (Path(__file__).parent.parent / "kit.txt").read_text(encoding="ascii").strip()
    except OSError:
        kit = ""
    cache = _cache()
    if kit and cache is not None:
        sys.pycache_prefix = str(cache / "kaoping" / "compiled" / kit)
    else:
        sys.dont_write_bytecode = True


_keep_compiled_elsewhere()
