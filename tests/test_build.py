"""The whole way: a unit's folder in, its package out. What a clerk, a superior and a reviewer would see."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import bagit
import docx
import openpyxl
import pypdf
import pypdfium2
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from kaoping import api
from kaoping.bundle.front import data_of
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Severity
from units import small_unit

#: What the sample's own scans are like, and verify says so: nothing that the build has done.
OF_THE_SCANS = ("lint.coarse", "lint.no_text")
INTERNAL = ("待补", "待定", "得分理由", "缺项", "送审稿", "事实指纹", "没有填报")


def _wrong(package: Path) -> list[str]:
    """What verify finds wrong with what was built."""
    return [finding.problem for finding in api.verify(package) if finding.code not in OF_THE_SCANS]


def _files(package: Path) -> dict[str, bytes]:
    return {p.relative_to(package).as_posix(): p.read_bytes() for p in sorted(package.rglob("*")) if p.is_file()}


def _inside(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The files, and the members of those that are zips."""
    for name, data in files.items():
        yield name, data
        if name.endswith((".docx", ".xlsx")) and "附件" not in name:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from ((f"{name}/{inner}", archive.read(inner)) for inner in archive.namelist())


@cache
def _words(package: Path) -> dict[str, str]:
    """All text of the outputs, by file name."""
    found: dict[str, str] = {}
    for path in (package / "data").glob("*.*"):
        if path.suffix == ".docx":
            body = docx.Document(str(path)).element.body
            found[path.name] = "\n".join(Paragraph(each, None).text for each in body.iter(qn("w:p")))
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            found[path.name] = "\n".join(
                f"{cell.value}{cell.number_format}" for sheet in book for row in sheet for cell in row if cell.value
            )
        elif path.suffix == ".pdf":
            with pypdfium2.PdfDocument(path) as pdf:
                found[path.name] = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    return found


def test_a_draft_holds_everything(draft: api.Built) -> None:
    names = {p.name for p in (draft.package / "data").iterdir()}
    papers = {"报送报告.docx", "自评报告.docx", "审签页.docx", "培训总结.docx", "重点任务落实情况对照表.docx"}
    papers |= {"成绩册.xlsx", "岗位练兵活动总结.docx", "整改进展情况报告.docx", "整改进展情况通报.docx"}
    assert names == {"自评分表.xlsx", "自评分表.docx", "佐证材料汇编.pdf", "缺项清单.xlsx"} | papers
    # and no 附件: the one file that can't be shown is damaged, so that nobody knows whether it is marked
    assert (draft.package / "打开说明.txt").is_file()


@pytest.mark.parametrize("form", ["draft", "final"])
def test_verify_and_a_second_validator_find_nothing(form: str, request: pytest.FixtureRequest) -> None:
    built: api.Built = request.getfixturevalue(form)
    assert _wrong(built.package) == []
    bagit.Bag(str(built.package)).validate()


def test_two_builds_are_byte_identical_wherever_they_stand(draft: api.Built, city: Path, tmp_path: Path) -> None:
    other = tmp_path / "另一处" / "单位"
    shutil.copytree(city, other)
    again = api.build(other)
    assert _files(again.package) == _files(draft.package)


def test_no_machine_path_enters_a_package(draft: api.Built, city: Path) -> None:
    needles = [str(city).encode(), str(draft.package.parent).encode(), str(Path.home()).encode() + b"/"]
    found = [name for name, data in _inside(_files(draft.package)) for needle in needles if needle in data]
    assert found == []


def test_the_sheet_carries_live_formulas_with_their_values(draft: api.Built) -> None:
    card = draft.assessment.card
    path = draft.package / "data" / "自评分表.xlsx"
    formulas = openpyxl.load_workbook(path)["自评分表"]
    values = openpyxl.load_workbook(path, data_only=True)["自评分表"]
    rows = {str(row[0].value): row[0].row for row in values.iter_rows() if row[0].value}
    column = next(cell.column for cell in values[3] if cell.value == "自评分")
    for title, total in (("基础分合计", card.base), ("加分合计", card.bonus), ("总　计", card.total)):
        assert str(formulas.cell(rows[title], column).value).startswith("=")
        assert Fraction(str(values.cell(rows[title], column).value)) == total.low


def test_an_undecided_cell_shows_its_minimum_and_says_so(draft: api.Built) -> None:
    sheet = openpyxl.load_workbook(draft.package / "data" / "自评分表.xlsx")["自评分表"]
    score = draft.assessment.card.line("22")
    row = next(r for r in sheet.iter_rows() if str(r[1].value or "").startswith("22）"))
    assert row[5].value == float(score.low)
    assert f"待定，{float(score.low):g}～{float(score.high):g}" in row[5].number_format


