"""Verify finds each thing that was tampered with, and that thing alone."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx.oxml import OxmlElement
from kaoping.cli.main import run
from openpyxl.comments import Comment
from pikepdf import Array, Dictionary, Name

from kaoping.package import bag
from kaoping.pdf import stamp_reader
from kaoping.verify import verify
from packages import tree
from packed import BUNDLE, REPORT, SHEET, TABLE, Packed, packed, set_text
from units import only

Spoil = Callable[[Packed], None]


def codes(package: Path) -> list[str]:
    return [found.code for found in verify(package)]


@pytest.mark.parametrize("form", ["送审稿", "报送稿"])
def test_a_sound_package_has_no_findings(tmp_path: Path, form: str) -> None:
    target = packed(form).build(tmp_path / form)
    before = tree(target)
    assert [(found.code, found.problem) for found in verify(target)] == []
    assert tree(target) == before


# ------------------------------------------------------------------ the bag


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return packed().build(tmp_path / "成果" / "送审稿")


def test_missing_unexpected_and_changed_are_told_apart(sound: Path) -> None:
    (sound / "data" / SHEET).unlink()
    (sound / "data" / "多的.txt").write_text("x")
    (sound / "打开说明.txt").write_text("x")
    (sound / "data" / "~$自评报告.docx").write_text("x")
    (sound / "data" / "Thumbs.db").write_text("x")
    (sound / "data" / ".~自评分表.xlsx").write_text("x")  # a lock of WPS
    found = {(found.code, found.at.file) for found in verify(sound)}
    assert found == {
        ("verify.bag_missing", f"data/{SHEET}"),
        ("verify.bag_unexpected", "data/多的.txt"),
        ("verify.bag_changed", "打开说明.txt"),
        ("verify.bag_junk", "data/~$自评报告.docx"),
        ("verify.bag_junk", "data/Thumbs.db"),
        ("verify.bag_junk", "data/.~自评分表.xlsx"),
    }


@pytest.mark.parametrize("name", ["bag-info.txt", "manifest-sha256.txt", "bagit.txt"])
def test_a_changed_tag_file(sound: Path, name: str) -> None:
    with (sound / name).open("ab") as stream:
        stream.write(b"\n")
    assert codes(sound) == ["verify.bag_changed"]


def test_an_extra_file_beside_the_payload(sound: Path) -> None:
    (sound / "说明.txt").write_text("x")
    assert codes(sound) == ["verify.bag_unexpected"]


def test_names_that_a_mac_has_decomposed(tmp_path: Path) -> None:
    made = packed()
    made.files["附件/é.txt"] = b"x"
    target = made.build(tmp_path / "送审稿")
    old = target / "data" / "附件" / "é.txt"
    assert old.exists()
    old.rename(old.with_name(unicodedata.normalize("NFD", "é.txt")))
    assert codes(target) == []


def test_a_percent_sign_in_a_name(tmp_path: Path) -> None:
    made = packed()
    made.files["附件/完成率100%25.txt"] = b"x"
    target = made.build(tmp_path / "送审稿")
    assert codes(target) == []
    (target / "data" / "附件" / "完成率100%25.txt").write_bytes(b"y")
    assert codes(target) == ["verify.bag_changed"]


@pytest.mark.parametrize(
    "path",
    [
        "../外面.txt",
        "data/../../外面.txt",
        "/etc/passwd",
        "~/x",
        "C:\\x",
        "C:/x",
        "\\\\server\\x",
        "data\\x",
        "data/NUL",
        "data/com1.txt",
        "data//x",
        "data/%0Ax",
    ],
)
@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt", "manifest-md5.txt"])
def test_a_path_out_of_the_package_is_refused_before_anything_is_read(
    sound: Path, monkeypatch: pytest.MonkeyPatch, path: str, name: str
) -> None:
    with (sound / name).open("ab") as stream:
        stream.write(f"{'0' * 64}  {path}\n".encode())
    monkeypatch.setattr("kaoping.core.fs.sha256", lambda _: pytest.fail("opened"))
    assert codes(sound) == ["verify.unsafe_name"]


def test_a_link_in_the_package_is_refused(sound: Path) -> None:
    (sound / "data" / "外面").symlink_to("/etc")
    assert codes(sound) == ["verify.unsafe_name"]


def test_a_package_to_be_fetched_is_refused(sound: Path) -> None:
    (sound / "fetch.txt").write_text("http://example.invalid/x 1 data/x\n")
    assert codes(sound) == ["verify.unsafe_name"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bagit.txt", b"BagIt-Version: one\n"),
        ("manifest-sha256.txt", b"\xff\xfe"),
        ("bagit.txt", b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
    ],
)
def test_damaged_tag_files_are_findings(sound: Path, name: str, content: bytes) -> None:
    (sound / name).write_bytes(content)
    assert {"verify.bag_damaged", "verify.bag_changed"} & set(codes(sound))


def test_what_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    (tmp_path / "包.zip").write_bytes(b"PK")
    for name in ("空", "包.zip", "没有"):
        assert codes(tmp_path / name) == ["verify.no_package"]


# ------------------------------------------------------------------ kaoping.json


def reseal(package: Path) -> None:
    """Make the tag manifest fit again, as somebody with a purpose would."""
    path = package / bag.TAG_MANIFEST
    digests = {name: bag_sha(package / name) for name in bag.read_manifest(path)}
    path.write_bytes(bag.manifest_bytes(digests))


def bag_sha(path: Path) -> str:
    from kaoping.core import fs

    return fs.sha256(path)


def edit(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def step(package: Path) -> None:
        path = package / "kaoping.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        reseal(package)

    return step


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda d: d.update(schema="kaoping.package/9"), "/schema"),
        (lambda d: d.update(form="草稿"), "/form"),
        (lambda d: d.pop("unit"), "/"),
        (lambda d: d.update(year=True), "/year"),
        (lambda d: d["pieces"][1].update(first="3"), "/pieces/1/first"),
        (lambda d: d["lines"][0].update(points="二"), "/lines/0/points"),
        (lambda d: d["totals"]["base"].update(points="NaN"), "/totals/base"),
        (lambda d: d["files"][0].update(path="../../x"), "/files/0/path"),
        (lambda d: d.update(lines={}), "/lines"),
    ],
)
def test_a_manifest_of_another_shape(sound: Path, change: Callable[[dict[str, Any]], Any], where: str) -> None:
    edit(change)(sound)
    assert [(found.code, found.at.path or "/") for found in verify(sound)] == [("verify.manifest_invalid", where)]


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_manifest_that_is_no_json(sound: Path, content: bytes) -> None:
    (sound / "kaoping.json").write_bytes(content)
    reseal(sound)
    assert codes(sound) == ["verify.manifest_invalid"]


def test_a_file_that_the_manifest_does_not_name(sound: Path) -> None:
    edit(lambda d: d["files"].pop(0))(sound)
    assert "verify.manifest_files" in codes(sound)


# ------------------------------------------------------------------ the bundle


def links_on(pdf: pikepdf.Pdf, page: int) -> list[int]:
    """Return which links of the contents lead to ``page``, in the order they are printed."""
    target = pdf.pages[page].obj.objgen
    return [index for index, link in enumerate(pdf.pages[0].obj.Annots) if link.Dest[0].objgen == target]


def relink(page: int, which: int, to: int) -> Spoil:
    """Lead the link number ``which`` of those to ``page`` to another one."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Annots[links_on(pdf, page)[which]].Dest = Array([pdf.pages[to].obj, Name.Fit])

    return lambda made: made.pdf(change)


