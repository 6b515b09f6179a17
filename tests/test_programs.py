"""Programs among the evidence: told, and copied nowhere, whatever carries them; contradicting names are told once."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from zlib import compress

import docx
import pytest

from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.core.findings import Finding
from kaoping.evidence.convert._embedded_programs import programs_in
from units import PROOF, TRAINING, good_unit

EXE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 32
LNK = bytes.fromhex("4c0000000114020000000000c000000000000046") + b"\0" * 40


def _zip(**members: bytes) -> bytes:
    with zipfile.ZipFile(out := io.BytesIO(), "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def _native(name: str, content: bytes) -> bytes:
    """Wrap a file as Windows' Object Packager does."""
    label = name.encode("gb18030") + b"\0"
    path = b"C:\\" + label
    return (
        b"\x02\0"
        + label
        + path
        + b"\0\0\x03\0"
        + struct.pack("<I", len(path))
        + path
        + struct.pack("<I", len(content))
        + content
    )


def _rtf(name: str, content: bytes) -> bytes:
    wrapped = _native(name, content)
    object_ = b"\x01\x05\0\0\x02\0\0\0\x08\0\0\0Package\0" + b"\0" * 8 + struct.pack("<I", len(wrapped)) + wrapped
    return rb"{\rtf1 words{\object\objemb{\*\objdata " + object_.hex().encode() + b"}}}"


def _told(unit: Path, code: str) -> list[Finding]:
    return [finding for finding in api.check(unit) if finding.code == code]


def test_a_program_is_told_and_lies_nowhere_in_the_package(tmp_path: Path) -> None:
    """evidence.program, evidence.carries_program: neither in the bundle, 附件/, 原件/, nor in a zip there."""
    unit = good_unit(tmp_path / "县", {"trainings.yaml": TRAINING + PROOF})
    materials = unit / "材料"
    (materials / "培训/查询.exe").write_bytes(EXE)
    (materials / "通知.pdf.lnk").write_bytes(LNK)
    (materials / "改名.docx").write_bytes(EXE + b"renamed")
    (materials / "整理.bat").write_text("echo off\r\ndel x", encoding="gbk")
    (materials / "包.zip").write_bytes(_zip(a__x_exe=EXE + b"zipped", b_txt=b"words"))
    (materials / "嵌.rtf").write_bytes(_rtf("装机.exe", EXE + b"embedded"))
    built = api.build(unit, with_originals=True)
    programs = {str(f.at) for f in built.findings if f.code == "evidence.program"}
    assert programs == {
        f"材料/{name}" for name in ("培训/查询.exe", "通知.pdf.lnk", "改名.docx", "整理.bat", "包.zip/a/x.exe")
    }
    (carrier,) = (f for f in built.findings if f.code == "evidence.carries_program")
    assert "装机.exe" in carrier.problem and str(carrier.at) == "材料/嵌.rtf"
    others = {str(f.at) for f in built.findings if f.code in ("evidence.not_shown", "evidence.misnamed")}
    assert not others & programs, "a program is told once"
    copies = [path for path in built.package.rglob("*") if path.is_file() and {"附件", "原件"} & {*path.parts}]
    assert [path.suffix for path in copies] == [".pdf"], "the notice alone"
    for path in built.package.rglob("*"):
        assert not path.is_file() or (EXE not in path.read_bytes() and EXE.hex().encode() not in path.read_bytes())


def test_a_program_can_t_be_handed_in_nor_accepted(tmp_path: Path) -> None:
    """final.program."""
    unit = good_unit(tmp_path / "县", {"trainings.yaml": TRAINING + "  evidence: 培训/查询.exe\n"})
    (unit / "材料/培训/查询.exe").write_bytes(EXE)
    with pytest.raises(KaopingError) as caught:
        api.build(unit, final=True)
    codes = {f.code for f in caught.value.findings if "查询.exe" in str(f.at)}
    assert "final.program" in codes and "final.slip_sheet" not in codes
    with pytest.raises(KaopingError):
        api.accept(unit, "说明页", "培训/查询.exe", reason="要", who="办公会")


