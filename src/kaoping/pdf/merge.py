"""Merging pages of many PDFs and saving the result: the calls whose settings decide speed, memory and bytes.

One qpdf Job merges lazily, so that memory grows with pages and not with bytes; what a page holds is never re-written.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaoping.core import fs

if TYPE_CHECKING:
    from pikepdf import Pdf

_BLOCK = 1 << 20  # bytes: qpdf writes a million small pieces, which are gathered before they come to Python code
_END = 1 << 10  # bytes that a trailer surely fits in


def join(parts: Iterable[tuple[Path, str]]) -> Pdf:
    """Return a new PDF with the pages of ``parts``: a file and a range as qpdf writes it, 1-3 or 7.

    The files are read when it is saved and must not change till then. Raises what qpdf raises, which may name no file.
    """
    from pikepdf import Job, Pdf

    parts = list(parts)
    if not parts:  # a Job wants some
        return Pdf.new()
    # Unreferenced resources stay: looking for them parses every page. A path is absolute: one may begin with "-".
    arguments = ["qpdf", "--no-warn", "--empty", "--remove-unreferenced-resources=no", "--pages"]
    for path, pages in parts:
        arguments += [str(path.absolute()), pages]
    made: Pdf = Job([*arguments, "--", "-"]).create_pdf()  # type: ignore[no-untyped-call, unused-ignore]
    return made


def write(pdf: Pdf, path: Path) -> None:
    """Write a PDF of our own making to ``path``, packed: the same pages give the same bytes.

    Raises OSError as the disk gives it, where qpdf, left alone, would end the process.
    """

    def gathered(stream: io.RawIOBase) -> None:
        with io.BufferedWriter(stream, _BLOCK) as blocks:
            pdf.save(blocks, deterministic_id=True)

    fs.save(path, gathered, lasting=False)


def save(pdf: Pdf, stream: io.RawIOBase, identity: bytes) -> None:
    """Write ``pdf`` to ``stream``; the same pages and ``identity`` give the same bytes. No stream is packed anew.

    ``identity`` (16 bytes) becomes its /ID (ISO 32000-1, 14.4): qpdf's own deterministic one is a digest of all bytes,
    which takes longer than writing them.
    """
    from pikepdf import Array, ObjectStreamMode, StreamDecodeLevel, String

    pdf.trailer.ID = Array([String(identity)] * 2)
    with io.BufferedWriter(identified := _Identified(stream, identity), _BLOCK) as blocks:
        pdf.save(
            blocks,
            min_version="1.7",
            object_stream_mode=ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=StreamDecodeLevel.none,
        )
    identified.finish()


class _Identified(io.RawIOBase):
    """Passes a PDF on, but for its end: there qpdf keeps our first /ID and makes up the second, from the clock."""

    def __init__(self, stream: io.RawIOBase, identity: bytes) -> None:
        self._stream, self._identity = stream, identity.hex().encode()
        self._end = b""

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        block = memoryview(content)
        if len(block) > _END:
            self._stream.write(b"".join((self._end, block[:-_END])))
            self._end = b""
        self._end += block[-_END:]
        return len(block)

    def finish(self) -> None:
        """Write the end, with our identity twice. Raises RuntimeError where it is not as qpdf writes it."""
        before, both, after = self._end.rpartition(b"<%s><" % self._identity)
        second = len(self._identity)
        if not both or after[second : second + 1] != b">":
            raise RuntimeError("the PDF's trailer is not as qpdf writes it")
        self._stream.write(before + both + self._identity + after[second:])


class Counter(io.RawIOBase):
    """A stream that only counts what is written to it."""

    size = 0  # bytes

    def writable(self) -> bool:
        """Whether it takes anything: it does."""
        return True

    def write(self, content: Any) -> int:
        """Count ``content``."""
        self.size += len(content)
        return len(content)