def unlink(made: Packed) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        for index in reversed(links_on(pdf, 6)):
            del pdf.pages[0].obj.Annots[index]

    made.pdf(change)


def dangling(made: Packed) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Annots[links_on(pdf, 6)[0]].Dest = pikepdf.String("nowhere")

    made.pdf(change)


def named(made: Packed) -> None:
    """A link by name is as good as one by page."""

    def change(pdf: pikepdf.Pdf) -> None:
        names = Array([pikepdf.String("six"), Array([pdf.pages[6].obj, Name.Fit])])
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=names))
        pdf.pages[0].obj.Annots[links_on(pdf, 6)[0]].Dest = pikepdf.String("six")

    made.pdf(change)


def restamp(printed: int, text: str) -> Spoil:
    return lambda made: made.pdf(lambda pdf: set_text(pdf, printed, text))


def drop_last_page(made: Packed) -> None:
    made.pdf(lambda pdf: pdf.pages.__delitem__(-1))


def shift_labels(made: Packed) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.PageLabels = Dictionary(
            Nums=Array([0, Dictionary(S=Name.A), 1, Dictionary(S=Name.D), 4, Dictionary(S=Name.D, St=5)])
        )

    made.pdf(change)


def outline(change: Callable[[Any], None]) -> Spoil:
    def whole(pdf: pikepdf.Pdf) -> None:
        with pdf.open_outline() as tree:
            change(tree.root[0].children)

    return lambda made: made.pdf(whole)


