"""`kaoping format --fix`: looks are mended in a copy and no character changes; words change on demand alone."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kaoping.cli.main import run as kaoping
from lxml import etree

from docx_templates import from_source
from examples import sampled
from kaoping.core.findings import Finding
from kaoping.wings.official._parts import open_parts
from kaoping.wings.official.fix import copy_of, fix
from kaoping.wings.official.format_check import check as format_check
from kaoping.wings.official.format_check import examine
from test_official import DEFECTS, NOTICE, REPORT, Change, at, both, head, numbered_footer, plain, rewritten, text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: What a reader of the XML reads as a character, by its element.
CHARACTERS = {f"{W}tab": "\t", f"{W}ptab": "\v", f"{W}br": "\n", f"{W}cr": "\r", f"{W}noBreakHyphen": "\x1e"}
TYPED = {f"{W}{name}" for name in ("t", "delText", "instrText", "delInstrText")}
#: What may be added, cut in two or set anew; all else stands as it stood.
LOOKS = {f"{W}{name}" for name in ("r", "t", "rPr", "pPr")}


def words(path: Path) -> dict[str, list[str]]:
    """All that is typed in a Word file, by part and paragraph, whoever deleted it and wherever it stands."""
    found: dict[str, list[str]] = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.endswith(".xml") or not name.startswith("word/"):
                continue
            root = etree.fromstring(archive.read(name))
            found[name] = [
                "".join(
                    CHARACTERS.get(child.tag, (child.text or "") if child.tag in TYPED else "")
                    for child in paragraph.iter()
                )
                for paragraph in root.iter(f"{W}p")
            ]
    return found


def skeleton(path: Path) -> list[str]:
    """The elements of the text without those that only say how it looks: tables, fields, notes, changes, pictures."""
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return list(_standing(root))


def _standing(element: Any) -> Iterator[str]:
    if element.tag not in LOOKS:
        yield element.tag
    if element.tag not in (f"{W}rPr", f"{W}pPr"):
        for child in element:
            yield from _standing(child)


def marks(path: Path) -> set[tuple[str, int]]:
    """All slips of a file by code and paragraph; a finding names the first five places that are alike."""
    return examine(open_parts(path), path.name).marks


def named(findings: Iterable[Finding]) -> set[tuple[str, int]]:
    """The places that findings name."""
    places = {(f.code, int(number)) for f in findings for number in re.findall(r"第(\d+)段[、等。]", f.problem)}
    return places | {(finding.code, finding.at.paragraph) for finding in findings}


def mended(path: Path, *, words_too: bool = False) -> Path:
    """Mend a file, see that what is promised holds, and return the copy (the file itself where there is none)."""
    before = marks(path)
    original = path.read_bytes()
    done = fix(path, text=words_too)
    assert path.read_bytes() == original, "the file itself is never touched"
    said = named(done.mended)
    assert said <= before
    if done.copy is None:
        assert not said and not done.changed
        return path
    assert marks(done.copy) & said == set(), "what is said to be mended is gone"
    assert [(f.code, f.problem) for f in done.left] == [(f.code, f.problem) for f in format_check(done.copy)]
    again = fix(done.copy, text=words_too)
    assert again.copy is None and not list(again.mended) and not again.changed, "a second time nothing is to do"
    if not words_too:
        assert words(done.copy) == words(path)
        assert skeleton(done.copy) == skeleton(path)
    return done.copy


@pytest.fixture
def report(tmp_path: Path) -> Callable[[Change], Path]:
    """Return a function that makes the report of the format check's tests, spoiled in one way."""

    def make(change: Change) -> Path:
        document = docx.Document(str(from_source(tmp_path, REPORT)))
        change(document)
        path = tmp_path / "报告.docx"
        document.save(str(path))
        return path

    return make


