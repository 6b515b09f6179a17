"""OFD (GB/T 33190-2016) to PDF: text, paths, pictures, templates, annotations and seals, drawn by ourselves.

The libraries there are lose text without a word (easyofd) or draw nothing (ofdkit). Any renderer may, some day: what
was drawn is read back and compared with what the file says, and a page that lacks a character is not shown at all.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kaoping.evidence.convert import Conversion, NotShownError
from kaoping.pdf import merge
from kaoping.wings.ofd._drawing import Canvas
from kaoping.wings.ofd._structure import open_ofd

_HOW = "OFD 转换"
_LOOK, _FAINT = 2.0, 12  # pixels a point; of 255 greys: less than that nobody tells from the ground
_PRINT = "请用 OFD 阅读器打开后打印成 PDF。"


def to_pdf(source: Path, target: Path) -> Conversion:
    """Write the OFD at ``source`` as PDF pages of the same size to ``target``.

    The same input gives the same bytes. Raises NotShownError where it can't be read, or a character can't be drawn.
    """
    import pikepdf

    with open_ofd(source) as ofd, pikepdf.new() as pdf:
        if not ofd.pages:
            raise NotShownError("OFD 里一页也没有。")
        canvas = Canvas(pdf, ofd)
        drawn = [canvas.draw(page) for page in ofd.pages]
        if lacking := canvas.lettering.undrawable:
            raise NotShownError(f"OFD 里有字体里没有的字：{_listed(lacking)}。{_PRINT}")
        canvas.finish()
        merge.write(pdf, target)
        stamps = sum(len(page.stamps) for page in ofd.pages) + ofd.unread_seals
        seals = [_of_seals(canvas.seals, stamps)] if ofd.is_signed else []
        lost = [*canvas.lost, *ofd.lost, *seals]
    lost += _compare(target, drawn)
    return Conversion(len(drawn), _HOW, tuple(dict.fromkeys(lost)))


def attachments(source: Path) -> Iterator[tuple[str, bytes | None]]:
    """Yield name and content of what came in the OFD; the content is None where it can't be had."""
    with open_ofd(source) as ofd:
        for name, part in ofd.attachments:
            try:
                yield name, ofd.read(part)
            except NotShownError:
                yield name, None


def _of_seals(drawn: int, all_: int) -> str:
    """Say, in one sentence, what became of the seals."""
    if drawn and drawn >= all_:
        return "电子签章只保留了样子，要验证签章请看附件里的原件。"
    some = f"{all_}个电子签章有{all_ - drawn}个没有显示，其余只保留了样子" if drawn else "电子签章没有显示"
    return f"{some}，要看、要验证请看附件里的原件。"


def _compare(target: Path, drawn: list[str]) -> list[str]:
    """Say which pages show letters as nobody can read them; NotShownError where a page lacks some altogether."""
    import pypdfium2

    piled, unseen = [], []
    with pypdfium2.PdfDocument(target) as pdf:
        for number, (page, text) in enumerate(zip(pdf, drawn, strict=True), start=1):
            writing = page.get_textpage()
            lacking = _counted(text) - _counted(writing.get_text_range())
            if lacking:
                raise NotShownError(
                    f"OFD 第{number}页有字没画出来：{_listed(lacking)}。请用 OFD 阅读器打开后打印成 PDF。"
                )
            boxes = [(char, box) for char, box in _boxes(writing) if not char.isspace()]
            piled += [number] if _are_piled(boxes) else []
            unseen += [number] if _are_unseen(page, boxes) else []
    faults = (
        ("有字叠在一起，看不清，请看附件里的原件。", piled),
        ("有字看不见（在纸外，或和底色一样），请看附件里的原件。", unseen),
    )
    return [f"第{'、'.join(map(str, pages))}页{what}" for what, pages in faults if pages]


_Box = tuple[float, float, float, float]  # left, bottom, right, top, in points


def _boxes(writing: Any) -> Iterator[tuple[str, _Box]]:
    import pypdfium2.raw as raw

    for at in range(writing.count_chars()):
        yield chr(raw.FPDFText_GetUnicode(writing.raw, at)), writing.get_charbox(at)


def _are_piled(boxes: Sequence[tuple[str, _Box]]) -> bool:
    """Whether other letters than the same once more stand where one stands already."""
    places: dict[tuple[int, ...], str] = {}
    for char, box in boxes:
        place = tuple(round((box[low] + box[high]) / 2) for low, high in ((0, 2), (1, 3)))
        if places.setdefault(place, char) != char:
            return True
    return False


def _are_unseen(page: Any, boxes: Sequence[tuple[str, _Box]]) -> bool:
    """Whether a letter leaves no ink where it stands: it is outside the page, or of the colour below it."""
    width, height = page.get_size()
    image = page.render(scale=_LOOK).to_pil().convert("L")
    for _, (left, bottom, right, top) in boxes:
        if right <= left or top <= bottom:
            continue  # a mark without a shape of its own
        edges = left * _LOOK, (height - top) * _LOOK, right * _LOOK + 1, (height - bottom) * _LOOK + 1
        if right <= 0 or left >= width or top <= 0 or bottom >= height:
            return True
        darkest, lightest = image.crop(tuple(map(int, edges))).getextrema()
        if lightest - darkest < _FAINT:
            return True
    return False


def _counted(text: str) -> Counter[str]:
    """Count the characters of ``text``, blanks apart and whatever form a reader gives them."""
    return Counter("".join(unicodedata.normalize("NFKC", text).split()))


def _listed(chars: Iterable[str]) -> str:
    return "、".join(sorted(chars)[:8])
