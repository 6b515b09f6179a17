"""One year kept twice, by the page alone and by commands and files alone: the same packages, byte for byte."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import yaml
from click.testing import CliRunner
from kaoping.cli.main import cli

from bundles import pdf
from kaoping import api
from kaoping.core import fs
from kaoping.page.views._start import what_is_offered
from masking import NUMBER, tells, unpacked
from packages import tree
from page_forms import filled
from pages import Answer, Browser, opened, sent, start_page
from tiny import put

PACK = """\
id: year-2017
title: 一年的考核
matter: 一年的考核
year: 2017
levels: [设区市]
kinds: [training, meeting, staff, venue, case, media_report]
documents: [covering-letter]
"""
RUBRIC = """\
title: 一年的考核办法
total: 12
questions:
  case-scope:
    ask: 案件是否包括县级办理的？
    options: {包括县级: [本级, 县级], 只算本级: [本级]}
sections:
- id: 一
  title: 全年
  heading: 一、全年（12分）
  points: 12
  lines:
  - line: "1"
    title: 培训和会议
    of: 3
    row: {content: 1）培训和会议, basis: 以通知为依据, points: "3", standard: 培训每场得1分，会议每次得1分，最多3分。}
    accepts: [notice, minutes]
    rule:
      each:
        measure:
          added: [{count: training, as: 培训, unit: 场}, {count: meeting, as: 会议, unit: 次}]
          as: 培训和会议
          unit: 次
        points: 1
        cap: 3
        text: 培训每场得1分，会议每次得1分，最多3分
  - line: "2"
    title: 队伍和场所
    of: 2
    row: {content: 2）队伍和场所, basis: "", points: "2", standard: 队伍和场所每有一名（家）在册的得1分，最多2分。}
    rule:
      each:
        measure: {added: [{count: staff, as: 人员, unit: 名}, {count: venue, as: 场所, unit: 家}], as: 人员和场所}
        points: 1
        cap: 2
        text: 每有一名（家）在册的得1分，最多2分
  - line: "3"
    title: 案件
    of: 3
    row: {content: 3）案件, basis: "", points: "3", standard: 每办结一件得1分，最多3分。}
    rule:
      each:
        measure: {count: case, where: {level: {answer: case-scope}}, as: 案件, unit: 件}
        points: 1
        cap: 3
        text: 每办结一件得1分，最多3分
  - line: "4"
    title: 宣传
    of: 1
    row: {content: 4）宣传, basis: 以报道为依据, points: "1", standard: 有报道的得1分，没有的得0分。}
    accepts: [briefing]
    rule:
      tiers:
        measure: {count: media_report, as: 报道, unit: 篇}
        steps: [{at_least: 1, points: 1, text: 有报道的得1分}, {below: 1, points: 0, text: 没有的得0分}]
  - line: "5"
    title: 成效
    of: 2
    row: {content: 5）成效, basis: "", points: "2", standard: 成效良好的得2分，一般的得1分。}
    rule:
      choice:
        outcomes:
          良好: {points: 2, text: 成效良好的得2分}
          一般: {points: 1, text: 一般的得1分}
  - line: "6"
    title: 协作
    of: 1
    row: {content: 6）协作, basis: "", points: "1", standard: 协作得好的酌情得分。}
    rule: {points: {points: [0, 1], because: 怎样算好，细则没有写明}}
