"""A supplement (补充材料): what came after handing in, what moved by it, and a letter and a sheet that say so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from kaoping.cli.main import run
from pypdf import PdfReader

from bundles import pdf
from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.documents import documents_of, supplementary
from packages import tree
from tiny import MEETINGS, PACK, SECOND, TRAININGS, UNIT, handed_in, put
from units import only


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return handed_in(tmp_path_factory.mktemp("报送") / "甲市")


@pytest.fixture
def unit(first: Path, tmp_path: Path) -> Path:
    """A copy of the unit that handed in, on a later day."""
    shutil.copytree(first, tmp_path / "甲市", copy_function=shutil.copyfile)
    on_day(tmp_path / "甲市", "2017-12-28")
    return tmp_path / "甲市"


def on_day(folder: Path, day: str) -> None:
    put(folder / "records", {"unit.yaml": UNIT.replace("2017-12-22", day)})


def change(folder: Path) -> None:
    """Add a second training, exchange the first one's notice, take a file away."""
    put(folder / "records", {"trainings.yaml": TRAININGS + SECOND})
    put(folder / "records", {"meetings.yaml": MEETINGS.replace("；签到表.pdf", "")})
    pdf(folder / "材料/乙班通知.pdf", ["second"])
    pdf(folder / "材料/甲班通知.pdf", ["first, with the seal"])
    (folder / "材料/签到表.pdf").unlink()


