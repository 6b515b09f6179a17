"""Office files as LibreOffice shows them: nothing in them runs, nothing is fetched, each has its own verdict."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import pypdfium2
import pytest
from openpyxl.worksheet.properties import PageSetupProperties

from bundles import surveyed
from kaoping.core.model import EvidenceFile, Verdict
from kaoping.evidence.convert import Conversion, NotShownError, _libreoffice, _office_program, _web
from kaoping.evidence.convert._office_program import ConversionFailure, OfficeFile
from kaoping.evidence.convert._saved_page import page_with
from kaoping.evidence.store import PLACE
from kaoping.evidence.workers import Budget
from kaoping.wings.lint._linter import lint
from units import good_unit

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="没有安装 LibreOffice（soffice）")


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server, its address, and what it was asked for."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def _words(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as opened:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in opened)


def _document(path: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def _workbook(path: Path, rows: int = 3, columns: int = 4) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([f"栏目{n}" for n in range(columns)])
    for row in range(rows):
        sheet.append([f"{row}-{column}" for column in range(columns)])
    hidden = book.create_sheet("内部")
    hidden.append(["不给看"])
    hidden.sheet_state = "hidden"
    book.save(path)
    return path


def _replaced(path: Path, parts: dict[str, bytes]) -> Path:
    """Write parts of a zipped file anew."""
    copy = path.with_name(f"_{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    copy.replace(path)
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, EvidenceFile]:
    """What became of sound files of each kind, of bad ones, and of those that a page does not show whole: one batch."""
    folder = tmp_path_factory.mktemp("office") / "材料"
    folder.mkdir()
    _document(folder / "通知.docx", "关于举办培训班的通知")
    shutil.copyfile(folder / "通知.docx", folder / "其实是Word.pdf")
    _workbook(folder / "台账.xlsx")
    (folder / "网页.html").write_text("<html><body><p>执法公示</p></body></html>", encoding="utf-8")
    (folder / "旧文件.rtf").write_bytes(rb"{\rtf1\ansi old words}")
    whole = (folder / "通知.docx").read_bytes()
    (folder / "坏.docx").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(folder / "空.docx", "w") as archive, zipfile.ZipFile(folder / "通知.docx") as source:
        archive.writestr("[Content_Types].xml", source.read("[Content_Types].xml"))
        archive.writestr("word/document.xml", b"<broken")
    document = docx.Document(str(_document(folder / "批注.docx", "关于举办培训班的通知")))
    document.add_comment(document.paragraphs[0].runs, "这里再改改", author="审核人", initials="审")
    document.save(str(folder / "批注.docx"))
    _replaced(
        _document(folder / "带宏.docx", "通知"), {"word/vbaProject.bin": b"x", "word/embeddings/oleObject1.bin": b"x"}
    )
    _workbook(folder / "宽.xlsx", rows=50, columns=18)
    for name, columns in {"设好的.xlsx": 10, "竖着太小.xlsx": 18}.items():
        book = openpyxl.load_workbook(_workbook(folder / name, rows=50, columns=columns))
        assert book.active is not None
        book.active.page_setup.orientation = "portrait"
        book.active.page_setup.fitToHeight = False
        book.active.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        book.save(folder / name)
    return dict(surveyed(folder))


@pytest.mark.slow
def test_each_kind_becomes_pages_and_a_bad_one_takes_no_other_along(found: dict[str, EvidenceFile]) -> None:
    assert {name for name, file in found.items() if str(file.verdict) == "slip_sheet"} == {"坏.docx", "空.docx"}
    assert {name for name, file in found.items() if str(file.verdict) == "converted"} == {
        "其实是Word.pdf", "台账.xlsx", "宽.xlsx", "带宏.docx", "批注.docx", "旧文件.rtf", "网页.html", "设好的.xlsx",
        "竖着太小.xlsx", "通知.docx",
    }  # fmt: skip
    assert {file.program for name, file in found.items() if file.how.startswith("由 LibreOffice")} == {
        _libreoffice.title(_libreoffice.find() or Path())
    }
    for name, words in {"通知.docx": "关于举办培训班", "台账.xlsx": "栏目0", "网页.html": "执法公示"}.items():
        sheets = found[name].sheets
        assert sheets is not None and words in _words(sheets.path)
    ledger = found["台账.xlsx"].sheets
    assert ledger is not None and "不给看" not in _words(ledger.path), "a hidden sheet stays hidden"
    assert found["台账.xlsx"].lost == ("隐藏的工作表没有显示：“内部”。",) and found["台账.xlsx"].keep
    assert found["通知.docx"].lost == () and not found["通知.docx"].keep
    assert "LibreOffice" in found["空.docx"].why


@pytest.mark.slow
def test_what_a_page_does_not_show_of_its_file_is_told(found: dict[str, EvidenceFile]) -> None:
    assert found["批注.docx"].lost == ("批注没有印在页面上。",) and found["批注.docx"].keep
    assert [sentence[:5] for sentence in found["带宏.docx"].lost] == ["里面的宏没", "里面嵌入的"]
    sheets = found["批注.docx"].sheets
    assert sheets is not None and "再改改" not in _words(sheets.path)


@pytest.mark.slow
def test_a_wide_ledger_is_fitted_to_the_page_and_lies_as_it_was_set_up_where_it_can_be_read(
    found: dict[str, EvidenceFile],
) -> None:
    for name, (lies, columns) in {
        "宽.xlsx": (True, 18),
        "设好的.xlsx": (False, 10),
        "竖着太小.xlsx": (True, 18),
    }.items():
        sheets = found[name].sheets
        assert sheets is not None
        with pypdfium2.PdfDocument(sheets.path) as opened:
            first = opened[0].get_textpage().get_text_range()
            width, height = opened[0].get_size()
        assert "0-0" in first and f"0-{columns - 1}" in first and (width > height) is lies, name
        assert "lint.small" not in [finding.code for finding in lint(sheets.path)], name


def test_what_a_web_page_hides_is_not_printed_and_told(tmp_path: Path) -> None:
    """By the page's styles as by its elements; what a style shows again, or only a medium hides, is there."""
    styles = (
        ".menu, #tip {display: none} .a .b {display:none} .back {display:none} .back {display:block}"
        "@media screen {.screen {display:none}} /* .kept {display:none} */"
    )
    hidden = '<div class="x menu">折叠的菜单</div><p id="tip">提示语</p><p style="visibility:hidden">元素自己藏的</p>'
    shown = (
        '<p class="back">又显示</p><p class="screen">纸上有</p><p class="kept">注释里的不算</p>'
        '<p class="menu" style="display:block">展开了</p>'
    )
    page = tmp_path / "a.html"
    page.write_text(f"<html><head><style>{styles}</style></head><body>{hidden}{shown}</body></html>", encoding="utf-8")
    lost = _web.clean(page_with(page, {}), tmp_path / "out.html")
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert lost == ("网页里不显示的内容（折叠的菜单、提示等）没有印：“折叠的菜单”、“提示语”、“元素自己藏的”。",)
    assert all(words in text for words in ("又显示", "纸上有", "注释里的不算", "展开了")) and "提示语" not in text


