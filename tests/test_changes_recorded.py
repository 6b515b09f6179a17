"""What is done to pages, and how pieces are ordered: recorded, listed, undone; what a package tells of it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Name

from bundles import evidence, pdf
from clerks import fill_unit, opened
from kaoping import api
from kaoping.bundle.plan import _slots
from kaoping.core.errors import FaultError, KaopingError
from kaoping.core.findings import Finding, Findings
from kaoping.core.page_ranges import page_numbers, page_text
from kaoping.evidence.page_changes import seal_of, with_changes
from kaoping.evidence.store import open_store
from kaoping.evidence.survey import survey
from kaoping.evidence.words import STOCK
from kaoping.pipeline import _packing
from kaoping.verify import verify
from masking import (
    BOX,
    MASK,
    NUMBER,
    TURN,
    change,
    tells,
    tricky,
    unpacked,
)
from packages import tree
from units import small_unit


def _codes(findings: Iterable[Finding]) -> list[str]:
    return [finding.code for finding in findings]


# -- page numbers -----------------------------------------------------------------------------------------------------

PAGES = st.sets(st.integers(1, 300), min_size=1, max_size=20)


@given(PAGES)
def test_pages_are_read_as_they_are_written(pages: set[int]) -> None:
    assert page_numbers(page_text(pages)) == tuple(sorted(pages))


@given(PAGES, st.sampled_from([",", "、", "，", " ", "；"]), st.sampled_from(["-", "—", "～", "至", " - "]))
def test_people_write_pages_in_many_ways(pages: set[int], comma: str, dash: str) -> None:
    assert page_numbers(page_text(pages).replace("-", dash).replace(",", comma)) == tuple(sorted(pages))


@pytest.mark.parametrize("text", ["", "0", "3-1", "1-", "一", "1.5", "-2", "1-2-3", "1000000", "１－"])
def test_what_names_no_pages_is_none(text: str) -> None:
    assert page_numbers(text) is None


# -- records ----------------------------------------------------------------------------------------------------------

FILE = "培训/一期通知.pdf"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The small unit, one of whose files is the tricky one."""
    folder = small_unit(tmp_path / "单位")
    tricky(folder / "材料" / FILE, attached=False)
    return folder


def _recorded(unit: Path) -> list[tuple[str, ...]]:
    return [(its.id, its.pages, its.action, its.turn) for its in api.page_changes(api.assess(unit), FILE)]


@pytest.mark.slow
def test_turns_are_said_anew_each_time_and_taken_back(unit: Path) -> None:
    api.turn_pages(unit, FILE, "1-3", 90)
    api.turn_pages(unit, FILE, "2", 180)
    assert [its[1:] for its in _recorded(unit)] == [("1,3", TURN, "90"), ("2", TURN, "180")]
    api.turn_pages(unit, FILE, "1-3", 0)
    assert _recorded(unit) == []
    with pytest.raises(KaopingError) as refused:
        api.turn_pages(unit, FILE, "1", 0)
    assert _codes(refused.value.findings) == ["pages.already"]
    with pytest.raises(ValueError, match="quarter"):
        api.turn_pages(unit, FILE, "1", 45)


@pytest.mark.slow
def test_what_was_done_is_listed_undone_and_nothing_is_left(unit: Path) -> None:
    before = tree(unit / "records")
    done = api.mask_pages(
        unit, FILE, "2", [api.Region(*BOX), api.Region(1, 2, 3, 4)], api.Note("手机号", "林", "12月1日")
    )
    assert done.ids == ("YM01", "YM02")
    api.leave_out_pages(unit, FILE, "3-4")
    api.leave_out_pages(unit, FILE, "3-4,1")
    assert [its[1] for its in _recorded(unit)] == ["2", "2", "3-4", "1"]
    first = api.page_changes(api.assess(unit))[0]
    assert (first.reason, first.who, first.when) == ("手机号", "林", "2017-12-01")
    assert api.assess(unit).dossier.evidence[FILE].pages == 1
    api.undo_page_changes(unit, FILE, ["YM02", "YM04"])
    assert [its[0] for its in _recorded(unit)] == ["YM01", "YM03"]
    api.undo_page_changes(unit, FILE)
    assert tree(unit / "records") == before and not api.assess(unit).dossier.evidence[FILE].hides


