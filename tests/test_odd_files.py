"""A sound file that is written in an odd way goes in; one that fails all the same stops no package.

And whatever a page holds, its number can be seen.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kaoping.cli.main import run

from bundles import pdf
from examples import examples, seldom
from hostile_evidence import forms_within_forms, hostile, patterns_of_patterns
from kaoping import api
from kaoping.core.model import EvidenceFile, Sheets, Verdict
from kaoping.evidence import survey as room
from kaoping.evidence.convert import _libreoffice
from kaoping.pdf import visible
from kaoping.pdf.content import is_closed
from kaoping.pdf.plain_text import key_text, text_of
from odd_files import FINISHED, UNFINISHED, WORDS, odd, page, stream
from units import good_unit, only

pytestmark = pytest.mark.slow  # whole builds around one odd file each

ODD = {its.name: its for its in odd()}
WEB = {name for name in ODD if name.endswith(".xhtml")}
FOLDER = "怪"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> api.Built:
    """The package of a unit with all of them among its evidence."""
    unit = good_unit(tmp_path_factory.mktemp("怪文件") / "甲市")
    (unit / "材料" / FOLDER).mkdir()
    for its in ODD.values():
        (unit / "材料" / FOLDER / its.name).write_bytes(its.content)
    return api.build(unit)


def _judged(built: api.Built, name: str) -> EvidenceFile:
    return built.assessment.dossier.evidence[f"{FOLDER}/{name}"]


def _volume(built: api.Built) -> Path:
    return next((built.package / "data").glob("*汇编.pdf"))


# -- sound, however it is written ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ODD)
def test_it_goes_in_whole_or_says_what_is_lost(built: api.Built, name: str) -> None:
    if name in WEB and _libreoffice.find() is None:
        pytest.skip("没有 LibreOffice")
    found = _judged(built, name)
    assert found.verdict is not Verdict.SLIP_SHEET and found.pages == ODD[name].pages, found.why
    told = "".join(found.lost)
    assert ODD[name].says in told and bool(told) == bool(ODD[name].says)
    assert not re.search("已损坏|密码", found.why + told)


def test_the_package_is_right_by_its_own_and_by_anybody_s_look(built: api.Built) -> None:
    assert api.verify(built.package).errors == []
    assert not [finding for finding in api.verify(built.package) if finding.code.endswith("_failed")]
    assert run(["verify", str(built.package)]) == 0 and run(["lint", str(_volume(built))]) == 0


def test_a_reader_that_takes_every_way_through_the_form_comes_to_an_end(built: api.Built) -> None:
    with pikepdf.open(_volume(built)) as volume:
        seen: set[tuple[int, int]] = set()
        todo = list(volume.Root.AcroForm.Fields)
        assert todo
        while todo:
            field = todo.pop()
            assert field.objgen not in seen or not field.is_indirect, field.objgen
            seen.add(field.objgen)
            todo += list(field.get("/Kids", []))


def test_every_page_shows_its_number(built: api.Built) -> None:
    """By pdfium alone, on every page of every piece: whatever stands on it."""
    document = pypdfium2.PdfDocument(_volume(built))
    front = len(document) - max(piece.last for piece in built.assessment.plan.pieces)
    for piece in built.assessment.plan.pieces:
        for number in range(piece.first, piece.last + 1):
            sheet = document[front + number - 1]
            at = f"（{number - piece.first + 1}/{piece.evidence.pages}）第{number}页"
            assert visible.shows(sheet, f"{piece.number}{at}"), (piece.evidence.path, number)
            sheet.close()
    document.close()


def test_sixteen_bits_of_grey_keep_their_greys(built: api.Built) -> None:
    for order in ("II", "MM"):
        sheets = _judged(built, f"16位灰度{order}.tif").sheets
        assert sheets is not None
        with pypdfium2.PdfDocument(sheets.path) as document:
            drawn = document[0].render(scale=3, grayscale=True).to_pil()
        dark, light = drawn.crop(
            (drawn.width // 2 - 20, drawn.height // 2 - 10, drawn.width // 2 + 20, drawn.height // 2 + 10)
        ).getextrema()
        assert dark < 60 and light > 150, "values from 0 to 63000"


# -- what a content leaves open -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FINISHED)
def test_a_content_that_ends_as_it_began_is_left_alone(name: str) -> None:
    assert is_closed(FINISHED[name]) and is_closed(b"\n".join(FINISHED.values()))


@pytest.mark.parametrize("name", UNFINISHED)
def test_a_content_that_leaves_something_open_is_seen(name: str) -> None:
    if name != "comment":
        assert not is_closed(UNFINISHED[name]) and not is_closed(b"\n".join([*FINISHED.values(), UNFINISHED[name]]))


parts = st.lists(st.sampled_from([*FINISHED.values()]), max_size=6)


@settings(max_examples=examples(40))
@given(
    before=parts,
    ends=st.lists(st.sampled_from([*UNFINISHED.values()]), min_size=1, max_size=3),
    noise=st.binary(max_size=30),
)
def test_whatever_a_page_holds_its_number_can_be_seen(
    tmp_path_factory: pytest.TempPathFactory, before: list[bytes], ends: list[bytes], noise: bytes
) -> None:
    folder = tmp_path_factory.mktemp("页")
    content = b"\n".join([WORDS, *before, *ends, noise])
    (folder / "a.pdf").write_bytes(page(stream(content)))
    from kaoping.evidence._judge import judge

    found = judge(str(folder / "a.pdf"), str(folder), {})
    assert found["verdict"] != "slip_sheet" and found["facts"] is not None


@pytest.mark.parametrize(
    "content", [b"(" * 300_000, b"(\\" * 300_000, b"BI ID " * 100_000, b"[ " * 300_000, b"<" * 300_000]
)
def test_a_content_of_nothing_but_beginnings_takes_no_time(content: bytes) -> None:
    begun = time.process_time()
    assert not is_closed(content)
    assert time.process_time() - begun < 2


def test_names_in_gbk_are_read_as_such() -> None:
    font = pikepdf.Object.parse(b"<</BaseFont /#cb#ce#cc#e5 /#cb#ce#cc#e5 (x) /N /a /S <EFBBBFCBCE> /D <</#cb#ce 1>>>>")
    assert text_of(font.BaseFont) == "/宋体" and text_of(font.N) == "/a" and text_of(None) == ""
    assert {key_text(key) for key, _ in font.items()} == {"/BaseFont", "/宋体", "/N", "/S", "/D"}
    assert text_of(font.S) == "宋" and isinstance(text_of(font.D), str)


def test_a_font_is_told_by_its_name_in_gbk(built: api.Built) -> None:
    told = [finding.problem for finding in api.verify(built.package) if finding.code == "lint.font_missing"]
    assert any("“宋体”" in problem for problem in told)


# -- what fails all the same ----------------------------------------------------------------------------------------


def _passed_as_good(content: bytes, monkeypatch: pytest.MonkeyPatch, folder: Path, **facts: Any) -> Path:
    """A unit one of whose files was judged good, and is not."""
    unit = good_unit(folder / "甲市")
    pdf(unit / "材料" / "坏.pdf", ["sound so far"])
    bad = folder / "bad.pdf"
    bad.write_bytes(content)

    def misjudge(*arguments: Any, **options: Any) -> room.Survey:
        found = survey(*arguments, **options)
        stat = bad.stat()
        sheets = Sheets(bad, stat.st_size, stat.st_mtime_ns, 1000, **facts)
        files = {**found.files, "坏.pdf": replace(found.files["坏.pdf"], sheets=sheets)}
        return replace(found, files=files)

    survey = room.survey
    monkeypatch.setattr("kaoping.pipeline._intake.survey", misjudge)
    return unit


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7 not any more", "并入汇编、盖页码时出错"),
        (page(stream(WORDS), entries=b"/X 3.%s" % (b"141592653589793" * 200)), "别的阅读器读不回来"),
        (ODD["没写完.pdf"].content, "页"),
        (page(stream(WORDS + b"\n[1 2 3")), "看不见"),
        (ODD["批注盖过页边.pdf"].content, "看不见"),
    ],
    ids=["no PDF", "not for the second reader", "more pages", "swallows its number", "covers its number"],
)
def test_what_fails_in_the_end_becomes_a_slip_sheet_and_the_build_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, says: str
) -> None:
    unit = _passed_as_good(content, monkeypatch, tmp_path)
    made = api.build(unit)
    told = only(made.findings, "evidence.not_merged")
    assert "坏.pdf" in told.problem and says in told.problem and str(tmp_path) not in told.problem
    found = made.assessment.dossier.evidence["坏.pdf"]
    assert found.verdict is Verdict.SLIP_SHEET and found.pages == 1 and says in found.why
    assert not api.verify(made.package).errors, "numbers, pages and contents are those of the new plan"
    assert list((made.package / "data" / "附件").glob("*坏.pdf")), "the original is there"
    single, _ = api.build_only(unit, ["佐证材料汇编"])
    assert single[0].is_file()


# -- the hostile, one by one ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", seldom(12, [name for name, _ in hostile()]))
def test_one_hostile_file_makes_a_package_without_a_false_error(tmp_path: Path, name: str) -> None:
    unit = good_unit(tmp_path / "甲市")
    (unit / "材料" / name).write_bytes(dict(hostile())[name]())
    made = api.build(unit)
    assert name in {piece.evidence.path for piece in made.assessment.plan.pieces}
    assert api.verify(made.package).errors == []


@pytest.mark.slow
@pytest.mark.parametrize("content", [forms_within_forms(40), patterns_of_patterns(20)], ids=["forms", "patterns"])
def test_a_page_that_is_drawn_without_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """By the judge, whose verdict is a slip sheet; and by whoever looks through a finished bundle."""
    monkeypatch.setattr(room, "_SECONDS", 8.0)
    monkeypatch.setattr("kaoping.wings.lint._process._SECONDS", 4.0)
    unit = good_unit(tmp_path / "甲市")
    (unit / "材料/a.pdf").write_bytes(content)
    made = api.build(unit)
    assert api.verify(made.package).errors == []
    begun = time.monotonic()
    assert run(["lint", str(unit / "材料/a.pdf")]) == 0
    assert time.monotonic() - begun < 30
