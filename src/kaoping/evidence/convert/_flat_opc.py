"""Office files written as one XML (flat OPC: Word's “Word XML 文档”), put back into the zip that they stand for."""

from __future__ import annotations

import base64
import binascii
import zipfile
from pathlib import Path
from typing import Any

from kaoping.evidence.convert._conversion import NotShownError

_MOST = 40_000_000  # bytes: as a tree it takes twenty-five times that
_DAMAGED = "文件已损坏，读不全。请用生成它的程序打开后另存为 docx 或 PDF，换掉它。"
_TYPES = "[Content_Types].xml"
_TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"


def to_zip(source: Path, target: Path) -> None:
    """Write the parts of the flat package at ``source`` as a zip (ECMA-376-2) to ``target``.

    Raises NotShownError where it can't be read.
    """
    from lxml import etree

    from kaoping.evidence.convert.frozen._office_zip import attribute, parse

    root = parse(source.read_bytes()) if source.stat().st_size <= _MOST else None
    if root is None:
        raise NotShownError(_DAMAGED)
    spaces: Any = {None: _TYPES_SPACE}  # LibreOffice (7.4) knows it without a prefix alone
    types = etree.Element(f"{{{_TYPES_SPACE}}}Types", nsmap=spaces)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for part in root.iterfind("{*}part"):
            name = attribute(part, "name")
            package.writestr(zipfile.ZipInfo(name.lstrip("/")), _content(part), zipfile.ZIP_DEFLATED)
            override = {"PartName": name, "ContentType": attribute(part, "contentType")}
            etree.SubElement(types, f"{{{_TYPES_SPACE}}}Override", override)
        package.writestr(zipfile.ZipInfo(_TYPES), etree.tostring(types, xml_declaration=True, encoding="UTF-8"))


def _content(part: Any) -> bytes:
    from lxml import etree

    held = part.find("{*}xmlData")
    if held is not None and len(held):
        content: bytes = etree.tostring(held[0], xml_declaration=True, encoding="UTF-8", standalone=True)
        return content
    held = part.find("{*}binaryData")
    try:
        return base64.b64decode(held.text or "") if held is not None else b""
    except binascii.Error as error:
        raise NotShownError(_DAMAGED) from error
