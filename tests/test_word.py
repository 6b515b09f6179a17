"""Word documents: figures keep their sources, blanks are seen, values stay text, the outline has no gaps."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import TemplateError

import word_samples
from culture import CULTURE, DOCUMENTS, source_of, template_of
from docx_templates import from_source, template
from examples import examples
from kaoping.core import resources, yamltree
from kaoping.core.figures import Figure, Missing
from kaoping.core.findings import Findings
from kaoping.core.model import DRAFT, FINAL
from kaoping.core.schema import field_named, kind_named
from kaoping.core.zipbytes import repack
from kaoping.documents import _compiled
from kaoping.documents.report_views import score_context
from kaoping.documents.word import BlankInFinal, render, render_edited
from kaoping.rubric.rules.measures import parse_measure
from kaoping.rubric.rules.where import parse_where

REPORT = template_of(DOCUMENTS["self-report"])
DAY = date(2017, 12, 22)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a function that renders a source text and opens the result."""
    folder = tmp_path_factory.mktemp("word")

    def make(source: str, context: dict[str, Any], form: str = DRAFT, dated: date | None = DAY) -> Any:
        path = from_source(folder, source)
        return docx.Document(io.BytesIO(render(path, context, form=form, dated=dated)))

    return make


def words(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_a_figure_carries_its_source_as_a_comment_on_its_own_run(made: Any) -> None:
    context = {"n": Figure("18", "会议台账：H01、H02", Fraction(18)), "m": Figure("3", "培训记录", Fraction(3))}
    document = made("开会{{ n }}次，培训{{ m }}场。", context)
    assert words(document) == ["开会18次，培训3场。"]
    notes = [(c.author, c.text, c.timestamp.date()) for c in document.comments]
    assert notes == [("数据来源", "会议台账：H01、H02", DAY), ("数据来源", "培训记录", DAY)]
    for index, comment in enumerate(document.comments):
        start = document.element.xpath(f"//w:commentRangeStart[@w:id='{comment.comment_id}']")[0]
        assert start.getnext().text == ("18", "3")[index]
        assert start.getnext().getnext().tag == qn("w:commentRangeEnd")


def test_the_final_form_is_plain_text(made: Any) -> None:
    document = made("开会{{ n }}次。", {"n": Figure("18", "会议台账")}, FINAL)
    assert words(document) == ["开会18次。"]
    assert len(list(document.comments)) == 0


def test_a_blank_is_highlighted_and_explained(made: Any) -> None:
    document = made("开会{{ n }}次。", {"n": Missing("会议次数", "会议表")})
    assert words(document) == ["开会【待补：会议次数】次。"]
    marked = [run.text for run in document.paragraphs[0].runs if run.font.highlight_color is not None]
    assert marked == ["【待补：会议次数】"]
    assert [c.text for c in document.comments] == ["待补：会议次数\n会议表"]


def test_a_final_form_with_blanks_is_refused_with_the_list(made: Any) -> None:
    source = "{{ n }}{{ blank('下一步打算') }}。\n手写的【待补：数字】。"
    with pytest.raises(BlankInFinal) as caught:
        made(source, {"n": Missing("会议次数")}, FINAL)
    assert caught.value.blanks == ("【待补：会议次数】", "【待补：下一步打算】", "【待补：数字】")


@given(st.text(max_size=40))
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_comes_out_as_text(made: Any, value: str) -> None:
    document = made("始{{ v }}终{{ f }}末", {"v": value, "f": Figure(value or "-", value)})
    text = words(document)[0]
    assert text.startswith("始") and text.endswith("末") and "终" in text
    kept = "".join(char for char in value if char.isalnum() and ord(char) < 0x10F000 and char != "终")
    assert kept in "".join(char for char in text if char.isalnum())


@pytest.mark.parametrize(
    "value", ["<b>&amp;</b>", "{{ 1 }}", "{% if x %}", "{_{ }_}", '"', "“引”", "龘𠮷", "\ue863", "a  b "]
)
def test_markup_in_a_value_stays_a_value(made: Any, value: str) -> None:
    document = made("（{{ v }}）（{{ f }}）", {"v": value, "f": Figure(value, "源" + value)})
    assert words(document) == [f"（{value}）（{value}）"]
    assert [c.text for c in document.comments] == ["源" + value]


def test_line_breaks_stay_and_control_characters_go(made: Any) -> None:
    assert words(made("{{ v }}", {"v": "甲\r\n乙\x0b丙\x07\x00\x1b\ufffe丁\t戊"})) == ["甲\n乙\n丙丁\t戊"]


def test_marks_smuggled_into_a_value_are_dropped(made: Any) -> None:
    smuggled = "\U0010f0000\U0010f001假\U0010f002"
    document = made("{{ v }}{{ f }}", {"v": smuggled, "f": Figure("3", "真")})
    assert words(document) == ["0假3"]
    assert [c.text for c in document.comments] == ["真"]


def test_zero_is_silent_and_facts_compare_by_value(made: Any) -> None:
    source = "{% if a %}共{{ a }}次。{% endif %}{% if b >= 2 %}不少于2。{% endif %}{% if c > 5 %}多{% endif %}{{ c }}"
    context = {"a": Figure("0", "", Fraction(0)), "b": Figure("2", "", Fraction(2)), "c": Missing("数")}
    assert words(made(source, context)) == ["不少于2。【待补：数】"]


def test_figures_survive_joining(made: Any) -> None:
    document = made("{{ names | listed }}。", {"names": [Figure("甲", "记录1"), Figure("乙", "记录2")]})
    assert words(document) == ["甲、乙。"]
    assert [c.text for c in document.comments] == ["记录1", "记录2"]


def test_a_template_that_cuts_a_figure_is_refused(made: Any) -> None:
    with pytest.raises(ValueError, match="截断"):
        made("{{ (n ~ '')[:4] }}", {"n": Figure("1234567", "源")})


@pytest.mark.parametrize(
    "source", ["{{ unknown }}", "{{ bag.nothing }}", "{{ bag.__class__ }}", "{{ ''.__class__.__mro__ }}", "{% if %}"]
)
def test_a_template_reaches_no_further_than_its_values(source: str, tmp_path: Path) -> None:
    path = template(tmp_path, [source])
    with pytest.raises(TemplateError):
        render(path, {"bag": {"x": 1}}, form=DRAFT, dated=DAY)


def test_a_compiled_template_is_kept_for_the_next_build_and_a_changed_one_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, bytes] = {}
    made: list[str] = []

    def keep(key: str, make: Callable[[], bytes]) -> bytes:
        if key not in kept:
            made.append(key)
            kept[key] = make()
        return kept[key]

    def built(text: str) -> bytes:
        monkeypatch.setattr(_compiled, "_compiled", {})  # as in another process
        path = template(tmp_path, [text])
        return render_edited(path, {"n": Figure("12", "源")}, (), form=DRAFT, dated=DAY, keep=keep).data

    first, parts = built("有{{ n }}件。"), len(made)
    assert parts > 0
    assert built("有{{ n }}件。") == first
    assert len(made) == parts
    assert built("共{{ n }}件。") != first
    assert len(made) == parts + 1


