"""What machines have in common of what they found out: whole or not there, never a secret, never in the way."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import tiny
from bundles import pdf
from kaoping import api
from kaoping.evidence import _depot
from kaoping.evidence._depot import ADDRESS, Depot, is_whole, pack, unpack
from kaoping.evidence.store import PLACE, open_store
from kaoping.evidence.survey import Survey, survey
from units import only

pytestmark = pytest.mark.slow  # with the extra that brings fsspec


@pytest.fixture(autouse=True)
def _fsspec() -> None:
    pytest.importorskip("fsspec")


@pytest.fixture(params=["folder", "objects"])
def depot(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    address = str(tmp_path / "共用") if request.param == "folder" else f"memory://{tmp_path.name}"
    monkeypatch.setenv(ADDRESS, address)
    return address


@pytest.fixture
def materials(tmp_path: Path) -> Path:
    folder = tmp_path / "材料"
    pdf(folder / "甲.pdf", ["a"])
    (folder / "乙.txt").write_text("会议通知\n", encoding="utf-8")
    return folder


def _on_machine(place: Path, materials: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Survey, int]:
    """Survey ``materials`` on a machine whose own store is at ``place``; also how many verdicts it had to make."""
    monkeypatch.setenv(PLACE, str(place))
    judged: list[int] = []
    with open_store() as store:
        surveyed = survey(materials, store, lambda done, of, what: judged.append(of))
        assert all(file.sheets is not None for file in surveyed.files.values())
    return surveyed, max(judged, default=0)


def _verdicts(surveyed: Survey) -> dict[str, tuple[object, ...]]:
    return {key: (file.verdict, file.sha256, file.pages, file.size) for key, file in surveyed.files.items()}


def _objects(address: str) -> list[str]:
    files, root = _place(address)
    return sorted(path for path in files.find(root) if path.endswith(".entry"))


def _place(address: str) -> tuple[Any, str]:
    files, root = import_module("fsspec.core").url_to_fs(address)
    return files, root


def test_what_a_machine_found_out_no_other_has_to(
    depot: str, materials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, made = _on_machine(tmp_path / "一", materials, monkeypatch)
    assert made == 2 and len(_objects(depot)) == 2
    second, made = _on_machine(tmp_path / "二", materials, monkeypatch)
    assert made == 0 and _verdicts(second) == _verdicts(first)
    pages = [sorted(path.read_bytes() for path in (tmp_path / name).rglob("pages.pdf")) for name in ("一", "二")]
    assert pages[0] and pages[0] == pages[1]
    files, root = _place(depot)
    files.rm(root, recursive=True)
    assert _on_machine(tmp_path / "二", materials, monkeypatch)[1] == 0, "it is this machine's now"
    assert len(_objects(depot)) == 2, "and handed on to where it was lost"


def test_what_is_damaged_is_not_there_and_made_anew(
    depot: str, materials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = _on_machine(tmp_path / "一", materials, monkeypatch)
    files, _root = _place(depot)
    cut, turned = _objects(depot)
    whole = {path: files.cat_file(path) for path in (cut, turned)}
    files.pipe_file(cut, whole[cut][:-20])
    files.pipe_file(turned, whole[turned][:80] + bytes([whole[turned][80] ^ 1]) + whole[turned][81:])
    second, made = _on_machine(tmp_path / "二", materials, monkeypatch)
    assert made == 2 and _verdicts(second) == _verdicts(first)
    assert {path: files.cat_file(path)[:65] for path in whole} == {path: its[:65] for path, its in whole.items()}


def test_pages_that_one_machine_read_no_other_has_to(
    depot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "一"))
    with open_store() as store:
        store.put_part("00ff", "1", "第一页".encode())
        store.keep_parts("00ff")
    monkeypatch.setenv(PLACE, str(tmp_path / "二"))
    with open_store() as store:
        store.put_part("00ff", "2", "第二页".encode())
        assert {name: data.decode() for name, data in store.parts_of("00ff").items()} == {"1": "第一页", "2": "第二页"}
        store.keep_parts("00ff")
    files, root = _place(depot)
    files.rm(root, recursive=True)
    with open_store() as store:
        assert set(store.parts_of("00ff")) == {"1", "2"}
        store.keep_parts("00ff")
    assert len([path for path in files.find(root) if path.endswith(".part")]) == 2


def test_nothing_secret_is_handed_on_and_what_turns_out_secret_goes(
    depot: str, materials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (materials / "丙.txt").write_text("机密★10年\n方案\n", encoding="utf-8")
    surveyed, _ = _on_machine(tmp_path / "一", materials, monkeypatch)
    assert len(surveyed.secret) == 1 and len(_objects(depot)) == 2
    (materials / "丙.txt").unlink()
    (materials / "乙.txt").rename(materials / "机密★10年.txt")  # its content stands in the depot
    surveyed, _ = _on_machine(tmp_path / "一", materials, monkeypatch)
    assert len(surveyed.secret) == 1 and "甲.pdf" in surveyed.files
    files, root = _place(depot)
    assert not any("会议通知".encode() in files.cat_file(path) for path in files.find(root))


@pytest.mark.parametrize("address", ["nowhere://depot", "memory://depot"])
def test_a_place_out_of_reach_is_told_once_and_the_machine_does_without(
    address: str, materials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ADDRESS, address)
    monkeypatch.setenv(PLACE, str(tmp_path / "一"))
    tried: list[str] = []

    def refused(*_: object, **__: object) -> bool:
        tried.append("exists")
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(import_module("fsspec.implementations.memory").MemoryFileSystem, "exists", refused)
    with open_store() as store:
        assert all(file.pages for file in survey(materials, store).files.values())
        assert store.trouble is not None and store.trouble[0] == address and len(tried) <= 1


def test_a_check_tells_of_a_place_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS, "nowhere://depot")
    monkeypatch.setenv(PLACE, str(tmp_path / "store"))
    tiny.lay_out_pack(tmp_path)
    tiny.lay_out(tmp_path / "甲市", "甲市")
    assert "nowhere://depot" in only(api.check(tmp_path / "甲市"), "evidence.no_depot").problem


def test_what_is_told_of_a_place_names_no_key() -> None:
    assert Depot("nowhere://user:key@host/depot").address == "nowhere://host/depot"


def test_the_same_folder_is_the_same_object_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "entry"
    (folder / "内/层").mkdir(parents=True)
    (folder / "内/层/a").write_bytes(b"\0" * 100_000)
    (folder / "verdict.json").write_bytes(b"{}")
    pack(folder, tmp_path / "1")
    pack(shutil.copytree(folder, tmp_path / "copy"), tmp_path / "2")
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes() and is_whole(tmp_path / "1")
    unpack(tmp_path / "1", tmp_path / "back")
    assert (tmp_path / "back/内/层/a").read_bytes() == b"\0" * 100_000


def test_the_depot_has_a_limit_and_what_was_written_first_goes(
    depot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    its, content = Depot(depot), tmp_path / "content"
    content.write_bytes(b"x" * 1000)
    written = {"a": 1.0, "b": 2.0, "c": 3.0, "pruned": 4.0}
    monkeypatch.setattr(_depot, "_written", lambda info: written[str(info["name"]).rpartition("/")[2]])
    for name in ("a", "b", "c"):
        its.hand_on(f"00/{name}", content)
    monkeypatch.setattr(_depot, "_MOST", 2500)
    its.make_room()
    assert its.names("00") == ["00/b", "00/c"] and not its.trouble
    monkeypatch.setattr(_depot, "_MOST", 0)
    its.make_room()
    assert its.names("00") == ["00/b", "00/c"], "once a day is enough"
