"""Every file under 材料/ is judged, by its content and alone; one bad file never hides another, and none is lost."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from bundles import pdf, surveyed
from kaoping import api
from kaoping.core import fs
from kaoping.core.errors import KaopingError
from kaoping.core.model import EvidenceFile, Verdict
from kaoping.evidence import store as room
from kaoping.evidence import workers
from kaoping.evidence._walk import walk
from kaoping.evidence.store import PLACE, open_store
from kaoping.evidence.survey import survey
from kaoping.wings.lint._linter import lint
from ofds import ofd, text
from units import good_unit

SLIP = Verdict.SLIP_SHEET
D, A, N = pikepdf.Dictionary, pikepdf.Array, pikepdf.Name


def _one(path: Path) -> EvidenceFile:
    """Return the verdict on the file at ``path``, surveyed alone."""
    folder = path.parent / f"{path.name}.材料"
    folder.mkdir()
    shutil.copyfile(path, folder / path.name)
    return surveyed(folder)[path.name]


def _changed(source: Path, name: str, change: Any, **how: Any) -> Path:
    """Save a copy of the PDF at ``source``, under another name, after ``change`` was done to it."""
    with pikepdf.open(source) as opened:
        change(opened)
        opened.save(source.with_name(name), **how)
    return source.with_name(name)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return pdf(tmp_path / "plain.pdf", ["p1", "p2", "p3"])


# -- what a file is ---------------------------------------------------------------------------------------------------


def test_a_sound_pdf_is_ready_with_its_pages(plain: Path) -> None:
    found = _one(plain)
    assert (found.media, found.verdict, found.why, found.pages) == ("pdf", Verdict.READY, "", 3)
    assert found.sheets is not None and found.sheets.path == found.source and 1000 < found.sheets.weight < 10000


def test_content_decides_and_not_the_name(plain: Path, tmp_path: Path) -> None:
    found = _one(plain.rename(tmp_path / "其实是PDF.docx"))
    assert found.media == "pdf" and found.verdict is Verdict.READY
    Image.new("RGB", (30, 20), "red").save(tmp_path / "a.png")
    assert _one((tmp_path / "a.png").rename(tmp_path / "b.pdf")).media == "png"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("空.pdf", b"", "空的"),
        ("坏.pdf", b"%PDF-1.7\nnothing here", "损坏"),
        ("随机.pdf", bytes(range(256)) * 8, "认不出"),
        ("会议.mp4", b"\x00\x00\x00\x20ftypisom", "录像"),
        ("发言.mp3", b"ID3\x04", "录音"),
        ("材料.rar", b"Rar!\x1a\x07\x00", "RAR 压缩包"),
        ("坏.jpg", b"\xff\xd8\xff\xe0 nothing", "图片"),
        ("坏.zip", b"PK\x03\x04....", "损坏"),
    ],
)
def test_what_has_no_pages_gets_a_slip_sheet_that_says_why(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    found = _one(tmp_path / name)
    assert found.verdict is SLIP and says in found.why and found.why.endswith("。") and found.pages == 1


def test_text_csv_and_ofd_become_pages(tmp_path: Path) -> None:
    (tmp_path / "说明.txt").write_bytes("澜川市培训情况说明\r\n共 30 人参加。".encode("gbk"))
    (tmp_path / "名单.csv").write_bytes("﻿姓名,单位\r\n张某,一大队\r\n".encode())
    ofd(tmp_path / "通知.ofd", text("关于培训的通知", 30, 40))
    for name, words in {"说明.txt": "共30人参加", "名单.csv": "张某", "通知.ofd": "关于培训的通知"}.items():
        found = _one(tmp_path / name)
        assert found.verdict is Verdict.CONVERTED and found.how and found.sheets is not None, name
        assert words in _words(found.sheets.path)


def test_a_wide_csv_comes_in_parts_that_can_be_read(tmp_path: Path) -> None:
    """Sixty columns with numbers of eighteen digits: each cell is on a page, whole, beside the first of its row."""
    cells = [[f"案{row}"] + [f"{row:04}{column:04}20170301{column:02}" for column in range(59)] for row in range(8)]
    (tmp_path / "导出.tsv").write_text("\n".join("\t".join(row) for row in cells), encoding="gbk")
    file = _one(tmp_path / "导出.tsv")
    assert file.verdict is Verdict.CONVERTED and file.sheets is not None and file.lost == (), file.why
    words = _words(file.sheets.path)
    assert all(cell in words for row in cells for cell in row)
    assert words.count("案7") == file.pages == words.count("共60列") > 3 and f"分成{file.pages}组列" in file.how
    assert "lint.small" not in [finding.code for finding in lint(file.sheets.path)]


def _words(path: Path) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as opened:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in opened)


# -- PDFs -------------------------------------------------------------------------------------------------------------


def test_a_character_that_no_font_has_is_told_and_the_original_kept(tmp_path: Path) -> None:
    (tmp_path / "说明.txt").write_text("执法人员\U0003106c某\r\n到场", encoding="utf-8")
    found = _one(tmp_path / "说明.txt")
    assert found.lost == ("有的字字体里没有，印成了〓：\U0003106c。",) and found.keep


def test_passwords(plain: Path) -> None:
    locked = _changed(plain, "locked.pdf", lambda _: None, encryption=pikepdf.Encryption(owner="o", user="u"))
    limited = _changed(plain, "limited.pdf", lambda _: None, encryption=pikepdf.Encryption(owner="o", user=""))
    assert _one(locked).verdict is SLIP and "打开密码" in _one(locked.rename(locked.with_name("l2.pdf"))).why
    open_ = _one(limited)
    assert (open_.verdict, open_.pages, open_.keep) == (Verdict.CONVERTED, 3, True) and "权限保护" in open_.how
    assert open_.sheets is not None
    with pikepdf.open(open_.sheets.path) as made:
        assert not made.is_encrypted


def test_damaged_is_repaired_and_cut_off_is_not(plain: Path, tmp_path: Path) -> None:
    whole = plain.read_bytes()
    start = whole.index(b"xref")
    (tmp_path / "xref.pdf").write_bytes(whole[:start] + b"xrxf" + whole[start + 4 :])
    repaired = _one(tmp_path / "xref.pdf")
    assert (repaired.verdict, repaired.pages) == (Verdict.REPAIRED, 3) and "结构" in repaired.how
    (tmp_path / "cut.pdf").write_bytes(whole[: len(whole) // 2])
    cut = _one(tmp_path / "cut.pdf")
    assert cut.verdict is SLIP and "PDF" in cut.why
    pikepdf.new().save(tmp_path / "none.pdf")
    assert "一页也没有" in _one(tmp_path / "none.pdf").why


def test_a_page_whose_content_is_broken_is_said(plain: Path) -> None:
    def spoil(opened: pikepdf.Pdf) -> None:
        stream = opened.pages[1].obj.Contents
        stream.write(b"x\x9c" + b"\xff" * 40, filter=N.FlateDecode)

    found = _one(_changed(plain, "broken.pdf", spoil))
    assert found.pages == 3 and found.keep and any("第2页" in lost for lost in found.lost)


def test_a_dynamic_form_is_not_shown_and_a_static_one_loses_its_xfa_with_a_word(plain: Path) -> None:
    def dynamic(opened: pikepdf.Pdf) -> None:
        opened.Root.AcroForm = D(XFA="x", Fields=A([]))

    def static(opened: pikepdf.Pdf) -> None:
        field = opened.make_indirect(D(Type=N.Annot, Subtype=N.Widget, FT=N.Tx, T="a", V="b", Rect=A([0, 0, 9, 9])))
        opened.pages[0].obj.Annots = A([field])
        opened.Root.AcroForm = D(XFA="x", Fields=A([field]))

    assert "动态表单" in _one(_changed(plain, "dynamic.pdf", dynamic)).why
    found = _one(_changed(plain, "static.pdf", static))
    assert found.verdict is Verdict.READY and found.keep and "XFA" in found.lost[0]


def test_a_field_that_stands_within_several_others_stands_once(plain: Path) -> None:
    """Forty such levels are 2⁴⁰ ways: whoever opens the bundle with a reader that takes each would wait for ever."""

    def tangle(opened: pikepdf.Pdf) -> None:
        field = opened.make_indirect(D(Type=N.Annot, Subtype=N.Widget, FT=N.Tx, T="a", V="b", Rect=A([0, 0, 9, 9])))
        opened.pages[0].obj.Annots = A([field])
        for _ in range(40):
            field = opened.make_indirect(D(T="a", Kids=A([field, field])))
        field.Kids.append(field)
        opened.Root.AcroForm = D(Fields=A([field, field]))

    found = _one(_changed(plain, "tangled.pdf", tangle))
    assert found.verdict is Verdict.READY and found.sheets is not None
    with pikepdf.open(found.sheets.path) as made:
        fields, levels = made.Root.AcroForm.Fields, 0
        while fields:
            [field] = fields
            fields, levels = field.get("/Kids"), levels + 1
        assert levels == 41 and field.T == "a" and field.V == "b"


def test_scripts_are_dropped_with_a_word(plain: Path) -> None:
    def act(opened: pikepdf.Pdf) -> None:
        opened.Root.OpenAction = D(S=N.JavaScript, JS="app.alert(1)")

    assert "脚本" in _one(_changed(plain, "js.pdf", act)).lost[0]


def test_a_signature_keeps_its_look_and_the_original_is_kept(plain: Path) -> None:
    def sign(opened: pikepdf.Pdf) -> None:
        look = opened.make_stream(b"1 0 0 rg 0 0 90 30 re f", Type=N.XObject, Subtype=N.Form, BBox=A([0, 0, 90, 30]))
        widget = D(Type=N.Annot, Subtype=N.Widget, FT=N.Sig, T="签章", Rect=A([100, 100, 190, 130]), AP=D(N=look), F=4)
        widget.V = D(Type=N.Sig, Filter=N("/Adobe.PPKLite"), Contents=b"0" * 20)
        field = opened.make_indirect(widget)
        opened.pages[0].obj.Annots = A([field])
        opened.Root.AcroForm = D(Fields=A([field]), SigFlags=3)

    found = _one(_changed(plain, "signed.pdf", sign))
    assert found.verdict is Verdict.READY and found.keep and "电子签名不随页面并入" in found.lost[0]
    assert found.sheets is not None
    with pikepdf.open(found.sheets.path) as made:
        [note] = made.pages[0].obj.Annots
        assert note.Subtype == N.Stamp and "/V" not in note and "/AP" in note
        assert not len(made.Root.AcroForm.Fields)


def test_files_in_a_pdf_become_evidence(plain: Path) -> None:
    def attach(opened: pikepdf.Pdf) -> None:
        opened.attachments["签到.txt"] = pikepdf.AttachedFileSpec(opened, "签到名单".encode(), filename="签到.txt")

    path = _changed(plain, "with.pdf", attach)
    folder = path.parent / "材料"
    folder.mkdir()
    found = surveyed(path.rename(folder / "with.pdf").parent)
    assert list(found) == ["with.pdf", "with.pdf/签到.txt"]
    assert found["with.pdf"].members == ("with.pdf/签到.txt",) and found["with.pdf/签到.txt"].within == "with.pdf"
    assert found["with.pdf/签到.txt"].verdict is Verdict.CONVERTED


def test_what_the_merge_must_know(tmp_path: Path) -> None:
    def furnish(opened: pikepdf.Pdf) -> None:
        one, two, three = (page.obj for page in opened.pages)
        opened.Root.Names = D(Dests=D(Names=A([pikepdf.String("第二章"), A([two, N.Fit])])))
        with opened.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("第一部分", 0))
            outline.root[0].children.append(pikepdf.OutlineItem("第二节", 1))
        one.Contents = opened.make_stream(b"q 2 0 0 2 0 0 cm")
        two.Contents = opened.make_stream(b"0 0 0 rg 0 0 595 842 re f")
        three.Contents = opened.make_stream(b"0 0 0 rg 250 12 90 6 re f")

    found = _one(_changed(pdf(tmp_path / "a.pdf", ["1", "2", "3"]), "b.pdf", furnish)).sheets
    assert found is not None
    assert found.names == {("string", "第二章"): (1, ("/Fit",))}
    [mark] = found.bookmarks
    assert (mark.title, mark.page, mark.below[0].title, mark.below[0].page) == ("第一部分", 0, "第二节", 1)
    assert (found.leaky, found.dark, found.full) == (frozenset({0}), frozenset({1}), frozenset({2}))


# -- files within files -----------------------------------------------------------------------------------------------


def _zip(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_unpacked_and_its_members_are_judged_alone(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "材料").mkdir()
    inner = _zip(tmp_path / "inner.zip", {"里.txt": "里面的说明".encode()})
    members = {"通知.pdf": plain.read_bytes(), "子/空.pdf": b"", "里.zip": inner.read_bytes(), "__MACOSX/x": b"x"}
    _zip(tmp_path / "材料/培训.zip", members)
    found = surveyed(tmp_path / "材料")
    assert {key: str(file.verdict) for key, file in found.items()} == {
        "培训.zip": "unpacked",
        "培训.zip/子/空.pdf": "slip_sheet",
        "培训.zip/通知.pdf": "ready",
        "培训.zip/里.zip": "unpacked",
        "培训.zip/里.zip/里.txt": "converted",
    }
    assert found["培训.zip"].members == ("培训.zip/通知.pdf", "培训.zip/子/空.pdf", "培训.zip/里.zip")


def test_a_zip_that_packs_nothing_is_no_pdf_for_what_it_begins_with(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "材料").mkdir()
    with zipfile.ZipFile(tmp_path / "材料/a.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.write(plain, "通知.pdf")
        archive.writestr("说明.txt", "说明")
    found = surveyed(tmp_path / "材料")
    assert {key: str(file.verdict) for key, file in found.items()} == {
        "a.zip": "unpacked",
        "a.zip/通知.pdf": "ready",
        "a.zip/说明.txt": "converted",
    }


def test_too_many_zips_in_zips_stop_somewhere(tmp_path: Path) -> None:
    (tmp_path / "材料").mkdir()
    content = _zip(tmp_path / "0.zip", {"底.txt": b"x"}).read_bytes()
    for depth in range(1, 7):
        content = _zip(tmp_path / f"{depth}.zip", {"里.zip": content}).read_bytes()
    (tmp_path / "材料/外.zip").write_bytes(content)
    found = list(surveyed(tmp_path / "材料").values())
    assert len(found) == 4 and "超过三层" in found[-1].why


def test_files_within_a_file_are_counted_through_all_levels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kaoping.evidence.survey._MOST_WITHIN", 10)
    inner = _zip(tmp_path / "inner.zip", {f"{n}.txt": b"%d" % n for n in range(4)}).read_bytes()
    folder = tmp_path / "材料"
    folder.mkdir()
    _zip(folder / "多.zip", {f"{n}.zip": inner for n in range(3)})
    _zip(folder / "少.zip", {"0.zip": inner})
    found = surveyed(folder)
    refused = [path for path, file in found.items() if "压缩炸弹" in file.why]
    assert refused == ["多.zip/1.zip", "多.zip/2.zip"] and found["少.zip/0.zip"].members, (
        "3 + 4 are 7, and 4 more are 11"
    )


def test_a_mail_and_what_came_with_it(plain: Path, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "张某 <a@example.org>", "b@example.org", "报送培训材料"
    mail.set_content("请查收附件。\n")
    mail.add_attachment(plain.read_bytes(), maintype="application", subtype="pdf", filename="通知.pdf")
    (tmp_path / "材料").mkdir()
    (tmp_path / "材料/报送.eml").write_bytes(bytes(mail))
    found = surveyed(tmp_path / "材料")
    assert [(key, str(file.verdict)) for key, file in found.items()] == [
        ("报送.eml", "converted"), ("报送.eml/通知.pdf", "ready"),
    ]  # fmt: skip
    sheets = found["报送.eml"].sheets
    assert sheets is not None and "报送培训材料" in _words(sheets.path) and "通知.pdf" in _words(sheets.path)


# -- names, rights and changes ----------------------------------------------------------------------------------------


def test_survey_takes_all_but_litter_and_keys_are_nfc(tmp_path: Path) -> None:
    left_behind = ["~$b.docx", ".~b.docx", ".~lock.b.odt#", "~WRL0001.tmp", "._b.pdf", "b.pdf.crdownload"]
    names = ["b.pdf", *left_behind, "Thumbs.db", ".DS_Store", "Desktop.ini", unicodedata.normalize("NFD", "é.mp3")]
    for name in names:
        (tmp_path / name).write_bytes(b"ID3 x")
    (tmp_path / "子").mkdir()
    (tmp_path / "子" / "c.mp3").write_bytes(b"ID3 y")
    found = surveyed(tmp_path)
    assert list(found) == ["b.pdf", unicodedata.normalize("NFC", "é.mp3"), "子/c.mp3"]
    assert all(file.sha256 and file.verdict is SLIP for file in found.values())
    assert surveyed(tmp_path / "没有") == {}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_of_two_spellings_or_in_gbk_are_kept_apart(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "é.mp3")).write_bytes(b"ID3" + form.encode())
    with open(os.fsencode(tmp_path) + "/签到表.mp3".encode("gbk"), "wb") as stream:  # noqa: PTH123 (bytes)
        stream.write(b"ID3 z")
    keys = [entry.key for entry in walk(tmp_path)]
    assert len(set(keys)) == 3 and "签到表.mp3" in keys
    assert all(file.sha256 for file in surveyed(tmp_path).values())


def test_a_file_that_changes_while_it_is_judged_is_still_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf(tmp_path / "a.pdf", ["x"])

    def meddle(*arguments: Any, **options: Any) -> Any:
        pdf(tmp_path / "a.pdf", ["longer", "still"])
        return run(*arguments, **options)

    run = workers.run
    monkeypatch.setattr(workers, "run", meddle)
    found = surveyed(tmp_path)["a.pdf"]
    assert found.verdict is SLIP and "正在改动" in found.why


def test_a_file_nobody_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "锁.pdf").write_bytes(b"x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(fs, "open_file", refuse)
    found = surveyed(tmp_path)["锁.pdf"]
    assert "权限" in found.why and found.sha256 == "" and found.verdict is SLIP


def test_many_alike_files_of_a_folder_are_one_finding(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "县")
    for number in range(12):
        (unit / "材料/多").mkdir(exist_ok=True)
        (unit / f"材料/多/{number:02}.txt").write_text(str(number), encoding="utf-8")
        (unit / f"材料/多/{number:02}.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes([number]))
    for number in range(9):
        (unit / f"材料/{number}.txt").write_text(str(number), encoding="utf-8")
    told = [finding for finding in api.check(unit) if finding.at.file.startswith("材料/")]
    assert Counter((f.code, str(f.at)) for f in told if "多" in f.at.file) == {
        ("evidence.unreferenced", "材料/多/00.rar"): 1,
        ("evidence.not_shown", "材料/多/00.rar"): 1,
        ("evidence.withheld", "材料/多/00.rar"): 1,
    }
    counts = {f.code: f.problem.partition("同一文件夹里")[2] for f in told}
    assert (
        "共 24 个" in counts["evidence.unreferenced"] and "00.txt、01.rar、01.txt等" in counts["evidence.unreferenced"]
    )
    assert "共 12 个" in counts["evidence.not_shown"]
    assert sum(f.code == "evidence.unreferenced" for f in told) == 1 + 9, "nine are still looked at one by one"


# -- the store --------------------------------------------------------------------------------------------------------


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the jobs that each survey has to have done."""
    run, counts = workers.run, []

    def count(jobs: Any, **options: Any) -> Any:
        counts.append(len(jobs))
        return run(jobs, **options)

    monkeypatch.setattr(workers, "run", count)
    return counts


