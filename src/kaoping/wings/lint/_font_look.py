"""Fonts that a PDF only names: another computer draws its text with something else, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kaoping.pdf.interactive import is_new
from kaoping.pdf.plain_text import text_of

if TYPE_CHECKING:
    from pikepdf import Object

    from kaoping.wings.lint._linter import Bundle

_DEEPEST = 5  # forms within forms


def look(bundle: Bundle) -> None:
    """Look at the fonts of every page, each font and form once."""
    import pikepdf

    judged: dict[Any, str] = {}
    with pikepdf.open(bundle.path) as pdf:
        for sheet, page in enumerate(pdf.pages):
            with bundle.skipping(sheet, "字体"):
                for name in _lacking(page.obj.get("/Resources"), judged, set(), 0):
                    bundle.note("lint.font_missing", sheet, name)


def _lacking(resources: Object | None, judged: dict[Any, str], seen: set[tuple[int, int]], depth: int) -> Iterator[str]:
    """Yield the names of fonts that are not embedded; ``seen`` are the forms that were entered on this page."""
    from pikepdf import Dictionary, Stream

    if not isinstance(resources, Dictionary) or depth > _DEEPEST:
        return
    fonts = resources.get("/Font")
    for font in fonts.values() if isinstance(fonts, Dictionary) else ():
        if isinstance(font, Dictionary):
            key = font.objgen
            name = judged[key] if key in judged else _name_if_missing(font)
            if key != (0, 0):
                judged[key] = name
            if name:
                yield name
    forms = resources.get("/XObject")
    for form in forms.values() if isinstance(forms, Dictionary) else ():
        if isinstance(form, Stream) and form.get("/Subtype") == "/Form" and is_new(form, seen):
            yield from _lacking(form.get("/Resources"), judged, seen, depth + 1)


def _name_if_missing(font: Object) -> str:
    """Return the name of a font without its file (ISO 32000-1, 9.9); "" where it has one, or draws by itself."""
    from pikepdf import Array, Dictionary

    if font.get("/Subtype") == "/Type3":
        return ""
    name = text_of(font.get("/BaseFont")).lstrip("/") or "（没有名字）"
    if isinstance(below := font.get("/DescendantFonts"), Array) and len(below):
        font = below[0]
    descriptor = font.get("/FontDescriptor") if isinstance(font, Dictionary) else None
    embedded = isinstance(descriptor, Dictionary) and any(
        key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
    )
    return "" if embedded else name.rpartition("+")[2]
