"""Files that a browser brings: put under 材料/ whole and under a fit name, or not at all, and told."""

from __future__ import annotations

import asyncio
import json
import os
import string
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaoping import api
from kaoping.core.errors import KaopingError
from kaoping.core.file_names import why_not_portable
from kaoping.evidence import arrivals
from kaoping.page.views import _bringing
from packages import tree
from pages import Answer, Browser, opened
from units import good_unit, only

BOUNDARY = "----kaoping"
KIND = f"multipart/form-data; boundary={BOUNDARY}"
Files = Sequence[tuple[str, bytes]]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    return good_unit(tmp_path / "甲市")


@pytest.fixture
def browser(unit: Path) -> Iterator[Browser]:
    with opened(unit) as browser:
        yield browser


def form_of(files: Files, **fields: str) -> bytes:
    """A form as browsers send it."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for name, content in files:
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'Content-Disposition: form-data; name="files"; filename="{quoted}"\r\nContent-Type: text/plain\r\n\r\n'
        parts.append(head.encode("utf-8", "surrogatepass") + content)
    mark = f"--{BOUNDARY}".encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def bring(browser: Browser, files: Files, accept: str = "text/html", **fields: str) -> Answer:
    return browser.ask("/evidence/files", "POST", form_of(files, **fields), Content_Type=KIND, Accept=accept)


def code_of(browser: Browser, name: str, content: bytes) -> str:
    """Why a file was not put anywhere."""
    answer = json.loads(bring(browser, [(name, content)], accept="application/json").body)
    return str(answer["files"][0]["code"])


def _materials(unit: Path) -> dict[str, bytes]:
    root = unit / "材料"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_files_and_folders_are_put_where_they_belong(browser: Browser, unit: Path) -> None:
    before = _materials(unit)
    files = [("总结.pdf", b"%PDF-1.4 x"), ("会议/纪要/三月.txt", "三月".encode()), ("empty.txt", b"")]
    answer = bring(browser, files, folder="日常")
    assert (answer.status, answer.headers["location"]) == (303, "/evidence?put=3")
    assert _materials(unit) == before | {f"日常/{name}": content for name, content in files}
    assert not (unit / api.ARRIVING).exists()


def test_what_lies_there_is_never_overwritten(browser: Browser, unit: Path) -> None:
    bring(browser, [("a.txt", b"one")])
    same = bring(browser, [("a.txt", b"one"), ("A.TXT", b"one")], accept="application/json")
    assert [(its["path"], its["new"]) for its in json.loads(same.body)["files"]] == [("a.txt", False)] * 2
    before = _materials(unit)
    for name in ("a.txt", "A.txt", "a.TXT"):
        answer = bring(browser, [(name, b"two")])
        assert answer.status == 422 and "内容和它不一样" in answer.text and "a（2）" in answer.text.lower()
    assert _materials(unit) == before and code_of(browser, "a.txt", b"two") == "upload.name_taken"
    told = json.loads(bring(browser, [("a.txt", b"two"), ("b.txt", b"b")], accept="application/json").body)["files"]
    assert told[0]["problem"] and told[0]["path"] == "" and told[1]["path"] == "b.txt"
    renamed = bring(browser, [("a.txt", b"two"), ("a.txt", b"three")], same_name="rename")
    assert renamed.status == 303
    assert _materials(unit) == before | {"b.txt": b"b", "a（2）.txt": b"two", "a（3）.txt": b"three"}


BAD = [
    "../a.txt", "x/../../a.txt", "..", ".", "/etc/a.txt", "//a.txt", "a//b.txt", "a/", "..\\a.txt", "x\\..\\a.txt",
    "C:a.txt", "\x00.txt", "a\x01.txt", "NUL", "nul.txt", "com1.pdf", "x/aux/a.txt", "a.txt ", "a.", "a?.txt",
    "a*.txt", "<b>.txt", "x" * 300 + ".txt", "~$总结.docx", "Thumbs.db", "下载.pdf.crdownload", "a:b.txt",
    "/".join("d" * 30) + "/a.txt",
]  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_does_not_fit_everywhere_is_refused(browser: Browser, unit: Path, name: str) -> None:
    before = tree(unit.parent)
    answer = bring(browser, [(name, b"x")])
    assert answer.status == 422 and "没有放进材料" in answer.text
    assert code_of(browser, name, b"x") == "upload.bad_name"
    assert tree(unit.parent) == before


@pytest.mark.parametrize("folder", ["..", "x/../..", "a\\b", "C:", "nul", "~$x/..", "a\x00b", "d/" * 30 + "d"])
def test_a_folder_that_does_not_fit_everywhere_is_refused(browser: Browser, unit: Path, folder: str) -> None:
    before = tree(unit.parent)
    assert bring(browser, [("a.txt", b"x")], folder=folder).status == 422
    assert tree(unit.parent) == before


def test_the_path_that_an_old_browser_sends_is_its_last_part(browser: Browser, unit: Path) -> None:
    assert bring(browser, [("C:\\fakepath\\总结.txt", b"x")]).status == 303
    assert _materials(unit)["总结.txt"] == b"x"


@given(st.text(st.characters(codec="utf-8"), max_size=12), st.text(string.printable, max_size=12))
def test_no_name_leads_out_or_is_one_that_windows_refuses(first: str, second: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as home:
        unit = Path(home) / "甲市"
        unit.mkdir()
        brought = unit / "brought"
        brought.write_bytes(b"x")
        name = f"{first}/{second}" if len(first) % 2 else first + second
        try:
            put = api.put_under_materials(unit, brought, name)
        except KaopingError as error:
            assert [path.name for path in unit.iterdir()] == ["brought"] and error.findings[0].code.startswith(
                "upload."
            )
            return
        assert [[path.name for path in place.iterdir()] for place in (Path(home), unit)] == [["甲市"], ["材料"]]
        assert _materials(unit) == {put.path: b"x"} and not any(map(why_not_portable, put.path.split("/")))


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_no_link_is_followed(browser: Browser, unit: Path, tmp_path: Path) -> None:
    outside = tmp_path / "外面"
    outside.mkdir()
    (outside / "a.txt").write_bytes(b"theirs")
    (unit / "材料" / "去外面").symlink_to(outside)
    (unit / "材料" / "a.txt").symlink_to(outside / "a.txt")
    before = tree(tmp_path)
    for name in ("去外面/b.txt", "去外面/a.txt", "去外面/x/b.txt", "a.txt", "A.TXT", "a.txt/b.txt"):
        answer = bring(browser, [(name, b"theirs")])
        assert answer.status == 422, name
    assert tree(tmp_path) == before
    (unit / "材料" / "a.txt").unlink()
    (unit / "材料" / "去外面").unlink()
    (unit / "材料").rename(unit / "原来的材料")
    (unit / "材料").symlink_to(outside)
    with pytest.raises(KaopingError) as refused:
        brought = unit / "brought"
        brought.write_bytes(b"x")
        api.put_under_materials(unit, brought, "b.txt")
    assert only(refused.value.findings, "upload.through_link")
    assert [path.name for path in outside.iterdir()] == ["a.txt"]


def test_a_file_where_a_folder_should_be(browser: Browser, unit: Path) -> None:
    bring(browser, [("a.txt", b"x")])
    before = tree(unit)
    assert "不是文件夹" in bring(browser, [("a.txt/b.txt", b"x")]).text
    (unit / "材料" / "夹").mkdir()
    assert bring(browser, [("夹", b"x")]).status == 422
    assert tree(unit) == before


@pytest.mark.slow
def test_what_is_too_large_is_cut_off_and_the_others_come_in(
    browser: Browser, unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_bringing, "LARGEST", 1_000_000)
    files = [("big.bin", b"x" * 1_000_001), ("fits.bin", b"y" * 1_000_000), ("small.txt", b"z")]
    before = _materials(unit)
    assert code_of(browser, *files[0]) == "upload.too_large"
    answer = bring(browser, files)
    assert answer.status == 422 and "超过 1 MB" in answer.text and "另外 2 个已经放好" in answer.text
    assert _materials(unit) == before | dict(files[1:]) and not (unit / api.ARRIVING).exists()


def test_a_disk_that_is_full_leaves_nothing(browser: Browser, unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    before = tree(unit)
    monkeypatch.setattr(arrivals.fs, "settle", full)
    answer = bring(browser, [("新/深/a.txt", b"x")])
    assert answer.status == 422 and "磁盘空间不够" in answer.text
    assert code_of(browser, "a.txt", b"x") == "upload.not_put"
    assert tree(unit) == before and not (unit / "材料" / "新").exists()


def _broken_off(browser: Browser, blocks: Sequence[bytes]) -> list[dict[str, Any]]:
    """Send ``blocks``, then go away, as a browser does that is closed."""
    coming = [{"type": "http.request", "body": block, "more_body": True} for block in blocks]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = {"host": "127.0.0.1:40000", "cookie": f"kaoping={browser.keys.session}", "content-type": KIND,
               "origin": "http://127.0.0.1:40000", "x-csrf-token": browser.keys.csrf}  # fmt: skip
    scope = {
        "type": "http", "method": "POST", "path": "/evidence/files", "raw_path": b"/evidence/files", "root_path": "",
        "query_string": b"", "scheme": "http", "http_version": "1.1", "asgi": {"version": "3.0"},
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 40_000), "client": ("127.0.0.1", 50_000),
    }  # fmt: skip
    asyncio.run(browser.app(scope, receive, send))
    return sent


@pytest.mark.parametrize("part", [0, 1, 40, 150, 2_000_150, -5, -1])
def test_nothing_stays_of_what_broke_off(browser: Browser, unit: Path, part: int) -> None:
    before = tree(unit)
    whole = form_of([("a.bin", b"x" * 2_000_000), ("b.bin", b"y" * 2_000_000)])
    cut = whole[:part]
    _broken_off(browser, [cut[at : at + 65_536] for at in range(0, len(cut), 65_536)])
    assert tree(unit) == before and not (unit / api.ARRIVING).exists()


@pytest.mark.parametrize("body", [b"", b"x", b"--", form_of([("a.txt", b"x")])[:-9], form_of([("a", b"")])[5:]])
def test_a_form_that_is_not_whole_is_refused(browser: Browser, unit: Path, body: bytes) -> None:
    before = tree(unit)
    answer = browser.ask("/evidence/files", "POST", body, Content_Type=KIND)
    assert answer.status == 400 and "没有传完" in answer.text and tree(unit) == before


@pytest.mark.parametrize("kind", [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_kind_of_form_is_refused(browser: Browser, kind: str | None) -> None:
    assert browser.ask("/evidence/files", "POST", form_of([("a", b"")]), Content_Type=kind).status == 415


@given(st.binary(max_size=200))
def test_any_form_is_answered(body: bytes) -> None:
    """No 500, and nothing written, whatever comes."""
    with _unit_for_all() as (browser, unit):
        before = tree(unit)
        start = form_of([("a.txt", b"x")], folder="x")[:60]
        for sent in (body, start + body):
            assert browser.ask("/evidence/files", "POST", sent, Content_Type=KIND).status in (303, 400, 413, 422)
        assert tree(unit).keys() >= before.keys() and not (unit / api.ARRIVING).exists()


def _unit_for_all() -> Any:
    from contextlib import contextmanager
    from tempfile import TemporaryDirectory

    @contextmanager
    def made() -> Iterator[tuple[Browser, Path]]:
        with TemporaryDirectory() as home:
            unit = good_unit(Path(home) / "甲市")
            with opened(unit) as browser:
                yield browser, unit

    return made()


def test_what_a_name_says_is_escaped(browser: Browser) -> None:
    text = bring(browser, [("<script>alert(1)</script>.pdf", b"x"), ('"><img src=x>.txt', b"x")]).text
    assert "<script>alert" not in text and "<img" not in text and "&lt;script&gt;" in text


def test_nothing_is_chosen(browser: Browser) -> None:
    assert "没有选文件" in bring(browser, [("", b"")]).text


def test_what_a_killed_program_left_is_cleared_by_the_next(unit: Path) -> None:
    (unit / api.ARRIVING / "x").mkdir(parents=True)
    (unit / api.ARRIVING / "x" / "1.pdf").write_bytes(b"half")
    assert not [code for code, _ in [(f.code, f.at) for f in api.check(unit)] if code.startswith("evidence")]
    with opened(unit):
        assert not (unit / api.ARRIVING).exists()
