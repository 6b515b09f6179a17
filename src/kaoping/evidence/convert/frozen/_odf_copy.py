"""OpenDocument files (ODF 1.2, zipped and flat) as they were saved: fields and formulas are their saved results."""

from __future__ import annotations

import re
from typing import Any

from kaoping.evidence.convert._losses import Losses, excerpt
from kaoping.evidence.convert.frozen._office_zip import attribute, drop, elements
from kaoping.evidence.convert.frozen._print_codes import NAME

TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
#: Fields with their saved result inside (ODF 1.2, 7.2 to 7.7); those that layout fills (page-number, chapter) stay.
_FIELD = re.compile(
    r"(?:print-|creation-|modification-)?(?:date|time)|printed-by|file-name|template-name|author-\w+|(?:initial-)?creator|"
    r"title|subject|keywords|description|user-defined|editing-\w+|sender-.+|\w+-count(?<!page-count)|variable-\w+|"
    r"user-field-\w+|expression|text-input|sequence|\w+-ref|conditional-text|database-.+|dde-connection|execute-macro|"
    r"measure|meta-field"
)
_UNKNOWN = ("", "???")  # what LibreOffice Calc saves of a field in a header
_CHANGES = ("tracked-changes", "change", "change-start", "change-end")
_SOURCES = ("section-source", "table-source", "cell-range-source", "dde-source", "dde-connection-decls")
_VOLATILE = re.compile(r"\b(?:TODAY|NOW|RAND|RANDBETWEEN|CELL|INFO)\s*\(", re.I)
_FORMULAS = "没有保存结果的公式按转换时算出的显示：{}。"
_CHANGED = "修订按全部接受后的样子显示（原件里有修订{}）。"
_NO_DAY = "页眉页脚里的打印日期、时间没有印。"
_BY_DAY_FORMAT = "按当天日期变化的条件格式（颜色、图标）没有显示。"
_LINKED = "引用别的文件的内容按保存时的样子显示。"
_LINKED_PICTURE = "只存了链接的图片没有显示：{}。"
_CURRENT_DATE = "幻灯片上的自动日期显示的是转换当天的日期。"
_HIDDEN = "隐藏的内容没有显示：{}。"


def freeze_document(root: Any, losses: Losses) -> tuple[bool, bool]:
    """Change what depends on the day, the file's name or other files in ``root``.

    Returns whether anything was changed, and whether NAME stands in it.
    """
    was_changed = _accept_changes(root, losses)
    was_changed = _freeze_formulas(root, losses) or was_changed
    was_changed = _drop_by_day(root, losses) or was_changed
    was_changed = _drop_sources(root, losses) or was_changed
    has_fields, is_named = _freeze_fields(root, losses)
    _tell_unseen(root, losses)
    return was_changed or has_fields, is_named


def _freeze_fields(root: Any, losses: Losses) -> tuple[bool, bool]:
    has_fields = is_named = False
    for element in list(root.iter(f"{{{TEXT}}}*")):
        name = element.tag.rpartition("}")[2]
        if not _FIELD.fullmatch(name) or attribute(element, "display") == "none":
            continue
        saved = "".join(element.itertext()).strip()
        if name == "file-name" and saved in _UNKNOWN:
            element.text, is_named = NAME, True
        elif name in ("date", "time") and saved in _UNKNOWN:
            element.text = ""
            losses.add(_NO_DAY)
        elif saved == _UNKNOWN[1]:
            continue
        element.tag = f"{{{TEXT}}}span"
        element.attrib.clear()
        has_fields = True
    return has_fields, is_named


def _accept_changes(root: Any, losses: Losses) -> bool:
    regions = sum(1 for _ in elements(root, "changed-region", "cell-content-change", "insertion-cut-off"))
    marks = list(elements(root, *_CHANGES))
    for mark in marks:
        drop(mark)
    if regions:
        losses.add(_CHANGED, f"{regions}处")
    return bool(marks)


def _freeze_formulas(root: Any, losses: Losses) -> bool:
    has_formulas = False
    for cell in elements(root, "table-cell", "covered-table-cell"):
        formula = next((key for key in cell.attrib if key.endswith("}formula")), "")
        if not formula:
            continue
        if not attribute(cell, "value-type"):
            losses.add(_FORMULAS, excerpt(cell.attrib[formula].partition(":")[2] or cell.attrib[formula]))
            continue
        for key in list(cell.attrib):
            if key == formula or "}number-matrix-" in key:
                del cell.attrib[key]
        has_formulas = True
    return has_formulas


def _drop_by_day(root: Any, losses: Losses) -> bool:
    rules = [rule for rule in elements(root, "condition", "map") if _VOLATILE.search(_condition(rule))]
    rules += list(elements(root, "date-is"))
    for rule in rules:
        drop(rule)
        losses.add(_BY_DAY_FORMAT)
    for entry in elements(root, "date-time-decl"):
        if attribute(entry, "source") == "current-date":
            losses.add(_CURRENT_DATE)
    return bool(rules)


def _condition(rule: Any) -> str:
    return attribute(rule, "condition") + attribute(rule, "value")


def _drop_sources(root: Any, losses: Losses) -> bool:
    sources = list(elements(root, *_SOURCES))
    for source in sources:
        drop(source)
        losses.add(_LINKED)
    for image in elements(root, "image"):
        target = attribute(image, "href")
        if "://" in target or target.startswith(("../", "/")):
            losses.add(_LINKED_PICTURE, target.replace("\\", "/").rpartition("/")[2])
    return bool(sources)


def _tell_unseen(root: Any, losses: Losses) -> None:
    for section in elements(root, "section"):
        if attribute(section, "display") == "none":
            _tell_hidden(section, losses)
    hidden = hidden_styles(root)
    for span in root.iter(f"{{{TEXT}}}span"):
        if attribute(span, "style-name") in hidden:
            _tell_hidden(span, losses)


def _tell_hidden(element: Any, losses: Losses) -> None:
    if (text := "".join(element.itertext())).strip():
        losses.add(_HIDDEN, excerpt(text))


def hidden_styles(root: Any) -> set[str]:
    """Return the names of the styles below ``root`` that hide their text."""
    return {
        attribute(properties.getparent(), "name")
        for properties in elements(root, "text-properties")
        if attribute(properties, "display") == "none"
    }
