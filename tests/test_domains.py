"""Whole domains from end to end, as a clerk meets them: each a pack, and no Python knows of any.

From an empty folder to a 报送稿: the workbook that `init` makes, filled in, checked, scored, judged and decided, both
packages built and verified, and their words read. What is filled in stands in ``data/years``, by the words on the
sheets.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from fractions import Fraction
from importlib.util import find_spec
from itertools import permutations
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml
from openpyxl import load_workbook
from pypdf import PdfReader

from bundles import pdf
from clerks import fill_in, opened
from examples import sampled
from kaoping import api
from kaoping.core import packs
from kaoping.core.findings import Findings
from kaoping.documents import documents_of
from kaoping.pipeline import contract
from kaoping.pipeline._papers import Papers
from kaoping.records import layout
from workbooks import cell_at, heads

DATA = Path(__file__).parent / "data"
SMALL = DATA / "small-2017"  # a unit of culture-2017
YEARS: dict[str, dict[str, Any]] = {
    path.stem: yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) for path in sorted((DATA / "years").glob("*.yaml"))
}
#: The sheets of every workbook: the engine's own, before and after those of the domain.
FIRST = ["填表说明", "考评项", "口径和期限"]
LAST = ["数据指标", "文字材料", "待定裁定", "报送认可", "佐证材料"]


def beside(folder: Path, *names: str) -> None:
    """Put packs of ours into the 规则包 beside the unit's folder."""
    for name in names:
        shutil.copytree(DATA / "packs" / name, folder.parent / packs.FOLDER / name)


def errors(findings: Findings) -> list[Any]:
    return [(finding.code, str(finding.at), finding.problem) for finding in findings.errors]


def points(folder: Path) -> dict[str, Fraction]:
    """What each line scores; fails where one is open, or lacks evidence."""
    lines = api.assess(folder).card.lines
    assert [line.line for line in lines if line.low != line.high or line.unsupported] == []
    return {line.line: line.low for line in lines}


def decide(folder: Path, decisions: dict[str, Any]) -> None:
    """Decide on all lines that are undecided, and they are just these."""
    lines = api.assess(folder).card.lines
    assert {line.line for line in lines if line.status == "undecided"} == set(decisions)
    for line, decided in decisions.items():
        api.decide(folder, line, str(decided), reason="对照条文研究", who="局长办公会", when="2018-12-25")


