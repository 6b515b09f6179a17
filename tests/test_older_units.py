"""A unit folder that 0.1.0 made: every later version opens, scores, builds, verifies and supplements it.

How it was made, and why it is never made again, stands in data/unit-0.1.0.README.md.
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from kaoping.cli.main import run

from kaoping import api
from packages import tree
from units import BASE

DATA = Path(__file__).parent / "data"
UNIT = DATA / "unit-0.1.0"
EXPECTED: dict[str, Any] = json.loads((DATA / "unit-0.1.0.expected.json").read_text(encoding="utf-8"))
SUPPLEMENT = "补充材料1"
#: What came after the 报送稿: a ledger and the evidence that it names.
LATE_LEDGER, LATE_EVIDENCE = "补报媒体报道.csv", "材料/加分/补报/海天卫视报道画面.jpg"

#: The lines that today's program scores otherwise than 0.1.0 did, each with its reason.
RESCORED = {
    "37": "eleven months reported in time, and December not yet due: 0.1.0 took it for met",
}
#: How the office settles what 0.1.0 took for certain.
SETTLED = {"37": "1"}
_SENTENCES = "documents as a superior reads them: order, document numbers, dates, sums that reconcile"
_SHEETS = "自评说明 and 佐证编号 beside each score, sums of 核查分, 佐证 and not 证据, numbers of the rubric's own"
#: "form/file" in which today's program says something else than 0.1.0 did, each with its reason.
REWORDED: dict[str, str] = {
    **{f"送审稿/data/{name}.docx": _SENTENCES for name in ("培训总结", "审签页", "岗位练兵活动总结")},
    "送审稿/data/重点任务落实情况对照表.docx": "no ids of ours: 第40项 for 40a",
    "送审稿/data/整改进展情况报告.docx": "巡视 or 巡察 is what the record says, which 0.1.0 did not ask",
    "送审稿/data/整改进展情况通报.docx": "as the report",
    "送审稿/data/缺项清单.xlsx": "line 37 is open; a column that the workbook of 0.1.0 did not have is told",
    **{f"{form}/data/{name}.docx": _SENTENCES for form in ("送审稿", "报送稿") for name in ("自评报告", "报送报告")},
    **{f"{form}/data/自评分表{suffix}": _SHEETS for form in ("送审稿", "报送稿") for suffix in (".docx", ".xlsx")},
    **{f"{form}/data/佐证材料汇编.pdf": _SHEETS for form in ("送审稿", "报送稿")},
    **{f"{form}/data/真实性承诺书.docx": "its properties name its wording" for form in ("送审稿", "报送稿")},
    **{f"{form}/打开说明.txt": "speaks to who receives it; names files anew" for form in ("送审稿", "报送稿")},
}
#: Files that have another name now, each with the old one: a city's party committee does 巡察, not 巡视.
RENAMED = {f"data/整改进展情况{genre}.docx": f"data/巡视整改进展情况{genre}.docx" for genre in ("报告", "通报")}
#: What kaoping.json says otherwise: old → new.
RESTATED = {
    "stamp": ("证据 {number}（{page}/{pages}）\u3000第{n}页", "佐证 {number}（{page}/{pages}）\u3000第{n}页"),
}
#: Papers with another role now: the 报送报告 states the total, and `verify` looks whether it is the card's.
STATES_POINTS = ("data/报送报告.docx",)
#: Pieces that stand under another line now, so that others have other numbers: path → why.
MOVED = {
    "改革/综合执法改革批复.pdf": "编办文件, which lines that read 编制 or 平台已上线 in its records do not ask for",
    "平台/平台数据截图.png": "a screenshot, which line 6 does not ask for",
}
#: What `check` finds besides: a column that the workbook of 0.1.0 could not have, and what a build alone told then.
FOUND_SINCE = Counter({"table.missing_optional": 1, "document.withheld": 1, "evidence.unseen": 1})
#: What holds a 报送稿 back today unless the unit accepts it.
ACCEPTED = {"说明页": "日常/动员会录音.mp3", "没有佐证": "32", "佐证不在": "P03"}
#: What is told with another now: a column's several ways of writing are one finding.
TOLD_TOGETHER = Counter({"cell.corrected": 8})
#: "form/file" that says the same in other bytes, each with its reason.
REPACKED: dict[str, str] = {
    "送审稿/data/佐证材料汇编.pdf": "an /ID of the plan and the sources; our own sheets are laid in after the merge",
    "报送稿/data/佐证材料汇编.pdf": "as that of the 送审稿",
}
#: What kaoping.json says about the program and its data, and not about the unit.
OF_THE_PROGRAM = ("tool", "rubric", "templates")

COMMENDATION = """\
- id: BZ02
  title: 全省“扫黄打非”先进集体
  department: 扫黄办
  issuer: 省扫黄打非工作领导小组办公室
  level: 省级
  to: 杉泊市支队
  date: 2017-12-14
  evidence: 加分/补报/扫黄打非先进集体表彰决定.pdf
