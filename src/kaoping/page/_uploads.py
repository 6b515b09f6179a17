"""Files that a browser sends with a form: streamed to the disk, cut off at the limit, gone when the request ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from kaoping import api

#: Bytes that one file may have, where nothing else is said.
LARGEST = 1_000_000_000
_BLOCK = 1 << 20  # bytes that are gathered before the disk is asked
_FIELDS = 1 << 20  # bytes of all fields that are no files
_OVERHEAD = 64  # bytes that a field takes besides
_HEADER = 1 << 16  # bytes of a header: a name that is too long for a file is told as that
_FILES = 10_000  # that one form may bring; a folder's
_BROKEN = HTTPException(400, "没有传完，什么也没有收下。请再放一次。")


@dataclass(slots=True)
class Upload:
    """A file that came with a form."""

    field: str
    arrival: api.Arrival
    error: api.KaopingError | None = None  # why nothing of it was kept

    @property
    def name(self) -> str:
        """What the browser calls it, with "/" between folders; not checked yet."""
        return self.arrival.name


@dataclass(slots=True)
class Received:
    """What a form with files says: its fields, and its files, which are gone when the request is answered."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return what the first field of that name says, without spaces around; "" where there is none."""
        return self.fields.get(name, [""])[0].strip()


@asynccontextmanager
async def received(request: Request, within: Path, largest: int = LARGEST) -> AsyncIterator[Received]:
    """Receive a form of ``multipart/form-data`` into a folder of its own ``within`` that one, which goes at the end.

    A file of more than ``largest`` bytes bears its error, and the others come in all the same. Raises HTTPException
    where the form breaks off or is none, KaopingError where nothing can be written at all.
    """
    with api.Arrivals(within, largest) as arrivals:
        form = _Form(arrivals, _boundary(request))
        try:
            async for block in request.stream():
                form.feed(block)
                if form.waiting >= _BLOCK:
                    await run_in_threadpool(form.settle)
            await run_in_threadpool(form.settle)
        except (ClientDisconnect, FormParserError):
            raise _BROKEN from None
        if not form.is_whole:
            raise _BROKEN
        yield form.received


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise HTTPException(415, "这个地址要的是带文件的表单。")
    return options[b"boundary"]


class _Form:
    """Takes a form apart as it comes in; what belongs to the disk waits until :meth:`settle` is called."""

    def __init__(self, arrivals: api.Arrivals, boundary: bytes) -> None:
        self.received = Received()
        self.is_whole = False
        self.waiting = 0  # bytes
        self._arrivals = arrivals
        self._todo: list[tuple[Upload, bytes | None]] = []  # None: all of the file is there
        self._headers: dict[bytes, bytes] = {}
        self._header = (bytearray(), bytearray())
        self._part: Upload | bytearray | None = None
        self._field = ""
        self._room = _FIELDS
        self._parser = MultipartParser(boundary, {
            "on_part_begin": self._begins,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._ends,
            "on_end": self._all_ends,
        }, max_header_size=_HEADER)  # fmt: skip

    def feed(self, block: bytes) -> None:
        """Take the next block of the form. Raises FormParserError, or HTTPException where it holds too much."""
        self._parser.write(block)

    def settle(self) -> None:
        """Write what is waiting for the disk."""
        for upload, block in self._todo:
            if upload.error is None:
                try:
                    if block is None:
                        upload.arrival.finish()
                    else:
                        upload.arrival.write(block)
                except api.KaopingError as error:
                    upload.error = error
        self._todo, self.waiting = [], 0

    def _begins(self) -> None:
        self._headers, self._header = {}, (bytearray(), bytearray())

    def _header_ends(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b"").decode("latin-1"))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self._part = bytearray()
            self._take(len(self._field) + _OVERHEAD)
            return
        name = options[b"filename"].decode("utf-8", "replace")
        if not name:  # a form without a choice of files sends one without a name
            self._part = None
            return
        if len(self.received.files) == _FILES:
            raise HTTPException(413, f"一次放进来的文件超过{_FILES}个。")
        self._part = Upload(self._field, self._arrivals.begin(name))
        self.received.files.append(self._part)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if isinstance(self._part, Upload):
            if self._part.error is None:
                self._todo.append((self._part, data[start:end]))
                self.waiting += end - start
        elif self._part is not None:
            self._take(end - start)
            self._part += data[start:end]

    def _ends(self) -> None:
        if isinstance(self._part, Upload):
            self._todo.append((self._part, None))
        elif self._part is not None:
            self.received.fields.setdefault(self._field, []).append(self._part.decode("utf-8", "replace"))

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise HTTPException(413, "填的内容太长。")

    def _all_ends(self) -> None:
        self.is_whole = True
