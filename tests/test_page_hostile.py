"""What others wrote and sent: shown as it was written wherever it is repeated, never run, never served as a page.

Kinds, fields, addresses and forms are read off the program: a new one is covered by being there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from openpyxl import Workbook

from kaoping import api
from kaoping.page import _uploads
from kaoping.page.views import _any_file, _bringing, _ledger_imports
from packages import tree
from page_views import views
from pages import Answer, Browser, opened, sent
from units import small_unit

KIND = "multipart/form-data; boundary=X"
#: Ends an attribute and begins an element, were it not escaped.
OPENING = '"><b id='


def mark(what: str) -> str:
    """What somebody wrote in a field, a heading, a name."""
    return f"{OPENING}{what} onclick=alert(1)>"


def is_run(answer: Answer) -> bool:
    """Whether something that somebody wrote has become a part of the page."""
    return "html" in answer.headers.get("content-type", "") and "<b id=" in answer.text


def seen(text: str) -> set[str]:
    """Return what was written as :func:`mark` writes it and can be read on a page."""
    return set(re.findall(re.escape(escape('"><b id=')).replace("&quot;", "&#34;") + r"([\w./-]+) onclick", text))


# -- records -----------------------------------------------------------------------------------------------------------


def _value(kind: Any, field: Any) -> str:
    if field.options:
        return str(field.options[0])
    usual = {"integer": "3", "number": "1", "boolean": "是", "date": "2017-05-02", "yearmonth": "2017-05"}
    return usual.get(field.type) or mark(f"{kind.name}.{field.name}")


#: What a unit can't be read without, and what decides which pack it has.
_KEPT = ("id", "level", "year", "rubric", "submit_date", "as_of")


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_unit(tmp_path_factory.mktemp("asked") / "甲市")


@pytest.fixture(scope="module")
def browser(unit: Path) -> Iterator[Browser]:
    with opened(unit) as browser:
        yield browser


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A unit that has a record of every kind with script in every text of it."""
    unit = small_unit(tmp_path / "甲市")
    for kind in api.assess(unit).rubric.pack.kinds.values():
        record = {field.name: _value(kind, field) for field in kind.fields}
        if kind.name == "unit":
            stated = yaml.safe_load((unit / "records" / "unit.yaml").read_text("utf-8"))
            record |= {name: str(stated[name]) for name in _KEPT}
        if os.name != "nt" and "evidence" in record:
            record["evidence"] = f"{mark('file').replace('/', '')}.pdf"
        written = record if kind.single else [record]
        (unit / "records" / kind.file).write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")
    if os.name != "nt":  # Windows has no such names
        (unit / "材料" / f"{mark('file')}.pdf").write_bytes((unit / "材料/培训/一期通知.pdf").read_bytes())
    return unit


@pytest.mark.slow
def test_script_in_every_text_of_every_kind_is_read_as_it_was_written(hostile: Path) -> None:
    read: set[str] = set()
    every = views(hostile)
    every["/records/{kind}/-/paste"] = every["/records/{kind}/-/paste"][:1]  # no record is repeated there
    every["/records/{kind}"] = [at for at in every["/records/{kind}"] if "?" not in at]
    with opened(hostile) as browser:
        for route, all_ in every.items():
            for at in all_:
                answer = browser.ask(at)
                assert answer.status == 200 and not is_run(answer), at
                if route.startswith("/records/{kind}/{id"):
                    read |= seen(answer.text)
    kinds = api.assess(hostile).rubric.pack.kinds.values()
    texts = {
        f"{kind.name}.{field.name}"
        for kind in kinds
        for field in kind.fields
        if _value(kind, field).startswith(OPENING) and (kind.name != "unit" or field.name not in _KEPT)
    }
    assert texts - read - {f"{kind.name}.evidence" for kind in kinds} == set()
    if os.name != "nt":
        assert "file" in read


# -- ledgers, file names, forms ----------------------------------------------------------------------------------------


def part(name: str, content: bytes = b"", filename: str | None = None) -> bytes:
    """A part of a form as a browser sends it."""
    of_file = "" if filename is None else f'; filename="{filename}"'
    head = f'--X\r\nContent-Disposition: form-data; name="{name}"{of_file}\r\n\r\n'
    return head.encode("utf-8", "surrogatepass") + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--X--\r\n"


