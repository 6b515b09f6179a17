"""The linter: what a reviewer stumbles over in any PDF bundle, told once with its pages; nothing for a clean one."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from kaoping.cli.main import run
from PIL import Image

from bundles import pdf
from hostile_evidence import hostile
from kaoping import api
from kaoping.core.findings import Severity
from kaoping.evidence.convert import _pictures, _text
from kaoping.evidence.workers import Job
from kaoping.pdf import typeset
from kaoping.wings.lint._linter import lint
from kaoping.wings.lint._process import aside
from odd_files import odd
from units import good_unit

D, A, N = pikepdf.Dictionary, pikepdf.Array, pikepdf.Name


def _codes(path: Path) -> list[str]:
    return sorted({finding.code for finding in lint(path)})


def _told(path: Path, code: str) -> str:
    return "\n".join(f"{f.at} {f.problem}" for f in lint(path) if f.code == code)


def _written(path: Path, pages: Iterable[str], first: int = 1) -> Path:
    """Write pages of text with embedded fonts, a number at the foot of each, labels and bookmarks: nothing is wrong."""
    from kaoping.core import resources
    from kaoping.pdf.fonts import SubsetFont
    from kaoping.pdf.stamping import Stamper

    source = path.with_suffix(".txt")
    texts = list(pages)
    with pikepdf.new() as made:
        for text in texts:
            source.write_text(text, encoding="utf-8")
            _text.to_pdf(source, path)
            with pikepdf.open(path) as one:
                made.pages.append(one.pages[0])
        stamps = [f"第{first + at}页" for at in range(len(texts))]
        sheets = [page.obj for page in made.pages]
        stamper = Stamper(made, SubsetFont(resources.fonts() / typeset.FONTS[1], stamps))
        for sheet, stamp in zip(sheets, stamps, strict=True):
            stamper.stamp(sheet, stamp)
        made.Root.PageLabels = D(Nums=A([0, D(S=N.D, St=first)]))
        with made.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("第一件", 0))
        made.save(path)
    source.unlink()
    return path


def _changed(path: Path, change: Callable[[pikepdf.Pdf], Any]) -> Path:
    with pikepdf.open(path, allow_overwriting_input=True) as opened:
        change(opened)
        opened.save(path)
    return path


TEXT = "澜川市文化市场综合行政执法支队开展执法业务培训的情况说明，共三十人参加。"


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return _written(tmp_path / "汇编.pdf", [f"{TEXT}{n}" for n in range(24)])


def test_a_clean_bundle_has_nothing(clean: Path) -> None:
    assert _codes(clean) == []


def test_what_can_t_be_opened(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "坏.pdf").write_bytes(clean.read_bytes()[:300])
    assert _codes(tmp_path / "坏.pdf") == ["lint.unreadable"]
    with pikepdf.open(clean) as opened:
        opened.save(tmp_path / "锁.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    assert "密码" in _told(tmp_path / "锁.pdf", "lint.unreadable")


def test_links_and_bookmarks_that_lead_nowhere_or_elsewhere(clean: Path) -> None:
    def spoil(opened: pikepdf.Pdf) -> None:
        sheets = [page.obj for page in opened.pages]
        gone = opened.make_indirect(D(Type=N.Page))
        for sheet, target in ((sheets[1], gone), (sheets[2], sheets[3])):
            sheet.Annots = A([opened.make_indirect(D(Subtype=N.Link, Rect=A([0, 0, 9, 9]), Dest=A([target, N.Fit])))])
        sheets[4].Annots = A([opened.make_indirect(D(Subtype=N.Link, Rect=A([0, 0, 9, 9]), Dest=pikepdf.String("x")))])
        # A link over its own page's number at the foot, that leads to another page.
        sheets[0].Annots = A(
            [opened.make_indirect(D(Subtype=N.Link, Rect=A([270, 8, 325, 26]), Dest=A([sheets[6], N.Fit])))]
        )
        opened.Root.Outlines.First.Dest = A([gone, N.Fit])

    _changed(clean, spoil)
    assert _codes(clean) == ["lint.bookmark_broken", "lint.link_broken", "lint.link_wrong"]
    assert "第2、5页" in _told(clean, "lint.link_broken")
    assert "印着“1”，跳到“7”" in _told(clean, "lint.link_wrong") and "第一件" in _told(clean, "lint.bookmark_broken")


def _link(opened: pikepdf.Pdf, sheet: int, target: int, rect: tuple[int, int, int, int]) -> None:
    page = opened.pages[sheet].obj
    annotations = page.get("/Annots", A())
    annotations.append(opened.make_indirect(D(Subtype=N.Link, Rect=A(rect), Dest=A([opened.pages[target].obj, N.Fit]))))
    page.Annots = annotations


def test_letters_too_small_and_paper_too_large_are_told_as_they_are_printed(clean: Path, tmp_path: Path) -> None:
    def enlarge(opened: pikepdf.Pdf) -> None:
        for sheet, sides in ((3, (2400, 3400)), (4, (3400, 2400)), (5, (1191, 1684))):
            opened.pages[sheet].obj.MediaBox = A([0, 0, *sides])

    _changed(clean, enlarge)
    assert _codes(clean) == ["lint.page_size", "lint.small"]
    assert "第4～5页" in _told(clean, "lint.small")
    assert "847×1199毫米，打印到 A4 上要缩到25%" in _told(clean, "lint.page_size")


def test_links_that_only_the_office_can_follow_are_told(clean: Path) -> None:
    addresses = [
        "file:///C:/材料/a.docx", r"\\\\fileserver\\共享\\b.pdf", "http://10.1.2.3/oa", "http://oa/x", "https://192.168.0.8:80/",
        "https://example.org/a", "https://www.gov.cn/", "mailto:a@example.org", "http://172.15.0.1/", "https://10.example.org/",
    ]  # fmt: skip

    def spoil(opened: pikepdf.Pdf) -> None:
        for sheet, address in enumerate(addresses):
            action = D(S=N.URI, URI=pikepdf.String(address))
            note = opened.make_indirect(D(Subtype=N.Link, Rect=A([0, 0, 9, 9]), A=action))
            opened.pages[sheet].obj.Annots = A([note])

    _changed(clean, spoil)
    told = _told(clean, "lint.link_private")
    assert _codes(clean) == ["lint.link_private"]
    assert [f"第{sheet}页" in told for sheet in range(1, 11)] == [True] * 5 + [False] * 5


def test_a_file_that_is_locked_against_changes_alone_is_looked_through(clean: Path, tmp_path: Path) -> None:
    with pikepdf.open(clean) as opened:
        opened.save(tmp_path / "锁.pdf", encryption=pikepdf.Encryption(owner="o", user=""))
    assert _codes(tmp_path / "锁.pdf") == []


def test_all_pages_are_listed(clean: Path) -> None:
    def empty(opened: pikepdf.Pdf) -> None:
        for sheet in (0, 2, 3, 4, *range(10, 24, 2)):
            opened.pages[sheet].obj.Contents = opened.make_stream(b"")

    _changed(clean, empty)
    assert "第1、3～5、11、13、15、17、19、21、23页" in _told(clean, "lint.blank")


def test_the_numbers_of_a_piece_s_own_contents_promise_nothing(tmp_path: Path) -> None:
    """The bundle's contents on page 1 are right; a piece that begins on page 3 counts from 1."""
    rows = {0: [3, 6], 2: [1, 2, 3]}
    path = _written(tmp_path / "汇编.pdf", ["\n".join(map(str, [*rows.get(n, []), TEXT])) for n in range(8)])
    with pypdfium2.PdfDocument(path) as drawn:
        boxes = {}
        for sheet, numbers in rows.items():
            text = drawn[sheet].get_textpage()  # each row ends in two more characters
            boxes[sheet] = [tuple(map(int, text.get_charbox(3 * at))) for at in range(len(numbers))]

    def link(opened: pikepdf.Pdf) -> None:
        for sheet, numbers in rows.items():
            for at, number in enumerate(numbers):
                left, foot, right, top = boxes[sheet][at]
                shift = 2 if sheet else 0
                _link(opened, sheet, number - 1 + shift, (left - 3, foot - 3, right + 3, top + 3))

    _changed(path, link)
    assert _codes(path) == []
    _changed(path, lambda opened: opened.pages[2].obj.Annots[0].__setattr__("Dest", A([opened.pages[0].obj, N.Fit])))
    assert "印着“2”，跳到“4”" in _told(path, "lint.link_wrong")  # now one is right, and the others are not