#: Slips of looks that take a decision, or more than a look: told, and left to people.
BY_HAND = {
    "format.page_number_missing", "format.page_number_dash", "format.page_number_side", "format.page_number_first",
    "format.blank_paragraph", "format.line_break", "format.struck", "format.date_side",
}  # fmt: skip
#: Slips of the text that a machine must not decide.
UNSAID = {
    "format.number_skipped", "format.number_first", "format.number_repeated", "format.level_skipped",
    "format.title_missing", "format.title_genre", "format.title_doubled", "format.addressee_many", "format.closing",
    "format.closing_wrong", "format.request_in_report", "format.doc_number_quoted", "format.attachment_number",
    "format.attachment_single", "format.attachment_quoted", "format.signature_missing", "format.date_missing",
    "format.date_impossible", "format.signer_missing", "format.attachment_count", "format.attachment_title",
}  # fmt: skip
#: Slips whose mending takes facts that only their writer has, by the name of the planted one.
FACTS_LACK = {"17年", "date without day", "〔17〕", "附件1： for 附件：1."}


@pytest.mark.parametrize("name", sampled(20, DEFECTS))
def test_each_planted_slip_is_mended_or_left_to_people(report: Callable[[Change], Path], name: str) -> None:
    change, wanted = DEFECTS[name]
    path = report(change)
    mended(path)
    copy_of(path).unlink(missing_ok=True)
    left = marks(mended(path, words_too=True))
    stays = {mark for mark in wanted if mark[0] in BY_HAND | UNSAID or name in FACTS_LACK}
    assert left == stays


def test_a_copy_of_what_is_right_is_not_written(report: Callable[[Change], Path]) -> None:
    path = report(head())
    assert fix(path).copy is None
    assert not copy_of(path).exists()


LATE = both(text(21, "12月", "03月"), text(3, "，", ","), text(4, "一、", "一."))


def test_words_are_proposed_and_changed_on_demand_alone(report: Callable[[Change], Path]) -> None:
    path = report(LATE)
    proposed = fix(path)
    assert proposed.copy is None and not proposed.changed
    shown = [("按照考评细则要求,我支队逐项开", "按照考评细则要求，我支队逐项开"), ("一.总体情况", "一、总体情况"),
             ("2017年03月22日", "2017年3月22日")]  # fmt: skip
    told = [(one.before, one.after) for one in proposed.proposed]
    assert [(one.at.paragraph) for one in proposed.proposed] == [3, 4, 21]
    assert all(before in whole and after in right for (before, after), (whole, right) in zip(told, shown, strict=True))
    done = fix(path, text=True)
    assert done.copy is not None
    assert [(one.at.paragraph, one.before, one.after) for one in done.changed] == [
        (one.at.paragraph, one.before, one.after) for one in proposed.proposed
    ]
    typed = words(done.copy)["word/document.xml"]
    assert sum(old != new for old, new in zip(words(path)["word/document.xml"], typed, strict=True)) == 3
    assert "2017年3月22日" in typed and "一、总体情况" in typed and list(format_check(done.copy)) == []


def test_the_check_alone_says_how_the_text_would_read(report: Callable[[Change], Path]) -> None:
    said = {finding.code: finding.mend for finding in format_check(report(LATE))}
    assert said["format.half_width"].endswith("建议：第3段“考评细则要求,我支队逐项开”→“考评细则要求，我支队逐项开”。")
    assert said["format.date_zero"].endswith("建议：第21段“2017年03月22日”→“2017年3月22日”。")


def test_what_a_field_or_a_tracked_change_says_is_left_alone(tmp_path: Path) -> None:
    """Its words would come back with the next update, or be changed behind the back of who accepts them."""
    body = word_paragraph('<w:ins w:id="1" w:author="甲"><w:r><w:t>要求,我们</w:t></w:r></w:ins>', "新写的,也改。")
    body += word_paragraph(
        '<w:fldSimple w:instr=" REF a "><w:r><w:t>见第,条</w:t></w:r></w:fldSimple>', "后面的,也改。"
    )
    path = written(tmp_path, OPENING + body + CLOSING)
    done = fix(path, text=True)
    assert done.copy is not None
    typed = "".join(words(done.copy)["word/document.xml"])
    assert "要求,我们新写的，也改" in typed and "见第,条后面的，也改" in typed
    assert {one.before for one in done.proposed} and all("," in one.before for one in done.proposed)
    assert ("format.half_width", 3) in marks(done.copy)


