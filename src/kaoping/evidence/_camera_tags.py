"""What a camera writes into a photo beside the picture: when it was taken, by what, and where; and a JPEG without that.

Whoever gets a bundle is shown the photo, and not told where a clerk's telephone was: what goes in carries none of it.
Segments of a JPEG (ITU-T T.81, B.1.1) are left out whole, the picture's own data stay as they are, bit by bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kaoping.core.errors import is_machines
from kaoping.pdf.interactive import is_new

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

PLACE, DEVICE = "拍摄地点", "手机或相机的型号"
_EXIF, _GPS = 0x8769, 0x8825
_MAKE, _MODEL = 0x010F, 0x0110
#: When the picture was taken, or scanned; the third date of EXIF (0x0132) is when a program last saved it.
_TAKEN = (0x9003, 0x9004)
_LATITUDE, _LONGITUDE = 2, 4
_START, _SCAN, _END = 0xD8, 0xDA, 0xD9  # markers
_ALONE = {0x01, *range(0xD0, 0xDA)}  # markers without a length
_COMMENT, _APP0, _APP2, _APP14, _APP15 = 0xFE, 0xE0, 0xE2, 0xEE, 0xEF
_PROFILE = b"ICC_PROFILE\0"
_DEEPEST = 8  # forms within forms


@dataclass(frozen=True, slots=True)
class CameraTags:
    """What a photo tells: the day on which it was taken (None where it does not), and :data:`PLACE`, :data:`DEVICE`."""

    taken: date | None = None
    tells: tuple[str, ...] = ()


def tags_of(image: Any) -> CameraTags:
    """Return what ``image`` (PIL's, of any format) tells; nothing where its tags can't be read."""
    try:
        exif = image.getexif()
        inner, place = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
        taken = next((day for tag in _TAKEN if (day := _day(inner.get(tag))) is not None), None)
        tells = [PLACE] * (_LATITUDE in place and _LONGITUDE in place)
        tells += [DEVICE] * any(str(exif.get(tag, "")).strip(" \0") for tag in (_MAKE, _MODEL))
        return CameraTags(taken, tuple(tells))
    except Exception as error:  # odd tags: still a picture
        if is_machines(error):
            raise
        return CameraTags()


def without_tags(jpeg: bytes) -> bytes:
    """Return a JPEG without comments and all that programs added, but for what its colours need.

    The same bytes where there is nothing of that, or where the file is not as the standard has it.
    """
    kept, at = [jpeg[:2]], 2
    if jpeg[:2] != bytes((0xFF, _START)):
        return jpeg
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _SCAN:
            return b"".join([*kept, jpeg[at:]])
        if marker in _ALONE:
            return jpeg
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if not _is_extra(marker, jpeg[at + 4 : at + 4 + len(_PROFILE)]):
            kept.append(jpeg[at:end])
        at = end
    return jpeg


def clear_tags(pdf: Pdf) -> tuple[str, ...]:
    """Take out of the JPEGs that the pages of ``pdf`` show what tells a place or a device; return what was told.

    Pictures that tell neither stay as they are.
    """
    from pikepdf import Name

    tells: dict[str, None] = {}
    for picture in _jpegs(pdf):
        data = picture.read_raw_bytes()
        if tags := _told_by(data):
            tells |= dict.fromkeys(tags)
            parameters: Any = picture.get("/DecodeParms")
            picture.write(without_tags(data), filter=Name.DCTDecode, decode_parms=parameters)
    return tuple(tells)


def _is_extra(marker: int, begins: bytes) -> bool:
    """Whether a segment says nothing that a reader needs to show the picture (Adobe's APP14 says how colours lie)."""
    if marker == _APP2:
        return begins != _PROFILE
    return marker == _COMMENT or (_APP0 < marker <= _APP15 and marker != _APP14)


def _told_by(jpeg: bytes) -> Sequence[str]:
    import io
    import warnings

    from PIL import Image

    if b"Exif\0\0" not in jpeg[: 1 << 17] and b"http://ns.adobe.com/" not in jpeg[: 1 << 17]:
        return ()
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(jpeg)) as image:
            warnings.simplefilter("ignore")
            return tags_of(image).tells
    except Exception as error:  # Pillow raises what it likes
        if is_machines(error):
            raise
        return ()


def _jpegs(pdf: Pdf) -> Iterator[Object]:
    """Yield each JPEG that the pages draw, once."""
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        yield from _jpegs_of(page.obj.get("/Resources"), seen, 0)


def _jpegs_of(resources: Any, seen: set[tuple[int, int]], depth: int) -> Iterator[Object]:
    from pikepdf import Dictionary, Stream

    things = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    if not isinstance(things, Dictionary) or depth > _DEEPEST:
        return
    for thing in things.values():
        if not isinstance(thing, Stream) or not is_new(thing, seen):
            continue
        if thing.get("/Subtype") == "/Image" and _is_jpeg(thing):
            yield thing
        elif thing.get("/Subtype") == "/Form":
            yield from _jpegs_of(thing.get("/Resources"), seen, depth + 1)


def _is_jpeg(picture: Object) -> bool:
    from pikepdf import Array

    filters = picture.get("/Filter")
    return (filters[0] if isinstance(filters, Array) and len(filters) == 1 else filters) == "/DCTDecode"


def _day(written: Any) -> date | None:
    """Return the day of 2017:05:16 09:30:00; None where it is none."""
    try:
        year, month, day = str(written)[:10].replace("-", ":").split(":")
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
