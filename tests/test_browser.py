"""The page as a clerk's browser shows it: real clicks, keys and files; no console may have a word to say."""

from __future__ import annotations

import io
import itertools
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import quote

import pytest
import yaml
from openpyxl import load_workbook
from pypdf import PdfReader

from browsing import chromium, focused, go, is_wider_than_the_screen, on_paper, page, served, tab, tab_to, violations
from bundles import pdf
from kaoping import api
from kaoping.page.views._start import what_is_offered
from page_views import views
from tiny import FILES, MEETINGS, PACK, RUBRIC, TRAININGS, UNIT, put
from units import small_unit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium", "page", "tab"]  # fixtures
pytestmark = pytest.mark.slow

#: What stands at the head of every view while somebody goes from one blocker of the 报送稿 to the next.
ROUND = "nav[aria-label=挡着报送稿的]"
#: What a script adds to a form: files of 材料 to choose from, beside the field in which they are written.
BY_SCRIPT = ("加一份材料", "加上")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return small_unit(tmp_path / "甲市")


def test_axe_finds_nothing_wrong_with_any_view_and_none_is_too_wide_on_screen_or_paper(
    tab: Page, unit: Path, tmp_path: Path
) -> None:
    """Each address that the application has, with what this unit has; a build and a ledger that waits are there too."""
    api.build(unit)
    ledger = "编号,名称,日期,方式,教室\nL1,甲班,2017-05-02,手把手,一楼\n"
    wrong = {}
    with served(unit, tmp_path / "user", tab) as address:
        tab.goto(address)
        tab.wait_for_selector("#total")
        go(tab, "/records/-/import?kind=training")
        files = [{"name": "台账.csv", "mimeType": "text/csv", "buffer": ledger.encode()}]
        tab.set_input_files("main input[type=file]", files)  # type: ignore[arg-type]
        tab.locator("main form:has(input[type=file]) button").first.click()
        tab.wait_for_selector("text=头几个值")
        waiting = [tab.evaluate("location.pathname")]
        every = views(unit, waiting, only_kinds=("training", "unit"), most=1)
        every["/build/look/{package}"] = [
            next(at for at in views(unit, most=99)["/build/look/{package}"] if quote(kind) in at)
            for kind in ("自评分表.xlsx", "自评报告.docx", "汇编.pdf")
        ]
        for view in itertools.chain(*every.values()):
            go(tab, view)
            tab.evaluate("document.querySelectorAll('details').forEach(its => its.open = true)")
            wrong[view] = violations(tab)
            for width in (1366, 640):  # a clerk's screen, and the same at twice the size of its letters
                tab.set_viewport_size({"width": width, "height": 768})
                wrong[view] += [f"wider than {width}"] if is_wider_than_the_screen(tab) else []
            tab.set_viewport_size({"width": 1366, "height": 768})
            wrong[view] += on_paper(tab)
        go(tab, "/lines/22")
        printed = PdfReader(io.BytesIO(tab.pdf(format="A4", prefer_css_page_size=True)))
        words = "".join(sheet.extract_text() for sheet in printed.pages)
        assert "加强文化市场信用监管" in normalize("NFKC", words).replace(" ", "")
    assert {view: its for view, its in wrong.items() if its} == {}


def test_axe_finds_nothing_wrong_with_the_start_page(tab: Page, unit: Path, tmp_path: Path) -> None:
    with served(None, tmp_path / "user", tab) as address:
        api.remember_unit(unit, unit="甲市支队", year="2017", total="95～104")
        tab.goto(address)
        start = tab.url
        assert violations(tab) == [] and not is_wider_than_the_screen(tab)
        tab.click("text=找一找")
        assert violations(tab) == []
        tab.goto(start)
        tab.click("text=建好并打开")
        tab.locator(":focus", has_text="栏要改").wait_for()  # what is wrong has the focus
        assert violations(tab) == []
        tab.goto(f"{start}open?folder=/nowhere")
        assert violations(tab) == []


def test_a_new_unit_is_made_and_opened_and_the_way_leads_back(tab: Page, tmp_path: Path) -> None:
    with served(None, tmp_path / "user", tab) as address:
        tab.goto(address)
        start = tab.url
        tab.fill("#new-name", "澜川市支队")
        tab.fill("#new-region", "澜川市")
        tab.fill("#new-parent", str(tmp_path))
        tab.click("text=建好并打开")
        tab.wait_for_selector("#total")  # by a page that leads on by itself, to another port
        assert (
            "澜川市支队　2017年度" in tab.inner_text(".unit") and (tmp_path / "澜川市支队2017" / "台账.xlsx").is_file()
        )
        tab.click(".unit")
        tab.wait_for_url(start)
        assert "澜川市支队　2017年度" in tab.inner_text("#main tbody")  # with what it was like