def wrong_bookmark(children: Any) -> None:
    children[0] = pikepdf.OutlineItem("Ⅱ-10-01　待定事项会议纪要", 5)


def moved_in_manifest(made: Packed) -> None:
    """The contents, the stamps and the file agree; kaoping.json says another number."""
    made.document["pieces"][2]["number"] = "Ⅱ-11-09"


def garbage(name: str) -> Spoil:
    def spoil(made: Packed) -> None:
        made.files[name] = made.files[name][:50]

    return spoil


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (relink(4, 0, 5), ["verify.link_wrong"]),  # the 编号
        (relink(4, 1, 5), ["verify.link_wrong"]),  # the title
        (relink(6, -1, 5), ["verify.link_wrong"]),  # the page number
        (relink(4, -1, 5), ["verify.link_wrong"]),  # a mention under another line
        (relink(1, 0, 5), ["verify.link_wrong"]),  # a line's heading
        (relink(5, 0, 1), ["verify.link_wrong"]),
        (dangling, ["verify.link_wrong"]),
        (named, []),
        (unlink, ["verify.link_missing"]),
        (restamp(3, "证据 Ⅱ-10-01（1/2）　第3页"), ["verify.stamp_missing"]),
        (restamp(4, "第4页"), ["verify.stamp_missing"]),
        (drop_last_page, ["verify.page_count"]),
        (shift_labels, ["verify.label_wrong"]),
        (lambda made: made.pdf(lambda pdf: pdf.Root.__delitem__("/PageLabels")), ["verify.page_count"]),
        (outline(lambda children: children.__delitem__(2)), ["verify.bookmark_missing"]),
        (outline(wrong_bookmark), ["verify.bookmark_missing"]),
        (lambda made: made.outputs[3].facts.update(pages=8), ["verify.page_count"]),  # type: ignore[attr-defined]
        (lambda made: made.document["pieces"][1].update(first=3), ["verify.page_count"]),
        (lambda made: made.document["pieces"][2].update(pages=9), ["verify.page_count"]),
        (moved_in_manifest, ["verify.stamp_missing", "verify.link_missing", "verify.bookmark_missing"]),
        (garbage(BUNDLE), ["verify.unreadable"]),
        (lambda made: made.document["pieces"][2].update(volume=2), ["verify.manifest_files"]),
    ],
)
def test_a_spoilt_bundle(tmp_path: Path, spoil: Spoil, expected: list[str]) -> None:
    made = packed()
    spoil(made)
    assert codes(made.build(tmp_path / "送审稿")) == expected


def test_a_contents_row_that_prints_another_page(tmp_path: Path) -> None:
    """The links are right, and the number printed beside them is not there."""
    made = packed()

    def change(pdf: pikepdf.Pdf) -> None:
        stream = pdf.pages[0].obj.Contents
        content = pikepdf.parse_content_stream(pdf.pages[0])
        texts = [index for index, (_, operator) in enumerate(content) if str(operator) in ("Tj", "TJ")]
        # The last text drawn is the third piece's page number; drop it, and it is gone from the row.
        del content[texts[-1]]
        stream.write(pikepdf.unparse_content_stream(content))

    made.pdf(change)
    assert codes(made.build(tmp_path / "送审稿")) == ["verify.number_missing"]


