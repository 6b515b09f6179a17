"""Whether a picture is a photo of what happened, and not of a page or a screen: only such photos may share a sheet.

By content: on a page one tone takes most of it and all is of one colour, whatever light it lay in; what a program drew
has many neighbours that are alike to the last bit. In doubt it is none: letters on a quarter of a sheet can't be read.
"""

from __future__ import annotations

from typing import Any

_SIDE = 200  # pixels: to look at the tones, of the picture made smaller
_CROP = 400  # pixels: to look at neighbours, from the middle of the picture as it is
_WINDOW, _MOST_OF_ONE = 40, 0.5  # neighbouring tones of 256, and the share of a picture that they may take
_TENTH, _LEAST_COLOURS = 0.1, 16  # between the tenths at either end, of 256
_MOST_ALIKE = 0.5  # of neighbours


def is_scene(picture: Any) -> bool:
    """Whether ``picture`` (PIL's, RGB, upright) is a photo of people, places or things, and of no page whatever."""
    return is_taken(picture) and _most_of_one(picture) <= _MOST_OF_ONE


def is_taken(picture: Any) -> bool:
    """Whether a camera took ``picture``, of more than paper: of a hall with white walls too, which may be no scene."""
    from PIL import ImageChops

    if min(picture.size) < _SIDE:
        return False
    left, top = (max(0, (side - _CROP) // 2) for side in picture.size)
    crop = picture.crop((left, top, left + min(_CROP, picture.width), top + min(_CROP, picture.height)))
    beside = crop.crop((1, 0, crop.width, crop.height))
    differing = ImageChops.difference(crop.crop((0, 0, crop.width - 1, crop.height)), beside).convert("L")
    if differing.histogram()[0] > _MOST_ALIKE * differing.width * differing.height:
        return False
    _, blue, red = (band.histogram() for band in _small(picture).convert("YCbCr").split())
    return max(_spread(blue), _spread(red)) >= _LEAST_COLOURS


def _most_of_one(picture: Any) -> float:
    """Return the share of a picture that one tone takes, with those next to it."""
    tones = _small(picture).convert("YCbCr").getchannel("Y").histogram()
    most = max(sum(tones[start : start + _WINDOW]) for start in range(256 - _WINDOW))
    return float(most / sum(tones))


def _small(picture: Any) -> Any:
    small = picture.copy()
    small.thumbnail((_SIDE, _SIDE))
    return small


def _spread(histogram: list[int]) -> int:
    """Return how far apart the values are, the lowest and the highest tenth of them left out."""
    tenth, counted, low = _TENTH * sum(histogram), 0, 0
    for value, count in enumerate(histogram):
        if counted < tenth <= counted + count:
            low = value
        counted += count
        if counted >= sum(histogram) - tenth:
            return value - low
    return 0
