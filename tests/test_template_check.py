"""Templates that clerks change: every slip told at once, each at its paragraph; and no template takes anything down."""

from __future__ import annotations

import importlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from kaoping.cli.main import run

from culture import CULTURE, DOCUMENTS, template_of
from docx_templates import (
    NAME,
    Part,
    comment,
    header,
    runs,
    table,
    template,
    text_box,
    without_style,
)  # fmt: skip
from examples import sampled
from hostile_sheets import encrypted_ooxml
from kaoping import api, documents
from kaoping.core import packs, resources
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Severity
from kaoping.documents import templating
from kaoping.documents.templating import _trial
from kaoping.evidence.workers import Job, Outcome
from kaoping.pipeline._templates import samples_of
from units import good_unit, only


class InThisProcess:
    """A worker that does its jobs here: for templates that end, it gives what a real one gives, ten times as fast."""

    def __init__(self, memory: int) -> None:
        assert memory

    def __enter__(self) -> InThisProcess:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def do(self, job: Job) -> Outcome:
        module, _, name = job.function.partition(":")
        return Outcome(json.loads(json.dumps(getattr(importlib.import_module(module), name)(**job.arguments))))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_trial, "Worker", InThisProcess)


NAMES = "{{ unit.name }}"
SAMPLES = samples_of(CULTURE)
PROBLEMS: dict[str, tuple[str, list[Part], str, str]] = {
    # name: code, the template, the place, words of the problem
    "a fact that there is not": (
        "template.unknown_name", ["好。", "开会{{ fact.reform_meeting }}次。"], "正文第2段", "fact.reform_meeting，",
    ),
    "a field of the unit that there is not": ("template.unknown_name", ["{{ unit.nmae }}"], "正文第1段", "unit.nmae"),
    "a total one level down": ("template.unknown_name", ["{{ totals.base.point }}"], "正文第1段", "totals.base.point"),
    "a top name": ("template.unknown_name", ["{% for s in section %}{% endfor %}"], "正文第1段", "section"),
    "a key in brackets": ("template.unknown_name", ["{{ answers['case'] }}"], "正文第1段", "answers['case']"),
    "the item of a known list": (
        "template.unknown_name",
        ["{% for s in sections %}{% for l in s.lines %}{{ l.titel }}{% endfor %}{% endfor %}"], "正文第1段", "l.titel",
    ),
    "a loop's variable after the loop": (
        "template.unknown_name", ["{% for s in sections %}{{ s.title }}{% endfor %}{{ s.title }}"], "正文第1段", " s，",
    ),
    "a loop's variable in a paragraph below it": (
        "template.unknown_name", ["{% for s in sections %}{{ s.title }}{% endfor %}", "{{ s.title }}"],
        "正文第2段", " s，",
    ),
    "a variable of the body in the header": (
        "template.unknown_name", ["{% set n = unit.name %}{{ n }}", header("{{ n }}")], "页眉第1段", " n，",
    ),
    "what a loop does not count": (
        "template.unknown_name", ["{% for s in sections %}{{ loop.firs }}{% endfor %}"], "正文第1段", "loop.firs",
    ),
    "the item of a list that is empty in some sections": (
        "template.unknown_name",
        ["{% for s in sections %}{% for l in s.short %}{{ l.titel }}{% endfor %}{% endfor %}"], "正文第1段", "l.titel",
    ),
    "the item of a list written in the template": (
        "template.failed", ["{% for s in sections %}{% for l in [s] %}{{ l.titel }}{% endfor %}{% endfor %}"],
        "正文第1段", "没有“titel”这一项",
    ),
    "a name in a macro that nobody calls": (
        "template.unknown_name", ["{% macro m(a) %}{{ a }}{{ b }}{% endmacro %}"], "正文第1段", " b，",
    ),
    "a name in an else of a branch that nobody takes": (
        "template.unknown_name", ["{% if 1 %}好{% else %}{{ fcat.fines }}{% endif %}"], "正文第1段", "fcat",
    ),
    "a function of Jinja": (
        "template.unknown_name", ["{% for i in range(10**9) %}好{% endfor %}"], "正文第1段", "range",
    ),
    "a filter that there is not": (
        "template.unknown_filter", ["{{ fact.reform_done | list_ed }}"], "正文第1段", "list_ed",
    ),
    "a filter that makes markup": ("template.unknown_filter", ["{{ unit.name | safe }}"], "正文第1段", "safe"),
    "a test that there is not": (
        "template.unknown_test", ["{% if fact.fines is mising %}{% endif %}"], "正文第1段", "mising",
    ),
    "a tag without an end": ("template.open_tag", ["甲", "{{ unit.name }，好"], "正文第2段", "{{ unit.name }，"),
    "a statement without an end": ("template.open_tag", ["{% if fact.fines }罚款{% endif %}"], "正文第1段", "{% if"),
    "half a remark": ("template.open_tag", ["甲", "{# 说明", "好"], "正文第2段", "{# 说明"),
    "an end without a beginning": ("template.lone_closer", ["名称 unit.name }}。"], "正文第1段", "unit.name }}"),
    "an end of a statement without a beginning": ("template.lone_closer", ["if x %}好"], "正文第1段", "if x %}"),
    "a space in the braces": ("template.miswritten", ["{ { unit.name } }"], "正文第1段", "{ { unit.name"),
    "full-width braces": ("template.full_width", ["｛｛ unit.name ｝｝"], "正文第1段", "｛｛ unit.name"),
    "a full-width per cent": ("template.full_width", ["{％ if fact.fines ％}"], "正文第1段", "{％ if"),
    "a tag in two paragraphs": ("template.cut_tag", ["甲", "{{ unit.", "name }}"], "正文第2段", "{{ unit."),
    "a tab in a tag": ("template.split", [runs("[{{ unit.]<w:r><w:tab/></w:r>[name }}]")], "正文第1段", "制表符"),
    "a bookmark in a tag": (
        "template.split",
        [runs('[{{ unit.]<w:bookmarkStart w:id="7" w:name="b"/><w:bookmarkEnd w:id="7"/>[name }}]')],
        "正文第1段", "书签",
    ),
    "a comment in a tag": (
        "template.split",
        [runs('[{{ unit.]<w:commentRangeStart w:id="7"/>[name }}]<w:commentRangeEnd w:id="7"/>')],
        "正文第1段", "批注",
    ),
    "a picture in a tag": (
        "template.split", [runs("[{{ unit.]<w:r><w:drawing/></w:r>[name }}]")], "正文第1段", "图片",
    ),
    "a field in a tag": (
        "template.split",
        [runs('[{{ unit.]<w:r><w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="end"/></w:r>[name }}]')],
        "正文第1段", "域",
    ),
    "a tag that a link ends in": (
        "template.split", [runs('<w:hyperlink w:anchor="a">[{{ unit.]</w:hyperlink>[name }}]')], "正文第1段", "超链接",
    ),
    "a tag in a tracked change": (
        "template.wrapped", [runs('[甲]<w:ins w:id="1" w:author="a">[{{ unit.name }}]</w:ins>')], "正文第1段", "修订",
    ),
    "a tag half in a tracked change": (
        "template.wrapped", [runs('[{{ unit.]<w:ins w:id="1" w:author="a">[name }}]</w:ins>')], "正文第1段", "修订",
    ),
    "a tag that was deleted with changes tracked": (
        "template.wrapped",
        [runs('<w:del w:id="1" w:author="a"><w:r><w:delText>{{ unit.nmae }}</w:delText></w:r></w:del>')],
        "正文第1段", "修订",
    ),
    "a tag in a content control": (
        "template.wrapped", [runs(f"<w:sdt><w:sdtContent>[{NAMES}]</w:sdtContent></w:sdt>")], "正文第1段", "内容控件",
    ),
    "a tag in a field": (
        "template.wrapped", [runs(f'<w:fldSimple w:instr="PAGE">[{NAMES}]</w:fldSimple>')], "正文第1段", "域",
    ),
    "Chinese quotes in a tag": (
        "template.quotes", ["{{ unit.contact or blank(“联系人”) }}"], "正文第1段", "blank(“联系人”)",
    ),
    "text beside a paragraph's tag": (
        "template.shares_paragraph", ["{%p if fact.fines %}罚款", "好", "{%p endif %}"], "正文第1段", "“罚款”",
    ),
    "text beside a row's tag": (
        "template.shares_row",
        [table(["{%tr for s in sections %}", "合计"], ["{{ s.title }}", "a"], ["{%tr endfor %}", ""])],
        "第1个表格第1行第1格第1段", "“合计”",
    ),
    "text beside a cell's tag": (
        "template.shares_cell",
        [table(["{%tc for s in sections %}甲", "{{ s.title }}", "{%tc endfor %}"])], "第1个表格第1行第1格第1段", "“甲”",
    ),
    "a row's tag outside a table": (
        "template.outside_table", ["{{tr unit.name }}"], "正文第1段", "{{tr unit.name }}",
    ),
    "a full-width bracket in a tag": ("template.syntax", ["{{ blank（'x'） }}"], "正文第1段", "“（”，要用半角"),
    "a word too many": ("template.syntax", ["甲", "{{ unit.name unit.level }}"], "正文第2段", "“unit”不应出现"),
    "an empty tag": ("template.syntax", ["{{ }}"], "正文第1段", "“{{ }}”"),
    "an empty condition": ("template.syntax", ["{% if %}{% endif %}"], "正文第1段", "“{% if %}”"),
    "a statement that there is not": ("template.syntax", ["{% foreach s in sections %}"], "正文第1段", "foreach"),
    "a space before the p": ("template.syntax", ["{% p if fact.fines %}", ], "正文第1段", "中间不空格"),
    "a per cent in a paragraph's tag": (
        "template.syntax", ["{%p if 5 % 2 %}", "好", "{%p endif %}"], "正文第1段", "百分号",
    ),
    "more in an end": ("template.syntax", ["{% if 1 %}好{% endif x %}"], "正文第1段", "“x”不应出现"),
    "a mark before the word": ("template.syntax", ["{% |if 1 %}"], "正文第1段", "if、for 这样的词"),
    "a loop that is misspelt, and its variable": (
        "template.syntax", ["{% for s ni sections %}{{ s.title }}{{ s.points }}{% endfor %}"],
        "正文第1段", "“ni”不应出现",
    ),
    "brackets without end": ("template.syntax", ["{{ " + "(" * 5000 + ")" * 5000 + " }}"], "正文第1段", "太深"),
    "a loop that does not close": (
        "template.unclosed", ["甲", "{%p for s in sections %}", "{{ s.title }}"], "正文第2段", "{%p for s in",
    ),
    "an inner block that does not close": (
        "template.unclosed", ["{% for s in sections %}{% if s.of %}好{% endfor %}"], "正文第1段", "{% if s.of %}",
    ),
    "an inner block that does not close before an else": (
        "template.unclosed", ["{% if 1 %}{% with %}好{% else %}{% endif %}"], "正文第1段", "{% with %}",
    ),
    "an end too many": ("template.extra_end", ["好{% endif %}"], "正文第1段", "{% endif %}"),
    "an else of nothing": ("template.extra_end", ["好{% else %}"], "正文第1段", "{% else %}"),
    "a second else": ("template.syntax", ["{% if 1 %}{% else %}{% else %}{% endif %}"], "正文第1段", "“else”不应出现"),
    "a paragraph's tag that another kind closes": (
        "template.mixed_block", ["{%p for s in sections %}", "{{ s.title }}", "{% endfor %}"], "正文第3段",
        "正文第1段的“{%p for s in sections %}”",
    ),
    "a block that leaves its cell": (
        "template.crossing_block", [table(["{% if fact.fines %}罚款", "好{% endif %}"])], "第1个表格第1行第2格第1段",
        "第1行第1格",
    ),
    "a block that leaves the table": (
        "template.crossing_block", ["{%p if fact.fines %}", table(["{%p endif %}"])], "第1个表格第1行第1格第1段",
        "正文第1段",
    ),
    "a plain block over two paragraphs": (
        "template.long_block", ["{% if fact.fines %}罚款", "好{% endif %}"], "正文第2段", "正文第1段",
    ),
    "an attribute with an underscore": (
        "template.forbidden", ["{{ unit.__class__.__mro__ }}"], "正文第1段", "unit.__class__",
    ),
    "a key with an underscore": ("template.forbidden", ["{{ unit['__class__'] }}"], "正文第1段", "__class__"),
    "an underscore in a filter": (
        "template.forbidden", ["{{ unit | attr('__class__') }}"], "正文第1段", "attr('__class__')",
    ),
    "a call": ("template.forbidden", ["{{ unit.name.upper() }}"], "正文第1段", "unit.name.upper()"),
    "an include": ("template.forbidden", ["{% include 'secret.txt' %}"], "正文第1段", "include"),
    "an import": ("template.forbidden", ["{% import 'a' as b %}"], "正文第1段", "import"),
    "another template's child": ("template.forbidden", ["{% extends 'a' %}"], "正文第1段", "extends"),
    "values taken for markup": (
        "template.forbidden", ["{% autoescape false %}{{ unit.name }}{% endautoescape %}"], "正文第1段", "autoescape",
    ),
    "a tag in a comment": ("template.not_filled", [comment(NAMES)], "批注第1段", NAMES),
    "in a header": ("template.unknown_name", [header("{{ unit.nmae }}")], "页眉第1段", "unit.nmae"),
    "in a text box": ("template.unknown_name", ["甲", text_box("{{ unit.nmae }}")], "文本框里第1段", "unit.nmae"),
    "in a table": (
        "template.unknown_name", [table(["a", "b"], ["c", "{{ unit.nmae }}"])], "第1个表格第2行第2格第1段", "nmae",
    ),
    "a style that the outline needs": ("template.no_style", ["好。", without_style("Heading 2")], "", "Heading 2"),
    "a paragraph whose style is gone": (
        "template.style_gone", [runs('<w:pPr><w:pStyle w:val="lost"/></w:pPr>[文字]')], "正文第1段", "lost",
    ),
    "a value that may be empty": ("template.empty", ["甲", "{{ unit.contact }}"], "正文第2段", "{{ unit.contact }}"),
    "a list printed": ("template.not_text", ["{{ fact.reform_done }}"], "正文第1段", "{{ fact.reform_done }}"),
    "a group printed": ("template.not_text", ["{{ totals }}"], "正文第1段", "{{ totals }}"),
    "yes or no printed": ("template.not_text", ["{{ unit.year > 1 }}"], "正文第1段", "unit.year > 1"),
    **{
        f"no text made text, {number}": ("template.not_text", [tag], "正文第1段", re.findall("{{.*?}}", tag)[-1])
        for number, tag in enumerate(
            [
                "{{ fact.reform_done | string }}", "{{ fact.reform_done | upper }}", "{{ unit | string }}",
                "{{ [fact.reform_done] | join }}", "{{ '共' ~ fact.reform_done }}", "{{ '共%s' | format(totals) }}",
                "{{ '共%s' % fact.reform_done }}", "{{ '共' | replace('共', unit) }}",
                "{{ fact.reform_done | map(attribute='item') }}", "{% for a in 'ab' %}{{ loop }}{% endfor %}",
                "{{ true | string }}", "{{ [unit] | map('string') | join }}", "{{ [unit] | joined }}",
                "{% macro m() %}{% endmacro %}{{ m }}", "{{ ['甲'] | quoted }}",
            ]
        )
    },
    "nothing on its way to text": ("template.empty", ["{{ '共' ~ none }}"], "正文第1段", "none"),
    "Python's way to write things": ("template.unknown_filter", ["{{ unit | pprint }}"], "正文第1段", "pprint"),
    "a text's own way to write things": ("template.forbidden", ["{{ '{}'.format(unit) }}"], "正文第1段", "format"),
    "a block that leaves a link": (
        "template.malformed",
        [runs('<w:hyperlink w:anchor="a">[{% if fact.fines %}甲]</w:hyperlink>[乙{% endif %}]')], "", "残缺",
    ),
    "a figure that is cut": ("template.cut_figure", ["{{ (fact.inspections ~ '')[:4] }}"], "", "截断"),
    "the first of a list that may be empty": (
        "template.failed", ["{{ fact.summary_dates[0] }}"], "正文第1段", "一条记录也没有",
    ),
    "sums of figures": ("template.failed", ["甲", "{{ fact.fines + 1 }}"], "正文第2段", "不能这样算"),
    "a division by nothing": ("template.failed", ["{{ 1 / 0 }}"], "正文第1段", "除数是0"),
}  # fmt: skip


