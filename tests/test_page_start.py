"""打开: the start page, on which units are found, made, and remembered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import platformdirs
import pytest
from markupsafe import escape

from kaoping import api
from kaoping.core import fs
from packages import tree
from pages import sent, start_page
from units import small_unit

UNIT = {"id": "LC", "name": "澜川市支队", "region": "澜川市", "level": "设区市", "year": "2017", "pack": "culture-2017"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folders, none of them the developer's own."""
    monkeypatch.setattr(fs, "of_user", lambda kind: tmp_path / kind)
    home = tmp_path / "用户 甲"
    (home / "文档").mkdir(parents=True)
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: home))
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: home / "文档")
    monkeypatch.setattr(platformdirs, "user_desktop_path", lambda: home / "桌面")
    return home


def test_a_new_unit_is_made_with_what_the_form_says(home: Path) -> None:
    opened: list[Path | None] = []
    browser = start_page(opened)
    answer = sent(browser, "/new", **UNIT)
    folder = home / "文档" / "考评包" / "澜川市支队2017"
    assert answer.status == 303
    made = browser.ask(answer.headers["location"])
    (link,) = set(re.findall(r'href="(/open[^"]+)"', made.text))
    assert browser.ask(unescape(link)).headers["location"].startswith("http://127.0.0.1:40001/launch?key=")
    assert opened == [folder]
    facts = api.assess(folder).dossier.unit
    assert {name: str(facts[name]) for name in ("id", "name", "region", "level", "year")} == {
        name: text for name, text in UNIT.items() if name != "pack"
    }


@pytest.mark.parametrize(
    ("changed", "said_beside"),
    [
        ({"name": ""}, "没有写单位名称"),
        ({"region": " "}, "没有写地区"),
        ({"year": "明年"}, "应为整数"),
        ({"year": "17"}, "不应小于2000"),
        ({"level": "乡镇"}, "只能填"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    changed: dict[str, str], said_beside: str, home: Path
) -> None:
    answer = sent(start_page(), "/new", **UNIT | {"name": "<b>支队</b>"} | changed)
    ((name, _),) = changed.items()
    assert answer.status == 422 and not (home / "文档" / "考评包").exists()
    field = answer.text[answer.text.index(f'id="new-{name}"') :].split("</div>")[0]
    assert said_beside in field and 'aria-invalid="true"' in field and f'id="err-{name}"' in field
    if name != "name":
        assert str(escape("<b>支队</b>")) in answer.text


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"parent": "相对的"}, "完整的路径"),
        ({"name": "甲/乙"}, "文件夹的名称不行"),
        ({"name": "CON", "folder": "CON"}, "文件夹的名称不行"),
        ({"name": "长" * 200}, "太长"),
        ({"folder": "../../别处"}, "文件夹的名称不行"),
        ({"pack": "culture-1999"}, "culture-1999"),
        ({"pack": "../../etc"}, "etc"),
    ],
)
def test_a_place_where_no_unit_can_stand_is_refused(changed: dict[str, str], why: str, home: Path) -> None:
    before = tree(home)
    answer = sent(start_page(), "/new", **UNIT | changed)
    assert answer.status == 422 and why in unescape(answer.text) and tree(home) == before


@pytest.mark.parametrize(
    ("code", "look"),
    [
        ("place.unsuitable", lambda: api.folder_for_unit("相对的", "甲市")),
        ("place.unreadable", lambda: api.folders_in(Path("/nowhere"))),
        ("init.fact_unfit", lambda: api.init(Path("/nowhere/甲"), facts={"year": "明年", "level": "设区市"})),
    ],
)
def test_what_is_refused_says_where_and_why(code: str, look: Callable[[], object]) -> None:
    with pytest.raises(api.KaopingError) as refused:
        look()
    (finding,) = refused.value.findings
    assert finding.code == code and finding.mend.endswith("。") and "{" not in finding.problem


def test_no_unit_is_made_over_another_nor_in_the_program(home: Path) -> None:
    small_unit(home / "文档" / "澜川市支队2017")
    kit = home / "考评包0.3"
    (kit / "app").mkdir(parents=True)
    (kit / "app" / "kit.txt").write_text("", encoding="utf-8")
    before = tree(home)
    over = sent(start_page(), "/new", **UNIT, parent=str(home / "文档"))
    within = sent(start_page(), "/new", **UNIT, parent=str(kit / "units"))
    assert (over.status, within.status) == (422, 422) and tree(home) == before
    assert "已经有" in over.text and "考评包自己的文件夹" in within.text


def test_a_folder_is_found_by_links_from_where_people_keep_theirs(home: Path) -> None:
    unit = small_unit(home / "文档" / "考评 <甲>" / "甲市2017")
    (home / "文档" / ".藏着的").mkdir()
    opened: list[Path | None] = []
    browser = start_page(opened)
    page = browser.ask("/folders").text
    for step in ("文档", "考评 &lt;甲&gt;"):
        (link,) = set(re.findall(f'<a href="([^"]+)"[^>]*>{step}</a>', page))
        page = browser.ask(unescape(link)).text
        assert "藏着的" not in page and "<甲>" not in page
    (link,) = re.findall(r'href="(/open[^"]+)"', page)
    assert browser.ask(unescape(link)).status == 303 and opened == [unit]


