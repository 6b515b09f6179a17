"""What was saved with a web page: the parts of an MHTML file (RFC 2557), or the files of the folder beside it."""

from __future__ import annotations

import email
import email.policy
import io
from base64 import b64encode
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from kaoping.evidence.convert._conversion import NotShownError
from kaoping.evidence.convert._losses import listed

_MOST = 200_000_000  # bytes
_WIDEST = 600  # pixels of CSS: the text of an A4 page
_LARGE = 30_000  # bytes: what is smaller and not used is an icon
_UNUSED = "随网页保存的图片里有网页没有用到的，没有显示：{}。"
_DAMAGED = "存成一个文件的网页读不出来。请用浏览器打开后打印成 PDF，换掉它。"
_DRAWN = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".jfif"})


class SavedPage:
    """A page's own bytes, where it was, and what was saved with it: each by its place, read when it is asked for."""

    def __init__(self, content: bytes, place: str, parts: Mapping[str, Callable[[], bytes]]) -> None:
        self.content, self.place = content, place
        self._parts = {_plain(name): read for name, read in parts.items()}
        self._used: set[str] = set()

    def find(self, base: str, link: str) -> tuple[str, bytes] | None:
        """Return place and content of what ``link`` means on the page at ``base``; None where it was not saved."""
        for place in (link, urljoin(base, link.replace("\\", "/"))):
            if (plain := _plain(place)) in self._parts:
                self._used.add(plain)
                return place, self._parts[plain]()
        return None

    def unused(self) -> tuple[str, ...]:
        """Return which large pictures the page does not show, as Chinese sentences."""
        left = (name for name in self._parts if name not in self._used and PurePosixPath(name).suffix in _PICTURES)
        names = [PurePosixPath(name).name for name in left if len(self._parts[name]()) > _LARGE]
        return (_UNUSED.format(listed(names)),) if names else ()


def page_with(source: Path, beside: Mapping[str, Path]) -> SavedPage:
    """Return the page at ``source``; ``beside`` are the files of its folder, by their paths from where it lies."""
    return SavedPage(source.read_bytes(), "", {name: path.read_bytes for name, path in beside.items()})


def page_in(source: Path) -> SavedPage:
    """Return the page that the MHTML file at ``source`` holds. Raises NotShownError where it can't be read."""
    if source.stat().st_size > _MOST:
        raise NotShownError(_DAMAGED)
    try:
        message = email.message_from_bytes(source.read_bytes(), policy=email.policy.compat32)
        parts = [part for part in message.walk() if not part.is_multipart()]
        page = next(part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml"))
        held: dict[str, Callable[[], bytes]] = {}
        for part in parts:
            content = _content(part)
            if name := part.get("Content-ID"):
                held.setdefault(f"cid:{str(name).strip().strip('<>')}", content)
            if name := part.get("Content-Location"):
                held.setdefault("".join(str(name).split()), content)
        return SavedPage(_content(page)(), "".join(str(page.get("Content-Location", "")).split()), held)
    except Exception as error:  # the parser raises what it likes on a hostile file
        raise NotShownError(_DAMAGED) from error


def inline(picture: bytes) -> tuple[str, int] | None:
    """Return a picture as an address that holds it, and its width as it fits a page (pixels); None for no picture."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(picture)) as opened:
            width = opened.width
            kind = next((name for magic, name in _DRAWN.items() if picture.startswith(magic)), "")
            if not kind:
                opened.convert("RGBA").save(out := io.BytesIO(), "PNG")
                picture, kind = out.getvalue(), "png"
    except Exception:  # Pillow raises what it likes
        return None
    return f"data:image/{kind};base64,{b64encode(picture).decode()}", min(width, _WIDEST)


def _content(part: EmailMessage | email.message.Message) -> Callable[[], bytes]:
    def read() -> bytes:
        payload = part.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""

    return read


def _plain(place: str) -> str:
    """Return a place as all spell it: decoded, without what only a server reads, in one case."""
    parts = urlsplit(place.strip())
    if parts.scheme in ("http", "https"):
        return place.strip().partition("#")[0]
    return unquote(place.strip().partition("#")[0].partition("?")[0]).removeprefix("./").casefold()
