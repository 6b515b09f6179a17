"""From three counties' 报送稿, each settled and built as its clerks would, to the city: scores, findings and traces."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kaoping import api
from kaoping.core import fs
from kaoping.core.model import DRAFT, PartScore, Status
from kaoping.pipeline._blockers import holds
from kaoping.pipeline._intake import without_evidence
from kaoping.pipeline._origins import manifest_entry
from kaoping.pipeline.assessment import assess_intake
from rollups import FOLDER, lay_out_district, lay_out_pack, lay_out_town, records_of
from test_rollup_culture import CITY, COUNTIES, lay_out_city
from units import without_libreoffice

SAMPLE = CITY.with_name("county-2017")
WORDS = {"who": "大队办公会", "when": "2017-12-19"}
#: What the county of the samples leaves open, recorded: a county that hands in has none of it left.
RECORDED = {
    "spot_checks": """\
- {id: CC07, area: 文物经营, date: 2017-09-05, by: 县大队, found: 否, evidence: 秩序/抽查暗访情况通报.pdf}
- {id: CC08, area: 广电影视卫星, date: 2017-09-05, by: 县大队, found: 否, evidence: 秩序/抽查暗访情况通报.pdf}
- {id: CC09, area: 审批案卷, date: 2017-09-05, by: 县审批办, found: 否, sampled: 8, qualified: 8,
   evidence: 秩序/抽查暗访情况通报.pdf}
""",
    "judgements": "".join(
        f'- {{id: PX{line}, line: "{line}", choice: {choice}, reason: 有总结, who: 大队办, when: 2017-12-14}}\n'
        for line, choice in (("21", "一般"), ("22", "一般"), ("23", "一般"), ("27", "较好"), ("31", "一般"))
    ),
    "indicators": """\
- {id: random-check-coverage, name: 随机抽查事项占执法事项比例, numerator: 29, denominator: 29, source: 清单,
   as_of: 2017-11-30, evidence: 日常/技术监管简报.pdf}
""",
    "approval_windows": "- {id: CK1, region: 霁溪县, staffed: 是, items: 11, published: 11}\n",
    "reform_items": """\
- {id: G03, item: 混岗借用清理, state: 已完成, date: 2017-03-05}
- {id: G04, item: 办公用房, state: 已完成, date: 2017-03-06}
- {id: G05, item: 经费列入预算, state: 已完成, date: 2017-03-08}
""",
    "establishment_changes": "- {id: Z, level: 本级, added: 6, nature: 新增执法编制, date: 2017-06-20, doc_no: 霁编}\n",
}


def _county(folder: Path, region: str) -> Path:
    """Lay out the county of the samples as ``region``, with what it left open recorded."""
    shutil.copytree(SAMPLE, folder)
    for stem, text in RECORDED.items():
        path = folder / "records" / f"{stem}.yaml"
        path.write_text((path.read_text("utf-8") if path.is_file() else "") + text, encoding="utf-8")
    for path in (folder / "records").glob("*.yaml"):
        text = path.read_text("utf-8").replace("霁溪县", region).replace("霁文综", f"{region[0]}文综")
        path.write_text(text.replace("霁编", f"{region[0]}编"), encoding="utf-8")
    with (folder / "notice.yaml").open("a", encoding="utf-8") as notice:
        notice.write("records: 是\ndocuments: [covering-letter]\n")
    return folder


def _handed_in(unit: Path) -> Path:
    """Decide what the rubric leaves open, accept what lacks its evidence, and build the 报送稿."""
    with api.Session(unit) as session:
        card = session.assess().card
        for its in [part for score in card.lines for part in score.parts or (score,)]:
            assert its.status != Status.MISSING, its
            if its.status == Status.UNDECIDED and its.high:
                name = its.part if isinstance(its, PartScore) else its.line
                api.decide(unit, name, str(its.low), reason="从严", look=session.assess, **WORDS)
        for hold in holds(session.assess()):
            its = hold.target
            api.accept(unit, its.code, its.about, reason="原件随后送", look=session.assess, **WORDS)
    return api.build(unit, final=True).package


@pytest.mark.long  # three packages, half a minute each
def test_a_city_rests_on_the_packages_that_its_counties_handed_in(tmp_path: Path) -> None:
    city = tmp_path / "市"
    lay_out_city(city, leaving_out=True)
    packages = []
    with without_libreoffice():
        for region in COUNTIES:
            packages.append(_handed_in(_county(tmp_path / region, region)))
            shutil.copytree(packages[-1], city / FOLDER / region / "报送稿")
    a = assess_intake(without_evidence(city), DRAFT)
    because = {line: "\n".join(a.card.line(line).because) for line in ("6", "25", "26", "38", "B5", "B6")}
    points = {line: (a.card.line(line).low, a.card.line(line).high) for line in because}
    # Three of the five have done all seven, of two nothing is known: 60% to 100%.
    assert points["6"] == (5, 10) and "占比60%～100%" in because["6"]
    assert (
        "东屏区的取自它的考评包：本级改革事项G01、G03、G04等5条（第1项、第3项、第5项，佐证Ⅰ-1-01（第2页）"
        in because["6"]
    )
    # The city's own window with 14 items, that of two counties with 11 each, and those of the three packages.
    assert points["25"] == (1, 1) and "已公开许可项目69项，许可项目69项" in because["25"]
    # Of each county's 22 cases two were simple warnings and one a warning; the city closed 50 with 24 posts itself.
    assert f"办结案件（简易程序和一般程序的警告除外）{50 + 3 * 19}件，编制{24 + 3 * 6}人" in because["26"]
    assert "石泠县的取自它的考评包：案件AJ001、AJ002、AJ003等19条（第26项、第39项、第B6项" in because["26"]
    assert points["38"] == (0, 1)
    assert points["B5"] == (5, 6) and "3个（东屏区、云渚区、石泠县）" in because["B5"]
    # Two of each county's were closed in October and entered by the 30th, eleven of the city's own.
    assert f"{11 + 3 * 2}件，人数{24 + 3 * 6}人" in because["B6"]
    told = [its for its in a.findings if its.code.startswith("rollup.")]
    assert [its.code for its in told] == ["rollup.lacking", *["rollup.not_compared"] * 3]
    assert "枫汀县、禾濑市" in told[0].problem
    entry = manifest_entry(a)
    assert entry is not None
    assert {(its["form"], its["sha256"]) for its in entry["units"]} == {
        ("报送稿", fs.sha256(package / "kaoping.json")) for package in packages
    }
    (there,) = [its for its in records_of(packages[0])["records"]["case"] if its["id"] == "AJ015"]
    assert there["lines"] == ["26", "39", "B6"]
    row = a.dossier.tables["case"].ids.index("东屏区 AJ015")
    assert a.dossier.tables["case"].columns["doc_no"][row] == "东文综罚字〔2017〕第15号"


@pytest.mark.slow
def test_a_district_rests_on_what_a_town_handed_in(tmp_path: Path) -> None:
    lay_out_pack(tmp_path)
    package = _handed_in(lay_out_town(tmp_path / "东屏镇", "东屏镇"))
    assert not api.verify(package)
    district = lay_out_district(tmp_path / "澜川区")
    shutil.copytree(package, district / FOLDER / "东屏镇/成果/报送稿")
    a = assess_intake(without_evidence(district), DRAFT)
    assert [its.code for its in a.findings if its.code.startswith("rollup.")] == ["rollup.lacking"]
    assert (a.card.line("1").low, a.card.line("1").because[-1]) == (
        1, "其中东屏镇的取自它的考评包：事项S1（第1项，没有佐证）"
    )  # fmt: skip
