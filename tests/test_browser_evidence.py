"""材料 in a real browser: files dropped, rows saved as they are left, a page masked by mouse, pieces dragged."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pypdf
import pytest
from PIL import Image

from browsing import chromium, go, is_wider_than_the_screen, page, tab, tab_to, violations
from bundles import pdf
from kaoping import api
from units import small_unit

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["chromium", "page", "tab"]  # fixtures
pytestmark = pytest.mark.slow

FILE = "两页.pdf"
SECRET = "13800138000"
#: Drops files on an element as a file manager does: name → text.
DROP = """
([selector, files]) => {
  const transfer = new DataTransfer();
  for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
  const zone = document.querySelector(selector);
  for (const name of ["dragenter", "dragover", "drop"])
    zone.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: transfer }));
}
"""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    folder = small_unit(tmp_path / "甲市")
    pdf(folder / "材料" / FILE, ["first page", f"call {SECRET} now"])
    return folder


def line_of(unit: Path) -> str:
    return next(piece.line for piece in api.assess(unit).plan.pieces if piece.line)


def _lines(held: api.Holdings) -> list[str]:
    return [its.piece.line for its in held.files.values() if its.piece is not None and its.piece.line]


def test_axe_finds_nothing_wrong_and_none_is_too_wide(page: Page, unit: Path) -> None:
    views = ("/evidence?show=all", "/evidence?show=all&as=tiles", f"/evidence/file/{quote(FILE)}")
    wrong = {}
    for view in (*views, f"/lines/{line_of(unit)}"):
        go(page, view)
        page.evaluate("document.querySelectorAll('details').forEach(its => its.open = true)")
        wrong[view] = violations(page)
        for width in (1366, 640):
            page.set_viewport_size({"width": width, "height": 768})
            wrong[view] += [f"wider than {width}"] if is_wider_than_the_screen(page) else []
    assert wrong == {view: [] for view in wrong}


def test_dropped_files_go_in_and_one_whose_name_is_taken_under_another(page: Page, unit: Path) -> None:
    go(page, "/evidence")
    page.evaluate(DROP, [".drop", {"甲.txt": "one", "乙.txt": "two"}])
    page.wait_for_selector("text=放进来 2 个文件")
    page.evaluate(DROP, [".drop", {"甲.txt": "another", "nul.txt": "x"}])
    page.click(".progress-list button")
    page.wait_for_selector("text=放好了：甲（2）.txt")
    assert "NUL" in page.inner_text(".progress-list").upper() and "没有放进材料" in page.inner_text(".progress-list")
    there = {path.name: path.read_text("utf-8") for path in (unit / "材料").glob("*.txt")}
    assert there == {"甲.txt": "one", "乙.txt": "two", "甲（2）.txt": "another"}
    page.click("text=接着看放好的")
    page.wait_for_selector("text=放进来 1 个文件")


def test_files_dropped_on_a_line_are_hung_on_its_record(page: Page, unit: Path) -> None:
    line = line_of(unit)
    go(page, f"/lines/{line}")
    before = page.locator("#h-proofs ~ span, .tiles li").count()
    page.evaluate(DROP, [".drop", {"补一.txt": "1", "补二.txt": "2"}])
    page.wait_for_function("n => document.querySelectorAll('.tiles li').length >= n", arg=before + 1)
    proofs = [piece.evidence.path for piece in api.assess(unit).plan.pieces if line in (piece.line, *piece.also)]
    assert {"补一.txt", "补二.txt"} <= set(proofs)


def test_a_row_is_saved_as_it_is_left_and_what_is_wrong_stands_beside_it(page: Page, unit: Path) -> None:
    go(page, "/evidence?show=all")
    page.fill("[name='title.1']", "改了的题名")
    page.fill("[name='date.1']", "后天")
    page.focus("[name='title.2']")
    page.wait_for_selector("#e-date-1:not(:empty)")
    assert page.get_attribute("[name='date.1']", "aria-invalid") == "true"
    page.fill("[name='date.1']", "5月2日")
    page.focus("[name='title.2']")
    page.wait_for_selector("tr[data-row='1'] .saved:has-text('已存盘')")
    assert page.input_value("[name='date.1']") == "2017-05-02"
    path = page.input_value("[name='path.1']")
    its = api.holdings(api.assess(unit)).files[path]
    assert (its.stated("title"), its.stated("date")) == ("改了的题名", "2017-05-02")


def test_what_is_masked_by_mouse_is_gone_from_the_package(page: Page, unit: Path, tmp_path: Path) -> None:
    naming = next(n for its in api.holdings(api.assess(unit)).files.values() if its.lines for n in its.named_by)
    api.attach(api.assess(unit).dossier, naming.kind, naming.id, [FILE])
    go(page, f"/evidence/file/{quote(FILE)}?page=2")
    box = page.locator("#board").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=4)
    page.mouse.up()
    assert int(page.input_value("#m-width")) > 150
    page.fill("#m-reason", "手机号")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=遮盖 ")
    page.wait_for_selector("#h-changes")
    shown = page.get_attribute(".sheet img", "src")
    assert shown is not None and "came=1" not in shown, "what goes into the bundle is shown"
    drawn = Image.open(io.BytesIO(page.request.get(page.evaluate("location.origin") + shown).body())).convert("L")
    dark = drawn.histogram()[:64]
    assert sum(dark) > 0.8 * drawn.width * drawn.height, "no letter of the page is left in its picture"
    built = api.build(unit, out=tmp_path / "out").package
    for file in (path for path in built.rglob("*") if path.is_file()):
        assert SECRET.encode() not in file.read_bytes(), file
        if file.suffix == ".pdf":
            assert SECRET not in "".join(its.extract_text() for its in pypdf.PdfReader(file).pages)


def test_masking_and_order_by_keyboard_alone(page: Page, unit: Path) -> None:
    go(page, f"/evidence/file/{quote(FILE)}?page=2")
    tab_to(page, lambda it: it == "m-left")
    for text in ("10", "20", "60", "8", "手机号"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#h-changes")
    (its,) = api.page_changes(api.assess(unit), FILE)
    assert (its.pages, its.left, its.top, its.width, its.height, its.reason) == ("2", 10, 20, 60, 8, "手机号")
    held = api.holdings(api.assess(unit))
    line = next(
        line
        for line in {its.piece.line for its in held.files.values() if its.piece}
        if len(held.of_line(line)) > 1 and line
    )
    first, second = (its.path for its in held.of_line(line)[:2])
    go(page, f"/evidence/file/{quote(second)}")
    tab_to(page, lambda it: it == "前移", 300)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert [its.path for its in api.holdings(api.assess(unit)).of_line(line)][:2] == [second, first]


def test_pieces_are_dragged_into_another_order(page: Page, unit: Path) -> None:
    held = api.holdings(api.assess(unit))
    line = next(
        line
        for line in {its.piece.line for its in held.files.values() if its.piece}
        if len(held.of_line(line)) > 1 and line
    )
    before = [its.path for its in held.of_line(line)]
    go(page, f"/evidence/file/{quote(before[0])}")
    items = page.locator(".ordered li")
    with page.expect_navigation():
        items.nth(0).drag_to(items.nth(len(before) - 1))
    page.wait_for_load_state("networkidle")
    after = [its.path for its in api.holdings(api.assess(unit)).of_line(line)]
    assert after != before and sorted(after) == sorted(before) and after[-1] == before[0]
