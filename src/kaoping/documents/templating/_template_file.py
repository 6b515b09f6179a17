"""Opening a docx that anybody may have made: what is no usable template is told, never a traceback."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.opc.part import XmlPart
from docx.opc.parts.coreprops import CorePropertiesPart
from docx.oxml.comments import CT_Comments
from docx.oxml.coreprops import CT_CoreProperties
from docx.oxml.document import CT_Document
from docx.oxml.numbering import CT_Numbering
from docx.oxml.section import CT_HdrFtr
from docx.oxml.settings import CT_Settings
from docx.oxml.styles import CT_Styles
from docx.parts.comments import CommentsPart
from docx.parts.document import DocumentPart
from docx.parts.hdrftr import FooterPart, HeaderPart
from docx.parts.numbering import NumberingPart
from docx.parts.settings import SettingsPart
from docx.parts.styles import StylesPart

from kaoping.core import fs
from kaoping.core.errors import why_not_read
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.documents.templating._places import Paragraph, paragraphs

_MOST = 200_000_000  # bytes that a template may unpack to
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: an old .doc, or a package that is encrypted
#: What python-docx takes a part, and the root of its XML, for without looking: it stumbles where one is something else.
_PARTS: dict[str, tuple[type[XmlPart], type]] = {
    RELATION.OFFICE_DOCUMENT: (DocumentPart, CT_Document),
    RELATION.STYLES: (StylesPart, CT_Styles),
    RELATION.SETTINGS: (SettingsPart, CT_Settings),
    RELATION.NUMBERING: (NumberingPart, CT_Numbering),
    RELATION.COMMENTS: (CommentsPart, CT_Comments),
    RELATION.HEADER: (HeaderPart, CT_HdrFtr),
    RELATION.FOOTER: (FooterPart, CT_HdrFtr),
    RELATION.CORE_PROPERTIES: (CorePropertiesPart, CT_CoreProperties),
}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.1


@dataclass(frozen=True, slots=True)
class Content:
    """What a docx holds that a template is judged by: its paragraphs, and its styles' names by their ids."""

    paragraphs: Sequence[Paragraph]
    styles: Mapping[str, str | None]


class _UnfitError(Exception):
    """The file can't be used: the finding's code, and its words."""


def content(path: Path, at: Location, findings: Findings) -> Content | None:
    """Read the docx at ``path``; None, and the reason as a finding at ``at``, where it can't be used."""
    try:
        return _content(fs.read(path))
    except OSError as error:
        findings.add("template.unreadable", at, name=path.name, why=why_not_read(error))
    except _UnfitError as error:
        code, why = error.args
        findings.add(code, at, name=path.name, what=why, why=why)
    return None


def _content(data: bytes) -> Content:
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
        _check_parts(document)
        styles = {style.style_id: style.name for style in document.styles}
        return Content(paragraphs(document), styles)
    except _UnfitError:
        raise
    except Exception as error:  # zipfile, lxml and python-docx raise whatever they stumble over
        if isinstance(error, ValueError) and "content type" in str(error):
            raise _UnfitError("template.not_docx", "它是别的 Office 文件（例如表格、带宏的文档）") from error
        raise _UnfitError("template.damaged", "内部结构不对") from error


def _check_parts(document: Document) -> None:
    for relation in [*document.part.package.rels.values(), *document.part.rels.values()]:
        if relation.reltype not in _PARTS:
            continue
        if relation.is_external:
            raise _UnfitError("template.damaged", f"它有一部分（{relation.target_ref}）不在文件里")
        part, (kind, root) = relation.target_part, _PARTS[relation.reltype]
        name = str(part.partname).strip("/")
        if not isinstance(part, kind):
            raise _UnfitError("template.damaged", f"其中的{name}写成了别的类型")
        if not isinstance(part.element, root):
            raise _UnfitError("template.damaged", f"其中的{name}里是别的内容")
