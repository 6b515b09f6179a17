"""What the pages lack of a file is found by its text, with its place, and nothing is that they show in another form."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from kaoping.evidence.convert._losses import Losses
from kaoping.evidence.convert.frozen._office_zip import OfficeZip
from kaoping.evidence.convert.shown import _readers
from kaoping.evidence.convert.shown._comparison import tell_missing
from kaoping.evidence.convert.shown._page_sides import (
    EVEN,
    FIRST,
    ON_AN_EVEN_PAGE,
    ON_THE_SAME_PAGE,
    OTHERS,
    Section,
    sure_sides,
)
from kaoping.evidence.convert.shown._page_text import PageText, plain
from kaoping.evidence.convert.shown._passages import Passage
from kaoping.evidence.convert.shown._replaced_fonts import replaced_fonts
from kaoping.evidence.convert.shown._sheet_passages import guesses, sheet_passages
from kaoping.evidence.convert.shown._word_passages import word_passages
from kaoping.records.grids.number_display import display, is_date
from offices import cell, complex_field, docx, paragraph, row, run, xlsx
from page_sides import SIDES, files_with_sides, word_with_sides


def _missing(texts: list[str], *pages: str) -> tuple[str, ...]:
    losses = Losses()
    tell_missing([Passage(f"第{at}段", text) for at, text in enumerate(texts, 1)], pages, losses)
    return losses.sentences()


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("参训 五十一人", "参训五十 一人"),  # a line ends
        ("共（51）人，1,234元", "共(51) 人,1,234元"),  # full and half width
        ("office 文件", "oﬃce文件"),  # a ligature
        ("e-mail", "e\xadmail"),  # a hyphen
        ("ABC", "abc"),  # capitals
        ("一是检查到位；二是处理到位。", "一是检查到位； 第1页 共2页 页眉 二是处理到位。"),  # over two pages
    ],
)
def test_a_text_in_another_form_is_shown(text: str, page: str) -> None:
    assert _missing([text], page) == ()


def test_what_is_missing_is_told_with_its_place() -> None:
    texts = ["现场检查笔录", "罚款五千元", "本案于六月一日结案，罚款五千元，已经缴清", "完"]
    assert _missing(texts, "现场检查笔录 本案于六月一日结案 完") == (
        "页面上找不到这些内容：第2段“罚款五千元”、第3段“，罚款五千元，已经缴清”。",
    )
    assert _missing(["工作记录、台账和原件"], "工作记录台账和原件") == (
        "页面上个别符号没有印出来：第1段“工作记录、台账和原”。",
    )


def test_a_number_of_a_person_is_not_told_in_full() -> None:
    assert _missing(["电话13800138000，53010219900101123X"], "甲") == (
        "页面上找不到这些内容：第1段“电话138…00，530…3X”。",
    )


def test_each_character_of_a_page_serves_one_text() -> None:
    assert _missing(["合格"] * 3, "合格 合格") == ("页面上找不到这些内容：第3段“合格”。",)
    assert _missing(["不合格", "合格"], "不合格") == ("页面上找不到这些内容：第2段“合格”。",)
    assert _missing(["W1", "20", "120"], "W1 20 120") == ()  # 120 stands in W1 20, too
    assert _missing(["120", "W1", "20"], "W1 20") == ("页面上找不到这些内容：第1段“120”。",)


def test_a_text_that_is_too_long_to_be_indexed_is_still_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kaoping.evidence.convert.shown._page_text._MOST", 3)
    assert _missing(["合格", "缺席"], "甲乙丙丁合格") == ("页面上找不到这些内容：第2段“缺席”。",)
    assert PageText(["甲"]).take("甲", whole_words=True) and plain("①㎡　Ａ") == "1m2a"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (42871, "yyyy-mm-dd", "2017-05-16"),
        (42871, 'yyyy"年"m"月"d"日";@', "2017年5月16日"),
        (42871.5, "yyyy/m/d h:mm", "2017/5/16 12:00"),
        (0.75, "h:mm:ss", "18:00:00"),
        (7, '"云文综立字〔2017〕"0"号"', "云文综立字〔2017〕7号"),
        (12, '"第"000"号"', "第012号"),
        (1234.567, "#,##0.00", "1,234.57"),
        (-5, "0.0;[Red]-0.0", "-5.0"),
        (0.256, "0.0%", "25.6%"),
        (0, "0;-0;;@", ""),
        (12.5, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', " 12.50 "),
        (12.5, "[$¥-804]#,##0.00", "¥12.50"),
        (37, "General", "37"),
        (530102199001011234, "0", "530102199001011000"),  # 15 digits are kept
        (2.5, "0", "3"),  # away from zero, as Excel
        (1e-7, "0.00", "0.00"),
        (3.14159, "General", None),  # depends on the width of the column
        (1234567890123, "General", None),
        (5, "[>3]0;0", None),
        (42871, "aaaa", None),
        (0.5, "h:mm AM/PM", None),
        (0.5, '上午/下午h"时"', None),
        (1.5, "[h]:mm", None),
        (42871, "d-mmm-yy", None),
        (1.5, "# ?/?", None),
        (30, "yyyy-mm-dd", None),  # before March 1900
    ],
)
def test_a_number_as_its_cell_shows_it(value: float, code: str, shown: str | None) -> None:
    assert display(value, code) == shown


def test_dates_are_told_from_numbers_and_what_is_not_known_is_guessed() -> None:
    assert [is_date(code) for code in ("yyyy", "0.00", "General", '"月"0', "mm:ss")] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert guesses(42871, "aaaa", False)[0] == "2017" and "3.142" in guesses(3.14159, "General", False)
    assert "3.1" not in guesses(3.14159, "General", False) and "0.5" in guesses(0.5, "General", False)
    assert "二" in guesses(42871, "aaaa", False) and "may" in guesses(42871, "mmm", False)
    assert display(0, "yyyy", from_1904=True) == "1904"
    assert guesses(1.5, "[h]:mm", False)[0] == "36" and "1.2" in guesses(12345, "0.0,", False)


@pytest.mark.parametrize(
    ("font", "named", "replaced"),
    [
        ("ABCDEF+NotoSansCJKsc-Regular-VKana", "仿宋_GB2312", ("NotoSansCJKsc",)),
        ("ABCDEF+DejaVuSerif", "DejaVu Serif", ()),
        ("ABCDEF+SimSun", "仿宋_GB2312", ()),
    ],
)
def test_a_font_that_stands_in_for_another_is_told(
    tmp_path: Path, font: str, named: str, replaced: tuple[str, ...]
) -> None:
    path = docx(tmp_path / "a.docx", paragraph(run("字", f'<w:rFonts w:ascii="{named}"/>')))
    with pikepdf.new() as pdf:
        entry = pikepdf.Dictionary(Type=pikepdf.Name.Font, BaseFont=pikepdf.Name(f"/{font}"))
        page = pdf.add_blank_page()
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=entry))
        pdf.save(tmp_path / "a.pdf")
    assert replaced_fonts(path, tmp_path / "a.pdf") == replaced


def test_the_paragraphs_of_a_word_file(tmp_path: Path) -> None:
    footer = paragraph(run("第"), complex_field("PAGE", "1"), run("页"))
    note = f'<w:footnote w:id="2">{paragraph(run("见附件"))}</w:footnote>'
    note += f'<w:footnote w:id="3">{paragraph(run("不用"))}</w:footnote>'
    body = paragraph(run("前"), complex_field('HYPERLINK "a"', "链接"), run("藏", "<w:vanish/>"), run("后"))
    body += paragraph() + paragraph(run("注"), '<w:r><w:footnoteReference w:id="2"/></w:r>')
    path = docx(tmp_path / "a.docx", body, headers={"footer": footer, "footnotes": note})
    with OfficeZip(path) as archive:
        passages = [(passage.place, passage.text) for passage in word_passages(archive, 1)]
    assert passages == [("第1段", "前链接后"), ("第2段", "注"), ("页脚", "第"), ("页脚", "页"), ("脚注", "见附件")]


@pytest.mark.parametrize(
    ("sections", "pages", "even_differs", "sure"),
    [
        ([Section(has={OTHERS})], 1, False, [(0, OTHERS)]),
        ([Section(first_differs=True, has={OTHERS})], 1, False, []),  # the first page has none
        ([Section(first_differs=True, has={FIRST, OTHERS})], 2, False, [(0, FIRST), (0, OTHERS)]),
        ([Section(first_differs=True, has={FIRST, EVEN, OTHERS})], 2, True, [(0, FIRST), (0, EVEN)]),
        ([Section(has={FIRST, EVEN, OTHERS})], 3, True, [(0, OTHERS), (0, EVEN)]),
        # A cover of one page, and the rest: nobody knows whether the cover's section has a second page.
        ([Section(first_differs=True, has={OTHERS}), Section(has={OTHERS})], 2, False, [(1, OTHERS)]),
        ([Section(has={OTHERS}), Section(ON_THE_SAME_PAGE, has={OTHERS})], 2, False, [(0, OTHERS)]),
        ([Section(has={OTHERS}), Section(first_differs=True), Section()], 9, False, [(0, OTHERS)]),  # inherited
        ([Section(has={OTHERS}), Section(ON_AN_EVEN_PAGE, has={EVEN, OTHERS})], 9, True, [(0, OTHERS), (1, EVEN)]),
        ([Section(has={OTHERS}), Section(has={EVEN, OTHERS})], 9, True, [(0, OTHERS)]),  # even or odd
    ],
)
def test_the_headers_that_a_page_surely_has(
    sections: list[Section], pages: int, even_differs: bool, sure: list[tuple[int, str]]
) -> None:
    assert list(sure_sides(sections, pages, even_differs=even_differs)) == sure


def test_headers_of_first_even_and_other_pages_are_looked_for(tmp_path: Path) -> None:
    with OfficeZip(word_with_sides(tmp_path / "a.docx", 3)) as archive:
        places = [(passage.place, passage.text) for passage in word_passages(archive, 9) if "段" not in passage.place]
    assert places == [("首页页眉", "首页眉字样")]  # another section follows: how long the first is, nobody knows
    title = ("首页页眉", "偶数页页眉", "页眉")
    for file in files_with_sides():
        suffix = Path(file.name).suffix
        if suffix not in (".docx", ".doc"):
            file.make(path := tmp_path / file.name)
            passages = _readers()[suffix](path, 3, Losses())
            sides = [(passage.place, passage.text) for passage in passages if "页" in passage.place]
            assert sides == list(zip(title, SIDES, strict=True))


def test_the_cells_of_a_workbook(tmp_path: Path) -> None:
    head = "<headerFooter><oddHeader>&amp;C某某局 第&amp;P页&amp;R甲&amp;&amp;乙</oddHeader></headerFooter>"
    rows = row(1, cell("A1", "甲"), cell("B1", 42871, style=1), cell("C1", 0.5)) + row(
        2, cell("A2", "藏"), attributes='hidden="1"'
    )
    hidden = row(1, cell("A1", "藏"))
    path = xlsx(tmp_path / "a.xlsx", rows, hidden, codes=["yyyy-mm-dd"], states={1: "veryHidden"}, after=head)
    with OfficeZip(path) as archive:
        passages = list(sheet_passages(archive))
    assert [(passage.place, passage.text) for passage in passages] == [
        ("表1!A1", "甲"),
        ("表1!B1", "2017-05-16"),
        ("表1!C1", "0.5"),
        *(("“表1”的页眉页脚", text) for text in ("某某局 第", "页", "甲&乙")),
    ]
    assert "0.5" in passages[2].guesses


def test_each_piece_of_an_equation_is_looked_for_by_itself(tmp_path: Path) -> None:
    """A fraction is on the page in another order than in the file: 合格数 above 抽查数, both beside =."""
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    pieces = {name: f"<m:r><m:t>{name}</m:t></m:r>" for name in ("合格率=", "合格数", "抽查数", "×100%")}
    equation = (
        f'<m:oMath xmlns:m="{math}">{pieces["合格率="]}<m:f><m:num>{pieces["合格数"]}</m:num><m:den>{pieces["抽查数"]}'
        f"</m:den></m:f>{pieces['×100%']}</m:oMath>"
    )
    path = docx(tmp_path / "a.docx", paragraph(run("按下式"), equation, run("计算")))
    with OfficeZip(path) as archive:
        passages = list(word_passages(archive, 1))
    assert [passage.text for passage in passages] == ["按下式", *pieces, "计算"]
