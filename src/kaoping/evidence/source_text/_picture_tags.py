"""What cameras, scanners and people write into a picture beside what it shows (Pillow reads it).

Text chunks of PNG, comments of JPEG and GIF, EXIF (JEITA CP-3451), XMP (ISO 16684-1), IPTC (IIM 4.2), TIFF's tags.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from kaoping.core.errors import is_machines
from kaoping.evidence.source_text._passage import Passage, decoded_text, remark
from kaoping.evidence.source_text._tags import of_xml_lines

_PLACE = "图片的说明里"
_MOST_FRAMES = 200
_MOST_BYTES = 500_000  # of one entry
_EXIF, _GPS, _THUMBNAIL = 0x8769, 0x8825, 1
_MAKER_NOTE, _XMP = 0x927C, 0x02BC
_IN_UTF16 = range(0x9C9B, 0x9CA0)  # Windows' XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject
#: Their first eight bytes say which encoding they are in: UserComment, GPSProcessingMethod, GPSAreaInformation.
_WITH_ENCODING = {0x9286, 0x001B, 0x001C}
#: What people write; the others are numbers of cameras and lenses.
_REMARKS = {0x010D, 0x010E, 0x011D, 0x013B, 0x8298, 0x9286, *_IN_UTF16}


def of_picture(data: bytes) -> Iterator[Passage]:
    """Yield what is written in the picture ``data``; of one that Pillow can't open, nothing."""
    from kaoping.evidence.convert._pictures import register_heic

    register_heic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata: still a picture
            yield from list(_read(data))
    except Exception as error:  # Pillow raises what it likes; whoever makes a page of it says what is wrong
        if is_machines(error):
            raise


def _read(data: bytes) -> Iterator[Passage]:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        for marker, content in getattr(image, "applist", ()):  # of a JPEG: each segment, Pillow keeps the last comment
            if marker == "COM":
                yield from remark(decoded_text(content), _PLACE)
            elif content.startswith(b"http://ns.adobe.com/"):
                yield from of_xml_lines(decoded_text(content.partition(b"\0")[2]))
        if image.format == "PNG":
            yield from _texts(_chunks(image))
        for number in range(min(getattr(image, "n_frames", 1), _MOST_FRAMES)):
            if number:
                image.seek(number)
            yield from _texts(image.info)
            yield from _tags(image)


def _chunks(image: Any) -> Mapping[str, Any]:
    """Return the text chunks of a PNG, those behind the picture too; of a broken one, those before it."""
    try:
        texts: Mapping[str, Any] = image.text
        return texts
    except Exception as error:
        if is_machines(error):
            raise
        return {}


def _texts(info: Mapping[Any, Any]) -> Iterator[Passage]:
    for name, value in info.items():
        if name in ("exif", "icc_profile", "photoshop"):
            continue
        if isinstance(value, bytes):
            value = decoded_text(value[:_MOST_BYTES])
        if isinstance(value, str):
            text = _recoded(value)
            if text.lstrip("\ufeff \t\r\n").startswith("<"):
                yield from of_xml_lines(text)
            else:
                yield from remark(text, _PLACE)


def _tags(image: Any) -> Iterator[Passage]:
    """Yield the texts among the EXIF or TIFF tags of a frame, and its IPTC records."""
    from PIL import IptcImagePlugin

    exif = image.getexif()
    for tags in (exif, *(exif.get_ifd(folder) for folder in (_EXIF, _GPS, _THUMBNAIL))):
        for tag, value in tags.items():
            if tag == _XMP:
                yield from of_xml_lines(decoded_text(_bytes(value)))
            elif tag != _MAKER_NOTE:
                yield from remark(_text(tag, value), _PLACE if tag in _REMARKS else "")
    for records in (IptcImagePlugin.getiptcinfo(image) or {}).values():
        for record in records if isinstance(records, list) else [records]:
            yield from remark(decoded_text(_bytes(record)), _PLACE)


def _text(tag: int, value: Any) -> str:
    """Return a tag's value as text; "" where it is none."""
    if isinstance(value, str):
        return _recoded(value)
    data = _bytes(value)
    if tag in _WITH_ENCODING:
        encoding, data = data[:8], data[8:]
        if encoding.startswith(b"UNICODE"):
            return _utf16(data)
    return _utf16(data) if tag in _IN_UTF16 else decoded_text(data)


def _utf16(data: bytes) -> str:
    """Return UTF-16 as text, in the order of bytes in which it is one: writers do not say which."""
    orders = [data.decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be")]
    return max(orders, key=lambda text: sum(char < "\x80" or "\u4e00" <= char <= "\u9fff" for char in text))


def _bytes(value: Any) -> bytes:
    """Return a value that is bytes, or numbers that stand for some; none of others."""
    if isinstance(value, tuple) and all(isinstance(number, int) and 0 <= number < 256 for number in value):
        value = bytes(value)
    return value[:_MOST_BYTES] if isinstance(value, bytes) else b""


def _recoded(text: str) -> str:
    """Return text that Pillow took for Latin-1 in the encoding it was written in."""
    try:
        return decoded_text(text.encode("latin-1"))
    except UnicodeEncodeError:
        return text
