"""What is no more text than it looks: XML of Office 2003, flat packages, drawings, and pages saved in one file."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from base64 import b64encode
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from urllib.parse import urljoin

import docx
import pypdfium2
import pytest
from lxml import etree
from PIL import Image

from bundles import surveyed
from kaoping.core.model import EvidenceFile, Verdict
from kaoping.evidence._companions import companions
from kaoping.evidence.convert import NotShownError, _flat_opc, _libreoffice, _vector_drawing, _web
from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert._saved_page import page_in, page_with
from kaoping.evidence.convert.frozen._office_zip import parse
from kaoping.evidence.convert.frozen._xml_2003 import freeze_2003
from kaoping.evidence.convert.shown._xml_2003_passages import passages_2003
from kaoping.evidence.store import open_store
from kaoping.evidence.survey import survey

WORD = (
    "<?xml version='1.0' encoding='UTF-8'?><?mso-application progid='Word.Document'?><w:wordDocument "
    "xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml' "
    "xmlns:aml='http://schemas.microsoft.com/aml/2001/core'>"
    "<w:body>{}</w:body></w:wordDocument>"
)
DATED = WORD.format(
    "<w:p><w:r><w:t>日期：</w:t></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DATE</w:instrText>"
    "</w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>2017年5月16日</w:t></w:r><w:r>"
    "<w:fldChar w:fldCharType='end'/></w:r></w:p><w:p><w:r><w:t>原文</w:t></w:r><aml:annotation w:type='Word.Deletion'>"
    "<aml:content><w:r><w:delText>删去</w:delText></w:r></aml:content></aml:annotation><aml:annotation "
    "w:type='Word.Insertion'><aml:content><w:r><w:t>加上</w:t></w:r></aml:content></aml:annotation><w:r><w:rPr>"
    "<w:vanish/></w:rPr><w:t>藏着</w:t></w:r></w:p>"
)
SHEETS = (
    "<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' "
    "xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'><Worksheet ss:Name='案件'><Table><Row><Cell>"
    "<Data ss:Type='String'>案号甲一</Data></Cell><Cell ss:Formula='=NOW()'><Data ss:Type='Number'>42871</Data></Cell>"
    "<Cell ss:Formula='=NOW()'/></Row></Table></Worksheet></Workbook>"
)
SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='100'><style>text {{ font-family: 宋体 }}</style>"
    "<rect width='300' height='100' fill='#def'/><text x='20' y='60' style='font-family:黑体'>网格图甲区</text>{}</svg>"
)


def test_fields_changes_and_hidden_text_of_word_2003_are_as_saved() -> None:
    root, losses = parse(DATED.encode()), Losses()
    assert freeze_2003(root, losses)
    assert [passage.text for passage in passages_2003(root)] == ["日期：2017年5月16日", "原文加上"]
    assert not root.findall(".//{*}fldChar") and any("修订2处" in lost for lost in losses.sentences())
    assert any("藏着" in lost for lost in losses.sentences())


def test_formulas_of_sheets_of_2003_are_their_saved_values() -> None:
    root, losses = parse(SHEETS.encode()), Losses()
    assert freeze_2003(root, losses)
    assert [(passage.place, passage.text) for passage in passages_2003(root)] == [("“案件”第1行", "案号甲一")]
    assert etree.tostring(root, encoding="unicode").count("Formula") == 1
    assert losses.sentences() == ("没有保存结果的公式按转换时算出的显示：“案件”的 =NOW()。",)


def flat_package(folder: Path, words: str) -> str:
    """Return a Word file as one XML, as Word's “Word XML 文档” is."""
    document = docx.Document()
    document.add_paragraph(words)
    document.save(str(folder / "whole.docx"))
    parts = []
    with zipfile.ZipFile(folder / "whole.docx") as archive:
        types = dict(
            re.findall(r'PartName="/([^"]+)" ContentType="([^"]+)"', archive.read("[Content_Types].xml").decode())
        )
        for name in archive.namelist()[1:]:
            kind = types.get(name, "application/vnd.openxmlformats-package.relationships+xml")
            content = archive.read(name)
            held = f"<pkg:binaryData>{b64encode(content).decode()}</pkg:binaryData>"
            if name.endswith((".xml", ".rels")):
                held = f"<pkg:xmlData>{re.sub(r'<[?]xml.*?[?]>', '', content.decode())}</pkg:xmlData>"
            parts.append(f'<pkg:part pkg:name="/{name}" pkg:contentType="{kind}">{held}</pkg:part>')
    space = "http://schemas.microsoft.com/office/2006/xmlPackage"
    return f'<?xml version="1.0"?><pkg:package xmlns:pkg="{space}">{"".join(parts)}</pkg:package>'


