"""What a web page holds and no reader of it sees: by the page's own styles, and by its elements."""

from __future__ import annotations

import re
from typing import Any

from kaoping.evidence.convert._losses import Losses, excerpt

_UNSEEN = "网页里不显示的内容（折叠的菜单、提示等）没有印：{}。"
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SHOWN = re.compile(r"display\s*:\s*(?!none)\w", re.I)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SCREEN = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.I)
#: What is understood of selectors: one element by its name, its class or its id. Others hide nothing.
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)*)", re.I)
_MOST = 200_000  # characters of styles
#: What no reader is meant to see, whatever it says.
_SILENT = ("script", "style", "noscript", "template", "head", "title", "option")


def drop_hidden(root: Any, body: Any) -> tuple[str, ...]:
    """Take out of ``body`` what is not to be seen, by the styles of ``root`` too; return what is lost, in Chinese."""
    selectors = _hiding_selectors("\n".join(style.text or "" for style in root.iter("style"))[:_MOST])
    losses = Losses()
    for element in [node for node in body.iter() if _is_hidden(node, selectors)]:
        text = "" if element.tag in (*_SILENT, "input") else " ".join(element.text_content().split())
        if text:
            losses.add(_UNSEEN, excerpt(text))
        element.drop_tree()
    return losses.sentences()


def _hiding_selectors(styles: str) -> list[tuple[str, frozenset[str], str]]:
    """Return the elements that ``styles`` hide, as (name, classes, id); rules for a medium alone are left out."""
    known: dict[str, bool] = {}
    for names, body in _RULE.findall(_SCREEN.sub(" ", _COMMENT.sub(" ", styles))):
        for name in names.split(","):
            if _HIDDEN.search(body):
                known[name.strip()] = True
            elif _SHOWN.search(body):
                known.pop(name.strip(), None)
    hiding = []
    for name in known:
        match = _SELECTOR.fullmatch(name)
        if match is not None and match[0]:
            marks = re.findall(r"([.#])([\w-]+)", match[2])
            ids = [word for sign, word in marks if sign == "#"]
            classes = frozenset(word for sign, word in marks if sign == ".")
            hiding.append(((match[1] or "").lower(), classes, ids[0] if ids else ""))
    return hiding


def _is_hidden(element: Any, selectors: list[tuple[str, frozenset[str], str]]) -> bool:
    if not isinstance(element.tag, str) or element.tag == "body":
        return False
    if element.tag == "input" and element.get("type", "").lower() in ("hidden", "password"):
        return True
    style = element.get("style", "")
    if element.get("hidden") is not None or _HIDDEN.search(style) is not None:
        return True
    if _SHOWN.search(style):
        return False
    classes = frozenset(element.get("class", "").split()) if selectors else frozenset()
    return any(
        (not name or name == element.tag) and needed <= classes and (not id_ or id_ == element.get("id"))
        for name, needed, id_ in selectors
    )
