"""Installing by uv: it picks the wheels of another system and another Python than the ones it runs on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


class KitError(Exception):
    """Why no kit was made, in Chinese."""


def install(folder: Path, arguments: list[str]) -> None:
    """Install into ``folder`` what the ``arguments`` of `uv pip install` say. Raises KitError."""
    program = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if program is None:
        raise KitError("没有 uv，装不了各个组件。请先运行：pip install '.[dev]'")
    command = [program, "pip", "install", "--quiet", "--no-config", "--target", str(folder), "--link-mode", "copy"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise KitError(f"有组件没有装成：\n{done.stderr.strip()}")
    for left in [folder / ".lock", *folder.rglob("__pycache__")]:
        remove(left)


def remove(path: Path) -> None:
    """Remove the file or folder ``path``."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