def test_a_line_is_settled_by_keyboard_alone(page: Page) -> None:
    """From the first page to the record, by Tab, arrows, letters and Enter."""
    before = page.inner_text("#total")
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    page.keyboard.press("Enter")
    tab_to(page, lambda its: its.startswith("去裁定") and "22" in its)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lines/22*")
    tab_to(page, lambda _: page.evaluate("document.activeElement.name") == "points")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    for name, text in (("reason", "内容齐全"), ("who", "支队长办公会"), ("when", "12月18日")):
        tab_to(page, lambda _, name=name: page.evaluate("document.activeElement.name") == name)
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
    tab_to(page, lambda its: "记下" in its)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=支队长办公会")
    assert page.inner_text("#total") != before
    tab_to(page, lambda its: "撤" in its)
    page.keyboard.press("Enter")
    page.locator("#total", has_text=before.split()[-1]).wait_for()


def test_an_error_stands_on_the_page_and_what_was_typed_stays(page: Page) -> None:
    go(page, "/lines/22")
    form = page.locator("form[action*='/decision?']").first
    form.locator("[name=points]").first.check()
    for name, text in (("reason", "内容<齐全>"), ("who", "办公会"), ("when", "13月40日")):
        form.locator(f"[name={name}]").fill(text)
    form.locator("button").click()
    page.wait_for_selector("text=没有记下")
    assert form.locator("[name=reason]").input_value() == "内容<齐全>"
    assert violations(page) == []


def test_a_page_whose_program_has_ended_says_so(chromium: Browser, unit: Path, tmp_path: Path) -> None:
    tab = chromium.new_page()
    with served(unit, tmp_path / "user") as address:
        tab.goto(address)
        tab.wait_for_selector("#total")
        assert not tab.is_visible("#presence")
    noted = tab.evaluate("speak().then(() => document.getElementById('presence').hidden)")
    assert noted is False and tab.is_visible("text=考评包已经关了")


