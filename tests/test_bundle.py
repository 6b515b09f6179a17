"""The bundle as other programs read it: printed page = page label = contents entry = link target."""

from __future__ import annotations

import hashlib
import itertools
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from bundles import card, dossier, evidence, line, pdf, rubric, score, surveyed
from examples import without
from kaoping.bundle import front, writing
from kaoping.bundle.plan import plan_bundle
from kaoping.bundle.writing import Bundle, write_bundle
from kaoping.core.errors import KaopingError, NotMergedError
from kaoping.core.model import DRAFT, FINAL, BundlePlan, EvidenceFile
from kaoping.pdf import typeset
from kaoping.pdf.fonts import _subset

LINES = {"Ⅰ": [line("1", "Ⅰ"), line("2", "Ⅰ")], "Ⅱ": [line("10", "Ⅱ"), line("11", "Ⅱ")]}
ALL = [one for lines in LINES.values() for one in lines]


def _plan(files: Mapping[str, EvidenceFile], claims: Mapping[str, list[str]], form: str = DRAFT) -> BundlePlan:
    scores = [score(one, claims.get(one.id, ())) for one in ALL]
    return plan_bundle(rubric(LINES, {"bundle": {"record_sheet": "true"}}), card(scores), dossier(files), form)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[BundlePlan, Path]:
    folder = tmp_path_factory.mktemp("单位")
    pdf(folder / "材料/a.pdf", ["a1", "a2", "a3"])
    pdf(folder / "材料/b.pdf", ["b1"], Rotate=90)
    pdf(folder / "材料/c.pdf", ["c1", "c2"], MediaBox=pikepdf.Array([-100, -50, 400, 300]))
    Image.effect_noise((300, 200), 60).save(folder / "材料/d.jpg")
    (folder / "材料/e.docx").write_bytes(b"PK\x03\x04")
    pdf(folder / "材料/f.pdf", ["f1"])
    plan = _plan(surveyed(folder / "材料"), {"1": ["a.pdf", "b.pdf"], "10": ["a.pdf", "c.pdf", "d.jpg", "e.docx"]})
    seen: list[tuple[int, int]] = []
    write_bundle(plan, folder / "汇编.pdf", progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (9, 9) and len(seen) == 9
    return plan, folder / "汇编.pdf"


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as opened:
        return [_squeezed(page.get_textpage().get_text_range()) for page in opened]


def test_labels_stamps_and_what_stands_on_each_page(made: tuple[BundlePlan, Path]) -> None:
    plan, path = made
    labels = PdfReader(path).page_labels
    texts = _texts(path)
    assert labels[:2] == ["A", "B"] and labels[-1] == "C" and len(labels) == len(texts)
    assert "填报单位" in texts[0] and "佐证材料目录" in texts[1] and "备考表" in texts[-1]
    sheet = {label: index for index, label in enumerate(labels)}
    assert labels[2:-1] == [str(n) for n in range(1, len(labels) - 2)]
    for divider in plan.dividers:
        on_page = texts[sheet[str(divider.page)]]
        assert _squeezed(divider.heading) in on_page and f"第{divider.page}页" in on_page
        for piece in divider.pieces:
            for page in range(1, piece.evidence.pages + 1):
                n = piece.first + page - 1
                said = f"佐证{piece.number}（{page}/{piece.evidence.pages}）第{n}页"
                assert said in texts[sheet[str(n)]], said
                if piece.evidence.media == "pdf":
                    assert f"{Path(piece.evidence.path).stem}{page}" in texts[sheet[str(n)]]


def test_links_and_bookmarks_lead_where_they_say(made: tuple[BundlePlan, Path]) -> None:
    plan, path = made
    reader = PdfReader(path)
    labels = reader.page_labels
    index = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages) if page.indirect_reference}
    targets: dict[str, set[str]] = {}
    with pypdfium2.PdfDocument(path) as drawn:
        for at, page in enumerate(reader.pages):
            words = drawn[at].get_textpage()
            for note in (ref.get_object() for ref in page.get("/Annots", [])):
                assert "/A" not in note, "no address is left"
                left, bottom, right, top = (float(edge) for edge in note["/Rect"])
                text = _squeezed(words.get_text_bounded(left, bottom, right, top))
                targets.setdefault(text, set()).add(labels[index[note["/Dest"][0].idnum]])
    for piece in plan.pieces:
        assert targets[piece.number] == {str(piece.first)}
        assert targets[str(piece.first)] == {str(piece.first)}
    assert targets["第2页）"] == {"2"}, "the line that refers to it"
    for divider in plan.dividers:
        assert targets[str(divider.page)] == {str(divider.page)}

    def flat(entries: list[Any], depth: int = 0) -> list[tuple[int, str, str]]:
        found: list[tuple[int, str, str]] = []
        for entry in entries:
            if isinstance(entry, list):
                found += flat(entry, depth + 1)
            else:
                found.append((depth, str(entry.title), labels[reader.get_destination_page_number(entry)]))
        return found

    marks = flat(reader.outline)
    assert marks[:4] == [(0, "目录", "B"), (0, "Ⅰ　第Ⅰ部分", "1"), (1, "1　组织第1项工作", "1"), (2, "Ⅰ-1-01　a", "2")]
    assert (0, "未计入得分的材料", str(plan.dividers[-1].page)) in marks
    with pypdfium2.PdfDocument(path) as drawn:
        told = [(mark.get_title(), mark.get_dest().get_index()) for mark in drawn.get_toc(max_depth=5)]
    assert told == [(title, labels.index(label)) for _, title, label in marks]


