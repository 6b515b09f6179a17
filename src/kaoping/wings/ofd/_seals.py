"""The picture in a seal (GB/T 38540-2020): found in its DER, without a reader of ASN.1.

SES_ESPictrueInfo is SEQUENCE { type IA5String, data OCTET STRING, width INTEGER, height INTEGER }.
"""

from __future__ import annotations

from collections.abc import Iterator

_SEQUENCE, _OCTETS, _INTEGER = 0x30, 0x04, 0x02
_STRINGS = (0x0C, 0x13, 0x16)  # UTF8String, PrintableString, IA5String
_DRAWN = frozenset({"png", "jpg", "jpeg", "bmp", "gif"})
_DEEPEST = 12


def seal_picture(data: bytes) -> bytes:
    """Return the picture in a seal; b"" where there is none in a form that can be drawn."""
    return next((image for kind, image in _pictures(data, 0) if kind.lower() in _DRAWN), b"")


def _pictures(data: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    children = list(_elements(data))
    tags = [tag for tag, _ in children]
    if len(tags) >= 4 and tags[0] in _STRINGS and tags[1] == _OCTETS and tags[2] == tags[3] == _INTEGER:
        yield children[0][1].decode("latin-1"), children[1][1]
        return
    if depth < _DEEPEST:
        for tag, content in children:
            if tag & 0x20 or (tag == _OCTETS and content[:1] == b"\x30"):  # built of others, or a seal within
                yield from _pictures(content, depth + 1)


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of the elements in ``data`` (X.690, 8.1); stops at the first that makes no sense."""
    at = 0
    while at + 2 <= len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size], "big")
            at += size
            if not 0 < size <= 4:
                return
        if at + length > len(data):
            return
        yield tag, data[at : at + length]
        at += length
