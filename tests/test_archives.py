"""Archives that are no zip, and Outlook's mails: what is in them is evidence, what is not opened says why."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import py7zr
import pypdfium2
import pytest

import outlook_mails
from bundles import pdf, surveyed
from kaoping.core.model import EvidenceFile, Verdict
from kaoping.evidence._unpack import Limits, unpack
from kaoping.evidence.convert import NotShownError

SLIP = Verdict.SLIP_SHEET


def _words(file: EvidenceFile) -> str:
    assert file.sheets is not None
    with pypdfium2.PdfDocument(file.sheets.path) as opened:
        return "".join(page.get_textpage().get_text_range() for page in opened)


def _7z(path: Path, members: Mapping[str, bytes], password: str | None = None) -> Path:
    with py7zr.SevenZipFile(path, "w", password=password) as archive:
        for name, content in members.items():
            archive.writestr(content, name)
    return path


def _tar(path: Path, members: Mapping[str, bytes], mode: str, links: Mapping[str, str] = {}) -> Path:
    with tarfile.open(path, f"w:{mode}", encoding="gbk") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for name, target in links.items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
    return path


def test_archives_of_other_programs_are_opened(tmp_path: Path) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    members = {"子/通知.pdf": pdf(tmp_path / "通知.pdf", ["通知"]).read_bytes(), "说明.txt": "说明".encode()}
    _7z(folder / "a.7z", members)
    _tar(folder / "b.tar", members, "", {"别处": "/etc/passwd"})
    _tar(folder / "c.tar.gz", members, "gz")
    _tar(folder / "d.tbz2", members, "bz2")
    _tar(folder / "e.tar.xz", members, "xz")
    (folder / "f.txt.gz").write_bytes(gzip.compress("说明".encode()))
    found = surveyed(folder)
    for name in ("a.7z", "b.tar", "c.tar.gz", "d.tbz2", "e.tar.xz"):
        assert found[name].verdict is Verdict.UNPACKED
        assert {path: str(found[f"{name}/{path}"].verdict) for path in members} == {
            "子/通知.pdf": "ready", "说明.txt": "converted",
        }  # fmt: skip
    assert found["f.txt.gz/f.txt"].verdict is Verdict.CONVERTED
    assert found["b.tar"].lost == ("“别处”没有展开：它是指向别处的链接，不是文件。",)


def test_archives_that_can_not_be_opened_say_why(tmp_path: Path) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    whole = _7z(folder / "坏.7z", {"a.txt": b"abc" * 999}).read_bytes()
    (folder / "坏.7z").write_bytes(whole[: len(whole) // 2])
    _7z(folder / "锁.7z", {"a.txt": b"abc"}, password="x")
    packed = _tar(folder / "断.tar.gz", {"a.bin": os.urandom(9999)}, "gz").read_bytes()
    (folder / "断.tar.gz").write_bytes(packed[:6000])
    (folder / "空.tar").write_bytes(_tar(folder / "空.tar", {}, "").read_bytes())
    (folder / "卷.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes(99))
    (folder / "winmail.dat").write_bytes(b"\x78\x9f\x3e\x22" + bytes(99))
    found = surveyed(folder)
    assert {path: file.verdict for path, file in found.items()} == dict.fromkeys(found, SLIP)
    reasons = {"坏.7z": "已损坏", "锁.7z": "密码", "断.tar.gz": "已损坏", "卷.rar": "解压后", "winmail.dat": "邮箱里"}
    for path, why in reasons.items():
        assert why in found[path].why and found[path].why.endswith("。")


@pytest.mark.parametrize("pack", [_7z, lambda path, members: _tar(path, members, "gz")], ids=["7z", "tar.gz"])
def test_a_bomb_of_any_kind_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[Path, Mapping[str, bytes]], Path]
) -> None:
    bomb = pack(tmp_path / "a", {"a.bin": bytes(3_000_000), "b.bin": bytes(3_000_000)})
    media = "7z" if pack is _7z else "gz"
    for number, limits in enumerate((Limits(total=4_000_000), Limits(size=2_000_000), Limits(members=1))):
        (tmp_path / str(number)).mkdir()
        with pytest.raises(NotShownError, match="炸弹"):
            unpack(bomb, media, tmp_path / str(number), limits)


def test_an_outlook_mail_is_a_mail(tmp_path: Path) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    sent = 131_393_916_000_000_000  # 2017-05-16 07:00 UTC, as Outlook counts
    attachments = {"说明.txt": "短".encode(), "名单.csv": "姓名\n张某\n".encode() * 999}
    (folder / "报送.msg").write_bytes(
        outlook_mails.mail("报送培训材料", "张某", ["李某 <b@example.org>"], "请查收附件。\r\n谢谢", attachments, sent)
    )
    found = surveyed(folder)
    assert {path: str(file.verdict) for path, file in found.items()} == {
        "报送.msg": "converted", "报送.msg/说明.txt": "converted", "报送.msg/名单.csv": "converted",
    }  # fmt: skip
    words = _words(found["报送.msg"]).replace(" ", "")
    for word in ("报送培训材料", "张某", "李某", "2017年5月16日15:00", "请查收附件。", "谢谢", "说明.txt"):
        assert word in words