def found(path: Path) -> list[Finding]:
    return list(templating.check(path, self_report()))


self_report = cache(SAMPLES["self-report"])


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", PROBLEMS)
def test_one_slip_is_told_once_at_its_paragraph(name: str, tmp_path: Path) -> None:
    code, parts, place, says = PROBLEMS[name]
    path = template(tmp_path, parts)
    before = path.read_bytes()
    findings = found(path)
    assert [f.code for f in findings] == [code]
    finding = only(findings, code)
    assert str(finding.at) == (f"{NAME} （{place}）" if place else NAME)
    assert says in finding.problem
    assert finding.effect.endswith("。") and finding.mend.endswith("。") and "None" not in finding.mend
    assert path.read_bytes() == before, "it is only read"


@pytest.mark.usefixtures("here")
def test_all_slips_are_told_at_once_in_the_order_of_the_document(tmp_path: Path) -> None:
    path = template(
        tmp_path,
        [
            "{{ unit.nmae }}",
            "{{ unit.name",
            "{%p for s in sections %}",
            "{{ s.titel | lst }}",
            "｛｛ x ｝｝",
            "{% endif %}",
        ],
    )
    told = {(finding.code, finding.at.path) for finding in found(path)}
    assert told == {
        ("template.unknown_name", "正文第1段"),
        ("template.open_tag", "正文第2段"),
        ("template.unclosed", "正文第3段"),
        ("template.unknown_name", "正文第4段"),
        ("template.unknown_filter", "正文第4段"),
        ("template.full_width", "正文第5段"),
        ("template.extra_end", "正文第6段"),
    }


