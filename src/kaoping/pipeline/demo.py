"""Sample units, laid out where the user wants them: a base, and over it what differs."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from kaoping.core import fs, packs, resources
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.records.layout import WORKBOOK
from kaoping.records.readers.yaml_records import FOLDER
from kaoping.records.starter import not_made

#: In a sample's folder: the sample it is laid over, then one line for each of its files or folders to be left out.
BASE = "base.txt"


def sample_names() -> list[str]:
    """Return the names of the samples that come with the tool."""
    telling = (FOLDER, WORKBOOK, BASE)  # one of which every sample has
    return sorted({path.parent.name for name in telling for path in resources.sample().glob(f"*/{name}")})


def copy_sample(target: Path, name: str = "") -> None:
    """Lay the sample ``name``, or the default pack's first one, out in ``target``: its base first, then its own files.

    Raises KaopingError where ``target`` is a file or already holds anything; KeyError for an unknown name.
    """
    name = name or packs.named("").samples[0]
    if name not in sample_names():
        raise KeyError(name)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        findings = Findings()
        findings.add("demo.target_not_empty", Location(target.name), name=str(target))
        raise KaopingError(findings)
    try:
        fs.mkdir(target)
        _lay(name, target)
    except OSError as error:
        for path in sorted(target.iterdir()) if target.is_dir() else ():
            fs.remove(path)
        raise not_made(target, error) from None


def _lay(name: str, target: Path) -> None:
    source = resources.sample(name)
    if (source / BASE).is_file():
        base, *left_out = (source / BASE).read_text(encoding="utf-8").split("\n")
        _lay(base.strip(), target)
        for path in filter(None, map(str.strip, left_out)):
            fs.remove(target.joinpath(*PurePosixPath(path).parts))
    for file in sorted(source.rglob("*")):
        inside = file.relative_to(source)
        if file.is_file() and inside != Path(BASE) and "__pycache__" not in inside.parts:
            fs.mkdir((target / inside).parent)
            fs.copy(file, target / inside)
