"""What keeps a 报送稿 back is told at once; what of it an office may accept is accepted one by one, for what it is now.

The unit is small: two lines of a pack of its own, all decided. A sign-in sheet shows a telephone number, a recording
can't stand in the bundle, line 2 has no evidence, and a photo that P02 names is not there.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pypdf
import pytest
from kaoping.cli import main as command_line

from bundles import pdf
from kaoping import api
from kaoping.core.errors import HeldBackError, KaopingError
from kaoping.core.findings import catalogue
from kaoping.records import layout
from kaoping.records.entry import Recorded
from units import only
from workbooks import cell_at, heads, sheet_of

UNIT = """\
id: U
name: 甲市文化市场综合执法支队
short_name: 甲市支队
region: 甲市
level: 市级
year: 2017
rubric: small-2017
addressee: 省文化厅
submit_date: 2017-12-22
as_of: 2017-12-15
"""
_TRAINING = "mode: 线下, scope: 全市, host: 市级"
TRAININGS = f"""\
- {{id: P01, title: 第一期, date: 2017-05-16, {_TRAINING}, evidence: 培训/签到表.txt；培训/录音.mp3}}
- {{id: P02, title: 第二期, date: 2017-09-19, {_TRAINING}, evidence: 培训/通知.pdf；培训/照片.jpg}}
"""
JUDGED = "- {id: PD1, line: '2', choice: 良好, reason: 成效明显, who: 办公会, when: 2017-12-14}\n"
REGISTERED = """\
- {path: 培训/签到表.txt, type: 签到表}
- {path: 培训/通知.pdf, type: 通知}
- {path: 培训/录音.mp3, type: 其他}
"""
SIGNED = "签到表\n赵一平 13812345678\n"
RECORDING = b"ID3\x03\x00\x00\x00\x00\x00\x00" + bytes(200)
#: What is to be accepted: what it is called, and for what.
HELD = {
    "final.personal": ("个人信息", "培训/签到表.txt"),
    "final.slip_sheet": ("说明页", "培训/录音.mp3"),
    "final.unsupported": ("没有佐证", "2"),
    "final.lost": ("佐证不在", "培训记录 P02"),
}
WHO, REASON = "分管副局长吴某", "通知要求附原件，已当面核对"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("accept") / "甲市"
    api.new_pack(folder / "规则包" / "small-2017", "小考核", 2017)
    files = {
        "records/unit.yaml": UNIT, "records/trainings.yaml": TRAININGS, "records/judgements.yaml": JUDGED,
        "records/evidence.yaml": REGISTERED, "notice.yaml": "documents: []\n", "材料/培训/签到表.txt": SIGNED,
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "材料/培训/录音.mp3").write_bytes(RECORDING)
    pdf(folder / "材料/培训/通知.pdf", ["notice"])
    return folder


@pytest.fixture
def unit(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "甲市"))


def _accept(unit: Path, code: str, when: str = "2017-12-18") -> Recorded:
    what, about = HELD[code]
    return api.accept(unit, what, about, reason=REASON, who=WHO, when=when)


def _held(unit: Path) -> list[str]:
    """The codes of what keeps the 报送稿 back; none where it is built."""
    try:
        api.build(unit, final=True)
    except HeldBackError as error:
        return [finding.code for finding in error.findings]
    return []


def _codes(unit: Path, room: str) -> list[str]:
    return [finding.code for finding in api.check(unit) if finding.code.startswith(room)]


# -- one refusal --------------------------------------------------------------------------------------------


def test_each_is_told_with_its_place_and_its_cure(unit: Path) -> None:
    with pytest.raises(HeldBackError) as refused:
        api.build(unit, final=True)
    findings = refused.value.findings
    assert {its.code: str(its.at) for its in findings} == {
        "final.personal": "材料/培训/签到表.txt",
        "final.slip_sheet": "材料/培训/录音.mp3",
        "final.unsupported": "自评分表 （第2项）",
        "final.lost": "records/trainings.yaml 第2行 （[2].evidence）",
    }
    for code, (what, about) in HELD.items():
        quoted = about if about == "2" else f'"{about}"'
        assert f"kaoping accept 单位文件夹 {what} --for {quoted} --reason 理由" in only(findings, code).mend
    assert "138******78" in only(findings, "final.personal").problem
    assert "13812345678" not in "".join(its.problem for its in findings)
    assert not (unit / "成果" / "报送稿").exists()


def test_whatever_it_is_about_it_is_told_in_the_first_round(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An error, an open line, a blank, no date, a document that can't be written, and what may be accepted."""
    (unit / "notice.yaml").write_text("documents: [self-report, covering-letter]\n", encoding="utf-8")
    (unit / "records/unit.yaml").write_text(UNIT.replace("submit_date: 2017-12-22\n", ""), encoding="utf-8")
    (unit / "records/judgements.yaml").unlink()
    (unit / "records/trainings.yaml").write_text(TRAININGS.replace("线下", "面授", 1), encoding="utf-8")
    with pytest.raises(HeldBackError) as refused:
        api.build(unit, final=True)
    assert list(refused.value.groups) == [
        "记录和材料里的错误", "待定和缺项", "报送日期", "文稿里的待补", "个人信息", "不在了的佐证",
        "用说明页代替的材料",
    ]  # fmt: skip
    assert command_line.run(["build", str(unit), "--final"]) == 1
    err = capsys.readouterr().err
    for number, (group, findings) in zip("一二三四五六七", refused.value.groups.items(), strict=True):
        assert f"{number}、{group}（{len(findings)}处）\n" in err
        assert f"{group} {len(findings)} 处" in err.splitlines()[-1]
        assert all(finding.problem in err and finding.mend in err for finding in findings)
    assert "全部列在上面" in err.splitlines()[-1]