def test_a_run_is_cut_where_only_a_part_of_it_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    document = plain(NOTICE, path)
    numbered_footer(document)
    document.save(str(path))
    copy = docx.Document(str(mended(path)))
    runs = at(copy, 8).runs
    fonts = [run._r.rPr.rFonts.get(f"{W}eastAsia") for run in runs]
    assert list(zip((run.text for run in runs), fonts, strict=True)) == [
        ("（一）动员部署。", "楷体_GB2312"),
        ("各地要制定方案，明确分工。", "仿宋_GB2312"),
    ]


def test_the_faces_that_the_document_uses_are_kept(tmp_path: Path) -> None:
    """A document in 仿宋 (the face that Windows has) is not mended with 仿宋_GB2312, which may not be there."""
    path = tmp_path / "通知.docx"
    lines = [(words_, look | {"font": look.get("font", "仿宋")}) for words_, look in NOTICE]
    lines[6] = (lines[6][0], {"font": "宋体"})
    document = plain(lines, path)
    numbered_footer(document)
    document.save(str(path))
    assert at(docx.Document(str(mended(path))), 6).runs[0]._r.rPr.rFonts.get(f"{W}eastAsia") == "仿宋"


# -- the copy itself --------------------------------------------------------------------------------------------------


def spoiled(folder: Path) -> Path:
    """A notice with a slip of looks."""
    path = folder / "通知.docx"
    document = plain(NOTICE, path)
    numbered_footer(document)
    document.save(str(path))
    return path


def test_the_command_writes_a_copy_beside_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spoiled(tmp_path)
    assert kaoping(["format", str(path), "--fix"]) == 0
    out = capsys.readouterr().out
    assert (tmp_path / "通知（已改格式）.docx").is_file()
    assert "已写：" in out and "改好了：通知.docx 第8段" in out and "没有发现问题。" in out
    assert kaoping(["format", str(tmp_path / "通知（已改格式）.docx"), "--fix"]) == 0
    assert "没有可以改的，没有写副本" in capsys.readouterr().out


def test_a_copy_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = spoiled(tmp_path)
    copy_of(path).write_bytes(b"mine")
    for target in (None, path):
        (refused,) = fix(path, target).left
        assert refused.code == "format.copy_exists"
    assert copy_of(path).read_bytes() == b"mine"
    assert marks(path), "nor is the file itself, when it is named as its copy"


def test_a_copy_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = spoiled(tmp_path)
    (refused,) = fix(path, tmp_path / "没有" / "副本.docx").left
    assert refused.code == "format.copy_not_written"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kaoping.wings.official.fix.copy_with", full)
    (refused,) = fix(path).left
    assert refused.code == "format.copy_not_written" and "空间" in refused.problem + refused.mend
    assert [one.name for one in tmp_path.iterdir()] == ["通知.docx"]


def test_all_that_is_no_text_is_copied_byte_for_byte(tmp_path: Path) -> None:
    path = spoiled(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/media/image1.png", b"\x89PNG picture")
        archive.writestr("_xmlsignatures/origin.sigs", b"")
    done = fix(path)
    assert done.copy is not None
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(done.copy) as new:
        assert old.namelist() == new.namelist() and new.testzip() is None
        different = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert different == ["word/document.xml"]
    assert "format.signed" in {finding.code for finding in done.left}


def test_iso_strict_and_unreadable_files_are_refused(tmp_path: Path) -> None:
    loose = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    path = rewritten(spoiled(tmp_path), lambda _, data: data.replace(loose, strict))
    assert [finding.code for finding in fix(path).left] == ["format.strict"]
    path.write_bytes(b"%PDF-1.7")
    assert [finding.code for finding in fix(path).left] == ["format.not_docx"]


def test_options_that_do_not_go_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spoiled(tmp_path)
    assert kaoping(["format", str(path), "--text"]) == 2
    assert kaoping(["format", str(path), str(path), "--fix", "-o", str(tmp_path / "x.docx")]) == 2
    assert kaoping(["format", str(path), "--fix", "-o", str(tmp_path / "x.docx"), "--json"]) == 0
    out = capsys.readouterr().out
    (copy,) = json.loads(out[out.index("{") :])["copies"]
    assert copy["file"] == "通知.docx" and Path(copy["copy"]).name == "x.docx"
    assert [finding["code"] for finding in copy["mended"]] == ["format.font"]


# -- whatever a document holds ----------------------------------------------------------------------------------------

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
FANG = '<w:rPr><w:rFonts w:ascii="仿宋" w:hAnsi="仿宋" w:eastAsia="仿宋"/><w:sz w:val="32"/></w:rPr>'


def word_paragraph(inner: str, after: str = "", properties: str = "") -> str:
    last = f'<w:r>{FANG}<w:t xml:space="preserve">{after}</w:t></w:r>' if after else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}{last}</w:p>"


