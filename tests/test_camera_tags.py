"""What a telephone writes into a photo (where, by what) does not go into a bundle, and the picture's data stay."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pikepdf
import pytest
from bench.scenes import scene, with_exif
from PIL import Image

from bundles import surveyed
from kaoping import api
from kaoping.core.findings import Findings, gathered
from kaoping.core.model import EvidenceFile, Location
from kaoping.evidence._camera_tags import DEVICE, PLACE, without_tags
from units import good_unit

SCENE = scene(3, size=(480, 360))
WHERE = (30.5, 114.25)
WHEN = datetime(2017, 5, 16, 9, 30)


def _photo(exif: Image.Exif | None = None, **more: object) -> bytes:
    SCENE.save(out := io.BytesIO(), "JPEG", quality=80, **({"exif": exif} if exif else {}), **more)
    return out.getvalue()


def _scan_data(jpeg: bytes) -> bytes:
    return jpeg[jpeg.index(b"\xff\xda") :]


TELLING = _photo(with_exif(WHEN, "HUAWEI P9", WHERE, orientation=6))
TELLING_NOTHING = _photo(with_exif(WHEN))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, EvidenceFile]:
    import img2pdf

    folder = tmp_path_factory.mktemp("材料")
    pdf = img2pdf.convert(TELLING)
    (folder / "照片.jpg").write_bytes(TELLING)
    (folder / "没有.jpg").write_bytes(TELLING_NOTHING)
    (folder / "照片.pdf").write_bytes(pdf)
    with zipfile.ZipFile(folder / "打包.zip", "w") as archive:
        archive.writestr("里面.pdf", pdf)
    return surveyed(folder)


def _pages(file: EvidenceFile) -> bytes:
    assert file.sheets is not None
    return file.sheets.path.read_bytes()


def test_a_photo_in_a_bundle_tells_no_place_and_no_telephone(files: Mapping[str, EvidenceFile]) -> None:
    file = files["照片.jpg"]
    assert b"HUAWEI" in TELLING and b"Exif" in TELLING
    assert b"HUAWEI" not in _pages(file) and b"Exif" not in _pages(file)
    assert _scan_data(TELLING) in _pages(file)  # not saved anew
    with pikepdf.open(io.BytesIO(_pages(file))) as pdf:
        assert pdf.pages[0].obj.Rotate == 90  # it still stands upright
    assert file.tags == (PLACE, DEVICE)
    assert [shot.taken for shot in file.shots] == [date(2017, 5, 16)]
    assert file.source.read_bytes() == TELLING


def test_a_photo_that_tells_nothing_goes_in_as_it_is(files: Mapping[str, EvidenceFile]) -> None:
    assert TELLING_NOTHING in _pages(files["没有.jpg"])
    assert files["没有.jpg"].tags == ()


@pytest.mark.parametrize("key", ["照片.pdf", "打包.zip/里面.pdf"])
def test_photos_in_a_pdf_tell_no_place_either(key: str, files: Mapping[str, EvidenceFile]) -> None:
    assert b"HUAWEI" not in _pages(files[key]) and _scan_data(TELLING) in _pages(files[key])
    assert files[key].tags == (PLACE, DEVICE)
    assert len(files[key].shots) == 1


def test_what_a_photo_tells_is_told(tmp_path: Path) -> None:
    """evidence.camera_tags: which photo, what it tells; the bundle shows nothing of it, the original is not touched."""
    unit = good_unit(tmp_path / "甲市", {})
    (unit / "材料" / "照片.jpg").write_bytes(TELLING)
    [said] = [finding for finding in api.check(unit) if finding.code == "evidence.camera_tags"]
    assert str(said.at) == "材料/照片.jpg"
    assert "拍摄地点、手机或相机的型号" in said.problem and "已经去掉" in said.effect
    assert (unit / "材料" / "照片.jpg").read_bytes() == TELLING


def test_one_content_under_two_names_is_told(tmp_path: Path) -> None:
    """evidence.same_content: where two records name it by two names; a copy that nobody names is told as that."""
    unit = good_unit(
        tmp_path / "甲市", {"meetings.yaml": "- {id: H01, title: 会, topic: 事, date: 2017-03-16, evidence: 乙.pdf}\n"}
    )
    first = unit / "材料" / "培训" / "通知.pdf"
    for name in ("乙.pdf", "丙.pdf"):
        (unit / "材料" / name).write_bytes(first.read_bytes())
    [said] = [finding for finding in api.check(unit) if finding.code == "evidence.same_content"]
    assert "“乙.pdf”" in said.problem and "培训/通知.pdf" in said.problem and "丙.pdf" not in said.problem


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_what_colours_need_stays(mode: str) -> None:
    from PIL import ImageCms

    picture, profile = SCENE.convert(mode), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = with_exif(WHEN, "HUAWEI P9", WHERE)
    picture.save(out := io.BytesIO(), "JPEG", exif=exif, icc_profile=profile, comment=b"by a clerk")
    bare = without_tags(out.getvalue())
    assert b"HUAWEI" not in bare and b"clerk" not in bare
    with Image.open(io.BytesIO(out.getvalue())) as given, Image.open(io.BytesIO(bare)) as left:
        assert left.tobytes() == given.tobytes()
        assert left.info["icc_profile"] == given.info["icc_profile"]


@pytest.mark.parametrize("odd", [b"", b"\xff\xd8", b"not a picture", _photo()[:40], b"\xff\xd8\xff\xe1\x00"])
def test_what_is_no_whole_jpeg_stays_as_it_is(odd: bytes) -> None:
    assert without_tags(odd) == odd


def test_photos_that_tell_alike_are_one_finding_wherever_they_lie() -> None:
    findings = Findings()
    for path in ("会议/甲.jpg", "会议/乙.jpg", "培训/丙.jpg"):
        findings.add("evidence.camera_tags", Location(f"材料/{path}"), path=path, tells="拍摄地点")
        findings.add("evidence.misnamed", Location(f"材料/{path}"), path=path, kind="图片", named=".pdf")
    told = gathered(findings, at_once=("evidence.camera_tags",))
    assert [its.code for its in told].count("evidence.misnamed") == 3
    [its] = [its for its in told if its.code == "evidence.camera_tags"]
    assert "这样的文件共 3 个，还有乙.jpg、丙.jpg" in its.problem and "同一文件夹" not in its.problem