def test_a_bag_has_no_methods_in_the_way(made: Any) -> None:
    assert words(made("{{ f.items }}{{ f['总 体'] }}", {"f": {"items": 3, "总 体": date(2017, 2, 3)}})) == [
        "32017年2月3日"
    ]


def test_headings_are_counted_after_the_empty_ones_went(made: Any) -> None:
    source = "# 甲\n{{ a }}\n# 乙\n## 子\n{% if no %}x{% endif %}\n# 丙\n### 跳级\n文。\n### 又\n文。"
    assert words(made(source, {"a": "有。", "no": False})) == [
        "一、甲",
        "有。",
        "二、丙",
        "1.跳级",
        "文。",
        "2.又",
        "文。",
    ]


def test_a_heading_over_a_table_alone_stays(made: Any) -> None:
    table = "== 情况表\n-- 单位：家\n|% 50 50\n|* 行业 | 数\n| 工贸 | 1"
    assert words(made(f"# 甲\n{table}\n# 乙\n# 丙\n文。", {})) == ["一、甲", "情况表", "单位：家", "二、丙", "文。"]


def test_the_signature_stands_where_the_standard_puts_it(made: Any) -> None:
    def indents(name: str) -> list[float]:
        document = made("正文。\n> {{ n }}\n> {{ d }}", {"n": name, "d": DAY})
        return [paragraph.paragraph_format.right_indent.pt / 16 for paragraph in document.paragraphs[1:]]

    assert indents("澜川市文化市场综合行政执法支队") == [2, 8]  # 15 and 7 wide: the date begins two after the name
    assert indents("澜川市局") == [7, 2]  # the date is longer: it stands two in


