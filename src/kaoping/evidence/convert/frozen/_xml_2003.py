"""The XML files of Office 2003 (WordprocessingML, SpreadsheetML) as they were saved."""

from __future__ import annotations

from typing import Any

from kaoping.evidence.convert._losses import Losses, excerpt, listed
from kaoping.evidence.convert.frozen._office_zip import attribute, drop, elements, local, unwrap
from kaoping.evidence.convert.frozen._word_fields import freeze_fields

_CHANGES = "修订按全部接受后的样子显示（原件里有修订{}）。"
_HIDDEN = "隐藏的文字没有显示：{}。"
_COMPUTED = "没有保存结果的公式按转换时算出的显示：{}。"
_FORMULA = "Formula"


def freeze_2003(root: Any, losses: Losses) -> bool:
    """Turn fields, changes and formulas below ``root`` into what was saved of them; returns whether there were any."""
    return _freeze_sheets(root, losses) if local(root) == "Workbook" else _freeze_document(root, losses)


def _freeze_document(root: Any, losses: Losses) -> bool:
    deleted = [note for note in elements(root, "annotation") if attribute(note, "type") == "Word.Deletion"]
    inserted = [note for note in elements(root, "annotation") if attribute(note, "type") == "Word.Insertion"]
    for note in deleted:
        drop(note)
    for note in inserted:  # LibreOffice (7.4) leaves out what stands in one
        for content in list(note.iterfind("{*}content")):
            unwrap(content)
        unwrap(note)
    hidden = [run for run in elements(root, "r") if run.find("{*}rPr/{*}vanish") is not None]
    for run in hidden:  # which it shows
        if text := "".join(piece.text or "" for piece in elements(run, "t")).strip():
            losses.add(_HIDDEN, excerpt(text))
        drop(run)
    if deleted or inserted:
        losses.add(_CHANGES, f"{len(deleted) + len(inserted)}处")
    return freeze_fields(root, losses) or bool(deleted or inserted or hidden)


def _freeze_sheets(root: Any, losses: Losses) -> bool:
    """Leave each formula's saved value alone; one without it is computed, and told."""
    was_changed = False
    for sheet in elements(root, "Worksheet"):
        unsaved = []
        for cell in elements(sheet, "Cell"):
            formula = next((key for key in cell.attrib if key.rpartition("}")[2] == _FORMULA), None)
            if formula is None:
                continue
            data = cell.find("{*}Data")
            if data is None or not (data.text or "").strip():
                unsaved.append(cell.attrib[formula])
                continue
            del cell.attrib[formula]
            was_changed = True
        if unsaved:
            losses.add(_COMPUTED, f"“{attribute(sheet, 'Name')}”的 {listed(unsaved)}")
    return was_changed
