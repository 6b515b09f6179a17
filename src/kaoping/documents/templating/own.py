"""A unit's own template, rendered for a package: apart, and whatever fails is a finding at its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.documents.templating.check import looked_through, tell
from kaoping.documents.templating.trial import Attempt, try_out


def render_own(
    template: Path,
    context: Mapping[str, Any],
    *,
    at: Location,
    form: str,
    dated: date | None,
    title: str,
    author: str,
) -> bytes:
    """Render as :func:`kaoping.documents.word.render` does, in a process that can be ended.

    Raises BlankInFinal where a 报送稿 has blanks, and KaopingError, with findings at ``at``, where the template fails.
    """
    from kaoping.documents.word import BlankInFinal

    findings = Findings()
    look = looked_through(template, context, at, findings)
    if look is not None and not findings.errors:
        tried = try_out(template, look.sources(), [Attempt("本单位的数据", context, form, dated, title, author)])
        tell(tried.failures, look, at, findings)
        if not findings.errors:
            if tried.blanks:
                raise BlankInFinal(tried.blanks)
            return tried.data
    raise KaopingError(findings.errors)
