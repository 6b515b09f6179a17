"""The /ID of a merged PDF is ours, twice, and no clock's."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles import pdf
from kaoping.pdf import merge

IDENTITY = bytes(range(16))


def _saved(made: pikepdf.Pdf, identity: bytes = IDENTITY) -> bytes:
    class Target(io.RawIOBase):
        content = b""

        def writable(self) -> bool:
            return True

        def write(self, content: bytes) -> int:  # type: ignore[override]
            self.content += bytes(content)
            return len(content)

    merge.save(made, target := Target(), identity)
    return target.content


@pytest.mark.parametrize("pages", [0, 1, 3])
def test_the_same_pages_and_identity_give_the_same_bytes(tmp_path: Path, pages: int) -> None:
    source = pdf(tmp_path / "a.pdf", [f"page {number}" for number in range(pages or 1)])
    parts = [(source, f"1-{pages}")] if pages else []
    with merge.join(parts) as made:
        content = _saved(made)
        assert _saved(made) == content
        other = _saved(made, identity=b"\xff" * 16)
    assert len(other) == len(content) and other != content
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert len(opened.pages) == pages
        assert [bytes(one) for one in opened.trailer.ID] == [IDENTITY, IDENTITY]


@given(st.binary(max_size=3000), st.lists(st.integers(1, 1500), min_size=1, max_size=9))
def test_the_second_identity_is_found_however_the_end_is_cut(body: bytes, sizes: list[int]) -> None:
    hexed = IDENTITY.hex().encode()
    trailer = b"trailer << /Root 1 0 R /ID [<%s><%s>] >>\nstartxref\n9\n%%%%EOF\n"
    content = body + trailer % (hexed, b"0" * 32)

    class Target(io.RawIOBase):
        content = b""

        def write(self, content: bytes) -> int:  # type: ignore[override]
            self.content += content
            return len(content)

    identified = merge._Identified(target := Target(), IDENTITY)
    at = 0
    while at < len(content):
        size = sizes[at % len(sizes)]
        assert identified.write(memoryview(content)[at : at + size]) == len(content[at : at + size])
        at += size
    identified.finish()
    assert target.content == body + trailer % (hexed, hexed)


def test_a_trailer_that_qpdf_writes_otherwise_is_our_fault_and_is_told() -> None:
    identified = merge._Identified(io.RawIOBase(), IDENTITY)
    identified.write(b"trailer << /ID [(abc)(def)] >>")
    with pytest.raises(RuntimeError, match="trailer"):
        identified.finish()