def test_the_words_of_the_rubric_stand_in_the_sheet_but_for_line_breaks_inside_sentences(draft: api.Built) -> None:
    words = _words(draft.package)
    for line in draft.assessment.rubric.lines:
        printed = line.row.printed
        assert "".join(printed.basis.split()) == "".join(line.row.basis.split()), "no word is lost"
        for cell in (printed.content, printed.basis, printed.standard):
            assert cell in words["自评分表.xlsx"], line.id
            assert cell in words["自评分表.docx"], line.id


def test_every_evidence_file_has_its_pages_and_its_contents_row(draft: api.Built) -> None:
    plan = draft.assessment.plan
    assert {p.evidence.path for p in plan.pieces} == set(draft.assessment.dossier.evidence)
    text = _words(draft.package)["佐证材料汇编.pdf"]
    for piece in plan.pieces:
        assert piece.number in text


def test_contents_links_labels_and_bookmarks_agree_in_a_reader_that_did_not_write_them(draft: api.Built) -> None:
    plan = draft.assessment.plan
    with pypdfium2.PdfDocument(draft.package / "data" / "佐证材料汇编.pdf") as pdf:
        labels = [pdf.get_page_label(index) for index in range(len(pdf))]
        marks = [(mark.get_title(), mark.get_dest()) for mark in pdf.get_toc()]
        where = {title: dest.get_index() for title, dest in marks if dest is not None}
    numbered = [label for label in labels if label.isdigit()]
    assert numbered == [str(n) for n in range(1, len(numbered) + 1)]
    for piece in plan.pieces:
        title = next(title for title in where if title.startswith(piece.number))
        assert labels[where[title]] == str(piece.first)


def test_the_report_and_the_sheet_tell_the_same_total(draft: api.Built) -> None:
    total = f"{float(draft.assessment.card.total.low):g}"
    assert f"自评总分{total}分" in _words(draft.package)["自评报告.docx"]


def test_figures_in_the_draft_report_say_where_they_come_from(draft: api.Built) -> None:
    document = docx.Document(str(draft.package / "data" / "自评报告.docx"))
    comments = [comment.text for comment in document.comments]
    assert len(comments) > 30
    assert any("佐证：" in text for text in comments)


def test_a_final_is_refused_with_the_whole_list_while_anything_is_open(tmp_path: Path) -> None:
    unit, target = small_unit(tmp_path / "unit"), tmp_path / "报送稿"
    with pytest.raises(KaopingError) as refused:
        api.build(unit, final=True, out=target)
    assessment = api.assess(unit)
    open_lines = {s.line for s in assessment.card.lines if s.status in ("undecided", "missing")}
    assert {f.line for f in refused.value.findings if f.code == "final.open_line"} == open_lines
    assert "22" in open_lines and "10" not in open_lines
    assert not target.exists()


def test_a_final_is_refused_while_its_report_has_a_blank(settled: Path, tmp_path: Path) -> None:
    unit = tmp_path / "unit"
    shutil.copytree(settled, unit)
    (unit / "records" / "statements.yaml").unlink()
    with pytest.raises(KaopingError) as refused:
        api.build(unit, final=True)
    assert {f.code for f in refused.value.findings} == {"final.blank"}
    assert "下一步工作打算" in "".join(f.problem for f in refused.value.findings)
    assert not (unit / "成果" / "报送稿").exists()


def test_a_character_that_no_font_has_is_told_and_leaves_its_place(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "unit")
    records = unit / "records" / "unit.yaml"
    records.write_text(records.read_text("utf-8").replace("甲市文化市场", "甲\U0003106c文化市场"), encoding="utf-8")
    built = api.build(unit)
    told = [f for f in built.findings if f.code == "build.undrawable"]
    assert len(told) == 1
    assert "\U0003106c" in told[0].problem
    assert "〓" in pypdf.PdfReader(built.package / "data" / "佐证材料汇编.pdf").pages[0].extract_text()


def test_nothing_internal_stands_in_a_final(final: api.Built) -> None:
    names = {p.name for p in (final.package / "data").iterdir()} - {"附件"}
    assert names == {"自评分表.xlsx", "自评分表.docx", "佐证材料汇编.pdf", "自评报告.docx", "报送报告.docx"}
    for name, text in _words(final.package).items():
        # The evidence is the office's own papers: what they say is theirs. Only what we print may not say these.
        if not name.endswith(".pdf"):
            assert [word for word in INTERNAL if word in text] == [], name
    for name, data in _inside(_files(final.package)):
        assert "comments" not in name
        if name.endswith((".json", ".txt")):
            assert [word for word in INTERNAL if word.encode() in data] == [], name


def test_a_final_tells_the_reviewer_where_a_file_is_and_not_the_office_what_to_do_about_it(draft: api.Built) -> None:
    plan = draft.assessment.plan
    reasons = {piece.evidence.why for piece in plan.pieces if piece.evidence.why}
    assert len(reasons) == 1
    assert all(reason in str(data_of(plan, 1)) for reason in reasons)
    assert not any(reason in str(data_of(replace(plan, form=api.FINAL), 1)) for reason in reasons)


