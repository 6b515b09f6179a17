"""`kaoping init`: a folder that explains itself, in which nothing counts until somebody fills it in."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaoping import api, schema, starter, validate, yamltree
from kaoping.errors import KaopingError
from kaoping.findings import Findings
from kaoping.model import Status, Table
from kaoping.readers.yaml_records import table_of
from kaoping.rubric.load import load
from units import found, only

RUBRIC = load("province-2017")
KINDS = list(schema.kinds().values())


@pytest.fixture
def started(tmp_path: Path) -> Path:
    folder = tmp_path / "甲市"
    api.init(folder)
    return folder


def _file(kind: schema.Kind) -> str:
    return starter.record_file(kind, RUBRIC)


def _uncommented(kind: schema.Kind) -> str:
    """The record file as it is after its reader took the `# ` off the example (and left out the unit's empty keys)."""
    example = _file(kind).split(f"{starter.EXAMPLE}\n")[1].split("\n\n")[0]
    return "\n".join(line.removeprefix("# ") for line in example.splitlines())


def _typed(kind: schema.Kind, findings: Findings) -> Table:
    node = yamltree.parse(_uncommented(kind), kind.file, findings)
    assert node is not None
    raw = table_of(node, kind, findings)
    assert raw is not None
    return validate.typed(raw, kind, findings)


def test_it_makes_a_file_for_every_kind_and_says_what_it_made(tmp_path: Path) -> None:
    made = api.init(tmp_path / "甲市")
    assert [path.name for path in made] == ["records", "材料", "notice.yaml"]
    assert {path.name for path in made[0].iterdir()} == {kind.file for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_field_is_explained(kind: schema.Kind) -> None:
    text = _file(kind)
    assert text.startswith(f"# {kind.title}：{kind.purpose}\n")
    for field in kind.fields:
        (line,) = [line for line in text.splitlines() if line.startswith(f"#   {field.name}　")]
        assert field.title in line and field.hint in line
        assert ("必填" in line.split("；")) == field.required
        assert all(option in line for option in field.options)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_example_without_its_marks_is_a_record_without_fault(kind: schema.Kind) -> None:
    findings = Findings()
    table = _typed(kind, findings)
    assert [(f.code, str(f.at)) for f in findings] == []
    assert len(table) == 1
    record = table.record(0)
    for field in kind.fields:
        if field.example:
            assert record[field.name] == _expected(field), f"{field.name} does not say what its example shows"


def _expected(field: schema.Field) -> object:
    value = field.parse(field.example)
    return tuple(map(validate.nfc, value)) if field.name == "evidence" and isinstance(value, tuple) else value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_as_it_is_made_it_says_nothing(kind: schema.Kind) -> None:
    """A forgotten example must never become a record; the unit's file alone has its year and rubric filled in."""
    node = yamltree.parse(_file(kind), kind.file, Findings())
    assert node is not None
    filled = {name for name, child in node.mapping().items() if child.value is not None} if node.value else set()
    assert filled == ({"year", "rubric"} if kind.single else set())


def test_all_examples_together_are_a_unit_that_can_be_scored(started: Path) -> None:
    for kind in KINDS:
        (started / "records" / kind.file).write_text(_uncommented(kind), encoding="utf-8")
    wrong = {(code, place.split(" ")[0]) for code, place in found(started) if not code.startswith("evidence.")}
    # The examples are of one city but not of one year's work: figures and decisions do not fit each other.
    assert {code for code, _ in wrong} <= {"decision.not_needed", "decision.unconfirmed", "indicator.disagrees"}, wrong
    assert api.assess(started).card.unit == "澜川市文化市场综合行政执法支队"


def test_the_notice_as_it_is_made_answers_nothing(started: Path) -> None:
    text = (started / "notice.yaml").read_text("utf-8")
    rubric = load("province-2017", started / "notice.yaml")
    assert rubric.notice.answers == RUBRIC.notice.answers
    for question in rubric.questions.values():
        assert question.id in text and question.ask in text and all(option in text for option in question.options)


def test_a_question_is_answered_by_taking_the_marks_off(started: Path) -> None:
    path = started / "notice.yaml"
    kept = [line.removeprefix("# ") for line in path.read_text("utf-8").splitlines() if "answers:" in line]
    kept += [
        line.removeprefix("# ").replace(":   #", ": 计入   #")
        for line in path.read_text("utf-8").splitlines()
        if "withdrawn:" in line
    ]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert load("province-2017", path).notice.answers["withdrawn"] == "计入"


def test_check_then_says_what_to_fill_in(started: Path) -> None:
    findings = api.check(started)
    assert {f.code for f in findings} == {"value.missing"}
    told = " ".join(f.problem for f in findings)
    for title in ("单位名称", "级别", "地区"):
        assert title in told
    assert all(str(f.at).startswith("records/unit.yaml 第") for f in findings)


def test_filled_in_it_is_scored_and_nearly_everything_is_missing(started: Path) -> None:
    path = started / "records" / "unit.yaml"
    text = path.read_text("utf-8")
    for name, value in {"id": "U", "name": "甲市支队", "region": "甲市", "level": "设区市"}.items():
        text = text.replace(f"\n{name}:\n", f"\n{name}: {value}\n")
    path.write_text(text, encoding="utf-8")
    assert found(started) == []
    card = api.assess(started).card
    assert (card.base.high, card.bonus.high) == (100, 0)
    assert sum(line.status is Status.MISSING for line in card.lines) > 30


def test_a_second_init_refuses_and_touches_nothing(started: Path) -> None:
    (started / "records" / "trainings.yaml").write_text("- id: P01\n", encoding="utf-8")
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in started.rglob("*") if path.is_file()}
    with pytest.raises(KaopingError) as refused:
        api.init(started)
    assert "records、材料、notice.yaml" in only(refused.value.findings, "init.exists").problem
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in started.rglob("*") if p.is_file()} == before


def test_a_folder_with_other_things_in_it_may_become_a_unit(tmp_path: Path) -> None:
    (tmp_path / "扫描件.pdf").write_bytes(b"%PDF-")
    api.init(tmp_path)
    assert (tmp_path / "扫描件.pdf").read_bytes() == b"%PDF-" and (tmp_path / "records").is_dir()


def test_an_unknown_rubric_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(KaopingError) as refused:
        api.init(tmp_path / "甲市", "province-1999")
    assert "province-2017" in only(refused.value.findings, "rubric.unknown").problem
    assert not (tmp_path / "甲市").exists()


def test_a_place_where_nothing_may_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(KaopingError) as refused:
        api.init(tmp_path / "甲市")
    assert "没有写入权限" in only(refused.value.findings, "init.cannot_make").problem
