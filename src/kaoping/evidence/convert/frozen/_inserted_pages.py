"""Pages that another system put into a Word file whole (altChunk, ECMA-376-1, 17.17.2): their text, as paragraphs.

LibreOffice passes over them without a word.
"""

from __future__ import annotations

import email
import email.policy
import re
from typing import Any

from lxml import etree

from kaoping.core.zipbytes import BROKEN
from kaoping.evidence.convert._html_parsing import parsed
from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._office_zip import (
    OfficeZip,
    TooLargeError,
    attribute,
    drop,
    elements,
    parse,
    sibling_name,
)

_AS_TEXT = "插入的网页、文档内容只显示了文字，没有原来的格式和图片。"
_NOT_SHOWN = "插入的内容（{}）没有显示。"
_BLOCKS = frozenset({"p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "section", "br"})
_UNSEEN = frozenset({"script", "style", "head", "title", "noscript", "template"})
_HTML = re.compile(rb"<\s*(?:!doctype|html|body|p|div|table|span|h\d|br)\b", re.I)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.I)


def show_inserted(part: str, archive: OfficeZip, losses: Losses) -> bool:
    """Put the text of what was inserted into the Word part ``part`` in its place; returns whether there was any."""
    chunks = list(elements(archive.tree(part), "altChunk"))
    related = archive.related(part) if chunks else {}
    for chunk in chunks:
        _, target, _ = related.get(attribute(chunk, "id"), ("", "", True))
        lines = _lines(archive, target)
        if lines is None:
            losses.add(_NOT_SHOWN, target.rpartition("/")[2] or "找不到")
        elif lines:
            losses.add(_AS_TEXT)
        for line in lines or ():
            chunk.addprevious(_paragraph(chunk, line))
        drop(chunk)
    return bool(chunks)


def _paragraph(beside: Any, line: str) -> Any:
    paragraph = beside.makeelement(sibling_name(beside, "p"))
    run = etree.SubElement(paragraph, sibling_name(beside, "r"))
    text = etree.SubElement(run, sibling_name(beside, "t"))
    text.text = "".join(char for char in line if char.isprintable())
    return paragraph


def _lines(archive: OfficeZip, name: str) -> list[str] | None:
    """Return the lines of text in an inserted part; None where they can't be had."""
    try:
        content = archive.read(name)
    except (KeyError, TooLargeError):
        return None
    if content.startswith(b"PK\x03\x04"):
        return _word_lines(content)
    if content.startswith(b"{\\rtf"):
        return None
    head = content[:2000].lower()
    if b"mime-version" in head or head.startswith((b"from:", b"content-type:")):
        return _mail_lines(content)
    if _HTML.search(content[:4000]):
        return _html_lines(_decoded(content))
    text = _decoded(content)
    return None if "\0" in text else [line.strip() for line in text.splitlines() if line.strip()]


def _word_lines(content: bytes) -> list[str] | None:
    import io
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            root = parse(inner.read("word/document.xml"))
    except (*BROKEN, KeyError):
        return None
    if root is None:
        return None
    lines = ("".join(text.text or "" for text in elements(p, "t")) for p in elements(root, "p"))
    return [line for line in lines if line.strip()]


def _mail_lines(content: bytes) -> list[str] | None:
    message = email.message_from_bytes(content, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            charset = part.get_content_charset()
            return _html_lines(_decoded(payload if isinstance(payload, bytes) else b"", charset or ""))
    return None


def _decoded(content: bytes, charset: str = "") -> str:
    named = _CHARSET.search(content[:2000])
    charset = charset or (named[1].decode() if named else "")
    for encoding in filter(None, ("utf-8-sig", charset, "gb18030")):
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", "replace")


def _html_lines(text: str) -> list[str] | None:
    try:
        root = parsed(text.encode(errors="replace"))
    except (etree.LxmlError, ValueError):
        return None
    lines = [""]
    _gather(root, lines)
    return [squeezed for line in lines if (squeezed := " ".join(line.split()))]


def _gather(element: Any, lines: list[str]) -> None:
    """Add the text below ``element`` to ``lines``, each block on one of its own, cells beside each other."""
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if not isinstance(node.tag, str):
            continue
        if event == "start":
            if node.tag in _BLOCKS:
                lines.append("")
            if node.tag in ("td", "th"):
                lines[-1] += "　"
            if not _is_unseen(node):
                lines[-1] += node.text or ""
        else:
            if node.tag in _BLOCKS:
                lines.append("")
            if node is not element and not _is_unseen(node.getparent()):
                lines[-1] += node.tail or ""


def _is_unseen(node: Any) -> bool:
    return any(each.tag in _UNSEEN for each in (node, *node.iterancestors()))
