"""Volumes, supplements, albums and originals: what a unit hands in when one file is not enough, or came too late."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from bundles import card, dossier, evidence, line, pdf, rubric, score
from examples import examples
from kaoping import api
from kaoping.bundle.plan import Limits, last_page, plan_bundle
from kaoping.bundle.plan._number_patterns import in_volumes
from kaoping.core.errors import KaopingError
from kaoping.core.model import DRAFT, FINAL, Verdict
from tiny import handed_in, put
from units import good_unit, only, small_unit

pytestmark = pytest.mark.slow  # whole builds in volumes; test_plan has the rules

LINES = {"Ⅰ": [line("1", "Ⅰ"), line("2", "Ⅰ")], "Ⅱ": [line("10", "Ⅱ")]}
ALL = [one for lines in LINES.values() for one in lines]


# -- the plan ---------------------------------------------------------------------------------------------------------


@settings(max_examples=examples(150))
@given(
    files=st.lists(st.tuples(st.sampled_from("123"), st.integers(1, 30), st.integers(1, 900)), max_size=40),
    pages=st.sampled_from([0, 12, 30, 80]),
    kilobytes=st.sampled_from([0, 700, 1500]),
    form=st.sampled_from([DRAFT, FINAL]),
    per_page=st.sampled_from([1, 4]),
)
def test_any_mix_of_files_adds_up_in_every_volume(
    files: list[tuple[str, int, int]], pages: int, kilobytes: int, form: str, per_page: int
) -> None:
    """Each file once; numbers 1…n in each volume, without a gap; no volume over a limit, but for one large piece."""
    names = {"1": "1", "2": "2", "3": "10"}
    found, claims = {}, {}  # type: ignore[var-annotated]
    for index, (under, long, heavy) in enumerate(files):
        path = f"{index}.pdf"
        photo = {"type": "photo", "verdict": Verdict.CONVERTED} if long == 1 else {}
        found[path] = evidence(path, pages=long, weight=heavy * 1000, **photo)  # type: ignore[arg-type]
        claims.setdefault(names[under], []).append(path)
    plan = plan_bundle(
        rubric(LINES, {"bundle": {"photos_per_page": per_page}}),
        card([score(one, claims.get(one.id, ())) for one in ALL]),
        dossier(found),
        form,
        Limits(pages, kilobytes * 1000),
    )
    assert sorted(piece.evidence.path for piece in plan.pieces) == sorted(found)
    assert len({piece.number for piece in plan.pieces}) == len(found)
    assert list(plan.volumes) == list(range(1, len(plan.volumes) + 1))
    for volume in plan.volumes:
        printed, units, size = 0, 0, 0
        for divider in plan.in_volume(volume):
            printed += 1
            assert divider.page == printed
            shown: set[str] = set()
            for piece in divider.pieces:
                assert piece.volume == volume and (not piece.album or 2 <= len(piece.album) <= per_page)
                size += piece.evidence.sheets.weight if piece.evidence.sheets else 0
                if piece.album and piece.album[0] in shown:
                    assert piece.first == printed
                    continue
                shown.add(piece.number)
                units += 1
                assert piece.first == printed + 1
                printed = piece.last
        assert last_page(plan, volume) == printed
        if units > 1:
            assert not pages or printed <= pages
            assert not kilobytes or size <= kilobytes * 1000
    assert not any(divider.continued for divider in plan.in_volume(1))


def test_no_limit_is_one_volume_and_the_command_line_goes_before_the_notice() -> None:
    files = {f"{n}.pdf": evidence(f"{n}.pdf", pages=20) for n in range(5)}
    notice = {"bundle": {"max_pages": 40}}
    scores = [score(ALL[0], files)]

    def volumes(limits: Limits | None) -> int:
        return len(plan_bundle(rubric(LINES, notice), card(scores), dossier(files), DRAFT, limits).volumes)

    assert (volumes(None), volumes(Limits(pages=0)), volumes(Limits(size=0))) == (5, 1, 5)


@pytest.mark.parametrize(
    ("pattern", "prefix", "becomes"),
    [
        ("证据 {number}　第{n}页", "", "证据 {number}　第{volume}册第{n}页"),
        ("{n:03}", "补充", "补充第{volume}册第{n:03}"),
        ("第{volume}卷 {n}", "", "第{volume}卷 {n}"),
    ],
)
def test_a_stamp_says_its_volume_once(pattern: str, prefix: str, becomes: str) -> None:
    assert in_volumes(pattern, prefix) == becomes


LIMIT = 26

# -- what is built ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def volumes(tmp_path_factory: pytest.TempPathFactory) -> api.Built:
    """Twelve pieces in four volumes or more."""
    unit = small_unit(tmp_path_factory.mktemp("册") / "甲市")
    for number in range(6):
        pdf(unit / f"材料/其他/材料{number}.pdf", [f"{number}-{page}" for page in range(8)])
    return api.build(unit, limits=api.Limits(pages=LIMIT))


def _manifest(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((package / "kaoping.json").read_text("utf-8"))
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_each_volume_has_its_own_cover_contents_and_numbers(volumes: api.Built) -> None:
    plan = volumes.assessment.plan
    names = [f"佐证材料汇编（第{n}册）.pdf" for n in plan.volumes]
    assert len(names) > 3 and all((volumes.package / "data" / name).is_file() for name in names)
    for number, name in zip(plan.volumes, names, strict=True):
        reader = PdfReader(volumes.package / "data" / name)
        assert len(reader.pages) <= LIMIT
        cover, contents = (_squeezed(reader.pages[at].extract_text()) for at in (0, 1))
        assert f"第{number}册" in cover and f"全部共{len(names)}册" in cover and f"目录（第{number}册）" in contents
        for piece in (p for p in plan.pieces if p.volume == number):
            sheet = reader.page_labels.index(str(piece.first))
            assert f"）第{number}册第{piece.first}页" in _squeezed(reader.pages[sheet].extract_text())
    first = PdfReader(volumes.package / "data" / names[0])
    index = "".join(_squeezed(page.extract_text()) for page in first.pages[:12])
    assert "总目录" in index
    for piece in plan.pieces:
        assert f"第{piece.volume}册第{piece.first}页" in index and piece.number in index
    assert not api.verify(volumes.package).errors


def test_a_piece_over_the_limit_stands_alone_and_is_told(tmp_path: Path) -> None:
    """build.volume_over: a piece is never split."""
    unit = good_unit(tmp_path / "甲市")
    pdf(unit / "材料/长.pdf", ["x"] * 40)
    built = api.build(unit, limits=api.Limits(pages=30))
    assert [f.code for f in built.notes] == ["build.volume_over"]
    (unit / "notice.yaml").write_text("bundle: {max_pages: 30}\n", encoding="utf-8")
    told = only(api.check(unit), "build.piece_large")
    assert str(told.at) == "材料/长.pdf" and "40页，每册限30页" in told.problem, "a check sees it coming"
    assert len(built.assessment.plan.volumes) > 1 and not api.verify(built.package).errors


def test_a_supplement_renumbers_nothing(tmp_path: Path) -> None:
    unit = handed_in(tmp_path / "甲市")
    base = _manifest(unit / "成果/报送稿")["pieces"]
    with pytest.raises(KaopingError) as caught:
        api.build_supplement(unit)
    assert [f.code for f in caught.value.findings] == ["build.nothing_late"]
    pdf(unit / "材料/培训/补充通知.pdf", ["late"])
    records = unit / "records/trainings.yaml"
    records.write_text(records.read_text("utf-8").replace("通知.pdf", "通知.pdf；培训/补充通知.pdf"), encoding="utf-8")
    before = {p: p.read_bytes() for p in (unit / "成果/报送稿").rglob("*") if p.is_file()}
    first = api.build_supplement(unit)
    assert first.package.name == "补充材料1" and before == {p: p.read_bytes() for p in before}
    [piece] = _manifest(first.package)["pieces"]
    mine = [p for p in base if p["line"] == piece["line"]]
    assert piece["path"] == "培训/补充通知.pdf" and piece["number"].endswith(f"-{len(mine) + 1:02}")
    reader = PdfReader(first.package / "data/佐证材料汇编（补充第1册）.pdf")
    whole = "".join(_squeezed(page.extract_text()) for page in reader.pages)
    assert f"补充第1册第{piece['first']}页" in whole and len(reader.pages) == 4
    assert not api.verify(first.package).errors
    pdf(unit / "材料/培训/补充通知.pdf", ["later", "and longer"])  # changed after it was handed in: it is new again
    second = api.build_supplement(unit)
    [again] = _manifest(second.package)["pieces"]
    assert (
        second.package.name == "补充材料2" and again["volume"] == 2 and again["number"].endswith(f"-{len(mine) + 2:02}")
    )
    assert not api.verify(second.package).errors


def test_a_supplement_to_nothing(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市")
    with pytest.raises(KaopingError) as caught:
        api.build_supplement(unit)
    assert [f.code for f in caught.value.findings] == ["build.no_base"]


def test_a_supplement_to_what_was_never_handed_in(tmp_path: Path) -> None:
    """Its letter would say “报送了”, and nothing was: a 送审稿 is for the office itself, whoever names it."""
    unit = good_unit(tmp_path / "甲市")
    draft = unit / "成果/送审稿"
    draft.mkdir(parents=True)
    with pytest.raises(KaopingError) as caught:
        api.build_supplement(unit)
    assert [f.code for f in caught.value.findings] == ["build.not_handed_in"]
    handed = Path(__file__).parent / "data/unit-0.1.0/成果/报送稿/kaoping.json"
    put(draft, {"kaoping.json": handed.read_text("utf-8").replace('"form": "报送稿"', '"form": "送审稿"')})
    with pytest.raises(KaopingError) as caught:
        api.build_supplement(unit, base=draft)
    assert [f.code for f in caught.value.findings] == ["build.not_handed_in"]
    assert not [path for path in (unit / "成果").iterdir() if path.name.startswith("补充")]


def test_originals_come_along_untouched(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市")
    Image.new("RGB", (60, 40), "red").save(unit / "材料/照片.png")
    built = api.build(unit, with_originals=True)
    kept = {path.name: path.read_bytes() for path in (built.package / "data/原件").iterdir()}
    sources = [path for path in (unit / "材料").rglob("*") if path.is_file()]
    assert sorted(kept.values()) == sorted(path.read_bytes() for path in sources)
    assert "其他-01 照片.png" in kept
    assert f"原件 {len(kept)} 个" in (built.package / "打开说明.txt").read_text("utf-8-sig")
    assert not api.verify(built.package).errors


def test_photos_share_a_page_under_their_captions(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市")
    (unit / "notice.yaml").write_text("bundle:\n  photos_per_page: 4\n", encoding="utf-8")
    colours = ["red", "lime", "blue", "yellow", "cyan"]
    for number, colour in enumerate(colours):
        exif = Image.Exif()
        exif[0x0112] = 6 if number == 1 else 1
        Image.new("RGB", (400, 300), colour).save(unit / f"材料/现场{number}.jpg", exif=exif)
    rows = "".join(f"- path: 现场{n}.jpg\n  type: 照片\n  title: 培训现场{n}\n" for n in range(5))
    register = unit / "records/evidence.yaml"
    register.write_text((register.read_text("utf-8") if register.exists() else "") + rows, encoding="utf-8")
    built = api.build(unit)
    pieces = [p for p in built.assessment.plan.pieces if p.evidence.type == "photo"]
    assert [len(p.album) for p in pieces] == [4, 4, 4, 4, 0]
    assert len({p.first for p in pieces}) == 2
    assert not api.verify(built.package).errors
    reader = PdfReader(next((built.package / "data").glob("佐证材料汇编*.pdf")))
    page = reader.pages[reader.page_labels.index(str(pieces[0].first))]
    text = _squeezed(page.extract_text())
    for piece in pieces[:4]:
        assert f"{piece.number}{piece.evidence.title}" in text
    assert f"{pieces[0].number}～{pieces[3].number}" in text
    assert len(page.images) == 4 and all(image.name.endswith(".jpg") for image in page.images)


def test_the_index_of_the_score_sheet_tells_what_became_of_each_file(tmp_path: Path) -> None:
    import openpyxl

    unit = good_unit(tmp_path / "甲市")
    Image.new("RGB", (60, 40), "red").save(unit / "材料/照片.png")
    (unit / "材料/录音.mp3").write_bytes(b"ID3 x")
    built = api.build(unit)
    sheet = openpyxl.load_workbook(next((built.package / "data").glob("自评分表*.xlsx")))["佐证索引"]
    rows = {str(row[1]): row for row in sheet.iter_rows(min_row=3, values_only=True) if row[1]}
    told = {p.evidence.title: p.evidence for p in built.assessment.plan.pieces}
    assert {title: row[6] for title, row in rows.items()} == {title: file.sha256 for title, file in told.items()}
    assert "转换" in str(rows["照片"][5]) and "说明页" in str(rows["录音"][5]) and str(rows["通知"][5]) == "原样收入"
    assert rows["照片"][4] == "照片.png", "where the file is from"


def test_copies_of_a_folder_give_the_same_volumes(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市")
    pdf(unit / "材料/长.pdf", ["x"] * 30)
    shutil.copytree(unit, tmp_path / "乙/甲市")
    limits = api.Limits(pages=30)
    one, two = (api.build(folder, limits=limits).package for folder in (unit, tmp_path / "乙/甲市"))
    files = [{p.relative_to(x): p.read_bytes() for p in x.rglob("*") if p.is_file()} for x in (one, two)]
    assert files[0] == files[1]
