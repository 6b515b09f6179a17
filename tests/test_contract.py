"""`score --json`, `check --json`, `gaps --json`: what others rely on, field by field."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from kaoping.cli.main import run

from culture import CULTURE
from kaoping import api
from kaoping.core.findings import Severity, catalogue
from kaoping.pipeline import contract
from kaoping.scoring.crosscheck.definitions import checks_of
from units import good_unit

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
#: A share of something may be no decimal at all: it is cut, and says so.
LINES = [str(n) for n in range(1, 40)]
LINES = [*LINES[:26], "26+", *LINES[26:], "40a", "40b", *(f"B{n}" for n in range(1, 9))]
BONUS = {"26+", *(f"B{n}" for n in range(1, 8))}
STATUS = {"scored", "undecided", "missing", "not_applicable"}
TYPES: dict[str, type | tuple[type, ...]] = {
    "line": str, "section": str, "of": (str, type(None)), "points": str, "min": str, "max": str, "status": str,
    "supported": bool, "because": list, "evidence": list,
}  # fmt: skip


def _json(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = run([*arguments, "--json"])
    out, err = capsysbinary.readouterr()
    assert err == b""
    document = json.loads(out.decode("utf-8"))
    assert isinstance(document, dict)
    return status, document


@pytest.fixture(params=["city-2017", "county-2017", "nothing recorded", "one training"], scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    unit = tmp_path_factory.mktemp("contract") / "unit"
    if request.param.endswith("2017"):
        api.copy_sample(unit, request.param)
        return unit
    good_unit(unit)
    if request.param == "nothing recorded":
        (unit / "records/trainings.yaml").unlink()
    return unit


@pytest.fixture
def card(folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> dict[str, Any]:
    return _json(capsysbinary, "score", str(folder))[1]


def _sum(lines: list[dict[str, Any]], field: str) -> Decimal:
    return sum((Decimal(line[field]) for line in lines), Decimal(0))


def _earned(totals: dict[str, Any]) -> Decimal:
    return Decimal(totals["base"]["points"]) + Decimal(totals["bonus"]["points"])


def test_the_score_card(card: dict[str, Any]) -> None:
    """One test over the whole document: each part leans on the others."""
    assert list(card) == ["schema", "rubric", "unit", "level", "year", "totals", "lines"]
    assert (card["schema"], card["rubric"], card["year"]) == ("kaoping.scorecard/1", "province-2017", 2017)
    assert card["level"] in ("设区市", "省管县") and isinstance(card["unit"], str) and card["unit"]
    lines: list[dict[str, Any]] = card["lines"]
    assert [line["line"] for line in lines] == LINES
    for line in lines:
        _check_line(line)
    _check_group(lines[:5], card["level"])
    _check_totals(card["totals"], lines)


def _check_line(line: dict[str, Any]) -> None:
    for field, type_ in TYPES.items():
        assert isinstance(line[field], type_), field
    for field in ("points", "min", "max", *(("of",) if line["of"] is not None else ())):
        assert NUMBER.fullmatch(line[field]), f"{line['line']}: {field} {line[field]}"
    assert "-0" not in (line["points"], line["min"], line["max"])
    assert line["status"] in STATUS
    assert line["section"] in {"Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "Ⅶ", "Ⅷ"}
    low, high = Decimal(line["min"]), Decimal(line["max"])
    assert low <= high
    assert line["points"] == line["min"] or line["status"] == "scored"
    if line["status"] == "scored":
        assert line["points"] == line["min"] == line["max"]
    assert line["because"] and all(isinstance(text, str) and text for text in line["because"])
    assert all(isinstance(number, str) and number for number in line["evidence"])
    assert line["supported"] == (line["unsupported"] == "0")
    name = line["line"]
    assert line["role"] == ("deduction" if name == "B8" else "bonus" if name in BONUS else "base")
    assert (high <= 0) if name == "B8" else (low >= 0)
    if line["of"] is None:
        assert name in BONUS | {"B8"}, "every base line states its full points"
    elif name != "B8":
        assert high <= Decimal(line["of"])
    if line["status"] == "missing" and line["of"] is not None and name not in BONUS | {"B8"}:
        assert (line["min"], line["max"]) == ("0", line["of"])


def _check_group(lines: list[dict[str, Any]], level: str) -> None:
    """Lines 1 to 5 share 20 points, which stand on line 1; the others have conditions, but nothing to give."""
    first, *others = lines
    assert first["of"] == "20" and first["points"] in ("0", "20")
    for line in others:
        assert (line["of"], line["min"], line["max"]) == ("0", "0", "0")
        assert line["because"]


def _check_totals(totals: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    assert list(totals) == ["base", "bonus", "deduction", "total", "unsupported"]
    assert set(totals["base"]) == {"points", "min", "max", "of"}
    groups = {
        "base": [line for line in lines if line["role"] == "base"],
        "bonus": [line for line in lines if line["role"] == "bonus"],
        "deduction": [line for line in lines if line["role"] == "deduction"],
        "total": lines,
    }
    for name, own in groups.items():
        assert name == "base" or set(totals[name]) == {"points", "min", "max"}
        for field in ("points", "min", "max"):
            assert NUMBER.fullmatch(totals[name][field])
            assert Decimal(totals[name][field]) == _sum(own, field)
    counted = [line for line in groups["base"] if line["status"] != "not_applicable"]
    assert Decimal(totals["base"]["of"]) == _sum(counted, "of") <= 100
    assert Decimal(totals["unsupported"]) == _sum(lines, "unsupported") <= _earned(totals)


def test_a_whole_rubric_makes_a_hundred_points(folder: Path, card: dict[str, Any]) -> None:
    if not any(line["status"] == "not_applicable" for line in card["lines"]):
        assert card["totals"]["base"]["of"] == "100"


def test_evidence_is_named_as_the_bundle_numbers_it(folder: Path, card: dict[str, Any]) -> None:
    """A number on a line is a piece of the bundle, and a line's own pieces carry its name."""
    pieces = {piece.number: piece for piece in api.assess(folder).plan.pieces}
    for line in card["lines"]:
        for number in line["evidence"]:
            assert line["line"] in (pieces[number].line, *pieces[number].also)