def test_a_stamp_in_a_page_of_one_stream_is_read_too(tmp_path: Path) -> None:
    """Whoever writes the stamp otherwise is still read, only more slowly."""
    made = packed()

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[2].obj
        page.Contents = pdf.make_stream(b"".join(part.read_bytes() + b"\n" for part in page.Contents))

    made.pdf(change)
    assert codes(made.build(tmp_path / "送审稿")) == []


def _swallow(pdf: pikepdf.Pdf) -> None:
    """A string that never ends, before the stamp."""
    page = pdf.pages[2].obj
    page.Contents = pikepdf.Array([pdf.make_stream(b"BT /F1 9 Tf (a string without its end"), *page.Contents])


def _cover(pdf: pikepdf.Pdf) -> None:
    """An annotation over the foot of the page."""
    box = pikepdf.Array([0, 0, 600, 60])
    look = pdf.make_stream(b"0.5 g 0 0 600 60 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=box)
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=box, F=4)
    note.AP = pikepdf.Dictionary(N=look)
    pdf.pages[2].obj.Annots = pikepdf.Array([pdf.make_indirect(note)])


@pytest.mark.parametrize("hide", [_swallow, _cover])
def test_a_stamp_that_is_there_and_can_t_be_seen(tmp_path: Path, hide: Callable[[pikepdf.Pdf], None]) -> None:
    made = packed()
    made.pdf(hide)
    finding = only(verify(made.build(tmp_path / "送审稿")), "verify.stamp_unseen")
    assert "看不见" in finding.problem and finding.at.page == 3


def test_a_stamp_pattern_is_never_run_as_a_format() -> None:
    text = stamp_reader.stamp_text("{number.__class__} {n} {other} {page!r}", number="Ⅱ", n=3, page=1)
    assert text == "{number.__class__} 3 {other} {page!r}"
    pattern = "{number} {n:04}／{page:3}"
    assert stamp_reader.stamp_text(pattern, number="Ⅱ", n=3, page=1) == pattern.format(number="Ⅱ", n=3, page=1)


# ------------------------------------------------------------------ points


def cell(place: str, value: Any) -> Spoil:
    return lambda made: made.book(lambda book: book["自评分表"].__setitem__(place, value))


def table_text(row: int, text: str) -> Spoil:
    return lambda made: made.word(TABLE, lambda d: setattr(d.tables[0].rows[row].cells[2], "text", text))


def report_text(index: int, text: str) -> Spoil:
    return lambda made: made.word(REPORT, lambda d: setattr(d.paragraphs[index], "text", text))


def plain_sheet(made: Packed) -> None:
    """Openpyxl drops the values of formulas when it saves: write them as numbers, so that one cell differs."""
    made.book(
        lambda book: [
            book["自评分表"].__setitem__(f"C{r}", v) for r, v in zip(range(6, 10), (2.5, 1, 0, 3.5), strict=True)
        ]
    )


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (cell("C3", 0.75), ["verify.points_differ"]),
        (cell("C3", None), ["verify.points_differ"]),
        (cell("C3", "半分"), ["verify.points_differ"]),
        (cell("C9", 4), ["verify.points_differ"]),
        (cell("C3", "0.5（待定，0.5～1）"), []),
        (table_text(2, "1"), ["verify.points_differ"]),
        (table_text(1, "20"), ["verify.points_differ"]),
        (table_text(2, "0.5分"), []),
        (report_text(1, "自评总分13.5分。"), ["verify.figure_missing"]),
        (report_text(1, "自评总分3.5 分。"), []),
        (report_text(0, "基础分可得100分，自评2.55分。另2.5分。"), ["verify.figure_missing"]),
        (garbage(SHEET), ["verify.unreadable"]),
        (garbage(REPORT), ["verify.unreadable"]),
        (lambda made: made.outputs[0].facts["cells"]["lines"].update({"10": "没有!A1"}), ["verify.cell_missing"]),
        (lambda made: made.outputs[1].facts["cells"]["lines"].update({"10": [0, 9, 2]}), ["verify.cell_missing"]),
        (lambda made: made.outputs[1].facts["cells"]["lines"].pop("10"), ["verify.cell_missing"]),
        (
            lambda made: made.document["totals"]["bonus"].update(points="2"),
            ["verify.totals_differ", "verify.points_differ"],
        ),
    ],
)
def test_points_that_differ(tmp_path: Path, spoil: Spoil, expected: list[str]) -> None:
    made = packed()
    plain_sheet(made)
    spoil(made)
    target = made.build(tmp_path / "送审稿")
    assert [(found.code, found.problem) for found in verify(target) if found.code not in expected] == []
    assert codes(target) == expected


