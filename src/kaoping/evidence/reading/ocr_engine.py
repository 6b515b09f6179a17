"""What reads pages that are pictures, if anything does.

An engine is a name, a key that tells its readings from another's (engine, models, their versions, kind of machine), and
where a worker finds it: so another can stand in, and nothing of it is loaded where nobody reads.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from kaoping.core import fs

#: Set to 0, nothing is read, as where the extra is not installed.
SWITCH = "KAOPING_OCR"
_LIBRARIES = ("rapidocr", "onnxruntime", "opencv-python-headless", "numpy", "pypdfium2")
_READS = ("_rapid.py", "_page_reader.py", "_page_ink.py")  # modules of ours that what is read depends on
#: The models in RapidOCR's wheel: where text stands, which way up it stands, what it says.
MODELS = {"Det": "*_det_*.onnx", "Cls": "*_cls_*.onnx", "Rec": "*_rec_*.onnx"}


@dataclass(frozen=True, slots=True)
class Engine:
    """What reads: ``reader`` ("module:function") gives, in a worker, what turns a picture into :class:`Seen`."""

    name: str  # as people and packages have it, with its models and versions
    key: str
    reader: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A line in a picture: its text, its corners in pixels (clockwise from where the text begins), how sure it is.

    ``is_turned`` says that it stood on its head, as far as the engine can tell. ``marks`` say where along the line the
    middle of each character stands that is not a space, as shares of its length; none where the engine can't tell.
    ``ink`` says how far the ink reaches within the corners: left, top, right, bottom, as shares; none likewise.
    """

    text: str
    corners: tuple[tuple[float, float], ...]
    sure: float
    is_turned: bool = False
    marks: tuple[float, ...] = ()
    ink: tuple[float, ...] = ()


def engine() -> Engine | None:
    """Return what reads here; None where the extra is not installed whole, or is switched off."""
    if os.environ.get(SWITCH, "").strip().lower() in ("0", "off", "no"):
        return None
    return _installed()


def models() -> dict[str, Path]:
    """Return the models in RapidOCR's wheel by what each is for; those that are not there whole are left out."""
    spec = find_spec("rapidocr")
    places = spec.submodule_search_locations if spec is not None else None
    folder = Path(next(iter(places))) / "models" if places else None
    there = {step: sorted(folder.glob(name)) for step, name in MODELS.items()} if folder is not None else {}
    return {step: paths[0] for step, paths in there.items() if len(paths) == 1}


@cache
def _installed() -> Engine | None:
    its = models()
    if its.keys() != MODELS.keys() or any(find_spec(name) is None for name in ("onnxruntime", "cv2", "numpy")):
        return None
    digest = hashlib.sha256(f"{machine()}\n".encode())  # another kind may read another character
    for name in _LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    for path in (*its.values(), *(Path(__file__).parent / name for name in _READS)):
        digest.update(fs.sha256(path).encode())
    stems = "、".join(path.stem for path in its.values())
    name = f"RapidOCR {_version('rapidocr')}（模型 {stems}；ONNX Runtime {_version('onnxruntime')}；{machine()}）"
    return Engine(name, digest.hexdigest(), "kaoping.evidence.reading._rapid:reader")


def machine() -> str:
    """Return of which kind this machine is, as far as ONNX Runtime computes other than on another: Linux x86_64 AVX2.

    It takes the widest instructions that the processor has, and what it adds up in another order comes out otherwise in
    the last digits: see ``bench/README.md``.
    """
    widest = next((name for name, has in _instructions() if has), "")
    return " ".join(filter(None, (platform.system(), platform.machine(), widest)))


def _instructions() -> Iterator[tuple[str, bool]]:
    """Yield instructions, the widest first, and whether the processor has them; nothing where nobody says."""
    names = ("AVX512F", "AVX2", "AVX")
    if sys.platform == "win32":
        import ctypes

        numbers = (41, 40, 39)  # PF_AVX512F_INSTRUCTIONS_AVAILABLE and so on
        has = ctypes.windll.kernel32.IsProcessorFeaturePresent
        yield from ((name, bool(has(number))) for name, number in zip(names, numbers, strict=True))
        return
    try:
        flags = set(Path("/proc/cpuinfo").read_text("utf-8", "replace").upper().split())
    except OSError:
        return
    yield from ((name, name in flags) for name in names)


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:  # a kit keeps no record of what was installed under which name
        return ""
