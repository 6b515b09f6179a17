"""Asks the page as a browser does, without a server: one request, one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from kaoping.evidence.draft_pages import DraftPages, DraftPrinter
from kaoping.page._admission import Keys
from kaoping.page._app import application, start_application
from kaoping.page._open_unit import OpenUnit
from kaoping.page._presence import Presence

PORT = 40_000
HOST = f"127.0.0.1:{PORT}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """A browser that was opened by a launch, unless it is told to send other headers."""

    app: Any
    keys: Keys
    unit: OpenUnit | None = None  # None on the start page

    def ask(self, address: str, method: str = "GET", body: bytes = b"", **changed: str | None) -> Answer:
        """Ask for ``address``; ``changed`` headers (Host=…) stand for the usual ones, None for none."""
        return self._answered(address, method, [body], changed)

    def stream(self, address: str, blocks: Iterable[bytes], **changed: str | None) -> Answer:
        """Send a form to ``address`` block by block, without saying before how long it will be."""
        return self._answered(address, "POST", blocks, changed)

    def _answered(
        self, address: str, method: str, blocks: Iterable[bytes], changed: Mapping[str, str | None]
    ) -> Answer:
        headers: dict[str, str | None] = {"Host": HOST, "Cookie": f"{self.keys.cookie}={self.keys.session}"}
        if method not in ("GET", "HEAD"):
            headers |= {"Origin": f"http://{HOST}", "X-CSRF-Token": self.keys.csrf}
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [
                (name.lower().encode(), value.encode("utf-8")) for name, value in headers.items() if value is not None
            ],
            "server": ("127.0.0.1", PORT),
            "client": ("127.0.0.1", 50_000),
        }
        return asyncio.run(self._ask(scope, blocks))

    async def _ask(self, scope: dict[str, Any], blocks: Iterable[bytes]) -> Answer:
        sent: list[dict[str, Any]] = []
        coming = [{"type": "http.request", "body": block, "more_body": True} for block in blocks]
        coming[-1]["more_body"] = False
        asked = iter(coming)

        async def receive() -> dict[str, Any]:
            return next(asked, None) or await asyncio.Future()  # nobody goes away before the answer

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        head = next(message for message in sent if message["type"] == "http.response.start")
        content = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
        headers = {name.decode().lower(): value.decode() for name, value in head["headers"]}
        return Answer(head["status"], headers, content)


class _NoPrinter(DraftPrinter):
    def pages(self, path: Path, others: Sequence[Path] = ()) -> DraftPages:
        return DraftPages()


@contextmanager
def opened(folder: Path, *, drafts: bool = False) -> Iterator[Browser]:
    """Open the page of the unit in ``folder``; only with ``drafts`` are pages made of Word files, which takes long."""
    keys = Keys(PORT)
    with OpenUnit(folder, patience=60) as unit:
        if not drafts:
            unit._session._printer = _NoPrinter()
        yield Browser(application(unit, keys, Presence()), keys, unit)


def start_page(opened_folders: list[Path | None] | None = None) -> Browser:
    """Open the start page; units that it opens are put into the list, and nothing is served."""
    keys = Keys(PORT)

    async def open_unit(folder: Path | None) -> Keys:
        if opened_folders is not None:
            opened_folders.append(folder)
        return Keys(PORT + 1)

    return Browser(start_application(keys, open_unit, Presence()), keys)


def sent(browser: Browser, address: str, **fields: str) -> Answer:
    """Send a form, as its page does."""
    return browser.ask(f"{address}?csrf={browser.keys.csrf}", "POST", urlencode(fields).encode(), X_CSRF_Token=None)
