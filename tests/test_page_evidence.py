"""材料 on the page: the table of all files and what it writes down, a file's own page, what it proves."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter

from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.page.views import _evidence
from packages import tree
from pages import Answer, Browser, opened
from test_page_uploads import bring
from units import TRAINING, good_unit, only, small_unit, without_libreoffice
from workbooks import book_unit

SCRIPT = '"><script>alert(1)</script>'
LATE = {"training_summaries.yaml": "- id: Z01\n  title: 总结\n  date: 2017-12-01\n  evidence: 培训/通知.pdf\n"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with opened(small_unit(tmp_path_factory.mktemp("page") / "甲市")) as browser:
        yield browser


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return small_unit(tmp_path / "甲市")


@pytest.fixture
def mine(unit: Path) -> Iterator[Browser]:
    with opened(unit) as browser:
        yield browser


def fields_of(page: str, within: str = "/evidence/registration") -> dict[str, str]:
    """What the form that is sent to ``within`` says, as a browser would send it."""
    form = re.search(rf'<form[^>]*action="{within}\?.*?</form>', page, re.S)
    assert form is not None
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            fields[name[1]] = unquote(value[1]) if value else ""
    for name, inner in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.S):
        chosen = re.search(r"<option selected>([^<]*)<", inner)
        fields[name] = chosen[1] if chosen else ""
    return fields


def send(browser: Browser, address: str, fields: dict[str, str], accept: str = "text/html") -> Answer:
    return browser.ask(address, "POST", urlencode(fields).encode(), Accept=accept)


def registered(unit: Path) -> dict[str, dict[str, str]]:
    table = api.assess(unit).dossier.table("evidence")
    return {str(r["path"]): {k: str(v) for k, v in r.values.items() if v is not None} for r in table or ()}


# -- the table ---------------------------------------------------------------------------------------------------------


def test_every_file_is_in_the_table_with_its_number_and_what_it_proves(browser: Browser, tmp_path: Path) -> None:
    assessment = api.assess(small_unit(tmp_path / "乙市"))
    held = api.holdings(assessment)
    text = browser.ask("/evidence?show=all").text
    assert len(held.files) == len(assessment.dossier.evidence) and text.count("data-row=") == len(held.files)
    for piece in assessment.plan.pieces:
        assert piece.number in text and piece.evidence.path in text
        assert held.files[piece.evidence.path].lines == tuple(filter(None, (piece.line, *piece.also)))
    assert "/evidence/picture/" in browser.ask("/evidence?show=all&as=tiles").text


def test_filters_leave_what_they_say(browser: Browser) -> None:
    whole = browser.ask("/evidence?show=all").text
    for query in ("show=idle", "show=same", "show=all&line=10", "show=all&verdict=slip_sheet", "show=all&find=通知"):
        text = browser.ask(f"/evidence?{quote(query, safe='=&')}").text
        assert text.count("data-row=") < whole.count("data-row=") or "没有这样的文件" in text
    assert "没有这样的文件" in browser.ask("/evidence?show=all&find=qqq").text
    for query in ("page=99999", "page=-1", "page=x", "show=x&verdict=y&line=z", "as=x", "put=<b>"):
        assert browser.ask(f"/evidence?{query}").status == 200


def test_the_table_is_paged_by_the_server(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    of = browser.ask("/evidence?show=all").text.count("data-row=")
    monkeypatch.setattr(_evidence, "_PAGE", of // 2)
    pages = [browser.ask(f"/evidence?show=all&page={n}").text for n in (1, 2, 3)]
    rows = [re.findall(r'name="path\.\d+" value="([^"]+)"', page) for page in pages]
    assert len({path for page in rows for path in page}) == of and len(rows[0]) == of // 2
    assert "下一页" in pages[0] and "上一页" not in pages[0] and "上一页" in pages[1]


def test_what_is_typed_is_written_down_and_nothing_else(mine: Browser, unit: Path) -> None:
    before = registered(unit)
    fields = fields_of(mine.ask("/evidence?show=all").text)
    paths = {fields[name]: name.split(".")[1] for name in fields if name.startswith("path.")}
    path, n = next(iter(paths.items()))
    answer = send(mine, "/evidence/registration", fields | {f"title.{n}": "新的题名", f"date.{n}": "5月2日"})
    assert (answer.status, answer.headers["location"]) == (303, "/evidence?show=all&page=1&done=1")
    after = registered(unit)
    assert after[path] == before.get(path, {"path": path}) | {"title": "新的题名", "date": "2017-05-02"}
    assert {p: its for p, its in after.items() if p != path} == {p: its for p, its in before.items() if p != path}
    assert "新的题名" in mine.ask("/evidence?show=all").text
    assert "已存：登记 1 件材料" in mine.ask(answer.headers["location"]).text
    assert send(mine, "/records/-/undo", {"return": "/evidence"}).headers["location"] == "/evidence?undone=1"
    assert registered(unit) == before and "已撤销：登记 1 件材料" in mine.ask("/evidence?undone=1").text
    assert send(mine, "/records/-/redo", {"return": "/evidence"}).status == 303 and registered(unit) == after


def test_nothing_changed_is_nothing_written(mine: Browser, unit: Path) -> None:
    before = tree(unit)
    assert send(mine, "/evidence/registration", fields_of(mine.ask("/evidence?show=all").text)).status == 303
    assert tree(unit) == before


def test_what_does_not_fit_stays_in_its_field_and_nothing_is_written(mine: Browser, unit: Path) -> None:
    before = tree(unit)
    fields = fields_of(mine.ask("/evidence?show=all").text)
    fields |= {"date.1": "后天", "type.2": "不知道", "title.3": "好的"}
    answer = send(mine, "/evidence/registration", fields)
    assert answer.status == 422 and 'value="后天"' in answer.text and 'value="好的"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2 and tree(unit) == before
    told = json.loads(send(mine, "/evidence/registration", fields | {"only": "1"}, "application/json").body)
    assert list(told["errors"]) == [fields["path.1"]] and "date" in told["errors"][fields["path.1"]]
    done = json.loads(send(mine, "/evidence/registration", fields | {"only": "3"}, "application/json").body)
    assert done["files"][fields["path.3"]]["texts"]["title"] == "好的" and done["total"]
    assert registered(unit)[fields["path.3"]]["title"] == "好的"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(mine: Browser, unit: Path) -> None:
    fields = fields_of(mine.ask("/evidence?show=all").text)
    assert send(mine, "/evidence/registration", fields | {"title.1": "别人写的"}).status == 303
    before = tree(unit)
    answer = send(mine, "/evidence/registration", fields | {"title.1": "我写的"})
    assert answer.status == 422 and "别处刚改过" in answer.text and 'value="我写的"' in answer.text
    assert tree(unit) == before
    assert send(mine, "/evidence/registration", fields | {"title.2": "第二行"}).status == 303, (
        "another's row is not mine"
    )
    assert registered(unit)[fields["path.1"]]["title"] == "别人写的"


def test_an_open_workbook_is_left_alone(tmp_path: Path) -> None:
    folder = book_unit(tmp_path / "甲市", LATE)
    book = next(folder.glob("台账.*"))
    (folder / f"~${book.name}").write_bytes(b"x")
    with opened(folder) as browser:
        before = tree(folder)
        fields = fields_of(browser.ask("/evidence?show=all").text)
        answer = send(browser, "/evidence/registration", fields | {"title.1": "题名"})
        assert answer.status == 422 and "打开着" in answer.text and 'value="题名"' in answer.text
        assert tree(folder) == before
        (folder / f"~${book.name}").unlink()
        fields = fields_of(browser.ask("/evidence?show=all").text)
        assert send(browser, "/evidence/registration", fields | {"title.1": "题名"}).status == 303
        assert registered(folder)[fields["path.1"]]["title"] == "题名"


def test_what_people_write_is_escaped(mine: Browser, unit: Path) -> None:
    (unit / "材料" / "a<b>&amp;'#?%41.txt").write_text("x", encoding="utf-8")
    fields = fields_of(mine.ask("/evidence?show=all").text)
    texts = {f"{name}.1": SCRIPT for name in ("title", "doc_no", "issuer")}
    assert send(mine, "/evidence/registration", fields | texts | {"date.2": SCRIPT}).status == 422
    assert send(mine, "/evidence/registration", fields | texts).status == 303
    for address in ("/evidence?show=all", "/evidence?as=tiles&show=all", f"/evidence/file/{quote(fields['path.1'])}"):
        text = mine.ask(address).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
    assert "<script>alert" not in mine.ask(f"/evidence?show=all&find={quote(SCRIPT)}").text
    assert "a&lt;b&gt;" in mine.ask(f"/evidence/file/{quote('a<b>&amp;' + chr(39) + '#?%41.txt')}").text


def test_what_a_form_may_say_at_all_is_answered(mine: Browser, unit: Path) -> None:
    before = registered(unit)
    for fields in (
        {}, {"path.1": "../x", "title.1": "x"}, {"path.": "x"}, {"path.1": "没有的.pdf", "title.1": "x"},
        {"only": "7", "path.1": "x"}, {"show": SCRIPT, "page": "9" * 400},
    ):  # fmt: skip
        assert send(mine, "/evidence/registration", fields).status in (303, 422)
        assert send(mine, "/evidence/file-registration", fields).status in (404, 422)
        assert send(mine, "/evidence/attachment", fields).status in (404, 422)
    assert registered(unit) == before


def test_a_file_that_comes_after_the_final_belongs_to_a_supplement(
    mine: Browser, unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = mine.ask(bring(mine, [("一.txt", b"1")]).headers["location"]).text
    assert "放进来 1 个文件" in before and "补充材料" not in before
    handed_in = api.ShelvedPackage(api.FINAL, unit / "成果" / api.FINAL, datetime(2017, 12, 18), {})
    monkeypatch.setattr(_evidence.api, "shelved", lambda _: [handed_in], raising=False)
    after = mine.ask(bring(mine, [("二.txt", b"2")]).headers["location"]).text
    assert '<a href="/build">补充材料</a>' in after


# -- on the line's view ------------------------------------------------------------------------------------------------


def test_a_line_shows_its_pieces_and_takes_files_for_its_records(mine: Browser, unit: Path) -> None:
    assessment = api.assess(unit)
    piece = next(piece for piece in assessment.plan.pieces if piece.line)
    text = mine.ask(f"/lines/{piece.line}").text
    assert piece.number in text and f"/evidence/picture/{quote(piece.evidence.path)}" in text
    record = re.search(r'<select id="hang-on" name="record" data-hangs><option value="([^"]+)"', text)
    assert record is not None
    fields = {"record": record[1], "back": piece.line, "folder": "补的"}
    answer = bring(mine, [("迟到一.txt", b"1"), ("迟到二.txt", b"2")], **fields)
    assert (answer.status, answer.headers["location"]) == (303, f"/lines/{piece.line}?done=1")
    kind, id_ = record[1].split("/")
    named = next(its for its in api.assess(unit).dossier.table(kind) or () if its.id == id_).evidence
    assert named[-2:] == ("补的/迟到一.txt", "补的/迟到二.txt")
    assert "迟到一" in mine.ask(f"/lines/{piece.line}").text
    (unit / "材料" / "早有的.txt").write_text("3", encoding="utf-8")
    assert 'value="早有的.txt"' in mine.ask(f"/lines/{piece.line}").text
    attached = send(mine, "/evidence/attachment", {"path": "早有的.txt", "record": record[1], "back": piece.line})
    assert attached.headers["location"] == f"/lines/{piece.line}?done=1#h-proofs"
    assert "早有的.txt" in api.holdings(api.assess(unit)).files and mine.ask(f"/lines/{piece.line}").text.count(
        "早有的"
    )
    refused = bring(mine, [("a.txt", b"1")], record="没有/没有", back=piece.line)
    assert refused.status == 422 and "没有挂上" in refused.text and (unit / "材料" / "a.txt").exists()


def test_evidence_moves_the_total(tmp_path: Path) -> None:
    """A file that proves what nothing proved: the points without evidence are fewer at once."""
    folder = good_unit(tmp_path / "甲市", {"trainings.yaml": TRAINING})
    with opened(folder) as browser:
        before = browser.ask("/lines/10").text
        fields = {"record": "training/P01", "back": "10"}
        assert bring(browser, [("新通知.txt", "关于培训的通知".encode())], **fields).status == 303
        after = browser.ask("/lines/10").text
        assert "还没有佐证" in before and "还没有佐证" not in after
        assert api.assess(folder).card.line("10").evidence


# -- a file's own page -------------------------------------------------------------------------------------------------


def test_a_file_s_page_says_what_it_is_and_proves(browser: Browser, tmp_path: Path) -> None:
    for path, its in api.holdings(api.assess(small_unit(tmp_path / "乙市"))).files.items():
        answer = browser.ask(f"/evidence/file/{quote(path)}")
        assert answer.status == 200 and its.file.title in answer.text
        for line in its.lines:
            assert f'href="/lines/{line}"' in answer.text
        for naming in its.named_by:
            assert f"/records/{naming.kind}/{naming.id}" in answer.text
        for finding in its.findings:
            assert finding.mend in answer.text


def test_pages_are_pictures_and_nothing_else_is_served(browser: Browser, tmp_path: Path) -> None:
    held = api.holdings(api.assess(small_unit(tmp_path / "乙市")))
    path = next(path for path, its in held.files.items() if not its.file.verdict.has_sheet)
    answer = browser.ask(f"/evidence/picture/{quote(path)}?page=1&width=200")
    assert answer.headers["content-type"] == "image/jpeg" and Image.open(io.BytesIO(answer.body)).width == 200
    for query in ("", "?page=0&width=1", "?page=99&width=9", "?page=x&width=1", "?page=1", "?page=-1&width=5"):
        assert browser.ask(f"/evidence/picture/{quote(path)}{query}").status == 404
    whole = browser.ask(f"/evidence/original/{quote(path)}")
    assert whole.headers["content-type"] == "application/octet-stream" and whole.headers["x-content-type-options"]
    assert whole.headers["content-disposition"].startswith("attachment")
    assert whole.body == held.files[path].file.source.read_bytes()


@pytest.mark.parametrize("path", ["../records/unit.yaml", "%2e%2e/records/unit.yaml", "/etc/passwd", "", "没有"])
def test_no_path_leads_out_of_the_evidence(browser: Browser, path: str) -> None:
    for what in ("file", "picture", "original"):
        assert browser.ask(f"/evidence/{what}/{path}?page=1&width=99").status == 404


def test_an_html_file_that_is_called_pdf_is_a_file_as_any(mine: Browser, unit: Path) -> None:
    for name in ("a.pdf", "b.svg"):
        (unit / "材料" / name).write_text("<html><script>alert(1)</script>标题</html>", encoding="utf-8")
    with without_libreoffice():
        assert mine.ask("/evidence").status == 200
    for name in ("a.pdf", "b.svg"):
        page = mine.ask(f"/evidence/file/{name}")
        assert page.status == 200 and "<script>alert" not in page.text
        assert mine.ask(f"/evidence/original/{name}").headers["content-type"] == "application/octet-stream"
        shown = mine.ask(f"/evidence/picture/{name}?page=1&width=99")
        assert shown.status == 404 or shown.headers["content-type"] == "image/jpeg"


def test_all_that_is_registered_of_a_file_is_in_its_form(mine: Browser, unit: Path) -> None:
    path = next(iter(api.holdings(api.assess(unit)).files))
    fields = fields_of(mine.ask(f"/evidence/file/{quote(path)}").text, "/evidence/file-registration")
    fields |= {"path": path, "account": "zd01", "captured": "2017-12-10 09:30"}
    assert send(mine, "/evidence/file-registration", fields).status == 303
    assert registered(unit)[path]["account"] == "zd01"
    again = fields_of(mine.ask(f"/evidence/file/{quote(path)}").text, "/evidence/file-registration")
    wrong = send(mine, "/evidence/file-registration", again | {"path": path, "date": "后天"})
    assert wrong.status == 422 and 'value="后天"' in wrong.text and 'aria-invalid="true"' in wrong.text
    assert send(mine, "/evidence/file-registration", fields | {"path": path, "account": "x"}).status == 422, "overtaken"


def test_a_file_is_hung_on_a_record_and_taken_off(mine: Browser, unit: Path) -> None:
    held = api.holdings(api.assess(unit))
    naming = next(naming for its in held.files.values() for naming in its.named_by)
    (unit / "材料" / "迟到的.txt").write_text("补", encoding="utf-8")
    fields = {"path": "迟到的.txt", "record": f"{naming.kind}/{naming.id}"}
    assert "没有记录提到它" in mine.ask(f"/evidence/file/{quote('迟到的.txt')}").text
    assert send(mine, "/evidence/attachment", fields).status == 303
    after = api.holdings(api.assess(unit)).files
    assert naming in after["迟到的.txt"].named_by
    assert all(naming in after[path].named_by for path, its in held.files.items() if naming in its.named_by)
    assert send(mine, "/evidence/attachment", fields | {"undo": "1"}).status == 303
    assert api.holdings(api.assess(unit)).files["迟到的.txt"].named_by == ()
    for wrong in (f"{naming.kind}/没有", f"没有/{naming.id}", "evidence/迟到的.txt", ""):
        assert send(mine, "/evidence/attachment", fields | {"record": wrong}).status == 422
    assert send(mine, "/evidence/attachment", fields | {"path": "没有.pdf"}).status in (404, 422)
    (unit / "材料" / "甲；乙.txt").write_text("x", encoding="utf-8")
    with pytest.raises(KaopingError, match="分号") as refused:
        api.attach(api.assess(unit).dossier, naming.kind, naming.id, ["甲；乙.txt"])
    assert only(refused.value.findings, "upload.not_attached")


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(st.characters(codec="utf-8"), max_size=9))
def test_any_address_is_answered(browser: Browser, path: str, query: str) -> None:
    for what in ("file", "picture", "original"):
        address = (
            f"/evidence/{what}/{quote(path.encode('utf-8', 'replace'))}?page={quote(query.encode('utf-8', 'replace'))}"
        )
        assert browser.ask(address).status in (200, 404)


# -- hung, each with its kind; several at once -------------------------------------------------------------------------


def test_the_kind_of_a_file_that_is_hung_is_proposed_and_what_the_clerk_says_is_registered(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市", {"trainings.yaml": TRAINING})
    for name in ("一.txt", "二.txt", "三.txt"):
        (unit / "材料" / name).parent.mkdir(exist_ok=True)
        (unit / "材料" / name).write_text(name, encoding="utf-8")
    with opened(unit) as browser:
        text = browser.ask("/lines/10").text
        usual = re.search(r'<select id="attach-type"[^>]* data-usual="([^"]+)"', text)
        assert usual is not None and f"培训记录的材料通常是“{usual[1]}”" in text
        assert f"<option selected>{usual[1]}</option>" in text
        fields = {"path": "一.txt", "record": "training/P01", "type": "签到表"}
        assert send(browser, "/lines/10/evidence", fields).headers["location"] == "/lines/10?done=1"
        assert registered(unit)["一.txt"]["type"] == "签到表"
        assert send(browser, "/lines/10/evidence", fields | {"path": "二.txt", "type": ""}).status == 303
        assert "二.txt" not in registered(unit)
        text = browser.ask(f"/evidence/file/{quote('二.txt')}").text
        assert "种类是推定的" in text and f"（推定：{usual[1]}）" in text
        assert "二.txt" in browser.ask("/evidence?show=presumed").text
        refused = send(browser, "/lines/10/evidence", fields | {"path": "没有.txt"})
        assert refused.status == 422 and 'value="没有.txt"' in refused.text and 'id="attach-e"' in refused.text


def test_a_record_is_chosen_by_its_name_and_what_was_typed_is_never_lost(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市", {"trainings.yaml": TRAINING})
    (unit / "材料" / "一.txt").parent.mkdir(exist_ok=True)
    (unit / "材料" / "一.txt").write_text("x", encoding="utf-8")
    with opened(unit) as browser:
        text = browser.ask(f"/evidence/file/{quote('一.txt')}").text
        offered = re.findall(r'<datalist id="bearers">.*?</datalist>', text, re.S)[0]
        words = re.search(r'<option value="(培训记录 P01[^"]*)"', offered)
        assert words is not None and "第10" in words[1]
        wrong = send(browser, "/evidence/attachment", {"path": "一.txt", "record": "P9 不知道", "type": "签到表"})
        assert wrong.status == 422 and 'value="P9 不知道"' in wrong.text and "看不出是哪条记录" in wrong.text
        assert "<option selected>签到表</option>" in wrong.text
        done = send(browser, "/evidence/attachment", {"path": "一.txt", "record": words[1], "type": "签到表"})
        assert done.headers["location"].endswith("?done=1")
        assert "已存：把材料挂到 P01" in browser.ask(done.headers["location"]).text
        undo = {"path": "一.txt", "record": "training/P01", "undo": "1"}
        assert send(browser, "/evidence/attachment", undo).status == 303
        assert "从 P01 取下" in browser.ask(done.headers["location"]).text


def rows_of(page: str) -> dict[str, str]:
    """What the table's form says, but for what shall become of the ticked."""
    return {name: text for name, text in fields_of(page).items() if not name.startswith("b-")}


