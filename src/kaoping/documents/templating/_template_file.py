"""Opening a docx that anybody may have made: what is no usable template is told, never a traceback."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.opc.parts.coreprops import CorePropertiesPart
from docx.parts.comments import CommentsPart
from docx.parts.hdrftr import FooterPart, HeaderPart
from docx.parts.numbering import NumberingPart
from docx.parts.settings import SettingsPart
from docx.parts.styles import StylesPart

from kaoping.core import fs
from kaoping.core.errors import why_not_read
from kaoping.core.findings import Findings
from kaoping.core.model import Location

_MOST = 200_000_000  # bytes that a template may unpack to
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: an old .doc, or a package that is encrypted
#: What python-docx takes a related part for without looking: it stumbles over one that says to be of another type.
_PARTS = {
    RELATION.STYLES: StylesPart,
    RELATION.SETTINGS: SettingsPart,
    RELATION.NUMBERING: NumberingPart,
    RELATION.COMMENTS: CommentsPart,
    RELATION.HEADER: HeaderPart,
    RELATION.FOOTER: FooterPart,
    RELATION.CORE_PROPERTIES: CorePropertiesPart,
}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.1


class _UnfitError(Exception):
    """The file can't be used: the finding's code, and its words."""


def opened(path: Path, at: Location, findings: Findings) -> Document | None:
    """Open the docx at ``path`` for reading; None, and the reason as a finding at ``at``, where it can't be used."""
    try:
        return _document(fs.read(path))
    except OSError as error:
        findings.add("template.unreadable", at, name=path.name, why=why_not_read(error))
    except _UnfitError as error:
        code, why = error.args
        findings.add(code, at, name=path.name, what=why, why=why)
    return None


def _document(data: bytes) -> Document:
    if data.startswith(_OLE):
        raise _UnfitError(
            *("template.encrypted", "") if _ENCRYPTED in data else ("template.not_docx", "它是旧格式（.doc、.wps）")
        )
    if not data.startswith(b"PK"):
        raise _UnfitError("template.not_docx", "它不是 Word 文档（.docx）" if data else "它是空的")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MOST:
                raise _UnfitError("template.damaged", f"解开后超过{_MOST // 1_000_000}MB")
            damaged, names = archive.testzip(), archive.namelist()
        if damaged is not None:
            raise _UnfitError("template.damaged", f"其中的{damaged}坏了")
        if not {"word/document.xml", "[Content_Types].xml"}.intersection(names):
            raise _UnfitError("template.not_docx", "它是压缩包，不是 Word 文档")
        document = docx.Document(io.BytesIO(data))
        for relation in [*document.part.rels.values(), *document.part.package.rels.values()]:
            kind = None if relation.is_external else _PARTS.get(relation.reltype)
            if kind is not None and not isinstance(relation.target_part, kind):
                name = str(relation.target_part.partname).strip("/")
                raise _UnfitError("template.damaged", f"其中的{name}写成了别的类型")
        return document
    except _UnfitError:
        raise
    except Exception as error:  # zipfile, lxml and python-docx raise whatever they stumble over
        if isinstance(error, ValueError) and "content type" in str(error):
            raise _UnfitError("template.not_docx", "它是别的 Office 文件（例如表格、带宏的文档）") from error
        raise _UnfitError("template.damaged", "内部结构不对") from error