def test_a_flat_package_is_the_file_that_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(flat_package(tmp_path, "平面包正文"), encoding="utf-8")
    _flat_opc.to_zip(tmp_path / "a.xml", tmp_path / "b.docx")
    assert [paragraph.text for paragraph in docx.Document(str(tmp_path / "b.docx")).paragraphs] == ["平面包正文"]
    (tmp_path / "a.xml").write_text("<pkg:package", encoding="utf-8")
    with pytest.raises(NotShownError):
        _flat_opc.to_zip(tmp_path / "a.xml", tmp_path / "b.docx")


def test_a_drawing_is_drawn_and_fetches_nothing(tmp_path: Path) -> None:
    drawing = SVG.format(
        "<image href='http://127.0.0.1/x.png'/><script>x()</script><text x='1' y='9'>\U0001f995</text>"
    )
    (tmp_path / "a.svg").write_text(drawing, encoding="utf-8")
    made = _vector_drawing.to_pdf(tmp_path / "a.svg", tmp_path / "a.pdf", tmp_path)
    assert "网格图甲区" in _words(tmp_path / "a.pdf") and made.pages == 1
    assert [word for word in ("外部图片", "脚本", "\U0001f995") if not any(word in lost for lost in made.lost)] == []
    assert {path.name for path in tmp_path.iterdir()} == {"a.svg", "a.pdf"}


def _words(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as opened:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in opened)


def _picture(colour: str, size: int = 900) -> bytes:
    Image.new("RGB", (size, size), colour).save(out := io.BytesIO(), "PNG")
    return out.getvalue()


def _mhtml(words: str, picture: bytes, *, location: str = "file:///C:/a.htm", link: str = "a.files/p.png") -> bytes:
    """Return a page saved in one file, its frame and its picture, as Word and browsers write it."""
    message = MIMEMultipart("related")
    for place, part in (
        (location, MIMEText(f"<html><body><p>{words}</p><iframe src='f.htm'></iframe></body></html>", "html", "gbk")),
        (urljoin(location, "f.htm"), MIMEText(f"<p>框里的话</p><img src='{link}'><img src='x.png'>", "html", "utf-8")),
        (urljoin(location, "a.files/p.png"), MIMEImage(picture, "png")),
    ):
        part["Content-Location"] = place
        message.attach(part)
    message.attach(other := MIMEImage(b"GIF8 broken", "gif"))
    other["Content-ID"] = "<q@x>"
    return message.as_bytes()


