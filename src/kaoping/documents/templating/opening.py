"""Opening a docx that anybody may have made: what is no usable template is told, never a traceback."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from kaoping.core.errors import why_not_read
from kaoping.core.findings import Findings
from kaoping.core.model import Location

if TYPE_CHECKING:
    from docx.document import Document

_MOST = 200_000_000  # bytes that a template may unpack to
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: an old .doc, or a package that is encrypted


def opened(path: Path, at: Location, findings: Findings) -> Document | None:
    """Open the docx at ``path`` for reading; None, and the reason as a finding at ``at``, where it can't be used."""
    try:
        data = path.read_bytes()
    except OSError as error:
        findings.add("template.unreadable", at, name=path.name, why=why_not_read(error))
        return None
    if data.startswith(_OLE):
        _tell_ole(data, path, at, findings)
        return None
    if not data.startswith(b"PK"):
        findings.add("template.not_docx", at, name=path.name, what="它不是 Word 文档（.docx）" if data else "它是空的")
        return None
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST:
                findings.add("template.damaged", at, name=path.name, why=f"解开后超过{_MOST // 1_000_000}MB")
                return None
            damaged = archive.testzip()
            names = archive.namelist()
        if damaged is None and "word/document.xml" not in names and "[Content_Types].xml" not in names:
            findings.add("template.not_docx", at, name=path.name, what="它是压缩包，不是 Word 文档")
            return None
        if damaged is None:
            return docx.Document(io.BytesIO(data))
        why = f"其中的{damaged}坏了"
    except ValueError as error:
        if "content type" in str(error):
            findings.add("template.not_docx", at, name=path.name, what="它是别的 Office 文件（例如表格、带宏的文档）")
            return None
        why = "内部结构不对"
    except Exception:  # zipfile, lxml and python-docx raise whatever they stumble over
        why = "内部结构不对"
    findings.add("template.damaged", at, name=path.name, why=why)
    return None


def _tell_ole(data: bytes, path: Path, at: Location, findings: Findings) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:  # [MS-OFFCRYPTO] 2.3.4.1
        findings.add("template.encrypted", at, name=path.name)
    else:
        findings.add("template.not_docx", at, name=path.name, what="它是旧格式（.doc、.wps）")
