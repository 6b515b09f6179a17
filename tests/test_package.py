"""A package as others see it: a valid bag, the same bytes twice, names that every computer can hold, a clean swap."""

from __future__ import annotations

import errno
import json
import unicodedata
from datetime import date
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping import __version__, api
from kaoping.core import file_names, fs
from kaoping.core.errors import DeliveryError, KaopingError
from kaoping.package import bag
from kaoping.package import staging as package
from kaoping.package.manifest import Output
from kaoping.package.staging import archived, recover, staging
from packages import INFO, NEW, OLD, build_plain, listing, plain_document, tree


def codes(error: DeliveryError) -> list[str]:
    return [found.code for found in error.findings]


def test_bagit_python_validates(tmp_path: Path) -> None:
    target = tmp_path / "成果" / "送审稿"
    build_plain(target, OLD, bag.BagInfo("某支队", "一行\n两行", date(2017, 12, 5)))
    made = bagit.Bag(str(target))
    made.validate()
    assert made.version_info == (1, 0)
    assert made.info == {
        "Source-Organization": "某支队",
        "External-Description": "一行 两行",
        "Bagging-Date": "2017-12-05",
        "Bag-Software-Agent": f"kaoping {__version__}",
        "Payload-Oxum": "6.2",
    }
    assert (target / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    assert listing(target) == sorted(
        [
            "bag-info.txt",
            "bagit.txt",
            "data",
            "kaoping.json",
            "manifest-sha256.txt",
            "tagmanifest-sha256.txt",
            "打开说明.txt",
        ]
    )


def test_without_a_date_there_is_none(tmp_path: Path) -> None:
    build_plain(tmp_path / "送审稿", OLD)
    assert b"Bagging-Date" not in (tmp_path / "送审稿" / "bag-info.txt").read_bytes()


def test_two_builds_are_byte_identical(tmp_path: Path) -> None:
    first, second = tmp_path / "一" / "成果" / "送审稿", tmp_path / "很远的地方" / "成果" / "送审稿"
    build_plain(first, NEW)
    build_plain(second, OLD)
    build_plain(second, NEW)
    assert tree(first) == tree(second)
    assert not any(str(tmp_path).encode() in content for content in tree(first).values())


def test_the_guide_opens_in_old_notepad(tmp_path: Path) -> None:
    build_plain(tmp_path / "送审稿", {"自评表.xlsx": b"x", "说明/缺项清单.docx": b"y"})
    raw = (tmp_path / "送审稿" / "打开说明.txt").read_bytes()
    text = raw.decode("utf-8-sig")
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert text.index("先打开") < text.index("自评表.xlsx") < text.index("说明\\缺项清单.docx")


def test_kaoping_json_names_every_file(tmp_path: Path) -> None:
    build_plain(tmp_path / "送审稿", OLD)
    document = json.loads((tmp_path / "送审稿" / "kaoping.json").read_text(encoding="utf-8"))
    assert document["schema"] == "kaoping.package/1"
    assert [(row["path"], row["size"]) for row in document["files"]] == [
        ("data/自评表.txt", 3),
        ("data/附件/一.txt", 3),
    ]


def test_a_digest_that_its_writer_told_is_packed_as_told(tmp_path: Path) -> None:
    """A bundle is hashed while it is written; the package that is read back afterwards says whether that was right."""
    with staging(tmp_path / "送审稿") as stage:
        stage.write("汇编.pdf", b"pages")
        stage.finish(INFO, plain_document(), [Output("汇编.pdf", "bundle", "汇编", sha256="0" * 64)])
    packed = bag.read_manifest(tmp_path / "送审稿" / bag.MANIFEST)
    assert packed == {"data/汇编.pdf": "0" * 64}
    document = json.loads((tmp_path / "送审稿" / "kaoping.json").read_text(encoding="utf-8"))
    assert [(row["size"], row["sha256"]) for row in document["files"]] == [(5, "0" * 64)]
    assert package.edits(tmp_path / "送审稿") == ["data/汇编.pdf"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_path_survives_its_encoding(path: str) -> None:
    encoded = bag.encode_path(path)
    assert bag.decode_path(encoded) == path
    assert "\n" not in encoded
    assert "\r" not in encoded


def test_percent_is_encoded_as_the_rfc_wants(tmp_path: Path) -> None:
    build_plain(tmp_path / "送审稿", {"完成率100%25.txt": b"x"})
    assert "data/完成率100%2525.txt" in (tmp_path / "送审稿" / "manifest-sha256.txt").read_text(encoding="utf-8")
    assert bag.read_manifest(tmp_path / "送审稿" / "manifest-sha256.txt").keys() == {"data/完成率100%25.txt"}
    assert package.edits(tmp_path / "送审稿") == []


BAD = ["a:b.txt", "问？?.txt", "a*.txt", 'q".txt', "<a>.txt", "a|b", "尾点.", "尾空格 ", "NUL", "com1.docx", "aux .txt"]


@pytest.mark.parametrize("name", [*BAD, "换\n行.txt", "\udcff.txt", "a\\b.txt", "长" * 256])
def test_names_that_windows_refuses(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeliveryError) as refused, staging(tmp_path / "送审稿") as stage:
        stage.write(name, b"x")
    assert codes(refused.value) == ["package.bad_name"]
    assert file_names.why_not_portable(name)
    assert not file_names.why_not_portable(file_names.portable(name)) or len(name) > 255
    assert listing(tmp_path) == []
    refused.value.findings[0].problem.encode()  # printable, whatever stood in the name


def test_names_written_past_the_stage_are_judged_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError) as refused, staging(tmp_path / "送审稿") as stage:
        for name in ("a:b.txt", "con.txt", "好.txt"):
            (stage.data / name).write_bytes(b"x")
        stage.finish(INFO, plain_document())
    assert codes(refused.value) == ["package.bad_name", "package.bad_name"]


@pytest.mark.parametrize(
    "pair",
    [
        ("Report.txt", "report.TXT"),
        (unicodedata.normalize("NFC", "é.txt"), unicodedata.normalize("NFD", "é.txt")),
        ("附件/A/1.txt", "附件/a/2.txt"),
    ],
)
def test_two_names_that_are_one_elsewhere(tmp_path: Path, pair: tuple[str, str]) -> None:
    with pytest.raises(DeliveryError) as refused:
        build_plain(tmp_path / "送审稿", dict.fromkeys(pair, b"x"))
    assert codes(refused.value) == ["package.name_collision"]


def test_a_path_too_long_for_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "PATH_LIMIT", len(str(tmp_path)) + 40)
    build_plain(tmp_path / "送审稿", OLD)
    before = tree(tmp_path / "送审稿")
    with pytest.raises(DeliveryError) as refused:
        build_plain(tmp_path / "送审稿", {"长" * 40: b"x"})
    assert codes(refused.value) == ["package.path_too_long"]
    assert tree(tmp_path / "送审稿") == before


