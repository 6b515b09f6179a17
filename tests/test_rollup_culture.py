"""Three counties rolled up into the city of the samples, by culture-2017: scores, findings and traces."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kaoping.core.model import DRAFT, ScoreCard
from kaoping.pipeline._intake import without_evidence
from kaoping.pipeline.assessment import Assessment, assess_intake
from rollups import FOLDER, packed, records_of, repacked

pytestmark = pytest.mark.slow

CITY = Path(__file__).parents[1] / "samples" / "city-2017"
COUNTIES = ("东屏区", "云渚区", "石泠县")
#: The rubric knows no level below 省管县: a county fills in the same forms as one.
COUNTY = {
    "unit": """\
id: DP
name: 东屏区文化市场综合行政执法大队
region: 东屏区
level: 省管县
year: 2017
rubric: culture-2017
submit_date: 2017-12-22
platform_online: 是
""",
    "reform_items": """\
- {id: G01, item: 成立领导小组, state: 已完成, date: 2017-01-05}
- {id: G02, item: 混岗借用清理, state: 已完成, date: 2017-03-05}
- {id: G03, item: 办公用房, state: 已完成, date: 2017-03-06}
- {id: G04, item: 统一机构名称, state: 已完成, date: 2017-03-07}
- {id: G05, item: 经费列入预算, state: 已完成, date: 2017-03-08}
""",
    "approval_windows": "- {id: CK1, region: 东屏区, staffed: 是, items: 11, published: 10}\n",
    "establishments": "- {id: B01, body: 大队, level: 本级, posts: 2, in_post: 2, as_of: 2017-11-30}\n",
    "approvals": "- {id: SP1, region: 东屏区, total: 20, on_platform: 19, new_entities: 3, old_licence: 1}\n",
    "establishment_changes": """\
- {id: Z1, level: 本级, added: 6, nature: 新增执法编制, date: 2017-06-20, doc_no: 新1号}
""",
    "cases": """\
- {id: AJ1, title: 甲案, level: 本级, category: 网络文化, prohibited: 否, procedure: 一般程序, outcome: 罚款,
   filed: 2017-03-01, closed: 2017-05-08, on_platform: 是, party: 某某, doc_no: 新罚〔2017〕1号}
""",
}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a county of the city."""
    folder = tmp_path_factory.mktemp("county")
    (folder / "县" / "records").mkdir(parents=True)
    for stem, text in COUNTY.items():
        (folder / "县" / "records" / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return packed(folder / "县", folder / "包")


def _city(folder: Path, county: Path, *, leaving_out: bool) -> Assessment:
    """Assess the city with three packages; ``leaving_out`` what it recorded of these counties itself."""
    lay_out_city(folder, leaving_out=leaving_out)
    for number, region in enumerate(COUNTIES, 1):
        records = records_of(county)
        records["region"], records["unit"] = region, f"{region}大队"
        records["records"]["case"][0]["values"]["doc_no"] = f"新罚〔2017〕{number}号"
        records["records"]["establishment_change"][0]["values"]["doc_no"] = f"新{number}号"
        repacked(county, folder / FOLDER / region, records, unit=f"{region}大队")
    return assess_intake(without_evidence(folder), DRAFT)


def lay_out_city(folder: Path, *, leaving_out: bool) -> None:
    """Lay out the city's records without any package; ``leaving_out`` what it recorded of the three counties itself."""
    shutil.copytree(CITY / "records", folder / "records")
    (folder / "notice.yaml").write_text("answers: {case-scope: 全市}\n", encoding="utf-8")
    for stem in ("establishments", "approval_windows", "cases", "establishment_changes") * leaving_out:
        path = folder / "records" / f"{stem}.yaml"
        kept = [line for line in path.read_text("utf-8").splitlines() if not re.search("东屏|云渚|石泠", line)]
        if not any(line.startswith("- ") for line in kept):
            kept.append("[]")  # the city says that it has none of its own
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    if leaving_out:
        listed = [*COUNTIES, "枫汀县", "禾濑市"]
        rows = [f"- {{id: X{n}, name: {name}, departments: 是, trained: 是}}" for n, name in enumerate(listed)]
        (folder / "records" / "counties.yaml").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _points(card: ScoreCard) -> dict[str, tuple[str, str]]:
    return {score.line: (str(score.low), str(score.high)) for score in card.lines}


def test_counties_stand_where_the_city_wrote_nothing(tmp_path: Path, county: Path) -> None:
    a = _city(tmp_path / "市", county, leaving_out=True)
    points = _points(a.card)
    assert points["6"] == ("5", "10")  # three of five have done all seven; of two nothing is known
    assert points["25"] == ("0", "1") and points["38"] == ("0", "1")
    assert points["B5"] == ("5", "6")  # 2 for each of three; whether the cap of 5 is theirs too nobody answered
    assert a.card.line("B5").unsupported == 5  # the counties' evidence is no evidence of the city's
    assert "其中石泠县的取自它的考评包：编制增加Z1" in "".join(a.card.line("B5").because)
    assert "其中东屏区的取自它的考评包：本级改革事项G01、G02、G03等5条" in "".join(a.card.line("6").because)
    counted = {use.id for use in a.card.line("26").uses if use.counted}
    assert {f"{region} AJ1" for region in COUNTIES} <= counted
    assert {f"{region} B01" for region in COUNTIES} <= counted
    # Its approvals name several places at once: they stand, and the counties' are not added to them.
    told = [its for its in a.findings if its.code == "rollup.not_compared"]
    assert len(told) == 3 and all("审批办理" in its.problem for its in told)
    assert [its.code for its in a.findings if its.code == "rollup.lacking"] == ["rollup.lacking"]


def test_what_the_city_wrote_is_not_overwritten(tmp_path: Path, county: Path) -> None:
    a = _city(tmp_path / "市", county, leaving_out=False)
    shutil.rmtree(tmp_path / "市" / FOLDER)
    before = assess_intake(without_evidence(tmp_path / "市"), DRAFT)
    same = ("6", "25", "38", "40a", "40b")
    assert [_points(a.card)[line] for line in same] == [_points(before.card)[line] for line in same]
    told = [its for its in a.findings if its.code == "rollup.contradicts"]
    assert any("办公用房落实本单位写的是“否”，石泠县写的是“是”" in its.problem for its in told)
    assert any("编制人数本单位写的是“7”，东屏区写的是“2”" in its.problem for its in told)
    tables = (before.dossier.tables["establishment"], a.dossier.tables["establishment"])
    assert tables[0].ids == tables[1].ids and tables[0].columns == tables[1].columns
