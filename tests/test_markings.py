"""Markings of state secrets: what a reader calls one, and what only looks like it, wherever it stands.

The strings and files, and what they are, stand in `bench/`.
"""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import pypdfium2
import pytest
from bench.marked_files import MarkedFile, files, judged_files
from bench.markings import examples, level_of, tally

from kaoping import api
from kaoping.core.errors import HeldBackError, KaopingError
from kaoping.core.findings import Findings
from kaoping.evidence.convert import _libreoffice
from kaoping.evidence.store import open_store
from kaoping.evidence.survey import survey
from kaoping.evidence.words import STOCK
from test_accept import REASON, WHO, made, unit  # noqa: F401 - fixtures
from units import good_unit, only

#: Every seventh file, so that each place where a marking can stand has its turn, and those that a first draft missed.
_EVERY = 7
FILES = list(files())


def test_the_strings_that_the_rules_were_written_for() -> None:
    counted = tally((its.text, its.level, level_of(its)) for its in examples())
    assert (counted.right, counted.missed, counted.for_nothing) == (266, [], [])


@pytest.mark.parametrize(
    ("batch", "missed", "for_nothing"),
    [
        ("later_on", [], set()),
        ("held_out", [], set()),
        ("afterwards", [], set()),
    ],
)
def test_strings_that_were_thought_of_later(batch: str, missed: list[str], for_nothing: set[str]) -> None:
    """What is stopped for nothing might be a marking, too: a reader decides."""
    counted = tally((its.text, its.level, level_of(its)) for its in examples(batch))
    assert (counted.missed, set(counted.for_nothing)) == (missed, for_nothing)


def test_files_are_looked_through_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_libreoffice, "find", lambda: None)
    judged = list(judged_files(FILES[::_EVERY]))
    assert len(judged) > 25 and [its for its in judged if its[1] != its[2]] == []


@pytest.mark.slow
def test_all_files_are_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_libreoffice, "find", lambda: None)
    judged = list(judged_files(FILES))
    assert len(judged) == len(FILES) and [its for its in judged if its[1] != its[2]] == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ('文号 "12号" 机密★1年 页数 "3"', "机密"),
        ('{"标题":"某通知","标识":"机密★1年"}', "机密"),
        ('按规定标注"机密★1年"字样的文件', ""),
    ],
)
def test_straight_quotes_are_speech_in_a_sentence_alone(text: str, level: str) -> None:
    assert STOCK.marking(text, first_page=True) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("片名评分\n秘密★★★", ""),  # the gap of a head was lost in a scan
        ("影片  推荐指数\n机密行动★★★★\n绝密★★", ""),
        ("片名  导演\n秘密★★★", "秘密"),
        ("机密★\n片名  评分\n某片★★★", "机密"),
        ("片名  评分\n秘密★3年", "秘密"),
        ("根据《保密法》，机密★文件", ""),
        ("按照《保密法》第十条的规定，秘密★材料不得上网", ""),
        ("根据《保密法》，机密★3年", "机密"),
        ("根据《保密法》，本文件定为机密★", "机密"),
        ("根据《保密法》定密，机密★\n关于某事的通知", "机密"),
    ],
)
def test_stars_in_a_list_s_column_and_papers_that_are_spoken_of(text: str, level: str) -> None:
    assert STOCK.marking(text, first_page=True) == level


def test_a_word_table_has_its_levels_below_their_head(tmp_path: Path) -> None:
    folder = good_unit(tmp_path / "县")
    document = docx.Document()
    table = document.add_table(3, 3)
    for number, cells in enumerate([["文号", "密级", "标题"], ["1号", "一般", "某事"], ["2号", "机密", "某事"]]):
        for column, words in enumerate(cells):
            table.cell(number, column).text = words
    document.save(str(folder / "材料/登记.docx"))
    with pytest.raises(KaopingError) as refused:
        api.build(folder)
    assert only(Findings(refused.value.findings), "evidence.secret")


