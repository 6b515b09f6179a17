"""What an Office file holds that its pages don't show, told from its parts (ECMA-376): its reader should know."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from kaoping.core.zipbytes import BROKEN

_MOST = 4_000_000  # bytes read of one part
_COMMENTS = "批注没有印在页面上。"
_NOTES = "演讲者备注没有显示。"
_MACROS = "里面的宏没有运行。"
_EMBEDDED = "里面嵌入的文件没有展开，页面上只有它的图标或预览。"
#: A part's name, what must stand in it, and what is said of it.
_SIGNS: tuple[tuple[re.Pattern[str], bytes, str], ...] = (
    (
        re.compile(r"word/comments\.xml|xl/comments\d*\.xml|xl/threadedComments/.+|ppt/comments/.+"),
        b"omment ",
        _COMMENTS,
    ),
    (re.compile(r"ppt/notesSlides/[^/]+\.xml"), b"<a:t>", _NOTES),
    (re.compile(r"(?:word|xl|ppt)/vbaProject\.bin"), b"", _MACROS),
    (re.compile(r"(?:word|xl|ppt)/embeddings/oleObject.+|(?:word|xl|ppt)/embeddings/.+\.docx"), b"", _EMBEDDED),
)


def unseen_content(source: Path) -> tuple[str, ...]:
    """Return what the file at ``source`` does not show on its pages, as Chinese sentences; none for other formats."""
    try:
        return tuple(dict.fromkeys(_sentences(source)))
    except BROKEN:
        return ()  # whether it can be shown at all is LibreOffice's to say


def _sentences(source: Path) -> Iterator[str]:
    if not zipfile.is_zipfile(source):
        return
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            for name, inside, sentence in _SIGNS:
                if name.fullmatch(entry.filename):
                    with archive.open(entry) as stream:
                        if not inside or inside in stream.read(_MOST):
                            yield sentence
