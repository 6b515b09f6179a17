"""Fonts that a PDF only names: another computer draws its text with something else, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pikepdf import Object

    from kaoping.wings.lint.linter import Bundle

_DEEPEST = 5  # forms within forms


def look(bundle: Bundle) -> None:
    """Look at the fonts of every page, each font and form once."""
    import pikepdf

    judged: dict[Any, str] = {}
    with pikepdf.open(bundle.path) as pdf:
        for sheet, page in enumerate(pdf.pages):
            for name in _lacking(page.obj.get("/Resources"), judged, {}, 0):
                bundle.note("lint.font_missing", sheet, name)


def _lacking(resources: Object | None, judged: dict[Any, str], seen: dict[Any, bool], depth: int) -> Iterator[str]:
    """Yield the names of fonts that are not embedded; ``seen`` are the forms that were entered on this page."""
    from pikepdf import Dictionary, Stream

    if not isinstance(resources, Dictionary) or depth > _DEEPEST:
        return
    fonts = resources.get("/Font")
    for font in fonts.values() if isinstance(fonts, Dictionary) else ():
        if isinstance(font, Dictionary):
            key = font.objgen if font.objgen != (0, 0) else id(font)
            if key not in judged:
                judged[key] = _name_if_missing(font)
            if judged[key]:
                yield judged[key]
    forms = resources.get("/XObject")
    for form in forms.values() if isinstance(forms, Dictionary) else ():
        if isinstance(form, Stream) and form.get("/Subtype") == "/Form" and form.objgen not in seen:
            seen[form.objgen] = True
            yield from _lacking(form.get("/Resources"), judged, seen, depth + 1)


def _name_if_missing(font: Object) -> str:
    """Return the name of a font without its file (ISO 32000-1, 9.9); "" where it has one, or draws by itself."""
    from pikepdf import Array, Dictionary

    if font.get("/Subtype") == "/Type3":
        return ""
    name = str(font.get("/BaseFont", "（没有名字）")).lstrip("/")
    if isinstance(below := font.get("/DescendantFonts"), Array) and len(below):
        font = below[0]
    descriptor = font.get("/FontDescriptor") if isinstance(font, Dictionary) else None
    embedded = isinstance(descriptor, Dictionary) and any(
        key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
    )
    return "" if embedded else name.rpartition("+")[2]
