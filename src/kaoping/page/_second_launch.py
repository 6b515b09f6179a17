"""Has the page that runs already open a unit: one process is enough, and the browser has its tabs there."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from kaoping import api
from kaoping.page._admission import LAUNCH, Keys

_TIMEOUT = 10.0  # seconds; it opens a store meanwhile


def reopened(folder: Path | None) -> str:
    """Return the address at which the page that runs shows ``folder`` (None: the start page); "" where none runs."""
    running = api.running_page()
    if running is None:
        return ""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=_TIMEOUT)
    try:
        connection.request("GET", f"{LAUNCH}?{urlencode({'key': running.launch})}")
        launched = connection.getresponse()
        launched.read()
        cookie = (launched.getheader("Set-Cookie") or "").split(";")[0]
        if launched.status != 303 or not cookie.startswith(Keys(running.port).cookie):
            return ""
        query = f"?{urlencode({'folder': folder.absolute()})}" if folder is not None else ""
        connection.request("GET", f"/open{query}", headers={"Cookie": cookie})
        opened = connection.getresponse()
        opened.read()
        address = opened.getheader("Location") or ""
    except (OSError, http.client.HTTPException, ValueError):  # it is gone, or another program has its port by now
        return ""
    finally:
        connection.close()
    parts = urlsplit(address)
    return address if opened.status == 303 and (parts.scheme, parts.hostname) == ("http", "127.0.0.1") else ""