@pytest.mark.slow
def test_other_content_is_asked_about_and_confirmed(unit: Path) -> None:
    api.mask_pages(unit, FILE, "2", [api.Region(*BOX)])
    pdf(unit / "材料" / FILE, ["another", NUMBER])
    a = api.assess(unit)
    assert "pages.other_content" in _codes(a.findings) and a.dossier.evidence[FILE].sheets is None
    api.confirm_page_changes(unit, FILE)
    a = api.assess(unit)
    assert not any(code.startswith("pages.") for code in _codes(a.findings))
    assert a.dossier.evidence[FILE].masked == (2,)


@pytest.mark.slow
def test_a_workbook_without_the_sheet_is_left_alone_and_one_with_it_takes_the_record(tmp_path: Path) -> None:
    unit = tmp_path / "甲市"
    api.init(unit, "culture-2017")
    pdf(unit / "材料" / "a.pdf", ["one"])
    with opened(unit) as book:
        fill_unit(book, {"单位代码": "J", "单位名称": "甲市支队", "地区": "甲市", "级别": "设区市"})
    done = api.turn_pages(unit, "a.pdf", "1", 90)
    assert str(done.places[0]) == "records/page_changes.yaml" and not list(done.findings)
    api.undo_page_changes(unit, "a.pdf")
    api.renew(unit, extra=["页面处理"])
    done = api.turn_pages(unit, "a.pdf", "1", 90)
    assert done.places[0].sheet == "页面处理" and not list((unit / "records").glob("*"))
    assert api.assess(unit).dossier.evidence["a.pdf"].how == "第1页转90度"


# -- the package ------------------------------------------------------------------------------------------------------


