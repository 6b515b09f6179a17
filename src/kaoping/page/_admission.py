"""Who may ask: the browser that this program opened, on this computer, and nobody by way of another site.

The page listens on 127.0.0.1 alone, but any web site may have a browser send requests there. So a request needs our
host (DNS rebinding), the cookie that a launch gave (other users and programs of the computer), and, where it changes
anything, our origin and a token that only our own pages hold.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, RedirectResponse, Response

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LAUNCH = "/launch"
HEADER = b"x-csrf-token"
_READING = ("GET", "HEAD")
_LONGEST = 8_192  # bytes of an address
_HEADERS = (
    # Nothing from outside, no script or style within a page, no frame around it, no form sent elsewhere.
    (
        b"content-security-policy",
        b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


def _token() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Keys:
    """What a run of the page on ``port`` is known by; each is made anew for each run, and none is ever logged.

    A port is a unit's own, and so are its keys: what a page of one unit sends never reaches another.
    """

    port: int
    launch: str = field(default_factory=_token, repr=False)
    session: str = field(default_factory=_token, repr=False)
    csrf: str = field(default_factory=_token, repr=False)
    _tickets: set[str] = field(default_factory=set, repr=False)

    @property
    def cookie(self) -> str:
        """The name of the cookie: it bears the port, since browsers send a host's cookies to all of its ports."""
        return f"kaoping-{self.port}"

    @property
    def hosts(self) -> tuple[str, str]:
        """The hosts by which a browser on this computer may call the page."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    @property
    def address(self) -> str:
        """The address that a launch opens, as long as the page runs: for people, and for files of the user's own."""
        return f"http://{self.hosts[0]}{LAUNCH}?key={self.launch}"

    def ticket(self) -> str:
        """Return an address that opens the page once: a browser's command line can be read by other users."""
        ticket = _token()
        self._tickets.add(ticket)
        return f"http://{self.hosts[0]}{LAUNCH}?key={ticket}"

    def admits(self, key: str) -> bool:
        """Whether ``key`` opens the page; a ticket is used up by that."""
        if _same(key, self.launch):
            return True
        known = [ticket for ticket in self._tickets if _same(key, ticket)]
        self._tickets.difference_update(known)
        return bool(known)


class Guard:
    """Lets through what our own pages ask for, and answers everything else itself."""

    def __init__(self, app: App, keys: Keys, heard: Callable[[], None] = lambda: None) -> None:
        """``heard`` is called for each request that is let through."""
        self._app, self._keys, self._heard = app, keys, heard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # a web socket is not ours to open

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in _HEADERS}
                message["headers"] = [pair for pair in message["headers"] if pair[0] not in ours] + list(_HEADERS)
            await send(message)

        answer = self._refusal(scope)
        if answer is None:
            self._heard()
            await self._app(scope, receive, guarded)
        else:
            await answer(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return what to answer at once; None for what the pages answer."""
        headers: dict[bytes, str] = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if headers.get(b"host") not in self._keys.hosts:
            return PlainTextResponse("不是本机的考评包页面。", 421)
        if len(scope["path"]) + len(scope["query_string"]) > _LONGEST:
            return PlainTextResponse("地址太长。", 414)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if scope["path"] == LAUNCH and scope["method"] in _READING:
            return self._launched(query.get("key", [""])[0])
        if not _same(_cookie(headers.get(b"cookie", ""), self._keys.cookie), self._keys.session):
            return PlainTextResponse("这个页面要由考评包自己打开：请关掉它，再双击考评包。", 401)
        if scope["method"] not in _READING:
            if headers.get(b"origin") not in {f"http://{host}" for host in self._keys.hosts}:
                return PlainTextResponse("请求不是从考评包的页面来的。", 403)
            if not _same(headers.get(HEADER, "") or query.get("csrf", [""])[0], self._keys.csrf):
                return PlainTextResponse("页面旧了：请刷新后再做。", 403)
        return None

    def _launched(self, key: str) -> Response:
        if not self._keys.admits(key):
            return PlainTextResponse("这个地址旧了：请关掉它，再双击考评包。", 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self._keys.cookie, self._keys.session, httponly=True, samesite="strict")
        return answer


def _same(given: str, right: str) -> bool:
    return secrets.compare_digest(given.encode(), right.encode())


def _cookie(header: str, name: str) -> str:
    try:
        cookies = SimpleCookie(header)
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""
