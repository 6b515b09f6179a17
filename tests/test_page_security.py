"""Every address of the page, whatever view brought it: who may not ask, what may not be reached, what never breaks.

The addresses are read off the application and its forms off its pages: a new view is covered by being there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

import platformdirs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount, Route

from kaoping.core import fs
from packages import tree
from pages import Answer, Browser, opened, start_page
from units import small_unit

SCRIPT = "<script>alert('x')</script>"
#: What somebody may put where a name, a path, a number or a day stands.
NASTY = [
    "", " ", "..", "../..", "../../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\Windows\\win.ini", "\\\\server\\x",
    "%2e%2e%2f", "a\0b", "a\nb", "a\r\nSet-Cookie: x=1", SCRIPT, '" onmouseover="x', "' or 1=1 --", "{{7*7}}", "${x}",
    "CON", "台账.xlsx", "材料/../../x", "长" * 3000, "\U0001f600", "\u202e", "-1", "0", "1e999", "NaN", "9" * 20,
    "2017-02-30", "=1+1", "records/unit.yaml", "22", "10", "没有", "[]", "null",
]  # fmt: skip


#: What the policy of the page forbids in it: styles and scripts of its own.
FORBIDDEN = re.compile(r"\sstyle=|<style|\son\w+=|javascript:|<script(?! src=\"/static/)")
#: What a click there makes takes long: a build, the sample. Their own tests send them.
DEAR = ("/build/start", "/sample")
#: What an answer may be that the browser shows; all else it is told to save.
SHOWN = ("text/html", "text/plain", "image/png", "image/jpeg", "image/webp", "application/json")
#: Views that the frame links to, and that are being built.
COMING: tuple[str, ...] = ()
#: Forms that stand on a page only while something is under way, or that a script makes: the view's own tests send them.
UNLINKED = {
    *DEAR,
    "/build/acceptance",
    "/build/acceptance/undo",
    "/build/edits/choose",
    "/build/stop",
    "/evidence/kept",
    "/evidence/proposals/answers",
    "/evidence/pages/confirm",
    "/evidence/pages/undo",
    "/evidence/reading/start",
    "/evidence/reading/stop",
    "/lines/{line}/decision",
    "/lines/{line}/decision/undo",
    "/lines/{line}/judgement/undo",
    "/records/-/import/-/withdraw",
    "/records/-/import/{token}",
    "/records/-/renewal",
    "/records/-/versions",
    "/records/{kind}",
    "/records/{kind}/-/check/{field}",
    "/rules",
    "/rules/book",
}


@dataclass
class Form:
    """A form of a page: where it is sent, and what its fields are called and offer."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.action.partition("?")[0]