@pytest.mark.usefixtures("here")
def test_all_values_that_fail_are_told_at_once(tmp_path: Path) -> None:
    parts = ["{{ unit.contact }}", "{{ unit.phone }}", "{{ fact.summary_dates[0] }}", "{{ totals }}", "{{ 1 / 0 }}"]
    told = [(finding.code, finding.at.path) for finding in found(template(tmp_path, parts))]
    assert sorted(told) == [
        ("template.empty", "正文第1段"),
        ("template.empty", "正文第2段"),
        ("template.failed", "正文第3段"),
        ("template.failed", "正文第5段"),
        ("template.not_text", "正文第4段"),
    ]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("fact.reform_meeting", "fact.reform_meetings"),
        ("unit.nmae", "unit.name"),
        ("reform_meetings", "fact.reform_meetings"),
        ("totals.base.pionts", "totals.base.points"),
    ],
)
def test_what_was_meant_is_named(written: str, meant: str, tmp_path: Path) -> None:
    finding = only(found(template(tmp_path, [f"{{{{ {written} }}}}"])), "template.unknown_name")
    assert f"您要的是不是 {meant}" in finding.mend


SOUND: dict[str, list[Part]] = {
    "a tag that Word split over runs": [
        runs('[{]<w:proofErr w:type="spellStart"/>[{ un]<w:r><w:rPr><w:b/></w:rPr><w:t>it.na</w:t></w:r>[me }][}。]')
    ],
    "Word's own bookmark in a tag": [
        runs('[{{ unit.]<w:bookmarkStart w:id="7" w:name="_GoBack"/><w:bookmarkEnd w:id="7"/>[name }}]')
    ],
    "a row for each": [
        table(["{%tr for s in sections %}", ""], ["{{ s.title }}", "{{ s.points }}"], ["{%tr endfor %}", ""])
    ],
    "a row for each, its tags in the row's cells": [
        table(["项", "{%tc for s in sections %}", "{{ s.title }}", "{%tc endfor %}"])
    ],
    "paragraphs for each, and what is between": [
        "{%p for s in sections %}", "{%p if s.of %}", "{{ s.title }}：{{ s.of }}", "{%p else %}", "无", "{%p endif %}",
        "{%p endfor %}",
    ],
    "a variable of its own": ["{% set n = unit.name %}{{ n }}{% with m = n %}{{ m }}{% endwith %}"],
    "one name for items of several lists": [
        "{% for s in sections %}{{ s.title }}{% for s in s.lines %}{{ s.title }}{% endfor %}{% endfor %}",
        "{% for s in enclosures %}{{ s }}{% if loop.previtem is defined %}{{ loop.previtem }}{% endif %}{% endfor %}",
    ],
    "blocks of every kind": [
        "{% macro m(a, b='乙') %}{{ a }}{{ b }}{% endmacro %}{{ m(unit.name) }}{% filter upper %}{{ unit.name }}"
        "{% endfilter %}{% set x %}{{ unit.name }}{% endset %}{{ x }}{% macro w() %}{{ caller() }}{% endmacro %}"
        "{% call w() %}甲{% endcall %}"
    ],
    "a remark": ["{# 说明 #}好", "{{ unit.name }}"],
    "what may be empty, guarded": ["{{ unit.contact or blank('人') }}{% if unit.phone %}{{ unit.phone }}{% endif %}"],
    "a key that may be missing": ["{{ (fact.next_steps['别的'] | default([]) | listed) or blank('打算') }}"],
    "signs that are no tags": ["完成率100%，{甲}与{ 乙 }，f(x)={1, 2}"],
    "in a header, a text box and a link": [
        header(NAMES), text_box(NAMES), runs(f'<w:hyperlink w:anchor="a">[{NAMES}]</w:hyperlink>'),
    ],
    "nothing to fill in": ["好。"],
}  # fmt: skip


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", SOUND)
def test_a_sound_template_passes_and_renders(name: str, tmp_path: Path) -> None:
    from kaoping.documents.word import render

    path = template(tmp_path, SOUND[name])
    assert found(path) == []
    data = render(path, SAMPLES["self-report"]().context, form=api.DRAFT, dated=None)
    assert "{{" not in "".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


