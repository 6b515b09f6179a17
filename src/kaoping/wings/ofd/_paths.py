"""Path data (AbbreviatedData, GB/T 33190-2016, 9.1) as PDF path operators."""

from __future__ import annotations

from collections.abc import Iterator
from math import atan2, ceil, cos, pi, sin, sqrt, tan

from kaoping.evidence.convert import NotShownError

_TAKES = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_Point = tuple[float, float]


def operators(data: str) -> Iterator[str]:
    """Yield the PDF operators of a path; raises NotShownError where the data are none."""
    parts = data.split()
    at = 0
    here: _Point = (0.0, 0.0)
    while at < len(parts):
        command = parts[at].upper()
        count = _TAKES.get(command, -1)
        try:
            values = [float(part) for part in parts[at + 1 : at + 1 + count]]
        except ValueError:
            count = -1
        if count < 0 or len(values) != count:
            raise NotShownError("OFD 里的图形数据读不懂。请用 OFD 阅读器打开后打印成 PDF。")
        at += 1 + count
        yield from _operators(command, values, here)
        here = (values[-2], values[-1]) if values else here


def _operators(command: str, values: list[float], here: _Point) -> Iterator[str]:
    if command in "SM":
        yield f"{_written(values)} m"
    elif command == "L":
        yield f"{_written(values)} l"
    elif command == "B":
        yield f"{_written(values)} c"
    elif command == "Q":  # a quadratic curve is a cubic one whose handles lie two thirds of the way
        (x0, y0), (x1, y1, x2, y2) = here, values
        handles = [x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3, x2 + (x1 - x2) * 2 / 3, y2 + (y1 - y2) * 2 / 3]
        yield f"{_written([*handles, x2, y2])} c"
    elif command == "A":
        yield from _arc(here, values)
    else:
        yield "h"


def _arc(start: _Point, values: list[float]) -> Iterator[str]:
    """Yield an elliptical arc as curves of at most 90° (SVG 1.1, F.6.5: OFD has the same parameters)."""
    rx, ry, turn, large, sweep, x, y = values
    rx, ry = abs(rx), abs(ry)
    if not rx or not ry or (x, y) == start:
        yield f"{_written([x, y])} l"
        return
    phi = turn * pi / 180
    c, s = cos(phi), sin(phi)
    dx, dy = (start[0] - x) / 2, (start[1] - y) / 2
    x1, y1 = c * dx + s * dy, -s * dx + c * dy
    grow = sqrt(max(1.0, (x1 / rx) ** 2 + (y1 / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    root = (rx * ry) ** 2 - (rx * y1) ** 2 - (ry * x1) ** 2
    factor = sqrt(max(0.0, root) / ((rx * y1) ** 2 + (ry * x1) ** 2))
    factor = -factor if bool(large) == bool(sweep) else factor
    cx1, cy1 = factor * rx * y1 / ry, -factor * ry * x1 / rx
    cx, cy = c * cx1 - s * cy1 + (start[0] + x) / 2, s * cx1 + c * cy1 + (start[1] + y) / 2
    first = atan2((y1 - cy1) / ry, (x1 - cx1) / rx)
    last = atan2((-y1 - cy1) / ry, (-x1 - cx1) / rx)
    angle = last - first
    if sweep and angle < 0:
        angle += 2 * pi
    elif not sweep and angle > 0:
        angle -= 2 * pi
    steps = max(1, ceil(abs(angle) / (pi / 2) - 1e-9))
    step = angle / steps
    handle = 4 / 3 * tan(step / 4)

    def at(u: float, v: float) -> list[float]:
        return [cx + c * rx * u - s * ry * v, cy + s * rx * u + c * ry * v]

    for number in range(steps):
        a, b = first + number * step, first + (number + 1) * step
        first_handle = at(cos(a) - handle * sin(a), sin(a) + handle * cos(a))
        second_handle = at(cos(b) + handle * sin(b), sin(b) - handle * cos(b))
        yield f"{_written([*first_handle, *second_handle, *at(cos(b), sin(b))])} c"


def _written(values: list[float]) -> str:
    return " ".join(f"{value:.4f}" for value in values)
