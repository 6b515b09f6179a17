"""A unit's folder asked for again and again: what a session says is what a new look at the folder says."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from kaoping import api
from kaoping.core import yamltree
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Findings
from kaoping.core.memory import Memory
from kaoping.pipeline.session import Session
from kaoping.records.readers import yaml_records
from units import TRAINING, good_unit


def judge(folder: Path) -> None:
    """Another choice in a file that was there."""
    path = folder / "records" / "trainings.yaml"
    path.write_text(TRAINING.replace("case_based: 否", "case_based: 是"), encoding="utf-8")


def add_records(folder: Path) -> None:
    (folder / "records" / "exams.yaml").write_text("[]\n", encoding="utf-8")


def take_records(folder: Path) -> None:
    (folder / "records" / "trainings.yaml").unlink()


def set_a_date(folder: Path) -> None:
    (folder / "notice.yaml").write_text("due: {training-plan: {date: 2017-03-01}}\n", encoding="utf-8")


def spoil(folder: Path) -> None:
    (folder / "records" / "trainings.yaml").write_text("- id: [\n", encoding="utf-8")


def add_evidence(folder: Path) -> None:
    (folder / "材料").mkdir(exist_ok=True)
    (folder / "材料" / "新的.txt").write_text("培训通知", encoding="utf-8")


def rename_unit(folder: Path) -> None:
    path = folder / "records" / "unit.yaml"
    path.write_text(path.read_text("utf-8").replace("name: ", "name: 新"), encoding="utf-8")


CHANGES = [judge, add_records, take_records, set_a_date, spoil, add_evidence, rename_unit]


def said(assessment: api.Assessment) -> object:
    found = [(f.code, str(f.at), f.problem) for f in assessment.findings.sorted()]
    return (
        assessment.card,
        assessment.deadlines,
        assessment.dossier.unit.values,
        sorted(assessment.dossier.evidence),
        found,
    )


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_a_session_says_what_a_new_look_says(tmp_path: Path, change: Callable[[Path], None]) -> None:
    folder = good_unit(tmp_path / "单位", {"trainings.yaml": TRAINING})
    with Session(folder) as session:
        before = said(session.assess())
        assert said(session.assess()) == before == said(api.assess(folder))
        change(folder)
        after = said(session.assess())
    assert after == said(api.assess(folder))
    assert after != before


def test_what_has_not_changed_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = good_unit(tmp_path / "单位", {"trainings.yaml": TRAINING})
    read: list[str] = []
    real = yaml_records.table_of
    monkeypatch.setattr(
        yaml_records, "table_of", lambda node, kind, f: (read.append(kind.name), real(node, kind, f))[1]
    )
    with Session(folder) as session:
        session.assess()
        read.clear()
        session.assess()
        assert read == []
        judge(folder)
        session.assess()
        assert read == ["training"]


def test_a_unit_that_can_not_be_scored_is_asked_for_again(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "单位")
    unit = folder / "records" / "unit.yaml"
    text = unit.read_text("utf-8")
    with Session(folder) as session:
        unit.write_text(f"{text.replace('rubric:', '# rubric:')}\nrubric: no-such\n", encoding="utf-8")
        with pytest.raises(KaopingError, match="no-such"):
            session.assess()
        unit.write_text(text, encoding="utf-8")
        assert session.assess().card.unit


def test_memory_tells_findings_each_time_and_forgets_what_changed(tmp_path: Path) -> None:
    path, memory = tmp_path / "a", Memory()
    path.write_text("1")
    made: list[str] = []

    def make(findings: Findings) -> str:
        findings.add("unit.missing")
        made.append(path.read_text())
        return made[-1]

    for _ in range(2):
        findings = Findings()
        assert memory.recall("a", [path], make, findings) == "1"
        assert len(findings) == 1
    path.write_text("2")
    os.utime(path, ns=(1, 1))
    assert memory.recall("a", [path], make, Findings()) == "2"
    assert memory.recall("a", [path], make, Findings(), (object(),)) == "2"
    assert made == ["1", "2", "2"]


RECORD = re.compile(r"^- (?:.*\n?)(?:^ .*\n?)*", re.M)
CELL = re.compile(r"(?<=[{,\s])(?P<key>\w+): (?P<value>[^,{}\n]+)")


def edited(text: str, chance: random.Random) -> str:
    """Return the text of a table after what a clerk does to it: a record gone, doubled, or a cell with another's."""
    records = list(RECORD.finditer(text))
    if not records:
        return text
    record = chance.choice(records)
    whole = record.group().rstrip("\n") + "\n"
    what = chance.random()
    if what < 0.2:
        return text[: record.start()] + text[record.end() :]
    if what < 0.4:
        return text[: record.end()].rstrip("\n") + "\n" + whole.replace("id: ", "id: X", 1) + text[record.end() :]
    cells = list(CELL.finditer(text))
    cell = chance.choice(cells)
    values = [other["value"] for other in cells if other["key"] == cell["key"]]
    return text[: cell.start("value")] + chance.choice(values) + text[cell.end("value") :]


def records_alone(folder: Path, sample: Path) -> list[Path]:
    """Copy the sample's records and notice to ``folder``, with its texts alone as evidence; return the tables."""
    shutil.copytree(sample / "records", folder / "records")
    shutil.copyfile(sample / "notice.yaml", folder / "notice.yaml")
    for number, path in enumerate(named(folder)):
        file = folder / "材料" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"第{number}件", encoding="utf-8")
    return sorted((folder / "records").glob("*.yaml"))


def named(folder: Path) -> Sequence[str]:
    """Some of the files that the records name, as texts."""
    texts = (path.read_text("utf-8") for path in sorted((folder / "records").glob("*.yaml")))
    return sorted({path for text in texts for path in re.findall(r"[^\s\[\],{}:]+/[^\s\[\],{}:]+\.txt", text)})


@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_whatever_is_edited_a_session_says_what_a_new_look_says(city: Path, tmp_path: Path, seed: int) -> None:
    """Only what depends on a changed table is worked out again: that must never be a line too few."""
    folder, chance = tmp_path / "单位", random.Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    tables = records_alone(folder, city)
    with Session(folder) as session:
        session.assess()
        for _ in range(6):
            table = chance.choice(tables)
            table.write_text(edited(table.read_text("utf-8"), chance), encoding="utf-8")
            again = said_or_refused(session.assess)
            yamltree.forget()  # a new look reads long lists whole
            assert again == said_or_refused(lambda: api.assess(folder))


def said_or_refused(assess: Callable[[], api.Assessment]) -> object:
    try:
        return said(assess())
    except KaopingError as error:
        return [(f.code, str(f.at), f.problem) for f in error.findings]