OPENING = word_paragraph("", "澜川市文化广电局关于检查的通知", '<w:jc w:val="center"/>') + word_paragraph(
    "", "各县局："
)
CLOSING = word_paragraph("", "澜川市文化广电局", '<w:jc w:val="right"/>')
CLOSING += word_paragraph("", "2017年3月5日", '<w:jc w:val="right"/>')
PACKAGE, OFFICE = (
    "http://schemas.openxmlformats.org/package/2006",
    "http://schemas.openxmlformats.org/officeDocument/2006",
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/footnotes.xml": f'<w:footnotes {NAMES}><w:footnote w:id="2"><w:p><w:r><w:t>脚注,不动</w:t></w:r></w:p>'
    "</w:footnote></w:footnotes>",
}


def written(folder: Path, body: str) -> Path:
    """Write a Word file with this body."""
    margins = '<w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800"/>'
    page = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>{margins}</w:sectPr>'
    path = folder / "公文.docx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in PARTS.items():
            archive.writestr(name, data)
        archive.writestr("word/document.xml", f"<w:document {NAMES}><w:body>{body}{page}</w:body></w:document>")
    return path


pieces = st.one_of(
    st.sampled_from([
        "一、", "（一）", "(二)", "1.", "2、", "总体情况。", "全面排查", "，消除隐患", ",整改", '"回头看"',
        "“双随机”", "——", "……", "...", "２０", "2017", "年", "3月05日", "95.4%", "(试行)", "　　", "  ",
        "关于", "的通知", "。", "；", "附件：", "附件1", "【待补：日期】", "〔2017〕5号", "特此通知。", "ＡＢ",
        "XX", "抄送", ":",
    ]),
    st.text("办公室，。、:（)“\"'２a1 \u3000", max_size=6),
)  # fmt: skip
typed = st.lists(pieces, min_size=1, max_size=5).map("".join)


@st.composite
def properties(draw: st.DrawFn) -> str:
    """How characters look: right, wrong, or not said."""
    font = draw(st.sampled_from(["", "仿宋", "宋体", "黑体", "楷体", "方正小标宋简体", "微软雅黑"]))
    latin_ = draw(st.sampled_from(["", font, "Times New Roman", "Calibri"]))
    fonts = "".join(f' w:{slot}="{name}"' for slot, name in
                    (("ascii", latin_), ("hAnsi", latin_), ("eastAsia", font)) if name)  # fmt: skip
    rest = draw(st.lists(st.sampled_from([
        "<w:b/>", "<w:i/>", "<w:strike/>", '<w:color w:val="FF0000"/>', '<w:sz w:val="24"/>', '<w:sz w:val="32"/>',
        '<w:sz w:val="44"/>', '<w:highlight w:val="yellow"/>', '<w:u w:val="single"/>',
        '<w:shd w:val="clear" w:fill="FFFF00"/>', "<w:vanish/>",
    ]), max_size=3, unique=True))  # fmt: skip
    order = ["rFonts", "b", "i", "strike", "vanish", "color", "sz", "highlight", "u", "shd"]
    rest = sorted(rest, key=lambda one: next(at_ for at_, name in enumerate(order) if one.startswith(f"<w:{name}")))
    sizes = [one for one in rest if "w:sz" in one]
    return f"<w:rFonts{fonts}/>" * bool(fonts) + "".join(one for one in rest if one not in sizes[1:])


