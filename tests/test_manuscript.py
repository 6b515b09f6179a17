"""Word templates from their sources: what a mark makes, what a slip is told, and that no file of anybody's is lost."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kaoping.cli.main import run

from kaoping import __version__, api
from kaoping.core import fs, resources
from kaoping.core.errors import KaopingError
from kaoping.core.figures import Figure
from kaoping.core.findings import Finding
from kaoping.core.model import DRAFT
from kaoping.core.zipbytes import repack
from kaoping.documents import manuscript
from kaoping.documents.manuscript._markup import KEYWORDS, STYLES
from kaoping.documents.word import render
from units import only

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "word-templates.md"
NAME = "报告.txt"


def source(folder: Path, text: str, name: str = NAME) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def built(folder: Path, text: str) -> Any:
    """The document that a source makes."""
    return docx.Document(io.BytesIO(manuscript.template_bytes(source(folder, text))))


def told(*sources: Path, out: Path | None = None) -> list[Finding]:
    """What the builder refuses the sources for."""
    with pytest.raises(KaopingError) as caught:
        api.build_templates(sources, out)
    return caught.value.findings


# -- what they make --------------------------------------------------------------------------------------------------


def test_the_committed_templates_are_what_their_sources_say(tmp_path: Path) -> None:
    made = api.build_templates([resources.template("word")], tmp_path)
    committed = {path.name: path.read_bytes() for path in resources.template("word").glob("*.docx")}
    assert {path.name for path in made} == set(committed)
    for path in made:  # both packed by this machine's compressor: they differ between machines
        assert path.read_bytes() == repack(committed[path.name]), f"{path.name}：请运行 kaoping template build"


@pytest.mark.parametrize(("mark", "style"), STYLES.items())
def test_a_mark_is_a_style(mark: str, style: str, tmp_path: Path) -> None:
    text = "" if style == "空行" else "甲\n乙"
    written = text.replace("\n", "\\n")
    document = built(tmp_path, f"{mark} {written}\n没有记号的一行\n")
    found = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    assert found == [(style, text), ("公文正文", "没有记号的一行")]


def test_a_table_has_its_columns_head_and_rows(tmp_path: Path) -> None:
    document = built(
        tmp_path,
        "|% 10 30\n|* 甲 | 乙\\n栏\n| {%tr for one in rows %}\n| {{ one | listed }} | 丙\\n丁 | \n| {%tr endfor %}\n"
        "|% 1 1 2\n|60 | 戊 |  |\n".replace(" | \n", "\n"),
    )
    first, second = document.tables
    widths = [column.w for column in first._tbl.tblGrid.gridCol_lst]
    assert widths[1] == pytest.approx(3 * widths[0], rel=0.001)
    rows = [[cell.text for cell in row.cells] for row in first.rows]
    assert rows[0] == ["甲", "乙\n栏"] and rows[2] == ["{{ one | listed }}", "丙\n丁"]
    assert rows[1] == ["{%tr for one in rows %}"] * 2, "one cell spans the row"
    repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in first.rows]
    assert repeated == [True, False, False, False]
    assert second.rows[0].height.pt == 60 and [cell.text for cell in second.rows[0].cells] == ["戊", "", ""]


def test_a_label_wider_than_its_column_is_broken_between_its_words(tmp_path: Path) -> None:
    """What a template fills in is left alone, and what spans the rest of the row has room enough."""
    table = built(
        tmp_path,
        "|% 22 78\n|* 审签 | 意见\n| 主要负责人签发 | {{ 主要负责人签发的意见 }}\n| 主要负责人签发以后再报送\n",
    ).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["审签", "意见"], ["主要负责人\n签发", "{{ 主要负责人签发的意见 }}"], ["主要负责人签发以后再报送"] * 2,
    ]  # fmt: skip


@pytest.mark.parametrize("path", sorted(resources.template().rglob("*.txt")), ids=lambda path: path.stem)
def test_a_count_stands_after_what_is_counted(path: Path) -> None:
    """召开会议2次, not 2次召开会议: that is no sentence where it is once."""
    assert re.findall(r"\}\}[次场](?![，。；、：（）{}]|\s|$)\S{0,6}", path.read_text("utf-8"), re.MULTILINE) == []


def test_pages_turn_where_the_source_says(tmp_path: Path) -> None:
    turned = [section.orientation for section in built(tmp_path, "甲\n[横排]\n乙\n[竖排]\n丙").sections]
    assert turned == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert [section.orientation for section in built(tmp_path, "[横排]\n乙").sections] == [WD_ORIENT.LANDSCAPE]


def test_a_source_takes_in_another(tmp_path: Path) -> None:
    source(tmp_path, "// 共用\n# 标题\n|% 1 1\n", "_共用.txt")
    document = built(tmp_path, "甲\n<< _共用\n| 乙 | 丙\n")
    assert [paragraph.text for paragraph in document.paragraphs] == ["甲", "标题"]
    assert [cell.text for cell in document.tables[0].rows[0].cells] == ["乙", "丙"]


SOUND = [
    "完成率100%，{甲}与{ 乙 }，f(x)={1, 2}", "-5℃", "——前言", "《办法》", "【待补：数字】", "（一）甲", "1. 甲", "……",
    "*甲*", "{{ '#' }}号", "{{ '|' }}线", "[附图]见后", "甲 | 乙", "{# 备注 #}甲", "{{ a['b'] | joined('，') }}",
    "{% set n = 1 %}{{ n }}{% set m %}甲{% endset %}",
    "{%p if a %}\n甲\n{%p elif b %}\n乙\n{%p else %}\n丙\n{%p endif %}",
    "{%p if a %}\n|% 1\n| 甲\n{%p endif %}", "|% 1\n| {%p if a %}\\n甲\\n{%p endif %}",
    "|% 1 1\n| {%tc if a %} | {%tc endif %}", "|% 1 1\n| {{ a | b }} | {% colspan n %}甲",
    "{%- if a -%}甲{%- endif -%}", "{{r a }}", "",
]  # fmt: skip


@pytest.mark.parametrize("text", SOUND)
def test_what_only_looks_like_a_mark_or_a_slip_passes(text: str, tmp_path: Path) -> None:
    assert manuscript.template_bytes(source(tmp_path, text)).startswith(b"PK")


def test_line_ends_and_a_byte_order_mark_make_no_difference(tmp_path: Path) -> None:
    text = "= 标题\n甲\n|% 1 1\n| 乙 | 丙"
    plain = manuscript.template_bytes(source(tmp_path, text))
    assert manuscript.template_bytes(source(tmp_path, "\ufeff" + text.replace("\n", "\r\n") + "\r\n\r\n")) == plain


# -- what is wrong with a source -------------------------------------------------------------------------------------

SLIPS: dict[str, tuple[str, str, int, str]] = {
    # name: code, the source, the line, words of the problem
    "no blank after a mark": ("manuscript.mark", "甲\n#标题", 2, "空一格"),
    "a wide blank after a mark": ("manuscript.mark", "#　标题", 1, "空一格"),
    "a wide mark": ("manuscript.mark", "＃ 标题", 1, "半角"),
    "a wide bar": ("manuscript.mark", "|% 1 1\n｜ 甲 ｜ 乙", 2, "半角"),
    "a row without blanks": ("manuscript.mark", "|% 1 1\n| 丙 | 丁\n|甲|乙", 3, "空一格"),
    "a mark that there is not": ("manuscript.mark", "##### 五级", 1, "没有这种记号"),
    "a bullet of Markdown": ("manuscript.mark", "- 一项", 1, "没有这种记号"),
    "a rule of Markdown": ("manuscript.mark", "|% 1 1\n| 甲 | 乙\n|---|---|", 3, "没有这种记号"),
    "a mark without words": ("manuscript.mark", "#", 1, "没有文字"),
    "words in an empty line": ("manuscript.mark", "~ 甲", 1, "后面不写文字"),
    "taken in without a blank": ("manuscript.mark", "<<_共用", 1, "空一格"),
    "a wide bracket": ("manuscript.mark", "【版头】", 1, "[版头]，用半角的方括号"),
    "a word that there is not": ("manuscript.mark", "[版脚]", 1, "[版记]"),
    "a character that nobody sees": ("manuscript.unseen", "甲\n\u200b# 标题", 2, "第1个字是看不见的字符（U+200B）"),
    "a control character": ("manuscript.unseen", "甲\x0b乙", 1, "U+000B"),
    "a part that is not there": ("manuscript.not_taken_in", "<< _别的", 1, "_别的.txt 文件不见了"),
    "a part in another folder": ("manuscript.not_taken_in", "<< ../密/_甲", 1, "不带文件夹"),
    "a source that takes in itself": ("manuscript.not_taken_in", "甲\n<< 报告", 2, "报告 → 报告"),
    "a row without a table": ("manuscript.table", "| 甲 | 乙\n| 丙 | 丁", 1, "前面没有用 |% 写"),
    "columns that are no numbers": ("manuscript.table", "|% 10 宽\n| 甲 | 乙", 1, "“宽”不是列宽"),
    "a column of no width": ("manuscript.table", "|% 10 0\n| 甲 | 乙", 1, "“0”不是列宽"),
    "no columns": ("manuscript.table", "|%\n| 甲", 1, "没有列宽"),
    "more columns than Word takes": ("manuscript.table", f"|% {'1 ' * 64}\n| 甲", 1, "有64列"),
    "a table without rows": ("manuscript.table", "|% 1 1\n甲", 1, "没有一行表格"),
    "a row higher than the page": ("manuscript.table", "|% 1 1\n|6000 | 甲 | 乙", 2, "1到600磅"),
    "more cells than columns": ("manuscript.cells", "|% 1 1\n| 甲 | 乙 | 丙", 2, "有3格，表只有2列；最后一格是“丙”"),
    "a bar at the end": ("manuscript.cells", "|% 1 1\n| 甲 | 乙 |", 2, "有3格"),
    "cells without a blank": ("manuscript.bar", "|% 1 1\n| 甲|乙", 2, "“甲|乙”"),
    "cells with a wide bar": ("manuscript.bar", "|% 1 1\n| 甲 ｜ 乙", 2, "“甲 ｜ 乙”"),
    "wide braces": ("manuscript.tag", "甲\n｛｛ a ｝｝", 2, "半角"),
    "braces apart": ("manuscript.tag", "{ { a } }", 1, "中间没有空格"),
    "half a tag": ("manuscript.tag", "甲{{ a }", 1, "“{{ a }”写得不对：只有一半"),
    "the other half": ("manuscript.tag", "甲 a }}", 1, "只有一半"),
    "half a remark": ("manuscript.tag", "甲{# 乙", 1, "只有一半"),
    "half a statement": ("manuscript.tag", "{%p if a\n甲\n{%p endif %}", 1, "只有一半"),
    "a tag in a tag": ("manuscript.tag", "{% if a {{ b }}{% endif %}", 1, "只有一半"),
    "Chinese quotes in a tag": ("manuscript.tag", "{{ a or “甲” }}", 1, "半角的单引号"),
    "a tab in a tag": ("manuscript.tag", "{{ a\t}}", 1, "制表符"),
    "a blank before p": ("manuscript.tag", "{% p if a %}", 1, "要写成 {%p"),
    "a tag that there is not": ("manuscript.tag", "{% include 'a' %}", 1, "没有“include”这种标签"),
    "a wide comma in a tag": ("manuscript.tag", "{{ a，b }}", 1, "不认识“，”，要用半角"),
    "two words in a tag": ("manuscript.tag", "{{ a b }}", 1, "“b”不应出现"),
    "nothing in a tag": ("manuscript.tag", "{{ }}", 1, "标签的结尾不应出现"),
    "a condition that ends early": ("manuscript.tag", "{%p if a == %}\n甲\n{%p endif %}", 1, "标签的结尾不应出现"),
    "a share of a hundred in a p": ("manuscript.tag", "{%p if a == '1%' %}\n甲\n{%p endif %}", 1, "百分号"),
    "words beside a paragraph's tag": ("manuscript.not_alone", "{%p if a %}甲\n乙\n{%p endif %}", 1, "旁边还有“甲”"),
    "words beside a row's tag": (
        "manuscript.not_alone", "|% 1 1\n| {%tr if a %} | 甲\n| 乙 | 丙\n| {%tr endif %}", 2, "占一整行，旁边还有“甲”",
    ),
    "a row's tag outside of a table": ("manuscript.not_alone", "|% 1\n| 甲\n{%tr set a = 1 %}", 3, "表格的行里"),
    "a loop without its end": ("manuscript.unclosed", "甲\n{%p for a in b %}\n乙", 2, "“{%p for a in b %}”没有收尾"),
    "an inner block without its end": (
        "manuscript.unclosed", "{%p for a in b %}\n{%p if a %}\n甲\n{%p endfor %}", 2, "{%p if a %}",
    ),
    "an end without a beginning": ("manuscript.extra_end", "甲{% endif %}", 1, "没有对应的 if"),
    "an else in nothing": ("manuscript.extra_end", "{% else %}", 1, "if 或 for"),
    "another kind of end": ("manuscript.apart", "{%p if a %}\n甲\n{% endif %}", 3, "第1行的“{%p if a %}”：两个标签"),
    "a block that ends in another paragraph": ("manuscript.apart", "{% if a %}甲\n乙{% endif %}", 2, "同一段"),
    "a block that ends in another cell": ("manuscript.apart", "|% 1 1\n| {% if a %}甲 | 乙{% endif %}", 2, "同一段"),
    "rows that end in another table": (
        "manuscript.apart", "|% 1\n| {%tr if a %}\n| 甲\n|% 1\n| {%tr endif %}", 5, "同一张表",
    ),
    "paragraphs that end in a table": (
        "manuscript.apart", "{%p if a %}\n甲\n|% 1 1\n| 乙 | {%p endif %}", 4, "同一格",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_one_slip_is_told_once_at_its_line(name: str, tmp_path: Path) -> None:
    code, text, line, says = SLIPS[name]
    path = source(tmp_path, text)
    [finding] = told(path)
    assert (finding.code, finding.at.file, finding.at.line) == (code, path.as_posix(), line)
    assert says in finding.problem
    assert "None" not in finding.mend and "{{{" not in finding.mend
    assert [entry.name for entry in tmp_path.iterdir()] == [NAME], "nothing is written"


def test_all_slips_of_all_sources_are_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    source(tmp_path, "#标题\n{%p if a %}\n| 甲 | 乙\n{{ a b }}\n", "一.txt")
    source(tmp_path, "甲\n<< _共用\n", "二.txt")
    source(tmp_path, "<< _共用\n", "三.txt")
    source(tmp_path, "好的\n", "四.txt")
    source(tmp_path, "乙\n[版脚]\n", "_共用.txt")
    before = sorted(tmp_path.iterdir())
    assert [(Path(finding.at.file).name, finding.at.line, finding.code) for finding in told(tmp_path)] == [
        ("_共用.txt", 2, "manuscript.mark"),  # two take it in; it is wrong once
        ("一.txt", 1, "manuscript.mark"),
        ("一.txt", 2, "manuscript.unclosed"),
        ("一.txt", 3, "manuscript.table"),
        ("一.txt", 4, "manuscript.tag"),
    ]
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("data", ["模板".encode("gbk"), "模板".encode("utf-16")])
def test_another_code_than_utf_8_is_told(data: bytes, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(data)
    assert only(told(tmp_path / NAME), "manuscript.encoding").at.file.endswith(NAME)


@given(st.text(alphabet="=@#+>~^|<*-/[]{}% \t\n\r甲pif版头1“\u200b\x00", max_size=60))
@example("|% 1e9\n| a")
@example("{%p set %}\n{%p endset %}")
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_source_is_built_or_told(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = source(tmp_path_factory.getbasetemp() / "fuzz", text)
    try:
        data = manuscript.template_bytes(path)
    except KaopingError as error:
        assert all(finding.at.line for finding in error.findings)
    else:
        docx.Document(io.BytesIO(data))


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_template_that_somebody_changed_in_word_is_not_lost(tmp_path: Path) -> None:
    path = source(tmp_path, "甲")
    [target] = api.build_templates([path])
    source(tmp_path, "乙")
    assert api.build_templates([path]) == [target], "what was built is built anew"
    document = docx.Document(str(target))
    assert document.paragraphs[0].text == "乙"
    document.add_paragraph("手写的一段")
    document.save(str(target))
    before = target.read_bytes()
    assert only(told(path), "manuscript.not_ours").at.file == target.as_posix()
    assert target.read_bytes() == before
    [elsewhere] = api.build_templates([path], tmp_path / "试做")
    assert elsewhere == tmp_path / "试做" / "报告.docx" and elsewhere.is_file()


def test_what_is_no_docx_and_stands_in_the_way_is_not_lost(tmp_path: Path) -> None:
    (tmp_path / "报告.docx").write_bytes(b"notes")
    only(told(source(tmp_path, "甲")), "manuscript.not_ours")
    assert (tmp_path / "报告.docx").read_bytes() == b"notes"


def test_a_template_that_word_holds_open_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = source(tmp_path, "甲")
    [target] = api.build_templates([path])
    before = target.read_bytes()
    source(tmp_path, "乙")

    def refuse(old: Path, new: Path) -> None:
        raise PermissionError(13, "Permission denied", str(new))

    monkeypatch.setattr(fs, "replace", refuse)
    finding = only(told(path), "manuscript.not_written")
    assert "正被别的程序占用" in finding.problem and finding.at.file == target.as_posix()
    assert target.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["报告.docx", NAME], "nothing half done stays"


def test_two_sources_of_one_template_are_told(tmp_path: Path) -> None:
    one, other = source(tmp_path / "a", "甲"), source(tmp_path / "b", "乙")
    assert only(told(one, other, out=tmp_path), "manuscript.same_name").at.file == other.as_posix()
    assert len(api.build_templates([one, one, tmp_path / "a"], tmp_path)) == 1, "but the same one twice is one"


@pytest.mark.parametrize(
    ("name", "says"), [("空", "没有模板的源文件"), ("报告.docx", ".txt 文件"), ("_共用.txt", "给别的源文件引入的")]
)
def test_what_is_no_source_is_told(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    source(tmp_path, "甲", "_共用.txt")
    assert says in only(told(tmp_path / name), "manuscript.no_source").problem


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "文件不见了" in only(told(tmp_path / NAME), "manuscript.unreadable").problem


# -- the command -----------------------------------------------------------------------------------------------------


def test_without_a_word_the_command_builds_what_the_pack_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("说明.txt", "templates/整改.txt", "templates/_共用.txt", "templates/package/open_me.txt"):
        source(tmp_path, "甲\n", name)
    monkeypatch.chdir(tmp_path)
    assert run(["template", "build"]) == 0
    assert capsys.readouterr().out == f"已生成：{Path('templates/整改.docx')}\n"
    assert [path.as_posix() for path in Path().rglob("*.docx")] == ["templates/整改.docx"]


def test_of_a_checkout_the_command_builds_the_common_templates_and_those_of_its_packs(tmp_path: Path) -> None:
    names = ("templates/word/报告", "templates/packs/甲/整改", "templates/packs/乙/总结")
    for name in (*names, "templates/package/open_me", "templates/说明书/甲"):
        source(tmp_path, "甲\n", f"{name}.txt")
    made = {path.relative_to(tmp_path).with_suffix("").as_posix() for path in api.build_templates([tmp_path])}
    assert made == set(names)


def test_the_command_tells_what_is_wrong_where_and_how_to_mend_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source(tmp_path, "甲\n#标题\n")
    monkeypatch.chdir(tmp_path)
    assert run(["template", "build", NAME, "--out", "别处"]) == 1
    said = capsys.readouterr().err
    assert "【错误】报告.txt 第2行\n" in said and "  怎么改：" in said and "共 1 条：错误 1 条。" in said
    assert not Path("别处").exists()


def test_the_program_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "kaoping", "--version"]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    assert done.stdout.decode().split() == ["kaoping", __version__]


# -- the page for those who write them -------------------------------------------------------------------------------


def _block(head: str) -> str:
    """The first block of the page below ``head``."""
    found = re.search(rf"^## {head}\n.*?```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


EXAMPLE: Mapping[str, Any] = {
    "unit": {
        "name": "甲市应急局", "year": "2026", "addressee": None, "submit_date": None, "letterhead": False,
        "copies_to": [], "doc_no": None, "signer": None, "printer": None,
    },
    "document": {"upward": True},
    "fact": {
        "checks": Figure("12", "检查", Fraction(12)),
        "hazards": Figure("2", "隐患", Fraction(2)),
        "ledger": [
            {"title": "通道堵塞", "measures": ["清理"], "state": "已整改", "due": "3月5日"},
            {"title": "灭火器过期", "measures": [], "state": None, "due": None},
        ],
        "next_steps": ["再查一遍"],
    },
}  # fmt: skip


def test_the_example_of_the_page_is_built_and_filled_in(tmp_path: Path) -> None:
    [path] = api.build_templates([source(tmp_path, _block("一个完整的例子"))])
    document = docx.Document(io.BytesIO(render(path, EXAMPLE, form=DRAFT, dated=None)))
    words = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert words == [
        "甲市应急局\n关于2026年隐患整改情况的报告", "【待补：主送机关】：",
        "2026年，甲市应急局检查12次，发现隐患2处。现将整改情况报告如下。",
        "一、整改情况", "（一）通道堵塞", "清理。", "（二）灭火器过期", "【待补：整改措施】。",
        "二、下一步打算", "再查一遍。", "特此报告。", "附件：隐患整改台账", "甲市应急局", "【待补：报送日期】",
        "附件", "隐患整改台账", "截至【待补：报送日期】。",
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["序号", "隐患", "状态", "整改期限"],
        ["1", "通道堵塞", "已整改", "3月5日"],
        ["2", "灭火器过期", "未载明", "未载明"],
        ["合计", *["共2处"] * 3],
    ]
    assert [section.orientation for section in document.sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]


def test_the_table_of_the_page_is_built(tmp_path: Path) -> None:
    table = built(tmp_path, _block("表格")).tables[0]
    assert [len(row.cells) for row in table.rows] == [3] * 4
    assert table.rows[3].height.pt == 60


def test_the_page_has_every_mark_and_every_filter_of_ours() -> None:
    page = PAGE.read_text("utf-8")
    assert [mark for mark in (*STYLES, *KEYWORDS, "//", "<<", "|%", "|*") if f"`{mark}`" not in page] == []
    ours = ("listed", "sentences", "ordinals", "joined", "named", "bare", "quoted", "filled", "chinese")
    assert [name for name in ours if rf"\| {name}" not in page] == []
