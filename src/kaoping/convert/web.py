"""Web pages made harmless before LibreOffice sees them: nothing in them runs, and nothing is fetched for them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from kaoping.convert.base import NotShownError
from kaoping.convert.text import decoded

_DROPPED = (
    "script", "noscript", "style", "link", "meta", "base", "iframe", "frame", "frameset", "object", "embed", "applet",
    "audio", "video", "source", "svg", "form", "input", "button", "template",
)  # fmt: skip
_KEPT = frozenset({"colspan", "rowspan", "align", "valign", "width", "height", "border", "alt"})
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.I)
_NO_PICTURE = "〔图片未随网页保存〕"
_INLINE = re.compile(r"data:image/(?:png|jpeg|gif|bmp);base64,[A-Za-z0-9+/=\s]+\Z")
_HEAD = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="font-family:宋体">'


def clean(source: Path, target: Path) -> tuple[str, ...]:
    """Write the page at ``source`` to ``target`` with its text, tables and inline pictures alone.

    Returns what is lost of it, as Chinese sentences. Raises NotShownError where it can't be read.
    """
    from lxml import etree, html

    try:
        root = html.document_fromstring(_text(source), parser=html.HTMLParser(huge_tree=False, no_network=True))
    except (etree.LxmlError, ValueError) as error:
        raise NotShownError("网页读不出来。请用浏览器打开后打印成 PDF。") from error
    body: Any = root.find("body")
    if body is None or not (body.text_content().strip() or body.findall(".//img")):
        raise NotShownError("网页里没有文字，内容要联网才显示。请用浏览器打开后打印成 PDF。")
    lost = _strip(body)
    inside = "".join(html.tostring(child, encoding="unicode") for child in body)
    target.write_bytes((_HEAD + (body.text or "") + inside + "</body></html>").encode())
    return ("网页里引用的外部图片没有取来。",) if lost else ()


def _text(source: Path) -> str:
    data = source.read_bytes()
    said = _CHARSET.search(data[:2048])
    if said:
        try:
            return data.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(said[1].decode().lower(), said[1].decode()))
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(source)


def _strip(body: Any) -> bool:
    """Take out all that acts or leads out; whether a picture was among it."""
    from lxml import etree

    etree.strip_elements(body, *_DROPPED, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    lost = False
    for element in body.iter():
        inline = element.get("src", "") if element.tag == "img" else ""
        for name in list(element.attrib):
            if name not in _KEPT:
                del element.attrib[name]
        if element.tag == "img":
            if _INLINE.match(inline):
                element.set("src", inline)
            else:
                lost = True
                element.tag = "span"
                element.text = element.get("alt") or _NO_PICTURE
    return lost
