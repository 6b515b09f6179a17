"""A file is written, hashed and flushed beside the library that makes it, which is never told of an error."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import threading
from pathlib import Path

import pytest

from kaoping.core import fs

MB = 1 << 20


def _blocks(count: int) -> list[bytes]:
    return [bytes([number % 256]) * (MB + number) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 40])
@pytest.mark.parametrize("lasting", [True, False])
def test_all_blocks_arrive_in_their_order_with_their_digest(tmp_path: Path, count: int, lasting: bool) -> None:
    content = b"".join(_blocks(count))

    def write(stream: io.RawIOBase) -> None:
        for block in _blocks(count):
            assert stream.write(block) == len(block)

    threads = threading.active_count()
    assert fs.save(tmp_path / "a.bin", write, lasting=lasting) == hashlib.sha256(content).hexdigest()
    assert (tmp_path / "a.bin").read_bytes() == content
    assert threading.active_count() == threads


def test_a_block_may_be_written_over_as_soon_as_it_was_handed_on(tmp_path: Path) -> None:
    def write(stream: io.RawIOBase) -> None:
        buffer = bytearray(MB)
        for number in range(20):
            buffer[:] = bytes([number]) * MB
            stream.write(memoryview(buffer))

    fs.save(tmp_path / "a.bin", write)
    assert (tmp_path / "a.bin").read_bytes() == b"".join(bytes([number]) * MB for number in range(20))


def test_a_file_is_flushed_while_it_is_written_and_at_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(os.fstat(handle).st_size)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(fs, "_FLUSHED", 4 * MB)
    fs.save(tmp_path / "a.bin", lambda stream: [stream.write(block) for block in _blocks(13)])
    assert len(flushed) == 4
    assert flushed[-1] == (tmp_path / "a.bin").stat().st_size
    fs.save(tmp_path / "b.bin", lambda stream: [stream.write(block) for block in _blocks(13)], lasting=False)
    assert len(flushed) == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="这个系统没有 /dev/full")
def test_a_full_disk_is_told_when_the_library_has_done() -> None:
    written: list[int] = []
    with pytest.raises(OSError, match="No space") as told:
        fs.save(Path("/dev/full"), lambda stream: [written.append(stream.write(block)) for block in _blocks(30)])
    assert told.value.errno == errno.ENOSPC
    assert len(written) == 30


def test_a_disk_that_fails_while_flushing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so once, to whoever flushes: at the end it would be silent."""
    failures = [OSError(errno.EIO, "Input/output error")]

    def fsync(_: int) -> None:
        if failures:
            raise failures.pop()

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(fs, "_FLUSHED", 4 * MB)
    with pytest.raises(OSError, match="Input/output error"):
        fs.save(tmp_path / "a.bin", lambda stream: [stream.write(block) for block in _blocks(20)])


def test_an_error_of_the_library_ends_the_threads(tmp_path: Path) -> None:
    def write(stream: io.RawIOBase) -> None:
        stream.write(bytes(MB))
        raise ZeroDivisionError

    threads = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        fs.save(tmp_path / "a.bin", write)
    assert threading.active_count() == threads


def test_what_its_writer_knows_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"content")
    assert fs.settle(tmp_path / "a.bin") == (7, hashlib.sha256(b"content").hexdigest())
    assert fs.settle(tmp_path / "a.bin", "0" * 64) == (7, "0" * 64)
