"""State secrets (国家秘密) among the evidence: a file that is marked with a level must not be handled at all.

The forms are data (``evidence_schema/secrecy.yaml``), to which a pack may add. A marking is told by its shape; the
words 商业秘密 or 保守国家秘密 in a text are none. What is written in a picture alone can't be seen here.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kaoping.core import resources

FILE = "secrecy.yaml"
#: What may be added to: the words and signs by which a marking is told. All else says what is none.
LISTS = ("levels", "stars", "labels", "brackets", "name_words")

_GAP = r"[ \t\u3000\xa0\u200b]{0,4}"  # between the characters of a level: 秘　密
_WIDE_GAP = r"[\s\u3000\xa0\u200b]{0,6}"  # before the star: it may stand on the next line of an extracted text
_BLANKS = re.compile(r"[\s\u3000\xa0\u200b]+")
_MOST = 2_000_000  # bytes of one part that are looked at before a conversion
_PARTS = re.compile(
    r"(?:word/(?:document|header\d*|footer\d*)|xl/sharedStrings|ppt/slides/slide1|content|styles|"
    r"Doc_\d+/Pages/Page_0/Content|docProps/core)\.xml",
    re.I,
)
_PARAGRAPH = re.compile(r"</(?:w:p|a:p|si|text:p|ofd:TextCode|TextCode|text:h)>")
_TAG = re.compile(r"<[^>]{0,2000}>")


class Markings:
    """The markings that are looked for: the stock's, and those that :data:`LISTS` make with ``added`` behind them.

    The stock's are looked for by themselves, before the others: nothing that is added can hide one.
    """

    def __init__(self, added: Mapping[str, Any] | None = None) -> None:
        self._forms = [_stock()]
        if added:
            more = {name: rules()[name] + words for name, words in added.items()}
            self._forms.append(_Forms({**rules(), **more}))

    def marking(self, text: str, *, first_page: bool) -> str:
        """Return the level that a page with ``text`` is marked with; "" where it is not.

        A level with its star counts on every page, one that stands alone only at the head of a first page.
        """
        return next(filter(None, (forms.marking(text, first_page=first_page) for forms in self._forms)), "")

    def in_name(self, name: str) -> str:
        """Return the level that a file's name, or a document's title, says it has; "" where it says none."""
        return next(filter(None, (forms.in_name(name) for forms in self._forms)), "")


@cache
def rules() -> Mapping[str, Any]:
    """Return the stock's rules."""
    loaded: Mapping[str, Any] = resources.load_yaml(resources.schema(FILE))
    return loaded


def raw_text(path: Path, media: str) -> Iterator[str]:
    """Yield what can be read of an Office or OFD file at once, before anything is made of it; none for other kinds.

    Not the text as it will be shown: enough to see a marking. Raises OSError where the file can't be read.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    if head == b"PK\x03\x04":
        yield from _zipped(path)
    elif media in ("fodt", "fods", "fodp"):
        with path.open("rb") as stream:
            yield _TAG.sub("", _PARAGRAPH.sub("\n", stream.read(_MOST).decode(errors="replace")))
    elif media in ("doc", "wps", "xls", "et", "ppt", "dps", "rtf"):
        with path.open("rb") as stream:
            data = stream.read(_MOST)
        yield "\n".join(re.split(r"[\x00-\x08\x0b-\x1f\ufffd]+", data.decode("utf-16-le", "replace")))
        yield "\n".join(re.split(r"[\x00-\x08\x0b-\x1f\ufffd]+", data.decode("gb18030", "replace")))


def _zipped(path: Path) -> Iterator[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if _PARTS.fullmatch(name):
                    with archive.open(name) as part:
                        xml = part.read(_MOST).decode(errors="replace")
                    yield _TAG.sub("", _PARAGRAPH.sub("\n", xml))
    except (zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError, zlib.error, EOFError):
        return  # whoever judges the file says what is wrong with it


class _Forms:
    """The rules as patterns; each captures the level."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        level = "|".join(_GAP.join(map(re.escape, name)) for name in rules["levels"])
        stars = f"[{re.escape(rules['stars'])}]"
        labels = "|".join(_GAP.join(map(re.escape, label)) for label in rules["labels"])
        brackets = "|".join(
            f"{re.escape(pair[0])}{_GAP}(?:{level}){_GAP}{re.escape(pair[1])}" for pair in rules["brackets"]
        )
        words = "|".join(map(re.escape, rules["name_words"]))
        before = "".join(f"(?<!{re.escape(word)})" for word in rules["not_after"])
        self.levels = sorted(rules["levels"], key=len, reverse=True)  # one may be a part of another
        self.quotes = [(pair[0], pair[1]) for pair in rules["quotes"]]
        self.head: int = rules["alone"]["lines"]
        self.starred = re.compile(f"{before}({level}){_WIDE_GAP}{stars}")
        self.labelled = re.compile(f"(?:{labels}){_GAP}[:：]{_GAP}({level})(?![\\w]{{0,2}}(?:的|或|、|和))")
        self.alone = re.compile(f"[【\\[（(]?{_GAP}({level}){_GAP}[】\\])）]?{_GAP}{rules['alone']['after']}")
        self.named = re.compile(f"{before}({brackets}|{words})")

    def marking(self, text: str, *, first_page: bool) -> str:
        for match in self.starred.finditer(text):
            if not self._is_quoted(text, match.start(), match.end()):
                return self._bare(match[1])
        if label := self.labelled.search(text):
            return self._bare(label[1])
        if first_page:
            lines = (line.strip() for line in text.splitlines())
            for _, line in zip(range(self.head), filter(None, lines), strict=False):
                if alone := self.alone.fullmatch(line):
                    return self._bare(alone[1])
        return ""

    def in_name(self, name: str) -> str:
        match = self.starred.search(name) or self.named.search(name)
        return self._bare(match[1]) if match else ""

    def _bare(self, words: str) -> str:
        """Return the level in what was found; where it names none, what was found."""
        squeezed = _BLANKS.sub("", words)
        return next((level for level in self.levels if level in squeezed), squeezed)

    def _is_quoted(self, text: str, start: int, end: int) -> bool:
        """Whether what stands there is between quotation marks, within a line: a text that explains the marking."""
        before, after = text[max(0, start - 20) : start], text[end : end + 20]
        before, after = before.rpartition("\n")[2], after.partition("\n")[0]
        for opening, closing in self.quotes:
            at = before.rfind(opening)
            if at >= 0 and closing not in before[at + 1 :] and closing in after:
                return True
        return False


@cache
def _stock() -> _Forms:
    return _Forms(rules())
