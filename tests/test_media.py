"""What a file is, by its content; and what is a state secret by its marking."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kaoping.evidence._judge import judge
from kaoping.evidence.media import contradiction, kinds, runs, sniff
from kaoping.evidence.words import STOCK


def _picture(form: str) -> bytes:
    Image.new("RGB", (8, 8)).save(out := io.BytesIO(), form)
    return out.getvalue()


def _zip(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr({"types": "[Content_Types].xml"}.get(name, name), content)
    return out.getvalue()


_MAIN = '<Types><Override ContentType="application/vnd.{}.main+xml"/></Types>'
_OPEN = "openxmlformats-officedocument"
_WORDML = "xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'"
_SHEETML = "xmlns='urn:schemas-microsoft-com:office:spreadsheet'"
_EXE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"


@pytest.mark.parametrize(
    ("content", "name", "media"),
    [
        (b"%PDF-1.4", "a.doc", "pdf"),
        (b"\xef\xbb\xbf\n%PDF-1.4", "a.pdf", "pdf"),
        (_picture("JPEG"), "a.png", "jpeg"),
        (_picture("PNG"), "a", "png"),
        (_picture("GIF"), "a", "gif"),
        (_picture("BMP"), "a", "bmp"),
        (_picture("WEBP"), "a", "webp"),
        (_picture("TIFF"), "a", "tiff"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a.jpg", "heic"),
        (b"\0\0\0\x18ftypqt  ", "a.mov", "mp4"),
        (_zip(types=_MAIN.format(f"{_OPEN}.wordprocessingml.document")), "a.zip", "docx"),
        (_zip(types=_MAIN.format(f"{_OPEN}.spreadsheetml.sheet")), "a.docx", "xlsx"),
        (_zip(types=_MAIN.format("ms-excel.sheet.macroEnabled")), "a.xlsx", "xlsm"),
        (_zip(types=_MAIN.format(f"{_OPEN}.presentationml.presentation")), "a", "pptx"),
        (_zip(mimetype="application/vnd.oasis.opendocument.text"), "a.odt", "odt"),
        (_zip(**{"OFD.xml": "<a/>"}), "a.zip", "ofd"),
        (_zip(**{"a.txt": "x"}), "a.docx", "zip"),
        (rb"{\rtf1 x}", "a.doc", "rtf"),
        ("说明".encode("gbk"), "a.txt", "txt"),
        ("﻿甲,乙".encode("utf-16"), "a.csv", "csv"),
        (b"<!DOCTYPE html><html>", "a.txt", "html"),
        (b"From: a@b\nTo: b@c\nSubject: x\nDate: y\n\nz", "a.txt", "eml"),
        (b"just words", "a.eml", "txt"),
        (bytes(range(1, 32)) * 9, "a.txt", "unknown"),
        (b"Rar!\x1a\x07\0", "a.zip", "rar"),
        (
            f"<?xml version='1.0'?>\n<?mso-application progid='Word.Document'?><w:wordDocument {_WORDML}>".encode(),
            "笔录.doc",
            "wordml",
        ),
        (f"<wordDocument {_WORDML.replace(':w', '')}>".encode("utf-16"), "a.xml", "wordml"),
        (f"<?xml version='1.0' encoding='gbk'?><!--导出--><Workbook {_SHEETML}>".encode("gbk"), "a.xls", "sheetml"),
        (b'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"/>', "a.doc", "opc"),
        ('<uof:UOF xmlns:uof="http://schemas.uof.org/cn/2003/uof" xmlns:字="x">'.encode(), "a.uot", "uof"),
        (_zip(**{"uof.xml": "<a/>"}), "a.uof", "uof"),
        (
            b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "a" "b"><svg xmlns="http://www.w3.org/2000/svg"/>',
            "a.txt",
            "svg",
        ),
        (b'<?xml version="1.0"?><EInvoice><a/></EInvoice>', "a.txt", "xml"),
        (b"<note><b>x</b></note>", "a.xml", "xml"),
        (b"<b>x</b> is bold", "a.txt", "txt"),
        (b"<table><tr><td>1</td></tr></table>", "a.xls", "html"),
        (b"<meta charset=gbk><table>", "a.doc", "html"),
        (b"<table><tr>", "a.txt", "txt"),
        ("案号\t日期\n1\t2\n".encode("gbk"), "a.xls", "csv"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=x\r\n\r\n", "a.doc", "mhtml"),
        (
            b"From: <Saved by Blink>\nSubject: x\nDate: y\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n",
            "a",
            "mhtml",
        ),
        (b"From: a@b\nTo: b@c\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n", "a", "eml"),
        (b"just words", "a.mht", "txt"),
        (_EXE, "a.pdf", "exe"),
        (_EXE + b"%PDF-1.4", "a.pdf", "exe"),
        (b"MZ is how it begins", "a.txt", "txt"),
        (b"\x7fELF\x02\x01\x01\0", "a", "elf"),
        (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F", "a.docx", "lnk"),
        (b"#!/bin/sh\n", "a.txt", "script"),
        (b"#!AMR\n", "a.amr", "amr"),
        (b"@echo off", "a.BAT", "script"),
        ('WScript.Echo "甲"'.encode("gbk"), "a.vbs", "script"),
        (b"<html><script>", "a.hta", "script"),
        (b"[InternetShortcut]\r\nURL=http://x", "a.url", "url"),
        ("Windows Registry Editor Version 5.00".encode("utf-16"), "a.txt", "reg"),
        (b"<MMC_ConsoleFile ConsoleVersion='3.0'>", "a.txt", "msc"),
        (_zip(**{"META-INF/MANIFEST.MF": "x"}), "a.zip", "jar"),
        (
            _zip(types=_MAIN.format(f"{_OPEN}.wordprocessingml.document"), **{"META-INF/MANIFEST.MF": "x"}),
            "a.docx",
            "docx",
        ),
        (_picture("PNG"), "a.exe", "png"),
    ],
)
def test_the_content_tells(tmp_path: Path, content: bytes, name: str, media: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert sniff(tmp_path / name).id == media


def test_every_kind_has_a_title_a_family_and_a_suffix() -> None:
    families = {
        "pdf", "picture", "ofd", "office", "web", "text", "table", "mail", "archive", "other", "program",
        "flat_package", "drawing",
    }  # fmt: skip
    assert {kind.family for kind in kinds().values()} == families
    assert all(kind.title and kind.suffix.startswith(".") for kind in kinds().values())


@pytest.mark.parametrize(
    ("media", "suffix", "is_told"),
    [
        ("wordml", ".doc", True), ("html", ".xls", True), ("docx", ".DOC", True), ("rar", ".zip", True),
        ("pdf", ".PDF", False), ("jpeg", ".png", False), ("rtf", ".doc", False), ("txt", ".log", False),
        ("txt", "", False), ("txt", ".17", False), ("unknown", ".pdf", False), ("exe", ".pdf", True),
    ],
)  # fmt: skip
def test_a_name_that_says_another_kind_contradicts(media: str, suffix: str, is_told: bool) -> None:
    assert bool(contradiction(media, suffix)) is is_told


@pytest.mark.parametrize(
    ("name", "does"), [("通知.pdf.EXE", True), ("a.js. ", True), ("a/b.lnk", True), ("exe", False)]
)
def test_programs_are_known_by_their_names_too(name: str, does: bool) -> None:
    assert runs(name) is does


# -- state secrets ----------------------------------------------------------------------------------------------------

LEVELS = ["绝密", "机密", "秘密"]


@given(
    level=st.sampled_from(LEVELS),
    gap=st.sampled_from(["", " ", "\u3000", "\u3000\u3000"]),
    star=st.sampled_from("★☆＊*"),
    before=st.sampled_from(["", "澜川市文件\n", "正文。\n" * 30]),
    after=st.sampled_from(["", "1年", "长期", "\n行动方案"]),
)
def test_a_level_with_its_star_is_a_marking_anywhere(level: str, gap: str, star: str, before: str, after: str) -> None:
    text = f"{before}{level[0]}{gap}{level[1]}{gap}{star}{after}"
    assert STOCK.marking(text, first_page=False) == level and STOCK.marking(text, first_page=True) == level


@given(st.text(st.characters(exclude_characters="绝机秘密"), max_size=200))
def test_other_texts_are_no_marking(text: str) -> None:
    assert STOCK.marking(text, first_page=True) == "" and STOCK.in_name(text) == ""


@pytest.mark.parametrize(
    ("text", "first", "level"),
    [
        ("机密\n关于开展行动的通知", True, "机密"),
        ("机　密\n关于开展行动的通知", True, "机密"),
        ("绝密（启用前）\n试题", True, "绝密"),
        ("【秘密】\n通知", True, "秘密"),
        ("密级：机密", False, "机密"),
        ("密级和保密期限：秘密★5年", False, "秘密"),
        ("第二页\n机密\n", False, ""),
        ("商业秘密保护", True, ""),
        ("保守国家秘密是公民的义务", True, ""),
        ("机密文件管理制度", True, ""),
        ("工作秘密★", True, ""),
        ("文件上标注“秘密★”字样的，按涉密文件管理", True, ""),
        ("国家秘密的密级分为：绝密、机密、秘密三级", True, ""),
        ("密级：绝密、机密或者秘密", True, ""),
    ],
)
def test_what_is_a_marking_and_what_only_speaks_of_it(text: str, first: bool, level: str) -> None:
    assert STOCK.marking(text, first_page=first) == level


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("行动方案（机密）.pdf", "机密"),
        ("机密★名单.pdf", "机密"),
        ("绝密文件.doc", "绝密"),
        ("【秘密】表.xls", "秘密"),
        ("商业秘密保护.pdf", ""),
        ("保密工作总结.pdf", ""),
        ("国家秘密件管理.pdf", ""),
        ("秘密花园观影活动.jpg", ""),
    ],
)
def test_names_tell_too(name: str, level: str) -> None:
    assert STOCK.in_name(name) == level


def test_a_long_text_takes_no_longer_than_it_is_long() -> None:
    for text in ("秘" * 200_000, "秘 " * 100_000, "密级：" * 60_000, "机密" * 100_000):
        assert STOCK.marking(text, first_page=False) == ""


def _zip_with(method: int, spoil: Callable[[bytearray, int, int], None]) -> bytes:
    """A zip whose one part is spoiled; ``spoil`` gets the bytes, where the part's begin, where the directory does."""
    with zipfile.ZipFile(out := io.BytesIO(), "w", method) as archive:
        archive.writestr("[Content_Types].xml", "word" * 2000)
    data = bytearray(out.getvalue())
    spoil(data, 30 + len("[Content_Types].xml"), data.rindex(b"PK\x01\x02"))
    return bytes(data)


def _garbled(data: bytearray, at: int, directory: int) -> None:
    data[at + 4 : directory] = b"\xa5" * (directory - at - 4)


def _endless(data: bytearray, at: int, directory: int) -> None:
    data[directory + 20 : directory + 24] = (2**31).to_bytes(4, "little")  # its packed size


def _unknown(data: bytearray, at: int, directory: int) -> None:
    data[8:10] = data[directory + 10 : directory + 12] = (77).to_bytes(2, "little")  # its method


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("spoil", [_garbled, _endless, _unknown])
def test_a_zip_that_is_broken_in_any_way_is_a_zip(
    tmp_path: Path, method: int, spoil: Callable[[bytearray, int, int], None]
) -> None:
    (tmp_path / "a.docx").write_bytes(_zip_with(method, spoil))
    assert sniff(tmp_path / "a.docx").id == "zip"
    (tmp_path / "made").mkdir()
    assert judge(str(tmp_path / "a.docx"), str(tmp_path / "made"), {})["verdict"] in ("slip_sheet", "unpacked")