def test_only_what_changed_is_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    folder = tmp_path / "材料"
    for name in "abc":
        pdf(folder / f"{name}.pdf", [name])
    counts = _counted(monkeypatch)
    first = surveyed(folder)
    assert surveyed(folder) == first
    pdf(folder / "b.pdf", ["b", "b"])
    shutil.copyfile(folder / "a.pdf", folder / "d.pdf")  # the same content needs no second look
    again = surveyed(folder)
    assert [again[f"{name}.pdf"].pages for name in "abcd"] == [1, 2, 1, 1]
    assert [count for count in counts if count] == [3, 1]


def _stopped(folder: Path, after: int) -> None:
    """Survey ``folder``, and press Ctrl-C when so many files have been judged."""

    def stop(done: int, *_: object) -> None:
        if done == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_store() as store:
        survey(folder, store, stop)


@pytest.mark.slow
def test_a_survey_that_was_stopped_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    folder, other = tmp_path / "材料", tmp_path / "别家/材料"
    for name in "abcdef":
        pdf(folder / f"{name}.pdf", [name])
        shutil.copytree(folder, other, dirs_exist_ok=True)
    _stopped(folder, after=4)
    assert not any((tmp_path / "store").glob("??/*")), "nothing is kept before the whole survey is clean"
    counts = _counted(monkeypatch)
    surveyed(other)
    assert max(counts) == 6, "only the next survey of the same materials finds it"
    shutil.rmtree(tmp_path / "store")
    _stopped(folder, after=4)
    counts.clear()
    assert {file.verdict for file in surveyed(folder).values()} == {Verdict.READY}
    assert 1 <= max(counts) <= 2 and not list((tmp_path / "store").glob("work-*"))


