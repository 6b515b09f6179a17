"""Sixty Office files whose every text is known: each is on the pages, or told."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from datetime import date
from pathlib import Path

from known_files import Known
from known_kinds import binary_files, opendocument_files, rich_text_files, slide_files
from known_sheets import sheet_files
from known_words import word_files
from page_sides import files_with_sides


def corpus() -> list[Known]:
    """Return the files."""
    kinds = [word_files, sheet_files, slide_files, opendocument_files, rich_text_files, binary_files, files_with_sides]
    return [file for files in kinds for file in files()]


def write(files: list[Known], folder: Path, work: Path) -> None:
    """Write ``files`` to ``folder``; LibreOffice makes the binary ones, in a call for each kind."""
    made = defaultdict(list)
    for file in files:
        if file.like:
            made[Path(file.name).suffix[1:]].append(file)
            file.make(work / f"{Path(file.name).stem}.{file.like}")
        else:
            file.make(folder / file.name)
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    for suffix, alike in made.items():
        names = [str(work / f"{Path(file.name).stem}.{file.like}") for file in alike]
        command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", str(folder), *names]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        for file in alike:
            if file.aged:
                now, then = (f"{year}年".encode("utf-16-le") for year in (date.today().year, 2017))
                content = (folder / file.name).read_bytes()
                assert now in content
                (folder / file.name).write_bytes(content.replace(now, then))