def test_several_files_are_hung_and_registered_at_once(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市", {"trainings.yaml": TRAINING})
    (unit / "材料").mkdir(exist_ok=True)
    for name in ("一.txt", "二.txt", "三.txt"):
        (unit / "材料" / name).write_text(name, encoding="utf-8")
    with opened(unit) as browser:
        before = tree(unit / "records")
        fields = rows_of(browser.ask("/evidence?show=all").text) | {"title.3": "写了一半的"}
        body = urlencode([*fields.items(), ("pick", "1"), ("pick", "2"), ("b-record", "P01"), ("act", "hang")])
        nobody = urlencode([*fields.items(), ("b-record", "P01"), ("act", "hang")])
        refused = browser.ask("/evidence/chosen", "POST", nobody.encode())
        assert refused.status == 422 and "没有选中" in refused.text and 'value="写了一半的"' in refused.text
        bad = browser.ask("/evidence/chosen", "POST", body.replace("P01", "P77").encode())
        ticked = re.findall(r'name="pick" value="(.)"[^>]* checked', bad.text)
        assert bad.status == 422 and 'value="P77"' in bad.text and ticked == ["1", "2"]
        assert tree(unit / "records") == before
        assert browser.ask("/evidence/chosen", "POST", body.encode()).status == 303
        (training,) = (its for its in api.assess(unit).dossier.table("training") or () if its.id == "P01")
        assert set(training.evidence) >= {fields["path.1"], fields["path.2"]}
        assert registered(unit)[fields["path.3"]]["title"] == "写了一半的"
        fields = rows_of(browser.ask("/evidence?show=all").text)
        said = [("b-type", "签到表"), ("b-issuer", "省厅"), ("b-date", "5月2日"), ("act", "set")]
        body = urlencode([*fields.items(), ("pick", "1"), ("pick", "2"), *said])
        late = browser.ask("/evidence/chosen", "POST", body.replace(urlencode({"d": "5月2日"})[2:], "x").encode())
        assert late.status == 422 and 'id="b-set-h"' in late.text and 'value="省厅"' in late.text
        done = browser.ask("/evidence/chosen", "POST", body.encode())
        assert done.status == 303 and "已存：登记 2 件材料的" in browser.ask(done.headers["location"]).text
        for path in (fields["path.1"], fields["path.2"]):
            its = registered(unit)[path]
            assert (its["type"], its["issuer"], its["date"]) == ("签到表", "省厅", "2017-05-02")


def test_a_file_says_which_others_have_the_same_content(mine: Browser, unit: Path) -> None:
    first = next(path for path in sorted((unit / "材料").rglob("*.pdf")))
    name = first.relative_to(unit / "材料").as_posix()
    assert "内容相同" not in mine.ask("/evidence?show=all").text
    (unit / "材料" / "又一份.pdf").write_bytes(first.read_bytes())
    assert mine.ask("/evidence?show=all").text.count("和另外 1 个文件内容相同") == 2
    text = mine.ask(f"/evidence/file/{quote('又一份.pdf')}").text
    assert f'<p>内容和它一样的还有：</p><ul><li><a href="/evidence/file/{quote(name)}">{name}</a>' in text


def test_a_page_far_behind_is_gone_to_by_its_number(unit: Path) -> None:
    """Two hundred pages are listed; a field leads to those behind them."""
    thick = PdfWriter()
    for _ in range(230):
        thick.add_blank_page(width=200, height=200)
    thick.write(unit / "材料" / "厚.pdf")
    with opened(unit) as mine:
        at = f"/evidence/file/{quote('厚.pdf')}"
        page = mine.ask(at).text
        field = re.search(r'<form method="get" action="([^"]*)".*?只列前 200 页.*?name="(\w+)"', page, re.S)
        assert field is not None and unquote(field[1]) == unquote(at) and page.count('aria-current="page"') >= 1
        there = mine.ask(f"{at}?{field[2]}=230").text
        assert "第 230 页，共 230 页" in there and 'rel="prev"' in there and 'rel="next"' not in there
        picture = re.search(r'class="sheet"><img src="([^"]*)"', there)
        assert picture is not None and mine.ask(unescape(picture[1])).status == 200
        assert "第 230 页" in mine.ask(f"{at}?{field[2]}=999").text, "behind the last is the last"