def test_nobody_goes_on_from_a_survey_that_met_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    pdf(tmp_path / "材料/a.pdf", ["a"])
    (tmp_path / "材料/b.txt").write_text("机密★10年\n方案\n", encoding="utf-8")
    _stopped(tmp_path / "材料", after=2)
    assert not list((tmp_path / "store").glob("work-*"))
    with open_store() as store:
        assert survey(tmp_path / "材料", store).secret
    assert not list((tmp_path / "store").glob("work-*"))
    assert len(list((tmp_path / "store").glob("??/*"))) == 1, "what is kept is the other file's"


def test_the_store_has_a_limit_and_what_was_asked_for_longest_ago_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    monkeypatch.setattr(room, "_MUCH", 0)
    folder = tmp_path / "材料"
    folder.mkdir()
    kept: list[set[Path]] = []
    for number, name in enumerate("abc", 1):
        Image.effect_noise((200, 200), 90).save(folder / f"{name}.png")
        surveyed(folder)
        for entry in (tmp_path / "store").glob("??/*"):
            if not kept or entry not in set.union(*kept):
                os.utime(entry, (time.time() - 1000 + number, time.time() - 1000 + number))
        kept.append(set((tmp_path / "store").glob("??/*")))
    sizes = {entry: room._size(entry) for entry in kept[-1]}
    oldest = kept[0] & kept[-1]
    assert len(kept[-1]) == 3 and len(oldest) == 1
    monkeypatch.setattr(room, "_MOST", sum(sizes.values()) - 1)
    (folder / "d.txt").write_text("短", encoding="utf-8")
    surveyed(folder)
    left = set((tmp_path / "store").glob("??/*"))
    assert not oldest & left and kept[-1] - oldest <= left


