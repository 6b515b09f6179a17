"""汀兰市, the unit as a real clerk hands it on: what is found in it, what it scores, what keeps its 报送稿 back.

Built without LibreOffice, so that every machine finds the same: its Office files stand as slip sheets. With it: the
slow test at the end. After a change that is meant: `python tools/renew_clerk_findings.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import docx
import pytest
from PIL import Image

from kaoping import api
from kaoping.core import resources
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding, Severity
from kaoping.evidence.convert import _libreoffice
from kaoping.records import layout
from kaoping.records.validate import MATERIALS
from units import without_libreoffice

TOOLS = Path(__file__).resolve().parent.parent / "tools"
NAME = "clerk-2017"
GOLDEN = Path(__file__).parent / "data" / NAME
#: What was put right or left aside as it was meant, told as a note: how often.
NOTES = {
    "cell.corrected": 96,
    "table.filled_down": 8,
    "table.left_rows": 6,
    "evidence.meant": 3,
    "evidence.camera_tags": 1,  # of 11 photos
    "evidence.unseen": 1,  # 扫描件、照片上的字，没有装识别组件
    "table.hidden_rows": 1,
    "value.own_office": 1,  # 市支队、全称，都是汀兰市支队
    "edits.standing": 1,  # what was written in Word, as a build tells it
}
#: What each line is known to score: low, high, and what of it no evidence of the right type supports.
SCORES = {
    "1": ("20", "20", "20"),  # 第4项的批复没有登记材料类型
    "6": ("5", "5", "0"),  # 三个县区完成了两个
    "7": ("0", "2", "0"),  # 计划的期限、总结的报送日期都没有写年份
    "8": ("0.5", "0.5", "0.5"),
    "9": ("1", "1", "0"),  # 两种口径都过九成……
    "10": ("2", "2", "0"),  # 12月20日的一场在报送以后
    "14": ("1", "1", "0"),
    "22": ("0", "1", "0"),  # 只打了勾
    "26": ("0", "10", "0"),  # 哪些含禁止内容没有填
    "28": ("1.5", "1.5", "1.5"),
    "31": ("0.5", "0.5", "0.5"),
    "36": ("0", "0.5", "0"),  # 2月少一条，8月没有填
    "37": ("0.5", "1", "0"),
    "39": ("1", "1", "1"),
    "B1": ("0.5", "0.5", "0"),
    "B5": ("2", "2", "0"),
}


@pytest.fixture(scope="module")
def found(clerk: api.Built) -> list[Finding]:
    with without_libreoffice():
        return list(api.check(clerk.assessment.dossier.folder).sorted())


def told(findings: Iterable[Finding]) -> list[str]:
    """The findings that somebody has to look at, one a line: how grave, which, where."""
    return [f"{f.severity}\t{f.code}\t{f.at}" for f in findings if f.severity is not Severity.NOTE]


def test_what_is_wrong_is_found_at_its_place(found: list[Finding]) -> None:
    assert told(found) == (GOLDEN / "found.txt").read_text("utf-8").splitlines()


def test_what_is_meant_in_one_way_only_is_read_so_with_a_note(found: list[Finding]) -> None:
    assert Counter(f.code for f in found if f.severity is Severity.NOTE) == NOTES


def test_the_final_is_refused_with_all_that_keeps_it_back(clerk: api.Built, tmp_path: Path) -> None:
    with without_libreoffice(), pytest.raises(KaopingError) as refused:
        api.build(clerk.assessment.dossier.folder, final=True, out=tmp_path / "final")
    assert told(refused.value.findings) == (GOLDEN / "blockers.txt").read_text("utf-8").splitlines()
    open_lines = [
        re.findall(r"第(\S+?)项", f.problem)[0] for f in refused.value.findings if f.code == "final.open_line"
    ]
    undecided = [line.line for line in clerk.assessment.card.lines if line.low != line.high]
    assert list(dict.fromkeys(open_lines)) == undecided, "a line of two parts is named for each"


def test_its_lines_score_what_their_records_say(clerk: api.Built) -> None:
    card = clerk.assessment.card
    lines = {line: card.line(line) for line in SCORES}
    assert {line: (s.low, s.high, s.unsupported) for line, s in lines.items()} == {
        line: tuple(map(Fraction, points)) for line, points in SCORES.items()
    }


def test_the_draft_that_was_edited_in_word_says_what_was_written(clerk: api.Built, found: list[Finding]) -> None:
    report = docx.Document(str(clerk.package / "data" / "自评报告.docx"))
    words = [paragraph.text for paragraph in report.paragraphs]
    at = words.index("把暗访、抽查发现的问题逐条建账，整改一件、销号一件、回访一件。")
    assert words[at + 1] == "党的十九大期间实行领导带班和每日零报告制度。"
    assert not any("整改一件销号一件" in text for text in words)
    assert "document.words_unused" not in {f.code for f in clerk.findings}, "the words stood there, and were changed"


def test_it_lies_on_the_desk_as_such_files_do() -> None:
    files = [path for path in resources.sample(NAME, MATERIALS).rglob("*") if path.is_file()]
    scans = [path for path in files if _is_scan(path)]
    assert len(files) >= 50 and len(scans) * 3 >= len(files)
    assert {path.suffix.lower() for path in files} >= {
        ".pdf", ".jpg", ".tif", ".png", ".docx", ".xlsx", ".txt", ".eml", ".zip", ".ofd", ".doc",
    }  # fmt: skip
    pictures = [_turn_and_pages(path) for path in files if _is_jpeg(path) or path.suffix == ".tif"]
    assert {turn for turn, _ in pictures} >= {3, 6} and max(pages for _, pages in pictures) > 1
    assert sum(path.stat().st_size for path in resources.sample(NAME).rglob("*") if path.is_file()) < 3_000_000


def _turn_and_pages(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.getexif().get(0x0112, 1), getattr(image, "n_frames", 1)


def _is_jpeg(path: Path) -> bool:
    return path.read_bytes()[:2] == b"\xff\xd8"


def _is_scan(path: Path) -> bool:
    """A picture of paper or a screen: what has no text of its own."""
    data = path.read_bytes()
    return path.suffix.lower() in (".jpg", ".tif", ".png") or (data.startswith(b"%PDF") and b"/Font" not in data)


def test_the_script_makes_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this fails after a change of the program: `python samples/make_samples.py clerk-2017`."""
    monkeypatch.syspath_prepend(str(TOOLS))
    from sample_maker import clerk, clerk_ledgers

    made = clerk.evidence()
    folder = resources.sample(NAME, MATERIALS)
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert [path for path, _ in made] == there
    makers = dict(made)
    for path in ("改革/内设机构批复.ofd", "日常/农村市场总结.pdf", "会议/综治会议签到.tif", "管理/信用监管材料.zip"):
        assert makers[path]() == makers[path](), path
    for name, (_, make) in clerk_ledgers.LEDGERS.items():
        assert make() == resources.sample(NAME, layout.LEDGERS, name).read_bytes(), name


@pytest.mark.slow
def test_with_libreoffice_its_office_files_have_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(_libreoffice.PLACE, raising=False)
    _libreoffice.find.cache_clear()
    if _libreoffice.find() is None:
        pytest.skip("没有安装 LibreOffice")
    api.copy_sample(tmp_path / "unit", NAME)
    built = api.build(tmp_path / "unit")
    shown = {f.at.file for f in built.findings if f.code == "evidence.not_shown"}
    assert shown == {f"{MATERIALS}/日常/农村市场总结.pdf", f"{MATERIALS}/日常/十九大专项整治总结.pdf"}