def test_numbers_labels_and_bookmarks_that_are_not_there(clean: Path, tmp_path: Path) -> None:
    _changed(clean, lambda opened: opened.Root.__setattr__("PageLabels", D(Nums=A([0, D(S=N.D, St=3)]))))
    assert _codes(clean) == ["lint.number_wrong"]
    assert "印着“1”" in _told(clean, "lint.number_wrong")
    plain = pdf(tmp_path / "plain.pdf", [f"page {n} {'x' * 40}" for n in range(30)])
    assert _codes(plain) == ["lint.font_missing", "lint.no_bookmarks", "lint.no_numbers"]


def test_a_page_taken_out_afterwards_is_noticed(clean: Path) -> None:
    def take_out(opened: pikepdf.Pdf) -> None:
        del opened.Root.PageLabels
        del opened.pages[5]

    _changed(clean, take_out)
    assert "上一页印着“5”，这一页印着“7”" in _told(clean, "lint.number_wrong")


@pytest.mark.parametrize(("turn", "word"), [(90, "横着"), (180, "倒着"), (270, "横着")])
def test_pages_that_lie_on_their_side(clean: Path, turn: int, word: str) -> None:
    _changed(clean, lambda opened: opened.pages[3].obj.__setattr__("Rotate", turn))
    assert word in _told(clean, "lint.turned") and "第4页" in _told(clean, "lint.turned")