"""


def copied(folder: Path) -> Path:
    """Copy the old unit to ``folder``, as writable files."""
    shutil.copytree(UNIT, folder, copy_function=shutil.copyfile)
    return folder


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the old unit that no test changes."""
    return copied(tmp_path_factory.mktemp("old") / "杉泊市支队")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both packages made again by today's program, each from the folder as it stood then: form → package."""
    home = tmp_path_factory.mktemp("rebuilt")
    folder = copied(home / "杉泊市支队")
    draft = api.build(folder, out=home / api.DRAFT)
    api.withdraw(folder, LATE_LEDGER)
    (folder / LATE_EVIDENCE).unlink()
    for line, points in SETTLED.items():
        api.decide(folder, line, points, reason="十二月的数据已备好", who="支队长办公会", when="2017-12-18")
    for what, about in ACCEPTED.items():  # its workbook has no sheet for that: they stand in records/
        done = api.accept(folder, what, about, reason="原件在支队，可以当面看", who="支队长办公会")
        assert [its.code for its in done.findings] == ["entry.beside"]
    final = api.build(folder, final=True, out=home / api.FINAL)
    return {api.DRAFT: draft.package, api.FINAL: final.package}


def test_check_finds_what_it_found(unit: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["check", str(unit), "--json"]) == 0
    found = json.loads(capsysbinary.readouterr().out)["findings"]
    assert Counter(finding["code"] for finding in found) - FOUND_SINCE == Counter(EXPECTED["findings"]) - TOLD_TOGETHER


