"""Rich Text Format (RTF 1.9.1) as groups of tokens that give back every byte, and the text that they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kaoping.evidence.convert.frozen._word_fields import LAID_OUT_FIELDS, kind_of

_TOKEN = re.compile(rb"\\'[0-9A-Fa-f]{2}|\\[A-Za-z]+-?\d* ?|\\[^A-Za-z]|[{}]|[^\\{}]+", re.S)
_WORD = re.compile(rb"\\([A-Za-z]+)(-?\d*) ?")
_DEEPEST = 200  # groups within groups
#: Charsets of fonts (fcharset) that are not the document's.
_CHARSETS = {134: "gb18030", 136: "big5", 128: "cp932", 129: "cp949", 0: "cp1252", 238: "cp1250", 204: "cp1251"}
_CODEPAGES = {936: "gb18030", 950: "big5", 932: "cp932", 949: "cp949", 65001: "utf-8"}
#: Groups that hold no text of a page.
_UNREAD = frozenset((
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"fldinst", b"listtable", b"themedata", b"object", b"sp",
    b"annotation", b"atnid", b"atnauthor", b"bkmkstart", b"bkmkend", b"xe", b"tc", b"objdata", b"generator", b"revtbl",
))  # fmt: skip
_SHOWN_ANYWAY = frozenset((b"shpinst", b"shptxt", b"nesttableprops", b"fldrslt", b"objresult", b"result"))
_BREAKS = frozenset((b"par", b"cell", b"nestcell", b"row", b"sect", b"page"))
SIDES = frozenset((b"header", b"footer", b"headerl", b"headerr", b"headerf", b"footerl", b"footerr", b"footerf"))
#: Stands in a text for what layout fills: the number of a page.
LAID_OUT = "\x01"
_NUMBERS = frozenset((b"chpgn", b"sectnum"))
_SIGNS = {
    b"tab": " ", b"line": " ", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " ",
}  # fmt: skip


@dataclass(eq=False)
class Group:
    """A group in braces: what stands in it, tokens and groups."""

    parts: list[bytes | Group] = field(default_factory=list)

    @property
    def name(self) -> bytes:
        """The control word that it begins with (fldinst), whether or not readers may pass over it."""
        for part in self.parts[:3]:
            if isinstance(part, bytes) and (match := _WORD.fullmatch(part)):
                return match[1]
            if isinstance(part, bytes) and part != b"\\*" and part.strip():
                return b""
        return b""

    @property
    def is_optional(self) -> bool:
        """Whether readers that do not know it pass over it."""
        return b"\\*" in self.parts[:2]

    def groups(self) -> Iterator[Group]:
        """Yield the groups in it, and those in them, the outer ones first."""
        for part in self.parts:
            if isinstance(part, Group):
                yield part
                yield from part.groups()

    def words(self) -> bytes:
        """Return the plain characters in it."""
        return b"".join(
            part.words() if isinstance(part, Group) else b"" if part.startswith(b"\\") else part for part in self.parts
        )

    def content(self) -> bytes:
        """Return its bytes, without the braces around it."""
        return b"".join(b"{" + part.content() + b"}" if isinstance(part, Group) else part for part in self.parts)


def read_groups(data: bytes) -> Group:
    """Return the whole of ``data`` as one group; raises ValueError where its braces can't be followed."""
    root = Group()
    open_groups, at = [root], 0
    while match := _TOKEN.match(data, at):
        token, at = match[0], match.end()
        if token == b"{":
            group = Group()
            open_groups[-1].parts.append(group)
            open_groups.append(group)
            if len(open_groups) > _DEEPEST:
                raise ValueError("too many groups within groups")
        elif token == b"}":
            if len(open_groups) == 1:
                break  # what stands behind the document
            open_groups.pop()
        else:
            word = _WORD.fullmatch(token)
            if word and word[1] == b"bin" and word[2]:
                token, at = token + data[at : at + int(word[2])], at + int(word[2])
            open_groups[-1].parts.append(token)
    return root


def shown_text(root: Group) -> Iterator[tuple[bytes, int, str]]:
    """Yield the paragraphs and cells of ``root``, each with its story, b"" for the body, and its section, from 0.

    :data:`LAID_OUT` stands for what layout fills.
    """
    reader = _Reader(root)
    reader.read(root, b"", "", False)
    reader.end()
    yield from reader.texts


