"""The words put under scanned pages: what a search finds of them, whether they lie where they are seen.

Papers and tables are typeset, so that each line and its place are known; they are spoiled as an office's scanner does,
read, and the words are written under them. Then other programs (poppler's pdftotext, pdfium) read the words back. Run:
``python -m bench.text_layer [--pages 16]``; needs what reads scans. A reading takes a processor ten seconds a page.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from statistics import fmean, quantiles
from typing import NamedTuple

import pypdfium2
from PIL import ImageChops

from bench import spoiling
from bench.papers._world import World
from bench.papers.kinds import KINDS
from bench.papers.typesetting import typeset
from kaoping.pdf.written import WrittenLine, lines_on

_DPI = 200
_TEXTS = ("event_notice", "minutes", "plan", "summary", "reply", "briefing", "commendation", "bulletin")
_TABLES = ("statistics", "signin", "platform")
Box = tuple[float, float, float, float]


class Sheet(NamedTuple):
    """A scanned page and what stands on it."""

    what: str
    pdf: bytes
    lines: Sequence[WrittenLine]  # of its text and tables, as they stand before the page is tilted
    seals: Sequence[WrittenLine]  # what runs round its seals, and their stars
    degrees: float  # counter-clockwise, by which it is tilted, about its centre
    size: tuple[float, float]


class Measured(NamedTuple):
    """What came of one page."""

    what: str
    characters: int
    right: int  # of them, found where they stand
    sealed: tuple[int, int]  # the same two of its seals
    searched: float  # share of its lines that a search for their words finds
    lines: Sequence[float]  # intersection over union of the box of each line with that of its words
    cells: Sequence[float]  # of those that are as short as a cell of a table (at most eight characters)
    changed: bool  # whether the page looks other


def sheets(pages: int, seed: int, share: float = 1.0) -> Iterator[Sheet]:
    """Yield scanned pages, papers and tables in turn; of each the upper ``share``: less takes less time to read."""
    for number in range(pages):
        rng = Random(f"text layer {seed} {number}")
        names = (_TEXTS, _TABLES)[number % 2]
        name = names[number // 2 % len(names)]
        paper = KINDS[name][1](World(rng))
        plain = typeset(paper.layout, paper.data)
        document = pypdfium2.PdfDocument(plain)
        seals, lines = _apart(document, _as_high_as_their_type(document, lines_on(document, 1)))
        width, height = document[0].get_size()
        document.close()
        page = next(spoiling.drawn(plain, _DPI, most=1))
        upper = page.crop((0, 0, page.width, round(page.height * share)))
        seals, lines = ([its for its in those if its.box[3] < height * share - 6] for those in (seals, lines))
        how = replace(spoiling.Scan.thrown(rng), dpi=_DPI)
        picture = spoiling.scanned(upper, how, rng)
        yield Sheet(name, spoiling.as_pdf([picture], _DPI), lines, seals, how.degrees, (width, height * share))


def _apart(document: pypdfium2.PdfDocument, lines: Sequence[WrittenLine]) -> tuple[list[WrittenLine], ...]:
    """Return the lines of round seals, and all others: a seal's letters turn with its edge, and its star has their red.

    A signature is turned as well, but as a whole and by little.
    """
    import ctypes

    import pypdfium2.raw

    page = document[0]
    writing, (_, height) = page.get_textpage(), page.get_size()
    letters, turned = list[tuple[Box, tuple[int, ...]]](), set[int]()
    for at in range(writing.count_chars()):
        left, bottom, right, top = writing.get_charbox(at)
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        pypdfium2.raw.FPDFText_GetFillColor(writing, at, red, green, blue, alpha)
        letters.append(((left, height - top, right, height - bottom), (red.value, green.value, blue.value)))
        if math.cos(pypdfium2.raw.FPDFText_GetCharAngle(writing, at)) < math.cos(math.radians(15)):
            turned.add(at)
    writing.close()
    page.close()
    if not turned:
        return [], list(lines)
    seal, reds = _around([letters[at][0] for at in turned]), {letters[at][1] for at in turned}
    inked = [box for box, colour in letters if colour in reds and _inside(seal, box)]
    both = list[WrittenLine](), list[WrittenLine]()
    for line in lines:
        within = sum(_inside(line.box, box) for box in inked)
        both[within * 2 < len(_plain(line.text))].append(line)
    return both


def _inside(box: Box, other: Box) -> bool:
    """Whether the middle of ``other`` is in ``box``."""
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _as_high_as_their_type(document: pypdfium2.PdfDocument, lines: Sequence[WrittenLine]) -> list[WrittenLine]:
    """Return the lines with boxes from ascender to descender, as a reader marks them, and not as high as their ink."""
    import ctypes

    import pypdfium2.raw

    page = document[0]
    writing, (_, height) = page.get_textpage(), page.get_size()
    box, boxes = pypdfium2.raw.FS_RECTF(), list[Box]()
    for at in range(writing.count_chars()):
        if pypdfium2.raw.FPDFText_GetLooseCharBox(writing, at, ctypes.byref(box)):
            boxes.append((box.left, height - box.top, box.right, height - box.bottom))
    writing.close()
    page.close()
    higher = []
    for line in lines:
        within = [its for its in boxes if _holds(line.box, its)]
        high = _around(within) if within else line.box
        higher.append(replace(line, box=(line.box[0], high[1], line.box[2], high[3])))
    return higher


def measured(sheet: Sheet, folder: Path) -> Measured:
    """Have a page read, write its words under it, and look at what other programs make of that."""
    from kaoping.evidence.reading._page_reader import read_page
    from kaoping.evidence.reading._text_layer import write_words
    from kaoping.evidence.reading.ocr_engine import engine

    its = engine()
    assert its is not None, "nothing is there to read with"
    scan, worded = folder / "scan.pdf", folder / "pages.pdf"
    scan.write_bytes(sheet.pdf)
    read = read_page(str(scan), 1, its.reader)
    assert (
        write_words(
            str(scan),
            str(folder),
            [[1, [[text, corners, *more] for text, corners, _, *more in read["lines"]]]],
            False,
            {},
        )
        is not None
    )
    signs = _signs(worded, sheet)
    overlaps, cells = [], []
    right = 0
    for line in sheet.lines:
        found, boxes = _found(line, signs)
        right += found
        if boxes and len(boxes) * 2 >= len(_plain(line.text)):
            overlaps.append(overlap(line.box, _around(boxes)))
            cells += overlaps[-1:] if len(_plain(line.text)) <= 8 else []
    sealed = (_characters(sheet.seals), sum(_found(line, signs)[0] for line in sheet.seals))
    words = _plain(_output("pdftotext", "-raw", str(worded), "-").decode())
    searched = fmean(_plain(line.text) in words for line in sheet.lines)
    return Measured(
        sheet.what, _characters(sheet.lines), right, sealed, searched, overlaps, cells, _looks_other(scan, worded)
    )


def _found(line: WrittenLine, signs: Sequence[tuple[str, Box]]) -> tuple[int, list[Box]]:
    """Return how many characters of a line are found where they stand, and their boxes."""
    there = sorted(((sign, box) for sign, box in signs if _holds(line.box, box)), key=lambda its: its[1][0])
    text, signs_there = _plain(line.text), "".join(sign for sign, _ in there)
    blocks = SequenceMatcher(None, text, signs_there, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks), [
        there[at][1] for block in blocks for at in range(block.b, block.b + block.size)
    ]


def _characters(lines: Sequence[WrittenLine]) -> int:
    return sum(len(_plain(line.text)) for line in lines)


def _output(*command: str) -> bytes:
    return subprocess.run(command, capture_output=True, check=True).stdout


def _plain(text: str) -> str:
    return "".join(text.split())


def _signs(path: Path, sheet: Sheet) -> list[tuple[str, Box]]:
    """Return each character of a page's words, and its box as it stands once the page is set straight."""
    import pypdfium2.raw

    document = pypdfium2.PdfDocument(path)
    page = document[0]
    writing = page.get_textpage()
    _, height = page.get_size()
    signs = []
    for at in range(writing.count_chars()):
        sign = chr(pypdfium2.raw.FPDFText_GetUnicode(writing, at))
        left, bottom, right, top = writing.get_charbox(at)
        if sign.strip():
            signs.append((sign, _straight((left, height - top, right, height - bottom), sheet)))
    writing.close()
    page.close()
    document.close()
    return signs


