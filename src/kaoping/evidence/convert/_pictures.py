"""Pictures to PDF pages: upright, on A4 the way the picture lies, without re-encoding what PDF can hold.

ISO 216 A4 is 210 × 297 mm. The margins leave the foot of the page to the stamp (see geometry.py).
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kaoping.core.errors import is_machines
from kaoping.evidence.convert._conversion import Conversion, NotShownError
from kaoping.pdf import merge, strips

_MM = 72 / 25.4  # points
_SHORT, _LONG = 210 * _MM, 297 * _MM
_MARGIN = 12 * _MM
_COARSEST = 96.0  # dots per inch: a small screenshot is not blown up beyond what a screen shows
_MOST_PIXELS = 200_000_000  # of one picture: an A0 scan at 300 dpi has 140 million
_MOST_FRAMES = 500
_ORIENTATION = 0x0112  # EXIF tag
_TURNED = {1, 3, 6, 8}  # EXIF orientations that a page's /Rotate can say; the others are mirrored
_AS_THEY_ARE = {"JPEG", "MPO", "PNG", "TIFF"}  # what img2pdf takes in without decoding, where nothing is odd
_PRODUCER = "kaoping"
_HOW, _CUT = "图片排成 A4 页", "太长的切成{}页，前后页有一段重叠"
_BROKEN = "图片不完整或已损坏，后面的内容读不出来。请重新拍照或扫描。"
_ODD = "图片的写法不合常规，读不出来。请用看图软件打开，另存为 JPEG 或 PNG 后换掉。"
_DAMAGE = re.compile(
    "truncated|broken|data stream|decoder error|decoding error|corrupt|not enough|unexpected end", re.I
)
_HUGE = "图片大得超出常理（超过2亿像素）。请缩小后再放进来。"
_NO_HEIC = "图片是 HEIC 格式，这台电脑上的考评包没有装读它的组件。请在手机上改存为 JPEG，或安装 kaoping[heic]。"
_MOVING = "动图只取了第一幅画面。"


def to_pdf(source: Path, target: Path) -> Conversion:
    """Write the picture at ``source`` as a PDF to ``target``: a page for each frame of a TIFF, one for all others.

    The picture's data go in unchanged where PDF can hold them (img2pdf); transparency is laid on white, a mirrored or
    unusual picture is drawn anew. Only the first picture of a multi-picture JPEG (MPO) is taken. The same input gives
    the same bytes. Raises NotShownError where the picture can't be decoded to its end, or is over 200 million pixels.
    """
    import pikepdf

    lost: list[str] = []
    with warnings.catch_warnings(), _opened(source) as image:
        warnings.simplefilter("ignore")  # big pictures and odd metadata: still pictures
        if image.format in ("GIF", "WEBP", "PNG") and getattr(image, "n_frames", 1) > 1:
            lost.append(_MOVING)
        pages = list(_pages(source, image, lost))
    with pikepdf.new() as pdf:
        for page in pages:
            with pikepdf.open(io.BytesIO(page)) as frame:
                pdf.pages.extend(frame.pages)
        how = "；".join([_HOW, *(_CUT.format(sheets) for sheets in strips.cut(pdf))])
        merge.write(pdf, target)
        return Conversion(len(pdf.pages), how, tuple(lost))


def _opened(source: Path) -> Any:
    """Open a picture, its size within reason; the caller closes it."""
    from PIL import Image, UnidentifiedImageError

    register_heic()
    try:
        image = Image.open(source)
    except UnidentifiedImageError as error:
        raise NotShownError(_NO_HEIC if _is_heic(source) else _ODD) from error
    except Image.DecompressionBombError as error:
        raise NotShownError(_HUGE) from error
    except Exception as error:  # Pillow raises OSError, SyntaxError, TypeError, KeyError … for broken pictures
        if is_machines(error):
            raise
        raise NotShownError(_why(error)) from error
    if image.width * image.height > _MOST_PIXELS:
        image.close()
        raise NotShownError(_HUGE)
    return image


def _why(error: Exception) -> str:
    """Say why a picture can't be shown: damaged only where its decoder says so, which Pillow tells in words."""
    told_by_kind = isinstance(error, (SyntaxError, EOFError, zlib.error, struct.error))
    is_damaged = told_by_kind or (isinstance(error, OSError) and _DAMAGE.search(str(error)) is not None)
    return _BROKEN if is_damaged else _ODD


def register_heic() -> None:
    """Let Pillow read HEIC where the optional pi-heif is installed."""
    from importlib.util import find_spec

    if find_spec("pi_heif") is not None:
        import pi_heif

        pi_heif.register_heif_opener()


def _is_heic(source: Path) -> bool:
    with source.open("rb") as stream:
        return stream.read(12)[4:8] == b"ftyp"