"""
UNIT = {
    "id": "JS", "name": "甲市年度考核办公室", "short_name": "甲市", "region": "甲市", "level": "设区市", "year": "2017",
    "rubric": "year-2017", "addressee": "省考核办公室", "contact": "林晓岚", "submit_date": "2017-12-22",
}  # fmt: skip
_FIRST = ("id", "name", "region", "level", "year")  # what the start page asks for
Records = Mapping[str, Sequence[Mapping[str, str]]]
RECORDS: Records = {
    "training": [
        {"id": "P01", "title": "春季班", "date": "2017-03-16", "mode": "线下", "scope": "全市", "host": "市级",
         "people": "40", "evidence": "春季班通知.pdf；签到表.pdf；照片.pdf"},
        {"id": "P02", "title": "秋季班", "date": "2017-09-16", "mode": "线上", "scope": "全市", "host": "市级",
         "evidence": "秋季班通知.pdf；共享/秋季班签到表.pdf"},
    ],
    "meeting": [
        {"id": "H01", "title": "年度会", "date": "2017-02-01", "topic": "综合执法改革", "evidence": "纪要.pdf"},
    ],
    "staff": [{"id": "R01", "name": "林晓岚", "on_duty": "是"}],
    "venue": [{"id": "C1", "name": "甲网吧", "category": "上网服务", "operation": "全年营业"}],
    "media_report": [{"id": "M1", "title": "执法队的一天", "outlet": "甲市日报", "level": "市级", "date": "2017-06-01",
                      "brief": "否", "evidence": "报道.pdf"}],
}  # fmt: skip
FILES = {
    "春季班通知.pdf": ["notice", "what only the office reads"], "签到表.pdf": ["signed", NUMBER],
    "照片.pdf": ["lying", "upright"], "秋季班通知.pdf": ["notice"], "纪要.pdf": ["minutes"], "报道.pdf": ["report"],
}  # fmt: skip
TYPES = {"春季班通知.pdf": "通知", "秋季班通知.pdf": "通知", "纪要.pdf": "会议纪要", "报道.pdf": "工作简报"}
LEDGER = """\
编号,案件名称,层级,类别,程序,立案日期,结案日期,是否上平台
A1,甲网吧接纳未成年人案,本级,上网服务,一般程序,2017-03-01,2017-04-01,是
A2,乙歌厅超时营业案,本级,娱乐,简易程序,2017-05-01,2017-05-02,是
A3,丙书店案,县级,出版物,一般程序,2017-06-01,2017-07-01,是
"""
REGION = {"left": "20", "top": "40", "width": "100", "height": "15"}  # where `pdf` writes
WORDS = {"reason": "办公会看过材料", "who": "办公会", "when": "12月18日"}
ORDER = ["签到表.pdf", "春季班通知.pdf", "照片.pdf"]
UNPROVED = ("2", "3", "5", "6")  # lines that are handed in without evidence
DRAFT, FINAL = "送审稿", "报送稿"
SHARED = "共享盘"  # lies elsewhere; a link among the evidence leads there


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What lies on the desk at the end of the year: the rubric, the files of evidence, a ledger."""
    put(tmp_path / "packs" / "year-2017", {"pack.yaml": PACK, "rubric.yaml": RUBRIC})
    monkeypatch.setenv("KAOPING_PACKS", str(tmp_path / "packs"))
    monkeypatch.setattr(fs, "of_user", lambda kind: tmp_path / "user" / kind)
    what_is_offered.cache_clear()
    for name, pages in FILES.items():
        pdf(tmp_path / "桌面" / name, pages)
    (tmp_path / "桌面" / "案件台账.csv").write_text(LEDGER, "utf-8")
    pdf(tmp_path / SHARED / "秋季班签到表.pdf", ["signed in autumn"])
    return tmp_path / "桌面"


@pytest.mark.slow
def test_a_year_by_the_page_alone_is_the_year_by_commands_and_files(papers: Path, tmp_path: Path) -> None:
    by_page = kept_by_page(papers, tmp_path / "页面")
    by_command = kept_by_commands(papers, tmp_path / "命令" / "甲市")
    for form in (DRAFT, FINAL):
        made, other = (unit / "成果" / form / "manifest-sha256.txt" for unit in (by_page, by_command))
        assert made.read_text("utf-8").splitlines() == other.read_text("utf-8").splitlines()
        assert tree(made.parent) == tree(other.parent)
        contents = (made.parent / "kaoping.json").read_text("utf-8")
        assert "共享/秋季班签到表.pdf" in contents, "what a link leads to is there too"
    card = api.assess(by_page).card
    assert (card.total.low, card.total.high, card.line("3").low) == (11, 11, 2)
    _keeps_what_was_masked_to_itself(by_command, tmp_path)


