"""Rewriting a zip (docx, xlsx) so that the same content gives the same bytes: no clock, no order of the moment."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

#: What stands for a date nobody gave.
NO_DATE = date(2000, 1, 1)
_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_FIRST = ("[Content_Types].xml", "_rels/.rels")


def repack(data: bytes, dated: date | None = None) -> bytes:
    """Return the zip ``data`` with sorted names, one fixed time and the same two dates in its core properties.

    ``[Content_Types].xml`` stands first, as readers of Office Open XML expect (ECMA-376 Part 2). ``dated`` is the only
    date that may enter; without it 2000-01-01 stands. Raises zipfile.BadZipFile for anything but a zip.
    """
    day = dated or NO_DATE
    stamp = f"{day.isoformat()}T00:00:00Z".encode()
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as result:
        names = source.namelist()
        for name in sorted(names, key=lambda n: (_FIRST.index(n) if n in _FIRST else len(_FIRST), n)):
            body = source.read(name)
            if name == _CORE:
                body = _STAMP.sub(rb"\g<1>" + stamp, body)
            entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 0
            result.writestr(entry, body, compresslevel=6)
    return target.getvalue()