@pytest.mark.parametrize("location", ["file:///C:/a.htm", "http://a.b/c/d.htm"])
def test_a_page_in_one_file_has_its_frames_and_pictures(tmp_path: Path, location: str) -> None:
    (tmp_path / "a.mht").write_bytes(_mhtml("网页正文", _picture("red"), location=location))
    lost = _web.clean(page_in(tmp_path / "a.mht"), tmp_path / "b.html")
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    assert "网页正文" in page and "框里的话" in page and page.count("data:image/png") == 1
    assert 'width="600"' in page and lost == ("网页里引用的外部图片没有取来。",)
    (tmp_path / "a.mht").write_bytes(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\nno part")
    with pytest.raises(NotShownError):
        page_in(tmp_path / "a.mht")


def test_frames_that_hold_one_another_end(tmp_path: Path) -> None:
    frame = "<iframe src='{}.html'></iframe>{}"
    frames = {"a_files/b.html": frame.format("c", "乙"), "a_files/c.html": frame.format("b", "丙")}
    for name, content in frames.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "a.html").write_text("<frameset><frame src='a_files/b.html'></frameset>", encoding="utf-8")
    _web.clean(page_with(tmp_path / "a.html", {name: tmp_path / name for name in frames}), tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert page.count("乙") == page.count("丙") == 1


def test_the_folder_of_a_saved_page_belongs_to_it_and_documents_in_it_do_not() -> None:
    keys = ["甲.html", "甲_files/a.png", "甲_files/s.js", "甲_files/内.html", "甲_files/内_files/b.png"]
    keys += ["甲_files/通知.pdf", "乙.files/a.png", "丙.htm", "丙.files/a.png", "甲_files.png", "子/甲_files/a.png"]
    parts = companions(keys)
    assert {key for key, page in parts.items() if page == "甲.html"} == {*keys[1:5]}
    assert {key for key, page in parts.items() if page == "丙.htm"} == {"丙.files/a.png"}
    assert len(parts) == 5


def test_a_saved_page_is_one_piece_and_follows_its_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(_libreoffice.PLACE, "none")
    _libreoffice.find.cache_clear()
    materials = tmp_path / "材料"
    (materials / "公示_files").mkdir(parents=True)
    (materials / "公示.html").write_text("<p>公示正文</p><img src='公示_files/a.png'>", encoding="utf-8")
    (materials / "公示_files/a.png").write_bytes(_picture("red"))
    (materials / "公示_files/s.js").write_text("x()", encoding="utf-8")
    (materials / "公示_files/（机密）.png").write_bytes(_picture("blue"))
    with open_store(lasting=False) as store:
        found = survey(materials, store)
    _libreoffice.find.cache_clear()
    assert set(found.files) == {"公示.html"} and len(found.secret) == 1, "a secret name is no part of a page"
    assert not found.files["公示.html"].programs


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice（soffice）")
def test_what_libreoffice_makes_of_them(tmp_path: Path) -> None:
    """One batch: each shows its text, what was saved, and nothing of how it is written."""
    (tmp_path / "a").mkdir()
    files = {
        "笔录.doc": (DATED, "日期：2017年5月16日原文加上"),
        "案件.xls": (SHEETS, "案号甲一42871"),
        "包.xml": (flat_package(tmp_path, "平面包正文"), "平面包正文"),
        "网页.doc": (_mhtml("网页正文", _picture("red")).decode(), "网页正文框里的话"),
        "公示.html": ("<p>公示正文</p><img src='公示_files/a.png'>", "公示正文"),
        "导出.xls": ("<table><tr><td>案号乙二</td></tr></table>", "案号乙二"),
    }
    for name, (content, _) in files.items():
        (tmp_path / "a" / name).write_text(content, encoding="utf-8")
    (tmp_path / "a/公示_files").mkdir()
    (tmp_path / "a/公示_files/a.png").write_bytes(_picture("red"))
    found: dict[str, EvidenceFile] = surveyed(tmp_path / "a")
    for name, (_, words) in files.items():
        file = found[name]
        assert file.verdict is Verdict.CONVERTED and file.sheets is not None, (name, file.why)
        shown = _words(file.sheets.path)
        assert words in shown and "xml" not in shown and "藏着" not in shown, (name, shown)
        assert bool(file.misnamed) is name.endswith((".doc", ".xls"))
        assert _red(file.sheets.path) is (name in ("网页.doc", "公示.html")), name
    assert set(found) == set(files)


def _red(path: Path) -> bool:
    """Whether a tenth of the first page is red: the picture is there."""
    with pypdfium2.PdfDocument(path) as opened:
        image = opened[0].render(scale=0.2).to_pil().convert("RGB")
    pixels = image.tobytes()
    red = sum(r > 200 and g < 60 for r, g in zip(pixels[::3], pixels[1::3], strict=True))
    return red > len(pixels) / 30
