"""An RTF file as it was saved: its fields are their saved results, tracked changes are resolved."""

from __future__ import annotations

import re

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert._rtf_groups import Group
from kaoping.evidence.convert.frozen._word_fields import KEPT, kind_of

_BY_DAY = re.compile(rb"\\ch(?:date|dpl|dpa|time) ?")
_STRUCK, _PUT = re.compile(rb"\\deleted1? ?"), re.compile(rb"\\revised1? ?")
_HIDDEN = re.compile(rb"\\v1? ?")
_SHOWS = re.compile(rb"\\u\d|\\'|\\pict")  # characters that are no plain ones, a picture
_COMPUTED = "没有保存结果的域按转换时算出的显示：{}。"
_NO_DAY = "没有保存结果的日期、时间没有印。"
_CHANGES = "修订按全部接受后的样子显示（原件里有修订{}）。"
_HIDDEN_TEXT = "隐藏的文字没有显示。"


def freeze_groups(root: Group, losses: Losses) -> bool:
    """Change what depends on the day in the RTF ``root``; returns whether anything did."""
    changes = _Changes(losses)
    changes.go_through(root)
    if changes.tracked:
        losses.add(_CHANGES, f"{changes.tracked}处")
    return changes.count > 0


class _Changes:
    """Goes through groups, changes them, and counts."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self.count = self.tracked = 0

    def go_through(self, group: Group) -> None:
        parts: list[bytes | Group] = []
        for part in group.parts:
            if isinstance(part, Group):
                self.go_through(part)
                if any(isinstance(inner, bytes) and _STRUCK.fullmatch(inner) for inner in part.parts):
                    self.count, self.tracked = self.count + 1, self.tracked + 1
                    continue
                parts.append(self._frozen(part) if part.name == b"field" else part)
            elif _BY_DAY.fullmatch(part):
                self.count += 1
                self._losses.add(_NO_DAY)
            elif _PUT.fullmatch(part):
                self.count, self.tracked = self.count + 1, self.tracked + 1
            else:
                if _HIDDEN.fullmatch(part) and group.words().strip():
                    self._losses.add(_HIDDEN_TEXT)
                parts.append(part)
        group.parts = parts

    def _frozen(self, group: Group) -> Group:
        """Return the result of a field, or the field where it stays one."""
        inner = {part.name: part for part in group.groups() if part.name in (b"fldinst", b"fldrslt")}
        instruction, result = inner.get(b"fldinst"), inner.get(b"fldrslt")
        kind = kind_of(instruction.words().decode("latin-1")) if instruction is not None else ""
        if kind in KEPT:
            return group
        if result is None or not (result.words().strip() or _SHOWS.search(result.content())):
            self._losses.add(_COMPUTED, kind or "空域")
            return group
        self.count += 1
        return Group([part for part in result.parts if part not in (b"\\fldrslt", b"\\fldrslt ", b"\\*")])
