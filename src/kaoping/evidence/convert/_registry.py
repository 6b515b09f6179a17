"""What programs that are installed say of themselves in Windows' registry; other systems have none."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any


def values(key: str, name: str = "") -> Iterator[str]:
    """Yield what stands under ``name`` in ``key``: what the user's own part says first, then the machine's.

    Programs of 32 bits have a registry of their own: both are asked.
    """
    for winreg, opened in _opened(key):
        with suppress(OSError):
            value, _ = winreg.QueryValueEx(opened, name)
            if isinstance(value, str) and value:
                yield os.path.expandvars(value)


def below(key: str) -> list[str]:
    """Return the names of the keys below ``key``, each once, the last by name first: the newest release."""
    names: set[str] = set()
    for winreg, opened in _opened(key):
        with suppress(OSError):
            names |= {winreg.EnumKey(opened, at) for at in range(winreg.QueryInfoKey(opened)[0])}
    return sorted(names, reverse=True)


def _opened(key: str) -> Iterator[tuple[Any, Any]]:
    """Yield the module that reads the registry with each part of it that has the key."""
    if sys.platform != "win32":
        return
    import winreg

    for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
            with suppress(OSError), winreg.OpenKey(root, key, 0, winreg.KEY_READ | view) as opened:
                yield winreg, opened
