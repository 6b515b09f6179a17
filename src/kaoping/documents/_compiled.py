"""Templates compiled once: in a process for all documents made of one, and in the store for the next build.

What jinja2 makes of a template is Python's own byte code, as in a ``__pycache__``: it is kept where the program keeps
what it made, never in a unit's folder, and made anew for another Python or jinja2.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import MAGIC_NUMBER
from types import CodeType
from typing import TYPE_CHECKING, Any

from kaoping.documents._only_text import TextSandbox

if TYPE_CHECKING:
    from kaoping.pdf.fonts import Keep

#: Parts of templates that a process remembers; the documents of a unit have some thirty.
_MOST = 200
_compiled: dict[str, CodeType] = {}
_DIALECT = 2  # another number for each change of what templates are compiled to
_MADE_BY = f"{_DIALECT} {sys.implementation.cache_tag} {MAGIC_NUMBER.hex()} jinja2 {version('jinja2')}"


class Sandbox(TextSandbox):
    """jinja2's sandbox; all sandboxes have the same settings, so that what one compiled is the same for another."""

    keep: Keep | None = None

    def compile(self, source: Any, *args: Any, **options: Any) -> Any:
        """Return the code of ``source``; raises jinja2.TemplateSyntaxError."""
        if not isinstance(source, str):
            return super().compile(source, *args, **options)
        key = hashlib.sha256(f"{_MADE_BY}\0{source}\0{args}{options}".encode()).hexdigest()
        if key not in _compiled:
            if len(_compiled) >= _MOST:
                _compiled.clear()
            _compiled[key] = self._code(key, lambda: super(Sandbox, self).compile(source, *args, **options))
        return _compiled[key]

    def _code(self, key: str, make: Callable[[], CodeType]) -> CodeType:
        if self.keep is None:
            return make()
        code: CodeType = marshal.loads(self.keep(key, lambda: marshal.dumps(make())))
        return code