@pytest.mark.usefixtures("here")
def test_a_cell_whose_paragraphs_go_keeps_one_and_a_table_without_rows_goes(tmp_path: Path) -> None:
    """Word calls a file corrupt whose cell has no paragraph."""
    from kaoping.documents.word import render

    cell = table(["甲", ""])

    def fill(document: Any) -> None:
        cell(document)
        inner = document.tables[0].cell(0, 1)
        inner.paragraphs[0].text = "{%p if no %}"
        inner.add_paragraph("乙")
        inner.add_paragraph("{%p endif %}")

    rows = table(["{%tr for s in rows %}", ""], ["{{ s }}", ""], ["{%tr endfor %}", ""])
    path = template(tmp_path, [fill, rows, "完。"])
    document = docx.Document(io.BytesIO(render(path, {"no": False, "rows": []}, form=api.DRAFT, dated=None)))
    assert [[cell.text for cell in row.cells] for made in document.tables for row in made.rows] == [["甲", ""]]
    assert len(document.tables[0].cell(0, 1).paragraphs) == 1
    assert [paragraph.text for paragraph in document.paragraphs] == ["完。"]


@pytest.mark.usefixtures("here")
def test_the_title_that_word_took_from_the_first_line_does_no_harm(tmp_path: Path) -> None:
    def titled(document: Any) -> None:
        document.core_properties.title = "{{ unit.name }}关于{{ unit."

    assert found(template(tmp_path, [titled, NAMES])) == []


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("stem", DOCUMENTS)
def test_the_built_in_templates_pass(stem: str) -> None:
    kind = DOCUMENTS[stem]
    assert list(api.check_template(template_of(kind), kind.name)) == []


