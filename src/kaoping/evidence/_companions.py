"""Web pages saved with a folder of their own (``x.html`` with ``x_files/`` or ``x.files/``): one piece of evidence.

What a page consists of (pictures, frames, styles, scripts) is no evidence by itself; a document put there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

_PAGES = frozenset({".htm", ".html", ".xhtml", ".shtml"})
_FOLDERS = ("_files", ".files")
#: What browsers and Office programs put there; scripts are called “.下载” by some.
_PARTS = frozenset({
    "", ".htm", ".html", ".xhtml", ".css", ".js", ".mjs", ".json", ".map", ".xml", ".svg", ".png", ".jpg", ".jpeg",
    ".jpe", ".jfif", ".gif", ".bmp", ".webp", ".avif", ".ico", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".php",
    ".asp", ".aspx", ".jsp", ".do", ".mso", ".thmx", ".emz", ".wmz", ".wmf", ".emf", ".下载", ".download",
})  # fmt: skip


def companions(keys: Iterable[str]) -> Mapping[str, str]:
    """Return, of files by their ``keys``, those that belong to a saved page: key → the page's."""
    keys = list(keys)
    folders: dict[str, str] = {}
    for key in keys:
        path = PurePosixPath(key)
        if path.suffix.lower() in _PAGES:
            for folder in _FOLDERS:
                folders.setdefault(f"{path.with_suffix('')}{folder}", key)
    if not folders:
        return {}
    return {key: page for key in keys if _is_part(key) and (page := _page_of(key, folders))}


def _is_part(key: str) -> bool:
    return PurePosixPath(key).suffix.lower() in _PARTS


def _page_of(key: str, folders: Mapping[str, str]) -> str:
    """Return the outermost page in whose folder a file lies; "" for none."""
    above = (folders.get(folder.as_posix(), "") for folder in reversed(PurePosixPath(key).parents))
    return next(filter(None, above), "")
