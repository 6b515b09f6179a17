"""Pictures as pages: upright, on A4, their data unchanged; what can't be decoded says why."""

from __future__ import annotations

import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from kaoping.bundle._album import Photo, write_album
from kaoping.evidence.convert import NotShownError, _pictures

MM = 72 / 25.4


def _page(source: Path, pages: int = 1) -> Path:
    target = source.with_suffix(f"{source.suffix}.pdf")
    made = _pictures.to_pdf(source, target)
    content = target.read_bytes()
    _pictures.to_pdf(source, target)
    assert target.read_bytes() == content and made.pages == pages and made.how
    return target


def _drawn(target: Path, page: int = 0) -> Image.Image:
    with pypdfium2.PdfDocument(target) as opened:
        return opened[page].render().to_pil().convert("RGB")


def test_a_jpeg_goes_in_unchanged_and_lies_as_the_picture_does(tmp_path: Path) -> None:
    for size, box in {(600, 400): [0, 0, 842, 595], (400, 600): [0, 0, 595, 842]}.items():
        source = tmp_path / f"{size[0]}.jpg"
        Image.effect_noise(size, 60).save(source)
        with pikepdf.open(_page(source)) as made:
            assert [round(float(edge)) for edge in made.pages[0].mediabox] == box
            [image] = made.pages[0].obj.Resources.XObject.values()
            assert image.Filter == pikepdf.Name.DCTDecode and image.read_raw_bytes() == source.read_bytes()


def test_a_picture_taken_sideways_stands_upright(tmp_path: Path) -> None:
    upright = Image.new("RGB", (120, 80), "white")
    upright.paste("red", (0, 0, 60, 40))
    turns = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # EXIF → the Image.Transpose that undoes it
    for form in ("jpg", "webp", "tif"):
        for orientation, turn in turns.items():
            exif = Image.Exif()
            exif[0x0112] = orientation
            stored = upright if turn is None else upright.transpose(Image.Transpose(turn))
            source = tmp_path / f"{orientation}.{form}"
            stored.save(source, exif=exif, quality=95)
            seen = _drawn(_page(source))
            assert seen.width > seen.height, (form, orientation)
            middle = seen.width // 2, seen.height // 2
            colours = [seen.getpixel((middle[0] + dx, middle[1] + dy)) for dx, dy in ((-15, -10), (15, 10))]
            assert colours[0][1] < 90 and colours[1][1] > 180, (form, orientation, colours)  # type: ignore[index]


