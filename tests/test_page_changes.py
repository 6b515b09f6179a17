"""Pages that are turned, left out, masked: what is hidden is gone from text and picture, and nothing else is lost."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from pikepdf import Name
from PIL import Image, ImageChops

from bundles import pdf
from kaoping import api
from kaoping.core.findings import Finding, Findings
from kaoping.core.model import EvidenceFile, Shot, Verdict
from kaoping.evidence import workers
from kaoping.evidence.looks import look_of
from kaoping.evidence.masked_elsewhere import tell_masked_elsewhere
from kaoping.evidence.words import STOCK
from masking import (
    BOX,
    LEAVE_OUT,
    MASK,
    NUMBER,
    TURN,
    changed,
    darkest_and_lightest,
    drawn,
    tells,
    tricky,
)
from units import only, small_unit


def _words(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("action", [MASK, LEAVE_OUT])
def test_what_is_hidden_is_gone_from_every_corner_of_the_file(tmp_path: Path, action: str) -> None:
    assert set(tells(tricky(tmp_path / "a.pdf").read_bytes())) >= {"raw", "pypdf", "pdfium", "object"}
    file, data, findings = changed(tmp_path, (action, "2"))
    assert list(findings) == []
    assert tells(data) == []
    assert file.hides and not file.may_be_copied and not file.is_attached
    assert NUMBER not in "".join((*file.lost, file.how, *file.changes)) and not file.personal


def test_a_masked_region_is_black_and_all_else_is_seen_as_before(tmp_path: Path) -> None:
    before = tricky(tmp_path / "a.pdf").read_bytes()
    file, data, _ = changed(tmp_path, (MASK, "2"))
    assert darkest_and_lightest(drawn(data, 2), BOX) == (0, 0)
    for page in (1, 3, 4):
        assert ImageChops.difference(drawn(data, page), drawn(before, page)).getextrema()[1] < 32  # type: ignore[operator]
    with pikepdf.open(io.BytesIO(data)) as made:
        assert set(made.pages[1].obj.keys()) == {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
    assert _words(data)[0].startswith("one") and _words(data)[1:] == ["", "three", "four"]
    assert file.masked == (2,) and file.changes == ("第2页遮盖1处",) and file.pages == 4


def test_links_and_bookmarks_of_other_pages_stay(tmp_path: Path) -> None:
    tricky(tmp_path / "a.pdf")
    file, data, _ = changed(tmp_path, (LEAVE_OUT, "2"))
    assert file.sheets is not None and [(mark.title, mark.page) for mark in file.sheets.bookmarks] == [
        ("first", 0),
        ("third", 1),
    ]
    with pikepdf.open(io.BytesIO(data)) as made:
        pages = [page.obj for page in made.pages]
        links = [note for note in pages[0].Annots if note.Subtype == "/Link" and "/Dest" in note]
        assert [pages.index(link.Dest[0]) for link in links] == [1, 2]
    _, data, _ = changed(tmp_path, (MASK, "2"))
    with pikepdf.open(io.BytesIO(data)) as made:
        pages = [page.obj for page in made.pages]
        links = [note for note in pages[0].Annots if note.Subtype == "/Link"]
        assert [pages.index(link.Dest[0]) for link in links] == [1, 2, 3]  # to the masked page too


def test_a_page_that_shares_what_a_hidden_one_shows_is_a_picture(tmp_path: Path) -> None:
    """Two halves of one sheet, each cut out by its CropBox: the number stands in the content of both."""
    pdf(tmp_path / "a.pdf", [NUMBER, "two", "three"])
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as made:
        made.pages[1].obj.Contents = made.pages[0].obj.Contents
        made.pages[1].obj.CropBox = pikepdf.Array([0, 0, 595, 400])
        made.save(tmp_path / "a.pdf")
    _, data, _ = changed(tmp_path, (MASK, "1"))
    assert tells(data) == [] and _words(data) == ["", "", "three"]


def test_pages_that_share_a_content_and_not_what_it_draws_stay_what_they_are(tmp_path: Path) -> None:
    """Scans: the same few words on each page, which draw another picture, and what editors put around all contents."""
    with pikepdf.new() as made:
        opens, closes = made.make_stream(b"q"), made.make_stream(b"Q")
        for shade in (40, 90, 140):
            made.add_blank_page(page_size=(595, 842))
            picture = made.make_stream(bytes([shade]) * 600 * 600, Type=Name.XObject, Subtype=Name.Image)
            picture.Width = picture.Height = 600
            picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
            sheet = made.pages[-1].obj
            sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
            sheet.Contents = pikepdf.Array([opens, made.make_stream(b"595 0 0 842 0 0 cm /Im0 Do"), closes])
        made.save(tmp_path / "a.pdf", deterministic_id=True)
    _, data, _ = changed(tmp_path, (MASK, "2"))
    with pikepdf.open(io.BytesIO(data)) as made:
        assert [list(page.obj.Resources.XObject) for page in made.pages] == [["/Im0"], ["/P"], ["/Im0"]]


def test_hidden_layers_of_other_pages_stay_hidden(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf", ["one", NUMBER])
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as made:
        layer = made.make_indirect(pikepdf.Dictionary(Type=Name.OCG, Name=pikepdf.String("draft")))
        made.Root.OCProperties = pikepdf.Dictionary(
            OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(OFF=pikepdf.Array([layer]))
        )
        sheet = made.pages[0].obj
        sheet.Resources.Properties = pikepdf.Dictionary(Off=layer)
        sheet.Contents = made.make_stream(sheet.Contents.read_bytes() + b" /OC /Off BDC 10 10 200 200 re f EMC")
        made.save(tmp_path / "a.pdf", deterministic_id=True)
    before = (tmp_path / "a.pdf").read_bytes()
    file, data, _ = changed(tmp_path, (MASK, "2"))
    assert drawn(data, 1).tobytes() == drawn(before, 1).tobytes()
    assert file.sheets is not None and file.sheets.layers


def test_a_page_in_whose_content_nobody_can_tell_a_thing_is_a_picture(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf", [NUMBER, "two"])
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as made:
        made.pages[1].obj.Annots = made.make_indirect(
            pikepdf.Array(
                [
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Highlight, Rect=[70, 690, 200, 720],
                        QuadPoints=[70, 720, 200, 720, 70, 690, 200, 690], C=[1, 1, 0],
                    )
                ]
            )
        )  # fmt: skip
        made.save(tmp_path / "a.pdf")
    _, data, _ = changed(tmp_path, (MASK, "1"))
    assert _words(data) == ["", ""]
    assert drawn(data, 2).getextrema()[0] < 100  # type: ignore[operator]


def test_turned_and_masked_at_once_the_region_is_where_it_was_before_the_turn(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf", ["one"])
    file, data, _ = changed(tmp_path, (MASK, "1"), (TURN, "1", "90"))
    turned = drawn(data, 1)
    assert turned.width > turned.height
    left, top, width, height = BOX
    assert darkest_and_lightest(turned, (297 - top - height, left, height, width)) == (0, 0)
    assert file.how == "第1页转90度，第1页遮盖1处"


def test_a_page_that_lies_turned_is_masked_as_it_is_seen(tmp_path: Path) -> None:
    pdf(tmp_path / "a.pdf", ["one"], Rotate=270, CropBox=pikepdf.Array([50, 50, 545, 792]))
    _, data, findings = changed(tmp_path, (MASK, "1", (100, 5, 60, 30)))
    assert not findings.errors and darkest_and_lightest(drawn(data, 1), (100, 5, 60, 30)) == (0, 0)


def test_to_turn_loses_nothing(tmp_path: Path) -> None:
    before = tricky(tmp_path / "a.pdf").read_bytes()
    file, data, _ = changed(tmp_path, (TURN, "1,3", "180"))
    assert _words(data) == _words(before) and not file.hides and file.may_be_copied and file.changes == ()
    assert file.personal and file.sha256 != file.digest
    upside_down = drawn(data, 3).transpose(Image.Transpose.ROTATE_180)
    assert upside_down.size == drawn(before, 3).size
    with pikepdf.open(io.BytesIO(data)) as made:
        assert [int(page.obj.get("/Rotate", 0)) for page in made.pages] == [180, 0, 180, 0]


def test_a_photograph_is_turned_without_being_encoded_anew_and_masked(tmp_path: Path) -> None:
    Image.effect_noise((900, 600), 60).convert("RGB").save(tmp_path / "a.jpg", quality=92)
    content = (tmp_path / "a.jpg").read_bytes()
    file, data, _ = changed(tmp_path, (TURN, "1", "90"), file="a.jpg")
    with pikepdf.open(io.BytesIO(data)) as made:
        [picture] = made.pages[0].obj.Resources.XObject.values()
        assert picture.read_raw_bytes() == content and int(made.pages[0].obj.Rotate) == 90
    assert file.album == (file.unchanged is not None and file.unchanged.album)
    _, data, _ = changed(tmp_path, (MASK, "1", (100, 60, 50, 40)), file="a.jpg")
    with pikepdf.open(io.BytesIO(data)) as made:  # the picture is the photo's alone: it may stand in an album
        [picture] = made.pages[0].obj.Resources.XObject.values()
        assert float(picture.Width) / float(picture.Height) == pytest.approx(1.5, rel=0.01)
    lightest = darkest_and_lightest(drawn(data, 1), (100, 60, 50, 40))[1]
    assert lightest < 8 and content not in data  # a JPEG is black to some levels beside a noisy picture


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_masked_photograph_lies_where_it_lay(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = Image.new("RGB", (900, 600), "grey")
    photo.paste("white", (0, 0, 300, 200))
    photo.save(tmp_path / "a.jpg", exif=exif)
    file, data, _ = changed(tmp_path, (MASK, "1", (10, 10, 2, 2)), file="a.jpg")
    assert file.unchanged is not None and file.unchanged.sheets is not None
    before = drawn(file.unchanged.sheets.path.read_bytes(), 1)
    apart = ImageChops.difference(drawn(data, 1), before).crop((60, 60, *before.size))
    assert sum(apart.histogram()[64:]) < 4000  # along its edges, of a million


@pytest.mark.slow
def test_the_same_changes_give_the_same_bytes(tmp_path: Path) -> None:
    tricky(tmp_path / "a.pdf")
    wanted = ((MASK, "2"), (TURN, "3", "90"), (LEAVE_OUT, "4"))
    assert changed(tmp_path, *wanted)[1] == changed(tmp_path, *wanted[::-1], lasting=False)[1] != b""


def _codes(findings: Iterable[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_where_it_can_not_be_done_nothing_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tricky(tmp_path / "a.pdf")
    run = workers.run

    def crash(jobs: Sequence[workers.Job], **how: Any) -> list[workers.Outcome]:
        if not any("copy_pages" in job.function for job in jobs):
            return run(jobs, **how)
        for number, _ in enumerate(jobs):
            how["on_done"](number, workers.Outcome(failure="crash"))
        return []

    monkeypatch.setattr(workers, "run", crash)
    file, _, findings = changed(tmp_path, (MASK, "2"))
    assert _codes(findings) == ["pages.failed"]
    assert file.verdict is Verdict.SLIP_SHEET and file.hides and not file.personal and not file.may_be_copied
    assert file.sha256 not in file.digest
    file, _, findings = changed(tmp_path, (TURN, "2", "90"))
    assert _codes(findings) == ["pages.failed"] and file.verdict is Verdict.READY and not file.hides


@pytest.mark.slow
def test_what_a_masked_file_lacks_besides_is_told_without_its_words(tmp_path: Path) -> None:
    unit = small_unit(tmp_path / "单位")
    tricky(unit / "材料" / "培训" / "一期通知.pdf")
    with pikepdf.open(unit / "材料" / "培训" / "一期通知.pdf", allow_overwriting_input=True) as made:
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        made.save()
    assert "evidence.not_whole" in _codes(api.check(unit))
    api.mask_pages(unit, "培训/一期通知.pdf", "2", [api.Region(*BOX)])
    findings = api.check(unit)
    assert "evidence.not_whole" not in _codes(findings)
    assert NUMBER not in only(findings, "pages.not_whole").problem


def test_what_was_masked_is_told_where_it_may_still_be_seen(tmp_path: Path) -> None:
    def file(path: str, **more: Any) -> EvidenceFile:
        return EvidenceFile(path, tmp_path / path, "0" * 64, 1, "", more.pop("title", ""), **more)

    picture = Image.effect_noise((64, 64), 90)
    look, another = look_of(picture), look_of(picture.transpose(Image.Transpose.ROTATE_90))
    hit = "手机号 139******22"
    before = file("a.pdf", personal=(f"{hit}（第2页）", "手机号 138******11（第1页）"), shots=(Shot(look, page=2),))
    masked = file("a.pdf", unchanged=before, masked=(1,), hides=True, from_pages=((2, 0), (3, 0)))
    files = [
        replace(masked, personal=(f"{hit}（第2页）",)),
        file("1390000 2222.txt"), file("联系人13900002222.txt"), file("b.pdf", title="回执（13900002222）"),
        file("c.jpg", shots=(Shot(look),)), file("d.jpg", shots=(Shot(another),)), file("13811111111.txt"),
    ]  # fmt: skip
    findings = Findings()
    tell_masked_elsewhere({its.path: its for its in files}, STOCK, findings)
    told_at = [(its.at.file.removeprefix("材料/"), its.problem) for its in findings]
    assert {path for path, _ in told_at} == {"a.pdf", "1390000 2222.txt", "联系人13900002222.txt", "b.pdf", "c.jpg"}
    assert not any("13900002222" in problem.replace(path, "") for path, problem in told_at)
    findings = Findings()
    tell_masked_elsewhere({"a.pdf": replace(masked, personal=(f"{hit}（第1页）",)), "b": files[3]}, STOCK, findings)
    assert not list(findings), "the region lies beside the number: nothing was masked"
