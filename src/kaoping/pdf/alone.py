"""One PDF made ready for a bundle by itself: for whoever tries whether it can go in, and what it looks like there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kaoping.core.model import Sheets
from kaoping.pdf import optional_content
from kaoping.pdf.source_pages import disarm_forms, settle_pages
from kaoping.pdf.stamping import Stamper, StampFont

if TYPE_CHECKING:
    from pikepdf import Object, Pdf


def make_ready(pdf: Pdf, sheets: Sheets, font: StampFont, text: Callable[[int], str]) -> None:
    """Do with the pages of ``pdf``, which are ``sheets`` merged, all that is done with them in a bundle.

    ``text`` returns the stamp of a 0-based page.
    """
    pages = [page.obj for page in pdf.pages]
    settle_pages(pages, sheets.names)
    disarm_forms(pdf)
    if sheets.layers:
        optional_content.restore(pdf, pages)
    stamper = Stamper(pdf, font)
    for at, page in enumerate(pages):
        looks = {"leaky": at in sheets.leaky, "dark": at in sheets.dark, "full": at in sheets.full}
        stamper.stamp(page, text(at), **looks)


class BlockFont:
    """A font in which every character is a black box: what shows is counted, not read."""

    digest = "trial"
    _chars = "0123456789"

    def width(self, text: str) -> float:
        """Return the width of ``text`` in em."""
        return float(len(text))

    def encode(self, text: str) -> bytes:
        """Return ``text`` as the hexadecimal codes of a PDF string."""
        return text.encode("latin-1").hex().upper().encode()

    def embed(self, pdf: Pdf) -> Object:
        """Add the font, of Type 3 (ISO 32000-1, 9.6.5), to ``pdf``."""
        from pikepdf import Array, Dictionary, Name

        names = [Name(f"/n{char}") for char in self._chars]
        box = pdf.make_stream(b"1000 0 0 0 900 900 d1 0 0 900 900 re f")
        codes = "".join(f"<{ord(char):02X}> <{ord(char):04X}>\n" for char in self._chars)
        mapped = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
            f"1 begincodespacerange <00> <FF> endcodespacerange {len(names)} beginbfchar\n{codes}endbfchar "
            "endcmap CMapName currentdict /CMap defineresource pop end end"
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type3,
                FontBBox=Array([0, 0, 1000, 1000]),
                FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
                CharProcs=Dictionary({str(name): box for name in names}),
                Encoding=Dictionary(Type=Name.Encoding, Differences=Array([ord(self._chars[0]), *names])),
                FirstChar=ord(self._chars[0]),
                LastChar=ord(self._chars[-1]),
                Widths=Array([1000] * len(names)),
                Resources=Dictionary(),
                ToUnicode=pdf.make_stream(mapped.encode()),
            )
        )
