"""Reading the stamps (证据 Ⅱ-10-01（3/12）　第128页) back from the pages, quickly.

A stamp is the last content stream of its page, in a font shared by all of them. Reading that stream alone takes some
20 µs; pypdf takes 1.2 ms for the same stream and 7 ms and more for a page of text (measured on 5,000 pages), so it is
the second and third try.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_SHOWN = re.compile(rb"/([^\s/<>\[\]()]+)\s+[-+.\d]+\s+Tf|<([0-9A-Fa-f\s]*)>")
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_CODES = re.compile(rb"<([0-9A-Fa-f]+)>|(\[)|(\])")
_FIELD = re.compile(r"\{(\w+)(?::(0?[1-9]\d?))?\}")

#: How a stamp reads where kaoping.json does not say.
PATTERN = "证据 {number}（{page}/{pages}）　第{n}页"


def stamp_text(pattern: str, **facts: object) -> str:
    """Fill in a stamp's pattern. Not ``str.format``: the pattern comes from a package that nobody vouches for.

    >>> expected("证据 {number}（{page}/{pages}）　第{n}页", number="Ⅱ-10-01", page=3, pages=12, n=128)
    '证据 Ⅱ-10-01（3/12）\u3000第128页'
    """
    return _FIELD.sub(lambda hole: format(facts[hole[1]], hole[2] or "") if hole[1] in facts else hole[0], pattern)


class StampReader:
    """Says whether a page carries a text; keeps the fonts it has seen."""

    def __init__(self, reader: PdfReader) -> None:
        self._reader = reader
        self._fonts: dict[Any, dict[bytes, str]] = {}

    def carries(self, page: PageObject, text: str) -> bool:
        """Whether ``text`` stands on ``page``, blanks apart; False too where pypdf can't read that page."""
        wanted = _squeeze(text)
        try:
            return any(wanted in _squeeze(reading) for reading in self._readings(page))
        except Exception:  # pypdf raises what it likes for what it can't read
            return False

    def _readings(self, page: PageObject) -> Iterator[str]:
        """Yield what the page says: the last stream by our own reading, the same by pypdf, then the whole page."""
        from pypdf import PageObject
        from pypdf.generic import ArrayObject, NameObject

        contents = page.get("/Contents")
        contents = contents.get_object() if contents is not None else None
        if isinstance(contents, ArrayObject) and contents:
            last = contents[-1].get_object()
            yield self._decode(last.get_data(), page)
            alone = PageObject(self._reader)
            alone[NameObject("/Resources")] = page["/Resources"]
            alone[NameObject("/Contents")] = contents[-1]
            yield alone.extract_text()
        yield page.extract_text()

    def _decode(self, stream: bytes, page: PageObject) -> str:
        """Decode the hexadecimal strings of a stream by their fonts' ToUnicode maps (ISO 32000-1 section 9.10.3)."""
        fonts: Any = page.get("/Resources", {}).get("/Font", {})
        codes: dict[bytes, str] = {}
        shown: list[str] = []
        for token in _SHOWN.finditer(stream):
            if token[1] is not None:
                codes = self._codes(fonts, "/" + token[1].decode("latin-1"))
            else:
                digits = b"".join(token[2].upper().split())
                long = len(next(iter(codes), b"0000"))
                shown += [codes.get(digits[at : at + long], "\ufffd") for at in range(0, len(digits), long)]
        return "".join(shown)

    def _codes(self, fonts: Any, name: str) -> dict[bytes, str]:
        try:
            raw = fonts.get_object().raw_get(name)
            key = getattr(raw, "idnum", None) or id(raw)
            if key not in self._fonts:
                self._fonts[key] = _unicode_map(raw.get_object()["/ToUnicode"].get_object().get_data())
            return self._fonts[key]
        except (KeyError, AttributeError):  # a font without a map: pypdf has other ways to read it
            return {}


def _unicode_map(cmap: bytes) -> dict[bytes, str]:
    """Read a ToUnicode CMap whose codes are all of one length; the keys are their hexadecimal digits."""
    codes: dict[bytes, str] = {}
    for kind, body in _BLOCK.findall(cmap):
        tokens: list[bytes | list[bytes]] = []
        group: list[bytes] | None = None
        for code, opens, closes in _CODES.findall(body):
            if opens:
                group = []
            elif closes and group is not None:
                tokens.append(group)
                group = None
            else:
                (tokens if group is None else group).append(code.upper())
        if kind == b"bfchar":
            for code, text in zip(tokens[::2], tokens[1::2], strict=False):
                if isinstance(code, bytes) and isinstance(text, bytes):
                    codes[code] = _text(text)
        else:
            for first, last, text in zip(tokens[::3], tokens[1::3], tokens[2::3], strict=False):
                codes.update(_range(first, last, text))
    return codes


def _range(first: Any, last: Any, text: Any) -> Iterator[tuple[bytes, str]]:
    for offset in range(int(last, 16) - int(first, 16) + 1):
        code = b"%0*X" % (len(first), int(first, 16) + offset)
        if isinstance(text, list):
            if offset < len(text):
                yield code, _text(text[offset])
        else:
            start = _text(text)
            yield code, start[:-1] + chr(ord(start[-1]) + offset)


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")


def _squeeze(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(text.split()))
