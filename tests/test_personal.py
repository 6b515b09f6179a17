"""Personal data in texts: found by shape and check digit, told without being repeated."""

from __future__ import annotations

import shutil
from pathlib import Path

import docx
import pytest
from bench.marked_office import workbook
from bench.persons import counted, examples, judged_files
from hypothesis import given
from hypothesis import strategies as st

from bundles import surveyed
from kaoping.evidence._personal import is_card_number, is_identity_number, is_old_identity_number, listed
from kaoping.evidence.source_text._passage import Passage
from kaoping.evidence.words import STOCK


def _told(text: str) -> list[str]:
    return [str(hit) for hit in STOCK.personal_data(text)]


def _checked(body: str) -> str:
    """Return an identity number with the check character that its first 17 digits ask."""
    return next(body + last for last in "0123456789X" if is_identity_number(body + last))


body = st.builds(
    lambda region, year, month, day, order: f"{region}{year}{month:02}{day:02}{order:03}",
    st.integers(110000, 659000), st.integers(1900, 2020), st.integers(1, 12), st.integers(1, 28), st.integers(0, 999),
)  # fmt: skip


@given(
    body=body, before=st.sampled_from(["身份证：", "（", " ", "号码"]), after=st.sampled_from(["。", "）", " ", "，男"])
)
def test_an_identity_number_is_found_by_its_check_character(body: str, before: str, after: str) -> None:
    number = _checked(body)
    told = _told(f"{before}{number}{after}")
    assert told == [f"身份证号 {number[:3]}{'*' * 13}{number[-2:]}"]
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert not [told for told in _told(f"{before}{wrong}{after}") if told.startswith("身份证号")]


@given(st.text(alphabet="0123456789", min_size=15, max_size=18))
def test_a_card_number_has_its_check_digit(digits: str) -> None:
    last = [check for check in "0123456789" if is_card_number(digits + check)]
    assert len(last) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("电话：138-1234-5678", ["手机号 138******78"]),
        ("电话：１３８１２３４５６７８", ["手机号 138******78"]),
        ("电话 138 1234 5678。", ["手机号 138******78"]),
        ("文号 2017138123456789", []),
        ("订单 A13812345678", []),
        ("座机 0571-87654321", []),
        ("3 13812345678", ["手机号 138******78"]),
        ("卡号 622202123456\u200b7890128", ["银行卡号 6222*************28"]),
        ("138 1234 5678，3 13812345678", ["手机号 138******78"]),
        ("卡号 6222 0212 3456 7890 128", ["银行卡号 6222*************28"]),
        ("卡号 6222021234567890129", []),
        ("举报人：张三丰", ["举报人姓名 张**"]),
        ("举报人：李某某，举报人：匿名，举报人信息：保密", []),
        ("未成年人王小明（15岁）", ["未成年人姓名 王**"]),
        ("未成年人保护法，未成年人进入网吧", []),
        ("姓名：李小红，女，15岁", ["未成年人姓名 李**"]),
        ("姓名：李大红，女，35岁", []),
        ("12318 举报电话", []),
    ],
)  # fmt: skip
def test_what_counts_and_what_does_not(text: str, told: list[str]) -> None:
    assert _told(text) == told


# -- what a reader says of texts and files (`bench/persons.yaml`) ------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 14, 27])
def test_texts_with_and_without_persons(seed: int) -> None:
    texts = examples(seed)
    its = counted((text.text, text.kinds, [hit.title for hit in STOCK.personal_data(text.text)]) for text in texts)
    assert its.right > 100 and (its.missed, its.for_nothing) == ([], [])


def test_files_whose_pages_do_not_show_all() -> None:
    """A register in narrow columns, a hidden sheet, what stands under a head 举报人, notes and fields of a PDF."""
    its = counted(judged_files())
    assert its.right >= 20 and (its.missed, its.for_nothing) == ([], [])


@pytest.mark.parametrize(
    ("number", "may_be"),
    [("530102660626647", True), ("530102660631647", False), ("990102660626647", False), ("530102000000123", False),
     ("5301026606266", False)],
)  # fmt: skip
def test_an_old_identity_number_has_a_province_and_a_birthday(number: str, may_be: bool) -> None:
    assert is_old_identity_number(number) is may_be


def test_a_number_is_told_with_its_place_in_the_table_and_in_part() -> None:
    passages = [Passage("姓名：赵一\t电话：13812345678", "“名册”第3行"), Passage("13812345678")]
    assert listed((), STOCK.personal_in(passages)) == ("手机号 138******78（“名册”第3行）",)


def test_what_its_pages_show_is_not_told_again_of_its_source() -> None:
    hit, other = STOCK.personal_data("13812345678，13912345678")
    assert listed([(hit, "第1页")], [(hit, "原件里"), (other, "原件里")]) == (
        "手机号 138******78（第1页）", "手机号 139******78（原件里）",
    )  # fmt: skip


# -- numbers that are something else -----------------------------------------------------------------------------------

SLIPS = ["订单号\t联系电话\t金额（元）", "13812345678\t13987654321\t13800000000"]


def _personal(folder: Path, name: str, content: bytes) -> tuple[str, ...]:
    (folder / name).write_bytes(content)
    return surveyed(folder)[name].personal


def test_a_number_under_a_slip_s_title_is_none_on_its_page_either(tmp_path: Path) -> None:
    """A page shows the column without its title, so its source decides; the same number elsewhere is told."""
    content = "\n".join(SLIPS).replace("\t", ",")
    assert _personal(tmp_path, "a.csv", content.encode()) == ("手机号 139******21（第1页）",)
    again = f"{content}\n备注,13812345678"
    assert "手机号 138******78（第1页）" in _personal(tmp_path, "b.csv", again.encode())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice（soffice）")
def test_nor_on_pages_that_libreoffice_makes(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(2, 3)
    for row, text in enumerate(SLIPS):
        for column, cell in enumerate(text.split("\t")):
            table.cell(row, column).text = cell
    document.save(str(tmp_path / "a.docx"))
    assert _personal(tmp_path, "b.xlsx", workbook(SLIPS, numbers=True)) == ("手机号 139******21（第1页）",)
    assert _personal(tmp_path, "c.docx", (tmp_path / "a.docx").read_bytes()) == ("手机号 139******21（第1页）",)