def test_every_line_scores_what_it_scored(unit: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert rescored(*expected_and_scored(unit, capsysbinary)) == RESCORED.keys()


@pytest.mark.parametrize("form", [api.DRAFT, api.FINAL])
def test_a_package_made_again_says_what_the_old_one_says(form: str, rebuilt: dict[str, Path]) -> None:
    before, after = manifest(UNIT / "成果" / form), manifest(rebuilt[form])
    assert {key: (before[key], after[key]) for key in RESTATED} == RESTATED
    assert rescored(before.pop("lines"), after.pop("lines")) <= RESCORED.keys()
    del before["totals"], after["totals"]
    for file in before["files"]:
        if file["path"] in STATES_POINTS:
            file["role"] = {"document": "report"}[file["role"]]
    before["pieces"], after["pieces"] = renumbered(before["pieces"]), renumbered(after["pieces"])
    assert list(lost(before, after | {key: old for key, (old, _) in RESTATED.items()})) == []
    old, new = payload(UNIT / "成果" / form), payload(rebuilt[form])
    assert old.keys() == new.keys()
    differing = {f"{form}/{name}" for name in old if content(old[name]) != content(new[name])}
    assert differing == {name for name in REWORDED if name.startswith(f"{form}/")}


@pytest.mark.parametrize("form", [api.DRAFT, api.FINAL])
def test_a_package_made_again_has_the_old_bytes(form: str, rebuilt: dict[str, Path]) -> None:
    made_with = {"platform": sys.platform, "zlib": zlib.ZLIB_RUNTIME_VERSION}
    made_with |= {name: metadata.version(name) for name in EXPECTED["made_with"] if name not in made_with}
    others = [f"{name} {version}" for name, version in made_with.items() if EXPECTED["made_with"][name] != version]
    if others:
        pytest.skip(f"这里写文件的库和 0.1.0 当时的不同，字节不可比：{'、'.join(others)}")
    old, new = payload(UNIT / "成果" / form), payload(rebuilt[form])
    differing = {f"{form}/{name}" for name in old if old[name].read_bytes() != new[name].read_bytes()}
    assert differing == {name for name in REWORDED | REPACKED if name.startswith(f"{form}/")}


@pytest.mark.parametrize("form", [api.DRAFT, api.FINAL, SUPPLEMENT])
def test_the_old_packages_are_accepted(form: str, unit: Path) -> None:
    found = api.verify(unit / "成果" / form)
    assert found.errors == []


def test_a_further_supplement_follows_the_old_one(tmp_path: Path) -> None:
    folder = copied(tmp_path / "杉泊市支队")
    handed_in = tree(folder / "成果")
    shutil.copyfile(BASE / "材料/培训/通知.pdf", folder / "材料/加分/补报/扫黄打非先进集体表彰决定.pdf")
    (folder / "records/commendations.yaml").write_text(COMMENDATION, encoding="utf-8")
    package = api.build_supplement(folder).package

    assert package == folder / "成果/补充材料2"
    pieces = manifest(package)["pieces"]
    assert [(piece["number"], piece["title"]) for piece in pieces] == [("Ⅷ-2-02", "扫黄打非先进集体表彰决定")]
    assert api.verify(package).errors == []
    still = tree(folder / "成果")
    assert {name: still[name] for name in handed_in} == handed_in, "what was handed in is as it was"


def test_a_workbook_made_anew_keeps_all_that_was_filled_in(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = copied(tmp_path / "杉泊市支队")
    filled, _ = api.export(folder, tmp_path / "before")
    renewed = api.renew(folder)
    assert renewed.kept is not None
    assert renewed.kept.read_bytes() == (UNIT / "台账.xlsx").read_bytes(), "the old one stands aside, untouched"
    api.export(folder, tmp_path / "after")

    assert len(filled) > 40
    assert tree(tmp_path / "after") == tree(tmp_path / "before")
    assert rescored(*expected_and_scored(folder, capsysbinary)) == RESCORED.keys()


def expected_and_scored(
    folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines as 0.1.0 and as today's program scores them, each with its evidence by path and not by number."""
    now = {piece.number: piece.evidence.path for piece in api.assess(folder).plan.pieces}
    before = json.loads((UNIT / "成果/送审稿/kaoping.json").read_text(encoding="utf-8"))["pieces"]
    then = {piece["number"]: piece["path"] for piece in before}
    return by_path(EXPECTED["lines"], then), by_path(score_card(folder, capsysbinary)["lines"], now)


def by_path(lines: list[dict[str, Any]], paths: dict[str, str]) -> list[dict[str, Any]]:
    """The lines with the paths of their evidence but for what stands elsewhere now."""
    named = [[paths[number] for number in line["evidence"]] for line in lines]
    return [
        line | {"evidence": [path for path in its if path not in MOVED]} for line, its in zip(lines, named, strict=True)
    ]


def score_card(folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> dict[str, Any]:
    assert run(["score", str(folder), "--json"]) == 0
    card: dict[str, Any] = json.loads(capsysbinary.readouterr().out)
    return card


def rescored(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> set[str]:
    """The lines of which ``new`` says something else than ``old``."""
    assert [line["line"] for line in old] == [line["line"] for line in new]
    return {before["line"] for before, after in zip(old, new, strict=True) if list(lost(before, after))}


def payload(package: Path) -> dict[str, Path]:
    """What people read in a package: its payload and the guide to it, by today's path."""
    files = [path for path in (package / "data").rglob("*") if path.is_file()]
    today = {old: new for new, old in RENAMED.items()}
    paths = {path.relative_to(package).as_posix(): path for path in [*files, package / api.GUIDE]}
    return {today.get(name, name): path for name, path in paths.items()}


def manifest(package: Path) -> dict[str, Any]:
    """kaoping.json without what is about the program, and without the files' sizes and digests."""
    document: dict[str, Any] = json.loads((package / "kaoping.json").read_text(encoding="utf-8"))
    for name in OF_THE_PROGRAM:
        del document[name]
    for file in document["files"]:
        del file["size"], file["sha256"]
        if file["path"] in RENAMED:
            file |= {"path": RENAMED[file["path"]], "title": Path(RENAMED[file["path"]]).stem}
    document["files"].sort(key=lambda file: file["path"])
    return document


def renumbered(pieces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pieces by path, without what follows from that some of them moved."""
    kept = [{key: value for key, value in piece.items() if key not in ("number", "first")} for piece in pieces]
    for piece in kept:
        if piece["path"] in MOVED:
            del piece["line"], piece["also"]
    return sorted(kept, key=lambda piece: str(piece["path"]))


def lost(old: Any, new: Any, at: str = "") -> Iterator[str]:
    """Say where ``new`` does not hold what ``old`` says; it may say more in its mappings, never in its lists."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            yield from lost(value, new.get(key), f"{at}/{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from lost(before, after, f"{at}/{index}")
    elif old != new:
        yield f"{at}: {old!r} → {new!r}"


def content(path: Path) -> Any:
    """What stands in a file, however it was packed: the parts of an Office file, the words on a PDF's pages."""
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            return [page.get_textpage().get_text_bounded() for page in document]
    return path.read_bytes()


# -- 0.2.0: a pack of its own, and a workbook made for it --------------------------------------------------------------


@pytest.fixture
def unit_020(tmp_path: Path) -> Path:
    """A copy of the unit that 0.2.0 left, with the pack beside it."""
    shutil.copytree(DATA / "unit-0.2.0", tmp_path / "某年", copy_function=shutil.copyfile)
    return tmp_path / "某年" / "杉泊小考核2017"


def test_what_0_2_0_made_is_accepted(unit_020: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for package in (api.DRAFT, api.FINAL, SUPPLEMENT):
        assert not api.verify(unit_020 / "成果" / package).errors, package
    assert run(["score", str(unit_020), "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["totals"]["total"]["points"] == "5"


def test_the_year_of_0_2_0_goes_on(unit_020: Path) -> None:
    """Its 报送稿 is supplemented once more, with what its own supplement had not; then its workbook is made anew."""
    before = manifest(unit_020 / "成果" / SUPPLEMENT)["pieces"]
    notice = unit_020 / "材料" / "乙班通知.pdf"
    notice.write_bytes(notice.read_bytes().replace(b"%%EOF", b"%%EOF\n% a later copy"))
    further = api.build_supplement(unit_020)
    assert not api.verify(further.package).errors and further.package.name != SUPPLEMENT and before
    assert not api.renew(unit_020).findings.errors
    assert not api.verify(api.build(unit_020).package).errors


# -- 0.3.0: an edit made in Word, an acceptance in the workbook, what that was before --------------------------------


@pytest.fixture
def unit_030(tmp_path: Path) -> Path:
    """A copy of the unit that 0.3.0 left, with the pack beside it."""
    shutil.copytree(DATA / "unit-0.3.0", tmp_path / "某年", copy_function=shutil.copyfile)
    return tmp_path / "某年" / "杉泊小考核2017"


def test_what_0_3_0_made_is_accepted(unit_030: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for package in (api.DRAFT, api.FINAL, SUPPLEMENT):
        assert not api.verify(unit_030 / "成果" / package).errors, package
    assert run(["score", str(unit_030), "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["totals"]["total"]["points"] == "5"
    assert run(["history", str(unit_030)]) == 0
    assert "台账 2026-12-01" in capsysbinary.readouterr().out.decode()


def test_the_year_of_0_3_0_goes_on(unit_030: Path) -> None:
    """Its acceptance and its edit stand; it is supplemented once more; then its workbook is made anew."""
    final = api.build(unit_030, final=True, out=unit_030.parent / "另报").package
    assert "有关情况已经办公室主任会议研究。" in str(
        content(final / "data" / "报送报告.docx")["word/document.xml"], "utf-8"
    )
    notice = unit_030 / "材料" / "乙班通知.pdf"
    notice.write_bytes(notice.read_bytes().replace(b"%%EOF", b"%%EOF\n% a later copy"))
    assert not api.verify(api.build_supplement(unit_030).package).errors
    assert api.unaccept(unit_030, "说明页", "录音.mp3").ids == ("RK01",)
    assert not api.renew(unit_030).findings.errors
    assert not api.verify(api.build(unit_030).package).errors