def test_the_place_of_a_new_unit_is_chosen_and_nothing_typed_is_lost(home: Path) -> None:
    (home / "文档" / "考评").mkdir()
    page = start_page().ask(f"/folders?{urlencode(UNIT | {'parent': str(home / '文档'), 'name': '支<队'})}").text
    link = next(link for link in re.findall(r'<a href="([^"]+)"', page) if link.endswith("%E8%80%83%E8%AF%84"))
    page = start_page().ask(unescape(link)).text
    (chosen,) = re.findall(r'href="(/\?[^"]+)#new"[^>]*>就放在这里', page)
    page = start_page().ask(unescape(chosen)).text
    assert 'value="支&lt;队"' in page and f'value="{home / "文档" / "考评"}"' in page


@pytest.mark.parametrize("written", ["{}", '"{}"', "“{}” ", "{}/台账.xlsx", "{}/材料/培训"])
def test_a_path_is_opened_however_it_was_pasted(written: str, home: Path) -> None:
    unit = small_unit(home / "甲市")
    (unit / "材料" / "培训").mkdir(parents=True, exist_ok=True)
    (unit / "台账.xlsx").touch()
    opened: list[Path | None] = []
    answer = start_page(opened).ask(f"/open?{urlencode({'folder': written.format(unit)})}")
    assert answer.status == 303 and opened == [unit]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("/nowhere/甲", "没有这个文件夹"),
        ("甲市", "不是完整的路径"),
        ("/" + "长" * 300, "打不开"),
        ("/", "不是考评包的单位文件夹"),
    ],
)
def test_a_folder_that_is_none_is_said(written: str, why: str) -> None:
    answer = start_page().ask(f"/open?{urlencode({'folder': written})}")
    assert answer.status == 422 and why in answer.text


def test_a_folder_that_nobody_may_read_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`chmod` does not keep root out, so the system's refusal is played."""
    import os

    real = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "文档":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    answer = start_page().ask(f"/folders?{urlencode({'at': home / '文档'})}")
    assert answer.status == 422 and "没有读取权限" in answer.text and "Permission" not in answer.text


def test_the_list_of_units_says_which_are_gone_and_forgets_them(home: Path) -> None:
    there, gone = small_unit(home / "甲市"), small_unit(home / "乙市")
    api.remember_unit(gone)
    api.remember_unit(there, unit="甲市支队", year="2017", total="95～104")
    gone.rename(home / "别处")
    browser = start_page()
    text = browser.ask("/").text
    assert "甲市支队　2017年度" in text and "95～104" in text and f"今天 {datetime.now():%H}" in text
    assert text.count("找不到了") == 1
    assert sent(browser, "/forget", folder=str(gone)).status == 303
    assert [recent.path for recent in api.recents()] == [there]
    assert (home / "别处").exists(), "the list forgets, and nothing else"


def test_a_list_of_an_earlier_release_is_read(tmp_path: Path, home: Path) -> None:
    unit = small_unit(home / "甲市")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "最近的单位.json").write_text(f'["{unit}"]', encoding="utf-8")
    assert api.recent_units() == [unit] and "甲市" in start_page().ask("/").text


def test_the_sample_is_laid_out_and_stays_as_it_was_left(home: Path) -> None:
    browser = start_page()
    folder = home / "文档" / "考评包" / "考评包样例"
    for _ in range(2):
        answer = sent(browser, "/sample")
        assert answer.status == 303 and str(escape(str(folder))) in browser.ask(answer.headers["location"]).text
        assert (folder / "台账.xlsx").is_file()
        (folder / "材料" / "我放的.txt").write_text("x", encoding="utf-8")
    assert (folder / "材料" / "我放的.txt").exists()


def test_every_link_of_the_start_page_leads_somewhere(home: Path) -> None:
    api.remember_unit(small_unit(home / "甲市"))
    browser = start_page([])
    for link in re.findall(r'(?:href|src)="(/[^"#]*)', browser.ask("/").text):
        assert browser.ask(unescape(link)).status in (200, 303), link
    assert urlsplit(browser.ask("/open").headers["location"]).port == 40_001


def test_a_new_year_goes_on_from_last_year_s_folder_and_tells_what_went_on(home: Path) -> None:
    before = small_unit(home / "甲市2017")
    kept = tree(before)
    opened: list[Path | None] = []
    browser = start_page(opened)
    answer = sent(browser, "/new-year", before=f'"{before}"', year="2018", pack="")
    assert answer.status == 200 and "2018年度的文件夹建好了" in answer.text and "单位情况" in answer.text
    (link,) = set(re.findall(r'href="(/open[^"]+)"', answer.text))
    assert browser.ask(unescape(link)).status == 303 and opened == [home / "甲市2018"]
    assert tree(before) == kept and (home / "甲市2018" / "台账.xlsx").is_file()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"before": ""}, "没有选去年的单位文件夹"),
        ({"before": "/nowhere"}, "没有这个文件夹"),
        ({"year": "明年"}, "写四位数的年度"),
        ({"year": "2017"}, "已经有"),
        ({"pack": "../../x"}, "没有编号为"),
    ],
)
def test_a_new_year_that_can_t_be_is_said(changed: dict[str, str], why: str, home: Path) -> None:
    fields = {"before": str(small_unit(home / "甲市2017")), "year": "2018", "pack": ""} | changed
    before = tree(home)
    answer = sent(start_page(), "/new-year", **fields)
    assert answer.status == 422 and why in answer.text and tree(home) == before


def test_a_year_that_the_rubric_is_not_for_is_told_before_a_year_s_work_goes_into_it(home: Path) -> None:
    browser = start_page([])
    answer = sent(browser, "/new", **(UNIT | {"year": "2025"}))
    assert answer.status == 422 and "2025年度用它不能生成报送稿" in answer.text
    assert "年度和细则不一样也先建" in answer.text and "年度和细则不一样" not in browser.ask("/").text
    assert sent(browser, "/new", **(UNIT | {"year": "2025", "anyway": "1"})).status == 303
