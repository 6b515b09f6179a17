"""Papers typeset: a layout of ``layouts/`` with its data, as a PDF with text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kaoping.core import resources

LAYOUTS = Path(__file__).parent / "layouts"


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[resources.fonts()])


def typeset(layout: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF; the same layout, data and fonts give the same bytes."""
    import typst

    given = {"data": json.dumps(data, ensure_ascii=False)}
    compiler = typst.Compiler(LAYOUTS / f"{layout}.typ", root=LAYOUTS, font_paths=_fonts(), sys_inputs=given)
    pdf = compiler.compile(format="pdf", pdf_tags=False, timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf
