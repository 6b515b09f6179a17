"""A package in the page: looked at, downloaded, compared; what was changed in Word taken in and chosen between."""

from __future__ import annotations

import io
import json
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import docx
import pytest

from kaoping import api
from packages import tree
from pages import Answer, Browser, opened
from units import small_unit

SCRIPT = "<script>alert(1)</script>"


def sent(browser: Browser, address: str, **fields: str) -> Answer:
    """Send a form, as its page does."""
    return browser.ask(f"{address}?csrf={browser.keys.csrf}", "POST", urlencode(fields).encode(), X_CSRF_Token=None)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Path]]:
    """A unit with a 送审稿."""
    unit = small_unit(tmp_path_factory.mktemp("results") / "甲市")
    api.build(unit)
    with opened(unit) as browser:
        yield browser, unit / "成果" / "送审稿"


DRAFT = quote("送审稿")


def test_every_file_of_a_package_is_looked_at_and_downloaded_as_it_is(built: tuple[Browser, Path]) -> None:
    browser, package = built
    assert browser.ask("/build/look").headers["location"] == f"/build/look/{DRAFT}"
    files = json.loads((package / "kaoping.json").read_text("utf-8"))["files"]
    for row in files:
        name = row["path"].removeprefix("data/")
        page = browser.ask(f"/build/look/{DRAFT}?file={quote(name)}")
        assert page.status == 200 and f'<h2 id="h-page">{name}</h2>' in page.text
        assert ("不能在网页里看" in page.text) == (not name.endswith((".pdf", ".xlsx", ".docx"))), name
        got = browser.ask(f"/build/file/{DRAFT}?file={quote(name)}")
        assert got.body == (package / row["path"]).read_bytes()
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["content-type"] == "application/octet-stream"


def test_the_entries_of_the_contents_lead_to_their_pages(built: tuple[Browser, Path]) -> None:
    browser, package = built
    bundle = next(path.name for path in (package / "data").glob("*.pdf"))
    page = browser.ask(f"/build/look/{DRAFT}?file={quote(bundle)}").text
    entries = re.findall(r'<li><a class="in\d" href="([^"]+)"[^>]*>([^<]+)<span class="pg">(\d+)', page)
    pieces = json.loads((package / "kaoping.json").read_text("utf-8"))["pieces"]
    for piece in pieces:
        address = next(address for address, title, _ in entries if unescape(title).startswith(piece["number"]))
        there = browser.ask(unescape(address)).text
        assert piece["number"] in re.search(r'aria-current="location">([^<]+)', there)[1]  # type: ignore[index]
        picture = re.search(r'<img src="([^"]+)"', there)
        assert picture is not None
        drawn = browser.ask(unescape(picture[1]))
        assert drawn.headers["content-type"] == "image/jpeg" and drawn.body[:2] == b"\xff\xd8"


def test_a_line_leads_to_the_printed_page_of_each_of_its_pieces(built: tuple[Browser, Path]) -> None:
    browser, package = built
    for piece in json.loads((package / "kaoping.json").read_text("utf-8"))["pieces"]:
        if not piece["line"]:
            continue
        text = browser.ask(f"/lines/{piece['line']}").text
        its = re.search(rf'href="([^"]+)" aria-label="{piece["number"]} 在送审稿的第{piece["first"]}页"', text)
        assert its is not None, piece["number"]
        there = browser.ask(unescape(its[1])).text
        assert f'name="no" value="{piece["first"]}"' in there and f"第 {piece['first']} 张" not in there
        assert piece["number"] in re.search(r'aria-current="location">([^<]+)', there)[1]  # type: ignore[index]
    bundle = next(path.name for path in (package / "data").glob("*.pdf"))
    cover = browser.ask(f"/build/look/{DRAFT}?file={quote(bundle)}&no=a").text
    assert 'name="no" value="A"' in cover and "第 1 张" in cover
    astray = browser.ask(f"/build/look/{DRAFT}?file={quote(bundle)}&no=9999&page=2").text
    assert "第 2 张" in astray, "no such number: where one was"


def test_the_score_sheet_is_a_table_and_a_draft_its_words(built: tuple[Browser, Path]) -> None:
    browser, package = built
    names = {path.suffix: path.name for path in (package / "data").iterdir() if "自评分表" in path.name}
    sheet = browser.ask(f"/build/look/{DRAFT}?file={quote(names['.xlsx'])}").text
    total = api.assess(package.parent.parent).card.total
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", sheet[sheet.index("总　计") :])
    assert [its for its in cells if its][:2] == [api.number(total.low), api.number(total.high)]
    words = browser.ask(f"/build/look/{DRAFT}?file={quote(names['.docx'])}").text
    assert '<p class="words">' in words


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../kaoping.json",
        "kaoping.json",
        "/etc/passwd",
        "..\\..\\x",
        "data",
        ".",
        "C:\\x",
        "a\0b",
        "x" * 300,
        "../../records/unit.yaml",
    ],
)
def test_nothing_but_what_a_package_lists_is_served(built: tuple[Browser, Path], name: str) -> None:
    browser, _ = built
    for address in ("file", "picture"):
        assert browser.ask(f"/build/{address}/{DRAFT}?{urlencode({'file': name})}&page=1&width=100").status == 404
    if name:
        assert browser.ask(f"/build/look/{DRAFT}?{urlencode({'file': name})}").status == 404
    for package in ("..", "%2e%2e", ".送审稿.新", quote(name or "x", safe="")):
        assert browser.ask(f"/build/zip/{package}").status == 404


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", "1e3", "１", ""])
def test_a_page_that_is_none_is_no_error(built: tuple[Browser, Path], page: str) -> None:
    browser, package = built
    bundle = next(path.name for path in (package / "data").glob("*.pdf"))
    query = urlencode({"file": bundle, "page": page})
    assert browser.ask(f"/build/look/{DRAFT}?{query}").status == 200
    assert browser.ask(f"/build/picture/{DRAFT}?{query}&width=200").status == 404