def test_each_pack_has_names_of_its_own_and_needs_no_sample(tmp_path: Path) -> None:
    api.new_pack(tmp_path / "safety-2018", "安全生产考评", 2018)
    pack = packs.find(str(tmp_path / "safety-2018"))
    assert not pack.samples
    path = template(tmp_path, ["{{ fact.reform_meetings }}{% for s in sections %}{{ s.titel }}{% endfor %}"])
    told = {}
    for samples in (SAMPLES, samples_of(pack), SAMPLES):
        findings = templating.check(path, samples["self-report"]())
        told[samples is SAMPLES] = [finding.problem.split("用了 ")[1].split("，")[0] for finding in findings]
    assert told == {True: ["s.titel"], False: ["fact.reform_meetings", "s.titel"]}
    built_in = resources.template("word", documents.documents_of(pack)["self-report"].template)
    assert list(templating.check(built_in, samples_of(pack)["self-report"]())) == []


# -- files that are no templates -------------------------------------------------------------------------------------


def _ole(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def _encrypted(path: Path) -> None:
    path.write_bytes(encrypted_ooxml())


def _sheet(path: Path) -> None:
    import openpyxl

    openpyxl.Workbook().save(path)


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


def _cut(path: Path) -> None:
    template(path.parent, ["好"])
    path.write_bytes(path.read_bytes()[:3000])


def _rotten(path: Path) -> None:
    """A docx whose document is no XML."""
    template(path.parent, ["好"])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, b"<w:document" if name == "word/document.xml" else data)


