"""Merging pages of many PDFs and saving the result: the calls whose settings decide speed, memory and bytes.

One qpdf Job merges lazily, so that memory grows with pages and not with bytes; what a page holds is never re-written.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core import fs

if TYPE_CHECKING:
    from pikepdf import Pdf


def merged(parts: Iterable[tuple[Path, str]]) -> Pdf:
    """Return a new PDF with the pages of ``parts``: a file and a range as qpdf writes it, 1-3 or 7.

    The files are read when it is saved and must not change till then. Raises what qpdf raises, which may name no file.
    """
    from pikepdf import Job

    # Unreferenced resources stay: looking for them parses every page. A path is absolute: one may begin with "-".
    arguments = ["qpdf", "--empty", "--remove-unreferenced-resources=no", "--pages"]
    for path, pages in parts:
        arguments += [str(path.absolute()), pages]
    pdf: Pdf = Job([*arguments, "--", "-"]).create_pdf()  # type: ignore[no-untyped-call, unused-ignore]
    return pdf


def write(pdf: Pdf, path: Path) -> None:
    """Write a PDF of our own making to ``path``, packed: the same pages give the same bytes.

    Raises OSError as the disk gives it, where qpdf, left alone, would end the process.
    """
    fs.save(path, partial(pdf.save, deterministic_id=True), lasting=False)


def save(pdf: Pdf, stream: Any) -> None:
    """Write ``pdf`` to the binary ``stream``: the same pages give the same bytes, and no stream is packed anew."""
    from pikepdf import ObjectStreamMode, StreamDecodeLevel

    pdf.save(
        stream,
        min_version="1.7",
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.disable,
        compress_streams=False,
        stream_decode_level=StreamDecodeLevel.none,
    )
