"""RapidOCR: PP-OCR's models on ONNX Runtime, in one thread, so that the same picture gives the same words.

Its models lie in its wheel and are named by their paths: it would fetch those that it can't find. It runs in a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from kaoping.evidence.reading.ocr_engine import Seen, models

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST = 4000  # pixels of a side: the engine shrinks what is larger; pages are drawn smaller than that
_WIDE = 2.0  # times its height: what is narrower may stand either way up
_FAINT, _DARK, _RULE = 40, 0.4, 0.9  # grey levels from paper to ink; share of these that is ink; share of a side
_SURE_TURNED = 0.9  # how sure the classifier has to be that a line stands on its head


def reader() -> Callable[[Image], list[Seen]]:
    """Return what reads a picture; takes a second or two, and 700 MB."""
    from rapidocr import RapidOCR

    ocr = RapidOCR(params={**_settings(), **{f"{step}.model_path": str(path) for step, path in models().items()}})
    return lambda picture: _read(ocr, picture)


def _settings() -> dict[str, Any]:
    return {
        "Global.log_level": "critical",
        "Global.text_score": 0.0,  # what it is unsure of is said, too
        "Global.return_word_box": True,  # where in a line each character stands
        "Global.max_side_len": _LONGEST,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }


def _read(ocr: Any, picture: Image) -> list[Seen]:
    import numpy
    from rapidocr.utils.process_img import map_boxes_to_original

    pixels = numpy.ascontiguousarray(numpy.asarray(picture.convert("RGB"))[:, :, ::-1])
    drawn, steps = ocr.preprocess_img(pixels)
    boxes, ways, words, crops = ocr.run_ocr_steps(drawn, steps)
    if boxes.boxes is None or words.txts is None:
        return []
    corners = map_boxes_to_original(boxes.boxes, steps, *pixels.shape[:2])
    turned = [_is_turned(way) for way in ways.cls_res or [None] * len(words.txts)]
    lines = zip(words.txts, corners, words.scores, turned, words.word_results, crops, strict=True)
    return [
        Seen(
            text, _corners(box), float(sure), is_turned and _is_wide(box),
            () if is_turned else _marks(text, columns), () if is_turned else _ink(crop),
        )
        for text, box, sure, is_turned, columns, crop in lines
        if text.strip()
    ]  # fmt: skip


def _marks(text: str, columns: Any) -> tuple[float, ...]:
    """Return where along its line each character stands: the engine reads a line column by column."""
    if columns is None or "".join(sign for word in columns.words for sign in word) != "".join(text.split()):
        return ()
    return tuple(min((at + 0.5) / columns.line_txt_len, 1.0) for word in columns.word_cols for at in word)


def _ink(crop: Any) -> tuple[float, ...]:
    """Return how far the ink of a line reaches within its picture, without the rules of a table at its edges."""
    import numpy

    grey = crop.min(axis=2)
    high, wide = grey.shape
    paper, darkest = int(numpy.quantile(grey, 0.8)), int(grey.min())
    if paper - darkest < _FAINT:
        return ()
    inked = grey < paper - (paper - darkest) * _DARK
    inked[inked.mean(axis=1) > _RULE, :] = False
    inked[:, inked.mean(axis=0) > _RULE] = False
    rows, columns = inked.any(axis=1).nonzero()[0], inked.any(axis=0).nonzero()[0]
    if not len(rows):
        return ()
    return columns[0] / wide, rows[0] / high, (columns[-1] + 1) / wide, (rows[-1] + 1) / high


def _corners(box: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in box)


def _is_turned(way: Sequence[Any] | None) -> bool:
    return way is not None and str(way[0]) == "180" and float(way[1]) >= _SURE_TURNED


def _is_wide(box: Any) -> bool:
    (x0, y0), (x1, y1), _, (x3, y3) = _corners(box)
    across, down = abs(x1 - x0) + abs(y1 - y0), abs(x3 - x0) + abs(y3 - y0)
    return max(across, down) > _WIDE * min(across, down)
