"""What came in a file: names as they were meant, limits that hold, and a reason for each thing left behind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping.evidence._unpack import Limits, unpack
from kaoping.evidence.convert import NotShownError, _mail


def _unpacked(folder: Path, data: bytes, media: str = "zip", limits: Limits | None = None) -> dict[str, bytes]:
    folder.mkdir(exist_ok=True)
    (folder / "source").write_bytes(data)
    found = unpack(folder / "source", media, folder, limits or Limits())
    return {member.name: member.path.read_bytes() for member in found.members}


def _zipped(*names: str, flag: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(names):
            archive.writestr(name, f"{number}")
    return out.getvalue()


def _gbk(name: str, extra: bytes = b"") -> bytes:
    """A zip as Windows' own program writes it: the name in GBK, without saying so."""
    raw = name.encode("gbk")
    content = b"x"
    crc = zlib.crc32(content)
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 0, 0, 33, crc, 1, 1, len(raw), len(extra)) + raw + extra
    central = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 0, 0, 33, crc, 1, 1, len(raw), len(extra), 0, 0, 0, 0, 0
    )
    central += raw + extra
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(central), len(head) + 1, 0)
    return head + content + central + end


def test_chinese_names_come_out_as_they_were_meant(tmp_path: Path) -> None:
    assert list(_unpacked(tmp_path / "a", _gbk("培训/签到表.pdf"))) == ["培训/签到表.pdf"]
    told = b"\1" + struct.pack("<I", zlib.crc32("旧名.pdf".encode("gbk"))) + "真名.pdf".encode()
    extra = struct.pack("<HH", 0x7075, len(told)) + told
    assert list(_unpacked(tmp_path / "b", _gbk("旧名.pdf", extra))) == ["真名.pdf"]
    assert list(_unpacked(tmp_path / "c", _zipped("通知.pdf", "__MACOSX/._通知.pdf", ".DS_Store"))) == ["通知.pdf"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), min_size=1, max_size=8))
def test_any_names_are_unlike_each_other_and_stay_inside(names: list[str]) -> None:
    import tempfile

    names = [name for name in names if not name.endswith(("/", "\\")) and "\0" not in name]
    if not names:
        return
    with tempfile.TemporaryDirectory() as name:
        try:
            found = list(_unpacked(Path(name), _zipped(*names)))
        except UnicodeEncodeError:
            return
        assert len({one.casefold() for one in found}) == len(found) <= len(names)
        assert not any(one.startswith("/") or ".." in one.split("/") or "\\" in one or ":" in one for one in found)
        assert all(path.parent == Path(name) for path in Path(name).rglob("*"))


def test_limits_hold_while_it_unpacks(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"\0" * 5_000_000)
        archive.writestr("b.txt", b"ab" * 400_000)
    for limits, said in {
        Limits(ratio=200): "200倍",
        Limits(size=1_000_000, ratio=10_000): "超过1MB",
        Limits(total=5_500_000, ratio=10_000): "加起来超过5MB",
        Limits(members=1): "超过1个",
    }.items():
        with pytest.raises(NotShownError, match=said):
            _unpacked(tmp_path / said, out.getvalue(), limits=limits)


def test_a_damaged_member_is_left_out_with_a_reason(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("坏.txt", b"damaged content")
        archive.writestr("好.txt", b"sound content")
    data = out.getvalue().replace(b"damaged content", b"damaged CONTENT")
    (tmp_path / "a.zip").write_bytes(data)
    found = unpack(tmp_path / "a.zip", "zip", tmp_path)
    assert [member.name for member in found.members] == ["好.txt"] and found.members[0].path.name == "0001.txt"
    assert found.skipped == (("坏.txt", "它已损坏，解压出错。"),)


def test_a_mail_hands_out_its_attachments(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["Subject"] = "里面的邮件"
    inner.set_content("x")
    outer = EmailMessage()
    outer["Subject"] = "外面的邮件"
    outer.set_content("正文")
    outer.add_alternative("<p>正文</p>", subtype="html")
    outer.add_attachment(b"1", maintype="application", subtype="pdf", filename="一份很长的中文名字的通知文件.pdf")
    outer.add_attachment("说明", filename="说明.txt")
    outer.add_attachment(inner)
    found = _unpacked(tmp_path, bytes(outer), "eml")
    assert list(found) == ["一份很长的中文名字的通知文件.pdf", "说明.txt", "邮件5.eml"]
    assert b"Subject" in found["邮件5.eml"]


def test_a_mail_nested_too_deep_is_not_shown_in_part(tmp_path: Path) -> None:
    """The parser gives up and hands out what it had."""
    mail = EmailMessage()
    mail.set_content(f"<p>甲</p>{'<div>' * 300}罚款五千元。{'</div>' * 300}<p>乙</p>", subtype="html")
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    with pytest.raises(NotShownError, match="嵌套得太深"):
        _mail.to_pdf(tmp_path / "a.eml", tmp_path / "a.pdf")


def test_a_mail_in_gbk_without_saying_so(tmp_path: Path) -> None:
    raw = (
        b"From: a@example.org\r\nTo: b@example.org\r\nSubject: =?gb2312?B?sai5pLLEwc8=?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: text/plain; charset="gb2312"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        + "请查收".encode("gbk")
    )
    (tmp_path / "a.eml").write_bytes(raw)
    made = _mail.to_pdf(tmp_path / "a.eml", tmp_path / "a.pdf")
    import pypdfium2

    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as opened:
        words = opened[0].get_textpage().get_text_range()
    assert made.pages == 1 and "请查收" in words and "报工材料" in words