class Reader(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at, self.links, self.forms = at, list[str](), list[Form]()
        self._named: dict[str, Form] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        its = {name: value or "" for name, value in attributes}
        if "href" in its and its["href"].startswith("/"):
            self.links.append(its["href"].partition("#")[0])
        if tag == "form":
            self.forms.append(Form(its.get("action") or self.at, its.get("method", "get").upper()))
            self._named[its.get("id", "")] = self.forms[-1]
        form = self._named.get(its["form"]) if "form" in its else self.forms[-1] if self.forms else None
        if form is not None and its.get("name"):
            form.fields.setdefault(its["name"], []).append(its.get("value", ""))
        if form is not None and "formaction" in its:
            method = its.get("formmethod", form.method).upper()
            self.forms.append(Form(its["formaction"], method, form.fields))
            self.forms.append(form)


@dataclass
class Site:
    """What a browser finds by following every link."""

    pages: dict[str, Answer]
    forms: dict[tuple[str, str], Form]


def crawled(browser: Browser, most: int = 120) -> Site:
    """Follow all links from the first page; of many that differ in their last step or question alone, the first few."""
    waiting, pages, forms = ["/"], dict[str, Answer](), dict[tuple[str, str], Form]()
    kinds: dict[str, int] = {}
    while waiting and len(pages) < most:
        at = waiting.pop(0)
        kind = re.sub(r"[^/]+$", "*", at.partition("?")[0])
        if at in pages or kinds.get(kind, 0) >= 4 or at.startswith(("/static", "/build/events", "/units")):
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        pages[at] = browser.ask(at)
        if "html" in pages[at].headers.get("content-type", ""):
            reader = Reader(at)
            reader.feed(pages[at].text)
            waiting += reader.links
            forms |= {(form.method, form.path): form for form in reader.forms}
    return Site(pages, {key: form for key, form in forms.items() if key[1] not in DEAR})


@dataclass(frozen=True)
class Address:
    path: str
    methods: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the path with ``values`` for its parameters."""
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda it: quote(values.get(it[1], "x"), safe=""), self.path)


def addresses(browser: Browser) -> list[Address]:
    """Return every address of the application but the folder of its own stylesheet."""
    app = browser.app._app
    found = [Address(its.path, tuple(sorted(its.methods or {"GET"}))) for its in app.routes if isinstance(its, Route)]
    assert {its.path for its in app.routes if isinstance(its, Mount)} == {"/static"}
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a unit in it, and beside it what is nobody's business."""
    place = tmp_path_factory.mktemp("security")
    small_unit(place / "单位" / "甲市")
    (place / "单位" / "别人的").mkdir()
    (place / "单位" / "别人的" / "秘密.txt").write_text("canary-4711", encoding="utf-8")
    (place / "用户").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fs, "of_user", lambda kind: place / "user" / kind)
        patch.setattr(Path, "home", classmethod(lambda cls: place / "用户"))
        patch.setattr(platformdirs, "user_documents_path", lambda: place / "用户" / "文档")
        patch.setattr(platformdirs, "user_desktop_path", lambda: place / "用户" / "桌面")
        yield place


@pytest.fixture(scope="module")
def browser(place: Path) -> Iterator[Browser]:
    with opened(place / "单位" / "甲市") as browser:
        yield browser


@pytest.fixture(scope="module")
def doors(browser: Browser, place: Path) -> list[Browser]:
    """The unit's page, and the start page."""
    return [browser, start_page([])]


@pytest.fixture(scope="module")
def sites(doors: list[Browser]) -> list[tuple[Browser, Site]]:
    """Each door with what a browser comes to behind it."""
    return [(door, crawled(door)) for door in doors]


# -- who may ask -------------------------------------------------------------------------------------------------------


def test_no_address_answers_a_stranger(doors: list[Browser]) -> None:
    for door in doors:
        for address in addresses(door):
            at = address.filled({})
            for method in (*address.methods, "PUT", "DELETE"):
                assert door.ask(at, method, Host="evil.example").status == 421, at
                assert door.ask(at, method, Cookie=None).status == 401, at
                assert door.ask(at, method, Cookie=f"{door.keys.cookie}={door.keys.launch}").status == 401, at
                if method in ("GET", "HEAD"):
                    continue
                assert door.ask(at, method, Origin="http://evil.example").status == 403, at
                assert door.ask(at, method, Origin=None).status == 403, at
                assert door.ask(at, method, X_CSRF_Token="guess").status == 403, at
                assert door.ask(f"{at}?csrf=guess", method, X_CSRF_Token=None).status == 403, at


def test_reading_changes_nothing(doors: list[Browser], place: Path) -> None:
    """What a link or a prefetching browser may ask for writes nothing."""
    before = tree(place / "单位")
    for door in doors:
        crawled(door, 40)
    assert tree(place / "单位") == before


