"""看成果: the files of a package looked at in the page, downloaded, and compared with another package."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._site import Site

_BLOCK = 1 << 20
_WIDTH = 900  # pixels of a page that is looked at
_DOWNLOAD = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a file the page shows: one page of its pages, sheets, words, or nothing."""

    kind: str  # pages, sheets, words or none
    is_coming: bool = False  # whether its pages are being made; its words stand there meanwhile
    outline: api.Outline | None = None
    page: int = 1
    mark: int = -1  # the last bookmark at or before that page
    sheets: Any = ()
    words: Any = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The page that is asked for: by its place, or by the number that is printed on it, which comes first."""

    page: str
    no: str = ""


def routes(site: Site) -> list[BaseRoute]:
    """Return the addresses of this view."""
    folder = site.unit.folder

    def package_named(name: str) -> api.ShelvedPackage | None:
        return next((its for its in api.shelved(folder) if its.name == name), None)

    async def first(_: Request) -> Response:
        packages = await run_in_threadpool(api.shelved, folder)
        return RedirectResponse(address(packages[0].name) if packages else "/build", 303)

    async def look(request: Request) -> Response:
        package = await run_in_threadpool(package_named, request.path_params["package"])
        if package is None:
            return _nothing()
        names = [file.name for file in package.files]
        name = request.query_params.get("file") or _best(package)
        path = await run_in_threadpool(package.path, name) if name in names else None
        if path is None:
            return _nothing()
        drafts = [its for name in names if name.lower().endswith(".docx") and (its := package.path(name)) is not None]
        asked = Asked(request.query_params.get("page", "1"), request.query_params.get("no", ""))
        shown = await _shown(site, path, asked, drafts)

        def facts(_: api.Assessment) -> Mapping[str, Any]:
            return {"package": package, "name": name, "shown": shown, "width": _WIDTH, "look": address, "its": its_page}

        return await site.show(request, "build_look", facts)

    async def picture(request: Request) -> Response:
        path = await run_in_threadpool(_path, package_named, request)
        page, width = (request.query_params.get(key, "") for key in ("page", "width"))
        if path is not None and path.suffix.lower() == ".docx":
            path = (await site.unit.draft_pages(path)).pdf
        if path is None or path.suffix.lower() != ".pdf" or not (_is_number(page) and _is_number(width)):
            return _nothing()
        drawn = await site.unit.volume_page(path, int(page), int(width))
        return _nothing() if drawn is None else Response(drawn.jpeg, media_type="image/jpeg")

    async def download(request: Request) -> Response:
        path = await run_in_threadpool(_path, package_named, request)
        if path is None:
            return _nothing()
        return FileResponse(path, media_type=_DOWNLOAD, filename=path.name, content_disposition_type="attachment")

    async def whole(request: Request) -> Response:
        package = await run_in_threadpool(package_named, request.path_params["package"])
        if package is None:
            return _nothing()
        stream = await run_in_threadpool(_zipped, package)
        headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(package.name)}.zip"}
        return StreamingResponse(_blocks(stream), media_type=_DOWNLOAD, headers=headers)

    async def compare(request: Request) -> Response:
        packages = await run_in_threadpool(api.shelved, folder)
        named = {its.name: its for its in packages}
        before, after = (request.query_params.get(key, "") for key in ("before", "after"))
        job, changes, error = site.unit.jobs.latest, None, None
        if before in named and after in named:
            try:
                changes = await run_in_threadpool(api.compare, named[before].folder, named[after].folder)
            except api.KaopingError as refused:
                error = refused
        elif job is not None and job.outcome is not None:
            changes = job.outcome.changes
            before, after = ("上一次生成的", job.form) if changes is not None else ("", "")

        def facts(_: api.Assessment) -> Mapping[str, Any]:
            return {
                "packages": packages, "before": before, "after": after,
                "changes": changes, "refusals": error.findings if error is not None else [],
            }  # fmt: skip

        return await site.show(request, "build_compare", facts)

    return [
        Route("/build/look", first),
        Route("/build/look/{package}", look),
        Route("/build/picture/{package}", picture),
        Route("/build/file/{package}", download),
        Route("/build/zip/{package}", whole),
        Route("/build/compare", compare),
    ]


def address(package: str, file: str = "", page: int = 0, no: str = "") -> str:
    """Return the address at which a package, a file of it, a page of that is looked at; ``no`` is printed on it."""
    query = {name: text for name, text in (("file", file), ("page", str(page or "")), ("no", no)) if text}
    return f"/build/look/{quote(package, safe='')}{f'?{urlencode(query)}' if query else ''}"


def its_page(package: str, file: str, page: int, width: int) -> str:
    """Return the address of a page of a volume as a picture."""
    return f"/build/picture/{quote(package, safe='')}?{urlencode({'file': file, 'page': page, 'width': width})}"


def _path(package_named: Any, request: Request) -> Path | None:
    package = package_named(request.path_params["package"])
    path: Path | None = package.path(request.query_params.get("file", "")) if package is not None else None
    return path


def _best(package: api.ShelvedPackage) -> str:
    """Return the file that is looked at first: the score sheet, else whatever comes first."""
    return next((file.name for file in package.files if file.role == "sheet"), next(f.name for f in package.files))


async def _shown(site: Site, path: Path, page: Asked, drafts: Sequence[Path]) -> Shown:
    """Return what the page shows of the file at ``path``; of ``drafts``, the package's Word files, pages are made."""
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        return await _pages(site, path, page) or Shown("none")
    is_coming = False
    if suffix == ".docx":
        its = await site.unit.draft_pages(path, drafts)
        if its.pdf is not None and (shown := await _pages(site, its.pdf, page)) is not None:
            return shown
        is_coming = its.is_coming
    if suffix == ".xlsx" and (sheets := await run_in_threadpool(api.shown_sheets, path)) is not None:
        return Shown("sheets", sheets=sheets)
    if suffix == ".docx" and (words := await run_in_threadpool(api.shown_words, path)) is not None:
        return Shown("words", is_coming, words=words)
    return Shown("none")


async def _pages(site: Site, pdf: Path, page: Asked) -> Shown | None:
    """Return a page of a PDF; None where it can't be read."""
    outline = await site.unit.outline(pdf)
    if outline is None:
        return None
    at = outline.page_called(page.no) if page.no else 0
    at = at or (min(max(int(page.page), 1), outline.pages) if _is_number(page.page) else 1)
    before = [n for n, mark in enumerate(outline.marks) if mark.page <= at]
    return Shown("pages", False, outline, at, before[-1] if before else -1)


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 7


def _nothing() -> Response:
    return PlainTextResponse("没有这一份成果，或者它已经换了：请刷新“生成”这一页。", 404)


def _zipped(package: api.ShelvedPackage) -> IO[bytes]:
    """Return the whole package as a zip, at its beginning; what a system leaves behind or a link names stays out."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - _blocks closes it when all of it is sent
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(package.folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                packed.write(path, f"{package.name}/{path.relative_to(package.folder).as_posix()}")
    stream.seek(0)
    return stream


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while block := stream.read(_BLOCK):
            yield block
