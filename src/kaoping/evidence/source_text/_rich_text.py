"""What stands in a rich text (RTF 1.9.1): characters are escaped bytes of the system's encoding, or numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kaoping.evidence.source_text._passage import Passage, remark
from kaoping.evidence.source_text._tags import field_arguments

_BYTES = re.compile(r"(?:\\'[0-9a-fA-F]{2}(?:\r?\n)?)+")
_CHAR = re.compile(r"\\u(-?\d{1,6}) ?(?:\\'[0-9a-fA-F]{2}|[?*])?")
_LINE = re.compile(r"\\(?:par|line|row|sect)\b ?")
_CELL = re.compile(r"\\(?:cell|tab)\b ?")
_WORD = re.compile(r"\\[a-zA-Z]+-?\d* ?|[{}\r\n]")
_INFO = re.compile(r"\\(?:title|subject|keywords|doccomm|category|company|manager|author|operator) ?([^{}\\]{2,400})")


def of_rich_text(data: bytes) -> Iterator[Passage]:
    """Yield the text, the properties, and what fields are given."""
    text = data.decode("latin-1")
    text = _CHAR.sub(lambda match: chr(int(match[1]) % 0x10000), text)
    text = _BYTES.sub(lambda match: _unescaped(match[0]), text)
    written = _WORD.sub("", _CELL.sub("\t", _LINE.sub("\v", text))).replace("\v", "\n")
    yield Passage(written)
    yield from field_arguments(written)
    for match in _INFO.finditer(text):
        yield from remark(match[1])


def _unescaped(run: str) -> str:
    return bytes.fromhex("".join(re.findall(r"\\'([0-9a-fA-F]{2})", run))).decode("gb18030", "replace")