def test_every_answer_forbids_what_a_page_needs_not(sites: list[tuple[Browser, Site]]) -> None:
    for door, site in sites:
        for at, answer in site.pages.items():
            policy = answer.headers["content-security-policy"]
            assert "default-src 'self'" in policy and "unsafe" not in policy and "form-action 'self'" in policy, at
            assert answer.headers["x-content-type-options"] == "nosniff", at
            kind = answer.headers.get("content-type", "").partition(";")[0]
            if kind == "application/octet-stream":
                assert answer.headers["content-disposition"].startswith("attachment"), at
            else:
                assert kind in SHOWN or answer.status == 303, at
            if "html" in answer.headers.get("content-type", ""):
                assert not FORBIDDEN.search(answer.text), at
                assert door.keys.session not in answer.text and door.keys.launch not in answer.text, at


def test_every_link_leads_somewhere(sites: list[tuple[Browser, Site]]) -> None:
    gone = {at for _, site in sites for at, answer in site.pages.items() if answer.status not in (200, 303)}
    assert not [at for at in gone if not at.startswith(COMING)]


# -- what may not be reached -------------------------------------------------------------------------------------------


@cache
def _traversals() -> list[str]:
    steps = ["../" * depth for depth in (1, 3)]
    return [
        f"{step}{target}".replace("/", slash)
        for step in steps
        for target in ("别人的/秘密.txt", "单位/别人的/秘密.txt", "etc/passwd", "records/unit.yaml")
        for slash in ("/", "\\", "%2f")
    ]


def test_no_file_outside_the_unit_is_read_by_any_address(
    browser: Browser, sites: list[tuple[Browser, Site]], place: Path
) -> None:
    forms = [form for (method, _), form in sites[0][1].forms.items() if method == "GET"]
    outside = [*_traversals(), str(place / "单位" / "别人的" / "秘密.txt"), "/etc/passwd", "file:///etc/passwd"]
    for value in outside:
        for address in addresses(browser):
            if "GET" in address.methods and "{" in address.path:
                for written in (quote(value, safe=""), quote(value)):
                    at = re.sub(r"\{[^}]+\}", lambda _, step=written: step, address.path)
                    answer = browser.ask(at)
                    assert answer.status in (200, 303, 400, 404, 414, 422), at
                    assert b"canary-4711" not in answer.body and b"root:" not in answer.body, at
        for form in forms:
            answer = browser.ask(f"{form.path}?{urlencode(dict.fromkeys(form.fields, value))}")
            assert answer.status < 500 and b"canary-4711" not in answer.body and b"root:" not in answer.body, form.path


# -- what people wrote -------------------------------------------------------------------------------------------------


def test_script_in_any_field_is_shown_as_it_was_written(sites: list[tuple[Browser, Site]]) -> None:
    """Sent in every field of every form, and asked for in every question: no answer holds it but escaped."""
    for door, site in sites:
        for (method, path), form in site.forms.items():
            fields = dict.fromkeys(form.fields, SCRIPT)
            answer = _sent(door, method, path, fields)
            for _ in range(2):  # and what it leads to
                assert answer.status < 500, path
                assert b"<script>alert" not in answer.body, path
                location = answer.headers.get("location", "/")
                answer = door.ask(location if location.startswith("/") else "/")


def _sent(browser: Browser, method: str, path: str, fields: Mapping[str, str]) -> Answer:
    text = urlencode(fields, errors="surrogatepass")
    if method == "GET":
        return browser.ask(f"{path}?{text}")
    return browser.ask(f"{path}?csrf={browser.keys.csrf}", method, text.encode(), X_CSRF_Token=None)


# -- random input ------------------------------------------------------------------------------------------------------

VALUES = st.sampled_from(NASTY) | st.text(max_size=40) | st.integers(-9, 10**9).map(str)
QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)


def _sendable(text: str) -> str:
    """Return the text as a browser would send it: half a character is a question mark."""
    return text.encode("utf-8", "replace").decode()


def _is_fine(answer: Answer, at: str) -> None:
    assert answer.status < 500, (at, answer.text[:2000])
    assert b"canary-4711" not in answer.body and b"<script>alert" not in answer.body, at


