"""Symbol characters in the runs of a Word file, as elements and as text, turned into Unicode."""

from __future__ import annotations

from typing import Any

from kaoping.evidence.convert.frozen._office_zip import attribute, drop, elements, local, sibling_name
from kaoping.records.grids import symbol_fonts

_FACES = ("ascii", "hAnsi", "cs", "eastAsia")


def map_symbols(root: Any) -> bool:
    """Write the symbols below ``root`` as Unicode text; returns whether there were any."""
    has_changed = False
    for symbol in list(elements(root, "sym")):
        font, code = attribute(symbol, "font"), attribute(symbol, "char")
        if local(symbol.getparent()) == "r" and symbol_fonts.has(font) and _is_hexadecimal(code):
            text = symbol.makeelement(sibling_name(symbol, "t"))
            text.text = symbol_fonts.in_unicode(font, chr(int(code, 16)))
            symbol.addnext(text)
            _leave_font(symbol.getparent())
            drop(symbol)
            has_changed = True
    for fonts in list(elements(root, "rFonts")):
        run = fonts.getparent().getparent() if fonts.getparent() is not None else None
        font = attribute(fonts, "ascii") or attribute(fonts, "hAnsi")
        if run is not None and local(run) == "r" and symbol_fonts.has(font):
            for text in run.iterfind("{*}t"):
                text.text = symbol_fonts.in_unicode(font, text.text or "")
            _leave_font(run)
            has_changed = True
    return has_changed


def _is_hexadecimal(code: str) -> bool:
    try:
        return 0 < int(code, 16) < 0x110000
    except ValueError:
        return False


def _leave_font(run: Any) -> None:
    """Let a run no longer ask for a symbol font."""
    fonts = run.find("{*}rPr/{*}rFonts")
    if fonts is not None:
        for key, value in list(fonts.attrib.items()):
            if key.rpartition("}")[2] in _FACES and symbol_fonts.has(value):
                del fonts.attrib[key]