def test_two_renders_are_the_same_bytes_and_carry_no_clock(tmp_path: Path) -> None:
    path = from_source(tmp_path, "共{{ n }}次。")
    context = {"n": Figure("3", "台账")}
    first, second = (render(path, context, form=DRAFT, dated=None, title="报告") for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {2000}
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")
        assert not re.search(rb"20[12]\d-\d\d-\d\dT", b"".join(archive.read(n) for n in archive.namelist()))


def test_repacking_forgets_order_and_time() -> None:
    def zipped(names: list[str], year: int) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name in names:
                archive.writestr(zipfile.ZipInfo(name, (year, 5, 6, 7, 8, 9)), name)
        return stream.getvalue()

    one = repack(zipped(["b", "[Content_Types].xml", "a"], 1999), DAY)
    assert one == repack(zipped(["a", "b", "[Content_Types].xml"], 2024), DAY)
    assert zipfile.ZipFile(io.BytesIO(one)).namelist() == ["[Content_Types].xml", "a", "b"]


def report_context(form: str) -> dict[str, Any]:
    rubric = word_samples.rubric()
    facts: dict[str, Any] = {}
    for index, (name, fact) in enumerate(document_data()["facts"].items()):
        if "by" in fact.get("list", {}):
            facts[name] = {} if form == DRAFT else {key: ["加强培训。"] for key in "ⅠⅡⅤⅧ"} | {"总体": ["继续努力"]}
        elif "list" in fact:
            facts[name] = [Figure("某项工作", f"W{index}")] * (index % 3)
        elif "records" in fact:
            day = Figure("2017年3月1日", "G", DAY)
            facts[name] = [
                {"item": Figure("办公用房", "G", "办公用房"), "date": day, "doc_no": Figure("澜〔2017〕1号", "G")}
            ]
        elif "groups" in fact:
            facts[name] = []
        else:
            known = Figure(str(index), f"台账{index}", Fraction(index * (index % 3)))
            facts[name] = Missing(fact["title"]) if form == DRAFT and index % 4 == 0 else known
    if form == FINAL:
        for name in ("internet_cafe_works", "entertainment_works", "credit_works", "policy_works"):
            facts[name] = [Figure("完成评定。", "W")]
    unit = {
        "name": "澜川市支队", "year": 2017, "addressee": "省文化厅", "submit_date": DAY, "contact": None, "phone": None,
    }  # fmt: skip
    unit |= {"level": "设区市", "region": "澜川市", "platform_online": True}
    unit |= {"letterhead": None, "doc_no": None, "signer": None, "copies_to": (), "printer": None}
    about = {"name": "自评报告", "genre": "报告", "public": False, "upward": True}
    papers = {
        "document": about,
        "rounded": "",
        "period": Figure("全年", "单位情况"),
        "enclosures": ["自评分表", "佐证材料汇编"],
    }
    return {"unit": unit, "fact": facts, **papers, **score_context(rubric, word_samples.card(rubric), {})}


def document_data() -> Any:
    return resources.load_yaml(source_of(DOCUMENTS["self-report"]))


def source_words(path: Path) -> str:
    """A template's source with those that it takes in."""
    common = resources.template("word")
    taken = re.compile(r"^<< (\S+)$", re.MULTILINE)
    return taken.sub(lambda name: source_words(common / f"{name[1]}.txt"), path.read_text(encoding="utf-8"))


def test_the_report_uses_each_fact_and_only_those() -> None:
    source = source_words(REPORT.with_suffix(".txt"))
    assert set(re.findall(r"fact\.(\w+)", source)) == set(document_data()["facts"])


def test_every_fact_loads_against_the_record_kinds() -> None:
    found = Findings()
    node = yamltree.read(source_of(DOCUMENTS["self-report"]), "self-report.yaml", found, CULTURE.vocabulary)
    assert node is not None and not list(found)
    for fact in node.mapping()["facts"].mapping().values():
        parts = fact.fields("title", "measure list groups records")
        if "measure" in parts:
            parse_measure(parts["measure"])
        elif "list" in parts:
            listed = parts["list"].fields("of field", "where by")
            kind = kind_named(listed["of"])
            if "where" in listed:
                parse_where(listed["where"], kind)
            for name in (*listed["field"].each(), *([listed["by"]] if "by" in listed else [])):
                field_named(name, kind)


@pytest.mark.parametrize("form", [DRAFT, FINAL])
def test_the_report_reads_well(form: str) -> None:
    document = docx.Document(io.BytesIO(render(REPORT, report_context(form), form=form, dated=DAY)))
    text = "\n".join(words(document))
    assert not re.search(r"[，、；。：]{2}|共0|（）|“”|\{|None", text), text
    headings = [p for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert [p.text for p in headings if p.style.name == "Heading 1"] == [
        "一、自评情况", "二、主要做法", "三、存在的主要问题", "四、下一步打算",
    ]  # fmt: skip
    assert [p.text for p in headings if p.style.name == "Heading 2"][:4] == [
        "（一）深化改革", "（二）队伍建设", "（三）执法办案", "（四）加减分项目",
    ]  # fmt: skip
    assert all(p.text.strip() for p in document.paragraphs if p.style.name == "公文正文")
    assert ("待补" in text) == (form == DRAFT)
    assert "基础分可得54分，自评50.5分" in text
    assert (len(list(document.comments)) > 10) == (form == DRAFT)


def test_the_base_is_a4_with_the_standards_margins() -> None:
    section = docx.Document(str(resources.template("word", "base.docx"))).sections[0]
    assert section.page_width and section.page_height and section.top_margin and section.left_margin
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    assert (
        section.right_margin and round(section.page_width.mm - section.left_margin.mm - section.right_margin.mm) == 156
    )


def test_every_style_names_its_faces_and_no_theme() -> None:
    for path in (*(resources.template("word", name) for name in ("base.docx", "landscape.docx")), REPORT):
        document = docx.Document(str(path))
        for style in document.styles.element.findall(qn("w:style")):
            if style.get(qn("w:type")) == "paragraph":
                fonts = style.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
                assert fonts is not None and fonts.get(qn("w:eastAsia"))
                assert not any("heme" in key for key in fonts.attrib)
        lang = document.styles.element.find(f".//{qn('w:lang')}")
        assert (lang.get(qn("w:val")), lang.get(qn("w:eastAsia"))) == ("en-US", "zh-CN")
