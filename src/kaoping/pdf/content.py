"""Page content (ISO 32000-1, 7.8): its streams, and whether what is drawn after it stands by itself.

A content that ends within a string, an array, a text object or a layer swallows whatever follows; one that leaves a
graphics state open moves it. Where such a page is to be drawn on, its content is drawn as a form of its own instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Object

_INNER = rb"[^()\\]++|\\."  # of a string: anything but a parenthesis that counts
_STRING = rb"\((?:%s|\((?:%s|\((?:%s)*+\))*+\))*+\)" % (_INNER, _INNER, _INNER)
_APART = rb"[\x00\t\n\x0c\r ]"
_WORD = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
_BEFORE, _BEHIND = rb"(?<![^\x00\t\n\x0c\r ()<>\[\]{}%])", rb"(?!%s)" % _WORD  # an operator is no name, nor a part
#: What is read as a whole: comments, strings. What stands in it is no operator.
_OPAQUE = re.compile(rb"%%[^\r\n]*+|%s|\\.|(?<!<)<(?!<)[^<>]*+>" % _STRING, re.S)
#: Set behind a content: a string that is still open there takes some of it in. So none is looked for twice in vain.
_CLOSERS = b"\n))))"
_PICTURE = re.compile(rb"%sBI%s" % (_BEFORE, _BEHIND))  # an inline picture (8.9.7): its head, its data, its end
_DATA, _END = re.compile(rb"%sID%s" % (_BEFORE, _APART)), re.compile(rb"%sEI%s" % (_APART, _BEHIND))
_OPAQUE_OR_PICTURE = re.compile(rb"%s|(%s)" % (_OPAQUE.pattern, _PICTURE.pattern), re.S)
_MOST = 50_000_000  # bytes of a content that is looked through
_ARRAY = re.compile(rb"\[[^\[\]<>()]*+\]")
_PAIRED = re.compile(rb"<<|>>|[\[\]()<>]|%s(?:q|Q|BT|ET|BMC|BDC|EMC|BX|EX|BI|ID|EI)%s" % (_BEFORE, _BEHIND))
_OPENS = {b"q": 0, b"BT": 1, b"BMC": 2, b"BDC": 2, b"BX": 3, b"[": 4, b"<<": 5}
_CLOSES = {b"Q": 0, b"ET": 1, b"EMC": 2, b"EX": 3, b"]": 4, b">>": 5}
#: Where it ends with one of these, a path waits to be painted, or to become a clip.
_WAITING = re.compile(rb"%s(?:m|l|c|v|y|re|h|W\*?)%s*\Z" % (_BEFORE, _APART))


def streams_of(page: Object) -> list[Object]:
    """Return the streams that make up the content of ``page``, without what is there in place of one."""
    from pikepdf import Array, Stream

    content = page.get("/Contents")
    if isinstance(content, Stream):
        return [content]
    return [stream for stream in content if isinstance(stream, Stream)] if isinstance(content, Array) else []


def decoded(stream: Object) -> bytes | None:
    """Return what stands in ``stream``; None where it can't be decoded."""
    try:
        return bytes(stream.read_bytes())
    except Exception:  # qpdf has an exception for each way in which a stream may be broken
        return None


def is_closed(content: bytes) -> bool:
    """Whether ``content`` leaves nothing open: no string, array, text object, layer, graphics state or path.

    Errs on the safe side: where it can't be told for sure, or only with much work, the answer is no.
    """
    if len(content) > _MOST:
        return False
    rest = _OPAQUE.sub(b" ", _without_pictures(content) + _CLOSERS)
    if not rest.endswith(_CLOSERS):
        return False
    rest = _ARRAY.sub(b" ", rest.removesuffix(_CLOSERS))
    depths = [0] * len(set(_OPENS.values()))
    for word in _PAIRED.findall(rest):
        if word in _OPENS:
            depths[_OPENS[word]] += 1
        elif word in _CLOSES and depths[_CLOSES[word]]:
            depths[_CLOSES[word]] -= 1
        else:  # closed before it was opened, or a string or picture without its end
            return False
    return not any(depths) and _WAITING.search(rest[-8:]) is None


def _without_pictures(content: bytes) -> bytes:
    """Return ``content`` without its inline pictures, whose data may look like anything; one that has no end stays."""
    kept: list[bytes] = []
    at = begin = 0
    if _PICTURE.search(content) is None:
        return content
    while (token := _OPAQUE_OR_PICTURE.search(content, at)) is not None:
        at = token.end()
        if token[1] is not None:
            data = _DATA.search(content, at)
            end = _END.search(content, data.end()) if data is not None else None
            if end is None:
                break
            kept.append(content[begin : token.start()])
            at = begin = end.end()
    return b" ".join([*kept, content[begin:]])
