"""OFD as a reader sees it: the same words in the same places, lines, pictures and seals; or a reason why not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image

from bundles import surveyed
from kaoping.core import resources
from kaoping.core.model import Verdict
from kaoping.evidence.convert import NotShownError
from kaoping.wings.ofd._rendering import to_pdf
from ofds import ofd, path, picture, seal, signed, text

MM = 72 / 25.4


def _seen(target: Path, page: int = 0) -> tuple[str, Image.Image]:
    """Return the words of a page, without blanks, and the page at 2 pixels a mm."""
    with pypdfium2.PdfDocument(target) as opened:
        sheet = opened[page]
        words = "".join(sheet.get_textpage().get_text_range().split())
        drawn = sheet.render(scale=2 / MM).to_pil().convert("RGB")
    return words, drawn


def _at(drawn: Image.Image, x: float, y: float) -> tuple[int, int, int]:
    """Return the colour at (x, y) mm from the top left."""
    found = drawn.getpixel((round(x * 2), round(y * 2)))
    assert isinstance(found, tuple)
    return found[:3]  # type: ignore[return-value]


def test_an_official_document_shows_its_words_lines_and_picture(tmp_path: Path) -> None:
    file = '<ofd:MultiMedia ID="5" Type="Image"><ofd:MediaFile>a.jpg</ofd:MediaFile></ofd:MultiMedia>'
    media = f"<ofd:MultiMedias>{file}</ofd:MultiMedias>"
    page = (
        text("澜川市文化广电旅游局文件", 30, 37, 7.8, 3, "255 0 0")
        + text("各县（市、区）文化市场综合行政执法大队：", 28, 60)
        + path("M 0 1 L 156 1", "28 52 156 2", 'LineWidth="1"', '<ofd:StrokeColor Value="255 0 0"/>')
        + '<ofd:ImageObject ID="15" Boundary="120 200 60 40" ResourceID="5" CTM="60 0 0 40 0 0"/>'
    )
    source = ofd(tmp_path / "a.ofd", page, page, resources=media, files={"Doc_0/Res/a.jpg": picture("blue")})
    made = to_pdf(source, tmp_path / "a.pdf")
    assert made.pages == 2 and made.lost == ()
    words, drawn = _seen(tmp_path / "a.pdf")
    assert words == "澜川市文化广电旅游局文件各县（市、区）文化市场综合行政执法大队："
    assert drawn.width == 420 and drawn.height in (594, 595)
    assert _at(drawn, 100, 53) == (255, 0, 0), "the red line"
    assert _at(drawn, 150, 220)[2] > 240 > 20 > _at(drawn, 150, 220)[0] and _at(drawn, 118, 220) == (255, 255, 255)
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as opened:
        letters = opened[0].get_textpage()
        left, bottom, *_ = letters.get_charbox(0)
    assert abs(left / MM - 30) < 1 and abs((297 - bottom / MM) - (37 + 7.8)) < 2
    first = (tmp_path / "a.pdf").read_bytes()
    to_pdf(source, tmp_path / "b.pdf")
    assert (tmp_path / "b.pdf").read_bytes() == first


def test_templates_annotations_groups_and_styles(tmp_path: Path) -> None:
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    notes = f'<ofd:Annotations {ns}><ofd:Page PageID="20"><ofd:FileLoc>n.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
    note = (
        f'<ofd:PageAnnot {ns}><ofd:Annot ID="1" Type="Stamp"><ofd:Appearance Boundary="10 250 50 20">'
        f"{text('批注', 0, 0)}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>"
    )
    green = '<ofd:DrawParam ID="7" LineWidth="2"><ofd:StrokeColor Value="0 128 0"/></ofd:DrawParam>'
    param = f"<ofd:DrawParams>{green}</ofd:DrawParams>"
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="6" Width="10" Height="10"><ofd:Content>'
        f"{text('组', 0, 0)}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    page = (
        f'<ofd:PageBlock ID="1">{text("块", 20, 100)}</ofd:PageBlock>'
        + '<ofd:CompositeObject ID="2" Boundary="20 120 10 10" ResourceID="6"/>'
        + path("M 20 150 L 120 150", more='DrawParam="7"')
        + path(
            "M 50 170 A 20 20 0 1 1 90 170 C",
            more='Fill="true" Stroke="false"',
            inner='<ofd:FillColor Value="0 0 255"/>',
        )
        + path("M 10 200 Q 30 180 50 200 B 60 210 70 210 80 200")
        + text("看不见", 20, 130, more='Visible="false"')
    )
    source = ofd(
        tmp_path / "a.ofd", page, resources=param + unit, template=text("底版", 20, 20),
        document="<ofd:Annotations>Annots/a.xml</ofd:Annotations>",
        files={"Doc_0/Annots/a.xml": notes.encode(), "Doc_0/Annots/n.xml": note.encode()},
    )  # fmt: skip
    to_pdf(source, tmp_path / "a.pdf")
    words, drawn = _seen(tmp_path / "a.pdf")
    assert sorted(words) == sorted("底版块组批注")
    assert _at(drawn, 110, 150) == (0, 128, 0) and _at(drawn, 110, 148.6) == (255, 255, 255)
    assert _at(drawn, 70, 160) == (0, 0, 255), "an arc bulges to the side that its sweep says"


def test_a_seal_is_drawn_in_its_place_and_the_signature_is_said_to_be_gone(tmp_path: Path) -> None:
    below = "120 220 40 40"  # beside the words: one that covers them is told
    made = to_pdf(signed(tmp_path / "a.ofd", seal(picture("red", "PNG")), below), tmp_path / "a.pdf")
    _, drawn = _seen(tmp_path / "a.pdf")
    assert _at(drawn, 140, 240) == (255, 0, 0) and _at(drawn, 118, 240) == (255, 255, 255)
    assert made.lost == ("电子签章只保留了样子，要验证签章请看附件里的原件。",)
    unknown = to_pdf(signed(tmp_path / "b.ofd", seal(b"?", b"ofd")), tmp_path / "b.pdf")
    assert unknown.lost == ("电子签章没有显示，要看、要验证请看附件里的原件。",), "one sentence"
    broken = to_pdf(signed(tmp_path / "c.ofd", b"no seal"), tmp_path / "c.pdf")
    assert broken.lost == unknown.lost


def test_distances_that_run_out_go_on_with_the_last(tmp_path: Path) -> None:
    page = text("甲甲甲甲", 20, 20, 6).replace('DeltaX="g 3 6"', 'DeltaX="6 8"')
    made = to_pdf(ofd(tmp_path / "a.ofd", page), tmp_path / "a.pdf")
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as opened:
        writing = opened[0].get_textpage()
        places = range(writing.count_chars())  # the reader puts blanks between what stands apart
        lefts = [writing.get_charbox(at)[0] / MM for at in places if writing.get_text_range(at, 1) == "甲"]
    assert [round(lefts[n + 1] - lefts[n]) for n in range(3)] == [6, 8, 8] and made.lost == ()


def test_an_alpha_is_of_its_own_colour_and_no_colour_fills_nothing(tmp_path: Path) -> None:
    square = "M 0 0 L 40 0 L 40 40 L 0 40 C"
    half = '<ofd:FillColor Value="255 0 0" Alpha="128"/><ofd:StrokeColor Value="0 0 255"/>'
    page = (
        path(square, "20 20 50 50", 'Fill="true" LineWidth="4"', half)
        + path(square, "100 20 50 50", 'Fill="true" LineWidth="4"')
        + path(square, "20 100 50 50", 'Fill="true" LineWidth="4" Alpha="128"', half.replace(' Alpha="128"', ""))
    )
    to_pdf(ofd(tmp_path / "a.ofd", page), tmp_path / "a.pdf")
    _, drawn = _seen(tmp_path / "a.pdf")
    red, green, blue = _at(drawn, 40, 40)
    assert (red, blue) == (255, green) and 120 < green < 136, "the red is half there"
    assert _at(drawn, 19, 40) == (0, 0, 255), "and the blue line wholly"
    assert _at(drawn, 120, 40) == (255, 255, 255) and _at(drawn, 100, 40) == (0, 0, 0), "a line, and nothing within"
    red, green, blue = _at(drawn, 19, 120)
    assert blue == 255 and 120 < red < 136, "an object's own alpha is that of all its colours"


def test_letters_that_nobody_can_read_are_told(tmp_path: Path) -> None:
    plain = text("看得清", 20, 20)
    piled = plain.replace('DeltaX="g 2 5.6"', "")
    outside, white = text("在纸外", 300, 20), text("和纸同色", 20, 40, color="255 255 255")
    ground = path("M 0 0 L 90 0 L 90 20 L 0 20 C", "15 55 90 20", 'Fill="true"', '<ofd:FillColor Value="200 0 0"/>')
    covered = text("被盖住", 20, 60) + ground
    seen = ground + text("红底白字", 20, 60, color="255 255 255")
    twice = plain + plain  # drawn twice to look bold
    made = to_pdf(ofd(tmp_path / "a.ofd", plain, piled, outside, white, covered, seen, twice), tmp_path / "a.pdf")
    assert made.lost == (
        "第2页有字叠在一起，看不清，请看附件里的原件。",
        "第3、4、5页有字看不见（在纸外，或和底色一样），请看附件里的原件。",
    )


def test_what_came_in_an_ofd_is_evidence_of_its_own(tmp_path: Path) -> None:
    listed = (
        '<ofd:Attachments xmlns:ofd="http://www.ofdspec.org/2016">'
        '<ofd:Attachment ID="1" Name="名单"><ofd:FileLoc>名单.csv</ofd:FileLoc></ofd:Attachment>'
        '<ofd:Attachment ID="2" Name="没有.txt"><ofd:FileLoc>x.txt</ofd:FileLoc></ofd:Attachment></ofd:Attachments>'
    )
    ofd(
        tmp_path / "a.ofd",
        text("通知", 20, 20),
        document="<ofd:Attachments>Attachs/a.xml</ofd:Attachments>",
        files={"Doc_0/Attachs/a.xml": listed.encode(), "Doc_0/Attachs/名单.csv": "姓名\n张某\n".encode()},
    )
    found = surveyed(tmp_path)
    assert list(found) == ["a.ofd", "a.ofd/名单.csv"]
    assert found["a.ofd/名单.csv"].verdict is Verdict.CONVERTED
    assert "“没有.txt”没有展开" in "".join(found["a.ofd"].lost) and found["a.ofd"].keep


def test_an_embedded_font_draws_its_own_glyphs_by_map_and_by_number(tmp_path: Path) -> None:
    """The file's own font may draw a 甲 under the name of 乙: what it draws is what is shown."""
    with TTFont(resources.fonts() / "NotoSansSC-Regular.otf", lazy=True) as font:
        cutter = subset.Subsetter()
        cutter.populate(text="甲乙丙")
        cutter.subset(font)
        font.save(out := io.BytesIO())
        glyph = font.getGlyphID(font.getBestCmap()[ord("丙")])
    fonts = '<ofd:Fonts><ofd:Font ID="4" FontName="自带"><ofd:FontFile>f.otf</ofd:FontFile></ofd:Font></ofd:Fonts>'
    numbered = text("丙", 20, 40, 10, 4).replace(
        "</ofd:TextObject>",
        f'<ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1"><ofd:Glyphs>{glyph}</ofd:Glyphs>'
        "</ofd:CGTransform></ofd:TextObject>",
    )
    page = text("甲乙", 20, 20, 10, 4) + numbered + text("丁", 20, 60, 10, 4)
    source = ofd(tmp_path / "a.ofd", page, resources=fonts, files={"Doc_0/Res/f.otf": out.getvalue()})
    to_pdf(source, tmp_path / "a.pdf")
    words, drawn = _seen(tmp_path / "a.pdf")
    assert words == "甲乙丙丁"
    for y in (26, 46, 66):
        ink = drawn.crop((40, y * 2 - 10, 62, y * 2 + 8)).convert("L").getextrema()[0]
        assert isinstance(ink, int | float) and ink < 100, y


