"""Lines as they are written on a page: the noun that what is read off scans shares with a page's own text."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from kaoping.pdf.written import WrittenLine, written_lines


def _pdf(path: Path, content: bytes, rotate: int = 0, crop: list[int] | None = None) -> Path:
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, 300, 200],
            Rotate=rotate,
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pdf.make_indirect(font))),
            Contents=pdf.make_stream(content),
        )
        if crop:
            page.CropBox = crop
        pdf.pages.append(pikepdf.Page(page))
        pdf.save(path)
    return path


def _at(line: WrittenLine) -> tuple[float, float]:
    return round(line.box[0]), round(line.box[3])


def test_a_line_says_what_it_says_and_where_on_the_page_as_it_is_displayed(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", b"BT /F 10 Tf 50 150 Td (Hill) Tj 0 -40 Td (Low) Tj ET")
    first, second = written_lines(path)
    assert (first.text, first.page, first.sure, first.read) == ("Hill", 1, 1.0, False)
    assert _at(first) == (pytest.approx(51, abs=1), 50) and _at(second) == (pytest.approx(51, abs=1), 90)
    assert first.box[2] > first.box[0] and first.box[3] > first.box[1]


def test_a_turned_and_cut_page_has_its_lines_where_a_reader_sees_them(tmp_path: Path) -> None:
    (line,) = written_lines(_pdf(tmp_path / "a.pdf", b"BT /F 10 Tf 50 150 Td (Hill) Tj ET", 90, [20, 20, 300, 200]))
    left, top, right, bottom = line.box  # 150 − 20 up the side is how far it stands from the left
    assert left == pytest.approx(130, abs=0.5) and right == pytest.approx(137.5, abs=1)
    assert top == pytest.approx(31, abs=1) and bottom > top + 10


def test_cells_of_a_table_are_lines_by_themselves(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", b"BT /F 10 Tf 50 150 Td (Name of) Tj 120 0 Td (Date) Tj ET")
    assert [line.text for line in written_lines(path)] == ["Name of", "Date"]


def test_what_is_set_much_smaller_or_stands_higher_beside_a_line_is_a_line_by_itself(tmp_path: Path) -> None:
    """A newspaper's date beside its name; the letters of a seal after the words that it stands upon."""
    name = b"BT /F 30 Tf 20 150 Td (DAILY) Tj /F 10 Tf 100 0 Td (2017) Tj ET"
    assert [line.text for line in written_lines(_pdf(tmp_path / "a.pdf", name))] == ["DAILY", "2017"]
    seal = b"BT /F 10 Tf 20 100 Td (2017) Tj 24 9 Td (S) Tj 7 9 Td (E) Tj ET"
    texts = [line.text for line in written_lines(_pdf(tmp_path / "b.pdf", seal))]
    assert texts[0] == "2017"