@pytest.mark.parametrize(
    ("make", "code", "says"),
    [
        (_ole, "template.not_docx", "旧格式"),
        (_encrypted, "template.encrypted", "密码"),
        (_sheet, "template.not_docx", "别的 Office 文件"),
        (_zip, "template.not_docx", "压缩包"),
        (lambda path: path.write_bytes(b""), "template.not_docx", "空的"),
        (lambda path: path.write_text("模板", "utf-8"), "template.not_docx", "不是 Word"),
        (_cut, "template.damaged", "损坏"),
        (_rotten, "template.damaged", "损坏"),
        (lambda path: path.mkdir(), "template.unreadable", "读不出来"),
        (lambda path: None, "template.unreadable", "不见了"),
    ],
)
def test_a_file_that_is_no_template_is_told(
    make: Callable[[Path], object], code: str, says: str, tmp_path: Path
) -> None:
    make(tmp_path / NAME)
    finding = only(found(tmp_path / NAME), code)
    assert says in finding.problem and str(finding.at) == NAME


def _whole(path: Path) -> dict[str, bytes]:
    """Return the members of a docx with every part that python-docx makes something of."""
    document = docx.Document()
    for part in (document.sections[0].header, document.sections[0].footer):
        part.is_linked_to_previous = False
    document.add_comment(document.add_paragraph("好").runs, "好")
    document.save(str(path))
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("kind", ["styles", "settings", "numbering", "comments", "header", "footer", "core-properties"])
def test_a_part_that_is_said_to_be_something_else_is_told(kind: str, tmp_path: Path) -> None:
    """Word calls such a file damaged too; python-docx takes the part for any and stumbles wherever it is asked for."""
    members = _whole(tmp_path / NAME)
    types = members["[Content_Types].xml"]
    members["[Content_Types].xml"] = re.sub(
        rb'ContentType="[^"]*\.?\b%s\+xml"' % kind.encode(), b'ContentType="a/b"', types
    )
    assert members["[Content_Types].xml"] != types
    _packed(tmp_path / NAME, members)
    finding = only(found(tmp_path / NAME), "template.damaged")
    assert "类型" in finding.problem and (kind.partition("-")[0] in finding.problem)