def document(package: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((package / "kaoping.json").read_text("utf-8"))
    return loaded


def words(path: Path) -> str:
    paper = docx.Document(str(path))
    cells = (cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def test_it_says_what_moved_what_was_replaced_and_what_is_gone(
    unit: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    change(unit)
    before = tree(unit / "成果/报送稿")
    assert run(["build", str(unit), "--supplement"]) == 0
    package = unit / "成果/补充材料1"
    assert sorted(path.name for path in (package / "data").iterdir()) == sorted(
        ["补充报送报告.docx", "自评分表（修订）.xlsx", "自评分表（修订）.docx", "佐证材料汇编（补充第1册）.pdf"]
    )
    assert tree(unit / "成果/报送稿") == before, "what was handed in is as it was"
    assert not api.verify(package).errors
    told = capsysbinary.readouterr().out.decode()
    assert "由 4 分改为 5 分（第1项1→2）" in told and "一-1-01由一-1-02替换" in told and "撤下 1 件（一-2-02）" in told

    its = document(package)
    changes = its["changes"]
    assert (changes["form"], changes["dated"]) == ("报送稿", "2017-12-22")
    assert changes["total"] == {"before": "4", "after": "5"}
    [score] = changes["scores"]
    assert (score["line"], score["before"], score["after"]) == ("1", "1", "2") and "培训2场" in score["why"]
    assert changes["added"] == ["一-1-03"]
    assert changes["replaced"] == [{"number": "一-1-01", "title": "甲班通知", "by": "一-1-02"}]
    assert changes["withdrawn"] == [{"number": "一-2-02", "title": "签到表", "path": "签到表.pdf"}]
    assert [(piece["number"], piece.get("replaces")) for piece in its["pieces"]] == [
        ("一-1-02", "一-1-01"), ("一-1-03", None),
    ]  # fmt: skip
    assert its["totals"]["total"]["points"] == "5" and its["dated"] == "2017-12-28"

    guide = (package / "打开说明.txt").read_text("utf-8-sig")
    for said in (
        "补充报送日期：2017年12月28日",
        "2017年12月22日的报送稿",
        "由4分改为5分",
        "第1项　培训场次：由1分改为2分",
    ):
        assert said in guide
    assert "一-1-01　甲班通知：由一-1-02替换" in guide and "一-2-02　签到表" in guide
    assert guide.index("补充报送报告.docx") < guide.index("自评分表（修订）.xlsx"), "the letter first"


def test_the_letter_is_an_official_one(unit: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    change(unit)
    built = api.build_supplement(unit)
    package = built.package
    assert "《报送报告》" in only(built.findings, "build.papers_stand").problem, "its 自评总分 is the earlier one"
    letter = package / "data/补充报送报告.docx"
    text = words(letter)
    for said in (
        "关于补充报送2017年度", "省小考核办公室：", "2017年12月22日，甲市小考核办公室报送了2017年度小考核自评材料",
        "新增佐证材料1件，替换佐证材料1件，撤下佐证材料1件，修订了1个考评项的自评分",
        "修订后自评总分5分，原报送4分", "附件：1.自评分表（修订）",
        "修订的自评分表代替原报送的自评分表，原报送的其他材料所写自评分与它不一致的，以修订的自评分表为准。请审阅。",
        "2.佐证材料汇编（补充第1册）", "2017年12月28日",
    ):  # fmt: skip
        assert said in text, said
    rows = [[cell.text for cell in row.cells] for table in docx.Document(str(letter)).tables for row in table.rows]
    assert ["替换", "一-1-02", "一-1-01", "甲班通知", "第1项"] in rows
    assert ["撤下", "—", "一-2-02", "签到表", "第2项"] in rows
    assert run(["format", str(letter)]) == 0
    assert "没有发现问题" in capsysbinary.readouterr().out.decode()


def test_the_revised_sheet_bears_its_day_and_the_points_that_stood_there(unit: Path) -> None:
    change(unit)
    package = api.build_supplement(unit).package
    book = openpyxl.load_workbook(package / "data/自评分表（修订）.xlsx")
    rows = list(book["自评分表"].iter_rows(values_only=True))
    assert "自评分表（修订）" in str(rows[0][0])
    assert "原报送日期：2017年12月22日" in str(rows[1][0]) and "修订日期：2017年12月28日" in str(rows[1][0])
    heads = list(rows[2])
    by_content = {str(row[1]): dict(zip(heads, row, strict=True)) for row in rows[3:]}
    moved, still = by_content["1）培训场次"], by_content["2）会议"]
    assert (moved["原自评分"], moved["自评分"], still["原自评分"], still["自评分"]) == (1, 2, 3, 3)
    assert (moved["佐证编号"], still["佐证编号"]) == ("一-1-02\n一-1-03", "一-2-01"), "numbers handed in before stay"
    assert next(row for row in rows if row[0] == "总　计")[heads.index("原自评分")] == 4
    column = heads.index("自评分") + 1
    formats = {str(r[1].value): r[column - 1].number_format for r in book["自评分表"].iter_rows(min_row=4)}
    assert "修订" in formats["1）培训场次"] and "修订" not in formats["2）会议"]
    index = {str(row[0]): row for row in book["佐证索引"].iter_rows(min_row=3, values_only=True)}
    assert (index["一-1-01"][5], index["一-2-02"][5]) == ("由一-1-02替换", "已撤下")
    assert index["一-1-02"][2] == "补充第1册第2页" and "替换一-1-01" in str(index["一-1-02"][5])
    assert index["一-2-01"][2:4] == ("第4页", "第2项")
    table = docx.Document(str(package / "data/自评分表（修订）.docx"))
    cells = [cell.text for row in table.tables[0].rows for cell in row.cells]
    assert "原自评分" in cells and "2\n（修订）" in cells
    contents = PdfReader(package / "data/佐证材料汇编（补充第1册）.pdf").pages[1].extract_text()
    assert "替换一-1-01" in "".join(contents.split())


def test_points_may_move_without_new_evidence(unit: Path) -> None:
    put(unit / "records", {"trainings.yaml": "[]\n"})
    package = api.build_supplement(unit).package
    its = document(package)
    assert not list((package / "data").glob("*.pdf")) and its["pieces"] == []
    assert [(score["line"], score["before"], score["after"]) for score in its["changes"]["scores"]] == [("1", "1", "0")]
    assert "佐证材料没有变动" in words(package / "data/补充报送报告.docx")
    assert not api.verify(package).errors


def test_evidence_may_come_without_a_move(unit: Path) -> None:
    put(unit / "records", {"meetings.yaml": MEETINGS.replace("签到表.pdf", "签到表.pdf；照片说明.pdf")})
    pdf(unit / "材料/照片说明.pdf", ["late"])
    built = api.build_supplement(unit)
    package = built.package
    assert "build.papers_stand" not in {finding.code for finding in built.findings}
    assert "各考评项的自评分没有变动，自评总分4分。" in words(package / "data/补充报送报告.docx")
    assert "修订的自评分表代替原报送的自评分表。请审阅。" in words(package / "data/补充报送报告.docx")
    assert "自评分没有变动" in (package / "打开说明.txt").read_text("utf-8-sig")
    assert not api.verify(package).errors


def test_nothing_new_is_no_supplement_and_a_renamed_file_is_nothing_new(unit: Path) -> None:
    (unit / "材料/纪要.pdf").rename(unit / "材料/会议纪要（正式）.pdf")
    put(unit / "records", {"meetings.yaml": MEETINGS.replace("纪要.pdf", "会议纪要（正式）.pdf")})
    with pytest.raises(KaopingError) as caught:
        api.build_supplement(unit)
    assert [finding.code for finding in caught.value.findings] == ["build.nothing_late"]


@pytest.mark.slow
def test_a_supplement_of_a_supplement_renumbers_nothing(unit: Path) -> None:
    change(unit)
    api.build_supplement(unit)
    before = tree(unit / "成果")
    on_day(unit, "2018-01-05")
    pdf(unit / "材料/甲班通知.pdf", ["first, with another seal"])  # replaced for the second time
    pdf(unit / "材料/签到表.pdf", ["signed"])  # back again, as it was: the number that was withdrawn stays so
    put(unit / "records", {"meetings.yaml": MEETINGS})
    package = api.build_supplement(unit).package
    its = document(package)
    assert package.name == "补充材料2" and {name: tree(unit / "成果")[name] for name in before} == before
    assert [(piece["number"], piece.get("replaces")) for piece in its["pieces"]] == [
        ("一-1-04", "一-1-02"), ("一-2-03", None),
    ]  # fmt: skip
    assert (its["changes"]["withdrawn"], its["changes"]["scores"], its["changes"]["total"]["after"]) == ([], [], "5")
    assert its["changes"]["dated"] == "2017-12-22" and its["changes"]["score_sheet_dated"] == "2017-12-28"
    index = openpyxl.load_workbook(package / "data/自评分表（修订）.xlsx")["佐证索引"]
    fates = {str(row[0]): str(row[5]) for row in index.iter_rows(min_row=3, values_only=True)}
    assert [fates[f"一-1-0{n}"][:9] for n in (1, 2)] == ["由一-1-02替换", "由一-1-04替换"]
    assert not api.verify(package).errors


def test_a_new_final_package_begins_anew(unit: Path) -> None:
    """What supplements of an earlier 报送稿 held is in the new one: they are none of its own."""
    change(unit)
    api.build_supplement(unit)
    api.build(unit, final=True)
    with pytest.raises(KaopingError) as caught:
        api.build_supplement(unit)
    assert [finding.code for finding in caught.value.findings] == ["build.nothing_late"]
    pdf(unit / "材料/乙班通知.pdf", ["second, with the seal"])
    package = api.build_supplement(unit).package
    [piece] = document(package)["pieces"]
    assert package.name == "补充材料2" and (piece["volume"], piece["replaces"]) == (1, "一-1-02")


def test_two_builds_are_the_same_bytes(unit: Path, tmp_path: Path) -> None:
    change(unit)
    shutil.copytree(unit, tmp_path / "乙/甲市", copy_function=shutil.copyfile)
    one, two = (api.build_supplement(folder).package for folder in (unit, tmp_path / "乙/甲市"))
    assert tree(one) == tree(two)


def test_an_open_line_keeps_it_back_like_a_final_package(unit: Path) -> None:
    change(unit)
    (unit / "records/meetings.yaml").unlink()
    with pytest.raises(KaopingError) as caught:
        api.build_supplement(unit)
    assert [(finding.code, finding.line) for finding in caught.value.findings] == [("final.open_line", "2")]
    assert not (unit / "成果/补充材料1").exists()


def as_by_an_earlier_version(package: Path) -> None:
    its = document(package)
    its["tool"]["version"] = "0.1.0"
    (package / "kaoping.json").write_text(json.dumps(its, ensure_ascii=False), encoding="utf-8")


def test_a_line_that_only_a_later_program_reads_otherwise_stands_as_it_was_handed_in(unit: Path) -> None:
    as_by_an_earlier_version(unit / "成果/报送稿")
    pdf(unit / "材料/甲班通知.pdf", ["first, with the seal"])
    (unit / "records/meetings.yaml").unlink()  # the line is open now
    built = api.build_supplement(unit)
    told = only(built.findings, "build.as_handed_in")
    assert told.line == "2" and "3分" in told.effect
    line = next(line for line in document(built.package)["lines"] if line["line"] == "2")
    assert (line["points"], line["status"]) == ("3", "scored")
    assert not api.verify(built.package).errors


def test_such_a_line_is_open_where_the_supplement_is_about_it(unit: Path) -> None:
    as_by_an_earlier_version(unit / "成果/报送稿")
    (unit / "records/meetings.yaml").unlink()
    (unit / "材料/纪要.pdf").unlink()
    with pytest.raises(KaopingError) as caught:
        api.build_supplement(unit)
    assert [(finding.code, finding.line) for finding in caught.value.findings] == [("final.open_line", "2")]


@pytest.mark.parametrize(("day", "code"), [("2017-12-22", "build.same_day"), ("2017-12-01", "")])
def test_its_day_is_that_of_the_supplement(unit: Path, day: str, code: str) -> None:
    change(unit)
    on_day(unit, day)
    if code:
        assert "2017年12月22日" in only(api.build_supplement(unit).findings, code).problem
        return
    with pytest.raises(KaopingError) as caught:
        api.build_supplement(unit)
    assert [finding.code for finding in caught.value.findings] == ["final.before_submission"]


def test_a_pack_that_has_the_covering_letter_has_that_of_a_supplement(unit: Path) -> None:
    pack = api.assess(unit).rubric.pack
    assert supplementary(pack) == ["supplement-letter"] and len(documents_of(pack)) == 2
    assert "补充报送报告.docx" not in {path.name for path in (unit / "成果/报送稿/data").iterdir()}
    assert "补充报送报告.docx" not in {path.name for path in (api.build(unit).package / "data").iterdir()}


def test_a_pack_without_a_letter_is_told(unit: Path) -> None:
    put(unit / "规则包/tiny-2017", {"pack.yaml": PACK.replace("documents: [covering-letter]\n", "")})
    put(unit, {"notice.yaml": "documents: []\n"})
    change(unit)
    built = api.build_supplement(unit)
    assert "小考核" in only(built.findings, "build.no_letter").problem
    assert len(list((built.package / "data").iterdir())) == 3 and not api.verify(built.package).errors


def test_verify_finds_what_does_not_fit(unit: Path) -> None:
    change(unit)
    package = api.build_supplement(unit).package
    its = document(package)
    its["changes"]["scores"][0]["after"] = "1.5"
    its["changes"]["replaced"] = []
    its["changes"]["total"]["after"] = "4.5"
    (package / "kaoping.json").write_text(json.dumps(its, ensure_ascii=False), encoding="utf-8")
    told = [finding.problem for finding in api.verify(package) if finding.code == "verify.changes_differ"]
    assert len(told) == 4 and "第1项写的是改为1.5分，自评分是2分" in told[0]
