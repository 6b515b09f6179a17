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
        "Global.max_side_len": _LONGEST,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }


def _read(ocr: Any, picture: Image) -> list[Seen]:
    import numpy
    from rapidocr.utils.process_img import map_boxes_to_original

    pixels = numpy.ascontiguousarray(numpy.asarray(picture.convert("RGB"))[:, :, ::-1])
    drawn, steps = ocr.preprocess_img(pixels)
    boxes, ways, words, _ = ocr.run_ocr_steps(drawn, steps)
    if boxes.boxes is None or words.txts is None:
        return []
    corners = map_boxes_to_original(boxes.boxes, steps, *pixels.shape[:2])
    turned = [_is_turned(way) for way in ways.cls_res or [None] * len(words.txts)]
    lines = zip(words.txts, corners, words.scores, turned, strict=True)
    return [
        Seen(text, _corners(box), float(sure), is_turned and _is_wide(box))
        for text, box, sure, is_turned in lines
        if text.strip()
    ]


def _corners(box: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in box)


def _is_turned(way: Sequence[Any] | None) -> bool:
    return way is not None and str(way[0]) == "180" and float(way[1]) >= _SURE_TURNED


def _is_wide(box: Any) -> bool:
    (x0, y0), (x1, y1), _, (x3, y3) = _corners(box)
    across, down = abs(x1 - x0) + abs(y1 - y0), abs(x3 - x0) + abs(y3 - y0)
    return max(across, down) > _WIDE * min(across, down)