def test_script_in_a_ledger_is_read_as_it_was_written(browser: Browser, unit: Path, tmp_path: Path) -> None:
    """Its name, its sheet's, its headings, its values; then as a record that came in."""
    book = Workbook()
    sheet = book.active
    sheet.title = "<b id=sheet>"
    sheet.append(["名称", "日期", "方式", mark("heading")])
    sheet.append([mark("value"), "2017-05-02", mark("word"), mark("unread")])
    sheet.append(["合计", mark("left"), "", ""])
    book.save(tmp_path / "x.xlsx")
    name = "<b id=name onclick=alert(1)>.xlsx" if os.name != "nt" else "x.xlsx"
    came = browser.ask("/records/-/import", "POST",
                       form(part("kind", b"training"), part("file", (tmp_path / "x.xlsx").read_bytes(), name)),
                       Content_Type=KIND)  # fmt: skip
    at = came.headers["location"]
    shown = browser.ask(at)
    assert {"heading", "value", "word", "unread"} <= seen(shown.text)
    tried = sent(browser, at, act="look", **{"heading-3": mark("heading"), "was-3": "", "column-3": mark("field")})
    for answer in (shown, tried, browser.ask("/records/-/import"), sent(browser, at, act="drop")):
        assert not is_run(answer)


def _led_on(browser: Browser, answer: Answer) -> Answer:
    """Return the page of a ledger that came in and waits, which goes then; any other answer as it is."""
    if answer.status != 303:
        return answer
    shown = browser.ask(answer.headers["location"])
    sent(browser, answer.headers["location"], act="drop")
    return shown


@pytest.mark.parametrize("address", ["/evidence/files", "/records/-/import", "/build/tools"])
def test_script_in_a_file_name_is_read_as_it_was_written(browser: Browser, address: str) -> None:
    answer = browser.ask(address, "POST", form(part("file", b"x", "<b id=name onclick=alert(1)>.pdf")),
                         Content_Type=KIND)  # fmt: skip
    answer = _led_on(browser, answer)
    assert not is_run(answer) and re.search("(&lt;|_|＜)b id=name", answer.text)


# -- uploads -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_address_that_takes_files_is_tried_here(browser: Browser) -> None:
    """Whatever takes a form with files says so to one that brings none of them."""
    written = {its.path for its in browser.app._app.routes if "POST" in (getattr(its, "methods", None) or ())}
    takes = {path for path in written if "{" not in path and browser.ask(path, "POST", Content_Type="x").status == 415}
    assert takes == UPLOADS.keys() | ALIKE


UPLOADS = {"/evidence/files": _bringing, "/records/-/import": _ledger_imports, "/build/tools": _any_file}
#: Takes one file as `/evidence/files` takes many, by the same reader and with the same limit.
ALIKE = {"/evidence/file-replacement"}
_LIMITS = {"/evidence/files": "LARGEST", "/records/-/import": "_LARGEST", "/build/tools": "_LARGEST"}


@pytest.mark.parametrize("address", UPLOADS)
def test_a_file_over_the_limit_is_cut_off_and_nothing_of_it_is_kept(
    address: str, browser: Browser, unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UPLOADS[address], _LIMITS[address], 2_000_000)
    written: list[int] = []
    take = api.Arrivals.begin

    def watched(self: Any, name: str) -> Any:
        arrival = take(self, name)
        write = type(arrival).write

        def counted(its: Any, block: bytes) -> None:
            try:
                write(its, block)
            finally:
                written.append(its.size)

        monkeypatch.setattr(type(arrival), "write", counted)
        monkeypatch.setattr(api.Arrivals, "begin", take)
        return arrival

    monkeypatch.setattr(api.Arrivals, "begin", watched)
    before = tree(unit)
    whole = [part("file", b"x" * 1_000_000, "大.csv"), *[b"x" * 1_000_000] * 9, b"\r\n--X--\r\n"]
    answer = browser.stream(address, whole, Content_Type=KIND)
    assert "超过 2 MB" in answer.text and "大.csv" in answer.text and answer.status in (200, 422)
    assert max(written) <= 2_000_000, "never more than the limit on the disk"
    assert tree(unit) == before and not (unit / api.ARRIVING).exists()


@pytest.mark.parametrize("address", UPLOADS)
def test_a_form_of_too_many_or_too_long_parts_is_refused(address: str, browser: Browser, unit: Path) -> None:
    before = tree(unit)
    forms = {
        "files": form(*[part("file", b"x", "a.csv")] * 30),
        "fields": form(*[part("a", b"x")] * 17_000),
        "a name": form(part("file", b"x", "长" * 5_000 + ".csv")),
        "a field's name": form(part("长" * 5_000, b"x")),
        "a header": b"--X\r\nContent-Disposition: form-data; name=a\r\nX: " + b"y" * 300_000 + b"\r\n\r\n\r\n--X--\r\n",
        "headers": b"--X\r\n" + b"X: y\r\n" * 100 + b"\r\n\r\n--X--\r\n",
        "a value": form(part("a", b"x" * 2_000_000)),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_uploads, "_FILES", 25)
        answers = {
            what: _led_on(browser, browser.ask(address, "POST", body, Content_Type=KIND))
            for what, body in forms.items()
        }
    for what in ("files", "fields", "a header", "headers", "a value"):
        assert answers[what].status in (400, 413) and len(answers[what].text) < 10_000, what
    for what in ("a name", "a field's name"):
        assert answers[what].status in (200, 422) and len(answers[what].text) < 60_000, what
    assert tree(unit) == before and not (unit / api.ARRIVING).exists()


# -- files that are not what they are called ---------------------------------------------------------------------------

LIES = {
    "网页.pdf": b"<!doctype html><script>alert(1)</script>",
    "图.pdf": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "图.png": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "图.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "页.html": b"<script>alert(1)</script>",
    "页.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
    "文.txt": b"<script>alert(1)</script>",
    "两样.pdf": b"%PDF-1.4\n<script>alert(1)</script>",
}


@pytest.mark.slow
def test_a_file_that_is_not_what_it_is_called_is_only_ever_saved(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    for name, content in LIES.items():
        (unit / "材料" / name).write_bytes(content)
    with opened(unit) as browser:
        for name, content in LIES.items():
            saved = browser.ask(f"/evidence/original/{quote(name)}")
            assert saved.body == content, name
            assert saved.headers["content-type"] == "application/octet-stream"
            assert saved.headers["content-disposition"].startswith("attachment")
            drawn = browser.ask(f"/evidence/picture/{quote(name)}?page=1&width=300")
            assert drawn.status == 404 or (
                drawn.headers["content-type"] == "image/jpeg" and drawn.body.startswith(b"\xff\xd8")
            )
            for answer in (saved, drawn, browser.ask(f"/evidence/file/{quote(name)}")):
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert "unsafe" not in answer.headers["content-security-policy"]
                assert answer is saved or b"<script>alert" not in answer.body


# -- ways out ----------------------------------------------------------------------------------------------------------

OUTSIDE = [
    "../secret.pdf", "..\\secret.pdf", "%2e%2e/secret.pdf", "..%2fsecret.pdf", "%252e%252e%252fsecret.pdf",
    "..%c0%afsecret.pdf", "....//secret.pdf", "材料/../../secret.pdf", "培训/../../secret.pdf", "/etc/passwd",
    "C:\\secret.pdf", "C:secret.pdf", "\\\\?\\C:\\secret.pdf", "//?/C:/secret.pdf", "\\\\server\\share\\secret.pdf",
    "secret.pdf\0.txt", "\0", "x:ads", "培训/一期通知.pdf::$DATA", "NUL", "材料/CON", "file:///etc/passwd", ".",
    "..", "",
]  # fmt: skip


@pytest.mark.slow
def test_no_name_in_an_address_leads_out(browser: Browser, unit: Path) -> None:
    """Of any address with a name in it, as it is, encoded, and encoded twice."""
    canary = unit.parent / "secret.pdf"
    canary.write_bytes(b"canary-4711")
    paths = [its.path for its in browser.app._app.routes if "{" in getattr(its, "path", "")]
    queries = ["/build/look/{}?file={}", "/build/file/{}?file={}", "/records/-/versions/file?name={}{}"]
    before = tree(unit)
    for name in OUTSIDE:
        for written in {name.replace("\0", "%00"), quote(name, safe=""), quote(quote(name, safe=""), safe="")}:
            for path in (*paths, *queries):
                at = re.sub(r"\{[^}]*\}", lambda _, to=written: to, path)
                answer = browser.ask(at)
                assert answer.status in (200, 303, 307, 400, 404, 405, 414, 422), at
                assert re.match(r"(http://127.0.0.1:40000)?/(?!/|\\)", answer.headers.get("location", "/x")), at
                assert b"canary-4711" not in answer.body and b"root:x" not in answer.body, at
    assert tree(unit) == before


@pytest.mark.slow
def test_no_name_in_a_form_leads_out(browser: Browser, unit: Path) -> None:
    """As a path, a folder, a version, a ledger: nothing is written but below 材料/ of the unit."""

    def around() -> dict[str, bytes]:
        return {name: content for name, content in tree(unit.parent).items() if "/材料/" not in f"/{name}"}

    before = around()
    for name in OUTSIDE:
        for fields in ({"folder": name}, {"as": name}):
            parts = [part(key, value.encode()) for key, value in fields.items()]
            answer = browser.ask("/evidence/files", "POST", form(*parts, part("files", b"x", "a.txt")),
                                 Content_Type=KIND)  # fmt: skip
            assert answer.status in (303, 422), (name, fields)
        for address, key in (("/records/-/versions", "name"), ("/records/-/import/-/withdraw", "name"),
                             ("/evidence/file-registration", "path"), ("/evidence/pages/turn", "path")):  # fmt: skip
            assert sent(browser, address, **{key: name, "page": "1"}).status in (303, 404, 409, 422), (address, name)
    assert around() == before


def test_what_the_script_of_a_page_is_told_of_a_file_is_data(browser: Browser) -> None:
    answer = browser.ask("/evidence/files", "POST", form(part("f", b"x", "<b id=name>.pdf")), Content_Type=KIND,
                         Accept="application/json")  # fmt: skip
    assert answer.headers["content-type"] == "application/json" and json.loads(answer.body)["files"]
