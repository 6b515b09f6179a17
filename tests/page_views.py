"""Every view of the page, by the addresses that the application has: what a test looks through, it looks through whole.

An address with a parameter is filled in with what the unit really has; one that nobody knows to fill in fails, so that
a new view is looked through, or is named here with the reason why not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

from starlette.routing import Route

from kaoping import api
from kaoping.page._admission import Keys
from kaoping.page._app import application, start_application
from kaoping.page._open_unit import OpenUnit
from kaoping.page._presence import Presence

#: What a browser is given there is no view: a file to be saved, a picture, a stream, a way to another address.
NO_VIEWS = {
    "/alive",
    "/build/events",
    "/build/file/{package}",
    "/build/look",
    "/build/next",
    "/build/picture/{package}",
    "/build/tools/copy/{key}",
    "/build/zip/{package}",
    "/evidence/original/{path:path}",
    "/evidence/picture/{path:path}",
    "/evidence/reading/events",
    "/open",
    "/records/-/versions/file",
    "/units",
}
#: Further faces of a view, as its own links ask for them; the parts of a page that a script asks for are none.
FACES: Mapping[str, Iterable[Mapping[str, str]]] = {
    "/evidence": [{"show": "all"}, {"show": "all", "as": "tiles"}],
    "/records/{kind}": [{"new": "1"}],
    "/folders": [{"pack": ""}],
}


def routes(folder: Path | None) -> list[Route]:
    """Return the addresses of the page of the unit in ``folder`` (None: of the start page)."""
    keys, presence = Keys(1), Presence()
    if folder is not None:
        app = application(OpenUnit(folder), keys, presence)
    else:

        async def nobody(_: Path | None) -> Keys:
            raise AssertionError

        app = start_application(keys, nobody, presence)
    return [its for its in app._app.routes if isinstance(its, Route)]  # type: ignore[attr-defined]


def views(
    folder: Path | None, waiting: Iterable[str] = (), *, only_kinds: Iterable[str] | None = None, most: int = 10**6
) -> dict[str, list[str]]:
    """Return each view's addresses in the unit in ``folder``, by the address that the application has for it.

    ``waiting`` names ledgers that wait to be imported; ``most`` of each view are enough, of ``only_kinds`` of records.
    """
    filled = _of_unit(folder, list(waiting), only_kinds) if folder is not None else {}
    every: dict[str, list[str]] = {}
    for route in routes(folder):
        if "GET" not in (route.methods or ()) or route.path in NO_VIEWS:
            continue
        names = re.findall(r"\{(\w+)", route.path)
        assert not names or route.path in filled, f"{route.path}: nobody knows what to ask for there"
        plain = [route.path] if not names else filled[route.path]()
        faces = [f"{at}?{urlencode(face)}" for at in plain for face in FACES.get(route.path, ())]
        every[route.path] = [*plain[:most], *faces[: most * len(list(FACES.get(route.path, ())))]]
    return every


def _of_unit(folder: Path, waiting: list[str], only_kinds: Iterable[str] | None) -> dict[str, Callable[[], list[str]]]:
    assessment = api.assess(folder)
    kinds = assessment.rubric.pack.kinds if only_kinds is None else list(only_kinds)
    ids = {name: api.Written(assessment.books, assessment.rubric.pack.kinds[name]).ids for name in kinds}

    def each(pattern: str, values: Iterable[str]) -> Callable[[], list[str]]:
        return lambda: [re.sub(r"\{[^}]+\}", lambda _, value=value: quote(value, safe=""), pattern) for value in values]

    def records() -> list[str]:
        return [f"/records/{kind}/{quote(its, safe='')}" for kind, its_ids in ids.items() for its in its_ids]

    def packages() -> list[str]:
        return [
            f"/build/look/{quote(its.name)}?{urlencode({'file': file.name})}"
            for its in api.shelved(folder)
            for file in its.files
        ]

    return {
        "/lines/{line}": each("/lines/{line}", [line.id for line in assessment.rubric.lines]),
        "/records/{kind}": each("/records/{kind}", kinds),
        "/records/{kind}/{id:path}": records,
        "/records/{kind}/-/paste": each("/records/{kind}/-/paste", kinds),
        "/records/-/import/{token}": lambda: waiting,
        "/evidence/file/{path:path}": each("/evidence/file/{path}", api.holdings(assessment).files),
        "/build/look/{package}": packages,
    }