def test_the_open_lines_are_those_that_gaps_counts(unit: Path) -> None:
    (unit / "records/judgements.yaml").unlink()
    (unit / "records/trainings.yaml").unlink()
    with pytest.raises(HeldBackError) as refused:
        api.build(unit, final=True)
    gaps = [gap for gap in api.assess(unit).gaps if gap.is_open]
    told = [its.line for its in refused.value.findings if its.code == "final.open_line"]
    assert told == [gap.line for gap in gaps] == ["1", "2"]


# -- accepted -----------------------------------------------------------------------------------------------


def test_accepted_one_by_one_it_is_handed_in_and_says_nothing_of_it(unit: Path) -> None:
    for code in HELD:
        assert code in _held(unit)
        assert [str(at) for at in _accept(unit, code).places] == ["records/acceptances.yaml"]
    built = api.build(unit, final=True)
    assert [its.code for its in built.assessment.findings if its.code.startswith("accept.")] == ["accept.standing"] * 4
    for name, text in _texts(built.package):
        for word in (WHO, REASON, "认可", "RK0"):
            assert word not in text, f"“{word}” in {name}"
    assert [its for its in api.verify(built.package) if its.code == "verify.internal"] == []


def _texts(package: Path) -> Iterator[tuple[str, str]]:
    """Every file's words, those inside Word and Excel files and of PDF pages too, and its name."""
    for path in (path for path in package.rglob("*") if path.is_file()):
        data = path.read_bytes()
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from (
                    (f"{path.name}/{name}", archive.read(name).decode("utf-8", "replace"))
                    for name in archive.namelist()
                )
        elif path.suffix == ".pdf":
            yield path.name, "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        yield path.name, f"{path.name}\n{data.decode('utf-8', 'replace')}"


def test_the_draft_and_check_show_what_was_accepted_and_what_was_not(unit: Path) -> None:
    _accept(unit, "final.personal")
    assert api.build(unit).held == 3
    told = only(api.check(unit), "accept.standing")
    assert WHO in told.problem and REASON in told.problem and "2017-12-18" in told.problem
    package = api.build(unit).package
    sheet = openpyxl.load_workbook(package / "data/缺项清单.xlsx")["报送认可"]
    head, columns = heads(sheet)
    rows = [
        {title: sheet.cell(row, column).value for title, column in columns.items()}
        for row in range(head + 1, sheet.max_row + 1)
    ]
    assert [(row["事项"], row["对象"], row["是否认可"]) for row in rows] == [
        (
            what,
            f"第{about}项" if code == "final.unsupported" else about,
            "已认可" if code == "final.personal" else "没有认可",
        )
        for code, (what, about) in HELD.items()
    ]
    assert (rows[0]["认可人"], rows[0]["日期"], rows[0]["理由"]) == (WHO, "2017-12-18", REASON)
    guide = (package / api.GUIDE).read_text("utf-8-sig")
    assert "报送前要处理或认可的 4 处，已认可 1 处：“报送认可”表。" in guide