def test_a_cell_shows_what_excel_shows_in_it(tmp_path: Path) -> None:
    """An error value is told as such; what is merged away, or stands beyond the sheet, is empty."""
    made = packed()
    plain_sheet(made)

    def change(book: Any) -> None:
        book["自评分表"]["C2"] = "#REF!"
        book["自评分表"].merged_cells.add("B3:C3")  # 0.5 stays in the file, and nobody sees it

    made.book(change)
    made.outputs[0].facts["cells"]["lines"]["12"] = "自评分表!ZZ999"  # type: ignore[index]
    problems = {found.at.cell: found.problem for found in verify(made.build(tmp_path / "送审稿"))}
    assert "#REF!" in problems.pop("自评分表!C2")
    assert "空的" in problems.pop("自评分表!C3")
    assert "空的" in problems.pop("自评分表!ZZ999")
    assert problems == {}


@pytest.mark.parametrize("place", ["没有!A1", "自评分表!A0", "自评分表!甲1", "自评分表", "自评分表!A1:B2"])
def test_a_place_that_no_sheet_has(tmp_path: Path, place: str) -> None:
    made = packed()
    plain_sheet(made)
    made.outputs[0].facts["cells"]["lines"]["10"] = place  # type: ignore[index]
    assert codes(made.build(tmp_path / "送审稿")) == ["verify.cell_missing"]


def test_a_formula_without_its_value_is_no_value(tmp_path: Path) -> None:
    """What Excel's preview, a phone and the examiner's import show."""
    made = packed()
    made.book(lambda book: None)
    found = list(verify(made.build(tmp_path / "送审稿")))
    assert {item.code for item in found} == {"verify.points_differ"}
    assert len(found) == 4
    assert "空的" in found[0].problem


# ------------------------------------------------------------------ nothing internal in a 报送稿


def comment(made: Packed) -> None:
    made.word(REPORT, lambda d: d.add_comment(d.paragraphs[0].runs[0], "数据来源：台账"))


def tracked(made: Packed) -> None:
    def change(document: Any) -> None:
        inserted = OxmlElement("w:ins")
        document.paragraphs[0]._p.append(inserted)

    made.word(REPORT, change)


def vanish(made: Packed) -> None:
    made.word(REPORT, lambda d: setattr(d.add_paragraph("x").runs[0].font, "hidden", True))


def property_of(name: str, value: str) -> Spoil:
    return lambda made: made.word(REPORT, lambda d: setattr(d.core_properties, name, value))


def booked(change: Callable[[Any], Any]) -> Spoil:
    def spoil(made: Packed) -> None:
        plain_sheet(made)
        made.book(change)

    return spoil


def gaps(made: Packed) -> None:
    from kaoping.package.manifest import Output

    made.files["任务.txt"] = b"x"
    made.outputs.append(Output("任务.txt", "gaps", "任务"))