@QUIET
@given(data=st.data())
def test_no_input_breaks_any_form_and_nothing_is_written_elsewhere(
    data: st.DataObject, forms: dict[tuple[str, str], Form], browser: Browser, place: Path
) -> None:
    before = tree(place / "单位" / "别人的")
    key = data.draw(st.sampled_from(sorted(forms)))
    fields = {
        name: _sendable(data.draw(VALUES | st.sampled_from(offered), label=name))
        for name, offered in forms[key].fields.items()
        if data.draw(st.integers(0, 9))  # one in ten is not sent at all
    }
    _is_fine(_sent(browser, *key, fields), key[1])
    assert tree(place / "单位" / "别人的") == before
    assert sorted(path.name for path in (place / "单位").iterdir()) == ["别人的", "甲市"]


@pytest.fixture(scope="module")
def forms(browser: Browser, sites: list[tuple[Browser, Site]]) -> dict[tuple[str, str], Form]:
    """Every form that a browser comes to; those that it does not come to, with any field that stands on another."""
    linked = sites[0][1].forms
    everywhere = {name: offered for form in linked.values() for name, offered in form.fields.items()}
    values = {"line": "22", "kind": "training", "field": "date", "token": "x"}
    hidden = [its.filled(values) for its in addresses(browser) if its.path in UNLINKED - set(DEAR)]
    return linked | {("POST", path): Form(path, "POST", everywhere) for path in hidden}


@QUIET
@given(data=st.data())
def test_no_request_breaks_any_address(data: st.DataObject, doors: list[Browser], place: Path) -> None:
    before = tree(place / "单位" / "别人的")
    door = data.draw(st.sampled_from(doors))
    address = data.draw(st.sampled_from([its for its in addresses(door) if its.path not in DEAR]))
    names = re.findall(r"\{(\w+)", address.path)
    at = address.filled({name: _sendable(data.draw(VALUES)) for name in names})
    query = data.draw(st.text(max_size=30).map(lambda text: quote(_sendable(text))) | st.just(""))
    method = data.draw(st.sampled_from([*address.methods, "PUT", "OPTIONS"]))
    body = data.draw(st.binary(max_size=200) | st.text(max_size=99).map(lambda text: _sendable(text).encode()))
    kinds = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "é"]
    kind, part = data.draw(st.sampled_from(kinds)), data.draw(st.sampled_from(["true", None]))
    asked = f"{at}?csrf={door.keys.csrf}&{query}"
    _is_fine(door.ask(asked, method, body, Content_Type=kind, HX_Request=part), asked)
    assert tree(place / "单位" / "别人的") == before


@QUIET
@given(
    written=VALUES,
    name=VALUES,
    parent=st.sampled_from(["..", "x", "/proc/x", "\0", "~nobody/x"]),
    at=st.sampled_from(["/open", "/folders", "/made", "/"]),
)
def test_no_input_breaks_the_start_page(written: str, name: str, parent: str, at: str, place: Path) -> None:
    door, before = start_page([]), tree(place / "单位" / "别人的")
    text = _sendable(written)
    _is_fine(_sent(door, "GET", at, {"folder": text, "at": text, "parent": text}), at)
    facts = {"id": "A", "name": _sendable(name), "region": "甲市", "level": "设区市", "year": "2017", "parent": parent}
    _is_fine(_sent(door, "POST", "/new", {**facts, "folder": text}), "/new")
    assert tree(place / "单位" / "别人的") == before


def test_the_fuzz_reaches_every_form_that_there_is(browser: Browser, sites: list[tuple[Browser, Site]]) -> None:
    """A view whose forms no page links to would be tried by nobody."""
    posts = {path for (method, path) in sites[0][1].forms if method == "POST"}
    written = [a for a in addresses(browser) if "POST" in a.methods and a.path != "/gone"]
    patterns = {a.path: re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(a.path)) + "$") for a in written}
    unseen = {path for path, pattern in patterns.items() if not any(pattern.match(unescape(at)) for at in posts)}
    assert unseen <= UNLINKED, "no page of a small unit has this form: name it below, with its test"