@pytest.mark.parametrize(
    ("part", "root"),
    [
        ("word/document.xml", "document"),
        ("word/styles.xml", "styles"),
        ("word/settings.xml", "settings"),
        ("word/numbering.xml", "numbering"),
        ("word/comments.xml", "comments"),
        ("word/header1.xml", "hdr"),
        ("word/footer1.xml", "ftr"),
        ("docProps/core.xml", "coreProperties"),
    ],
)
def test_a_part_that_holds_something_else_is_told(part: str, root: str, tmp_path: Path) -> None:
    members = _whole(tmp_path / NAME)
    whole = members[part]
    members[part] = re.sub(rb"(</?(?:\w+:)?)%s\b" % root.encode(), rb"\1other", whole)
    assert members[part].count(b"other") >= 2
    _packed(tmp_path / NAME, members)
    finding = only(found(tmp_path / NAME), "template.damaged")
    assert part in finding.problem and "别的内容" in finding.problem


@pytest.mark.parametrize(
    ("part", "words", "other"),
    [
        ("word/document.xml", rb"(</?w:)body\b", rb"\1other"),
        ("word/styles.xml", rb'w:type="paragraph"', b'w:type="other"'),
        ("word/comments.xml", rb"</w:comments>", b""),
    ],
)
def test_what_python_docx_stumbles_over_is_damaged(part: str, words: bytes, other: bytes, tmp_path: Path) -> None:
    members = _whole(tmp_path / NAME)
    members[part] = re.sub(words, other, members[part])
    _packed(tmp_path / NAME, members)
    only(found(tmp_path / NAME), "template.damaged")


def test_a_header_that_lies_elsewhere_is_told(tmp_path: Path) -> None:
    members = _whole(tmp_path / NAME)
    relations = members["word/_rels/document.xml.rels"]
    outside = b'Target="file:///header.xml" TargetMode="External"'
    members["word/_rels/document.xml.rels"] = relations.replace(b'Target="header1.xml"', outside)
    assert members["word/_rels/document.xml.rels"] != relations
    _packed(tmp_path / NAME, members)
    assert "file:///header.xml" in only(found(tmp_path / NAME), "template.damaged").problem


def test_what_was_tried_is_not_tried_again_and_what_did_not_end_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    class Counted(InThisProcess):
        def do(self, job: Job) -> Outcome:
            tried.append(job.function)
            return super().do(job) if len(tried) > 2 else Outcome(failure="time")

    monkeypatch.setattr(_trial, "Worker", Counted)
    path = template(tmp_path, ["只在这里试两遍的一段话。"])
    for _ in range(2):  # a busy machine may end it another time
        only(found(path), "template.endless")
    assert len(tried) == 2
    for _ in range(2):
        assert not found(path)
    assert len(tried) == 3
    assert not found(template(tmp_path, ["换了一段话，再试。"])) and len(tried) == 4


# -- templates that would never end ----------------------------------------------------------------------------------

LONG = "{% for a in sections %}" * 9 + "好" + "{% endfor %}" * 9
ENDLESS = [LONG, "{{ 9 ** (9 ** 9) }}", "{{ '好' * 9 ** 10 }}", "{{ unit.name | center(9999999999) }}"]