def words_of(package: Path) -> dict[str, str]:
    """All words of a package, file by file."""
    found: dict[str, str] = {}
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package).as_posix()
        if path.suffix == ".docx":
            texts = docx.Document(str(path)).element.body.iter("{*}t")
            found[name] = "".join(text.text or "" for text in texts)
        elif path.suffix == ".xlsx":
            cells = [str(cell.value) for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
            found[name] = "\n".join(cells)
        elif path.suffix == ".pdf":
            found[name] = "\n".join(page.extract_text() for page in PdfReader(path).pages)
        elif path.suffix in (".txt", ".json"):
            found[name] = path.read_text("utf-8")
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the folder of a domain's unit with its year filled in, made once; tests that change it copy it."""
    made: dict[str, Path] = {}

    def unit(name: str) -> Path:
        if name not in made:
            said = YEARS[name]
            folder = tmp_path_factory.mktemp(name) / "某单位"
            beside(folder, said["pack"])
            api.init(folder, said["pack"])
            sheets = load_workbook(folder / layout.WORKBOOK).sheetnames
            assert sheets[:-1] == [*FIRST, *said["sheets"], *LAST]
            fill_in(folder, said)
            made[name] = folder
        return made[name]

    return unit


@pytest.mark.parametrize("name", sampled(1, YEARS))
def test_a_year_of_a_domain(name: str, filled: Callable[[str], Path], tmp_path: Path) -> None:
    said = YEARS[name]
    folder = shutil.copytree(filled(name).parent, tmp_path / "x") / "某单位"
    assert errors(api.check(folder)) == []
    decide(folder, said["decisions"])
    assert points(folder) == {line: Fraction(str(expected)) for line, expected in said["points"].items()}

    for final in (False, True):
        built = api.build(folder, final=final)
        assert errors(built.findings) == []
        assert errors(api.verify(built.package)) == []
        words = words_of(built.package)
        assert [word for word in said["own"] if word not in "\n".join(words.values())] == []
        assert [(name, word) for word in said["foreign"] for name, text in words.items() if word in text] == []
    documents = [f"{name}.docx" for name in ("自评分表", *said["documents"])]
    assert sorted(path.name for path in (built.package / "data").glob("*.docx")) == sorted(documents)


@pytest.mark.slow
@pytest.mark.parametrize("order", list(permutations(["safety-2018", "parks-2024", ""])))
def test_domains_side_by_side_are_scored_as_alone(
    order: tuple[str, ...], filled: Callable[[str], Path], alone: Mapping[str, str]
) -> None:
    """In one process, in any order, and again after the others."""
    for name in (*order, order[0]):
        assert told(filled(name) if name else SMALL) == alone[name]


@pytest.fixture(scope="module")
def alone(filled: Callable[[str], Path]) -> Mapping[str, str]:
    """What a process of its own says of each unit."""
    code = "import sys; from test_domains import told; from pathlib import Path; print(told(Path(sys.argv[1])), end='')"
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    found: dict[str, str] = {}
    for name in ("safety-2018", "parks-2024", ""):
        command = [sys.executable, "-X", "utf8", "-c", code, str(filled(name) if name else SMALL)]
        done = subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": path})
        found[name] = done.stdout.decode("utf-8")
    return found


def told(folder: Path) -> str:
    """All that an assessment says: the scores with their reasons, what was found, the sheets, what documents say."""
    a = api.assess(folder)
    card = contract.scorecard(a.card, a.plan.numbers())
    found = contract.findings(a.findings.sorted())
    papers = Papers(a)
    facts = {stem: repr(papers.context(kind, [])) for stem, kind in documents_of(a.rubric.pack).items()}
    return json.dumps([card, found, facts], ensure_ascii=False, sort_keys=True)


# ---------------------------------------------------------------- culture: this year's pack, and next year's on top


def test_a_year_of_culture(final: api.Built, tmp_path: Path) -> None:
    """The sample; what it scores is in test_samples."""
    api.init(tmp_path / "unit")
    sheets = load_workbook(tmp_path / "unit" / layout.WORKBOOK).sheetnames[:-1]
    assert sheets[: len(FIRST)] == FIRST and sheets[-len(LAST) :] == LAST and len(sheets) <= 33
    assert errors(api.verify(final.package)) == []
    words = words_of(final.package)
    assert "文化市场管理执法考评" in words["data/自评报告.docx"]
    assert [(name, word) for word in ("安全生产工作", "公园") for name, text in words.items() if word in text] == []


#: What culture-2018 changes for the settled city: lines that it drops, and what the others come to.
GONE = ("31", "B6")
CHANGED = {
    "7": 2,  # the summary of 7 December is in time: the day is the 10th now
    "8": Fraction("0.5"),  # 34 of 36 were enough for 90 %, and are not for 95 %
    "30+": 1,  # all inspections were recorded
}


@pytest.fixture(scope="module")
def next_year(settled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settled city a year later, as a workbook, to be scored by culture-2018."""
    folder = tmp_path_factory.mktemp("culture-2018") / "某单位"
    beside(folder, "culture-2018")
    shutil.copytree(settled, folder, ignore=shutil.ignore_patterns("decisions.yaml", "成果"))
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.suffix == ".yaml":
            text = path.read_text("utf-8").replace("2017", "2018").replace("province-2018", "culture-2018")
            path.write_text(text.replace("  october-denominator: 在岗人数\n", ""), encoding="utf-8")
        if "2017" in path.name:
            path.rename(path.with_name(path.name.replace("2017", "2018")))
    for path in (folder / "records").glob("*.yaml"):  # what was about the lines that are gone
        records = yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)
        if isinstance(records, list) and any(record.get("line") in GONE for record in records):
            kept = [record for record in records if record.get("line") not in GONE]
            path.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), encoding="utf-8")
    api.export(folder, folder.parent / "导出")
    for name in ("records", "notice.yaml"):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copyfile(folder.parent / "导出" / layout.WORKBOOK, folder / layout.WORKBOOK)
    return folder


@pytest.mark.slow
def test_the_next_year_of_a_domain(next_year: Path, settled: Path) -> None:
    folder = next_year
    with opened(folder) as book:
        sheet = book["检查记录"]
        top, columns = heads(sheet)
        assert list(columns)[list(columns).index("检查类型") + 1] == "执法记录仪"
        for row in range(top + 2, sheet.max_row + 1):
            if sheet.cell(row, columns["编号"]).value:
                sheet.cell(row, columns["执法记录仪"]).value = "是"
        cell_at(sheet, "佐证材料").value = "日常/执法记录仪台账.pdf"
    pdf(folder / "材料" / "日常" / "执法记录仪台账.pdf", ["recorded"])
    assert errors(api.check(folder)) == []
    before = {line.line: line.low for line in api.assess(settled).card.lines}
    decisions = {line: before[line] for line in ("15", "22", "34", "37")}
    decide(folder, decisions)
    assert points(folder) == {line: low for line, low in before.items() if line not in GONE} | CHANGED
    built = api.build(folder, final=True)
    assert errors(built.findings) == []
    assert errors(api.verify(built.package)) == []
    words = words_of(built.package)
    assert "2018年全省文化市场管理执法考评细则" in words["data/自评报告.docx"]
    assert "执法全过程记录" in words["data/自评分表.docx"] and "十九大专项保障" not in words["data/自评分表.docx"]


# ---------------------------------------------------------------- with pip, and the installed package untouched


@pytest.mark.slow
def test_a_pack_works_where_the_program_was_installed_with_pip(
    filled: Callable[[str], Path], checkout: Path, tmp_path: Path
) -> None:
    """A fresh environment without net: the libraries are those of the running one, the program is a wheel's."""
    for needed in (
        "pip",
        "setuptools",
    ):  # not imported: setuptools would take the place of distutils
        if find_spec(needed) is None:
            pytest.skip(f"{needed}不在")
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    (site,) = home.rglob("site-packages")
    libraries = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (site / "libraries.pth").write_text("\n".join(libraries), encoding="utf-8")
    python = next(path for path in (home / "bin" / "python", home / "Scripts" / "python.exe") if path.exists())
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--quiet"]
    subprocess.run([python, "-m", "pip", "install", *offline, checkout], check=True, capture_output=True, cwd=tmp_path)
    installed = digests(site / "kaoping")
    assert len(installed) > 500

    source = filled("safety-2018")
    folder = shutil.copytree(source, tmp_path / "某单位")
    shutil.copytree(source.parent / packs.FOLDER, folder / packs.FOLDER)

    def kaoping(*arguments: object) -> subprocess.CompletedProcess[bytes]:
        command = [python, "-X", "utf8", "-m", "kaoping", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, cwd=tmp_path, check=False)

    where = subprocess.run(
        [python, "-c", "import kaoping; print(kaoping.__file__)"], capture_output=True, cwd=tmp_path, check=True
    )
    assert Path(where.stdout.decode().strip()).is_relative_to(site)
    assert kaoping("pack", "check", folder / packs.FOLDER / "safety-2018").returncode == 0
    assert kaoping("init", tmp_path / "另一单位", "--pack", folder / packs.FOLDER / "safety-2018").returncode == 0
    scored = json.loads(kaoping("score", folder, "--json").stdout)
    assert {line["line"]: line["points"] for line in scored["lines"]} == {
        line["line"]: line["points"] for line in contract.scorecard(api.assess(source).card, {})["lines"]
    }
    assert kaoping("build", folder).returncode == 0
    assert kaoping("verify", folder / "成果" / "送审稿").returncode == 0
    assert digests(site / "kaoping") == installed


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout to be installed from: a build leaves its traces where it stands."""
    root, copy = Path(__file__).parents[1], tmp_path / "checkout"
    for name in ("src", "cli", "evidence_schema", "samples", "templates"):
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(root / name, copy / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(root / name, copy / name)
    return copy


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder, apart from what Python keeps for itself."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
