"""A Word file (docx, ECMA-376-1, 17) as it was saved: a copy in which no day, name or other file changes anything."""

from __future__ import annotations

from typing import Any

from kaoping.evidence.convert._losses import Losses, excerpt
from kaoping.evidence.convert.frozen._inserted_pages import show_inserted
from kaoping.evidence.convert.frozen._office_zip import OfficeZip, attribute, drop, elements, local
from kaoping.evidence.convert.frozen._word_changes import accept_changes
from kaoping.evidence.convert.frozen._word_fields import freeze_fields
from kaoping.evidence.convert.frozen._word_symbols import map_symbols

BODY = (
    "document.main+xml", "template.main+xml", "macroEnabled.main+xml", "macroEnabledTemplate.main+xml",
)  # fmt: skip
_BESIDE = ("header+xml", "footer+xml", "footnotes+xml", "endnotes+xml")
_CHANGES = "修订按全部接受后的样子显示（原件里有修订{}）。"
_HIDDEN = "隐藏的文字没有显示：{}。"
_WHITE = "白色的字印在白纸上，看不见：{}。"
_LINKED_PICTURE = "只存了链接的图片没有显示：{}。"
_SUBDOCUMENT = "链接的子文档没有显示。"


def freeze_word(archive: OfficeZip, losses: Losses) -> None:
    """Change what depends on the day, the file's name or other files in the Word file ``archive``."""
    changes = 0
    hidden = hidden_styles(archive)
    for part in [*archive.typed(*BODY), *archive.typed(*_BESIDE)]:
        root = archive.tree(part)
        if root is None:
            continue
        accepted = accept_changes(root)
        inserted = show_inserted(part, archive, losses)
        symbols = map_symbols(root)
        frozen = freeze_fields(root, losses)
        unbound = _unbind(root)
        loosened = _loosen_rows(root)
        changes += accepted
        if accepted or inserted or symbols or frozen or unbound or loosened:
            archive.changed(part)
        _tell_unseen(part, root, archive, hidden, losses)
    if changes:
        losses.add(_CHANGES, f"{changes}处")


def _unbind(root: Any) -> bool:
    """Let no content control take its content from elsewhere; returns whether one did."""
    bindings = list(elements(root, "dataBinding"))
    for binding in bindings:
        drop(binding)
    return bool(bindings)


def _loosen_rows(root: Any) -> bool:
    """Let rows of a fixed height grow where their text needs more: it would be cut; returns whether there are any."""
    heights = [height for height in elements(root, "trHeight") if attribute(height, "hRule") == "exact"]
    for height in heights:
        height.set(next(name for name in height.attrib if name.endswith("}hRule")), "atLeast")
    return bool(heights)


def _tell_unseen(part: str, root: Any, archive: OfficeZip, hidden: set[str], losses: Losses) -> None:
    for run in elements(root, "r"):
        if (is_hidden(run) or is_styled_hidden(run, "r", hidden)) and (
            text := "".join(inner.text or "" for inner in run.iterfind("{*}t"))
        ).strip():
            losses.add(_HIDDEN, excerpt(text))
        elif _is_white(run) and (text := "".join(inner.text or "" for inner in run.iterfind("{*}t"))).strip():
            losses.add(_WHITE, excerpt(text))
    if next(elements(root, "subDoc"), None) is not None:
        losses.add(_SUBDOCUMENT)
    outside = {
        id_: target for id_, (kind, target, is_out) in archive.related(part).items() if kind == "image" and is_out
    }
    for blip in elements(root, "blip") if outside else ():
        link = attribute(blip, "link")
        if link in outside and not attribute(blip, "embed"):
            losses.add(_LINKED_PICTURE, _file_name(outside[link]))
    for picture in elements(root, "imagedata") if outside else ():
        link = next((attribute(picture, name) for name in ("id", "href") if attribute(picture, name) in outside), "")
        if link:
            losses.add(_LINKED_PICTURE, _file_name(outside[link]))


def _file_name(target: str) -> str:
    return target.replace("\\", "/").rpartition("/")[2]


def _is_white(run: Any) -> bool:
    """Whether a run is written in white where nothing lies behind it; what a style or a shape does is not looked up."""
    colour = run.find("{*}rPr/{*}color")
    if colour is None or attribute(colour, "val").upper() != "FFFFFF":
        return False
    if run.find("{*}rPr/{*}shd") is not None or run.find("{*}rPr/{*}highlight") is not None:
        return False
    for holder in run.iterancestors():
        name = local(holder)
        if name in ("txbxContent", "tbl") or holder.find("{*}pPr/{*}shd") is not None:
            return False
        if name == "document":
            return holder.find("{*}background") is None
    return True


def hidden_styles(archive: OfficeZip) -> set[str]:
    """Return the ids of the styles that hide their text."""
    hidden = set()
    for part in archive.typed("wordprocessingml.styles+xml"):
        root = archive.tree(part)
        for style in elements(root, "style") if root is not None else ():
            if is_hidden(style):
                hidden.add(attribute(style, "styleId"))
    return hidden


def is_styled_hidden(element: Any, name: str, hidden: set[str]) -> bool:
    """Whether the style of a run (r) or paragraph (p) is one of those that are ``hidden``."""
    style = element.find(f"{{*}}{name}Pr/{{*}}{name}Style")
    return style is not None and attribute(style, "val") in hidden


def is_hidden(run: Any) -> bool:
    """Whether a run, or a style, is formatted as hidden text itself."""
    vanish = run.find("{*}rPr/{*}vanish")
    return vanish is not None and attribute(vanish, "val", "1") not in ("0", "false", "off")