def test_text_that_is_turned_with_its_page_is_upright(tmp_path: Path) -> None:
    for turn, matrix in {90: "0 1 -1 0 300 72", 180: "-1 0 0 -1 500 700", 270: "0 -1 1 0 300 700"}.items():
        path = pdf(tmp_path / f"{turn}.pdf", ["x"], Rotate=turn)

        def write(opened: pikepdf.Pdf, matrix: str = matrix) -> None:
            said = f"BT /F1 12 Tf {matrix} Tm (the text of this page is turned along with it) Tj ET"
            opened.pages[0].obj.Contents = opened.make_stream(said.encode())

        assert "lint.turned" not in _codes(_changed(path, write)), turn


def test_blank_pages_and_scans(clean: Path, tmp_path: Path) -> None:
    Image.new("L", (1240, 1754), 255).save(tmp_path / "white.png", dpi=(150, 150))
    scan = Image.new("L", (2480, 3508), 255)
    scan.paste(0, (300, 300, 2000, 420))
    scan.save(tmp_path / "scan.png")
    scan.resize((500, 707)).save(tmp_path / "coarse.png")
    scan.resize((4960, 7016)).save(tmp_path / "fine.png")
    found = {}
    for name in ("white", "scan", "coarse", "fine"):
        _pictures.to_pdf(tmp_path / f"{name}.png", tmp_path / f"{name}.pdf")
        found[name] = _codes(tmp_path / f"{name}.pdf")
    assert found == {
        "white": ["lint.blank"],
        "scan": ["lint.fine", "lint.no_text"],  # the margins make 300 dpi a little more
        "coarse": ["lint.coarse", "lint.no_text"],
        "fine": ["lint.fine", "lint.no_text"],
    }
    _changed(clean, lambda opened: opened.pages[2].obj.__setattr__("Contents", opened.make_stream(b"")))
    assert {"lint.blank", "lint.number_missing"} <= set(_codes(clean))