def _straight(box: Box, sheet: Sheet) -> Box:
    """Return the box of a character as it stood before the page was tilted."""
    angle = math.radians(sheet.degrees)
    sine, cosine = math.sin(angle), math.cos(angle)
    x, y = (box[0] + box[2]) / 2 - sheet.size[0] / 2, (box[1] + box[3]) / 2 - sheet.size[1] / 2
    x, y = x * cosine - y * sine + sheet.size[0] / 2, x * sine + y * cosine + sheet.size[1] / 2
    wide, high = box[2] - box[0], box[3] - box[1]
    scale = 1 / (cosine + abs(sine))  # the box around a tilted square is as much larger
    return x - wide * scale / 2, y - high * scale / 2, x + wide * scale / 2, y + high * scale / 2


def _holds(line: Box, sign: Box) -> bool:
    """Whether a character stands in a line, which may lie a little off."""
    x, y, high = (sign[0] + sign[2]) / 2, (sign[1] + sign[3]) / 2, line[3] - line[1]
    return line[0] - high / 2 <= x <= line[2] + high / 2 and line[1] - high / 4 <= y <= line[3] + high / 4


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def overlap(box: Box, other: Box) -> float:
    """Return the intersection over the union of two boxes."""
    wide, high = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
    inner = max(wide, 0) * max(high, 0)
    return inner / (sum((its[2] - its[0]) * (its[3] - its[1]) for its in (box, other)) - inner)