def test_the_whole_package_is_a_zip(built: tuple[Browser, Path]) -> None:
    browser, package = built
    got = browser.ask(f"/build/zip/{DRAFT}")
    assert got.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(got.body)) as packed:
        assert {name.removeprefix("送审稿/"): packed.read(name) for name in packed.namelist()} == tree(package)


def test_what_was_put_in_place_of_a_file_is_not_followed_nor_run(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    api.build(unit)
    data = unit / "成果" / "送审稿" / "data"
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"%PDF-1.4 secret")
    bundle = next(data.glob("*.pdf"))
    bundle.unlink()
    bundle.symlink_to(secret)
    paper = next(path for path in sorted(data.glob("*.docx")))
    document = docx.Document(str(paper))
    document.add_paragraph(SCRIPT)
    document.save(str(paper))
    broken = next(path for path in sorted(data.glob("*.xlsx")))
    broken.write_bytes(b"PK\x03\x04 no workbook")
    with opened(unit) as browser:
        assert browser.ask(f"/build/file/{DRAFT}?file={quote(bundle.name)}").status == 404
        assert b"secret" not in browser.ask(f"/build/zip/{DRAFT}").body
        page = browser.ask(f"/build/look/{DRAFT}?file={quote(paper.name)}").text
        assert SCRIPT not in page and "&lt;script&gt;alert(1)" in page
        assert "不能在网页里看" in browser.ask(f"/build/look/{DRAFT}?file={quote(broken.name)}").text


@pytest.mark.slow
def test_two_packages_are_compared_as_the_command_does(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    api.build(unit)
    results = unit / "成果"
    shutil.copytree(results / "送审稿", results / "送审稿（改过1）")
    api.decide(unit, "22", "1", reason="研究过了", who="办公会", when="2017-12-18")
    api.build(unit)
    changes = api.compare(results / "送审稿（改过1）", results / "送审稿")
    assert changes.scores
    with opened(unit) as browser:
        query = urlencode({"before": "送审稿（改过1）", "after": "送审稿"})
        page = browser.ask(f"/build/compare?{query}").text
        assert "选两份来比" in browser.ask("/build/compare").text
        assert browser.ask("/build/compare?before=../..&after=x").status == 200
    for change in (*changes.scores, *changes.pieces, *changes.moved, *changes.files):
        assert f'<th scope="row">{change.what}</th><td><del>{change.before or "（没有）"}</del>' in page


@pytest.mark.slow
def test_what_was_changed_in_word_is_taken_in_listed_and_taken_back(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "甲市")
    api.build(unit)
    paper = next((unit / "成果" / "送审稿" / "data").glob("*自评报告*.docx"))
    document = docx.Document(str(paper))
    last = [paragraph for paragraph in document.paragraphs if len(paragraph.text) > 20][-1]
    last.add_run(f"我们补了一句{SCRIPT}。")
    document.save(str(paper))
    with opened(unit) as browser:
        page = browser.ask("/build/edits").text
        assert "改过、还没有收的" in page and paper.name in page
        assert sent(browser, "/build/edits/take").status == 303
        page = browser.ask("/build/edits").text
        assert "我们补了一句" in page and SCRIPT not in page and "已用上" in page
        (id_,) = {its.outcome.edit.id for its in api.list_edits(unit)}
        assert sent(browser, "/build/edits/choose", drop="nothing").status == 422
        assert sent(browser, "/build/edits/choose", drop=id_).status == 303
        assert "还没有收进什么改动" in browser.ask("/build/edits").text
    assert not api.list_edits(unit)


@pytest.mark.slow
def test_a_draft_is_shown_as_pages_once_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("没有安装 LibreOffice（soffice），排不出页面")
    monkeypatch.delenv("KAOPING_OFFICE", raising=False)
    unit = small_unit(tmp_path / "甲市")
    api.build(unit)
    draft = min((unit / "成果" / "送审稿" / "data").glob("*.docx"), key=lambda path: path.stat().st_size).name
    with opened(unit, drafts=True) as browser:
        address = f"/build/look/{DRAFT}?file={quote(draft)}"
        first = browser.ask(address).text
        assert "正在排成页面" in first and '<p class="words">' in first and 'hx-get="/build/look/' in first
        until = time.monotonic() + 60
        while "正在排成页面" in (text := browser.ask(address).text) and time.monotonic() < until:
            time.sleep(0.2)
        picture = re.search(r'<img src="([^"]+)"', text)
        assert picture is not None and "第 1 页" in text and "hx-get=" not in text[text.index('id="viewer"') :]
        drawn = browser.ask(unescape(picture[1]))
        assert drawn.headers["content-type"] == "image/jpeg" and drawn.body[:2] == b"\xff\xd8"
