"""Documents that were rendered before in this process.

Who asks again and again (a page, a batch) has one thing changed at a time, and most documents come out as they were:
rendering takes a tenth of a second each, looking whether anything is another a thousandth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core import fs
from kaoping.core.remembered import Remembered, mark_of
from kaoping.documents.word import Rendered, render_edited

if TYPE_CHECKING:
    from kaoping.documents.edits import Edit
    from kaoping.pdf.fonts import Keep

_remembered: Remembered[Rendered] = Remembered(64)  # some 50 KB each


def rendering(
    template: Path, context: Mapping[str, Any], edits: Sequence[Edit], *, keep: Keep | None = None, **about: Any
) -> Rendered:
    """Return :func:`kaoping.documents.word.render_edited` of the same, as it came out before where nothing is another.

    Raises what that raises.
    """
    mark = mark_of(fs.read(template), context, tuple(edits), about)
    known = _remembered.find(mark)
    return known or _remembered.keep(mark, render_edited(template, context, edits, keep=keep, **about))
