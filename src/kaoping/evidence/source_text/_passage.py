"""A passage of a file's text, and the text that bytes stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_LONGEST_NAME = 80  # characters: what is longer, or has lines, is read as a text


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of the file: where it stands, in Chinese, "" for no place in particular; or one that is a name.

    Personal data are looked for where there is a place to tell.
    """

    text: str
    place: str = ""
    is_name: bool = False
    is_first: bool = True  # what stands at its head may be the head of the whole file


@dataclass(slots=True)
class SourceText:
    """The passages of a file. ``whole`` says whether all of it was read."""

    passages: list[Passage] = field(default_factory=list)
    whole: bool = True

    def names(self, *texts: str) -> None:
        """Add what something is called."""
        self.passages += [Passage(text, is_name=True) for text in texts if text]


def remark(text: str, place: str = "") -> Iterator[Passage]:
    """Yield what somebody wrote into a field: a name where it is short, a text where it is long; nothing for blanks."""
    text = text.strip("\0 \t\r\n")
    if text:
        yield Passage(text, place, is_name=len(text) <= _LONGEST_NAME and "\n" not in text)


def decoded_text(data: bytes) -> str:
    """Return ``data`` as text, in whichever encoding it is: programs write what they have."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")
