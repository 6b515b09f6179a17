"""What a PDF asks for from outside (ISO 32000-1): other files, addresses, shares. None of it may stand in a bundle.

A reader that follows such a reference shows something else on each computer, or tells somebody's server who reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kaoping.pdf.interactive import page_notes
from kaoping.pdf.plain_text import text_of

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

CONTENT, LINKS, MEDIA = "外部文件里的内容", "指向外部文件的链接", "录音、录像"
#: Of a stream: its bytes stand in another file (7.3.8.2), it shows another file's page (8.10.4), it stands for a better
#: picture elsewhere (14.11.7).
_ELSEWHERE = ("/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI")
_PLAYED = ("/Movie", "/RichMediaContent", "/RichMediaSettings")
#: Addresses that are no web page or mail: a file, a share.
_OF_A_FILE = re.compile(r"\s*(?:file:|smb:|ftp:|\\\\|//|[a-z]:[\\/])", re.I)


def cut(pdf: Pdf, pages: Sequence[Object]) -> list[str]:
    """Take out of ``pdf`` what asks for things from outside; return what that was, in Chinese, each once."""
    parts = dict.fromkeys(_cut_content(pdf))
    for page in pages:
        for note in page_notes(page):
            parts |= dict.fromkeys(_cut_note(note))
    return list(parts)


def _cut_content(pdf: Pdf) -> Iterator[str]:
    from pikepdf import Stream

    for entry in pdf.objects:
        if isinstance(entry, Stream):
            for key in _ELSEWHERE:
                if key in entry:
                    del entry[key]
                    yield CONTENT


def _cut_note(note: Object) -> Iterator[str]:
    from pikepdf import Dictionary

    action = note.get("/A")
    if isinstance(action, Dictionary) and _leads_out(action):
        del note["/A"]
        yield LINKS
    for key in _PLAYED:
        if key in note:
            del note[key]
            yield MEDIA
    spec = note.get("/FS")
    if spec is not None and not (isinstance(spec, Dictionary) and isinstance(spec.get("/EF"), Dictionary)):
        del note["/FS"]
        yield LINKS


def _leads_out(action: Object) -> bool:
    kind = text_of(action.get("/S"))
    if kind == "/URI":
        return _OF_A_FILE.match(text_of(action.get("/URI"))) is not None
    return kind in ("/GoToR", "/GoToE") or (kind == "/Thread" and "/F" in action)
