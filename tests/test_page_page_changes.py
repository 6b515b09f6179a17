"""What a clerk does to pages by the page: turned, left out, masked, undone; the pieces of a line put in order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bundles import pdf
from kaoping import api
from kaoping.page.views._evidence_pages import reordered
from packages import tree
from pages import Browser, opened
from test_page_evidence import send
from units import small_unit

FILE = "两页.pdf"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    folder = small_unit(tmp_path / "甲市")
    pdf(folder / "材料" / FILE, ["first page", "second page 13800138000"])
    return folder


@pytest.fixture
def browser(unit: Path) -> Iterator[Browser]:
    with opened(unit) as browser:
        yield browser


def changes(unit: Path) -> list[tuple[str, str, str]]:
    return [(its.pages, its.action, its.turn) for its in api.page_changes(api.assess(unit), FILE)]


def view(browser: Browser, more: str = "") -> str:
    return browser.ask(f"/evidence/file/{quote(FILE)}?page=2{more}").text


def picture(browser: Browser, page: int, more: str = "") -> Image.Image:
    answer = browser.ask(f"/evidence/picture/{quote(FILE)}?page={page}&width=420{more}")
    return Image.open(io.BytesIO(answer.body)).convert("L")


@pytest.mark.slow
def test_pages_are_turned_left_out_masked_and_each_is_undone(browser: Browser, unit: Path) -> None:
    before = tree(unit)
    here = {"path": FILE, "page": "2"}
    region = {"left": "10", "top": "10", "width": "60", "height": "40", "reason": "手机号"}
    turned = send(browser, "/evidence/pages/turn", here | {"degrees": "90"})
    assert turned.headers["location"] == f"/evidence/file/{quote(FILE)}?page=2&done=1#h-page"
    assert send(browser, "/evidence/pages/mask", here | region).status == 303
    assert send(browser, "/evidence/pages/leave-out", here | {"pages": "1"}).status == 303
    assert sorted(changes(unit)) == [("1", "不收", ""), ("2", "旋转", "90"), ("2", "遮盖", "")]
    text = view(browser)
    assert "遮 1 处，转 90°" in text and 'class="masked" x="10" y="10" width="60" height="40"' in text
    assert f"/evidence/picture/{quote(FILE)}?page=1&amp;width=1280" in text, "as it goes into the bundle"
    assert 'data-turn="90"' in text and 'class="out"' in text and "1　不收" in text
    assert "这一页不收" in browser.ask(f"/evidence/file/{quote(FILE)}?page=1").text
    assert (
        "已存：遮盖" not in text and "已存：不收页" in browser.ask(f"/evidence/file/{quote(FILE)}?page=2&done=1").text
    )
    original = view(browser, "&came=1")
    assert "原件第 2 页，共 2 页" in original and 'id="board"' not in original
    assert f"/evidence/picture/{quote(FILE)}?page=2&amp;width=1280&amp;came=1" in original
    came, masked = picture(browser, 2, "&came=1"), picture(browser, 1)
    assert came.width < came.height and masked.width > masked.height, "turned"
    assert came.getpixel((80, 60)) > 200 and masked.getpixel((420 - 40, 50)) < 60, "black where it was masked"
    first = next(its for its in api.page_changes(api.assess(unit), FILE) if its.turn)
    assert send(browser, "/evidence/pages/undo", here | {"id": first.id}).status == 303
    assert len(changes(unit)) == 2
    assert send(browser, "/evidence/pages/undo", here).status == 303
    assert changes(unit) == []
    assert {name: its for name, its in tree(unit).items() if name in before} == before


def test_personal_data_lead_to_their_page(browser: Browser, unit: Path) -> None:
    assert f'<a href="/evidence/file/{quote(FILE)}?page=2#h-page">手机号' in view(browser)
    region = {"left": "0", "top": "0", "width": "200", "height": "200"}
    assert send(browser, "/evidence/pages/mask", {"path": FILE, "page": "2", **region}).status == 303
    assert "手机号 138" not in view(browser)


@pytest.mark.parametrize(
    ("what", "given_"),
    [
        ("mask", {}), ("mask", {"left": "500", "top": "1", "width": "5", "height": "5"}),
        ("mask", {"left": "1", "top": "1", "width": "0", "height": "5"}),
        ("mask", {"left": "-1", "top": "x", "width": "9" * 40, "height": "<b>"}),
        ("mask", {"left": "1", "top": "1", "width": "5", "height": "5", "pages": "9"}),
        ("leave-out", {"pages": "1-2"}), ("leave-out", {"pages": "x"}), ("turn", {"degrees": "0"}),
        ("turn", {"pages": "3-1"}), ("undo", {}), ("undo", {"id": "YM99"}), ("confirm", {}),
    ],
)  # fmt: skip
def test_what_can_not_be_done_says_why_and_writes_nothing(
    browser: Browser, unit: Path, what: str, given_: dict[str, str]
) -> None:
    before = tree(unit)
    answer = send(browser, f"/evidence/pages/{what}", {"path": FILE, "page": "2", **given_})
    assert answer.status == 422 and 'id="wrong"' in answer.text and '"<b>' not in answer.text
    assert tree(unit) == before


def test_a_file_that_is_not_there_has_no_pages(browser: Browser, unit: Path) -> None:
    before = tree(unit)
    for what in ("turn", "leave-out", "mask", "undo", "confirm"):
        for path in ("没有.pdf", "../records/unit.yaml", ""):
            assert send(browser, f"/evidence/pages/{what}", {"path": path, "page": "1"}).status == 404
    assert tree(unit) == before


def test_pieces_are_put_in_order_one_step_or_all_at_once(browser: Browser, unit: Path) -> None:
    for n in range(3):
        (unit / "材料" / f"次序{n}.txt").write_text(str(n), encoding="utf-8")
    held = api.holdings(api.assess(unit))
    naming = next(naming for its in held.files.values() if its.lines for naming in its.named_by)
    api.attach(api.assess(unit).dossier, naming.kind, naming.id, [f"次序{n}.txt" for n in range(3)])
    held = api.holdings(api.assess(unit))
    line = held.files["次序0.txt"].lines[0]
    paths = [its.path for its in held.of_line(line)]
    assert len(paths) > 3
    moved = send(browser, "/evidence/order", {"line": line, "path": paths[-1], "move": "-1", "back": "file"})
    assert moved.headers["location"] == f"/evidence/file/{quote(paths[-1])}?done=1#h-order"
    now = [its.path for its in api.holdings(api.assess(unit)).of_line(line)]
    assert now == [*paths[:-2], paths[-1], paths[-2]]
    body = "&".join([f"line={line}", *(f"order={quote(path)}" for path in [*reversed(paths), "没有.pdf"])])
    assert browser.ask("/evidence/order", "POST", body.encode()).headers["location"] == f"/lines/{line}?done=1#h-proofs"
    assert [its.path for its in api.holdings(api.assess(unit)).of_line(line)] == paths[::-1]
    text = browser.ask(f"/lines/{line}").text
    assert [text.index(f'data-path="{path}"') for path in paths[::-1]] == sorted(
        text.index(f'data-path="{path}"') for path in paths
    )
    before = tree(unit)
    for fields in ({"line": line}, {"line": line, "path": "没有", "move": "1"}, {"line": line, "move": "x"}):
        assert send(browser, "/evidence/order", fields).status == 303
    assert send(browser, "/evidence/order", {"line": "没有"}).status == 404
    assert tree(unit) == before


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdefgh")), st.sampled_from("abcx"),
       st.sampled_from(["", "1", "-1", "2", "x"]))  # fmt: skip
def test_whatever_is_asked_for_every_piece_stays_once(now: list[str], asked: list[str], moved: str, step: str) -> None:
    after = reordered(now, asked, moved, step)
    assert sorted(after) == sorted(now)
    if step in ("1", "-1") and moved in now:
        assert abs(after.index(moved) - now.index(moved)) <= 1