def _docx(**parts: bytes) -> bytes:
    docx.Document().save(out := io.BytesIO())
    with zipfile.ZipFile(out, "a") as archive:
        for name, content in parts.items():
            archive.writestr(f"word/embeddings/{name.replace('_', '.')}", content)
    return out.getvalue()


def _slides(content: bytes) -> bytes:
    packed = compress(content)
    return struct.pack("<HHII", 0x10, 0x1011, len(packed) + 4, len(content)) + packed


@pytest.mark.parametrize(
    ("content", "programs"),
    [
        (_docx(x_exe=EXE), ("x.exe",)),
        (_docx(oleObject1_bin=EXE), ("oleObject1.bin",)),
        (_docx(a_vbs=b"MsgBox 1"), ("a.vbs",)),
        (_docx(a_docx=_docx(b_js=b"x()")), ("b.js",)),
        (_docx(a_rtf=_rtf("甲.pdf", LNK)), ("甲.pdf",)),
        (_rtf("甲.cmd", b"dir"), ("甲.cmd",)),
        (_docx(a_pdf=b"%PDF-1.4", b_txt=b"MZ begins a text"), ()),
        (_rtf("甲.txt", b"plain words"), ()),
        (b"PK\x03\x04 broken", ()),
        (rb"{\rtf1{\*\objdata 0}}", ()),
        (b"\xd0\xcf\x11\xe0 broken", ()),
    ],
)  # fmt: skip
def test_programs_in_office_files_are_found(tmp_path: Path, content: bytes, programs: tuple[str, ...]) -> None:
    (tmp_path / "a").write_bytes(content)
    assert programs_in(tmp_path / "a") == programs


def test_programs_in_ole_streams_and_slides_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import olefile

    streams = {
        ("ObjectPool", "_1", "\x01Ole10Native"): b"\0\0\0\0" + _native("登记.scr", EXE),
        ("PowerPoint Document",): b"before" + _slides(_docx(c_exe=EXE)),
        ("WordDocument",): EXE,
    }

    class Ole:
        def __init__(self, _: object) -> None: ...
        def __enter__(self) -> Ole:
            return self

        def __exit__(self, *_: object) -> None: ...
        def listdir(self) -> list[tuple[str, ...]]:
            return list(streams)

        def openstream(self, path: tuple[str, ...]) -> io.BytesIO:
            return io.BytesIO(streams[path])

    monkeypatch.setattr(olefile, "OleFileIO", Ole)
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert programs_in(tmp_path / "a.doc") == ("登记.scr", "c.exe")


def test_a_name_that_contradicts_is_told_once(tmp_path: Path) -> None:
    """evidence.misnamed: what it is, what its name says; in a slip sheet's reason where there is one."""
    unit = good_unit(tmp_path / "县")
    materials = unit / "材料"
    (materials / "说明.docx").write_text("说明一段", encoding="utf-8")
    (materials / "包.zip").write_bytes(b"Rar!\x1a\x07\0")
    (materials / "发票.xml").write_text("<?xml version='1.0'?><EInvoice/>", encoding="utf-8")
    (materials / "导出.xls").write_bytes("案号\t日期\n1\t2\n".encode("gbk"))
    told, exported = sorted(_told(unit, "evidence.misnamed"), key=lambda f: str(f.at), reverse=True)
    assert str(exported.at) == "材料/导出.xls" and "表格文件（.csv）" in exported.problem
    assert str(told.at) == "材料/说明.docx" and "文本文件（.txt）" in told.problem and ".docx" in told.mend
    shown = {f.at.file: f.problem for f in _told(unit, "evidence.not_shown")}
    assert "RAR" in shown["材料/包.zip"] and "名称却是 .zip" in shown["材料/包.zip"]
    assert "XML" in shown["材料/发票.xml"] and "名称" not in shown["材料/发票.xml"]
    assert len(shown) == 2