def test_what_would_fill_the_store_alone_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    monkeypatch.setattr(room, "_MOST", 4_000_000)
    (tmp_path / "材料").mkdir()
    _zip(tmp_path / "材料/多.zip", {"a.txt": b"x" * 900_000, "b.txt": b"y" * 900_000})
    assert surveyed(tmp_path / "材料")["多.zip"].members == ("多.zip/a.txt", "多.zip/b.txt")
    assert sum(room._size(entry) for entry in (tmp_path / "store").glob("??/*")) < 1_000_000


def test_temporary_files_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kaoping.evidence.survey._BYTES_FOR_ALL", 1_000_000)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    (tmp_path / "材料").mkdir()
    for name in "abcd":
        _zip(tmp_path / f"材料/{name}.zip", {"a.txt": name.encode() * 900_000})
    found = surveyed(tmp_path / "材料")
    late = [path for path, file in found.items() if "再运行一次" in file.why]
    assert late and "a.zip" not in late, "the first two fill it"


@pytest.mark.parametrize("damage", ["cut off", "a byte", "the verdict", "a word of the verdict", "gone"])
def test_a_damaged_store_is_made_anew(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    folder = tmp_path / "材料"
    folder.mkdir()
    Image.new("RGB", (30, 20), "red").save(folder / "a.png")
    for _ in range(2):  # made, and known
        sheets = surveyed(folder)["a.png"].sheets
        assert sheets is not None
    content, verdict = sheets.path.read_bytes(), sheets.path.parent / "verdict.json"
    if damage == "cut off":
        sheets.path.write_bytes(content[:100])
    elif damage == "a byte":
        sheets.path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    elif damage == "gone":
        sheets.path.unlink()
    else:
        said = verdict.read_bytes()
        verdict.write_bytes(b"{" if damage == "the verdict" else said.replace(b'"pages": 1', b'"pages": 7'))
        assert verdict.read_bytes() != said
    anew = surveyed(folder)["a.png"]
    assert anew.sheets is not None and anew.sheets.path.read_bytes() == content and anew.pages == 1


def test_a_damaged_file_out_of_an_archive_is_taken_out_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    folder = tmp_path / "材料"
    folder.mkdir()
    _zip(folder / "包.zip", {"里.txt": b"one two"})
    inside = surveyed(folder)["包.zip/里.txt"]
    inside.source.write_bytes(b"one six")
    anew = surveyed(folder)["包.zip/里.txt"]
    assert anew.source.read_bytes() == b"one two" and anew.sha256 == inside.sha256


def test_without_a_place_for_it_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(PLACE, str(tmp_path / "file/store"))
    pdf(tmp_path / "材料/a.pdf", ["a"])
    assert surveyed(tmp_path / "材料")["a.pdf"].verdict is Verdict.READY


@pytest.mark.slow
def test_the_store_changes_no_byte_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    unit = good_unit(tmp_path / "甲市")
    Image.new("RGB", (300, 200), "red").save(unit / "材料/照片.png")
    (unit / "材料/说明.txt").write_text("说明", encoding="utf-8")
    _zip(unit / "材料/一包.zip", {"里.txt": "里面".encode()})
    packages = [
        api.build(unit, cache=cache, out=tmp_path / name).package
        for name, cache in (("a", True), ("b", True), ("c", False))
    ]
    bytes_of = [{p.relative_to(x): p.read_bytes() for p in x.rglob("*") if p.is_file()} for x in packages]
    assert bytes_of[0] == bytes_of[1] == bytes_of[2]
    assert any((tmp_path / "store").glob("??/*"))


def test_what_takes_long_to_make_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    made: list[int] = []

    def make() -> bytes:
        made.append(len(made))
        return b"font\n\x00" * 100

    def kept(*, lasting: bool = True) -> bytes:
        with open_store(lasting=lasting) as store:
            return store.bytes_of("ab" * 20, make)

    first = kept()
    assert kept() == first and len(made) == 1
    (entry,) = (path for path in (tmp_path / "store").rglob("*") if path.is_file() and path.name != "pruned")
    content = entry.read_bytes()
    for damaged in (content[:-1], content.replace(b"font", b"tnof"), b"", b"no digest"):
        entry.write_bytes(damaged)
        assert kept() == first and entry.read_bytes() == content
    assert len(made) == 5
    assert kept(lasting=False) == first and len(made) == 6
    shutil.rmtree(entry.parent)
    entry.parent.write_bytes(b"in the way")  # what can't be kept is made each time
    assert kept() == first and kept() == first and len(made) == 8


def test_two_writers_keep_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    with open_store() as one, open_store() as other:
        assert one.bytes_of("cd" * 20, lambda: other.bytes_of("cd" * 20, lambda: b"x")) == b"x"
        assert other.bytes_of("cd" * 20, lambda: pytest.fail("made again")) == b"x"


# -- state secrets ----------------------------------------------------------------------------------------------------


def _secret_word(unit: Path) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("机　密★20年")
    document.add_paragraph("行动方案")
    document.save(str(unit / "材料/方案七.docx"))


def _secret_pdf(unit: Path) -> None:
    from kaoping.evidence.convert import _text
    from kaoping.pdf import typeset

    source = unit / "a.txt"
    source.write_text("秘密★1年\n方案七", encoding="utf-8")
    _text.to_pdf(source, unit / "材料/方案七.pdf")
    source.unlink()
    assert typeset.FONTS


def _secret_name(unit: Path) -> None:
    pdf(unit / "材料/方案七（绝密）.pdf", ["x"])


def _secret_in_a_zip(unit: Path) -> None:
    _secret_pdf(unit)
    _zip(unit / "材料/方案七包.zip", {"方案七.pdf": (unit / "材料/方案七.pdf").read_bytes()})
    (unit / "材料/方案七.pdf").unlink()


@pytest.mark.parametrize("put", [_secret_word, _secret_pdf, _secret_name, _secret_in_a_zip])
def test_a_secret_file_stops_everything_and_is_not_named(
    put: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """evidence.secret: nothing of the file is copied, kept or titled anywhere."""
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    unit = good_unit(tmp_path / "甲市")
    put(unit)
    with pytest.raises(KaopingError) as caught:
        api.build(unit)
    codes = [finding.code for finding in caught.value.findings]
    assert codes.count("evidence.secret") == 1
    told = "\n".join(f"{f.at} {f.problem} {f.effect} {f.mend}" for f in caught.value.findings)
    assert "方案七" not in told and "保密机构" in told and "字节" in told
    assert not (unit / "成果/送审稿").exists()
    kept = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert all("方案七".encode() not in path.read_bytes() for path in kept)
    content = next((unit / "材料").glob("方案七*")).read_bytes()
    assert all(path.read_bytes() != content and path.stat().st_size != len(content) for path in kept)
    assert not list((tmp_path / "store").glob("work-*"))
    assert [f.code for f in api.check(unit)].count("evidence.secret") == 1


def test_words_about_secrecy_stop_nothing(tmp_path: Path) -> None:
    unit = good_unit(tmp_path / "甲市")
    (unit / "材料/商业秘密保护培训.txt").write_text("保守国家秘密，保护商业秘密。工作秘密不得外传。", encoding="utf-8")
    assert "evidence.secret" not in [f.code for f in api.check(unit)]


# -- what the clerk is told ------------------------------------------------------------------------------------------


def test_personal_data_and_loss_and_repair_are_told(tmp_path: Path) -> None:
    """evidence.personal, evidence.not_whole and evidence.repaired, each at its file."""
    unit = good_unit(tmp_path / "甲市")
    (unit / "材料/名单.txt").write_text("联系人 13812345678，身份证 11010519491231002X", encoding="utf-8")
    source = pdf(tmp_path / "a.pdf", ["a"])
    whole = source.read_bytes()
    at = whole.index(b"xref")
    (unit / "材料/修复.pdf").write_bytes(whole[:at] + b"xrxf" + whole[at + 4 :])
    _changed(source, "js.pdf", lambda opened: opened.Root.__setattr__("OpenAction", D(S=N.JavaScript, JS="x")))
    shutil.copyfile(tmp_path / "js.pdf", unit / "材料/脚本.pdf")
    told = {f.code: f for f in api.check(unit)}
    assert "138******78" in told["evidence.personal"].problem and "13812345678" not in told["evidence.personal"].problem
    assert "110*************2X" in told["evidence.personal"].problem  # the pages made of a text may break a long number
    assert "脚本" in told["evidence.not_whole"].problem and str(told["evidence.not_whole"].at) == "材料/脚本.pdf"
    assert "修复" in told["evidence.repaired"].problem


def test_without_libreoffice_a_build_still_delivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """evidence.no_office: one note for all of them, a slip sheet for each."""
    import docx

    from kaoping.evidence.convert import _libreoffice

    monkeypatch.setenv(_libreoffice.PLACE, "none")
    _libreoffice.find.cache_clear()
    unit = good_unit(tmp_path / "甲市")
    for name in ("一.docx", "二.docx"):
        document = docx.Document()
        document.add_paragraph(name)
        document.save(str(unit / "材料" / name))
    built = api.build(unit)
    _libreoffice.find.cache_clear()
    told = [f for f in built.findings if f.code == "evidence.no_office"]
    assert len(told) == 1 and "2 个" in told[0].problem
    slips = [p for p in built.assessment.plan.pieces if p.evidence.path.endswith(".docx")]
    assert [p.evidence.verdict for p in slips] == [SLIP, SLIP] and all("LibreOffice" in p.evidence.why for p in slips)
    assert len(list((built.package / "data/附件").iterdir())) == 2
    assert not api.verify(built.package).errors
    said = json.loads((built.package / "kaoping.json").read_bytes())
    assert said["programs"] == ["LibreOffice（没有装）"], "with one the same files give other bytes"


def test_a_file_that_is_gone_when_its_judge_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf(tmp_path / "a.pdf", ["x"])
    pdf(tmp_path / "b.pdf", ["y"])

    def meddle(*arguments: Any, **options: Any) -> Any:
        (tmp_path / "a.pdf").unlink(missing_ok=True)
        return run(*arguments, **options)

    run = workers.run
    monkeypatch.setattr(workers, "run", meddle)
    found = surveyed(tmp_path)
    assert found["a.pdf"].verdict is SLIP and found["a.pdf"].why.endswith("。")
    assert found["b.pdf"].verdict is Verdict.READY
