"""页面处理: pages of a file turned, left out, masked, each to be undone; the pieces of a line put in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kaoping import api
from kaoping.page._record_writing import written_by
from kaoping.page._site import Site
from kaoping.page.views._evidence import Tried, file_address

#: What the forms say: a change of pages, and where a region lies in whole millimetres.
FIELDS = ("path", "page", "pages", "degrees", "reason", "id", "left", "top", "width", "height")
_REGION = ("left", "top", "width", "height")
#: What is masked most often.
REASONS = ("手机号", "身份证号", "住址", "举报人姓名", "当事人姓名", "银行账号", "未成年人信息")


@dataclass(frozen=True, slots=True)
class Mask:
    """A region of the page that is looked at, in millimetres; ``id`` is of the change that it stands in."""

    id: str
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PageState:
    """What was done to a page."""

    number: int
    turn: int = 0
    is_out: bool = False
    masks: tuple[Mask, ...] = ()
    at: int = 0  # the number of the page among those that go into the bundle; 0 where it does not

    @property
    def words(self) -> str:
        """What was done, as short as it goes; "" where nothing was."""
        parts = [f"遮 {len(self.masks)} 处" if self.masks else "", f"转 {self.turn}°" if self.turn else ""]
        return "不收" if self.is_out else "，".join(filter(None, parts))


Shown = Callable[..., Any]


def routes(site: Site, show: Shown) -> list[BaseRoute]:
    """Return the addresses of this view; ``show`` answers with the file's page and what could not be done."""

    def changing(
        act: str, title: str, work: Callable[[api.Assessment, dict[str, str]], object]
    ) -> Callable[[Request], Any]:
        async def change(request: Request) -> Response:
            given = await site.fields(request, FIELDS)
            try:
                assessment = await site.unit.assessment()
                await written_by(site, f"{title} {given['path']}", lambda: work(assessment, given))
            except api.KaopingError as error:
                tried = Tried({"": given | {"act": act}}, {"": _beside(error.findings)}, error.findings)
                return await show(request, tried, given["path"])  # type: ignore[no-any-return]
            page = given["page"] if given["page"].isdecimal() else "1"
            return RedirectResponse(f"{file_address(given['path'])}?page={page}&done=1#h-page", 303)

        return change

    async def order(request: Request) -> Response:
        """Have the pieces of a line stand as the form lists them, or one of them (``path``) further on or back."""
        form = await site.form(request)
        line, moved, step = (form.get(name, [""])[0] for name in ("line", "path", "move"))
        assessment, held = await site.unit.assessed(api.holdings)
        if not any(its.id == line for its in assessment.rubric.lines):
            return PlainTextResponse("考评细则里没有这一项。", 404)
        now = [its.path for its in held.of_line(line)]
        wanted = reordered(now, form.get("order", []), moved, step)
        try:
            if wanted != now:
                folder = site.unit.folder
                await written_by(site, "材料换次序", lambda: api.set_order(folder, wanted, None, assessment))
        except api.KaopingError as error:
            return await show(request, Tried({}, {}, error.findings), moved or now[0])  # type: ignore[no-any-return]
        done = "" if wanted == now else "?done=1"
        is_file = form.get("back", [""])[0] == "file"
        back = f"{file_address(moved)}{done}#h-order" if is_file else f"/lines/{line}{done}#h-proofs"
        return RedirectResponse(back, 303)

    works = {
        "turn": ("转页", _turn),
        "leave-out": ("不收页", _leave_out),
        "mask": ("遮盖", _mask),
        "undo": ("撤销页面处理", _undo),
        "confirm": ("确认页面处理", _confirm),
    }
    return [
        *(Route(f"/evidence/pages/{name}", changing(name, *its), methods=["POST"]) for name, its in works.items()),
        Route("/evidence/order", order, methods=["POST"]),
    ]


#: About which field of its form a refusal is that names none.
_ABOUT = {"pages.bad_pages": "pages", "pages.already": "pages", "pages.not_recorded": "left"}


def _beside(findings: Sequence[api.Finding]) -> dict[str, str]:
    """Return what is wrong with which field of a form."""
    named = [(finding.field or _ABOUT.get(finding.code, ""), finding) for finding in findings]
    return {name: finding.problem + finding.mend for name, finding in reversed(named) if name}


def reordered(now: Sequence[str], asked: Sequence[str], moved: str, step: str) -> list[str]:
    """Return ``now`` as it is asked for: one a step on (``1``) or back (``-1``), or else all in another order."""
    paths = list(now)
    if not step:
        first = [path for path in dict.fromkeys(asked) if path in now]
        return [*first, *(path for path in now if path not in first)]
    if moved in paths and step in ("1", "-1"):
        at = paths.index(moved)
        paths.insert(min(max(at + int(step), 0), len(paths) - 1), paths.pop(at))
    return paths


def states(assessment: api.Assessment, path: str, pages: int) -> list[PageState]:
    """Return what was done to each of the pages of the file as it came."""
    turns: dict[int, int] = {}
    out: set[int] = set()
    masks: dict[int, list[Mask]] = {}
    for its in api.page_changes(assessment, path):
        for page in api.page_numbers(its.pages) or ():
            if its.action == api.TURN and its.turn.isdecimal():
                turns[page] = int(its.turn)
            elif its.action == api.LEAVE_OUT:
                out.add(page)
            elif None not in (edges := (its.left, its.top, its.width, its.height)):
                masks.setdefault(page, []).append(Mask(its.id, *(edge or 0 for edge in edges)))
    kept = [n for n in range(1, pages + 1) if n not in out]
    at = {n: number for number, n in enumerate(kept, 1)}
    return [PageState(n, turns.get(n, 0), n in out, tuple(masks.get(n, ())), at.get(n, 0)) for n in range(1, pages + 1)]


def _note(given: dict[str, str]) -> api.Note:
    return api.Note(reason=given["reason"])


def _turn(a: api.Assessment, given: dict[str, str]) -> None:
    degrees = int(given["degrees"]) if given["degrees"] in ("0", "90", "180", "270") else 90
    pages = given["pages"] or given["page"]
    api.turn_pages(a.dossier.folder, given["path"], pages, degrees, _note(given), a)


def _leave_out(a: api.Assessment, given: dict[str, str]) -> None:
    api.leave_out_pages(a.dossier.folder, given["path"], given["pages"] or given["page"], _note(given), a)


def _mask(a: api.Assessment, given: dict[str, str]) -> None:
    edges = [int(given[name]) if given[name].isdecimal() and len(given[name]) < 6 else 0 for name in _REGION]
    pages = given["pages"] or given["page"]
    api.mask_pages(a.dossier.folder, given["path"], pages, [api.Region(*edges)], _note(given), a)


def _undo(a: api.Assessment, given: dict[str, str]) -> None:
    api.undo_page_changes(a.dossier.folder, given["path"], [given["id"]] if given["id"] else (), a)


def _confirm(a: api.Assessment, given: dict[str, str]) -> None:
    api.confirm_page_changes(a.dossier.folder, given["path"], a)
