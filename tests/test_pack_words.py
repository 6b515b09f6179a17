"""A pack's own words for state secrets and personal data: added to the stock's, seen by nobody else, never instead."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kaoping import api
from kaoping.core import packs
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding
from kaoping.evidence import _personal, _secrecy
from kaoping.evidence.convert import Conversion, _libreoffice, _text
from kaoping.evidence.convert._libreoffice import LibreOffice
from kaoping.evidence.convert._office_program import OfficeFile
from kaoping.evidence.pack_words import words_of
from kaoping.evidence.store import PLACE, Identity, open_store
from kaoping.evidence.survey import MEMORY
from kaoping.evidence.words import STOCK, Words
from kaoping.evidence.workers import Job, Worker
from kaoping.pipeline.session import Session
from units import only

pytestmark = pytest.mark.slow  # whole surveys; test_markings has the rules

UNIT = """\
id: U
name: 甲市安全生产办公室
short_name: 甲市安办
region: 甲市
level: 市级
year: 2024
submit_date: 2024-12-20
"""
SECRECY = """\
levels: [商密, 核心商密]
stars: "▲"
labels: [商业密级]
brackets: [〈〉]
name_words: [内部掌握]
"""
PERSONAL = """\
student:
  title: 学号
  pattern: "S20\\\\d{6}"
  keep: [3, 1]
landline:
  title: 家庭电话
  pattern: "0\\\\d{2,3}-\\\\d{7,8}"
  keep: [4, 2]
patient:
  title: 患者姓名
  pattern: "患者(?:姓名)?[：:]([\\\\u4e00-\\\\u9fa5]{2,4})"
  surnames: true
  not: [某]
  keep: [1, 0]
surnames: 逯
"""
Files = Mapping[str, str]


def pack_with(folder: Path, files: Files, extends: str = "") -> Path:
    """Make a new pack in ``folder`` with ``files`` (name → text) of its own."""
    api.new_pack(folder, "安全生产考评", 2024, extends)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def unit_with(folder: Path, files: Files = {}) -> Path:  # noqa: B006
    """Make a unit whose own pack has ``files``."""
    (folder / "records").mkdir(parents=True)
    (folder / "材料").mkdir()
    (folder / "records" / "unit.yaml").write_text(UNIT, encoding="utf-8")
    pack_with(folder / "规则包" / "safety-2024", files)
    return folder


def write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")


def write_pdf(path: Path, content: str) -> None:
    write(source := path.with_suffix(".words"), content)
    _text.to_pdf(source, path)
    source.unlink()


def write_word(path: Path, content: str) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph(content)
    document.save(str(path))


def write_zip(path: Path, content: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("里面.txt", content)


def found(unit: Path, code: str) -> list[Finding]:
    return [finding for finding in api.check(unit) if finding.code == code]


# -- what a clerk sees -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "put", "content", "level"),
    [
        ("方案.txt", write, "商　密★5年\n采购底价", "商密"),
        ("方案.txt", write, "机密▲\n名单", "机密"),
        ("方案.txt", write, "商业密级：商密", "商密"),
        ("方案.txt", write, "核心商密\n采购底价", "核心商密"),
        ("方案.pdf", write_pdf, "第一行\n核心商密★长期", "核心商密"),
        ("方案.docx", write_word, "商密▲", "商密"),
        ("方案.zip", write_zip, "商密★", "商密"),
        ("方案（商密）.txt", write, "采购底价", "商密"),
        ("方案〈机密〉.txt", write, "采购底价", "机密"),
        ("方案内部掌握.txt", write, "采购底价", "内部掌握"),
    ],
)
def test_a_marking_that_the_pack_adds_stops_everything(
    name: str, put: Callable[[Path, str], None], content: str, level: str, tmp_path: Path
) -> None:
    unit = unit_with(tmp_path / "甲市", {"secrecy.yaml": SECRECY})
    put(unit / "材料" / name, content)
    with pytest.raises(KaopingError) as caught:
        api.build(unit)
    told = only(caught.value.findings, "evidence.secret")
    assert f"“{level}”标志" in told.problem and "方案" not in told.problem
    assert not (unit / "成果").exists()


def test_without_the_pack_s_words_the_same_files_are_evidence_like_any_other(tmp_path: Path) -> None:
    unit = unit_with(tmp_path / "甲市")
    write(unit / "材料" / "方案（商密）.txt", "商密★5年\n学号 S20240001")
    codes = {finding.code for finding in api.check(unit)}
    assert not codes & {"evidence.secret", "evidence.personal"}


@pytest.mark.parametrize("put", [write, write_pdf])
def test_personal_data_that_the_pack_adds_is_told_without_being_repeated(
    put: Callable[[Path, str], None], tmp_path: Path
) -> None:
    unit = unit_with(tmp_path / "甲市", {"personal_data.yaml": PERSONAL})
    content = "学号 S20240001，电话 0571-87654321\n患者：逯小红\n患者：王某\n未成年人逯大山（15岁）\n手机 13812345678"
    put(unit / "材料" / f"名单{'.pdf' if put is write_pdf else '.txt'}", content)
    [told] = found(unit, "evidence.personal")
    for shown in (
        "手机号 138******78",
        "学号 S20*****1",
        "家庭电话 0571*******21",
        "患者姓名 逯**",
        "未成年人姓名 逯**",
    ):
        assert shown in told.problem
    assert not any(hidden in told.problem for hidden in ("S20240001", "87654321", "小红", "13812345678", "王"))


def test_what_the_pack_adds_stands_in_nobody_s_place(tmp_path: Path) -> None:
    """At most five hits are told of a file: the stock's come first, wherever they stand."""
    unit = unit_with(tmp_path / "甲市", {"personal_data.yaml": PERSONAL})
    students = [f"S2024000{n}" for n in range(9)]
    write(unit / "材料" / "名单.txt", "\n".join([*students, *["正文"] * 60, "手机 13812345678"]))
    [told] = found(unit, "evidence.personal")
    assert "：手机号 138******78（第2页）" in told.problem and "等共" in told.problem