CHANGES: dict[str, Callable[[Path], object]] = {
    "final.personal": lambda unit: (unit / "材料/培训/签到表.txt").write_text(SIGNED + "钱二安 13912345678\n", "utf-8"),
    "final.slip_sheet": lambda unit: (unit / "材料/培训/录音.mp3").write_bytes(RECORDING + b"more"),
    "final.unsupported": lambda unit: (unit / "records/judgements.yaml").write_text(
        JUDGED.replace("良好", "一般"), "utf-8"
    ),
    "final.lost": lambda unit: (unit / "records/trainings.yaml").write_text(
        TRAININGS.replace("第二期", "以案施训班"), "utf-8"
    ),
}


@pytest.mark.parametrize("code", HELD)
def test_what_changed_since_is_asked_again_and_told(unit: Path, code: str) -> None:
    _accept(unit, code)
    assert code not in _held(unit) and _codes(unit, "accept.") == ["accept.standing"]
    CHANGES[code](unit)
    assert code in _held(unit)
    told = only(api.check(unit), "accept.reopened")
    assert "RK01" in told.problem and f"kaoping accept 单位文件夹 {HELD[code][0]}" in told.mend
    assert [str(at) for at in _accept(unit, code).places] == ["records/acceptances.yaml"]
    assert code not in _held(unit) and _codes(unit, "accept.") == ["accept.standing"], "the earlier one is history"


def test_another_change_of_the_unit_asks_nothing_again(unit: Path) -> None:
    for code in HELD:
        _accept(unit, code)
    pdf(unit / "材料/培训/通知.pdf", ["another notice"])
    assert _held(unit) == []


def test_what_was_mended_leaves_its_acceptance_without_a_use(unit: Path) -> None:
    _accept(unit, "final.lost")
    (unit / "材料/培训/照片.jpg").write_bytes(b"")
    assert _codes(unit, "accept.") == ["accept.not_needed"]


def test_taken_back_it_holds_the_final_back_again(unit: Path) -> None:
    _accept(unit, "final.lost")
    CHANGES["final.lost"](unit)
    _accept(unit, "final.lost")
    undone = api.unaccept(unit, *HELD["final.lost"])
    assert undone.ids == ("RK01", "RK02") and not (unit / "records/acceptances.yaml").exists()
    assert "final.lost" in _held(unit)


def test_it_may_be_called_for_short_and_only_once_accepted(unit: Path) -> None:
    api.accept(unit, "final.personal", "签到表.txt", reason=REASON, who=WHO)
    api.accept(unit, "佐证不在", "P02", reason=REASON, who=WHO)
    api.accept(unit, "没有佐证", "第2项", reason=REASON, who=WHO)
    api.accept(unit, "说明页", "材料\\培训\\录音.mp3", reason=REASON, who=WHO)
    assert _held(unit) == []
    with pytest.raises(KaopingError) as refused:
        _accept(unit, "final.personal")
    assert WHO in only(refused.value.findings, "accept.already").problem
    assert api.unaccept(unit, "个人信息", "签到表.txt").ids == ("RK01",)


def test_one_says_who_and_why(unit: Path) -> None:
    for reason, who in (("", WHO), (REASON, "  ")):
        with pytest.raises(KaopingError) as refused:
            api.accept(unit, "说明页", "培训/录音.mp3", reason=reason, who=who)
        assert only(refused.value.findings, "value.missing")
    assert not (unit / "records/acceptances.yaml").exists()


@pytest.mark.parametrize(
    "kind", [its for its in catalogue().values() if its.severity == "error" and not its.accept][::9]
)
def test_no_error_may_be_accepted(tmp_path: Path, kind: object) -> None:
    code = getattr(kind, "code")  # noqa: B009
    with pytest.raises(KaopingError) as refused:
        api.accept(tmp_path / "没有这个文件夹", code, "x", reason=REASON, who=WHO)
    assert only(refused.value.findings, "accept.not_allowed")


