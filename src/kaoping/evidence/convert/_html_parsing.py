"""Web pages parsed whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: What the parser says of a page where it gave up; it hands out what it had until then as if that were all.
_GAVE_UP = "FATAL"


def parsed(content: str | bytes, read: Callable[..., Any] | None = None) -> Any:
    """Return the root of a page, or what another ``read`` of lxml.html makes of it; nothing is fetched for it.

    Bytes are in UTF-8. Raises etree.LxmlError where there is nothing in it, ValueError where it is nested so deep that
    the parser would drop the rest of it in silence (256 levels).
    """
    from lxml import html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    root = (read or html.document_fromstring)(content, parser=parser)
    if any(entry.level_name == _GAVE_UP for entry in parser.error_log):
        raise ValueError("the page is nested too deep")
    return root
