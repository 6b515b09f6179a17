"""What Word and Excel files look like on paper, as LibreOffice lays them out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest

from kaoping import api, resources
from kaoping.outputs.word import to_bytes

Convert = Callable[..., dict[str, Path]]
A4 = (595, 842)


def _pages(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def test_a_page_of_an_official_document_holds_22_lines_of_28_characters(to_pdf: Convert, tmp_path: Path) -> None:
    """GB/T 9704-2012, 5.2.3: 每面排22行，每行排28个字."""
    document = docx.Document(str(resources.template("word", "base.docx")))
    body = "公文正文国标每面二十二行每行二十八个字版心宽一百五十六毫米高" * 60
    document.add_paragraph(body, style="主送机关")  # a style without a first-line indent
    path = tmp_path / "grid.docx"
    path.write_bytes(to_bytes(document, dated=None))
    lines = [line for line in _pages(to_pdf(path)["grid.docx"])[1].split("\r\n") if len(line.strip()) > 8]
    assert len(lines) == 22
    assert {len(line.strip()) for line in lines} == {28}


@pytest.mark.parametrize("name", ["自评分表.xlsx", "缺项清单.xlsx", "自评分表.docx", "自评报告.docx"])
def test_no_page_of_an_output_is_empty(draft: api.Built, to_pdf: Convert, name: str) -> None:
    pages = _pages(to_pdf(draft.package / "data" / name)[name])
    assert pages
    assert all(len(text.strip()) > 20 for text in pages)


def test_the_score_sheet_prints_on_a4_landscape_with_its_heads_on_every_page(draft: api.Built, to_pdf: Convert) -> None:
    path = to_pdf(draft.package / "data" / "自评分表.xlsx")["自评分表.xlsx"]
    with pypdfium2.PdfDocument(path) as pdf:
        assert {tuple(round(side) for side in page.get_size()) for page in pdf} == {A4[::-1]}
    table = [text for text in _pages(path) if "佐证 → 考评项" not in text]
    assert len(table) > 3
    assert all("自评分" in text and "得分理由" in text for text in table)


def test_the_totals_are_the_same_when_another_program_calculates_them(
    draft: api.Built, to_pdf: Convert, tmp_path: Path
) -> None:
    """The workbook carries computed values; LibreOffice computes them anew from the formulas and must agree."""
    path = draft.package / "data" / "自评分表.xlsx"
    book = openpyxl.load_workbook(path)
    formulas = [cell.coordinate for row in book["自评分表"] for cell in row if cell.data_type == "f"]
    assert len(formulas) > 10
    written = openpyxl.load_workbook(path, data_only=True)["自评分表"]
    bare = tmp_path / "recalculated.ods"
    book.save(bare.with_suffix(".xlsx"))  # openpyxl drops the computed values: LibreOffice must compute them
    back = to_pdf(to_pdf(bare.with_suffix(".xlsx"), to="ods")["recalculated.xlsx"], to="xlsx")["recalculated.ods"]
    computed = openpyxl.load_workbook(back, data_only=True)["自评分表"]
    for name in formulas:
        assert computed[name].value == pytest.approx(written[name].value), name
