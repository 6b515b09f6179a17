"""Every file under 材料/ is judged; one bad file never hides another."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from bundles import pdf
from kaoping.convert import pictures
from kaoping.evidence import Judged, inspect, survey, walk
from kaoping.model import Verdict

SLIP = Verdict.SLIP_SHEET


def test_a_sound_pdf_is_ready_with_its_pages(tmp_path: Path) -> None:
    assert inspect(pdf(tmp_path / "a.pdf", "abc")) == Judged("pdf", Verdict.READY, "", 3)


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    found = inspect(pdf(tmp_path / "其实是PDF.docx", "a"))
    assert found.media == "pdf" and found.verdict is Verdict.READY


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("空.pdf", b"", "空的"),
        ("坏.pdf", b"%PDF-1.7\nnothing here", "损坏"),
        ("假.pdf", b"<html>", "内容却不是"),
        ("通知.docx", b"PK\x03\x04....", "Word 文件，暂以说明页代替"),
        ("坏.docx", b"hello", "内容却不是Word 文件"),
        ("台账.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "表格文件"),
        ("会议.mp4", b"\x00\x00\x00\x20ftyp", "录像"),
        ("无扩展名", b"abc", "没有扩展名"),
        ("坏.jpg", b"\xff\xd8\xff\xe0 nothing", "图片"),
    ],
)
def test_what_has_no_pages_gets_a_slip_sheet_that_says_why(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = inspect(path)
    assert found.verdict is SLIP and says in found.why and found.why.endswith("。") and found.pages == 1


def _saved(path: Path, **how: Any) -> Path:
    with pikepdf.open(pdf(path.with_name("clear.pdf"), "a")) as source:
        source.save(path, **how)
    return path


def test_passwords_zero_pages_and_cut_off_files(tmp_path: Path) -> None:
    locked = _saved(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    limited = _saved(tmp_path / "limited.pdf", encryption=pikepdf.Encryption(owner="o", user=""))
    pikepdf.new().save(tmp_path / "none.pdf")
    whole = pdf(tmp_path / "whole.pdf", ["x" * 500] * 5).read_bytes()
    (tmp_path / "cut.pdf").write_bytes(whole[: len(whole) // 2])
    said = [inspect(path).why for path in (locked, limited, tmp_path / "none.pdf", tmp_path / "cut.pdf")]
    assert [word in why for word, why in zip(("打开密码", "权限保护", "一页也没有", "PDF"), said, strict=True)] == [
        True
    ] * 4


def _layered(path: Path, **config: Any) -> Path:
    with pikepdf.open(pdf(path.with_name("plain.pdf"), "a")) as made:
        layer = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="层"))
        default = {key: pikepdf.Array([layer]) if value is list else value for key, value in config.items()}
        made.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(**default))
        made.save(path)
    return path


def test_hidden_layers_never_become_visible(tmp_path: Path) -> None:
    assert inspect(_layered(tmp_path / "shown.pdf")).verdict is Verdict.READY
    for name, config in {"off": {"OFF": list}, "base": {"BaseState": pikepdf.Name.OFF}}.items():
        found = inspect(_layered(tmp_path / f"{name}.pdf", **config))
        assert found.verdict is SLIP and "隐藏的图层" in found.why


def test_a_dynamic_form_and_a_portfolio_are_not_shown(tmp_path: Path) -> None:
    for key, value in {"Collection": pikepdf.Dictionary(), "NeedsRendering": True}.items():
        with pikepdf.open(pdf(tmp_path / "plain.pdf", "a")) as made:
            made.Root[f"/{key}"] = value
            made.save(tmp_path / f"{key}.pdf")
        assert inspect(tmp_path / f"{key}.pdf").verdict is SLIP


def test_pictures_are_decoded_to_the_end(tmp_path: Path) -> None:
    image = Image.effect_noise((300, 200), 60)
    for name in ("a.jpg", "a.png"):
        image.save(tmp_path / name)
        whole = (tmp_path / name).read_bytes()
        (tmp_path / f"cut-{name}").write_bytes(whole[: len(whole) // 2])
        assert inspect(tmp_path / name).verdict is Verdict.CONVERTED
        assert "不完整" in inspect(tmp_path / f"cut-{name}").why


def test_survey_takes_all_but_litter_and_keys_are_nfc(tmp_path: Path) -> None:
    names = ["b.pdf", "~$b.docx", "Thumbs.db", ".DS_Store", "Desktop.ini", unicodedata.normalize("NFD", "é.txt")]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "子").mkdir()
    (tmp_path / "子" / "c.txt").write_bytes(b"y")
    found = survey(tmp_path)
    assert list(found) == ["b.pdf", unicodedata.normalize("NFC", "é.txt"), "子/c.txt"]
    assert all(file.sha256 and file.verdict is SLIP for file in found.values())
    assert survey(tmp_path / "没有") == {}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_of_two_spellings_or_in_gbk_are_kept_apart(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "é.txt")).write_bytes(form.encode())
    with open(os.fsencode(tmp_path) + "/签到表.txt".encode("gbk"), "wb") as stream:  # noqa: PTH123 (bytes)
        stream.write(b"z")
    keys = [key for key, _ in walk(tmp_path)]
    assert len(set(keys)) == 3 and "签到表.txt" in keys


def test_a_file_that_changes_or_goes_while_it_is_read_is_still_there(tmp_path: Path) -> None:
    for name in ("改动.txt", "消失.txt"):
        (tmp_path / name).write_bytes(b"1")

    def judge(path: Path) -> Judged:
        if path.name == "改动.txt":
            path.write_bytes(b"longer")
        else:
            path.unlink()
        return Judged("pdf", Verdict.READY)

    found = survey(tmp_path, judge)
    assert "正在改动" in found["改动.txt"].why
    assert found["消失.txt"].verdict is SLIP and found["消失.txt"].why and not found["消失.txt"].sha256


def test_a_file_nobody_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "锁.pdf").write_bytes(b"x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    found = survey(tmp_path)["锁.pdf"]
    assert "权限" in found.why and found.sha256 == ""


# -- pictures to pages ----------------------------------------------------------------------------------------------


def _page(source: Path) -> tuple[pikepdf.Pdf, list[int]]:
    content = pictures.to_pdf(source)
    assert pictures.to_pdf(source) == content
    made = pikepdf.open(io.BytesIO(content))
    assert len(made.pages) == 1 and "/CreationDate" not in made.docinfo
    return made, [round(float(edge)) for edge in made.pages[0].mediabox]


def test_a_jpeg_goes_in_unchanged_and_lies_as_the_picture_does(tmp_path: Path) -> None:
    for size, box in {(600, 400): [0, 0, 842, 595], (400, 600): [0, 0, 595, 842]}.items():
        source = tmp_path / f"{size[0]}.jpg"
        Image.effect_noise(size, 60).save(source)
        made, mediabox = _page(source)
        assert mediabox == box
        [image] = made.pages[0].obj.Resources.XObject.values()
        assert image.Filter == pikepdf.Name.DCTDecode and image.read_raw_bytes() == source.read_bytes()


def test_a_picture_taken_sideways_stands_upright(tmp_path: Path) -> None:
    import pypdfium2

    upright = Image.new("RGB", (120, 80), "white")
    upright.paste("red", (0, 0, 60, 40))
    turns = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # EXIF → the Image.Transpose that undoes it
    for orientation, turn in turns.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = upright if turn is None else upright.transpose(Image.Transpose(turn))
        source = tmp_path / f"{orientation}.jpg"
        stored.save(source, exif=exif, quality=95)
        with pypdfium2.PdfDocument(pictures.to_pdf(source)) as drawn:
            seen = drawn[0].render().to_pil().convert("RGB")
        assert seen.width > seen.height, orientation
        colours = [seen.getpixel((seen.width // 2 + dx, seen.height // 2 + dy)) for dx, dy in ((-15, -10), (15, 10))]
        assert colours[0][1] < 90 and colours[1][1] > 180, (orientation, colours)


def test_transparent_cmyk_palette_and_deep_pictures(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (90, 60), (255, 0, 0, 0))
    clear.save(tmp_path / "clear.png")
    Image.new("CMYK", (90, 60)).save(tmp_path / "cmyk.jpg")
    Image.new("P", (90, 60)).save(tmp_path / "palette.png", transparency=0)
    Image.new("I;16", (90, 60), 40000).save(tmp_path / "deep.png")
    Image.new("1", (90, 60)).save(tmp_path / "one.png")
    Image.new("RGB", (90, 60)).save(
        tmp_path / "mpo.jpg", format="MPO", save_all=True, append_images=[Image.new("RGB", (45, 30))]
    )
    for source in sorted(tmp_path.iterdir()):
        assert inspect(source).verdict is Verdict.CONVERTED, source.name
        _page(source)