# -- where it stands ----------------------------------------------------------------------------------------


def test_in_a_unit_with_a_workbook_it_stands_on_its_sheet(unit: Path) -> None:
    api.export(unit, form="xlsx")
    shutil.move(unit / "导出" / layout.WORKBOOK, unit / layout.WORKBOOK)
    shutil.rmtree(unit / "records")
    (unit / "notice.yaml").unlink()
    before = (unit / layout.WORKBOOK).read_bytes()
    done = _accept(unit, "final.personal", when="12月18日")
    assert str(done.places[0]).startswith(f"{layout.WORKBOOK} 报送认可!") and done.earlier is not None
    assert done.earlier.read_bytes() == before and not (unit / "records").exists()
    sheet = openpyxl.load_workbook(unit / layout.WORKBOOK)[sheet_of("acceptance")]
    row = {title: cell_at(sheet, title).value for title in heads(sheet)[1]}
    assert f"{row.pop('日期'):%Y-%m-%d}" == "2017-12-18" and len(row.pop("内容指纹")) == 12
    assert row == {
        "编号": "RK01", "事项": "个人信息", "对象": "培训/签到表.txt", "理由": REASON, "认可人": WHO,
    }  # fmt: skip
    assert _codes(unit, "accept.") == ["accept.standing"]
    api.unaccept(unit, *HELD["final.personal"])
    assert _codes(unit, "accept.") == []


# -- a supplement -------------------------------------------------------------------------------------------


def test_a_supplement_to_a_final_is_held_back_for_its_own_evidence_alone(unit: Path) -> None:
    for code in HELD:
        _accept(unit, code)
    api.build(unit, final=True)
    more = "材料/培训/补充签到表.txt"
    (unit / more).write_text("签到表\n孙三平 13712345678\n", encoding="utf-8")
    later = TRAININGS.replace("培训/录音.mp3", "培训/录音.mp3；培训/补充签到表.txt")
    (unit / "records/trainings.yaml").write_text(later, encoding="utf-8")
    with pytest.raises(HeldBackError) as refused:
        api.build_supplement(unit)
    assert [str(its.at) for its in refused.value.findings] == [more]
    api.accept(unit, "个人信息", "补充签到表.txt", reason=REASON, who=WHO)
    assert [piece.evidence.path for piece in api.build_supplement(unit).assessment.plan.pieces] == [
        "培训/补充签到表.txt"
    ]


# -- the command line ---------------------------------------------------------------------------------------


def test_the_command_line_accepts_builds_and_undoes(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def say(*arguments: str) -> tuple[int, str, str]:
        status = command_line.run(list(arguments))
        return status, *capsys.readouterr()

    about = ("--reason", REASON, "--who", WHO)
    for what, for_ in list(HELD.values())[1:]:
        status, out, _ = say("accept", str(unit), what, "--for", for_, *about)
        assert status == 0 and out.startswith("已记入 records/acceptances.yaml（编号 RK0")
    what, for_ = HELD["final.personal"]
    status, out, _ = say("build", str(unit), "--final", "--accept", what, "--for", for_, *about)
    assert status == 0 and "已记入 records/acceptances.yaml（编号 RK04）。" in out and "报送稿已生成" in out
    status, out, _ = say("accept", str(unit), what, "--for", for_, "--undo")
    assert (status, out) == (0, "已撤销认可 RK04（原在 records/acceptances.yaml 第22行 （[4]））。\n")
    assert say("build", str(unit), "--final")[0] == 1
    assert say("accept", str(unit), what, "--for", for_, "--undo", "--who", WHO)[0] == 2
    assert say("accept", str(unit), what, "--for", for_, "--who", WHO)[0] == 2
    assert say("build", str(unit), "--final", "--accept", what)[0] == 2
    status, _, err = say("accept", str(unit), "待定和缺项", "--for", "2", *about)
    assert status == 1 and "不能认可" in err and "kaoping decide" in err
