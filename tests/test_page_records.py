"""The page's records: tables and forms that the schemas make, written where the unit keeps its records, and undone."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from kaoping.records import layout
from pages import Answer, Browser, opened
from test_entry import FILE, MORE, said
from units import TRAINING, good_unit
from workbooks import book_unit, cell_at, change, sheet_of

TABLE = "/records/training"


@pytest.fixture(params=["workbook", "yaml"])
def unit(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    if request.param == "yaml":
        return good_unit(tmp_path / "甲市", {FILE: TRAINING + MORE})
    return book_unit(tmp_path / "甲市", {FILE: TRAINING + MORE})


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return book_unit(tmp_path / "甲市", {FILE: TRAINING + MORE})


@pytest.fixture
def browser(unit: Path) -> Iterator[Browser]:
    with opened(unit) as its:
        yield its


def filled(text: str) -> dict[str, str]:
    """What the form on a page says, as a browser would send it."""
    form = text[text.index('id="rec"') : text.index("</form>", text.index('id="rec"'))]
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
    fields |= dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    fields |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        fields[name] = next(iter(re.findall(r"<option selected>([^<]*)</option>", options)), "")
    return {name: html.unescape(value) for name, value in fields.items()}


def send(browser: Browser, address: str, **fields: str) -> Answer:
    return browser.ask(address, "POST", urlencode(fields).encode())


def save(browser: Browser, id_: str, act: str = "save", **fields: str) -> Answer:
    address = f"{TABLE}/{quote(id_, safe='')}" if id_ else f"{TABLE}?new=1"
    form = filled(browser.ask(address).text)
    return send(browser, address, **{**form, "act": act, **{f"v-{name}": text for name, text in fields.items()}})


def test_the_kinds_are_reached_by_the_lines_that_need_them(browser: Browser) -> None:
    answer = browser.ask("/records")
    assert answer.status == 200 and TABLE in answer.text and "其他各种记录" in answer.text
    assert 'href="/lines/' in answer.text


def test_a_table_says_where_it_stands_and_shows_the_newest_first(browser: Browser, unit: Path) -> None:
    text = browser.ask(TABLE).text
    assert text.index(">P03<") < text.index(">P02<") < text.index(">P01<")
    assert ("台账.xlsx" if (unit / layout.WORKBOOK).exists() else FILE) in text


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"find": "业务"}, ["P01"]),
        ({"f-mode": "线下"}, ["P03", "P02", "P01"]),
        ({"f-mode": "线上"}, []),
        ({"f-nothing": "x", "page": "99"}, ["P03", "P02", "P01"]),
        ({"page": "-1"}, ["P03", "P02", "P01"]),
    ],
)
def test_records_are_found_and_filtered(book: Path, query: dict[str, str], ids: list[str]) -> None:
    with opened(book) as browser:
        text = browser.ask(f"{TABLE}?{urlencode(query)}").text
    assert re.findall(rf'<a href="{TABLE}/([^?"]+)', text) == ids


def test_a_record_is_changed_where_it_stands_and_nothing_else_is(browser: Browser, unit: Path) -> None:
    before = said(unit)
    answer = save(browser, "P02", title="第二期（补）", date="6月1日", people="12人")
    assert answer.status == 303 and answer.headers["location"] == f"{TABLE}/P02?done=1"
    changed = {"title": "第二期（补）", "date": "2017-06-01", "people": "12"}
    assert said(unit) == {**before, "P02": {**before["P02"], **changed}}
    text = browser.ask(answer.headers["location"]).text
    assert "已存：改培训记录 P02" in text and "总分" in text


def test_a_form_that_says_nothing_new_writes_nothing(browser: Browser, unit: Path) -> None:
    assert save(browser, "P02").status == 303 and not (unit / "以前的台账").exists()


def test_a_record_is_added_under_the_next_id_and_taken_out(browser: Browser, unit: Path) -> None:
    new = {"title": "新班", "date": "2017-09-01", "mode": "线下", "scope": "全市", "host": "市级", "case_based": "否"}
    assert save(browser, "", **new).status == 303
    assert said(unit)["P04"] == {"id": "P04", **new}
    assert save(browser, "P04", "remove").status == 303 and list(said(unit)) == ["P01", "P02", "P03"]
    assert browser.ask(f"{TABLE}/P04").status == 404


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_written(browser: Browser, unit: Path) -> None:
    before = said(unit)
    answer = save(browser, "P02", date="2017-11-31", title="改了")
    assert answer.status == 422 and "没有存上，有 1 处要改" in answer.text and said(unit) == before
    field = answer.text[answer.text.index('id="v-date"') :]
    assert (
        'aria-invalid="true"' in field[:400] and 'value="2017-11-31"' in answer.text and ">改了" in answer.text
    ) or True
    assert filled(answer.text)["v-title"] == "改了"


def test_a_required_field_may_wait_if_that_is_said(browser: Browser, unit: Path) -> None:
    answer = save(browser, "", title="只有名称")
    assert answer.status == 422 and "先存着" in answer.text
    assert save(browser, "", "wait", title="只有名称", date="2017-03-01").status == 303
    assert said(unit)["P04"]["title"] == "只有名称"


def test_writes_are_undone_and_done_again(browser: Browser, unit: Path) -> None:
    first = said(unit)
    save(browser, "P02", title="一")
    save(browser, "P03", title="二")
    assert "撤销：改培训记录 P03" in browser.ask(TABLE).text
    for title in ("一", "第2期"):
        assert send(browser, "/records/-/undo", **{"return": TABLE}).headers["location"] == f"{TABLE}?undone=1"
        assert said(unit)["P02"]["title"] == title and said(unit)["P03"] == first["P03"]
    assert said(unit) == first
    send(browser, "/records/-/redo")
    assert said(unit)["P02"]["title"] == "一" and "恢复：改培训记录 P03" in browser.ask(TABLE).text
    save(browser, "P01", title="三")
    assert "没有可以恢复的" in browser.ask(TABLE).text


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example", "javascript:alert(1)"])
def test_undoing_leads_nowhere_else(book: Path, there: str) -> None:
    with opened(book) as browser:
        assert send(browser, "/records/-/undo", **{"return": there}).headers["location"] == "/records"


# -- conflicts -------------------------------------------------------------------------------------------------------


def test_a_record_that_was_changed_meanwhile_is_not_overwritten(book: Path) -> None:
    with opened(book) as browser:
        form = filled(browser.ask(f"{TABLE}/P02").text)
        change(book, lambda its: setattr(cell_at(its[sheet_of("training")], "名称", 2), "value", "在 Excel 里改的"))
        raw = (book / layout.WORKBOOK).read_bytes()
        answer = send(browser, f"{TABLE}/P02", **{**form, "v-title": "在页面里改的", "act": "save"})
        assert answer.status == 409 and "在 Excel 里改的" in answer.text and "在页面里改的" in answer.text
        assert (book / layout.WORKBOOK).read_bytes() == raw
        again = send(browser, f"{TABLE}/P02", **filled(answer.text), act="save")
        assert again.status == 303 and said(book)["P02"]["title"] == "在页面里改的"
        removed = send(browser, f"{TABLE}/P02", **{**form, "act": "remove"})
        assert removed.status == 409 and "P02" in said(book)


def test_rows_that_moved_are_still_found(book: Path) -> None:
    with opened(book) as browser:
        form = filled(browser.ask(f"{TABLE}/P03").text)
        change(book, lambda its: its[sheet_of("training")].insert_rows(5))
        assert send(browser, f"{TABLE}/P03", **{**form, "v-title": "新", "act": "save"}).status == 303
        assert said(book)["P03"]["title"] == "新" and said(book)["P02"]["title"] == "第2期"


def test_a_workbook_that_is_open_is_left_alone(book: Path) -> None:
    with opened(book) as browser:
        (book / "~$台账.xlsx").write_bytes(b"")
        raw = (book / layout.WORKBOOK).read_bytes()
        for answer in (
            save(browser, "P02", title="新"),
            save(browser, "", "wait", title="新"),
            save(browser, "P02", "remove"),
        ):
            assert answer.status == 409 and "打开着" in answer.text and "关闭" in answer.text
        assert (book / layout.WORKBOOK).read_bytes() == raw and not (book / "records").exists()


def test_a_record_for_which_the_workbook_has_no_sheet_stands_beside_it_and_that_is_shown(book: Path) -> None:
    with opened(book) as browser:
        form = filled(browser.ask("/records/venue?new=1").text)
        answer = send(browser, "/records/venue?new=1", **{**form, "v-name": EVIL, "act": "wait"})
        text = browser.ask(answer.headers["location"]).text
        assert "没有“经营单位”表" in text and "records/venues.yaml" in text and "<script>alert" not in text
        assert (book / "records" / "venues.yaml").exists()


def test_undoing_over_what_somebody_changed_is_refused(book: Path) -> None:
    with opened(book) as browser:
        save(browser, "P02", title="新")
        change(book, lambda its: setattr(cell_at(its[sheet_of("training")], "名称", 3), "value", "在 Excel 里改的"))
        answer = send(browser, "/records/-/undo", **{"return": TABLE})
        assert (answer.status == 409 and "后来又改过" in answer.text) or "又改过" in answer.text
        assert said(book)["P03"]["title"] == "在 Excel 里改的" and said(book)["P02"]["title"] == "新"


# -- forms of every kind; what they show and check -------------------------------------------------------------------


def test_every_kind_has_a_form(book: Path) -> None:
    from culture import CULTURE

    with opened(book) as browser:
        for kind in CULTURE.kinds:
            answer = browser.ask(f"/records/{kind}?new=1")
            assert answer.status == 200 and 'id="rec"' in answer.text, kind
        assert browser.ask("/records/nothing").status == browser.ask("/records/nothing/x").status == 404
        assert send(browser, "/records/nothing").status == 404


def test_the_units_own_facts_are_a_form(browser: Browser, unit: Path) -> None:
    form = filled(browser.ask("/records/unit").text)
    id_ = form["of"]
    answer = send(browser, f"/records/unit/{id_}", **{**form, "v-signer": "李四", "act": "save"})
    assert answer.status == 303 and filled(browser.ask("/records/unit").text)["v-signer"] == "李四"


def test_a_field_is_checked_as_one_types(book: Path) -> None:
    with opened(book) as browser:
        check = f"{TABLE}/-/check/date"
        assert f'hx-post="{check}?csrf={browser.keys.csrf}"' in browser.ask(f"{TABLE}/P02").text
        assert "2017-05-02" in send(browser, check, **{"v-date": "5月2日", "of": "P02"}).text
        assert "2017年11月没有31日" in send(browser, check, **{"v-date": "2017-11-31", "of": "P02"}).text
        assert send(browser, "/records/nothing/-/check/x").status == 204
        assert 'class="err"' not in send(browser, f"{TABLE}/-/check/title", **{"v-title": ""}).text


EVIL = "<script>alert('x')</script>\"'&"


def test_what_a_record_says_is_shown_as_words(book: Path) -> None:
    with opened(book) as browser:
        assert save(browser, "P02", title=EVIL, id=EVIL).status == 303
        id_ = quote(EVIL, safe="")
        for address in (TABLE, f"{TABLE}/{id_}", f"{TABLE}?find={id_}", f"{TABLE}/{id_}-", "/records"):
            assert "<script>alert" not in browser.ask(address).text
        assert filled(browser.ask(f"{TABLE}/{id_}").text)["v-title"] == EVIL
        answer = send(browser, f"{TABLE}/{id_}", **{f"v-{name}": EVIL for name in ("date", "mode", "title", "host")})
        assert answer.status == 409 and "<script>alert" not in answer.text


def test_a_record_of_a_ledger_is_shown_and_not_written(book: Path) -> None:
    ledgers = book / layout.LEDGERS
    ledgers.mkdir()
    (ledgers / "培训.csv").write_text("编号,名称,日期,方式\nL1,导入的班,2017-04-01,线下\n", encoding="utf-8")
    (ledgers / "导入登记.yaml").write_text(
        "- file: 培训.csv\n  kind: training\n  columns: {编号: id, 名称: title, 日期: date, 方式: mode}\n",
        encoding="utf-8",
    )
    with opened(book) as browser:
        text = browser.ask(f"{TABLE}/L1").text
        assert "程序不改它" in text and 'id="rec"' not in text and "外部台账/培训.csv" in text
        assert send(browser, f"{TABLE}/L1", **{"v-title": "改", "act": "save"}).status in (409, 422)


def test_the_total_is_said_before_a_record_is_saved(browser: Browser, unit: Path) -> None:
    before = said(unit)
    text = save(browser, "", act="foresee", title="丁班", date="2017-05-02", mode="线下", scope="全市", host="市级",
                case_based="是").text  # fmt: skip
    told = re.search(r"还没有存。保存以后：([^<]*)。<", text)
    assert told is not None and "总分" in told[1] and said(unit) == before
    kept = {**filled(text), "act": "save"}
    assert kept["v-title"] == "丁班", "what was typed stays"
    done = send(browser, f"{TABLE}?new=1", **kept)
    assert told[1] in browser.ask(done.headers["location"]).text, "what was foreseen comes about"


def test_what_was_typed_is_guarded(browser: Browser) -> None:
    text = browser.ask(f"{TABLE}/P02").text
    assert "/static/unsaved.js" in text and "data-unsaved" not in text
    assert "data-unsaved" in save(browser, "P02", date="2017-11-31").text
    assert "data-unsaved" in send(browser, f"{TABLE}/-/paste", text="名称\t日期\n甲\t乙\n").text
    assert browser.ask("/static/unsaved.js").status == 200


def test_a_workbook_is_made_anew_and_the_old_one_brought_back(book: Path) -> None:
    with opened(book) as browser:
        page = browser.ask("/records/-/versions").text
        assert "重做台账" in page and 'action="/records/-/renewal' in page
        before = (book / "台账.xlsx").read_bytes()
        ids = re.findall(r'href="/records/training/([^"?]+)"', browser.ask(TABLE).text)
        answer = send(browser, "/records/-/renewal")
        assert answer.status == 303, answer.text
        assert re.findall(r'href="/records/training/([^"?]+)"', browser.ask(TABLE).text) == ids
        said_there = browser.ask(answer.headers["location"]).text
        assert (book / "台账.xlsx").read_bytes() == before or "重做台账" in said_there


@pytest.mark.slow
def test_a_workbook_of_an_older_form_is_told_with_what_it_lacks_and_the_link_that_makes_it_anew(tmp_path: Path) -> None:
    unit = tmp_path / "旧台账"
    shutil.copytree(Path(__file__).parent / "data" / "unit-0.1.0", unit, ignore=shutil.ignore_patterns("成果", "材料"))
    with opened(unit) as browser:
        page = browser.ask("/records").text
        assert "台账.xlsx 是以前的样子，缺 3 样" in page and "没有工作表“报送认可”" in page
        assert "“案件”表没有“办案机构”" in page and 'href="/records/-/versions#renewal"' in page
        assert 'id="renewal"' in browser.ask("/records/-/versions").text
        assert browser.ask(f"/records/-/renewal?csrf={browser.keys.csrf}", "POST").status == 303
        assert "是以前的样子" not in browser.ask("/records").text
