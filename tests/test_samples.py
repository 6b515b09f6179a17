"""The sample units: what they hold, what they score, and that the script makes them again."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from pypdf import PdfReader

from culture import CULTURE
from kaoping import api
from kaoping.core import resources
from kaoping.core.errors import KaopingError
from kaoping.pipeline.assessment import Assessment
from kaoping.pipeline.demo import copy_sample, sample_names
from kaoping.records.readers.yaml_records import FOLDER
from kaoping.records.validate import MATERIALS

TOOLS = Path(__file__).resolve().parent.parent / "tools"
NAMES = ["city-2017", "city-2017-settled", "city-2017-workbook", "clerk-2017", "county-2017", "rectification-2022"]
CAMERAS = 1  # finding of the ten photos of the city that tell by which camera they were taken
SLOPPY = "clerk-2017"  # what is wrong in it: tests/test_clerk_sample.py

#: The city's year as it was thought up: its gaps, and what each leaves possible.
CITY = {
    "1": ("scored", "20", "20", "0"),
    "6": ("scored", "8", "8", "0"),  # four of five counties
    "7": ("undecided", "1", "2", "0"),  # the summary is two days late
    "9": ("scored", "1", "1", "0"),  # an open question that does not matter
    "11": ("scored", "1", "1", "1"),  # the notice it names is not there
    "14": ("scored", "1", "1", "0"),
    "15": ("undecided", "0", "2", "0"),  # found and put right; the old decision is stale
    "17": ("missing", "0", "1", "0"),  # nobody looked
    "22": ("undecided", "0", "1", "0"),
    "26": ("scored", "20", "20", "0"),
    "28": ("undecided", "1.5", "2", "0"),  # a venue that opened in October
    "31": ("scored", "0.5", "0.5", "0"),
    "34": ("undecided", "0.5", "1", "0"),
    "35": ("scored", "2", "2", "0"),
    "36": ("undecided", "0", "0.5", "0"),  # both channels short in February: one month or two; December is not yet due
    "37": ("undecided", "0.5", "1", "0"),  # eleven months in time, and December is not yet due
    "39": ("scored", "2", "2", "2"),  # the screenshot without account and query
    "40a": ("scored", "0.9", "0.9", "0"),
    "B1": ("undecided", "1", "1.5", "0.5"),  # one matter in two papers; one report without its picture
    "B2": ("undecided", "0.5", "1", "0"),
    "B3": ("scored", "2", "2", "0"),
    "B5": ("scored", "2", "2", "0"),
    "B6": ("undecided", "0", "2", "0"),  # eleven cases, twelve posts, eleven officers
}
COUNTY = {
    "1": ("undecided", "0", "20", "0"),
    "6": ("undecided", "0", "10", "0"),
    "7": ("scored", "2", "2", "0"),
    "10": ("undecided", "0", "2", "0"),  # 各市 and 全市: does a county mean itself?
    "26": ("scored", "20", "20", "0"),
    "38": ("scored", "1", "1", "1"),  # it has no counties, and is online itself
    "B3": ("undecided", "0", "2", "0"),
    "B4": ("undecided", "0", "5", "0"),
    "B5": ("scored", "0", "0", "0"),
}


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Assessment]:
    found: dict[str, Assessment] = {}

    def assess(name: str) -> Assessment:
        if name not in found:
            folder = tmp_path_factory.mktemp("samples") / name
            copy_sample(folder, name)
            found[name] = api.assess(folder)
        return found[name]

    return assess


def test_all_samples_are_known() -> None:
    assert sample_names() == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name != SLOPPY])
def test_no_sample_has_an_error(name: str, assessed: Callable[[str], Assessment]) -> None:
    errors = assessed(name).findings.errors
    assert not errors, [(f.code, str(f.at), f.problem) for f in errors]


@pytest.mark.parametrize(("name", "expected"), [("city-2017", CITY), ("county-2017", COUNTY)])
def test_lines_score_as_thought_up(
    name: str, expected: dict[str, tuple[str, ...]], assessed: Callable[[str], Assessment]
) -> None:
    card = assessed(name).card
    found = {
        line: (str(s.status), *(str(float(n)).removesuffix(".0") for n in (s.low, s.high, s.unsupported)))
        for line in expected
        for s in [card.line(line)]
    }
    assert found == expected


def test_the_city_has_its_gaps_as_warnings(assessed: Callable[[str], Assessment]) -> None:
    assessment = assessed("city-2017")
    assert sorted(f.code for f in assessment.findings) == [
        "decision.reopened", *["evidence.camera_tags"] * CAMERAS, "evidence.incomplete", "evidence.missing",
        "evidence.not_shown", "evidence.unreferenced", "evidence.unseen",
    ]  # fmt: skip
    card = assessment.card
    assert (card.base.low, card.base.high) == (Fraction("88.9"), Fraction("95.9"))
    assert (card.bonus.low, card.bonus.high) == (Fraction("5.5"), Fraction("8.5"))


def test_the_settled_city_has_nothing_left_open(assessed: Callable[[str], Assessment]) -> None:
    assessment = assessed("city-2017-settled")
    card = assessment.card
    notes = {"evidence.camera_tags", "evidence.unseen"}  # of photos and scans, which nobody has to mend
    assert {f.code for f in assessment.findings} == notes, [f.problem for f in assessment.findings]
    assert {str(line.status) for line in card.lines} == {"scored"}
    assert card.unsupported == 0
    assert card.total.low == card.total.high == Fraction("100.9")


def test_the_city_uses_every_record_kind() -> None:
    kinds = CULTURE.kinds.values()
    found = {path.name for path in resources.sample("city-2017", FOLDER).iterdir()}
    assert found == {kind.file for kind in kinds if not kind.on_demand}


def test_the_city_has_enough_evidence_and_stays_small() -> None:
    files = [path for path in resources.sample("city-2017", MATERIALS).rglob("*") if path.is_file()]
    pages = sum(_pages(path) for path in files)
    assert len(files) >= 60 and pages >= 120
    assert _size("city-2017") <= 5_000_000
    assert sum(map(_size, NAMES)) <= 8_000_000


def _size(name: str) -> int:
    return sum(path.stat().st_size for path in resources.sample(name).rglob("*") if path.is_file())


def _pages(path: Path) -> int:
    damaged = path.name == "农村文化市场整治总结.pdf"
    return len(PdfReader(path).pages) if path.suffix == ".pdf" and not damaged else 1


def test_a_sample_is_not_laid_over_something(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(KaopingError) as caught:
        copy_sample(tmp_path, "city-2017")
    assert [f.code for f in caught.value.findings] == ["demo.target_not_empty"]
    with pytest.raises(KaopingError):
        copy_sample(tmp_path / "mine.txt", "city-2017")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        copy_sample(tmp_path / "unit", "no-such")
    assert not (tmp_path / "unit").exists()


def test_the_ledgers_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOOLS))
    from sample_maker import registers

    for name, found in (("city-2017", registers.city()), ("county-2017", registers.county())):
        registers.write(found, tmp_path / name)
        for path in (tmp_path / name / FOLDER).iterdir():
            assert path.read_text("utf-8") == resources.sample(name, FOLDER, path.name).read_text("utf-8"), path.name


def test_the_evidence_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the same bytes here; against the checkout only the pages, since another Pillow may compress otherwise."""
    monkeypatch.syspath_prepend(str(TOOLS))
    from sample_maker import units

    makers = {path: make for path, make, _ in units.city_files()}
    folder = resources.sample("city-2017", MATERIALS)
    assert set(makers) == {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    one_of_each = [
        "会议/综治工作会议签到表.pdf",
        "会议/综治工作会议照片.jpg",
        "培训/业务培训班指南.pdf",
        "培训/业务培训班签到表.pdf",
        "改革/组建支队的批复.pdf",
        "改革/领导小组成立通知.pdf",
        "管理/县级政务窗口公开情况.pdf",
        "平台/平台办案数据截图.png",
        "日常/农村文化市场整治总结.pdf",
        "管理/阳光娱乐工作总结.docx",
    ]
    for path in one_of_each:
        first = makers[path]()
        assert first == makers[path](), path
        if path.endswith(".pdf") and "整治" not in path:
            assert len(PdfReader(io.BytesIO(first)).pages) == _pages(folder / path), path


def test_the_decisions_carry_todays_fingerprints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this fails after a change of rules: `python samples/make_samples.py city-2017-settled`."""
    monkeypatch.syspath_prepend(str(TOOLS))
    from sample_maker import decisions

    text = resources.sample("city-2017-settled", FOLDER, "decisions.yaml").read_text("utf-8")
    assert [digest for digest in decisions.digests("city-2017-settled") if digest not in text] == []