def test_a_mail_s_web_page_is_read_and_shown_beside_its_text(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "检查数据"
    message.set_content("请使用支持网页的邮件程序查看。\n")
    message.add_alternative("<p>12月共检查325家次</p><p>请使用支持网页的邮件程序查看。</p>", subtype="html")
    (tmp_path / "a.eml").write_bytes(bytes(message))
    with pypdfium2.PdfDocument(_pages(tmp_path / "a.eml")) as opened:
        words = "".join(opened[0].get_textpage().get_text_range().split())
    assert "共检查325家次" in words and words.count("请使用支持") == 1
    secret = EmailMessage()
    secret.set_content("a\n")
    secret.add_alternative("<p>机密★1年</p>", subtype="html")
    (tmp_path / "b.eml").write_bytes(bytes(secret))
    with open_store() as store:
        assert [its.level for its in survey(tmp_path, store).secret] == ["机密"]


def _pages(source: Path) -> Path:
    from kaoping.evidence.convert._mail import to_pdf

    target = source.with_suffix(".pdf.made")
    to_pdf(source, target)
    return target


@pytest.mark.parametrize(
    "text",
    ["0" * 400 + "密", "0 " * 400 + "密", "★" * 400 + "密a", "机密" + "★" * 400 + "a", "机密" + "1 " * 400 + "a",
     "密级(" * 20_000, "机密级·" * 20_000, "密级:机密□" * 20_000, "特急 " * 300 + "密", "机\n密\n" * 50_000],
)  # fmt: skip
def test_no_text_takes_longer_than_it_is_long(text: str) -> None:
    assert STOCK.marking(text, first_page=True) in ("", "机密") and STOCK.in_name(text) in ("", "机密")


def test_a_marked_folder_is_not_named(unit: Path) -> None:  # noqa: F811
    place = unit / "材料" / "日常" / "方案七（机密）"
    place.mkdir(parents=True)
    (place / "名单.txt").write_text("正文", encoding="utf-8")
    with pytest.raises(KaopingError) as caught:
        api.build(unit)
    finding = only(caught.value.findings, "evidence.secret")
    assert str(finding.at) == "材料/日常" and "机密" in finding.problem
    assert "方案七" not in "".join(f"{its.at}{its.problem}{its.effect}{its.mend}" for its in caught.value.findings)


# -- what nobody can look through -----------------------------------------------------------------------------------


def _unread(unit: Path) -> Path:  # noqa: F811
    """Put an archive that can't be opened in the place of the recording."""
    path = unit / "材料/培训/录音.mp3"
    path.write_bytes(b"Rar!\x1a\x07\x00" + bytes(300))
    return path


def _copies(package: Path, content: bytes) -> list[str]:
    return [path.name for path in package.rglob("*") if path.is_file() and path.read_bytes() == content]


def test_what_nobody_can_look_through_is_not_handed_on_before_it_is_accepted(unit: Path) -> None:  # noqa: F811
    """evidence.withheld, final.unexamined: nobody knows whether it is marked."""
    content = _unread(unit).read_bytes()
    drafted = api.build(unit, with_originals=True)
    assert _copies(drafted.package, content) == []
    finding = only(drafted.findings, "evidence.withheld")
    assert str(finding.at) == "材料/培训/录音.mp3" and "没能查看 --for" in finding.mend
    with pytest.raises(HeldBackError) as refused:
        api.build(unit, final=True)
    codes = [its.code for its in refused.value.findings]
    assert "final.unexamined" in codes and "final.slip_sheet" not in codes
    assert not Findings(api.verify(drafted.package)).errors

    api.accept(unit, "没能查看", "培训/录音.mp3", reason=REASON, who=WHO)
    accepted = api.build(unit, with_originals=True)
    assert len(_copies(accepted.package, content)) == 2  # 附件, 原件
    assert "evidence.withheld" not in [its.code for its in accepted.findings]


def test_what_no_line_counts_is_accepted_too_and_keeps_no_final_back(unit: Path) -> None:  # noqa: F811
    content = b"Rar!\x1a\x07\x00 nobody names it"
    (unit / "材料/另放的.rar").write_bytes(content)
    assert "final.unexamined" not in _final_codes(unit)
    assert _copies(api.build(unit).package, content) == []
    api.accept(unit, "没能查看", "另放的.rar", reason=REASON, who=WHO)
    accepted = api.build(unit)
    assert len(_copies(accepted.package, content)) == 1
    assert {its.code for its in accepted.findings} & {"evidence.withheld", "accept.not_needed"} == set()


def _final_codes(folder: Path) -> list[str]:
    try:
        return [its.code for its in api.build(folder, final=True).findings]
    except HeldBackError as refused:
        return [its.code for its in refused.findings]


def test_another_content_is_withheld_again(unit: Path) -> None:  # noqa: F811
    path = _unread(unit)
    api.accept(unit, "没能查看", "培训/录音.mp3", reason=REASON, who=WHO)
    path.write_bytes(path.read_bytes() + b"more")
    drafted = api.build(unit)
    assert _copies(drafted.package, path.read_bytes()) == []
    assert "evidence.withheld" in [its.code for its in drafted.findings]


def test_an_archive_with_one_locked_member_is_withheld_with_its_original(unit: Path) -> None:  # noqa: F811
    path = unit / "材料/培训/录音.mp3"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("一.txt", "正文")
        archive.writestr("二.txt", "正文")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of the second in the directory
    path.write_bytes(data)
    drafted = api.build(unit, with_originals=True)
    assert _copies(drafted.package, bytes(data)) == []
    assert "它设了密码" in only(drafted.findings, "evidence.withheld").problem


def test_a_recording_can_hold_no_marking(unit: Path) -> None:  # noqa: F811
    drafted = api.build(unit)
    assert _copies(drafted.package, (unit / "材料/培训/录音.mp3").read_bytes()) == ["1-02 录音.mp3"]


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(examples()) >= 430 and len(FILES) >= 390 and all(isinstance(its, MarkedFile) for its in FILES)
