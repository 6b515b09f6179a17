"""Typesetting with Typst: our templates and fonts alone; data go in as JSON, so that text is text and never markup."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core import resources
from kaoping.pdf.fonts import MISSING, coverage

if TYPE_CHECKING:
    import typst

FONTS = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf")
_UNBREAKABLE = re.compile(r"[!-~]{12}(?=[!-~])")  # Latin text without a blank: file names, codes
_ZERO_WIDTH = "\u200b"
#: Control characters, direction marks and variation selectors: they have no shape of their own.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff\U000e0000-\U000e01ef]"
)


def compiler(template: str, data: Mapping[str, Any]) -> typst.Compiler:
    """Return a compiler of ``template`` with ``data``."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[resources.fonts()])
    folder = resources.template("bundle")
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.Compiler(folder / template, root=folder, font_paths=fonts, sys_inputs=inputs)


def render(template: str, data: Mapping[str, Any]) -> tuple[bytes, list[Any]]:
    """Return the PDF, and the values of the template's ``mark``s; the same template and data give the same bytes."""
    made = compiler(template, data)
    pdf = made.compile(format="pdf", pdf_tags=False, timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf, [mark["value"] for mark in json.loads(made.query("<mark>"))]


def draw(template: str, data: Mapping[str, Any], target: str) -> list[Any]:
    """Write the PDF to ``target`` and return the marks: for a worker, which takes and gives what JSON holds."""
    pdf, marks = render(template, data)
    Path(target).write_bytes(pdf)
    return marks


def depends_on() -> str:
    """Return what tells this machine's drawing from another's: our templates, Typst, the fonts."""
    digest = hashlib.sha256()
    for path in (*sorted(resources.template("bundle").glob("*.typ")), *(resources.fonts() / name for name in FONTS)):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        if path.suffix == ".typ":
            digest.update(path.read_bytes())
    return f"{digest.hexdigest()} typst {version('typst')}"


def drawable_text(text: str) -> str:
    """Return ``text`` as it can be drawn: a character that our fonts lack becomes 〓, long codes may break."""
    text = "".join(char if is_drawable(char) else MISSING for char in INVISIBLE.sub("", text))
    return _UNBREAKABLE.sub(rf"\g<0>{_ZERO_WIDTH}", text)


@cache
def is_drawable(char: str) -> bool:
    """Whether both fonts hold ``char``, for any text may stand in either."""
    return char in "\n\t" or all(char in coverage(resources.fonts() / name) for name in FONTS)
