"""A year's evidence, made from a seed: 400 PDFs of 5,000 pages and 100 photos, about 500 MB; twice the same bytes.

Two pages in three are scans (grey JPEGs of noise, which pack as badly as paper does), one in three is text; a tenth of
the text pages has links to others by name, and each file its bookmarks. No other program's files are needed.
"""

from __future__ import annotations

import io
import random
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

PDFS, PAGES, PHOTOS = 400, 5_000, 100
_SCANS = 40  # different ones: what is packed is not unpacked in a merge, so that more would only take longer to make
_SCAN, _PHOTO = (1240, 1754), (2400, 1800)
_UNIT = """\
id: U
name: 澜川市文化市场综合行政执法支队
short_name: 澜川市支队
region: 澜川市
level: 设区市
year: 2017
rubric: province-2017
submit_date: 2017-12-22
"""


def make(folder: Path, times: int = 1, seed: int = 2017) -> None:
    """Write a unit folder with its evidence, ``times`` as much of it, to ``folder``."""
    chance = random.Random(seed)
    materials = folder / "材料"
    materials.mkdir(parents=True)
    (folder / "records").mkdir()
    (folder / "records" / "unit.yaml").write_text(_UNIT, encoding="utf-8")
    scans = [_noise(chance, _SCAN, 12) for _ in range(_SCANS)]
    for number, pages in enumerate(_spread(chance, PAGES * times, PDFS * times)):
        _pdf(materials / f"材料{number:04}.pdf", number, pages, scans, chance)
    for number in range(PHOTOS * times):
        (materials / f"照片{number:04}.jpg").write_bytes(_noise(chance, _PHOTO, 55, "RGB"))


def _spread(chance: random.Random, pages: int, files: int) -> list[int]:
    """Return how many pages each file has: most have few, some have many."""
    weights = [chance.expovariate(1) + 0.1 for _ in range(files)]
    counts = [1 + int(weight / sum(weights) * (pages - files)) for weight in weights]
    counts[0] += pages - sum(counts)
    return counts


def _noise(chance: random.Random, size: tuple[int, int], quality: int, mode: str = "L") -> bytes:
    small = (size[0] // 8, size[1] // 8)
    bands = [Image.frombytes("L", small, chance.randbytes(small[0] * small[1])).resize(size) for _ in mode]
    image = bands[0] if mode == "L" else Image.merge(mode, bands)
    image.save(out := io.BytesIO(), "JPEG", quality=quality)
    return out.getvalue()


def _pdf(path: Path, number: int, pages: int, scans: list[bytes], chance: random.Random) -> None:
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for at in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842)).obj
            if chance.random() < 2 / 3:
                picture = pdf.make_stream(
                    chance.choice(scans), Type=Name.XObject, Subtype=Name.Image, Width=_SCAN[0], Height=_SCAN[1],
                    ColorSpace=Name.DeviceGray, BitsPerComponent=8, Filter=Name.DCTDecode,
                )  # fmt: skip
                page.Resources = Dictionary(XObject=Dictionary(I=picture))
                page.Contents = pdf.make_stream(b"q 555 0 0 780 20 45 cm /I Do Q")
                continue
            lines = (f"({number}/{at + 1} line {row} {chance.random():.16f}) Tj 0 -16 Td" for row in range(44))
            page.Resources = Dictionary(Font=Dictionary(F=font))
            page.Contents = pdf.make_stream(f"BT /F 11 Tf 60 780 Td {' '.join(lines)} ET".encode())
            if chance.random() < 0.1:
                link = Dictionary(Subtype=Name.Link, Rect=Array([60, 700, 300, 720]), Dest=String("top"))
                page.Annots = Array([pdf.make_indirect(link)])
        top = Array([pdf.pages[0].obj, Name.Fit])
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("top"), top])))
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(f"Part {number}", 0))
        pdf.save(path, deterministic_id=True)