def test_files_are_dropped_and_an_error_stands_beside_its_field(page: Page, unit: Path) -> None:
    go(page, "/evidence?show=all")
    transfer = page.evaluate_handle(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["一份说明"], "拖进来的.txt", {type: "text/plain"}));
            return transfer;
        }"""
    )
    page.dispatch_event("form.dropping .drop", "drop", {"dataTransfer": transfer})
    page.wait_for_selector("text=放进来 1 个文件")
    assert (unit / "材料" / "拖进来的.txt").read_text("utf-8") == "一份说明"
    go(page, "/records/training/P01")
    day = page.input_value("#v-date")
    page.fill("#v-date", "2017-02-30")
    page.keyboard.press("Tab")  # as one types: before anything is sent to be saved
    page.locator("#says-date", has_text="日").wait_for()
    page.click("button[value=save]")
    page.wait_for_selector(".field.wrong #v-date[aria-invalid=true]")
    beside = page.get_attribute("#v-date", "aria-describedby")
    assert "日期" in "".join(page.inner_text(f"#{name}") for name in (beside or "").split())
    page.fill("#v-date", day)
    page.fill("#v-title", "改过的题目")
    page.click("button[value=save]")
    page.wait_for_selector("text=改过的题目")
    assert "改过的题目" in (unit / "records" / "trainings.yaml").read_text("utf-8")
    page.click("button[aria-label^=撤销]")
    page.locator("td:has-text('改过的题目'), th:has-text('改过的题目')").first.wait_for(state="detached")
    assert "改过的题目" not in (unit / "records" / "trainings.yaml").read_text("utf-8")


def test_a_judgement_moves_the_total_rows_are_pasted_and_a_file_attached_by_keyboard(page: Page, unit: Path) -> None:
    before = page.inner_text("#total")
    go(page, "/lines/20")
    form = page.locator("form[action*='/judgement?']").first
    form.locator("input[name=choice][value=良好]").check()
    for name, text in (("reason", "评定两家"), ("who", "支队长办公会"), ("when", "12月18日")):
        form.locator(f"[name={name}]").fill(text)
    form.locator("button").first.click()
    page.wait_for_function("before => document.getElementById('total').innerText !== before", arg=before)
    go(page, "/records/training/-/paste")
    page.fill("#text", "名称\t日期\t方式\t范围\t主办\t以案施训\n贴来的班\t6月3日\t线上\t全市\t市级\t否\n")
    page.click("button[value=look] >> nth=0")
    page.click("button[value=write]")
    page.wait_for_selector("text=贴来的班")
    (unit / "材料" / "后来的.txt").write_text("后来的说明", "utf-8")
    go(page, "/evidence/file/后来的.txt")
    tab_to(page, lambda _: page.evaluate("document.activeElement.id") == "hang-on", 300)
    page.keyboard.type("培训记录 P01")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[aria-label*=取下]")
    assert "后来的.txt" in (unit / "records" / "trainings.yaml").read_text("utf-8")


def test_a_build_is_stopped_and_leaves_nothing(page: Page, unit: Path) -> None:
    go(page, "/build")
    page.click("button:has-text('生成送审稿')")
    page.click("button:has-text('停下')")
    page.wait_for_selector("text=停下了")
    assert not any((unit / "成果").glob("*")) if (unit / "成果").exists() else True


def test_from_an_empty_folder_to_a_downloaded_package_by_page_alone(
    tab: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pack of two lines; every record, file and choice comes by the page."""
    put(
        tmp_path / "packs" / "tiny-2017",
        {"pack.yaml": PACK.replace("documents: [covering-letter]\n", ""), "rubric.yaml": RUBRIC},
    )
    monkeypatch.setenv("KAOPING_PACKS", str(tmp_path / "packs"))
    what_is_offered.cache_clear()
    for name, text in FILES.items():
        pdf(tmp_path / "桌面" / name, [text])
    with served(None, tmp_path / "user", tab) as address:
        tab.goto(address)
        facts = yaml.safe_load(UNIT)
        for name in ("id", "name", "region"):
            tab.fill(f"#new-{name}", facts[name])
        tab.select_option("#new-pack", "tiny-2017")
        tab.fill("#new-parent", str(tmp_path))
        tab.click("text=建好并打开")
        tab.wait_for_selector("#total")
        unit = tmp_path / f"{facts['name']}2017"
        go(tab, "/records/unit")
        for name in ("addressee", "contact", "submit_date"):
            tab.fill(f"#v-{name}", str(facts[name]))
        tab.click("button[value=save]")
        tab.wait_for_selector(".banner.ok")
        go(tab, "/evidence?show=all")
        tab.set_input_files("form.dropping .drop input[type=file]", [tmp_path / "桌面" / name for name in FILES])
        tab.wait_for_selector("text=放进来 3 个文件")
        for kind, records in (("training", TRAININGS), ("meeting", MEETINGS)):
            (record,) = yaml.safe_load(records)
            go(tab, f"/records/{kind}")
            tab.click("text=新增一条 >> nth=0")
            tab.wait_for_selector("#v-id")
            for name, value in record.items():
                field = tab.locator(f"#v-{name}")
                if field.evaluate("its => its.tagName") == "SELECT":
                    field.select_option(str(value))
                else:
                    field.fill(str(value))
            tab.click("button[value=save]")
            tab.wait_for_selector(".banner.ok")
        assert tab.inner_text("#total").split()[-1] == "4"
        go(tab, "/build")
        tab.click("button:has-text('生成报送稿')")
        tab.wait_for_selector("text=看报送稿", timeout=60_000)
        tab.click("text=看报送稿")
        with tab.expect_download() as download:
            tab.click("a:has-text('下载') >> nth=0")
        assert download.value.path().stat().st_size > 0
    assert not api.verify(unit / "成果" / "报送稿").errors


