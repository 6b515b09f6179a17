"""Names and strings of a PDF as text, whatever bytes they are made of.

A name is UTF-8 (ISO 32000-1, 7.3.5), and in Chinese PDFs often GBK all the same: /#CB#CE#CC#E5 is 宋体.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

_MARK = b"\xef\xbb\xbf"  # of a string in UTF-8 (ISO 32000-2, 7.9.2.2)


def text_of(value: Any) -> str:
    """Return a name (with its slash), a string or a number as text; "" for None. Raises nothing for any bytes."""
    if value is None:
        return ""
    try:
        return str(value)
    except UnicodeDecodeError:
        pass
    try:
        raw = bytes(value)
    except Exception:  # neither name nor string: a list or a dictionary that holds such a name
        return ""
    return _decoded(raw)


def key_text(key: str) -> str:
    """Return the key of a dictionary as :func:`text_of` returns the same name: pikepdf escapes what is not UTF-8."""
    return key if key.isprintable() else _decoded(key.encode(errors="surrogateescape"))


def _decoded(raw: bytes) -> str:
    raw = raw.removeprefix(_MARK)
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("latin-1")