def test_personal_data_and_secrets(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.pdf", [f"{TEXT} 举报人：张三丰，电话 13812345678", f"机密★20年 {TEXT}", TEXT])
    assert _codes(path) == ["lint.personal", "lint.secret"]
    told = _told(path, "lint.personal")
    assert "手机号" in told and "举报人姓名" in told and "13812345678" not in told and "张三丰" not in told
    assert "机密" in _told(path, "lint.secret") and "第2页" in _told(path, "lint.secret")


def test_a_large_file(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.pdf", [TEXT])
    with pikepdf.open(path, allow_overwriting_input=True) as made:
        made.Root.PieceInfo = made.make_stream(bytes(201_000_000))
        made.save(path, compress_streams=False)
    assert "201 MB" in _told(path, "lint.large")


def test_the_command_line(clean: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lint", str(clean)]) == 0 and capsys.readouterr().out == "没有发现问题。\n"
    (tmp_path / "坏.pdf").write_bytes(b"x")
    assert run(["lint", str(clean), str(tmp_path / "坏.pdf"), "--json"]) == 1
    assert [f["code"] for f in json.loads(capsys.readouterr().out)["findings"]] == ["lint.unreadable"]
    assert run(["lint"]) == 2


def test_verify_looks_the_bundle_through_and_a_build_does_not(draft: api.Built, tmp_path: Path) -> None:
    package = shutil.copytree(draft.package, tmp_path / "送审稿")
    codes = {finding.code for finding in api.verify(package)}
    assert codes <= {"lint.coarse", "lint.no_text", "lint.fine"}, "the sample's scans are what they are"
    assert "lint.no_text" in codes and not [f for f in draft.findings if f.code.startswith("lint.")]


def test_a_file_that_one_reader_refuses_is_no_bad_file(tmp_path: Path) -> None:
    """pypdf alone: what the others see is told all the same, and that the rest was not looked at."""
    for name in ("极长的数.pdf", "没有结尾.pdf"):
        (tmp_path / name).write_bytes(next(its.content for its in odd() if its.name == name))
        found = list(lint(tmp_path / name))
        assert {finding.code for finding in found} == {"lint.font_missing", "lint.look_failed"}
        assert {finding.severity for finding in found} == {Severity.WARNING}
        [failed] = [finding for finding in found if finding.code == "lint.look_failed"]
        assert "链接" in failed.problem and "不说明文件有错" in failed.effect and str(tmp_path) not in failed.problem
    (tmp_path / "空.pdf").write_bytes(dict(hostile())["no-pages.pdf"]())
    assert "一页也没有" in _told(tmp_path / "空.pdf", "lint.unreadable")


def test_a_page_that_breaks_a_look_is_skipped_and_told(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kaoping.wings.lint import _page_look

    monkeypatch.setattr(_page_look, "_way", lambda writing, turn: 1 / 0)
    found = list(lint(clean))
    assert {finding.code for finding in found} == {"lint.page_skipped", "lint.no_numbers"}
    assert "第1～24页" in _told(clean, "lint.page_skipped") and not [f for f in found if f.severity is Severity.ERROR]


def test_the_last_line_of_a_title_is_no_page_number(tmp_path: Path) -> None:
    """A title that breaks in its cell, and whose last line is digits alone, promises no page."""
    unit = good_unit(tmp_path / "甲市")
    words = "关于全市文化市场综合行政执法队伍业务培训暨案卷评查工作情况的通知及其附件材料登记目录汇总清单"
    for length in (26, 27, 28, 40, 41, 42):
        pdf(unit / "材料" / f"{words[:length]}{1000 + length}.pdf", ["x"])
    assert [finding for finding in api.verify(api.build(unit).package) if finding.code == "lint.link_wrong"] == []


def test_a_look_beside_other_work_finds_the_same(clean: Path) -> None:
    def spoil(opened: pikepdf.Pdf) -> None:
        opened.pages[1].obj.Rotate = 90
        _link(opened, 2, 9, (270, 8, 325, 26))

    _changed(clean, spoil)
    with aside([("汇编.pdf", clean), ("另一册.pdf", clean.with_name("没有.pdf"))]) as looked_through:
        found = list(looked_through())
    assert {finding.code for finding in found} >= {"lint.turned", "lint.link_wrong"}
    assert [finding for finding in found if finding.at.file == "汇编.pdf"] == list(lint(clean))
    assert [finding.at.file for finding in found if finding.code == "lint.unreadable"] == ["另一册.pdf"]


@pytest.mark.parametrize("broken", ["_SECONDS", "_MEMORY"])
def test_a_look_that_never_ends_or_takes_all_memory_is_told(
    clean: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setattr(f"kaoping.wings.lint._process.{broken}", 0)
    monkeypatch.setattr("kaoping.wings.lint._process._SECONDS_PER_MB", 0)
    with aside([("汇编.pdf", clean)]) as looked_through:
        (finding,) = looked_through()
    why = {"_SECONDS": "用时太久", "_MEMORY": "太多内存"}[broken]
    assert finding.code == "lint.look_failed" and why in finding.problem and finding.at.file == "汇编.pdf"


def test_nobody_waits_for_a_look_whose_work_was_broken_off(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    asleep = Job("kaoping.evidence.workers._guard:run_watched", {"command": command, "seconds": 60.0}, 60.0)
    monkeypatch.setattr("kaoping.wings.lint._process.Job", lambda *_: asleep)
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), aside([("汇编.pdf", clean)] * 3):
        time.sleep(1)
        raise KeyboardInterrupt
    assert time.monotonic() - begun < 30


def test_a_page_or_a_look_that_fails_is_told_and_the_others_go_on(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """lint.page_unreadable and lint.look_failed: a reader that breaks has found something."""

    from kaoping.wings.lint import _font_look

    get = pypdfium2.PdfDocument.__getitem__

    def refuse(document: Any, sheet: int) -> Any:
        if sheet == 3:
            raise pypdfium2.PdfiumError("no page")
        return get(document, sheet)

    def fail(_: object) -> None:
        raise ValueError("x")

    monkeypatch.setattr(pypdfium2.PdfDocument, "__getitem__", refuse)
    monkeypatch.setattr(_font_look, "look", fail)
    found = {finding.code: finding.problem for finding in lint(clean)}
    assert "第4页" in found["lint.page_unreadable"] and "字体" in found["lint.look_failed"]
