"""Web pages made harmless before LibreOffice sees them: nothing in them runs, and nothing is fetched for them."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from kaoping.evidence.convert._conversion import NotShownError
from kaoping.evidence.convert._html_parsing import parsed
from kaoping.evidence.convert._saved_page import SavedPage, inline
from kaoping.evidence.convert._text import decoded
from kaoping.evidence.convert._web_hidden import drop_hidden

#: What never shows, or only acts.
_DROPPED = ("script", "noscript", "style", "link", "meta", "base", "button", "template")
#: What shows something that only a browser can.
_PLAYED = (
    "iframe", "frame", "frameset", "object", "embed", "applet", "audio", "video", "source", "svg", "canvas", "math",
)  # fmt: skip
_KEPT = frozenset({"colspan", "rowspan", "align", "valign", "width", "height", "border", "alt"})
_CHARSET = re.compile(rb"(?:charset|<\?xml[^>]{0,100}\bencoding)\s*=\s*[\"']?([\w-]+)", re.I)
_NO_PICTURE = "〔图片未随网页保存〕"
_NOT_FETCHED = "网页里引用的外部图片没有取来。"
_NOT_PLAYED = "网页里的框架、图形、音频视频没有显示。"
_INLINE = re.compile(r"data:image/(?:png|jpeg|gif|bmp);base64,[A-Za-z0-9+/=\s]+\Z")
_HEAD = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="font-family:宋体">'


def clean(page: SavedPage, target: Path) -> tuple[str, ...]:
    """Write ``page`` to ``target`` with its text, tables and the pictures that were saved with it alone.

    Returns what is lost of it, as Chinese sentences. Raises NotShownError where it can't be read.
    """
    from lxml import etree, html

    try:
        root = _parsed(page.content)
    except (etree.LxmlError, ValueError) as error:
        raise NotShownError("网页读不出来。请用浏览器打开后打印成 PDF。") from error
    body = _gathered(root, page, page.place, {page.place})
    if not (body.text_content().strip() or body.findall(".//img")):
        raise NotShownError("网页里没有文字，内容要联网才显示。请用浏览器打开后打印成 PDF。")
    lost = (*drop_hidden(root, body), *_strip(body))
    inside = escape(body.text or "") + "".join(html.tostring(child, encoding="unicode") for child in body)
    target.write_bytes(f"{_HEAD}{inside}</body></html>".encode())
    return (*lost, *page.unused())


def _parsed(content: bytes) -> Any:
    # As bytes: of text, lxml refuses any that says in its first line (XHTML) which encoding it was in.
    return parsed(_text(content).encode(errors="replace"))


def _gathered(root: Any, page: SavedPage, place: str, seen: set[str]) -> Any:
    """Return the body of a page at ``place``, with the frames and pictures that were saved with it put in."""
    from lxml import etree, html

    body = root.find("body")
    if body is None:
        body = html.Element("body")
        body.extend(list(root.iter("frame")))
    for image in list(body.iter("img")):
        saved = page.find(place, image.get("src", "")) if image.get("src") else None
        if saved is not None and (picture := inline(saved[1])) is not None:
            address, widest = picture
            image.set("src", address)
            if not image.get("width", "").isdigit() or int(image.get("width")) > widest:
                image.set("width", str(widest))
                image.attrib.pop("height", None)
    for frame in list(body.iter("frame", "iframe")):
        saved = page.find(place, frame.get("src", "")) if frame.get("src") else None
        if saved is None or saved[0] in seen:
            continue
        seen.add(saved[0])
        try:
            inner = _gathered(_parsed(saved[1]), page, saved[0], seen)
        except (etree.LxmlError, ValueError):
            continue
        inner.tag, inner.tail = "div", frame.tail
        frame.getparent().replace(frame, inner)
    return body


def _text(data: bytes) -> str:
    declared = _CHARSET.search(data[:2048])
    if declared:
        try:
            return data.decode(
                {"gb2312": "gb18030", "gbk": "gb18030"}.get(declared[1].decode().lower(), declared[1].decode())
            )
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(data)


def _strip(body: Any) -> tuple[str, ...]:
    """Take out all that acts or leads out; what is filled in stays, as text.

    Returns what is lost by it, as Chinese sentences.
    """
    from lxml import etree

    lost = [_NOT_PLAYED] if next(body.iter(*_PLAYED), None) is not None else []
    etree.strip_elements(body, *_DROPPED, *_PLAYED, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    etree.strip_tags(body, "form", "label", "fieldset")  # some systems wrap the whole page in one
    for element in list(body.iter()):
        if element.tag in ("input", "select", "textarea"):
            _as_text(element)
        inline = element.get("src", "") if element.tag == "img" else ""
        for name in list(element.attrib):
            if name not in _KEPT:
                del element.attrib[name]
        if element.tag == "img":
            if _INLINE.match(inline):
                element.set("src", inline)
            else:
                lost.append(_NOT_FETCHED)
                element.tag = "span"
                element.text = element.get("alt") or _NO_PICTURE
    return tuple(dict.fromkeys(lost))


def _as_text(element: Any) -> None:
    """Turn a field into what is filled in."""
    if element.tag == "input":
        kind = element.get("type", "text").lower()
        if kind in ("checkbox", "radio"):
            value = "☑" if element.get("checked") is not None else "□"
        else:
            value = "" if kind in ("submit", "button", "image", "reset", "file") else element.get("value", "")
    elif element.tag == "select":
        options = element.findall(".//option")
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        value = "、".join(option.text_content().strip() for option in chosen)
    else:
        value = element.text_content()
    for inner in list(element):
        element.remove(inner)
    element.tag, element.text = "span", value