def _looks_other(before: Path, after: Path) -> bool:
    """Whether a page looks other to pdfium or to poppler."""
    pictures = [next(spoiling.drawn(path, 150, most=1)) for path in (before, after)]
    drawn = [_output("pdftoppm", "-r", "100", str(path)) for path in (before, after)]
    return ImageChops.difference(*pictures).getbbox() is not None or drawn[0] != drawn[1]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    all_ = []
    print("| page | characters | right, where they stand | lines found by a search | IoU of lines, least | changed |")
    print("|---|---|---|---|---|---|")
    for number, sheet in enumerate(sheets(given.pages, given.seed)):
        with tempfile.TemporaryDirectory() as folder:
            its = measured(sheet, Path(folder))
        all_.append(its)
        share = its.right / its.characters
        print(f"| {number} {its.what} | {its.characters} | {share:.4f} | {its.searched:.2f} | {min(its.lines):.2f} |"
              f" {its.changed} |", flush=True)  # fmt: skip
    lines, cells = [it for its in all_ for it in its.lines], [it for its in all_ for it in its.cells]
    right, characters = sum(its.right for its in all_), sum(its.characters for its in all_)
    letters, read = (sum(its.sealed[at] for its in all_) for at in (0, 1))
    print(
        f"\nrecall {right / characters:.4f} of {characters}; of seals {read} of {letters}; changed"
        f" {sum(its.changed for its in all_)}"
    )
    for what, those in (("lines", lines), ("short ones", cells)):
        low, enough = quantiles(those, n=20)[0], fmean(it >= 0.7 for it in those)
        print(f"IoU of {what}: {fmean(those):.3f}, 5 % below {low:.3f}, {enough:.3f} from 0.7 on")
    return 0


if __name__ == "__main__":
    sys.exit(main())
