"""What is no more text than it looks: XML of Office 2003, flat packages, drawings, and pages saved in one file."""

from __future__ import annotations

import re
import zipfile
from base64 import b64encode
from pathlib import Path

import docx
import pypdfium2
import pytest

from bundles import surveyed
from kaoping.core.model import EvidenceFile, Verdict
from kaoping.evidence.convert import NotShownError, _flat_opc, _vector_drawing
from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._office_zip import parse
from kaoping.evidence.convert.frozen._xml_2003 import freeze_2003
from kaoping.evidence.convert.shown._xml_2003_passages import passages_2003

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
    assert (
        SHEETS.count("Formula") == 2
        and len(root.findall(".//*[@{*}Formula]") or re.findall("Formula", _text(root))) == 1
    )
    assert losses.sentences() == ("没有保存结果的公式按转换时算出的显示：“案件”的 =NOW()。",)


def _text(root: object) -> str:
    from lxml import etree

    text: str = etree.tostring(root, encoding="unicode")  # type: ignore[call-overload]
    return text


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


@pytest.mark.slow
def test_what_libreoffice_makes_of_them(tmp_path: Path) -> None:
    """One batch: each shows its text, what was saved, and nothing of how it is written."""
    (tmp_path / "a").mkdir()
    files = {
        "笔录.doc": (DATED, "日期：2017年5月16日原文加上"),
        "案件.xls": (SHEETS, "案号甲一42871"),
        "包.xml": (flat_package(tmp_path, "平面包正文"), "平面包正文"),
        "导出.xls": ("<table><tr><td>案号乙二</td></tr></table>", "案号乙二"),
    }
    for name, (content, _) in files.items():
        (tmp_path / "a" / name).write_text(content, encoding="utf-8")
    found: dict[str, EvidenceFile] = surveyed(tmp_path / "a")
    for name, (_, words) in files.items():
        file = found[name]
        assert file.verdict is Verdict.CONVERTED and file.sheets is not None, (name, file.why)
        shown = _words(file.sheets.path)
        assert words in shown and "xml" not in shown and "藏着" not in shown, (name, shown)
        assert bool(file.misnamed) is not name.endswith(".xml")