@pytest.mark.slow
def test_nothing_is_fetched(tmp_path: Path, asked: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    address, paths = asked
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    folder = tmp_path / "材料"
    folder.mkdir()
    _document(folder / "图.docx", "有外部图片")
    with zipfile.ZipFile(folder / "图.docx") as archive:
        links = archive.read("word/_rels/document.xml.rels").decode()
        body = archive.read("word/document.xml").decode()
        settings = archive.read("word/settings.xml").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = f'<Relationship Id="rIdX" Type="{kind}/image" Target="{address}/a.png" TargetMode="External"/>'
    picture = (
        '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape style="width:99pt;height:99pt">'
        f'<v:imagedata r:id="rIdX" xmlns:r="{kind}"/></v:shape></w:pict></w:r></w:p>'
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDEPICTURE "{address}/b.png"'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    template = (
        f'<Relationship Id="rIdT" Type="{kind}/attachedTemplate" Target="{address}/t.dotx" TargetMode="External"/>'
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{template}</Relationships>"
    )
    _replaced(
        folder / "图.docx",
        {
            "word/_rels/document.xml.rels": links.replace("</Relationships>", f"{more}</Relationships>").encode(),
            "word/document.xml": body.replace("<w:sectPr", f"{picture}<w:sectPr", 1).encode(),
            "word/_rels/settings.xml.rels": rels.encode(),
            "word/settings.xml": settings.replace(
                "<w:zoom", f'<w:attachedTemplate r:id="rIdT" xmlns:r="{kind}"/><w:zoom', 1
            ).encode(),
        },
    )
    page = (
        f'<html><head><base href="{address}/"><link rel="stylesheet" href="s.css">'
        f'<script src="{address}/s.js"></script>'
        f'<meta http-equiv="refresh" content="0;url={address}/r"><style>@import "{address}/i.css";</style></head>'
        f'<body background="{address}/bg.png" onload="x()"><p style="background:url({address}/u.png)">字</p>'
        f'<img src="{address}/p.png" alt="现场照片"><iframe src="{address}/f"></iframe>'
        f'<object data="{address}/o"></object><embed src="{address}/e"></body></html>'
    )
    (folder / "页.html").write_text(page, encoding="utf-8")
    _workbook(folder / "表.xlsx")
    with zipfile.ZipFile(folder / "表.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    formula = f'<c r="A9" t="str"><f>WEBSERVICE("{address}/w")</f><v>x</v></c>'
    _replaced(
        folder / "表.xlsx",
        {"xl/worksheets/sheet1.xml": sheet.replace("</sheetData>", f'<row r="9">{formula}</row></sheetData>').encode()},
    )
    found = surveyed(folder)
    assert {str(file.verdict) for file in found.values()} == {"converted"}
    assert paths == []
    lost = ("网页里的框架、图形、音频视频没有显示。", "网页里引用的外部图片没有取来。")
    assert found["页.html"].lost == lost and found["页.html"].keep
    sheets = found["页.html"].sheets
    assert sheets is not None and "现场照片" in _words(sheets.path)


def test_a_cleaned_page_keeps_its_text_and_nothing_that_acts(tmp_path: Path) -> None:
    page = (
        "<html><head><meta charset='gb2312'><title>t</title></head><body><h1 onclick='x()'>公示</h1>"
        "<table border=1><tr><td colspan=2>表</td></tr></table><script>alert(1)</script>"
        "<form>举报编号<input value='0412'><input type=password value='p'><input type=checkbox checked>属实"
        "<select><option>电话<option selected>来访</select><textarea>办结</textarea></form>"
        "<p hidden>草稿一</p><p style='display: none'>草稿二</p>"
        "<img src='data:image/png;base64,iVBORw0KGgo='><a href='javascript:x()'>链接</a></body></html>"
    )
    (tmp_path / "a.html").write_bytes(page.encode("gbk"))
    (lost,) = _web.clean(page_with(tmp_path / "a.html", {}), tmp_path / "b.html")
    assert lost == "网页里不显示的内容（折叠的菜单、提示等）没有印：“草稿一”、“草稿二”。"
    clean = (tmp_path / "b.html").read_text("utf-8")
    shown = ("公示", "表", "链接", 'colspan="2"', "data:image/png", "举报编号", "0412", "☑", "属实", "来访", "办结")
    assert [word for word in shown if word not in clean] == []
    gone = ("script", "onclick", "javascript", "<input", "<form", "电话", "草稿", "password")
    assert [word for word in gone if word in clean] == []


def test_a_page_nested_too_deep_is_not_shown_in_part(tmp_path: Path) -> None:
    """The parser gives up and hands out what it had."""
    page = f"<body><p>甲</p>{'<div>' * 300}罚款五千元。{'</div>' * 300}<p>乙</p></body>"
    (tmp_path / "a.html").write_text(page, "utf-8")
    with pytest.raises(NotShownError):
        _web.clean(page_with(tmp_path / "a.html", {}), tmp_path / "b.html")


def test_text_that_looks_like_a_tag_stays_text(tmp_path: Path) -> None:
    """Else what was cleaned would act after all."""
    (tmp_path / "a.html").write_text("<body>写作 &lt;img src=http://x/y&gt; 的<p>字 &lt;script&gt;</p></body>", "utf-8")
    assert _web.clean(page_with(tmp_path / "a.html", {}), tmp_path / "b.html") == ()
    clean = (tmp_path / "b.html").read_text("utf-8")
    assert "<img" not in clean and "<script" not in clean and clean.count("&lt;") == 2


@pytest.mark.slow
def test_two_runs_make_the_same_pages(tmp_path: Path) -> None:
    soffice = _libreoffice.find()
    assert soffice is not None
    source = _document(tmp_path / "a.docx", "同样的页面" * 30)
    made = []
    for run in "12":
        (tmp_path / run).mkdir()
        wanted = OfficeFile(source, ".docx", tmp_path / f"{run}.pdf")
        [(_, outcome)] = list(_libreoffice.LibreOffice(soffice).convert([wanted], tmp_path / run, Budget()))
        assert isinstance(outcome, Conversion) and outcome.pages == 1
        with pikepdf.open(tmp_path / f"{run}.pdf") as opened:
            streams = [found for found in opened.objects if isinstance(found, pikepdf.Stream)]
            made.append(sorted(found.read_raw_bytes() for found in streams if found.get("/Type") != "/Metadata"))
    assert made[0] == made[1]


@pytest.mark.slow
def test_macros_don_t_run(tmp_path: Path) -> None:
    """A Basic macro bound to the opening of a document would write a file."""
    target = tmp_path / "ran.txt"
    flat = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"
 xmlns:ooo="http://openoffice.org/2004/office" xmlns:xlink="http://www.w3.org/1999/xlink"
 office:mimetype="application/vnd.oasis.opendocument.text" office:version="1.2">
<office:scripts><office:script script:language="ooo:Basic"><ooo:libraries>
<ooo:library-embedded ooo:name="Standard"><ooo:module ooo:name="M">
<ooo:source-code>Sub Go
n = FreeFile
Open "{target}" For Output As #n
Print #n, "x"
Close #n
End Sub</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries></office:script>
<office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load"
 xlink:href="vnd.sun.star.script:Standard.M.Go?language=Basic&amp;location=document" xlink:type="simple"/>
</office:event-listeners></office:scripts>
<office:body><office:text><text:p>words</text:p></office:text></office:body></office:document>"""
    (tmp_path / "a.fodt").write_text(flat, encoding="utf-8")
    soffice = _libreoffice.find()
    assert soffice is not None
    (tmp_path / "work").mkdir()
    wanted = OfficeFile(tmp_path / "a.fodt", ".fodt", tmp_path / "a.pdf")
    [(_, outcome)] = list(_libreoffice.LibreOffice(soffice).convert([wanted], tmp_path / "work", Budget()))
    assert isinstance(outcome, Conversion) and "words" in _words(tmp_path / "a.pdf")
    assert not target.exists()


@pytest.mark.slow
def test_what_hangs_is_stopped_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    slow = tmp_path / "soffice"
    slow.write_text("#!/bin/sh\nsleep 61 &\nsleep 62\n")
    slow.chmod(0o755)
    for name in ("_START", "_EACH", "_PER_MB"):
        monkeypatch.setattr(_office_program, name, 0.05)
    source = _document(tmp_path / "a.docx", "x")
    (tmp_path / "work").mkdir()
    wanted = [OfficeFile(source, ".docx", tmp_path / f"{n}.pdf") for n in range(2)]
    outcomes = [outcome for _, outcome in _libreoffice.LibreOffice(slow).convert(wanted, tmp_path / "work", Budget())]
    assert [isinstance(outcome, ConversionFailure) for outcome in outcomes] == [True, True]
    running = [" ".join(process.cmdline()) for process in psutil.process_iter() if _is_ours(process)]
    assert not [line for line in running if line in ("sleep 61", "sleep 62")]


@pytest.mark.skipif(sys.platform == "win32", reason="装样子的 soffice 是 shell 脚本")
def test_a_killed_check_leaves_no_libreoffice_behind(tmp_path: Path) -> None:
    import psutil

    slow = tmp_path / "soffice"
    slow.write_text("#!/bin/sh\nsleep 63 &\nsleep 64\n")
    slow.chmod(0o755)
    good_unit(tmp_path / "县")
    _document(tmp_path / "县" / "材料" / "a.docx", "x")
    environment = {**os.environ, _libreoffice.PLACE: str(slow), PLACE: str(tmp_path / "store")}
    command = [sys.executable, "-c", "from kaoping.cli.main import main; main()", "check", str(tmp_path / "县")]
    process = subprocess.Popen(command, env=environment)

    def running() -> list[str]:
        lines = [" ".join(process.cmdline()) for process in psutil.process_iter() if _is_ours(process)]
        return [line for line in lines if line in ("sleep 63", "sleep 64")]

    _until(lambda: len(running()) == 2)
    process.kill()
    process.wait()
    _until(lambda: not running())


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def _is_ours(process: Any) -> bool:
    try:
        return process.cmdline()[:1] == ["sleep"]
    except Exception:
        return False


def test_a_version_is_told_without_starting_it() -> None:
    soffice = _libreoffice.find()
    assert soffice is not None and len(_libreoffice.version(soffice)) > 8
    assert Verdict.CONVERTED
