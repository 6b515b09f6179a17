"""Pages of a PDF drawn as pictures of themselves: the last way to show one that can't stand in a bundle as it is."""

from __future__ import annotations

import io
from collections.abc import Collection
from pathlib import Path

from kaoping.pdf import merge

_DPI = 200
_MOST_PIXELS = 20_000_000  # of one page: A3 at 200 dpi has eight million
_QUALITY = 90


def draw_as_pictures(source: Path, pages: Collection[int], target: Path) -> None:
    """Write the PDF at ``source`` to ``target``, its 0-based ``pages`` as pictures. Raises what pdfium raises."""
    import pikepdf
    import pypdfium2
    from pikepdf import Array, Dictionary, Name

    document = pypdfium2.PdfDocument(source)
    with pikepdf.open(source) as pdf:
        try:
            for at in sorted(pages):
                page = document[at]
                width, height = page.get_size()
                scale = min(_DPI / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
                picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
                page.close()
                picture.save(jpeg := io.BytesIO(), "JPEG", quality=_QUALITY)
                drawn = pdf.make_stream(
                    jpeg.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height,
                    BitsPerComponent=8, ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode,
                )  # fmt: skip
                sheet = pdf.pages[at].obj
                for key in sheet.keys() - {"/Type", "/Parent"}:
                    del sheet[key]
                sheet.MediaBox = Array([0, 0, width, height])
                sheet.Resources = Dictionary(XObject=Dictionary(P=drawn))
                sheet[Name.Contents] = pdf.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /P Do Q".encode())
        finally:
            document.close()
        merge.write(pdf, target)