def test_a_character_that_no_font_has_is_never_left_out_in_silence(tmp_path: Path) -> None:
    with pytest.raises(NotShownError, match="字体里没有的字：\ue000。"):
        to_pdf(ofd(tmp_path / "a.ofd", text("姓名\ue000", 20, 20)), tmp_path / "a.pdf")


def test_what_can_t_be_read_says_why(tmp_path: Path) -> None:
    plain = ofd(tmp_path / "plain.ofd", text("字", 20, 20))

    def changed(name: str, content: bytes | None, part: str) -> Path:
        target = tmp_path / name
        with zipfile.ZipFile(plain) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.namelist():
                if entry != part:
                    new.writestr(entry, old.read(entry))
            if content is not None:
                new.writestr(part, content)
        return target

    laughs = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "' + b"&b;" * 999 + b'">]><a>&c;</a>'
    page = "Doc_0/Pages/Page_0/Content.xml"
    for source, said in {
        changed("lack.ofd", None, page): "缺少“Content.xml”",
        changed("bad.ofd", b"<a", page): "已损坏",
        changed("laughs.ofd", laughs, page): "已损坏",
        changed("bomb.ofd", b" " * 60_000_000, page): "超出常理",
        changed("locked.ofd", b"<a/>", "Encryptions.xml"): "加了密",
    }.items():
        with pytest.raises(NotShownError, match=said):
            to_pdf(source, tmp_path / "x.pdf")
    (tmp_path / "half.ofd").write_bytes(plain.read_bytes()[:400])
    with pytest.raises(NotShownError, match="已损坏"):
        to_pdf(tmp_path / "half.ofd", tmp_path / "x.pdf")