def test_document_facts_and_a_clean_bill_from_qpdf(made: tuple[BundlePlan, Path]) -> None:
    _, path = made
    assert path.read_bytes().startswith(b"%PDF-1.7")
    with pikepdf.open(path) as opened:
        root = opened.Root
        assert root.Lang == "zh-CN" and root.ViewerPreferences.DisplayDocTitle
        assert str(opened.docinfo.Title) == "澜川市文化市场综合行政执法支队2017年度佐证材料汇编"
        assert str(opened.docinfo.CreationDate).startswith("D:20171222") and "/ModDate" not in opened.docinfo
        assert opened.open_metadata()["dc:title"] == str(opened.docinfo.Title)
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_two_runs_give_the_same_bytes(made: tuple[BundlePlan, Path], tmp_path: Path) -> None:
    plan, path = made
    bundle = write_bundle(plan, tmp_path / "b.pdf")
    content = (tmp_path / "b.pdf").read_bytes()
    assert content == path.read_bytes()
    assert bundle == Bundle(len(PdfReader(path).pages), hashlib.sha256(content).hexdigest())
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["b.pdf"]


def test_what_other_processes_do_of_a_long_bundle_gives_the_same_bytes(
    made: tuple[BundlePlan, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The font is cut and each part of the front matter drawn by a process of its own: here fontTools stays out."""

    def cut_here(*_: object) -> bytes:
        raise AssertionError("this process cut the font")

    monkeypatch.setattr(writing, "_MANY", 0)
    monkeypatch.setattr(_subset, "_cut", cut_here)
    plan, path = made
    write_bundle(plan, tmp_path / "b.pdf")
    assert (tmp_path / "b.pdf").read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_the_identity_tells_bundles_apart_by_what_they_show(tmp_path: Path) -> None:
    """The same evidence and plan, wherever they lie, are the same bundle; another source or another word is not."""

    sources = {text: pdf(tmp_path / f"{text}.pdf", [text]).read_bytes() for text in ("text", "next")}

    def identity(folder: Path, text: str, title: str = "标题", form: str = DRAFT) -> tuple[str, ...]:
        (folder / "材料").mkdir(parents=True)
        (folder / "材料/a.pdf").write_bytes(sources[text])
        files = {path: replace(file, title=title) for path, file in surveyed(folder / "材料").items()}
        write_bundle(_plan(files, {"1": ["a.pdf"]}, form), folder / "b.pdf")
        with pikepdf.open(folder / "b.pdf") as opened:
            return tuple(bytes(one).hex() for one in opened.trailer.ID)

    first, second = identity(tmp_path / "一", "text")
    assert first == second and len(bytes.fromhex(first)) == 16
    assert identity(tmp_path / "别处", "text") == (first, first)
    others = [
        identity(tmp_path / "二", "next"),
        identity(tmp_path / "三", "text", "另一个标题"),
        identity(tmp_path / "四", "text", form=FINAL),
    ]
    assert len({first, *(one for pair in others for one in pair)}) == 4


def test_the_final_form_keeps_silent_about_points(made: tuple[BundlePlan, Path], tmp_path: Path) -> None:
    _, path = made
    files = surveyed(path.parent / "材料")
    write_bundle(_plan(files, {"1": ["a.pdf"], "10": ["a.pdf", "d.jpg"]}, FINAL), tmp_path / "b.pdf")
    whole = "".join(_texts(tmp_path / "b.pdf"))
    assert not re.search("送审稿|自评分|得分理由|尚无|未计入|缺项", whole)
    assert "另见" in whole and "组织第2项工作" not in whole


def test_nothing_at_all_still_makes_a_bundle(tmp_path: Path) -> None:
    write_bundle(_plan({}, {}, FINAL), tmp_path / "b.pdf")
    assert PdfReader(tmp_path / "b.pdf").page_labels == ["A", "B", "C"]


# -- what sources bring along ---------------------------------------------------------------------------------------


def _named(path: Path, shift: int) -> Path:
    """Write a 3-page PDF whose page 1 links by the name “ch” to page 1 + shift, in each of the ways there are."""
    D, A, N = pikepdf.Dictionary, pikepdf.Array, pikepdf.Name  # noqa: N806
    with pikepdf.open(pdf(path.with_suffix(".plain.pdf"), ["p1", "p2", "p3"])) as made:
        page = [one.obj for one in made.pages]
        there = A([page[shift], N.XYZ, 0, 700, None])
        made.Root.Names = D(Dests=D(Names=A([pikepdf.String("ch"), D(D=there)])), JavaScript=D(Names=A([])))
        made.Root.Dests = D(old=A([page[shift], N.Fit]))
        made.Root.OpenAction = D(S=N.JavaScript, JS="app.alert(1)")
        made.Root.StructTreeRoot = D(Type=N.StructTreeRoot)
        links = [
            D(Dest=pikepdf.String("ch")),
            D(A=D(S=N.GoTo, D=pikepdf.String("ch"))),
            D(Dest=N.old),
            D(Dest=there),
            D(Dest=A([shift, N.Fit])),
        ]
        dead = [D(Dest=pikepdf.String("nowhere")), D(A=D(S=N.JavaScript, JS="x")), D(A=D(S=N.Launch, F="a.exe"))]
        notes = [*links, *dead, D(A=D(S=N.URI, URI="https://example.org/"))]
        for note in notes:
            note.Subtype, note.Rect = N.Link, A([0, 0, 9, 9])
        page[0].Annots = A([made.make_indirect(note) for note in notes])
        page[0].AA = D(O=D(S=N.JavaScript, JS="x"))
        page[0].StructParents = 0
        made.save(path)
    path.with_suffix(".plain.pdf").unlink()
    return path


def test_names_land_in_their_own_document_and_nothing_acts(tmp_path: Path) -> None:
    for name, shift in {"a": 1, "b": 2}.items():
        (tmp_path / "材料").mkdir(exist_ok=True)
        _named(tmp_path / f"材料/{name}.pdf", shift)
    plan = _plan(surveyed(tmp_path / "材料"), {"1": ["a.pdf", "b.pdf"]})
    write_bundle(plan, tmp_path / "b.pdf")
    reader = PdfReader(tmp_path / "b.pdf")
    index = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages) if page.indirect_reference}
    for piece, shift in zip(plan.pieces, (1, 2), strict=True):
        page = reader.pages[piece.first + 1]
        notes = [note.get_object() for note in page["/Annots"]]
        assert [index[n["/Dest"][0].idnum] for n in notes if "/Dest" in n] == [piece.first + 1 + shift] * 5
        assert [n["/A"]["/URI"] for n in notes if "/A" in n] == ["https://example.org/"]
        assert "/AA" not in page and "/StructParents" not in page
    root = reader.trailer["/Root"]
    assert not {"/OpenAction", "/Names", "/Dests", "/StructTreeRoot"} & set(root)


def test_form_fields_of_one_name_keep_their_own_values(tmp_path: Path) -> None:
    D, A, N = pikepdf.Dictionary, pikepdf.Array, pikepdf.Name  # noqa: N806
    for name in "ab":
        with pikepdf.open(pdf(tmp_path / "plain.pdf", ["x"])) as made:
            field = D(
                Type=N.Annot,
                Subtype=N.Widget,
                FT=N.Tx,
                T="姓名",
                V=name,
                Rect=A([0, 0, 9, 9]),
                AA=D(K=D(S=N.JavaScript)),
            )
            made.pages[0].obj.Annots = A([made.make_indirect(field)])
            made.Root.AcroForm = D(Fields=A([made.pages[0].obj.Annots[0]]), XFA="x", DA="/Helv 0 Tf")
            (tmp_path / "材料").mkdir(exist_ok=True)
            made.save(tmp_path / f"材料/{name}.pdf")
    write_bundle(_plan(surveyed(tmp_path / "材料"), {"1": ["a.pdf", "b.pdf"]}), tmp_path / "b.pdf")
    with pikepdf.open(tmp_path / "b.pdf") as opened:
        fields = list(opened.Root.AcroForm.Fields)
        assert sorted(str(field.V) for field in fields) == ["a", "b"] and len({str(field.T) for field in fields}) == 2
        assert "/XFA" not in opened.Root.AcroForm and all("/AA" not in field for field in fields)


# -- files that are not what they were ------------------------------------------------------------------------------


def _rewrite(path: Path) -> None:
    pdf(path, ["other"])


@pytest.mark.parametrize("spoil", [Path.unlink, _rewrite])
def test_a_source_that_is_not_the_one_planned_stops_the_bundle(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    source = pdf(tmp_path / "材料/a.pdf", ["x"])
    plan = _plan(surveyed(tmp_path / "材料"), {"1": ["a.pdf"]})
    (tmp_path / "b.pdf").write_bytes(b"last time's")
    spoil(source)
    with pytest.raises(KaopingError, match=r"a\.pdf") as caught:
        write_bundle(plan, tmp_path / "b.pdf")
    assert [finding.code for finding in caught.value.findings] == ["evidence.changed"]
    assert (tmp_path / "b.pdf").read_bytes() == b"last time's" and not list(tmp_path.glob("*.part"))


def test_a_source_that_changes_during_the_merge_stops_the_bundle(tmp_path: Path) -> None:
    source = pdf(tmp_path / "材料/a.pdf", ["x"])
    plan = _plan(surveyed(tmp_path / "材料"), {"1": ["a.pdf"]})
    with pytest.raises(KaopingError):
        write_bundle(plan, tmp_path / "b.pdf", progress=lambda *_: _rewrite(source))
    assert not (tmp_path / "b.pdf").exists()


def test_a_source_that_fails_in_the_merge_is_named(tmp_path: Path) -> None:
    pdf(tmp_path / "材料/a.pdf", ["x"])
    bad = tmp_path / "材料/b.pdf"
    bad.write_bytes(b"%PDF-1.4 not any more")
    files = dict(surveyed(tmp_path / "材料"))
    good = files["a.pdf"].sheets
    assert good is not None
    changed = replace(good, path=bad, size=bad.stat().st_size, time=bad.stat().st_mtime_ns)
    files["b.pdf"] = replace(files["a.pdf"], path="b.pdf", source=bad, sheets=changed)
    with pytest.raises(NotMergedError) as caught:
        write_bundle(_plan(files, {"1": ["a.pdf", "b.pdf"]}), tmp_path / "out.pdf")
    assert list(caught.value.reasons) == ["b.pdf"] and not (tmp_path / "out.pdf").exists()


def test_the_bundle_is_never_written_over_its_evidence(tmp_path: Path) -> None:
    source = pdf(tmp_path / "材料/a.pdf", ["x"])
    plan = _plan(surveyed(tmp_path / "材料"), {"1": ["a.pdf"]})
    with pytest.raises(ValueError, match="overwrite"):
        write_bundle(plan, source)


# -- the front matter's limits --------------------------------------------------------------------------------------


DIVIDERS = set(itertools.product([0, 3, 6, 9, 12, 45, 300], [1, 26, 27, 60, 900]))
TELLING = {(0, 1), (6, 27), (12, 60), (45, 900), (300, 26), (300, 900)}  # short, long, just over a line, and too long


@pytest.mark.parametrize(("entries", "length"), without(DIVIDERS - TELLING, sorted(DIVIDERS)))
def test_a_divider_is_one_page_whatever_it_says(entries: int, length: int, tmp_path: Path) -> None:
    text = ("整改落实到位情况说明" * 90)[:length]
    of = line("1", "Ⅰ", text, text * 2)
    files = {f"{text}{index}.pdf": evidence(f"{text}{index}.pdf") for index in range(entries)}
    files |= {"x.pdf": evidence("x.pdf")}
    result = score(of, files, [f"{text}缺{index}" for index in range(entries)], [text] * entries)
    second = score(replace(of, id="2"), files, (), [text] * entries)
    lines = {"Ⅰ": [of, replace(of, id="2")]}
    plan = plan_bundle(rubric(lines), card([result, second]), dossier(files), DRAFT)
    drawn = []
    for part in front.PARTS:
        path = tmp_path / f"{part}.pdf"
        drawn.append((path, typeset.draw(front.TEMPLATE, front.data_of(plan, 1, part), str(path))))
    assert len(front.read_front(drawn, plan, 1).dividers) == 2  # raises where a sheet too many comes out


def test_texts_are_text_and_rare_characters_are_told() -> None:
    markup = "#panic() $x^2$ *b* <mark> @ref // \\ " + "A" * 200 + "\n\x00𠮷\ue000"
    of = line("1", "Ⅰ", markup, markup)
    files = {"a.pdf": replace(evidence("a.pdf"), title=markup, doc_no=markup, issuer=markup)}
    plan = plan_bundle(rubric({"Ⅰ": [of]}), card([score(of, files, [markup])]), dossier(files), DRAFT)
    assert front.undrawable(plan) == ("\ue000", "𠮷")
    with pypdfium2.PdfDocument(typeset.render(front.TEMPLATE, front.data_of(plan, 1))[0]) as drawn:
        text = _squeezed(drawn[2].get_textpage().get_text_range())
        assert "#panic()$x^2$*b*<mark>@ref//\\" in text and "\u200b" not in text and "〓" in text
        width = drawn[2].get_size()[0]
        words = drawn[2].get_textpage()
        assert max(words.get_charbox(i)[2] for i in range(words.count_chars())) < width - 50


def test_the_templates_own_words_can_be_drawn(made: tuple[BundlePlan, Path]) -> None:
    """PDF/A-2b refuses a character without a glyph, and names it; plain PDF drops it in silence."""
    plan, _ = made
    typeset.compiler("bundle.typ", front.data_of(plan, 1)).compile(format="pdf", pdf_standards=["a-2b"], timestamp=0)


def _layered(path: Path, **config: Any) -> Path:
    """Write a page with a red layer over all of it; ``config`` is its default configuration."""
    D, A, N = pikepdf.Dictionary, pikepdf.Array, pikepdf.Name  # noqa: N806
    with pikepdf.open(pdf(path.with_name("plain.pdf"), ["x"])) as made:
        layer = made.make_indirect(D(Type=N.OCG, Name="水印"))
        default = {key: A([layer]) if value is list else value for key, value in config.items()}
        if "AS" in default:
            layer.Usage = D(View=D(ViewState=N.OFF))
            default["AS"] = A([D(Event=N.View, Category=A([N.View]), OCGs=A([layer]))])
        made.Root.OCProperties = D(OCGs=A([layer]), D=D(**default))
        page = made.pages[0].obj
        page.Resources.Properties = D(L=layer)
        page.Contents = made.make_stream(b"/OC /L BDC 1 0 0 rg 0 100 595 700 re f EMC")
        made.save(path)
    path.with_name("plain.pdf").unlink()
    return path


def test_hidden_layers_stay_hidden_and_shown_ones_shown(tmp_path: Path) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    _layered(folder / "a显示.pdf")
    _layered(folder / "b关闭.pdf", OFF=list)
    _layered(folder / "c全关.pdf", BaseState=pikepdf.Name.OFF)
    _layered(folder / "d自动.pdf", AS=list)
    names = sorted(path.name for path in folder.iterdir())
    files = surveyed(folder)
    assert [str(files[name].verdict) for name in names] == ["ready"] * 4
    plan = _plan(files, {"1": names})
    write_bundle(plan, tmp_path / "b.pdf")
    with pypdfium2.PdfDocument(tmp_path / "b.pdf") as opened:
        colours = [
            opened[piece.first + 1].render().to_pil().convert("RGB").getpixel((300, 400)) for piece in plan.pieces
        ]
    assert colours[:3] == [(255, 0, 0), (255, 255, 255), (255, 255, 255)]
    with pikepdf.open(tmp_path / "b.pdf") as opened:
        properties = opened.Root.OCProperties
        assert len(properties.OCGs) == 3 and len(properties.D.OFF) == 2  # the shown one needs no switch
        [automatic] = properties.D.AS
        assert automatic.Event == pikepdf.Name.View and len(automatic.OCGs) == 1
        assert not any("Kaoping" in key for layer in properties.OCGs for key in dict(layer))


def test_bookmarks_of_a_source_stand_under_its_piece(tmp_path: Path) -> None:
    path = pdf(tmp_path / "材料/a.pdf", ["a1", "a2", "a3"])
    with pikepdf.open(path, allow_overwriting_input=True) as made:
        with made.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("第一章", 0))
            outline.root[0].children.append(pikepdf.OutlineItem("第二节", 2))
        made.save(path)
    plan = _plan(surveyed(tmp_path / "材料"), {"1": ["a.pdf"]})
    write_bundle(plan, tmp_path / "b.pdf")
    with pypdfium2.PdfDocument(tmp_path / "b.pdf") as drawn:
        told = [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in drawn.get_toc(max_depth=9)]
    first = plan.pieces[0].first + 1
    at = told.index((2, "Ⅰ-1-01　a", first))
    assert told[at + 1 : at + 3] == [(3, "第一章", first), (4, "第二节", first + 2)]


def test_a_signature_is_still_seen_and_no_field_is_left_of_it(tmp_path: Path) -> None:
    D, A, N = pikepdf.Dictionary, pikepdf.Array, pikepdf.Name  # noqa: N806
    path = pdf(tmp_path / "材料/a.pdf", ["x"])
    with pikepdf.open(path, allow_overwriting_input=True) as made:
        look = made.make_stream(b"1 0 0 rg 0 0 90 30 re f", Type=N.XObject, Subtype=N.Form, BBox=A([0, 0, 90, 30]))
        widget = D(Type=N.Annot, Subtype=N.Widget, FT=N.Sig, T="s", Rect=A([100, 100, 190, 130]), AP=D(N=look), F=4)
        widget.V = D(Type=N.Sig, Filter=N("/Adobe.PPKLite"), Contents=b"0" * 20)
        made.pages[0].obj.Annots = A([made.make_indirect(widget)])
        made.Root.AcroForm = D(Fields=A([made.pages[0].obj.Annots[0]]), SigFlags=3)
        made.save(path)
    plan = _plan(surveyed(tmp_path / "材料"), {"1": ["a.pdf"]})
    write_bundle(plan, tmp_path / "b.pdf")
    assert plan.pieces[0].note == "原件见附件"
    with pypdfium2.PdfDocument(tmp_path / "b.pdf") as opened:
        seen = opened[plan.pieces[0].first + 1].render().to_pil().convert("RGB")
    assert seen.getpixel((140, 842 - 115)) == (255, 0, 0)
    with pikepdf.open(tmp_path / "b.pdf") as opened:
        assert "/AcroForm" not in opened.Root or not len(opened.Root.AcroForm.get("/Fields", []))


def test_writing_at_the_foot_is_not_covered_and_pictures_get_a_ground(tmp_path: Path) -> None:
    for name, content in {"字": b"0 0 0 rg 250 12 95 6 re f", "图": b"0.2 0.3 0.2 rg 0 0 595 842 re f"}.items():
        path = pdf(tmp_path / f"材料/{name}.pdf", ["x"])
        with pikepdf.open(path, allow_overwriting_input=True) as made:
            made.pages[0].obj.Contents = made.make_stream(content)
            made.save(path)
    plan = _plan(surveyed(tmp_path / "材料"), {"1": ["图.pdf", "字.pdf"]})
    write_bundle(plan, tmp_path / "b.pdf")
    with pypdfium2.PdfDocument(tmp_path / "b.pdf") as opened:
        picture, writing = (opened[piece.first + 1].render(scale=2).to_pil().convert("L") for piece in plan.pieces)
    foot = writing.crop((400, 1684 - 56, 790, 1684 - 2))
    bars = writing.crop((400, 1684 - 110, 790, 1684 - 58))
    assert bars.getextrema()[0] < 40, "the writing is still there, above"
    assert sum(foot.histogram()[:80]) < 0.1 * foot.width * foot.height, "and nothing but the stamp below"
    ground = picture.crop((300, 1684 - 48, 890, 1684 - 20))
    assert ground.getextrema()[1] > 170 and ground.getextrema()[0] < 100
