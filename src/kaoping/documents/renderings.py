"""Documents that were rendered before in this process.

Who asks again and again (a page, a batch) has one thing changed at a time, and most documents come out as they were:
rendering takes a tenth of a second each, looking whether anything is another a thousandth.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from kaoping.core import fs
from kaoping.documents.word import Rendered, render_edited

if TYPE_CHECKING:
    from kaoping.documents.edits import Edit
    from kaoping.pdf.fonts import Keep

_MOST = 64  # documents that are remembered, some 50 KB each
_remembered: OrderedDict[bytes, Rendered] = OrderedDict()
_lock = Lock()


def rendering(
    template: Path, context: Mapping[str, Any], edits: Sequence[Edit], *, keep: Keep | None = None, **about: Any
) -> Rendered:
    """Return :func:`kaoping.documents.word.render_edited` of the same, as it came out before where nothing is another.

    Raises what that raises.
    """
    # Equal values may be pickled differently (what is the same object twice): then it is rendered once too often.
    parts = pickle.dumps((context, tuple(edits), about))
    key = hashlib.sha256(fs.read(template) + b"\0" + parts).digest()
    with _lock:
        if key in _remembered:
            _remembered.move_to_end(key)
            return _remembered[key]
    rendered = render_edited(template, context, edits, keep=keep, **about)
    with _lock:
        _remembered[key] = rendered
        while len(_remembered) > _MOST:
            _remembered.popitem(last=False)
    return rendered
