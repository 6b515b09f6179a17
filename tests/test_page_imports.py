"""Ledgers imported on the page: what each column is, several at once, all of it or nothing; taken back out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaoping import api
from kaoping.records import layout
from pages import Answer, Browser, opened
from test_entry import FILE, said
from test_page_records import EVIL, send
from units import TRAINING
from workbooks import book_unit

AT = "/records/-/import"
HEAD = "编号,班名,开班日期,培训方式,范围,主办,以案施训,教室\n"
ROWS = "L1,甲班,2017.5.2,手把手,全市,市级,是,一楼\nL2,乙班,2017-06-03,线上,全市,市级,否,二楼\n合计,2,,,,,,\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return book_unit(tmp_path / "甲市", {FILE: TRAINING})


@pytest.fixture
def browser(book: Path) -> Iterator[Browser]:
    with opened(book) as its:
        yield its


def bring(browser: Browser, *files: tuple[str, str | bytes], kind: str = "training") -> Answer:
    parts = [f'--X\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n'.encode()]
    for name, text in files:
        data = text.encode() if isinstance(text, str) else text
        head = f'--X\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    body = b"".join(parts) + b"--X--\r\n"
    return browser.ask(AT, "POST", body, Content_Type="multipart/form-data; boundary=X")


def chosen(text: str) -> dict[str, str]:
    """What the form about a ledger's columns says as it stands."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.S):
        selected = re.findall(r'<option value="([^"]*)" selected', options)
        fields[name] = selected[0] if selected else ""
    return fields


def test_a_ledger_is_shown_its_columns_chosen_and_then_imported(browser: Browser, book: Path) -> None:
    first = bring(browser, ("培训台账.csv", HEAD + ROWS))
    assert first.status == 303
    address = first.headers["location"]
    text = browser.ask(address).text
    assert "甲班；乙班" in text and "教室" in text and "请选择" in text and "合计" in text
    assert not (book / layout.LEDGERS).exists()
    fields = chosen(text)
    headings = {value: name.removeprefix("heading-") for name, value in fields.items() if name.startswith("heading-")}
    fields[f"column-{headings['班名']}"] = "title"
    fields[f"column-{headings['教室']}"] = "-"
    looked = send(browser, address, **fields, act="look").text
    assert "手把手" in looked and "是哪个选项" in looked
    fields = chosen(looked)
    word = next(name for name, value in fields.items() if value == "手把手").removeprefix("word-")
    done = send(browser, address, **{**fields, f"option-{word}": "线下", "act": "write"})
    assert done.headers["location"] == AT
    listed = browser.ask(AT).text
    assert "已导入“培训台账.csv”" in listed and "新增 2 条" in listed and "总分" in listed
    assert said(book)["L1"]["title"] == "甲班" and said(book)["L1"]["mode"] == "线下"
    assert (book / layout.LEDGERS / "培训台账.csv").read_text("utf-8") == HEAD + ROWS
    assert not (book / api.ARRIVING).exists() or not list((book / api.ARRIVING).iterdir())


def test_a_file_is_hung_on_a_record_of_ours_and_none_of_a_ledger(browser: Browser, book: Path) -> None:
    """A ledger is as its system exported it: no file is written into its rows, and none of them is offered."""
    test_a_ledger_is_shown_its_columns_chosen_and_then_imported(browser, book)
    (book / "材料").mkdir(exist_ok=True)
    (book / "材料" / "一.txt").write_text("x", encoding="utf-8")
    offered = re.findall(r'<datalist id="bearers">.*?</datalist>', browser.ask("/evidence?show=all").text, re.S)[0]
    assert "培训记录 P01" in offered and "培训记录 L1" not in offered and "甲班" not in offered
    of_ledger = {"path": "一.txt", "record": "training/L1", "type": ""}
    refused = send(browser, "/evidence/attachment", **of_ledger)
    assert refused.status == 422 and "培训台账.csv" in refused.text
    assert (book / layout.LEDGERS / "培训台账.csv").read_text("utf-8") == HEAD + ROWS


def test_what_was_said_of_columns_is_remembered(browser: Browser, book: Path) -> None:
    test_a_ledger_is_shown_its_columns_chosen_and_then_imported(browser, book)
    text = browser.ask(
        bring(browser, ("七月.csv", HEAD + "L9,丙班,2017-07-01,手把手,全市,市级,是,三楼\n")).headers["location"]
    ).text
    assert "没有认出" not in text and "照以前" in text and "是哪个选项" not in text


def test_several_are_shown_one_after_another(browser: Browser, book: Path) -> None:
    good = HEAD.replace("班名", "名称").replace(",教室", "")
    rows = "L1,甲班,2017-05-02,线下,全市,市级,是\n", "K1,乙班,2017-05-03,线下,全市,市级,是\n"
    address = bring(browser, ("一.csv", good + rows[0]), ("二.csv", good + rows[1])).headers["location"]
    assert "另有 1 份等着看" in browser.ask(address).text
    following = send(browser, address, **chosen(browser.ask(address).text), act="write").headers["location"]
    assert following.startswith(f"{AT}/") and following != address
    assert send(browser, following, act="drop").headers["location"] == AT
    assert "L1" in said(book) and "K1" not in said(book)


