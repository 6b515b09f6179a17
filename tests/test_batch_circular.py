"""The circular on a batch: the summary's figures in words, each with its origin, and nothing closed that is open."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pytest

from kaoping import api
from kaoping.batch import batches
from kaoping.batch._circular import circular
from kaoping.batch._summary import summary
from kaoping.batch._unit_task import Outcome, fault
from kaoping.core.figures import UNBOUNDED, number
from test_batch import _outcome
from units import only


def _written(units: dict[str, Outcome]) -> Any:
    document = summary(units, "送审稿")
    return docx.Document(io.BytesIO(circular(document, document["groups"][0], Path("省"))))


def _text(document: Any) -> str:
    cells = ["　".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return "\n".join([*(its.text for its in document.paragraphs), *cells])


def test_points_and_places_that_are_open_stay_open() -> None:
    units = {"a": _outcome("甲", "1", "3"), "b": _outcome("乙", "2"), "c": fault("batch.fault", "坏了")}
    text = _text(_written(units))
    assert "第1～3名　甲　1～3" in text and "第1～3名　乙　2" in text
    assert "设区市2家，另有1家没有算出自评分（c），可能排在任何一名" in text
    assert "得分已定的1家，得分还没有定的1家" in text and "平均1.5～2.5分" in text
    assert "甲　0　1～3" in text.splitlines() and "乙　0　2" in text.splitlines(), (
        "the annex: each unit's points of each part"
    )
    assert "失分较集中" not in text, "of one unit alone that is certain"
    assert "【待补：下一步工作要求】" in text and "【待补：发文机关】" in text


def test_each_figure_says_in_which_package_it_stands() -> None:
    unit = _outcome("甲", "2") | {"package": {"folder": "成果/送审稿", "sha256": "abc123", "stamp": "3"}}
    comments = [its.text for its in _written({"甲市": unit, "乙市": _outcome("乙", "1") | {"package": None}}).comments]
    assert any("甲市/成果/送审稿/kaoping.json（SHA-256 abc123）totals.total" in its for its in comments)
    assert any("乙市：没有成果，按现有记录算的" in its for its in comments)


def test_lines_in_which_several_units_lost_points_are_named_with_those_that_are_open() -> None:
    units = {
        "a": _outcome("甲", "1"),
        "b": _outcome("乙", "2"),
        "c": _outcome("丙", "1", "3"),
        "d": _outcome("丁", "3"),
    }
    assert "2　会议　3　2　1" in _text(_written(units))


def test_points_without_a_bound_have_no_mean() -> None:
    units = {"a": _outcome("甲", "1", number(UNBOUNDED)), "b": _outcome("乙", "3")}
    assert "平均至少2分" in _text(_written(units))


def test_a_packs_own_template_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = docx.Document()
    own.add_paragraph("{{ year }}年{{ matter }}：共{{ count }}家")
    own.save(str(tmp_path / "circular.docx"))

    class Stand:
        matter = "考核"

        def template(self, name: str) -> Path:
            return tmp_path / name

    monkeypatch.setattr("kaoping.batch._circular._pack_of", lambda *_: Stand())
    assert "2017年考核：共1家" in _text(_written({"a": _outcome("甲", "1")}))


def test_a_circular_that_somebody_has_worked_on_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "甲市/records").mkdir(parents=True)
    points = ["1"]
    monkeypatch.setattr(batches, "build_unit", lambda folder, **_: _outcome("甲市", points[0]))
    path = tmp_path / "汇总/通报稿.docx"
    api.run_batch(tmp_path)
    first = path.read_bytes()
    points[0] = "2"
    assert not len(api.run_batch(tmp_path).findings) and path.read_bytes() != first, "nobody has touched it"
    path.write_bytes(b"edited in Word")
    points[0] = "3"
    finding = only(api.run_batch(tmp_path).findings, "batch.circular_kept")
    assert "新数据的通报稿.docx" in finding.mend
    assert path.read_bytes() == b"edited in Word" and "3分" in _text(
        docx.Document(str(path.with_name("新数据的通报稿.docx")))
    )
    path.unlink()
    assert not len(api.run_batch(tmp_path).findings) and path.is_file()