class _Reader:
    """Reads the text of groups; a character may be cut over several tokens."""

    def __init__(self, root: Group) -> None:
        self.texts: list[tuple[bytes, int, str]] = []
        self._section = 0
        self._text, self._bytes, self._story = "", b"", b""
        self._encoding, self._skip, self._unicode_skip = "gb18030", 0, 1
        self._fonts = _fonts(root)
        for part in root.parts[:1]:
            if isinstance(part, Group):
                page = re.search(rb"\\ansicpg(\d+)", part.content()[:500])
                self._encoding = _CODEPAGES.get(int(page[1]), f"cp{int(page[1])}") if page else "gb18030"
        self._font = ""

    def read(self, group: Group, story: bytes, font: str, is_hidden: bool) -> None:
        """Read what stands in ``group``."""
        skip = self._unicode_skip
        for part in group.parts:
            if isinstance(part, Group):
                name = part.name
                if name in _UNREAD or (part.is_optional and name not in _SHOWN_ANYWAY):
                    continue
                if name in SIDES or name == b"footnote" or name == b"shptxt":
                    outer, self._text, self._story = (self._flushed(), self._story), "", name
                    self.read(part, name, font, False)
                    self.end()
                    self._text, self._story = outer
                elif name == b"field" and _is_laid_out(part):
                    self._text = self._flushed() + LAID_OUT
                else:
                    self.read(part, story, font, is_hidden)
                continue
            word = _WORD.fullmatch(part)
            if word is None:
                self._take(part, font, is_hidden)
                continue
            name, number = word[1], int(word[2]) if word[2] not in (b"", b"-") else None
            if name == b"f" and number is not None:
                self._flushed()
                font = self._fonts.get(number, "")
            elif name == b"v":
                is_hidden = number != 0
            elif name == b"plain":
                is_hidden = False
            elif name == b"uc" and number is not None:
                self._unicode_skip = number
            elif name == b"u" and number is not None:
                self._flush(font)
                self._text += "" if is_hidden else chr(number % 65536)
                self._skip = self._unicode_skip
            elif name in _BREAKS:
                self._flush(font)
                self.end()
                self._section += name == b"sect"
            elif name in _NUMBERS:
                self._flush(font)
                self._text += LAID_OUT
            elif name in _SIGNS and not is_hidden:
                self._flush(font)
                self._text += _SIGNS[name]
        self._flush(font)
        self._unicode_skip = skip

    def end(self) -> None:
        """Let a paragraph end here."""
        text = self._text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if text.strip():
            self.texts.append((self._story, self._section, text))
        self._text = ""

    def _take(self, part: bytes, font: str, is_hidden: bool) -> None:
        if part.startswith(b"\\'"):
            if self._skip:
                self._skip -= 1
            elif not is_hidden:
                self._bytes += bytes([int(part[2:], 16)])
            return
        self._flush(font)
        plain = part
        if part.startswith(b"\\"):
            plain = {b"\\~": b" ", b"\\_": b"-"}.get(part, part[1:] if part[1:] in b"{}\\" else b"")
        plain = plain.replace(b"\r", b"").replace(b"\n", b"")
        if self._skip:
            plain, self._skip = plain[self._skip :], max(self._skip - len(plain), 0)
        if not is_hidden:
            self._text += plain.decode("ascii" if plain.isascii() else font or self._encoding, "replace")

    def _flush(self, font: str) -> None:
        if self._bytes:
            self._text += self._bytes.decode(font or self._encoding, "replace")
            self._bytes = b""

    def _flushed(self) -> str:
        self._flush("")
        return self._text


def _is_laid_out(group: Group) -> bool:
    instruction = next((inner for inner in group.groups() if inner.name == b"fldinst"), None)
    return instruction is not None and kind_of(instruction.words().decode("latin-1")) in LAID_OUT_FIELDS


def _fonts(root: Group) -> dict[int, str]:
    """Return the encodings of the fonts that say one."""
    fonts: dict[int, str] = {}
    table = next((group for group in root.groups() if group.name == b"fonttbl"), None)
    for match in re.finditer(rb"\\f(\d+)[^;]*?\\fcharset(\d+)", table.content() if table is not None else b"", re.S):
        if int(match[2]) in _CHARSETS:
            fonts[int(match[1])] = _CHARSETS[int(match[2])]
    return fonts
