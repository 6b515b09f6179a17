"""What Word and Excel files look like on paper, as LibreOffice lays them out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest

from kaoping import api
from kaoping.core import resources
from kaoping.core.figures import em_width
from kaoping.documents.word import to_bytes

Convert = Callable[..., dict[str, Path]]
A4 = (595, 842)


def _pages(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def _lines(path: Path) -> list[list[str]]:
    """The lines of each page from the top, by where their characters stand."""
    found: list[list[str]] = []
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            text = page.get_textpage()
            lines: dict[float, str] = {}
            for index in range(text.count_chars()):
                _, bottom, _, top = text.get_charbox(index, loose=True)
                char, height = text.get_text_range(index, 1), (bottom + top) / 2
                if char.strip():
                    near = next((other for other in lines if abs(other - height) < 8), height)
                    lines[near] = lines.get(near, "") + char
            found.append([words for _, words in sorted(lines.items(), reverse=True)])
    return found


OUTPUTS = ["自评分表.xlsx", "缺项清单.xlsx", "自评分表.docx", "自评报告.docx", "成绩册.xlsx"]
GRID = "grid.docx"
LONG = "整改进展情况通报.docx"


@pytest.fixture(scope="module")
def laid_out(draft: api.Built, to_pdf: Convert, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All that is looked at, laid out by one start of LibreOffice: name → PDF."""
    folder = tmp_path_factory.mktemp("papers")
    document = docx.Document(str(resources.template("word", "base.docx")))
    body = "公文正文国标每面二十二行每行二十八个字版心宽一百五十六毫米高" * 60
    document.add_paragraph(body, style="主送机关")  # a style without a first-line indent
    (folder / GRID).write_bytes(to_bytes(document, dated=None))
    shutil.copytree(resources.sample("rectification-2022"), folder / "unit", copy_function=shutil.copyfile)
    [long], _ = api.build_only(folder / "unit", [LONG])
    # Two files of one stem would make one PDF: a copy has its suffix in its name.
    papers = [folder / GRID, long, *(draft.package / "data" / name for name in OUTPUTS)]
    copies = {path.name: shutil.copyfile(path, folder / f"{path.suffix[1:]}-{path.name}") for path in papers}
    made = to_pdf(*copies.values())
    return {name: made[copy.name] for name, copy in copies.items()}


@pytest.mark.slow
def test_a_page_of_an_official_document_holds_22_lines_of_28_characters(laid_out: dict[str, Path]) -> None:
    """GB/T 9704-2012, 5.2.3: 每面排22行，每行排28个字."""
    lines = [line for line in _pages(laid_out[GRID])[1].split("\r\n") if len(line.strip()) > 8]
    assert len(lines) == 22
    assert {len(line.strip()) for line in lines} == {28}


@pytest.mark.slow
def test_a_long_document_keeps_to_22_lines_of_28_characters(laid_out: dict[str, Path]) -> None:
    """GB/T 9704-2012, 5.2.3, with headings, a signature and the pages' numbers in it."""
    pages = _lines(laid_out[LONG])
    assert len(pages) > 30
    assert [lines.pop() for lines in pages] == [f"—{number}—" for number in range(1, len(pages) + 1)]
    full = [len(lines) for lines in pages[1:-1]]
    assert max(full) == 22 and full.count(22) > len(full) * 0.8  # a heading goes with what follows it
    widths = [em_width(line) for lines in pages for line in lines]
    # A mark at a line's end may hang out of it.
    assert max(em_width(line.rstrip("，。、；：”》）")) for lines in pages for line in lines) <= 28
    assert widths.count(28) > len(widths) / 2


@pytest.mark.slow
@pytest.mark.parametrize("name", OUTPUTS)
def test_no_page_of_an_output_is_empty(laid_out: dict[str, Path], name: str) -> None:
    pages = _pages(laid_out[name])
    assert pages
    assert all(len(text.strip()) > 20 for text in pages)


@pytest.mark.slow
def test_the_score_sheet_prints_on_a4_landscape_with_its_heads_on_every_page(laid_out: dict[str, Path]) -> None:
    path = laid_out["自评分表.xlsx"]
    with pypdfium2.PdfDocument(path) as pdf:
        assert {tuple(round(side) for side in page.get_size()) for page in pdf} == {A4[::-1]}
    table = [text for text in _pages(path) if not any(index in text for index in ("佐证索引", "考评项索引"))]
    assert len(table) > 3
    assert all("自评分" in text and "得分理由" in text for text in table)


@pytest.mark.slow
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
