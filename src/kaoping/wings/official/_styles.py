"""What a paragraph and its characters look like in the end: defaults, chain of styles, and what is set on the spot.

ECMA-376 part 1, 17.7.2: document defaults, then the paragraph style's chain, then the character style's, then direct
formatting; each overrides what stood before, but for bold, which two styles together switch off (17.7.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kaoping.wings.official._parts import Parts, W

#: What is set, by name. Only what somebody set is in it.
Props = dict[str, Any]

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_OFF = {"0", "false", "off", "none"}
#: A length may carry its unit in ISO 29500 Strict; without one it counts twentieths of a point.
_UNITS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pc": 12.0, "pi": 12.0}
#: Emphasis by its name, each an element whose value none (or 0) is that there is none of it.
_EMPHASIS = (("highlight", "highlight"), ("underline", "u"), ("italic", "i"), ("dots", "em"), ("struck", "strike"))
_MOST_STYLES = 40  # in one chain: Word allows no more than ten


def value(element: Any, name: str) -> str:
    """Return an attribute of WordprocessingML; "" where it is not set."""
    return str(element.get(f"{W}{name}", "")) if element is not None else ""


def is_on(element: Any) -> bool:
    """Whether an on/off property (17.17.4) is on: it is there, and not said to be off."""
    return element is not None and value(element, "val").lower() not in _OFF


def points(text: str) -> float | None:
    """Return a length in points: `560` (twentieths), `28pt`, `37mm`; None where it is not one."""
    unit = _UNITS.get(text[-2:])
    try:
        return float(text[:-2]) * unit if unit else float(text) / 20
    except ValueError:
        return None


class Styles:
    """The styles of a document, each resolved once."""

    def __init__(self, parts: Parts) -> None:
        self._fonts = _theme_fonts(parts.theme)
        self._styles: dict[str, Any] = {}
        self._default = ""
        self._chains: dict[str, tuple[Props, Props]] = {}
        self.base: tuple[Props, Props] = ({}, {})
        if parts.styles is None:
            return
        for style in parts.styles.iter(f"{W}style"):
            self._styles.setdefault(value(style, "styleId"), style)
            if value(style, "type") == "paragraph" and value(style, "default").lower() in {"1", "true", "on"}:
                self._default = value(style, "styleId")
        defaults = f"{W}docDefaults/{W}"
        self.base = (
            self.paragraph_props(parts.styles.find(f"{defaults}pPrDefault/{W}pPr")),
            self.run_props(parts.styles.find(f"{defaults}rPrDefault/{W}rPr")),
        )

    def name(self, id_: str) -> str:
        """Return a style's name as its reader sees it, in lower case; its id where it has none."""
        style = self._styles.get(id_ or self._default)
        return (value(style.find(f"{W}name"), "val") if style is not None else "").lower() or id_.lower()

    def paragraph_style(self, id_: str) -> tuple[Props, Props]:
        """Return the paragraph and run properties of a paragraph style's whole chain; an unknown one is the default."""
        return self._chain(id_ if id_ in self._styles else self._default)

    def character_style(self, id_: str) -> Props:
        """Return the run properties of a character style's whole chain."""
        return self._chain(id_)[1] if id_ in self._styles else {}

    def _chain(self, id_: str) -> tuple[Props, Props]:
        if id_ not in self._chains:
            paragraph: Props = {}
            run: Props = {}
            for style in reversed(list(self._ancestry(id_))):
                paragraph |= self.paragraph_props(style.find(f"{W}pPr"))
                run |= self.run_props(style.find(f"{W}rPr"))
            self._chains[id_] = paragraph, run
        return self._chains[id_]

    def _ancestry(self, id_: str) -> Iterator[Any]:
        seen: set[str] = set()
        while id_ in self._styles and id_ not in seen and len(seen) < _MOST_STYLES:
            seen.add(id_)
            yield self._styles[id_]
            id_ = value(self._styles[id_].find(f"{W}basedOn"), "val")

    def run_props(self, element: Any) -> Props:
        """Return what an rPr sets, each kind of emphasis too.

        east, latin, marks (fonts), east_marks, size (points), bold, colour, hidden, shaded, style.
        """
        props: Props = {}
        if element is None:
            return props
        fonts = element.find(f"{W}rFonts")
        for name, slot in (("east", "eastAsia"), ("latin", "ascii"), ("marks", "hAnsi")):
            theme = value(fonts, f"{slot}Theme")
            font = self._fonts.get(theme, "") if theme else value(fonts, slot)
            if theme or font:
                props[name] = font
        size = element.find(f"{W}sz")
        if size is not None:
            text = value(size, "val")
            number = points(text)
            if number is not None:
                props["size"] = number if text[-2:] in _UNITS else number * 10  # halves of a point
        if value(fonts, "hint"):
            props["east_marks"] = value(fonts, "hint") == "eastAsia"
        for name, tag in (("bold", "b"), ("hidden", "vanish"), *_EMPHASIS):
            if element.find(f"{W}{tag}") is not None:
                props[name] = is_on(element.find(f"{W}{tag}"))
        if element.find(f"{W}color") is not None:
            props["colour"] = _colour(element.find(f"{W}color"))
        if element.find(f"{W}shd") is not None:
            props["shaded"] = _is_shaded(element.find(f"{W}shd"))
        if element.find(f"{W}rStyle") is not None:
            props["style"] = value(element.find(f"{W}rStyle"), "val")
        return props

    def paragraph_props(self, element: Any) -> Props:
        """Return what a pPr sets: align, first, left, right, line, rule, before, after, breaks, shaded, num, level."""
        props: Props = {}
        if element is None:
            return props
        if element.find(f"{W}jc") is not None:
            props["align"] = value(element.find(f"{W}jc"), "val")
        props |= _indents(element.find(f"{W}ind")) | _spacing(element.find(f"{W}spacing"))
        for name, tag in (("breaks", "pageBreakBefore"), ("grid", "snapToGrid")):
            if element.find(f"{W}{tag}") is not None:
                props[name] = is_on(element.find(f"{W}{tag}"))
        if element.find(f"{W}shd") is not None:
            props["shaded"] = _is_shaded(element.find(f"{W}shd"))
        number = element.find(f"{W}numPr")
        if number is not None:
            for name, tag in (("num", "numId"), ("level", "ilvl")):
                if number.find(f"{W}{tag}") is not None:
                    props[name] = value(number.find(f"{W}{tag}"), "val")
        return props