INTERNAL: list[Spoil] = [
    comment,
    tracked,
    vanish,
    gaps,
    lambda made: made.word(REPORT, lambda d: d.add_paragraph("【待补：联系人】")),
    lambda made: made.word(REPORT, lambda d: setattr(d.sections[0].footer.paragraphs[0], "text", "得分理由")),
    property_of("author", "张三"),
    property_of("last_modified_by", "Administrator"),
    property_of("comments", "generated by python-docx"),
    property_of("keywords", "内部"),
    booked(lambda book: setattr(book.create_sheet("底稿"), "sheet_state", "hidden")),
    booked(lambda book: setattr(book["自评分表"]["A1"], "comment", Comment("理由", "张三"))),
    booked(lambda book: setattr(book["自评分表"].column_dimensions["D"], "hidden", True)),
    booked(lambda book: setattr(book["自评分表"].row_dimensions[20], "hidden", True)),
    booked(lambda book: book["自评分表"].__setitem__("D2", "2（待定，1～2）")),
    booked(lambda book: setattr(book["自评分表"]["C2"], "number_format", 'General"（缺项，0～2）"')),
    booked(lambda book: book["自评分表"].__setitem__("D1", "可得上限")),
    lambda made: made.word(TABLE, lambda d: d.add_paragraph("2017年度考评细则自评分表（送审稿）")),
    booked(lambda book: setattr(book.properties, "lastModifiedBy", "张三")),
    restamp(1, "得分理由"),
    lambda made: made.document.update(dated="2017-12-05", because=["共2场"]),
    lambda made: made.document["lines"][1].update(max="1"),
    lambda made: made.document["lines"][1].update(status="undecided"),
    lambda made: made.document["totals"].update(unsupported="1"),
]


@pytest.mark.parametrize("spoil", INTERNAL, ids=range(len(INTERNAL)))
def test_internal_things_only_matter_in_what_is_handed_in(tmp_path: Path, spoil: Spoil) -> None:
    final, draft = packed("报送稿"), packed("送审稿")
    spoil(final)
    spoil(draft)
    assert codes(final.build(tmp_path / "报送稿")) == ["verify.internal"]
    assert codes(draft.build(tmp_path / "送审稿")) == []


def test_words_on_the_units_own_evidence_do_not_matter(tmp_path: Path) -> None:
    made = packed("报送稿")
    restamp(2, "证据 Ⅱ-10-01（1/2）　第2页得分理由")(made)
    assert codes(made.build(tmp_path / "报送稿")) == []


#: What a clerk may well write: ordinary words, none of them in the form that we print it in.
ORDINARY = (
    "办公用房面积待定，已列入2018年计划；缺项已补齐，待补的2份材料见《整改方案（送审稿）》。",
    "对照缺项清单逐条整改，得分理由由各科室说明，可得上限与去年相同。",
    "许可证已作废（待定）3件，（缺项）2件，缺佐证的1件",
)


@pytest.mark.parametrize("words", ORDINARY)
def test_ordinary_words_of_the_units_own_do_not_matter(tmp_path: Path, words: str) -> None:
    made = packed("报送稿")
    made.word(REPORT, lambda d: d.add_paragraph(words))
    booked(lambda book: book["自评分表"].__setitem__("D2", words))(made)
    assert [found.problem for found in verify(made.build(tmp_path / "报送稿"))] == []


def test_an_internal_file_name(tmp_path: Path) -> None:
    made = packed("报送稿")
    made.files["缺项清单.txt"] = b"x"
    assert codes(made.build(tmp_path / "报送稿")) == ["verify.internal"]


def test_a_check_that_breaks_is_told_and_is_no_error_of_the_package(
    sound: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise AssertionError("deep in a reader")

    monkeypatch.setattr("kaoping.verify._bundle_check._check_stamps", broken)
    assert codes(sound) == ["verify.check_failed"]
    assert not verify(sound).errors, "what fails is ours"
    assert run(["verify", str(sound)]) == 1, "and does not count as passed"
    assert "没有核对成，不能算核对无误" in capsys.readouterr().out


def test_a_paper_that_only_our_reader_refuses(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another reader opens it: the look has failed, and not the file."""

    def refuse(*_: Any) -> None:
        raise ValueError("deep in a reader")

    monkeypatch.setattr("kaoping.verify._docx_text.document", refuse)
    assert set(codes(sound)) == {"verify.check_failed"}