def test_a_workbook_that_is_open_or_changed_meanwhile_is_left_alone_and_what_was_typed_stays(
    tab: Page, unit: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "台账的"
    api.export(unit, folder)
    shutil.copytree(unit / "材料", folder / "材料")
    (folder / "~$台账.xlsx").write_bytes(b"x")  # as Excel does while it has the workbook open
    before = (folder / "台账.xlsx").read_bytes()
    with served(folder, tmp_path / "user", tab) as address:
        tab.goto(address)
        tab.wait_for_selector("#total")
        go(tab, "/records/training/P01")
        tab.fill("#v-title", "改过的题目")
        tab.click("button[value=save]")
        tab.wait_for_selector("text=打开着")
        assert tab.input_value("#v-title") == "改过的题目" and (folder / "台账.xlsx").read_bytes() == before
        (folder / "~$台账.xlsx").unlink()
        tab.click("button[value=save]")
        tab.wait_for_selector(".banner.ok")
        assert (folder / "台账.xlsx").read_bytes() != before
        book = load_workbook(folder / "台账.xlsx")  # somebody writes into it with Excel, and closes it again
        (cell,) = (cell for row in book["培训记录"] for cell in row if cell.value == "改过的题目")
        cell.value = "在 Excel 里改的"
        book.save(folder / "台账.xlsx")
        book.close()
        tab.fill("#v-title", "在网页上改的")
        tab.click("button[value=save]")
        tab.wait_for_selector("text=没有存：这一条打开以后，在别处改过")
        assert tab.input_value("#v-title") == "在网页上改的" and "在 Excel 里改的" in tab.inner_text("#rec")
        assert _title_of(folder) == "在 Excel 里改的"
        tab.click("button[value=save]")  # knowing of it
        tab.wait_for_selector(".banner.ok")
    assert _title_of(folder) == "在网页上改的"


def _title_of(folder: Path) -> object:
    table = api.assess(folder).dossier.tables["training"]
    return table.columns["title"][list(table.ids).index("P01")]


def test_a_masked_page_is_gone_from_picture_and_text_of_the_package(page: Page, unit: Path) -> None:
    """By numbers, as somebody without a mouse does it."""
    source = unit / "材料" / "培训" / "一期通知.pdf"
    kept = source.read_bytes()
    words = PdfReader(source).pages[0].extract_text().split()
    assert words
    go(page, "/evidence/file/培训/一期通知.pdf")
    for name, value in (("left", "0"), ("top", "0"), ("width", "200"), ("height", "280"), ("reason", "手机号")):
        page.fill(f"#m-{name}", value)
    page.locator("#mask button").press("Enter")
    page.wait_for_selector("text=做过的处理")
    built = api.build(unit)
    shown = "".join(its.extract_text() for its in PdfReader(built.package / "data" / "佐证材料汇编.pdf").pages)
    assert max(words, key=len) not in shown.replace("一期通知", "")
    assert source.read_bytes() == kept and kept not in {file.read_bytes() for file in built.package.rglob("*.pdf")}


def test_a_record_is_added_edited_removed_and_brought_back_by_keyboard_alone(page: Page, unit: Path) -> None:
    """Tab, arrows, letters, Space and Enter: nothing is clicked."""

    def to(name: str) -> None:
        tab_to(page, lambda _: page.evaluate("document.activeElement.name") == name)

    def press(words: str) -> None:
        tab_to(page, lambda its: its.startswith(words))
        page.keyboard.press("Enter")

    def kept() -> str:
        return (unit / "records" / "trainings.yaml").read_text("utf-8")

    go(page, "/records/training")
    press("新增一条")
    page.wait_for_selector("#v-title")
    for name, text in (("title", "键盘记的班"), ("date", "2017-05-16")):
        to(f"v-{name}")
        page.keyboard.type(text)
    for name, times in (("mode", 2), ("scope", 1), ("host", 2), ("case_based", 1)):
        to(f"v-{name}")
        for _ in range(times):
            page.keyboard.press("ArrowDown")
    press("保存")
    page.wait_for_selector(".banner:has-text('已存：')")
    assert "键盘记的班" in kept()
    press(next(text for text in page.locator("tbody th a").all_inner_texts() if text in _rows(page, "键盘记的班")))
    page.wait_for_selector("#rec input[name=of]:not([value=''])", state="attached")
    to("v-title")
    page.keyboard.press("End")
    page.keyboard.type("改名")
    page.keyboard.press("Enter")  # in a field: as the first button of its form
    page.wait_for_selector(".banner:has-text('已存：改')")
    assert "键盘记的班改名" in kept()
    press("删去这条")
    page.wait_for_selector(".banner:has-text('已存：删')")
    assert "键盘记的班" not in kept()
    press("撤销")
    page.wait_for_selector(".banner:has-text('已撤销')")
    assert "键盘记的班改名" in kept()


def _rows(page: Page, words: str) -> str:
    return page.locator("tbody tr", has_text=words).inner_text()


def test_a_place_on_a_page_that_is_waited_for_comes_by_itself(page: Page) -> None:
    html = '<!doctype html><link rel="icon" href="/static/seal.svg"><script src="/static/waiting.js" defer></script>'
    page.route("**/lines/22", lambda its: its.fulfill(body=html, content_type="text/html; charset=utf-8"), times=1)
    page.goto(page.evaluate("location.origin") + "/lines/22#settle-22")
    page.wait_for_selector("#total")
    assert page.url.endswith("/lines/22#settle-22")
    page.wait_for_function("document.getElementById('settle-22').getBoundingClientRect().top < innerHeight")


def test_blockers_are_gone_through_one_by_one_and_accepted_together(page: Page, unit: Path) -> None:
    """“一处一处办” leads from one to the next wherever it is mended; under a heading several are accepted at once."""
    for name in ("会议/会议纪要.pdf", "培训/二期通知.pdf"):
        (unit / "材料" / name).unlink()
    go(page, "/build")
    count = page.locator("ul.blocks > li:has(> a.btn)").count()
    assert count > 2 and not page.is_visible(ROUND)
    page.click("text=一处一处办")
    page.wait_for_selector(f"{ROUND}:has-text('第 1 处，共 {count} 处')")
    assert violations(page) == []
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    top = page.locator(ROUND).bounding_box()
    assert top is not None and 0 <= top["y"] < 100, "it stays in sight, however far down the view what is mended stands"
    first = page.inner_text(f"{ROUND} p")
    tab_to(page, lambda its: its == "下一处")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{ROUND}:has-text('第 2 处，共 {count} 处')")
    second, at = page.inner_text(f"{ROUND} p"), page.url
    assert second != first
    go(page, "/records/training")
    assert page.inner_text(f"{ROUND} p") == second, "in every view, until it is over"
    for _ in range(count - 2):
        page.click(f"{ROUND} >> text=下一处")
    page.wait_for_selector(f"{ROUND}:has-text('第 {count} 处，共 {count} 处')")
    page.click(f"{ROUND} >> text=下一处")
    page.wait_for_selector("#h-final")
    assert page.url.endswith("/build") and page.url != at and not page.is_visible(ROUND), "after the last, the list"
    several = page.locator("details", has_text="几处一起照样报送…").filter(has=page.locator("[name=each]")).last
    several.locator("summary").last.click()
    boxes = several.locator("[name=each]")
    ticked = boxes.count()
    assert ticked > 1
    for n in range(ticked):
        boxes.nth(n).check()
    for name, text in (("reason", "原件另交"), ("who", "支队长办公会"), ("when", "12月18日")):
        several.locator(f"[name={name}]").fill(text)
    several.locator("button").click()
    page.wait_for_selector("text=已存：认可照样报送")
    assert page.locator("ul.blocks > li:has(> a.btn)").count() == count - ticked
    page.click("summary:has-text('已认可照样报送的')")
    page.locator("li", has_text="原件另交").first.locator("button:has-text('撤销')").click()
    page.wait_for_selector("text=已撤销：认可照样报送")
    assert page.locator("ul.blocks > li:has(> a.btn)").count() == count - ticked + 1, "each by itself"


def test_every_view_is_read_and_a_record_saved_without_javascript(
    chromium: Browser, tab: Page, unit: Path, tmp_path: Path
) -> None:
    """What a view says stands in it as the server sends it; what scripts add is buttons and what follows a key."""
    api.build(unit)
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    plain = context.new_page()
    with served(unit, tmp_path / "user", tab) as address:
        for its in (tab, plain):
            its.goto(address)
            its.wait_for_selector("#total")
        origin = address.split("/launch")[0]
        less = {}
        for view in itertools.chain(*views(unit, only_kinds=("training", "unit"), most=1).values()):
            lines = []
            for its in (tab, plain):
                its.goto(f"{origin}{view}")
                its.wait_for_selector("#total")
                lines.append(its.inner_text("body").splitlines())
            less[view] = [line for line in lines[0] if line.strip() and line not in (*lines[1], *BY_SCRIPT)]
        plain.goto(f"{origin}/records/training/P01")
        plain.fill("#v-title", "不用脚本改的")
        plain.click("button[value=save]")
        plain.wait_for_selector(".banner.ok")
    context.close()
    assert "不用脚本改的" in (unit / "records" / "trainings.yaml").read_text("utf-8")
    assert {view: its for view, its in less.items() if its} == {}