def _spoil(package: Path, piece: dict[str, Any]) -> None:
    """Write on the masked page, and put the original beside the bundle."""
    bundle = next(package.rglob("佐证材料汇编*.pdf"))
    with pikepdf.open(bundle, allow_overwriting_input=True) as made:
        sheet = next(page.obj for page in made.pages if page.label == str(piece["first"] + 1))
        font = pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        sheet.Resources.Font["/H"] = font
        sheet.Contents = pikepdf.Array([made.make_stream(b"BT /H 9 Tf 50 50 Td (seen) Tj ET"), *sheet.Contents])
        made.save()
    document = json.loads((package / "kaoping.json").read_text("utf-8"))
    copy = f"data/附件/{piece['number']} 原件.pdf"
    (package / copy).parent.mkdir(exist_ok=True)
    (package / copy).write_bytes(b"%PDF-")
    document["files"].append({"path": copy, "role": "attachment", "title": "", "size": 5, "sha256": "0" * 64})
    (package / "kaoping.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.slow
def test_what_would_show_it_stops_a_package(unit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api.mask_pages(unit, FILE, "2", [api.Region(*BOX)])
    file = api.assess(unit).dossier.evidence[FILE]
    monkeypatch.setattr(_packing, "attachments", lambda _: [("附件/别的名字.pdf", file)])
    with pytest.raises(FaultError, match="别的名字"):
        api.build(unit, out=tmp_path / "a")
    assert not (tmp_path / "a").exists()


@pytest.mark.slow
def test_a_package_tells_nothing_of_what_was_masked(unit: Path, tmp_path: Path) -> None:
    copies = unit / "材料" / "培训"
    with zipfile.ZipFile(copies / "全部.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("一期通知.pdf", (2017, 1, 1, 0, 0, 0)), (unit / "材料" / FILE).read_bytes())
    sha256 = hashlib.sha256((unit / "材料" / FILE).read_bytes()).hexdigest()
    api.mask_pages(unit, FILE, "2", [api.Region(*BOX)])
    built = [api.build(unit, out=tmp_path / name, with_originals=True) for name in ("a", "b")]
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert {"pages.twin"} == {code for code in _codes(built[0].findings) if code.startswith("pages.")}
    for name, data in tree(tmp_path / "a").items():
        for inner, content in unpacked(name, data):
            assert hashlib.sha256(content).hexdigest() != sha256, inner
            assert sha256[:16].encode() not in content, inner
            assert not (tells(content) if content[:5] == b"%PDF-" else NUMBER.encode() in content), inner
    document = json.loads((tmp_path / "a" / "kaoping.json").read_text("utf-8"))
    [piece] = [its for its in document["pieces"] if its["path"] == FILE]
    assert piece["masked"] == [2] and "第2页遮盖1处" in piece["not_shown"]
    assert not [
        row for row in document["files"] if row["role"] in ("attachment", "original") and "一期通知" in row["path"]
    ]
    assert not list((tmp_path / "a").rglob("*全部.zip"))
    bundle = next((tmp_path / "a").rglob("佐证材料汇编*.pdf")).read_bytes()
    words = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(bundle)).pages]
    assert any("第2页遮盖1处" in "".join(text.split()) for text in words)
    assert not list(verify(tmp_path / "a"))
    _spoil(tmp_path / "b", piece)
    told = [f.code for f in verify(tmp_path / "b")]
    assert {"verify.masked_text", "verify.masked_original"} <= set(told)


@pytest.mark.slow
def test_order(unit: Path) -> None:
    """The pieces of a line stand as the unit wants them; what it says nothing of comes after."""
    photo, notice, second = "培训/现场照片.jpg", FILE, "培训/二期通知.pdf"

    def standing() -> list[str]:
        return [its.evidence.path for its in api.assess(unit).plan.pieces if its.evidence.path.startswith("培训")]

    before = standing()
    api.set_order(unit, [second, photo])
    assert standing() == [second, photo, *(path for path in before if path not in (second, photo))]
    api.set_order(unit, [notice, second, photo])
    assert standing() == [notice, second, photo]
    api.set_order(unit, [photo])
    assert standing() == [notice, second, photo]  # the first order comes first
    assert [its.files for its in api.piece_orders(api.assess(unit).dossier.tables)] == [(notice, second), (photo,)]
    api.undo_order(unit)
    assert standing() == before and not (unit / "records" / "piece_orders.yaml").exists()


@given(st.permutations(["培训/现场照片.jpg", FILE, "培训/二期通知.pdf", "会议/工作总结.pdf"]), st.integers(0, 4))
def test_any_order_is_kept_and_the_rest_stays_as_it_was(paths: list[str], count: int) -> None:
    files = {path: evidence(path, rank=paths.index(path) + 1 if path in paths[:count] else 0) for path in sorted(paths)}
    expected = [*paths[:count], *(path for path in files if path not in paths[:count])]
    assert [file.path for file in _slots._ranked(files.values(), files)] == expected


def test_what_came_in_a_file_goes_with_it() -> None:
    files = {
        its.path: its
        for its in (
            evidence("a.pdf"), evidence("b.zip", rank=1), evidence("b.zip/x.pdf", within="b.zip"),
            evidence("c.pdf", rank=2),
        )
    }  # fmt: skip
    assert list(files) != [file.path for file in _slots._ranked(files.values(), files)]
    assert [file.path for file in _slots._ranked(files.values(), files)] == ["b.zip", "b.zip/x.pdf", "c.pdf", "a.pdf"]


def test_what_holds_a_masked_file_is_handed_on_to_nobody(tmp_path: Path) -> None:
    content = pdf(tmp_path / "材料" / "x.pdf", [NUMBER]).read_bytes()
    with zipfile.ZipFile(tmp_path / "材料" / "b.zip", "w") as archive:
        archive.writestr("x.pdf", content)
    (tmp_path / "材料" / "x.pdf").unlink()
    findings = Findings()
    with open_store() as store:
        files = survey(tmp_path / "材料", store).files
        masked = change("b.zip/x.pdf", "1", MASK, seal_of(files["b.zip/x.pdf"]))
        shown, _ = with_changes(files, [masked], store, STOCK, findings)
    assert not list(findings) and shown["b.zip/x.pdf"].masked == (1,)
    assert shown["b.zip"].hides and not shown["b.zip"].may_be_copied and files["b.zip"].may_be_copied
    assert shown["b.zip"].digest != files["b.zip"].digest
