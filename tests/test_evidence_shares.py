"""The evidence in shares: each file in one of them, what is judged ahead is found, and nothing of a secret is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import reading_stand_in
import tiny
from bundles import pdf
from kaoping.batch._unit_task import build_unit
from kaoping.evidence import survey as survey_module
from kaoping.evidence.rates import Rate
from kaoping.evidence.store import PLACE, open_store
from kaoping.evidence.survey import Survey, sizes, survey
from kaoping.pipeline import evidence_shares
from kaoping.pipeline.evidence_shares import judge_share


@pytest.fixture
def unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    tiny.lay_out_pack(tmp_path)
    unit = tmp_path / "甲市"
    tiny.lay_out(unit, "甲市")
    (unit / "材料/网页_files").mkdir()
    (unit / "材料/网页.html").write_text("<p>报道</p>", "utf-8")
    (unit / "材料/网页_files/图.js").write_text("1", "utf-8")
    return unit


def test_every_file_is_in_one_share_and_a_large_one_by_itself(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf(unit / "材料/大的.pdf", ["a"] * 60)
    listed = sizes(unit / "材料")
    assert "网页_files/图.js" not in listed and listed["网页.html"] == len("<p>报道</p>".encode()) + 1
    monkeypatch.setattr(evidence_shares, "_BYTES", max(listed.values()) - 1)
    shares = evidence_shares.evidence_shares(unit)
    assert sorted(key for share in shares for key in share) == sorted(listed)
    assert ("大的.pdf",) in shares
    monkeypatch.setattr(evidence_shares, "_FILES", 1)
    assert all(len(share) == 1 for share in evidence_shares.evidence_shares(unit))


def test_shares_are_as_large_as_the_work_that_they_are(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files that nothing is read on are many to a share; of pictures to be read each is much work."""
    for number in range(90):
        (unit / f"材料/照片{number:02}.jpg").write_bytes(b"x")
    listed = sizes(unit / "材料")
    assert evidence_shares.evidence_shares(unit) == (tuple(listed),)
    monkeypatch.setattr(evidence_shares, "engine_of_readings", reading_stand_in.installed)
    shares = evidence_shares.evidence_shares(unit)
    assert sorted(key for share in shares for key in share) == sorted(listed)
    photos = [sum(key.endswith(".jpg") for key in share) for share in shares]
    assert len(shares) > 5 and max(photos) * 10 <= evidence_shares._SECONDS, "ten seconds a page, as shipped"
    quick = {kind: Rate(0.01, 1) for kind in ("look", "convert", "read", "package")}
    assert len(evidence_shares.evidence_shares(unit, rates=quick)) == 1, "as this machine was measured"


def test_what_was_judged_ahead_is_found_and_all_else_stands(unit: Path) -> None:
    for name in ("一", "二"):
        pdf(unit / f"材料/{name}.pdf", [name])
    assert judge_share(unit, ["一.pdf", "网页.html"]) == 2
    made: list[int] = []
    with open_store() as store:
        whole = survey(unit / "材料", store, lambda done, of, what: made.append(of))
    assert max(made) == len(sizes(unit / "材料")) - 2
    assert judge_share(unit, ["一.pdf"]) == 1
    made.clear()
    with open_store() as store:
        assert survey(unit / "材料", store, lambda done, of, what: made.append(of)).files.keys() == whole.files.keys()
    assert not made, "a share takes nothing from what is known of the others"


def test_nothing_of_a_secret_file_is_kept_of_a_share(unit: Path) -> None:
    (unit / "材料/方案七.txt").write_text("机密★10年\n方案七\n", "utf-8")
    assert judge_share(unit, ["方案七.txt"]) == 0
    kept = [path for path in (unit.parent / "store").rglob("*") if path.is_file()]
    assert all("方案七".encode() not in path.read_bytes() for path in kept)


def test_a_file_that_takes_down_who_opens_it_is_opened_by_nobody_and_stands_as_a_slip_sheet(
    unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    job = survey_module._job
    monkeypatch.setattr(survey_module, "_job", lambda file, desk: asked.append(file.key) or job(file, desk))
    outcome = build_unit(str(unit), unopened=["甲班通知.pdf"])
    assert "甲班通知.pdf" not in asked and "纪要.pdf" in asked
    listed = {(its["code"], its["at"]["file"]) for its in outcome["findings"]["findings"]}
    assert outcome["status"] == "built" and ("evidence.not_shown", "材料/甲班通知.pdf") in listed
    assert outcome["may_change"]
    whole = build_unit(str(unit))
    assert whole["evidence"]["pieces"] == outcome["evidence"]["pieces"], "it is a piece all the same"
    assert not whole["may_change"]


def test_two_units_that_judge_the_same_files_at_once_are_in_nobodys_way(unit: Path) -> None:
    """The second begins when the first has verdicts that it has not kept yet, and is through before it."""
    other = shutil.copytree(unit, unit.parent / "乙市")
    inner: list[Survey] = []

    def in_the_middle(done: int, of: int, what: str) -> None:
        if done == of and not inner:
            with open_store() as store:
                inner.append(survey(other / "材料", store, lambda done, of, what: made.append(of)))

    made: list[int] = []
    with open_store() as store:
        outer = survey(unit / "材料", store, in_the_middle)
        assert made, "nothing was kept yet"
        for key, file in outer.files.items():
            its = inner[0].files[key]
            assert (file.sha256, file.verdict, file.pages, file.why) == (its.sha256, its.verdict, its.pages, its.why)
            assert file.sheets is None or file.sheets.path.is_file(), "what either has in use stands"
    made.clear()
    with open_store() as store:
        third = survey(unit / "材料", store, lambda done, of, what: made.append(of))
    assert third.files.keys() == outer.files.keys() and not made
