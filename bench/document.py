"""A document of 200 pages: the rectification sample, each problem six times over, rendered three times.

Run: ``python -m bench.document``. Prints a Markdown table for bench/README.md. Pages are counted with LibreOffice.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pypdfium2
import yaml

from kaoping import api, documents
from kaoping.core.resources import sample
from kaoping.documents.word import render
from kaoping.pipeline._outputs import Outputs

STEM = "rectification"
TIMES = 6


def grow(folder: Path) -> None:
    """Write the sample's records to ``folder`` with each focus, item and measure TIMES over, under other ids."""
    shutil.copytree(sample("rectification-2022"), folder, copy_function=shutil.copyfile)
    for name, links in (("focuses", ("id",)), ("items", ("id", "focus", "under")), ("measures", ("id", "item"))):
        path = folder / "records" / f"rectification_{name}.yaml"
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        more = [
            {key: f"{value}x{time_}" if key in links and time_ else value for key, value in row.items()}
            for time_ in range(TIMES)
            for row in rows
        ]
        path.write_text(yaml.safe_dump(more, allow_unicode=True), encoding="utf-8")


def pages(docx: Path) -> int:
    """Return how many pages LibreOffice lays the document out on."""
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(docx.parent), str(docx)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with pypdfium2.PdfDocument(docx.with_suffix(".pdf")) as pdf:
        return len(pdf)


def main() -> int:
    """Measure and print; return 1 where two renderings differ."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "unit")
        grow(folder)
        outputs = Outputs(assessment := api.assess(folder))
        path_of_template, _ = documents.template_path(
            documents.documents_of(assessment.rubric.pack)[STEM], assessment.rubric.pack, folder
        )
        made: list[bytes] = []
        took: list[float] = []
        for _ in range(3):
            start = time.perf_counter()
            made.append(render(path_of_template, outputs.context(STEM), form=api.DRAFT, dated=None))
            took.append(time.perf_counter() - start)
        path = Path(temporary, "document.docx")
        path.write_bytes(made[0])
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        bare = time.perf_counter() - start
        print("| what | |")
        print("|---|---|")
        print(f"| pages | {pages(path)} |")
        print(f"| seconds: first, second, third | {', '.join(f'{one:.2f}' for one in took)} |")
        print(f"| × `python -c pass` | {min(took) / bare:.0f} |")
        print(f"| byte-identical | {'yes' if len(set(made)) == 1 else 'NO'} |")
        return 0 if len(set(made)) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
