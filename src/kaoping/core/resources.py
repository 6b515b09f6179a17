"""The data files that stand beside the engine: ``evidence_schema/``, ``templates/``, ``samples/`` and the fonts.

An installed package finds them through import machinery, so that a wheel, an editable install and a checkout agree.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _root(package: str) -> Path:
    module = importlib.import_module(f"kaoping.{package}")
    assert module.__file__ is not None
    return Path(module.__file__).parent


def schema(*parts: str) -> Path:
    """Return a path below ``evidence_schema/``."""
    return _root("evidence_schema").joinpath(*parts)


def template(*parts: str) -> Path:
    """Return a path below ``templates/``."""
    return _root("templates").joinpath(*parts)


def sample(*parts: str) -> Path:
    """Return a path below ``samples/``."""
    return _root("samples").joinpath(*parts)


def kit() -> Path | None:
    """Return the folder that the program was unpacked in, with a Python of its own in app/python; None elsewhere."""
    python = Path(sys.prefix)
    return python.parent.parent if (python.parent.name, python.name) == ("app", "python") else None


def fonts() -> Path:
    """Return the folder with Noto Serif SC and Noto Sans SC (OFL), which every PDF we make embeds."""
    import pylopdf_fonts_zh_cn  # 20 MB of font data: only its path is needed

    return Path(pylopdf_fonts_zh_cn.__file__).parent


def load_yaml(path: Path) -> Any:
    """Read one of our own YAML files into plain values. Input from outside: :mod:`kaoping.core.yamltree`."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=loader)