@pytest.mark.slow
@pytest.mark.parametrize("text", sampled(2, ENDLESS))
def test_a_template_that_never_ends_is_ended(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_trial, "SECONDS", 3.0)
    finding = only(found(template(tmp_path, [text])), "template.endless")
    assert "中途停下" in finding.problem


# -- the command -----------------------------------------------------------------------------------------------------


def test_the_command_takes_the_document_from_the_file_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = template(tmp_path, ["{{ unit.nmae }}"])
    assert run(["template", "check", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [f["code"] for f in told["findings"]] == ["template.unknown_name"]
    assert told["findings"][0]["at"] == {"file": NAME, "path": "正文第1段"}


def test_the_command_is_told_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = template(tmp_path, [NAMES], "草稿.docx")
    assert run(["template", "check", str(path)]) == 1
    assert "自评报告" in capsys.readouterr().err, "the known names"
    with pytest.raises(KaopingError) as caught:
        api.check_template(path)
    assert only(caught.value.findings, "template.unknown_document").severity is Severity.ERROR
    assert run(["template", "check", str(path), "--document", "自评报告"]) == 0
    assert "没有问题" in capsys.readouterr().out


# -- a unit with templates of its own --------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_units_own_template_wins(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "甲市")
    template(folder / "模板", [f"我们自己的模板：{NAMES}"])
    assert [f.code for f in api.check(folder)] == []
    [path], _ = api.build_only(folder, ["自评报告"], out=tmp_path / "out")
    assert docx.Document(str(path)).paragraphs[0].text.startswith("我们自己的模板：")


@pytest.mark.slow
def test_a_broken_template_is_told_by_check_and_build_and_the_last_package_stays(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "甲市")
    out = tmp_path / "成果"
    api.build(folder, out=out)
    before = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    path = template(folder / "模板", ["{{ unit.nmae }}", "{%p if fact.fines %}"])
    told = [(f.code, f.at.path, f.problem) for f in api.check_template(path)]
    assert [(f.code, f.at.path, f.problem) for f in api.check(folder)] == told
    assert {str(f.at).split(" ")[0] for f in api.check(folder)} == {f"模板/{NAME}"}
    with pytest.raises(KaopingError) as caught:
        api.build(folder, out=out)
    assert sorted((f.code, f.at.path, f.problem) for f in caught.value.findings) == sorted(told)
    assert run(["build", str(folder), "--out", str(out)]) == 1
    assert {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    with pytest.raises(KaopingError):
        api.build_only(folder, ["自评报告"], out=tmp_path / "out")
    assert api.build_only(folder, ["缺项清单"], out=tmp_path / "out")[0], "another draft does not need it"


@pytest.mark.slow
def test_a_template_that_fails_for_this_unit_alone_is_told(tmp_path: Path) -> None:
    """A sample can't have every value: what only this unit's data brings about is told by check and build alike."""
    folder = good_unit(tmp_path / "甲市")
    name = api.assess(folder).dossier.unit["name"]
    template(folder / "模板", ["好。", f"{{% if unit.name == '{name}' %}}{{{{ 1 / 0 }}}}{{% endif %}}"])
    assert only(api.check(folder), "template.failed")
    with pytest.raises(KaopingError) as caught:
        api.build(folder, out=tmp_path / "out")
    finding = only(caught.value.findings, "template.failed")
    assert str(finding.at) == f"模板/{NAME} （正文第2段）" and "本单位的数据" in finding.problem


@pytest.mark.slow
def test_blanks_in_a_units_own_template_are_told_in_the_final_form(settled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "unit"
    shutil.copytree(settled, folder)
    template(folder / "模板", ["{{ blank('打算') }}"])
    with pytest.raises(KaopingError) as caught:
        api.build_only(folder, ["自评报告"], final=True, out=tmp_path / "out")
    assert "【待补：打算】" in only(caught.value.findings, "final.blank").problem


def test_a_file_that_is_no_documents_template_is_told_and_lock_files_are_not(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "甲市")
    template(folder / "模板", [NAMES], "自评报告（新）.docx")
    (folder / "模板" / "~$评报告.docx").write_bytes(b"lock")
    finding = only(api.check(folder), "template.stray")
    assert finding.severity is Severity.WARNING and finding.at.file == "模板/自评报告（新）.docx"
    assert "自评报告.docx" in finding.mend
    assert len(api.check(folder)) == 1
    assert api.build_only(folder, ["自评报告"], out=tmp_path / "out")[0]