def _pages(source: Path, image: Any, lost: list[str]) -> Iterator[bytes]:
    """Yield one-page PDFs of the frames; a TIFF's frame that can't be decoded is left out, and said."""
    if image.format != "TIFF":
        try:
            yield _frame(source, image, alone=True)
        except Exception as error:
            if is_machines(error):
                raise
            raise NotShownError(_why(error)) from error
        return
    broken: list[str] = []
    first: Exception | None = None
    frames = 0
    while _has_frame(image, frames, broken):
        frames += 1
        if frames > _MOST_FRAMES:
            raise NotShownError(f"图片超过{_MOST_FRAMES}页。请拆成几个文件。")
        try:
            yield _frame(source, image, alone=False)
        except Exception as error:
            if is_machines(error):
                raise
            broken.append(f"第{frames}页")
            first = first or error
    if frames <= sum("起" not in page for page in broken):
        raise NotShownError(_BROKEN if first is None else _why(first))
    if broken:
        lost.append(f"{'、'.join(broken)}读不出来，没有编入。")


def _has_frame(image: Any, number: int, broken: list[str]) -> bool:
    """Go to a frame; False where there is none, or where nobody can tell what follows, which is noted."""
    try:
        image.seek(number)
    except EOFError:
        return False
    except Exception:
        broken.append(f"第{number + 1}页起")
        return False
    return True


def _frame(source: Path, image: Any, *, alone: bool) -> bytes:
    """Return the current frame of ``image`` as a one-page PDF."""
    import img2pdf

    plain = _is_plain(image)
    if alone:
        # Reads all of a JPEG, at an eighth of the work.
        image.draft("L", (max(image.width // 8, 1), max(image.height // 8, 1)))
    image.load()
    if plain and alone:
        try:
            return _page(source.read_bytes())
        except Exception:  # img2pdf refuses odd profiles, palettes and headers in as many ways as there are cameras
            return _page(_redraw(source, 0))
    if plain and image.mode == "1":  # a fax: packed as one again, bit by bit the same
        packed = io.BytesIO()
        image.save(packed, "TIFF", compression="group4", dpi=image.info.get("dpi", (200, 200)))
        try:
            return _page(packed.getvalue())
        except (img2pdf.ImageOpenError, ValueError):
            return _page(_redraw(source, image.tell()))
    return _page(_redraw(source, image.tell()))


def _is_plain(image: Any) -> bool:
    # Pillow turns a TIFF itself, where img2pdf takes its data as they lie.
    turned = image.getexif().get(_ORIENTATION, 1) in ({1} if image.format == "TIFF" else _TURNED)
    opaque = "A" not in image.getbands() and "transparency" not in image.info
    return image.format in _AS_THEY_ARE and turned and opaque and image.mode not in ("CMYK", "I;16", "I;16B", "I", "F")


def _redraw(source: Path, frame: int) -> bytes:
    """Draw a frame anew as plain RGB or grey, upright, on white; JPEG stays JPEG, at a quality nobody sees."""
    from PIL import Image, ImageOps

    with _opened(source) as opened:
        opened.seek(frame)
        lossy = opened.format in ("JPEG", "MPO", "HEIF") or (opened.format == "WEBP" and opened.mode == "RGB")
        image = ImageOps.exif_transpose(opened)
        if "A" in image.getbands() or "transparency" in image.info:
            picture = image.convert("RGBA")
            image = Image.new("RGB", picture.size, "white")
            image.paste(picture, mask=picture.getchannel("A"))
        elif image.mode.startswith("I"):  # 16 bits of grey to 8
            image = image.convert("I").point(lambda value: value / 256).convert("L")
        elif image.mode not in ("RGB", "L", "1"):
            image = image.convert("RGB")
    image.info.clear()
    out = io.BytesIO()
    if lossy:
        image.convert("RGB" if image.mode == "1" else image.mode).save(out, "JPEG", quality=92)
    else:
        image.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _page(picture: bytes) -> bytes:
    import img2pdf

    content: bytes = img2pdf.convert(
        picture,
        layout_fun=_layout,
        rotation=img2pdf.Rotation.ifvalid,
        engine=img2pdf.Engine.internal,
        first_frame_only=True,
        nodate=True,
        producer=_PRODUCER,
    )
    return content


def _layout(width: int, height: int, _dpi: object) -> tuple[float, float, float, float]:
    """Return (page width, page height, picture width, picture height) in points for a picture in pixels."""
    strip = min((_SHORT - 2 * _MARGIN) / min(width, height), 72 / _COARSEST)
    if strips.is_strip(width * strip, height * strip):  # a page of its own size, to be cut
        return width * strip, height * strip, width * strip, height * strip
    page = (_LONG, _SHORT) if width > height else (_SHORT, _LONG)
    scale = min((page[0] - 2 * _MARGIN) / width, (page[1] - 2 * _MARGIN) / height, 72 / _COARSEST)
    return (*page, width * scale, height * scale)