def _indents(element: Any) -> Props:
    """Return the indents as (unit, number): characters where they are said in characters, else points.

    What one element sets in both ways is one thing; a later element replaces both.
    """
    props: Props = {}
    if element is None:
        return props
    for name, attributes in (
        ("first", (("firstLine", 1), ("hanging", -1))),
        ("left", (("left", 1), ("start", 1))),
        ("right", (("right", 1), ("end", 1))),
    ):
        for attribute, sign in attributes:
            counted, length = points(value(element, f"{attribute}Chars")), points(value(element, attribute))
            if counted:
                props[name] = ("chars", sign * counted * 20 / 100)
            elif length is not None and not (name == "first" and props.get("first", ("", 0))[1] and not length):
                props[name] = ("points", sign * length)
            elif counted is not None and name not in props:
                props[name] = ("points", 0.0)
    return props


def _spacing(element: Any) -> Props:
    """Return line pitch and gaps: points, or (rule auto) the multiple; gaps counted in lines are of 12 points."""
    props: Props = {}
    if element is None:
        return props
    line = points(value(element, "line"))
    if line is not None:
        rule = value(element, "lineRule") or "auto"
        props |= {"rule": rule, "line": line / 12 if rule == "auto" else line}
    for name in ("before", "after"):
        lines, length = points(value(element, f"{name}Lines")), points(value(element, name))
        if value(element, f"{name}Autospacing").lower() in {"1", "true", "on"}:
            props[name] = 14.0
        elif lines:
            props[name] = lines * 20 / 100 * 12
        elif length is not None:
            props[name] = length
    return props


def _is_shaded(element: Any) -> bool:
    """Whether a shading (w:shd) shows: in a colour of its own that is not white."""
    fill = value(element, "fill").upper()
    return bool(value(element, "themeFill")) or fill not in {"", "AUTO", "FFFFFF"}


def _colour(element: Any) -> str:
    """Return RRGGBB, or "" for black, automatic and the theme's text colour."""
    theme, rgb = value(element, "themeColor"), value(element, "val").upper()
    if theme in {"text1", "dark1", "tx1", "dk1"} or rgb in {"AUTO", "000000"}:
        return ""
    return rgb


def _theme_fonts(theme: Any) -> Mapping[str, str]:
    """Return the theme's fonts by the names that rFonts uses; an empty East Asian one is that of 简体中文 (Hans)."""
    fonts: dict[str, str] = {}
    if theme is None:
        return fonts
    for key, tag in (("major", "majorFont"), ("minor", "minorFont")):
        scheme = next(theme.iter(f"{_A}{tag}"), None)
        if scheme is None:
            continue
        latin, east = (_face(scheme.find(f"{_A}{slot}")) for slot in ("latin", "ea"))
        hans = next((_face(font) for font in scheme.iter(f"{_A}font") if font.get("script") == "Hans"), "")
        fonts |= {f"{key}Ascii": latin, f"{key}HAnsi": latin, f"{key}EastAsia": east or hans}
    return fonts


def _face(element: Any) -> str:
    return str(element.get("typeface", "")) if element is not None else ""