def kept_by_page(papers: Path, place: Path) -> Path:
    """Keep the year by forms alone; returns the unit's folder."""
    made = sent(start_page(), "/new", **{name: UNIT[name] for name in _FIRST}, pack=UNIT["rubric"], parent=str(place))
    assert made.status == 303, made.text
    unit = place / f"{UNIT['name']}2017"
    with opened(unit) as browser:
        _saved(browser, "unit", "", {name: text for name, text in UNIT.items() if name not in ("year", "rubric")})
        _shared(papers, unit)
        _brought(browser, "/evidence/files", [papers / name for name in FILES])
        for kind, records in RECORDS.items():
            for record in records:
                _saved(browser, kind, "?new=1", record)
        waiting = _brought(browser, "/records/-/import", [papers / "案件台账.csv"], kind="case")
        form = filled(browser.ask(waiting).text, waiting)
        (asked,) = (name for name, text in form.items() if text == "是否上平台")
        form[asked.replace("heading", "column")] = "on_platform"
        _went(sent(browser, waiting, **{**form, "act": "write"}))
        for path, type_ in TYPES.items():
            at = f"/evidence/file/{quote(path)}"
            form = filled(browser.ask(at).text, "/evidence/file-registration")
            _went(sent(browser, "/evidence/file-registration", **{**form, "path": path, "type": type_}))
        _went(sent(browser, "/lines/5/judgement", part="", choice="良好", **WORDS))
        _went(sent(browser, "/lines/6/decision", name="6", points="1", source="unit", **WORDS))
        form = filled(browser.ask("/settings").text, "/settings")
        form |= {
            f"answered.case-scope.{key}": its
            for key, its in (("who", "某处"), ("when", "2017-12-04"), ("reason", "问过"))
        }
        form |= {"answers.case-scope": "只算本级", "title": "关于报送的通知", "bundle.record_sheet": "true"}
        form |= {"materials.follow_links": "true"}
        _went(sent(browser, "/settings", **form))
        here = {"path": "签到表.pdf", "page": "2"}
        _went(sent(browser, "/evidence/pages/mask", **here, **REGION, reason="手机号"))
        _went(sent(browser, "/evidence/pages/leave-out", path="春季班通知.pdf", page="1", pages="2"))
        _went(sent(browser, "/evidence/pages/turn", path="照片.pdf", page="1", degrees="90"))
        body = urlencode({"line": "1", "order": ORDER}, doseq=True).encode()
        _went(browser.ask(f"/evidence/order?csrf={browser.keys.csrf}", "POST", body))
        for line in UNPROVED:
            _went(sent(browser, "/build/acceptance", what="没有佐证", about=line, **WORDS))
        for form_ in (DRAFT, FINAL):
            _went(sent(browser, "/build/start", form=form_))
            _built(browser)
    return unit


def kept_by_commands(papers: Path, unit: Path) -> Path:
    """Keep the same year by files and commands; returns the unit's folder."""
    judgement = {"id": "PD01", "line": "5", "choice": "良好", **WORDS, "when": "2017-12-18"}
    (unit / "材料").mkdir(parents=True)
    _shared(papers, unit)
    for name in FILES:
        (unit / "材料" / name).write_bytes((papers / name).read_bytes())
    registered = [{"path": path, "type": type_} for path, type_ in TYPES.items()]
    put(unit / "records", {
        "unit.yaml": _yaml(UNIT), "judgements.yaml": _yaml([judgement]), "evidence.yaml": _yaml(registered),
        **{f"{name}.yaml": _yaml(RECORDS[kind]) for kind, name in _LISTS.items()},
    })  # fmt: skip
    notice = {"answers": {"case-scope": "只算本级"}, "title": "关于报送的通知", "bundle": {"record_sheet": True},
              "materials": {"follow_links": True}}  # fmt: skip
    put(unit, {"notice.yaml": _yaml(notice)})
    words = [word for name, text in WORDS.items() for word in (f"--{name}", text)]
    edges = ",".join(REGION.values())
    _ran("import", papers / "案件台账.csv", "--as", "case", "--map", "是否上平台=平台办理", "--unit", unit)
    _ran("decide", unit, "6", "1", *words)
    _ran("pages", unit, "签到表.pdf", "--mask", f"2:{edges}", "--reason", "手机号")
    _ran("pages", unit, "春季班通知.pdf", "--leave-out", "2")
    _ran("pages", unit, "照片.pdf", "--turn", "90", "--pages", "1")
    _ran("order", unit, *ORDER)
    for line in UNPROVED:
        _ran("accept", unit, "没有佐证", "--for", line, *words)
    _ran("build", unit)
    _ran("build", unit, "--final")
    return unit