def test_a_package_that_was_built_is_verified_without_the_pack(tmp_path: Path) -> None:
    unit = unit_with(tmp_path / "甲市", {"personal_data.yaml": PERSONAL})
    write(unit / "材料" / "名单.txt", "学号 S20240001")
    built = api.build(unit)
    assert "evidence.personal" in [finding.code for finding in built.findings]
    assert not {"lint.personal", "lint.secret"} & {finding.code for finding in api.verify(built.package)}


def test_pages_that_libreoffice_makes_are_looked_through_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it makes of a document may say more than can be read in the file: here it is stood in for."""

    def convert(_: LibreOffice, files: Sequence[OfficeFile], *__: object) -> Iterator[tuple[OfficeFile, Conversion]]:
        for wanted in files:
            write_pdf(wanted.target, "学号 S20240001")
            yield wanted, Conversion(1, "由 LibreOffice 转换")

    monkeypatch.setattr(_libreoffice, "find", lambda: Path("soffice"))
    monkeypatch.setattr(_libreoffice, "version", lambda _: "1")
    monkeypatch.setattr(LibreOffice, "convert", convert)
    unit = unit_with(tmp_path / "甲市", {"personal_data.yaml": PERSONAL})
    write_word(unit / "材料" / "名单.docx", "名单")
    [told] = found(unit, "evidence.personal")
    assert "学号 S20*****1" in told.problem


# -- nobody sees another's words ---------------------------------------------------------------------------------------


def test_a_verdict_made_with_other_words_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    unit = unit_with(tmp_path / "甲市")
    write(unit / "材料" / "名单.txt", "学号 S20240001，商密★")
    words = unit / "规则包" / "safety-2024"
    assert not found(unit, "evidence.personal")
    write(words / "personal_data.yaml", PERSONAL)
    assert found(unit, "evidence.personal")
    write(words / "secrecy.yaml", SECRECY)
    assert found(unit, "evidence.secret")
    for name in ("secrecy.yaml", "personal_data.yaml"):
        (words / name).unlink()
    entries = set((tmp_path / "store").glob("??/*"))
    assert not found(unit, "evidence.secret") and not found(unit, "evidence.personal")
    assert entries == set((tmp_path / "store").glob("??/*")) and len(entries) == 2  # the first verdict was found again


def test_a_session_notices_that_its_pack_has_got_words(tmp_path: Path) -> None:
    unit = unit_with(tmp_path / "甲市")
    write(unit / "材料" / "名单.txt", "学号 S20240001")
    with Session(unit) as session:
        assert "evidence.personal" not in [finding.code for finding in session.assess().findings]
        write(unit / "规则包" / "safety-2024" / "personal_data.yaml", PERSONAL)
        assert "evidence.personal" in [finding.code for finding in session.assess().findings]


def test_the_key_of_a_pack_without_words_of_its_own_stays_as_it_is(tmp_path: Path) -> None:
    identity = Identity("0" * 64, 1, 1)
    plain = words_of(packs.find(str(pack_with(tmp_path / "plain", {}))))
    empty = words_of(
        packs.find(
            str(pack_with(tmp_path / "empty", {"secrecy.yaml": "levels:\n", "personal_data.yaml": "surnames:\n"}))
        )
    )
    own = words_of(packs.find(str(pack_with(tmp_path / "own", {"secrecy.yaml": SECRECY}))))
    others = words_of(packs.find(str(pack_with(tmp_path / "others", {"personal_data.yaml": PERSONAL}))))
    with open_store(lasting=False) as store:
        keys = [store.key(identity, ".txt", *words.key) for words in (STOCK, plain, empty, own, others)]
        assert keys[:3] == [store.key(identity, ".txt")] * 3
        assert len(set(keys)) == 3


def test_two_packs_in_one_process_do_not_see_each_other_s_words(tmp_path: Path) -> None:
    secret = unit_with(tmp_path / "甲市", {"secrecy.yaml": SECRECY})
    private = unit_with(tmp_path / "乙市", {"personal_data.yaml": PERSONAL})
    plain = unit_with(tmp_path / "丙市")
    expected = {secret: (True, False), private: (False, True), plain: (False, False)}
    for unit in expected:
        write(unit / "材料" / "名单.txt", "商密★5年\n学号 S20240001")
    for unit in (secret, private, plain, private, secret):
        codes = {finding.code for finding in api.check(unit)}
        assert ("evidence.secret" in codes, "evidence.personal" in codes) == expected[unit]


def test_a_judging_process_keeps_no_words_of_the_job_before(tmp_path: Path) -> None:
    write(tmp_path / "名单.txt", "商密★5年\n学号 S20240001")
    kind = {"title": "学号", "pattern": "S20\\d{6}", "keep": [3, 0]}
    added: list[Mapping[str, object]] = [{_secrecy.FILE: {"levels": ["商密"]}}, {}, {_personal.FILE: {"student": kind}}]
    with Worker(MEMORY) as worker:
        told = []
        for own in (*added, *reversed(added)):
            arguments = {"path": str(tmp_path / "名单.txt"), "folder": str(tmp_path), "added": own}
            verdict = worker.do(Job("kaoping.evidence._judge:judge", arguments, 60.0)).result
            told.append((verdict["secret"], verdict["personal"]))
    alone = [("商密", []), ("", []), ("", ["学号 S20******（第1页）"])]
    assert told == [*alone, *reversed(alone)]


def test_all_layers_of_an_extending_pack_add_up(tmp_path: Path) -> None:
    unit = unit_with(tmp_path / "甲市", {"secrecy.yaml": "levels: [商密]\n", "personal_data.yaml": PERSONAL})
    extending = "second:\n  {title: 工号, pattern: 'G\\d{4}', keep: [1, 0]}\nsurnames: 仉\n"
    files = {"secrecy.yaml": "levels: [警密]\nstars: ▽\n", "personal_data.yaml": extending}
    pack_with(unit / "规则包" / "safety-2025", files, extends="safety-2024")
    words = words_of(packs.find("safety-2025", unit))
    for text_ in ("商密▽", "警密★", "警密▽", "机密▽", "机密★"):
        assert words.marking(text_, first_page=False) == text_[:2]
    hits = [str(hit) for hit in words.personal_data("S20240001 G1234 患者：逯小红 患者：仉小红 13812345678")]
    assert hits == ["手机号 138******78", "学号 S20*****1", "患者姓名 逯**", "患者姓名 仉**", "工号 G****"]
    base = words_of(packs.find("safety-2024", unit))
    assert base.marking("商密★", first_page=False) and not base.marking("警密★机密▽", first_page=False)


# -- a pack that says more than it may ---------------------------------------------------------------------------------

KIND = "a: {{title: 甲, pattern: '{}', keep: [1, 0]}}\n"
WRONG = {
    "an exception more": ("secrecy.yaml", "not_after: [内部]", "not_after", "规则包只能增加"),
    "other quotes": ("secrecy.yaml", "quotes: []", "quotes", "规则包只能增加"),
    "another head": ("secrecy.yaml", "alone: {lines: 1}", "alone", "规则包只能增加"),
    "an unknown word": ("secrecy.yaml", "level: [商密]", "level", "不认识"),
    "a drop": ("secrecy.yaml", "drop: {levels: [秘密]}", "drop", "不认识"),
    "an empty level": ("secrecy.yaml", "levels: [商密, '']", "levels[2]", "不能是空的"),
    "a level with a blank": ("secrecy.yaml", "levels: [商 密]", "levels[1]", "空格"),
    "an empty star": ("secrecy.yaml", "stars: ''", "stars", "不能是空的"),
    "a blank star": ("secrecy.yaml", "stars: '▲ '", "stars", "空格"),
    "half a bracket": ("secrecy.yaml", "brackets: [〈]", "brackets[1]", "一对括号"),
    "a mapping of levels": ("secrecy.yaml", "levels: {商密: 1}", "levels", "一段文字"),
    "a list": ("secrecy.yaml", "- 商密", "开头", "名称: 值"),
    "a kind of the stock's": (
        "personal_data.yaml",
        "mobile: {title: 手机号, pattern: 'x', keep: [1, 0]}",
        "mobile",
        "只能增加",
    ),
    "nothing for a kind": ("personal_data.yaml", "mobile:", "mobile", "只能增加"),
    "a word that nothing reads": (
        "personal_data.yaml",
        KIND.format("x").replace("keep", "near: [乙], keep"),
        "a.near",
        "不认识",
    ),
    "a broken pattern": ("personal_data.yaml", KIND.format("S(20"), "a.pattern", "第2个字"),
    "a flag in the middle": ("personal_data.yaml", KIND.format("(?i)s20"), "a.pattern", "正则表达式"),
    "a pattern of nothing": ("personal_data.yaml", KIND.format("\\d*"), "a.pattern", "什么都没有也算"),
    "two groups": ("personal_data.yaml", KIND.format("(甲)(乙)"), "a.pattern", "一对圆括号"),
    "an unknown check": ("personal_data.yaml", KIND.format("x").replace("keep", "check: crc, keep"), "a.check", "luhn"),
    "an empty exception": (
        "personal_data.yaml",
        KIND.format("x").replace("keep", "not: [''], keep"),
        "a.not[1]",
        "不能是空的",
    ),
    "no title": ("personal_data.yaml", "a: {pattern: x, keep: [1, 0]}", "a", "title"),
    "one end": ("personal_data.yaml", "a: {title: 甲, pattern: x, keep: [1]}", "a.keep", "露出几位"),
    "less than none": ("personal_data.yaml", "a: {title: 甲, pattern: x, keep: [1, -1]}", "a.keep", "露出几位"),
    "no surnames": ("personal_data.yaml", "surnames: []", "surnames", "一段文字"),
}


@pytest.mark.parametrize(("name", "content", "path", "says"), WRONG.values(), ids=WRONG)
def test_what_a_pack_may_not_say_is_found_with_its_place(
    name: str, content: str, path: str, says: str, tmp_path: Path
) -> None:
    folder = pack_with(tmp_path / "规则包" / "safety-2024", {name: f"# 一行\n{content}\n"})
    told = only(api.check_pack(str(folder)), "pack.expected")
    assert says in told.problem and f"“{path}”" in told.problem
    assert (told.at.file, told.at.line) == (f"safety-2024/{name}", 2)


def test_all_that_is_wrong_is_found_at_once_and_stops_the_unit(tmp_path: Path) -> None:
    """A word that is missed might be the one that matters."""
    files = {"secrecy.yaml": "quotes: []\nlevels: [商 密]\n", "personal_data.yaml": KIND.format("S(20") + "mobile: x\n"}
    unit = unit_with(tmp_path / "甲市", files)
    write(unit / "材料" / "名单.txt", "学号 S20240001")
    places = [
        "safety-2024/personal_data.yaml",
        "safety-2024/personal_data.yaml",
        "safety-2024/secrecy.yaml",
        "safety-2024/secrecy.yaml",
    ]
    assert sorted(f.at.file for f in api.check_pack("safety-2024", unit) if f.code == "pack.expected") == places
    assert sorted(finding.at.file for finding in found(unit, "pack.expected")) == places
    with pytest.raises(KaopingError):
        api.build(unit)


def test_a_kind_that_a_lower_layer_has_can_t_be_changed(tmp_path: Path) -> None:
    base = pack_with(tmp_path / "规则包" / "safety-2024", {"personal_data.yaml": PERSONAL})
    assert not [finding for finding in api.check_pack(str(base)) if finding.code == "pack.expected"]
    files = {"personal_data.yaml": "student: {title: 学号, pattern: 'T\\d{9}', keep: [1, 0]}\n"}
    unit = tmp_path / "甲市"
    pack_with(tmp_path / "规则包" / "safety-2025", files, extends="safety-2024")
    told = only(api.check_pack("safety-2025", unit), "pack.expected")
    assert "student" in told.problem and told.at.file == "safety-2025/personal_data.yaml"


def test_what_a_pack_adds_is_shown(tmp_path: Path) -> None:
    folder = pack_with(tmp_path / "safety-2024", {"secrecy.yaml": SECRECY, "personal_data.yaml": PERSONAL})
    [line] = [line for line in api.pack_lines(str(folder)) if "另外查的" in line]
    assert "商密" in line and "▲" in line and "学号" in line and "逯" in line
    assert not [line for line in api.pack_lines() if "另外查的" in line]


# -- never less than the stock ---------------------------------------------------------------------------------------

MARKS = [
    "绝密", "机密", "秘密", "商密", "核心机密", "核心", "保守", "密级", "密级：", "★", "▲", "“", "”", "（", "）",
    "〈", "〉", "启用前", "文件", "件", "的", "正文", " ", "\u3000", "\n",
]  # fmt: skip
NUMBERS = [
    "13812345678", "138-1234-5678", "11010519491231002X", "6222021234567890128", "S20240001", "0571-", "3 ", " ", "-",
    "\u200b", "\n", "，15岁", "举报人：", "未成年人", "姓名：", "张三丰", "逯小红", "王某",
]  # fmt: skip


def texts(pieces: Sequence[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), max_size=20).map("".join)


some_marks = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from(MARKS[:16]), max_size=3) for name in ("levels", "labels", "name_words")}
    | {"stars": st.sampled_from(["", "▲", "密", "“"]), "brackets": st.sampled_from([[], ["〈〉", "机密"]])}
)


@given(added=some_marks, content=texts(MARKS), first_page=st.booleans())
@example(added={"levels": ["核心机密"]}, content="核心机密★", first_page=False)
@example(added={"levels": ["“秘密"]}, content="“秘密★”机密★", first_page=False)
def test_whatever_marking_the_stock_finds_is_found_with_every_pack(
    added: Mapping[str, object], content: str, first_page: bool
) -> None:
    own = Words({_secrecy.FILE: added})
    if level := STOCK.marking(content, first_page=first_page):
        assert own.marking(content, first_page=first_page) == level
    if level := STOCK.in_name(content):
        assert own.in_name(content) == level


@given(
    patterns=st.lists(st.sampled_from(["\\d+", "(.+)", "[^号]*号", "1(?:3\\d{9})?", "(王)?\\d+"]), max_size=3),
    is_name=st.booleans(),
    surnames=st.sampled_from(["", "逯", "年人"]),
    content=texts(NUMBERS),
)
@example(patterns=[], is_name=True, surnames="逯", content="未成年人逯小红，15岁")
def test_whatever_personal_data_the_stock_finds_are_found_with_every_pack(
    patterns: list[str], is_name: bool, surnames: str, content: str
) -> None:
    rule = {"title": "手机号", "keep": [9, 9], "surnames": is_name}
    kinds = {f"k{index}": {**rule, "pattern": pattern} for index, pattern in enumerate(patterns)}
    own = Words({_personal.FILE: {**kinds, _personal.SURNAMES: surnames}})
    hits = list(own.personal_data(content))
    assert [hit for hit in hits if not hit.is_added] == list(STOCK.personal_data(content))


@given(level=st.sampled_from(["商密", "警务秘密", "NEIBU"]), star=st.sampled_from("★▲"), before=texts(NUMBERS))
def test_an_added_level_is_a_marking_after_any_text(level: str, star: str, before: str) -> None:
    own = Words({_secrecy.FILE: {"levels": ["商密", "警务秘密", "NEIBU"], "stars": "▲"}})
    assert own.marking(f"{before}{level}{star}", first_page=False) == level
