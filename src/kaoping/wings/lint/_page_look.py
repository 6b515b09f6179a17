"""What a reader sees of each page: its words, which way they stand, what is printed at the foot, its pictures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import hypot, pi
from typing import TYPE_CHECKING, Any

from kaoping.evidence.words import STOCK
from kaoping.pdf import visible
from kaoping.pdf.geometry import FOOT, stamp_scale
from kaoping.wings.lint._scale import scale

if TYPE_CHECKING:
    from kaoping.wings.lint._linter import Bundle

_STAMPED = re.compile(r"(?:第\d+册)?第(\d+)页\s*$")
_BARE = re.compile(r"^[\s\-—–·.]*(\d{1,5})[\s\-—–·.]*$")
_SAMPLE = 300  # letters to tell by which way a page is written
_MOST = 0.6  # of the letters: then the page stands so
_FEW = 10  # letters: less is no text layer
_TEXTED = 25  # letters: with so many a page is not blank
_LOOK = 100  # pixels across: enough to see whether there is anything
_LEAST, _MOST_PIXELS = 4, 4_000_000  # pixels: the height of a strip, all of a page
_PAPER = 240  # grey levels of 255
_DEEPEST = 4  # forms within forms, the page counted
_A4, _MM = (595.0, 842.0), 72 / 25.4  # points; points in a millimetre
_TOLERANCE = 0.02  # of the limits on resolution: A4 is not a whole number of pixels


def look(bundle: Bundle) -> None:
    """Look at every page of ``bundle``."""
    import pypdfium2

    stamps: dict[int, str] = {}
    bare: dict[int, str] = {}
    with pypdfium2.PdfDocument(bundle.path) as document:
        for sheet in range(len(document)):
            try:
                page = document[sheet]
            except pypdfium2.PdfiumError:
                bundle.note("lint.page_unreadable", sheet)
                continue
            with bundle.skipping(sheet, "页面"):
                _look_at(bundle, sheet, page, stamps, bare)
            page.close()
    _compare_numbers(bundle, stamps if len(stamps) >= len(bare) else bare)


def _look_at(bundle: Bundle, sheet: int, page: Any, stamps: dict[int, str], bare: dict[int, str]) -> None:
    writing = page.get_textpage()
    try:
        text = writing.get_text_range()
        foot = " ".join(writing.get_text_bounded(*visible.foot_of(page)).split())
        if way := _way(writing, page.get_rotation()):
            bundle.note("lint.turned", sheet, way)
        _look_at_size(bundle, sheet, page, writing)
    finally:
        writing.close()
    if number := _STAMPED.search(foot):
        stamps[sheet] = number[1]
    elif number := _BARE.match(foot.rpartition(" ")[2]):
        bare[sheet] = number[1]
    length = len("".join(text.split())) - len("".join(foot.split()))
    largest = _look_at_pictures(bundle, sheet, page)
    if length < _TEXTED and _is_blank(page):
        bundle.note("lint.blank", sheet)
    elif length < _FEW and largest >= scale().scan:
        bundle.note("lint.no_text", sheet)
    for hit in STOCK.personal_data(text):
        bundle.note("lint.personal", sheet, hit.title)
    if level := STOCK.marking(text, first_page=False):
        bundle.note("lint.secret", sheet, level)


def _compare_numbers(bundle: Bundle, printed: dict[int, str]) -> None:
    """Compare what is printed at the foot with the page labels; where hardly any page has a number, say that alone."""
    numbered = [sheet for sheet, label in enumerate(bundle.labels) if bundle.is_labelled and label.isdigit()]
    if len(printed) < len(bundle.labels) / 2:
        if len(bundle.labels) > scale().bookmarks:
            bundle.note("lint.no_numbers", -1)
        return
    bundle.printed = printed
    for sheet in numbered or printed:
        if sheet not in printed:
            bundle.note("lint.number_missing", sheet)
        elif numbered and printed[sheet] != bundle.labels[sheet]:
            bundle.note("lint.number_wrong", sheet, f"印着“{printed[sheet]}”")
    if not numbered:
        values = [int(printed[sheet]) for sheet in sorted(printed)]
        for sheet, (former, latter) in zip(sorted(printed)[1:], pairwise(values), strict=False):
            if latter != former + 1:
                bundle.note("lint.number_wrong", sheet, f"上一页印着“{former}”，这一页印着“{latter}”")


def _way(writing: Any, turn: int) -> str:
    """Say how most letters of a page lie as it is displayed; "" where they stand upright, or are too few."""
    import pypdfium2.raw as raw

    chars, count = writing.raw, writing.count_chars()
    sample = range(0, count, max(1, count // _SAMPLE))
    enough = (1 - _MOST) * len(sample)  # upright ones: then no other way can be that of most
    lying: Counter[int] = Counter()
    for at in sample:
        if not chr(raw.FPDFText_GetUnicode(chars, at)).isspace():
            angle = raw.FPDFText_GetCharAngle(chars, at)
            lying[round((angle * 180 / pi + turn) / 90) * 90 % 360] += 1
            if lying[0] >= enough:
                return ""
    total = sum(lying.values())
    if total < _TEXTED:
        return ""
    turned, most = lying.most_common(1)[0]
    return {0: "", 180: "倒着"}.get(turned, "横着") if most > _MOST * total else ""


def _look_at_size(bundle: Bundle, sheet: int, page: Any, writing: Any) -> None:
    """Look at how large the page and its letters are once it is printed on A4."""
    short, long = sorted(page.get_size())
    printed = min(1.0, _A4[0] / short, _A4[1] / long)
    if printed < scale().sheet:
        sides = f"{page.get_size()[0] / _MM:.0f}×{page.get_size()[1] / _MM:.0f}毫米"
        bundle.note("lint.page_size", sheet, f"{sides}，打印到 A4 上要缩到{printed:.0%}")
    heights = list(_heights(writing))
    small = sum(height * printed / _MM < scale().letter_mm for height in heights)
    if len(heights) >= _FEW and small >= scale().small * len(heights):
        bundle.note("lint.small", sheet)


def _heights(writing: Any) -> Iterator[float]:
    """Yield the heights of some of a page's letters, in points, whichever way they lie."""
    import ctypes

    import pypdfium2.raw as raw

    chars, count = writing.raw, writing.count_chars()
    box = raw.FS_RECTF()
    for at in range(0, count, max(1, count // _SAMPLE)):
        is_blank = chr(raw.FPDFText_GetUnicode(chars, at)).isspace()
        if not is_blank and raw.FPDFText_GetLooseCharBox(chars, at, ctypes.byref(box)):
            sides = abs(box.top - box.bottom), abs(box.right - box.left)
            yield sides[0] if round(raw.FPDFText_GetCharAngle(chars, at) / (pi / 2)) % 2 == 0 else sides[1]


def _look_at_pictures(bundle: Bundle, sheet: int, page: Any) -> float:
    """Look at the resolution of large pictures; return the share of the page that the largest takes."""
    width, height = page.get_size()
    largest = 0.0
    low, high = scale().dpi
    for matrix, pixels in _pictures(page):
        a, b, c, d, *_ = matrix
        wide, tall = hypot(a, b), hypot(c, d)  # points
        share = wide * tall / max(width * height, 1)
        largest = max(largest, share)
        if share >= scale().picture and wide and tall:
            dpi = 72 * min(pixels[0] / wide, pixels[1] / tall)
            if dpi < low * (1 - _TOLERANCE):
                bundle.note("lint.coarse", sheet)
            elif dpi > high * (1 + _TOLERANCE):
                bundle.note("lint.fine", sheet)
    return largest


def _pictures(page: Any) -> Iterator[tuple[tuple[float, ...], tuple[int, int]]]:
    """Yield the matrix and the size in pixels of the pictures on a page, those in forms too."""
    import pypdfium2
    import pypdfium2.raw as raw

    for handle in _picture_objects(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, 1):
        picture = pypdfium2.PdfObject(handle, page=page)
        try:
            yield picture.get_matrix().get(), picture.get_px_size()
        except pypdfium2.PdfiumError:
            continue


def _picture_objects(holder: Any, count: Any, get: Any, depth: int) -> Iterator[Any]:
    """Yield the pictures in a page or form; of the thousands of other objects no Python objects are made."""
    import pypdfium2.raw as raw

    for at in range(count(holder)):
        handle = get(holder, at)
        kind = raw.FPDFPageObj_GetType(handle)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            yield handle
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            yield from _picture_objects(handle, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, depth + 1)


def _is_blank(page: Any) -> bool:
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        return True
    high = min(FOOT * stamp_scale(width, height), height / 2)
    scale_ = max(_LOOK / width, _LEAST / (height - high))
    if width * height * scale_ * scale_ > _MOST_PIXELS:  # a line: nobody takes it for a page
        return False
    bitmap = page.render(scale=scale_, crop=(0, high, 0, 0), grayscale=True)
    try:
        histogram = bitmap.to_pil().histogram()
    finally:
        bitmap.close()
    return bool(sum(histogram[:_PAPER]) < scale().blank * max(sum(histogram), 1))