def test_verify_puts_back_what_a_killed_build_left_aside(tmp_path: Path) -> None:
    package = tmp_path / "成果" / "送审稿"
    api.build(small_unit(tmp_path / "unit"), out=package)
    package.rename(package.with_name(".送审稿.旧"))
    assert [f.code for f in api.verify(package) if f.code not in OF_THE_SCANS] == ["package.put_back"]
    assert package.is_dir()
    assert _wrong(package) == []


def test_single_drafts_are_never_a_package(tmp_path: Path) -> None:
    paths, _ = api.build_only(small_unit(tmp_path / "unit"), ["自评报告", "缺项清单.xlsx"], out=tmp_path / "稿")
    assert [path.name for path in paths] == ["自评报告.docx", "缺项清单.xlsx"]
    assert {path.name for path in (tmp_path / "稿").iterdir()} == {"自评报告.docx", "缺项清单.xlsx"}


def test_progress_is_told_step_by_step(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    api.build(small_unit(tmp_path / "unit"), progress=lambda done, of, what: told.append((done, of, what)))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][0] == told[-1][1]


#: Names of scans that look like a page number, a range of pages, or another piece's 编号.
NUMBERED = ("001", "3", "2017", "第3页", "12-15", "Ⅰ-1-01", "Ⅱ-10-02（第3页）", "20171208", "页号")


def test_titles_are_data_whatever_they_look_like(tmp_path: Path) -> None:
    """A scan may be registered under any title: 001 must not be taken for page 1."""
    unit = small_unit(tmp_path / "unit")
    scans = sorted((unit / "材料").rglob("*.pdf"))
    for index, name in enumerate(NUMBERED):
        shutil.copyfile(scans[index % len(scans)], unit / "材料" / f"{name}.pdf")
        with (unit / "材料" / f"{name}.pdf").open("ab") as stream:
            stream.write(b"\n%" + str(index).encode())  # no two files alike
    proofs = "；".join(f"{name}.pdf" for name in NUMBERED)
    with (unit / "records" / "works.yaml").open("a", encoding="utf-8") as stream:
        stream.write(f'- {{id: GZ90, line: "20", title: 扫描件, date: 2017-10-20, evidence: "{proofs}"}}\n')
    with (unit / "records" / "evidence.yaml").open("a", encoding="utf-8") as stream:
        stream.writelines(f'- {{path: "{name}.pdf", title: "{name}"}}\n' for name in NUMBERED)
    built = api.build(unit)
    assert {p.evidence.title for p in built.assessment.plan.pieces} >= set(NUMBERED)
    assert _wrong(built.package) == []


#: What a clerk may well write of things settled since, in words that we have for what is open.
SETTLED_SINCE = "办公用房位置待定的1处、缺项的2处均已整改，待补材料已补齐，《缺项清单》和《办法（送审稿）》已销号"


@pytest.fixture
def outspoken(settled: Path, tmp_path: Path) -> Path:
    """The settled city, whose clerk wrote so."""
    unit = shutil.copytree(settled, tmp_path / "unit")
    for name, key in (("works.yaml", "summary: "), ("statements.yaml", "text: ")):
        path = unit / "records" / name
        path.write_text(path.read_text("utf-8").replace(key, f"{key}{SETTLED_SINCE}；", 1), encoding="utf-8")
    return unit


def test_a_clerks_own_words_never_stand_in_the_way_of_a_final_report(outspoken: Path) -> None:
    [report], _ = api.build_only(outspoken, ["自评报告"], final=True)
    assert SETTLED_SINCE in "".join(paragraph.text for paragraph in docx.Document(str(report)).paragraphs)


@pytest.mark.slow
def test_a_clerks_own_words_never_stand_in_the_way_of_a_final(outspoken: Path) -> None:
    built = api.build(outspoken, final=True)
    assert SETTLED_SINCE in _words(built.package)["自评报告.docx"]
    assert _wrong(built.package) == []


@pytest.mark.parametrize("files", ["{table: 自评报告}", "{sheet: A, gaps: a}", "{report: 'CON'}", "{bundle: '{unit}'}"])
def test_file_names_that_can_t_be_are_refused_before_anything_is_written(files: str, tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "unit")
    (unit / "notice.yaml").write_text(f"files: {files}\n", encoding="utf-8")
    records = unit / "records" / "unit.yaml"
    records.write_text(re.sub("short_name: .*", "short_name: 甲/乙", records.read_text("utf-8")), encoding="utf-8")
    for build in (lambda: api.build(unit), lambda: api.build_only(unit, ["自评分表.xlsx"])):
        with pytest.raises(KaopingError) as refused:
            build()
        assert [f.code for f in refused.value.findings if f.severity is Severity.ERROR] == ["notice.misshapen"]
    assert not (unit / "成果").exists()
