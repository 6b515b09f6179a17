"""A new pack: a small folder that works as it is, to be written on."""

from __future__ import annotations

from pathlib import Path

from kaoping.core import fs, resources
from kaoping.core.errors import KaopingError, why_not_written
from kaoping.core.findings import Findings
from kaoping.core.model import Location
from kaoping.core.packs import Pack
from kaoping.core.packs.description import ID_HINT, is_id

_SKELETON = "pack"  # below templates/


def new_pack(folder: Path, title: str, year: int, base: Pack | None = None) -> list[Path]:
    """Write a new pack into ``folder``, whose name is its id; one on ``base`` says only what differs.

    Returns the files. Raises KaopingError, touching nothing, where something is there, and where the disk refuses.
    """
    findings = Findings()
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        findings.add("pack.exists", Location(folder.name), name=str(folder))
        raise KaopingError(findings)
    if not is_id(folder.name):
        findings.add("pack.expected", Location(folder.name), path="id", expected=f"{ID_HINT}；文件夹名就是编号")
        raise KaopingError(findings)
    title = title.replace("\\", "\\\\").replace('"', '\\"')  # it stands in quotes
    words = {"id": folder.name, "title": title, "year": str(year), "base": base.id if base is not None else ""}
    source = resources.template(_SKELETON, "extension" if base is not None else "whole")
    written: list[Path] = []
    try:
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            target = folder / path.relative_to(source)
            fs.mkdir(target.parent)
            text = path.read_text("utf-8")
            for name, word in words.items():
                text = text.replace(f"<<{name}>>", word)
            written.append(target)
            fs.write_bytes(target, text.encode())
    except OSError as error:
        for path in written:
            fs.remove(path)
        findings.add("init.cannot_make", Location(folder.name), name=str(folder), why=why_not_written(error))
        raise KaopingError(findings) from None
    return written