def _keeps_what_was_masked_to_itself(unit: Path, tmp_path: Path) -> None:
    """Not with all originals, not as an 附件, not in a supplement that comes after."""
    late = pdf(unit / "材料" / "补签到表.pdf", ["late", NUMBER])
    records = unit / "records" / "trainings.yaml"
    records.write_text(records.read_text("utf-8").replace("秋季班通知.pdf", "秋季班通知.pdf；补签到表.pdf"), "utf-8")
    _ran("pages", unit, "补签到表.pdf", "--mask", f"2:{','.join(REGION.values())}", "--reason", "手机号")
    supplement = api.build_supplement(unit)
    whole = api.build(unit, out=tmp_path / "全", with_originals=True)
    assert "补签到表" in (supplement.package / "kaoping.json").read_text("utf-8")
    hidden = {hashlib.sha256((unit / "材料" / name).read_bytes()).hexdigest() for name in ("签到表.pdf", late.name)}
    for package in (supplement.package, whole.package, unit / "成果" / FINAL):
        for name, data in tree(package).items():
            for inner, content in unpacked(name, data):
                assert hashlib.sha256(content).hexdigest() not in hidden, inner
                assert not (tells(content) if content[:5] == b"%PDF-" else NUMBER.encode() in content), inner
    assert any("原件" in name for name in tree(whole.package)), "the others are there"


_LISTS = {"training": "trainings", "meeting": "meetings", "staff": "staff", "venue": "venues",
          "media_report": "media_reports"}  # fmt: skip


def _shared(papers: Path, unit: Path) -> None:
    (unit / "材料").mkdir(exist_ok=True)
    (unit / "材料" / "共享").symlink_to(papers.parent / SHARED, target_is_directory=True)


def _saved(browser: Browser, kind: str, id_: str, values: Mapping[str, str]) -> None:
    at = f"/records/{kind}{id_}"
    page = browser.ask(at)
    action = re.search(r'<form[^>]*id="rec"[^>]*action="([^"?]+)', page.text) or re.search(
        r'<form[^>]*action="([^"?]+)[^>]*id="rec"', page.text
    )
    assert action is not None, page.text
    form = filled(page.text, action[1]) | {f"v-{name}": text for name, text in values.items()}
    _went(sent(browser, action[1], **form, act="save"))


def _brought(browser: Browser, address: str, files: Sequence[Path], **fields: str) -> str:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}'.encode() for name, text in fields.items()]
    for path in files:
        head = f'Content-Disposition: form-data; name="files"; filename="{path.name}"\r\n\r\n'
        parts.append(head.encode() + path.read_bytes())
    body = b"".join(b"--X\r\n" + part + b"\r\n" for part in parts) + b"--X--\r\n"
    answer = browser.ask(address, "POST", body, Content_Type="multipart/form-data; boundary=X")
    _went(answer)
    return answer.headers["location"]


def _went(answer: Answer) -> None:
    """What was sent stands; else what the page says is wrong."""
    words = re.sub(r"<[^>]+>|\s+", " ", answer.text[answer.text.find("<main") :]) if answer.body else ""
    assert answer.status == 303, words


def _built(browser: Browser) -> None:
    jobs = browser.unit.jobs if browser.unit else None
    assert jobs is not None
    for _ in range(6000):  # a minute takes five where the machine is busy
        if jobs.latest is not None and jobs.latest.is_over:
            break
        time.sleep(0.05)
    assert jobs.latest is not None and jobs.latest.state == "done", list(map(str, jobs.latest.findings))


def _ran(*words: object) -> None:
    ran = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
