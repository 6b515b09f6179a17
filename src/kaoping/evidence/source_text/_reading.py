"""Which reader reads a file of which kind; nothing is made of the file, and nothing in it runs."""

from __future__ import annotations

from pathlib import Path

from kaoping.core import fs
from kaoping.evidence.source_text._cell_values import read_cells
from kaoping.evidence.source_text._mail_heads import of_mail, of_outlook
from kaoping.evidence.source_text._office_parts import read_compound, read_package
from kaoping.evidence.source_text._passage import SourceText, decoded_text
from kaoping.evidence.source_text._picture_tags import of_picture
from kaoping.evidence.source_text._rich_text import of_rich_text
from kaoping.evidence.source_text._tags import of_markup

_SHEETS = frozenset({"xlsx", "xlsm", "xls", "et", "csv"})
_BINARY = frozenset({"doc", "wps", "xls", "et", "ppt", "dps"})
_MARKUP = frozenset({"html", "fodt", "fods", "fodp", "wordml", "sheetml", "opc", "svg", "uof", "xml"})
_PICTURES = frozenset({"jpeg", "png", "gif", "webp", "tiff", "heic"})
_MAILS = frozenset({"eml", "mhtml"})


def read_source(path: Path, media: str) -> SourceText:
    """Return what can be read in the file at ``path``, of the kind ``media``, before anything is made of it.

    Nothing of a text, whose pages say it all, and of a PDF, whose strings are read where it is measured
    (:mod:`kaoping.evidence._pdf_facts`): it may have to be repaired before. Raises OSError where it can't be read.
    """
    source = SourceText()
    data = fs.read(path)
    if data.startswith(b"PK\x03\x04"):
        read_package(data, source, is_archive=media == "zip")
    elif media in _BINARY:
        read_compound(data, source)
    elif media == "rtf":
        source.passages += of_rich_text(data)
    elif media in _MARKUP:
        source.passages += of_markup(decoded_text(data), "" if media == "html" else "原件里")
    elif media in _PICTURES:
        source.passages += of_picture(data)
    elif media in _MAILS:
        source.passages += of_mail(data)
    elif media == "msg":
        source.passages += of_outlook(data)
    if media in _SHEETS:
        read_cells(data, source)
    return source
