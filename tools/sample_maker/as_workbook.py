"""A sample in the other form: its records as the intake workbook, its notice without what stands on a sheet there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from kaoping import api
from kaoping.pipeline.demo import BASE
from kaoping.records.export import XLSX
from kaoping.records.readers.yaml_records import FOLDER
from kaoping.rubric.layers import NOTICE


def write(base: str, folder: Path) -> None:
    """Write the sample in ``folder``: the sample ``base`` beside it, with a workbook in place of its records."""
    with tempfile.TemporaryDirectory() as made:
        api.export(folder.parent / base, Path(made), XLSX)
        folder.mkdir(exist_ok=True)
        (folder / BASE).write_text(f"{base}\n{FOLDER}\n{NOTICE}\n", encoding="utf-8", newline="\n")
        for path in sorted(Path(made).iterdir()):
            shutil.copyfile(path, folder / path.name)