@st.composite
def run_xml(draw: st.DrawFn, tag: str = "t") -> str:
    look = draw(properties())
    inner = "".join(
        draw(st.sampled_from(["<w:tab/>", "<w:br/>", "<w:noBreakHyphen/>", "<w:lastRenderedPageBreak/>"]))
        if draw(st.integers(0, 7)) == 0
        else f'<w:{tag} xml:space="preserve">{escape(draw(typed))}</w:{tag}>'
        for _ in range(draw(st.integers(1, 2)))
    )
    return f"<w:r>{'<w:rPr>' + look + '</w:rPr>' if look else ''}{inner}</w:r>"


def _field(result: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    told = "<w:r><w:instrText> REF a,b </w:instrText></w:r>"
    return mark.format("begin") + told + mark.format("separate") + result + mark.format("end")


def _box(inner: str) -> str:
    box = f"<w:txbxContent><w:p>{inner}</w:p></w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


WRAPPINGS: list[Callable[[str], str]] = [
    lambda run: run,
    lambda run: f"<w:hyperlink>{run}</w:hyperlink>",
    lambda run: f'<w:ins w:id="3" w:author="甲">{run}</w:ins>',
    lambda run: f'<w:del w:id="4" w:author="甲">{re.sub("(?<=w:)t(?=[ >])", "delText", run)}</w:del>',
    lambda run: f"<w:sdt><w:sdtPr/><w:sdtContent>{run}</w:sdtContent></w:sdt>",
    lambda run: f'<w:fldSimple w:instr=" REF a ">{run}</w:fldSimple>',
    lambda run: f'{run}<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>',
    lambda run: f'<w:commentRangeStart w:id="5"/>{run}<w:commentRangeEnd w:id="5"/>',
    lambda run: f"{run}<m:oMath><m:r><m:t>x,y</m:t></m:r></m:oMath>",
    _field,
    _box,
]  # fmt: skip


@st.composite
def paragraph_xml(draw: st.DrawFn) -> str:
    runs = "".join(draw(st.sampled_from(WRAPPINGS))(draw(run_xml())) for _ in range(draw(st.integers(0, 3))))
    shape = draw(st.sampled_from([
        "", '<w:jc w:val="center"/>', '<w:jc w:val="right"/>', '<w:ind w:firstLineChars="200" w:firstLine="640"/>',
        '<w:ind w:left="720" w:hanging="360"/>', '<w:spacing w:line="400" w:lineRule="exact"/>',
        '<w:spacing w:before="240" w:afterLines="100"/>', '<w:shd w:val="clear" w:fill="D9D9D9"/>',
        "<w:pageBreakBefore/>",
    ]))  # fmt: skip
    return word_paragraph(runs, properties=shape)


TABLE = "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>"
blocks = st.one_of(paragraph_xml(), paragraph_xml(), paragraph_xml(), paragraph_xml().map(TABLE.format))
ANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@ANY
@given(body=st.lists(blocks, min_size=1, max_size=7).map("".join), framed=st.booleans(), words_too=st.booleans())
def test_no_character_changes_and_once_is_enough(
    tmp_path_factory: pytest.TempPathFactory, body: str, framed: bool, words_too: bool
) -> None:
    path = written(tmp_path_factory.mktemp("fix"), OPENING + body + CLOSING if framed else body)
    copy = mended(path, words_too=words_too)
    typed_away = (f"{W}tab", f"{W}br")  # they are characters, and may go with the spaces for an indent
    before, after = ([tag for tag in skeleton(one) if tag not in typed_away] for one in (path, copy))
    assert after == before, "tables, fields and notes stay"
    assert words(copy)["word/footnotes.xml"] == words(path)["word/footnotes.xml"]


@ANY
@given(body=st.lists(blocks, min_size=1, max_size=7).map("".join))
def test_each_change_of_the_text_is_told(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    path = written(tmp_path_factory.mktemp("fix"), OPENING + body + CLOSING)
    done = fix(path, text=True)
    if done.copy is None:
        return
    pairs = zip(words(path)["word/document.xml"], words(done.copy)["word/document.xml"], strict=True)
    different = [(old, new) for old, new in pairs if old != new]
    assert sum(len(new) - len(old) for old, new in different) == sum(len(c.after) - len(c.before) for c in done.changed)
    assert len(different) <= len(done.changed)
    assert bool(different) == bool(done.changed)