def test_a_failure_in_the_block_leaves_the_old_package(tmp_path: Path) -> None:
    build_plain(tmp_path / "送审稿", OLD)
    before = tree(tmp_path)
    for failure in (ZeroDivisionError(), KeyboardInterrupt(), FileNotFoundError(errno.ENOENT, "x", "/no/template")):
        with pytest.raises(type(failure)), staging(tmp_path / "送审稿") as stage:
            stage.write("自评表.txt", b"half")
            raise failure
        assert tree(tmp_path) == before
    with pytest.raises(RuntimeError), staging(tmp_path / "送审稿"):
        pass
    assert tree(tmp_path) == before


def test_no_space_without_a_file_name(tmp_path: Path) -> None:
    """Write() raises ENOSPC without saying where: the package is named."""
    with pytest.raises(DeliveryError) as refused, staging(tmp_path / "成果" / "送审稿"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert codes(refused.value) == ["package.no_space"]
    assert "送审稿" in refused.value.findings[0].problem
    assert str(refused.value.findings[0].at) == "成果/送审稿"


def test_what_is_not_ours_is_never_replaced(tmp_path: Path) -> None:
    for make in (
        lambda path: path.mkdir(),
        lambda path: path.write_text("我的"),
        lambda path: path.symlink_to(tmp_path),
    ):
        target = tmp_path / "成果" / "送审稿"
        target.parent.mkdir(exist_ok=True)
        make(target)
        with pytest.raises(DeliveryError) as refused:
            build_plain(target, NEW)
        assert codes(refused.value) == ["package.not_ours"]
        assert listing(target.parent) == ["送审稿"]
        target.rmdir() if target.is_dir() and not target.is_symlink() else target.unlink()


def test_a_package_somebody_worked_in_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "成果" / "送审稿"
    build_plain(target, OLD)
    (target / "data" / "自评表.txt").write_bytes(b"by hand")
    (target / "data" / "~$自评表.docx").write_bytes(b"lock")
    worked_in = tree(target)
    with staging(target) as stage:
        stage.write("自评表.txt", b"new")
        stage.finish(INFO, plain_document())
    assert [(found.code, found.at.file) for found in stage.findings] == [
        ("package.edited_kept", "成果/送审稿（改过1）")
    ]
    assert "data/自评表.txt" in next(iter(stage.findings)).problem
    assert tree(target.parent / "送审稿（改过1）") == worked_in
    assert listing(target.parent) == ["送审稿", "送审稿（改过1）"]
    bagit.Bag(str(target)).validate()


def _final(dated: str, **changed: object) -> dict[str, object]:
    return plain_document("报送稿") | {"dated": dated} | changed


def test_a_final_that_another_one_replaces_is_kept_under_its_day(tmp_path: Path) -> None:
    """What was handed in on a day is what others hold in their hands."""
    target = tmp_path / "成果" / "报送稿"
    build_plain(target, OLD, document=_final("2017-12-05"))
    handed_in = tree(target)
    told = build_plain(target, NEW, document=_final("2017-12-22"))
    assert [(found.code, found.at.file) for found in told] == [("package.archived", "成果/报送稿_2017-12-05")]
    assert tree(target.parent / "报送稿_2017-12-05") == handed_in
    build_plain(target, OLD, document=_final("2017-12-05"))
    build_plain(target, NEW, document=_final("2017-12-05"))
    kept = ["报送稿_2017-12-05", "报送稿_2017-12-05（2）", "报送稿_2017-12-22"]
    assert [path.name for path in archived(target)] == kept
    assert listing(target.parent) == ["报送稿", *kept]


def test_a_final_built_again_without_a_change_and_a_draft_leave_nothing_behind(tmp_path: Path) -> None:
    for form in ("报送稿", "送审稿"):
        target = tmp_path / "成果" / form
        document = plain_document(form) | {"dated": "2017-12-05"}
        build_plain(target, OLD, document=document)
        build_plain(target, OLD if form == "报送稿" else NEW, document=document)
    assert listing(tmp_path / "成果") == ["报送稿", "送审稿"]


def test_a_final_left_aside_by_a_kill_is_kept_by_the_next_start(tmp_path: Path) -> None:
    target = tmp_path / "成果" / "报送稿"
    build_plain(target, OLD, document=_final("2017-12-05"))
    target.rename(target.with_name(".报送稿.旧"))
    build_plain(tmp_path / "另一处" / "报送稿", NEW, document=_final("2017-12-22"))
    (tmp_path / "另一处" / "报送稿").rename(target)
    recover(target.parent)
    assert listing(target.parent) == ["报送稿", "报送稿_2017-12-05"]


def test_what_changed_between_two_packages_is_listed(tmp_path: Path) -> None:
    line = {"line": "7", "role": "base", "points": "1", "status": "scored"}
    piece = {"number": "Ⅰ-7-01", "path": "会议/纪要.pdf", "title": "纪要", "sha256": "a" * 64, "verdict": "ok"}
    piece |= {"first": 3, "pages": 2, "line": "7", "also": []}
    plan = piece | {"path": "会议/计划.pdf", "first": 9}
    photo = piece | {"path": "会议/照片.jpg"}
    later = {
        "lines": [line | {"points": "2"}],
        "pieces": [piece | {"first": 5}, plan | {"sha256": "b" * 64}, photo],
    }
    before, after = tmp_path / "一" / "报送稿", tmp_path / "二" / "报送稿"
    build_plain(before, OLD, document=_final("2017-12-05", lines=[line], pieces=[piece, plan]))
    build_plain(after, NEW, document=_final("2017-12-22", **later))
    lines = list(api.compare(before, after).lines())
    assert "分数：1处变动" in lines and "  第7项：1分 → 2分" in lines
    at = lines.index("佐证材料：2处变动")
    assert lines[at + 1].startswith("  材料/会议/计划.pdf：Ⅰ-7-01，第9页起") and lines[at + 1].endswith("文件换过")
    assert "照片.jpg：（没有） → Ⅰ-7-01" in lines[at + 2]
    # Sixty pieces that only move up a page hid the one that was taken out.
    assert lines[at + 3] == "佐证编号和页码顺移：1处变动"
    assert "纪要.pdf" in lines[at + 4] and "第3页起" in lines[at + 4] and "第5页起" in lines[at + 4]
    assert "  汇编.txt：（没有） → 有" in lines
    assert list(api.compare(before, before).lines()) == [
        f"{what}：没有变动" for what in ("分数", "佐证材料", "佐证编号和页码顺移", "文稿文字", "文件")
    ]
    with pytest.raises(KaopingError) as refused:
        api.compare(tmp_path, after)
    assert [found.code for found in refused.value.findings] == ["package.not_comparable"]


def test_recover_puts_the_old_package_back(tmp_path: Path) -> None:
    target = tmp_path / "送审稿"
    build_plain(target, OLD)
    before = tree(target)
    target.rename(tmp_path / ".送审稿.旧")
    (tmp_path / ".送审稿.新").mkdir()
    assert [found.code for found in recover(tmp_path)] == ["package.put_back", "package.cleaned"]
    assert tree(target) == before
    assert listing(tmp_path) == ["送审稿"]


def test_recover_never_puts_back_what_was_on_its_way_out(tmp_path: Path) -> None:
    (tmp_path / ".送审稿.删" / "data").mkdir(parents=True)
    assert [found.code for found in recover(tmp_path)] == ["package.cleaned"]
    assert listing(tmp_path) == []


def test_recover_of_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("x")
    (tmp_path / "某.旧").mkdir()
    assert len(recover(tmp_path)) == 0
    assert len(recover(tmp_path / "没有")) == 0
    assert listing(tmp_path) == [".gitignore", "某.旧"]


def test_an_old_package_that_cannot_go_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_plain(tmp_path / "送审稿", OLD)

    def held(path: Path) -> None:
        raise PermissionError(errno.EACCES, "open in WPS", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(fs, "unlink", held)
        with staging(tmp_path / "送审稿") as stage:
            stage.write("自评表.txt", b"new")
            stage.finish(INFO, plain_document())
    assert [found.code for found in stage.findings] == ["package.leftover"]
    assert (tmp_path / "送审稿" / "data" / "自评表.txt").read_bytes() == b"new"
    recover(tmp_path)
    assert listing(tmp_path) == ["送审稿"]


def test_an_old_package_open_in_word_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to rename a folder while a file in it is open."""
    build_plain(tmp_path / "送审稿", OLD)
    before = tree(tmp_path)
    real = fs.rename

    def rename(source: Path, target: Path) -> None:
        if source.name == "送审稿":
            raise PermissionError(errno.EACCES, "used by another process", str(source))
        real(source, target)

    monkeypatch.setattr(fs, "rename", rename)
    with pytest.raises(DeliveryError) as refused:
        build_plain(tmp_path / "送审稿", NEW)
    assert codes(refused.value) == ["package.in_use"]
    assert tree(tmp_path) == before


def test_neither_swapped_nor_put_back_is_said_and_mended_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_plain(tmp_path / "送审稿", OLD)
    before = tree(tmp_path)
    real = fs.rename

    def rename(source: Path, target: Path) -> None:
        if target.name == "送审稿":
            raise PermissionError(errno.EACCES, "x", str(source))
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(fs, "rename", rename)
        with pytest.raises(DeliveryError) as refused:
            build_plain(tmp_path / "送审稿", NEW)
    assert codes(refused.value) == ["package.not_put_back"]
    recover(tmp_path)
    assert tree(tmp_path) == before


def test_an_output_that_was_never_written_is_our_own_fault(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing to pack"), staging(tmp_path / "送审稿") as stage:
        stage.write("自评表.txt", b"x")
        stage.finish(INFO, plain_document(), [Output("报告.docx", "report", "报告")])
    with pytest.raises(ValueError, match="empty"), staging(tmp_path / "送审稿") as stage:
        stage.finish(INFO, plain_document())
    assert listing(tmp_path) == []
