"""OFD (GB/T 33190-2016) to PDF: text, paths, pictures, templates, annotations and seals, drawn by ourselves.

The libraries there are lose text without a word (easyofd) or draw nothing (ofdkit). Any renderer may, some day: what
was drawn is read back and compared with what the file says, and a page that lacks a character is not shown at all.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from kaoping.evidence.convert import Conversion, NotShownError
from kaoping.pdf import merge
from kaoping.wings.ofd._drawing import Canvas
from kaoping.wings.ofd._structure import Ofd, open_ofd

_HOW = "OFD 转换"
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
        lost = tuple(dict.fromkeys([*canvas.lost, *ofd.lost, *_aside(ofd)]))
    _compare(target, drawn)
    return Conversion(len(drawn), _HOW, lost)


def _aside(ofd: Ofd) -> list[str]:
    """Return what an OFD carries besides its pages."""
    losses = []
    if ofd.is_signed:
        losses.append("电子签章只保留了样子，要验证签章请看附件里的原件。")
    if ofd.attachments:
        losses.append(f"OFD 里带的附件没有展开：{'、'.join(ofd.attachments[:5])}。")
    return losses


def _compare(target: Path, drawn: list[str]) -> None:
    """Raise NotShownError where a page shows less than was to be drawn on it."""
    import pypdfium2

    with pypdfium2.PdfDocument(target) as pdf:
        for number, (page, text) in enumerate(zip(pdf, drawn, strict=True), start=1):
            lacking = _counted(text) - _counted(page.get_textpage().get_text_range())
            if lacking:
                raise NotShownError(
                    f"OFD 第{number}页有字没画出来：{_listed(lacking)}。请用 OFD 阅读器打开后打印成 PDF。"
                )


def _counted(text: str) -> Counter[str]:
    """Count the characters of ``text``, blanks apart and whatever form a reader gives them."""
    return Counter("".join(unicodedata.normalize("NFKC", text).split()))


def _listed(chars: Iterable[str]) -> str:
    return "、".join(sorted(chars)[:8])