def test_the_kind_is_told_where_nobody_says(browser: Browser) -> None:
    text = browser.ask(bring(browser, ("培训.csv", HEAD + ROWS), kind="").headers["location"]).text
    assert '<option value="training" selected>' in text


def test_what_is_no_table_is_not_taken(browser: Browser, book: Path) -> None:
    for files in ([("图.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100))], []):
        assert bring(browser, *files).status == 422
    assert not (book / api.ARRIVING).exists() or not list((book / api.ARRIVING).iterdir())


def test_columns_of_which_nobody_spoke_keep_it_out(browser: Browser, book: Path) -> None:
    address = bring(browser, ("培训.csv", HEAD + ROWS)).headers["location"]
    answer = send(browser, address, **chosen(browser.ask(address).text), act="write")
    assert answer.status == 422 and not (book / layout.LEDGERS).exists()


def test_a_ledger_is_withdrawn(browser: Browser, book: Path) -> None:
    test_a_ledger_is_shown_its_columns_chosen_and_then_imported(browser, book)
    assert send(browser, f"{AT}/-/withdraw", name="培训台账.csv").headers["location"] == AT
    assert "已撤下" in browser.ask(AT).text and "L1" not in said(book)
    assert send(browser, f"{AT}/-/withdraw", name="../台账.xlsx").status == 409 and (book / layout.WORKBOOK).exists()


@pytest.mark.parametrize("name", ["../../培训.csv", "..\\\\培训.csv", "/etc/培训.csv", "CON.csv", f"{'长' * 200}.csv"])
def test_a_name_leads_nowhere_else(browser: Browser, book: Path, name: str) -> None:
    before = set(book.parent.iterdir())
    answer = bring(browser, (name, HEAD + ROWS))
    assert answer.status in (303, 422) and set(book.parent.iterdir()) == before


def test_what_a_ledger_says_is_shown_as_words(browser: Browser) -> None:
    evil = EVIL.replace('"', "")
    text = browser.ask(
        bring(browser, ("培训.csv", HEAD.replace("教室", evil) + ROWS.replace("一楼", evil))).headers["location"]
    ).text
    assert "<script>alert" not in text and "&lt;script&gt;" in text


def test_an_address_of_nothing_leads_to_the_list(browser: Browser) -> None:
    assert browser.ask(f"{AT}/nothing").headers["location"] == AT
    assert send(browser, f"{AT}/nothing", act="write").headers["location"] == AT


VENUES = "- id: C0001\n  name: 飞鱼网吧\n  category: 上网服务\n- id: C0002\n  name: 新世界书城\n  category: 出版物\n"
CHECKS = "记录编号,被检单位,检查日期,检查类别,执法人员\n" + "".join(
    f"JC{n},{name},2017-04-1{n},日常检查,张三、李四\n"
    for n, name in enumerate(("飞鱼网吧", "新世界书城", "没有登记的网吧", "飞鱼网吧"))
)


@pytest.fixture
def checked(tmp_path: Path) -> Iterator[Browser]:
    with opened(book_unit(tmp_path / "乙市", {"venues.yaml": VENUES}, offered=["inspection"])) as its:
        yield its


def as_column(fields: dict[str, str], heading: str, value: str) -> dict[str, str]:
    number = next(name for name, its in fields.items() if its == heading and name.startswith("heading-"))
    return {**fields, f"column-{number.removeprefix('heading-')}": value}


def selected(text: str, heading: str) -> str:
    """As what the column under ``heading`` is shown."""
    fields = chosen(text)
    return next(fields[name.replace("heading-", "column-")] for name, its in fields.items() if its == heading)


@pytest.mark.parametrize("field", ["venue_name", "venue"])
def test_a_column_of_names_stays_what_was_chosen_and_finds_its_records(checked: Browser, field: str) -> None:
    address = bring(checked, ("检查.csv", CHECKS), kind="inspection").headers["location"]
    fields = as_column(chosen(checked.ask(address).text), "被检单位", field)
    looked = send(checked, address, **fields, act="look").text
    assert selected(looked, "被检单位") == field
    assert ("按名称" in looked) == (field == "venue_name")
    assert "在“经营单位”里找不到" in looked and "1 条" in looked, "the one that no venue is called like"
    assert send(checked, address, **chosen(looked), act="write").status == 303
    told = checked.ask(AT).text
    assert "新增 4 条" in told and "其中 1 条在“经营单位”里找不到" in told
    table = checked.ask("/records/inspection?wrong=venue").text
    assert "没有登记的网吧" in table and "新世界书城" not in table and "只看“经营单位编号”有问题的（1）" in table


def test_a_choice_that_another_column_has_is_told(checked: Browser) -> None:
    address = bring(checked, ("检查.csv", CHECKS), kind="inspection").headers["location"]
    fields = as_column(chosen(checked.ask(address).text), "执法人员", "date")
    looked = send(checked, address, **fields, act="look").text
    assert "没有照您选的" in looked or selected(looked, "执法人员") == "date"


def test_a_write_that_alters_nothing_is_no_success(checked: Browser) -> None:
    for told in ("新增 4 条", "已经导入过"):
        address = bring(checked, ("检查.csv", CHECKS), kind="inspection").headers["location"]
        send(checked, address, **chosen(checked.ask(address).text), act="write")
        banner = re.search(r'<p class="banner (\w+)" role="status">.*?</p>', checked.ask(AT).text, re.S)
        assert banner is not None and told in banner[0] and (banner[1] == "ok") == (told == "新增 4 条")


def test_each_of_several_says_what_it_wrote_and_what_is_left(checked: Browser) -> None:
    other = CHECKS.replace("JC", "K")
    address = bring(checked, ("一.csv", CHECKS), ("二.csv", other), kind="inspection").headers["location"]
    following = send(checked, address, **chosen(checked.ask(address).text), act="write").headers["location"]
    text = checked.ask(following).text
    assert "已导入“一.csv”" in text and "新增 4 条" in text and "还有 1 份没有写入：“二.csv”" in text
    assert "已导入" not in checked.ask(following).text, "told once"


def test_what_words_mean_is_remembered_of_a_withdrawn_ledger(browser: Browser, book: Path) -> None:
    test_a_ledger_is_withdrawn(browser, book)
    text = browser.ask(bring(browser, ("八月.csv", HEAD + ROWS)).headers["location"]).text
    assert "是哪个选项" not in text and "没有认出" not in text and "答过的词 1 个" in text
    assert len(api.imported(book)) == 0


def test_a_ledger_that_takes_long_is_said_to_be_read(book: Path) -> None:
    with opened(book) as its:
        assert its.unit is not None
        its.ask("/")
        its.unit.patience = 0.0
        answer = its.ask(bring(its, ("培训.csv", HEAD + ROWS)).headers["location"])
        assert "waiting.js" in answer.text and "培训.csv" in answer.text


OTHER_WORDS = (
    "甲市培训名录,,,,\n序,项目名,开办日,怎样办的,哪里人\n"
    + "1,甲班,2017-05-02,线上,全市\n2,乙班,2017-06-03,线上,全市\n"
)


def test_a_head_in_words_that_nobody_knows_is_asked_about_column_by_column(browser: Browser, book: Path) -> None:
    address = bring(browser, ("名录.csv", OTHER_WORDS)).headers["location"]
    text = browser.ask(address).text
    assert "在左边说明哪一列是哪一栏" in text and "甲班；乙班" in text and "甲市培训名录" not in text
    fields = chosen(text)
    columns = {value: name.removeprefix("heading-") for name, value in fields.items() if name.startswith("heading-")}
    assert list(columns) == ["序", "项目名", "开办日", "怎样办的", "哪里人"]
    for heading, name in {"序": "-", "项目名": "title", "开办日": "date"}.items():
        fields[f"column-{columns[heading]}"] = name
    fewer = send(browser, address, **fields, act="look").text
    assert "在左边说明哪一列是哪一栏" in fewer, "two columns of a record with six needed ones are no head yet"
    fields = {**chosen(fewer), f"column-{columns['怎样办的']}": "mode", f"column-{columns['哪里人']}": "scope"}
    looked = send(browser, address, **fields, act="look").text
    assert "认出 4 列" in looked and re.search(r"新增</th><td class=\"num\">2 条", looked)
    send(browser, address, **chosen(looked), act="write")
    assert "已导入“名录.csv”（培训记录）：新增 2 条" in browser.ask(AT).text


def test_nobody_is_told_of_a_choice_that_nobody_made(browser: Browser) -> None:
    rows = HEAD.replace("教室", "教室,楼层") + "L1,甲班,2017.5.2,线下,全市,市级,是,一楼,1\n"
    address = bring(browser, ("培训台账.csv", rows)).headers["location"]
    text = browser.ask(address).text
    assert "没有认出" in text and "没有照您选的" not in text
    fields = chosen(text)
    fields |= {name.replace("heading", "column"): "-" for name, value in fields.items() if value in ("教室", "楼层")}
    looked = send(browser, address, **fields, act="look").text
    assert "2 列不用" in looked and "没有照您选的" not in looked


def test_the_kind_that_a_file_is_named_after_is_looked_at_first(browser: Browser) -> None:
    address = bring(browser, ("全年培训记录.csv", OTHER_WORDS), kind="").headers["location"]
    text = browser.ask(address).text
    assert re.search(r'value="training" selected>培训记录（像）', text) and "在左边说明哪一列是哪一栏" in text