def test_the_foot_is_left_to_the_stamp(tmp_path: Path) -> None:
    Image.new("RGB", (3000, 4200), "black").save(tmp_path / "a.png")
    seen = _drawn(_page(tmp_path / "a.png")).convert("L")
    foot = seen.crop((0, round(842 - 11 * MM), seen.width, seen.height))
    assert foot.getextrema()[0] == 255 and seen.getpixel((seen.width // 2, seen.height // 2)) == 0


@pytest.mark.parametrize("form", ["PNG", "GIF", "BMP", "WEBP", "TIFF", "JPEG"])
def test_every_format(tmp_path: Path, form: str) -> None:
    source = tmp_path / f"a.{form.lower()}"
    Image.new("RGB", (90, 60), "red").save(source, form)
    seen = _drawn(_page(source))
    red, green, blue = seen.getpixel((seen.width // 2, seen.height // 2))  # type: ignore[misc]
    assert red > 240 and green < 20 and blue < 20


def test_odd_kinds_of_colour(tmp_path: Path) -> None:
    Image.new("RGBA", (90, 60), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    Image.new("CMYK", (90, 60)).save(tmp_path / "cmyk.jpg")
    Image.new("CMYK", (90, 60)).save(tmp_path / "cmyk.tif")
    Image.new("P", (90, 60)).save(tmp_path / "palette.png", transparency=0)
    Image.new("I;16", (90, 60), 40000).save(tmp_path / "deep.png")
    Image.new("1", (90, 60)).save(tmp_path / "one.png")
    more = [Image.new("RGB", (45, 30))]
    Image.new("RGB", (90, 60)).save(tmp_path / "mpo.jpg", format="MPO", save_all=True, append_images=more)
    for source in sorted(tmp_path.iterdir()):
        _page(source)
    seen = _drawn(tmp_path / "clear.png.pdf")
    assert seen.getpixel((seen.width // 2, seen.height // 2)) == (255, 255, 255)


def test_a_fax_of_many_pages_stays_a_fax(tmp_path: Path) -> None:
    pages = [Image.new("1", (1728, 2200), 1) for _ in range(3)]
    for number, page in enumerate(pages):
        page.paste(0, (100, 100 + 300 * number, 900, 200 + 300 * number))
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:], compression="group4")
    with pikepdf.open(_page(tmp_path / "a.tif", 3)) as made:
        for page in made.pages:
            [image] = page.obj.Resources.XObject.values()
            assert [str(name) for name in image.Filter] == ["/CCITTFaxDecode"]
    tops = []
    for number in range(3):
        seen = _drawn(tmp_path / "a.tif.pdf", number).convert("L")
        tops.append(next(y for y in range(seen.height) if seen.getpixel((seen.width // 4, y)) < 100))  # type: ignore[operator]
    assert tops == sorted(tops) and len(set(tops)) == 3


def test_a_broken_page_among_others_is_said(tmp_path: Path) -> None:
    pages = [Image.effect_noise((300, 200), 60) for _ in range(3)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    data = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "b.tif").write_bytes(data[: len(data) - 9000])
    try:
        made = _pictures.to_pdf(tmp_path / "b.tif", tmp_path / "b.pdf")
    except NotShownError as error:
        assert "不完整" in str(error)
    else:
        assert made.pages < 3 or made.lost


def test_moving_pictures_show_their_first(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert _pictures.to_pdf(tmp_path / "a.gif", tmp_path / "a.pdf").lost == ("动图只取了第一幅画面。",)


def test_what_can_t_be_decoded(tmp_path: Path) -> None:
    image = Image.effect_noise((300, 200), 60)
    for name in ("a.jpg", "a.png"):
        image.save(tmp_path / name)
        whole = (tmp_path / name).read_bytes()
        (tmp_path / f"cut-{name}").write_bytes(whole[: len(whole) // 2])
        with pytest.raises(NotShownError, match="不完整"):
            _pictures.to_pdf(tmp_path / f"cut-{name}", tmp_path / "x.pdf")


def test_heic_by_its_optional_reader_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.register_heif_opener()
    upright = Image.new("RGB", (120, 80), "white")
    upright.paste("red", (0, 0, 60, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # says how the camera was held; the file itself says how it is shown, and its reader has done so
    upright.save(tmp_path / "a.heic", exif=exif)
    with Image.open(tmp_path / "a.heic") as shown:
        wide = shown.width > shown.height
    seen = _drawn(_page(tmp_path / "a.heic"))
    assert (seen.width > seen.height) is wide, "turned once"
    with monkeypatch.context() as patch:
        patch.setattr("importlib.util.find_spec", lambda name: None)
        for registry in ("OPEN", "EXTENSION", "MIME"):
            kept = {
                key: value for key, value in getattr(Image, registry).items() if "HEI" not in f"{key}{value}".upper()
            }
            patch.setattr(Image, registry, kept)
        patch.setattr(Image, "ID", [name for name in Image.ID if name not in ("HEIF", "AVIF")])
        with pytest.raises(NotShownError, match=r"kaoping\[heic\]"):
            _pictures.to_pdf(tmp_path / "a.heic", tmp_path / "x.pdf")
    assert sys.version_info >= (3, 11)


@pytest.mark.parametrize("count", [2, 3, 4, 6, 9])
def test_an_album_page(tmp_path: Path, count: int) -> None:
    """Each photo in its place, upright, over its caption; the data are the JPEG's own."""
    colours = ["red", "lime", "blue", "yellow", "cyan", "magenta", "gray", "orange", "brown"][:count]
    photos = []
    for number, colour in enumerate(colours):
        exif = Image.Exif()
        exif[0x0112] = (1, 3, 6, 8)[number % 4]
        Image.new("RGB", (400, 300), colour).save(tmp_path / f"{number}.jpg", exif=exif)
        _pictures.to_pdf(tmp_path / f"{number}.jpg", tmp_path / f"{number}.pdf")
        photos.append(
            Photo(tmp_path / f"{number}.pdf", f"Ⅱ-10-0{number}　全市文化市场执法人员业务培训班培训现场照片之{number}")
        )
    write_album(photos, tmp_path / "a.pdf")
    first = (tmp_path / "a.pdf").read_bytes()
    write_album(photos, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == first
    with pikepdf.open(tmp_path / "a.pdf") as made:
        images = list(made.pages[0].obj.Resources.XObject.values())
        assert [image.read_raw_bytes() for image in images] == [
            (tmp_path / f"{number}.jpg").read_bytes() for number in range(count)
        ]
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as opened:
        words = "".join(opened[0].get_textpage().get_text_range().split())
    assert all(f"Ⅱ-10-0{number}" in words for number in range(count))
    seen = _drawn(tmp_path / "a.pdf")
    found = {seen.getpixel((x, y)) for x in range(0, seen.width, 4) for y in range(0, seen.height, 4)}
    assert sum(1 for colour in found if max(colour) - min(colour) > 60) >= count - 1  # type: ignore[type-var,operator]
    assert seen.convert("L").crop((0, 842 - 40, 595, 842)).getextrema()[0] == 255, "the foot is the stamp's"


@pytest.mark.parametrize("count", [2, 4, 9])
@pytest.mark.parametrize("length", [3, 60, 140])
def test_a_caption_is_not_cut(tmp_path: Path, count: int, length: int) -> None:
    """However long it is, all of it stands under its photo, inside the page and above the stamp."""
    Image.new("RGB", (400, 300), "red").save(tmp_path / "a.jpg")
    _pictures.to_pdf(tmp_path / "a.jpg", tmp_path / "p.pdf")
    words = ("全市文化市场综合行政执法人员业务培训班现场照片" * 9)[: length - 1]
    write_album([Photo(tmp_path / "p.pdf", f"{words}{number}") for number in range(count)], tmp_path / "a.pdf")
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as opened:
        writing = opened[0].get_textpage()
        text = "".join(writing.get_text_range().split())
        boxes = [writing.get_charbox(at) for at in range(writing.count_chars())]
    assert all(f"{words}{number}" in text for number in range(count)) and "…" not in text
    assert min(box[0] for box in boxes if any(box)) > 40 and max(box[2] for box in boxes) < 555
    assert min(box[1] for box in boxes if any(box)) > 40