def test_findings_as_json(folder: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    folder = shutil.copytree(folder, tmp_path / "unit")
    (folder / "records/trainings.yml").write_text("", encoding="utf-8")
    (folder / "records/exams.yaml").write_text("- id: K01\n", encoding="utf-8")
    status, document = _json(capsysbinary, "check", str(folder))
    assert (status, document["schema"]) == (1, "kaoping.findings/1")
    told = document["findings"]
    assert {"record.unknown_file", "value.missing"} <= {finding["code"] for finding in told}
    severities = {kind.code: kind.severity for kind in (*catalogue().values(), *(c.words for c in checks_of(CULTURE)))}
    for finding in told:
        assert list(finding) == ["code", "severity", "at", "problem", "effect", "mend", "line"]
        assert finding["severity"] == str(severities[finding["code"]])
        assert set(finding["at"]) <= {"file", "path", "line", "sheet", "cell", "page", "paragraph"}
        assert all(finding["at"].values())
    rank = [Severity(finding["severity"]) for finding in told]
    assert rank == sorted(rank, key=list(Severity).index), "errors first"


def test_gaps_as_json(folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    status, document = _json(capsysbinary, "gaps", str(folder))
    assert document["schema"] == "kaoping.gaps/1" and status in (0, 1)
    still_open = [gap for gap in document["gaps"] if gap["kind"] in ("missing", "undecided")]
    assert document["counts"] == {"gaps": len(document["gaps"]), "open": len(still_open)}
    for gap in document["gaps"]:
        assert list(gap) == [
            "line", "title", "kind", "stake", "what", "mend", "due", "due_title", "department", "person", "digest",
            "dues",
        ]  # fmt: skip
        assert gap["line"] in LINES and NUMBER.fullmatch(gap["stake"])
        assert gap["due"] is None or date.fromisoformat(gap["due"])
        assert gap["due"] == (gap["dues"][0]["due"] if gap["dues"] else None)
        assert "还有" not in gap["mend"] or "天" not in gap["mend"], "days left change by the day"
    days = [deadline["due"] or "9999" for deadline in document["deadlines"]]
    assert days == sorted(days), "by date, those without one last"
    for deadline in document["deadlines"]:
        assert list(deadline) == [
            "key", "kind", "title", "due", "workday", "lines", "documents", "department", "person", "sent",
        ]  # fmt: skip
        assert deadline["sent"] is None or isinstance(deadline["sent"], str)
        assert deadline["kind"] in ("line", "document", "task") and set(deadline["lines"]) <= set(LINES)
        assert deadline["due"] is None or date.fromisoformat(deadline["due"])
        assert deadline["workday"] in (True, False, None)


def test_a_unit_that_can_not_be_scored_gives_its_findings_as_json(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for verb in ("check", "score", "gaps"):
        status, document = _json(capsysbinary, verb, str(tmp_path))
        assert (status, document["schema"]) == (1, "kaoping.findings/1")
        assert [finding["code"] for finding in document["findings"]] == ["unit.no_folder"]


@pytest.mark.parametrize(
    ("number", "text"),
    [("0", "0"), ("2", "2"), ("20", "20"), ("0.5", "0.5"), ("-1.5", "-1.5"), ("100", "100"), ("1/4", "0.25"),
     ("1/3", "0.33")],
)  # fmt: skip
def test_points_are_decimals_without_trailing_zeros(number: str, text: str) -> None:
    from kaoping.core.figures import number as show

    assert show(Fraction(number)) == text
    assert NUMBER.fullmatch(text)


def test_the_same_folder_gives_the_same_json(folder: Path) -> None:
    def told() -> str:
        assessment = api.assess(folder)
        return json.dumps(contract.scorecard(assessment.card, assessment.plan.numbers()))

    assert told() == told()
